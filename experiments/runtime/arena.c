#include "experiments/runtime/arena.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "solver/base/memory.h"
#include "solver/base/random.h"

#define ARENA_ROUNDS 4000
#define ARENA_SEED   20201123

int64_t arena_bound(const struct arena_buffer *b, int buffers) {
    int last = 0;
    for (int i = 0; i < buffers; i++) last = b[i].last > last ? b[i].last : last;
    int64_t *change = MEMORY_NEW(int64_t, last + 2), live = 0, most = 0;
    for (int i = 0; i < buffers; i++) {
        change[b[i].first] += b[i].bytes;
        change[b[i].last + 1] -= b[i].bytes;
    }
    for (int s = 0; s <= last; s++) {
        live += change[s];
        assert(live >= 0); /* nothing ends before it begins */
        most = live > most ? live : most;
    }
    free(change);
    return most;
}

bool arena_check(int *i, int *j, const struct arena_buffer *b, int buffers) {
    for (*i = 0; *i < buffers; ++*i) {
        const struct arena_buffer *x = &b[*i];
        *j = *i;
        if (x->bytes == 0) continue;
        if (x->offset < 0 || x->offset % x->alignment != 0) return false;
        for (*j = *i + 1; *j < buffers; ++*j) {
            const struct arena_buffer *y = &b[*j];
            if (x->first <= y->last && y->first <= x->last && x->offset < y->offset + y->bytes &&
                y->offset < x->offset + x->bytes)
                return false;
        }
    }
    return true;
}

/* --- placing by a given order
 * --------------------------------------------------------------------------------------------- */

struct arena {
    struct arena_buffer *b;
    int n;
    int64_t bound;
    int *rival, *first_rival; /* buffers alive together with i: rival[first_rival[i] .. first_rival[i + 1]) */
    int *order;               /* the order of placing */
    bool *high;               /* place as high as the bound allows, rather than low */
    int *placed;              /* scratch: rivals already placed, by offset */
    bool *done;
    int64_t *best_offset;
    int *best_order;
    bool *best_high;
    int64_t best;
};

static void arena_rivals(struct arena *a) {
    size_t capacity = 0, used = 0;
    a->first_rival = MEMORY_NEW(int, a->n + 1);
    for (int i = 0; i < a->n; i++) {
        a->first_rival[i] = (int)used;
        for (int j = 0; j < a->n; j++) {
            if (j == i || a->b[i].first > a->b[j].last || a->b[j].first > a->b[i].last) continue;
            a->rival = memory_grow(a->rival, &capacity, used + 1, sizeof *a->rival);
            a->rival[used++] = j;
        }
    }
    a->first_rival[a->n] = (int)used;
    assert(used % 2 == 0); /* being alive together is symmetric */
}

/* Rivals of i that are placed, sorted by offset (insertion: there are few). */
static int arena_placed(struct arena *a, int i) {
    int count = 0;
    for (int r = a->first_rival[i]; r < a->first_rival[i + 1]; r++) {
        int j = a->rival[r], at;
        assert(j != i && a->b[j].first <= a->b[i].last && a->b[i].first <= a->b[j].last);
        if (!a->done[j]) continue;
        for (at = count++; at > 0 && a->b[a->placed[at - 1]].offset > a->b[j].offset; at--)
            a->placed[at] = a->placed[at - 1];
        a->placed[at] = j;
    }
    return count;
}

static int64_t arena_up(int64_t offset, int64_t alignment) {
    assert(alignment > 0 && (alignment & (alignment - 1)) == 0); /* a power of 2 */
    return (offset + alignment - 1) & ~(alignment - 1);
}

static int64_t arena_low(const struct arena *a, int i, int count) {
    int64_t at = 0;
    for (int k = 0; k < count; k++) {
        const struct arena_buffer *r = &a->b[a->placed[k]];
        if (r->offset >= at + a->b[i].bytes) break;
        if (r->offset + r->bytes > at) at = arena_up(r->offset + r->bytes, a->b[i].alignment);
    }
    return at;
}

/* The highest offset that ends within the bound, or -1. */
static int64_t arena_high(const struct arena *a, int i, int count) {
    int64_t alignment = a->b[i].alignment, at = (a->bound - a->b[i].bytes) & ~(alignment - 1);
    for (bool moved = true; moved && at >= 0;) {
        moved = false;
        for (int k = count - 1; k >= 0 && at >= 0; k--) {
            const struct arena_buffer *r = &a->b[a->placed[k]];
            if (at >= r->offset + r->bytes || r->offset >= at + a->b[i].bytes) continue;
            at = r->offset < a->b[i].bytes ? -1 : (r->offset - a->b[i].bytes) & ~(alignment - 1);
            moved = true;
        }
    }
    return at;
}

