# differences.awk - comments of the sources that are marked DEVIATION -> items of a LaTeX list: file and text, to the end of the paragraph.
function item() {
    if (!text) return
    gsub(/\*\//, "", text)
    gsub(/[ \t]+/, " ", text)
    sub(/^ /, "", text); sub(/ $/, "", text)
    gsub(/\\/, "\\textbackslash ", text)
    gsub(/[%&_#${}]/, "\\\\&", text)
    gsub(/~/, "\\textasciitilde ", text); gsub(/\^/, "\\textasciicircum ", text)
    gsub(/>=/, "$\\ge$", text); gsub(/<=/, "$\\le$", text)
    while (match(text, /`[^`]*`/))
        text = substr(text, 1, RSTART - 1) "\\texttt{" substr(text, RSTART + 1, RLENGTH - 2) "}" substr(text, RSTART + RLENGTH)
    file = at
    gsub(/_/, "\\_", file)
    print "\\item \\texttt{" file "}: " text
    text = ""
}
FNR == 1 { item() }
{
    start = index($0, "DEVIATION: ")
    if (start) { item(); at = FILENAME; text = substr($0, start + 11); if (text ~ /\*\//) item(); next }
    if (!text) next
    line = $0
    sub(/^ *\*( |$)/, "", line)
    if (line ~ /^ *$/ || line ~ /^\//) { item(); next }
    text = text " " line
    if (line ~ /\*\//) item()
}
END { item() }
