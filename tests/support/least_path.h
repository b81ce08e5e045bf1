/* least_path.h - a network's segments that need the least memory: by hand, one kernel in one layout, without costs. For
 * tests and figures; what a selection chooses is formulation's. */
#ifndef TESTS_SUPPORT_LEAST_PATH_H
#define TESTS_SUPPORT_LEAST_PATH_H
#include "tests/support/streamed.h"

/* direct-hwc, or else the HWC primitive of the least workspace; -1: there is none. rows 0: whole. */
static inline int least_choice(const struct node *n, int rows) {
    const struct choice *c = rows ? n->strip : n->choice;
    const int choices = rows ? n->strips : n->choices;
    int best = -1;
    for (int k = 0; k < choices; k++) {
        if (c[k].in != LAYOUT_HWC || c[k].out != LAYOUT_HWC || c[k].rows != rows) continue;
        if (c[k].primitive && strcmp(c[k].primitive->name, "direct-hwc") == 0) return k;
        if (best < 0 || c[k].workspace_bytes < c[best].workspace_bytes) best = k;
    }
    return best;
}

/* The largest step of layers [first, last], each as a whole, between two cuts. */
static inline int64_t least_whole(const struct instance *g, int first, int last) {
    int64_t most = 0;
    for (int v = first; v <= last; v++) {
        const int chosen = least_choice(&g->node[v], 0);
        const struct choice *c = chosen < 0 ? NULL : &g->node[v].choice[chosen];
        int64_t live = c ? c->workspace_bytes - c->reused_bytes : 0;
        for (int u = first - 1; u <= v; u++) {
            bool read = u == v;
            for (int e = 0; e < g->edges; e++) read = read || (g->edge[e].from == u && g->edge[e].to >= v);
            if (read) live += g->node[u].out_bytes;
        }
        most = live > most ? live : most;
    }
    return most;
}

/* Block and workspace of a segment, and the bytes that it moves; -1: it cannot run by rows. */
static inline int64_t least_streamed(int64_t *moved, const struct world *w, int first, int last, int rows) {
    const struct instance *g = w->g;
    if (!segment_possible(g->network, first, last)) return -1;
    struct segment *s = w->image_by_rows && first == 1
                            ? segment_new_image_by_rows(g->network, last, segment_pace_even(rows))
                            : segment_new(g->network, first, last, segment_pace_even(rows));
    int64_t work = 0, bytes = s->block_bytes;
    for (int v = first; v <= last; v++) {
        const int k = least_choice(&g->node[v], segment_batch(g->network, v, rows));
        if (k < 0) bytes = -1;
        if (k >= 0 && g->node[v].strip[k].workspace_bytes > work) work = g->node[v].strip[k].workspace_bytes;
    }
    *moved = selection_moved_bytes(s);
    segment_free(s);
    return bytes < 0 ? -1 : bytes + work;
}

struct least_arc {
    int64_t bytes, moved; /* bytes -1: there is no such arc */
    bool streamed;
};

/* Of all ways over the cuts whose largest step is the least, one that moves the fewest bytes. Sets w->choice and
 * w->streams; rows 0: nothing is streamed. Returns the largest step. */
static inline int64_t world_least_path(struct world *w, int rows) {
    const struct instance *g = w->g;
    const int n = g->nodes;
    struct least_arc *arc = MEMORY_NEW(struct least_arc, (size_t)n * (size_t)n), *a;
    int64_t *high = MEMORY_NEW(int64_t, n), *moved = MEMORY_NEW(int64_t, n);
    int *from = MEMORY_NEW(int, n);
    for (int i = 0; i < n; i++)
        for (int j = i + 1, cuts = 0; j < n; j++) {
            a = &arc[i * n + j];
            a->bytes = -1;
            if (!segment_cut(g->network, i) || !segment_cut(g->network, j)) continue;
            const int64_t whole = cuts++ == 0 ? least_whole(g, i + 1, j) : -1;
            if (rows > 0) a->bytes = least_streamed(&a->moved, w, i + 1, j, rows);
            a->streamed = a->bytes >= 0;
            if (whole < 0 || (a->streamed && a->bytes < whole)) continue;
            *a = (struct least_arc){whole, 0, false};
        }
    int64_t least = INT64_MAX;
    for (int pass = 0; pass < 2; pass++) { /* first the least peak, then the fewest bytes moved within it */
        for (int j = 0; j < n; j++) high[j] = moved[j] = j ? INT64_MAX : 0;
        for (int j = 1; j < n; j++)
            for (int i = 0; i < j; i++) {
                a = &arc[i * n + j];
                if (a->bytes < 0 || high[i] == INT64_MAX || a->bytes > least) continue;
                const int64_t peak = a->bytes > high[i] ? a->bytes : high[i];
                if (pass ? moved[i] + a->moved >= moved[j] : peak >= high[j]) continue;
                high[j] = peak, moved[j] = moved[i] + a->moved, from[j] = i;
            }
        least = high[n - 1];
    }
    selection_streams_free(&w->streams);
    w->streams.stream = MEMORY_NEW(struct stream, n);
    for (int v = 0; v < n; v++) w->choice[v] = least_choice(&g->node[v], 0);
    for (int j = n - 1; j > 0; j = from[j])
        if (arc[from[j] * n + j].streamed)
            w->streams.stream[w->streams.count++] =
                (struct stream){from[j] + 1, j, segment_pace_even(rows), LAYOUT_HWC, w->image_by_rows && from[j] == 0};
    for (int k = 0; k < w->streams.count / 2; k++) {
        const struct stream kept = w->streams.stream[k];
        w->streams.stream[k] = w->streams.stream[w->streams.count - 1 - k];
        w->streams.stream[w->streams.count - 1 - k] = kept;
    }
    for (int k = 0; k < w->streams.count; k++)
        for (int v = w->streams.stream[k].first; v <= w->streams.stream[k].last; v++)
            w->choice[v] = least_choice(&g->node[v], segment_batch(g->network, v, rows));
    free(arc), free(high), free(moved), free(from);
    return least;
}

#endif
