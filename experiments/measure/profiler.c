#include "experiments/measure/profiler.h"

#include <assert.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "experiments/measure/foreseen.h"
#include "experiments/measure/pooled.h"
#include "experiments/measure/premieres.h"
#include "experiments/measure/progress.h"
#include "experiments/measure/rehearsal.h"
#include "experiments/measure/resume.h"
#include "experiments/measure/units.h"
#include "solver/base/clock.h"
#include "solver/base/memory.h"
#include "solver/base/numbers.h"

/* --- the second pass --------------------------------------------------------------------------------------------- */

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
                          .estimate = &p->estimate};
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

/* --- the first pass ---------------------------------------------------------------------------------------------- */

#define WATCH_S 10

/* Once, if others have the processor. With several threads, this one also waits for the others. */
static void profiler_watch(struct profiler *p) {
    const double now = clock_wall();
    if (p->threads_share.wall_s == 0) p->threads_share = host_share_begin();
    if (p->warned || p->measure.threads > 1 || now - p->threads_share.wall_s < WATCH_S) return;
    const double share = host_share(&p->threads_share);
    p->threads_share = host_share_begin();
    if (share >= HOST_BUSY) return;
    p->warned = true;
    progress_say(
        "the machine is busy: of the last %d s this process had a processor for %.0f %%, and its times are noisy. "
        "Stop other work, or move to an idle processor (--cpu auto); --resume continues from here",
        WATCH_S, 100 * share);
}

/* The order of units of one kind, which come from cheap to expensive: the first few show which primitives are fast, then
 * cheap and expensive ones alternate, so that the time left can be estimated from what is done. */
#define TEACHING 6
static void order_kind(int *order, int first, int last) {
    const int count = last - first;
    int step = (int)(0.618 * count) + 1, k = 0;
    while (numbers_gcd(step, count) != 1) step++;
    for (int i = 0; i < count && i < TEACHING; i++) order[first + k++] = first + i;
    for (int i = 0, at = 0; i < count; i++, at = (at + step) % count)
        if (at >= TEACHING) order[first + k++] = first + at;
    assert(k <= count);
}

/* Do all of 0 .. count - 1 occur? */
static bool order_whole(const int *order, int count) {
    bool *seen = MEMORY_NEW(bool, count);
    int times = 0;
    for (int i = 0; i < count; i++)
        if (order[i] >= 0 && order[i] < count && !seen[order[i]]) seen[order[i]] = true, times++;
    free(seen);
    return times == count;
}

static int *order_new(const struct workload *w) {
    int *order = MEMORY_NEW(int, w->units);
    for (int first = 0, last; first < w->units; first = last) {
        for (last = first + 1; last < w->units && w->unit[last].kind == w->unit[first].kind;) last++;
        order_kind(order, first, last);
    }
    assert(order_whole(order, w->units));
    return order;
}

/* Writing all rows after each unit would take longer than some units: only if it takes a tenth of the time since. */
#define WRITING 10
struct saved {
    double at_s, took_s;
};

static bool save(struct saved *s, struct profiler *p, const char *part, bool now, struct error *err) {
    const double begun = clock_wall();
    if (!part || (!now && begun - s->at_s < WRITING * s->took_s)) return true;
    const bool good = profile_write(p->profile, part, err);
    s->at_s = clock_wall();
    s->took_s = s->at_s - begun;
    return good;
}

_Static_assert((int)WORK_CONV == (int)PROFILE_CONV && (int)WORK_STRIP == (int)PROFILE_STRIP,
               "works.def begins with kinds");

static bool measure_unit(struct profiler *p, struct pooled *pooled, struct ranking *ranking, const struct unit *u,
                         int number) {
    char words[WORKLOAD_WORDS];
    workload_words(words, u);
    snprintf(p->what, sizeof p->what, "%d of %d scenarios: %s", number, p->workload->units, words);
    p->unit_begun_s = clock_wall();
    p->unit_planned_s = workload_seconds(u, p->measure.effort);
    measuring_show(p, (enum work)u->kind, 0);
    profiler_watch(p);
    const int rows = p->profile->rows;
    const bool complete = units_measure(p, pooled, ranking, u);
    if (!complete)
        p->profile->rows = rows; /* half a unit is useless */
    else
        estimate_did(&p->estimate, (enum work)u->kind, p->unit_planned_s, clock_wall() - p->unit_begun_s);
    p->unit_begun_s = 0;
    return complete;
}

