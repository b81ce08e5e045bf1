/* checked_operator.h - one operator on noise, in every layout, by one thread and by two, in memory between canaries,
 * against operator_oracle.h: checked_operator(shape, with bias). */
#ifndef TESTS_SUPPORT_CHECKED_OPERATOR_H
#define TESTS_SUPPORT_CHECKED_OPERATOR_H
#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "kernels/operator.h"
#include "solver/base/memory.h"
#include "tests/support/guarded.h"
#include "tests/support/operator_oracle.h"

#define CHECKED_OPERATOR_TOLERANCE 3e-6

static uint32_t checked_operator_state;

static inline float checked_operator_noise(void) { /* in [-1, 1) */
    checked_operator_state = checked_operator_state * 1664525u + 1013904223u;
    return (float)(checked_operator_state >> 8) / 8388608.0f - 1.0f;
}

static inline void checked_operator_layout(float *out, const float *in, int C, int H, int W, enum layout layout) {
    for (int c = 0; c < C; c++)
        for (int h = 0; h < H; h++)
            for (int w = 0; w < W; w++)
                out[layout_index(layout, C, H, W, c, h, w)] = in[layout_index(LAYOUT_CHW, C, H, W, c, h, w)];
}

static inline void checked_operator_compare(const struct operator_shape *s, enum layout layout, const float *out,
                                            const double *want, const char *text) {
    /* The few outputs of fc may all be near 0 by chance; a sum of n products of noise has a standard deviation of
     * sqrt(n) / 3. */
    double most = s->kind == OPERATOR_FC ? sqrt((double)operator_oracle_inputs(s, 0)) / 3 : 0, error = 0;
    for (int m = 0; m < s->M; m++)
        for (int h = 0; h < s->OH; h++)
            for (int w = 0; w < s->OW; w++) {
                const double y = want[layout_index(LAYOUT_CHW, s->M, s->OH, s->OW, m, h, w)];
                const double e = fabs(y - (double)out[layout_index(layout, s->M, s->OH, s->OW, m, h, w)]);
                most = fmax(most, fabs(y));
                if (!(e <= error)) error = e; /* a NaN stays */
            }
    ck_assert_msg(error <= CHECKED_OPERATOR_TOLERANCE * most, "%s in %s: error %g of %g", text, layout_names[layout],
                  error, most);
}

static inline void checked_operator_run(const struct operator_shape *s, enum layout layout, const float *const *in,
                                        const float *weights, const float *bias, const double *want, int threads,
                                        struct guarded out, const char *text) {
    struct guarded input[OPERATOR_INPUTS];
    const float *inputs[OPERATOR_INPUTS] = {NULL};
    for (int i = 0; i < s->inputs; i++) {
        input[i] = guarded_new(sizeof(float) * operator_oracle_inputs(s, i));
        checked_operator_layout(input[i].body, in[i], s->C[i], s->H, s->W, layout);
        inputs[i] = input[i].body;
    }
    struct guarded stored = guarded_new(operator_weights(s, layout));
    struct guarded workspace = guarded_new(operator_workspace(s, layout, threads));
    operator_prepare(s, layout, stored.body, weights);
    operator_run(s, layout, out.body, inputs, stored.body, bias, workspace.body, threads);
    checked_operator_compare(s, layout, out.body, want, text);
    guarded_free(stored, "the stored weights", text), guarded_free(workspace, "the workspace", text);
    for (int i = 0; i < s->inputs; i++) guarded_free(input[i], "an input", text);
}

static inline void checked_operator(const struct operator_shape *s, bool with_bias) {
    char text[OPERATOR_TEXT];
    operator_print(text, s);
    float *in[OPERATOR_INPUTS] = {NULL};
    checked_operator_state = 1;
    for (int i = 0; i < s->inputs; i++) {
        in[i] = MEMORY_NEW(float, operator_oracle_inputs(s, i));
        for (size_t k = 0; k < operator_oracle_inputs(s, i); k++) in[i][k] = checked_operator_noise();
    }
    const size_t raw = s->kind == OPERATOR_FC ? (size_t)s->M * operator_oracle_inputs(s, 0) : 0;
    float *weights = MEMORY_NEW(float, raw), *bias = MEMORY_NEW(float, s->M);
    for (size_t k = 0; k < raw; k++) weights[k] = checked_operator_noise();
    for (int m = 0; m < s->M; m++) bias[m] = 10 * checked_operator_noise();
    double *want = MEMORY_NEW(double, operator_oracle_outputs(s));
    for (int m = 0; m < s->M; m++)
        for (int h = 0; h < s->OH; h++)
            for (int w = 0; w < s->OW; w++)
                want[layout_index(LAYOUT_CHW, s->M, s->OH, s->OW, m, h, w)] =
                    operator_oracle(s, (const float *const *)in, weights, with_bias ? bias : NULL, m, h, w);
    for (int layout = 0; layout < LAYOUTS; layout++) {
        struct guarded one = guarded_new(sizeof(float) * operator_oracle_outputs(s)), two = guarded_new(one.size);
        checked_operator_run(s, (enum layout)layout, (const float *const *)in, weights, with_bias ? bias : NULL, want,
                             1, one, text);
        checked_operator_run(s, (enum layout)layout, (const float *const *)in, weights, with_bias ? bias : NULL, want,
                             2, two, text);
        ck_assert_msg(memcmp(one.body, two.body, one.size) == 0, "%s: threads change the result", text);
        guarded_free(one, "the output", text), guarded_free(two, "the output", text);
    }
    for (int i = 0; i < s->inputs; i++) free(in[i]);
    free(weights), free(bias), free(want);
}

#endif
