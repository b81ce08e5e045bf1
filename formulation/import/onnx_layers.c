/* One function per kind of ONNX node that computes something of an image, and the table of them. */
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "formulation/import/onnx.h"
#include "formulation/import/window.h"
#include "solver/base/memory.h"

/* A layer of one input that keeps its sizes. */
static enum onnx_result keep(struct onnx_value *out, const struct onnx_node *n, const char *op, bool vector) {
    const struct onnx_value *v = onnx_image(n, 0, vector);
    if (!v) return ONNX_FAILED;
    *out = *v;
    out->layer = sketch_add(n->in->sketch, n->name, 0, op, &v->layer, 1, "%s", "");
    return ONNX_MADE;
}

/* --- windows ------------------------------------------------------------------------------------------------------ */

/* Two whole numbers from 1; `preset` where the attribute is absent (0: it may not be). */
static bool pair(int64_t out[2], const struct onnx_node *n, const char *name, int64_t preset) {
    const int count = onnx_ints(out, 2, n, name);
    if (count < 0) out[0] = out[1] = preset;
    if (count < 0 && preset == 0) return onnx_error(n, "`%s` is missing", name);
    if (count >= 0 && count != 2) return onnx_error(n, "`%s` has %d numbers (expected 2)", name, count);
    for (int i = 0; i < 2; i++)
        if (out[i] < 1 || out[i] > 1 << 20) return onnx_error(n, "`%s` is out of range", name);
    return true;
}

static bool read_padding(struct window *w, const struct onnx_node *n, const int64_t size[2]) {
    const int count = onnx_ints(w->pad, 4, n, "pads");
    const bool upper = onnx_is(n, "auto_pad", "SAME_UPPER", false);
    if (count >= 0 && count != 4) return onnx_error(n, "`pads` has %d numbers (expected 4)", count);
    for (int i = 0; i < 4; i++) w->pad[i] = count == 4 ? w->pad[i] : 0;
    for (int i = 0; i < 4; i++)
        if (w->pad[i] < 0 || w->pad[i] > 1 << 20) return onnx_error(n, "`pads` is out of range");
    if (upper || onnx_is(n, "auto_pad", "SAME_LOWER", false)) window_same(w, size, upper);
    return true;
}

static bool read_window(struct window *w, const struct onnx_node *n, const struct onnx_value *in) {
    if (!pair(w->stride, n, "strides", 1) || !pair(w->dilation, n, "dilations", 1) || !read_padding(w, n, in->dim + 2))
        return false;
    w->ceil = onnx_int(n, "ceil_mode", 0) != 0;
    return true;
}

/* Input 1 and, where there is one, the bias of input 2: of the layer just sketched. */
static bool take_weights(const struct onnx_node *n, const struct onnx_value *weights, int64_t bias) {
    int64_t count = 1;
    if (!n->in->sketch->weights) return true;
    for (int i = 0; i < weights->rank; i++)
        if (__builtin_mul_overflow(count, weights->dim[i], &count) || count > (int64_t)1 << 34)
            return onnx_error(n, "weights of impossible size");
    if (wire_length(&weights->tensor) == 0) return onnx_floats(NULL, n, 1, count); /* says that there are none */
    sketch_weights(n->in->sketch, count, bias);
    const struct sketch_layer *l = &n->in->sketch->layer[n->in->sketch->layers - 1];
    return onnx_floats(l->weights, n, 1, count) && (bias == 0 || onnx_floats(l->bias, n, 2, bias));
}

/* --- convolutions and products ------------------------------------------------------------------------------------ */

