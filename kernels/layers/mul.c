/* Products: of two tensors element by element, or of each channel with one number (squeeze-and-excite). */
#include <assert.h>
#include <stdint.h>
#include <stdio.h>

#include "kernels/operator.h"
#include "kernels/parallel.h"

#define PIECE 4096 /* floats that one thread handles at a time: 16 KiB of each tensor */

static void mul_elements(float *out, const float *a, const float *b, int64_t n, int threads) {
    PARALLEL_FOR
    for (int64_t first = 0; first < n; first += PIECE)
        for (int64_t i = first; i < n && i < first + PIECE; i++) out[i] = a[i] * b[i];
}

/* Pixels of C channels, each times its factor. */
static void mul_pixels(float *out, const float *in, const float *factor, int pixels, int C, int threads) {
    PARALLEL_FOR
    for (int p = 0; p < pixels; p++) {
        float *to = out + (size_t)p * (size_t)C;
        const float *from = in + (size_t)p * (size_t)C;
        for (int c = 0; c < C; c++) to[c] = from[c] * factor[c];
    }
}

/* Runs of n elements of one channel: run r is of channel r mod C. */
static void mul_runs(float *out, const float *in, const float *factor, int runs, int C, size_t n, int threads) {
    PARALLEL_FOR
    for (int r = 0; r < runs; r++) {
        float *to = out + (size_t)r * n;
        const float *from = in + (size_t)r * n, by = factor[r % C];
        for (size_t i = 0; i < n; i++) to[i] = from[i] * by;
    }
}

/* out may be in[0]. */
static void mul_run(const struct operator_shape *s, enum layout layout, float *out, const float *const *in,
                    const void *stored, const float *bias, void *workspace, int threads) {
    (void)stored, (void)bias, (void)workspace;
    const int C = s->C[0], pixels = s->H * s->W;
    if (!s->broadcast)
        mul_elements(out, in[0], in[1], (int64_t)C * pixels, threads);
    else if (layout == LAYOUT_HWC)
        mul_pixels(out, in[0], in[1], pixels, C, threads);
    else if (layout == LAYOUT_CHW)
        mul_runs(out, in[0], in[1], C, C, (size_t)pixels, threads);
    else
        mul_runs(out, in[0], in[1], C * s->H, C, (size_t)s->W, threads);
}

static bool mul_shape(struct operator_shape *s, const struct operator_layer *l, char wrong[OPERATOR_WRONG]) {
    const bool same = l->in[1].H == s->H && l->in[1].W == s->W, pixel = l->in[1].H == 1 && l->in[1].W == 1;
    s->broadcast = pixel && !same;
    if (l->in[1].C == s->C[0] && (same || pixel)) return true;
    snprintf(wrong, OPERATOR_WRONG, "`%s` is %d x %d x %d (expected the size of `%s`, %d x %d x %d, or %d x 1 x 1)",
             l->in[1].name, l->in[1].C, l->in[1].H, l->in[1].W, l->in[0].name, s->C[0], s->H, s->W, s->C[0]);
    return false;
}

static int mul_print(char *text, size_t room, const struct operator_shape *s) {
    return snprintf(text, room, ",broadcast=%d", s->broadcast);
}

const struct operator_contract operator_mul = {.help = "product, element by element or with one number per channel",
                                               .syntax = {2, 2, {{0}}},
                                               .in_place = 1,
                                               .stack = 256,
                                               .shape = mul_shape,
                                               .print = mul_print,
                                               .run = mul_run};
