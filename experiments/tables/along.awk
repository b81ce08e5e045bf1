# along.awk - the steps of two plans per network (taso select --steps): the fastest of whole layers (NETWORK.whole.steps.tsv), and one with segments by
# rows (NETWORK.streamed.steps.tsv) -> one table: what every step keeps in memory, by what it is for, and the stored weights that it reads.
BEGIN {
    print "# format: taso-table 1"
    print "network", "execution", "step", "kind", "layer", "time_ns", "activations_bytes", "conversions_bytes", "block_bytes", "workspace_bytes", "weights_bytes"
}
{
    network = FILENAME
    sub(/.*\//, "", network)
    execution = network ~ /\.streamed\.steps\.tsv$/ ? "streamed" : "whole"
    sub(/\.(whole|streamed)\.steps\.tsv$/, "", network)
    print network, execution, $col["step"], $col["kind"], $col["layer"], $col["time_ns"], $col["activations_bytes"], $col["conversions_bytes"],
        $col["block_bytes"], $col["workspace_bytes"], $col["weights_bytes"]
}
