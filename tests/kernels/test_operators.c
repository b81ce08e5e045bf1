#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "kernels/operator.h"
#include "solver/base/memory.h"
#include "tests/support/activated.h"
#include "tests/support/harness.h"

#define CANARY    64 /* bytes on either side */
#define TOLERANCE 3e-6

static uint32_t state;

static float noise(void) { /* in [-1, 1) */
    state = state * 1664525u + 1013904223u;
    return (float)(state >> 8) / 8388608.0f - 1.0f;
}

static size_t in_count(const struct operator_shape *s, int i) {
    return (size_t)s->C[i] * (size_t)s->H * (size_t)s->W;
}

static size_t out_count(const struct operator_shape *s) {
    return (size_t)s->M * (size_t)s->OH * (size_t)s->OW;
}

/* --- the reference: double, element by element, CHW --- */

static double at(const struct operator_shape *s, const float *in, int c, int h, int w) {
    return (double)in[layout_index(LAYOUT_CHW, s->C[0], s->H, s->W, c, h, w)];
}

/* Caffe's pooling layer, as documented; see operator.h. */
static double pooled(const struct operator_shape *s, const float *in, int c, int oh, int ow) {
    const int across = s->stride_w ? s->stride_w : s->stride, wide = s->kernel_w ? s->kernel_w : s->kernel;
    int top = oh * s->stride - s->pad.top, left = ow * across - s->pad.left, bottom = top + s->kernel,
        right = left + wide;
    if (s->kernel == 0) top = left = 0, bottom = s->H, right = s->W;
    double most = -INFINITY, sum = 0;
    int valid = 0, padded = 0;
    for (int h = top; h < bottom; h++)
        for (int w = left; w < right; w++) {
            if (h >= s->H + s->pad.bottom || w >= s->W + s->pad.right) continue;
            padded++;
            if (h < 0 || w < 0 || h >= s->H || w >= s->W) continue;
            valid++;
            sum += at(s, in, c, h, w);
            if (at(s, in, c, h, w) > most) most = at(s, in, c, h, w);
        }
    if (valid == 0) return 0;
    return s->kind == OPERATOR_MAXPOOL ? most : sum / (s->count_pad ? padded : valid);
}

static double normalised(const struct operator_shape *s, const float *in, int c, int h, int w) {
    double sum = 0;
    for (int d = c - (s->size - 1) / 2, n = 0; n < s->size; d++, n++)
        if (d >= 0 && d < s->C[0]) sum += at(s, in, d, h, w) * at(s, in, d, h, w);
    return at(s, in, c, h, w) * pow((double)s->bias + (double)s->alpha / s->size * sum, -(double)s->beta);
}

static double softmax(const struct operator_shape *s, const float *in, int c, int h, int w) {
    double most = -INFINITY, sum = 0;
    for (int d = 0; d < s->C[0]; d++) most = fmax(most, at(s, in, d, h, w));
    for (int d = 0; d < s->C[0]; d++) sum += exp(at(s, in, d, h, w) - most);
    return exp(at(s, in, c, h, w) - most) / sum;
}

static double expected(const struct operator_shape *s, const float *const *in, const float *weights, const float *bias,
                       int m, int oh, int ow) {
    double y = 0;
    switch (s->kind) {
    case OPERATOR_MAXPOOL:
    case OPERATOR_AVGPOOL: return pooled(s, in[0], m, oh, ow);
#define ACTIVATION(symbol, name, form, key_a, a, key_b, b, y, help) case OPERATOR_##symbol:
#include "kernels/activations.def"
        y = at(s, in[0], m, oh, ow);
        break;
    case OPERATOR_LRN: return normalised(s, in[0], m, oh, ow);
    case OPERATOR_SOFTMAX: return softmax(s, in[0], m, oh, ow);
    case OPERATOR_CONCAT: {
        int i = 0;
        while (m >= s->C[i]) m -= s->C[i++];
        return (double)in[i][layout_index(LAYOUT_CHW, s->C[i], s->H, s->W, m, oh, ow)];
    }
    case OPERATOR_ADD:
        for (int i = 0; i < s->inputs; i++) y += at(s, in[i], m, oh, ow);
        break;
    case OPERATOR_FC:
        for (size_t k = 0; k < in_count(s, 0); k++)
            y += (double)weights[(size_t)m * in_count(s, 0) + k] * (double)in[0][k];
        if (bias) y += (double)bias[m];
        break;
    case OPERATOR_LRN_WITHIN: /* tests/kernels/test_rearranging.c */
    case OPERATOR_MUL:
    case OPERATOR_SCALE:
    case OPERATOR_SLICE:
    case OPERATOR_SHUFFLE:
    case OPERATOR_UPSAMPLE:
    case OPERATOR_RESHAPE:
    case OPERATOR_PAD:
    case OPERATOR_PRELU:
    case OPERATOR_DECONV:
    case OPERATOR_OPAQUE:
    case OPERATOR_INPUT:
    case OPERATORS: ck_abort_msg("not computed");
    }
    return activated(s->activation, y);
}

