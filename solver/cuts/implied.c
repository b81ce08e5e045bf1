/* Implied bounds: a row may say that x_j <= u0 when a binary y is 0, though x_j <= u otherwise; then x_j <= u0 + (u -
 * u0) y holds (and likewise for y = 1 and for lower bounds), which rows that switch several columns with one binary
 * often do not imply. */
#include <assert.h>
#include <math.h>
#include <stdlib.h>

#include "solver/base/memory.h"
#include "solver/cuts/cuts.h"
#include "solver/search/worker.h"

enum { IMPLIED_LONGEST = 400 };

struct implied {
    struct cuts *c;
    double *dense; /* [cols] zero between calls */
};

/* x_j <= at + (otherwise - at) |y - value| (`upper`), or >=. */
static void implied_offer(struct implied *v, int j, int y, int value, double at, double otherwise, bool upper) {
    int list[2] = {j, y};
    assert(j != y && (value == 0 || value == 1));
    assert(v->dense[j] == 0 && v->dense[y] == 0);      /* zero between calls */
    assert(upper ? at <= otherwise : at >= otherwise); /* the binary tightens the bound */
    double sign = upper ? 1 : -1, slope = value ? at - otherwise : otherwise - at, constant = value ? otherwise : at;
    v->dense[j] = sign;
    v->dense[y] = -sign * slope;
    cuts_offer(v->c, v->dense, list, 2, sign * constant, "implied");
    v->dense[j] = v->dense[y] = 0;
}

/* sign * row <= side, binary y, the row's least activity without y. */
static void implied_of_binary(struct implied *v, struct cuts_row row, double sign, double side, long at, double least) {
    const struct cuts *c = v->c;
    int y = row.col[at];
    assert(at >= 0 && at < row.count && c->m->integer[y]);
    for (long k = 0; k < row.count; k++) {
        int j = row.col[k];
        double a = sign * row.value[k], lower = c->lower[j], upper = c->upper[j];
        if (k == at || lower >= upper || lower <= -MODEL_INFINITY || upper >= MODEL_INFINITY) continue;
        for (int value = 0; value < 2; value++) {
            double room = side - sign * row.value[at] * value - (least - (a > 0 ? a * lower : a * upper));
            double bound = room / a;
            if (c->m->integer[j]) bound = a > 0 ? floor(bound + 1e-6) : ceil(bound - 1e-6);
            if (a > 0 && bound < upper - 1e-6 && bound >= lower - 1e-9) {
                double now = bound + (upper - bound) * fabs(c->x[y] - value);
                if (c->x[j] > now + 1e-5) implied_offer(v, j, y, value, bound, upper, true);
            } else if (a < 0 && bound > lower + 1e-6 && bound <= upper + 1e-9) {
                double now = bound + (lower - bound) * fabs(c->x[y] - value);
                if (c->x[j] < now - 1e-5) implied_offer(v, j, y, value, bound, lower, false);
            }
        }
    }
}

static void implied_row(struct implied *v, int i, double sign, double side) {
    const struct cuts *c = v->c;
    struct cuts_row row = cuts_row(c, i);
    double least = 0;
    if (fabs(side) >= MODEL_INFINITY || row.count > IMPLIED_LONGEST || row.count < 2) return;
    for (long k = 0; k < row.count; k++) {
        double a = sign * row.value[k], bound = a > 0 ? c->lower[row.col[k]] : c->upper[row.col[k]];
        if (fabs(bound) >= MODEL_INFINITY) return;
        least += a * bound;
    }
    for (long k = 0; k < row.count; k++) {
        int y = row.col[k];
        double a = sign * row.value[k];
        if (!c->m->integer[y] || c->lower[y] != 0 || c->upper[y] != 1 || c->x[y] < 1e-6 || c->x[y] > 1 - 1e-6) continue;
        implied_of_binary(v, row, sign, side, k, least - (a > 0 ? 0 : a));
    }
}

/* Bounds switched by a binary that probing found, perhaps through several rows. */
static void implied_by_probing(struct implied *v) {
    const struct cuts *c = v->c;
    const struct implications *all = &c->w->tree->structure.implied;
    for (size_t k = 0; k < all->count; k++) {
        const struct implication *e = &all->item[k];
        assert(e->col != e->other && c->m->integer[e->col]);
        double otherwise = e->upper ? c->upper[e->other] : c->lower[e->other];
        if (fabs(otherwise) >= MODEL_INFINITY || c->lower[e->col] != 0 || c->upper[e->col] != 1) continue;
        if (e->upper ? e->bound >= otherwise : e->bound <= otherwise) continue;
        double now = e->bound + (otherwise - e->bound) * fabs(c->x[e->col] - e->value);
        bool violated = e->upper ? c->x[e->other] > now + 1e-5 : c->x[e->other] < now - 1e-5;
        if (violated) implied_offer(v, e->other, e->col, e->value, e->bound, otherwise, e->upper);
    }
}

void implied_separate(struct cuts *c) {
    struct implied v = {c, MEMORY_NEW(double, c->m->cols)};
    implied_by_probing(&v);
    for (int i = 0; i < c->m->rows && !worker_stopped(c->w); i++) {
        implied_row(&v, i, 1, c->m->row_upper[i]);
        implied_row(&v, i, -1, -c->m->row_lower[i]);
    }
    free(v.dense);
}
