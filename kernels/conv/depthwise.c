/* Depthwise convolution: as many groups as channels, one kernel each (M = C) or, in CHW, several. Nothing here is a
 * product of matrices: the sums of a block of outputs stay in registers over all taps. No workspace.
 *
 * HWC: a block is 64 channels of a pixel; weights are stored [tap][C]. CHW: a block is up to 64 pixels of a row;
 * weights stay as they are. The loops over a block are plain and are compiled once for each instruction set. */
#include <assert.h>

#include "kernels/arithmetic.h"
#include "kernels/curve.h"
#include "kernels/isa.h"
#include "kernels/parallel.h"
#include "kernels/primitive.h"

#define DEPTHWISE_BLOCK 64

struct depthwise {
    const struct scenario *s;
    const float *in, *weights, *bias;
    float *out;
    struct activation activation;
    int OH, OW;
};

typedef void depthwise_row(const struct depthwise *d, int oh, int c);

#define INLINE static inline __attribute__((always_inline))

INLINE void depthwise_store(float *out, const float *sum, int count, struct activation activation) {
    if (activation_bounds(activation))
        for (int i = 0; i < count; i++) out[i] = activation_bounded(sum[i], activation.a, activation.b);
    else
        for (int i = 0; i < count; i++) out[i] = sum[i];
    if (activation_curves(activation)) curve_block(activation, out, 0, 1, count);
}

/* `count` channels from c of pixel (oh, ow). */
INLINE void depthwise_pixel(const struct depthwise *d, int oh, int ow, int c, const int count) {
    const struct scenario *s = d->s;
    float sum[DEPTHWISE_BLOCK];
    for (int i = 0; i < count; i++) sum[i] = d->bias ? d->bias[c + i] : 0;
    for (int kh = 0; kh < s->KH; kh++) {
        const int h = oh * s->stride - s->pad.top + kh * s->dilation;
        if (h < 0 || h >= s->H) continue;
        for (int kw = 0; kw < s->KW; kw++) {
            const int w = ow * s->stride - s->pad.left + kw * s->dilation;
            if (w < 0 || w >= s->W) continue;
            const float *in = d->in + ((size_t)h * (size_t)s->W + (size_t)w) * (size_t)s->C + c;
            const float *weights = d->weights + (size_t)(kh * s->KW + kw) * (size_t)s->C + c;
            for (int i = 0; i < count; i++) sum[i] += in[i] * weights[i];
        }
    }
    depthwise_store(d->out + ((size_t)oh * (size_t)d->OW + (size_t)ow) * (size_t)s->C + c, sum, count, d->activation);
}

INLINE void depthwise_hwc_row(const struct depthwise *d, int oh) {
    const int C = d->s->C, whole = C / DEPTHWISE_BLOCK * DEPTHWISE_BLOCK;
    for (int ow = 0; ow < d->OW; ow++) {
        int c = 0;
        for (; c < whole; c += DEPTHWISE_BLOCK) depthwise_pixel(d, oh, ow, c, DEPTHWISE_BLOCK);
        for (; c + 16 <= C; c += 16) depthwise_pixel(d, oh, ow, c, 16);
        if (c < C) depthwise_pixel(d, oh, ow, c, C - c);
    }
}

/* sum[i] += w * row[first + i * stride], where that is inside the row. */
INLINE void depthwise_tap(float *sum, const float *row, int first, int count, int stride, int W, float w) {
    if (stride == 1 && first >= 0 && first + DEPTHWISE_BLOCK <= W) {
        for (int i = 0; i < DEPTHWISE_BLOCK; i++) sum[i] += row[first + i] * w;
        return;
    }
    if (stride == 1) {
        const int from = first < 0 ? -first : 0, to = least_of(count, W - first);
        for (int i = from; i < to; i++) sum[i] += row[first + i] * w;
        return;
    }
    for (int i = 0, x = first; i < count; i++, x += stride)
        if (x >= 0 && x < W) sum[i] += row[x] * w;
}

