/* Operators with a window or with weights, and those that look at all of an image. */
#include <inttypes.h>
#include <stdio.h>

#include "formulation/import/tflite.h"
#include "formulation/import/window.h"

/* --- windows ------------------------------------------------------------------------------------------------------ */

/* Padding SAME: so that the output has ceil(size / stride) pixels, an odd pixel below and on the right; VALID: none. Zeros
 * that a PAD has put around the image are in its size already, and are added to the padding. out: height, width. */
static bool window_place(int64_t out[2], struct window *w, const struct tflite_node *n, const struct tflite_value *in) {
    if (flatbuffer_signed(&n->options, 0, 1, 0) == 0) window_same(w, in->dim + 1, true);
    for (int i = 0; i < 2; i++) {
        out[i] = window_out(w, in->dim[1 + i], i);
        if (out[i] < 1)
            return tflite_error(n, "a window of %" PRId64 " pixels in an image of %" PRId64,
                                (w->kernel[i] - 1) * w->dilation[i] + 1, in->dim[1 + i]);
    }
    for (int i = 0; i < 4; i++) w->pad[i] += in->pad[i];
    return true;
}

/* Strides from two slots; is the window one that a network can have? */
static bool window_strides(struct window *w, const struct tflite_node *n, int down, int across) {
    w->stride[0] = flatbuffer_signed(&n->options, down, 4, 0);
    w->stride[1] = flatbuffer_signed(&n->options, across, 4, 0);
    for (int i = 0; i < 2; i++) {
        if (w->stride[i] < 1 || w->stride[i] > 1 << 20 || w->dilation[i] < 1 || w->dilation[i] > 1 << 20)
            return tflite_error(n, "a stride or dilation is out of range");
        if (w->kernel[i] < 1 || w->kernel[i] > 1 << 20) return tflite_error(n, "its window is out of range");
    }
    return true;
}

/* --- convolutions ------------------------------------------------------------------------------------------------- */

static bool conv_layer(struct tflite_value *out, const struct tflite_node *n, const struct tflite_value *in,
                       struct window *w, int64_t M, int64_t groups) {
    char keys[WINDOW_TEXT], dilation[WINDOW_TEXT];
    int64_t size[2];
    if (!window_strides(w, n, 2, 1) || !window_place(size, w, n, in)) return false;
    const int layer =
        tflite_layer(n, "conv", in->layer, "m=%" PRId64 " %s %s g=%" PRId64 " bias=%d", M, window_keys(keys, w),
                     window_dilation(dilation, w), groups, tflite_input(n, 2) != NULL);
    *out = tflite_image_of(layer, size[0], size[1], M);
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
    if (!conv_layer(out, n, in, &w, M, in->dim[3] / C)) return TFLITE_FAILED;
    const int64_t size[] = {M, C, KH, KW}, step[] = {KH * KW * C, 1, KW * C, C};
    return tflite_weights(n, size, step, 2, M) ? tflite_fused(out, n, 3) : TFLITE_FAILED;
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
    if (!conv_layer(out, n, in, &w, M, C)) return TFLITE_FAILED;
    const int64_t size[] = {M, 1, KH, KW}, step[] = {1, 0, KW * M, M};
    return tflite_weights(n, size, step, 2, M) ? tflite_fused(out, n, 4) : TFLITE_FAILED;
}

/* Pixels that the output loses at the edges: of SAME, what it would have beyond the size that input 0 states, an odd one
 * below and on the right. */
static bool deconv_place(struct window *w, const struct tflite_node *n, const struct tflite_value *in,
                         const int64_t size[4]) {
    const bool same = flatbuffer_signed(&n->options, 0, 1, 0) == 0;
    for (int i = 0; i < 2; i++) {
        const int64_t all = (in->dim[1 + i] - 1) * w->stride[i] + w->kernel[i] - size[1 + i];
        if (all < 0 || (all > 0 && !same) || all / 2 >= w->kernel[i])
            return tflite_error(n, "%" PRId64 " pixels out of %" PRId64 " (expected what the windows cover)",
                                size[1 + i], in->dim[1 + i]);
        w->pad[i] = all / 2, w->pad[i + 2] = all - all / 2;
    }
    return true;
}

/* Inputs: sizes of the output, weights M KH KW C, the image, perhaps a bias. */
enum tflite_result tflite_deconv(struct tflite_value *out, const struct tflite_node *n) {
    const struct tflite_value *in = tflite_image(n, 2, false), *weights = in ? tflite_constant(n, 1) : NULL;
    int64_t size[4];
    char keys[WINDOW_TEXT];
    if (!weights || !weights_of_rank(n, weights, 4)) return TFLITE_FAILED;
    const int64_t M = weights->dim[0], KH = weights->dim[1], KW = weights->dim[2], C = weights->dim[3];
    struct window w = {.kernel = {KH, KW}, .dilation = {1, 1}};
    if (tflite_numbers(size, 4, n, 0) != 4 || size[0] != 1 || size[3] != M || C != in->dim[3])
        return tflite_failed(tflite_error(n, "sizes of the output that are not in the file, or fit no weights"));
    if (!window_strides(&w, n, 2, 1) || !deconv_place(&w, n, in, size)) return TFLITE_FAILED;
    const int layer = tflite_layer(n, "deconv", in->layer, "m=%" PRId64 " %s bias=%d", M, window_keys(keys, &w),
                                   tflite_input(n, 3) != NULL);
    if (layer < 0) return TFLITE_FAILED;
    *out = tflite_image_of(layer, size[1], size[2], M);
    const int64_t each[] = {C, M, KH, KW}, step[] = {1, KH * KW * C, KW * C, C};
    return tflite_weights(n, each, step, 3, M) ? tflite_fused(out, n, 3) : TFLITE_FAILED;
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
    return tflite_weights(n, size, step, 2, M) ? tflite_fused(out, n, 0) : TFLITE_FAILED;
}

/* --- pools -------------------------------------------------------------------------------------------------------- */

static enum tflite_result pool(struct tflite_value *out, const struct tflite_node *n, const struct tflite_value *in,
                               const char *op, const char *keys) {
    struct window w = {.kernel = {flatbuffer_signed(&n->options, 4, 4, 0), flatbuffer_signed(&n->options, 3, 4, 0)},
                       .dilation = {1, 1}};
    char window[WINDOW_TEXT];
    int64_t size[2];
    if (!window_strides(&w, n, 2, 1) || !window_place(size, &w, n, in)) return TFLITE_FAILED;
    const int layer = tflite_layer(n, op, in->layer, "%s%s", window_keys(window, &w), keys);
    if (layer < 0) return TFLITE_FAILED;
    *out = tflite_image_of(layer, size[0], size[1], in->dim[3]);
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
