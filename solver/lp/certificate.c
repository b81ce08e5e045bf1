#include "solver/lp/certificate.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "solver/base/memory.h"

/* Rounding error of a coefficient that should be zero: relative to the terms of its sum, or to the largest y. */
#define RAY_ROWS  1e-14 /* relative, of a row along the ray */
#define RAY_ZERO  1e-13
#define RAY_NOISE 1e-14

/* Coefficient of variable j in y'[A | -I], and the sum of the magnitudes it was added from. */
static double certificate_coefficient(const struct simplex *s, const double *y, int j, double *size) {
    assert(j >= 0 && j < s->total);
    double sum = 0;
    *size = 0;
    if (j >= s->cols) {
        *size = fabs(y[j - s->cols]);
        return -y[j - s->cols];
    }
    for (int k = s->columns.start[j]; k < s->columns.start[j + 1]; k++) {
        double term = s->columns.value[k] * y[s->columns.index[k]];
        sum += term;
        *size += fabs(term);
    }
    return sum;
}

/* --- exact arithmetic: a sum as doubles that do not overlap, smallest first (Shewchuk 1997) --- */

struct expansion {
    double part[64];
    int count;
};

static bool expansion_add(struct expansion *e, double value) {
    int kept = 0;
    assert(e->count < 62); /* one part may join */
    for (int k = 0; k < e->count; k++) {
        double sum = value + e->part[k], z = sum - value, error = (value - (sum - z)) + (e->part[k] - z);
        if (error != 0) e->part[kept++] = error;
        value = sum;
    }
    if (value != 0) e->part[kept++] = value;
    e->count = kept;
    return kept < 62;
}

static bool expansion_add_product(struct expansion *e, double a, double b) {
    double product = a * b;
    return expansion_add(e, fma(a, b, -product)) && expansion_add(e, product);
}

static double expansion_value(const struct expansion *e) {
    return e->count > 0 ? e->part[e->count - 1] : 0;
}

static bool exact_coefficient(const struct simplex *s, const double *y, int j, struct expansion *g) {
    g->count = 0;
    if (j >= s->cols) return expansion_add(g, -y[j - s->cols]);
    for (int k = s->columns.start[j]; k < s->columns.start[j + 1]; k++)
        if (!expansion_add_product(g, s->columns.value[k], y[s->columns.index[k]])) return false;
    return true;
}

/* Whether y proves it exactly. */
static bool exact_farkas(const struct simplex *s, const double *y) {
    struct expansion least = {{0}, 0}, g;
    assert(s->total == s->rows + s->cols);
    for (int j = 0; j < s->total; j++) {
        if (!exact_coefficient(s, y, j, &g)) return false;
        double sign = expansion_value(&g), bound = sign > 0 ? s->lower[j] : s->upper[j];
        if (sign == 0 || bound == 0) continue;
        if (isinf(bound)) return false;
        for (int k = 0; k < g.count; k++)
            if (!expansion_add_product(&least, g.part[k], bound)) return false;
    }
    return expansion_value(&least) > 0;
}

/* The least denominator up to `most` of a fraction next to value (continued fractions), 0 if there is none. */
static double small_denominator(double value, double most) {
    double rest = value, before = 0, now = 1;
    assert(!(value < 0)); /* a magnitude; numerical trouble may have made it NaN */
    for (int k = 0; k < 40; k++) {
        if (fabs(value * now - round(value * now)) < 1e-8 * fmax(1, fabs(value))) return now;
        double fraction = rest - floor(rest);
        if (fraction < 1e-12) return 0;
        rest = 1 / fraction;
        double next = floor(rest) * now + before;
        if (next > most) return 0;
        before = now;
        now = next;
    }
    return 0;
}

/* In many programs y is rational with a small common denominator; then a multiple has exact integers. */
static bool mend_by_integers(const struct simplex *s, double *trial, const double *y) {
    double largest = 0, factor = 0;
    for (int i = 0; i < s->rows; i++) largest = fmax(largest, fabs(y[i]));
    for (int i = 0; i < s->rows; i++) {
        if (fabs(y[i]) < 1e-10 * largest) continue;
        if (factor == 0) factor = 1 / y[i];
        double denominator = small_denominator(fabs(y[i] * factor), 1e5);
        factor *= denominator;
        if (denominator == 0 || fabs(factor) * largest > 1e12) return false;
    }
    double sign = factor < 0 ? -1 : 1;
    for (int i = 0; i < s->rows; i++) trial[i] = sign * round(y[i] * factor);
    return exact_farkas(s, trial);
}

