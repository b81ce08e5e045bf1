/* What the search for an arena costs and where it lays the buffers: what it leaves out early changes no answer, so only
 * these numbers show it. */
#include <stdio.h>
#include <string.h>

#include "experiments/runtime/arena.h"
#include "tests/support/arena_buffers.h"
#include "tests/support/digits.h"
#include "tests/support/harness.h"

enum { TRIALS = 40, MOST = 40, NODES_MOST = 4000 };

static int any(struct arena_buffer *b, struct random *r) {
    const int n = random_int(r, 3, 14);
    arena_buffers_random(b, n, 9, 60, 3, r);
    return n;
}

static int cut(struct arena_buffer *b, struct random *r) {
    const int n = random_int(r, 6, 30);
    arena_buffers_cut(b, n, 12, 40, r);
    return n;
}

static int full(struct arena_buffer *b, struct random *r) {
    return arena_buffers_full(b, MOST, 7, 50, r);
}

/* Nodes of all trials, and a digest of sizes, bounds and offsets. They are those of today: a failure prints what to put here
 * after a deliberate change. */
static const struct {
    const char *name;
    int (*make)(struct arena_buffer *b, struct random *r);
    long nodes;
    uint32_t digits;
} works[] = {{"any lifetimes", any, 7069, 0x4b4af7d0},
             {"cut", cut, 213, 0xbe4ba69e},
             {"full at every step", full, 946, 0xf054991b}};
enum { WORKS = sizeof works / sizeof works[0] };

START_TEST(the_search_takes_as_many_nodes_as_it_did) {
    long nodes = 0;
    uint32_t digits = DIGITS_BEGIN;
    for (int trial = 0; trial < TRIALS; trial++) {
        struct random r = {(uint64_t)trial + 1};
        struct arena_buffer b[MOST];
        struct limits limits = limits_none();
        char text[128];
        limits.nodes = NODES_MOST;
        const int n = works[_i].make(b, &r);
        if (n == 0) continue;
        const struct arena_result found = arena_solve(b, n, 0, &limits);
        nodes += (long)found.nodes;
        snprintf(text, sizeof text, "%lld %lld %d", (long long)found.size_bytes, (long long)found.bound_bytes,
                 (int)found.stopped);
        digits = digits_text(digits, text, "-", DIGITS_ALL);
        for (int i = 0; i < n; i++) {
            snprintf(text, sizeof text, "%lld", (long long)b[i].offset);
            digits = digits_text(digits, text, "-", DIGITS_ALL);
        }
    }
    ck_assert_msg(nodes == works[_i].nodes && digits == works[_i].digits, "{\"%s\": %ld, 0x%08x}", works[_i].name,
                  nodes, (unsigned)digits);
}
END_TEST

int main(void) {
    Suite *suite = suite_create("arena's work");
    TCase *c = tcase_create("arena's work");
    tcase_add_loop_test(c, the_search_takes_as_many_nodes_as_it_did, 0, WORKS);
    suite_add_tcase(suite, c);
    return harness_run(suite);
}
