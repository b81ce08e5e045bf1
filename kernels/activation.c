#include "kernels/activation.h"

#include <assert.h>
#include <stdio.h>

#include "kernels/curve.h"

const char *const activation_names[ACTIVATIONS] = {
    "none",
#define ACTIVATION(symbol, name, form, key_a, a, key_b, b, y, help) #name,
#include "kernels/activations.def"
};

int activation_keys(enum activation_kind kind) {
    static const char *const keys[ACTIVATIONS][2] = {
        {NULL, NULL},
#define ACTIVATION(symbol, name, form, key_a, a, key_b, b, y, help) {key_a, key_b},
#include "kernels/activations.def"
    };
    assert(!keys[kind][1] || keys[kind][0]); /* a comes before b */
    return (keys[kind][0] != NULL) + (keys[kind][1] != NULL);
}

struct activation activation_of(enum activation_kind kind) {
    static const struct activation presets[ACTIVATIONS] = {
        {ACTIVATION_NONE, 0, 0},
#define ACTIVATION(symbol, name, form, key_a, a, key_b, b, y, help) {ACTIVATION_##symbol, (float)(a), (float)(b)},
#include "kernels/activations.def"
    };
    assert((int)kind >= 0 && kind < ACTIVATIONS && presets[kind].kind == kind);
    return presets[kind];
}

bool activation_equal(struct activation f, struct activation g) {
    return f.kind == g.kind && !(f.a < g.a) && !(f.a > g.a) && !(f.b < g.b) && !(f.b > g.b);
}

bool activation_repeats(struct activation f) {
    return activation_bounds(f);
}

void activation_print(char text[ACTIVATION_TEXT], struct activation f) {
    const int keys = activation_keys(f.kind);
    int used = snprintf(text, ACTIVATION_TEXT, "%s", activation_names[f.kind]);
    if (keys > 0) used += snprintf(text + used, ACTIVATION_TEXT - (size_t)used, "(%g", (double)f.a);
    if (keys > 1) used += snprintf(text + used, ACTIVATION_TEXT - (size_t)used, ",%g", (double)f.b);
    if (keys > 0) used += snprintf(text + used, ACTIVATION_TEXT - (size_t)used, ")");
    assert(used < ACTIVATION_TEXT);
}

#define CURVES_MOST ((size_t)1 << 20)

void activation_run(struct activation f, float *out, const float *in, size_t n) {
    assert((int)f.kind >= 0 && f.kind < ACTIVATIONS);
    if (activation_bounds(f)) {
        for (size_t i = 0; i < n; i++) out[i] = activation_bounded(in[i], f.a, f.b);
        return;
    }
    if (out != in) memmove(out, in, n * sizeof *out);
    if (f.kind == ACTIVATION_NONE) return;
    for (size_t i = 0; i < n; i += CURVES_MOST) /* as one row */
        curve_block(f, out + i, 0, 1, (int)(n - i < CURVES_MOST ? n - i : CURVES_MOST));
}