static enum profiler_end measure_all(struct profiler *p, const enum taken *taken, const char *part, struct error *err) {
    struct pooled pooled = {0};
    struct ranking ranking;
    struct saved saved = {0};
    int *order = order_new(p->workload);
    enum profiler_end end = PROFILER_DONE;
    units_ranking_init(&ranking);
    for (int i = 0; end == PROFILER_DONE && i < p->workload->units; i++) {
        if (taken[order[i]]) continue;
        if (i > 0 && p->workload->unit[order[i]].kind != p->workload->unit[order[i - 1]].kind) pooled_free(&pooled);
        if (!measure_unit(p, &pooled, &ranking, &p->workload->unit[order[i]], p->taken_over + p->measured + 1))
            end = PROFILER_INTERRUPTED;
        else
            p->measured++;
        if (end == PROFILER_DONE && !save(&saved, p, part, false, err)) end = PROFILER_FAILED;
    }
    if (end != PROFILER_FAILED && p->profile->rows > 0 && !save(&saved, p, part, true, err)) end = PROFILER_FAILED;
    units_ranking_free(&ranking);
    pooled_free(&pooled);
    free(order);
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

/* false: nothing is to be measured, the file exists and is complete. */
static bool plan_work(struct profiler *p, const enum taken *taken, bool begun) {
    bool fresh = begun;
    for (int i = 0; i < p->workload->units; i++) {
        const struct unit *u = &p->workload->unit[i];
        if (!taken[i]) estimate_plan(&p->estimate, (enum work)u->kind, workload_seconds(u, p->measure.effort));
        fresh = fresh || taken[i] != TAKEN_FINISHED;
    }
    if (p->shard.count) return fresh;
    estimate_plan(&p->estimate, WORK_REHEARSAL, foreseen_rehearsal(p->workload, p->measure.effort));
    for (int i = 0; i < p->workload->networks; i++)
        estimate_plan(&p->estimate, WORK_PLANS,
                      premieres_seconds(p->workload->network[i], p->measure.effort, p->plans, p->workload->strips));
    return fresh;
}

/* Where the time went. */
static void note_seconds(struct profiler *p) {
    char text[64 * WORKS] = "";
    for (int k = 0; k < WORK_PLANS; k++) {
        const size_t used = strlen(text);
        if (p->estimate.spent_s[k] > 0)
            snprintf(text + used, sizeof text - used, "%s%s %.1f", used ? ", " : "", work_words[k],
                     p->estimate.spent_s[k]);
    }
    notes_set(&p->profile->notes, "seconds", text);
}

static void profiler_note(struct profiler *p, const struct host_share *since) {
    char text[32];
    p->share = p->measure.threads > 1 ? 1 : host_share(since);
    snprintf(text, sizeof text, "%.3f", p->share);
    notes_set(&p->profile->notes, "cpu_share", p->measure.threads > 1 ? "unknown" : text);
    host_note_load(&p->profile->notes, "load_after");
    note_seconds(p);
    snprintf(text, sizeof text, "%d", units_judged(p->profile));
    notes_set(&p->profile->notes, "judged_rows", text);
}

/* Both passes and the finished file. */
static enum profiler_end profiler_measure(struct profiler *p, const enum taken *taken, const char *part,
                                          const char *kept, struct error *err) {
    const bool begun = part && access(part, F_OK) == 0;
    if (!plan_work(p, taken, begun)) return profile_sort(p->profile, err) ? PROFILER_DONE : PROFILER_FAILED;
    if (p->taken_over > 0) progress_say("resuming at %d of %d scenarios", p->taken_over, p->workload->units);
    progress_begin();
    const struct host_share share = host_share_begin();
    enum profiler_end end = measure_all(p, taken, part, err);
    if (end == PROFILER_DONE && !p->shard.count) end = rehearse(p, taken, kept, begun, err);
    progress_end();
    profiler_note(p, &share);
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
