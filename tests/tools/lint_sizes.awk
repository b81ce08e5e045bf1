# Sizes that a reader has to keep in mind. Input: lines of ctags, "f FILE NAME FIRST LAST" (functions) and "m FILE SCOPE" (members).
# Refuses structs of more than 25 direct members, and more than three functions over 60 lines. Prints a summary.
$1 == "f" {
    lines = $5 - $4 + 1
    size[++functions] = lines
    if (lines > 60) { long_ones++; where = where "\n    " $2 ": " $3 ", " lines " lines" }
}
$1 == "m" { members[$2 " " $3]++ }
END {
    for (s in members) if (members[s] > 25) { print "lint: " s ": a struct of " members[s] " members (expected at most 25)"; bad = 1 }
    if (long_ones > 3) { print "lint: " long_ones " functions over 60 lines (expected at most 3):" where; bad = 1 }
    sort_sizes()
    printf "lint: %d functions, median %d lines, p90 %d, longest %d\n", functions, size[int((functions + 1) / 2)], size[int(functions * 0.9 + 0.999)], size[functions]
    exit bad
}
function sort_sizes(    i, n, count) { # counting sort: sizes are small
    for (i = 1; i <= functions; i++) { count[size[i]]++; if (size[i] > most) most = size[i] }
    n = 0
    for (i = 1; i <= most; i++) while (count[i]-- > 0) size[++n] = i
}
