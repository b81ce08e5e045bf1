/* milp_internal.h - one solve of milp.h, for the files behind it only: milp.c is the interface, milp_lp.c solves
 * programs without integers, milp_tree.c those with integers, polish.c makes the solution as exact as possible. */
#ifndef SOLVER_MILP_INTERNAL_H
#define SOLVER_MILP_INTERNAL_H
#include "solver/facts.h"
#include "solver/milp.h"
#include "solver/presolve/presolve.h"
#include "solver/presolve/stages.h"
#include "solver/tree/tree.h"

struct milp {
    const struct model *model; /* as given */
    const struct options *options;
    const struct milp_control *control;
    struct limits limits; /* of the whole run */
    double started, sign; /* sign: -1 if the model maximises */
    double offset;        /* objective as given = sign * (objective in the tree + offset) */
    struct stages stages; /* none: the model is solved as given */
    double known;         /* objective of result->x in terms of minimisation; MODEL_INFINITY: none */
    double bound;         /* no solution is below, likewise */
    double step;          /* as in search_problem, for every search since `known` was infinite; 0: none */
    bool strict;          /* as search_problem's */
    bool shown;           /* the log has the first relaxation */
    struct milp_result *result;
};

/* --- milp.c --- */
double milp_outwards(const struct milp *s, double objective); /* of the tree, in the model's sense */
int milp_integers(const struct model *m);
double *milp_keep(const double *x, int count); /* a copy */
void milp_presolve_stopped(struct milp *s);    /* sets the result's status to the limit */
/* Callbacks; context: struct milp. */
void milp_report(void *context, const struct search_progress *p);
void milp_round(void *context, const struct search_round *r);
void milp_watch(void *context, const struct lp_progress *p);

/* --- milp_lp.c --- */
struct lp_control milp_lp_control(const struct milp *s);
void milp_lp_solve(struct milp *s);
/* Whether a limit ended the solve; the result's status then says which. */
bool milp_lp_stopped(struct milp *s, enum lp_status status);

/* --- milp_tree.c --- */
void milp_tree_solve(struct milp *s);
/* Searches again, from the present solution, whose objective the previous search had overestimated. */
void milp_tree_again(struct milp *s);

/* --- polish.c --- */
void polish_solution(struct milp *s);

#endif
