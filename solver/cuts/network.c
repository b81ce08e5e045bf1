/* Cut sets of networks with fixed charges. A node is a row of continuous columns, all with the same magnitude: what
 * flows in less what flows out is at least, or exactly, its demand. Where arcs are opened by binaries, x_a <= u_a y_a,
 * the rows of a set S of nodes with the demand d(S) > 0 add up to
 *
 *     sum of x_a into S >= d(S),   rounded:  sum of y_a into S >= 1,  if d(S) <= u_a.
 *
 * For each node with a demand a minimal cut in the capacities y_a of the relaxation separates it from all supplies (as
 * for Steiner trees: Koch & Martin 1998), and a few more lie behind it; where the capacity is below 1, mir.h rounds the
 * sum of the rows of the set. Flows only choose the set: the inequality is one of mir.h whatever the rows are. */
#include <assert.h>
#include <math.h>
#include <stdlib.h>

#include "solver/base/memory.h"
#include "solver/cuts/flows.h"
#include "solver/cuts/mir.h"
#include "solver/search/worker.h"

enum {
    NETWORK_LEAST = 5 /* nodes */,
    NETWORK_NESTED = 3 /* cuts one behind the other */,
    NETWORK_EFFORT = 20000000 /* arcs looked at */
};
#define NETWORK_OPEN  2    /* capacity of an arc that is no subject to a cut */
#define NETWORK_CREEP 1e-4 /* of every arc, so that of equal cuts the one of fewest arcs is found */
#define NETWORK_LESS  0.02 /* capacities of cuts are less than 1 by this */

struct network {
    struct cuts *c;
    struct flows flows; /* FLOWS_WORLD has all supplies */
    int arcs;
    int *head;               /* [2 * arcs] of arc 2 k, and of 2 k + 1, which is its reverse */
    double *capacity, *left; /* [2 * arcs] left: by the flow so far */
    int *first, *from;       /* [nodes + 1], [2 * arcs] arcs by their tails */
    int *queue, *by;         /* [nodes] by: the arc by which a node was reached; -1: it was not */
    long effort;
};

/* The share of a column's arc that the relaxation opens. */
static double network_open(const struct cuts *c, int j) {
    if (c->upper[j] <= 0) return 0;
    if (c->upper_row[j] < 0) return NETWORK_OPEN;
    struct cuts_row row = cuts_row(c, c->upper_row[j]);
    int at = row.col[0] == j ? 1 : 0;
    bool opens = (row.value[at] > 0) != (row.value[1 - at] > 0);
    double y = c->x[row.col[at]];
    return fmax(0, opens ? y : 1 - y) + NETWORK_CREEP;
}

static void network_add_arc(struct network *v, int tail, int head, double capacity, double back) {
    assert(tail != head && capacity >= 0 && back >= 0);
    v->head[2 * v->arcs] = head;
    v->head[2 * v->arcs + 1] = tail;
    v->capacity[2 * v->arcs] = capacity;
    v->capacity[2 * v->arcs + 1] = back;
    v->arcs++;
}

static void network_find_arcs(struct network *v) {
    const struct model *m = v->c->m;
    for (int j = 0; j < m->cols; j++) {
        int end[2];
        if (!flows_ends(end, &v->flows, j)) continue;
        network_add_arc(v, end[0], end[1], network_open(v->c, j), v->c->lower[j] < 0 ? NETWORK_OPEN : 0);
    }
    for (int n = 1; n < v->flows.nodes; n++)
        if (flows_demand(&v->flows, n) < 0) network_add_arc(v, FLOWS_WORLD, n, NETWORK_OPEN, 0);
    for (int e = 0; e < 2 * v->arcs; e++) v->first[v->head[e ^ 1] + 1]++;
    for (int n = 0; n < v->flows.nodes; n++) v->first[n + 1] += v->first[n];
    int *next = memory_duplicate(v->first, (size_t)v->flows.nodes * sizeof *next);
    for (int e = 0; e < 2 * v->arcs; e++) v->from[next[v->head[e ^ 1]]++] = e;
    assert(v->first[v->flows.nodes] == 2 * v->arcs);
    free(next);
}

