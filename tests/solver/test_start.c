/* Whether a start can be used: as trying its integers in exact arithmetic says; each refusal names what is wrong. */
#include "tests/support/harness.h"

#include <math.h>
#include <string.h>

#include "solver/start.h"
#include "tests/support/exact_lp.h"
#include "tests/support/program.h"
#include "tests/support/small_milp.h"

/* The integers whole and within bounds, and the program with these integers is feasible. */
static bool usable(const struct model *m, const double *start) {
    struct model *fixed = model_copy(m);
    bool within = true;
    int integers = 0;
    for (int j = 0; j < m->cols; j++) {
        fixed->cost[j] = 0;
        if (!m->integer[j]) continue;
        double value = nearbyint(start[j]);
        within = within && value >= m->lower[j] && value <= m->upper[j];
        fixed->lower[j] = fixed->upper[j] = value;
        fixed->integer[j] = false;
        integers++;
    }
    bool good = within && integers > 0 && exact_solve(fixed, 0).status == EXACT_OPTIMAL;
    model_free(fixed);
    return good;
}

START_TEST(a_start_is_usable_where_its_integers_leave_the_rest_a_solution) {
    int good = 0, bad = 0;
    for (int seed = 1; seed <= 600; seed++) {
        struct random r = {(uint64_t)seed * 11};
        struct model *m = milp_families[seed % MILP_FAMILIES].make(&r);
        struct options o = options_default();
        struct error why = {""};
        double start[PROGRAM_WIDTH];
        ck_assert_int_le(m->cols, PROGRAM_WIDTH);
        for (int j = 0; j < m->cols; j++) {
            int low = (int)fmax(m->lower[j], -2), high = (int)fmax(low, fmin(m->upper[j], low + 3));
            start[j] = random_int(&r, low - (seed % 7 == 0), high + (seed % 5 == 0)) + 0.4 * (random_unit(&r) - 0.5);
        }
        bool expected = usable(m, start);
        ck_assert_msg(start_usable(m, start, &o, &why) == expected, "seed %d: %s", seed, why.text);
        ck_assert_int_eq(strstr(why.text, "the start is not used: ") == why.text, !expected);
        good += expected;
        bad += !expected;
        model_free(m);
    }
    ck_assert_int_ge(good, 100);
    ck_assert_int_ge(bad, 100);
}
END_TEST

/* 2 x + 3 y <= 7 of integers 0 to 2, 1 <= z - x, and z from 0 to 5 continuous. */
static struct model *program(bool whole) {
    struct model *m = program_of(3, 1, 0, 2, whole);
    m->upper[2] = 5;
    m->integer[2] = false;
    program_row(m, -MODEL_INFINITY, (double[]){2, 3, 0}, 7);
    program_row(m, 1, (double[]){-1, 0, 1}, MODEL_INFINITY);
    return program_finish(m);
}

static const struct {
    bool whole;
    double start[3];
    const char *why; /* "": usable */
} cases[] = {
    {true, {1, 1, 2}, ""},
    {true, {1, 1, 0}, ""}, /* z is chosen again */
    {true, {1.4, 1, 0}, ""},
    {true, {2.4, 1, 3}, ""},
    {true, {2.6, 1, 3}, "the start is not used: integer column 'x1' is 2.6 (expected 0 to 2)"},
    {true, {1, -0.6, 3}, "the start is not used: integer column 'x2' is -0.6 (expected 0 to 2)"},
    {true, {2, 2, 4}, "the start is not used: row 'r1' is 10 (expected at most 7)"},
    {true, {2, 2, 0}, "the start is not used: row 'r1' is 10 (expected at most 7)"}, /* off by 3, the other row by 3 */
    {true, {1, 2, 7}, "the start is not used: row 'r1' is 8 (expected at most 7)"},
    {true,
     {2, 2, -2},
     "the start is not used: row 'r2' is -4 (expected at least 1)"}, /* worse than the first by 5 to 3 */
    {false, {1, 1, 2}, "the start is not used: the program has no integer columns"},
};

START_TEST(a_start_that_is_not_used_is_said_to_lack_what_it_lacks) {
    struct model *m = program(cases[_i].whole);
    struct options o = options_default();
    struct error why = {""};
    bool good = start_usable(m, cases[_i].start, &o, &why);
    ck_assert_str_eq(why.text, cases[_i].why);
    ck_assert_int_eq(good, cases[_i].why[0] == '\0');
    model_free(m);
}
END_TEST

/* All rows hold for z = 6, but z is at most 5: no row is to blame. */
START_TEST(a_start_that_only_bounds_forbid_is_not_blamed_on_a_row) {
    struct model *m = program_of(2, 1, 0, 9, true);
    m->upper[1] = 5;
    m->integer[1] = false;
    program_row(m, 0, (double[]){-1, 1}, 0);
    m = program_finish(m);
    struct options o = options_default();
    struct error why = {""};
    ck_assert(!start_usable(m, (double[]){6, 6}, &o, &why));
    ck_assert_str_eq(why.text, "the start is not used: no values of the continuous columns go with its integers");
    model_free(m);
}
END_TEST

int main(void) {
    Suite *suite = suite_create("start");
    TCase *tests = tcase_create("start");
    tcase_add_test(tests, a_start_is_usable_where_its_integers_leave_the_rest_a_solution);
    tcase_add_loop_test(tests, a_start_that_is_not_used_is_said_to_lack_what_it_lacks, 0,
                        sizeof cases / sizeof cases[0]);
    tcase_add_test(tests, a_start_that_only_bounds_forbid_is_not_blamed_on_a_row);
    suite_add_tcase(suite, tests);
    return harness_run(suite);
}
