/* The factorised basis against B itself: every solve is multiplied back, every update is a column put into a dense
 * copy. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "solver/base/memory.h"
#include "solver/base/random.h"
#include "solver/lp/lu.h"
#include "tests/support/harness.h"

struct bench {
    struct matrix a; /* size rows, twice as many columns */
    int size, *head;
    struct lu *lu;
};

/* Random sparse columns; `shape` 0 sparse, 1 dense, 2 nearly triangular, 3 badly scaled. */
static void bench_new(struct bench *b, struct random *r, int size, int shape) {
    b->size = size;
    double density = shape == 1 ? 0.7 : shape == 2 ? 1.2 / size : fmin(1, 3.0 / size);
    matrix_init(&b->a, size, 2 * size, 2 * size * size);
    int at = 0;
    for (int j = 0; j < 2 * size; j++) {
        for (int i = 0; i < size; i++) {
            bool diagonal = i == j % size;
            if (!diagonal && random_unit(r) >= density) continue;
            double v = random_int(r, 1, 9) * (random_int(r, 0, 1) ? 1 : -1);
            if (shape == 3) v *= pow(10, random_int(r, -1, 1));
            b->a.index[at] = i;
            b->a.value[at++] = v;
        }
        b->a.start[j + 1] = at;
    }
    b->head = MEMORY_NEW(int, size);
    b->lu = lu_new(size);
}

static void bench_free(struct bench *b) {
    matrix_free(&b->a);
    free(b->head);
    lu_free(b->lu);
}

static double bench_entry(const struct bench *b, int variable, int row) {
    if (variable >= b->a.cols) return variable - b->a.cols == row ? -1 : 0;
    for (int k = b->a.start[variable]; k < b->a.start[variable + 1]; k++)
        if (b->a.index[k] == row) return b->a.value[k];
    return 0;
}

/* Backward error: the largest |B x - b| (or |B'x - b|) relative to the sizes of B, x and b (Rigal & Gaches 1967). */
static double bench_residual(const struct bench *b, const double *x, const double *rhs, bool transposed) {
    double worst = 0, largest_x = 0, largest_b = 0, norm = 0;
    for (int i = 0; i < b->size; i++) {
        double sum = -rhs[i], size = 0;
        for (int k = 0; k < b->size; k++) {
            double v = transposed ? bench_entry(b, b->head[i], k) : bench_entry(b, b->head[k], i);
            sum += v * x[k];
            size += fabs(v);
        }
        worst = fmax(worst, fabs(sum));
        norm = fmax(norm, size);
        largest_x = fmax(largest_x, fabs(x[i]));
        largest_b = fmax(largest_b, fabs(rhs[i]));
    }
    return worst / (norm * largest_x + largest_b);
}

static void load_random(struct random *r, struct vector *v, double *copy, int nonzeros) {
    vector_clear(v);
    memset(copy, 0, (size_t)v->size * sizeof *copy);
    for (int k = 0; k < nonzeros; k++) {
        int i = random_int(r, 0, v->size - 1);
        if (v->value[i] != 0) continue;
        copy[i] = random_int(r, 1, 9);
        vector_set(v, i, copy[i]);
    }
}

static void check_listed(const struct vector *v) {
    int nonzeros = 0;
    for (int i = 0; i < v->size; i++) nonzeros += v->value[i] != 0;
    ck_assert_int_eq(nonzeros, v->count);
}

static void check_solves(struct bench *b, struct random *r, double tolerance) {
    struct vector *v = vector_new(b->size);
    double *copy = MEMORY_NEW(double, b->size);
    for (int trial = 0; trial < 4; trial++) {
        int nonzeros = trial % 2 ? b->size : 1;
        load_random(r, v, copy, nonzeros);
        lu_ftran(b->lu, v, LU_DENSE);
        check_listed(v);
        ck_assert_double_le(bench_residual(b, v->value, copy, false), tolerance);
        load_random(r, v, copy, nonzeros);
        lu_btran(b->lu, v, LU_DENSE);
        check_listed(v);
        ck_assert_double_le(bench_residual(b, v->value, copy, true), tolerance);
    }
    vector_free(v);
    free(copy);
}

/* Structural columns of the first half, some of them replaced by logicals. */
static int choose_basis(struct random *r, const struct bench *b, int *variable) {
    for (int i = 0; i < b->size; i++) variable[i] = random_int(r, 0, 3) == 0 ? b->a.cols + i : i;
    return b->size;
}

