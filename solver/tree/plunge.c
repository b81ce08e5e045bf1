#include "solver/tree/plunge.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "solver/base/memory.h"
#include "solver/heuristics/heuristics.h"
#include "solver/search/settle.h"
#include "solver/search/worker.h"
#include "solver/tree/branch.h"
#include "solver/tree/lexmax.h"
#include "solver/tree/recorded.h"
#include "solver/tree/root_stages.h"
#include "solver/tree/tree_cuts.h"

/* How work on a node, or one part of it, ended. */
enum plunge_end {
    PLUNGE_DONE,    /* no useful solution below */
    PLUNGE_SPLIT,   /* two children */
    PLUNGE_STOPPED, /* a limit or a restart: the node stays open */
    PLUNGE_SOLVED,  /* within the node only: the relaxation is solved, continue */
    PLUNGE_AGAIN    /* likewise: the relaxation has to be solved again */
};

enum {
    PLUNGE_BACKTRACKS = 8,
    PLUNGE_ROUNDS = 20, /* most rounds of one node, for reduced costs and fixed columns */
};

#define PLUNGE_SAME                                                                                                    \
    1e-6 /* relative: likewise, of integers that are exactly whole: only the tolerance of rows is between them */
#define PLUNGE_EQUAL                                                                                                   \
    1e-8 /* relative: a relaxation and its rounding that are worth the same differ by rounding errors alone */

static void plunge_apply(struct worker *w, const struct node *n) {
    for (int k = 0; k < n->changes; k++) {
        const struct node_change *change = &n->change[k];
        worker_tighten(w, change->col, change->lower, change->upper);
    }
}

static void plunge_apply_path(struct worker *w, const struct node *n) {
    if (n->parent) plunge_apply_path(w, n->parent);
    plunge_apply(w, n);
}

static void plunge_load(struct worker *w, const struct node *n) {
    const struct search *t = w->tree;
    w->domain.infeasible = false;
    for (int j = 0; j < t->p.model->cols; j++) domain_set(&w->domain, j, t->lower[j], t->upper[j]);
    worker_open_groups(w);
    plunge_apply_path(w, n);
    if (!n->parent) domain_queue_all(&w->domain);
    if (!n->basis) return;
    int variables = lp_cols(w->lp) + lp_rows(w->lp);
    w->scratch.place = memory_grow(w->scratch.place, &w->scratch.place_room, (size_t)variables, 1);
    assert(n->basis->variables <= variables); /* rows are only added (or the root is alone) */
    node_unpack(w->scratch.place, n->basis, variables);
    lp_set_basis(w->lp, w->scratch.place);
}

/* Integer columns at a bound may not leave it by more than (threshold - objective) / |reduced cost|. True if the LP's
 * solution is cut off, which only the propagation of the new bounds can do. */
static bool plunge_fix_by_cost(struct worker *w, double objective) {
    const struct search *t = w->tree;
    double room = worker_threshold(w) - objective;
    if (room >= MODEL_INFINITY / 2 || !t->p.options->reduced_cost_fixing) return false;
    const double *cost = lp_reduced_costs(w->lp), *x = lp_x(w->lp);
    assert(room > 0); /* else the node would have been cut off */
    struct domain *d = &w->domain;
    for (int k = 0; k < t->integers.count; k++) {
        int j = t->integers.col[k];
        double reach = search_reach(cost[j], room);
        if (reach >= d->upper[j] - d->lower[j]) continue;
        if (cost[j] > 0 && x[j] <= d->lower[j] + 1e-9) domain_reduce_upper(d, j, d->lower[j] + reach);
        if (cost[j] < 0 && x[j] >= d->upper[j] - 1e-9) domain_raise_lower(d, j, d->upper[j] - reach);
    }
    if (d->changes == 0) return false;
    if (!domain_propagate(d, 10 * t->p.model->entries + 1000)) return true;
    for (int k = 0; k < d->changes; k++) {
        int j = d->changed[k];
        if (d->model->integer[j] && (x[j] < d->lower[j] - 1e-6 || x[j] > d->upper[j] + 1e-6)) return true;
    }
    return false;
}

static enum plunge_end plunge_cut(struct worker *w, double bound) {
    w->pruned.cut = fmin(w->pruned.cut, bound);
    return PLUNGE_DONE;
}

static enum plunge_end plunge_lose(struct worker *w, const struct node *n) {
    w->pruned.lost = fmin(w->pruned.lost, n->bound);
    return PLUNGE_DONE;
}

