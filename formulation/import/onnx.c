#include "formulation/import/onnx.h"

#include <assert.h>
#include <inttypes.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "formulation/import/import.h"
#include "solver/base/memory.h"

/* Numbers of fields, from the published onnx.proto. */
enum { MODEL_GRAPH = 7, MODEL_OPSET = 8, OPSET_DOMAIN = 1, OPSET_VERSION = 2 };
enum { GRAPH_NODE = 1, GRAPH_INITIALIZER = 5, GRAPH_INPUT = 11, GRAPH_OUTPUT = 12 };
enum { NODE_INPUT = 1, NODE_OUTPUT = 2, NODE_NAME = 3, NODE_TYPE = 4, NODE_DOMAIN = 7 };
enum { VALUE_NAME = 1, VALUE_TYPE = 2, TYPE_TENSOR = 1, TENSOR_SHAPE = 2, SHAPE_DIM = 1, DIM_VALUE = 1 };
enum { TENSOR_NAME = 8 };
enum { OPSET_LEAST = 7, OPSET_MOST = 21, DIM_MOST = 1 << 24 };

/* --- texts and values --------------------------------------------------------------------------------------------- */

/* A name for messages: what fits, anything unprintable as ?. */
static void copy_text(char *to, size_t room, struct wire from) {
    const size_t length = wire_length(&from) < room - 1 ? wire_length(&from) : room - 1;
    for (size_t i = 0; i < length; i++) to[i] = from.at[i] > ' ' && from.at[i] < 127 ? (char)from.at[i] : '?';
    to[length] = '\0';
}

/* The number of the value of that name; a new one of kind NONE if it is new. */
static int value_number(struct onnx *x, struct wire name) {
    const size_t length = wire_length(&name);
    char *text = memory_new(length + 1, 1);
    memory_copy(text, name.at, length);
    const int found = names_find(&x->names, text);
    if (found >= 0) {
        free(text);
        return found;
    }
    x->text = memory_grow(x->text, &x->text_capacity, x->texts + 1, sizeof *x->text);
    x->text[x->texts++] = text;
    x->value = memory_grow(x->value, &x->value_capacity, (size_t)x->values + 1, sizeof *x->value);
    x->value[x->values] = (struct onnx_value){.kind = ONNX_NONE};
    names_add(&x->names, text, x->values);
    return x->values++;
}

void onnx_attach(struct onnx_value *v, struct onnx *x, const int64_t *number, int count) {
    assert(count >= 0 && count <= ONNX_INTS && onnx_count(v) == count);
    v->count = count;
    v->number = memory_duplicate(number, (size_t)count * sizeof *number);
    x->number = memory_grow(x->number, &x->number_capacity, x->numbers + 1, sizeof *x->number);
    x->number[x->numbers++] = v->number;
}

struct onnx_value onnx_numbers(struct onnx *x, const int64_t *number, int count, int rank) {
    struct onnx_value v = {.kind = ONNX_CONSTANT, .rank = rank, .dim = {count}};
    assert(rank == 1 || (rank == 0 && count == 1));
    onnx_attach(&v, x, number, count);
    return v;
}

bool onnx_error(const struct onnx_node *n, const char *format, ...) {
    char text[400];
    va_list values;
    va_start(values, format);
    vsnprintf(text, sizeof text, format, values);
    va_end(values);
    return error_at(n->in->err, n->in->path, 0, "node `%s` (%s): %s", n->name, n->type, text);
}

void onnx_output(const struct onnx_node *n, int i, struct onnx_value value) {
    assert(i > 0);
    if (i < n->outputs && i < ONNX_OUTPUTS && n->output[i] >= 0) n->in->value[n->output[i]] = value;
}

/* --- the graph ---------------------------------------------------------------------------------------------------- */

