/* The elimination inside lu_factor: L and U multiplied out are the basis, every row gets its own pivot, and triangular
 * parts are pivoted without fill. tests/solver/test_lu.c tests the solves. */
#include "tests/support/harness.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "solver/base/memory.h"
#include "solver/base/random.h"
#include "solver/lp/lu.h"
#include "solver/lp/markowitz.h"
#include "tests/support/hold.h"

enum { MOST = 14 };

/* Random columns; `triangular`: a permuted triangle. */
static void columns_random(struct matrix *a, struct random *r, int size, bool triangular) {
    int order[MOST], at = 0;
    for (int i = 0; i < size; i++) order[i] = i;
    for (int i = size - 1; i > 0; i--) {
        int k = random_int(r, 0, i), t = order[i];
        order[i] = order[k];
        order[k] = t;
    }
    matrix_init(a, size, size, size * size);
    for (int j = 0; j < size; j++) {
        for (int i = 0; i < size; i++) {
            int t = order[(i + j) % size]; /* a column's entries in no order */
            int place = 0;
            while (order[place] != t) place++;
            bool there = place == j || (random_int(r, 0, 2) == 0 && (!triangular || place < j));
            if (!there) continue;
            a->index[at] = t;
            a->value[at++] = random_int(r, 1, 9) * (random_int(r, 0, 1) ? 1 : -1);
        }
        a->start[j + 1] = at;
    }
}

static void dense_column(double *column, const struct matrix *a, int variable, int size) {
    memset(column, 0, (size_t)size * sizeof *column);
    if (variable >= a->cols)
        column[variable - a->cols] = -1;
    else
        for (int k = a->start[variable]; k < a->start[variable + 1]; k++) column[a->index[k]] = a->value[k];
}

/* Column i of U: its diagonal and what u_cols has of it. L's columns, last to first, turn it into column i of B. */
static void product_column(double *column, const struct lu *lu, int i) {
    const struct lu_part *u = &lu->u.cols, *l = &lu->l.cols;
    memset(column, 0, (size_t)lu->size * sizeof *column);
    column[i] = lu->u.pivot[i];
    for (int k = u->start[i]; k < u->start[i] + u->length[i]; k++) column[u->index[k]] += u->value[k];
    for (int t = lu->l.count; t-- > 0;) {
        int p = lu->l.order[t];
        for (int k = l->start[p]; k < l->start[p] + l->length[p]; k++) column[l->index[k]] += l->value[k] * column[p];
    }
}

static void check_factors(const struct lu *lu, const struct matrix *a, const int *head) {
    double expected[MOST], column[MOST];
    for (int i = 0; i < lu->size; i++) {
        product_column(column, lu, i);
        dense_column(expected, a, head[i], lu->size);
        for (int k = 0; k < lu->size; k++) HOLDS(fabs(column[k] - expected[k]) <= 1e-9 * (1 + fabs(expected[k])));
        for (int k = 0; k < i; k++) HOLDS(head[k] != head[i]);
    }
    HOLDS(lu->u.count == lu->size);
    for (int t = 0; t < lu->size; t++) HOLDS(lu->u.place[lu->u.order[t]] == t);
    for (int i = 0; i < lu->size; i++) { /* U is triangular in the order of u_order */
        const struct lu_part *u = &lu->u.cols;
        for (int k = u->start[i]; k < u->start[i] + u->length[i]; k++) HOLDS(lu->u.place[u->index[k]] < lu->u.place[i]);
    }
}

/* Workspace that is zero between eliminations. */
static void check_clean(const struct lu *lu) {
    for (int i = 0; i < lu->size; i++)
        HOLDS(lu->work->work[i] == 0 && lu->work->seen[i] == 0 && lu->search.mark[i] == 0);
}

START_TEST(factors_multiplied_out_are_the_basis) {
    int regular = 0;
    for (int seed = 1; seed <= 800; seed++) {
        struct random r = {(uint64_t)seed};
        int size = random_int(&r, 1, MOST), variable[MOST], head[MOST];
        struct matrix a;
        struct lu *lu = lu_new(size);
        columns_random(&a, &r, size, false);
        for (int round = 0; round < 3; round++) {
            for (int k = 0; k < size; k++) variable[k] = random_int(&r, 0, 4) == 0 ? size + k : k;
            int replaced = lu_factor(lu, &a, variable, size, head);
            check_factors(lu, &a, head);
            check_clean(lu);
            int given = 0;
            for (int i = 0; i < size; i++)
                for (int k = 0; k < size; k++) given += head[i] == variable[k];
            HOLDS(given >= size - replaced);
            regular += replaced == 0;
        }
        lu_free(lu);
        matrix_free(&a);
    }
    ck_assert_int_ge(regular, 2002);
}
END_TEST

START_TEST(a_permuted_triangle_is_pivoted_without_fill) {
    for (int seed = 1; seed <= 300; seed++) {
        struct random r = {(uint64_t)seed * 3};
        int size = random_int(&r, 1, MOST), variable[MOST], head[MOST];
        struct matrix a;
        struct lu *lu = lu_new(size);
        columns_random(&a, &r, size, true);
        for (int k = 0; k < size; k++) variable[k] = k;
        ck_assert_int_eq(lu_factor(lu, &a, variable, size, head), 0);
        check_factors(lu, &a, head);
        int entries = size, below = 0;
        for (int i = 0; i < size; i++) entries += lu->u.cols.length[i];
        for (int t = 0; t < lu->l.count; t++) below += lu->l.cols.length[lu->l.order[t]];
        ck_assert_int_eq(entries + below, a.start[size]);
        lu_free(lu);
        matrix_free(&a);
    }
}
END_TEST

/* Stability: no multiplier of the nucleus is larger than 1 / threshold. Full matrices have no singletons. */
START_TEST(multipliers_keep_to_the_threshold) {
    for (int seed = 1; seed <= 200; seed++) {
        struct random r = {(uint64_t)seed * 5};
        int size = random_int(&r, 3, MOST), variable[MOST], head[MOST];
        struct matrix a;
        struct lu *lu = lu_new(size);
        lu->threshold = seed % 2 ? 0.1 : 0.5;
        matrix_init(&a, size, size, size * size);
        for (int k = 0; k < size * size; k++) {
            a.index[k] = k % size;
            a.value[k] = ldexp(random_unit(&r) - 0.5, random_int(&r, -6, 6));
        }
        for (int j = 0; j < size; j++) variable[j] = j, a.start[j + 1] = (j + 1) * size;
        lu_factor(lu, &a, variable, size, head);
        for (int t = 0; t < lu->l.count; t++) {
            int p = lu->l.order[t];
            for (int k = lu->l.cols.start[p]; k < lu->l.cols.start[p] + lu->l.cols.length[p]; k++)
                HOLDS(fabs(lu->l.cols.value[k]) <= 1 / lu->threshold + 1e-9);
        }
        lu_free(lu);
        matrix_free(&a);
    }
}
END_TEST

int main(void) {
    Suite *s = suite_create("markowitz");
    TCase *t = tcase_create("markowitz");
    tcase_add_test(t, factors_multiplied_out_are_the_basis);
    tcase_add_test(t, a_permuted_triangle_is_pivoted_without_fill);
    tcase_add_test(t, multipliers_keep_to_the_threshold);
    suite_add_tcase(s, t);
    return harness_run(s);
}
