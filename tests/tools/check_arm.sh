#!/bin/sh
# check_arm.sh PREFIX EMULATOR - kernel tests and the testbed itself, cross-compiled and run under qemu-user: primitives (one in EVERY of the
# scenarios), operators, GEMM, conversions; then what a user does with a board: profile there, select here, run there. Times are the
# emulator's. TESTS="test_gemm": only these.
set -eu
prefix=$1 emulator=$2
build=build/$prefix
scratch=$(mktemp -d) && trap 'rm -rf "$scratch"' EXIT INT TERM
say() { echo "--- $prefix: $*"; }
make=${MAKE:-make}

programs=${TESTS:-test_primitives test_operators test_pools test_gemm test_convert test_scenario}
# shellcheck disable=SC2046
"$make" -s CROSS="$prefix-" all $(for t in $programs; do echo "$build/tests/$t"; done) >"$scratch/log" 2>&1 || { tail -20 "$scratch/log"; exit 1; }

for t in $programs; do
    start=$(date +%s)
    TASO_EVERY=${EVERY:-12} TASO_RANDOM=${RANDOM_SCENARIOS:-3} CK_RUN_CASE=$([ "$t" = test_primitives ] && echo reference || true) \
        "$emulator" "$build/tests/$t" >"$scratch/$t" 2>&1 || { tail -20 "$scratch/$t"; say "$t failed"; exit 1; }
    say "$(tail -1 "$scratch/$t"), $(($(date +%s) - start)) s"
done

network=tests/data/diamond.net
"$emulator" "$build/bin/taso" profile --quiet --quick --network $network -o "$scratch/board.tsv" >/dev/null
"$emulator" "$build/bin/taso" select --network $network --profile "$scratch/board.tsv" --method taso -o "$scratch/there.plan" >"$scratch/there"
bin/taso select --network $network --profile "$scratch/board.tsv" --method taso -o "$scratch/here.plan" >"$scratch/here"
for key in time-ns memory-bytes status; do # the profile decides, not the machine that reads it
    [ "$(grep "^$key:" "$scratch/there")" = "$(grep "^$key:" "$scratch/here")" ] || { say "$key differs between here and there"; exit 1; }
done
"$emulator" "$build/bin/taso" run "$scratch/here.plan" --check --repeat 1 >"$scratch/run" || { cat "$scratch/run"; exit 1; }
grep -qx "used-bytes: $(sed -n 's/^planned-bytes: //p' "$scratch/run")" "$scratch/run" || { say 'used and planned bytes differ'; exit 1; }
"$emulator" "$build/bin/taso" networks resnet18 >"$scratch/there" && bin/taso networks resnet18 >"$scratch/here" && cmp "$scratch/there" "$scratch/here"
printf '\037\213' >"$scratch/zipped.tsv.gz"
if "$emulator" "$build/bin/taso" select --network $network --profile "$scratch/zipped.tsv.gz" --method taso 2>"$scratch/message"; then
    say 'gzip was read without zlib'; exit 1
fi
grep -q 'ZLIB=no' "$scratch/message" || { cat "$scratch/message"; exit 1; }
say "profiled $(grep -c '^conv' "$scratch/board.tsv") rows; selected, run and checked: $(grep max-relative "$scratch/run")"
