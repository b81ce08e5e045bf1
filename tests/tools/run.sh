#!/bin/sh
# Runs test programs, two at a time (JOBS), each program's output in one piece; then lists what was skipped and what failed.
set -u
logs=$(mktemp -d) && trap 'rm -rf "$logs"' EXIT INT TERM
printf '%s\n' "$@" | xargs -P "${JOBS:-2}" -I{} sh -c '
    start=$(date +%s); name=$(basename "{}")
    if "{}" >"$0/$name.log" 2>&1; then echo passed; else echo "failed with status $?"; fi >"$0/$name.status"
    echo "--- $name: $(cat "$0/$name.status"), $(($(date +%s) - start)) s"; cat "$0/$name.log"' "$logs"
passed=$(cat "$logs"/*.status | grep -c '^passed$')
failed=$(($# - passed))
skipped=$(cat "$logs"/*.log | grep -c '^SKIPPED')
grep -h '^SKIPPED' "$logs"/*.log | sort -u
for status in "$logs"/*.status; do grep -q '^passed$' "$status" || echo "FAILED: $(basename "$status" .status)"; done
echo "${WHAT:-test programs}: $passed passed, $failed failed, $skipped skipped"
[ "$failed" -eq 0 ]
