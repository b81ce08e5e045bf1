/* Whole networks against onnxruntime: our side of tests/bench/bench_networks.mjs.
 *
 *     bench_networks export NETWORK FOLDER    model.onnx, its weights (seeded, as `taso run` has them) and an input
 *     bench_networks input NETWORK FOLDER     the input alone, for tests/bench/bench_emitted.sh
 *     bench_networks serve PLAN FOLDER        runs the plan on request and reports its CPU time
 *
 * export writes the folded network in ONNX's protobuf form. Weights are external data of the model: the very file that
 * `taso weights` writes, so that both sides compute with the same numbers. Field numbers are those of onnx.proto3 (ONNX
 * 1.12, opset 17). */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "experiments/runtime/image.h"
#include "experiments/runtime/measure.h"
#include "experiments/runtime/runtime.h"
#include "solver/base/memory.h"
#include "tests/bench/bench_serve.h"

/* --- protobuf's wire format --- */

struct bytes {
    unsigned char *at;
    size_t count, room;
};

static void put(struct bytes *b, const void *from, size_t count) {
    if (b->count + count > b->room) {
        b->room = 2 * (b->count + count);
        b->at = realloc(b->at, b->room);
        if (!b->at) fputs("out of memory\n", stderr), exit(2);
    }
    if (count) memcpy(b->at + b->count, from, count);
    b->count += count;
}

static void put_varint(struct bytes *b, uint64_t value) {
    do {
        unsigned char byte = (unsigned char)((value & 127) | (value > 127 ? 128 : 0));
        put(b, &byte, 1);
        value >>= 7;
    } while (value);
}

enum { WIRE_VARINT = 0, WIRE_BYTES = 2, WIRE_FLOAT = 5 };

static void put_int(struct bytes *b, int field, int64_t value) {
    put_varint(b, (uint64_t)field << 3 | WIRE_VARINT);
    put_varint(b, (uint64_t)value);
}

static void put_float(struct bytes *b, int field, float value) {
    put_varint(b, (uint64_t)field << 3 | WIRE_FLOAT);
    put(b, &value, sizeof value);
}

static void put_text(struct bytes *b, int field, const char *text) {
    put_varint(b, (uint64_t)field << 3 | WIRE_BYTES);
    put_varint(b, strlen(text));
    put(b, text, strlen(text));
}

/* Puts a message into another, and empties it. */
static void put_message(struct bytes *b, int field, struct bytes *message) {
    put_varint(b, (uint64_t)field << 3 | WIRE_BYTES);
    put_varint(b, message->count);
    put(b, message->at, message->count);
    free(message->at);
    *message = (struct bytes){NULL, 0, 0};
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
    TENSOR_NAME = 8,
    TENSOR_EXTERNAL = 13,
    TENSOR_LOCATION = 14,
    ENTRY_KEY = 1,
    ENTRY_VALUE = 2,
    VALUE_NAME = 1,
    VALUE_TYPE = 2
};

static void attribute_int(struct bytes *node, const char *name, int64_t value) {
    struct bytes a = {NULL, 0, 0};
    put_text(&a, ATTRIBUTE_NAME, name);
    put_int(&a, ATTRIBUTE_I, value);
    put_int(&a, ATTRIBUTE_TYPE, TYPE_INT);
    put_message(node, NODE_ATTRIBUTE, &a);
}

static void attribute_float(struct bytes *node, const char *name, float value) {
    struct bytes a = {NULL, 0, 0};
    put_text(&a, ATTRIBUTE_NAME, name);
    put_float(&a, ATTRIBUTE_F, value);
    put_int(&a, ATTRIBUTE_TYPE, TYPE_FLOAT);
    put_message(node, NODE_ATTRIBUTE, &a);
}

static void attribute_ints(struct bytes *node, const char *name, int count, const int *value) {
    struct bytes a = {NULL, 0, 0};
    put_text(&a, ATTRIBUTE_NAME, name);
    for (int i = 0; i < count; i++) put_int(&a, ATTRIBUTE_INTS, value[i]);
    put_int(&a, ATTRIBUTE_TYPE, TYPE_INTS);
    put_message(node, NODE_ATTRIBUTE, &a);
}

