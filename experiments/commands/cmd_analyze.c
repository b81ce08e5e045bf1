/* taso analyze - without any measurement: does a network fit, and what sets the least RAM; with a profile, the fastest
 * plan within the RAM, and what a little more would buy. */
#include <assert.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "experiments/commands/ram_plan.h"
#include "experiments/runtime/weights.h"
#include "formulation/device.h"
#include "formulation/floors.h"
#include "solver/base/memory.h"

#define NAMED 4 /* tensors or layers on one line */

struct given {
    const char *profile, *device;
    int64_t ram_bytes, flash_bytes;
    int element_bytes;
    bool json, stream_input;
};
static const struct given preset = {.ram_bytes = INT64_MAX, .flash_bytes = INT64_MAX, .element_bytes = 4};

static const struct flag flags[] = {
    {"ram", FLAG_BYTES, offsetof(struct given, ram_bytes), "BYTES", "memory for tensors and workspaces, with K, M or G",
     .none = true},
    {"flash", FLAG_BYTES, offsetof(struct given, flash_bytes), "BYTES", "memory for weights, with K, M or G",
     .none = true},
    {"device", FLAG_TEXT, offsetof(struct given, device), "NAME", "RAM and flash of a device that `taso devices` lists",
     .not_with = "ram flash"},
    {"profile", FLAG_IN, offsetof(struct given, profile), "PROFILE",
     "costs: also the fastest plan within the RAM, and what more RAM buys"},
    {"element-bytes", FLAG_INT, offsetof(struct given, element_bytes), "N",
     "bytes of an element and of a weight: 4, or 2 or 1 as other programs count quantised networks", 1, 4,
     .not_with = "profile"},
    {"stream-input", FLAG_SWITCH, offsetof(struct given, stream_input), "",
     "the caller can hand over the image row by row: fits, floor and plan are for that"},
    KEYS_FLAG(struct given, json, NULL),
    {0}};

struct analysis {
    const char *name;
    struct network *folded;
    struct network_facts facts;
    struct floors floor[FLOORS_FORMS];
    int64_t *weights; /* [layers of folded] bytes */
    int64_t flash_bytes;
    struct ram_plan plan;
    bool stopped; /* before the least was found: the floors are what is needed at most */
};

static bool analysis_init(struct analysis *a, const struct given *given, const struct call *call, struct error *err) {
    const char *name = call->line.operand[0];
    struct network *n = network_open(name, err);
    *a = (struct analysis){.name = name};
    if (!n) return false;
    a->facts = network_facts(n);
    a->folded = network_fold(n);
    network_free(n);
    for (int form = 0; form < FLOORS_FORMS; form++)
        a->stopped |=
            !floors_find(&a->floor[form], a->folded, (enum floors_form)form, given->element_bytes, call->interrupt);
    a->weights = MEMORY_NEW(int64_t, a->folded->layers);
    for (int v = 0; v < a->folded->layers; v++) {
        const struct layer *l = &a->folded->layer[v];
        a->weights[v] = (weights_count(l) + weights_biases(l)) * given->element_bytes;
        a->flash_bytes += a->weights[v];
    }
    return true;
}

static void analysis_free(struct analysis *a) {
    for (int form = 0; a->folded && form < FLOORS_FORMS; form++) floors_free(&a->floor[form]);
    ram_plan_free(&a->plan);
    free(a->weights);
    network_free(a->folded);
}

/* The form that runs. */
static const struct floors *analysis_floor(const struct analysis *a, const struct given *given) {
    return &a->floor[given->stream_input ? FLOORS_IMAGE_BY_ROWS : FLOORS_STREAMED];
}

static bool analysis_fits(const struct analysis *a, const struct given *given) {
    if (a->plan.asked && !a->plan.any) return false;
    return analysis_floor(a, given)->bytes <= given->ram_bytes && a->flash_bytes <= given->flash_bytes;
}

/* --- printing ---------------------------------------------------------------------------------------------------- */

