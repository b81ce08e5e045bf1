#!/bin/bash
# bench_solver.sh - bin/milp against whatever of clp, cbc, glpsol, lp_solve, scip and highs is installed, one thread each, CPU seconds.
#
#   experiments/bench_solver.sh [peers|ablation]
#
# Settings are environment variables:
#   DATA      folder with lp/netlib and lp/miplib3, each with optima.tsv       (default ../shared/data)
#   BIN       folder of milp and taso                                          (bin)
#   PROFILE   profile from which our own programs are exported                 (results' reference profile)
#   SETS      of netlib miplib3 own                                            (all)
#   SOLVERS   of milp clp cbc glpsol lp_solve scip highs highs_npm             (those installed)
#   LIMIT_LP, LIMIT_MIP  seconds each problem may take                         (60, 10)
#   MATCH     regular expression that names of problems must match             (all)
#   OUT       folder for what is made                                          (build/bench)
#
# All solvers read one free MPS file that milp wrote, so that no dialect plays a part; its time is part of the measurement.
# peers writes OUT/peers.tsv (a row a run) and prints a table a set, shifted geometric means and shares solved; ablation does that for
# milp with each switch of its options table off in turn (OUT/ablation.tsv).
set -u
task=${1:-peers}
DATA=${DATA:-../shared/data} BIN=${BIN:-bin} OUT=${OUT:-build/bench} SETS=${SETS:-netlib miplib3 own}
LIMIT_LP=${LIMIT_LP:-60} LIMIT_MIP=${LIMIT_MIP:-10} MATCH=${MATCH:-.}
here=$(dirname "$0")
mkdir -p "$OUT/models" || exit 2
work=$(mktemp -d) && trap 'rm -rf "$work"' EXIT INT TERM

# --- one adapter a solver: adapter FILE LIMIT prints "STATUS OBJECTIVE", STATUS one of optimal limit failed ------------------------------
run_milp() { # further arguments: options
    local file=$1 limit=$2
    shift 2
    "$BIN/milp" "$file" --quiet --time-limit "$limit" "$@" | awk '
        /^status:/ { s = $2 } /^objective:/ { o = $2 } END { print s == "optimal" ? s : (s ~ /limit/ ? "limit" : "failed"), o }'
}
run_clp() {
    clp "${1%.mps}.free.mps" -seconds "$2" -solve -quit | awk '
        /^Optimal - objective value/ { s = "optimal" } /^Optimal objective/ { o = $3 } /Stopped|stopped/ { s = "limit" }
        END { print s ? s : "failed", o }'
}
run_cbc() {
    cbc "${1%.mps}.free.mps" -seconds "$2" -ratioGap 0 -allowableGap 0 -solve -quit | awk '
        /^Result - Optimal solution found/ { s = "optimal" } /^Result - Stopped/ { s = "limit" } /^Objective value:/ { o = $3 }
        /^Optimal - objective value/ && !s { s = "optimal"; o = $5 } END { print s ? s : "failed", o }'
}
run_glpsol() {
    glpsol --freemps "$1" --tmlim "$2" --write "$work/glpsol.out" >"$work/glpsol.log" 2>&1
    awk '/^c Status:/ { s = /OPTIMAL/ && !/NON/ ? "optimal" : "limit" } /^c Objective:/ { sub(/.* = /, ""); o = $1 }
        END { print s ? s : "failed", o }' "$work/glpsol.out" 2>/dev/null || echo failed
    rm -f "$work/glpsol.out"
}
run_lp_solve() {
    lp_solve -fmps "$1" -timeout "$2" -S4 >"$work/lp.log" 2>/dev/null
    awk '/^Value of objective function:/ { s = "optimal"; o = $5 } /[Ss]ub-?optimal/ { t = 1 } /infeasible|unbounded/ { s = "failed" }
        END { print s ? (t ? "limit" : s) : "limit", o }' "$work/lp.log"
}
run_scip() {
    scip -q -c "set display verblevel 0 set limits time $2 set lp threads 1 read $1 optimize display statistics quit" | awk '
        /optimal solution found/ { s = "optimal" } /limit reached/ { s = "limit" } /Primal Bound/ { o = $4 } END { print s ? s : "failed", o }'
}
run_highs() {
    printf 'mip_rel_gap = 1e-9\nmip_abs_gap = 1e-9\nthreads = 1\n' >"$work/highs.options"
    highs --time_limit "$2" --options_file "$work/highs.options" "$1" | awk '
        /^Model status/ { s = $NF == "Optimal" ? "optimal" : "limit" } /^Objective value/ { o = $NF }
        /^  Status +/ { s = $2 == "Optimal" ? "optimal" : "limit" } /^  Primal bound/ { o = $3 } END { print s ? s : "failed", o }'
}

