# settled.awk - sweeps without what varies from run to run or with each change of the solver: its time and effort, date, host, command.
named && !started {
    print "# format: taso-table 1"
    for (i = 1; i <= columns; i++) keep[i] = 1
    n = split("profile nodes iterations seconds", drop, " ")
    for (i = 1; i <= n; i++) if (drop[i] in col) keep[col[drop[i]]] = 0
    started = 1
    print_kept(header)
}
{ print_kept($0) }
function print_kept(line,    n, field, i, text) {
    n = split(line, field, "\t")
    text = ""
    for (i = 1; i <= n; i++) if (keep[i]) text = text (text == "" ? "" : "\t") field[i]
    print text
}
