#include "experiments/measure/resume.h"

#include <assert.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "experiments/measure/precious.h"
#include "kernels/isa.h"
#include "solver/base/provenance.h"

static void resume_note(void *to, const char *key, const char *value) {
    notes_set(to, key, value);
}

const char *const resume_agree[RESUME_AGREE] = {"measured_by", "host",   "compiler", "flags",      "threads",
                                                "isa",         "effort", "clock",    "evict_bytes"};

void resume_settings(struct profiler *p) {
    char bytes[32], read[48], shard[SHARD_TEXT];
    snprintf(read, sizeof read, "%" PRId64 " (subtracted)", p->measure.clock_read_ns);
    snprintf(bytes, sizeof bytes, "%zu", p->measure.evict_bytes);
    provenance_each(resume_note, &p->profile->notes, p->measure.threads);
    host_note(&p->profile->notes, "");
    host_note_load(&p->profile->notes, "load_before");
    notes_set(&p->profile->notes, "measured_by", build_measured_by);
    notes_set(&p->profile->notes, "isa", isa_names[isa_current()]);
    notes_set(&p->profile->notes, "effort", p->measure.effort->name);
    notes_set(&p->profile->notes, "clock", p->measure.threads > 1 ? "wall" : "thread CPU time");
    notes_set(&p->profile->notes, "clock_read_ns", read);
    notes_set(&p->profile->notes, "denormals", "flushed to zero");
    notes_set(&p->profile->notes, "evict_bytes", bytes);
    notes_set(&p->profile->notes, "networks", p->workload->names);
    notes_set(&p->profile->notes, "streaming", p->workload->strips ? "yes" : "no");
    if (p->shard.count) shard_print(shard, &p->shard);
    if (p->shard.count) notes_set(&p->profile->notes, "shard", shard);
}

static bool resume_same(const struct profile_row *a, const struct profile_row *b) {
    return a->kind == b->kind && strcmp(a->scenario, b->scenario) == 0;
}

/* Are the old profile's rows of this scenario kept? Not if they are present already, nor if this workload needs more
 * rows of it than were measured. Scenarios of other networks are kept. Marks the unit as taken. */
static bool resume_wanted(const struct profiler *p, const struct profile_row *of, const struct profile *old,
                          enum taken *taken, enum taken as) {
    for (int i = 0; i < p->profile->rows; i++)
        if (resume_same(of, &p->profile->row[i])) return false;
    for (int i = 0; i < p->workload->units; i++) {
        const struct unit *u = &p->workload->unit[i];
        if (u->kind != of->kind || strcmp(u->text, of->scenario) != 0) continue;
        taken[i] = workload_complete(u, old) ? as : TAKEN_NOT;
        return taken[i] != TAKEN_NOT;
    }
    return true;
}

static bool resume_agrees(const struct profile *old, const struct profile *now, struct error *err) {
    for (int i = 0; i < RESUME_AGREE; i++) {
        const char *had = notes_get(&old->notes, resume_agree[i]), *have = notes_get(&now->notes, resume_agree[i]);
        assert(have); /* resume_settings notes each of them */
        if (!had) had = "nothing";
        if (strcmp(had, have) != 0)
            return error_at(err, old->path, 0, "was measured with %s '%s' (this run has '%s'); --force replaces it",
                            resume_agree[i], had, have);
    }
    const char *had = notes_get(&old->notes, "shard"), *have = notes_get(&now->notes, "shard");
    if (strcmp(had ? had : "", have ? have : "") != 0)
        return error_at(err, old->path, 0, "is %s%s (this run measures %s%s); --force replaces it",
                        had ? "shard " : "no shard", had ? had : "", have ? "shard " : "no shard", have ? have : "");
    return true;
}

/* Keeps the complete units of an earlier profile at `path`, if there is one. */
static bool resume_over(struct profiler *p, const char *path, enum taken *taken, enum taken as, struct error *err) {
    if (access(path, F_OK) != 0) return true;
    struct profile *old = profile_read(path, err);
    if (!old) return false;
    bool good = resume_agrees(old, p->profile, err);
    if (as == TAKEN_FINISHED && !p->shard.count && !notes_get(&old->notes, "rehearsed_rows"))
        as = TAKEN_PART; /* merged */
    for (int first = 0, last; good && first < old->rows; first = last) {
        for (last = first + 1; last < old->rows && resume_same(&old->row[first], &old->row[last]);) last++;
        if (!resume_wanted(p, &old->row[first], old, taken, as)) continue;
        for (int row = first; row < last; row++) profile_add(p->profile, &old->row[row]);
        p->taken_over++;
    }
    profile_free(old);
    return good;
}

/* With force, a part that cannot be used is dropped, and so are the samples of its rows. */
static bool resume_part(struct profiler *p, const char *part, const char *kept, enum taken *taken, struct error *err) {
    struct error unfit = {""};
    if (resume_over(p, part, taken, TAKEN_PART, p->force ? &unfit : err)) return true;
    if (!p->force) return false;
    unlink(kept);
    unlink(part);
    return true;
}

/* PROFILE, PROFILE.part and PROFILE.samples are files of their kind, if they exist, and PROFILE may be added to or
 * replaced. */
static bool resume_may_write(const struct profiler *p, const char *part, const char *kept, struct error *err) {
    if (access(p->path, F_OK) == 0 && !p->resume && !p->force)
        return error_at(err, p->path, 0,
                        "exists and is kept (expected a new name, --resume to add to it, or --force to replace it)");
    return precious_kind(p->path, "taso-profile", err) && precious_kind(part, "taso-profile", err) &&
           precious_kind(kept, "taso-samples", err);
}

bool resume_take(struct profiler *p, const char *part, const char *kept, enum taken *taken, struct error *err) {
    return resume_may_write(p, part, kept, err) &&
           (!p->resume || resume_over(p, p->path, taken, TAKEN_FINISHED, err)) &&
           resume_part(p, part, kept, taken, err);
}
