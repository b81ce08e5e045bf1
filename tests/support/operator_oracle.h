/* operator_oracle.h - what an operator gives, element by element in double and in CHW: pools, activations, LRN, softmax,
 * concatenation, addition, fc. Other operators have theirs in the tests named in operator_oracle. */
#ifndef TESTS_SUPPORT_OPERATOR_ORACLE_H
#define TESTS_SUPPORT_OPERATOR_ORACLE_H
#include <math.h>

#include "kernels/operator.h"
#include "tests/support/activated.h"
#include "tests/support/harness.h"

/* Elements of input i. */
static inline size_t operator_oracle_inputs(const struct operator_shape *s, int i) {
    return (size_t)s->C[i] * (size_t)s->H * (size_t)s->W;
}

static inline size_t operator_oracle_outputs(const struct operator_shape *s) {
    return (size_t)s->M * (size_t)s->OH * (size_t)s->OW;
}

static inline double operator_oracle_at(const struct operator_shape *s, const float *in, int c, int h, int w) {
    return (double)in[layout_index(LAYOUT_CHW, s->C[0], s->H, s->W, c, h, w)];
}

/* Caffe's pooling layer, as documented; see operator.h. */
static inline double operator_oracle_pool(const struct operator_shape *s, const float *in, int c, int oh, int ow) {
    const int across = s->stride_w ? s->stride_w : s->stride, wide = s->kernel_w ? s->kernel_w : s->kernel;
    int top = oh * s->stride - s->pad.top, left = ow * across - s->pad.left, bottom = top + s->kernel,
        right = left + wide;
    if (s->kernel == 0) top = left = 0, bottom = s->H, right = s->W;
    double most = -INFINITY, sum = 0;
    int valid = 0, padded = 0;
    for (int h = top; h < bottom; h++)
        for (int w = left; w < right; w++) {
            if (h >= s->H + s->pad.bottom || w >= s->W + s->pad.right) continue;
            padded++;
            if (h < 0 || w < 0 || h >= s->H || w >= s->W) continue;
            valid++;
            sum += operator_oracle_at(s, in, c, h, w);
            if (operator_oracle_at(s, in, c, h, w) > most) most = operator_oracle_at(s, in, c, h, w);
        }
    if (valid == 0) return 0;
    return s->kind == OPERATOR_MAXPOOL ? most : sum / (s->count_pad ? padded : valid);
}

static inline double operator_oracle_lrn(const struct operator_shape *s, const float *in, int c, int h, int w) {
    double sum = 0;
    for (int d = c - (s->size - 1) / 2, n = 0; n < s->size; d++, n++)
        if (d >= 0 && d < s->C[0]) sum += operator_oracle_at(s, in, d, h, w) * operator_oracle_at(s, in, d, h, w);
    return operator_oracle_at(s, in, c, h, w) *
           pow((double)s->bias + (double)s->alpha / s->size * sum, -(double)s->beta);
}

static inline double operator_oracle_softmax(const struct operator_shape *s, const float *in, int c, int h, int w) {
    double most = -INFINITY, sum = 0;
    for (int d = 0; d < s->C[0]; d++) most = fmax(most, operator_oracle_at(s, in, d, h, w));
    for (int d = 0; d < s->C[0]; d++) sum += exp(operator_oracle_at(s, in, d, h, w) - most);
    return exp(operator_oracle_at(s, in, c, h, w) - most) / sum;
}

static inline double operator_oracle(const struct operator_shape *s, const float *const *in, const float *weights,
                                     const float *bias, int m, int oh, int ow) {
    double y = 0;
    switch (s->kind) {
    case OPERATOR_MAXPOOL:
    case OPERATOR_AVGPOOL: return operator_oracle_pool(s, in[0], m, oh, ow);
#define ACTIVATION(symbol, name, form, key_a, a, key_b, b, y, help) case OPERATOR_##symbol:
#include "kernels/activations.def"
        y = operator_oracle_at(s, in[0], m, oh, ow);
        break;
    case OPERATOR_LRN: return operator_oracle_lrn(s, in[0], m, oh, ow);
    case OPERATOR_SOFTMAX: return operator_oracle_softmax(s, in[0], m, oh, ow);
    case OPERATOR_CONCAT: {
        int i = 0;
        while (m >= s->C[i]) m -= s->C[i++];
        return (double)in[i][layout_index(LAYOUT_CHW, s->C[i], s->H, s->W, m, oh, ow)];
    }
    case OPERATOR_ADD:
        for (int i = 0; i < s->inputs; i++) y += operator_oracle_at(s, in[i], m, oh, ow);
        break;
    case OPERATOR_FC:
        for (size_t k = 0; k < operator_oracle_inputs(s, 0); k++)
            y += (double)weights[(size_t)m * operator_oracle_inputs(s, 0) + k] * (double)in[0][k];
        if (bias) y += (double)bias[m];
        break;
    case OPERATOR_LRN_WITHIN: /* tests/kernels/test_rearranging.c */
    case OPERATOR_MUL:
    case OPERATOR_SCALE:
    case OPERATOR_SLICE:
    case OPERATOR_SHUFFLE:
    case OPERATOR_UPSAMPLE:
    case OPERATOR_RESHAPE:
    case OPERATOR_PAD:
    case OPERATOR_PRELU:
    case OPERATOR_DECONV:
    case OPERATOR_OPAQUE:
    case OPERATOR_INPUT:
    case OPERATORS: ck_abort_msg("not computed");
    }
    return activated(s->activation, y);
}

#endif
