/* Nodes that give a tensor another shape, a part of it, or more pixels, and the table of them. */
#include <inttypes.h>
#include <string.h>

#include "formulation/import/onnx.h"

/* The same tensor: a layer that does nothing here. */
static enum onnx_result same(struct onnx_value *out, const struct onnx_node *n) {
    const struct onnx_value *v = onnx_input(n, 0);
    if (!v || v->kind == ONNX_NONE) return onnx_failed(onnx_image(n, 0, true));
    *out = *v;
    return ONNX_MADE;
}

/* --- other shapes of the same tensor ------------------------------------------------------------------------------ */

static enum onnx_result vector(struct onnx_value *out, const struct onnx_node *n) {
    const struct onnx_value *in = onnx_image(n, 0, true);
    if (!in) return ONNX_FAILED;
    int64_t all = 1;
    for (int i = 1; i < in->rank; i++) all *= in->dim[i];
    *out = (struct onnx_value){.kind = ONNX_LAYER, .rank = 2, .dim = {1, all}, .layer = in->layer};
    return ONNX_MADE;
}

static enum onnx_result make_flatten(struct onnx_value *out, const struct onnx_node *n) {
    const int64_t axis = onnx_int(n, "axis", 1);
    if (axis != 1 && axis != -3) return onnx_failed(onnx_error(n, "axis %" PRId64 " (expected 1)", axis));
    return vector(out, n);
}

/* A channel shuffle, as exporters write it: 1 C H W to 1 A B H W, A and B exchanged, and back. */
static enum onnx_result grouped(struct onnx_value *out, const struct onnx_value *in, const int64_t *to) {
    if (to[1] < 1 || to[2] < 1 || to[1] * to[2] != in->dim[1] || to[3] != in->dim[2] || to[4] != in->dim[3])
        return ONNX_UNSUPPORTED;
    *out = *in;
    out->rank = 5;
    for (int i = 1; i < 5; i++) out->dim[i] = to[i];
    return ONNX_MADE;
}

static enum onnx_result gathered(struct onnx_value *out, const struct onnx_node *n) {
    const struct onnx_value *in = onnx_input(n, 0), *shape = onnx_input(n, 1);
    const int64_t C = in->dim[1] * in->dim[2];
    if (!shape || shape->kind != ONNX_CONSTANT || shape->count != 4) return ONNX_UNSUPPORTED;
    const int64_t *to = shape->number;
    if ((to[1] != C && to[1] != -1) || (to[2] != in->dim[3] && to[2] != -1) || (to[3] != in->dim[4] && to[3] != -1))
        return ONNX_UNSUPPORTED;
    *out = onnx_image_of(in->layer, C, in->dim[3], in->dim[4]);
    if (in->groups > 0)
        out->layer = sketch_add(n->in->sketch, n->name, 0, "shuffle", &in->layer, 1, "groups=%" PRId64, in->groups);
    return ONNX_MADE;
}

/* Only to what it was, to one vector, or on the way to a shuffle. */
static enum onnx_result make_reshape(struct onnx_value *out, const struct onnx_node *n) {
    const struct onnx_value *in = onnx_input(n, 0), *shape = onnx_input(n, 1);
    if (in && in->kind == ONNX_LAYER && in->rank == 5) return gathered(out, n);
    in = onnx_image(n, 0, true);
    int64_t all = 1;
    if (!in) return ONNX_FAILED;
    if (!shape || shape->kind != ONNX_CONSTANT || shape->count < 0)
        return onnx_failed(onnx_error(n, "its shape is not known from the file"));
    for (int i = 1; i < in->rank; i++) all *= in->dim[i];
    const int64_t *to = shape->number;
    if (shape->count == 2 && (to[0] == 1 || to[0] == -1 || to[0] == 0 || to[1] == all) &&
        (to[1] == -1 || to[1] == all || (to[1] == 0 && in->rank == 2)))
        return vector(out, n);
    if (shape->count == 5 && in->rank == 4) return grouped(out, in, to);
    bool equal = shape->count == in->rank;
    for (int i = 1; i < in->rank && equal; i++) equal = to[i] == in->dim[i] || to[i] == 0;
    if (equal) return same(out, n);
    if (shape->count == 4 && to[2] == 1 && to[3] == 1 && (to[1] == all || to[1] == -1) && (in->rank == 2)) {
        *out = onnx_image_of(in->layer, all, 1, 1);
        return ONNX_MADE;
    }
    return ONNX_UNSUPPORTED;
}

