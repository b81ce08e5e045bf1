/* Depthwise convolution on every path of its loops: blocks of columns at edges and inside, taps, few channels, channels
 * that do not fill a vector, copied rows in CHW, strides and dilations that are not copied. Against sums in double
 * precision; the input lies between NaNs, so that an element read outside the image is noticed. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "kernels/isa.h"
#include "kernels/primitive.h"
#include "kernels/strip.h"
#include "solver/base/memory.h"
#include "tests/support/activated.h"
#include "tests/support/harness.h"

#define GUARD 64 /* floats around the input and the output */

static unsigned seed;
static unsigned next(void) {
    seed = seed * 1664525u + 1013904223u;
    return seed >> 8;
}
static int between(int a, int b) {
    return a + (int)(next() % (unsigned)(b - a + 1));
}

/* [GUARD + count + GUARD], the guards NaN. */
static float *guarded(size_t count) {
    float *x = MEMORY_NEW(float, count + 2 * GUARD);
    for (size_t i = 0; i < count + 2 * GUARD; i++)
        x[i] = i < GUARD || i >= GUARD + count ? NAN : (float)next() / 8388608.0f - 1.0f;
    return x;
}

struct layer {
    struct scenario s;
    const struct primitive *p;
    float *in, *weights, *bias, *stored; /* guarded, but for stored */
    struct activation activation;
    char text[SCENARIO_TEXT];
};

static struct layer layer_of(const char *primitive, const struct scenario *s) {
    struct layer l = {.s = *s, .p = primitive_find(primitive)};
    ck_assert(l.p && primitive_applies(l.p, s));
    scenario_print(l.text, s);
    l.in = guarded((size_t)s->C * (size_t)s->H * (size_t)s->W);
    l.weights = guarded((size_t)s->M * (size_t)(s->KH * s->KW)), l.bias = guarded((size_t)s->M);
    l.stored = memory_new(primitive_weights(l.p, s), 1);
    primitive_prepare(l.p, s, l.stored, l.weights + GUARD);
    return l;
}
static void layer_free(struct layer *l) {
    free(l->in), free(l->weights), free(l->bias), free(l->stored);
}

static float *result_of(const struct layer *l, int threads) {
    const size_t count = (size_t)l->s.M * (size_t)scenario_out_h(&l->s) * (size_t)scenario_out_w(&l->s);
    float *out = guarded(count), nothing;
    primitive_run(l->p, &l->s, out + GUARD, l->in + GUARD, l->stored, l->bias + GUARD, l->activation, &nothing,
                  threads);
    for (int i = 0; i < GUARD; i++)
        ck_assert_msg(isnan(out[i]) && isnan(out[GUARD + count + (size_t)i]), "%s: wrote outside", l->text);
    return out;
}

static double exact(const struct layer *l, int m, int oh, int ow) {
    const struct scenario *s = &l->s;
    double sum = l->bias[GUARD + m];
    for (int kh = 0; kh < s->KH; kh++)
        for (int kw = 0; kw < s->KW; kw++) {
            const int h = oh * s->stride - s->pad.top + kh * s->dilation;
            const int w = ow * s->stride - s->pad.left + kw * s->dilation;
            if (h < 0 || h >= s->H || w < 0 || w >= s->W) continue;
            const size_t at = layout_index(l->p->in, s->C, s->H, s->W, m / (s->M / s->C), h, w);
            sum += (double)l->in[GUARD + at] * (double)l->weights[GUARD + (m * s->KH + kh) * s->KW + kw];
        }
    return activated(l->activation, sum);
}

static void check_exact(const struct layer *l, const float *out) {
    const struct scenario *s = &l->s;
    const int OH = scenario_out_h(s), OW = scenario_out_w(s);
    for (int m = 0; m < s->M; m++)
        for (int oh = 0; oh < OH; oh++)
            for (int ow = 0; ow < OW; ow++) {
                const double x = out[GUARD + layout_index(l->p->out, s->M, OH, OW, m, oh, ow)];
                const double y = exact(l, m, oh, ow);
                ck_assert_msg(fabs(x - y) <= ACTIVATED_SLOPE * 3e-7 * (s->KH * s->KW + 1),
                              "%s, %s: %.9g at %d %d %d (expected %.9g)", l->p->name, l->text, x, m, oh, ow, y);
            }
}