/* y of the basis, moved so that the coefficients of basic variables are not zero but slightly on the side that has a
 * bound; rows in which y is only rounding error are left out. */
static bool mend_by_basis(const struct simplex *s, double *trial, const double *y, double margin) {
    struct vector *v = s->work.tau;
    assert(margin > 0 && s->basis.factored && trial != y);
    double largest = 0;
    for (int i = 0; i < s->rows; i++) largest = fmax(largest, fabs(y[i]));
    for (int i = 0; i < s->rows; i++) trial[i] = fabs(y[i]) > RAY_NOISE * largest ? y[i] : 0;
    vector_clear(v);
    for (int i = 0; i < s->rows; i++) {
        int j = s->basis.head[i];
        double size, g = certificate_coefficient(s, trial, j, &size);
        bool no_lower = isinf(s->lower[j]), no_upper = isinf(s->upper[j]);
        if (fabs(g) <= RAY_ZERO * size) {
            double aside = size > 0 ? margin * fmax(size, 1e-3 * largest) : 0;
            g = no_lower == no_upper ? 0 : no_lower ? -aside : aside;
        }
        if (g != 0) vector_set(v, i, g);
    }
    lu_btran(s->lu, v, LU_DENSE);
    for (int i = 0; i < s->rows; i++) trial[i] = fabs(v->value[i]) > 1e-4 * margin * largest ? v->value[i] : 0;
    vector_clear(v);
    return exact_farkas(s, trial);
}

/* Relaxation (Agmon 1954): each coefficient on a side without a bound is pushed slightly beyond zero, along its
 * column. */
static bool mend_by_relaxation(const struct simplex *s, double *trial, const double *y, double margin) {
    assert(margin > 0);
    memory_move(trial, y, (size_t)s->rows * sizeof *y);
    for (int pass = 0; pass < 200; pass++) {
        bool clean = true;
        for (int j = 0; j < s->total; j++) {
            double size, g = certificate_coefficient(s, trial, j, &size), norm = 1;
            bool no_lower = isinf(s->lower[j]), no_upper = isinf(s->upper[j]);
            if (size == 0 || (!no_lower && !no_upper)) continue;
            if (j >= s->cols) {
                if ((g > 0 && no_lower) || (g < 0 && no_upper)) trial[j - s->cols] = 0;
                continue;
            }
            double target = no_lower && no_upper ? 0 : no_lower ? -margin * size : margin * size;
            if (no_lower && no_upper ? fabs(g) <= 1e-16 * size : no_lower ? g <= 0.5 * target : g >= 0.5 * target)
                continue;
            clean = false;
            norm = 0;
            for (int k = s->columns.start[j]; k < s->columns.start[j + 1]; k++)
                if (trial[s->columns.index[k]] != 0) norm += s->columns.value[k] * s->columns.value[k];
            for (int k = s->columns.start[j]; k < s->columns.start[j + 1]; k++)
                if (trial[s->columns.index[k]] != 0)
                    trial[s->columns.index[k]] += (target - g) / norm * s->columns.value[k];
        }
        if (clean) break;
    }
    return exact_farkas(s, trial);
}

/* Coefficients of logicals that certificate_farkas took for zero become zero. */
static void mend_logicals(const struct simplex *s, double *y) {
    double largest = 0;
    for (int i = 0; i < s->rows; i++) largest = fmax(largest, fabs(y[i]));
    for (int i = 0; i < s->rows; i++) {
        double bound = y[i] < 0 ? s->lower[s->cols + i] : s->upper[s->cols + i];
        if (isinf(bound) && fabs(y[i]) <= RAY_NOISE * largest) y[i] = 0;
    }
}

