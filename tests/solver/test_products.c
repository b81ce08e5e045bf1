/* Products of binaries that exclude each other: merged in presolve and cut together, against enumeration. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "solver/base/memory.h"
#include "solver/base/random.h"
#include "solver/milp.h"
#include "solver/model/products.h"
#include "solver/presolve/presolve.h"
#include "solver/presolve/shrink.h"
#include "tests/support/harness.h"
#include "tests/support/reductions.h"
#include "tests/support/small_lp.h"

enum { GROUPS = 3, CHOICES = 4, PRODUCTS = GROUPS * CHOICES * CHOICES, COLS = GROUPS * CHOICES + PRODUCTS };

/* Groups of choices, and columns y[k] >= factor (x_a + x_b - 1) for pairs of choices of different groups. */
struct world {
    struct model *m;
    int choices[GROUPS], first[GROUPS]; /* columns of a group: first, first + 1, ... */
    bool one_hot[GROUPS];               /* else none of them may be chosen */
    int products, one[PRODUCTS], two[PRODUCTS], col[PRODUCTS];
    double factor[PRODUCTS];
    double sign; /* -1: the model maximises */
};

static int add_row(struct model *m, double lower, double upper) {
    return model_add_row(m, NULL, lower, upper);
}

/* s (factor x_a + factor x_b - y) <= s factor, s = 1 or -1 */
static void world_product(struct world *w, struct random *r, int a, int b, int kind) {
    static const double costs[] = {0, 2, 2, 5}, uppers[] = {1, 2, MODEL_INFINITY};
    struct model *m = w->m;
    int k = w->products++;
    double s = random_int(r, 0, 1) ? 1 : -1;
    w->one[k] = a;
    w->two[k] = b;
    w->factor[k] = kind == 0 ? 1 : 2;
    w->col[k] = model_add_column(m, NULL, w->sign * costs[random_int(r, 0, 3)], 0, uppers[kind], random_int(r, 0, 1));
    int row = s > 0 ? add_row(m, -MODEL_INFINITY, w->factor[k]) : add_row(m, -w->factor[k], MODEL_INFINITY);
    model_add_entry(m, row, a, s * w->factor[k]);
    model_add_entry(m, row, b, s * w->factor[k]);
    model_add_entry(m, row, w->col[k], -s);
}

static void world_pairs(struct world *w, struct random *r, int g, int h) {
    int kind = random_int(r, 0, 2);
    for (int a = 0; a < w->choices[g]; a++)
        for (int b = 0; b < w->choices[h]; b++) {
            int what = random_int(r, 0, 9);
            if (what < 8) world_product(w, r, w->first[g] + a, w->first[h] + b, kind);
            if (what != 8) continue;
            int row = add_row(w->m, -MODEL_INFINITY, 1); /* no conversion from one to the other */
            model_add_entry(w->m, row, w->first[g] + a, 1);
            model_add_entry(w->m, row, w->first[h] + b, 1);
        }
}

/* A row over all columns: products have equal coefficients in it, or not, or (`nasty`) may help to satisfy it. */
static void world_budget(struct world *w, struct random *r, bool nasty) {
    struct model *m = w->m;
    int alike = random_int(r, 0, 1), row = add_row(m, -MODEL_INFINITY, random_int(r, 3, 14));
    for (int j = 0; j < w->first[GROUPS - 1] + w->choices[GROUPS - 1]; j++)
        model_add_entry(m, row, j, random_int(r, 1, 6));
    for (int k = 0; k < w->products; k++) {
        int value = alike ? 1 : random_int(r, nasty ? -2 : 0, 2);
        if (value) model_add_entry(m, row, w->col[k], value);
    }
}

