/* taso sweep - networks x methods x budgets, as one table. */
#include <assert.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "experiments/commands/sweep_budgets.h"
#include "experiments/commands/sweep_methods.h"
#include "experiments/commands/sweep_rows.h"
#include "experiments/measure/progress.h"
#include "experiments/measure/shard.h"
#include "formulation/taso.h"
#include "solver/base/clock.h"
#include "solver/base/memory.h"

struct given {
    const char *network, *profile, *methods, *output, *shard;
    struct sweep_asked asked;
    struct request q;
    bool json;
    enum primitive_set primitives;
    struct selecting_solver solver;
};
static const struct given preset = {
    .methods = "taso,dynamic,pbqp-budget", .asked = {.budgets = "auto"}, .q = SELECTING_REQUEST};

#define NOT_WITH_DEVICE "budgets memory-model"
static const struct flag flags[] = {
    {"network", FLAG_TEXT, offsetof(struct given, network), "N[,N...]|all|today|every",
     "built-in names or files; all, today, every: those whose convolutions the profile has", .required = true,
     .reads = true},
    {"profile", FLAG_IN, offsetof(struct given, profile), "PROFILE", "measured or imported costs", .required = true},
    {"methods", FLAG_TEXT, offsetof(struct given, methods), "M[,M...]",
     "what selects; " SWEEP_HEURISTICS ": every method that proves nothing within a budget, except families"},
    {"budgets", FLAG_TEXT, offsetof(struct given, asked.budgets), "LIST",
     "memory budgets BYTES[,BYTES...] with K, M or G, or none; or auto[:N]: N along the frontier, otherwise forty"},
    {"ram", FLAG_TEXT, offsetof(struct given, asked.ram), "LIST",
     "RAM of devices, each with every flash: a list as above, but auto is five", .not_with = NOT_WITH_DEVICE},
    {"flash", FLAG_TEXT, offsetof(struct given, asked.flash), "LIST",
     "flash of devices, for the weights as stored: as --ram", .not_with = NOT_WITH_DEVICE},
    {"device", FLAG_TEXT, offsetof(struct given, asked.device), "NAME[,NAME...]",
     "RAM and flash of boards of `taso devices`; either can be given, too", .not_with = NOT_WITH_DEVICE},
    SELECTING_FLAG_STREAMING(struct given, q),
    SELECTING_FLAG_IN_PLACE(struct given, q),
    SELECTING_FLAG_MODEL(struct given, q),
    SELECTING_FLAG_PRIMITIVES(struct given, primitives),
    SELECTING_FLAG_SET(struct given, solver),
    SELECTING_FLAG_SLACK(struct given, q),
    SELECTING_FLAG_WEIGHT(struct given, q),
    SELECTING_FLAG_CONVERSIONS(struct given, q),
    SELECTING_FLAG_FORMULATION(struct given, q),
    SELECTING_FLAG_TIME_LIMIT(struct given, q),
    {"shard", FLAG_TEXT, offsetof(struct given, shard), "I/N",
     "only the I-th of N parts: every N-th pair of network and method; `taso profile-merge` joins the parts",
     .needs = "output"},
    {"output", FLAG_OUT, offsetof(struct given, output), "FILE", "where to write the table; default: standard output"},
    KEYS_FLAG(struct given, json, "output"),
    {0}};

struct sweep {
    const struct given *given;
    const struct call *call;
    const struct profile *profile;
    struct sweep_table table;
    int networks;
    char **network;
    struct sweep_methods methods;
    struct sweep_budgets budgets; /* of the network at hand */
    struct shard shard;
    int series;         /* of all shards, so far */
    double done, total; /* rows */
    bool all, stopped;
};

/* --- lists --- */

static void sweep_networks(struct sweep *s) {
    int from, to;
    if (network_builtin_several(&from, &to, s->given->network)) {
        s->all = true;
        s->networks = to - from;
        s->network = MEMORY_NEW(char *, s->networks);
        for (int i = from; i < to; i++) s->network[i - from] = memory_string(network_builtin_name(i));
        return;
    }
    char *list = memory_string(s->given->network), *rest = list, *word;
    size_t room = 0;
    while ((word = text_field(&rest, ','))) {
        s->network = memory_grow(s->network, &room, (size_t)s->networks + 1, sizeof *s->network);
        s->network[s->networks++] = memory_string(word);
    }
    free(list);
}

/* --- rows --- */

static void show(struct sweep *s, const struct selecting *at) {
    s->done++;
    progress_show(s->done, s->total, at->network->name);
}

/* An optimum that a smaller budget allows is optimal there too: every selection that fits the smaller fits the larger.
 * `before`: the budget that it was found for. */
static bool still_optimal(const struct sweep_row *row, const struct answer *a, const struct sweep_budget *before) {
    const struct request *q = &row->q;
    if (row->method->run != taso_run || a->outcome != OUTCOME_OPTIMAL) return false;
    if (q->budget_bytes > before->budget_bytes || q->flash_bytes > before->flash_bytes) return false;
    assert(a->choice); /* an optimum is a selection */
    const struct evaluation e =
        selection_evaluate_streamed(row->at->g, a->choice, &a->streams, q->model, q->conversions);
    return e.memory_bytes <= q->budget_bytes && e.weights_bytes <= q->flash_bytes;
}

