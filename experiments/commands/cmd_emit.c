/* taso emit - a plan as a stand-alone C program. */
#include "experiments/commands/command.h"
#include "experiments/commands/planned.h"
#include "experiments/emit/emit.h"
#include "experiments/emit/emit_names.h"
#include "kernels/isa.h"

#define EMITTED_THREADS 1

struct given {
    const char *folder, *weights, *prefix;
    int isa, seed;
    bool code_only, json;
};
static const struct given preset = {.prefix = EMIT_PREFIX, .isa = -1, .seed = 1};

static const struct flag flags[] = {
    {"output", FLAG_FOLDER, offsetof(struct given, folder), "DIR",
     "where to write net.h, net.c, main.c, pages.h, Makefile, weights.bin, weights.S", .required = true},
    {"prefix", FLAG_TEXT, offsetof(struct given, prefix), "NAME",
     "prefix of the program's names and files: NAME.h, NAME.c, NAME_run"},
    {"isa", FLAG_WORD, offsetof(struct given, isa), "ISA",
     "instruction set that weights and workspaces are laid out for; default: the plan's", .words = isa_names,
     .count = ISAS},
    {"weights", FLAG_IN, offsetof(struct given, weights), "FILE",
     "raw float32 weights (see taso weights); default: seeded"},
    {"no-weights", FLAG_SWITCH, offsetof(struct given, code_only), "",
     "write the code only, without weights.bin; it compiles without"},
    {"seed", FLAG_INT, offsetof(struct given, seed), "N", "seed of the weights", 0, 2147483647, .not_with = "weights"},
    KEYS_FLAG(struct given, json, NULL),
    {0}};

static void print(const struct given *g, const struct schedule *s) {
    struct keys k;
    keys_begin(&k, g->json);
    keys_number(&k, "arena-bytes", s->arena_bytes);
    keys_number(&k, "weights-bytes", s->weights_bytes);
    keys_number(&k, "steps", s->steps);
    keys_end(&k);
}

/* Nothing that was read is written over. */
static bool emit_clear(const struct given *g, const char *plan, const struct plan *p, struct error *err) {
    return (!g->weights || emit_spares(g->folder, g->prefix, g->weights, err)) &&
           emit_spares(g->folder, g->prefix, plan, err) && emit_spares(g->folder, g->prefix, p->network, err) &&
           emit_spares(g->folder, g->prefix, p->profile, err);
}

static bool emit_plan(const struct given *g, const struct plan *p, const struct network *folded, struct error *err) {
    struct weights w = {0};
    bool good = g->code_only || weights_init(&w, folded, (uint64_t)g->seed, g->weights, err);
    if (good) {
        struct runtime *r = runtime_new(p, folded, g->code_only ? NULL : &w, EMITTED_THREADS, err);
        good = r && emit_write(r, g->folder, g->prefix, !g->code_only, err);
        if (good) print(g, r->schedule);
        runtime_free(r);
        weights_free(&w);
    }
    return good;
}

static enum status run(const struct call *call, struct error *err) {
    const struct given *g = call->given;
    if (g->code_only && g->weights) {
        error_set(err, "--weights and --no-weights exclude each other (expected one of them)");
        return STATUS_BAD;
    }
    struct plan *p;
    struct network *folded;
    bool good = planned_open(&p, &folded, call, err) && emit_names_check(g->prefix, err) &&
                emit_clear(g, call->line.operand[0], p, err);
    if (good) isa_assume(g->isa < 0 ? p->isa : (enum isa)g->isa);
    good = good && plan_affords(p, folded, EMITTED_THREADS, err) && emit_plan(g, p, folded, err);
    network_free(folded);
    plan_free(p);
    return good ? STATUS_DONE : STATUS_BAD;
}

const struct command command_emit = {
    .flags =
        {.program = "taso emit",
         .operands = "PLAN",
         .least_operands = 1,
         .most_operands = 1,
         .summary = "a plan as a stand-alone C11 program",
         .help =
             "Writes the network as selected: the kernels that the plan uses, its steps, a static arena, and the weights in the\n"
             "layout that the primitives expect. The program needs only a C compiler and libm, and allocates nothing. It builds for\n"
             "any CPU; compiled for one that has the plan's instruction set, as its Makefile does, it is as fast as taso run.\n"
             "\n"
             "Example: taso emit vgg16.plan -o vgg16 && make -C vgg16 && vgg16/net image.f32 vgg16/weights.bin",
         .flag = flags,
         .preset = &preset,
         .size = sizeof preset},
    .run = run};
