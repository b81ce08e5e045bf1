/* tree.h - runs a branch-and-bound search (solver/search/search.h): rounds of plunges until the tree is done or a limit
 * ends it. */
#ifndef SOLVER_TREE_TREE_H
#define SOLVER_TREE_TREE_H
#include "solver/search/search.h"

/* x[cols] is the best solution where result->has_best; `start` may be NULL. */
void tree_solve(struct search_result *result, double *x, const struct search_problem *p, const double *start);

#endif
