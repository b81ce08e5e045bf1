/* A run: the steps of a schedule in its arena, and how much of it they write. */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "experiments/runtime/launch.h"
#include "experiments/runtime/runtime.h"
#include "solver/base/memory.h"

/* Where the output of a step lies in the arena. */
static float *run_at(const struct runtime *r, int step) {
    const struct schedule_step *t = &r->schedule->step[step];
    assert(t->out_offset >= 0 && t->out_offset + t->out_bytes <= r->schedule->arena_bytes);
    return (float *)(void *)(r->arena + t->out_offset);
}

/* All of a step's launch but where it reads, and what a strip has in place of the layer's sizes. */
static struct launch run_launch(const struct runtime *r, int at) {
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
                           .activation = l->activation,
                           .operator= & l->shape_of,
                           .out = run_at(r, at),
                           .stored = r->stored[at],
                           .bias = r->bias_offset[at] < 0 ? NULL : r->bias + r->bias_offset[at],
                           .workspace = r->arena + step->workspace_offset,
                           .threads = r->threads};
}

static int64_t run_begin(const struct runtime_observer *observer) {
    return observer && observer->step_ns ? measure_clock_ns(observer->clock) : 0;
}

static void run_end(const struct runtime_observer *observer, int step, int64_t begun_ns) {
    if (observer && observer->step_ns) observer->step_ns[step] += measure_since(observer->clock, begun_ns);
}

static void run_show(const struct runtime *r, const struct runtime_observer *observer, int step, int from, int to,
                     const float *out) {
    if (observer && observer->step) observer->step(observer->context, r->schedule, step, from, to, out);
}

static void run_step(const struct runtime *r, int at, const float *image, const struct runtime_observer *observer) {
    const struct schedule *s = r->schedule;
    const struct schedule_step *step = &s->step[at];
    const int64_t begun = run_begin(observer);
    struct launch launch = run_launch(r, at);
    for (int i = 0; i < step->inputs; i++) {
        assert(step->input[i] < at && s->step[step->input[i]].last >= at); /* made already, and still alive */
        launch.in[i] = run_at(r, step->input[i]);
    }
    if (launch.kind == LAUNCH_IMAGE) launch.in[0] = image;
    launch_run(&launch);
    run_end(observer, at, begun);
    run_show(r, observer, at, 0, step->shape.H, launch.out);
}

/* --- segments --- */

static float *run_in_block(char *block, int64_t offset) {
    assert(offset % (int64_t)sizeof(float) == 0);
    return (float *)(void *)(block + offset);
}

static void run_move(char *base, int64_t from, int64_t to, int64_t bytes) {
    const struct launch launch = {.kind = LAUNCH_MOVE,
                                  .out = run_in_block(base, to),
                                  .in = {run_in_block(base, from)},
                                  .bytes = bytes,
                                  .threads = 1};
    if (from != to) launch_run(&launch);
}

static void run_moves(const struct runtime *r, const struct schedule_segment *g, const struct segment_call *c,
                      const struct runtime_observer *observer) {
    if (c->first_move == c->last_move) return;
    const int64_t begun = run_begin(observer);
    for (int m = c->first_move; m < c->last_move; m++) {
        const struct segment_move *move = &g->strips->segment->move[m];
        run_move(r->arena + g->block_offset, move->from, move->to, move->bytes);
    }
    run_end(observer, g->move, begun);
}

/* A call that takes rows of the image, from where the caller has it. */
static void run_image(const struct runtime *r, const struct schedule_segment *g, const struct segment_call *c,
                      const float *image, const struct runtime_observer *observer) {
    const int64_t begun = run_begin(observer);
    struct launch launch = run_launch(r, 0);
    assert(launch.kind == LAUNCH_IMAGE && c->to <= launch.shape.H);
    launch.out = run_in_block(r->arena + g->block_offset, c->out_offset);
    launch.in[0] = image;
    launch.row_from = c->from, launch.row_to = c->to;
    launch_run(&launch);
    run_end(observer, 0, begun);
    run_show(r, observer, 0, c->from, c->to, launch.out);
}

