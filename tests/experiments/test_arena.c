/* The arena's layout: never two living buffers in one place, never smaller than can be, and as small where that is
 * known to be so. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "experiments/runtime/arena.h"
#include "solver/base/random.h"
#include "tests/support/harness.h"

/* Bytes alive at a step, counted the slow way. */
static int64_t most_alive(const struct arena_buffer *b, int n) {
    int64_t most = 0;
    for (int s = 0; s < 200; s++) {
        int64_t live = 0;
        for (int i = 0; i < n; i++) live += b[i].first <= s && s <= b[i].last ? b[i].bytes : 0;
        most = live > most ? live : most;
    }
    return most;
}

/* Byte by byte, step by step: who lies there? Independent of arena_check. */
static void lies_alone(const struct arena_buffer *b, int n, int64_t size) {
    ck_assert_int_le(size, 4096);
    for (int s = 0; s < 200; s++) {
        char taken[4096] = {0};
        for (int i = 0; i < n; i++) {
            if (s < b[i].first || s > b[i].last || b[i].bytes == 0) continue;
            ck_assert_int_eq(b[i].offset % b[i].alignment, 0);
            ck_assert_int_le(b[i].offset + b[i].bytes, size);
            for (int64_t k = b[i].offset; k < b[i].offset + b[i].bytes; k++) {
                ck_assert(!taken[k]);
                taken[k] = 1;
            }
        }
    }
}

START_TEST(random_buffers_never_overlap_and_the_bound_is_a_bound) {
    struct random r = {(uint64_t)_i};
    struct arena_buffer b[40];
    for (int round = 0; round < 30; round++) {
        int n = random_int(&r, 1, 40), i, j;
        for (int k = 0; k < n; k++) {
            int first = random_int(&r, 0, 60);
            b[k] = (struct arena_buffer){random_int(&r, 0, 60), first, first + random_int(&r, 0, random_int(&r, 0, 20)),
                                         1 << random_int(&r, 0, 4), -1};
        }
        int64_t bound = arena_bound(b, n), size = arena_plan(b, n);
        ck_assert_int_eq(bound, most_alive(b, n));
        ck_assert_int_ge(size, bound);
        ck_assert(arena_check(&i, &j, b, n));
        lies_alone(b, n, size);
    }
}
END_TEST

/* A buffer, before it either one at least as large, or some side by side that fill a part of it, and so on. */
static int tie(struct arena_buffer *b, int n, int room, int parent, struct random *r) {
    const int root = b[parent].tied ? b[parent].tied - 1 : parent, until = b[parent].first - 1;
    const int parts = random_int(r, 0, 2) ? 1 : 3, begins = until - random_int(r, 1, 8);
    int64_t shift = 0;
    if (begins < 0 || b[parent].bytes == 0) return n;
    for (int p = 0; p < parts && n < room; p++) {
        const int64_t bytes = parts == 1 ? b[parent].bytes + 4 * random_int(r, 0, 5) : b[parent].bytes / 16 * 4;
        b[n++] = (struct arena_buffer){bytes,
                                       begins + (parts > 1 ? random_int(r, 0, until - begins) : 0),
                                       until,
                                       4,
                                       -1,
                                       root + 1,
                                       b[parent].shift + shift};
        shift += bytes;
    }
    return n;
}

START_TEST(tied_buffers_lie_where_they_are_tied_to_and_alone) {
    struct random r = {(uint64_t)_i + 300};
    struct arena_buffer b[40];
    int tight = 0, ties = 0;
    for (int round = 0; round < 30; round++) {
        int n = 0, i, j;
        for (const int roots = random_int(&r, 1, 12); n < roots; n++) {
            const int first = random_int(&r, 0, 60);
            b[n] = (struct arena_buffer){4 * random_int(&r, 0, 15), first, first + random_int(&r, 0, 10), 4, -1, 0, 0};
        }
        for (int k = 0, roots = n; k < roots; k++) n = tie(b, n, 30, k, &r);
        for (int k = 0; k < n; k++) /* and what one lies over may lie over another */
            if (b[k].tied && b[k].bytes > 0 && b[k].bytes >= b[b[k].tied - 1].bytes && n < 30)
                n = tie(b, n, n + 1, k, &r);
        const int64_t bound = arena_bound(b, n), size = arena_plan(b, n);
        ck_assert_int_eq(bound, most_alive(b, n));
        ck_assert_int_ge(size, bound);
        ck_assert(arena_check(&i, &j, b, n));
        lies_alone(b, n, size);
        for (int k = 0; k < n; k++) {
            ties += b[k].tied > 0;
            if (!b[k].tied) continue;
            ck_assert_int_eq(b[k].offset, b[b[k].tied - 1].offset + b[k].shift);
            b[k].offset += 4;
            ck_assert(!arena_check(&i, &j, b, n));
            b[k].offset -= 4;
        }
        tight += size == bound;
    }
    printf("%d ties, %d of 30 arenas as small as can be\n", ties, tight);
    ck_assert_int_gt(ties, 60);
    ck_assert_int_ge(tight, 12);
}
END_TEST

START_TEST(a_chain_takes_no_more_than_its_worst_step) {
    struct random r = {(uint64_t)_i + 100};
    struct arena_buffer b[120];
    int n = 0;
    for (int s = 0; s < 60; s++) {
        b[n++] = (struct arena_buffer){4 * random_int(&r, 1, 100000), s, s < 59 ? s + 1 : s, 4, 0};
        b[n++] = (struct arena_buffer){random_int(&r, 0, 2) ? 4 * random_int(&r, 1, 100000) : 0, s, s, 64, 0};
    }
    ck_assert_int_eq(arena_plan(b, n), arena_bound(b, n));
}
END_TEST

START_TEST(overlap_and_misalignment_are_seen) {
    struct arena_buffer b[2] = {{10, 0, 3, 1, 0}, {10, 3, 5, 1, 9}};
    int i, j;
    ck_assert(!arena_check(&i, &j, b, 2) && i == 0 && j == 1);
    b[1].offset = 10;
    ck_assert(arena_check(&i, &j, b, 2));
    b[1].alignment = 4;
    ck_assert(!arena_check(&i, &j, b, 2) && i == 1 && j == 1);
    b[1] = (struct arena_buffer){10, 4, 5, 1, 0};
    ck_assert(arena_check(&i, &j, b, 2));
}
END_TEST

START_TEST(the_same_buffers_get_the_same_places) {
    struct arena_buffer b[30], c[30];
    struct random r = {5};
    for (int k = 0; k < 30; k++)
        b[k] = (struct arena_buffer){random_int(&r, 1, 999), k, k + random_int(&r, 0, 9), 4, 0};
    memcpy(c, b, sizeof b);
    ck_assert_int_eq(arena_plan(b, 30), arena_plan(c, 30));
    for (int k = 0; k < 30; k++) ck_assert_int_eq(b[k].offset, c[k].offset);
    ck_assert_int_eq(arena_plan(b, 0), 0);
}
END_TEST

int main(void) {
    Suite *suite = suite_create("arena");
    TCase *c = tcase_create("arena");
    tcase_add_loop_test(c, random_buffers_never_overlap_and_the_bound_is_a_bound, 0, 10);
    tcase_add_loop_test(c, tied_buffers_lie_where_they_are_tied_to_and_alone, 0, 4);
    tcase_add_loop_test(c, a_chain_takes_no_more_than_its_worst_step, 0, 20);
    tcase_add_test(c, overlap_and_misalignment_are_seen);
    tcase_add_test(c, the_same_buffers_get_the_same_places);
    suite_add_tcase(suite, c);
    return harness_run(suite);
}
