#include "formulation/plan.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "formulation/plan_text.h"
#include "formulation/profile_text.h"
#include "solver/base/check.h"
#include "solver/base/memory.h"

void plan_free(struct plan *p) {
    if (!p) return;
    for (int i = 0; i < p->steps; i++) {
        free(p->step[i].layer);
        free(p->step[i].name);
        free(p->step[i].scenario);
    }
    char *const texts[] = {p->path, p->network, p->profile, p->digest, p->method};
    for (int i = 0; i < 5; i++) free(texts[i]);
    notes_free(&p->notes);
    free(p->step);
    free(p);
}

struct plan_step *plan_text_add(struct plan *p, const struct plan_step *step) {
    p->step = memory_grow(p->step, &p->capacity, (size_t)p->steps + 1, sizeof *p->step);
    assert((step->slot >= 0) == (step->kind == PROFILE_CONVERT));
    assert(step->time_ns >= 0 && step->workspace_bytes >= 0 && step->weights_bytes >= 0);
    struct plan_step *s = &p->step[p->steps++];
    *s = *step;
    s->layer = memory_string(step->layer);
    s->name = memory_string(step->name);
    s->scenario = memory_string(step->scenario);
    return s;
}

static char *plan_text(const char *text) {
    return (char *)(uintptr_t)text;
} /* plan_text_add copies it */

static void plan_convert(struct plan *p, const struct instance *g, const struct edge *e, enum layout from,
                         enum layout to) {
    enum layout stop[LAYOUTS], at = from;
    char text[TENSOR_TEXT];
    struct shape tensor = g->network->layer[e->from].out;
    int legs = selection_legs(stop, e, from, to);
    profile_text_tensor(text, tensor.C, tensor.H, tensor.W);
    for (int i = 0; i < legs; at = stop[i++]) {
        /* A free step between layouts with the same bytes has no row: the row names the layout that has a direct
         * conversion. */
        if (e->alike[at][e->via[at][to]]) at = e->via[at][to];
        assert(at != stop[i] && e->time_ns[at][stop[i]] != INSTANCE_NO_WAY && !e->alike[at][stop[i]]);
        struct plan_step s = {PROFILE_CONVERT,
                              g->node[e->to].layer->name,
                              e->slot,
                              plan_text("convert"),
                              text,
                              at,
                              stop[i],
                              e->time_ns[at][stop[i]],
                              e->workspace_bytes[at][stop[i]],
                              0,
                              0};
        plan_text_add(p, &s);
    }
}

static void plan_node(struct plan *p, const struct instance *g, int v, const struct choice *c) {
    const struct layer *l = g->node[v].layer;
    char text[OPERATOR_TEXT];
    const char *name = PLAN_UNCOVERED;
    if (l->kind == LAYER_CONV)
        scenario_print(text, &l->scenario);
    else
        operator_print(text, &l->shape_of);
    if (l->kind == LAYER_OPERATOR) name = operator_names[l->shape_of.kind];
    assert(l->kind == LAYER_CONV || (l->kind == LAYER_OPERATOR && c->in == c->out));
    if (c->primitive) name = c->primitive->name;
    struct plan_step s = {l->kind == LAYER_CONV ? PROFILE_CONV : PROFILE_LAYER,
                          l->name,
                          -1,
                          plan_text(name),
                          text,
                          c->in,
                          c->out,
                          c->time_ns,
                          c->workspace_bytes,
                          c->weights_bytes,
                          0};
    plan_text_add(p, &s);
}

/* The steps' times are the judge's. */
static bool check_times(const struct plan *p) {
    int64_t sum = 0;
    for (int i = 0; i < p->steps; i++) sum += p->step[i].time_ns;
    assert(sum == p->time_ns);
    return true;
}

struct plan *plan_new(const struct instance *g, const int *choice, const char *network, const char *method,
                      enum memory_model model, enum conversions conversions, int64_t budget_bytes) {
    struct evaluation cost = selection_evaluate(g, choice, model, conversions);
    assert(cost.possible);
    struct plan *p = MEMORY_NEW(struct plan, 1);
    p->path = memory_string("memory");
    p->network = memory_string(network);
    p->profile = memory_string(g->profile ? g->profile->path : "none");
    p->digest = memory_string(g->profile && g->profile->digest ? g->profile->digest : "none");
    p->method = memory_string(method);
    assert(g->threads > 0 && budget_bytes >= 0);
    p->model = model;
    p->conversions = conversions;
    p->threads = g->threads;
    p->isa = isa_current();
    p->budget_bytes = budget_bytes;
    p->time_ns = cost.time_ns;
    p->memory_bytes = cost.memory_bytes;
    bool *copied = MEMORY_NEW(bool, (size_t)g->nodes *LAYOUTS); /* per tensor: the copy in that layout was made */
    for (int v = 0; v < g->nodes; v++) {
        const struct choice *c = &g->node[v].choice[choice[v]];
        for (int i = g->node[v].first_in; i < g->node[v].last_in; i++) {
            const struct edge *e = &g->edge[i];
            bool *had = &copied[e->from * LAYOUTS + (int)c->in];
            if (conversions == CONVERSIONS_PER_TENSOR && *had) continue;
            *had = true;
            plan_convert(p, g, e, g->node[e->from].choice[choice[e->from]].out, c->in);
        }
        plan_node(p, g, v, c);
    }
    free(copied);
    assert(p->steps >= g->nodes);
    CHECK(check_times(p));
    return p;
}
