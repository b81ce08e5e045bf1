#include "experiments/measure/merge.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "experiments/measure/resume.h"
#include "experiments/measure/shard.h"
#include "experiments/measure/units.h"
#include "solver/base/memory.h"
#include "solver/base/provenance.h"

/* What parts have in common besides the settings that resume_agree lists: what was asked for, and the kind of machine. */
static const char *const merge_agree[] = {"networks", "streaming",    "cpu",    "caches",    "governor",
                                          "virtual",  "memory_bytes", "kernel", "denormals", "processors"};
#define MERGE_AGREE ((int)(sizeof merge_agree / sizeof merge_agree[0]))

static void merge_note(void *to, const char *key, const char *value) {
    notes_set(to, key, value);
}

static bool merge_key(struct profile *into, const struct profile *first, const struct profile *part, const char *key,
                      struct error *err) {
    const char *had = notes_get(&first->notes, key), *has = notes_get(&part->notes, key);
    if (strcmp(had ? had : "nothing", has ? has : "nothing") != 0)
        return error_at(err, part->path, 0, "was measured with %s '%s' (expected '%s', as %s)", key,
                        has ? has : "nothing", had ? had : "nothing", first->path);
    if (had) notes_set(&into->notes, key, had);
    return true;
}

static bool merge_agrees(struct profile *into, const struct profile *first, const struct profile *part,
                         struct error *err) {
    bool good = true;
    for (int i = 0; good && i < RESUME_AGREE; i++) good = merge_key(into, first, part, resume_agree[i], err);
    for (int i = 0; good && i < MERGE_AGREE; i++) good = merge_key(into, first, part, merge_agree[i], err);
    return good;
}

/* Which shard it is; `whole`: of how many, 0 before the first. given[i]: the path of shard i + 1. */
static bool merge_place(const char **given, int *whole, const struct profile *part, struct error *err) {
    const char *note = notes_get(&part->notes, "shard");
    struct error unread = {""};
    struct shard s;
    if (!note || !shard_parse(&s, "shard", note, &unread))
        return error_at(err, part->path, 0, "is not a shard (expected a profile measured with --shard)");
    if (*whole == 0) *whole = s.count;
    if (s.count != *whole)
        return error_at(err, part->path, 0, "is shard %s (expected one of %d, as the first)", note, *whole);
    if (given[s.index - 1])
        return error_at(err, part->path, 0, "is shard %s, and so is %s (expected each once)", note, given[s.index - 1]);
    given[s.index - 1] = part->path;
    return true;
}

static bool merge_complete(const char *const *given, int whole, struct error *err) {
    char missing[256] = "";
    int count = 0;
    for (int i = 0; i < whole; i++) {
        const size_t used = strlen(missing);
        if (given[i]) continue;
        count++;
        if (used + SHARD_TEXT < sizeof missing)
            snprintf(missing + used, sizeof missing - used, "%s%d/%d", used ? ", " : "", i + 1, whole);
    }
    return count == 0 || error_set(err, "%d of %d shards missing: %s (expected all)", count, whole, missing);
}

static bool merge_part(struct profile *into, struct profile *const *part, int i, struct error *err) {
    if (!merge_agrees(into, part[0], part[i], err)) return false;
    for (int k = 0; k < part[i]->rows; k++) profile_add(into, &part[i]->row[k]);
    return true;
}

static bool merge_all(struct profile *into, struct profile **part, char *const *path, int count, struct error *err) {
    const char **given = MEMORY_NEW(const char *, SHARD_MOST);
    char text[SHARD_TEXT];
    int whole = 0;
    bool good = true;
    for (int i = 0; good && i < count; i++) {
        part[i] = profile_read(path[i], err);
        good = part[i] && merge_place(given, &whole, part[i], err);
    }
    good = good && merge_complete(given, whole, err);
    provenance_each(merge_note, &into->notes, 1); /* host, compiler, flags and threads follow from the parts */
    for (int i = 0; good && i < count; i++) good = merge_part(into, part, i, err);
    snprintf(text, sizeof text, "%d", whole);
    notes_set(&into->notes, "shards", text);
    snprintf(text, sizeof text, "%d", units_judged(into));
    notes_set(&into->notes, "judged_rows", text);
    free(given);
    return good && profile_sort(into, err);
}

struct profile *merge_profiles(char *const *path, int count, struct error *err) {
    assert(count >= 1);
    struct profile **part = MEMORY_NEW(struct profile *, count), *into = profile_new();
    const bool good = merge_all(into, part, path, count, err);
    for (int i = 0; i < count; i++) profile_free(part[i]);
    free(part);
    if (good) return into;
    profile_free(into);
    return NULL;
}
