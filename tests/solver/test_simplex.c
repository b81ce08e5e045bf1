/* The state that the simplex methods share against dense linear algebra: B x_B = -N x_N, d = c - [A | -I]'y, rows of
 * the inverse, prices. */
#include "tests/support/harness.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "solver/lp/lp_internal.h"
#include "tests/support/hold.h"
#include "tests/support/program.h"

enum { COLS = 9, ROWS = 6, TOTAL = COLS + ROWS };

struct scene {
    struct model *m;
    struct options options;
    struct lp *lp;
    struct simplex *s;
    struct lp_control control;
};

static void scene_open(struct scene *c, struct random *r) {
    struct model *m = c->m = model_new();
    for (int j = 0; j < COLS; j++) {
        double lower = random_int(r, 0, 4) ? random_int(r, -5, 2) : -MODEL_INFINITY;
        double upper = random_int(r, 0, 2) ? fmax(lower, -5) + random_int(r, 0, 6) : MODEL_INFINITY;
        model_add_column(m, NULL, random_int(r, -9, 9), lower, upper, false);
    }
    program_random_rows(m, r, ROWS, 50, 9);
    program_finish(m);
    c->options = options_default();
    c->options.scaling = 3; /* off: the dense copy is the model itself */
    c->lp = lp_new(m, &c->options);
    c->s = c->lp->s;
    c->control = (struct lp_control){MODEL_INFINITY, limits_none()};
    c->s->run.control = &c->control;
    c->s->run.end = INT64_MAX;
}

static void scene_close(struct scene *c) {
    lp_free(c->lp);
    model_free(c->m);
}

/* Entry of [A | -I] */
static double entry(const struct scene *c, int i, int j) {
    return j < COLS ? program_entry(c->m, i, j) : j - COLS == i ? -1 : 0;
}

/* Any ROWS variables basic, the others at an existing bound. Returns how many logicals were added. */
static int random_basis(struct scene *c, struct random *r) {
    unsigned char place[TOTAL];
    for (int j = 0; j < TOTAL; j++) place[j] = random_int(r, 0, 1) ? PLACE_LOWER : PLACE_UPPER;
    for (int basic = 0; basic < ROWS;) {
        int j = random_int(r, 0, TOTAL - 1);
        basic += place[j] != PLACE_BASIC;
        place[j] = PLACE_BASIC;
    }
    memcpy(c->s->basis.place, place, sizeof place);
    int replaced = simplex_factor(c->s);
    for (int j = 0; j < TOTAL; j++)
        if (c->s->basis.where[j] < 0) simplex_settle(c->s, j);
    cost_restore(c->s);
    simplex_activate(c->s);
    return replaced;
}

static void check_basis(const struct simplex *s) {
    int basic = 0;
    for (int j = 0; j < TOTAL; j++) {
        basic += s->basis.place[j] == PLACE_BASIC;
        HOLDS((s->basis.place[j] == PLACE_BASIC) == (s->basis.where[j] >= 0));
        HOLDS(s->basis.where[j] < 0 || s->basis.head[s->basis.where[j]] == j);
        if (s->basis.where[j] >= 0) continue;
        bool lower = s->lower[j] > -INFINITY, upper = s->upper[j] < INFINITY;
        HOLDS(s->basis.place[j] != PLACE_LOWER || (lower && s->x[j] == s->lower[j]));
        HOLDS(s->basis.place[j] != PLACE_UPPER || (upper && s->x[j] == s->upper[j]));
        HOLDS(s->basis.place[j] != PLACE_ZERO || (!lower && !upper && s->x[j] == 0));
    }
    HOLDS(basic == ROWS);
}

static void check_primal(const struct scene *c) {
    const struct simplex *s = c->s;
    double worst = 0;
    for (int i = 0; i < ROWS; i++) {
        double sum = 0, size = 1;
        for (int j = 0; j < TOTAL; j++) {
            sum += entry(c, i, j) * s->x[j];
            size += fabs(entry(c, i, j) * s->x[j]);
        }
        HOLDS(fabs(sum) <= 1e-9 * size);
        size = 1 + fabs(s->x[COLS + i]);
        double row = -s->x[COLS + i];
        for (int j = 0; j < COLS; j++) {
            row += entry(c, i, j) * s->x[j];
            size += fabs(entry(c, i, j) * s->x[j]);
        }
        worst = fmax(worst, fabs(row) / size);
    }
    HOLDS(fabs(simplex_residual(s) - worst) < 1e-14);
}

