#!/bin/sh
# Published figures of memory, recomputed from their definitions where these are public (peak.awk), next to what taso
# analyze says of the same networks at one byte an element: prior_art.sh TASO FOLDER > prior-art.tsv
#
# FOLDER has published.tsv, and a .net file per network that is not built in. verdict:
#   agrees              the published figure is what its definition gives
#   N by definition     it is not
#   less, N x           our least RAM without repeated multiply-adds is N of the published figure; more: likewise
# Against figures that do not count the image, or take it in parts, stands ours with the image by rows, whose rows count.
set -eu
taso=$1
folder=$2
net() { if [ -f "$folder/$1.net" ]; then echo "$folder/$1.net"; else echo "$1"; fi; }
key() { sed -n "s/^$1: //p" "$work"; }
work=$(mktemp)
trap 'rm -f "$work"' EXIT
tab=$(printf '\t')
echo '# format: taso-table 1'
printf 'network\tsource\twhat\textra_macs_percent\tpublished_bytes\tdefinition_bytes\twhole_bytes\tstreamed_bytes\timage_by_rows_bytes\tverdict\n'
sed 1d "$folder/published.tsv" | while IFS=$tab read -r network source what definition published image extra; do
    "$taso" analyze "$(net "$network")" --element-bytes 1 >"$work"
    whole=$(key least-ram-whole-bytes)
    streamed=$(key least-ram-streamed-bytes)
    rows=$(key least-ram-image-by-rows-bytes)
    recomputed=nan
    if [ "$definition" != - ]; then
        recomputed=$("$taso" networks "$(net "$network")" --folded |
            awk -v definition="$definition" -v image="$image" -f "${0%/*}/peak.awk")
    fi
    [ "$published" != - ] || published=nan
    verdict=$(awk -v published="$published" -v recomputed="$recomputed" -v image="$image" -v streamed="$streamed" \
        -v rows="$rows" 'BEGIN {
            if (published == "nan") published = recomputed
            else if (recomputed != "nan") printf "%s; ", published == recomputed ? "agrees" : recomputed " by definition"
            ours = image == "counted" ? streamed : rows
            printf "%s, %.2f x", ours < published + 0 ? "less" : "more", ours / published
        }')
    printf '%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\n' "$network" "$source" "$what" "$extra" "$published" "$recomputed" \
        "$whole" "$streamed" "$rows" "$verdict"
done