START_TEST(solves_undo_the_matrix) {
    for (int seed = 1; seed <= 120; seed++) {
        struct random r = {(uint64_t)seed};
        struct bench b;
        bench_new(&b, &r, random_int(&r, 1, 70), seed % 4);
        b.lu->hypersparse = seed % 3 != 0;
        int *variable = MEMORY_NEW(int, b.size), count = choose_basis(&r, &b, variable);
        lu_factor(b.lu, &b.a, variable, count, b.head);
        check_solves(&b, &r, 1e-13);
        free(variable);
        bench_free(&b);
    }
}
END_TEST

START_TEST(hyper_sparse_solves_agree_with_dense_ones) {
    for (int seed = 1; seed <= 10; seed++) {
        struct random r = {(uint64_t)seed};
        struct bench b;
        bench_new(&b, &r, 300, 2);
        int *variable = MEMORY_NEW(int, b.size), count = choose_basis(&r, &b, variable);
        lu_factor(b.lu, &b.a, variable, count, b.head);
        struct vector *v = vector_new(b.size), *w = vector_new(b.size);
        for (int i = 0; i < b.size; i += 7) {
            for (int backward = 0; backward < 2; backward++) {
                vector_clear(v);
                vector_clear(w);
                vector_set(v, i, 1);
                vector_set(w, i, 1);
                b.lu->hypersparse = true;
                (backward ? lu_btran : lu_ftran)(b.lu, v, LU_DENSE);
                b.lu->hypersparse = false;
                (backward ? lu_btran : lu_ftran)(b.lu, w, LU_DENSE);
                for (int k = 0; k < b.size; k++)
                    ck_assert_double_eq_tol(v->value[k], w->value[k], 1e-12 * (1 + fabs(w->value[k])));
            }
        }
        vector_free(v);
        vector_free(w);
        free(variable);
        bench_free(&b);
    }
}
END_TEST

static bool bench_basic(const struct bench *b, int variable) {
    for (int i = 0; i < b->size; i++)
        if (b->head[i] == variable) return true;
    return false;
}

/* column = B^-1 of one that may enter; returns the row of its largest entry. */
static int bench_enter(struct bench *b, struct vector *column, int enters) {
    int largest = 0;
    vector_clear(column);
    for (int i = 0; i < b->size; i++)
        if (bench_entry(b, enters, i) != 0) vector_set(column, i, bench_entry(b, enters, i));
    lu_ftran(b->lu, column, LU_COLUMN);
    for (int i = 0; i < b->size; i++)
        if (fabs(column->value[i]) > fabs(column->value[largest])) largest = i;
    return largest;
}

/* It enters in row p. Returns -1 if an update did that, else how many logicals a new factorisation needed. */
static int bench_exchange(struct bench *b, const struct vector *column, int enters, int p) {
    struct vector *row = vector_new(b->size);
    vector_set(row, p, 1);
    lu_btran(b->lu, row, LU_ROW);
    bool good = ft_update(b->lu, p, column->value[p]);
    vector_free(row);
    b->head[p] = enters;
    if (good) return -1;
    int *variable = MEMORY_NEW(int, b->size);
    memcpy(variable, b->head, (size_t)b->size * sizeof(int));
    int replaced = lu_factor(b->lu, &b->a, variable, b->size, b->head);
    free(variable);
    return replaced;
}

START_TEST(updates_follow_the_exchange_of_columns) {
    int done = 0;
    for (int seed = 1; seed <= 80; seed++) {
        struct random r = {(uint64_t)seed * 17};
        struct bench b;
        bench_new(&b, &r, random_int(&r, 2, 60), seed % 4);
        int *variable = MEMORY_NEW(int, b.size), count = choose_basis(&r, &b, variable);
        lu_factor(b.lu, &b.a, variable, count, b.head);
        struct vector *column = vector_new(b.size);
        for (int step = 0; step < 100; step++) {
            int enters = random_int(&r, 0, b.a.cols + b.size - 1);
            if (bench_basic(&b, enters)) continue;
            int p = bench_enter(&b, column, enters), other = random_int(&r, 0, b.size - 1);
            if (fabs(column->value[other]) > 0.05 * fabs(column->value[p])) p = other;
            int replaced = bench_exchange(&b, column, enters, p);
            ck_assert_int_le(replaced, 0);
            done += replaced < 0;
            if (step % 10 == 9) check_solves(&b, &r, 1e-9);
        }
        vector_free(column);
        free(variable);
        bench_free(&b);
    }
    ck_assert_int_ge(done, 5346);
}
END_TEST

/* The smallest pivots that a simplex may take: some multipliers of updates are then so large that solves with them would
 * have backward errors of 1e-3. */
