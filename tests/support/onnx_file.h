/* onnx_file.h - small ONNX files from a few words: statements separated by `;`, each
 *
 *     in NAME D D...       an input of the graph; a size 0 is symbolic
 *     out NAME NAME...     the outputs of the graph
 *     w NAME D D...        an initialiser of floats, of which only the sizes are there
 *     f NAME D D...        one with elements: onnx_element, as raw bytes; g: as typed floats; h, b: as raw 16-bit floats
 *                          (IEEE, bfloat16); i: as 16-bit floats in a list of numbers; d, e: doubles, raw and typed;
 *                          x: floats in the file ONNX_OUTSIDE next to the model
 *     n NAME N N...        a list of whole numbers as initialiser; # NAME N: one number without dimensions; r: raw ones;
 *                          s: raw ones of 32 bits; p: packed; o: as many in the file ONNX_OUTSIDE
 *     TYPE A,B OUT[,OUT] key=1,2 key:0.5 key'text      a node; - as an input is one left out
 *         key~1,2          floats; key@1,2: a tensor of whole numbers; key@: one float, 0.5, of no dimensions
 *
 * A writer of its own: it shares nothing with the reader. */
#ifndef TESTS_SUPPORT_ONNX_FILE_H
#define TESTS_SUPPORT_ONNX_FILE_H
#include <check.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ONNX_OUTSIDE "outside.bin"

struct onnx_bytes {
    unsigned char byte[1 << 14];
    size_t length;
};

static inline void onnx_put(struct onnx_bytes *b, const void *bytes, size_t length) {
    ck_assert_uint_le(b->length + length, sizeof b->byte);
    memcpy(b->byte + b->length, bytes, length);
    b->length += length;
}

/* Element i of any tensor, exact in 16 bits too. */
static inline float onnx_element(int64_t i) {
    return (float)((i * 37 + 11) % 64 + 1) / 16;
}

static inline void onnx_put_varint(struct onnx_bytes *b, uint64_t value) {
    do {
        const unsigned char byte = (unsigned char)((value & 127) | (value > 127 ? 128 : 0));
        onnx_put(b, &byte, 1);
        value >>= 7;
    } while (value);
}

static inline void onnx_put_number(struct onnx_bytes *b, int field, int64_t value) {
    onnx_put_varint(b, (uint64_t)field << 3);
    onnx_put_varint(b, (uint64_t)value);
}

static inline void onnx_put_bytes(struct onnx_bytes *b, int field, const void *bytes, size_t length) {
    onnx_put_varint(b, (uint64_t)field << 3 | 2);
    onnx_put_varint(b, length);
    onnx_put(b, bytes, length);
}

static inline void onnx_put_text(struct onnx_bytes *b, int field, const char *text) {
    onnx_put_bytes(b, field, text, strlen(text));
}

static inline void onnx_put_message(struct onnx_bytes *b, int field, const struct onnx_bytes *m) {
    onnx_put_bytes(b, field, m->byte, m->length);
}

/* ValueInfoProto: name, type { tensor_type { elem_type, shape { dim } } }. */
static inline void onnx_put_input(struct onnx_bytes *graph, char *rest) {
    static struct onnx_bytes value, type, tensor, shape, dim;
    value.length = type.length = tensor.length = shape.length = 0;
    onnx_put_text(&value, 1, strtok_r(rest, " ", &rest));
    for (char *d; (d = strtok_r(NULL, " ", &rest));) {
        dim.length = 0;
        if (atoi(d) > 0)
            onnx_put_number(&dim, 1, atoi(d));
        else
            onnx_put_text(&dim, 2, "N");
        onnx_put_message(&shape, 1, &dim);
    }
    onnx_put_number(&tensor, 1, 1);
    onnx_put_message(&tensor, 2, &shape);
    onnx_put_message(&type, 1, &tensor);
    onnx_put_message(&value, 2, &type);
    onnx_put_message(graph, 11, &value);
}

static inline void onnx_put_outputs(struct onnx_bytes *graph, char *rest) {
    static struct onnx_bytes value;
    for (char *name; (name = strtok_r(rest, " ", &rest));) {
        value.length = 0;
        onnx_put_text(&value, 1, name);
        onnx_put_message(graph, 12, &value);
    }
}

