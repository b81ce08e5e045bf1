/* Bases in files: what is written starts another run that takes no pivot, any basis leads to the optimum of the exact
 * oracle, a singular one is repaired, and damaged files are refused with their line. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "solver/io/bas.h"
#include "solver/io/mps.h"
#include "solver/milp.h"
#include "tests/support/exact_lp.h"
#include "tests/support/program.h"
#include "tests/support/small_lp.h"

static unsigned char *read_back(const struct model *m, const unsigned char *place, const char *about) {
    struct error err = {""};
    const char *path = harness_scratch("written.bas", NULL);
    unsigned char *back = MEMORY_NEW(unsigned char, m->cols + m->rows);
    ck_assert_msg(bas_write(path, m, place, &err), "%s: %s", about, err.text);
    ck_assert_msg(bas_read(back, path, m, &err), "%s: %s", about, err.text);
    harness_forget(path);
    return back;
}

static struct milp_result *solve_from(const struct model *m, const unsigned char *place) {
    struct options o = options_default();
    struct milp_control control = {.basis = place};
    return milp_solve(m, &o, &control);
}

/* A place differs from what was written only where a variable is at one of two equal bounds, or has none. */
static bool same_place(unsigned char a, unsigned char b, double lower, double upper) {
    return a == b || (a != PLACE_BASIC && b != PLACE_BASIC && lower == upper);
}

START_TEST(a_basis_comes_back_and_its_program_takes_no_pivot) {
    int solved = 0;
    for (long seed = 1; seed <= 700; seed++) {
        char about[64];
        struct random r = {(uint64_t)seed};
        struct model *m = random_model(&r, 0, 8, 8);
        struct milp_result *first = solve_from(m, NULL);
        snprintf(about, sizeof about, "seed %ld", seed);
        if (first->status == MILP_OPTIMAL) {
            unsigned char *back = read_back(m, first->place, about);
            for (int j = 0; j < m->cols + m->rows; j++) {
                double lower = j < m->cols ? m->lower[j] : m->row_lower[j - m->cols];
                double upper = j < m->cols ? m->upper[j] : m->row_upper[j - m->cols];
                ck_assert_msg(same_place(back[j], first->place[j], lower, upper), "%s: variable %d", about, j);
            }
            struct milp_result *second = solve_from(m, back);
            ck_assert_int_eq(second->status, MILP_OPTIMAL);
            ck_assert_msg(second->iterations == 0 && second->repaired == 0, "%s: %lld pivots", about,
                          (long long)second->iterations);
            ck_assert_double_eq_tol(second->objective, first->objective, 1e-9);
            milp_result_free(second);
            free(back);
            solved++;
        }
        milp_result_free(first);
        model_free(m);
    }
    ck_assert_int_gt(solved, 100);
}
END_TEST

/* Any columns with any rows, which is a basis or is not. */
static void random_places(unsigned char *place, const struct model *m, struct random *r) {
    for (int j = 0; j < m->cols; j++) place[j] = random_int(r, 0, 1) ? PLACE_UPPER : PLACE_LOWER;
    for (int i = 0; i < m->rows; i++) place[m->cols + i] = PLACE_BASIC;
    for (int pairs = random_int(r, 0, m->rows); pairs > 0; pairs--) {
        int col = random_int(r, 0, m->cols - 1), row = m->cols + random_int(r, 0, m->rows - 1);
        if (place[col] == PLACE_BASIC || place[row] != PLACE_BASIC) continue;
        place[col] = PLACE_BASIC;
        place[row] = random_int(r, 0, 1) ? PLACE_UPPER : PLACE_LOWER;
    }
}

