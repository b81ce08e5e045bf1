/* Pooling. Window (oh, ow) spans rows [oh Sh - Pt, oh Sh - Pt + Kh), clipped to H + Pb as Caffe does where sizes are
 * rounded up, and then to the input; columns alike. The mean divides by the pixels of the first clipping (count_pad) or
 * by those of the second.
 *
 * HWC: a window is a few runs of C floats, combined run by run. CHW and HCW: the Kh rows of a window row are combined
 * into one with its padding, a piece of PIECE floats at a time (vectors along W), then Kw neighbours in it give an
 * output.
 *
 * A sum in float has at most SHORT terms, or, in CHW and HCW, at most SHORT in all of a sum down and one across; longer
 * ones continue in double: the error of a float sum grows with its length (the mean of a million times 0.1 was
 * 0.100958). */
#include <assert.h>
#include <math.h>
#include <stdint.h>
#include <stdio.h>

#include "kernels/arithmetic.h"
#include "kernels/isa.h"
#include "kernels/operator.h"
#include "kernels/parallel.h"
#include "kernels/unroll.h"

/* Channels at once in HWC: with 16, gcc 12 unrolls the loop before vectorising it, which is three times slower. */
#define CHUNK 32
#define PIECE 512 /* floats of a combined row at once */
#define SHORT 16  /* 15 roundings: within 9e-7 of the sum of magnitudes */

struct window {
    int from, to; /* within the input */
    int counted;  /* pixels for the mean */
};

static struct window pool_window(const struct operator_shape *s, int first, int kernel, int size, int after) {
    if (s->kernel == 0) return (struct window){0, size, size};
    const int last = first + kernel < size + after ? first + kernel : size + after;
    struct window w = {first > 0 ? first : 0, last < size ? last : size, last - first};
    if (w.to < w.from) w.to = w.from;
    if (!s->count_pad) w.counted = w.to - w.from;
    return w;
}

static struct window pool_rows(const struct operator_shape *s, int oh) {
    return pool_window(s, oh * s->stride - s->pad.top, s->kernel, s->H, s->pad.bottom);
}

static struct window pool_columns(const struct operator_shape *s, int ow) {
    return pool_window(s, ow * operator_stride_w(s) - s->pad.left, operator_kernel_w(s), s->W, s->pad.right);
}

static void pool_max(float *restrict most, const float *restrict x, int n) {
    for (int i = 0; i < n; i++) most[i] = x[i] > most[i] ? x[i] : most[i];
}

static void pool_add(float *restrict sum, const float *restrict x, int n) {
    for (int i = 0; i < n; i++) sum[i] += x[i];
}

static double pool_counted(struct window h, struct window w) {
    return (double)h.counted * (double)w.counted;
}

#include "kernels/layers/pool_hwc.inc"
#include "kernels/layers/pool_lines.inc"

static void pool_run(const struct operator_shape *s, enum layout layout, float *out, const float *const *in,
                     const void *stored, const float *bias, void *workspace, int threads) {
    (void)stored, (void)bias, (void)workspace;
    assert(s->M == s->C[0] && (s->kernel > 0 || (s->OH == 1 && s->OW == 1)));
    assert(s->kernel == 0 || (s->pad.top < s->kernel && s->pad.left < operator_kernel_w(s) && s->stride > 0));
    if (layout == LAYOUT_HWC) {
        pool_hwc(s, out, in[0], threads);
        return;
    }
    const int C = s->C[0], OH = s->OH;
    const bool is_long = pool_is_long(s);
    const int64_t rows = (int64_t)C * OH;
    PARALLEL_FOR
    for (int64_t row = 0; row < rows; row++) { /* in the order in which they lie in the output */
        const int c = (int)(layout == LAYOUT_CHW ? row / OH : row % C),
                  oh = (int)(layout == LAYOUT_CHW ? row % OH : row / C);
        (is_long ? pool_long_row : pool_row)(s, out + row * s->OW, in[0] + layout_index(layout, C, s->H, s->W, c, 0, 0),
                                             layout_index(layout, C, 2, s->W, 0, 1, 0), oh);
    }
}

/* Outputs come in the order in which they lie, each when its window has been read; threads would not keep the order. */
static bool pool_over(const struct operator_shape *s, int threads) {
    return threads == 1 &&
           (s->kernel == 0 || padding_leads(&s->pad, s->stride, operator_stride_w(s), s->H, s->W, s->OH, s->OW));
}

/* --- global means, whose rows come one after another --- */

static size_t pool_state(const struct operator_shape *s) {
    return s->kernel == 0 ? (size_t)s->C[0] * sizeof(double) : 0;
}

