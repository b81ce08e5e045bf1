/* settle.h - how a node is closed whose integers are whole to the tolerance, but not exactly.
 *
 * With coefficient a, an integer that is off by e moves its row by a e: a continuous column compensates at its own
 * cost, and the objectives of the relaxation and of its rounding differ by far more than e. So such a node is closed
 * only if
 *     - the rounding has the same objective (to the gap's limits), or
 *     - the integers are exactly whole: then the program with them fixed has the objective of the relaxation, up to
 *       rounding errors, or
 *     - every integer is fixed: then only that program remains.
 * Otherwise it is split around the integer that is off the most. */
#ifndef SOLVER_SEARCH_SETTLE_H
#define SOLVER_SEARCH_SETTLE_H
#include "solver/search/worker.h"

enum settle_status { SETTLE_SOLVED, SETTLE_EMPTY, SETTLE_UNKNOWN };

/* The program's own rows, with its integers fixed at x's, solved from the slack basis: fixed columns never enter, so
 * their values are exact. SETTLE_SOLVED: x[cols] is the optimum, *objective its value. */
enum settle_status settle_integers(struct worker *w, double *x, double *objective);

/* The free integer column that is farthest from whole in the LP's solution; -1 if all are exactly whole. */
int settle_stray(const struct worker *w);
/* Whether a fixed integer column is basic and off. They leave the basis, and the program is solved again. */
bool settle_expel(struct worker *w);

#endif
