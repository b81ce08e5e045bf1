# settled.awk - a sweep without what differs from run to run: timings of the solver, date, host, command.
named && !started {
    print "# format: taso-table 1"
    if ("digest" in note) print "# profile-digest: " note["digest"]
    for (i = 1; i <= columns; i++) keep[i] = 1
    keep[col["seconds"]] = 0
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
