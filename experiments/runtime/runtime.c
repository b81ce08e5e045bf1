#include "experiments/runtime/runtime.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "experiments/runtime/launch.h"
#include "solver/base/memory.h"

#define GUARD 4096
/* Weights of at least this many bytes have a separate block, which is handed over without a copy. */
#define LARGE ((int64_t)4 << 20)

static bool runtime_large(const struct runtime *r, int step) {
    return schedule_stored_bytes(r->schedule, step) >= LARGE;
}

void runtime_free(struct runtime *r) {
    if (!r) return;
    free(r->block);
    for (int i = 0; r->schedule && i < r->schedule->steps; i++)
        if (r->stored[i] && runtime_large(r, i)) free(r->stored[i]);
    schedule_free(r->schedule);
    free(r->stored);
    free(r->small); /* NOLINT: parts of it are in `stored` too, and not large */
    free(r->stored_offset);
    free(r->bias);
    free(r->bias_offset);
    free(r);
}

static int64_t runtime_align(int64_t bytes) {
    return (bytes + PRIMITIVE_ALIGNMENT - 1) & ~(int64_t)(PRIMITIVE_ALIGNMENT - 1);
}

/* Takes step i's prepared weights from a runtime that has the same layer with the same primitive, or operator and
 * layout. */
static bool runtime_take(struct runtime *r, int i, struct runtime *like) {
    const struct schedule_step *step = &r->schedule->step[i], *have;
    if (!like) return false;
    assert(like->schedule->network == r->schedule->network); /* steps of both are found by the network's layers */
    int at = like->schedule->made_by[step->node];
    have = &like->schedule->step[at];
    if (have->primitive != step->primitive || have->row->from != step->row->from) return false;
    if (runtime_large(r, i)) {
        r->stored[i] = like->stored[at];
        like->stored[at] = NULL;
    } else {
        memory_copy(r->stored[i], like->stored[at], (size_t)schedule_stored_bytes(r->schedule, i));
    }
    if (r->bias_offset[i] >= 0)
        memcpy(r->bias + r->bias_offset[i], like->bias + like->bias_offset[at],
               (size_t)schedule_biases(r->schedule, i) * sizeof(float));
    return true;
}

/* Zeros, padding included: emitted weights are the same every time. */
static void *runtime_zeros(int64_t bytes) {
    size_t whole = (size_t)runtime_align(bytes ? bytes : 1);
    return memset(memory_aligned(whole, PRIMITIVE_ALIGNMENT), 0, whole);
}

/* Raw weights of one layer at a time: holding those of the whole network would double the memory. */
static bool runtime_prepare(struct runtime *r, const struct weights *w, struct runtime *like, struct error *err) {
    const struct schedule *s = r->schedule;
    float *raw = NULL;
    int64_t room = 0;
    bool good = true;
    for (int i = 0; i < s->steps && good; i++) {
        const struct schedule_step *step = &s->step[i];
        const struct layer *l = &s->network->layer[step->node];
        if (schedule_stored_bytes(s, i) == 0 || runtime_take(r, i, like)) continue;
        if (runtime_large(r, i)) r->stored[i] = runtime_zeros(schedule_stored_bytes(s, i));
        if (weights_count(l) > room) {
            free(raw);
            room = weights_count(l);
            raw = memory_aligned((size_t)runtime_align(room * 4), PRIMITIVE_ALIGNMENT);
        }
        assert(!r->stored[i] == (schedule_stored_bytes(s, i) == 0) || !runtime_large(r, i));
        float *bias = r->bias_offset[i] < 0 ? NULL : r->bias + r->bias_offset[i];
        good = weights_layer(raw, bias, w, step->node, err);
        if (good && step->primitive)
            primitive_prepare(step->primitive, &l->scenario, r->stored[i], raw);
        else if (good)
            operator_prepare(&l->shape_of, step->row->from, r->stored[i], raw);
    }
    free(raw);
    return good;
}

static void runtime_allocate(struct runtime *r) {
    const struct schedule *s = r->schedule;
    int64_t small = 0;
    r->stored = MEMORY_NEW(char *, s->steps);
    r->stored_offset = MEMORY_NEW(int64_t, s->steps);
    r->bias_offset = MEMORY_NEW(int64_t, s->steps);
    for (int i = 0; i < s->steps; i++) {
        const int64_t bytes = runtime_align(schedule_stored_bytes(s, i)), biases = schedule_biases(s, i);
        r->stored_offset[i] = r->stored_bytes;
        r->stored_bytes += bytes;
        if (!runtime_large(r, i)) small += bytes;
        r->bias_offset[i] = biases > 0 ? r->biases : -1;
        r->biases += biases;
    }
    r->small = runtime_zeros(small);
    char *next = r->small;
    for (int i = 0; i < s->steps; i++) {
        if (runtime_large(r, i)) continue;
        r->stored[i] = next;
        next += runtime_align(schedule_stored_bytes(s, i));
    }
    assert(next - r->small == small);
    r->bias = MEMORY_NEW(float, r->biases);
    assert(r->stored_bytes % PRIMITIVE_ALIGNMENT == 0);
    r->block = memory_aligned((size_t)(2 * GUARD + runtime_align(s->arena_bytes)), PRIMITIVE_ALIGNMENT);
    r->arena = r->block + GUARD;
    assert((uintptr_t)r->arena % PRIMITIVE_ALIGNMENT == 0);       /* so offsets may be aligned instead of addresses */
    memory_clear(r->block, (size_t)(2 * GUARD + s->arena_bytes)); /* touch the pages here, not in the first run */
}

