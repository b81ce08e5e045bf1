#include "solver/lattice/echelon.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>

#include "solver/base/check.h"
#include "solver/base/limits.h"
#include "solver/base/memory.h"

enum { ECHELON_BITS = 4000 /* of an entry at most */, ECHELON_PASSES = 20 };

static struct rational *echelon_at(const struct echelon *e, int row, int col) {
    assert(row >= 0 && row < e->rows + e->cols && col >= 0 && col < e->cols);
    return &e->a[(size_t)col * (size_t)(e->rows + e->cols) + (size_t)row];
}

struct echelon *echelon_new(int rows, int cols) {
    assert(rows >= 0 && cols >= 0);
    struct echelon *e = MEMORY_NEW(struct echelon, 1);
    *e = (struct echelon){.rows = rows, .cols = cols, .pivot = MEMORY_NEW(int, rows)};
    e->a = MEMORY_NEW(struct rational, (size_t)cols * (size_t)(rows + cols));
    for (int j = 0; j < cols; j++) rational_set(echelon_at(e, rows + j, j), 1);
    return e;
}

void echelon_free(struct echelon *e) {
    if (!e) return;
    for (int j = 0; j < e->cols; j++)
        for (int i = 0; i < e->rows + e->cols; i++) rational_clear(echelon_at(e, i, j));
    free(e->a);
    free(e->pivot);
    free(e);
}

void echelon_set(struct echelon *e, int row, int col, double value) {
    assert(e->rank == 0 && row < e->rows && value == nearbyint(value));
    rational_set(echelon_at(e, row, col), value);
}

/* quotient = a / b towards 0; returns whether it is exact */
static bool echelon_divide(struct rational *quotient, const struct rational *a, const struct rational *b) {
    struct whole rest = {0};
    assert(b->sign != 0 && a->d.length == 0 && b->d.length == 0); /* whole numbers */
    whole_copy(&rest, &a->n);
    whole_divide(&quotient->n, &rest, &b->n);
    quotient->d.length = 0;
    quotient->sign = quotient->n.length == 0 ? 0 : a->sign * b->sign;
    bool whole = rest.length == 0;
    whole_clear(&rest);
    return whole;
}

/* column to -= factor column from, from row `first` on; false if a number has grown too long */
static bool echelon_subtract(const struct echelon *e, int to, int from, const struct rational *factor, int first) {
    struct rational product = {0};
    bool good = true;
    for (int i = first; i < e->rows + e->cols && good; i++) {
        if (echelon_at(e, i, from)->sign == 0) continue;
        rational_multiply(&product, factor, echelon_at(e, i, from));
        rational_subtract(echelon_at(e, i, to), echelon_at(e, i, to), &product);
        good = whole_bits(&echelon_at(e, i, to)->n) <= ECHELON_BITS;
    }
    rational_clear(&product);
    return good;
}

static void echelon_swap(struct echelon *e, int a, int b) {
    for (int i = 0; i < e->rows + e->cols && a != b; i++) {
        struct rational kept = *echelon_at(e, i, a);
        *echelon_at(e, i, a) = *echelon_at(e, i, b);
        *echelon_at(e, i, b) = kept;
    }
}

/* The column from the rank on with the smallest nonzero entry in the row; -1 if all are 0. */
static int echelon_least(const struct echelon *e, int row) {
    int least = -1;
    for (int j = e->rank; j < e->cols; j++) {
        if (echelon_at(e, row, j)->sign == 0) continue;
        if (least < 0 || whole_compare(&echelon_at(e, row, j)->n, &echelon_at(e, row, least)->n) < 0) least = j;
    }
    return least;
}

/* Euclid's algorithm, until one entry of the row remains. */
static bool echelon_reduce_row(struct echelon *e, int row) {
    struct rational quotient = {0};
    bool good = true;
    for (bool again = true; again && good;) {
        int least = echelon_least(e, row);
        again = false;
        if (least < 0) break;
        assert(least >= e->rank && least < e->cols);
        echelon_swap(e, least, e->rank);
        for (int j = e->rank + 1; j < e->cols && good; j++) {
            if (echelon_at(e, row, j)->sign == 0) continue;
            assert(echelon_at(e, row, e->rank)->sign != 0);
            echelon_divide(&quotient, echelon_at(e, row, j), echelon_at(e, row, e->rank));
            good = echelon_subtract(e, j, e->rank, &quotient, row);
            again |= echelon_at(e, row, j)->sign != 0;
        }
    }
    rational_clear(&quotient);
    return good;
}

