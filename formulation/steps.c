#include "formulation/steps.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "formulation/selection.h"
#include "solver/base/check.h"
#include "solver/base/memory.h"

struct maker {
    const struct instance *g;
    enum memory_model model;
    struct steps *out;
    size_t step_room, term_room;
    bool *read_later; /* [edges] the edge's tensor has a later edge */
    int64_t *live;    /* [nodes] tensors made before a node and read by it or later, or never */
};

static void maker_lives(struct maker *m) {
    const struct instance *g = m->g;
    int *last = memory_new((size_t)g->nodes, sizeof *last); /* last reader; `nodes`: to the end */
    for (int v = 0; v < g->nodes; v++) last[v] = g->nodes;
    for (int e = g->edges - 1; e >= 0; e--) {
        int u = g->edge[e].from;
        m->read_later[e] = last[u] != g->nodes;
        if (!m->read_later[e]) last[u] = g->edge[e].to;
    }
    for (int u = 0; u < g->nodes; u++)
        for (int v = u + 1; v < g->nodes && v <= last[u]; v++) m->live[v] += g->node[u].out_bytes;
    free(last);
}

static void maker_step(struct maker *m, int v, bool runs) {
    struct steps *s = m->out;
    assert(s->count == 0 || s->step[s->count - 1].node <= v); /* in execution order */
    assert(m->live[v] >= 0);
    s->step = memory_grow(s->step, &m->step_room, (size_t)s->count + 1, sizeof *s->step);
    const struct node *n = &m->g->node[v];
    const int64_t made = runs ? n->out_bytes - n->reused_bytes : 0;
    s->step[s->count++] = (struct step){v, runs, m->live[v] + made, s->terms, s->terms};
}

static void maker_term(struct maker *m, const struct step_term *t) {
    struct steps *s = m->out;
    bool any = false;
    assert(s->count > 0); /* of the step that was begun last */
    for (int i = 0; i < LAYOUTS * LAYOUTS; i++) any |= t->bytes[i / LAYOUTS][i % LAYOUTS] > 0;
    if (!any) return;
    s->term = memory_grow(s->term, &m->term_room, (size_t)s->terms + 1, sizeof *s->term);
    s->term[s->terms++] = *t;
    s->step[s->count - 1].last = s->terms;
}

/* What edge e adds: during leg `leg` of its conversion, or with leg = LAYOUTS after it. */
static struct step_term maker_bytes(const struct maker *m, int e, int leg) {
    const struct edge *edge = &m->g->edge[e];
    struct step_term t = {.edge = e};
    assert(leg >= 0 && leg <= LAYOUTS);
    for (int from = 0; from < LAYOUTS; from++)
        for (int to = 0; to < LAYOUTS; to++) {
            enum layout stop[LAYOUTS];
            if (edge->time_ns[from][to] == INSTANCE_NO_WAY) continue;
            int legs = selection_legs(stop, edge, (enum layout)from, (enum layout)to);
            int64_t *bytes = &t.bytes[from][to];
            if (legs == 0) continue;
            if (leg == LAYOUTS)
                *bytes = m->read_later[e] ? edge->bytes : 0;
            else if (leg < legs) /* source and copy; from the second leg on the source is a copy too */
                *bytes =
                    edge->bytes + (leg > 0 && m->read_later[e] ? edge->bytes : 0) +
                    memory_model_step(m->model, 0, edge->workspace_bytes[leg ? (int)stop[leg - 1] : from][stop[leg]]);
        }
    return t;
}

static void maker_node(struct maker *m, int v) {
    const struct node *node = &m->g->node[v];
    for (int e = node->first_in; e < node->last_in; e++)
        for (int leg = 0; leg < LAYOUTS - 1; leg++) {
            maker_step(m, v, false);
            struct step_term t = maker_bytes(m, e, leg);
            maker_term(m, &t);
            for (int before = node->first_in; before < e; before++) {
                t = maker_bytes(m, before, LAYOUTS);
                maker_term(m, &t);
            }
        }
    maker_step(m, v, true);
    for (int e = node->first_in; e < node->last_in; e++) {
        struct step_term t = maker_bytes(m, e, LAYOUTS);
        maker_term(m, &t);
    }
}

/* Each step's terms follow those of the previous step; the last step of a node runs it. */
static bool check_steps(const struct steps *s, const struct instance *g) {
    int runs = 0;
    for (int i = 0; i < s->count; i++) {
        const struct step *step = &s->step[i];
        assert(step->first <= step->last && step->fixed_bytes >= 0);
        assert(step->first == (i ? s->step[i - 1].last : 0));
        assert(step->runs == (i + 1 == s->count || s->step[i + 1].node != step->node));
        runs += step->runs;
        for (int t = step->first; t < step->last; t++) {
            assert(g->edge[s->term[t].edge].to == step->node);
            for (int l = 0; l < LAYOUTS * LAYOUTS; l++) assert(s->term[t].bytes[l / LAYOUTS][l % LAYOUTS] >= 0);
        }
    }
    assert(runs == g->nodes && s->terms == (s->count ? s->step[s->count - 1].last : 0));
    return true;
}

struct steps *steps_new(const struct instance *g, enum memory_model model) {
    struct maker m = {.g = g, .model = model, .out = MEMORY_NEW(struct steps, 1)};
    m.read_later = MEMORY_NEW(bool, g->edges);
    m.live = MEMORY_NEW(int64_t, g->nodes);
    maker_lives(&m);
    for (int v = 0; v < g->nodes; v++) maker_node(&m, v);
    CHECK(check_steps(m.out, g));
    free(m.read_later);
    free(m.live);
    return m.out;
}

void steps_free(struct steps *s) {
    if (!s) return;
    free(s->step);
    free(s->term);
    free(s);
}
