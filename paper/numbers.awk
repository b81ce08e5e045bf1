# numbers.awk - numbers.tsv -> one LaTeX macro per row: a number (or a word) of the results that the row names, asked as the claims are. After
# experiments/tables/columns.awk, query.awk and words.awk.
# A macro without a value, or made twice, is an error, so that no number of the paper is ever missing.
#
# versus: the number is divided by the same of the rows that match this, unless it is `-`. times, format: how it is printed.
# aggregate: those of query.awk, and
#     cell   the words in `column` of the rows that match: the same in all of them
#     note   the word behind `# column: ` in the head of a file, which may be compressed
function cell_of(file, where, column,    r, text, n) {
    for (r = 0; r < load(file); r++) {
        if (!matches(file, r, where)) continue
        if (n++ && cell[file, r, column_of(file, column)] != text) fail("`" text "` or `" cell[file, r, column] "` (expected one word in all rows)")
        text = cell[file, r, column_of(file, column)]
    }
    return text
}
function note_of(file, key,    command, line, at) {
    if (!(file in noted)) {
        noted[file] = 1
        command = (file ~ /\.gz$/ ? "gzip -dc '" : "cat '") file "'"
        while ((command | getline line) > 0)
            if (line ~ /^# / && (at = index(line, ": "))) word[file, substr(line, 3, at - 3)] = substr(line, at + 2)
        close(command)
    }
    return word[file, key]
}
function ratio(a, b) { return a == "nan" || b == "nan" || b == 0 ? "nan" : a / b }
{
    if ($col["macro"] !~ /^[A-Za-z]+$/ || $col["macro"] in made_already) fail("macro `" $col["macro"] "` (expected a new name of letters)")
    made_already[$col["macro"]] = 1
    file = path($col["file"])
    if ($col["aggregate"] == "cell") text = escaped(cell_of(file, $col["where"], $col["column"]))
    else if ($col["aggregate"] == "note") text = escaped(note_of(file, $col["column"]))
    else {
        x = aggregate($col["aggregate"], file, $col["where"], $col["column"])
        if ($col["versus"] != "-") x = ratio(x, aggregate($col["aggregate"], file, $col["versus"], $col["column"]))
        text = x == "nan" ? "" : sprintf($col["format"], x * $col["times"])
    }
    if (text == "") fail("no value for \\" $col["macro"])
    made_macro[++macros] = "\\newcommand{\\" $col["macro"] "}{" text "}"
}
END {
    if (failed) exit 2
    print "% Made by paper/numbers.awk."
    for (i = 1; i <= macros; i++) print made_macro[i]
}
