/* simplex.h - the state that the dual and the primal simplex share, in scaled units.
 *
 *     min c'x   s.t.  [A | -I] x = 0,   lower <= x <= upper          x: structurals, then logicals
 *
 * B is the basis, head[i] its variable of row i (solver/lp/lu.h), x_B = -B^-1 N x_N, y = B^-T c_B, d = c - [A | -I]'y.
 * The dual objective of a dual feasible basis is d_N'x_N. Dual feasible: d >= 0 at a lower bound, d <= 0 at an upper
 * one, d = 0 for free variables, any d for fixed ones; each to within dual_tolerance.
 *
 * The simplex methods work on work_cost: cost, perturbed and shifted. Who claims something about the program takes both
 * off first (solver/lp/lp.c). */
#ifndef SOLVER_LP_SIMPLEX_H
#define SOLVER_LP_SIMPLEX_H
#include <stdbool.h>
#include <stdint.h>

#include "solver/base/options.h"
#include "solver/base/random.h"
#include "solver/lp/lp.h"
#include "solver/lp/lu.h"
#include "solver/lp/matrix.h"

enum simplex_result {
    SIMPLEX_OPTIMAL,
    SIMPLEX_INFEASIBLE, /* the row in s->row proves it: primal infeasible */
    SIMPLEX_UNBOUNDED,  /* the column in s->column with s->entering proves it */
    SIMPLEX_CUTOFF,
    SIMPLEX_LIMIT,  /* s->stopped says which */
    SIMPLEX_TROUBLE /* numerically stuck: try something else */
};

struct candidate { /* a breakpoint of a ratio test */
    int at;        /* dual: variable; primal: row */
    double alpha;  /* > 0: rate at which its slack is used up */
    double slack;  /* what is left before it gets infeasible (dual: reduced cost; primal: distance to the bound) */
    double ratio;  /* primal: step at which it blocks, with tolerance */
    bool upper;    /* primal: it blocks at its upper bound */
};

struct simplex {
    const struct options *options;
    int rows, cols, total;         /* total = cols + rows */
    struct matrix columns, by_row; /* scaled A, and transposed */
    double *lower, *upper, *cost;  /* [total] */
    double *work_cost;             /* [total] cost with perturbation and shifts */
    double *random;                /* [total] in [0, 1), for perturbation */
    bool perturbed, shifted;       /* whether work_cost is not cost */
    unsigned char *place;          /* [total] enum place */
    signed char *move;             /* [total] nonbasic: 1 at a lower bound, -1 at an upper one, 2 free, 0 fixed */
    int *active, active_count;     /* [cols] structurals that are not fixed: simplex_activate */
    int64_t active_entries;        /* of their columns */
    int *head, *where;             /* [rows] variable of each row; [total] row of a basic variable, -1 nonbasic */
    double *x, *d;                 /* [total] d of basic variables is 0 */
    double *weight;                /* [rows] dual steepest edge: squared norm of the row of B^-1 */
    double *devex;                 /* [total] primal reference weights */
    double *infeasible;            /* [rows] squared violation of x_B, 0 within tolerance */
    int *suspects, suspect_count;  /* [rows] rows that may be infeasible: all that are, each once */
    unsigned char *suspected;      /* [rows] whether in that list */
    struct lu *lu;
    bool primal_fresh, dual_fresh;             /* x, d were computed from the present basis, not only updated */
    bool careful;                              /* after trouble: x and d are refined in long double */
    bool factored;                             /* lu is of the present basis */
    bool ray_raw;                              /* the Farkas ray of the answer has not been mended yet */
    bool weights_exact;                        /* weight[] are true norms, but for rounding */
    struct vector *column, *row, *tau, *flips; /* [rows] work of one iteration */
    struct vector *alpha;                      /* [total] the pivot row */
    struct candidate *candidates;              /* [total] of the ratio tests */
    int *group_end;                            /* [total] where each group of candidates ends */
    unsigned char *banned; /* [rows] not to leave until the next rebuild: no good pivot was found there */
    int leaving, entering; /* of the last iteration: row, variable */
    double direction;      /* +-1: which way `entering` moves in an unbounded ray */
    double primal_tolerance, dual_tolerance; /* in scaled units */
    double pivot_least;                      /* smaller entries of a tableau column or row are no pivots */
    double objective;                        /* dual objective of work_cost */
    int64_t iterations, iteration_end;
    const struct lp_control *control;
    enum lp_status stopped;
};

/* --- the program --- */
struct simplex *simplex_new(const struct options *o, int rows, int cols);
void simplex_free(struct simplex *s);

/* --- the basis --- */
/* Factorises the basis given by place[] (any number of basic variables; mended if singular). x_B and d are stale after
 * it. Returns how many logicals had to come in. */
int simplex_factor(struct simplex *s);
/* Places nonbasic variable j at the bound that `place` asks for, or the one there is, and sets x[j]. */
void simplex_settle(struct simplex *s, int j);
/* Variable q enters in row r, where the one leaving goes to `to`. Updates head, where, place and LU (s->factored tells
 * whether the update held). s->column and the pivot row's btran must be the last ones. */
void simplex_exchange(struct simplex *s, int r, int q, enum place to);

/* --- values --- */
/* Both do nothing where they are fresh. */
void simplex_primal(struct simplex *s);          /* x_B from x_N */
void simplex_dual(struct simplex *s);            /* d from work_cost */
void simplex_unit_row(struct simplex *s, int r); /* s->row = B^-T e_r */
/* alpha = [A | -I]'y for nonbasic variables that are not fixed; d of fixed ones is not kept up between fresh
 * computations. */
void simplex_price(struct simplex *s, const struct vector *y, struct vector *alpha);
void simplex_activate(struct simplex *s);                                           /* after bounds have changed */
void simplex_load(const struct simplex *s, struct vector *v, int j, double factor); /* v += factor times column j */
double simplex_residual(const struct simplex *s);         /* largest |A x - s| of a row, relative to its terms and 1 */
double simplex_violation(const struct simplex *s, int j); /* of bounds by x[j]: > 0 above upper, < 0 below lower */
double simplex_dual_violation(const struct simplex *s, int j); /* how far d[j] is on the wrong side, >= 0 */
bool simplex_stop(struct simplex *s);                          /* a limit is reached: s->stopped says which */
bool simplex_interrupted(struct simplex *s); /* the same for time and interrupt alone, looked at now */

/* --- refine.c --- */
void refine_primal(struct simplex *s);                 /* x_B */
void refine_dual(struct simplex *s, struct vector *y); /* y = B^-T c_B */

/* --- cost.c --- */
void cost_perturb(struct simplex *s);
void cost_restore(struct simplex *s); /* work_cost = cost; d is stale */

/* --- ratio.c --- */
/* The entering variable for the pivot row s->alpha, whose basic variable is `slope` beyond its bound (above it: sign 1;
 * below: -1). Variables to be flipped to their other bound are s->candidates[0..*flips-1]. -1: no step is blocked. */
int ratio_dual(struct simplex *s, double sign, double slope, int *flips);

/* --- certificate.c --- */
/* Whether y (s->row, by rows) proves that no x within the bounds meets A x - s = 0; what rounding leaves of zeros is
 * let pass. */
bool certificate_farkas(const struct simplex *s, struct vector *y);

/* --- the methods --- */
enum simplex_result dual_run(struct simplex *s);   /* dual.c: shifts costs where the start is not dual feasible */
enum simplex_result primal_run(struct simplex *s); /* primal.c: from any basis */

#endif
