/* crossover.h - from an approximate solution to a basis near it. */
#ifndef SOLVER_LP_CROSSOVER_H
#define SOLVER_LP_CROSSOVER_H
#include "solver/lp/simplex.h"

/* x[cols] within its bounds and y[rows] as of first_order_run. Leaves a basis of s whose x is feasible and whose
 * objective is that of x, both to about the accuracy of x. False: stopped by a limit (s->stopped says which). */
bool crossover_run(struct simplex *s, const double *x, const double *y);

#endif
