/* taso import - a model of another tool as a .net file. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "experiments/commands/command.h"
#include "formulation/import/import.h"
#include "formulation/network.h"
#include "solver/base/text.h"

struct given {
    const char *output;
};
static const struct given preset = {.output = "-"};

static const struct flag flags[] = {
    {"output", FLAG_OUT, offsetof(struct given, output), "NET.net", "where to write; -: standard output"}, {0}};

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
    struct network *n = network_open(model, err); /* sizes that do not fit are found before anything is written */
    struct sketch sketch;
    if (!n) return STATUS_BAD;
    sketch_init(&sketch);
    const bool good = format->read(&sketch, model, err) && write_net(given->output, model, format, &sketch, err);
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
         .summary = "a Caffe or ONNX model as a .net file",
         .help =
             "Writes the network of a Caffe .prototxt or an ONNX file in the form of formulation/FORMATS.md, to be read, changed and\n"
             "kept. It is not needed to use a model: --network takes MODEL itself. Layers for training are left out; the batch is 1.\n"
             "Types of layers that cannot be expressed are listed by name.\n"
             "\n"
             "Example: taso import model.onnx -o model.net",
         .flag = flags,
         .preset = &preset,
         .size = sizeof preset},
    .run = run};
