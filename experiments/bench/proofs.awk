# proofs.awk - the tables of proofs.sh: per set what was proven and checked with times and sizes, then what was not proven, with the reason,
# then each problem of the public sets.
#
# Times are geometric means over the programs that are proven, of at least a millisecond each, and totals. not: answered by the solver, but without
# a proof that was checked.
BEGIN { FS = "\t" }
/^# (date|host|commit|compiler|limits):/ { if (!said[$0]++) print substr($0, 3) "  "; next }
/^#/ || $1 == "set" { next }
{
    if (!($1 in number)) { number[$1] = ++sets; set_name[sets] = $1 }
    programs[$1]++
    answered = $3 == "optimal" || $3 == "infeasible"
    solved[$1] += answered
    if ($10 == "optimal" || $10 == "infeasible" || $10 == "range") {
        n = ++proven[$1]
        if ($10 == "range") ranges[$1]++
        for (k = 5; k <= 7; k++) { total[$1, k] += $k; logs[$1, k] += log($k > 0.001 ? $k : 0.001) }
        size[$1, n] = $8 + 0
    } else {
        text = answered ? $10 : "(no answer) " $10
        reasons[$1, text]++
        if (!(($1, text) in reason_seen)) { reason_seen[$1, text] = 1; reason[$1] = reason[$1] "\t" text }
    }
    if ($9 == "yes" || $9 == "no") { other[$1]++; agreed[$1] += $9 == "yes" }
    if ($1 !~ /^own/) line[++lines] = sprintf("| %s | %s | %s | %s | %s | %s | %s | %s | %s |", $1, $2, $3, $4, $5, $6, $7, $8, $10)
}
function sorted(set, n,    i, j, v) { # size[set, 1 .. n], by insertion in gaps
    for (gap = int(n / 2); gap > 0; gap = int(gap / 2))
        for (i = gap + 1; i <= n; i++) {
            v = size[set, i]
            for (j = i; j > gap && size[set, j - gap] > v; j -= gap) size[set, j] = size[set, j - gap]
            size[set, j] = v
        }
}
function mean(set, k) { return proven[set] ? exp(logs[set, k] / proven[set]) : 0 }
END {
    print "\n| set | programs | solved | proven and checked | of them a range | other checker | solve_s | proof_s | check_s | (proof + check) / solve | total solve_s | proof_s | check_s | median bytes | largest |"
    print "|---|---:|---:|---:|---:|---|---:|---:|---:|---:|---:|---:|---:|---:|---:|"
    for (s = 1; s <= sets; s++) {
        set = set_name[s]; n = proven[set] + 0
        sorted(set, n)
        printf "| %s | %d | %d | %d | %d | %s | %.4f | %.4f | %.4f | %.2f | %.1f | %.1f | %.1f | %d | %d |\n", set, programs[set], solved[set], n, ranges[set], \
            (other[set] ? agreed[set] " of " other[set] : "-"), mean(set, 5), mean(set, 6), mean(set, 7), \
            (total[set, 5] > 0 ? (total[set, 6] + total[set, 7]) / total[set, 5] : 0), total[set, 5], total[set, 6], total[set, 7], \
            size[set, int((n + 1) / 2)], size[set, n]
    }
    print "\n| set | programs | not proven |\n|---|---:|---|"
    for (s = 1; s <= sets; s++) {
        count = split(reason[set_name[s]], part, "\t")
        for (k = 2; k <= count; k++) printf "| %s | %d | %s |\n", set_name[s], reasons[set_name[s], part[k]], part[k]
    }
    print "\nCPU seconds of one thread, reading the files included. Means are geometric, over the programs that are proven. limits: CPU seconds of the"
    print "solve, and of the proof with its solve and of the check. A run with a SHARE takes that part of our own programs, spread evenly; one that"
    print "was ended early has a random part of them."
    if (!lines) exit
    print "\n| set | problem | answer | nodes | solve_s | proof_s | check_s | bytes | claim, or why not |\n|---|---|---|---:|---:|---:|---:|---:|---|"
    for (k = 1; k <= lines; k++) print line[k]
}
