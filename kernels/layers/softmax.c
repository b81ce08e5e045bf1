#include <math.h>

#include "kernels/operator.h"
#include "kernels/parallel.h"

/* Channels are `stride` floats apart. Subtracting the maximum keeps exp within range and changes nothing else. In place
 * is allowed: an element is read for the last time when its exponential is written. */
static void softmax_pixel(float *out, const float *in, int C, size_t stride) {
    float most = in[0];
    for (int c = 1; c < C; c++) most = in[(size_t)c * stride] > most ? in[(size_t)c * stride] : most;
    double sum = 0.0;
    for (int c = 0; c < C; c++) {
        const float e = expf(in[(size_t)c * stride] - most);
        out[(size_t)c * stride] = e;
        sum += (double)e;
    }
    const float scale = (float)(1.0 / sum);
    for (int c = 0; c < C; c++) out[(size_t)c * stride] *= scale;
}

static void softmax_run(const struct operator_shape *s, enum layout layout, float *out, const float *const *in,
                        const void *stored, const float *bias, void *workspace, int threads) {
    (void)stored, (void)bias, (void)workspace;
    const int C = s->C[0], H = s->H, W = s->W;
    const size_t stride = layout_index(layout, 2, H, W, 1, 0, 0);
    PARALLEL_FOR
    for (int h = 0; h < H; h++)
        for (int w = 0; w < W; w++) {
            const size_t first = layout_index(layout, C, H, W, 0, h, w);
            softmax_pixel(out + first, in[0] + first, C, stride);
        }
}

const struct operator_contract operator_softmax = {
    .help = "exp(x - max) / sum over the channels of each pixel",
    .syntax = {1, 1, {{0}}},
    .in_place = 1,
    .by_rows = true,
    .stack = 512,
    .run = softmax_run,
};