/* Drops height and width of one pixel each. */
static enum onnx_result make_squeeze(struct onnx_value *out, const struct onnx_node *n) {
    const struct onnx_value *in = onnx_image(n, 0, true);
    if (!in) return ONNX_FAILED;
    if (in->rank == 4 && (in->dim[2] != 1 || in->dim[3] != 1)) return ONNX_UNSUPPORTED;
    return vector(out, n);
}

/* Between channels first and channels last. */
static enum onnx_result make_transpose(struct onnx_value *out, const struct onnx_node *n) {
    static const int64_t first[] = {0, 3, 1, 2}, last[] = {0, 2, 3, 1}, exchange[] = {0, 2, 1, 3, 4};
    const struct onnx_value *in = onnx_input(n, 0);
    int64_t perm[5];
    if (in && in->kind == ONNX_LAYER && in->rank == 5 && in->groups == 0 && onnx_ints(perm, 5, n, "perm") == 5 &&
        memcmp(perm, exchange, sizeof perm) == 0) {
        *out = *in;
        out->dim[1] = in->dim[2], out->dim[2] = in->dim[1];
        out->groups = in->dim[1];
        return ONNX_MADE;
    }
    if (!in || in->kind != ONNX_LAYER || in->rank != 4 || onnx_ints(perm, 4, n, "perm") != 4) return ONNX_UNSUPPORTED;
    const int64_t *expected = in->channels_last ? first : last;
    if (memcmp(perm, expected, sizeof first) != 0) return ONNX_UNSUPPORTED;
    *out = *in;
    for (int i = 0; i < 4; i++) out->dim[i] = in->dim[perm[i]];
    out->channels_last = !in->channels_last;
    return ONNX_MADE;
}

/* --- parts and more pixels ----------------------------------------------------------------------------------------- */

/* Zeros around height and width, for the convolution that follows. */
static enum onnx_result make_pad(struct onnx_value *out, const struct onnx_node *n) {
    const struct onnx_value *in = onnx_image(n, 0, false), *given = onnx_input(n, 1), *fill = onnx_input(n, 2);
    int64_t all[8];
    int count = onnx_ints(all, 8, n, "pads");
    if (!in) return ONNX_FAILED;
    if (count < 0 && given && given->kind == ONNX_CONSTANT && given->count == 8) {
        memcpy(all, given->number, sizeof all);
        count = 8;
    }
    const bool zeros = onnx_is(n, "mode", "constant", true) && onnx_real(n, "value", 0) == 0 &&
                       (!fill || (fill->kind == ONNX_CONSTANT && fill->count == 1 && fill->number[0] == 0));
    if (count != 8 || !zeros || all[0] || all[1] || all[4] || all[5])
        return onnx_failed(onnx_error(n, "not zeros around height and width"));
    for (int i = 0; i < 8; i++)
        if (all[i] < 0 || all[i] > 1 << 20) return onnx_failed(onnx_error(n, "a padding is out of range"));
    *out = *in;
    out->pad[0] = all[2], out->pad[1] = all[3], out->pad[2] = all[6], out->pad[3] = all[7];
    return ONNX_MADE;
}

/* Channels [from, from + count) of input 0. */
static struct onnx_value part(const struct onnx_node *n, const struct onnx_value *in, int64_t from, int64_t count) {
    const int layer =
        sketch_add(n->in->sketch, n->name, 0, "slice", &in->layer, 1, "from=%" PRId64 " m=%" PRId64, from, count);
    return onnx_image_of(layer, count, in->dim[2], in->dim[3]);
}

/* The numbers of an input or, in older opsets, of an attribute; -1: not known. */
static int setting(int64_t *number, int room, const struct onnx_node *n, int input, const char *name) {
    const struct onnx_value *v = onnx_input(n, input);
    if (!v) return onnx_ints(number, room, n, name);
    if (v->kind != ONNX_CONSTANT || v->count < 0 || v->count > room) return -1;
    memcpy(number, v->number, (size_t)v->count * sizeof *number);
    return v->count;
}

