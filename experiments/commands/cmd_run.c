/* taso run - executes a plan: is it correct, and as fast and as small as predicted? */
#include <assert.h>
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

#include "experiments/commands/command.h"
#include "experiments/commands/planned.h"
#include "experiments/commands/selecting.h"
#include "experiments/measure/yardstick.h"
#include "experiments/runtime/image.h"
#include "experiments/runtime/measure.h"
#include "experiments/runtime/reference.h"
#include "experiments/runtime/runtime.h"
#include "formulation/profile_text.h"
#include "kernels/isa.h"
#include "solver/base/clock.h"
#include "solver/base/memory.h"
#include "solver/base/output.h"
#include "solver/base/provenance.h"
#include "solver/base/text.h"

struct given {
    bool check, json;
    int repeat, threads, seed, isa;
    int64_t arena_bytes;
    const char *input, *weights, *trace, *steps, *reference, *output;
};
static const struct given preset = {.repeat = 5, .threads = 1, .seed = 1, .isa = -1, .arena_bytes = INT64_MAX};

static const struct flag flags[] = {
    {"check", FLAG_SWITCH, offsetof(struct given, check), "",
     "compare every layer with direct loops that accumulate in double"},
    {"repeat", FLAG_INT, offsetof(struct given, repeat), "R", "number of timed runs; the median is reported", 1,
     100000},
    {"threads", FLAG_INT, offsetof(struct given, threads), "T", "threads per kernel", 1, 64},
    {"input", FLAG_IN, offsetof(struct given, input), "FILE",
     "the image: raw float32 C x H x W, or a PPM (P6); default: noise"},
    {"weights", FLAG_IN, offsetof(struct given, weights), "FILE",
     "raw float32 weights (see taso weights); default: seeded"},
    {"output", FLAG_OUT, offsetof(struct given, output), "FILE",
     "write what the network computes: raw float32 C x H x W"},
    {"isa", FLAG_WORD, offsetof(struct given, isa), "ISA", "instruction set; default: that of the plan",
     .words = isa_names, .count = ISAS},
    {"arena", FLAG_BYTES, offsetof(struct given, arena_bytes), "BYTES",
     "memory available for activations and workspaces; a plan that needs more is refused", .none = true},
    {"reference", FLAG_OUT, offsetof(struct given, reference), "FILE",
     "the reference's outputs: read if FILE exists, otherwise written to it", .reports = true, .existing = true,
     .needs = "check"},
    {"seed", FLAG_INT, offsetof(struct given, seed), "N", "seed of weights and noise", 0, 2147483647},
    {"steps", FLAG_OUT, offsetof(struct given, steps), "FILE",
     "write one row per step: predicted and measured time, place in the arena; a segment's layers as rows and calls",
     .reports = true},
    {"trace", FLAG_OUT, offsetof(struct given, trace), "FILE", "write the run in Chrome's trace format",
     .reports = true},
    KEYS_FLAG(struct given, json, NULL),
    {0}};

struct running {
    const struct given *given;
    struct plan *plan;
    struct network *network;
    struct weights weights;
    struct runtime *runtime;
    struct reference *reference;
    float *in, *out;
    int64_t *step_ns;       /* [steps] medians */
    struct yardstick now;   /* measured right after the timed runs */
    int64_t peak_rss_bytes; /* before the reference is allocated */
};

static void running_free(struct running *r) {
    reference_free(r->reference);
    runtime_free(r->runtime);
    weights_free(&r->weights);
    network_free(r->network);
    plan_free(r->plan);
    free(r->in);
    free(r->out);
    free(r->step_ns);
}

/* Under another instruction set workspaces differ, and a plan's bytes would not hold. */
static bool running_isa(const struct given *g, const struct plan *p, struct error *err) {
    enum isa isa;
    const char *from = "--isa: ";
    if (g->isa >= 0) {
        isa = (enum isa)g->isa;
    } else {
        isa = p->isa;
        from = "the plan is for another instruction set: ";
    }
    if (isa_force(isa)) return true;
    return error_at(err, p->path, 0, "%sthis CPU does not have %s (its best is %s)", from, isa_names[isa],
                    isa_names[isa_best()]);
}

/* Opaque layers have a shape, and nothing to compute. */
static bool running_known(const struct network *n, const char *path, struct error *err) {
    for (int v = 0; v < n->layers; v++)
        if (n->layer[v].kind == LAYER_OPERATOR && n->layer[v].shape_of.kind == OPERATOR_OPAQUE)
            return error_at(err, path, 0, "layer `%.80s` is opaque (expected a network of known operators to run)",
                            n->layer[v].name);
    return true;
}

