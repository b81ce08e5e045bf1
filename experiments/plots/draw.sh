#!/bin/sh
# draw.sh SCRIPT OUT NAME=VALUE... - runs a gnuplot script with OUT and the other names set. The same data and the same gnuplot give the same
# bytes: no date in PDFs, fixed time zone and language. Of a table (DATA, POINTS) a figure of one NETWORK gets that network's rows only: gnuplot
# reads a table once per curve.
set -eu
script=$1 out=$2
shift 2
mkdir -p "$(dirname "$out")"
network=
for pair in "$@"; do case $pair in NETWORK=*) network=${pair#*=} ;; esac; done
settings="OUT='$out.tmp'; FORMAT='${out##*.}'"
for pair in "$@"; do
    name=${pair%%=*} value=${pair#*=}
    case $name in DATA | POINTS)
        if [ "$network" ] && [ -f "$value" ]; then
            awk -F '\t' -v network="$network" '/^# / { next } !at { for (at = NF; at > 0 && $at != "network"; at--); if (!at) exit 3; print; next }
                $at == network' "$value" >"$out.$name"
            value=$out.$name
        fi ;;
    esac
    settings="$settings; $name='$value'"
done
TZ=UTC LC_ALL=C.UTF-8 gnuplot -e "$settings" "$script" 2>"$out.log" || { cat "$out.log" >&2; exit 1; }
grep -v -e 'Skipping data file with no valid points' -e '^ *$' "$out.log" >&2 || true # a method or family without points is not an error
rm -f "$out.log" "$out.DATA" "$out.POINTS"
case $out in
*.pdf) LC_ALL=C sed 's|/CreationDate (D:[0-9]*Z)|/CreationDate (D:20000101000000Z)|' "$out.tmp" >"$out.tmp2" && mv "$out.tmp2" "$out" && rm "$out.tmp" ;;
*) mv "$out.tmp" "$out" ;;
esac
