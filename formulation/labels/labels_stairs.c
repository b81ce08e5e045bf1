#include "formulation/labels/labels_stairs.h"

#include <assert.h>
#include <stdlib.h>

#include "formulation/labels/labels_wide.h"
#include "solver/base/check.h"
#include "solver/base/memory.h"

void labels_stairs_init(struct labels_stairs *s, int64_t least, int64_t most, int64_t grain) {
    assert(least >= 0 && least <= most && most <= LABELS_MOST && grain >= 0);
    *s = (struct labels_stairs){.least = least, .most = most, .grain = grain};
}

void labels_stairs_free(struct labels_stairs *s) {
    free(s->corner);
    free(s->fresh);
    *s = (struct labels_stairs){0};
}

/* The first corner with M > m, searched from corner `near` on, in steps that double. */
static int stairs_after(const struct labels_stairs *s, int64_t m, int near) {
    int low = near < s->corners ? near : s->corners, high = low, step = 1; /* corner[low - 1].m <= m < corner[high].m */
    assert(near >= 0);
    while (low > 0 && s->corner[low - 1].m > m) high = low - 1, low = low > step ? low - step : 0, step *= 2;
    while (high < s->corners && s->corner[high].m <= m) low = high + 1, high += step, step *= 2;
    if (high > s->corners) high = s->corners;
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
    assert(c.m >= 0 && c.t >= 0 && c.label >= -1 && c.vertex >= 0);
    if (c.m > s->most) return;
    c.m = labels_larger(c.m, s->least);
    int after = stairs_after(s, c.m, s->near);
    s->near = after;
    if (after > 0 && s->corner[after - 1].t - c.t <= s->grain) return;
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
    memory_sort(s->fresh, (size_t)s->freshes, sizeof *s->fresh, corner_order);
    size_t room = (size_t)s->corners + (size_t)s->freshes;
    struct labels_corner *merged = MEMORY_NEW(struct labels_corner, room);
    while (i < s->corners || j < s->freshes) {
        bool old = j == s->freshes || (i < s->corners && corner_order(&s->corner[i], &s->fresh[j]) <= 0);
        const struct labels_corner *next = old ? &s->corner[i++] : &s->fresh[j++];
        int64_t better = n == 0 ? INT64_MAX : merged[n - 1].t - next->t;
        if (better > (old ? 0 : s->grain))
            merged[n++] = *next;
        else
            s->passed_over = labels_larger(s->passed_over, better);
    }
    assert(n > 0 && (size_t)n <= room);
    free(s->corner);
    s->corner = merged;
    s->corner_room = room;
    s->corners = n;
    s->freshes = 0;
    CHECK(check_stairs(s));
}

/* A label while its bound L is compared with the staircase. */
struct bound {
    const struct labels_stairs *s;
    const struct labels_item *hull;
    int vertices;
    int64_t offset, t; /* P' + K, so that x - offset is left to the completion; T */
    int at;            /* of the hull: a vertex at or before x - offset, to search from */
};

/* The vertex at which the segment with x begins. */
static int bound_vertex(const struct bound *b, int64_t x) {
    int64_t left = x - b->offset;
    int low = b->at, step = 1;
    assert(left >= b->hull[low].cost.k);
    if (low + 1 == b->vertices || b->hull[low + 1].cost.k > left) return low; /* most often */
    while (low + step < b->vertices && b->hull[low + step].cost.k <= left) low += step, step *= 2;
    for (; step > 0; step /= 2)
        if (low + step < b->vertices && b->hull[low + step].cost.k <= left) low += step;
    assert(low + 1 == b->vertices || b->hull[low + 1].cost.k > left);
    return low;
}

/* Is t - L(x), rounded down, more than `best`? Without a division: most often it is not. */
static bool bound_below(const struct bound *b, int vertex, int64_t x, int64_t t, int64_t best) {
    const struct labels_cost *v = &b->hull[vertex].cost;
    int64_t fall = best + 1 - (t - b->t - v->t); /* that the segment has to fall by up to x */
    assert(v->k <= x - b->offset);
    if (fall <= 0) return true;
    if (vertex + 1 == b->vertices) return false;
    const struct labels_cost *next = &b->hull[vertex + 1].cost;
    return labels_wide_at_least(v->t - next->t, x - b->offset - v->k, fall, next->k - v->k);
}

static int64_t bound_gap(const struct bound *b, int vertex, int64_t x, int64_t t) {
    const struct labels_item *v = &b->hull[vertex];
    assert(x >= b->offset);
    return t - b->t - labels_hulls_at(v, vertex + 1 < b->vertices ? v + 1 : NULL, x - b->offset);
}

