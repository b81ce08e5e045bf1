/* A matrix by columns, its transposed (matrix.h), a model by rows (rows.h) and factors that scale it (scale.h), against
 * dense copies. */
#include "tests/support/harness.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "solver/base/memory.h"
#include "solver/lp/matrix.h"
#include "solver/lp/scale.h"
#include "solver/model/rows.h"
#include "tests/support/program.h"

enum { MOST = 12 };

/* Whole numbers times 10^-spread to 10^spread. */
static void matrix_random(struct matrix *a, double dense[MOST][MOST], struct random *r, int spread) {
    int at = 0;
    memset(dense, 0, MOST * sizeof *dense);
    matrix_init(a, random_int(r, 1, MOST), random_int(r, 1, MOST), MOST * MOST);
    for (int j = 0; j < a->cols; j++) {
        for (int i = 0; i < a->rows; i++) {
            if (random_int(r, 0, 2)) continue;
            dense[i][j] =
                random_int(r, 1, 9) * (random_int(r, 0, 1) ? 1 : -1) * pow(10, random_int(r, -spread, spread));
            a->index[at] = i;
            a->value[at++] = dense[i][j];
        }
        a->start[j + 1] = at;
    }
}

START_TEST(a_new_matrix_has_no_entries) {
    struct matrix a;
    matrix_init(&a, 3, 5, 0);
    ck_assert(a.rows == 3 && a.cols == 5);
    for (int j = 0; j <= 5; j++) ck_assert_int_eq(a.start[j], 0);
    matrix_free(&a);
    ck_assert(a.start == NULL && a.cols == 0);
}
END_TEST

START_TEST(the_transposed_matrix_has_every_entry_with_columns_in_order) {
    for (int seed = 1; seed <= 300; seed++) {
        struct random r = {(uint64_t)seed};
        struct matrix a, t;
        double dense[MOST][MOST];
        matrix_random(&a, dense, &r, 0);
        matrix_transpose(&t, &a);
        ck_assert(t.rows == a.cols && t.cols == a.rows && t.start[t.cols] == a.start[a.cols] && t.start[0] == 0);
        int entries = 0;
        for (int i = 0; i < t.cols; i++) {
            for (int k = t.start[i]; k < t.start[i + 1]; k++, entries++) {
                ck_assert(k == t.start[i] || t.index[k - 1] < t.index[k]);
                ck_assert(t.value[k] == dense[i][t.index[k]]);
            }
        }
        ck_assert_int_eq(entries, a.start[a.cols]);
        matrix_free(&a);
        matrix_free(&t);
    }
}
END_TEST

START_TEST(rows_of_a_model_have_every_entry_with_columns_in_order) {
    for (int seed = 1; seed <= 200; seed++) {
        struct random r = {(uint64_t)seed * 7};
        struct model *m = program_of(random_int(&r, 1, PROGRAM_WIDTH), 0, 0, 1, false);
        program_random_rows(m, &r, random_int(&r, 0, 8), 40, 9);
        program_finish(m);
        struct rows rows;
        rows_make(&rows, m);
        ck_assert(rows.start[0] == 0 && rows.start[m->rows] == m->entries);
        for (int i = 0; i < m->rows; i++)
            for (long k = rows.start[i]; k < rows.start[i + 1]; k++) {
                ck_assert(k == rows.start[i] || rows.col[k - 1] < rows.col[k]);
                ck_assert(rows.value[k] != 0 && rows.value[k] == program_entry(m, i, rows.col[k]));
            }
        rows_free(&rows);
        ck_assert(rows.start == NULL);
        model_free(m);
    }
}
END_TEST

static double spread_of(double dense[MOST][MOST], const struct matrix *a, const double *row, const double *col) {
    double least = INFINITY, most = 0;
    for (int i = 0; i < a->rows; i++)
        for (int j = 0; j < a->cols; j++) {
            double size = fabs(dense[i][j] * row[i] * col[j]);
            if (size == 0) continue;
            least = fmin(least, size);
            most = fmax(most, size);
        }
    return most > 0 ? most / least : 1;
}

