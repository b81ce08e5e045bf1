#include "experiments/runtime/schedule.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "experiments/runtime/arena.h"
#include "kernels/layout/convert.h"
#include "solver/base/check.h"
#include "solver/base/memory.h"

struct copy { /* a converted tensor */
    int layer, slot, step;
    enum layout layout;
};

struct scheduling {
    struct schedule *s;
    struct copy *copy; /* [copies] per edge: those of the current reader; per tensor: all so far */
    int copies;
};

void schedule_free(struct schedule *s) {
    if (!s) return;
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

/* The step that has the tensor of `layer` in the layout that the reader takes. */
static int scheduling_source(const struct scheduling *d, int layer, int slot, enum layout layout) {
    int made = d->s->made_by[layer];
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
    scheduling_reads(d, step, second ? at - 1 : s->made_by[layer]);
    step->workspace_bytes = (int64_t)convert_workspace(step->shape.C, step->shape.H, step->shape.W, row->from, row->to);
    if (second) d->copies--; /* the intermediate layout has no other reader */
    assert(d->copies < s->steps);
    d->copy[d->copies++] = (struct copy){layer, row->slot, at, row->to};
}

static bool scheduling_layer(struct scheduling *d, struct schedule_step *step, int v, struct error *err) {
    struct schedule *s = d->s;
    const struct layer *l = &s->network->layer[v];
    const struct plan_step *row = step->row;
    step->shape = l->out;
    for (int i = 0; i < l->inputs; i++) scheduling_reads(d, step, scheduling_source(d, l->input[i], i, row->from));
    s->made_by[v] = (int)(step - s->step);
    if (l->kind != LAYER_CONV) {
        step->workspace_bytes = (int64_t)operator_workspace(&l->shape_of, row->from, s->threads);
    } else {
        step->primitive = primitive_find(row->name);
        if (!step->primitive)
            return error_at(err, s->plan->path, row->line,
                            "layer `%s` is not covered by the plan's profile (expected a primitive)", l->name);
        step->workspace_bytes = (int64_t)primitive_workspace(step->primitive, &l->scenario, s->threads);
    }
    if (s->plan->conversions == CONVERSIONS_PER_EDGE) d->copies = 0;
    return true;
}

static bool scheduling_steps(struct scheduling *d, struct error *err) {
    struct schedule *s = d->s;
    for (int at = 0, v = 0; at < s->steps; at++) {
        struct schedule_step *step = &s->step[at];
        step->row = &s->plan->step[at];
        step->node = v;
        step->last = at;
        if (step->row->kind == PROFILE_CONVERT)
            scheduling_convert(d, step, v);
        else if (!scheduling_layer(d, step, v++, err))
            return false;
        step->out_bytes = shape_bytes(step->shape);
    }
    assert(s->step[s->steps - 1].node == s->network->layers - 1); /* the plan's rows end with the last layer */
    s->step[s->steps - 1].last = s->steps - 1;
    return true;
}

int64_t schedule_stored_bytes(const struct schedule *s, int at) {
    const struct schedule_step *step = &s->step[at];
    const struct layer *l = &s->network->layer[step->node];
    if (step->row->kind == PROFILE_CONVERT) return 0;
    if (step->primitive) return (int64_t)primitive_weights(step->primitive, &l->scenario);
    return (int64_t)operator_weights(&l->shape_of, step->row->from);
}

enum launch_kind schedule_kind(const struct schedule *s, int at) {
    const struct schedule_step *step = &s->step[at];
    const struct layer *l = &s->network->layer[step->node];
    if (step->row->kind == PROFILE_CONVERT) return LAUNCH_CONVERSION;
    if (step->primitive) return LAUNCH_PRIMITIVE;
    return l->shape_of.kind == OPERATOR_INPUT ? LAUNCH_IMAGE : LAUNCH_OPERATOR;
}

/* Tensors are aligned to a float, workspaces to a cache line: the contract of kernels/primitive.h. */
static void schedule_place(struct schedule *s) {
    struct arena_buffer *b = MEMORY_NEW(struct arena_buffer, 2 * s->steps);
    int n = 2 * s->steps;
    for (int i = 0; i < s->steps; i++) {
        const struct schedule_step *t = &s->step[i];
        b[2 * i] = (struct arena_buffer){t->out_bytes, i, t->last, sizeof(float), 0};
        b[2 * i + 1] = (struct arena_buffer){t->workspace_bytes, i, i, PRIMITIVE_ALIGNMENT, 0};
    }
    s->live_bytes = arena_bound(b, n);
    s->arena_bytes = arena_plan(b, n);
    for (int i = 0; i < s->steps; i++) {
        s->step[i].out_offset = b[2 * i].offset;
        s->step[i].workspace_offset = b[2 * i + 1].offset;
    }
    free(b);
    assert(s->arena_bytes >= s->live_bytes);
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

static bool schedule_check_apart(const struct schedule *s, int at, int64_t offset, int64_t bytes, bool own) {
    for (int k = 0; k < at + own; k++) {
        const struct schedule_step *other = &s->step[k];
        if (other->last >= at && bytes > 0 && other->out_offset < offset + bytes &&
            offset < other->out_offset + other->out_bytes)
            return false;
    }
    return true;
}

bool schedule_check(const struct schedule *s) {
    int64_t end = 0;
    for (int i = 0; i < s->steps; i++) {
        const struct schedule_step *t = &s->step[i];
        const int64_t out = t->out_offset + t->out_bytes, work = t->workspace_offset + t->workspace_bytes;
        if (out > end) end = out;
        if (t->workspace_bytes > 0 && work > end) end = work;
        if (!schedule_check_inputs(s, i) || t->last < i) return false;
        if (!schedule_check_apart(s, i, t->out_offset, t->out_bytes, false) ||
            !schedule_check_apart(s, i, t->workspace_offset, t->workspace_bytes, true))
            return false;
    }
    return end == s->arena_bytes;
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
    bool good = scheduling_steps(&d, err);
    free(d.copy);
    if (!good) {
        schedule_free(s);
        return NULL;
    }
    for (int i = 0; i < s->steps; i++) s->weights_bytes += schedule_stored_bytes(s, i);
    schedule_place(s);
    CHECK(schedule_check(s));
    return s;
}