static struct world world_make(uint64_t seed, bool nasty) {
    struct random r = {seed * 77 + 5};
    struct world w = {.m = model_new()};
    struct error err;
    w.sign = random_int(&r, 0, 2) ? 1 : -1;
    w.m->maximize = w.sign < 0;
    for (int g = 0, next = 0; g < GROUPS; g++) {
        w.choices[g] = random_int(&r, 2, CHOICES);
        w.first[g] = next;
        next += w.choices[g];
        for (int a = 0; a < w.choices[g]; a++)
            model_add_column(w.m, NULL, w.sign * random_int(&r, nasty ? -3 : 0, 6), 0, 1, true);
    }
    for (int g = 0; g < GROUPS; g++) {
        w.one_hot[g] = random_int(&r, 0, 3) > 0;
        int row = add_row(w.m, w.one_hot[g] ? 1 : -MODEL_INFINITY, 1);
        for (int a = 0; a < w.choices[g]; a++) model_add_entry(w.m, row, w.first[g] + a, 1);
    }
    world_pairs(&w, &r, 0, 1);
    world_pairs(&w, &r, 1, 2);
    if (random_int(&r, 0, 1)) world_pairs(&w, &r, 0, 2);
    if (random_int(&r, 0, 2)) world_budget(&w, &r, nasty);
    ck_assert_msg(model_finish(w.m, &err), "%s", err.text);
    return w;
}

/* Point number `point` of the choices, its products at the values that their rows require; false if the point does not
 * exist. */
static bool world_point(const struct world *w, int point, double *x) {
    memset(x, 0, sizeof(double) * (size_t)w->m->cols);
    for (int g = 0; g < GROUPS; g++) {
        int chosen = point % (CHOICES + 1);
        point /= CHOICES + 1;
        if (chosen > w->choices[g] || (chosen == 0 && w->one_hot[g])) return false;
        if (chosen > 0) x[w->first[g] + chosen - 1] = 1;
    }
    for (int k = 0; k < w->products; k++) x[w->col[k]] = fmax(0, w->factor[k] * (x[w->one[k]] + x[w->two[k]] - 1));
    return true;
}

enum { POINTS = (CHOICES + 1) * (CHOICES + 1) * (CHOICES + 1) };

/* Least w->sign * objective over all points, products as low as possible; INFINITY: none. */
static double world_best(const struct world *w, double *best_x) {
    double best = INFINITY, x[COLS];
    for (int point = 0; point < POINTS; point++) {
        if (!world_point(w, point, x) || model_violation(w->m, x) > 0) continue;
        double value = w->sign * model_objective(w->m, x);
        if (value >= best) continue;
        best = value;
        memcpy(best_x, x, sizeof x);
    }
    return best;
}

static struct options options_of(const char *const *assignments) {
    struct options o = options_default();
    struct error err;
    for (; *assignments; assignments++) ck_assert_msg(options_set(&o, *assignments, &err), "%s", err.text);
    return o;
}

static void check_answer(const struct world *w, const struct options *o, double best, long seed) {
    struct milp_result *r = milp_solve(w->m, o, NULL);
    ck_assert_msg(r->status == (best < INFINITY ? MILP_OPTIMAL : MILP_INFEASIBLE), "seed %ld: %s", seed,
                  milp_status_names[r->status]);
    if (r->x) {
        ck_assert_msg(fabs(w->sign * r->objective - best) <= 1e-6, "seed %ld: got %.9g, expected %.9g", seed,
                      w->sign * r->objective, best);
        ck_assert_msg(model_violation(w->m, r->x) <= 1e-6, "seed %ld: the solution does not hold", seed);
    }
    milp_result_free(r);
}

static const char *const only_merging[] = {"product_cuts=off", NULL}, *const only_cuts[] = {"presolve=off", NULL},
                         *const neither[] = {"presolve=off", "product_cuts=off", NULL}, *const both[] = {NULL};

START_TEST(optima_of_programs_of_products_are_those_of_enumeration) {
    const struct options o[] = {options_of(both), options_of(only_merging), options_of(only_cuts)};
    for (long seed = 1; seed <= fuzz(250); seed++) {
        struct world w = world_make((uint64_t)seed, false);
        double x[COLS], best = world_best(&w, x);
        for (size_t k = 0; k < sizeof o / sizeof *o; k++) check_answer(&w, &o[k], best, seed);
        model_free(w.m);
    }
}
END_TEST

