/* Vectors with a list of their nonzeros against plain arrays. */
#include "tests/support/harness.h"

#include <math.h>
#include <stdbool.h>
#include <string.h>

#include "solver/base/random.h"
#include "solver/lp/vector.h"

enum { SIZE = 40 };

/* Listed once each, exactly zero elsewhere: the invariant of the header. */
static void check(const struct vector *v, const double *expected) {
    int listed[SIZE] = {0}, fault = -1;
    ck_assert(v->count >= 0 && v->count <= v->size);
    for (int k = 0; k < v->count; k++) listed[v->index[k]]++;
    for (int i = 0; i < v->size; i++)
        if (listed[i] > 1 || (!listed[i] && v->value[i] != 0) || fabs(v->value[i] - expected[i]) > 1e-49) fault = i;
    ck_assert_msg(fault < 0, "entry %d: %g, listed %d times", fault, v->value[fault], listed[fault]);
}

START_TEST(additions_keep_values_and_list_together) {
    for (int seed = 1; seed <= 300; seed++) {
        struct random r = {(uint64_t)seed};
        struct vector *v = vector_new(SIZE);
        double plain[SIZE] = {0};
        for (int step = 0; step < 100; step++) {
            int i = random_int(&r, 0, SIZE - 1);
            double value = random_int(&r, -2, 2);
            if (step % 10 == 9 && v->value[i] == 0) {
                vector_set(v, i, plain[i] = 3);
            } else {
                vector_add(v, i, value);
                plain[i] += value;
            }
            check(v, plain);
            if (random_int(&r, 0, 40) == 0) {
                vector_clear(v);
                memset(plain, 0, sizeof plain);
                ck_assert_int_eq(v->count, 0);
                check(v, plain);
            }
        }
        vector_free(v);
    }
    vector_free(NULL);
}
END_TEST

START_TEST(an_entry_that_cancels_stays_listed_until_the_list_is_rebuilt) {
    struct vector *v = vector_new(3);
    vector_add(v, 1, 5);
    vector_add(v, 1, -5);
    ck_assert_int_eq(v->count, 1);
    ck_assert(v->value[1] != 0 && fabs(v->value[1]) < 1e-40);
    vector_add(v, 1, 2);
    ck_assert_int_eq(v->count, 1);
    ck_assert(v->value[1] == 2);
    vector_add(v, 1, -2);
    vector_list(v);
    ck_assert_int_eq(v->count, 0);
    ck_assert(v->value[1] == 0);
    vector_free(v);
}
END_TEST

START_TEST(listing_drops_what_is_tiny_with_or_without_a_list) {
    for (int seed = 1; seed <= 300; seed++) {
        struct random r = {(uint64_t)seed * 3};
        struct vector *v = vector_new(SIZE);
        double expected[SIZE] = {0};
        for (int k = 0; k < SIZE / 2; k++) {
            int i = random_int(&r, 0, SIZE - 1);
            if (v->value[i] != 0) continue;
            bool tiny = random_int(&r, 0, 1);
            double value = (random_int(&r, 0, 1) ? 1 : -1) * (tiny ? VECTOR_TINY / 2 : VECTOR_TINY * 2);
            vector_set(v, i, value);
            expected[i] = tiny ? 0 : value;
        }
        if (seed % 2) v->count = VECTOR_UNLISTED;
        vector_list(v);
        check(v, expected);
        ck_assert(memcmp(v->value, expected, sizeof expected) == 0);
        vector_free(v);
    }
}
END_TEST

START_TEST(a_copy_replaces_what_was_there) {
    for (int seed = 1; seed <= 200; seed++) {
        struct random r = {(uint64_t)seed * 5};
        struct vector *from = vector_new(SIZE), *to = vector_new(SIZE);
        double expected[SIZE] = {0};
        for (int k = random_int(&r, 0, SIZE); k > 0; k--) vector_add(to, random_int(&r, 0, SIZE - 1), 7);
        for (int k = random_int(&r, 0, SIZE); k > 0; k--) {
            int i = random_int(&r, 0, SIZE - 1);
            vector_add(from, i, 1);
            expected[i] += 1;
        }
        if (seed % 2) from->count = VECTOR_UNLISTED;
        vector_copy(to, from);
        ck_assert_int_eq(to->count, from->count);
        vector_list(to);
        check(to, expected);
        if (seed % 4 == 0) to->count = VECTOR_UNLISTED;
        vector_clear(to);
        memset(expected, 0, sizeof expected);
        check(to, expected);
        vector_free(from);
        vector_free(to);
    }
}
END_TEST

START_TEST(norms_are_those_of_all_entries) {
    struct random r = {9};
    for (int round = 0; round < 200; round++) {
        struct vector *v = vector_new(SIZE);
        double largest = 0, square = 0;
        for (int i = 0; i < SIZE; i++) {
            double value = random_int(&r, -9, 9);
            if (value == 0 || random_int(&r, 0, 3)) continue;
            vector_set(v, i, value);
            largest = fmax(largest, fabs(value));
            square += value * value;
        }
        ck_assert(vector_largest(v) == largest);
        ck_assert(vector_norm2(v) == square);
        vector_free(v);
    }
}
END_TEST

int main(void) {
    Suite *s = suite_create("vector");
    TCase *t = tcase_create("vector");
    tcase_add_test(t, additions_keep_values_and_list_together);
    tcase_add_test(t, an_entry_that_cancels_stays_listed_until_the_list_is_rebuilt);
    tcase_add_test(t, listing_drops_what_is_tiny_with_or_without_a_list);
    tcase_add_test(t, a_copy_replaces_what_was_there);
    tcase_add_test(t, norms_are_those_of_all_entries);
    suite_add_tcase(s, t);
    return harness_run(s);
}
