#!/bin/sh
# made.sh TASO RESULTS FOLDER - all that paper.tex includes besides figures, from results and from the program, into FOLDER: numbers.tex, the rows of
# each table, primitives.tex, differences.tex.
set -eu
taso=$1 results=$2 folder=$3
tables=experiments/tables
layer=64,56,56,64,3,1,1 # one of VGG's and ResNet's size, which most primitives can compute
mkdir -p "$folder"
"$taso" primitives >"$folder/primitives.tsv"
{ echo name && sed -n 's/^SET_MEMBER(PUBLISHED, "\(.*\)")$/\1/p' kernels/primitive_sets.def; } >"$folder/published.tsv"
"$taso" primitives --scenario "$layer" | awk -v layer="$layer" '{ print $0 "\t" (NR == 1 ? "scenario" : layer) }' >"$folder/layer.tsv"
made() { LC_ALL=C awk -v results="$results" -v made="$folder" -f "$tables/columns.awk" -f "$tables/query.awk" -f paper/words.awk -f "paper/$1.awk" "paper/$2.tsv"; }
made primitives workspaces >"$folder/primitives.tex"
made tables tables
grep -rl --include='*.[ch]' --include='*.inc' --include='*.def' 'DEVIATION: ' solver formulation baselines kernels experiments | LC_ALL=C sort |
    xargs awk -f paper/differences.awk >"$folder/differences.tex"
made numbers numbers >"$folder/numbers.tex.tmp"
mv "$folder/numbers.tex.tmp" "$folder/numbers.tex" # last: there if all else is
