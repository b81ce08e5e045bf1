#include "solver/search/settle.h"

#include <assert.h>
#include <math.h>
#include <string.h>

#include "solver/base/memory.h"

#define SETTLE_EXACT 1e-12 /* relative: integers nearer to whole are whole up to rounding errors */
#define SETTLE_FINE  1e-9  /* primal tolerance of the first attempt */

static enum lp_status settle_solve(struct worker *w, double *x, double *objective, double tolerance) {
    const struct search *t = w->tree;
    const struct search_problem *p = &t->p;
    struct options options = *p->options;
    options.primal_tolerance = tolerance;
    struct lp *lp = lp_new(p->model, &options);
    struct lp_control control = {MODEL_INFINITY, p->limits};
    control.limits.iterations = 1000 + t->counts.iterations;
    for (int k = 0; k < t->integers.count; k++)
        lp_set_bounds(lp, t->integers.col[k], x[t->integers.col[k]], x[t->integers.col[k]]);
    enum lp_status status = lp_solve(lp, &control);
    w->counts.iterations += lp_iterations(lp);
    if (status == LP_OPTIMAL) {
        for (int j = 0; j < p->model->cols; j++)
            if (!p->model->integer[j]) x[j] = lp_x(lp)[j];
        *objective = search_objective(p->model, x);
    }
    lp_free(lp);
    return status;
}

enum settle_status settle_integers(struct worker *w, double *x, double *objective) {
    for (int k = 0; k < w->tree->integers.count; k++) /* the caller has rounded */
        assert(x[w->tree->integers.col[k]] == nearbyint(x[w->tree->integers.col[k]]));
    double usual = w->tree->p.options->primal_tolerance, fine = fmin(usual, SETTLE_FINE);
    enum lp_status status = settle_solve(w, x, objective, fine);
    if (status != LP_OPTIMAL && fine < usual) status = settle_solve(w, x, objective, usual);
    return status == LP_OPTIMAL ? SETTLE_SOLVED : status == LP_INFEASIBLE ? SETTLE_EMPTY : SETTLE_UNKNOWN;
}

/* 0 if x is whole up to rounding errors */
static double settle_distance(double x) {
    double off = fabs(x - nearbyint(x));
    return off > SETTLE_EXACT * fmax(1, fabs(x)) ? off : 0;
}

int settle_stray(const struct worker *w) {
    const struct search *t = w->tree;
    const double *x = lp_x(w->lp);
    double most = 0;
    int stray = -1;
    assert(lp_cols(w->lp) == t->p.model->cols); /* x covers every integer column */
    for (int k = 0; k < t->integers.count; k++) {
        int j = t->integers.col[k];
        if (w->domain.lower[j] >= w->domain.upper[j] || settle_distance(x[j]) <= most) continue;
        most = settle_distance(x[j]);
        stray = j;
    }
    return stray;
}

bool settle_expel(struct worker *w) {
    const struct search *t = w->tree;
    const double *x = lp_x(w->lp);
    bool any = false;
    worker_get_basis(w);
    assert(w->scratch.place_room >= (size_t)lp_cols(w->lp));
    for (int k = 0; k < t->integers.count; k++) {
        int j = t->integers.col[k];
        if (w->domain.lower[j] < w->domain.upper[j] || w->scratch.place[j] != PLACE_BASIC || settle_distance(x[j]) == 0)
            continue;
        w->scratch.place[j] = PLACE_LOWER;
        any = true;
    }
    if (any) lp_set_basis(w->lp, w->scratch.place); /* logicals replace them */
    return any;
}
