/* taso mix - what a method chooses as the budget grows: convolutions and their time by layout and by family of primitives. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "baselines/methods.h"
#include "experiments/selecting.h"
#include "solver/memory.h"
#include "solver/text.h"

struct given {
    const char *network, *profile, *method, *budgets;
    int model;
};
static const struct given preset = {.method = "taso", .model = MEMORY_WORKSPACE};

static const struct flag flags[] = {
    {"network", FLAG_TEXT, offsetof(struct given, network), "N", "built-in name or a .net file", .required = true},
    {"profile", FLAG_TEXT, offsetof(struct given, profile), "PROFILE", "measured or imported costs", .required = true},
    {"budgets", FLAG_TEXT, offsetof(struct given, budgets), "BYTES[,BYTES...]", "memory budgets", .required = true},
    {"method", FLAG_TEXT, offsetof(struct given, method), "METHOD", "who selects"},
    {"memory-model", FLAG_WORD, offsetof(struct given, model), "M", "what the budget counts",
     .words = memory_model_names, .count = MEMORY_MODELS},
    {0}};

struct tally {
    const char *name;
    int convolutions;
    int64_t time_ns;
};

/* At most as many names as algorithms or layouts: found by name, entered in the order of the table. */
static void count(struct tally *tally, const char *name, int64_t time_ns) {
    while (tally->name && strcmp(tally->name, name) != 0) tally++;
    tally->name = name;
    tally->convolutions++;
    tally->time_ns += time_ns;
}

static void print(const char *network, int64_t budget, const char *what, struct tally *tally) {
    for (; tally->name; tally++)
        printf("%s\t%" PRId64 "\t%s\t%s\t%d\t%" PRId64 "\n", network, budget, what, tally->name, tally->convolutions,
               tally->time_ns);
}

static void print_selection(const struct instance *g, const struct request *q, const int *choice) {
    struct tally layouts[LAYOUTS + 1] = {0}, *families = MEMORY_NEW(struct tally, primitive_count + 1);
    for (int v = 0; v < g->nodes; v++) {
        const struct choice *c = &g->node[v].choice[choice[v]];
        if (!c->primitive) continue;
        count(layouts, layout_names[c->in], c->time_ns);
        count(families, c->primitive->algorithm->name, c->time_ns);
    }
    struct tally conversions[2] = {0};
    struct evaluation e = selection_evaluate(g, choice, q->model, q->conversions);
    conversions[0] = (struct tally){"conversion", e.conversions, e.conversion_ns};
    print(g->network->name, q->budget_bytes, "layout", layouts);
    print(g->network->name, q->budget_bytes, "family", families);
    print(g->network->name, q->budget_bytes, "conversion", conversions);
    free(families);
}

static enum status mix(const struct call *call, const struct selecting *s, struct error *err) {
    const struct given *given = call->given;
    const struct instance *g = s->g;
    const struct method *method = methods_find(given->method, err);
    if (!method) return STATUS_BAD;
    char *list = memory_string(given->budgets), *rest = list, *word;
    struct request q = methods_request();
    q.model = (enum memory_model)given->model;
    q.interrupted = call->interrupted;
    bool good = true;
    printf("network\tbudget_bytes\twhat\tname\tconvolutions\ttime_ns\n");
    while (good && (word = text_field(&rest, ','))) {
        const char *expected = flags_bytes(&q.budget_bytes, word);
        struct answer answer = {0};
        good =
            expected ? error_set(err, "--budgets: '%s': %s", word, expected) : methods_run(&answer, method, g, &q, err);
        if (good && answer.choice && answer.outcome != OUTCOME_OVER_BUDGET) print_selection(g, &q, answer.choice);
        free(answer.choice);
    }
    free(list);
    return good ? STATUS_DONE : STATUS_BAD;
}

static enum status run(const struct call *call, struct error *err) {
    const struct given *given = call->given;
    return selecting_run(call, given->network, given->profile, mix, err);
}

const struct command command_mix = {
    .name = "mix",
    .operands = "",
    .summary = "which layouts and families of primitives are chosen as the budget grows",
    .help =
        "A line a budget and layout, family, and for the conversions: how many convolutions, how much of the time.\n"
        "Budgets that allow no selection have no line.\n\n"
        "Example: taso mix --network vgg16 --profile here.tsv --budgets 64K,1M,16M",
    .flags = flags,
    .preset = &preset,
    .size = sizeof preset,
    .run = run};
