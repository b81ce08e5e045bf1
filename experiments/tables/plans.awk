# plans.awk - the plans of experiments/bench/plans.sh: measured over predicted time per network and plan, as Markdown, and how many are within 10 %.
function within(ratio) { return ratio >= 0.9 && ratio <= 1.1 }
named && FNR > 1 && NF == columns && $1 != "network" {
    network = $col["network"]
    plan = $col["method"] ($col["point"] == "none" ? "" : ", " $col["point"])
    if (!(network in seen)) networks[++count] = network
    seen[network] = 1
    if (!(plan in known)) plans[++kinds] = plan
    known[plan] = 1
    ratio[network, plan] = $col["measured_ratio"]
    good[plan] += within($col["measured_ratio"])
    rows[plan]++
    total++
    exact += $col["used_bytes"] ~ /^[0-9]+$/ && $col["used_bytes"] == $col["planned_bytes"]
    right += $col["max_relative_error"] ~ /^[0-9.e+-]+$/ && $col["max_relative_error"] + 0 <= $col["tolerance"] + 0
    if ($col["max_relative_error"] + 0 > worst) worst = $col["max_relative_error"] + 0
    time[network, plan] = $col["measured_ns"] / 1e6
    bytes[network, plan] = $col["used_bytes"] / 1048576
}
END {
    if (failed) exit 2
    print "Measured / predicted time; measured ms; MiB of the arena\n"
    line = "| network"
    rule = "|---"
    for (k = 1; k <= kinds; k++) {
        line = line " | " plans[k]
        rule = rule "|---:"
    }
    print line " |"
    print rule "|"
    for (n = 1; n <= count; n++) {
        line = "| " networks[n]
        for (k = 1; k <= kinds; k++) {
            at = networks[n] SUBSEP plans[k]
            line = line " | " (at in ratio ? sprintf("%.2f; %.1f; %.2f", ratio[at], time[at], bytes[at]) : "-")
        }
        print line " |"
    }
    print ""
    for (k = 1; k <= kinds; k++) printf "- %s: %d of %d within 10 %% of the predicted time\n", plans[k], good[plans[k]], rows[plans[k]]
    printf "\n%d of %d plans use the bytes planned, %d are within tolerance of the reference (largest error %.1e).\n", exact, total, right, worst
}
