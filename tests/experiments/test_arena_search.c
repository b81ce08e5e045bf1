/* The exact search for arena offsets: its optimum is that of trying every order, its proofs hold, and it finds the
 * packing where there is exactly one size that fits. */
#include <stdlib.h>
#include <string.h>

#include "experiments/runtime/arena.h"
#include "experiments/runtime/skyline.h"
#include "solver/base/memory.h"
#include "tests/support/arena_buffers.h"
#include "tests/support/harness.h"

enum { MOST = 454 };

/* --- the oracle: every order, each buffer at the lowest free offset
 * ---------------------------------------------------------------- */

static bool collides(const struct arena_buffer *x, const struct arena_buffer *y, int64_t at) {
    return x->first <= y->last && y->first <= x->last && at < y->offset + y->bytes && y->offset < at + x->bytes;
}

/* Byte by byte. */
static int64_t lowest(const struct arena_buffer *b, const int *order, int placed) {
    const struct arena_buffer *x = &b[order[placed]];
    for (int64_t at = 0;; at += x->alignment) {
        bool free_here = true;
        for (int k = 0; k < placed; k++) free_here &= x->bytes == 0 || !collides(x, &b[order[k]], at);
        if (free_here) return at;
    }
}

/* In the order of their offsets, the buffers of a smallest packing in which nothing can fall are placed where they are:
 * so some order gives the optimum. */
static int64_t best_of_all_orders(struct arena_buffer *b, int *order, int n, int placed, int64_t size) {
    if (placed == n) return size;
    int64_t best = INT64_MAX;
    for (int k = placed; k < n; k++) {
        int t = order[placed];
        order[placed] = order[k], order[k] = t;
        struct arena_buffer *x = &b[order[placed]];
        x->offset = lowest(b, order, placed);
        const int64_t end = x->bytes > 0 ? x->offset + x->bytes : 0;
        const int64_t found = best_of_all_orders(b, order, n, placed + 1, end > size ? end : size);
        if (found < best) best = found;
        t = order[placed];
        order[placed] = order[k], order[k] = t;
    }
    return best;
}

static int64_t oracle(const struct arena_buffer *b, int n) {
    struct arena_buffer copy[8];
    int order[8];
    memcpy(copy, b, (size_t)n * sizeof *b);
    for (int i = 0; i < n; i++) order[i] = i;
    return best_of_all_orders(copy, order, n, 0, 0);
}

/* --- small: the optimum and both answers
 * ---------------------------------------------------------------------------------------- */

static struct arena_result solved(struct arena_buffer *b, int n, int64_t enough, int64_t nodes) {
    struct limits limits = limits_none();
    limits.nodes = nodes;
    struct arena_result r = arena_solve(b, n, enough, &limits);
    int i, j;
    int64_t end = 0;
    ck_assert(arena_check(&i, &j, b, n));
    for (int k = 0; k < n; k++)
        if (b[k].offset + b[k].bytes > end) end = b[k].offset + b[k].bytes;
    ck_assert_int_eq(r.size_bytes, end);
    ck_assert_int_ge(r.size_bytes, r.bound_bytes);
    ck_assert_int_ge(r.bound_bytes, arena_bound(b, n));
    return r;
}

START_TEST(the_optimum_is_that_of_all_orders_and_one_byte_less_is_never_enough) {
    struct random r = {(uint64_t)_i};
    int gaps = 0;
    for (int round = 0; round < 150; round++) {
        struct arena_buffer b[8];
        const int n = random_int(&r, 1, 6);
        arena_buffers_random(b, n, random_int(&r, 2, 8), random_int(&r, 2, 14), round % 3 == 0 ? 3 : 0, &r);
        const int64_t best = oracle(b, n);
        struct arena_result all = solved(b, n, 0, INT64_MAX);
        ck_assert_msg(all.size_bytes == best && all.bound_bytes == best && all.stopped == LIMITS_RUNNING,
                      "seed %d, round %d: %lld, bound %lld (expected %lld)", _i, round, (long long)all.size_bytes,
                      (long long)all.bound_bytes, (long long)best);
        gaps += best > arena_bound(b, n);
        if (best == 0) continue;
        ck_assert_msg(solved(b, n, best, INT64_MAX).size_bytes == best, "seed %d, round %d: not found", _i, round);
        if (best == 1) continue;
        ck_assert_msg(solved(b, n, best - 1, INT64_MAX).bound_bytes >= best, "seed %d, round %d: no proof", _i, round);
    }
    ck_assert_msg(gaps > 0, "seed %d: the bound was reached everywhere, so that nothing was proven", _i);
}
END_TEST

