/* scale.h - row and column factors, powers of 2 (so that scaling rounds nothing), that bring the coefficients near
 * 1. */
#ifndef SOLVER_LP_SCALE_H
#define SOLVER_LP_SCALE_H
#include "solver/lp/matrix.h"

enum { SCALING_MIXED, SCALING_GEOMETRIC, SCALING_EQUILIBRATE, SCALING_OFF };

/* The scaled matrix is row[i] a[i][j] col[j]. */
void scale_choose(double *row, double *col, const struct matrix *a, int scaling);

#endif
