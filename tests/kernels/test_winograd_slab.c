/* Winograd from raw weights, a slab at a time: its transform of taps against G g G' in double precision, its bytes against
 * values worked out by hand, and convolutions under every layout by every set of instructions, whose input channels come
 * in one block or in several. */
#include <float.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "kernels/isa.h"
#include "kernels/primitive.h"
#include "kernels/strip.h"
#include "kernels/winograd/winograd_transform.h"
#include "solver/base/memory.h"
#include "tests/support/activated.h"
#include "tests/support/harness.h"

#define TAPS 9 /* 3 x 3 */

static unsigned seed = 1;

static float any_float(void) {
    seed = seed * 1664525u + 1013904223u;
    return (float)(seed >> 8) / 8388608.0f - 1.0f;
}

static float *any_floats(size_t count) {
    float *x = MEMORY_NEW(float, count);
    for (size_t i = 0; i < count; i++) x[i] = any_float();
    return x;
}

/* --- the transform of taps --- */

static const struct {
    int m, points;
    double point[5];
} forms[] = {{2, 3, {0, 1, -1}}, {4, 5, {0, 1, -1, 0.5, -2}}};

/* Element (i, k) of G by its definition (kernels/winograd/winograd_table.h); the last row is infinity's. */
static double in_matrix(int form, int i, int k) {
    if (i == forms[form].points) return k == 2;
    double below = 1;
    for (int j = 0; j < forms[form].points; j++)
        if (j != i) below *= forms[form].point[i] - forms[form].point[j];
    return pow(forms[form].point[i], k) / below;
}

/* Position (i, j) of G g G', and the sum of its terms' sizes. */
static double position(double *size, int form, int i, int j, const float *taps, int between) {
    double sum = 0;
    *size = 0;
    for (int k = 0; k < 3; k++)
        for (int l = 0; l < 3; l++) {
            const double term = in_matrix(form, i, k) * (double)taps[(k * 3 + l) * between] * in_matrix(form, j, l);
            sum += term, *size += fabs(term);
        }
    return sum;
}

/* Two passes, each of at most four roundings: a constant, its product, two sums. */
START_TEST(taps_are_transformed_by_vectors_of_any_length) {
    static const int vectors[] = {1, 4, 8, 16};
    const int form = _i / 4, A = forms[form].points + 1, step = 48;
    winograd_taps *transform = winograd_raw(forms[form].m, 3, vectors[_i % 4]);
    ck_assert(transform != NULL);
    for (int columns = 1; columns <= 37; columns++) {
        const int between = columns + _i % 4;
        float *taps = any_floats((size_t)(TAPS * between)), *to = any_floats((size_t)(A * A * step));
        const float beyond = to[columns];
        transform(to, (size_t)step, taps, (size_t)between, columns);
        for (int x = 0; x < A * A; x++)
            for (int j = 0; j < columns; j++) {
                double size;
                const double right = position(&size, form, x / A, x % A, taps + j, between);
                const double got = (double)to[x * step + j];
                ck_assert_msg(fabs(got - right) <= 4 * FLT_EPSILON * size,
                              "F(%d): column %d of %d, x %d: %g, expected %g", forms[form].m, j, columns, x, got,
                              right);
            }
        ck_assert_msg(memcmp(&to[columns], &beyond, sizeof beyond) == 0, "wrote beyond %d columns", columns);
        free(taps), free(to);
    }
}
END_TEST

START_TEST(other_forms_have_no_transform_of_taps) {
    ck_assert(winograd_raw(3, 3, 8) == NULL);
    ck_assert(winograd_raw(2, 5, 8) == NULL);
}
END_TEST

/* --- bytes --- */

/* 36 (or 16) positions of a block of the input, of N slabs and N products, each padded to an odd number of 16 floats;
 * zeros. */
