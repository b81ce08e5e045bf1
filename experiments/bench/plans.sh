#!/bin/sh
# plans.sh - do plans hold? Selects and runs, for every network: taso at the least budget, at the median point of the frontier and without a
# budget, pbqp, greedy-memory and sum2d; memory model workspace. Each must be within tolerance of the reference (in double, made once per
# network) and use the bytes planned; predicted and measured time are listed next to each other. Rows are kept as they are made: rerunning
# the command resumes. Settings, all optional: PROFILE, OUT (a folder), NETWORKS, REPEAT, BIN, WORK, PIN (a command such as `taskset -c 1`).
set -u
BIN=${BIN:-bin} WORK=${WORK:-build/plans} OUT=${OUT:-results/bench} REPEAT=${REPEAT:-15} PIN=${PIN:-}
PROFILE=${PROFILE:-results/reference/profile.tsv.gz}
NETWORKS=${NETWORKS:-$($BIN/taso networks | awk '$6 == "paper" { print $1 }')}
cases='taso:least taso:median taso:none pbqp:none greedy-memory:none sum2d:none'
tables=experiments/tables

[ -r "$PROFILE" ] || { echo "plans.sh: cannot read $PROFILE (expected a profile)" >&2; exit 2; }
# Rows of another profile or program are not mixed in.
rows=$WORK/$(cat "$PROFILE" "$BIN/taso" | cksum | tr ' ' -)
mkdir -p "$rows" "$OUT" || exit 2
partial=$rows/partial.$$
trap 'rm -f "$partial".*' EXIT
trap 'exit 1' INT TERM

value() { sed -n "s/^$1: //p" "$2"; }
macs() { "$BIN/taso" networks | awk -v n="$1" '$1 == n { print $4 / 1e9 }'; }
# Work of a row, proportional to time: direct loops, and for the first row the reference.
work() { # network method first
    macs "$1" | awk -v method="$2" -v first="$3" '{ print 2 + 1.5 * $1 + (method == "sum2d" ? $1 : 0) + (first ? $1 : 0) }'
}
budgets() { # network: sets $least and $median of its frontier
    "$BIN/taso" frontier --quiet --network "$1" --profile "$PROFILE" --method sweep -o "$partial.frontier" >/dev/null || return 1
    least=$(awk '!/^#/ && $1 ~ /^[0-9]/ { print $1; exit }' "$partial.frontier")
    median=$(awk '!/^#/ && $1 ~ /^[0-9]/ { b[++n] = $1 } END { print b[int((n + 1) / 2)] }' "$partial.frontier")
}
bad() {
    echo "plans.sh: $*" >&2
    failed=$((failed + 1))
}

# One row: selects, runs, checks, writes it.
measure() { # network method budget-name budget-bytes
    plan=$partial.plan said=$partial.said ran=$partial.ran
    budget=
    [ "$4" = none ] || budget="--budget $4"
    # shellcheck disable=SC2086
    "$BIN/taso" select --quiet --network "$1" --profile "$PROFILE" --method "$2" $budget -o "$plan" >"$said" ||
        { bad "$1 $2 $3: no selection"; return; }
    # Direct loops take ten seconds for one run of VGG.
    repeat=$(awk -v most="$REPEAT" -v ns="$(value time-ns "$said")" 'BEGIN { r = int(3e9 / ns); if (r > most) r = most; print(r < 1 ? 1 : r) }')
    # shellcheck disable=SC2086
    $PIN "$BIN/taso" run "$plan" --check --reference "$rows/$1.reference" --repeat $repeat >"$ran" ||
        { bad "$1 $2 $3: the run failed"; return; }
    [ "$(value used-bytes "$ran")" = "$(value planned-bytes "$ran")" ] ||
        { bad "$1 $2 $3: $(value used-bytes "$ran") bytes used, $(value planned-bytes "$ran") planned"; return; }
    drift=$(value drift-compute "$ran") memory=$(value drift-memory "$ran")
    {
        printf '%s\t%s\t%s\t%s\t%s\t' "$1" "$2" "$3" "$4" "$(value memory-bytes "$said")"
        for key in planned-bytes used-bytes max-relative-error tolerance predicted-ns measured-ns measured-spread-ns; do
            printf '%s\t' "$(value $key "$ran")"
        done
        awk -v p="$(value predicted-ns "$ran")" -v m="$(value measured-ns "$ran")" 'BEGIN { printf "%.3f\t", m / p }'
        printf '%s\t%s\t%s\n' "$(value peak-rss-bytes "$ran")" "${drift:-nan}" "${memory:-nan}"
    } >"$partial.row"
    awk -F '\t' 'NF != 16 { exit 1 } { for (i = 1; i <= NF; i++) if ($i == "") exit 1 }' "$partial.row" ||
        { bad "$1 $2 $3: a figure is missing in what select and run have said"; return; }
    mv "$partial.row" "$rows/$1.$2.$3"
}

