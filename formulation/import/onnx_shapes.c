/* Nodes that give a tensor another shape or more pixels, and the table of them. */
#include <inttypes.h>
#include <string.h>

#include "formulation/import/onnx.h"

/* --- other shapes of the same tensor ------------------------------------------------------------------------------ */

/* The same elements in the same order with other dimensions. */
static enum onnx_result shaped(struct onnx_value *out, const struct onnx_node *n, const int64_t *dim, int rank) {
    const struct onnx_value *in = onnx_flat(n, 0);
    if (!in) return ONNX_FAILED;
    struct onnx_value v = *in;
    v.rank = rank;
    for (int i = 0; i < rank; i++) v.dim[i] = dim[i];
    if (rank > ONNX_RANK || onnx_count(&v) != onnx_count(in))
        return onnx_failed(
            onnx_error(n, "a shape with another number of elements, or more than %d dimensions", ONNX_RANK));
    *out = v;
    return ONNX_MADE;
}

static enum onnx_result make_flatten(struct onnx_value *out, const struct onnx_node *n) {
    const struct onnx_value *in = onnx_any(n, 0);
    int64_t axis = onnx_int(n, "axis", 1), dim[2] = {1, 1};
    if (!in) return ONNX_FAILED;
    axis += axis < 0 ? in->rank : 0;
    if (axis < 0 || axis > in->rank) return onnx_failed(onnx_error(n, "axis %" PRId64 " is out of range", axis));
    for (int i = 0; i < in->rank; i++) dim[i >= axis] *= in->dim[i];
    return shaped(out, n, dim, 2);
}

/* -1: what is left; 0: as it was (unless allowzero). */
static enum onnx_result make_reshape(struct onnx_value *out, const struct onnx_node *n) {
    const struct onnx_value *in = onnx_any(n, 0), *shape = onnx_input(n, 1);
    int64_t dim[ONNX_INTS], rest = 1;
    if (!in) return ONNX_FAILED;
    if (!shape || shape->kind != ONNX_CONSTANT || shape->count < 0)
        return onnx_failed(onnx_error(n, "its shape is not known from the file"));
    for (int i = 0; i < shape->count; i++) {
        dim[i] = i < in->rank && shape->number[i] == 0 ? in->dim[i] : shape->number[i];
        if (dim[i] != -1 && (dim[i] < 1 || dim[i] > INT32_MAX || __builtin_mul_overflow(rest, dim[i], &rest)))
            return onnx_failed(onnx_error(n, "a size of its shape is out of range"));
    }
    for (int i = 0; i < shape->count; i++)
        if (dim[i] == -1) dim[i] = onnx_count(in) / rest;
    bool equal = shape->count == in->rank;
    for (int i = 0; i < in->rank && equal; i++) equal = dim[i] == in->dim[i];
    if (equal) return *out = *in, ONNX_MADE;
    return shaped(out, n, dim, shape->count);
}

/* Dimensions of 1 go: those named, or all of them. */
static enum onnx_result make_squeeze(struct onnx_value *out, const struct onnx_node *n) {
    const struct onnx_value *in = onnx_any(n, 0);
    int64_t axis[ONNX_RANK], dim[ONNX_RANK];
    bool goes[ONNX_RANK] = {false};
    int rank = 0;
    if (!in) return ONNX_FAILED;
    const int count = onnx_setting(axis, ONNX_RANK, n, 1, "axes");
    if (count < 0 && onnx_input(n, 1)) return onnx_failed(onnx_error(n, "its axes are not known from the file"));
    for (int i = 0; i < in->rank && count < 0; i++) goes[i] = in->dim[i] == 1;
    for (int i = 0; i < count; i++) {
        const int64_t a = axis[i] < 0 ? axis[i] + in->rank : axis[i];
        if (a < 0 || a >= in->rank || in->dim[a] != 1)
            return onnx_failed(onnx_error(n, "axis %" PRId64 " is not a dimension of 1", axis[i]));
        goes[a] = true;
    }
    for (int i = 0; i < in->rank; i++)
        if (!goes[i]) dim[rank++] = in->dim[i];
    return shaped(out, n, dim, rank);
}

static enum onnx_result make_unsqueeze(struct onnx_value *out, const struct onnx_node *n) {
    const struct onnx_value *in = onnx_any(n, 0);
    int64_t axis[ONNX_RANK], dim[ONNX_RANK];
    bool comes[ONNX_RANK] = {false};
    if (!in) return ONNX_FAILED;
    const int count = onnx_setting(axis, ONNX_RANK, n, 1, "axes"), rank = in->rank + count;
    if (count < 1 || rank > ONNX_RANK) return onnx_failed(onnx_error(n, "its axes are not known, or too many"));
    for (int i = 0; i < count; i++) {
        const int64_t a = axis[i] < 0 ? axis[i] + rank : axis[i];
        if (a < 0 || a >= rank || comes[a])
            return onnx_failed(onnx_error(n, "axis %" PRId64 " is out of range or given twice", axis[i]));
        comes[a] = true;
    }
    for (int i = 0, from = 0; i < rank; i++) dim[i] = comes[i] ? 1 : in->dim[from++];
    return shaped(out, n, dim, rank);
}

