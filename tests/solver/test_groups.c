/* Groups of equal columns against a comparison of all pairs; and as rows of a relaxation. */
#include "tests/support/harness.h"

#include <math.h>
#include <stdlib.h>

#include "solver/base/memory.h"
#include "solver/search/groups.h"
#include "tests/support/program.h"

enum { COLS = 12, LONG = 8 /* entries from which a row is long */ };

/* One row with all columns, a second that may be long, short ones that do not count. */
static struct model *program(struct random *r) {
    struct model *m = model_new();
    for (int j = 0; j < COLS; j++) {
        bool integer = random_int(r, 0, 9) > 0;
        model_add_column(m, NULL, random_int(r, 0, 1), 0, random_int(r, 0, 5) ? 1 : random_int(r, 0, 2), integer);
    }
    for (int i = 0; i < 4; i++) {
        double value[COLS];
        for (int j = 0; j < COLS; j++) value[j] = random_int(r, 0, 9) < (i < 2 ? 9 : 2) ? random_int(r, 1, 2) : 0;
        program_row(m, -MODEL_INFINITY, value, 10);
    }
    return program_finish(m);
}

static int row_length(const struct model *m, int i) {
    int length = 0;
    for (int j = 0; j < m->cols; j++) length += program_entry(m, i, j) != 0;
    return length;
}

static bool usable(const struct model *m, int j) {
    bool somewhere = false;
    for (int i = 0; i < m->rows; i++) somewhere |= row_length(m, i) >= LONG && program_entry(m, i, j) != 0;
    return somewhere && m->integer[j] && m->lower[j] < m->upper[j];
}

static bool alike(const struct model *m, int a, int b) {
    if (m->cost[a] != m->cost[b] || m->lower[a] != m->lower[b] || m->upper[a] != m->upper[b]) return false;
    for (int i = 0; i < m->rows; i++)
        if (row_length(m, i) >= LONG && program_entry(m, i, a) != program_entry(m, i, b)) return false;
    return true;
}

START_TEST(columns_are_in_one_group_exactly_if_they_are_equal) {
    int pairs = 0;
    for (int seed = 1; seed <= 500; seed++) {
        struct random r = {(uint64_t)seed};
        struct model *m = program(&r);
        struct rows rows;
        struct groups g;
        int group_of[COLS];
        rows_init(&rows, m);
        groups_find(&g, m, &rows);
        for (int j = 0; j < COLS; j++) group_of[j] = -1 - j;
        for (int k = 0; k < g.count; k++) {
            ck_assert_int_ge(g.start[k + 1] - g.start[k], 2);
            for (int e = g.start[k]; e < g.start[k + 1]; e++) {
                ck_assert(e == g.start[k] || g.col[e - 1] < g.col[e]);
                ck_assert_int_lt(group_of[g.col[e]], 0);
                group_of[g.col[e]] = k;
            }
        }
        for (int a = 0; a < COLS; a++)
            for (int b = 0; b < a; b++) {
                bool expected = usable(m, a) && usable(m, b) && alike(m, a, b);
                ck_assert_msg((group_of[a] == group_of[b]) == expected, "seed %d: columns %d and %d", seed, a, b);
                pairs += expected;
            }
        groups_free(&g);
        ck_assert(g.count == 0 && g.start == NULL);
        rows_free(&rows);
        model_free(m);
    }
    ck_assert_int_ge(pairs, 1773);
}
END_TEST

/* Some columns fixed, and a choice of one of most of them: it is long, but all its coefficients are equal. */
static struct model *fixed_program(struct random *r, double *lower, double *upper) {
    struct model *m = model_new();
    double weight[COLS], one[COLS];
    const bool same = random_int(r, 0, 3) == 0; /* all that are open weigh the same */
    for (int j = 0; j < COLS; j++) {
        model_add_column(m, NULL, 0, 0, 1, random_int(r, 0, 9) > 0);
        lower[j] = 0;
        upper[j] = random_int(r, 0, 9) > 0;
        weight[j] = upper[j] > 0 && same ? 1 : random_int(r, 1, 2);
        one[j] = random_int(r, 0, 5) > 0;
    }
    program_row(m, -MODEL_INFINITY, weight, 10);
    program_row(m, 1, one, 1);
    return program_finish(m);
}