failed=0 total=0 all=0 todo=0 began=$(date +%s)
for network in $NETWORKS; do
    first=1
    for case in $cases; do
        all=$((all + 1))
        [ -f "$rows/$network.${case%:*}.${case#*:}" ] && continue
        todo=$((todo + 1))
        [ -f "$rows/$network.reference" ] && first=0
        total=$(echo "$total $(work "$network" "${case%:*}" $first)" | awk '{ print $1 + $2 }')
        first=0
    done
done
echo "plans.sh: $todo of $all plans are still to be run" >&2
passed=0
for network in $NETWORKS; do
    least='' first=1
    for case in $cases; do
        method=${case%:*} name=${case#*:}
        row=$rows/$network.$method.$name
        if [ ! -f "$row" ]; then
            [ -n "$least" ] || budgets "$network" || { bad "$network: no frontier"; break; }
            case $name in least) bytes=$least ;; median) bytes=$median ;; *) bytes=none ;; esac
            [ -f "$rows/$network.reference" ] && first=0
            passed=$(echo "$passed $(work "$network" "$method" $first)" | awk '{ print $1 + $2 }')
            measure "$network" "$method" "$name" "$bytes"
            now=$(($(date +%s) - began))
            echo "$passed $total $now" | awk -v what="$network $method $name" \
                '{ printf "%3.0f %%, %d s, about %d s left: %s\n", 100 * $1 / $2, $3, $3 * ($2 - $1) / $1, what }' >&2
        fi
    done
    rm -f "$rows/$network.reference"
done

table=$OUT/plans.tsv
{
    echo '# format: taso-plans 1'
    echo "# profile: $PROFILE, $(gzip -cdf "$PROFILE" | sed -n 's/^# commit: //p;s/^# date: //p' | tr '\n' ' ')"
    echo "# program: $("$BIN/taso" --version)"
    echo "# date: $(date -u +%Y-%m-%dT%H:%M:%SZ)"
    printf 'network\tmethod\tpoint\tbudget_bytes\tworkspace_bytes\tplanned_bytes\tused_bytes\tmax_relative_error\ttolerance\tpredicted_ns\t'
    printf 'measured_ns\tmeasured_spread_ns\tmeasured_ratio\tmeasured_peak_rss_bytes\tmeasured_drift_compute\tmeasured_drift_memory\n'
    for network in $NETWORKS; do
        for case in $cases; do cat "$rows/$network.${case%:*}.${case#*:}" 2>/dev/null; done
    done
} >"$partial.table" && mv "$partial.table" "$table" &&
    awk -f $tables/columns.awk -f $tables/plans.awk "$table" >"$partial.md" && mv "$partial.md" "$OUT/plans.md" || exit 2
tail -n 8 "$OUT/plans.md"
[ $failed -eq 0 ] || { echo "plans.sh: $failed plans were not kept" >&2; exit 1; }
