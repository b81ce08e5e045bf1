#!/bin/bash
# bench_reading.sh - seconds and memory that bin/milp takes to read a program of N rows and columns and 5 N entries.
#
#   BIN      folder of milp                  (bin)
#   OUT      folder for what is made         (build/bench)
#   SIZES    of N                            (1000 10000 100000 1000000)
#   REPEAT   readings of each, the median counts  (5)
# Writes OUT/reading.tsv. Memory is the peak of the process right after reading; it includes the program itself.
set -u
BIN=${BIN:-bin} OUT=${OUT:-build/bench} SIZES=${SIZES:-1000 10000 100000 1000000} REPEAT=${REPEAT:-5}
mkdir -p "$OUT" || exit 2
work=$(mktemp -d) && trap 'rm -rf "$work"' EXIT INT TERM

program() { # N, at least 5: five entries a column, spread over the rows; names as people give them
    awk -v n="$1" 'BEGIN {
        print "NAME reading\nROWS\n N cost"
        for (i = 0; i < n; i++) print " L row" i
        print "COLUMNS"
        for (j = 0; j < n; j++) {
            print " col" j " cost " j % 17 + 1
            for (k = 0; k < 5; k++) print " col" j " row" (j * 7919 + k * int(n / 5)) % n " " (j + k) % 9 + 0.5
        }
        print "RHS"
        for (i = 0; i < n; i++) print " rhs row" i " " i % 100 + 1
        print "ENDATA" }'
}

median() { sort -g | awk '{ x[NR] = $1 } END { print x[int((NR + 1) / 2)] }'; }

{
    echo "# date: $(date -u +%Y-%m-%dT%H:%MZ)"
    echo "# host: $(sed -n 's/^model name[^:]*: //p' /proc/cpuinfo | head -1)"
    echo "# commit: $(git -C "$(dirname "$0")" describe --always --dirty 2>/dev/null)"
    printf 'rows\tentries\tform\tfile_bytes\tseconds\tpeak_kib\tbytes_an_entry\n'
    for n in $SIZES; do
        program "$n" >"$work/model.mps"
        gzip -1 -k "$work/model.mps"
        "$BIN/milp" "$work/model.mps" --quiet --write "$work/model.lp" || exit 2
        for form in mps mps.gz lp; do
            file=$work/model.$form
            for ((k = 0; k < REPEAT; k++)); do # a limit of no time: nothing is solved
                "$BIN/milp" "$file" --quiet --log --set time_limit=0 2>&1 >/dev/null | grep -P '^(entries|read_)'
            done >"$work/said"
            field() { awk -F'\t' -v name="$1" '$1 == name { print $2 }' "$work/said" | median; }
            printf '%d\t%d\t%s\t%d\t%s\t%s\t%s\n' "$n" "$(field entries)" $form "$(stat -c %s "$file")" "$(field read_seconds)" \
                "$(field read_peak_kib)" "$(awk -v k="$(field read_peak_kib)" -v e="$(field entries)" 'BEGIN { printf "%.0f", k * 1024 / e }')"
        done
        rm -f "$work"/model.*
    done
} >"$OUT/reading.tsv.tmp" && mv "$OUT/reading.tsv.tmp" "$OUT/reading.tsv"