/* Breadth first along arcs with some capacity left, or against them; up to node `end`. */
static bool network_reach(struct network *v, int begin, int end, bool against) {
    int count = 0;
    for (int n = 0; n < v->flows.nodes; n++) v->by[n] = -1;
    v->queue[count++] = begin;
    v->by[begin] = 2 * v->arcs; /* no arc */
    for (int k = 0; k < count; k++) {
        int n = v->queue[k];
        v->effort -= v->first[n + 1] - v->first[n];
        for (int p = v->first[n]; p < v->first[n + 1]; p++) {
            int e = v->from[p], to = v->head[e];
            if (v->by[to] >= 0 || v->left[against ? e ^ 1 : e] <= 1e-9) continue;
            v->by[to] = e;
            if (to == end) return true;
            v->queue[count++] = to;
        }
    }
    return false;
}

/* The flow from the world to node t, but not much more than 1; below that, v->left is of a flow that is maximal. */
static double network_flow(struct network *v, int t) {
    double flow = 0;
    for (int e = 0; e < 2 * v->arcs; e++) v->left[e] = v->capacity[e];
    while (flow < 1 && network_reach(v, FLOWS_WORLD, t, false)) {
        double most = NETWORK_OPEN;
        for (int n = t; n != FLOWS_WORLD; n = v->head[v->by[n] ^ 1]) most = fmin(most, v->left[v->by[n]]);
        assert(most > 0);
        for (int n = t; n != FLOWS_WORLD; n = v->head[v->by[n] ^ 1]) {
            v->left[v->by[n]] -= most;
            v->left[v->by[n] ^ 1] += most;
        }
        flow += most;
    }
    return flow;
}

/* Rounds the sum of the rows of nodes that were reached, or of those that were not. */
static void network_round(struct network *v, struct mir *r, bool reached) {
    mir_clear(r);
    for (int n = 1; n < v->flows.nodes; n++)
        if ((v->by[n] >= 0) == reached) mir_add_row(r, v->flows.row[n], v->flows.factor[n]);
    v->effort -= 10L * r->count;
    mir_try(r, 0, "network");
}

/* Arcs into the set of nodes that were not reached cost nothing any more: the next minimal cut is another one. */
static void network_open_set(struct network *v) {
    for (int e = 0; e < 2 * v->arcs; e += 2)
        if (v->by[v->head[e + 1]] >= 0 && v->by[v->head[e]] < 0) v->capacity[e] += 1;
}

static void network_cut_node(struct network *v, struct mir *r, int t) {
    for (int k = 0; k < NETWORK_NESTED && network_flow(v, t) < 1 - NETWORK_LESS && v->effort > 0; k++) {
        network_reach(v, FLOWS_WORLD, -1, false);
        assert(v->by[t] < 0); /* the flow is maximal */
        network_round(v, r, false);
        network_reach(v, t, -1, true);
        assert(v->by[FLOWS_WORLD] < 0);
        network_round(v, r, true);
        network_reach(v, FLOWS_WORLD, -1, false);
        network_open_set(v);
    }
}

static void network_cut(struct network *v) {
    struct mir r;
    size_t bytes = 2 * (size_t)v->arcs * sizeof(double);
    double *capacity = memory_duplicate(v->capacity, bytes);
    mir_init(&r, v->c);
    for (int t = 1; t < v->flows.nodes && v->effort > 0 && !worker_stopped(v->c->w); t++) {
        if (flows_demand(&v->flows, t) <= 0) continue;
        network_cut_node(v, &r, t);
        memory_copy(v->capacity, capacity, bytes);
    }
    free(capacity);
    mir_free(&r);
}

/* With all signs changed supplies are demands, and arcs lead the other way. */
static void network_both_ways(struct network *v) {
    for (int way = 0; way < 2; way++) {
        v->arcs = 0;
        memory_clear(v->first, ((size_t)v->flows.nodes + 1) * sizeof *v->first);
        network_find_arcs(v);
        network_cut(v);
        flows_reverse(&v->flows);
    }
}

void network_separate(struct cuts *c) {
    const struct model *m = c->m;
    struct network v = {.c = c, .effort = NETWORK_EFFORT};
    flows_find(&v.flows, c);
    v.queue = MEMORY_NEW(int, m->rows + 1);
    v.by = MEMORY_NEW(int, m->rows + 1);
    v.first = MEMORY_NEW(int, m->rows + 2);
    if (v.flows.nodes > NETWORK_LEAST) {
        int most = 2 * (m->cols + v.flows.nodes);
        v.head = MEMORY_NEW(int, most);
        v.from = MEMORY_NEW(int, most);
        v.capacity = MEMORY_NEW(double, most);
        v.left = MEMORY_NEW(double, most);
        network_both_ways(&v);
    }
    flows_free(&v.flows);
    free(v.queue);
    free(v.by);
    free(v.first);
    free(v.head);
    free(v.from);
    free(v.capacity);
    free(v.left);
}
