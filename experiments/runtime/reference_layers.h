/* reference_layers.h - the correct result of each kind of layer: plain loops over CHW, sums in double, each output
 * rounded once. Uses nothing of kernels/ but the structs that describe layers: a fault there cannot hide behind the
 * same fault here.
 *
 * out: M x OH x OW, in: C x H x W, floats; weights and bias as in a network's file (experiments/runtime/weights.h),
 * bias NULL: none. */
#ifndef EXPERIMENTS_RUNTIME_REFERENCE_LAYERS_H
#define EXPERIMENTS_RUNTIME_REFERENCE_LAYERS_H
#include "kernels/operator.h"
#include "kernels/scenario.h"

/* The result does not depend on threads, to the bit. */
void reference_layers_conv(float *out, const float *in, const struct scenario *s, const float *weights,
                           const float *bias, struct activation activation, int threads);
/* All but the input. */
void reference_layers_operator(float *out, const float *const *in, const struct operator_shape *s, const float *weights,
                               const float *bias, int threads);
/* Where element (c, h, w) of a C x H x W tensor lies in a layout. */
size_t reference_layers_index(enum layout layout, int C, int H, int W, int c, int h, int w);

#endif
