#include "baselines/pbqp.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "solver/base/memory.h"

struct arc { /* a node's view of an edge */
    int other;
    int64_t *table; /* [own alternatives][other's]; each end holds its own copy */
};

struct vertex {
    int alternatives, degree;
    int64_t *cost;
    struct arc *arc; /* [degree] */
    size_t room;
    bool gone;
};

struct pbqp {
    int nodes, taken;
    struct vertex *vertex;
    int *order; /* [taken] nodes in the order in which they were taken out */
    int *fixed; /* [nodes] RN's decision, or -1 */
};

static int64_t pbqp_add(int64_t a, int64_t b) {
    return a >= PBQP_NONE || b >= PBQP_NONE ? PBQP_NONE : a + b;
}

struct pbqp *pbqp_new(int nodes) {
    struct pbqp *p = MEMORY_NEW(struct pbqp, 1);
    p->nodes = nodes;
    p->vertex = MEMORY_NEW(struct vertex, nodes);
    p->order = MEMORY_NEW(int, nodes);
    p->fixed = MEMORY_NEW(int, nodes);
    for (int v = 0; v < nodes; v++) p->fixed[v] = -1;
    return p;
}

void pbqp_free(struct pbqp *p) {
    if (!p) return;
    for (int v = 0; v < p->nodes; v++) {
        for (int i = 0; i < p->vertex[v].degree; i++) free(p->vertex[v].arc[i].table);
        free(p->vertex[v].arc);
        free(p->vertex[v].cost);
    }
    free(p->vertex);
    free(p->order);
    free(p->fixed);
    free(p);
}

void pbqp_node(struct pbqp *p, int v, int alternatives, const int64_t *cost) {
    assert(alternatives > 0 && !p->vertex[v].cost);
    p->vertex[v].alternatives = alternatives;
    p->vertex[v].cost = MEMORY_NEW(int64_t, alternatives);
    memory_copy(p->vertex[v].cost, cost, (size_t)alternatives * sizeof *cost);
}

/* The table of v's arc to `other`, made if there is none. */
static int64_t *pbqp_arc(struct pbqp *p, int v, int other) {
    struct vertex *a = &p->vertex[v];
    assert(a->alternatives > 0 && p->vertex[other].alternatives > 0); /* nodes come before their edges */
    for (int i = 0; i < a->degree; i++)
        if (a->arc[i].other == other) return a->arc[i].table;
    a->arc = memory_grow(a->arc, &a->room, (size_t)a->degree + 1, sizeof *a->arc);
    a->arc[a->degree] =
        (struct arc){other, MEMORY_NEW(int64_t, (size_t)a->alternatives * (size_t)p->vertex[other].alternatives)};
    return a->arc[a->degree++].table;
}

void pbqp_edge(struct pbqp *p, int u, int v, const int64_t *cost) {
    assert(u != v);
    int64_t *ahead = pbqp_arc(p, u, v), *back = pbqp_arc(p, v, u);
    int rows = p->vertex[u].alternatives, cols = p->vertex[v].alternatives;
    for (int i = 0; i < rows; i++)
        for (int j = 0; j < cols; j++)
            back[j * rows + i] = ahead[i * cols + j] = pbqp_add(ahead[i * cols + j], cost[i * cols + j]);
}

/* Takes v out of its neighbours' lists; its own arcs stay for the way back. */
static void pbqp_take(struct pbqp *p, int v) {
    struct vertex *a = &p->vertex[v];
    for (int i = 0; i < a->degree; i++) {
        struct vertex *b = &p->vertex[a->arc[i].other];
        for (int j = 0; j < b->degree; j++)
            if (b->arc[j].other == v) {
                free(b->arc[j].table);
                b->arc[j] = b->arc[--b->degree];
                break;
            }
    }
    assert(!a->gone && p->taken < p->nodes);
    a->gone = true;
    p->order[p->taken++] = v;
}

/* RI: v's best reply is added to the neighbour's costs. */
static void pbqp_one(struct pbqp *p, int v) {
    const struct vertex *a = &p->vertex[v];
    const struct arc *arc = &a->arc[0];
    assert(a->degree == 1);
    struct vertex *b = &p->vertex[arc->other];
    for (int j = 0; j < b->alternatives; j++) {
        int64_t best = PBQP_NONE;
        for (int i = 0; i < a->alternatives; i++) {
            int64_t sum = pbqp_add(a->cost[i], arc->table[i * b->alternatives + j]);
            if (sum < best) best = sum;
        }
        b->cost[j] = pbqp_add(b->cost[j], best);
    }
    pbqp_take(p, v);
}

