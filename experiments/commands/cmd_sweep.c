/* taso sweep - networks x methods x budgets, as one table. */
#include <assert.h>
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "experiments/commands/selecting.h"
#include "experiments/measure/progress.h"
#include "formulation/taso.h"
#include "solver/base/clock.h"
#include "solver/base/memory.h"

#define SWEEP_BUDGETS 40
#define SWEEP_DECADES 4096 /* auto: the second budget is the largest divided by this, or the least */

struct given {
    const char *network, *profile, *methods, *budgets, *output;
    struct request q;
};
static const struct given preset = {.methods = "taso,dynamic,pbqp-budget", .budgets = "auto", .q = SELECTING_REQUEST};

static const struct flag flags[] = {
    {"network", FLAG_TEXT, offsetof(struct given, network), "N[,N...]|all",
     "built-in names or .net files; all: those whose convolutions the profile has", .required = true},
    {"profile", FLAG_IN, offsetof(struct given, profile), "PROFILE", "measured or imported costs", .required = true},
    {"methods", FLAG_TEXT, offsetof(struct given, methods), "M[,M...]", "what selects"},
    {"budgets", FLAG_TEXT, offsetof(struct given, budgets), "BYTES[,BYTES...]|auto",
     "memory budgets, with K, M or G, or none; auto: forty along the frontier"},
    SELECTING_FLAG_MODEL(struct given, q),
    SELECTING_FLAG_SLACK(struct given, q),
    SELECTING_FLAG_WEIGHT(struct given, q),
    SELECTING_FLAG_CONVERSIONS(struct given, q),
    SELECTING_FLAG_FORMULATION(struct given, q),
    SELECTING_FLAG_TIME_LIMIT(struct given, q),
    {"output", FLAG_OUT, offsetof(struct given, output), "FILE", "where to write the table; default: standard output"},
    {0}};

struct sweep {
    const struct given *given;
    const struct call *call;
    const struct profile *profile;
    char profile_name[64];
    struct text_writer out;
    int networks, methods;
    char **network;
    const struct method **method; /* [methods] */
    int64_t *budget;              /* [budgets] of the network at hand, descending */
    int budgets;
    double done, total; /* rows */
    bool all, stopped;
};

/* --- lists --- */

