#!/bin/bash
# bench_solver.sh - bin/milp against those of clp, cbc, glpsol, lp_solve, scip and highs that are installed; one thread each, CPU seconds.
#
#   experiments/bench/bench_solver.sh [peers|ablation]
#   experiments/bench/bench_solver.sh join TABLE...      one summary of several runs of peers
#
# Settings are environment variables:
#   DATA      folder with lp/netlib, lp/miplib3 (each with optima.tsv) and trinnity    (default ../shared/data)
#   BIN       folder of milp and taso                                          (bin)
#   SETS      of netlib miplib3 own                                            (all)
#   SOLVERS   of milp clp cbc glpsol lp_solve scip highs highs_npm             (those installed)
#   LIMIT_LP, LIMIT_MIP, LIMIT_OWN  seconds each problem may take, by the clock (60, 10, 60)
#   MATCH     regular expression that names of problems must match             (all)
#   OUT       folder for the results                                           (build/bench)
#   PROFILES, NETWORKS, MODELS, BUDGETS, FORMULATIONS, SHARE  which of our programs: bench_own.sh has their defaults
#
# All solvers read the same MPS file, so that no dialect matters; reading is part of the measurement, as is starting the process. What that
# takes, with a process that does nothing, is measured beside each run: on a virtual machine it may be more than a small program takes.
# peers writes OUT/peers.tsv (one row per run), prints one table per set, and writes the summary, shifted geometric means and shares solved, to
# OUT/solver.tsv and OUT/solver.md. ablation does that for milp with each switch of its options table off in turn, into OUT/ablated.tsv and
# OUT/ablated.md; problems that take the whole solver more than a quarter of the limit are left out, and on Netlib the switches that need integers.
set -u
task=${1:-peers}
DATA=${DATA:-../shared/data} BIN=${BIN:-bin} OUT=${OUT:-build/bench} SETS=${SETS:-netlib miplib3 own}
LIMIT_LP=${LIMIT_LP:-60} LIMIT_MIP=${LIMIT_MIP:-10} LIMIT_OWN=${LIMIT_OWN:-60} MATCH=${MATCH:-.}
here=$(dirname "$0")
export DATA BIN MATCH # and what else bench_own.sh reads
mkdir -p "$OUT/models" || exit 2
summarize() { # NAME TABLE...
    for form in tsv md; do awk -f "$here/bench_solver.awk" -v form=$form "${@:2}" >"$OUT/$1.$form"; done
}
if [ "$task" = join ]; then
    summarize solver "${@:2}"
    exit
fi
work=$(mktemp -d) && trap 'rm -rf "$work"' EXIT INT TERM