static bool read_initializers(struct onnx *x, struct wire graph) {
    struct wire_field f, name;
    while (wire_next(&graph, &f)) {
        if (f.number != GRAPH_INITIALIZER || f.type != WIRE_BYTES) continue;
        const bool named = x->values < ONNX_VALUES && wire_find(f.bytes, TENSOR_NAME, WIRE_BYTES, &name);
        const int at = named ? value_number(x, name.bytes) : -1;
        if (!named || !onnx_tensor(&x->value[at], x, f.bytes))
            return error_at(x->err, x->path, 0, "initialiser `%s` is not a tensor of at most %d dimensions",
                            named ? x->text[at] : "", ONNX_RANK);
    }
    return true;
}

/* dim[rank]; a size that is symbolic is 0. -1: not a tensor. */
static int declared(int64_t dim[ONNX_RANK], struct wire value) {
    struct wire_field type, tensor, shape, d, size;
    int rank = 0;
    if (!wire_find(value, VALUE_TYPE, WIRE_BYTES, &type) || !wire_find(type.bytes, TYPE_TENSOR, WIRE_BYTES, &tensor) ||
        !wire_find(tensor.bytes, TENSOR_SHAPE, WIRE_BYTES, &shape))
        return -1;
    while (wire_next(&shape.bytes, &d)) {
        if (d.number != SHAPE_DIM || d.type != WIRE_BYTES) continue;
        if (rank == ONNX_RANK) return -1;
        dim[rank] = wire_find(d.bytes, DIM_VALUE, WIRE_VARINT, &size) ? (int64_t)size.value : 0;
        if (dim[rank] < 0 || dim[rank] > DIM_MOST) dim[rank] = 0;
        rank++;
    }
    return rank;
}

static bool node_reads(struct wire node, struct wire name) {
    struct wire_field f;
    const size_t length = wire_length(&name);
    while (wire_next(&node, &f))
        if (f.number == NODE_INPUT && f.type == WIRE_BYTES && wire_length(&f.bytes) == length &&
            memcmp(f.bytes.at, name.at, length) == 0)
            return true;
    return false;
}

/* Is an image 1 H W C? If the first node that reads it makes it 1 C H W; not if that is a convolution or a pool; else if
 * it has as few channels at the end as images have. */
static bool channels_last(struct onnx *x, struct wire graph, struct wire name, const int64_t dim[ONNX_RANK]) {
    static const char *const images[] = {"Conv", "MaxPool", "AveragePool", "BatchNormalization", "GlobalAveragePool"};
    struct wire_field f, text;
    while (x->sketch->layers < 16 && wire_next(&graph, &f)) { /* of the first inputs only: time stays linear */
        struct onnx_node n = {.in = x, .message = f.bytes};
        int64_t perm[ONNX_RANK] = {0};
        if (f.number != GRAPH_NODE || f.type != WIRE_BYTES || !node_reads(f.bytes, name)) continue;
        if (wire_find(f.bytes, NODE_TYPE, WIRE_BYTES, &text)) copy_text(n.type, sizeof n.type, text.bytes);
        if (strcmp(n.type, "Transpose") == 0 && onnx_ints(perm, ONNX_RANK, &n, "perm") == 4) return perm[1] == 3;
        for (size_t i = 0; i < sizeof images / sizeof images[0]; i++)
            if (strcmp(n.type, images[i]) == 0) return false;
        break;
    }
    return dim[3] >= 1 && dim[3] <= 4 && dim[1] > 4;
}

/* 1 C H W or 1 H W C; vectors 1 C, and 1 C H. */
static bool read_input(struct onnx *x, struct wire graph, struct wire value, struct wire name, int at) {
    int64_t dim[ONNX_RANK] = {0};
    const int rank = declared(dim, value);
    if (rank < 2 || rank > 4)
        return error_at(x->err, x->path, 0,
                        "input `%.60s` has %d dimensions (expected batch, channels, height and width)", x->text[at],
                        rank);
    for (int i = rank; i < 4; i++) dim[i] = 1;
    const bool last = rank == 4 && channels_last(x, graph, name, dim);
    const int64_t C = dim[last ? 3 : 1], H = dim[last ? 1 : 2], W = dim[last ? 2 : 3];
    if (C < 1 || H < 1 || W < 1)
        return error_at(x->err, x->path, 0,
                        "input `%.60s` has no fixed size (expected numbers for channels, height and width)",
                        x->text[at]);
    const int layer =
        sketch_add(x->sketch, x->text[at], 0, "input", NULL, 0, "c=%" PRId64 " h=%" PRId64 " w=%" PRId64, C, H, W);
    x->value[at] = onnx_image_of(layer, C, H, W);
    x->value[at].rank = rank;
    if (!last) return true;
    x->value[at].channels_last = true;
    x->value[at].dim[1] = H, x->value[at].dim[2] = W, x->value[at].dim[3] = C;
    return true;
}

