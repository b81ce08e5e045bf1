/* presolve.h - a smaller program with the same optimum, and the way back.
 *
 * Reductions are recorded on a stack and undone in reverse; values, duals, reduced costs and the basis are recovered,
 * so that the answer on the model as read is a basic solution with a dual proof (Andersen & Andersen 1995; Savelsbergh
 * 1994 for integers). */
#ifndef SOLVER_PRESOLVE_PRESOLVE_H
#define SOLVER_PRESOLVE_PRESOLVE_H
#include <stdio.h>

#include "solver/base/limits.h"
#include "solver/base/options.h"
#include "solver/model/model.h"

enum presolve_status {
    PRESOLVE_REDUCED,
    PRESOLVE_SOLVED, /* no row and no column remains */
    PRESOLVE_INFEASIBLE,
    PRESOLVE_UNBOUNDED_OR_INFEASIBLE,
    PRESOLVE_STOPPED /* at a limit; there is no reduced program */
};

struct presolve; /* opaque: the stack */

/* `m` is finished and outlives the presolve. */
struct presolve *presolve_new(const struct model *m, const struct options *o);
/* Makes presolve_run stop at the deadline and at an interrupt; without this call it has no limits. */
void presolve_limit(struct presolve *p, const struct limits *limits);
enum presolve_status presolve_run(struct presolve *p);
const struct model *presolve_model(const struct presolve *p); /* the reduced program, finished; always minimises */
/* One line: the size of the reduced program, and how often each reduction changed something. */
void presolve_log(const struct presolve *p, FILE *out);
/* From a solution of the reduced program to one of the original. Dual and basis arguments may be NULL (all of them).
 * Outputs: x[cols], y[rows] (d = c - A'y, minimisation), place[cols + rows] (enum place). */
void presolve_restore(const struct presolve *p, double *x, double *y, unsigned char *place, const double *reduced_x,
                      const double *reduced_y, const unsigned char *reduced_place);
/* Restricts a feasible point of the original to the reduced program, as a start; false if it contradicts a
 * reduction. */
bool presolve_apply(const struct presolve *p, double *reduced_x, const double *x);
void presolve_free(struct presolve *p);

#endif
