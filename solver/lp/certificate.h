/* certificate.h - what proves that a program has no solution, or no end. Power-of-two scaling loses no bit, so a proof
 * checked in scaled units is one of the program as read. */
#ifndef SOLVER_LP_CERTIFICATE_H
#define SOLVER_LP_CERTIFICATE_H
#include "solver/lp/simplex.h"

/* Makes y, which certificate_farkas has accepted, hold in exact arithmetic: coefficients that rounding left on the side
 * on which a variable has no bound are moved to the other. False (y no better than before) where that fails, as it must
 * where the coefficient of a free variable is zero in no 53 bits. */
bool certificate_mend(const struct simplex *s, double *y);

/* direction[total] from s->column, s->entering, s->direction; false if it is not one along which the cost falls for
 * ever. */
bool certificate_ray(const struct simplex *s, double *direction);

#endif
