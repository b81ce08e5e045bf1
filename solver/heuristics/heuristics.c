#include "solver/heuristics/heuristics.h"

#include <assert.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "solver/base/clock.h"
#include "solver/base/memory.h"
#include "solver/search/worker.h"

enum { HEURISTICS_IDLE = 15 /* calls without success that halve the share */ };

static const struct heuristic {
    const char *name;
    bool (*due)(const struct worker *w, const struct node *n);
    void (*run)(struct worker *w, const double *x);
    bool uses_lp;  /* leaves bounds and basis, but not the solution */
    size_t option; /* offset of its switch in struct options */
} heuristics[] = {
#define HEURISTIC(name, option, preset, uses_lp, help)                                                                 \
    {#name, name##_due, name##_run, uses_lp, offsetof(struct options, option)},
#include "solver/heuristics/heuristics.def"
#undef HEURISTIC
};
_Static_assert((int)HEURISTICS <= SEARCH_TALLIES, "search_tallies has too few entries");

const char *heuristics_name(int heuristic) {
    assert(heuristic >= 0 && heuristic < HEURISTICS);
    return heuristics[heuristic].name;
}

double heuristics_patience(const struct worker *w) {
    return 1 / (1 + (double)w->heuristics.idle / HEURISTICS_IDLE);
}

void heuristics_run_one(struct worker *w, int heuristic, const double *x) {
    struct search_tally *tally = &w->tallies.heuristic[heuristic];
    double best = w->incumbent.objective, begin = clock_wall();
    int64_t before = w->counts.iterations;
    int rows = lp_rows(w->lp);
    heuristics[heuristic].run(w, x);
    bool better = w->incumbent.objective < best;
    assert(w->incumbent.objective <= best && w->counts.iterations >= before);
    assert(lp_rows(w->lp) == rows); /* heuristics add no cuts */
    if (heuristics[heuristic].uses_lp) w->heuristics.idle++;
    if (better) w->heuristics.idle = 0;
    w->counts.heuristic += w->counts.iterations - before;
    tally->calls++;
    tally->found += better;
    tally->iterations += w->counts.iterations - before;
    tally->seconds += clock_wall() - begin;
}

bool heuristics_run(struct worker *w, const struct node *n) {
    bool touched = false;
    size_t bytes = (size_t)lp_cols(w->lp) * sizeof(double);
    double *x = NULL;
    for (int k = 0; k < HEURISTICS; k++) {
        bool on = *(const bool *)((const char *)w->tree->p.options + heuristics[k].option);
        if (!on || !heuristics[k].due(w, n)) continue;
        if (!x) x = memory_duplicate(lp_x(w->lp), bytes);
        heuristics_run_one(w, k, x);
        touched |= heuristics[k].uses_lp;
        if (worker_stopped(w)) break;
    }
    free(x);
    return touched;
}
