# columns.awk - reading TSV tables by column name; put before each of the scripts here: awk -f columns.awk -f speedup.awk TABLE
# Lines of provenance are kept in note[key]; the first other line names the columns: read a field as $col["name"].
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
    for (i = 1; i <= NF; i++) col[$i] = i
    columns = NF
    header = $0
    named = 1
    next
}
NF != columns { fail(NF " fields, " columns " were expected") }