struct runtime *runtime_new(const struct plan *plan, const struct network *folded, const struct weights *weights,
                            int threads, struct error *err) {
    return runtime_new_like(plan, folded, weights, threads, NULL, err);
}

struct runtime *runtime_new_like(const struct plan *plan, const struct network *folded, const struct weights *weights,
                                 int threads, struct runtime *like, struct error *err) {
    struct runtime *r = MEMORY_NEW(struct runtime, 1);
    r->threads = threads;
    r->schedule = schedule_new(plan, folded, threads, err);
    if (r->schedule) {
        runtime_allocate(r);
        if (!weights || runtime_prepare(r, weights, like, err)) return r;
    }
    runtime_free(r);
    return NULL;
}

bool runtime_write_stored(const struct runtime *r, FILE *out) {
    for (int i = 0; i < r->schedule->steps; i++) {
        size_t bytes = (size_t)runtime_align(schedule_stored_bytes(r->schedule, i));
        if (bytes && fwrite(r->stored[i], 1, bytes, out) != bytes) return false;
    }
    return true;
}

int64_t runtime_inputs(const struct runtime *r) {
    assert(schedule_kind(r->schedule, 0) == LAUNCH_IMAGE); /* the first step is the input */
    return r->schedule->step[0].out_bytes / 4;
}

int64_t runtime_outputs(const struct runtime *r) {
    return r->schedule->step[r->schedule->steps - 1].out_bytes / 4;
}

/* Where the output of a step lies in the arena. */
static float *runtime_at(const struct runtime *r, int step) {
    const struct schedule_step *t = &r->schedule->step[step];
    assert(t->out_offset >= 0 && t->out_offset + t->out_bytes <= r->schedule->arena_bytes);
    return (float *)(void *)(r->arena + t->out_offset);
}

/* All of a step's launch but where it reads, and what a strip has in place of the layer's sizes. */
static struct launch runtime_launch(const struct runtime *r, int at) {
    const struct schedule *s = r->schedule;
    const struct schedule_step *step = &s->step[at];
    const struct layer *l = &s->network->layer[step->node];
    assert(step->workspace_offset + step->workspace_bytes <= s->arena_bytes);
    return (struct launch){.kind = schedule_kind(s, at),
                           .shape = step->shape,
                           .from = step->row->from,
                           .to = step->row->to,
                           .primitive = step->primitive,
                           .scenario = &l->scenario,
                           .relu = l->relu,
                           .operator= & l->shape_of,
                           .out = runtime_at(r, at),
                           .stored = r->stored[at],
                           .bias = r->bias_offset[at] < 0 ? NULL : r->bias + r->bias_offset[at],
                           .workspace = r->arena + step->workspace_offset,
                           .threads = r->threads};
}

static int64_t runtime_begin(const struct runtime_observer *observer) {
    return observer && observer->step_ns ? measure_clock_ns(observer->clock) : 0;
}

static void runtime_end(const struct runtime_observer *observer, int step, int64_t begun_ns) {
    if (observer && observer->step_ns) observer->step_ns[step] += measure_since(observer->clock, begun_ns);
}

static void runtime_show(const struct runtime *r, const struct runtime_observer *observer, int step, int from, int to,
                         const float *out) {
    if (observer && observer->step) observer->step(observer->context, r->schedule, step, from, to, out);
}

static void runtime_step(const struct runtime *r, int at, const float *image, const struct runtime_observer *observer) {
    const struct schedule *s = r->schedule;
    const struct schedule_step *step = &s->step[at];
    const int64_t begun = runtime_begin(observer);
    struct launch launch = runtime_launch(r, at);
    for (int i = 0; i < step->inputs; i++) {
        assert(step->input[i] < at && s->step[step->input[i]].last >= at); /* made already, and still alive */
        launch.in[i] = runtime_at(r, step->input[i]);
    }
    if (launch.kind == LAUNCH_IMAGE) launch.in[0] = image;
    launch_run(&launch);
    runtime_end(observer, at, begun);
    runtime_show(r, observer, at, 0, step->shape.H, launch.out);
}

/* --- segments --- */

static float *runtime_in_block(char *block, int64_t offset) {
    assert(offset % (int64_t)sizeof(float) == 0);
    return (float *)(void *)(block + offset);
}

static void runtime_move(char *base, int64_t from, int64_t to, int64_t bytes) {
    const struct launch launch = {.kind = LAUNCH_MOVE,
                                  .out = runtime_in_block(base, to),
                                  .in = {runtime_in_block(base, from)},
                                  .bytes = bytes,
                                  .threads = 1};
    if (from != to) launch_run(&launch);
}

