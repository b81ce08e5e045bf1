#include "formulation/labels/labels_search.h"

#include <assert.h>
#include <limits.h>
#include <stdlib.h>

#include "formulation/labels/labels_kept.h"
#include "solver/base/check.h"
#include "solver/base/memory.h"

#define SEARCH_OFFERS 8   /* completions are offered at every so many stages */
#define SEARCH_NEAR   2   /* along a vertex's path those are offered whose vertices are so near */
#define SEARCH_DIVES  128 /* vertices of the start whose paths are followed, at most */
#define SEARCH_CROWD  8   /* labels next to each other that are looked at together, at least */

static bool check_unbeaten(const struct labels_runs *r) {
    for (int i = 0; i < r->items && i < 300; i++)
        for (int j = 0; j < i; j++) assert(!labels_graph_beats(&r->item[j].cost, &r->item[i].cost));
    return true;
}

static void search_reduce(struct labels_runs *r, struct labels_kept *kept) {
    int n = 0;
    labels_runs_by_time(r);
    kept->pairs = 0;
    for (int i = 0; i < r->items; i++)
        if (labels_kept_add(kept, r->item[i].cost.k, r->item[i].cost.p + r->item[i].cost.k)) r->item[n++] = r->item[i];
    assert(n > 0 || r->items == 0); /* the fastest is beaten by none */
    r->items = n;
    CHECK(check_unbeaten(r));
}

/* The label with its P raised to the least that its completions reach: what the gap is measured from. */
static struct labels_cost search_raised(const struct labels_search *s, const struct labels_cost *c, int state) {
    assert(s->g->least_peak[state] != LABELS_NONE);
    return (struct labels_cost){labels_larger(c->p, s->g->least_peak[state]), c->k, c->t};
}

static int64_t search_gap(const struct labels_search *s, const struct labels_cost *c, int state, int64_t enough,
                          struct labels_hint *hint) {
    struct labels_cost raised = search_raised(s, c, state);
    const struct labels_hulls *h = s->hulls;
    return labels_stairs_gap(&s->stairs, &raised, h->vertex + h->first[state], h->count[state], enough, hint);
}

/* A label with the completions of vertex[first .. last) of its state's. */
static void search_offer(struct labels_search *s, const struct labels_cost *c, int label, int first, int last) {
    assert(label >= 0 && label < s->labels);
    for (int i = first; i < last; i++) {
        const struct labels_cost *rest = &s->hulls->vertex[i].cost;
        int64_t m = labels_larger(c->p, rest->p) + c->k + rest->k;
        labels_stairs_offer(&s->stairs, &(struct labels_corner){m, c->t + rest->t, label, i});
    }
}

static void search_missed(struct labels_search *s, int64_t gap) {
    if (gap > s->missed) s->missed = gap;
}

static int search_number(struct labels_search *s, int way, int parent) {
    s->way = memory_grow(s->way, &s->way_room, (size_t)s->labels + 1, sizeof *s->way);
    s->parent = memory_grow(s->parent, &s->parent_room, (size_t)s->labels + 1, sizeof *s->parent);
    s->way[s->labels] = way;
    s->parent[s->labels] = parent;
    return s->labels++;
}

/* How many of the labels from r->item[i] on are dropped together, after `row` ones that were. */
static int search_crowd(struct labels_search *s, const struct labels_runs *r, int i, int row, int state) {
    static const struct labels_cost here = {0, 0, 0};
    const int labels = row < r->items - i ? row : r->items - i;
    if (row < SEARCH_CROWD) return 0;
    labels_crowd_begin(&s->crowd, r->item + i, labels);
    const int64_t gap =
        labels_crowd_gap(&s->crowd, &here, &s->stairs, s->hulls, state, s->g->least_peak[state], s->q.slack);
    if (gap > s->q.slack) return 0;
    search_missed(s, gap);
    return labels;
}

/* Drops what cannot matter; what stays gets a number. link is the parent before and the label itself after. */
static void search_keep(struct labels_search *s, struct labels_runs *r, int state) {
    const int first = s->hulls->first[state], last = first + s->hulls->count[state];
    int n = 0, row = 0;            /* kept; dropped since */
    struct labels_hint hint = {0}; /* labels next to each other in time improve the staircase at much the same place */
    bool offers = s->g->stage[state] % SEARCH_OFFERS == 0 || s->g->stage[state] == s->g->stages - 1;
    for (int i = 0; i < r->items; i++) {
        const int crowd = search_crowd(s, r, i, row, state);
        if (crowd > 0) {
            i += crowd - 1;
            row += crowd;
            continue;
        }
        struct labels_item item = r->item[i];
        int64_t gap = search_gap(s, &item.cost, state, s->q.slack, &hint);
        if (gap <= s->q.slack) {
            search_missed(s, gap);
            row = row < SEARCH_CROWD ? row + 1 : row / 2;
            continue;
        }
        row = 0;
        item.link = search_number(s, item.way, item.link);
        if (offers) search_offer(s, &item.cost, item.link, first, last);
        r->item[n++] = item;
    }
    assert(n <= r->items);
    r->items = n;
    labels_stairs_settle(&s->stairs);
}

