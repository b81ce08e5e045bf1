# lint_equations.awk - every equation that is cited exists: awk -f lint_equations.awk phase=define FILE... phase=cite FILE...
#
# A line of a formula, indented by four blanks or more in a document or a comment, that ends in two blanks and (N) or (N') defines an
# equation: in formulation/README.md for all files, elsewhere for the files of its folder. In the sources, (N) in a comment or a document,
# in a row of a table (.def) or after `equation` cites one. N has one or two digits: years and sizes in parentheses are none.

function cite(text,    at) {
    while (match(text, /(^|[^A-Za-z0-9_)\]])\([0-9][0-9]?'?\)/)) {
        at = substr(text, RSTART, RLENGTH)
        sub(/^[^(]/, "", at)
        if (!((shared, at) in defined) && !((here, at) in defined)) {
            printf "lint: %s:%d: equation %s is defined neither in %s/README.md nor in %s\n", FILENAME, FNR, at, shared, here
            bad = 1
        }
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

BEGIN { shared = "formulation" }
FNR == 1 {
    inside = 0
    here = FILENAME
    sub(/\/[^\/]*$/, "", here)
}
phase == "define" {
    line = $0
    sub(/ *\*\/$/, "", line)
    if (line ~ /^( \*)?    .*  \([0-9][0-9]?'?\)$/) { sub(/.* /, "", line); defined[here, line] = 1; count++ }
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
    if (!count) { print "lint: no file defines an equation"; bad = 1 }
    exit bad
}
