/* Tensors as values: what an operator reads, and what it makes. */
#include <assert.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "formulation/import/tflite.h"

enum { TENSOR_NAME = 3 }; /* slot */

/* --- texts --------------------------------------------------------------------------------------------------------- */

/* A name for messages and layers: what fits, up to a `;` (converters join the names of what they fused). */
void tflite_text(char *to, size_t room, const struct flatbuffer_vector *from) {
    const uint8_t *at = flatbuffer_bytes(from);
    size_t i = 0;
    for (; i < from->count && i < room - 1 && at[i] != ';'; i++) to[i] = at[i] > ' ' && at[i] < 127 ? (char)at[i] : '?';
    to[i] = '\0';
}

void tflite_name(char *to, size_t room, const struct tflite *x, size_t i) {
    const struct flatbuffer_table tensor = flatbuffer_member(&x->tensors, i);
    const struct flatbuffer_vector name = flatbuffer_vector(&tensor, TENSOR_NAME, 1);
    tflite_text(to, room, &name);
}

const char *tflite_shape(char text[128], const struct tflite_value *v) {
    int at = 0;
    text[0] = '\0';
    for (int i = 0; i < v->rank; i++)
        at += snprintf(text + at, 128 - (size_t)at, "%s%" PRId64, i ? " x " : "", v->dim[i]);
    return text;
}

bool tflite_error(const struct tflite_node *n, const char *format, ...) {
    char text[400];
    va_list values;
    va_start(values, format);
    vsnprintf(text, sizeof text, format, values);
    va_end(values);
    return error_at(n->in->err, n->in->path, 0, "operator `%s` (%s): %s", n->name, n->type, text);
}

/* --- values ------------------------------------------------------------------------------------------------------- */

struct tflite_value *tflite_input(const struct tflite_node *n, size_t i) {
    const int64_t at = i < n->input.count ? flatbuffer_element(&n->input, i) : -1;
    assert(at < (int64_t)n->in->tensors.count); /* node_read */
    return at < 0 ? NULL : &n->in->value[at];
}

const struct tflite_value *tflite_stated(const struct tflite_node *n, size_t i) {
    return &n->in->value[flatbuffer_element(&n->output, i)];
}

struct tflite_value tflite_image_of(int layer, int64_t H, int64_t W, int64_t C) {
    return (struct tflite_value){.kind = TFLITE_LAYER, .rank = 4, .dim = {1, H, W, C}, .layer = layer};
}

int64_t tflite_count(const struct tflite_value *v) {
    int64_t all = 1;
    for (int i = 0; i < v->rank; i++)
        if (__builtin_mul_overflow(all, v->dim[i], &all)) return -1;
    return v->rank < 0 ? -1 : all;
}

int64_t tflite_channels(const struct tflite_value *v) {
    assert(v->kind == TFLITE_LAYER && v->rank > 0);
    return v->was[2] ? v->was[2] : v->dim[v->rank - 1];
}

bool tflite_names(const struct tflite_node *n, size_t i, const char *what) {
    char name[80];
    tflite_name(name, sizeof name, n->in, (size_t)flatbuffer_element(&n->input, i));
    return tflite_error(n, "it reads `%s`, %s", name, what);
}

struct tflite_value *tflite_padded(const struct tflite_node *n, size_t i) {
    struct tflite_value *v = tflite_input(n, i);
    if (!v) return tflite_error(n, "input %zu is missing", i), NULL;
    if (v->kind == TFLITE_WAITING && v->rank == 2) tflite_decide(n, v, 1, 1, v->dim[1]);
    if (v->kind == TFLITE_LAYER && v->rank == 4) return v;
    if (v->kind == TFLITE_NONE) return tflite_names(n, i, "which no earlier operator makes"), NULL;
    if (v->kind == TFLITE_CONSTANT) return tflite_names(n, i, "a constant (expected what the network computes)"), NULL;
    tflite_error(n, "input %zu has %d dimensions (expected batch, height, width and channels)", i, v->rank);
    return NULL;
}

/* Zeros around an image that no operator takes in. */
static bool lay_padding(const struct tflite_node *n, struct tflite_value *v) {
    const int64_t *p = v->pad;
    if (!p[0] && !p[1] && !p[2] && !p[3]) return true;
    v->layer = tflite_layer(n, "pad", v->layer, "pt=%" PRId64 " pl=%" PRId64 " pb=%" PRId64 " pr=%" PRId64, p[0], p[1],
                            p[2], p[3]);
    memset(v->pad, 0, sizeof v->pad);
    return v->layer >= 0;
}

