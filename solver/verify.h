/* verify.h - what a certificate (solver/solution.h) proves of a model: multipliers and directions in exact arithmetic
 * (solver/exact/exact.h), the solution by model_violation. Integrality counts: an optimum of a program with integers is
 * proven only if they are whole in the solution.
 *
 * outcome             proven if
 *   infeasible          Farkas' multipliers hold (of the relaxation: then of the program, too)
 *   optimal             the multipliers give a bound, and a solution that holds reaches it; else a bound alone
 *   unbounded           the direction holds, and so does a solution; else a direction alone */
#ifndef SOLVER_VERIFY_H
#define SOLVER_VERIFY_H
#include "solver/solution.h"

enum verify_outcome { VERIFY_NO, VERIFY_YES, VERIFY_BOUND /* a bound only */, VERIFY_DIRECTION /* a direction only */ };
extern const char *const verify_names[];

struct verify_verdict {
    enum verify_outcome proven;
    bool has_bound;
    double bound;     /* proven, in the model's sense */
    struct error why; /* what is not proven, in one line; empty if all is */
};

void verify_certificate(struct verify_verdict *v, const struct model *m, const struct certificate *c,
                        const struct limits *limits);

#endif
