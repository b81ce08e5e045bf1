/* Relaxation induced neighbourhood search (Danna, Rothberg & Le Pape 2005): integers on which the relaxation and the
 * incumbent agree are fixed, and the rest is solved as a separate program, for a few nodes. Without an incumbent,
 * integers that are whole in the relaxation are fixed, and the others keep their two nearest values (Berthold 2014,
 * RENS). Where that leaves hardly anything free, so are the integers of least reduced cost, the core (Balas & Zemel
 * 1980). */
#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "solver/base/memory.h"
#include "solver/base/ranked.h"
#include "solver/heuristics/heuristics.h"
#include "solver/presolve/presolve.h"
#include "solver/search/worker.h"

#define RINS_FIXED 0.4 /* least share of the integers that must be fixed */
#define RINS_CORE  0.2 /* share of the integers that is left free at least, RINS_CORE_MOST of them at most */

enum { RINS_CORE_MOST = 500, RINS_NODES = 60, RINS_NODES_MOST = 500, RINS_CUT_ROUNDS = 5 };

struct rins {
    struct worker *w;
    struct model *model; /* of the neighbourhood, columns as in the tree's; cuts are rows */
    struct presolve *presolve;
};

static bool rins_accept(const void *context, const double *x) {
    const struct rins *r = context;
    double *whole = MEMORY_NEW(double, r->model->cols);
    presolve_restore(r->presolve, whole, NULL, NULL, x, NULL, NULL);
    bool holds = model_violation(r->model, whole) <= WORKER_VIOLATION;
    free(whole);
    return holds;
}

/* Frees `most` of the fixed integers, those of least reduced cost; how many there were. What the node itself has fixed
 * stays so: its reduced costs say nothing. */
static int rins_free_core(struct rins *r, int most) {
    const struct worker *w = r->w;
    const struct search *t = w->tree;
    const double *cost = lp_reduced_costs(w->lp);
    struct ranked *key = MEMORY_NEW(struct ranked, t->integers.count);
    int count = 0;
    for (int k = 0; k < t->integers.count; k++) {
        int j = t->integers.col[k];
        if (r->model->lower[j] < r->model->upper[j] || w->domain.lower[j] >= w->domain.upper[j]) continue;
        key[count++] = (struct ranked){j, fabs(cost[j])};
    }
    ranked_sort(key, count);
    if (count > most) count = most;
    for (int k = 0; k < count; k++) {
        r->model->lower[key[k].col] = t->lower[key[k].col];
        r->model->upper[key[k].col] = t->upper[key[k].col];
    }
    free(key);
    return count;
}

/* Bounds of the neighbourhood; false: it is not much smaller than the program. */
static bool rins_fix(struct rins *r, const double *x) {
    const struct worker *w = r->w;
    const struct search *t = w->tree;
    const double *best = w->incumbent.has ? w->incumbent.x : t->incumbent.has ? t->incumbent.x : NULL;
    int fixed = 0;
    for (int j = 0; j < t->p.model->cols; j++) {
        r->model->lower[j] = t->lower[j];
        r->model->upper[j] = t->upper[j];
    }
    for (int k = 0; k < t->integers.count; k++) {
        int j = t->integers.col[k];
        bool whole = fabs(x[j] - nearbyint(x[j])) <= 1e-6;
        bool agree = best ? fabs(x[j] - best[j]) <= 1e-6 : whole;
        if (agree) r->model->lower[j] = r->model->upper[j] = nearbyint(x[j]);
        assert(r->model->lower[j] <= r->model->upper[j]);
        if (!agree && !best) {
            r->model->lower[j] = floor(x[j]);
            r->model->upper[j] = ceil(x[j]);
        }
        fixed += agree;
    }
    int core = (int)fmin(RINS_CORE_MOST, RINS_CORE * t->integers.count), loose = t->integers.count - fixed;
    if (loose < core) fixed -= rins_free_core(r, core - loose);
    return fixed >= RINS_FIXED * t->integers.count;
}

static void rins_search(struct rins *r) {
    struct worker *w = r->w;
    const struct search_problem *p = &w->tree->p;
    const struct model *small = presolve_model(r->presolve);
    struct options o = *p->options;
    assert(p->level == 0 && p->solve); /* a heuristic never searches within a heuristic's search */
    assert(small->cols <= p->model->cols);
    double shift = small->offset - (p->model->maximize ? -p->model->offset : p->model->offset);
    int64_t nodes = RINS_NODES + (w->tree->counts.nodes + w->counts.nodes) / 50;
    o.cut_rounds = o.cut_rounds < RINS_CUT_ROUNDS ? o.cut_rounds : RINS_CUT_ROUNDS;
    o.rins = o.feasibility_pump = false;
    double share = w->incumbent.objective < MODEL_INFINITY ? 0.05 : 0.2;
    struct search_problem q = {.model = small,
                               .options = &o,
                               .limits = p->limits,
                               .cutoff = MODEL_INFINITY,
                               .step = p->step,
                               .offset = p->offset + shift,
                               .level = p->level + 1,
                               .accept = rins_accept,
                               .context = r};
    q.bound = -MODEL_INFINITY;
    q.limits.nodes = nodes < RINS_NODES_MOST ? nodes : RINS_NODES_MOST;
    q.limits.iterations = 5000 + (int)fmin(1e9, share * (double)(w->tree->counts.iterations + w->counts.iterations));
    if (w->incumbent.objective < MODEL_INFINITY) q.cutoff = w->incumbent.objective - shift;
    struct search_result found;
    double *x = MEMORY_NEW(double, small->cols), *whole = MEMORY_NEW(double, p->model->cols);
    p->solve(&found, x, &q, NULL);
    assert(found.counts.iterations >= 0 && found.status != SEARCH_RESTARTED); /* may_restart is off */
    w->counts.iterations += found.counts.iterations;
    w->heuristics.rins_iterations += found.counts.iterations;
    if (found.incumbent.has) {
        presolve_restore(r->presolve, whole, NULL, NULL, x, NULL, NULL);
        worker_try(w, whole, w->incumbent.objective < MODEL_INFINITY ? "rins" : "rens");
    }
    free(x);
    free(whole);
}

/* At the root, then every hundred nodes while it takes only a small share of the pivots. */
bool rins_due(const struct worker *w, const struct node *n) {
    if (w->tree->p.level > 0) return false;
    if (n->depth == 0) return true;
    int64_t nodes = w->tree->counts.nodes + w->counts.nodes, all = w->tree->counts.iterations + w->counts.iterations;
    return w->number == 0 && nodes >= w->heuristics.rins_nodes + 100 &&
           (double)w->heuristics.rins_iterations < 0.08 * heuristics_patience(w) * (double)all;
}

void rins_run(struct worker *w, const double *x) {
    w->heuristics.rins_nodes = w->tree->counts.nodes + w->counts.nodes;
    struct rins r = {.w = w, .model = model_copy(w->tree->p.model)};
    if (rins_fix(&r, x)) {
        /* Its own few rounds would not find all of these again. */
        cut_set_append_rows(&w->tree->cuts.active, r.model);
        r.presolve = presolve_new(r.model, w->tree->p.options);
        presolve_limit(r.presolve, &w->tree->p.limits);
        enum presolve_status status = presolve_run(r.presolve);
        if (status == PRESOLVE_REDUCED || status == PRESOLVE_SOLVED) rins_search(&r);
        presolve_free(r.presolve);
    }
    model_free(r.model);
}
