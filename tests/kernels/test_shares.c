/* How threads share out a convolution: layers large enough that each makes pixels, tiles or channels of its own. Whatever
 * their number, the bits are those of one thread, and nothing beyond the promised workspace is touched. */
#include <stdlib.h>
#include <string.h>

#include "kernels/primitive.h"
#include "solver/base/memory.h"
#include "tests/support/harness.h"

enum { THREADS = 5, GUARD = 256 };

static unsigned seed = 1;

static float *any_floats(size_t count) {
    float *x = MEMORY_NEW(float, count + 1);
    for (size_t i = 0; i < count; i++) {
        seed = seed * 1664525u + 1013904223u;
        x[i] = (float)(seed >> 8) / 8388608.0f - 1.0f;
    }
    return x;
}

static const struct {
    const char *primitive, *scenario;
} cases[] = {
    /* pixels, which do not divide evenly; several blocks of channels; more weights than pixels: panels */
    {"direct-hwc", "20,17,19,70,3,1,1"},
    {"direct-hwc", "300,15,17,66,3,1,1"},
    {"direct-hwc", "40,29,23,34,3,2,1,2"},
    {"direct-hwc", "16,5,6,200,3,1,1"},
    {"direct-hwc", "20,14,14,70,5,1,2"},
    {"conv-1x1-gemm-ab-ik", "40,17,19,70,1,1,0"},
    {"conv-1x1-gemm-abt-ik", "800,13,11,130,1,1,0"},
    {"conv-1x1-gemm-abt-ik", "30,23,21,65,1,2,0"},
    {"conv-1x1-gemm-ab-ki", "40,17,19,130,1,1,0"},
    /* patches of a row at a time, of some, of all; too few pixels for each thread */
    {"im2row-strip-1-ik", "24,20,29,70,3,1,1"},
    {"im2row-strip-4-ik", "12,22,19,40,3,1,1,2"},
    {"im2row-copy-short-ab-ik", "90,15,17,66,3,1,1"},
    {"im2row-copy-short-abt-ik", "24,20,29,65,3,2,1"},
    {"im2row-packed-ik", "24,20,29,130,3,1,1"},
    {"im2row-packed-ik", "24,3,5,130,3,1,1"},
    /* strips for each thread, one and several; all of them together, by channels and by positions */
    {"winograd-3x3-3x3-vec-8", "10,14,14,20,3,1,1"},
    {"winograd-4x4-3x3-strip-6", "10,30,30,20,3,1,1"},
    {"winograd-3x3-3x3-vec-8", "200,6,6,130,3,1,1"},
    {"winograd-3x3-3x3-vec-8", "200,6,6,330,3,1,1"},
    {"winograd-2x2-3x3-vec-4", "200,4,4,256,3,1,1,2"},
    {"winograd-4-5-strip-4", "12,30,21,70,5,1,2"},
    {"winograd-4-5-strip-4", "90,4,21,130,5,1,2"},
    /* tiles for each thread, in one block of channels and in several */
    {"winograd-4x4-3x3-slab-56", "20,30,31,70,3,1,1"},
    {"winograd-4x4-3x3-slab-56", "200,26,27,170,3,1,1"},
};

static float *output_of(const struct primitive *p, const struct scenario *s, size_t outputs, const float *in,
                        const void *stored, const float *bias, int threads) {
    const size_t bytes = primitive_workspace(p, s, threads);
    unsigned char *workspace = memory_aligned(bytes + GUARD, PRIMITIVE_ALIGNMENT);
    float *out = any_floats(outputs);
    memset(workspace, 0xff, bytes + GUARD); /* NaN */
    primitive_run(p, s, out, in, stored, bias, activation_of(ACTIVATION_RELU), workspace, threads);
    for (int i = 0; i < GUARD; i++)
        ck_assert_msg(workspace[bytes + (size_t)i] == 0xff, "%s, %d threads: byte %d beyond the workspace", p->name,
                      threads, i);
    free(workspace);
    return out;
}

START_TEST(shares_of_any_number_of_threads_make_the_same_bits) {
    const struct primitive *p = primitive_find(cases[_i].primitive);
    struct scenario s;
    ck_assert_ptr_nonnull(p);
    ck_assert_ptr_null(scenario_parse(&s, cases[_i].scenario));
    ck_assert(primitive_applies(p, &s));
    const size_t outputs = (size_t)(s.M * scenario_out_h(&s) * scenario_out_w(&s));
    float *in = any_floats((size_t)(s.C * s.H * s.W)), *bias = any_floats((size_t)s.M);
    float *weights = any_floats(primitive_raw(p, &s) / sizeof(float));
    void *stored = memory_aligned(primitive_weights(p, &s), PRIMITIVE_ALIGNMENT);
    primitive_prepare(p, &s, stored, weights);
    float *one = output_of(p, &s, outputs, in, stored, bias, 1);
    for (int threads = 2; threads <= THREADS; threads++) {
        float *many = output_of(p, &s, outputs, in, stored, bias, threads);
        ck_assert_msg(memcmp(one, many, outputs * sizeof(float)) == 0, "%s on %s: other bits with %d threads", p->name,
                      cases[_i].scenario, threads);
        free(many);
    }
    free(in), free(bias), free(weights), free(stored), free(one);
}
END_TEST

/* 25 tiles: 13 and 12, or 9, 8 and 8. */
START_TEST(lanes_of_one_strip_each_take_no_more_than_their_tiles) {
    const struct primitive *p = primitive_find("winograd-3x3-3x3-vec-8");
    struct scenario s;
    ck_assert_ptr_null(scenario_parse(&s, "10,14,14,20,3,1,1"));
    for (int threads = 1; threads <= 3; threads++)
        ck_assert_uint_eq(primitive_workspace(p, &s, threads), sizeof(float) * (25 * 25 * (10 + 20) + 10));
}
END_TEST

int main(void) {
    Suite *suite = suite_create("shares");
    TCase *tc = tcase_create("shares");
    tcase_add_loop_test(tc, shares_of_any_number_of_threads_make_the_same_bits, 0,
                        (int)(sizeof cases / sizeof cases[0]));
    tcase_add_test(tc, lanes_of_one_strip_each_take_no_more_than_their_tiles);
    suite_add_tcase(suite, tc);
    return harness_run(suite);
}
