/* Elements of tensors as floats: within the model in several forms, or in files next to it. */
#include <assert.h>
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "formulation/import/half.h"
#include "formulation/import/onnx.h"
#include "solver/base/input.h"
#include "solver/base/memory.h"

enum { TENSOR_TYPE = 2, TENSOR_FLOATS = 4, TENSOR_INT32S = 5, TENSOR_RAW = 9, TENSOR_DOUBLES = 10 };
enum { TENSOR_EXTERNAL = 13, TENSOR_LOCATION = 14, ENTRY_KEY = 1, ENTRY_VALUE = 2 };
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

/* --- files next to the model -------------------------------------------------------------------------------------- */

struct external {
    char file[256]; /* relative to the model */
    long long offset, length;
};

static bool external_read(struct external *e, struct wire tensor) {
    struct wire_field f, key, value;
    *e = (struct external){.length = -1};
    while (wire_next(&tensor, &f)) {
        char text[256];
        if (f.number != TENSOR_EXTERNAL || f.type != WIRE_BYTES || !wire_find(f.bytes, ENTRY_KEY, WIRE_BYTES, &key) ||
            !wire_find(f.bytes, ENTRY_VALUE, WIRE_BYTES, &value) || wire_length(&value.bytes) >= sizeof text)
            continue;
        snprintf(text, sizeof text, "%.*s", (int)wire_length(&value.bytes), (const char *)value.bytes.at);
        if (wire_length(&key.bytes) == 8 && memcmp(key.bytes.at, "location", 8) == 0) strcpy(e->file, text);
        if (wire_length(&key.bytes) == 6 && memcmp(key.bytes.at, "offset", 6) == 0) e->offset = strtoll(text, NULL, 10);
        if (wire_length(&key.bytes) == 6 && memcmp(key.bytes.at, "length", 6) == 0) e->length = strtoll(text, NULL, 10);
    }
    return e->file[0] && e->file[0] != '/' && !strstr(e->file, "..") && e->offset >= 0;
}

static bool from_file(float *out, const struct onnx_node *n, struct wire tensor, int64_t count, uint64_t type) {
    struct external e;
    if (!external_read(&e, tensor))
        return onnx_error(n, "its weights are in a file that is not named by a path next to the model");
    const char *slash = strrchr(n->in->path, '/');
    const size_t folder = slash ? (size_t)(slash + 1 - n->in->path) : 0, bytes = (size_t)count * bytes_of(type);
    if (e.length >= 0 && (size_t)e.length != bytes)
        return onnx_error(n, "its weights take %lld bytes of %s (expected %zu)", e.length, e.file, bytes);
    char *path = memory_new(folder + strlen(e.file) + 1, 1);
    memcpy(path, n->in->path, folder);
    strcpy(path + folder, e.file);
    FILE *in = input_open(path, true, n->in->err);
    uint8_t *buffer = memory_new(bytes, 1);
    bool good = in && fseek(in, (long)e.offset, SEEK_SET) == 0 && fread(buffer, 1, bytes, in) == bytes;
    if (in && !good) error_at(n->in->err, path, 0, "the weights of node `%s` are not all there", n->name);
    good = good && from_bytes(out, buffer, bytes, count, type);
    if (in) fclose(in);
    free(buffer);
    free(path);
    return good;
}

/* A matrix of `rows` rows, given as its transpose. */
static void turn(float *x, int64_t rows, int64_t columns) {
    float *from = memory_duplicate(x, (size_t)(rows * columns) * sizeof *x);
    for (int64_t i = 0; i < rows; i++)
        for (int64_t k = 0; k < columns; k++) x[i * columns + k] = from[k * rows + i];
    free(from);
}

/* --- all forms ---------------------------------------------------------------------------------------------------- */

bool onnx_elements(float *out, const struct onnx_node *n, int i, int64_t count) {
    const struct onnx_value *v = onnx_input(n, i);
    struct wire_field type, place, raw;
    assert(count >= 0);
    if (!v || v->kind != ONNX_CONSTANT) return onnx_error(n, "input %d is not a constant (expected weights)", i);
    const int64_t have = onnx_count(v);
    if (have != count)
        return onnx_error(n, "input %d has %lld elements (expected %lld)", i, (long long)have, (long long)count);
    if (wire_length(&v->tensor) == 0)
        return onnx_error(n, "input %d was computed, not stored: its weights are not in the file", i);
    if (!wire_find(v->tensor, TENSOR_TYPE, WIRE_VARINT, &type) || bytes_of(type.value) == 0)
        return onnx_error(n, "input %d is not of floats (expected float, float16, bfloat16 or double)", i);
    const bool outside = wire_find(v->tensor, TENSOR_LOCATION, WIRE_VARINT, &place) && place.value == 1;
    const bool packed = wire_find(v->tensor, TENSOR_RAW, WIRE_BYTES, &raw);
    if (outside && !from_file(out, n, v->tensor, count, type.value)) return false;
    if (!outside && !(packed ? from_bytes(out, raw.bytes.at, wire_length(&raw.bytes), count, type.value)
                             : from_fields(out, v->tensor, count, type.value)))
        return onnx_error(n, "input %d holds more or fewer than its %lld elements", i, (long long)count);
    if (v->turned) turn(out, v->dim[0], v->dim[1]);
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
