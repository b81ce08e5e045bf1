#!/bin/sh
# mutants.sh PROGRAM... - do the tests notice a typing error? Draws random changes of one token in the sources (tests/tools/mutations.h),
# builds and tests each in a copy of the tree. `make mutants` passes the test programs, and sets
#
#     N=40 SEED=1 FOLDER=solver   how many, which ones, and only in this folder; the same seed and sources give the same draws
#     CAP=120                     seconds of tests per mutant, in times of the unchanged programs; more relevant tests come first
#     MOST=25                     leave out programs for which `make check` noted more seconds than that (build/tests/NAME.seconds)
#     SANITIZED=no                do not try survivors under the sanitizers (the most relevant tests of at most 5 seconds)
#     COVERAGE=no                 do without the coverage of each test program, which is measured once for the same sources
#     JOBS=2 DATA= WORK=build/mutants
#
# Seconds are those of the CPU, so that a busy machine changes neither verdicts nor the choice of tests.
# A draw that does not compile, or compiles to the same code, is not counted. The programs that reach the changed line are run, first those
# named like the file and those of its folder, unless others are quicker by seconds; the first one that fails twice, or does not end, has
# noticed. Not to end is to exceed five times the CPU seconds of the unchanged program, or its limit by the clock, while the unchanged
# program keeps to the same limit: otherwise the machine is to blame, and the limit is raised. Without coverage there is no unchanged
# program: the limit by the clock then proves nothing. A program that also fails in tree0, which has no mutant, under the same limits has
# noticed nothing and is left out.
# Results: $WORK/report.tsv; interrupted (Ctrl-C), the run still reports the mutants that were judged.
set -u
N=${N:-40} SEED=${SEED:-1} FOLDER=${FOLDER:-} JOBS=${JOBS:-2} CAP=${CAP:-120} MOST=${MOST:-25} COVERAGE=${COVERAGE:-yes} SANITIZED=${SANITIZED:-yes}
WORK=${WORK:-build/mutants} CC=${CC:-gcc} MAKE=${MAKE:-make}
FOLDERS='solver formulation baselines kernels experiments'
mkdir -p "$WORK" && work=$(cd "$WORK" && pwd)
[ -z "${DATA:-}" ] || DATA=$(cd "$DATA" 2>/dev/null && pwd)
unset MAKEFLAGS MAKELEVEL MFLAGS
export DATA work SANITIZED CC MAKE CAP

say() { echo "mutants: $*"; }
die() { echo "mutants: $*" >&2; exit 1; }

# --- a copy of the tree for each worker, and one for the coverage ------------------------------------------------------------------

copy_tree() { # into $1; unchanged files keep their time, so that little is rebuilt
    mkdir -p "$1"
    touch "$1/.files"
    for f in $files; do
        cmp -s "$f" "$1/$f" && continue
        mkdir -p "$1/$(dirname "$f")" && cp "$f" "$1/$f"
    done
    while read -r f; do [ -f "$f" ] || rm -f "$1/$f"; done <"$1/.files"
    echo "$files" >"$1/.files"
}

# Warnings that a mutation is bound to cause are not errors; all others are, as for any programmer. Other levels of optimisation and
# sanitizers bring warnings that the sources were never freed of: there, no warning is an error.
build_in() { # tree, kind, targets...
    tree=$1 kind=$2
    shift 2
    lenient='-Wno-unused -Wno-unused-parameter -Wno-maybe-uninitialized -Wno-type-limits'
    case $kind in
    plain) $MAKE -C "$tree" --no-print-directory "CC=$CC" CFLAGS=-O2 "EXTRA=$lenient" "$@" ;;
    sanitized) $MAKE -C "$tree" --no-print-directory "CC=$CC" BUILD=build/sanitize BIN=build/sanitize/bin CFLAGS=-O1 \
        ${SANITIZED_KERNELS:+"KERNEL_FLAGS=$SANITIZED_KERNELS"} \
        "EXTRA=-Wno-error -fsanitize=address,undefined -fno-sanitize-recover=all -DTASO_CHECK" "$@" ;;
    coverage) $MAKE -C "$tree" --no-print-directory "CC=$CC" CFLAGS=-O1 "EXTRA=-Wno-error --coverage" "$@" ;;
    esac
}

