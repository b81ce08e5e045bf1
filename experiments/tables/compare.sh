#!/bin/sh
# compare.sh [--accept] MADE COMMITTED FOLDER... - are the results in MADE/FOLDER those in COMMITTED/FOLDER, byte for byte? Measurements (the profile,
# times of whole plans, the solver's effort) are input, and raw output with its times is discarded: neither is compared. Figures depend on gnuplot and the drawing
# libraries too: they are compared if those are the ones in COMMITTED/pictures-made-with.
# --accept: copies instead of comparing, so that git shows the changes.
set -u
accept=no
[ "$1" = --accept ] && accept=yes && shift
made=$1 committed=$2
shift 2
drawn_with() { gnuplot --version; sed -n 's/^PRETTY_NAME="\(.*\)"/\1/p' /etc/os-release 2>/dev/null; }
list() { (cd "$1" 2>/dev/null && find . -type f ! -path './raw/*' ! -name profile.tsv.gz ! -name back-to-back.tsv ! -name plans.tsv ! -name effort.tsv ! -name README.md | sort); }

if [ $accept = yes ]; then
    for folder in "$@"; do
        mkdir -p "$committed/$folder"
        list "$committed/$folder" | while read -r file; do rm "$committed/$folder/$file"; done
        list "$made/$folder" | while read -r file; do
            mkdir -p "$(dirname "$committed/$folder/$file")" && cp "$made/$folder/$file" "$committed/$folder/$file"
        done
    done
    drawn_with >"$committed/pictures-made-with"
    git status --short "$committed" 2>/dev/null | head -20
    exit 0
fi

differ=0 compared=0 skipped=0
same_tools=$([ "$(drawn_with)" = "$(cat "$committed/pictures-made-with" 2>/dev/null)" ] && echo yes || echo no)
for folder in "$@"; do
    for file in $( (list "$made/$folder"; list "$committed/$folder") | sort -u); do
        a=$committed/$folder/$file b=$made/$folder/$file
        case $file in *.pdf | *.png | *.svg) [ $same_tools = no ] && [ -f "$a" ] && [ -f "$b" ] && skipped=$((skipped + 1)) && continue ;; esac
        compared=$((compared + 1))
        cmp -s "$a" "$b" && continue
        differ=$((differ + 1))
        if [ ! -f "$a" ]; then echo "replay: $b is made, but $a is not committed"
        elif [ ! -f "$b" ]; then echo "replay: $a is committed, but not made any more"
        else
            echo "replay: $a is not what is made now ($b)"
            case $file in *.pdf | *.png) ;; *) diff -u "$a" "$b" | sed -n '3,12p' ;; esac
        fi
    done
done
[ $skipped -eq 0 ] || echo "replay: SKIPPED: $skipped pictures, made with other tools: $(tr '\n' ' ' <"$committed/pictures-made-with" 2>/dev/null)"
echo "replay: $compared files compared, $differ differ"
[ $differ -eq 0 ]
