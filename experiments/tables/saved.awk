# saved.awk - frontier.tsv -> memory saved by allowing extra time: the least memory within (1 + slack) of the fastest, equation (9), read off
# the exact frontier. `saved` is the factor, inf if no memory is needed.
BEGIN { slacks = split("0.05 0.15 0.30", slack, " ") }
{
    t = $col["time_ns"] + 0; m = $col["memory_bytes"] + 0
    note_point($col["network"], t, m)
    note_fastest($col["network"], t, m)
}
END {
    if (failed) exit 2
    print "# format: taso-table 1"
    print "index", "network", "slack", "points", "fastest_ns", "fastest_bytes", "time_ns", "memory_bytes", "saved", "slower_percent"
    for (n = 0; n < noted; n++) for (s = 1; s <= slacks; s++) {
        network = order[n]
        best = least_within(network, (1 + slack[s]) * fastest[network])
        m = memory[network, best]; t = time[network, best]
        printf "%d\t%s\t%s\t%d\t%.0f\t%.0f\t%.0f\t%.0f\t%s\t%.2f\n", n, network, slack[s], points[network], fastest[network],
            needs[network], t, m, (m > 0 ? sprintf("%.3f", needs[network] / m) : needs[network] > 0 ? "inf" : "1.000"),
            100 * (t / fastest[network] - 1)
    }
}
