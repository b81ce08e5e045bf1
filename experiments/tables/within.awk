# within.awk -v slacks="0 0.05 0.15" - frontiers of one network, the first of which says what is fastest -> for each slack the least memory of a point
# of the last one that takes at most (1 + slack) times as long as the fastest; comma-separated.
FILENAME != file { file = FILENAME; files++ }
{
    if (files == 1) note_fastest("all", $col["time_ns"] + 0, $col["memory_bytes"] + 0)
    if (files == ARGC - 1) note_point("all", $col["time_ns"] + 0, $col["memory_bytes"] + 0)
}
END {
    if (failed || !points["all"]) exit 2
    count = split(slacks, slack, " ")
    for (s = 1; s <= count; s++) {
        best = least_within("all", (1 + slack[s]) * fastest["all"])
        if (best < 0) fail("no point within slack " slack[s])
        printf "%s%.0f", (s > 1 ? "," : ""), memory["all", best]
    }
    print ""
}