static enum onnx_result make_conv(struct onnx_value *out, const struct onnx_node *n) {
    const struct onnx_value *in = onnx_padded(n, 0), *weights = in ? onnx_constant(n, 1, 4) : NULL;
    const bool bias = onnx_input(n, 2) != NULL;
    const int64_t groups = onnx_int(n, "group", 1);
    struct window w = {0};
    char keys[WINDOW_TEXT], dilation[WINDOW_TEXT];
    if (!in || !weights) return ONNX_FAILED;
    w.kernel[0] = weights->dim[2], w.kernel[1] = weights->dim[3];
    if (!read_window(&w, n, in)) return ONNX_FAILED;
    for (int i = 0; i < 4; i++) w.pad[i] += in->pad[i];
    if (groups < 1 || groups > 1 << 20 || weights->dim[1] * groups != in->dim[1])
        return onnx_failed(onnx_error(n,
                                      "weights of %" PRId64 " channels in %" PRId64 " groups for an input of %" PRId64,
                                      weights->dim[1], groups, in->dim[1]));
    const int layer =
        sketch_add(n->in->sketch, n->name, 0, "conv", &in->layer, 1, "m=%" PRId64 " %s %s g=%" PRId64 " bias=%d",
                   weights->dim[0], window_keys(keys, &w), window_dilation(dilation, &w), groups, bias);
    *out = onnx_image_of(layer, weights->dim[0], window_out(&w, in->dim[2], 0), window_out(&w, in->dim[3], 1));
    return take_weights(n, weights, bias ? weights->dim[0] : 0) ? ONNX_MADE : ONNX_FAILED;
}

/* The weights of an fc: as they are, M x K, or turned. */
static bool take_product(const struct onnx_node *n, const struct onnx_value *weights, bool bias, bool turned) {
    const int64_t K = weights->dim[turned], M = weights->dim[!turned];
    if (!take_weights(n, weights, bias ? M : 0) || turned || !n->in->sketch->weights)
        return n->in->err->text[0] == '\0';
    float *to = n->in->sketch->layer[n->in->sketch->layers - 1].weights;
    float *from = memory_duplicate(to, (size_t)(K * M) * sizeof *to);
    for (int64_t k = 0; k < K; k++)
        for (int64_t m = 0; m < M; m++) to[m * K + k] = from[k * M + m];
    free(from);
    return true;
}

static enum onnx_result product(struct onnx_value *out, const struct onnx_node *n, const struct onnx_value *weights,
                                bool turned, bool bias) {
    const struct onnx_value *in = onnx_image(n, 0, true);
    if (!in) return ONNX_FAILED;
    const int64_t inputs = weights->dim[turned], outputs = weights->dim[!turned];
    int64_t have = 1;
    for (int i = 1; i < in->rank; i++)
        if (__builtin_mul_overflow(have, in->dim[i], &have)) have = -1;
    if (have != inputs)
        return onnx_failed(onnx_error(n, "weights for %" PRId64 " inputs (expected %" PRId64 ")", inputs, have));
    const int layer =
        sketch_add(n->in->sketch, n->name, 0, "fc", &in->layer, 1, "m=%" PRId64 " bias=%d", outputs, bias);
    *out = (struct onnx_value){.kind = ONNX_LAYER, .rank = 2, .dim = {1, outputs}, .layer = layer};
    return take_product(n, weights, bias, turned) ? ONNX_MADE : ONNX_FAILED;
}

static enum onnx_result make_gemm(struct onnx_value *out, const struct onnx_node *n) {
    const struct onnx_value *weights = onnx_constant(n, 1, 2);
    if (!weights) return ONNX_FAILED;
    if (onnx_real(n, "alpha", 1) != 1 || onnx_real(n, "beta", 1) != 1 || onnx_int(n, "transA", 0) != 0)
        return onnx_failed(onnx_error(n, "alpha, beta or transA is set (expected 1, 1 and 0)"));
    const bool turned = onnx_int(n, "transB", 0) != 0;
    return product(out, n, weights, turned, onnx_input(n, 2) != NULL);
}

static enum onnx_result make_matmul(struct onnx_value *out, const struct onnx_node *n) {
    const struct onnx_value *weights = onnx_constant(n, 1, 2);
    return weights ? product(out, n, weights, false, false) : ONNX_FAILED;
}

/* --- pools -------------------------------------------------------------------------------------------------------- */

