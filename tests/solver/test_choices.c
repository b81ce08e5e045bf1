/* Rows made sparser by equations that count choices (solver/presolve/presolve_choices.c): the same points are feasible,
 * with less in the rows. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "solver/base/random.h"
#include "solver/presolve/presolve.h"
#include "tests/support/harness.h"
#include "tests/support/reductions.h"

enum { GROUPS = 3, CHOICES = 3, COLS = GROUPS * CHOICES };

/* A group's choices: their sum is `chosen`. Then one knapsack over all, with weight[COLS]. */
static struct model *knapsack(const double *weight, double chosen, double lower, double upper) {
    struct model *m = model_new();
    struct error err;
    for (int j = 0; j < COLS; j++) model_add_column(m, NULL, 1 + j % 4, 0, 1, true);
    for (int g = 0; g < GROUPS; g++) {
        model_add_row(m, NULL, chosen, chosen);
        for (int k = 0; k < CHOICES; k++) model_add_entry(m, g, g * CHOICES + k, 1);
    }
    model_add_row(m, NULL, lower, upper);
    for (int j = 0; j < COLS; j++)
        if (weight[j] != 0) model_add_entry(m, GROUPS, j, weight[j]);
    ck_assert_msg(model_finish(m, &err), "%s", err.text);
    return m;
}

static struct presolve *reduce(const struct model *m) {
    const struct options o = reductions_only("choices");
    struct presolve *p = presolve_new(m, &o);
    ck_assert_int_eq(presolve_run(p), PRESOLVE_REDUCED);
    return p;
}

static int entries_of(const struct model *m, int row) {
    int count = 0;
    for (long k = 0; k < m->start[m->cols]; k++) count += m->index[k] == row;
    return count;
}

START_TEST(a_choice_that_weighs_the_same_either_way_leaves_the_knapsack) {
    const double weight[COLS] = {2048, 2048, 2048, 512, 4096, 4096, 0, 0, 7};
    struct model *m = knapsack(weight, 1, -MODEL_INFINITY, 9000);
    struct presolve *p = reduce(m);
    const struct model *small = presolve_model(p);
    ck_assert_int_eq(entries_of(small, GROUPS), 2);
    ck_assert(small->row_upper[GROUPS] == 9000 - 2048 - 4096);
    ck_assert(small->value[small->start[CHOICES + 1] - 1] == 512 - 4096);
    for (int g = 0; g < GROUPS; g++) ck_assert_int_eq(entries_of(small, g), CHOICES);
    presolve_free(p);
    model_free(m);
}
END_TEST

START_TEST(what_no_double_holds_exactly_stays_as_it_is) {
    const double weights[][COLS] = {
        {0.1, 0.1, 1e9, 0, 0, 0, 0, 0, 0}, {0.1, 0.1, 0.1, 0, 0, 0, 0, 0, 0}, {1, 1, 1 + 1e-13, 0, 0, 0, 0, 0, 0}};
    for (int which = 0; which < 3; which++) {
        struct model *m = knapsack(weights[which], 1, -MODEL_INFINITY, which == 1 ? 1e17 : 1e9);
        struct presolve *p = reduce(m);
        ck_assert_int_eq(entries_of(presolve_model(p), GROUPS), 3);
        presolve_free(p);
        model_free(m);
    }
}
END_TEST

START_TEST(the_same_points_are_feasible_afterwards) {
    long sparser = 0, feasible = 0;
    for (uint64_t seed = 0; seed < 3000; seed++) {
        struct random r = {seed};
        double weight[COLS], x[COLS], upper = random_int(&r, 2, 30);
        for (int j = 0; j < COLS; j++) weight[j] = random_int(&r, 0, 3) * (random_int(&r, 0, 4) ? 3 : -2);
        struct model *m = knapsack(weight, random_int(&r, 1, 2), random_int(&r, 0, 1) ? -MODEL_INFINITY : 1, upper);
        struct presolve *p = reduce(m);
        const struct model *small = presolve_model(p);
        ck_assert_int_eq(small->cols, COLS);
        sparser += small->entries < m->entries;
        ck_assert_int_le(small->entries, m->entries);
        for (int point = 0; point < 1 << COLS; point++) {
            for (int j = 0; j < COLS; j++) x[j] = point >> j & 1;
            bool one = model_violation(m, x) == 0, two = model_violation(small, x) == 0;
            ck_assert_msg(one == two, "seed %ld, point %d", (long)seed, point);
            feasible += one;
        }
        presolve_free(p);
        model_free(m);
    }
    ck_assert_int_ge(sparser, 2659);
    ck_assert_int_ge(feasible, 43819);
}
END_TEST

int main(void) {
    Suite *suite = suite_create("choices");
    TCase *presolve = tcase_create("presolve");
    tcase_add_test(presolve, a_choice_that_weighs_the_same_either_way_leaves_the_knapsack);
    tcase_add_test(presolve, what_no_double_holds_exactly_stays_as_it_is);
    tcase_add_test(presolve, the_same_points_are_feasible_afterwards);
    suite_add_tcase(suite, presolve);
    return harness_run(suite);
}
