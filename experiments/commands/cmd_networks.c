/* taso networks - the built-in networks and their sizes; for one of them, or a file: its layers. */
#include <assert.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "experiments/commands/command.h"
#include "formulation/network_op.h"
#include "solver/base/memory.h"

struct given {
    bool folded, ops, json;
};
static const struct given preset = {.folded = false};

static const struct flag flags[] = {{"folded", FLAG_SWITCH, offsetof(struct given, folded), "",
                                     "the network as it is executed: batch norm, activations and dropout folded in",
                                     .needs = FLAG_OPERAND},
                                    {"ops", FLAG_SWITCH, offsetof(struct given, ops), "",
                                     "what a layer of a .net file can be: operators, activations, and their keys"},
                                    KEYS_FLAG(struct given, json, NULL),
                                    {0}};

static bool print_all(struct keys *k, struct error *err) {
    keys_table(k, "networks", "network\tlayers\tconvolutions\tmultiply_adds\tparameters\tset");
    for (int i = 0; i < network_builtin_every(); i++) {
        struct network *n = network_open(network_builtin_name(i), err);
        if (!n) return false;
        struct network_facts facts = network_facts(n);
        keys_row(k);
        keys_text(k, NULL, n->name);
        keys_number(k, NULL, n->layers);
        keys_number(k, NULL, facts.convolutions);
        keys_number(k, NULL, facts.macs);
        keys_number(k, NULL, facts.parameters);
        keys_text(k, NULL, network_builtin_set(i));
        keys_row_end(k);
        network_free(n);
    }
    keys_table_end(k);
    return true;
}

/* Keys with their presets; of a key without one, the name alone. */
static void op_keys(char *text, size_t room, const struct operator_syntax *syntax) {
    size_t used = (size_t)snprintf(text, room, "%s", syntax->key[0].name ? "" : "-");
    for (int i = 0; syntax->key[i].name; i++) {
        const struct operator_key *key = &syntax->key[i];
        used += (size_t)snprintf(text + used, room - used, "%s%s", i ? " " : "", key->name);
        assert(used + 32 < room); /* a table of ours: a handful of keys */
        if (!isnan(key->preset)) used += (size_t)snprintf(text + used, room - used, "=%g", key->preset);
    }
}

static void print_ops(struct keys *k) {
    char inputs[32], takes[512];
    keys_table(k, "ops", "op\tinputs\tkeys\tcomputes");
    for (int i = 0; network_op_name(i); i++) {
        const struct network_op *op = network_op_find(network_op_name(i));
        const int least = op->syntax->least_inputs, most = op->syntax->most_inputs;
        snprintf(inputs, sizeof inputs, most > least ? "%d-%d" : "%d", least, most);
        op_keys(takes, sizeof takes, op->syntax);
        keys_row(k);
        keys_text(k, NULL, op->name);
        keys_text(k, NULL, inputs);
        keys_text(k, NULL, takes);
        keys_text(k, NULL, network_op_help(op));
        keys_row_end(k);
    }
    keys_table_end(k);
}

static const char *layer_op(const struct layer *l) {
    switch (l->kind) {
    case LAYER_CONV: return "conv";
    case LAYER_OPERATOR: return operator_names[l->shape_of.kind];
    case LAYER_BATCHNORM: return "batchnorm";
    case LAYER_DROPOUT: return "dropout";
    }
    return "";
}

/* Names, separated by commas; the caller frees. */
static char *layer_inputs(const struct network *n, const struct layer *l) {
    size_t room = 2, used = 0;
    for (int i = 0; i < l->inputs; i++) room += strlen(n->layer[l->input[i]].name) + 1;
    char *text = memory_new(1, room);
    snprintf(text, room, "-");
    for (int i = 0; i < l->inputs; i++)
        used += (size_t)snprintf(text + used, room - used, "%s%s", i ? "," : "", n->layer[l->input[i]].name);
    assert(used < room);
    return text;
}

static void print_layer(struct keys *k, const struct network *n, int v) {
    const struct layer *l = &n->layer[v];
    const bool activated = l->activation.kind != ACTIVATION_NONE;
    char scenario[SCENARIO_TEXT] = "-", activation[ACTIVATION_TEXT], out[64], folded[ACTIVATION_TEXT + 16];
    char *inputs = layer_inputs(n, l);
    activation_print(activation, l->activation);
    if (l->kind == LAYER_CONV) scenario_print(scenario, &l->scenario);
    snprintf(out, sizeof out, "%d,%d,%d", l->out.C, l->out.H, l->out.W);
    const char *const normed = l->batchnorm ? (activated ? "batchnorm " : "batchnorm") : activated ? "" : "-";
    snprintf(folded, sizeof folded, "%s%s", normed, activated ? activation : "");
    keys_row(k);
    keys_number(k, NULL, v);
    keys_text(k, NULL, l->name);
    keys_text(k, NULL, layer_op(l));
    keys_text(k, NULL, inputs);
    keys_text(k, NULL, out);
    keys_text(k, NULL, scenario);
    keys_text(k, NULL, folded);
    keys_row_end(k);
    free(inputs);
}

static void print_layers(struct keys *k, const struct network *whole, bool folded) {
    struct network *as_run = folded ? network_fold(whole) : NULL;
    const struct network *n = as_run ? as_run : whole;
    keys_table(k, "layers", "step\tlayer\top\tinputs\tout_chw\tscenario\tfolded_in");
    for (int v = 0; v < n->layers; v++) print_layer(k, n, v);
    keys_table_end(k);
    network_free(as_run);
}

static enum status run(const struct call *call, struct error *err) {
    const struct given *given = call->given;
    struct keys k;
    struct network *n = call->line.operands && !given->ops ? network_open(call->line.operand[0], err) : NULL;
    if (call->line.operands && !given->ops && !n) return STATUS_BAD; /* before anything is printed */
    keys_begin(&k, given->json);
    if (given->ops)
        print_ops(&k);
    else if (n)
        print_layers(&k, n, given->folded);
    else if (!print_all(&k, err))
        return STATUS_BAD;
    keys_end(&k);
    network_free(n);
    return STATUS_DONE;
}

const struct command command_networks = {
    .flags =
        {.program = "taso networks",
         .operands = "[NAME]",
         .most_operands = 1,
         .summary = "the built-in networks and their sizes; for one of them: its layers",
         .help =
             "Without a name: every built-in network with its layers, convolutions, multiply-adds of the convolutions, parameters,\n"
             "and set: paper (--network all in other commands) or today (--network today; both sets: --network every). With a\n"
             "name (built in, or the path of a .net, .prototxt, .onnx or .tflite file): one row per layer, in the order of\n"
             "execution. With --ops: the operators and activations that .net files are written in (formulation/FORMATS.md).\n"
             "\n"
             "Example: taso networks googlenet --folded",
         .flag = flags,
         .preset = &preset,
         .size = sizeof preset},
    .run = run};
