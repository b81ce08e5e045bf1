/* Solutions of the search satisfy its rows, cuts included, and integrality to a tolerance. Here integers become whole
 * numbers; with them fixed, the rest is a small program, whose basic solution is as exact as possible. */
#include "solver/milp_internal.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "solver/base/memory.h"

#define POLISH_EXACT   1e-12 /* rows that hold to this need no repair */
#define POLISH_SNAPPED 1e-9  /* most violation of rows that rounding integers may cause */
#define POLISH_NEAR    1e-6  /* a continuous column this near to its bound, but not on it, is off by a rounding error */

/* The value that x[j] should have if it is off by rounding: a bound, a whole number, or its own. */
static double polish_target(const struct model *m, int j, double x) {
    double whole = nearbyint(x);
    if (m->integer[j]) return whole;
    if (fabs(x - m->lower[j]) <= POLISH_NEAR) return m->lower[j];
    if (fabs(x - m->upper[j]) <= POLISH_NEAR) return m->upper[j];
    return fabs(x - whole) <= POLISH_NEAR ? whole : x;
}

/* x with integers whole, and after that with continuous columns at their targets too, each if no row is violated
 * more. */
static void polish_snap(const struct milp *s, double *x) {
    const struct model *m = s->model;
    double *snapped = milp_keep(x, m->cols);
    for (int continuous = 0; continuous < 2; continuous++) {
        for (int j = 0; j < m->cols; j++)
            if (m->integer[j] || continuous) snapped[j] = polish_target(m, j, x[j]);
        double off = model_violation(m, x), worse = s->sign * (model_objective(m, snapped) - model_objective(m, x));
        if (continuous && worse > POLISH_SNAPPED * fabs(model_objective(m, x))) break;
        if (model_violation(m, snapped) <= (continuous ? off : fmax(off, POLISH_SNAPPED)))
            memcpy(x, snapped, (size_t)m->cols * sizeof *x);
    }
    free(snapped);
}

/* Whether some continuous column can be made more exact. */
static bool polish_due(const struct model *m, const double *x) {
    if (milp_integers(m) == m->cols) return false;
    if (model_violation(m, x) > POLISH_EXACT) return true;
    for (int j = 0; j < m->cols; j++)
        if (!m->integer[j] && polish_target(m, j, x[j]) != x[j]) return true;
    return false;
}

/* Accepts a solution that violates less and costs no more, or costs less and violates no more. */
static bool polish_better(const struct milp *s, const double *x, const double *than) {
    const struct model *m = s->model;
    double off = model_violation(m, x), off_before = model_violation(m, than);
    double worse = s->sign * (model_objective(m, x) - model_objective(m, than));
    /* Its objective depends on violated rows. */
    bool earned = s->result->status == MILP_OPTIMAL && off_before > POLISH_SNAPPED;
    if (off < off_before && (earned || worse <= 1e-6 * fmax(1, fabs(model_objective(m, x))))) return true;
    return off <= fmax(off_before, POLISH_SNAPPED) && worse < 0;
}

static void polish_continuous(struct milp *s) {
    struct milp_result *r = s->result;
    const struct model *m = s->model;
    struct model *fixed = model_copy(m);
    for (int j = 0; j < m->cols; j++) {
        if (!m->integer[j]) continue;
        fixed->lower[j] = fixed->upper[j] = nearbyint(r->x[j]);
        fixed->integer[j] = false;
    }
    assert(milp_integers(fixed) == 0 && r->x);
    struct presolve *p = presolve_new(fixed, s->options);
    presolve_limit(p, &s->limits);
    enum presolve_status status = presolve_run(p);
    if (status == PRESOLVE_REDUCED || status == PRESOLVE_SOLVED) {
        struct lp *lp = lp_new(presolve_model(p), s->options);
        struct lp_control control = milp_lp_control(s);
        double *x = MEMORY_NEW(double, m->cols);
        if (lp_solve(lp, &control) == LP_OPTIMAL) {
            presolve_restore(p, x, NULL, NULL, lp_x(lp), NULL, NULL);
            if (polish_better(s, x, r->x)) memcpy(r->x, x, (size_t)m->cols * sizeof *x);
        }
        r->iterations += lp_iterations(lp);
        lp_free(lp);
        free(x);
    }
    presolve_free(p);
    model_free(fixed);
}

void polish_solution(struct milp *s) {
    if (milp_integers(s->model) == 0) return; /* lp_solve has checked and polished it */
    polish_snap(s, s->result->x);
    if (s->result->status != MILP_UNBOUNDED && polish_due(s->model, s->result->x)) polish_continuous(s);
}
