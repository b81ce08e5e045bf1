/* greedy.c - one layer after another, without looking ahead. The budget filters by workspace; what comes out is judged as it is. */
#include <stdlib.h>
#include <string.h>

#include "baselines/methods.h"
#include "formulation/least.h"
#include "formulation/steps.h"
#include "solver/memory.h"

struct greedy {
    const char *name;
    bool (*allowed)(const struct choice *c);
    bool (*better)(const struct choice *a, const struct choice *b);
    bool needed; /* a layer without an allowed choice leaves the method stuck; else all of its choices are allowed */
};

static bool allow_all(const struct choice *c) {
    return c != NULL;
}

static bool allow_chw(const struct choice *c) {
    return c->in == LAYOUT_CHW && c->out == LAYOUT_CHW;
}

static bool allow_sum2d(const struct choice *c) {
    return allow_chw(c) && (!c->primitive || strcmp(c->primitive->name, "direct-sum2d") == 0);
}

static bool less_time(const struct choice *a, const struct choice *b) {
    return a->time_ns < b->time_ns || (a->time_ns == b->time_ns && a->workspace_bytes < b->workspace_bytes);
}

static bool less_memory(const struct choice *a, const struct choice *b) {
    return a->workspace_bytes < b->workspace_bytes ||
           (a->workspace_bytes == b->workspace_bytes && a->time_ns < b->time_ns);
}

static const struct greedy rules[] = {
    {"time", allow_all, less_time, false},
    {"memory", allow_all, less_memory, false},
    {"layout", allow_chw, less_time, false},
    {"sum2d", allow_sum2d, less_time, true},
};

/* The best of the allowed choices that fit; else of the allowed ones the least, so that there is something to judge. */
static int greedy_pick(const struct node *n, const struct greedy *rule, int64_t budget_bytes) {
    int best = -1, least = -1, allowed = 0;
    for (int i = 0; i < n->choices; i++) allowed += rule->allowed(&n->choice[i]);
    if (allowed == 0 && rule->needed) return -1;
    for (int i = 0; i < n->choices; i++) {
        const struct choice *c = &n->choice[i];
        if (allowed > 0 && !rule->allowed(c)) continue;
        if (least < 0 || less_memory(c, &n->choice[least])) least = i;
        if (c->workspace_bytes <= budget_bytes && (best < 0 || rule->better(c, &n->choice[best]))) best = i;
    }
    return best >= 0 ? best : least;
}

bool greedy_run(struct answer *out, const struct instance *g, const struct request *q, const char *variant,
                struct error *err) {
    const struct greedy *rule = rules;
    (void)err;
    while (strcmp(rule->name, variant) != 0) rule++;
    out->choice = MEMORY_NEW(int, g->nodes);
    for (int v = 0; v < g->nodes; v++) {
        out->choice[v] = greedy_pick(&g->node[v], rule, q->budget_bytes);
        if (out->choice[v] >= 0) continue;
        free(out->choice);
        out->choice = NULL;
        out->outcome = OUTCOME_STUCK;
        return true;
    }
    return true;
}

/* --- (11) ------------------------------------------------------------------------------------------------------------------- */

struct layerwise {
    const struct instance *g;
    const struct request *q;
    struct steps *steps; /* peak, footprint */
    int at;              /* first step of the node to come */
    int64_t used;        /* unshared: workspaces so far; footprint: weights so far */
    int64_t *rest;       /* [nodes + 1] the least that nodes v.. add to `used` */
    int64_t peak;        /* footprint: so far */
    int *choice;
};

static int64_t added(const struct choice *c, enum memory_model model) {
    return model == MEMORY_UNSHARED ? c->workspace_bytes : model == MEMORY_FOOTPRINT ? c->weights_bytes : 0;
}

static void layerwise_rest(struct layerwise *l) {
    l->rest = MEMORY_NEW(int64_t, l->g->nodes + 1);
    for (int v = l->g->nodes - 1; v >= 0; v--) {
        const struct node *n = &l->g->node[v];
        int64_t least = added(&n->choice[0], l->q->model);
        for (int i = 1; i < n->choices; i++)
            if (added(&n->choice[i], l->q->model) < least) least = added(&n->choice[i], l->q->model);
        l->rest[v] = l->rest[v + 1] + least;
    }
}

