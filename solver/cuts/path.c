/* Flow path inequalities (Van Roy & Wolsey 1987), which for lot sizing are those of Barany, Van Roy & Wolsey (1984).
 * Nodes 1, ..., l of a network (flows.h) follow each other, d_t at most is what node t takes. Of the columns x_t that flow
 * into node t and are opened by integers, x_t <= u_t y_t, any set S gives, with D_t = max(0, d_t + ... + d_l),
 *
 *     sum_S x_t <= sum_S min(u_t, D_t) y_t + what flows out of the nodes, but for the columns that link them.
 *
 * For let t be the first node where one of S with u_t > D_t is open (without one, x_t <= u_t y_t is all that is said):
 * nodes before t receive u y at most, those from t on D_t and what flows out of them. No mixed-integer rounding says this
 * of several columns at once, as each has the demand from its own node on. The paths are those of the greatest flows
 * into node l. */
#include <assert.h>
#include <math.h>
#include <stdlib.h>

#include "solver/base/memory.h"
#include "solver/cuts/flows.h"
#include "solver/search/worker.h"

enum {
    PATH_LONGEST = 50, /* nodes */
    PATH_WAYS = 1, /* columns from other nodes into one: in networks with more, other cuts serve better (beasleyC3) */
    PATH_EFFORT = 2000000 /* entries looked at */
};
#define PATH_FLOW 1e-6 /* least, from node to node; least violation */

struct path {
    struct cuts *c;
    struct flows flows;
    bool *usable; /* [nodes] takes at most a demand, no flow is negative, and few nodes lead to it */
    bool *inside; /* [nodes] of the path */
    int node[PATH_LONGEST], link[PATH_LONGEST],
        nodes;     /* from the last node back; link[k]: from node[k + 1] to node[k] */
    double *dense; /* [cols] zero between calls, as is `listed` */
    bool *listed;
    int *list, count;
    long effort;
};

/* What the node takes at most. */
static double path_demand(const struct path *v, int node) {
    const struct model *m = v->c->m;
    int i = v->flows.row[node];
    return v->flows.factor[node] * (v->flows.factor[node] > 0 ? m->row_upper[i] : m->row_lower[i]);
}

static bool path_usable(const struct path *v, int node) {
    struct cuts_row row = cuts_row(v->c, v->flows.row[node]);
    int ways = 0, end[2];
    if (fabs(path_demand(v, node)) >= MODEL_INFINITY) return false;
    for (long k = 0; k < row.count; k++) {
        if (v->c->lower[row.col[k]] < 0) return false;
        ways += flows_ends(end, &v->flows, row.col[k]) && end[0] != FLOWS_WORLD && end[1] == node;
    }
    return ways <= PATH_WAYS;
}

static void path_find_usable(struct path *v) {
    for (int n = FLOWS_WORLD + 1; n < v->flows.nodes; n++) v->usable[n] = path_usable(v, n);
}

/* --- the inequality --- */

static void path_add(struct path *v, int j, double value) {
    if (!v->listed[j]) v->listed[j] = true, v->list[v->count++] = j;
    v->dense[j] += value;
}

/* Column j flows into a node with the demand `demand` from there on: in S if that is violated; by how much. */
static double path_add_inflow(struct path *v, int j, double demand) {
    const struct cuts *c = v->c;
    if (c->upper_row[j] < 0) return 0;
    struct cuts_bound b = cuts_variable_bound(c, j, true);
    if (b.constant > 0 || b.slope <= 0 || c->lower[b.by] < 0) return 0;
    double most = fmin(b.slope, fmax(0, demand)), gain = c->x[j] - most * c->x[b.by];
    if (gain <= 0) return 0;
    path_add(v, j, 1);
    path_add(v, b.by, -most);
    return gain;
}

/* The inequality of the first nodes of the path (its last ones); returns by how much it is violated. */
static double path_sum(struct path *v, int nodes) {
    double violation = 0, demand = 0;
    assert(nodes <= v->nodes && v->count == 0); /* path_clear has been called */
    for (int k = 0; k < nodes; k++) {
        int n = v->node[k];
        struct cuts_row row = cuts_row(v->c, v->flows.row[n]);
        demand += path_demand(v, n);
        v->effort -= row.count;
        for (long e = 0; e < row.count; e++) {
            int j = row.col[e];
            if ((k + 1 < nodes && j == v->link[k]) || (k > 0 && j == v->link[k - 1])) continue;
            if (row.value[e] * v->flows.factor[n] > 0) {
                violation += path_add_inflow(v, j, demand);
                continue;
            }
            path_add(v, j, -1);
            violation -= v->c->x[j];
        }
    }
    return violation;
}

static void path_clear(struct path *v) {
    for (int k = 0; k < v->count; k++) v->dense[v->list[k]] = 0, v->listed[v->list[k]] = false;
    v->count = 0;
}

/* --- paths --- */

/* The column of the greatest flow into the path's last node from a usable one outside; false: there is none. */
static bool path_extend(struct path *v) {
    int n = v->node[v->nodes - 1], end[2], from = -1;
    struct cuts_row row = cuts_row(v->c, v->flows.row[n]);
    double most = PATH_FLOW;
    assert(v->nodes > 0 && v->inside[n]);
    if (v->nodes == PATH_LONGEST) return false;
    for (long k = 0; k < row.count; k++) {
        int j = row.col[k];
        if (v->c->x[j] <= most || !flows_ends(end, &v->flows, j) || end[1] != n) continue;
        if (end[0] == FLOWS_WORLD || v->inside[end[0]] || !v->usable[end[0]]) continue;
        most = v->c->x[j];
        from = end[0];
        v->link[v->nodes - 1] = j;
    }
    if (from < 0) return false;
    v->node[v->nodes++] = from;
    v->inside[from] = true;
    return true;
}

/* Of the paths to node n the one of the most violated inequality. */
static void path_to(struct path *v, int n) {
    double most = PATH_FLOW;
    int best = 0;
    assert(v->usable[n] && !v->inside[n]);
    v->node[0] = n;
    v->nodes = 1;
    v->inside[n] = true;
    do {
        double violation = path_sum(v, v->nodes);
        path_clear(v);
        if (violation > most) most = violation, best = v->nodes;
    } while (path_extend(v));
    for (int k = 0; k < v->nodes; k++) v->inside[v->node[k]] = false;
    if (best == 0) return;
    path_sum(v, best);
    cuts_offer(v->c, v->dense, v->list, v->count, 0, "path");
    path_clear(v);
}

static void path_all(struct path *v) {
    path_find_usable(v);
    for (int n = FLOWS_WORLD + 1; n < v->flows.nodes && v->effort > 0 && !worker_stopped(v->c->w); n++)
        if (v->usable[n]) path_to(v, n);
}

void path_separate(struct cuts *c) {
    struct path v = {.c = c, .effort = PATH_EFFORT};
    flows_find(&v.flows, c);
    v.usable = MEMORY_NEW(bool, v.flows.nodes);
    v.inside = MEMORY_NEW(bool, v.flows.nodes);
    v.dense = MEMORY_NEW(double, c->m->cols);
    v.listed = MEMORY_NEW(bool, c->m->cols);
    v.list = MEMORY_NEW(int, c->m->cols);
    for (int way = 0; way < 2; way++) {
        path_all(&v);
        flows_reverse(&v.flows);
    }
    flows_free(&v.flows);
    free(v.usable);
    free(v.inside);
    free(v.dense);
    free(v.listed);
    free(v.list);
}