/* Seven buffers are the most that the oracle can take: fewer instances, all without alignment and with few steps. */
START_TEST(larger_ones_agree_where_sections_are_crowded) {
    struct random r = {(uint64_t)_i + 500};
    for (int round = 0; round < 12; round++) {
        struct arena_buffer b[8];
        arena_buffers_random(b, 7, random_int(&r, 3, 6), 9, 0, &r);
        const int64_t best = oracle(b, 7);
        ck_assert_msg(solved(b, 7, 0, INT64_MAX).size_bytes == best, "seed %d, round %d", _i, round);
    }
}
END_TEST

/* 9 bytes are alive at every step, and they fit in 10 but not in 9: without alignment such instances are rare. */
START_TEST(a_bound_that_cannot_be_reached_is_raised) {
    static const struct arena_buffer least[8] = {{8, 0, 0, 1, 0}, {1, 0, 2, 1, 0}, {6, 1, 1, 1, 0}, {2, 1, 4, 1, 0},
                                                 {5, 2, 5, 1, 0}, {1, 2, 2, 1, 0}, {2, 3, 4, 1, 0}, {4, 5, 5, 1, 0}};
    struct arena_buffer b[8];
    memcpy(b, least, sizeof b);
    ck_assert_int_eq(arena_bound(b, 8), 9);
    ck_assert_int_eq(oracle(b, 8), 10);
    const struct arena_result r = solved(b, 8, 0, INT64_MAX);
    ck_assert(r.size_bytes == 10 && r.bound_bytes == 10 && r.stopped == LIMITS_RUNNING);
    ck_assert_int_eq(solved(b, 8, 9, INT64_MAX).bound_bytes, 10);
    ck_assert_int_eq(arena_plan(b, 8), 10);
}
END_TEST

START_TEST(full_steps_take_what_all_orders_take) {
    struct random r = {(uint64_t)_i + 300};
    for (int count = 0; count < 40;) {
        struct arena_buffer b[8];
        const int n = arena_buffers_full(b, 7, random_int(&r, 3, 6), random_int(&r, 4, 12), &r);
        if (n < 5) continue;
        const int64_t best = oracle(b, n);
        ck_assert_msg(solved(b, n, 0, INT64_MAX).size_bytes == best, "seed %d, instance %d", _i, count);
        count++;
    }
}
END_TEST

/* --- large
 * ----------------------------------------------------------------------------------------------------------------------
 */

static const struct cut {
    int buffers, steps;
} cuts[] = {{20, 20}, {50, 100}, {100, 100}, {200, 1000}, {300, 1000}, {454, 1000}, {454, 4000}};

START_TEST(a_rectangle_cut_into_buffers_is_put_together_again) {
    const struct cut *c = &cuts[_i];
    struct arena_buffer b[MOST];
    for (int seed = 0; seed < 3; seed++) {
        struct random r = {(uint64_t)(100 * _i + seed)};
        arena_buffers_cut(b, c->buffers, c->steps, 1 << 20, &r);
        ck_assert_int_eq(arena_bound(b, c->buffers), 1 << 20);
        const struct arena_result found = solved(b, c->buffers, 1 << 20, 100000);
        ck_assert_msg(found.size_bytes == 1 << 20, "%d buffers, seed %d: %lld bytes after %lld nodes", c->buffers, seed,
                      (long long)found.size_bytes, (long long)found.nodes);
    }
}
END_TEST

START_TEST(buffers_of_any_lifetime_lie_apart_and_the_same_ones_lie_the_same) {
    struct arena_buffer b[MOST], c[MOST];
    struct random r = {(uint64_t)_i + 900};
    const int n = random_int(&r, 20, MOST);
    arena_buffers_random(b, n, random_int(&r, 10, 300), 10000, 6, &r);
    memcpy(c, b, sizeof b);
    const struct arena_result x = solved(b, n, 0, 3000), y = solved(c, n, 0, 3000);
    ck_assert(x.size_bytes == y.size_bytes && x.bound_bytes == y.bound_bytes && x.nodes == y.nodes);
    for (int k = 0; k < n; k++) ck_assert_int_eq(b[k].offset, c[k].offset);
}
END_TEST