/* --- running one case --- */

struct guarded {
    unsigned char *room;
    void *body; /* size bytes between two canaries, filled with 0xff: NaNs */
    size_t size;
};

static struct guarded guard(size_t size) {
    struct guarded g = {.size = size};
    g.room = aligned_alloc(64, (size + 2 * CANARY + 127) / 64 * 64);
    ck_assert_ptr_nonnull(g.room);
    memset(g.room, 0xff, size + 2 * CANARY);
    memset(g.room, 0x5a, CANARY);
    memset(g.room + CANARY + size, 0x5a, CANARY);
    g.body = g.room + CANARY;
    return g;
}

static void release(struct guarded g, const char *what, const char *text) {
    bool whole = true;
    for (size_t i = 0; i < CANARY; i++) whole = whole && g.room[i] == 0x5a && g.room[CANARY + g.size + i] == 0x5a;
    ck_assert_msg(whole, "%s: written outside %s", text, what);
    free(g.room);
}

static void to_layout(float *out, const float *in, int C, int H, int W, enum layout layout) {
    for (int c = 0; c < C; c++)
        for (int h = 0; h < H; h++)
            for (int w = 0; w < W; w++)
                out[layout_index(layout, C, H, W, c, h, w)] = in[layout_index(LAYOUT_CHW, C, H, W, c, h, w)];
}

static void compare(const struct operator_shape *s, enum layout layout, const float *out, const double *want,
                    const char *text) {
    /* The few outputs of fc may all be near 0 by chance; a sum of n products of noise has a standard deviation of
     * sqrt(n) / 3. */
    double most = s->kind == OPERATOR_FC ? sqrt((double)in_count(s, 0)) / 3 : 0, error = 0;
    for (int m = 0; m < s->M; m++)
        for (int h = 0; h < s->OH; h++)
            for (int w = 0; w < s->OW; w++) {
                const double y = want[layout_index(LAYOUT_CHW, s->M, s->OH, s->OW, m, h, w)];
                const double e = fabs(y - (double)out[layout_index(layout, s->M, s->OH, s->OW, m, h, w)]);
                most = fmax(most, fabs(y));
                if (!(e <= error)) error = e; /* a NaN stays */
            }
    ck_assert_msg(error <= TOLERANCE * most, "%s in %s: error %g of %g", text, layout_names[layout], error, most);
}

static void run(const struct operator_shape *s, enum layout layout, const float *const *in, const float *weights,
                const float *bias, const double *want, int threads, struct guarded out, const char *text) {
    struct guarded input[OPERATOR_INPUTS];
    const float *inputs[OPERATOR_INPUTS] = {NULL};
    for (int i = 0; i < s->inputs; i++) {
        input[i] = guard(sizeof(float) * in_count(s, i));
        to_layout(input[i].body, in[i], s->C[i], s->H, s->W, layout);
        inputs[i] = input[i].body;
    }
    struct guarded stored = guard(operator_weights(s, layout));
    struct guarded workspace = guard(operator_workspace(s, layout, threads));
    operator_prepare(s, layout, stored.body, weights);
    operator_run(s, layout, out.body, inputs, stored.body, bias, workspace.body, threads);
    compare(s, layout, out.body, want, text);
    release(stored, "the stored weights", text), release(workspace, "the workspace", text);
    for (int i = 0; i < s->inputs; i++) release(input[i], "an input", text);
}

