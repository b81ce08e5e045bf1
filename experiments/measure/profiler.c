#include "experiments/measure/profiler.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "experiments/measure/pool.h"
#include "experiments/measure/progress.h"
#include "experiments/measure/rehearsal.h"
#include "experiments/measure/resume.h"
#include "kernels/layout/convert.h"
#include "solver/base/memory.h"

struct task { /* one kernel, ready to run in the pool */
    const struct unit *unit;
    const struct primitive *primitive;
    enum layout from, to;
    int threads;
    const struct pool *pool;
    const float *in[OPERATOR_INPUTS];
};

static void run_conv(const void *task) {
    const struct task *t = task;
    const struct pool *b = t->pool;
    primitive_run(t->primitive, &t->unit->scenario, b->output, b->input, b->stored, b->bias, true, b->workspace,
                  t->threads);
}

static void run_convert(const void *task) {
    const struct task *t = task;
    struct shape s = t->unit->tensor;
    convert_run(t->pool->output, t->pool->input, s.C, s.H, s.W, t->from, t->to, t->threads);
}

static void run_layer(const void *task) {
    const struct task *t = task;
    const struct operator_shape *s = &t->unit->operator;
    const struct pool *b = t->pool;
    operator_run(s, t->from, b->output, t->in, b->stored, operators[s->kind]->bias_key ? b->bias : NULL, b->workspace,
                 t->threads);
}

static void add_row(struct profiler *p, const struct task *t, const char *name, struct timing took, size_t workspace,
                    size_t weights) {
    struct profile_row row = {.kind = t->unit->kind,
                              .scenario = t->unit->text,
                              .name = (char *)(uintptr_t)name, /* copied by profile_add */
                              .from = t->from,
                              .to = t->to,
                              .median_ns = took.median_ns,
                              .min_ns = took.min_ns,
                              .spread_ns = took.spread_ns < 0 ? PROFILE_MISSING : took.spread_ns,
                              .runs = took.runs,
                              .workspace_bytes = (int64_t)workspace,
                              .weights_bytes = (int64_t)weights};
    profile_add(p->profile, &row);
}

/* Primitives from fast to slow, as far as is known: rank[p] is its last time relative to the best of the same scenario.
 * So the hopeless are recognised at their first run, and the first of a scenario is rarely one of them. */
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

static bool measure_conv(struct profiler *p, struct pool *b, struct ranking *r, const struct unit *u) {
    const struct scenario *s = &u->scenario;
    struct task t = {.unit = u, .threads = p->measure.threads, .pool = b};
    size_t inputs = (size_t)s->C * (size_t)s->H * (size_t)s->W;
    size_t outputs = (size_t)s->M * (size_t)scenario_out_h(s) * (size_t)scenario_out_w(s);
    size_t raw = (size_t)s->M * (size_t)(s->C / s->groups) * (size_t)s->KH * (size_t)s->KW;
    pool_need(&b->input, &b->input_bytes, inputs * sizeof(float));
    pool_need(&b->output, &b->output_bytes, outputs * sizeof(float));
    pool_need(&b->raw, &b->raw_bytes, raw * sizeof(float));
    pool_need(&b->bias, &b->bias_bytes, (size_t)s->M * sizeof(float));
    int64_t best_ns = 0;
    ranking_sort(r);
    for (int i = 0; i < primitive_count; i++) {
        const struct primitive *q = &primitives[r->order[i]];
        if (!primitive_applies(q, s)) continue;
        if (*p->interrupt) return false;
        progress_show(p->done + u->work * i / primitive_count, p->total, u->text);
        size_t workspace = primitive_workspace(q, s, t.threads), weights = primitive_weights(q, s);
        pool_need(&b->workspace, &b->workspace_bytes, workspace);
        pool_need(&b->stored, &b->stored_bytes, weights);
        primitive_prepare(q, s, b->stored, b->raw);
        t.primitive = q, t.from = q->in, t.to = q->out;
        struct timing took = measure_run(&p->measure, run_conv, &t, b->input, inputs, best_ns);
        if (best_ns == 0 || took.median_ns < best_ns) best_ns = took.median_ns;
        r->rank[r->order[i]] = (double)took.median_ns; /* relative to the best below, when it is known */
        add_row(p, &t, q->name, took, workspace, weights);
    }
    for (int i = 0; i < primitive_count; i++)
        if (primitive_applies(&primitives[i], s)) r->rank[i] /= (double)best_ns;
    return true;
}

static bool measure_convert(struct profiler *p, struct pool *b, const struct unit *u) {
    struct task t = {.unit = u, .threads = p->measure.threads, .pool = b};
    size_t floats = (size_t)u->tensor.C * (size_t)u->tensor.H * (size_t)u->tensor.W;
    pool_need(&b->input, &b->input_bytes, floats * sizeof(float));
    pool_need(&b->output, &b->output_bytes, floats * sizeof(float));
    for (int from = 0; from < LAYOUTS; from++)
        for (int to = 0; to < LAYOUTS; to++) {
            if (from == to) continue;
            if (*p->interrupt) return false;
            t.from = (enum layout)from, t.to = (enum layout)to;
            struct timing took = measure_run(&p->measure, run_convert, &t, b->input, floats, 0);
            add_row(p, &t, "convert", took, convert_workspace(u->tensor.C, u->tensor.H, u->tensor.W, t.from, t.to), 0);
        }
    return true;
}

