/* lp_proof.h - checks the claims of an lp_status on the model alone: by weak duality, by Farkas' lemma in exact
 * arithmetic, by the primal ray. It shares no code with the simplex: each function recomputes everything from the
 * model's columns. */
#ifndef TESTS_SUPPORT_LP_PROOF_H
#define TESTS_SUPPORT_LP_PROOF_H
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "solver/base/memory.h"
#include "solver/lp/lp.h"

/* --- exact sums: a list of doubles that do not overlap, smallest first (Shewchuk 1997) --- */

struct exact {
    double part[200];
    int count;
};

static inline void exact_add(struct exact *e, double value) {
    int kept = 0;
    for (int k = 0; k < e->count; k++) {
        double sum = value + e->part[k], z = sum - value;
        double error = (value - (sum - z)) + (e->part[k] - z);
        if (error != 0) e->part[kept++] = error;
        value = sum;
    }
    if (value != 0) e->part[kept++] = value;
    e->count = kept;
    if (kept > 190) abort();
}

static inline void exact_add_product(struct exact *e, double a, double b) {
    double product = a * b;
    exact_add(e, fma(a, b, -product));
    exact_add(e, product);
}

static inline double exact_top(const struct exact *e) { /* its sign is the sum's */
    return e->count > 0 ? e->part[e->count - 1] : 0;
}

static inline double proof_lower(const struct model *m, int j) {
    double b = j < m->cols ? m->lower[j] : m->row_lower[j - m->cols];
    return b <= -MODEL_INFINITY ? -INFINITY : b;
}

static inline double proof_upper(const struct model *m, int j) {
    double b = j < m->cols ? m->upper[j] : m->row_upper[j - m->cols];
    return b >= MODEL_INFINITY ? INFINITY : b;
}

/* Exactly: the least value of y'(A x - s) over the bounds is positive, or bounds cross. `why`: what is missing. With
 * `rounding` > 0 a coefficient below that, relative to the terms it is the sum of, counts as zero where there is no
 * bound: in programs with rounded data, perhaps no y of doubles makes it zero. */
static inline bool proof_farkas(const struct model *m, const double *y, double rounding, char why[200]) {
    struct exact least = {{0}, 0};
    for (int j = 0; j < m->cols + m->rows; j++) {
        if (proof_lower(m, j) > proof_upper(m, j)) return true;
        struct exact g = {{0}, 0};
        double size = 0;
        if (j >= m->cols)
            exact_add(&g, -y[j - m->cols]);
        else
            for (long k = m->start[j]; k < m->start[j + 1]; k++) {
                exact_add_product(&g, m->value[k], y[m->index[k]]);
                size += fabs(m->value[k] * y[m->index[k]]);
            }
        double sign = exact_top(&g);
        if (sign == 0) continue;
        double bound = sign > 0 ? proof_lower(m, j) : proof_upper(m, j);
        if (isinf(bound) && fabs(sign) <= rounding * size) continue;
        if (isinf(bound)) {
            snprintf(why, 200, "variable %d of %d + %d has no bound that its coefficient %.3g needs", j, m->cols,
                     m->rows, sign);
            return false;
        }
        for (int k = 0; k < g.count; k++) exact_add_product(&least, g.part[k], bound);
    }
    if (exact_top(&least) > 0) return true;
    snprintf(why, 200, "the least value is only %.3g", exact_top(&least));
    return false;
}

/* Violation by x[cols] relative to the sizes added up, and the activities. */
static inline double proof_primal(const struct model *m, const double *x) {
    double worst = 0;
    double *activity = MEMORY_NEW(double, m->rows), *size = MEMORY_NEW(double, m->rows);
    for (int j = 0; j < m->cols; j++) {
        double off = fmax(proof_lower(m, j) - x[j], x[j] - proof_upper(m, j));
        worst = fmax(worst, off / (1 + 1e-2 * fabs(x[j])));
        for (long k = m->start[j]; k < m->start[j + 1]; k++) {
            activity[m->index[k]] += m->value[k] * x[j];
            size[m->index[k]] += fabs(m->value[k] * x[j]);
        }
    }
    for (int i = 0; i < m->rows; i++) {
        double off = fmax(proof_lower(m, m->cols + i) - activity[i], activity[i] - proof_upper(m, m->cols + i));
        worst = fmax(worst, off / (1 + 1e-2 * size[i]));
    }
    free(activity);
    free(size);
    return worst;
}

