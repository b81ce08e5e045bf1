# verdicts_check.awk - verdicts.tsv -> one line per claim for a terminal, and how many are which; exit status 1 if an exact or shape claim that can be
# judged is not reproduced.
{
    verdict = $col["verdict"]; kind = $col["kind"]
    wrong = kind != "hardware" && verdict != "reproduced" && verdict != "cannot be judged here"
    printf "%-22s %-8s %-18s %-18s paper %s, ours %s (%s)%s\n", verdict, kind, $col["cost_table"], $col["id"], $col["paper"], $col["ours"], $col["tolerance"],
        wrong ? "  FAILED: " $col["claim"] ", by " $col["file"] : ""
    failures += wrong
    count[verdict]++
}
END {
    if (failed) exit 2
    printf "claims: %d reproduced, %d partly, %d not, %d cannot be judged here; %d exact or shape claims fail\n", count["reproduced"], count["partly"],
        count["not"], count["cannot be judged here"], failures
    if (failures) exit 1
}
