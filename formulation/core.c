#include "formulation/core.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "formulation/selection.h"
#include "solver/memory.h"

struct cutter {
    const struct instance *g;
    struct core *core;
    int *base;                 /* [nodes + 1] node v's choices are alive[base[v] .. base[v + 1]) */
    bool *alive;               /* [choices] */
    int64_t *least_w, *most_w; /* [nodes] over what is alive */
    int64_t *least_k, *most_k; /* [nodes] */
    int64_t sum_least_w, sum_most_w, sum_least_k, sum_most_k;
    struct steps *steps;
    bool changed;
};

static const struct choice *cutter_choice(const struct cutter *c, int v, int i) {
    return &c->g->node[v].choice[i];
}

static bool cutter_alive(const struct cutter *c, int v, int i) {
    return c->alive[c->base[v] + i];
}

static void cutter_strike(struct cutter *c, int v, int i) {
    c->alive[c->base[v] + i] = false;
    c->changed = true;
}

static void cutter_strike_way(struct cutter *c, int e, int from, int to) {
    if (c->core->way[e][from][to] == CORE_NONE) return;
    c->core->way[e][from][to] = CORE_NONE;
    c->changed = true;
}

static int64_t leg_workspaces(const struct edge *e, int from, int to, bool sum) {
    enum layout stop[LAYOUTS];
    int64_t total = 0;
    int legs = selection_legs(stop, e, (enum layout)from, (enum layout)to);
    for (int i = 0; i < legs; from = (int)stop[i++]) {
        int64_t w = e->workspace_bytes[from][stop[i]];
        total = sum ? total + w : w > total ? w : total;
    }
    return total;
}

/* Extremes per node over what is alive. false: a node has nothing left. */
static bool cutter_extremes(struct cutter *c) {
    c->sum_least_w = c->sum_most_w = c->sum_least_k = c->sum_most_k = 0;
    for (int v = 0; v < c->g->nodes; v++) {
        bool any = false;
        for (int i = 0; i < c->g->node[v].choices; i++) {
            if (!cutter_alive(c, v, i)) continue;
            int64_t w = cutter_choice(c, v, i)->workspace_bytes, k = cutter_choice(c, v, i)->weights_bytes;
            if (!any || w < c->least_w[v]) c->least_w[v] = w;
            if (!any || w > c->most_w[v]) c->most_w[v] = w;
            if (!any || k < c->least_k[v]) c->least_k[v] = k;
            if (!any || k > c->most_k[v]) c->most_k[v] = k;
            any = true;
        }
        if (!any) return false;
        c->sum_least_w += c->least_w[v];
        c->sum_most_w += c->most_w[v];
        c->sum_least_k += c->least_k[v];
        c->sum_most_k += c->most_k[v];
    }
    return true;
}

/* (4) and (7): a choice against what is left when all others take the least. */
static void cutter_largest(struct cutter *c) {
    bool sum = c->core->model == MEMORY_UNSHARED;
    int64_t budget = c->core->budget_bytes;
    for (int v = 0; v < c->g->nodes; v++)
        for (int i = 0; i < c->g->node[v].choices; i++) {
            int64_t others = sum ? c->sum_least_w - c->least_w[v] : 0;
            if (cutter_alive(c, v, i) && cutter_choice(c, v, i)->workspace_bytes > budget - others)
                cutter_strike(c, v, i);
        }
    for (int e = 0; e < c->g->edges; e++)
        for (int from = 0; from < LAYOUTS; from++)
            for (int to = 0; to < LAYOUTS; to++)
                if (c->core->way[e][from][to] != CORE_NONE &&
                    leg_workspaces(&c->g->edge[e], from, to, sum) > budget - (sum ? c->sum_least_w : 0))
                    cutter_strike_way(c, e, from, to);
}

