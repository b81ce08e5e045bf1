#!/bin/sh
# Checks the tree it is started in: who includes whom (the table in ARCHITECTURE.md), include guards, formatting, prefixes, sizes, asserts
# per 100 lines, and that files named and equations cited in comments exist. Prints all complaints; exit status 1 if there are any.
set -u
bad=0
tools=$(dirname "$0")
folders='solver kernels formulation baselines experiments'
complain() { echo "lint: $*"; bad=1; }
sources() { git ls-files "$@" | grep -v '^experiments/emit/emitted/'; }

# shellcheck disable=SC2046
awk -f "$tools/lint_includes.awk" ARCHITECTURE.md $(sources '*.c' '*.h' '*.inc' '*.def') || bad=1

# Every equation that is cited is defined, in formulation/README.md or in the folder.
citing=$(sources 'formulation/*' 'baselines/*' 'experiments/*' | grep -E '\.(c|h|inc|def|awk|md)$')
# shellcheck disable=SC2086
[ -z "$citing" ] || awk -f "$tools/lint_equations.awk" phase=define $citing phase=cite $citing || bad=1

for header in $(sources '*.h'); do
    guard=$(echo "$header" | tr 'a-z/.' 'A-Z__')
    grep -q "#ifndef $guard\$" "$header" || complain "$header: wrong include guard (expected $guard)"
done

# Every path from the root in a comment or document exists.
sources '*.c' '*.h' '*.def' '*.inc' '*.sh' '*.awk' ARCHITECTURE.md '*/README.md' | grep -vE '^results/|/test_' |
    xargs grep -noE '\b(solver|kernels|formulation|baselines|experiments|tests|paper)/[A-Za-z0-9_./-]*[A-Za-z0-9_]\.(c|h|def|inc|awk|sh|gp|net|mjs|js|md|tex)\b' |
    grep -v 'NAME' | sort -u -t: -k1,1 -k3,3 | while IFS=: read -r file line path; do
        [ -e "$path" ] || echo "lint: $file:$line: $path does not exist"
    done >"${TMPDIR:-/tmp}/lint.$$"
[ -s "${TMPDIR:-/tmp}/lint.$$" ] && { cat "${TMPDIR:-/tmp}/lint.$$"; bad=1; }
rm -f "${TMPDIR:-/tmp}/lint.$$"

if command -v ctags >/dev/null && ctags --version | grep -q Universal; then
    # A function is named after its file, or after the header that declares it.
    # shellcheck disable=SC2086
    ctags --c-kinds=f --fields=+neKf -x --_xformat='%F %N %{file}X' -R --languages=C --langmap=C:.c $folders 2>/dev/null |
        grep -v '^experiments/emit/emitted/' | awk '$3 == "-X" && $2 != "main" && $2 !~ /^(__|[A-Z])/ {print $1, $2}' | while read -r file name; do
            stem=$(basename "$file" .c)
            stem=${stem%%_*} # presolve_rows.c is a part of presolve
            case $name in "$stem" | "$stem"_* | "${stem%s}"_*) continue ;; esac
            grep -lw "$name" "$(dirname "$file")"/*.h "$(dirname "$file")"/*.def 2>/dev/null | while read -r header; do
                stem=$(basename "$header"); stem=${stem%.*}; stem=${stem%_internal}
                case $name in "${stem%s}" | "${stem%s}"_* | "$stem"_*) echo found ;; esac
            done | grep -q found || echo "lint: $file: $name is named neither after its file nor after a header that declares it"
        done >"${TMPDIR:-/tmp}/lint.$$"
    [ -s "${TMPDIR:-/tmp}/lint.$$" ] && { cat "${TMPDIR:-/tmp}/lint.$$"; bad=1; }
    rm -f "${TMPDIR:-/tmp}/lint.$$"
    # shellcheck disable=SC2086
    { ctags --c-kinds=f --fields=+ne -x --_xformat='f %F %N %n %{end}' -R --languages=C --langmap=C:.c.h $folders
      ctags --c-kinds=m --fields=+sn -x --_xformat='m %F %{scope} %N %n' -R --languages=C --langmap=C:.c.h $folders; } 2>/dev/null |
        awk -f "$tools/lint_sizes.awk" || bad=1
else
    echo 'lint: SKIPPED prefixes and sizes: Universal Ctags is not installed'
fi

# Asserts per 100 lines, in the folders where a silent mistake costs most.
while read -r folder least; do
    [ -d "$folder" ] || continue
    # shellcheck disable=SC2046
    cat $(sources "$folder/*.c" "$folder/*.h" "$folder/*.inc") /dev/null | awk -v folder="$folder" -v least="$least" '
        /(^|[^_a-z])(assert|CHECK)\(/ { asserts++ }
        END {
            share = NR ? 100 * asserts / NR : 0
            printf "lint: %s: %d asserts, %.2f per 100 lines\n", folder, asserts, share
            if (share < least) { printf "lint: %s: too few asserts (expected %.1f per 100 lines)\n", folder, least; exit 1 }
        }' || bad=1
done <<EOT
solver 2.5
solver/io 2.5
formulation 2.5
kernels 1.0
EOT

if command -v clang-format >/dev/null; then
    git ls-files '*.c' '*.h' | xargs -P 2 -n 50 clang-format --dry-run -Werror 2>&1 | sed -n 's/^\([^ :]*\):[0-9]*:[0-9]*: error: .*/\1/p' | sort -u |
        sed 's/^/lint: /; s/$/: make format changes it/' >"${TMPDIR:-/tmp}/lint.$$"
    [ -s "${TMPDIR:-/tmp}/lint.$$" ] && { cat "${TMPDIR:-/tmp}/lint.$$"; bad=1; }
    rm -f "${TMPDIR:-/tmp}/lint.$$"
else
    echo 'lint: SKIPPED formatting: clang-format is not installed'
fi
other=$(git ls-files | cut -d/ -f1 | sort -u | grep -vE '^(Makefile|solver|formulation|baselines|kernels|experiments|results|tests|paper|README.md|ARCHITECTURE.md|CHANGELOG.md|CONTRIBUTING.md|LICENSE|CITATION.cff|ARTIFACT.md|\.zenodo.json|\.clang-format|\.clang-tidy|\.ci|\.gitignore|\.gitattributes)$')
[ -z "$other" ] || complain "unexpected at the top level: $other"
[ $bad -eq 0 ] && echo 'lint: clean'
exit $bad
