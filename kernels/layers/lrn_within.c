/* Local response normalisation within a channel: out = x (bias + alpha / size^2 * sum of x^2 over the size x size pixels
 * around)^-beta, windows clipped at the edges. As Caffe's WITHIN_CHANNEL. Written for few small layers: the sum is
 * recomputed for every pixel, in double. */
#include <assert.h>
#include <math.h>
#include <stdint.h>
#include <stdio.h>

#include "kernels/arithmetic.h"
#include "kernels/operator.h"
#include "kernels/parallel.h"

static float lrn_within_pixel(const struct operator_shape *s, enum layout layout, const float *in, int c, int h,
                              int w) {
    const int reach = s->size / 2;
    double sum = 0;
    for (int y = most_of(h - reach, 0); y <= least_of(h + reach, s->H - 1); y++)
        for (int x = most_of(w - reach, 0); x <= least_of(w + reach, s->W - 1); x++) {
            const double value = (double)in[layout_index(layout, s->C[0], s->H, s->W, c, y, x)];
            sum += value * value;
        }
    const double scale = (double)s->bias + (double)s->alpha / ((double)s->size * s->size) * sum;
    return (float)((double)in[layout_index(layout, s->C[0], s->H, s->W, c, h, w)] * pow(scale, -(double)s->beta));
}

static void lrn_within_run(const struct operator_shape *s, enum layout layout, float *out, const float *const *in,
                           const void *stored, const float *bias, void *workspace, int threads) {
    (void)stored, (void)bias, (void)workspace;
    const int C = s->C[0], H = s->H;
    const float *x = in[0];
    assert(s->size % 2 == 1 && x != out);
    PARALLEL_FOR
    for (int h = 0; h < H; h++)
        for (int w = 0; w < s->W; w++)
            for (int c = 0; c < C; c++)
                out[layout_index(layout, C, H, s->W, c, h, w)] = lrn_within_pixel(s, layout, x, c, h, w);
}

enum { LRN_WITHIN_SIZE, LRN_WITHIN_ALPHA, LRN_WITHIN_BETA }; /* keys */

static bool lrn_within_shape(struct operator_shape *s, const struct operator_layer *l, char wrong[OPERATOR_WRONG]) {
    s->size = (int)l->value[LRN_WITHIN_SIZE];
    s->alpha = (float)l->value[LRN_WITHIN_ALPHA];
    s->beta = (float)l->value[LRN_WITHIN_BETA];
    s->bias = 1;
    if (s->size % 2 == 1) return true;
    snprintf(wrong, OPERATOR_WRONG, "size %d of lrn_within is even (expected an odd number)", s->size);
    return false;
}

static int lrn_within_print(char *text, size_t room, const struct operator_shape *s) {
    return snprintf(text, room, ",size=%d,alpha=%g,beta=%g", s->size, (double)s->alpha, (double)s->beta);
}

const struct operator_contract operator_lrn_within = {
    .help = "local response normalisation within a channel",
    .syntax = {1, 1, {{"size", KEY_SIZE, 5, false}, {"alpha", KEY_REAL, 1, false}, {"beta", KEY_REAL, 0.75, false}}},
    .stack = 512,
    .shape = lrn_within_shape,
    .print = lrn_within_print,
    .run = lrn_within_run};
