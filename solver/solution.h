/* solution.h - solution and certificate files: `# key: value` lines, then `name value` lines. */
#ifndef SOLVER_SOLUTION_H
#define SOLVER_SOLUTION_H
#include "solver/duals.h"

/* Values of the columns, then what `d` says (NULL: nothing) in further `# key: value` lines, which readers of values
 * skip. */
bool solution_write(const char *path, const struct model *m, const struct milp_result *r, const struct duals *d,
                    struct error *err);
/* x[cols] from such a file; columns that it does not name are 0, names that are no columns are an error. */
bool solution_read(double *x, const char *path, const struct model *m, struct error *err);
/* The proof of the answer (solver/io/README.md): row duals of an optimum, Farkas multipliers of an infeasible program,
 * or a direction of an unbounded one, and the solution if there is one. An error if the result has no proof, as with
 * integers. relaxed: integrality has been dropped. */
bool solution_write_certificate(const char *path, const struct model *m, const struct milp_result *r, bool relaxed,
                                struct error *err);

struct certificate {
    enum milp_status kind;
    int status;      /* as the file states; -1: not stated */
    bool relaxation; /* the claim is about the relaxation */
    bool has_objective, has_bound;
    double objective, bound; /* as claimed, in the model's sense */
    double *proof;           /* multipliers [rows], or a direction [cols], by kind */
    double *x;               /* [cols] the solution, or NULL */
};
/* Reads one; a field or name that is not the model's, or that is repeated, is an error. */
bool solution_certificate(struct certificate *c, const char *path, const struct model *m, struct error *err);
void solution_certificate_clear(struct certificate *c);

#endif
