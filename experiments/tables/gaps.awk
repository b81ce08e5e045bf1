# gaps.awk - what is lost without an exact solver: NETWORK.MODEL.frontier.tsv (exact, first) and NETWORK.MODEL.gaps.tsv (sweeps of other methods)
# -> one row per network, memory model and method: how much slower than the optimum at the same budget, median and largest over the budgets at
# which anything fits, and in how many of them the method finds nothing that fits (`none`), which count in neither. The frontier gives the optimum:
# its fastest point within the budget, or, of a device, within RAM and flash. `best`: at each budget the best of the methods that never prove what
# they find.
{
    key = FILENAME
    sub(/.*\//, "", key)
    sub(/\.[a-z]+\.tsv$/, "", key)
    model = key
    sub(/.*\./, "", model)
    network = substr(key, 1, length(key) - length(model) - 1)
    key = network SUBSEP model
}
!("outcome" in col) {
    note_network(key)
    p = points[key]++
    time[key, p] = $col["time_ns"] + 0
    memory[key, p] = $col["ram_bytes" in col ? "ram_bytes" : "memory_bytes"] + 0
    flash[key, p] = "flash_bytes" in col ? $col["flash_bytes"] + 0 : 0
    next
}
{
    if (!(key in points)) fail("a sweep without its frontier (expected " network "." model ".frontier.tsv before it)")
    method = $col["method"]
    budget = $col["budget_bytes"] SUBSEP ("flash_budget_bytes" in col ? $col["flash_budget_bytes"] : "none")
    if (!((key, budget) in optimum)) {
        optimum[key, budget] = optimum_within(key, $col["budget_bytes"], "flash_budget_bytes" in col ? $col["flash_budget_bytes"] : "none")
        budget_list[key, all_budgets[key]++] = budget
        budgets[key] += optimum[key, budget] > 0
    }
    uncovered[key] = $col["uncovered_layers"]
    if (!(method in seen)) { seen[method] = 1; list[methods++] = method }
    asked[key, method] = 1
    if ($col["outcome"] == "optimal") proves[method] = 1
    if ($col["outcome"] == "optimal" || $col["outcome"] == "feasible") {
        if (optimum[key, budget] <= 0 || $col["time_ns"] + 0 < optimum[key, budget]) fail("faster than the optimum (expected at least " optimum[key, budget] " ns)")
        found[key, method, budget] = $col["time_ns"] / optimum[key, budget] - 1
    }
}
# -1: nothing fits.
function optimum_within(key, most, most_flash,    p, best) {
    best = -1
    for (p = 0; p < points[key]; p++)
        if ((most == "none" || memory[key, p] <= most + 0) && (most_flash == "none" || flash[key, p] <= most_flash + 0) && \
            (best < 0 || time[key, p] < best)) best = time[key, p]
    return best
}
function row(n, key, method,    b, budget, count, most, at, part) {
    count = 0; most = -1; at = "nan" SUBSEP "nan"
    for (b = 0; b < all_budgets[key]; b++) {
        budget = budget_list[key, b]
        if (!((key, method, budget) in found)) continue
        gap[++count] = found[key, method, budget]
        if (gap[count] > most) { most = gap[count]; at = budget }
    }
    split(key, part, SUBSEP)
    printf "%d\t%s\t%s\t%s\t%d\t%d\t", n, part[1], part[2], method, budgets[key], budgets[key] - count
    if (count) printf "%.3f\t%.3f", 100 * median(gap, count), 100 * most
    else printf "nan\tnan"
    split(at, part, SUBSEP)
    printf "\t%s\t%s\t%d\n", part[1], part[2], uncovered[key]
}
function note_best(key,    m, b, budget) {
    for (m = 0; m < methods; m++) {
        if (list[m] in proves) continue
        for (b = 0; b < all_budgets[key]; b++) {
            budget = budget_list[key, b]
            if (((key, list[m], budget) in found) && (!((key, "best", budget) in found) || found[key, list[m], budget] < found[key, "best", budget]))
                found[key, "best", budget] = found[key, list[m], budget]
        }
    }
}
END {
    if (failed) exit 2
    print "# format: taso-table 1"
    print "index", "network", "memory_model", "method", "budgets", "none", "median_percent", "largest_percent", "at_bytes", "at_flash_bytes", "uncovered_layers"
    for (k = 0; k < noted; k++) {
        key = order[k]
        network = substr(key, 1, index(key, SUBSEP) - 1)
        if (!(network in index_of)) index_of[network] = indices++
        for (m = 0; m < methods; m++) if ((key, list[m]) in asked) row(index_of[network], key, list[m])
        note_best(key)
        row(index_of[network], key, "best")
    }
}
