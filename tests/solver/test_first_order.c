/* The first-order method and crossover: their results are measured on the program, and compared with those of the
 * simplex. */
#include <math.h>
#include <stdlib.h>

#include "solver/base/random.h"
#include "solver/io/mps.h"
#include "solver/lp/crossover.h"
#include "solver/lp/first_order.h"
#include "solver/lp/lp_internal.h"
#include "tests/support/harness.h"
#include "tests/support/lp_proof.h"

/* Assignment of n to n with costs 0..9: as degenerate as a program can be. */
static struct model *assignment(struct random *r, int n) {
    struct model *m = model_new();
    struct error err;
    for (int k = 0; k < n * n; k++) model_add_column(m, NULL, random_int(r, 0, 9), 0, MODEL_INFINITY, false);
    for (int i = 0; i < 2 * n; i++) model_add_row(m, NULL, 1, 1);
    for (int k = 0; k < n * n; k++) {
        model_add_entry(m, k / n, k, 1);
        model_add_entry(m, n + k % n, k, 1);
    }
    ck_assert(model_finish(m, &err));
    return m;
}

/* Rows of every kind around a point that is inside the bounds: boxed, free, lower and upper bounded columns. */
static struct model *mixed(struct random *r, int n) {
    struct model *m = model_new();
    struct error err;
    double *point = MEMORY_NEW(double, 2 * n);
    for (int j = 0; j < 2 * n; j++) {
        int kind = random_int(r, 0, 3);
        double lower = kind == 1 || kind == 3 ? -MODEL_INFINITY : random_int(r, -3, 0),
               upper = kind >= 2 ? MODEL_INFINITY : random_int(r, 1, 4);
        model_add_column(m, NULL,
                         kind == 3   ? 0
                         : kind == 1 ? -random_int(r, 0, 5)
                                     : random_int(r, 0, 5),
                         lower, upper, false);
        point[j] = random_int(r, 0, 1);
    }
    for (int i = 0; i < n; i++) {
        double activity = 0, entries[3];
        int cols[3] = {i, n + i, (i + 1 + random_int(r, 0, n - 2)) % n}, kind = random_int(r, 0, 2);
        for (int k = 0; k < 3; k++) {
            entries[k] = random_int(r, 1, 4) * (random_int(r, 0, 1) ? 1 : -1);
            activity += entries[k] * point[cols[k]];
        }
        int row = model_add_row(m, NULL, kind == 1 ? -MODEL_INFINITY : activity, kind == 2 ? activity + 2 : activity);
        for (int k = 0; k < 3; k++) model_add_entry(m, row, cols[k], entries[k]);
    }
    free(point);
    ck_assert(model_finish(m, &err));
    return m;
}

static double cost_of(const struct model *m, const double *x) {
    double sum = 0;
    for (int j = 0; j < m->cols; j++) sum += m->cost[j] * x[j];
    return sum;
}

static double optimum_of(const struct model *m, const unsigned char *place) {
    struct options o = options_default();
    o.first_order = 0;
    struct lp *lp = lp_new(m, &o);
    if (place) lp_set_basis(lp, place);
    ck_assert_int_eq(lp_solve(lp, &proof_no_limits), LP_OPTIMAL);
    double value = lp_objective(lp);
    lp_free(lp);
    return value;
}

static struct lp *begun(const struct model *m) {
    struct options o = options_default();
    struct lp *lp = lp_new(m, &o);
    lp->s->run.control = &proof_no_limits;
    lp->s->run.end = INT64_MAX;
    lp->s->tolerance.primal = o.primal_tolerance;
    lp->s->tolerance.pivot = 1e-9;
    return lp;
}

