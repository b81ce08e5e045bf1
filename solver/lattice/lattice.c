#include "solver/lattice/lattice_internal.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "solver/base/memory.h"
#include "solver/base/numbers.h"

enum {
    LATTICE_RANGE = 1000,  /* most values of a boxed column: a search can finish such a range */
    LATTICE_MODULUS = 5000 /* greatest divisor whose residues are enumerated */
};
#define LATTICE_WHOLE 1e-12  /* relative: a scaled coefficient this near to a whole number counts as one */
#define LATTICE_LARGE 1e9    /* most of scaled coefficients */
#define LATTICE_SIDE  0x1p50 /* larger sides are not accurate to a whole number */
#define LATTICE_NOISE 1e-11  /* relative to the terms of a row */

static bool lattice_fixed(const struct model *m, int col) {
    return m->lower[col] == m->upper[col];
}

double lattice_lower(const struct model *m, int col) {
    return ceil(model_unbounded(m->lower[col]) - LATTICE_FEASIBILITY);
}

double lattice_upper(const struct model *m, int col) {
    return floor(model_unbounded(m->upper[col]) + LATTICE_FEASIBILITY);
}

/* --- rows --- */

/* The scale that makes all coefficients of free integer columns whole; 0: none exists, or no such column. */
static double lattice_scale(const struct lattice *l, int i) {
    static const double scales[] = {1, 2, 4, 8, 10, 16, 32, 64, 100, 1000, 1e4, 1e5};
    for (size_t k = 0; k < sizeof scales / sizeof *scales; k++) {
        bool whole = true, any = false;
        for (long e = l->by_row.start[i]; e < l->by_row.start[i + 1] && whole; e++) {
            int j = l->by_row.col[e];
            double v = fabs(l->by_row.value[e] * scales[k]);
            if (!l->m->integer[j] || lattice_fixed(l->m, j)) continue;
            whole = v < LATTICE_LARGE && fabs(v - nearbyint(v)) <= LATTICE_WHOLE * v;
            any = true;
        }
        if (!any) return 0;
        if (whole) return scales[k];
    }
    return 0;
}

/* The contribution to row i of columns that are not free integers: least, most, and the sum of sizes. */
static void lattice_others(const struct lattice *l, int i, double *least, double *most, double *size) {
    *least = *most = *size = 0;
    for (long e = l->by_row.start[i]; e < l->by_row.start[i + 1]; e++) {
        int j = l->by_row.col[e];
        double v = l->by_row.value[e];
        double lower = model_unbounded(l->m->lower[j]), upper = model_unbounded(l->m->upper[j]);
        if (l->m->integer[j] && !lattice_fixed(l->m, j)) continue;
        *least += v > 0 ? v * lower : v * upper;
        *most += v > 0 ? v * upper : v * lower;
        *size += fabs(v) * fmax(isinf(lower) ? 0 : fabs(lower), isinf(upper) ? 0 : fabs(upper));
    }
}

static void lattice_row_entries(struct lattice *l, struct lattice_row *r, int i, double scale) {
    int room = (int)(l->by_row.start[i + 1] - l->by_row.start[i]);
    *r = (struct lattice_row){0, MEMORY_NEW(int, room), MEMORY_NEW(double, room), 0, 0};
    for (long e = l->by_row.start[i]; e < l->by_row.start[i + 1]; e++) {
        int j = l->by_row.col[e];
        if (!l->m->integer[j] || lattice_fixed(l->m, j)) continue;
        r->col[r->count] = j;
        r->value[r->count++] = nearbyint(l->by_row.value[e] * scale);
    }
}

/* The first value is positive, and the values have no common divisor, which is returned. */
static double lattice_row_divide(struct lattice_row *r) {
    double divisor = 0;
    assert(r->count > 0);
    for (int k = 0; k < r->count; k++)
        divisor = numbers_gcd(fmax(fabs(r->value[k]), divisor), fmin(fabs(r->value[k]), divisor));
    if (r->value[0] < 0) divisor = -divisor;
    assert(fabs(divisor) >= 1 && r->value[0] / divisor > 0);
    for (int k = 0; k < r->count; k++) r->value[k] /= divisor;
    return divisor;
}

/* A side of the row after division, rounded inwards; INFINITY of its sign if missing, or too large to be accurate. */
static double lattice_side(double side, double margin, double factor, bool up) {
    assert(margin > 0 && factor != 0);
    double at = (side + (up == (factor > 0) ? margin : -margin)) * factor;
    if (!(fabs(at) < LATTICE_SIDE)) return up ? INFINITY : -INFINITY;
    return up ? floor(at) : ceil(at);
}

static void lattice_add_row(struct lattice *l, int i) {
    const struct model *m = l->m;
    double scale = lattice_scale(l, i), least, most, size;
    if (scale == 0) return;
    lattice_others(l, i, &least, &most, &size);
    double lower = m->row_lower[i] <= -MODEL_INFINITY ? -INFINITY : m->row_lower[i] - most;
    double upper = m->row_upper[i] >= MODEL_INFINITY ? INFINITY : m->row_upper[i] - least;
    double margin = LATTICE_FEASIBILITY + LATTICE_NOISE * size;
    if (lower == -INFINITY && upper == INFINITY) return;
    assert(l->rows < m->rows);
    struct lattice_row *r = &l->row[l->rows++];
    lattice_row_entries(l, r, i, scale);
    double factor = scale / lattice_row_divide(r);
    r->low = lattice_side(factor > 0 ? lower : upper, margin, factor, false);
    r->high = lattice_side(factor > 0 ? upper : lower, margin, factor, true);
    l->empty |= r->low > r->high;
}

