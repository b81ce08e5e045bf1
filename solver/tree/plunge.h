/* plunge.h - one node after the other, downwards: propagation, relaxation, reduced-cost fixing, heuristics,
 * branching. */
#ifndef SOLVER_TREE_PLUNGE_H
#define SOLVER_TREE_PLUNGE_H
#include "solver/search/search.h"

/* Solves `node` (takes over the reference) and children of the nodes that it splits, while they are promising. Open
 * nodes are in w->made; incumbent, bounds and counts in w. */
void plunge_run(struct worker *w, struct node *node);

#endif
