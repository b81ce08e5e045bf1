/* duals.h - activities, dual multipliers and reduced costs of a solution.
 *
 *     activity of row i       a_i = sum_j a[i][j] x[j]                                      (1)
 *     dual of row i           y_i = d objective / d side of the row                         (2)
 *     reduced cost of col j   d_j = cost[j] - sum_i a[i][j] y_i                             (3)
 *
 * All are in the model's own sense and units, as glpsol, HiGHS and cbc print them: when minimising, y_i >= 0 where the
 * lower side holds the row and y_i <= 0 where the upper one does; when maximising, the other way round. (Certificates,
 * solution.h, keep the signs of minimisation.) y_i = 0 for a row within its sides, d_j = 0 for a column within its
 * bounds, and offset + sum_i y_i a_i + sum_j d_j x_j = objective.
 *
 * A program with integers has no duals. Those of the program in which its integers are fixed at their values are given
 * instead (`of` says so), if that has the same optimum; if not, or if a limit is reached, activities alone. */
#ifndef SOLVER_DUALS_H
#define SOLVER_DUALS_H
#include "solver/milp.h"

enum duals_of { DUALS_NONE, DUALS_PROGRAM, DUALS_FIXED /* integers fixed at their values */ };
extern const char *const duals_names[]; /* of duals_of, as files state it */

struct duals {
    enum duals_of of;
    double *activity;      /* [rows]; NULL: no solution */
    double *row, *reduced; /* [rows], [cols]; NULL if DUALS_NONE */
};

void duals_init(struct duals *d, const struct model *m, const struct milp_result *r, const struct options *o,
                const struct limits *limits);
void duals_free(struct duals *d);

#endif
