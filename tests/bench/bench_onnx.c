/* bench_onnx.c - ONNX's protobuf form of a folded network: its wire format, the fields of onnx.proto3, and the nodes of
 * each layer. */
#include "tests/bench/bench_onnx.h"

#include <inttypes.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* --- protobuf's wire format --- */

static void put(struct bench_onnx_bytes *b, const void *from, size_t count) {
    if (b->count + count > b->room) {
        b->room = 2 * (b->count + count);
        b->at = realloc(b->at, b->room);
        if (!b->at) fputs("out of memory\n", stderr), exit(2);
    }
    if (count) memcpy(b->at + b->count, from, count);
    b->count += count;
}

static void put_varint(struct bench_onnx_bytes *b, uint64_t value) {
    do {
        unsigned char byte = (unsigned char)((value & 127) | (value > 127 ? 128 : 0));
        put(b, &byte, 1);
        value >>= 7;
    } while (value);
}

enum { WIRE_VARINT = 0, WIRE_BYTES = 2, WIRE_FLOAT = 5 };

static void put_int(struct bench_onnx_bytes *b, int field, int64_t value) {
    put_varint(b, (uint64_t)field << 3 | WIRE_VARINT);
    put_varint(b, (uint64_t)value);
}

static void put_float(struct bench_onnx_bytes *b, int field, float value) {
    put_varint(b, (uint64_t)field << 3 | WIRE_FLOAT);
    put(b, &value, sizeof value);
}

static void put_text(struct bench_onnx_bytes *b, int field, const char *text) {
    put_varint(b, (uint64_t)field << 3 | WIRE_BYTES);
    put_varint(b, strlen(text));
    put(b, text, strlen(text));
}

/* Puts a message into another, and empties it. */
static void put_message(struct bench_onnx_bytes *b, int field, struct bench_onnx_bytes *message) {
    put_varint(b, (uint64_t)field << 3 | WIRE_BYTES);
    put_varint(b, message->count);
    put(b, message->at, message->count);
    free(message->at);
    *message = (struct bench_onnx_bytes){NULL, 0, 0};
}

/* --- onnx.proto3 --- */

enum {
    MODEL_IR_VERSION = 1,
    MODEL_PRODUCER = 2,
    MODEL_GRAPH = 7,
    MODEL_OPSET = 8,
    OPSET_VERSION = 2,
    GRAPH_NODE = 1,
    GRAPH_NAME = 2,
    GRAPH_INITIALIZER = 5,
    GRAPH_INPUT = 11,
    GRAPH_OUTPUT = 12,
    NODE_INPUT = 1,
    NODE_OUTPUT = 2,
    NODE_OP = 4,
    NODE_ATTRIBUTE = 5,
    ATTRIBUTE_NAME = 1,
    ATTRIBUTE_F = 2,
    ATTRIBUTE_I = 3,
    ATTRIBUTE_INTS = 8,
    ATTRIBUTE_TYPE = 20,
    TYPE_FLOAT = 1,
    TYPE_INT = 2,
    TYPE_INTS = 7,
    TENSOR_DIMS = 1,
    TENSOR_TYPE = 2,
    TENSOR_FLOATS = 4,
    TENSOR_NAME = 8,
    TENSOR_EXTERNAL = 13,
    TENSOR_LOCATION = 14,
    ENTRY_KEY = 1,
    ENTRY_VALUE = 2,
    VALUE_NAME = 1,
    VALUE_TYPE = 2
};

/* AttributeProto: `a` has the value already, and is emptied. */
static void put_attribute(struct bench_onnx_bytes *node, const char *name, int type, struct bench_onnx_bytes *a) {
    put_text(a, ATTRIBUTE_NAME, name);
    put_int(a, ATTRIBUTE_TYPE, type);
    put_message(node, NODE_ATTRIBUTE, a);
}

static void attribute_int(struct bench_onnx_bytes *node, const char *name, int64_t value) {
    struct bench_onnx_bytes a = {NULL, 0, 0};
    put_int(&a, ATTRIBUTE_I, value);
    put_attribute(node, name, TYPE_INT, &a);
}

static void attribute_float(struct bench_onnx_bytes *node, const char *name, float value) {
    struct bench_onnx_bytes a = {NULL, 0, 0};
    put_float(&a, ATTRIBUTE_F, value);
    put_attribute(node, name, TYPE_FLOAT, &a);
}

