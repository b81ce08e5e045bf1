/* simplex.h - the state shared by the dual and the primal simplex method, in scaled units.
 *
 *     min c'x   s.t.  [A | -I] x = 0,   lower <= x <= upper          x: structurals, then logicals
 *
 * B is the basis, head[i] its variable of row i (solver/lp/lu.h), x_B = -B^-1 N x_N, y = B^-T c_B, d = c - [A | -I]'y.
 * The dual objective of a dual feasible basis is d_N'x_N. Dual feasible: d >= 0 at a lower bound, d <= 0 at an upper
 * bound, d = 0 for free variables, any d for fixed ones; each to within tolerance.dual.
 *
 * The simplex methods work on costs.work: cost, perturbed and shifted. Code that makes a claim about the program
 * restores the true costs first (solver/lp/drive.c). */
#ifndef SOLVER_LP_SIMPLEX_H
#define SOLVER_LP_SIMPLEX_H
#include <assert.h>
#include <math.h>
#include <stdbool.h>
#include <stdint.h>

#include "solver/base/options.h"
#include "solver/base/random.h"
#include "solver/lp/lp.h"
#include "solver/lp/lu.h"
#include "solver/lp/matrix.h"

enum simplex_result {
    SIMPLEX_OPTIMAL,
    SIMPLEX_INFEASIBLE, /* proven by the multipliers in work.row: primal infeasible */
    SIMPLEX_UNBOUNDED,  /* proven by work.column with ray.entering and ray.direction */
    SIMPLEX_CUTOFF,
    SIMPLEX_LIMIT,  /* run.stopped says which */
    SIMPLEX_TROUBLE /* numerically stuck: try something else */
};

struct candidate { /* a breakpoint of a ratio test */
    int at;        /* dual: variable; primal: row */
    double alpha;  /* > 0: rate at which its slack is used up */
    double slack;  /* rest before it becomes infeasible (dual: reduced cost; primal: distance to the bound) */
    double ratio;  /* primal: step at which it blocks, with tolerance */
    bool upper;    /* primal: it blocks at its upper bound */
};

/* Which variables are basic, and where the others are. After simplex_factor: where[head[i]] == i for each row, every
 * other where[j] is -1, and place[j] == PLACE_BASIC exactly for where[j] >= 0. At every iteration also: a nonbasic x[j]
 * is on the bound that place[j] names (0 for PLACE_ZERO). */
struct simplex_basis {
    unsigned char *place; /* [total] enum place */
    signed char *move;    /* [total] nonbasic: 1 at a lower bound, -1 at an upper one, 2 free, 0 fixed */
    int *head, *where;    /* [rows] variable of each row; [total] row of a basic variable, -1 nonbasic */
    bool factored;        /* lu is of this basis */
};

/* The costs that the methods work on. work == cost unless perturbed or shifted. */
struct simplex_costs {
    double *work;            /* [total] cost with perturbation and shifts */
    double *random;          /* [total] in [0, 1), for perturbation */
    bool perturbed, shifted; /* whether work may differ from cost */
};

/* The structurals that take part in pivots, ascending: those that are not fixed (simplex_activate), or, in the dual
 * simplex on wide programs, those of them whose reduced costs may change sign soon (simplex_narrow). d of the others, the
 * dormant ones, is right only after simplex_dual. */
struct simplex_active {
    int *list, count; /* [cols] */
    int all;          /* not fixed; count < all: some are dormant */
    int64_t entries;  /* in the columns of the list */
    double reach;     /* > 0: with reduced costs beyond it they are dormant */
    int slips;        /* in this solve: how often the sign of a dormant column had changed */
    bool whole;       /* none is dormant for the rest of this solve */
};

/* Whether values were computed from the present basis, rather than updated from iteration to iteration. */
struct simplex_fresh {
    bool primal, dual; /* x; d */
};

/* Pricing: which variable leaves (rows: dual) or enters (columns: primal). Every weight is > 0. */
struct simplex_pricing {
    double *weight;               /* [rows] dual steepest edge: squared norm of the row of B^-1 */
    bool exact;                   /* weight[] are true norms, up to rounding */
    double *devex;                /* [total] primal reference weights, >= 1 */
    double *infeasible;           /* [rows] squared violation of x_B, 0 within tolerance */
    int *suspects, suspect_count; /* [rows] all infeasible rows, possibly others; each once */
    unsigned char *suspected;     /* [rows] whether in that list */
    unsigned char *banned;        /* [rows] may not leave until the next rebuild: no good pivot found there */
};

