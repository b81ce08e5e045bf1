/* taso frontier - the exact time-memory trade-off: every Pareto-optimal selection. */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "experiments/commands/selecting_device.h"
#include "formulation/labels/labels.h"
#include "formulation/labels/labels_device.h"
#include "solver/base/clock.h"

enum way { WAY_LABELS, WAY_ILP, WAY_SWEEP, WAYS };
static const char *const way_names[WAYS] = {"labels", "ilp", "sweep"};
static const char *const way_methods[WAYS] = {"labels", "taso", "dynamic"};

struct given {
    const char *network, *profile, *output;
    enum way way;
    double epsilon;
    struct request q;
    enum primitive_set primitives;
    struct selecting_solver solver;
    struct selecting_device device;
    bool json;
};
static const struct given preset = {.q = SELECTING_REQUEST, .device = SELECTING_DEVICE};

static const struct flag flags[] = {
    {"network", FLAG_TEXT, offsetof(struct given, network), "N",
     "built-in name, or a .net, .prototxt, .onnx or .tflite file", .required = true, .reads = true},
    {"profile", FLAG_IN, offsetof(struct given, profile), "PROFILE", "measured or imported costs", .required = true},
    SELECTING_FLAG_MODEL(struct given, q),
    SELECTING_FLAG_PRIMITIVES(struct given, primitives),
    SELECTING_FLAG_SET(struct given, solver),
    {"method", FLAG_WORD, offsetof(struct given, way), "W",
     "labels over what is in memory, integer programs, or dynamic programming over the workspaces that occur",
     .words = way_names, .count = WAYS},
    {"epsilon", FLAG_SHARE, offsetof(struct given, epsilon), "E",
     "labels: points may be missed by this share of the least time, 0.0001 or 0.01%; default: none is"},
    SELECTING_FLAGS_DEVICE(struct given, device, "memory-model epsilon"),
    SELECTING_FLAG_TIME_LIMIT(struct given, q),
    SELECTING_FLAG_CONVERSIONS(struct given, q),
    SELECTING_FLAG_FORMULATION(struct given, q),
    SELECTING_FLAG_STREAMING(struct given, q),
    SELECTING_FLAG_STREAM_INPUT(struct given, q),
    SELECTING_FLAG_IN_PLACE(struct given, q),
    {"output", FLAG_OUT, offsetof(struct given, output), "FILE", "where to write the points; default: standard output"},
    KEYS_FLAG(struct given, json, NULL),
    {0}};

static void write_two(struct keys *k, const struct frontier *f) {
    keys_table(k, "frontier", "memory_bytes\ttime_ns");
    for (int i = 1; i < f->points; i++) /* Pareto-optimal: more memory is strictly faster */
        assert(f->point[i].memory_bytes > f->point[i - 1].memory_bytes &&
               f->point[i].time_ns < f->point[i - 1].time_ns);
    for (int i = 0; i < f->points; i++) {
        keys_row(k);
        keys_number(k, NULL, f->point[i].memory_bytes);
        keys_number(k, NULL, f->point[i].time_ns);
        keys_row_end(k);
    }
    keys_table_end(k);
}

static void write_three(struct keys *k, const struct frontier *f) {
    keys_table(k, "frontier", "ram_bytes\tflash_bytes\ttime_ns");
    for (int i = 0; i < f->points; i++) {
        const struct frontier_point *p = &f->point[i];
        assert(i == 0 || p->memory_bytes > p[-1].memory_bytes ||
               (p->flash_bytes > p[-1].flash_bytes && p->time_ns < p[-1].time_ns));
        keys_row(k);
        keys_number(k, NULL, p->memory_bytes);
        keys_number(k, NULL, p->flash_bytes);
        keys_number(k, NULL, p->time_ns);
        keys_row_end(k);
    }
    keys_table_end(k);
}

static void write_points(const struct call *call, struct keys *k, const struct frontier *f) {
    if (selecting_device_given(call))
        write_three(k, f);
    else
        write_two(k, f);
}

static bool write_file(const struct call *call, const char *path, const struct frontier *f, const struct profile *p,
                       struct error *err) {
    struct text_writer out;
    struct keys k;
    if (!text_create(&out, path, err)) return false;
    selecting_provenance(&out, selecting_device_given(call) ? "taso-frontier-device 1" : "taso-frontier 1", p);
    keys_begin_file(&k, &out);
    write_points(call, &k, f);
    keys_end(&k);
    return text_close(&out, err);
}

static bool explore(struct frontier *f, const struct call *call, const struct instance *g, const struct request *q,
                    const struct method *m, struct error *err) {
    const struct given *given = call->given;
    if (selecting_device_given(call)) return labels_device_frontier(f, g, q, err);
    switch (given->way) {
    case WAY_LABELS: return labels_frontier(f, g, q, given->epsilon, err);
    case WAY_ILP: return frontier_walk(f, g, q, m, err);
    case WAY_SWEEP: return frontier_sweep(f, g, q, m, err);
    case WAYS: break;
    }
    assert(false); /* the parser gives one of the words */
    return false;
}

