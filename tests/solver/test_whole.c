/* Whole numbers of any size against long-hand arithmetic in bytes. */
#include "tests/support/harness.h"

#include <math.h>
#include <string.h>

#include "solver/base/random.h"
#include "solver/exact/whole.h"

enum { BYTES = 104 };

/* --- the oracle: digits to base 256, least first, all of them always there --- */

struct digits {
    int d[BYTES];
};

static struct digits digits_of(const struct whole *w) {
    struct digits x = {{0}};
    ck_assert_int_le(w->length * WHOLE_BITS / 8, BYTES);
    for (int k = 0; k < w->length * WHOLE_BITS / 8; k++)
        x.d[k] = (int)(w->limb[8 * k / WHOLE_BITS] >> (8 * k % WHOLE_BITS) & 255);
    return x;
}

static void digits_carry(struct digits *x) {
    for (int k = 0; k + 1 < BYTES; k++) {
        int carry = x->d[k] >= 0 ? x->d[k] / 256 : -((255 - x->d[k]) / 256);
        x->d[k] -= 256 * carry;
        x->d[k + 1] += carry;
    }
}

static struct digits digits_add(struct digits a, const struct digits *b, int sign) {
    for (int k = 0; k < BYTES; k++) a.d[k] += sign * b->d[k];
    digits_carry(&a);
    return a;
}

static struct digits digits_multiply(const struct digits *a, const struct digits *b) {
    struct digits x = {{0}};
    for (int i = 0; i < BYTES; i++) {
        if (a->d[i] == 0) continue;
        for (int k = 0; i + k < BYTES; k++) x.d[i + k] += a->d[i] * b->d[k];
        digits_carry(&x);
    }
    return x;
}

static int digits_compare(const struct digits *a, const struct digits *b) {
    for (int k = BYTES; k-- > 0;)
        if (a->d[k] != b->d[k]) return a->d[k] < b->d[k] ? -1 : 1;
    return 0;
}

static int digits_bits(const struct digits *a) {
    for (int bit = 8 * BYTES; bit-- > 0;)
        if (a->d[bit / 8] >> bit % 8 & 1) return bit + 1;
    return 0;
}

static void check(const struct whole *w, const struct digits *expected) {
    struct digits got = digits_of(w);
    ck_assert_int_eq(digits_compare(&got, expected), 0);
    ck_assert(w->length == 0 || w->limb[w->length - 1] != 0);
    ck_assert_int_le(w->length, w->room);
}

/* --- numbers: of 0 to 5 limbs, each often a corner, so that carries run and guesses of quotients are wrong --- */

static void whole_random(struct whole *w, struct random *r, int limbs) {
    static const uint64_t corners[] = {
        0, 1, UINT64_MAX, UINT64_MAX - 1, UINT64_C(1) << 63, (UINT64_C(1) << 63) - 1, UINT32_MAX};
    whole_set(w, 0);
    for (int k = 0; k < limbs; k++) {
        struct whole low = {0};
        int which = random_int(r, 0, 11);
        uint64_t limb = which < 7 ? corners[which] : random_bits(r);
        whole_shift_left(w, w, 64);
        whole_set(&low, limb);
        whole_add(w, w, &low);
        whole_clear(&low);
    }
}

START_TEST(small_numbers_are_what_was_set) {
    static const uint64_t values[] = {0, 1, 2, 255, 256, UINT32_MAX, UINT64_C(1) << 32, UINT64_MAX};
    struct whole w = {0};
    for (size_t k = 0; k < sizeof values / sizeof *values; k++) {
        struct digits expected = {{0}};
        for (int b = 0; b < 8; b++) expected.d[b] = (int)(values[k] >> (8 * b) & 255);
        whole_set(&w, values[k]);
        check(&w, &expected);
        ck_assert(whole_is_one(&w) == (values[k] == 1));
        ck_assert_int_eq(whole_bits(&w), digits_bits(&expected));
    }
    whole_clear(&w);
    ck_assert(w.length == 0 && w.limb == NULL);
    ck_assert_int_eq(whole_bits(&w), 0);
}
END_TEST

