/* tflite_file.h - small TensorFlow Lite files from a few words: statements separated by `;`, each
 *
 *     in NAME D D...       an input of the graph
 *     f NAME D D...        a constant of floats: tflite_number; h: of 16-bit floats; D `-`: no dimensions
 *     n NAME N N...        a list of whole numbers; N NAME N N...: of 64 bits; # NAME N: one without dimensions
 *     r NAME ROWS N N...   whole numbers in rows
 *     q NAME D D...        a tensor of INT8, without data
 *     OP A,B OUT=D,D[/OUT=D,D] b0=1 i1=2 f2=0.5     an operator: - as an input is one left out; options by slot: bytes,
 *                                                   32-bit whole numbers, floats
 *     out NAME             an output of the graph
 *
 * Parsed into struct tflite_net, which the reference computes too (tests/support/tflite_reference.h), and written as a
 * FlatBuffer. This writer shares nothing with the reader, not even the codes. */
#ifndef TESTS_SUPPORT_TFLITE_FILE_H
#define TESTS_SUPPORT_TFLITE_FILE_H
#include <check.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { NET_TENSORS = 80, NET_OPS = 48, NET_OPTIONS = 8, NET_IO = 8 };

struct tflite_net {
    struct net_tensor {
        char name[24], kind; /* f h n N # q; 0: computed */
        int rank, dim[6], numbers, number[16];
    } tensor[NET_TENSORS];
    struct net_op {
        const struct net_code *code;
        int inputs, input[NET_IO], outputs, output[NET_IO];
        struct net_option {
            char kind; /* b i f; 0: absent */
            double value;
        } option[NET_OPTIONS];
    } op[NET_OPS];
    int tensors, ops, input, outputs, output[NET_IO];
};

static const struct net_code {
    const char *name;
    int code, options; /* member of the union of options */
} net_codes[] = {{"ADD", 0, 11},
                 {"AVERAGE_POOL_2D", 1, 5},
                 {"CONCATENATION", 2, 10},
                 {"CONV_2D", 3, 1},
                 {"DEPTHWISE_CONV_2D", 4, 2},
                 {"DEQUANTIZE", 6, 38},
                 {"FULLY_CONNECTED", 9, 8},
                 {"L2_NORMALIZATION", 11, 12},
                 {"LOCAL_RESPONSE_NORMALIZATION", 13, 13},
                 {"LOGISTIC", 14, 0},
                 {"MAX_POOL_2D", 17, 5},
                 {"MUL", 18, 21},
                 {"RELU", 19, 0},
                 {"RELU_N1_TO_1", 20, 0},
                 {"RELU6", 21, 0},
                 {"RESHAPE", 22, 17},
                 {"RESIZE_BILINEAR", 23, 15},
                 {"SOFTMAX", 25, 9},
                 {"TANH", 28, 0},
                 {"CUSTOM", 32, 0},
                 {"PAD", 34, 22},
                 {"TRANSPOSE", 39, 26},
                 {"MEAN", 40, 27},
                 {"SUB", 41, 28},
                 {"DIV", 42, 29},
                 {"SQUEEZE", 43, 30},
                 {"STRIDED_SLICE", 45, 32},
                 {"SPLIT", 49, 35},
                 {"PRELU", 54, 0},
                 {"PADV2", 60, 43},
                 {"SLICE", 65, 48},
                 {"TRANSPOSE_CONV", 67, 49},
                 {"EXPAND_DIMS", 70, 52},
                 {"REDUCE_MAX", 82, 27},
                 {"RESIZE_NEAREST_NEIGHBOR", 97, 74},
                 {"LEAKY_RELU", 98, 75},
                 {"SPLIT_V", 102, 79},
                 {"ADD_N", 106, 0},
                 {"ELU", 111, 0},
                 {"HARD_SWISH", 117, 0},
                 {"GELU", 150, 0},
                 {"RELU_0_TO_1", 152, 0},
                 {"FUTURE", 250, 0}};

/* --- the words ----------------------------------------------------------------------------------------------------- */

static inline int net_find(const struct tflite_net *net, const char *name) {
    for (int i = 0; i < net->tensors; i++)
        if (strcmp(net->tensor[i].name, name) == 0) return i;
    return -1;
}

