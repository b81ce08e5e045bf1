#!/bin/sh
# mutants.sh PROGRAM... - do the tests notice a typing error? Draws random changes of one token in the sources (tests/tools/mutations.h),
# builds and tests each in a copy of the tree. `make mutants` passes the test programs, and sets
#
#     N=40 SEED=1 FOLDER=solver   how many, which ones, and only in this folder; the same seed and sources give the same draws
#     CAP=120                     seconds of tests per mutant, in times of the unchanged programs; more relevant tests come first
#     MOST=25                     leave out programs for which `make check` noted more seconds than that (build/tests/NAME.seconds)
#     SANITIZED=no                do not try survivors under the sanitizers (the most relevant tests of at most 5 seconds)
#     COVERAGE=no                 run whatever links the changed file, instead of measuring once which program reaches which line
#     JOBS=2 DATA= WORK=build/mutants
#
# Seconds are those of the CPU, so that a busy machine changes neither verdicts nor the choice of tests.
# A draw that does not compile, or compiles to the same code, is not counted. The programs that reach the change are run, first those
# named like the file and those of its folder, unless others are quicker or have noticed others before; the first one that fails twice, or
# does not end, has noticed, provided that it passes in the same tree once the change is taken back. Not to end is to exceed five times the
# CPU seconds of the unchanged program, or its limit by the clock, while the unchanged program keeps to the same limit: otherwise the machine
# is to blame, and the limit is raised. A program that fails without the change has noticed nothing and is left out.
# Results: $WORK/report.tsv; interrupted (Ctrl-C), the run still reports the mutants that were judged, and the same command resumes it as
# long as no file of the tree has changed.
set -u
N=${N:-40} SEED=${SEED:-1} FOLDER=${FOLDER:-} JOBS=${JOBS:-2} CAP=${CAP:-120} MOST=${MOST:-25} COVERAGE=${COVERAGE:-yes} SANITIZED=${SANITIZED:-yes}
WORK=${WORK:-build/mutants} CC=${CC:-gcc} MAKE=${MAKE:-make}
FOLDERS='solver formulation baselines kernels experiments'
mkdir -p "$WORK" && work=$(cd "$WORK" && pwd)
[ -z "${DATA:-}" ] || DATA=$(cd "$DATA" 2>/dev/null && pwd)
if command -v ld.lld >/dev/null; then LINKER=-fuse-ld=lld; else LINKER=; fi
unset MAKEFLAGS MAKELEVEL MFLAGS
export DATA work SANITIZED CC MAKE CAP LINKER

say() { echo "mutants: $*"; }
die() { echo "mutants: $*" >&2; exit 1; }

. "${0%/*}/mutants_build.sh"
. "${0%/*}/mutants_reach.sh"

fields_of() { # a line of draws
    number=$(printf '%s\n' "$1" | cut -f1) file=$(printf '%s\n' "$1" | cut -f2) line=$(printf '%s\n' "$1" | cut -f3)
    place=$(printf '%s\n' "$1" | cut -f4) change="$(printf '%s\n' "$1" | cut -f5) -> $(printf '%s\n' "$1" | cut -f6)"
}

# --- one draw: does it change the code? ----------------------------------------------------------------------------------------------------

compile_to() { # object: by $recipe, in $tree
    mkdir -p "${1%/*}"
    (cd "$tree" && sh -c "${recipe% -o *} -o $1") >"$tree/judge.log" 2>&1
}

# The verdict of one draw; the objects of a mutant are kept for its tests.
judge() { # a line of draws
    fields_of "$1"
    [ -f "$work/judged/$number" ] && return
    worker_tree
    verdict=same
    "$work/mutate" apply "$work/orig/$file" "$place" >"$tree/$file"
    for o in $(objects_of "$file"); do
        new=$work/objects/$number/$o before=$work/objects/before/$o
        recipe=$(recipe_of "$o")
        [ -n "$recipe" ] || continue # not compiled here
        compile_to "$new" || { verdict=uncompilable && break; }
        if [ ! -f "$before" ]; then
            cp "$tree/$file" "$tree/changed" && cp -p "$work/orig/$file" "$tree/$file"
            compile_to "$before.$number" && mv "$before.$number" "$before"
            cp "$tree/changed" "$tree/$file"
        fi
        if cmp -s "$before" "$new"; then rm "$new"; else verdict=changed; fi
    done
    cp -p "$work/orig/$file" "$tree/$file" # with its old time: nothing is rebuilt
    [ "$verdict" = changed ] || rm -rf "${work:?}/objects/$number"
    echo "$verdict" >"$work/judged/$number"
}

