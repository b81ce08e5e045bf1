/* Constants: tensors of the file, and the shape arithmetic that exporters leave behind. */
#include <assert.h>
#include <math.h>
#include <string.h>

#include "formulation/import/onnx.h"

enum { TENSOR_DIMS = 1, TENSOR_TYPE = 2, TENSOR_FLOATS = 4, TENSOR_INT32S = 5, TENSOR_INT64S = 7, TENSOR_RAW = 9 };
enum { TYPE_FLOAT = 1, TYPE_INT32 = 6, TYPE_INT64 = 7, TYPE_HALF = 10, TYPE_DOUBLE = 11, TYPE_BFLOAT = 16 };

/* --- tensors ------------------------------------------------------------------------------------------------------ */

/* Numbers of a repeated field, packed or not; how many, at most ONNX_INTS + 1. */
static int repeated(int64_t out[ONNX_INTS + 1], struct wire message, int number) {
    struct wire_field f;
    uint64_t value;
    int count = 0;
    while (count <= ONNX_INTS && wire_next(&message, &f)) {
        if (f.number != number) continue;
        if (f.type == WIRE_VARINT) out[count++] = (int64_t)f.value;
        while (count <= ONNX_INTS && f.type == WIRE_BYTES && wire_length(&f.bytes) > 0 && wire_varint(&f.bytes, &value))
            out[count++] = (int64_t)value;
    }
    return count;
}

/* A float as a whole number; false if it is none. */
static bool whole(int64_t *out, float value) {
    if (!(fabsf(value) < 1e15f) || value != truncf(value)) return false;
    *out = (int64_t)value;
    return true;
}

/* `count` elements of `type` from bytes one after the other. */
static bool raw_numbers(int64_t *out, struct wire raw, int count, uint64_t type) {
    const int size = type == TYPE_INT64 ? 8 : 4;
    if (wire_length(&raw) != (size_t)count * (size_t)size) return false;
    for (int i = 0; i < count; i++) {
        const uint64_t bits = wire_little(raw.at + i * size, size);
        if (type == TYPE_FLOAT && !whole(&out[i], wire_float(bits))) return false;
        if (type == TYPE_INT32) out[i] = (int32_t)(uint32_t)bits;
        if (type == TYPE_INT64) out[i] = (int64_t)bits;
    }
    return true;
}

/* The same from a file next to the model. One that cannot be read leaves them unknown, which the node that needs them
 * reports. */
static bool outside_numbers(int64_t *out, const struct onnx *x, struct wire tensor, int count, uint64_t type) {
    uint8_t bytes[8 * ONNX_INTS];
    struct error unread = {""};
    const size_t length = (size_t)count * (type == TYPE_INT64 ? 8 : 4);
    assert(length <= sizeof bytes);
    FILE *in = onnx_outside_open(x, tensor, length, &unread);
    if (!in) return false;
    const bool good = fread(bytes, 1, length, in) == length;
    fclose(in);
    return good && raw_numbers(out, (struct wire){bytes, bytes + length, false}, count, type);
}

static bool is_integer(uint64_t type) {
    return type == TYPE_INT32 || type == TYPE_INT64;
}

/* The elements, if they are `count` whole numbers. */
static bool tensor_numbers(int64_t *out, const struct onnx *x, struct wire tensor, int count) {
    struct wire_field type, data;
    int64_t found[ONNX_INTS + 1];
    if (!wire_find(tensor, TENSOR_TYPE, WIRE_VARINT, &type)) return false;
    if (type.value != TYPE_FLOAT && !is_integer(type.value)) return false;
    if (onnx_outside(tensor)) return outside_numbers(out, x, tensor, count, type.value);
    if (wire_find(tensor, TENSOR_RAW, WIRE_BYTES, &data)) return raw_numbers(out, data.bytes, count, type.value);
    if (type.value == TYPE_FLOAT)
        return wire_find(tensor, TENSOR_FLOATS, WIRE_BYTES, &data) && raw_numbers(out, data.bytes, count, TYPE_FLOAT);
    if (repeated(found, tensor, type.value == TYPE_INT32 ? TENSOR_INT32S : TENSOR_INT64S) != count) return false;
    memcpy(out, found, (size_t)count * sizeof *out);
    return true;
}

