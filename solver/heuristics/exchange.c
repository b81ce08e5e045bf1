/* Local search from the incumbent: an integer column moves by one step in the direction of its cost; if that violates
 * rows, a second column of such a row moves by one step too and must repair them all. In a row of which exactly one
 * binary is 1, this makes another choice. Continuous columns stay. */
#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "solver/base/memory.h"
#include "solver/base/ranked.h"
#include "solver/heuristics/heuristics.h"
#include "solver/search/worker.h"

struct exchange {
    const struct search *t;
    double *x, *activity; /* [cols], [rows] */
    long effort;          /* entries that may still be read */
};

struct exchange_step {
    int col; /* -1: none */
    double delta;
};

static double exchange_cost(const struct exchange *e, int j) {
    const struct model *m = e->t->p.model;
    return m->maximize ? -m->cost[j] : m->cost[j];
}

static bool exchange_broken(const struct exchange *e, int i, double activity) {
    const struct model *m = e->t->p.model;
    return activity > m->row_upper[i] + 1e-9 || activity < m->row_lower[i] - 1e-9;
}

static bool exchange_within(const struct exchange *e, struct exchange_step s) {
    const struct model *m = e->t->p.model;
    double to = e->x[s.col] + s.delta;
    assert(s.delta == 1 || s.delta == -1);
    return m->integer[s.col] && to >= m->lower[s.col] && to <= m->upper[s.col];
}

static void exchange_move(struct exchange *e, struct exchange_step s) {
    const struct model *m = e->t->p.model;
    e->x[s.col] += s.delta;
    for (long k = m->start[s.col]; k < m->start[s.col + 1]; k++) e->activity[m->index[k]] += s.delta * m->value[k];
    e->effort -= m->start[s.col + 1] - m->start[s.col];
}

/* How many more rows the step would violate; *shortest is one of them. */
static int exchange_harm(struct exchange *e, struct exchange_step s, int *shortest) {
    const struct model *m = e->t->p.model;
    const struct rows *r = &e->t->rows;
    int harm = 0, row = -1;
    for (long k = m->start[s.col]; k < m->start[s.col + 1]; k++) {
        int i = m->index[k];
        bool after = exchange_broken(e, i, e->activity[i] + s.delta * m->value[k]);
        harm += (int)after - (int)exchange_broken(e, i, e->activity[i]);
        if (after && (row < 0 || r->start[i + 1] - r->start[i] < r->start[row + 1] - r->start[row])) row = i;
    }
    e->effort -= m->start[s.col + 1] - m->start[s.col];
    *shortest = row;
    return harm;
}

/* The cheapest step in row i that repairs all `broken` rows and costs less than `most`. */
static struct exchange_step exchange_mend(struct exchange *e, int i, int except, int broken, double most) {
    const struct model *m = e->t->p.model;
    const struct rows *r = &e->t->rows;
    struct exchange_step best = {-1, 0};
    assert(i >= 0 && i < m->rows);
    bool above = e->activity[i] > m->row_upper[i];
    for (long k = r->start[i]; k < r->start[i + 1] && e->effort > 0; k++) {
        struct exchange_step s = {r->col[k], (r->value[k] > 0) == above ? -1 : 1};
        double cost = exchange_cost(e, s.col) * s.delta;
        int row;
        e->effort--;
        if (s.col == except || cost >= most || !exchange_within(e, s)) continue;
        if (exchange_harm(e, s, &row) != -broken) continue;
        best = s;
        most = cost;
    }
    return best;
}

/* True if moving column j, alone or with another one, has made the solution cheaper. */
static bool exchange_try(struct exchange *e, int j) {
    double cost = exchange_cost(e, j), least = 1e-9 * fmax(1, fabs(cost));
    struct exchange_step s = {j, cost > 0 ? -1 : 1};
    int row;
    if (!exchange_within(e, s)) return false;
    int broken = exchange_harm(e, s, &row);
    exchange_move(e, s);
    if (broken == 0 || row < 0) return true; /* row < 0: it repairs even rounding errors */
    assert(row >= 0);                        /* a violated row */
    struct exchange_step mend = exchange_mend(e, row, j, broken, fabs(cost) - least);
    if (mend.col >= 0) {
        exchange_move(e, mend);
        return true;
    }
    s.delta = -s.delta;
    exchange_move(e, s);
    return false;
}

/* Columns of the greatest cost first. */
static void exchange_search(struct exchange *e) {
    const struct model *m = e->t->p.model;
    struct ranked *key = MEMORY_NEW(struct ranked, e->t->integers.count);
    int count = 0;
    for (int k = 0; k < e->t->integers.count; k++) {
        int j = e->t->integers.col[k];
        if (m->cost[j] != 0 && m->lower[j] < m->upper[j]) key[count++] = (struct ranked){j, -fabs(m->cost[j])};
    }
    ranked_sort(key, count);
    for (bool improved = true; improved && e->effort > 0;) {
        improved = false;
        for (int k = 0; k < count && e->effort > 0; k++) improved |= exchange_try(e, key[k].col);
    }
    free(key);
}

/* Once for each incumbent, after the others. */
bool exchange_due(const struct worker *w, const struct node *n) {
    (void)n;
    return w->incumbent.objective < MODEL_INFINITY && w->incumbent.objective != w->heuristics.exchanged;
}

void exchange_run(struct worker *w, const double *x) {
    (void)x;
    const struct search *t = w->tree;
    const struct model *m = t->p.model;
    size_t bytes = (size_t)m->cols * sizeof(double);
    struct exchange e = {.t = t, .effort = 20 * m->entries + 10000};
    e.x = memory_duplicate(w->incumbent.has ? w->incumbent.x : t->incumbent.x, bytes);
    e.activity = MEMORY_NEW(double, m->rows);
    for (int j = 0; j < m->cols; j++)
        for (long k = m->start[j]; k < m->start[j + 1]; k++) e.activity[m->index[k]] += m->value[k] * e.x[j];
    double before = w->incumbent.objective;
    assert(w->incumbent.has || t->incumbent.has); /* it is due only with an incumbent */
    exchange_search(&e);
    if (search_objective(m, e.x) < before - 1e-9 * fabs(before)) worker_offer(w, e.x, "exchange");
    w->heuristics.exchanged = w->incumbent.objective;
    free(e.x);
    free(e.activity);
}
