#include "solver/heuristics/heuristics.h"

#include <stdlib.h>
#include <string.h>

#include "solver/base/memory.h"
#include "solver/search/worker.h"

enum { HEURISTICS_IDLE = 15 /* calls without success that halve the share */ };

struct heuristic {
    bool (*due)(const struct worker *w, const struct node *n);
    void (*run)(struct worker *w, const double *x);
    bool uses_lp; /* leaves bounds and basis, but not the solution */
};

static bool heuristics_rounding_due(const struct worker *w, const struct node *n) {
    (void)n;
    return w->tree->p.options->rounding;
}

static bool heuristics_shifting_due(const struct worker *w, const struct node *n) {
    return w->tree->p.options->shifting && (n->depth < 2 || n->depth % 5 == 0);
}

/* The share of the pivots that heuristics may take falls with the number of calls that found nothing since the last
 * incumbent. */
static double heuristics_patience(const struct worker *w) {
    return 1 / (1 + (double)w->idle / HEURISTICS_IDLE);
}

/* At the root, then at depths that are multiples of the period, as long as dives take a fair share of the pivots only.
 */
static bool heuristics_dive_due(const struct worker *w, const struct node *n) {
    const struct options *o = w->tree->p.options;
    int64_t spent = w->tree->heuristic_iterations + w->heuristic_iterations, all = w->tree->iterations + w->iterations;
    if (!o->diving || n->depth % o->dive_period != 0) return false;
    bool without = worker_threshold(w) >= MODEL_INFINITY / 2;
    return n->depth == 0 || (double)spent < (without ? 0.5 : 0.15 * heuristics_patience(w)) * (double)all;
}

/* Where dives and roundings at the root found nothing. */
static bool heuristics_pump_due(const struct worker *w, const struct node *n) {
    return w->tree->p.options->feasibility_pump && n->depth == 0 && worker_threshold(w) >= MODEL_INFINITY / 2;
}

/* At the root, then every hundred nodes as long as it takes a small share of the pivots only. */
static bool heuristics_rins_due(const struct worker *w, const struct node *n) {
    const struct options *o = w->tree->p.options;
    if (!o->rins || w->tree->p.level > 0) return false;
    if (n->depth == 0) return true;
    int64_t nodes = w->tree->nodes + w->nodes, all = w->tree->iterations + w->iterations;
    return w->number == 0 && nodes >= w->rins_nodes + 100 &&
           (double)w->rins_iterations < 0.08 * heuristics_patience(w) * (double)all;
}

/* Once for each incumbent, after the others. */
static bool heuristics_exchange_due(const struct worker *w, const struct node *n) {
    (void)n;
    return w->tree->p.options->exchange && w->best_objective < MODEL_INFINITY && w->best_objective != w->exchanged;
}

static const struct heuristic heuristics[] = {
    {heuristics_rounding_due, rounding_run, false}, {heuristics_shifting_due, shifting_run, false},
    {heuristics_dive_due, dive_run, true},          {heuristics_pump_due, pump_run, true},
    {heuristics_rins_due, rins_run, true},          {heuristics_exchange_due, exchange_run, false}};

bool heuristics_run(struct worker *w, const struct node *n) {
    bool touched = false;
    size_t bytes = (size_t)lp_cols(w->lp) * sizeof(double);
    double *x = NULL;
    for (size_t k = 0; k < sizeof heuristics / sizeof heuristics[0]; k++) {
        if (!heuristics[k].due(w, n)) continue;
        if (!x) x = memcpy(memory_new(1, bytes), lp_x(w->lp), bytes);
        int64_t before = w->iterations;
        double best = w->best_objective;
        heuristics[k].run(w, x);
        if (heuristics[k].uses_lp) w->idle++;
        if (w->best_objective < best) w->idle = 0;
        w->heuristic_iterations += w->iterations - before;
        touched |= heuristics[k].uses_lp;
        if (worker_stopped(w)) break;
    }
    free(x);
    return touched;
}
