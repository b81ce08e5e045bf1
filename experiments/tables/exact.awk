# exact.awk - summary/gaps.tsv and the FOLDER/sweep.tsv of each cost table -> Markdown: under which memory models an exact solver is needed, with the
# figures of every cost table, and why greedy-time loses more on one than on another: what conversions of layouts cost it.
#
# It is not needed where graph reduction (pbqp-budget) answers at every budget and is exact, or where the best heuristic, another one at each budget if
# need be, is never more than TOLERANCE percent slower than the optimum and always finds something.
BEGIN { TOLERANCE = 2 }
function seen_model(model) { if (!(model in model_seen)) { model_seen[model] = 1; model_list[models++] = model } }
"outcome" in col {
    table = FILENAME
    sub(/\/sweep\.tsv$/, "", table)
    sub(/.*\//, "", table)
    if ($col["budget_bytes"] != "none" || $col["uncovered_layers"] > 0 || ($col["method"] != "taso" && $col["method"] != "greedy-time")) next
    if ($col["conversion_ns"] == "nan") next
    key = table SUBSEP $col["method"]
    conversions[key] += $col["conversions"]
    conversion_share[key] += $col["conversion_ns"] / $col["time_ns"]
    selections[key]++
    next
}
{
    model = $col["memory_model"]; method = $col["method"]; table = $col["cost_table"]
    seen_model(model)
    if (!(table in table_seen)) { table_seen[table] = 1; table_list[tables++] = table }
    has[model, table] = 1
    networks_of[model, table] = $col["networks"]
    budgets[model, table, method] = $col["budgets"]
    none[model, table, method] = $col["none"]
    middle[model, table, method] = $col["median_percent"]
    most[model, table, method] = $col["largest_percent"]
    where[model, table, method] = $col["largest_network"]
    if (method != "best" && !(method in method_seen)) { method_seen[method] = 1; methods++ }
}
# The method that is always within the tolerance, of graph reduction and `best`: its name, or "".
function suffices(model, method, limit,    t, table) {
    for (t = 0; t < tables; t++) {
        table = table_list[t]
        if (!((model, table) in has)) continue
        if (!((model, table, method) in none) || none[model, table, method] > 0 || most[model, table, method] > limit) return 0
    }
    return 1
}
function largest(model, method,    t, table, best) {
    best = -1; worst = ""
    for (t = 0; t < tables; t++) {
        table = table_list[t]
        if (((model, table, method) in most) && most[model, table, method] != "nan" && most[model, table, method] + 0 > best) {
            best = most[model, table, method] + 0
            worst = where[model, table, method] ", " table
        }
    }
    return best
}
function total(values, model, method,    t, sum) {
    for (t = 0; t < tables; t++) if ((model, table_list[t], method) in values) sum += values[model, table_list[t], method]
    return sum + 0
}
# Conversions of a network, and their share of its time, without a budget.
function converted(table, method,    key) {
    key = table SUBSEP method
    return selections[key] ? sprintf("%.1f, %s", conversions[key] / selections[key], percent(100 * conversion_share[key] / selections[key])) : "-"
}
function say_greedy(    t, table) {
    print "\n## Where greedy-time is good enough\n"
    print "Under the paper's memory model (`workspace`) `greedy-time` takes the fastest primitive of each layer that fits, whatever layouts it wants, and pays"
    print "for the conversions afterwards. So it loses where the fastest primitives of neighbouring layers want different layouts, and next to"
    print "nothing where one layout has a fast primitive for every layer, as with all of our primitives. With a choice of primitives like the"
    print "published one conversions are many; how much they cost depends on the machine. Without a budget, in the mean over the networks:\n"
    print "| cost table | greedy-time: median, largest gap | its conversions, share of its time | conversions of the optimum, share |"
    print "|---|---|---|---|"
    for (t = 0; t < tables; t++) {
        table = table_list[t]
        if ((("workspace", table) in has) && (("workspace", table, "greedy-time") in none))
            printf "| %s | %s | %s | %s |\n", table, cell("workspace", table, "greedy-time"), converted(table, "greedy-time"), converted(table, "taso")
    }
}
function percent(x) { return x == "nan" || x == "" ? "-" : sprintf(x < 9.995 ? "%.2f %%" : "%.0f %%", x) }
function cell(model, table, method) {
    if (!((model, table, method) in none)) return "-"
    if (most[model, table, method] == "nan") return "none"
    return percent(middle[model, table, method]) ", " percent(most[model, table, method]) \
        (none[model, table, method] ? " (none at " none[model, table, method] " of " budgets[model, table, method] ")" : "")
}
function sentence(model,    part, gap) {
    gap = largest(model, "best")
    part = "- `" model "`: "
    if (suffices(model, "pbqp-budget", 0)) part = part "not needed. Graph reduction finds the optimum at all " total(budgets, model, "pbqp-budget") " budgets. "
    else part = part (suffices(model, "best", TOLERANCE) ? "not needed. " : "needed. ")
    if (total(none, model, "pbqp-budget"))
        part = part "Graph reduction has no answer at " total(none, model, "pbqp-budget") " of " total(budgets, model, "pbqp-budget") " budgets. "
    part = part "The best heuristic at each budget is up to " percent(gap) " slower (" worst ")"
    if (total(none, model, "best")) part = part " and finds nothing at " total(none, model, "best") " of " total(budgets, model, "best") " budgets"
    gap = largest(model, "greedy-time")
    if (gap >= 0) part = part "; `greedy-time` up to " percent(gap) " (" worst ")"
    if (total(none, model, "greedy-time")) part = part ", where it finds anything: not at " total(none, model, "greedy-time") " budgets"
    return part "."
}
END {
    if (failed) exit 2
    print "# When an exact solver is needed"
    print ""
    print methods " methods against the exact frontier: how much slower than the optimum at the same budget, over the networks of which a cost table has"
    print "every convolution. An exact solver is called needed where graph reduction (`pbqp-budget`) misses an optimum and the best heuristic, another one"
    print "at each budget if need be, is more than " TOLERANCE " % slower somewhere or finds nothing. `device` is peak"
    print "memory in RAM and stored weights in flash, both with a budget, in whole layers; `streamed` is peak memory with segments of layers by rows."
    print ""
    for (m = 0; m < models; m++) print sentence(model_list[m])
    print ""
    print "The reason: a budget on a maximum, of workspaces or of steps in whole layers, strikes out choices one by one, and what is left is a choice of"
    print "layouts, which graph reduction settles. A sum (stored weights, workspaces that are not shared) or segments of layers couple the layers,"
    print "and no rule that looks at one layer at a time knows what a byte is worth in another."
    print ""
    print "Median over the networks of their medians over the budgets, and the largest of all; in brackets the budgets at which nothing was found that"
    print "fits, though something does. `best` is another heuristic at each budget if need be."
    print ""
    print "| memory model | cost table | networks | `best` | `greedy-time` | `taso-layerwise` | `greedy-weights` | `greedy-stream` | `pbqp-budget` |"
    print "|---|---|---:|---|---|---|---|---|---|"
    for (m = 0; m < models; m++) for (t = 0; t < tables; t++) {
        model = model_list[m]; table = table_list[t]
        if (!((model, table) in has)) continue
        printf "| %s | %s | %d | %s | %s | %s | %s | %s | %s |\n", model, table, networks_of[model, table], cell(model, table, "best"),
            cell(model, table, "greedy-time"), cell(model, table, "taso-layerwise"), cell(model, table, "greedy-weights"),
            cell(model, table, "greedy-stream"), cell(model, table, "pbqp-budget")
    }
    say_greedy()
}
