/* Nodes that normalise an image, or work on its elements one by one, and the table of them. */
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "formulation/import/onnx.h"
#include "solver/base/memory.h"

/* A layer of one input that keeps its sizes. */
static enum onnx_result keep(struct onnx_value *out, const struct onnx_node *n, const char *op) {
    const struct onnx_value *v = onnx_any(n, 0);
    if (!v) return ONNX_FAILED;
    *out = *v;
    out->layer = sketch_add(n->in->sketch, n->name, 0, op, &v->layer, 1, "%s", "");
    return ONNX_MADE;
}

/* --- normalisation, activations ----------------------------------------------------------------------------------- */

static enum onnx_result make_lrn(struct onnx_value *out, const struct onnx_node *n) {
    const struct onnx_value *in = onnx_image(n, 0);
    if (!in) return ONNX_FAILED;
    *out = *in;
    out->layer =
        sketch_add(n->in->sketch, n->name, 0, "lrn", &in->layer, 1, "size=%" PRId64 " alpha=%.9g beta=%.9g bias=%.9g",
                   onnx_int(n, "size", 0), (double)onnx_real(n, "alpha", 1e-4f), (double)onnx_real(n, "beta", 0.75f),
                   (double)onnx_real(n, "bias", 1));
    return ONNX_MADE;
}

/* y = (x - mean) / sqrt(variance + epsilon) * scale + shift, as a factor and a shift. */
static bool take_batchnorm(const struct onnx_node *n, int64_t C) {
    const double epsilon = (double)onnx_real(n, "epsilon", 1e-5f);
    if (!onnx_room(n, C, C)) return false;
    if (!n->in->sketch->weights) return true;
    const struct sketch_layer *l = &n->in->sketch->layer[n->in->sketch->layers - 1];
    float *mean = MEMORY_NEW(float, C), *variance = MEMORY_NEW(float, C);
    bool good = onnx_floats(l->weights, n, 1, C) && onnx_floats(l->bias, n, 2, C) && onnx_floats(mean, n, 3, C) &&
                onnx_floats(variance, n, 4, C);
    for (int64_t c = 0; c < C && good; c++) {
        const double factor = (double)l->weights[c] / sqrt((double)variance[c] + epsilon);
        l->weights[c] = (float)factor;
        l->bias[c] = (float)((double)l->bias[c] - (double)mean[c] * factor);
    }
    for (int64_t c = 0; c < C && good; c++)
        if (!isfinite(l->weights[c]) || !isfinite(l->bias[c])) good = onnx_error(n, "its variance is not positive");
    free(mean);
    free(variance);
    return good;
}

static enum onnx_result make_batchnorm(struct onnx_value *out, const struct onnx_node *n) {
    for (int i = 1; i <= 4; i++)
        if (!onnx_constant(n, i, 1)) return ONNX_FAILED;
    if (onnx_int(n, "training_mode", 0) != 0 || onnx_int(n, "spatial", 1) == 0)
        return onnx_failed(onnx_error(n, "as in training, or by pixel (expected one scale for each channel)"));
    const struct onnx_value *v = onnx_any(n, 0);
    if (v) v = v->rank == 2 ? onnx_vector(n, 0) : v->rank == 3 && v->have[0] == v->dim[1] ? v : onnx_image(n, 0);
    if (!v) return ONNX_FAILED;
    *out = *v;
    out->layer = sketch_add(n->in->sketch, n->name, 0, "batchnorm", &v->layer, 1, "%s", "");
    return take_batchnorm(n, out->dim[1]) ? ONNX_MADE : ONNX_FAILED;
}

static enum onnx_result make_relu(struct onnx_value *out, const struct onnx_node *n) {
    return keep(out, n, "relu");
}

/* An activation with a parameter, or two (key_b NULL: one), under the names that a .net has for them. */
static enum onnx_result activation(struct onnx_value *out, const struct onnx_node *n, const char *op, const char *key_a,
                                   double a, const char *key_b, double b) {
    const struct onnx_value *v = onnx_any(n, 0);
    char second[64] = "";
    if (!v) return ONNX_FAILED;
    if (key_b) snprintf(second, sizeof second, " %s=%.9g", key_b, b);
    *out = *v;
    out->layer = sketch_add(n->in->sketch, n->name, 0, op, &v->layer, 1, "%s=%.9g%s", key_a, a, second);
    return ONNX_MADE;
}

