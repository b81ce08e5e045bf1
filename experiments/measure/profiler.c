#include "experiments/measure/profiler.h"

#include <assert.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "experiments/measure/pooled.h"
#include "experiments/measure/progress.h"
#include "experiments/measure/rehearsal.h"
#include "experiments/measure/resume.h"
#include "experiments/measure/strips.h"
#include "experiments/runtime/launch.h"
#include "kernels/layout/convert.h"
#include "solver/base/memory.h"

struct task { /* one row: a kernel, ready to run in pooled memory */
    const struct unit *unit;
    struct launch launch;
};

static void task_run(const void *task) {
    launch_run(&((const struct task *)task)->launch);
}

/* Addresses are known only after all memory has been requested, since it may move. */
static void task_memory(struct task *t, const struct pooled *b) {
    t->launch.out = b->output;
    t->launch.stored = b->stored;
    t->launch.workspace = b->workspace;
}

void profiler_add(struct profiler *p, const struct unit *u, const struct measured *m) {
    const struct timing *took = &m->took;
    struct profile_row row = {.kind = u->kind,
                              .scenario = u->text,
                              .name = (char *)(uintptr_t)m->name, /* copied by profile_add */
                              .from = m->from,
                              .to = m->to,
                              .median_ns = took->median_ns,
                              .min_ns = took->min_ns,
                              .spread_ns = took->spread_ns < 0 ? PROFILE_MISSING : took->spread_ns,
                              .runs = took->runs,
                              .workspace_bytes = (int64_t)m->workspace,
                              .weights_bytes = (int64_t)m->weights};
    assert(took->min_ns <= took->median_ns && took->runs >= 1);
    profile_add(p->profile, &row);
}

static void task_add(struct profiler *p, const struct task *t, const char *name, struct timing took, size_t workspace,
                     size_t weights) {
    profiler_add(p, t->unit, &(struct measured){name, t->launch.from, t->launch.to, took, workspace, weights});
}

/* Primitives from fast to slow, as far as is known: rank[p] is the last time of p relative to the best of the same
 * scenario. The first of a scenario is then rarely a slow one, and slow ones are recognised at their first run. */
struct ranking {
    double *rank;
    int *order;
};

static void ranking_sort(struct ranking *r) { /* insertion: nearly sorted already */
    for (int i = 1; i < primitive_count; i++)
        for (int j = i; j > 0 && r->rank[r->order[j]] < r->rank[r->order[j - 1]]; j--) {
            int swap = r->order[j];
            r->order[j] = r->order[j - 1];
            r->order[j - 1] = swap;
        }
}

static bool measure_conv(struct profiler *p, struct pooled *b, struct ranking *r, const struct unit *u) {
    const struct scenario *s = &u->scenario;
    struct task t = {.unit = u,
                     .launch = {.kind = LAUNCH_PRIMITIVE,
                                .scenario = s,
                                .activation = activation_of(ACTIVATION_RELU),
                                .threads = p->measure.threads}};
    size_t inputs = (size_t)s->C * (size_t)s->H * (size_t)s->W;
    size_t outputs = (size_t)s->M * (size_t)scenario_out_h(s) * (size_t)scenario_out_w(s);
    size_t raw = (size_t)s->M * (size_t)(s->C / s->groups) * (size_t)s->KH * (size_t)s->KW;
    pooled_need(&b->input, &b->input_bytes, inputs * sizeof(float));
    pooled_need(&b->output, &b->output_bytes, outputs * sizeof(float));
    pooled_need(&b->raw, &b->raw_bytes, raw * sizeof(float));
    pooled_need(&b->bias, &b->bias_bytes, (size_t)s->M * sizeof(float));
    t.launch.in[0] = b->input, t.launch.bias = b->bias;
    int64_t best_ns = 0;
    ranking_sort(r);
    for (int i = 0; i < primitive_count; i++) {
        const struct primitive *q = &primitives[r->order[i]];
        if (!primitive_applies(q, s)) continue;
        if (*p->interrupt) return false;
        progress_show(p->done + u->work * i / primitive_count, p->total, u->text);
        size_t workspace = primitive_workspace(q, s, p->measure.threads), weights = primitive_weights(q, s);
        pooled_need(&b->workspace, &b->workspace_bytes, workspace);
        pooled_need(&b->stored, &b->stored_bytes, weights);
        primitive_prepare(q, s, b->stored, b->raw);
        t.launch.primitive = q, t.launch.from = q->in, t.launch.to = q->out;
        task_memory(&t, b);
        struct timing took = measure_run(&p->measure, task_run, &t, b->input, inputs, best_ns);
        if (best_ns == 0 || took.median_ns < best_ns) best_ns = took.median_ns;
        r->rank[r->order[i]] = (double)took.median_ns; /* made relative below, when the best is known */
        task_add(p, &t, q->name, took, workspace, weights);
    }
    assert(best_ns > 0); /* sum2d applies everywhere */
    for (int i = 0; i < primitive_count; i++)
        if (primitive_applies(&primitives[i], s)) r->rank[i] /= (double)best_ns;
    return true;
}

