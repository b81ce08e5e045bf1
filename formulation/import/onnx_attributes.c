/* Attributes of nodes: numbers, lists of them, texts, tensors. */
#include <math.h>
#include <string.h>

#include "formulation/import/onnx.h"

enum { NODE_ATTRIBUTE = 5 };
enum {
    ATTRIBUTE_NAME = 1,
    ATTRIBUTE_F = 2,
    ATTRIBUTE_I = 3,
    ATTRIBUTE_S = 4,
    ATTRIBUTE_T = 5,
    ATTRIBUTE_FLOATS = 7,
    ATTRIBUTE_INTS = 8,
    ATTRIBUTE_TYPE = 20
};
enum { ATTRIBUTE_FLOAT = 1, ATTRIBUTE_INT = 2 }; /* values of ATTRIBUTE_TYPE */

bool onnx_attribute(struct wire *out, const struct onnx_node *n, const char *name) {
    struct wire rest = n->message;
    struct wire_field f, text;
    while (wire_next(&rest, &f))
        if (f.number == NODE_ATTRIBUTE && f.type == WIRE_BYTES &&
            wire_find(f.bytes, ATTRIBUTE_NAME, WIRE_BYTES, &text) && wire_length(&text.bytes) == strlen(name) &&
            memcmp(text.bytes.at, name, strlen(name)) == 0) {
            *out = f.bytes;
            return true;
        }
    return false;
}

/* Some writers leave a zero out, and say the type only. */
static bool is_type(struct wire attribute, uint64_t type) {
    struct wire_field f;
    return wire_find(attribute, ATTRIBUTE_TYPE, WIRE_VARINT, &f) && f.value == type;
}

int64_t onnx_int(const struct onnx_node *n, const char *name, int64_t preset) {
    struct wire a;
    struct wire_field f;
    if (!onnx_attribute(&a, n, name)) return preset;
    return wire_find(a, ATTRIBUTE_I, WIRE_VARINT, &f) ? (int64_t)f.value : is_type(a, ATTRIBUTE_INT) ? 0 : preset;
}

float onnx_real(const struct onnx_node *n, const char *name, float preset) {
    struct wire a;
    struct wire_field f;
    if (!onnx_attribute(&a, n, name)) return preset;
    return wire_find(a, ATTRIBUTE_F, WIRE_32, &f) ? wire_float(f.value) : is_type(a, ATTRIBUTE_FLOAT) ? 0 : preset;
}

int onnx_ints(int64_t *out, int room, const struct onnx_node *n, const char *name) {
    struct wire a;
    struct wire_field f;
    uint64_t value;
    int count = 0;
    if (!onnx_attribute(&a, n, name)) return -1;
    while (wire_next(&a, &f)) {
        if (f.number != ATTRIBUTE_INTS) continue;
        if (f.type == WIRE_VARINT && count < room) out[count] = (int64_t)f.value;
        count += f.type == WIRE_VARINT;
        while (f.type == WIRE_BYTES && wire_length(&f.bytes) > 0 && wire_varint(&f.bytes, &value)) {
            if (count < room) out[count] = (int64_t)value;
            count++;
        }
    }
    return count;
}

/* 0: it is not a whole number. */
static int64_t whole(float value) {
    return fabsf(value) < 1e9f && value == truncf(value) ? (int64_t)value : 0;
}

int onnx_reals(int64_t *out, int room, const struct onnx_node *n, const char *name) {
    struct wire a;
    struct wire_field f;
    int count = 0;
    if (!onnx_attribute(&a, n, name)) return -1;
    while (wire_next(&a, &f)) {
        if (f.number != ATTRIBUTE_FLOATS) continue;
        for (size_t i = 0; f.type == WIRE_BYTES && i + 4 <= wire_length(&f.bytes); i += 4, count++) {
            if (count < room) out[count] = whole(wire_float(wire_little(f.bytes.at + i, 4)));
        }
        if (f.type == WIRE_32 && count < room) out[count] = whole(wire_float(f.value));
        count += f.type == WIRE_32;
    }
    return count;
}

bool onnx_is(const struct onnx_node *n, const char *name, const char *text, bool preset) {
    struct wire a;
    struct wire_field f;
    if (!onnx_attribute(&a, n, name) || !wire_find(a, ATTRIBUTE_S, WIRE_BYTES, &f)) return preset;
    return wire_length(&f.bytes) == strlen(text) && memcmp(f.bytes.at, text, strlen(text)) == 0;
}

bool onnx_message(struct wire *out, const struct onnx_node *n, const char *name) {
    struct wire a;
    struct wire_field f;
    if (!onnx_attribute(&a, n, name) || !wire_find(a, ATTRIBUTE_T, WIRE_BYTES, &f)) return false;
    *out = f.bytes;
    return true;
}
