/* settle.h - what becomes of a relaxation whose integers are whole to the tolerance, but not exactly.
 *
 * With coefficient a, an integer that is off by e moves its row by a e: a continuous column takes that up at its own
 * cost, and what the relaxation is worth differs from what its rounding is worth by far more than e. So such a node is
 * closed only where
 *     - the rounding is worth as much (to the gap's limits), or
 *     - the integers are exactly whole: then the program with them fixed is worth what the relaxation is, to rounding
 *       errors, or
 *     - every integer is fixed: then that program is all that is left.
 * Else it is split around the integer that is off the most. */
#ifndef SOLVER_SEARCH_SETTLE_H
#define SOLVER_SEARCH_SETTLE_H
#include "solver/search/worker.h"

enum settle_status { SETTLE_SOLVED, SETTLE_EMPTY, SETTLE_UNKNOWN };

/* The program's own rows, with its integers fixed at x's, solved from the slack basis: what is fixed never enters, so
 * it is exactly what it is fixed at. SETTLE_SOLVED: x[cols] is the optimum, *objective its value. */
enum settle_status settle_integers(struct worker *w, double *x, double *objective);

/* The free integer column that is farthest from whole in the LP's solution; -1 where all are exactly whole. */
int settle_stray(const struct worker *w);
/* Whether a fixed integer column is basic and off. They leave the basis: to be solved again. */
bool settle_expel(struct worker *w);

#endif
