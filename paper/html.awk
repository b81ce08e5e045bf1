# html.awk - paper.tex as one HTML page with everything in it, without LaTeX. After math.awk and bib.awk:
#     -v results=FOLDER made=FOLDER css=FILE   made/numbers.tex paper/paper.bib paper/paper.tex
# Knows the commands and environments that paper.tex uses; any other is an error, so that a slip of the pen is found where there is no LaTeX.
function die(what) {
    print "paper/html.awk: " what > "/dev/stderr"
    failed = 1
    exit 2
}
FNR == 1 { files++ }
files == 1 && /^\\newcommand/ {
    at = index($0, "}")
    macro[substr($0, 14, at - 14)] = substr($0, at + 2, length($0) - at - 2)
    next
}
files == 1 { next }
files == 2 { bib_line($0); next }
{
    line = $0
    gsub(/\\%/, "\\\001", line); sub(/%.*/, "", line); gsub(/\001/, "%", line)
    if (/^\\begin{document}/) { within = 1; next }
    if (/^\\end{document}/) within = 0
    if (within) body = body line "\n"
}
function slurped(path,    line, out, status) {
    while ((status = (getline line < path)) > 0) out = out line "\n"
    close(path)
    if (status < 0) die(path ": cannot be read")
    return out
}
# Macros with their values, rows of tables from their files.
function expanded(s,    out, name) {
    while (match(s, /\\([a-zA-Z]+\{\}|rows\{[^}]*\})/)) {
        out = out substr(s, 1, RSTART - 1)
        name = substr(s, RSTART + 1, RLENGTH - 1)
        s = substr(s, RSTART + RLENGTH)
        if (name ~ /^rows/) { sub(/^rows\{\\made/, made, name); sub(/\}$/, "", name); s = slurped(name) s; continue }
        sub(/\{\}/, "", name)
        if (name == "author" || name == "date") continue
        if (!(name in macro)) die("\\" name "{} is not defined")
        out = out macro[name]
    }
    return out s
}
# Numbers of sections, figures, tables and equations: number[label].
function numbered(s,    word, section, part, count, now, kind) {
    while (match(s, /\\(section\{|subsection\{|begin\{(table|figure|equation|align)\*?\}|caption\{|label\{[^}]*\})/)) {
        word = substr(s, RSTART + 1, RLENGTH - 1)
        s = substr(s, RSTART + RLENGTH)
        if (word == "section{") { now = ++section; part = 0; kind = "section" }
        else if (word == "subsection{") { now = section "." ++part; kind = "section" }
        else if (word ~ /^begin/) { sub(/begin\{/, "", word); sub(/\*?\}/, "", word); kind = word }
        else if (word == "caption{") now = ++count[kind]
        else {
            if (kind ~ /equation|align/) now = ++count["equation"]
            sub(/label\{/, "", word); sub(/\}/, "", word)
            number[word] = now
        }
    }
}
# The group that `s` begins with, braces taken off; group_rest: what follows it.
function group(s,    i, depth, c) {
    if (substr(s, 1, 1) != "{") die("no group: " substr(s, 1, 60))
    for (i = 1; i <= length(s); i++) {
        c = substr(s, i, 1)
        if (c == "\\") { i++; continue }
        depth += (c == "{") - (c == "}")
        if (depth == 0) { group_rest = substr(s, i + 1); return substr(s, 2, i - 2) }
    }
    die("a group does not end: " substr(s, 1, 60))
}
# Text up to \end{name}; environment_rest: what follows it.
function environment(s, name,    at, end) {
    end = "\\end{" name "}"
    at = index(s, end)
    if (!at) die("no " end)
    environment_rest = substr(s, at + length(end))
    return substr(s, 1, at - 1)
}
function cited(keys,    part, n, i, out) {
    n = split(keys, part, ",")
    for (i = 1; i <= n; i++) {
        if (!(part[i] in bib_number)) die("\\cite{" part[i] "} is not in paper.bib")
        out = out (i > 1 ? ", " : "") "<a href=\"#cite-" part[i] "\">" bib_number[part[i]] "</a>"
    }
    return "[" out "]"
}
function referred(label) {
    if (!(label in number)) die("\\ref{" label "} leads nowhere")
    return "<a href=\"#" label "\">" number[label] "</a>"
}
# Displayed formulas: a line for each row, with its number.
function displayed(s,    row, n, i, out, label) {
    n = split(s, row, /\\\\/)
    for (i = 1; i <= n; i++) {
        if (!match(row[i], /\\label\{[^}]*\}/)) die("a formula without a label: " row[i])
        label = substr(row[i], RSTART + 7, RLENGTH - 8)
        row[i] = substr(row[i], 1, RSTART - 1) substr(row[i], RSTART + RLENGTH)
        out = out "<span class=\"formula\" id=\"" label "\">" math(row[i], 1) "<span>(" number[label] ")</span></span>"
    }
    return out
}
function commanded(name, s,    arg) { # \name, `s` behind it; inline_rest: what follows
    if (name ~ /^[%&_#{}$]$/) { inline_rest = s; return name == "&" ? "&amp;" : name }
    if (name == ",") { inline_rest = s; return "&#x202f;" }
    if (name == " ") { inline_rest = s; return " " }
    if (name == "\"") { inline_rest = substr(s, 2); return "&" substr(s, 1, 1) "uml;" }
    if (name == "\\") { inline_rest = s; return " " }
    if (name == "textbackslash") { inline_rest = s; return "\\" }
    if (name == "begin") {
        arg = group(s)
        if (arg !~ /^(equation|align)$/) die("\\begin{" arg "} within a paragraph")
        s = environment(group_rest, arg)
        inline_rest = environment_rest
        return displayed(s)
    }
    arg = group(s)
    inline_rest = group_rest
    if (name == "emph") return "<em>" inline(arg) "</em>"
    if (name ~ /^(textbf|verdictreproduced)$/) return "<b>" inline(arg) "</b>"
    if (name == "verdictpartly") return inline(arg)
    if (name == "verdictnot") return "(" inline(arg) ")"
    if (name == "texttt") return "<code>" inline(arg) "</code>"
    if (name == "cite") return cited(arg)
    if (name == "ref") return referred(arg)
    die("\\" name " (expected a command that html.awk knows)")
}
function inline(s,    out, at, c, name, rest) {
    while (match(s, /[\\$~<>&{}]|--|'|``/)) {
        out = out substr(s, 1, RSTART - 1)
        c = substr(s, RSTART, RLENGTH)
        s = substr(s, RSTART + RLENGTH)
        if (c == "\\") {
            match(s, /^([A-Za-z]+|.)/)
            name = substr(s, 1, RLENGTH)
            c = commanded(name, substr(s, RLENGTH + 1))
            s = inline_rest
            if (name == "textbackslash") sub(/^ /, "", s)
            out = out c
        } else if (c == "$") {
            if (!(at = index(s, "$"))) die("a formula does not end: " substr(s, 1, 60))
            name = substr(s, 1, at - 1)
            s = substr(s, at + 1)
            out = out math(name, 0)
        } else out = out (c == "~" ? "&nbsp;" : c == "<" ? "&lt;" : c == ">" ? "&gt;" : c == "&" ? "&amp;" : c == "--" ? "&#x2013;" : c == "'" ? "&#x2019;" : c == "``" ? "&#x201c;" : "")
        inline_rest = ""
    }
    return out s
}
function items(s, tag,    part, n, i, out) {
    n = split(s, part, /\\item /)
    for (i = 2; i <= n; i++) out = out "<li>" inline(part[i]) "</li>\n"
    return "<" tag ">\n" out "</" tag ">\n"
}
function tabular(s,    spec, row, cell, n, i, k, m, out, tag) {
    spec = group(s); s = group_rest
    gsub(/@\{\}/, "", spec)
    gsub(/\\&/, "\001", s)
    gsub(/\\(top|bottom)rule/, "", s)
    gsub(/\\\\[ \n]*\\midrule/, "\\\\\\\\ \002", s)
    n = split(s, row, /\\\\/)
    for (i = 1; i < n; i++) {
        tag = index(row[i + 1], "\002") ? "th" : "td"
        sub(/\002/, "", row[i])
        m = split(row[i], cell, "&")
        out = out "<tr>"
        for (k = 1; k <= m; k++) {
            gsub(/\001/, "\\\\&", cell[k])
            out = out "<" tag " class=\"" substr(spec, k, 1) "\">" inline(cell[k]) "</" tag ">"
        }
        out = out "</tr>\n"
    }
    return "<div class=\"wide\"><table>\n" out "</table></div>\n"
}
function picture(path,    command, data) {
    sub(/^\\results/, results, path); sub(/\.pdf$/, ".png", path)
    command = "base64 -w0 '" path "'"
    if ((command | getline data) <= 0) die(path ": cannot be read")
    close(command)
    return "<img alt=\"\" src=\"data:image/png;base64," data "\"/>"
}
function float(s, name,    caption, label, what, out, image) {
    match(s, /\\caption\{/)
    caption = group(substr(s, RSTART + 8))
    match(s, /\\label\{[^}]*\}/)
    label = substr(s, RSTART + 7, RLENGTH - 8)
    if (match(s, /\\begin\{tabular\}/)) out = tabular(environment(substr(s, RSTART + RLENGTH), "tabular"))
    else
        while (match(s, /\\includegraphics\{[^}]*\}/)) {
            image = substr(s, RSTART + 17, RLENGTH - 18)
            s = substr(s, RSTART + RLENGTH)
            out = out picture(image)
        }
    what = name ~ /^table/ ? "Table" : "Figure"
    return "<figure id=\"" label "\">\n<figcaption>" what " " number[label] ": " inline(caption) "</figcaption>\n" out "</figure>\n"
}
function heading(s, tag,    title, id) {
    title = group(s); s = group_rest
    if (match(s, /^\\label\{[^}]*\}/)) { id = substr(s, 8, RLENGTH - 8); s = substr(s, RLENGTH + 1) }
    if (tag == "h2") { sections++; parts = 0 } else parts++
    print "<" tag (id ? " id=\"" id "\"" : "") ">" sections (tag == "h2" ? "" : "." parts) " " inline(title) "</" tag ">"
    return s
}
function paragraph(s,    at, text, lead) {
    if (s ~ /^\\paragraph\{/) { lead = "<b>" inline(group(substr(s, 11))) "</b> "; s = group_rest }
    at = match(s, /\n[ ]*\n|\n\\(section|subsection|paragraph|bibliography|begin\{(itemize|enumerate|table|figure|abstract))/)
    if (!at) at = length(s) + 1
    text = substr(s, 1, at - 1)
    print "<p>" lead inline(text) "</p>"
    return substr(s, at)
}
function block(s,    name, inner) {
    if (s ~ /^\\title\{/) { title = group(substr(s, 7)); return group_rest }
    if (s ~ /^\\maketitle/) { print "<h1>" inline(title) "</h1>"; return substr(s, 11) }
    if (s ~ /^\\section\{/) return heading(substr(s, 9), "h2")
    if (s ~ /^\\subsection\{/) return heading(substr(s, 12), "h3")
    if (s ~ /^\\bibliographystyle\{/) { group(substr(s, 19)); return group_rest }
    if (s ~ /^\\bibliography\{/) { print bib_list(); group(substr(s, 14)); return group_rest }
    if (match(s, /^\\begin\{(itemize|enumerate|abstract|table\*?|figure\*?)\}(\[[a-z]*\])?/)) {
        name = group(substr(s, 7))
        inner = environment(substr(s, RLENGTH + 1), name)
        s = environment_rest
        if (name == "abstract") print "<p class=\"abstract\">" inline(inner) "</p>"
        else if (name == "itemize") printf "%s", items(inner, "ul")
        else if (name == "enumerate") printf "%s", items(inner, "ol")
        else printf "%s", float(inner, name)
        return s
    }
    return paragraph(s)
}
END {
    if (failed) exit 2
    bib_sort()
    body = expanded(body)
    numbered(body)
    print "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\"/>\n<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"/>"
    print "<title>Choosing convolution primitives under a memory budget</title>\n<style>"
    printf "%s", slurped(css)
    print "p, ul, ol { max-width: 48rem; }\nth.l, td.l { text-align: left; }\ntd.r, th.r { text-align: right !important; }\nimg { max-width: min(100%, 32rem); height: auto; background: #fff; }"
    print ".formula { display: flex; align-items: center; gap: 1rem; overflow-x: auto; max-width: 48rem; }\n.formula math { flex: 1; }\n.formula span { white-space: nowrap; }\nfigcaption { max-width: 48rem; font-weight: normal; }\na { color: var(--m0); }\n.abstract { background: var(--panel); padding: 0.8rem; }"
    print "</style>\n</head>\n<body>"
    for (;;) {
        sub(/^[ \n]+/, "", body)
        if (body == "") break
        body = block(body)
    }
    print "</body>\n</html>"
}
