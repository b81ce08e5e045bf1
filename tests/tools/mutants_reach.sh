# mutants_reach.sh - part of mutants.sh: which test programs can notice a change of a line.
#
# Certain, and free: a program whose link takes no object compiled from the file cannot execute it, unless it starts milp or taso
# ($work/linked). Exact, and dear: the lines that a program executes (gcov, $work/cover), measured once for the same sources.

# --- what is linked ---------------------------------------------------------------------------------------------------------------------

# "SYMBOL OBJECT" of the archives: $work/symbols.
write_symbols() {
    for layer in $FOLDERS; do
        nm -A -P -g --defined-only "$work/tree1/build/lib$layer.a" | sed -n "s|^[^[]*\[\([^]]*\)\]: \([^ ]*\) .*|\2 $layer:\1|p"
    done >"$work/symbols"
}

# "NAME<tab>OBJECT" of a program, into $work/links/NAME; NAME<tab>* if it starts the two programs or compiles sources.
link_one() { # program
    name=$(basename "$1") tree=$work/tree1
    run_recipe "$1" || die "$name does not link"
    nm -P -g --defined-only "$tree/$1" | awk -v name="$name" 'NR == FNR { of[$1] = $2; next } $1 in of { print name "\t" of[$1] }' "$work/symbols" - |
        sort -u >"$work/links/$name"
    if grep -qE 'harness_(program|command|taso|shell)|system\(|popen\(|#include "tests/support/(emitted|profiling|scratch_tree)' \
        "$work"/orig/tests/*/"$name.c"; then
        printf '%s\t*\n' "$name" >>"$work/links/$name"
    fi
}

is_linked() { # name, objects as in $work/linked
    awk -F'\t' -v name="$1" -v objects=" $2 " '$1 == name && ($2 == "*" || index(objects, " " $2 " ")) { found = 1; exit } END { exit !found }' "$work/linked"
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
        [ ! -f "$f" ] || say "left out, since it fails without any change: $(basename "$f" .failed), see $work/cover/$(basename "$f" .failed).log"
    done
}

# --- which programs to run, and in which order --------------------------------------------------------------------------------------------

# Programs that can reach FILE:LINE, the most promising first: "SECONDS PROGRAM" per line. A line without code counts as the last one before
# it that has some.
relevant() { # file, line
    at='' linked_as=$(short_names "$1")
    if [ "$COVERAGE" = yes ]; then
        at=$(awk -F: -v file="$1" -v line="$2" '$1 == file && $2 <= line && $2 > best { best = $2 } END { if (best) print file ":" best }' "$work/cover/known")
    fi
    stem=$(basename "$1" | sed 's/\.[ch]$//')
    for p in $programs; do
        name=$(basename "$p")
        source=$(cd "$work/orig" && ls tests/*/"$name.c")
        if [ -n "$at" ]; then grep -qxF "$at" "$work/cover/$name.lines"; else is_linked "$name" "$linked_as"; fi || continue
        case $source in tests/tools/*) continue ;; esac
        seconds=$(cat "$work/cover/$name.seconds" 2>/dev/null || cat "$p.seconds" 2>/dev/null || echo 12)
        case ${name#test_} in "$stem") near=0 ;; "${stem%%_*}"* | "${stem#*_}") near=1 ;; *) near=3 ;; esac
        [ "$near" -ge 2 ] && grep -q "\"[a-z/]*$stem\.h\"" "$work/orig/$source" && near=1
        [ "$near" = 3 ] && grep -qw "${stem#cmd_}" "$work/orig/$source" && near=2 # a subcommand, an option
        [ "$near" = 3 ] && [ "${source%/*}" = "tests/${1%%/*}" ] && near=2
        echo "$((3 * near + seconds)) $seconds $p"
    done | sort -n -k1,1 -s | cut -d' ' -f2-
}
