# frontier.awk - the frontiers of several networks (NETWORK.workspace.frontier.tsv each) as one table.
BEGIN { print "# format: taso-table 1"; print "network", "memory_bytes", "time_ns" }
{
    network = FILENAME
    sub(/.*\//, "", network)
    sub(/\.workspace\.frontier\.tsv$/, "", network)
    print network, $col["memory_bytes"], $col["time_ns"]
}
