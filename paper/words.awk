# words.awk - where the paper's numbers and tables find their files, and words for LaTeX; after columns.awk. Functions only.
#     -v results=FOLDER made=FOLDER   what `file` names as results/... and made/...
function path(name) {
    if (sub(/^results\//, "", name)) return results "/" name
    if (sub(/^made\//, "", name)) return made "/" name
    fail("file `" name "` (expected results/... or made/...)")
}
function escaped(text) {
    gsub(/[%&_#$]/, "\\\\&", text)
    gsub(/\+-/, "$\\pm$", text)
    sub(/ +$/, "", text)
    return text
}
