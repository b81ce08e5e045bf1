# memory_summary.awk - the memory.tsv of several cost tables (FOLDER/memory.tsv each) -> one row per cost table, memory model and slack: over its
# networks, the least, geometric mean and most of the factor by which that memory shrinks. Networks that need none at all (`inf`) are counted
# separately. Networks of which the table lacks a convolution are counted separately and left out.
{
    table = FILENAME
    sub(/\/memory\.tsv$/, "", table)
    sub(/.*\//, "", table)
    key = table OFS $col["memory_model"] OFS $col["slack"]
    if (!(key in seen)) { seen[key] = 1; order_of[keys++] = key }
    if ($col["uncovered_layers"] > 0) { partial[key]++; next }
    networks[key]++
    if ($col["saved"] == "inf") { none[key]++; next }
    saved = $col["saved"] + 0
    if (saved <= 0) fail("`" $col["saved"] "` (expected a factor above 0)")
    if (!counted[key]++ || saved < least[key]) least[key] = saved
    if (saved > most[key]) most[key] = saved
    sum[key] += log(saved)
}
END {
    if (failed) exit 2
    print "# format: taso-table 1"
    print "cost_table", "memory_model", "slack", "networks", "least", "geomean", "most", "networks_without_memory", "networks_left_out"
    for (k = 0; k < keys; k++) {
        key = order_of[k]
        if (!networks[key]) continue
        printf "%s\t%d\t", key, networks[key]
        if (counted[key]) printf "%.2f\t%.2f\t%.2f", least[key], exp(sum[key] / counted[key]), most[key]
        else printf "nan\tnan\tnan"
        printf "\t%d\t%d\n", none[key], partial[key]
    }
}
