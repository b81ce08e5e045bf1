/* labels_crowd.h - many labels at once: can any of them still add to the staircase?
 *
 * Labels (P_i, K_i, T_i), moved along a way (p, k, t) to a state with hull H (23) and least peak q, have completions
 * of M <= x that take at least T_i + t + H(x - K_i - k - P_i'), where P_i' = max(P_i, p, q). Let C be the lower convex
 * hull of the points (P_i' + K_i, T_i). C(P_i' + K_i) <= T_i, so all of these are at least
 *
 *     L(x) = t + min over y of (C(y) + H(x - k - y))
 *
 * which is again a hull, the Minkowski sum of the two. One comparison of it with the staircase (labels_stairs_gap)
 * stands for one per label: labels next to each other in time are on C, or nearly. */
#ifndef FORMULATION_LABELS_LABELS_CROWD_H
#define FORMULATION_LABELS_LABELS_CROWD_H
#include "formulation/labels/labels_stairs.h"

struct labels_crowd { /* {0} before the first */
    const struct labels_item *label;
    int labels;
    int64_t least_step;        /* max(p, q) of which C is; -1: of none yet */
    struct labels_runs hull;   /* C, by bytes */
    struct labels_runs joined; /* workspace: C and H */
};

void labels_crowd_free(struct labels_crowd *c);
/* The labels of what follows: at least one, ascending in time. They stay where they are. */
void labels_crowd_begin(struct labels_crowd *c, const struct labels_item *label, int labels);
/* No label's gap is larger than this, if it is at most `enough`; more than that says nothing. `along`: the way. */
int64_t labels_crowd_gap(struct labels_crowd *c, const struct labels_cost *along, const struct labels_stairs *s,
                         const struct labels_hulls *h, int state, int64_t least_peak, int64_t enough);

#endif
