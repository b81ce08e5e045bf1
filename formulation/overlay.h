/* overlay.h - layers whose output lies where an input does: in place, or around it (formulation/README.md, equations
 * (28) to (30)).
 *
 * A tensor whose last reader is layer v, and which v reads once, is lost when v has run. So v may write over it, if
 *
 *     over(v, i)   the kernel may (kernels/operator.h: in_place, over; no convolution does), the tensor of input i is
 *                  at least as large as the output, and i is the first such input                            (28)
 *
 * and a concatenation whose layout has the bytes of CHW may find it in its place in the output,
 *
 *     view(v, i)   the tensor of input i does not stick out of its slice: neither it nor one that it was made over is
 *                  larger                                                                                    (29)
 *
 * Which tensor that is, the original or a copy that was made for v, makes no difference: none of them is read later.
 * The output then takes fewer bytes than it has, by
 *
 *     reused(v, p) = bytes(v) if over(v, i) for some i,   else the sum of bytes(i) over all i with view(v, i)   (30)
 *
 * while v runs; then the inputs are given up, with what (28) leaves of them. No kernel computes more, and no step takes
 * more bytes, than with memory apart: so it is done wherever it may be, and is not chosen. All of it depends on the
 * network, the kernel of v, its layout and the number of threads only, not on what other layers choose: hence (29) asks
 * what a tensor could be made over by any kernel. */
#ifndef FORMULATION_OVERLAY_H
#define FORMULATION_OVERLAY_H
#include "formulation/network.h"

/* Where in v's output the tensor of input `slot` begins, by (28) or (29); -1: it lies elsewhere. */
int64_t overlay_offset(const struct network *folded, int v, int slot, enum layout layout, int threads);
/* (30) in bytes. */
int64_t overlay_reused(const struct network *folded, int v, enum layout layout, int threads);
/* Do inputs lie around in v's output, as parts of it, rather than under it? */
bool overlay_joins(const struct network *folded, int v);

#endif
