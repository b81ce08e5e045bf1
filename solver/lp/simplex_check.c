/* The invariants of solver/lp/simplex.h in full: too slow for every run, called by CHECK(...) only (make sanitize). The
 * tolerance is that of factors that have seen updates, so that what fails here is a mistake of ours and not rounding. */
#include <math.h>
#include <stdlib.h>

#include "solver/base/memory.h"
#include "solver/lp/simplex.h"

/* Backward error of a solve: its largest residual, relative to the largest entries of B and of the solution and to the
 * right-hand side (Rigal & Gaches 1967). Row by row it need not be small: a nearly singular B has solutions of 1e16,
 * and rounding leaves 1 where they should have a zero. */
#define CHECK_BACKWARD 1e-7

static bool simplex_check_nonbasic(const struct simplex *s, int j) {
    double lower = s->lower[j], upper = s->upper[j], x = s->x[j];
    switch ((enum place)s->basis.place[j]) {
    case PLACE_BASIC: return false;
    case PLACE_LOWER: return isfinite(lower) && x == lower;
    case PLACE_UPPER: return isfinite(upper) && x == upper;
    case PLACE_ZERO: return lower <= -MODEL_INFINITY && upper >= MODEL_INFINITY && x == 0;
    }
    return false;
}

bool simplex_check_basis(const struct simplex *s) {
    int basic = 0;
    for (int j = 0; j < s->total; j++) {
        int i = s->basis.where[j];
        if ((i >= 0) != (s->basis.place[j] == PLACE_BASIC)) return false;
        if (i >= 0 ? i >= s->rows || s->basis.head[i] != j : !simplex_check_nonbasic(s, j)) return false;
        basic += i >= 0;
    }
    return basic == s->rows;
}

/* The largest magnitude in the basis, whose logicals have 1. */
static double simplex_check_entry(const struct simplex *s) {
    double entry = 1;
    for (int i = 0; i < s->rows; i++) {
        int j = s->basis.head[i];
        if (j >= s->cols) continue;
        for (int k = s->columns.start[j]; k < s->columns.start[j + 1]; k++)
            entry = fmax(entry, fabs(s->columns.value[k]));
    }
    return entry;
}

/* How far a residual of a solve may be from 0 if its result is v; scaled right-hand sides are about 1. Results below
 * VECTOR_TINY are not in v. */
static double simplex_check_rounding(const struct simplex *s, const struct vector *v) {
    double largest = 0;
    for (int i = 0; i < v->size; i++) largest = fmax(largest, fabs(v->value[i]));
    const double entry = simplex_check_entry(s), rounded = CHECK_BACKWARD * (1 + entry * largest);
    return rounded + s->rows * entry * VECTOR_TINY;
}

static double simplex_check_product(const struct simplex *s, const double *v, int j) {
    if (j >= s->cols) return -v[j - s->cols];
    double sum = 0;
    for (int k = s->columns.start[j]; k < s->columns.start[j + 1]; k++)
        sum += s->columns.value[k] * v[s->columns.index[k]];
    return sum;
}

bool simplex_check_inverse(const struct simplex *s, int r) {
    const struct vector *row = s->work.row;
    double most = simplex_check_rounding(s, row);
    for (int i = 0; i < s->rows; i++)
        if (fabs(simplex_check_product(s, row->value, s->basis.head[i]) - (i == r)) > most) return false;
    return true;
}

bool simplex_check_column(const struct simplex *s, int q) {
    const struct vector *column = s->work.column;
    struct vector *rest = vector_new(s->rows);
    double most = simplex_check_rounding(s, column);
    bool good = true;
    simplex_load(s, rest, q, -1);
    for (int i = 0; i < s->rows; i++)
        if (column->value[i] != 0) simplex_load(s, rest, s->basis.head[i], column->value[i]);
    for (int i = 0; i < s->rows; i++) good = good && fabs(rest->value[i]) <= most;
    vector_free(rest);
    return good;
}

/* The right-hand side of x_B is the sum of the other terms of a row. */
static bool simplex_check_rows(const struct simplex *s) {
    double largest = 0, entry = simplex_check_entry(s);
    for (int i = 0; i < s->rows; i++) largest = fmax(largest, fabs(s->x[s->basis.head[i]]));
    for (int i = 0; i < s->rows; i++) {
        double size, residual = simplex_row_residual(s, i, &size);
        if (residual > CHECK_BACKWARD * (size + entry * largest)) return false;
    }
    return true;
}

bool simplex_check_values(const struct simplex *s) {
    if (s->fresh.dual)
        for (int i = 0; i < s->rows; i++)
            if (s->d[s->basis.head[i]] != 0) return false;
    return !s->fresh.primal || simplex_check_rows(s);
}

bool simplex_check_suspects(const struct simplex *s) {
    const struct simplex_pricing *p = &s->pricing;
    int listed = 0;
    for (int t = 0; t < p->suspect_count; t++)
        if (!p->suspected[p->suspects[t]]) return false;
    for (int i = 0; i < s->rows; i++) {
        if (p->infeasible[i] > 0 && !p->suspected[i]) return false;
        listed += p->suspected[i] != 0;
    }
    return listed == p->suspect_count;
}
