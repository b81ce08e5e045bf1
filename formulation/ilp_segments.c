/* ilp_segments.c - groups of strips, the columns of segments, and how a solution is read. */
#include "formulation/ilp_segments.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "kernels/arithmetic.h"
#include "solver/base/memory.h"

bool ilp_segments_measured(const struct ilp *p) {
    return memory_model_has_step(p->core->model) && (p->goal.aim != ILP_TIME || p->core->sum_binds);
}

/* --- groups ------------------------------------------------------------------------------------------------------ */

/* a is at least as good as b in all that counts; of two equal ones the earlier is. */
static bool strip_beats(const struct ilp *p, const struct choice *a, const struct choice *b) {
    const struct core *core = p->core;
    const bool step = ilp_segments_measured(p), weights = core->flash_bytes != METHOD_NO_BUDGET;
    const bool sum = memory_model_adds_up(core->model) && (p->goal.aim != ILP_TIME || core->sum_binds);
    const int64_t of_a[] = {a->time_ns, step ? core_strip_bytes(core, a) : 0, sum ? core_added_bytes(core, a) : 0,
                            weights ? a->weights_bytes : 0};
    const int64_t of_b[] = {b->time_ns, step ? core_strip_bytes(core, b) : 0, sum ? core_added_bytes(core, b) : 0,
                            weights ? b->weights_bytes : 0};
    assert(a != b && a->in == b->in && a->rows == b->rows);
    for (int i = 0; i < 4; i++)
        if (of_a[i] > of_b[i]) return false;
    return memcmp(of_a, of_b, sizeof of_a) != 0 || a < b;
}

static bool strip_fits(const struct ilp *p, const struct core_segment *s, const struct choice *strip) {
    return memory_model_step(p->core->model, s->block_bytes, strip->workspace_bytes) <= p->core->budget_bytes;
}

/* What layer v may use in segment s; returns how many, at most as many as it has strips. */
static int strips_of(int *list, const struct ilp *p, const struct core_segment *s, int v) {
    const struct choice *all = p->core->g->node[v].strip;
    int count, kept = 0;
    const int *strip = core_segments_strips(&count, p->core->segments, s, v);
    for (int i = 0; i < count; i++) {
        bool stays = strip_fits(p, s, &all[strip[i]]);
        for (int k = 0; k < count && stays; k++)
            stays = k == i || !strip_fits(p, s, &all[strip[k]]) || !strip_beats(p, &all[strip[k]], &all[strip[i]]);
        if (stays) list[kept++] = strip[i];
    }
    assert(kept > 0); /* or the core would have struck it out */
    return kept;
}

/* The group of layer v in this segment; made if it is the first of its kind. latest[v]: the last that was made for v, or
 * -1. */
static int group_of(struct ilp *p, size_t *room, int *latest, const struct core_segment *one, int v) {
    struct ilp_segments *s = p->segments;
    int *list = MEMORY_NEW(int, p->core->g->node[v].strips), count = strips_of(list, p, one, v);
    const int rows = segment_call_rows(p->core->g->network, v, one->stream.pace);
    for (int i = latest[v]; i >= 0; i = s->all[i].before) {
        const struct ilp_group *old = &s->all[i];
        assert(old->node == v && i < s->groups);
        if (old->rows != rows || old->layout != one->stream.layout || old->count != count) continue;
        if (memcmp(old->strip, list, (size_t)count * sizeof *list) != 0) continue;
        free(list);
        return i;
    }
    s->all = memory_grow(s->all, room, (size_t)s->groups + 1, sizeof *s->all);
    s->all[s->groups] = (struct ilp_group){v, rows, one->stream.layout, count, list, -1, latest[v]};
    return latest[v] = s->groups++;
}

static void groups_make(struct ilp *p) {
    struct ilp_segments *s = p->segments;
    int *latest = MEMORY_NEW(int, p->core->g->nodes);
    size_t room = 0;
    for (int v = 0; v < p->core->g->nodes; v++) latest[v] = -1;
    s->group = MEMORY_NEW(int *, s->in->count);
    for (int i = 0; i < s->in->count; i++) {
        const struct core_segment *one = &s->in->segment[i];
        s->group[i] = MEMORY_NEW(int, one->stream.last - one->stream.first + 1);
        for (int v = one->stream.first; v <= one->stream.last; v++)
            s->group[i][v - one->stream.first] = group_of(p, &room, latest, one, v);
    }
    free(latest);
}

/* --- columns ----------------------------------------------------------------------------------------------------- */

static int segment_column(struct ilp *p, const char *name, bool integer) {
    return model_add_column(p->model, p->named ? name : NULL, 0, 0, 1, integer);
}

static void columns_u(struct ilp *p) {
    char name[ILP_NAME], spare[2][ILP_NAME], pace[SEGMENT_PACE_TEXT];
    p->segments->first = p->model->cols;
    for (int i = 0; i < p->segments->in->count; i++) {
        const struct stream *s = &p->segments->in->segment[i].stream;
        segment_pace_text(pace, s->pace);
        if (p->named)
            snprintf(name, sizeof name, "u:%.100s:%.100s:%s:%s", ilp_layer_name(p->core, s->first, spare[0]),
                     ilp_layer_name(p->core, s->last, spare[1]), pace, layout_names[s->layout]);
        segment_column(p, name, true);
    }
}

