/* Channels in another order, or some of them: slice and shuffle. Both copy runs of one channel, or in HWC gather a
 * pixel's channels one by one. */
#include <assert.h>
#include <math.h>
#include <stdint.h>
#include <stdio.h>

#include "kernels/operator.h"
#include "kernels/parallel.h"

/* The input's channel that becomes channel m. A shuffle transposes the channels as groups x C / groups. */
static int channels_source(const struct operator_shape *s, int m) {
    if (s->kind == OPERATOR_SLICE) return s->from + m;
    return m % s->groups * (s->M / s->groups) + m / s->groups;
}

/* n elements of each channel, channels n apart: a row in HCW, a plane in CHW. */
static void channels_copy(const struct operator_shape *s, float *out, const float *in, size_t n) {
    for (int m = 0; m < s->M; m++) memcpy(out + (size_t)m * n, in + (size_t)channels_source(s, m) * n, n * sizeof *out);
}

static void channels_pixels(const struct operator_shape *s, float *out, const float *in) {
    for (int w = 0; w < s->W; w++, out += s->M, in += s->C[0])
        for (int m = 0; m < s->M; m++) out[m] = in[channels_source(s, m)];
}

static void channels_run(const struct operator_shape *s, enum layout layout, float *out, const float *const *in,
                         const void *stored, const float *bias, void *workspace, int threads) {
    (void)stored, (void)bias, (void)workspace;
    const size_t from = (size_t)s->C[0] * (size_t)s->W, to = (size_t)s->M * (size_t)s->W;
    const float *x = in[0];
    const int H = s->H;
    if (layout == LAYOUT_CHW) {
        channels_copy(s, out, x, (size_t)H * (size_t)s->W);
        return;
    }
    PARALLEL_FOR
    for (int h = 0; h < H; h++) {
        if (layout == LAYOUT_HWC)
            channels_pixels(s, out + (size_t)h * to, x + (size_t)h * from);
        else
            channels_copy(s, out + (size_t)h * to, x + (size_t)h * from, (size_t)s->W);
    }
}

static bool channels_slice(struct operator_shape *s, const struct operator_layer *l, char wrong[OPERATOR_WRONG]) {
    s->from = (int)l->value[0];
    s->M = (int)l->value[1];
    if (s->from + (int64_t)s->M <= s->C[0]) return true;
    snprintf(wrong, OPERATOR_WRONG, "channels %d to %lld of `%s`, which has %d", s->from, (long long)s->from + s->M - 1,
             l->in[0].name, s->C[0]);
    return false;
}

static bool channels_shuffle(struct operator_shape *s, const struct operator_layer *l, char wrong[OPERATOR_WRONG]) {
    s->groups = (int)l->value[0];
    if (s->C[0] % s->groups == 0) return true;
    snprintf(wrong, OPERATOR_WRONG, "%d groups of the %d channels of `%s` (expected a divisor)", s->groups, s->C[0],
             l->in[0].name);
    return false;
}

static int channels_print_slice(char *text, size_t room, const struct operator_shape *s) {
    return snprintf(text, room, ",from=%d,m=%d", s->from, s->M);
}

static int channels_print_shuffle(char *text, size_t room, const struct operator_shape *s) {
    return snprintf(text, room, ",groups=%d", s->groups);
}

const struct operator_contract operator_slice = {
    .help = "channels from, from + 1, ..., m of them",
    .syntax = {1, 1, {{"from", KEY_PAD, 0, false}, {"m", KEY_SIZE, NAN, false}}},
    .by_rows = true,
    .stack = 256,
    .shape = channels_slice,
    .print = channels_print_slice,
    .run = channels_run};
const struct operator_contract operator_shuffle = {.help = "channels as a groups x C / groups matrix, transposed",
                                                   .syntax = {1, 1, {{"groups", KEY_SIZE, NAN, false}}},
                                                   .by_rows = true,
                                                   .stack = 256,
                                                   .shape = channels_shuffle,
                                                   .print = channels_print_shuffle,
                                                   .run = channels_run};