static void check(const struct operator_shape *s, bool with_bias) {
    char text[OPERATOR_TEXT];
    operator_print(text, s);
    float *in[OPERATOR_INPUTS] = {NULL};
    state = 1;
    for (int i = 0; i < s->inputs; i++) {
        in[i] = MEMORY_NEW(float, in_count(s, i));
        for (size_t k = 0; k < in_count(s, i); k++) in[i][k] = noise();
    }
    const size_t raw = s->kind == OPERATOR_FC ? (size_t)s->M * in_count(s, 0) : 0;
    float *weights = MEMORY_NEW(float, raw), *bias = MEMORY_NEW(float, s->M);
    for (size_t k = 0; k < raw; k++) weights[k] = noise();
    for (int m = 0; m < s->M; m++) bias[m] = 10 * noise();
    double *want = MEMORY_NEW(double, out_count(s));
    for (int m = 0; m < s->M; m++)
        for (int h = 0; h < s->OH; h++)
            for (int w = 0; w < s->OW; w++)
                want[layout_index(LAYOUT_CHW, s->M, s->OH, s->OW, m, h, w)] =
                    expected(s, (const float *const *)in, weights, with_bias ? bias : NULL, m, h, w);
    for (int layout = 0; layout < LAYOUTS; layout++) {
        struct guarded one = guard(sizeof(float) * out_count(s)), two = guard(one.size);
        run(s, (enum layout)layout, (const float *const *)in, weights, with_bias ? bias : NULL, want, 1, one, text);
        run(s, (enum layout)layout, (const float *const *)in, weights, with_bias ? bias : NULL, want, 2, two, text);
        ck_assert_msg(memcmp(one.body, two.body, one.size) == 0, "%s: threads change the result", text);
        release(one, "the output", text), release(two, "the output", text);
    }
    for (int i = 0; i < s->inputs; i++) free(in[i]);
    free(weights), free(bias), free(want);
}

/* --- the cases --- */

static int pool_size(int size, int before, int after, int kernel, int stride, bool ceil) { /* Caffe's rule */
    int room = size + before + after - kernel;
    int o = (ceil ? (room + stride - 1) / stride : room / stride) + 1;
    return ceil && before + after > 0 && (o - 1) * stride >= size + before ? o - 1 : o;
}

static void pool_sizes(struct operator_shape *s) {
    s->OH = pool_size(s->H, s->pad.top, s->pad.bottom, s->kernel, s->stride, s->ceil);
    s->OW = pool_size(s->W, s->pad.left, s->pad.right, s->kernel_w ? s->kernel_w : s->kernel,
                      s->stride_w ? s->stride_w : s->stride, s->ceil);
}

START_TEST(pooling_agrees_with_the_definition_for_every_size_stride_and_padding) {
    const enum operator_kind kind = _i % 2 ? OPERATOR_MAXPOOL : OPERATOR_AVGPOOL;
    struct operator_shape s = {.kind = kind, .inputs = 1, .ceil = _i / 2 % 2, .count_pad = _i / 4 % 2};
    static const int channels[] = {1, 3, 70};
    for (int size = 1; size < 10; size += 1 + size / 4)
        for (s.kernel = 1; s.kernel < 5; s.kernel++)
            for (s.stride = 1; s.stride < 5; s.stride++)
                for (int pad = 0; pad < s.kernel; pad++) {
                    s.pad = padding_all(pad);
                    s.C[0] = s.M = channels[(size + s.kernel + s.stride) % 3];
                    s.H = size, s.W = size + 3 * (s.stride % 2);
                    if (size + 2 * pad < s.kernel) continue;
                    pool_sizes(&s);
                    check(&s, false);
                }
}
END_TEST

/* All 81 paddings of a kernel of 3, in images that it may stick out of on every side. */
START_TEST(pooling_agrees_with_the_definition_for_every_padding_of_the_four_sides) {
    struct operator_shape s = {.kind = _i % 2 ? OPERATOR_MAXPOOL : OPERATOR_AVGPOOL,
                               .inputs = 1,
                               .C = {5},
                               .M = 5,
                               .kernel = 3,
                               .ceil = _i / 2 % 2,
                               .count_pad = _i / 4 % 2};
    for (int sides = 0; sides < 81; sides++)
        for (s.stride = 1; s.stride < 4; s.stride++)
            for (s.H = 3; s.H < 6; s.H++) {
                s.pad = (struct padding){sides % 3, sides / 3 % 3, sides / 9 % 3, sides / 27};
                s.W = 9 - s.H;
                pool_sizes(&s);
                check(&s, false);
            }
}
END_TEST

