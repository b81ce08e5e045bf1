# markdown.awk - a table as Markdown; numbers right-aligned.
function row(text) {
    gsub(/\|/, "\\|", text)
    gsub(/\t/, " | ", text)
    print "| " text " |"
}
named && !started {
    started = 1
    row(header)
    text = ""
    for (i = 1; i <= columns; i++) text = text ($i ~ /^-?[0-9.]+$|^nan$|^inf$/ ? "|---:" : "|---")
    print text "|"
}
{ row($0) }
