# spread.awk -v count=N - the frontier of one network -> N budgets, comma-separated, as `taso sweep --budgets auto:N` spreads them: evenly in logarithms
# from what the fastest selection needs down to a 4096th of it (or the least), and the least. Read off the frontier, they need no search.
{ size[sizes++] = $col["memory_bytes"] + 0 }
END {
    if (failed || !sizes) exit 2
    least = size[0]; most = size[sizes - 1]
    low = most / 4096 > least ? most / 4096 : least
    for (i = 0; i < count; i++) {
        bytes = i == 0 ? most : i == count - 1 ? least : int(low * (most / (low > 1 ? low : 1)) ^ (1 - i / (count - 2)))
        if (i > 0 && bytes >= before) continue
        printf "%s%.0f", (i > 0 ? "," : ""), bytes
        before = bytes
    }
    print ""
}