/* Least and most that a term adds over the conversions that are still there; 0, 0 if there are none. */
static void term_extremes(int64_t *least, int64_t *most, const struct cutter *c, const struct step_term *t) {
    bool any = false;
    *least = *most = 0;
    for (int i = 0; i < LAYOUTS * LAYOUTS; i++) {
        int64_t bytes = t->bytes[i / LAYOUTS][i % LAYOUTS];
        if (c->core->way[t->edge][i / LAYOUTS][i % LAYOUTS] == CORE_NONE) continue;
        if (!any || bytes < *least) *least = bytes;
        if (!any || bytes > *most) *most = bytes;
        any = true;
    }
}

static int64_t least_workspace_reading(const struct cutter *c, int v, int in) {
    int64_t least = INT64_MAX;
    for (int i = 0; i < c->g->node[v].choices; i++) {
        const struct choice *choice = cutter_choice(c, v, i);
        if (cutter_alive(c, v, i) && (int)choice->in == in && choice->workspace_bytes < least)
            least = choice->workspace_bytes;
    }
    return least;
}

/* (5) and (6), one step: what is left for a choice, or for a conversion, when the rest of the step takes the least. */
static void cutter_step(struct cutter *c, const struct step *s) {
    const struct node *node = &c->g->node[s->node];
    bool weights = c->core->model == MEMORY_FOOTPRINT;
    int64_t least, most, terms = 0;
    int64_t slack = c->core->budget_bytes - s->fixed_bytes - (weights ? c->sum_least_k : 0);
    for (int t = s->first; t < s->last && !c->core->open; t++) {
        term_extremes(&least, &most, c, &c->steps->term[t]);
        terms += least;
    }
    for (int i = 0; i < node->choices; i++) {
        const struct choice *choice = cutter_choice(c, s->node, i);
        int64_t need = terms + (s->runs ? choice->workspace_bytes : 0) +
                       (weights ? choice->weights_bytes - c->least_k[s->node] : 0);
        if (cutter_alive(c, s->node, i) && need > slack) cutter_strike(c, s->node, i);
    }
    for (int t = s->first; t < s->last && !c->core->open; t++) {
        const struct step_term *term = &c->steps->term[t];
        term_extremes(&least, &most, c, term);
        for (int to = 0; to < LAYOUTS; to++) {
            int64_t workspace = s->runs ? least_workspace_reading(c, s->node, to) : 0;
            if (workspace == INT64_MAX) continue; /* nobody reads that layout: cutter_ways strikes it */
            for (int from = 0; from < LAYOUTS; from++)
                if (terms - least + term->bytes[from][to] + workspace > slack)
                    cutter_strike_way(c, term->edge, from, to);
        }
    }
}

/* Layouts that nobody makes or reads have no way; choices without a way to a neighbour cannot be chosen. */
static void cutter_ways(struct cutter *c) {
    const struct instance *g = c->g;
    bool(*makes)[LAYOUTS] = memory_new((size_t)g->nodes, sizeof *makes);
    bool(*reads)[LAYOUTS] = memory_new((size_t)g->nodes, sizeof *reads);
    for (int v = 0; v < g->nodes; v++)
        for (int i = 0; i < g->node[v].choices; i++)
            if (cutter_alive(c, v, i))
                makes[v][cutter_choice(c, v, i)->out] = reads[v][cutter_choice(c, v, i)->in] = true;
    for (int e = 0; e < g->edges; e++) {
        int u = g->edge[e].from, v = g->edge[e].to;
        bool leaves[LAYOUTS] = {false}, arrives[LAYOUTS] = {false};
        for (int from = 0; from < LAYOUTS; from++)
            for (int to = 0; to < LAYOUTS; to++) {
                if (!makes[u][from] || !reads[v][to]) cutter_strike_way(c, e, from, to);
                if (c->core->way[e][from][to] != CORE_NONE) leaves[from] = arrives[to] = true;
            }
        for (int i = 0; i < g->node[u].choices; i++)
            if (cutter_alive(c, u, i) && !leaves[cutter_choice(c, u, i)->out]) cutter_strike(c, u, i);
        for (int i = 0; i < g->node[v].choices; i++)
            if (cutter_alive(c, v, i) && !arrives[cutter_choice(c, v, i)->in]) cutter_strike(c, v, i);
    }
    free(makes);
    free(reads);
}