/* Time of v's choice with the conversions that its inputs then need; -1: there is no way. */
static int64_t layerwise_time(const struct layerwise *l, int v, const struct choice *c) {
    int64_t time = c->time_ns;
    for (int e = l->g->node[v].first_in; e < l->g->node[v].last_in; e++) {
        const struct edge *edge = &l->g->edge[e];
        int64_t way = edge->time_ns[l->g->node[edge->from].choice[l->choice[edge->from]].out][c->in];
        if (way == INSTANCE_NO_WAY) return -1;
        time += way;
    }
    return time;
}

/* Largest step of v with choice c, its inputs' layouts as chosen. */
static int64_t layerwise_peak(const struct layerwise *l, int v, const struct choice *c) {
    int64_t most = 0;
    for (int s = l->at; s < l->steps->count && l->steps->step[s].node == v; s++) {
        const struct step *step = &l->steps->step[s];
        int64_t bytes = step->fixed_bytes + (step->runs ? c->workspace_bytes : 0);
        for (int t = step->first; t < step->last; t++) {
            const struct edge *edge = &l->g->edge[l->steps->term[t].edge];
            bytes += l->steps->term[t].bytes[l->g->node[edge->from].choice[l->choice[edge->from]].out][c->in];
        }
        if (bytes > most) most = bytes;
    }
    return most;
}

static int64_t layerwise_need(const struct layerwise *l, int v, const struct choice *c) {
    int64_t sum = l->used + added(c, l->q->model) + l->rest[v + 1], peak;
    switch (l->q->model) {
    case MEMORY_WORKSPACE: return c->workspace_bytes;
    case MEMORY_UNSHARED: return sum;
    case MEMORY_PEAK: return layerwise_peak(l, v, c);
    case MEMORY_FOOTPRINT: peak = layerwise_peak(l, v, c); return sum + (peak > l->peak ? peak : l->peak);
    case MEMORY_MODELS: break;
    }
    return 0;
}

/* -1: no choice of v can be reached from the layouts chosen. */
static int layerwise_pick(const struct layerwise *l, int v) {
    const struct node *n = &l->g->node[v];
    int best = -1, least = -1;
    int64_t best_time = 0, least_need = 0;
    for (int i = 0; i < n->choices; i++) {
        int64_t time = layerwise_time(l, v, &n->choice[i]), need;
        if (time < 0) continue;
        need = layerwise_need(l, v, &n->choice[i]);
        if (least < 0 || need < least_need) least = i, least_need = need;
        if (need <= l->q->budget_bytes && (best < 0 || time < best_time)) best = i, best_time = time;
    }
    return best >= 0 ? best : least;
}

static void layerwise_take(struct layerwise *l, int v) {
    const struct choice *c = &l->g->node[v].choice[l->choice[v]];
    l->used += added(c, l->q->model);
    if (!l->steps) return;
    int64_t peak = layerwise_peak(l, v, c);
    if (peak > l->peak) l->peak = peak;
    while (l->at < l->steps->count && l->steps->step[l->at].node == v) l->at++;
}

bool greedy_layerwise(struct answer *out, const struct instance *g, const struct request *q, const char *variant,
                      struct error *err) {
    struct layerwise l = {.g = g, .q = q, .choice = MEMORY_NEW(int, g->nodes)};
    (void)variant;
    (void)err;
    if (q->model == MEMORY_PEAK || q->model == MEMORY_FOOTPRINT) l.steps = steps_new(g);
    layerwise_rest(&l);
    out->choice = l.choice;
    for (int v = 0; v < g->nodes && out->choice; v++) {
        l.choice[v] = layerwise_pick(&l, v);
        if (l.choice[v] >= 0) {
            layerwise_take(&l, v);
        } else {
            free(l.choice);
            out->choice = NULL;
            out->outcome = OUTCOME_STUCK;
        }
    }
    free(l.rest);
    steps_free(l.steps);
    return true;
}
