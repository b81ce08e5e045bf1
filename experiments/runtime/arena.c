#include "experiments/runtime/arena.h"

#include <assert.h>
#include <stdlib.h>

#include "experiments/runtime/arena_orders.h"
#include "experiments/runtime/arena_search.h"
#include "solver/base/memory.h"

#define ARENA_ROUNDS 4000
#define ARENA_NODES  5000 /* of the exact search, where nobody waits for a proof */
#define ARENA_TRY    2000 /* nodes for one size, at first */

/* --- heuristics, then the exact search
 * ------------------------------------------------------------------------------------------ */

static void arena_take(struct arena_buffer *b, const struct skyline *s) {
    for (int i = 0; i < s->blocks; i++) {
        assert(s->block[i].laid);
        b[s->block[i].buffer].offset = s->block[i].offset;
    }
}

/* The size to try next: with `enough`, no other matters. Otherwise the bound and, between the bound and the best, sizes
 * that are easier to reach, in turn. */
static int64_t arena_target(const struct arena_result *r, int64_t enough, int tries) {
    if (enough > 0) return enough;
    return tries % 2 == 0 ? r->bound_bytes : r->bound_bytes + (r->size_bytes - 1 - r->bound_bytes) / 2;
}

static void arena_close(struct arena_result *r, struct arena_buffer *b, struct skyline *s, int64_t enough,
                        const struct limits *limits) {
    int64_t budget = ARENA_TRY, nodes = 0;
    for (int tries = 0; r->stopped == LIMITS_RUNNING && r->size_bytes > r->bound_bytes &&
                        (enough == 0 || (r->bound_bytes <= enough && enough < r->size_bytes));
         tries++) {
        const int64_t target = arena_target(r, enough, tries);
        struct limits now = *limits;
        if (enough == 0 && budget < limits->nodes - nodes) now.nodes = nodes + budget;
        assert(r->bound_bytes <= target && target < r->size_bytes);
        switch (arena_search(s, &nodes, &r->stopped, target, &now)) {
        case ARENA_SEARCH_FITS:
            arena_take(b, s);
            r->size_bytes = arena_end(b, r->buffers);
            break;
        case ARENA_SEARCH_NEVER: r->bound_bytes = s->need; break;
        case ARENA_SEARCH_STOPPED:
            if (r->stopped == LIMITS_NODES && nodes < limits->nodes) r->stopped = LIMITS_RUNNING;
            if (tries % 2 == 1) budget *= 2;
            break;
        }
    }
    r->nodes = nodes;
}

static bool arena_ties(const struct arena_buffer *b, int buffers) {
    for (int i = 0; i < buffers; i++)
        if (b[i].tied) return true;
    return false;
}

/* The exact search packs rectangles: of buffers that are tied, their hulls. What fits so fits, but what does not proves
 * nothing of the buffers themselves. */
static void arena_exact(struct arena_result *r, struct arena_buffer *b, int64_t enough, const struct limits *limits) {
    const bool ties = arena_ties(b, r->buffers);
    struct arena_buffer *hull = MEMORY_NEW(struct arena_buffer, r->buffers);
    struct arena_result h = *r;
    arena_hulls(hull, b, r->buffers);
    if (ties) h.bound_bytes = arena_bound(hull, r->buffers);
    struct skyline *s = r->size_bytes > h.bound_bytes ? skyline_new(hull, r->buffers) : NULL;
    if (s)
        arena_close(&h, hull, s, enough, limits);
    else
        h.stopped = LIMITS_NODES;
    skyline_free(s);
    if (h.size_bytes < r->size_bytes)
        for (int i = 0; i < r->buffers; i++)
            b[i].offset = b[i].tied ? hull[b[i].tied - 1].offset + b[i].shift : hull[i].offset;
    r->size_bytes = arena_end(b, r->buffers);
    r->nodes = h.nodes;
    r->stopped = h.stopped;
    if (ties && r->stopped == LIMITS_RUNNING && r->size_bytes > r->bound_bytes) r->stopped = LIMITS_NODES;
    if (!ties) r->bound_bytes = h.bound_bytes;
    free(hull);
}

static struct arena_result arena_run(struct arena_buffer *b, int buffers, int rounds, int64_t enough,
                                     const struct limits *limits) {
    struct arena_result r = {.buffers = buffers, .stopped = LIMITS_RUNNING};
    for (int i = 0; i < buffers; i++) assert(b[i].bytes >= 0 && 0 <= b[i].first && b[i].first <= b[i].last);
    if (buffers == 0) return r;
    r.bound_bytes = arena_bound(b, buffers);
    r.size_bytes = arena_guess(b, buffers, rounds, limits);
    if (r.size_bytes > r.bound_bytes) arena_exact(&r, b, enough, limits);
    int i, j;
    bool disjoint = arena_check(&i, &j, b, buffers);
    assert(disjoint);
    (void)disjoint;
    assert(r.size_bytes >= r.bound_bytes && r.size_bytes == arena_end(b, buffers));
    return r;
}

struct arena_result arena_solve(struct arena_buffer *b, int buffers, int64_t enough, const struct limits *limits) {
    return arena_run(b, buffers, ARENA_ROUNDS / 40, enough, limits);
}

int64_t arena_plan(struct arena_buffer *b, int buffers) {
    struct limits limits = limits_none();
    limits.nodes = ARENA_NODES;
    return arena_run(b, buffers, ARENA_ROUNDS, 0, &limits).size_bytes;
}