/* Windows of other sizes and steps across than down. */
START_TEST(pooling_agrees_with_the_definition_for_windows_that_are_not_square) {
    static const int windows[][4] = {{1, 3, 1, 2}, {3, 1, 2, 1}, {2, 5, 3, 1},
                                     {5, 2, 1, 4}, {3, 3, 1, 2}, {25, 5, 2, 1}};
    for (int i = 0; i < 6; i++)
        for (int sides = 0; sides < 16; sides++) {
            const int *w = windows[i];
            struct operator_shape s = {.kind = _i % 2 ? OPERATOR_MAXPOOL : OPERATOR_AVGPOOL,
                                       .inputs = 1,
                                       .C = {i % 2 ? 3 : 35},
                                       .M = i % 2 ? 3 : 35,
                                       .H = w[0] + 4,
                                       .W = sides % 3 ? w[1] + 5 : 530,
                                       .kernel = w[0],
                                       .kernel_w = w[1],
                                       .stride = w[2],
                                       .stride_w = w[3],
                                       .ceil = _i / 2 % 2,
                                       .count_pad = _i / 4 % 2};
            s.pad = (struct padding){sides & 1 ? w[0] - 1 : 0, sides & 2 ? w[1] - 1 : 0, sides & 4 ? w[0] / 2 : 0,
                                     sides & 8 ? w[1] / 2 : 0};
            pool_sizes(&s);
            check(&s, false);
        }
}
END_TEST

START_TEST(pooling_over_the_whole_image_gives_one_pixel) {
    const int sizes[][3] = {{1, 1, 1}, {3, 7, 5}, {512, 7, 7}, {1000, 13, 13}};
    for (int i = 0; i < 4; i++)
        for (int max = 0; max < 2; max++) {
            struct operator_shape s = {.kind = max ? OPERATOR_MAXPOOL : OPERATOR_AVGPOOL,
                                       .inputs = 1,
                                       .OH = 1,
                                       .OW = 1,
                                       .C = {sizes[i][0]},
                                       .M = sizes[i][0],
                                       .H = sizes[i][1],
                                       .W = sizes[i][2]};
            check(&s, false);
        }
}
END_TEST

/* Rows [from, to) as a tensor of their own, as they lie where a segment runs by rows. */
static void rows_to_layout(float *out, const float *in, const struct operator_shape *s, int from, int to,
                           enum layout layout) {
    for (int c = 0; c < s->C[0]; c++)
        for (int h = from; h < to; h++)
            for (int w = 0; w < s->W; w++)
                out[layout_index(layout, s->C[0], to - from, s->W, c, h - from, w)] =
                    in[layout_index(LAYOUT_CHW, s->C[0], s->H, s->W, c, h, w)];
}

/* A state that begins at a multiple of a float only, and holds rubbish before the first call. */
static void accumulate(const struct operator_shape *s, enum layout layout, float *out, const float *in, int threads) {
    struct guarded sums = guard(operator_state(s) + sizeof(float));
    struct guarded result = guard((size_t)s->M * sizeof(float));
    for (int from = 0, to; from < s->H; from = to) {
        to = from + 1 + (int)(1.5f * (noise() + 1)); /* 1 to 3 rows */
        if (to > s->H) to = s->H;
        struct guarded rows = guard((size_t)(to - from) * (size_t)s->W * (size_t)s->C[0] * sizeof(float));
        rows_to_layout(rows.body, in, s, from, to, layout);
        operator_accumulate(s, layout, result.body, rows.body, (char *)sums.body + sizeof(float), from, to, threads);
        release(rows, "the input", "global mean");
    }
    memcpy(out, result.body, result.size);
    release(sums, "the state", "global mean");
    release(result, "the output", "global mean");
}

START_TEST(a_global_mean_takes_its_rows_by_and_by_and_gives_the_bits_of_the_whole) {
    static const int sizes[][3] = {{1, 1, 1}, {33, 7, 7}, {64, 13, 13}, {31, 2, 40}, {5, 9, 1}, {100, 3, 5}};
    for (int i = 0; i < (int)(sizeof sizes / sizeof sizes[0]); i++)
        for (int layout = 0; layout < LAYOUTS; layout++) {
            struct operator_shape s = {.kind = OPERATOR_AVGPOOL,
                                       .inputs = 1,
                                       .C = {sizes[i][0]},
                                       .H = sizes[i][1],
                                       .W = sizes[i][2],
                                       .M = sizes[i][0],
                                       .OH = 1,
                                       .OW = 1};
            const size_t count = in_count(&s, 0);
            float *plain = malloc(count * sizeof *plain), *in = malloc(count * sizeof *in);
            float whole[128], parts[128];
            for (size_t k = 0; k < count; k++) plain[k] = noise();
            to_layout(in, plain, s.C[0], s.H, s.W, (enum layout)layout);
            operator_run(&s, (enum layout)layout, whole, (const float *const[]){in}, NULL, NULL, NULL, 1);
            for (int threads = 1; threads <= 2; threads++) {
                accumulate(&s, (enum layout)layout, parts, plain, threads);
                ck_assert_msg(memcmp(whole, parts, (size_t)s.M * sizeof *parts) == 0, "%d x %d x %d, layout %d", s.C[0],
                              s.H, s.W, layout);
            }
            free(plain);
            free(in);
        }
}
END_TEST

