#include "solver/tree/branch.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "solver/base/memory.h"
#include "solver/search/worker.h"
#include "solver/tree/branch_rules.h"

enum { BRANCH_PIVOTS = 200 /* of a trial at most */ };

#define BRANCH_WHOLE 1e-5 /* sums of groups nearer to a whole number are not branched on */
/* Rise of an empty child where no gap says how much it is, relative to the objective: more than others'. */
#define BRANCH_CLOSED 10

static void branch_clear(struct branch *b) {
    b->col = -1;
    b->count[0] = b->count[1] = 0;
    b->distance[0] = b->distance[1] = 0;
}

void branch_free(struct branch *b) {
    free(b->change[0]);
    free(b->change[1]);
    free(b->learned);
}

static void branch_add(struct branch *b, int side, int col, double lower, double upper) {
    b->change[side] = memory_grow(b->change[side], &b->room[side], (size_t)b->count[side] + 1, sizeof *b->change[side]);
    assert(side == 0 || side == 1);
    b->change[side][b->count[side]++] = (struct node_change){col, lower, upper};
}

static void branch_learn(struct branch *b, int col, double lower, double upper) {
    b->learned = memory_grow(b->learned, &b->learned_room, (size_t)b->learned_count + 1, sizeof *b->learned);
    b->learned[b->learned_count++] = (struct node_change){col, lower, upper};
}

/* Child 0 has no 1 in the set's head, child 1 none behind it. Fixed members need no change. */
static void branch_on_set(struct worker *w, struct branch *b, int set) {
    const struct sets *s = &w->tree->structure.sets;
    for (int k = s->start[set]; k < s->start[set + 1]; k++) {
        int j = s->col[k];
        if (w->domain.lower[j] < w->domain.upper[j]) branch_add(b, k >= w->set_place[set], j, w->domain.lower[j], 0);
    }
}

static void branch_learn_any(struct worker *w, struct branch *b, int col) {
    const struct sets *s = &w->tree->structure.sets;
    int set = worker_set(w, col);
    if (set < 0) branch_learn(b, col, worker_lower(w, col), worker_upper(w, col));
    for (int k = set < 0 ? 0 : s->start[set]; set >= 0 && k < s->start[set + 1]; k++)
        if (w->domain.upper[s->col[k]] == 0) branch_learn(b, s->col[k], w->domain.lower[s->col[k]], 0);
}

static void branch_on(struct worker *w, struct branch *b, int col, double x) {
    double below = floor(x), lower = worker_lower(w, col), upper = worker_upper(w, col);
    if (below < lower) below = lower;
    if (below >= upper) below = upper - 1;
    assert(lower < upper && below >= lower && below + 1 <= upper); /* both children have a value */
    branch_clear(b);
    b->col = col;
    b->distance[0] = x - below;
    b->distance[1] = below + 1 - x;
    if (worker_set(w, col) >= 0) {
        branch_on_set(w, b, worker_set(w, col));
    } else {
        branch_add(b, 0, col, lower, below);
        branch_add(b, 1, col, below + 1, upper);
    }
    if (col >= w->tree->p.model->cols) {
        b->up_first = b->distance[0] > 0.5;
        return;
    }
    double moved = x - w->tree->root.x[col];
    b->up_first = fabs(moved) > 0.1 ? moved > 0 : w->tree->structure.one_hot[col] || b->distance[0] > 0.5;
}

enum branch_result branch_blind(struct worker *w, struct branch *b) {
    const struct search *t = w->tree;
    const struct domain *d = &w->domain;
    for (int k = 0; k < t->integers.count; k++) {
        int j = t->integers.col[k];
        double lower = d->lower[j], upper = d->upper[j], middle = floor(lower + (upper - lower) / 2);
        if (!(lower < upper)) continue;
        if (lower <= -MODEL_INFINITY) middle = upper >= MODEL_INFINITY ? 0 : upper - 1 - 10 * fabs(upper);
        if (lower > -MODEL_INFINITY && upper >= MODEL_INFINITY) middle = lower + 10 * fabs(lower);
        branch_on(w, b, j, middle);
        b->col = -1;
        return BRANCH_MADE;
    }
    return BRANCH_NONE;
}

