/* Solution and certificate files: every double is read back, and each kind of damage is an error with its line. */
#include "tests/support/harness.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "solver/base/random.h"
#include "solver/solution.h"
#include "tests/support/program.h"

enum { COLS = 6, ROWS = 3 };

static struct model *program(void) {
    struct model *m = model_new();
    static const char *const names[] = {"x", "a column with blanks", "# no comment", "1e5", NULL, "x7"};
    for (int j = 0; j < COLS; j++) model_add_column(m, names[j], 1, 0, 1, false);
    for (int i = 0; i < ROWS; i++) model_add_row(m, i ? NULL : "first row", 0, 1);
    return program_finish(m);
}

static double random_value(struct random *r) {
    double value;
    do {
        uint64_t bits = random_bits(r);
        memcpy(&value, &bits, sizeof value);
    } while (!isfinite(value));
    return random_int(r, 0, 2) ? value : random_int(r, -5, 5);
}

START_TEST(solutions_come_back_bit_for_bit) {
    struct model *m = program();
    struct random r = {1};
    struct error err;
    for (int round = 0; round < 100; round++) {
        double x[COLS], back[COLS];
        for (int j = 0; j < COLS; j++) x[j] = random_value(&r), back[j] = -1;
        struct milp_result result = {.status = MILP_OPTIMAL, .x = x, .objective = 1.5, .bound = -2};
        const char *path = harness_scratch("solution.txt", NULL);
        ck_assert_msg(solution_write(path, m, &result, NULL, &err), "%s", err.text);
        ck_assert_msg(solution_read(back, path, m, &err), "%s", err.text);
        for (int j = 0; j < COLS; j++) ck_assert_msg(x[j] == back[j], "x%d: %.17g, not %.17g", j, back[j], x[j]);
        harness_forget(path);
    }
    model_free(m);
}
END_TEST

START_TEST(certificates_come_back_with_their_kind) {
    struct model *m = program_of(COLS, 0, 0, 1, false);
    program_row(m, 0, (double[]){1, 1, 1, 1, 1, 1}, 1);
    program_row(m, 0, (double[]){1, 0, 0, 0, 0, 0}, 1);
    program_finish(m);
    struct random r = {2};
    struct error err;
    for (int round = 0; round < 60; round++) {
        double proof[COLS];
        enum milp_status status = (enum milp_status)(MILP_OPTIMAL + round % 3);
        for (int j = 0; j < COLS; j++) proof[j] = random_value(&r);
        struct milp_result result = {.status = status, .bound = MODEL_INFINITY};
        *(status == MILP_OPTIMAL ? &result.row_dual : &result.ray) = proof;
        const char *path = harness_scratch("certificate.txt", NULL);
        ck_assert_msg(solution_write_certificate(path, m, &result, false, &err), "%s", err.text);
        struct certificate back;
        ck_assert_msg(solution_certificate(&back, path, m, &err), "%s", err.text);
        ck_assert_int_eq(back.kind, status);
        ck_assert(!back.relaxation);
        int count = status == MILP_UNBOUNDED ? m->cols : m->rows;
        for (int k = 0; k < count; k++) ck_assert(back.proof[k] == proof[k]);
        solution_certificate_clear(&back);
        harness_forget(path);
    }
    model_free(m);
}
END_TEST

START_TEST(an_answer_without_a_proof_has_no_certificate) {
    struct model *m = program();
    struct error err;
    struct milp_result result = {.status = MILP_OPTIMAL};
    const char *path = harness_scratch("certificate.txt", NULL);
    ck_assert(!solution_write_certificate(path, m, &result, false, &err));
    ck_assert_ptr_nonnull(strstr(err.text, "optimal"));
    ck_assert(!solution_read((double[COLS]){0}, path, m, &err)); /* nothing was written */
    model_free(m);
}
END_TEST

START_TEST(columns_that_are_not_named_are_zero_and_blanks_do_not_matter) {
    struct model *m = program();
    struct error err;
    double x[COLS] = {9, 9, 9, 9, 9, 9};
    const char *path =
        harness_scratch("solution.txt", "# anything 7\n\na column with blanks \t 3.5  \n1e5 1e5\nx5\t-2\r\n");
    ck_assert_msg(solution_read(x, path, m, &err), "%s", err.text);
    static const double expected[] = {0, 3.5, 0, 1e5, -2, 0};
    for (int j = 0; j < COLS; j++) ck_assert_double_eq(x[j], expected[j]);
    harness_forget(path);
    model_free(m);
}
END_TEST

