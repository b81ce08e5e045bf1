# lint_equations.awk - every equation that is cited exists: awk -f lint_equations.awk README SOURCE...
#
# README defines them: indented lines that end in two blanks and (N) or (N'). In the sources, (N) in a comment or a document, in a row of a
# table (.def) or after `equation` cites one. One or two digits: years and sizes in parentheses are none.

function cite(text,    at) {
    while (match(text, /(^|[^A-Za-z0-9_)\]])\([0-9][0-9]?'?\)/)) {
        at = substr(text, RSTART, RLENGTH)
        sub(/^[^(]/, "", at)
        if (!(at in defined)) { printf "lint: %s:%d: equation %s is not in %s\n", FILENAME, FNR, at, readme; bad = 1 }
        text = substr(text, RSTART + RLENGTH)
    }
}

# The comments of a line of C; `inside` carries over to the next line.
function comments(line,    found, at) {
    found = ""
    while (line != "") {
        if (!inside) {
            at = index(line, "/*")
            if (!at) break
            line = substr(line, at + 2)
            inside = 1
        }
        at = index(line, "*/")
        found = found " " (at ? substr(line, 1, at - 1) : line)
        line = at ? substr(line, at + 2) : ""
        if (at) inside = 0
    }
    return found
}

FNR == 1 { inside = 0 }
NR == FNR {
    readme = FILENAME
    if (match($0, /^    .*  \([0-9][0-9]?'?\)$/)) { sub(/.* /, ""); defined[$0] = 1; count++ }
    next
}
FILENAME ~ /\.(md|def)$/ { cite($0); next }
FILENAME ~ /\.awk$/ { if (match($0, /#.*/)) cite(substr($0, RSTART)); next }
{
    found = comments($0)
    cite(found)
    if (found == "" && match($0, /equations? \(/)) cite(substr($0, RSTART))
}
END {
    if (!count) { printf "lint: %s defines no equations\n", readme; bad = 1 }
    exit bad
}
