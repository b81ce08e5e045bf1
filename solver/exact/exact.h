/* exact.h - claims about a linear program, checked in exact rational arithmetic on the model as read (its doubles taken
 * as they are).
 *
 * Independent of the simplex and of presolve: below it are only the model and exact arithmetic. Integrality is ignored.
 * All in the signs of minimisation (a maximising model's costs are negated). Each function returns whether the claim is
 * proven; if not, `why` says in one line what fails, or that a limit was reached.
 *
 * A proof that holds up to the rounding of its numbers is repaired, and then checked again as if it had been given that
 * way (solver/exact/exact_duals.h). */
#ifndef SOLVER_EXACT_EXACT_H
#define SOLVER_EXACT_EXACT_H
#include "solver/base/limits.h"
#include "solver/model/model.h"

/* No x satisfies the program: with y[rows], y's over the row bounds and (y'A)x over the box have no common value (y or
 * -y). */
bool exact_farkas(const struct model *m, const double *y, const struct limits *limits, struct error *why);

/* Every feasible x has cost >= *bound (offset included, rounded down): least of y's + (c - A'y)x over bounds and
 * box. */
bool exact_bound(double *bound, const struct model *m, const double *y, const struct limits *limits, struct error *why);

/* x + t d stays in rows and bounds for all t >= 0 if x is in them, and c'd < 0. (Whether there is such an x is not
 * checked.) */
bool exact_ray(const struct model *m, const double *d, const struct limits *limits, struct error *why);

struct exact_point {
    double objective;        /* offset included */
    double primal_violation; /* largest violation of a bound or row; 0 only if there is none at all */
    double dual_violation;   /* largest wrong sign of a reduced cost or row dual */
};
/* The basic solution of place[cols + rows] (enum place of solver/model/basis.h); false where the basis is singular or
 * of the wrong size. It is optimal if both violations are 0. */
bool exact_basis(struct exact_point *at, const struct model *m, const unsigned char *place, const struct limits *limits,
                 struct error *why);

#endif
