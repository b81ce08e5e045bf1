/* taso networks - the built-in networks and their sizes; for one of them, or a file: its layers. */
#include <inttypes.h>
#include <math.h>
#include <stdio.h>

#include "experiments/commands/command.h"
#include "formulation/network_op.h"

struct given {
    bool folded, ops;
};
static const struct given preset = {false, false};

static const struct flag flags[] = {{"folded", FLAG_SWITCH, offsetof(struct given, folded), "",
                                     "the network as it is executed: batch norm, activations and dropout folded in",
                                     .needs = FLAG_OPERAND},
                                    {"ops", FLAG_SWITCH, offsetof(struct given, ops), "",
                                     "what a layer of a .net file can be: operators, activations, and their keys"},
                                    {0}};

static bool print_all(struct error *err) {
    printf("network\tlayers\tconvolutions\tmultiply_adds\tparameters\tset\n");
    for (int i = 0; i < network_builtin_every(); i++) {
        struct network *n = network_open(network_builtin_name(i), err);
        if (!n) return false;
        struct network_facts facts = network_facts(n);
        printf("%s\t%d\t%d\t%" PRId64 "\t%" PRId64 "\t%s\n", n->name, n->layers, facts.convolutions, facts.macs,
               facts.parameters, network_builtin_set(i));
        network_free(n);
    }
    return true;
}

/* Keys with their presets; of a key without one, the name alone. */
static void print_keys(const struct operator_syntax *syntax) {
    for (int k = 0; syntax->key[k].name; k++) {
        const struct operator_key *key = &syntax->key[k];
        printf("%s%s", k ? " " : "", key->name);
        if (!isnan(key->preset)) printf("=%g", key->preset);
    }
    printf("%s", syntax->key[0].name ? "" : "-");
}

static void print_ops(void) {
    printf("op\tinputs\tkeys\tcomputes\n");
    for (int i = 0; network_op_name(i); i++) {
        const struct network_op *op = network_op_find(network_op_name(i));
        printf("%s\t%d", op->name, op->syntax->least_inputs);
        if (op->syntax->most_inputs > op->syntax->least_inputs) printf("-%d", op->syntax->most_inputs);
        printf("\t");
        print_keys(op->syntax);
        printf("\t%s\n", network_op_help(op));
    }
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

static void print_layer(const struct network *n, int v) {
    const struct layer *l = &n->layer[v];
    const bool activated = l->activation.kind != ACTIVATION_NONE;
    char scenario[SCENARIO_TEXT] = "-", activation[ACTIVATION_TEXT];
    activation_print(activation, l->activation);
    if (l->kind == LAYER_CONV) scenario_print(scenario, &l->scenario);
    printf("%d\t%s\t%s\t", v, l->name, layer_op(l));
    for (int i = 0; i < l->inputs; i++) printf("%s%s", i ? "," : "", n->layer[l->input[i]].name);
    printf("%s\t%d,%d,%d\t%s\t%s%s%s\n", l->inputs ? "" : "-", l->out.C, l->out.H, l->out.W, scenario,
           l->batchnorm ? "batchnorm " : "", activated ? activation : "", l->batchnorm || activated ? "" : "-");
}

static enum status run(const struct call *call, struct error *err) {
    const struct given *given = call->given;
    if (given->ops) return print_ops(), STATUS_DONE;
    if (call->line.operands == 0) return print_all(err) ? STATUS_DONE : STATUS_BAD;
    struct network *n = network_open(call->line.operand[0], err);
    if (!n) return STATUS_BAD;
    if (given->folded) {
        struct network *folded = network_fold(n);
        network_free(n);
        n = folded;
    }
    printf("step\tlayer\top\tinputs\tout_chw\tscenario\tfolded_in\n");
    for (int v = 0; v < n->layers; v++) print_layer(n, v);
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
             "and set: the paper's, which are --network all of other commands, or today's (--network today; every: both).\n"
             "With a name (built in, or the path of a .net, .prototxt or .onnx file): one row per layer, in the order of\n"
             "execution. With --ops: the operators and activations that .net files are written in (formulation/FORMATS.md).\n"
             "\n"
             "Example: taso networks googlenet --folded",
         .flag = flags,
         .preset = &preset,
         .size = sizeof preset},
    .run = run};
