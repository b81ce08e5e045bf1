#include "formulation/import/tflite.h"

#include <assert.h>
#include <inttypes.h>
#include <stdlib.h>

#include "formulation/import/import.h"
#include "solver/base/memory.h"

/* Slots of the schema's tables. */
enum { MODEL_VERSION = 0, MODEL_CODES = 1, MODEL_SUBGRAPHS = 2, MODEL_BUFFERS = 4 };
enum { CODE_EARLY = 0, CODE_CUSTOM = 1, CODE_LATE = 3, CUSTOM = 32 };
enum { GRAPH_TENSORS = 0, GRAPH_INPUTS = 1, GRAPH_OUTPUTS = 2, GRAPH_OPERATORS = 3 };
enum { TENSOR_SHAPE = 0, TENSOR_TYPE = 1, TENSOR_BUFFER = 2, TENSOR_SPARSE = 6 };
enum { BUFFER_DATA = 0, BUFFER_OFFSET = 1, BUFFER_SIZE = 2 };
enum { NODE_CODE = 0, NODE_INPUTS = 1, NODE_OUTPUTS = 2, NODE_KIND = 3, NODE_OPTIONS = 4 };
enum { SCHEMA_VERSION = 3, SLACK = 16 << 20, DIM_MOST = 1 << 24 };

static const struct operator_row {
    int code;
    const char *name;
    int options; /* in the union */
    tflite_make *make;
} operators[] = {
#define OPERATOR(code, name, options, make) {code, #name, options, tflite_##make},
#define OTHER(code, name)                   {code, #name, 0, NULL},
#include "formulation/import/tflite_operators.def"
#undef OPERATOR
#undef OTHER
};

static const struct operator_row *row_of(int64_t code) {
    for (size_t i = 0; i < sizeof operators / sizeof operators[0]; i++)
        if (operators[i].code == code) return &operators[i];
    return NULL;
}

static const char *type_name(int64_t type) {
    static const char *const names[] = {"FLOAT32", "FLOAT16",  "INT32",     "UINT8",  "INT64",   "STRING",
                                        "BOOL",    "INT16",    "COMPLEX64", "INT8",   "FLOAT64", "COMPLEX128",
                                        "UINT64",  "RESOURCE", "VARIANT",   "UINT32", "UINT16",  "INT4"};
    return type >= 0 && type < (int64_t)(sizeof names / sizeof names[0]) ? names[type] : "of an unknown type";
}

static bool damaged(const struct tflite *x) {
    return error_at(x->err, x->path, 0, "cut off or damaged: a part of it lies outside of the file");
}

/* --- tensors ------------------------------------------------------------------------------------------------------ */

static bool read_bytes(struct tflite_value *v, struct tflite *x, const struct flatbuffer_table *tensor) {
    const uint64_t number = flatbuffer_unsigned(tensor, TENSOR_BUFFER, 4, 0);
    if (number >= x->buffers.count) return number == 0;
    const struct flatbuffer_table buffer = flatbuffer_member(&x->buffers, (size_t)number);
    const struct flatbuffer_vector data = flatbuffer_vector(&buffer, BUFFER_DATA, 1);
    v->bytes = flatbuffer_bytes(&data), v->length = data.count;
    /* In files of more than 2 GiB the data lie behind the tables. */
    const uint64_t offset = flatbuffer_unsigned(&buffer, BUFFER_OFFSET, 8, 0);
    const uint64_t size = flatbuffer_unsigned(&buffer, BUFFER_SIZE, 8, 0);
    if (data.count == 0 && offset > 1) {
        if (offset > x->buffer.length || size > x->buffer.length - offset) return false;
        v->bytes = x->buffer.at + offset, v->length = (size_t)size;
    }
    if (v->length > 0) v->kind = TFLITE_CONSTANT;
    return true;
}

