#include "formulation/labels/labels_graph.h"

#include <assert.h>
#include <stdlib.h>

#include "formulation/labels/labels_kept.h"
#include "solver/base/check.h"
#include "solver/base/memory.h"

struct labels_graph *labels_graph_new(int stages) {
    struct labels_graph *g = MEMORY_NEW(struct labels_graph, 1);
    assert(stages > 0);
    g->stages = stages;
    return g;
}

void labels_graph_free(struct labels_graph *g) {
    if (!g) return;
    free(g->stage);
    free(g->arc);
    free(g->way);
    free(g->first_arc);
    free(g->least_peak);
    free(g);
}

int labels_graph_state(struct labels_graph *g, int stage) {
    assert(!g->first_arc && stage < g->stages);
    assert(g->states == 0 ? stage == 0 : stage >= g->stage[g->states - 1]);
    g->stage = memory_grow(g->stage, &g->state_room, (size_t)g->states + 1, sizeof *g->stage);
    g->stage[g->states] = stage;
    return g->states++;
}

void labels_graph_arc(struct labels_graph *g, int from, int to) {
    assert(!g->first_arc && from >= 0 && from < to && to < g->states);
    assert(g->stage[from] < g->stage[to]);
    g->arc = memory_grow(g->arc, &g->arc_room, (size_t)g->arcs + 1, sizeof *g->arc);
    g->arc[g->arcs++] = (struct labels_arc){from, to, g->ways, g->ways};
}

void labels_graph_way(struct labels_graph *g, const struct labels_cost *cost, int payload) {
    assert(g->arcs > 0 && cost->p >= 0 && cost->k >= 0 && cost->t >= 0);
    g->way = memory_grow(g->way, &g->way_room, (size_t)g->ways + 1, sizeof *g->way);
    g->way[g->ways++] = (struct labels_way){*cost, g->arcs - 1, payload};
    g->arc[g->arcs - 1].last = g->ways;
}

/* Groups the arcs by where they come from; ways stay where they are. */
static void graph_sort(struct labels_graph *g) {
    struct labels_arc *sorted = MEMORY_NEW(struct labels_arc, g->arcs);
    g->first_arc = MEMORY_NEW(int, g->states + 2);
    for (int a = 0; a < g->arcs; a++) g->first_arc[g->arc[a].from + 2]++;
    for (int s = 2; s <= g->states; s++) g->first_arc[s] += g->first_arc[s - 1];
    for (int a = 0; a < g->arcs; a++) sorted[g->first_arc[g->arc[a].from + 1]++] = g->arc[a];
    assert(g->first_arc[0] == 0 && g->first_arc[g->states] == g->arcs);
    memory_copy(g->arc, sorted, (size_t)g->arcs * sizeof *sorted);
    free(sorted);
    for (int a = 0; a < g->arcs; a++)
        for (int w = g->arc[a].first; w < g->arc[a].last; w++) g->way[w].arc = a;
}

/* A path takes at most one way that leaves each stage: the largest of each, added up, bound every path. */
static bool graph_in_range(const struct labels_graph *g, struct error *err) {
    struct labels_cost *most = MEMORY_NEW(struct labels_cost, g->stages);
    int64_t bytes = 0, ns = 0, peak = 0;
    bool fits = true;
    for (int a = 0; a < g->arcs; a++)
        for (int w = g->arc[a].first; w < g->arc[a].last; w++) {
            struct labels_cost *m = &most[g->stage[g->arc[a].from]];
            const struct labels_cost *c = &g->way[w].cost;
            *m = (struct labels_cost){labels_larger(m->p, c->p), labels_larger(m->k, c->k), labels_larger(m->t, c->t)};
        }
    for (int s = 0; s < g->stages && fits; s++) {
        peak = labels_larger(peak, most[s].p);
        fits = peak <= LABELS_MOST && most[s].k <= LABELS_MOST - peak && bytes <= LABELS_MOST - peak - most[s].k &&
               most[s].t <= LABELS_MOST - ns;
        bytes += fits ? most[s].k : 0;
        ns += fits ? most[s].t : 0;
    }
    free(most);
    assert(bytes >= 0 && ns >= 0);
    return fits || error_set(err, "costs add up to more than %lld bytes or nanoseconds", (long long)LABELS_MOST);
}

static int64_t arc_least_peak(const struct labels_graph *g, const struct labels_arc *arc) {
    int64_t least = LABELS_NONE;
    if (g->least_peak[arc->to] == LABELS_NONE) return LABELS_NONE;
    for (int w = arc->first; w < arc->last; w++)
        if (g->way[w].cost.p < least) least = g->way[w].cost.p;
    return least == LABELS_NONE ? least : labels_larger(least, g->least_peak[arc->to]);
}

