#include "solver/exact.h"

#include <float.h>

#include "solver/eliminate.h"
#include "solver/exact_parts.h"

/* d = scale c - A'y of one column */
static void exact_reduced_cost(struct rational *d, const struct model *m, const struct rational *y, int col,
                               int scale) {
    rational_set(d, scale * exact_cost(m, col));
    for (long k = m->start[col]; k < m->start[col + 1]; k++) rational_add_product(d, &y[m->index[k]], -m->value[k]);
}

/* Whether a sum of that sign needs a bound that is not there. */
static bool exact_lacks(int sign, double lower, double upper) {
    return (sign > 0 && !exact_has_lower(lower)) || (sign < 0 && !exact_has_upper(upper));
}

/* --- duals: Farkas rays (scale 0) and bounds (scale 1) ------------------------------------------------------------------------ */

struct exact_duals {
    const struct model *m;
    int scale;              /* of the costs */
    struct rational *y, *d; /* [rows], [cols] */
    double *weight;         /* [rows] |y| as given */
    bool *zero;             /* [cols] d is to be 0 */
};

static bool exact_duals_signs(const struct exact_duals *s, int *bad) {
    for (int i = 0; i < s->m->rows; i++)
        if (exact_lacks(s->y[i].sign, s->m->row_lower[i], s->m->row_upper[i])) {
            *bad = i;
            return false;
        }
    return true;
}

static void exact_duals_price(const struct exact_duals *s) {
    for (int j = 0; j < s->m->cols; j++) exact_reduced_cost(&s->d[j], s->m, s->y, j, s->scale);
}

/* Adds to `zero` the columns whose d needs a bound they lack. */
static int exact_duals_mark(const struct exact_duals *s) {
    const struct model *m = s->m;
    int added = 0;
    for (int j = 0; j < m->cols; j++) {
        if (s->zero[j] || !exact_lacks(s->d[j].sign, m->lower[j], m->upper[j])) continue;
        s->zero[j] = true;
        added++;
    }
    return added;
}

/* Sets d = 0 exactly on the marked columns. Unknowns are the rows that have a multiplier, and equations. */
static bool exact_duals_repair(struct exact_duals *s) {
    const struct model *m = s->m;
    int equations = 0, unknowns = 0, *unknown = MEMORY_NEW(int, m->rows), *row = MEMORY_NEW(int, m->rows);
    for (int j = 0; j < m->cols; j++) equations += s->zero[j];
    for (int i = 0; i < m->rows; i++) {
        bool equation = m->row_lower[i] == m->row_upper[i];
        unknown[i] = equation || s->y[i].sign != 0 ? unknowns : -1;
        if (unknown[i] >= 0) row[unknowns++] = i;
    }
    struct eliminate *system = eliminate_new(equations, unknowns);
    double *dense = MEMORY_NEW(double, unknowns), *weight = MEMORY_NEW(double, unknowns);
    struct rational *x = exact_vector(unknowns);
    for (int k = 0; k < unknowns; k++) {
        weight[k] = s->weight[row[k]];
        rational_copy(&x[k], &s->y[row[k]]);
    }
    for (int j = 0, e = 0; j < m->cols; j++) {
        if (!s->zero[j]) continue;
        for (long k = m->start[j]; k < m->start[j + 1]; k++)
            if (unknown[m->index[k]] >= 0) dense[unknown[m->index[k]]] = m->value[k];
        for (int k = 0; k < unknowns; k++) {
            if (dense[k] != 0) eliminate_add(system, e, k, dense[k]);
            dense[k] = 0;
        }
        rational_set(&system->row[e++].right, s->scale * exact_cost(m, j));
    }
    bool solved = eliminate_solve(x, system, weight);
    for (int k = 0; k < unknowns && solved; k++) rational_copy(&s->y[row[k]], &x[k]);
    eliminate_free(system);
    exact_vector_free(x, unknowns);
    free(unknown);
    free(row);
    free(dense);
    free(weight);
    return solved;
}