static void attribute_ints(struct bench_onnx_bytes *node, const char *name, int count, const int *value) {
    struct bench_onnx_bytes a = {NULL, 0, 0};
    for (int i = 0; i < count; i++) put_int(&a, ATTRIBUTE_INTS, value[i]);
    put_attribute(node, name, TYPE_INTS, &a);
}

/* ValueInfoProto: a float tensor of some dimensions. */
static void put_value(struct bench_onnx_bytes *graph, int field, const char *name, int dims, const int *dim) {
    struct bench_onnx_bytes shape = {NULL, 0, 0}, tensor = shape, type = shape, value = shape;
    for (int i = 0; i < dims; i++) {
        struct bench_onnx_bytes d = {NULL, 0, 0};
        put_int(&d, 1, dim[i]); /* dim_value */
        put_message(&shape, 1, &d);
    }
    put_int(&tensor, 1, 1); /* elem_type: float */
    put_message(&tensor, 2, &shape);
    put_message(&type, 1, &tensor);
    put_text(&value, VALUE_NAME, name);
    put_message(&value, VALUE_TYPE, &type);
    put_message(graph, field, &value);
}

/* TensorProto: `floats` of weights.f32 from `offset` on. */
static void put_weights(struct bench_onnx_bytes *graph, const char *name, int dims, const int *dim, int64_t offset) {
    struct bench_onnx_bytes t = {NULL, 0, 0};
    int64_t floats = 1;
    for (int i = 0; i < dims; i++) {
        put_int(&t, TENSOR_DIMS, dim[i]);
        floats *= dim[i];
    }
    put_int(&t, TENSOR_TYPE, 1);
    put_text(&t, TENSOR_NAME, name);
    char text[2][32];
    snprintf(text[0], sizeof text[0], "%" PRId64, 4 * offset);
    snprintf(text[1], sizeof text[1], "%" PRId64, 4 * floats);
    const char *const entry[][2] = {{"location", "weights.f32"}, {"offset", text[0]}, {"length", text[1]}};
    for (int i = 0; i < 3; i++) {
        struct bench_onnx_bytes e = {NULL, 0, 0};
        put_text(&e, ENTRY_KEY, entry[i][0]);
        put_text(&e, ENTRY_VALUE, entry[i][1]);
        put_message(&t, TENSOR_EXTERNAL, &e);
    }
    put_int(&t, TENSOR_LOCATION, 1); /* external */
    put_message(graph, GRAPH_INITIALIZER, &t);
}

/* --- a layer as nodes: one or two, and one for the activation folded into it --- */

static const char *const op_names[OPERATORS] = {
    [OPERATOR_MAXPOOL] = "MaxPool", [OPERATOR_AVGPOOL] = "AveragePool", [OPERATOR_LRN] = "LRN",
    [OPERATOR_RELU] = "Relu",       [OPERATOR_CONCAT] = "Concat",       [OPERATOR_ADD] = "Add",
    [OPERATOR_FC] = "Gemm",         [OPERATOR_SOFTMAX] = "Softmax",     [OPERATOR_MUL] = "Mul",
    [OPERATOR_SCALE] = "Mul"};

static const char *const activation_ops[ACTIVATIONS] = {[ACTIVATION_RELU] = "Relu",
                                                        [ACTIVATION_RELU6] = "Clip",
                                                        [ACTIVATION_CLIP] = "Clip",
                                                        [ACTIVATION_ELU] = "Elu",
                                                        [ACTIVATION_LEAKY_RELU] = "LeakyRelu",
                                                        [ACTIVATION_SIGMOID] = "Sigmoid",
                                                        [ACTIVATION_TANH] = "Tanh",
                                                        [ACTIVATION_HARD_SIGMOID] = "HardSigmoid",
                                                        [ACTIVATION_HARD_SWISH] = "HardSwish"};

static const char *op_of(const struct layer *l) {
    if (l->kind == LAYER_CONV) return "Conv";
    if (l->shape_of.kernel == 0 && l->shape_of.kind == OPERATOR_AVGPOOL) return "GlobalAveragePool";
    if (l->shape_of.kernel == 0 && l->shape_of.kind == OPERATOR_MAXPOOL) return "GlobalMaxPool";
    if (l->shape_of.kind == OPERATOR_ADD && l->inputs != 2) return "Sum";
    return op_names[l->shape_of.kind];
}

