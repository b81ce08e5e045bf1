/* activation.h - the functions of one element that may follow a layer: one table (kernels/activations.def), one row
 * each.
 *
 *     y = f(x; a, b)
 *
 * Every convolution, fc and add ends with one; ACTIVATION_NONE, which is all zeros, changes nothing. Bounds (ReLU, ReLU6,
 * clip) are applied in registers where an element is finished: activation_bounded. The others, curves, are applied to
 * the elements just written, while they are in the cache: kernels/curve.h by kernels that are compiled for several
 * instruction sets, activation_run by the others. Either way an element's result depends on x, a and b alone, to the bit,
 * not on where it lies or how many are done together.
 *
 * Not a number: bounds give a (so ReLU gives 0), curves what their formula says, which is NaN for all but the hard
 * sigmoid (0). */
#ifndef KERNELS_ACTIVATION_H
#define KERNELS_ACTIVATION_H
#include <math.h>
#include <stdbool.h>
#include <stddef.h>

enum activation_kind {
    ACTIVATION_NONE,
#define ACTIVATION(symbol, name, form, key_a, a, key_b, b, y, help) ACTIVATION_##symbol,
#include "kernels/activations.def"
    ACTIVATIONS
};

#define ACTIVATION_TEXT 64

struct activation {
    enum activation_kind kind;
    float a, b; /* the parameters: what they mean is the row's */
};

/* The activations that are compiled in, bits by kind: an emitted program has only those of its plan. */
#ifndef ACTIVATION_USED
#define ACTIVATION_USED (~0u)
#endif
#define ACTIVATION_IS_USED(symbol) (ACTIVATION_USED >> ACTIVATION_##symbol & 1)

enum activation_form { ACTIVATION_BOUNDS, ACTIVATION_CURVE };

/* x within [low, high]; low if x is NaN. */
static inline __attribute__((always_inline)) float activation_bounded(float x, float low, float high) {
    x = x > low ? x : low;
    return x < high ? x : high;
}

static inline __attribute__((always_inline)) bool activation_has_form(enum activation_kind kind,
                                                                      enum activation_form form) {
    const unsigned kinds = 0u /* bits: known when it is compiled */
#define ACTIVATION(symbol, name, is, key_a, a, key_b, b, y, help)                                                      \
    | (unsigned)(ACTIVATION_IS_USED(symbol) && form == ACTIVATION_##is) << ACTIVATION_##symbol
#include "kernels/activations.def"
        ;
    return kinds >> kind & 1;
}
static inline __attribute__((always_inline)) bool activation_bounds(struct activation f) {
    return activation_has_form(f.kind, ACTIVATION_BOUNDS);
}
static inline __attribute__((always_inline)) bool activation_curves(struct activation f) {
    return activation_has_form(f.kind, ACTIVATION_CURVE);
}

/* f where `final`, else none: for sums that are made in parts. */
static inline struct activation activation_if(bool final, struct activation f) {
    return final ? f : (struct activation){ACTIVATION_NONE, 0, 0};
}

extern const char *const activation_names[ACTIVATIONS]; /* as in the network language; "none" */

int activation_keys(enum activation_kind kind);             /* 0; 1: a; 2: a and b can be given */
struct activation activation_of(enum activation_kind kind); /* with the row's presets */
bool activation_equal(struct activation f, struct activation g);
/* f(f(x)) = f(x) for all x: bounds. */
bool activation_repeats(struct activation f);
/* name, or name(a), name(a,b) where the row has keys. */
void activation_print(char text[ACTIVATION_TEXT], struct activation f);
/* out[i] = f(in[i]), i < n; out may be in. */
void activation_run(struct activation f, float *out, const float *in, size_t n);

#endif
