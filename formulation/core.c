#include "formulation/core.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "formulation/cutter.h"
#include "solver/base/check.h"
#include "solver/base/memory.h"

static bool step_binds(const struct cutter *c, const struct step *s, int64_t sum_most) {
    int64_t most_bytes = s->fixed_bytes + (s->runs ? c->most_step[s->node] : 0) + sum_most, least, most;
    if (!cutter_whole(c, s->node)) return false; /* it runs in segments only */
    if (c->core->weigh_memory || c->core->open) return true;
    for (int t = s->first; t < s->last; t++) {
        cutter_term(&least, &most, c, &c->steps->term[t]);
        most_bytes += most;
    }
    return most_bytes > c->core->budget_bytes;
}

/* The most that layers and conversions can add up to, and the most that one of them can need in its step. */
static void core_most(int64_t *sum, int64_t *step, const struct cutter *c) {
    const struct core *core = c->core;
    *sum = c->sum_most_added;
    *step = 0;
    for (int v = 0; v < c->g->nodes; v++)
        if (c->most_step[v] > *step) *step = c->most_step[v];
    for (int e = 0; e < c->g->edges; e++) {
        int64_t most = 0;
        for (int from = 0; from < LAYOUTS; from++)
            for (int to = 0; to < LAYOUTS; to++) {
                if (core->way[e][from][to] == CORE_NONE) continue;
                int64_t added = core_way_added_bytes(core, e, from, to), alone = core_way_step_bytes(core, e, from, to);
                if (added > most) most = added;
                if (alone > *step) *step = alone;
            }
        *sum += most;
    }
    assert(*sum >= c->sum_least_added && *step >= 0);
}

/* Keeps the steps that bind, and says for which nodes what the step needs counts: counts[nodes]. */
static void core_binding(struct cutter *c, bool *counts) {
    struct core *core = c->core;
    int64_t sum, step;
    bool adds_up = memory_model_adds_up(core->model), bounded = core->budget_bytes != METHOD_NO_BUDGET;
    bool asked = bounded || core->weigh_memory;
    core_most(&sum, &step, c);
    if (!c->steps) {
        core->sum_binds = adds_up && asked && (core->weigh_memory || step + sum > core->budget_bytes);
        for (int v = 0; v < c->g->nodes; v++) counts[v] = core->weigh_memory || core->sum_binds;
        return;
    }
    int kept = 0;
    if (!asked) core->open = false;
    for (int s = 0; s < c->steps->count && asked; s++) {
        if (!step_binds(c, &c->steps->step[s], sum)) continue;
        if (c->steps->step[s].runs) counts[c->steps->step[s].node] = true;
        c->steps->step[kept++] = c->steps->step[s];
    }
    assert(kept <= c->steps->count);
    c->steps->count = kept;
    core->sum_binds = adds_up && asked && (kept > 0 || core->segments); /* a block may need more than any layer */
    for (int v = 0; v < c->g->nodes; v++)
        counts[v] = counts[v] || (core->sum_binds && memory_models[core->model].workspaces == MEMORY_WORKSPACES_SUM);
}

/* Of two choices of node v, a is at least as good as b in all that counts; of two equal ones the earlier wins. memory:
 * what they need in their step and, of workspaces, in the sum. */
static bool choice_beats(const struct core *core, int v, const struct choice *a, const struct choice *b, bool memory,
                         bool weights) {
    const int64_t step = core_step_bytes(core, v, b) - core_step_bytes(core, v, a);
    const int64_t sum =
        memory_model_added(core->model, b->workspace_bytes, 0) - memory_model_added(core->model, a->workspace_bytes, 0);
    if (a->in != b->in || a->out != b->out || a->time_ns > b->time_ns) return false;
    if (memory && (step < 0 || sum < 0)) return false;
    if (weights && a->weights_bytes > b->weights_bytes) return false;
    bool alike = a->time_ns == b->time_ns && (!memory || (step == 0 && sum == 0)) &&
                 (!weights || a->weights_bytes == b->weights_bytes);
    return !alike || a < b;
}

static void core_beaten(struct cutter *c, int v, bool memory, bool weights) {
    const struct choice *best[LAYOUTS][LAYOUTS] = {{NULL}};
    int choices = c->g->node[v].choices;
    for (int i = 0; i < choices; i++) { /* the fastest of each pair beats most others */
        const struct choice *a = cutter_choice(c, v, i), **b = &best[a->in][a->out];
        if (cutter_alive(c, v, i) && (!*b || choice_beats(c->core, v, a, *b, false, false))) *b = a;
    }
    for (int i = 0; i < choices; i++) {
        const struct choice *a = cutter_choice(c, v, i), *b = best[a->in][a->out];
        if (!cutter_alive(c, v, i) || a == b) continue;
        bool beaten = choice_beats(c->core, v, b, a, memory, weights);
        for (int j = 0; j < choices && !beaten; j++)
            beaten =
                j != i && cutter_alive(c, v, j) && choice_beats(c->core, v, cutter_choice(c, v, j), a, memory, weights);
        assert(b); /* the fastest of its layouts; itself, if nothing is faster */
        if (beaten) cutter_strike(c, v, i);
    }
}

