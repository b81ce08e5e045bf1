/* Shape inference: what a layer puts out, from what its inputs put out. Sizes are bounded (2^20 a dimension, 2^40 bytes
 * a tensor), so that nothing later on can overflow. */
#include <assert.h>
#include <math.h>

#include "formulation/network_op.h"

#define SHAPE_SIZE_MOST  (1 << 20)
#define SHAPE_BYTES_MOST ((int64_t)1 << 40)

static bool shape_conv(struct layer *l, const struct network_draft *d, struct shape in, const char *path,
                       struct error *err) {
    bool square = network_op_given(d, "k"), sides = network_op_given(d, "kh") && network_op_given(d, "kw");
    bool side = network_op_given(d, "kh") || network_op_given(d, "kw");
    if (square == sides || (square && side))
        return error_at(err, path, l->line, "conv needs the key `k`, or `kh` and `kw`, and not both");
    struct scenario *s = &l->scenario;
    s->C = in.C, s->H = in.H, s->W = in.W;
    s->M = (int)network_op_value(d, "m");
    s->KH = (int)network_op_value(d, square ? "k" : "kh");
    s->KW = (int)network_op_value(d, square ? "k" : "kw");
    s->stride = (int)network_op_value(d, "s");
    s->pad = (int)network_op_value(d, "p");
    s->dilation = (int)network_op_value(d, "d");
    s->groups = (int)network_op_value(d, "g");
    const char *wrong = scenario_check(s);
    if (wrong) return error_at(err, path, l->line, "convolution of a %d x %d x %d input: %s", in.C, in.H, in.W, wrong);
    l->bias = network_op_value(d, "bias") != 0;
    l->out = (struct shape){s->M, scenario_out_h(s), scenario_out_w(s)};
    return true;
}

/* Caffe's rule: rounded up, the last window must begin inside the padded input, else it is left out. */
static int shape_pool_size(int size, int kernel, int stride, int pad, bool up) {
    assert(kernel <= size + 2 * pad && pad < kernel && stride > 0);
    int out = (size + 2 * pad - kernel + (up ? stride - 1 : 0)) / stride + 1;
    return up && (out - 1) * (int64_t)stride >= size + pad ? out - 1 : out;
}

static bool shape_pool(struct layer *l, const struct network_draft *d, struct shape in, const char *path,
                       struct error *err) {
    static const char *const windowed[] = {"k", "s", "p", "ceil"};
    struct operator_shape *s = &l->shape_of;
    s->stride = 1;
    if (s->kind == OPERATOR_AVGPOOL) s->count_pad = network_op_value(d, "pad") != 0;
    if (network_op_value(d, "global") != 0) {
        for (int i = 0; i < 4; i++)
            if (network_op_given(d, windowed[i]))
                return error_at(err, path, l->line, "a global pool has no `%s` (expected only `global=1`)",
                                windowed[i]);
        l->out = (struct shape){in.C, 1, 1};
        return true;
    }
    if (!network_op_given(d, "k"))
        return error_at(err, path, l->line, "%s needs the key `k`, or `global=1`", d->op->name);
    s->kernel = (int)network_op_value(d, "k");
    s->stride = (int)network_op_value(d, "s");
    s->pad = (int)network_op_value(d, "p");
    s->ceil = network_op_value(d, "ceil") != 0;
    if (s->pad >= s->kernel)
        return error_at(err, path, l->line, "padding too large (expected less than the kernel size %d, got %d)",
                        s->kernel, s->pad);
    if (s->kernel > in.H + 2 * s->pad || s->kernel > in.W + 2 * s->pad)
        return error_at(err, path, l->line, "kernel %d does not fit into a %d x %d input padded by %d", s->kernel, in.H,
                        in.W, s->pad);
    l->out = (struct shape){in.C, shape_pool_size(in.H, s->kernel, s->stride, s->pad, s->ceil),
                            shape_pool_size(in.W, s->kernel, s->stride, s->pad, s->ceil)};
    return true;
}

