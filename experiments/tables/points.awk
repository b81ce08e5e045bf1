# points.awk - points of frontiers, for the scripts that read them: loaded after columns.awk, before each script. Functions only.
# note_point: one more point of the network; note_fastest: is it the fastest so far? networks, order[]: as they appeared.
function note_network(network) {
    if (!(network in points)) order[networks++] = network
    points[network] += 0
}
function note_point(network, t, m,    p) {
    note_network(network)
    p = points[network]++
    time[network, p] = t; memory[network, p] = m
}
function note_fastest(network, t, m) {
    if (!(network in fastest) || t < fastest[network]) { fastest[network] = t; needs[network] = m }
}
# The point of least memory that takes at most `limit` ns, "any" time if that is the limit; -1: none.
function least_within(network, limit,    p, best) {
    best = -1
    for (p = 0; p < points[network]; p++)
        if ((limit == "any" || time[network, p] <= limit) && (best < 0 || memory[network, p] < memory[network, best])) best = p
    return best
}
