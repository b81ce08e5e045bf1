#include "experiments/runtime/skyline.h"

#include <assert.h>
#include <stdlib.h>

#include "solver/base/check.h"
#include "solver/base/memory.h"

/* --- sections, and who shares them --- */

static int skyline_by_number(const void *x, const void *y) {
    const int a = *(const int *)x, b = *(const int *)y;
    return (a > b) - (a < b);
}

/* The distinct steps at which a buffer begins or has ended, ascending; returns how many. */
static int skyline_steps(int *step, const struct arena_buffer *b, int buffers) {
    int count = 0, kept = 0;
    for (int i = 0; i < buffers; i++) {
        if (b[i].bytes == 0) continue;
        step[count++] = b[i].first;
        step[count++] = b[i].last + 1;
    }
    qsort(step, (size_t)count, sizeof *step, skyline_by_number);
    for (int i = 0; i < count; i++)
        if (i == 0 || step[i] != step[kept - 1]) step[kept++] = step[i];
    return kept;
}

static int skyline_at(const int *step, int steps, int wanted) {
    const int *found = bsearch(&wanted, step, (size_t)steps, sizeof *step, skyline_by_number);
    assert(found != NULL); /* every begin and end is a step */
    return (int)(found - step);
}

static bool skyline_together(const struct skyline_block *x, const struct skyline_block *y) {
    return x->first < y->end && y->first < x->end;
}

static void skyline_blocks(struct skyline *s, const struct arena_buffer *b, int buffers, const int *step, int steps) {
    for (int i = 0; i < buffers; i++) {
        if (b[i].bytes == 0) continue;
        struct skyline_block *k = &s->block[s->blocks];
        *k = (struct skyline_block){.buffer = i, .bytes = b[i].bytes, .alignment = b[i].alignment, .twin = -1};
        k->first = skyline_at(step, steps, b[i].first);
        k->end = skyline_at(step, steps, b[i].last + 1);
        assert(k->first < k->end && k->bytes > 0);
        for (int j = 0; j < s->blocks; j++) {
            const struct skyline_block *o = &s->block[j];
            if (o->first == k->first && o->end == k->end && o->bytes == k->bytes && o->alignment == k->alignment)
                k->twin = j;
        }
        s->blocks++;
    }
}

/* false: too many. */
static bool skyline_lists(struct skyline *s) {
    size_t covers = 0, rivals = 0, cover_room = 0, rival_room = 0;
    for (int t = 0; t < s->sections; t++) {
        s->first_cover[t] = (int)covers;
        for (int i = 0; i < s->blocks; i++) {
            if (s->block[i].first > t || s->block[i].end <= t) continue;
            s->cover = memory_grow(s->cover, &cover_room, covers + 1, sizeof *s->cover);
            s->cover[covers++] = i;
        }
        if (covers > SKYLINE_MOST) return false;
    }
    s->first_cover[s->sections] = (int)covers;
    for (int i = 0; i < s->blocks; i++) {
        s->first_rival[i] = (int)rivals;
        for (int j = 0; j < s->blocks; j++) {
            if (j == i || !skyline_together(&s->block[i], &s->block[j])) continue;
            s->rival = memory_grow(s->rival, &rival_room, rivals + 1, sizeof *s->rival);
            s->rival[rivals++] = j;
        }
        if (rivals > SKYLINE_MOST) return false;
    }
    s->first_rival[s->blocks] = (int)rivals;
    return true;
}

struct skyline *skyline_new(const struct arena_buffer *b, int buffers) {
    struct skyline *s = MEMORY_NEW(struct skyline, 1);
    int *step = MEMORY_NEW(int, 2 * (size_t)buffers);
    const int steps = skyline_steps(step, b, buffers);
    s->sections = steps > 0 ? steps - 1 : 0;
    s->block = MEMORY_NEW(struct skyline_block, buffers);
    s->section = MEMORY_NEW(struct skyline_section, s->sections);
    s->first_cover = MEMORY_NEW(int, s->sections + 1);
    skyline_blocks(s, b, buffers, step, steps);
    s->first_rival = MEMORY_NEW(int, s->blocks + 1);
    free(step);
    if (!skyline_lists(s)) {
        skyline_free(s);
        return NULL;
    }
    for (int i = 0; i < s->blocks; i++)
        for (int t = s->block[i].first; t < s->block[i].end; t++) {
            s->section[t].rest += s->block[i].bytes;
            s->section[t].left++;
        }
    return s;
}

