/* Numbers as model files write them: printed and read back for every kind of double, in the shortest form, and nothing
 * but numbers is read. Also what solver/base/random.h and solver/base/clock.h count. */
#include "tests/support/harness.h"

#include <float.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "solver/base/clock.h"
#include "solver/base/numbers.h"
#include "solver/base/random.h"

static double of_bits(uint64_t bits) {
    double value;
    memcpy(&value, &bits, sizeof value);
    return value;
}

static void check_there_and_back(double value) {
    char text[40];
    double back;
    long double longer;
    ck_assert_ptr_eq(numbers_print(text, value), text);
    ck_assert_uint_lt(strlen(text), 26);
    ck_assert_msg(numbers_read(&back, text) && memcmp(&back, &value, sizeof back) == 0, "%s", text);
    ck_assert_msg(strtod(text, NULL) == value, "%s", text);
    ck_assert(numbers_read_long(&longer, text) && (double)longer == value);
}

START_TEST(every_kind_of_double_comes_back) {
    struct random r = {1};
    static const double corners[] = {0.0,
                                     -0.0,
                                     1,
                                     -1,
                                     0.1,
                                     DBL_MAX,
                                     -DBL_MAX,
                                     DBL_MIN,
                                     DBL_TRUE_MIN,
                                     -DBL_TRUE_MIN,
                                     1e22,
                                     1e23,
                                     9007199254740993.0,
                                     5e-324,
                                     2.2250738585072011e-308,
                                     1e20};
    for (size_t k = 0; k < sizeof corners / sizeof *corners; k++) check_there_and_back(corners[k]);
    for (int k = 0; k < 3000; k++) {
        double any = of_bits(random_bits(&r)), denormal = of_bits(random_bits(&r) >> random_int(&r, 12, 63));
        if (isfinite(any)) check_there_and_back(any);
        check_there_and_back(denormal);
        check_there_and_back(random_int(&r, -100000, 100000) / 1000.0);
    }
}
END_TEST

START_TEST(what_is_printed_has_no_more_digits_than_needed) {
    struct random r = {2};
    static const struct {
        double value;
        const char *text;
    } known[] = {{0.1, "0.1"},
                 {0.3, "0.3"},
                 {0.1 + 0.2, "0.30000000000000004"},
                 {1e20, "1e+20"},
                 {1.0 / 3, "0.3333333333333333"},
                 {-2.5, "-2.5"},
                 {100, "100"}};
    char text[40], other[40];
    for (size_t k = 0; k < sizeof known / sizeof *known; k++)
        ck_assert_str_eq(numbers_print(text, known[k].value), known[k].text);
    for (int k = 0; k < 3000; k++) {
        double value = random_unit(&r);
        numbers_print(text, value);
        int digits = 15;
        do snprintf(other, sizeof other, "%.*g", digits, value);
        while (strtod(other, NULL) != value && ++digits <= 17);
        ck_assert_str_eq(text, other);
    }
}
END_TEST

START_TEST(both_readers_take_the_same_texts) {
    static const struct {
        const char *text;
        bool number;
        double value;
    } texts[] = {{"1", true, 1},           {"-1.5e-3", true, -1.5e-3}, {"1.0D3", true, 1000},
                 {"2d+2", true, 200},      {"1D-400", true, 0},        {"+.25", true, 0.25},
                 {"7.", true, 7},          {"inf", true, INFINITY},    {"-Infinity", true, -INFINITY},
                 {"+INF", true, INFINITY}, {"1e400", true, INFINITY},  {"", false, 0},
                 {"nan", false, 0},        {"-NaN", false, 0},         {"nan(1)", false, 0},
                 {"0x1p3", false, 0},      {"0X10", false, 0},         {"1e", false, 0},
                 {"1D", false, 0},         {"D3", false, 0},           {"1D2D3", false, 0},
                 {"1e2d3", false, 0},      {" 1", false, 0},           {"1 ", false, 0},
                 {"1,5", false, 0},        {"1.5.2", false, 0},        {"--1", false, 0},
                 {"+-1", false, 0},        {"infd3", false, 0},        {"infinit", false, 0},
                 {"abc", false, 0},        {"\t1", false, 0}};
    for (size_t k = 0; k < sizeof texts / sizeof *texts; k++) {
        double value = -7;
        long double longer = -7;
        ck_assert_msg(numbers_read(&value, texts[k].text) == texts[k].number, "'%s'", texts[k].text);
        ck_assert_msg(!texts[k].number || value == texts[k].value, "'%s'", texts[k].text);
        ck_assert_msg(numbers_read_long(&longer, texts[k].text) == texts[k].number, "'%s'", texts[k].text);
        ck_assert_msg(!texts[k].number || fabs(texts[k].value) > 1e300 || (double)longer == texts[k].value, "'%s'",
                      texts[k].text);
    }
}
END_TEST