static bool shape_join(struct layer *l, const struct layer *layers, const char *path, struct error *err) {
    bool concat = l->shape_of.kind == OPERATOR_CONCAT;
    assert(l->inputs >= 2 && l->inputs <= OPERATOR_INPUTS);
    struct shape first = layers[l->input[0]].out;
    int channels = 0;
    for (int i = 0; i < l->inputs; i++) {
        const struct layer *u = &layers[l->input[i]];
        if (u->out.H != first.H || u->out.W != first.W || (!concat && u->out.C != first.C))
            return error_at(err, path, l->line, "`%s` is %d x %d x %d (expected %s as `%s`, which is %d x %d x %d)",
                            u->name, u->out.C, u->out.H, u->out.W,
                            concat ? "the same height and width" : "the same size", layers[l->input[0]].name, first.C,
                            first.H, first.W);
        channels += u->out.C; /* at most 8 x 2^20 */
    }
    l->out = (struct shape){concat ? channels : first.C, first.H, first.W};
    return true;
}

static bool shape_lrn(struct layer *l, const struct network_draft *d, const char *path, struct error *err) {
    struct operator_shape *s = &l->shape_of;
    s->size = (int)network_op_value(d, "size");
    s->alpha = (float)network_op_value(d, "alpha");
    s->beta = (float)network_op_value(d, "beta");
    s->bias = (float)network_op_value(d, "bias");
    if (s->size % 2 == 0)
        return error_at(err, path, l->line, "size of lrn is even (expected an odd number, got %d)", s->size);
    if (!(s->bias > 0))
        return error_at(err, path, l->line, "bias of lrn is out of range (expected more than 0, got %g)",
                        (double)s->bias);
    return true;
}

static bool shape_operator(struct layer *l, const struct network_draft *d, const struct layer *layers, struct shape in,
                           const char *path, struct error *err) {
    l->shape_of.kind = d->op->operator;
    l->out = in;
    switch (d->op->operator) {
    case OPERATOR_INPUT:
        l->out =
            (struct shape){(int)network_op_value(d, "c"), (int)network_op_value(d, "h"), (int)network_op_value(d, "w")};
        return true;
    case OPERATOR_MAXPOOL:
    case OPERATOR_AVGPOOL: return shape_pool(l, d, in, path, err);
    case OPERATOR_CONCAT:
    case OPERATOR_ADD: return shape_join(l, layers, path, err);
    case OPERATOR_LRN: return shape_lrn(l, d, path, err);
    case OPERATOR_FC:
        l->out = (struct shape){(int)network_op_value(d, "m"), 1, 1};
        l->bias = network_op_value(d, "bias") != 0;
        if (shape_bytes(in) * l->out.C >= SHAPE_BYTES_MOST)
            return error_at(err, path, l->line, "the weights take 2^40 bytes or more");
        return true;
    case OPERATOR_RELU:
    case OPERATOR_SOFTMAX: return true;
    case OPERATORS: break;
    }
    return error_at(err, path, l->line, "no shape rule for op `%s`", d->op->name);
}

bool network_shape(struct layer *l, const struct network_draft *draft, const struct layer *layers, const char *path,
                   struct error *err) {
    struct shape in = l->inputs ? layers[l->input[0]].out : (struct shape){0, 0, 0};
    l->kind = draft->op->kind;
    l->out = in;
    if (l->kind == LAYER_CONV && !shape_conv(l, draft, in, path, err)) return false;
    if (l->kind == LAYER_OPERATOR) {
        struct operator_shape *s = &l->shape_of;
        if (!shape_operator(l, draft, layers, in, path, err)) return false;
        if (l->inputs == 0) in = l->out;
        s->inputs = l->inputs ? l->inputs : 1;
        s->C[0] = in.C, s->H = in.H, s->W = in.W;
        for (int i = 1; i < l->inputs; i++) s->C[i] = layers[l->input[i]].out.C;
        s->M = l->out.C, s->OH = l->out.H, s->OW = l->out.W;
    }
    assert(l->out.C > 0 && l->out.H > 0 && l->out.W > 0);
    if (l->out.C > SHAPE_SIZE_MOST || shape_bytes(l->out) >= SHAPE_BYTES_MOST)
        return error_at(
            err, path, l->line,
            "the output is too large (expected at most 2^20 channels and less than 2^40 bytes, got %d x %d x %d)",
            l->out.C, l->out.H, l->out.W);
    return true;
}