/* n channels of HWC; the state has the alignment of a float only. */
static inline __attribute__((always_inline)) void pool_accumulate_channels(const struct operator_shape *s, float *out,
                                                                           const float *in, char *state, int from,
                                                                           int to, int n) {
    const size_t C = (size_t)s->C[0], bytes = (size_t)n * sizeof(double);
    double sum[CHUNK] = {0};
    if (from > 0) memcpy(sum, state, bytes);
    for (int y = 0; y < to - from; y++) pool_sum_channels(sum, in + (size_t)y * (size_t)s->W * C, C, s->W, n);
    memcpy(state, sum, bytes);
    const double scale = 1.0 / pool_counted(pool_rows(s, 0), pool_columns(s, 0));
    for (int i = 0; i < n && to == s->H; i++) out[i] = (float)(sum[i] * scale);
}

/* The rows of one channel, in CHW or HCW. */
static void pool_accumulate_rows(const struct operator_shape *s, float *out, const float *in, size_t stride,
                                 char *state, int from, int to) {
    double sum = 0;
    if (from > 0) memcpy(&sum, state, sizeof sum);
    for (int y = 0; y < to - from; y++) sum += pool_sum_pixels(in + (size_t)y * stride, s->W);
    memcpy(state, &sum, sizeof sum);
    if (to == s->H) *out = (float)(sum / pool_counted(pool_rows(s, 0), pool_columns(s, 0)));
}

static void pool_accumulate(const struct operator_shape *s, enum layout layout, float *out, const float *in,
                            void *state, int from, int to, int threads) {
    const int C = s->C[0], rows = to - from;
    char *sum = state;
    assert(s->kernel == 0 && 0 <= from && from < to && to <= s->H);
    if (layout != LAYOUT_HWC) {
        PARALLEL_FOR
        for (int c = 0; c < C; c++)
            pool_accumulate_rows(s, out + c, in + layout_index(layout, C, rows, s->W, c, 0, 0),
                                 layout_index(layout, C, 2, s->W, 0, 1, 0), sum + (size_t)c * sizeof(double), from, to);
        return;
    }
    PARALLEL_FOR
    for (int c = 0; c < C; c += CHUNK) {
        char *chunk = sum + (size_t)c * sizeof(double);
        if (C - c >= CHUNK)
            pool_accumulate_channels(s, out + c, in + c, chunk, from, to, CHUNK);
        else
            pool_accumulate_channels(s, out + c, in + c, chunk, from, to, C - c);
    }
}

/* --- the contract --- */

enum {
    POOL_K,
    POOL_S = POOL_K + 3,
    POOL_P = POOL_S + 3,
    POOL_CEIL = POOL_P + 5,
    POOL_GLOBAL,
    POOL_PAD
}; /* keys; the last is avgpool's */

#define POOL_KEYS                                                                                                      \
    OPERATOR_PAIR("k", NAN), OPERATOR_PAIR("s", 1), OPERATOR_PADDING, {"ceil", KEY_FLAG, 0, false}, {                  \
        "global", KEY_FLAG, 0, false                                                                                   \
    }

/* Caffe's rule: rounded up, the last window must begin inside the padded input, else it is left out. */
static int pool_size(bool ceil, int kernel, int stride, int size, int before, int after) {
    const int out = (size + before + after - kernel + (ceil ? stride - 1 : 0)) / stride + 1;
    return ceil && (out - 1) * (int64_t)stride >= size + before ? out - 1 : out;
}

static bool pool_global(struct operator_shape *s, const struct operator_layer *l, char wrong[OPERATOR_WRONG]) {
    for (int key = POOL_K; key <= POOL_CEIL; key++)
        if (l->given[key]) {
            snprintf(wrong, OPERATOR_WRONG, "a global pool has no `%s` (expected only `global=1`)",
                     operator_maxpool.syntax.key[key].name);
            return false;
        }
    s->OH = s->OW = 1;
    return true;
}

/* "3", or "3 x 2". */
static const char *pool_pair(char text[32], const char *between, int down, int across) {
    if (down == across)
        snprintf(text, 32, "%d", down);
    else
        snprintf(text, 32, "%d%s%d", down, between, across);
    return text;
}

/* Does every window hold a pixel, and the padded input a window? */
static bool pool_fits(const struct operator_shape *s, char wrong[OPERATOR_WRONG]) {
    const struct padding *p = &s->pad;
    const int down = most_of(p->top, p->bottom), across = most_of(p->left, p->right), kernel_w = operator_kernel_w(s);
    char pad[PADDING_TEXT], kernel[32];
    if (down >= s->kernel || across >= kernel_w) {
        snprintf(wrong, OPERATOR_WRONG, "padding %d is as large as the kernel (expected less than %d)",
                 down >= s->kernel ? down : across, down >= s->kernel ? s->kernel : kernel_w);
        return false;
    }
    if (s->kernel <= s->H + p->top + p->bottom && kernel_w <= s->W + p->left + p->right) return true;
    padding_print(pad, p);
    snprintf(wrong, OPERATOR_WRONG, "kernel %s does not fit into a %d x %d input padded by %s",
             pool_pair(kernel, " x ", s->kernel, kernel_w), s->H, s->W, pad);
    return false;
}