/* All integers are fixed: the program with them fixed is solved, or the node is empty. */
static enum plunge_end plunge_leaf(struct worker *w, const struct node *n) {
    const struct model *m = w->tree->p.model;
    for (int k = 0; k < w->tree->integers.count; k++)
        assert(w->domain.lower[w->tree->integers.col[k]] == w->domain.upper[w->tree->integers.col[k]]);
    double *x = memory_duplicate(w->domain.lower, (size_t)m->cols * sizeof *x);
    double objective = search_objective(m, x);
    bool pure = w->tree->integers.count == m->cols;
    enum settle_status status = pure ? SETTLE_SOLVED : settle_integers(w, x, &objective);
    if (status == SETTLE_SOLVED) worker_offer(w, x, "relaxation");
    free(x);
    if (pure || status == SETTLE_EMPTY) return PLUNGE_DONE;
    bool known = status == SETTLE_SOLVED && objective >= worker_threshold(w);
    return known ? plunge_cut(w, objective) : plunge_lose(w, n);
}

static enum plunge_end plunge_blind(struct worker *w, const struct node *n, struct branch *b) {
    return branch_blind(w, b) == BRANCH_MADE ? PLUNGE_SPLIT : plunge_leaf(w, n);
}

/* All integers of the relaxation's solution x are exactly whole: no solution of the node is better than with them
 * fixed. */
static enum plunge_end plunge_whole(struct worker *w, struct node *n, double *x, double objective, struct branch *b) {
    double value = objective, room = PLUNGE_SAME * fmax(1, fabs(objective));
    if (settle_integers(w, x, &value) != SETTLE_SOLVED || value > objective + room) return plunge_blind(w, n, b);
    worker_offer(w, x, "relaxation");
    return value >= worker_threshold(w) ? plunge_cut(w, value) : plunge_blind(w, n, b);
}

/* The relaxation's solution is integral to the tolerance (solver/search/settle.h). */
static enum plunge_end plunge_integral(struct worker *w, struct node *n, double objective, struct branch *b) {
    const struct search *t = w->tree;
    size_t bytes = (size_t)t->p.model->cols * sizeof(double);
    assert(w->candidates == 0);
    int stray = settle_stray(w);
    double *x = memory_duplicate(lp_x(w->lp), bytes);
    worker_try(w, x, "relaxation");
    enum plunge_end end = PLUNGE_SPLIT;
    double room = PLUNGE_EQUAL * fmax(1, fabs(objective));
    if (objective >= worker_threshold(w) || fmin(w->incumbent.objective, t->p.cutoff) <= objective + room) {
        end = plunge_cut(w, objective);
    } else if (stray >= 0) {
        branch_near(w, b, stray, x[stray]);
    } else {
        for (int k = 0; k < t->integers.count; k++) x[t->integers.col[k]] = nearbyint(x[t->integers.col[k]]);
        end = plunge_whole(w, n, x, objective, b);
    }
    free(x);
    return end;
}

static void plunge_note_root(struct worker *w, double objective) {
    assert(w->number == 0); /* the root is the first worker's */
    struct search *t = w->tree;
    size_t bytes = (size_t)t->p.model->cols * sizeof(double);
    if (t->root.first <= -MODEL_INFINITY) t->root.first = objective;
    t->root.objective = objective;
    memory_copy(t->root.x, lp_x(w->lp), bytes);
    memory_copy(t->root.cost, lp_reduced_costs(w->lp), bytes);
}

/* Outcome of the relaxation: PLUNGE_SOLVED, or how the node ends. */
static enum plunge_end plunge_relax(struct worker *w, const struct node *n, struct branch *b) {
    switch (worker_solve(w, INT64_MAX)) {
    case LP_OPTIMAL: return PLUNGE_SOLVED;
    case LP_INFEASIBLE: return PLUNGE_DONE;
    case LP_CUTOFF: return plunge_cut(w, worker_threshold(w));
    case LP_UNBOUNDED:
    case LP_NUMERICAL: return plunge_blind(w, n, b);
    case LP_ITERATION_LIMIT:
    case LP_TIME_LIMIT:
    case LP_INTERRUPTED: worker_stopped(w); break;
    }
    return PLUNGE_STOPPED;
}

/* Bounds and pseudo-costs learn from the relaxation's objective; the latter from the node's first relaxation only. */
static void plunge_learn(struct worker *w, struct node *n, double made_with, bool *learned) {
    double objective = lp_objective(w->lp);
    n->bound = fmax(n->bound, objective);
    n->relaxed = objective;
    if (n->depth == 0 && !root_stages_done(w->tree, ROOT_STAGE_weigh)) plunge_note_root(w, objective);
    if (!*learned) pseudo_learn(w->pseudo, n->branch_col, n->branch_up, n->branch_distance, objective - made_with);
    *learned = true;
}

