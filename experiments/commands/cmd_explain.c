/* taso explain - a plan layer by layer, and segment by segment: what was chosen, the runner-up, and the cost of the
 * budget. */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "experiments/commands/explain_segments.h"
#include "experiments/commands/runner_up.h"
#include "experiments/commands/selecting.h"
#include "experiments/measure/progress.h"
#include "formulation/plan.h"
#include "solver/base/memory.h"

struct given {
    const char *profile;
    bool json;
};
static const struct given preset = {0};

static const struct flag flags[] = {
    {"profile", FLAG_IN, offsetof(struct given, profile), "PROFILE", "the plan's profile, if it has moved"},
    KEYS_FLAG(struct given, json, NULL),
    {0}};

struct explain {
    const struct plan *plan;
    const struct selecting *s;
    const struct call *call;
    struct request q;
    struct keys keys;
    int *choice; /* [nodes] the plan's */
    struct streams streams;
    int *free_choice; /* [nodes] the fastest without a budget */
    struct evaluation planned, fastest;
};

/* --- the table --- */

static void print_choice(struct keys *k, const struct choice *c) {
    char text[128];
    snprintf(text, sizeof text, c && c->rows > 0 ? "%s@%d" : "%s",
             !c             ? "none"
             : c->primitive ? c->primitive->name
                            : PLAN_UNCOVERED,
             c ? c->rows : 0);
    keys_text(k, NULL, text);
}

/* Is layer v part of a segment? */
static bool explain_streams(const struct explain *x, int v) {
    for (int i = 0; i < x->streams.count; i++)
        if (x->streams.stream[i].first <= v && v <= x->streams.stream[i].last) return true;
    return false;
}

static bool explain_layer(struct explain *x, int v, struct error *err) {
    struct keys *k = &x->keys;
    const struct instance *g = x->s->g;
    const struct node *n = &g->node[v];
    const bool streams = explain_streams(x, v);
    const struct choice *c = streams ? &n->strip[x->choice[v]] : &n->choice[x->choice[v]];
    const struct choice *fast = &n->choice[x->free_choice[v]], *runner;
    int64_t time_ns = 0;
    assert(x->choice[v] >= 0 && x->choice[v] < (streams ? n->strips : n->choices) && x->free_choice[v] < n->choices);
    if (!runner_up_layer(&runner, &time_ns, g, &x->q, v, c->primitive, err)) return false;
    keys_row(k);
    keys_text(k, NULL, n->layer->name);
    print_choice(k, c);
    keys_text(k, NULL, layout_names[c->in]);
    keys_text(k, NULL, layout_names[c->out]);
    keys_number(k, NULL, c->time_ns);
    keys_number(k, NULL, c->workspace_bytes);
    print_choice(k, runner);
    selecting_print_known(k, NULL, time_ns - x->planned.time_ns, runner != NULL);
    print_choice(k, fast);
    keys_number(k, NULL, c->time_ns - fast->time_ns);
    keys_row_end(k);
    return true;
}

static void explain_head(struct explain *x) {
    struct keys *k = &x->keys;
    k->comment = true;
    keys_text(k, "network", x->plan->network);
    keys_text(k, "method", x->plan->method);
    keys_text(k, "memory-model", memory_model_names[x->plan->model]);
    selecting_print_budget(k, "budget-bytes", x->plan->budget_bytes);
    if (x->plan->flash.stated) {
        selecting_print_budget(k, "flash-budget-bytes", x->plan->flash.budget_bytes);
        keys_number(k, "flash-bytes", x->planned.weights_bytes);
        keys_number(k, "unbounded-flash-bytes", x->fastest.weights_bytes);
    }
    keys_number(k, "time-ns", x->planned.time_ns);
    keys_number(k, "memory-bytes", x->planned.memory_bytes);
    keys_number(k, "conversion-ns", x->planned.conversion_ns);
    keys_number(k, "unbounded-time-ns", x->fastest.time_ns);
    keys_number(k, "unbounded-memory-bytes", x->fastest.memory_bytes);
    keys_number(k, "unbounded-conversion-ns", x->fastest.conversion_ns);
}

static bool explain_table(struct explain *x, struct error *err) {
    const struct instance *g = x->s->g;
    explain_head(x);
    keys_table(&x->keys, "layers",
               "layer\tprimitive\tfrom\tto\ttime_ns\tworkspace_bytes\trunner_up\trunner_up_costs_ns\tunbounded\t"
               "budget_costs_ns");
    progress_begin();
    for (int v = 0; v < g->nodes; v++) {
        if (g->node[v].layer->kind != LAYER_CONV) continue;
        progress_show(v, g->nodes, g->node[v].layer->name);
        if (!explain_layer(x, v, err)) return false;
    }
    keys_table_end(&x->keys);
    return true;
}

