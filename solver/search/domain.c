#include "solver/search/domain.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "solver/base/check.h"
#include "solver/base/memory.h"

#define DOMAIN_FEASIBILITY 1e-6  /* rows and bounds that are violated by no more count as satisfied */
#define DOMAIN_ROUNDING    1e-11 /* relative to the sum of magnitudes */
#define DOMAIN_WORTH       1e-2  /* a continuous bound must move by this share of the range */

void domain_init(struct domain *d, const struct model *m, const struct rows *r) {
    assert(r->start[m->rows] == m->start[m->cols]); /* rows and columns hold the same entries */
    *d = (struct domain){.model = m, .rows = r};
    d->lower = MEMORY_NEW(double, m->cols);
    d->upper = MEMORY_NEW(double, m->cols);
    d->queue = MEMORY_NEW(int, m->rows);
    d->queued = MEMORY_NEW(bool, m->rows);
    d->changed = MEMORY_NEW(int, m->cols);
    d->touched = MEMORY_NEW(bool, m->cols);
    d->fixed = MEMORY_NEW(int, m->cols);
    d->listed = MEMORY_NEW(bool, m->cols);
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
    free(d->fixed);
    free(d->listed);
    *d = (struct domain){0};
}

/* Flags and lists agree: `queued` marks exactly the rows in the queue, `touched` the changed columns. */
static bool check_queues(const struct domain *d) {
    int queued = 0, touched = 0, listed = 0;
    for (int i = 0; i < d->model->rows; i++) queued += d->queued[i];
    for (int j = 0; j < d->model->cols; j++) touched += d->touched[j], listed += d->listed[j];
    for (int k = 0; k < d->waiting; k++)
        if (!d->queued[d->queue[(d->head + k) % d->model->rows]]) return false;
    for (int k = 0; k < d->changes; k++)
        if (!d->touched[d->changed[k]]) return false;
    for (int k = 0; k < d->fixes; k++)
        if (!d->listed[d->fixed[k]]) return false;
    return queued == d->waiting && touched == d->changes && listed == d->fixes;
}

/* Bounds are ordered, those of integers whole. */
static bool check_bounds(const struct domain *d) {
    for (int j = 0; j < d->model->cols; j++) {
        if (!d->infeasible && !(d->lower[j] <= d->upper[j] + DOMAIN_FEASIBILITY)) return false;
        if (!d->model->integer[j]) continue;
        if (d->lower[j] > -MODEL_INFINITY && d->lower[j] != nearbyint(d->lower[j])) return false;
        if (d->upper[j] < MODEL_INFINITY && d->upper[j] != nearbyint(d->upper[j])) return false;
    }
    return true;
}

static void domain_mark(struct domain *d, int col) {
    if (d->touched[col]) return;
    assert(d->changes < d->model->cols);
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
    assert(d->waiting < d->model->rows); /* the ring has room: no row is in it twice */
    int at = d->head + d->waiting;
    d->queue[at < d->model->rows ? at : at - d->model->rows] = row;
    d->queued[row] = true;
    d->waiting++;
}

static void domain_queue_rows_of(struct domain *d, int col) {
    const struct model *m = d->model;
    domain_mark(d, col);
    for (long k = m->start[col]; k < m->start[col + 1]; k++) domain_queue_row(d, m->index[k]);
    if (!d->cliques || d->lower[col] < d->upper[col] || d->listed[col]) return;
    d->listed[col] = true;
    d->fixed[d->fixes++] = col;
}

void domain_queue_all(struct domain *d) {
    for (int i = 0; i < d->model->rows; i++) domain_queue_row(d, i);
}

