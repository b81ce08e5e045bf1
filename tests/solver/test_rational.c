/* The promises of solver/exact/rational.h besides the four operations, which tests/solver/test_exact.c compares with
 * 128-bit integers: splitting a double, results in place of arguments, lowest terms, and conversion to doubles. */
#include "tests/support/harness.h"

#include <float.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "solver/base/random.h"
#include "solver/exact/rational.h"

/* Any finite double: normal, denormal or 0. */
static double random_double(struct random *r) {
    static const double corners[] = {0, 1, -1, DBL_MAX, -DBL_MAX, DBL_MIN, 0x1p-1074, -0x1p-1074, DBL_EPSILON, 0.1};
    if (random_int(r, 0, 9) == 0) return corners[random_int(r, 0, 9)];
    double value;
    do {
        uint64_t bits = random_bits(r);
        memcpy(&value, &bits, sizeof value);
    } while (!isfinite(value));
    return value;
}

static double moderate(struct random *r) {
    return ldexp(random_int(r, -100000, 100000), random_int(r, -60, 60));
}

START_TEST(a_double_is_an_odd_mantissa_times_a_power_of_two) {
    struct random r = {1};
    for (int round = 0; round < 10000; round++) {
        int exponent;
        double value = random_double(&r);
        int64_t mantissa = rational_split(&exponent, value);
        if (value == 0) {
            ck_assert(mantissa == 0);
            continue;
        }
        ck_assert(mantissa % 2 != 0);
        ck_assert(ldexp((double)mantissa, exponent) == value);
    }
}
END_TEST

START_TEST(every_double_is_held_exactly_and_in_lowest_terms) {
    struct random r = {2};
    struct rational a = {0};
    for (int round = 0; round < 5000; round++) {
        int exponent;
        double value = random_double(&r);
        int64_t mantissa = rational_split(&exponent, value);
        rational_set(&a, value);
        ck_assert_int_eq(a.sign, (value > 0) - (value < 0));
        ck_assert(rational_double(&a) == value);
        if (value == 0) continue;
        int bits = mantissa == INT64_MIN ? 64 : 0;
        for (uint64_t n = (uint64_t)llabs(mantissa); n; n >>= 1) bits++;
        ck_assert_int_eq(whole_bits(&a.n), exponent > 0 ? bits + exponent : bits);
        ck_assert_int_eq(whole_bits(&a.d), exponent < 0 ? 1 - exponent : 0);
    }
    rational_clear(&a);
}
END_TEST

START_TEST(a_result_may_take_the_place_of_either_argument) {
    static void (*const operations[])(struct rational *, const struct rational *, const struct rational *) = {
        rational_add, rational_subtract, rational_multiply, rational_divide};
    struct random r = {3};
    for (int round = 0; round < 4000; round++) {
        struct rational a = {0}, b = {0}, c = {0}, d = {0};
        rational_set(&a, moderate(&r));
        rational_set(&b, moderate(&r));
        if (round % 3 == 0 && b.sign != 0) rational_divide(&a, &a, &b);
        int op = b.sign == 0 ? round % 3 : round % 4;
        operations[op](&c, &a, &b);
        rational_copy(&d, &a);
        operations[op](&d, &d, &b);
        ck_assert_int_eq(rational_compare(&d, &c), 0);
        rational_copy(&d, &b);
        operations[op](&d, &a, &d);
        ck_assert_int_eq(rational_compare(&d, &c), 0);
        rational_copy(&d, &a);
        if (a.sign == 0 && op == 3) rational_set(&d, 1);
        operations[op](&d, &d, &d);
        static const double with_itself[] = {2, 0, 0, 1};
        if (op != 0 && op != 2) ck_assert(rational_double(&d) == with_itself[op]);
        rational_clear(&a);
        rational_clear(&b);
        rational_clear(&c);
        rational_clear(&d);
    }
}
END_TEST

START_TEST(adding_a_product_is_multiplying_and_adding) {
    struct random r = {4};
    for (int round = 0; round < 4000; round++) {
        struct rational a = {0}, b = {0}, sum = {0}, expected = {0};
        double factor = round % 7 ? moderate(&r) : 0;
        rational_set(&a, round % 11 ? moderate(&r) : 0);
        rational_set(&sum, moderate(&r));
        rational_set(&b, factor);
        rational_multiply(&expected, &a, &b);
        rational_add(&expected, &expected, &sum);
        rational_add_product(&sum, &a, factor);
        ck_assert_int_eq(rational_compare(&sum, &expected), 0);
        rational_copy(&sum, &a);
        rational_add_product(&sum, &sum, 2); /* a + 2 a, in the place of a */
        rational_set(&b, 3);
        rational_multiply(&expected, &a, &b);
        ck_assert_int_eq(rational_compare(&sum, &expected), 0);
        rational_clear(&a);
        rational_clear(&b);
        rational_clear(&sum);
        rational_clear(&expected);
    }
}
END_TEST

