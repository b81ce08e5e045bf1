#include <assert.h>

#include "kernels/conv/tap.h"

#include "kernels/layout/transpose.h"
#include "kernels/parallel.h"

#define BLOCK 16 /* pixels and channels that are summed at a time */

void tap_add_rows(float *out, const float *product, const struct scenario *s, const struct tap *t, int threads) {
    const int M = s->M / s->groups, OW = scenario_out_w(s), n = t->ow.to - t->ow.from;
    const size_t pixels = (size_t)scenario_out_h(s) * (size_t)OW, image = (size_t)s->H * (size_t)s->W;
    PARALLEL_FOR
    for (int m = 0; m < M; m++)
        for (int oh = t->oh.from; oh < t->oh.to; oh++) {
            float *restrict to = out + (size_t)m * pixels + (size_t)oh * (size_t)OW + t->ow.from;
            const float *restrict from = product + (size_t)m * image + (size_t)(oh + t->down) * (size_t)s->W;
            from += t->ow.from + t->right;
            for (int i = 0; i < n; i++) to[i] += from[i];
        }
}

void tap_add_columns(float *out, const float *product, const struct scenario *s, const struct tap *t, int threads) {
    const int M = s->M / s->groups, OH = scenario_out_h(s), OW = scenario_out_w(s);
    assert(t->oh.to + t->down <= s->H && t->ow.to + t->right <= s->W); /* shifted outputs are in the image */
    PARALLEL_FOR
    for (int oh = t->oh.from; oh < t->oh.to; oh++) {
        const size_t pixel = (size_t)(oh + t->down) * (size_t)s->W + (size_t)(t->ow.from + t->right);
        transpose_add(out + (size_t)oh * (size_t)OW + t->ow.from, (size_t)OH * (size_t)OW, product + pixel * (size_t)M,
                      (size_t)M, t->ow.to - t->ow.from, M);
    }
}

/* Outputs [ow0, ow0 + n) x channels [m0, m0 + width) of row oh, from the product of all taps (H W x taps M). */
static void tap_sum_block(float *sum, const float *product, const struct scenario *s, int oh, int ow0, int n, int m0,
                          int width) {
    const size_t M = (size_t)(s->M / s->groups), row = (size_t)s->KH * (size_t)s->KW * M;
    for (int i = 0; i < BLOCK * BLOCK; i++) sum[i] = 0.0f;
    for (int kh = 0; kh < s->KH; kh++)
        for (int kw = 0; kw < s->KW; kw++) {
            const struct tap t = tap_of(s, kh, kw);
            if (oh < t.oh.from || oh >= t.oh.to) continue;
            const int from = t.ow.from > ow0 ? t.ow.from : ow0, to = t.ow.to < ow0 + n ? t.ow.to : ow0 + n;
            for (int ow = from; ow < to; ow++) {
                const size_t pixel = (size_t)(oh + t.down) * (size_t)s->W + (size_t)(ow + t.right);
                const float *x = product + pixel * row + (size_t)(kh * s->KW + kw) * M + m0;
                float *y = sum + (ow - ow0) * BLOCK;
                for (int j = 0; j < width; j++) y[j] += x[j];
            }
        }
}

void tap_sum_columns(float *out, const float *product, const struct scenario *s, int threads) {
    const int M = s->M / s->groups, OH = scenario_out_h(s), OW = scenario_out_w(s);
    const size_t pixels = (size_t)OH * (size_t)OW;
    PARALLEL_FOR
    for (int oh = 0; oh < OH; oh++)
        for (int ow = 0; ow < OW; ow += BLOCK)
            for (int m = 0; m < M; m += BLOCK) {
                float sum[BLOCK * BLOCK];
                const int n = OW - ow < BLOCK ? OW - ow : BLOCK, width = M - m < BLOCK ? M - m : BLOCK;
                tap_sum_block(sum, product, s, oh, ow, n, m, width);
                transpose_add(out + (size_t)m * pixels + (size_t)oh * (size_t)OW + ow, pixels, sum, BLOCK, n, width);
            }
}
