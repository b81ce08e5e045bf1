#include "experiments/runtime/arena_orders.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "solver/base/memory.h"
#include "solver/base/random.h"

#define ARENA_SEED 20201123

/* --- placing by a given order --- */

struct arena {
    struct arena_buffer *b, *hull; /* [n]; arena_hulls */
    int n;
    int *member, *first_member; /* [n + 1] b[i], if it is not tied, and what is: member[first_member[i] .. of i + 1) */
    int64_t bound;
    int *order, groups;    /* the order of placing: of those that are not tied, with all that are tied to them */
    bool *high;            /* place as high as the bound allows, rather than low */
    int *laid, laid_count; /* all that are placed, by offset */
    int *placed;           /* scratch: those of them that are alive together with one buffer */
    int64_t *best_offset;
    int *best_order;
    bool *best_high;
    int64_t best;
};

/* Those placed that are alive together with i, by offset. */
static int arena_placed(struct arena *a, int i) {
    int count = 0;
    for (int k = 0; k < a->laid_count; k++) {
        const struct arena_buffer *r = &a->b[a->laid[k]];
        if (r->first <= a->b[i].last && a->b[i].first <= r->last) a->placed[count++] = a->laid[k];
    }
    return count;
}

static void arena_lay(struct arena *a, int i) {
    int at = a->laid_count++;
    assert(at < a->n); /* each is placed once */
    for (; at > 0 && a->b[a->laid[at - 1]].offset > a->b[i].offset; at--) a->laid[at] = a->laid[at - 1];
    a->laid[at] = i;
}

static int64_t arena_up(int64_t offset, int64_t alignment) {
    assert(alignment > 0 && (alignment & (alignment - 1)) == 0); /* a power of 2 */
    return (offset + alignment - 1) & ~(alignment - 1);
}

/* The lowest free offset from `at` on for b[i]. */
static int64_t arena_low_of(struct arena *a, int i, int64_t at) {
    const int count = arena_placed(a, i);
    for (int k = 0; k < count; k++) {
        const struct arena_buffer *r = &a->b[a->placed[k]];
        if (r->offset >= at + a->b[i].bytes) break;
        if (r->offset + r->bytes > at) at = arena_up(r->offset + r->bytes, a->b[i].alignment);
    }
    return at;
}

/* The highest free offset up to `at` for b[i], or less than 0. */
static int64_t arena_high_of(struct arena *a, int i, int64_t at) {
    const struct arena_buffer *b = &a->b[i];
    const int count = arena_placed(a, i);
    for (bool moved = true; moved && at >= 0;) {
        moved = false;
        for (int k = count - 1; k >= 0 && at >= 0; k--) {
            const struct arena_buffer *r = &a->b[a->placed[k]];
            if (at >= r->offset + r->bytes || r->offset >= at + b->bytes) continue;
            at = r->offset < b->bytes ? -1 : (r->offset - b->bytes) & ~(b->alignment - 1);
            moved = true;
        }
    }
    return at;
}

/* The lowest offset at which b[i] and all that is tied to it are free. */
static int64_t arena_low(struct arena *a, int i) {
    const int members = a->first_member[i + 1] - a->first_member[i];
    int64_t at = 0;
    for (bool moved = true; moved;) {
        moved = false;
        for (int k = 0; k < members; k++) {
            const int m = a->member[a->first_member[i] + k];
            if (members > 1 && a->b[m].bytes == 0) continue;
            const int64_t to = arena_low_of(a, m, at + a->b[m].shift) - a->b[m].shift;
            assert(to >= at);
            moved = moved || (to > at && members > 1);
            at = to;
        }
    }
    return at;
}

/* The highest one with which all ends within the bound, or less than 0. */
static int64_t arena_high(struct arena *a, int i) {
    const int members = a->first_member[i + 1] - a->first_member[i];
    int64_t at = (a->bound - a->hull[i].bytes) & ~(a->hull[i].alignment - 1);
    for (bool moved = true; moved && at >= 0;) {
        moved = false;
        for (int k = 0; k < members && at >= 0; k++) {
            const int m = a->member[a->first_member[i] + k];
            if (members > 1 && a->b[m].bytes == 0) continue;
            const int64_t to = arena_high_of(a, m, at + a->b[m].shift) - a->b[m].shift;
            assert(to <= at);
            moved = moved || (to < at && members > 1);
            at = to;
        }
    }
    return at;
}

/* Places all in the order; returns the size. *stuck: the buffer that ends highest. */
static int64_t arena_place(struct arena *a, int *stuck) {
    int64_t size = 0;
    *stuck = 0;
    a->laid_count = 0;
    for (int k = 0; k < a->groups; k++) {
        const int i = a->order[k];
        int64_t at = a->high[i] ? arena_high(a, i) : -1;
        if (at < 0) at = arena_low(a, i);
        for (int m = a->first_member[i]; m < a->first_member[i + 1]; m++) {
            a->b[a->member[m]].offset = at + a->b[a->member[m]].shift;
            arena_lay(a, a->member[m]);
        }
        assert(at % a->b[i].alignment == 0 && a->b[i].offset == at);
        if (at + a->hull[i].bytes <= size) continue;
        size = at + a->hull[i].bytes;
        *stuck = i;
    }
    return size;
}

static bool arena_keep(struct arena *a, int64_t size) {
    if (size >= a->best) return false;
    a->best = size;
    for (int i = 0; i < a->n; i++) a->best_offset[i] = a->b[i].offset;
    memory_copy(a->best_order, a->order, (size_t)a->groups * sizeof *a->order);
    memory_copy(a->best_high, a->high, (size_t)a->n * sizeof *a->high);
    return true;
}

