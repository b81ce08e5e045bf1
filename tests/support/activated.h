/* activated.h - what an activation gives, in double and by its definition: the oracle of the kernels' tests, which knows
 * neither kernels/curve.h nor the runtime's reference. */
#ifndef TESTS_SUPPORT_ACTIVATED_H
#define TESTS_SUPPORT_ACTIVATED_H
#include <math.h>

#include "kernels/activation.h"

static inline double activated(struct activation f, double x) {
    const double a = (double)f.a, b = (double)f.b;
    switch (f.kind) {
    case ACTIVATION_NONE: return x;
    case ACTIVATION_RELU: return fmax(x, 0);
    case ACTIVATION_RELU6: return fmin(fmax(x, 0), 6);
    case ACTIVATION_CLIP: return x < a ? a : x > b ? b : x;
    case ACTIVATION_LEAKY_RELU: return x < 0 ? a * x : x;
    case ACTIVATION_ELU: return x < 0 ? a * expm1(x) : x;
    case ACTIVATION_SIGMOID: return x < 0 ? exp(x) / (exp(x) + 1) : 1 / (1 + exp(-x));
    case ACTIVATION_HARD_SIGMOID: return a * x + b < 0 ? 0 : a * x + b > 1 ? 1 : a * x + b;
    case ACTIVATION_SILU: return x < 0 ? x * exp(x) / (exp(x) + 1) : x / (1 + exp(-x));
    case ACTIVATION_HARD_SWISH: return x * fmin(fmax(x + 3, 0), 6) / 6;
    case ACTIVATION_TANH: return tanh(x);
    case ACTIVATIONS: break;
    }
    return NAN;
}

/* A row's presets or, `other`, further values where it has keys. */
static inline struct activation activated_sample(enum activation_kind kind, bool other) {
    struct activation f = activation_of(kind);
    if (other && activation_keys(kind) > 0) f.a = -0.25f;
    if (other && activation_keys(kind) > 1) f.b = 0.5f;
    return f;
}

/* The most by which a small error of x grows: derivatives are at most that (hard swish: 1.5 at 3, swish: 1.1). */
#define ACTIVATED_SLOPE 1.5

#endif
