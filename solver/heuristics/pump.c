/* The feasibility pump (Fischetti, Glover & Lodi 2005): round the relaxation's solution, then find the point of the
 * relaxation that is nearest to the rounded one, and so on; if that cycles, the least certain roundings are flipped. */
#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "solver/base/memory.h"
#include "solver/heuristics/heuristics.h"
#include "solver/search/worker.h"

enum { PUMP_ROUNDS = 60, PUMP_TURNED = 20 };

struct pump {
    struct worker *w;
    double *x, *target; /* [cols] */
    double share;       /* of the true costs in the objective (Achterberg & Berthold 2007) */
};

/* Rounds x into target; returns how many entries of the target changed. */
static int pump_round(struct pump *p, bool first) {
    const struct search *t = p->w->tree;
    int moved = 0;
    for (int k = 0; k < t->integers.count; k++) {
        int j = t->integers.col[k];
        double to = fmin(fmax(nearbyint(p->x[j]), p->w->domain.lower[j]), p->w->domain.upper[j]);
        moved += first || to != p->target[j];
        p->target[j] = to;
    }
    assert(moved <= t->integers.count && (!first || moved == t->integers.count));
    return moved;
}

/* Flips the entries that are farthest from x, and some more at random. */
static void pump_turn(struct pump *p) {
    const struct search *t = p->w->tree;
    for (int turned = 0, trial = 0; turned < PUMP_TURNED && trial < 20 * PUMP_TURNED; trial++) {
        int j = t->integers.col[random_int(&p->w->random, 0, t->integers.count - 1)];
        double distance = fabs(p->x[j] - p->target[j]);
        if (distance + random_unit(&p->w->random) * 0.7 < 0.5) continue;
        double to = p->x[j] > p->target[j] ? p->target[j] + 1 : p->target[j] - 1;
        if (to < p->w->domain.lower[j] || to > p->w->domain.upper[j]) continue;
        assert(to == nearbyint(to)); /* targets are whole */
        p->target[j] = to;
        turned++;
    }
}

/* Costs: the distance of the integers that are at a bound in the target, plus a decreasing share of the true ones. */
static void pump_set_costs(struct pump *p, double scale) {
    const struct search *t = p->w->tree;
    const struct model *m = t->p.model;
    for (int j = 0; j < m->cols; j++) {
        double cost = p->share * scale * (m->maximize ? -m->cost[j] : m->cost[j]);
        const struct domain *d = &p->w->domain;
        if (m->integer[j] && d->lower[j] < d->upper[j]) {
            if (p->target[j] == d->lower[j]) cost += 1 - p->share;
            if (p->target[j] == d->upper[j]) cost -= 1 - p->share;
        }
        lp_set_cost(p->w->lp, j, m->maximize ? -cost : cost);
    }
}

static void pump_restore_costs(const struct pump *p) {
    const struct model *m = p->w->tree->p.model;
    for (int j = 0; j < m->cols; j++) lp_set_cost(p->w->lp, j, m->cost[j]);
}

static bool pump_solve(struct worker *w, int64_t limit) {
    const struct search_problem *p = &w->tree->p;
    int64_t before = lp_iterations(w->lp);
    struct lp_control control = {MODEL_INFINITY, p->limits};
    control.limits.iterations = limit;
    enum lp_status status = lp_solve(w->lp, &control);
    w->counts.iterations += lp_iterations(w->lp) - before;
    return status == LP_OPTIMAL;
}

/* If dives and roundings at the root found nothing. */
bool pump_due(const struct worker *w, const struct node *n) {
    return n->depth == 0 && worker_threshold(w) >= MODEL_INFINITY / 2;
}

void pump_run(struct worker *w, const double *x) {
    const struct search *t = w->tree;
    const struct model *m = t->p.model;
    size_t bytes = (size_t)m->cols * sizeof(double);
    struct pump p = {.w = w, .share = 1};
    p.x = memory_duplicate(x, bytes);
    p.target = memory_duplicate(x, bytes);
    double norm = 0;
    for (int j = 0; j < m->cols; j++) norm += m->cost[j] * m->cost[j];
    double scale = norm > 0 ? sqrt((double)t->integers.count) / sqrt(norm) : 0;
    struct worker_mark mark = worker_mark(w);
    int64_t begin = w->counts.iterations, limit = 5000 + (t->counts.iterations + begin);
    bool found = false;
    for (int round = 0; round < PUMP_ROUNDS && !found && !worker_stopped(w) && w->counts.iterations - begin < limit;
         round++) {
        if (pump_round(&p, round == 0) == 0) pump_turn(&p);
        p.share *= 0.8;
        if (p.share < 0.01) p.share = 0;
        pump_set_costs(&p, scale);
        if (!pump_solve(w, limit)) break;
        memory_copy(p.x, lp_x(w->lp), bytes);
        if (worker_fractional(w) > 0) continue;
        pump_restore_costs(&p);
        found = worker_try(w, p.x, "pump");
        break;
    }
    assert(p.share >= 0 && p.share <= 1);
    pump_restore_costs(&p);
    worker_return(w, &mark);
    free(p.x);
    free(p.target);
}
