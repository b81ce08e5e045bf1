/* Operators with a window or with weights, and those that look at all of an image. */
#include <assert.h>
#include <inttypes.h>
#include <stdio.h>

#include "formulation/import/tflite.h"

/* --- windows ------------------------------------------------------------------------------------------------------ */

struct window {
    int64_t kernel[2], stride[2], dilation[2]; /* height, width */
    int64_t pad[4], out[2];                    /* top left bottom right */
};

/* SAME: so that the output has ceil(size / stride) pixels, an odd pixel below and on the right; VALID: no padding. Zeros
 * that a PAD has put around the image are in its size already, and are added to the padding. */
static bool window_place(struct window *w, const struct tflite_node *n, const struct tflite_value *in) {
    const bool same = flatbuffer_signed(&n->options, 0, 1, 0) == 0;
    for (int i = 0; i < 2; i++) {
        const int64_t size = in->dim[1 + i], reach = (w->kernel[i] - 1) * w->dilation[i] + 1;
        const int64_t whole = (size + w->stride[i] - 1) / w->stride[i];
        const int64_t need = same ? (whole - 1) * w->stride[i] + reach - size : 0, all = need > 0 ? need : 0;
        w->pad[i] = all / 2 + in->pad[i];
        w->pad[i + 2] = all - all / 2 + in->pad[i + 2];
        w->out[i] = (size + all - reach) / w->stride[i] + 1;
        if (size + all < reach)
            return tflite_error(n, "a window of %" PRId64 " pixels in an image of %" PRId64, reach, size);
    }
    return true;
}

static bool window_read(struct window *w, const struct tflite_node *n, const struct tflite_value *in) {
    w->stride[0] = flatbuffer_signed(&n->options, 2, 4, 0), w->stride[1] = flatbuffer_signed(&n->options, 1, 4, 0);
    for (int i = 0; i < 2; i++) {
        if (w->stride[i] < 1 || w->stride[i] > 1 << 20 || w->dilation[i] < 1 || w->dilation[i] > 1 << 20)
            return tflite_error(n, "a stride or dilation is out of range");
        if (w->kernel[i] < 1 || w->kernel[i] > 1 << 20) return tflite_error(n, "its window is out of range");
    }
    if (w->stride[0] != w->stride[1] || w->dilation[0] != w->dilation[1])
        return tflite_error(n, "strides or dilations differ in height and width (expected the same)");
    return window_place(w, n, in);
}

static const char *padding_keys(char text[128], const int64_t pad[4]) {
    if (pad[0] == pad[1] && pad[0] == pad[2] && pad[0] == pad[3])
        snprintf(text, 128, "p=%" PRId64, pad[0]);
    else
        snprintf(text, 128, "pt=%" PRId64 " pl=%" PRId64 " pb=%" PRId64 " pr=%" PRId64, pad[0], pad[1], pad[2], pad[3]);
    return text;
}

/* --- convolutions ------------------------------------------------------------------------------------------------- */

static bool conv_layer(struct tflite_value *out, const struct tflite_node *n, const struct tflite_value *in,
                       const struct window *w, int64_t M, int64_t groups) {
    char kernel[64], padding[128];
    snprintf(kernel, sizeof kernel, "k=%" PRId64, w->kernel[0]);
    if (w->kernel[0] != w->kernel[1])
        snprintf(kernel, sizeof kernel, "kh=%" PRId64 " kw=%" PRId64, w->kernel[0], w->kernel[1]);
    const int layer = tflite_layer(
        n, "conv", in->layer, "m=%" PRId64 " %s s=%" PRId64 " %s d=%" PRId64 " g=%" PRId64 " bias=%d", M, kernel,
        w->stride[0], padding_keys(padding, w->pad), w->dilation[0], groups, tflite_input(n, 2) != NULL);
    *out = tflite_image_of(layer, w->out[0], w->out[1], M);
    return layer >= 0;
}

static bool weights_of_rank(const struct tflite_node *n, const struct tflite_value *weights, int rank) {
    if (weights->rank != rank) return tflite_error(n, "weights of %d dimensions (expected %d)", weights->rank, rank);
    for (int i = 0; i < rank; i++)
        if (weights->dim[i] < 1 || weights->dim[i] > 1 << 20) return tflite_error(n, "weights of impossible size");
    return true;
}

