# verdicts.awk - paper_claims.tsv and the results that it names -> one row per claim and cost table: ours, and a verdict. What is compared, with what
# and how closely, is all in paper_claims.tsv (README.md here explains its columns).
#
#   -v root=ROOT folders="NAME=FOLDER ..."  where the results of each cost table are, below ROOT; the claims about a missing table cannot be judged
#   -v measured=FOLDER            where back-to-back.tsv is, of the profile: cost table `measured`
#   -v partial=1                  only some networks or methods were asked for: files and rows that are missing cannot be judged, and nothing is counted
#
# verdict: reproduced, partly, not, or cannot be judged here. Loaded after columns.awk and query.awk.
# `= X`, `< X`, `<= X`, `> X`, `>= X`, `X +- P%`
function holds(rule, x,    part, share) {
    split(rule, part, " ")
    if (part[2] == "+-") { share = part[3] / 100; return x >= part[1] * (1 - share) && x <= part[1] * (1 + share) }
    if (part[1] == "=") return x == part[2] + 0
    if (part[1] == "<") return x < part[2] + 0
    if (part[1] == "<=") return x <= part[2] + 0
    if (part[1] == ">") return x > part[2] + 0
    if (part[1] == ">=") return x >= part[2] + 0
    fail("`" rule "` is not a rule (expected =, <, <=, >, >= and a number, or X +- P%)")
}
function judge(table,    shown, file, ours, base, how) {
    how = $col["aggregate"]
    if ($col["file"] == "-") return say(table, "-", "-", "cannot be judged here", $col["reason"])
    if (!(table in folder)) return say(table, "-", "-", "cannot be judged here", "the results of this cost table are not here")
    shown = folder[table] "/" $col["file"]
    sub(/^\.\//, "", shown)
    file = table == "measured" ? shown : root "/" shown
    if (partial && !there(file)) return say(table, shown, "-", "cannot be judged here", "not all networks, methods and memory models were asked for")
    ours = aggregate(how, file, $col["where"], $col["column"])
    if (found && $col["versus"] != "-") {
        base = aggregate(how, file, $col["versus"], $col["column"])
        if (found && base != "nan" && base != 0 && ours != "nan") ours = ours / base
        else ours = "nan"
    }
    if (partial && (!found || how == "count" || how == "distinct")) return say(table, shown, "-", "cannot be judged here", "not all networks, methods and memory models were asked for")
    if (!found) fail(file ": nothing to judge claim " $col["id"] " by (expected rows with " $col["where"] ")")
    if (ours == "nan") return say(table, shown, "-", "cannot be judged here", "no network has a finite figure")
    say(table, shown, ours, holds($col["reproduced"], ours) ? "reproduced" : $col["partly"] != "-" && holds($col["partly"], ours) ? "partly" : "not", $col["reason"])
}
function say(table, file, ours, verdict, reason) {
    line[lines++] = $col["id"] OFS $col["kind"] OFS $col["claim"] OFS $col["stated"] OFS $col["paper_hardware"] OFS table OFS $col["command"] OFS file OFS \
        $col["paper"] OFS (ours == "-" ? "-" : sprintf("%.5g", ours)) OFS $col["reproduced"] OFS verdict OFS reason
}
BEGIN {
    if (measured != "") folder["measured"] = measured
    n = split(folders, pair, " ")
    for (i = 1; i <= n; i++) folder[substr(pair[i], 1, index(pair[i], "=") - 1)] = substr(pair[i], index(pair[i], "=") + 1)
}
{
    if ($col["kind"] !~ /^(exact|shape|hardware)$/) fail("kind `" $col["kind"] "` (expected exact, shape or hardware)")
    n = split($col["cost_tables"], tables, ",")
    for (t = 1; t <= n; t++) judge(tables[t])
}
END {
    if (failed) exit 2
    print "# format: taso-table 1"
    print "id", "kind", "claim", "stated", "paper_hardware", "cost_table", "command", "file", "paper", "ours", "tolerance", "verdict", "reason"
    for (i = 0; i < lines; i++) print line[i]
}
