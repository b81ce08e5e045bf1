/* Diving: a depth-first descent in which each step rounds one fractional column, propagates, and solves the relaxation
 * again; one step back if that fails. The rules, used in turn, differ in what they round (Achterberg 2007, section
 * 9.2). */
#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "solver/base/memory.h"
#include "solver/heuristics/heuristics.h"
#include "solver/search/worker.h"

#define DIVE_GAP  1e-3 /* share of the objective below which a gap is left to the tree */
#define DIVE_NEAR 1e-2 /* and below which a dive without success ends the first series */

/* A column's score (the least is rounded) and *up, whether upwards. */
typedef double dive_rule(const struct worker *w, int col, double x, bool *up);

static double dive_fractional(const struct worker *w, int col, double x, bool *up) {
    double f = x - floor(x);
    const struct search *t = w->tree;
    if (t->structure.one_hot[col]) { /* one of its row must become 1: that decides more than another 0 */
        *up = true;
        return 1 - f;
    }
    *up = f >= 0.5;
    /* First the columns with locks both ways; the others, which violate no row in one direction, can be rounded at the
     * end. */
    double harmless = t->locks.down[col] == 0 || t->locks.up[col] == 0 ? 10 : 0;
    return fmin(f, 1 - f) + harmless;
}

static double dive_coefficient(const struct worker *w, int col, double x, bool *up) {
    const struct search *t = w->tree;
    int down_locks = t->locks.down[col], up_locks = t->locks.up[col];
    double f = x - floor(x);
    *up = down_locks == up_locks ? f >= 0.5 : up_locks < down_locks;
    return fmin(down_locks, up_locks) + 0.1 * (*up ? 1 - f : f);
}

static double dive_pseudo(const struct worker *w, int col, double x, bool *up) {
    double f = x - floor(x), down = pseudo_rise(w->pseudo, col, false, f),
           rise = pseudo_rise(w->pseudo, col, true, 1 - f);
    double moved = x - w->tree->root.x[col];
    *up = fabs(moved) > 0.4 ? moved > 0 : f < 0.3 ? false : f > 0.7 ? true : rise < down;
    return -(*up ? f * (down + 1e-9) / (rise + 1e-9) : (1 - f) * (rise + 1e-9) / (down + 1e-9));
}

static double dive_guided(const struct worker *w, int col, double x, bool *up) {
    const double *best = w->incumbent.has ? w->incumbent.x : w->tree->incumbent.has ? w->tree->incumbent.x : NULL;
    if (!best) return dive_fractional(w, col, x, up);
    *up = best[col] > x;
    return fabs(best[col] - x);
}

static double dive_vector_length(const struct worker *w, int col, double x, bool *up) {
    const struct model *m = w->tree->p.model;
    double cost = m->maximize ? -m->cost[col] : m->cost[col], f = x - floor(x);
    *up = cost >= 0;
    return ((*up ? 1 - f : f) * fabs(cost) + 1e-6) / (double)(m->start[col + 1] - m->start[col] + 1);
}

static dive_rule *const dive_rules[] = {dive_fractional, dive_guided, dive_pseudo, dive_coefficient,
                                        dive_vector_length};
static const char *const dive_names[] = {"fractional-dive", "guided-dive", "pseudo-dive", "coefficient-dive",
                                         "vector-dive"};
enum { DIVE_RULES = sizeof dive_rules / sizeof dive_rules[0], DIVE_SHARE = 10, DIVE_BACKS = 8, DIVE_PASSES = 500 };

struct dive_move {
    int col;
    bool up;
    double score;
};

static int dive_by_score(const void *a, const void *b) {
    const struct dive_move *p = a, *q = b;
    if (p->score != q->score) return p->score < q->score ? -1 : 1;
    return p->col - q->col;
}

/* The candidates as moves, the best first. */
static int dive_rank(const struct worker *w, dive_rule *rule, const double *x, struct dive_move *move) {
    for (int k = 0; k < w->candidates; k++) {
        int j = w->candidate[k];
        bool up = false;
        double score = rule(w, j, x[j], &up);
        move[k] = (struct dive_move){j, up, score};
    }
    assert(w->candidates <= w->tree->integers.count); /* move[] has room */
    memory_sort(move, (size_t)w->candidates, sizeof *move, dive_by_score);
    return w->candidates;
}

static void dive_round(struct worker *w, int col, double x, bool up) {
    assert(w->tree->p.model->integer[col] && x != floor(x)); /* rounding excludes x */
    if (up)
        domain_raise_lower(&w->domain, col, floor(x) + 1);
    else
        domain_reduce_upper(&w->domain, col, floor(x));
}

static bool dive_propagate(struct worker *w) {
    return domain_propagate(&w->domain, 10 * w->tree->p.model->entries + 1000);
}

