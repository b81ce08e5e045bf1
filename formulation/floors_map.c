/* What the floors of a network need to know of it, once. */
#include <assert.h>
#include <stdlib.h>

#include "formulation/floors_reach.h"
#include "formulation/overlay.h"
#include "formulation/segment.h"
#include "solver/base/memory.h"

static void map_readers(struct floors_map *m) {
    const struct network *n = m->network;
    int *next = MEMORY_NEW(int, n->layers);
    m->first_reader = MEMORY_NEW(int, n->layers + 1);
    for (int v = 0; v < n->layers; v++)
        for (int i = 0; i < n->layer[v].inputs; i++) m->first_reader[n->layer[v].input[i] + 1]++;
    for (int u = 0; u < n->layers; u++) m->first_reader[u + 1] += m->first_reader[u];
    m->reader = MEMORY_NEW(int, m->first_reader[n->layers]);
    for (int v = 0; v < n->layers; v++)
        for (int i = 0; i < n->layer[v].inputs; i++) {
            const int u = n->layer[v].input[i];
            m->reader[m->first_reader[u] + next[u]++] = v;
        }
    free(next);
}

/* A cut is a layer before which nothing is read later: the last reader of every tensor before it is at most the cut. */
static void map_cuts(struct floors_map *m) {
    const int n = m->network->layers;
    int *until = MEMORY_NEW(int, n), cut = -1;
    for (int u = 0, far = 0; u < n; u++) {
        until[u] = far;
        for (int k = m->first_reader[u]; k < m->first_reader[u + 1]; k++) far = m->reader[k] > far ? m->reader[k] : far;
    }
    m->next_cut = MEMORY_NEW(int, n);
    for (int v = n - 1; v >= 0; v--) {
        m->next_cut[v] = cut;
        if (until[v] <= v) cut = v;
    }
    assert(cut == 0 && until[n - 1] <= n - 1); /* the image is one, the output another */
    free(until);
}

/* At least one row, as segment_end takes calls on to a row that is read (above the image lies padding alone). A layer that accumulates ends its segment,
 * and takes all of its input. */
static void map_demand(struct floors_map *m) {
    const struct network *n = m->network;
    m->demand = MEMORY_NEW(int, n->layers);
    for (int u = n->layers - 1; u >= 0; u--) {
        const int height = segment_height(n, u);
        int most = m->first_reader[u] == m->first_reader[u + 1] || segment_accumulates(n, u) ? height : 1;
        for (int k = m->first_reader[u]; k < m->first_reader[u + 1]; k++) {
            const int v = m->reader[k];
            int low, high = n->layer[u].out.H;
            if (segment_streams(n, v)) segment_window(&low, &high, n, v, 0, m->demand[v]);
            most = high > most ? high : most;
        }
        assert(0 < most && most <= height);
        m->demand[u] = most;
    }
}

void floors_map_init(struct floors_map *m, const struct network *folded, int element_bytes, bool image_by_rows) {
    assert(element_bytes == 1 || element_bytes == 2 || element_bytes == 4);
    *m = (struct floors_map){.network = folded, .element_bytes = element_bytes, .image_by_rows = image_by_rows};
    map_readers(m);
    map_cuts(m);
    map_demand(m);
}

void floors_map_free(struct floors_map *m) {
    free(m->next_cut);
    free(m->first_reader);
    free(m->reader);
    free(m->demand);
}

int64_t floors_map_row_bytes(const struct floors_map *m, int v) {
    const int64_t bytes = segment_row_bytes(m->network, v);
    assert(bytes > 0 && bytes % (int64_t)sizeof(float) == 0);
    return bytes / (int64_t)sizeof(float) * m->element_bytes;
}

int64_t floors_map_bytes(const struct floors_map *m, int v) {
    return floors_map_row_bytes(m, v) * m->network->layer[v].out.H;
}

bool floors_map_lies(const struct floors_map *m, int v, int slot) {
    return overlay_offset(m->network, v, slot, LAYOUT_CHW, 1) >= 0;
}

int64_t floors_map_reused(const struct floors_map *m, int v) {
    const struct network *n = m->network;
    const int64_t bytes = overlay_reused(n, v, LAYOUT_CHW, 1);
    assert(bytes >= 0 && bytes % (int64_t)sizeof(float) == 0);
    return bytes / (int64_t)sizeof(float) * m->element_bytes;
}