static bool explain(struct explain *x, struct error *err) {
    const struct instance *g = x->s->g;
    struct request any;
    struct answer a = {0};
    x->q = methods_request();
    x->q.model = x->plan->model;
    x->q.conversions = x->plan->conversions;
    x->q.budget_bytes = x->plan->budget_bytes;
    if (x->plan->flash.stated) x->q.flash_bytes = x->plan->flash.budget_bytes;
    x->q.interrupt = x->call->interrupt;
    if (x->streams.count > 0) x->q.streaming = STREAMING_ON;
    any = x->q;
    any.streaming = STREAMING_OFF;
    any.budget_bytes = any.flash_bytes = METHOD_NO_BUDGET;
    if (!plan_choices(x->choice, x->plan, g, err) || !runner_up_fastest(&a, g, &any, err)) return false;
    x->free_choice = a.choice;
    if (!a.choice) return error_set(err, "%s: found no selection, even without a budget", x->plan->path);
    x->planned = selection_evaluate_streamed(g, x->choice, &x->streams, x->q.model, x->q.conversions);
    x->fastest = selection_evaluate(g, x->free_choice, x->q.model, x->q.conversions);
    keys_begin(&x->keys, ((const struct given *)x->call->given)->json);
    bool ok = explain_table(x, err);
    if (ok && x->streams.count > 0) ok = explain_segments(&x->keys, g, x->choice, &x->streams, &x->planned, &x->q, err);
    if (ok) keys_end(&x->keys);
    free(a.choice);
    return ok;
}

static bool explain_plan(const struct plan *plan, const struct profile *p, const struct call *call, struct error *err) {
    struct selecting s;
    if (strcmp(plan->digest, p->digest) != 0)
        return error_at(err, plan->path, 0, "made from a profile with digest %s (%s has %s)", plan->digest, p->path,
                        p->digest);
    if (!selecting_init(&s, plan->network, p, err)) return false;
    plan_prepare(s.g, plan);
    struct explain x = {.plan = plan, .s = &s, .call = call, .choice = MEMORY_NEW(int, s.g->nodes)};
    bool ok = plan_match(plan, s.folded, err) && plan_judge(plan, s.folded, s.g, err);
    if (ok) plan_streams(&x.streams, plan, s.folded);
    ok = ok && explain(&x, err);
    selection_streams_free(&x.streams);
    free(x.choice);
    selecting_free(&s);
    return ok;
}

static enum status run(const struct call *call, struct error *err) {
    const struct given *given = call->given;
    struct plan *plan = plan_read(call->line.operand[0], err);
    struct profile *p = plan ? profile_read(given->profile ? given->profile : plan->profile, err) : NULL;
    bool ok = p && explain_plan(plan, p, call, err);
    profile_free(p);
    plan_free(plan);
    return ok ? STATUS_DONE : STATUS_BAD;
}

const struct command command_explain = {
    .flags =
        {.program = "taso explain",
         .operands = "PLAN",
         .least_operands = 1,
         .most_operands = 1,
         .summary = "a plan layer by layer: what was chosen, the runner-up, the cost of the budget",
         .help =
             "One row per convolution. runner_up is what the fastest selection within the same budget uses there if the chosen\n"
             "primitive is unavailable, runner_up_costs_ns how much slower the whole network then is than the plan. unbounded is\n"
             "what the fastest selection without a budget, and without segments, uses there, budget_costs_ns how much slower the\n"
             "plan's layer is than that (the rest of the difference between the two totals is due to conversions, moves and other\n"
             "layers). PRIMITIVE@H is a layer that runs by rows, H rows per call.\n"
             "\n"
             "Of a plan for a device both budgets, RAM and flash, hold for the runner-up.\n"
             "\n"
             "Plans with segments have a second table, after an empty line, one row per segment: its first and last layer, rows per\n"
             "call, what is slower (none, pools with a stride, all strides), layout, number of calls, the bytes of the block that\n"
             "holds its rows, the largest workspace, the number of moves within the block, and the bytes that these and the copies\n"
             "into and out of the block take; time_ns includes them. runner_up is what the fastest plan within the same budgets does\n"
             "there if these layers may not be a segment with that many rows, everything else being chosen anew: other segments, as\n"
             "FIRST..LAST@ROWS/LAYOUT (@ROWS-pools, @ROWS-strides: with slower ones), or whole layers; none if nothing else fits.\n"
             "runner_up_costs_ns and runner_up_costs_bytes are its time and memory less those of the plan.\n"
             "\n"
             "Example: taso select --network alexnet --profile here.tsv --method taso --budget 64K -o a.plan && taso explain a.plan",
         .flag = flags,
         .preset = &preset,
         .size = sizeof preset},
    .stops = true,
    .run = run};
