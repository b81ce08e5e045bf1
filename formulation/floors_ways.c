#include "formulation/floors_ways.h"

#include <assert.h>
#include <stdlib.h>

#include "formulation/segment.h"
#include "solver/base/memory.h"

struct candidate {
    int to;
    int64_t bound;
};

/* Every segment that begins at or before `from`, and ends at `to` or later, holds that much. */
struct wall {
    int from, to;
    int64_t bytes;
};

struct ways {
    const struct floors_map *map;
    struct floors_way *way;
    int64_t *bound;                  /* [layers] of a cut: no segment that ends there leads to less */
    struct candidate *candidate;     /* [layers] of one group */
    struct wall wall[SEGMENT_PACES]; /* the latest, at each pace; to 0: none */
    bool repeats[SEGMENT_PACES];     /* no layer tells it from an earlier pace */
};

static void ways_offer(struct ways *w, int cut, int to, struct segment_pace pace, int64_t arc) {
    const struct floors_way *rest = &w->way[to];
    const int64_t bytes = arc > rest->bytes ? arc : rest->bytes;
    assert(arc > 0 && rest->bytes >= 0 && to > cut);
    if (bytes < w->way[cut].bytes) w->way[cut] = (struct floors_way){bytes, arc, to, pace};
}

/* What follows from where a segment ends. */
static int64_t ways_bound(const struct ways *w, int to) {
    const int64_t last = floors_map_bytes(w->map, to), rest = w->way[to].bytes;
    return last > rest ? last : rest;
}

/* Of all segments from the cut on: their first call reads its tensor alone, of which nothing has been given up. */
static int64_t ways_first(const struct floors_map *m, int cut, struct segment_pace pace) {
    const struct network *n = m->network;
    int64_t least = INT64_MAX;
    if (cut == 0 && m->image_by_rows) return 0;
    for (int k = m->first_reader[cut]; k < m->first_reader[cut + 1]; k++) {
        const int v = m->reader[k], rows = segment_call_rows(n, v, pace);
        const int made = segment_accumulates(n, v) ? 1 : segment_end(n, v, 0, rows);
        const int64_t bytes = made * floors_map_row_bytes(m, v);
        least = bytes < least ? bytes : least;
    }
    assert(least < INT64_MAX && least > 0); /* a cut but the last is read */
    return floors_map_bytes(m, cut) + least;
}

static int candidate_order(const void *a, const void *b) {
    const struct candidate *x = a, *y = b;
    if (x->bound != y->bound) return x->bound < y->bound ? -1 : 1;
    return x->to - y->to;
}

/* The next cut with a bound below the best, before the wall; false: there is none that a segment reaches. */
static bool ways_next(struct floors_reach *r, const struct ways *w, int cut, int end) {
    while (r->last < end && floors_reach_extend(r))
        if (r->last < end && w->bound[r->last] < w->way[cut].bytes) return true;
    return false;
}

/* Such cuts from the present one on, by bound; returns how many. */
static int ways_group(struct ways *w, struct floors_reach *r, int cut, int end, int most) {
    int n = 0;
    do w->candidate[n++] = (struct candidate){r->last, w->bound[r->last]};
    while (n < most && ways_next(r, w, cut, end));
    qsort(w->candidate, (size_t)n, sizeof *w->candidate, candidate_order);
    return n;
}

static int ways_end(const struct ways *w, int cut, int h) {
    const struct wall *wall = &w->wall[h];
    const bool stands = wall->to > 0 && wall->from >= cut && wall->bytes >= w->way[cut].bytes;
    return stands ? wall->to : w->map->network->layers;
}

static void ways_segments(struct ways *w, int cut, int h) {
    const struct segment_pace pace = segment_pace(h);
    const struct floors_way *best = &w->way[cut];
    const int64_t first = ways_first(w->map, cut, pace);
    struct floors_reach r;
    floors_reach_init(&r, w->map, cut, pace);
    for (int most = 1; first < best->bytes && !floors_ways_stopped(w->map); most *= 2) {
        const int end = ways_end(w, cut, h);
        if (!ways_next(&r, w, cut, end)) return;
        floors_reach_kept(&r, best->bytes);
        if (r.inner_bytes >= best->bytes) w->wall[h] = (struct wall){cut, r.last, r.inner_bytes};
        if (r.kept_bytes >= best->bytes) return;
        const int group = ways_group(w, &r, cut, end, most);
        for (int i = 0; i < group && w->candidate[i].bound < best->bytes; i++) {
            struct floors_reach to = r;
            to.last = w->candidate[i].to;
            floors_reach_block(&to, NULL, best->bytes);
            ways_offer(w, cut, to.last, pace, to.block_bytes);
        }
    }
}

static void ways_from(struct ways *w, int cut, const int64_t *step) {
    const int to = w->map->next_cut[cut];
    int64_t arc = 0;
    for (int v = cut + 1; v <= to; v++) arc = step[v] > arc ? step[v] : arc;
    w->way[cut].bytes = INT64_MAX;
    ways_offer(w, cut, to, segment_pace_even(0), arc);
    for (int h = 0; h < SEGMENT_PACES; h++)
        if (!w->repeats[h]) ways_segments(w, cut, h);
    w->bound[cut] = ways_bound(w, cut);
}

struct floors_way *floors_ways_new(const struct floors_map *m, const int64_t *step) {
    const int n = m->network->layers;
    struct ways w = {.map = m, .way = MEMORY_NEW(struct floors_way, n), .bound = MEMORY_NEW(int64_t, n)};
    int *cut = MEMORY_NEW(int, n), cuts = 0;
    for (int v = 0; v >= 0; v = m->next_cut[v]) cut[cuts++] = v;
    assert(cuts >= 2 && cut[cuts - 1] == n - 1);
    for (int h = 0; h < SEGMENT_PACES; h++) w.repeats[h] = segment_pace_repeats(m->network, 1, n - 1, h);
    w.candidate = MEMORY_NEW(struct candidate, n);
    w.bound[n - 1] = ways_bound(&w, n - 1);
    for (int i = cuts - 2; i >= 0; i--) ways_from(&w, cut[i], step);
    free(cut);
    free(w.bound);
    free(w.candidate);
    return w.way;
}
