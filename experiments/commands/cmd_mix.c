/* taso mix - a method's choices as the budget grows: convolutions and their time by layout and by family of
 * primitives. */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "baselines/methods.h"
#include "experiments/commands/selecting.h"
#include "solver/base/memory.h"

struct given {
    const char *network, *profile, *method, *budgets;
    int model; /* enum memory_model */
    enum primitive_set primitives;
    bool json;
};
static const struct given preset = {.method = "taso", .model = MEMORY_WORKSPACE};

static const struct flag flags[] = {
    {"network", FLAG_TEXT, offsetof(struct given, network), "N",
     "built-in name, or a .net, .prototxt, .onnx or .tflite file", .required = true, .reads = true},
    {"profile", FLAG_IN, offsetof(struct given, profile), "PROFILE", "measured or imported costs", .required = true},
    {"budgets", FLAG_TEXT, offsetof(struct given, budgets), "BYTES[,BYTES...]",
     "memory budgets, with K, M or G, or none", .required = true},
    {"method", FLAG_TEXT, offsetof(struct given, method), "METHOD", "what selects"},
    {"memory-model", FLAG_WORD, offsetof(struct given, model), "M", "what the budget counts",
     .words = memory_model_names, .count = MEMORY_MODELS},
    KEYS_FLAG(struct given, json, NULL),
    SELECTING_FLAG_PRIMITIVES(struct given, primitives),
    {0}};

struct tally {
    const char *name;
    int convolutions;
    int64_t time_ns;
};

/* At most as many names as algorithms or layouts: found by name, entered in the order of the table. */
static void count(struct tally *tally, const char *name, int64_t time_ns) {
    assert(name && time_ns >= 0);
    while (tally->name && strcmp(tally->name, name) != 0) tally++;
    tally->name = name;
    tally->convolutions++;
    tally->time_ns += time_ns;
}

static void print(struct keys *k, const char *network, int64_t budget, const char *what, const struct tally *tally) {
    for (; tally->name; tally++) {
        keys_row(k);
        keys_text(k, NULL, network);
        selecting_print_budget(k, NULL, budget);
        keys_text(k, NULL, what);
        keys_text(k, NULL, tally->name);
        keys_number(k, NULL, tally->convolutions);
        keys_number(k, NULL, tally->time_ns);
        keys_row_end(k);
    }
}

static void print_selection(struct keys *k, const struct instance *g, const struct request *q, const int *choice) {
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
    print(k, g->network->name, q->budget_bytes, "layout", layouts);
    print(k, g->network->name, q->budget_bytes, "family", families);
    print(k, g->network->name, q->budget_bytes, "conversion", conversions);
    free(families);
}

/* Every budget's selection, before the first line is printed. */
static bool select_all(int **choice, const int64_t *budget, int budgets, const struct instance *g,
                       const struct method *m, struct request q, struct error *err) {
    for (int i = 0; i < budgets; i++) {
        struct answer answer = {0};
        q.budget_bytes = budget[i];
        if (!methods_run(&answer, m, g, &q, err)) return false;
        if (answer.outcome == OUTCOME_OVER_BUDGET)
            free(answer.choice);
        else
            choice[i] = answer.choice;
    }
    return true;
}

static enum status mix(const struct call *call, const struct selecting *s, struct error *err) {
    const struct given *given = call->given;
    const struct method *method = methods_find(given->method, err);
    struct request q = methods_request();
    q.model = (enum memory_model)given->model;
    q.interrupt = call->interrupt;
    int budgets = 0;
    int64_t *budget = method ? selecting_budgets(&budgets, "budgets", given->budgets, err) : NULL;
    int **choice = MEMORY_NEW(int *, budgets);
    struct keys k;
    bool good = budget && select_all(choice, budget, budgets, s->g, method, q, err);
    if (good) {
        keys_begin(&k, given->json);
        keys_table(&k, "mix", "network\tbudget_bytes\twhat\tname\tconvolutions\ttime_ns");
    }
    for (int i = 0; i < budgets; i++) {
        q.budget_bytes = budget ? budget[i] : 0;
        if (good && choice[i]) print_selection(&k, s->g, &q, choice[i]);
        free(choice[i]);
    }
    if (good) {
        keys_table_end(&k);
        keys_end(&k);
    }
    free(choice);
    free(budget);
    return good ? STATUS_DONE : STATUS_BAD;
}

static enum status run(const struct call *call, struct error *err) {
    const struct given *given = call->given;
    return selecting_run(call, given->network, given->profile, (enum primitive_set)given->primitives, mix, err);
}

const struct command command_mix = {
    .flags =
        {.program = "taso mix",
         .operands = "",
         .summary = "which layouts and families of primitives are chosen as the budget grows",
         .help =
             "One row per budget and layout, one per budget and family, and one per budget for the conversions: the number of\n"
             "convolutions and their time. Budgets that allow no selection have no rows.\n"
             "\n"
             "Example: taso mix --network vgg16 --profile here.tsv --budgets 64K,1M,16M",
         .more = selecting_help,
         .flag = flags,
         .preset = &preset,
         .size = sizeof preset},
    .stops = true,
    .run = run};