START_TEST(factors_are_powers_of_two_and_do_not_widen_the_range) {
    for (int seed = 1; seed <= 300; seed++) {
        struct random r = {(uint64_t)seed * 11};
        struct matrix a;
        double dense[MOST][MOST], row[MOST], col[MOST], one[MOST];
        matrix_random(&a, dense, &r, seed % 7);
        for (int i = 0; i < MOST; i++) one[i] = 1;
        double before = spread_of(dense, &a, one, one);
        for (int kind = SCALING_MIXED; kind <= SCALING_OFF; kind++) {
            int exponent;
            scale_choose(row, col, &a, kind);
            for (int i = 0; i < a.rows; i++) ck_assert(frexp(row[i], &exponent) == 0.5);
            for (int j = 0; j < a.cols; j++) ck_assert(frexp(col[j], &exponent) == 0.5);
            for (int i = 0; i < a.rows && kind == SCALING_OFF; i++) ck_assert(row[i] == 1);
            for (int j = 0; j < a.cols && kind == SCALING_OFF; j++) ck_assert(col[j] == 1);
            if (kind != SCALING_GEOMETRIC) continue;
            /* each factor is within sqrt(2) of what it was to be, on both sides of the ratio */
            ck_assert_double_le(spread_of(dense, &a, row, col), 8 * fmax(before, 1));
        }
        matrix_free(&a);
    }
}
END_TEST

/* A matrix of rank one in magnitude can be scaled to all ones, up to the rounding of factors to powers of 2. */
START_TEST(a_badly_scaled_matrix_comes_near_one_again) {
    for (int seed = 1; seed <= 100; seed++) {
        struct random r = {(uint64_t)seed * 13};
        struct matrix a;
        double dense[MOST][MOST], row[MOST], col[MOST];
        matrix_random(&a, dense, &r, 0);
        double left[MOST], right[MOST];
        for (int i = 0; i < MOST; i++)
            left[i] = ldexp(1, random_int(&r, -20, 20)), right[i] = ldexp(1, random_int(&r, -20, 20));
        for (int j = 0; j < a.cols; j++)
            for (int k = a.start[j]; k < a.start[j + 1]; k++) {
                double sign = a.value[k] < 0 ? -1 : 1;
                a.value[k] = dense[a.index[k]][j] = sign * left[a.index[k]] * right[j];
            }
        for (int kind = SCALING_MIXED; kind < SCALING_OFF; kind++) {
            scale_choose(row, col, &a, kind);
            double columns_most = 0;
            for (int j = 0; j < a.cols; j++) {
                double most = 0;
                for (int i = 0; i < a.rows; i++) most = fmax(most, fabs(dense[i][j] * row[i] * col[j]));
                ck_assert_msg(most == 0 || (most >= 0.25 && (most <= 4 || kind == SCALING_MIXED)),
                              "seed %d, scaling %d: the largest of column %d becomes %g", seed, kind, j, most);
                columns_most = fmax(columns_most, most);
            }
            if (kind == SCALING_GEOMETRIC) ck_assert_double_le(spread_of(dense, &a, row, col), 0x1p20);
        }
        matrix_free(&a);
    }
}
END_TEST

/* Equilibration: the largest of each column that is not empty ends within a factor of sqrt(2) of 1. */
START_TEST(equilibration_brings_the_largest_of_each_column_to_one) {
    for (int seed = 1; seed <= 200; seed++) {
        struct random r = {(uint64_t)seed * 17};
        struct matrix a;
        double dense[MOST][MOST], row[MOST], col[MOST];
        matrix_random(&a, dense, &r, 6);
        scale_choose(row, col, &a, SCALING_EQUILIBRATE);
        bool fine = true; /* a matrix whose entries are all from 0.2 to 5 is left as it is */
        for (int k = 0; k < a.start[a.cols]; k++) fine = fine && fabs(a.value[k]) >= 0.2 && fabs(a.value[k]) <= 5;
        for (int j = 0; j < a.cols && !fine; j++) {
            double most = 0;
            for (int i = 0; i < a.rows; i++) most = fmax(most, fabs(dense[i][j] * row[i] * col[j]));
            ck_assert(most == 0 || (most >= 0.49 && most <= 2.01));
        }
        matrix_free(&a);
    }
}
END_TEST

int main(void) {
    Suite *s = suite_create("matrix");
    TCase *t = tcase_create("matrix");
    tcase_add_test(t, a_new_matrix_has_no_entries);
    tcase_add_test(t, the_transposed_matrix_has_every_entry_with_columns_in_order);
    tcase_add_test(t, rows_of_a_model_have_every_entry_with_columns_in_order);
    tcase_add_test(t, factors_are_powers_of_two_and_do_not_widen_the_range);
    tcase_add_test(t, a_badly_scaled_matrix_comes_near_one_again);
    tcase_add_test(t, equilibration_brings_the_largest_of_each_column_to_one);
    suite_add_tcase(s, t);
    return harness_run(s);
}
