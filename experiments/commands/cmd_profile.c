/* taso profile - measures the kernels of networks on this machine: the PROFILE that selections use. */
#define _GNU_SOURCE /* sched_setaffinity */
#include <errno.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>

#include "experiments/commands/command.h"
#include "experiments/commands/profile_report.h"
#include "experiments/measure/profiler.h"
#include "kernels/isa.h"
#include "solver/base/memory.h"
#include "solver/base/text.h"

struct given {
    const char *network, *output, *plans, *shard;
    int threads, cpu, isa;
    int64_t evict_bytes;
    bool quick, thorough, streaming, resume, force, json;
};
static const struct given preset = {.threads = 1, .cpu = -1, .isa = -1};

#define CPU_NONE (-1)
#define CPU_AUTO (-2)
#define CPU_MOST 1023

static bool take_cpu(void *to, const struct flag *f, const char *value, struct error *err) {
    struct given *given = to;
    long long cpu;
    if (strcmp(value, "auto") == 0) {
        given->cpu = CPU_AUTO;
        return true;
    }
    if (!text_int64(&cpu, value) || cpu < CPU_NONE || cpu > CPU_MOST)
        return error_set(err, "--%s: '%s' is not a CPU (expected a number from -1 to %d, or auto)", f->name, value,
                         CPU_MOST);
    given->cpu = (int)cpu;
    return true;
}

static const struct flag flags[] = {
    {"network", FLAG_TEXT, offsetof(struct given, network), "N[,N...]|all|today|every",
     "networks to measure for: built-in names or files", .required = true, .reads = true},
    {"output", FLAG_OUT, offsetof(struct given, output), "PROFILE", "where to write; gzip if it ends in .gz",
     .required = true, .measures = true},
    {"threads", FLAG_INT, offsetof(struct given, threads), "T", "threads per kernel", 1, 256},
    {"quick", FLAG_SWITCH, offsetof(struct given, quick), "",
     "few runs each: two to three minutes for all networks on an idle machine"},
    {"thorough", FLAG_SWITCH, offsetof(struct given, thorough), "", "many runs each, for a profile to be published"},
    {"streaming", FLAG_SWITCH, offsetof(struct given, streaming), "",
     "also layers by rows, for selections with --streaming on; takes half as long again"},
    {"resume", FLAG_SWITCH, offsetof(struct given, resume), "",
     "keep the rows of an existing PROFILE and add what is missing"},
    {"force", FLAG_SWITCH, offsetof(struct given, force), "", "replace an existing PROFILE"},
    {"plans", FLAG_OUT, offsetof(struct given, plans), "FILE",
     "where to write the times of whole plans next to their predictions: the fastest, the leanest and some in between"},
    {"shard", FLAG_TEXT, offsetof(struct given, shard), "I/N",
     "only the I-th of N parts of the first pass; `taso profile-merge` puts them together", .not_with = "plans"},
    {"cpu", FLAG_OWN, offsetof(struct given, cpu), "C|auto",
     "pin to CPU C (and the following ones, with several threads); auto: the least busy; -1: do not pin",
     .take = take_cpu},
    {"isa", FLAG_WORD, offsetof(struct given, isa), "ISA",
     "instruction set of the kernels; default: the best of this CPU", .words = isa_names, .count = ISAS},
    {"evict", FLAG_BYTES, offsetof(struct given, evict_bytes), "BYTES",
     "read this much other memory before each run; 0: four times the L2 cache"},
    KEYS_FLAG(struct given, json, NULL),
    {0}};

static bool pin(int cpu, int threads, struct error *err) {
    cpu_set_t set;
    CPU_ZERO(&set);
    for (int i = 0; i < threads; i++) CPU_SET((unsigned)(cpu + i), &set);
    if (sched_setaffinity(0, sizeof set, &set) == 0) return true;
    return error_set(err, "--cpu: cannot pin to CPU %d: %s", cpu, strerror(errno));
}

#define LOOK_S 0.3

static bool place(const struct given *given, const struct call *call, struct error *err) {
    int cpu = given->cpu;
    if (cpu == CPU_AUTO) {
        cpu = host_idle_cpu(given->threads, LOOK_S);
        if (cpu < 0)
            return error_set(err,
                             "--cpu auto: the system does not report which processors are idle (expected a number)");
        if (!call->line.quiet) fprintf(stderr, "--cpu auto: CPU %d\n", cpu);
    }
    return cpu < 0 || pin(cpu, given->threads, err);
}