START_TEST(small_pivots_do_not_make_updates_inaccurate) {
    for (int seed = 1; seed <= 200; seed++) {
        struct random r = {(uint64_t)seed * 29};
        struct bench b;
        bench_new(&b, &r, random_int(&r, 2, 40), 3);
        int *variable = MEMORY_NEW(int, b.size), count = choose_basis(&r, &b, variable);
        lu_factor(b.lu, &b.a, variable, count, b.head);
        struct vector *column = vector_new(b.size);
        for (int step = 0; step < 60; step++) {
            int enters = random_int(&r, 0, b.a.cols + b.size - 1);
            if (bench_basic(&b, enters)) continue;
            int p = bench_enter(&b, column, enters);
            for (int i = 0; i < b.size; i++)
                if (fabs(column->value[i]) > 1e-7 && fabs(column->value[i]) < fabs(column->value[p])) p = i;
            bench_exchange(&b, column, enters, p);
            check_solves(&b, &r, 1e-7);
        }
        vector_free(column);
        free(variable);
        bench_free(&b);
    }
}
END_TEST

START_TEST(a_singular_basis_is_completed_by_logicals) {
    for (int seed = 1; seed <= 100; seed++) {
        struct random r = {(uint64_t)seed * 3};
        struct bench b;
        bench_new(&b, &r, random_int(&r, 3, 40), seed % 3);
        /* Column 1 becomes twice column 0: one of them must go. */
        int *variable = MEMORY_NEW(int, 2 * b.size), count = b.size, at = 0;
        struct matrix a;
        matrix_init(&a, b.size, 2 * b.size, b.a.start[2 * b.size] + b.size);
        for (int j = 0; j < 2 * b.size; j++) {
            int from = j == 1 ? 0 : j;
            for (int k = b.a.start[from]; k < b.a.start[from + 1]; k++) {
                a.index[at] = b.a.index[k];
                a.value[at++] = b.a.value[k] * (j == 1 ? 2 : 1);
            }
            a.start[j + 1] = at;
        }
        matrix_free(&b.a);
        b.a = a;
        for (int k = 0; k < count; k++) variable[k] = k;
        int replaced = lu_factor(b.lu, &b.a, variable, count, b.head);
        ck_assert_int_ge(replaced, 1);
        bool first = false, second = false;
        for (int i = 0; i < b.size; i++) {
            first = first || b.head[i] == 0;
            second = second || b.head[i] == 1;
        }
        ck_assert(!(first && second));
        check_solves(&b, &r, 1e-13);
        free(variable);
        bench_free(&b);
    }
}
END_TEST

START_TEST(too_many_or_too_few_columns_still_make_a_basis) {
    for (int seed = 1; seed <= 60; seed++) {
        struct random r = {(uint64_t)seed * 5};
        struct bench b;
        bench_new(&b, &r, random_int(&r, 1, 30), seed % 3);
        int *variable = MEMORY_NEW(int, 3 * b.size), count = random_int(&r, 0, 3 * b.size);
        for (int k = 0; k < count; k++) variable[k] = k;
        lu_factor(b.lu, &b.a, variable, count, b.head);
        for (int i = 0; i < b.size; i++)
            for (int k = 0; k < i; k++) ck_assert_int_ne(b.head[i], b.head[k]);
        check_solves(&b, &r, 1e-13);
        free(variable);
        bench_free(&b);
    }
}
END_TEST

START_TEST(larger_factors_wear_later) {
    static const struct { int size, updates; } known[] = {{50, 100}, {5000, 150}, {100000, 500}};
    for (size_t k = 0; k < sizeof known / sizeof *known; k++) {
        struct lu *lu = lu_new(known[k].size);
        lu->updates = known[k].updates - 1;
        ck_assert(!lu_worn(lu));
        lu->updates++;
        ck_assert(lu_worn(lu));
        lu_free(lu);
    }
}
END_TEST

int main(void) {
    Suite *suite = suite_create("lu");
    TCase *tests = tcase_create("lu");
    tcase_set_timeout(tests, 60);
    tcase_add_test(tests, solves_undo_the_matrix);
    tcase_add_test(tests, hyper_sparse_solves_agree_with_dense_ones);
    tcase_add_test(tests, updates_follow_the_exchange_of_columns);
    tcase_add_test(tests, small_pivots_do_not_make_updates_inaccurate);
    tcase_add_test(tests, a_singular_basis_is_completed_by_logicals);
    tcase_add_test(tests, too_many_or_too_few_columns_still_make_a_basis);
    tcase_add_test(tests, larger_factors_wear_later);
    suite_add_tcase(suite, tests);
    return harness_run(suite);
}
