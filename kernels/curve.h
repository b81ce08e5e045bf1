/* curve.h - activations that are no bounds (kernels/activations.def), sixteen elements at a time, and what their formulas
 * are made of.
 *
 * The exponential, for x <= 0 (Cody & Waite 1980): x = n ln 2 + r, |r| <= ln 2 / 2, e^r - 1 by its Taylor polynomial of
 * degree 7 (remainder 6e-9 of r), times 2^n. Below n = -126, where e^x is smaller than the
 * smallest normal float, it is 0. Errors are at most 4 units in the last place (tests/kernels/test_activations.c).
 *
 * All are plain arithmetic without branches or library calls, and a last few elements are done in a block of sixteen like
 * the rest: so an element's result does not depend on its place. Rounding to float after each operation is assumed
 * (FLT_EVAL_METHOD 0; no -ffast-math). */
#ifndef KERNELS_CURVE_H
#define KERNELS_CURVE_H
#include <stdint.h>
#include <string.h>

#include "kernels/activation.h"
#include "kernels/unroll.h"

#define CURVE_LANES 16

/* e^x = *scale (1 + the result); x <= 0 or NaN. */
static inline __attribute__((always_inline)) float curve_exp(float *scale, float x) {
    x = x < -88 ? -88 : x;
    const float shifted = x * 1.44269504f + 12582912.0f; /* 1.5 * 2^23: the last bits are those of the integer n */
    const float n = shifted - 12582912.0f;
    const float r = (x - n * 0.693359375f) + n * 2.12194440e-4f; /* ln 2 in two parts, the first of few bits */
    uint32_t power;
    memcpy(&power, &shifted, sizeof power);
    power = (power + 127) << 23;
    memcpy(scale, &power, sizeof power);
    float p = 1.0f / 5040;
    p = p * r + 1.0f / 720;
    p = p * r + 1.0f / 120;
    p = p * r + 1.0f / 24;
    p = p * r + 1.0f / 6;
    p = p * r + 0.5f;
    return p * r * r + r;
}

/* e^x - 1; x <= 0 or NaN. */
static inline __attribute__((always_inline)) float curve_expm1(float x) {
    float scale;
    const float p = curve_exp(&scale, x);
    return scale * p + (scale - 1);
}

/* With e = e^-|x|: 1 / (1 + e), or e / (1 + e) for x < 0: no digits are lost on either side. */
static inline __attribute__((always_inline)) float curve_sigmoid(float x) {
    float scale;
    const float p = curve_exp(&scale, x > 0 ? -x : x), e = scale * p + scale;
    return (x > 0 ? 1 : e) / (1 + e);
}

/* With t = e^(-2|x|) - 1: |tanh x| = -t / (t + 2). */
static inline __attribute__((always_inline)) float curve_tanh(float x) {
    const float t = curve_expm1(2 * (x > 0 ? -x : x)), y = t / (t + 2);
    return x > 0 ? -y : y;
}

/* at[CURVE_LANES], where they lie: a copy would be written in other widths than it is read, which takes longer than most
 * formulas. */
static inline __attribute__((always_inline)) void curve_lanes(struct activation f, float *at) {
    const float a = f.a, b = f.b;
    (void)a, (void)b;
    switch (f.kind) {
    case ACTIVATION_NONE:
    case ACTIVATIONS: break;
#define ACTIVATION(symbol, name, form, key_a, preset_a, key_b, preset_b, y, help)                                      \
    case ACTIVATION_##symbol:                                                                                          \
        NO_UNROLL                                                                                                      \
        for (int i = 0; i < (ACTIVATION_IS_USED(symbol) ? CURVE_LANES : 0); i++) {                                     \
            const float x = at[i];                                                                                     \
            at[i] = (y);                                                                                               \
        }                                                                                                              \
        break;
#include "kernels/activations.def"
    }
}

/* c[i * ldc + j] = f(c[i * ldc + j]), i < rows, j < columns, by the current instruction set. */
void curve_block(struct activation f, float *c, size_t ldc, int rows, int columns);

#endif