/* Cuts and heuristics of a fractional node, once per node. PLUNGE_AGAIN: the LP's solution is gone. */
static enum plunge_end plunge_search(struct worker *w, const struct node *n) {
    double objective = lp_objective(w->lp);
    if (tree_cuts_due(w, n)) tree_cuts_find(w);
    bool touched = heuristics_run(w, n);
    if (worker_stopped(w)) return PLUNGE_STOPPED;
    if (objective >= worker_threshold(w)) return plunge_cut(w, objective);
    return touched ? PLUNGE_AGAIN : PLUNGE_SOLVED;
}

static enum plunge_end plunge_stages(struct worker *w, const struct node *n, enum root_stage_when when) {
    if (n->depth > 0) return PLUNGE_SOLVED;
    switch (root_stages_run(w, when)) {
    case ROOT_STAGE_ON: return PLUNGE_SOLVED;
    case ROOT_STAGE_AGAIN: return PLUNGE_AGAIN;
    case ROOT_STAGE_STOPPED: break;
    }
    return PLUNGE_STOPPED;
}

/* A fractional relaxation: the root's stages around cuts and heuristics, then branching. */
static enum plunge_end plunge_fractional(struct worker *w, struct node *n, struct branch *b, bool *searched) {
    enum plunge_end end = plunge_stages(w, n, ROOT_STAGE_BEFORE);
    if (end == PLUNGE_SOLVED && !*searched) {
        *searched = true;
        end = plunge_search(w, n);
    }
    if (end == PLUNGE_SOLVED) end = plunge_stages(w, n, ROOT_STAGE_AFTER);
    if (end != PLUNGE_SOLVED) return end;
    switch (branch_choose(w, b)) {
    case BRANCH_MADE: return PLUNGE_SPLIT;
    case BRANCH_TIGHTENED: return PLUNGE_AGAIN;
    case BRANCH_CUT: return PLUNGE_DONE;
    case BRANCH_NONE: break;
    }
    return plunge_lose(w, n);
}

static enum plunge_end plunge_recorded(struct worker *w, struct node *n, struct branch *b) {
    switch (recorded_node(w, n, b)) {
    case RECORDED_CLOSED: return PLUNGE_DONE;
    case RECORDED_SPLIT: return PLUNGE_SPLIT;
    case RECORDED_OPEN: return plunge_lose(w, n);
    case RECORDED_STOPPED: break;
    }
    return PLUNGE_STOPPED;
}

/* The node's first relaxation, or the propagation before it, shows that nothing is below. */
static enum plunge_end plunge_closed(struct worker *w, const struct node *n, double made_with, bool learned) {
    if (!learned) branch_learn_closed(w, n, made_with);
    return PLUNGE_DONE;
}

/* False: nothing is below. */
static bool plunge_propagate(struct worker *w, const struct node *n) {
    const long effort = 20 * w->tree->p.model->entries + 1000;
    for (int round = 0; round < PLUNGE_ROUNDS; round++) {
        if (!domain_propagate(&w->domain, effort)) return false;
        if (!lexmax_tighten(w, n)) return true;
    }
    return domain_propagate(&w->domain, effort);
}

static enum plunge_end plunge_node(struct worker *w, struct node *n, struct branch *b) {
    if (w->tree->p.recorder) return plunge_recorded(w, n, b);
    double made_with = n->parent && w->tree->cuts.given_up ? n->parent->relaxed : n->bound;
    bool learned = n->branch_col < 0, searched = false;
    w->counts.nodes++;
    b->learned_count = 0;
    for (int round = 0;; round++) {
        if (!plunge_propagate(w, n)) return plunge_closed(w, n, made_with, learned);
        worker_push_bounds(w);
        enum plunge_end end = plunge_relax(w, n, b);
        if (end == PLUNGE_DONE) return plunge_closed(w, n, made_with, learned);
        if (end != PLUNGE_SOLVED) return end;
        plunge_learn(w, n, made_with, &learned);
        double objective = lp_objective(w->lp);
        if (objective >= worker_threshold(w)) return plunge_cut(w, objective);
        if (worker_fractional(w) == 0) {
            if (round < PLUNGE_ROUNDS && settle_expel(w)) continue;
            return plunge_integral(w, n, objective, b);
        }
        if (plunge_fix_by_cost(w, objective) && round < PLUNGE_ROUNDS) continue;
        end = plunge_fractional(w, n, b, &searched);
        assert(end != PLUNGE_SOLVED); /* a fractional node has been branched on */
        if (end != PLUNGE_AGAIN) return end;
    }
}