static const struct {
    enum isa isa;
    const char *primitive, *scenario;
    int threads;
    size_t floats;
} sizes[] = {
    /* T = 24 (49 tiles, 3 strips of 17): 17 * 64 -> 1104; 64 * 16 -> 1040; 17 * 16 -> 272 */
    {ISA_AVX2, "winograd-4x4-3x3-slab-24", "64,28,28,32,3,1,1", 1, 36 * (1104 + 1040 + 272) + 64},
    {ISA_AVX2, "winograd-4x4-3x3-slab-24", "64,28,28,32,3,1,1", 2, 36 * (1104 + 2 * (1040 + 272)) + 64},
    {ISA_AVX2, "winograd-4x4-3x3-slab-24", "64,28,28,32,3,1,1", 3, 36 * (1104 + 2 * (1040 + 272)) + 64},
    /* one strip of 49 tiles: 25 for each of two threads, which transform them for themselves: 25 * 64 -> 1616; 1040; 400 */
    {ISA_AVX2, "winograd-4x4-3x3-slab-56", "64,28,28,32,3,1,1", 2, 36 * 2 * (1616 + 1040 + 400) + 64},
    /* 96 channels at most: 512 in 6 blocks of 86; one strip of 49 tiles: 4214 -> 4240; 86 * 16 -> 1392; 784 */
    {ISA_AVX2, "winograd-4x4-3x3-slab-56", "512,28,28,512,3,1,1", 1, 36 * (4240 + 1392 + 784) + 86},
    /* panels of 8 columns: 688; 49 * 8 = 392 -> 400 */
    {ISA_SSE2, "winograd-4x4-3x3-slab-56", "512,28,28,512,3,1,1", 1, 36 * (4240 + 688 + 400) + 86},
    /* panels of 32: 2752 -> 2768; 49 * 32 = 1568 -> 1584 */
    {ISA_AVX512, "winograd-4x4-3x3-slab-56", "512,28,28,512,3,1,1", 1, 36 * (4240 + 2768 + 1584) + 86},
    /* 3 blocks of at most 67, 14 tiles: 938 -> 944; two threads: 1072, 224 -> 240 */
    {ISA_AVX2, "winograd-4x4-3x3-slab-24", "200,8,28,40,3,1,1", 2, 36 * (944 + 2 * (1072 + 240)) + 67},
    /* groups of 3 channels to 5: 2 tiles of 3 floats, 3 of 8, 2 of 8 */
    {ISA_AVX2, "winograd-4x4-3x3-slab-12", "6,4,8,10,3,1,1,2", 1, 36 * (16 + 48 + 16) + 3},
    /* F(2x2): 16 positions, 216 channels at most: 128 * 16 -> 2064 */
    {ISA_AVX2, "winograd-2x2-3x3-slab-56", "128,4,28,16,3,1,1", 1, 16 * (28 * 128 + 16 + 2064 + 28 * 16 + 16) + 128},
};

START_TEST(a_slab_takes_the_bytes_of_its_formula) {
    struct scenario s;
    isa_assume(sizes[_i].isa);
    ck_assert_ptr_null(scenario_parse(&s, sizes[_i].scenario));
    ck_assert_uint_eq(primitive_workspace(primitive_find(sizes[_i].primitive), &s, sizes[_i].threads),
                      sizeof(float) * sizes[_i].floats);
}
END_TEST

static int by_value(const void *a, const void *b) {
    const float x = *(const float *)a, y = *(const float *)b;
    return (x > y) - (x < y);
}

START_TEST(stored_weights_are_the_raw_ones_in_another_order) {
    struct scenario s;
    ck_assert_ptr_null(scenario_parse(&s, "6,9,9,70,3,1,1,2"));
    const struct primitive *p = primitive_find("winograd-4x4-3x3-slab-24");
    const size_t count = 70 * 3 * TAPS;
    ck_assert_uint_eq(primitive_weights(p, &s), sizeof(float) * count);
    float *raw = any_floats(count), *stored = any_floats(count);
    primitive_prepare(p, &s, stored, raw);
    qsort(raw, count, sizeof *raw, by_value), qsort(stored, count, sizeof *stored, by_value);
    ck_assert_mem_eq(raw, stored, sizeof(float) * count);
    free(raw), free(stored);
}
END_TEST

/* --- every layout, by every set of instructions --- */

static const char *const layers[] = {"3,9,7,5,3,1,1", "40,6,14,67,3,1,1", "230,5,6,34,3,1,0", "8,9,11,6,3,1,2,2"};

static double exact(const struct scenario *s, const float *in, const float *weights, int m, int oh, int ow) {
    const int C = s->C / s->groups, first = m / (s->M / s->groups) * C;
    double sum = 0;
    for (int c = 0; c < C; c++)
        for (int k = 0; k < TAPS; k++) {
            const int h = oh + k / 3 - s->pad.top, w = ow + k % 3 - s->pad.left;
            if (h < 0 || h >= s->H || w < 0 || w >= s->W) continue;
            sum += (double)weights[(m * C + c) * TAPS + k] * (double)in[(h * s->W + w) * s->C + first + c];
        }
    return sum;
}