static bool read_tensor(struct tflite *x, size_t i) {
    const struct flatbuffer_table tensor = flatbuffer_member(&x->tensors, i);
    const struct flatbuffer_vector shape = flatbuffer_vector(&tensor, TENSOR_SHAPE, 4);
    struct tflite_value *v = &x->value[i];
    char name[80];
    *v = (struct tflite_value){.type = flatbuffer_signed(&tensor, TENSOR_TYPE, 1, 0),
                               .rank = shape.count <= TFLITE_RANK ? (int)shape.count : -1};
    for (int d = 0; d < v->rank; d++) v->dim[d] = flatbuffer_element(&shape, (size_t)d);
    const bool sparse = flatbuffer_table(&tensor, TENSOR_SPARSE).in != NULL;
    bool sized = true;
    for (int d = 0; d < v->rank; d++) sized = sized && v->dim[d] >= 0 && v->dim[d] <= DIM_MOST;
    if (!read_bytes(v, x, &tensor) || x->buffer.bad) return damaged(x);
    tflite_name(name, sizeof name, x, i);
    if (sparse) return error_at(x->err, x->path, 0, "tensor `%s` is sparse (expected all its elements)", name);
    return sized || error_at(x->err, x->path, 0, "tensor `%s` has no fixed size (expected numbers from 0 to %d)", name,
                             (int)DIM_MOST);
}

static bool read_tensors(struct tflite *x) {
    if (x->tensors.count > TFLITE_MOST)
        return error_at(x->err, x->path, 0, "%zu tensors (expected at most %d)", x->tensors.count, TFLITE_MOST);
    x->value = MEMORY_NEW(struct tflite_value, x->tensors.count);
    for (size_t i = 0; i < x->tensors.count; i++)
        if (!read_tensor(x, i)) return false;
    return true;
}

/* --- operators ---------------------------------------------------------------------------------------------------- */

static bool node_numbers(const struct tflite_node *n, const struct flatbuffer_vector *all, int64_t least) {
    for (size_t i = 0; i < all->count; i++) {
        const int64_t at = flatbuffer_element(all, i);
        if (at < least || at >= (int64_t)n->in->tensors.count)
            return tflite_error(n, "tensor %" PRId64 " (expected one of %zu)", at, n->in->tensors.count);
    }
    return true;
}

/* An image or a vector of anything but floats: a quantised model. Shapes and the like are whole numbers. */
static bool all_floats(const struct tflite_node *n, const struct flatbuffer_vector *all) {
    char name[80];
    for (size_t i = 0; i < all->count; i++) {
        const int64_t at = flatbuffer_element(all, i), type = at < 0 ? TFLITE_FLOAT32 : n->in->value[at].type;
        const bool constant = at >= 0 && n->in->value[at].kind == TFLITE_CONSTANT;
        if (type == TFLITE_FLOAT32 || type == TFLITE_FLOAT16 ||
            (constant && (type == TFLITE_INT32 || type == TFLITE_INT64)))
            continue;
        tflite_name(name, sizeof name, n->in, (size_t)at);
        return tflite_error(n, "tensor `%s` is %s (expected FLOAT32: quantised models are not supported)", name,
                            type_name(type));
    }
    return true;
}

