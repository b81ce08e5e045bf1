# query.awk - tables that a script names itself, rows that match, and one number of them: loaded after columns.awk, before the scripts that ask. Functions only.
# load FILE: its number of rows; cell[FILE, row, name]. aggregate: the rows that match, as one number. README.md here explains where, column, aggregate.
function fields(line, part,    n) { n = split(line, part, FS); return n }
# Reads FILE once: rows_of[FILE], cell[FILE, row, name].
function load(file,    line, part, name, names, n, i, status) {
    if (file in rows_of) return rows_of[file]
    rows_of[file] = 0; names = 0
    while ((status = (getline line < file)) > 0) {
        if (line ~ /^# /) continue
        n = fields(line, part)
        if (!names) { for (i = 1; i <= n; i++) { name[i] = part[i]; has[file, part[i]] = 1 } names = n; continue }
        if (n != names) fail(file ": wrong number of fields (expected " names ", got " n ")")
        for (i = 1; i <= n; i++) cell[file, rows_of[file], name[i]] = part[i]
        rows_of[file]++
    }
    close(file)
    if (status < 0) fail(file ": cannot be read (expected a table of results)")
    return rows_of[file]
}
function there(file,    line, status) {
    if (file in rows_of) return 1
    status = (getline line < file)
    close(file)
    return status >= 0
}
function column_of(file, name) { if (!((file, name) in has)) fail(file ": no column `" name "`"); return name }
# name=value, name!=value, name~pattern, separated by ;
function matches(file, row, where,    part, n, i, at, name, value, op) {
    if (where == "-") return 1
    n = split(where, part, ";")
    for (i = 1; i <= n; i++) {
        if (!match(part[i], /!=|=|~/)) fail("`" part[i] "` is not a condition (expected name=value, name!=value or name~pattern)")
        op = substr(part[i], RSTART, RLENGTH)
        name = column_of(file, substr(part[i], 1, RSTART - 1)); at = cell[file, row, name]; value = substr(part[i], RSTART + RLENGTH)
        if (op == "=" && at != value) return 0
        if (op == "!=" && at == value) return 0
        if (op == "~" && at !~ value) return 0
    }
    return 1
}
function number(file, row, name,    text) {
    if (name ~ /^[0-9.]+$/) return name + 0
    text = cell[file, row, column_of(file, name)]
    if (text !~ /^-?[0-9.]+(e[-+]?[0-9]+)?$/) { odd = text; return "nan" }
    return text + 0
}
# name, name/name or name-name; names and numbers. "nan" if a cell is not a number.
function value(file, row, column,    part, a, b) {
    if (column ~ /\//) {
        split(column, part, "/")
        a = number(file, row, part[1]); b = number(file, row, part[2])
        return a == "nan" || b == "nan" || b == 0 ? "nan" : a / b
    }
    if (column ~ /_[a-z]*-[a-z]/) {
        split(column, part, "-")
        a = number(file, row, part[1]); b = number(file, row, part[2])
        return a == "nan" || b == "nan" ? "nan" : a - b
    }
    return number(file, row, column)
}
function group(file, row) { return cell[file, row, "network"] SUBSEP cell[file, row, "memory_model"] }
# The rows that match, as one number; found: how many did.
function aggregate(how, file, where, column,    r, x, n, sum, best, seen, before, key) {
    found = n = sum = 0; best = "nan"; before = "nan"
    for (r = 0; r < load(file); r++) {
        if (!matches(file, r, where)) continue
        found++
        if (how == "count") continue
        if (how == "distinct") { if (!(cell[file, r, column_of(file, column)] in seen)) { seen[cell[file, r, column]] = 1; n++ } continue }
        x = value(file, r, column)
        if (x == "nan") { if (odd != "nan" && odd != "inf") fail(file ": row " r + 1 ": `" odd "` (expected a number)"); continue }
        if (how == "rises" || how == "grows") {
            if (before != "nan" && key == group(file, r) && (how == "rises" ? x >= before : x > before)) n++
            before = x; key = group(file, r)
            continue
        }
        n++
        if (how == "geomean" && x <= 0) fail(file ": row " r + 1 ": `" x "` (expected a figure above 0)")
        sum += how == "geomean" ? log(x) : x
        if (best == "nan" || (how == "least" && x < best) || (how == "most" && x > best)) best = x
    }
    if (how == "count") return found
    if (how == "distinct" || how == "rises" || how == "grows") return n
    if (!n) return "nan"
    if (how == "sum") return sum
    if (how == "mean") return sum / n
    return how == "geomean" ? exp(sum / n) : best
}
