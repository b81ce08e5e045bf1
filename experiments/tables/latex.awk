# latex.awk - the rows of a table for LaTeX's tabular, with the column names as a comment; \input between \toprule and \bottomrule.
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
