/* Reductions by sets of choices (solver/presolve/presolve_sets.c): the same points are feasible, the relaxation is
 * smaller. */
#include <math.h>

#include "solver/base/random.h"
#include "solver/lp/lp.h"
#include "solver/presolve/presolve.h"
#include "tests/support/harness.h"
#include "tests/support/reductions.h"

enum { SETS = 3, CHOICES = 3, COLS = SETS * CHOICES };

/* One choice of each set; then one row over all. */
static struct model *rows_of_sets(const double *cost, const double *value, double lower, double upper) {
    struct model *m = model_new();
    struct error err;
    for (int j = 0; j < COLS; j++) model_add_column(m, NULL, cost[j], 0, 1, true);
    for (int s = 0; s < SETS; s++) {
        model_add_row(m, NULL, 1, 1);
        for (int k = 0; k < CHOICES; k++) model_add_entry(m, s, s * CHOICES + k, 1);
    }
    model_add_row(m, NULL, lower, upper);
    for (int j = 0; j < COLS; j++)
        if (value[j] != 0) model_add_entry(m, SETS, j, value[j]);
    ck_assert_msg(model_finish(m, &err), "%s", err.text);
    return m;
}

static double relaxation(const struct model *m) {
    struct options o = options_default();
    struct lp *lp = lp_new(m, &o);
    struct lp_control control = {.cutoff = MODEL_INFINITY, .limits = limits_none()};
    double value = lp_solve(lp, &control) == LP_OPTIMAL ? lp_objective(lp) + m->offset : MODEL_INFINITY;
    lp_free(lp);
    return value;
}

/* The second job starts at least 25 after the first has: it cannot start at 10 or 20, nor the first at 30. A start of
 * the first at 10 leaves the second free. */
START_TEST(a_delay_between_two_starts_fixes_those_that_are_too_early_or_too_late) {
    const double cost[COLS] = {3, 2, 1, 1, 2, 3, 0, 0, 0};
    const double value[COLS] = {-10, -20, -30, 10, 20, 50, 0, 0, 0};
    struct model *m = rows_of_sets(cost, value, 25, MODEL_INFINITY);
    const struct options o = reductions_only("sets");
    struct presolve *p = presolve_new(m, &o);
    ck_assert_int_eq(presolve_run(p), PRESOLVE_REDUCED);
    ck_assert_int_eq(presolve_model(p)->cols, COLS - 3);
    presolve_free(p);
    model_free(m);
}
END_TEST

/* Whether x of the whole program is one of the reduced program, too. */
static bool holds_reduced(struct presolve *p, const double *x) {
    double small[COLS];
    return presolve_apply(p, small, x) && model_violation(presolve_model(p), small) < 1e-9;
}

static void same_points(const struct model *m, struct presolve *p, uint64_t seed, long *feasible) {
    double x[COLS] = {0};
    for (int a = 0; a < CHOICES; a++)
        for (int b = 0; b < CHOICES; b++)
            for (int c = 0; c < CHOICES; c++) {
                for (int k = 0; k < CHOICES; k++) x[k] = k == a, x[CHOICES + k] = k == b, x[2 * CHOICES + k] = k == c;
                bool one = model_violation(m, x) == 0;
                ck_assert_msg(one == holds_reduced(p, x), "seed %ld, choices %d %d %d", (long)seed, a, b, c);
                *feasible += one;
            }
}

START_TEST(the_same_choices_are_feasible_and_the_relaxation_is_no_weaker) {
    long feasible = 0, fewer = 0, stronger = 0;
    for (uint64_t seed = 0; seed < 3000; seed++) {
        struct random r = {seed};
        double cost[COLS], value[COLS];
        bool below = random_int(&r, 0, 1), both = random_int(&r, 0, 5) == 0;
        for (int j = 0; j < COLS; j++) {
            cost[j] = random_int(&r, -9, 9);
            value[j] = random_int(&r, 0, 3) ? random_int(&r, -12, 12) : 0;
        }
        double side = random_int(&r, -15, 15);
        struct model *m = rows_of_sets(cost, value, below && !both ? -MODEL_INFINITY : side,
                                       both    ? side + random_int(&r, 0, 9)
                                       : below ? side
                                               : MODEL_INFINITY);
        const struct options o = reductions_only("sets");
        struct presolve *p = presolve_new(m, &o);
        if (presolve_run(p) == PRESOLVE_REDUCED) {
            const struct model *small = presolve_model(p);
            same_points(m, p, seed, &feasible);
            double before = relaxation(m), after = relaxation(small);
            ck_assert_msg(after >= before - 1e-6, "seed %ld: %g, %g before", (long)seed, after, before);
            stronger += after > before + 1e-6;
            fewer += small->cols < m->cols;
        }
        presolve_free(p);
        model_free(m);
    }
    ck_assert_int_ge(feasible, 36075);
    ck_assert_int_ge(fewer, 1546);
    ck_assert_int_ge(stronger, 692);
}
END_TEST

int main(void) {
    Suite *suite = suite_create("choice_sets");
    TCase *presolve = tcase_create("presolve");
    tcase_add_test(presolve, a_delay_between_two_starts_fixes_those_that_are_too_early_or_too_late);
    tcase_add_test(presolve, the_same_choices_are_feasible_and_the_relaxation_is_no_weaker);
    suite_add_tcase(suite, presolve);
    return harness_run(suite);
}
