# points.awk - points of frontiers, medians, and means over the networks of several cost tables, for the scripts that need them: loaded after columns.awk, before each script. Functions only.
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
# Over several cost tables, FOLDER/TABLE.tsv each: the name of the folder of the file at hand.
function cost_table(    table) {
    table = FILENAME
    sub(/\/[^\/]*$/, "", table)
    sub(/.*\//, "", table)
    return table
}
# Does this row count for its key? Networks of which a cost table lacks a convolution are counted in over_left, all others in over_networks.
# over_key[0 .. over_keys): the keys as they appeared.
function over(key) {
    if (!(key in over_networks)) { over_key[over_keys++] = key; over_networks[key] = over_left[key] = over_values[key] = 0 }
    if ($col["uncovered_layers"] > 0) over_left[key]++
    else over_networks[key]++
    return $col["uncovered_layers"] <= 0
}
# One more value of the key; its least and most, and the sum of the logarithms of the factors that stand for them.
function over_value(key, value, factor) {
    if (factor <= 0) fail("`" value "` (expected a factor above 0)")
    if (!over_values[key]++ || value < over_least[key]) over_least[key] = value
    if (over_values[key] == 1 || value > over_most[key]) over_most[key] = value
    over_logs[key] += log(factor)
}
function over_mean(key) { return exp(over_logs[key] / over_values[key]) }