/* 1 A B ... to 1 B A ...: the channels of A B ..., shuffled. */
static enum onnx_result exchanged(struct onnx_value *out, const struct onnx_node *n) {
    struct onnx_value *in = onnx_flat(n, 0);
    if (!in) return ONNX_FAILED;
    const int64_t A = in->dim[1], B = in->dim[2], H = in->rank > 3 ? in->dim[3] : 1, W = in->rank > 4 ? in->dim[4] : 1;
    struct onnx_value v = onnx_image_of(in->layer, A * B, H, W);
    if (memcmp(in->have, v.have, sizeof v.have) != 0)
        v.layer = sketch_add(n->in->sketch, n->name, 0, "reshape", &in->layer, 1,
                             "c=%" PRId64 " h=%" PRId64 " w=%" PRId64, A * B, H, W);
    v.layer = sketch_add(n->in->sketch, n->name, 0, "shuffle", &v.layer, 1, "groups=%" PRId64, A);
    v.rank = in->rank;
    memcpy(v.dim, in->dim, sizeof v.dim);
    v.dim[1] = B, v.dim[2] = A;
    *out = v;
    return ONNX_MADE;
}

/* Between channels first and channels last; of two dimensions that follow the batch; or nothing at all. */
static enum onnx_result make_transpose(struct onnx_value *out, const struct onnx_node *n) {
    static const int64_t first[] = {0, 3, 1, 2}, last[] = {0, 2, 3, 1}, exchange[] = {0, 2, 1, 3, 4};
    const struct onnx_value *in = onnx_any(n, 0);
    int64_t perm[ONNX_RANK];
    bool same = true;
    if (!in) return ONNX_FAILED;
    const int count = onnx_ints(perm, ONNX_RANK, n, "perm"), rank = in->rank;
    if (count != rank) return onnx_failed(onnx_error(n, "`perm` has %d numbers (expected %d)", count, rank));
    for (int i = 0; i < rank; i++) same = same && perm[i] == i;
    if (same) return *out = *in, ONNX_MADE;
    const enum onnx_result moved = rank == 6 ? onnx_blocks(out, n, perm) : ONNX_UNSUPPORTED;
    if (moved != ONNX_UNSUPPORTED) return moved;
    if (in->dim[0] == 1 && rank >= 3 && rank <= 5 && memcmp(perm, exchange, (size_t)rank * sizeof *perm) == 0)
        return exchanged(out, n);
    if (rank != 4 || memcmp(perm, in->channels_last ? first : last, sizeof first) != 0) return ONNX_UNSUPPORTED;
    if (!in->channels_last && !(in = onnx_image(n, 0))) return ONNX_FAILED;
    *out = *in;
    for (int i = 0; i < 4; i++) out->dim[i] = in->dim[perm[i]];
    out->channels_last = !in->channels_last;
    return ONNX_MADE;
}

/* --- more pixels --------------------------------------------------------------------------------------------------- */

/* The pads of all dimensions, before and after; those of `axes` where these are given (opset 18). */
static bool read_pads(int64_t all[2 * ONNX_RANK], const struct onnx_node *n, int rank) {
    int64_t given[2 * ONNX_RANK], axis[ONNX_RANK];
    const int count = onnx_setting(given, 2 * ONNX_RANK, n, 1, "pads");
    int axes = onnx_input(n, 3) ? onnx_setting(axis, ONNX_RANK, n, 3, "") : rank;
    memset(all, 0, 2 * ONNX_RANK * sizeof *all);
    if (axes < 0 || count != 2 * axes) return onnx_error(n, "its pads are not known from the file");
    for (int i = 0; i < axes; i++) {
        const int64_t a = !onnx_input(n, 3) ? i : axis[i] < 0 ? axis[i] + rank : axis[i];
        if (a < 0 || a >= rank) return onnx_error(n, "an axis is out of range");
        all[a] = given[i], all[rank + a] = given[axes + i];
    }
    return true;
}

