/* exact_layer.h - a convolution by one primitive, compared with sums in double precision, with itself for several
 * threads, and, in HWC, with rows by themselves, bit for bit. Input and output lie between NaNs, so that an element read
 * or written outside the tensors is noticed. */
#ifndef TESTS_SUPPORT_EXACT_LAYER_H
#define TESTS_SUPPORT_EXACT_LAYER_H
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "kernels/primitive.h"
#include "kernels/strip.h"
#include "solver/base/memory.h"
#include "tests/support/activated.h"
#include "tests/support/harness.h"

#define EXACT_GUARD 64 /* floats around the input and the output */

static unsigned exact_seed;
static inline unsigned next(void) {
    exact_seed = exact_seed * 1664525u + 1013904223u;
    return exact_seed >> 8;
}
static inline int between(int a, int b) {
    return a + (int)(next() % (unsigned)(b - a + 1));
}

/* [EXACT_GUARD + count + EXACT_GUARD], the guards NaN. */
static inline float *guarded(size_t count) {
    float *x = MEMORY_NEW(float, count + 2 * EXACT_GUARD);
    for (size_t i = 0; i < count + 2 * EXACT_GUARD; i++)
        x[i] = i < EXACT_GUARD || i >= EXACT_GUARD + count ? NAN : (float)next() / 8388608.0f - 1.0f;
    return x;
}

struct layer {
    struct scenario s;
    const struct primitive *p;
    float *in, *weights, *bias, *stored; /* guarded, but for stored */
    struct activation activation;
    char text[SCENARIO_TEXT];
};

static inline struct layer layer_of(const char *primitive, const struct scenario *s) {
    struct layer l = {.s = *s, .p = primitive_find(primitive)};
    ck_assert(l.p && primitive_applies(l.p, s));
    scenario_print(l.text, s);
    l.in = guarded((size_t)s->C * (size_t)s->H * (size_t)s->W);
    l.weights = guarded((size_t)s->M * (size_t)(s->C / s->groups * s->KH * s->KW)), l.bias = guarded((size_t)s->M);
    l.stored = memory_new(primitive_weights(l.p, s), 1);
    primitive_prepare(l.p, s, l.stored, l.weights + EXACT_GUARD);
    return l;
}
static inline void layer_free(struct layer *l) {
    free(l->in), free(l->weights), free(l->bias), free(l->stored);
}

static inline float *result_of(const struct layer *l, int threads) {
    const size_t count = (size_t)l->s.M * (size_t)scenario_out_h(&l->s) * (size_t)scenario_out_w(&l->s);
    float *out = guarded(count), nothing;
    primitive_run(l->p, &l->s, out + EXACT_GUARD, l->in + EXACT_GUARD, l->stored, l->bias + EXACT_GUARD, l->activation,
                  &nothing, threads);
    for (int i = 0; i < EXACT_GUARD; i++)
        ck_assert_msg(isnan(out[i]) && isnan(out[EXACT_GUARD + count + (size_t)i]), "%s: wrote outside", l->text);
    return out;
}

static inline double exact(const struct layer *l, int m, int oh, int ow) {
    const struct scenario *s = &l->s;
    const int C = s->C / s->groups, first = m / (s->M / s->groups) * C;
    const float *weight = l->weights + EXACT_GUARD + (size_t)m * (size_t)(C * s->KH * s->KW);
    double sum = l->bias[EXACT_GUARD + m];
    for (int c = first; c < first + C; c++)
        for (int kh = 0; kh < s->KH; kh++)
            for (int kw = 0; kw < s->KW; kw++, weight++) {
                const int h = oh * s->stride - s->pad.top + kh * s->dilation;
                const int w = ow * s->stride - s->pad.left + kw * s->dilation;
                if (h < 0 || h >= s->H || w < 0 || w >= s->W) continue;
                sum += (double)l->in[EXACT_GUARD + layout_index(l->p->in, s->C, s->H, s->W, c, h, w)] * (double)*weight;
            }
    return activated(l->activation, sum);
}

static inline void check_exact(const struct layer *l, const float *out) {
    const struct scenario *s = &l->s;
    const int OH = scenario_out_h(s), OW = scenario_out_w(s);
    for (int m = 0; m < s->M; m++)
        for (int oh = 0; oh < OH; oh++)
            for (int ow = 0; ow < OW; ow++) {
                const double x = out[EXACT_GUARD + layout_index(l->p->out, s->M, OH, OW, m, oh, ow)];
                const double y = exact(l, m, oh, ow);
                ck_assert_msg(fabs(x - y) <= ACTIVATED_SLOPE * 3e-7 * (s->C / s->groups * s->KH * s->KW + 1),
                              "%s, %s: %.9g at %d %d %d (expected %.9g)", l->p->name, l->text, x, m, oh, ow, y);
            }
}

static inline void check_threads(const struct layer *l, const float *out) {
    const size_t count = (size_t)l->s.M * (size_t)scenario_out_h(&l->s) * (size_t)scenario_out_w(&l->s);
    for (int threads = 2; threads <= 3; threads++) {
        float *other = result_of(l, threads);
        ck_assert_msg(memcmp(out + EXACT_GUARD, other + EXACT_GUARD, sizeof(float) * count) == 0,
                      "%s, %s: %d threads change bits", l->p->name, l->text, threads);
        free(other);
    }
}

/* Rows [a, b) by themselves, in HWC: bit for bit those of the layer. */
static inline void check_rows(const struct layer *l, const float *out) {
    const int OH = scenario_out_h(&l->s), a = between(0, OH - 1), b = between(a + 1, OH);
    struct layer rows = *l;
    int lo, hi;
    if (l->p->in != LAYOUT_HWC || !strip_of_scenario(&rows.s, &lo, &hi, &l->s, a, b)) return;
    const size_t row = (size_t)scenario_out_w(&l->s) * (size_t)l->s.M;
    rows.in = l->in + (size_t)lo * (size_t)l->s.W * (size_t)l->s.C;
    float *part = result_of(&rows, 1);
    ck_assert_msg(
        memcmp(part + EXACT_GUARD, out + EXACT_GUARD + (size_t)a * row, sizeof(float) * row * (size_t)(b - a)) == 0,
        "%s: rows %d to %d by themselves differ", l->text, a, b);
    free(part);
}

static inline void check_layer(const char *primitive, const struct scenario *s, enum activation_kind kind) {
    struct layer l = layer_of(primitive, s);
    l.activation = activation_of(kind);
    float *out = result_of(&l, 1);
    check_exact(&l, out);
    check_threads(&l, out);
    check_rows(&l, out);
    free(out), layer_free(&l);
}

#endif