static enum onnx_result pool(struct onnx_value *out, const struct onnx_node *n, const char *op, const char *keys) {
    const struct onnx_value *in = onnx_image(n, 0, false);
    struct window w = {0};
    char window[WINDOW_TEXT];
    if (!in || !pair(w.kernel, n, "kernel_shape", 0) || !read_window(&w, n, in)) return ONNX_FAILED;
    if (w.dilation[0] != 1 || w.dilation[1] != 1)
        return onnx_failed(onnx_error(n, "a window with holes (expected dilations of 1)"));
    const int layer =
        sketch_add(n->in->sketch, n->name, 0, op, &in->layer, 1, "%s ceil=%d%s", window_keys(window, &w), w.ceil, keys);
    *out = onnx_image_of(layer, in->dim[1], window_out(&w, in->dim[2], 0), window_out(&w, in->dim[3], 1));
    return ONNX_MADE;
}

static enum onnx_result make_maxpool(struct onnx_value *out, const struct onnx_node *n) {
    return pool(out, n, "maxpool", "");
}

static enum onnx_result make_avgpool(struct onnx_value *out, const struct onnx_node *n) {
    return pool(out, n, "avgpool", onnx_int(n, "count_include_pad", 0) != 0 ? " pad=1" : " pad=0");
}

static enum onnx_result global_pool(struct onnx_value *out, const struct onnx_node *n, const char *op) {
    const struct onnx_value *in = onnx_image(n, 0, false);
    if (!in) return ONNX_FAILED;
    *out = onnx_image_of(sketch_add(n->in->sketch, n->name, 0, op, &in->layer, 1, "global=1"), in->dim[1], 1, 1);
    return ONNX_MADE;
}

static enum onnx_result make_global_avgpool(struct onnx_value *out, const struct onnx_node *n) {
    return global_pool(out, n, "avgpool");
}

static enum onnx_result make_global_maxpool(struct onnx_value *out, const struct onnx_node *n) {
    return global_pool(out, n, "maxpool");
}

/* The mean over height and width is a global pool; the axes are an input since opset 18. */
static enum onnx_result make_mean(struct onnx_value *out, const struct onnx_node *n) {
    const struct onnx_value *given = onnx_input(n, 1);
    int64_t axis[2];
    int count = onnx_ints(axis, 2, n, "axes");
    if (count < 0 && given && given->kind == ONNX_CONSTANT && given->count == 2)
        axis[0] = given->number[0], axis[1] = given->number[1], count = 2;
    for (int i = 0; i < 2 && count == 2; i++) axis[i] += axis[i] < 0 ? 4 : 0;
    if (count != 2 || axis[0] + axis[1] != 5 || axis[0] * axis[1] != 6)
        return onnx_failed(onnx_error(n, "not over height and width (expected axes 2 and 3)"));
    enum onnx_result result = global_pool(out, n, "avgpool");
    if (result == ONNX_MADE && onnx_int(n, "keepdims", 1) == 0) out->rank = 2;
    return result;
}

/* --- normalisation, activations ----------------------------------------------------------------------------------- */

static enum onnx_result make_lrn(struct onnx_value *out, const struct onnx_node *n) {
    const struct onnx_value *in = onnx_image(n, 0, false);
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
    if (!n->in->sketch->weights) return true;
    sketch_weights(n->in->sketch, C, C);
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
    if (keep(out, n, "batchnorm", false) == ONNX_FAILED) return ONNX_FAILED;
    return take_batchnorm(n, out->dim[1]) ? ONNX_MADE : ONNX_FAILED;
}

static enum onnx_result make_relu(struct onnx_value *out, const struct onnx_node *n) {
    return keep(out, n, "relu", true);
}

