/* plunge.h - one node after the other, downwards: propagation, relaxation, reduced-cost fixing, heuristics,
 * branching. */
#ifndef SOLVER_TREE_PLUNGE_H
#define SOLVER_TREE_PLUNGE_H
#include "solver/search/search.h"

/* Works on `node` (takes over the reference) and on children of what it splits, until that is no longer promising. What
 * stays open is in w->made; incumbent, bounds and counts are in w. */
void plunge_run(struct worker *w, struct node *node);

#endif