static bool read_inputs(struct onnx *x, struct wire graph) {
    struct wire rest = graph;
    struct wire_field f, name;
    while (wire_next(&rest, &f)) {
        if (f.number != GRAPH_INPUT || f.type != WIRE_BYTES) continue;
        if (!wire_find(f.bytes, VALUE_NAME, WIRE_BYTES, &name))
            return error_at(x->err, x->path, 0, "an input has no name");
        const int at = value_number(x, name.bytes);
        if (x->value[at].kind == ONNX_NONE && !read_input(x, graph, f.bytes, name.bytes, at)) return false;
    }
    return true;
}

/* The domain of ONNX's own operators, which has two names. */
static bool is_standard(struct wire domain) {
    const size_t length = wire_length(&domain);
    return length == 0 || (length == 7 && memcmp(domain.at, "ai.onnx", 7) == 0);
}

/* --- nodes -------------------------------------------------------------------------------------------------------- */

static bool node_read(struct onnx_node *n, struct onnx *x, struct wire message) {
    struct wire_field f;
    *n = (struct onnx_node){.in = x, .message = message, .output = {-1}};
    if (wire_find(message, NODE_TYPE, WIRE_BYTES, &f)) copy_text(n->type, sizeof n->type, f.bytes);
    if (wire_find(message, NODE_NAME, WIRE_BYTES, &f)) copy_text(n->name, sizeof n->name, f.bytes);
    while (wire_next(&message, &f)) {
        if (f.type != WIRE_BYTES || (f.number != NODE_INPUT && f.number != NODE_OUTPUT)) continue;
        const int at = wire_length(&f.bytes) ? value_number(x, f.bytes) : -1;
        if (f.number == NODE_OUTPUT) {
            if (n->outputs < ONNX_OUTPUTS) n->output[n->outputs] = at;
            n->outputs++;
            continue;
        }
        if (n->inputs == ONNX_INPUTS) return onnx_error(n, "more than %d inputs", ONNX_INPUTS);
        n->input[n->inputs++] = at;
    }
    if (!*n->name && n->output[0] >= 0) snprintf(n->name, sizeof n->name, "%.79s", x->text[n->output[0]]);
    if (message.bad || n->output[0] < 0) return onnx_error(n, "not a node with a type and an output");
    return true;
}

/* In place of a node that cannot be expressed: as large as the first tensor that it reads. Those with graphs of their own
 * stay what they are. */
static bool made_opaque(struct onnx_value *out, const struct onnx_node *n) {
    static const char *const graphs[] = {"If", "Loop", "Scan"};
    if (!n->in->sketch->opaque) return false;
    for (int i = 0; i < 3; i++)
        if (strcmp(n->type, graphs[i]) == 0) return false;
    for (int i = 0; i < n->inputs; i++) {
        const struct onnx_value *v = onnx_input(n, i);
        if (!v || v->kind != ONNX_LAYER || !(v = onnx_any(n, i))) continue;
        *out = *v;
        out->layer = sketch_opaque(n->in->sketch, n->name, n->type, 0, v->layer);
        return true;
    }
    return false;
}

/* What a node that cannot be expressed makes, so that the rest is looked at too. */
static struct onnx_value stand_in(const struct onnx_node *n) {
    for (int i = 0; i < n->inputs; i++) {
        const struct onnx_value *v = onnx_input(n, i);
        if (v && v->kind == ONNX_LAYER) return *v;
    }
    return (struct onnx_value){.kind = ONNX_CONSTANT, .count = -1};
}

