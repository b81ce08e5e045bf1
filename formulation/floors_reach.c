#include "formulation/floors_reach.h"

#include <assert.h>

#include "formulation/segment.h"

void floors_reach_init(struct floors_reach *r, const struct floors_map *m, int cut, int rows) {
    assert(rows >= 1 && cut >= 0 && cut < m->network->layers);
    *r = (struct floors_reach){.map = m, .first = cut + 1, .last = cut, .rows = rows};
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

void floors_reach_measure(struct floors_reach *r, int *held) {
    const struct floors_map *m = r->map;
    const int height = segment_height(m->network, r->last), demand = m->demand[r->last];
    struct segment_extent all, part;
    assert(r->last >= r->first && demand <= height);
    segment_measure(&all, held, m->network, r->first, r->last, r->rows, height, m->image_by_rows);
    part = all;
    if (demand < height) segment_measure(&part, NULL, m->network, r->first, r->last, r->rows, demand, m->image_by_rows);
    r->state_bytes = all.state_bytes;
    r->block_bytes = reach_bytes(r, all.block_bytes - all.state_bytes) + all.state_bytes;
    r->kept_bytes = reach_bytes(r, part.kept_bytes);
    assert(r->kept_bytes <= r->block_bytes);
    assert(r->block_bytes >= floors_map_bytes(m, r->first - 1) || (r->first == 1 && m->image_by_rows));
}
