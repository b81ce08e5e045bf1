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

/* The elements, if they are `count` whole numbers. */
static bool tensor_numbers(int64_t *out, struct wire tensor, int count) {
    struct wire_field type, data;
    int64_t found[ONNX_INTS + 1];
    if (!wire_find(tensor, TENSOR_TYPE, WIRE_VARINT, &type)) return false;
    if (type.value != TYPE_FLOAT && type.value != TYPE_INT32 && type.value != TYPE_INT64) return false;
    if (wire_find(tensor, TENSOR_RAW, WIRE_BYTES, &data)) return raw_numbers(out, data.bytes, count, type.value);
    if (type.value == TYPE_FLOAT)
        return wire_find(tensor, TENSOR_FLOATS, WIRE_BYTES, &data) && raw_numbers(out, data.bytes, count, TYPE_FLOAT);
    if (repeated(found, tensor, type.value == TYPE_INT32 ? TENSOR_INT32S : TENSOR_INT64S) != count) return false;
    memcpy(out, found, (size_t)count * sizeof *out);
    return true;
}

bool onnx_tensor(struct onnx_value *out, struct onnx *x, struct wire tensor) {
    int64_t dim[ONNX_INTS + 1], number[ONNX_INTS], count = 1;
    const int rank = repeated(dim, tensor, TENSOR_DIMS);
    if (rank > ONNX_RANK) return false;
    *out = (struct onnx_value){.kind = ONNX_CONSTANT, .rank = rank, .count = -1, .tensor = tensor};
    for (int i = 0; i < rank; i++) {
        if (dim[i] < 0 || dim[i] > INT32_MAX) return false;
        out->dim[i] = dim[i];
        count = count > ONNX_INTS ? count : count * dim[i];
    }
    if (rank <= 1 && count <= ONNX_INTS && tensor_numbers(number, tensor, (int)count))
        *out = onnx_numbers(x, number, (int)count, rank);
    out->tensor = tensor;
    return true;
}

/* --- arithmetic --------------------------------------------------------------------------------------------------- */

static const struct onnx_value *known(const struct onnx_node *n, int i) {
    const struct onnx_value *v = onnx_input(n, i);
    return v && v->kind == ONNX_CONSTANT && v->count >= 0 ? v : NULL;
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
    return v && (v->kind == ONNX_CONSTANT || (v->kind == ONNX_LAYER && floats)) ? fold_same(out, n) : ONNX_UNSUPPORTED;
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
    if (count >= 0 && count <= ONNX_INTS) *out = onnx_numbers(n->in, number, count, rank);
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
    if (out->rank <= 1 && count <= ONNX_INTS) *out = onnx_numbers(n->in, number, (int)count, out->rank);
    return ONNX_MADE;
}

static enum onnx_result fold_shape(struct onnx_value *out, const struct onnx_node *n) {
    const struct onnx_value *v = onnx_input(n, 0);
    if (!v || v->kind == ONNX_NONE) return ONNX_UNSUPPORTED;
    int64_t from = onnx_int(n, "start", 0), to = onnx_int(n, "end", v->rank);
    from = from < 0 ? from + v->rank : from, to = to < 0 ? to + v->rank : to;
    from = from < 0 ? 0 : from, to = to > v->rank ? v->rank : to;
    *out = onnx_numbers(n->in, v->dim + (from < to ? from : 0), from < to ? (int)(to - from) : 0, 1);
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
    *out = onnx_numbers(n->in, number, index->count, index->rank);
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
    if (out->rank > 1) out->count = -1;
    return ONNX_MADE;
}

/* Of shapes: a scalar becomes a list of one, and back. */
static enum onnx_result fold_rank(struct onnx_value *out, const struct onnx_node *n) {
    const struct onnx_value *v = known(n, 0), *weights = onnx_input(n, 0);
    const int rank = n->type[0] == 'U';
    if (weights && weights->kind == ONNX_CONSTANT && wire_length(&weights->tensor) > 0 && !weights->turned)
        return fold_ones(out, n, weights);
    if (!v || v->rank == rank || (rank == 0 && v->count != 1)) return ONNX_UNSUPPORTED;
    *out = onnx_numbers(n->in, v->number, v->count, rank);
    return ONNX_MADE;
}

