/* exact_internal.h - what exact.c, exact_duals.c and exact_point.c share. */
#ifndef SOLVER_EXACT_EXACT_INTERNAL_H
#define SOLVER_EXACT_EXACT_INTERNAL_H
#include <assert.h>
#include <math.h>
#include <stdlib.h>

#include "solver/base/memory.h"
#include "solver/exact/equations.h"
#include "solver/exact/exact.h"
#include "solver/exact/rational.h"

enum { EXACT_ROUNDS = 30 };
#define EXACT_LATE  "stopped by the time limit or an interrupt"
#define EXACT_STRAY 1e-7 /* relative: smaller multipliers on a missing side are dropped */

static inline bool exact_has_lower(double bound) {
    return bound > -MODEL_INFINITY;
}
static inline bool exact_has_upper(double bound) {
    return bound < MODEL_INFINITY;
}
static inline double exact_cost(const struct model *m, int col) {
    return m->maximize ? -m->cost[col] : m->cost[col];
}

/* Rounding noise: small compared with the largest, or on a side that does not exist. */
static inline bool exact_noise(double value, double most, bool stray) {
    assert(most >= fabs(value));
    return fabs(value) <= 1e-12 * most || (stray && fabs(value) <= EXACT_STRAY * most);
}
/* Equation t in the multipliers: column col's entries in the rows that have a number (others -1), its cost times
 * `scale` on the right. dense[e->unknowns] is all zero between calls. */
static inline void exact_add_column(struct equations *e, int t, const struct model *m, int col, int scale,
                                    const int *number, double *dense) {
    for (long k = m->start[col]; k < m->start[col + 1]; k++)
        if (number[m->index[k]] >= 0) dense[number[m->index[k]]] = m->value[k];
    assert(t >= 0 && t < e->count && e->row[t].count == 0);
    for (int u = 0; u < e->unknowns; u++) {
        equations_add(e, t, u, dense[u]);
        dense[u] = 0;
    }
    rational_set(&e->row[t].right, scale * exact_cost(m, col));
}

static inline struct rational *exact_vector(int count) {
    return MEMORY_NEW(struct rational, count);
}
static inline void exact_vector_free(struct rational *v, int count) {
    for (int k = 0; k < count; k++) rational_clear(&v[k]);
    free(v);
}

#endif
