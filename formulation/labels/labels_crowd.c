#include "formulation/labels/labels_crowd.h"

#include <assert.h>

void labels_crowd_free(struct labels_crowd *c) {
    labels_runs_free(&c->hull);
    labels_runs_free(&c->joined);
}

void labels_crowd_begin(struct labels_crowd *c, const struct labels_item *label, int labels) {
    assert(labels > 0);
    c->label = label;
    c->labels = labels;
    c->least_step = -1;
}

/* C, unless it is there. */
static void crowd_hull(struct labels_crowd *c, int64_t least_step) {
    struct labels_runs *r = &c->hull;
    assert(least_step >= 0);
    if (c->least_step == least_step) return;
    c->least_step = least_step;
    r->items = r->runs = 0;
    labels_runs_begin(r, c->labels);
    for (int i = 0; i < c->labels; i++) {
        const struct labels_cost *cost = &c->label[i].cost;
        const int64_t bytes = labels_larger(cost->p, least_step) + cost->k;
        labels_runs_add(r, &(struct labels_item){{0, bytes, cost->t}, -1, -1});
    }
    r->items = labels_hulls_of_times(r->item, r->items);
}

int64_t labels_crowd_gap(struct labels_crowd *c, const struct labels_cost *along, const struct labels_stairs *s,
                         const struct labels_hulls *h, int state, int64_t least_peak, int64_t enough) {
    const struct labels_cost moved = {0, along->k, along->t};
    struct labels_hint none = {0};
    assert(c->label && h->count[state] > 0);
    crowd_hull(c, labels_larger(along->p, least_peak));
    c->joined.items = c->joined.runs = 0;
    labels_hulls_sum(&c->joined, c->hull.item, c->hull.items, h, state);
    const int joined = labels_hulls_of(c->joined.item, c->joined.items);
    return labels_stairs_gap(s, &moved, c->joined.item, joined, enough, &none);
}
