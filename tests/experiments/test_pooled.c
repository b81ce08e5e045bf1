/* The memory that kernels share while they are timed: aligned, as large as the largest need, full of small numbers. */
#include <math.h>
#include <stdint.h>
#include <stdlib.h>

#include "experiments/measure/pooled.h"
#include "kernels/primitive.h"
#include "tests/support/harness.h"

/* Of 4 kB of numbers in [-1/32, 1/32): half are negative up to four standard deviations, few are alike. None is so small
 * that it is slow to compute with. */
START_TEST(numbers_are_small_of_both_signs_and_normal) {
    struct pooled b = {0};
    pooled_need(&b.input, &b.input_bytes, 4096);
    const int n = (int)(b.input_bytes / sizeof(float));
    int negative = 0, repeated = 0;
    for (int i = 0; i < n; i++) {
        ck_assert_float_le(fabsf(b.input[i]), 0.03125f);
        ck_assert(isnormal(b.input[i]));
        negative += b.input[i] < 0;
        repeated += i > 0 && b.input[i] == b.input[i - 1];
    }
    ck_assert_int_lt(abs(2 * negative - n), (int)(4 * sqrt(n)));
    ck_assert_int_lt(repeated, 4);
    pooled_free(&b);
}
END_TEST

START_TEST(a_part_grows_when_it_must_and_stays_otherwise) {
    struct pooled b = {0};
    pooled_need(&b.stored, &b.stored_bytes, 1000);
    const size_t have = b.stored_bytes;
    const float *const first = b.stored;
    ck_assert_uint_ge(have, 1000);
    ck_assert_uint_eq((uintptr_t)first % PRIMITIVE_ALIGNMENT, 0);
    pooled_need(&b.stored, &b.stored_bytes, have);
    ck_assert(b.stored == first && b.stored_bytes == have);
    pooled_need(&b.stored, &b.stored_bytes, have + 1);
    ck_assert_uint_gt(b.stored_bytes, have);
    ck_assert_uint_eq((uintptr_t)b.stored % PRIMITIVE_ALIGNMENT, 0);
    ck_assert(!b.input && !b.output && !b.workspace && !b.bias);
    pooled_free(&b);
    ck_assert(!b.stored && b.stored_bytes == 0);
}
END_TEST

int main(void) {
    Suite *suite = suite_create("pooled");
    TCase *c = tcase_create("pooled");
    tcase_add_test(c, numbers_are_small_of_both_signs_and_normal);
    tcase_add_test(c, a_part_grows_when_it_must_and_stays_otherwise);
    suite_add_tcase(suite, c);
    return harness_run(suite);
}
