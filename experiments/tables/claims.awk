# claims.awk - saved.tsv speedup.tsv -> the paper's figures next to ours, one row per network and claim. The paper does not define its greedy
# selection, so there is one row for each of ours. Layers that a profile does not cover are left out for all methods.
FILENAME ~ /saved/ && $col["slack"] == "0.15" {
    add($col["network"], "memory saved at 15 % more time", "2.2", $col["saved"], "least memory within 15 % of the fastest, exact frontier")
    add($col["network"], "time given up for it, %", "15", $col["slower_percent"], "of the same point")
}
FILENAME ~ /speedup/ && $col["baseline"] !~ /layerwise/ {
    add($col["network"], "speed-up over a greedy selection", "8", $col["most"], $col["baseline"] ", largest over the budgets, at " $col["most_at_bytes"] " bytes")
    if ($col["no_budget"] != "nan")
        add($col["network"], "speed-up over a greedy selection", "8", $col["no_budget"], $col["baseline"] ", without a budget")
}
FILENAME ~ /speedup/ { uncovered[$col["network"]] = $col["uncovered_layers"] }
function add(network, claim, published, ours, how) {
    if (!(network in seen)) { seen[network] = 1; order[networks++] = network }
    line[network, lines[network]++] = network OFS claim OFS published OFS ours OFS how
}
END {
    if (failed) exit 2
    print "# format: taso-table 1"
    print "network", "claim", "published", "ours", "which", "uncovered_layers"
    for (n = 0; n < networks; n++) for (i = 0; i < lines[order[n]]; i++) print line[order[n], i], uncovered[order[n]] + 0
}