static void sweep_networks(struct sweep *s) {
    if (strcmp(s->given->network, "all") == 0) {
        s->all = true;
        s->networks = network_builtin_count();
        s->network = MEMORY_NEW(char *, s->networks);
        for (int i = 0; i < s->networks; i++) s->network[i] = memory_string(network_builtin_name(i));
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

static bool sweep_methods(struct sweep *s, struct error *err) {
    char *list = memory_string(s->given->methods), *rest = list, *word;
    size_t room = 0;
    bool ok = true;
    while (ok && (word = text_field(&rest, ','))) {
        s->method = memory_grow(s->method, &room, (size_t)s->methods + 1, sizeof *s->method);
        const struct method *m = methods_find(word, err);
        for (int i = 0; ok && m && i < s->methods; i++)
            if (s->method[i] == m) ok = error_set(err, "--methods: '%s' is given twice (expected once)", word);
        s->method[s->methods++] = m;
        ok = ok && m;
    }
    free(list);
    return ok;
}

static int descending(const void *a, const void *b) {
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
    return (x < y) - (x > y);
}

static bool sweep_listed(struct sweep *s, struct error *err) {
    s->budget = selecting_budgets(&s->budgets, s->given->budgets, err);
    if (s->budget) qsort(s->budget, (size_t)s->budgets, sizeof *s->budget, descending);
    return s->budget != NULL;
}

/* auto: the least memory that suffices, and 39 budgets from the larger of it and a 4096th of the most, evenly in
 * logarithms, to the most, the memory of the fastest selection. Fewer if some coincide. */
static bool sweep_spread(struct sweep *s, const struct instance *g, struct error *err) {
    struct request q = s->given->q;
    struct answer a = {.least_bytes = -1};
    q.slack = 0;
    q.budget_bytes = METHOD_NO_BUDGET;
    if (!taso_memory_run(&a, g, &q, NULL, err)) return false;
    int64_t most = a.choice ? selection_evaluate(g, a.choice, q.model, q.conversions).memory_bytes : 0, least = 0;
    free(a.choice);
    a = (struct answer){.least_bytes = -1};
    q.budget_bytes = 0;
    if (!taso_run(&a, g, &q, NULL, err)) return false;
    if (a.outcome == OUTCOME_INFEASIBLE) least = a.least_bytes;
    free(a.choice);
    s->budget = memory_resize(s->budget, SWEEP_BUDGETS, sizeof *s->budget);
    double low = fmax((double)least, (double)most / SWEEP_DECADES);
    s->budgets = 0;
    for (int i = 0; i < SWEEP_BUDGETS; i++) {
        double share = (double)i / (SWEEP_BUDGETS - 2);
        int64_t bytes = i == 0                   ? most
                        : i == SWEEP_BUDGETS - 1 ? least
                                                 : (int64_t)floor(low * pow((double)most / fmax(low, 1), 1 - share));
        if (s->budgets == 0 || bytes < s->budget[s->budgets - 1]) s->budget[s->budgets++] = bytes;
    }
    return true;
}

/* --- rows --- */

static void write_number(struct sweep *s, int64_t value, bool known) {
    if (known)
        text_write(&s->out, "\t%" PRId64, value);
    else
        text_write(&s->out, "\tnan");
}

/* a == NULL: the method declined. */
static void write_row(struct sweep *s, const struct selecting *at, const struct method *m, int64_t budget_bytes,
                      const struct answer *a, double seconds) {
    struct evaluation e = {0};
    char budget[32];
    bool any = a && a->choice;
    if (any) e = selection_evaluate(at->g, a->choice, s->given->q.model, s->given->q.conversions);
    selecting_budget(budget, budget_bytes);
    text_write(&s->out, "%s\t%s\t%s\t%s\t%s\t%s", at->network->name, s->profile_name, m->name,
               memory_model_names[s->given->q.model], budget, a ? outcome_names[a->outcome] : "declined");
    write_number(s, e.time_ns, any);
    write_number(s, e.memory_bytes, any);
    write_number(s, e.conversions, any);
    write_number(s, e.conversion_ns, any);
    text_write(&s->out, "\t%d\t%s", at->g->uncovered, a && a->used_rn ? "yes" : "no");
    write_number(s, a ? a->nodes : 0, a != NULL);
    write_number(s, a ? a->iterations : 0, a != NULL);
    text_write(&s->out, "\t%.6f\n", seconds);
}

static void show(struct sweep *s, const struct selecting *at) {
    s->done++;
    progress_show(s->done, s->total, at->network->name);
}

/* Budgets descend. An optimum that needs no more than a smaller budget allows is optimal there too: every selection
 * that fits the smaller fits the larger. */
static bool still_optimal(const struct sweep *s, const struct instance *g, const struct answer *a, int64_t budget,
                          const struct method *m) {
    if (m->run != taso_run || a->outcome != OUTCOME_OPTIMAL) return false;
    assert(a->choice); /* an optimum is a selection */
    return selection_evaluate(g, a->choice, s->given->q.model, s->given->q.conversions).memory_bytes <= budget;
}

static void sweep_method(struct sweep *s, const struct selecting *at, const struct method *m) {
    struct request q = s->given->q;
    struct answer a = {.outcome = OUTCOME_STUCK};
    q.interrupt = s->call->interrupt;
    for (int b = 0; b < s->budgets && !s->stopped; b++, show(s, at)) {
        struct error why = {""};
        double start = clock_wall();
        q.budget_bytes = s->budget[b];
        assert(b == 0 || s->budget[b] <= s->budget[b - 1]); /* still_optimal relies on the order */
        if (!still_optimal(s, at->g, &a, q.budget_bytes, m)) {
            free(a.choice);
            if (!methods_run(&a, m, at->g, &q, &why)) {
                if (!s->call->line.quiet) fprintf(stderr, "taso: %s: declined: %s\n", at->network->name, why.text);
                a = (struct answer){.outcome = OUTCOME_STUCK};
                write_row(s, at, m, q.budget_bytes, NULL, clock_wall() - start);
                continue;
            }
        } else {
            a.nodes = a.iterations = 0;
        }
        write_row(s, at, m, q.budget_bytes, &a, clock_wall() - start);
        s->stopped = a.outcome == OUTCOME_INTERRUPTED;
    }
    free(a.choice);
}

static bool sweep_network(struct sweep *s, int i, struct error *err) {
    struct selecting at;
    struct error why = {""};
    if (!selecting_init(&at, s->network[i], s->profile, &why)) {
        if (!s->all) return *err = why, false;
        if (!s->call->line.quiet)
            fprintf(stderr, "left out: %s\n", why.text); /* all: only the networks that the profile covers */
        return true;
    }
    selecting_remark(&at, s->call);
    bool ok = strcmp(s->given->budgets, "auto") != 0 || sweep_spread(s, at.g, err);
    s->total = s->done + (double)s->methods * s->budgets * (s->networks - i);
    for (int m = 0; ok && m < s->methods && !s->stopped; m++) sweep_method(s, &at, s->method[m]);
    selecting_free(&at);
    return ok;
}

/* A wrong network is reported before anything is printed. */
static bool sweep_check(const struct sweep *s, struct error *err) {
    bool ok = true;
    for (int i = 1; i < s->networks; i++)
        for (int k = 0; k < i; k++)
            if (strcmp(s->network[i], s->network[k]) == 0)
                return error_set(err, "--network: '%s' is given twice (expected once)", s->network[i]);
    for (int i = 0; ok && !s->all && i < s->networks; i++) {
        struct selecting at;
        ok = selecting_init(&at, s->network[i], s->profile, err);
        if (ok) selecting_free(&at);
    }
    return ok;
}

static bool sweep_all(struct sweep *s, struct error *err) {
    sweep_networks(s);
    if (!sweep_methods(s, err) || !selecting_flags_used(s->call, s->method, s->methods, err)) return false;
    if (strcmp(s->given->budgets, "auto") != 0 && !sweep_listed(s, err)) return false;
    if (!sweep_check(s, err)) return false;
    if (!text_create(&s->out, s->given->output ? s->given->output : "-", err)) return false;
    if (s->given->output) selecting_provenance(&s->out, "taso-sweep 1", s->profile);
    text_write(&s->out,
               "network\tprofile\tmethod\tmemory_model\tbudget_bytes\toutcome\ttime_ns\tmemory_bytes\tconversions\t"
               "conversion_ns\tuncovered_layers\tused_rn\tnodes\titerations\tseconds\n");
    selecting_profile_name(s->profile_name, s->profile);
    progress_begin();
    for (int i = 0; i < s->networks && !s->stopped; i++)
        if (!sweep_network(s, i, err)) {
            text_abandon(&s->out);
            return false;
        }
    if (s->stopped && s->given->output) { /* no partial tables */
        text_abandon(&s->out);
        return true;
    }
    return text_close(&s->out, err);
}

static enum status run(const struct call *call, struct error *err) {
    struct sweep s = {.given = call->given, .call = call};
    enum status status = STATUS_BAD;
    struct profile *p = profile_read(s.given->profile, err);
    s.profile = p;
    if (p && sweep_all(&s, err)) status = s.stopped ? STATUS_LIMIT : STATUS_DONE;
    for (int i = 0; i < s.networks; i++) free(s.network[i]);
    free(s.network);
    free(s.method);
    free(s.budget);
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
             "--budgets auto takes forty budgets per network: from what the fastest selection needs down to a 4096th of it (or the\n"
             "minimum), evenly spaced in logarithms, and the minimum.\n"
             "\n"
             "Example: taso sweep --network all --profile here.tsv --methods taso,pbqp,greedy-time --budgets auto -o sweep.tsv",
         .more = selecting_help,
         .flag = flags,
         .preset = &preset,
         .size = sizeof preset},
    .stops = true,
    .run = run};
