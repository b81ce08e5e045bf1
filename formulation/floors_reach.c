#include "formulation/floors_reach.h"

#include <assert.h>

#include "formulation/segment.h"

void floors_reach_init(struct floors_reach *r, const struct floors_map *m, int cut, struct segment_pace pace) {
    assert(pace.rows >= 1 && cut >= 0 && cut < m->network->layers);
    *r = (struct floors_reach){.map = m, .first = cut + 1, .last = cut, .pace = pace};
}

bool floors_reach_extend(struct floors_reach *r) {
    const struct network *n = r->map->network;
    const int to = r->map->next_cut[r->last];
    if (to < 0 || (r->last >= r->first && segment_accumulates(n, r->last))) return false;
    for (int v = r->last + 1; v <= to; v++)
        if (!segment_streams(n, v) || (v < to && segment_accumulates(n, v))) return false;
    r->last = to;
    return true;
}

/* Bytes of elements as the map has them; the state is what it is. */
static int64_t reach_bytes(const struct floors_reach *r, int64_t bytes) {
    assert(bytes >= 0 && bytes % (int64_t)sizeof(float) == 0);
    return bytes / (int64_t)sizeof(float) * r->map->element_bytes;
}

/* The most bytes of 4-byte elements, with the state, that are less than `enough` in the map's. */
static int64_t reach_enough(const struct floors_reach *r, int64_t enough) {
    const int64_t state = segment_state_bytes(r->map->network, r->last), bytes = r->map->element_bytes;
    if (enough == INT64_MAX) return INT64_MAX;
    return enough <= state ? state : state + (enough - state + bytes - 1) / bytes * (int64_t)sizeof(float);
}

static struct segment_extent reach_measure(const struct floors_reach *r, int *held, int last_rows, int64_t enough,
                                           int64_t enough_kept) {
    const struct segment_span span = {r->first, r->last,    r->pace, last_rows, r->first == 1 && r->map->image_by_rows,
                                      enough,   enough_kept};
    struct segment_extent out;
    assert(r->last >= r->first);
    segment_measure(&out, held, r->map->network, &span);
    return out;
}

void floors_reach_block(struct floors_reach *r, int *held, int64_t enough) {
    const struct floors_map *m = r->map;
    const struct segment_extent all =
        reach_measure(r, held, segment_height(m->network, r->last), reach_enough(r, enough), INT64_MAX);
    r->state_bytes = all.state_bytes;
    r->block_bytes = reach_bytes(r, all.block_bytes - all.state_bytes) + all.state_bytes;
    assert(r->block_bytes >= floors_map_bytes(m, r->first - 1) || (r->first == 1 && m->image_by_rows) ||
           r->block_bytes >= enough);
}

void floors_reach_kept(struct floors_reach *r, int64_t enough) {
    const int64_t bytes = r->map->element_bytes;
    const int64_t floats = enough == INT64_MAX ? enough : (enough + bytes - 1) / bytes * (int64_t)sizeof(float);
    const struct segment_extent part = reach_measure(r, NULL, r->map->demand[r->last], INT64_MAX, floats);
    r->kept_bytes = reach_bytes(r, part.kept_bytes);
    r->inner_bytes = reach_bytes(r, part.inner_bytes);
}
