/* labels_runs.h - many short sorted lists made into one: how the parts of paths (labels, vertices of hulls) are sorted.
 *
 * What a state receives comes as one sorted list per way: a list that was sorted, moved by the cost of the way. Merging
 * the lists in pairs takes items x log(lists) comparisons, and drops at once most of what another item beats. */
#ifndef FORMULATION_LABELS_LABELS_RUNS_H
#define FORMULATION_LABELS_LABELS_RUNS_H
#include <assert.h>

#include "formulation/labels/labels_graph.h"

struct labels_item {
    struct labels_cost cost;
    int way;  /* the last (label) or first (vertex) one of the path */
    int link; /* the rest of the path: a label or a vertex; -1: none */
};

struct labels_runs {
    struct labels_item *item; /* [items] */
    int *start;               /* [runs] where each begins */
    int items, runs;
    size_t room, run_room;
};

void labels_runs_free(struct labels_runs *r);
void labels_runs_begin(struct labels_runs *r, int most); /* another list, of at most so many items */
size_t labels_runs_bytes(const struct labels_runs *r);
/* One list, sorted by (K, T, P): for hulls. */
void labels_runs_by_bytes(struct labels_runs *r);
/* One list, sorted by (T, K, P), without those that the item before them beats; each list has to be sorted so. */
void labels_runs_by_time(struct labels_runs *r);
void labels_runs_by_time_all(struct labels_runs *r); /* with those; of two alike the one of the earlier list is first */

static inline void labels_runs_add(struct labels_runs *r, const struct labels_item *item) {
    assert(r->runs > 0 && (size_t)r->items < r->room);
    r->item[r->items++] = *item;
}

#endif
