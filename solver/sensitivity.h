/* sensitivity.h - how far one number of a linear program may move before its optimal basis stops being optimal, all
 * else unchanged.
 *
 * With the basic variables as x_i = beta_i - sum_k alpha_ik x_k over the nonbasic ones, and the signs of minimisation:
 *
 *     cost of a basic column j   c_j + t    as long as d_k - t alpha_jk keeps the sign that x_k's bound asks for    (1)
 *     cost of a nonbasic one     c_j + t    as long as d_j + t does                                                 (2)
 *     bound of a nonbasic x_k    b_k + t    as long as x_i - t alpha_ik is within the bounds of every x_i,
 *                                           and x_k's bounds do not cross                                           (3)
 *
 * (What glpsol --ranges and lp_solve -S4 print.) A row is the variable s_i = a_i x, so (3) is of
 * right-hand sides, too; the two sides of an equation move together. Within its range the objective changes by the
 * value of the column per unit of cost (x stays the same), and by the dual of the row, or the reduced cost of the
 * column, per unit of side or bound. Where a basis is degenerate, the optimum may change at the same rate
 * beyond the range, with another basis. Entries |alpha| <= 1e-9 count as 0. */
#ifndef SOLVER_SENSITIVITY_H
#define SOLVER_SENSITIVITY_H
#include "solver/base/keys.h"
#include "solver/milp.h"

struct sensitivity_range {
    double from, to;    /* of the number itself, in the model's units; +-INFINITY: no end */
    int from_by, to_by; /* the variable (columns, then rows) that sets the end; -1: there is no end */
};

struct sensitivity {
    const struct model *m;
    double objective;
    unsigned char *place; /* [cols + rows] */
    double *x, *dual;     /* [cols + rows] activities after columns; d objective / d bound, in the model's sense */
    struct sensitivity_range *cost; /* [cols] */
    struct sensitivity_range *side; /* [cols + rows] of the bound at which a nonbasic variable is */
};

/* For the optimum of a program without integers; an error if a limit is reached. */
bool sensitivity_init(struct sensitivity *s, const struct model *m, const struct milp_result *r,
                      const struct options *o, const struct limits *limits, struct error *err);
void sensitivity_free(struct sensitivity *s);
/* Three tables: costs of columns, sides of rows, bounds at which columns are. */
void sensitivity_print(struct keys *k, const struct sensitivity *s);

#endif
