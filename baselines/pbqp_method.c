/* pbqp_method.c - [PBQP] as a method: the reductions of baselines/pbqp.h on a reduced instance (formulation/core.h). */
#include <assert.h>
#include <stdlib.h>

#include "baselines/methods.h"
#include "baselines/pbqp.h"
#include "formulation/core.h"
#include "formulation/least.h"
#include "solver/base/memory.h"

/* A step that binds must concern only two nodes: an edge of a PBQP cannot express more. */
static bool pbqp_pairwise(const struct core *core, struct error *err) {
    const struct instance *g = core->g;
    for (int i = 0; core->steps && i < core->steps->count; i++) {
        const struct step *s = &core->steps->step[i];
        for (int t = s->first + 1; t < s->last; t++)
            if (g->edge[core->steps->term[t].edge].from != g->edge[core->steps->term[s->first].edge].from)
                return error_set(
                    err, "the memory model %s joins three layers at node %d under this budget; taso and dynamic can",
                    memory_model_names[core->model], s->node);
    }
    return true;
}

static int64_t pair_terms(const struct core *core, const struct step *s, enum layout out, enum layout in) {
    int64_t bytes = s->fixed_bytes;
    for (int t = s->first; t < s->last; t++) bytes += core->steps->term[t].bytes[out][in];
    return bytes;
}

static void pbqp_add_edge(struct pbqp *p, const struct core *core, int e, int64_t *cost) {
    int u = core->g->edge[e].from, v = core->g->edge[e].to, cols = core_count(core, v);
    for (int i = 0; i < core_count(core, u); i++)
        for (int j = 0; j < cols; j++) {
            int64_t time = core->way[e][core_choice(core, u, i)->out][core_choice(core, v, j)->in];
            cost[i * cols + j] = time == CORE_NONE ? PBQP_NONE : time;
        }
    pbqp_edge(p, u, v, cost);
}

static void pbqp_add_step(struct pbqp *p, const struct core *core, const struct step *s, int64_t *cost) {
    assert(s->first < s->last); /* a step without terms concerns one node, whose choices were removed */
    int u = core->g->edge[core->steps->term[s->first].edge].from, v = s->node, cols = core_count(core, v);
    for (int i = 0; i < core_count(core, u); i++)
        for (int j = 0; j < cols; j++) {
            const struct choice *a = core_choice(core, u, i), *b = core_choice(core, v, j);
            int64_t bytes = pair_terms(core, s, a->out, b->in) + (s->runs ? core_step_bytes(core, b) : 0);
            cost[i * cols + j] = bytes > core->budget_bytes ? PBQP_NONE : 0;
        }
    pbqp_edge(p, u, v, cost);
}

static struct pbqp *pbqp_build(const struct core *core) {
    const struct instance *g = core->g;
    assert(core->feasible && !core->sum_binds && core->conversions == CONVERSIONS_PER_EDGE);
    struct pbqp *p = pbqp_new(g->nodes);
    int most = 0;
    for (int v = 0; v < g->nodes; v++)
        if (core_count(core, v) > most) most = core_count(core, v);
    int64_t *cost = MEMORY_NEW(int64_t, (size_t)most * (size_t)most);
    for (int v = 0; v < g->nodes; v++) {
        for (int k = 0; k < core_count(core, v); k++) cost[k] = core_choice(core, v, k)->time_ns;
        pbqp_node(p, v, core_count(core, v), cost);
    }
    for (int e = 0; e < g->edges; e++) pbqp_add_edge(p, core, e, cost);
    for (int i = 0; core->steps && i < core->steps->count; i++)
        if (core->steps->step[i].last > core->steps->step[i].first) pbqp_add_step(p, core, &core->steps->step[i], cost);
    free(cost);
    return p;
}

static void pbqp_core(struct answer *out, const struct core *core) {
    int nodes = core->g->nodes, *x = MEMORY_NEW(int, nodes);
    struct pbqp *p = pbqp_build(core);
    int64_t time = pbqp_solve(x, &out->used_rn, p);
    if (time >= PBQP_NONE) {
        out->outcome = out->used_rn ? OUTCOME_STUCK : OUTCOME_INFEASIBLE;
    } else {
        out->choice = MEMORY_NEW(int, nodes);
        for (int v = 0; v < nodes; v++) out->choice[v] = core->kept[core->first[v] + x[v]];
        out->outcome = out->used_rn ? OUTCOME_FEASIBLE : OUTCOME_OPTIMAL;
        out->bound_ns = out->used_rn ? -1 : time;
    }
    pbqp_free(p);
    free(x);
}

static bool pbqp_solve_within(struct answer *out, const struct instance *g, const struct request *q,
                              struct error *err) {
    if (q->conversions == CONVERSIONS_PER_TENSOR)
        return error_set(
            err,
            "a PBQP converts once per edge (expected per-edge); taso, dynamic and exhaustive can convert per tensor");
    struct core *core = core_new(g, q, false);
    bool ok = true;
    if (!core->feasible)
        out->outcome = OUTCOME_INFEASIBLE;
    else if (core->sum_binds)
        ok = error_set(err, "the memory model %s joins all layers under this budget; taso and exhaustive can",
                       memory_model_names[q->model]);
    else if ((ok = pbqp_pairwise(core, err)))
        pbqp_core(out, core);
    core_free(core);
    return ok;
}

bool pbqp_budget_run(struct answer *out, const struct instance *g, const struct request *q, const char *variant,
                     struct error *err) {
    (void)variant;
    return least_complete(pbqp_solve_within(out, g, q, err), out, g, q, pbqp_solve_within, err);
}

bool pbqp_run(struct answer *out, const struct instance *g, const struct request *q, const char *variant,
              struct error *err) {
    struct request all = *q;
    (void)variant;
    all.budget_bytes = all.flash_bytes = METHOD_NO_BUDGET;
    if (!pbqp_solve_within(out, g, &all, err)) return false;
    if (!out->choice) return true;
    struct evaluation e = selection_evaluate(g, out->choice, q->model, q->conversions);
    assert(e.possible);
    if (e.memory_bytes > q->budget_bytes || e.weights_bytes > q->flash_bytes) out->outcome = OUTCOME_OVER_BUDGET;
    return true;
}