/* Logicals cost nothing, so d of the logical of row i is y_i; then d of columns is c - A'y. */
static void check_dual(const struct scene *c) {
    const struct simplex *s = c->s;
    for (int j = 0; j < TOTAL; j++) {
        double sum = j < COLS ? c->m->cost[j] : 0, size = 1 + fabs(sum);
        for (int i = 0; i < ROWS; i++) {
            double term = entry(c, i, j) * s->d[COLS + i];
            sum -= term;
            size += fabs(term);
        }
        HOLDS(fabs(s->d[j] - sum) <= 1e-9 * size);
        HOLDS(s->basis.where[j] < 0 || s->d[j] == 0);
    }
}

static void check_row(struct scene *c, int r) {
    struct simplex *s = c->s;
    simplex_unit_row(s, r);
    const double *y = s->work.row->value;
    for (int k = 0; k < ROWS; k++) {
        double sum = 0, size = 1;
        for (int i = 0; i < ROWS; i++) {
            sum += entry(c, i, s->basis.head[k]) * y[i];
            size += fabs(entry(c, i, s->basis.head[k]) * y[i]);
        }
        HOLDS(fabs(sum - (k == r)) <= 1e-10 * size);
    }
    simplex_price(s, s->work.row, s->work.alpha);
    for (int j = 0; j < TOTAL; j++) {
        double sum = 0, size = 1;
        for (int i = 0; i < ROWS; i++) {
            sum += entry(c, i, j) * y[i];
            size += fabs(entry(c, i, j) * y[i]);
        }
        bool wanted = s->basis.where[j] < 0 && s->lower[j] < s->upper[j];
        HOLDS(fabs(s->work.alpha->value[j] - (wanted ? sum : 0)) <= 1e-12 * size);
    }
}

START_TEST(values_and_rows_of_the_inverse_are_those_of_dense_algebra) {
    int regular = 0, mended = 0;
    for (int seed = 1; seed <= 300; seed++) {
        struct random r = {(uint64_t)seed};
        struct scene c;
        scene_open(&c, &r);
        int replaced = random_basis(&c, &r);
        regular += replaced == 0;
        mended += replaced > 0;
        check_basis(c.s);
        simplex_primal(c.s);
        check_primal(&c);
        simplex_dual(c.s);
        check_dual(&c);
        for (int i = 0; i < ROWS; i++) check_row(&c, i);
        scene_close(&c);
    }
    ck_assert_int_ge(regular, 132);
    ck_assert_int_ge(mended, 168);
}
END_TEST

START_TEST(exchanges_keep_basis_and_values_together) {
    int done = 0;
    for (int seed = 1; seed <= 150; seed++) {
        struct random r = {(uint64_t)seed * 3};
        struct scene c;
        scene_open(&c, &r);
        struct simplex *s = c.s;
        random_basis(&c, &r);
        for (int step = 0; step < 20; step++) {
            int q = random_int(&r, 0, TOTAL - 1), row = random_int(&r, 0, ROWS - 1);
            if (s->basis.where[q] >= 0) continue;
            vector_clear(s->work.column);
            simplex_load(s, s->work.column, q, 1);
            lu_ftran(s->lu, s->work.column, LU_COLUMN);
            if (fabs(s->work.column->value[row]) < 0.05) continue;
            simplex_unit_row(s, row);
            int p = s->basis.head[row];
            simplex_exchange(s, row, q, random_int(&r, 0, 1) ? PLACE_UPPER : PLACE_LOWER);
            HOLDS(s->basis.head[row] == q && s->basis.where[p] < 0 && s->basis.place[q] == PLACE_BASIC);
            HOLDS(!s->fresh.primal && !s->fresh.dual);
            if (!s->basis.factored) HOLDS(simplex_factor(s) == 0);
            simplex_primal(s);
            simplex_dual(s);
            check_basis(s);
            check_primal(&c);
            check_dual(&c);
            check_row(&c, row);
            done++;
        }
        scene_close(&c);
    }
    ck_assert_int_ge(done, 1258);
}
END_TEST

