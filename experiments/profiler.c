#include "experiments/profiler.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "experiments/pool.h"
#include "experiments/precious.h"
#include "experiments/progress.h"
#include "experiments/rehearsal.h"
#include "kernels/convert.h"
#include "kernels/isa.h"
#include "solver/memory.h"
#include "solver/provenance.h"

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
    operator_run(s, t->from, b->output, t->in, b->stored, s->kind == OPERATOR_FC ? b->bias : NULL, b->workspace,
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

/* Primitives from fast to slow, as far as is known: rank[p] is its last time relative to the best of the same scenario. So
 * the hopeless are recognised at their first run, and the first of a scenario is rarely one of them. */
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
        if (*p->interrupted) return false;
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
            if (*p->interrupted) return false;
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
        if (*p->interrupted) return false;
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

static void note(void *to, const char *key, const char *value) {
    profile_note(to, key, value);
}

/* Rows may be put together only where all of this is the same; `commit`, `date` and `command` may differ. */
static const char *const must_agree[] = {"measured_by", "host",   "compiler", "flags",      "threads",
                                         "isa",         "effort", "clock",    "evict_bytes"};
#define REHEARSAL_WORK 60 /* of a network, in a round: units of workload.h, on the average of the built-in networks */
#define MUST_AGREE     ((int)(sizeof must_agree / sizeof must_agree[0]))

static void note_settings(struct profiler *p) {
    char bytes[32], read[48];
    snprintf(read, sizeof read, "%" PRId64 " (subtracted)", p->measure.clock_read_ns);
    snprintf(bytes, sizeof bytes, "%zu", p->measure.evict_bytes);
    provenance_each(note, p->profile, p->measure.threads);
    profile_note(p->profile, "measured_by", build_measured_by);
    profile_note(p->profile, "isa", isa_names[isa_current()]);
    profile_note(p->profile, "effort", p->measure.effort->name);
    profile_note(p->profile, "clock", p->measure.threads > 1 ? "wall" : "thread CPU time");
    profile_note(p->profile, "clock_read_ns", read);
    profile_note(p->profile, "denormals", "flushed to zero");
    profile_note(p->profile, "evict_bytes", bytes);
}

enum taken { TAKEN_NOT, TAKEN_PART, TAKEN_FINISHED }; /* where a unit's rows come from */

static bool same_unit(const struct profile_row *a, const struct profile_row *b) {
    return a->kind == b->kind && strcmp(a->scenario, b->scenario) == 0;
}

/* Are the old profile's rows of this scenario to be taken over? Not if they are there already, nor if this workload needs more
 * rows of it than were measured. Scenarios of other networks are kept. Marks the unit as taken. */
static bool wanted(const struct profiler *p, const struct profile_row *of, const struct profile *old, enum taken *taken,
                   enum taken as) {
    for (int i = 0; i < p->profile->rows; i++)
        if (same_unit(of, &p->profile->row[i])) return false;
    for (int i = 0; i < p->workload->units; i++) {
        const struct unit *u = &p->workload->unit[i];
        if (u->kind != of->kind || strcmp(u->text, of->scenario) != 0) continue;
        taken[i] = unit_complete(u, old) ? as : TAKEN_NOT;
        return taken[i] != TAKEN_NOT;
    }
    return true;
}

static bool agrees(const struct profile *old, const struct profile *now, struct error *err) {
    for (int i = 0; i < MUST_AGREE; i++) {
        const char *had = profile_noted(old, must_agree[i]), *have = profile_noted(now, must_agree[i]);
        if (!had) had = "nothing";
        if (strcmp(had, have) != 0)
            return error_at(err, old->path, 0, "was measured with %s '%s', this run has '%s'; --force measures afresh",
                            must_agree[i], had, have);
    }
    return true;
}

/* Takes over the complete units of an earlier profile at `path`, if there is one. */
static bool take_over(struct profiler *p, const char *path, enum taken *taken, enum taken as, struct error *err) {
    if (access(path, F_OK) != 0) return true;
    struct profile *old = profile_read(path, err);
    if (!old) return false;
    bool good = agrees(old, p->profile, err);
    for (int first = 0, last; good && first < old->rows; first = last) {
        for (last = first + 1; last < old->rows && same_unit(&old->row[first], &old->row[last]);) last++;
        if (!wanted(p, &old->row[first], old, taken, as)) continue;
        for (int row = first; row < last; row++) profile_add(p->profile, &old->row[row]);
        p->taken_over++;
    }
    profile_free(old);
    return good;
}

/* With force a part that cannot be taken over is dropped, and the samples that belong to its rows. */
static bool take_part(struct profiler *p, const char *part, const char *kept, enum taken *taken, struct error *err) {
    struct error unfit = {""};
    if (take_over(p, part, taken, TAKEN_PART, p->force ? &unfit : err)) return true;
    if (!p->force) return false;
    unlink(kept);
    unlink(part);
    return true;
}

/* What stands at PROFILE, PROFILE.part and PROFILE.samples is of their kind, and PROFILE itself may be added to or replaced. */
static bool may_write(const struct profiler *p, const char *part, const char *kept, struct error *err) {
    if (access(p->path, F_OK) == 0 && !p->resume && !p->force)
        return error_at(err, p->path, 0,
                        "exists, and stays (expected a new name, --resume to add to it, or --force to measure afresh)");
    return precious_kind(p->path, "taso-profile", err) && precious_kind(part, "taso-profile", err) &&
           precious_kind(kept, "taso-samples", err);
}

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
                          .interrupted = p->interrupted,
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
    note_settings(p);
    enum profiler_end end = PROFILER_FAILED;
    if (!part || (may_write(p, part, kept, err) && (!p->resume || take_over(p, p->path, taken, TAKEN_FINISHED, err)) &&
                  take_part(p, part, kept, taken, err)))
        end = profiler_measure(p, taken, part, kept, err);
    free(taken);
    free(part);
    free(kept);
    return end;
}