bool bench_onnx_can(const struct network *n, struct error *err) {
    for (int v = 1; v < n->layers; v++) {
        const struct layer *l = &n->layer[v];
        if (!op_of(l) || (l->activation.kind != ACTIVATION_NONE && !activation_ops[l->activation.kind]))
            return error_set(err, "layer `%s`: %s %s cannot be exported (expected one that bench_onnx.c has a row for)",
                             l->name, op_of(l) ? "activation" : "operator",
                             op_of(l) ? activation_names[l->activation.kind] : operator_names[l->shape_of.kind]);
    }
    return true;
}

static void node_attributes(struct bench_onnx_bytes *node, const struct layer *l) {
    const struct operator_shape *o = &l->shape_of;
    const struct scenario *s = &l->scenario;
    if (l->kind == LAYER_CONV) {
        attribute_ints(node, "kernel_shape", 2, (int[]){s->KH, s->KW});
        attribute_ints(node, "strides", 2, (int[]){s->stride, scenario_stride_w(s)});
        attribute_ints(node, "pads", 4, (int[]){s->pad.top, s->pad.left, s->pad.bottom, s->pad.right});
        attribute_ints(node, "dilations", 2, (int[]){s->dilation, scenario_dilation_w(s)});
        attribute_int(node, "group", s->groups);
        return;
    }
    switch ((int)o->kind) { /* the others have no attributes, or bench_onnx_can refuses them */
    case OPERATOR_MAXPOOL:
    case OPERATOR_AVGPOOL:
        if (o->kernel == 0) return;
        attribute_ints(node, "kernel_shape", 2, (int[]){o->kernel, o->kernel});
        attribute_ints(node, "strides", 2, (int[]){o->stride, o->stride});
        attribute_ints(node, "pads", 4, (int[]){o->pad.top, o->pad.left, o->pad.bottom, o->pad.right});
        attribute_int(node, "ceil_mode", o->ceil);
        if (o->kind == OPERATOR_AVGPOOL) attribute_int(node, "count_include_pad", o->count_pad);
        return;
    case OPERATOR_LRN:
        attribute_int(node, "size", o->size);
        attribute_float(node, "alpha", o->alpha);
        attribute_float(node, "beta", o->beta);
        attribute_float(node, "bias", o->bias);
        return;
    case OPERATOR_CONCAT:
    case OPERATOR_SOFTMAX: attribute_int(node, "axis", 1); return;
    case OPERATOR_FC: attribute_int(node, "transB", 1); return;
    }
}

static void put_node(struct bench_onnx_bytes *graph, const char *op, int inputs, const char *const *in,
                     const char *out) {
    struct bench_onnx_bytes node = {NULL, 0, 0};
    for (int i = 0; i < inputs; i++) put_text(&node, NODE_INPUT, in[i]);
    put_text(&node, NODE_OUTPUT, out);
    put_text(&node, NODE_OP, op);
    put_message(graph, GRAPH_NODE, &node);
}

/* A bound of Clip: an initialiser without dimensions. */
static void put_bound(struct bench_onnx_bytes *graph, const char *name, float value) {
    struct bench_onnx_bytes t = {NULL, 0, 0};
    put_int(&t, TENSOR_TYPE, 1);
    put_text(&t, TENSOR_NAME, name);
    put_float(&t, TENSOR_FLOATS, value);
    put_message(graph, GRAPH_INITIALIZER, &t);
}

static void put_activation(struct bench_onnx_bytes *graph, struct activation f, const char *in, const char *out) {
    struct bench_onnx_bytes node = {NULL, 0, 0};
    put_text(&node, NODE_INPUT, in);
    if (f.kind == ACTIVATION_RELU6 || f.kind == ACTIVATION_CLIP) {
        const float value[2] = {f.a, f.b};
        for (int i = 0; i < 2; i++) {
            char name[512];
            snprintf(name, sizeof name, "%s:%s", out, i == 0 ? "low" : "high");
            put_bound(graph, name, value[i]);
            put_text(&node, NODE_INPUT, name);
        }
    }
    put_text(&node, NODE_OUTPUT, out);
    put_text(&node, NODE_OP, activation_ops[f.kind]);
    if (f.kind == ACTIVATION_LEAKY_RELU || f.kind == ACTIVATION_ELU || f.kind == ACTIVATION_HARD_SIGMOID)
        attribute_float(&node, "alpha", f.a);
    if (f.kind == ACTIVATION_HARD_SIGMOID) attribute_float(&node, "beta", f.b);
    put_message(graph, GRAPH_NODE, &node);
}

