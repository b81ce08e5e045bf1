/* stages.h - a program reduced by presolve, and again with the bounds that a search has proven since (restarts). */
#ifndef SOLVER_PRESOLVE_STAGES_H
#define SOLVER_PRESOLVE_STAGES_H
#include "solver/presolve/presolve.h"

enum { STAGES_MOST = 16 };

struct stages {
    const struct model *given;
    const struct options *options;
    struct limits limits; /* of presolve */
    struct presolve *presolve[STAGES_MOST];
    struct model *bounded[STAGES_MOST]; /* what a stage after the first has reduced: the one before with other bounds */
    int count;                          /* 0: the program is searched as given */
};

void stages_init(struct stages *s, const struct model *given, const struct options *o);
void stages_free(struct stages *s);
const struct model *stages_model(const struct stages *s); /* of the last stage */
/* Reduces the last stage's program, its bounds replaced by these where they are not NULL. The stage counts only if
 * there is a program afterwards: PRESOLVE_REDUCED or PRESOLVE_SOLVED. */
enum presolve_status stages_add(struct stages *s, const double *lower, const double *upper);
void stages_restore(const struct stages *s, double *x,
                    const double *reduced_x); /* through all stages; x[given->cols] */

#endif
