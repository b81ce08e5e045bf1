/* The last resort of the simplex (solver/lp/extreme.c) against exact fractions: rows that are nearly parallel,
 * coefficients from 1e-6 to 1e8. */
#include <float.h>
#include <stdio.h>
#include <stdlib.h>

#include "solver/base/random.h"
#include "solver/milp.h"
#include "tests/support/exact_lp.h"
#include "tests/support/harness.h"

#define CLOSE 1e-6 /* relative, of objectives */

static double power(struct random *r, int least, int most) {
    return ldexp(1, random_int(r, least, most)); /* all data stay exact */
}

/* Rows around a point; every other one is the previous one with one coefficient changed in its last digits. */
static struct model *near_parallel(uint64_t seed) {
    struct random r = {seed};
    struct model *m = model_new();
    struct error err;
    int rows = random_int(&r, 2, 6), cols = random_int(&r, 2, 6);
    double a[8] = {0}, point[8], scale[8];
    for (int j = 0; j < cols; j++) {
        scale[j] = power(&r, -13, 13);
        point[j] = random_int(&r, 0, 9) / scale[j];
        model_add_column(m, NULL, random_int(&r, -9, 9) * scale[j], 0,
                         random_int(&r, 0, 2) ? 10 / scale[j] : MODEL_INFINITY, false);
    }
    for (int i = 0; i < rows; i++) {
        double factor = power(&r, -7, 13), at = 0;
        for (int j = 0; j < cols && i % 2 == 0; j++) a[j] = random_int(&r, -9, 9) * scale[j] * factor;
        int other = random_int(&r, 0, cols - 1);
        if (i % 2) a[other] *= 1 + power(&r, -36, -17);
        for (int j = 0; j < cols; j++) at += a[j] * point[j];
        double room = random_int(&r, 0, 3) * factor;
        int kind = random_int(&r, 0, 2);
        int row =
            model_add_row(m, NULL, kind == 0 ? -MODEL_INFINITY : at - room, kind == 1 ? MODEL_INFINITY : at + room);
        for (int j = 0; j < cols; j++)
            if (a[j] != 0) model_add_entry(m, row, j, a[j]);
    }
    ck_assert_msg(model_finish(m, &err), "%s", err.text);
    return m;
}

static bool close_to(double a, double b) {
    return fabs(a - b) <= CLOSE * fmax(1, fabs(b));
}

/* Tolerance of sides: the promised one, or the effect of rounding x to doubles. */
static double slack_of(const struct model *m, const double *x) {
    double slack = 1e-6, size[16] = {0};
    for (int j = 0; j < m->cols; j++)
        for (long k = m->start[j]; k < m->start[j + 1]; k++)
            slack = fmax(slack, 16 * DBL_EPSILON * (size[m->index[k]] += fabs(m->value[k] * x[j])));
    return slack;
}

/* NULL if the answer is the exact one, or that of the program with its sides a little wider. */
static const char *fault_of(const struct model *m, const struct milp_result *r) {
    struct exact_answer truth = exact_solve(m, 0);
    if (r->status == MILP_UNBOUNDED)
        return truth.status == EXACT_UNBOUNDED ? NULL : "called unbounded, which it is not";
    if (r->status == MILP_INFEASIBLE)
        return truth.status == EXACT_INFEASIBLE ? NULL : "called infeasible, which it is not";
    if (r->status != MILP_OPTIMAL) return "no answer";
    double slack = slack_of(m, r->x);
    if (r->violation > slack) return "the solution does not hold";
    if (truth.status == EXACT_OPTIMAL && close_to(r->objective, truth.objective)) return NULL;
    if (truth.status == EXACT_OPTIMAL && r->objective > truth.objective) return "not the optimum";
    if (truth.status == EXACT_UNBOUNDED) return "an optimum where there is none";
    struct exact_answer wide = exact_solve(m, slack);
    if (wide.status == EXACT_INFEASIBLE) return "an optimum where there is none";
    bool better =
        wide.status == EXACT_OPTIMAL && r->objective < wide.objective && !close_to(r->objective, wide.objective);
    return better ? "better than can be" : NULL;
}

static const char *fault_at(long seed, bool long_double) {
    struct model *m = near_parallel((uint64_t)seed * 7919);
    struct options o = options_default();
    o.presolve = seed % 2;
    o.scaling = seed % 4 / 2 * 3; /* mixed, or off */
    o.long_double = long_double;
    struct milp_result *r = milp_solve(m, &o, NULL);
    const char *fault = fault_of(m, r);
    milp_result_free(r);
    model_free(m);
    return fault;
}

START_TEST(programs_of_nearly_parallel_rows_are_solved) {
    long count = getenv("TASO_RANDOM") ? atol(getenv("TASO_RANDOM")) : 400;
    long first = getenv("TASO_SEED") ? atol(getenv("TASO_SEED")) : 1;
    for (long seed = first; seed < first + count; seed++) {
        const char *fault = fault_at(seed, true);
        ck_assert_msg(!fault, "seed %ld: %s", seed, fault);
    }
}
END_TEST

/* On these the simplex in doubles gives up. */
static const int beyond_doubles[] = {101,  224,  747,  1032, 1696, 2313, 2393, 2557, 3053, 3660, 3933,
                                     4354, 4858, 4932, 5381, 5534, 5584, 6494, 6785, 7255, 7732, 7881};
enum { BEYOND = sizeof beyond_doubles / sizeof *beyond_doubles };

START_TEST(long_double_answers_where_doubles_do_not) {
    int without = 0;
    for (int k = 0; k < BEYOND; k++) {
        const char *fault = fault_at(beyond_doubles[k], true);
        ck_assert_msg(!fault, "seed %d: %s", beyond_doubles[k], fault);
        without += fault_at(beyond_doubles[k], false) == NULL;
    }
    ck_assert_int_lt(without, BEYOND);
}
END_TEST

int main(void) {
    Suite *s = suite_create("extreme");
    TCase *t = tcase_create("extreme");
    tcase_set_timeout(t, 600);
    tcase_add_test(t, programs_of_nearly_parallel_rows_are_solved);
    tcase_add_test(t, long_double_answers_where_doubles_do_not);
    suite_add_tcase(s, t);
    return harness_run(s);
}
