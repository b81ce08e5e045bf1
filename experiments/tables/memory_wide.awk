# memory_wide.awk - memory.tsv -> one row per network: by what factor each kind of memory shrinks for 5, 15 and 30 % more time, side by side.
BEGIN { slacks = split("0.05 0.15 0.30", slack, " ") }
{
    network = $col["network"]; model = $col["memory_model"]
    if (!(network in seen)) { seen[network] = 1; order_of[networks++] = network }
    if (!(model in known)) { known[model] = 1; model_list[models++] = model }
    cell[network, model, $col["slack"]] = $col["saved"]
}
END {
    if (failed) exit 2
    print "# format: taso-table 1"
    line = "network"
    for (m = 0; m < models; m++) for (s = 1; s <= slacks; s++) line = line OFS model_list[m] " +" 100 * slack[s] " %"
    print line
    for (n = 0; n < networks; n++) {
        line = order_of[n]
        for (m = 0; m < models; m++) for (s = 1; s <= slacks; s++) {
            value = ((order_of[n], model_list[m], slack[s]) in cell) ? cell[order_of[n], model_list[m], slack[s]] : "nan"
            line = line OFS (value ~ /^[0-9]/ ? sprintf("%.2f", value) : value)
        }
        print line
    }
}