# --- one mutant: which test notices? ---------------------------------------------------------------------------------------------------------

# status: whether the last test ended because of its limit, by the clock or of the CPU
late() { [ "$1" -eq 124 ] || [ "$1" -eq 137 ] || grep -q 'timeout expired' "$tree/test.log"; }
spun() { [ "$1" -eq 152 ] || grep -q 'Received signal 24' "$tree/test.log"; }

# A program, and both that tests start, of the sources as they are in $tree. The sanitized tree is left to make: it is used rarely.
build_for() { # kind, program
    case $1 in
    plain) link_in "$2" ;;
    *) make_in "$tree" "$1" -j"$JOBS" build/sanitize/bin/milp build/sanitize/bin/taso "build/sanitize/${2#build/}" ;;
    esac >"$tree/build.log" 2>&1
}

with_mutant() { # kind
    [ ! -f "$tree/.mutated" ] || return 0
    case $1 in
    plain) put_mutant "$number" "$file" "$place" ;;
    *) echo "$file" >"$tree/.mutated" && "$work/mutate" apply "$work/orig/$file" "$place" >"$tree/$file" ;;
    esac
}

without_mutant() { # kind
    case $1 in
    plain) take_out_mutant "$file" ;;
    *) [ ! -f "$tree/.mutated" ] || { cp "$work/orig/$file" "$tree/$file" && rm "$tree/.mutated"; } ;;
    esac
}

# Does the program pass in this tree without the mutant, under the same limits? Asked once for each program and kind, but each time if it
# is the limit that it exceeded. Leaves the tree without the mutant.
sound() { # kind, program, CPU seconds and seconds by the clock at most, whether late
    without_mutant "$1"
    mark=$work/sound/$1.$(basename "$2")
    if [ "$5" = yes ] || [ ! -f "$mark" ]; then
        if build_for "$1" "$2" && run_test "$1" "$2" "$3" "$4"; then echo yes >"$mark.$$"; else echo no >"$mark.$$"; fi
        [ "$(cat "$mark.$$")" = yes ] || cp "$tree/test.log" "$mark.log"
        [ "$(cat "$mark.$$")" = yes ] || [ "$5" = yes ] || say "left out, since it fails without any change: $(basename "$2"), see $mark.log"
        answer=$(cat "$mark.$$")
        if [ "$5" = yes ]; then rm "$mark.$$"; else mv "$mark.$$" "$mark"; fi
        [ "$answer" = yes ]
    else
        [ "$(cat "$mark")" = yes ]
    fi
}

# Whether the program fails in this tree, but not without the mutant: sets noticed.
run_relevant() { # kind, CPU seconds of the unchanged program, program
    cpu=$((10 + 5 * $2)) clock=$((120 + 20 * $2))
    [ "$1" = plain ] || cpu=$((4 * cpu))
    for round in 1 2 3; do
        run_test "$1" "$3" $cpu $clock
        status=$?
        [ $status -eq 0 ] && return
        if ! late $status && ! spun $status; then # twice, lest a test that fails now and then take the credit
            run_test "$1" "$3" $cpu $clock
            status=$?
            [ $status -eq 0 ] && say "$(basename "$3") failed once and passed once" >>"$work/flaky" && return
        fi
        ended=yes
        { late $status || spun $status; } && ended=no
        if sound "$1" "$3" $cpu $clock "$([ $ended = yes ] && echo no || echo yes)"; then
            noticed=$(basename "$3")
            [ "$1" = plain ] || noticed="$noticed (sanitized)"
            [ $ended = yes ] || noticed="$noticed (does not end)"
            return
        fi
        with_mutant "$1" && build_for "$1" "$3" || return
        [ $ended = no ] || return
        clock=$((3 * clock)) cpu=$((2 * cpu))
    done
}

