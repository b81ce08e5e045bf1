#include "solver/tree/lexmax.h"

#include <assert.h>

#include "solver/base/memory.h"
#include "solver/search/worker.h"

/* --- the order --- */

/* The columns whose values decide between a node and its sibling; *list NULL: *single. Returns how many. */
static int lexmax_branched(const struct search *t, const struct node *n, const int **list, int *single) {
    const struct groups *g = &t->structure.groups;
    const struct sets *s = &t->structure.sets;
    int col = n->branch_col >= 0 ? n->branch_col : n->change[0].col, group = col - t->p.model->cols;
    *single = col;
    *list = NULL;
    if (group < 0) return 1;
    if (group < g->count) {
        *list = g->col + g->start[group];
        return g->start[group + 1] - g->start[group];
    }
    int set = group - g->count;
    assert(set < s->count);
    *list = s->col + s->start[set];
    return s->start[set + 1] - s->start[set];
}

/* w->order becomes the leaders, then the columns branched on from the root to the node; returns how many. */
static int lexmax_order(struct worker *w, const struct node *n) {
    const struct search *t = w->tree;
    const int *list;
    const struct symmetry *s = &t->structure.symmetry;
    int count = s->leaders, single;
    for (const struct node *v = n; v->parent; v = v->parent) count += lexmax_branched(t, v, &list, &single);
    w->order = memory_grow(w->order, &w->order_room, (size_t)count, sizeof *w->order);
    int end = count;
    for (const struct node *v = n; v->parent; v = v->parent) {
        int more = lexmax_branched(t, v, &list, &single);
        end -= more;
        memory_copy(w->order + end, list ? list : &single, (size_t)more * sizeof *w->order);
    }
    assert(end == s->leaders);
    memory_copy(w->order, s->leader, (size_t)s->leaders * sizeof *w->order);
    return count;
}

/* --- comparison --- */

static bool lexmax_fixed_equal(const struct domain *d, int a, int b) {
    return d->lower[a] == d->upper[a] && d->lower[b] == d->upper[b] && d->lower[a] == d->lower[b];
}

/* Whether columns from place `at` of the order on, were all before equal to their images, would be less than theirs. */
static bool lexmax_tie_fails(const struct worker *w, int at, int count, int permutation) {
    const struct domain *d = &w->domain;
    assert(at <= count);
    for (int k = at; k < count; k++) {
        int j = w->order[k], to = symmetry_image(&w->tree->structure.symmetry, j, permutation);
        if (d->upper[j] < d->lower[to]) return true;
        if (j != to && !lexmax_fixed_equal(d, j, to)) return false;
    }
    return false;
}

/* Column j is at least its image `to`, by `margin`; true if a bound moves. */
static bool lexmax_at_least(struct domain *d, int j, int to, double margin) {
    assert(j != to && (margin == 0 || margin == 1));
    double lower = d->lower[to] + margin, upper = d->upper[j] - margin;
    bool moves = lower > d->lower[j] || upper < d->upper[to];
    domain_raise_lower(d, j, lower);
    domain_reduce_upper(d, to, upper);
    return moves;
}

bool lexmax_tighten(struct worker *w, const struct node *n) {
    const struct symmetry *s = &w->tree->structure.symmetry;
    struct domain *d = &w->domain;
    if (s->count == 0) return false;
    int count = lexmax_order(w, n), ties = s->count, tied[SYMMETRY_MOST];
    bool changed = false;
    for (int k = 0; k < ties; k++) tied[k] = k; /* permutations under which all columns so far equal their images */
    for (int at = 0; at < count && ties > 0 && !d->infeasible; at++) {
        int j = w->order[at], left = 0;
        assert(d->model->integer[j]);
        for (int k = 0; k < ties && !d->infeasible; k++) {
            int to = symmetry_image(s, j, tied[k]);
            if (to != j && !lexmax_fixed_equal(d, j, to)) {
                bool fails = lexmax_tie_fails(w, at + 1, count, tied[k]);
                changed |= lexmax_at_least(d, j, to, fails ? 1 : 0);
            }
            if (to == j || lexmax_fixed_equal(d, j, to)) tied[left++] = tied[k];
        }
        ties = left;
    }
    return changed;
}
