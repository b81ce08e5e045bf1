#include "solver/tree/root_stages.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>

#include "solver/base/clock.h"
#include "solver/base/memory.h"
#include "solver/cuts/cuts.h"
#include "solver/heuristics/heuristics.h"
#include "solver/search/worker.h"
#include "solver/tree/probing.h"

#define ROOT_MASS 0.5 /* share of the free integers */

static const struct {
    const char *name;
    bool (*due)(const struct worker *w);
    enum root_stage_result (*run)(struct worker *w);
    enum root_stage_when when;
    bool once;
} root_stages[] = {
#define ROOT_STAGE(name, when, once) {#name, root_stage_##name##_due, root_stage_##name##_run, ROOT_STAGE_##when, once},
#include "solver/tree/root_stages.def"
#undef ROOT_STAGE
};
_Static_assert((int)ROOT_STAGES <= 32, "search_root.done has too few bits");

_Static_assert((int)ROOT_STAGES <= SEARCH_TALLIES, "search_tallies has too few entries");

const char *root_stages_name(int stage) {
    assert(stage >= 0 && stage < ROOT_STAGES);
    return root_stages[stage].name;
}

/* One row of the table, counted in the worker's tallies. */
static enum root_stage_result root_stages_one(struct worker *w, int stage) {
    struct search_tally *tally = &w->tallies.stage[stage];
    double begin = clock_wall();
    int64_t before = w->counts.iterations;
    enum root_stage_result result = root_stages[stage].run(w);
    assert(w->counts.iterations >= before);
    tally->calls++;
    tally->iterations += w->counts.iterations - before;
    tally->seconds += clock_wall() - begin;
    return result;
}

bool root_stages_done(const struct search *t, enum root_stage stage) {
    return t->root.done >> stage & 1;
}

enum root_stage_result root_stages_run(struct worker *w, enum root_stage_when when) {
    assert(w->number == 0 && w->tree->counts.nodes == 0); /* no other worker reads the tree yet */
    enum root_stage_result result = ROOT_STAGE_ON;
    for (int k = 0; k < ROOT_STAGES && result == ROOT_STAGE_ON; k++) {
        if (root_stages[k].when != when || (root_stages[k].once && root_stages_done(w->tree, (enum root_stage)k)))
            continue;
        if (!root_stages[k].due(w)) continue;
        w->tree->root.done |= 1u << k;
        result = root_stages_one(w, k);
    }
    return result;
}

/* --- probing --- */

bool root_stage_probe_due(const struct worker *w) {
    return w->tree->p.options->probing;
}

enum root_stage_result root_stage_probe_run(struct worker *w) {
    probing_run(w);
    return worker_stopped(w) ? ROOT_STAGE_STOPPED : ROOT_STAGE_AGAIN;
}

/* --- structure that separators look for, in the root's bounds --- */

bool root_stage_structure_due(const struct worker *w) {
    assert(w->tree->structure.cliques.member_start == NULL);
    (void)w;
    return true;
}

enum root_stage_result root_stage_structure_run(struct worker *w) {
    struct search *t = w->tree;
    struct domain *d = &w->domain;
    const struct model *m = t->p.model;
    const struct product_source source = {m->rows,      m->cols,  &t->rows, m->row_lower,
                                          m->row_upper, t->lower, t->upper, m->integer};
    products_init(&t->structure.products, &source);
    clique_table_init(&t->structure.cliques, m, &t->rows, &t->structure.implied, d->lower, d->upper);
    if (t->p.options->clique_propagation) d->cliques = &t->structure.cliques;
    return ROOT_STAGE_ON;
}

/* --- cuts --- */

bool root_stage_cut_due(const struct worker *w) {
    return w->tree->p.options->cut_rounds > 0;
}

/* Will most integers be fixed by reduced costs? Then the program that a restart presolves needs fewer rounds of cuts than
 * this one, and its rounds are cheap. */
static bool root_mass_fixed(struct worker *w) {
    const struct search *t = w->tree;
    const struct options *o = t->p.options;
    if (!search_may_restart(t) || !o->reduced_cost_fixing) return false;
    if (o->shifting) heuristics_run_one(w, HEURISTICS_shifting, lp_x(w->lp)); /* it leaves the LP alone */
    double room = worker_threshold(w) - lp_objective(w->lp);
    const double *cost = lp_reduced_costs(w->lp);
    int fixed = 0;
    for (int k = 0; k < t->integers.count; k++) {
        int j = t->integers.col[k];
        double range = w->domain.upper[j] - w->domain.lower[j];
        fixed += t->lower[j] < t->upper[j] && (range <= 0 || search_reach(cost[j], room) < range);
    }
    return fixed >= ROOT_MASS * t->integers.free;
}

