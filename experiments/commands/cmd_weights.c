/* taso weights - a weights file for `taso run` and `taso emit`: from NumPy arrays, or seeded. */
#include <assert.h>
#include <ctype.h>
#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "experiments/commands/command.h"
#include "experiments/runtime/npy.h"
#include "experiments/runtime/weights.h"
#include "solver/base/memory.h"
#include "solver/base/output.h"

struct given {
    const char *network, *from, *output;
    int seed;
};
static const struct given preset = {.seed = 1};

static const struct flag flags[] = {
    {"network", FLAG_TEXT, offsetof(struct given, network), "N",
     "built-in name, or a .net, .prototxt, .onnx or .tflite file", .required = true, .reads = true},
    {"output", FLAG_OUT, offsetof(struct given, output), "FILE", "raw float32, layer by layer", .required = true},
    {"from", FLAG_TEXT, offsetof(struct given, from), "DIR",
     "LAYER.npy and LAYER.bias.npy for each layer; default: seeded"},
    {"seed", FLAG_INT, offsetof(struct given, seed), "N", "seed of the weights", 0, 2147483647, .not_with = "from"},
    {0}};

/* --- the arrays' names --- */

static const char *const tails[] = {".npy", ".bias.npy"};

struct arrays {
    const char *folder;
};

/* DIR/LAYER TAIL, where a slash in the layer's name is an underscore. The caller frees. */
static char *array_path(const char *folder, const char *layer, int tail) {
    size_t room = strlen(folder) + strlen(layer) + 16;
    char *path = memory_new(room, 1);
    int used = snprintf(path, room, "%s/", folder);
    assert(tail >= 0 && tail < (int)(sizeof tails / sizeof tails[0]));
    snprintf(path + used, room - (size_t)used, "%s%s", layer, tails[tail]);
    for (char *c = path + used; *c; c++)
        if (*c == '/') *c = '_';
    return path;
}

struct array {
    char *path, *folded; /* in lower case: as a case-insensitive file system compares names */
    const char *layer;
};

static int array_order(const void *a, const void *b) {
    return strcmp(((const struct array *)a)->folded, ((const struct array *)b)->folded);
}

static bool array_good(const struct array *a, const char *file, struct error *err) {
    if (strcmp(a->layer, ".") == 0 || strcmp(a->layer, "..") == 0)
        return error_set(err, "layer `%s`: a name of dots only cannot be a file name (expected another)", a->layer);
    if (strlen(file) <= NAME_MAX) return true;
    return error_set(err, "layer `%.60s...`: the name of its array has %zu bytes (expected at most %d)", a->layer,
                     strlen(file), NAME_MAX);
}

/* Names that differ in case only are one file or two, depending on the file system. */
static bool arrays_differ(const struct array *a, const struct array *b, size_t folder, struct error *err) {
    if (strcmp(a->folded, b->folded) != 0) return true;
    if (strcmp(a->path, b->path) != 0 && !output_same(a->path, b->path)) return true;
    return error_set(err, "layers `%s` and `%s` would both read %s (expected a file for each: rename one layer)",
                     a->layer, b->layer, a->path + folder);
}

/* No two arrays of the network may be the same file, and each needs a valid file name. */
static bool arrays_check(const char *folder, const struct network *n, struct error *err) {
    struct array *array = MEMORY_NEW(struct array, 2 * n->layers + 1);
    size_t before = strlen(folder) + 1;
    int count = 0;
    bool good = true;
    for (int v = 0; v < n->layers && good; v++)
        for (int tail = 0; tail < 2 && good; tail++) {
            const struct layer *l = &n->layer[v];
            if ((tail ? weights_biases(l) : weights_count(l)) == 0) continue;
            struct array a = {array_path(folder, l->name, tail), array_path(folder, l->name, tail), l->name};
            for (char *c = a.folded; *c; c++) *c = (char)tolower((unsigned char)*c);
            assert(count < 2 * n->layers);
            array[count++] = a;
            good = array_good(&a, a.path + before, err);
        }
    memory_sort(array, (size_t)count, sizeof *array, array_order);
    for (int i = 1; i < count && good; i++) good = arrays_differ(&array[i - 1], &array[i], before, err);
    for (int i = 0; i < count; i++) free(array[i].path), free(array[i].folded);
    free(array);
    return good;
}

/* The shape of a layer's array, as formulation/FORMATS.md has it; its rank. */
static int array_shape(int64_t dim[4], const struct layer *l) {
    const struct scenario *s = &l->scenario;
    const struct operator_shape *o = &l->shape_of;
    int rank = 1;
    dim[0] = weights_count(l), dim[1] = dim[2] = dim[3] = 1;
    if (l->kind == LAYER_CONV) {
        dim[0] = s->M, dim[1] = s->C / s->groups, dim[2] = s->KH, dim[3] = s->KW, rank = 4;
    } else if (o->kind == OPERATOR_FC) {
        dim[0] = o->M, dim[1] = (int64_t)o->C[0] * o->H * o->W, rank = 2;
    } else if (o->kind == OPERATOR_DECONV) {
        dim[0] = o->C[0], dim[1] = o->M / o->groups, dim[2] = o->kernel, dim[3] = operator_kernel_w(o), rank = 4;
    }
    assert(dim[0] * dim[1] * dim[2] * dim[3] == weights_count(l)); /* what the caller has room for */
    return rank;
}

/* A weights_source: both arrays of one layer. */
static bool read_arrays(float *raw, float *bias, const struct layer *l, void *context, struct error *err) {
    const struct arrays *a = context;
    int64_t dim[4];
    const int64_t biases[] = {weights_biases(l)};
    const int rank = array_shape(dim, l);
    char *path = array_path(a->folder, l->name, 0), *second = array_path(a->folder, l->name, 1);
    bool good = npy_read(raw, dim, rank, path, err);
    good = good && (biases[0] == 0 || npy_read(bias, biases, 1, second, err));
    free(path);
    free(second);
    return good;
}

static enum status run(const struct call *call, struct error *err) {
    const struct given *g = call->given;
    struct network *raw = network_open(g->network, err), *folded = raw ? network_fold(raw) : NULL;
    struct weights w;
    network_free(raw);
    if (!folded) return STATUS_BAD;
    bool good = weights_init(&w, folded, (uint64_t)g->seed, NULL, err);
    if (good) {
        struct arrays arrays = {g->from};
        if (g->from) w.source = read_arrays, w.context = &arrays;
        good = (!g->from || arrays_check(g->from, folded, err)) && weights_write(&w, g->output, err);
        weights_free(&w);
    }
    network_free(folded);
    return good ? STATUS_DONE : STATUS_BAD;
}

const struct command command_weights = {
    .flags =
        {.program = "taso weights",
         .operands = "",
         .summary = "a weights file for run and emit: from NumPy arrays, or seeded",
         .help =
             "The file holds float32, little-endian, without a header: for each layer of the folded network that has weights (`taso\n"
             "networks N --folded`), in order, its weights (conv: M x C/G x KH x KW; fc: M x C*H*W; deconv: C x M/G x KH x KW;\n"
             "scale, prelu: C), then M biases if it has a bias or a batch norm. Batch norm is folded: scale the weights by\n"
             "gamma / sqrt(var + eps); the bias is beta - mean * gamma / sqrt(var + eps). --from DIR reads LAYER.npy and\n"
             "LAYER.bias.npy (numpy.save of float32; a slash in a name becomes an underscore).\n"
             "\n"
             "Example: taso weights --network resnet18 --from arrays -o resnet18.f32",
         .flag = flags,
         .preset = &preset,
         .size = sizeof preset},
    .run = run};
