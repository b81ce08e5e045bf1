/* floors_ways.h - the ways from every cut to the output that need least, from the last cut to the first:
 *
 *     best(i) = min over the arcs (i, j), h of max(arc(i, j, h), best(j))
 *
 * Segments from i on are looked at in groups of cuts that double in length. A segment (i, j, h) cannot be less than
 *
 *     max(best(j), bytes(j), bytes(i) + the rows of the first call)
 *
 * so only cuts with a bound below the best so far are looked at, and those of a group are measured in the order of their
 * bounds, each until it holds as much as the best. There is no further group once any longer segment holds that much of the
 * tensors before j (kept_bytes of formulation/floors_reach.h). What such a segment holds of the tensors between its ends
 * (inner_bytes) is held by every one that also begins earlier: a wall, beyond which cuts before need not look. */
#ifndef FORMULATION_FLOORS_WAYS_H
#define FORMULATION_FLOORS_WAYS_H
#include "formulation/floors_reach.h"

struct floors_way {
    int64_t bytes;            /* its largest arc */
    int64_t arc;              /* its first arc */
    int to;                   /* where that ends */
    struct segment_pace pace; /* rows 0: as whole layers */
};

/* [layers], of every cut; step[v]: bytes alive while layer v runs as a whole. The caller frees. If the interrupt came, what
 * is needed at most. */
struct floors_way *floors_ways_new(const struct floors_map *m, const int64_t *step);

static inline bool floors_ways_stopped(const struct floors_map *m) {
    return m->interrupt && *m->interrupt;
}

#endif
