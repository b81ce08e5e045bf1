/* solution.h - solution and certificate files: `# key: value` lines, then `name value` lines. */
#ifndef SOLVER_SOLUTION_H
#define SOLVER_SOLUTION_H
#include "solver/milp.h"

bool solution_write(const char *path, const struct model *m, const struct milp_result *r, struct error *err);
/* x[cols] from such a file; columns that it does not name are 0, names that are no columns are an error. */
bool solution_read(double *x, const char *path, const struct model *m, struct error *err);
/* What proves the answer: `# kind:` optimal (row duals), infeasible (Farkas multipliers of the rows) or unbounded (a direction of
 * the columns); an error where the result holds no proof, as with integers. */
bool solution_write_certificate(const char *path, const struct model *m, const struct milp_result *r,
                                struct error *err);
/* Reads one: multipliers [rows] or a direction [cols], by `kind`; NULL is an error. */
double *solution_read_certificate(enum milp_status *kind, const char *path, const struct model *m, struct error *err);

#endif
