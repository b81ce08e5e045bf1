/* The simplex on thousands of small random programs of every difficult kind: each claim is proven on the model
 * (tests/support/lp_proof.h). */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "solver/base/random.h"
#include "solver/lp/lp_internal.h"
#include "tests/support/dag.h"
#include "tests/support/harness.h"
#include "tests/support/lp_proof.h"

struct family {
    const char *name;
    int programs, rows, cols, percent;                                      /* most rows and columns; density */
    int equalities, free_columns, fixed_columns, boxed_columns, degenerate; /* per cent */
    double spread;   /* rows and columns are multiplied by powers of 10 up to this exponent */
    double rounding; /* of Farkas coefficients (lp_proof.h); 0 where the data are few small integers */
};

static const struct family families[] = {
    {"tiny", 1500, 3, 4, 70, 20, 20, 10, 40, 30, 0, 0},
    {"small", 1500, 6, 8, 50, 20, 10, 5, 40, 30, 0, 0},
    {"equalities", 700, 6, 12, 50, 90, 10, 5, 40, 50, 0, 0},
    {"degenerate", 700, 12, 16, 40, 30, 0, 5, 60, 100, 0, 0},
    {"free", 500, 8, 10, 50, 40, 70, 5, 20, 30, 0, 0},
    {"boxed", 500, 8, 20, 50, 20, 0, 5, 100, 20, 0, 0},
    {"badly-scaled", 700, 6, 9, 50, 30, 10, 5, 40, 30, 4, 1e-9},
    {"sparse", 300, 40, 60, 6, 30, 5, 5, 40, 30, 0, 1e-13},
    {"wide", 200, 4, 250, 50, 20, 2, 5, 40, 30, 0, 0},
    {"wide-boxed", 200, 4, 250, 50, 20, 0, 5, 100, 30, 0, 0},
    {"medium", 60, 60, 90, 10, 30, 5, 5, 60, 30, 0, 1e-13},
};

static bool chance(struct random *r, int percent) {
    return random_int(r, 1, 100) <= percent;
}

static double power(struct random *r, double spread) {
    double p = 1;
    for (int e = random_int(r, 0, (int)spread); e > 0; e--) p *= 10;
    return chance(r, 50) ? p : 1 / p;
}

static void random_column(struct random *r, const struct family *f, struct model *m, double factor) {
    double lower = chance(r, 70) ? 0 : random_int(r, -5, 5) / factor, upper = MODEL_INFINITY;
    if (chance(r, f->boxed_columns)) upper = lower + random_int(r, 0, 6) / factor;
    if (chance(r, f->fixed_columns)) upper = lower;
    if (chance(r, 5)) {
        upper = lower;
        lower = -MODEL_INFINITY;
    }
    if (chance(r, f->free_columns)) {
        lower = -MODEL_INFINITY;
        upper = MODEL_INFINITY;
    }
    model_add_column(m, NULL, random_int(r, -6, 9) * factor, lower, upper, false);
}

