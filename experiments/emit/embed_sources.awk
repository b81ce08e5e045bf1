# Turns files into C arrays of lines, for `taso emit` and `taso report` to write them out again: the table NAMEs of struct NAME, which
# HEADER declares (-v name=NAME -v header=HEADER).
BEGIN {
    print "/* Made by experiments/emit/embed_sources.awk. */"
    print "#include \"" header "\"\n"
}
FNR == 1 {
    if (NR > 1) print "    NULL,\n};\n"
    given[++files] = FILENAME
    print "static const char *const text_" files "[] = {"
}
{
    gsub(/\\/, "&&")
    gsub(/"/, "\\\\\"")
    gsub(/\t/, "\\\\t")
    print "    \"" $0 "\","
}
END {
    if (files) print "    NULL,\n};\n"
    print "const struct " name " " name "s[] = {"
    for (i = 1; i <= files; i++) print "    {\"" given[i] "\", text_" i "},"
    print "};\nconst int " name "_count = " files ";"
}
