# memory.awk - what memory can be saved, under every memory model: sweep.tsv (for the layers that a cost table lacks) and the frontiers of each network
# (NETWORK.MODEL.frontier.tsv) -> per network, model and slack the least memory of a selection that takes at most (1 + slack) times as long as the
# fastest. `saved` is the factor to what the fastest needs, inf if nothing is needed. `streamed` is peak memory with segments of layers by rows,
# compared with the fastest plan of whole layers (model `peak`, which precedes it): what segments may cost is counted.
BEGIN { slacks = split("0.05 0.15 0.30", slack, " ") }
"uncovered_layers" in col { uncovered[$col["network"]] = $col["uncovered_layers"]; next }
{
    key = FILENAME
    sub(/.*\//, "", key)
    sub(/\.frontier\.tsv$/, "", key)
    model = key
    sub(/.*\./, "", model)
    key = substr(key, 1, length(key) - length(model) - 1) SUBSEP model
    note_point(key, $col["time_ns"] + 0, $col["memory_bytes"] + 0)
    note_fastest(key, $col["time_ns"] + 0, $col["memory_bytes"] + 0)
}
function factor(most, least) { return least > 0 ? sprintf("%.3f", most / least) : most > 0 ? "inf" : "1.000" }
END {
    if (failed) exit 2
    print "# format: taso-table 1"
    print "index", "network", "memory_model", "slack", "points", "fastest_ns", "fastest_bytes", "time_ns", "memory_bytes", "saved", "slower_percent", "uncovered_layers"
    for (k = 0; k < noted; k++) {
        key = order[k]
        split(key, part, SUBSEP)
        network = part[1]; model = part[2]
        if (!(network in index_of)) index_of[network] = networks++
        base = model == "streamed" ? network SUBSEP "peak" : key
        if (!(base in fastest)) fail(network ": streamed without peak")
        for (s = 1; s <= slacks; s++) {
            best = least_within(key, (1 + slack[s]) * fastest[base])
            if (best < 0) fail(network " has no " model " plan within slack " slack[s])
            m = memory[key, best]; t = time[key, best]
            printf "%d\t%s\t%s\t%s\t%d\t%.0f\t%.0f\t%.0f\t%.0f\t%s\t%.2f\t%d\n", index_of[network], network, model, slack[s], points[key],
                fastest[base], needs[base], t, m, factor(needs[base], m), 100 * (t / fastest[base] - 1), uncovered[network]
        }
    }
}
