#!/bin/sh
# estimate.sh NETWORKS [FLAGS] - is the time left that `taso profile` shows true? Measures a profile on a terminal of `script`, and prints
# at 25, 50 and 75 % how long it said the rest would take, how long that took, and the ratio; the last line says whether all are within
# 20 %. On an idle machine: the estimate cannot know what other processes will do.
set -eu
BIN=${BIN:-bin}
command -v script >/dev/null || { echo 'estimate.sh: script is missing (Debian: bsdutils)' >&2; exit 2; }
[ $# -ge 1 ] || { echo 'usage: estimate.sh NETWORKS [FLAGS], e.g. estimate.sh resnet50 --quick --cpu auto' >&2; exit 2; }
networks=$1
shift
work=$(mktemp -d)
trap 'rm -r "$work"' EXIT
script -qfec "$BIN/taso profile --network $networks -o $work/profile.tsv $*" /dev/null | stdbuf -oL tr '\r' '\n' | while IFS= read -r line; do
    case $line in *' % '*' left '*) printf '%s %s\n' "$(date +%s.%N)" "$line" ;; esac
done >"$work/lines"
date +%s.%N >"$work/end"
awk -v networks="$networks" '
    function seconds(text, part, n, i, sum) { # "12 s", "3 min 20 s", "1 h 05 min"
        n = split(text, part, " ")
        for (i = 1; i < n; i += 2) sum += part[i] * (part[i + 1] == "h" ? 3600 : part[i + 1] == "min" ? 60 : 1)
        return sum
    }
    FILENAME ~ /end$/ { end = $1; next }
    {
        gsub(/\033\[K/, "")
        match($0, /[0-9.]+ %/)
        share = substr($0, RSTART, RLENGTH) + 0
        rest = substr($0, RSTART + RLENGTH)
        sub(/ left.*/, "", rest)
        for (i = 1; i <= 3; i++) if (share >= 25 * i && share < 25 * (i + 1) && !(i in at)) { at[i] = $1; said[i] = seconds(rest) }
    }
    END {
        print "networks\tshare\tsaid_s\ttook_s\tsaid_over_took"
        for (i = 1; i <= 3; i++) {
            if (!(i in at)) { print networks "\t" 25 * i "\tnan\tnan\tnan"; bad = 1; continue }
            took = end - at[i]
            ratio = took > 0 ? said[i] / took : 0
            printf "%s\t%d\t%.0f\t%.0f\t%.2f\n", networks, 25 * i, said[i], took, ratio
            if (ratio < 0.8 || ratio > 1.2) bad = 1
        }
        print bad ? "not all within 20 %" : "all within 20 %"
    }' "$work/end" "$work/lines"
