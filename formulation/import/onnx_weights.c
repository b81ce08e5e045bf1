/* Elements of tensors as floats: within the model in several forms, or in files next to it. */
#include <assert.h>
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "formulation/import/half.h"
#include "formulation/import/onnx.h"
#include "solver/base/memory.h"

enum { TENSOR_TYPE = 2, TENSOR_FLOATS = 4, TENSOR_INT32S = 5, TENSOR_RAW = 9, TENSOR_DOUBLES = 10 };
enum { ATTRIBUTE_F = 2, ATTRIBUTE_FLOATS = 7 };
enum { TYPE_FLOAT = 1, TYPE_HALF = 10, TYPE_DOUBLE = 11, TYPE_BFLOAT = 16 };

static float float_of(uint64_t type, uint64_t bits) {
    if (type == TYPE_HALF) return half_float((uint32_t)bits & 0xffff);
    if (type == TYPE_BFLOAT) return wire_float((uint32_t)bits << 16);
    return type == TYPE_DOUBLE ? (float)wire_double(bits) : wire_float(bits);
}

static size_t bytes_of(uint64_t type) {
    return type == TYPE_DOUBLE ? 8 : type == TYPE_FLOAT ? 4 : type == TYPE_HALF || type == TYPE_BFLOAT ? 2 : 0;
}

static bool from_bytes(float *out, const uint8_t *bytes, size_t length, int64_t count, uint64_t type) {
    const size_t size = bytes_of(type);
    if (length != (size_t)count * size) return false;
    for (int64_t i = 0; i < count; i++) out[i] = float_of(type, wire_little(bytes + (size_t)i * size, (int)size));
    return true;
}

/* Elements in a field of their own: fixed-size or, for the 16 bits, whole numbers; packed or one by one. */
static bool from_fields(float *out, struct wire tensor, int64_t count, uint64_t type) {
    const int number = type == TYPE_FLOAT ? TENSOR_FLOATS : type == TYPE_DOUBLE ? TENSOR_DOUBLES : TENSOR_INT32S;
    const size_t size = bytes_of(type);
    struct wire_field f;
    uint64_t bits;
    int64_t have = 0;
    while (wire_next(&tensor, &f)) {
        if (f.number != number) continue;
        if (f.type != WIRE_BYTES) {
            if (have < count) out[have] = float_of(type, f.value);
            have++;
            continue;
        }
        if (number != TENSOR_INT32S) {
            const int64_t more = (int64_t)(wire_length(&f.bytes) / size);
            if (more > count - have || !from_bytes(out + have, f.bytes.at, wire_length(&f.bytes), more, type))
                return false;
            have += more;
        }
        while (number == TENSOR_INT32S && wire_length(&f.bytes) > 0 && wire_varint(&f.bytes, &bits)) {
            if (have < count) out[have] = float_of(type, bits);
            have++;
        }
    }
    return have == count;
}

/* In pieces, so that a file next to the model takes no memory of its own. */
static bool from_file(float *out, const struct onnx_node *n, struct wire tensor, int64_t count, uint64_t type) {
    uint8_t piece[1 << 14];
    const size_t size = bytes_of(type);
    int64_t have = 0;
    FILE *in = onnx_outside_open(n->in, tensor, (size_t)count * size, n->in->err);
    if (!in) return false;
    while (have < count) {
        const int64_t room = (int64_t)(sizeof piece / size), here = count - have < room ? count - have : room;
        if (fread(piece, size, (size_t)here, in) != (size_t)here) break;
        from_bytes(out + have, piece, (size_t)here * size, here, type);
        have += here;
    }
    fclose(in);
    return have == count || onnx_error(n, "its weights cannot be read from their file: %s", strerror(errno));
}

/* An attribute of floats: one, or a list, packed or one by one. */
static bool from_attribute(float *out, struct wire attribute, int64_t count) {
    struct wire_field f;
    int64_t have = 0;
    while (wire_next(&attribute, &f)) {
        if (f.number != ATTRIBUTE_F && f.number != ATTRIBUTE_FLOATS) continue;
        if (f.type == WIRE_32 && have < count) out[have] = wire_float(f.value);
        have += f.type == WIRE_32;
        for (size_t i = 0; f.type == WIRE_BYTES && i + 4 <= wire_length(&f.bytes); i += 4, have++)
            if (have < count) out[have] = wire_float(wire_little(f.bytes.at + i, 4));
    }
    if (have == 0 && count == 1) return out[0] = 0, true; /* writers leave a zero out */
    return have == count;
}