START_TEST(only_global_means_accumulate) {
    const struct operator_shape windows = {.kind = OPERATOR_AVGPOOL, .inputs = 1, .C = {8}, .kernel = 2, .stride = 2},
                                most = {.kind = OPERATOR_MAXPOOL, .inputs = 1, .C = {8}},
                                mean = {.kind = OPERATOR_AVGPOOL, .inputs = 1, .C = {8}};
    ck_assert_int_eq(operator_state(&windows), 0);
    ck_assert_int_eq(operator_state(&most), 0);
    ck_assert_int_eq(operator_state(&mean), 8 * sizeof(double));
}
END_TEST

START_TEST(networks_pools_agree) {
    const struct operator_shape pools[] = {
        {.kind = OPERATOR_MAXPOOL,
         .C = {96},
         .H = 55,
         .W = 55,
         .M = 96,
         .OH = 27,
         .OW = 27,
         .kernel = 3,
         .stride = 2,
         .ceil = true},
        {.kind = OPERATOR_MAXPOOL,
         .C = {64},
         .H = 112,
         .W = 112,
         .M = 64,
         .OH = 56,
         .OW = 56,
         .kernel = 3,
         .stride = 2,
         .ceil = true},
        {.kind = OPERATOR_MAXPOOL,
         .C = {64},
         .H = 112,
         .W = 112,
         .M = 64,
         .OH = 56,
         .OW = 56,
         .kernel = 3,
         .stride = 2,
         .pad = {1, 1, 1, 1}},
        {.kind = OPERATOR_MAXPOOL,
         .C = {192},
         .H = 28,
         .W = 28,
         .M = 192,
         .OH = 28,
         .OW = 28,
         .kernel = 3,
         .stride = 1,
         .pad = {1, 1, 1, 1}},
        {.kind = OPERATOR_AVGPOOL, .C = {1024}, .H = 7, .W = 7, .M = 1024, .OH = 1, .OW = 1, .kernel = 7, .stride = 1},
    };
    for (size_t i = 0; i < sizeof pools / sizeof pools[0]; i++) {
        struct operator_shape s = pools[i];
        s.inputs = 1;
        check(&s, false);
    }
}
END_TEST

static const int shapes[][3] = {{1, 1, 1},  {2, 3, 5},   {5, 1, 9},    {96, 7, 65},
                                {64, 4, 4}, {131, 3, 1}, {1000, 1, 1}, {7, 33, 31}};
#define SHAPES (int)(sizeof shapes / sizeof shapes[0])

static struct operator_shape elementwise(enum operator_kind kind, int i) {
    return (struct operator_shape){.kind = kind,
                                   .inputs = 1,
                                   .C = {shapes[i][0]},
                                   .H = shapes[i][1],
                                   .W = shapes[i][2],
                                   .M = shapes[i][0],
                                   .OH = shapes[i][1],
                                   .OW = shapes[i][2]};
}

static const enum operator_kind activations[ACTIVATIONS] = {
    OPERATORS,
#define ACTIVATION(symbol, name, form, key_a, a, key_b, b, y, help) OPERATOR_##symbol,
#include "kernels/activations.def"
};

START_TEST(activations_agree_as_layers) {
    for (int kind = ACTIVATION_NONE + 1; kind < ACTIVATIONS; kind++)
        for (int other = 0; other < 2; other++) {
            struct operator_shape s = elementwise(activations[kind], _i);
            s.activation = activated_sample((enum activation_kind)kind, other);
            check(&s, false);
        }
}
END_TEST

START_TEST(softmax_agrees) {
    struct operator_shape soft = elementwise(OPERATOR_SOFTMAX, _i);
    check(&soft, false);
}
END_TEST

START_TEST(local_response_normalisation_agrees_for_every_window_and_exponent) {
    struct operator_shape s = elementwise(OPERATOR_LRN, _i);
    static const float betas[] = {0.75f, 0.5f, 1.0f}, alphas[] = {1e-4f, 2.0f}, biases[] = {1.0f, 2.0f};
    for (s.size = 1; s.size < 9; s.size++)
        for (int k = 0; k < 6; k++) {
            s.beta = betas[k % 3], s.alpha = alphas[k % 2], s.bias = biases[k % 2];
            check(&s, false);
        }
}
END_TEST