/* What would help with a type that cannot be expressed; "": nothing that is known. */
static const char *advice(const char *type, bool standard) {
    static const char post[] = "; boxes are chosen after the network (expected an export without post-processing)";
    static const char floats[] = "; quantised (expected the model in floats)";
    static const char series[] = "; a network of sequences (expected a convolutional one)";
    static const struct {
        const char *type, *text;
    } known[] = {{"NonMaxSuppression", post},
                 {"TopK", post},
                 {"Gather", post},
                 {"GatherND", post},
                 {"ScatterND", post},
                 {"RoiAlign", post},
                 {"NonZero", post},
                 {"ArgMax", post},
                 {"QuantizeLinear", floats},
                 {"DequantizeLinear", floats},
                 {"DynamicQuantizeLinear", floats},
                 {"QLinearConv", floats},
                 {"ConvInteger", floats},
                 {"LSTM", series},
                 {"GRU", series},
                 {"RNN", series}};
    if (!standard) return "; a function, or of another domain (expected functions inlined, and ONNX's operators)";
    for (size_t i = 0; i < sizeof known / sizeof known[0]; i++)
        if (strcmp(known[i].type, type) == 0) return known[i].text;
    return "";
}

static enum onnx_result make_by(const struct onnx_op *table, struct onnx_value *out, const struct onnx_node *n) {
    for (const struct onnx_op *op = table; op->type; op++)
        if (strcmp(op->type, n->type) == 0) return op->make(out, n);
    return ONNX_UNSUPPORTED;
}

static enum onnx_result make(struct onnx_value *out, const struct onnx_node *n) {
    static const struct onnx_op *const tables[] = {onnx_constants, onnx_layers, onnx_activations,
                                                   onnx_joints,    onnx_shapes, onnx_parts};
    enum onnx_result result = ONNX_UNSUPPORTED;
    for (size_t i = 0; i < sizeof tables / sizeof tables[0] && result == ONNX_UNSUPPORTED; i++)
        result = make_by(tables[i], out, n);
    return result;
}

static bool read_node(struct onnx *x, struct wire message) {
    struct onnx_node n;
    struct wire_field f;
    struct onnx_value made;
    if (!node_read(&n, x, message)) return false;
    if (x->values > ONNX_VALUES)
        return error_at(x->err, x->path, 0, "more than %d values (expected fewer)", ONNX_VALUES);
    const bool standard = !wire_find(message, NODE_DOMAIN, WIRE_BYTES, &f) || is_standard(f.bytes);
    enum onnx_result result = standard ? make(&made, &n) : ONNX_UNSUPPORTED;
    /* After a node that cannot be expressed, sizes are guesses, and no mistakes. */
    if (result == ONNX_FAILED && !x->sketch->unsupported[0]) return false;
    if (result == ONNX_UNSUPPORTED && made_opaque(&made, &n)) result = ONNX_MADE;
    if (result == ONNX_UNSUPPORTED) sketch_unsupported(x->sketch, n.type, n.name, 0);
    if (result == ONNX_UNSUPPORTED && !x->advice[0]) x->advice = advice(n.type, standard);
    if (result != ONNX_MADE) made = stand_in(&n);
    x->value[n.output[0]] = made;
    if (x->sketch->layers <= SKETCH_LAYERS) return true;
    return error_at(x->err, x->path, 0, "more than %d layers (expected fewer)", SKETCH_LAYERS);
}

/* --- outputs ------------------------------------------------------------------------------------------------------ */

/* The layer of an output, its elements in the order of its dimensions; -1: it is not a layer's. */
static int output_layer(struct onnx *x, int at) {
    struct onnx_node reader = {.in = x, .name = "output", .type = "output", .inputs = 1, .input = {at}};
    const struct onnx_value *v = x->value[at].kind == ONNX_LAYER ? onnx_flat(&reader, 0) : NULL;
    return v ? v->layer : -1;
}

