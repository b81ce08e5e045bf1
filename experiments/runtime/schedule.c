#include "experiments/runtime/schedule.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "experiments/runtime/weights.h"
#include "formulation/overlay.h"
#include "kernels/layout/convert.h"
#include "solver/base/check.h"
#include "solver/base/memory.h"

struct copy { /* a converted tensor */
    int layer, slot, step;
    enum layout layout;
};

struct scheduling {
    struct schedule *s;
    struct streams streams; /* of the plan, one segment each */
    struct copy *copy;      /* [copies] per edge: those of the current reader; per tensor: all so far */
    int copies;
};

void schedule_free(struct schedule *s) {
    if (!s) return;
    for (int k = 0; k < s->segments; k++) strips_free(s->segment[k].strips);
    free(s->segment);
    free(s->step);
    free(s->made_by);
    free(s);
}

/* The copy in that layout: per edge that of the slot, per tensor any. plan_match has found that there is one. */
static int scheduling_find(const struct scheduling *d, int layer, int slot, enum layout layout) {
    struct shape tensor = d->s->network->layer[layer].out;
    bool shared = d->s->plan->conversions == CONVERSIONS_PER_TENSOR;
    for (int i = d->copies - 1; i >= 0; i--)
        if (d->copy[i].layer == layer && (shared || d->copy[i].slot == slot) &&
            instance_alike(tensor, d->copy[i].layout, layout))
            return d->copy[i].step;
    assert(false);
    return -1;
}

static void scheduling_reads(struct scheduling *d, struct schedule_step *step, int from) {
    const int at = (int)(step - d->s->step);
    assert(from >= 0 && from < at && d->s->step[from].last <= at); /* steps are in order */
    assert(step->inputs < OPERATOR_INPUTS);
    d->s->step[from].last = at;
    step->input[step->inputs++] = from;
}

/* The step whose output is the tensor of `layer` itself. Only the last of a segment's layers is read by others; its
 * tensor is that of the row of moves, which is the next. */
static int scheduling_made(const struct scheduling *d, int layer) {
    const int made = d->s->made_by[layer];
    return d->s->step[made].row->kind == PROFILE_STRIP ? made + 1 : made;
}

/* The step that has the tensor of `layer` in the layout that the reader takes. */
static int scheduling_source(const struct scheduling *d, int layer, int slot, enum layout layout) {
    const int made = scheduling_made(d, layer);
    if (instance_alike(d->s->network->layer[layer].out, d->s->step[made].row->to, layout)) return made;
    return scheduling_find(d, layer, slot, layout);
}

static void scheduling_convert(struct scheduling *d, struct schedule_step *step, int v) {
    const struct plan_step *row = step->row, *before = row - 1;
    const struct schedule *s = d->s;
    int layer = s->network->layer[v].input[row->slot], at = (int)(step - s->step);
    bool second = at > 0 && before->kind == PROFILE_CONVERT && before->slot == row->slot &&
                  strcmp(before->layer, row->layer) == 0;
    step->shape = s->network->layer[layer].out;
    scheduling_reads(d, step, second ? at - 1 : scheduling_made(d, layer));
    step->workspace_bytes = (int64_t)convert_workspace(step->shape.C, step->shape.H, step->shape.W, row->from, row->to);
    if (second) d->copies--; /* the intermediate layout has no other reader */
    assert(d->copies < s->steps);
    d->copy[d->copies++] = (struct copy){layer, row->slot, at, row->to};
}

static bool scheduling_primitive(struct scheduling *d, struct schedule_step *step, const struct layer *l,
                                 struct error *err) {
    if (l->kind != LAYER_CONV) return true;
    step->primitive = primitive_find(step->row->name);
    return step->primitive ||
           error_at(err, d->s->plan->path, step->row->line,
                    "layer `%s` is not covered by the plan's profile (expected a primitive)", l->name);
}

static void scheduling_inputs(struct scheduling *d, struct schedule_step *step, int v) {
    struct schedule *s = d->s;
    const struct layer *l = &s->network->layer[v];
    for (int i = 0; i < l->inputs; i++) {
        const int from = scheduling_source(d, l->input[i], i, step->row->from);
        const int64_t offset = s->plan->apart ? -1 : overlay_offset(s->network, v, i, step->row->from, s->threads);
        scheduling_reads(d, step, from);
        if (offset < 0) continue;
        assert(s->step[from].into < 0);
        s->step[from].into = (int)(step - s->step);
        s->step[from].shift = offset;
    }
}

