/* exact_lp.h - an oracle for small programs in exact rational arithmetic: a simplex tableau with Bland's rule, and
 * branch and bound on top. Slow and simple; of the solver it uses only solver/exact/rational.h (which
 * tests/solver/test_exact.c compares with 128-bit integers). */
#ifndef TESTS_SUPPORT_EXACT_LP_H
#define TESTS_SUPPORT_EXACT_LP_H
#include <math.h>
#include <stdbool.h>
#include <stdlib.h>

#include "solver/base/memory.h"
#include "solver/exact/rational.h"
#include "solver/model/model.h"

enum exact_status { EXACT_OPTIMAL, EXACT_INFEASIBLE, EXACT_UNBOUNDED };
static const char *const exact_status_names[] = {"optimal", "infeasible", "unbounded"};

/* min d t  s.t.  t[basic[i]] + sum over nonbasic k of a[i][k] t[k] = a[i][n] for row i,  t >= 0.
 * Row `rows` is the objective. */
struct exact_tableau {
    int rows, n;
    int *basic;
    struct rational *a; /* [(rows + 1) * (n + 1)] */
};

static inline struct rational *exact_at(const struct exact_tableau *t, int i, int k) {
    return &t->a[(size_t)i * (size_t)(t->n + 1) + (size_t)k];
}

static inline void exact_pivot(struct exact_tableau *t, int row, int col) {
    struct rational f = {0}, p = {0};
    rational_copy(&p, exact_at(t, row, col));
    for (int k = 0; k <= t->n; k++)
        if (exact_at(t, row, k)->sign) rational_divide(exact_at(t, row, k), exact_at(t, row, k), &p);
    for (int i = 0; i <= t->rows; i++) {
        if (i == row || exact_at(t, i, col)->sign == 0) continue;
        rational_copy(&f, exact_at(t, i, col));
        for (int k = 0; k <= t->n; k++) {
            if (exact_at(t, row, k)->sign == 0) continue;
            rational_multiply(&p, &f, exact_at(t, row, k));
            rational_subtract(exact_at(t, i, k), exact_at(t, i, k), &p);
        }
    }
    t->basic[row] = col;
    rational_clear(&f);
    rational_clear(&p);
}

/* Bland's rule: the first improving column enters, the first of the blocking rows leaves. Columns from `columns` on may
 * not enter. False: unbounded. */
static inline bool exact_improve(struct exact_tableau *t, int columns) {
    for (;;) {
        int col = 0, row = -1;
        struct rational best = {0}, ratio = {0};
        while (col < columns && exact_at(t, t->rows, col)->sign >= 0) col++;
        if (col == columns) return true;
        for (int i = 0; i < t->rows; i++) {
            if (exact_at(t, i, col)->sign <= 0) continue;
            rational_divide(&ratio, exact_at(t, i, t->n), exact_at(t, i, col));
            int order = row < 0 ? -1 : rational_compare(&ratio, &best);
            if (order < 0 || (order == 0 && t->basic[i] < t->basic[row])) {
                row = i;
                rational_copy(&best, &ratio);
            }
        }
        rational_clear(&best);
        rational_clear(&ratio);
        if (row < 0) return false;
        exact_pivot(t, row, col);
    }
}

/* x[j] = base[j] + sign[j] t[first[j]] - (free: t[first[j] + 1]). */
struct exact_program {
    const struct model *m;
    const double *lower, *upper; /* [cols] in place of the model's */
    double slack;                /* every side and bound is relaxed by this */
    int *first, *sign;           /* [cols] sign 0: free, two columns */
    double *base;                /* [cols] before slack */
};

static inline double exact_low(double bound, double slack) {
    return bound <= -MODEL_INFINITY ? -INFINITY : bound - slack;
}
static inline double exact_high(double bound, double slack) {
    return bound >= MODEL_INFINITY ? INFINITY : bound + slack;
}

/* One row of the tableau: sense * (activity of model row i, or of column -1 - i, with x in terms of t) <= or = side. */
static inline void exact_fill(struct exact_tableau *t, const struct exact_program *p, int at, const double *coefficient,
                              double side, int sense) {
    struct rational c = {0}, term = {0}, *right = exact_at(t, at, t->n);
    rational_set(right, side);
    for (int j = 0; j < p->m->cols; j++) {
        if (coefficient[j] == 0) continue;
        rational_set(&c, coefficient[j]);
        rational_set(&term, p->base[j]);
        rational_multiply(&term, &term, &c);
        rational_subtract(right, right, &term);
        rational_copy(exact_at(t, at, p->first[j]), &c);
        if (p->sign[j] < 0) rational_negate(exact_at(t, at, p->first[j]));
        if (p->sign[j] != 0) continue;
        rational_copy(exact_at(t, at, p->first[j] + 1), &c);
        rational_negate(exact_at(t, at, p->first[j] + 1));
    }
    for (int k = 0; sense < 0 && k <= t->n; k++) rational_negate(exact_at(t, at, k));
    rational_clear(&c);
    rational_clear(&term);
}