/* Moves the labels of a state along one way. */
static void search_along(struct labels_search *s, const struct labels_runs *r, int way) {
    const struct labels_cost *along = &s->g->way[way].cost;
    int to = s->g->arc[s->g->way[way].arc].to;
    struct labels_runs *there = &s->waiting[to];
    size_t bytes = labels_runs_bytes(there);
    const int64_t least_peak = s->g->least_peak[to];
    const int64_t most = s->stairs.most - s->hulls->vertex[s->hulls->first[to]].cost.k; /* that is left with the rest */
    labels_runs_begin(there, r->items);
    for (int i = 0; i < r->items; i++) {
        const struct labels_cost *c = &r->item[i].cost;
        struct labels_item item = {
            {labels_larger(c->p, along->p), c->k + along->k, c->t + along->t}, way, r->item[i].link};
        assert(item.cost.k <= LABELS_MOST && item.cost.t <= LABELS_MOST);
        if (labels_larger(item.cost.p, least_peak) + item.cost.k <= most) labels_runs_add(there, &item);
    }
    s->waiting_bytes += labels_runs_bytes(there) - bytes;
}

/* Can any label of the state, the present crowd, still improve the staircase along the way? */
static bool search_pays(struct labels_search *s, int labels, int way) {
    const int to = s->g->arc[s->g->way[way].arc].to;
    if (labels < SEARCH_CROWD) return true;
    const int64_t gap =
        labels_crowd_gap(&s->crowd, &s->g->way[way].cost, &s->stairs, s->hulls, to, s->g->least_peak[to], s->q.slack);
    if (gap <= s->q.slack) search_missed(s, gap);
    return gap > s->q.slack;
}

static void search_on(struct labels_search *s, const struct labels_runs *r, int state) {
    const struct labels_graph *g = s->g;
    if (r->items == 0) return;
    labels_crowd_begin(&s->crowd, r->item, r->items);
    for (int a = g->first_arc[state]; a < g->first_arc[state + 1]; a++)
        for (int w = g->arc[a].first; w < g->arc[a].last; w++)
            if (search_pays(s, r->items, w)) search_along(s, r, w);
}

static void search_state(struct labels_search *s, struct labels_kept *kept, int state) {
    struct labels_runs *here = &s->waiting[state];
    size_t bytes = labels_runs_bytes(here);
    if (here->items == 0) return;
    search_reduce(here, kept);
    search_keep(s, here, state);
    search_on(s, here, state);
    labels_runs_free(here);
    assert(s->waiting_bytes >= bytes);
    s->waiting_bytes -= bytes;
}

/* What is in use, and twice the list that is to be sorted next. */
static bool search_too_large(const struct labels_search *s, int state) {
    size_t history = (s->way_room + s->parent_room) * sizeof(int);
    size_t next = 2 * labels_runs_bytes(&s->waiting[state]);
    return s->labels > INT_MAX / 2 || history + s->waiting_bytes + next + labels_hulls_bytes(s->hulls) > s->q.memory;
}

static enum labels_stop search_stop(const struct labels_search *s, int state) {
    if (search_too_large(s, state)) return LABELS_STOP_MEMORY;
    switch (limits_clock(&s->q.limits)) {
    case LIMITS_TIME: return LABELS_STOP_TIME;
    case LIMITS_INTERRUPTED: return LABELS_STOP_INTERRUPT;
    case LIMITS_RUNNING:
    case LIMITS_NODES:
    case LIMITS_ITERATIONS: break;
    }
    return LABELS_FINISHED;
}

/* What the labels that wait could still improve. */
static void search_left(struct labels_search *s) {
    assert(s->stop != LABELS_FINISHED);
    labels_stairs_settle(&s->stairs);
    for (int state = 0; state < s->g->states; state++) {
        struct labels_hint hint = {0};
        for (int i = 0; i < s->waiting[state].items && s->missed != LABELS_GAP_UNKNOWN; i++)
            search_missed(s, search_gap(s, &s->waiting[state].item[i].cost, state, LABELS_GAP_UNKNOWN, &hint));
    }
}

/* Every label along the path of a vertex of the start's hull, with completions that turn off there. Where many layers
 * are alike, the hull has few vertices: between two of them lie the paths that are as the one up to some layer, and then
 * as the other. */
static void search_dive(struct labels_search *s, int vertex) {
    const struct labels_hulls *h = s->hulls;
    struct labels_cost c = {s->g->least_peak[0], 0, 0};
    int label = search_number(s, -1, -1), state = 0;
    for (;;) {
        const int first = h->first[state], last = first + h->count[state];
        assert(first <= vertex && vertex < last);
        search_offer(s, &c, label, vertex - SEARCH_NEAR > first ? vertex - SEARCH_NEAR : first,
                     vertex + SEARCH_NEAR < last ? vertex + SEARCH_NEAR + 1 : last);
        if (h->vertex[vertex].link < 0) return;
        const struct labels_way *way = &s->g->way[h->vertex[vertex].way];
        c = (struct labels_cost){labels_larger(c.p, way->cost.p), c.k + way->cost.k, c.t + way->cost.t};
        label = search_number(s, h->vertex[vertex].way, label);
        state = s->g->arc[way->arc].to;
        vertex = h->vertex[vertex].link;
    }
}