START_TEST(from_any_basis_the_answer_is_that_of_the_exact_oracle) {
    int repaired = 0, counts[3] = {0};
    for (long seed = 1; seed <= fuzz(1500); seed++) {
        struct random r = {(uint64_t)seed + 5000};
        struct model *m = random_model(&r, 0, 6, 6);
        unsigned char place[2 * ORACLE_SIZE];
        random_places(place, m, &r);
        unsigned char *start = seed % 30 ? place : read_back(m, place, "any");
        struct exact_answer exact = exact_solve(m, 0);
        struct milp_result *result = solve_from(m, start);
        static const enum milp_status of[] = {MILP_OPTIMAL, MILP_INFEASIBLE, MILP_UNBOUNDED};
        ck_assert_msg(result->status == of[exact.status], "seed %ld: %s, not %s", seed,
                      milp_status_names[result->status], exact_status_names[exact.status]);
        double optimum = (m->maximize ? -exact.objective : exact.objective) + m->offset;
        if (exact.status == EXACT_OPTIMAL)
            ck_assert_msg(near(optimum, result->objective), "seed %ld: %g, not %g", seed, result->objective, optimum);
        counts[exact.status]++;
        repaired += result->repaired > 0;
        if (start != place) free(start);
        milp_result_free(result);
        model_free(m);
    }
    ck_assert(counts[EXACT_OPTIMAL] > 0 && counts[EXACT_INFEASIBLE] > 0 && counts[EXACT_UNBOUNDED] > 0);
    ck_assert_int_gt(repaired, 10);
}
END_TEST

/* x and y with rows r (x + 2 y <= 8), s (3 x + 6 y <= 30, parallel), t (y >= 1). */
static struct model *three_rows(void) {
    struct model *m = model_new();
    model_add_column(m, "x", -1, 0, 9, false);
    model_add_column(m, "a long name", -1, -MODEL_INFINITY, MODEL_INFINITY, false);
    model_add_row(m, "r", -MODEL_INFINITY, 8);
    model_add_row(m, "s", -MODEL_INFINITY, 30);
    model_add_row(m, "t", 1, MODEL_INFINITY);
    static const double value[3][2] = {{1, 2}, {3, 6}, {0, 1}};
    for (int i = 0; i < 3; i++)
        for (int j = 0; j < 2; j++)
            if (value[i][j] != 0) model_add_entry(m, i, j, value[i][j]);
    return program_finish(m);
}

static const struct {
    const char *text;
    unsigned char place[5];
} others[] = {
    {"NAME\nENDATA\n", {PLACE_LOWER, PLACE_ZERO, PLACE_BASIC, PLACE_BASIC, PLACE_BASIC}},
    {"NAME          BLANK     VALUES\n XU x         r      8.\n XL a_long_name  t   1\nENDATA\n",
     {PLACE_BASIC, PLACE_BASIC, PLACE_UPPER, PLACE_BASIC, PLACE_LOWER}},
    {"* written by another program\n\nNAME m Rows 3 Cols 2\n UL x\n LL a_long_name\n BS r\n* end\nENDATA\n\n",
     {PLACE_UPPER, PLACE_ZERO, PLACE_BASIC, PLACE_BASIC, PLACE_BASIC}},
    {"NAME\n XL x r\nENDATA\n", /* r has no lower side */
     {PLACE_BASIC, PLACE_ZERO, PLACE_UPPER, PLACE_BASIC, PLACE_BASIC}},
    {"NAME\nXU x t\nUL a_long_name 0.0\nENDATA", {PLACE_BASIC, PLACE_ZERO, PLACE_BASIC, PLACE_BASIC, PLACE_LOWER}},
};

START_TEST(files_of_other_programs_are_read) {
    struct model *m = three_rows();
    struct error err = {""};
    unsigned char place[5];
    const char *path = harness_scratch("other.bas", others[_i].text);
    ck_assert_msg(bas_read(place, path, m, &err), "%s", err.text);
    for (int j = 0; j < 5; j++) ck_assert_msg(place[j] == others[_i].place[j], "variable %d: place %d", j, place[j]);
    harness_forget(path);
    model_free(m);
}
END_TEST

