/* The same elements as an image of other sizes: in the order of CHW, or with `last` in that of HWC on both sides (what
 * frameworks that keep channels last call a reshape). Where the layout has that order the bytes stay as they are. */
#include <assert.h>
#include <math.h>
#include <stdint.h>
#include <stdio.h>

#include "kernels/operator.h"
#include "kernels/parallel.h"

/* Where element i, in the order of the reshape, lies in a tensor of that layout. */
static size_t reshape_place(bool last, enum layout layout, int64_t i, int C, int H, int W) {
    const int c = (int)(last ? i % C : i / ((int64_t)H * W)), pixel = (int)(last ? i / C : i % ((int64_t)H * W));
    return layout_index(layout, C, H, W, c, pixel / W, pixel % W);
}

static void reshape_run(const struct operator_shape *s, enum layout layout, float *out, const float *const *in,
                        const void *stored, const float *bias, void *workspace, int threads) {
    (void)stored, (void)bias, (void)workspace;
    const int C = s->C[0], H = s->H, W = s->W;
    const int64_t n = (int64_t)C * H * W;
    const bool last = s->last;
    const float *x = in[0];
    assert(n == (int64_t)s->M * s->OH * s->OW);
    if (layout == (last ? LAYOUT_HWC : LAYOUT_CHW)) {
        memcpy(out, x, (size_t)n * sizeof *out);
        return;
    }
    PARALLEL_FOR
    for (int64_t i = 0; i < n; i++)
        out[reshape_place(last, layout, i, s->M, s->OH, s->OW)] = x[reshape_place(last, layout, i, C, H, W)];
}

enum { RESHAPE_C, RESHAPE_H, RESHAPE_W, RESHAPE_LAST }; /* keys */

static bool reshape_shape(struct operator_shape *s, const struct operator_layer *l, char wrong[OPERATOR_WRONG]) {
    const int64_t n = (int64_t)s->C[0] * s->H * s->W;
    s->OH = (int)l->value[RESHAPE_H], s->OW = (int)l->value[RESHAPE_W];
    s->last = l->value[RESHAPE_LAST] != 0;
    const int64_t pixels = (int64_t)s->OH * s->OW, rest = n / pixels;
    const double C = l->given[RESHAPE_C] ? l->value[RESHAPE_C] : (double)rest;
    if (C <= 1 << 20 && (int64_t)C * pixels == n) {
        s->M = (int)C;
        return true;
    }
    snprintf(wrong, OPERATOR_WRONG, "the %lld elements of `%s` do not make %.0f x %d x %d%s", (long long)n,
             l->in[0].name, C, s->OH, s->OW, C > 1 << 20 ? " (expected at most 2^20 channels)" : "");
    return false;
}

static int reshape_print(char *text, size_t room, const struct operator_shape *s) {
    return snprintf(text, room, ",to=%dx%dx%d,last=%d", s->M, s->OH, s->OW, s->last);
}

const struct operator_contract operator_reshape = {.help = "the same elements as c x h x w; last: in the order of HWC",
                                                   .syntax = {1,
                                                              1,
                                                              {{"c", KEY_SIZE, NAN, true},
                                                               {"h", KEY_SIZE, 1, false},
                                                               {"w", KEY_SIZE, 1, false},
                                                               {"last", KEY_FLAG, 0, false}}},
                                                   .stack = 256,
                                                   .shape = reshape_shape,
                                                   .print = reshape_print,
                                                   .run = reshape_run};