static bool measure_convert(struct profiler *p, struct pooled *b, const struct unit *u) {
    struct task t = {.unit = u,
                     .launch = {.kind = LAUNCH_CONVERSION, .shape = u->tensor, .threads = p->measure.threads}};
    size_t floats = (size_t)u->tensor.C * (size_t)u->tensor.H * (size_t)u->tensor.W;
    pooled_need(&b->input, &b->input_bytes, floats * sizeof(float));
    pooled_need(&b->output, &b->output_bytes, floats * sizeof(float));
    t.launch.in[0] = b->input;
    task_memory(&t, b);
    for (int from = 0; from < LAYOUTS; from++)
        for (int to = 0; to < LAYOUTS; to++) {
            if (from == to) continue;
            if (*p->interrupt) return false;
            t.launch.from = (enum layout)from, t.launch.to = (enum layout)to;
            struct timing took = measure_run(&p->measure, task_run, &t, b->input, floats, 0);
            task_add(p, &t, "convert", took,
                     convert_workspace(u->tensor.C, u->tensor.H, u->tensor.W, t.launch.from, t.launch.to), 0);
        }
    return true;
}

static bool measure_layer(struct profiler *p, struct pooled *b, const struct unit *u) {
    const struct operator_shape *s = &u->operator;
    struct task t = {.unit = u, .launch = {.kind = LAUNCH_OPERATOR, .operator= s, .threads = p->measure.threads}};
    size_t offset[OPERATOR_INPUTS], inputs = 0, outputs = (size_t)s->M * (size_t)s->OH * (size_t)s->OW;
    for (int i = 0; i < s->inputs; i++) {
        offset[i] = inputs;
        /* Each input starts at a cache line. */
        inputs += ((size_t)s->C[i] * (size_t)s->H * (size_t)s->W + 15) / 16 * 16;
    }
    pooled_need(&b->input, &b->input_bytes, inputs * sizeof(float));
    pooled_need(&b->output, &b->output_bytes, outputs * sizeof(float));
    pooled_need(&b->bias, &b->bias_bytes, (size_t)s->M * sizeof(float));
    for (int i = 0; i < s->inputs; i++) t.launch.in[i] = b->input + offset[i];
    if (operators[s->kind]->bias_key) t.launch.bias = b->bias;
    size_t weights = operator_weights(s, LAYOUT_CHW);
    if (weights) pooled_need(&b->raw, &b->raw_bytes, weights);
    for (int l = 0; l < LAYOUTS; l++) {
        if (*p->interrupt) return false;
        enum layout layout = (enum layout)l;
        size_t workspace = operator_workspace(s, layout, p->measure.threads);
        weights = operator_weights(s, layout);
        pooled_need(&b->workspace, &b->workspace_bytes, workspace);
        pooled_need(&b->stored, &b->stored_bytes, weights);
        if (weights) operator_prepare(s, layout, b->stored, b->raw);
        t.launch.from = t.launch.to = layout;
        task_memory(&t, b);
        struct timing took = measure_run(&p->measure, task_run, &t, b->input, inputs, 0);
        task_add(p, &t, operator_names[s->kind], took, workspace, weights);
    }
    return true;
}

static bool measure_unit(struct profiler *p, struct pooled *b, struct ranking *r, const struct unit *u) {
    switch (u->kind) {
    case PROFILE_CONV: return measure_conv(p, b, r, u);
    case PROFILE_CONVERT: return measure_convert(p, b, u);
    case PROFILE_LAYER: return measure_layer(p, b, u);
    case PROFILE_STRIP: return strips_measure(p, b, u);
    case PROFILE_MOVE: return strips_measure_move(p, b, u);
    }
    return false;
}

/* Work of one network in one round of the rehearsal, in the units of workload.h: the average over the built-in
 * networks. */
#define REHEARSAL_WORK 60

/* Rows of a finished profile keep their times. */
static void settle(struct samples *s, const struct profiler *p, const enum taken *taken) {
    int first, last;
    for (int i = 0; i < p->workload->units; i++)
        if (taken[i] == TAKEN_FINISHED &&
            profile_rows(&first, &last, p->profile, p->workload->unit[i].kind, p->workload->unit[i].text))
            while (first < last) samples_settle(s, first++);
}

