/* Shape inference: a layer's output size from those of its inputs. Sizes are bounded (2^20 per dimension, 2^40 bytes
 * per tensor), so that later arithmetic cannot overflow. */
#include <assert.h>

#include "formulation/network_op.h"

#define SHAPE_SIZE_MOST  (1 << 20)
#define SHAPE_BYTES_MOST ((int64_t)1 << 40)

static bool shape_conv(struct layer *l, const struct network_draft *d, struct shape in, const char *path,
                       struct error *err) {
    struct scenario *s = &l->scenario;
    char text[OPERATOR_PAIR_WRONG];
    int stride_w, dilation_w;
    if (!network_op_pair(&s->KH, &s->KW, d, "k", text) || !network_op_pair(&s->stride, &stride_w, d, "s", text) ||
        !network_op_pair(&s->dilation, &dilation_w, d, "d", text))
        return error_at(err, path, l->line, "conv %s", text);
    scenario_across(s, stride_w, dilation_w);
    s->C = in.C, s->H = in.H, s->W = in.W;
    s->M = (int)network_op_value(d, "m");
    s->groups = (int)network_op_value(d, "g");
    const char *wrong = network_op_padding(&s->pad, d);
    if (!wrong) wrong = scenario_check(s);
    if (wrong) return error_at(err, path, l->line, "convolution of a %d x %d x %d input: %s", in.C, in.H, in.W, wrong);
    l->bias = network_op_value(d, "bias") != 0;
    l->out = (struct shape){s->M, scenario_out_h(s), scenario_out_w(s)};
    return true;
}

static bool shape_operator(struct layer *l, const struct network_draft *d, const struct layer *layers, const char *path,
                           struct error *err) {
    struct operator_layer written = {.inputs = l->inputs, .value = d->value, .given = d->given};
    const char *bias = operators[d->op->operator]->bias_key;
    char wrong[OPERATOR_WRONG];
    for (int i = 0; i < l->inputs; i++) {
        const struct layer *u = &layers[l->input[i]];
        written.in[i].name = u->name;
        written.in[i].C = u->out.C, written.in[i].H = u->out.H, written.in[i].W = u->out.W;
    }
    struct operator_shape *s = &l->shape_of;
    if (!operator_infer(s, d->op->operator, & written, wrong)) return error_at(err, path, l->line, "%s", wrong);
    l->out = (struct shape){s->M, s->OH, s->OW};
    l->bias = bias && network_op_value(d, bias) != 0;
    return true;
}

bool network_shape(struct layer *l, const struct network_draft *draft, const struct layer *layers, const char *path,
                   struct error *err) {
    struct shape in = l->inputs ? layers[l->input[0]].out : (struct shape){0, 0, 0};
    l->kind = draft->op->kind;
    l->out = in;
    if (l->kind == LAYER_CONV && !shape_conv(l, draft, in, path, err)) return false;
    if (l->kind == LAYER_OPERATOR && !shape_operator(l, draft, layers, path, err)) return false;
    assert(l->out.C > 0 && l->out.H > 0 && l->out.W > 0);
    if (l->out.C > SHAPE_SIZE_MOST || shape_bytes(l->out) >= SHAPE_BYTES_MOST)
        return error_at(
            err, path, l->line,
            "the output is too large (expected at most 2^20 channels and less than 2^40 bytes, got %d x %d x %d)",
            l->out.C, l->out.H, l->out.W);
    return true;
}
