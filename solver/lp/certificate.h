/* certificate.h - proofs that a program is infeasible or unbounded. Power-of-two scaling is exact, so a proof checked
 * in scaled units holds for the program as read. */
#ifndef SOLVER_LP_CERTIFICATE_H
#define SOLVER_LP_CERTIFICATE_H
#include "solver/lp/simplex.h"

/* Makes y, which certificate_farkas has accepted, hold in exact arithmetic: coefficients that rounding left on the side
 * on which a variable has no bound are moved to the other. False (y no better than before) if that fails, as it must if
 * no y of 53 bits makes the coefficient of a free variable zero. */
bool certificate_mend(const struct simplex *s, double *y);

/* direction[total] from s->column, s->entering, s->direction; false if the cost does not fall along it without
 * limit. */
bool certificate_ray(const struct simplex *s, double *direction);

#endif
