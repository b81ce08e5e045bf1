/* lp_internal.h - the inside of struct lp, for the files behind lp.h only. */
#ifndef SOLVER_LP_LP_INTERNAL_H
#define SOLVER_LP_LP_INTERNAL_H
#include "solver/lp/lp.h"
#include "solver/lp/simplex.h"

struct lp {
    struct options options;
    struct simplex *s;
    /* [total] a variable in the model's units is its scaled value times scale; bounds are divided by it, costs times
     * it. Structurals: the column's factor, logicals: 1 / the row's. */
    double *scale;
    double *lower, *upper; /* [total] in the model's units, infinite ones as +-MODEL_INFINITY */
    bool negated;          /* the model maximises */
    bool slack;            /* the basis is the slack basis of lp_new: far from the optimum */
    bool cold;             /* never solved since lp_new */
    int64_t iterations;
    double objective;
    double *x, *y, *d, *ray; /* [total], [rows], [total], [total]; the answer */
};

/* drive.c: dual, primal, and what to do in numerical trouble. Stores the answer of an optimal, infeasible or unbounded
 * program. */
enum lp_status drive_solve(struct lp *lp, const struct lp_control *control);
/* lp_keep, lp_try. */
void drive_keep(struct lp *lp);
enum lp_status drive_try(double *objective, struct lp *lp, const struct lp_control *control);

#define DRIVE_GAP 1e-8 /* of the objective: the error that wrong signs of reduced costs may make (answer_gap) */

/* extreme.c: the last resort, from the basis on which drive.c gave up. The same claims, checked on the program in long
 * double. */
enum lp_status extreme_solve(struct lp *lp, const struct lp_control *control);

/* farkas.c: ray[rows] of a program that the simplex has just found infeasible. The first solve of a program looks for
 * one that holds exactly: if that of the dual cannot be repaired, the primal's phase 1 gives another, and so does
 * another scaling. */
void farkas_take(struct lp *lp, bool first, const struct lp_control *control);

/* answer.c: the program in the model's units, in the signs of minimisation. */
struct model *answer_model(const struct lp *lp);
/* x, y, d, objective in the model's units from the present basis. */
void answer_take(struct lp *lp);
/* The largest violation of bounds by x, and of signs by d, in the model's units. */
void answer_violation(const struct lp *lp, double *primal, double *dual);
/* How far x[j] may move where it has no bound: a row's activity no farther than its columns take it. Scaled units. */
double answer_reach(const struct simplex *s, int j);
/* The error of the objective, relative to itself and 1, that wrong signs of d may make: their sum times the distance to
 * the other bound. In units that make coefficients large, reduced costs far below the tolerance still matter. */
double answer_gap(const struct lp *lp);
/* Whether rows hold for lp->x and reduced costs have their signs for lp->y, to tolerances, both recomputed in long
 * double. */
bool answer_verified(const struct lp *lp);
void answer_farkas(struct lp *lp);         /* ray[rows] from s->row */
bool answer_mend_ray(const struct lp *lp); /* makes the Farkas ray lp->ray hold exactly, if possible */
bool answer_ray(struct lp *lp);            /* ray[cols] from s->column; false if it proves nothing */

#endif
