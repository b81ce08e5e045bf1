# streamed.awk - peak.tsv -> peak memory saved by running layers by rows: the least memory of a plan with segments that takes at most (1 + slack)
# times as long as the fastest plan without; slack `any`: the least memory of all. `saved` is the factor.
BEGIN { slacks = split("0 0.10 any", slack, " ") }
{
    network = $col["network"]; t = $col["time_ns"] + 0; m = $col["memory_bytes"] + 0
    note_network(network)
    if ($col["execution"] == "whole") {
        note_fastest(network, t, m)
        if (!(network in least) || m < least[network]) least[network] = m
    } else {
        note_point(network, t, m)
    }
}
END {
    if (failed) exit 2
    print "# format: taso-table 1"
    print "index", "network", "slack", "whole_ns", "whole_bytes", "least_whole_bytes", "time_ns", "memory_bytes", "saved", "slower_percent"
    for (n = 0; n < noted; n++) for (s = 1; s <= slacks; s++) {
        network = order[n]
        best = least_within(network, slack[s] == "any" ? "any" : (1 + slack[s]) * fastest[network])
        if (best < 0) fail(network " has no plan with segments within slack " slack[s])
        printf "%d\t%s\t%s\t%.0f\t%.0f\t%.0f\t%.0f\t%.0f\t%.3f\t%.2f\n", n, network, slack[s], fastest[network], needs[network], least[network],
            time[network, best], memory[network, best], needs[network] / memory[network, best], 100 * (time[network, best] / fastest[network] - 1)
    }
}