/* *row: NULL if it is not in the table. */
static bool node_read(struct tflite_node *n, const struct operator_row **row, struct tflite *x,
                      const struct flatbuffer_table *table) {
    *n = (struct tflite_node){.in = x, .name = "?", .type = "?"};
    const uint64_t index = flatbuffer_unsigned(table, NODE_CODE, 4, 0);
    n->input = flatbuffer_vector(table, NODE_INPUTS, 4);
    n->output = flatbuffer_vector(table, NODE_OUTPUTS, 4);
    n->options = flatbuffer_table(table, NODE_OPTIONS);
    if (index >= x->codes.count || x->buffer.bad) return damaged(x);
    const struct flatbuffer_table code = flatbuffer_member(&x->codes, (size_t)index);
    const int64_t early = flatbuffer_signed(&code, CODE_EARLY, 1, 0), late = flatbuffer_signed(&code, CODE_LATE, 4, 0);
    const int64_t number = early > late ? early : late; /* codes from 127 on are in the later field only */
    const struct flatbuffer_vector custom = flatbuffer_vector(&code, CODE_CUSTOM, 1);
    *row = row_of(number);
    snprintf(n->type, sizeof n->type, "%s", *row ? (*row)->name : "");
    if (!*row) snprintf(n->type, sizeof n->type, "code %" PRId64, number);
    if (number == CUSTOM) tflite_text(n->type, sizeof n->type, &custom);
    if (!tflite_spend(n, 4 * (uint64_t)(n->input.count + n->output.count)) || !node_numbers(n, &n->output, 0))
        return false;
    if (n->output.count == 0) return tflite_error(n, "it has no output");
    tflite_name(n->name, sizeof n->name, x, (size_t)flatbuffer_element(&n->output, 0));
    const uint64_t kind = flatbuffer_unsigned(table, NODE_KIND, 1, 0);
    if (*row && (*row)->options && kind && kind != (uint64_t)(*row)->options)
        return tflite_error(n, "options of kind %" PRIu64 " (expected %d)", kind, (*row)->options);
    return node_numbers(n, &n->input, -1) && all_floats(n, &n->input) && all_floats(n, &n->output);
}

/* What an operator that cannot be expressed makes, so that the rest is looked at too. */
static void stand_in(const struct tflite_node *n) {
    for (size_t i = 0; i < n->output.count; i++) {
        struct tflite_value *v = &n->in->value[flatbuffer_element(&n->output, i)];
        if (v->kind == TFLITE_NONE && n->in->sketch->layers > 0) v->kind = TFLITE_LAYER, v->layer = 0;
    }
}

static bool read_node(struct tflite *x, const struct flatbuffer_table *table) {
    struct tflite_node n;
    const struct operator_row *row = NULL;
    struct tflite_value made = {0};
    if (!node_read(&n, &row, x, table)) return false;
    enum tflite_result result = row && row->make ? row->make(&made, &n) : TFLITE_UNSUPPORTED;
    if (x->buffer.bad) return damaged(x);
    if (result == TFLITE_MADE && !tflite_output(&n, 0, made)) result = TFLITE_FAILED;
    /* After an operator that cannot be expressed its output is a guess, so later mismatches are not errors. */
    if (result == TFLITE_FAILED && !x->sketch->unsupported[0]) return false;
    if (result == TFLITE_UNSUPPORTED) sketch_unsupported(x->sketch, n.type, n.name, 0);
    if (result != TFLITE_MADE) stand_in(&n);
    return true;
}

/* --- the graph ---------------------------------------------------------------------------------------------------- */

/* `graph` is the node of messages: the numbers of the graph's tensors are its. */
static bool read_inputs(struct tflite *x, const struct flatbuffer_vector *inputs) {
    char name[80], shape[128];
    const struct tflite_node graph = {.in = x, .name = "inputs", .type = "graph", .input = *inputs};
    if (!tflite_spend(&graph, 4 * inputs->count) || !node_numbers(&graph, inputs, 0) || !all_floats(&graph, inputs))
        return false;
    for (size_t i = 0; i < inputs->count; i++) {
        struct tflite_value *v = tflite_input(&graph, i);
        const int64_t at = flatbuffer_element(inputs, i), count = tflite_count(v);
        tflite_name(name, sizeof name, x, (size_t)at);
        if (v->kind != TFLITE_NONE || v->rank < 2 || v->dim[0] != 1 || count < 1)
            return error_at(x->err, x->path, 0,
                            "input `%s` is %s (expected 1 x height x width x channels, and not a constant)", name,
                            v->rank < 0 ? "of too many dimensions" : tflite_shape(shape, v));
        v->kind = TFLITE_WAITING;
        if (v->rank != 4) continue;
        tflite_decide(&graph, v, v->dim[1], v->dim[2], v->dim[3]);
        memset(v->was, 0, sizeof v->was);
    }
    return true;
}

