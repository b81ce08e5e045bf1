/* Every pixel becomes factor x factor ones: copies of it (nearest), or between the centres of pixels linear in both
 * directions, and constant beyond the outermost centres (bilinear). */
#include <assert.h>
#include <math.h>
#include <stdint.h>
#include <stdio.h>

#include "kernels/operator.h"
#include "kernels/parallel.h"

struct between { /* two pixels and the share of the second */
    int first, second;
    float share;
};

static struct between upsample_between(const struct operator_shape *s, int o, int size) {
    if (!s->bilinear) return (struct between){o / s->factor, o / s->factor, 0};
    const double at = (o + 0.5) / s->factor - 0.5;
    const int first = at > 0 ? (int)at : 0;
    return (struct between){first, first + 1 < size ? first + 1 : size - 1, at > 0 ? (float)(at - first) : 0};
}

/* A pixel of all channels, HWC. top, bottom: the two rows of the input. */
static void upsample_pixel(float *out, const float *top, const float *bottom, struct between w, float share, int C) {
    const float *a = top + (size_t)w.first * (size_t)C, *b = top + (size_t)w.second * (size_t)C;
    const float *c = bottom + (size_t)w.first * (size_t)C, *d = bottom + (size_t)w.second * (size_t)C;
    for (int i = 0; i < C; i++) {
        const float above = a[i] + w.share * (b[i] - a[i]), below = c[i] + w.share * (d[i] - c[i]);
        out[i] = above + share * (below - above);
    }
}

/* Row oh of all channels, HWC. */
static void upsample_hwc(const struct operator_shape *s, float *out, const float *in, int oh) {
    const size_t row = (size_t)s->W * (size_t)s->C[0];
    const struct between h = upsample_between(s, oh, s->H);
    for (int ow = 0; ow < s->OW; ow++)
        upsample_pixel(out + (size_t)ow * (size_t)s->C[0], in + (size_t)h.first * row, in + (size_t)h.second * row,
                       upsample_between(s, ow, s->W), h.share, s->C[0]);
}

/* Row oh of one channel. stride: from row to row of the input. */
static void upsample_row(const struct operator_shape *s, float *out, const float *in, size_t stride, int oh) {
    const struct between h = upsample_between(s, oh, s->H);
    for (int ow = 0; ow < s->OW; ow++)
        upsample_pixel(out + ow, in + (size_t)h.first * stride, in + (size_t)h.second * stride,
                       upsample_between(s, ow, s->W), h.share, 1);
}

static void upsample_run(const struct operator_shape *s, enum layout layout, float *out, const float *const *in,
                         const void *stored, const float *bias, void *workspace, int threads) {
    (void)stored, (void)bias, (void)workspace;
    const int C = s->C[0], OH = s->OH;
    const float *x = in[0];
    assert(s->OH == s->H * s->factor && s->OW == s->W * s->factor);
    PARALLEL_FOR
    for (int oh = 0; oh < OH; oh++) {
        if (layout == LAYOUT_HWC) upsample_hwc(s, out + layout_index(layout, C, OH, s->OW, 0, oh, 0), x, oh);
        for (int c = 0; c < C && layout != LAYOUT_HWC; c++)
            upsample_row(s, out + layout_index(layout, C, OH, s->OW, c, oh, 0),
                         x + layout_index(layout, C, s->H, s->W, c, 0, 0), layout_index(layout, C, 2, s->W, 0, 1, 0),
                         oh);
    }
}

static bool upsample_shape(struct operator_shape *s, const struct operator_layer *l, char wrong[OPERATOR_WRONG]) {
    s->factor = (int)l->value[0];
    s->bilinear = l->value[1] != 0;
    if ((int64_t)s->H * s->factor > 1 << 20 || (int64_t)s->W * s->factor > 1 << 20) {
        snprintf(wrong, OPERATOR_WRONG, "%d x %d pixels %d times as many each way (expected at most 2^20)", s->H, s->W,
                 s->factor);
        return false;
    }
    s->OH = s->H * s->factor, s->OW = s->W * s->factor;
    return true;
}

static int upsample_print(char *text, size_t room, const struct operator_shape *s) {
    return snprintf(text, room, ",k=%d,bilinear=%d", s->factor, s->bilinear);
}

const struct operator_contract operator_upsample = {
    .help = "k x k times as many pixels: copies, or bilinear",
    .syntax = {1, 1, {{"k", KEY_SIZE, NAN, false}, {"bilinear", KEY_FLAG, 0, false}}},
    .stack = 256,
    .shape = upsample_shape,
    .print = upsample_print,
    .run = upsample_run};
