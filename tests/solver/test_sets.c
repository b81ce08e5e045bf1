/* One-hot rows as ordered sets: which rows are sets, their order, where they are split, and that branching on them
 * proves the same optimum. */
#include "tests/support/harness.h"

#include <math.h>
#include <stdio.h>

#include "solver/base/random.h"
#include "solver/milp.h"
#include "solver/search/sets.h"

static int column(struct model *m, double cost, double upper, bool integer) {
    char name[16];
    snprintf(name, sizeof name, "x%d", m->cols);
    return model_add_column(m, name, cost, 0, upper, integer);
}

static int row(struct model *m, double lower, double upper) {
    char name[16];
    snprintf(name, sizeof name, "r%d", m->rows);
    return model_add_row(m, name, lower, upper);
}

START_TEST(only_equations_of_binaries_that_sum_to_one_are_sets) {
    struct model *m = model_new();
    struct error err;
    double cost[] = {3, 1, 2, 1};
    for (int j = 0; j < 4; j++) column(m, cost[j], 1, true);
    int wide = column(m, 0, 5, true), part = column(m, 0, 1, false);
    int hot = row(m, 1, 1), packing = row(m, -MODEL_INFINITY, 1), double_one = row(m, 1, 1), other = row(m, 1, 1),
        third = row(m, 1, 1);
    for (int j = 0; j < 4; j++) {
        model_add_entry(m, hot, j, 1);
        model_add_entry(m, packing, j, 1);
        model_add_entry(m, double_one, j, j == 2 ? 2 : 1);
        if (j < 2) model_add_entry(m, other, j, 1), model_add_entry(m, third, j, 1);
    }
    model_add_entry(m, other, wide, 1);
    model_add_entry(m, third, part, 1);
    ck_assert(model_finish(m, &err));
    struct rows r;
    struct sets s;
    rows_init(&r, m);
    sets_find(&s, m, &r);
    ck_assert_int_eq(s.count, 1);
    int order[] = {1, 3, 2, 0}; /* by cost, then by column */
    for (int k = 0; k < 4; k++) ck_assert_int_eq(s.col[k], order[k]);
    sets_free(&s);
    rows_free(&r);
    model_free(m);
}
END_TEST

START_TEST(a_set_is_split_where_its_head_is_nearest_to_a_half) {
    int start[] = {0, 5}, col[] = {4, 3, 2, 1, 0};
    struct sets s = {1, start, col};
    double sum = -1;
    ck_assert_int_eq(sets_place(&sum, &s, 0, (double[]){0.1, 0.2, 0.3, 0.15, 0.25}, 1e-6), 2);
    ck_assert_double_eq_tol(sum, 0.4, 1e-12);
    ck_assert_int_eq(sets_place(&sum, &s, 0, (double[]){0.5, 0.5, 0, 0, 0}, 1e-6),
                     -1); /* branching on a column does the same */
    ck_assert_int_eq(sets_place(&sum, &s, 0, (double[]){0, 1, 0, 0, 0}, 1e-6), -1);
}
END_TEST

/* Blocks of alternatives under two budgets, only binaries: branching on sets has to do all the work. */
static struct model *alternatives(long seed) {
    enum { BLOCKS = 15, EACH = 8 };
    struct random r = {(uint64_t)seed * 104729 + 3};
    struct model *m = model_new();
    int budget[2] = {row(m, -MODEL_INFINITY, 90), row(m, -MODEL_INFINITY, 100)};
    for (int b = 0; b < BLOCKS; b++) {
        int hot = row(m, 1, 1);
        for (int k = 0; k < EACH; k++) {
            int j = column(m, random_int(&r, 0, 40), 1, true);
            model_add_entry(m, hot, j, 1);
            for (int i = 0; i < 2; i++) model_add_entry(m, budget[i], j, random_int(&r, 0, 25));
        }
    }
    struct error err;
    ck_assert_msg(model_finish(m, &err), "%s", err.text);
    return m;
}

static struct milp_result *solve(const struct model *m, bool sets) {
    struct options o = options_default();
    struct error err;
    const char *const given[] = {"presolve=off", "cut_rounds=0",        "probing=off",
                                 "restarts=0",   "group_branching=off", "rins=off"};
    for (size_t k = 0; k < sizeof given / sizeof *given; k++) {
        char copy[32];
        snprintf(copy, sizeof copy, "%s", given[k]);
        ck_assert_msg(options_set(&o, copy, &err), "%s", err.text);
    }
    o.set_branching = sets;
    return milp_solve(m, &o, NULL);
}

START_TEST(splitting_sets_proves_the_same_optimum_by_another_tree) {
    int other = 0, optimal = 0;
    for (long seed = 1; seed <= 60; seed++) {
        struct model *m = alternatives(seed);
        struct milp_result *by_columns = solve(m, false), *by_sets = solve(m, true);
        ck_assert_int_eq(by_columns->status, by_sets->status);
        if (by_columns->status == MILP_OPTIMAL) {
            optimal++;
            ck_assert_msg(fabs(by_columns->objective - by_sets->objective) < 1e-6, "seed %ld: %.12g, not %.12g", seed,
                          by_sets->objective, by_columns->objective);
            ck_assert_double_le(model_violation(m, by_sets->x), 1e-6);
        }
        other += by_columns->iterations != by_sets->iterations;
        milp_result_free(by_columns);
        milp_result_free(by_sets);
        model_free(m);
    }
    ck_assert_int_ge(optimal, 59);
    ck_assert_int_ge(other, 22); /* sets were branched upon indeed */
}
END_TEST

int main(void) {
    Suite *s = suite_create("sets");
    TCase *t = tcase_create("sets");
    tcase_set_timeout(t, 60);
    tcase_add_test(t, only_equations_of_binaries_that_sum_to_one_are_sets);
    tcase_add_test(t, a_set_is_split_where_its_head_is_nearest_to_a_half);
    tcase_add_test(t, splitting_sets_proves_the_same_optimum_by_another_tree);
    suite_add_tcase(s, t);
    return harness_run(s);
}
