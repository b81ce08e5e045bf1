/* heuristics.h - ways to find solutions. One table (heuristics.c), an option each; all leave bounds and basis as they
 * were. */
#ifndef SOLVER_HEURISTICS_HEURISTICS_H
#define SOLVER_HEURISTICS_HEURISTICS_H
#include "solver/search/search.h"

/* After the relaxation of node n was solved to a fractional solution. True if the LP was worked with: its solution is
 * gone. */
bool heuristics_run(struct worker *w, const struct node *n);

/* The table's entries. `x` is the relaxation's solution, a copy. */
void rounding_run(struct worker *w, const double *x);
void shifting_run(struct worker *w, const double *x);
void dive_run(struct worker *w, const double *x);
void pump_run(struct worker *w, const double *x);
void exchange_run(struct worker *w, const double *x);
void rins_run(struct worker *w, const double *x);

#endif