static void forget(struct answer *a) {
    free(a->choice);
    selection_streams_free(&a->streams);
    *a = (struct answer){.outcome = OUTCOME_STUCK};
}

static void sweep_budget(struct sweep *s, struct sweep_row *row, struct answer *a, const struct sweep_budget *before) {
    struct error why = {""};
    double start = clock_wall();
    if (still_optimal(row, a, before)) {
        a->nodes = a->iterations = 0;
        sweep_rows_write(&s->table, row, a, clock_wall() - start);
        return;
    }
    forget(a);
    if (methods_run(a, row->method, row->at->g, &row->q, &why)) {
        sweep_rows_write(&s->table, row, a, clock_wall() - start);
        s->stopped = a->outcome == OUTCOME_INTERRUPTED;
        return;
    }
    if (!s->call->line.quiet) fprintf(stderr, "taso: %s: declined: %s\n", row->at->network->name, why.text);
    *a = (struct answer){.outcome = OUTCOME_STUCK};
    sweep_rows_write(&s->table, row, NULL, clock_wall() - start);
}

static void sweep_method(struct sweep *s, struct sweep_row *row) {
    struct answer a = {.outcome = OUTCOME_STUCK};
    for (int b = 0; b < s->budgets.count && !s->stopped; b++, show(s, row->at)) {
        const struct sweep_budget *budget = &s->budgets.budget[b];
        row->q.budget_bytes = budget->budget_bytes;
        row->q.flash_bytes = budget->flash_bytes;
        sweep_budget(s, row, &a, b > 0 ? budget - 1 : budget);
    }
    forget(&a);
}

/* The network twice: in whole layers, and with the strips that some methods use. */
struct twice {
    struct selecting whole, strips;
    bool streams;
};

static void twice_free(struct twice *t) {
    selecting_free(&t->whole);
    selecting_free(&t->strips);
}

static bool twice_init(struct twice *t, const struct sweep *s, const char *network, struct error *err) {
    *t = (struct twice){.streams = false};
    if (!selecting_init(&t->whole, network, s->profile, err)) return false;
    selecting_apart(&t->whole, s->given->q.in_place);
    for (int m = 0; m < s->methods.count && !t->streams; m++)
        t->streams = selecting_device_streaming(s->call, s->given->q.streaming, t->whole.g, s->methods.method[m]);
    if (!t->streams) return true;
    if (selecting_init(&t->strips, network, s->profile, err) && selecting_stream(&t->strips, STREAMING_ON, err)) {
        selecting_apart(&t->strips, s->given->q.in_place);
        return true;
    }
    twice_free(t);
    return false;
}

static bool sweep_network(struct sweep *s, int i, struct error *err) {
    struct twice at;
    struct error why = {""};
    struct request q = s->given->q;
    if (!twice_init(&at, s, s->network[i], &why)) {
        if (!s->all) return *err = why, false;
        if (!s->call->line.quiet)
            fprintf(stderr, "left out: %s\n", why.text); /* all: only the networks that the profile covers */
        return true;
    }
    selecting_remark(&at.whole, s->call);
    if (selecting_device_given(s->call)) q.model = MEMORY_PEAK;
    q.interrupt = s->call->interrupt;
    q.solver = selecting_options(&s->given->solver);
    q.streaming = at.streams ? STREAMING_ON : STREAMING_OFF;
    sweep_budgets_free(&s->budgets); /* of the network before */
    bool ok =
        sweep_budgets_find(&s->budgets, s->call, &s->given->asked, (at.streams ? &at.strips : &at.whole)->g, &q, err);
    const int shards = s->shard.count ? s->shard.count : 1, series = (s->methods.count + shards - 1) / shards;
    s->total = s->done + (double)series * s->budgets.count * (s->networks - i);
    for (int m = 0; ok && s->budgets.count > 0 && m < s->methods.count && !s->stopped; m++) {
        if (!shard_has(&s->shard, s->series++)) continue;
        struct sweep_row row = {&at.whole, s->methods.method[m], q};
        row.q.streaming = selecting_device_streaming(s->call, s->given->q.streaming, at.whole.g, s->methods.method[m]);
        if (row.q.streaming == STREAMING_ON) row.at = &at.strips;
        sweep_method(s, &row);
    }
    twice_free(&at);
    return ok;
}

/* Of `all`, the profile may lack some, but not each. */
static bool sweep_any(const struct sweep *s, struct error *err) {
    for (int i = 0; i < s->networks; i++) {
        struct twice at;
        struct error lacks = {""};
        if (!twice_init(&at, s, s->network[i], &lacks)) continue;
        twice_free(&at);
        return true;
    }
    return error_at(err, s->profile->path, 0, "has rows for none of the %d networks of --network %s (expected some)",
                    s->networks, s->given->network);
}