/* Our order of elements is that of images, channels first; a vector is in the file's. */
static bool read_outputs(struct tflite *x, const struct flatbuffer_vector *outputs) {
    const struct tflite_node graph = {.in = x, .name = "outputs", .type = "graph", .input = *outputs};
    if (!tflite_spend(&graph, 4 * outputs->count) || !node_numbers(&graph, outputs, 0)) return false;
    for (size_t i = 0; i < outputs->count; i++)
        if (!tflite_ordered(&graph, i)) return false;
    return true;
}

static bool read_graph(struct tflite *x, const struct flatbuffer_table *graph) {
    const struct flatbuffer_vector inputs = flatbuffer_vector(graph, GRAPH_INPUTS, 4);
    const struct flatbuffer_vector outputs = flatbuffer_vector(graph, GRAPH_OUTPUTS, 4);
    const struct flatbuffer_vector nodes = flatbuffer_vector(graph, GRAPH_OPERATORS, 4);
    x->tensors = flatbuffer_vector(graph, GRAPH_TENSORS, 4);
    if (x->buffer.bad) return damaged(x);
    if (!read_tensors(x) || !read_inputs(x, &inputs)) return false;
    if (nodes.count > TFLITE_MOST)
        return error_at(x->err, x->path, 0, "%zu operators (expected at most %d)", nodes.count, TFLITE_MOST);
    for (size_t i = 0; i < nodes.count; i++) {
        const struct flatbuffer_table node = flatbuffer_member(&nodes, i);
        if (x->buffer.bad) return damaged(x);
        if (!read_node(x, &node)) return false;
    }
    if (x->sketch->unsupported[0])
        return error_at(x->err, x->path, 0, "these types of operators are not supported: %s", x->sketch->unsupported);
    if (x->sketch->layers == 0) return error_at(x->err, x->path, 0, "no operators (expected a network)");
    return read_outputs(x, &outputs);
}

static bool read_model(struct tflite *x) {
    struct flatbuffer_table model;
    x->buffer = (struct flatbuffer){.at = x->file.bytes, .length = x->file.length};
    x->left = TFLITE_TIMES * (uint64_t)x->file.length + SLACK;
    if (!flatbuffer_root(&model, &x->buffer, "TFL3"))
        return error_at(x->err, x->path, 0,
                        "not a TensorFlow Lite model (expected `TFL3` at byte 4), or it is damaged");
    const uint64_t version = flatbuffer_unsigned(&model, MODEL_VERSION, 4, 0);
    const struct flatbuffer_vector subgraphs = flatbuffer_vector(&model, MODEL_SUBGRAPHS, 4);
    x->codes = flatbuffer_vector(&model, MODEL_CODES, 4);
    x->buffers = flatbuffer_vector(&model, MODEL_BUFFERS, 4);
    if (x->buffer.bad || subgraphs.count == 0) return damaged(x);
    if (version != SCHEMA_VERSION)
        return error_at(x->err, x->path, 0, "version %" PRIu64 " of the schema (expected %d)", version, SCHEMA_VERSION);
    const struct flatbuffer_table graph = flatbuffer_member(&subgraphs, 0);
    return x->buffer.bad ? damaged(x) : read_graph(x, &graph);
}

static bool tflite_read(struct sketch *out, const char *path, struct error *err) {
    struct tflite x = {.path = path, .err = err, .sketch = out};
    const bool good = wire_load(&x.file, path, err) && read_model(&x);
    free(x.value);
    free(x.file.bytes);
    return good;
}

const struct import_format import_tflite = {.ending = ".tflite", .framework = "TensorFlow Lite", .read = tflite_read};
