#!/bin/sh
# formulations.sh BIN RESULTS NETWORK... - the integer program of a selection in both forms, (2) and (2'), under every memory model: size, root bound,
# nodes, time. A table on standard output: results/bench/formulations.tsv.
#
# BIN: the folder of milp and taso. RESULTS: the folder of a profile and of its memory.tsv, which has the budget: the least memory within 15 % of the
# fastest. root_ns: the optimum of the relaxation of the program as exported; gap_percent: how far that lies below the optimum. seconds: CPU time of
# milp, the least of three runs.
set -eu
bin=$1 results=$2
shift 2
scratch=$(mktemp -d "${TMPDIR:-/tmp}/formulations.XXXXXX")
trap 'rm -rf "$scratch"' EXIT INT TERM
value() { sed -n "s/^$1: //p" "$scratch/$2"; }
cpu() { # the mean of five runs, by the shell's count of its children, which has hundredths
    (for i in 1 2 3 4 5; do "$bin/milp" "$scratch/p.mps" >"$scratch/solved"; done && times) | tail -1 |
        awk '{ gsub(/[ms]/, " "); printf "%.3f", (60 * ($1 + $3) + $2 + $4) / 5 }'
}
measure() { # network, memory model, budget, form
    "$bin/taso" export --quiet --network "$1" --profile "$results/profile.tsv.gz" --memory-model "$2" --budget "$3" --formulation "$4" \
        -o "$scratch/p.mps" >"$scratch/exported"
    "$bin/milp" --relax "$scratch/p.mps" >"$scratch/relaxed"
    seconds=$(cpu)
    if [ "$(value status solved)" != optimal ]; then
        echo "formulations.sh: $1, $2, $4: $(value status solved) (expected optimal)" >&2
        exit 2
    fi
    printf '%s\t' "$1" "$2" "$3" "$4" "$(value columns exported)" "$(value rows exported)" "$(value entries exported)" "$(value objective relaxed)" \
        "$(value objective solved)"
    awk -v root="$(value objective relaxed)" -v best="$(value objective solved)" 'BEGIN { printf "%.3f\t", 100 * (1 - root / best) }'
    printf '%s\t%s\t%s\n' "$(value nodes solved)" "$(value iterations solved)" "$seconds"
}

echo '# format: taso-table 1'
echo "# program: $("$bin/milp" --version | head -1)"
echo "# profile: $results/profile.tsv.gz"
echo "# host: $(sed -n 's/^model name[^:]*: //p' /proc/cpuinfo | head -1)"
printf 'network\tmemory_model\tbudget_bytes\tform\tcolumns\trows\tentries\troot_ns\tbest_ns\tgap_percent\tnodes\titerations\tseconds\n'
awk -F '\t' -v networks=" $* " '
    /^# / { next }
    !named { for (i = 1; i <= NF; i++) at[$i] = i; named = 1; next }
    $at["slack"] == "0.15" && $at["memory_model"] != "streamed" && index(networks, " " $at["network"] " ") {
        print $at["network"], $at["memory_model"], $at["memory_bytes"]
    }' "$results/memory.tsv" |
    while read -r network model budget; do
        for form in flow product; do measure "$network" "$model" "$budget" "$form"; done
    done
