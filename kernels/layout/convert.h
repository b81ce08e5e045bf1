/* convert.h - layout conversions of a C x H x W tensor, blocked and vectorised; out of place, no workspace. */
#ifndef KERNELS_LAYOUT_CONVERT_H
#define KERNELS_LAYOUT_CONVERT_H
#include "kernels/tensor.h"

#define CONVERT_STACK 512 /* most bytes of the stack that convert_run uses, as in kernels/primitive.h */

void convert_run(float *out, const float *in, int C, int H, int W, enum layout from, enum layout to, int threads);
size_t convert_workspace(int C, int H, int W, enum layout from, enum layout to); /* bytes beyond in and out: 0 */

#endif
