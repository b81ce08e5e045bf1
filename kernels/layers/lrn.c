/* Local response normalisation: out = x (bias + alpha / size * sum of x^2 over `size` channels around)^-beta, windows
 * clipped at the ends. The sum is recomputed for every channel, since a running one would lose digits by cancellation.
 * Sums of more than SHORT squares are in double: the error of a float sum grows with its length. */
#include <assert.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "kernels/arithmetic.h"
#include "kernels/isa.h"
#include "kernels/operator.h"
#include "kernels/parallel.h"
#include "kernels/unroll.h"

#define CHUNK 32  /* elements at once */
#define WIDE  256 /* the same, if they need not be copied */
#define ROOM  768 /* floats: copies of pixels of HWC */
#define SHORT 16  /* most squares of a sum in float */
#define KEPT  18  /* channels: copies of a row that is written over */

struct lrn {
    int C, size, before, after; /* channels of a window, on either side */
    float scale, bias, beta;    /* out = x (bias + scale * sum)^-beta */
    bool usual;                 /* beta is 3/4, as in all networks known */
};

static struct lrn lrn_of(const struct operator_shape *s) {
    const int before = (s->size - 1) / 2;
    return (struct lrn){.C = s->C[0],
                        .size = s->size,
                        .before = before,
                        .after = s->size - 1 - before,
                        .scale = s->alpha / (float)s->size,
                        .bias = s->bias,
                        .beta = s->beta,
                        .usual = s->beta == 0.75f};
}

/* --- short windows --- */

#define LRN_NAME(x) lrn_plain_##x
#define LRN_TARGET
#define LRN_V 4
#include "kernels/layers/lrn_short.inc"
#if ISA_HAS_AVX2
#define LRN_NAME(x) lrn_avx2_##x
#define LRN_TARGET  ISA_TARGET_AVX2
#define LRN_V       8
#include "kernels/layers/lrn_short.inc"
#endif
#if ISA_HAS_AVX512
#define LRN_NAME(x) lrn_avx512_##x
#define LRN_TARGET  ISA_TARGET_AVX512
#define LRN_V       16
#include "kernels/layers/lrn_short.inc"
#endif

static void lrn_elements(const struct lrn *l, float *to, const float *at, const float *first, size_t apart, int terms,
                         int n) {
    assert(terms >= 1 && terms <= SHORT && n >= 1);
#if ISA_HAS_AVX512
    if (isa_code() == ISA_AVX512 && (n >= 16 || !ISA_HAS_AVX2)) { /* shorter vectors give the same bits */
        lrn_avx512_run(l, to, at, first, apart, terms, n);
        return;
    }
#endif
#if ISA_HAS_AVX2
    if (isa_code() >= ISA_AVX2) {
        lrn_avx2_run(l, to, at, first, apart, terms, n);
        return;
    }
#endif
    lrn_plain_run(l, to, at, first, apart, terms, n);
}

/* n adjacent elements of each channel; channels lie `stride` apart. */
static void lrn_short_row(const struct lrn *l, float *out, const float *in, size_t stride, int n) {
    for (int c = 0; c < l->C; c++) {
        const int first = most_of(0, c - l->before), last = least_of(l->C - 1, c + l->after);
        lrn_elements(l, out + (size_t)c * stride, in + (size_t)c * stride, in + (size_t)first * stride, stride,
                     last - first + 1, n);
    }
}

/* The same where out is in: a window is in copies, made before an element is written over, and moved up when they have
 * reached the end of the room for them. */
static void lrn_short_row_over(const struct lrn *l, float *x, size_t stride, int n) {
    float kept[KEPT][CHUNK];
    for (int c = 0, base = 0, have = 0; c < l->C; c++) { /* channels [base, have) are kept */
        const int first = most_of(0, c - l->before), last = least_of(l->C - 1, c + l->after);
        if (last - base >= KEPT) {
            memmove(kept[0], kept[first - base], sizeof kept[0] * (size_t)(have - first));
            base = first;
        }
        for (; have <= last; have++) memcpy(kept[have - base], x + (size_t)have * stride, sizeof(float) * (size_t)n);
        lrn_elements(l, x + (size_t)c * stride, kept[c - base], kept[first - base], CHUNK, last - first + 1, n);
    }
}

/* `pixels` adjacent pixels of HWC of few channels: some at a time are copied, each with zeros on both sides. All are
 * copied before the first is read, or the processor would wait for what it has just written in other pieces. */
static void lrn_short_pixels(const struct lrn *l, float *out, const float *in, int pixels) {
    const int line = l->C + l->size - 1, most = ROOM / line;
    float room[ROOM];
    assert(line <= ROOM);
    memset(room, 0, sizeof(float) * (size_t)(least_of(most, pixels) * line));
    for (int i = 0; i < pixels; i += most) {
        const int n = least_of(most, pixels - i);
        for (int p = 0; p < n; p++)
            memcpy(room + p * line + l->before, in + (size_t)(i + p) * (size_t)l->C, sizeof(float) * (size_t)l->C);
        for (int p = 0; p < n; p++)
            lrn_elements(l, out + (size_t)(i + p) * (size_t)l->C, room + p * line + l->before, room + p * line, 1,
                         l->size, l->C);
    }
}

