/* start.h - whether a start can be used, and if not why: a start that is dropped is reported. */
#ifndef SOLVER_START_H
#define SOLVER_START_H
#include "solver/milp.h"

/* start[cols] is usable if its integers, rounded, are within their bounds, and some values of the continuous columns
 * satisfy all rows with them. Programs without integers use none. False: `why` says why not. */
bool start_usable(const struct model *m, const double *start, const struct options *o, struct error *why);

#endif
