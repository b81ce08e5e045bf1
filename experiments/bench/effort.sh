#!/bin/sh
# effort.sh BIN NET PROFILE FRONTIERS MODEL... - what it costs to solve one network's integer programs: per memory model and formulation (2), (2') one
# row with the program's size, how far its relaxation is below the optimum, and milp's nodes, pivots and seconds (LIMIT of them at most, 60). The
# budget is the least memory of a selection at most 5 % slower than the fastest: FRONTIERS.MODEL.frontier.tsv says it. NET is a name or a file.
set -eu
bin=$1 net=$2 profile=$3 frontiers=$4
shift 4
work=$(mktemp -d) && trap 'rm -rf "$work"' EXIT INT TERM
tables=experiments/tables
value() { sed -n "s/^$2: //p" "$work/$1"; }
solve() { # OUT ARGUMENTS...
    out=$1 status=0
    shift
    "$bin/milp" --quiet --time-limit "${LIMIT:-60}" "$work/program.mps" "$@" >"$work/$out" || status=$?
    [ $status -le 1 ] || { echo "effort.sh: $net: milp ended with status $status (expected 0, or 1 at the limit)" >&2; exit 1; }
}
printf 'network\tmemory_model\tformulation\tbudget_bytes\tcolumns\trows\tentries\troot_gap_percent\toutcome\tnodes\tpivots\tseconds\n'
for model in "$@"; do
    budget=$(awk -f $tables/columns.awk -f $tables/points.awk -f $tables/within.awk -v slacks=0.05 "$frontiers.$model.frontier.tsv")
    for formulation in flow product; do
        "$bin/taso" export --quiet --network "$net" --profile "$profile" --memory-model "$model" --budget "$budget" --formulation $formulation \
            -o "$work/program.mps" >"$work/export"
        solve relaxed --relax
        solve solved
        gap=$(awk -v least="$(value relaxed objective)" -v best="$(value solved objective)" \
            'BEGIN { if (best + 0 > 0) printf "%.4f", 100 * (1 - least / best); else print "nan" }')
        printf '%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\n' "$(basename "$net" .net)" "$model" $formulation "$budget" "$(value export columns)" \
            "$(value export rows)" "$(value export entries)" "$gap" "$(value solved status)" "$(value solved nodes)" "$(value solved iterations)" \
            "$(value solved seconds)"
    done
done