void branch_near(struct worker *w, struct branch *b, int col, double x) {
    assert(col < w->tree->p.model->cols && w->domain.lower[col] < w->domain.upper[col]);
    double whole = nearbyint(x), below = whole > worker_lower(w, col) ? whole - 1 : whole;
    branch_on(w, b, col, below);
    b->up_first = whole > below;
    b->col = -1;
}

/* What closed the child is worth at least the gap. Without this, columns that close one child after the other would
 * look as if they moved nothing: only relaxations that are solved tell how far they rose. */
void branch_learn_closed(struct worker *w, const struct node *n, double before) {
    if (n->branch_col < 0) return;
    double gap = worker_threshold(w) - before;
    double rise = gap < MODEL_INFINITY / 2 ? gap : BRANCH_CLOSED * fmax(1, fabs(before));
    pseudo_learn(w->pseudo, n->branch_col, n->branch_up, n->branch_distance, rise);
}

/* --- candidates --- */

struct branch_trial {
    int col;
    double score;
};

static int branch_by_score(const void *a, const void *b) {
    const struct branch_trial *p = a, *q = b;
    if (p->score != q->score) return p->score > q->score ? -1 : 1;
    return p->col < q->col ? -1 : p->col > q->col;
}

enum branch_outcome { BRANCH_OPEN, BRANCH_EMPTY, BRANCH_UNKNOWN };

/* The rise of the relaxation when the column is moved below or above x, after a few pivots. */
static enum branch_outcome branch_try_side(struct worker *w, int col, bool up, double x, int64_t iterations,
                                           double *rise) {
    double lower = up ? floor(x) + 1 : worker_lower(w, col), upper = up ? worker_upper(w, col) : floor(x);
    if (lower > upper) return BRANCH_EMPTY;
    assert(lower >= worker_lower(w, col) && upper <= worker_upper(w, col)); /* a trial is within the node */
    worker_try_bounds(w, col, lower, upper);
    double objective;
    enum lp_status status = worker_try_solve(&objective, w, iterations);
    enum branch_outcome outcome = BRANCH_OPEN;
    *rise = 0;
    if (status == LP_INFEASIBLE || status == LP_CUTOFF)
        outcome = BRANCH_EMPTY;
    else if (status == LP_OPTIMAL || status == LP_ITERATION_LIMIT)
        *rise = fmax(0, objective - lp_objective(w->lp));
    else
        outcome = BRANCH_UNKNOWN;
    if (status == LP_CUTOFF) w->pruned.cut = fmin(w->pruned.cut, worker_threshold(w));
    if (outcome == BRANCH_OPEN) pseudo_learn(w->pseudo, col, up, up ? ceil(x) - x : x - floor(x), *rise);
    worker_try_bounds(w, col, worker_lower(w, col), worker_upper(w, col));
    lp_recall(w->lp);
    return outcome;
}

/* Tries the best candidates without observations; *best becomes the one to branch on (Achterberg, Koch & Martin
 * 2005). */
