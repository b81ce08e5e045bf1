/* random_instance.h - small random instances: chains, diamonds and general graphs; conversions that are missing,
 * indirect or free; layers without a time; outputs that lie where inputs do; sizes that make every memory model
 * bind. */
#ifndef TESTS_SUPPORT_RANDOM_INSTANCE_H
#define TESTS_SUPPORT_RANDOM_INSTANCE_H
#include <stdlib.h>

#include "formulation/instance.h"
#include "solver/base/memory.h"
#include "solver/base/random.h"

enum random_graph { RANDOM_CHAIN, RANDOM_DIAMOND, RANDOM_DAG, RANDOM_GRAPHS };

struct random_spec {
    enum random_graph graph;
    int nodes, choices; /* at most this many per node */
    double no_way;      /* chance that a direct conversion is missing */
};

static void random_node(struct node *n, struct random *r, const struct random_spec *spec) {
    bool operator= random_unit(r) < 0.25, uncovered = random_unit(r) < 0.1;
    n->covered = !uncovered;
    n->out_bytes = 4 * random_int(r, 1, 30);
    n->choices = operator|| uncovered ? LAYOUTS : random_int(r, 1, spec->choices);
    n->choice = MEMORY_NEW(struct choice, n->choices);
    for (int i = 0; i < n->choices; i++) {
        struct choice *c = &n->choice[i];
        c->primitive = operator|| uncovered ? NULL : & primitives[random_int(r, 0, primitive_count - 1)];
        c->in = (enum layout)(operator|| uncovered ? i : random_int(r, 0, LAYOUTS - 1));
        c->out = operator|| uncovered ? c->in : (enum layout)random_int(r, 0, LAYOUTS - 1);
        c->time_ns = uncovered ? 0 : random_int(r, 0, 60);
        c->workspace_bytes = operator|| uncovered ? 0 : 4 * random_int(r, 0, 25);
        c->weights_bytes = operator|| uncovered ? 0 : 4 * random_int(r, 1, 20);
    }
}

/* The first edges make the kind of graph; every node but the first reads something. */
static int random_edges(struct edge *edge, struct random *r, const struct random_spec *spec) {
    int count = 0;
    for (int v = 1; v < spec->nodes; v++) {
        int inputs = spec->graph == RANDOM_DAG ? random_int(r, 1, 3) : 1;
        if (spec->graph == RANDOM_DIAMOND && v % 3 == 0) inputs = 2;
        for (int slot = 0; slot < inputs; slot++) {
            int from = v - 1;
            if (spec->graph == RANDOM_DAG) from = random_int(r, 0, v - 1);
            if (spec->graph == RANDOM_DIAMOND) from = v % 3 == 0 ? v - 2 + slot : v - (v % 3);
            edge[count++] = (struct edge){.from = from, .to = v, .slot = slot};
        }
    }
    return count;
}

static void random_conversions(struct instance *g, struct random *r, const struct random_spec *spec) {
    for (int u = 0; u < g->nodes; u++) {
        struct edge e = {.bytes = g->node[u].out_bytes};
        bool alike = random_unit(r) < 0.1;
        for (int a = 0; a < LAYOUTS; a++)
            for (int b = 0; b < LAYOUTS; b++) {
                e.alike[a][b] = a == b || alike;
                e.time_ns[a][b] = random_unit(r) < spec->no_way ? INSTANCE_NO_WAY : random_int(r, 0, 40);
                e.workspace_bytes[a][b] = random_unit(r) < 0.3 ? 4 * random_int(r, 1, 20) : 0;
            }
        for (int i = 0; i < g->edges; i++) {
            if (g->edge[i].from != u) continue;
            e.from = u;
            e.to = g->edge[i].to;
            e.slot = g->edge[i].slot;
            g->edge[i] = e;
        }
    }
}

/* Bytes of the inputs of v that nothing reads later, nor v twice: what an output may lie on. */
static int64_t random_lost_bytes(const struct instance *g, int v) {
    int64_t bytes = 0;
    for (int e = 0; e < g->edges; e++) {
        bool last = g->edge[e].to == v;
        for (int i = 0; i < g->edges && last; i++)
            last = i == e || g->edge[i].from != g->edge[e].from || g->edge[i].to < v;
        if (last) bytes += g->node[g->edge[e].from].out_bytes;
    }
    return bytes;
}

/* Half of the choices of some nodes; `r` is left as it was, so that the rest of an instance does not depend on it. */
static void random_overlays(struct instance *g, const struct random *r) {
    struct random own = *r;
    for (int v = 0; v < g->nodes; v++) {
        const int64_t lost = random_lost_bytes(g, v), most = lost < g->node[v].out_bytes ? lost : g->node[v].out_bytes;
        if (random_int(&own, 0, 2) == 0) continue;
        for (int i = 0; i < g->node[v].choices; i++)
            if (random_int(&own, 0, 1))
                g->node[v].choice[i].reused_bytes =
                    random_int(&own, 0, 2) ? most : 4 * random_int(&own, 0, (int)(most / 4));
    }
}

static struct instance *random_instance(struct random *r, const struct random_spec *spec) {
    struct instance *g = MEMORY_NEW(struct instance, 1);
    g->nodes = spec->nodes;
    g->node = MEMORY_NEW(struct node, g->nodes);
    for (int v = 0; v < g->nodes; v++) random_node(&g->node[v], r, spec);
    g->edge = MEMORY_NEW(struct edge, 3 * g->nodes);
    g->edges = random_edges(g->edge, r, spec);
    random_conversions(g, r, spec);
    random_overlays(g, r);
    instance_close(g);
    return g;
}

/* A random choice per node. */
static inline void random_selection(int *choice, struct random *r, const struct instance *g) {
    for (int v = 0; v < g->nodes; v++) choice[v] = random_int(r, 0, g->node[v].choices - 1);
}

#endif
