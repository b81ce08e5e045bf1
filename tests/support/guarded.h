/* guarded.h - memory between two canaries: whoever writes next to it is noticed when it is freed. */
#ifndef TESTS_SUPPORT_GUARDED_H
#define TESTS_SUPPORT_GUARDED_H
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "tests/support/harness.h"

#define GUARDED_CANARY 64 /* bytes on either side */

struct guarded {
    unsigned char *room;
    void *body; /* aligned to 64, size bytes between two canaries, filled with 0xff: NaNs */
    size_t size;
};

static inline struct guarded guarded_new(size_t size) {
    struct guarded g = {.size = size};
    g.room = aligned_alloc(64, (size + 2 * GUARDED_CANARY + 127) / 64 * 64);
    ck_assert_ptr_nonnull(g.room);
    memset(g.room, 0xff, size + 2 * GUARDED_CANARY);
    memset(g.room, 0x5a, GUARDED_CANARY);
    memset(g.room + GUARDED_CANARY + size, 0x5a, GUARDED_CANARY);
    g.body = g.room + GUARDED_CANARY;
    return g;
}

static inline void guarded_free(struct guarded g, const char *what, const char *text) {
    bool whole = true;
    for (size_t i = 0; i < GUARDED_CANARY; i++)
        whole = whole && g.room[i] == 0x5a && g.room[GUARDED_CANARY + g.size + i] == 0x5a;
    ck_assert_msg(whole, "%s: written outside %s", text, what);
    free(g.room);
}

#endif
