# Checks who includes whom. Input: ARCHITECTURE.md, then every source file with an #include "..." line.
#
# The table under the heading "Who may include whom" has one row per folder:  | `folder` | what it holds | `a`, `b` |
# A folder may include itself, the folders named in its row, and whatever those may include. A folder missing from the table
# may not exist; the table may not have a circle. Files x.c and x.h count as one unit; a circle of more than three units
# within one folder is refused. Prints one line per violation; exit status 1 if there was one.
FILENAME ~ /ARCHITECTURE\.md$/ {
    if (/^#/) table = /Who may include whom/
    if (table && /^\| `/) {
        split($0, cell, "|")
        folder = cell[2]; gsub(/[` ]/, "", folder); sub(/\/$/, "", folder)
        known[folder] = 1; order[++folders] = folder
        names = cell[4]; gsub(/[` \/]*`|[ ]/, " ", names)
        count = split(names, name, /[ ,]+/)
        for (i = 1; i <= count; i++) { sub(/\/$/, "", name[i]); if (name[i] != "") may[folder, name[i]] = 1 }
    }
    next
}
FNR == 1 {
    if (!closed) close_table()
    file = FILENAME; here = folder_of(file)
    if (!(here in known)) complain(file ": folder " here " is missing from the table in ARCHITECTURE.md")
}
/^ *# *include "/ {
    path = $0; sub(/^[^"]*"/, "", path); sub(/".*/, "", path)
    there = folder_of(path)
    if (!(there in known)) { complain(file ":" FNR ": includes \"" path "\" (expected a path from the root)"); next }
    if (there != here && path ~ /\.def$/ && file ~ /\.def$/) next # a table made of other tables: rows, no code
    if (there != here && !((here, there) in may)) complain(file ":" FNR ": " here " may not include " there " (" path ")")
    if (there == here) link(unit_of(file), unit_of(path))
}
END {
    if (!closed) close_table()
    for (k = 1; k <= units; k++) if (!(unit[k] in number)) visit(unit[k])
    exit bad
}
function folder_of(path) { return path ~ /\// ? gensub_dir(path) : "." }
function gensub_dir(path) { sub(/\/[^\/]*$/, "", path); return path }
function unit_of(path) { sub(/\.[a-z]+$/, "", path); return path }
function complain(text) { print "lint: " text; bad = 1 }
function close_table(    i, j, k) { # Warshall: named folders bring along what they may include
    closed = 1
    for (k = 1; k <= folders; k++)
        for (i = 1; i <= folders; i++)
            for (j = 1; j <= folders; j++)
                if ((order[i], order[k]) in may && (order[k], order[j]) in may) may[order[i], order[j]] = 1
    for (i = 1; i <= folders; i++) if ((order[i], order[i]) in may) complain("ARCHITECTURE.md: the table has a circle at " order[i])
}
function link(a, b) {
    if (!(a in seen)) { seen[a] = 1; unit[++units] = a }
    if (!(b in seen)) { seen[b] = 1; unit[++units] = b }
    if (a != b && !((a, b) in edge)) { edge[a, b] = 1; out[a, ++outs[a]] = b }
}
# Strongly connected components (Tarjan 1972).
function visit(v,    i, w, members, names) {
    number[v] = low[v] = ++clock
    stack[++top] = v; on[v] = 1
    for (i = 1; i <= outs[v]; i++) {
        w = out[v, i]
        if (!(w in number)) { visit(w); if (low[w] < low[v]) low[v] = low[w] }
        else if (on[w] && number[w] < low[v]) low[v] = number[w]
    }
    if (low[v] != number[v]) return
    do { w = stack[top--]; on[w] = 0; members++; names = names " " w } while (w != v)
    if (members > 3) complain("a circle of " members " files:" names)
}
