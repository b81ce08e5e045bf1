#include "solver/tree/recorded.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>

#include "solver/base/memory.h"
#include "solver/search/worker.h"

#define RECORDED_FAR 1e9 /* integers beyond are not split blindly: without bounds that would not end */

static enum recorded_end recorded_blind(struct worker *w, struct branch *b) {
    if (branch_blind(w, b) != BRANCH_MADE) return RECORDED_OPEN;
    assert(b->count[0] == 1 && b->count[1] == 1);
    return fabs(b->change[1][0].lower) <= RECORDED_FAR ? RECORDED_SPLIT : RECORDED_OPEN;
}

static void recorded_learn(struct worker *w, struct node *n) {
    struct search *t = w->tree;
    double objective = lp_objective(w->lp), before = n->bound;
    n->bound = fmax(n->bound, objective);
    n->relaxed = objective;
    if (n->depth == 0)
        memory_copy(t->root.x, lp_x(w->lp), (size_t)t->p.model->cols * sizeof(double));
    else if (n->branch_col >= 0)
        pseudo_learn(w->pseudo, n->branch_col, n->branch_up, n->branch_distance, objective - before);
}

/* Groups of the columns that are left: with the others fixed, more of them are twins. Nothing is known of any yet. */
static void recorded_regroup(struct worker *w) {
    struct search *t = w->tree;
    if (!t->p.options->group_branching) return;
    assert(w->pseudo == &t->pseudo && t->structure.group_row < 0);
    groups_free(&t->structure.groups);
    groups_find_open(&t->structure.groups, t->p.model, &t->rows, t->lower, t->upper);
    worker_take_groups(w);
    pseudo_free(&t->pseudo);
    pseudo_init(&t->pseudo, search_branchables(t));
}

static void recorded_fix(struct worker *w) {
    struct search *t = w->tree;
    signed char *side = MEMORY_NEW(signed char, t->p.model->cols);
    bool any = t->p.recorder->fix(t->p.recorder->context, w->lp, side);
    for (int j = 0; j < t->p.model->cols && any; j++) {
        if (side[j] == 0) continue;
        assert(t->p.model->integer[j] && t->lower[j] < t->upper[j]);
        if (side[j] > 0)
            t->upper[j] = t->lower[j];
        else
            t->lower[j] = t->upper[j];
        worker_tighten(w, j, t->lower[j], t->upper[j]);
    }
    worker_push_bounds(w);
    if (any) recorded_regroup(w);
    free(side);
}

static void recorded_begin(struct worker *w) {
    struct search *t = w->tree;
    bool more = true;
    assert(t->structure.group_row < 0 && lp_rows(w->lp) == t->p.model->rows);
    while (more && worker_solve_fully(w) == LP_OPTIMAL && worker_fractional(w) > 0) {
        more = t->p.recorder->cut(t->p.recorder->context, w->lp);
        if (!more) recorded_fix(w);
    }
    t->structure.group_row = lp_rows(w->lp);
    groups_add(w->lp, &t->structure.groups);
    t->p.recorder->begin(t->p.recorder->context, &t->structure.groups);
}

static enum recorded_end recorded_optimal(struct worker *w, struct node *n, struct branch *b) {
    const struct search_recorder *recorder = w->tree->p.recorder;
    recorded_learn(w, n);
    if (recorder->close(recorder->context, n->record, w->lp, false)) return RECORDED_CLOSED;
    if (worker_fractional(w) == 0) return recorded_blind(w, b);
    enum branch_result result = branch_choose(w, b);
    assert(result == BRANCH_MADE); /* trials decide nothing in a search that is recorded */
    (void)result;
    return worker_stopped(w) ? RECORDED_STOPPED : RECORDED_SPLIT;
}

enum recorded_end recorded_node(struct worker *w, struct node *n, struct branch *b) {
    const struct search_recorder *recorder = w->tree->p.recorder;
    assert(recorder && w->tree->workers == 1 && w->tree->cuts.active.count == 0);
    w->counts.nodes++;
    b->learned_count = 0;
    worker_push_bounds(w);
    if (n->depth == 0) recorded_begin(w);
    switch (worker_solve_fully(w)) {
    case LP_OPTIMAL: return recorded_optimal(w, n, b);
    case LP_INFEASIBLE:
        branch_learn_closed(w, n, n->bound);
        if (recorder->close(recorder->context, n->record, w->lp, true)) return RECORDED_CLOSED;
        return recorded_blind(w, b);
    case LP_CUTOFF:
    case LP_UNBOUNDED:
    case LP_NUMERICAL: return recorded_blind(w, b);
    case LP_ITERATION_LIMIT:
    case LP_TIME_LIMIT:
    case LP_INTERRUPTED: worker_stopped(w); break;
    }
    return RECORDED_STOPPED;
}
