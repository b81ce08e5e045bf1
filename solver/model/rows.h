/* rows.h - the matrix of a model by rows (compressed sparse rows), columns ascending within a row. */
#ifndef SOLVER_MODEL_ROWS_H
#define SOLVER_MODEL_ROWS_H
#include "solver/model/model.h"

struct rows {
    long *start;   /* [rows + 1] */
    int *col;      /* [entries] */
    double *value; /* [entries] */
};

void rows_init(struct rows *r, const struct model *m);
void rows_free(struct rows *r);

#endif
