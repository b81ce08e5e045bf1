/* Operators that give a tensor another shape, or more pixels. */
#include <inttypes.h>
#include <string.h>

#include "formulation/import/tflite.h"

/* 16-bit weights, which converters turn into floats when the network runs; what is not stored as floats is quantised. */
enum tflite_result tflite_dequantize(struct tflite_value *out, const struct tflite_node *n) {
    const struct tflite_value *in = tflite_constant(n, 0);
    if (!in) return TFLITE_FAILED;
    if (in->type != TFLITE_FLOAT16) return tflite_failed(tflite_names(n, 0, "which is not a FLOAT16 constant"));
    *out = *in;
    return TFLITE_MADE;
}

/* --- shapes ------------------------------------------------------------------------------------------------------- */

static bool is_shape(const struct tflite_value *to, int rank, int64_t b, int64_t c, int64_t d) {
    return to->rank == rank && to->dim[0] == 1 && to->dim[1] == b && to->dim[2] == c && (rank < 4 || to->dim[3] == d);
}

static bool is_vector(const struct tflite_value *to) {
    return to->rank == 2 && to->dim[0] == 1;
}

/* A channel shuffle, as converters write it: 1 H W C to 1 H W A B, A and B exchanged, and back. */
static enum tflite_result grouped(struct tflite_value *out, const struct tflite_value *in,
                                  const struct tflite_value *to) {
    if (in->rank != 4 || to->dim[0] != 1 || to->dim[1] != in->dim[1] || to->dim[2] != in->dim[2])
        return TFLITE_UNSUPPORTED;
    *out = *in;
    out->rank = 5;
    memcpy(out->dim, to->dim, sizeof out->dim);
    return TFLITE_MADE;
}

static enum tflite_result gathered(struct tflite_value *out, const struct tflite_node *n,
                                   const struct tflite_value *in) {
    const struct tflite_value *to = tflite_stated(n, 0);
    const int64_t H = in->dim[1], W = in->dim[2], C = in->dim[3] * in->dim[4], groups = in->groups;
    if (!is_shape(to, 4, H, W, C)) return TFLITE_UNSUPPORTED;
    *out = tflite_image_of(in->layer, H, W, C);
    if (groups > 0) out->layer = tflite_layer(n, "shuffle", in->layer, "groups=%" PRId64, groups);
    return out->layer >= 0 ? TFLITE_MADE : TFLITE_FAILED;
}

/* An image as a vector: its order is that of H W C, which only matters if there are several pixels. */
static void flatten(struct tflite_value *out, const struct tflite_value *in) {
    *out = *in;
    out->rank = 2;
    out->dim[1] = tflite_count(in);
    if (in->dim[1] * in->dim[2] > 1) memcpy(out->was, in->dim + 1, sizeof out->was);
}

/* RESHAPE, SQUEEZE, EXPAND_DIMS: to the shape that the file states for the output, if a network can see it so. */
enum tflite_result tflite_reshape(struct tflite_value *out, const struct tflite_node *n) {
    struct tflite_value *in = tflite_input(n, 0);
    const struct tflite_value *to = tflite_stated(n, 0);
    if (in && in->kind == TFLITE_WAITING && tflite_count(in) == tflite_count(to) && to->rank == 4 && to->dim[0] == 1) {
        tflite_decide(n, in, to->dim[1], to->dim[2], to->dim[3]);
        *out = tflite_image_of(in->layer, to->dim[1], to->dim[2], to->dim[3]);
        return TFLITE_MADE;
    }
    if (in && in->kind == TFLITE_LAYER && in->rank == 5) return gathered(out, n, in);
    in = tflite_image(n, 0, true);
    if (!in) return TFLITE_FAILED;
    const int64_t all = tflite_count(in);
    if (tflite_count(to) != all || all < 1)
        return tflite_failed(tflite_error(n, "it makes %" PRId64 " elements out of %" PRId64, tflite_count(to), all));
    if (to->rank == 5) return grouped(out, in, to);
    *out = *in;
    if (in->rank == to->rank && memcmp(in->dim, to->dim, sizeof in->dim[0] * (size_t)in->rank) == 0) return TFLITE_MADE;
    if (in->rank == 4 && is_vector(to)) return flatten(out, in), TFLITE_MADE;
    const bool pixel = in->rank == 2 && !in->was[0] && is_shape(to, 4, 1, 1, all);
    if (!pixel && !(in->rank == 2 && in->was[0] && is_shape(to, 4, in->was[0], in->was[1], in->was[2])))
        return TFLITE_UNSUPPORTED;
    *out = tflite_image_of(in->layer, to->dim[1], to->dim[2], to->dim[3]);
    out->positive = in->positive;
    return TFLITE_MADE;
}