bool onnx_tensor(struct onnx_value *out, struct onnx *x, struct wire tensor) {
    int64_t dim[ONNX_INTS + 1], number[ONNX_INTS], count = 1;
    struct wire_field type;
    const int rank = repeated(dim, tensor, TENSOR_DIMS);
    if (rank > ONNX_RANK) return false;
    *out = (struct onnx_value){.kind = ONNX_CONSTANT, .rank = rank, .count = -1, .tensor = tensor};
    for (int i = 0; i < rank; i++) {
        if (dim[i] < 0 || dim[i] > INT32_MAX) return false;
        out->dim[i] = dim[i];
        count = count > ONNX_INTS ? count : count * dim[i];
    }
    onnx_count_file(x, tensor);
    if (rank <= 2 && count <= ONNX_INTS && tensor_numbers(number, x, tensor, (int)count))
        onnx_attach(out, x, number, (int)count);
    out->integer = wire_find(tensor, TENSOR_TYPE, WIRE_VARINT, &type) && is_integer(type.value);
    return true;
}

/* --- arithmetic --------------------------------------------------------------------------------------------------- */

/* A list of whole numbers, or one; numbers of any rank. */
static const struct onnx_value *known_any(const struct onnx_node *n, int i) {
    const struct onnx_value *v = onnx_input(n, i);
    return v && v->kind == ONNX_CONSTANT && v->count >= 0 ? v : NULL;
}

static const struct onnx_value *known(const struct onnx_node *n, int i) {
    const struct onnx_value *v = known_any(n, i);
    return v && v->rank <= 1 ? v : NULL;
}

/* Numbers that were computed from those of `v`: of its type. */
static struct onnx_value numbers_like(const struct onnx_node *n, const struct onnx_value *v, const int64_t *number,
                                      int count, int rank) {
    const bool integer = v->integer;
    struct onnx_value made = onnx_numbers(n->in, number, count, rank);
    made.integer = integer;
    return made;
}

static enum onnx_result fold_same(struct onnx_value *out, const struct onnx_node *n) {
    const struct onnx_value *v = onnx_input(n, 0);
    if (!v || v->kind == ONNX_NONE) return ONNX_UNSUPPORTED;
    *out = *v;
    return ONNX_MADE;
}

/* Cast, Floor, Ceil: whole numbers stay what they are, and so do floats as floats, of any width. */
static enum onnx_result fold_whole(struct onnx_value *out, const struct onnx_node *n) {
    const struct onnx_value *v = onnx_input(n, 0);
    const int64_t to = onnx_int(n, "to", 0);
    const bool floats = to == TYPE_FLOAT || to == TYPE_HALF || to == TYPE_DOUBLE || to == TYPE_BFLOAT;
    if (!v || !(v->kind == ONNX_CONSTANT || (v->kind == ONNX_LAYER && floats))) return ONNX_UNSUPPORTED;
    const enum onnx_result result = fold_same(out, n);
    if (n->type[0] == 'C' && n->type[1] == 'a') out->integer = is_integer((uint64_t)to);
    return result;
}

static enum onnx_result fold_constant(struct onnx_value *out, const struct onnx_node *n) {
    struct wire tensor;
    int64_t number[ONNX_INTS];
    if (onnx_message(&tensor, n, "value")) {
        if (onnx_tensor(out, n->in, tensor)) return ONNX_MADE;
        return onnx_error(n, "its value is not a tensor of at most %d dimensions", ONNX_RANK), ONNX_FAILED;
    }
    int count = onnx_ints(number, ONNX_INTS, n, "value_ints"), rank = 1;
    number[0] = count < 0 ? onnx_int(n, "value_int", INT64_MIN) : number[0];
    if (count < 0 && number[0] != INT64_MIN) count = 1, rank = 0;
    *out = (struct onnx_value){.kind = ONNX_CONSTANT, .count = -1};
    if (count >= 0 && count <= ONNX_INTS) {
        *out = onnx_numbers(n->in, number, count, rank);
        out->integer = true;
    } else if (onnx_attribute(&out->tensor, n, "value_float") || onnx_attribute(&out->tensor, n, "value_floats")) {
        out->listed = true;
        out->rank = onnx_attribute(&tensor, n, "value_floats");
        out->dim[0] = out->rank ? onnx_reals(NULL, 0, n, "value_floats") : 0;
    }
    return ONNX_MADE;
}

