# numbers.awk - the numbers in the text of paper.tex, as macros, from tables of results (after experiments/tables/columns.awk):
#     saved.tsv streamed.tsv back-to-back.tsv of results/reference, gaps.tsv of results/summary
# A macro that would have no value is an error, so that no number of the paper is ever missing.
function macro(name, format, value) {
    if (value == "") fail("no value for \\" name)
    printf "\\newcommand{\\%s}{" format "}\n", name, value
}
function spread(kind, value) {
    if (!(kind in least) || value < least[kind]) least[kind] = value
    if (!(kind in most) || value > most[kind]) most[kind] = value
    logs[kind] += log(value)
    count[kind]++
}
function print_spread(name, kind, format) {
    macro(name "Least", format, least[kind])
    macro(name "Most", format, most[kind])
    macro(name "Mean", format, count[kind] ? exp(logs[kind] / count[kind]) : "")
}
BEGIN { print "% Made by paper/numbers.awk." }
FILENAME ~ /saved\.tsv$/ && $col["slack"] == "0.15" { networks++; if ($col["saved"] != "inf") spread("workspace", $col["saved"] + 0) }
FILENAME ~ /streamed\.tsv$/ && $col["slack"] == "0.10" { spread("streamed", $col["saved"] + 0) }
FILENAME ~ /back-to-back\.tsv$/ { spread("run", $col["measured_over_predicted"] + 0) }
FILENAME ~ /gaps\.tsv$/ {
    key = $col["cost_table"] SUBSEP $col["memory_model"] SUBSEP $col["method"]
    gap[key] = $col["largest_percent"]
    if ($col["budgets"] > 0) answered[key] = 100 * (1 - $col["none"] / $col["budgets"])
}
END {
    if (failed) exit 2
    macro("networks", "%d", networks)
    print_spread("workspaceSaved", "workspace", "%.1f")
    print_spread("streamedSaved", "streamed", "%.1f")
    print_spread("runRatio", "run", "%.2f")
    macro("greedyHere", "%.2f", gap["reference", "workspace", "greedy-time"])
    macro("greedyIntel", "%.0f", gap["intel", "workspace", "greedy-time"])
    macro("greedyAmd", "%.0f", gap["amd", "workspace", "greedy-time"])
    macro("bestFootprint", "%.0f", gap["reference", "footprint", "best"])
    macro("bestDevice", "%.0f", gap["reference", "device", "best"])
    macro("bestStreamed", "%.0f", gap["reference", "streamed", "best"])
    macro("graphPeak", "%.2f", gap["reference", "peak", "pbqp-budget"])
    macro("graphFootprintAnswers", "%.0f", answered["reference", "footprint", "pbqp-budget"])
}
