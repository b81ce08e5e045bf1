/* Strips of layers that are not convolutions: what they read, against counting row by row, and the rows of the whole
 * layer, bit for bit, over random shapes x all operators x random partitions. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "kernels/operator.h"
#include "tests/support/strips.h"

static int pool_extent(int size, int before, int after, int kernel, int stride, bool ceil) { /* Caffe's rule */
    const int room_left = size + before + after - kernel;
    const int o = (ceil ? (room_left + stride - 1) / stride : room_left / stride) + 1;
    return ceil && (o - 1) * stride >= size + before ? o - 1 : o;
}

static int pool_size(int size, int before, int after, const struct operator_shape *s) { /* down */
    return pool_extent(size, before, after, s->kernel, s->stride, s->ceil);
}

static struct operator_shape random_operator(enum operator_kind kind) {
    struct operator_shape s = {.kind = kind, .H = strips_between(1, 14), .W = strips_between(1, 14)};
    s.inputs = strips_between(operators[kind]->syntax.least_inputs, operators[kind]->syntax.most_inputs);
    for (int i = 0; i < s.inputs; i++) {
        s.C[i] = i == 0 || operators[kind]->uneven ? strips_between(1, 40) : s.C[0];
        s.M = operators[kind]->uneven ? s.M + s.C[i] : s.C[0];
    }
    s.OH = s.H, s.OW = s.W;
    s.size = 2 * strips_between(0, 3) + 1, s.alpha = 0.5f, s.beta = 0.75f, s.bias = 1;
    if (operators[kind]->fuses) s.activation = activation_of((enum activation_kind)strips_between(0, ACTIVATIONS - 1));
#define ACTIVATION(symbol, name, form, key_a, a, key_b, b, y, help)                                                    \
    if (kind == OPERATOR_##symbol) s.activation = activation_of(ACTIVATION_##symbol);
#include "kernels/activations.def"
    if (kind == OPERATOR_SLICE) s.from = strips_between(0, s.C[0] - 1), s.M = strips_between(1, s.C[0] - s.from);
    for (s.groups = strips_between(1, 40); s.C[0] % s.groups;) s.groups--;
    if (kind != OPERATOR_MAXPOOL && kind != OPERATOR_AVGPOOL) return s;
    do {
        s.kernel = strips_next() % 4 ? strips_between(1, 4) : strips_between(1, 10), s.stride = strips_between(1, 4),
        s.ceil = strips_next() % 2;
        s.kernel_w = strips_next() % 4 ? s.kernel : strips_between(s.kernel, 10),
        s.stride_w = strips_next() % 4 ? s.stride : strips_between(1, 4);
        s.pad = strips_padding(s.kernel - 1), s.count_pad = kind == OPERATOR_AVGPOOL && strips_next() % 2;
    } while (s.kernel > s.H + s.pad.top + s.pad.bottom || s.kernel_w > s.W + s.pad.left + s.pad.right);
    s.OH = pool_size(s.H, s.pad.top, s.pad.bottom, &s);
    s.OW = pool_extent(s.W, s.pad.left, s.pad.right, s.kernel_w, s.stride_w, s.ceil);
    return s;
}

static bool operator_reads_the_rows_under_its_windows(const struct operator_shape *s,
                                                      const struct operator_shape *strip, int lo, int a, int b) {
    const bool pools = s->stride > 0;
    const struct strips_column whole = {s->H, pools ? s->stride : 1, s->pad.top, s->pad.bottom};
    const struct strips_column cut = {strip->H, pools ? s->stride : 1, strip->pad.top, strip->pad.bottom};
    bool same = strip->OH == b - a && (!pools || pool_size(strip->H, cut.top, cut.bottom, strip) == b - a);
    for (int k = 0; k < (pools ? s->kernel : 1); k++)
        same = same && strips_same_row(&whole, &cut, lo, a, b, k) && strips_same_end(&whole, &cut, a, b, k);
    return same;
}

/* Rows [a, b) of the output, through a strip; every input is cut. */
static void operator_strip(const struct operator_shape *s, enum layout layout, float *out, float *const *in,
                           const void *stored, int a, int b, const char *text) {
    struct operator_shape strip;
    float *window[OPERATOR_INPUTS];
    int lo, hi;
    ck_assert_msg(strip_of_operator(&strip, &lo, &hi, s, a, b), "%s, rows %d to %d", text, a, b);
    ck_assert_msg(operator_reads_the_rows_under_its_windows(s, &strip, lo, a, b), "%s, rows %d to %d", text, a, b);
    for (int i = 0; i < s->inputs; i++) {
        window[i] = strips_room(sizeof(float) * (size_t)s->C[i] * (size_t)(hi - lo) * (size_t)s->W);
        strips_move(window[i], in[i], layout, s->C[i], s->H, s->W, lo, hi, false);
    }
    float *made = strips_room(sizeof(float) * (size_t)s->M * (size_t)(b - a) * (size_t)s->OW);
    void *workspace = strips_room(operator_workspace(&strip, layout, 1));
    operator_run(&strip, layout, made, (const float *const *)window, stored, NULL, workspace, 1);
    strips_move(made, out, layout, s->M, s->OH, s->OW, a, b, true);
    for (int i = 0; i < s->inputs; i++) free(window[i]);
    free(made), free(workspace);
}

static void check_operator(const struct operator_shape *s) {
    char text[OPERATOR_TEXT];
    float *in[OPERATOR_INPUTS];
    operator_print(text, s);
    const size_t n = (size_t)s->M * (size_t)s->OH * (size_t)s->OW;
    for (int i = 0; i < s->inputs; i++) in[i] = strips_noise((size_t)s->C[i] * (size_t)s->H * (size_t)s->W);
    float *whole = strips_room(sizeof(float) * n), *strips = strips_room(sizeof(float) * n);
    float *raw = strips_noise(operator_raw(s));
    void *stored = strips_room(operator_weights(s, LAYOUT_HWC)); /* as large in every layout */
    for (int layout = 0; layout < LAYOUTS; layout++) {
        void *workspace = strips_room(operator_workspace(s, (enum layout)layout, 1));
        operator_prepare(s, (enum layout)layout, stored, raw);
        operator_run(s, (enum layout)layout, whole, (const float *const *)in, stored, NULL, workspace, 1);
        const int most = 1 + s->OH / strips_between(1, 4);
        for (int a = 0, b; a < s->OH; a = b) {
            b = a + strips_between(1, most);
            if (b > s->OH) b = s->OH;
            operator_strip(s, (enum layout)layout, strips, in, stored, a, b, text);
        }
        ck_assert_msg(memcmp(whole, strips, sizeof(float) * n) == 0, "%s in %s: strips change bits", text,
                      layout_names[layout]);
        free(workspace);
    }
    for (int i = 0; i < s->inputs; i++) free(in[i]);
    free(whole), free(strips), free(raw), free(stored);
}

START_TEST(an_operator_by_rows_gives_the_rows_of_the_whole_layer) {
    const enum operator_kind kind = (enum operator_kind)_i;
    struct operator_shape strip;
    int lo, hi;
    strips_state = (uint32_t)_i + 1;
    for (int i = 0; i < 200; i++) {
        const struct operator_shape s = random_operator(kind);
        ck_assert_int_eq(strip_every_operator(&s), operators[kind]->by_rows);
        if (operators[kind]->by_rows)
            check_operator(&s);
        else
            ck_assert(!strip_of_operator(&strip, &lo, &hi, &s, 0, 1));
    }
}
END_TEST

START_TEST(what_reads_the_whole_image_has_no_strips) {
    struct operator_shape strip;
    int lo, hi;
    const struct operator_shape whole[] = {
        {.kind = OPERATOR_MAXPOOL, .inputs = 1, .C = {3}, .H = 5, .W = 4, .M = 3, .OH = 1, .OW = 1, .stride = 1},
        {.kind = OPERATOR_AVGPOOL, .inputs = 1, .C = {3}, .H = 5, .W = 4, .M = 3, .OH = 1, .OW = 1, .stride = 1},
        {.kind = OPERATOR_FC, .inputs = 1, .C = {3}, .H = 5, .W = 4, .M = 3, .OH = 1, .OW = 1},
    };
    for (int i = 0; i < 3; i++) {
        ck_assert(!strip_of_operator(&strip, &lo, &hi, &whole[i], 0, 1));
        ck_assert(!strip_every_operator(&whole[i]));
    }
}
END_TEST

int main(void) {
    Suite *suite = suite_create("strip_operators");
    TCase *tests = tcase_create("strip_operators");
    tcase_add_test(tests, what_reads_the_whole_image_has_no_strips);
    tcase_add_loop_test(tests, an_operator_by_rows_gives_the_rows_of_the_whole_layer, 0, OPERATORS);
    suite_add_tcase(suite, tests);
    return harness_run(suite);
}