# Soft limits: programs that a test builds with a sanitizer reserve terabytes of addresses, so the test raises theirs.
run_test() { # tree, kind, program, CPU seconds of one process and seconds by the clock at most -> status
    (cd "$1" && mkdir -p scratch && ulimit -S -t "$4" && ulimit -S -v "$([ "$2" = sanitized ] && echo unlimited || echo 8000000)" &&
        TMPDIR=$PWD/scratch OMP_WAIT_POLICY=passive TASO_DATA=${DATA:-none} CK_DEFAULT_TIMEOUT="$5" \
            TASO_BIN="$([ "$2" = sanitized ] && echo build/sanitize/bin || echo bin)" timeout -k 5 "$5" \
            "$([ "$2" = sanitized ] && echo "build/sanitize/${3#build/}" || echo "$3")") >"$1/test.log" 2>&1
}

# --- which test program reaches which line, and how long it takes -------------------------------------------------------------------

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
    build_in "$work/cover/tree" coverage -j"$JOBS" all $(cat "$work/cover/todo") >"$work/cover/build.log" 2>&1 ||
        die "no coverage: see $work/cover/build.log"
    xargs -P "$JOBS" -n 1 "$0" --cover <"$work/cover/todo"
    [ "$(cat "$work/cover/known.key" 2>/dev/null)" != "$key" ] || mv "$work/cover/known" "$work/cover/before.known"
    sort -u "$work/cover/"*.known >"$work/cover/known" && rm -f "$work/cover/"*.known
    echo "$key" >"$work/cover/known.key"
    for f in "$work/cover/"*.failed; do
        [ ! -f "$f" ] || say "left out, since it fails without any change: $(basename "$f" .failed), see $work/cover/$(basename "$f" .failed).log"
    done
}

# Without coverage: nothing of a folder is reached by tests of a folder that must not include it (ARCHITECTURE.md), nor by the tools'.
within_reach() { # file, test
    case $1:$2 in
    *:tests/tools/* | solver/*:tests/kernels/* | kernels/*:tests/solver/*) return 1 ;;
    formulation/*:tests/[sk]* | baselines/*:tests/[skf]* | experiments/*:tests/[skfb]*) return 1 ;;
    esac
}

# Programs that reach FILE:LINE, the most promising first: "SECONDS PROGRAM" per line. A line without code counts as the last one before it
# that has some.
relevant() { # file, line
    at=
    if [ -f "$work/cover/known" ] && [ "$COVERAGE" = yes ]; then
        at=$(awk -F: -v file="$1" -v line="$2" '$1 == file && $2 <= line && $2 > best { best = $2 } END { if (best) print file ":" best }' "$work/cover/known")
    fi
    stem=$(basename "$1" | sed 's/\.[ch]$//')
    for p in $programs; do
        name=$(basename "$p")
        [ -z "$at" ] || grep -qxF "$at" "$work/cover/$name.lines" || continue
        seconds=$(cat "$work/cover/$name.seconds" 2>/dev/null || cat "$p.seconds" 2>/dev/null || echo 12)
        source=$(ls tests/*/"$name.c")
        [ -n "$at" ] || within_reach "$1" "$source" || continue
        case ${name#test_} in "$stem") near=0 ;; "${stem%%_*}"* | "${stem#*_}") near=1 ;; *) near=3 ;; esac
        [ "$near" = 3 ] && [ "${source%/*}" = "tests/${1%%/*}" ] && near=2
        [ "$near" -ge 2 ] && grep -q "\"[a-z/]*$stem\.h\"" "$source" && near=1
        echo "$((3 * near + seconds)) $seconds $p"
    done | sort -n -k1,1 -s | cut -d' ' -f2-
}

# --- one draw: does it change the code? One mutant: which test notices? ------------------------------------------------------------

worker_tree() { # claims a free tree; its lock is held until the process ends
    while :; do
        for w in $(seq "$JOBS"); do
            exec 8>"$work/lock$w"
            flock -n 8 && tree=$work/tree$w && return
        done
        sleep 0.2
    done
}

objects_of() { # file: objects compiled from it
    case $1 in
    *.c) echo "build/${1%.c}.o" ;;
    *) (cd "$tree" && find build -name '*.d' -not -path 'build/tests/*' -not -path 'build/sanitize/*' -exec grep -lF " $1" {} + | sed 's/\.d$/.o/') ;;
    esac
}

judge() { # a line of draws -> "NUMBER changed" or why not
    number=$(printf '%s\n' "$1" | cut -f1) file=$(printf '%s\n' "$1" | cut -f2) place=$(printf '%s\n' "$1" | cut -f4)
    [ -f "$work/judged/$number" ] && return
    worker_tree
    verdict=same
    objects=$(objects_of "$file")
    for o in $objects; do [ -f "$tree/$o" ] && cp -p "$tree/$o" "$tree/$o.orig"; done
    "$work/mutate" apply "$work/orig/$file" "$place" >"$tree/$file"
    for o in $objects; do
        [ -f "$tree/$o.orig" ] || continue # not compiled here
        build_in "$tree" plain "$o" >"$tree/judge.log" 2>&1 || { verdict=uncompilable && break; }
        cmp -s "$tree/$o" "$tree/$o.orig" || { verdict=changed && break; }
    done
    cp -p "$work/orig/$file" "$tree/$file" # and its objects, with their old times: nothing is rebuilt
    for o in $objects; do [ ! -f "$tree/$o.orig" ] || mv "$tree/$o.orig" "$tree/$o"; done
    echo "$verdict" >"$work/judged/$number"
}