/* --- several rows as one --- */

static int lattice_by_entries(const void *a, const void *b) {
    const struct lattice_row *p = a, *q = b;
    assert(p->count >= 0 && q->count >= 0);
    if (p->count != q->count) return p->count < q->count ? -1 : 1;
    int order = p->count ? memcmp(p->col, q->col, (size_t)p->count * sizeof *p->col) : 0;
    for (int k = 0; k < p->count && order == 0; k++) order = (p->value[k] > q->value[k]) - (p->value[k] < q->value[k]);
    return order;
}

void lattice_row_free(struct lattice_row *r) {
    free(r->col);
    free(r->value);
}

/* Rows with the same left-hand side: their sides are intersected; false if nothing remains. */
static void lattice_merge(struct lattice *l) {
    int kept = 0;
    memory_sort(l->row, (size_t)l->rows, sizeof *l->row, lattice_by_entries);
    for (int i = 0; i < l->rows; i++) {
        struct lattice_row *last = kept > 0 ? &l->row[kept - 1] : NULL;
        if (!last || lattice_by_entries(last, &l->row[i]) != 0) {
            l->row[kept++] = l->row[i];
            continue;
        }
        assert(last->count == l->row[i].count);
        last->low = fmax(last->low, l->row[i].low);
        last->high = fmin(last->high, l->row[i].high);
        l->empty |= last->low > last->high;
        lattice_row_free(&l->row[i]);
    }
    l->rows = kept;
}

/* --- one row: divisors of what has no bounds, residues of what has --- */

/* reached[r]: the boxed columns so far can add up to r modulo the divisor. Adds one with coefficient a and `steps`
 * values above its lower bound. */
static void lattice_reach(bool *reached, bool *next, int divisor, int a, int steps) {
    assert(a >= 0 && a < divisor && steps >= 0 && reached != next);
    memory_clear(next, (size_t)divisor * sizeof *next);
    for (int r = 0; r < divisor; r++)
        for (int k = 0, at = r; reached[r] && k <= steps; k++, at = (at + a) % divisor) next[at] = true;
    memory_copy(reached, next, (size_t)divisor * sizeof *next);
}

static int lattice_residue(double value, int divisor) {
    int rest = (int)fmod(value, divisor);
    assert(rest > -divisor && rest < divisor);
    return rest < 0 ? rest + divisor : rest;
}

/* Whether integers within their bounds can give the row a value from low to high, with any values of the open ones. */
static bool lattice_row_can(const struct lattice *l, const struct lattice_row *r) {
    const struct model *m = l->m;
    double open = 0, base = 0;
    for (int k = 0; k < r->count; k++) {
        double v = fabs(r->value[k]);
        if (l->boxed[r->col[k]])
            base += r->value[k] * lattice_lower(m, r->col[k]);
        else
            open = numbers_gcd(fmax(v, open), fmin(v, open));
    }
    if (open < 2 || open > LATTICE_MODULUS || r->high - r->low + 1 >= open || fabs(base) > LATTICE_SIDE) return true;
    int divisor = (int)open;
    assert(divisor >= 2 && divisor <= LATTICE_MODULUS && divisor == open);
    bool *reached = MEMORY_NEW(bool, divisor), *next = MEMORY_NEW(bool, divisor), can = false;
    reached[lattice_residue(base, divisor)] = true;
    for (int k = 0; k < r->count; k++) {
        int j = r->col[k];
        if (!l->boxed[j]) continue;
        double steps = lattice_upper(m, j) - lattice_lower(m, j);
        lattice_reach(reached, next, divisor, lattice_residue(r->value[k], divisor), (int)fmin(steps, divisor - 1));
    }
    assert(r->low == nearbyint(r->low) && r->high - r->low < divisor);
    for (double v = r->low; v <= r->high; v++) can |= reached[lattice_residue(v, divisor)];
    free(reached);
    free(next);
    return can;
}

/* --- the whole --- */

/* Which integers are boxed; true if some are not. */
static bool lattice_find_boxed(struct lattice *l) {
    const struct model *m = l->m;
    bool open = false;
    for (int j = 0; j < m->cols; j++) {
        l->boxed[j] = lattice_upper(m, j) - lattice_lower(m, j) <= LATTICE_RANGE;
        open |= m->integer[j] && !l->boxed[j];
    }
    return open;
}

static enum lattice_answer lattice_rows(double *x, struct lattice *l, const struct limits *limits) {
    for (int i = 0; i < l->m->rows; i++) lattice_add_row(l, i);
    lattice_merge(l);
    for (int i = 0; i < l->rows && !l->empty; i++) l->empty = !lattice_row_can(l, &l->row[i]);
    return l->empty ? LATTICE_EMPTY : lattice_system_search(x, l, limits);
}

enum lattice_answer lattice_search(double *x, const struct model *m, const struct limits *limits) {
    struct lattice l = {.m = m,
                        .row = MEMORY_NEW(struct lattice_row, m->rows),
                        .uses = MEMORY_NEW(int, m->cols),
                        .boxed = MEMORY_NEW(bool, m->cols)};
    enum lattice_answer answer = LATTICE_OPEN;
    rows_init(&l.by_row, m);
    if (lattice_find_boxed(&l)) answer = lattice_rows(x, &l, limits);
    for (int i = 0; i < l.rows; i++) lattice_row_free(&l.row[i]);
    rows_free(&l.by_row);
    free(l.row);
    free(l.uses);
    free(l.boxed);
    return answer;
}
