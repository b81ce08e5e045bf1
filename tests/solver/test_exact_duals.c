/* Multipliers in exact arithmetic (exact_duals.h, exact_box.h) against sums of whole numbers and feasible points, and
 * rays that are repaired to hold exactly (certificate.h). */
#include "tests/support/harness.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "solver/base/limits.h"
#include "solver/exact/exact_box.h"
#include "solver/exact/exact_duals.h"
#include "solver/exact/exact_internal.h"
#include "solver/lp/certificate.h"
#include "solver/lp/lp_internal.h"
#include "tests/support/hold.h"
#include "tests/support/program.h"

#define NEVER (&(const struct limits){.deadline = LIMITS_NO_DEADLINE})

enum { COLS = 5, ROWS = 4 };

static struct model *program(struct random *r, int open_percent) {
    struct model *m = model_new();
    m->maximize = random_int(r, 0, 1);
    m->offset = random_int(r, -9, 9);
    for (int j = 0; j < COLS; j++) {
        double lower = random_int(r, -3, 1), upper = lower + random_int(r, 0, 4);
        if (random_int(r, 1, 100) <= open_percent) lower = -MODEL_INFINITY;
        if (random_int(r, 1, 100) <= open_percent) upper = MODEL_INFINITY;
        model_add_column(m, NULL, random_int(r, -9, 9), lower, upper, false);
    }
    for (int i = 0; i < ROWS; i++) {
        double value[COLS], side = random_int(r, -6, 6);
        for (int j = 0; j < COLS; j++) value[j] = random_int(r, 0, 1) ? random_int(r, -5, 5) : 0;
        program_row(m, side, value, side + random_int(r, 0, 9));
    }
    return program_finish(m);
}

static double cost(const struct model *m, int j) {
    return m->maximize ? -m->cost[j] : m->cost[j];
}

/* Whole numbers throughout, so exact in doubles. */
static double value_dense(const struct model *m, const double *y, int scale) {
    double sum = scale * (m->maximize ? -m->offset : m->offset);
    for (int i = 0; i < ROWS; i++) sum += y[i] * (y[i] > 0 ? m->row_lower[i] : m->row_upper[i]);
    for (int j = 0; j < COLS; j++) {
        double d = scale * cost(m, j);
        for (int i = 0; i < ROWS; i++) d -= y[i] * program_entry(m, i, j);
        sum += d * (d > 0 ? m->lower[j] : m->upper[j]);
    }
    return sum;
}

START_TEST(a_value_is_the_least_over_rows_and_box) {
    for (int seed = 1; seed <= 400; seed++) {
        struct random r = {(uint64_t)seed};
        struct model *m = program(&r, 0);
        struct exact_duals s;
        struct error why;
        double y[ROWS];
        for (int i = 0; i < ROWS; i++) y[i] = random_int(&r, -4, 4);
        for (int scale = 0; scale < 2; scale++)
            for (int repair = 0; repair < 2; repair++) {
                HOLDS(exact_duals_init(&s, m, y, scale, repair, NEVER, &why));
                HOLDS(rational_ratio(&s.value, &s.common) == value_dense(m, y, scale));
                HOLDS(s.common.sign > 0 && s.loss == 0);
                for (int j = 0; j < COLS; j++) {
                    double d = scale * cost(m, j);
                    for (int i = 0; i < ROWS; i++) d -= y[i] * program_entry(m, i, j);
                    HOLDS(rational_ratio(&s.d[j], &s.common) == d);
                }
                exact_duals_free(&s);
            }
        model_free(m);
    }
}
END_TEST

