# primitives.awk - the families of primitives, their workspaces as formulas and as bytes: rows of a LaTeX table. After columns.awk and query.awk:
#     -v made=FOLDER   primitives.tsv (taso primitives), published.tsv (members of the set `published`), layer.tsv (taso primitives --scenario)
#     workspaces.tsv   the formulas, in the order of the table
# A family without a formula, or the other way round, is an error.
function kib(file, family, how,    x) {
    x = aggregate(how, file, "family=" family, "workspace_bytes")
    return x == "nan" ? "--" : x < 1024 ? sprintf("%d\\,B", x) : sprintf("%.0f\\,KiB", x / 1024)
}
BEGIN {
    all = made "/primitives.tsv"; published = made "/published.tsv"; layer = made "/layer.tsv"
    for (r = 0; r < load(published); r++) in_set[cell[published, r, "name"]] = 1
    for (r = 0; r < load(all); r++) {
        count[cell[all, r, "family"]]++
        if (cell[all, r, "name"] in in_set) set[cell[all, r, "family"]]++
    }
}
{
    f = $col["family"]
    if (!(f in count)) fail("family `" f "` has no primitives")
    if (!(f in seen)) {
        least = kib(layer, f, "least"); most = kib(layer, f, "most")
        row = f " & " count[f] " & " set[f] + 0 " & " $col["tex"] " & " least (least == most ? "" : " to " most)
    } else row = " & & & " $col["tex"] " & "
    seen[f] = 1
    rows[++lines] = row " \\\\"
}
END {
    if (failed) exit 2
    for (f in count) if (!(f in seen)) { print FILENAME ": no workspace of family `" f "`" > "/dev/stderr"; exit 2 }
    for (i = 1; i <= lines; i++) print rows[i]
}
