#include <math.h>

#include "kernels/layers/layers.h"
#include "kernels/parallel.h"

/* The output is `outer` blocks, each made of one run of every input: CHW 1 block of C H W; HWC a block a pixel, runs of
 * C; HCW a block a row, runs of C W. */
void channels_concat(const struct operator_shape *s, enum layout layout, float *out, const float *const *in,
                     int threads) {
    const size_t pixels = (size_t)s->H * (size_t)s->W;
    const size_t unit = layout == LAYOUT_CHW ? pixels : layout == LAYOUT_HCW ? (size_t)s->W : 1;
    const int outer = (int)(pixels / unit);
    size_t block = 0;
    for (int i = 0; i < s->inputs; i++) block += (size_t)s->C[i] * unit;
    PARALLEL_FOR
    for (int o = 0; o < outer; o++) {
        float *at = out + (size_t)o * block;
        for (int i = 0; i < s->inputs; i++) {
            const size_t run = (size_t)s->C[i] * unit;
            memcpy(at, in[i] + (size_t)o * run, sizeof(float) * run);
            at += run;
        }
    }
}

/* Channels lie `stride` floats apart. Subtracting the maximum keeps exp within range and changes nothing else. */
static void channels_softmax_pixel(float *out, const float *in, int C, size_t stride) {
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

void channels_softmax(const struct operator_shape *s, enum layout layout, float *out, const float *in, int threads) {
    const int C = s->C[0], H = s->H, W = s->W;
    const size_t stride = layout_index(layout, 2, H, W, 1, 0, 0);
    PARALLEL_FOR
    for (int h = 0; h < H; h++)
        for (int w = 0; w < W; w++) {
            const size_t first = layout_index(layout, C, H, W, 0, h, w);
            channels_softmax_pixel(out + first, in + first, C, stride);
        }
}
