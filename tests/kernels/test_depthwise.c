/* Depthwise convolution on every path of its loops: blocks of columns at edges and inside, taps, few channels, channels
 * that do not fill a vector, copied rows in CHW, strides and dilations that are not copied. Against sums in double
 * precision (tests/support/exact_layer.h). */
#include "kernels/isa.h"
#include "kernels/primitive.h"
#include "tests/support/exact_layer.h"
#include "tests/support/harness.h"

static struct scenario invented(bool multiplies) {
    static const int kernels[] = {3, 5, 3, 5, 1, 2, 4, 7};
    for (;;) {
        const int K = kernels[next() % 8], D = next() % 4 ? 1 : between(2, 3), C = between(1, next() % 2 ? 70 : 9);
        struct scenario s = {.C = C, .H = between(1, 12), .W = between(1, 40), .M = C, .KH = K, .KW = K, .groups = C};
        s.stride = next() % 4 ? between(1, 2) : 3, s.dilation = D;
        if (next() % 4 == 0) s.KH = between(1, 3);
        if (multiplies) s.M *= between(1, 3);
        const int pad = next() % 2 ? (K - 1) * D / 2 : -1, most = K + 1;
        s.pad = padding_all(pad);
        if (pad < 0) s.pad = (struct padding){between(0, most), between(0, most), between(0, most), between(0, most)};
        if (!scenario_check(&s)) return s;
    }
}

static void check_isa(int isa, const char *primitive, bool multiplies) {
    static const enum activation_kind kinds[] = {ACTIVATION_NONE, ACTIVATION_RELU, ACTIVATION_RELU6,
                                                 ACTIVATION_HARD_SWISH};
    if (!isa_force((enum isa)isa)) return;
    exact_seed = 20 + (unsigned)isa;
    for (int i = 0; i < 120; i++) {
        const struct scenario s = invented(multiplies);
        check_layer(primitive, &s, kinds[i % 4]);
    }
}

START_TEST(invented_layers_in_hwc_agree_with_sums_in_double_precision) {
    check_isa(_i, "depthwise-hwc", false);
}
END_TEST

START_TEST(invented_layers_in_chw_agree_with_sums_in_double_precision) {
    check_isa(_i, "depthwise-chw", true);
}
END_TEST

/* Layers whose shape chooses the loops: pixels so far apart that those of a tile would displace each other from the cache,
 * images beyond the caches, more rows than are computed together, 5 x 5 kernels of many channels, the last of which do
 * not fill a chunk. */
START_TEST(layers_that_are_computed_in_another_order_agree_with_sums_in_double_precision) {
    static const struct {
        int C, H, W, K, stride;
    } cases[] = {
        {512, 5, 7, 3, 1},    {1024, 5, 7, 3, 1}, {256, 5, 7, 3, 2},  {512, 5, 7, 3, 2}, {768, 5, 17, 3, 2},
        {33, 133, 141, 3, 1}, {79, 6, 9, 5, 1},   {143, 5, 19, 5, 2}, {144, 7, 7, 5, 1}, {512, 19, 9, 3, 1},
        {512, 37, 9, 3, 2},   {40, 19, 9, 3, 1},  {256, 19, 9, 3, 1}, {8, 5, 9, 5, 2},   {12, 5, 9, 3, 1},
    };
    if (!isa_force((enum isa)_i)) return;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const int C = cases[i].C, K = cases[i].K;
        struct scenario s = {.C = C, .H = cases[i].H, .W = cases[i].W, .M = C, .KH = K, .KW = K, .groups = C};
        s.stride = cases[i].stride, s.dilation = 1, s.pad = padding_all(K / 2);
        ck_assert_ptr_null(scenario_check(&s));
        check_layer("depthwise-hwc", &s, i % 2 ? ACTIVATION_RELU6 : ACTIVATION_HARD_SWISH);
    }
}
END_TEST

/* A stride or a dilation that would need a copied row of more floats than there is room for. */
START_TEST(long_steps_in_chw_are_not_copied) {
    struct scenario s = {
        .C = 2, .H = 3, .W = 1400, .M = 4, .KH = 3, .KW = 5, .stride = 1, .dilation = 300, .groups = 2};
    s.pad = padding_all(300);
    ck_assert_ptr_null(scenario_check(&s));
    check_layer("depthwise-chw", &s, ACTIVATION_RELU);
}
END_TEST

int main(void) {
    Suite *suite = suite_create("depthwise");
    TCase *tc = tcase_create("depthwise");
    tcase_add_loop_test(tc, invented_layers_in_hwc_agree_with_sums_in_double_precision, 0, ISAS);
    tcase_add_loop_test(tc, invented_layers_in_chw_agree_with_sums_in_double_precision, 0, ISAS);
    tcase_add_loop_test(tc, layers_that_are_computed_in_another_order_agree_with_sums_in_double_precision, 0, ISAS);
    tcase_add_test(tc, long_steps_in_chw_are_not_copied);
    suite_add_tcase(suite, tc);
    return harness_run(suite);
}
