/* labels_hulls.h - for every state the lower convex hull of all its completions in (K, T).
 *
 * One pass from the ends to the start. Along an arc the hull of what follows is the Minkowski sum of the hull of its
 * ways and that of the state it leads to (slopes merged); a state's hull is that of the union of its arcs. Its lower
 * boundary is the Lagrangian bound of every multiplier at once:
 *
 *     T of any completion with K <= x   is at least   H(x), piecewise linear, convex, falling                     (23)
 *
 * and its vertices are completions that there are: each knows its first way and the vertex that follows, and the P of
 * its path. Slopes are compared by products (formulation/labels/labels_wide.h). */
#ifndef FORMULATION_LABELS_LABELS_HULLS_H
#define FORMULATION_LABELS_LABELS_HULLS_H
#include "formulation/labels/labels_runs.h"

struct labels_hulls {
    int *first, *count;         /* [states] vertex[first[s] .. first[s] + count[s]): K ascending, T descending */
    struct labels_item *vertex; /* way, and link = the vertex after it; -1 at an end */
    int vertices;
    size_t room;
};

/* Of a finished graph. */
struct labels_hulls *labels_hulls_new(const struct labels_graph *g);
void labels_hulls_free(struct labels_hulls *h);
size_t labels_hulls_bytes(const struct labels_hulls *h);

/* Keeps of item[0 .. n), sorted by (K, T, P), the vertices of the lower hull; returns how many. */
int labels_hulls_of(struct labels_item *item, int n);
int labels_hulls_of_times(struct labels_item *item, int n); /* of items that ascend in T */
/* Another list in r, by bytes: the Minkowski sum of a hull x[0 .. n), whose ways it takes, and the state's, to which it
 * links. Parts of the same slope follow each other, so that vertices may lie between others. */
void labels_hulls_sum(struct labels_runs *r, const struct labels_item *x, int n, const struct labels_hulls *h,
                      int state);

/* The least whole number >= H(x) on the segment that begins at a: b is the vertex after it, NULL after the last. There
 * a->cost.k <= x. */
int64_t labels_hulls_at(const struct labels_item *a, const struct labels_item *b, int64_t x);

#endif