static bool running_open(struct running *r, const struct call *call, struct error *err) {
    const struct given *g = r->given;
    const char *path = call->line.operand[0];
    if (!planned_open(&r->plan, &r->network, call, err) || !running_known(r->network, path, err) ||
        !running_isa(g, r->plan, err) || !plan_affords(r->plan, r->network, g->threads, err))
        return false;
    if (!weights_init(&r->weights, r->network, (uint64_t)g->seed, g->weights, err)) return false;
    measure_flush_denormals();
    r->runtime = runtime_new(r->plan, r->network, &r->weights, g->threads, err);
    if (!r->runtime) return false;
    if (r->runtime->schedule->arena_bytes > g->arena_bytes)
        return error_at(err, path, 0, "needs an arena of %" PRId64 " bytes (--arena allows %" PRId64 ")",
                        r->runtime->schedule->arena_bytes, g->arena_bytes);
    struct shape image = r->network->layer[0].out;
    r->in = MEMORY_NEW(float, runtime_inputs(r->runtime));
    r->out = MEMORY_NEW(float, runtime_outputs(r->runtime));
    r->step_ns = MEMORY_NEW(int64_t, r->plan->steps);
    image_noise(r->in, image, (uint64_t)g->seed + 7);
    struct rusage usage;
    getrusage(RUSAGE_SELF, &usage); /* from here on runs allocate nothing */
    r->peak_rss_bytes = (int64_t)usage.ru_maxrss * 1024;
    return !g->input || image_read(r->in, image, g->input, err);
}

#define WATCHED 9 /* runs in which the steps are timed, at most */

/* The median time of each step. Reading the clock between steps costs time, so whole runs are timed separately. */
static void running_watch(struct running *r, const struct measure *clock) {
    int runs = r->given->repeat < WATCHED ? r->given->repeat : WATCHED, steps = r->plan->steps;
    int64_t *ns = MEMORY_NEW(int64_t, (size_t)runs * (size_t)steps), one[WATCHED];
    for (int i = 0; i < runs; i++) {
        struct runtime_observer watch = {.step_ns = ns + (size_t)i * (size_t)steps, .clock = clock};
        runtime_run(r->runtime, r->out, r->in, &watch);
    }
    assert(runs >= 1 && runs <= WATCHED && steps == r->runtime->schedule->steps);
    for (int s = 0; s < steps; s++) {
        for (int i = 0; i < runs; i++) one[i] = ns[(size_t)i * (size_t)steps + (size_t)s];
        r->step_ns[s] = measure_summary(one, runs).median_ns;
    }
    free(ns);
}

/* The median of whole runs; the runs that found the bytes used have warmed up. */
static struct timing running_time(struct running *r) {
    const struct given *g = r->given;
    const struct measure clock = measure_clock(g->threads);
    int64_t *ns = MEMORY_NEW(int64_t, g->repeat);
    for (int i = 0; i < g->repeat; i++) {
        int64_t start = measure_clock_ns(&clock);
        runtime_run(r->runtime, r->out, r->in, NULL);
        ns[i] = measure_since(&clock, start);
    }
    struct timing t = measure_summary(ns, g->repeat);
    assert(t.min_ns >= 1 && t.min_ns <= t.median_ns);
    free(ns);
    if (g->steps || g->trace) running_watch(r, &clock);
    r->now = yardstick_measure(&clock);
    return t;
}

/* How a step is run: rows of a call, and how many calls; a whole layer is one, and moves have no rows. Of an image by
 * rows, the most rows of a call. */
struct portions {
    int rows, calls;
};

static struct portions running_portions(const struct schedule *s, int at) {
    const struct schedule_step *t = &s->step[at];
    if (at == 0 && s->plan->stream_input) {
        const struct strips_image image = strips_image(s->segment[0].strips);
        return (struct portions){image.most_rows, image.calls};
    }
    if (t->segment < 0) return (struct portions){t->shape.H, 1};
    const struct strips *strips = s->segment[t->segment].strips;
    if (t->row->kind == PROFILE_MOVE) {
        const struct schedule_passage in = schedule_way_in(s, t->segment), out = schedule_way_out(s, t->segment);
        return (struct portions){0, strips->segment->moves + (in.from != in.to) + (out.from != out.to)};
    }
    return (struct portions){segment_call_rows(s->network, t->node, strips->segment->pace),
                             strips->layer[t->node - strips->segment->first].calls};
}