static const struct {
    const char *text, *says;
} wrong[] = {
    {"", "wrong.bas: the file ends early (expected ENDATA)"},
    {"NAME m\n XU x r\n", "the file ends early (expected ENDATA)"},
    {"ROWS\n", "wrong.bas:1: 'ROWS' (expected NAME, as in an MPS basis)"},
    {"NAME\n XU z r\nENDATA\n", "wrong.bas:2: the model has no column 'z'"},
    {"NAME\n XU r x\nENDATA\n", "wrong.bas:2: the model has no column 'r'"},
    {"NAME\n XU x q\nENDATA\n", "wrong.bas:2: the model has no row 'q'"},
    {"NAME\n UL r\nENDATA\n", "wrong.bas:2: the model has no column 'r'"},
    {"NAME\n BS x\nENDATA\n", "wrong.bas:2: the model has no row 'x'"},
    {"NAME\n XU x r\n UL x\nENDATA\n", "wrong.bas:3: column 'x' has a place already"},
    {"NAME\n XU x r\n XL a_long_name r\nENDATA\n", "wrong.bas:3: row 'r' has a place already"},
    {"NAME\n BS r\n XL x r\nENDATA\n", "wrong.bas:3: row 'r' has a place already"},
    {"NAME\n XU x\nENDATA\n", "wrong.bas:2: XU with 1 fields (expected a column and a row)"},
    {"NAME\n XU x r more\nENDATA\n", "wrong.bas:2: XU with 3 fields"},
    {"NAME\n LL x r s t u v w y z\nENDATA\n", "wrong.bas:2: LL with "},
    {"NAME\n FX x\nENDATA\n", "wrong.bas:2: 'FX' (expected XU, XL, UL, LL, BS or ENDATA)"},
    {"NAME\nENDATA\n UL x\n", "wrong.bas:3: 'UL' after ENDATA"},
};

START_TEST(a_wrong_basis_is_refused_in_one_line) {
    struct model *m = three_rows();
    struct error err = {""};
    unsigned char place[5];
    const char *path = harness_scratch("wrong.bas", wrong[_i].text);
    ck_assert(!bas_read(place, path, m, &err));
    ck_assert_msg(strstr(err.text, wrong[_i].says) && !strchr(err.text, '\n'), "%s", err.text);
    harness_forget(path);
    model_free(m);
}
END_TEST

START_TEST(a_singular_basis_is_repaired) {
    struct model *m = three_rows();
    /* x and y basic in the place of r and s, which are parallel. */
    const unsigned char place[] = {PLACE_BASIC, PLACE_BASIC, PLACE_BASIC, PLACE_UPPER, PLACE_LOWER};
    const unsigned char singular[] = {PLACE_BASIC, PLACE_BASIC, PLACE_UPPER, PLACE_UPPER, PLACE_BASIC};
    struct milp_result *good = solve_from(m, place), *mended = solve_from(m, singular);
    ck_assert(good->status == MILP_OPTIMAL && good->repaired == 0);
    ck_assert(mended->status == MILP_OPTIMAL && mended->repaired == 1);
    ck_assert_double_eq_tol(good->objective, mended->objective, 1e-9);
    milp_result_free(good);
    milp_result_free(mended);
    model_free(m);
}
END_TEST

static struct harness_output ran;

static const char *run(const char *model, const char *rest) {
    char arguments[2048];
    snprintf(arguments, sizeof arguments, "%s %s", model, rest);
    harness_command(&ran, "milp", arguments);
    return ran.err;
}

