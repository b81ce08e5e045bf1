#include "solver/domain.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "solver/memory.h"

#define DOMAIN_FEASIBILITY 1e-6  /* rows and bounds that are violated by no more are taken to hold */
#define DOMAIN_ROUNDING    1e-11 /* relative to the sum of magnitudes */
#define DOMAIN_WORTH       1e-2  /* a continuous bound must move by this share of the range */

void domain_init(struct domain *d, const struct model *m, const struct rows *r) {
    *d = (struct domain){.model = m, .rows = r};
    d->lower = MEMORY_NEW(double, m->cols);
    d->upper = MEMORY_NEW(double, m->cols);
    d->queue = MEMORY_NEW(int, m->rows);
    d->queued = MEMORY_NEW(bool, m->rows);
    d->changed = MEMORY_NEW(int, m->cols);
    d->touched = MEMORY_NEW(bool, m->cols);
    for (int j = 0; j < m->cols; j++) {
        double lower = m->lower[j], upper = m->upper[j];
        if (m->integer[j] && lower > -MODEL_INFINITY) lower = ceil(lower - DOMAIN_FEASIBILITY);
        if (m->integer[j] && upper < MODEL_INFINITY) upper = floor(upper + DOMAIN_FEASIBILITY);
        d->lower[j] = lower;
        d->upper[j] = upper;
        if (lower > upper + (m->integer[j] ? 0 : DOMAIN_FEASIBILITY)) d->infeasible = true;
    }
}

void domain_free(struct domain *d) {
    free(d->lower);
    free(d->upper);
    free(d->queue);
    free(d->queued);
    free(d->changed);
    free(d->touched);
    *d = (struct domain){0};
}

static void domain_mark(struct domain *d, int col) {
    if (d->touched[col]) return;
    d->touched[col] = true;
    d->changed[d->changes++] = col;
}

void domain_set(struct domain *d, int col, double lower, double upper) {
    if (d->lower[col] == lower && d->upper[col] == upper) return;
    d->lower[col] = lower;
    d->upper[col] = upper;
    domain_mark(d, col);
}

static void domain_queue_row(struct domain *d, int row) {
    if (d->queued[row]) return;
    int at = d->head + d->waiting;
    d->queue[at < d->model->rows ? at : at - d->model->rows] = row;
    d->queued[row] = true;
    d->waiting++;
}

static void domain_queue_rows_of(struct domain *d, int col) {
    const struct model *m = d->model;
    domain_mark(d, col);
    for (long k = m->start[col]; k < m->start[col + 1]; k++) domain_queue_row(d, m->index[k]);
}

void domain_queue_all(struct domain *d) {
    for (int i = 0; i < d->model->rows; i++) domain_queue_row(d, i);
}

void domain_raise_lower(struct domain *d, int col, double lower) {
    bool integer = d->model->integer[col];
    if (integer) lower = ceil(lower - DOMAIN_FEASIBILITY);
    if (!(lower > d->lower[col])) return;
    if (lower > d->upper[col]) {
        if (integer || lower > d->upper[col] + DOMAIN_FEASIBILITY * fmax(1, fabs(lower))) d->infeasible = true;
        lower = d->upper[col];
        if (!(lower > d->lower[col])) return;
    }
    d->lower[col] = lower;
    domain_queue_rows_of(d, col);
}

void domain_reduce_upper(struct domain *d, int col, double upper) {
    bool integer = d->model->integer[col];
    if (integer) upper = floor(upper + DOMAIN_FEASIBILITY);
    if (!(upper < d->upper[col])) return;
    if (upper < d->lower[col]) {
        if (integer || upper < d->lower[col] - DOMAIN_FEASIBILITY * fmax(1, fabs(upper))) d->infeasible = true;
        upper = d->lower[col];
        if (!(upper < d->upper[col])) return;
    }
    d->upper[col] = upper;
    domain_queue_rows_of(d, col);
}

struct domain_activity {
    double sum;   /* of the finite contributions */
    double scale; /* sum of their magnitudes and the side's */
    int infinite; /* contributions that are infinite */
};

/* Least activity of row i, or of its negative (`sign` -1), over the bounds. */
static struct domain_activity domain_least(const struct domain *d, int i, double sign) {
    struct domain_activity a = {0, 0, 0};
    const struct rows *r = d->rows;
    for (long k = r->start[i]; k < r->start[i + 1]; k++) {
        double v = sign * r->value[k], bound = v > 0 ? d->lower[r->col[k]] : d->upper[r->col[k]];
        if (fabs(bound) >= MODEL_INFINITY) {
            a.infinite++;
        } else {
            a.sum += v * bound;
            a.scale += fabs(v * bound);
        }
    }
    return a;
}

static void domain_tighten(struct domain *d, int col, bool upper, double limit) {
    double old_lower = d->lower[col], old_upper = d->upper[col];
    if (!d->model->integer[col]) {
        double range = fmin(old_upper - old_lower, 1e6), moved = upper ? old_upper - limit : limit - old_lower;
        if (!(moved > DOMAIN_WORTH * fmax(range, 1e-3)) || fabs(limit) > 1e8) return;
    } else if (fabs(limit) > 1e12)
        return;
    if (upper)
        domain_reduce_upper(d, col, limit);
    else
        domain_raise_lower(d, col, limit);
}

/* From sign * (a'x) <= side. */
static void domain_side(struct domain *d, int i, double sign, double side) {
    const struct rows *r = d->rows;
    struct domain_activity a = domain_least(d, i, sign);
    if (a.infinite > 1) return;
    double margin = DOMAIN_ROUNDING * (a.scale + fabs(side));
    if (a.infinite == 0 && a.sum > side + DOMAIN_FEASIBILITY + margin) {
        d->infeasible = true;
        return;
    }
    double room = side - a.sum + margin;
    for (long k = r->start[i]; k < r->start[i + 1] && !d->infeasible; k++) {
        int j = r->col[k];
        double v = sign * r->value[k], bound = v > 0 ? d->lower[j] : d->upper[j];
        bool infinite = fabs(bound) >= MODEL_INFINITY;
        if (a.infinite == 1 && !infinite) continue;
        if (d->lower[j] == d->upper[j]) continue;
        if (!infinite && room >= fabs(v) * (d->upper[j] - d->lower[j])) continue;
        double limit = room / v + (infinite ? 0 : bound);
        double slack = d->model->integer[j] ? 0 : 1e-9 * fmax(1, fabs(limit));
        domain_tighten(d, j, v > 0, v > 0 ? limit + slack : limit - slack);
    }
}

bool domain_propagate(struct domain *d, long effort) {
    const struct model *m = d->model;
    while (d->waiting > 0 && !d->infeasible && effort > 0) {
        int i = d->queue[d->head];
        d->head = d->head + 1 < m->rows ? d->head + 1 : 0;
        d->waiting--;
        d->queued[i] = false;
        effort -= d->rows->start[i + 1] - d->rows->start[i] + 1;
        if (m->row_upper[i] < MODEL_INFINITY) domain_side(d, i, 1, m->row_upper[i]);
        if (m->row_lower[i] > -MODEL_INFINITY && !d->infeasible) domain_side(d, i, -1, -m->row_lower[i]);
    }
    while (d->waiting > 0) {
        d->queued[d->queue[d->head]] = false;
        d->head = d->head + 1 < m->rows ? d->head + 1 : 0;
        d->waiting--;
    }
    return !d->infeasible;
}

void domain_forget_changes(struct domain *d) {
    for (int k = 0; k < d->changes; k++) d->touched[d->changed[k]] = false;
    d->changes = 0;
}
