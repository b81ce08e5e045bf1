# settled.awk - sweeps without what varies from run to run or with each change of the solver: its time and effort, date, host, command. Of each sweep the
# rows without a budget come last.
named && !started {
    print "# format: taso-table 1"
    for (i = 1; i <= columns; i++) keep[i] = 1
    n = split("profile nodes iterations seconds", drop, " ")
    for (i = 1; i <= n; i++) if (drop[i] in col) keep[col[drop[i]]] = 0
    started = 1
    print_kept(header)
}
FILENAME != sweep { put_late(); sweep = FILENAME }
$col["budget_bytes"] == "none" { late[lates++] = $0; next }
{ print_kept($0) }
END { put_late() }
function put_late(    i) {
    for (i = 0; i < lates; i++) print_kept(late[i])
    lates = 0
}
function print_kept(line,    n, field, i, text) {
    n = split(line, field, "\t")
    text = ""
    for (i = 1; i <= n; i++) if (keep[i]) text = text (text == "" ? "" : "\t") field[i]
    print text
}