# --- one adapter per solver: run_X FILE LIMIT prints "STATUS OBJECTIVE", STATUS one of optimal limit failed ---------------------------------
TIMEFORMAT='%U %S'
timed() { # COMMAND...: leaves its CPU seconds in $work/seconds
    { time timeout -k 5 $((${allowed%.*} * 2 + 10)) "$@" 2>/dev/null; } 2>"$work/seconds"
}
run_milp() { # further arguments: options
    timed "$BIN/milp" "$1" --quiet --time-limit "$2" "${@:3}" | awk '
        /^status:/ { s = $2 } /^objective:/ { o = $2 } END { print s == "optimal" ? s : (s ~ /limit/ ? "limit" : "failed"), o }'
}
run_clp() {
    timed clp "${1%.mps}.free.mps" -seconds "$2" -solve -quit | awk '
        /^Optimal - objective value/ { s = "optimal" } /^Optimal objective/ { o = $3 } /Stopped|stopped/ { s = "limit" }
        END { print s ? s : "failed", o }'
}
run_cbc() {
    timed cbc "${1%.mps}.free.mps" -seconds "$2" -ratioGap 0 -allowableGap 0 -solve -quit | awk '
        /^Result - Optimal solution found/ { s = "optimal" } /^Result - Stopped/ { s = "limit" } /^Objective value:/ { o = $3 }
        /^Optimal - objective value/ && !s { s = "optimal"; o = $5 } END { print s ? s : "failed", o }'
}
run_glpsol() {
    rm -f "$work/glpsol.out"
    timed glpsol --freemps "$1" --tmlim "$2" --write "$work/glpsol.out" >/dev/null
    awk '/^c Status:/ { s = /OPTIMAL/ && !/NON/ ? "optimal" : "limit" } /^c Objective:/ { sub(/.* = /, ""); o = $1 }
        END { print s ? s : "failed", o }' "$work/glpsol.out" 2>/dev/null || echo failed
}
run_lp_solve() {
    timed lp_solve -fmps "$1" -timeout "$2" -S4 | awk '
        /^Value of objective function:/ { s = "optimal"; o = $5 } /[Ss]ub-?optimal/ { t = 1 } /infeasible|unbounded/ { s = "failed" }
        END { print s ? (t ? "limit" : s) : "limit", o }'
}
run_scip() {
    timed scip -q -c "set display verblevel 0 set limits time $2 set lp threads 1 read $1 optimize display statistics quit" | awk '
        /optimal solution found/ { s = "optimal" } /limit reached/ { s = "limit" } /Primal Bound/ { o = $4 } END { print s ? s : "failed", o }'
}
run_highs() {
    printf 'mip_rel_gap = 1e-9\nmip_abs_gap = 1e-9\nthreads = 1\n' >"$work/highs.options"
    timed highs --time_limit "$2" --options_file "$work/highs.options" "$1" | awk '
        /^Model status/ { s = $NF == "Optimal" ? "optimal" : "limit" } /^Objective value/ { o = $NF }
        /^  Status +/ { s = $2 == "Optimal" ? "optimal" : "limit" } /^  Primal bound/ { o = $3 } END { print s ? s : "failed", o }'
}
run_highs_npm() { # reads LP files; reports its CPU seconds itself
    local status objective seconds
    read -r status objective seconds <<<"$(timeout -k 5 $((${allowed%.*} * 4 + 20)) node "$here/bench_highs.js" "${1%.mps}.lp" "$2" 2>/dev/null)"
    echo "${seconds:-$limit}" >"$work/seconds"
    echo "${status:-failed} $objective"
}

# The name of a solver in the summary.
version_of() {
    case $1 in
    milp) "$BIN/milp" --version | awk '{ print $2 }' ;;
    clp) clp -quit 2>/dev/null | awk '/version/ { sub(/.*version /, ""); sub(/,.*/, ""); print; exit }' ;;
    cbc) cbc -quit 2>/dev/null | awk '/^Version:/ { print $2; exit }' ;;
    glpsol) glpsol --version | awk 'NR == 1 { print $NF }' ;;
    lp_solve) dpkg-query -W -f '${Version}' lp-solve 2>/dev/null ;;
    scip) scip --version | awk 'NR == 1 { print $3 }' ;;
    highs) highs --version | awk 'NR == 1 { print $3 }' ;;
    highs_npm) node -e '
        const manifest = require("path").join(require.resolve("highs"), "../../package.json")
        console.log(JSON.parse(require("fs").readFileSync(manifest)).version + ", WebAssembly")' 2>/dev/null ;;
    esac
}

installed() {
    for solver in clp cbc glpsol lp_solve scip highs; do command -v $solver >/dev/null && printf ' %s' $solver; done
    node -e 'require("highs")' 2>/dev/null && printf ' highs_npm'
}
SOLVERS=${SOLVERS:-milp$(installed)}
if [ "$task" = peers ]; then
    [ "$SOLVERS" = milp ] && echo 'bench: no other solver is installed'
    echo 'bench: install peers with  apt-get install coinor-clp coinor-cbc glpk-utils lp-solve  (scip: https://scipopt.org, highs: https://highs.dev,'
    echo 'bench: or  npm install highs  in some FOLDER and  NODE_PATH=FOLDER/node_modules)'
fi

