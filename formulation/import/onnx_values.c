/* What a node reads: an image, or a tensor of any rank. The elements of a value's layer in the order of CHW are those of
 * the value in the order of its dimensions (of `channels_last`: in the order of HWC). So Reshape, Flatten, Squeeze and
 * Unsqueeze change only what is known here, and a layer `reshape` is sketched where a node wants an image of other sizes
 * than the layer has. */
#include <assert.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "formulation/import/onnx.h"

#define COUNT_MOST ((int64_t)1 << 40) /* elements of a tensor; products of its sizes do not overflow */

struct onnx_value onnx_image_of(int layer, int64_t C, int64_t H, int64_t W) {
    return (struct onnx_value){.kind = ONNX_LAYER, .rank = 4, .dim = {1, C, H, W}, .layer = layer, .have = {C, H, W}};
}

struct onnx_value *onnx_input(const struct onnx_node *n, int i) {
    return i < n->inputs && n->input[i] >= 0 ? &n->in->value[n->input[i]] : NULL;
}

int64_t onnx_count(const struct onnx_value *v) {
    int64_t count = 1;
    for (int d = 0; d < v->rank; d++)
        if (__builtin_mul_overflow(count, v->dim[d], &count) || count < 0) return -1;
    return count;
}

static void reshape(const struct onnx_node *n, struct onnx_value *v, int64_t C, int64_t H, int64_t W, bool last) {
    v->layer = sketch_add(n->in->sketch, n->name, 0, "reshape", &v->layer, 1,
                          "c=%" PRId64 " h=%" PRId64 " w=%" PRId64 " last=%d", C, H, W, last);
    v->have[0] = C, v->have[1] = H, v->have[2] = W;
}

static bool padded(const struct onnx_value *v) {
    return v->pad[0] || v->pad[1] || v->pad[2] || v->pad[3];
}

/* Zeros around an image that no convolution takes in. */
static void lay_padding(const struct onnx_node *n, struct onnx_value *v) {
    const int64_t *p = v->pad;
    const int row = v->channels_last ? 1 : 2;
    v->layer = sketch_add(n->in->sketch, n->name, 0, "pad", &v->layer, 1,
                          "pt=%" PRId64 " pl=%" PRId64 " pb=%" PRId64 " pr=%" PRId64, p[0], p[1], p[2], p[3]);
    v->dim[row] += p[0] + p[2], v->dim[row + 1] += p[1] + p[3];
    v->have[1] += p[0] + p[2], v->have[2] += p[1] + p[3];
    memset(v->pad, 0, sizeof v->pad);
}

static struct onnx_value *layer_of(const struct onnx_node *n, int i) {
    struct onnx_value *v = onnx_input(n, i);
    const int64_t count = v ? onnx_count(v) : 0;
    const bool layer = v && v->kind == ONNX_LAYER;
    if (layer && count > 0 && count <= COUNT_MOST) return v;
    if (!v)
        onnx_error(n, "input %d is missing", i);
    else if (layer)
        onnx_error(n, "it reads `%.60s`, whose sizes are impossible", n->in->text[n->input[i]]);
    else if (v->kind == ONNX_NONE)
        onnx_error(n, "it reads `%.60s`, which no earlier node makes", n->in->text[n->input[i]]);
    else
        onnx_error(n, "input %d is a constant (expected an image)", i);
    return NULL;
}

struct onnx_value *onnx_any(const struct onnx_node *n, int i) {
    struct onnx_value *v = layer_of(n, i);
    if (v && padded(v)) lay_padding(n, v);
    return v;
}

struct onnx_value *onnx_flat(const struct onnx_node *n, int i) {
    struct onnx_value *v = onnx_any(n, i);
    if (!v || !v->channels_last) return v;
    if (v->have[1] > 1 || v->have[2] > 1) reshape(n, v, v->have[0] * v->have[1] * v->have[2], 1, 1, true);
    v->channels_last = false;
    return v;
}

struct onnx_value *onnx_vector(const struct onnx_node *n, int i) {
    struct onnx_value *v = onnx_flat(n, i);
    if (v && (v->have[1] > 1 || v->have[2] > 1)) reshape(n, v, v->have[0] * v->have[1] * v->have[2], 1, 1, false);
    return v;
}

/* Of rank 4 with the channels first, and its layer of the same sizes. */
static struct onnx_value *image(const struct onnx_node *n, int i, struct onnx_value *v) {
    if (!v) return NULL;
    if (v->rank != 4 || v->channels_last || v->dim[0] != 1)
        return onnx_error(n, "input %d has %d dimensions%s (expected batch, channels, height and width)", i, v->rank,
                          v->channels_last ? ", the channels last" : ""),
               NULL;
    if (memcmp(v->have, v->dim + 1, sizeof v->have) != 0) reshape(n, v, v->dim[1], v->dim[2], v->dim[3], false);
    return v;
}

struct onnx_value *onnx_image(const struct onnx_node *n, int i) {
    return image(n, i, onnx_any(n, i));
}

struct onnx_value *onnx_padded(const struct onnx_node *n, int i) {
    return image(n, i, layer_of(n, i));
}

struct onnx_value *onnx_constant(const struct onnx_node *n, int i, int rank) {
    struct onnx_value *v = onnx_input(n, i);
    if (v && v->kind == ONNX_CONSTANT && v->rank == rank) return v;
    if (!v || v->kind != ONNX_CONSTANT)
        onnx_error(n, "input %d is not a constant (expected weights)", i);
    else
        onnx_error(n, "the weights have %d dimensions (expected %d)", v->rank, rank);
    return NULL;
}

static int64_t within(int64_t x, int64_t low, int64_t high) {
    return x < low ? low : x > high ? high : x;
}

void onnx_range(int64_t *from, int64_t *to, int64_t step, int64_t size) {
    assert(step != 0 && size >= 0);
    *from += *from < 0 ? size : 0, *to += *to < 0 ? size : 0;
    *from = step > 0 ? within(*from, 0, size) : within(*from, -1, size - 1);
    *to = step > 0 ? within(*to, 0, size) : within(*to, -1, size - 1);
}

int onnx_setting(int64_t *number, int room, const struct onnx_node *n, int input, const char *name) {
    const struct onnx_value *v = onnx_input(n, input);
    if (!v) return onnx_ints(number, room, n, name);
    if (v->kind != ONNX_CONSTANT || v->count < 0 || v->count > room) return -1;
    memcpy(number, v->number, (size_t)v->count * sizeof *number);
    return v->count;
}