START_TEST(fresh_values_are_not_computed_again) {
    struct random r = {9};
    struct scene c;
    scene_open(&c, &r);
    random_basis(&c, &r);
    simplex_primal(c.s);
    simplex_dual(c.s);
    double x = c.s->x[c.s->basis.head[0]];
    c.s->x[c.s->basis.head[0]] = x + 1;
    simplex_primal(c.s);
    ck_assert(c.s->x[c.s->basis.head[0]] == x + 1);
    c.s->fresh.primal = false;
    simplex_primal(c.s);
    ck_assert_double_eq_tol(c.s->x[c.s->basis.head[0]], x, 1e-9);
    scene_close(&c);
}
END_TEST

START_TEST(violations_are_distances_beyond_bounds_and_wrong_signs) {
    struct random r = {11};
    struct scene c;
    scene_open(&c, &r);
    random_basis(&c, &r);
    struct simplex *s = c.s;
    s->lower[0] = -1;
    s->upper[0] = 2;
    static const double values[][2] = {{-3, -2}, {-1, 0}, {0, 0}, {2, 0}, {5, 3}};
    for (size_t k = 0; k < sizeof values / sizeof *values; k++) {
        s->x[0] = values[k][0];
        ck_assert_double_eq(simplex_violation(s, 0), values[k][1]);
    }
    static const struct {
        unsigned char place;
        double d, violation;
    } signs[] = {{PLACE_LOWER, 2, 0},    {PLACE_LOWER, -2, 2}, {PLACE_UPPER, 2, 2}, {PLACE_UPPER, -2, 0},
                 {PLACE_ZERO, 0.5, 0.5}, {PLACE_ZERO, -1, 1},  {PLACE_BASIC, 7, 0}};
    for (size_t k = 0; k < sizeof signs / sizeof *signs; k++) {
        s->basis.place[0] = signs[k].place;
        s->basis.where[0] = signs[k].place == PLACE_BASIC ? 0 : -1;
        s->d[0] = signs[k].d;
        ck_assert_double_eq(simplex_dual_violation(s, 0), signs[k].violation);
    }
    s->basis.place[0] = PLACE_LOWER;
    s->basis.where[0] = -1;
    s->d[0] = -5;
    s->upper[0] = s->lower[0]; /* fixed: any sign is right */
    ck_assert_double_eq(simplex_dual_violation(s, 0), 0);
    scene_close(&c);
}
END_TEST

START_TEST(limits_stop_the_simplex_and_say_which) {
    struct random r = {12};
    struct scene c;
    atomic_int interrupt = 0;
    scene_open(&c, &r);
    c.control.limits.interrupt = &interrupt;
    ck_assert(!simplex_stop(c.s) && !simplex_interrupted(c.s));
    interrupt = 1;
    ck_assert(simplex_interrupted(c.s) && c.s->run.stopped == LP_INTERRUPTED);
    interrupt = 0;
    c.control.limits.deadline = 0;
    ck_assert(simplex_interrupted(c.s) && c.s->run.stopped == LP_TIME_LIMIT);
    c.s->run.iterations = c.s->run.end = 5;
    ck_assert(simplex_stop(c.s) && c.s->run.stopped == LP_ITERATION_LIMIT);
    scene_close(&c);
}
END_TEST

int main(void) {
    Suite *s = suite_create("simplex");
    TCase *t = tcase_create("simplex");
    tcase_add_test(t, values_and_rows_of_the_inverse_are_those_of_dense_algebra);
    tcase_add_test(t, exchanges_keep_basis_and_values_together);
    tcase_add_test(t, fresh_values_are_not_computed_again);
    tcase_add_test(t, violations_are_distances_beyond_bounds_and_wrong_signs);
    tcase_add_test(t, limits_stop_the_simplex_and_say_which);
    suite_add_tcase(s, t);
    return harness_run(s);
}
