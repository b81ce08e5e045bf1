#!/bin/bash
# bench_speedup.sh - milp on THREADS threads against one, seconds by the clock, and whether a second run takes the same nodes and pivots.
#
#   experiments/bench/bench_speedup.sh [FILE...]         default: ten public programs whose trees take more than five seconds
#
# Settings are environment variables: BIN (bin), OUT (build/bench), DATA (../shared/data), THREADS (2), LIMIT (120 seconds),
# RUN (a command before each run, such as `chrt -f 10 taskset -c 0,1`; the machine has to be otherwise idle).
#
# Each is run twice, by turns; means. Writes OUT/speedup.tsv. The last row has the geometric mean of the ratios of the programs solved by both.
set -u
BIN=${BIN:-bin} OUT=${OUT:-build/bench} DATA=${DATA:-../shared/data} THREADS=${THREADS:-2} LIMIT=${LIMIT:-120} RUN=${RUN:-}
mkdir -p "$OUT" || exit 2
if [ $# -eq 0 ]; then
    for name in miplib3/air04 miplib3/air05 miplib3/mas76 miplib3/misc07 miplib3/rout miplib2017/beasleyC3 miplib2017/binkar10_1 \
        miplib2017/exp-1-500-5-5 miplib3/noswot miplib2017/neos17; do
        set -- "$@" "$DATA/lp/$name.mps.gz"
    done
fi
one_run() { # FILE THREADS: "STATUS NODES PIVOTS SECONDS OBJECTIVE"
    $RUN "$BIN/milp" "$1" --quiet --threads "$2" --time-limit "$LIMIT" | awk '/^[a-z-]*:/ { v[$1] = $2 }
        END { print v["status:"], v["nodes:"], v["iterations:"], v["seconds:"], v["objective:"] }'
}
{
    echo "# date: $(date -u +%Y-%m-%dT%H:%MZ)"
    echo "# host: $(sed -n 's/^model name[^:]*: //p' /proc/cpuinfo | head -1), $(nproc) cores"
    echo "# milp: $("$BIN/milp" --version | awk '{ print $2 }'), ${COMPILER:-}"
    printf 'program\t1 thread s\tnodes\t%s threads s\tnodes\tratio\trepeats\n' "$THREADS"
    for file; do
        [ -f "$file" ] || { echo "bench: SKIPPED $file: it is not here" >&2; continue; }
        echo "$(basename "$file" .mps.gz) $(one_run "$file" 1) $(one_run "$file" "$THREADS") $(one_run "$file" 1) $(one_run "$file" "$THREADS")"
    done | awk -v OFS='\t' '{
        solved = $2 == "optimal" && $7 == "optimal" && $12 == "optimal" && $17 == "optimal"
        same = solved && $8 == $18 && $9 == $19 && $11 == $21 ? "yes" : solved ? "NO" : "-"
        one = ($5 + $15) / 2; two = ($10 + $20) / 2
        print $1, one, $3, solved ? two : "-", $8, solved ? sprintf("%.2f", one / two) : "-", same
        if (solved) { sum += log(one / two); n++ }
    } END { if (n) print "geometric mean of " n, "-", "-", "-", "-", sprintf("%.2f", exp(sum / n)), "-" }'
} | tee "$OUT/speedup.tsv"