enum root_stage_result root_stage_cut_run(struct worker *w) {
    assert(w->tree->structure.group_row < 0 &&
           w->tree->cuts.active.count == 0); /* the root's cuts come before groups */
    worker_push_bounds(w);
    if (worker_solve(w, INT64_MAX) == LP_OPTIMAL && worker_fractional(w) > 0) cuts_run(w, root_mass_fixed);
    return ROOT_STAGE_AGAIN;
}

/* --- groups --- */

bool root_stage_groups_due(const struct worker *w) {
    assert(w->tree->structure.group_row < 0);
    (void)w;
    return true;
}

enum root_stage_result root_stage_groups_run(struct worker *w) {
    struct search *t = w->tree;
    assert(lp_rows(w->lp) == t->p.model->rows + (int)t->cuts.active.count);
    t->structure.group_row = lp_rows(w->lp);
    groups_add(w->lp, &t->structure.groups);
    return t->structure.groups.count > 0 ? ROOT_STAGE_AGAIN : ROOT_STAGE_ON;
}

/* --- what the cuts are worth --- */

bool root_stage_weigh_due(const struct worker *w) {
    assert(root_stages_done(w->tree, ROOT_STAGE_groups));
    (void)w;
    return true;
}

enum root_stage_result root_stage_weigh_run(struct worker *w) {
    return cuts_give_up(w) ? ROOT_STAGE_AGAIN : ROOT_STAGE_ON;
}

/* --- symmetries --- */

bool root_stage_symmetry_due(const struct worker *w) {
    const struct search_problem *p = &w->tree->p;
    assert(!p->recorder); /* a proof says nothing about symmetries */
    return p->options->symmetry && p->level == 0;
}

/* What is known of a column holds for those that symmetries exchange with it. */
static void root_share_bounds(struct worker *w) {
    const struct search *t = w->tree;
    struct domain *d = &w->domain;
    size_t bytes = (size_t)t->p.model->cols * sizeof(double);
    double *lower = memory_duplicate(d->lower, bytes), *upper = memory_duplicate(d->upper, bytes);
    symmetry_share_bounds(&t->structure.symmetry, lower, upper);
    for (int k = 0; k < t->integers.count; k++) {
        int j = t->integers.col[k];
        domain_raise_lower(d, j, lower[j]);
        domain_reduce_upper(d, j, upper[j]);
    }
    free(lower);
    free(upper);
}

/* other - leader <= 0, of norm 1. */
static void root_leader_row(void *context, int leader, int other) {
    struct cut cut = {.count = 2, .rhs = 0, .efficacy = 1, .made_by = "symmetry"};
    cut.index = MEMORY_NEW(int, 2);
    cut.value = MEMORY_NEW(double, 2);
    cut.index[0] = other < leader ? other : leader;
    cut.index[1] = other < leader ? leader : other;
    for (int k = 0; k < 2; k++) cut.value[k] = cut.index[k] == other ? sqrt(0.5) : -sqrt(0.5);
    cut_set_append(context, cut);
}

enum root_stage_result root_stage_symmetry_run(struct worker *w) {
    struct search *t = w->tree;
    struct symmetry *s = &t->structure.symmetry;
    symmetry_find(s, t->p.model, &t->rows);
    if (s->count == 0) return ROOT_STAGE_ON;
    root_share_bounds(w);
    const struct symmetry_program p = {t->p.model, w->domain.lower, w->domain.upper, &t->structure.cliques,
                                       t->structure.one_hot};
    symmetry_lead(s, &p);
    size_t from = t->cuts.active.count;
    symmetry_rows(s, root_leader_row, &t->cuts.active);
    cut_set_add_rows(&t->cuts.active, from, t->cuts.active.count, w->lp);
    s->rows = (int)(t->cuts.active.count - from);
    if (w->incumbent.has) worker_represent(t, w->incumbent.x);
    if (t->incumbent.has) worker_represent(t, t->incumbent.x);
    return ROOT_STAGE_AGAIN;
}

/* --- leaving: what the root's domain has learned holds everywhere --- */

bool root_stage_leave_due(const struct worker *w) {
    assert(root_stages_done(w->tree, ROOT_STAGE_weigh));
    (void)w;
    return true;
}

enum root_stage_result root_stage_leave_run(struct worker *w) {
    struct search *t = w->tree;
    for (int k = 0; k < t->integers.count; k++) {
        int j = t->integers.col[k];
        assert(w->domain.lower[j] >= t->lower[j] && w->domain.upper[j] <= t->upper[j]); /* only ever tighter */
        t->lower[j] = w->domain.lower[j];
        t->upper[j] = w->domain.upper[j];
    }
    if (!search_restart_due(t)) return ROOT_STAGE_ON;
    w->restart = true;
    return ROOT_STAGE_STOPPED;
}
