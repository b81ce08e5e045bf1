/* Transposed convolution, the adjoint of a convolution of that window: every input pixel adds a kernel to the output,
 *
 *     out[m][oh][ow] = bias[m] + sum over c, kh, kw with oh = h Sh - Pt + kh Dh, ow = w Sw - Pl + kw Dw
 *                                of weight[c][m'][kh][kw] in[c][h][w],      c of the group of m, m' = m mod M/G
 *     OH = (H - 1) Sh - Pt - Pb + Dh (KH - 1) + 1, OW likewise
 *
 * Sums are in double: PIECE outputs of a row at a time, in HWC PIECE channels of a pixel. No workspace. Weights are
 * stored as they are, C x M/G x KH x KW; for HWC as [tap][C][M/G], so that a pixel's channels are adjacent. */
#include <assert.h>
#include <math.h>
#include <stdint.h>
#include <stdio.h>

#include "kernels/arithmetic.h"
#include "kernels/operator.h"
#include "kernels/parallel.h"
#include "kernels/span.h"

#define PIECE 64

static int deconv_dilation_w(const struct operator_shape *s) {
    return s->dilation_w ? s->dilation_w : s->dilation;
}

static size_t deconv_taps(const struct operator_shape *s) {
    return (size_t)s->kernel * (size_t)operator_kernel_w(s);
}

static size_t deconv_raw(const struct operator_shape *s) {
    return (size_t)s->C[0] * (size_t)(s->M / s->groups) * deconv_taps(s);
}

static size_t deconv_weights(const struct operator_shape *s, enum layout layout) {
    (void)layout;
    return sizeof(float) * deconv_raw(s);
}

static void deconv_prepare(const struct operator_shape *s, enum layout layout, void *stored, const float *weights) {
    const size_t C = (size_t)s->C[0], M = (size_t)(s->M / s->groups), taps = deconv_taps(s);
    float *to = stored;
    if (layout != LAYOUT_HWC) {
        memcpy(to, weights, deconv_weights(s, layout));
        return;
    }
    for (size_t c = 0; c < C; c++)
        for (size_t m = 0; m < M; m++)
            for (size_t tap = 0; tap < taps; tap++) to[(tap * C + c) * M + m] = weights[(c * M + m) * taps + tap];
}

/* The input pixel that reaches output o by tap k; -1: none. */
static int deconv_source(int o, int k, int stride, int dilation, int before, int size) {
    const int64_t at = (int64_t)o + before - (int64_t)k * dilation;
    return at >= 0 && at % stride == 0 && at / stride < size ? (int)(at / stride) : -1;
}

/* Outputs [first, first + n) of row oh of channel m; CHW or HCW. */
static void deconv_piece(const struct operator_shape *s, enum layout layout, double *sum, const float *in,
                         const float *weights, int m, int oh, int first, int n) {
    const int C = s->C[0] / s->groups, M = s->M / s->groups, KW = operator_kernel_w(s), across = operator_stride_w(s);
    const int c0 = m / M * C;
    for (int c = c0; c < c0 + C; c++)
        for (int kh = 0; kh < s->kernel; kh++) {
            const int h = deconv_source(oh, kh, s->stride, s->dilation, s->pad.top, s->H);
            if (h < 0) continue;
            const float *row = in + layout_index(layout, s->C[0], s->H, s->W, c, h, 0);
            const float *w =
                weights + (((size_t)c * (size_t)M + (size_t)(m % M)) * (size_t)s->kernel + (size_t)kh) * (size_t)KW;
            for (int kw = 0; kw < KW; kw++) {
                const int64_t offset = (int64_t)kw * deconv_dilation_w(s) - s->pad.left - first;
                const struct span x = span_of(s->W, across, offset, n);
                for (int i = x.from; i < x.to; i++) sum[(int64_t)i * across + offset] += (double)w[kw] * (double)row[i];
            }
        }
}

