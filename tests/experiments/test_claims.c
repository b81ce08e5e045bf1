/* The paper's claims: verdicts on invented results that can be judged by hand, and the committed results, changed by
 * hand in one place after the other: each change is noticed. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/support/harness.h"

static struct harness_output o;
static char folder[512];

static void enter(void) {
    snprintf(folder, sizeof folder, "%s", harness_folder());
}

static void leave(void) {
    harness_remove_folder(folder);
}

/* --- verdicts on invented results --- */

#define HEAD                                                                                                           \
    "id\tkind\tclaim\tstated\tpaper_hardware\tcost_tables\tcommand\tfile\twhere\tversus\tcolumn\taggregate\tpaper\t"   \
    "reproduced\tpartly\treason\n"

/* One claim about results of cost table `a`: `what` is where, versus, column, aggregate; `rules` reproduced, partly. */
static void judge(const char *kind, const char *what, const char *rules, const char *awk_flags) {
    char text[2048], line[4096];
    snprintf(text, sizeof text, HEAD "c\t%s\tx\ty\tz\ta,gone\tmade\tt.tsv\t%s\t1\t%s\t-\n", kind, what, rules);
    harness_put(folder, "claims.tsv", text);
    snprintf(line, sizeof line,
             "cd experiments/tables && awk -v root=%1$s -v folders=a=. %2$s -f columns.awk -f query.awk -f "
             "verdicts.awk %1$s/claims.tsv >%1$s/verdicts.tsv && awk -F'\\t' 'NR > 2 { print $6, $10, $12 }' "
             "%1$s/verdicts.tsv",
             folder, awk_flags);
    harness_shell(&o, line);
}

static const char results[] = "# format: taso-table 1\n"
                              "network\tmethod\ttime_ns\tsaved\n"
                              "m\tslow\t9\t2\nm\tfast\t3\t8\nn\tslow\t4\tinf\nn\tfast\t4\tnan\n";

static const struct {
    const char *what, *rules, *verdict;
} judged[] = {
    {"-\t-\ttime_ns\tleast", "= 3\t-", "3 reproduced"},
    {"-\t-\ttime_ns\tmost", "= 3\t-", "9 not"},
    {"network=m\t-\tsaved\tgeomean", "4 +- 1%\t-", "4 reproduced"},
    {"network=m\t-\tsaved\tgeomean", "4.1 +- 1%\t> 3", "4 partly"},
    {"method=slow\tmethod=fast\ttime_ns\tsum", ">= 2\t-", "1.8571 not"}, /* 13 / 7 */
    {"network=m\t-\ttime_ns\tmean", "< 6\t<= 6", "6 partly"},
    {"-\t-\tsaved\tmost", "> 7\t-", "8 reproduced"}, /* inf and nan do not count */
    {"network~^n$;method!=fast\t-\t-\tcount", "= 1\t-", "1 reproduced"},
    {"-\t-\tnetwork\tdistinct", ">= 3\t-", "2 not"},
    {"-\t-\ttime_ns\trises", "= 1\t-", "1 reproduced"}, /* 4 after 4; 3 after 9 is a fall */
    {"-\t-\ttime_ns\tgrows", "= 0\t-", "0 reproduced"},
    {"method=slow;network=m\t-\ttime_ns/saved\tleast", "= 4.5\t-", "4.5 reproduced"},
    {"method=slow;network=m\t-\ttime_ns/1000\tleast", "0.009 +- 0.1%\t-", "0.009 reproduced"},
    {"network=n\t-\tsaved\tleast", "= 1\t-", "- cannot be judged here"},
};

START_TEST(a_claim_is_judged_by_its_rows) {
    char expected[200];
    harness_put(folder, "t.tsv", results);
    judge("exact", judged[_i].what, judged[_i].rules, "");
    snprintf(expected, sizeof expected, "a %s\ngone - cannot be judged here\n", judged[_i].verdict);
    ck_assert_msg(o.status == 0, "%s", o.err);
    ck_assert_str_eq(o.out, expected);
}
END_TEST