static void floor_line(char *text, size_t room, const struct floors *f, const struct network *n) {
    int64_t rest = f->bytes;
    char pace[SEGMENT_PACE_TEXT];
    segment_pace_text(pace, f->pace);
    int used = f->pace.rows > 0 ? snprintf(text, room, "segment %s..%s by %s row%s:", n->layer[f->first].name,
                                           n->layer[f->last].name, pace, f->pace.rows == 1 ? "" : "s")
                                : snprintf(text, room, "step %s:", n->layer[f->first].name);
    for (int t = 0; t < f->tensors && t < NAMED && (size_t)used < room; t++) {
        used += snprintf(text + used, room - (size_t)used, " %s %" PRId64, n->layer[f->tensor[t].node].name,
                         f->tensor[t].bytes);
        rest -= f->tensor[t].bytes;
    }
    if (rest > 0 && (size_t)used < room) snprintf(text + used, room - (size_t)used, " others %" PRId64, rest);
}

static void print_floor(struct keys *k, const char *key, const struct floors *f, const struct network *n) {
    char text[1024];
    floor_line(text, sizeof text, f, n);
    keys_line(k, key, "%s", text);
    keys_open(k, key, '{');
    keys_text(k, "form", f->pace.rows > 0 ? "segment" : "step");
    keys_text(k, "first", n->layer[f->first].name);
    keys_text(k, "last", n->layer[f->last].name);
    keys_number(k, "rows", f->pace.rows);
    keys_number(k, "bytes", f->bytes);
    keys_number(k, "state-bytes", f->state_bytes);
    keys_open(k, "tensors", '[');
    for (int t = 0; t < f->tensors; t++) {
        keys_open(k, NULL, '{');
        keys_text(k, "name", n->layer[f->tensor[t].node].name);
        keys_number(k, "bytes", f->tensor[t].bytes);
        keys_close(k);
    }
    keys_close(k);
    keys_close(k);
}

/* The layers with the most weights on a line; all of them in JSON. */
static void print_weights(struct keys *k, const struct analysis *a) {
    char text[1024] = "";
    bool *named = MEMORY_NEW(bool, a->folded->layers);
    for (int i = 0, used = 0; i < NAMED && used < (int)sizeof text - 1; i++) {
        int most = -1;
        for (int v = 0; v < a->folded->layers; v++)
            if (!named[v] && a->weights[v] > (most < 0 ? 0 : a->weights[most])) most = v;
        if (most < 0) break;
        named[most] = true;
        used += snprintf(text + used, sizeof text - (size_t)used, "%s%s %" PRId64, i ? " " : "",
                         a->folded->layer[most].name, a->weights[most]);
    }
    free(named);
    keys_line(k, "flash-largest", "%s", text[0] ? text : "none");
    keys_open(k, "flash-layers", '[');
    for (int v = 0; v < a->folded->layers; v++) {
        if (a->weights[v] == 0) continue;
        keys_open(k, NULL, '{');
        keys_text(k, "name", a->folded->layer[v].name);
        keys_number(k, "bytes", a->weights[v]);
        keys_close(k);
    }
    keys_close(k);
}

/* The layers that differ in the next plan: the first ones on a line, all in JSON. */
static void print_changes(struct keys *k, const struct ram_plan *p, const struct network *n) {
    char text[1024] = "";
    int used = 0;
    for (int i = 0; i < p->changes && i < NAMED && used < (int)sizeof text - 1; i++)
        used += snprintf(text + used, sizeof text - (size_t)used, "%s%s", i ? " " : "", n->layer[p->change[i]].name);
    if (p->changes > NAMED && used < (int)sizeof text - 1)
        snprintf(text + used, sizeof text - (size_t)used, " and %d more", p->changes - NAMED);
    keys_line(k, "next-changes", "%s", text);
    keys_open(k, "next-changes", '[');
    for (int i = 0; i < p->changes; i++) keys_text(k, NULL, n->layer[p->change[i]].name);
    keys_close(k);
}

static void print_plan(struct keys *k, const struct ram_plan *p, const struct network *n) {
    if (!p->asked) return;
    keys_yes(k, "plan", p->any);
    keys_yes(k, "plan-proven", p->proven);
    if (p->any) {
        keys_number(k, "plan-ram-bytes", p->ram_bytes);
        keys_number(k, "plan-time-ns", p->time_ns);
        keys_number(k, "plan-weights-bytes", p->weights_bytes);
        keys_number(k, "plan-segments", p->segments);
    } else if (p->least_bytes >= 0) {
        keys_number(k, "plan-least-ram-bytes", p->least_bytes);
    }
    if (p->any && p->next) {
        keys_number(k, "next-more-bytes", p->next_bytes);
        keys_number(k, "next-saves-ns", p->next_ns);
        print_changes(k, p, n);
    }
}

