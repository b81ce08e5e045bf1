/* tap.h - one position of the kernel: how far the image lies shifted there, and the shifted sums of kn2row and kn2col.
 * Stride 1.
 *
 * Sums are of one group: out is M/G x OH OW, the product of a tap with the image M/G x H W or transposed. */
#ifndef KERNELS_CONV_TAP_H
#define KERNELS_CONV_TAP_H
#include "kernels/scenario.h"
#include "kernels/span.h"

struct tap {
    int64_t down, right; /* input pixel - output pixel */
    struct span oh, ow;  /* outputs that see the image here */
};

static inline struct tap tap_of(const struct scenario *s, int kh, int kw) {
    struct tap t;
    t.down = (int64_t)kh * s->dilation - s->pad.top;
    t.right = (int64_t)kw * s->dilation - s->pad.left;
    t.oh = span_of(scenario_out_h(s), 1, t.down, s->H);
    t.ow = span_of(scenario_out_w(s), 1, t.right, s->W);
    return t;
}

/* out += product (M/G x H W), shifted. */
void tap_add_rows(float *out, const float *product, const struct scenario *s, const struct tap *t, int threads);
/* out += product (H W x M/G), transposed and shifted. */
void tap_add_columns(float *out, const float *product, const struct scenario *s, const struct tap *t, int threads);
/* out += the sum over all taps, from their product H W x (KH KW M/G). */
void tap_sum_columns(float *out, const float *product, const struct scenario *s, int threads);

#endif