START_TEST(what_cannot_be_read_is_an_error) {
    static const struct {
        const char *table, *kind, *what, *rules, *said;
    } bad[] = {
        {results, "exact", "network=q\t-\ttime_ns\tleast", "= 1\t-", "nothing to judge claim c by"},
        {results, "exact", "-\t-\tcost\tleast", "= 1\t-", "t.tsv: no column `cost`"},
        {results, "exact", "network\t-\ttime_ns\tleast", "= 1\t-", "is not a condition"},
        {results, "exact", "-\t-\ttime_ns\tleast", "about 1\t-", "is not a rule"},
        {results, "sure", "-\t-\ttime_ns\tleast", "= 1\t-", "kind `sure`"},
        {"network\ttime_ns\nm\tfew\n", "exact", "-\t-\ttime_ns\tleast", "= 1\t-", "`few` (expected a number)"},
        {"network\ttime_ns\nm\n", "exact", "-\t-\ttime_ns\tleast", "= 1\t-",
         "wrong number of fields (expected 2, got 1)"},
        {NULL, "exact", "-\t-\ttime_ns\tleast", "= 1\t-", "t.tsv: cannot be read"},
    };
    for (int i = 0; i < (int)(sizeof bad / sizeof bad[0]); i++) {
        char line[1024];
        snprintf(line, sizeof line, "rm -f %s/t.tsv", folder);
        harness_shell(&o, line);
        if (bad[i].table) harness_put(folder, "t.tsv", bad[i].table);
        judge(bad[i].kind, bad[i].what, bad[i].rules, "");
        ck_assert_int_eq(o.status, 2);
        ck_assert_msg(strstr(o.err, bad[i].said) != NULL, "no `%s` in: %s", bad[i].said, o.err);
        ck_assert_ptr_eq(strchr(o.err, '\n'), o.err + strlen(o.err) - 1); /* one line */
    }
}
END_TEST

START_TEST(a_part_of_the_networks_judges_only_what_it_can) {
    harness_put(folder, "t.tsv", results);
    judge("exact", "network=q\t-\ttime_ns\tleast", "= 1\t-", "-v partial=1");
    ck_assert_str_eq(o.out, "a - cannot be judged here\ngone - cannot be judged here\n");
    judge("exact", "-\t-\tnetwork\tdistinct", "= 2\t-", "-v partial=1");
    ck_assert_str_eq(o.out, "a - cannot be judged here\ngone - cannot be judged here\n");
    judge("exact", "network=m\t-\ttime_ns\tleast", "= 3\t-", "-v partial=1");
    ck_assert_str_eq(o.out, "a 3 reproduced\ngone - cannot be judged here\n");
    char line[1024];
    snprintf(line, sizeof line, "rm %s/t.tsv", folder);
    harness_shell(&o, line);
    judge("exact", "-\t-\ttime_ns\tleast", "= 3\t-", "-v partial=1");
    ck_assert_str_eq(o.out, "a - cannot be judged here\ngone - cannot be judged here\n");
}
END_TEST

/* A claim that depends on the hardware may fail. */
START_TEST(exact_and_shape_claims_that_fail_are_a_failure) {
    static const struct {
        const char *kind;
        int status;
    } kinds[] = {{"exact", 1}, {"shape", 1}, {"hardware", 0}};
    harness_put(folder, "t.tsv", results);
    for (int i = 0; i < 3; i++) {
        char line[1024];
        judge(kinds[i].kind, "-\t-\ttime_ns\tleast", "= 4\t> 2", "");
        snprintf(line, sizeof line,
                 "cd experiments/tables && awk -f columns.awk -f points.awk -f verdicts_check.awk %s/verdicts.tsv",
                 folder);
        harness_shell(&o, line);
        ck_assert_int_eq(o.status, kinds[i].status);
        ck_assert_ptr_nonnull(strstr(o.out, "0 reproduced, 1 partly, 0 not, 1 cannot be judged here"));
    }
}
END_TEST

/* --- the committed results --- */

/* What `make compare` does. */
static void compare(void) {
    char line[4096];
    snprintf(line, sizeof line,
             "experiments/tables/verdicts.sh %1$s/results %1$s/results/reference >%1$s/verdicts.tsv && awk -f "
             "experiments/tables/columns.awk -f experiments/tables/points.awk -f experiments/tables/verdicts_check.awk "
             "%1$s/verdicts.tsv",
             folder);
    harness_shell(&o, line);
}

static void copy_results(void) {
    char line[4096];
    snprintf(line, sizeof line,
             "mkdir %1$s/results && find results -name '*.tsv' ! -path '*/local/*' | while read -r f; do mkdir -p "
             "\"%1$s/$(dirname \"$f\")\" && cp \"$f\" \"%1$s/$f\"; done",
             folder);
    harness_shell(&o, line);
    ck_assert_msg(o.status == 0, "%s", o.err);
}

START_TEST(the_committed_results_keep_every_exact_and_shape_claim) {
    copy_results();
    compare();
    ck_assert_msg(o.status == 0, "%.4000s%s", strstr(o.out, "FAILED") ? strstr(o.out, "FAILED") : "", o.err);
    ck_assert_ptr_nonnull(strstr(o.out, "0 exact or shape claims fail"));
    char line[1024];
    snprintf(line, sizeof line,
             "awk -F'\\t' 'NR > 2 && $12 !~ /^(reproduced|partly|not|cannot be judged here)$/' %s/verdicts.tsv",
             folder);
    harness_shell(&o, line);
    ck_assert_str_eq(o.out, ""); /* no row without a verdict */
}
END_TEST