static void computes(const char *primitive, const char *layer, struct activation f) {
    const struct primitive *p = primitive_find(primitive);
    struct scenario s;
    ck_assert_ptr_null(scenario_parse(&s, layer));
    const int OH = scenario_out_h(&s), OW = scenario_out_w(&s), outputs = s.M * OH * OW;
    float *in = any_floats((size_t)(s.C * s.H * s.W)), *out = any_floats((size_t)outputs),
          *weights = any_floats((size_t)(s.M * s.C / s.groups * TAPS)), *bias = any_floats((size_t)s.M);
    float *stored = memory_new(primitive_weights(p, &s), 1), *workspace = memory_new(primitive_workspace(p, &s, 2), 1);
    memset(workspace, 0xff, primitive_workspace(p, &s, 2)); /* NaN */
    primitive_prepare(p, &s, stored, weights);
    primitive_run(p, &s, out, in, stored, bias, f, workspace, 2);
    const double most = 2e-5 * sqrt(TAPS * (double)s.C / s.groups);
    for (int i = 0; i < outputs; i++) {
        const double sum = exact(&s, in, weights, i % s.M, i / s.M / OW, i / s.M % OW);
        const double right = activated(f, sum + (double)bias[i % s.M]);
        ck_assert_msg(fabs((double)out[i] - right) <= most, "%s on %s: output %d is %g, expected %g", primitive, layer,
                      i, (double)out[i], right);
    }
    free(in), free(out), free(weights), free(bias), free(stored), free(workspace);
}

START_TEST(every_layout_is_computed_by_every_set_of_instructions) {
    isa_assume((enum isa)(_i / ISAS));
    isa_restrict((enum isa)(_i % ISAS));
    for (int i = 0; i < (int)(sizeof layers / sizeof layers[0]); i++) {
        computes("winograd-2x2-3x3-slab-56", layers[i], activation_of(ACTIVATION_RELU));
        computes("winograd-4x4-3x3-slab-12", layers[i], activation_of(ACTIVATION_NONE));
    }
}
END_TEST

START_TEST(blocks_of_channels_have_one_bias_and_one_activation) {
    const struct activation f = activated_sample((enum activation_kind)_i, false);
    computes("winograd-4x4-3x3-slab-24", "300,6,10,20,3,1,1", f);
    computes("winograd-2x2-3x3-slab-56", "300,6,10,20,3,1,1", f);
}
END_TEST

/* Four rows at a time by two threads, three of them at the end; their output lies among other bytes, which stay. */
START_TEST(blocks_of_channels_are_summed_alike_whatever_the_rows) {
    const struct primitive *p = primitive_find(_i ? "winograd-4x4-3x3-slab-24" : "winograd-2x2-3x3-slab-56");
    struct scenario s, strip;
    ck_assert_ptr_null(scenario_parse(&s, "300,11,9,37,3,1,1"));
    const size_t row = (size_t)(s.W * s.M), most = primitive_workspace(p, &s, 2);
    float *in = any_floats((size_t)(s.C * s.H * s.W)), *bias = any_floats((size_t)s.M);
    float *stored = any_floats(primitive_weights(p, &s) / sizeof(float)), *workspace = memory_new(most, 1);
    float *whole = any_floats(11 * row), *rows = any_floats(12 * row), *beyond = MEMORY_NEW(float, row);
    memcpy(beyond, rows + 11 * row, sizeof(float) * row);
    const struct activation relu = activation_of(ACTIVATION_RELU);
    primitive_run(p, &s, whole, in, stored, bias, relu, workspace, 1);
    for (int a = 0, lo, hi; a < 11; a += 4) {
        ck_assert(strip_of_scenario(&strip, &lo, &hi, &s, a, a + 4 < 11 ? a + 4 : 11));
        ck_assert_uint_le(primitive_workspace(p, &strip, 2), most);
        primitive_run(p, &strip, rows + (size_t)a * row, in + lo * s.C * s.W, stored, bias, relu, workspace, 2);
    }
    ck_assert_mem_eq(rows, whole, sizeof(float) * 11 * row);
    ck_assert_mem_eq(rows + 11 * row, beyond, sizeof(float) * row);
    free(in), free(bias), free(stored), free(workspace), free(whole), free(rows), free(beyond);
}
END_TEST

int main(void) {
    Suite *suite = suite_create("winograd_slab");
    TCase *tc = tcase_create("winograd_slab");
    tcase_add_loop_test(tc, taps_are_transformed_by_vectors_of_any_length, 0,
                        4 * (int)(sizeof forms / sizeof forms[0]));
    tcase_add_test(tc, other_forms_have_no_transform_of_taps);
    tcase_add_loop_test(tc, a_slab_takes_the_bytes_of_its_formula, 0, (int)(sizeof sizes / sizeof sizes[0]));
    tcase_add_test(tc, stored_weights_are_the_raw_ones_in_another_order);
    tcase_add_loop_test(tc, every_layout_is_computed_by_every_set_of_instructions, 0, ISAS * ISAS);
    tcase_add_loop_test(tc, blocks_of_channels_have_one_bias_and_one_activation, 0, ACTIVATIONS);
    tcase_add_loop_test(tc, blocks_of_channels_are_summed_alike_whatever_the_rows, 0, 2);
    suite_add_tcase(suite, tc);
    return harness_run(suite);
}