static void runtime_moves(const struct runtime *r, const struct schedule_segment *g, const struct segment_call *c,
                          const struct runtime_observer *observer) {
    if (c->first_move == c->last_move) return;
    const int64_t begun = runtime_begin(observer);
    for (int m = c->first_move; m < c->last_move; m++) {
        const struct segment_move *move = &g->strips->segment->move[m];
        runtime_move(r->arena + g->block_offset, move->from, move->to, move->bytes);
    }
    runtime_end(observer, g->move, begun);
}

/* Call i of a segment: its strip of the layer, on windows of the block. */
static void runtime_call(const struct runtime *r, const struct schedule_segment *g, int i,
                         const struct runtime_observer *observer) {
    const struct strips *strips = g->strips;
    const struct segment_call *c = &strips->segment->call[i];
    const struct layer *l = &r->schedule->network->layer[c->node];
    const struct strips_layer *of = &strips->layer[c->node - strips->segment->first];
    const int at = g->first + c->node - strips->segment->first;
    char *block = r->arena + g->block_offset;
    const int64_t begun = runtime_begin(observer);
    struct launch launch = runtime_launch(r, at);
    launch.out = runtime_in_block(block, c->out_offset);
    for (int k = 0; k < l->inputs; k++) launch.in[k] = runtime_in_block(block, c->in_offset[k]);
    if (of->scenario) launch.scenario = &of->scenario[strips->shape[i]];
    if (of->shape_of) launch.operator= & of->shape_of[strips->shape[i]];
    launch.row_from = c->from, launch.row_to = c->to, launch.state = block;
    launch_run(&launch);
    runtime_end(observer, at, begun);
    if (launch.kind != LAUNCH_ACCUMULATE)
        runtime_show(r, observer, at, c->from, c->to, launch.out);
    else if (c->to == l->shape_of.H)
        runtime_show(r, observer, at, 0, 1, launch.out);
}

static void runtime_pass(const struct runtime *r, const struct schedule_segment *g, struct schedule_passage p,
                         const struct runtime_observer *observer) {
    const int64_t begun = runtime_begin(observer);
    assert(p.from >= 0 && p.to >= 0 && p.from + p.bytes <= r->schedule->arena_bytes &&
           p.to + p.bytes <= r->schedule->arena_bytes);
    runtime_move(r->arena, p.from, p.to, p.bytes);
    runtime_end(observer, g->move, begun);
}

static void runtime_segment(const struct runtime *r, int k, const struct runtime_observer *observer) {
    const struct schedule *s = r->schedule;
    const struct schedule_segment *g = &s->segment[k];
    const struct segment *of = g->strips->segment;
    runtime_pass(r, g, schedule_way_in(s, k), observer);
    for (int i = 0; i < of->calls; i++) {
        runtime_moves(r, g, &of->call[i], observer);
        runtime_call(r, g, i, observer);
    }
    runtime_pass(r, g, schedule_way_out(s, k), observer);
    runtime_show(r, observer, g->move, 0, s->step[g->move].shape.H, runtime_at(r, g->move));
}

static void runtime_answer(const struct runtime *r, float *out) {
    const int steps = r->schedule->steps;
    const struct schedule_step *last = &r->schedule->step[steps - 1];
    const float *from = runtime_at(r, steps - 1);
    const struct shape t = last->shape;
    for (int c = 0; c < t.C; c++)
        for (int h = 0; h < t.H; h++)
            for (int w = 0; w < t.W; w++) *out++ = from[layout_index(last->row->to, t.C, t.H, t.W, c, h, w)];
}

void runtime_run(const struct runtime *r, float *out, const float *in, const struct runtime_observer *observer) {
    const struct schedule *s = r->schedule;
    for (int i = 0; observer && observer->step_ns && i < s->steps; i++) observer->step_ns[i] = 0;
    for (int i = 0; i < s->steps; i++) {
        const int k = s->step[i].segment;
        if (k < 0) {
            runtime_step(r, i, in, observer);
        } else {
            runtime_segment(r, k, observer);
            i = s->segment[k].move;
        }
    }
    runtime_answer(r, out);
}

static int64_t runtime_touched(const char *arena, int64_t bytes, char pattern) {
    while (bytes > 0 && arena[bytes - 1] == pattern) bytes--;
    return bytes;
}

bool runtime_used(int64_t *bytes, const struct runtime *r, const float *in, const struct runtime_observer *observer) {
    const int64_t size = r->schedule->arena_bytes;
    float *out = MEMORY_NEW(float, runtime_outputs(r));
    bool whole = true;
    assert(size > 0);
    *bytes = 0;
    for (int round = 0; round < 2; round++) {
        char pattern = round ? 0x5a : (char)0xa5;
        memset(r->block, pattern, (size_t)(2 * GUARD + size));
        runtime_run(r, out, in, observer);
        int64_t touched = runtime_touched(r->arena, size, pattern);
        if (touched > *bytes) *bytes = touched;
        whole = whole && runtime_touched(r->arena + size, GUARD, pattern) == 0 &&
                runtime_touched(r->block, GUARD, pattern) == 0;
    }
    free(out);
    return whole;
}
