/* ilp_segments_rows.c - segments in the rows of the program. */
#include <assert.h>
#include <stdio.h>
#include <stdlib.h>

#include "formulation/ilp_segments.h"
#include "solver/base/memory.h"

static const struct core_segment *segment_get(const struct ilp *p, int i) {
    assert(i >= 0 && i < p->segments->in->count);
    return &p->segments->in->segment[i];
}

bool ilp_segments_meet(const struct ilp *p, int v) {
    bool any = false;
    for (int l = 0; l < LAYOUTS; l++)
        any = any || core_segments_begin(p->core->segments, v, l) || core_segments_end(p->core->segments, v, l);
    return any;
}

void ilp_segments_add_whole(struct ilp *p, int v, double value) {
    const int column = p->segments ? p->segments->whole[v] : ILP_SURE;
    assert(column >= ILP_NEVER && column < p->model->cols);
    if (column >= 0)
        ilp_add(p, column, value);
    else if (column == ILP_SURE)
        p->constant += value;
}

void ilp_segments_add_end(struct ilp *p, int v, int layout, double value) {
    if (!core_segments_end(p->core->segments, v, layout)) return;
    for (int i = 0; i < p->segments->in->count; i++)
        if (segment_get(p, i)->stream.last == v && (int)segment_get(p, i)->stream.layout == layout)
            ilp_add(p, p->segments->first + i, value);
}

void ilp_segments_add_begin(struct ilp *p, int v, int layout, double value) {
    for (int to = 0; p->segments && to < LAYOUTS; to++) {
        const int column = p->segments->begin[v][layout][to];
        assert(column < 0 || core_segments_begin(p->core->segments, v, to));
        if (column >= 0) ilp_add(p, column, value);
    }
}

static int64_t group_least(const struct ilp *p, const struct ilp_group *group, ilp_measure *measure) {
    int64_t least = INT64_MAX;
    for (int k = 0; k < group->count; k++) {
        const int64_t value = measure(p->core, &p->core->g->node[group->node].strip[group->strip[k]]);
        if (value < least) least = value;
    }
    assert(least >= 0 && least < INT64_MAX);
    return least;
}

void ilp_segments_add(struct ilp *p, ilp_measure *measure, const int64_t *base, bool moves, int64_t unit,
                      double price) {
    const struct ilp_segments *s = p->segments;
    int64_t *least = MEMORY_NEW(int64_t, s->groups);
    for (int i = 0; i < s->groups; i++) {
        const struct ilp_group *group = &s->all[i];
        least[i] = group_least(p, group, measure);
        for (int k = 0; k < group->count && group->count > 1; k++) {
            const int64_t value = measure(p->core, &p->core->g->node[group->node].strip[group->strip[k]]) - least[i];
            assert(value >= 0 && value % unit == 0);
            ilp_add(p, group->column + k, price * (double)(value / unit));
        }
    }
    for (int i = 0; i < s->in->count; i++) {
        const struct core_segment *one = segment_get(p, i);
        int64_t value = moves ? one->moves_ns : 0; /* below 0 where the base is dear */
        for (int v = one->stream.first; v <= one->stream.last; v++)
            value += least[s->group[i][v - one->stream.first]] - base[v];
        assert(value % unit == 0);
        ilp_add(p, s->first + i, price * (double)(value / unit));
    }
    free(least);
}

/* --- rows -------------------------------------------------------------------------------------------------------- */

/* (13): what arrives at a cut leaves it. */
static void rows_path(struct ilp *p) {
    const struct core_segments *in = p->segments->in;
    char name[ILP_NAME], spare[ILP_NAME];
    for (int k = 0; k + 1 < in->cuts; k++) {
        const int v = in->cut[k];
        ilp_segments_add_whole(p, v, 1);
        ilp_segments_add_whole(p, v + 1, -1);
        for (int i = 0; i < in->count; i++) {
            const struct stream *s = &segment_get(p, i)->stream;
            assert(s->first <= s->last);
            if (s->last == v) ilp_add(p, p->segments->first + i, 1);
            if (s->first == v + 1) ilp_add(p, p->segments->first + i, -1);
        }
        if (p->named) snprintf(name, sizeof name, "cut:%.200s", ilp_layer_name(p->core, v, spare));
        if (p->touches > 0) ilp_row(p, name, 0, 0);
        assert(p->constant == 0); /* with nothing to choose, 1 comes in and 1 goes out */
    }
}

