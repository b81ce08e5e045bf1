/* solution.h - solution and certificate files: `# key: value` lines, then `name value` lines. */
#ifndef SOLVER_SOLUTION_H
#define SOLVER_SOLUTION_H
#include "solver/milp.h"

bool solution_write(const char *path, const struct model *m, const struct milp_result *r, struct error *err);
/* x[cols] from such a file; columns that it does not name are 0, names that are no columns are an error. */
bool solution_read(double *x, const char *path, const struct model *m, struct error *err);
/* What proves the answer: `# kind:` optimal (row duals), infeasible (Farkas multipliers of the rows) or unbounded (a
 * direction of the columns), the solution after `# section: solution` where there is one, `# of:` the program or its
 * relaxation; an error where the result holds no proof, as with integers. relaxed: the program's integers have been
 * left out. */
bool solution_write_certificate(const char *path, const struct model *m, const struct milp_result *r, bool relaxed,
                                struct error *err);

struct certificate {
    enum milp_status kind;
    int status;      /* as the file has it; -1: not at all */
    bool relaxation; /* the claim is about the relaxation */
    bool has_objective, has_bound;
    double objective, bound; /* as claimed, in the model's sense */
    double *proof;           /* multipliers [rows], or a direction [cols], by kind */
    double *x;               /* [cols] the solution, or NULL */
};
/* Reads one; a field or name that is not the model's, or comes twice, is an error. */
bool solution_certificate(struct certificate *c, const char *path, const struct model *m, struct error *err);
void solution_certificate_clear(struct certificate *c);

#endif
