/* start.h - whether a solution to begin with can be used, and if not why: what the search drops is reported. */
#ifndef SOLVER_START_H
#define SOLVER_START_H
#include "solver/milp.h"

/* start[cols] is usable if its integers, rounded, are within their bounds, and values of the continuous columns go with
 * them that satisfy all rows. Programs without integers use none. False: `why` says what is wrong. */
bool start_usable(const struct model *m, const double *start, const struct options *o, struct error *why);

#endif