/* Multipliers of the simplex, whose zeros are off by rounding, of programs with free columns. */
START_TEST(repaired_multipliers_bound_every_point_that_holds) {
    int proven = 0, near = 0;
    for (int seed = 1; seed <= 400; seed++) {
        struct random r = {(uint64_t)seed * 3};
        struct model *m = program(&r, 30);
        for (long k = 0; k < m->entries; k++) m->value[k] *= 0.1;
        for (int i = 0; i < ROWS; i++) m->row_lower[i] *= 0.1, m->row_upper[i] *= 0.1;
        struct options o = options_default();
        struct lp_control control = {MODEL_INFINITY, {LIMITS_NO_DEADLINE, INT64_MAX, 10000, NULL}};
        struct lp *lp = lp_new(m, &o);
        if (lp_solve(lp, &control) == LP_OPTIMAL) {
            struct exact_duals s;
            struct error why;
            double y[ROWS], optimum = lp_objective(lp) + (m->maximize ? -m->offset : m->offset);
            for (int i = 0; i < ROWS; i++) y[i] = lp_row_duals(lp)[i] * (1 + random_int(&r, -2, 2) * 0x1p-52);
            if (exact_duals_init(&s, m, y, 1, true, NEVER, &why)) {
                double bound = rational_ratio(&s.value, &s.common);
                proven++;
                near += fabs(bound - optimum) <= 1e-6 * (1 + fabs(optimum));
                HOLDS(bound <= optimum + 1e-6 * (1 + fabs(optimum)));
                double lower[COLS], upper[COLS], x[COLS];
                for (int j = 0; j < COLS; j++) {
                    lower[j] = x[j] = fmax(m->lower[j], fmin(m->upper[j], 4) - 4);
                    upper[j] = fmin(m->upper[j], lower[j] + 4);
                }
                do {
                    double objective = model_objective(m, x) * (m->maximize ? -1 : 1);
                    if (model_violation(m, x) > 1e-15) continue;
                    HOLDS(objective >= bound - 1e-9);
                } while (program_next_point(x, lower, upper, COLS));
            }
            exact_duals_free(&s);
        }
        lp_free(lp);
        model_free(m);
    }
    ck_assert_int_ge(proven, 93);
    ck_assert_int_ge(near, 93);
}
END_TEST

START_TEST(what_has_no_value_is_refused_with_a_reason) {
    struct model *m = program_of(2, 1, 0, MODEL_INFINITY, false);
    program_row(m, 1, (double[]){1, 1}, MODEL_INFINITY);
    program_finish(m);
    static const struct {
        double y;
        bool good;
    } cases[] = {{1, true}, {0.5, true}, {0, true}, {2, false}, {-1, false}, {NAN, false}, {INFINITY, false}};
    for (size_t k = 0; k < sizeof cases / sizeof *cases; k++) {
        struct exact_duals s;
        struct error why = {""};
        bool good = exact_duals_init(&s, m, &cases[k].y, 1, false, NEVER, &why);
        ck_assert_msg(good == cases[k].good, "y = %g", cases[k].y);
        ck_assert(good || why.text[0]);
        if (good) ck_assert_double_eq(rational_ratio(&s.value, &s.common), cases[k].y);
        exact_duals_free(&s);
    }
    model_free(m);
}
END_TEST

/* exact_internal.h */
START_TEST(noise_is_small_or_on_a_missing_side) {
    ck_assert(exact_noise(1e-13, 1, false) && exact_noise(-1e-12, 1, false) && exact_noise(0, 0, false));
    ck_assert(!exact_noise(1e-11, 1, false) && exact_noise(1e-11, 100, false));
    ck_assert(exact_noise(-1e-8, 1, true) && !exact_noise(1e-6, 1, true));
    ck_assert(!exact_has_lower(-MODEL_INFINITY) && exact_has_lower(-1e19) && exact_has_lower(INFINITY));
    ck_assert(!exact_has_upper(MODEL_INFINITY) && exact_has_upper(1e19) && !exact_has_upper(INFINITY));
}
END_TEST

START_TEST(a_column_becomes_an_equation_in_the_multipliers) {
    struct random r = {7};
    for (int round = 0; round < 100; round++) {
        struct model *m = program(&r, 0);
        int number[ROWS], unknowns = 0;
        double dense[ROWS] = {0};
        for (int i = 0; i < ROWS; i++) number[i] = random_int(&r, 0, 2) ? unknowns++ : -1;
        struct equations *e = equations_new(COLS, unknowns);
        for (int j = 0; j < COLS; j++) {
            exact_add_column(e, j, m, j, round % 2, number, dense);
            HOLDS(rational_double(&e->row[j].right) == round % 2 * cost(m, j));
            int entries = 0;
            for (int i = 0; i < ROWS; i++) {
                double value = number[i] < 0 ? 0 : program_entry(m, i, j);
                if (value == 0) continue;
                HOLDS(e->row[j].index[entries] == number[i] && e->row[j].value[entries] == value);
                entries++;
            }
            HOLDS(e->row[j].count == entries);
            for (int i = 0; i < ROWS; i++) HOLDS(dense[i] == 0);
        }
        equations_free(e);
        model_free(m);
    }
}
END_TEST