/* The upper 16 bits, or IEEE's, of a float that is normal, positive and exact in these. */
static inline uint16_t onnx_bits16(float value, bool brain) {
    uint32_t bits;
    memcpy(&bits, &value, sizeof bits);
    return brain ? (uint16_t)(bits >> 16) : (uint16_t)((((bits >> 23) - 112) << 10) | (bits >> 13 & 1023));
}

static inline void onnx_put_elements(struct onnx_bytes *tensor, char kind, int64_t count) {
    static struct onnx_bytes data;
    data.length = 0;
    for (int64_t i = 0; i < count; i++) {
        const float value = onnx_element(i);
        const double wide = (double)value;
        const uint16_t half = onnx_bits16(value, kind == 'b');
        if (kind == 'i')
            onnx_put_varint(&data, half);
        else if (kind == 'h' || kind == 'b')
            onnx_put(&data, &half, 2);
        else if (kind == 'd' || kind == 'e')
            onnx_put(&data, &wide, 8);
        else
            onnx_put(&data, &value, 4);
    }
    onnx_put_message(tensor, kind == 'g' ? 4 : kind == 'i' ? 5 : kind == 'e' ? 10 : 9, &data);
}

/* Location, offset and length of weights in another file; the length NULL: as many bytes as there are. */
static const char *onnx_place[3] = {ONNX_OUTSIDE, "8", NULL};

/* external_data: a key and a value each, both texts. */
static inline void onnx_put_outside(struct onnx_bytes *tensor, int64_t count) {
    static struct onnx_bytes entry;
    char length[24];
    snprintf(length, sizeof length, "%lld", (long long)count * 4);
    const char *const texts[][2] = {
        {"location", onnx_place[0]}, {"offset", onnx_place[1]}, {"length", onnx_place[2] ? onnx_place[2] : length}};
    for (int i = 0; i < 3; i++) {
        entry.length = 0;
        onnx_put_text(&entry, 1, texts[i][0]);
        onnx_put_text(&entry, 2, texts[i][1]);
        onnx_put_message(tensor, 13, &entry);
    }
    onnx_put_number(tensor, 14, 1);
}

/* Whole numbers: one by one (n, #), packed (p), as raw bytes of 64 or of 32 bits (r, s). */
static inline void onnx_put_numbers(struct onnx_bytes *tensor, char kind, const int64_t *number, int count) {
    static struct onnx_bytes data;
    data.length = 0;
    for (int i = 0; i < count; i++) {
        if (kind == 'n' || kind == '#') onnx_put_number(tensor, 7, number[i]);
        if (kind == 'p') onnx_put_varint(&data, (uint64_t)number[i]);
        if (kind == 'r' || kind == 's') onnx_put(&data, &number[i], kind == 'r' ? 8 : 4);
    }
    if (data.length > 0) onnx_put_message(tensor, kind == 'p' ? 7 : 9, &data);
}

/* TensorProto; number: dimensions of floats, or whole numbers. */
static inline void onnx_put_tensor(struct onnx_bytes *to, int field, char kind, const char *name, const int64_t *number,
                                   int count) {
    static const char kinds[] = "wfgxhibde";
    static const int types[] = {1, 1, 1, 1, 10, 10, 16, 11, 11};
    static struct onnx_bytes tensor;
    const char *floats = strchr(kinds, kind);
    int64_t all = 1;
    tensor.length = 0;
    for (int i = 0; i < count && floats; i++) onnx_put_number(&tensor, 1, number[i]), all *= number[i];
    if (!floats && kind != '#') onnx_put_number(&tensor, 1, count);
    onnx_put_number(&tensor, 2, floats ? types[floats - kinds] : kind == 's' ? 6 : 7);
    if (!floats && kind != 'o') onnx_put_numbers(&tensor, kind, number, count);
    if (kind == 'o') onnx_put_outside(&tensor, 2 * (int64_t)count);
    if (kind == 'x') onnx_put_outside(&tensor, all);
    if (floats && kind != 'w' && kind != 'x') onnx_put_elements(&tensor, kind, all);
    onnx_put_text(&tensor, 8, name);
    onnx_put_message(to, field, &tensor);
}

static inline void onnx_put_initialiser(struct onnx_bytes *graph, char kind, char *rest) {
    const char *name = strtok_r(rest, " ", &rest);
    int64_t number[16];
    int count = 0;
    for (char *d; (d = strtok_r(NULL, " ", &rest));) number[count++] = strtoll(d, NULL, 10);
    onnx_put_tensor(graph, 5, kind, name, number, count);
}

