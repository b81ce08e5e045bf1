#!/bin/bash
# bench_own.sh FOLDER - writes the testbed's own programs as MPS files into FOLDER and prints "SET NAME FILE" for each.
#
# Every network on every profile, for each memory model, at BUDGETS budgets, in each formulation. Budgets lie between the minimum
# (number 1) and what the fastest selection needs (the last), closer together near the minimum, where they are hard.
# Every SHARE-th of these is taken, spread evenly; SHARE=1 takes all (some thousand).
#
# Settings are environment variables:
#   BIN, DATA     folder of taso, of trinnity/                      (bin, ../shared/data)
#   PROFILES      profiles, and published tables as .csv.gz         (the committed one, three published ones)
#   NETWORKS MODELS BUDGETS FORMULATIONS                            (the paper's; workspace unshared footprint; 20; flow product)
#   SHARE, MATCH  as above; a regular expression that names match   (60, all)
set -u
folder=$1
here=$(dirname "$0")
DATA=${DATA:-../shared/data} BIN=${BIN:-bin} MATCH=${MATCH:-.} SHARE=${SHARE:-60} BUDGETS=${BUDGETS:-20}
MODELS=${MODELS:-workspace unshared footprint} FORMULATIONS=${FORMULATIONS:-flow product}
NETWORKS=${NETWORKS:-$(basename -s .net "$here"/../../formulation/networks/*.net | tr '\n' ' ')}
PROFILES=${PROFILES:-"results/reference/profile.tsv.gz $DATA/trinnity/intel.csv.gz $DATA/trinnity/amd.csv.gz $DATA/trinnity/arm.csv.gz"}
work=$(mktemp -d) && trap 'rm -rf "$work"' EXIT INT TERM
number=0

# The published tables have SqueezeNet's layers for an input of 224 x 224; built in is the authors' 227.
network_for() { # PROFILE-NAME NETWORK
    [[ $1 != reference && $2 == squeezenet* ]] || { echo "$2"; return; }
    sed 's/h=227 w=227/h=224 w=224/' "$here/../../formulation/networks/$2.net" >"$work/$2-224.net" && echo "$work/$2-224.net"
}

for profile in $PROFILES; do
    [ -f "$profile" ] || { echo "bench: SKIPPED profile $profile: it is not here" >&2; continue; }
    label=$(basename "${profile%.gz}" .tsv)
    [ "$label" = profile ] && label=$(basename "$(dirname "$profile")")
    if [[ $profile == *.csv.gz ]]; then
        label=$(basename "$profile" .csv.gz)
        "$BIN/taso" profile-import "$profile" -o "$work/$label.tsv" >/dev/null 2>&1 && profile=$work/$label.tsv || continue
    fi
    for network in $NETWORKS; do
        net=$(network_for "$label" "$network")
        for model in $MODELS; do
            given=(--network "$net" --profile "$profile" --memory-model "$model")
            least='' most=''
            for ((b = 1; b <= BUDGETS; b++)); do
                for formulation in $FORMULATIONS; do
                    number=$((number + 1)) name=$label-$network-$model-$b-$formulation
                    ((number * 2654435761 % 4294967296 / 65536 % SHARE == 0)) && [[ $name =~ $MATCH ]] || continue
                    if [ -z "$most" ]; then
                        most=$("$BIN/taso" select "${given[@]}" --method taso --quiet 2>/dev/null | awk '/^memory-bytes:/ { print $2 }')
                        [ -n "$most" ] || break 2 # the table has nothing of this network
                        least=$("$BIN/taso" export "${given[@]}" --budget 0 -o "$work/none.mps" 2>&1 | awk '/the minimum is/ { print $NF }')
                    fi
                    budget=$(awk -v l="${least:-0}" -v m="$most" -v b=$b -v n="$BUDGETS" \
                        'BEGIN { printf "%.0f", (n > 1) ? l + (m - l) * ((b - 1) / (n - 1)) ^ 3 : m }')
                    [ "$folder/$name.mps" -nt "$BIN/taso" ] || "$BIN/taso" export "${given[@]}" --budget "$budget" \
                        --formulation "$formulation" -o "$folder/$name.mps" >/dev/null 2>&1 || { echo "bench: no program $name" >&2; continue; }
                    echo "own-$formulation $name $folder/$name.mps"
                done
            done
        done
    done
done
