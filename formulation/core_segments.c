#include "formulation/core_segments.h"

#include <assert.h>
#include <stdlib.h>

#include "solver/base/memory.h"

bool core_segments_uses(const struct instance *g, const struct stream *s, int v, int c) {
    const struct choice *strip = &g->node[v].strip[c];
    assert(core_segments_spans(s, v) && c < g->node[v].strips);
    return strip->in == s->layout && strip->rows == segment_batch(g->network, v, s->rows);
}

bool core_segments_spans(const struct stream *s, int v) {
    return s->first <= v && v <= s->last;
}

/* Every layer has a strip; and some layer has more rows than the next smaller number of rows a call. */
static bool segment_exists(const struct instance *g, const struct stream *s, int fewer) {
    bool larger = fewer == 0;
    for (int v = s->first; v <= s->last; v++) {
        bool any = false;
        for (int c = 0; c < g->node[v].strips && !any; c++) any = core_segments_uses(g, s, v, c);
        if (!any) return false;
        larger = larger || segment_height(g->network, v) > fewer;
    }
    return larger;
}

/* The segments (first, last), which is possible. */
static void segments_between(struct core_segments *out, size_t *room, const struct instance *g, int first, int last) {
    assert(segment_possible(g->network, first, last));
    for (int h = 0; h < SEGMENT_ROWS; h++) {
        struct segment *calls = NULL; /* the same in every layout */
        for (int l = 0; l < LAYOUTS; l++) {
            const struct stream s = {first, last, segment_rows[h], (enum layout)l};
            if (l == LAYOUT_CHW || !segment_exists(g, &s, h ? segment_rows[h - 1] : 0)) continue;
            if (!calls) calls = segment_new(g->network, first, last, segment_rows[h]);
            const int64_t moves = instance_move_ns(g, selection_moved_bytes(calls));
            assert(moves >= 0 && calls->block_bytes > 0);
            out->segment = memory_grow(out->segment, room, (size_t)out->count + 1, sizeof *out->segment);
            out->segment[out->count++] = (struct core_segment){s, calls->block_bytes, moves};
        }
        segment_free(calls);
    }
}

static void segments_cuts(struct core_segments *s, const struct network *n) {
    s->cut = MEMORY_NEW(int, n->layers);
    s->interval = MEMORY_NEW(int, n->layers);
    for (int v = 0; v < n->layers; v++) {
        s->interval[v] = s->cuts - 1; /* v itself may be the cut at its end */
        if (segment_cut(n, v)) s->cut[s->cuts++] = v;
    }
    assert(s->cuts >= 1 && s->cut[0] == 0 && s->cut[s->cuts - 1] == n->layers - 1);
    s->spanned = MEMORY_NEW(int, s->cuts);
    s->begins = memory_new((size_t)n->layers, sizeof *s->begins);
    s->ends = memory_new((size_t)n->layers, sizeof *s->ends);
}

static void segments_count(struct core_segments *s, const struct stream *of, int by) {
    for (int k = s->interval[of->first]; k <= s->interval[of->last]; k++) {
        s->spanned[k] += by;
        assert(s->spanned[k] >= 0 && k >= 0);
    }
    s->begins[of->first - 1][of->layout] += by;
    s->ends[of->last][of->layout] += by;
    assert(s->begins[of->first - 1][of->layout] >= 0 && s->ends[of->last][of->layout] >= 0);
}

struct core_segments *core_segments_new(const struct instance *g) {
    struct core_segments *s = MEMORY_NEW(struct core_segments, 1);
    size_t room = 0;
    segments_cuts(s, g->network);
    for (int i = 0; i + 1 < s->cuts; i++)
        for (int k = i + 1; k < s->cuts && segment_possible(g->network, s->cut[i] + 1, s->cut[k]); k++)
            segments_between(s, &room, g, s->cut[i] + 1, s->cut[k]);
    for (int i = 0; i < s->count; i++) segments_count(s, &s->segment[i].stream, 1);
    if (s->count > 0) return s;
    core_segments_free(s);
    return NULL;
}

void core_segments_free(struct core_segments *s) {
    if (!s) return;
    free(s->cut);
    free(s->interval);
    free(s->spanned);
    free(s->begins);
    free(s->ends);
    free(s->segment);
    free(s);
}

bool core_segments_any(const struct core_segments *s, int v) {
    return s && s->interval[v] >= 0 && s->spanned[s->interval[v]] > 0;
}

bool core_segments_begin(const struct core_segments *s, int v, int layout) {
    return s && s->begins[v][layout] > 0;
}

bool core_segments_end(const struct core_segments *s, int v, int layout) {
    return s && s->ends[v][layout] > 0;
}

void core_segments_strike(struct core_segments *s, int i) {
    assert(i >= 0 && i < s->count);
    segments_count(s, &s->segment[i].stream, -1);
    s->segment[i] = s->segment[--s->count];
}
