/* Names against a list that is searched; hashes of entries (hash.h) that come in any order. */
#include "tests/support/harness.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "solver/base/hash.h"
#include "solver/base/names.h"
#include "solver/base/random.h"

enum { NAMES = 600 };

static int search(char name[][8], int count, const char *wanted) {
    for (int k = 0; k < count; k++)
        if (strcmp(name[k], wanted) == 0) return k;
    return -1;
}

START_TEST(names_are_found_as_a_search_through_all_finds_them) {
    static char given[NAMES][8], held[NAMES][8];
    for (int seed = 1; seed <= 20; seed++) {
        struct random r = {(uint64_t)seed};
        struct names t = {NULL, 0, 0};
        int number[NAMES], count = 0;
        ck_assert_int_eq(names_find(&t, "none"), -1);
        for (int k = 0; k < NAMES; k++) { /* of few letters, so many are repeated */
            int length = random_int(&r, 0, 4);
            for (int c = 0; c < length; c++) given[k][c] = (char)random_int(&r, 'a', 'e');
            given[k][length] = '\0';
            int there = search(held, count, given[k]), expected = there < 0 ? -1 : number[there];
            ck_assert_int_eq(names_find(&t, given[k]), expected);
            ck_assert_int_eq(names_add(&t, given[k], k), expected);
            if (there < 0) {
                strcpy(held[count], given[k]);
                number[count++] = k;
            }
            ck_assert_int_eq(names_find(&t, given[k]), there < 0 ? k : expected);
            ck_assert_uint_eq(t.count, (size_t)count);
            ck_assert(t.room >= 2 * t.count && (t.room & (t.room - 1)) == 0);
        }
        for (int k = 0; k < count; k++) ck_assert_int_eq(names_find(&t, held[k]), number[k]);
        names_free(&t);
        ck_assert(t.slots == NULL && t.room == 0 && t.count == 0);
    }
}
END_TEST

/* Slots overflow to the next free place: two names of one slot must be distinguished, and found again after the table
 * grows. */
START_TEST(names_that_fall_into_one_slot_are_distinguished) {
    static char text[4000][16];
    struct names t = {NULL, 0, 0};
    size_t shared = 0;
    for (int k = 0; k < 4000; k++) {
        snprintf(text[k], sizeof text[k], "c%d", k);
        ck_assert_int_eq(names_add(&t, text[k], k), -1);
    }
    for (size_t k = 0; k < t.room; k++) shared += t.slots[k].name && ((size_t)t.slots[k].hash & (t.room - 1)) != k;
    ck_assert_uint_gt(shared, 100);
    int wrong = 0;
    for (int k = 0; k < 4000; k++) wrong += names_find(&t, text[k]) != k;
    ck_assert_int_eq(wrong, 0);
    names_free(&t);
}
END_TEST

START_TEST(bytes_beyond_ascii_are_names_too) {
    struct names t = {NULL, 0, 0};
    ck_assert_int_eq(names_add(&t,
                               "Gr\xc3\xb6\xc3\x9f"
                               "e",
                               3),
                     -1);
    ck_assert_int_eq(names_add(&t, "Gr\xc3\xb6", 4), -1);
    ck_assert_int_eq(names_find(&t, "Gr\xc3\xb6\xc3\x9f"
                                    "e"),
                     3);
    ck_assert_int_eq(names_find(&t, "Gr\xc3"), -1);
    names_free(&t);
}
END_TEST

/* --- hashes --- */

static int by_value(const void *a, const void *b) {
    uint64_t p = *(const uint64_t *)a, q = *(const uint64_t *)b;
    return (p > q) - (p < q);
}

static int collisions(uint64_t *hash, size_t count) {
    int same = 0;
    qsort(hash, count, sizeof *hash, by_value);
    for (size_t k = 1; k < count; k++) same += hash[k] == hash[k - 1];
    return same;
}

START_TEST(different_entries_and_different_sets_of_them_have_different_hashes) {
    enum { SIDE = 300 };
    static uint64_t hash[SIDE * SIDE];
    size_t count = 0;
    for (int index = 0; index < SIDE; index++)
        for (int value = 1; value <= SIDE; value++) hash[count++] = hash_entry(index, value / 8.0);
    ck_assert_int_eq(collisions(hash, count), 0);
    count = 0;
    for (int a = 0; a < SIDE; a++) /* {(a, 1), (b, -2)} */
        for (int b = 0; b < SIDE; b++) hash[count++] = hash_entry(a, 1) + hash_entry(SIDE + b, -2);
    ck_assert_int_eq(collisions(hash, count), 0);
    ck_assert(hash_entry(0, 1) != hash_entry(0, -1));
    ck_assert(hash_entry(0, 2) + hash_entry(1, 1) != hash_entry(0, 1) + hash_entry(1, 2));
}
END_TEST

START_TEST(rounding_of_a_value_seldom_changes_its_hash) {
    struct random r = {3};
    int changed = 0, near = 0;
    for (int k = 0; k < 20000; k++) {
        double value = ldexp(random_int(&r, 1, 1000000), random_int(&r, -30, 30)) / 3;
        double next = nextafter(value, INFINITY);
        changed += hash_entry(k, value) != hash_entry(k, next);
        ck_assert(hash_entry(k, value) != hash_entry(k, value * (1 + 1e-11)));
        ck_assert(hash_entry(k, (double)(k + 1)) == hash_entry(k, nextafter(k + 1, 0)));
        near++;
    }
    ck_assert_int_lt(changed, near / 200);
}
END_TEST

int main(void) {
    Suite *s = suite_create("names");
    TCase *t = tcase_create("names");
    tcase_add_test(t, names_are_found_as_a_search_through_all_finds_them);
    tcase_add_test(t, names_that_fall_into_one_slot_are_distinguished);
    tcase_add_test(t, bytes_beyond_ascii_are_names_too);
    tcase_add_test(t, different_entries_and_different_sets_of_them_have_different_hashes);
    tcase_add_test(t, rounding_of_a_value_seldom_changes_its_hash);
    suite_add_tcase(s, t);
    return harness_run(s);
}
