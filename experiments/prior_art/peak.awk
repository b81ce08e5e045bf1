# peak.awk - the largest step of a network as others define it, from `taso networks FILE --folded`: one byte an element.
#
#   whole               inputs and outputs that are alive while a layer runs
#   depthwise-in-place  the same, but a depthwise convolution (as many groups as channels) writes over its input
#   image=not-counted   the network's input counts nothing
#
# Nothing of taso's own counting is used: this is what its figures are compared with.
BEGIN { FS = "\t" }
NR == 1 { next }
{
    n++
    name[n] = $2
    inputs[n] = $4
    split($5, chw, ",")
    bytes[n] = n == 1 && image == "not-counted" ? 0 : chw[1] * chw[2] * chw[3]
    fields = split($6, s, ",")
    depthwise[n] = $3 == "conv" && fields >= 8 && s[8] == s[1] && s[4] == s[1]
    index_of[$2] = n
    count = split($4, read, ",")
    for (i = 1; i <= count && $4 != "-"; i++) last[index_of[read[i]]] = n
}
END {
    last[n] = n
    for (v = 1; v <= n; v++) {
        live = bytes[v]
        for (u = 1; u < v; u++)
            if (last[u] >= v) live += bytes[u]
        if (definition == "depthwise-in-place" && depthwise[v] && last[index_of[inputs[v]]] == v) {
            input = index_of[inputs[v]]
            live -= bytes[input] < bytes[v] ? bytes[input] : bytes[v]
        }
        if (live > most) most = live
    }
    print most
}
