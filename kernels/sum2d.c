/* Direct convolution by the six loops. No workspace; the weights stay as they are.
 *
 * float: the sum over channels and taps of shifted, scaled input rows, accumulated in the output row (CHW, HCW: rows of W lie together).
 * double: each output by itself, accumulated in double and rounded once: the most exact primitive, in any layout. */
#include "kernels/parallel.h"
#include "kernels/primitive.h"
#include "kernels/span.h"

enum { SUM2D_DOUBLE }; /* variant numbers */

static bool sum2d_applies(const struct primitive *p, const struct scenario *s) {
    (void)s;
    return p->variant[SUM2D_DOUBLE] || (p->in != LAYOUT_HWC && p->out != LAYOUT_HWC);
}

static size_t sum2d_workspace(const struct primitive *p, const struct scenario *s, int threads) {
    (void)p, (void)s, (void)threads;
    return 0;
}

static size_t sum2d_weights(const struct primitive *p, const struct scenario *s) {
    (void)p;
    return sizeof(float) * (size_t)s->M * (size_t)(s->C / s->groups) * (size_t)s->KH * (size_t)s->KW;
}

static void sum2d_prepare(const struct primitive *p, const struct scenario *s, void *stored, const float *weights) {
    memcpy(stored, weights, sum2d_weights(p, s));
}

static void sum2d_add_row(float *restrict out, const float *restrict in, float w, int n, int stride) {
    if (stride == 1)
        for (int i = 0; i < n; i++) out[i] += w * in[i];
    else
        for (int i = 0; i < n; i++) out[i] += w * in[(size_t)i * (size_t)stride];
}

static void sum2d_row(const struct primitive *p, const struct scenario *s, float *out, const float *in, const float *w,
                      int m, int oh) {
    const int OW = scenario_out_w(s), c_group = s->C / s->groups, c0 = m / (s->M / s->groups) * c_group;
    for (int c = 0; c < c_group; c++)
        for (int kh = 0; kh < s->KH; kh++) {
            int64_t h = (int64_t)oh * s->stride - s->pad + (int64_t)kh * s->dilation;
            if (h < 0 || h >= s->H) continue;
            const float *row = in + layout_index(p->in, s->C, s->H, s->W, c0 + c, (int)h, 0);
            const float *tap =
                w + (((size_t)m * (size_t)c_group + (size_t)c) * (size_t)s->KH + (size_t)kh) * (size_t)s->KW;
            for (int kw = 0; kw < s->KW; kw++) {
                const int64_t offset = (int64_t)kw * s->dilation - s->pad;
                const struct span ow = span_of(OW, s->stride, offset, s->W);
                if (ow.from < ow.to)
                    sum2d_add_row(out + ow.from, row + ((int64_t)ow.from * s->stride + offset), tap[kw],
                                  ow.to - ow.from, s->stride);
            }
        }
}

static void sum2d_rows(const struct primitive *p, const struct scenario *s, float *out, const float *in, const float *w,
                       const float *bias, bool relu, int m, int oh) {
    const int OH = scenario_out_h(s), OW = scenario_out_w(s);
    float *row = out + layout_index(p->out, s->M, OH, OW, m, oh, 0);
    for (int ow = 0; ow < OW; ow++) row[ow] = bias ? bias[m] : 0.0f;
    sum2d_row(p, s, row, in, w, m, oh);
    if (relu)
        for (int ow = 0; ow < OW; ow++) row[ow] = row[ow] > 0.0f ? row[ow] : 0.0f;
}

static double sum2d_dot(const struct primitive *p, const struct scenario *s, const float *in, const float *w, int m,
                        int oh, int ow) {
    const int c_group = s->C / s->groups, c0 = m / (s->M / s->groups) * c_group;
    double sum = 0.0;
    w += (size_t)m * (size_t)c_group * (size_t)s->KH * (size_t)s->KW;
    for (int c = 0; c < c_group; c++)
        for (int kh = 0; kh < s->KH; kh++) {
            int64_t h = (int64_t)oh * s->stride - s->pad + (int64_t)kh * s->dilation;
            for (int kw = 0; kw < s->KW; kw++, w++) {
                int64_t x = (int64_t)ow * s->stride - s->pad + (int64_t)kw * s->dilation;
                if (h >= 0 && h < s->H && x >= 0 && x < s->W)
                    sum += (double)*w * (double)in[layout_index(p->in, s->C, s->H, s->W, c0 + c, (int)h, (int)x)];
            }
        }
    return sum;
}

static void sum2d_run(const struct primitive *p, const struct scenario *s, float *out, const float *in,
                      const void *stored, const float *bias, bool relu, void *workspace, int threads) {
    (void)workspace;
    const int OH = scenario_out_h(s), OW = scenario_out_w(s), M = s->M;
    PARALLEL_FOR
    for (int m = 0; m < M; m++)
        for (int oh = 0; oh < OH; oh++) {
            if (!p->variant[SUM2D_DOUBLE]) {
                sum2d_rows(p, s, out, in, stored, bias, relu, m, oh);
                continue;
            }
            for (int ow = 0; ow < OW; ow++) {
                double sum = sum2d_dot(p, s, in, stored, m, oh, ow) + (bias ? (double)bias[m] : 0.0);
                out[layout_index(p->out, M, OH, OW, m, oh, ow)] = relu && !(sum > 0.0) ? 0.0f : (float)sum;
            }
        }
}

const struct algorithm algorithm_sum2d = {
    .name = "sum2d",
    .variant_help = "1: accumulate in double",
    .tolerance = 3e-6,
    .applies = sum2d_applies,
    .workspace = sum2d_workspace,
    .weights = sum2d_weights,
    .prepare = sum2d_prepare,
    .run = sum2d_run,
};