/* Channels [m, m + n) of output pixel oh, ow, all of one group; HWC. */
static void deconv_pixel(const struct operator_shape *s, double *restrict sum, const float *in, const float *stored,
                         int m, int n, int oh, int ow) {
    const int C = s->C[0] / s->groups, M = s->M / s->groups, KW = operator_kernel_w(s), c0 = m / M * C;
    for (int kh = 0; kh < s->kernel; kh++)
        for (int kw = 0; kw < KW; kw++) {
            const int h = deconv_source(oh, kh, s->stride, s->dilation, s->pad.top, s->H),
                      w = deconv_source(ow, kw, operator_stride_w(s), deconv_dilation_w(s), s->pad.left, s->W);
            if (h < 0 || w < 0) continue;
            const float *pixel = in + layout_index(LAYOUT_HWC, s->C[0], s->H, s->W, c0, h, w);
            const float *row =
                stored + (((size_t)kh * (size_t)KW + (size_t)kw) * (size_t)s->C[0] + (size_t)c0) * (size_t)M + m % M;
            for (int c = 0; c < C; c++, row += M) {
                const double x = (double)pixel[c];
                for (int i = 0; i < n; i++) sum[i] += x * (double)row[i];
            }
        }
}

static void deconv_finish(float *out, const double *sum, int n, struct activation f) {
    for (int i = 0; i < n; i++) out[i] = (float)sum[i];
    activation_run(f, out, out, (size_t)n);
}

static void deconv_hwc(const struct operator_shape *s, float *out, const float *in, const float *stored,
                       const float *bias, int oh, int ow) {
    const int M = s->M / s->groups;
    for (int g = 0; g < s->groups; g++)
        for (int m = g * M; m < (g + 1) * M; m += PIECE) {
            const int n = least_of((g + 1) * M - m, PIECE);
            double sum[PIECE];
            for (int i = 0; i < n; i++) sum[i] = bias ? (double)bias[m + i] : 0.0;
            deconv_pixel(s, sum, in, stored, m, n, oh, ow);
            deconv_finish(out + m, sum, n, s->activation);
        }
}

static void deconv_run(const struct operator_shape *s, enum layout layout, float *out, const float *const *in,
                       const void *stored, const float *bias, void *workspace, int threads) {
    (void)workspace;
    const int OH = s->OH, OW = s->OW, M = s->M;
    const float *x = in[0];
    assert(s->C[0] % s->groups == 0 && M % s->groups == 0 && s->stride >= 1);
    if (layout == LAYOUT_HWC) {
        PARALLEL_FOR
        for (int pixel = 0; pixel < OH * OW; pixel++)
            deconv_hwc(s, out + (size_t)pixel * (size_t)M, x, stored, bias, pixel / OW, pixel % OW);
        return;
    }
    PARALLEL_FOR
    for (int m = 0; m < M; m++)
        for (int oh = 0; oh < OH; oh++)
            for (int first = 0; first < OW; first += PIECE) {
                const int n = least_of(OW - first, PIECE);
                double sum[PIECE];
                for (int i = 0; i < n; i++) sum[i] = bias ? (double)bias[m] : 0.0;
                deconv_piece(s, layout, sum, x, stored, m, oh, first, n);
                deconv_finish(out + layout_index(layout, M, OH, OW, m, oh, first), sum, n, s->activation);
            }
}

/* --- the contract --- */

enum {
    DECONV_M,
    DECONV_K,
    DECONV_S = DECONV_K + 3,
    DECONV_P = DECONV_S + 3,
    DECONV_D = DECONV_P + 5,
    DECONV_G = DECONV_D + 3
}; /* places in OPERATOR_CONV_KEYS; then bias */

static int64_t deconv_size(int size, int stride, int dilation, int kernel, int before, int after) {
    return (int64_t)(size - 1) * stride + (int64_t)dilation * (kernel - 1) + 1 - before - after;
}

