/* taso export - the integer program of a selection, for any solver. */
#include <stdlib.h>
#include <string.h>

#include "experiments/commands/selecting.h"
#include "formulation/prototxt.h"
#include "formulation/taso.h"
#include "solver/base/text.h"
#include "solver/io/lpfile.h"
#include "solver/io/mps.h"

struct given {
    const char *network, *profile, *method, *output, *prototxt;
    struct request q;
    bool json;
    enum primitive_set primitives;
};
static const struct given preset = {.method = "taso", .q = SELECTING_REQUEST};

static const struct flag flags[] = {
    {"network", FLAG_TEXT, offsetof(struct given, network), "N",
     "built-in name, or a .net, .prototxt, .onnx or .tflite file", .required = true, .reads = true},
    {"profile", FLAG_IN, offsetof(struct given, profile), "PROFILE", "measured or imported costs"},
    {"output", FLAG_OUT, offsetof(struct given, output), "MODEL.mps[.gz]|.lp[.gz]", "the program", .reports = true},
    {"prototxt", FLAG_OUT, offsetof(struct given, prototxt), "FILE", "write the network instead, in Caffe's form"},
    {"method", FLAG_TEXT, offsetof(struct given, method), "METHOD", "taso, taso-memory or taso-weighted"},
    SELECTING_FLAGS(struct given, q),
    SELECTING_FLAG_PRIMITIVES(struct given, primitives),
    SELECTING_FLAG_STREAMING(struct given, q),
    SELECTING_FLAG_IN_PLACE(struct given, q),
    KEYS_FLAG(struct given, json, NULL),
    {0}};

typedef bool model_writer(const char *path, const struct model *m, struct error *err);

/* By the ending of the name; NULL: none. */
static model_writer *writer_of(const char *path) {
    if (text_ends_with(path, ".mps") || text_ends_with(path, ".mps.gz")) return mps_write;
    if (lpfile_is_named(path)) return lpfile_write;
    return NULL;
}

/* Nothing fits, as was found before building a program: reports the minimum budget. */
static enum status nothing_fits(const struct given *given, const struct selecting *s, struct error *err) {
    struct answer a = {.least_bytes = -1};
    if (!taso_run(&a, s->g, &given->q, NULL, err)) return STATUS_BAD;
    enum status status = selecting_status(&a, given->q.budget_bytes, s->network->name);
    free(a.choice);
    selection_streams_free(&a.streams);
    return status;
}

static void print(const struct given *given, const struct model *m) {
    struct keys k;
    keys_begin(&k, given->json);
    keys_number(&k, "rows", m->rows);
    keys_number(&k, "columns", m->cols);
    keys_number(&k, "entries", m->entries);
    keys_real(&k, "offset", m->offset, 'g', 17);
    keys_end(&k);
}

static enum status write_program(const struct call *call, const struct selecting *s, struct error *err) {
    const struct given *given = call->given;
    struct core *core;
    struct ilp_goal goal;
    const struct method *m = methods_find(given->method, err);
    if (!m || !selecting_flags_used(call, &m, 1, err)) return STATUS_BAD;
    if (!selecting_stream(s, given->q.streaming, err)) return STATUS_BAD;
    selecting_apart(s, given->q.in_place);
    if (!taso_question(&core, &goal, s->g, &given->q, given->method, err)) return STATUS_BAD;
    selecting_remark(s, call);
    enum status status = STATUS_BAD;
    struct ilp *p = core->feasible ? ilp_new(core, &goal, given->q.formulation, true, err) : NULL;
    if (p && writer_of(given->output)(given->output, p->model, err)) {
        print(given, p->model);
        status = STATUS_DONE;
    }
    if (!core->feasible) status = nothing_fits(given, s, err);
    ilp_free(p);
    core_free(core);
    return status;
}

static enum status write_prototxt(const struct given *given, struct error *err) {
    struct network *n = network_open(given->network, err);
    const bool good = n && prototxt_write(given->prototxt, n, err);
    network_free(n);
    return good ? STATUS_DONE : STATUS_BAD;
}

static enum status run(const struct call *call, struct error *err) {
    const struct given *given = call->given;
    if (given->prototxt && (given->profile || given->output)) {
        error_set(err, "--prototxt writes the network alone (expected neither --profile nor --output)");
        return STATUS_BAD;
    }
    if (given->prototxt) return write_prototxt(given, err);
    if (!given->profile || !given->output) {
        error_set(err, "--%s is missing (expected --profile and --output, or --prototxt)",
                  given->profile ? "output" : "profile");
        return STATUS_BAD;
    }
    if (!writer_of(given->output)) {
        error_at(err, given->output, 0, "unknown format (expected a name that ends in .mps, .mps.gz, .lp or .lp.gz)");
        return STATUS_BAD;
    }
    return selecting_run(call, given->network, given->profile, (enum primitive_set)given->primitives, write_program,
                         err);
}

const struct command command_export = {
    .flags =
        {.program = "taso export",
         .operands = "",
         .summary = "write the integer program of a selection, for any solver",
         .help =
             "The program that `taso select` would solve, with names: x:LAYER:PRIMITIVE is 1 if that primitive is chosen,\n"
             "y:FROM:TO.SLOT:l:l' if the tensor is converted from layout l to l'. The objective is in ns (taso), or in a unit of\n"
             "memory that divides every size (taso-memory). Choices that exceed the budget or are dominated are left out.\n"
             "With --streaming on, u:FIRST:LAST:H:l is 1 if these layers run H rows per call, in layout l; their choices are\n"
             "x:LAYER:PRIMITIVE@H:l.N, and u:FIRST:whole is 1 if the layers from FIRST to the next cut run as a whole.\n"
             "\n"
             "With --prototxt: the network itself, as layers of Caffe, which `taso import` reads back. A layer that Caffe cannot\n"
             "express is an error that names it.\n"
             "\n"
             "Example: taso export --network vgg16 --profile here.tsv --budget 1M -o vgg16.mps.gz && milp vgg16.mps.gz",
         .more = selecting_help_models,
         .flag = flags,
         .preset = &preset,
         .size = sizeof preset},
    .run = run};
