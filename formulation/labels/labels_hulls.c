#include "formulation/labels/labels_hulls.h"

#include <assert.h>
#include <stdlib.h>

#include "formulation/labels/labels_wide.h"
#include "solver/base/check.h"
#include "solver/base/memory.h"

/* b lies on or above the line from a to c: the hull of the three does without it. */
static bool vertex_between(const struct labels_cost *a, const struct labels_cost *b, const struct labels_cost *c) {
    assert(a->k <= b->k && b->k <= c->k && a->t >= b->t && b->t >= c->t);
    return labels_wide_at_least(a->t - c->t, b->k - a->k, a->t - b->t, c->k - a->k);
}

int labels_hulls_of(struct labels_item *item, int n) {
    int m = 0;
    for (int i = 0; i < n; i++) {
        if (m > 0 && item[i].cost.t >= item[m - 1].cost.t) continue;
        while (m > 1 && vertex_between(&item[m - 2].cost, &item[m - 1].cost, &item[i].cost)) m--;
        assert(m == 0 || item[m - 1].cost.k < item[i].cost.k);
        item[m++] = item[i];
    }
    assert(m <= n && (n == 0 || m > 0));
    return m;
}

int labels_hulls_of_times(struct labels_item *item, int n) {
    int m = 0;
    for (int i = 0; i < n; i++) {
        assert(i == 0 || m == 0 || item[m - 1].cost.t <= item[i].cost.t);
        if (m == 0 || item[i].cost.k < item[m - 1].cost.k) item[m++] = item[i];
    }
    for (int i = 0, j = m - 1; i < j; i++, j--) {
        const struct labels_item swap = item[i];
        item[i] = item[j];
        item[j] = swap;
    }
    return labels_hulls_of(item, m);
}

/* The hull of an arc's ways into way[]; links are none. */
static int hull_of_ways(struct labels_item *way, const struct labels_graph *g, const struct labels_arc *arc) {
    for (int w = arc->first; w < arc->last; w++) way[w - arc->first] = (struct labels_item){g->way[w].cost, w, -1};
    return labels_hulls_of_times(way, arc->last - arc->first);
}

/* Is the next step of x as steep as that of y, or steeper? */
static bool steeper(const struct labels_item *x, const struct labels_item *y) {
    assert(x[0].cost.k < x[1].cost.k && y[0].cost.k < y[1].cost.k);
    return labels_wide_at_least(x[0].cost.t - x[1].cost.t, y[1].cost.k - y[0].cost.k, y[0].cost.t - y[1].cost.t,
                                x[1].cost.k - x[0].cost.k);
}

void labels_hulls_sum(struct labels_runs *r, const struct labels_item *x, int n, const struct labels_hulls *h,
                      int state) {
    const struct labels_item *y = h->vertex + h->first[state];
    int i = 0, j = 0, count = h->count[state];
    if (n == 0 || count == 0) return;
    labels_runs_begin(r, n + count - 1);
    for (;;) {
        const struct labels_cost *a = &x[i].cost, *b = &y[j].cost;
        struct labels_item item = {
            {labels_larger(a->p, b->p), a->k + b->k, a->t + b->t}, x[i].way, h->first[state] + j};
        labels_runs_add(r, &item);
        if (i + 1 == n && j + 1 == count) break;
        if (j + 1 == count || (i + 1 < n && steeper(&x[i], &y[j])))
            i++;
        else
            j++;
    }
}

/* K ascends, T falls, slopes flatten; links lead to vertices made before. */
static bool check_hull(const struct labels_hulls *h, int state) {
    const struct labels_item *v = h->vertex + h->first[state];
    for (int i = 0; i < h->count[state]; i++) {
        assert(v[i].link < h->first[state]);
        assert(i == 0 || (v[i - 1].cost.k < v[i].cost.k && v[i - 1].cost.t > v[i].cost.t));
        assert(i < 2 || !vertex_between(&v[i - 2].cost, &v[i - 1].cost, &v[i].cost));
    }
    return true;
}

static void hulls_add(struct labels_hulls *h, int state, const struct labels_item *item, int n) {
    h->vertex = memory_grow(h->vertex, &h->room, (size_t)h->vertices + (size_t)n, sizeof *h->vertex);
    memory_copy(h->vertex + h->vertices, item, (size_t)n * sizeof *item);
    h->first[state] = h->vertices;
    h->count[state] = n;
    h->vertices += n;
    assert(h->vertices >= n);
    CHECK(check_hull(h, state));
}

struct labels_hulls *labels_hulls_new(const struct labels_graph *g) {
    struct labels_hulls *h = MEMORY_NEW(struct labels_hulls, 1);
    struct labels_runs r = {0};
    int most = 0;
    for (int a = 0; a < g->arcs; a++)
        if (g->arc[a].last - g->arc[a].first > most) most = g->arc[a].last - g->arc[a].first;
    struct labels_item *way = MEMORY_NEW(struct labels_item, most);
    h->first = MEMORY_NEW(int, g->states);
    h->count = MEMORY_NEW(int, g->states);
    for (int s = g->states - 1; s >= 0; s--) {
        static const struct labels_item end = {{0, 0, 0}, -1, -1};
        r.items = r.runs = 0;
        if (g->stage[s] == g->stages - 1) labels_runs_begin(&r, 1), labels_runs_add(&r, &end);
        for (int a = g->first_arc[s]; a < g->first_arc[s + 1]; a++)
            labels_hulls_sum(&r, way, hull_of_ways(way, g, &g->arc[a]), h, g->arc[a].to);
        labels_runs_by_bytes(&r);
        assert((r.items == 0) == (g->least_peak[s] == LABELS_NONE)); /* no completion */
        hulls_add(h, s, r.item, labels_hulls_of(r.item, r.items));
    }
    labels_runs_free(&r);
    free(way);
    return h;
}

void labels_hulls_free(struct labels_hulls *h) {
    if (!h) return;
    free(h->first);
    free(h->count);
    free(h->vertex);
    free(h);
}

size_t labels_hulls_bytes(const struct labels_hulls *h) {
    return h->room * sizeof *h->vertex;
}

int64_t labels_hulls_at(const struct labels_item *a, const struct labels_item *b, int64_t x) {
    assert(a->cost.k <= x);
    if (!b) return a->cost.t;
    assert(x < b->cost.k && a->cost.t > b->cost.t);
    return a->cost.t - labels_wide_share(a->cost.t - b->cost.t, x - a->cost.k, b->cost.k - a->cost.k);
}
