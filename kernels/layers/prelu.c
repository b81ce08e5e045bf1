/* Leaky ReLU whose slope is a weight of each channel: x where x > 0, else slope x (He et al. 2015). NaN gives NaN. */
#include <assert.h>
#include <stdint.h>

#include "kernels/operator.h"
#include "kernels/parallel.h"

static size_t prelu_raw(const struct operator_shape *s) {
    return (size_t)s->C[0];
}

static size_t prelu_weights(const struct operator_shape *s, enum layout layout) {
    (void)layout;
    return sizeof(float) * (size_t)s->C[0];
}

static void prelu_prepare(const struct operator_shape *s, enum layout layout, void *stored, const float *weights) {
    memcpy(stored, weights, prelu_weights(s, layout));
}

/* out may be in[0]. */
static void prelu_run(const struct operator_shape *s, enum layout layout, float *out, const float *const *in,
                      const void *stored, const float *bias, void *workspace, int threads) {
    (void)bias, (void)workspace;
    const int C = s->C[0], pixels = s->H * s->W, runs = layout == LAYOUT_CHW ? C : C * s->H;
    const size_t n = layout == LAYOUT_CHW ? (size_t)pixels : (size_t)s->W;
    const float *slope = stored, *x = in[0];
    assert(s->M == C);
    if (layout == LAYOUT_HWC) {
        PARALLEL_FOR
        for (int p = 0; p < pixels; p++)
            for (int c = 0; c < C; c++) {
                const size_t i = (size_t)p * (size_t)C + (size_t)c;
                out[i] = x[i] > 0 ? x[i] : slope[c] * x[i];
            }
        return;
    }
    PARALLEL_FOR
    for (int r = 0; r < runs; r++) { /* run r is of channel r mod C */
        const float by = slope[r % C];
        for (size_t i = (size_t)r * n; i < (size_t)(r + 1) * n; i++) out[i] = x[i] > 0 ? x[i] : by * x[i];
    }
}

const struct operator_contract operator_prelu = {.help = "x if x > 0, else slope x; a slope for each channel",
                                                 .syntax = {1, 1, {{0}}},
                                                 .in_place = 1,
                                                 .by_rows = true,
                                                 .stack = 256,
                                                 .raw = prelu_raw,
                                                 .weights = prelu_weights,
                                                 .prepare = prelu_prepare,
                                                 .run = prelu_run};