START_TEST(products_that_may_pay_are_left_as_they_are) {
    const struct options plain = options_of(neither), o = options_of(both);
    for (long seed = 1; seed <= fuzz(250); seed++) {
        struct world w = world_make((uint64_t)seed, true);
        struct milp_result *r = milp_solve(w.m, &plain, NULL);
        ck_assert(r->status == MILP_OPTIMAL || r->status == MILP_INFEASIBLE);
        check_answer(&w, &o, r->x ? w.sign * r->objective : INFINITY, seed);
        milp_result_free(r);
        model_free(w.m);
    }
}
END_TEST

START_TEST(merged_products_come_back_with_the_solution_and_take_a_start_along) {
    const struct options o = reductions_only("products");
    long merged = 0, saved = 0;
    for (long seed = 1; seed <= fuzz(400); seed++) {
        struct world w = world_make((uint64_t)seed, false);
        double x[COLS], small_x[COLS], back[COLS], best = world_best(&w, x);
        struct presolve *p = presolve_new(w.m, &o);
        ck_assert_int_eq(presolve_run(p), PRESOLVE_REDUCED);
        const struct model *small = presolve_model(p);
        for (size_t k = 0; k < p->stack.count; k++) merged += p->stack.record[k].kind == SHRINK_PRODUCT;
        saved += w.m->cols - small->cols;
        ck_assert_int_eq(w.m->cols - small->cols, w.m->rows - small->rows);
        if (best < INFINITY) {
            ck_assert_msg(presolve_apply(p, small_x, x), "seed %ld: the start is lost", seed);
            ck_assert_msg(model_violation(small, small_x) == 0, "seed %ld: the start does not hold", seed);
            ck_assert_msg(model_objective(small, small_x) == best, "seed %ld: the start costs %g instead of %g", seed,
                          model_objective(small, small_x), best);
            presolve_restore(p, back, NULL, NULL, small_x, NULL, NULL);
            for (int j = 0; j < w.m->cols; j++)
                ck_assert_msg(back[j] == x[j], "seed %ld: column %d is %g, not %g", seed, j, back[j], x[j]);
        }
        presolve_free(p);
        model_free(w.m);
    }
    ck_assert_int_ge(saved, 751);
    ck_assert_int_ge(merged, 1477);
}
END_TEST

enum { MANY = 12, CLASSES = 3 };

/* Column of the product of choice a of one group and choice b of the other, or -1 if the two are of one class. */
static int product_of_classes(int product[MANY][MANY], struct model *m, int a, int b) {
    return product[a][b] = a % CLASSES == b % CLASSES
                               ? -1
                               : model_add_column(m, NULL, 1 + a % CLASSES + 10 * (b % CLASSES), 0, 1, false);
}

/* Pairs whose cost depends on their classes, as with layouts: one column per pair of classes remains. The second time the
 * products are the first columns of the model, and the first row is of all of them. */
START_TEST(a_product_form_shrinks_to_its_classes) {
    struct options o = options_default();
    struct model *m = model_new();
    struct error err;
    int product[MANY][MANY], columns = 0;
    const bool first = _i == 1;
    const int all = first ? add_row(m, -MODEL_INFINITY, 1.5) : -1;
    for (int k = 0; first && k < MANY * MANY; k++) columns += product_of_classes(product, m, k / MANY, k % MANY) >= 0;
    const int choices = columns;
    for (int j = 0; j < 2 * MANY; j++) model_add_column(m, NULL, j % 7, 0, 1, true);
    for (int g = 0; g < 2; g++) {
        int row = add_row(m, 1, 1);
        for (int a = 0; a < MANY; a++) model_add_entry(m, row, choices + g * MANY + a, 1);
    }
    for (int a = 0; a < MANY; a++)
        for (int b = 0; b < MANY; b++) {
            const int y = first ? product[a][b] : product_of_classes(product, m, a, b);
            if (y < 0) continue;
            int row = add_row(m, -MODEL_INFINITY, 1);
            model_add_entry(m, row, choices + a, 1);
            model_add_entry(m, row, choices + MANY + b, 1);
            model_add_entry(m, row, y, -1);
            if (first) model_add_entry(m, all, y, 1);
        }
    ck_assert_msg(model_finish(m, &err), "%s", err.text);
    o.presolve_pairs = o.presolve_duplicate_columns = false;
    struct presolve *p = presolve_new(m, &o);
    ck_assert_int_eq(presolve_run(p), PRESOLVE_REDUCED);
    ck_assert_int_eq(presolve_model(p)->cols, 2 * MANY + CLASSES * (CLASSES - 1));
    presolve_free(p);
    model_free(m);
}
END_TEST

