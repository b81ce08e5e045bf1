/* taso frontier - the exact time-memory trade-off: every Pareto-optimal selection. */
#include <assert.h>
#include <inttypes.h>
#include <stdlib.h>

#include "experiments/commands/selecting.h"
#include "formulation/frontier.h"
#include "solver/base/clock.h"

enum way { WAY_ILP, WAY_SWEEP };
static const char *const way_names[] = {"ilp", "sweep"};

struct given {
    const char *network, *profile, *output;
    enum way way;
    struct request q;
};
static const struct given preset = {.q = SELECTING_REQUEST};

static const struct flag flags[] = {
    {"network", FLAG_TEXT, offsetof(struct given, network), "N", "built-in name or a .net file", .required = true},
    {"profile", FLAG_IN, offsetof(struct given, profile), "PROFILE", "measured or imported costs", .required = true},
    SELECTING_FLAG_MODEL(struct given, q),
    {"method", FLAG_WORD, offsetof(struct given, way), "W",
     "integer programs, or dynamic programming over the workspaces that occur", .words = way_names, .count = 2},
    SELECTING_FLAG_CONVERSIONS(struct given, q),
    SELECTING_FLAG_FORMULATION(struct given, q),
    {"output", FLAG_OUT, offsetof(struct given, output), "FILE", "where to write the points; default: standard output"},
    {0}};

static bool write_points(const struct given *given, const struct frontier *f, const struct profile *p,
                         struct error *err) {
    struct text_writer out;
    if (!text_create(&out, given->output ? given->output : "-", err)) return false;
    if (given->output) selecting_provenance(&out, "taso-frontier 1", p);
    text_write(&out, "memory_bytes\ttime_ns\n");
    for (int i = 1; i < f->points; i++) /* Pareto-optimal: more memory is strictly faster */
        assert(f->point[i].memory_bytes > f->point[i - 1].memory_bytes &&
               f->point[i].time_ns < f->point[i - 1].time_ns);
    for (int i = 0; i < f->points; i++)
        text_write(&out, "%" PRId64 "\t%" PRId64 "\n", f->point[i].memory_bytes, f->point[i].time_ns);
    return text_close(&out, err);
}

static enum status frontier(const struct call *call, const struct selecting *s, struct error *err) {
    const struct given *given = call->given;
    struct request q = given->q;
    struct frontier f;
    q.interrupt = call->interrupt;
    double start = clock_wall();
    const struct method *m = methods_find(given->way == WAY_ILP ? "taso" : "dynamic", err);
    if (!selecting_flags_used(call, &m, 1, err)) return STATUS_BAD;
    bool ok = given->way == WAY_ILP ? frontier_walk(&f, s->g, &q, m, err) : frontier_sweep(&f, s->g, &q, m, err);
    if (!ok) return STATUS_BAD;
    selecting_remark(s, call);
    printf("points: %d\ncomplete: %s\nseconds: %.3f\n", f.points, f.complete ? "yes" : "no", clock_wall() - start);
    fflush(stdout);
    enum status status = f.complete ? STATUS_DONE : STATUS_LIMIT;
    if (!write_points(given, &f, s->g->profile, err)) status = STATUS_BAD;
    frontier_free(&f);
    return status;
}

static enum status run(const struct call *call, struct error *err) {
    const struct given *given = call->given;
    return selecting_run(call, given->network, given->profile, frontier, err);
}

const struct command command_frontier = {
    .flags =
        {.program = "taso frontier",
         .operands = "",
         .summary = "the exact time-memory trade-off: all Pareto-optimal selections",
         .help =
             "Prints the number of points, whether they are proven to be all of them, and the seconds it took; then one row per\n"
             "point, memory ascending: from the smallest feasible memory to what the fastest selection needs. --method ilp solves\n"
             "an integer program repeatedly, lowering the budget by one byte below the previous point; --method sweep uses dynamic\n"
             "programming over the workspaces that occur. They share only the judge, and agree on every point. Memory models that\n"
             "add up over the layers are for ilp only.\n"
             "\n"
             "Example: taso frontier --network vgg16 --profile here.tsv -o vgg16.frontier.tsv",
         .more = selecting_help_models,
         .flag = flags,
         .preset = &preset,
         .size = sizeof preset},
    .stops = true,
    .run = run};
