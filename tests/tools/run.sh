#!/bin/sh
# Runs test programs, two at a time (JOBS), each program's output in one piece; then lists the slowest, what was skipped and what failed.
# Programs that took long the last time (PROGRAM.seconds, of the CPU) start first, so that none is left to run alone at the end.
set -u
logs=$(mktemp -d) && trap 'rm -rf "$logs"' EXIT INT TERM
for program in "$@"; do
    echo "$(cat "$program.seconds" 2>/dev/null || echo 5) $program"
done | sort -k1,1nr -s | cut -d' ' -f2- | xargs -P "${JOBS:-2}" -I{} sh -c '
    start=$(date +%s); name=$(basename "{}")
    if "{}" >"$0/$name.log" 2>&1; then echo passed; else echo "failed with status $?"; fi >"$0/$name.status"
    seconds=$(($(date +%s) - start)); times >"$0/$name.times" # the second line is of children
    cpu=$(awk -F"[ms ]+" "NR == 2 { printf \"%.0f\", 60 * (\$1 + \$3) + \$2 + \$4 }" "$0/$name.times")
    echo "$cpu" >"{}.seconds"; echo "$cpu s $name" >"$0/$name.time"
    echo "--- $name: $(cat "$0/$name.status"), $seconds s, of the CPU $cpu s"; cat "$0/$name.log"' "$logs"
passed=$(cat "$logs"/*.status | grep -c '^passed$')
failed=$(($# - passed))
skipped=$(cat "$logs"/*.log | grep -c '^SKIPPED')
[ $# -lt 10 ] || echo "seconds of the CPU: $(cat "$logs"/*.time | awk '{ all += $1 } END { print all }'), slowest: $(cat "$logs"/*.time | sort -nr | head -5 | tr '\n' ',' | sed 's/,$//; s/,/, /g')"
grep -h '^SKIPPED' "$logs"/*.log | sort -u
for status in "$logs"/*.status; do grep -q '^passed$' "$status" || echo "FAILED: $(basename "$status" .status)"; done
echo "${WHAT:-test programs}: $passed passed, $failed failed, $skipped skipped"
[ "$failed" -eq 0 ]
