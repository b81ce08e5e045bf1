/* sift.h - programs of many more columns than rows, a few columns at a time. */
#ifndef SOLVER_LP_SIFT_H
#define SOLVER_LP_SIFT_H
#include "solver/lp/simplex.h"

/* Whether the program of s is wide enough, counting columns that are not fixed. */
bool sift_applies(const struct simplex *s);

/* With the true costs, all variables on their bounds or basic as they are: solves restricted programs until no other
 * column prices out. SIMPLEX_OPTIMAL: the basis of s has no column to enter, to about 1e-9, which the primal simplex is
 * to confirm. SIMPLEX_UNBOUNDED: likewise, a restricted program has no optimum. SIMPLEX_LIMIT: stopped. SIMPLEX_TROUBLE:
 * the first restricted program is infeasible, or it takes too long. In the last two cases the basis is as before. */
enum simplex_result sift_run(struct simplex *s);

#endif
