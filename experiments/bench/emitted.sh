#!/bin/sh
# emitted.sh - do the programs of `taso emit` compile without a warning? For every network the optimal plans of the least budget, of 256K and
# without a budget, and those of the other methods of plans.sh, with every compiler available, at -O0, -O2 and with the flags of the emitted
# Makefile. Only code is emitted, and only compiled. A program that has compiled is not compiled again: rerunning the command resumes.
# Settings, all optional: PROFILE, NETWORKS, BIN, WORK, JOBS, COMPILERS, BUDGETS, METHODS (without a budget), FLAGS (`shipped`: the
# Makefile's).
set -u
BIN=${BIN:-bin} WORK=${WORK:-build/emitted} JOBS=${JOBS:-2} COMPILERS=${COMPILERS:-gcc clang}
BUDGETS=${BUDGETS-none 256K least} METHODS=${METHODS-pbqp greedy-memory sum2d} FLAGS=${FLAGS:--O0 -O2 shipped}
PROFILE=${PROFILE:-results/reference/profile.tsv.gz}
NETWORKS=${NETWORKS:-$($BIN/taso networks | awk '$6 == "paper" { print $1 }')}
strict='-std=c11 -Wall -Wextra -Wpedantic -Wnonnull -Werror'

[ -r "$PROFILE" ] || { echo "emitted.sh: $PROFILE: cannot be read (expected a profile)" >&2; exit 2; }
mkdir -p "$WORK/good" || exit 2
bad() {
    echo "emitted.sh: $*" >&2
    failed=$((failed + 1))
}

failed=0 present=
for compiler in $COMPILERS; do
    if command -v "$compiler" >/dev/null; then present="$present $compiler"; else echo "SKIPPED: emitted programs with $compiler, which is not installed"; fi
done

plans=0
: >"$WORK/todo"

plan() { # network method name options...: its program, and the compilations of it
    network=$1 method=$2 folder=$WORK/$1.$3
    shift 3
    "$BIN/taso" select --quiet --network "$network" --profile "$PROFILE" --method "$method" "$@" -o "$WORK/plan" >/dev/null &&
        "$BIN/taso" emit "$WORK/plan" --no-weights -o "$folder" >/dev/null || { bad "$network, $method $*: no program"; return; }
    plans=$((plans + 1))
    for compiler in $present; do
        for flags in $FLAGS; do
            [ "$flags" = shipped ] && flags=$(make -s -C "$folder" flags CC="$compiler")
            printf '%s\t%s\t%s\n' "$folder" "$compiler" "$flags" >>"$WORK/todo"
        done
    done
}

for network in $NETWORKS; do
    least=$("$BIN/taso" frontier --quiet --network "$network" --profile "$PROFILE" --method sweep -o "$WORK/frontier" >/dev/null &&
        awk '!/^#/ && $1 ~ /^[0-9]/ { print $1; exit }' "$WORK/frontier")
    [ -n "$least" ] || { bad "$network: no frontier"; continue; }
    for budget in $BUDGETS; do
        case $budget in
        least) plan "$network" taso least --budget "$least" ;;
        none) plan "$network" taso none ;;
        *) plan "$network" taso "$budget" --budget "$budget" ;;
        esac
    done
    for method in $METHODS; do plan "$network" "$method" "$method"; done
done

# One line of the list; a mark is left for what has compiled, by content, compiler and flags.
cat >"$WORK/one.sh" <<'END'
folder=$(echo "$3" | cut -f1) compiler=$(echo "$3" | cut -f2) flags=$(echo "$3" | cut -f3)
mark=$1/good/$({ cat "$folder/net.c" "$folder/net.h"; "$compiler" --version; echo "$2 $flags"; } | cksum | tr ' ' -)
try=$mark.$$
[ -f "$mark" ] || if "$compiler" $2 $flags -c "$folder/net.c" -o "$try.o" 2>"$try.log"; then
    rm "$try.o" "$try.log"; : >"$mark"
else
    echo "emitted.sh: $folder: $compiler $flags: $(grep -m1 -E 'error|warning' "$try.log")" >&2
    exit 1
fi
echo good
END
good=$(tr '\n' '\0' <"$WORK/todo" | xargs -0 -P "$JOBS" -I{} sh "$WORK/one.sh" "$WORK" "$strict" {} | grep -c '^good$')
all=$(wc -l <"$WORK/todo")
echo "emitted.sh: $plans plans, $all compilations, $((all - good)) with errors or warnings"
[ "$failed" -eq 0 ] && [ "$good" -eq "$all" ]
