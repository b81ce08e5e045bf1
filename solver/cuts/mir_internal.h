/* mir_internal.h - the bounds from which mixed-integer rounding measures distances (mir_bounds.c). */
#ifndef SOLVER_CUTS_MIR_INTERNAL_H
#define SOLVER_CUTS_MIR_INTERNAL_H
#include "solver/cuts/mir.h"

enum mir_side { MIR_LOWER, MIR_UPPER, MIR_VARIABLE_UPPER, MIR_VARIABLE_LOWER };

bool mir_is_integer(const struct mir *r, int variable);
void mir_add(struct mir *r, int variable, double value);

/* How far the relaxation's value is from the bound on side[k]. */
double mir_bounds_distance(const struct mir *r, int k);
/* Chooses side[k], the bound nearest to the relaxation's value, for a coefficient a. False: none exists. */
bool mir_bounds_choose(struct mir *r, int k, double a);
/* t[] and the side b of sum t_j (distance_j) <= b, for sign * combination <= 0. False: a variable has no bound. Until
 * mir_bounds_restore the combination has what variable bounds add to the coefficients of integers. */
bool mir_bounds_substitute(struct mir *r, double sign, double *side);
void mir_bounds_restore(struct mir *r, double sign);

#endif