bool certificate_mend(const struct simplex *s, double *y) {
    mend_logicals(s, y);
    if (exact_farkas(s, y)) return true;
    assert(y != s->work.tau->value); /* the repairs use that */
    double *trial = MEMORY_NEW(double, s->rows);
    bool good = mend_by_integers(s, trial, y);
    for (double margin = 1e-13; !good && margin < 1e-6; margin *= 10)
        good = mend_by_basis(s, trial, y, margin) || mend_by_relaxation(s, trial, trial, margin);
    if (good) memory_copy(y, trial, (size_t)s->rows * sizeof *y);
    free(trial);
    return good;
}

/* 0 = y'(A x - s) must be outside of the values that the bounds allow: least > 0, or, with -y, most < 0. If a
 * coefficient counts as zero only relative to much larger rows, the proof must hold exactly. */
bool certificate_farkas(const struct simplex *s, struct vector *y) {
    double least = 0, most = 0, size_least = 0, size_most = 0, noise = RAY_NOISE * vector_largest(y);
    assert(y->size == s->rows && noise >= 0);
    bool doubt_least = false, doubt_most = false;
    for (int j = 0; j < s->total; j++) {
        double size, g = certificate_coefficient(s, y->value, j, &size);
        if (size == 0) continue;
        bool zero = fabs(g) <= RAY_ZERO * size || fabs(g) <= noise;
        bool beyond = zero && fabs(g) > RAY_ZERO * size;
        double at_least = g > 0 ? s->lower[j] : s->upper[j], at_most = g > 0 ? s->upper[j] : s->lower[j];
        if (g == 0) continue;
        doubt_least = doubt_least || (beyond && isinf(at_least));
        doubt_most = doubt_most || (beyond && isinf(at_most));
        if (!(zero && isinf(at_least))) {
            least += g * at_least;
            size_least += fabs(g * at_least);
        }
        if (!(zero && isinf(at_most))) {
            most += g * at_most;
            size_most += fabs(g * at_most);
        }
    }
    bool above = least > 1e-12 * size_least && isfinite(least), below = most < -1e-12 * size_most && isfinite(most);
    if (below && !above) {
        for (int k = 0; k < y->count; k++) y->value[y->index[k]] = -y->value[y->index[k]];
    }
    if (above ? doubt_least : below && doubt_most) {
        y->count = VECTOR_UNLISTED;
        return certificate_mend(s, y->value);
    }
    return above || below;
}

/* Whether each logical moves as its row does: entries that were dropped as noise may have balanced a row of large
 * coefficients. */
static bool certificate_on_rows(const struct simplex *s, const double *direction) {
    for (int i = 0; i < s->rows; i++) {
        double sum = -direction[s->cols + i], size = fabs(sum);
        for (int k = s->by_row.start[i]; k < s->by_row.start[i + 1]; k++) {
            double term = s->by_row.value[k] * direction[s->by_row.index[k]];
            sum += term;
            size += fabs(term);
        }
        if (fabs(sum) > RAY_ROWS * size) return false;
    }
    return true;
}

bool certificate_ray(const struct simplex *s, double *direction) {
    assert(s->basis.where[s->ray.entering] < 0 && (s->ray.direction == 1 || s->ray.direction == -1));
    memory_clear(direction, (size_t)s->total * sizeof *direction);
    direction[s->ray.entering] = s->ray.direction;
    for (int t = 0; t < s->work.column->count; t++) {
        int i = s->work.column->index[t];
        direction[s->basis.head[i]] = -s->ray.direction * s->work.column->value[i];
    }
    double gain = 0, size = 0, largest = 0;
    for (int j = 0; j < s->total; j++) largest = fmax(largest, fabs(direction[j]));
    for (int j = 0; j < s->total; j++) {
        bool blocked = direction[j] > 0 ? s->upper[j] < INFINITY : direction[j] < 0 && s->lower[j] > -INFINITY;
        if (blocked && fabs(direction[j]) > RAY_ZERO * largest) return false;
        if (blocked || fabs(direction[j]) <= RAY_NOISE * largest) direction[j] = 0;
        gain += s->cost[j] * direction[j];
        size += fabs(s->cost[j] * direction[j]);
    }
    return gain < -1e-12 * size && certificate_on_rows(s, direction);
}