static void graph_peaks(struct labels_graph *g) {
    for (int s = g->states - 1; s >= 0; s--) {
        int64_t least = g->stage[s] == g->stages - 1 ? 0 : LABELS_NONE;
        for (int a = g->first_arc[s]; a < g->first_arc[s + 1]; a++) {
            int64_t peak = arc_least_peak(g, &g->arc[a]);
            if (peak < least) least = peak;
        }
        assert(least >= 0);
        g->least_peak[s] = least;
    }
}

static int way_order(const void *a, const void *b) {
    const struct labels_cost *x = &((const struct labels_way *)a)->cost, *y = &((const struct labels_way *)b)->cost;
    if (x->t != y->t) return x->t < y->t ? -1 : 1;
    if (x->k != y->k) return x->k < y->k ? -1 : 1;
    if (x->p != y->p) return x->p < y->p ? -1 : 1;
    /* Of equals the first payload stays, whatever qsort does. */
    return ((const struct labels_way *)a)->payload - ((const struct labels_way *)b)->payload;
}

static bool arc_sorted(const struct labels_graph *g, const struct labels_arc *arc) {
    for (int w = arc->first + 1; w < arc->last; w++)
        if (way_order(&g->way[w - 1], &g->way[w]) > 0) return false;
    return true;
}

/* Moves the ways of an arc that none beats to way[to ...]; returns where they end. */
static int arc_reduce(struct labels_graph *g, struct labels_arc *arc, int to, struct labels_kept *kept) {
    int first = to;
    assert(to <= arc->first);
    kept->pairs = 0;
    if (!arc_sorted(g, arc)) /* from the second time on, it is */
        memory_sort(&g->way[arc->first], (size_t)(arc->last - arc->first), sizeof *g->way, way_order);
    for (int w = arc->first; w < arc->last && g->least_peak[arc->to] != LABELS_NONE; w++) {
        const struct labels_cost *c = &g->way[w].cost;
        if (labels_kept_add(kept, c->k, c->p + c->k)) g->way[to++] = g->way[w];
    }
    arc->first = first;
    arc->last = to;
    return to;
}

/* The arcs in the order of their ways: arc[by_place[0]] has the first ones. Arcs without ways come anywhere. */
static int *graph_places(const struct labels_graph *g) {
    int *by_place = MEMORY_NEW(int, g->arcs), places = 0;
    for (int w = 0; w < g->ways; w++)
        if (w == 0 || g->way[w].arc != g->way[w - 1].arc) by_place[places++] = g->way[w].arc;
    bool *placed = MEMORY_NEW(bool, g->arcs);
    for (int i = 0; i < places; i++) placed[by_place[i]] = true;
    for (int a = 0; a < g->arcs; a++)
        if (!placed[a]) {
            assert(g->arc[a].first == g->arc[a].last);
            g->arc[a].first = g->arc[a].last = g->ways;
            by_place[places++] = a;
        }
    assert(places == g->arcs);
    free(placed);
    return by_place;
}

/* Ways are moved to the front, arc by arc in the order in which they lie in way[]. */
static void graph_reduce(struct labels_graph *g) {
    int *by_place = graph_places(g), to = 0;
    struct labels_kept kept = {0};
    for (int i = 0; i < g->arcs; i++) to = arc_reduce(g, &g->arc[by_place[i]], to, &kept);
    assert(to <= g->ways);
    g->ways = to;
    labels_kept_free(&kept);
    free(by_place);
}

/* What the states, arcs and ways say of each other. */
static bool check_graph(const struct labels_graph *g) {
    int ways = 0;
    for (int a = 0; a < g->arcs; a++) {
        const struct labels_arc *arc = &g->arc[a];
        assert(arc->from < arc->to && a >= g->first_arc[arc->from] && a < g->first_arc[arc->from + 1]);
        for (int w = arc->first; w < arc->last; w++) {
            assert(g->way[w].arc == a && g->way[w].cost.p >= g->least_peak[0]);
            for (int i = arc->first; i < w; i++) assert(!labels_graph_beats(&g->way[i].cost, &g->way[w].cost));
        }
        ways += arc->last - arc->first;
    }
    assert(ways == g->ways);
    return true;
}

/* Least peaks, and every P raised to the floor; then what is beaten or leads nowhere goes. */
static void graph_settle(struct labels_graph *g) {
    graph_peaks(g);
    int64_t floor = g->least_peak[0];
    for (int w = 0; w < g->ways && floor != LABELS_NONE; w++) g->way[w].cost.p = labels_larger(g->way[w].cost.p, floor);
    graph_reduce(g);
    CHECK(floor == LABELS_NONE || check_graph(g));
}

