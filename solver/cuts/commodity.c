/* Cut sets of networks whose commodities share capacities (Barahona 1996; Achterberg & Raack 2010). Nodes are those of
 * flows.h, a commodity is what columns connect, and a site is a place where nodes of several commodities meet: an arc's
 * capacity is a row over the flows of all of them, sum_k x_ak <= u_a y_a. With the demands d_k(S) of a set S of sites,
 *
 *     sum_k sum of x_ak into S >= sum_k d_k(S) = D,   so   sum of u_a y_a into S >= D,
 *
 * over the commodities k with a demand in S. mir.h rounds the sum, in which an arc's flows give way to its capacity where
 * that costs less than they do. The sets grow from each site by that neighbour of which the flows between are farthest
 * from their bounds: those are what would weaken the cut. The sets only choose rows: the inequality is one of mir.h. */
#include <assert.h>
#include <math.h>
#include <stdlib.h>

#include "solver/base/memory.h"
#include "solver/cuts/flows.h"
#include "solver/cuts/mir.h"
#include "solver/search/worker.h"

enum { COMMODITY_SITES = 12 /* most, of a set */, COMMODITY_EFFORT = 2000000 /* entries looked at */ };
#define COMMODITY_LOOSE 1e-6 /* least flow, away from its bounds, for which a set grows */

struct commodity {
    struct cuts *c;
    struct flows flows;
    int *capacity;         /* [cols] the longest row that limits the column together with others, or -1 */
    int kinds, *kind;      /* [nodes] of flow: the commodity */
    int sites, *site;      /* [nodes] */
    int *start, *node;     /* nodes by their site */
    double *loose;         /* [cols] how far the relaxation's flow is from its bounds */
    int *set, size;        /* [sites] sites in the set */
    bool *inside;          /* [sites] */
    double *gain, *demand; /* [sites] loose flow between the set and a site; [kinds] in the set */
    double *flow, *weight; /* [rows] of a capacity: flow in the sum, its coefficient; zero between calls */
    long effort;
};

/* --- structure --- */

/* sum of flows, all with one coefficient, <= a side that integers raise */
static bool commodity_is_capacity(const struct cuts *c, int i) {
    struct cuts_row row = cuts_row(c, i);
    double a = 0;
    bool opened = false;
    for (long k = 0; k < row.count; k++) {
        bool integer = c->m->integer[row.col[k]];
        opened |= integer;
        if (integer) continue;
        if (a != 0 && row.value[k] != a) return false;
        a = row.value[k];
    }
    return opened && a != 0 && fabs(a > 0 ? c->m->row_upper[i] : c->m->row_lower[i]) < MODEL_INFINITY;
}

static void commodity_find_capacities(struct commodity *v) {
    const struct cuts *c = v->c;
    for (int j = 0; j < c->m->cols; j++) v->capacity[j] = -1;
    for (int i = 0; i < c->m->rows; i++) {
        if (!commodity_is_capacity(c, i)) continue;
        struct cuts_row row = cuts_row(c, i);
        for (long k = 0; k < row.count; k++) {
            int *at = &v->capacity[row.col[k]];
            if (!c->m->integer[row.col[k]] && (*at < 0 || cuts_row(c, *at).count < row.count)) *at = i;
        }
    }
}

static int commodity_root(int *up, int n) {
    while (up[n] != n) n = up[n] = up[up[n]];
    return n;
}

static int *commodity_classes(int nodes) {
    int *up = MEMORY_NEW(int, nodes);
    for (int n = 0; n < nodes; n++) up[n] = n;
    return up;
}

/* The numbers of the classes of nodes, in `up`'s place; returns how many there are. */
static int commodity_number(int *up, int nodes) {
    int count = 0;
    int *number = MEMORY_NEW(int, nodes);
    for (int n = 0; n < nodes; n++)
        if (commodity_root(up, n) == n) number[n] = count++;
    for (int n = 0; n < nodes; n++) up[n] = commodity_root(up, n);
    for (int n = 0; n < nodes; n++) up[n] = number[up[n]];
    free(number);
    return count;
}