START_TEST(the_longer_reader_keeps_digits_that_a_double_loses) {
    if (LDBL_MANT_DIG <= DBL_MANT_DIG) return; /* this machine has no longer type */
    long double value;
    ck_assert(numbers_read_long(&value, "9007199254740993"));
    ck_assert(value - 9007199254740992.0L == 1);
    ck_assert(numbers_read_long(&value, "9007199254740993D0"));
    ck_assert(value - 9007199254740992.0L == 1);
}
END_TEST

/* --- random.h --- */

/* The stream that splitmix64.c of Steele, Lea and Flood (in Vigna's version) gives from seed 1234567. */
START_TEST(the_generator_is_splitmix64) {
    static const uint64_t known[] = {UINT64_C(6457827717110365317), UINT64_C(3203168211198807973),
                                     UINT64_C(9817491932198370423), UINT64_C(4593380528125082431),
                                     UINT64_C(16408922859458223821)};
    struct random r = {1234567};
    for (size_t k = 0; k < sizeof known / sizeof *known; k++) ck_assert(random_bits(&r) == known[k]);
}
END_TEST

START_TEST(numbers_at_random_fill_their_range_and_no_more) {
    struct random r = {3};
    int seen[7] = {0}, low = 0, high = 0;
    for (int k = 0; k < 7000; k++) {
        int n = random_int(&r, -3, 3);
        if (n < -3 || n > 3) ck_abort_msg("%d is out of the range", n);
        seen[n + 3]++;
        double u = random_unit(&r);
        if (!(u >= 0 && u < 1)) ck_abort_msg("%g is out of the range", u);
        low += u < 0.25;
        high += u >= 0.75;
    }
    for (int k = 0; k < 7; k++) ck_assert(seen[k] > 850 && seen[k] < 1150); /* 1000 +- 5 standard deviations */
    ck_assert(low > 1560 && low < 1940 && high > 1560 && high < 1940);
    ck_assert_int_eq(random_int(&r, 5, 5), 5);
    for (int k = 0; k < 1000; k++) (void)random_int(&r, INT32_MIN, INT32_MAX); /* the sanitizers report an overflow */
}
END_TEST

/* --- clock.h: no claim on speed, only on what does not depend on it --- */

static int64_t process_ns(void) {
    struct timespec now;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

START_TEST(clocks_go_forward_and_a_thread_takes_no_more_than_its_process) {
    double wall = clock_wall();
    int64_t process = process_ns(), thread = clock_thread_ns(); /* the longer interval begins first */
    volatile double sum = 0;
    for (int k = 1; k < 2000000; k++) sum += 1.0 / k;
    int64_t thread_took = clock_thread_ns() - thread, process_took = process_ns() - process;
    double wall_took = clock_wall() - wall;
    ck_assert(thread_took > 0 && process_took > 0 && wall_took > 0);
    ck_assert(thread_took <= process_took);
    ck_assert((double)thread_took * 1e-9 <=
              wall_took + 0.05); /* one thread: of CPU no more than of wall, in the same unit */
}
END_TEST

int main(void) {
    Suite *s = suite_create("numbers");
    TCase *t = tcase_create("numbers");
    tcase_add_test(t, every_kind_of_double_comes_back);
    tcase_add_test(t, what_is_printed_has_no_more_digits_than_needed);
    tcase_add_test(t, both_readers_take_the_same_texts);
    tcase_add_test(t, the_longer_reader_keeps_digits_that_a_double_loses);
    tcase_add_test(t, the_generator_is_splitmix64);
    tcase_add_test(t, numbers_at_random_fill_their_range_and_no_more);
    tcase_add_test(t, clocks_go_forward_and_a_thread_takes_no_more_than_its_process);
    suite_add_tcase(s, t);
    return harness_run(s);
}