bool labels_graph_finish(struct labels_graph *g, struct error *err) {
    assert(g->states > 0 && !g->first_arc && g->stage[0] == 0 && (g->states == 1 || g->stage[1] > 0));
    if (!graph_in_range(g, err)) return false;
    graph_sort(g);
    g->least_peak = MEMORY_NEW(int64_t, g->states);
    graph_settle(g);
    return true;
}

struct labels_graph *labels_graph_copy(const struct labels_graph *g) {
    struct labels_graph *out = MEMORY_NEW(struct labels_graph, 1);
    assert(g->first_arc && g->least_peak);
    *out = *g;
    out->stage = memory_duplicate(g->stage, (size_t)g->states * sizeof *g->stage);
    out->arc = memory_duplicate(g->arc, (size_t)g->arcs * sizeof *g->arc);
    out->way = memory_duplicate(g->way, (size_t)g->ways * sizeof *g->way);
    out->first_arc = memory_duplicate(g->first_arc, ((size_t)g->states + 1) * sizeof *g->first_arc);
    out->least_peak = memory_duplicate(g->least_peak, (size_t)g->states * sizeof *g->least_peak);
    out->state_room = (size_t)g->states;
    out->arc_room = (size_t)g->arcs;
    out->way_room = (size_t)g->ways;
    return out;
}

struct labels_graph *labels_graph_within(const struct labels_graph *g, int64_t most_step, struct error *err) {
    struct labels_graph *out = labels_graph_new(g->stages);
    assert(!g->first_arc && most_step >= 0);
    for (int s = 0; s < g->states; s++) labels_graph_state(out, g->stage[s]);
    for (int a = 0; a < g->arcs; a++) {
        labels_graph_arc(out, g->arc[a].from, g->arc[a].to);
        for (int w = g->arc[a].first; w < g->arc[a].last; w++) {
            struct labels_cost cost = g->way[w].cost;
            if (cost.p > most_step) continue;
            cost.p = 0;
            labels_graph_way(out, &cost, g->way[w].payload);
        }
    }
    assert(out->states == g->states && out->ways <= g->ways);
    if (labels_graph_finish(out, err)) return out;
    labels_graph_free(out);
    return NULL;
}

/* The least K from the start to each state, and from there to an end; LABELS_NONE: no way. */
static void graph_least_sums(int64_t *before, int64_t *after, const struct labels_graph *g) {
    for (int s = 0; s < g->states; s++) {
        before[s] = s == 0 ? 0 : LABELS_NONE;
        after[s] = g->stage[s] == g->stages - 1 ? 0 : LABELS_NONE;
    }
    for (int a = 0; a < g->arcs; a++) /* ascending in where they come from */
        for (int w = g->arc[a].first; w < g->arc[a].last && before[g->arc[a].from] != LABELS_NONE; w++) {
            int64_t sum = before[g->arc[a].from] + g->way[w].cost.k;
            if (sum < before[g->arc[a].to]) before[g->arc[a].to] = sum;
        }
    for (int a = g->arcs - 1; a >= 0; a--)
        for (int w = g->arc[a].first; w < g->arc[a].last && after[g->arc[a].to] != LABELS_NONE; w++) {
            int64_t sum = after[g->arc[a].to] + g->way[w].cost.k;
            if (sum < after[g->arc[a].from]) after[g->arc[a].from] = sum;
        }
}

int64_t labels_graph_least_sum(const struct labels_graph *g) {
    int64_t *before = MEMORY_NEW(int64_t, g->states), *after = MEMORY_NEW(int64_t, g->states);
    assert(g->first_arc);
    graph_least_sums(before, after, g);
    const int64_t least = after[0];
    assert((least == LABELS_NONE) == (g->least_peak[0] == LABELS_NONE));
    free(before);
    free(after);
    return least;
}

void labels_graph_cut(struct labels_graph *g, int64_t most_bytes) {
    int64_t *before = MEMORY_NEW(int64_t, g->states), *after = MEMORY_NEW(int64_t, g->states);
    int *by_place = graph_places(g), to = 0;
    assert(g->first_arc && most_bytes >= 0);
    graph_least_sums(before, after, g);
    for (int i = 0; i < g->arcs; i++) {
        struct labels_arc *arc = &g->arc[by_place[i]];
        int first = to;
        int64_t b = before[arc->from], a = after[arc->to];
        bool passes = b != LABELS_NONE && a != LABELS_NONE;
        for (int w = arc->first; w < arc->last && passes; w++) {
            int64_t p = labels_larger(g->way[w].cost.p, g->least_peak[arc->to]);
            if (p + g->way[w].cost.k + a + b <= most_bytes) g->way[to++] = g->way[w];
        }
        arc->first = first;
        arc->last = to;
    }
    g->ways = to;
    free(before);
    free(after);
    free(by_place);
    graph_settle(g); /* the floor may be higher now, and some ways lead nowhere */
}
