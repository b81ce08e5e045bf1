/* exact_box.h - bounds on columns and rows that follow from the program: a missing side may be implied by the rows with
 * the bounds of the other columns. Safe: computed in doubles, with a margin for all rounding errors (Neumaier and
 * Shcherbina 2004), so that every feasible point is inside. */
#ifndef SOLVER_EXACT_EXACT_BOX_H
#define SOLVER_EXACT_EXACT_BOX_H
#include "solver/model/model.h"

struct exact_box {
    double *lower, *upper;         /* [cols]; infinite where there is none */
    double *row_lower, *row_upper; /* [rows] */
};

struct exact_box *exact_box_new(const struct model *m); /* the model's own bounds */
void exact_box_free(struct exact_box *b);
/* Adds implied bounds on sides that have none; existing bounds stay. */
void exact_box_imply(struct exact_box *b, const struct model *m);

#endif