/* A wrong network is reported before anything is printed. */
static bool sweep_check(const struct sweep *s, struct error *err) {
    bool ok = true;
    for (int i = 1; i < s->networks; i++)
        for (int k = 0; k < i; k++)
            if (strcmp(s->network[i], s->network[k]) == 0)
                return error_set(err, "--network: '%s' is given twice (expected once)", s->network[i]);
    for (int i = 0; ok && !s->all && i < s->networks; i++) {
        struct twice at;
        ok = twice_init(&at, s, s->network[i], err);
        if (ok) twice_free(&at);
    }
    return ok && (!s->all || sweep_any(s, err));
}

/* The request, as a shard of it states it: all flags but those that say which shard, and where. */
#define SWEEP_ASKED 2048
static void sweep_asked(char text[SWEEP_ASKED], const struct sweep *s) {
    const struct given *g = s->given;
    snprintf(text, SWEEP_ASKED, "%s; %s; %s; ram %s; flash %s; device %s; %s; %s; %s; %g; %g; %d; %g", g->network,
             g->methods, g->asked.budgets, g->asked.ram ? g->asked.ram : "-", g->asked.flash ? g->asked.flash : "-",
             g->asked.device ? g->asked.device : "-", memory_models[g->q.model].name,
             conversion_names[g->q.conversions], g->q.streaming == STREAMING_ON ? "streaming" : "whole", g->q.slack,
             g->q.weight, (int)g->q.formulation, g->q.time_limit_s);
}

static bool sweep_all(struct sweep *s, struct error *err) {
    sweep_networks(s);
    if (!sweep_methods_read(&s->methods, s->call, s->given->methods, s->given->q.streaming, err)) return false;
    if (!sweep_budgets_find(&s->budgets, s->call, &s->given->asked, NULL, &s->given->q, err)) return false;
    if (!sweep_check(s, err)) return false;
    const bool wide = selecting_device_given(s->call) || s->given->q.streaming == STREAMING_ON;
    char asked[SWEEP_ASKED];
    sweep_asked(asked, s);
    s->table.shard = s->given->shard, s->table.asked = asked;
    if (!sweep_rows_open(&s->table, s->given->output, s->given->json, wide, s->profile, err)) return false;
    progress_begin();
    for (int i = 0; i < s->networks && !s->stopped; i++)
        if (!sweep_network(s, i, err)) {
            struct error second;
            sweep_rows_close(&s->table, false, &second);
            return false;
        }
    return sweep_rows_close(&s->table, !s->stopped, err); /* no partial tables in files */
}

static enum status run(const struct call *call, struct error *err) {
    struct sweep s = {.given = call->given, .call = call};
    enum status status = STATUS_BAD;
    struct profile *p = profile_read(s.given->profile, err);
    if (p) primitive_set_restrict(p, (enum primitive_set)s.given->primitives);
    s.profile = p;
    const bool dealt = !s.given->shard || shard_parse(&s.shard, "shard", s.given->shard, err);
    if (p && dealt && sweep_all(&s, err)) status = s.stopped ? STATUS_LIMIT : STATUS_DONE;
    for (int i = 0; i < s.networks; i++) free(s.network[i]);
    free(s.network);
    sweep_methods_free(&s.methods);
    sweep_budgets_free(&s.budgets);
    profile_free(p);
    return status;
}

const struct command command_sweep = {
    .flags =
        {.program = "taso sweep",
         .operands = "",
         .summary = "networks x methods x budgets as one table",
         .help =
             "One row per network, method and budget, budgets descending. outcome is that of `taso select`, or declined if the\n"
             "method cannot do what is asked (the reason goes to standard error). All columns but seconds are the same on every run.\n"
             "--budgets auto takes forty budgets per network, auto:N so many: from what the fastest selection needs down to a\n"
             "4096th of it (or the minimum), evenly spaced in logarithms, and the minimum.\n"
             "\n"
             "--methods heuristics stands for every method that proves nothing within a budget, except families; those that run\n"
             "layers by rows are left out where layers run as a whole.\n"
             "\n"
             "With --ram, --flash or --device the budgets are pairs, as in `taso select`: every RAM with every flash, or those of\n"
             "the boards; budget_bytes is then the RAM, memory_bytes what is needed of it. Methods that can run layers by rows do\n"
             "so for a device if the profile has times for that, and for other budgets with --streaming on. These sweeps have three\n"
             "more columns: segments, flash_budget_bytes and flash_bytes.\n"
             "\n"
             "Example: taso sweep --network all --profile here.tsv --methods taso,pbqp,greedy-time --budgets auto -o sweep.tsv\n"
             "         taso sweep --network vgg16 --profile here.tsv --methods labels,heuristics --ram 2M,4M --flash none,64M\n"
             "         taso sweep --network all --profile here.tsv --methods labels --device rp2040,stm32h743",
         .more = selecting_help,
         .flag = flags,
         .preset = &preset,
         .size = sizeof preset},
    .stops = true,
    .run = run};
