# tables.awk - tables.tsv -> the rows of the paper's tables for LaTeX, FOLDER/TABLE.tex for each row of it. After columns.awk, query.awk and
# words.awk; FOLDER: -v made=FOLDER.
#
# cell: a text with {column} or {column:format}, filled in from a row of the file; {column/1000:%.1f} is a quotient. Without a format: the words.
# rows `-`: a line for each row that matches, `cell` with its own ampersands. Otherwise a line for each different filled-in `rows` and, after a
# heading, a column for each word in `columns`, both in the order in which they appear.
function shown(file, row, what,    at, format, x) {
    at = index(what, ":")
    if (!at) return escaped(cell[file, row, column_of(file, what)])
    format = substr(what, at + 1); what = substr(what, 1, at - 1)
    if (what !~ /\// && cell[file, row, column_of(file, what)] == "inf") return "$\\infty$"
    x = value(file, row, what)
    return x == "nan" ? "--" : sprintf(format, x)
}
function filled(file, row, template,    out) {
    while (match(template, /\{[a-z_0-9]+[^{}]*\}/)) {
        out = out substr(template, 1, RSTART - 1) shown(file, row, substr(template, RSTART + 1, RLENGTH - 2))
        template = substr(template, RSTART + RLENGTH)
    }
    return out template
}
function list(file, out,    r, n) {
    for (r = 0; r < load(file); r++) if (matches(file, r, $col["where"])) { print filled(file, r, $col["cell"]) " \\\\" >out; n++ }
    return n
}
function pivot(file, out,    r, lines, heads, i, k, line, head, at, key, name, text) {
    for (r = 0; r < load(file); r++) {
        if (!matches(file, r, $col["where"])) continue
        key = filled(file, r, $col["rows"]); name = escaped(cell[file, r, column_of(file, $col["columns"])])
        if (!(key in line)) { line[key] = 1; text[lines++] = key }
        if (!(name in head)) { head[name] = 1; at[heads++] = name }
        if ((key, name) in shown_at) fail(file ": two rows for " key ", " name " (expected one)")
        shown_at[key, name] = filled(file, r, $col["cell"])
    }
    for (k = 0; k < heads; k++) printf " & %s", at[k] >out
    print " \\\\ \\midrule" >out
    for (i = 0; i < lines; i++) {
        printf "%s", text[i] >out
        for (k = 0; k < heads; k++) printf " & %s", (text[i], at[k]) in shown_at ? shown_at[text[i], at[k]] : "--" >out
        print " \\\\" >out
    }
    for (key in shown_at) delete shown_at[key]
    return lines
}
{
    out = made "/" $col["table"] ".tex"
    printf "" >out
    if (!($col["rows"] == "-" ? list(path($col["file"]), out) : pivot(path($col["file"]), out))) fail("no rows for table `" $col["table"] "`")
    close(out)
}
END { if (failed) exit 2 }