void domain_raise_lower(struct domain *d, int col, double lower) {
    assert(col >= 0 && col < d->model->cols);
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
    assert(col >= 0 && col < d->model->cols);
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

struct domain_activity { /* of a row over the bounds, or of its negative */
    double sum;          /* least: of the finite contributions */
    double scale;        /* sum of their magnitudes */
    int infinite;        /* contributions that are infinite */
};

/* Least activity of row i and of its negative; returns the most that one column alone moves the activity. */
static double domain_activities(const struct domain *d, int i, struct domain_activity *plus,
                                struct domain_activity *minus) {
    const struct rows *r = d->rows;
    double spread = 0;
    *plus = *minus = (struct domain_activity){0, 0, 0};
    for (long k = r->start[i]; k < r->start[i + 1]; k++) {
        double v = r->value[k], lower = d->lower[r->col[k]], upper = d->upper[r->col[k]];
        double least = v > 0 ? v * lower : v * upper, most = v > 0 ? v * upper : v * lower;
        bool no_least = (v > 0 ? -lower : upper) >= MODEL_INFINITY,
             no_most = (v > 0 ? upper : -lower) >= MODEL_INFINITY;
        if (no_least || no_most) {
            spread = MODEL_INFINITY;
            plus->infinite += no_least;
            minus->infinite += no_most;
            if (no_least) least = 0;
            if (no_most) most = 0;
        } else if (most - least > spread) {
            spread = most - least;
        }
        plus->sum += least;
        plus->scale += fabs(least);
        minus->sum -= most;
        minus->scale += fabs(most);
    }
    return spread;
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

/* From sign * (a'x) <= side; a is the least activity of sign * (a'x), no column moves it by more than spread. */
static void domain_side(struct domain *d, int i, double sign, double side, struct domain_activity a, double spread) {
    const struct rows *r = d->rows;
    assert(a.infinite >= 0 && a.scale >= fabs(a.sum) * (1 - 1e-9) && (sign == 1 || sign == -1));
    if (a.infinite > 1) return;
    double margin = DOMAIN_ROUNDING * (a.scale + fabs(side));
    if (a.infinite == 0 && a.sum > side + DOMAIN_FEASIBILITY + margin) {
        d->infeasible = true;
        return;
    }
    double room = side - a.sum + margin;
    if (room >= spread) return;
    for (long k = r->start[i]; k < r->start[i + 1] && !d->infeasible; k++) {
        int j = r->col[k];
        if (d->lower[j] == d->upper[j]) continue;
        double v = sign * r->value[k], bound = v > 0 ? d->lower[j] : d->upper[j];
        bool infinite = fabs(bound) >= MODEL_INFINITY;
        if (a.infinite == 1 && !infinite) continue;
        if (!infinite && room >= fabs(v) * (d->upper[j] - d->lower[j])) continue;
        double limit = room / v + (infinite ? 0 : bound);
        double slack = d->model->integer[j] ? 0 : 1e-9 * fmax(1, fabs(limit));
        domain_tighten(d, j, v > 0, v > 0 ? limit + slack : limit - slack);
    }
}

/* Cliques of the column fixed last; returns the entries read. */
static long domain_look_at_cliques(struct domain *d) {
    int j = d->fixed[--d->fixes];
    assert(d->cliques && d->listed[j]);
    d->listed[j] = false;
    return d->lower[j] == d->upper[j] ? clique_table_propagate(d->cliques, d, 2 * j + (d->upper[j] == 0)) : 1;
}

bool domain_propagate(struct domain *d, long effort) {
    const struct model *m = d->model;
    CHECK(check_queues(d));
    assert(d->waiting >= 0 && d->waiting <= m->rows && d->fixes >= 0 && d->fixes <= m->cols);
    while ((d->waiting > 0 || d->fixes > 0) && !d->infeasible && effort > 0) {
        if (d->fixes > 0) {
            long read = domain_look_at_cliques(d);
            effort -= read;
            d->work += read;
            continue;
        }
        int i = d->queue[d->head];
        d->head = d->head + 1 < m->rows ? d->head + 1 : 0;
        d->waiting--;
        d->queued[i] = false;
        long length = d->rows->start[i + 1] - d->rows->start[i] + 1;
        effort -= length;
        d->work += length;
        struct domain_activity plus, minus;
        double spread = domain_activities(d, i, &plus, &minus);
        if (m->row_upper[i] < MODEL_INFINITY) domain_side(d, i, 1, m->row_upper[i], plus, spread);
        if (m->row_lower[i] > -MODEL_INFINITY && !d->infeasible) domain_side(d, i, -1, -m->row_lower[i], minus, spread);
    }
    while (d->waiting > 0) {
        d->queued[d->queue[d->head]] = false;
        d->head = d->head + 1 < m->rows ? d->head + 1 : 0;
        d->waiting--;
    }
    while (d->fixes > 0) d->listed[d->fixed[--d->fixes]] = false;
    assert(d->waiting == 0 && d->fixes == 0); /* nothing remains for another node */
    CHECK(check_queues(d));
    CHECK(check_bounds(d));
    return !d->infeasible;
}

void domain_forget_changes(struct domain *d) {
    for (int k = 0; k < d->changes; k++) d->touched[d->changed[k]] = false;
    d->changes = 0;
    CHECK(check_queues(d));
}