/* From the order of the tensor as stored to that of the value. */
static void turn(float *x, const struct onnx_value *v, int64_t count) {
    int64_t size[ONNX_RANK] = {0}, stride[ONNX_RANK] = {0}, at[ONNX_RANK] = {0}, step = 1, place = 0;
    float *from = memory_duplicate(x, (size_t)count * sizeof *x);
    for (int d = 0; d < v->rank; d++) size[v->order[d]] = v->dim[d];
    for (int d = v->rank - 1; d >= 0; d--) stride[d] = step, step *= size[d];
    for (int64_t i = 0; i < count; i++) {
        assert(place >= 0 && place < count);
        x[i] = from[place];
        for (int d = v->rank - 1; d >= 0; d--) {
            place += stride[v->order[d]];
            if (++at[d] < v->dim[d]) break;
            place -= at[d] * stride[v->order[d]];
            at[d] = 0;
        }
    }
    free(from);
}

/* --- all forms ---------------------------------------------------------------------------------------------------- */

static bool has_floats(const struct onnx_value *v) {
    struct wire_field type;
    return v->listed || (wire_find(v->tensor, TENSOR_TYPE, WIRE_VARINT, &type) && bytes_of(type.value) > 0);
}

/* Input i as it is stored. */
static bool stored(float *out, const struct onnx_node *n, int i, const struct onnx_value *v, int64_t count) {
    struct wire_field type, raw;
    if (v->listed)
        return from_attribute(out, v->tensor, count) ||
               onnx_error(n, "input %d is not %lld floats", i, (long long)count);
    if (!has_floats(v) || !wire_find(v->tensor, TENSOR_TYPE, WIRE_VARINT, &type))
        return onnx_error(n, "input %d is not of floats (expected float, float16, bfloat16 or double)", i);
    if (onnx_outside(v->tensor)) return from_file(out, n, v->tensor, count, type.value);
    const bool packed = wire_find(v->tensor, TENSOR_RAW, WIRE_BYTES, &raw);
    return (packed ? from_bytes(out, raw.bytes.at, wire_length(&raw.bytes), count, type.value)
                   : from_fields(out, v->tensor, count, type.value)) ||
           onnx_error(n, "input %d holds more or fewer than its %lld elements", i, (long long)count);
}

bool onnx_elements(float *out, const struct onnx_node *n, int i, int64_t count) {
    const struct onnx_value *v = onnx_input(n, i);
    assert(count >= 0);
    if (!v || v->kind != ONNX_CONSTANT) return onnx_error(n, "input %d is not a constant (expected weights)", i);
    const int64_t have = onnx_count(v);
    if (have != count)
        return onnx_error(n, "input %d has %lld elements (expected %lld)", i, (long long)have, (long long)count);
    if (v->count == count && !has_floats(v)) {
        for (int64_t k = 0; k < count; k++) out[k] = (float)v->number[k];
        return true;
    }
    if (wire_length(&v->tensor) == 0)
        return onnx_error(n, "input %d was computed, not stored: its weights are not in the file", i);
    if (!stored(out, n, i, v, count)) return false;
    if (v->turned) turn(out, v, count);
    return sketch_finite(out, count) || onnx_error(n, "input %d has elements that are not finite", i);
}

bool onnx_room(const struct onnx_node *n, int64_t weights, int64_t bias) {
    struct sketch *s = n->in->sketch;
    if (!s->weights) return true;
    if (!sketch_afford(s, weights + bias)) return onnx_error(n, "%s", SKETCH_OFTEN);
    sketch_weights(s, weights, bias);
    return true;
}

bool onnx_floats(float *out, const struct onnx_node *n, int i, int64_t count) {
    return !n->in->sketch->weights || onnx_elements(out, n, i, count);
}

bool onnx_number(float *number, const struct onnx_node *n, int i) {
    const struct onnx_value *v = onnx_input(n, i);
    if (!v) return true;
    if (v->kind != ONNX_CONSTANT) return onnx_error(n, "input %d is computed (expected a constant)", i);
    if (v->count != 1) return onnx_elements(number, n, i, 1);
    *number = (float)v->number[0];
    return true;
}
