# speedup.awk - sweep.tsv -> speed-up of the optimum over each baseline, a method that proves nothing, at the same budget: minimum, geometric mean and maximum over the
# budgets at which both have an answer, and without a budget (`none`).
function answered(outcome) { return outcome == "optimal" || outcome == "feasible" }
{
    network = $col["network"]; method = $col["method"]; budget = $col["budget_bytes"]
    if (!(network in index_of)) { index_of[network] = networks; order[networks++] = network }
    if (!(method in seen)) { seen[method] = 1; list[methods++] = method }
    if (!((network, budget) in budget_seen)) { budget_seen[network, budget] = 1; budget_list[network, budgets[network]++] = budget }
    uncovered[network] = $col["uncovered_layers"]
    if ($col["outcome"] == "feasible") heuristic[method] = 1
    if (answered($col["outcome"])) time[network, method, budget] = $col["time_ns"]
}
END {
    if (failed) exit 2
    print "# format: taso-table 1"
    print "index", "network", "baseline", "budgets", "least", "geomean", "most", "most_at_bytes", "no_budget", "uncovered_layers"
    for (n = 0; n < networks; n++) for (m = 0; m < methods; m++) {
        network = order[n]; method = list[m]
        if (!(method in heuristic)) continue
        count = sum = most = 0; least = "inf"; at = unlimited = "nan"
        for (b = 0; b < budgets[network]; b++) {
            budget = budget_list[network, b]
            if (!((network, method, budget) in time) || !((network, "taso", budget) in time)) continue
            if (budget == "none") { unlimited = time[network, method, budget] / time[network, "taso", budget]; continue }
            ratio = time[network, method, budget] / time[network, "taso", budget]
            count++; sum += log(ratio)
            if (ratio > most) { most = ratio; at = budget }
            if (least == "inf" || ratio < least) least = ratio
        }
        if (count)
            printf "%d\t%s\t%s\t%d\t%.3f\t%.3f\t%.3f\t%s\t%s\t%d\n", n, network, method, count, least, exp(sum / count), most, at,
                unlimited == "nan" ? "nan" : sprintf("%.3f", unlimited), uncovered[network]
    }
}