enum tflite_result tflite_transpose(struct tflite_value *out, const struct tflite_node *n) {
    static const int64_t exchange[] = {0, 1, 2, 4, 3};
    const struct tflite_value *in = tflite_input(n, 0);
    int64_t perm[TFLITE_RANK];
    if (!in || in->kind != TFLITE_LAYER || tflite_numbers(perm, TFLITE_RANK, n, 1) != in->rank)
        return TFLITE_UNSUPPORTED;
    bool same = true;
    for (int i = 0; i < in->rank; i++) same = same && perm[i] == i;
    *out = *in;
    if (same) return TFLITE_MADE;
    if (in->rank != 5 || in->groups > 0 || memcmp(perm, exchange, sizeof exchange) != 0) return TFLITE_UNSUPPORTED;
    out->dim[3] = in->dim[4], out->dim[4] = in->dim[3];
    out->groups = in->dim[3];
    return TFLITE_MADE;
}

/* --- pixels ------------------------------------------------------------------------------------------------------- */

/* What is put around an image: zeros without input 2; false: not a number of the file. */
static bool filler(double *value, const struct tflite_node *n) {
    const struct tflite_value *v = tflite_input(n, 2);
    *value = 0;
    if (!v) return true;
    if (v->kind != TFLITE_CONSTANT || tflite_floats(v) != 1) return false;
    *value = (double)tflite_element(v, 0);
    return *value >= -1e9 && *value <= 1e9;
}

/* Around height and width: zeros for the operator that follows, or a layer. */
enum tflite_result tflite_pad(struct tflite_value *out, const struct tflite_node *n) {
    const struct tflite_value *in = tflite_image(n, 0, false);
    int64_t all[8];
    double value;
    if (!in) return TFLITE_FAILED;
    if (!filler(&value, n) || tflite_numbers(all, 8, n, 1) != 8 || all[0] || all[1] || all[6] || all[7])
        return tflite_failed(tflite_error(n, "not around height and width, or by what is not in the file"));
    for (int i = 2; i < 6; i++)
        if (all[i] < 0 || all[i] > 1 << 20) return tflite_failed(tflite_error(n, "a padding is out of range"));
    *out = *in;
    out->dim[1] += all[2] + all[3], out->dim[2] += all[4] + all[5];
    out->positive = in->positive && value >= 0;
    if (value == 0)
        out->pad[0] = all[2], out->pad[1] = all[4], out->pad[2] = all[3], out->pad[3] = all[5];
    else
        out->layer =
            tflite_layer(n, "pad", in->layer, "pt=%" PRId64 " pl=%" PRId64 " pb=%" PRId64 " pr=%" PRId64 " value=%.9g",
                         all[2], all[4], all[3], all[5], value);
    return out->layer >= 0 ? TFLITE_MADE : TFLITE_FAILED;
}

/* By a whole factor, the same each way. Copies are the same between pixel centres as from the corner; linear ones are not,
 * and a .net has those between centres. */
static enum tflite_result resize(struct tflite_value *out, const struct tflite_node *n, bool linear) {
    const struct tflite_value *in = tflite_image(n, 0, false);
    const int first = linear ? 2 : 0;
    const bool corners = flatbuffer_signed(&n->options, first, 1, 0) != 0;
    const bool centres = flatbuffer_signed(&n->options, first + 1, 1, 0) != 0;
    int64_t size[2];
    if (!in) return TFLITE_FAILED;
    const bool known = tflite_numbers(size, 2, n, 1) == 2 && size[0] > 0 && size[1] > 0;
    const int64_t factor = known ? size[0] / in->dim[1] : 0;
    if (!known || factor < 1 || factor > 1 << 10 || size[0] != factor * in->dim[1] || size[1] != factor * in->dim[2])
        return tflite_failed(tflite_error(n, "not by a whole factor, the same in height and width"));
    *out = *in;
    if (factor == 1) return TFLITE_MADE;
    if (corners || (linear && !centres))
        return tflite_failed(tflite_error(n, "pixels aligned by corners (expected half_pixel_centers)"));
    const int layer = tflite_layer(n, "upsample", in->layer, "k=%" PRId64 " bilinear=%d", factor, linear);
    *out = tflite_image_of(layer, size[0], size[1], in->dim[3]);
    out->positive = in->positive;
    return layer >= 0 ? TFLITE_MADE : TFLITE_FAILED;
}

enum tflite_result tflite_nearest(struct tflite_value *out, const struct tflite_node *n) {
    return resize(out, n, false);
}

enum tflite_result tflite_bilinear(struct tflite_value *out, const struct tflite_node *n) {
    return resize(out, n, true);
}
