#!/bin/bash
# same_tree.sh MILP OTHER_MILP - checks that two builds of milp (or one, run twice) take the same pivots through the same tree to the same
# answer, on Netlib, MIPLIB (a few nodes each) and some of the testbed's own programs. Prints each difference; exit status 1 if there is one.
#   DATA  folder of lp/netlib and lp/miplib3;  TASO  program that exports our own;  MOST  largest compressed file used, in bytes
set -u
one=$1 other=$2 DATA=${DATA:-../shared/data} TASO=${TASO:-bin/taso} MOST=${MOST:-60000}
work=$(mktemp -d) && trap 'rm -rf "$work"' EXIT INT TERM
compared=0 differ=0

facts() { # MILP FILE: everything but seconds
    "$1" "$2" --quiet --node-limit 30 --set iteration_limit=30000 2>&1 | grep -v '^seconds:'
}
compare() { # FILE
    compared=$((compared + 1))
    facts "$one" "$1" >"$work/one"
    facts "$other" "$1" >"$work/other"
    cmp -s "$work/one" "$work/other" && return
    differ=$((differ + 1))
    echo "differs: $(basename "$1")"
    diff "$work/one" "$work/other" | sed 's/^/    /'
}

for file in "$DATA"/lp/netlib/*.mps.gz "$DATA"/lp/miplib3/*.mps.gz; do
    [ -f "$file" ] && [ "$(wc -c <"$file")" -le "$MOST" ] && compare "$file"
done
[ $compared -gt 0 ] || echo "SKIPPED: no Netlib or MIPLIB files in $DATA/lp"
for network in vgg16 googlenet resnet18 squeezenet1.0; do
    for model in workspace unshared footprint; do
        for form in flow product; do
            "$TASO" export --network $network --profile results/reference/profile.tsv.gz --memory-model $model --budget 48M --formulation $form \
                -o "$work/$network-$model-$form.mps" >/dev/null 2>&1 && compare "$work/$network-$model-$form.mps"
        done
    done
done
echo "$compared programs compared, $differ differ: $one, $other"
[ $differ -eq 0 ]