# The package highs of npm (found by NODE_PATH): HiGHS as WebAssembly. It reads LP files; loading it is not counted.
run_highs_npm() {
    node -e '
        require("highs")().then(highs => {
            const text = require("fs").readFileSync(process.argv[1], "utf8"), start = process.cpuUsage()
            const options = {time_limit: +process.argv[2], mip_rel_gap: 1e-9, mip_abs_gap: 1e-9, threads: 1, output_flag: false}
            const r = highs.solve(text, options), used = process.cpuUsage(start)
            const status = r.Status == "Optimal" ? "optimal" : /limit/i.test(r.Status) ? "limit" : "failed"
            console.log(status, r.ObjectiveValue, (used.user + used.system) / 1e6)
        })' "${1%.mps}.lp" "$2"
}

installed() {
    for solver in clp cbc glpsol lp_solve scip highs; do command -v $solver >/dev/null && printf ' %s' $solver; done
    node -e 'require("highs")' 2>/dev/null && printf ' highs_npm'
}
SOLVERS=${SOLVERS:-milp$(installed)}
if [ "$task" = peers ]; then
    [ "$SOLVERS" = milp ] && echo 'bench: no other solver is installed'
    echo 'bench: peers come by  apt-get install coinor-clp coinor-cbc glpk-utils lp-solve  (scip: https://scipopt.org, highs: https://highs.dev,'
    echo 'bench: or  npm install highs  in some FOLDER and  NODE_PATH=FOLDER/node_modules)'
fi

