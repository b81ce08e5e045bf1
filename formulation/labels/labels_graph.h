/* labels_graph.h - what a search by labels runs on: states in stages, arcs between them, and the ways along each arc.
 *
 * A way has a cost (P, K, T): the largest step along it and the bytes that it adds to the sum (formulation/README.md,
 * (4) to (7)), and its time. Along a path P is the largest and K and T are the sums; from the start to an end
 *
 *     M = max P + sum K,   T = sum T                                                                               (22)
 *
 * The graph knows nothing of networks. An arc leads from a state to one of any later stage, so that one arc can be a
 * layer or a whole segment of layers; whoever makes it puts a payload into each way, by which a path is read back.
 *
 * Building: states stage by stage, the one of stage 0 first (it is the start; those of the last stage are the ends),
 * arcs in any order, the ways of an arc right after it. labels_graph_finish then
 *   - finds the least P of any completion of a state, and raises every P to that of the start, the floor: no path has
 *     less, so no M changes;
 *   - drops the ways that another one of the same arc beats (labels_graph_beats), and those that lead nowhere; the ways
 *     of an arc then ascend in T. */
#ifndef FORMULATION_LABELS_LABELS_GRAPH_H
#define FORMULATION_LABELS_LABELS_GRAPH_H
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "solver/base/error.h"

#define LABELS_MOST (INT64_C(1) << 60) /* no sum of bytes or ns along a path is larger */
#define LABELS_NONE INT64_MAX          /* no completion */

struct labels_cost {
    int64_t p, k, t; /* P and K in bytes, T in ns */
};

struct labels_way {
    struct labels_cost cost;
    int arc, payload;
};

struct labels_arc {
    int from, to;    /* states */
    int first, last; /* way[first .. last) */
};

struct labels_graph {
    int stages, states, arcs, ways;
    int *stage; /* [states] ascending */
    struct labels_arc *arc;
    struct labels_way *way;
    /* From labels_graph_finish on: */
    int *first_arc;      /* [states + 1] arc[first_arc[s] .. first_arc[s + 1]) leave state s */
    int64_t *least_peak; /* [states] least P of a completion; LABELS_NONE: there is no completion */
    size_t state_room, arc_room, way_room;
};

struct labels_graph *labels_graph_new(int stages);
void labels_graph_free(struct labels_graph *g);
int labels_graph_state(struct labels_graph *g, int stage); /* its number */
void labels_graph_arc(struct labels_graph *g, int from, int to);
void labels_graph_way(struct labels_graph *g, const struct labels_cost *cost, int payload); /* of the newest arc */
/* false: costs may add up to more than LABELS_MOST. */
bool labels_graph_finish(struct labels_graph *g, struct error *err);
struct labels_graph *labels_graph_copy(const struct labels_graph *g); /* of a finished one */
/* Of a graph that is not finished, without the ways of P > most_step: a copy, finished, in which every P is 0, so that M
 * is the sum of K alone. Its paths are those of max P <= most_step. NULL: as labels_graph_finish. */
struct labels_graph *labels_graph_within(const struct labels_graph *g, int64_t most_step, struct error *err);
/* The least sum of K of any path of a finished graph; LABELS_NONE: it has no path. */
int64_t labels_graph_least_sum(const struct labels_graph *g);
/* Drops the ways that no path of M <= most_bytes takes. */
void labels_graph_cut(struct labels_graph *g, int64_t most_bytes);

static inline int64_t labels_larger(int64_t a, int64_t b) {
    return a > b ? a : b;
}

/* a is as good as b whatever comes before and after: for every p and k,
 * max(a.p, p) + a.k + k <= max(b.p, p) + b.k + k if a.k <= b.k and a.p + a.k <= b.p + b.k. */
static inline bool labels_graph_beats(const struct labels_cost *a, const struct labels_cost *b) {
    return a->t <= b->t && a->k <= b->k && a->p + a->k <= b->p + b->k;
}

#endif
