#include "experiments/commands/narrowed.h"

#include <assert.h>
#include <stdlib.h>

#include "experiments/measure/workload.h"
#include "solver/base/memory.h"

/* wanted[rows]: the rows that a layer, rows of a layer, a tensor or a move of the networks looks up. Returns how many,
 * without moves: those are of no network. */
static int wanted_rows(bool *wanted, const struct profile *p, const struct workload *w) {
    int count = 0, first, last;
    for (int u = 0; u < w->units; u++) {
        if (!profile_rows(&first, &last, p, w->unit[u].kind, w->unit[u].text)) continue;
        for (int i = first; i < last; i++) {
            count += !wanted[i] && p->row[i].kind != PROFILE_MOVE;
            wanted[i] = true;
        }
    }
    assert(count <= p->rows);
    return count;
}

struct profile *narrowed_profile(const struct profile *p, const char *networks, struct error *err) {
    struct workload w;
    if (!workload_init(&w, networks, true, err)) return NULL;
    bool *wanted = MEMORY_NEW(bool, p->rows);
    struct profile *part = NULL;
    if (wanted_rows(wanted, p, &w) == 0)
        error_at(err, p->path, 0, "no row is of a layer of these networks (expected a table that has some: %s)",
                 networks);
    else
        part = profile_new();
    for (int i = 0; part && i < p->notes.count; i++) notes_set(&part->notes, p->notes.key[i], p->notes.value[i]);
    for (int i = 0; part && i < p->rows; i++)
        if (wanted[i]) profile_add(part, &p->row[i]);
    if (part) notes_set(&part->notes, "networks", networks);
    free(wanted);
    workload_free(&w);
    return part;
}
