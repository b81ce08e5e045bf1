#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "kernels/layout/convert.h"
#include "kernels/layout/transpose.h"
#include "solver/base/memory.h"
#include "tests/support/harness.h"

#define CANARY 64 /* floats on either side */

static const int sizes[][3] = {
    {1, 1, 1},   {1, 5, 7},    {3, 1, 1},     {4, 4, 4},   {3, 227, 227}, {5, 1, 9},    {17, 3, 1},  {16, 16, 16},
    {15, 17, 5}, {64, 56, 56}, {255, 13, 13}, {256, 7, 7}, {31, 33, 35},  {1000, 1, 1}, {2, 100, 3}, {19, 23, 29},
};
#define SIZES (int)(sizeof sizes / sizeof sizes[0])

/* Compares bit patterns, of NaNs and denormals too. */
static void fill(float *x, size_t n) {
    for (size_t i = 0; i < n; i++) {
        uint32_t bits = (uint32_t)i * 2654435761u;
        memcpy(&x[i], &bits, sizeof bits);
    }
}

static bool same_bits(const float *a, const float *b) {
    return memcmp(a, b, sizeof *a) == 0;
}

static int misplaced(const float *out, const float *in, int C, int H, int W, enum layout from, enum layout to) {
    int wrong = 0;
    for (int c = 0; c < C; c++)
        for (int h = 0; h < H; h++)
            for (int w = 0; w < W; w++)
                wrong +=
                    !same_bits(&out[layout_index(to, C, H, W, c, h, w)], &in[layout_index(from, C, H, W, c, h, w)]);
    return wrong;
}

static bool untouched(const float *canary) {
    for (size_t i = 0; i < CANARY * sizeof(float); i++)
        if (((const unsigned char *)canary)[i] != 0x5a) return false;
    return true;
}

START_TEST(every_element_arrives_where_its_layout_says_and_nothing_else_is_written) {
    const int C = sizes[_i][0], H = sizes[_i][1], W = sizes[_i][2];
    const size_t n = (size_t)C * (size_t)H * (size_t)W;
    float *in = MEMORY_NEW(float, n), *room = MEMORY_NEW(float, n + 2 * CANARY), *out = room + CANARY;
    fill(in, n);
    for (int from = 0; from < LAYOUTS; from++)
        for (int to = 0; to < LAYOUTS; to++)
            for (int threads = 1; threads <= 3; threads++) {
                memset(room, 0x5a, sizeof(float) * (n + 2 * CANARY));
                convert_run(out, in, C, H, W, (enum layout)from, (enum layout)to, threads);
                ck_assert_msg(misplaced(out, in, C, H, W, (enum layout)from, (enum layout)to) == 0,
                              "%s to %s, %d x %d x %d", layout_names[from], layout_names[to], C, H, W);
                ck_assert(untouched(room) && untouched(out + n));
            }
    free(in), free(room);
}
END_TEST

START_TEST(there_and_back_changes_no_bit) {
    const int C = sizes[_i][0], H = sizes[_i][1], W = sizes[_i][2];
    const size_t n = (size_t)C * (size_t)H * (size_t)W;
    float *in = MEMORY_NEW(float, n), *there = MEMORY_NEW(float, n), *back = MEMORY_NEW(float, n);
    fill(in, n);
    for (int from = 0; from < LAYOUTS; from++)
        for (int to = 0; to < LAYOUTS; to++) {
            ck_assert_uint_eq(convert_workspace(C, H, W, (enum layout)from, (enum layout)to), 0);
            convert_run(there, in, C, H, W, (enum layout)from, (enum layout)to, 2);
            convert_run(back, there, C, H, W, (enum layout)to, (enum layout)from, 2);
            ck_assert_int_eq(memcmp(back, in, sizeof(float) * n), 0);
        }
    free(in), free(there), free(back);
}
END_TEST

/* Element (c, h, w) of rows [a, b) of a tensor in one layout is element (c, h - a, w) of the window in the other. */
static int misplaced_rows(const float *tensor, enum layout whole, const float *window, enum layout part, int C, int H,
                          int W, int a, int b) {
    int wrong = 0;
    for (int c = 0; c < C; c++)
        for (int h = a; h < b; h++)
            for (int w = 0; w < W; w++)
                wrong += !same_bits(&tensor[layout_index(whole, C, H, W, c, h, w)],
                                    &window[layout_index(part, C, b - a, W, c, h - a, w)]);
    return wrong;
}

