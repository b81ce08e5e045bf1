/* floors_reach.h - block(i, j, h) of (18) for one first cut i and all further cuts j, one after the other.
 *
 * Rows are pulled from the last layer (formulation/segment.h), so that the calls up to a cut j are the same, in the same
 * order, whatever comes behind j; only their number depends on it. Of the tensors before j it therefore suffices to know
 * what they hold
 *
 *     before[k]  at most, between calls k - 1 and k of layer j
 *     at[k]      during call k of layer j
 *     after[k]   after it, when the rows that it was the last to read are given up
 *
 * and the next cut's are found from these by pulling through the layers in between alone. With made(k) rows of tensor j
 * before call k,
 *
 *     block(i, j, h) = state + max over k of max(before[k] + made(k) rowbytes, at[k] + made(k + 1) rowbytes)
 *
 * Tests compare it with segment_new, which pulls through all layers at once. */
#ifndef FORMULATION_FLOORS_REACH_H
#define FORMULATION_FLOORS_REACH_H
#include "formulation/network.h"

/* What all segments of a network need to know of it. */
struct floors_map {
    const struct network *network; /* folded */
    int element_bytes;
    bool image_by_rows;         /* of layer 0, only the rows asked for are held, not all from the beginning */
    int *next_cut;              /* [layers] the first cut after v; -1 after the last layer */
    int *first_reader, *reader; /* reader[first_reader[u] .. first_reader[u + 1]) read tensor u, ascending */
    int *demand;                /* [layers] rows that any segment with layers after v makes of v, at the least */
};

struct floors_calls {
    int count;
    int64_t *before, *at, *after; /* [count] */
};

struct floors_reach {
    const struct floors_map *map;
    int first, last, rows; /* layers [first, last], h; last = first - 1 at the beginning */
    int64_t block_bytes;   /* (18) */
    int64_t state_bytes;
    int64_t kept_bytes; /* no longer segment needs less: the most that tensors before `last` hold while it needs them */
    struct floors_calls calls; /* of layer `last` */
};

void floors_map_init(struct floors_map *m, const struct network *folded, int element_bytes, bool image_by_rows);
void floors_map_free(struct floors_map *m);
int64_t floors_map_row_bytes(const struct floors_map *m, int v);
int64_t floors_map_bytes(const struct floors_map *m, int v); /* of the whole tensor */
/* Which input's place the output of layer v may take: a slot, or -1. `last_reader`: it is enough that v is the last to
 * read it; else nothing else may read it. */
int floors_map_replaced(const struct floors_map *m, int v, bool last_reader);

void floors_reach_init(struct floors_reach *r, const struct floors_map *m, int cut, int rows);
/* To the next cut; false: there is none, or the layers up to it cannot run by rows. */
bool floors_reach_extend(struct floors_reach *r);
void floors_reach_free(struct floors_reach *r);

#endif