/* Around height and width: zeros for the convolution that follows, or a layer. */
static enum onnx_result make_pad(struct onnx_value *out, const struct onnx_node *n) {
    const struct onnx_value *in = onnx_any(n, 0);
    int64_t all[2 * ONNX_RANK];
    float value = onnx_real(n, "value", 0);
    if (!in || in->rank != 4) return in ? ONNX_UNSUPPORTED : ONNX_FAILED;
    if (!read_pads(all, n, 4)) return ONNX_FAILED;
    if (!onnx_is(n, "mode", "constant", true)) return ONNX_UNSUPPORTED;
    if (!onnx_number(&value, n, 2)) return ONNX_FAILED;
    const int row = in->channels_last ? 1 : 2;
    for (int i = 0; i < 8; i++)
        if (all[i] < 0 || all[i] > 1 << 20 || (all[i] > 0 && i % 4 != row && i % 4 != row + 1))
            return onnx_failed(onnx_error(n, "not around height and width, or out of range"));
    if (!in->channels_last && !(in = onnx_image(n, 0))) return ONNX_FAILED;
    *out = *in;
    out->pad[0] = all[row], out->pad[1] = all[row + 1], out->pad[2] = all[4 + row], out->pad[3] = all[5 + row];
    if (value == 0) return ONNX_MADE;
    out->layer = sketch_add(n->in->sketch, n->name, 0, "pad", &in->layer, 1,
                            "pt=%" PRId64 " pl=%" PRId64 " pb=%" PRId64 " pr=%" PRId64 " value=%.9g", out->pad[0],
                            out->pad[1], out->pad[2], out->pad[3], (double)value);
    out->dim[row] += out->pad[0] + out->pad[2], out->dim[row + 1] += out->pad[1] + out->pad[3];
    out->have[1] += out->pad[0] + out->pad[2], out->have[2] += out->pad[1] + out->pad[3];
    memset(out->pad, 0, sizeof out->pad);
    return ONNX_MADE;
}

/* Height and width of the scales, of which there are four, or two with axes (opset 18); -1: not known. */
static int scales(int64_t number[4], const struct onnx_node *n, int input) {
    const int count = onnx_setting(number, 4, n, input, "");
    if (count == 4) return number[0] == 1 && number[2] == number[3] ? 1 : 0;
    if (count != 2) return count == 0 ? -1 : count;
    number[2] = number[0], number[3] = number[1], number[1] = 0;
    return 1;
}

/* By a whole factor, the same each way; from scales or from sizes. 0: not so. */
static int64_t upsampled(const struct onnx_node *n, const struct onnx_value *in) {
    int64_t number[4], factors[4] = {0};
    const int input = n->in->opset < 11 ? 1 : 2;
    if (n->in->opset < 9) return onnx_reals(factors, 4, n, "scales") == 4 && factors[2] == factors[3] ? factors[2] : 0;
    const int known = scales(number, n, input);
    if (known == 1 && number[2] == number[3] && number[1] <= 1) return number[2];
    if (known >= 0 || n->in->opset < 11) return 0;
    const int count = onnx_setting(number, 4, n, 3, "");
    const int64_t H = count == 4 ? number[2] : number[0], W = count == 4 ? number[3] : number[1];
    if ((count != 4 && count != 2) || (count == 4 && number[1] != in->dim[1])) return 0;
    const int64_t factor = H / in->dim[2];
    return factor * in->dim[2] == H && factor * in->dim[3] == W ? factor : 0;
}

/* Do the coordinates give pixel o / factor? Between centres they do, rounded to the nearest; from the corner, rounded
 * down, and for a factor of 2 rounded to the nearest, too. */
static bool copies(const struct onnx_node *n, int64_t factor, bool half, bool corner) {
    const char *const round = "nearest_mode";
    const bool early = n->in->opset < 11, floor = onnx_is(n, round, "floor", early);
    const bool prefer = onnx_is(n, round, "round_prefer_floor", !early);
    if (half) return prefer || onnx_is(n, round, "round_prefer_ceil", false);
    return corner && (floor || (prefer && factor <= 2));
}

static enum onnx_result make_resize(struct onnx_value *out, const struct onnx_node *n) {
    const struct onnx_value *in = onnx_image(n, 0);
    const char *const mode = "coordinate_transformation_mode";
    if (!in) return ONNX_FAILED;
    const int64_t factor = upsampled(n, in);
    const bool nearest = onnx_is(n, "mode", "nearest", true), linear = onnx_is(n, "mode", "linear", false);
    const bool half = onnx_is(n, mode, "half_pixel", n->in->opset >= 11) ||
                      onnx_is(n, mode, "pytorch_half_pixel", false) || onnx_is(n, mode, "half_pixel_symmetric", false);
    const bool corner = onnx_is(n, mode, "asymmetric", n->in->opset < 11);
    if (factor < 1 || factor > 1 << 10 || !(nearest ? copies(n, factor, half, corner) : linear && half))
        return onnx_failed(onnx_error(n, "not by a whole factor, nearest or linear between pixel centres"));
    const int layer =
        sketch_add(n->in->sketch, n->name, 0, "upsample", &in->layer, 1, "k=%" PRId64 " bilinear=%d", factor, linear);
    *out = onnx_image_of(layer, in->dim[1], in->dim[2] * factor, in->dim[3] * factor);
    return ONNX_MADE;
}

const struct onnx_op onnx_shapes[] = {
    {"Pad", make_pad},
    {"Resize", make_resize},
    {"Upsample", make_resize},
    {"Flatten", make_flatten},
    {"Reshape", make_reshape},
    {"Squeeze", make_squeeze},
    {"Transpose", make_transpose},
    {"Unsqueeze", make_unsqueeze},
    {NULL, NULL},
};
