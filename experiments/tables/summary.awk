# summary.awk - the claims.tsv of several cost tables (FOLDER/claims.tsv each) -> the paper's figures next to ours, one row per cost table and
# claim: minimum, geometric mean and maximum over its networks (percentages are averaged as factors, so that 0 is a valid value). Networks of which
# the table lacks a convolution are counted separately and left out.
{
    table = FILENAME
    sub(/\/claims\.tsv$/, "", table)
    sub(/.*\//, "", table)
    which = $col["which"]
    sub(/, at [0-9.a-z]+ bytes$/, "", which)
    key = table OFS $col["claim"] OFS $col["published"] OFS which
    if (!(key in seen)) { seen[key] = 1; order[keys++] = key }
    if ($col["uncovered_layers"] > 0) { partial[key]++; next }
    ours = $col["ours"]
    if (ours == "inf" || ours == "nan") { fail("`" ours "` (expected a finite figure)") }
    if (!networks[key]++ || ours < least[key]) least[key] = ours
    if (ours > most[key]) most[key] = ours
    percent[key] = $col["claim"] ~ /%$/
    factor = percent[key] ? 1 + ours / 100 : ours
    if (factor <= 0) fail("`" ours "` (expected a figure above 0)")
    sum[key] += log(factor)
}
END {
    if (failed) exit 2
    print "# format: taso-table 1"
    print "cost_table", "claim", "published", "which", "networks", "least", "geomean", "most", "networks_left_out"
    for (k = 0; k < keys; k++) {
        key = order[k]
        if (!networks[key]) continue
        mean = exp(sum[key] / networks[key])
        if (percent[key]) mean = 100 * (mean - 1)
        printf "%s\t%d\t%.2f\t%.2f\t%.2f\t%d\n", key, networks[key], least[key], mean, most[key], partial[key]
    }
}