static void check_threads(const struct layer *l, const float *out) {
    const size_t count = (size_t)l->s.M * (size_t)scenario_out_h(&l->s) * (size_t)scenario_out_w(&l->s);
    for (int threads = 2; threads <= 3; threads++) {
        float *other = result_of(l, threads);
        ck_assert_msg(memcmp(out + GUARD, other + GUARD, sizeof(float) * count) == 0, "%s, %s: %d threads change bits",
                      l->p->name, l->text, threads);
        free(other);
    }
}

/* Rows [a, b) by themselves, in HWC: bit for bit those of the layer. */
static void check_rows(const struct layer *l, const float *out) {
    const int OH = scenario_out_h(&l->s), a = between(0, OH - 1), b = between(a + 1, OH);
    struct layer rows = *l;
    int lo, hi;
    if (l->p->in != LAYOUT_HWC || !strip_of_scenario(&rows.s, &lo, &hi, &l->s, a, b)) return;
    const size_t row = (size_t)scenario_out_w(&l->s) * (size_t)l->s.M;
    rows.in = l->in + (size_t)lo * (size_t)l->s.W * (size_t)l->s.C;
    float *part = result_of(&rows, 1);
    ck_assert_msg(memcmp(part + GUARD, out + GUARD + (size_t)a * row, sizeof(float) * row * (size_t)(b - a)) == 0,
                  "%s: rows %d to %d by themselves differ", l->text, a, b);
    free(part);
}

static void check_layer(const char *primitive, const struct scenario *s, enum activation_kind kind) {
    struct layer l = layer_of(primitive, s);
    l.activation = activation_of(kind);
    float *out = result_of(&l, 1);
    check_exact(&l, out);
    check_threads(&l, out);
    check_rows(&l, out);
    free(out), layer_free(&l);
}

static struct scenario invented(bool multiplies) {
    static const int kernels[] = {3, 5, 3, 5, 1, 2, 4, 7};
    for (;;) {
        const int K = kernels[next() % 8], D = next() % 4 ? 1 : between(2, 3), C = between(1, next() % 2 ? 70 : 9);
        struct scenario s = {.C = C, .H = between(1, 12), .W = between(1, 40), .M = C, .KH = K, .KW = K, .groups = C};
        s.stride = next() % 4 ? between(1, 2) : 3, s.dilation = D;
        if (next() % 4 == 0) s.KH = between(1, 3);
        if (multiplies) s.M *= between(1, 3);
        const int pad = next() % 2 ? (K - 1) * D / 2 : -1, most = K + 1;
        s.pad = padding_all(pad);
        if (pad < 0) s.pad = (struct padding){between(0, most), between(0, most), between(0, most), between(0, most)};
        if (!scenario_check(&s)) return s;
    }
}

static void check_isa(int isa, const char *primitive, bool multiplies) {
    static const enum activation_kind kinds[] = {ACTIVATION_NONE, ACTIVATION_RELU, ACTIVATION_RELU6,
                                                 ACTIVATION_HARD_SWISH};
    if (!isa_force((enum isa)isa)) return;
    seed = 20 + (unsigned)isa;
    for (int i = 0; i < 120; i++) {
        const struct scenario s = invented(multiplies);
        check_layer(primitive, &s, kinds[i % 4]);
    }
}

START_TEST(invented_layers_in_hwc_agree_with_sums_in_double_precision) {
    check_isa(_i, "depthwise-hwc", false);
}
END_TEST

START_TEST(invented_layers_in_chw_agree_with_sums_in_double_precision) {
    check_isa(_i, "depthwise-chw", true);
}
END_TEST

/* A stride or a dilation that would need a copied row of more floats than there is room for. */
START_TEST(long_steps_in_chw_are_not_copied) {
    struct scenario s = {
        .C = 2, .H = 3, .W = 1400, .M = 4, .KH = 3, .KW = 5, .stride = 1, .dilation = 300, .groups = 2};
    s.pad = padding_all(300);
    ck_assert_ptr_null(scenario_check(&s));
    check_layer("depthwise-chw", &s, ACTIVATION_RELU);
}
END_TEST

int main(void) {
    Suite *suite = suite_create("depthwise");
    TCase *tc = tcase_create("depthwise");
    tcase_add_loop_test(tc, invented_layers_in_hwc_agree_with_sums_in_double_precision, 0, ISAS);
    tcase_add_loop_test(tc, invented_layers_in_chw_agree_with_sums_in_double_precision, 0, ISAS);
    tcase_add_test(tc, long_steps_in_chw_are_not_copied);
    suite_add_tcase(suite, tc);
    return harness_run(suite);
}