/* Of one float, 0.5, without dimensions. */
static inline void onnx_put_half_tensor(struct onnx_bytes *to) {
    static struct onnx_bytes tensor;
    const float value = 0.5f;
    tensor.length = 0;
    onnx_put_number(&tensor, 2, 1);
    onnx_put_bytes(&tensor, 9, &value, sizeof value);
    onnx_put_message(to, 5, &tensor);
}

static inline void onnx_put_attribute(struct onnx_bytes *node, char *text) {
    static struct onnx_bytes a;
    char *mark = text + strcspn(text, "=:'~@"), kind = *mark;
    int64_t number[16];
    int count = 0;
    a.length = 0;
    *mark++ = '\0';
    onnx_put_text(&a, 1, text);
    if (kind == ':') {
        const float value = strtof(mark, NULL);
        onnx_put_varint(&a, 2 << 3 | 5);
        onnx_put(&a, &value, 4); /* little-endian machines only */
    } else if (kind == '\'') {
        onnx_put_text(&a, 4, mark);
    } else if (kind == '~') {
        for (char *n, *rest = mark; (n = strtok_r(rest, ",", &rest));) {
            const float value = strtof(n, NULL);
            onnx_put_bytes(&a, 7, &value, 4);
        }
    } else if (kind == '@' && *mark) {
        for (char *n, *rest = mark; (n = strtok_r(rest, ",", &rest));) number[count++] = strtoll(n, NULL, 10);
        onnx_put_tensor(&a, 5, 'n', "", number, count);
    } else if (kind == '@') {
        onnx_put_half_tensor(&a);
    } else if (!strchr(mark, ',')) {
        onnx_put_number(&a, 3, strtoll(mark, NULL, 10));
        onnx_put_number(&a, 8, strtoll(mark, NULL, 10));
    } else {
        for (char *n, *rest = mark; (n = strtok_r(rest, ",", &rest));) onnx_put_number(&a, 8, strtoll(n, NULL, 10));
    }
    onnx_put_message(node, 5, &a);
}

static inline void onnx_put_node(struct onnx_bytes *graph, const char *type, char *rest) {
    static struct onnx_bytes node;
    char *inputs = strtok_r(rest, " ", &rest), *outputs = strtok_r(NULL, " ", &rest);
    node.length = 0;
    for (char *name; (name = strtok_r(inputs, ",", &inputs));) onnx_put_text(&node, 1, strcmp(name, "-") ? name : "");
    for (char *name; (name = strtok_r(outputs, ",", &outputs));) onnx_put_text(&node, 2, name);
    onnx_put_text(&node, 4, type);
    for (char *a; (a = strtok_r(NULL, " ", &rest));) onnx_put_attribute(&node, a);
    onnx_put_message(graph, 1, &node);
}

/* The file of tensors of kind x: their elements from byte 8 on. */
static inline void onnx_outside(const char *path, int elements) {
    FILE *out = fopen(path, "wb");
    ck_assert_msg(out && fwrite("elements", 1, 8, out) == 8, "%s", path);
    for (int i = 0; i < elements; i++) {
        const float value = onnx_element(i);
        ck_assert_uint_eq(fwrite(&value, sizeof value, 1, out), 1);
    }
    ck_assert_int_eq(fclose(out), 0);
}

static inline void onnx_file(const char *path, int opset, const char *statements) {
    static struct onnx_bytes model, graph, set;
    char *text = strdup(statements), *rest = text, *statement;
    model.length = graph.length = set.length = 0;
    while ((statement = strtok_r(rest, ";", &rest))) {
        char *more, *first = strtok_r(statement, " ", &more);
        if (!first) continue;
        if (strcmp(first, "in") == 0)
            onnx_put_input(&graph, more);
        else if (strcmp(first, "out") == 0)
            onnx_put_outputs(&graph, more);
        else if (strlen(first) == 1 && strchr("wfgxhibden#rspo", *first))
            onnx_put_initialiser(&graph, *first, more);
        else
            onnx_put_node(&graph, first, more);
    }
    onnx_put_number(&set, 2, opset);
    onnx_put_message(&model, 7, &graph);
    onnx_put_message(&model, 8, &set);
    FILE *out = fopen(path, "wb");
    ck_assert_ptr_nonnull(out);
    ck_assert_uint_eq(fwrite(model.byte, 1, model.length, out), model.length);
    ck_assert_int_eq(fclose(out), 0);
    free(text);
}

#endif
