#!/bin/sh
# analyze.sh - static analysis: cppcheck, and clang-tidy with tests/tools/clang-tidy.yaml.
#
#     QUICK=1   without clang-tidy's path-sensitive analyzer, which takes minutes
#     SETUP=    script that installs what is missing
#
# Any finding is an error. False positives are suppressed, with the reason, in tests/tools/cppcheck.supp and clang-tidy.yaml.
set -u
here=$(dirname "$0") CC=${CC:-gcc} JOBS=${JOBS:-2} QUICK=${QUICK:-} SETUP=${SETUP:-}
flags='-std=c17 -D_POSIX_C_SOURCE=200809L -I. -DTASO_VERSION="0" -fopenmp'
bad=0

# experiments/emit/emitted holds text for emitted programs, which is not compiled here.
sources() { git ls-files solver formulation baselines kernels experiments | grep '\.c$' | grep -v '/emitted/'; }

at_hand() { # program, need
    command -v "$1" >/dev/null || { [ -n "$SETUP" ] && "$SETUP" "$2"; } || { echo "SKIPPED: $1: not installed"; return 1; }
}

report() { # name, file of findings
    count=$(grep -cE ': (error|warning|portability|performance|style):? ' "$2")
    [ "$count" -eq 0 ] && echo "analyze: $1: clean" && return
    cat "$2" && echo "analyze: $1: $count findings" && bad=1
}

found=$(mktemp) && trap 'rm -f "$found"' EXIT INT TERM
if at_hand cppcheck cppcheck; then
    # shellcheck disable=SC2046
    cppcheck --quiet --enable=warning,portability,performance --std=c17 -D_POSIX_C_SOURCE=200809L '-DTASO_VERSION="0"' -I. \
        --suppress=missingIncludeSystem --suppressions-list="$here/cppcheck.supp" $(sources) 2>"$found"
    report cppcheck "$found"
fi
if at_hand clang-tidy tidy; then
    [ -n "$QUICK" ] && without='--checks=-clang-analyzer-*' || without=''
    # shellcheck disable=SC2016,SC2086
    sources | xargs -P "$JOBS" -n 4 sh -c 'config=$1 without=$2 flags=$3; shift 3
        clang-tidy --quiet --config-file="$config" ${without:+"$without"} "$@" -- $flags 2>/dev/null' tidy "$here/clang-tidy.yaml" "$without" "$flags" >"$found"
    report clang-tidy "$found"
fi
exit $bad