/* --- families --- */

/* C + the sum of a S_k + D_k over the members in `subset`, less b. */
static double family_excess(const struct products *p, const struct product_family *f, unsigned subset,
                            const double *x) {
    const struct product_source *s = &p->source;
    double sum = 0;
    bool common = true;
    for (int k = 0; k < f->count; k++) {
        const struct product_member *m = &p->member[f->first + k];
        if (!(subset >> k & 1)) continue;
        for (long e = s->rows->start[m->row]; e < s->rows->start[m->row + 1]; e++) {
            double v = m->sign * s->rows->value[e];
            if (products_part(p, f->group, s->rows->col[e], v) != PRODUCT_COMMON || common)
                sum += v * x[s->rows->col[e]];
        }
        if (common) sum -= products_side(s, m->row, m->sign);
        common = false;
    }
    return sum;
}

START_TEST(rows_of_a_family_hold_together) {
    long families = 0, checked = 0;
    for (long seed = 1; seed <= fuzz(150); seed++) {
        struct world w = world_make((uint64_t)seed, seed % 2);
        struct rows rows;
        struct products p;
        struct random r = {(uint64_t)seed};
        rows_init(&rows, w.m);
        const struct product_source source = {w.m->rows,      w.m->cols,  &rows,      w.m->row_lower,
                                              w.m->row_upper, w.m->lower, w.m->upper, w.m->integer};
        products_init(&p, &source);
        families += p.families;
        for (int point = 0; point < POINTS; point++) {
            double x[COLS];
            if (!world_point(&w, point, x)) continue;
            for (int k = 0; k < w.products; k++) /* larger values are as good */
                if (random_int(&r, 0, 3) == 0) x[w.col[k]] = fmin(w.m->upper[w.col[k]], x[w.col[k]] + 1);
            if (model_violation(w.m, x) > 0) continue;
            for (int k = 0; k < p.families; k++)
                for (unsigned subset = 1; subset < 1u << p.family[k].count && subset < 256; subset++, checked++)
                    ck_assert_msg(family_excess(&p, &p.family[k], subset, x) <= 0,
                                  "seed %ld: family %d, subset %u, point %d", seed, k, subset, point);
        }
        products_free(&p);
        rows_free(&rows);
        model_free(w.m);
    }
    ck_assert_int_ge(families, 2035);
    ck_assert_int_ge(checked, 242725);
}
END_TEST

int main(void) {
    Suite *suite = suite_create("products");
    TCase *t = tcase_create("products");
    if (getenv("TEST_EFFORT")) tcase_set_timeout(t, 0);
    tcase_add_test(t, optima_of_programs_of_products_are_those_of_enumeration);
    tcase_add_test(t, products_that_may_pay_are_left_as_they_are);
    tcase_add_test(t, merged_products_come_back_with_the_solution_and_take_a_start_along);
    tcase_add_loop_test(t, a_product_form_shrinks_to_its_classes, 0, 2);
    tcase_add_test(t, rows_of_a_family_hold_together);
    suite_add_tcase(suite, t);
    return harness_run(suite);
}
