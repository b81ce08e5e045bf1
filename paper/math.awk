# math.awk - formulas of LaTeX as MathML, those that paper.tex uses; for html.awk. An unknown command is an error. Functions only, besides the tables.
BEGIN {
    split("le 2264 ge 2265 in 2208 times 00d7 cdot 22c5 infty 221e pm 00b1 ll 226a", pair, " ")
    for (i = 1; i in pair; i += 2) operator[pair[i]] = "&#x" pair[i + 1] ";"
    split("varepsilon 03b5 sigma 03c3 mu 03bc lambda 03bb", pair, " ")
    for (i = 1; i in pair; i += 2) letter[pair[i]] = "&#x" pair[i + 1] ";"
    large["sum"] = "&#x2211;"; large["max"] = "max"; large["min"] = "min"
    space["quad"] = "1em"; space["qquad"] = "2em"; space[","] = "0.17em"; space[";"] = "0.28em"; space[" "] = "0.25em"
}
# The formula `s`; display: a formula with a line for itself.
function math(s, display,    before, before_at, out) {
    before = math_text; before_at = math_at
    math_text = s; math_at = 1; math_display = display
    out = "<math" (display ? " display=\"block\"" : "") "><mrow>" math_row("") "</mrow></math>"
    math_text = before; math_at = before_at
    return out
}
# Atoms up to `end` (a brace, or the end of the formula).
function math_row(end,    out, c) {
    for (;;) {
        c = substr(math_text, math_at, 1)
        if (c == "" && end != "") die("a formula ends within braces: " math_text)
        if (c == end) { math_at++; return out }
        if (c ~ /[ \t\n~&]/) { math_at++; continue }
        out = out math_scripts(math_atom())
    }
}
# One argument: a group, or an atom.
function math_argument() {
    while (substr(math_text, math_at, 1) ~ /[ \n]/) math_at++
    return math_atom()
}
function math_command(    name) {
    match(substr(math_text, math_at), /^\\([A-Za-z]+|.)/)
    name = substr(math_text, math_at + 1, RLENGTH - 1)
    math_at += RLENGTH
    return name
}
function math_atom(    c, name, n) {
    c = substr(math_text, math_at, 1)
    math_limits = 0
    if (c == "\\") {
        name = math_command()
        if (name in operator) return "<mo>" operator[name] "</mo>"
        if (name in letter) return "<mi>" letter[name] "</mi>"
        if (name in space) return "<mspace width=\"" space[name] "\"/>"
        if (name in large) {
            math_limits = math_display
            if (substr(math_text, math_at, 9) == "\\nolimits") { math_at += 9; math_limits = 0 }
            return "<mo movablelimits=\"false\">" large[name] "</mo>"
        }
        if (name ~ /^[{}%]$/) return "<mo>" name "</mo>"
        if (name ~ /^(mathrm|text|texttt)$/) {
            n = index(substr(math_text, math_at), "}")
            c = substr(math_text, math_at + 1, n - 2)
            math_at += n
            return name == "text" ? "<mtext>" c "</mtext>" : "<mi mathvariant=\"normal\">" c "</mi>"
        }
        die("formula with \\" name " (expected a command that math.awk knows)")
    }
    if (c == "{") { math_at++; return "<mrow>" math_row("}") "</mrow>" }
    if (c ~ /[0-9]/) {
        match(substr(math_text, math_at), /^[0-9.]+/)
        c = substr(math_text, math_at, RLENGTH)
        math_at += RLENGTH
        return "<mn>" c "</mn>"
    }
    math_at++
    if (c ~ /[A-Za-z]/) return "<mi>" c "</mi>"
    if (c == "-") return "<mo>&#x2212;</mo>"
    if (c == "<") c = "&lt;"
    if (c == ">") c = "&gt;"
    return c ~ /[][()|]/ ? "<mo stretchy=\"false\">" c "</mo>" : "<mo>" c "</mo>"
}
# An atom with what hangs on it: primes, below, above.
function math_scripts(atom,    c, low, high, under) {
    under = math_limits
    while ((c = substr(math_text, math_at, 1)) ~ /[_^']/) {
        math_at++
        if (c == "'") atom = "<mrow>" atom "<mo lspace=\"0\" rspace=\"0\">&#x2032;</mo></mrow>"
        else if (c == "_") low = math_argument()
        else high = high math_argument()
    }
    if (high) high = "<mrow>" high "</mrow>"
    if (low && high) return (under ? "<munderover>" : "<msubsup>") atom low high (under ? "</munderover>" : "</msubsup>")
    if (low) return (under ? "<munder>" : "<msub>") atom low (under ? "</munder>" : "</msub>")
    return high ? "<msup>" atom high "</msup>" : atom
}
