# mutants_reach.sh - part of mutants.sh: which test programs can notice a change of a line.
#
# Certain, and free: a program whose link takes no object compiled from the file cannot execute it, unless it starts milp or taso
# ($work/linked). Exact, and dear: the lines that a program executes (gcov, $work/cover), measured once for the same sources.

# --- what is linked ---------------------------------------------------------------------------------------------------------------------

# Lines "OBJECT SYMBOL TYPE" of the archives' members and of the tests' objects: $work/symbols.
write_symbols() {
    (cd "$work/tree1/build" && for layer in $FOLDERS; do
        nm -A -P -g "lib$layer.a" | sed -n "s|^[^[]*\[\([^]]*\)\]: \([^ ]* [^ ]*\).*|$layer:\1 \2|p"
    done && find tests -name '*.o' -exec nm -A -P -g {} + | sed -n 's|^\([^:]*\): \([^ ]* [^ ]*\).*|build/\1 \2|p') >"$work/symbols"
}

# "NAME<tab>OBJECT" for each member that the link of a program takes, found as a linker finds them: $work/linked. NAME<tab>* if it starts
# the two programs or compiles sources. A link that replaces a function (--wrap) counts as taking both.
write_links() {
    write_symbols
    printf '%s\n' $programs | awk -F'\t' 'NR == FNR { wanted[$1]; next } $1 in wanted { print $1 " " $2 }' - "$work/recipes" |
        awk 'NR == FNR {
                symbol = $2
                sub(/^__real_/, "", symbol)
                if ($3 == "w") next # pulls nothing in
                if ($3 == "U") needs[$1] = needs[$1] " " symbol " __wrap_" symbol
                else if ($1 ~ /^build\//) own[$1] = own[$1] " " symbol
                else if (!(symbol in owner)) owner[symbol] = $1
                next
            }
            function take(list,    n, k, s) {
                n = split(list, s, " ")
                for (k = 1; k <= n; k++)
                    if (!(s[k] in have) && (s[k] in owner) && !(owner[s[k]] in taken)) {
                        taken[owner[s[k]]]
                        take(needs[owner[s[k]]])
                    }
            }
            {
                split("", have); split("", taken)
                name = $1; sub(/.*\//, "", name)
                for (f = 2; f <= NF; f++) { n = split(own[$f], s, " "); for (k = 1; k <= n; k++) have[s[k]] }
                for (f = 2; f <= NF; f++) take(needs[$f])
                for (o in taken) print name "\t" o
            }' "$work/symbols" - >"$work/linked"
    for p in $programs; do
        name=$(basename "$p")
        if grep -qE 'harness_(program|command|taso|shell)|system\(|popen\(|#include "tests/support/(emitted|profiling|scratch_tree)' \
            "$work"/orig/tests/*/"$name.c"; then
            printf '%s\t*\n' "$name" >>"$work/linked"
        fi
    done
}

short_names() { # file: its objects as in $work/linked, on one line
    objects_of "$1" | sed 's|^build/\([a-z]*\)/.*/|\1:|; s|^build/\([a-z]*\)/|\1:|' | tr '\n' ' '
}

# --- what is executed --------------------------------------------------------------------------------------------------------------------

cover_one() { # program: $work/cover/NAME.lines holds the file:line that it executes
    name=$(basename "$1")
    out=$work/cover/raw/$name
    mkdir -p "$out" "$work/cover/tmp/$name"
    rm -f "$work/cover/$name.key" "$work/cover/$name.failed"
    (cd "$work/cover/tree" && GCOV_PREFIX=$out TMPDIR=$work/cover/tmp/$name OMP_WAIT_POLICY=passive TASO_DATA=${DATA:-none} TASO_BIN=bin \
        CK_DEFAULT_TIMEOUT=1200 "$1") >"$work/cover/$name.log" 2>&1 || : >"$work/cover/$name.failed"
    times >"$work/cover/$name.times" # the second line is of children
    awk -F'[ms ]+' 'NR == 2 { printf "%.0f\n", 60 * ($1 + $3) + $2 + $4 }' "$work/cover/$name.times" >"$work/cover/$name.seconds"
    find "$out" -name '*.gcda' -not -path '*/build/tests/*' | while read -r data; do
        notes=${data#"$out"}
        ln -sf "${notes%.gcda}.gcno" "${data%.gcda}.gcno"
        echo "$data"
    done | (cd "$work/cover/tree" && xargs gcov -t 2>/dev/null) | awk -F: -v known="$work/cover/$name.known" '
        $3 == "Source" { file = $4; next }
        $2 + 0 > 0 { gsub(/ /, "", $1); gsub(/ /, "", $2); if ($1 == "-") next
                     print file ":" $2 > known; if ($1 !~ /^[#=]/) print file ":" $2 }' | sort -u >"$work/cover/$name.lines"
    [ ! -f "$work/cover/$name.failed" ] || : >"$work/cover/$name.lines"
    key_of "$1" >"$work/cover/$name.key"
    rm -rf "$out" "$work/cover/tmp/$name"
}

key_of() { echo "$key $(git ls-files "tests/*/$(basename "$1").c" | xargs cat | cksum)"; }

# Only programs whose own file has changed are run again, as long as all that they share is the same.
cover_all() {
    printf '%s\n' $programs | while read -r p; do
        [ "$(cat "$work/cover/$(basename "$p").key" 2>/dev/null)" = "$(key_of "$p")" ] || echo "$p"
    done >"$work/cover/todo"
    [ -s "$work/cover/todo" ] || return 0
    say "measuring the coverage of $(wc -l <"$work/cover/todo") test programs, once for these sources"
    copy_tree "$work/cover/tree"
    # shellcheck disable=SC2046
    make_in "$work/cover/tree" coverage -j"$JOBS" all $(cat "$work/cover/todo") >"$work/cover/build.log" 2>&1 ||
        die "no coverage: see $work/cover/build.log"
    xargs -P "$JOBS" -n 1 "$0" --cover <"$work/cover/todo"
    [ "$(cat "$work/cover/known.key" 2>/dev/null)" != "$key" ] || mv "$work/cover/known" "$work/cover/before.known"
    sort -u "$work/cover/"*.known >"$work/cover/known" && rm -f "$work/cover/"*.known
    echo "$key" >"$work/cover/known.key"
    for f in "$work/cover/"*.failed; do
        [ ! -f "$f" ] || say "coverage unknown, since it fails with the counters: $(basename "$f" .failed), see $work/cover/$(basename "$f" .failed).log"
    done
}

# --- which programs to run, and in which order --------------------------------------------------------------------------------------------

# "PROGRAM NAME SOURCE SECONDS" of each, in $work/programs.
write_programs() {
    for p in $programs; do
        name=$(basename "$p")
        counted=$work/cover/$name.seconds
        [ ! -f "$work/cover/$name.failed" ] || counted=$p.seconds
        seconds=$(cat "$counted" 2>/dev/null || cat "$p.seconds" 2>/dev/null || echo 12)
        echo "$p $name $(cd "$work/orig" && ls tests/*/"$name.c") $seconds"
    done | grep -v ' tests/tools/' >"$work/programs"
}

# Names of the programs whose links take the file, or that start others.
linking() { # file
    awk -F'\t' -v objects=" $(short_names "$1") " '$2 == "*" || index(objects, " " $2 " ") { print $1 }' "$work/linked" | sort -u
}

# Names of the programs that can reach FILE:LINE. A line without code counts as the last one before it that has some. A program that could
# not be counted (it builds a tree itself, or fences memory) can reach whatever it links.
reaching() { # file, line
    at=
    [ "$COVERAGE" = no ] ||
        at=$(awk -F: -v file="$1" -v line="$2" '$1 == file && $2 <= line && $2 > best { best = $2 } END { if (best) print file ":" best }' "$work/cover/known")
    if [ -n "$at" ]; then
        (cd "$work/cover" && grep -lxF "$at" ./*.lines) | sed 's|^\./||; s|\.lines$||'
        linking "$1" | while read -r name; do [ ! -f "$work/cover/$name.failed" ] || echo "$name"; done
    else
        linking "$1"
    fi
}

# Those, the most promising first: "SECONDS PROGRAM" per line. Named like the file; includes its header; has its word, as of a subcommand;
# tests of the same folder. Seconds count for less where a program has noticed mutants before.
relevant() { # file, line
    stem=$(basename "$1" | sed 's/\.[ch]$//')
    reaching "$1" "$2" >"$tree/reaching"
    (cd "$work/orig" && grep -l "\"[a-z/]*$stem\.h\"" tests/*/test_*.c) >"$tree/including"
    (cd "$work/orig" && grep -lw "${stem#cmd_}" tests/*/test_*.c) >"$tree/naming"
    find "$work/rows" -type f -exec cut -f5 {} + | sed 's/ .*//' >"$tree/successful"
    awk -v stem="$stem" -v folder="tests/${1%%/*}/" '
        FILENAME ~ /reaching$/ { reaches[$1]; next }
        FILENAME ~ /successful$/ { noticed[$1]++; next }
        FILENAME ~ /including$/ { includes[$1]; next }
        FILENAME ~ /naming$/ { names[$1]; next }
        $2 in reaches {
            what = substr($2, 6)
            first = stem; sub(/_.*/, "", first)
            rest = stem; sub(/^[^_]*_/, "", rest)
            near = what == stem ? 0 : index(what, first) == 1 || what == rest || $3 in includes ? 1 : $3 in names || index($3, folder) == 1 ? 2 : 3
            print 3 * near + $4 / (1 + noticed[$2]), $4, $1
        }' "$tree/successful" "$tree/reaching" "$tree/including" "$tree/naming" "$work/programs" | sort -n -k1,1 -s | cut -d' ' -f2-
}
