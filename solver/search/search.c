#include "solver/search/search.h"

#include <assert.h>
#include <math.h>

enum { SEARCH_RESTART_LEAST = 30 /* integers */, SEARCH_RESTART_NODES = 500 };
#define SEARCH_RESTART_ROOT 0.2  /* share of the integers that must have been fixed: at the root, */
#define SEARCH_RESTART_TREE 0.5  /* later */
#define SEARCH_COST         1e-6 /* reduced costs below it say nothing; so much less than a whole step is one */

double search_objective(const struct model *m, const double *x) {
    double value = model_objective(m, x) - m->offset;
    return m->maximize ? -value : value;
}

/* With a known step, a better solution is better by a whole step, less a margin for rounding errors of the
 * relaxation. */
double search_threshold(const struct search *t, double best_objective) {
    const struct options *o = t->p.options;
    double best = fmin(best_objective, t->p.cutoff);
    if (best >= MODEL_INFINITY) return MODEL_INFINITY;
    assert(t->p.step >= 0 && o->gap_abs >= 0 && o->gap_rel >= 0); /* so that the threshold is below the best */
    double gap = fmax(o->gap_abs, o->gap_rel * fabs(best + t->p.offset));
    double noise = fmin(fmax(1e-6 * t->p.step, 1e-9 * fabs(best)), 0.999 * t->p.step);
    return best - fmax(gap, t->p.step - noise);
}

double search_reach(double cost, double room) {
    return fabs(cost) < SEARCH_COST ? MODEL_INFINITY : floor(room / fabs(cost) + SEARCH_COST);
}

int search_branchables(const struct search *t) {
    assert(t->structure.groups.count >= 0 && t->structure.sets.count >= 0);
    return t->p.model->cols + t->structure.groups.count + t->structure.sets.count;
}

int search_count_free(const struct search *t) {
    int count = 0;
    assert(t->integers.count >= 0 && t->integers.count <= t->p.model->cols);
    for (int k = 0; k < t->integers.count; k++) count += t->lower[t->integers.col[k]] < t->upper[t->integers.col[k]];
    return count;
}

bool search_may_restart(const struct search *t) {
    return t->p.may_restart && t->integers.free >= SEARCH_RESTART_LEAST && t->counts.nodes <= SEARCH_RESTART_NODES;
}

/* A restart discards the root's work, and later the tree as well. */
bool search_restart_due(const struct search *t) {
    if (!search_may_restart(t)) return false;
    assert(search_count_free(t) <= t->integers.free); /* bounds only get tighter */
    double share = t->counts.nodes == 0 ? SEARCH_RESTART_ROOT : SEARCH_RESTART_TREE;
    return search_count_free(t) <= (1 - share) * t->integers.free;
}

void search_add_counts(struct search_counts *to, const struct search_counts *more) {
    assert(more->nodes >= 0 && more->solutions >= 0);
    assert(more->strong >= 0 && more->heuristic >= 0 && more->iterations >= more->strong);
    to->nodes += more->nodes;
    to->iterations += more->iterations;
    to->strong += more->strong;
    to->heuristic += more->heuristic;
    to->solutions += more->solutions;
}

static void search_add_tally(struct search_tally *to, const struct search_tally *more) {
    assert(more->calls > 0 || (more->found == 0 && more->iterations == 0)); /* only calls find anything */
    to->calls += more->calls;
    to->found += more->found;
    to->iterations += more->iterations;
    to->seconds += more->seconds;
}

void search_add_tallies(struct search_tallies *to, const struct search_tallies *more) {
    for (int k = 0; k < SEARCH_TALLIES; k++) {
        search_add_tally(&to->heuristic[k], &more->heuristic[k]);
        search_add_tally(&to->separator[k], &more->separator[k]);
        search_add_tally(&to->stage[k], &more->stage[k]);
    }
}
