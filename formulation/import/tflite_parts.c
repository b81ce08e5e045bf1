/* Operators that take channels of an image. */
#include <inttypes.h>

#include "formulation/import/tflite.h"

/* Channels [from, from + count) of an image, or of a vector that has no other order than ours. */
static bool part(struct tflite_value *out, const struct tflite_node *n, const struct tflite_value *in, int64_t from,
                 int64_t count) {
    *out = *in;
    out->dim[in->rank - 1] = count;
    out->layer = tflite_layer(n, "slice", in->layer, "from=%" PRId64 " m=%" PRId64, from, count);
    return out->layer >= 0;
}

static enum tflite_result parts(struct tflite_value *out, const struct tflite_node *n, size_t data, size_t axis,
                                const int64_t *size) {
    const struct tflite_value *in = tflite_ordered(n, data);
    int64_t along, from = 0;
    if (!in) return TFLITE_FAILED;
    const struct tflite_value image = *in;
    const int64_t C = image.dim[image.rank - 1], count = (int64_t)n->output.count;
    const bool known = tflite_numbers(&along, 1, n, axis) == 1;
    if (!known || (along != image.rank - 1 && along != -1))
        return tflite_failed(tflite_error(n, "not along the channels, or by a number that is not in the file"));
    for (int64_t i = 0; i < count; i++) {
        struct tflite_value made;
        const int64_t rest = C - from, here = !size ? C / count : size[i] < 0 ? rest : size[i];
        if (here < 1 || here > rest || (!size && C % count != 0))
            return tflite_failed(tflite_error(n, "parts that do not add up to the channels"));
        if (!part(&made, n, &image, from, here)) return TFLITE_FAILED;
        from += here;
        if (i == 0) *out = made;
        if (i > 0 && !tflite_output(n, (size_t)i, made)) return TFLITE_FAILED;
    }
    return from == C ? TFLITE_MADE : tflite_failed(tflite_error(n, "parts that do not add up to the channels"));
}

enum tflite_result tflite_split(struct tflite_value *out, const struct tflite_node *n) {
    return parts(out, n, 1, 0, NULL);
}

enum tflite_result tflite_split_v(struct tflite_value *out, const struct tflite_node *n) {
    int64_t size[64];
    const int count = tflite_numbers(size, 64, n, 1);
    if (count < 1 || (size_t)count != n->output.count)
        return tflite_failed(
            tflite_error(n, "%zu outputs, sizes of %d (expected one each, at most 64)", n->output.count, count));
    return parts(out, n, 0, 2, size);
}

/* [from, to) of each dimension, of which only the last may be a part. */
static enum tflite_result sliced(struct tflite_value *out, const struct tflite_node *n, const struct tflite_value *in,
                                 const int64_t *from, const int64_t *to) {
    const int last = in->rank - 1;
    for (int i = 0; i < last; i++)
        if (from[i] != 0 || to[i] != in->dim[i])
            return tflite_failed(tflite_error(n, "a part of height, width or batch (expected channels)"));
    if (from[last] < 0 || to[last] > in->dim[last] || from[last] >= to[last])
        return tflite_failed(tflite_error(n, "no channel is left"));
    return part(out, n, in, from[last], to[last] - from[last]) ? TFLITE_MADE : TFLITE_FAILED;
}

/* Bits of a mask: the first or last pixel, whatever the number says. */
enum tflite_result tflite_strided_slice(struct tflite_value *out, const struct tflite_node *n) {
    const struct tflite_value *in = tflite_ordered(n, 0);
    int64_t from[TFLITE_RANK], to[TFLITE_RANK], step[TFLITE_RANK], mask[5];
    if (!in) return TFLITE_FAILED;
    for (int i = 0; i < 5; i++) mask[i] = flatbuffer_signed(&n->options, i, 4, 0); /* begin end ellipsis new shrink */
    if (tflite_numbers(from, TFLITE_RANK, n, 1) != in->rank || tflite_numbers(to, TFLITE_RANK, n, 2) != in->rank ||
        tflite_numbers(step, TFLITE_RANK, n, 3) != in->rank || mask[2] || mask[3] || mask[4])
        return tflite_failed(tflite_error(n, "not the channels, with numbers of the file for each dimension"));
    for (int i = 0; i < in->rank; i++) {
        if (step[i] != 1) return tflite_failed(tflite_error(n, "a stride of %" PRId64 " (expected 1)", step[i]));
        from[i] = mask[0] >> i & 1 ? 0 : from[i] < 0 ? from[i] + in->dim[i] : from[i];
        to[i] = mask[1] >> i & 1 ? in->dim[i] : to[i] < 0 ? to[i] + in->dim[i] : to[i];
        from[i] = from[i] < 0 ? 0 : from[i];
        to[i] = to[i] > in->dim[i] ? in->dim[i] : to[i];
    }
    return sliced(out, n, in, from, to);
}

enum tflite_result tflite_slice(struct tflite_value *out, const struct tflite_node *n) {
    const struct tflite_value *in = tflite_ordered(n, 0);
    int64_t from[TFLITE_RANK], size[TFLITE_RANK];
    if (!in) return TFLITE_FAILED;
    if (tflite_numbers(from, TFLITE_RANK, n, 1) != in->rank || tflite_numbers(size, TFLITE_RANK, n, 2) != in->rank)
        return tflite_failed(tflite_error(n, "not the channels, with numbers of the file for each dimension"));
    for (int i = 0; i < in->rank; i++) {
        if (from[i] < 0 || from[i] > in->dim[i] || size[i] < -1 || size[i] > in->dim[i])
            return tflite_failed(tflite_error(n, "no channel is left"));
        size[i] = size[i] < 0 ? in->dim[i] : from[i] + size[i];
    }
    return sliced(out, n, in, from, size);
}