/* A column's ends have the same commodity; the tails of columns that share a capacity are at one site, and the heads. */
static void commodity_find_sites(struct commodity *v) {
    const struct model *m = v->c->m;
    int end[2], *first = MEMORY_NEW(int, 2L * m->rows);
    v->kind = commodity_classes(v->flows.nodes);
    v->site = commodity_classes(v->flows.nodes);
    for (int j = 0; j < m->cols; j++) {
        if (!flows_ends(end, &v->flows, j)) continue;
        if (end[0] != FLOWS_WORLD && end[1] != FLOWS_WORLD)
            v->kind[commodity_root(v->kind, end[0])] = commodity_root(v->kind, end[1]);
        for (int e = 0; e < 2 && v->capacity[j] >= 0; e++) {
            int *known = &first[2 * v->capacity[j] + e];
            if (end[e] == FLOWS_WORLD) continue;
            if (*known == FLOWS_WORLD) *known = end[e];
            v->site[commodity_root(v->site, end[e])] = commodity_root(v->site, *known);
        }
    }
    v->kinds = commodity_number(v->kind, v->flows.nodes);
    v->sites = commodity_number(v->site, v->flows.nodes);
    assert(v->site[FLOWS_WORLD] == 0 && v->kind[FLOWS_WORLD] == 0); /* classes of its own */
    free(first);
}

static void commodity_list_nodes(struct commodity *v) {
    v->start = MEMORY_NEW(int, v->sites + 1);
    v->node = MEMORY_NEW(int, v->flows.nodes);
    for (int n = 0; n < v->flows.nodes; n++) v->start[v->site[n] + 1]++;
    for (int s = 0; s < v->sites; s++) v->start[s + 1] += v->start[s];
    int *next = memory_duplicate(v->start, (size_t)v->sites * sizeof *next);
    for (int n = 0; n < v->flows.nodes; n++) v->node[next[v->site[n]]++] = n;
    assert(v->start[v->sites] == v->flows.nodes);
    free(next);
}

/* --- the relaxation's flows --- */

static double commodity_slack(const struct cuts *c, int i) {
    double s = c->x[c->m->cols + i];
    return fmin(c->m->row_upper[i] - s, s - c->m->row_lower[i]);
}

static void commodity_measure(struct commodity *v) {
    const struct cuts *c = v->c;
    for (int j = 0; j < c->m->cols; j++) {
        double d = fmin(c->x[j] - c->lower[j], c->upper[j] - c->x[j]);
        if (v->capacity[j] >= 0) d = fmin(d, commodity_slack(c, v->capacity[j]));
        if (c->upper_row[j] >= 0) d = fmin(d, commodity_slack(c, c->upper_row[j]));
        v->loose[j] = fmax(0, d);
    }
}

/* --- a cut --- */

/* The rows of the set's nodes, of commodities with a demand there; those with a supply, if the signs of nodes are changed. */
static void commodity_add_nodes(struct commodity *v, struct mir *r) {
    for (int k = 0; k < v->size; k++)
        for (int p = v->start[v->set[k]]; p < v->start[v->set[k] + 1]; p++) {
            int n = v->node[p];
            if (v->demand[v->kind[n]] > 0) mir_add_row(r, v->flows.row[n], v->flows.factor[n]);
        }
}

/* Capacity i instead of the flows that it limits, if its slack and the other flows in it weigh less than these. */
static void commodity_replace(struct commodity *v, struct mir *r, int i) {
    const struct cuts *c = v->c;
    struct cuts_row row = cuts_row(c, i);
    double others = -v->flow[i], a = 0;
    for (long k = 0; k < row.count; k++)
        if (!c->m->integer[row.col[k]]) others += c->x[row.col[k]], a = row.value[k];
    assert(a != 0); /* commodity_is_capacity */
    if (commodity_slack(c, i) / fabs(a) + others <= v->flow[i] + 1e-9) mir_add_row(r, i, -v->weight[i] / a);
}

static void commodity_add_capacities(struct commodity *v, struct mir *r) {
    int count = r->count, limits = 0, *limit = MEMORY_NEW(int, count);
    for (int k = 0; k < count; k++) {
        int j = r->list[k], i = j < v->c->m->cols ? v->capacity[j] : -1;
        if (i < 0 || r->coef[j] <= 1e-9) continue; /* it flows out of the set, or within it */
        if (v->weight[i] == 0) limit[limits++] = i;
        v->weight[i] = r->coef[j];
        v->flow[i] += v->c->x[j];
    }
    for (int k = 0; k < limits; k++) {
        commodity_replace(v, r, limit[k]);
        v->weight[limit[k]] = v->flow[limit[k]] = 0;
    }
    free(limit);
}