INLINE void depthwise_chw_row(const struct depthwise *d, int oh, int m) {
    const struct scenario *s = d->s;
    const int c = m / (s->M / s->C);
    for (int ow = 0; ow < d->OW; ow += DEPTHWISE_BLOCK) {
        const int count = least_of(DEPTHWISE_BLOCK, d->OW - ow);
        float sum[DEPTHWISE_BLOCK];
        for (int i = 0; i < DEPTHWISE_BLOCK; i++) sum[i] = d->bias ? d->bias[m] : 0;
        const float *weights = d->weights + (size_t)m * (size_t)(s->KH * s->KW);
        for (int kh = 0; kh < s->KH; kh++) {
            const int h = oh * s->stride - s->pad.top + kh * s->dilation;
            if (h < 0 || h >= s->H) continue;
            const float *row = d->in + ((size_t)c * (size_t)s->H + (size_t)h) * (size_t)s->W;
            for (int kw = 0; kw < s->KW; kw++)
                depthwise_tap(sum, row, ow * s->stride - s->pad.left + kw * s->dilation, count, s->stride, s->W,
                              weights[kh * s->KW + kw]);
        }
        depthwise_store(d->out + ((size_t)m * (size_t)d->OH + (size_t)oh) * (size_t)d->OW + ow, sum, count,
                        d->activation);
    }
}

#define DEPTHWISE_INSTANCE(isa, target)                                                                                \
    target static void depthwise_hwc_##isa(const struct depthwise *d, int oh, int c) {                                 \
        (void)c;                                                                                                       \
        depthwise_hwc_row(d, oh);                                                                                      \
    }                                                                                                                  \
    target static void depthwise_chw_##isa(const struct depthwise *d, int oh, int c) {                                 \
        depthwise_chw_row(d, oh, c);                                                                                   \
    }
DEPTHWISE_INSTANCE(plain, )
#if defined(__x86_64__)
DEPTHWISE_INSTANCE(avx2, ISA_TARGET_AVX2)
DEPTHWISE_INSTANCE(avx512, ISA_TARGET_AVX512)
#endif

static depthwise_row *depthwise_kernel(enum layout layout) {
    const bool hwc = layout == LAYOUT_HWC;
#if defined(__x86_64__)
    if (isa_current() == ISA_AVX512) return hwc ? depthwise_hwc_avx512 : depthwise_chw_avx512;
    if (isa_current() == ISA_AVX2) return hwc ? depthwise_hwc_avx2 : depthwise_chw_avx2;
#endif
    return hwc ? depthwise_hwc_plain : depthwise_chw_plain;
}

static bool depthwise_applies(const struct primitive *p, const struct scenario *s) {
    return s->groups == s->C && (s->M == s->C || p->in == LAYOUT_CHW);
}

static size_t depthwise_workspace(const struct primitive *p, const struct scenario *s, int threads) {
    (void)p, (void)s, (void)threads;
    return 0;
}

static size_t depthwise_weights(const struct primitive *p, const struct scenario *s) {
    (void)p;
    return sizeof(float) * (size_t)s->M * (size_t)(s->KH * s->KW);
}

static void depthwise_prepare(const struct primitive *p, const struct scenario *s, void *stored, const float *weights) {
    const int taps = s->KH * s->KW;
    float *to = stored;
    for (int m = 0; m < s->M; m++)
        for (int tap = 0; tap < taps; tap++) {
            const size_t plain = (size_t)m * (size_t)taps + (size_t)tap;
            to[p->in == LAYOUT_HWC ? (size_t)tap * (size_t)s->C + (size_t)m : plain] = weights[plain];
        }
}

static void depthwise_run(const struct primitive *p, const struct scenario *s, float *out, const float *in,
                          const void *stored, const float *bias, struct activation activation, void *workspace,
                          int threads) {
    (void)workspace;
    const struct depthwise d = {.s = s,
                                .in = in,
                                .weights = stored,
                                .bias = bias,
                                .out = out,
                                .activation = activation,
                                .OH = scenario_out_h(s),
                                .OW = scenario_out_w(s)};
    assert(p->in == p->out && s->groups == s->C && threads >= 1);
    depthwise_row *kernel = depthwise_kernel(p->in);
    const int channels = p->in == LAYOUT_HWC ? 1 : s->M, rows = d.OH;
    PARALLEL_FOR
    for (int row = 0; row < rows; row++)
        for (int c = 0; c < channels; c++) kernel(&d, row, c);
}

const struct algorithm algorithm_depthwise = {
    .name = "depthwise",
    .variant_help = "none",
    .tolerance = 3e-6,
    .applies = depthwise_applies,
    .workspace = depthwise_workspace,
    .weights = depthwise_weights,
    .prepare = depthwise_prepare,
    .run = depthwise_run,
};
