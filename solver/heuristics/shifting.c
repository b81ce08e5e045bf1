/* Solutions from the relaxation's without another LP: fractional columns are rounded to the nearest whole number; then
 * columns of violated rows are shifted until none is violated (Achterberg 2007, section 9.1). */
#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "solver/base/memory.h"
#include "solver/heuristics/heuristics.h"
#include "solver/search/worker.h"

struct shifting {
    const struct search *t;
    double *x, *activity; /* [cols], [rows] */
    int *violated;        /* list of rows; at[row] its place + 1 */
    int *at, count;
};

static void shifting_note(struct shifting *s, int i) {
    const struct model *m = s->t->p.model;
    double tolerance = 1e-7;
    bool bad = s->activity[i] > m->row_upper[i] + tolerance || s->activity[i] < m->row_lower[i] - tolerance;
    if (bad && s->at[i] == 0) {
        s->violated[s->count] = i;
        s->at[i] = ++s->count;
        assert(s->count <= m->rows);
    } else if (!bad && s->at[i] > 0) {
        int last = s->violated[--s->count], place = s->at[i] - 1;
        assert(s->violated[place] == i || last == i); /* list and places agree */
        s->violated[place] = last;
        s->at[last] = place + 1;
        s->at[i] = 0;
    }
}

static void shifting_move(struct shifting *s, int j, double to) {
    const struct model *m = s->t->p.model;
    double delta = to - s->x[j];
    s->x[j] = to;
    for (long k = m->start[j]; k < m->start[j + 1]; k++) {
        s->activity[m->index[k]] += delta * m->value[k];
        shifting_note(s, m->index[k]);
    }
}

/* How many rows the move would violate, less those that it would repair. */
static int shifting_harm(const struct shifting *s, int j, double delta) {
    const struct model *m = s->t->p.model;
    int harm = 0;
    for (long k = m->start[j]; k < m->start[j + 1]; k++) {
        int i = m->index[k];
        double a = s->activity[i] + delta * m->value[k];
        bool bad = a > m->row_upper[i] + 1e-7 || a < m->row_lower[i] - 1e-7;
        harm += (int)bad - (s->at[i] > 0);
    }
    return harm;
}

/* Moves one column of row i so that its violation falls: the least harmful, then the cheapest. */
static bool shifting_mend(struct shifting *s, const struct domain *d, int i, struct random *random) {
    const struct model *m = s->t->p.model;
    const struct rows *r = &s->t->rows;
    bool above = s->activity[i] > m->row_upper[i];
    assert(s->at[i] > 0 && s->violated[s->at[i] - 1] == i);
    double need = above ? m->row_upper[i] - s->activity[i] : m->row_lower[i] - s->activity[i];
    int best = -1;
    double best_to = 0, best_score = INFINITY;
    for (long k = r->start[i]; k < r->start[i + 1]; k++) {
        int j = r->col[k];
        if (d->lower[j] >= d->upper[j]) continue;
        double to = s->x[j] + need / r->value[k];
        if (m->integer[j]) to = need / r->value[k] > 0 ? ceil(to - 1e-9) : floor(to + 1e-9);
        to = fmin(fmax(to, d->lower[j]), d->upper[j]);
        if (fabs(to - s->x[j]) < 1e-9) continue;
        double cost = (m->maximize ? -m->cost[j] : m->cost[j]) * (to - s->x[j]);
        double score = shifting_harm(s, j, to - s->x[j]) + 0.5 * random_unit(random) + 1e-3 * (cost > 0) +
                       1e-3 * cost / (1 + fabs(cost));
        if (score < best_score) best = j, best_to = to, best_score = score;
    }
    if (best < 0) return false;
    assert(best_to >= d->lower[best] && best_to <= d->upper[best]);
    shifting_move(s, best, best_to);
    return true;
}

bool shifting_due(const struct worker *w, const struct node *n) {
    (void)w;
    return n->depth < 2 || n->depth % 5 == 0;
}

void shifting_run(struct worker *w, const double *x) {
    const struct search *t = w->tree;
    const struct model *m = t->p.model;
    struct shifting s = {.t = t};
    size_t bytes = (size_t)m->cols * sizeof(double);
    s.x = memory_duplicate(x, bytes);
    s.activity = MEMORY_NEW(double, m->rows);
    s.violated = MEMORY_NEW(int, m->rows);
    s.at = MEMORY_NEW(int, m->rows);
    struct random random = {(uint64_t)t->p.options->seed};
    for (int k = 0; k < t->integers.count; k++) s.x[t->integers.col[k]] = nearbyint(s.x[t->integers.col[k]]);
    for (int j = 0; j < m->cols; j++)
        for (long k = m->start[j]; k < m->start[j + 1]; k++) s.activity[m->index[k]] += m->value[k] * s.x[j];
    for (int i = 0; i < m->rows; i++) shifting_note(&s, i);
    int moves = 0, limit = 50 + 2 * w->candidates;
    bool stuck = false;
    while (s.count > 0 && moves++ < limit && !stuck)
        stuck = !shifting_mend(&s, &w->domain, s.violated[random_int(&random, 0, s.count - 1)], &random);
    if (s.count == 0 && search_objective(m, s.x) < worker_threshold(w)) worker_offer(w, s.x, "shifting");
    free(s.x);
    free(s.activity);
    free(s.violated);
    free(s.at);
}
