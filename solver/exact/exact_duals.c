#include "solver/exact/exact_duals.h"

#include <assert.h>
#include <float.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "solver/base/memory.h"
#include "solver/exact/exact_box.h"
#include "solver/exact/exact_internal.h"

enum { EXACT_PASSES = 1000 };
#define EXACT_LOSS      1e-13 /* relative: most that implied bounds may cost before multipliers are repaired */
#define EXACT_NEAR_ZERO 1e-12 /* relative to its terms: a sum that may be 0 but for rounding */

/* --- sums and value --- */

/* Whether a sum of that sign needs a bound that does not exist. */
static bool exact_lacks(int sign, double lower, double upper) {
    assert(sign >= -1 && sign <= 1);
    return (sign > 0 && !isfinite(lower)) || (sign < 0 && !isfinite(upper));
}

static bool exact_lacks_column(const struct exact_box *b, int sign, int col) {
    return exact_lacks(sign, b->lower[col], b->upper[col]);
}

static bool exact_lacks_row(const struct exact_box *b, int sign, int row) {
    return exact_lacks(sign, b->row_lower[row], b->row_upper[row]);
}

/* d = scale c - A'y */
static void exact_duals_price(const struct exact_duals *s) {
    const struct model *m = s->m;
    for (int j = 0; j < m->cols; j++) {
        rational_set(&s->d[j], 0);
        rational_add_product(&s->d[j], &s->common, s->scale * exact_cost(m, j));
        for (long k = m->start[j]; k < m->start[j + 1]; k++)
            rational_add_product(&s->d[j], &s->y[m->index[k]], -m->value[k]);
    }
}

/* d of one column in doubles, from the multipliers as given; size: that of its terms. */
static double exact_duals_sum(const struct exact_duals *s, int col, double *size) {
    const struct model *m = s->m;
    double d = s->scale * exact_cost(m, col);
    *size = fabs(d);
    for (long k = m->start[col]; k < m->start[col + 1]; k++) {
        double term = m->value[k] * s->given[m->index[k]];
        d -= term;
        *size += fabs(term);
    }
    return d;
}

/* Adds the least of `multiplier` times a value between the bounds. */
static void exact_duals_term(struct exact_duals *s, const struct rational *multiplier, double lower, double upper,
                             bool follows) {
    double end = multiplier->sign > 0 ? lower : upper;
    if (multiplier->sign == 0) return;
    assert(isfinite(end) && s->common.sign > 0);
    rational_add_product(&s->value, multiplier, end);
    if (follows) s->loss += fabs(end * rational_ratio(multiplier, &s->common));
}

/* Value and loss, if no bound is missing. */
static bool exact_duals_value(struct exact_duals *s, struct error *why) {
    const struct model *m = s->m;
    const struct exact_box *box = s->box;
    char spare[24];
    assert(s->common.sign > 0 && s->common.d.length == 0);
    rational_set(&s->value, 0);
    rational_add_product(&s->value, &s->common, s->scale * (m->maximize ? -m->offset : m->offset));
    s->loss = 0;
    for (int i = 0; i < m->rows; i++) {
        int sign = s->y[i].sign;
        if (exact_lacks_row(box, sign, i))
            return error_set(why, "row %s has a multiplier of %g, but no such side", model_row_name(m, i, spare),
                             rational_ratio(&s->y[i], &s->common));
        exact_duals_term(s, &s->y[i], box->row_lower[i], box->row_upper[i], exact_lacks_row(s->own, sign, i));
    }
    for (int j = 0; j < m->cols; j++) {
        int sign = s->d[j].sign;
        if (exact_lacks_column(box, sign, j))
            return error_set(why, "column %s has a sum of %g, but no bound on that side", model_col_name(m, j, spare),
                             rational_ratio(&s->d[j], &s->common));
        exact_duals_term(s, &s->d[j], box->lower[j], box->upper[j], exact_lacks_column(s->own, sign, j));
    }
    return true;
}