/* Half of the programs have a point: the rows are put around its activities. */
static struct model *random_program(struct random *r, const struct family *f) {
    struct model *m = model_new();
    int rows = random_int(r, 0, f->rows), cols = random_int(r, 1, f->cols);
    double *column = MEMORY_NEW(double, cols), *point = MEMORY_NEW(double, cols);
    bool feasible = chance(r, 50);
    m->maximize = chance(r, 30);
    for (int j = 0; j < cols; j++) {
        column[j] = power(r, f->spread);
        random_column(r, f, m, column[j]);
        double low = fmax(m->lower[j], fmin(m->upper[j], 0) - 3 / column[j]),
               high = fmin(m->upper[j], low + 6 / column[j]);
        point[j] = chance(r, 30) ? low : low + 0.5 * (high - low);
    }
    for (int i = 0; i < rows; i++) {
        double factor = power(r, f->spread), activity = 0;
        for (int j = 0; j < cols; j++) {
            int v = random_int(r, -5, 5);
            if (v == 0 || !chance(r, f->percent)) continue;
            model_add_entry(m, i, j, v * factor * column[j]);
            activity += v * factor * column[j] * point[j];
        }
        double a = (chance(r, f->degenerate) ? 0 : random_int(r, -10, 20)) * factor;
        if (feasible) a = activity - (chance(r, f->degenerate) ? 0 : random_int(r, 0, 5)) * factor;
        double b = a + random_int(r, feasible ? 5 : 0, 10) * factor;
        if (chance(r, f->equalities)) a = b = feasible ? activity : a;
        int kind = a == b ? 3 : random_int(r, 0, 3);
        model_add_row(m, NULL, kind == 0 ? -MODEL_INFINITY : a, kind == 1 ? MODEL_INFINITY : b);
    }
    struct error err;
    ck_assert_msg(model_finish(m, &err), "%s", err.text);
    free(column);
    free(point);
    return m;
}

START_TEST(every_claim_on_random_programs_is_proven) {
    const struct family *f = &families[_i];
    int seen[8] = {0};
    for (int seed = 1; seed <= f->programs; seed++) {
        struct random r = {(uint64_t)seed * 1000 + (uint64_t)_i};
        struct model *m = random_program(&r, f);
        struct options o = options_default();
        o.pricing = seed % 5 == 3 ? 1 : seed % 5 == 4 ? 2 : 0;
        o.method = seed % 4 == 1;
        o.perturb = seed % 3 != 0;
        o.bound_flipping = seed % 7 != 0;
        struct lp *lp = lp_new(m, &o);
        enum lp_status status = lp_solve(lp, &proof_no_limits);
        char why[200] = "";
        ck_assert_msg(proof_of(m, lp, status, f->rounding, why), "%s, seed %d: status %d: %s", f->name, seed,
                      (int)status, why);
        seen[status]++;
        lp_free(lp);
        model_free(m);
    }
    ck_assert_int_gt(seen[LP_OPTIMAL], 0);
    ck_assert_int_gt(seen[LP_INFEASIBLE], 0);
}
END_TEST

/* The model of lp after changes of bounds and costs. */
static void change_at_random(struct random *r, struct model *m, struct lp *lp) {
    for (int k = random_int(r, 1, 3); k > 0; k--) {
        int j = random_int(r, 0, m->cols - 1);
        if (chance(r, 15)) {
            m->cost[j] += random_int(r, -3, 3);
            lp_set_cost(lp, j, m->cost[j]);
        }
        double lower = proof_lower(m, j), upper = proof_upper(m, j);
        if (isinf(lower)) lower = isinf(upper) ? -random_int(r, 0, 4) : upper - random_int(r, 0, 9);
        if (isinf(upper)) upper = lower + random_int(r, 0, 9);
        m->lower[j] = chance(r, 50) ? lower : lower + 0.5 * (upper - lower);
        m->upper[j] = chance(r, 50) ? upper : m->lower[j];
        lp_set_bounds(lp, j, m->lower[j], m->upper[j]);
    }
}

START_TEST(warm_starts_end_where_cold_ones_do) {
    const struct family *f = &families[_i];
    for (int seed = 1; seed <= f->programs / 5; seed++) {
        struct random r = {(uint64_t)seed * 7919 + (uint64_t)_i};
        struct model *m = random_program(&r, f);
        struct options o = options_default();
        struct lp *lp = lp_new(m, &o);
        unsigned char *kept = MEMORY_NEW(unsigned char, m->cols + m->rows);
        for (int step = 0; step < 6; step++) {
            enum lp_status status = lp_solve(lp, &proof_no_limits);
            char why[200] = "";
            ck_assert_msg(proof_of(m, lp, status, f->rounding, why), "%s, seed %d, step %d: status %d: %s", f->name,
                          seed, step, (int)status, why);
            struct lp *cold = lp_new(m, &o);
            ck_assert_int_eq(lp_solve(cold, &proof_no_limits), status);
            if (status == LP_OPTIMAL)
                ck_assert_double_eq_tol(lp_objective(cold), lp_objective(lp), 1e-6 * (1 + fabs(lp_objective(lp))));
            lp_free(cold);
            if (step == 1) lp_get_basis(lp, kept);
            if (step == 4) lp_set_basis(lp, kept);
            change_at_random(&r, m, lp);
        }
        free(kept);
        lp_free(lp);
        model_free(m);
    }
}
END_TEST