static inline struct net_tensor *net_tensor(struct tflite_net *net, const char *name, char kind) {
    ck_assert_int_lt(net->tensors, NET_TENSORS);
    struct net_tensor *t = &net->tensor[net->tensors++];
    snprintf(t->name, sizeof t->name, "%s", name);
    t->kind = kind;
    return t;
}

static inline void net_outputs(struct tflite_net *net, struct net_op *op, char *words) {
    for (char *word; (word = strtok_r(words, "/", &words));) {
        char *name = strtok_r(word, "=", &word);
        const int had = net_find(net, name);
        op->output[op->outputs++] = had < 0 ? net->tensors : had;
        if (had >= 0) continue;
        struct net_tensor *t = net_tensor(net, name, 0);
        for (char *d; (d = strtok_r(word, ",", &word));) t->dim[t->rank++] = atoi(d);
    }
}

static inline void net_operator(struct tflite_net *net, const char *name, char *rest) {
    struct net_op *op = &net->op[net->ops++];
    ck_assert_int_le(net->ops, NET_OPS);
    for (size_t i = 0; i < sizeof net_codes / sizeof net_codes[0]; i++)
        if (strcmp(net_codes[i].name, name) == 0) op->code = &net_codes[i];
    ck_assert_msg(op->code != NULL, "no operator %s", name);
    char *inputs = strtok_r(rest, " ", &rest), *outputs = strtok_r(rest, " ", &rest);
    for (char *word; (word = strtok_r(inputs, ",", &inputs));) {
        op->input[op->inputs] = net_find(net, word);
        ck_assert_msg(op->input[op->inputs++] >= 0 || strcmp(word, "-") == 0, "no tensor %s", word);
    }
    net_outputs(net, op, outputs);
    for (char *word; (word = strtok_r(rest, " ", &rest));)
        op->option[word[1] - '0'] = (struct net_option){*word, atof(word + 3)};
}

static inline void net_statement(struct tflite_net *net, char *rest) {
    char *word = strtok_r(rest, " ", &rest);
    if (!word) return;
    if (strcmp(word, "out") == 0) {
        net->output[net->outputs++] = net_find(net, strtok_r(rest, " ", &rest));
        return;
    }
    const bool input = strcmp(word, "in") == 0, row = *word == 'r' && !word[1];
    if (!input && word[1]) return net_operator(net, word, rest);
    struct net_tensor *t = net_tensor(net, strtok_r(rest, " ", &rest), input ? 0 : *word);
    if (input) net->input = net->tensors - 1;
    if (row) t->rank = 2, t->dim[0] = atoi(strtok_r(rest, " ", &rest)), t->kind = 'n';
    const bool whole = strchr("nNr#", *word) != NULL;
    for (char *d; (d = strtok_r(rest, " ", &rest));) {
        if (whole) t->number[t->numbers++] = atoi(d);
        if (!whole && *d != '-') t->dim[t->rank++] = atoi(d);
    }
    if (row) t->dim[1] = t->numbers / t->dim[0];
    if (*word == 'n' || *word == 'N') t->rank = 1, t->dim[0] = t->numbers;
}

static inline void tflite_parse(struct tflite_net *net, const char *statements) {
    char *text = strdup(statements), *rest = text;
    memset(net, 0, sizeof *net);
    for (char *statement; (statement = strtok_r(rest, ";", &rest));) net_statement(net, statement);
    if (net->outputs == 0 && net->ops > 0) net->output[net->outputs++] = net->op[net->ops - 1].output[0];
    free(text);
}

static inline int net_count(const struct net_tensor *t) {
    int all = 1;
    for (int i = 0; i < t->rank; i++) all *= t->dim[i];
    return all;
}

/* Element i of a constant of that name, between -0.5 and 0.5, exact in 16 bits. */
static inline float tflite_number(const char *name, int i) {
    unsigned seed = 5381;
    for (const char *c = name; *c; c++) seed = seed * 33 + (unsigned char)*c;
    const unsigned mixed = (seed ^ (unsigned)i * 2654435761u) * 2246822519u;
    return ((float)(mixed >> 26) - 31.5f) / 64;
}

/* --- the file ------------------------------------------------------------------------------------------------------ */