/* The window from the keys. */
static bool deconv_window(struct operator_shape *s, const struct operator_layer *l, char wrong[OPERATOR_WRONG]) {
    const struct operator_key *key = operator_deconv.syntax.key;
    int *const down[] = {&s->kernel, &s->stride, &s->dilation}, *const across[] = {&s->kernel_w, &s->stride_w,
                                                                                   &s->dilation_w};
    static const int at[] = {DECONV_K, DECONV_S, DECONV_D};
    char pair[OPERATOR_PAIR_WRONG];
    for (int i = 0; i < 3; i++) {
        if (!operator_pair(down[i], across[i], key + at[i], l->value + at[i], l->given + at[i], pair)) {
            snprintf(wrong, OPERATOR_WRONG, "deconv %s", pair);
            return false;
        }
        if (*across[i] == *down[i]) *across[i] = 0;
    }
    const char *twice = operator_padding(&s->pad, l->value + DECONV_P, l->given + DECONV_P);
    if (twice) snprintf(wrong, OPERATOR_WRONG, "%s", twice);
    return !twice;
}

static bool deconv_shape(struct operator_shape *s, const struct operator_layer *l, char wrong[OPERATOR_WRONG]) {
    if (!deconv_window(s, l, wrong)) return false;
    s->M = (int)l->value[DECONV_M], s->groups = (int)l->value[DECONV_G];
    const struct padding *p = &s->pad;
    const int64_t OH = deconv_size(s->H, s->stride, s->dilation, s->kernel, p->top, p->bottom),
                  OW = deconv_size(s->W, operator_stride_w(s), deconv_dilation_w(s), operator_kernel_w(s), p->left,
                                   p->right);
    const char *what = NULL;
    if (s->C[0] % s->groups || s->M % s->groups) what = "groups must divide input and output channels";
    if (OH < 1 || OW < 1) what = "the padding takes away all of the output";
    if (OH > 1 << 20 || OW > 1 << 20 || OH * OW > INT32_MAX) what = "an image must have less than 2^31 pixels";
    if (!what && (double)s->C[0] * s->M / s->groups * s->kernel * operator_kernel_w(s) >= (double)((int64_t)1 << 38))
        what = "the weights take 2^40 bytes or more";
    if (what) snprintf(wrong, OPERATOR_WRONG, "deconv of a %d x %d x %d input: %s", s->C[0], s->H, s->W, what);
    s->OH = (int)OH, s->OW = (int)OW;
    return !what;
}

static int deconv_pair(char *text, size_t room, const char *name, int down, int across) {
    if (down == across) return snprintf(text, room, ",%s=%d", name, down);
    return snprintf(text, room, ",%s=%dx%d", name, down, across);
}

static int deconv_print(char *text, size_t room, const struct operator_shape *s) {
    char sides[PADDING_TEXT];
    size_t used = (size_t)snprintf(text, room, ",m=%d", s->M);
    padding_print(sides, &s->pad);
    used += (size_t)deconv_pair(text + used, room - used, "k", s->kernel, operator_kernel_w(s));
    used += (size_t)deconv_pair(text + used, room - used, "s", s->stride, operator_stride_w(s));
    used += (size_t)deconv_pair(text + used, room - used, "d", s->dilation, deconv_dilation_w(s));
    return (int)used + snprintf(text + used, room - used, ",p=%s,g=%d,relu=%d", sides, s->groups,
                                s->activation.kind != ACTIVATION_NONE);
}

const struct operator_contract operator_deconv = {
    .help = "transposed convolution: m kernels of k x k, stride, padding, dilation, groups as of conv",
    .syntax = {1, 1, {OPERATOR_CONV_KEYS}},
    .bias_key = "bias",
    .fuses = true,
    .stack = 1024,
    .shape = deconv_shape,
    .print = deconv_print,
    .raw = deconv_raw,
    .weights = deconv_weights,
    .prepare = deconv_prepare,
    .run = deconv_run};