/* Some cells of a file change: awk on its rows, its columns by name. The claim, on that cost table, fails. */
static const struct {
    const char *file, *change, *fails;
} changes[] = {
    {"reference/frontier.tsv", "FNR == 9 { $c[\"time_ns\"] *= 1000 }", "machine monotone"},
    {"reference/sweep.tsv", "$c[\"method\"] == \"taso\" && !n++ { $c[\"outcome\"] = \"feasible\" }", "machine proven"},
    {"reference-published/sweep.tsv", "$c[\"method\"] == \"dynamic\" && !n++ { $c[\"time_ns\"]++ }",
     "machine-published two-ways"},
    {"reference/saved.tsv", "$c[\"network\"] == \"vgg16\" { $c[\"points\"] = 1 }", "machine pareto"},
    {"reference/memory.tsv", "$c[\"slack\"] == \"0.15\" && !n++ { $c[\"slower_percent\"] = \"15.10\" }",
     "machine slack"},
    {"reference/speedup.tsv", "FNR == 5 { $c[\"least\"] = \"0.999\" }", "machine solver-wins"},
    {"reference/gaps.tsv",
     "$c[\"method\"] == \"pbqp-budget\" && $c[\"memory_model\"] == \"workspace\" { $c[\"largest_percent\"] = \"0.010\" }",
     "machine reduction/workspace"},
    {"reference/mix.tsv", "FNR == 4 { $c[\"high\"] = \"1.0200\" }", "machine shares"},
    {"reference/streamed.tsv", "FNR == 6 { $c[\"saved\"] = \"0.900\" }", "machine streamed-wins"},
    {"published/intel/frontier.tsv", "$c[\"network\"] == \"vgg16\" { $c[\"time_ns\"] += 1000000 }", "intel best/vgg16"},
    {"published/amd/speedup.tsv",
     "$c[\"network\"] == \"vgg16\" && $c[\"baseline\"] == \"sum2d\" { $c[\"no_budget\"] *= 1.1 }", "amd loops/vgg16"},
    {"published/arm/gaps.tsv", "$c[\"memory_model\"] == \"footprint\" { $c[\"none\"] = 0 }", "arm needed/footprint"},
    {"published/i5-2500k-alexnet/frontier.tsv", "{ $c[\"time_ns\"] *= 2 }", "i5-2500k-alexnet best/alexnet-ungrouped"},
    {"prior-art/prior-art.tsv",
     "$c[\"published_bytes\"] == $c[\"definition_bytes\"] && !n++ { $c[\"definition_bytes\"]++ }",
     "prior-art prior-art"},
};
#define CHANGES ((int)(sizeof changes / sizeof changes[0]))

static void change(int i) {
    char line[4096];
    snprintf(line, sizeof line,
             "awk -F'\\t' -v OFS='\\t' '/^# / { print; next } !head { head = NF; for (i = 1; i <= NF; i++) c[$i] = i; "
             "print; next } %s { print }' results/%s >%s/results/%s",
             changes[i].change, changes[i].file, folder, changes[i].file);
    harness_shell(&o, line);
    ck_assert_msg(o.status == 0, "%s: %s", changes[i].file, o.err);
}

/* All at once, each in another file: exactly the claims that they concern fail. */
START_TEST(results_that_are_changed_by_hand_are_noticed) {
    char line[4096], failing[4096] = "", *at = failing;
    copy_results();
    for (int i = 0; i < CHANGES; i++) change(i);
    compare();
    ck_assert_msg(o.status == 1, "status %d: %s", o.status, o.err);
    harness_put(folder, "said", o.out);
    snprintf(line, sizeof line, "awk '/FAILED/ { print $3, $4 }' %s/said", folder);
    harness_shell(&o, line);
    for (int i = 0; i < CHANGES; i++) {
        at += sprintf(at, "%s\n", changes[i].fails);
        snprintf(line, sizeof line, "\n%s\n", changes[i].fails);
        ck_assert_msg(strstr(o.out, line) || strncmp(o.out, line + 1, strlen(line + 1)) == 0, "%s: `%s` does not fail",
                      changes[i].file, changes[i].fails);
    }
    ck_assert_msg(strlen(o.out) == strlen(failing), "these fail:\n%sexpected:\n%s", o.out, failing);
}
END_TEST

int main(void) {
    Suite *suite = suite_create("claims");
    TCase *tests = tcase_create("claims");
    tcase_set_timeout(tests, 120);
    tcase_add_checked_fixture(tests, enter, leave);
    tcase_add_loop_test(tests, a_claim_is_judged_by_its_rows, 0, sizeof judged / sizeof judged[0]);
    tcase_add_test(tests, what_cannot_be_read_is_an_error);
    tcase_add_test(tests, a_part_of_the_networks_judges_only_what_it_can);
    tcase_add_test(tests, exact_and_shape_claims_that_fail_are_a_failure);
    tcase_add_test(tests, the_committed_results_keep_every_exact_and_shape_claim);
    tcase_add_test(tests, results_that_are_changed_by_hand_are_noticed);
    suite_add_tcase(suite, tests);
    return harness_run(suite);
}
