#include "solver/exact/exact.h"

#include <assert.h>
#include <float.h>
#include <math.h>
#include <stdlib.h>

#include "solver/base/memory.h"
#include "solver/exact/exact_duals.h"

/* Bounds that cross need no multipliers. */
static bool exact_bounds_cross(const struct model *m) {
    bool cross = false;
    for (int j = 0; j < m->cols; j++) cross = cross || m->lower[j] > m->upper[j];
    for (int i = 0; i < m->rows; i++) cross = cross || m->row_lower[i] > m->row_upper[i];
    return cross;
}

static bool exact_farkas_one_way(const struct model *m, const double *y, bool repair, const struct limits *limits,
                                 struct error *why) {
    struct exact_duals s;
    bool proven = exact_duals_init(&s, m, y, 0, repair, limits, why);
    if (proven && s.value.sign <= 0)
        proven = error_set(why, "the multipliers leave a gap of %g (expected more than 0)",
                           rational_ratio(&s.value, &s.common));
    exact_duals_free(&s);
    return proven;
}

bool exact_farkas(const struct model *m, const double *y, const struct limits *limits, struct error *why) {
    if (exact_bounds_cross(m)) return true;
    struct error other;
    assert(m->entries == m->start[m->cols]);
    double *turned = MEMORY_NEW(double, m->rows);
    for (int i = 0; i < m->rows; i++) turned[i] = -y[i];
    bool proven = false;
    for (int repair = 0; repair < 2 && !proven; repair++)
        proven =
            exact_farkas_one_way(m, turned, repair, limits, why) || exact_farkas_one_way(m, y, repair, limits, &other);
    free(turned);
    return proven;
}

bool exact_bound(double *bound, const struct model *m, const double *y, const struct limits *limits,
                 struct error *why) {
    struct exact_duals s;
    bool proven = exact_duals_init(&s, m, y, 1, true, limits, why);
    assert(!proven || s.common.sign > 0);
    *bound = -INFINITY;
    if (proven) {
        double near = rational_ratio(&s.value, &s.common);
        *bound = near - 8 * DBL_EPSILON * fabs(near);
    }
    exact_duals_free(&s);
    return proven;
}
