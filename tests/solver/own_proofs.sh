#!/bin/bash
# own_proofs.sh [NETWORK ...] - the testbed's own programs with proofs: each is exported, solved, proven and checked. One line per program:
# nodes, CPU seconds of the solve alone, of solve and proof run, and of the check, bytes, claim. Exit status 1 if a proof is missing or does
# not hold. Budgets are shares of what the fastest selection needs; those that nothing fits into are left out.
#   BIN  folder of taso and milp;  PROFILE  costs;  FORMS  formulations;  SHARES  budgets;  CHECKER  a further checker of VIPR, if any
set -u
BIN=${BIN:-bin} PROFILE=${PROFILE:-results/reference/profile.tsv.gz} FORMS=${FORMS:-flow product} SHARES=${SHARES:-0.9 0.6}
[ $# -gt 0 ] || set -- alexnet squeezenet1.1 vgg16 resnet18 googlenet
work=$(mktemp -d) && trap 'rm -rf "$work"' EXIT INT TERM
programs=0 missing=0
TIMEFORMAT=%U
cpu() { { time "$@" >"$work/out" 2>"$work/err"; } 2>&1; }
value() { awk -v key="$1:" '$1 == key { print $2 }' "$work/out"; }

prove() { # NAME MODEL
    local proof=$work/proof.vipr solve both check claim=none
    programs=$((programs + 1))
    solve=$(cpu "$BIN/milp" "$2" --quiet)
    local nodes=$(value nodes)
    rm -f "$proof"
    both=$(cpu "$BIN/milp" "$2" --quiet --certificate "$proof" --time-limit 600)
    check=$(cpu "$BIN/milp" "$2" --quiet --verify "$proof")
    [ "$(value proven)" = yes ] && claim=$(value claim)
    [ -n "${CHECKER:-}" ] && ! "$CHECKER" "$proof" 2>&1 | grep -qi -e 'successfully verified' -e 'infeasibility verified' && claim="refused by $CHECKER"
    case $claim in none | refused*) missing=$((missing + 1)) ;; esac
    printf '%s\t%s\t%s\t%s\t%s\t%s\t%s\n' "$1" "$nodes" "$solve" "$both" "$check" "$(wc -c <"$proof" 2>/dev/null || echo 0)" "$claim"
}

printf 'program\tnodes\tsolve\twith-proof\tcheck\tbytes\tclaim\n'
for network in "$@"; do
    for memory in workspace peak footprint unshared; do
        full=$("$BIN/taso" select --quiet --network "$network" --profile "$PROFILE" --memory-model $memory --method taso |
            awk '$1 == "memory-bytes:" { print $2 }')
        for share in $SHARES; do
            for form in $FORMS; do
                "$BIN/taso" export --quiet --network "$network" --profile "$PROFILE" --memory-model $memory --formulation $form \
                    --budget "$(awk -v f="$full" -v s="$share" 'BEGIN { printf "%d", f * s }')" -o "$work/model.lp" >/dev/null 2>&1 ||
                    continue
                prove "$network-$memory-$share-$form" "$work/model.lp"
            done
        done
    done
done
echo "$programs programs, $missing without a proof that holds" >&2
[ $missing -eq 0 ]
