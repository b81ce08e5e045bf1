#include "formulation/labels/labels_bands.h"

#include <assert.h>
#include <stdlib.h>

#include "solver/base/memory.h"

#define BANDS_SHARE 4 /* a band is this share of its lower end wide: 1 / 4 */

static int size_order(const void *a, const void *b) {
    const int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
    return (x > y) - (x < y);
}

int labels_bands_ends(int64_t end[LABELS_BANDS], const struct labels_graph *g) {
    int64_t *size = MEMORY_NEW(int64_t, g->ways);
    int bands = 0;
    assert(g->first_arc && g->ways > 0);
    for (int w = 0; w < g->ways; w++) size[w] = g->way[w].cost.p;
    qsort(size, (size_t)g->ways, sizeof *size, size_order);
    int64_t high = size[0];
    for (int w = 0; w < g->ways; w++) {
        if (size[w] > high && bands < LABELS_BANDS - 1) {
            end[bands++] = size[w - 1];
            high = size[w] + size[w] / BANDS_SHARE;
        }
    }
    end[bands++] = size[g->ways - 1];
    free(size);
    return bands;
}

struct labels_graph *labels_bands_graph(const struct labels_graph *g, int64_t low, int64_t high, struct error *err) {
    struct labels_graph *out = labels_graph_new(g->stages);
    assert(g->first_arc && -1 <= low && low < high);
    for (int s = 0; s < g->states; s++) labels_graph_state(out, g->stage[s]);
    for (int a = 0; a < g->arcs; a++) {
        labels_graph_arc(out, g->arc[a].from, g->arc[a].to);
        for (int w = g->arc[a].first; w < g->arc[a].last; w++) {
            struct labels_cost cost = g->way[w].cost;
            if (cost.p > high) continue;
            cost.p = labels_larger(cost.p, low + 1);
            labels_graph_way(out, &cost, g->way[w].payload);
        }
    }
    assert(out->states == g->states && out->ways <= g->ways);
    if (labels_graph_finish(out, err)) return out;
    labels_graph_free(out);
    return NULL;
}
