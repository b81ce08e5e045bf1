#!/bin/bash
# bench_growth.sh - how the time of milp grows with the size of the testbed's own kind of program, and that of HiGHS if it is installed.
#
#   experiments/bench/bench_growth.sh PROGRAM            PROGRAM: build/growth_program
#
# Settings are environment variables: BIN (bin), OUT (build/bench), KINDS (chain dag), SIZES (125 250 500 1000 2000 layers), SEEDS (1 2 3),
# LIMIT (60 seconds by the clock), HIGHS (the command, if it is not `highs`), PIN (a command that pins to a core).
#
# Random chains and DAGs, 40 choices a layer, 4 layouts, a budget for the sum of memory (tests/support/dag.h). Prints a table and writes
# OUT/growth.tsv: geometric means over the seeds in CPU seconds, the worst ratio, and the exponent, the slope of log time over log layers.
# Objectives of both solvers are compared; a run that did not prove its optimum counts with the limit and is counted in the last columns.
set -u
program=$1
BIN=${BIN:-bin} OUT=${OUT:-build/bench} KINDS=${KINDS:-chain dag} SIZES=${SIZES:-125 250 500 1000 2000} SEEDS=${SEEDS:-1 2 3}
LIMIT=${LIMIT:-60} HIGHS=${HIGHS:-highs} PIN=${PIN:-}
mkdir -p "$OUT" || exit 2
work=$(mktemp -d) && trap 'rm -rf "$work"' EXIT INT TERM
printf 'mip_rel_gap = 1e-9\nmip_abs_gap = 1e-9\nthreads = 1\nlog_file = %s\n' "$work/log" >"$work/options"
solvers=milp
command -v "$HIGHS" >/dev/null && solvers='milp highs' || echo 'bench: no HiGHS is installed (https://highs.dev); milp alone' >&2

TIMEFORMAT='%U %S'
solve() { # SOLVER FILE
    case $1 in
    milp) $PIN "$BIN/milp" "$2" --quiet --time-limit "$LIMIT" ;;
    highs) $PIN "$HIGHS" "$2" --time_limit "$LIMIT" --options_file "$work/options" ;;
    esac >"$work/answer" 2>/dev/null
}
one_run() { # SOLVER FILE: "SECONDS OBJECTIVE", the objective "none" without a proof of it
    { time solve "$@"; } 2>"$work/seconds"
    awk -v limit="$LIMIT" 'FNR == NR { seconds = $1 + $2; next }
        /^status:/ { proven = $2 == "optimal" } /^objective:/ { o = $2 } /^  Status +Optimal/ { proven = 1 } /^  Primal bound/ { o = $3 }
        END { print proven ? seconds : limit, proven ? o : "none" }' "$work/seconds" "$work/answer"
}
for kind in $KINDS; do
    for size in $SIZES; do
        for seed in $SEEDS; do
            "$program" "$kind" "$size" "$seed" "$work/model.mps" || exit 2
            for solver in $solvers; do echo "$kind $size $seed $solver $(one_run $solver "$work/model.mps")"; done
        done
    done
done >"$work/runs"
{
    echo "# date: $(date -u +%Y-%m-%dT%H:%MZ)"
    echo "# host: $(sed -n 's/^model name[^:]*: //p' /proc/cpuinfo | head -1)"
    echo "# milp: $("$BIN/milp" --version | awk '{ print $2 }'), ${COMPILER:-}"
    echo "# seeds: $SEEDS, limit $LIMIT s"
    awk -f "$(dirname "$0")/bench_growth.awk" "$work/runs"
} | tee "$OUT/growth.tsv"
