#include <stdint.h>
#include <stdio.h>

#include "kernels/operator.h"
#include "kernels/parallel.h"

#define PIECE 1024 /* floats that one thread handles at a time: few enough to be shared out evenly */

static void add_piece(float *out, const float *const *in, int inputs, int64_t first, int64_t last,
                      struct activation activation) {
    const float *a = in[0], *b = in[1];
    for (int64_t i = first; i < last; i++) out[i] = a[i] + b[i];
    for (int k = 2; k < inputs; k++) {
        const float *more = in[k];
        for (int64_t i = first; i < last; i++) out[i] += more[i];
    }
    if (activation.kind != ACTIVATION_NONE)
        activation_run(activation, out + first, out + first, (size_t)(last - first));
}

/* out may be in[0] or in[1]. */
static void add_run(const struct operator_shape *s, enum layout layout, float *out, const float *const *in,
                    const void *stored, const float *bias, void *workspace, int threads) {
    (void)layout, (void)stored, (void)bias, (void)workspace;
    const int64_t n = (int64_t)s->C[0] * s->H * s->W;
    PARALLEL_FOR
    for (int64_t first = 0; first < n; first += PIECE)
        add_piece(out, in, s->inputs, first, first + PIECE < n ? first + PIECE : n, s->activation);
}

static bool add_shape(struct operator_shape *s, const struct operator_layer *l, char wrong[OPERATOR_WRONG]) {
    for (int i = 1; i < l->inputs; i++) {
        if (l->in[i].C == s->C[0] && l->in[i].H == s->H && l->in[i].W == s->W) continue;
        snprintf(wrong, OPERATOR_WRONG, "`%s` is %d x %d x %d (expected the same size as `%s`, %d x %d x %d)",
                 l->in[i].name, l->in[i].C, l->in[i].H, l->in[i].W, l->in[0].name, s->C[0], s->H, s->W);
        return false;
    }
    return true;
}

static int add_print(char *text, size_t room, const struct operator_shape *s) {
    return snprintf(text, room, ",inputs=%d,relu=%d", s->inputs, s->activation.kind != ACTIVATION_NONE);
}

const struct operator_contract operator_add = {.help = "element-wise sum of the inputs",
                                               .syntax = {2, OPERATOR_INPUTS, {{0}}},
                                               .fuses = true,
                                               .in_place = 2,
                                               .by_rows = true,
                                               .stack = 256,
                                               .shape = add_shape,
                                               .print = add_print,
                                               .run = add_run};
