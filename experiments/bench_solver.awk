# bench_solver.awk - the table that bench_solver.sh wrote, as text: a row a problem (peers only), then a row a solver with what it solved
# and shifted geometric means (shift 0.01 s for netlib, 1 s for programs with integers). A problem counts as solved if the solver says
# optimal and its objective is the known optimum to 1e-6 relative; where none is known, the best that any solver called optimal.
BEGIN { FS = "\t" }
/^#/ || $1 == "set" { next }
function near(a, b) { d = a - b; if (d < 0) d = -d; s = b < 0 ? -b : b; return d <= 1e-6 * (s > 1 ? s : 1) }
{
    set = $1; key = $1 SUBSEP $2
    if (!(key in seen)) { seen[key] = 1; problem[++problems] = key; if (!(set in order)) { order[set] = ++sets; set_name[sets] = set } }
    if (!($3 in solver_seen)) { solver_seen[$3] = 1; solver[++solvers] = $3 }
    status[key, $3] = $4; objective[key, $3] = $5; seconds[key, $3] = $7; limit[key] = $8
    if ($6 != "-") optimum[key] = $6
    else if ($4 == "optimal" && (!(key in best) || $5 < best[key])) best[key] = $5
}
function verdict(key, who) {
    if (!((key, who) in status)) return "-"
    if (status[key, who] != "optimal") return status[key, who]
    truth = (key in optimum) ? optimum[key] : best[key]
    return near(objective[key, who] + 0, truth + 0) ? "solved" : "wrong"
}
END {
    for (t = 1; t <= sets; t++) {
        set = set_name[t]; shift_s = set == "netlib" ? 0.01 : 1
        if (task == "peers") {
            printf "\n%s: CPU seconds (L at the limit, W another objective, F no answer)\n%-34s", set, "problem"
            for (k = 1; k <= solvers; k++) printf " %10s", solver[k]
            print ""
            for (i = 1; i <= problems; i++) {
                split(problem[i], part, SUBSEP)
                if (part[1] != set) continue
                printf "%-34s", part[2]
                for (k = 1; k <= solvers; k++) {
                    v = verdict(problem[i], solver[k])
                    mark = v == "solved" ? " " : v == "limit" ? "L" : v == "wrong" ? "W" : v == "-" ? "-" : "F"
                    printf " %9s%s", v == "-" ? "" : sprintf("%.3f", seconds[problem[i], solver[k]]), mark
                }
                print ""
            }
        }
        printf "\n%-34s %8s %8s %8s %12s %10s\n", set, "problems", "solved", "wrong", "shifted mean", "total s"
        for (k = 1; k <= solvers; k++) {
            n = solved = wrong = 0; logs = total = 0
            for (i = 1; i <= problems; i++) {
                split(problem[i], part, SUBSEP)
                if (part[1] != set) continue
                v = verdict(problem[i], solver[k])
                if (v == "-") continue
                n++; s = v == "solved" ? seconds[problem[i], solver[k]] + 0 : limit[problem[i]] + 0
                solved += v == "solved"; wrong += v == "wrong"; total += s; logs += log(s + shift_s)
            }
            if (n) printf "%-34s %8d %8d %8d %12.4f %10.2f\n", solver[k], n, solved, wrong, exp(logs / n) - shift_s, total
        }
    }
}