/* The second pass; its times replace those of the first. */
static enum profiler_end rehearse(struct profiler *p, const enum taken *taken, const char *kept, bool begun,
                                  struct error *err) {
    static const enum profiler_end ends[] = {[REHEARSAL_DONE] = PROFILER_DONE,
                                             [REHEARSAL_INTERRUPTED] = PROFILER_INTERRUPTED,
                                             [REHEARSAL_FAILED] = PROFILER_FAILED};
    struct samples samples;
    char text[32];
    if (!profile_sort(p->profile, err)) return PROFILER_FAILED;
    samples_init(&samples, p->profile);
    settle(&samples, p, taken);
    struct rehearsal r = {.workload = p->workload,
                          .measure = &p->measure,
                          .samples = &samples,
                          .path = kept,
                          .interrupt = p->interrupt,
                          .done = p->done,
                          .total = p->total};
    bool good = !begun || access(kept, F_OK) != 0 || samples_read(&samples, kept, err);
    enum profiler_end end = good ? ends[rehearsal_run(&r, err)] : PROFILER_FAILED;
    p->rehearsed = samples_pool(&samples);
    assert(p->rehearsed <= p->profile->rows);
    snprintf(text, sizeof text, "%d", p->rehearsed);
    notes_set(&p->profile->notes, "rehearsed_rows", text);
    snprintf(text, sizeof text, "%" PRId64, r.compute.median_ns);
    notes_set(&p->profile->notes, YARDSTICK_COMPUTE, text);
    snprintf(text, sizeof text, "%" PRId64, r.memory.median_ns);
    notes_set(&p->profile->notes, YARDSTICK_MEMORY, text);
    samples_free(&samples);
    return end;
}

static enum profiler_end measure_all(struct profiler *p, const enum taken *taken, const char *part, struct error *err) {
    struct pooled pooled = {0};
    struct ranking ranking = {MEMORY_NEW(double, primitive_count), MEMORY_NEW(int, primitive_count)};
    for (int i = 0; i < primitive_count; i++) ranking.order[i] = i;
    enum profiler_end end = PROFILER_DONE;
    for (int i = 0; end == PROFILER_DONE && i < p->workload->units; i++) {
        const struct unit *u = &p->workload->unit[i];
        if (taken[i]) continue;
        progress_show(p->done, p->total, u->text);
        if (!measure_unit(p, &pooled, &ranking, u))
            end = PROFILER_INTERRUPTED; /* the rows of this unit are only in memory, and are lost */
        else if (part && !profile_write(p->profile, part, err))
            end = PROFILER_FAILED;
        else
            p->measured++;
        p->done += u->work;
    }
    free(ranking.rank);
    free(ranking.order);
    pooled_free(&pooled);
    return end;
}

/* A pipe or a device takes the finished profile, but no files next to it. */
static bool can_resume(const char *path) {
    struct stat info;
    return strcmp(path, "-") != 0 && (stat(path, &info) != 0 || S_ISREG(info.st_mode));
}

static char *next_to(const char *path, const char *ending) {
    size_t room = strlen(path) + strlen(ending) + 1;
    char *name = memory_new(room, 1);
    snprintf(name, room, "%s%s", path, ending);
    return name;
}

/* Both passes and the finished file. */
static enum profiler_end profiler_measure(struct profiler *p, const enum taken *taken, const char *part,
                                          const char *kept, struct error *err) {
    bool begun = part && access(part, F_OK) == 0, fresh = begun;
    for (int i = 0; i < p->workload->units; i++) {
        p->total += taken[i] ? 0 : p->workload->unit[i].work;
        fresh = fresh || taken[i] != TAKEN_FINISHED;
    }
    if (!fresh) return profile_sort(p->profile, err) ? PROFILER_DONE : PROFILER_FAILED; /* the file exists, complete */
    p->total += REHEARSAL_WORK * p->measure.effort->rounds * p->workload->networks;
    progress_begin();
    enum profiler_end end = measure_all(p, taken, part, err);
    if (end == PROFILER_DONE) end = rehearse(p, taken, kept, begun, err);
    progress_end();
    if (end == PROFILER_DONE && !profile_write(p->profile, p->path, err)) end = PROFILER_FAILED;
    if (end == PROFILER_DONE && part) {
        unlink(kept);
        unlink(part);
    }
    return end;
}

enum profiler_end profiler_run(struct profiler *p, struct error *err) {
    bool resumable = can_resume(p->path);
    char *part = resumable ? next_to(p->path, ".part") : NULL, *kept = resumable ? next_to(p->path, ".samples") : NULL;
    enum taken *taken = MEMORY_NEW(enum taken, p->workload->units);
    p->profile = profile_new();
    resume_settings(p);
    enum profiler_end end = PROFILER_FAILED;
    if (!part || resume_take(p, part, kept, taken, err)) end = profiler_measure(p, taken, part, kept, err);
    free(taken);
    free(part);
    free(kept);
    return end;
}