# status: whether the last test ended because of its limit, by the clock or of the CPU
late() { [ "$1" -eq 124 ] || [ "$1" -eq 137 ] || grep -q 'timeout expired' "$tree/test.log"; }
spun() { [ "$1" -eq 152 ] || grep -q 'Received signal 24' "$tree/test.log"; }

# Targets of make for some test programs, of a kind.
targets_of() { # kind, programs...
    case $1 in plain) in= ;; *) in=build/sanitize/ ;; esac
    echo "${in}bin/milp ${in}bin/taso"
    shift
    for p in "$@"; do echo "${in:-build/}${p#build/}"; done
}

# Does the program pass without a mutant, under the same limits? Once for each program and kind, and only where it may be credited with noticing a mutant.
sound() { # kind, CPU seconds and seconds by the clock at most, program
    mark=$work/sound/$1.$(basename "$4")
    [ -f "$mark" ] || (
        flock 9
        [ -f "$mark" ] && exit
        # shellcheck disable=SC2046
        if build_in "$work/tree0" "$1" $(targets_of "$1" "$4") >"$work/tree0/build.log" 2>&1 && run_test "$work/tree0" "$1" "$4" "$2" "$3"; then
            echo yes >"$mark"
        else
            echo no >"$mark"
            say "left out, since it fails without any change: $(basename "$4"), see $mark.log"
            cp "$work/tree0/test.log" "$mark.log"
        fi
    ) 9>"$work/sound/lock"
    [ "$(cat "$mark")" = yes ]
}

# Whether the program fails in this tree, but not without the mutant: sets noticed.
run_relevant() { # kind, CPU seconds of the unchanged program, program
    cpu=$((10 + 5 * $2)) clock=$((120 + 20 * $2))
    [ "$1" = plain ] || cpu=$((4 * cpu))
    for round in 1 2 3; do
        run_test "$tree" "$1" "$3" $cpu $clock
        status=$?
        [ $status -eq 0 ] && return
        if ! late $status && ! spun $status; then # twice, lest a test that fails now and then take the credit
            run_test "$tree" "$1" "$3" $cpu $clock
            status=$?
            [ $status -eq 0 ] && say "$(basename "$3") failed once and passed once" >>"$work/flaky" && return
            late $status || spun $status || sound "$1" $cpu $clock "$3" || return
        fi
        noticed=$(basename "$3")
        [ "$1" = plain ] || noticed="$noticed (sanitized)"
        spun $status && noticed="$noticed (does not end)" && return
        late $status || return
        noticed="$noticed (does not end)"
        [ "$COVERAGE" = yes ] || { noticed='' && return; }
        [ "$round" -lt 3 ] || return
        run_test "$work/cover/tree" plain "$3" $cpu $clock && return
        noticed='' clock=$((3 * clock))
    done
}

# Programs are built in groups, small ones first, for most mutants are noticed at once.
try_tests() { # kind: sets noticed
    kind_wanted=$1 spent=0
    relevant "$file" "$line" >"$tree/relevant"
    [ "$1" = plain ] || { awk '$1 <= 5' "$tree/relevant" | head -6 >"$tree/quick" && mv "$tree/quick" "$tree/relevant"; }
    group=2
    while [ -s "$tree/relevant" ] && [ $spent -le "$CAP" ]; do
        head -$group "$tree/relevant" >"$tree/now"
        tail -n +$((group + 1)) "$tree/relevant" >"$tree/later" && mv "$tree/later" "$tree/relevant"
        group=8
        # shellcheck disable=SC2046
        build_in "$tree" "$1" $(targets_of "$1" $(cut -d' ' -f2 "$tree/now")) >"$tree/build.log" 2>&1 || { noticed='the build' && return; }
        while read -r seconds program; do
            run_relevant "$kind_wanted" "$seconds" "$program" </dev/null
            spent=$((spent + seconds))
            [ -z "$noticed" ] && [ $spent -le "$CAP" ] || break
        done <"$tree/now"
        [ -z "$noticed" ] || return
    done
}