/* One trial with j between lower and upper against a cold solve; the bounds as they were, and the basis kept. */
static enum lp_status check_trial(struct model *m, struct lp *lp, int j, double lower, double upper) {
    struct options o = options_default();
    double was_lower = m->lower[j], was_upper = m->upper[j], objective;
    m->lower[j] = lower;
    m->upper[j] = upper;
    lp_set_bounds(lp, j, lower, upper);
    enum lp_status status = lp_try(&objective, lp, &proof_no_limits);
    struct lp *cold = lp_new(m, &o);
    ck_assert_int_eq(lp_solve(cold, &proof_no_limits), status);
    if (status == LP_OPTIMAL) ck_assert_double_eq_tol(lp_objective(cold), objective, 1e-6 * (1 + fabs(objective)));
    lp_free(cold);
    m->lower[j] = was_lower;
    m->upper[j] = was_upper;
    lp_set_bounds(lp, j, was_lower, was_upper);
    lp_recall(lp);
    return status;
}

START_TEST(trials_rise_as_solves_do_and_leave_no_trace) {
    int seen[8] = {0};
    for (int seed = 1; seed <= 200; seed++) {
        struct random r = {(uint64_t)seed * 613};
        struct model *m = random_program(&r, &families[0]);
        struct options o = options_default();
        struct lp *lp = lp_new(m, &o);
        if (lp_solve(lp, &proof_no_limits) == LP_OPTIMAL) {
            double *x = memory_duplicate(lp_x(lp), (size_t)m->cols * sizeof *x), objective = lp_objective(lp);
            lp_keep(lp);
            for (int k = 0; k < 8; k++) {
                int j = random_int(&r, 0, m->cols - 1);
                bool up = chance(&r, 50);
                double at = up ? floor(x[j]) + 1 : ceil(x[j]) - 1;
                if (up ? at > m->upper[j] : at < m->lower[j]) continue;
                seen[check_trial(m, lp, j, up ? at : m->lower[j], up ? m->upper[j] : at)]++;
            }
            ck_assert_mem_eq(x, lp_x(lp), (size_t)m->cols * sizeof *x);
            int64_t before = lp_iterations(lp);
            ck_assert_int_eq(lp_solve(lp, &proof_no_limits), LP_OPTIMAL);
            ck_assert_int_eq(lp_iterations(lp), before);
            ck_assert_double_eq_tol(lp_objective(lp), objective, 1e-9 * (1 + fabs(objective)));
            free(x);
        }
        lp_free(lp);
        model_free(m);
    }
    ck_assert_int_gt(seen[LP_OPTIMAL], 100);
    ck_assert_int_gt(seen[LP_INFEASIBLE], 10);
}
END_TEST

START_TEST(trials_begin_with_the_factors_that_were_kept) {
    const struct dag d = {40, 12, 3, 40, 0.15};
    struct model *m = dag_program(&d, 1);
    struct options o = options_default();
    struct lp *lp = lp_new(m, &o);
    ck_assert_int_eq(lp_solve(lp, &proof_no_limits), LP_OPTIMAL);
    double *x = memory_duplicate(lp_x(lp), (size_t)m->cols * sizeof *x);
    lp_keep(lp);
    int64_t factored = lp->s->lu->factored;
    int trials = 0;
    for (int j = 0; j < m->cols; j++) {
        if (!m->integer[j] || fabs(x[j] - nearbyint(x[j])) < 1e-6) continue;
        for (int up = 0; up < 2; up++, trials++) {
            check_trial(m, lp, j, up, up);
            ck_assert_int_eq(lp->s->lu->factored, factored);
        }
    }
    ck_assert_int_gt(trials, 0);
    free(x);
    lp_free(lp);
    model_free(m);
}
END_TEST