/* Sizes without values, as files without weights have them; zeros or the value, if they are few. */
static enum onnx_result fold_filled(struct onnx_value *out, const struct onnx_node *n) {
    const struct onnx_value *shape = known(n, 0);
    struct wire tensor;
    struct onnx_value fill = {.count = -1};
    int64_t number[ONNX_INTS] = {0}, count = 1;
    if (!shape || shape->count > ONNX_RANK) return onnx_error(n, "its shape is not known from the file"), ONNX_FAILED;
    *out = (struct onnx_value){.kind = ONNX_CONSTANT, .rank = shape->count, .count = -1};
    for (int i = 0; i < shape->count; i++) {
        if (shape->number[i] < 0 || shape->number[i] > INT32_MAX)
            return onnx_error(n, "a size of its shape is out of range"), ONNX_FAILED;
        out->dim[i] = shape->number[i];
        count = count > ONNX_INTS ? count : count * out->dim[i];
    }
    const bool given = onnx_message(&tensor, n, "value");
    if (given && !onnx_tensor(&fill, n->in, tensor)) return ONNX_MADE;
    if (given && fill.count != 1) return ONNX_MADE;
    for (int i = 0; i < ONNX_INTS && given; i++) number[i] = fill.number[0];
    if (out->rank <= 1 && count <= ONNX_INTS) *out = numbers_like(n, &fill, number, (int)count, out->rank);
    return ONNX_MADE;
}

static enum onnx_result fold_shape(struct onnx_value *out, const struct onnx_node *n) {
    const struct onnx_value *v = onnx_input(n, 0);
    if (!v || v->kind == ONNX_NONE) return ONNX_UNSUPPORTED;
    int64_t from = onnx_int(n, "start", 0), to = onnx_int(n, "end", v->rank), dim[ONNX_RANK];
    from = from < 0 ? from + v->rank : from, to = to < 0 ? to + v->rank : to;
    from = from < 0 ? 0 : from, to = to > v->rank ? v->rank : to;
    memcpy(dim, v->dim, sizeof dim);
    const int row = v->channels_last ? 1 : 2;
    for (int i = 0; i < 4 && v->kind == ONNX_LAYER; i++) dim[row + i % 2] += v->pad[i];
    *out = onnx_numbers(n->in, dim + (from < to ? from : 0), from < to ? (int)(to - from) : 0, 1);
    out->integer = true;
    return ONNX_MADE;
}

static enum onnx_result fold_gather(struct onnx_value *out, const struct onnx_node *n) {
    const struct onnx_value *v = known(n, 0), *index = known(n, 1);
    int64_t number[ONNX_INTS];
    if (!v || !index || onnx_int(n, "axis", 0) != 0) return ONNX_UNSUPPORTED;
    for (int i = 0; i < index->count; i++) {
        const int64_t at = index->number[i] < 0 ? index->number[i] + v->count : index->number[i];
        if (at < 0 || at >= v->count) return onnx_error(n, "an index is out of range"), ONNX_FAILED;
        number[i] = v->number[at];
    }
    *out = numbers_like(n, v, number, index->count, index->rank);
    return ONNX_MADE;
}

/* Of weights: dimensions of 1 that come or go; without axes all of them go. */
static enum onnx_result fold_ones(struct onnx_value *out, const struct onnx_node *n, const struct onnx_value *v) {
    const bool comes = n->type[0] == 'U';
    int64_t axis[ONNX_RANK];
    bool named[ONNX_RANK] = {false};
    const int count = onnx_setting(axis, ONNX_RANK, n, 1, "axes"), all = comes ? v->rank + count : v->rank;
    if ((comes && count < 0) || all > ONNX_RANK) return ONNX_UNSUPPORTED;
    for (int i = 0; i < count; i++) {
        const int64_t a = axis[i] < 0 ? axis[i] + all : axis[i];
        if (a < 0 || a >= all) return onnx_error(n, "an axis is out of range"), ONNX_FAILED;
        named[a] = true;
    }
    for (int i = 0; i < all && count < 0; i++) named[i] = v->dim[i] == 1;
    *out = *v;
    out->rank = 0;
    for (int i = 0, from = 0; i < all; i++) {
        if (comes) out->dim[out->rank++] = named[i] || from == v->rank ? 1 : v->dim[from++];
        if (!comes && !named[i]) out->dim[out->rank++] = v->dim[i];
    }
    return ONNX_MADE;
}

