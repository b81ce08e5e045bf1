#!/bin/sh
# smoke.sh BIN FOLDER NETWORK.net - every command of taso once, and milp, on one small network, with the profile in FOLDER; all of them must
# succeed, and plan, emitted program and integer program must agree. The commands are those of experiments/commands/commands.def: one that is missing
# here is a failure.
set -eu
bin=$1 folder=$2 network=$3
taso=$bin/taso profile=$folder/profile.tsv.gz work=$folder/commands
mkdir -p "$work"
done_commands=' profile '

touch_once() { # command, arguments...
    echo "  taso $*"
    "$taso" "$@" >"$work/$1.out" 2>"$work/$1.err" || { cat "$work/$1.err" >&2; echo "smoke: taso $1 failed (exit status $?)" >&2; exit 1; }
    done_commands="$done_commands$1 "
}
value() { sed -n "s/^$2: //p" "$work/$1.out"; }
same() { [ "$2" = "$3" ] || { echo "smoke: $1: $2 and $3 (expected the same)" >&2; exit 1; }; }

cat >"$work/net.prototxt" <<'TEXT'
name: "small"
layer { name: "data" type: "Input" top: "data" input_param { shape { dim: 1 dim: 3 dim: 8 dim: 8 } } }
layer { name: "conv" type: "Convolution" bottom: "data" top: "conv" convolution_param { num_output: 4 kernel_size: 3 pad: 1 } }
TEXT
cat >"$work/table.csv" <<'TEXT'
c,k,im,f,s,chw-to-hwc,hwc-to-chw,direct-sum2d,im2col-scan-ab-ki
3,4,8,3,1,100,90,5000,4000
TEXT
printf 'id,lower,upper,size\na,0,2,64\nb,1,3,32\nc,2,4,64\n' >"$work/buffers.csv"

touch_once networks
touch_once devices
touch_once primitives --scenario 16,32,32,16,3,1,1
touch_once import "$work/net.prototxt" -o "$work/net.net"
touch_once profile-import "$work/table.csv" -o "$work/imported.tsv"
touch_once analyze "$network" --ram 1M
touch_once arena "$work/buffers.csv" -o "$work/offsets.csv"
touch_once weights --network "$network" -o "$work/net.f32"
touch_once profile-part "$profile" --network "$network" -o "$work/part.tsv" --force
touch_once frontier --network "$network" --profile "$profile" --memory-model peak --streaming on -o "$work/frontier.tsv"
touch_once sweep --network "$network" --profile "$profile" --methods taso,heuristics --budgets auto:5 -o "$work/sweep.tsv"
touch_once sweep --network "$network" --profile "$profile" --methods greedy-time --budgets none --shard 1/1 -o "$work/shard.tsv"
touch_once profile-merge "$work/shard.tsv" -o "$work/merged.tsv"
touch_once mix --network "$network" --profile "$profile" --budgets none,0
touch_once select --network "$network" --profile "$profile" --method taso --memory-model peak -o "$work/plan.tsv"
touch_once explain "$work/plan.tsv"
touch_once run "$work/plan.tsv" --check --weights "$work/net.f32"
touch_once emit "$work/plan.tsv" -o "$work/emitted" --weights "$work/net.f32"
touch_once report "$profile" --network "$network" --results "$folder" -o "$work/report.html"
touch_once export --network "$network" --profile "$profile" --memory-model peak -o "$work/program.mps"

same 'bytes of plan and run' "$(value select memory-bytes)" "$(value run used-bytes)"
env -u MAKEFLAGS -u MAKELEVEL make -s -C "$work/emitted" net CFLAGS=-O1
echo '  milp program.mps'
"$bin/milp" "$work/program.mps" --certificate "$work/program.vipr" >"$work/milp.out"
touch_once verify "$work/program.mps" "$work/program.vipr"
same 'status of milp' "$(value milp status)" optimal
same 'optimum of taso and milp' "$(value select time-ns)" \
    "$(awk -v offset="$(value export offset)" '/^objective: /{printf "%.0f", $2}' "$work/milp.out")"

for name in $(sed -n 's/^COMMAND(\([a-z_]*\))$/\1/p' experiments/commands/commands.def | tr _ -); do
    case $done_commands in *" $name "*) ;; *) echo "smoke: taso $name was not run (expected every command of commands.def)" >&2; exit 1 ;; esac
done
echo "smoke: every command ran; results of the experiments are in $folder"
