/* Primal crossover (Megiddo 1991; Bixby & Saltzman 1994): from the slack basis, each column that is between its bounds,
 * the one with the most room first, is pushed to the nearer bound. If a basic variable blocks, they are exchanged. The
 * dual solution says which columns are between their bounds only because x is not exact, and which rows must stay at
 * their side. */
#include "solver/lp/crossover.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>

#include "solver/base/check.h"
#include "solver/base/memory.h"

#define ROOM_LEAST  1e-9 /* closer to its bound counts as at the bound */
#define PIVOT_LEAST 1e-7 /* relative to the largest of the column and 1 */

struct pushed {
    int col;
    double room; /* to the nearer bound */
};

struct crossover {
    struct simplex *s;
    struct pushed *list;
    int count;
    signed char *
        held; /* [rows] activity stays at its lower (-1) or upper (1) side, since the row has a price; 0: it may move */
};

static int crossover_compare(const void *a, const void *b) {
    const struct pushed *p = a, *q = b;
    if (p->room != q->room) return p->room > q->room ? -1 : 1;
    return p->col - q->col;
}

/* Which columns are pushed; the others are put on the bound that they are at. */
static void crossover_columns(struct crossover *c, const double *x, const double *y) {
    struct simplex *s = c->s;
    for (int j = 0; j < s->cols; j++) {
        double d = s->cost[j], below = x[j] - s->lower[j], above = s->upper[j] - x[j], room = fmin(below, above);
        for (int k = s->columns.start[j]; k < s->columns.start[j + 1]; k++)
            d -= s->columns.value[k] * y[s->columns.index[k]];
        s->basis.place[j] = above < below ? PLACE_UPPER : PLACE_LOWER;
        s->basis.where[j] = -1;
        simplex_settle(s, j);
        if (room <= ROOM_LEAST || room <= fabs(d)) continue;
        s->x[j] = x[j];
        c->list[c->count++] = (struct pushed){j, room};
    }
    assert(c->count <= s->cols);
    memory_sort(c->list, (size_t)c->count, sizeof *c->list, crossover_compare);
}

/* The slack basis, and which rows are held. */
static void crossover_rows(struct crossover *c, const double *x, const double *y) {
    struct simplex *s = c->s;
    for (int i = 0; i < s->rows; i++) {
        int j = s->cols + i;
        double activity = 0, side = y[i] > 0 ? s->lower[j] : s->upper[j];
        for (int k = s->by_row.start[i]; k < s->by_row.start[i + 1]; k++)
            activity += s->by_row.value[k] * x[s->by_row.index[k]];
        s->basis.place[j] = PLACE_BASIC;
        if (fabs(activity - side) < fabs(y[i])) c->held[i] = y[i] > 0 ? -1 : 1;
    }
}

/* How far basic variable j may go up or down. */
static double crossover_slack(const struct crossover *c, int j, bool up) {
    const struct simplex *s = c->s;
    assert(s->basis.where[j] >= 0);
    if (j >= s->cols && c->held[j - s->cols] != 0) return 0;
    return fmax(0, up ? s->upper[j] - s->x[j] : s->x[j] - s->lower[j]);
}

/* The basic variable that blocks when the column moves by sign; -1: none within `most`. *step: how far it can move. */
static int crossover_ratio(const struct crossover *c, double sign, double most, double *step) {
    const struct simplex *s = c->s;
    double largest = vector_largest(s->work.column), within = INFINITY, best = 0;
    assert(most >= 0 && (sign == 1 || sign == -1));
    int row = -1;
    for (int pass = 0; pass < 2 && (pass == 0 || within < most); pass++) {
        for (int t = 0; t < s->work.column->count; t++) {
            int i = s->work.column->index[t], j = s->basis.head[i];
            double rate = -sign * s->work.column->value[i], alpha = fabs(rate);
            if (alpha <= PIVOT_LEAST * fmax(1, largest)) continue;
            double slack = crossover_slack(c, j, rate > 0);
            if (pass == 0) {
                within = fmin(within, (slack + s->tolerance.primal) / alpha);
            } else if (slack <= within * alpha && alpha > best) {
                best = alpha;
                row = i;
                *step = slack / alpha;
            }
        }
    }
    return row;
}

static void crossover_move(struct simplex *s, double by) {
    for (int t = 0; t < s->work.column->count; t++) {
        int i = s->work.column->index[t];
        s->x[s->basis.head[i]] -= by * s->work.column->value[i];
    }
    s->fresh.primal = false;
}

/* Where the column is pushed to: the bound that simplex_settle will give it, 0 if it has none. */
static double crossover_target(const struct simplex *s, int q) {
    return s->basis.place[q] == PLACE_LOWER ? s->lower[q] : s->basis.place[q] == PLACE_UPPER ? s->upper[q] : 0;
}

static void crossover_push(struct crossover *c, int q) {
    struct simplex *s = c->s;
    double way = crossover_target(s, q) - s->x[q], sign = way > 0 ? 1 : -1, step = 0;
    assert(s->basis.where[q] < 0);
    vector_clear(s->work.column);
    simplex_load(s, s->work.column, q, 1);
    lu_ftran(s->lu, s->work.column, LU_COLUMN);
    int r = crossover_ratio(c, sign, fabs(way), &step);
    if (r < 0) {
        crossover_move(s, way);
        simplex_settle(s, q);
        return;
    }
    int p = s->basis.head[r], held = p >= s->cols ? c->held[p - s->cols] : 0;
    bool upper = held != 0 ? held > 0 : -sign * s->work.column->value[r] > 0;
    assert(step >= 0 && p != q && s->work.column->value[r] != 0);
    simplex_unit_row(s, r);
    crossover_move(s, sign * step);
    s->x[q] += sign * step;
    simplex_exchange(s, r, q, upper ? PLACE_UPPER : PLACE_LOWER);
    s->run.iterations++;
    if (s->basis.factored && !lu_worn(s->lu)) return;
    simplex_factor(s);
    simplex_primal(s);
}

bool crossover_run(struct simplex *s, const double *x, const double *y) {
    struct crossover c = {s, MEMORY_NEW(struct pushed, s->cols), 0, MEMORY_NEW(signed char, s->rows)};
    crossover_columns(&c, x, y);
    crossover_rows(&c, x, y);
    simplex_factor(s);
    simplex_primal(s);
    CHECK(simplex_check_values(s));
    assert(s->basis.factored);
    int k = 0;
    for (; k < c.count && !simplex_stop(s); k++)
        if (s->basis.where[c.list[k].col] < 0) crossover_push(&c, c.list[k].col);
    for (int t = k; t < c.count; t++)
        if (s->basis.where[c.list[t].col] < 0) simplex_settle(s, c.list[t].col);
    free(c.list);
    free(c.held);
    s->pricing.exact = false;
    return k == c.count;
}
