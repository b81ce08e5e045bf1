/* Direct convolution by the six loops: sums over channels and taps of shifted, scaled pieces of the input. No
 * workspace.
 *
 *     float    a row of output at a time, summed in the output itself
 *     double   a piece of a row (CHW, HCW) or of a pixel's channels (HWC) at a time, summed in double and rounded once:
 *              as exact as possible
 *
 * Weights are stored as they are; for HWC transposed, C/G KH KW x M/G per group, so that a pixel's channels are
 * adjacent. */
#include <assert.h>

#include "kernels/parallel.h"
#include "kernels/primitive.h"
#include "kernels/span.h"

#define PIECE 64 /* sums at once: 512 bytes */

enum { SUM2D_DOUBLE }; /* variant numbers */

static bool sum2d_applies(const struct primitive *p, const struct scenario *s) {
    (void)p, (void)s;
    return true;
}

static size_t sum2d_workspace(const struct primitive *p, const struct scenario *s, int threads) {
    (void)p, (void)s, (void)threads;
    return 0;
}

static size_t sum2d_size(const struct scenario *s) {
    return (size_t)(s->C / s->groups) * (size_t)s->KH * (size_t)s->KW;
}

static void sum2d_prepare(const struct primitive *p, const struct scenario *s, void *stored, const float *weights) {
    if (p->in != LAYOUT_HWC) {
        memcpy(stored, weights, primitive_raw(p, s));
        return;
    }
    const size_t size = sum2d_size(s), M = (size_t)(s->M / s->groups);
    float *to = stored;
    for (size_t m = 0; m < (size_t)s->M; m++)
        for (size_t k = 0; k < size; k++) to[(m / M * size + k) * M + m % M] = weights[m * size + k];
}

static int64_t sum2d_row(const struct scenario *s, int oh, int kh) { /* of the input */
    return (int64_t)oh * s->stride - s->pad.top + (int64_t)kh * s->dilation;
}

static int64_t sum2d_column(const struct scenario *s, int ow, int kw) {
    return (int64_t)ow * scenario_stride_w(s) - s->pad.left + (int64_t)kw * scenario_dilation_w(s);
}

static void sum2d_add(float *restrict out, const float *restrict in, float w, int n, int stride) {
    if (stride == 1)
        for (int i = 0; i < n; i++) out[i] += w * in[i];
    else
        for (int i = 0; i < n; i++) out[i] += w * in[(size_t)i * (size_t)stride];
}

static void sum2d_add_double(double *restrict sum, const float *restrict in, double w, int n, int stride) {
    if (stride == 1)
        for (int i = 0; i < n; i++) sum[i] += w * (double)in[i];
    else
        for (int i = 0; i < n; i++) sum[i] += w * (double)in[(size_t)i * (size_t)stride];
}

/* Outputs [first, first + n) of row oh, channel m: added to out in float, or to sum in double, whichever is given. */
static void sum2d_piece(const struct primitive *p, const struct scenario *s, float *out, double *sum, const float *in,
                        const float *w, int m, int oh, int first, int n) {
    const int C = s->C / s->groups, c0 = m / (s->M / s->groups) * C, across = scenario_stride_w(s);
    w += (size_t)m * sum2d_size(s);
    for (int c = 0; c < C; c++)
        for (int kh = 0; kh < s->KH; kh++, w += s->KW) {
            const int64_t h = sum2d_row(s, oh, kh);
            if (h < 0 || h >= s->H) continue;
            const float *row = in + layout_index(p->in, s->C, s->H, s->W, c0 + c, (int)h, 0);
            for (int kw = 0; kw < s->KW; kw++) {
                const int64_t left = sum2d_column(s, first, kw);
                const struct span o = span_of(n, across, left, s->W);
                if (o.from == o.to) continue;
                const float *from = row + ((int64_t)o.from * across + left);
                if (sum)
                    sum2d_add_double(sum + o.from, from, (double)w[kw], o.to - o.from, across);
                else
                    sum2d_add(out + o.from, from, w[kw], o.to - o.from, across);
            }
        }
}

