# points.awk - points of frontiers, and medians, for the scripts that need them: loaded after columns.awk, before each script. Functions only.
# note_point: one more point of the network; note_fastest: is it the fastest so far? noted, order[]: the networks as they appeared.
function note_network(network) {
    if (!(network in points)) order[noted++] = network
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
# Sorts list[1..n]; the mean of the two in the middle if n is even.
function median(list, n,    i, k, x) {
    for (i = 2; i <= n; i++) {
        x = list[i]
        for (k = i - 1; k > 0 && list[k] > x; k--) list[k + 1] = list[k]
        list[k + 1] = x
    }
    return n % 2 ? list[(n + 1) / 2] : (list[n / 2] + list[n / 2 + 1]) / 2
}