void skyline_free(struct skyline *s) {
    if (!s) return;
    free(s->block);
    free(s->section);
    free(s->cover);
    free(s->first_cover);
    free(s->rival);
    free(s->first_rival);
    free(s->change);
    free(s);
}

/* --- the trail --- */

static void skyline_note(struct skyline *s, enum skyline_what what, int index, int64_t before) {
    s->change = memory_grow(s->change, &s->room, s->changes + 1, sizeof *s->change);
    s->change[s->changes++] = (struct skyline_change){what, index, before};
}

static void skyline_lift(struct skyline *s, int block) {
    struct skyline_block *k = &s->block[block];
    assert(k->laid);
    k->laid = false;
    for (int t = k->first; t < k->end; t++) {
        s->section[t].rest += k->bytes;
        s->section[t].left++;
    }
}

void skyline_undo(struct skyline *s, size_t mark) {
    assert(mark <= s->changes);
    while (s->changes > mark) {
        const struct skyline_change *c = &s->change[--s->changes];
        switch (c->what) {
        case SKYLINE_LOW: s->block[c->index].low = c->before; break;
        case SKYLINE_FLOOR: s->section[c->index].floor = c->before; break;
        case SKYLINE_BASE: s->section[c->index].base = c->before; break;
        case SKYLINE_LAID: skyline_lift(s, c->index); break;
        }
    }
}

void skyline_empty(struct skyline *s, int64_t capacity) {
    skyline_undo(s, 0);
    s->capacity = capacity;
    s->need = INT64_MAX;
    for (int t = 0; t < s->sections; t++) s->section[t].refusals = 0;
}

/* --- bounds and dominance --- */

static int64_t skyline_up(int64_t offset, int64_t alignment) {
    assert(alignment > 0 && (alignment & (alignment - 1)) == 0); /* a power of 2 */
    return (offset + alignment - 1) & ~(alignment - 1);
}

bool skyline_refuse(struct skyline *s, int section, int64_t floor) {
    const int64_t need = floor + s->section[section].rest;
    assert(need > s->capacity);
    s->section[section].refusals++;
    if (need < s->need) s->need = need;
    return false;
}

static void skyline_raise(struct skyline *s, int section, int64_t floor) {
    assert(floor >= s->section[section].floor); /* floors only rise */
    skyline_note(s, SKYLINE_FLOOR, section, s->section[section].floor);
    s->section[section].floor = floor;
}

/* Raises the low of a block to `to`; the sections that this may concern are joined to *from .. *end. */
static void skyline_push(struct skyline *s, int block, int64_t to, int *from, int *end) {
    struct skyline_block *k = &s->block[block];
    if (k->laid || k->low >= to) return;
    skyline_note(s, SKYLINE_LOW, block, k->low);
    k->low = skyline_up(to, k->alignment);
    if (k->first < *from) *from = k->first;
    if (k->end > *end) *end = k->end;
}

/* (1): floors are at least the lowest low, and the rest fits above them. */
static bool skyline_settle(struct skyline *s, int from, int end) {
    for (int t = from; t < end; t++) {
        struct skyline_section *x = &s->section[t];
        int64_t least = INT64_MAX;
        if (x->left == 0) continue;
        for (int k = s->first_cover[t]; k < s->first_cover[t + 1]; k++) {
            const struct skyline_block *j = &s->block[s->cover[k]];
            if (!j->laid && j->low < least) least = j->low;
        }
        assert(least < INT64_MAX);
        if (least > x->floor) skyline_raise(s, t, least);
        if (x->floor + x->rest > s->capacity) return skyline_refuse(s, t, x->floor);
    }
    return true;
}