START_TEST(concatenation_and_addition_agree_for_two_to_eight_inputs) {
    for (int inputs = 2; inputs <= OPERATOR_INPUTS; inputs++) {
        struct operator_shape s = elementwise(OPERATOR_ADD, _i);
        s.inputs = inputs;
        for (int i = 0; i < inputs; i++) s.C[i] = s.C[0];
        for (int kind = 0; kind < ACTIVATIONS; kind++) {
            s.activation = activation_of((enum activation_kind)kind);
            check(&s, false);
        }
        s = elementwise(OPERATOR_CONCAT, _i);
        s.inputs = inputs, s.M = 0;
        for (int i = 0; i < inputs; i++) s.C[i] = 1 + (shapes[_i][0] + 7 * i) % 40, s.M += s.C[i];
        check(&s, false);
    }
}
END_TEST

START_TEST(fully_connected_agrees_with_and_without_bias_and_activation) {
    static const int outputs[] = {1, 3, 16, 17, 100};
    for (int k = 0; k < 5; k++)
        for (int flags = 0; flags < 2 * ACTIVATIONS; flags++) {
            struct operator_shape s = elementwise(OPERATOR_FC, _i);
            s.M = outputs[k], s.OH = s.OW = 1, s.activation = activation_of((enum activation_kind)(flags / 2));
            check(&s, flags & 1);
        }
}
END_TEST

START_TEST(fully_connected_layers_store_their_weights_and_nothing_else) {
    for (int m = 1; m <= 40; m++) {
        const struct operator_shape s = {.kind = OPERATOR_FC, .C = {3}, .H = 2, .W = 5, .M = m, .OH = 1, .OW = 1};
        for (int layout = 0; layout < LAYOUTS; layout++)
            ck_assert_uint_eq(operator_weights(&s, (enum layout)layout), sizeof(float) * 30 * (size_t)m);
    }
}
END_TEST

START_TEST(pools_of_rows_wider_than_a_piece_agree) { /* kernels/layers/pool.c combines 512 floats at once */
    for (int kernel = 1; kernel <= 5; kernel++)
        for (int stride = 1; stride <= 3; stride++)
            for (int max = 0; max <= 1; max++) {
                struct operator_shape s = {.kind = max ? OPERATOR_MAXPOOL : OPERATOR_AVGPOOL,
                                           .inputs = 1,
                                           .C = {2},
                                           .H = 5,
                                           .W = 1027,
                                           .M = 2,
                                           .kernel = kernel,
                                           .stride = stride,
                                           .pad = padding_all(kernel / 2)};
                pool_sizes(&s);
                check(&s, false);
            }
}
END_TEST

/* --- long sums --- */

#define LONG_TOLERANCE 1e-6

/* All elements are `value`, weights too: the worst for a running float sum, since every rounding errs the same way. */
static const struct {
    struct operator_shape shape;
    float value;
    double want;
} long_sums[] = {
    {{.kind = OPERATOR_AVGPOOL, .C = {1}, .H = 1000, .W = 1000, .M = 1, .OH = 1, .OW = 1}, 0.1f, (double)0.1f},
    {{.kind = OPERATOR_AVGPOOL, .C = {1}, .H = 5000, .W = 5000, .M = 1, .OH = 1, .OW = 1}, 1.0f, 1.0},
    {{.kind = OPERATOR_AVGPOOL, .C = {39}, .H = 501, .W = 103, .M = 39, .OH = 1, .OW = 1}, 0.7f, (double)0.7f},
    {{.kind = OPERATOR_AVGPOOL, .C = {3}, .H = 300, .W = 5, .M = 3, .OH = 1, .OW = 1}, -0.3f, (double)-0.3f},
    {{.kind = OPERATOR_AVGPOOL, .C = {2}, .H = 250, .W = 300, .M = 2, .OH = 4, .OW = 5, .kernel = 100, .stride = 50},
     0.1f,
     (double)0.1f},
    {{.kind = OPERATOR_AVGPOOL, .C = {1}, .H = 601, .W = 602, .M = 1, .OH = 2, .OW = 3, .kernel = 600, .stride = 1},
     0.1f,
     (double)0.1f},
    {{.kind = OPERATOR_AVGPOOL,
      .C = {33},
      .H = 30,
      .W = 40,
      .M = 33,
      .OH = 30,
      .OW = 40,
      .kernel = 9,
      .stride = 1,
      .pad = {4, 4, 4, 4}},
     0.7f,
     (double)0.7f},
    {{.kind = OPERATOR_FC, .C = {100000}, .H = 1, .W = 1, .M = 3, .OH = 1, .OW = 1}, 0.1f, 1e5 * (double)0.1f * 0.1f},
    {{.kind = OPERATOR_FC, .C = {10}, .H = 100, .W = 101, .M = 17, .OH = 1, .OW = 1},
     0.3f,
     101e3 * (double)0.3f * 0.3f},
    {{.kind = OPERATOR_SOFTMAX, .C = {1000000}, .H = 1, .W = 1, .M = 1000000, .OH = 1, .OW = 1}, 0.1f, 1e-6},
    {{.kind = OPERATOR_SOFTMAX, .C = {30000}, .H = 2, .W = 3, .M = 30000, .OH = 2, .OW = 3}, 5.0f, 1.0 / 30000},
    {{.kind = OPERATOR_ADD, .inputs = 8, .C = {9}, .H = 7, .W = 5, .M = 9, .OH = 7, .OW = 5}, 0.1f, 8 * (double)0.1f},
};
#define LONG_SUMS (int)(sizeof long_sums / sizeof long_sums[0])