/* Good as it is: no bound is missing, and implied bounds cost nothing. */
static bool exact_duals_good(struct exact_duals *s, struct error *why) {
    return exact_duals_value(s, why) && s->loss <= EXACT_LOSS * (1 + fabs(rational_ratio(&s->value, &s->common)));
}

/* --- sums moved aside, in doubles --- */

static bool exact_duals_movable(const struct exact_duals *s, int row) {
    return s->given[row] != 0 || s->m->row_lower[row] == s->m->row_upper[row];
}

/* Moves y along column j, so that d changes by `by`; multipliers of missing sides stay 0. */
static void exact_duals_push(struct exact_duals *s, int j, double by) {
    const struct model *m = s->m;
    double norm = 0;
    for (long k = m->start[j]; k < m->start[j + 1]; k++)
        if (exact_duals_movable(s, m->index[k])) norm += m->value[k] * m->value[k];
    for (long k = m->start[j]; k < m->start[j + 1] && norm > 0; k++) {
        int i = m->index[k];
        double moved = s->given[i] - by / norm * m->value[k];
        if (exact_duals_movable(s, i) && !exact_lacks_row(s->own, (moved > 0) - (moved < 0), i)) s->given[i] = moved;
    }
}

/* Pushes sums on a side without a bound slightly beyond 0, column after column; returns whether any was. */
static bool exact_duals_pass(struct exact_duals *s) {
    const struct model *m = s->m;
    bool pushed = false;
    for (int j = 0; j < m->cols; j++) {
        bool lower = isfinite(s->box->lower[j]), upper = isfinite(s->box->upper[j]);
        if (lower == upper) continue;
        double size, d = exact_duals_sum(s, j, &size);
        double margin = (double)(m->start[j + 1] - m->start[j] + 4) * DBL_EPSILON * size;
        if (lower ? d >= margin : d <= -margin) continue;
        exact_duals_push(s, j, (lower ? 2 * margin : -2 * margin) - d);
        pushed = true;
    }
    return pushed;
}

static void exact_duals_relax(struct exact_duals *s) {
    size_t bytes = (size_t)s->m->rows * sizeof *s->given;
    double *before = MEMORY_NEW(double, s->m->rows);
    memory_copy(before, s->given, bytes);
    bool pushed = true;
    for (int pass = 0; pass < EXACT_PASSES && pushed; pass++) pushed = exact_duals_pass(s);
    assert(s->common.sign > 0);
    if (pushed) memory_copy(s->given, before, bytes);
    free(before);
    for (int i = 0; i < s->m->rows; i++) rational_set(&s->y[i], s->given[i]);
    exact_duals_price(s);
}

/* --- sums made 0 --- */

static bool exact_duals_near_zero(const struct exact_duals *s, int col) {
    double size, d = exact_duals_sum(s, col, &size);
    return fabs(d) <= EXACT_NEAR_ZERO * size;
}

/* Marks the columns whose d needs a bound that the model lacks, or might in the next round. A marked column that still
 * needs one depends on others, and gets priority over them. */
static bool exact_duals_mark(const struct exact_duals *s) {
    const struct exact_box *own = s->own;
    bool any = false;
    for (int j = 0; j < s->m->cols; j++) {
        bool lacks = exact_lacks_column(own, s->d[j].sign, j);
        bool might = s->zero[j] == 0 && (isinf(own->lower[j]) || isinf(own->upper[j])) && exact_duals_near_zero(s, j);
        s->zero[j] += lacks || might;
        any = any || lacks || might;
    }
    return any;
}

/* The marked columns' d = 0, as equations in the multipliers of row[unknowns]: the rows that have one, and
 * equations. */
