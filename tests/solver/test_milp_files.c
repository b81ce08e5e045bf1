/* The files that the command milp writes and reads besides models: solutions, starts, certificates; models in other
 * formats. */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "tests/support/milp_says.h"

START_TEST(solutions_are_written_and_start_another_run) {
    char text[4096], arguments[1024], model[300], solution[300];
    snprintf(model, sizeof model, "%s", harness_scratch("k.lp", MILP_SAYS_KNAPSACK));
    snprintf(solution, sizeof solution, "%s", harness_scratch("k.sol", NULL));
    snprintf(arguments, sizeof arguments, "%s --solution %s", model, solution);
    ck_assert_int_eq(milp_says_run(arguments, ""), 0);
    harness_read(text, sizeof text, solution);
    ck_assert_ptr_nonnull(strstr(text, "# status: optimal\n"));
    ck_assert_ptr_nonnull(strstr(text, "# objective: 15\n"));
    ck_assert_ptr_nonnull(strstr(text, "\na "));
    snprintf(arguments, sizeof arguments, "%s --start %s --node-limit 0", model, solution);
    milp_says_run(arguments, "");
    ck_assert(milp_says("objective: 15\n"));
    unlink(solution);
    const char *bad = harness_scratch("bad.sol", "# status: mine\na 1\nq 2\n");
    snprintf(arguments, sizeof arguments, "%s --start %s", model, bad);
    ck_assert_int_eq(milp_says_run(arguments, ""), 2);
    ck_assert_msg(strstr(milp_says_last.err, "bad.sol:3: ") != NULL, "%s", milp_says_last.err);
    harness_forget(bad);
    unlink(model);
}
END_TEST

/* Integers x, y and continuous s of: r: x + y + s <= 4, t: x - y >= 0. */
static const struct {
    const char *start, *warning;
} starts[] = {
    {"x 2\ny 1\ns 1\n", NULL},
    {"x 2.9999\ny 1\n", NULL},
    {"x 2\ny 1\ns 40\n", NULL}, /* the continuous column is recomputed */
    {"x 9\ny 0\n", "integer column 'x' is 9 (expected 0 to 3)"},
    {"x 1\ny 2\n", "row 't' is -1"},
    {"x 3\ny 3\n", "row 'r' is 6"},
};

START_TEST(a_start_that_cannot_be_used_is_reported_and_an_error_when_strict) {
    char model[300], start[300], arguments[700];
    snprintf(model, sizeof model, "%s",
             harness_scratch("s.lp", "max\n x + 2 y + s\nst\n r: x + y + s <= 4\n t: x - y >= 0\nbounds\n x <= 3\n "
                                     "y <= 3\ngeneral\n x y\nend\n"));
    snprintf(start, sizeof start, "%s", harness_scratch("s.sol", starts[_i].start));
    snprintf(arguments, sizeof arguments, "%s --start %s", model, start);
    ck_assert_int_eq(milp_says_run("%s", arguments), 0);
    ck_assert(milp_says("objective: 6\n"));
    const char *warning = starts[_i].warning;
    ck_assert_msg(warning ? strstr(milp_says_last.err, warning) &&
                                strstr(milp_says_last.err, "s.sol: warning: the start is not used")
                          : milp_says_last.err[0] == '\0',
                  "%s", milp_says_last.err);
    ck_assert_int_eq(milp_says_run("%s --strict", arguments), warning ? 2 : 0);
    ck_assert_int_eq(milp_says_run("%s --quiet", arguments), 0);
    ck_assert_str_eq(milp_says_last.err, "");
    ck_assert_int_eq(milp_says_run("%s --relax", arguments), 0);
    ck_assert_msg(strstr(milp_says_last.err, "no integer columns") != NULL, "%s", milp_says_last.err);
    harness_forget(start);
    harness_forget(model);
}
END_TEST

START_TEST(models_are_written_in_both_formats) {
    static const char *const tails[] = {"mps", "mps.gz", "lp", "lp.gz"};
    char arguments[1024], model[300], written[300];
    snprintf(model, sizeof model, "%s", harness_scratch("k.lp", MILP_SAYS_KNAPSACK));
    for (int k = 0; k < 4; k++) {
        char name[32];
        snprintf(name, sizeof name, "written.%s", tails[k]);
        snprintf(written, sizeof written, "%s", harness_scratch(name, NULL));
        snprintf(arguments, sizeof arguments, "%s --write %s", model, written);
        ck_assert_int_eq(milp_says_run(arguments, ""), 0);
        ck_assert_int_eq(milp_says_run("%s", written), 0);
        ck_assert(milp_says("objective: 15\n"));
        unlink(written);
    }
    unlink(model);
}
END_TEST

START_TEST(names_that_only_resemble_lp_are_those_of_mps_files) {
    static const char *const names[] = {"k.lx", "k.plp", "k.lp.x", "k.ip"};
    char model[300], renamed[300];
    snprintf(model, sizeof model, "%s", harness_scratch("k.lp", MILP_SAYS_KNAPSACK));
    for (int k = 0; k < 4; k++) {
        char arguments[700], written[300];
        snprintf(written, sizeof written, "%s", harness_scratch("w.mps", NULL));
        snprintf(arguments, sizeof arguments, "%s --write %s", model, written);
        ck_assert_int_eq(milp_says_run(arguments, ""), 0);
        snprintf(renamed, sizeof renamed, "%s", harness_scratch(names[k], NULL));
        ck_assert_int_eq(rename(written, renamed), 0);
        ck_assert_msg(milp_says_run("%s", renamed) == 0 && milp_says("objective: 15\n"), "%s: %s", names[k],
                      milp_says_last.err);
        unlink(renamed);
    }
    unlink(model);
}
END_TEST

START_TEST(certificates_are_rays_and_duals) {
    char text[2048], arguments[1024], model[300], proof[300];
    snprintf(proof, sizeof proof, "%s", harness_scratch("proof", NULL));
    static const struct {
        const char *model, *kind, *line;
    } cases[] = {{MILP_SAYS_EMPTY, "# kind: infeasible\n", "\nr "}, {MILP_SAYS_OPEN, "# kind: unbounded\n", "\nx "}};
    for (int k = 0; k < 2; k++) {
        snprintf(model, sizeof model, "%s", harness_scratch("c.lp", cases[k].model));
        snprintf(arguments, sizeof arguments, "%s --certificate %s", model, proof);
        ck_assert_int_eq(milp_says_run(arguments, ""), k == 0 ? 3 : 4);
        harness_read(text, sizeof text, proof);
        ck_assert_msg(strstr(text, cases[k].kind) && strstr(text, cases[k].line), "%s", text);
        unlink(model);
        unlink(proof);
    }
}
END_TEST

int main(void) {
    Suite *suite = suite_create("milp_files");
    TCase *t = tcase_create("milp_files");
    tcase_add_test(t, solutions_are_written_and_start_another_run);
    tcase_add_loop_test(t, a_start_that_cannot_be_used_is_reported_and_an_error_when_strict, 0,
                        sizeof starts / sizeof starts[0]);
    tcase_add_test(t, models_are_written_in_both_formats);
    tcase_add_test(t, names_that_only_resemble_lp_are_those_of_mps_files);
    tcase_add_test(t, certificates_are_rays_and_duals);
    suite_add_tcase(suite, t);
    return harness_run(suite);
}