/* Vectors of one iteration; each is valid only until the next call that fills it. */
struct simplex_work {
    struct vector *column, *row, *tau, *flips; /* [rows] B^-1 a_q, B^-T e_r, B^-1 of that, x_B of bound flips */
    struct vector *alpha;                      /* [total] the pivot row */
    struct candidate *candidates;              /* [2 total] of the ratio tests */
    int *group_end;                            /* [total + 1] where each group of candidates ends */
};

/* Where to find the proof of the last SIMPLEX_UNBOUNDED or SIMPLEX_INFEASIBLE. */
struct simplex_ray {
    int entering;     /* variable whose column is unbounded */
    double direction; /* +-1: which way it moves */
    bool raw;         /* the Farkas ray of the answer has not been made to hold exactly yet */
};

struct simplex_tolerance { /* in scaled units, all > 0 */
    double primal, dual;
    double pivot; /* smaller entries of a tableau column or row are not pivots */
};

/* One call of lp_solve. */
struct simplex_run {
    int64_t iterations, end; /* since the program was made; at which the method stops */
    const struct lp_control *control;
    enum lp_status stopped; /* after SIMPLEX_LIMIT */
    bool brief;             /* the dual ends at an optimum of updated values, which proves nothing */
};

struct simplex {
    const struct options *options;
    int rows, cols, total;         /* total = cols + rows */
    struct matrix columns, by_row; /* scaled A, and its transpose */
    double *lower, *upper, *cost;  /* [total] bounds are +-INFINITY where there is none */
    double *x, *d;                 /* [total] d of basic variables is 0 */
    double objective;              /* dual objective with costs.work */
    bool careful;                  /* after trouble: x and d are refined in long double */
    struct lu *lu;                 /* of size rows */
    struct simplex_basis basis;
    struct simplex_costs costs;
    struct simplex_active active;
    struct simplex_fresh fresh;
    struct simplex_pricing pricing;
    struct simplex_work work;
    struct simplex_ray ray;
    struct simplex_tolerance tolerance;
    struct simplex_run run;
    struct simplex_kept *kept; /* NULL until keep_take */
};

/* --- the program --- */
struct simplex *simplex_new(const struct options *o, int rows, int cols);
void simplex_free(struct simplex *s);

/* --- the basis --- */
/* Factorises the basis given by place[] (any number of basic variables; repaired if singular). x_B and d are stale
 * afterwards. Returns the number of logicals that were added. */
int simplex_factor(struct simplex *s);
/* Puts nonbasic variable j on the bound that `place` asks for, or on the only one it has, and sets x[j]. */
void simplex_settle(struct simplex *s, int j);
/* Variable q enters in row r, and the leaving variable goes to `to`. Updates head, where, place and LU (basis.factored
 * says whether the update held). work.column and the pivot row's btran must be the latest ones. */
void simplex_exchange(struct simplex *s, int r, int q, enum place to);

/* --- values --- */
/* Both return at once if the values are fresh. */
void simplex_primal(struct simplex *s);          /* x_B from x_N */
void simplex_dual(struct simplex *s);            /* d from costs.work */
void simplex_unit_row(struct simplex *s, int r); /* work.row = B^-T e_r */
/* alpha = [A | -I]'y for nonbasic variables that are not fixed; d of fixed ones is right only after simplex_dual. */
void simplex_price(struct simplex *s, const struct vector *y, struct vector *alpha);
void simplex_activate(struct simplex *s);        /* after bounds have changed */
void simplex_narrow(struct simplex *s);          /* d is fresh */
void simplex_slip(struct simplex *s, int wrong); /* so many dormant columns had another sign when d was recomputed */
void simplex_wake(struct simplex *s);            /* none is dormant any more in this solve */
void simplex_load(const struct simplex *s, struct vector *v, int j, double factor); /* v += factor times column j */
double simplex_row_residual(const struct simplex *s, int row,
                            double *size);        /* |A x - s| of a row; *size: its terms, 1 */
