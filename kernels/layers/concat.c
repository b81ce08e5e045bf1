#include <assert.h>
#include <stdio.h>

#include "kernels/operator.h"
#include "kernels/parallel.h"

/* The output is `outer` blocks, each made of one run of every input: CHW 1 block of C H W; HWC one block per pixel,
 * runs of C; HCW one block per row, runs of C W. A run that lies where it goes already is left there: with one block,
 * that is an input as a whole. */
static void concat_run(const struct operator_shape *s, enum layout layout, float *out, const float *const *in,
                       const void *stored, const float *bias, void *workspace, int threads) {
    (void)stored, (void)bias, (void)workspace;
    const size_t pixels = (size_t)s->H * (size_t)s->W;
    const size_t unit = layout == LAYOUT_CHW ? pixels : layout == LAYOUT_HCW ? (size_t)s->W : 1;
    const int outer = (int)(pixels / unit);
    size_t block = 0;
    for (int i = 0; i < s->inputs; i++) block += (size_t)s->C[i] * unit;
    assert(block == (size_t)s->M * unit); /* runs fill the output */
    PARALLEL_FOR
    for (int o = 0; o < outer; o++) {
        float *at = out + (size_t)o * block;
        for (int i = 0; i < s->inputs; i++) {
            const size_t run = (size_t)s->C[i] * unit;
            if (at != in[i] + (size_t)o * run) memcpy(at, in[i] + (size_t)o * run, sizeof(float) * run);
            at += run;
        }
    }
}

static bool concat_shape(struct operator_shape *s, const struct operator_layer *l, char wrong[OPERATOR_WRONG]) {
    s->M = 0;
    for (int i = 0; i < l->inputs; i++) {
        s->M += l->in[i].C; /* at most 8 x 2^20 */
        if (l->in[i].H == s->H && l->in[i].W == s->W) continue;
        snprintf(wrong, OPERATOR_WRONG,
                 "`%s` is %d x %d x %d (expected the same height and width as `%s`, %d x %d x %d)", l->in[i].name,
                 l->in[i].C, l->in[i].H, l->in[i].W, l->in[0].name, s->C[0], s->H, s->W);
        return false;
    }
    return true;
}

const struct operator_contract operator_concat = {.help = "inputs one after the other along the channels",
                                                  .syntax = {2, OPERATOR_INPUTS, {{0}}},
                                                  .uneven = true,
                                                  .joins = true,
                                                  .by_rows = true,
                                                  .stack = 256,
                                                  .shape = concat_shape,
                                                  .run = concat_run};