static bool measure_layer(struct profiler *p, struct pool *b, const struct unit *u) {
    const struct operator_shape *s = &u->operator;
    struct task t = {.unit = u, .threads = p->measure.threads, .pool = b};
    size_t offset[OPERATOR_INPUTS], inputs = 0, outputs = (size_t)s->M * (size_t)s->OH * (size_t)s->OW;
    for (int i = 0; i < s->inputs; i++) {
        offset[i] = inputs;
        inputs +=
            ((size_t)s->C[i] * (size_t)s->H * (size_t)s->W + 15) / 16 * 16; /* each from a cache line of its own */
    }
    pool_need(&b->input, &b->input_bytes, inputs * sizeof(float));
    pool_need(&b->output, &b->output_bytes, outputs * sizeof(float));
    pool_need(&b->bias, &b->bias_bytes, (size_t)s->M * sizeof(float));
    for (int i = 0; i < s->inputs; i++) t.in[i] = b->input + offset[i];
    size_t weights = operator_weights(s, LAYOUT_CHW);
    if (weights) pool_need(&b->raw, &b->raw_bytes, weights);
    for (int l = 0; l < LAYOUTS; l++) {
        if (*p->interrupt) return false;
        enum layout layout = (enum layout)l;
        size_t workspace = operator_workspace(s, layout, t.threads);
        weights = operator_weights(s, layout);
        pool_need(&b->workspace, &b->workspace_bytes, workspace);
        pool_need(&b->stored, &b->stored_bytes, weights);
        if (weights) operator_prepare(s, layout, b->stored, b->raw);
        t.from = t.to = layout;
        struct timing took = measure_run(&p->measure, run_layer, &t, b->input, inputs, 0);
        add_row(p, &t, operator_names[s->kind], took, workspace, weights);
    }
    return true;
}

static bool measure_unit(struct profiler *p, struct pool *b, struct ranking *r, const struct unit *u) {
    switch (u->kind) {
    case PROFILE_CONV: return measure_conv(p, b, r, u);
    case PROFILE_CONVERT: return measure_convert(p, b, u);
    case PROFILE_LAYER: return measure_layer(p, b, u);
    }
    return false;
}

/* Of a network, in a round: units of workload.h, on the average of the built-in networks. */
#define REHEARSAL_WORK 60

/* Rows that a finished profile had stay as they are. */
static void settle(struct samples *s, const struct profiler *p, const enum taken *taken) {
    int first, last;
    for (int i = 0; i < p->workload->units; i++)
        if (taken[i] == TAKEN_FINISHED &&
            profile_rows(&first, &last, p->profile, p->workload->unit[i].kind, p->workload->unit[i].text))
            while (first < last) samples_settle(s, first++);
}

/* The second pass, whose times take the place of the first's. */
static enum profiler_end rehearse(struct profiler *p, const enum taken *taken, const char *kept, bool begun,
                                  struct error *err) {
    static const enum profiler_end ends[] = {[REHEARSAL_DONE] = PROFILER_DONE,
                                             [REHEARSAL_INTERRUPTED] = PROFILER_INTERRUPTED,
                                             [REHEARSAL_FAILED] = PROFILER_FAILED};
    struct samples samples;
    char text[32];
    if (!profile_sort(p->profile, err)) return PROFILER_FAILED;
    samples_open(&samples, p->profile);
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
    snprintf(text, sizeof text, "%d", p->rehearsed);
    profile_note(p->profile, "rehearsed_rows", text);
    snprintf(text, sizeof text, "%" PRId64, r.compute.median_ns);
    profile_note(p->profile, YARDSTICK_COMPUTE, text);
    snprintf(text, sizeof text, "%" PRId64, r.memory.median_ns);
    profile_note(p->profile, YARDSTICK_MEMORY, text);
    samples_free(&samples);
    return end;
}

static enum profiler_end measure_all(struct profiler *p, const enum taken *taken, const char *part, struct error *err) {
    struct pool pool = {0};
    struct ranking ranking = {MEMORY_NEW(double, primitive_count), MEMORY_NEW(int, primitive_count)};
    for (int i = 0; i < primitive_count; i++) ranking.order[i] = i;
    enum profiler_end end = PROFILER_DONE;
    for (int i = 0; end == PROFILER_DONE && i < p->workload->units; i++) {
        const struct unit *u = &p->workload->unit[i];
        if (taken[i]) continue;
        progress_show(p->done, p->total, u->text);
        if (!measure_unit(p, &pool, &ranking, u))
            end = PROFILER_INTERRUPTED; /* the rows of this unit are in memory only, and go with it */
        else if (part && !profile_write(p->profile, part, err))
            end = PROFILER_FAILED;
        else
            p->measured++;
        p->done += u->work;
    }
    free(ranking.rank);
    free(ranking.order);
    pool_free(&pool);
    return end;
}

/* Standard output, a pipe or a device takes the finished profile, but nothing can stand beside it. */
static bool can_resume(const char *path) {
    struct stat info;
    return strcmp(path, "-") != 0 && (stat(path, &info) != 0 || S_ISREG(info.st_mode));
}

static char *beside(const char *path, const char *ending) {
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
    if (!fresh) return PROFILER_DONE; /* the file stands, and says all */
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
    bool beside_it = can_resume(p->path);
    char *part = beside_it ? beside(p->path, ".part") : NULL, *kept = beside_it ? beside(p->path, ".samples") : NULL;
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