double simplex_residual(const struct simplex *s); /* the largest, relative to its size */
bool simplex_stop(struct simplex *s);             /* a limit has been reached: run.stopped says which */
bool simplex_interrupted(struct simplex *s);      /* the same for deadline and interrupt only, always checked */

/* The next two are asked of every variable, several times a solve. */
/* Of bounds by x[j]: > 0 above upper, < 0 below lower. */
static inline double simplex_violation(const struct simplex *s, int j) {
    assert(s->lower[j] <= s->upper[j]);
    if (s->x[j] > s->upper[j]) return s->x[j] - s->upper[j];
    if (s->x[j] < s->lower[j]) return s->x[j] - s->lower[j];
    return 0;
}

/* How far d[j] is on the wrong side, >= 0. */
static inline double simplex_dual_violation(const struct simplex *s, int j) {
    if (s->basis.where[j] >= 0 || s->lower[j] == s->upper[j]) return 0;
    if (s->basis.place[j] == PLACE_LOWER) return s->d[j] < 0 ? -s->d[j] : 0;
    if (s->basis.place[j] == PLACE_UPPER) return s->d[j] > 0 ? s->d[j] : 0;
    return fabs(s->d[j]);
}

/* --- simplex_check.c: the invariants above, for CHECK(...) only; each returns whether it holds --- */
bool simplex_check_basis(const struct simplex *s); /* head, where, place, move and x of nonbasic variables agree */
bool simplex_check_inverse(const struct simplex *s,
                           int r); /* B'(B^-T e_r) = e_r, with work.row as simplex_unit_row left it */
bool simplex_check_column(const struct simplex *s, int q); /* B (B^-1 a_q) = a_q, with work.column */
bool simplex_check_values(const struct simplex *s);        /* A x = s for fresh x; d = 0 on the basis */
bool simplex_check_suspects(const struct simplex *s);      /* every infeasible row is in the list, each once */

/* --- refine.c --- */
void refine_primal(struct simplex *s);                 /* x_B */
void refine_dual(struct simplex *s, struct vector *y); /* y = B^-T c_B */

/* --- cost.c --- */
void cost_perturb(struct simplex *s);
void cost_restore(struct simplex *s); /* costs.work = cost; d is stale */

/* --- keep.c --- */
/* Keeps the basis, its factors and values, with the true costs. Bounds and costs are not part of it. */
void keep_take(struct simplex *s);
void keep_recall(struct simplex *s);      /* what was kept last; the number of rows is the same */
void keep_note(struct simplex *s, int j); /* bounds of variable j change */
void keep_end(struct simplex *s);         /* another solve: changes need not be noted any more */
/* After keep_recall: nonbasic variables go to their changed bounds. True if only the changed variables that are basic
 * may be beyond a bound. */
bool keep_resume(struct simplex *s, const int **changed, int *count);
void keep_free(struct simplex_kept *k);

/* --- ratio.c --- */
/* The entering variable for the pivot row work.alpha, whose basic variable is `slope` beyond its bound (above it: sign
 * 1; below: -1). The variables to be flipped to their other bound are work.candidates[0..*flips-1]. -1: no step is
 * blocked. */
int ratio_dual(struct simplex *s, double sign, double slope, int *flips);

/* --- watch.c: nothing if no struct lp_watch (lp.h) is there --- */
/* A phase begins; the one before it ends, and its iterations and seconds are added up. LP_PHASES: nothing begins. */
void watch_enter(const struct simplex *s, enum lp_phase phase);
void watch_report(const struct simplex *s); /* if a report is due */

/* --- certificate.c --- */
/* Whether y (by rows) proves that no x within the bounds satisfies A x - s = 0; rounding errors of zeros are
 * ignored. */
bool certificate_farkas(const struct simplex *s, struct vector *y);

/* --- the methods --- */
void dual_values(struct simplex *s); /* d, x, the dual objective and the suspects of pricing; corrects wrong signs */
enum simplex_result dual_run(struct simplex *s);   /* dual.c: shifts costs where the start is not dual feasible */
enum simplex_result primal_run(struct simplex *s); /* primal.c: from any basis */

#endif