static bool scheduling_layer(struct scheduling *d, struct schedule_step *step, int v, struct error *err) {
    struct schedule *s = d->s;
    const struct layer *l = &s->network->layer[v];
    const struct plan_step *row = step->row;
    step->shape = l->out;
    if (!scheduling_primitive(d, step, l, err)) return false;
    scheduling_inputs(d, step, v);
    s->made_by[v] = (int)(step - s->step);
    step->workspace_bytes = (int64_t)(step->primitive ? primitive_workspace(step->primitive, &l->scenario, s->threads)
                                                      : operator_workspace(&l->shape_of, row->from, s->threads));
    if (s->plan->conversions == CONVERSIONS_PER_EDGE) d->copies = 0;
    return true;
}

/* A layer of a segment; what it needs is known when the segment ends. */
static bool scheduling_strip(struct scheduling *d, struct schedule_step *step, int v, struct error *err) {
    const struct layer *l = &d->s->network->layer[v];
    step->shape = l->out;
    step->segment = d->s->segments;
    d->s->made_by[v] = (int)(step - d->s->step);
    return scheduling_primitive(d, step, l, err);
}

/* The row of moves ends a segment. */
static void scheduling_segment(struct scheduling *d, struct schedule_step *move) {
    struct schedule *s = d->s;
    const struct stream *stream = &d->streams.stream[s->segments];
    const int layers = stream->last - stream->first + 1, at = (int)(move - s->step);
    struct schedule_segment *g = &s->segment[s->segments];
    const struct primitive **primitive = MEMORY_NEW(const struct primitive *, layers);
    assert(s->segments < d->streams.count && at >= layers && move->node == stream->last);
    *g = (struct schedule_segment){.first = at - layers, .move = at};
    for (int i = 0; i < layers; i++) primitive[i] = s->step[g->first + i].primitive;
    g->strips = strips_new(s->network, stream, primitive, s->threads);
    for (int i = 0; i < layers; i++) {
        s->step[g->first + i].out_bytes = g->strips->segment->block_bytes;
        s->step[g->first + i].workspace_bytes = g->strips->layer[i].workspace_bytes;
    }
    assert(scheduling_made(d, stream->first - 1) == g->first - 1); /* the cut's tensor has just been made */
    free(primitive);
    move->shape = s->network->layer[move->node].out;
    move->out_bytes = shape_bytes(move->shape);
    move->segment = s->segments++;
}

static bool scheduling_steps(struct scheduling *d, struct error *err) {
    struct schedule *s = d->s;
    for (int at = 0, v = 0; at < s->steps; at++) {
        struct schedule_step *step = &s->step[at];
        step->row = &s->plan->step[at];
        step->node = v;
        step->last = at;
        step->segment = step->into = -1;
        bool good = true;
        switch (step->row->kind) {
        case PROFILE_CONVERT: scheduling_convert(d, step, v); break;
        case PROFILE_CONV:
        case PROFILE_LAYER: good = scheduling_layer(d, step, v++, err); break;
        case PROFILE_STRIP: good = scheduling_strip(d, step, v++, err); break;
        case PROFILE_MOVE:
            step->node = v - 1;
            scheduling_segment(d, step);
            break;
        }
        if (!good) return false;
        const bool rows = at == 0 && s->plan->stream_input; /* an image by rows is nowhere as a whole */
        if (step->segment < 0) step->out_bytes = rows ? 0 : shape_bytes(step->shape);
    }
    assert(s->step[s->steps - 1].node == s->network->layers - 1); /* the plan's rows end with the last layer */
    s->step[s->steps - 1].last = s->steps - 1;
    return true;
}

/* Conversions and moves compute nothing. */
static const struct layer *schedule_layer(const struct schedule *s, int at) {
    const enum profile_kind kind = s->step[at].row->kind;
    return kind == PROFILE_CONVERT || kind == PROFILE_MOVE ? NULL : &s->network->layer[s->step[at].node];
}

int64_t schedule_stored_bytes(const struct schedule *s, int at) {
    const struct schedule_step *step = &s->step[at];
    const struct layer *l = schedule_layer(s, at);
    if (!l) return 0;
    if (step->primitive) return (int64_t)primitive_weights(step->primitive, &l->scenario);
    return (int64_t)operator_weights(&l->shape_of, step->row->from);
}

int64_t schedule_biases(const struct schedule *s, int at) {
    const struct layer *l = schedule_layer(s, at);
    return l ? weights_biases(l) : 0;
}

