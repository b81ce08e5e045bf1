#!/bin/bash
# proofs.sh - a proof (VIPR) of every optimum and infeasibility that bin/milp finds, checked; one thread, CPU seconds.
#
# Settings are environment variables:
#   BIN DATA OUT MATCH   as in bench_solver.sh; which of our own programs: as in bench_own.sh
#   SETS         of own miplib3 infeasible                                             (all)
#   PROBLEMS     a file with lines "set name file" instead of those sets               (none)
#   LIMIT        CPU seconds of the solve: a problem that takes longer is not asked for a proof     (10)
#   LIMIT_PROOF  CPU seconds of the solve with its proof, and of the check             (300)
#   CHECKER      a further checker of VIPR 1.1, called with the file; CHECKED: on every so-manieth proof     (none; 1)
#   KEEP         yes: problems that OUT/proofs.tsv already has are not run again       (no)
#
# Each problem is solved, then solved and proven, then its proof is checked with `milp --verify`: three processes, each of which reads the
# problem. The proof's time is the second less the first. OUT/proofs.tsv has a row per problem and OUT/proofs.md the tables, by proofs.awk.
# Problems come in an order that is random, but the same every time, so that those done when a run is ended are a fair sample.
set -u
DATA=${DATA:-../shared/data} BIN=${BIN:-bin} OUT=${OUT:-build/bench} SETS=${SETS:-own miplib3 infeasible} MATCH=${MATCH:-.}
LIMIT=${LIMIT:-10} LIMIT_PROOF=${LIMIT_PROOF:-300} CHECKER=${CHECKER:-} CHECKED=${CHECKED:-1} KEEP=${KEEP:-no}
here=$(dirname "$0")
export DATA BIN MATCH # and what else bench_own.sh reads
mkdir -p "$OUT/models" || exit 2
work=$(mktemp -d) && trap 'rm -rf "$work"' EXIT INT TERM

# --- the problems: "set name file" ----------------------------------------------------------------------------------------------------------
shared_problems() { # SET
    local file found=no
    for file in "$DATA/lp/$1"/*.mps.gz; do
        [ -f "$file" ] && found=yes || continue
        [[ $(basename "$file" .mps.gz) =~ $MATCH ]] && echo "$1 $(basename "$file" .mps.gz) $file"
    done
    [ $found = yes ] || echo "proofs: SKIPPED $1: $DATA/lp/$1 has no problems" >&2
}
[ -z "${PROBLEMS:-}" ] || SETS=listed
for set in $SETS; do
    case $set in
    miplib3 | infeasible) shared_problems $set ;;
    own) "$here/bench_own.sh" "$OUT/models" ;;
    listed) cat "$PROBLEMS" ;;
    *) echo "proofs: unknown set '$set' (expected own, miplib3 or infeasible)" >&2 ;;
    esac
done | while read -r set name file; do
    echo "$(md5sum <<<"$set $name" | cut -c1-8) $set $name $file"
done | sort >"$work/problems"
[ -s "$work/problems" ] || { echo 'proofs: no problems'; exit 2; }

# --- runs -----------------------------------------------------------------------------------------------------------------------------------
TIMEFORMAT='%U %S'
timed() { # LIMIT COMMAND...: its output goes to $work/out and $work/err; sets $seconds; status 1: not within the limit
    local limit=$1 status used
    shift
    used=$({ time (ulimit -t "$limit" && "$@" >"$work/out" 2>"$work/err"); echo $? >"$work/status"; } 2>&1)
    read -r status <"$work/status"
    seconds=$(awk 'END { print $1 + $2 }' <<<"$used") # the last line: before it the shell may say that the command was killed
    ((status <= 128))
}
value() { awk -v key="$1:" '$1 == key { print $2; exit }' "$work/out"; }
reason() { # the error without the names of programs and files, which are temporary ones
    sed -n '$s/^\(milp: \|[^ ]*\.vipr: \)*//p' "$work/err"
}

judge() { # sets $outcome, and what was measured on the way there
    local proof=$work/proof.vipr
    status=- nodes=- solve=- proven=- check=- bytes=- other=-
    timed "$LIMIT" "$BIN/milp" "$file" --quiet || { status=limit outcome="not solved within $LIMIT s"; return; }
    status=$(value status) nodes=$(value nodes) solve=$seconds
    [[ $status == optimal || $status == infeasible ]] || { outcome="answer: $status"; return; }
    rm -f "$proof"
    timed "$LIMIT_PROOF" "$BIN/milp" "$file" --quiet --certificate "$proof" || { outcome="no proof within $LIMIT_PROOF s"; return; }
    proven=$(awk -v both="$seconds" -v solve="$solve" 'BEGIN { print (both > solve ? both - solve : 0) }')
    [ -f "$proof" ] || { outcome=$(reason); return; }
    bytes=$(stat -c %s "$proof")
    timed "$LIMIT_PROOF" "$BIN/milp" "$file" --quiet --verify "$proof" || { outcome="no check within $LIMIT_PROOF s"; return; }
    check=$seconds outcome=$(value claim)
    [ "$(value proven)" = yes ] || outcome="refuted: $(reason) $(sed -n 's/^reason: //p' "$work/out")"
    [ -n "$CHECKER" ] && ((16#$order % CHECKED == 0)) || return
    timed "$LIMIT_PROOF" "$CHECKER" "$proof" || { other=late; return; }
    grep -qiE '(successfully|infeasibility) verified' "$work/out" "$work/err" && other=yes || other=no
}

table=$OUT/proofs.tsv
if [ "$KEEP" != yes ] || [ ! -f "$table" ]; then
    {
        echo "# format: solver proofs 1"
        echo "# date: $(date -u +%Y-%m-%dT%H:%MZ)"
        echo "# host: $(sed -n 's/^model name[^:]*: //p' /proc/cpuinfo | head -1)"
        echo "# commit: $(git -C "$here" describe --always --dirty 2>/dev/null)"
        echo "# compiler: ${COMPILER:-unknown}"
        echo "# limits: $LIMIT $LIMIT_PROOF"
        printf 'set\tproblem\tstatus\tnodes\tsolve_s\tproof_s\tcheck_s\tbytes\tother_checker\toutcome\n'
    } >"$table"
fi
count=$(wc -l <"$work/problems") done=0
while read -r order set name file; do
    done=$((done + 1))
    grep -qF "$set"$'\t'"$name"$'\t' "$table" && continue
    [ -t 2 ] && printf '\r%d of %d: %-40s' $done "$count" "$set/$name" >&2
    judge </dev/null
    printf '%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\n' "$set" "$name" "$status" "$nodes" "$solve" "$proven" "$check" "$bytes" "$other" "$outcome" >>"$table"
done <"$work/problems"
[ -t 2 ] && echo >&2
awk -f "$here/proofs.awk" "$table" >"$OUT/proofs.md" && cat "$OUT/proofs.md"
