/* exact_parts.h - what exact.c, exact_duals.c and exact_point.c share. */
#ifndef SOLVER_EXACT_PARTS_H
#define SOLVER_EXACT_PARTS_H
#include <math.h>
#include <stdlib.h>

#include "solver/exact.h"
#include "solver/memory.h"
#include "solver/rational.h"

enum { EXACT_ROUNDS = 30 };
#define EXACT_LATE  "the time limit came first"
#define EXACT_STRAY 1e-7 /* relative: multipliers on a side that is not there are dropped if they are smaller */

static inline bool exact_has_lower(double bound) {
    return bound > -MODEL_INFINITY;
}
static inline bool exact_has_upper(double bound) {
    return bound < MODEL_INFINITY;
}
static inline double exact_cost(const struct model *m, int col) {
    return m->maximize ? -m->cost[col] : m->cost[col];
}

static inline struct rational *exact_vector(int count) {
    return MEMORY_NEW(struct rational, count);
}
static inline void exact_vector_free(struct rational *v, int count) {
    for (int k = 0; k < count; k++) rational_clear(&v[k]);
    free(v);
}

#endif