/* Channels [m, m + n) of output pixel oh, ow, all of one group; HWC. */
static void sum2d_pixel(const struct scenario *s, double *restrict sum, const float *in, const float *stored, int m,
                        int n, int oh, int ow) {
    const int C = s->C / s->groups, M = s->M / s->groups, group = m / M;
    for (int kh = 0; kh < s->KH; kh++)
        for (int kw = 0; kw < s->KW; kw++) {
            const int64_t h = sum2d_row(s, oh, kh), x = sum2d_column(s, ow, kw);
            if (h < 0 || h >= s->H || x < 0 || x >= s->W) continue;
            const float *pixel = in + layout_index(LAYOUT_HWC, s->C, s->H, s->W, group * C, (int)h, (int)x);
            for (int c = 0; c < C; c++) {
                const size_t k = ((size_t)c * (size_t)s->KH + (size_t)kh) * (size_t)s->KW + (size_t)kw;
                const float *restrict w = stored + ((size_t)group * sum2d_size(s) + k) * (size_t)M + m % M;
                const double scale = (double)pixel[c];
                for (int i = 0; i < n; i++) sum[i] += scale * (double)w[i];
            }
        }
}

static void sum2d_finish(float *out, const double *sum, int n, struct activation activation) {
    for (int i = 0; i < n; i++) out[i] = (float)sum[i];
    activation_run(activation, out, out, (size_t)n);
}

static void sum2d_float_row(const struct primitive *p, const struct scenario *s, float *out, const float *in,
                            const float *w, float bias, struct activation activation, int m, int oh) {
    const int OW = scenario_out_w(s);
    for (int i = 0; i < OW; i++) out[i] = bias;
    sum2d_piece(p, s, out, NULL, in, w, m, oh, 0, OW);
    activation_run(activation, out, out, (size_t)OW);
}

static void sum2d_double_row(const struct primitive *p, const struct scenario *s, float *out, const float *in,
                             const float *w, float bias, struct activation activation, int m, int oh) {
    const int OW = scenario_out_w(s);
    for (int first = 0; first < OW; first += PIECE) {
        const int n = OW - first < PIECE ? OW - first : PIECE;
        double sum[PIECE];
        for (int i = 0; i < n; i++) sum[i] = (double)bias;
        sum2d_piece(p, s, NULL, sum, in, w, m, oh, first, n);
        sum2d_finish(out + first, sum, n, activation);
    }
}

static void sum2d_double_pixel(const struct scenario *s, float *out, const float *in, const float *w, const float *bias,
                               struct activation activation, int oh, int ow) {
    const int M = s->M / s->groups;
    for (int group = 0; group < s->groups; group++)
        for (int first = 0; first < M; first += PIECE) {
            const int n = M - first < PIECE ? M - first : PIECE, m = group * M + first;
            double sum[PIECE];
            for (int i = 0; i < n; i++) sum[i] = bias ? (double)bias[m + i] : 0.0;
            sum2d_pixel(s, sum, in, w, m, n, oh, ow);
            sum2d_finish(out + m, sum, n, activation);
        }
}

static void sum2d_run(const struct primitive *p, const struct scenario *s, float *out, const float *in,
                      const void *stored, const float *bias, struct activation activation, void *workspace,
                      int threads) {
    (void)workspace;
    assert(p->in == p->out);
    const int OH = scenario_out_h(s), OW = scenario_out_w(s), M = s->M;
    if (p->out == LAYOUT_HWC) {
        PARALLEL_FOR
        for (int pixel = 0; pixel < OH * OW; pixel++)
            sum2d_double_pixel(s, out + (size_t)pixel * (size_t)M, in, stored, bias, activation, pixel / OW,
                               pixel % OW);
        return;
    }
    PARALLEL_FOR
    for (int m = 0; m < M; m++)
        for (int oh = 0; oh < OH; oh++) {
            float *row = out + layout_index(p->out, M, OH, OW, m, oh, 0);
            if (p->variant[SUM2D_DOUBLE])
                sum2d_double_row(p, s, row, in, stored, bias ? bias[m] : 0.0f, activation, m, oh);
            else
                sum2d_float_row(p, s, row, in, stored, bias ? bias[m] : 0.0f, activation, m, oh);
        }
}

const struct algorithm algorithm_sum2d = {
    .name = "sum2d",
    .variant_help = "1: accumulate in double (HWC: always)",
    .tolerance = 3e-6,
    .per_axis = true,
    .applies = sum2d_applies,
    .workspace = sum2d_workspace,
    .weights = primitive_raw,
    .prepare = sum2d_prepare,
    .run = sum2d_run,
};