struct tflite_value *tflite_image(const struct tflite_node *n, size_t i, bool vector) {
    struct tflite_value *v = tflite_input(n, i);
    if (v && v->kind == TFLITE_WAITING && v->rank == 2) tflite_decide(n, v, 1, 1, v->dim[1]);
    if (!v || v->kind != TFLITE_LAYER || v->rank != 2 || !vector) v = tflite_padded(n, i);
    return v && lay_padding(n, v) ? v : NULL;
}

struct tflite_value *tflite_ordered(const struct tflite_node *n, size_t i) {
    struct tflite_value *v = tflite_image(n, i, true);
    if (!v || !v->was[0]) return v;
    v->layer = tflite_layer(n, "reshape", v->layer, "c=%" PRId64 " last=1", v->dim[1]);
    memset(v->was, 0, sizeof v->was);
    return v->layer >= 0 ? v : NULL;
}

const struct tflite_value *tflite_constant(const struct tflite_node *n, size_t i) {
    const struct tflite_value *v = tflite_input(n, i);
    if (v && v->kind == TFLITE_CONSTANT) return v;
    return tflite_error(n, "input %zu is not a constant (expected numbers of the file)", i), NULL;
}

int tflite_numbers(int64_t *out, int room, const struct tflite_node *n, size_t i) {
    const struct tflite_value *v = tflite_input(n, i);
    const size_t size = v && v->type == TFLITE_INT64 ? 8 : 4;
    if (!v || v->kind != TFLITE_CONSTANT || (v->type != TFLITE_INT32 && v->type != TFLITE_INT64)) return -1;
    const int64_t count = tflite_count(v);
    if (count < 0 || count > room || v->length != (size_t)count * size) return -1;
    const struct flatbuffer_vector all = {
        .in = &n->in->buffer, .at = (size_t)(v->bytes - n->in->buffer.at), .count = (size_t)count, .size = size};
    for (size_t k = 0; k < all.count; k++) out[k] = flatbuffer_element(&all, k);
    return (int)count;
}

/* What the file states without the batch, as long as it says the same: 1 x K, or K elements in any other form. */
static bool same_shape(const struct tflite_value *stated, const struct tflite_value *made) {
    if (stated->rank != made->rank) return false;
    for (int i = 0; i < made->rank; i++)
        if (stated->dim[i] != made->dim[i]) return false;
    return true;
}

bool tflite_output(const struct tflite_node *n, size_t i, struct tflite_value value) {
    struct tflite_value *to = &n->in->value[flatbuffer_element(&n->output, i)];
    char made[128], stated[128];
    if (to->kind != TFLITE_NONE) return tflite_error(n, "its output is a constant, an input, or made twice");
    if (!same_shape(to, &value))
        return tflite_error(n, "it makes %s, but the file says %s", tflite_shape(made, &value),
                            tflite_shape(stated, to));
    if (value.kind == TFLITE_LAYER) value.type = to->type;
    *to = value;
    return true;
}

void tflite_decide(const struct tflite_node *n, struct tflite_value *input, int64_t H, int64_t W, int64_t C) {
    char name[80];
    assert(input->kind == TFLITE_WAITING);
    tflite_name(name, sizeof name, n->in, (size_t)(input - n->in->value));
    input->layer =
        sketch_add(n->in->sketch, name, 0, "input", NULL, 0, "c=%" PRId64 " h=%" PRId64 " w=%" PRId64, C, H, W);
    input->kind = TFLITE_LAYER;
    if (H * W > 1) input->was[0] = H, input->was[1] = W, input->was[2] = C;
}

int tflite_layer(const struct tflite_node *n, const char *op, int input, const char *keys, ...) {
    char text[256];
    va_list values;
    va_start(values, keys);
    vsnprintf(text, sizeof text, keys, values);
    va_end(values);
    if (n->in->sketch->layers >= SKETCH_LAYERS)
        return tflite_error(n, "more than %d layers (expected fewer)", SKETCH_LAYERS), -1;
    return sketch_add(n->in->sketch, n->name, 0, op, &input, 1, "%s", text);
}

bool tflite_spend(const struct tflite_node *n, uint64_t bytes) {
    struct tflite *x = n->in;
    if (bytes <= x->left) {
        x->left -= bytes;
        return true;
    }
    return tflite_error(n, "parts of the file overlap: together they are more than %d times as large as it is",
                        TFLITE_TIMES);
}