/* A copy of m with one more row, or without row `without`. */
static struct model *with_rows(const struct model *m, int without, const int *index, const double *value, int count,
                               double lower, double upper) {
    struct model *n = model_new();
    struct error err;
    n->maximize = m->maximize;
    for (int i = 0; i < m->rows; i++)
        if (i != without) model_add_row(n, NULL, m->row_lower[i], m->row_upper[i]);
    if (count > 0) model_add_row(n, NULL, lower, upper);
    for (int j = 0; j < m->cols; j++) {
        model_add_column(n, NULL, m->cost[j], m->lower[j], m->upper[j], false);
        for (long k = m->start[j]; k < m->start[j + 1]; k++)
            if (m->index[k] != without)
                model_add_entry(n, m->index[k] - (without >= 0 && m->index[k] > without), j, m->value[k]);
    }
    for (int k = 0; k < count; k++) model_add_entry(n, n->rows - 1, index[k], value[k]);
    ck_assert_msg(model_finish(n, &err), "%s", err.text);
    return n;
}

START_TEST(rows_come_and_go) {
    const struct family *f = &families[_i];
    for (int seed = 1; seed <= f->programs / 10; seed++) {
        struct random r = {(uint64_t)seed * 104729 + (uint64_t)_i};
        struct model *m = random_program(&r, f);
        struct options o = options_default();
        struct lp *lp = lp_new(m, &o);
        for (int step = 0; step < 6; step++) {
            enum lp_status status = lp_solve(lp, &proof_no_limits);
            char why[200] = "";
            ck_assert_msg(proof_of(m, lp, status, f->rounding, why), "%s, seed %d, step %d: status %d: %s", f->name,
                          seed, step, (int)status, why);
            struct model *next;
            if (step % 3 < 2 || m->rows == 0) {
                int index[2] = {random_int(&r, 0, m->cols - 1), 0}, start[2] = {0, 1};
                double value[2] = {random_int(&r, 1, 4), -1}, upper = random_int(&r, 0, 8), lower = -MODEL_INFINITY;
                if (m->cols > 1) index[1] = (index[0] + 1) % m->cols, start[1] = 2;
                next = with_rows(m, -1, index, value, start[1], lower, upper);
                lp_add_rows(lp, 1, start, index, value, &lower, &upper);
            } else {
                int gone = random_int(&r, 0, m->rows - 1);
                bool *remove = MEMORY_NEW(bool, m->rows);
                remove[gone] = true;
                next = with_rows(m, gone, NULL, NULL, 0, 0, 0);
                lp_delete_rows(lp, remove);
                free(remove);
            }
            model_free(m);
            m = next;
        }
        lp_free(lp);
        model_free(m);
    }
}
END_TEST

