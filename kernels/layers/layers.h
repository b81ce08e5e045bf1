/* layers.h - the computations behind kernels/operator.c, one file each. Arguments as in operator.h. */
#ifndef KERNELS_LAYERS_LAYERS_H
#define KERNELS_LAYERS_LAYERS_H
#include "kernels/operator.h"

/* pool.c: maximum and mean over windows. A window with no pixel of the input gives 0. */
void pool_run(const struct operator_shape *s, enum layout layout, float *out, const float *in, int threads);

/* lrn.c */
void lrn_run(const struct operator_shape *s, enum layout layout, float *out, const float *in, int threads);

/* fc.c */
size_t fc_weights(const struct operator_shape *s);
void fc_prepare(const struct operator_shape *s, enum layout layout, void *stored, const float *weights);
void fc_run(const struct operator_shape *s, float *out, const float *in, const void *stored, const float *bias,
            int threads);

/* elementwise.c */
void elementwise_relu(const struct operator_shape *s, float *out, const float *in, int threads);
void elementwise_add(const struct operator_shape *s, float *out, const float *const *in, int threads);

/* channels.c: layers that see the channels of a pixel together */
void channels_concat(const struct operator_shape *s, enum layout layout, float *out, const float *const *in,
                     int threads);
void channels_softmax(const struct operator_shape *s, enum layout layout, float *out, const float *in, int threads);

#endif
