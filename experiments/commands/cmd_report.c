/* taso report - profiles, and the frontiers of every memory model, as one HTML page. */
#include <stdlib.h>
#include <string.h>

#include "experiments/commands/selecting.h"
#include "experiments/measure/progress.h"
#include "experiments/report/report.h"
#include "solver/base/memory.h"

#define REPORT_MAPS 1000

struct given {
    const char *network, *output, *claims, *results;
    int maps;
};
static const struct given preset = {.network = "all", .maps = REPORT_MAPS};

static const struct flag flags[] = {
    {"output", FLAG_OUT, offsetof(struct given, output), "FILE.html", "where to write", .required = true},
    {"network", FLAG_TEXT, offsetof(struct given, network), "N[,N...]|all",
     "built-in names or files; all: those whose convolutions the profile has", .reads = true},
    {"claims", FLAG_IN, offsetof(struct given, claims), "TABLE.tsv", "also show this table of claims"},
    {"results", FLAG_TEXT, offsetof(struct given, results), "FOLDER",
     "also draw the figures of the tables of results in this folder"},
    {"maps", FLAG_INT, offsetof(struct given, maps), "N",
     "most points per frontier for which the page has a map of the arena", 0, 1000},
    {0}};

static bool stopped(const struct call *call) {
    return *call->interrupt != 0;
}

/* The network twice: in whole layers, and by rows if the profile can. */
static bool network_add(struct report *r, const struct selecting *whole, const struct call *call, const char *name,
                        const struct profile *p, struct error *err) {
    struct selecting strips = {0};
    struct report_network n = {.raw = whole->network, .whole = whole->g};
    bool good = true;
    if (instance_can_stream(whole->g)) {
        good = selecting_init(&strips, name, p, err) && selecting_stream(&strips, STREAMING_ON, err);
        n.strips = strips.g;
    }
    good = good && report_find(&n, call->interrupt, err) && (stopped(call) || report_network(r, &n, err));
    report_network_free(&n);
    selecting_free(&strips);
    return good;
}

/* `all`: networks that the profile does not cover are left out. */
static bool network_try(struct report *r, const struct call *call, const char *name, const struct profile *p, bool all,
                        struct error *err) {
    struct selecting whole;
    struct error why = {""};
    if (!selecting_init(&whole, name, p, &why)) {
        if (!all) return *err = why, false;
        if (!call->line.quiet) fprintf(stderr, "left out: %s\n", why.text);
        return true;
    }
    selecting_remark(&whole, call);
    const bool good = network_add(r, &whole, call, name, p, err);
    selecting_free(&whole);
    return good;
}

static bool networks_each(struct report *r, const struct call *call, const struct profile *p, struct error *err) {
    const struct given *given = call->given;
    const bool all = strcmp(given->network, "all") == 0;
    char *list = memory_string(given->network), *rest = list;
    bool good = true;
    for (int i = 0; good && !stopped(call); i++) {
        const char *name = !all ? text_field(&rest, ',') : i < network_builtin_count() ? network_builtin_name(i) : NULL;
        if (!name) break;
        progress_show(i, network_builtin_count(), name);
        good = network_try(r, call, name, p, all, err);
    }
    free(list);
    return good;
}

static bool profiles_each(struct report *r, const struct call *call, struct error *err) {
    bool good = true;
    progress_begin();
    for (int i = 0; good && i < call->line.operands && !stopped(call); i++) {
        struct profile *p = profile_read(call->line.operand[i], err);
        const int before = r->shown;
        good = p != NULL;
        if (good) report_profile(r, p);
        good = good && networks_each(r, call, p, err);
        if (good && r->shown == before && !stopped(call))
            good = error_at(err, p->path, 0, "covers none of the networks (expected at least one)");
        profile_free(p);
    }
    return good;
}

static enum status run(const struct call *call, struct error *err) {
    const struct given *given = call->given;
    const struct report_results more = {given->claims, given->results, call->line.quiet};
    struct report r;
    report_init(&r, given->maps);
    bool good = profiles_each(&r, call, err);
    const bool all = good && !stopped(call); /* no page with half of the networks */
    good = good && (!all || report_write(&r, given->output, &more, err));
    report_free(&r);
    return !good ? STATUS_BAD : all ? STATUS_DONE : STATUS_LIMIT;
}

const struct command command_report = {
    .flags =
        {.program = "taso report",
         .operands = "PROFILE...",
         .least_operands = 1,
         .most_operands = 64,
         .summary = "an experiment as one HTML page, with an explorer of time against memory",
         .help =
             "Writes one file that loads nothing else: the machine and how it was measured, the networks, the exact frontiers of all\n"
             "memory models (peak memory also with layers by rows, if the profile has times for that), and an explorer. Its slider\n"
             "moves along a frontier and shows the plan layer by layer, what more memory buys, what each step of the plan keeps in\n"
             "memory, and where in the arena. --claims adds a table of results, such as results/reference/claims.tsv; --results\n"
             "adds memory along the execution, workspace by layer and the solver's effort, from the tables that make writes.\n"
             "\n"
             "Example: taso report here.tsv -o report.html",
         .flag = flags,
         .preset = &preset,
         .size = sizeof preset},
    .stops = true,
    .run = run};
