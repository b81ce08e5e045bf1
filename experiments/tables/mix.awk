# mix.awk - the output of `taso mix` -> bands for a stacked plot: for each budget the shares by layout and by family, from `low` to `high`, and the times
# of all convolutions and of all conversions.
# Row and column variants of kn2 are one family. Bands are in the order given here; families that are not named follow as they come.
BEGIN {
    layouts = split("chw hwc hcw", layout_order, " ")
    families = split("sum2d direct im2col im2row implicit kn2 mec conv-1x1 winograd fft depthwise", family_order, " ")
}
function group(what, name) { return what == "family" && name ~ /^kn2/ ? "kn2" : name }
$col["what"] == "conversion" { converted[$col["network"], $col["budget_bytes"]] += $col["time_ns"]; next }
{
    network = $col["network"]; budget = $col["budget_bytes"]; what = $col["what"]; name = group(what, $col["name"])
    if (!(network in steps)) order[networks++] = network
    if (!((network, budget) in step)) { step[network, budget] = steps[network]; budget_at[network, steps[network]++] = budget }
    amount[network, budget, what, name] += $col["time_ns"]
    if (what == "layout") whole[network, budget] += $col["time_ns"]
    known = 0
    for (i = 1; i <= layouts; i++) known += what == "layout" && layout_order[i] == name
    for (i = 1; i <= families; i++) known += what == "family" && family_order[i] == name
    if (!known && what == "family") family_order[++families] = name
    else if (!known) fail("unknown " what " `" name "` (expected a layout or a family)")
}
function bands(network, s, what, n, names,    i, low, high, budget) {
    low = 0; budget = budget_at[network, s]
    for (i = 1; i <= n; i++) {
        high = low + amount[network, budget, what, names[i]] / whole[network, budget]
        if (high > low) printf "%s\t%d\t%s\t%s\t%s\t%.4f\t%.4f\t%.0f\t%.0f\n", network, s, budget, what, names[i], low, high,
            whole[network, budget], converted[network, budget]
        low = high
    }
}
END {
    if (failed) exit 2
    print "# format: taso-table 1"
    print "network", "step", "budget_bytes", "what", "name", "low", "high", "convolutions_ns", "conversions_ns"
    for (k = 0; k < networks; k++) for (s = 0; s < steps[order[k]]; s++) {
        bands(order[k], s, "layout", layouts, layout_order)
        bands(order[k], s, "family", families, family_order)
    }
}
