#!/bin/sh
# What `make fuzz`, `make fuzz-coverage` and `make fuzz-corpus` do: $1 is run, coverage or corpus. From the environment: READER (one;
# default all), MINUTES of CPU time for each reader, SECONDS, SEED, SANITIZE (flags), MAKE.
set -eu
corpus=tests/fuzz/corpus
found=build/fuzz
target=build/libfuzzer/fuzz_targets

say() { echo "fuzz: $*"; }

readers() { # names, of one or of all
    build/fuzz_readers --list | while read -r name sources; do
        [ -n "$READER" ] && [ "$READER" != "$name" ] || echo "$name"
    done
}

has_libfuzzer() {
    mkdir -p build/libfuzzer
    echo 'int LLVMFuzzerTestOneInput(const unsigned char *b, unsigned long n) { return b && n > 1e9; }' >build/libfuzzer/probe.c
    clang -fsanitize=fuzzer build/libfuzzer/probe.c -o build/libfuzzer/probe 2>/dev/null
}

build_target() {
    $MAKE -s build/fuzz_readers
    has_libfuzzer || { say 'SKIPPED: clang, or its libFuzzer, is not installed'; return 1; }
    $MAKE -s $target CC=clang BUILD=build/libfuzzer CFLAGS='-O1 -fno-omit-frame-pointer -gline-tables-only' \
        EXTRA="-fsanitize=fuzzer-no-link $SANITIZE"
}

# For MINUTES of CPU time, so that a busy machine searches as much as an idle one (fuzz_targets.c ends it at the signal). A
# finding is kept in build/fuzz/, and ends the search with that reader. Inputs found on the way go to build/fuzz/new/READER.
search() {
    mkdir -p "$found/new/$1"
    log=$found/$1.log
    if (
        ulimit -S -t $((MINUTES * 60))
        TASO_READER=$1 exec nice "$target" -timeout=60 -rss_limit_mb=1024 -malloc_limit_mb=128 -max_len=16384 -print_final_stats=1 \
            -artifact_prefix="$found/$1-" "$found/new/$1" "$corpus/$1"
    ) >"$log" 2>&1; then
        say "$1: $(sed -n 's/^stat::number_of_executed_units: //p' "$log") inputs in $MINUTES CPU minutes: no finding"
    else
        say "$1: $(grep -aE 'ERROR|SUMMARY|Assertion|deadly|the error is' "$log" | head -3)"
        return 1
    fi
}

run_all() {
    bad=0
    for reader in $(readers); do search "$reader" || bad=1; done
    return $bad
}

# Inputs that reach new code, smallest first.
keep() {
    rm -rf "$found/kept"
    mkdir -p "$found/kept" "$found/new/$1"
    TASO_READER=$1 $target -merge=1 -max_len=4096 "$found/kept" "$corpus/$1" "$found/new/$1" >"$found/$1.merge.log" 2>&1
    rm -rf "${corpus:?}/$1"
    mv "$found/kept" "$corpus/$1"
    say "$1: $(find "$corpus/$1" -type f | wc -l) inputs, $(cat "$corpus/$1"/* | wc -c) bytes"
}

cover() { # a reader, and its sources: FILE, or FILE:FUNCTION,FUNCTION to leave these out
    reader=$1
    shift
    find build/fuzz-coverage -name '*.gcda' -delete
    find "$corpus/$reader" -type f -print0 | xargs -0 build/fuzz-coverage/fuzz_readers --read "$reader" >/dev/null
    for item in "$@"; do
        source=${item%%:*}
        object=build/fuzz-coverage/${source%.c}.o
        gcov -t "$object" 2>/dev/null | awk -v source="$source" -v reader="$reader" -v apart="${item#"$source"}" -F: '
            BEGIN { functions = split(substr(apart, 2), name, ",") }
            $2 ~ /^ *0$/ && /Source:/ { file = $4 }
            file != source { next }
            $3 ~ /^}/ { skip = 0 }
            $3 ~ /^[a-z].*{$/ { for (i = 1; i <= functions; i++) if (index($3, name[i] "(")) skip = 1 }
            $1 ~ /-/ { next }
            skip { left++; next }
            { lines++ }
            $1 ~ /#####/ { gsub(/ /, "", $2); missed = missed " " $2; next }
            END { printf "%-10s %6.2f %% of %4d lines  %s%s%s\n", reader, lines ? 100 * (1 - split(missed, m, " ") / lines) : 0, lines,
                      source, left ? " (without the " left " of " substr(apart, 2) ")" : "", missed ? ":" missed : "" }'
    done
}

mkdir -p "$found"
case $1 in
run)
    if [ -n "$MINUTES" ] && build_target; then run_all; exit; fi
    $MAKE -s all build/sanitize/fuzz_readers BUILD=build/sanitize BIN=build/sanitize/bin CFLAGS='-O1 -g -fno-omit-frame-pointer' EXTRA="$SANITIZE"
    # shellcheck disable=SC2086
    TASO_BIN=build/sanitize/bin build/sanitize/fuzz_readers "$SECONDS" "$SEED" $READER
    ;;
coverage)
    $MAKE -s build/libexperiments.a build/libkernels.a
    $MAKE -s build/fuzz-coverage/fuzz_readers BUILD=build/fuzz-coverage CFLAGS='-O0 -g' EXTRA=--coverage
    find build/fuzz-coverage -name '*.gcda' -delete # of the program as it was
    build/fuzz-coverage/fuzz_readers --list | while read -r reader sources; do
        [ -n "$READER" ] && [ "$READER" != "$reader" ] && continue
        # shellcheck disable=SC2086
        [ -z "$sources" ] || cover "$reader" $sources
    done
    ;;
corpus)
    build_target || exit 0
    mkdir -p $corpus
    rm -rf "$found/seeds" && mkdir -p "$found/seeds"
    build/fuzz_readers --seeds "$found/seeds"
    for reader in $(readers); do
        mkdir -p "$corpus/$reader"
        cp "$found/seeds/$reader"/seed.* "$corpus/$reader/"
        [ "$MINUTES" = 0 ] || search "$reader" || :
        keep "$reader"
    done
    ;;
esac
