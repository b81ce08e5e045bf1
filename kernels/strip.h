/* strip.h - rows of a layer by themselves: output rows [a, b) are a layer of the same kind over a dense window of input
 * rows [lo, hi), with its own padding above and below. A window of K rows, stride S, dilation D (K = KH or a pool's
 * kernel), extent E = D (K - 1) + 1, padding Pt above and Pb below:
 *
 *     lo = max(0, a S - Pt)      hi = min(H, (b - 1) S - Pt + E)      H' = hi - lo      OH' = b - a
 *     Pt' = max(0, Pt - a S)     Pb' = max(0, min(Pb, (b - 1) S - Pt + E - H))
 *
 * so that only the first strips are padded above and only the last ones below. All else (C, W, M, columns' padding,
 * `ceil`, `count_pad`) stays, and so do the stored weights: what primitive_prepare makes depends on none of H, Pt and
 * Pb, and one block serves the layer and all its strips. A primitive that applies to a layer applies to its strips. A
 * strip's workspace is its own: that of few rows may be the larger one, where tiles are shared out evenly.
 * Strips of the strips of a layer are strips of the layer.
 *
 * The rows of a tensor in HWC or HCW are contiguous: rows [lo, hi) begin at in + lo * C * W, and a strip's output is
 * rows [a, b) of the whole one. In CHW a window is a small tensor (kernels/layout/convert.h: convert_cut,
 * convert_paste).
 *
 * Bits: operators give the rows that the whole layer gives, bit for bit, for every partition. Primitives do so for
 * partitions at multiples of primitive_row_step (kernels/primitive.h) output rows; at others, or if it is 0, both are
 * within the tolerance of the exact result.
 *
 * False, and nothing else is set, where there is no such layer: no row of the input lies under any of the windows (a
 * padding as large as the extent), or the operator does not work row by row (fc, global pools: `by_rows`,
 * kernels/operator.h). strip_every_X says whether every [a, b) has a strip. */
#ifndef KERNELS_STRIP_H
#define KERNELS_STRIP_H
#include "kernels/operator.h"
#include "kernels/scenario.h"

/* 0 <= a < b <= output rows. */
bool strip_of_scenario(struct scenario *strip, int *lo, int *hi, const struct scenario *s, int a, int b);
/* All inputs are cut alike. */
bool strip_of_operator(struct operator_shape *strip, int *lo, int *hi, const struct operator_shape *s, int a, int b);

/* Can every [a, b) be computed by itself? */
bool strip_every_scenario(const struct scenario *s);
bool strip_every_operator(const struct operator_shape *s);

#endif