/* Of shapes: a scalar becomes a list of one, and back. */
static enum onnx_result fold_rank(struct onnx_value *out, const struct onnx_node *n) {
    const struct onnx_value *v = known(n, 0), *weights = onnx_input(n, 0);
    const int rank = n->type[0] == 'U';
    if (weights && weights->kind == ONNX_CONSTANT && wire_length(&weights->tensor) > 0 && !weights->turned)
        return fold_ones(out, n, weights);
    if (!v || v->rank == rank || (rank == 0 && v->count != 1)) return ONNX_UNSUPPORTED;
    *out = numbers_like(n, v, v->number, v->count, rank);
    return ONNX_MADE;
}

static enum onnx_result fold_concat(struct onnx_value *out, const struct onnx_node *n) {
    int64_t number[ONNX_INTS];
    const struct onnx_value *v = NULL;
    int count = 0;
    for (int i = 0; i < n->inputs; i++) {
        v = known(n, i);
        if (!v || count + v->count > ONNX_INTS) return ONNX_UNSUPPORTED;
        for (int k = 0; k < v->count; k++) number[count++] = v->number[k];
    }
    if (!v) return ONNX_UNSUPPORTED;
    *out = numbers_like(n, v, number, count, 1);
    return ONNX_MADE;
}

/* One number of a slice: an input since opset 10, an attribute before. */
static bool slice_setting(int64_t *value, const struct onnx_node *n, int input, const char *name) {
    const struct onnx_value *v = onnx_input(n, input);
    if (n->in->opset < 10) return onnx_ints(value, 1, n, name) <= 1;
    if (!v) return true; /* the preset */
    if (!known(n, input) || v->count != 1) return false;
    *value = v->number[0];
    return true;
}

static enum onnx_result fold_slice(struct onnx_value *out, const struct onnx_node *n) {
    const struct onnx_value *v = known_any(n, 0);
    int64_t from = 0, to = INT64_MAX, axis = 0, step = 1, number[ONNX_INTS];
    int count = 0;
    if (!v || v->rank < 1 || !slice_setting(&from, n, 1, "starts") || !slice_setting(&to, n, 2, "ends") ||
        !slice_setting(&axis, n, 3, "axes") || !slice_setting(&step, n, 4, "steps") || axis != 0 ||
        (step != 1 && step != -1))
        return ONNX_UNSUPPORTED;
    const int64_t rows = v->dim[0], each = rows > 0 ? v->count / rows : 0;
    onnx_range(&from, &to, step, rows);
    for (int64_t i = from; step * i < step * to; i += step)
        for (int64_t k = 0; k < each; k++) number[count++] = v->number[i * each + k];
    assert(count <= v->count);
    struct onnx_value made = {.kind = ONNX_CONSTANT, .rank = v->rank, .integer = v->integer};
    memcpy(made.dim, v->dim, sizeof made.dim);
    made.dim[0] = step * (to - from) > 0 ? step * (to - from) : 0;
    onnx_attach(&made, n->in, number, count);
    *out = made;
    return ONNX_MADE;
}

static bool compute(int64_t *out, char operation, int64_t a, int64_t b, bool cut) {
    switch (operation) {
    case 'A': return !__builtin_add_overflow(a, b, out);
    case 'S': return !__builtin_sub_overflow(a, b, out);
    case 'M': return !__builtin_mul_overflow(a, b, out);
    default: *out = b == 0 || (a == INT64_MIN && b == -1) ? 0 : a / b; return b != 0 && (cut || *out * b == a);
    }
}

/* Add, Sub, Mul, Div of lists of the same length, or with a list of one. A quotient of integers is cut; one of floats that
 * is not whole is not known. */
static enum onnx_result fold_compute(struct onnx_value *out, const struct onnx_node *n) {
    const struct onnx_value *a = known(n, 0), *b = known(n, 1);
    int64_t number[ONNX_INTS];
    if (!a || !b || (a->count != b->count && a->count != 1 && b->count != 1)) return ONNX_UNSUPPORTED;
    const int count = a->count == 1 ? b->count : a->count;
    for (int i = 0; i < count; i++)
        if (!compute(&number[i], n->type[0], a->number[a->count == 1 ? 0 : i], b->number[b->count == 1 ? 0 : i],
                     a->integer && b->integer))
            return ONNX_UNSUPPORTED;
    *out = numbers_like(n, a->integer ? b : a, number, count, a->rank > b->rank ? a->rank : b->rank);
    return ONNX_MADE;
}