START_TEST(sums_differences_and_products_agree_with_long_hand) {
    struct random r = {1};
    struct whole a = {0}, b = {0}, c = {0};
    for (int round = 0; round < 2000; round++) {
        whole_random(&a, &r, random_int(&r, 0, 5));
        whole_random(&b, &r, random_int(&r, 0, 5));
        struct digits x = digits_of(&a), y = digits_of(&b), expected;
        int order = digits_compare(&x, &y);
        ck_assert_int_eq(whole_compare(&a, &b), order);
        ck_assert_int_eq(whole_bits(&a), digits_bits(&x));
        expected = digits_add(x, &y, 1);
        whole_add(&c, &a, &b);
        check(&c, &expected);
        expected = digits_multiply(&x, &y);
        whole_multiply(&c, &a, &b);
        check(&c, &expected);
        if (order < 0) continue;
        expected = digits_add(x, &y, -1);
        whole_subtract(&c, &a, &b);
        check(&c, &expected);
    }
    whole_clear(&a);
    whole_clear(&b);
    whole_clear(&c);
}
END_TEST

START_TEST(a_result_may_take_the_place_of_an_argument) {
    struct random r = {2};
    struct whole a = {0}, b = {0};
    for (int round = 0; round < 2000; round++) {
        whole_random(&a, &r, random_int(&r, 0, 4));
        whole_random(&b, &r, random_int(&r, 0, 4));
        struct digits x = digits_of(&a), y = digits_of(&b), sum = digits_add(x, &y, 1), twice = digits_add(x, &x, 1);
        whole_add(&b, &a, &b);
        check(&b, &sum);
        whole_subtract(&b, &b, &a);
        check(&b, &y);
        whole_copy(&a, &a);
        check(&a, &x);
        whole_add(&a, &a, &a);
        check(&a, &twice);
        whole_swap(&a, &b);
        check(&a, &y);
        check(&b, &twice);
        whole_subtract(&a, &a, &a);
        ck_assert_int_eq(a.length, 0);
    }
    whole_clear(&a);
    whole_clear(&b);
}
END_TEST

START_TEST(a_shift_is_a_product_with_a_power_of_two) {
    struct random r = {3};
    struct whole a = {0}, b = {0};
    for (int round = 0; round < 3000; round++) {
        int bits = round < 200 ? round : random_int(&r, 0, 200);
        struct digits power = {{0}};
        power.d[bits / 8] = 1 << bits % 8;
        whole_random(&a, &r, random_int(&r, 0, 4));
        struct digits x = digits_of(&a), expected = digits_multiply(&x, &power);
        whole_shift_left(&b, &a, bits);
        check(&b, &expected);
        whole_shift_left(&a, &a, bits);
        check(&a, &expected);
    }
    whole_clear(&a);
    whole_clear(&b);
}
END_TEST

START_TEST(quotient_times_divisor_plus_a_smaller_remainder_is_the_number) {
    struct random r = {4};
    struct whole a = {0}, b = {0}, q = {0}, rest = {0};
    for (int round = 0; round < 6000; round++) {
        whole_random(&a, &r, random_int(&r, 0, 6));
        whole_random(&b, &r, random_int(&r, 1, 4));
        if (b.length == 0) continue;
        struct digits x = digits_of(&a), y = digits_of(&b);
        whole_copy(&rest, &a);
        whole_divide(&q, &rest, &b);
        struct digits quotient = digits_of(&q), remainder = digits_of(&rest), back = digits_multiply(&quotient, &y);
        ck_assert_int_lt(digits_compare(&remainder, &y), 0);
        back = digits_add(back, &remainder, 1);
        ck_assert_int_eq(digits_compare(&back, &x), 0);
        check(&b, &y); /* the divisor is unchanged */
        whole_divide(NULL, &a, &b);
        check(&a, &remainder);
    }
    whole_clear(&a);
    whole_clear(&b);
    whole_clear(&q);
    whole_clear(&rest);
}
END_TEST

/* The estimate from two limbs is one too large about once in 2^64: these are Knuth's and Warren's cases for it
 * (Hacker's Delight 9-2). */
