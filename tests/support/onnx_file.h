/* onnx_file.h - small ONNX files from a few words: statements separated by `;`, each
 *
 *     in NAME D D...       an input of the graph; a size 0 is symbolic
 *     out NAME NAME...     the outputs of the graph
 *     w NAME D D...        an initialiser of floats, of which only the sizes are there
 *     f NAME D D...        one with elements: onnx_element, as raw bytes; g: as typed floats; h: as raw 16-bit floats
 *     n NAME N N...        a list of whole numbers as initialiser; # NAME N: one number without dimensions
 *     TYPE A,B OUT[,OUT] key=1,2 key:0.5 key'text      a node; - as an input is one left out
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

static inline void onnx_put_elements(struct onnx_bytes *tensor, char kind, int64_t count) {
    static struct onnx_bytes data;
    data.length = 0;
    for (int64_t i = 0; i < count; i++) {
        const float value = onnx_element(i);
        uint32_t bits;
        memcpy(&bits, &value, sizeof bits);
        const uint16_t half = (uint16_t)((((bits >> 23) - 112) << 10) | (bits >> 13 & 1023)); /* normal and positive */
        if (kind == 'h')
            onnx_put(&data, &half, 2);
        else
            onnx_put(&data, &value, 4);
    }
    onnx_put_message(tensor, kind == 'g' ? 4 : 9, &data);
}

/* TensorProto; kind: w, f, g, h, n or #. */
static inline void onnx_put_tensor(struct onnx_bytes *graph, char kind, char *rest) {
    static struct onnx_bytes tensor;
    const char *name = strtok_r(rest, " ", &rest);
    int64_t number[16];
    int count = 0;
    tensor.length = 0;
    for (char *d; (d = strtok_r(NULL, " ", &rest));) number[count++] = strtoll(d, NULL, 10);
    const bool floats = strchr("wfgh", kind);
    int64_t all = 1;
    for (int i = 0; i < count && floats; i++) onnx_put_number(&tensor, 1, number[i]), all *= number[i];
    if (kind == 'n') onnx_put_number(&tensor, 1, count);
    onnx_put_number(&tensor, 2, kind == 'h' ? 10 : floats ? 1 : 7);
    for (int i = 0; i < count && !floats; i++) onnx_put_number(&tensor, 7, number[i]);
    if (floats && kind != 'w') onnx_put_elements(&tensor, kind, all);
    onnx_put_text(&tensor, 8, name);
    onnx_put_message(graph, 5, &tensor);
}

static inline void onnx_put_attribute(struct onnx_bytes *node, char *text) {
    static struct onnx_bytes a;
    char *mark = text + strcspn(text, "=:'"), kind = *mark;
    a.length = 0;
    *mark++ = '\0';
    onnx_put_text(&a, 1, text);
    if (kind == ':') {
        const float value = strtof(mark, NULL);
        onnx_put_varint(&a, 2 << 3 | 5);
        onnx_put(&a, &value, 4); /* little-endian machines only */
    } else if (kind == '\'') {
        onnx_put_text(&a, 4, mark);
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
        else if (strlen(first) == 1 && strchr("wfghn#", *first))
            onnx_put_tensor(&graph, *first, more);
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