/* Pools that compute the same are written the same, so that they share a measurement. */
static void pool_plain(struct operator_shape *s) {
    const int last_row = (s->OH - 1) * s->stride + s->kernel,
              last_column = (s->OW - 1) * operator_stride_w(s) + operator_kernel_w(s);
    if (last_row <= s->H + s->pad.top + s->pad.bottom && last_column <= s->W + s->pad.left + s->pad.right)
        s->ceil = false; /* no window was added */
    if (s->ceil || !padding_is_all(&s->pad, 0)) return;
    if (s->kind == OPERATOR_AVGPOOL) s->count_pad = true; /* nothing to count */
    if (s->kernel == s->H && operator_kernel_w(s) == s->W) s->kernel = s->kernel_w = s->stride_w = 0, s->stride = 1;
}

static bool pool_shape(struct operator_shape *s, const struct operator_layer *l, char wrong[OPERATOR_WRONG]) {
    const bool mean = s->kind == OPERATOR_AVGPOOL;
    const struct operator_key *key = operator_avgpool.syntax.key;
    int kernel_w, stride_w;
    s->stride = 1;
    if (mean) s->count_pad = l->value[POOL_PAD] != 0;
    if (l->value[POOL_GLOBAL] != 0) return pool_global(s, l, wrong);
    if (!l->given[POOL_K] && !l->given[POOL_K + 1] && !l->given[POOL_K + 2]) {
        snprintf(wrong, OPERATOR_WRONG, "%s needs the key `k`, or `global=1`", mean ? "avgpool" : "maxpool");
        return false;
    }
    char pair[OPERATOR_PAIR_WRONG];
    if (!operator_pair(&s->kernel, &kernel_w, key + POOL_K, l->value + POOL_K, l->given + POOL_K, pair) ||
        !operator_pair(&s->stride, &stride_w, key + POOL_S, l->value + POOL_S, l->given + POOL_S, pair)) {
        snprintf(wrong, OPERATOR_WRONG, "%s %s", mean ? "avgpool" : "maxpool", pair);
        return false;
    }
    s->kernel_w = kernel_w == s->kernel ? 0 : kernel_w;
    s->stride_w = stride_w == s->stride ? 0 : stride_w;
    s->ceil = l->value[POOL_CEIL] != 0;
    const char *twice = operator_padding(&s->pad, l->value + POOL_P, l->given + POOL_P);
    if (twice) {
        snprintf(wrong, OPERATOR_WRONG, "%s", twice);
        return false;
    }
    if (!pool_fits(s, wrong)) return false;
    s->OH = pool_size(s->ceil, s->kernel, s->stride, s->H, s->pad.top, s->pad.bottom);
    s->OW = pool_size(s->ceil, kernel_w, stride_w, s->W, s->pad.left, s->pad.right);
    pool_plain(s);
    return true;
}

static int pool_print(char *text, size_t room, const struct operator_shape *s) {
    if (s->kernel == 0) return snprintf(text, room, ",global=1");
    char pad[PADDING_TEXT], kernel[32], stride[32];
    padding_print(pad, &s->pad);
    const int used =
        snprintf(text, room, ",k=%s,s=%s,p=%s,ceil=%d", pool_pair(kernel, "x", s->kernel, operator_kernel_w(s)),
                 pool_pair(stride, "x", s->stride, operator_stride_w(s)), pad, s->ceil);
    if (s->kind != OPERATOR_AVGPOOL) return used;
    return used + snprintf(text + used, room - (size_t)used, ",pad=%d", s->count_pad);
}

const struct operator_contract operator_maxpool = {.help = "maximum over windows",
                                                   .syntax = {1, 1, {POOL_KEYS}},
                                                   .by_rows = true,
                                                   .stack = 3072,
                                                   .shape = pool_shape,
                                                   .print = pool_print,
                                                   .over = pool_over,
                                                   .run = pool_run};
const struct operator_contract operator_avgpool = {.help = "mean over windows",
                                                   .syntax = {1, 1, {POOL_KEYS, {"pad", KEY_FLAG, 1, false}}},
                                                   .by_rows = true,
                                                   .stack = 3072,
                                                   .shape = pool_shape,
                                                   .print = pool_print,
                                                   .over = pool_over,
                                                   .run = pool_run,
                                                   .state = pool_state,
                                                   .accumulate = pool_accumulate};
