/* Pools by the definition of Caffe's layer, for every size, stride and padding; global means that take their rows by and
 * by. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "kernels/isa.h"
#include "tests/support/checked_operator.h"

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
                    checked_operator(&s, false);
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
                checked_operator(&s, false);
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
            checked_operator(&s, false);
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
            checked_operator(&s, false);
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
    struct guarded sums = guarded_new(operator_state(s) + sizeof(float));
    struct guarded result = guarded_new((size_t)s->M * sizeof(float));
    for (int from = 0, to; from < s->H; from = to) {
        to = from + 1 + (int)(1.5f * (checked_operator_noise() + 1)); /* 1 to 3 rows */
        if (to > s->H) to = s->H;
        struct guarded rows = guarded_new((size_t)(to - from) * (size_t)s->W * (size_t)s->C[0] * sizeof(float));
        rows_to_layout(rows.body, in, s, from, to, layout);
        operator_accumulate(s, layout, result.body, rows.body, (char *)sums.body + sizeof(float), from, to, threads);
        guarded_free(rows, "the input", "global mean");
    }
    memcpy(out, result.body, result.size);
    guarded_free(sums, "the state", "global mean");
    guarded_free(result, "the output", "global mean");
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
            const size_t count = operator_oracle_inputs(&s, 0);
            float *plain = malloc(count * sizeof *plain), *in = malloc(count * sizeof *in);
            float whole[128], parts[128];
            for (size_t k = 0; k < count; k++) plain[k] = checked_operator_noise();
            checked_operator_layout(in, plain, s.C[0], s.H, s.W, (enum layout)layout);
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
        checked_operator(&s, false);
    }
}
END_TEST

/* Channels of several vectors, of one, and of less. */
START_TEST(pooling_agrees_with_the_definition_on_every_instruction_set) {
    static const int channels[] = {2, 7, 21, 64, 127};
    if (!isa_force((enum isa)_i)) return;
    for (int i = 0; i < 20; i++) {
        struct operator_shape s = {.kind = i % 2 ? OPERATOR_MAXPOOL : OPERATOR_AVGPOOL,
                                   .inputs = 1,
                                   .C = {channels[i / 4]},
                                   .H = 7,
                                   .W = 20 - i,
                                   .M = channels[i / 4],
                                   .kernel = 3,
                                   .stride = 1 + i / 2 % 2,
                                   .pad = {1, 1, 0, 1}};
        pool_sizes(&s);
        checked_operator(&s, false);
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
                checked_operator(&s, false);
            }
}
END_TEST

int main(void) {
    Suite *suite = suite_create("pools");
    TCase *tests = tcase_create("pools");
    tcase_add_loop_test(tests, pooling_agrees_with_the_definition_for_every_size_stride_and_padding, 0, 8);
    tcase_add_loop_test(tests, pooling_agrees_with_the_definition_for_every_padding_of_the_four_sides, 0, 8);
    tcase_add_loop_test(tests, pooling_agrees_with_the_definition_for_windows_that_are_not_square, 0, 8);
    tcase_add_test(tests, pooling_over_the_whole_image_gives_one_pixel);
    tcase_add_test(tests, a_global_mean_takes_its_rows_by_and_by_and_gives_the_bits_of_the_whole);
    tcase_add_test(tests, only_global_means_accumulate);
    tcase_add_test(tests, networks_pools_agree);
    tcase_add_loop_test(tests, pooling_agrees_with_the_definition_on_every_instruction_set, 0, ISAS);
    tcase_add_test(tests, pools_of_rows_wider_than_a_piece_agree);
    suite_add_tcase(suite, tests);
    return harness_run(suite);
}