START_TEST(a_file_that_is_no_solution_is_refused_with_its_line) {
    static const struct {
        const char *text, *where, *what;
    } files[] = {
        {"x 1\ny 2\n", ":2: ", "'y'"},          {"x\n", ":1: ", "'x'"},     {"x 1\n\nx nan\n", ":3: ", "x nan"},
        {"x inf\n", ":1: ", "x inf"},           {"x 1e\n", ":1: ", "x 1e"}, {"x 0x1\n", ":1: ", "x 0x1"},
        {"first row 1\n", ":1: ", "first row"}, {"x6 1\n", ":1: ", "'x6'"}, {"X 1\n", ":1: ", "'X'"}};
    struct model *m = program();
    for (size_t k = 0; k < sizeof files / sizeof *files; k++) {
        struct error err = {""};
        double x[COLS];
        const char *path = harness_scratch("solution.txt", files[k].text);
        ck_assert_msg(!solution_read(x, path, m, &err), "file %zu is read", k);
        ck_assert_msg(strncmp(err.text + strlen(path), files[k].where, 4) == 0, "%s", err.text);
        ck_assert_msg(strstr(err.text, files[k].what) != NULL, "%s", err.text);
        harness_forget(path);
    }
    model_free(m);
}
END_TEST

START_TEST(a_certificate_of_no_known_kind_is_refused) {
    static const char *const texts[] = {"# kind: perhaps\nx 1\n", "# kind: optimal solution\nx 1\n", "", "x 1\n",
                                        "x 1\n# kind: optimal\n"};
    struct model *m = program();
    for (size_t k = 0; k < sizeof texts / sizeof *texts; k++) {
        struct error err = {""};
        struct certificate c;
        const char *path = harness_scratch("certificate.txt", texts[k]);
        ck_assert_msg(!solution_certificate(&c, path, m, &err), "text %zu is read", k);
        /* The last has a kind, but names a column although that kind's proof has rows. */
        ck_assert_msg(strstr(err.text, k < 4 ? "kind" : "no row 'x'") != NULL, "%s", err.text);
        harness_forget(path);
    }
    model_free(m);
}
END_TEST

/* Files as other solvers write them: objective lines, rows, costs and comments are passed over. */
START_TEST(solutions_of_cbc_highs_and_gurobi_are_read) {
    static const struct {
        const char *text;
        bool good;
    } files[] = {
        {"Optimal - objective value 3.00000000\n      0 x                      3                       1\n"
         "      1 a column with blanks  0.5                     -2\n",
         true},
        {"Infeasible - objective value 3.00000000\n**    0 x                      3                       1\n"
         "      1 a column with blanks  0.5                     -2\n",
         true},
        {"Stopped on time - objective value 3\n x 3 1\n", false},
        {"Optimal - objective value 3.00000000\n      0 z                      3                       1\n", false},
        {"Model status\nOptimal\n\n# Primal solution values\nFeasible\nObjective 3\n# Columns 2\nx 3\n"
         "a column with blanks 0.5\n# Rows 1\nfirst row 9\n\n# Dual solution values\nNone\n",
         true},
        {"Model status\nOptimal\n\n# Primal solution values\nFeasible\nObjective 3\n# Columns 1\nq 3\n", false},
        {"# Objective value = 3\nx 3\na column with blanks 0.5\n", true},
    };
    struct model *m = program();
    for (size_t k = 0; k < sizeof files / sizeof *files; k++) {
        struct error err = {""};
        double x[COLS];
        const char *path = harness_scratch("peer.txt", files[k].text);
        bool good = solution_read(x, path, m, &err);
        ck_assert_msg(good == files[k].good, "file %zu: %s", k, err.text);
        ck_assert_msg(!good || (x[0] == 3 && x[1] == 0.5 && x[2] == 0), "file %zu: %g %g", k, x[0], x[1]);
        ck_assert_msg(good || strstr(err.text, "peer.txt:"), "file %zu: %s", k, err.text);
        harness_forget(path);
    }
    model_free(m);
}
END_TEST

int main(void) {
    Suite *s = suite_create("solution");
    TCase *t = tcase_create("solution");
    tcase_add_test(t, solutions_come_back_bit_for_bit);
    tcase_add_test(t, certificates_come_back_with_their_kind);
    tcase_add_test(t, an_answer_without_a_proof_has_no_certificate);
    tcase_add_test(t, columns_that_are_not_named_are_zero_and_blanks_do_not_matter);
    tcase_add_test(t, a_file_that_is_no_solution_is_refused_with_its_line);
    tcase_add_test(t, solutions_of_cbc_highs_and_gurobi_are_read);
    tcase_add_test(t, a_certificate_of_no_known_kind_is_refused);
    suite_add_tcase(s, t);
    return harness_run(s);
}
