/* An activation as a layer: one operator for each row of kernels/activations.def. */
#include <assert.h>
#include <stdint.h>
#include <stdio.h>

#include "kernels/operator.h"
#include "kernels/parallel.h"

#define PIECE 1024 /* floats that one thread handles at a time: few enough to be shared out evenly */

/* In place is allowed: element i is read before it is written, and by its own thread only. */
static void activate_run(const struct operator_shape *s, enum layout layout, float *out, const float *const *in,
                         const void *stored, const float *bias, void *workspace, int threads) {
    (void)layout, (void)stored, (void)bias, (void)workspace;
    const int64_t n = (int64_t)s->C[0] * s->H * s->W;
    const float *x = in[0];
    assert(s->activation.kind != ACTIVATION_NONE);
    PARALLEL_FOR
    for (int64_t first = 0; first < n; first += PIECE)
        activation_run(s->activation, out + first, x + first, (size_t)(n - first < PIECE ? n - first : PIECE));
}

static enum activation_kind activate_kind(enum operator_kind kind) {
#define ACTIVATION(symbol, name, form, key_a, a, key_b, b, y, help)                                                    \
    if (kind == OPERATOR_##symbol) return ACTIVATION_##symbol;
#include "kernels/activations.def"
    return ACTIVATION_NONE;
}

static bool activate_shape(struct operator_shape *s, const struct operator_layer *l, char wrong[OPERATOR_WRONG]) {
    struct activation *f = &s->activation;
    *f = activation_of(activate_kind(s->kind));
    const int keys = activation_keys(f->kind);
    if (keys > 0) f->a = (float)l->value[0];
    if (keys > 1) f->b = (float)l->value[1];
    if (!activation_bounds(*f) || f->a <= f->b) return true;
    snprintf(wrong, OPERATOR_WRONG, "the lower bound, %g, is above the upper one, %g (expected at most that)",
             (double)f->a, (double)f->b);
    return false;
}

#define ACTIVATION(symbol, name, form, key_a, preset_a, key_b, preset_b, y, text)                                      \
    const struct operator_contract operator_##name = {                                                                 \
        .help = text,                                                                                                  \
        .syntax = {1, 1, {{key_a, KEY_NUMBER, preset_a, false}, {key_b, KEY_NUMBER, preset_b, false}}},                \
        .activates = true,                                                                                             \
        .in_place = 1,                                                                                                 \
        .by_rows = true,                                                                                               \
        .stack = 512,                                                                                                  \
        .shape = activate_shape,                                                                                       \
        .run = activate_run};
#include "kernels/activations.def"
