/* The largest images: algorithms that number pixels by int, with room for a tile more, refuse 2^30 pixels and take the
 * row less. Only asked, not run. */
#include <stdio.h>
#include <string.h>

#include "kernels/primitive.h"
#include "tests/support/harness.h"

static const struct {
    const char *family;
    int kernel;
} bounded[] = {{"conv-1x1", 1}, {"direct", 1},   {"direct", 3},   {"fft", 5},
               {"implicit", 1}, {"implicit", 3}, {"winograd", 3}, {"winograd", 5}};

static struct scenario square(int H, int W, int kernel) {
    const int p = kernel / 2;
    return (struct scenario){.C = 1,
                             .H = H,
                             .W = W,
                             .M = 1,
                             .KH = kernel,
                             .KW = kernel,
                             .stride = 1,
                             .dilation = 1,
                             .groups = 1,
                             .pad = {p, p, p, p}};
}

START_TEST(pixels_numbered_by_int_are_fewer_than_2_to_the_30) {
    const struct scenario small = square(32, 32, bounded[_i].kernel), most = square(32768, 32767, bounded[_i].kernel),
                          many = square(32768, 32768, bounded[_i].kernel);
    int asked = 0;
    for (int i = 0; i < primitive_count; i++) {
        const struct primitive *p = &primitives[i];
        if (strcmp(p->algorithm->name, bounded[_i].family) != 0 || !primitive_applies(p, &small)) continue;
        ck_assert_msg(primitive_applies(p, &most), "%s refuses 32768 x 32767 pixels", p->name);
        ck_assert_msg(!primitive_applies(p, &many), "%s takes 32768 x 32768 pixels", p->name);
        asked++;
    }
    ck_assert_int_gt(asked, 0);
}
END_TEST

int main(void) {
    Suite *suite = suite_create("limits");
    TCase *c = tcase_create("limits");
    tcase_add_loop_test(c, pixels_numbered_by_int_are_fewer_than_2_to_the_30, 0,
                        (int)(sizeof bounded / sizeof bounded[0]));
    suite_add_tcase(suite, c);
    return harness_run(suite);
}
