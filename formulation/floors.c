#include "formulation/floors.h"

#include <assert.h>
#include <stdlib.h>

#include "formulation/floors_ways.h"
#include "formulation/overlay.h"
#include "formulation/segment.h"
#include "solver/base/memory.h"

const char *const floors_names[FLOORS_FORMS] = {"whole", "in-place", "streamed", "image-by-rows"};

/* --- steps ------------------------------------------------------------------------------------------------------- */

static int last_reader(const struct floors_map *m, int u) {
    const int end = m->first_reader[u + 1];
    return end > m->first_reader[u] ? m->reader[end - 1] : m->network->layers; /* the output stays */
}

/* step[v]: bytes alive while layer v runs. */
static int64_t *steps_of(const struct floors_map *m, bool in_place) {
    const struct network *n = m->network;
    int64_t *step = MEMORY_NEW(int64_t, n->layers), live = 0;
    for (int v = 0; v < n->layers; v++) {
        live += floors_map_bytes(m, v);
        step[v] = live - (in_place ? floors_map_reused(m, v) : 0);
        for (int i = 0; i < n->layer[v].inputs; i++) {
            const int u = n->layer[v].input[i];
            bool before = false;
            for (int j = 0; j < i; j++) before = before || n->layer[v].input[j] == u;
            if (!before && last_reader(m, u) == v) live -= floors_map_bytes(m, u);
        }
        assert(live >= 0 && step[v] > 0);
    }
    assert(live == floors_map_bytes(m, n->layers - 1)); /* only the output is left */
    return step;
}

/* Is the tensor of u part of another one while v runs: an input of v's output, or the output of an input? */
static bool step_within(const struct floors_map *m, int v, int u) {
    const struct layer *l = &m->network->layer[v];
    bool within = false;
    for (int i = 0; i < l->inputs && !within; i++)
        within = (overlay_joins(m->network, v) ? l->input[i] == u : u == v) && floors_map_lies(m, v, i);
    return within;
}

static void step_witness(struct floors *out, const struct floors_map *m, int v, bool in_place) {
    out->first = out->last = v;
    for (int u = 0; u <= v; u++) {
        if ((u < v && last_reader(m, u) < v) || (in_place && step_within(m, v, u))) continue;
        out->tensor[out->tensors++] = (struct floors_tensor){u, floors_map_bytes(m, u)};
    }
}

/* --- paths ------------------------------------------------------------------------------------------------------- */

static void segment_witness(struct floors *out, const struct floors_map *m, int cut, const struct floors_way *way) {
    int *held = MEMORY_NEW(int, way->to - cut + 1);
    struct floors_reach r;
    floors_reach_init(&r, m, cut, way->pace);
    while (r.last < way->to) floors_reach_extend(&r);
    floors_reach_block(&r, held, INT64_MAX);
    assert(r.last == way->to && r.block_bytes == out->bytes);
    for (int u = cut; u <= way->to; u++)
        if (held[u - cut] > 0)
            out->tensor[out->tensors++] = (struct floors_tensor){u, held[u - cut] * floors_map_row_bytes(m, u)};
    out->first = r.first;
    out->last = r.last;
    out->pace = r.pace;
    out->state_bytes = r.state_bytes;
    free(held);
}

/* --- floors ------------------------------------------------------------------------------------------------------ */

static int largest_first(const void *a, const void *b) {
    const struct floors_tensor *x = a, *y = b;
    if (x->bytes != y->bytes) return x->bytes < y->bytes ? 1 : -1;
    return x->node - y->node;
}

static int step_of(const int64_t *step, int first, int last, int64_t bytes) {
    int v = first;
    while (v < last && step[v] != bytes) v++;
    assert(step[v] == bytes);
    return v;
}

static void streamed(struct floors *out, const struct floors_map *m, const int64_t *step) {
    struct floors_way *way = floors_ways_new(m, step);
    int v = 0;
    out->bytes = way[0].bytes;
    while (way[v].arc != out->bytes) v = way[v].to;
    if (way[v].pace.rows > 0)
        segment_witness(out, m, v, &way[v]);
    else
        step_witness(out, m, step_of(step, v + 1, way[v].to, out->bytes), true);
    free(way);
}

bool floors_find(struct floors *out, const struct network *n, enum floors_form form, int element_bytes,
                 const atomic_int *interrupt) {
    struct floors_map m;
    floors_map_init(&m, n, element_bytes, form == FLOORS_IMAGE_BY_ROWS);
    m.interrupt = interrupt;
    int64_t *step = steps_of(&m, form != FLOORS_WHOLE);
    *out = (struct floors){.tensor = MEMORY_NEW(struct floors_tensor, n->layers)};
    for (int v = 0; v < n->layers; v++) out->bytes = step[v] > out->bytes ? step[v] : out->bytes;
    if (form >= FLOORS_STREAMED && n->layers > 1)
        streamed(out, &m, step);
    else
        step_witness(out, &m, step_of(step, 0, n->layers - 1, out->bytes), form != FLOORS_WHOLE);
    qsort(out->tensor, (size_t)out->tensors, sizeof *out->tensor, largest_first);
    free(step);
    const bool found = !floors_ways_stopped(&m);
    floors_map_free(&m);
    return found;
}

void floors_free(struct floors *f) {
    free(f->tensor);
}