struct flat {
    unsigned char *byte;
    size_t length, room;
};

static inline size_t flat_zeros(struct flat *b, size_t length, size_t align) {
    while (b->length % align) b->length++;
    const size_t at = b->length;
    b->length += length;
    if (b->length > b->room) {
        const size_t had = b->room;
        b->room = 2 * b->length + 64;
        b->byte = realloc(b->byte, b->room);
        ck_assert_ptr_nonnull(b->byte);
        memset(b->byte + had, 0, b->room - had);
    }
    return at;
}

static inline void flat_set(struct flat *b, size_t at, uint64_t value, size_t size) {
    for (size_t i = 0; i < size; i++) b->byte[at + i] = (unsigned char)(value >> (8 * i));
}

/* A table with fields of these sizes ('0': absent): field[slot] is where each is. */
static inline size_t flat_table(struct flat *b, size_t *field, const char *sizes) {
    const size_t slots = strlen(sizes), vtable = flat_zeros(b, 4 + 2 * slots, 2), at = flat_zeros(b, 4, 4);
    for (size_t i = 0; i < slots; i++) {
        const size_t size = (size_t)(sizes[i] - '0');
        field[i] = size ? flat_zeros(b, size, size) : 0;
        flat_set(b, vtable + 4 + 2 * i, size ? field[i] - at : 0, 2);
    }
    flat_set(b, vtable, 4 + 2 * slots, 2);
    flat_set(b, vtable + 2, b->length - at, 2);
    flat_set(b, at, at - vtable, 4);
    return at;
}

static inline void flat_point(struct flat *b, size_t from, size_t to) {
    flat_set(b, from, to - from, 4);
}

/* A vector that the field points to; returns where element 0 is. */
static inline size_t flat_vector(struct flat *b, size_t field, size_t count, size_t size) {
    const size_t at = flat_zeros(b, 4, 4);
    flat_set(b, at, count, 4);
    flat_point(b, field, at);
    return flat_zeros(b, count * size, size < 4 ? 1 : 4);
}

static inline void flat_ints(struct flat *b, size_t field, const int *number, int count) {
    const size_t at = flat_vector(b, field, (size_t)count, 4);
    for (int i = 0; i < count; i++) flat_set(b, at + 4 * (size_t)i, (uint32_t)number[i], 4);
}

static inline uint32_t flat_bits(double value) {
    const float single = (float)value;
    uint32_t bits;
    memcpy(&bits, &single, sizeof bits);
    return bits;
}

static inline uint32_t flat_half(float value) { /* of a multiple of 1/128 below 1, not 0 */
    const uint32_t bits = flat_bits((double)value);
    return (bits >> 16 & 0x8000) | (((bits >> 23 & 255) - 112) << 10) | (bits >> 13 & 1023);
}

static inline void net_data(struct flat *b, size_t field, const struct net_tensor *t) {
    const size_t size = t->kind == 'h' ? 2 : t->kind == 'N' ? 8 : 4;
    const int count = t->numbers ? t->numbers : net_count(t);
    const size_t at = flat_vector(b, field, (size_t)count * size, 1);
    for (int i = 0; i < count; i++) {
        const float x = tflite_number(t->name, i);
        const uint64_t bits = t->numbers  ? (uint64_t)(int64_t)t->number[i]
                              : size == 2 ? flat_half(x)
                                          : flat_bits((double)x);
        flat_set(b, at + (size_t)i * size, bits, size);
    }
}

static inline void net_write_tensor(struct flat *b, size_t from, const struct net_tensor *t, int buffer) {
    static const char kinds[] = "fhn-N----q"; /* enum TensorType */
    const char *kind = t->kind == '#' ? kinds + 2 : t->kind ? strchr(kinds, t->kind) : kinds;
    size_t field[4];
    flat_point(b, from, flat_table(b, field, "4144"));
    flat_ints(b, field[0], t->dim, t->rank);
    flat_set(b, field[1], (uint64_t)(kind - kinds), 1);
    flat_set(b, field[2], (uint64_t)buffer, 4);
    const size_t at = flat_vector(b, field[3], strlen(t->name), 1);
    memcpy(b->byte + at, t->name, strlen(t->name));
    flat_zeros(b, 1, 1);
}

