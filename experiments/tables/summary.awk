# summary.awk - the claims.tsv of several cost tables (FOLDER/claims.tsv each) -> the paper's figures next to ours, one row per cost table and
# claim: minimum, geometric mean and maximum over its networks (percentages are averaged as factors, so that 0 is a valid value). Networks of which
# the table lacks a convolution are counted separately and left out, as are those that need no memory at all: `inf` times less.
{
    which = $col["which"]
    sub(/, at [0-9.a-z]+ bytes$/, "", which)
    key = cost_table() OFS $col["claim"] OFS $col["published"] OFS which
    if (!over(key)) next
    if ($col["ours"] == "nan") fail("`nan` (expected a figure)")
    if ($col["ours"] == "inf") { over_networks[key]--; over_left[key]++; next }
    ours = $col["ours"] + 0
    percent[key] = $col["claim"] ~ /%$/
    over_value(key, ours, percent[key] ? 1 + ours / 100 : ours)
}
END {
    if (failed) exit 2
    print "# format: taso-table 1"
    print "cost_table", "claim", "published", "which", "networks", "least", "geomean", "most", "networks_left_out"
    for (k = 0; k < over_keys; k++) {
        key = over_key[k]
        if (!over_networks[key]) continue
        printf "%s\t%d\t%.2f\t%.2f\t%.2f\t%d\n", key, over_networks[key], over_least[key],
            percent[key] ? 100 * (over_mean(key) - 1) : over_mean(key), over_most[key], over_left[key]
    }
}