static void print(const struct analysis *a, const struct given *given) {
    struct keys k;
    keys_begin(&k, given->json);
    keys_text(&k, "network", a->folded->name);
    keys_number(&k, "convolutions", a->facts.convolutions);
    keys_number(&k, "macs", a->facts.macs);
    keys_number(&k, "parameters", a->facts.parameters);
    keys_number(&k, "least-ram-whole-bytes", a->floor[FLOORS_WHOLE].bytes);
    keys_number(&k, "least-ram-in-place-bytes", a->floor[FLOORS_IN_PLACE].bytes);
    keys_number(&k, "least-ram-streamed-bytes", a->floor[FLOORS_STREAMED].bytes);
    keys_number(&k, "least-ram-image-by-rows-bytes", a->floor[FLOORS_IMAGE_BY_ROWS].bytes);
    print_floor(&k, "floor", analysis_floor(a, given), a->folded);
    print_floor(&k, "floor-whole", &a->floor[FLOORS_WHOLE], a->folded);
    keys_number(&k, "flash-bytes", a->flash_bytes);
    print_weights(&k, a);
    print_plan(&k, &a->plan, a->folded);
    keys_yes(&k, "fits", analysis_fits(a, given));
    keys_end(&k);
}

static enum status run(const struct call *call, struct error *err) {
    struct given limits = *(const struct given *)call->given, *given = &limits;
    const struct device *device = given->device ? device_find(given->device, err) : NULL;
    struct analysis a;
    if (given->device && !device) return STATUS_BAD;
    if (device) {
        given->ram_bytes = device->ram_bytes;
        given->flash_bytes = device->flash_bytes;
    }
    if (given->element_bytes == 3) {
        error_set(err, "--element-bytes: 3 (expected 1, 2 or 4)");
        return STATUS_BAD;
    }
    enum status status = STATUS_BAD;
    if (analysis_init(&a, given, call, err) &&
        (!given->profile || ram_plan_find(&a.plan, call, call->line.operand[0], given->profile, given->ram_bytes,
                                          given->stream_input, err))) {
        print(&a, given);
        status = a.stopped                        ? STATUS_LIMIT
                 : !analysis_fits(&a, given)      ? STATUS_INFEASIBLE
                 : a.plan.asked && !a.plan.proven ? STATUS_LIMIT
                                                  : STATUS_DONE;
    }
    analysis_free(&a);
    return status;
}

const struct command command_analyze = {
    .flags =
        {.program = "taso analyze",
         .operands = "MODEL",
         .least_operands = 1,
         .most_operands = 1,
         .summary = "without measurements: does a network fit, and what sets the least memory",
         .help =
             "MODEL is a built-in name or the path of a .net, .prototxt, .onnx or .tflite file. Prints its size, and the least RAM\n"
             "for tensors, with kernels that need no workspace:\n"
             "  whole         whole tensors, each by itself\n"
             "  in-place      additions, activations, pools and others write over an input that nothing reads again, and parts\n"
             "                of a concatenation are made within it, as a run does\n"
             "  streamed      segments of layers run by rows\n"
             "  image-by-rows the caller also hands over the image by rows (--stream-input)\n"
             "floor is the segment or step that sets the streamed figure, with the tensors in memory there, the largest first;\n"
             "floor-whole is the same for whole tensors. flash-bytes is what the raw weights and biases take, flash-largest the\n"
             "layers that need most. fits: the streamed figure is within --ram, and flash-bytes within --flash, or those of\n"
             "--device.\n"
             "\n"
             "With --profile (which counts workspaces): the fastest plan within --ram, by rows too if the profile has such times;\n"
             "what its stored weights take; and of the next plan of the exact frontier, how many bytes more it needs, how many\n"
             "ns it saves, and which layers it computes otherwise. Then fits also requires that there is such a plan.\n"
             "\n"
             "Exit status: 0 fits, or no limits given; 3 does not fit; 1 interrupted: what is needed is at most what is printed,\n"
             "and plan-proven is no.\n"
             "\n"
             "Example: taso analyze vgg16 --ram 2M --flash 600M",
         .flag = flags,
         .preset = &preset,
         .size = sizeof preset},
    .stops = true,
    .run = run};