START_TEST(a_tableau_row_holds_for_every_point_on_the_rows) {
    const struct family *f = &families[1];
    int rows_seen = 0;
    for (int seed = 1; seed <= 1000; seed++) {
        struct random r = {(uint64_t)seed};
        struct model *m = random_program(&r, f);
        struct options o = options_default();
        struct lp *lp = lp_new(m, &o);
        int total = m->cols + m->rows;
        double *alpha = MEMORY_NEW(double, total), *x = MEMORY_NEW(double, total), *z = MEMORY_NEW(double, total);
        unsigned char *place = MEMORY_NEW(unsigned char, total);
        if (lp_solve(lp, &proof_no_limits) == LP_OPTIMAL) {
            lp_get_basis(lp, place);
            memcpy(x, lp_x(lp), (size_t)total * sizeof *x);
            for (int j = 0; j < m->cols; j++) z[j] = random_int(&r, -3, 3);
            for (int j = 0; j < m->cols; j++)
                for (long k = m->start[j]; k < m->start[j + 1]; k++) z[m->cols + m->index[k]] += m->value[k] * z[j];
            for (int v = 0; v < total; v++) {
                if (place[v] != PLACE_BASIC) continue;
                lp_tableau_row(lp, v, alpha);
                double sum = z[v];
                for (int k = 0; k < total; k++) sum += alpha[k] * z[k];
                ck_assert_msg(fabs(sum) < 1e-8, "seed %d: row of %d: %.3g", seed, v, sum);
                rows_seen++;
            }
        }
        free(alpha);
        free(x);
        free(z);
        free(place);
        lp_free(lp);
        model_free(m);
    }
    ck_assert_int_ge(rows_seen, 1350);
}
END_TEST

START_TEST(a_cutoff_stops_only_what_cannot_be_better) {
    int stopped = 0;
    for (int seed = 1; seed <= 300; seed++) {
        struct random r = {(uint64_t)seed * 31};
        struct model *m = random_program(&r, &families[3]);
        struct options o = options_default();
        struct lp *lp = lp_new(m, &o), *again = lp_new(m, &o);
        if (lp_solve(lp, &proof_no_limits) == LP_OPTIMAL) {
            double best = lp_objective(lp), step = 0.01 * (1 + fabs(best));
            struct lp_control control = proof_no_limits;
            control.cutoff = best + step;
            ck_assert_int_eq(lp_solve(again, &control), LP_OPTIMAL);
            lp_free(again);
            again = lp_new(m, &o);
            control.cutoff = best - step;
            ck_assert_int_eq(lp_solve(again, &control), LP_CUTOFF);
            stopped++;
        }
        lp_free(lp);
        lp_free(again);
        model_free(m);
    }
    ck_assert_int_ge(stopped, 155);
}
END_TEST

/* One covering row over boxed columns, as many as fit by cost per weight: 1e12 + 1e-7 is 1e12 to the ratio test. */
START_TEST(costs_that_swallow_the_tolerance_do_not_confuse_the_ratio_test) {
    for (int seed = 0; seed < 300; seed++) {
        struct random r = {(uint64_t)seed};
        struct model *m = model_new();
        struct error err;
        int row = model_add_row(m, NULL, 0, MODEL_INFINITY);
        for (int j = 0; j < 6; j++) {
            model_add_column(m, NULL, 1e12 * (1 + random_unit(&r)), 0, random_int(&r, 1, 9), false);
            model_add_entry(m, row, j, 0.5 + random_unit(&r));
            m->row_lower[row] += 2 * random_unit(&r);
        }
        ck_assert(model_finish(m, &err));
        struct options o = options_default();
        struct lp *lp = lp_new(m, &o);
        enum lp_status status = lp_solve(lp, &proof_no_limits);
        char why[200] = "";
        ck_assert_msg(proof_of(m, lp, status, 1e-12, why), "seed %d: status %d: %s", seed, (int)status, why);
        lp_free(lp);
        model_free(m);
    }
}
END_TEST

#define BINS  100
#define ITEMS 4

/* As few bins as possible for items of four sizes: all bins are alike, so that the relaxation's optima are a large face. */
static struct model *bins(void) {
    static const int size[ITEMS] = {45, 36, 31, 14}, count[ITEMS] = {20, 128, 83, 44};
    struct model *m = model_new();
    struct error err;
    for (int i = 0; i < ITEMS; i++) model_add_row(m, NULL, count[i], count[i]);
    for (int b = 0; b < BINS; b++) {
        const int row = model_add_row(m, NULL, -MODEL_INFINITY, 0);
        model_add_entry(m, row, model_add_column(m, NULL, 1, 0, 1, false), -100);
        for (int i = 0; i < ITEMS; i++) {
            const int col = model_add_column(m, NULL, 0, 0, 100 / size[i], false);
            model_add_entry(m, i, col, 1);
            model_add_entry(m, row, col, size[i]);
        }
    }
    ck_assert(model_finish(m, &err));
    return m;
}

