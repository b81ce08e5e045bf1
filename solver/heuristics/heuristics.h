/* heuristics.h - ways to find solutions. One table, solver/heuristics/heuristics.def, with a file and an option each;
 * all restore bounds and basis. */
#ifndef SOLVER_HEURISTICS_HEURISTICS_H
#define SOLVER_HEURISTICS_HEURISTICS_H
#include "solver/search/search.h"

enum heuristics_row {
#define HEURISTIC(name, option, preset, uses_lp, help) HEURISTICS_##name,
#include "solver/heuristics/heuristics.def"
#undef HEURISTIC
    HEURISTICS
};

/* Runs those that are due, after the relaxation of node n was solved to a fractional solution. True if the LP was used:
 * its solution is gone. */
bool heuristics_run(struct worker *w, const struct node *n);
/* One row of the table alone, counted in the worker's tallies; its name. */
void heuristics_run_one(struct worker *w, int heuristic, const double *x);
const char *heuristics_name(int heuristic);
/* Factor in (0, 1] of the share of the pivots that heuristics may take: it falls with the number of calls that found
 * nothing since the last incumbent. */
double heuristics_patience(const struct worker *w);

/* The table's entries: whether to run at node n (its option is on), and the run. `x` is a copy of the relaxation's
 * solution. */
#define HEURISTIC(name, option, preset, uses_lp, help)                                                                 \
    bool name##_due(const struct worker *w, const struct node *n);                                                     \
    void name##_run(struct worker *w, const double *x);
#include "solver/heuristics/heuristics.def"
#undef HEURISTIC

#endif