/* A pixel of many channels, a chunk at a time; what lies before a chunk may have been written over, and is taken over
 * from the chunk before. */
static void lrn_short_pixel(const struct lrn *l, float *out, const float *in) {
    const int most = ROOM - l->size + 1;
    float room[ROOM] = {0};
    for (int c = 0; c < l->C; c += most) {
        const int n = least_of(l->C - c, most), there = least_of(l->C - c, n + l->after);
        if (c > 0) memmove(room, room + most, sizeof(float) * (size_t)l->before);
        memcpy(room + l->before, in + c, sizeof(float) * (size_t)there);
        memset(room + l->before + there, 0, sizeof(float) * (size_t)(n + l->after - there));
        lrn_elements(l, out + c, room + l->before, room, 1, l->size, n);
    }
}

/* --- long windows, one element at a time --- */

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

static void lrn_scale(const struct lrn *l, float *out, const float *in, const float *sum, int n) {
    for (int i = 0; i < n; i++) out[i] = in[i] * powf(l->bias + l->scale * sum[i], -l->beta);
}

/* n adjacent elements of each channel; channels lie `stride` apart. */
static void lrn_long(const struct lrn *l, float *out, const float *in, size_t stride, int n) {
    float sum[CHUNK];
    for (int c = 0; c < l->C; c++) {
        lrn_long_row(sum, in, stride, most_of(0, c - l->before), least_of(l->C - 1, c + l->after), n);
        lrn_scale(l, out + (size_t)c * stride, in + (size_t)c * stride, sum, n);
    }
}

/* The C adjacent channels of a pixel. */
static void lrn_long_channels(const struct lrn *l, float *out, const float *in) {
    float sum[CHUNK];
    for (int c = 0; c < l->C; c += CHUNK) {
        const int n = least_of(l->C - c, CHUNK);
        lrn_long_pixel(sum, in, l->C, c, n, l->before, l->after);
        lrn_scale(l, out + c, in + c, sum, n);
    }
}

/* --- all of them --- */

/* Pixels that are computed together where channels are not adjacent. */
static int lrn_most(const struct lrn *l, bool over) {
    return l->size <= SHORT && !over ? WIDE : CHUNK;
}

/* n such pixels, which are adjacent and begin at out and in; channels lie `stride` apart. */
static void lrn_chunk(const struct lrn *l, float *out, const float *in, size_t stride, int n) {
    if (l->size > SHORT)
        lrn_long(l, out, in, stride, n);
    else if (out == in)
        lrn_short_row_over(l, out, stride, n);
    else
        lrn_short_row(l, out, in, stride, n);
}

/* A row of HCW, whose channels lie one after the other. */
static void lrn_row(const struct lrn *l, float *out, const float *in, int W) {
    const int most = lrn_most(l, out == in);
    for (int i = 0; i < W; i += most) lrn_chunk(l, out + i, in + i, (size_t)W, least_of(W - i, most));
}

/* CHW: rows are adjacent, too. */
static void lrn_planes(const struct lrn *l, float *out, const float *in, int pixels, int threads) {
    const int most = lrn_most(l, out == in), chunks = divide_up(pixels, most);
    (void)threads; /* without OpenMP */
    PARALLEL_FOR
    for (int i = 0; i < chunks; i++)
        lrn_chunk(l, out + i * most, in + i * most, (size_t)pixels, least_of(pixels - i * most, most));
}

/* n adjacent pixels of HWC. */
static void lrn_pixels(const struct lrn *l, float *out, const float *in, int n) {
    if (l->size <= SHORT && l->C + l->size - 1 <= ROOM) {
        lrn_short_pixels(l, out, in, n);
        return;
    }
    for (int i = 0; i < n; i++)
        (l->size <= SHORT ? lrn_short_pixel : lrn_long_channels)(l, out + (size_t)i * (size_t)l->C,
                                                                 in + (size_t)i * (size_t)l->C);
}

static void lrn_run(const struct operator_shape *s, enum layout layout, float *out, const float *const *in,
                    const void *stored, const float *bias, void *workspace, int threads) {
    (void)stored, (void)bias, (void)workspace;
    assert(s->size >= 1 && s->M == s->C[0]);
    const struct lrn l = lrn_of(s);
    const int H = s->H, W = s->W;
    const size_t row = (size_t)W * (size_t)l.C;
    const float *x = in[0];
    if (layout == LAYOUT_CHW) {
        lrn_planes(&l, out, x, H * W, threads);
        return;
    }
    PARALLEL_FOR
    for (int h = 0; h < H; h++)
        (layout == LAYOUT_HWC ? lrn_pixels : lrn_row)(&l, out + (size_t)h * row, x + (size_t)h * row, W);
}

/* Chunk by chunk, and within one each element is read for the last time before it is written; but longer windows would
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
                                               .stack = 5120,
                                               .shape = lrn_shape,
                                               .print = lrn_print,
                                               .over = lrn_over,
                                               .run = lrn_run};
