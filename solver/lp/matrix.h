/* matrix.h - a sparse matrix by columns, as the simplex uses it: short indices, no names. By rows = the transposed
 * one. */
#ifndef SOLVER_LP_MATRIX_H
#define SOLVER_LP_MATRIX_H
#include <stdbool.h>

struct matrix {
    int rows, cols;
    int *start;    /* [cols + 1] */
    int *index;    /* [start[cols]] row of each entry */
    double *value; /* [start[cols]] */
};

void matrix_init(struct matrix *a, int rows, int cols, int entries); /* start zeroed */
void matrix_free(struct matrix *a);
void matrix_transpose(struct matrix *t, const struct matrix *a); /* t is new; entries of a row in order of columns */
bool matrix_check(const struct matrix *a); /* for CHECK: starts ascend from 0, indices are in range */

#endif