static enum onnx_result make_leakyrelu(struct onnx_value *out, const struct onnx_node *n) {
    return activation(out, n, "leakyrelu", "slope", (double)onnx_real(n, "alpha", 0.01f), NULL, 0);
}

/* One slope for all channels, or one for each. */
static enum onnx_result make_prelu(struct onnx_value *out, const struct onnx_node *n) {
    const struct onnx_value *v = onnx_any(n, 0), *slope = onnx_input(n, 1);
    if (!v) return ONNX_FAILED;
    if (v->rank < 2) return onnx_failed(onnx_error(n, "%d dimensions (expected batch, channels)", v->rank));
    const int64_t C = v->have[0], count = slope && slope->kind == ONNX_CONSTANT ? onnx_count(slope) : 0;
    const int axis = v->channels_last ? 1 : v->rank - 1; /* of the channels, from the end */
    const bool each =
        count == C && v->dim[v->rank - axis] == C && slope->rank >= axis && slope->dim[slope->rank - axis] == C;
    if (count != 1 && !each) return onnx_failed(onnx_error(n, "slopes that are neither one nor one for each channel"));
    *out = *v;
    out->layer = sketch_add(n->in->sketch, n->name, 0, "prelu", &v->layer, 1, "%s", "");
    if (!onnx_room(n, C, 0)) return ONNX_FAILED;
    if (!n->in->sketch->weights) return ONNX_MADE;
    float *to = n->in->sketch->layer[out->layer].weights;
    if (!onnx_elements(to, n, 1, count)) return ONNX_FAILED;
    for (int64_t c = 1; c < C && count == 1; c++) to[c] = to[0];
    return ONNX_MADE;
}

static enum onnx_result make_elu(struct onnx_value *out, const struct onnx_node *n) {
    return activation(out, n, "elu", "alpha", (double)onnx_real(n, "alpha", 1), NULL, 0);
}

static enum onnx_result make_hardsigmoid(struct onnx_value *out, const struct onnx_node *n) {
    return activation(out, n, "hardsigmoid", "alpha", (double)onnx_real(n, "alpha", 0.2f), "beta",
                      (double)onnx_real(n, "beta", 0.5f));
}

static enum onnx_result make_sigmoid(struct onnx_value *out, const struct onnx_node *n) {
    return keep(out, n, "sigmoid");
}

static enum onnx_result make_tanh(struct onnx_value *out, const struct onnx_node *n) {
    return keep(out, n, "tanh");
}

static enum onnx_result make_hardswish(struct onnx_value *out, const struct onnx_node *n) {
    return keep(out, n, "hardswish");
}

/* The bounds are inputs since opset 11, attributes before. */
static bool clip_bound(double *bound, const struct onnx_node *n, int input, const char *name) {
    float value = (float)*bound;
    if (n->in->opset < 11)
        value = onnx_real(n, name, value);
    else if (!onnx_number(&value, n, input))
        return false;
    *bound = (double)value;
    return true;
}

static enum onnx_result make_clip(struct onnx_value *out, const struct onnx_node *n) {
    double low = -1e9, high = 1e9; /* the widest that a .net says */
    if (!clip_bound(&low, n, 1, "min") || !clip_bound(&high, n, 2, "max")) return ONNX_FAILED;
    low = fmax(low, -1e9), high = fmin(high, 1e9);
    if (low == 0 && high >= 1e9) return keep(out, n, "relu");
    if (low == 0 && high == 6) return keep(out, n, "relu6");
    return activation(out, n, "clip", "low", low, "high", high);
}

/* Min and Max with a constant: one bound. */
static enum onnx_result bounded(struct onnx_value *out, const struct onnx_node *n, bool above) {
    const struct onnx_value *a = onnx_input(n, 0), *b = onnx_input(n, 1);
    float bound = 0;
    if (n->inputs != 2 || !a || !b || (a->kind == ONNX_CONSTANT) == (b->kind == ONNX_CONSTANT)) return ONNX_UNSUPPORTED;
    const int at = b->kind == ONNX_CONSTANT;
    if (onnx_count(at ? b : a) != 1 || (at ? b : a)->rank > (at ? a : b)->rank) return ONNX_UNSUPPORTED;
    if (!onnx_number(&bound, n, at)) return ONNX_FAILED;
    struct onnx_node turned = *n;
    turned.input[0] = n->input[1 - at];
    if (!above && bound == 0) return keep(out, &turned, "relu");
    return activation(out, &turned, "clip", "low", above ? -1e9 : (double)bound, "high", above ? (double)bound : 1e9);
}

