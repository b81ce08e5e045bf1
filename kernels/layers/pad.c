/* Pixels of one value around an image. */
#include <assert.h>
#include <stdint.h>
#include <stdio.h>

#include "kernels/operator.h"
#include "kernels/parallel.h"

static void pad_fill(float *out, float value, size_t n) {
    for (size_t i = 0; i < n; i++) out[i] = value;
}

/* Output row oh of `runs` runs of OW x unit elements (HWC: one run, a unit is a pixel; else a run for each channel that
 * lies next to the others in this row). NULL: above or below the image. */
static void pad_row(const struct operator_shape *s, float *out, const float *in, int runs, size_t unit) {
    const size_t left = (size_t)s->pad.left * unit, width = (size_t)s->W * unit, whole = (size_t)s->OW * unit;
    for (int r = 0; r < runs; r++, out += whole) {
        if (!in) {
            pad_fill(out, s->value, whole);
            continue;
        }
        pad_fill(out, s->value, left);
        memcpy(out + left, in + (size_t)r * width, width * sizeof *out);
        pad_fill(out + left + width, s->value, whole - left - width);
    }
}

static void pad_run(const struct operator_shape *s, enum layout layout, float *out, const float *const *in,
                    const void *stored, const float *bias, void *workspace, int threads) {
    (void)stored, (void)bias, (void)workspace;
    const int C = s->C[0], planes = layout == LAYOUT_CHW ? C : 1, OH = s->OH;
    const int runs = layout == LAYOUT_HCW ? C : 1;
    const size_t unit = layout == LAYOUT_HWC ? (size_t)C : 1;
    const float *x = in[0];
    assert(s->OH == s->H + s->pad.top + s->pad.bottom && s->OW == s->W + s->pad.left + s->pad.right);
    PARALLEL_FOR
    for (int row = 0; row < planes * OH; row++) {
        const int c = row / OH, oh = row % OH, h = oh - s->pad.top;
        pad_row(s, out + layout_index(layout, C, OH, s->OW, c, oh, 0),
                h >= 0 && h < s->H ? x + layout_index(layout, C, s->H, s->W, c, h, 0) : NULL, runs, unit);
    }
}

enum { PAD_P, PAD_VALUE = PAD_P + 5 }; /* keys */

static bool pad_shape(struct operator_shape *s, const struct operator_layer *l, char wrong[OPERATOR_WRONG]) {
    const char *twice = operator_padding(&s->pad, l->value + PAD_P, l->given + PAD_P);
    s->value = (float)l->value[PAD_VALUE];
    s->OH = s->H + s->pad.top + s->pad.bottom, s->OW = s->W + s->pad.left + s->pad.right;
    if (!twice && s->OH <= 1 << 20 && s->OW <= 1 << 20) return true;
    snprintf(wrong, OPERATOR_WRONG, "%s", twice ? twice : "every output size must be at most 1048576");
    return false;
}

static int pad_print(char *text, size_t room, const struct operator_shape *s) {
    char sides[PADDING_TEXT];
    padding_print(sides, &s->pad);
    return snprintf(text, room, ",p=%s", sides);
}

const struct operator_contract operator_pad = {.help = "pixels of one value around the image",
                                               .syntax = {1, 1, {OPERATOR_PADDING, {"value", KEY_NUMBER, 0, false}}},
                                               .stack = 256,
                                               .shape = pad_shape,
                                               .print = pad_print,
                                               .run = pad_run};