START_TEST(what_stops_a_search_leaves_offsets_that_are_valid) {
    struct arena_buffer b[200];
    struct random r = {77};
    atomic_int interrupt = 1;
    struct limits limits = limits_none();
    arena_buffers_cut(b, 200, 30, 1 << 20, &r);
    limits.interrupt = &interrupt;
    struct arena_result stopped = arena_solve(b, 200, 0, &limits);
    int i, j;
    ck_assert(arena_check(&i, &j, b, 200));
    ck_assert(stopped.stopped == LIMITS_INTERRUPTED && stopped.size_bytes > stopped.bound_bytes);
    limits.interrupt = NULL;
    limits.deadline = 0;
    stopped = arena_solve(b, 200, 0, &limits);
    ck_assert(arena_check(&i, &j, b, 200) && stopped.stopped == LIMITS_TIME);
}
END_TEST

/* --- the skyline
 * ---------------------------------------------------------------------------------------------------------------- */

START_TEST(what_is_laid_is_taken_back_to_the_last_byte) {
    struct arena_buffer b[40];
    struct random r = {(uint64_t)_i};
    arena_buffers_random(b, 40, 12, 1000, 3, &r);
    struct skyline *s = skyline_new(b, 40);
    skyline_empty(s, INT64_MAX / 2);
    struct skyline_block *blocks = MEMORY_NEW(struct skyline_block, s->blocks);
    struct skyline_section *sections = MEMORY_NEW(struct skyline_section, s->sections);
    for (int round = 0; round < 50; round++) {
        skyline_empty(s, INT64_MAX / 2);
        for (int k = random_int(&r, 0, 10); k > 0; k--) {
            const int i = random_int(&r, 0, s->blocks - 1);
            if (!s->block[i].laid) skyline_lay(s, i);
        }
        ck_assert(skyline_check(s));
        const size_t mark = s->changes;
        memcpy(blocks, s->block, (size_t)s->blocks * sizeof *blocks);
        memcpy(sections, s->section, (size_t)s->sections * sizeof *sections);
        const int t = random_int(&r, 0, s->sections - 1), i = random_int(&r, 0, s->blocks - 1);
        if (s->section[t].left > 0) skyline_give_up(s, t, s->section[t].floor + random_int(&r, 1, 99));
        if (!s->block[i].laid) skyline_lay(s, i);
        skyline_undo(s, mark);
        for (int k = 0; k < s->blocks; k++)
            ck_assert(blocks[k].low == s->block[k].low && blocks[k].laid == s->block[k].laid);
        for (int k = 0; k < s->sections; k++)
            ck_assert(sections[k].floor == s->section[k].floor && sections[k].base == s->section[k].base &&
                      sections[k].rest == s->section[k].rest && sections[k].left == s->section[k].left);
    }
    free(blocks);
    free(sections);
    skyline_free(s);
}
END_TEST

int main(void) {
    Suite *suite = suite_create("arena search");
    TCase *c = tcase_create("arena search");
    tcase_add_loop_test(c, the_optimum_is_that_of_all_orders_and_one_byte_less_is_never_enough, 0, 20);
    tcase_add_loop_test(c, larger_ones_agree_where_sections_are_crowded, 0, 10);
    tcase_add_test(c, a_bound_that_cannot_be_reached_is_raised);
    tcase_add_loop_test(c, full_steps_take_what_all_orders_take, 0, 5);
    tcase_add_loop_test(c, a_rectangle_cut_into_buffers_is_put_together_again, 0, (int)(sizeof cuts / sizeof cuts[0]));
    tcase_add_loop_test(c, buffers_of_any_lifetime_lie_apart_and_the_same_ones_lie_the_same, 0, 6);
    tcase_add_test(c, what_stops_a_search_leaves_offsets_that_are_valid);
    tcase_add_loop_test(c, what_is_laid_is_taken_back_to_the_last_byte, 0, 4);
    suite_add_tcase(suite, c);
    return harness_run(suite);
}
