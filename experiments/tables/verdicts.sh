#!/bin/sh
# verdicts.sh [--partial] ROOT MEASURED - the verdicts on all claims (paper_claims.tsv) by the results below ROOT: a folder as results/ or results/local;
# MEASURED: where the profile's back-to-back.tsv is. --partial: only some networks or methods were asked for. A table on standard output.
set -eu
partial=
[ "$1" = --partial ] && partial=1 && shift
root=$1 measured=$2
tables=$(dirname "$0")
folders=machine=.
[ -d "$root/reference" ] && folders=machine=reference
for table in reference-published local-published; do
    [ -d "$root/$table" ] && folders="$folders machine-published=$table"
done
for table in "$root"/published/*/; do
    [ -f "$table/frontier.tsv" ] && table=$(basename "$table") && folders="$folders $table=published/$table"
done
[ -d "$root/prior-art" ] && folders="$folders prior-art=prior-art"
LC_ALL=C awk -v root="$root" -v measured="$measured" -v folders="$folders" -v partial="$partial" \
    -f "$tables/columns.awk" -f "$tables/query.awk" -f "$tables/verdicts.awk" "$tables/paper_claims.tsv"