/* Weights M KH KW C/G. */
enum tflite_result tflite_conv(struct tflite_value *out, const struct tflite_node *n) {
    const struct tflite_value *in = tflite_padded(n, 0), *weights = in ? tflite_constant(n, 1) : NULL;
    if (!weights || !weights_of_rank(n, weights, 4)) return TFLITE_FAILED;
    const int64_t M = weights->dim[0], KH = weights->dim[1], KW = weights->dim[2], C = weights->dim[3];
    struct window w = {.kernel = {KH, KW},
                       .dilation = {flatbuffer_signed(&n->options, 5, 4, 1), flatbuffer_signed(&n->options, 4, 4, 1)}};
    if (in->dim[3] % C != 0)
        return tflite_failed(
            tflite_error(n, "weights of %" PRId64 " channels for an input of %" PRId64, C, in->dim[3]));
    if (!window_read(&w, n, in) || !conv_layer(out, n, in, &w, M, in->dim[3] / C)) return TFLITE_FAILED;
    const int64_t size[] = {M, C, KH, KW}, step[] = {KH * KW * C, 1, KW * C, C};
    return tflite_weights(n, size, step, tflite_input(n, 2) ? M : 0) ? tflite_fused(out, n, 3) : TFLITE_FAILED;
}

/* Weights 1 KH KW M, M a multiple of the channels: outputs of one channel lie next to each other, as in a group. */
enum tflite_result tflite_depthwise(struct tflite_value *out, const struct tflite_node *n) {
    const struct tflite_value *in = tflite_padded(n, 0), *weights = in ? tflite_constant(n, 1) : NULL;
    if (!weights || !weights_of_rank(n, weights, 4)) return TFLITE_FAILED;
    const int64_t KH = weights->dim[1], KW = weights->dim[2], M = weights->dim[3], C = in->dim[3];
    struct window w = {.kernel = {KH, KW},
                       .dilation = {flatbuffer_signed(&n->options, 6, 4, 1), flatbuffer_signed(&n->options, 5, 4, 1)}};
    if (weights->dim[0] != 1 || C < 1 || M % C != 0)
        return tflite_failed(tflite_error(n, "weights of %" PRId64 " channels for an input of %" PRId64, M, C));
    if (!window_read(&w, n, in) || !conv_layer(out, n, in, &w, M, C)) return TFLITE_FAILED;
    const int64_t size[] = {M, 1, KH, KW}, step[] = {1, 0, KW * M, M};
    return tflite_weights(n, size, step, tflite_input(n, 2) ? M : 0) ? tflite_fused(out, n, 4) : TFLITE_FAILED;
}

/* Weights M K; K are the elements of an image or vector, channels last. */
enum tflite_result tflite_fc(struct tflite_value *out, const struct tflite_node *n) {
    const struct tflite_value *in = tflite_image(n, 0, true), *weights = in ? tflite_constant(n, 1) : NULL;
    if (!weights || !weights_of_rank(n, weights, 2)) return TFLITE_FAILED;
    const int64_t M = weights->dim[0], K = weights->dim[1], *image = in->rank == 4 ? in->dim + 1 : in->was;
    const bool bias = tflite_input(n, 2) != NULL;
    if (flatbuffer_signed(&n->options, 1, 1, 0) != 0)
        return tflite_failed(tflite_error(n, "shuffled weights (expected the default format)"));
    if (K != tflite_count(in))
        return tflite_failed(
            tflite_error(n, "weights for %" PRId64 " inputs (expected %" PRId64 ")", K, tflite_count(in)));
    const int layer = tflite_layer(n, "fc", in->layer, "m=%" PRId64 " bias=%d", M, bias);
    if (layer < 0) return TFLITE_FAILED;
    *out = tflite_image_of(layer, 1, 1, M);
    if (tflite_stated(n, 0)->rank == 2) out->rank = 2, out->dim[1] = M;
    const int64_t H = image[0], W = image[1], C = image[2];
    const int64_t size[] = {M, H ? C : K, H ? H : 1, H ? W : 1}, step[] = {K, 1, W * C, C};
    return tflite_weights(n, size, step, bias ? M : 0) ? tflite_fused(out, n, 0) : TFLITE_FAILED;
}

/* --- pools -------------------------------------------------------------------------------------------------------- */

