#include "formulation/labels/labels_runs.h"

#include <assert.h>
#include <limits.h>
#include <stdlib.h>

#include "solver/base/check.h"
#include "solver/base/memory.h"

enum order { ORDER_BYTES, ORDER_TIME, ORDER_TIME_UNBEATEN };

void labels_runs_free(struct labels_runs *r) {
    free(r->item);
    free(r->start);
    *r = (struct labels_runs){0};
}

void labels_runs_begin(struct labels_runs *r, int most) {
    assert(r->runs >= 0 && most >= 0 && r->items <= INT_MAX - most);
    r->item = memory_grow(r->item, &r->room, (size_t)r->items + (size_t)most, sizeof *r->item);
    if (r->runs > 0 && r->start[r->runs - 1] == r->items) return; /* the one before stayed empty */
    r->start = memory_grow(r->start, &r->run_room, (size_t)r->runs + 1, sizeof *r->start);
    r->start[r->runs++] = r->items;
}

size_t labels_runs_bytes(const struct labels_runs *r) {
    return r->room * sizeof *r->item + r->run_room * sizeof *r->start;
}

static inline bool item_before(const struct labels_item *a, const struct labels_item *b, enum order order) {
    const struct labels_cost *x = &a->cost, *y = &b->cost;
    int64_t x0 = order == ORDER_BYTES ? x->k : x->t, y0 = order == ORDER_BYTES ? y->k : y->t;
    int64_t x1 = order == ORDER_BYTES ? x->t : x->k, y1 = order == ORDER_BYTES ? y->t : y->k;
    return x0 != y0 ? x0 < y0 : x1 != y1 ? x1 < y1 : x->p < y->p;
}

/* Appends an item, with ORDER_TIME_UNBEATEN unless the one before it beats it. */
static inline int item_append(struct labels_item *to, int n, int first, const struct labels_item *item,
                              enum order order) {
    if (order == ORDER_TIME_UNBEATEN && n > first && labels_graph_beats(&to[n - 1].cost, &item->cost)) return n;
    to[n] = *item;
    return n + 1;
}

/* a[0..m) and b[0..k) into to[n..); returns where they end. */
static inline int merge_two(struct labels_item *to, int n, const struct labels_item *a, int m,
                            const struct labels_item *b, int k, enum order order) {
    int i = 0, j = 0, first = n;
    while (i < m && j < k) n = item_append(to, n, first, item_before(&b[j], &a[i], order) ? &b[j++] : &a[i++], order);
    while (i < m) n = item_append(to, n, first, &a[i++], order);
    while (j < k) n = item_append(to, n, first, &b[j++], order);
    return n;
}

static bool check_sorted(const struct labels_runs *r, enum order order) {
    for (int run = 0; run < r->runs; run++) {
        int last = run + 1 < r->runs ? r->start[run + 1] : r->items;
        for (int i = r->start[run] + 1; i < last; i++) assert(!item_before(&r->item[i], &r->item[i - 1], order));
    }
    return true;
}

static inline void merge_all(struct labels_runs *r, enum order order) {
    CHECK(check_sorted(r, order));
    if (r->runs < 2) return;
    struct labels_item *from = r->item, *to = memory_resize(NULL, (size_t)r->items, sizeof *to), *swap;
    size_t room = r->room, spare = (size_t)r->items;
    while (r->runs > 1) {
        int runs = 0, n = 0;
        for (int run = 0; run < r->runs; run += 2) {
            int first = r->start[run], middle = run + 1 < r->runs ? r->start[run + 1] : r->items;
            int last = run + 2 < r->runs ? r->start[run + 2] : r->items;
            assert(first <= middle && middle <= last);
            int end = merge_two(to, n, from + first, middle - first, from + middle, last - middle, order);
            r->start[runs++] = n;
            n = end;
        }
        r->runs = runs;
        r->items = n;
        swap = from, from = to, to = swap;
        size_t other = room;
        room = spare, spare = other;
    }
    free(to);
    r->item = from;
    r->room = room;
    CHECK(check_sorted(r, order));
}

void labels_runs_by_bytes(struct labels_runs *r) {
    merge_all(r, ORDER_BYTES);
}

void labels_runs_by_time(struct labels_runs *r) {
    merge_all(r, ORDER_TIME_UNBEATEN);
}

void labels_runs_by_time_all(struct labels_runs *r) {
    merge_all(r, ORDER_TIME);
}