static bool exact_duals_new(struct exact_duals *s, const struct model *m, const double *y, int scale, bool repair,
                            struct error *why) {
    *s = (struct exact_duals){
        m, scale, exact_vector(m->rows), exact_vector(m->cols), MEMORY_NEW(double, m->rows), MEMORY_NEW(bool, m->cols)};
    double most = 0;
    for (int i = 0; i < m->rows; i++) {
        if (!isfinite(y[i])) return error_set(why, "the multiplier of row %d is not a finite number", i + 1);
        most = fmax(most, fabs(y[i]));
    }
    for (int i = 0; i < m->rows; i++) {
        bool stray = exact_lacks((y[i] > 0) - (y[i] < 0), m->row_lower[i], m->row_upper[i]);
        bool noise = repair && (fabs(y[i]) <= 1e-12 * most || (stray && fabs(y[i]) <= EXACT_STRAY * most));
        double value = noise ? 0 : y[i];
        s->weight[i] = fabs(value);
        rational_set(&s->y[i], value);
    }
    exact_duals_price(s);
    for (int round = 0; repair && round < EXACT_ROUNDS && exact_duals_mark(s) > 0; round++) {
        if (!exact_duals_repair(s)) return error_set(why, "the columns without bounds cannot all have a sum of 0");
        exact_duals_price(s);
    }
    char spare[24];
    int bad = 0;
    if (!exact_duals_signs(s, &bad))
        return error_set(why, "row %s has a multiplier of %g, but no such side", model_row_name(m, bad, spare),
                         rational_double(&s->y[bad]));
    for (int j = 0; j < m->cols; j++)
        if (exact_lacks(s->d[j].sign, m->lower[j], m->upper[j]))
            return error_set(why, "column %s has a sum of %g, but no bound on that side", model_col_name(m, j, spare),
                             rational_double(&s->d[j]));
    return true;
}

static void exact_duals_free(struct exact_duals *s) {
    exact_vector_free(s->y, s->m->rows);
    exact_vector_free(s->d, s->m->cols);
    free(s->weight);
    free(s->zero);
}

/* Least of y's over the row bounds plus d'x over the box; the signs fit the bounds that there are. */
static void exact_duals_value(struct rational *value, const struct exact_duals *s) {
    const struct model *m = s->m;
    for (int i = 0; i < m->rows; i++)
        if (s->y[i].sign) rational_add_product(value, &s->y[i], s->y[i].sign > 0 ? m->row_lower[i] : m->row_upper[i]);
    for (int j = 0; j < m->cols; j++)
        if (s->d[j].sign) rational_add_product(value, &s->d[j], s->d[j].sign > 0 ? m->lower[j] : m->upper[j]);
}

/* Bounds that cross need no multipliers. */
static bool exact_bounds_cross(const struct model *m) {
    bool cross = false;
    for (int j = 0; j < m->cols; j++) cross = cross || m->lower[j] > m->upper[j];
    for (int i = 0; i < m->rows; i++) cross = cross || m->row_lower[i] > m->row_upper[i];
    return cross;
}

static bool exact_farkas_one_way(const struct model *m, const double *y, bool repair, struct error *why) {
    struct exact_duals s;
    struct rational value = {0};
    bool proven = exact_duals_new(&s, m, y, 0, repair, why);
    if (proven) {
        exact_duals_value(&value, &s);
        proven = value.sign > 0;
        if (!proven)
            error_set(why, "the multipliers leave a gap of %g, more than 0 was expected", rational_double(&value));
    }
    rational_clear(&value);
    exact_duals_free(&s);
    return proven;
}

bool exact_farkas(const struct model *m, const double *y, struct error *why) {
    if (exact_bounds_cross(m)) return true;
    struct error other;
    double *turned = MEMORY_NEW(double, m->rows);
    for (int i = 0; i < m->rows; i++) turned[i] = -y[i];
    bool proven = false;
    for (int repair = 0; repair < 2 && !proven; repair++)
        proven = exact_farkas_one_way(m, turned, repair, why) || exact_farkas_one_way(m, y, repair, &other);
    free(turned);
    return proven;
}

bool exact_bound(double *bound, const struct model *m, const double *y, struct error *why) {
    struct exact_duals s;
    struct rational value = {0};
    bool proven = exact_duals_new(&s, m, y, 1, true, why);
    *bound = -INFINITY;
    if (proven) {
        rational_set(&value, m->maximize ? -m->offset : m->offset);
        exact_duals_value(&value, &s);
        double near = rational_double(&value);
        *bound = near - 8 * DBL_EPSILON * fabs(near);
    }
    rational_clear(&value);
    exact_duals_free(&s);
    return proven;
}