static bool running_steps(const struct running *r, const char *path, struct error *err) {
    struct text_writer out;
    const struct schedule *s = r->runtime->schedule;
    if (!text_create(&out, path, err)) return false;
    text_write(
        &out,
        "step\tkind\tlayer\tname\tfrom\tto\trows\tcalls\tpredicted_ns\tmeasured_ns\tout_offset\tout_bytes\tworkspace_offset\t"
        "workspace_bytes\tweights_bytes\tlast_reader\tinto\trelative_error\n");
    for (int i = 0; i < s->steps; i++) {
        const struct schedule_step *t = &s->step[i];
        const struct portions of = running_portions(s, i);
        char error[32] = "nan";
        if (r->reference && t->row->kind != PROFILE_CONVERT && t->row->kind != PROFILE_MOVE)
            snprintf(error, sizeof error, "%.2e", r->reference->error[t->node]);
        text_write(&out, "%d\t%s\t%s\t%s\t%s\t%s\t%d\t%d\t%" PRId64 "\t%" PRId64 "\t", i,
                   profile_kind_names[t->row->kind], t->row->layer, t->row->name, layout_names[t->row->from],
                   layout_names[t->row->to], of.rows, of.calls, t->row->time_ns, r->step_ns[i]);
        text_write(&out, "%" PRId64 "\t%" PRId64 "\t%" PRId64 "\t%" PRId64 "\t%" PRId64 "\t%d\t%d\t%s\n", t->out_offset,
                   t->out_bytes, t->workspace_offset, t->workspace_bytes, schedule_stored_bytes(s, i), t->last, t->into,
                   error);
    }
    return text_close(&out, err);
}

/* Names contain neither quotes nor backslashes: the reader of networks ensures that. */
static bool running_trace(const struct running *r, const char *path, struct error *err) {
    struct text_writer out;
    const struct schedule *s = r->runtime->schedule;
    int64_t start = 0;
    if (!text_create(&out, path, err)) return false;
    text_write(&out, "{\"displayTimeUnit\": \"ms\", \"traceEvents\": [\n");
    for (int i = 0; i < s->steps; i++) {
        const struct plan_step *p = s->step[i].row;
        const struct portions of = running_portions(s, i);
        text_write(
            &out,
            "{\"name\": \"%s\", \"cat\": \"%s\", \"ph\": \"X\", \"pid\": 1, \"tid\": 1, \"ts\": %.3f, \"dur\": %.3f, "
            "\"args\": {\"by\": \"%s\", \"from\": \"%s\", \"to\": \"%s\", \"scenario\": \"%s\", "
            "\"rows\": %d, \"calls\": %d, \"predicted_ns\": %" PRId64 ", \"workspace_bytes\": %" PRId64
            ", \"into\": %d}}%s\n",
            p->layer, profile_kind_names[p->kind], (double)start * 1e-3, (double)r->step_ns[i] * 1e-3, p->name,
            layout_names[p->from], layout_names[p->to], p->scenario, of.rows, of.calls, p->time_ns,
            s->step[i].workspace_bytes, s->step[i].into, i + 1 < s->steps ? "," : "");
        start += r->step_ns[i];
    }
    text_write(&out, "]}\n");
    return text_close(&out, err);
}

/* Each layer adds at most its own family's tolerance; the network's is the sum. */
static double running_tolerance(const struct running *r) {
    const struct schedule *s = r->runtime->schedule;
    double sum = 1e-5; /* the other layers' */
    for (int i = 0; i < s->steps; i++)
        if (s->step[i].primitive) sum += s->step[i].primitive->algorithm->tolerance;
    return sum;
}

static bool running_reference(struct running *r, struct error *err) {
    const struct given *g = r->given;
    const char *path = g->reference;
    char about[1024];
    snprintf(about, sizeof about, "weights %.300s, input %.300s, seed %d", g->weights ? g->weights : "seeded",
             g->input ? g->input : "noise", g->seed);
    if (path && output_exists(path)) {
        r->reference = reference_read(r->network, about, path, err);
        return r->reference != NULL;
    }
    r->reference = reference_new(r->network, &r->weights, r->in, g->threads, err);
    return r->reference && (!path || reference_write(r->reference, about, path, err));
}

/* The same runs find errors and the bytes used: the direct loops are slow. */
static bool running_check(struct running *r, int64_t *used, struct error *err) {
    if (r->given->check && !running_reference(r, err)) return false;
    struct runtime_observer watch = {.step = reference_compare, .context = r->reference};
    if (runtime_used(used, r->runtime, r->in, r->reference ? &watch : NULL)) return true;
    return error_at(err, r->plan->path, 0, "a kernel wrote outside the arena");
}

/* The machine now against when the profile was measured: above 1, it is slower now. */
static void running_drift(struct keys *k, const struct running *r, const char *what, const char *key, int64_t now_ns) {
    const char *note = notes_get(&r->plan->notes, key);
    long long then_ns;
    if (note && text_int64(&then_ns, note) && then_ns > 0) keys_real(k, what, (double)now_ns / (double)then_ns, 'f', 3);
}