/* Those whose memory, or a neighbour's, matters. Where they are many, the vertices are near each other as it is. */
static void search_dives(struct labels_search *s) {
    const struct labels_item *v = s->hulls->vertex + s->hulls->first[0];
    const int64_t floor = s->g->least_peak[0];
    int first = 0, last = s->hulls->count[0] - 1;
    assert(last >= 0);
    if (last == 0) return;
    while (first < last && labels_larger(v[first + 1].cost.p, floor) + v[first + 1].cost.k <= s->stairs.least) first++;
    while (last > first && floor + v[last - 1].cost.k > s->stairs.most) last--;
    const int step = 1 + (last - first) / SEARCH_DIVES;
    for (int i = first; i <= last; i += step) search_dive(s, s->hulls->first[0] + i);
}

static void search_run(struct labels_search *s) {
    struct labels_kept kept = {0};
    struct labels_item start = {{s->g->least_peak[0], 0, 0}, -1, -1};
    labels_runs_begin(&s->waiting[0], 1);
    labels_runs_add(&s->waiting[0], &start);
    s->waiting_bytes = labels_runs_bytes(&s->waiting[0]);
    s->stop = search_stop(s, 0);
    if (s->stop == LABELS_FINISHED) search_dives(s);
    labels_stairs_settle(&s->stairs); /* what is known, and what the dives offered */
    for (int state = 0; state < s->g->states && s->stop == LABELS_FINISHED; state++) {
        s->stop = search_stop(s, state);
        if (s->stop == LABELS_FINISHED) search_state(s, &kept, state);
    }
    if (s->stop != LABELS_FINISHED) search_left(s);
    search_missed(s, s->stairs.passed_over);
    labels_kept_free(&kept);
}

struct labels_search *labels_search_new(const struct labels_graph *g, const struct labels_question *q) {
    struct labels_search *s = MEMORY_NEW(struct labels_search, 1);
    assert(g->first_arc && g->least_peak[0] != LABELS_NONE && q->slack >= 0);
    s->g = g;
    s->q = *q;
    s->hulls = labels_hulls_new(g);
    s->waiting = MEMORY_NEW(struct labels_runs, g->states);
    labels_stairs_init(&s->stairs, q->least, q->most, q->slack / 2); /* what is alive at an end improves it by more */
    for (int i = 0; i < q->knowns; i++) labels_stairs_offer(&s->stairs, &q->known[i]);
    search_run(s);
    assert(s->stop != LABELS_FINISHED || s->missed <= q->slack);
    return s;
}

void labels_search_free(struct labels_search *s) {
    if (!s) return;
    for (int state = 0; state < s->g->states; state++) labels_runs_free(&s->waiting[state]);
    free(s->waiting);
    free(s->way);
    free(s->parent);
    labels_stairs_free(&s->stairs);
    labels_crowd_free(&s->crowd);
    labels_hulls_free(s->hulls);
    free(s);
}

int64_t labels_search_bound(const struct labels_search *s) {
    const struct labels_item *hull = s->hulls->vertex + s->hulls->first[0];
    int64_t left = s->q.most - s->g->least_peak[0];
    int at = 0, vertices = s->hulls->count[0];
    assert(s->q.least == s->q.most && s->stairs.corners <= 1);
    if (left < hull[0].cost.k) return LABELS_NONE; /* no path is so small */
    while (at + 1 < vertices && hull[at + 1].cost.k <= left) at++;
    int64_t bound = labels_hulls_at(&hull[at], at + 1 < vertices ? &hull[at + 1] : NULL, left);
    if (s->stairs.corners == 0 || s->missed == LABELS_GAP_UNKNOWN) return bound;
    return labels_larger(bound, s->stairs.corner[0].t - s->missed);
}

int labels_search_path(int *way, const struct labels_search *s, int corner) {
    const struct labels_corner *c = &s->stairs.corner[corner];
    int ways = 0;
    assert(corner >= 0 && corner < s->stairs.corners && s->stairs.freshes == 0 && c->label >= 0);
    for (int label = c->label; s->parent[label] >= 0; label = s->parent[label]) way[ways++] = s->way[label];
    for (int i = 0, j = ways - 1; i < j; i++, j--) {
        int swap = way[i];
        way[i] = way[j];
        way[j] = swap;
    }
    for (int v = c->vertex; s->hulls->vertex[v].link >= 0; v = s->hulls->vertex[v].link)
        way[ways++] = s->hulls->vertex[v].way;
    assert(ways < s->g->stages);
    return ways;
}