/* Columns beyond the rank's are zero in this row. */
static bool echelon_check_row(const struct echelon *e, int row) {
    for (int j = e->rank + 1; j < e->cols; j++)
        if (echelon_at(e, row, j)->sign != 0) return false;
    return true;
}

bool echelon_reduce(struct echelon *e, const struct limits *limits) {
    for (int row = 0; row < e->rows && e->rank < e->cols; row++) {
        if (!echelon_reduce_row(e, row) || limits_clock(limits) != LIMITS_RUNNING) return false;
        assert(e->rank <= row);
        CHECK(echelon_check_row(e, row));
        if (echelon_at(e, row, e->rank)->sign != 0) e->pivot[e->rank++] = row;
    }
    return true;
}

bool echelon_solve(struct rational *x, const struct echelon *e, struct rational *right) {
    struct rational t = {0}, product = {0};
    bool whole = true;
    for (int j = 0; j < e->cols; j++) rational_set(&x[j], 0);
    for (int k = 0; k < e->rank && whole; k++) {
        assert(k == 0 || e->pivot[k - 1] < e->pivot[k]);
        whole = echelon_divide(&t, &right[e->pivot[k]], echelon_at(e, e->pivot[k], k));
        for (int i = e->pivot[k]; i < e->rows + e->cols && whole; i++) {
            rational_multiply(&product, &t, echelon_at(e, i, k));
            if (i < e->rows)
                rational_subtract(&right[i], &right[i], &product);
            else
                rational_add(&x[i - e->rows], &x[i - e->rows], &product);
        }
    }
    for (int i = 0; i < e->rows && whole; i++) whole = right[i].sign == 0;
    rational_clear(&t);
    rational_clear(&product);
    return whole;
}

static void echelon_dot(struct rational *sum, const struct rational *a, const struct rational *b, int count) {
    struct rational product = {0};
    rational_set(sum, 0);
    for (int i = 0; i < count; i++) {
        if (a[i].sign == 0 || b[i].sign == 0) continue;
        rational_multiply(&product, &a[i], &b[i]);
        rational_add(sum, sum, &product);
    }
    rational_clear(&product);
}

/* Subtracts the multiple of b that makes a shortest; false: it is already */
static bool echelon_shorten_by(struct rational *a, const struct rational *b, int count) {
    struct rational dot = {0}, size = {0}, factor = {0}, term = {0};
    echelon_dot(&dot, a, b, count);
    echelon_dot(&size, b, b, count);
    rational_add(&dot, &dot,
                 &dot); /* the nearest whole number to dot / size is (2 dot +- size) / (2 size), towards 0 */
    assert(size.sign > 0 && size.d.length == 0); /* no column of U is zero */
    struct rational half = size;
    half.sign = dot.sign < 0 ? -1 : 1;
    rational_add(&dot, &dot, &half);
    rational_add(&term, &size, &size);
    echelon_divide(&factor, &dot, &term);
    for (int i = 0; i < count && factor.sign != 0; i++) {
        rational_multiply(&term, &factor, &b[i]);
        rational_subtract(&a[i], &a[i], &term);
    }
    bool shorter = factor.sign != 0;
    rational_clear(&dot);
    rational_clear(&size);
    rational_clear(&factor);
    rational_clear(&term);
    return shorter;
}

void echelon_shorten(struct rational *x, struct echelon *e) {
    assert(e->rank <= e->cols && e->rank <= e->rows);
    bool shorter = e->rank < e->cols;
    for (int pass = 0; shorter && pass < ECHELON_PASSES; pass++) {
        shorter = false;
        for (int j = e->rank; j < e->cols; j++) {
            for (int k = e->rank; k < e->cols; k++)
                if (k != j)
                    shorter |= echelon_shorten_by(echelon_at(e, e->rows, j), echelon_at(e, e->rows, k), e->cols);
            shorter |= echelon_shorten_by(x, echelon_at(e, e->rows, j), e->cols);
        }
    }
}