/* An activation with a parameter, or two (key_b NULL: one), under the names that a .net has for them. */
static enum onnx_result activation(struct onnx_value *out, const struct onnx_node *n, const char *op, const char *key_a,
                                   double a, const char *key_b, double b) {
    const struct onnx_value *v = onnx_image(n, 0, true);
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

static enum onnx_result make_elu(struct onnx_value *out, const struct onnx_node *n) {
    return activation(out, n, "elu", "alpha", (double)onnx_real(n, "alpha", 1), NULL, 0);
}

static enum onnx_result make_hardsigmoid(struct onnx_value *out, const struct onnx_node *n) {
    return activation(out, n, "hardsigmoid", "alpha", (double)onnx_real(n, "alpha", 0.2f), "beta",
                      (double)onnx_real(n, "beta", 0.5f));
}

static enum onnx_result make_sigmoid(struct onnx_value *out, const struct onnx_node *n) {
    return keep(out, n, "sigmoid", true);
}

static enum onnx_result make_tanh(struct onnx_value *out, const struct onnx_node *n) {
    return keep(out, n, "tanh", true);
}

static enum onnx_result make_hardswish(struct onnx_value *out, const struct onnx_node *n) {
    return keep(out, n, "hardswish", true);
}

/* The bounds are inputs since opset 11, attributes before; only whole numbers are known here. */
static bool clip_bound(double *bound, const struct onnx_node *n, int input, const char *name) {
    const struct onnx_value *v = onnx_input(n, input);
    if (n->in->opset < 11) *bound = (double)onnx_real(n, name, (float)*bound);
    if (n->in->opset < 11 || !v) return true;
    if (v->kind != ONNX_CONSTANT || v->count != 1) return onnx_error(n, "its bounds are not whole numbers of the file");
    *bound = (double)v->number[0];
    return true;
}

static enum onnx_result make_clip(struct onnx_value *out, const struct onnx_node *n) {
    double low = -1e9, high = 1e9; /* the widest that a .net says */
    if (!clip_bound(&low, n, 1, "min") || !clip_bound(&high, n, 2, "max")) return ONNX_FAILED;
    if (low == 0 && high >= 1e9) return keep(out, n, "relu", true);
    if (low == 0 && high == 6) return keep(out, n, "relu6", true);
    return activation(out, n, "clip", "low", low, "high", high);
}

static enum onnx_result make_dropout(struct onnx_value *out, const struct onnx_node *n) {
    return keep(out, n, "dropout", true);
}

/* Over the channels: axis 1, which was the preset up to opset 12; later it is the last axis. */
static enum onnx_result make_softmax(struct onnx_value *out, const struct onnx_node *n) {
    const struct onnx_value *in = onnx_image(n, 0, true);
    if (!in) return ONNX_FAILED;
    int64_t axis = onnx_int(n, "axis", n->in->opset < 13 ? 1 : -1);
    axis += axis < 0 ? in->rank : 0;
    const bool pixel = in->rank == 2 || (in->dim[2] == 1 && in->dim[3] == 1);
    if (axis != 1 || (n->in->opset < 13 && !pixel))
        return onnx_failed(onnx_error(n, "axis %" PRId64 " of %d dimensions (expected the channels)", axis, in->rank));
    return keep(out, n, "softmax", true);
}

/* --- joints -------------------------------------------------------------------------------------------------------- */

static enum onnx_result join(struct onnx_value *out, const struct onnx_node *n, const char *op, bool channels) {
    enum { MOST = 8 };
    int layer[MOST];
    if (n->inputs < 1 || n->inputs > MOST)
        return onnx_failed(onnx_error(n, "%d inputs (expected 2 to %d)", n->inputs, MOST));
    for (int i = 0; i < n->inputs; i++) {
        const struct onnx_value *v = onnx_image(n, i, !channels);
        if (!v) return ONNX_FAILED;
        layer[i] = v->layer;
        if (i == 0) {
            *out = *v;
            continue;
        }
        for (int d = channels ? 2 : 1; d < out->rank; d++)
            if (v->rank != out->rank || v->dim[d] != out->dim[d])
                return onnx_failed(onnx_error(n, "input %d has other sizes than input 0 (expected the same)", i));
        if (channels) out->dim[1] += v->dim[1];
    }
    if (n->inputs > 1) out->layer = sketch_add(n->in->sketch, n->name, 0, op, layer, n->inputs, "%s", "");
    return ONNX_MADE;
}

static enum onnx_result make_add(struct onnx_value *out, const struct onnx_node *n) {
    return join(out, n, "add", false);
}

/* Of the same sizes, or one of them one pixel. */
static enum onnx_result product_of_layers(struct onnx_value *out, const struct onnx_node *n) {
    for (int i = 0; i < 2; i++)
        if (!onnx_input(n, i) || onnx_input(n, i)->kind != ONNX_LAYER) return ONNX_UNSUPPORTED;
    const struct onnx_value *a = onnx_image(n, 0, false), *b = a ? onnx_image(n, 1, false) : NULL;
    if (!a || !b) return ONNX_FAILED;
    const bool turned = a->dim[2] == 1 && a->dim[3] == 1 && (b->dim[2] > 1 || b->dim[3] > 1);
    const struct onnx_value *image = turned ? b : a, *factor = turned ? a : b;
    *out = *image;
    out->layer = sketch_add(n->in->sketch, n->name, 0, "mul", (const int[]){image->layer, factor->layer}, 2, "%s", "");
    return ONNX_MADE;
}

/* x sigmoid(x), x hardsigmoid(x): one function, which exporters write in two. */
static enum onnx_result make_mul(struct onnx_value *out, const struct onnx_node *n) {
    static const char *const pairs[][2] = {{"sigmoid", "silu"}, {"hardsigmoid", "hardswish"}};
    struct sketch *s = n->in->sketch;
    for (int i = 0; i < 2; i++) {
        const struct onnx_value *x = onnx_input(n, i), *factor = onnx_input(n, 1 - i);
        if (!x || !factor || x->kind != ONNX_LAYER || factor->kind != ONNX_LAYER || factor->layer != s->layers - 1)
            continue;
        for (int k = 0; k < 2; k++) {
            if (!sketch_reads(s, factor->layer, pairs[k][0], x->layer)) continue;
            if (k == 1 && !sketch_says(s, factor->layer, "alpha=0.166666672 beta=0.5")) continue;
            sketch_change(s, pairs[k][1]);
            *out = *factor;
            return ONNX_MADE;
        }
    }
    return product_of_layers(out, n);
}

static enum onnx_result make_concat(struct onnx_value *out, const struct onnx_node *n) {
    const struct onnx_value *in = onnx_image(n, 0, false);
    const int64_t axis = onnx_int(n, "axis", 1);
    if (!in) return ONNX_FAILED;
    if (axis != 1 && axis != -3) return onnx_failed(onnx_error(n, "axis %" PRId64 " (expected 1, the channels)", axis));
    return join(out, n, "concat", true);
}

const struct onnx_op *onnx_layer_find(const char *type) {
    static const struct onnx_op ops[] = {
        {"Conv", make_conv},
        {"Gemm", make_gemm},
        {"MatMul", make_matmul},
        {"MaxPool", make_maxpool},
        {"AveragePool", make_avgpool},
        {"GlobalAveragePool", make_global_avgpool},
        {"GlobalMaxPool", make_global_maxpool},
        {"ReduceMean", make_mean},
        {"LRN", make_lrn},
        {"BatchNormalization", make_batchnorm},
        {"Relu", make_relu},
        {"LeakyRelu", make_leakyrelu},
        {"Elu", make_elu},
        {"Sigmoid", make_sigmoid},
        {"HardSigmoid", make_hardsigmoid},
        {"HardSwish", make_hardswish},
        {"Tanh", make_tanh},
        {"Clip", make_clip},
        {"Dropout", make_dropout},
        {"Softmax", make_softmax},
        {"Add", make_add},
        {"Sum", make_add},
        {"Mul", make_mul},
        {"Concat", make_concat},
    };
    for (size_t i = 0; i < sizeof ops / sizeof ops[0]; i++)
        if (strcmp(ops[i].type, type) == 0) return &ops[i];
    return onnx_shape_find(type);
}
