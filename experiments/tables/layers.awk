# layers.awk - the steps of three plans per network under memory model `workspace` (taso select --steps, NETWORK.slack-S.steps.tsv): those of the least
# workspace for S times more time than the fastest -> one row per convolution: its workspace under that budget, the workspace that the plan needs.
{
    network = FILENAME
    sub(/.*\//, "", network)
    slack = network
    sub(/.*\.slack-/, "", slack)
    sub(/\.steps\.tsv$/, "", slack)
    sub(/\.slack-.*/, "", network)
    plan = network SUBSEP slack
    if (!(plan in rows)) order[plans++] = plan
    if ($col["workspace_bytes"] + 0 > budget[plan]) budget[plan] = $col["workspace_bytes"] + 0
    if ($col["kind"] == "conv") row[plan, rows[plan]++] = $col["layer"] OFS $col["name"] OFS $col["workspace_bytes"] OFS $col["time_ns"]
    else rows[plan] += 0
}
END {
    if (failed) exit 2
    print "# format: taso-table 1"
    print "network", "slack", "budget_bytes", "convolution", "layer", "primitive", "workspace_bytes", "time_ns"
    for (p = 0; p < plans; p++) {
        split(order[p], part, SUBSEP)
        for (r = 0; r < rows[order[p]]; r++) printf "%s\t%s\t%.0f\t%d\t%s\n", part[1], part[2], budget[order[p]], r + 1, row[order[p], r]
    }
}