static bool cutter_budget(struct cutter *c) {
    do {
        c->changed = false;
        if (!cutter_extremes(c)) return false;
        if (c->core->budget_bytes != METHOD_NO_BUDGET) {
            switch (c->core->model) {
            case MEMORY_WORKSPACE:
            case MEMORY_UNSHARED: cutter_largest(c); break;
            case MEMORY_PEAK:
            case MEMORY_FOOTPRINT:
                for (int s = 0; s < c->steps->count; s++) cutter_step(c, &c->steps->step[s]);
                break;
            case MEMORY_MODELS: break;
            }
        }
        cutter_ways(c);
    } while (c->changed);
    return cutter_extremes(c);
}

static bool step_binds(const struct cutter *c, const struct step *s) {
    int64_t most_bytes = s->fixed_bytes + (s->runs ? c->most_w[s->node] : 0), least, most;
    if (c->core->weigh_memory || c->core->open) return true;
    if (c->core->model == MEMORY_FOOTPRINT) most_bytes += c->sum_most_k;
    for (int t = s->first; t < s->last; t++) {
        term_extremes(&least, &most, c, &c->steps->term[t]);
        most_bytes += most;
    }
    return most_bytes > c->core->budget_bytes;
}

/* Keeps the steps that bind, and says for which nodes the workspace counts: counts[nodes]. */
static void cutter_binding(struct cutter *c, bool *counts) {
    struct core *core = c->core;
    int kept = 0;
    int64_t sum = c->sum_most_w;
    bool bounded = core->budget_bytes != METHOD_NO_BUDGET;
    switch (core->model) {
    case MEMORY_WORKSPACE:
        for (int v = 0; v < c->g->nodes; v++) counts[v] = core->weigh_memory;
        return;
    case MEMORY_UNSHARED:
        for (int e = 0; e < c->g->edges; e++) {
            int64_t most = 0;
            for (int i = 0; i < LAYOUTS * LAYOUTS; i++)
                if (core->way[e][i / LAYOUTS][i % LAYOUTS] != CORE_NONE) {
                    int64_t w = leg_workspaces(&c->g->edge[e], i / LAYOUTS, i % LAYOUTS, true);
                    if (w > most) most = w;
                }
            sum += most;
        }
        core->sum_binds = core->weigh_memory || (bounded && sum > core->budget_bytes);
        for (int v = 0; v < c->g->nodes; v++) counts[v] = core->sum_binds;
        return;
    case MEMORY_PEAK:
    case MEMORY_FOOTPRINT:
        if (!bounded && !core->weigh_memory) core->open = false;
        for (int s = 0; s < c->steps->count; s++) {
            if ((!bounded && !core->weigh_memory) || !step_binds(c, &c->steps->step[s])) continue;
            if (c->steps->step[s].runs) counts[c->steps->step[s].node] = true;
            c->steps->step[kept++] = c->steps->step[s];
        }
        c->steps->count = kept;
        core->sum_binds = core->model == MEMORY_FOOTPRINT && kept > 0;
        return;
    case MEMORY_MODELS: return;
    }
}

/* a is as good as b in all that counts; the earlier one of two alike wins. */
static bool choice_beats(const struct choice *a, const struct choice *b, bool workspace, bool weights) {
    if (a->in != b->in || a->out != b->out || a->time_ns > b->time_ns) return false;
    if (workspace && a->workspace_bytes > b->workspace_bytes) return false;
    if (weights && a->weights_bytes > b->weights_bytes) return false;
    bool alike = a->time_ns == b->time_ns && (!workspace || a->workspace_bytes == b->workspace_bytes) &&
                 (!weights || a->weights_bytes == b->weights_bytes);
    return !alike || a < b;
}