static enum branch_result branch_trials(struct worker *w, struct branch *b, struct branch_trial *trial, int trials,
                                        const double *value, int *best) {
    const struct options *o = w->tree->p.options;
    double top = -1;
    int64_t spent = w->tree->counts.strong + w->counts.strong, all = w->tree->counts.iterations + w->counts.iterations;
    int64_t solved = w->tree->counts.nodes + w->counts.nodes + 1;
    int64_t each = 2 * (all - spent) / solved;
    assert(spent >= 0 && spent <= all);
    each = each < 10 ? 10 : each > BRANCH_PIVOTS ? BRANCH_PIVOTS : each;
    int reliable = spent < (all - spent) / 2 + 10000 ? o->reliability : 0;
    int idle = 0, tightened = 0, tried = 0;
    enum branch_result result = BRANCH_MADE;
    for (int k = 0; k < trials && idle < o->strong_lookahead && !worker_stopped(w); k++) {
        int col = trial[k].col;
        double x = value[col], score = trial[k].score;
        if (pseudo_trials(w->pseudo, col) < reliable && tried < o->strong_candidates) {
            double down, up;
            if (tried++ == 0) lp_keep(w->lp);
            enum branch_outcome below = branch_try_side(w, col, false, x, each, &down);
            enum branch_outcome above = branch_try_side(w, col, true, x, each, &up);
            if (w->tree->p.recorder && (below == BRANCH_EMPTY || above == BRANCH_EMPTY)) {
                *best = col; /* one child will be closed at once */
                break;
            }
            if (below == BRANCH_EMPTY && above == BRANCH_EMPTY) {
                result = BRANCH_CUT;
                break;
            }
            if (below == BRANCH_EMPTY) worker_tighten(w, col, floor(x) + 1, MODEL_INFINITY);
            if (above == BRANCH_EMPTY) worker_tighten(w, col, -MODEL_INFINITY, floor(x));
            if (below == BRANCH_EMPTY || above == BRANCH_EMPTY) {
                result = BRANCH_TIGHTENED;
                branch_learn_any(w, b, col);
                if (++tightened >= 5) break;
                worker_try_bounds(w, col, worker_lower(w, col), worker_upper(w, col));
                continue;
            }
            if (below == BRANCH_OPEN && above == BRANCH_OPEN) score = pseudo_score(down, up, branch_least_rise(w));
        }
        idle++;
        if (score > top) {
            top = score;
            *best = col;
            idle = 0;
        }
    }
    assert(result != BRANCH_MADE || *best >= 0);
    return result;
}

/* Candidates with their scores: fractional columns, then groups, then sets. value[col] becomes the relaxation's, since
 * the LP's solution is lost after the first trial. */
static int branch_candidates(struct worker *w, const struct branch_rule *rule, struct branch_trial *trial,
                             double *value) {
    const struct groups *g = &w->tree->structure.groups;
    const struct sets *s = &w->tree->structure.sets;
    const double *x = lp_x(w->lp);
    int cols = w->tree->p.model->cols, trials = 0;
    for (int k = 0; k < w->candidates; k++) {
        int j = w->candidate[k];
        assert(w->domain.lower[j] < w->domain.upper[j]); /* a fixed column is no candidate */
        value[j] = x[j];
        trial[trials++] = (struct branch_trial){j, rule->score(w, j, x[j])};
    }
    for (int k = 0; k < g->count && w->tree->structure.group_row >= 0; k++) {
        double sum = groups_sum(g, k, x), f = branch_fraction(sum);
        if (f < BRANCH_WHOLE || f > 1 - BRANCH_WHOLE) continue;
        value[cols + k] = sum;
        trial[trials++] = (struct branch_trial){cols + k, rule->score(w, cols + k, sum)};
    }
    for (int k = 0; k < s->count && w->tree->p.options->set_branching; k++) {
        int at = cols + g->count + k;
        w->set_place[k] = sets_place(&value[at], s, k, x, BRANCH_WHOLE);
        if (w->set_place[k] >= 0) trial[trials++] = (struct branch_trial){at, rule->score(w, at, value[at])};
    }
    assert(trials >= w->candidates && trials <= w->candidates + g->count + s->count); /* trial[] has room */
    return trials;
}

enum branch_result branch_choose(struct worker *w, struct branch *b) {
    assert(w->candidates > 0);
    assert(w->tree->p.options->branching >= 0 && w->tree->p.options->branching < BRANCH_RULES_COUNT);
    const struct branch_rule *rule = &branch_rules[w->tree->p.options->branching];
    const struct search_structure *t = &w->tree->structure;
    struct branch_trial *trial = MEMORY_NEW(struct branch_trial, w->candidates + t->groups.count + t->sets.count);
    double *value = w->scratch.x;
    int trials = branch_candidates(w, rule, trial, value);
    memory_sort(trial, (size_t)trials, sizeof *trial, branch_by_score);
    int col = trial[0].col;
    enum branch_result result = BRANCH_MADE;
    if (rule->trials) result = branch_trials(w, b, trial, trials, value, &col);
    if (result == BRANCH_MADE) branch_on(w, b, col, value[col]);
    free(trial);
    return result;
}
