/* Functions of one element, alone or fused into another operator, and softmax. */
#include <inttypes.h>
#include <stdio.h>

#include "formulation/import/tflite.h"

/* A layer of one input that keeps its sizes, and the order of a vector. */
static enum tflite_result keep(struct tflite_value *out, const struct tflite_node *n, const char *op, const char *keys,
                               bool positive) {
    const struct tflite_value *in = tflite_image(n, 0, true);
    if (!in) return TFLITE_FAILED;
    *out = *in;
    out->positive = positive;
    out->layer = tflite_layer(n, op, in->layer, "%s", keys);
    return out->layer >= 0 ? TFLITE_MADE : TFLITE_FAILED;
}

/* By codes of enum ActivationFunctionType. */
static const struct {
    const char *op, *keys;
    bool positive;
} fused[] = {
    {NULL, "", false}, {"relu", "", true}, {"clip", "low=-1 high=1", false}, {"relu6", "", true}, {"tanh", "", false}};

enum tflite_result tflite_fused(struct tflite_value *out, const struct tflite_node *n, int slot) {
    const int64_t code = flatbuffer_signed(&n->options, slot, 1, 0);
    struct tflite_node after = *n;
    if (code < 0 || code >= (int64_t)(sizeof fused / sizeof fused[0]))
        return tflite_failed(tflite_error(n, "activation %" PRId64 " (expected at most 4, TANH)", code));
    if (!fused[code].op) return TFLITE_MADE;
    snprintf(after.name, sizeof after.name, "%.60s.%s", n->name, fused[code].op);
    out->layer = tflite_layer(&after, fused[code].op, out->layer, "%s", fused[code].keys);
    out->positive = fused[code].positive;
    return out->layer >= 0 ? TFLITE_MADE : TFLITE_FAILED;
}

enum tflite_result tflite_relu(struct tflite_value *out, const struct tflite_node *n) {
    return keep(out, n, "relu", "", true);
}

enum tflite_result tflite_relu6(struct tflite_value *out, const struct tflite_node *n) {
    return keep(out, n, "relu6", "", true);
}

enum tflite_result tflite_relu_n1_to_1(struct tflite_value *out, const struct tflite_node *n) {
    return keep(out, n, "clip", "low=-1 high=1", false);
}

enum tflite_result tflite_relu_0_to_1(struct tflite_value *out, const struct tflite_node *n) {
    return keep(out, n, "clip", "low=0 high=1", true);
}

enum tflite_result tflite_sigmoid(struct tflite_value *out, const struct tflite_node *n) {
    return keep(out, n, "sigmoid", "", true);
}

enum tflite_result tflite_tanh(struct tflite_value *out, const struct tflite_node *n) {
    return keep(out, n, "tanh", "", false);
}

enum tflite_result tflite_elu(struct tflite_value *out, const struct tflite_node *n) {
    return keep(out, n, "elu", "", false);
}

enum tflite_result tflite_hardswish(struct tflite_value *out, const struct tflite_node *n) {
    return keep(out, n, "hardswish", "", false);
}

static enum tflite_result leaky(struct tflite_value *out, const struct tflite_node *n, double slope) {
    char keys[48];
    if (!(slope >= -1e9 && slope <= 1e9)) return tflite_failed(tflite_error(n, "a slope that is out of range"));
    snprintf(keys, sizeof keys, "slope=%.9g", slope);
    return keep(out, n, "leakyrelu", keys, false);
}

enum tflite_result tflite_leakyrelu(struct tflite_value *out, const struct tflite_node *n) {
    return leaky(out, n, (double)flatbuffer_real(&n->options, 0, 0));
}

/* Of one slope for all elements, or one for each channel. */
enum tflite_result tflite_prelu(struct tflite_value *out, const struct tflite_node *n) {
    const struct tflite_value *v = tflite_constant(n, 1), *in = v ? tflite_ordered(n, 0) : NULL;
    if (!in) return TFLITE_FAILED;
    const int64_t count = tflite_floats(v), C = tflite_channels(in);
    bool equal = true;
    if (count < 1) return tflite_failed(tflite_error(n, "its slopes are not all there"));
    if (!tflite_spend(n, v->length)) return TFLITE_FAILED;
    for (int64_t i = 1; i < count && equal; i++) equal = tflite_element(v, i) == tflite_element(v, 0);
    if (equal) return leaky(out, n, (double)tflite_element(v, 0));
    if (count != C || v->dim[v->rank - 1] != C)
        return tflite_failed(tflite_error(n, "slopes that are neither one nor one for each channel"));
    const enum tflite_result result = keep(out, n, "prelu", "", false);
    return result == TFLITE_MADE && !tflite_slopes(n, C) ? TFLITE_FAILED : result;
}

/* Over all elements of an image as a vector: their order does not matter. */
static enum tflite_result softmax_of_all(struct tflite_value *out, const struct tflite_node *n,
                                         const struct tflite_value *in) {
    int layer = tflite_layer(n, "reshape", in->layer, "c=%" PRId64, in->dim[1]);
    if (layer >= 0) layer = tflite_layer(n, "softmax", layer, "%s", "");
    if (layer >= 0)
        layer = tflite_layer(n, "reshape", layer, "c=%" PRId64 " h=%" PRId64 " w=%" PRId64, in->was[2], in->was[0],
                             in->was[1]);
    *out = *in;
    out->layer = layer;
    out->positive = true;
    return layer >= 0 ? TFLITE_MADE : TFLITE_FAILED;
}

/* Over the last dimension: channels of a pixel, or a vector. */
enum tflite_result tflite_softmax(struct tflite_value *out, const struct tflite_node *n) {
    const struct tflite_value *in = tflite_image(n, 0, true);
    const double beta = (double)flatbuffer_real(&n->options, 0, 1);
    if (!in) return TFLITE_FAILED;
    if (beta != 1) return tflite_failed(tflite_error(n, "beta %g (expected 1)", beta));
    if (in->was[0]) return softmax_of_all(out, n, in);
    return keep(out, n, "softmax", "", true);
}
