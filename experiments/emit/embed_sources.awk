# Turns source files into C arrays of lines (build/kernel_sources.c), for `taso emit` to write them out again.
BEGIN {
    print "/* Made by experiments/emit/embed_sources.awk. */"
    print "#include \"experiments/emit/amalgam.h\"\n"
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
    print "const struct amalgam_source amalgam_sources[] = {"
    for (i = 1; i <= files; i++) print "    {\"" given[i] "\", text_" i "},"
    print "};\nconst int amalgam_source_count = " files ";"
}