static enum onnx_result fold_concat(struct onnx_value *out, const struct onnx_node *n) {
    int64_t number[ONNX_INTS];
    int count = 0;
    for (int i = 0; i < n->inputs; i++) {
        const struct onnx_value *v = known(n, i);
        if (!v || count + v->count > ONNX_INTS) return ONNX_UNSUPPORTED;
        for (int k = 0; k < v->count; k++) number[count++] = v->number[k];
    }
    *out = onnx_numbers(n->in, number, count, 1);
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
    const struct onnx_value *v = known(n, 0);
    int64_t from = 0, to = INT64_MAX, axis = 0, step = 1;
    if (!v || !slice_setting(&from, n, 1, "starts") || !slice_setting(&to, n, 2, "ends") ||
        !slice_setting(&axis, n, 3, "axes") || !slice_setting(&step, n, 4, "steps") || axis != 0 || step != 1)
        return ONNX_UNSUPPORTED;
    from = from < 0 ? from + v->count : from, to = to < 0 ? to + v->count : to;
    from = from < 0 ? 0 : from, to = to > v->count ? v->count : to;
    *out = onnx_numbers(n->in, v->number + (from < to ? from : 0), from < to ? (int)(to - from) : 0, 1);
    return ONNX_MADE;
}

static bool compute(int64_t *out, char operation, int64_t a, int64_t b) {
    switch (operation) {
    case 'A': return !__builtin_add_overflow(a, b, out);
    case 'S': return !__builtin_sub_overflow(a, b, out);
    case 'M': return !__builtin_mul_overflow(a, b, out);
    default: *out = b == 0 || (a == INT64_MIN && b == -1) ? 0 : a / b; return b != 0 && *out * b == a;
    }
}

/* Add, Sub, Mul, Div of lists of the same length, or with a list of one. A quotient that is not whole is not known. */
static enum onnx_result fold_compute(struct onnx_value *out, const struct onnx_node *n) {
    const struct onnx_value *a = known(n, 0), *b = known(n, 1);
    int64_t number[ONNX_INTS];
    if (!a || !b || (a->count != b->count && a->count != 1 && b->count != 1)) return ONNX_UNSUPPORTED;
    const int count = a->count == 1 ? b->count : a->count;
    for (int i = 0; i < count; i++)
        if (!compute(&number[i], n->type[0], a->number[a->count == 1 ? 0 : i], b->number[b->count == 1 ? 0 : i]))
            return ONNX_UNSUPPORTED;
    *out = onnx_numbers(n->in, number, count, a->rank > b->rank ? a->rank : b->rank);
    return ONNX_MADE;
}

/* Of weights: only the sizes change. */
static enum onnx_result fold_reshape(struct onnx_value *out, const struct onnx_node *n) {
    const struct onnx_value *v = onnx_input(n, 0), *shape = known(n, 1);
    int64_t all = 1, rest = 1;
    if (!v || v->kind != ONNX_CONSTANT || v->turned || !shape || shape->count > ONNX_RANK) return ONNX_UNSUPPORTED;
    *out = (struct onnx_value){.kind = ONNX_CONSTANT, .rank = shape->count, .count = -1, .tensor = v->tensor};
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
    return ONNX_MADE;
}

static enum onnx_result fold_transpose(struct onnx_value *out, const struct onnx_node *n) {
    const struct onnx_value *v = onnx_input(n, 0);
    int64_t perm[ONNX_RANK];
    if (!v || v->kind != ONNX_CONSTANT) return ONNX_UNSUPPORTED;
    const int count = onnx_ints(perm, ONNX_RANK, n, "perm");
    *out = (struct onnx_value){.kind = ONNX_CONSTANT, .rank = v->rank, .count = -1};
    bool same = true;
    for (int i = 0; i < v->rank; i++) {
        const int64_t from = count == v->rank ? perm[i] : v->rank - 1 - i;
        if (from < 0 || from >= v->rank) return ONNX_UNSUPPORTED;
        out->dim[i] = v->dim[from];
        same = same && from == i;
    }
    if (same) *out = *v;
    if (!same && v->rank == 2) out->tensor = v->tensor, out->turned = !v->turned;
    return ONNX_MADE;
}

enum onnx_result onnx_fold(struct onnx_value *out, const struct onnx_node *n) {
    static const struct onnx_op ops[] = {
        {"Identity", fold_same}, {"Constant", fold_constant}, {"ConstantOfShape", fold_filled},
        {"Shape", fold_shape},   {"Gather", fold_gather},     {"Unsqueeze", fold_rank},
        {"Squeeze", fold_rank},  {"Concat", fold_concat},     {"Slice", fold_slice},
        {"Cast", fold_whole},    {"Floor", fold_whole},       {"Ceil", fold_whole},
        {"Add", fold_compute},   {"Sub", fold_compute},       {"Mul", fold_compute},
        {"Div", fold_compute},   {"Reshape", fold_reshape},   {"Transpose", fold_transpose},
    };
    for (size_t i = 0; i < sizeof ops / sizeof ops[0]; i++)
        if (strcmp(ops[i].type, n->type) == 0) return ops[i].make(out, n);
    return ONNX_UNSUPPORTED;
}