START_TEST(the_command_reads_writes_and_refuses) {
    char model[300], basis[300], rest[1000];
    snprintf(model, sizeof model, "%s",
             harness_scratch("b.lp",
                             "max\n x + y\nst\n r: x + 2 y <= 8\n s: 3 x + 6 y <= 30\n t: y >= 1\nbounds\n x <= "
                             "5.5\nend\n"));
    snprintf(basis, sizeof basis, "%s", harness_scratch("b.bas", NULL));
    snprintf(rest, sizeof rest, "--basis %s", basis);
    ck_assert_str_eq(run(model, rest), "");
    ck_assert_msg(ran.status == 0 && !strstr(ran.out, "iterations: 0\n"), "%s", ran.out);
    ck_assert_str_eq(run(model, rest), "");
    ck_assert_msg(ran.status == 0 && strstr(ran.out, "iterations: 0\n"), "%s", ran.out);
    snprintf(rest, sizeof rest, "--basis-in %s --basis-out %s.2", basis, basis);
    ck_assert_str_eq(run(model, rest), "");
    snprintf(rest, sizeof rest, "cmp %s %s.2 && rm %s.2", basis, basis, basis);
    harness_shell(&ran, rest);
    ck_assert_int_eq(ran.status, 0);
    snprintf(rest, sizeof rest, "--basis %s", harness_scratch("s.bas", "NAME\n XU x r\n XU y s\nENDATA\n"));
    ck_assert_ptr_nonnull(
        strstr(run(model, rest), "s.bas: warning: the basis is singular: rows took the places of 1 of"));
    ck_assert_int_eq(ran.status, 0);
    snprintf(rest, sizeof rest, "--basis-in %s", harness_scratch("s.bas", "NAME\n XU x nobody\nENDATA\n"));
    ck_assert_ptr_nonnull(strstr(run(model, rest), "s.bas:2: the model has no row 'nobody'"));
    ck_assert_int_eq(ran.status, 2);
    ck_assert_str_eq(ran.out, "");
    harness_forget(harness_scratch("s.bas", NULL));
    ck_assert_ptr_nonnull(strstr(run(model, "--basis-in /nowhere.bas"), "/nowhere.bas"));
    ck_assert_int_eq(ran.status, 2);
    snprintf(rest, sizeof rest, "--basis %s --basis-out /tmp/never.bas", basis);
    ck_assert_ptr_nonnull(strstr(run(model, rest), "--basis does nothing with --basis-out"));
    harness_forget(model);
    snprintf(model, sizeof model, "%s", harness_scratch("i.lp", "max\n x\nst\n r: 2 x <= 7\ngeneral\n x\nend\n"));
    snprintf(rest, sizeof rest, "--basis %s.3", basis);
    ck_assert_ptr_nonnull(strstr(run(model, rest), "--basis: the program has integers"));
    ck_assert_int_eq(ran.status, 2);
    snprintf(rest, sizeof rest, "--relax --basis %s.3", basis);
    ck_assert_str_eq(run(model, rest), "");
    snprintf(rest, sizeof rest, "rm %s.3", basis);
    harness_shell(&ran, rest);
    ck_assert_int_eq(ran.status, 0);
    harness_forget(basis);
    harness_forget(model);
}
END_TEST

static const char *const netlib[] = {"afiro",   "adlittle", "blend",    "boeing1", "brandy", "degen2", "e226",
                                     "finnis",  "forplan",  "grow22",   "lotfi",   "pilot4", "scfxm2", "seba",
                                     "ship08l", "stair",    "standmps", "vtpbase", "wood1p", "modszk1"};

START_TEST(the_second_run_of_netlib_takes_no_pivot) {
    char relative[128];
    struct error err;
    snprintf(relative, sizeof relative, "lp/netlib/%s.mps.gz", netlib[_i]);
    const char *path = harness_data(relative);
    if (!path) return;
    struct model *m = mps_read(path, false, NULL, &err);
    ck_assert_msg(m != NULL, "%s", err.text);
    struct milp_result *first = solve_from(m, NULL);
    unsigned char *back = read_back(m, first->place, netlib[_i]);
    struct milp_result *second = solve_from(m, back);
    ck_assert_int_eq(second->status, MILP_OPTIMAL);
    ck_assert_msg(second->iterations == 0, "%s: %lld pivots", netlib[_i], (long long)second->iterations);
    ck_assert_msg(near(first->objective, second->objective), "%s: %.12g, then %.12g", netlib[_i], first->objective,
                  second->objective);
    milp_result_free(first);
    milp_result_free(second);
    free(back);
    model_free(m);
}
END_TEST

int main(void) {
    Suite *s = suite_create("basis");
    TCase *t = tcase_create("basis");
    tcase_add_test(t, a_basis_comes_back_and_its_program_takes_no_pivot);
    tcase_add_test(t, from_any_basis_the_answer_is_that_of_the_exact_oracle);
    tcase_add_loop_test(t, files_of_other_programs_are_read, 0, sizeof others / sizeof others[0]);
    tcase_add_loop_test(t, a_wrong_basis_is_refused_in_one_line, 0, sizeof wrong / sizeof wrong[0]);
    tcase_add_test(t, a_singular_basis_is_repaired);
    tcase_add_test(t, the_command_reads_writes_and_refuses);
    tcase_add_loop_test(t, the_second_run_of_netlib_takes_no_pivot, 0, sizeof netlib / sizeof netlib[0]);
    suite_add_tcase(s, t);
    return harness_run(s);
}
