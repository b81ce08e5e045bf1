#include "formulation/core_segments.h"

#include <assert.h>
#include <stdlib.h>

#include "solver/base/memory.h"

static int strips_place(int v, int h, int layout) {
    assert(v >= 0 && h >= 0 && h < SEGMENT_PACES && layout >= 0 && layout < LAYOUTS);
    return (v * SEGMENT_PACES + h) * LAYOUTS + layout;
}

/* Calls of more rows than a layer has are calls of all its rows. */
static void segments_strips(struct core_segments *s, const struct instance *g) {
    int strips = 0, lists = g->nodes * SEGMENT_PACES * LAYOUTS;
    for (int v = 0; v < g->nodes; v++) strips += g->node[v].strips * SEGMENT_PACES;
    s->first_strip = MEMORY_NEW(int, lists + 1);
    s->strip = MEMORY_NEW(int, strips);
    strips = 0;
    for (int i = 0; i < lists; i++) {
        const int v = i / (SEGMENT_PACES * LAYOUTS);
        const int rows = segment_call_rows(g->network, v, segment_pace(i / LAYOUTS % SEGMENT_PACES));
        for (int c = 0; c < g->node[v].strips; c++) {
            const struct choice *strip = &g->node[v].strip[c];
            if ((int)strip->in == i % LAYOUTS && strip->rows == rows) s->strip[strips++] = c;
        }
        s->first_strip[i + 1] = strips;
    }
}

const int *core_segments_strips(int *count, const struct core_segments *s, const struct core_segment *of, int v) {
    const int at = strips_place(v, of->h, (int)of->stream.layout);
    assert(core_segments_spans(&of->stream, v));
    *count = s->first_strip[at + 1] - s->first_strip[at];
    return s->strip + s->first_strip[at];
}

bool core_segments_spans(const struct stream *s, int v) {
    return s->first <= v && v <= s->last;
}

/* Every layer has a strip; and no earlier pace makes the same calls. */
static bool segment_exists(const struct core_segments *all, const struct instance *g, const struct core_segment *s) {
    for (int v = s->stream.first; v <= s->stream.last; v++) {
        int strips;
        core_segments_strips(&strips, all, s, v);
        if (strips == 0) return false;
    }
    return !segment_pace_repeats(g->network, s->stream.first, s->stream.last, s->h);
}

/* The segments (first, last), which is possible. */
static void segments_between(struct core_segments *out, size_t *room, const struct instance *g, int first, int last,
                             const struct stream *barred) {
    assert(segment_possible(g->network, first, last));
    for (int h = 0; h < SEGMENT_PACES; h++) {
        struct segment *calls = NULL; /* the same in every layout */
        for (int l = 0; l < LAYOUTS; l++) {
            struct core_segment s = {.stream = {first, last, segment_pace(h), (enum layout)l}, .h = h};
            if (l == LAYOUT_CHW || selection_is_barred(barred, g, first, last, segment_pace(h)) ||
                !segment_exists(out, g, &s))
                continue;
            if (!calls) calls = segment_new(g->network, first, last, segment_pace(h));
            s.block_bytes = calls->block_bytes;
            s.moves_ns = instance_move_ns(g, selection_moved_bytes(calls));
            assert(s.moves_ns >= 0 && s.block_bytes > 0);
            out->segment = memory_grow(out->segment, room, (size_t)out->count + 1, sizeof *out->segment);
            out->segment[out->count++] = s;
        }
        segment_free(calls);
    }
}

static void segments_cuts(struct core_segments *s, const struct network *n) {
    s->cut = MEMORY_NEW(int, n->layers);
    s->interval = MEMORY_NEW(int, n->layers);
    bool *cuts = segment_cuts(n);
    for (int v = 0; v < n->layers; v++) {
        s->interval[v] = s->cuts - 1; /* v itself may be the cut at its end */
        if (cuts[v]) s->cut[s->cuts++] = v;
    }
    free(cuts);
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

struct core_segments *core_segments_new(const struct instance *g, const struct stream *barred) {
    struct core_segments *s = MEMORY_NEW(struct core_segments, 1);
    size_t room = 0;
    segments_cuts(s, g->network);
    segments_strips(s, g);
    for (int i = 0; i + 1 < s->cuts; i++)
        for (int k = i + 1; k < s->cuts && segment_possible(g->network, s->cut[i] + 1, s->cut[k]); k++)
            segments_between(s, &room, g, s->cut[i] + 1, s->cut[k], barred);
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
    free(s->first_strip);
    free(s->strip);
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