enum launch_kind schedule_kind(const struct schedule *s, int at) {
    const struct schedule_step *step = &s->step[at];
    const struct layer *l = schedule_layer(s, at);
    if (!l) return step->row->kind == PROFILE_MOVE ? LAUNCH_MOVE : LAUNCH_CONVERSION;
    if (step->primitive) return LAUNCH_PRIMITIVE;
    if (step->segment >= 0 && segment_accumulates(s->network, step->node)) return LAUNCH_ACCUMULATE;
    return l->shape_of.kind == OPERATOR_INPUT ? LAUNCH_IMAGE : LAUNCH_OPERATOR;
}

/* The layouts in which a step's inputs were made are those that it reads, or the same bytes. */
static bool schedule_check_inputs(const struct schedule *s, int at) {
    const struct schedule_step *t = &s->step[at];
    for (int i = 0; i < t->inputs; i++) {
        const struct schedule_step *from = &s->step[t->input[i]];
        if (t->input[i] >= at || from->last < at || !instance_alike(from->shape, from->row->to, t->row->from))
            return false;
    }
    return true;
}

int schedule_over(const struct schedule *s, int at) {
    for (int i = 0; i < s->step[at].inputs; i++)
        if (s->step[s->step[at].input[i]].into == at && !overlay_joins(s->network, s->step[at].node))
            return s->step[at].input[i];
    return -1;
}

/* Memory that a step needs: [first, last] in steps, [offset, offset + bytes). */
struct piece {
    int first, last;
    int64_t offset, bytes;
};

static struct piece schedule_piece(const struct schedule *s, int at, bool workspace) {
    const struct schedule_step *t = &s->step[at];
    if (workspace) return (struct piece){at, at, t->workspace_offset, t->workspace_bytes};
    if (t->segment < 0) return (struct piece){at, t->last, t->out_offset, t->out_bytes};
    const struct schedule_segment *g = &s->segment[t->segment];
    if (at == g->first) return (struct piece){g->first, g->move, g->block_offset, t->out_bytes};
    if (at == g->move && t->last > at) return (struct piece){at + 1, t->last, t->out_offset, t->out_bytes};
    return (struct piece){at, at, 0, 0};
}

/* Is output b written over output a, or around it, and does it lie where it should? */
static bool schedule_check_tied(const struct schedule *s, int a, int b) {
    const struct schedule_step *t = &s->step[a];
    return t->into == b && t->last == b && t->out_offset == s->step[b].out_offset + t->shift;
}

static bool schedule_check_apart(const struct schedule *s, int k) {
    const struct piece a = schedule_piece(s, k / 2, k % 2);
    for (int i = 0; i < k && a.bytes > 0; i++) {
        const struct piece b = schedule_piece(s, i / 2, i % 2);
        if (k % 2 == 0 && i % 2 == 0 && schedule_check_tied(s, i / 2, k / 2)) continue;
        if (b.bytes > 0 && a.first <= b.last && b.first <= a.last && a.offset < b.offset + b.bytes &&
            b.offset < a.offset + a.bytes)
            return false;
    }
    return true;
}

bool schedule_check(const struct schedule *s) {
    int64_t end = 0;
    for (int i = 0; i < 2 * s->steps; i++) {
        const struct piece a = schedule_piece(s, i / 2, i % 2);
        if (a.bytes > 0 && a.offset + a.bytes > end) end = a.offset + a.bytes;
        if (a.last < a.first || !schedule_check_apart(s, i)) return false;
    }
    for (int i = 0; i < s->steps; i++)
        if (!schedule_check_inputs(s, i) || (s->step[i].into >= 0 && !schedule_check_tied(s, i, s->step[i].into)))
            return false;
    return end == s->arena_bytes && s->arena_bytes >= s->live_bytes;
}

struct schedule *schedule_new(const struct plan *plan, const struct network *folded, int threads, struct error *err) {
    if (!plan_match(plan, folded, err)) return NULL;
    struct schedule *s = MEMORY_NEW(struct schedule, 1);
    struct scheduling d = {.s = s};
    s->plan = plan;
    s->network = folded;
    s->threads = threads;
    s->steps = plan->steps;
    s->step = MEMORY_NEW(struct schedule_step, s->steps);
    s->made_by = MEMORY_NEW(int, folded->layers);
    d.copy = MEMORY_NEW(struct copy, s->steps);
    plan_streams(&d.streams, plan, folded);
    s->segment = MEMORY_NEW(struct schedule_segment, d.streams.count);
    bool good = scheduling_steps(&d, err);
    free(d.copy);
    selection_streams_free(&d.streams);
    if (!good) {
        schedule_free(s);
        return NULL;
    }
    for (int i = 0; i < s->steps; i++) s->weights_bytes += schedule_stored_bytes(s, i);
    schedule_place(s);
    CHECK(schedule_check(s));
    return s;
}
