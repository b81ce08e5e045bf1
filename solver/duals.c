#include "solver/duals.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>

#include "solver/base/clock.h"
#include "solver/base/memory.h"

#define DUALS_SAME 1e-6 /* relative: most difference of the objective with integers fixed */

const char *const duals_names[] = {"none", "program", "integers-fixed"};

static double *duals_activity(const struct model *m, const double *x) {
    double *activity = MEMORY_NEW(double, m->rows);
    long double *sum = MEMORY_NEW(long double, m->rows);
    for (int j = 0; j < m->cols; j++)
        for (long k = m->start[j]; k < m->start[j + 1]; k++) sum[m->index[k]] += (long double)m->value[k] * x[j];
    for (int i = 0; i < m->rows; i++) activity[i] = (double)sum[i];
    free(sum);
    return activity;
}

/* (3), and the signs of the model's own sense; row_dual has those of minimisation. */
static void duals_take(struct duals *d, const struct model *m, const double *row_dual, enum duals_of of) {
    double sign = m->maximize ? -1 : 1;
    assert(!d->row && !d->reduced && of != DUALS_NONE);
    d->of = of;
    d->row = MEMORY_NEW(double, m->rows);
    d->reduced = MEMORY_NEW(double, m->cols);
    for (int i = 0; i < m->rows; i++) d->row[i] = row_dual[i] == 0 ? 0 : sign * row_dual[i];
    for (int j = 0; j < m->cols; j++) {
        long double sum = m->cost[j], size = fabs(m->cost[j]);
        for (long k = m->start[j]; k < m->start[j + 1]; k++) {
            long double term = (long double)m->value[k] * d->row[m->index[k]];
            sum -= term;
            size += fabsl(term);
        }
        d->reduced[j] = fabsl(sum) <= 1e-13L * size ? 0 : (double)sum; /* what is left of 0 by rounding */
    }
}

static bool duals_integers(const struct model *m) {
    for (int j = 0; j < m->cols; j++)
        if (m->integer[j]) return true;
    return false;
}

static void duals_fixed(struct duals *d, const struct model *m, const struct milp_result *r, const struct options *o,
                        const struct limits *limits) {
    struct model *fixed = model_copy(m);
    struct options within = *o;
    struct milp_control control = {.interrupt = limits->interrupt};
    for (int j = 0; j < m->cols; j++) {
        if (!m->integer[j]) continue;
        fixed->lower[j] = fixed->upper[j] = nearbyint(r->x[j]);
        fixed->integer[j] = false;
    }
    assert(!duals_integers(fixed));
    within.time_limit = fmax(0, fmin(o->time_limit, limits->deadline - clock_wall()));
    struct milp_result *lp = milp_solve(fixed, &within, &control);
    double size = fmax(1, fabs(r->objective));
    if (lp->status == MILP_OPTIMAL && fabs(lp->objective - r->objective) <= DUALS_SAME * size)
        duals_take(d, m, lp->row_dual, DUALS_FIXED);
    milp_result_free(lp);
    model_free(fixed);
}

void duals_init(struct duals *d, const struct model *m, const struct milp_result *r, const struct options *o,
                const struct limits *limits) {
    *d = (struct duals){DUALS_NONE, NULL, NULL, NULL};
    if (!r->x) return;
    assert(r->status != MILP_INFEASIBLE);
    d->activity = duals_activity(m, r->x);
    if (r->status == MILP_UNBOUNDED) return;
    if (r->row_dual)
        duals_take(d, m, r->row_dual, DUALS_PROGRAM);
    else if (duals_integers(m))
        duals_fixed(d, m, r, o, limits);
    assert((d->of == DUALS_NONE) == !d->row);
}

void duals_free(struct duals *d) {
    free(d->activity);
    free(d->row);
    free(d->reduced);
}
