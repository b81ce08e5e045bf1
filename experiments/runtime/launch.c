#include "experiments/runtime/launch.h"

#include <assert.h>
#include <stdint.h>
#include <string.h>

#include "kernels/layout/convert.h"

#define LEAST 16384 /* floats read and written that are worth a thread: starting it and waiting take a few us */

/* Of the threads, as many as are worth it for what only passes over its floats. */
static int launch_worth(int threads, int64_t floats) {
    const int64_t most = floats / LEAST;
    assert(threads >= 1 && floats >= 0);
    return most < 1 ? 1 : most < threads ? (int)most : threads;
}

static int launch_threads(const struct launch *l) {
    const struct operator_shape *o = l->operator;
    if (l->kind != LAUNCH_OPERATOR && l->kind != LAUNCH_ACCUMULATE)
        return launch_worth(l->threads, 2 * shape_bytes(l->shape) / (int64_t)sizeof(float));
    if (l->kind == LAUNCH_ACCUMULATE)
        return launch_worth(l->threads, (int64_t)o->C[0] * (l->row_to - l->row_from) * o->W);
    int64_t floats = (int64_t)o->M * o->OH * o->OW + (int64_t)(operator_weights(o, l->from) / sizeof(float));
    for (int i = 0; i < o->inputs; i++) floats += (int64_t)o->C[i] * o->H * o->W;
    return launch_worth(l->threads, floats);
}

void launch_run(const struct launch *l) {
    const struct shape s = l->shape;
    const int threads = l->threads == 1 || l->kind == LAUNCH_PRIMITIVE ? l->threads : launch_threads(l);
    assert(l->threads >= 1 && threads >= 1 && threads <= l->threads);
    assert(l->out != l->in[0] || l->kind == LAUNCH_OPERATOR || l->kind == LAUNCH_PRIMITIVE); /* which check it */
    switch (l->kind) {
    case LAUNCH_IMAGE:
        if (l->row_to == 0)
            convert_run(l->out, l->in[0], s.C, s.H, s.W, LAYOUT_CHW, l->to, threads);
        else
            convert_cut(l->out, l->in[0], s.C, s.H, s.W, l->row_from, l->row_to, LAYOUT_CHW, l->to, threads);
        return;
    case LAUNCH_CONVERSION:
        assert(l->from != l->to);
        convert_run(l->out, l->in[0], s.C, s.H, s.W, l->from, l->to, threads);
        return;
    case LAUNCH_PRIMITIVE:
        assert(l->from == l->primitive->in && l->to == l->primitive->out); /* the layouts that it was chosen for */
        assert((uintptr_t)l->workspace % PRIMITIVE_ALIGNMENT == 0);
        primitive_run(l->primitive, l->scenario, l->out, l->in[0], l->stored, l->bias, l->activation, l->workspace,
                      l->threads);
        return;
    case LAUNCH_OPERATOR:
        assert(l->from == l->to);
        operator_run(l->operator, l->from, l->out, l->in, l->stored, l->bias, l->workspace, threads);
        return;
    case LAUNCH_ACCUMULATE:
        assert(l->from == l->to);
        operator_accumulate(l->operator, l->from, l->out, l->in[0], l->state, l->row_from, l->row_to, threads);
        return;
    case LAUNCH_MOVE: memmove(l->out, l->in[0], (size_t)l->bytes); return;
    }
}