static void core_keep(struct cutter *c) {
    struct core *core = c->core;
    int kept = 0;
    for (int v = 0; v < c->g->nodes; v++) {
        core->first[v] = kept;
        assert(!core->feasible || v == 0 || kept > core->first[v - 1] || core_segments_any(core->segments, v - 1));
        for (int i = 0; i < c->g->node[v].choices; i++)
            if (cutter_alive(c, v, i)) core->kept[kept++] = i;
    }
    core->first[c->g->nodes] = kept;
    assert(kept <= c->base[c->g->nodes]);
}

/* Kept choices ascend; each has a conversion to some kept choice of every neighbour. */
static bool check_core(const struct core *core) {
    const struct instance *g = core->g;
    for (int v = 0; v < g->nodes; v++)
        for (int k = 0; k < core_count(core, v); k++) {
            int i = core->kept[core->first[v] + k];
            assert(i >= 0 && i < g->node[v].choices);
            assert(k == 0 || core->kept[core->first[v] + k - 1] < i);
        }
    for (int e = 0; e < g->edges; e++) {
        int u = g->edge[e].from, v = g->edge[e].to;
        for (int i = 0; i < core_count(core, u); i++) {
            bool leads = false;
            for (int l = 0; l < LAYOUTS; l++)
                leads = leads || (g->edge[e].alike[core_choice(core, u, i)->out][l] &&
                                  core_segments_begin(core->segments, u, l));
            for (int j = 0; j < core_count(core, v); j++)
                leads = leads || core->way[e][core_choice(core, u, i)->out][core_choice(core, v, j)->in] != CORE_NONE;
            assert(leads);
        }
    }
    assert(!core->open || (core->steps && core->conversions == CONVERSIONS_PER_TENSOR));
    assert(!core->sum_binds || memory_model_adds_up(core->model));
    return true;
}

static void core_cut(struct cutter *c) {
    bool *counts = MEMORY_NEW(bool, c->g->nodes);
    struct core *core = c->core;
    core->feasible = cutter_run(c);
    if (core->feasible) {
        core_binding(c, counts);
        for (int v = 0; v < c->g->nodes; v++)
            core_beaten(c, v, counts[v] || core->open,
                        (core->sum_binds && memory_models[core->model].weights) ||
                            core->flash_bytes != METHOD_NO_BUDGET);
    }
    core_keep(c);
    core->steps = c->steps;
    CHECK(!core->feasible || check_core(core));
    free(counts);
}

static void core_ways(struct core *core) {
    const struct instance *g = core->g;
    core->way = memory_new((size_t)g->edges, sizeof *core->way);
    for (int e = 0; e < g->edges; e++)
        for (int i = 0; i < LAYOUTS * LAYOUTS; i++) {
            int64_t time = g->edge[e].time_ns[i / LAYOUTS][i % LAYOUTS];
            assert(time == INSTANCE_NO_WAY || time < CORE_NONE);
            core->way[e][i / LAYOUTS][i % LAYOUTS] = time == INSTANCE_NO_WAY ? CORE_NONE : time;
        }
}

static struct core *core_make(const struct instance *g, const struct request *q, bool weigh_memory, bool streamed) {
    struct core *core = MEMORY_NEW(struct core, 1);
    bool steps = memory_model_by_step(q->model);
    *core = (struct core){.g = g,
                          .model = q->model,
                          .conversions = q->conversions,
                          .budget_bytes = q->budget_bytes,
                          .flash_bytes = q->flash_bytes,
                          .weigh_memory = weigh_memory};
    assert(q->budget_bytes >= 0 && (int)q->model < MEMORY_MODELS);
    core->open = steps && q->conversions == CONVERSIONS_PER_TENSOR;
    if (streamed && steps) core->segments = core_segments_new(g, &q->barred);
    struct cutter c = {.g = g, .core = core, .steps = steps ? steps_new(g, q->model) : NULL};
    c.base = MEMORY_NEW(int, g->nodes + 1);
    for (int v = 0; v < g->nodes; v++) c.base[v + 1] = c.base[v] + g->node[v].choices;
    int choices = c.base[g->nodes];
    c.alive = MEMORY_NEW(bool, choices);
    memset(c.alive, true, (size_t)choices * sizeof *c.alive);
    int64_t *extremes = memory_new((size_t)g->nodes * 3, sizeof *extremes);
    c.most_step = extremes;
    c.least_added = extremes + g->nodes;
    c.most_added = extremes + 2 * g->nodes;
    core->first = MEMORY_NEW(int, g->nodes + 1);
    core->kept = MEMORY_NEW(int, choices);
    core_ways(core);
    core_cut(&c);
    free(extremes);
    free(c.alive);
    free(c.base);
    return core;
}

struct core *core_new(const struct instance *g, const struct request *q, bool weigh_memory) {
    return core_make(g, q, weigh_memory, false);
}

struct core *core_new_streamed(const struct instance *g, const struct request *q, bool weigh_memory) {
    return core_make(g, q, weigh_memory, q->streaming == STREAMING_ON);
}

void core_free(struct core *c) {
    if (!c) return;
    core_segments_free(c->segments);
    free(c->first);
    free(c->kept);
    free(c->way);
    steps_free(c->steps);
    free(c);
}