static void columns_x(struct ilp *p) {
    char name[ILP_NAME], spare[ILP_NAME];
    for (int i = 0; i < p->segments->groups; i++) {
        struct ilp_group *group = &p->segments->all[i];
        const struct node *n = &p->core->g->node[group->node];
        if (group->count == 1) continue;
        group->column = p->model->cols;
        for (int k = 0; k < group->count; k++) {
            const struct primitive *primitive = n->strip[group->strip[k]].primitive;
            if (p->named)
                snprintf(name, sizeof name, "x:%.150s:%.40s@%d:%s.%d", ilp_layer_name(p->core, group->node, spare),
                         primitive ? primitive->name : "rows", group->rows, layout_names[group->layout], i);
            segment_column(p, name, true);
        }
    }
    p->segments->integers = p->model->cols - p->segments->first;
}

static void columns_whole(struct ilp *p) {
    const struct core *core = p->core;
    char name[ILP_NAME], spare[ILP_NAME];
    int *whole = p->segments->whole = MEMORY_NEW(int, core->g->nodes);
    for (int v = 0; v < core->g->nodes; v++) {
        assert(core_count(core, v) > 0 || core_segments_any(core->segments, v));
        if (v > 0 && core->segments->interval[v] == core->segments->interval[v - 1])
            whole[v] = whole[v - 1];
        else if (core_count(core, v) == 0)
            whole[v] = ILP_NEVER;
        else if (!core_segments_any(core->segments, v))
            whole[v] = ILP_SURE;
        else {
            if (p->named) snprintf(name, sizeof name, "u:%.200s:whole", ilp_layer_name(core, v, spare));
            whole[v] = segment_column(p, name, false);
        }
        assert((whole[v] == ILP_NEVER) == (core_count(core, v) == 0)); /* as all of its interval */
    }
}

static void columns_begin(struct ilp *p) {
    const struct core *core = p->core;
    char name[ILP_NAME], spare[ILP_NAME];
    bool made[LAYOUTS];
    p->segments->begin = memory_new((size_t)core->g->nodes, sizeof *p->segments->begin);
    memset(p->segments->begin, -1, (size_t)core->g->nodes * sizeof *p->segments->begin);
    for (int v = 0; v < core->g->nodes; v++) {
        ilp_layouts(made, core, v, true);
        for (int i = 0; i < LAYOUTS * LAYOUTS; i++) {
            const enum layout l = (enum layout)(i / LAYOUTS), to = (enum layout)(i % LAYOUTS);
            const bool begins = core_segments_begin(core->segments, v, to);
            if (!begins || !made[l] || !instance_alike(core->g->network->layer[v].out, l, to)) continue;
            if (p->named)
                snprintf(name, sizeof name, "a:%.200s:%s:%s", ilp_layer_name(core, v, spare), layout_names[l],
                         layout_names[to]);
            p->segments->begin[v][l][to] = segment_column(p, name, false);
        }
    }
}

void ilp_segments_columns(struct ilp *p) {
    assert(p->core->segments && p->formulation == FORMULATION_FLOW);
    p->segments = MEMORY_NEW(struct ilp_segments, 1);
    p->segments->in = p->core->segments;
    groups_make(p);
    columns_u(p);
    columns_x(p);
    columns_whole(p);
    columns_begin(p);
}

void ilp_segments_free(struct ilp *p) {
    struct ilp_segments *s = p->segments;
    if (!s) return;
    for (int i = 0; i < s->in->count; i++) free(s->group[i]);
    for (int i = 0; i < s->groups; i++) free(s->all[i].strip);
    free(s->group);
    free(s->all);
    free(s->whole);
    free(s->begin);
    free(s);
}

int64_t ilp_segments_unit(const struct ilp *p, int64_t unit) {
    const struct ilp_segments *s = p->segments;
    for (int i = 0; s && i < s->in->count; i++) unit = common_divisor(unit, s->in->segment[i].block_bytes);
    for (int i = 0; s && i < s->groups; i++)
        for (int k = 0; k < s->all[i].count; k++) {
            const struct choice *strip = &p->core->g->node[s->all[i].node].strip[s->all[i].strip[k]];
            unit = common_divisor(common_divisor(unit, strip->workspace_bytes), strip->weights_bytes);
        }
    return unit;
}

/* --- a solution -------------------------------------------------------------------------------------------------- */

/* The strip with the largest x. */
static int group_decode(const struct ilp_group *group, const double *x) {
    int best = 0;
    for (int k = 1; k < group->count; k++)
        if (x[group->column + k] > x[group->column + best]) best = k;
    assert(group->count == 1 || x[group->column + best] > 0.5); /* (25), and whole */
    return group->strip[best];
}

static int stream_order(const void *a, const void *b) {
    return ((const struct stream *)a)->first - ((const struct stream *)b)->first;
}

void ilp_segments_decode(int *choice, struct streams *streams, const struct ilp *p, const double *x) {
    const struct ilp_segments *s = p->segments;
    for (int i = 0; s && i < s->in->count; i++) {
        const struct stream *one = &s->in->segment[i].stream;
        if (x[s->first + i] < 0.5) continue;
        streams->stream = memory_resize(streams->stream, (size_t)streams->count + 1, sizeof *streams->stream);
        streams->stream[streams->count++] = *one;
        for (int v = one->first; v <= one->last; v++) choice[v] = group_decode(&s->all[s->group[i][v - one->first]], x);
    }
    if (streams->count > 0) memory_sort(streams->stream, (size_t)streams->count, sizeof *streams->stream, stream_order);
    for (int i = 1; i < streams->count; i++) assert(streams->stream[i - 1].last < streams->stream[i].first); /* (13) */
}
