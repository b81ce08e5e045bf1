# peak.awk - the frontiers of peak memory of several networks as one table: with every layer run as a whole (NETWORK.peak.frontier.tsv), and with segments
# of layers run by rows (NETWORK.streamed.frontier.tsv).
BEGIN { print "# format: taso-table 1"; print "network", "execution", "memory_bytes", "time_ns" }
{
    network = FILENAME
    sub(/.*\//, "", network)
    execution = network ~ /\.streamed\.frontier\.tsv$/ ? "streamed" : "whole"
    sub(/\.(peak|streamed)\.frontier\.tsv$/, "", network)
    print network, execution, $col["memory_bytes"], $col["time_ns"]
}