/* Rounds one candidate in DIVE_SHARE, each one followed by propagation, and solves; false: nothing below. */
static bool dive_step(struct worker *w, const double *x, const struct dive_move *move, int moves, int64_t iterations) {
    const struct domain *d = &w->domain;
    for (int k = 0, left = 1 + moves / DIVE_SHARE; k < moves && left > 0; k++) {
        int j = move[k].col;
        if (k > 0 && (d->upper[j] < floor(x[j]) + 1 || d->lower[j] > floor(x[j]))) continue; /* propagation did it */
        dive_round(w, j, x[j], move[k].up);
        if (!dive_propagate(w)) return false;
        left--;
    }
    worker_push_bounds(w);
    return worker_solve(w, iterations) == LP_OPTIMAL && lp_objective(w->lp) < worker_threshold(w);
}

static void dive_forget(struct worker_mark *mark) {
    free(mark->lower);
    free(mark->upper);
    free(mark->place);
}

/* Pivots for one dive: in proportion to those of an average node, at the root to those of the root. */
static int64_t dive_limit(const struct worker *w) {
    int64_t all = w->tree->counts.iterations + w->counts.iterations, nodes = w->tree->counts.nodes + w->counts.nodes;
    if (nodes > 1) return 2000 + 2 * all / nodes;
    bool without = worker_threshold(w) >= MODEL_INFINITY / 2;
    return 1000 + (all - w->counts.heuristic) / (without ? 1 : 4);
}

/* What a step costs besides its pivots, in pivots: every solve passes over all variables several times. Where a step
 * moves the fraction to the next column, one after another (selections under one budget), there are as many steps as
 * rows, and the passes would take most of the time. */
static int64_t dive_passes(const struct worker *w) {
    return (lp_cols(w->lp) + lp_rows(w->lp)) / DIVE_PASSES;
}

static void dive_once(struct worker *w, const double *start, int number) {
    assert(number >= 0 && sizeof dive_names / sizeof *dive_names == DIVE_RULES);
    dive_rule *rule = dive_rules[number % DIVE_RULES];
    size_t bytes = (size_t)lp_cols(w->lp) * sizeof(double);
    double *x = memory_duplicate(start, bytes);
    struct dive_move *move = MEMORY_NEW(struct dive_move, w->tree->integers.count);
    int64_t begin = w->counts.iterations, limit = dive_limit(w);
    struct worker_mark mark = worker_mark(w);
    int backs = 0, depth = 0;
    while (w->candidates > 0 && !worker_stopped(w) && depth++ < 5000 &&
           w->counts.iterations - begin + depth * dive_passes(w) < limit) {
        int moves = dive_rank(w, rule, x, move);
        bool may_back = backs < DIVE_BACKS;
        struct worker_mark back = {0};
        if (may_back) back = worker_mark(w);
        bool good = dive_step(w, x, move, moves, limit);
        if (!good && may_back) {
            backs++;
            worker_return(w, &back);
            move[0].up = !move[0].up;
            good = dive_step(w, x, move, 1, limit);
        } else if (may_back) {
            dive_forget(&back);
        }
        if (!good) break;
        memory_copy(x, lp_x(w->lp), bytes);
        if (worker_fractional(w) > 0)
            rounding_run(w, x);
        else
            worker_try(w, x, dive_names[number % DIVE_RULES]);
    }
    assert(backs <= DIVE_BACKS && w->counts.iterations >= begin);
    worker_return(w, &mark);
    free(move);
    free(x);
}

/* At the root, then at depths that are multiples of the period, while heuristics take only a fair share of the
 * pivots. */
bool dive_due(const struct worker *w, const struct node *n) {
    const struct options *o = w->tree->p.options;
    int64_t spent = w->tree->counts.heuristic + w->counts.heuristic,
            all = w->tree->counts.iterations + w->counts.iterations;
    if (n->depth % o->dive_period != 0) return false;
    bool without = worker_threshold(w) >= MODEL_INFINITY / 2;
    return n->depth == 0 || (double)spent < (without ? 0.5 : 0.15 * heuristics_patience(w)) * (double)all;
}

/* Whether the gap is larger than a share of the objective. */
static bool dive_far(const struct worker *w, double share) {
    double gap = worker_threshold(w) - w->tree->root.objective;
    return gap > share * fabs(w->tree->root.objective);
}

void dive_run(struct worker *w, const double *x) {
    int count = w->tree->root.objective > -MODEL_INFINITY && w->heuristics.dives == 0 ? DIVE_RULES : 1;
    size_t kept = (size_t)w->candidates * sizeof(int);
    int *candidate = memory_duplicate(w->candidate, kept), candidates = w->candidates;
    bool better = true;
    for (int k = 0; k < count && !worker_stopped(w) && dive_far(w, better ? DIVE_GAP : DIVE_NEAR); k++) {
        double before = w->incumbent.objective;
        memory_copy(w->candidate, candidate, kept);
        assert(candidates <= w->tree->integers.count);
        w->candidates = candidates;
        dive_once(w, x, (int)(w->heuristics.dives++ % DIVE_RULES));
        better = w->incumbent.objective < before;
    }
    memory_copy(w->candidate, candidate, kept);
    w->candidates = candidates;
    free(candidate);
}