# --- the problems: "set name file limit optimum", as free MPS -----------------------------------------------------------------------------
say_free() { # a copy whose first line says so, as clp and cbc require
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
    [ -f "$folder/optima.tsv" ] || { echo "bench: SKIPPED $1: $folder/optima.tsv is missing" >&2; return; }
    awk -F'\t' 'FNR > 1 { print $1, $2 }' "$folder/optima.tsv" | while read -r name optimum; do
        [[ $name =~ $MATCH && -f $folder/$name.mps.gz ]] || continue
        file=$(convert "$folder/$name.mps.gz" "$1-$name") && echo "$1 $name $file $2 $optimum"
    done
}
own_problems() {
    "$here/bench_own.sh" "$OUT/models" | while read -r set name file; do
        say_free "$file"
        [[ $SOLVERS == *highs_npm* ]] && "$BIN/milp" "$file" --quiet --write "${file%.mps}.lp" >/dev/null
        echo "$set $name $file $LIMIT_OWN -"
    done
}
for set in $SETS; do
    case $set in
    netlib) shared_problems netlib "$LIMIT_LP" ;;
    miplib3) shared_problems miplib3 "$LIMIT_MIP" ;;
    own) own_problems ;;
    *) echo "bench: unknown set '$set' (expected netlib, miplib3 or own)" >&2 ;;
    esac
done >"$work/problems"
[ -s "$work/problems" ] || { echo 'bench: no problems'; exit 2; }

# --- runs ----------------------------------------------------------------------------------------------------------------------------------
# Limits are wall-clock. If the machine was busy, so that a solver got less than half of the limit, it gets four times as much, once.
one_run() { # LABEL ADAPTER [OPTION...]: appends a row to $table
    local label=$1 adapter=$2 seconds status objective start
    shift 2
    for allowed in "$limit" $((${limit%.*} * 4)); do
        read -r status objective <<<"$("$adapter" "$file" "$allowed" "$@")"
        seconds=$(awk 'END { print $1 + $2 }' "$work/seconds")
        [ "$status" = limit ] && awk -v s="$seconds" -v l="$limit" 'BEGIN { exit !(s < l / 2) }' || break
    done
    timed true # at the same time, for it varies
    start=$(awk 'END { print $1 + $2 }' "$work/seconds")
    printf '%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\n' "$set" "$name" "$label" "${status:-failed}" "$objective" "$optimum" "$seconds" \
        "$limit" "$start" >>"$table"
}

ablate() {
    one_run all run_milp
    tail -1 "$table" | awk -F'\t' '{ exit !($4 == "optimal" && $7 <= $8 / 4) }' || { sed -i '$d' "$table"; return; }
    { "$BIN/milp" --help | awk '/\(on\|off, default: on\)/ { print $1, "off" }' && printf 'cut_rounds 0\nrestarts 0\n'; } |
        while read -r option off; do
            [[ $set == netlib && ! $option =~ ^(presolve|perturb|bound_flipping|first_order|hypersparse|long_double) ]] && continue
            [[ $option =~ ${OPTIONS:-.} ]] && one_run "-$option" run_milp --set "$option=$off"
        done
}

table="$OUT/$task.tsv"
{
    echo "# format: solver bench 3"
    echo "# date: $(date -u +%Y-%m-%dT%H:%MZ)"
    echo "# host: $(sed -n 's/^model name[^:]*: //p' /proc/cpuinfo | head -1)"
    echo "# commit: $(git -C "$here" describe --always --dirty 2>/dev/null)"
    echo "# compiler: ${COMPILER:-unknown}"
    for solver in $SOLVERS; do echo "# version-$solver: $(version_of $solver)"; done
    printf 'set\tproblem\tsolver\tstatus\tobjective\toptimum\tcpu_seconds\tlimit_s\tstart_s\n'
} >"$table"

count=$(wc -l <"$work/problems") done=0
while read -r set name file limit optimum; do
    done=$((done + 1))
    [ -t 2 ] && printf '\r%d of %d: %-40s' $done "$count" "$set/$name" >&2
    if [ "$task" = peers ]; then
        for solver in $SOLVERS; do
            [ "$solver" = clp ] && [ "$set" != netlib ] && continue
            one_run "$solver" "run_$solver"
        done
    else
        ablate
    fi
done <"$work/problems"
[ -t 2 ] && echo >&2
awk -f "$here/bench_solver.awk" -v task="$task" "$table"
summarize "$([ "$task" = peers ] && echo solver || echo ablated)" "$table"
