#!/bin/sh
# bench_emitted.sh - emitted programs against `taso run`: the fastest plan of each network, in the runtime and as a program with the flags of
# the Makefile that it comes with. Two processes per compiler that take turns, ROUNDS times; each answers with the CPU time that its
# inferences took. Medians of rounds; a ratio is the median of the ratios of a round. Also what the program costs: seconds to compile
# net.c, bytes of its code and constants. OUT/emitted.tsv. Settings, all optional: PROFILE, NETWORKS, BIN, BUILD, OUT, ROUNDS, COMPILERS,
# PIN (a command such as `taskset -c 1`).
set -u
BIN=${BIN:-bin} BUILD=${BUILD:-build} ROUNDS=${ROUNDS:-11} COMPILERS=${COMPILERS:-gcc clang} PIN=${PIN:-}
OUT=${OUT:-$BUILD/bench} PROFILE=${PROFILE:-results/reference/profile.tsv.gz}
NETWORKS=${NETWORKS:-$($BIN/taso networks | awk 'NR > 1 { print $1 }')}
[ -r "$PROFILE" ] || { echo "bench_emitted.sh: $PROFILE: cannot be read (expected a profile)" >&2; exit 2; }
mkdir -p "$OUT" && work=$(mktemp -d "$OUT/emitted.XXXXXX") || exit 2
trap 'rm -rf "$work"' EXIT
trap 'exit 1' INT TERM
die() { echo "bench_emitted.sh: $*" >&2; exit 1; }

median() { sort -g "$1" | awk '{ v[NR] = $1 } END { print NR % 2 ? v[(NR + 1) / 2] : (v[NR / 2] + v[NR / 2 + 1]) / 2 }'; }
run() { echo "run $1" >&3; read -r run_ns <&4 || die "$network: the runtime ended"; }
emitted() { echo "run $1" >&5; read -r emitted_ns <&6 || die "$network: the program ended"; }

# Sets seconds and bytes of the program in $folder/$1.
compile() { # compiler
    cp -r "$folder/emitted" "$folder/$1"
    make -s -C "$folder/$1" flags CC="$1" >"$work/flags" || die "$network: no flags"
    # shellcheck disable=SC2046
    { time -p "$1" -std=c11 $(cat "$work/flags") -c "$folder/$1/net.c" -o "$folder/$1/net.o"; } 2>"$work/time" || die "$network: $1 fails"
    seconds=$(awk '$1 == "user" || $1 == "sys" { s += $2 } END { printf "%.1f", s }' "$work/time")
    bytes=$(size "$folder/$1/net.o" | awk 'NR == 2 { print $1 + $2 }')
    # shellcheck disable=SC2046
    "$1" -std=c11 -D_POSIX_C_SOURCE=200809L $(cat "$work/flags") -I. -I"$folder/$1" tests/bench/bench_emitted.c "$folder/$1/net.o" -lm \
        -o "$folder/$1/bench" || die "$network: $1 fails"
}

measure() { # compiler -> a row
    mkfifo "$work/to_run" "$work/from_run" "$work/to_emitted" "$work/from_emitted"
    $PIN "$BUILD/bench_networks" serve "$folder/plan.tsv" "$folder" <"$work/to_run" >"$work/from_run" &
    exec 3>"$work/to_run" 4<"$work/from_run"
    $PIN "$folder/$1/bench" "$folder/$1" "$folder" <"$work/to_emitted" >"$work/from_emitted" 3>&- 4<&- &
    exec 5>"$work/to_emitted" 6<"$work/from_emitted"
    run 1 && emitted 1 && run 1
    count=$((200000000 / run_ns + 1)) round=0
    : >"$work/run" && : >"$work/emitted" && : >"$work/ratio"
    while [ $round -lt "$ROUNDS" ]; do
        run $count && emitted $count
        echo $((run_ns / count)) >>"$work/run" && echo $((emitted_ns / count)) >>"$work/emitted"
        awk -v a="$emitted_ns" -v b="$run_ns" 'BEGIN { print a / b }' >>"$work/ratio"
        round=$((round + 1))
    done
    exec 3>&- 4<&- 5>&- 6<&-
    wait
    rm "$work"/to_* "$work"/from_*
    printf '%s\t%s\t%.0f\t%.0f\t%.3f\t%s\t%s\n' "$network" "$1" "$(median "$work/run")" "$(median "$work/emitted")" "$(median "$work/ratio")" \
        "$seconds" "$bytes"
}

present=
for compiler in $COMPILERS; do
    if command -v "$compiler" >/dev/null; then present="$present $compiler"; else echo "SKIPPED: emitted programs with $compiler, which is not installed"; fi
done
: >"$work/rows"
for network in $NETWORKS; do
    echo "$network" >&2
    folder=$work/$network
    mkdir "$folder" && "$BUILD/bench_networks" input "$network" "$folder" || die "$network: no input"
    "$BIN/taso" select --quiet --network "$network" --profile "$PROFILE" --method taso --conversions per-tensor -o "$folder/plan.tsv" >/dev/null &&
        "$BIN/taso" emit "$folder/plan.tsv" -o "$folder/emitted" >/dev/null || die "$network: no program"
    for compiler in $present; do
        compile "$compiler" && measure "$compiler" >>"$work/rows" || exit 1
        rm -r "${folder:?}/$compiler"
    done
    rm -r "$folder"
done
{
    echo '# format: taso-bench-emitted 1'
    echo "# program: $("$BIN/taso" --version | head -1)"
    echo "# host: $(sed -n 's/^model name[^:]*: *//p' /proc/cpuinfo | head -1)"
    for compiler in $present; do echo "# $compiler: $("$compiler" --version | head -1)"; done
    echo "# profile: $PROFILE"
    echo "# rounds: $ROUNDS; medians of CPU time; load $(cut -d' ' -f1 /proc/loadavg) at the end"
    echo "# date: $(date -u +%Y-%m-%dT%H:%M:%SZ)"
    printf 'network\tcompiler\trun_ns\temitted_ns\temitted_over_run\tcompile_seconds\tcode_bytes\n'
    cat "$work/rows"
} >"$work/table" && mv "$work/table" "$OUT/emitted.tsv"
awk '{ if ($5 > worst) worst = $5 } END { if (NR) printf "bench_emitted.sh: %d rows, at most %.3f of taso run\n", NR, worst }' "$work/rows" >&2
