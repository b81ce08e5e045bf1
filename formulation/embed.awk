# Turns the .net files given into build/networks.c: an array of lines for each (a whole file as one string would be longer than ISO C
# promises to take), and the table of them: the paper's in the order below, then those that it does not name, as given.
BEGIN {
    n = split("alexnet alexnet-owt vgg11 vgg13 vgg16 vgg16c vgg19 googlenet resnet18 resnet34 resnet50 resnet101 resnet152 " \
              "squeezenet1.0 squeezenet1.1", order, " ")
    print "/* Made by formulation/embed.awk from formulation/networks. */"
    print "#include \"formulation/network_op.h\"\n"
}
FNR == 1 {
    if (NR > 1) print "    NULL,\n};\n"
    name = FILENAME
    set[files + 1] = name ~ /\/today\// ? "today" : "paper"
    sub(/.*\//, "", name)
    sub(/\.net$/, "", name)
    count[name] = ++files
    given[files] = name
    print "static const char *const text_" files "[] = {"
}
{
    gsub(/\\/, "&&")
    gsub(/"/, "\\\\\"")
    print "    \"" $0 "\","
}
END {
    if (files) print "    NULL,\n};\n"
    print "const struct network_text network_texts[] = {"
    for (i = 1; i <= n; i++)
        if (order[i] in count) {
            print "    {\"" order[i] "\", text_" count[order[i]] ", \"paper\"},"
            done[order[i]] = 1
        }
    for (i = 1; i <= files; i++)
        if (!(given[i] in done)) print "    {\"" given[i] "\", text_" i ", \"" set[i] "\"},"
    print "};\nconst int network_text_count = " files ";"
}