/* The graph's named outputs, each once. Layers that none of them needs are removed; without named outputs all stay. */
static bool read_outputs(struct onnx *x, struct wire graph) {
    enum { MOST = 8 };
    struct wire_field f, name;
    int layer[MOST], outputs = 0;
    while (wire_next(&graph, &f)) {
        if (f.number != GRAPH_OUTPUT || f.type != WIRE_BYTES || !wire_find(f.bytes, VALUE_NAME, WIRE_BYTES, &name))
            continue;
        const int at = value_number(x, name.bytes);
        if (x->value[at].kind == ONNX_NONE)
            return error_at(x->err, x->path, 0, "no node makes the output `%.60s`", x->text[at]);
        const int made = output_layer(x, at);
        if (made < 0) continue;
        if (outputs == MOST) return error_at(x->err, x->path, 0, "more than %d outputs (expected fewer)", MOST);
        layer[outputs++] = made;
    }
    if (outputs == 0) return true;
    sketch_keep(x->sketch, layer, outputs);
    if (outputs > 1) sketch_add(x->sketch, "output", 0, "output", layer, outputs, "%s", "");
    return true;
}

static bool read_graph(struct onnx *x, struct wire graph) {
    struct wire_field f;
    struct wire rest = graph;
    if (!read_initializers(x, graph) || !read_inputs(x, graph)) return false;
    while (wire_next(&rest, &f))
        if (f.number == GRAPH_NODE && f.type == WIRE_BYTES && !read_node(x, f.bytes)) return false;
    if (rest.bad) return error_at(x->err, x->path, 0, "the graph is cut off or damaged");
    if (x->sketch->unsupported[0])
        return error_at(x->err, x->path, 0, "these types of nodes are not supported: %s%s" SKETCH_HELP,
                        x->sketch->unsupported, x->advice);
    if (x->sketch->layers == 0) return error_at(x->err, x->path, 0, "no nodes (expected an ONNX model)");
    return read_outputs(x, graph);
}

static bool read_model(struct onnx *x) {
    struct wire model = {x->file.bytes, x->file.bytes + x->file.length, false}, rest = model;
    struct wire_field f, domain, version;
    sketch_allow(x->sketch, x->file.length);
    while (wire_next(&rest, &f))
        if (f.number == MODEL_OPSET && f.type == WIRE_BYTES &&
            (!wire_find(f.bytes, OPSET_DOMAIN, WIRE_BYTES, &domain) || is_standard(domain.bytes)) &&
            wire_find(f.bytes, OPSET_VERSION, WIRE_VARINT, &version))
            x->opset = (int)(version.value & 0xffff);
    if (rest.bad || !wire_find(model, MODEL_GRAPH, WIRE_BYTES, &f))
        return error_at(x->err, x->path, 0, "not an ONNX model (expected a graph), or it is cut off");
    if (x->opset < OPSET_LEAST || x->opset > OPSET_MOST)
        return error_at(x->err, x->path, 0, "opset %d (expected %d to %d)", x->opset, OPSET_LEAST, OPSET_MOST);
    return read_graph(x, f.bytes);
}

static bool onnx_read(struct sketch *out, const char *path, struct error *err) {
    struct onnx x = {.path = path, .err = err, .sketch = out, .advice = ""};
    const bool good = wire_load(&x.file, path, err) && read_model(&x);
    for (size_t i = 0; i < x.texts; i++) free(x.text[i]);
    free(x.text);
    for (size_t i = 0; i < x.numbers; i++) free(x.number[i]);
    free(x.number);
    free(x.value);
    names_free(&x.names);
    for (size_t i = 0; i < x.outside.count; i++) free(x.outside_name[i]);
    free(x.outside_name);
    names_free(&x.outside);
    free(x.file.bytes);
    return good;
}

const struct import_format import_onnx = {.ending = ".onnx", .framework = "ONNX", .read = onnx_read};
