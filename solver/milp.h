/* milp.h - solve a mixed-integer linear program (its form: solver/model/model.h).
 *
 *     struct model *m = model_new();  ... model_add_row, model_add_column, model_add_entry ...  model_finish(m, &err);
 *     struct options o = options_default();
 *     struct milp_result *r = milp_solve(m, &o, NULL);
 *     if (r->status == MILP_OPTIMAL) use(r->x, r->objective);
 *     milp_result_free(r);
 *
 * Branch and bound over the dual simplex (solver/tree/tree.h, solver/lp/lp.h) after presolve
 * (solver/presolve/presolve.h). A solution counts only if it holds on the model as given: model_violation(m, x) <=
 * 1e-6, without integers model_relative_violation(m, x) <= 1e-6. The same model, options and threads give the same tree
 * and pivots on every run; only limits in seconds and interrupts depend on the clock.
 *
 * Bounds of relaxations are accurate to 1e-8 of the objective: a smaller gap counts as none. If integers have no
 * bounds, branch and bound need not terminate; solver/lattice/lattice.h settles equations and divisors first, and only
 * a limit ends the rest. */
#ifndef SOLVER_MILP_H
#define SOLVER_MILP_H
#include <stdatomic.h>
#include <stdint.h>

#include "solver/base/options.h"
#include "solver/lp/lp.h"
#include "solver/model/model.h"
#include "solver/search/progress.h"

enum milp_status {
    MILP_OPTIMAL,    /* proven: gap within gap_rel or gap_abs */
    MILP_INFEASIBLE, /* proven */
    MILP_UNBOUNDED,  /* proven: a ray of the relaxation, and a feasible point */
    MILP_TIME_LIMIT,
    MILP_NODE_LIMIT,
    MILP_ITERATION_LIMIT,
    MILP_INTERRUPTED, /* x is the best found, or NULL */
    MILP_NUMERICAL    /* no answer is certain */
};
extern const char *const milp_status_names[];
/* Exit status of a program that ends with this answer: 1 a limit, 3 infeasible, 4 unbounded, 5 numerical trouble. */
extern const int milp_exit_status[];

struct milp_control { /* all optional: NULL for none */
    /* Initial x[cols]; checked, and repaired by fixing integers if only continuous columns are off. */
    const double *start;
    /* [cols + rows] of enum place, of a program without integers: where the simplex begins. */
    const unsigned char *basis;
    const atomic_int *interrupt; /* nonzero: stop as soon as possible with the best found */
    /* At most a few times a second, and at each incumbent; during the first relaxation every second (nodes 0). */
    void (*progress)(void *context, const struct search_progress *p);
    void *context;
    FILE *log;        /* for people to read (log.h); NULL: quiet */
    FILE *statistics; /* at the end, a line `name, tab, value` per statistic (facts.h); NULL: none */
};

struct milp_result {
    enum milp_status status;
    double objective, bound, gap; /* in the model's sense; gap = |objective - bound| / max(|objective|, 1e-10) */
    double *x;                    /* [cols] or NULL */
    double *row_dual;             /* [rows] of a pure LP, sign of minimisation; or NULL */
    unsigned char *place;         /* [cols + rows] of enum place: the last basis of a pure LP; or NULL */
    int repaired;                 /* columns of milp_control.basis that made it singular, and were replaced */
    double *ray;                  /* infeasible LP: Farkas [rows]; unbounded: direction [cols]; or NULL */
    double violation;             /* model_violation(m, x) */
    int64_t nodes, iterations;
    double seconds;
    const char *found_by;
    struct facts *facts; /* what the run did (facts.h) */
};

struct milp_result *milp_solve(const struct model *m, const struct options *o, const struct milp_control *control);
void milp_result_free(struct milp_result *r);

#endif
