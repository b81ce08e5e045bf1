/* taso weights - a weights file for `taso run` and `taso emit`: from NumPy arrays, or seeded. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "experiments/command.h"
#include "experiments/npy.h"
#include "experiments/weights.h"
#include "solver/memory.h"

struct given {
    const char *network, *from, *output;
    int seed;
};
static const struct given preset = {.seed = 1};

static const struct flag flags[] = {
    {"network", FLAG_TEXT, offsetof(struct given, network), "N", "built-in name or a .net file", .required = true},
    {"output", FLAG_TEXT, offsetof(struct given, output), "FILE", "raw float32, layer by layer", .required = true,
     .writes = true},
    {"from", FLAG_TEXT, offsetof(struct given, from), "DIR",
     "LAYER.npy and LAYER.bias.npy for each layer; else seeded"},
    {"seed", FLAG_INT, offsetof(struct given, seed), "N", "of weights that are not read", 0, 2147483647},
    {0}};

/* DIR/LAYER TAIL, where a slash in the layer's name is an underscore. */
static void array_path(char *path, size_t room, const char *folder, const char *layer, const char *tail) {
    int used = snprintf(path, room, "%s/", folder);
    snprintf(path + used, room - (size_t)used, "%s%s", layer, tail);
    for (char *c = path + used; *c; c++)
        if (*c == '/') *c = '_';
}

struct arrays {
    const char *folder;
};

/* A weights_source: both arrays of one layer. */
static bool read_arrays(float *raw, float *bias, const struct layer *l, void *context, struct error *err) {
    const struct arrays *a = context;
    const struct scenario *s = &l->scenario;
    const struct operator_shape *o = &l->shape_of;
    const int64_t conv[] = {s->M, s->groups ? s->C / s->groups : 0, s->KH, s->KW}, biases[] = {weights_biases(l)};
    const int64_t fc[] = {o->M, (int64_t)o->C[0] * o->H * o->W};
    char path[4096];
    array_path(path, sizeof path, a->folder, l->name, ".npy");
    if (!(l->kind == LAYER_CONV ? npy_read(raw, conv, 4, path, err) : npy_read(raw, fc, 2, path, err))) return false;
    if (biases[0] == 0) return true;
    array_path(path, sizeof path, a->folder, l->name, ".bias.npy");
    return npy_read(bias, biases, 1, path, err);
}

static enum status run(const struct call *call, struct error *err) {
    const struct given *g = call->given;
    struct network *raw = network_open(g->network, err), *folded = raw ? network_fold(raw) : NULL;
    struct weights w;
    network_free(raw);
    if (!folded) return STATUS_BAD;
    bool good = weights_open(&w, folded, (uint64_t)g->seed, NULL, err);
    if (good) {
        struct arrays arrays = {g->from};
        if (g->from) w.source = read_arrays, w.context = &arrays;
        good = weights_write(&w, g->output, err);
        weights_free(&w);
    }
    network_free(folded);
    return good ? STATUS_DONE : STATUS_BAD;
}

const struct command command_weights = {
    .name = "weights",
    .operands = "",
    .summary = "a weights file for run and emit: from NumPy arrays, or seeded",
    .help =
        "The file: float32, little-endian, nothing else: for each conv and fc layer of the folded network (`taso "
        "networks N\n"
        "--folded`) in order its weights, M x C/G x KH x KW or M x C*H*W, then M biases where it has a bias or a batch "
        "norm.\n"
        "Batch norm is folded: scale the weights by gamma / sqrt(var + eps), the bias is beta - mean * gamma / "
        "sqrt(var + eps).\n"
        "--from DIR reads LAYER.npy and LAYER.bias.npy (numpy.save of float32; a slash in a name is an underscore).\n\n"
        "Example: taso weights --network resnet18 --from arrays -o resnet18.f32",
    .flags = flags,
    .preset = &preset,
    .size = sizeof preset,
    .run = run};
