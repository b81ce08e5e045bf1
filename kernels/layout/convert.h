/* convert.h - layout conversions of a C x H x W tensor, blocked and vectorised; out of place, no workspace. */
#ifndef KERNELS_LAYOUT_CONVERT_H
#define KERNELS_LAYOUT_CONVERT_H
#include "kernels/tensor.h"

#define CONVERT_STACK 512 /* most bytes of the stack that convert_run uses, as in kernels/primitive.h */

void convert_run(float *out, const float *in, int C, int H, int W, enum layout from, enum layout to, int threads);

/* Some rows of a C x H x W tensor, for strips (kernels/strip.h): rows [a, b) are a dense C x (b - a) x W tensor, the
 * window, in a layout of its own. cut: window in layout `to` from rows [a, b) of the tensor, in `from`. paste: rows
 * [a, b) of the tensor, in `to`, from the window, in `from`; its other rows stay. 0 <= a < b <= H. */
void convert_cut(float *window, const float *tensor, int C, int H, int W, int a, int b, enum layout from,
                 enum layout to, int threads);
void convert_paste(float *tensor, const float *window, int C, int H, int W, int a, int b, enum layout from,
                   enum layout to, int threads);

size_t convert_workspace(int C, int H, int W, enum layout from, enum layout to); /* bytes beyond in and out: 0 */

#endif
