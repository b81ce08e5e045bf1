/* depthwise.h - what the loops of the depthwise convolution share (kernels/conv/depthwise.c), and the table of their
 * instances, one for each instruction set.
 *
 *     out[m][oh][ow] = bias[m] + sum_{kh,kw} w[m][kh][kw] * in[m C/M][oh S - Pt + kh D][ow S - Pl + kw D]
 *
 * Every sum begins with the bias and adds the taps in the order of kh and kw, whichever block it falls into, so results
 * depend neither on how rows and channels are shared out nor on what else is computed with them. */
#ifndef KERNELS_CONV_DEPTHWISE_H
#define KERNELS_CONV_DEPTHWISE_H
#include "kernels/activation.h"
#include "kernels/scenario.h"

#define DEPTHWISE_LINE 16 /* floats of a cache line: threads share out channels in multiples of it */

struct depthwise {
    const struct scenario *s;
    const float *in, *weights, *bias; /* weights: HWC [tap][C], CHW [M][tap]; bias NULL: zero */
    float *out;
    struct activation activation;
    int OH, OW;
};

/* Output rows [from, to) of channels [first, last). */
struct depthwise_part {
    int from, to, first, last;
};

typedef void depthwise_loops(const struct depthwise *d, const struct depthwise_part *part);

struct depthwise_family {
    depthwise_loops *hwc, *chw;
};
const struct depthwise_family *depthwise_current(void); /* of isa_current() */

/* Kernel rows [from, to) of output row oh that lie in the image. */
struct depthwise_taps {
    int from, to;
};
static inline struct depthwise_taps depthwise_taps_of(int o, int stride, int pad, int dilation, int kernel, int size) {
    const int first = o * stride - pad;
    struct depthwise_taps t = {0, kernel};
    while (t.from < kernel && first + t.from * dilation < 0) t.from++;
    while (t.to > t.from && first + (t.to - 1) * dilation >= size) t.to--;
    return t;
}

#endif