# --- the problems: "set name file limit optimum", as free MPS -----------------------------------------------------------------------------
say_free() { # a copy whose first line says so, as clp and cbc want it
    sed -e '/^\*/d' -e '1,/^NAME/s/^NAME.*/NAME problem FREE/' "$1" >"${1%.mps}.free.mps"
}
convert() { # FROM NAME: the path of the converted file
    local to="$OUT/models/$2.mps"
    [ -s "$to" ] && [ "$to" -nt "$BIN/milp" ] || "$BIN/milp" "$1" --quiet --write "$to" >/dev/null || return 1
    say_free "$to"
    [[ $SOLVERS == *highs_npm* ]] && "$BIN/milp" "$to" --quiet --write "${to%.mps}.lp" >/dev/null
    echo "$to"
}
shared_problems() { # SET LIMIT
    local folder="$DATA/lp/$1"
    [ -f "$folder/optima.tsv" ] || { echo "bench: SKIPPED $1: $folder/optima.tsv is not here" >&2; return; }
    awk -F'\t' 'FNR > 1 { print $1, $2 }' "$folder/optima.tsv" | while read -r name optimum; do
        [[ $name =~ $MATCH && -f $folder/$name.mps.gz ]] || continue
        file=$(convert "$folder/$name.mps.gz" "$1-$name") && echo "$1 $name $file $2 $optimum"
    done
}
own_problems() {
    local profile=${PROFILE:-$(ls results/*/profile.tsv.gz 2>/dev/null | head -1)}
    [ -n "$profile" ] || { echo 'bench: SKIPPED own programs: no profile; name one with PROFILE=' >&2; return; }
    "$BIN/taso" export --help >/dev/null 2>&1 || { echo 'bench: SKIPPED own programs: taso export is not there' >&2; return; }
    for network in alexnet vgg16 googlenet resnet18 resnet50 resnet152 squeezenet1.0; do
        for model in workspace unshared footprint; do
            for budget in 1M 8M 64M 256M; do
                for formulation in flow product; do
                    local name="$network-$model-$budget-$formulation" file="$OUT/models/own-$network-$model-$budget-$formulation.mps"
                    [[ $name =~ $MATCH ]] || continue
                    "$BIN/taso" export --network "$network" --profile "$profile" --memory-model "$model" --budget "$budget" \
                        --formulation "$formulation" -o "$file" >/dev/null 2>&1 || continue
                    say_free "$file"
                    [[ $SOLVERS == *highs_npm* ]] && "$BIN/milp" "$file" --quiet --write "${file%.mps}.lp" >/dev/null
                    echo "own $name $file $LIMIT_MIP -"
                done
            done
        done
    done
}
for set in $SETS; do
    case $set in
    netlib) shared_problems netlib "$LIMIT_LP" ;;
    miplib3) shared_problems miplib3 "$LIMIT_MIP" ;;
    own) own_problems ;;
    *) echo "bench: set '$set', netlib, miplib3 or own was expected" >&2 ;;
    esac
done >"$work/problems"
[ -s "$work/problems" ] || { echo 'bench: no problems'; exit 2; }

# --- runs ----------------------------------------------------------------------------------------------------------------------------------
TIMEFORMAT='%U %S'
one_run() { # LABEL COMMAND...: appends a row to $table; CPU seconds of the command and its children
    local label=$1 seconds status='' objective='' own_seconds=''
    shift
    seconds=$( { time timeout -k 5 $((${limit%.*} * 2 + 10)) bash -c '"$@"' run "$@" >"$work/answer" 2>/dev/null; } 2>&1 | tail -1 | awk '{ print $1 + $2 }')
    read -r status objective own_seconds <"$work/answer" || status=failed
    printf '%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\n' "$set" "$name" "$label" "$status" "$objective" "$optimum" \
        "${own_seconds:-$seconds}" "$limit" >>"$table"
}
export -f run_milp run_clp run_cbc run_glpsol run_lp_solve run_scip run_highs run_highs_npm
export BIN work

table="$OUT/$task.tsv"
{
    echo "# format: solver bench 1"
    echo "# date: $(date -u +%Y-%m-%dT%H:%MZ)"
    echo "# host: $(sed -n 's/^model name[^:]*: //p' /proc/cpuinfo | head -1)"
    echo "# commit: $(git -C "$here" describe --always --dirty 2>/dev/null)"
    printf 'set\tproblem\tsolver\tstatus\tobjective\toptimum\tcpu_seconds\tlimit_s\n'
} >"$table"

count=$(wc -l <"$work/problems") done=0
while read -r set name file limit optimum; do
    done=$((done + 1))
    [ -t 2 ] && printf '\r%d of %d: %-40s' $done "$count" "$set/$name" >&2
    if [ "$task" = peers ]; then
        for solver in $SOLVERS; do
            [ "$solver" = clp ] && [ "$set" != netlib ] && continue
            one_run "$solver" "run_$solver" "$file" "$limit"
        done
    else
        one_run all run_milp "$file" "$limit"
        "$BIN/milp" --help | awk '/\(on\|off, default on\)/ { print $1 }' | while read -r option; do
            [[ $option =~ ${OPTIONS:-.} ]] && one_run "-$option" run_milp "$file" "$limit" --set "$option=off"
        done
    fi
done <"$work/problems"
[ -t 2 ] && echo >&2
awk -f "$here/bench_solver.awk" -v task="$task" "$table"
