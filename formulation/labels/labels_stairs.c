#include "formulation/labels/labels_stairs.h"

#include <assert.h>
#include <stdlib.h>

#include "solver/base/check.h"
#include "solver/base/memory.h"

#define STAIRS_BLOCK 32 /* corners that are looked at together first */

void labels_stairs_init(struct labels_stairs *s, int64_t least, int64_t most) {
    assert(least >= 0 && least <= most && most <= LABELS_MOST);
    *s = (struct labels_stairs){.least = least, .most = most};
}

void labels_stairs_free(struct labels_stairs *s) {
    free(s->corner);
    free(s->fresh);
    *s = (struct labels_stairs){0};
}

/* The first corner with M > m. */
static int stairs_after(const struct labels_stairs *s, int64_t m) {
    int low = 0, high = s->corners;
    while (low < high) {
        int middle = low + (high - low) / 2;
        if (s->corner[middle].m <= m)
            low = middle + 1;
        else
            high = middle;
    }
    assert(low == 0 || s->corner[low - 1].m <= m);
    return low;
}

void labels_stairs_offer(struct labels_stairs *s, const struct labels_corner *path) {
    struct labels_corner c = *path;
    assert(c.m >= 0 && c.t >= 0 && c.label >= 0 && c.vertex >= 0);
    if (c.m > s->most) return;
    c.m = labels_larger(c.m, s->least);
    int after = stairs_after(s, c.m);
    if (after > 0 && s->corner[after - 1].t <= c.t) return;
    s->fresh = memory_grow(s->fresh, &s->fresh_room, (size_t)s->freshes + 1, sizeof *s->fresh);
    s->fresh[s->freshes++] = c;
    if (s->freshes > s->corners / 4 + 64) labels_stairs_settle(s);
}

static int corner_order(const void *a, const void *b) {
    const struct labels_corner *x = a, *y = b;
    if (x->m != y->m) return x->m < y->m ? -1 : 1;
    if (x->t != y->t) return x->t < y->t ? -1 : 1;
    return x->label != y->label ? (x->label < y->label ? -1 : 1) : x->vertex - y->vertex;
}

static bool check_stairs(const struct labels_stairs *s) {
    for (int i = 0; i < s->corners; i++) {
        assert(s->corner[i].m >= s->least && s->corner[i].m <= s->most);
        assert(i == 0 || (s->corner[i - 1].m < s->corner[i].m && s->corner[i - 1].t > s->corner[i].t));
    }
    return true;
}

void labels_stairs_settle(struct labels_stairs *s) {
    int n = 0, i = 0, j = 0;
    if (s->freshes == 0) return;
    qsort(s->fresh, (size_t)s->freshes, sizeof *s->fresh, corner_order);
    size_t room = (size_t)s->corners + (size_t)s->freshes;
    struct labels_corner *merged = MEMORY_NEW(struct labels_corner, room);
    while (i < s->corners || j < s->freshes) {
        bool old = j == s->freshes || (i < s->corners && corner_order(&s->corner[i], &s->fresh[j]) <= 0);
        const struct labels_corner *next = old ? &s->corner[i++] : &s->fresh[j++];
        if (n == 0 || next->t < merged[n - 1].t) merged[n++] = *next;
    }
    assert(n > 0 && (size_t)n <= room);
    free(s->corner);
    s->corner = merged;
    s->corner_room = room;
    s->corners = n;
    s->freshes = 0;
    CHECK(check_stairs(s));
}

/* A label while its bound is followed to the right. */
struct bound {
    const struct labels_stairs *s;
    const struct labels_item *hull;
    int vertices;
    int64_t offset; /* P' + K: x - offset is left to the completion */
    int64_t t;
    int at; /* the vertex before the present x */
};

/* L(x), rounded up; x may not fall between calls that move. */
static int64_t bound_time(struct bound *b, int64_t x) {
    int64_t left = x - b->offset;
    assert(left >= b->hull[b->at].cost.k);
    while (b->at + 1 < b->vertices && b->hull[b->at + 1].cost.k <= left) b->at++;
    const struct labels_item *v = &b->hull[b->at];
    return b->t + labels_hulls_at(v, b->at + 1 < b->vertices ? v + 1 : NULL, left);
}

/* The same for an x far ahead, without moving. */
static int64_t bound_ahead(const struct bound *b, int64_t x) {
    int64_t left = x - b->offset;
    int low = b->at, high = b->vertices - 1;
    assert(left >= b->hull[low].cost.k);
    while (low < high) {
        int middle = low + (high - low + 1) / 2;
        if (b->hull[middle].cost.k <= left)
            low = middle;
        else
            high = middle - 1;
    }
    const struct labels_item *v = &b->hull[low];
    return b->t + labels_hulls_at(v, low + 1 < b->vertices ? v + 1 : NULL, left);
}

/* Largest x of the step that corner i - 1 begins. */
static int64_t stairs_end(const struct labels_stairs *s, int i) {
    assert(i > 0 && i <= s->corners);
    return i < s->corners ? s->corner[i].m - 1 : s->most;
}

int64_t labels_stairs_gap(const struct labels_stairs *s, const struct labels_cost *label,
                          const struct labels_item *hull, int vertices, int64_t enough) {
    struct bound b = {s, hull, vertices, label->p + label->k, label->t, 0};
    int64_t from = labels_larger(b.offset + hull[0].cost.k, s->least), best = 0;
    assert(vertices > 0 && enough >= 0 && b.offset >= 0);
    if (from > s->most) return -1;
    int i = stairs_after(s, from);
    if (i == 0) return LABELS_GAP_UNKNOWN;
    int64_t end = b.t + hull[vertices - 1].cost.t; /* the least that L falls to */
    while (i <= s->corners && s->corner[i - 1].t - end > best) {
        int block = i + STAIRS_BLOCK - 1;
        if (i % STAIRS_BLOCK == 0 && block <= s->corners &&
            s->corner[i - 1].t - bound_ahead(&b, stairs_end(s, block)) <= best) {
            i = block + 1; /* not even the first step's T with the last step's x */
            continue;
        }
        int64_t gap = s->corner[i - 1].t - bound_time(&b, stairs_end(s, i));
        if (gap > best) best = gap;
        if (best > enough) return best;
        i++;
    }
    return best;
}
