/* A factor and a shift for each channel: batch norm that no convolution takes in. */
#include <assert.h>
#include <stdint.h>
#include <stdio.h>

#include "kernels/operator.h"
#include "kernels/parallel.h"

static size_t scale_raw(const struct operator_shape *s) {
    return (size_t)s->C[0];
}

static size_t scale_weights(const struct operator_shape *s, enum layout layout) {
    (void)layout;
    return sizeof(float) * (size_t)s->C[0];
}

static void scale_prepare(const struct operator_shape *s, enum layout layout, void *stored, const float *weights) {
    memcpy(stored, weights, scale_weights(s, layout));
}

/* n elements of channel c, then the activation. */
static void scale_row(float *out, const float *in, float factor, float shift, size_t n, struct activation f) {
    for (size_t i = 0; i < n; i++) out[i] = in[i] * factor + shift;
    if (f.kind != ACTIVATION_NONE) activation_run(f, out, out, n);
}

static void scale_pixel(float *out, const float *in, const float *factor, const float *shift, int C,
                        struct activation f) {
    for (int c = 0; c < C; c++) out[c] = in[c] * factor[c] + (shift ? shift[c] : 0.0f);
    if (f.kind != ACTIVATION_NONE) activation_run(f, out, out, (size_t)C);
}

/* out may be in[0]. */
static void scale_run(const struct operator_shape *s, enum layout layout, float *out, const float *const *in,
                      const void *stored, const float *bias, void *workspace, int threads) {
    (void)workspace;
    const int C = s->C[0], pixels = s->H * s->W, runs = layout == LAYOUT_CHW ? C : C * s->H;
    const size_t n = layout == LAYOUT_CHW ? (size_t)pixels : (size_t)s->W;
    const float *factor = stored, *x = in[0];
    const struct activation f = s->activation;
    if (layout == LAYOUT_HWC) {
        PARALLEL_FOR
        for (int p = 0; p < pixels; p++)
            scale_pixel(out + (size_t)p * (size_t)C, x + (size_t)p * (size_t)C, factor, bias, C, f);
        return;
    }
    PARALLEL_FOR
    for (int r = 0; r < runs; r++) /* run r is of channel r mod C */
        scale_row(out + (size_t)r * n, x + (size_t)r * n, factor[r % C], bias ? bias[r % C] : 0.0f, n, f);
}

static int scale_print(char *text, size_t room, const struct operator_shape *s) {
    return snprintf(text, room, ",relu=%d", s->activation.kind != ACTIVATION_NONE);
}

const struct operator_contract operator_scale = {.help = "factor and shift for each channel",
                                                 .syntax = {1, 1, {{"bias", KEY_FLAG, 1, false}}},
                                                 .bias_key = "bias",
                                                 .fuses = true,
                                                 .in_place = 1,
                                                 .by_rows = true,
                                                 .stack = 256,
                                                 .print = scale_print,
                                                 .raw = scale_raw,
                                                 .weights = scale_weights,
                                                 .prepare = scale_prepare,
                                                 .run = scale_run};
