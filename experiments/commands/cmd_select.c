/* taso select - one network, one profile, one method, one budget: the selection and its cost. */
#include <stdlib.h>
#include <string.h>

#include "experiments/commands/selecting_device.h"
#include "experiments/runtime/along.h"
#include "formulation/plan.h"
#include "solver/base/clock.h"

struct given {
    const char *network, *profile, *method, *output, *steps;
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
    {"method", FLAG_TEXT, offsetof(struct given, method), "METHOD",
     "what selects; may be left out with --ram, --flash or --device: labels"},
    SELECTING_FLAGS(struct given, q),
    SELECTING_FLAG_PRIMITIVES(struct given, primitives),
    SELECTING_FLAG_SET(struct given, solver),
    SELECTING_FLAGS_DEVICE(struct given, device, "memory-model budget"),
    SELECTING_FLAG_STREAMING(struct given, q),
    SELECTING_FLAG_STREAM_INPUT(struct given, q),
    SELECTING_FLAG_IN_PLACE(struct given, q),
    {"output", FLAG_OUT, offsetof(struct given, output), "PLAN", "write the selection as a plan, to run and explain",
     .reports = true},
    {"steps", FLAG_OUT, offsetof(struct given, steps), "FILE",
     "write one row per step of the selection: the memory it keeps, by what it is for", .reports = true},
    KEYS_FLAG(struct given, json, NULL),
    {0}};

/* RAM is the peak (5), which the memory model is. */
static void print_device(struct keys *k, const struct given *given, const struct answer *a,
                         const struct evaluation *e) {
    selecting_print_budget(k, "flash-budget-bytes", given->q.flash_bytes);
    selecting_print_known(k, "ram-bytes", e->memory_bytes, a->choice != NULL);
    selecting_print_known(k, "flash-bytes", e->weights_bytes, a->choice != NULL);
}

static void print(const struct call *call, const struct given *given, const struct selecting *s, const struct answer *a,
                  double seconds) {
    struct evaluation e = {0};
    struct keys k;
    const bool any = a->choice != NULL, device = selecting_device_given(call);
    if (any) e = selection_evaluate_streamed(s->g, a->choice, &a->streams, given->q.model, given->q.conversions);
    keys_begin(&k, given->json);
    keys_text(&k, "network", s->network->name);
    keys_text(&k, "method", given->method);
    keys_text(&k, "memory-model", memory_model_names[given->q.model]);
    selecting_print_budget(&k, "budget-bytes", given->q.budget_bytes);
    keys_text(&k, "status", outcome_names[a->outcome]);
    selecting_print_known(&k, "time-ns", e.time_ns, any);
    selecting_print_known(&k, "bound-ns", a->bound_ns, a->bound_ns >= 0);
    selecting_print_known(&k, "memory-bytes", e.memory_bytes, any);
    selecting_print_known(&k, "conversions", e.conversions, any);
    if (device) print_device(&k, given, a, &e);
    if (device || given->q.streaming == STREAMING_ON) selecting_print_known(&k, "segments", a->streams.count, any);
    if (given->q.stream_input) keys_yes(&k, "stream-input", selection_image_by_rows(&a->streams));
    if (given->q.in_place == IN_PLACE_OFF) keys_text(&k, "in-place", "off");
    keys_number(&k, "uncovered-layers", s->g->uncovered);
    keys_number(&k, "nodes", a->nodes);
    keys_number(&k, "iterations", a->iterations);
    keys_real(&k, "seconds", seconds, 'f', 3);
    keys_end(&k);
}

static bool write_steps(const struct given *given, const struct selecting *s, const struct plan *p, struct error *err) {
    struct schedule *schedule = schedule_new(p, s->folded, s->g->threads, err);
    const bool ok = schedule && along_write(schedule, given->steps, err);
    schedule_free(schedule);
    return ok;
}

/* The selection as a plan, as a file, and as what its steps need. */
static bool write_plan(const struct call *call, const struct given *given, const struct selecting *s,
                       const struct answer *a, struct error *err) {
    char text[64];
    struct plan *p = plan_new_streamed(s->g, a->choice, &a->streams, given->network, given->method, given->q.model,
                                       given->q.conversions, given->q.budget_bytes);
    if (selecting_device_given(call)) plan_state_flash(p, given->q.flash_bytes);
    notes_set(&p->notes, "status", outcome_names[a->outcome]);
    snprintf(text, sizeof text, "%.6g", given->q.slack);
    notes_set(&p->notes, "slack", text);
    snprintf(text, sizeof text, "%.6g", given->q.weight);
    notes_set(&p->notes, "weight", text);
    const struct notes *from = &s->g->profile->notes;
    for (int i = 0; i < from->count; i++) /* the machine's speed then, for taso run; the set of primitives */
        if (strncmp(from->key[i], "yardstick_", 10) == 0 || strcmp(from->key[i], "host") == 0 ||
            strcmp(from->key[i], "primitives") == 0)
            notes_set(&p->notes, from->key[i], from->value[i]);
    bool ok = (!given->output || plan_write(p, given->output, err)) && (!given->steps || write_steps(given, s, p, err));
    plan_free(p);
    return ok;
}

