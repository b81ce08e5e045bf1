/* One function per kind of ONNX node with a window or with weights, or that looks at all of an image, and the table. */
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "formulation/import/onnx.h"
#include "formulation/import/window.h"
#include "solver/base/memory.h"

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

/* Input 2, or its one number for all. */
static bool take_bias(float *to, const struct onnx_node *n, int64_t bias) {
    const struct onnx_value *v = onnx_input(n, 2);
    const int64_t given = v && onnx_count(v) == 1 ? 1 : bias;
    if (!onnx_floats(to, n, 2, given)) return false;
    for (int64_t i = given; i < bias; i++) to[i] = to[0];
    return true;
}

/* Input 1 and, where there is one, the bias of input 2: of the layer just sketched. */
static bool take_weights(const struct onnx_node *n, const struct onnx_value *weights, int64_t bias) {
    int64_t count = 1;
    if (!n->in->sketch->weights) return true;
    for (int i = 0; i < weights->rank; i++)
        if (__builtin_mul_overflow(count, weights->dim[i], &count) || count > (int64_t)1 << 34)
            return onnx_error(n, "weights of impossible size");
    if (wire_length(&weights->tensor) == 0 && weights->count < 0)
        return onnx_floats(NULL, n, 1, count); /* says that there are none */
    if (!onnx_room(n, count, bias)) return false;
    const struct sketch_layer *l = &n->in->sketch->layer[n->in->sketch->layers - 1];
    return onnx_floats(l->weights, n, 1, count) && (bias == 0 || take_bias(l->bias, n, bias));
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

/* As of a convolution; `output_padding` are rows and columns more at the bottom and on the right. auto_pad: so that the
 * output has size x stride pixels. */
static bool deconv_window(struct window *w, const struct onnx_node *n, const struct onnx_value *in) {
    int64_t more[2] = {0, 0};
    const bool upper = onnx_is(n, "auto_pad", "SAME_UPPER", false), lower = onnx_is(n, "auto_pad", "SAME_LOWER", false);
    if (onnx_ints(more, 2, n, "output_shape") >= 0) return onnx_error(n, "`output_shape` (expected pads)");
    const int count = onnx_ints(more, 2, n, "output_padding");
    if (!pair(w->stride, n, "strides", 1) || !pair(w->dilation, n, "dilations", 1) || !read_padding(w, n, in->dim + 2))
        return false;
    for (int i = 0; i < 2; i++) {
        const int64_t all = (w->kernel[i] - 1) * w->dilation[i] + 1 - w->stride[i] + (count >= 0 ? more[i] : 0);
        if ((upper || lower) && all < 0) return onnx_error(n, "auto_pad with a kernel smaller than the stride");
        if (upper || lower) w->pad[i] = lower ? all - all / 2 : all / 2, w->pad[i + 2] = all - w->pad[i];
        w->pad[i + 2] -= count >= 0 ? more[i] : 0;
        if (w->pad[i + 2] < 0) return onnx_error(n, "`output_padding` larger than the padding (expected at most that)");
    }
    return true;
}

static enum onnx_result make_deconv(struct onnx_value *out, const struct onnx_node *n) {
    const struct onnx_value *in = onnx_image(n, 0), *weights = in ? onnx_constant(n, 1, 4) : NULL;
    const int64_t groups = onnx_int(n, "group", 1);
    const bool bias = onnx_input(n, 2) != NULL;
    struct window w = {0};
    char keys[WINDOW_TEXT], dilation[WINDOW_TEXT];
    if (!in || !weights) return ONNX_FAILED;
    w.kernel[0] = weights->dim[2], w.kernel[1] = weights->dim[3];
    if (!deconv_window(&w, n, in)) return ONNX_FAILED;
    if (groups < 1 || groups > 1 << 20 || weights->dim[0] != in->dim[1])
        return onnx_failed(
            onnx_error(n, "weights of %" PRId64 " channels for an input of %" PRId64, weights->dim[0], in->dim[1]));
    const int64_t M = weights->dim[1] * groups;
    const int layer =
        sketch_add(n->in->sketch, n->name, 0, "deconv", &in->layer, 1, "m=%" PRId64 " %s %s g=%" PRId64 " bias=%d", M,
                   window_keys(keys, &w), window_dilation(dilation, &w), groups, bias);
    int64_t size[2];
    for (int i = 0; i < 2; i++)
        size[i] = (in->dim[2 + i] - 1) * w.stride[i] + (w.kernel[i] - 1) * w.dilation[i] + 1 - w.pad[i] - w.pad[i + 2];
    *out = onnx_image_of(layer, M, size[0], size[1]);
    return take_weights(n, weights, bias ? M : 0) ? ONNX_MADE : ONNX_FAILED;
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
    const struct onnx_value *in = onnx_flat(n, 0);
    if (!in) return ONNX_FAILED;
    const int64_t inputs = weights->dim[turned], outputs = weights->dim[!turned], have = onnx_count(in);
    if (in->rank < 1) return onnx_failed(onnx_error(n, "a tensor without dimensions (expected a vector)"));
    if (in->dim[in->rank - 1] != inputs && in->rank != 4)
        return onnx_failed(onnx_error(n, "a product of several rows (expected one vector)"));
    if (have != inputs)
        return onnx_failed(onnx_error(n, "weights for %" PRId64 " inputs (expected %" PRId64 ")", inputs, have));
    const int layer =
        sketch_add(n->in->sketch, n->name, 0, "fc", &in->layer, 1, "m=%" PRId64 " bias=%d", outputs, bias);
    const int rank = in->rank == 4 ? 2 : in->rank;
    *out = onnx_image_of(layer, outputs, 1, 1);
    out->rank = rank;
    for (int i = 0; i < rank; i++) out->dim[i] = i == rank - 1 ? outputs : 1;
    return take_product(n, weights, bias, turned) ? ONNX_MADE : ONNX_FAILED;
}

static enum onnx_result make_gemm(struct onnx_value *out, const struct onnx_node *n) {
    const struct onnx_value *weights = onnx_constant(n, 1, 2);
    if (!weights) return ONNX_FAILED;
    if (onnx_int(n, "transA", 0) != 0) return onnx_failed(onnx_error(n, "transA is set (expected 0)"));
    const bool turned = onnx_int(n, "transB", 0) != 0, bias = onnx_input(n, 2) != NULL;
    const enum onnx_result result = product(out, n, weights, turned, bias);
    if (result != ONNX_MADE || !n->in->sketch->weights) return result;
    const struct sketch_layer *l = &n->in->sketch->layer[out->layer];
    const float alpha = onnx_real(n, "alpha", 1), beta = onnx_real(n, "beta", 1);
    for (int64_t i = 0; i < l->weights_count; i++) l->weights[i] *= alpha;
    for (int64_t i = 0; i < l->bias_count; i++) l->bias[i] *= beta;
    return result;
}

static enum onnx_result make_matmul(struct onnx_value *out, const struct onnx_node *n) {
    const struct onnx_value *weights = onnx_constant(n, 1, 2);
    return weights ? product(out, n, weights, false, false) : ONNX_FAILED;
}

/* --- pools -------------------------------------------------------------------------------------------------------- */

static enum onnx_result pool(struct onnx_value *out, const struct onnx_node *n, const char *op, const char *keys) {
    const struct onnx_value *in = onnx_image(n, 0);
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
    const struct onnx_value *in = onnx_image(n, 0);
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

/* Which dimensions a reduction is over; the axes are an input since opset 18 (of ReduceMean). */
static bool read_axes(bool over[ONNX_RANK], const struct onnx_node *n, int rank) {
    int64_t axis[ONNX_RANK];
    const int count = onnx_setting(axis, ONNX_RANK, n, 1, "axes");
    for (int i = 0; i < ONNX_RANK; i++) over[i] = false;
    for (int i = 0; i < count; i++) {
        const int64_t a = axis[i] < 0 ? axis[i] + rank : axis[i];
        if (a < 0 || a >= rank)
            return onnx_error(n, "axis %" PRId64 " of %d dimensions is out of range", axis[i], rank);
        over[a] = true;
    }
    return true;
}

/* The mean or largest over height and width, or what they were flattened to, is a global pool; over one of them, a pool of
 * one row or column. */
static enum onnx_result reduce(struct onnx_value *out, const struct onnx_node *n, const char *op) {
    const struct onnx_value *in = onnx_any(n, 0);
    bool over[ONNX_RANK];
    if (!in || !read_axes(over, n, in->rank)) return ONNX_FAILED;
    const int row = in->channels_last ? 1 : 2;
    const bool image = in->rank == 4 && (over[row] || over[row + 1]) && !over[0] && !over[in->channels_last ? 3 : 1];
    const bool flat = in->rank == 3 && over[2] && !over[0] && !over[1] && in->have[0] == in->dim[1];
    if (!image && !flat) return onnx_failed(onnx_error(n, "not over height and width (expected axes 2 and 3)"));
    if (image && !in->channels_last && !(in = onnx_image(n, 0))) return ONNX_FAILED;
    const bool all = flat || (over[row] && over[row + 1]);
    const struct window w = {
        .kernel = {over[row] ? in->have[1] : 1, over[row + 1] ? in->have[2] : 1}, .stride = {1, 1}, .dilation = {1, 1}};
    char keys[WINDOW_TEXT];
    const struct onnx_value from = *in;
    *out = from;
    out->layer =
        sketch_add(n->in->sketch, n->name, 0, op, &from.layer, 1, "%s", all ? "global=1" : window_keys(keys, &w));
    out->have[1] = all || over[row] ? 1 : from.have[1], out->have[2] = all || over[row + 1] ? 1 : from.have[2];
    const bool keeps = onnx_int(n, "keepdims", 1) != 0;
    out->rank = 0;
    for (int i = 0; i < from.rank; i++)
        if (!over[i] || keeps) out->dim[out->rank++] = over[i] ? 1 : from.dim[i];
    out->channels_last = from.channels_last && out->rank == 4;
    if (from.channels_last && !all && !keeps) return onnx_failed(onnx_error(n, "over one axis, the channels last"));
    return ONNX_MADE;
}

static enum onnx_result make_mean(struct onnx_value *out, const struct onnx_node *n) {
    return reduce(out, n, "avgpool");
}

static enum onnx_result make_largest(struct onnx_value *out, const struct onnx_node *n) {
    return reduce(out, n, "maxpool");
}

const struct onnx_op onnx_layers[] = {
    {"Conv", make_conv},
    {"ConvTranspose", make_deconv},
    {"Gemm", make_gemm},
    {"MatMul", make_matmul},
    {"MaxPool", make_maxpool},
    {"AveragePool", make_avgpool},
    {"GlobalAveragePool", make_global_avgpool},
    {"GlobalMaxPool", make_global_maxpool},
    {"ReduceMean", make_mean},
    {"ReduceMax", make_largest},
    {NULL, NULL},
};