static void commodity_round(struct commodity *v, struct mir *r) {
    mir_clear(r);
    commodity_add_nodes(v, r);
    if (r->count > 0) commodity_add_capacities(v, r);
    v->effort -= 10L * r->count;
    mir_try(r, 0, "commodity");
}

/* --- sets --- */

static void commodity_add_column(struct commodity *v, int j) {
    int end[2];
    if (!flows_ends(end, &v->flows, j)) return;
    for (int e = 0; e < 2; e++) v->gain[v->site[end[e]]] += v->loose[j];
}

static void commodity_add_site(struct commodity *v, int s) {
    assert(!v->inside[s] && s != v->site[FLOWS_WORLD]);
    v->inside[s] = true;
    v->set[v->size++] = s;
    for (int p = v->start[s]; p < v->start[s + 1]; p++) {
        int n = v->node[p];
        struct cuts_row row = cuts_row(v->c, v->flows.row[n]);
        v->demand[v->kind[n]] += flows_demand(&v->flows, n);
        for (long k = 0; k < row.count; k++) commodity_add_column(v, row.col[k]);
        v->effort -= row.count;
    }
}

static void commodity_empty(struct commodity *v) {
    for (int k = 0; k < v->size; k++) v->inside[v->set[k]] = false;
    v->size = 0;
    memory_clear(v->gain, (size_t)v->sites * sizeof *v->gain);
    memory_clear(v->demand, (size_t)v->kinds * sizeof *v->demand);
}

/* The neighbour to grow by; -1: none. */
static int commodity_neighbour(struct commodity *v) {
    int best = -1;
    for (int s = 0; s < v->sites; s++) {
        if (s == v->site[FLOWS_WORLD] || v->inside[s] || v->gain[s] <= COMMODITY_LOOSE) continue;
        if (best < 0 || v->gain[s] > v->gain[best]) best = s;
    }
    v->effort -= v->sites;
    return best;
}

static void commodity_grow_from(struct commodity *v, struct mir *r, int s) {
    commodity_empty(v);
    for (; s >= 0 && v->size < COMMODITY_SITES; s = commodity_neighbour(v)) {
        commodity_add_site(v, s);
        commodity_round(v, r);
    }
}

/* With all signs changed supplies are demands, and flows lead the other way. */
static void commodity_both_ways(struct commodity *v) {
    struct mir r;
    mir_init(&r, v->c);
    for (int way = 0; way < 2; way++) {
        for (int s = 0; s < v->sites && v->effort > 0 && !worker_stopped(v->c->w); s++)
            if (s != v->site[FLOWS_WORLD]) commodity_grow_from(v, &r, s);
        flows_reverse(&v->flows);
    }
    mir_free(&r);
}

static void commodity_cut(struct commodity *v) {
    const struct model *m = v->c->m;
    commodity_list_nodes(v);
    v->loose = MEMORY_NEW(double, m->cols);
    v->set = MEMORY_NEW(int, v->sites);
    v->inside = MEMORY_NEW(bool, v->sites);
    v->gain = MEMORY_NEW(double, v->sites);
    v->demand = MEMORY_NEW(double, v->kinds);
    v->flow = MEMORY_NEW(double, m->rows);
    v->weight = MEMORY_NEW(double, m->rows);
    commodity_measure(v);
    commodity_both_ways(v);
    free(v->start);
    free(v->node);
    free(v->loose);
    free(v->set);
    free(v->inside);
    free(v->gain);
    free(v->demand);
    free(v->flow);
    free(v->weight);
}

void commodity_separate(struct cuts *c) {
    struct commodity v = {.c = c, .effort = COMMODITY_EFFORT};
    flows_find(&v.flows, c);
    v.capacity = MEMORY_NEW(int, c->m->cols);
    commodity_find_capacities(&v);
    commodity_find_sites(&v);
    if (v.sites < v.flows.nodes) commodity_cut(&v); /* otherwise every commodity is by itself */
    flows_free(&v.flows);
    free(v.capacity);
    free(v.kind);
    free(v.site);
}
