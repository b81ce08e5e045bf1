/* transpose.h - out[j][i] = in[i][j], blocked so that whole cache lines of both sides are used while they are in L1. */
#ifndef KERNELS_LAYOUT_TRANSPOSE_H
#define KERNELS_LAYOUT_TRANSPOSE_H
#include <stddef.h>

/* in: rows x cols, leading dimension ldi; out: cols x rows, leading dimension ldo. They do not overlap. */
void transpose_run(float *out, size_t ldo, const float *in, size_t ldi, int rows, int cols);
/* The same, added to out. */
void transpose_add(float *out, size_t ldo, const float *in, size_t ldi, int rows, int cols);

#endif
