#include "formulation/primitive_set.h"

#include <assert.h>
#include <string.h>

const char *const primitive_set_names[PRIMITIVE_SETS] = {
#define PRIMITIVE_SET(id, name, listed, workspace_most, help) name,
#include "kernels/primitive_sets.def"
};

const char *const primitive_set_help[PRIMITIVE_SETS] = {
#define PRIMITIVE_SET(id, name, listed, workspace_most, help) help,
#include "kernels/primitive_sets.def"
};

static const struct {
    bool listed;
    int64_t workspace_most;
} sets[PRIMITIVE_SETS] = {
#define PRIMITIVE_SET(id, name, listed, workspace_most, help) {listed, workspace_most},
#include "kernels/primitive_sets.def"
};

static const struct {
    enum primitive_set set;
    const char *primitive;
} members[] = {
#define SET_MEMBER(id, primitive) {PRIMITIVE_SET_##id, primitive},
#include "kernels/primitive_sets.def"
};
#define MEMBERS ((int)(sizeof members / sizeof members[0]))

static bool is_member(enum primitive_set set, const char *primitive) {
    for (int i = 0; i < MEMBERS; i++)
        if (members[i].set == set && strcmp(members[i].primitive, primitive) == 0) return true;
    return false;
}

bool primitive_set_holds(enum primitive_set set, const char *primitive, int64_t workspace_bytes) {
    assert((unsigned)set < PRIMITIVE_SETS && primitive_find(primitive));
    assert(workspace_bytes >= 0 || workspace_bytes == PROFILE_MISSING);
    const int64_t most = sets[set].workspace_most;
    if (most >= 0 && (workspace_bytes == PROFILE_MISSING || workspace_bytes > most)) return false;
    return !sets[set].listed || is_member(set, primitive);
}

/* Rows of operators, conversions and moves belong to no primitive, and are in every set. */
static bool stays(const struct profile_row *row, enum primitive_set set) {
    const bool computes = row->kind == PROFILE_CONV || row->kind == PROFILE_STRIP;
    return !computes || !primitive_find(row->name) || primitive_set_holds(set, row->name, row->workspace_bytes);
}

void primitive_set_restrict(struct profile *p, enum primitive_set set) {
    int kept = 0;
    if (set == PRIMITIVE_SET_ALL) return;
    for (int i = 0; i < p->rows; i++)
        if (stays(&p->row[i], set)) p->row[kept++] = p->row[i];
    assert(kept <= p->rows);
    p->rows = kept;
    notes_set(&p->notes, "primitives", primitive_set_names[set]);
}