START_TEST(order_is_that_of_the_doubles_and_negation_turns_it) {
    struct random r = {5};
    struct rational a = {0}, b = {0};
    for (int round = 0; round < 5000; round++) {
        double x = round % 2 ? random_double(&r) : moderate(&r), y = round % 5 ? moderate(&r) : x;
        rational_set(&a, x);
        rational_set(&b, y);
        ck_assert_int_eq(rational_compare(&a, &b), (x > y) - (x < y));
        rational_negate(&a);
        rational_negate(&b);
        ck_assert_int_eq(rational_compare(&a, &b), (x < y) - (x > y));
        ck_assert(rational_double(&a) == -x);
    }
    rational_clear(&a);
    rational_clear(&b);
}
END_TEST

/* Fractions of many limbs, for which neither numerator nor denominator is a double. */
START_TEST(ratios_are_near_even_where_their_parts_are_beyond_doubles) {
    struct random r = {6};
    for (int round = 0; round < 1000; round++) {
        struct rational a = {0}, b = {0}, common = {0};
        double x = moderate(&r), y = moderate(&r);
        if (x == 0 || y == 0) continue;
        rational_set(&common, 1 / 3.0);
        rational_set(&a, x);
        rational_set(&b, y);
        for (int k = random_int(&r, 0, 12); k > 0; k--) { /* about 10^200 in the end, on both sides */
            struct rational factor = {0};
            rational_set(&factor, 1e100 / k);
            if (k % 2)
                rational_multiply(&common, &common, &factor);
            else
                rational_divide(&common, &common, &factor);
            rational_clear(&factor);
        }
        rational_multiply(&a, &a, &common);
        rational_multiply(&b, &b, &common);
        ck_assert(fabs(rational_ratio(&a, &b) - x / y) <= 0x1p-50 * fabs(x / y));
        rational_divide(&a, &a, &b);
        ck_assert(fabs(rational_double(&a) - x / y) <= 0x1p-50 * fabs(x / y));
        rational_clear(&a);
        rational_clear(&b);
        rational_clear(&common);
    }
}
END_TEST

/* Quotients of whole numbers, and so both sides of every whole number, and whole numbers themselves. */
START_TEST(floor_and_ceiling_are_the_whole_numbers_next_to_it) {
    struct rational a = {0}, b = {0}, floored = {0}, raised = {0};
    for (int n = -60; n <= 60; n++) {
        for (int d = 1; d <= 7; d++) {
            rational_set(&a, n);
            rational_set(&b, d);
            rational_divide(&a, &a, &b);
            rational_floor(&floored, &a);
            rational_ceiling(&raised, &a);
            ck_assert(rational_double(&floored) == floor((double)n / d) && rational_is_whole(&floored));
            ck_assert(rational_double(&raised) == ceil((double)n / d) && rational_is_whole(&raised));
            ck_assert_int_eq(rational_is_whole(&a), n % d == 0);
            rational_floor(&a, &a); /* in place */
            ck_assert_int_eq(rational_compare(&a, &floored), 0);
        }
    }
    rational_clear(&a);
    rational_clear(&b);
    rational_clear(&floored);
    rational_clear(&raised);
}
END_TEST

START_TEST(zero_is_one_number_however_it_comes_about) {
    struct rational a = {0}, b = {0};
    rational_set(&a, 0.1);
    rational_subtract(&b, &a, &a);
    ck_assert(b.sign == 0 && b.n.length == 0 && b.d.length == 0);
    rational_multiply(&a, &a, &b);
    ck_assert(a.sign == 0 && a.n.length == 0 && a.d.length == 0);
    rational_set(&b, -0.0);
    ck_assert(b.sign == 0);
    rational_negate(&b);
    ck_assert_int_eq(rational_compare(&a, &b), 0);
    ck_assert(rational_double(&b) == 0);
    rational_clear(&a);
    rational_clear(&b);
}
END_TEST

int main(void) {
    Suite *s = suite_create("rational");
    TCase *t = tcase_create("rational");
    tcase_add_test(t, a_double_is_an_odd_mantissa_times_a_power_of_two);
    tcase_add_test(t, every_double_is_held_exactly_and_in_lowest_terms);
    tcase_add_test(t, a_result_may_take_the_place_of_either_argument);
    tcase_add_test(t, adding_a_product_is_multiplying_and_adding);
    tcase_add_test(t, order_is_that_of_the_doubles_and_negation_turns_it);
    tcase_add_test(t, ratios_are_near_even_where_their_parts_are_beyond_doubles);
    tcase_add_test(t, floor_and_ceiling_are_the_whole_numbers_next_to_it);
    tcase_add_test(t, zero_is_one_number_however_it_comes_about);
    suite_add_tcase(s, t);
    return harness_run(s);
}
