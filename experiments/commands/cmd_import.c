/* taso import - a model of another tool as a .net file. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "experiments/commands/command.h"
#include "experiments/runtime/weights.h"
#include "formulation/import/import.h"
#include "formulation/network.h"
#include "solver/base/memory.h"
#include "solver/base/text.h"

struct given {
    const char *output, *weights, *caffemodel;
    bool opaque;
};
static const struct given preset = {.output = "-"};

static const struct flag flags[] = {
    {"output", FLAG_OUT, offsetof(struct given, output), "NET.net", "where to write; -: standard output"},
    {"weights", FLAG_OUT, offsetof(struct given, weights), "FILE", "also the weights, for --weights of run and emit"},
    {"caffemodel", FLAG_IN, offsetof(struct given, caffemodel), "FILE", "where the weights of a .prototxt are",
     .needs = "weights"},
    {"allow-opaque", FLAG_SWITCH, offsetof(struct given, opaque), "",
     "turn operators that cannot be expressed into layers of their input's size that take no time"},
    {0}};

/* --- weights ------------------------------------------------------------------------------------------------------ */

struct taken { /* from the model */
    const struct sketch *sketch;
    int *norm; /* [layers of the sketch] the batch norm after a convolution, -1: none */
};

/* Batch norms by the convolution that they are folded into; those that are not are layers of `folded`. */
static int *find_norms(const struct sketch *s, const struct network *raw, const struct network *folded) {
    int *norm = MEMORY_NEW(int, s->layers);
    struct names left = {0};
    for (int v = 0; v < folded->layers; v++) names_add(&left, folded->layer[v].name, v);
    for (int i = 0; i < s->layers; i++) norm[i] = -1;
    for (int v = 0; v < raw->layers; v++) {
        const struct layer *l = &raw->layer[v], *u = l;
        if (l->kind != LAYER_BATCHNORM || names_find(&left, l->name) >= 0) continue;
        while (u->kind != LAYER_CONV && u->inputs) u = &raw->layer[u->input[0]];
        norm[names_find(&s->names, u->name)] = names_find(&s->names, l->name);
    }
    names_free(&left);
    return norm;
}

/* A weights_source: the model's numbers, the batch norm folded in. */
static bool take(float *raw, float *bias, const struct layer *l, void *context, struct error *err) {
    const struct taken *t = context;
    const int at = names_find(&t->sketch->names, l->name);
    const struct sketch_layer *s = &t->sketch->layer[at],
                              *norm = t->norm[at] < 0 ? NULL : &t->sketch->layer[t->norm[at]];
    const int64_t count = weights_count(l), biases = weights_biases(l), M = l->out.C;
    if (s->weights_count != count || (s->bias && s->bias_count != biases))
        return error_set(err, "layer `%s` has %" PRId64 " weights (expected %" PRId64 ")", l->name, s->weights_count,
                         count);
    memory_copy(raw, s->weights, (size_t)count * sizeof *raw);
    for (int64_t i = 0; i < biases; i++) bias[i] = s->bias ? s->bias[i] : 0;
    for (int64_t i = 0; i < count && norm; i++) raw[i] *= norm->weights[i / (count / M)];
    for (int64_t i = 0; i < biases && norm; i++) bias[i] = bias[i] * norm->weights[i] + norm->bias[i];
    return true;
}

static bool write_weights(const char *path, const struct sketch *s, const struct network *raw, struct error *err) {
    struct network *folded = network_fold(raw);
    struct taken t = {s, find_norms(s, raw, folded)};
    struct weights w;
    bool good = weights_init(&w, folded, 0, NULL, err);
    if (good) {
        w.source = take, w.context = &t;
        good = weights_write(&w, path, err);
        weights_free(&w);
    }
    free(t.norm);
    network_free(folded);
    return good;
}

/* --- the network -------------------------------------------------------------------------------------------------- */

static bool write_net(const char *path, const char *model, const struct import_format *format, const struct sketch *s,
                      struct error *err) {
    struct text_writer out;
    if (!text_create(&out, path, err)) return false;
    text_write(&out, "# Imported from %s (%s).\n", model, format->framework);
    for (int i = 0; i < s->layers; i++) text_write(&out, "%s\n", s->layer[i].text);
    return text_close(&out, err);
}

static void print_facts(const struct network *n) {
    const struct network_facts facts = network_facts(n);
    fprintf(stderr, "%s: %d layers, %d convolutions, %" PRId64 " multiply-adds, %" PRId64 " parameters\n", n->name,
            n->layers, facts.convolutions, facts.macs, facts.parameters);
}

static enum status run(const struct call *call, struct error *err) {
    const struct given *given = call->given;
    const char *model = call->line.operand[0];
    const struct import_format *format = import_find(model);
    char endings[128] = "";
    for (int i = 0; import_format(i); i++)
        snprintf(endings + strlen(endings), sizeof endings - strlen(endings), "%s%s", i ? ", " : "",
                 import_format(i)->ending);
    if (!format) {
        error_at(err, model, 0, "not a model by its name (expected one that ends in %s)", endings);
        return STATUS_BAD;
    }
    if (format->weights_apart ? given->weights && !given->caffemodel : given->caffemodel != NULL) {
        error_set(err,
                  format->weights_apart
                      ? "--weights: the weights of a .prototxt are in a file of their own (expected --caffemodel too)"
                      : "--caffemodel: only for a .prototxt");
        return STATUS_BAD;
    }
    struct sketch sketch;
    sketch_init(&sketch);
    sketch.weights = given->weights != NULL;
    sketch.weights_file = given->caffemodel;
    sketch.opaque = given->opaque;
    /* Sizes that do not fit are found before anything is written. */
    struct network *n = format->read(&sketch, model, err) ? network_sketched(&sketch, model, err) : NULL;
    const bool good = n && (!given->weights || write_weights(given->weights, &sketch, n, err)) &&
                      write_net(given->output, model, format, &sketch, err);
    if (good && !call->line.quiet) print_facts(n);
    sketch_free(&sketch);
    network_free(n);
    return good ? STATUS_DONE : STATUS_BAD;
}

const struct command command_import = {
    .flags =
        {.program = "taso import",
         .operands = "MODEL",
         .least_operands = 1,
         .most_operands = 1,
         .summary = "a Caffe, ONNX or TensorFlow Lite model as a .net file",
         .help =
             "Writes the network of a Caffe .prototxt, an ONNX or a TensorFlow Lite file in the form of formulation/FORMATS.md, to be\n"
             "read, changed and kept. This is not needed to use a model: --network takes MODEL itself. Layers for training are left\n"
             "out; the batch is 1. Types of layers that cannot be expressed are refused, and all of them named. With --allow-opaque\n"
             "they become layers NAME(TYPE) as large as their input, so that the rest can be planned; run and emit refuse such a\n"
             "network. --weights also writes the weights, batch norm folded in (the file's form: `taso weights --help`).\n"
             "\n"
             "Example: taso import model.onnx -o model.net --weights model.f32",
         .flag = flags,
         .preset = &preset,
         .size = sizeof preset},
    .run = run};
