/* taso primitives - the table of convolution primitives; with a scenario, those that apply to it and their memory. */
#include "experiments/commands/command.h"
#include "kernels/primitive.h"

struct given {
    const char *scenario;
    int threads;
    bool json;
};
static const struct given preset = {.threads = 1};

static const struct flag flags[] = {{"scenario", FLAG_TEXT, offsetof(struct given, scenario), "C,H,W,M,K,S,P[,G[,D]]",
                                     "only those that compute this convolution, with their memory"},
                                    {"threads", FLAG_INT, offsetof(struct given, threads), "T",
                                     "number of threads that the workspace is for", 1, 256, .needs = "scenario"},
                                    KEYS_FLAG(struct given, json, NULL),
                                    {0}};

static void print_primitive(struct keys *k, const struct primitive *p) {
    keys_row(k);
    keys_text(k, NULL, p->name);
    keys_text(k, NULL, p->algorithm->name);
    keys_text(k, NULL, layout_names[p->in]);
    keys_text(k, NULL, layout_names[p->out]);
}

static void print_table(struct keys *k) {
    keys_table(k, "primitives", "name\tfamily\tfrom\tto\ttolerance");
    for (int i = 0; i < primitive_count; i++) {
        print_primitive(k, &primitives[i]);
        keys_real(k, NULL, primitives[i].algorithm->tolerance, 'e', 0);
        keys_row_end(k);
    }
    keys_table_end(k);
}

static void print_applicable(struct keys *k, const struct scenario *s, int threads) {
    keys_table(k, "primitives", "name\tfamily\tfrom\tto\tworkspace_bytes\tweights_bytes");
    for (int i = 0; i < primitive_count; i++) {
        const struct primitive *p = &primitives[i];
        if (!primitive_applies(p, s)) continue;
        print_primitive(k, p);
        keys_number(k, NULL, (int64_t)primitive_workspace(p, s, threads));
        keys_number(k, NULL, (int64_t)primitive_weights(p, s));
        keys_row_end(k);
    }
    keys_table_end(k);
}

static enum status run(const struct call *call, struct error *err) {
    const struct given *given = call->given;
    struct scenario s;
    struct keys k;
    const char *wrong = given->scenario ? scenario_parse(&s, given->scenario) : NULL;
    if (given->scenario && !wrong) wrong = scenario_check(&s);
    if (wrong) {
        error_set(err, "--scenario: '%s': %s", given->scenario, wrong);
        return STATUS_BAD;
    }
    keys_begin(&k, given->json);
    if (given->scenario)
        print_applicable(&k, &s, given->threads);
    else
        print_table(&k);
    keys_end(&k);
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
