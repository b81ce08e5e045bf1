#!/bin/sh
# draw.sh SCRIPT OUT... NAME=VALUE... - runs a gnuplot script with the names set, once for each OUT, whose ending is the format. The same data and the
# same gnuplot give the same bytes: no date in PDFs, fixed time zone and language. Of a table (DATA, POINTS) a figure of one NETWORK gets that network's
# rows only: gnuplot reads a table once per curve.
set -eu
script=$1
shift
outs= network= settings=
for word in "$@"; do
    case $word in NETWORK=*) network=${word#*=} ;; *=*) ;; *) outs="$outs $word"; out=$word ;; esac
done
mkdir -p "$(dirname "$out")"
for pair in "$@"; do
    name=${pair%%=*} value=${pair#*=}
    case $pair in
    DATA=* | POINTS=*)
        if [ "$network" ] && [ -f "$value" ]; then
            awk -F '\t' -v network="$network" '/^# / { next } !at { for (at = NF; at > 0 && $at != "network"; at--); if (!at) exit 3; print; next }
                $at == network' "$value" >"$out.$name"
            value=$out.$name
        fi ;;
    *=*) ;;
    *) continue ;;
    esac
    settings="$settings; $name='$value'"
done
set --
for picture in $outs; do set -- "$@" -e "OUT='$picture.tmp'; FORMAT='${picture##*.}'$settings" "$script" -e 'reset session'; done
TZ=UTC LC_ALL=C.UTF-8 gnuplot "$@" 2>"$out.log" || { cat "$out.log" >&2; exit 1; }
grep -v -e 'Skipping data file with no valid points' -e '^ *$' "$out.log" >&2 || true # a method or family without points is not an error
rm -f "$out.log" "$out.DATA" "$out.POINTS"
for picture in $outs; do
    case $picture in
    *.pdf) LC_ALL=C sed 's|/CreationDate (D:[0-9]*Z)|/CreationDate (D:20000101000000Z)|' "$picture.tmp" >"$picture.tmp2" && mv "$picture.tmp2" "$picture" && rm "$picture.tmp" ;;
    *) mv "$picture.tmp" "$picture" ;;
    esac
done