static struct node *plunge_child(struct worker *w, struct node *n, const struct branch *b, int side,
                                 struct node_basis *basis) {
    struct node *c = node_new(n, n->bound, b->count[side] + b->learned_count);
    assert(b->count[side] > 0); /* a child is smaller than its parent */
    assert(c->depth == n->depth + 1 && basis->variables == lp_cols(w->lp) + lp_rows(w->lp));
    for (int k = 0; k < b->count[side]; k++) c->change[k] = b->change[side][k];
    for (int k = 0; k < b->learned_count; k++) c->change[b->count[side] + k] = b->learned[k];
    c->branch_col = b->col;
    c->branch_up = side == 1;
    c->branch_distance = b->distance[side];
    c->basis = basis;
    c->id = w->tree->made + (int64_t)w->made.count;
    return c;
}

static void plunge_record(struct worker *w, const struct node *n, struct node *const child[2]) {
    const struct search_recorder *recorder = w->tree->p.recorder;
    if (!recorder) return;
    assert(child[0]->changes == 1 && child[1]->changes == 1);
    int first = recorder->split(recorder->context, n->record, child[0]->change, child[1]->change);
    for (int side = 0; side < 2; side++) child[side]->record = first + side;
}

/* Makes both children; returns one, with its bounds in the domain, and queues the other. */
static struct node *plunge_split(struct worker *w, struct node *n, const struct branch *b) {
    worker_get_basis(w);
    struct node_basis *basis = node_pack(w->scratch.place, lp_cols(w->lp) + lp_rows(w->lp));
    atomic_fetch_add(&basis->refs, 1);
    assert(atomic_load(&basis->refs) == 2); /* one per child */
    struct node *child[2];
    for (int side = 0; side < 2; side++) child[side] = plunge_child(w, n, b, side, basis);
    plunge_record(w, n, child);
    node_append(&w->made, child[!b->up_first]);
    struct node *next = child[b->up_first];
    /* The relaxation has the basis of the parent or of a trial near it: both are good starts. */
    plunge_apply(w, next);
    return next;
}

/* A plunge far from the best bound ends, once it has had the chance to find a solution. */
static bool plunge_promising(const struct worker *w, const struct node *n, double least_open) {
    double threshold = worker_threshold(w);
    if (w->tree->p.recorder) return true; /* depth first, and every leaf is needed */
    if (n->bound >= threshold) return false;
    if (threshold >= MODEL_INFINITY / 2) return true;
    return n->bound <= least_open + w->tree->p.options->plunge_gap * (threshold - least_open);
}

int64_t plunge_work(const struct worker *w) {
    return w->counts.iterations + PLUNGE_NODE * w->counts.nodes;
}

/* The node that was queued last, of those from number `first` on; NULL: none. */
static struct node *plunge_back(struct worker *w, size_t first) {
    const struct search_recorder *recorder = w->tree->p.recorder;
    while (w->made.count > first) {
        struct node *n = w->made.item[--w->made.count];
        if (!recorder || recorder->needed(recorder->context, n->record)) return n;
        node_release(n);
    }
    return NULL;
}

void plunge_run(struct worker *w, struct node *node, int64_t work) {
    struct branch b = {.col = -1};
    int backtracks = 0;
    size_t first = w->made.count;
    double least_open = w->round_bound;
    plunge_load(w, node);
    for (;;) {
        enum plunge_end end = plunge_node(w, node, &b);
        struct node *next = NULL;
        assert(end == PLUNGE_DONE || end == PLUNGE_SPLIT || end == PLUNGE_STOPPED); /* others are within a node */
        if (end == PLUNGE_STOPPED) {
            node_append(&w->made, node);
            break;
        }
        if (end == PLUNGE_SPLIT) next = plunge_split(w, node, &b);
        node_release(node);
        bool loaded = next != NULL;
        if (!next && w->made.count > first && (w->tree->p.recorder || backtracks++ < PLUNGE_BACKTRACKS))
            next = plunge_back(w, first);
        if (!next) break;
        if (!plunge_promising(w, next, least_open) || worker_stopped(w) || (work > 0 && plunge_work(w) >= work)) {
            node_append(&w->made, next);
            break;
        }
        if (!loaded) plunge_load(w, next);
        node = next;
    }
    assert(w->made.count >= first); /* nodes made by others are not touched */
    branch_free(&b);
}