/* All elements are equal, so one buffer serves as every input in every layout. */
static void check_constant(struct operator_shape s, float value, double want) {
    char text[OPERATOR_TEXT];
    operator_print(text, &s);
    const size_t raw = s.kind == OPERATOR_FC ? (size_t)s.M * in_count(&s, 0) : 0, count = in_count(&s, 0);
    float *in = MEMORY_NEW(float, count), *weights = MEMORY_NEW(float, raw), *out = MEMORY_NEW(float, out_count(&s));
    const float *inputs[OPERATOR_INPUTS];
    for (int i = 0; i < OPERATOR_INPUTS; i++) inputs[i] = in;
    for (size_t i = 0; i < count; i++) in[i] = value;
    for (size_t i = 0; i < raw; i++) weights[i] = value;
    for (int layout = 0; layout < LAYOUTS; layout++) {
        void *stored = memory_new(operator_weights(&s, (enum layout)layout) + 1, 1);
        operator_prepare(&s, (enum layout)layout, stored, weights);
        operator_run(&s, (enum layout)layout, out, inputs, stored, NULL, NULL, 1);
        double worst = want;
        for (size_t i = 0; i < out_count(&s); i++)
            if (!(fabs((double)out[i] - want) <= fabs(worst - want))) worst = (double)out[i];
        ck_assert_msg(fabs(worst - want) <= LONG_TOLERANCE * fabs(want), "%s in %s: %.9g, not %.9g", text,
                      layout_names[layout], worst, want);
        free(stored);
    }
    free(in), free(weights), free(out);
}

START_TEST(long_sums_keep_their_digits) {
    check_constant(long_sums[_i].shape, long_sums[_i].value, long_sums[_i].want);
}
END_TEST

START_TEST(normalisation_over_thousands_of_channels_keeps_its_digits) {
    struct operator_shape s = {
        .kind = OPERATOR_LRN, .inputs = 1, .C = {4000}, .H = 1, .M = 4000, .OH = 1, .size = 7999, .alpha = 1e3f};
    static const float betas[] = {0.75f, 2.0f};
    s.W = s.OW = 1 + 2 * _i, s.beta = betas[_i], s.bias = 1.0f; /* every window has all the channels */
    const double x = (double)0.1f, sum = 4000 * x * x;
    check_constant(s, 0.1f, x * pow(1 + 1e3 / 7999 * sum, -(double)s.beta));
}
END_TEST