/* (25): a group's strips are as many as its segments. */
static void rows_groups(struct ilp *p) {
    const struct ilp_segments *s = p->segments;
    for (int i = 0; i < s->groups; i++) {
        const struct ilp_group *group = &s->all[i];
        if (group->count == 1) continue;
        for (int k = 0; k < group->count; k++) ilp_add(p, group->column + k, 1);
        for (int j = 0; j < s->in->count; j++) {
            const struct stream *one = &segment_get(p, j)->stream;
            if (core_segments_spans(one, group->node) && s->group[j][group->node - one->first] == i)
                ilp_add(p, s->first + j, -1);
        }
        assert(p->touches > group->count); /* it was made for a segment */
        ilp_row(p, NULL, 0, 0);
    }
}

/* (26): segments in a layout begin with a tensor in one that is alike. */
static void rows_begin(struct ilp *p) {
    for (int v = 0; v < p->core->g->nodes; v++)
        for (int to = 0; to < LAYOUTS; to++) {
            if (!core_segments_begin(p->core->segments, v, to)) continue;
            for (int l = 0; l < LAYOUTS; l++)
                if (p->segments->begin[v][l][to] >= 0) ilp_add(p, p->segments->begin[v][l][to], 1);
            for (int i = 0; i < p->segments->in->count; i++) {
                const struct stream *s = &segment_get(p, i)->stream;
                if (s->first - 1 == v && (int)s->layout == to) ilp_add(p, p->segments->first + i, -1);
            }
            assert(p->touches > 0 && p->constant == 0);
            ilp_row(p, NULL, 0, 0);
        }
}

void ilp_segments_rows(struct ilp *p) {
    assert(p->touches == 0 && p->segments);
    rows_path(p);
    rows_groups(p);
    rows_begin(p);
}

/* The step (19) of layer v in its segment, if it is in one: true if strips add to the blocks. */
static bool steps_add(struct ilp *p, int v) {
    const struct ilp_segments *s = p->segments;
    bool any = false;
    for (int i = 0; i < s->in->count; i++) {
        const struct core_segment *one = segment_get(p, i);
        if (!core_segments_spans(&one->stream, v)) continue;
        const struct ilp_group *group = &s->all[s->group[i][v - one->stream.first]];
        const struct choice *strip = &p->core->g->node[v].strip[group->strip[0]];
        const int64_t alone = group->count == 1 ? core_strip_bytes(p->core, strip) : 0;
        ilp_add(p, s->first + i, ilp_units(p, memory_model_step(p->core->model, one->block_bytes, 0) + alone));
        any = any || alone > 0;
    }
    for (int i = 0; i < s->groups; i++)
        for (int k = 0; k < s->all[i].count && s->all[i].node == v && s->all[i].count > 1; k++) {
            const struct choice *strip = &p->core->g->node[v].strip[s->all[i].strip[k]];
            any = any || core_strip_bytes(p->core, strip) > 0;
            ilp_add(p, s->all[i].column + k, ilp_units(p, core_strip_bytes(p->core, strip)));
        }
    return any;
}

void ilp_segments_steps(struct ilp *p) {
    assert(p->memory >= 0 && p->touches == 0);
    for (int v = 1; v < p->core->g->nodes; v++) {
        const bool first = p->core->segments->interval[v] != p->core->segments->interval[v - 1];
        if (!core_segments_any(p->core->segments, v)) continue;
        if (!steps_add(p, v) && !first) { /* blocks alone: the first row of the interval says the same */
            ilp_drop(p);
            continue;
        }
        ilp_add(p, p->memory, -1);
        ilp_row(p, NULL, -MODEL_INFINITY, 0);
    }
}
