/* stages.h - a program reduced by presolve, and reduced again with bounds and rows that a search has proven (restarts).
 *
 * Invariant: stage k > 0 reduces the program of stage k - 1; all of them live until stages_free. */
#ifndef SOLVER_PRESOLVE_STAGES_H
#define SOLVER_PRESOLVE_STAGES_H
#include "solver/presolve/presolve.h"

enum { STAGES_MOST = 16 };

struct stages {
    const struct model *given;
    const struct options *options;
    struct limits limits; /* of presolve */
    double *seconds;      /* of presolve, added up; or NULL */
    FILE *log;            /* one line per stage (presolve_log); NULL: none */
    struct presolve *presolve[STAGES_MOST];
    struct model *tighter[STAGES_MOST]; /* what stage k reduced, where it is not the program of stage k - 1 */
    int count;                          /* 0: the program is searched as given */
};

void stages_init(struct stages *s, const struct model *given, const struct options *o);
void stages_free(struct stages *s);
const struct model *stages_model(const struct stages *s); /* of the last stage */
/* Reduces the last stage's program once more; or `tighter`, which is that program with tighter bounds, or more rows that
 * its solutions satisfy, and which is taken over. The stage is added only if presolve returns PRESOLVE_REDUCED or
 * PRESOLVE_SOLVED. */
enum presolve_status stages_add(struct stages *s, struct model *tighter);
void stages_restore(const struct stages *s, double *x,
                    const double *reduced_x); /* through all stages; x[given->cols] */

#endif
