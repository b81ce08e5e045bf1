/* taso profile - measures the kernels of networks on this machine: the PROFILE that selections use. */
#define _GNU_SOURCE /* sched_setaffinity */
#include <errno.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>

#include "experiments/commands/command.h"
#include "experiments/measure/profiler.h"
#include "experiments/measure/rehearsal.h"
#include "kernels/isa.h"
#include "solver/base/memory.h"

struct given {
    const char *network, *output;
    int threads, cpu, isa;
    int64_t evict_bytes;
    bool quick, thorough, streaming, resume, force, json;
};
static const struct given preset = {.threads = 1, .cpu = -1, .isa = -1};

static const struct flag flags[] = {
    {"network", FLAG_TEXT, offsetof(struct given, network), "N[,N...]|all|today|every",
     "networks to measure for: built-in names or files", .required = true},
    {"output", FLAG_OUT, offsetof(struct given, output), "PROFILE", "where to write; gzip if it ends in .gz",
     .required = true, .measures = true},
    {"threads", FLAG_INT, offsetof(struct given, threads), "T", "threads per kernel", 1, 256},
    {"quick", FLAG_SWITCH, offsetof(struct given, quick), "", "few runs each: about eight minutes for all networks"},
    {"thorough", FLAG_SWITCH, offsetof(struct given, thorough), "", "many runs each, for a profile to be published"},
    {"streaming", FLAG_SWITCH, offsetof(struct given, streaming), "",
     "also layers by rows, for selections with --streaming on; takes half as long again"},
    {"resume", FLAG_SWITCH, offsetof(struct given, resume), "",
     "keep the rows of an existing PROFILE and add what is missing"},
    {"force", FLAG_SWITCH, offsetof(struct given, force), "", "replace an existing PROFILE"},
    {"cpu", FLAG_INT, offsetof(struct given, cpu), "C",
     "pin to CPU C (and the following ones, with several threads); -1: do not pin", -1, 1023},
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

/* The fastest selection of each network, re-run: do the times add up? */
static void report_row(struct keys *k, const char *network, const struct premiere *b) {
    keys_row(k);
    keys_text(k, NULL, network);
    keys_number(k, NULL, b->steps);
    keys_number(k, NULL, b->predicted_ns);
    keys_number(k, NULL, b->measured.median_ns);
    keys_number(k, NULL, b->measured.spread_ns);
    keys_real(k, NULL, (double)b->measured.median_ns / (double)b->predicted_ns, 'f', 3);
    keys_number(k, NULL, b->predicted_conv_ns);
    keys_number(k, NULL, b->measured_conv_ns);
    keys_real(k, NULL, (double)b->measured_conv_ns / (double)b->predicted_conv_ns, 'f', 3);
    keys_row_end(k);
    fflush(stdout);
}

static bool report(const struct profiler *p, bool json, struct error *err) {
    struct keys k;
    keys_begin(&k, json);
    keys_table(&k, "back-to-back",
               "network\tsteps\tpredicted_ns\tmeasured_ns\tmeasured_spread_ns\tmeasured_over_predicted\t"
               "conv_predicted_ns\tconv_measured_ns\tconv_over_predicted");
    for (int i = 0; i < p->workload->networks && !*p->interrupt; i++) {
        const struct network *n = p->workload->network[i];
        struct premiere b;
        if (!rehearsal_premiere(&b, n, p->profile, &p->measure, err)) {
            if (err->text[0]) return false;
            continue; /* no convolution, nothing to select */
        }
        report_row(&k, n->name, &b);
    }
    keys_table_end(&k);
    keys_end(&k);
    return true;
}

static enum status profile(const struct given *given, const struct call *call, const struct workload *w,
                           struct error *err) {
    struct profiler p = {.workload = w,
                         .path = given->output,
                         .resume = given->resume,
                         .force = given->force,
                         .interrupt = call->interrupt};
    enum effort_level level = given->thorough ? EFFORT_THOROUGH : given->quick ? EFFORT_QUICK : EFFORT_NORMAL;
    memory_keep(); /* a network's weights are allocated and freed with every selection that is rehearsed */
    measure_init(&p.measure, &efforts[level], given->threads, (size_t)given->evict_bytes);
    enum status status = STATUS_DONE;
    switch (profiler_run(&p, err)) {
    case PROFILER_DONE:
        if (!call->line.quiet)
            fprintf(stderr, "%s: %d rows; %d scenarios measured, %d kept; %d rows measured in networks\n",
                    given->output, p.profile->rows, p.measured, p.taken_over, p.rehearsed);
        if (!report(&p, given->json, err)) status = STATUS_BAD;
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
    if (given->cpu >= 0 && !pin(given->cpu, given->threads, err)) return STATUS_BAD;
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
             "about as a running network leaves them. A primitive twice as slow as the best is run only once (column runs). Then the\n"
             "rows that selections may rely on, those of each network's frontier, are timed again in the running network, in several\n"
             "rounds.\n"
             "\n"
             "Rows are safe in PROFILE.part after each scenario, a network's times in PROFILE.samples after each round: if the\n"
             "measurement is killed, rerunning the command resumes there. An existing PROFILE is refused without --resume or --force.\n"
             "Finally, each network's fastest selection is re-run, and compared with the sum of the measured times.\n"
             "\n"
             "Example: taso profile --network alexnet,squeezenet1.1 -o here.tsv --quick --cpu 0",
         .flag = flags,
         .preset = &preset,
         .size = sizeof preset},
    .stops = true,
    .run = run};
