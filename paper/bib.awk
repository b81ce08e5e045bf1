# bib.awk - paper.bib as a list in HTML, in the order of BibTeX's style plain; for html.awk. Functions only.
# Reads entries whose fields stand one to a line: `  name = {value},`.
function bib_line(line,    name) {
    if (line ~ /^@/) { bib_key = substr(line, index(line, "{") + 1); sub(/,.*/, "", bib_key); bib_keys[++bibs] = bib_key; return }
    if (line !~ /^ +[a-z]+ = \{/) return
    name = line; sub(/^ +/, "", name); sub(/ .*/, "", name)
    sub(/^[^{]*\{/, "", line); sub(/\},?$/, "", line)
    bib[bib_key, name] = line
}
function bib_sort(    i, k, x) {
    for (i = 1; i <= bibs; i++) {
        x = bib_keys[i]
        bib_by[x] = tolower(bib[x, "author"] ((x, "year") in bib ? " " bib[x, "year"] : ""))
        gsub(/[{}]/, "", bib_by[x])
        for (k = i; k > 1 && bib_by[bib_keys[k - 1]] > bib_by[x]; k--) bib_keys[k] = bib_keys[k - 1]
        bib_keys[k] = x
    }
    for (i = 1; i <= bibs; i++) bib_number[bib_keys[i]] = i
}
function bib_authors(text,    part, name, n, i, out) {
    n = split(text, part, / and /)
    for (i = 1; i <= n; i++) {
        if (split(part[i], name, /, /) == 2) part[i] = name[2] " " name[1]
        out = out (i == 1 ? "" : i < n ? ", " : " and ") (part[i] == "others" ? "others" : part[i])
    }
    return out
}
function bib_item(key,    out, field, n, i) {
    out = inline(bib_authors(bib[key, "author"])) ". <cite>" inline(bib[key, "title"]) "</cite>"
    n = split("booktitle journal volume number pages institution publisher year note", field, " ")
    for (i = 1; i <= n; i++)
        if ((key, field[i]) in bib) out = out ", " (field[i] == "volume" ? "vol. " : field[i] == "pages" ? "pp. " : field[i] == "number" && !((key, "institution") in bib) ? "no. " : "") inline(bib[key, field[i]])
    return "<li id=\"cite-" key "\">" out ".</li>\n"
}
function bib_list(    i, out) {
    for (i = 1; i <= bibs; i++) out = out bib_item(bib_keys[i])
    return "<h2>References</h2>\n<ol class=\"references\">\n" out "</ol>\n"
}