static void say_done(const struct profiler *p, const struct call *call) {
    if (call->line.quiet) return;
    fprintf(stderr, "%s: %d rows; %d scenarios measured, %d kept; ", p->path, p->profile->rows, p->measured,
            p->taken_over);
    if (p->shard.count)
        fprintf(stderr, "shard %d of %d\n", p->shard.index, p->shard.count);
    else
        fprintf(stderr, "%d rows measured in networks\n", p->rehearsed);
}

static enum status profile(const struct given *given, const struct call *call, struct workload *w, struct error *err) {
    struct profiler p = {.workload = w,
                         .path = given->output,
                         .resume = given->resume,
                         .force = given->force,
                         .plans = given->plans != NULL,
                         .interrupt = call->interrupt};
    enum effort_level level = given->thorough ? EFFORT_THOROUGH : given->quick ? EFFORT_QUICK : EFFORT_NORMAL;
    if (given->shard && !shard_parse(&p.shard, "shard", given->shard, err)) return STATUS_BAD;
    shard_workload(w, &p.shard, &efforts[level]);
    memory_keep(); /* a network's weights are allocated and freed with every selection that is rehearsed */
    measure_init(&p.measure, &efforts[level], given->threads, (size_t)given->evict_bytes);
    enum status status = STATUS_DONE;
    switch (profiler_run(&p, err)) {
    case PROFILER_DONE:
        say_done(&p, call);
        if (!p.shard.count && !profile_report(&p, given->plans, given->json, err)) status = STATUS_BAD;
        break;
    case PROFILER_INTERRUPTED:
        fprintf(stderr, "interrupted: %d of %d scenarios are safe in %s.part; rerunning the command resumes there\n",
                p.measured + p.taken_over, w->units, given->output);
        status = STATUS_LIMIT;
        break;
    case PROFILER_FAILED: status = STATUS_BAD; break;
    }
    profile_free(p.profile);
    measure_free(&p.measure);
    return status;
}

static enum status run(const struct call *call, struct error *err) {
    const struct given *given = call->given;
    struct workload w;
    if (given->quick && given->thorough) {
        error_set(err, "--quick and --thorough: expected one of them, got both");
        return STATUS_BAD;
    }
    if (given->resume && given->force) {
        error_set(err, "--resume and --force: expected one of them, got both");
        return STATUS_BAD;
    }
    if (!place(given, call, err)) return STATUS_BAD;
    if (given->isa >= 0 && !isa_force((enum isa)given->isa)) {
        error_set(err, "--isa: this CPU does not have %s (its best is %s)", isa_names[given->isa],
                  isa_names[isa_best()]);
        return STATUS_BAD;
    }
    if (!workload_init(&w, given->network, given->streaming, err)) return STATUS_BAD;
    enum status status = profile(given, call, &w, err);
    workload_free(&w);
    return status;
}

const struct command command_profile = {
    .flags =
        {.program = "taso profile",
         .operands = "",
         .summary = "measure on this machine what networks need; interruptible, resumes with --resume",
         .help =
             "Times each distinct convolution with every primitive that computes it, the layout conversions of each tensor, and\n"
             "every other layer in each layout; what networks share is measured once. Times are thread CPU time, with the caches\n"
             "about as a running network leaves them. A primitive twice as slow as the best is run only once (column runs), and\n"
             "the slowest are judged from some of their output rows (min_ns nan). Then the rows that selections may rely on, those of\n"
             "each network's frontiers under every memory model, are timed again in the running network, in several rounds.\n"
             "\n"
             "Rows are saved in PROFILE.part as they are measured, a network's times in PROFILE.samples after each round: if the\n"
             "measurement is killed, rerunning the command resumes there. An existing PROFILE is refused without --resume or --force.\n"
             "Finally, each network's fastest plan is run as a whole, and compared with the sum of the measured times; with --plans,\n"
             "others from fast to small, too. Warnings say if the machine was too busy, and what to do.\n"
             "\n"
             "With --shard I/N, one of N machines of the same kind does its part of the first pass (experiments/measure/README.md).\n"
             "\n"
             "Example: taso profile --network alexnet,squeezenet1.1 -o here.tsv --quick --cpu 0",
         .flag = flags,
         .preset = &preset,
         .size = sizeof preset},
    .stops = true,
    .run = run};