/* Largest x of the step that corner i - 1 begins. */
static int64_t stairs_end(const struct labels_stairs *s, int i) {
    assert(i > 0 && i <= s->corners);
    return i < s->corners ? s->corner[i].m - 1 : s->most;
}

/* Where the search may end: one past the last step that has to be looked at. For the label that was dropped last, with
 * offset o' >= o and T' <= T, no x improved the staircase by more than `enough`. Where H falls by at most
 * (T - T') / (o' - o) per byte from x - o' on, L(x) is at least that label's, as H is convex: x improves it by no more now.
 */
static int bound_end(const struct bound *b, const struct labels_hint *hint) {
    const struct labels_stairs *s = b->s;
    const int64_t nearer = hint->offset - b->offset, later = b->t - hint->t;
    int low = 0, high = b->vertices - 1; /* the first vertex after which H falls by no more than that */
    if (!hint->dropped || nearer < 0 || later < 0) return s->corners + 1;
    while (low < high) {
        const int middle = low + (high - low) / 2;
        const struct labels_cost *v = &b->hull[middle].cost, *next = &b->hull[middle + 1].cost;
        if (labels_wide_at_least(later, next->k - v->k, nearer, v->t - next->t))
            high = middle;
        else
            low = middle + 1;
    }
    assert(high < b->vertices);
    const int64_t x = hint->offset + b->hull[low].cost.k;
    return stairs_after(s, x, hint->end) + 1;
}

/* The largest gap over the steps that end before the hint's corners first to end - 1; one that is too large ends it. */
static int64_t bound_search(struct bound *b, struct labels_hint *hint, int64_t enough) {
    const struct labels_stairs *s = b->s;
    int64_t lowest = b->t + b->hull[b->vertices - 1].cost.t, best = 0; /* that L falls to */
    int i = hint->first, step = 1;
    assert(i > 0 && hint->end <= s->corners + 1);
    while (i < hint->end && s->corner[i - 1].t - lowest > best && best <= enough) {
        int last = i + step <= hint->end ? i + step - 1 : hint->end - 1;
        int64_t x = stairs_end(s, last), t = s->corner[i - 1].t; /* the best of all of them, put together */
        int vertex = bound_vertex(b, x);
        bool below = bound_below(b, vertex, x, t, best);
        if (below && last > i) {
            step /= 4;
            if (step == 0) step = 1;
            continue;
        }
        if (below) {
            best = bound_gap(b, vertex, x, t);
            hint->x = x;
            hint->after = last;
            hint->vertex = vertex;
        }
        b->at = vertex;
        i = last + 1;
        step *= 2;
    }
    return best;
}

/* The gap at the hint's x is more than enough. */
static bool bound_hinted(struct bound *b, int64_t enough, struct labels_hint *hint) {
    const struct labels_stairs *s = b->s;
    hint->after = stairs_after(s, hint->x, hint->after);
    const int64_t x = stairs_end(s, hint->after);
    assert(hint->after > 0 && hint->vertex < b->vertices);
    if (b->hull[hint->vertex].cost.k <= x - b->offset) b->at = hint->vertex;
    hint->vertex = bound_vertex(b, x);
    b->at = 0;
    return bound_below(b, hint->vertex, x, s->corner[hint->after - 1].t, enough);
}

int64_t labels_stairs_gap(const struct labels_stairs *s, const struct labels_cost *label,
                          const struct labels_item *hull, int vertices, int64_t enough, struct labels_hint *hint) {
    struct bound b = {s, hull, vertices, label->p + label->k, label->t, 0};
    int64_t from = labels_larger(b.offset + hull[0].cost.k, s->least);
    assert(vertices > 0 && enough >= 0 && b.offset >= 0);
    if (enough > LABELS_MOST) enough = LABELS_MOST; /* no gap is larger, and sums with it stay in range */
    if (from > s->most) return -1;
    if (s->corners == 0 || from < s->corner[0].m) return LABELS_GAP_UNKNOWN;
    if (hint->x >= from && hint->x <= s->most && bound_hinted(&b, enough, hint)) return enough + 1;
    hint->first = stairs_after(s, from, hint->first);
    hint->end = bound_end(&b, hint);
    const int64_t gap = bound_search(&b, hint, enough);
    if (gap > enough) return gap;
    hint->dropped = true;
    hint->offset = b.offset;
    hint->t = b.t;
    return gap;
}