/* --- orders --- */

static const struct arena_buffer *arena_sorting; /* qsort has no context */

static int arena_by_size(const void *x, const void *y) {
    const struct arena_buffer *a = &arena_sorting[*(const int *)x], *b = &arena_sorting[*(const int *)y];
    if (a->bytes != b->bytes) return a->bytes > b->bytes ? -1 : 1;
    return *(const int *)x - *(const int *)y;
}

static int arena_by_area(const void *x, const void *y) {
    const struct arena_buffer *a = &arena_sorting[*(const int *)x], *b = &arena_sorting[*(const int *)y];
    double p = (double)a->bytes * (a->last - a->first + 1), q = (double)b->bytes * (b->last - b->first + 1);
    if (p != q) return p > q ? -1 : 1;
    return *(const int *)x - *(const int *)y;
}

static int arena_by_alignment(const void *x, const void *y) {
    const struct arena_buffer *a = &arena_sorting[*(const int *)x], *b = &arena_sorting[*(const int *)y];
    if (a->alignment != b->alignment) return a->alignment > b->alignment ? -1 : 1;
    return arena_by_size(x, y);
}

static int arena_by_step(const void *x, const void *y) {
    const struct arena_buffer *a = &arena_sorting[*(const int *)x], *b = &arena_sorting[*(const int *)y];
    if (a->first != b->first) return a->first < b->first ? -1 : 1;
    return arena_by_size(x, y);
}

static void arena_try_orders(struct arena *a, const struct limits *limits) {
    static int (*const by[])(const void *, const void *) = {arena_by_alignment, arena_by_size, arena_by_area,
                                                            arena_by_step};
    int stuck;
    arena_sorting = a->hull;
    for (int o = 0; o < 4 && a->best > a->bound; o++)
        for (int sides = 0; sides < 2 && a->best > a->bound; sides++) { /* all low; alternately low and high */
            if (a->best < INT64_MAX && limits_clock(limits) != LIMITS_RUNNING) return;
            for (int i = 0, at = 0; i < a->n; i++)
                if (!a->b[i].tied) a->order[at++] = i;
            memory_sort(a->order, (size_t)a->groups, sizeof *a->order, by[o]);
            for (int i = 0; i < a->groups; i++) a->high[a->order[i]] = sides && i % 2;
            arena_keep(a, arena_place(a, &stuck));
        }
}

static void arena_to_front(struct arena *a, int buffer, int place) {
    int at = 0;
    while (a->order[at] != buffer) at++;
    assert(at < a->groups); /* order is a permutation */
    if (at < place) return;
    assert(place >= 0 && place < a->groups);
    memmove(a->order + place + 1, a->order + place, (size_t)(at - place) * sizeof *a->order);
    a->order[place] = buffer;
}

static void arena_improve(struct arena *a, int rounds, const struct limits *limits) {
    struct random r = {ARENA_SEED};
    int stuck = 0;
    for (int round = 0; round < rounds && a->best > a->bound && limits_clock(limits) == LIMITS_RUNNING; round++) {
        if (round % 20 == 0) { /* restart from the best */
            memory_copy(a->order, a->best_order, (size_t)a->groups * sizeof *a->order);
            memory_copy(a->high, a->best_high, (size_t)a->n * sizeof *a->high);
            arena_place(a, &stuck);
        }
        int other = a->order[random_int(&r, 0, a->groups - 1)];
        arena_to_front(a, random_int(&r, 0, 1) ? stuck : other, random_int(&r, 0, a->groups / 4));
        a->high[random_int(&r, 0, 1) ? stuck : other] ^= true;
        arena_keep(a, arena_place(a, &stuck));
    }
}

static void arena_members(struct arena *a) {
    int count = 0;
    for (int i = 0; i < a->n; i++) {
        assert(a->b[i].tied || a->b[i].shift == 0);
        a->first_member[i] = count;
        if (a->b[i].tied) continue;
        a->groups++;
        a->member[count++] = i;
        for (int k = 0; k < a->n; k++)
            if (a->b[k].tied == i + 1) a->member[count++] = k;
    }
    a->first_member[a->n] = count;
    assert(count == a->n); /* each is tied to one that is not */
}

int64_t arena_guess(struct arena_buffer *b, int buffers, int rounds, const struct limits *limits) {
    struct arena a = {.b = b, .n = buffers, .bound = arena_bound(b, buffers), .best = INT64_MAX};
    size_t n = (size_t)buffers;
    int *ints = MEMORY_NEW(int, 6 * n + 1);
    bool *flags = MEMORY_NEW(bool, 2 * n);
    a.order = ints, a.best_order = ints + n, a.placed = ints + 2 * n, a.laid = ints + 3 * n;
    a.high = flags, a.best_high = flags + n;
    a.member = ints + 4 * n, a.first_member = ints + 5 * n;
    a.best_offset = MEMORY_NEW(int64_t, n);
    a.hull = MEMORY_NEW(struct arena_buffer, n);
    arena_hulls(a.hull, b, buffers);
    arena_members(&a);
    arena_try_orders(&a, limits);
    arena_improve(&a, rounds, limits);
    for (int i = 0; i < buffers; i++) b[i].offset = a.best_offset[i];
    free(ints);
    free(flags);
    free(a.hull);
    free(a.best_offset);
    return a.best;
}