/* ReduceProd of a list: the elements of a shape. */
static enum onnx_result fold_product(struct onnx_value *out, const struct onnx_node *n) {
    const struct onnx_value *v = known(n, 0);
    int64_t product = 1;
    if (!v) return ONNX_UNSUPPORTED;
    for (int i = 0; i < v->count; i++)
        if (__builtin_mul_overflow(product, v->number[i], &product)) return ONNX_UNSUPPORTED;
    *out = numbers_like(n, v, &product, 1, onnx_int(n, "keepdims", 1) != 0);
    return ONNX_MADE;
}

/* Of weights and numbers: only the sizes change. */
static enum onnx_result fold_reshape(struct onnx_value *out, const struct onnx_node *n) {
    const struct onnx_value *v = onnx_input(n, 0), *shape = known(n, 1);
    int64_t all = 1, rest = 1;
    if (!v || v->kind != ONNX_CONSTANT || v->turned || !shape || shape->count > ONNX_RANK) return ONNX_UNSUPPORTED;
    *out = *v;
    out->rank = shape->count;
    for (int i = 0; i < v->rank; i++)
        if (__builtin_mul_overflow(all, v->dim[i], &all)) return ONNX_UNSUPPORTED;
    for (int i = 0; i < out->rank; i++) {
        out->dim[i] = i < v->rank && shape->number[i] == 0 ? v->dim[i] : shape->number[i];
        if (out->dim[i] != -1 && __builtin_mul_overflow(rest, out->dim[i], &rest)) return ONNX_UNSUPPORTED;
    }
    for (int i = 0; i < out->rank; i++)
        if (out->dim[i] == -1) out->dim[i] = rest > 0 ? all / rest : 0;
    for (int i = 0; i < out->rank; i++)
        if (out->dim[i] < 0 || out->dim[i] > INT32_MAX) return ONNX_UNSUPPORTED;
    if (onnx_count(out) != all) return onnx_error(n, "a shape with another number of elements"), ONNX_FAILED;
    return ONNX_MADE;
}

/* Of weights the order is noted, in which they are read; small tables of numbers are turned. */
static enum onnx_result fold_transpose(struct onnx_value *out, const struct onnx_node *n) {
    const struct onnx_value *v = onnx_input(n, 0);
    int64_t perm[ONNX_RANK], number[ONNX_INTS];
    bool seen[ONNX_RANK] = {false}, exchanged = false;
    if (!v || v->kind != ONNX_CONSTANT) return ONNX_UNSUPPORTED;
    const int count = onnx_ints(perm, ONNX_RANK, n, "perm");
    struct onnx_value made = *v;
    made.turned = false;
    for (int i = 0; i < v->rank; i++) {
        const int64_t from = count == v->rank ? perm[i] : v->rank - 1 - i;
        if (from < 0 || from >= v->rank || seen[from])
            return onnx_error(n, "`perm` does not name each dimension once"), ONNX_FAILED;
        seen[from] = true;
        made.dim[i] = v->dim[from];
        exchanged = exchanged || from != i;
        made.order[i] = v->turned ? v->order[from] : (int8_t)from;
        made.turned = made.turned || made.order[i] != i;
    }
    if (exchanged && v->rank > 2) made.count = -1;
    if (exchanged && v->rank == 2 && v->count >= 0) {
        for (int64_t i = 0; i < v->count; i++) number[i] = v->number[i % made.dim[1] * made.dim[0] + i / made.dim[1]];
        onnx_attach(&made, n->in, number, v->count);
        made.tensor = (struct wire){0}, made.turned = false;
    }
    *out = made;
    return ONNX_MADE;
}

const struct onnx_op onnx_constants[] = {
    {"Identity", fold_same},
    {"Constant", fold_constant},
    {"ConstantOfShape", fold_filled},
    {"Shape", fold_shape},
    {"Gather", fold_gather},
    {"Unsqueeze", fold_rank},
    {"Squeeze", fold_rank},
    {"Concat", fold_concat},
    {"Slice", fold_slice},
    {"Cast", fold_whole},
    {"Floor", fold_whole},
    {"Ceil", fold_whole},
    {"Add", fold_compute},
    {"Sub", fold_compute},
    {"Mul", fold_compute},
    {"Div", fold_compute},
    {"Reshape", fold_reshape},
    {"Transpose", fold_transpose},
    {"ReduceProd", fold_product},
    {NULL, NULL},
};
