#include "solver/base/names.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "solver/base/memory.h"

/* FNV-1a, Fowler, Noll and Vo, with a final mix so that the low bits can serve as the slot. */
static uint64_t names_hash(const char *name) {
    uint64_t h = 0xcbf29ce484222325u;
    for (; *name; name++) h = (h ^ (unsigned char)*name) * 0x100000001b3u;
    return h ^ (h >> 29);
}

static size_t names_slot_of(const struct names *t, const char *name, uint64_t hash) {
    assert(t->room > 0 && (t->room & (t->room - 1)) == 0 && t->count < t->room);
    size_t at = (size_t)hash & (t->room - 1);
    while (t->slots[at].name && (t->slots[at].hash != hash || strcmp(t->slots[at].name, name) != 0))
        at = (at + 1) & (t->room - 1);
    return at;
}

int names_find(const struct names *t, const char *name) {
    assert(2 * t->count <= t->room);
    if (t->room == 0) return -1;
    size_t at = names_slot_of(t, name, names_hash(name));
    return t->slots[at].name ? t->slots[at].number : -1;
}

static void names_widen(struct names *t) {
    struct names wide = {MEMORY_NEW(struct names_slot, t->room ? 2 * t->room : 64), t->room ? 2 * t->room : 64,
                         t->count};
    for (size_t k = 0; k < t->room; k++)
        if (t->slots[k].name) wide.slots[names_slot_of(&wide, t->slots[k].name, t->slots[k].hash)] = t->slots[k];
    free(t->slots);
    *t = wide;
}

int names_add(struct names *t, const char *name, int number) {
    if (2 * (t->count + 1) > t->room) names_widen(t);
    uint64_t hash = names_hash(name);
    size_t at = names_slot_of(t, name, hash);
    assert(2 * (t->count + 1) <= t->room); /* a free slot ends every search */
    if (t->slots[at].name) return t->slots[at].number;
    t->slots[at] = (struct names_slot){name, hash, number};
    t->count++;
    return -1;
}

void names_free(struct names *t) {
    free(t->slots);
    *t = (struct names){NULL, 0, 0};
}
