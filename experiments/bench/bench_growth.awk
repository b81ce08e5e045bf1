# bench_growth.awk - summary of bench_growth.sh. Input: kind, layers, seed, solver, seconds, objective or "none".
function mean(key) { return exp(sum[key] / runs[key]) }
function slope(kind, solver,    k, n, x, y, sx, sy, sxx, sxy) { # of log seconds over log layers, by least squares
    for (k = 1; k <= sizes; k++) {
        if (!((kind, size[k], solver) in runs)) continue
        x = log(size[k]); y = log(mean(kind SUBSEP size[k] SUBSEP solver))
        n++; sx += x; sy += y; sxx += x * x; sxy += x * y
    }
    return n > 1 ? sprintf("%.2f", (n * sxy - sx * sy) / (n * sxx - sx * sx)) : "-"
}
{
    key = $1 SUBSEP $2 SUBSEP $4
    sum[key] += log($5 > 0.001 ? $5 : 0.001); runs[key]++; unproven[key] += $6 == "none"
    if (!seen_kind[$1]++) kind[++kinds] = $1
    if (!seen_size[$2]++) size[++sizes] = $2
    seconds[$1, $2, $3, $4] = $5
    if ($4 == "highs") {
        ratio = seconds[$1, $2, $3, "milp"] / ($5 > 0.001 ? $5 : 0.001)
        if (ratio > worst[$1, $2]) worst[$1, $2] = ratio
        gap = objective - $6
        if (objective != "none" && $6 != "none" && gap * gap > (1e-8 * objective) ^ 2) wrong[$1, $2]++
    }
    objective = $6
}
END {
    print "kind\tlayers\tmilp s\tHiGHS s\tratio\tworst ratio\tunproven\tHiGHS unproven\tdiffer"
    for (k = 1; k <= kinds; k++) {
        for (l = 1; l <= sizes; l++) {
            milp = kind[k] SUBSEP size[l] SUBSEP "milp"; highs = kind[k] SUBSEP size[l] SUBSEP "highs"
            if (!(milp in runs)) continue
            printf "%s\t%s\t%.2f", kind[k], size[l], mean(milp)
            if (highs in runs)
                printf "\t%.2f\t%.2f\t%.2f\t%d of %d\t%d of %d\t%d\n", mean(highs), mean(milp) / mean(highs), worst[kind[k], size[l]],
                    unproven[milp], runs[milp], unproven[highs], runs[highs], wrong[kind[k], size[l]]
            else printf "\t-\t-\t-\t%d of %d\t-\t-\n", unproven[milp], runs[milp]
        }
        printf "%s\texponent\t%s\t%s\t-\t-\t-\t-\t-\n", kind[k], slope(kind[k], "milp"), slope(kind[k], "highs")
    }
}