/* What is asked for in all: the method, and a device's budgets. NULL: the command line does not say, or cannot be. */
static const struct method *complete(struct given *out, const struct call *call, const struct selecting *s,
                                     struct error *err) {
    *out = *(const struct given *)call->given;
    out->q.interrupt = call->interrupt;
    out->q.solver = selecting_options(&((const struct given *)call->given)->solver);
    if (!out->method && selecting_device_given(call)) out->method = "labels";
    if (!out->method) {
        error_set(err, "--method METHOD is missing; see taso select --help");
        return NULL;
    }
    const struct method *m = methods_find(out->method, err);
    if (!m || !selecting_flags_used(call, &m, 1, err)) return NULL;
    if (!selecting_device_request(&out->q, call, &out->device, s, m, err)) return NULL;
    selecting_apart(s, out->q.in_place);
    return selecting_stream_input(&out->q, err) && selecting_stream(s, out->q.streaming, err) ? m : NULL;
}

static enum status selection(const struct call *call, const struct selecting *s, struct error *err) {
    struct given given;
    const struct method *m = complete(&given, call, s, err);
    struct answer a;
    double start = clock_wall();
    if (!m || !methods_run(&a, m, s->g, &given.q, err)) return STATUS_BAD;
    double seconds = clock_wall() - start;
    enum status status = STATUS_BAD;
    selecting_remark(s, call);
    if ((!given.output && !given.steps) || !a.choice || write_plan(call, &given, s, &a, err)) {
        print(call, &given, s, &a, seconds);
        status = selecting_device_given(call) ? selecting_device_status(&a, &given.q, s, err)
                                              : selecting_status(&a, given.q.budget_bytes, s->network->name);
    }
    free(a.choice);
    selection_streams_free(&a.streams);
    return status;
}

static enum status run(const struct call *call, struct error *err) {
    const struct given *given = call->given;
    return selecting_run(call, given->network, given->profile, (enum primitive_set)given->primitives, selection, err);
}

const struct command command_select = {
    .flags =
        {.program = "taso select",
         .operands = "",
         .summary = "choose a primitive for every convolution, within a memory budget",
         .help =
             "Prints the cost of the selection: the time of the network in ns, conversions included, and a proven lower bound; its\n"
             "memory under the memory model; the number of conversions executed. status is optimal (proven), feasible (no proof\n"
             "claimed), over-budget (the method ignores the budget or cannot meet it), infeasible (exit status 3; the minimum budget\n"
             "is reported), time-limit, interrupted, memory-limit or stuck (a heuristic found nothing). Convolutions without a row\n"
             "in the profile are left out and named.\n"
             "\n"
             "A device has two memories: --ram bounds live tensors and workspaces at the worst step (ram-bytes), --flash the weights\n"
             "as they are stored (flash-bytes); --device NAME takes both from the table of `taso devices`. The answer is the fastest\n"
             "selection within both, proven. Layers then run by rows (--streaming on) if the profile has times for that. If nothing\n"
             "fits, what would is reported: the least flash with that RAM, the least RAM with that flash. Biases, the program's code\n"
             "and its stack come on top (`taso emit` states them).\n"
             "\n"
             "With --stream-input, the segment at the beginning may take the image row by row from the caller (`taso emit` writes a\n"
             "program that asks for them), so that no memory holds the whole image; stream-input: yes if it does.\n"
             "\n"
             "Additions, pools and activations write over inputs that nothing reads again, and the parts of a concatenation are made\n"
             "in place. With --in-place off every layer that runs as a whole has a separate block for its output; the plan states\n"
             "this (in-place: off), and is run accordingly.\n"
             "\n"
             "--steps writes one row per step, in the order of execution: its time; the tensors, converted copies, workspace and rows\n"
             "of segments (block) that are in memory then, of which the largest sum is memory model peak; and the stored weights\n"
             "that it reads.\n"
             "\n"
             "Example: taso select --network squeezenet1.1 --profile s.tsv --method taso --budget 256K -o s.plan\n"
             "         taso select --network squeezenet1.1 --profile s.tsv --device stm32h743 --flash 8M",
         .more = selecting_help,
         .flag = flags,
         .preset = &preset,
         .size = sizeof preset},
    .stops = true,
    .run = run};
