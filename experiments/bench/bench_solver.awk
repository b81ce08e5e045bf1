# bench_solver.awk - the tables that bench_solver.sh wrote, as text: one row per problem (task=peers only), then one row per solver with what it
# solved and shifted geometric means (shift 1 s for miplib3, 0.01 s for the others). form=tsv and form=md give the rows of solvers as a table.
# A set with two limits is two sets.
#
# A problem counts as solved if the solver says optimal and its objective is the known optimum to 1e-6 relative; where none is known, the
# least that any solver called optimal. What is not solved counts with its limit. ratio: the mean of the first solver over this one's, on the
# problems that both were given.
BEGIN { FS = "\t" }
/^# version-/ { name = $0; sub(/^# version-/, "", name); version[substr(name, 1, index(name, ":") - 1)] = substr(name, index(name, ":") + 2); next }
/^# (date|host|commit|compiler):/ { if (!($0 in known) || /date|commit/) origin[++origins] = $0; known[$0] = 1; next }
/^#/ || $1 == "set" { next }
function near(a, b) { d = a - b; if (d < 0) d = -d; s = b < 0 ? -b : b; return d <= 1e-6 * (s > 1 ? s : 1) }
{
    set = $1 "-" $8 "s"; key = set SUBSEP $2
    if (!(key in seen)) { seen[key] = 1; problem[++problems] = key; if (!(set in order)) { order[set] = ++sets; set_name[sets] = set } }
    if (!($3 in solver_seen)) { solver_seen[$3] = 1; solver[++solvers] = $3 }
    status[key, $3] = $4; objective[key, $3] = $5; seconds[key, $3] = $7; limit[key] = $8; start[key, $3] = $9
    if ($6 != "-") optimum[key] = $6
    else if ($4 == "optimal" && (!(key in best) || $5 + 0 < best[key])) best[key] = $5 + 0
}
function verdict(key, who,    truth) {
    if (!((key, who) in status)) return "-"
    if (status[key, who] != "optimal") return status[key, who]
    if (seconds[key, who] + 0 > limit[key] + 0) return "limit"
    truth = (key in optimum) ? optimum[key] : best[key]
    return near(objective[key, who] + 0, truth + 0) ? "solved" : "wrong"
}
function each_problem(set,    i, k, v, mark) {
    printf "\n%s: CPU seconds (L at the limit, W another objective, F no answer)\n%-44s", set, "problem"
    for (k = 1; k <= solvers; k++) printf " %10s", solver[k]
    print ""
    for (i = 1; i <= problems; i++) {
        split(problem[i], part, SUBSEP)
        if (part[1] != set) continue
        printf "%-44s", part[2]
        for (k = 1; k <= solvers; k++) {
            v = verdict(problem[i], solver[k])
            mark = v == "solved" ? " " : v == "limit" ? "L" : v == "wrong" ? "W" : v == "-" ? "-" : "F"
            printf " %9s%s", v == "-" ? "" : sprintf("%.3f", seconds[problem[i], solver[k]]), mark
        }
        print ""
    }
}
function row(form, a, b, c, d, e, f, g, h, i, j) {
    if (form == "tsv") printf "%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\n", a, b, c, d, e, f, g, h, i, j
    else if (form == "md") printf "| %s | %s | %s | %s | %s | %s | %s | %s | %s | %s |\n", a, b, c, d, e, f, g, h, i, j
    else printf "%-12s %-28s %-20s %8s %7s %6s %10s %11s %9s %9s\n", a, b, c, d, e, f, g, h, i, j
}
function counted(key, who) { return verdict(key, who) == "solved" ? seconds[key, who] + 0 : limit[key] + 0 }
function summary(form, set, shift_s,    i, k, n, v, solved, wrong, total, starts, logs, first, first_logs, same_logs, both) {
    for (k = 1; k <= solvers; k++) {
        n = solved = wrong = logs = total = starts = first_logs = same_logs = both = 0
        for (i = 1; i <= problems; i++) {
            split(problem[i], part, SUBSEP)
            if (part[1] != set) continue
            v = verdict(problem[i], solver[k])
            if (v == "-") continue
            n++; solved += v == "solved"; wrong += v == "wrong"
            starts = starts == "-" || start[problem[i], solver[k]] == "" ? "-" : starts + start[problem[i], solver[k]]
            total += counted(problem[i], solver[k]); logs += log(counted(problem[i], solver[k]) + shift_s)
            if (first == "") first = solver[k]
            if (verdict(problem[i], first) == "-") continue
            first_logs += log(counted(problem[i], first) + shift_s); both += 1
            same_logs += log(counted(problem[i], solver[k]) + shift_s)
        }
        if (!n) continue
        v = both ? sprintf("%.3f", (exp(first_logs / both) - shift_s) / (exp(same_logs / both) - shift_s)) : "-"
        row(form, set, solver[k], version[solver[k]], n, solved, wrong, sprintf("%.4f", exp(logs / n) - shift_s), sprintf("%.2f", total), v, starts == "-" ? starts : sprintf("%.2f", starts))
    }
}
END {
    if (form == "tsv") {
        print "# format: solver bench summary 2"
        for (k = 1; k <= origins; k++) print origin[k]
    }
    if (form == "md") {
        for (k = 1; k <= origins; k++) { sub(/^# /, "", origin[k]); print origin[k] (k < origins ? "  " : "\n") }
    }
    if (form == "") print ""
    if (task != "peers") row(form, "set", "solver", "version", "problems", "solved", "wrong", "mean_s", "total_s", "ratio", "starts_s")
    if (form == "md") print "|---|---|---|---:|---:|---:|---:|---:|---:|---:|"
    for (t = 1; t <= sets; t++) {
        if (task == "peers") {
            each_problem(set_name[t])
            print ""
            row(form, "set", "solver", "version", "problems", "solved", "wrong", "mean_s", "total_s", "ratio", "starts_s")
        }
        summary(form, set_name[t], set_name[t] ~ /^miplib3/ ? 1 : 0.01)
    }
    if (form == "md") print "\nCPU seconds, reading the file included; unsolved problems count with their limit, by the clock. mean_s: geometric, shifted by 1 s for\nmiplib3, by 0.01 s for the others. ratio: the first solver's mean over this one's, on what both were\ngiven. starts_s: what as many processes that do nothing took, started beside the solver's; it is\nin total_s. The last part of a set's name is the limit. highs_npm is WebAssembly, measured warm (bench_highs.js)."
}
