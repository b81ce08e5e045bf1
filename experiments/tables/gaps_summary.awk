# gaps_summary.awk - the gaps.tsv of several cost tables (FOLDER/gaps.tsv each) -> one row per cost table, memory model and method: over its networks,
# the median of their medians, the largest gap and the network that has it; `none`: the share of budgets at which the method finds nothing that
# fits. Networks of which the table lacks a convolution are counted separately and left out.
{
    key = cost_table() OFS $col["memory_model"] OFS $col["method"]
    if (!over(key)) next
    budgets[key] += $col["budgets"]
    none[key] += $col["none"]
    if ($col["largest_percent"] == "nan") next
    gap[key, answered[key]++] = $col["median_percent"] + 0
    if (!(key in where) || $col["largest_percent"] + 0 > most[key]) { most[key] = $col["largest_percent"] + 0; where[key] = $col["network"] }
}
END {
    if (failed) exit 2
    print "# format: taso-table 1"
    print "cost_table", "memory_model", "method", "networks", "budgets", "none", "median_percent", "largest_percent", "largest_network", "networks_left_out"
    for (k = 0; k < over_keys; k++) {
        key = over_key[k]
        if (!over_networks[key]) continue
        for (i = 0; i < answered[key]; i++) list[i + 1] = gap[key, i]
        printf "%s\t%d\t%d\t%d\t", key, over_networks[key], budgets[key], none[key]
        if (answered[key]) printf "%.2f\t%.2f\t%s", median(list, answered[key]), most[key], where[key]
        else printf "nan\tnan\tnan"
        printf "\t%d\n", over_left[key]
    }
}