START_TEST(a_quotient_digit_that_is_guessed_one_too_large_is_corrected) {
    static const uint64_t top = UINT64_C(1) << 63;
    static const struct {
        uint64_t a[4], b[3];
    } cases[] = {{{0, 0, top, top - 1}, {1, 0, top}},
                 {{3, 0, top, 0}, {1, 0, UINT64_C(1) << 61}},
                 {{0, UINT64_MAX - 1, top, 0}, {UINT64_MAX, 0, top}},
                 {{0, 0, 0, top - 1}, {UINT64_MAX, UINT64_MAX, top}}};
    for (size_t k = 0; k < sizeof cases / sizeof *cases; k++) {
        struct whole a = {0}, b = {0}, q = {0}, part = {0};
        for (int i = 4; i-- > 0;) {
            whole_shift_left(&a, &a, 64);
            whole_set(&part, cases[k].a[i]);
            whole_add(&a, &a, &part);
        }
        for (int i = 3; i-- > 0;) {
            whole_shift_left(&b, &b, 64);
            whole_set(&part, cases[k].b[i]);
            whole_add(&b, &b, &part);
        }
        struct digits x = digits_of(&a), y = digits_of(&b);
        whole_divide(&q, &a, &b);
        struct digits quotient = digits_of(&q), remainder = digits_of(&a), back = digits_multiply(&quotient, &y);
        back = digits_add(back, &remainder, 1);
        ck_assert_int_eq(digits_compare(&back, &x), 0);
        ck_assert_int_lt(digits_compare(&remainder, &y), 0);
        whole_clear(&a);
        whole_clear(&b);
        whole_clear(&q);
        whole_clear(&part);
    }
}
END_TEST

static uint64_t gcd(uint64_t a, uint64_t b) {
    return b ? gcd(b, a % b) : a;
}

START_TEST(a_common_factor_is_in_the_greatest_common_divisor) {
    struct random r = {5};
    struct whole a = {0}, b = {0}, common = {0}, g = {0};
    for (int round = 0; round < 2000; round++) {
        uint64_t p = random_bits(&r) >> random_int(&r, 0, 63), q = random_bits(&r) >> random_int(&r, 0, 63);
        whole_random(&common, &r, random_int(&r, 1, 3));
        if (common.length == 0 || (p == 0 && q == 0)) continue;
        whole_set(&g, p);
        whole_multiply(&a, &common, &g);
        whole_set(&g, q);
        whole_multiply(&b, &common, &g);
        whole_set(&g, gcd(p, q));
        struct digits x = digits_of(&common), y = digits_of(&g), expected = digits_multiply(&x, &y);
        whole_gcd(&a, &b);
        check(&a, &expected);
    }
    whole_clear(&a);
    whole_clear(&b);
    whole_clear(&common);
    whole_clear(&g);
}
END_TEST

START_TEST(leading_limbs_give_the_number_to_the_accuracy_of_a_double) {
    struct random r = {6};
    struct whole w = {0};
    for (int round = 0; round < 3000; round++) {
        int exponent;
        whole_random(&w, &r, random_int(&r, 0, 5));
        struct digits x = digits_of(&w);
        long double expected = 0;
        for (int k = BYTES; k-- > 0;) expected = expected * 256 + x.d[k];
        double leading = whole_leading(&w, &exponent);
        ck_assert(fabsl(ldexpl(leading, exponent) - expected) <= 0x1p-51L * expected);
    }
    whole_clear(&w);
}
END_TEST

int main(void) {
    Suite *s = suite_create("whole");
    TCase *t = tcase_create("whole");
    tcase_add_test(t, small_numbers_are_what_was_set);
    tcase_add_test(t, sums_differences_and_products_agree_with_long_hand);
    tcase_add_test(t, a_result_may_take_the_place_of_an_argument);
    tcase_add_test(t, a_shift_is_a_product_with_a_power_of_two);
    tcase_add_test(t, quotient_times_divisor_plus_a_smaller_remainder_is_the_number);
    tcase_add_test(t, a_quotient_digit_that_is_guessed_one_too_large_is_corrected);
    tcase_add_test(t, a_common_factor_is_in_the_greatest_common_divisor);
    tcase_add_test(t, leading_limbs_give_the_number_to_the_accuracy_of_a_double);
    suite_add_tcase(s, t);
    return harness_run(s);
}
