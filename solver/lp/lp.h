/* lp.h - the linear relaxation as an object that branch and bound keeps, changes and solves again.
 *
 *     min c'x   s.t.  A x - s = 0,   lower <= x <= upper,   row_lower <= s <= row_upper             (always minimised)
 *
 * Variables are numbered 0..cols-1 (structural), cols..cols+rows-1 (logical, s of row i is cols + i). Inside, the
 * problem is scaled by powers of 2; everything that passes through this header is in the model's own units, and signs
 * are those of minimisation (a maximising model's costs are negated, lp_objective too; the caller turns it back).
 *
 * lp_solve is the bounded dual simplex, with the primal for dual-infeasible starts, clean-up and unbounded problems. It
 * starts from the last basis (warm start), or at first from the slack basis. LP_OPTIMAL, LP_INFEASIBLE, LP_UNBOUNDED
 * are claims: each was checked on the unscaled problem; numerical trouble that could not be resolved is
 * LP_NUMERICAL. */
#ifndef SOLVER_LP_LP_H
#define SOLVER_LP_LP_H
#include <stdbool.h>
#include <stdint.h>

#include "solver/base/limits.h"
#include "solver/base/options.h"
#include "solver/model/basis.h"
#include "solver/model/model.h"

enum lp_status {
    LP_OPTIMAL,
    LP_INFEASIBLE, /* lp_ray: y[rows] of Farkas: y'A with the bounds contradicts the rows */
    LP_UNBOUNDED,  /* lp_ray: direction d[cols] of the primal; lp_x is feasible */
    LP_CUTOFF,     /* the dual objective passed control.cutoff: no better solution below this node */
    LP_ITERATION_LIMIT,
    LP_TIME_LIMIT,
    LP_INTERRUPTED,
    LP_NUMERICAL
};

/* What lp_solve is doing. */
enum lp_phase { LP_DUAL_ONE, LP_DUAL, LP_PRIMAL, LP_FIRST_ORDER, LP_SIFTING, LP_PHASES /* nothing */ };
extern const char *const lp_phase_names[]; /* [LP_PHASES] */

struct lp_progress {
    enum lp_phase phase;
    int64_t iterations;   /* since lp_new */
    double objective;     /* dual phases: a bound, with perturbed costs; primal: c'x; without the offset */
    double infeasibility; /* sum of the violations of bounds, in scaled units */
    int infeasible;       /* how many variables violate theirs */
};

/* Receives reports of solves, and adds up what each phase took over all calls with this watch. It changes no pivot. */
struct lp_watch {
    void (*report)(void *context, const struct lp_progress *p); /* at most every `every` seconds; NULL: never */
    void *context;
    double every, next; /* s; clock_wall of the next report */
    struct lp_spent {
        int64_t iterations;
        double seconds;
    } spent[LP_PHASES];
    struct { /* the phase that has begun */
        enum lp_phase phase;
        int64_t iterations;
        double clock;
    } now;
};
void lp_watch_init(struct lp_watch *w, double every, void (*report)(void *context, const struct lp_progress *p),
                   void *context);

struct lp_control {
    double cutoff;          /* stop as LP_CUTOFF once the dual objective is >= this; MODEL_INFINITY: never */
    struct limits limits;   /* iterations: of this call */
    struct lp_watch *watch; /* NULL: none */
};

struct lp; /* opaque */

struct lp *lp_new(const struct model *m, const struct options *o); /* copies; integrality is ignored */
void lp_free(struct lp *lp);

enum lp_status lp_solve(struct lp *lp, const struct lp_control *control);

/* Changes keep the basis. `variable` counts structurals, then logicals. */
void lp_set_bounds(struct lp *lp, int variable, double lower, double upper);
void lp_set_cost(struct lp *lp, int col, double cost); /* in the model's sense, as its cost[col] */
/* Appends `count` rows: row k has entries start[k]..start[k+1]-1 of index (columns) and value; their logicals enter the
 * basis. */
void lp_add_rows(struct lp *lp, int count, const int *start, const int *index, const double *value, const double *lower,
                 const double *upper);
/* Deletes the rows with remove[i] (their logicals should be basic; else the basis is repaired). Later rows move up. */
void lp_delete_rows(struct lp *lp, const bool *remove);

int lp_rows(const struct lp *lp);
int lp_cols(const struct lp *lp);
double lp_lower(const struct lp *lp, int variable);
double lp_upper(const struct lp *lp, int variable);

/* After lp_solve; valid until the next change. */

/* Without the model's offset; at a limit within the dual simplex what that has reached, with perturbed costs: an
 * estimate from below. */
double lp_objective(const struct lp *lp);
const double *lp_x(const struct lp *lp);         /* [cols + rows]: structurals, then row activities */
const double *lp_row_duals(const struct lp *lp); /* y[rows]: d = c - A'y */
/* d[cols + rows]; of a logical: y with its sign, so that d >= 0 at a lower bound and d <= 0 at an upper one for every
 * variable. */
const double *lp_reduced_costs(const struct lp *lp);
const double *lp_ray(const struct lp *lp);  /* see lp_status */
int64_t lp_iterations(const struct lp *lp); /* since lp_new */

void lp_get_basis(const struct lp *lp, unsigned char *place); /* [cols + rows] of enum place */
/* A singular basis is repaired: returns how many logicals took the place of columns. */
int lp_set_basis(struct lp *lp, const unsigned char *place);

/* Trials, all from one optimal basis: lp_keep after LP_OPTIMAL; then for each a change of bounds, lp_try, the bounds as
 * they were, and lp_recall. Rows and costs stay, and the answers above remain those of lp_solve. */
void lp_keep(struct lp *lp);
/* A solve that is cheap where few pivots are needed: the dual simplex alone. LP_INFEASIBLE and LP_CUTOFF are claims; the
 * rest tells how far *objective has risen, an estimate from below that is the optimum after LP_OPTIMAL (on programs of
 * many more columns than rows it may be above: dormant columns are not looked at again, solver/lp/README.md). */
enum lp_status lp_try(double *objective, struct lp *lp, const struct lp_control *control);
void lp_recall(struct lp *lp); /* to the basis that was kept; bounds stay */

/* Row of the simplex tableau in which `variable` is basic: alpha[cols + rows] such that x_variable = beta - sum over
 * nonbasic k of alpha[k] x_k; entries of basic variables are 0. */
void lp_tableau_row(struct lp *lp, int variable, double *alpha);
/* The multipliers of the rows, [rows] both, that combine them into that row of the tableau; returns how many are not
 * 0. */
int lp_multipliers(struct lp *lp, int variable, int *row, double *multiplier);

#endif
