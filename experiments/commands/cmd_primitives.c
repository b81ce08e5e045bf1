/* taso primitives - the table of convolution primitives; with a scenario, those that apply to it and their memory. */
#include <stdio.h>

#include "experiments/commands/command.h"
#include "kernels/primitive.h"

struct given {
    const char *scenario;
    int threads;
};
static const struct given preset = {.threads = 1};

static const struct flag flags[] = {{"scenario", FLAG_TEXT, offsetof(struct given, scenario), "C,H,W,M,K,S,P[,G[,D]]",
                                     "only those that compute this convolution, with their memory"},
                                    {"threads", FLAG_INT, offsetof(struct given, threads), "T",
                                     "number of threads that the workspace is for", 1, 256, .needs = "scenario"},
                                    {0}};

static void print_table(void) {
    printf("name\tfamily\tfrom\tto\ttolerance\n");
    for (int i = 0; i < primitive_count; i++) {
        const struct primitive *p = &primitives[i];
        printf("%s\t%s\t%s\t%s\t%.0e\n", p->name, p->algorithm->name, layout_names[p->in], layout_names[p->out],
               p->algorithm->tolerance);
    }
}

static void print_applicable(const struct scenario *s, int threads) {
    printf("name\tfamily\tfrom\tto\tworkspace_bytes\tweights_bytes\n");
    for (int i = 0; i < primitive_count; i++) {
        const struct primitive *p = &primitives[i];
        if (primitive_applies(p, s))
            printf("%s\t%s\t%s\t%s\t%zu\t%zu\n", p->name, p->algorithm->name, layout_names[p->in], layout_names[p->out],
                   primitive_workspace(p, s, threads), primitive_weights(p, s));
    }
}

static enum status run(const struct call *call, struct error *err) {
    const struct given *given = call->given;
    struct scenario s;
    if (!given->scenario) {
        print_table();
        return STATUS_DONE;
    }
    const char *wrong = scenario_parse(&s, given->scenario);
    if (!wrong) wrong = scenario_check(&s);
    if (wrong) {
        error_set(err, "--scenario: '%s': %s", given->scenario, wrong);
        return STATUS_BAD;
    }
    print_applicable(&s, given->threads);
    return STATUS_DONE;
}

const struct command command_primitives = {
    .flags =
        {.program = "taso primitives",
         .operands = "",
         .summary = "the convolution primitives; for one convolution: those that apply, and their memory",
         .help =
             "Without a scenario: every primitive with its family, its layouts and the largest error permitted against a\n"
             "double-precision reference (max |e| / max |ref|). With one: the primitives that apply, with the workspace of a run\n"
             "and the size of the weights as stored, both exact.\n"
             "\n"
             "C,H,W is the input, M the output channels, K the kernel (3 or 1x7), S the stride, P the padding, G the groups, D the\n"
             "dilation. Example, the second layer of VGG: taso primitives --scenario 64,224,224,64,3,1,1",
         .flag = flags,
         .preset = &preset,
         .size = sizeof preset},
    .run = run};
