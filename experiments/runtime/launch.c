#include "experiments/runtime/launch.h"

#include <assert.h>
#include <stdint.h>
#include <string.h>

#include "kernels/layout/convert.h"

void launch_run(const struct launch *l) {
    const struct shape s = l->shape;
    assert(l->threads >= 1);
    assert(l->out != l->in[0] || (l->kind == LAUNCH_OPERATOR && operators[l->operator->kind]->in_place > 0));
    switch (l->kind) {
    case LAUNCH_IMAGE:
        if (l->row_to == 0)
            convert_run(l->out, l->in[0], s.C, s.H, s.W, LAYOUT_CHW, l->to, l->threads);
        else
            convert_cut(l->out, l->in[0], s.C, s.H, s.W, l->row_from, l->row_to, LAYOUT_CHW, l->to, l->threads);
        return;
    case LAUNCH_CONVERSION:
        assert(l->from != l->to);
        convert_run(l->out, l->in[0], s.C, s.H, s.W, l->from, l->to, l->threads);
        return;
    case LAUNCH_PRIMITIVE:
        assert(l->from == l->primitive->in && l->to == l->primitive->out); /* the layouts that it was chosen for */
        assert((uintptr_t)l->workspace % PRIMITIVE_ALIGNMENT == 0);
        primitive_run(l->primitive, l->scenario, l->out, l->in[0], l->stored, l->bias, l->activation, l->workspace,
                      l->threads);
        return;
    case LAUNCH_OPERATOR:
        assert(l->from == l->to);
        operator_run(l->operator, l->from, l->out, l->in, l->stored, l->bias, l->workspace, l->threads);
        return;
    case LAUNCH_ACCUMULATE:
        assert(l->from == l->to);
        operator_accumulate(l->operator, l->from, l->out, l->in[0], l->state, l->row_from, l->row_to, l->threads);
        return;
    case LAUNCH_MOVE: memmove(l->out, l->in[0], (size_t)l->bytes); return;
    }
}
