# columns.awk - reads TSV tables by column name; precedes each of the scripts here: awk -f columns.awk -f speedup.awk TABLE
# Provenance lines are kept in note[key]; the first other line names the columns: a field is $col["name"].
BEGIN { FS = OFS = "\t" }
function fail(what) {
    print FILENAME ":" FNR ": " what > "/dev/stderr"
    failed = 1
    exit 2
}
FNR == 1 { named = 0 }
/^# / {
    key = substr($0, 3, index($0, ": ") - 3)
    note[key] = substr($0, index($0, ": ") + 2)
    next
}
!named {
    split("", col)
    for (i = 1; i <= NF; i++) col[$i] = i
    columns = NF
    header = $0
    named = 1
    next
}
NF != columns { fail("wrong number of fields (expected " columns ", got " NF ")") }
