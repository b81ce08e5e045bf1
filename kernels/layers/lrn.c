/* Local response normalisation: out = x (bias + alpha / size * sum of x^2 over `size` channels around)^-beta, windows
 * clipped at the ends. The sum is recomputed for every channel, since a running one would lose digits by cancellation.
 * Sums of more than SHORT squares are in double: the error of a float sum grows with its length. */
#include <assert.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "kernels/isa.h"
#include "kernels/operator.h"
#include "kernels/parallel.h"

#define CHUNK 64 /* elements at once: sums stay in registers or L1 */
#define SHORT 16 /* most squares of a sum in float */

#define INLINE static inline __attribute__((always_inline))

/* x^-beta; 3/4, the only exponent in use, without powf. */
INLINE void lrn_scale(float *restrict out, const float *restrict in, const float *restrict sum, int n,
                      const struct operator_shape *s) {
    const float scale = s->alpha / (float)s->size, bias = s->bias;
    if (s->beta == 0.75f) {
        for (int i = 0; i < n; i++) {
            const float root = sqrtf(bias + scale * sum[i]);
            out[i] = in[i] / (root * sqrtf(root));
        }
        return;
    }
    for (int i = 0; i < n; i++) out[i] = in[i] * powf(bias + scale * sum[i], -s->beta);
}

/* The squares of n elements of the channels [first, last], which lie `stride` apart. */
static void lrn_long_row(float *sum, const float *in, size_t stride, int first, int last, int n) {
    double total[CHUNK] = {0};
    for (int d = first; d <= last; d++) {
        const float *x = in + (size_t)d * stride;
        for (int j = 0; j < n; j++) total[j] += (double)x[j] * (double)x[j];
    }
    for (int j = 0; j < n; j++) sum[j] = (float)total[j];
}

/* Sums of squares over a window around each of the n channels from c on, which are adjacent. */
static void lrn_long_pixel(float *sum, const float *in, int C, int c, int n, int before, int after) {
    for (int j = 0; j < n; j++) {
        const int m = c + j, first = m > before ? m - before : 0, last = m < C - after ? m + after : C - 1;
        lrn_long_row(sum + j, in, 1, first, last, 1);
    }
}

/* n adjacent elements of each channel; channels lie `stride` apart. over: out is in; then each element is copied before
 * it is written over, and a window is in the copies of the latest SHORT channels. */
INLINE void lrn_short_row(float *out, const float *in, size_t stride, const struct operator_shape *s, int n,
                          const bool over) {
    const int C = s->C[0], before = (s->size - 1) / 2, after = s->size - 1 - before;
    float kept[SHORT][CHUNK];
    for (int c = 0, copied = 0; c < C; c++) {
        float sum[CHUNK] = {0};
        const int last = c < C - after ? c + after : C - 1;
        for (; over && copied <= last; copied++)
            memcpy(kept[copied % SHORT], in + (size_t)copied * stride, sizeof(float) * (size_t)n);
        for (int d = c > before ? c - before : 0; d <= last; d++) {
            const float *x = over ? kept[d % SHORT] : in + (size_t)d * stride;
            for (int j = 0; j < n; j++) sum[j] += x[j] * x[j];
        }
        lrn_scale(out + (size_t)c * stride, over ? kept[c % SHORT] : in + (size_t)c * stride, sum, n, s);
    }
}

/* W adjacent elements of one channel; channels lie `stride` apart. */
INLINE void lrn_row(float *out, const float *in, size_t stride, const struct operator_shape *s) {
    const int W = s->W, C = s->C[0], before = (s->size - 1) / 2, after = s->size - 1 - before;
    for (int i = 0; i < W; i += CHUNK) {
        const int n = W - i < CHUNK ? W - i : CHUNK;
        if (s->size <= SHORT && out == in) lrn_short_row(out + i, in + i, stride, s, n, true);
        if (s->size <= SHORT && out != in) lrn_short_row(out + i, in + i, stride, s, n, false);
        for (int c = 0; c < C && s->size > SHORT; c++) {
            float sum[CHUNK];
            lrn_long_row(sum, in + i, stride, c > before ? c - before : 0, c < C - after ? c + after : C - 1, n);
            lrn_scale(out + (size_t)c * stride + i, in + (size_t)c * stride + i, sum, n, s);
        }
    }
}

/* The C adjacent channels of one pixel. x: those of a chunk and of the windows that reach out of it, zeros outside the
 * pixel; what lies before the chunk may have been overwritten, and is taken over from the chunk before. */