static enum tflite_result pool(struct tflite_value *out, const struct tflite_node *n, const struct tflite_value *in,
                               const char *op, const char *keys) {
    struct window w = {.kernel = {flatbuffer_signed(&n->options, 4, 4, 0), flatbuffer_signed(&n->options, 3, 4, 0)},
                       .dilation = {1, 1}};
    char padding[128];
    if (!window_read(&w, n, in)) return TFLITE_FAILED;
    if (w.kernel[0] != w.kernel[1])
        return tflite_failed(
            tflite_error(n, "a window of %" PRId64 " x %" PRId64 " (expected a square)", w.kernel[0], w.kernel[1]));
    const int layer = tflite_layer(n, op, in->layer, "k=%" PRId64 " s=%" PRId64 " %s%s", w.kernel[0], w.stride[0],
                                   padding_keys(padding, w.pad), keys);
    if (layer < 0) return TFLITE_FAILED;
    *out = tflite_image_of(layer, w.out[0], w.out[1], in->dim[3]);
    out->positive = in->positive;
    return tflite_fused(out, n, 5);
}

/* Zeros around an image without elements below 0 do not change a maximum, unless a window sees nothing else. */
enum tflite_result tflite_maxpool(struct tflite_value *out, const struct tflite_node *n) {
    const struct tflite_value *in = tflite_padded(n, 0);
    if (in && !in->positive) in = tflite_image(n, 0, false);
    return in ? pool(out, n, in, "maxpool", "") : TFLITE_FAILED;
}

/* Only pixels of the image count; zeros of a PAD are such, where the window itself adds no others. */
enum tflite_result tflite_avgpool(struct tflite_value *out, const struct tflite_node *n) {
    const struct tflite_value *in = tflite_padded(n, 0);
    const bool valid = flatbuffer_signed(&n->options, 0, 1, 0) == 1;
    if (in && !valid) in = tflite_image(n, 0, false);
    return in ? pool(out, n, in, "avgpool", valid ? " pad=1" : " pad=0") : TFLITE_FAILED;
}

/* Over height and width, which stay as one pixel or are dropped. */
static enum tflite_result whole(struct tflite_value *out, const struct tflite_node *n, const char *op) {
    const struct tflite_value *in = tflite_image(n, 0, false);
    int64_t axis[2];
    if (!in) return TFLITE_FAILED;
    const int count = tflite_numbers(axis, 2, n, 1);
    for (int i = 0; i < count; i++) axis[i] += axis[i] < 0 ? 4 : 0;
    if (count != 2 || !((axis[0] == 1 && axis[1] == 2) || (axis[0] == 2 && axis[1] == 1)))
        return tflite_failed(tflite_error(n, "not over height and width (expected axes 1 and 2)"));
    const int layer = tflite_layer(n, op, in->layer, "global=1");
    if (layer < 0) return TFLITE_FAILED;
    *out = tflite_image_of(layer, 1, 1, in->dim[3]);
    out->positive = in->positive;
    if (flatbuffer_signed(&n->options, 0, 1, 0) == 0) out->rank = 2, out->dim[1] = in->dim[3];
    return TFLITE_MADE;
}

enum tflite_result tflite_mean(struct tflite_value *out, const struct tflite_node *n) {
    return whole(out, n, "avgpool");
}

enum tflite_result tflite_reduce_max(struct tflite_value *out, const struct tflite_node *n) {
    return whole(out, n, "maxpool");
}

/* (bias + alpha * sum x^2) ^ -beta over 2 radius + 1 channels; a .net has alpha / size for alpha. */
enum tflite_result tflite_lrn(struct tflite_value *out, const struct tflite_node *n) {
    const struct tflite_value *in = tflite_image(n, 0, false);
    const int64_t radius = flatbuffer_signed(&n->options, 0, 4, 0), size = 2 * radius + 1;
    if (!in) return TFLITE_FAILED;
    *out = *in;
    out->layer = tflite_layer(n, "lrn", in->layer, "size=%" PRId64 " alpha=%.9g beta=%.9g bias=%.9g", size,
                              (double)flatbuffer_real(&n->options, 2, 0) * (double)size,
                              (double)flatbuffer_real(&n->options, 3, 0), (double)flatbuffer_real(&n->options, 1, 0));
    return out->layer >= 0 ? TFLITE_MADE : TFLITE_FAILED;
}
