# budgets.awk - frontier.tsv of one network -> a dozen budgets, comma-separated: points of the frontier from its least memory to that of the
# fastest selection, spaced as evenly as possible (asinh of KiB).
function asinh(x) { return log(x + sqrt(x * x + 1)) }
{ memory[points++] = $col["memory_bytes"] + 0 }
END {
    if (failed || !points) exit 2
    low = asinh(memory[0] / 1024); high = asinh(memory[points - 1] / 1024)
    steps = points < 12 ? points : 12
    for (i = 0; i < steps; i++) {
        target = steps > 1 ? low + (high - low) * i / (steps - 1) : low
        best = 0
        for (p = 1; p < points; p++) if (distance(p) < distance(best)) best = p
        if (!(best in used)) { used[best] = 1; list = list (list == "" ? "" : ",") memory[best] }
    }
    print list
}
function distance(p,    d) { d = asinh(memory[p] / 1024) - target; return d < 0 ? -d : d }
