#include "solver/io/renames.h"

#include <assert.h>
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "solver/base/memory.h"

enum { RENAMES_KEPT = 140 /* characters kept of a changed name: leaves room for a number and a word */ };

/* Characters that the format lacks become '_'; a name that is still not usable (a number, a word of the format) gets a
 * prefix. */
static void renames_clean(const struct renames *r, char clean[RENAMES_LONGEST + 1], const char *wish) {
    size_t length = strlen(wish);
    if (length > RENAMES_KEPT) length = RENAMES_KEPT;
    memcpy(clean, wish, length);
    clean[length] = '\0';
    for (char *c = clean; *c; c++)
        if (!isalnum((unsigned char)*c) && *c != '.') *c = '_';
    if (r->usable(clean)) return;
    assert(length + 3 <= RENAMES_LONGEST + 1);
    memmove(clean + 2, clean, length + 1);
    memcpy(clean, "n_", 2);
    assert(r->usable(clean));
}

/* `place` is the first number tried, so that many equal names do not take a long search. */
static const char *renames_add(struct renames *r, int at, const char *wish, int place) {
    char clean[RENAMES_LONGEST + 1], spelt[RENAMES_LONGEST + 16];
    bool usable = r->usable(wish);
    if (!usable) renames_clean(r, clean, wish);
    snprintf(spelt, sizeof spelt, "%s", usable ? wish : clean);
    if (names_find(&r->taken, spelt) >= 0) {
        if (usable) renames_clean(r, clean, wish);
        do snprintf(spelt, sizeof spelt, "%s_%d", clean, place++);
        while (names_find(&r->taken, spelt) >= 0);
    }
    assert(!r->name[at] && r->usable(spelt)); /* at most 140 characters, an underscore and a number */
    r->name[at] = memory_string(spelt);
    names_add(&r->taken, r->name[at], at);
    assert(names_find(&r->taken, spelt) == at);
    return r->name[at];
}

void renames_make(struct renames *r, char *const *given, int count, char letter, bool (*usable)(const char *name)) {
    *r = (struct renames){.usable = usable, .count = count, .name = MEMORY_NEW(char *, 2 * (size_t)count + 2)};
    for (int k = 0; k < count; k++)
        if (given[k] && usable(given[k]) && names_add(&r->taken, given[k], k) < 0) r->name[k] = memory_string(given[k]);
    for (int k = 0; k < count; k++) {
        char spare[24];
        snprintf(spare, sizeof spare, "%c%d", letter, k + 1);
        if (!r->name[k]) renames_add(r, k, given[k] ? given[k] : spare, k + 1);
    }
    assert(r->taken.count == (size_t)count); /* all different */
}

const char *renames_further(struct renames *r, const char *wish) {
    assert(r->further < r->count + 2); /* the room that renames_make has left */
    return renames_add(r, r->count + r->further++, wish, 2);
}

void renames_comment(const struct renames *r, struct text_writer *out, char *const *given, char mark,
                     const char *what) {
    for (int k = 0; k < r->count; k++) {
        if (!given[k] || strcmp(given[k], r->name[k]) == 0) continue;
        char shown[RENAMES_KEPT + 1];
        assert(r->usable(r->name[k]));
        snprintf(shown, sizeof shown, "%s", given[k]);
        for (char *c = shown; *c; c++)
            if (iscntrl((unsigned char)*c)) *c = '?';
        text_write(out, "%c %s '%s' is written as %s\n", mark, what, shown, r->name[k]);
    }
}

void renames_free(struct renames *r) {
    for (int k = 0; k < r->count + r->further; k++) free(r->name[k]);
    free(r->name);
    names_free(&r->taken);
}