static bool given_fits(const struct given *given, const struct call *call, struct error *err) {
    if (given->json && given->output && strcmp(given->output, "-") == 0)
        return error_set(err, "--json: the points are part of the object (expected no --output -)");
    static const char *const only[] = {"epsilon", "ram", "flash", "device"};
    for (int i = 0; i < 4 && given->way != WAY_LABELS; i++)
        if (flags_given(&call->line, only[i]))
            return error_set(err, "--%s: not used by --method %s (only by %s)", only[i], way_names[given->way],
                             way_names[WAY_LABELS]);
    return true;
}

/* The points go where the summary goes, or to a file. */
static bool print(const struct call *call, const struct frontier *f, const struct profile *p, double seconds,
                  struct error *err) {
    const struct given *given = call->given;
    struct keys k;
    keys_begin(&k, given->json);
    keys_number(&k, "points", f->points);
    keys_yes(&k, "complete", f->complete);
    if (f->missed_ns > 0) keys_number(&k, "missed-at-most-ns", f->missed_ns);
    keys_real(&k, "seconds", seconds, 'f', 3);
    if (!given->output) write_points(call, &k, f);
    keys_end(&k);
    fflush(stdout);
    return !given->output || write_file(call, given->output, f, p, err);
}

static void remark_program(const struct frontier *f, const struct call *call, const struct selecting *s) {
    if (f->by_program && !call->line.quiet)
        fprintf(stderr, "%s: the graph is too large for labels; each point is an integer program's\n",
                s->network->name);
}

static enum status frontier(const struct call *call, const struct selecting *s, struct error *err) {
    const struct given *given = call->given;
    struct request q = given->q;
    struct frontier f;
    q.interrupt = call->interrupt;
    q.solver = selecting_options(&given->solver);
    double start = clock_wall();
    const struct method *m = methods_find(way_methods[given->way], err);
    if (!given_fits(given, call, err) || !selecting_flags_used(call, &m, 1, err)) return STATUS_BAD;
    if (!selecting_device_request(&q, call, &given->device, s, m, err)) return STATUS_BAD;
    if (!selecting_stream_input(&q, err) || !selecting_stream(s, q.streaming, err)) return STATUS_BAD;
    selecting_apart(s, q.in_place);
    if (!explore(&f, call, s->g, &q, m, err)) return STATUS_BAD;
    selecting_remark(s, call);
    remark_program(&f, call, s);
    const double seconds = clock_wall() - start;
    bool kept = f.complete || (given->epsilon > 0 && f.missed_ns != FRONTIER_UNKNOWN && !f.stopped);
    enum status status = kept ? STATUS_DONE : STATUS_LIMIT;
    if (!print(call, &f, s->g->profile, seconds, err)) status = STATUS_BAD;
    frontier_free(&f);
    return status;
}

static enum status run(const struct call *call, struct error *err) {
    const struct given *given = call->given;
    return selecting_run(call, given->network, given->profile, (enum primitive_set)given->primitives, frontier, err);
}

const struct command command_frontier = {
    .flags =
        {.program = "taso frontier",
         .operands = "",
         .summary = "the exact time-memory trade-off: all Pareto-optimal selections",
         .help =
             "Prints the number of points, whether they are proven to be all of them, and the seconds it took; then one row per\n"
             "point, memory ascending: from the smallest feasible memory to what the fastest selection needs. --method labels\n"
             "follows what can be in memory from layer to layer; if too many tensors are alive together for that, it asks the\n"
             "integer program, and says so. --method ilp solves an integer program repeatedly, lowering the budget by one byte\n"
             "below the previous point; --method sweep uses dynamic programming over the workspaces that occur (not for memory\n"
             "models that add up over the layers, nor with segments by rows). They share only the judge, and agree on\n"
             "every point.\n"
             "\n"
             "With --epsilon, or stopped by --time-limit or an interrupt, labels prints the points that are known, and as\n"
             "missed-at-most-ns by how much the exact frontier can lie below them, if that is proven. The exit status is 1 if it\n"
             "was stopped.\n"
             "\n"
             "With --ram and --flash, one of them (the other is none), or --device, the trade-off is between RAM, flash and time: all\n"
             "selections within both that no other beats in all three, one row per point, by RAM, then flash. Layers run by rows\n"
             "(--streaming on) if the profile has times for that. complete has the same meaning.\n"
             "\n"
             "With --stream-input, segments at the beginning may take the image row by row from the caller.\n"
             "\n"
             "Example: taso frontier --network vgg16 --profile here.tsv -o vgg16.frontier.tsv\n"
             "         taso frontier --network squeezenet1.1 --profile here.tsv --ram 4M --flash none",
         .more = selecting_help_models,
         .flag = flags,
         .preset = &preset,
         .size = sizeof preset},
    .stops = true,
    .run = run};