static inline void exact_columns(struct exact_program *p, int *columns, int *sides) {
    const struct model *m = p->m;
    for (int j = 0; j < m->cols; j++) {
        double low = exact_low(p->lower[j], p->slack), high = exact_high(p->upper[j], p->slack);
        p->first[j] = *columns;
        p->sign[j] = low > -INFINITY ? 1 : high < INFINITY ? -1 : 0;
        p->base[j] = p->sign[j] > 0 ? low : p->sign[j] < 0 ? high : 0;
        *columns += p->sign[j] == 0 ? 2 : 1;
        *sides += low > -INFINITY && high < INFINITY;
    }
    for (int i = 0; i < m->rows; i++) {
        double low = exact_low(m->row_lower[i], p->slack), high = exact_high(m->row_upper[i], p->slack);
        *sides += low == high ? 1 : (low > -INFINITY) + (high < INFINITY);
    }
}

static inline void exact_rows(struct exact_tableau *t, const struct exact_program *p, int structurals) {
    const struct model *m = p->m;
    double *dense = MEMORY_NEW(double, m->cols);
    int at = 0;
    for (int i = -m->cols; i < m->rows; i++) { /* columns' upper bounds first */
        int j = i < 0 ? -1 - i : -1;
        for (int k = 0; k < m->cols; k++) dense[k] = k == j;
        for (int k = 0; i >= 0 && k < m->cols; k++)
            for (long e = m->start[k]; e < m->start[k + 1]; e++)
                if (m->index[e] == i) dense[k] = m->value[e];
        double low = exact_low(i < 0 ? p->lower[j] : m->row_lower[i], p->slack);
        double high = exact_high(i < 0 ? p->upper[j] : m->row_upper[i], p->slack);
        bool equal = i >= 0 && low == high;
        if (high < INFINITY && (i >= 0 || low > -INFINITY)) {
            exact_fill(t, p, at, dense, high, 1);
            if (!equal) rational_set(exact_at(t, at, structurals + at), 1);
            at++;
        }
        if (i >= 0 && low > -INFINITY && !equal) {
            exact_fill(t, p, at, dense, low, -1);
            rational_set(exact_at(t, at, structurals + at), 1);
            at++;
        }
    }
    free(dense);
}

/* The objective row for costs c (NULL: the artificial columns, from `from` on, at 1), reduced by the basic rows. */
static inline void exact_price(struct exact_tableau *t, const struct exact_program *p, const double *c, int from) {
    struct rational f = {0}, term = {0};
    for (int k = 0; k <= t->n; k++) rational_set(exact_at(t, t->rows, k), !c && k >= from && k < t->n);
    if (c) exact_fill(t, p, t->rows, c, 0, 1);
    for (int i = 0; i < t->rows; i++) {
        rational_copy(&f, exact_at(t, t->rows, t->basic[i]));
        for (int k = 0; f.sign && k <= t->n; k++) {
            if (exact_at(t, i, k)->sign == 0) continue;
            rational_multiply(&term, &f, exact_at(t, i, k));
            rational_subtract(exact_at(t, t->rows, k), exact_at(t, t->rows, k), &term);
        }
    }
    rational_clear(&f);
    rational_clear(&term);
}

static inline void exact_take(double *x, struct exact_tableau *t, const struct exact_program *p) {
    struct rational value = {0}, base = {0};
    for (int j = 0; j < p->m->cols; j++) {
        rational_set(&value, 0);
        for (int i = 0; i < t->rows; i++) {
            if (t->basic[i] == p->first[j]) rational_add(&value, &value, exact_at(t, i, t->n));
            if (p->sign[j] == 0 && t->basic[i] == p->first[j] + 1)
                rational_subtract(&value, &value, exact_at(t, i, t->n));
        }
        if (p->sign[j] < 0) rational_negate(&value);
        rational_set(&base, p->base[j]);
        rational_add(&value, &value, &base);
        x[j] = rational_double(&value);
    }
    rational_clear(&value);
    rational_clear(&base);
}

static inline enum exact_status exact_two_phases(double *x, struct exact_tableau *t, const struct exact_program *p,
                                                 int structurals) {
    int artificial = structurals + t->rows;
    for (int i = 0; i < t->rows; i++) {
        if (exact_at(t, i, t->n)->sign < 0)
            for (int k = 0; k <= t->n; k++) rational_negate(exact_at(t, i, k));
        rational_set(exact_at(t, i, artificial + i), 1);
        t->basic[i] = artificial + i;
    }
    exact_price(t, p, NULL, artificial);
    exact_improve(t, artificial);
    if (exact_at(t, t->rows, t->n)->sign != 0) return EXACT_INFEASIBLE;
    for (int i = 0; i < t->rows;
         i++) /* artificials at 0 leave; if none can, the row is redundant and they never move */
        for (int k = 0; t->basic[i] >= artificial && k < artificial; k++)
            if (exact_at(t, i, k)->sign != 0) exact_pivot(t, i, k);
    double *c = MEMORY_NEW(double, p->m->cols);
    for (int j = 0; j < p->m->cols; j++) c[j] = p->m->maximize ? -p->m->cost[j] : p->m->cost[j];
    exact_price(t, p, c, 0);
    free(c);
    if (!exact_improve(t, artificial)) return EXACT_UNBOUNDED;
    exact_take(x, t, p);
    return EXACT_OPTIMAL;
}