static enum onnx_result make_min(struct onnx_value *out, const struct onnx_node *n) {
    return bounded(out, n, true);
}

static enum onnx_result make_max(struct onnx_value *out, const struct onnx_node *n) {
    return bounded(out, n, false);
}

static enum onnx_result make_dropout(struct onnx_value *out, const struct onnx_node *n) {
    return keep(out, n, "dropout");
}

/* Over all elements, which keep their order, or over each C that follow each other: a layer of these channels, and back. */
static enum onnx_result softmax_of_rows(struct onnx_value *out, const struct onnx_node *n, int64_t C) {
    struct sketch *s = n->in->sketch;
    struct onnx_value *in = onnx_any(n, 0);
    const int64_t rows = onnx_count(in) / C;
    if (rows > 1) in = onnx_vector(n, 0);
    if (!in) return ONNX_FAILED;
    *out = *in;
    const bool vector = in->have[1] == 1 && in->have[2] == 1;
    int layer = in->layer;
    if (rows > 1)
        layer = sketch_add(s, n->name, 0, "reshape", &layer, 1, "c=%" PRId64 " h=%" PRId64 " last=1", C, rows);
    else if (!vector)
        layer = sketch_add(s, n->name, 0, "reshape", &layer, 1, "c=%" PRId64, C);
    layer = sketch_add(s, n->name, 0, "softmax", &layer, 1, "%s", "");
    if (rows > 1)
        layer = sketch_add(s, n->name, 0, "reshape", &layer, 1, "last=1");
    else if (!vector)
        layer = sketch_add(s, n->name, 0, "reshape", &layer, 1, "c=%" PRId64 " h=%" PRId64 " w=%" PRId64, in->have[0],
                           in->have[1], in->have[2]);
    out->layer = layer;
    return ONNX_MADE;
}

/* Up to opset 12 over all axes from `axis` (1) on, as one; later over that axis (the last) alone. A layer is over the
 * channels, of each pixel by itself. */
static enum onnx_result make_softmax(struct onnx_value *out, const struct onnx_node *n) {
    const struct onnx_value *in = onnx_any(n, 0);
    if (!in) return ONNX_FAILED;
    const bool early = n->in->opset < 13;
    const int last = in->channels_last ? in->rank - 1 : 1;
    int64_t axis = onnx_int(n, "axis", early ? 1 : -1), C = 1, after = 1;
    axis += axis < 0 ? in->rank : 0;
    if (axis < 0 || axis >= in->rank)
        return onnx_failed(onnx_error(n, "axis %" PRId64 " of %d dimensions is out of range", axis, in->rank));
    for (int i = (int)axis; i < in->rank; i++) *(early || i == axis ? &C : &after) *= in->dim[i];
    const bool channels = in->have[0] == C && in->dim[axis] == C && axis == last;
    if (channels && (in->channels_last || C * after == onnx_count(in))) return keep(out, n, "softmax");
    if (after == 1) return softmax_of_rows(out, n, C);
    return onnx_failed(onnx_error(n, "axis %" PRId64 " of %d dimensions (expected the channels)", axis, in->rank));
}

const struct onnx_op onnx_activations[] = {
    {"LRN", make_lrn},
    {"BatchNormalization", make_batchnorm},
    {"Relu", make_relu},
    {"LeakyRelu", make_leakyrelu},
    {"PRelu", make_prelu},
    {"Elu", make_elu},
    {"Sigmoid", make_sigmoid},
    {"HardSigmoid", make_hardsigmoid},
    {"HardSwish", make_hardswish},
    {"Tanh", make_tanh},
    {"Clip", make_clip},
    {"Min", make_min},
    {"Max", make_max},
    {"Dropout", make_dropout},
    {"Softmax", make_softmax},
    {NULL, NULL},
};