static inline void net_write_op(struct flat *b, size_t from, const struct net_op *op, int index) {
    size_t field[5], option[NET_OPTIONS];
    char sizes[NET_OPTIONS + 1] = "";
    for (int i = 0; i < NET_OPTIONS; i++) sizes[i] = !op->option[i].kind ? '0' : op->option[i].kind == 'b' ? '1' : '4';
    flat_point(b, from, flat_table(b, field, "44414"));
    flat_set(b, field[0], (uint64_t)index, 4);
    flat_ints(b, field[1], op->input, op->inputs);
    flat_ints(b, field[2], op->output, op->outputs);
    flat_set(b, field[3], (uint64_t)op->code->options, 1);
    flat_point(b, field[4], flat_table(b, option, sizes));
    for (int i = 0; i < NET_OPTIONS; i++) {
        const double value = op->option[i].value;
        if (op->option[i].kind)
            flat_set(b, option[i], op->option[i].kind == 'f' ? flat_bits(value) : (uint64_t)(int64_t)value,
                     op->option[i].kind == 'b' ? 1 : 4);
    }
}

/* One code for each operator; those from 127 on are in the later field only. */
static inline void net_write_codes(struct flat *b, size_t from, const struct tflite_net *net) {
    const size_t at = flat_vector(b, from, (size_t)net->ops, 4);
    for (int i = 0; i < net->ops; i++) {
        size_t field[4];
        const int code = net->op[i].code->code;
        flat_point(b, at + 4 * (size_t)i, flat_table(b, field, code == 32 ? "1444" : "1044"));
        flat_set(b, field[0], (uint64_t)(code < 127 ? code : 127), 1);
        flat_set(b, field[2], 1, 4);
        flat_set(b, field[3], (uint64_t)code, 4);
        if (code != 32) continue;
        const size_t name = flat_vector(b, field[1], 6, 1);
        memcpy(b->byte + name, "Custom", 6);
    }
}

/* Buffer 0 is empty, as in every file; tensor i has buffer i + 1. */
static inline void net_write_buffers(struct flat *b, size_t from, const struct tflite_net *net) {
    const size_t at = flat_vector(b, from, (size_t)net->tensors + 1, 4);
    for (int i = 0; i <= net->tensors; i++) {
        size_t field[1];
        const bool data = i > 0 && net->tensor[i - 1].kind && net->tensor[i - 1].kind != 'q';
        flat_point(b, at + 4 * (size_t)i, flat_table(b, field, data ? "4" : "0"));
        if (data) net_data(b, field[0], &net->tensor[i - 1]);
    }
}

static inline void net_write_graph(struct flat *b, size_t from, const struct tflite_net *net) {
    size_t field[4];
    flat_point(b, from, flat_table(b, field, "4444"));
    size_t at = flat_vector(b, field[0], (size_t)net->tensors, 4);
    for (int i = 0; i < net->tensors; i++) net_write_tensor(b, at + 4 * (size_t)i, &net->tensor[i], i + 1);
    flat_ints(b, field[1], &net->input, net->tensors > 0);
    flat_ints(b, field[2], net->output, net->outputs);
    at = flat_vector(b, field[3], (size_t)net->ops, 4);
    for (int i = 0; i < net->ops; i++) net_write_op(b, at + 4 * (size_t)i, &net->op[i], i);
}

/* The caller frees the bytes. */
static inline struct flat tflite_bytes(const struct tflite_net *net) {
    struct flat b = {0};
    size_t field[5];
    flat_zeros(&b, 8, 1);
    memcpy(b.byte + 4, "TFL3", 4);
    const size_t root = flat_table(&b, field, "44404");
    flat_set(&b, 0, root, 4);
    flat_set(&b, field[0], 3, 4);
    net_write_codes(&b, field[1], net);
    net_write_graph(&b, flat_vector(&b, field[2], 1, 4), net);
    net_write_buffers(&b, field[4], net);
    return b;
}

static inline void tflite_file(const char *path, const struct tflite_net *net) {
    struct flat b = tflite_bytes(net);
    FILE *out = fopen(path, "wb");
    ck_assert_msg(out && fwrite(b.byte, 1, b.length, out) == b.length && fclose(out) == 0, "%s", path);
    free(b.byte);
}

#endif