START_TEST(implied_bounds_fill_missing_sides_only) {
    struct model *m = program_of(3, 0, 0, 5, false);
    m->upper[0] = MODEL_INFINITY;
    m->lower[1] = -MODEL_INFINITY;
    program_row(m, -MODEL_INFINITY, (double[]){2, 0, 1}, 8); /* x0 <= 4, and x2 <= 8, which is no better than 5 */
    program_row(m, 3, (double[]){0, 1, -1}, 6);              /* x1 >= 3 */
    program_finish(m);
    struct exact_box *b = exact_box_new(m);
    ck_assert(b->upper[0] == INFINITY && b->lower[1] == -INFINITY && b->row_lower[0] == -INFINITY);
    exact_box_imply(b, m);
    ck_assert(b->upper[0] >= 4 && b->upper[0] < 4 + 1e-12);
    ck_assert(b->lower[1] <= 3 && b->lower[1] > 3 - 1e-12);
    ck_assert(b->upper[2] == 5 && b->lower[2] == 0 && b->lower[0] == 0 && b->upper[1] == 5);
    ck_assert(b->row_upper[0] == 8 && b->row_lower[0] <= 0 && b->row_lower[0] > -1e-12);
    exact_box_free(b);
    exact_box_free(NULL);
    model_free(m);
}
END_TEST

/* --- certificate.h --- */

/* A free column in two equations that contradict each other: y must be orthogonal to (a, b) exactly, and (1/a, -1/b)
 * seldom is. */
START_TEST(a_ray_that_rounding_spoiled_is_made_to_hold_exactly) {
    int mended = 0, spoiled = 0;
    for (int a = 1; a <= 12; a++)
        for (int b = 1; b <= 12; b++) {
            struct model *m = program_of(1, 0, -MODEL_INFINITY, MODEL_INFINITY, false);
            program_row(m, a, (double[]){a}, a);           /* x = 1 */
            program_row(m, -3 * b, (double[]){b}, -3 * b); /* x = -3 */
            program_finish(m);
            struct options o = options_default();
            o.scaling = 3; /* off */
            struct lp *lp = lp_new(m, &o);
            double y[] = {-1.0 / a, 1.0 / b};
            struct rational sum = {0}, part = {0};
            spoiled += fma(y[0], a, y[1] * b) != 0;
            bool good = certificate_mend(lp->s, y);
            if (good) {
                mended++;
                rational_set(&part, y[0]);
                rational_add_product(&sum, &part, a);
                rational_set(&part, y[1]);
                rational_add_product(&sum, &part, b);
                HOLDS(sum.sign == 0); /* of the free column; then y's must not be 0 over the rows */
                rational_set(&sum, 0);
                rational_set(&part, y[0]);
                rational_add_product(&sum, &part, a);
                rational_set(&part, y[1]);
                rational_add_product(&sum, &part, -3 * b);
                HOLDS(sum.sign != 0);
            }
            rational_clear(&sum);
            rational_clear(&part);
            lp_free(lp);
            model_free(m);
        }
    ck_assert_int_ge(spoiled, 96);
    ck_assert_int_eq(mended, 144);
}
END_TEST

int main(void) {
    Suite *s = suite_create("exact_duals");
    TCase *t = tcase_create("exact_duals");
    tcase_add_test(t, a_value_is_the_least_over_rows_and_box);
    tcase_add_test(t, repaired_multipliers_bound_every_point_that_holds);
    tcase_add_test(t, what_has_no_value_is_refused_with_a_reason);
    tcase_add_test(t, noise_is_small_or_on_a_missing_side);
    tcase_add_test(t, a_column_becomes_an_equation_in_the_multipliers);
    tcase_add_test(t, implied_bounds_fill_missing_sides_only);
    tcase_add_test(t, a_ray_that_rounding_spoiled_is_made_to_hold_exactly);
    suite_add_tcase(s, t);
    return harness_run(s);
}
