# memory_summary.awk - the memory.tsv of several cost tables (FOLDER/memory.tsv each) -> one row per cost table, memory model and slack: over its
# networks, the least, geometric mean and most of the factor by which that memory shrinks. Networks that need none at all (`inf`) are counted
# separately. Networks of which the table lacks a convolution are counted separately and left out.
{
    key = cost_table() OFS $col["memory_model"] OFS $col["slack"]
    if (!over(key)) next
    if ($col["saved"] == "inf") none[key]++
    else over_value(key, $col["saved"] + 0, $col["saved"] + 0)
}
END {
    if (failed) exit 2
    print "# format: taso-table 1"
    print "cost_table", "memory_model", "slack", "networks", "least", "geomean", "most", "networks_without_memory", "networks_left_out"
    for (k = 0; k < over_keys; k++) {
        key = over_key[k]
        if (!over_networks[key]) continue
        printf "%s\t%d\t", key, over_networks[key]
        if (over_values[key]) printf "%.2f\t%.2f\t%.2f", over_least[key], over_mean(key), over_most[key]
        else printf "nan\tnan\tnan"
        printf "\t%d\t%d\n", none[key], over_left[key]
    }
}
