#!/bin/sh
# measured_by.sh [FLAGS] - a digest of what measured times depend on: every source of kernels/, what the profiler includes of experiments/
# (the sources themselves, not a list of them, so that they may move), and the kernels' compiler flags. Comments and white space do not
# count. Rows of two profiles may be put together only where it is the same. --list: the files instead.
set -u
export LC_ALL=C
kernels() { find kernels -type f \( -name '*.[ch]' -o -name '*.inc' -o -name '*.def' \); }
experiments() { find experiments -type f -name '*.[ch]'; }
# From profiler.c on: each header that is included, and the source file of that name.
measuring() {
    # shellcheck disable=SC2046
    awk '{ if (split($0, part, "\"") > 1 && part[1] ~ /^#include/) includes[FILENAME] = includes[FILENAME] part[2] "\n" }
        FNR == 1 { there[FILENAME] = 1 }
        function visit(file, list, n, i, source) {
            if (!(file in there) || seen[file]++) return
            print file
            n = split(includes[file], list, "\n")
            for (i = 1; i < n; i++) {
                source = list[i]
                sub(/h$/, "c", source)
                visit(list[i])
                visit(source)
            }
        }
        END { for (file in there) if (file ~ /\/profiler\.c$/) visit(file) }' $(experiments)
}
# By name, wherever they lie.
files() { { kernels; measuring; } | awk -F / '{ print $NF "\t" $0 }' | sort | cut -f 2-; }

# C without comments, each run of white space as one space, without empty lines.
code() {
    awk 'function emit(text) { line = line text }
        { line = ""; rest = $0 }
        {
            while (rest != "") {
                if (inside) {
                    if (!(end = index(rest, "*/"))) break
                    rest = substr(rest, end + 2)
                    inside = 0
                    emit(" ")
                } else if (match(rest, /"(\\.|[^"\\])*"|\047(\\.|[^\047\\])*\047|\/\*|\/\//)) {
                    emit(substr(rest, 1, RSTART - 1))
                    token = substr(rest, RSTART, RLENGTH)
                    rest = substr(rest, RSTART + RLENGTH)
                    if (token == "//") break
                    inside = token == "/*"
                    if (!inside) emit(token)
                } else {
                    emit(rest)
                    break
                }
            }
            gsub(/[ \t]+/, " ", line)
            sub(/^ /, "", line)
            sub(/ $/, "", line)
            if (line != "") print line
        }' "$@"
}

[ "${1-}" = --list ] && { files; exit; }
# shellcheck disable=SC2046
{ code $(files) && echo "$*"; } | cksum | sed 's/ /-/'