/* Places all in the order; returns the size. *stuck: the buffer that ends highest. */
static int64_t arena_place(struct arena *a, int *stuck) {
    int64_t size = 0;
    *stuck = 0;
    memory_clear(a->done, (size_t)a->n * sizeof *a->done);
    for (int k = 0; k < a->n; k++) {
        int i = a->order[k], count = arena_placed(a, i);
        int64_t at = a->high[i] ? arena_high(a, i, count) : -1;
        a->b[i].offset = at >= 0 ? at : arena_low(a, i, count);
        assert(a->b[i].offset % a->b[i].alignment == 0 && !a->done[i]); /* each is placed once */
        a->done[i] = true;
        if (a->b[i].offset + a->b[i].bytes <= size) continue;
        size = a->b[i].offset + a->b[i].bytes;
        *stuck = i;
    }
    return size;
}

static bool arena_keep(struct arena *a, int64_t size) {
    if (size >= a->best) return false;
    a->best = size;
    for (int i = 0; i < a->n; i++) a->best_offset[i] = a->b[i].offset;
    memory_copy(a->best_order, a->order, (size_t)a->n * sizeof *a->order);
    memory_copy(a->best_high, a->high, (size_t)a->n * sizeof *a->high);
    return true;
}

/* --- orders
 * --------------------------------------------------------------------------------------------------------------- */

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

static void arena_try_orders(struct arena *a) {
    static int (*const by[])(const void *, const void *) = {arena_by_alignment, arena_by_size, arena_by_area,
                                                            arena_by_step};
    int stuck;
    arena_sorting = a->b;
    for (int o = 0; o < 4 && a->best > a->bound; o++)
        for (int sides = 0; sides < 2 && a->best > a->bound; sides++) { /* all low; alternately low and high */
            for (int i = 0; i < a->n; i++) a->order[i] = i;
            memory_sort(a->order, (size_t)a->n, sizeof *a->order, by[o]);
            for (int i = 0; i < a->n; i++) a->high[a->order[i]] = sides && i % 2;
            arena_keep(a, arena_place(a, &stuck));
        }
}

static void arena_to_front(struct arena *a, int buffer, int place) {
    int at = 0;
    while (a->order[at] != buffer) at++;
    assert(at < a->n); /* order is a permutation */
    if (at < place) return;
    assert(place >= 0 && place < a->n);
    memmove(a->order + place + 1, a->order + place, (size_t)(at - place) * sizeof *a->order);
    a->order[place] = buffer;
}

static void arena_improve(struct arena *a) {
    struct random r = {ARENA_SEED};
    int stuck = 0;
    for (int round = 0; round < ARENA_ROUNDS && a->best > a->bound; round++) {
        if (round % 20 == 0) { /* restart from the best */
            memory_copy(a->order, a->best_order, (size_t)a->n * sizeof *a->order);
            memory_copy(a->high, a->best_high, (size_t)a->n * sizeof *a->high);
            arena_place(a, &stuck);
        }
        int other = a->order[random_int(&r, 0, a->n - 1)];
        arena_to_front(a, random_int(&r, 0, 1) ? stuck : other, random_int(&r, 0, a->n / 4));
        a->high[random_int(&r, 0, 1) ? stuck : other] ^= true;
        arena_keep(a, arena_place(a, &stuck));
    }
}

static int64_t arena_end(const struct arena_buffer *b, int buffers) {
    int64_t end = 0;
    for (int i = 0; i < buffers; i++)
        if (b[i].offset + b[i].bytes > end) end = b[i].offset + b[i].bytes;
    return end;
}

int64_t arena_plan(struct arena_buffer *b, int buffers) {
    if (buffers == 0) return 0;
    for (int i = 0; i < buffers; i++) assert(b[i].bytes >= 0 && 0 <= b[i].first && b[i].first <= b[i].last);
    struct arena a = {.b = b, .n = buffers, .bound = arena_bound(b, buffers), .best = INT64_MAX};
    size_t n = (size_t)buffers;
    int *ints = MEMORY_NEW(int, 3 * n);
    bool *flags = MEMORY_NEW(bool, 3 * n);
    a.order = ints, a.best_order = ints + n, a.placed = ints + 2 * n;
    a.high = flags, a.best_high = flags + n, a.done = flags + 2 * n;
    a.best_offset = MEMORY_NEW(int64_t, n);
    arena_rivals(&a);
    arena_try_orders(&a);
    arena_improve(&a);
    for (int i = 0; i < buffers; i++) b[i].offset = a.best_offset[i];
    int i, j;
    bool disjoint = arena_check(&i, &j, b, buffers);
    assert(disjoint);
    (void)disjoint;
    assert(a.best >= a.bound && a.best == arena_end(b, buffers));
    free(ints);
    free(flags);
    free(a.best_offset);
    free(a.rival);
    free(a.first_rival);
    return a.best;
}