# A source file gets its old time back, and its object the code of before with a new time: archives are rebuilt, nothing is compiled again.
# What includes a header is compiled again.
restore() { # file
    case $1 in
    *.c)
        cp -p "$work/orig/$1" "$tree/$1"
        rm -f "$tree/build/sanitize/${1%.c}.o"
        mv "$tree/build/${1%.c}.o.orig" "$tree/build/${1%.c}.o" && touch "$tree/build/${1%.c}.o" ;;
    *) cp "$work/orig/$1" "$tree/$1" ;;
    esac
}

minutes_left() { # an estimate from the mutants so far
    done_so_far=$(find "$work/rows" -type f | wc -l) wanted_all=$(wc -l <"$work/mutants")
    passed=$(($(date +%s) - $(cat "$work/started")))
    echo "$done_so_far of $wanted_all, about $(((passed * (wanted_all - done_so_far) / done_so_far + 59) / 60)) min left"
}

test_one() { # a line of draws -> a row of the report
    number=$(printf '%s\n' "$1" | cut -f1) file=$(printf '%s\n' "$1" | cut -f2) line=$(printf '%s\n' "$1" | cut -f3) place=$(printf '%s\n' "$1" | cut -f4)
    change="$(printf '%s\n' "$1" | cut -f5) -> $(printf '%s\n' "$1" | cut -f6)"
    worker_tree
    noticed='' from=$(date +%s)
    case $file in *.c) cp -p "$tree/build/${file%.c}.o" "$tree/build/${file%.c}.o.orig" ;; esac
    "$work/mutate" apply "$work/orig/$file" "$place" >"$tree/$file"
    try_tests plain
    [ -n "$noticed" ] || [ "$SANITIZED" = no ] || try_tests sanitized
    restore "$file"
    rm -rf "$tree/scratch"
    printf '%d\t%s\t%d\t%s\t%s\t%d\n' "$number" "$file" "$line" "$change" "${noticed:-SURVIVED}" $(($(date +%s) - from)) >"$work/rows/$number"
    printf '%s:%s: %s: %s, %d s (%s)\n' "$file" "$line" "$change" "${noticed:+noticed by }${noticed:-SURVIVED}" $(($(date +%s) - from)) "$(minutes_left)"
}

# --- all --------------------------------------------------------------------------------------------------------------------------------

case ${1:-} in
--cover) cover_one "$2" && exit ;;
--judge) judge "$2" && exit ;;
--test)
    trap 'exit 130' INT # after the test that is running, which timeout keeps from the signal
    test_one "$2" && exit ;;
esac

programs=$(for p in "$@"; do [ "$(cat "$p.seconds" 2>/dev/null || echo 0)" -gt "$MOST" ] || echo "$p"; done)
export programs COVERAGE JOBS N
[ $# -gt 0 ] || die 'no test programs given (expected: make mutants)'
files=$(git ls-files | grep -v '^results/.*/plots/')
key=$(echo "$files" | grep -Ev '^tests/[a-z]*/test_|\.md$|^(tests/tools|paper|results)/' | xargs cksum | cksum | tr -d ' ')
export key
rm -rf "$work/judged" "$work/rows" "$work/orig" "$work/sound"
mkdir -p "$work/judged" "$work/rows" "$work/cover" "$work/sound"
copy_tree "$work/orig"
$CC -O1 -std=c17 -I. "$(git ls-files | grep '/mutate\.c$')" -o "$work/mutate" || die 'the generator does not compile'
test_objects=$(for p in $programs; do git ls-files "tests/*/$(basename "$p").c"; done | sed 's|^|build/|; s|c$|o|')
for w in $(seq "$JOBS") 0; do # 0: without a mutant
    [ -d "$work/tree$w" ] || [ "$w" = 1 ] || cp -a "$work/tree1" "$work/tree$w"
    copy_tree "$work/tree$w"
    say "building tree $w (0 to $JOBS)"
    # shellcheck disable=SC2086
    build_in "$work/tree$w" plain -j"$JOBS" all $test_objects >"$work/tree$w/build.log" 2>&1 || die "the tree does not build: see $work/tree$w/build.log"
    [ "$SANITIZED" = no ] || build_in "$work/tree$w" sanitized -j"$JOBS" all >"$work/tree$w/build.log" 2>&1 ||
        die "the tree does not build with sanitizers: see $work/tree$w/build.log"
done
[ "$COVERAGE" = no ] || cover_all

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
date +%s >"$work/started"
trap 'say interrupted && report && exit 130' INT
tr '\n' '\0' <"$work/mutants" | xargs -0 -P "$JOBS" -n 1 "$0" --test
report