static struct equations *exact_duals_equations(const struct exact_duals *s, int *row) {
    const struct model *m = s->m;
    int count = 0, unknowns = 0, *unknown = MEMORY_NEW(int, m->rows);
    for (int j = 0; j < m->cols; j++) count += s->zero[j] > 0;
    for (int i = 0; i < m->rows; i++) {
        unknown[i] = exact_duals_movable(s, i) ? unknowns : -1;
        if (unknown[i] >= 0) row[unknowns++] = i;
        assert(unknowns <= m->rows);
    }
    struct equations *e = equations_new(count, unknowns);
    double *dense = MEMORY_NEW(double, unknowns);
    for (int j = 0, t = 0; j < m->cols; j++) {
        if (s->zero[j] == 0) continue;
        assert(t < count);
        e->row[t].urgency = s->zero[j];
        exact_add_column(e, t++, m, j, s->scale, unknown, dense);
    }
    free(unknown);
    free(dense);
    return e;
}

/* Sets d = 0 exactly on as many of the marked columns as possible. false: a limit was reached. */
static bool exact_duals_solve(struct exact_duals *s) {
    int *row = MEMORY_NEW(int, s->m->rows);
    struct equations *e = exact_duals_equations(s, row);
    double *given = MEMORY_NEW(double, e->unknowns);
    for (int u = 0; u < e->unknowns; u++) given[u] = s->given[row[u]];
    struct equations_solution *x = equations_solve(e, given, s->limits);
    bool solved = x != NULL;
    if (solved) {
        assert(x->unknowns == e->unknowns && x->common.sign > 0);
        rational_copy(&s->common, &x->common);
        for (int u = 0; u < x->unknowns; u++) rational_copy(&s->y[row[u]], &x->x[u]);
        exact_duals_price(s);
    }
    equations_solution_free(x);
    equations_free(e);
    free(given);
    free(row);
    return solved;
}

/* --- all of it --- */

static bool exact_duals_given(struct exact_duals *s, const double *y, bool repair, struct error *why) {
    double most = 0;
    for (int i = 0; i < s->m->rows; i++) {
        if (!isfinite(y[i])) return error_set(why, "the multiplier of row %d is not a finite number", i + 1);
        most = fmax(most, fabs(y[i]));
    }
    for (int i = 0; i < s->m->rows; i++) {
        bool stray = exact_lacks_row(s->own, (y[i] > 0) - (y[i] < 0), i);
        s->given[i] = repair && exact_noise(y[i], most, stray) ? 0 : y[i];
        rational_set(&s->y[i], s->given[i]);
    }
    rational_set(&s->common, 1);
    return true;
}

bool exact_duals_init(struct exact_duals *s, const struct model *m, const double *y, int scale, bool repair,
                      const struct limits *limits, struct error *why) {
    *s = (struct exact_duals){.m = m,
                              .scale = scale,
                              .given = MEMORY_NEW(double, m->rows),
                              .limits = limits,
                              .y = exact_vector(m->rows),
                              .d = exact_vector(m->cols),
                              .zero = MEMORY_NEW(int, m->cols),
                              .own = exact_box_new(m),
                              .box = exact_box_new(m)};
    if (!exact_duals_given(s, y, repair, why)) return false;
    assert(s->common.sign > 0 && s->own != s->box);
    exact_box_imply(s->box, m);
    exact_duals_price(s);
    if (!repair) return exact_duals_value(s, why);
    bool good = exact_duals_good(s, why);
    if (!good) {
        exact_duals_relax(s);
        good = exact_duals_good(s, why);
    }
    for (int round = 0; round < EXACT_ROUNDS && !good && exact_duals_mark(s); round++) {
        if (!exact_duals_solve(s)) return error_set(why, EXACT_LATE);
        good = exact_duals_good(s, why);
    }
    return good || exact_duals_value(s, why);
}

void exact_duals_free(struct exact_duals *s) {
    exact_vector_free(s->y, s->m->rows);
    exact_vector_free(s->d, s->m->cols);
    rational_clear(&s->common);
    rational_clear(&s->value);
    free(s->given);
    free(s->zero);
    exact_box_free(s->own);
    exact_box_free(s->box);
}
