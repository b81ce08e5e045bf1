#!/bin/sh
# What a reader may rely on: who includes whom, include guards, formatting, no names of places outside the repository.
set -u
bad=0
complain() { echo "lint: $*"; bad=1; }

allowed() { # folder -> folders it may include from
    case $1 in
    solver) echo 'solver' ;;
    kernels) echo 'kernels' ;;
    formulation) echo 'formulation|solver|kernels' ;;
    baselines) echo 'baselines|formulation|solver|kernels' ;;
    experiments) echo 'experiments|baselines|formulation|solver|kernels' ;;
    tests) echo 'tests|experiments|baselines|formulation|solver|kernels' ;;
    esac
}
for folder in solver kernels formulation baselines experiments tests; do
    found=$(grep -nE '^ *#include "' "$folder"/*.[ch] "$folder"/support/*.[ch] "$folder"/*.def "$folder"/*.inc 2>/dev/null | grep -vE "#include \"($(allowed $folder))/[a-z0-9_./]+\"")
    [ -z "$found" ] || complain "$folder includes what it may not, or not from the root: $found"
done
for header in */*.h tests/support/*.h; do
    guard=$(echo "$header" | tr 'a-z/.' 'A-Z__')
    grep -q "#ifndef $guard" "$header" || complain "$header: its include guard is not $guard"
done
if command -v clang-format >/dev/null; then
    for file in $(git ls-files '*.c' '*.h'); do
        clang-format --dry-run -Werror "$file" >/dev/null 2>&1 || complain "$file: make format changes it"
    done
else
    echo 'lint: SKIPPED formatting: clang-format is not installed'
fi
long=$(git ls-files | cut -d/ -f1 | sort -u | grep -vE '^(Makefile|solver|formulation|baselines|kernels|experiments|results|tests|paper|README.md|ARCHITECTURE.md|CHANGELOG.md|LICENSE|CITATION.cff|\.clang-format|\.ci|\.gitignore|\.gitattributes)$')
[ -z "$long" ] || complain "top level holds what it should not: $long"
[ $bad -eq 0 ] && echo 'lint: clean'
exit $bad