static void cutter_beaten(struct cutter *c, int v, bool workspace, bool weights) {
    const struct choice *best[LAYOUTS][LAYOUTS] = {{NULL}};
    int choices = c->g->node[v].choices;
    for (int i = 0; i < choices; i++) { /* the fastest of each pair beats most; alone where only time counts */
        const struct choice *a = cutter_choice(c, v, i), **b = &best[a->in][a->out];
        if (cutter_alive(c, v, i) && (!*b || choice_beats(a, *b, false, false))) *b = a;
    }
    for (int i = 0; i < choices; i++) {
        const struct choice *a = cutter_choice(c, v, i), *b = best[a->in][a->out];
        if (!cutter_alive(c, v, i) || a == b) continue;
        bool beaten = choice_beats(b, a, workspace, weights);
        for (int j = 0; j < choices && !beaten; j++)
            beaten = j != i && cutter_alive(c, v, j) && choice_beats(cutter_choice(c, v, j), a, workspace, weights);
        if (beaten) cutter_strike(c, v, i);
    }
}

static void cutter_keep(struct cutter *c) {
    struct core *core = c->core;
    int kept = 0;
    for (int v = 0; v < c->g->nodes; v++) {
        core->first[v] = kept;
        for (int i = 0; i < c->g->node[v].choices; i++)
            if (cutter_alive(c, v, i)) core->kept[kept++] = i;
    }
    core->first[c->g->nodes] = kept;
}

static void cutter_run(struct cutter *c) {
    bool *counts = MEMORY_NEW(bool, c->g->nodes);
    struct core *core = c->core;
    core->feasible = cutter_budget(c);
    if (core->feasible) {
        cutter_binding(c, counts);
        for (int v = 0; v < c->g->nodes; v++)
            cutter_beaten(c, v, counts[v] || core->open, core->sum_binds && core->model == MEMORY_FOOTPRINT);
    }
    cutter_keep(c);
    core->steps = c->steps;
    free(counts);
}

static void core_ways(struct core *core) {
    const struct instance *g = core->g;
    core->way = memory_new((size_t)g->edges, sizeof *core->way);
    for (int e = 0; e < g->edges; e++)
        for (int i = 0; i < LAYOUTS * LAYOUTS; i++) {
            int64_t time = g->edge[e].time_ns[i / LAYOUTS][i % LAYOUTS];
            core->way[e][i / LAYOUTS][i % LAYOUTS] = time == INSTANCE_NO_WAY ? CORE_NONE : time;
        }
}

struct core *core_new(const struct instance *g, const struct request *q, bool weigh_memory) {
    struct core *core = MEMORY_NEW(struct core, 1);
    bool steps = q->model == MEMORY_PEAK || q->model == MEMORY_FOOTPRINT;
    *core = (struct core){.g = g,
                          .model = q->model,
                          .conversions = q->conversions,
                          .budget_bytes = q->budget_bytes,
                          .weigh_memory = weigh_memory};
    core->open = steps && q->conversions == CONVERSIONS_PER_TENSOR;
    struct cutter c = {.g = g, .core = core, .steps = steps ? steps_new(g) : NULL};
    c.base = MEMORY_NEW(int, g->nodes + 1);
    for (int v = 0; v < g->nodes; v++) c.base[v + 1] = c.base[v] + g->node[v].choices;
    int choices = c.base[g->nodes];
    c.alive = MEMORY_NEW(bool, choices);
    memset(c.alive, true, (size_t)choices * sizeof *c.alive);
    int64_t *extremes = memory_new((size_t)g->nodes * 4, sizeof *extremes);
    c.least_w = extremes;
    c.most_w = extremes + g->nodes;
    c.least_k = extremes + 2 * g->nodes;
    c.most_k = extremes + 3 * g->nodes;
    core->first = MEMORY_NEW(int, g->nodes + 1);
    core->kept = MEMORY_NEW(int, choices);
    core_ways(core);
    cutter_run(&c);
    free(extremes);
    free(c.alive);
    free(c.base);
    return core;
}

void core_free(struct core *c) {
    if (!c) return;
    free(c->first);
    free(c->kept);
    free(c->way);
    steps_free(c->steps);
    free(c);
}
