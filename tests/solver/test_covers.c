/* Columns whose rows a cheaper column satisfies alone (solver/presolve/presolve_covers.c): the optimum stays. */
#include <math.h>

#include "solver/base/random.h"
#include "solver/presolve/presolve.h"
#include "tests/support/harness.h"
#include "tests/support/hold.h"
#include "tests/support/reductions.h"

enum { COLS = 8, ROWS = 5 };

/* Rows with entries of one sign in most columns; `mirrored`: rows are negated. */
static struct model *program(struct random *r, bool mirrored) {
    struct model *m = model_new();
    struct error err;
    for (int j = 0; j < COLS; j++) model_add_column(m, NULL, random_int(r, -1, 6), 0, 1, true);
    for (int i = 0; i < ROWS; i++) {
        int demand = random_int(r, 1, 3), sign = mirrored ? -1 : 1;
        model_add_row(m, NULL, mirrored ? -MODEL_INFINITY : demand, mirrored ? -demand : MODEL_INFINITY);
        for (int j = 0; j < COLS; j++) {
            int value = random_int(r, 0, 2) ? random_int(r, 1, 3) : random_int(r, -8, 1) < 0 ? 0 : -1;
            if (value) model_add_entry(m, i, j, sign * value);
        }
    }
    ck_assert_msg(model_finish(m, &err), "%s", err.text);
    return m;
}

static double cheapest(const struct model *m) {
    double best = INFINITY;
    for (int set = 0; set < 1 << m->cols; set++) {
        double x[COLS];
        for (int j = 0; j < m->cols; j++) x[j] = set >> j & 1;
        if (model_violation(m, x) <= 1e-9) best = fmin(best, model_objective(m, x));
    }
    return best;
}

START_TEST(the_optimum_stays) {
    int fewer = 0, feasible = 0;
    for (uint64_t seed = 0; seed < 2000; seed++) {
        struct random r = {seed};
        struct model *m = program(&r, seed % 2);
        const struct options o = reductions_only("covers");
        struct presolve *p = presolve_new(m, &o);
        enum presolve_status status = presolve_run(p);
        double best = cheapest(m), left = status == PRESOLVE_INFEASIBLE ? INFINITY : cheapest(presolve_model(p));
        ck_assert_msg(best == left || fabs(best - left) < 1e-9, "seed %ld: %g, not %g", (long)seed, left, best);
        fewer += presolve_model(p) && presolve_model(p)->cols < m->cols;
        feasible += best < INFINITY;
        presolve_free(p);
        model_free(m);
    }
    ck_assert_int_gt(fewer, 500);
    ck_assert_int_gt(feasible, 1000);
}
END_TEST

/* Column 0 is in both rows and cheaper than 1; with a demand of 2 it is not enough alone. */
START_TEST(a_column_that_is_not_enough_alone_replaces_none) {
    for (int demand = 1; demand <= 2; demand++) {
        struct model *m = model_new();
        struct error err;
        for (int j = 0; j < 3; j++) model_add_column(m, NULL, 2 + j, 0, 1, true);
        for (int i = 0; i < 2; i++) {
            model_add_row(m, NULL, demand, MODEL_INFINITY);
            model_add_entry(m, i, 0, 1);
            model_add_entry(m, i, 1 + i, 1);
        }
        model_add_entry(m, 0, 2, 1);
        ck_assert_msg(model_finish(m, &err), "%s", err.text);
        const struct options o = reductions_only("covers");
        struct presolve *p = presolve_new(m, &o);
        ck_assert_int_eq(presolve_run(p), PRESOLVE_REDUCED);
        ck_assert_int_eq(presolve_model(p)->cols, demand == 1 ? 1 : 3);
        const double start[] = {demand == 2, 1, 1}; /* for columns that are gone it takes those that replace them */
        double small[3];
        HOLDS(presolve_apply(p, small, start));
        ck_assert(small[0] == 1 && model_violation(presolve_model(p), small) == 0);
        presolve_free(p);
        model_free(m);
    }
}
END_TEST

int main(void) {
    Suite *suite = suite_create("covers");
    TCase *presolve = tcase_create("presolve");
    tcase_add_test(presolve, the_optimum_stays);
    tcase_add_test(presolve, a_column_that_is_not_enough_alone_replaces_none);
    suite_add_tcase(suite, presolve);
    return harness_run(suite);
}