START_TEST(rows_are_cut_out_and_pasted_back_bit_by_bit) {
    const int C = sizes[_i][0], H = sizes[_i][1], W = sizes[_i][2];
    const size_t n = (size_t)C * (size_t)H * (size_t)W;
    float *in = MEMORY_NEW(float, n), *room = MEMORY_NEW(float, n + 2 * CANARY), *out = room + CANARY;
    float *back = MEMORY_NEW(float, n);
    fill(in, n);
    for (int pair = 0; pair < LAYOUTS * LAYOUTS; pair++) {
        const enum layout whole = (enum layout)(pair / LAYOUTS), part = (enum layout)(pair % LAYOUTS);
        memset(back, 0x5a, sizeof(float) * n);
        for (int a = 0, b, rows = 1 + pair % 3; a < H; a = b, rows = 2 * rows + 1) {
            const int threads = 1 + rows % 3;
            b = a + rows < H ? a + rows : H;
            const size_t cut = (size_t)C * (size_t)(b - a) * (size_t)W;
            memset(room, 0x5a, sizeof(float) * (n + 2 * CANARY));
            convert_cut(out, in, C, H, W, a, b, whole, part, threads);
            ck_assert_msg(misplaced_rows(in, whole, out, part, C, H, W, a, b) == 0,
                          "rows %d to %d, %s to %s, %d x %d x %d", a, b, layout_names[whole], layout_names[part], C, H,
                          W);
            ck_assert(untouched(room) && untouched(out + cut));
            convert_paste(back, out, C, H, W, a, b, part, whole, threads);
            ck_assert_msg(misplaced_rows(back, whole, out, part, C, H, W, a, b) == 0,
                          "rows %d to %d, %s from %s, %d x %d x %d", a, b, layout_names[whole], layout_names[part], C,
                          H, W);
        }
        ck_assert_msg(memcmp(back, in, sizeof(float) * n) == 0, "%s by way of %s: rows disturb each other",
                      layout_names[whole], layout_names[part]);
    }
    free(in), free(room), free(back);
}
END_TEST

START_TEST(pasted_rows_leave_the_others_alone) {
    enum { C = 3, H = 7, W = 5 };
    float tensor[C * H * W], window[C * 2 * W];
    for (int pair = 0; pair < LAYOUTS * LAYOUTS; pair++) {
        const enum layout whole = (enum layout)(pair / LAYOUTS), part = (enum layout)(pair % LAYOUTS);
        for (int i = 0; i < C * H * W; i++) tensor[i] = 1;
        for (int i = 0; i < C * 2 * W; i++) window[i] = 2;
        convert_paste(tensor, window, C, H, W, 3, 5, part, whole, 1);
        for (int i = 0; i < C * H * W; i++) {
            const int h = i / W % H;
            ck_assert_float_eq(tensor[layout_index(whole, C, H, W, i / W / H, h, i % W)], h == 3 || h == 4 ? 2 : 1);
        }
    }
}
END_TEST

START_TEST(a_transposition_within_larger_matrices_touches_only_its_part) {
    enum { ROOM = 48 };
    float in[ROOM * ROOM], out[ROOM * ROOM];
    for (int rows = 1; rows < 40; rows += 3)
        for (int cols = 1; cols < 40; cols += 5)
            for (int add = 0; add < 2; add++) {
                for (int i = 0; i < ROOM * ROOM; i++) in[i] = (float)i, out[i] = (float)(-7 * i);
                (add ? transpose_add : transpose_run)(out, ROOM, in, ROOM - 3, rows, cols);
                for (int j = 0; j < ROOM; j++)
                    for (int i = 0; i < ROOM; i++) {
                        const float before = (float)(-7 * (j * ROOM + i)), moved = (float)(i * (ROOM - 3) + j);
                        const float expected = j >= cols || i >= rows ? before : add ? before + moved : moved;
                        ck_assert_float_eq(out[j * ROOM + i], expected);
                    }
            }
}
END_TEST

int main(void) {
    Suite *suite = suite_create("convert");
    TCase *tests = tcase_create("convert");
    tcase_add_loop_test(tests, every_element_arrives_where_its_layout_says_and_nothing_else_is_written, 0, SIZES);
    tcase_add_loop_test(tests, there_and_back_changes_no_bit, 0, SIZES);
    tcase_add_loop_test(tests, rows_are_cut_out_and_pasted_back_bit_by_bit, 0, SIZES);
    tcase_add_test(tests, pasted_rows_leave_the_others_alone);
    tcase_add_test(tests, a_transposition_within_larger_matrices_touches_only_its_part);
    suite_add_tcase(suite, tests);
    return harness_run(suite);
}
