/* plunge.h - one node after the other, downwards: propagation, relaxation, reduced-cost fixing, heuristics,
 * branching. */
#ifndef SOLVER_TREE_PLUNGE_H
#define SOLVER_TREE_PLUNGE_H
#include "solver/search/search.h"

enum { PLUNGE_NODE = 10 /* what a node costs besides its pivots, in pivots */ };

/* Solves `node` (takes over the reference) and children of the nodes that it splits, while they are promising. Open
 * nodes are in w->made; incumbent, bounds and counts in w. Ends early once the round's work is `work` (0: never). */
void plunge_run(struct worker *w, struct node *node, int64_t work);
/* What the worker has done in this round, in pivots. */
int64_t plunge_work(const struct worker *w);

#endif