/* Call i of a segment: its strip of the layer, on windows of the block. */
static void run_call(const struct runtime *r, const struct schedule_segment *g, int i,
                     const struct runtime_observer *observer) {
    const struct strips *strips = g->strips;
    const struct segment_call *c = &strips->segment->call[i];
    const struct layer *l = &r->schedule->network->layer[c->node];
    const struct strips_layer *of = &strips->layer[c->node - strips->segment->first];
    const int at = g->first + c->node - strips->segment->first;
    char *block = r->arena + g->block_offset;
    const int64_t begun = run_begin(observer);
    struct launch launch = run_launch(r, at);
    launch.out = run_in_block(block, c->out_offset);
    for (int k = 0; k < l->inputs; k++) launch.in[k] = run_in_block(block, c->in_offset[k]);
    if (of->scenario) launch.scenario = &of->scenario[strips->shape[i]];
    if (of->shape_of) launch.operator= & of->shape_of[strips->shape[i]];
    launch.row_from = c->from, launch.row_to = c->to, launch.state = block;
    launch_run(&launch);
    run_end(observer, at, begun);
    if (launch.kind != LAUNCH_ACCUMULATE)
        run_show(r, observer, at, c->from, c->to, launch.out);
    else if (c->to == l->shape_of.H)
        run_show(r, observer, at, 0, 1, launch.out);
}

static void run_pass(const struct runtime *r, const struct schedule_segment *g, struct schedule_passage p,
                     const struct runtime_observer *observer) {
    const int64_t begun = run_begin(observer);
    assert(p.from >= 0 && p.to >= 0 && p.from + p.bytes <= r->schedule->arena_bytes &&
           p.to + p.bytes <= r->schedule->arena_bytes);
    run_move(r->arena, p.from, p.to, p.bytes);
    run_end(observer, g->move, begun);
}

static void run_segment(const struct runtime *r, int k, const float *image, const struct runtime_observer *observer) {
    const struct schedule *s = r->schedule;
    const struct schedule_segment *g = &s->segment[k];
    const struct segment *of = g->strips->segment;
    run_pass(r, g, schedule_way_in(s, k), observer);
    for (int i = 0; i < of->calls; i++) {
        run_moves(r, g, &of->call[i], observer);
        if (of->call[i].node < of->first)
            run_image(r, g, &of->call[i], image, observer);
        else
            run_call(r, g, i, observer);
    }
    run_pass(r, g, schedule_way_out(s, k), observer);
    run_show(r, observer, g->move, 0, s->step[g->move].shape.H, run_at(r, g->move));
}

static void run_answer(const struct runtime *r, float *out) {
    const int steps = r->schedule->steps;
    const struct schedule_step *last = &r->schedule->step[steps - 1];
    const float *from = run_at(r, steps - 1);
    const struct shape t = last->shape;
    for (int c = 0; c < t.C; c++)
        for (int h = 0; h < t.H; h++)
            for (int w = 0; w < t.W; w++) *out++ = from[layout_index(last->row->to, t.C, t.H, t.W, c, h, w)];
}

void runtime_run(const struct runtime *r, float *out, const float *in, const struct runtime_observer *observer) {
    const struct schedule *s = r->schedule;
    for (int i = 0; observer && observer->step_ns && i < s->steps; i++) observer->step_ns[i] = 0;
    for (int i = s->plan->stream_input ? 1 : 0; i < s->steps; i++) {
        const int k = s->step[i].segment;
        if (k < 0) {
            run_step(r, i, in, observer);
        } else {
            run_segment(r, k, in, observer);
            i = s->segment[k].move;
        }
    }
    run_answer(r, out);
}

static int64_t run_touched(const char *arena, int64_t bytes, char pattern) {
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
        memset(r->block, pattern, (size_t)(2 * RUNTIME_GUARD + size));
        runtime_run(r, out, in, observer);
        int64_t touched = run_touched(r->arena, size, pattern);
        if (touched > *bytes) *bytes = touched;
        whole = whole && run_touched(r->arena + size, RUNTIME_GUARD, pattern) == 0 &&
                run_touched(r->block, RUNTIME_GUARD, pattern) == 0;
    }
    free(out);
    return whole;
}