START_TEST(open_columns_are_grouped_by_rows_that_tell_them_apart) {
    int pairs = 0, apart = 0;
    for (int seed = 1; seed <= 500; seed++) {
        struct random r = {(uint64_t)seed};
        double lower[COLS], upper[COLS];
        struct model *m = fixed_program(&r, lower, upper);
        struct rows rows;
        struct groups g;
        int open = 0, whole = 0, whole_heavy = 0, group_of[COLS];
        for (int j = 0; j < COLS; j++) {
            const bool counts = m->integer[j] && upper[j] > 0;
            open += counts;
            whole += m->integer[j];
            whole_heavy += m->integer[j] && program_entry(m, 0, j) == 2;
            group_of[j] = -1 - j;
        }
        rows_init(&rows, m);
        groups_find_open(&g, m, &rows, lower, upper);
        for (int k = 0; k < g.count; k++)
            for (int e = g.start[k]; e < g.start[k + 1]; e++) group_of[g.col[e]] = k;
        const bool tells = open >= LONG && whole_heavy > 0 && whole_heavy < whole;
        for (int a = 0; a < COLS; a++)
            for (int b = 0; b < a; b++) {
                const bool both = m->integer[a] && m->integer[b] && upper[a] > 0 && upper[b] > 0;
                const bool expected = tells && both && program_entry(m, 0, a) == program_entry(m, 0, b);
                ck_assert_msg((group_of[a] == group_of[b]) == expected, "seed %d: columns %d and %d", seed, a, b);
                pairs += expected;
                apart += expected && program_entry(m, 1, a) != program_entry(m, 1, b);
            }
        groups_free(&g);
        rows_free(&rows);
        model_free(m);
    }
    ck_assert_int_gt(pairs, 1000);
    ck_assert_int_gt(apart, 300); /* the choice would keep them apart */
}
END_TEST

START_TEST(each_group_is_a_row_without_sides_that_sums_its_columns) {
    for (int seed = 1; seed <= 50; seed++) {
        struct random r = {(uint64_t)seed * 7};
        struct model *m = program(&r);
        struct options o = options_default();
        struct rows rows;
        struct groups g;
        rows_init(&rows, m);
        groups_find(&g, m, &rows);
        struct lp *lp = lp_new(m, &o);
        groups_add(lp, &g);
        ck_assert_int_eq(lp_rows(lp), m->rows + g.count);
        for (int j = 0; j < COLS; j++) lp_set_cost(lp, j, random_int(&r, -9, 3));
        struct lp_control control = {MODEL_INFINITY, {LIMITS_NO_DEADLINE, INT64_MAX, 10000, NULL}};
        ck_assert_int_eq(lp_solve(lp, &control), LP_OPTIMAL);
        for (int k = 0; k < g.count; k++) {
            int logical = COLS + m->rows + k;
            double sum = 0;
            for (int e = g.start[k]; e < g.start[k + 1]; e++) sum += lp_x(lp)[g.col[e]];
            ck_assert_double_eq_tol(groups_sum(&g, k, lp_x(lp)), sum, 1e-12);
            ck_assert_double_eq_tol(lp_x(lp)[logical], sum, 1e-7);
            ck_assert(lp_lower(lp, logical) <= -MODEL_INFINITY && lp_upper(lp, logical) >= MODEL_INFINITY);
        }
        lp_free(lp);
        groups_free(&g);
        rows_free(&rows);
        model_free(m);
    }
}
END_TEST

START_TEST(without_a_long_row_there_are_no_groups) {
    struct model *m = program_of(LONG - 1, 0, 0, 1, true);
    program_row(m, -MODEL_INFINITY, (double[]){1, 1, 1, 1, 1, 1, 1}, 3);
    program_finish(m);
    struct rows rows;
    struct groups g;
    rows_init(&rows, m);
    groups_find(&g, m, &rows);
    ck_assert_int_eq(g.count, 0);
    groups_free(&g);
    rows_free(&rows);
    model_free(m);
}
END_TEST

int main(void) {
    Suite *s = suite_create("groups");
    TCase *t = tcase_create("groups");
    tcase_add_test(t, columns_are_in_one_group_exactly_if_they_are_equal);
    tcase_add_test(t, open_columns_are_grouped_by_rows_that_tell_them_apart);
    tcase_add_test(t, each_group_is_a_row_without_sides_that_sums_its_columns);
    tcase_add_test(t, without_a_long_row_there_are_no_groups);
    suite_add_tcase(s, t);
    return harness_run(s);
}