INLINE void lrn_short_pixel(float *out, const float *in, const struct operator_shape *s) {
    const int C = s->C[0], before = (s->size - 1) / 2, after = s->size - 1 - before;
    float x[CHUNK + SHORT] = {0};
    for (int c = 0; c < C; c += CHUNK) {
        const int n = C - c < CHUNK ? C - c : CHUNK, there = C - c < n + after ? C - c : n + after;
        float sum[CHUNK] = {0};
        if (c > 0) memmove(x, x + CHUNK, sizeof(float) * (size_t)before);
        memcpy(x + before, in + c, sizeof(float) * (size_t)there);
        memset(x + before + there, 0, sizeof(float) * (size_t)(n + after - there));
        for (int d = 0; d < s->size; d++)
            for (int j = 0; j < n; j++) sum[j] += x[d + j] * x[d + j];
        lrn_scale(out + c, x + before, sum, n, s);
    }
}

INLINE void lrn_pixel(float *out, const float *in, const struct operator_shape *s) {
    const int C = s->C[0], before = (s->size - 1) / 2, after = s->size - 1 - before;
    if (s->size <= SHORT) {
        lrn_short_pixel(out, in, s);
        return;
    }
    for (int c = 0; c < C; c += CHUNK) {
        const int n = C - c < CHUNK ? C - c : CHUNK;
        float sum[CHUNK];
        lrn_long_pixel(sum, in, C, c, n, before, after);
        lrn_scale(out + c, in + c, sum, n, s);
    }
}

/* All of row h. */
INLINE void lrn_plane(const struct operator_shape *s, enum layout layout, float *out, const float *in, int h) {
    const int C = s->C[0], H = s->H, W = s->W;
    const size_t first = layout_index(layout, C, H, W, 0, h, 0);
    if (layout != LAYOUT_HWC) {
        lrn_row(out + first, in + first, layout_index(layout, C, H, W, 1, 0, 0), s);
        return;
    }
    for (int w = 0; w < W; w++) {
        const size_t pixel = first + (size_t)w * (size_t)C;
        lrn_pixel(out + pixel, in + pixel, s);
    }
}

/* Square roots and divisions dominate: with vectors twice as wide they take half the time. */
typedef void lrn_function(const struct operator_shape *s, enum layout layout, float *out, const float *in, int h);
static void lrn_plain(const struct operator_shape *s, enum layout layout, float *out, const float *in, int h) {
    lrn_plane(s, layout, out, in, h);
}
#if ISA_HAS_AVX2 || ISA_HAS_AVX512
ISA_TARGET_AVX2 static void lrn_avx2(const struct operator_shape *s, enum layout layout, float *out, const float *in,
                                     int h) {
    lrn_plane(s, layout, out, in, h);
}
#else
#define lrn_avx2 lrn_plain
#endif

static void lrn_run(const struct operator_shape *s, enum layout layout, float *out, const float *const *in,
                    const void *stored, const float *bias, void *workspace, int threads) {
    (void)stored, (void)bias, (void)workspace;
    assert(s->size >= 1 && s->M == s->C[0]);
    lrn_function *const plane = isa_code() >= ISA_AVX2 ? lrn_avx2 : lrn_plain;
    const int H = s->H;
    const float *x = in[0];
    PARALLEL_FOR
    for (int h = 0; h < H; h++) plane(s, layout, out, x, h);
}

/* Row by row, and within a row each element is read for the last time before it is written; but longer windows would
 * need more copies than the stack has room for. */
static bool lrn_over(const struct operator_shape *s, int threads) {
    (void)threads;
    return s->size <= SHORT;
}

enum { LRN_SIZE, LRN_ALPHA, LRN_BETA, LRN_BIAS }; /* keys */

static bool lrn_shape(struct operator_shape *s, const struct operator_layer *l, char wrong[OPERATOR_WRONG]) {
    s->size = (int)l->value[LRN_SIZE];
    s->alpha = (float)l->value[LRN_ALPHA];
    s->beta = (float)l->value[LRN_BETA];
    s->bias = (float)l->value[LRN_BIAS];
    if (s->size % 2 == 0)
        snprintf(wrong, OPERATOR_WRONG, "size %d of lrn is even (expected an odd number)", s->size);
    else if (!(s->bias > 0))
        snprintf(wrong, OPERATOR_WRONG, "bias %g of lrn is not positive (expected more than 0)", (double)s->bias);
    else
        return true;
    return false;
}

static int lrn_print(char *text, size_t room, const struct operator_shape *s) {
    return snprintf(text, room, ",size=%d,alpha=%g,beta=%g,bias=%g", s->size, (double)s->alpha, (double)s->beta,
                    (double)s->bias);
}

const struct operator_contract operator_lrn = {.help = "local response normalisation across channels",
                                               .syntax = {1,
                                                          1,
                                                          {{"size", KEY_SIZE, 5, false},
                                                           {"alpha", KEY_REAL, 1e-4, false},
                                                           {"beta", KEY_REAL, 0.75, false},
                                                           {"bias", KEY_REAL, 1, false}}},
                                               .by_rows = true,
                                               .stack = 6144,
                                               .shape = lrn_shape,
                                               .print = lrn_print,
                                               .over = lrn_over,
                                               .run = lrn_run};
