# budgets.awk - frontier.tsv of one network -> a dozen budgets, comma-separated: points of the frontier from its least memory to that of the
# fastest selection, spaced as evenly as possible (asinh of KiB).
function asinh(x) { return log(x + sqrt(x * x + 1)) }
{ memory[count++] = $col["memory_bytes"] + 0 }
END {
    if (failed || !count) exit 2
    low = asinh(memory[0] / 1024); high = asinh(memory[count - 1] / 1024)
    steps = count < 12 ? count : 12
    for (i = 0; i < steps; i++) {
        target = steps > 1 ? low + (high - low) * i / (steps - 1) : low
        best = 0
        for (p = 1; p < count; p++) if (distance(p) < distance(best)) best = p
        if (!(best in used)) { used[best] = 1; list = list (list == "" ? "" : ",") memory[best] }
    }
    print list
}
function distance(p,    d) { d = asinh(memory[p] / 1024) - target; return d < 0 ? -d : d }