/* ValueInfoProto: a float tensor of some dimensions. */
static void put_value(struct bytes *graph, int field, const char *name, int dims, const int *dim) {
    struct bytes shape = {NULL, 0, 0}, tensor = shape, type = shape, value = shape;
    for (int i = 0; i < dims; i++) {
        struct bytes d = {NULL, 0, 0};
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
static void put_weights(struct bytes *graph, const char *name, int dims, const int *dim, int64_t offset) {
    struct bytes t = {NULL, 0, 0};
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
        struct bytes e = {NULL, 0, 0};
        put_text(&e, ENTRY_KEY, entry[i][0]);
        put_text(&e, ENTRY_VALUE, entry[i][1]);
        put_message(&t, TENSOR_EXTERNAL, &e);
    }
    put_int(&t, TENSOR_LOCATION, 1); /* external */
    put_message(graph, GRAPH_INITIALIZER, &t);
}

/* --- a layer as nodes: its own, and one for the ReLU folded into it --- */

static const char *const op_names[OPERATORS] = {
    [OPERATOR_MAXPOOL] = "MaxPool", [OPERATOR_AVGPOOL] = "AveragePool", [OPERATOR_RELU] = "Relu",
    [OPERATOR_LRN] = "LRN",         [OPERATOR_CONCAT] = "Concat",       [OPERATOR_ADD] = "Sum",
    [OPERATOR_FC] = "Gemm",         [OPERATOR_SOFTMAX] = "Softmax"};

static void node_attributes(struct bytes *node, const struct layer *l) {
    const struct operator_shape *o = &l->shape_of;
    const struct scenario *s = &l->scenario;
    if (l->kind == LAYER_CONV) {
        attribute_ints(node, "kernel_shape", 2, (int[]){s->KH, s->KW});
        attribute_ints(node, "strides", 2, (int[]){s->stride, s->stride});
        attribute_ints(node, "pads", 4, (int[]){s->pad.top, s->pad.left, s->pad.bottom, s->pad.right});
        attribute_ints(node, "dilations", 2, (int[]){s->dilation, s->dilation});
        attribute_int(node, "group", s->groups);
        return;
    }
    switch ((int)o->kind) { /* the others have no attributes, or is_exported refuses them */
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

static void put_node(struct bytes *graph, const char *op, const char *in, const char *out) {
    struct bytes node = {NULL, 0, 0};
    put_text(&node, NODE_INPUT, in);
    put_text(&node, NODE_OUTPUT, out);
    put_text(&node, NODE_OP, op);
    put_message(graph, GRAPH_NODE, &node);
}

static void put_layer(struct bytes *graph, const struct network *n, int v, int64_t offset) {
    const struct layer *l = &n->layer[v];
    const struct scenario *s = &l->scenario;
    const bool conv = l->kind == LAYER_CONV, fc = !conv && l->shape_of.kind == OPERATOR_FC;
    const char *op = conv ? "Conv" : op_names[l->shape_of.kind];
    struct bytes node = {NULL, 0, 0};
    char name[512];
    if (!conv && l->shape_of.kernel == 0 && l->shape_of.kind == OPERATOR_AVGPOOL) op = "GlobalAveragePool";
    if (!conv && l->shape_of.kernel == 0 && l->shape_of.kind == OPERATOR_MAXPOOL) op = "GlobalMaxPool";
    snprintf(name, sizeof name, "%s:flat", l->name);
    if (fc) put_node(graph, "Flatten", n->layer[l->input[0]].name, name);
    if (fc) put_text(&node, NODE_INPUT, name);
    for (int i = 0; i < l->inputs && !fc; i++) put_text(&node, NODE_INPUT, n->layer[l->input[i]].name);
    if (weights_count(l) > 0) {
        snprintf(name, sizeof name, "%s:weights", l->name);
        put_text(&node, NODE_INPUT, name);
        if (conv) put_weights(graph, name, 4, (int[]){s->M, s->C / s->groups, s->KH, s->KW}, offset);
        if (fc) put_weights(graph, name, 2, (int[]){l->out.C, (int)(weights_count(l) / l->out.C)}, offset);
    }
    if (weights_biases(l) > 0) {
        snprintf(name, sizeof name, "%s:bias", l->name);
        put_text(&node, NODE_INPUT, name);
        put_weights(graph, name, 1, (int[]){l->out.C}, offset + weights_count(l));
    }
    snprintf(name, sizeof name, "%s%s", l->name, l->activation.kind ? ":linear" : "");
    put_text(&node, NODE_OUTPUT, name);
    put_text(&node, NODE_OP, op);
    node_attributes(&node, l);
    put_message(graph, GRAPH_NODE, &node);
    if (l->activation.kind) put_node(graph, "Relu", name, l->name);
}

static struct bytes model(const struct network *n, const struct weights *w) {
    struct bytes m = {NULL, 0, 0}, graph = m, opset = m;
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

/* --- the two commands --- */

#define SEED 1 /* taso run's and taso emit's own */

static float *noise(struct shape s) {
    float *in = memory_new((size_t)shape_bytes(s) / sizeof(float), sizeof(float));
    image_noise(in, s, SEED + 7);
    return in;
}

static void write_file(const char *folder, const char *name, const void *from, size_t bytes) {
    char path[4096];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    FILE *file = fopen(path, "wb");
    if (!file || fwrite(from, 1, bytes, file) != bytes || fclose(file) != 0) perror(path), exit(2);
}

/* Of activations, ReLU is all that the networks here have. */
static bool is_exported(const struct network *n, struct error *err) {
    for (int v = 1; v < n->layers; v++) {
        const struct layer *l = &n->layer[v];
        const bool named = l->kind == LAYER_CONV || op_names[l->shape_of.kind];
        if (!named || (l->activation.kind != ACTIVATION_NONE && l->activation.kind != ACTIVATION_RELU))
            return error_set(
                err, "layer `%s` cannot be exported (expected ReLU as its activation, or a known operator)", l->name);
    }
    return true;
}

static void write_input(const struct network *n, const char *folder) {
    float *in = noise(n->layer[0].out);
    write_file(folder, "in.f32", in, (size_t)shape_bytes(n->layer[0].out));
    free(in);
}

static bool export_input(const char *name, const char *folder, struct error *err) {
    struct network *n = network_open(name, err);
    if (n) write_input(n, folder);
    network_free(n);
    return n != NULL;
}

static bool export_network(const char *name, const char *folder, struct error *err) {
    struct network *raw = network_open(name, err), *n = raw ? network_fold(raw) : NULL;
    struct weights w;
    char path[4096];
    network_free(raw);
    if (!n) return false;
    mkdir(folder, 0777);
    snprintf(path, sizeof path, "%s/weights.f32", folder);
    bool good = is_exported(n, err) && weights_init(&w, n, SEED, NULL, err) && weights_write(&w, path, err);
    if (good) {
        struct bytes m = model(n, &w);
        write_file(folder, "model.onnx", m.at, m.count);
        write_input(n, folder);
        printf("input: %d %d %d\nweights-bytes: %" PRId64 "\n", n->layer[0].out.C, n->layer[0].out.H, n->layer[0].out.W,
               network_facts(n).parameters * 4);
        free(m.at);
        weights_free(&w);
    }
    network_free(n);
    return good;
}

struct served {
    struct runtime *r;
    float *in, *out;
};

static void serve_once(void *context) {
    struct served *s = context;
    runtime_run(s->r, s->out, s->in, NULL);
}

static bool serve_plan(const char *path, const char *folder, struct error *err) {
    struct plan *p = plan_read(path, err);
    struct network *raw = p ? network_open(p->network, err) : NULL, *n = raw ? network_fold(raw) : NULL;
    struct weights w = {0};
    struct served s = {0};
    network_free(raw);
    bool good = n && weights_init(&w, n, SEED, NULL, err) && (s.r = runtime_new(p, n, &w, 1, err));
    if (good) {
        s.in = noise(n->layer[0].out);
        s.out = MEMORY_NEW(float, runtime_outputs(s.r));
        measure_flush_denormals();
        serve(serve_once, &s, s.out, (size_t)runtime_outputs(s.r), folder, s.r->schedule->arena_bytes,
              s.r->stored_bytes + 4 * s.r->biases);
    }
    free(s.in);
    free(s.out);
    runtime_free(s.r);
    weights_free(&w);
    network_free(n);
    plan_free(p);
    return good;
}

int main(int argc, char **argv) {
    struct error err = {""};
    if (argc == 4 && strcmp(argv[1], "export") == 0 && export_network(argv[2], argv[3], &err)) return 0;
    if (argc == 4 && strcmp(argv[1], "input") == 0 && export_input(argv[2], argv[3], &err)) return 0;
    if (argc == 4 && strcmp(argv[1], "serve") == 0 && serve_plan(argv[2], argv[3], &err)) return 0;
    fprintf(stderr, "bench_networks: %s\n",
            err.text[0] ? err.text : "export NETWORK FOLDER | input NETWORK FOLDER | serve PLAN FOLDER");
    return 2;
}
