/* A solution from the relaxation's without another LP: every fractional column is rounded in a direction in which it
 * violates no row (Achterberg 2007, section 9.1). */
#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "solver/base/memory.h"
#include "solver/heuristics/heuristics.h"
#include "solver/search/worker.h"

bool rounding_due(const struct worker *w, const struct node *n) {
    (void)w, (void)n;
    return true;
}

void rounding_run(struct worker *w, const double *x) {
    const struct search *t = w->tree;
    assert(w->candidates >= 0 && w->candidates <= t->integers.count);
    for (int k = 0; k < w->candidates; k++)
        if (t->locks.down[w->candidate[k]] > 0 && t->locks.up[w->candidate[k]] > 0) return;
    size_t bytes = (size_t)t->p.model->cols * sizeof(double);
    double *rounded = memory_duplicate(x, bytes);
    for (int k = 0; k < w->candidates; k++) {
        int j = w->candidate[k];
        assert(t->locks.down[j] == 0 || t->locks.up[j] == 0); /* some direction violates no row */
        rounded[j] = t->locks.down[j] == 0 ? floor(x[j]) : ceil(x[j]);
    }
    if (search_objective(t->p.model, rounded) < worker_threshold(w)) worker_offer(w, rounded, "rounding");
    free(rounded);
}
