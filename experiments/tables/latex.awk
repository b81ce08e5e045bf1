# latex.awk - a table's rows for LaTeX's tabular, the names of the columns as a comment; \input it between \toprule and \bottomrule.
named && !started {
    started = 1
    gsub(/\t/, " \\& ", header)
    print "% " header
}
{
    gsub(/\\/, "\\textbackslash{}")
    gsub(/[%&_#$]/, "\\\\&")
    gsub(/\t/, " \\& ")
    print $0 " \\\\"
}
