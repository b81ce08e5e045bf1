/* worker.h - operations on a worker's relaxation that all parts of the search share: bounds, solution, incumbent. */
#ifndef SOLVER_SEARCH_WORKER_H
#define SOLVER_SEARCH_WORKER_H
#include "solver/search/search.h"

#define WORKER_VIOLATION 1e-6 /* most violation of the program as read by a solution that counts */

void worker_init(struct worker *w, struct search *t, int number);
void worker_free(struct worker *w);
bool worker_stopped(struct worker *w); /* clock, interrupt, limits of nodes and iterations; sets w->stop */
double worker_threshold(const struct worker *w);
/* Solves with the threshold as cutoff and at most `iterations`; counts. */
enum lp_status worker_solve(struct worker *w, int64_t iterations);
enum lp_status worker_solve_fully(struct worker *w); /* without a cutoff */
/* The same as a trial (lp_try), after lp_keep; the caller restores bounds and basis. */
enum lp_status worker_try_solve(double *objective, struct worker *w, int64_t iterations);
void worker_push_bounds(struct worker *w); /* the domain's changes into the LP */
/* What is branched on: columns of the model, groups as columns cols, cols + 1, ... (once they are rows of the LP), and
 * after them the sets, each as the sum of its head (w->set_place): 0 where all members of the head are, 1 where all
 * others are 0. */
double worker_lower(const struct worker *w, int col);
double worker_upper(const struct worker *w, int col);
void worker_tighten(struct worker *w, int col, double lower, double upper);    /* at this node */
void worker_try_bounds(struct worker *w, int col, double lower, double upper); /* in the LP alone */
int worker_set(const struct worker *w, int col); /* the set of column `col`, or negative */
void worker_take_groups(struct worker *w);       /* those of the tree, which are new; without bounds */
void worker_open_groups(struct worker *w);       /* no sides, as at the root */
void worker_get_basis(struct worker *w);         /* into w->place */
/* The integer columns of the LP's solution that are not integral, into w->candidate; returns how many. */
int worker_fractional(struct worker *w);
/* Offers x[cols] with its integers rounded. True if it is a new incumbent. */
bool worker_offer(struct worker *w, const double *x, const char *found_by);
/* Likewise, but if it violates rows, the LP finds the continuous columns with the integers fixed. Restores bounds and
 * basis. */
bool worker_try(struct worker *w, const double *x, const char *found_by);

/* Replaces x, a solution, by that of its orbit which the rows of the leaders ask for (symmetry.h): neighbourhoods of
 * the incumbent have these rows. */
void worker_represent(const struct search *t, double *x);

struct worker_mark { /* a state to return to */
    double *lower, *upper;
    unsigned char *place;
};
struct worker_mark worker_mark(struct worker *w);
void worker_return(struct worker *w, struct worker_mark *mark); /* to bounds and basis; frees the mark */

#endif