/* y = factor x + shift, a factor and a shift for each channel. */
static void put_scale(struct bench_onnx_bytes *graph, const struct layer *l, const char *in, const char *out,
                      int64_t offset) {
    char factor[512], shift[512], product[512];
    const bool shifted = weights_biases(l) > 0;
    snprintf(factor, sizeof factor, "%s:weights", l->name);
    snprintf(shift, sizeof shift, "%s:bias", l->name);
    snprintf(product, sizeof product, "%s:product", l->name);
    put_weights(graph, factor, 3, (int[]){l->out.C, 1, 1}, offset);
    put_node(graph, "Mul", 2, (const char *[]){in, factor}, shifted ? product : out);
    if (!shifted) return;
    put_weights(graph, shift, 3, (int[]){l->out.C, 1, 1}, offset + weights_count(l));
    put_node(graph, "Add", 2, (const char *[]){product, shift}, out);
}

/* Weights and biases of a convolution or a fully connected layer, as inputs of its node. */
static void put_parameters(struct bench_onnx_bytes *graph, struct bench_onnx_bytes *node, const struct layer *l,
                           int64_t offset) {
    const struct scenario *s = &l->scenario;
    char name[512];
    if (weights_count(l) > 0) {
        snprintf(name, sizeof name, "%s:weights", l->name);
        put_text(node, NODE_INPUT, name);
        if (l->kind == LAYER_CONV)
            put_weights(graph, name, 4, (int[]){s->M, s->C / s->groups, s->KH, s->KW}, offset);
        else
            put_weights(graph, name, 2, (int[]){l->out.C, (int)(weights_count(l) / l->out.C)}, offset);
    }
    if (weights_biases(l) > 0) {
        snprintf(name, sizeof name, "%s:bias", l->name);
        put_text(node, NODE_INPUT, name);
        put_weights(graph, name, 1, (int[]){l->out.C}, offset + weights_count(l));
    }
}

static void put_layer(struct bench_onnx_bytes *graph, const struct network *n, int v, int64_t offset) {
    const struct layer *l = &n->layer[v];
    const bool plain = l->kind != LAYER_CONV, fc = plain && l->shape_of.kind == OPERATOR_FC;
    struct bench_onnx_bytes node = {NULL, 0, 0};
    char flat[512], linear[512];
    snprintf(flat, sizeof flat, "%s:flat", l->name);
    snprintf(linear, sizeof linear, "%s%s", l->name, l->activation.kind ? ":linear" : "");
    if (fc) put_node(graph, "Flatten", 1, (const char *[]){n->layer[l->input[0]].name}, flat);
    if (fc) put_text(&node, NODE_INPUT, flat);
    if (plain && l->shape_of.kind == OPERATOR_SCALE) {
        put_scale(graph, l, n->layer[l->input[0]].name, linear, offset);
    } else {
        for (int i = 0; i < l->inputs && !fc; i++) put_text(&node, NODE_INPUT, n->layer[l->input[i]].name);
        put_parameters(graph, &node, l, offset);
        put_text(&node, NODE_OUTPUT, linear);
        put_text(&node, NODE_OP, op_of(l));
        node_attributes(&node, l);
        put_message(graph, GRAPH_NODE, &node);
    }
    if (l->activation.kind) put_activation(graph, l->activation, linear, l->name);
}

struct bench_onnx_bytes bench_onnx_model(const struct network *n, const struct weights *w) {
    struct bench_onnx_bytes m = {NULL, 0, 0}, graph = m, opset = m;
    const struct layer *in = &n->layer[0], *out = &n->layer[n->layers - 1];
    bool flat = false; /* fc and what follows it have two dimensions */
    put_text(&graph, GRAPH_NAME, n->name);
    for (int v = 1; v < n->layers; v++) {
        put_layer(&graph, n, v, w->offset[v]);
        flat = flat || (n->layer[v].kind == LAYER_OPERATOR && n->layer[v].shape_of.kind == OPERATOR_FC);
    }
    put_value(&graph, GRAPH_INPUT, in->name, 4, (int[]){1, in->out.C, in->out.H, in->out.W});
    put_value(&graph, GRAPH_OUTPUT, out->name, flat ? 2 : 4, (int[]){1, out->out.C, out->out.H, out->out.W});
    put_int(&m, MODEL_IR_VERSION, 8);
    put_text(&m, MODEL_PRODUCER, "taso bench");
    put_message(&m, MODEL_GRAPH, &graph);
    put_int(&opset, OPSET_VERSION, 17);
    put_message(&m, MODEL_OPSET, &opset);
    return m;
}