# A mutant that compiles and does not link: never, unless the tree is damaged.
build_noticed() { # kind, program
    without_mutant "$1"
    build_for "$1" "$2" || die "$tree does not build without a change: see $tree/build.log"
    noticed='the build'
}

try_tests() { # kind: sets noticed
    spent=0
    relevant "$file" "$line" >"$tree/relevant"
    [ "$1" = plain ] || { awk '$1 <= 5' "$tree/relevant" | head -6 >"$tree/quick" && mv "$tree/quick" "$tree/relevant"; }
    while read -r seconds program; do
        { with_mutant "$1" && build_for "$1" "$program"; } </dev/null || { build_noticed "$1" "$program" </dev/null && return; }
        run_relevant "$1" "$seconds" "$program" </dev/null
        spent=$((spent + seconds))
        [ -z "$noticed" ] && [ $spent -le "$CAP" ] || break
    done <"$tree/relevant"
}

minutes_left() { # an estimate from the mutants since the run was begun or resumed
    done_so_far=$(find "$work/rows" -type f | wc -l) wanted_all=$(wc -l <"$work/mutants")
    read -r began had <"$work/started"
    passed=$(($(date +%s) - began)) judged=$((done_so_far - had))
    [ $judged -gt 0 ] || judged=1
    echo "$done_so_far of $wanted_all, about $(((passed * (wanted_all - done_so_far) / judged + 59) / 60)) min left"
}

test_one() { # kind, a line of draws -> a row of the report
    fields_of "$2"
    noticed='' from=$(date +%s)
    if [ "$1" = plain ]; then worker_tree; else tree=$work/sanitized; fi
    try_tests "$1"
    without_mutant "$1"
    rm -rf "$tree/scratch"
    [ "$1" = plain ] || : >"$work/tried/$number"
    printf '%d\t%s\t%d\t%s\t%s\t%d\n' "$number" "$file" "$line" "$change" "${noticed:-SURVIVED}" $(($(date +%s) - from)) >"$work/rows/$number"
    printf '%s:%s: %s: %s, %d s (%s)\n' "$file" "$line" "$change" "${noticed:+noticed by }${noticed:-SURVIVED}" $(($(date +%s) - from)) "$(minutes_left)"
}

# --- all --------------------------------------------------------------------------------------------------------------------------------

case ${1:-} in
--cover) cover_one "$2" && exit ;;
--judge) judge "$2" && exit ;;
--test)
    trap 'exit 130' INT # after the test that is running, which timeout keeps from the signal
    test_one "$2" "$3" && exit ;;
esac

