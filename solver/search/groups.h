/* groups.h - sets of equal integer columns (same cost, same bounds, same coefficients in every long row), as sums to
 * branch on.
 *
 * If a program repeats itself, like a network of identical blocks under one budget, branching on one column only moves
 * its value to a twin. The sum over the set must be integral as well, and branching on it moves the bound. Each group
 * is a row of the LP without sides, added when the root is left; a branching sets sides (cf. Ostrowski et al. 2011,
 * orbital branching). */
#ifndef SOLVER_SEARCH_GROUPS_H
#define SOLVER_SEARCH_GROUPS_H
#include "solver/lp/lp.h"
#include "solver/model/rows.h"

struct groups {
    int count;
    int *start; /* [count + 1] */
    int *col;   /* [start[count]] ascending within a group */
};

void groups_find(struct groups *g, const struct model *m, const struct rows *r);
/* The same of the columns with lower[j] < upper[j]; a row is as long as it has integer ones of them. */
void groups_find_open(struct groups *g, const struct model *m, const struct rows *r, const double *lower,
                      const double *upper);
void groups_free(struct groups *g);
void groups_add(struct lp *lp, const struct groups *g); /* one row each, in their order */
double groups_sum(const struct groups *g, int group, const double *x);

#endif
