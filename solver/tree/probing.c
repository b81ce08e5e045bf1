#include "solver/tree/probing.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "solver/base/memory.h"
#include "solver/base/ranked.h"
#include "solver/search/worker.h"

enum { PROBING_KEPT = 100000 /* implications */ };

struct probing_change {
    int col;
    double lower, upper;
};

struct probing_side { /* the implications of one value */
    struct probing_change *change;
    int count;
    bool impossible;
};

struct probing {
    struct worker *w;
    struct domain *d;
    double *lower, *upper; /* [cols] of the node, without any probe */
    struct probing_side side[2];
    int *seen; /* [cols] 1 + place in side[0].change, 0: not there */
    int64_t budget;
};

/* Changes of the domain become the node's bounds. */
static void probing_keep(struct probing *p) {
    struct domain *d = p->d;
    for (int k = 0; k < d->changes; k++) {
        int j = d->changed[k];
        p->lower[j] = d->lower[j];
        p->upper[j] = d->upper[j];
    }
    worker_push_bounds(p->w);
}

static void probing_try(struct probing *p, int col, int value) {
    struct domain *d = p->d;
    struct probing_side *side = &p->side[value];
    assert((value == 0 || value == 1) && d->changes == 0); /* the previous probe has been undone */
    if (value)
        domain_raise_lower(d, col, 1);
    else
        domain_reduce_upper(d, col, 0);
    side->impossible = !domain_propagate(d, 3 * d->model->entries + 1000);
    side->count = 0;
    for (int k = 0; k < d->changes; k++) {
        int j = d->changed[k];
        if (j != col) side->change[side->count++] = (struct probing_change){j, d->lower[j], d->upper[j]};
        d->lower[j] = p->lower[j];
        d->upper[j] = p->upper[j];
    }
    domain_forget_changes(d);
    assert(d->waiting == 0 && side->count <= d->model->cols);
    d->infeasible = false;
}

static void probing_note(struct probing *p, int col, int value, const struct probing_change *c) {
    assert(c->col != col);
    struct implications *all = &p->w->tree->structure.implied;
    for (int upper = 0; upper < 2 && all->count < PROBING_KEPT; upper++) {
        double bound = upper ? c->upper : c->lower;
        if (upper ? !(bound < p->upper[c->col]) : !(bound > p->lower[c->col])) continue;
        all->item = memory_grow(all->item, &all->room, all->count + 1, sizeof *all->item);
        all->item[all->count++] = (struct implication){col, c->col, (signed char)value, (signed char)upper, bound};
    }
}

/* Bounds that both values imply. */
static void probing_join(struct probing *p) {
    const struct probing_side *a = &p->side[0], *b = &p->side[1];
    for (int k = 0; k < a->count; k++) p->seen[a->change[k].col] = k + 1;
    for (int k = 0; k < b->count; k++) {
        int j = b->change[k].col, at = p->seen[j] - 1;
        if (at < 0) continue;
        assert(at < a->count && a->change[at].col == j);
        double lower = fmin(a->change[at].lower, b->change[k].lower),
               upper = fmax(a->change[at].upper, b->change[k].upper);
        double worth = p->d->model->integer[j] ? 0.5 : 1e-2 * fmax(1, p->upper[j] - p->lower[j]);
        if (lower > p->lower[j] + worth) domain_raise_lower(p->d, j, lower);
        if (upper < p->upper[j] - worth) domain_reduce_upper(p->d, j, upper);
    }
    for (int k = 0; k < a->count; k++) p->seen[a->change[k].col] = 0;
}

/* False: neither value is possible. */
static bool probing_column(struct probing *p, int j) {
    struct domain *d = p->d;
    assert(p->lower[j] == 0 && p->upper[j] == 1);
    probing_try(p, j, 0);
    probing_try(p, j, 1);
    bool no = p->side[0].impossible, yes = p->side[1].impossible;
    if (no && yes) d->infeasible = true;
    if (no) domain_raise_lower(d, j, 1);
    if (yes) domain_reduce_upper(d, j, 0);
    if (!no && !yes) probing_join(p);
    if (d->changes > 0 && !domain_propagate(d, 3 * d->model->entries + 1000)) return false;
    probing_keep(p);
    if (!no && !yes)
        for (int value = 0; value < 2; value++)
            for (int k = 0; k < p->side[value].count; k++) probing_note(p, j, value, &p->side[value].change[k]);
    return !d->infeasible;
}

/* Binaries that are fractional in the relaxation first, then those in many rows. */
static int probing_order(const struct probing *p, const double *x, struct ranked *key) {
    const struct search *t = p->w->tree;
    const struct model *m = t->p.model;
    int count = 0;
    for (int k = 0; k < t->integers.count; k++) {
        int j = t->integers.col[k];
        if (p->lower[j] != 0 || p->upper[j] != 1) continue;
        double distance = fabs(x[j] - nearbyint(x[j]));
        double rows = (double)(m->start[j + 1] - m->start[j]);
        key[count++] = (struct ranked){j, -(distance > 1e-6 ? 1e9 + distance : rows)};
    }
    ranked_sort(key, count);
    return count;
}

void probing_run(struct worker *w) {
    const struct search *t = w->tree;
    size_t cols = (size_t)t->p.model->cols, bytes = cols * sizeof(double);
    struct probing p = {.w = w, .d = &w->domain, .budget = w->domain.work + 30 * t->p.model->entries + 1000000};
    worker_push_bounds(w);
    p.lower = memory_duplicate(w->domain.lower, bytes);
    p.upper = memory_duplicate(w->domain.upper, bytes);
    p.side[0].change = MEMORY_NEW(struct probing_change, cols);
    p.side[1].change = MEMORY_NEW(struct probing_change, cols);
    p.seen = MEMORY_NEW(int, cols);
    struct ranked *key = MEMORY_NEW(struct ranked, t->integers.count);
    assert(w->number == 0 && w->domain.changes == 0);
    int count = probing_order(&p, lp_x(w->lp), key);
    for (int k = 0; k < count && w->domain.work < p.budget && !worker_stopped(w); k++) {
        int j = key[k].col;
        if (p.lower[j] < p.upper[j] && !probing_column(&p, j)) break;
    }
    free(p.lower);
    free(p.upper);
    free(p.side[0].change);
    free(p.side[1].change);
    free(p.seen);
    free(key);
}