static enum onnx_result make_split(struct onnx_value *out, const struct onnx_node *n) {
    const struct onnx_value *in = onnx_image(n, 0, false);
    const int64_t axis = onnx_int(n, "axis", 0);
    int64_t size[ONNX_OUTPUTS], from = 0;
    if (!in) return ONNX_FAILED;
    const struct onnx_value image = *in;
    const int count = setting(size, ONNX_OUTPUTS, n, 1, "split");
    if ((axis != 1 && axis != -3) || n->outputs > ONNX_OUTPUTS || (count >= 0 && count != n->outputs))
        return onnx_failed(onnx_error(n, "axis %" PRId64 ", %d outputs (expected the channels in at most %d parts)",
                                      axis, n->outputs, ONNX_OUTPUTS));
    const int64_t each = (image.dim[1] + n->outputs - 1) / n->outputs; /* the last part may be smaller */
    for (int i = 0; i < n->outputs; i++) {
        const int64_t rest = image.dim[1] - from;
        const int64_t here = count >= 0 ? size[i] : each < rest ? each : rest;
        if (here < 1 || here > rest) return onnx_failed(onnx_error(n, "parts that do not add up to the channels"));
        const struct onnx_value made = part(n, &image, from, here);
        from += here;
        if (i == 0)
            *out = made;
        else
            onnx_output(n, i, made);
    }
    return ONNX_MADE;
}

static enum onnx_result make_slice(struct onnx_value *out, const struct onnx_node *n) {
    const struct onnx_value *in = onnx_image(n, 0, false);
    int64_t from, to, axis, step = 1;
    if (!in) return ONNX_FAILED;
    const bool known = setting(&from, 1, n, 1, "starts") == 1 && setting(&to, 1, n, 2, "ends") == 1 &&
                       setting(&axis, 1, n, 3, "axes") == 1 && (!onnx_input(n, 4) || setting(&step, 1, n, 4, "") == 1);
    if (!known || (axis != 1 && axis != -3) || step != 1)
        return onnx_failed(onnx_error(n, "not of the channels, one after the other, with numbers from the file"));
    const int64_t C = in->dim[1];
    from += from < 0 ? C : 0, to += to < 0 ? C : 0;
    from = from < 0 ? 0 : from, to = to > C ? C : to;
    if (from >= to) return onnx_failed(onnx_error(n, "no channel is left"));
    *out = part(n, in, from, to - from);
    return ONNX_MADE;
}

/* By a whole factor, the same each way; from scales or from sizes. */
static int64_t upsampled(const struct onnx_node *n, const struct onnx_value *in) {
    const bool early = n->in->opset < 11;
    int64_t number[4];
    if (setting(number, 4, n, early ? 1 : 2, "") == 4)
        return number[0] == 1 && number[1] == 1 && number[2] == number[3] ? number[2] : 0;
    if (early || setting(number, 4, n, 3, "") != 4 || number[1] != in->dim[1]) return 0;
    const int64_t factor = number[2] / in->dim[2];
    return factor * in->dim[2] == number[2] && factor * in->dim[3] == number[3] ? factor : 0;
}

static enum onnx_result make_resize(struct onnx_value *out, const struct onnx_node *n) {
    const struct onnx_value *in = onnx_image(n, 0, false);
    const char *const mode = "coordinate_transformation_mode";
    if (!in) return ONNX_FAILED;
    const int64_t factor = upsampled(n, in);
    const bool nearest = onnx_is(n, "mode", "nearest", true), linear = onnx_is(n, "mode", "linear", false);
    const bool half =
        onnx_is(n, mode, "half_pixel", n->in->opset >= 11) || onnx_is(n, mode, "pytorch_half_pixel", false);
    const bool plain = half || onnx_is(n, mode, "asymmetric", n->in->opset < 11);
    if (factor < 1 || factor > 1 << 10 || !(nearest ? plain : linear && half))
        return onnx_failed(onnx_error(n, "not by a whole factor, nearest or linear between pixel centres"));
    const int layer =
        sketch_add(n->in->sketch, n->name, 0, "upsample", &in->layer, 1, "k=%" PRId64 " bilinear=%d", factor, linear);
    *out = onnx_image_of(layer, in->dim[1], in->dim[2] * factor, in->dim[3] * factor);
    return ONNX_MADE;
}

const struct onnx_op *onnx_shape_find(const char *type) {
    static const struct onnx_op ops[] = {
        {"Pad", make_pad},         {"Split", make_split},     {"Slice", make_slice},
        {"Resize", make_resize},   {"Upsample", make_resize}, {"Flatten", make_flatten},
        {"Reshape", make_reshape}, {"Squeeze", make_squeeze}, {"Transpose", make_transpose},
    };
    for (size_t i = 0; i < sizeof ops / sizeof ops[0]; i++)
        if (strcmp(ops[i].type, type) == 0) return &ops[i];
    return NULL;
}