/* With perturbed costs, reduced costs within the tolerance of the wrong sign once went further with each step, and were
 * set right at rebuilds, at the price of the rows: there was no end to it. */
START_TEST(reduced_costs_of_equal_bins_do_not_drift) {
    struct model *m = bins();
    struct options o = options_default();
    o.pricing = _i;
    struct lp *lp = lp_new(m, &o);
    struct lp_control control = proof_no_limits;
    control.limits.iterations = 8 * (BINS + ITEMS);
    enum lp_status status = lp_solve(lp, &control);
    char why[200] = "";
    ck_assert_msg(proof_of(m, lp, status, 0, why), "status %d: %s", (int)status, why);
    ck_assert_int_eq(status, LP_OPTIMAL);
    ck_assert_double_eq_tol(lp_objective(lp), (45 * 20 + 36 * 128 + 31 * 83 + 14 * 44) / 100.0, 1e-6);
    lp_free(lp);
    model_free(m);
}
END_TEST

START_TEST(selections_on_graphs_are_solved_and_nearly_integral) {
    static const struct dag shapes[] = {
        {30, 12, 3, 20, -1}, {80, 20, 3, 15, -1}, {60, 20, 3, 15, 0.1}, {30, 30, 6, 30, 0.05}};
    for (int seed = 1; seed <= 12; seed++) {
        struct model *m = dag_program(&shapes[seed % 4], (uint64_t)seed);
        ck_assert_ptr_nonnull(m);
        struct options o = options_default();
        struct lp *lp = lp_new(m, &o);
        enum lp_status status = lp_solve(lp, &proof_no_limits);
        char why[200] = "";
        ck_assert_msg(proof_of(m, lp, status, 0, why), "seed %d: status %d: %s", seed, (int)status, why);
        ck_assert_int_eq(status, LP_OPTIMAL);
        int fractional = 0;
        for (int j = 0; j < m->cols; j++) fractional += m->integer[j] && fabs(lp_x(lp)[j] - round(lp_x(lp)[j])) > 1e-6;
        ck_assert_int_le(fractional, shapes[seed % 4].budget < 0 ? 20 : 40);
        ck_assert_int_lt((int)lp_iterations(lp), 2 * m->rows);
        lp_free(lp);
        model_free(m);
    }
}
END_TEST

int main(void) {
    Suite *suite = suite_create("lp");
    TCase *tests = tcase_create("lp");
    int count = sizeof families / sizeof families[0];
    tcase_set_timeout(tests, 60);
    tcase_add_loop_test(tests, every_claim_on_random_programs_is_proven, 0, count);
    tcase_add_loop_test(tests, warm_starts_end_where_cold_ones_do, 0, count);
    tcase_add_test(tests, trials_rise_as_solves_do_and_leave_no_trace);
    tcase_add_test(tests, trials_begin_with_the_factors_that_were_kept);
    tcase_add_loop_test(tests, rows_come_and_go, 0, count);
    tcase_add_test(tests, a_tableau_row_holds_for_every_point_on_the_rows);
    tcase_add_test(tests, a_cutoff_stops_only_what_cannot_be_better);
    tcase_add_test(tests, costs_that_swallow_the_tolerance_do_not_confuse_the_ratio_test);
    tcase_add_loop_test(tests, reduced_costs_of_equal_bins_do_not_drift, 0, 3); /* rules of pricing */
    tcase_add_test(tests, selections_on_graphs_are_solved_and_nearly_integral);
    suite_add_tcase(suite, tests);
    return harness_run(suite);
}