static void check_way(const struct model *m, unsigned seed) {
    struct lp *lp = begun(m);
    struct simplex *s = lp->s;
    double *x = MEMORY_NEW(double, m->cols), *y = MEMORY_NEW(double, m->rows), optimum = optimum_of(m, NULL);
    unsigned char *place = MEMORY_NEW(unsigned char, m->cols + m->rows);
    ck_assert_msg(first_order_run(s, 5000, x, y), "seed %u: not reached", seed);
    for (int j = 0; j < m->cols; j++) x[j] *= lp->scale[j];
    ck_assert_msg(proof_primal(m, x) <= 1e-3, "seed %u: off by %g", seed, proof_primal(m, x));
    ck_assert_msg(fabs(cost_of(m, x) - optimum) <= 1e-4 * (1 + fabs(optimum)), "seed %u: %g, not %g", seed,
                  cost_of(m, x), optimum);
    for (int j = 0; j < m->cols; j++) x[j] /= lp->scale[j];
    ck_assert(crossover_run(s, x, y));
    int basic = 0;
    lp_get_basis(lp, place);
    for (int j = 0; j < s->total; j++) {
        basic += place[j] == PLACE_BASIC;
        ck_assert_msg(place[j] == PLACE_BASIC || s->x[j] == s->lower[j] || s->x[j] == s->upper[j] || s->x[j] == 0,
                      "seed %u: nonbasic %d is between its bounds", seed, j);
        ck_assert_msg(fabs(simplex_violation(s, j)) <= 1e-3, "seed %u: %d off by %g", seed, j, simplex_violation(s, j));
    }
    ck_assert_int_eq(basic, m->rows);
    s->fresh.primal = false;
    if (!s->basis.factored) simplex_factor(s);
    simplex_primal(s);
    answer_take(lp);
    ck_assert_msg(fabs(lp_objective(lp) - optimum) <= 1e-3 * (1 + fabs(optimum)), "seed %u: the basis costs %g, not %g",
                  seed, lp_objective(lp), optimum);
    ck_assert_double_eq_tol(optimum_of(m, place), optimum, 1e-8 * (1 + fabs(optimum)));
    free(x);
    free(y);
    free(place);
    lp_free(lp);
}

START_TEST(assignments_are_solved_and_get_a_basis_of_that_cost) {
    for (unsigned seed = 1; seed <= 40; seed++) {
        struct random r = {seed};
        struct model *m = assignment(&r, 4 + (int)seed % 12);
        check_way(m, seed);
        model_free(m);
    }
}
END_TEST

START_TEST(programs_of_every_kind_of_bound_are_solved_and_get_a_basis_of_that_cost) {
    for (unsigned seed = 1; seed <= 60; seed++) {
        struct random r = {seed};
        struct model *m = mixed(&r, 5 + (int)seed % 20);
        check_way(m, seed);
        model_free(m);
    }
}
END_TEST

START_TEST(a_program_without_a_solution_is_given_up) {
    struct random r = {1};
    struct model *m = assignment(&r, 6);
    m->row_lower[0] = m->row_upper[0] = 2; /* supplies do not sum to demands */
    struct lp *lp = begun(m);
    double *x = MEMORY_NEW(double, m->cols), *y = MEMORY_NEW(double, m->rows);
    ck_assert(!first_order_run(lp->s, 1000, x, y));
    free(x);
    free(y);
    lp_free(lp);
    model_free(m);
}
END_TEST

START_TEST(crossover_solves_a_degenerate_program_in_fewer_pivots) {
    const char *path = harness_data("lp/netlib/qap8.mps.gz");
    if (!path) return;
    struct error err;
    struct model *m = mps_read(path, false, NULL, &err);
    ck_assert_msg(m != NULL, "%s", err.text);
    int64_t iterations[2];
    for (int on = 0; on < 2; on++) {
        struct options o = options_default();
        o.first_order = on;
        struct lp *lp = lp_new(m, &o);
        ck_assert_int_eq(lp_solve(lp, &proof_no_limits), LP_OPTIMAL);
        ck_assert_double_eq_tol(lp_objective(lp), 203.5, 1e-8 * 203.5);
        iterations[on] = lp_iterations(lp);
        lp_free(lp);
    }
    ck_assert_int_lt(iterations[1], iterations[0]);
    model_free(m);
}
END_TEST

int main(void) {
    Suite *suite = suite_create("first_order");
    TCase *c = tcase_create("all");
    tcase_set_timeout(c, 60);
    tcase_add_test(c, assignments_are_solved_and_get_a_basis_of_that_cost);
    tcase_add_test(c, programs_of_every_kind_of_bound_are_solved_and_get_a_basis_of_that_cost);
    tcase_add_test(c, a_program_without_a_solution_is_given_up);
    tcase_add_test(c, crossover_solves_a_degenerate_program_in_fewer_pivots);
    suite_add_tcase(suite, c);
    return harness_run(suite);
}