/* Times of another machine's profile predict nothing for this one. */
static void running_remark(const struct plan *p) {
    char here[256];
    provenance_host(here, sizeof here);
    const char *host = notes_get(&p->notes, "host");
    if (host && strcmp(host, here) != 0)
        fprintf(stderr,
                "%s: made from a profile of another machine (%s; this is %s): predicted times are for that machine\n",
                p->path, host, here);
}

static void running_print(const struct running *r, struct timing t, int64_t used, double error, int worst) {
    const struct schedule *s = r->runtime->schedule;
    struct keys k;
    assert(used <= s->arena_bytes && s->live_bytes <= s->arena_bytes);
    keys_begin(&k, r->given->json);
    keys_number(&k, "predicted-ns", r->plan->time_ns);
    keys_number(&k, "measured-ns", t.median_ns);
    keys_number(&k, "planned-bytes", s->live_bytes);
    keys_number(&k, "used-bytes", used);
    if (r->reference) keys_real(&k, "max-relative-error", error, 'e', 2);
    keys_number(&k, "measured-min-ns", t.min_ns);
    selecting_print_known(&k, "measured-spread-ns", t.spread_ns, t.spread_ns >= 0);
    keys_number(&k, "runs", t.runs);
    keys_number(&k, "threads", r->given->threads);
    keys_number(&k, "arena-bytes", s->arena_bytes);
    keys_number(&k, "weights-bytes", s->weights_bytes);
    keys_number(&k, "peak-rss-bytes", r->peak_rss_bytes);
    running_drift(&k, r, "drift-compute", YARDSTICK_COMPUTE, r->now.compute_ns);
    running_drift(&k, r, "drift-memory", YARDSTICK_MEMORY, r->now.memory_ns);
    if (r->reference) {
        keys_text(&k, "worst-layer", r->network->layer[worst].name);
        keys_real(&k, "tolerance", running_tolerance(r), 'e', 2);
    }
    keys_end(&k);
}

static bool running_report(const struct running *r, struct timing t, int64_t used, struct error *err) {
    int worst = 0;
    const double error = r->reference ? reference_worst(&worst, r->reference) : 0, most = running_tolerance(r);
    running_print(r, t, used, error, worst);
    if (!r->reference || error <= most) return true; /* false for NaN */
    return error_at(err, r->plan->path, 0, "layer `%s` is off by %.2e of its largest value (expected at most %.2e)",
                    r->network->layer[worst].name, error, most);
}

static bool running_output(const struct running *r, const char *path, struct error *err) {
    const size_t floats = (size_t)runtime_outputs(r->runtime);
    struct output file;
    if (!output_open(&file, path, err)) return false;
    return output_close(&file, fwrite(r->out, sizeof *r->out, floats, file.file) == floats, err);
}

static enum status run(const struct call *call, struct error *err) {
    const struct given *g = call->given;
    struct running r = {.given = g};
    int64_t used;
    bool good = running_open(&r, call, err);
    if (good && !call->line.quiet) running_remark(r.plan);
    good = good && running_check(&r, &used, err);
    if (good) {
        struct timing t = running_time(&r);
        good = running_report(&r, t, used, err);
    }
    good = good && (!g->output || running_output(&r, g->output, err)) &&
           (!g->steps || running_steps(&r, g->steps, err)) && (!g->trace || running_trace(&r, g->trace, err));
    running_free(&r);
    return good ? STATUS_DONE : STATUS_BAD;
}

const struct command command_run = {
    .flags =
        {.program = "taso run",
         .operands = "PLAN",
         .least_operands = 1,
         .most_operands = 1,
         .summary = "execute a plan: predicted against measured time and memory, and correctness",
         .help =
             "Runs the network as selected, in one arena of the planned size, without allocating on the way. Times are medians of\n"
             "CPU time (wall-clock time with several threads); drift is how much slower two fixed pieces of work are now than when\n"
             "the profile was measured. planned-bytes is the selection's memory under memory model peak; used-bytes is the extent of\n"
             "the arena that a run writes, found by filling it with a pattern. --check compares the output of every layer with a\n"
             "reference: max |e| / max |ref|; exceeding the primitives' tolerances is an error. A plan whose figures differ from\n"
             "those of its choices is refused, and so are --threads or --isa with which it would exceed its budget.\n"
             "Threads that wait for others soon sleep, so that they take no time from other processes; OMP_WAIT_POLICY=active has\n"
             "them spin.\n"
             "In steps and trace, into is the step that writes its output over this one's or, a concatenation, around it; -1: none.\n"
             "The layers of a segment are run by turns, a few rows at a time: their times are those of all calls together.\n"
             "\n"
             "Example: taso run vgg16.plan --check --repeat 10 --trace vgg16.json",
         .flag = flags,
         .preset = &preset,
         .size = sizeof preset},
    .run = run};
