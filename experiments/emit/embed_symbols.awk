# Turns `nm -A -P -g` of the kernels' objects into a table of who defines and who needs what (build/kernel_symbols.c):
#     build/kernels/pool.o: pool_run T 0 0          defined;  U: needed from elsewhere
BEGIN {
    print "/* Made by experiments/emit/embed_symbols.awk. */"
    print "#include \"experiments/emit/amalgam.h\"\n"
    print "const struct amalgam_symbol amalgam_symbols[] = {"
}
NF >= 3 {
    file = $1
    sub(/:$/, "", file)
    sub(/\[.*\]$/, "", file)
    sub(/.*kernels\//, "kernels/", file)
    sub(/\.o$/, ".c", file)
    printf "    {\"%s\", \"%s\", %s},\n", file, $2, $3 == "U" || $3 == "w" ? "false" : "true"
    count++
}
END { print "};\nconst int amalgam_symbol_count = " count ";" }
