/* Gomory's mixed-integer cuts (1960): mixed-integer rounding of the tableau's rows. The tableau only chooses the
 * multipliers of the rows; the combination itself is recomputed from the program's data, so that its rounding errors
 * cannot make a cut invalid. */
#include <assert.h>
#include <math.h>
#include <stdlib.h>

#include "solver/base/memory.h"
#include "solver/cuts/mir.h"
#include "solver/search/worker.h"

#define GOMORY_WHOLE 1e-4 /* nearer to an integer, a column counts as one */

enum { GOMORY_ROWS = 200 /* per round */, GOMORY_DENSE = 1000, GOMORY_EFFORT = 1000000 };

struct gomory_row {
    int col;
    double worth; /* nearness to one half */
};

static int gomory_by_worth(const void *a, const void *b) {
    const struct gomory_row *p = a, *q = b;
    if (p->worth != q->worth) return p->worth > q->worth ? -1 : 1;
    return p->col - q->col;
}

void gomory_separate(struct cuts *c) {
    struct worker *w = c->w;
    int cols = lp_cols(w->lp), rows = lp_rows(w->lp), count = 0;
    struct gomory_row *row = MEMORY_NEW(struct gomory_row, w->candidates);
    int *used = MEMORY_NEW(int, rows);
    double *multiplier = MEMORY_NEW(double, rows);
    long effort = GOMORY_EFFORT + 20 * c->m->entries; /* entries of rows that are combined */
    struct mir r;
    mir_init(&r, c);
    worker_get_basis(w);
    for (int k = 0; k < w->candidates; k++) {
        int j = w->candidate[k];
        double f = c->x[j] - floor(c->x[j]);
        if (w->scratch.place[j] == PLACE_BASIC && f > GOMORY_WHOLE && f < 1 - GOMORY_WHOLE)
            row[count++] = (struct gomory_row){j, 0.5 - fabs(f - 0.5)};
    }
    assert(count <= w->candidates);
    memory_sort(row, (size_t)count, sizeof *row, gomory_by_worth);
    for (int k = 0; k < count && k < GOMORY_ROWS && effort > 0 && !worker_stopped(w); k++) {
        int uses = lp_multipliers(w->lp, row[k].col, used, multiplier);
        assert(uses >= 0 && uses <= rows);
        double largest = 0;
        for (int e = 0; e < uses; e++) largest = fmax(largest, fabs(multiplier[e]));
        assert(r.touches == 0); /* the previous cut was cleared */
        mir_clear(&r);
        for (int e = 0; e < uses; e++) {
            if (fabs(multiplier[e]) <= 1e-9 * largest || !cuts_combines(c, used[e])) continue;
            mir_add_row(&r, used[e], multiplier[e]);
            effort -= cuts_row(c, used[e]).count;
        }
        if (r.count > 0 && r.count < GOMORY_DENSE + cols / 5) mir_try(&r, 1, "gomory");
        effort -= 10L * r.count;
    }
    mir_free(&r);
    free(used);
    free(multiplier);
    free(row);
}
