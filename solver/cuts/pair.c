/* Mixed-integer rounding of pairs of rows. The paths of mir.c eliminate a column with the shortest row only; here every
 * row that could is tried. In a linear classifier, say, any two observations may contradict each other, and no length
 * tells which do. */
#include <stdlib.h>

#include "solver/base/memory.h"
#include "solver/base/numbers.h"
#include "solver/cuts/mir.h"
#include "solver/search/worker.h"

#define PAIR_STRIDE 0.618 /* of the rows, from one that is looked at to the next */

enum {
    PAIR_EFFORT = 100000, /* variables in combinations, times 10, */
    PAIR_REWARD = 40000,  /* and more for each cut: where there is one, there are others; */
    PAIR_CUTS = 5000,     /* but not beyond so many in a round */
    PAIR_LEAST = 50       /* cuts of a call, on average, for which there is another */
};

/* Steps of it from row to row visit each once, and neighbours, which are often alike, long after each other. */
static long pair_stride(long rows) {
    long stride = (long)(PAIR_STRIDE * (double)rows) + 1;
    while (numbers_gcd((double)stride, (double)rows) > 1) stride++;
    return stride;
}

static void pair_begin(struct mir *r, int row) {
    mir_clear(r);
    mir_add_row(r, row, 1);
}

/* Row i with each of the others that eliminate the column which a path would. */
static void pair_row(struct mir *r, int i, bool *used, long *effort) {
    const struct model *m = r->c->m;
    int col, shortest;
    pair_begin(r, i);
    used[i] = true;
    *effort -= 10L * r->count;
    if (mir_choose_elimination(r, used, &col, &shortest)) {
        for (long k = m->start[col]; k < m->start[col + 1] && *effort > 0; k++) {
            int with = m->index[k];
            if (with == shortest || !mir_eliminates(r, with, col, used)) continue;
            pair_begin(r, i);
            mir_eliminate(r, col, with);
            *effort -= 10L * r->count;
            if (mir_try(r, 0, "pair") && r->c->found.count < PAIR_CUTS) *effort += PAIR_REWARD;
        }
    }
    used[i] = false;
}

/* Few cuts a call so far in this search: most programs have no such pairs, and pay for one call only. */
static bool pair_barren(const struct worker *w) {
    const struct search_tally *here = &w->tallies.separator[CUTS_pair],
                              *before = &w->tree->tallies.separator[CUTS_pair];
    return here->found + before->found < PAIR_LEAST * (here->calls + before->calls);
}

void pair_separate(struct cuts *c) {
    if (pair_barren(c->w)) return;
    long rows = c->m->rows, stride = pair_stride(rows), effort = PAIR_EFFORT + 20 * c->m->entries;
    bool *used = MEMORY_NEW(bool, rows);
    struct mir r;
    mir_init(&r, c);
    for (long k = 0; k < rows && effort > 0 && !worker_stopped(c->w); k++)
        pair_row(&r, (int)(k * stride % rows), used, &effort);
    mir_free(&r);
    free(used);
}