static const struct {
    struct operator_shape shape;
    const char *text;
} printed[] = {
    {{.kind = OPERATOR_MAXPOOL, .C = {96}, .H = 55, .W = 55, .kernel = 3, .stride = 2, .ceil = true},
     "maxpool:c=96,h=55,w=55,k=3,s=2,p=0,ceil=1"},
    {{.kind = OPERATOR_AVGPOOL,
      .C = {8},
      .H = 5,
      .W = 6,
      .kernel = 3,
      .stride = 2,
      .pad = {1, 1, 1, 1},
      .count_pad = true},
     "avgpool:c=8,h=5,w=6,k=3,s=2,p=1,ceil=0,pad=1"},
    {{.kind = OPERATOR_MAXPOOL, .C = {8}, .H = 5, .W = 6, .kernel = 3, .stride = 2, .pad = {1, 2, 0, 2}},
     "maxpool:c=8,h=5,w=6,k=3,s=2,p=1:2:0:2,ceil=0"},
    {{.kind = OPERATOR_MAXPOOL, .C = {8}, .H = 5, .W = 6, .kernel = 3, .kernel_w = 2, .stride = 2, .stride_w = 1},
     "maxpool:c=8,h=5,w=6,k=3x2,s=2x1,p=0,ceil=0"},
    {{.kind = OPERATOR_AVGPOOL, .C = {8}, .H = 5, .W = 6}, "avgpool:c=8,h=5,w=6,global=1"},
    {{.kind = OPERATOR_RELU, .C = {8}, .H = 5, .W = 6}, "relu:c=8,h=5,w=6"},
    {{.kind = OPERATOR_LRN, .C = {8}, .H = 5, .W = 6, .size = 5, .alpha = 1e-4f, .beta = 0.75f, .bias = 1},
     "lrn:c=8,h=5,w=6,size=5,alpha=0.0001,beta=0.75,bias=1"},
    {{.kind = OPERATOR_CONCAT, .inputs = 3, .C = {64, 128, 32}, .H = 5, .W = 6}, "concat:c=64+128+32,h=5,w=6"},
    {{.kind = OPERATOR_ADD, .inputs = 2, .C = {64, 64}, .H = 5, .W = 6, .activation = {ACTIVATION_SILU, 0, 0}},
     "add:c=64,h=5,w=6,inputs=2,relu=1"},
    {{.kind = OPERATOR_FC, .C = {64}, .H = 5, .W = 6, .M = 10}, "fc:c=64,h=5,w=6,m=10,relu=0"},
    {{.kind = OPERATOR_SOFTMAX, .C = {64}, .H = 1, .W = 1}, "softmax:c=64,h=1,w=1"},
};

START_TEST(an_operator_prints_its_sizes_and_its_name_is_known) {
    char text[OPERATOR_TEXT];
    enum operator_kind kind;
    operator_print(text, &printed[_i].shape);
    ck_assert_str_eq(text, printed[_i].text);
    ck_assert(operator_parse_kind(&kind, operator_names[printed[_i].shape.kind]));
    ck_assert_int_eq(kind, printed[_i].shape.kind);
    ck_assert(!operator_parse_kind(&kind, "maxpoo"));
}
END_TEST

int main(void) {
    Suite *suite = suite_create("operators");
    TCase *tests = tcase_create("operators");
    tcase_add_loop_test(tests, pooling_agrees_with_the_definition_for_every_size_stride_and_padding, 0, 8);
    tcase_add_loop_test(tests, pooling_agrees_with_the_definition_for_every_padding_of_the_four_sides, 0, 8);
    tcase_add_loop_test(tests, pooling_agrees_with_the_definition_for_windows_that_are_not_square, 0, 8);
    tcase_add_test(tests, pooling_over_the_whole_image_gives_one_pixel);
    tcase_add_test(tests, a_global_mean_takes_its_rows_by_and_by_and_gives_the_bits_of_the_whole);
    tcase_add_test(tests, only_global_means_accumulate);
    tcase_add_test(tests, networks_pools_agree);
    tcase_add_loop_test(tests, activations_agree_as_layers, 0, SHAPES);
    tcase_add_loop_test(tests, softmax_agrees, 0, SHAPES);
    tcase_add_loop_test(tests, local_response_normalisation_agrees_for_every_window_and_exponent, 0, SHAPES);
    tcase_add_loop_test(tests, concatenation_and_addition_agree_for_two_to_eight_inputs, 0, SHAPES);
    tcase_add_loop_test(tests, fully_connected_agrees_with_and_without_bias_and_activation, 0, SHAPES);
    tcase_add_test(tests, fully_connected_layers_store_their_weights_and_nothing_else);
    tcase_add_test(tests, pools_of_rows_wider_than_a_piece_agree);
    tcase_add_loop_test(tests, long_sums_keep_their_digits, 0, LONG_SUMS);
    tcase_add_loop_test(tests, normalisation_over_thousands_of_channels_keeps_its_digits, 0, 2);
    tcase_add_loop_test(tests, an_operator_prints_its_sizes_and_its_name_is_known, 0,
                        (int)(sizeof printed / sizeof printed[0]));
    suite_add_tcase(suite, tests);
    return harness_run(suite);
}