static bool skyline_falls(const struct skyline *s, const struct skyline_block *k) {
    int64_t base = 0, floor = INT64_MAX;
    for (int t = k->first; t < k->end; t++) {
        const struct skyline_section *x = &s->section[t];
        if (x->base > base) base = x->base;
        if (x->floor < floor) floor = x->floor;
        if (base + k->bytes > floor) return false;
    }
    return skyline_up(base, k->alignment) + k->bytes <= floor;
}

/* (2), for the blocks left in these sections. */
static bool skyline_supported(const struct skyline *s, int from, int end) {
    for (int t = from; t < end; t++)
        for (int k = s->first_cover[t]; k < s->first_cover[t + 1]; k++) {
            const struct skyline_block *j = &s->block[s->cover[k]];
            if (!j->laid && (j->first == t || t == from) && skyline_falls(s, j)) return false;
        }
    return true;
}

/* --- moves --- */

bool skyline_lay(struct skyline *s, int block) {
    struct skyline_block *k = &s->block[block];
    const int64_t top = k->low + k->bytes;
    int from = k->first, end = k->end;
    assert(!k->laid && (k->twin < 0 || s->block[k->twin].laid));
    k->laid = true;
    k->offset = k->low;
    skyline_note(s, SKYLINE_LAID, block, 0);
    for (int t = k->first; t < k->end; t++) {
        struct skyline_section *x = &s->section[t];
        assert(x->floor <= k->offset && x->left > 0);
        skyline_raise(s, t, top);
        skyline_note(s, SKYLINE_BASE, t, x->base);
        x->base = top;
        x->rest -= k->bytes;
        x->left--;
    }
    for (int r = s->first_rival[block]; r < s->first_rival[block + 1]; r++)
        skyline_push(s, s->rival[r], top, &from, &end);
    return skyline_settle(s, from, end) && skyline_supported(s, from, end);
}

bool skyline_give_up(struct skyline *s, int section, int64_t floor) {
    int from = section, end = section + 1;
    assert(floor > s->section[section].floor);
    skyline_raise(s, section, floor);
    for (int k = s->first_cover[section]; k < s->first_cover[section + 1]; k++)
        skyline_push(s, s->cover[k], floor, &from, &end);
    return skyline_settle(s, from, end) && skyline_supported(s, from, end);
}

/* A block that is the lowest one left in the section, and higher than it could be, lies on another one that is left, or
 * on what keeps its low up. */
int64_t skyline_next(const struct skyline *s, int section) {
    const int64_t floor = s->section[section].floor;
    int64_t least = INT64_MAX;
    for (int k = s->first_cover[section]; k < s->first_cover[section + 1]; k++) {
        const int i = s->cover[k];
        const struct skyline_block *b = &s->block[i];
        if (b->laid) continue;
        int64_t next = b->low > floor ? b->low : INT64_MAX;
        for (int r = s->first_rival[i]; r < s->first_rival[i + 1] && b->low == floor; r++) {
            const struct skyline_block *j = &s->block[s->rival[r]];
            if (j->laid || (j->first <= section && section < j->end)) continue;
            if (j->low + j->bytes < next) next = j->low + j->bytes;
        }
        if (next < INT64_MAX) next = skyline_up(next, b->alignment);
        if (next < least) least = next;
    }
    assert(least > floor);
    return least;
}

bool skyline_check(const struct skyline *s) {
    for (int t = 0; t < s->sections; t++) {
        const struct skyline_section *x = &s->section[t];
        int64_t base = 0, rest = 0;
        for (int k = s->first_cover[t]; k < s->first_cover[t + 1]; k++) {
            const struct skyline_block *j = &s->block[s->cover[k]];
            if (j->laid && j->offset + j->bytes > base) base = j->offset + j->bytes;
            if (!j->laid) rest += j->bytes;
            if (!j->laid && (j->low < x->floor || j->low % j->alignment != 0)) return false;
        }
        if (base != x->base || rest != x->rest || x->floor < base) return false;
    }
    return true;
}