/* The bound on the optimum (of minimisation) that y proves; reduced costs of the wrong sign at infinite bounds count as
 * zero if they are below `tolerance` (or rounding of their terms), else the bound is -infinity. */
static inline double proof_dual_bound(const struct model *m, const double *y, double tolerance) {
    long double bound = 0;
    for (int j = 0; j < m->cols + m->rows; j++) {
        double size = 0;
        long double d = j < m->cols ? (m->maximize ? -m->cost[j] : m->cost[j]) : y[j - m->cols];
        if (j < m->cols)
            for (long k = m->start[j]; k < m->start[j + 1]; k++) {
                d -= (long double)m->value[k] * y[m->index[k]];
                size += fabs(m->value[k] * y[m->index[k]]);
            }
        if (d == 0) continue;
        double at = d > 0 ? proof_lower(m, j) : proof_upper(m, j);
        if (isinf(at)) {
            if (fabsl(d) > tolerance + 1e-12 * size) return -INFINITY;
            continue;
        }
        bound += d * at;
    }
    return (double)bound;
}

/* A direction that never leaves the bounds while the cost falls. */
static inline bool proof_ray(const struct model *m, const double *ray) {
    double *activity = MEMORY_NEW(double, m->rows), *size = MEMORY_NEW(double, m->rows), gain = 0;
    bool good = true;
    for (int j = 0; j < m->cols; j++) {
        if ((ray[j] > 0 && !isinf(proof_upper(m, j))) || (ray[j] < 0 && !isinf(proof_lower(m, j)))) good = false;
        gain += (m->maximize ? -m->cost[j] : m->cost[j]) * ray[j];
        for (long k = m->start[j]; k < m->start[j + 1]; k++) {
            activity[m->index[k]] += m->value[k] * ray[j];
            size[m->index[k]] += fabs(m->value[k] * ray[j]);
        }
    }
    for (int i = 0; i < m->rows; i++) {
        if (fabs(activity[i]) <= 1e-9 * size[i]) continue;
        if (activity[i] > 0 ? !isinf(proof_upper(m, m->cols + i)) : !isinf(proof_lower(m, m->cols + i))) good = false;
    }
    free(activity);
    free(size);
    return good && gain < 0;
}

/* Checks the claim that lp_solve made about m; `why` says why it is wrong. */
static inline bool proof_of(const struct model *m, const struct lp *lp, enum lp_status status, double rounding,
                            char why[200]) {
    switch (status) {
    case LP_OPTIMAL: {
        double off = proof_primal(m, lp_x(lp)), value = 0, size = 1;
        for (int j = 0; j < m->cols; j++) {
            value += (m->maximize ? -m->cost[j] : m->cost[j]) * lp_x(lp)[j];
            size += fabs(m->cost[j] * lp_x(lp)[j]);
        }
        double bound = proof_dual_bound(m, lp_row_duals(lp), 1e-6);
        snprintf(why, 200, "violation %.3g, value %.12g, bound %.12g, reported %.12g", off, value, bound,
                 lp_objective(lp));
        return off <= 1e-6 && value - bound <= 1e-6 * size && fabs(value - lp_objective(lp)) <= 1e-9 * size;
    }
    case LP_INFEASIBLE: return proof_farkas(m, lp_ray(lp), rounding, why);
    case LP_UNBOUNDED: {
        double off = proof_primal(m, lp_x(lp));
        bool ray = proof_ray(m, lp_ray(lp));
        snprintf(why, 200, "violation %.3g, ray %s", off, ray ? "good" : "bad");
        return off <= 1e-6 && ray;
    }
    case LP_CUTOFF:
    case LP_ITERATION_LIMIT:
    case LP_TIME_LIMIT:
    case LP_INTERRUPTED:
    case LP_NUMERICAL: snprintf(why, 200, "status %d is no claim", (int)status); return false;
    }
    return false;
}

static const struct lp_control proof_no_limits = {MODEL_INFINITY, {LIMITS_NO_DEADLINE, INT64_MAX, INT64_MAX, NULL}};

#endif
