/* The second strategy (11): layer by layer the fastest choice with its conversions, given the layouts chosen before it,
 * that fits. What has been chosen counts as it is, and all layers to come as the least that they can add. */
#include <assert.h>
#include <stdlib.h>

#include "baselines/methods.h"
#include "baselines/restrict.h"
#include "baselines/spare.h"
#include "formulation/steps.h"
#include "solver/base/memory.h"

enum care {
    CARE_NOT,
    CARE_WAY_WITHIN,
    CARE_ANY_WAY,
    CARES
}; /* some conversions may not exist: can a choice be continued? */

struct layerwise {
    const struct instance *g;
    const struct request *q;
    struct steps *steps; /* if the model has steps, else NULL */
    int at;              /* first step of the next node */
    int64_t used;        /* the sum over the layers so far */
    int64_t spare;       /* spare_flash, less what the choices so far take */
    int64_t *rest;       /* [nodes + 1] the least that nodes v.. add to `used` */
    int64_t peak;        /* the largest step so far */
    int *choice;
    int decided; /* last node that is fixed for layerwise_rule */
    enum care care;
};

static int64_t added(const struct choice *c, enum memory_model model) {
    return memory_model_added(model, c->workspace_bytes, c->weights_bytes);
}

static void layerwise_rest(struct layerwise *l) {
    l->rest = MEMORY_NEW(int64_t, l->g->nodes + 1);
    for (int v = l->g->nodes - 1; v >= 0; v--) {
        const struct node *n = &l->g->node[v];
        int64_t least = added(&n->choice[0], l->q->model);
        for (int i = 1; i < n->choices; i++)
            if (added(&n->choice[i], l->q->model) < least) least = added(&n->choice[i], l->q->model);
        assert(least >= 0);
        l->rest[v] = l->rest[v + 1] + least;
    }
}

/* Time of v's choice with the conversions that its inputs then need; -1: one does not exist. */
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
    int64_t most = 0, alone = steps_choice_bytes(l->q->model, &l->g->node[v], c);
    if (!l->steps) return alone;
    for (int s = l->at; s < l->steps->count && l->steps->step[s].node == v; s++) {
        const struct step *step = &l->steps->step[s];
        int64_t bytes = step->fixed_bytes + (step->runs ? alone : 0);
        for (int t = step->first; t < step->last; t++) {
            const struct edge *edge = &l->g->edge[l->steps->term[t].edge];
            bytes += l->steps->term[t].bytes[l->g->node[edge->from].choice[l->choice[edge->from]].out][c->in];
        }
        if (bytes > most) most = bytes;
    }
    return most;
}

static int64_t layerwise_need(const struct layerwise *l, int v, const struct choice *c) {
    int64_t step = layerwise_peak(l, v, c);
    if (!memory_model_adds_up(l->q->model)) return step;
    return l->used + added(c, l->q->model) + l->rest[v + 1] + (step > l->peak ? step : l->peak);
}

/* -1: no choice of v that is not barred can be reached from the layouts chosen. */
static int layerwise_pick(const struct layerwise *l, int v, const bool *barred) {
    const struct node *n = &l->g->node[v];
    const int64_t least_weights = spare_least(n);
    int best = -1, least = -1;
    int64_t best_time = 0, least_need = 0;
    for (int i = 0; i < n->choices; i++) {
        int64_t time = layerwise_time(l, v, &n->choice[i]), need;
        if (time < 0 || barred[i]) continue;
        need = layerwise_need(l, v, &n->choice[i]);
        if (least < 0 || need < least_need) least = i, least_need = need;
        if (need > l->q->budget_bytes || n->choice[i].weights_bytes - least_weights > l->spare) continue;
        if (best < 0 || time < best_time) best = i, best_time = time;
    }
    return best >= 0 ? best : least;
}

static void layerwise_take(struct layerwise *l, int v) {
    const struct choice *c = &l->g->node[v].choice[l->choice[v]];
    assert(!l->steps || l->at == l->steps->count || l->steps->step[l->at].node == v);
    int64_t step = layerwise_peak(l, v, c);
    l->used += added(c, l->q->model);
    l->spare -= spare_taken(&l->g->node[v], c);
    if (step > l->peak) l->peak = step;
    while (l->steps && l->at < l->steps->count && l->steps->step[l->at].node == v) l->at++;
}

/* Fixed up to l->decided; after that any choice whose workspace fits the budget, or any at all with CARE_ANY_WAY. */
static bool layerwise_rule(const void *context, const struct node *n, int v, int i) {
    const struct layerwise *l = context;
    if (v <= l->decided) return l->choice[v] == i;
    return l->care == CARE_ANY_WAY || n->choice[i].workspace_bytes <= l->q->budget_bytes;
}

/* Some conversions do not exist: can the choices up to v be continued to the end? */
static bool layerwise_leads_on(bool *leads, struct layerwise *l, int v, struct error *err) {
    struct answer rest = {0};
    l->decided = v;
    if (!restrict_fastest(&rest, l->g, l->q, layerwise_rule, l, err)) return false;
    *leads = rest.choice != NULL;
    free(rest.choice);
    return true;
}

/* One pass over the layers. *stuck: it ended before a layer that cannot be reached. */
static bool layerwise_pass(bool *stuck, struct layerwise *l, struct error *err) {
    bool ok = true;
    *stuck = false;
    l->at = 0;
    l->used = l->peak = 0;
    l->spare = spare_flash(l->g, l->q);
    for (int v = 0; v < l->g->nodes && ok && !*stuck; v++) {
        bool *barred = MEMORY_NEW(bool, l->g->node[v].choices), leads = l->care == CARE_NOT;
        do {
            l->choice[v] = layerwise_pick(l, v, barred);
            *stuck = l->choice[v] < 0;
            if (*stuck || leads) break;
            barred[l->choice[v]] = true;
            ok = layerwise_leads_on(&leads, l, v, err);
        } while (ok && !leads);
        free(barred);
        if (ok && !*stuck) layerwise_take(l, v);
    }
    return ok;
}

bool greedy_layerwise(struct answer *out, const struct instance *g, const struct request *q, const char *variant,
                      struct error *err) {
    struct layerwise l = {.g = g, .q = q, .choice = MEMORY_NEW(int, g->nodes)};
    bool ok = true, stuck = true;
    (void)variant;
    if (memory_model_by_step(q->model)) l.steps = steps_new(g, q->model);
    layerwise_rest(&l);
    for (l.care = CARE_NOT; ok && stuck && l.care < CARES; l.care++) ok = layerwise_pass(&stuck, &l, err);
    free(l.rest);
    steps_free(l.steps);
    if (ok && !stuck) {
        out->choice = l.choice;
        return true;
    }
    free(l.choice);
    out->outcome = OUTCOME_STUCK;
    return ok;
}