/* The relaxation with these bounds; *objective is of minimisation, without the offset. */
static inline enum exact_status exact_relaxation(double *objective, double *x, const struct model *m,
                                                 const double *lower, const double *upper, double slack) {
    struct exact_program p = {.m = m, .lower = lower, .upper = upper, .slack = slack};
    for (int j = 0; j < m->cols; j++)
        if (exact_low(lower[j], slack) > exact_high(upper[j], slack)) return EXACT_INFEASIBLE;
    for (int i = 0; i < m->rows; i++)
        if (exact_low(m->row_lower[i], slack) > exact_high(m->row_upper[i], slack)) return EXACT_INFEASIBLE;
    int structurals = 0, rows = 0;
    p.first = MEMORY_NEW(int, m->cols);
    p.sign = MEMORY_NEW(int, m->cols);
    p.base = MEMORY_NEW(double, m->cols);
    exact_columns(&p, &structurals, &rows);
    struct exact_tableau t = {.rows = rows, .n = structurals + 2 * rows};
    size_t cells = (size_t)(rows + 1) * (size_t)(t.n + 1);
    t.basic = MEMORY_NEW(int, rows);
    t.a = MEMORY_NEW(struct rational, cells);
    exact_rows(&t, &p, structurals);
    enum exact_status status = exact_two_phases(x, &t, &p, structurals);
    *objective = status == EXACT_OPTIMAL ? -rational_double(exact_at(&t, rows, t.n)) : 0;
    for (size_t k = 0; k < cells; k++) rational_clear(&t.a[k]);
    free(t.a);
    free(t.basic);
    free(p.first);
    free(p.sign);
    free(p.base);
    return status;
}

struct exact_answer {
    enum exact_status status;
    double objective; /* of minimisation, without the offset */
};

/* A vertex of small whole data is fractional by far more than 1e-9, if at all. */
static inline void exact_branch(struct exact_answer *best, const struct model *m, double *lower, double *upper,
                                double slack) {
    double objective = 0, *x = MEMORY_NEW(double, m->cols);
    enum exact_status status = exact_relaxation(&objective, x, m, lower, upper, slack);
    int at = 0;
    if (status == EXACT_UNBOUNDED) best->status = status;
    bool worse = best->status == EXACT_OPTIMAL && objective >= best->objective;
    if (status == EXACT_OPTIMAL && !worse) {
        while (at < m->cols && (!m->integer[at] || fabs(x[at] - nearbyint(x[at])) <= (slack > 0 ? slack * 1.01 : 1e-9)))
            at++;
        if (at == m->cols) {
            *best = (struct exact_answer){EXACT_OPTIMAL, objective};
        } else {
            double low = lower[at], high = upper[at], below = floor(x[at]);
            upper[at] = below;
            exact_branch(best, m, lower, upper, slack);
            upper[at] = high;
            lower[at] = below + 1;
            if (best->status != EXACT_UNBOUNDED) exact_branch(best, m, lower, upper, slack);
            lower[at] = low;
        }
    }
    free(x);
}

/* Sides and bounds wider by `slack`, where that is not 0. An unbounded relaxation of a program that has a solution is
 * an unbounded program (rational data: Meyer 1974). */
static inline struct exact_answer exact_solve(const struct model *m, double slack) {
    struct exact_answer best = {EXACT_INFEASIBLE, 0};
    struct model plain = *m;
    double *lower = MEMORY_NEW(double, m->cols), *upper = MEMORY_NEW(double, m->cols),
           *none = MEMORY_NEW(double, m->cols);
    for (int round = 0; round < 2; round++) {
        for (int j = 0; j < m->cols; j++) {
            bool whole = m->integer[j];
            lower[j] = whole && m->lower[j] > -MODEL_INFINITY ? ceil(m->lower[j]) : m->lower[j];
            upper[j] = whole && m->upper[j] < MODEL_INFINITY ? floor(m->upper[j]) : m->upper[j];
        }
        exact_branch(&best, &plain, lower, upper, slack);
        if (best.status != EXACT_UNBOUNDED) break;
        plain.cost = none; /* first: does any solution exist? */
        best.status = EXACT_INFEASIBLE;
    }
    if (plain.cost == none && best.status == EXACT_OPTIMAL) best.status = EXACT_UNBOUNDED;
    free(lower);
    free(upper);
    free(none);
    return best;
}

#endif