programs=$(for p in "$@"; do [ "$(cat "$p.seconds" 2>/dev/null || echo 0)" -gt "$MOST" ] || echo "$p"; done)
export programs COVERAGE JOBS N
[ $# -gt 0 ] || die 'no test programs given (expected: make mutants)'
git ls-files | while read -r f; do [ ! -f "$f" ] || echo "$f"; done | LC_ALL=C sort >"$work/files"
key=$(grep -Ev '^tests/[a-z]*/test_|\.md$|^(tests/tools|paper|results)/' "$work/files" | xargs cksum | cksum | tr -d ' ')
export key
stamp="$N $SEED $FOLDER $CAP $MOST $COVERAGE $(xargs cksum <"$work/files" | cksum)"
if [ "$(cat "$work/stamp" 2>/dev/null)" = "$stamp" ]; then
    say "resuming: $(find "$work/rows" -type f | wc -l) mutants have been judged"
else
    rm -rf "$work/judged" "$work/rows" "$work/orig" "$work/sound" "$work/objects" "$work/tried" "$work/flaky"
fi
mkdir -p "$work/judged" "$work/rows" "$work/cover" "$work/sound" "$work/objects" "$work/tried"
echo "$stamp" >"$work/stamp"
copy_tree "$work/orig"
$CC -O1 -std=c17 -I. "$(git ls-files | grep '/mutate\.c$')" -o "$work/mutate" || die 'the generator does not compile'
test_objects=$(for p in $programs; do git ls-files "tests/*/$(basename "$p").c"; done | sed 's|^|build/|; s|c$|o|')
for w in $(seq "$JOBS"); do
    [ -d "$work/tree$w" ] || if [ "$w" = 1 ]; then start_tree "$work/tree1"; else cp -a "$work/tree1" "$work/tree$w"; fi
    copy_tree "$work/tree$w"
    say "building tree $w of $JOBS"
    # shellcheck disable=SC2086
    make_in "$work/tree$w" plain -j"$JOBS" all build/tests/support/harness.o build/tests/support/failing.o $test_objects >"$work/tree$w/build.log" 2>&1 ||
        die "the tree does not build: see $work/tree$w/build.log"
done
write_recipes
write_links
[ "$COVERAGE" = no ] || cover_all
write_programs

# shellcheck disable=SC2086
git ls-files ${FOLDER:-$FOLDERS} | grep '\.[ch]$' | (cd "$work/orig" && "$work/mutate" draw "$SEED" $((10 * N))) >"$work/draws" || exit 1
while :; do # in the order in which they were drawn, until enough change something
    enough=$(for n in $(seq $((10 * N))); do [ -f "$work/judged/$n" ] || break; cat "$work/judged/$n"; done | grep -c changed)
    judged=$(find "$work/judged" -type f | wc -l)
    [ "$enough" -ge "$N" ] || [ "$judged" -ge "$(wc -l <"$work/draws")" ] && break
    tail -n +$((judged + 1)) "$work/draws" | head -$((N - enough + 2)) | tr '\n' '\0' | xargs -0 -P "$JOBS" -n 1 "$0" --judge
done
while read -r draw; do
    n=$(printf '%s\n' "$draw" | cut -f1)
    [ "$(cat "$work/judged/$n" 2>/dev/null)" = changed ] && printf '%s\n' "$draw"
done <"$work/draws" | head -"$N" >"$work/mutants"
say "$(wc -l <"$work/mutants") mutants; of $(find "$work/judged" -type f | wc -l) draws $(cat "$work/judged/"* | grep -c uncompilable) do not compile and" \
    "$(cat "$work/judged/"* | grep -c same) change no code"
# A mutant that was under test when the run was interrupted is not counted.
report() {
    { printf 'draw\tfile\tline\tchange\tnoticed_by\tseconds\n' && find "$work/rows" -type f -exec cat {} + | sort -n; } >"$work/report.tsv"
    echo
    awk -F'\t' -v wanted="$(wc -l <"$work/mutants")" 'NR > 1 { all++ } NR > 1 && $5 == "SURVIVED" { left++; print "SURVIVED " $2 ":" $3 ": " $4 }
        END { printf "mutants: %d of %d tried, %d noticed (%.0f %%), %d survived\n", all, wanted, all - left, all ? 100 * (all - left) / all : 0, left }' "$work/report.tsv"
}
echo "$(date +%s) $(find "$work/rows" -type f | wc -l)" >"$work/started"
trap 'say interrupted && report && exit 130' INT
while read -r draw; do
    [ -f "$work/rows/$(printf '%s\n' "$draw" | cut -f1)" ] || printf '%s\0' "$draw"
done <"$work/mutants" | xargs -0 -r -P "$JOBS" -n 1 "$0" --test plain
if [ "$SANITIZED" = yes ] && grep -q SURVIVED "$work"/rows/*; then
    say 'building with the sanitizers, for the survivors'
    copy_tree "$work/sanitized"
    make_in "$work/sanitized" sanitized -j"$JOBS" all >"$work/sanitized.log" 2>&1 || die "no sanitized build: see $work/sanitized.log"
    while read -r draw; do
        n=$(printf '%s\n' "$draw" | cut -f1)
        [ ! -f "$work/tried/$n" ] && grep -q SURVIVED "$work/rows/$n" && "$0" --test sanitized "$draw" </dev/null
    done <"$work/mutants"
fi
report
