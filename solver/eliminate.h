/* eliminate.h - sparse linear equations in exact arithmetic, by Gaussian elimination. Underdetermined systems keep given values where
 * they may. */
#ifndef SOLVER_ELIMINATE_H
#define SOLVER_ELIMINATE_H
#include "solver/rational.h"

struct eliminate_row { /* sum of value[k] x[index[k]] = right; indices increase */
    int count, room, *index;
    struct rational *value, right;
    bool done;
};
struct eliminate {
    int equations, unknowns, rank; /* rank: of the equations, after eliminate_solve */
    struct eliminate_row *row;     /* [equations] */
};

struct eliminate *eliminate_new(int equations, int unknowns);
void eliminate_free(struct eliminate *s);
/* Entries of a row are added in order of increasing unknowns. */
void eliminate_add(struct eliminate *s, int equation, int unknown, double value);
/* x[unknowns]: solved for as many unknowns as there are independent equations, preferably those of greater weight; the others keep
 * the values that they come with. false: the equations contradict one another. Uses the system up. */
bool eliminate_solve(struct rational *x, struct eliminate *s, const double *weight);

#endif
