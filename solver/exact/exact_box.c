#include "solver/exact/exact_box.h"

#include <assert.h>
#include <float.h>
#include <math.h>
#include <stdlib.h>

#include "solver/base/memory.h"

enum { EXACT_BOX_ROUNDS = 50 };

static double *exact_box_copy(const double *from, int count) {
    double *to = MEMORY_NEW(double, count);
    for (int k = 0; k < count; k++) to[k] = fabs(from[k]) < MODEL_INFINITY ? from[k] : copysign(INFINITY, from[k]);
    return to;
}

struct exact_box *exact_box_new(const struct model *m) {
    assert(m->rows >= 0 && m->cols >= 0);
    struct exact_box *b = MEMORY_NEW(struct exact_box, 1);
    *b = (struct exact_box){exact_box_copy(m->lower, m->cols), exact_box_copy(m->upper, m->cols),
                            exact_box_copy(m->row_lower, m->rows), exact_box_copy(m->row_upper, m->rows)};
    return b;
}

void exact_box_free(struct exact_box *b) {
    if (!b) return;
    free(b->lower);
    free(b->upper);
    free(b->row_lower);
    free(b->row_upper);
    free(b);
}

/* The least that a row's activity can be; that of -row is minus the most that it can be. */
struct exact_activity {
    double finite, size; /* sum of the finite terms and of their magnitudes */
    int infinite, terms; /* terms without a bound; all terms */
};

/* An upper bound on the rounding error of a sum of that many products, and of two more operations with numbers of no
 * greater size. */
static double exact_box_margin(double size, int terms) {
    assert(terms >= 0 && size >= 0);
    return (terms + 4) * 2 * DBL_EPSILON * size + DBL_MIN;
}

/* side[2][rows]: least activity of the rows (0) and of the negated rows (1) */
static void exact_box_activities(struct exact_activity *side, const struct exact_box *b, const struct model *m) {
    for (int i = 0; i < 2 * m->rows; i++) side[i] = (struct exact_activity){0};
    for (int j = 0; j < m->cols; j++)
        for (long k = m->start[j]; k < m->start[j + 1]; k++)
            for (int negated = 0; negated < 2; negated++) {
                struct exact_activity *a = &side[negated * m->rows + m->index[k]];
                double value = negated ? -m->value[k] : m->value[k],
                       term = value * (value > 0 ? b->lower[j] : b->upper[j]);
                a->terms++;
                assert(m->index[k] >= 0 && m->index[k] < m->rows);
                if (value == 0) continue;
                if (!isfinite(term)) {
                    a->infinite++;
                    continue;
                }
                a->finite += term;
                a->size += fabs(term);
            }
}

/* value x <= side - least activity of the others, for value > 0: the bound on x, safely above; INFINITY for none. `own`
 * is the bound of x that the activity contains. */
static double exact_box_most(const struct exact_activity *a, double side, double value, double own) {
    assert(value > 0 && a->terms > 0);
    double term = value * own;
    bool counted = isfinite(term);
    if (!isfinite(side) || a->infinite != !counted) return INFINITY;
    double rest = side - (counted ? a->finite - term : a->finite);
    double margin = exact_box_margin(fabs(side) + a->size, a->terms);
    assert(margin > 0);
    double most = (rest + margin) / value;
    most += 2 * DBL_EPSILON * fabs(most) + DBL_MIN;
    return most < MODEL_INFINITY ? most : INFINITY;
}

/* Fills the missing sides of column j; whether it did. */
static bool exact_box_column(struct exact_box *b, const struct exact_activity *side, const struct model *m, int j) {
    double least = -INFINITY, most = INFINITY;
    for (long k = m->start[j]; k < m->start[j + 1]; k++)
        for (int negated = 0; negated < 2; negated++) {
            int i = m->index[k];
            const struct exact_activity *a = &side[negated * m->rows + i];
            double value = negated ? -m->value[k] : m->value[k], end = negated ? -b->row_lower[i] : b->row_upper[i];
            if (value > 0) most = fmin(most, exact_box_most(a, end, value, b->lower[j]));
            if (value < 0) least = fmax(least, -exact_box_most(a, end, -value, -b->upper[j]));
        }
    bool lower = isinf(b->lower[j]) && isfinite(least), upper = isinf(b->upper[j]) && isfinite(most);
    assert(!(lower && isfinite(b->lower[j])) && !(upper && isfinite(b->upper[j]))); /* bounds that exist stay */
    if (lower) b->lower[j] = least;
    if (upper) b->upper[j] = most;
    return lower || upper;
}

static void exact_box_rows(struct exact_box *b, const struct exact_activity *side, const struct model *m) {
    for (int i = 0; i < m->rows; i++) {
        const struct exact_activity *down = &side[i], *up = &side[m->rows + i];
        if (isinf(b->row_lower[i]) && !down->infinite)
            b->row_lower[i] = down->finite - exact_box_margin(down->size, down->terms);
        if (isinf(b->row_upper[i]) && !up->infinite)
            b->row_upper[i] = -up->finite + exact_box_margin(up->size, up->terms);
    }
}

void exact_box_imply(struct exact_box *b, const struct model *m) {
    struct exact_activity *side = MEMORY_NEW(struct exact_activity, 2 * (size_t)m->rows);
    bool changed = true;
    for (int round = 0; changed && round < EXACT_BOX_ROUNDS; round++) {
        changed = false;
        exact_box_activities(side, b, m);
        for (int j = 0; j < m->cols; j++) changed = exact_box_column(b, side, m, j) || changed;
    }
    exact_box_activities(side, b, m);
    exact_box_rows(b, side, m);
    free(side);
}