/* RII: v's best reply to both neighbours is added to the edge between them. */
static void pbqp_two(struct pbqp *p, int v) {
    const struct vertex *a = &p->vertex[v];
    const int64_t *to_b = a->arc[0].table, *to_c = a->arc[1].table;
    int b = a->arc[0].other, c = a->arc[1].other;
    assert(a->degree == 2 && b != c); /* parallel edges were added up */
    int rows = p->vertex[b].alternatives, cols = p->vertex[c].alternatives;
    int64_t *cost = MEMORY_NEW(int64_t, (size_t)rows * (size_t)cols);
    for (int j = 0; j < rows; j++)
        for (int k = 0; k < cols; k++) {
            int64_t best = PBQP_NONE;
            for (int i = 0; i < a->alternatives; i++) {
                int64_t sum = pbqp_add(pbqp_add(a->cost[i], to_b[i * rows + j]), to_c[i * cols + k]);
                if (sum < best) best = sum;
            }
            cost[j * cols + k] = best;
        }
    pbqp_edge(p, b, c, cost);
    free(cost);
    pbqp_take(p, v);
}

/* RN: decides v by its cost with the best reply of each neighbour. */
static void pbqp_decide(struct pbqp *p, int v) {
    const struct vertex *a = &p->vertex[v];
    int64_t least = INT64_MAX;
    for (int i = 0; i < a->alternatives; i++) {
        int64_t sum = a->cost[i];
        for (int e = 0; e < a->degree; e++) {
            const struct vertex *b = &p->vertex[a->arc[e].other];
            int64_t best = PBQP_NONE;
            for (int j = 0; j < b->alternatives; j++) {
                int64_t both = pbqp_add(b->cost[j], a->arc[e].table[i * b->alternatives + j]);
                if (both < best) best = both;
            }
            sum = pbqp_add(sum, best);
        }
        if (sum >= least) continue;
        least = sum;
        p->fixed[v] = i;
    }
    assert(p->fixed[v] >= 0);
    for (int e = 0; e < a->degree; e++) {
        struct vertex *b = &p->vertex[a->arc[e].other];
        for (int j = 0; j < b->alternatives; j++)
            b->cost[j] = pbqp_add(b->cost[j], a->arc[e].table[p->fixed[v] * b->alternatives + j]);
    }
    pbqp_take(p, v);
}

/* A node of the least degree if that is at most two, else one of the largest; of several the first. */
static int pbqp_pick(const struct pbqp *p) {
    int least = -1, most = -1;
    for (int v = 0; v < p->nodes; v++) {
        if (p->vertex[v].gone) continue;
        if (least < 0 || p->vertex[v].degree < p->vertex[least].degree) least = v;
        if (most < 0 || p->vertex[v].degree > p->vertex[most].degree) most = v;
    }
    assert(least >= 0);
    return p->vertex[least].degree <= 2 ? least : most;
}

/* In reverse: v's neighbours are decided before v. */
static int64_t pbqp_back(int *x, const struct pbqp *p) {
    int64_t total = 0;
    for (int t = p->taken - 1; t >= 0; t--) {
        int v = p->order[t];
        const struct vertex *a = &p->vertex[v];
        int64_t least = INT64_MAX;
        x[v] = p->fixed[v];
        for (int i = 0; i < a->alternatives && p->fixed[v] < 0; i++) {
            int64_t sum = a->cost[i];
            for (int e = 0; e < a->degree; e++)
                sum = pbqp_add(sum, a->arc[e].table[i * p->vertex[a->arc[e].other].alternatives + x[a->arc[e].other]]);
            if (sum >= least) continue;
            least = sum;
            x[v] = i;
        }
        assert(x[v] >= 0 && x[v] < a->alternatives);
        if (a->degree == 0 || p->fixed[v] >= 0) total = pbqp_add(total, a->cost[x[v]]);
    }
    return total;
}

int64_t pbqp_solve(int *x, bool *used_rn, struct pbqp *p) {
    *used_rn = false;
    while (p->taken < p->nodes) {
        int v = pbqp_pick(p);
        switch (p->vertex[v].degree) {
        case 0: pbqp_take(p, v); break;
        case 1: pbqp_one(p, v); break;
        case 2: pbqp_two(p, v); break;
        default:
            *used_rn = true;
            pbqp_decide(p, v);
            break;
        }
    }
    return pbqp_back(x, p);
}
