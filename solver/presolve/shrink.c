#include "solver/presolve/shrink.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "solver/base/check.h"
#include "solver/base/memory.h"

#define SHRINK_ROUNDING   1e-12 /* of sums, relative to their terms */
#define SHRINK_LOOK_EVERY 20000 /* entries between two readings of the clock: about a millisecond */

/* Changes after which an activity is recomputed, since rounding errors accumulate; more for long rows. */
enum { SHRINK_AGE = 60 };

static void shrink_queue_add(struct shrink_queue *q, int item) {
    if (q->queued[item]) return;
    assert(q->count < q->size);
    q->queued[item] = true;
    int at = q->head + q->count++;
    q->item[at >= q->size ? at - q->size : at] = item;
}

int shrink_next(struct shrink_queue *q) {
    if (q->count == 0) return -1;
    int item = q->item[q->head];
    assert(q->head < q->size && q->queued[item]);
    if (++q->head == q->size) q->head = 0;
    q->count--;
    q->queued[item] = false;
    return item;
}

/* At the head of the lists of its row and its column. */
static void shrink_link(struct presolve *p, int e) {
    struct shrink_entry *x = &p->entry[e];
    assert(!p->row.gone[x->row] && !p->col.gone[x->col]);
    x->row_prev = x->col_prev = -1;
    x->row_next = p->row.head[x->row];
    x->col_next = p->col.head[x->col];
    if (x->row_next >= 0) p->entry[x->row_next].row_prev = e;
    if (x->col_next >= 0) p->entry[x->col_next].col_prev = e;
    p->row.head[x->row] = p->col.head[x->col] = e;
    p->row.length[x->row]++;
    p->col.length[x->col]++;
}

void shrink_add(struct presolve *p, int row, int col, double value) {
    int e = p->entries.free;
    assert(value != 0 && row >= 0 && row < p->row.count && col >= 0 && col < p->col.count);
    if (e >= 0) {
        p->entries.free = p->entry[e].row_next;
    } else {
        p->entry = memory_grow(p->entry, &p->entries.room, p->entries.used + 1, sizeof *p->entry);
        e = (int)p->entries.used++;
    }
    p->entry[e] = (struct shrink_entry){.row = row, .col = col, .value = value};
    shrink_link(p, e);
}

/* Entries are linked from the last column to the first, so that every list of a row is in order of columns. */
static void shrink_read(struct presolve *p, const struct model *m) {
    double sign = m->maximize ? -1 : 1;
    p->offset = sign * m->offset;
    for (int j = 0; j < m->cols; j++) {
        p->cost[j] = m->cost[j] == 0 ? 0 : sign * m->cost[j];
        p->col.lower[j] = model_unbounded(m->lower[j]);
        p->col.upper[j] = model_unbounded(m->upper[j]);
        p->integer[j] = m->integer[j];
        p->integers = p->integers || m->integer[j];
        shrink_queue_add(&p->col.queue, j);
    }
    for (int i = 0; i < m->rows; i++) {
        p->row.lower[i] = model_unbounded(m->row_lower[i]);
        p->row.upper[i] = model_unbounded(m->row_upper[i]);
        shrink_queue_add(&p->row.queue, i);
    }
    for (int j = m->cols - 1; j >= 0; j--)
        for (long k = m->start[j + 1] - 1; k >= m->start[j]; k--) shrink_add(p, m->index[k], j, m->value[k]);
}

static void shrink_lines_init(struct shrink_lines *l, int count) {
    *l = (struct shrink_lines){.count = count, .left = count};
    l->lower = MEMORY_NEW(double, count);
    l->upper = MEMORY_NEW(double, count);
    l->gone = MEMORY_NEW(bool, count);
    l->length = MEMORY_NEW(int, count);
    l->head = MEMORY_NEW(int, count);
    for (int k = 0; k < count; k++) l->head[k] = -1;
    l->queue = (struct shrink_queue){MEMORY_NEW(int, count), 0, 0, count, MEMORY_NEW(bool, count)};
}

static void shrink_lines_free(struct shrink_lines *l) {
    free(l->lower);
    free(l->upper);
    free(l->gone);
    free(l->length);
    free(l->head);
    free(l->queue.item);
    free(l->queue.queued);
}

struct presolve *shrink_new(const struct model *m, const struct options *o) {
    struct presolve *p = MEMORY_NEW(struct presolve, 1);
    int rows = m->rows, cols = m->cols, most = rows > cols ? rows : cols;
    assert(!m->builder); /* finished */
    CHECK(model_check(m));
    p->original = m;
    p->options = *o;
    shrink_lines_init(&p->row, rows);
    shrink_lines_init(&p->col, cols);
    p->cost = MEMORY_NEW(double, cols);
    p->integer = MEMORY_NEW(bool, cols);
    p->activity = MEMORY_NEW(struct shrink_activity, rows);
    p->moved = MEMORY_NEW(double, rows);
    p->scratch.list = MEMORY_NEW(int, most);
    p->scratch.mark = MEMORY_NEW(int, most);
    p->entry = memory_grow(NULL, &p->entries.room, (size_t)m->entries + 1, sizeof *p->entry);
    p->entries.free = -1;
    for (int i = 0; i < most; i++) p->scratch.mark[i] = -1;
    shrink_read(p, m);
    p->limits = limits_none();
    p->work.limit = 50 * (int64_t)m->entries + 20 * (int64_t)(rows + cols) + 10000;
    return p;
}

bool shrink_going(struct presolve *p) {
    if (p->work.done >= p->work.look && p->status == PRESOLVE_REDUCED) {
        p->work.look = p->work.done + SHRINK_LOOK_EVERY;
        if (limits_clock(&p->limits) != LIMITS_RUNNING) p->status = PRESOLVE_STOPPED;
    }
    return p->status == PRESOLVE_REDUCED && p->work.done < p->work.limit;
}

void shrink_free(struct presolve *p) {
    if (!p) return;
    shrink_lines_free(&p->row);
    shrink_lines_free(&p->col);
    void *const owned[] = {p->cost,  p->integer,      p->activity,    p->moved,       p->scratch.list, p->scratch.mark,
                           p->entry, p->stack.record, p->arena.index, p->arena.value, p->reduced.col,  p->reduced.row};
    for (size_t k = 0; k < sizeof owned / sizeof *owned; k++) free(owned[k]);
    model_free(p->reduced.model);
    free(p);
}

void shrink_touch_row(struct presolve *p, int row) {
    if (!p->row.gone[row]) shrink_queue_add(&p->row.queue, row);
}
void shrink_touch_column(struct presolve *p, int col) {
    if (!p->col.gone[col]) shrink_queue_add(&p->col.queue, col);
}
void shrink_touch_rows_of(struct presolve *p, int col) {
    SHRINK_COLUMN(p, e, col) shrink_touch_row(p, p->entry[e].row);
}
void shrink_touch_columns_of(struct presolve *p, int row) {
    SHRINK_ROW(p, e, row) shrink_touch_column(p, p->entry[e].col);
}

/* One entry with its column in [lower, upper]; sign -1 takes it out again. */
static void shrink_activity_add(struct shrink_activity *a, double v, double lower, double upper, int sign) {
    double low = v > 0 ? lower : upper, high = v > 0 ? upper : lower;
    if (isfinite(low))
        a->least += sign * v * low;
    else
        a->least_infinite += sign;
    if (isfinite(high))
        a->most += sign * v * high;
    else
        a->most_infinite += sign;
    assert(a->least_infinite >= 0 && a->most_infinite >= 0);
    if (sign > 0) a->size += (isfinite(low) ? fabs(v * low) : 0) + (isfinite(high) ? fabs(v * high) : 0);
}

struct shrink_activity shrink_activity(struct presolve *p, int row) {
    struct shrink_activity *a = &p->activity[row];
    assert(!p->row.gone[row]);
    p->work.done++;
    if (a->age > 0 && (a->age < SHRINK_AGE || a->age < p->row.length[row] / 8)) return *a;
    *a = (struct shrink_activity){.age = 1};
    SHRINK_ROW(p, e, row) {
        int j = p->entry[e].col;
        shrink_activity_add(a, p->entry[e].value, p->col.lower[j], p->col.upper[j], 1);
    }
    p->work.done += p->row.length[row];
    return *a;
}

void shrink_forget_activity(struct presolve *p, int row) {
    p->activity[row].age = 0;
}

void shrink_rebound(struct presolve *p, int col, double lower, double upper) {
    assert(lower <= upper && !p->col.gone[col]);
    SHRINK_COLUMN(p, e, col) {
        struct shrink_activity *a = &p->activity[p->entry[e].row];
        if (a->age == 0) continue;
        shrink_activity_add(a, p->entry[e].value, p->col.lower[col], p->col.upper[col], -1);
        shrink_activity_add(a, p->entry[e].value, lower, upper, 1);
        a->age++;
    }
    p->col.lower[col] = lower;
    p->col.upper[col] = upper;
    p->work.done += p->col.length[col];
}

void shrink_leave_activity(struct presolve *p, int e) {
    const struct shrink_entry *x = &p->entry[e];
    struct shrink_activity *a = &p->activity[x->row];
    if (a->age == 0) return;
    shrink_activity_add(a, x->value, p->col.lower[x->col], p->col.upper[x->col], -1);
    a->age++;
}

void shrink_rest(double *least, double *most, const struct presolve *p, const struct shrink_activity *a, int e) {
    double v = p->entry[e].value;
    int j = p->entry[e].col;
    double low = v * (v > 0 ? p->col.lower[j] : p->col.upper[j]),
           high = v * (v > 0 ? p->col.upper[j] : p->col.lower[j]);
    if (isfinite(low))
        *least = a->least_infinite ? -INFINITY : a->least - low;
    else
        *least = a->least_infinite > 1 ? -INFINITY : a->least;
    if (isfinite(high))
        *most = a->most_infinite ? INFINITY : a->most - high;
    else
        *most = a->most_infinite > 1 ? INFINITY : a->most;
}

void shrink_implied(double *lower, double *upper, const struct presolve *p, const struct shrink_activity *a, int e) {
    double least, most, v = p->entry[e].value;
    int row = p->entry[e].row;
    shrink_rest(&least, &most, p, a, e);
    double low = (p->row.lower[row] - most) / v, high = (p->row.upper[row] - least) / v;
    assert(!isnan(low) && !isnan(high)); /* sides are never infinite on the wrong side */
    *lower = v > 0 ? low : high;
    *upper = v > 0 ? high : low;
}

int shrink_implied_bounds(const struct presolve *p, const struct shrink_activity *a, int e) {
    double lower, upper, slack = SHRINK_TOLERANCE * (1 + 1e-3 * a->size / fabs(p->entry[e].value));
    int j = p->entry[e].col;
    shrink_implied(&lower, &upper, p, a, e);
    int implied = 0;
    if (lower >= p->col.lower[j] - slack) implied |= SHRINK_LOWER;
    if (upper <= p->col.upper[j] + slack) implied |= SHRINK_UPPER;
    return implied;
}

int shrink_find(struct presolve *p, int row, int col) {
    int e;
    if (p->row.length[row] < p->col.length[col])
        for (e = p->row.head[row]; e >= 0 && p->entry[e].col != col; e = p->entry[e].row_next) p->work.done++;
    else
        for (e = p->col.head[col]; e >= 0 && p->entry[e].row != row; e = p->entry[e].col_next) p->work.done++;
    return e;
}

void shrink_mark_column(struct presolve *p, int col) {
    SHRINK_COLUMN(p, e, col) {
        assert(p->scratch.mark[p->entry[e].row] < 0); /* one column is marked at a time */
        p->scratch.mark[p->entry[e].row] = e;
    }
}

void shrink_unmark_column(struct presolve *p, int col) {
    SHRINK_COLUMN(p, e, col) p->scratch.mark[p->entry[e].row] = -1;
}

void shrink_remove_entry(struct presolve *p, int e) {
    struct shrink_entry *x = &p->entry[e];
    assert((x->row_prev < 0) == (p->row.head[x->row] == e) && (x->col_prev < 0) == (p->col.head[x->col] == e));
    if (x->row_prev >= 0)
        p->entry[x->row_prev].row_next = x->row_next;
    else
        p->row.head[x->row] = x->row_next;
    if (x->row_next >= 0) p->entry[x->row_next].row_prev = x->row_prev;
    if (x->col_prev >= 0)
        p->entry[x->col_prev].col_next = x->col_next;
    else
        p->col.head[x->col] = x->col_next;
    if (x->col_next >= 0) p->entry[x->col_next].col_prev = x->col_prev;
    p->row.length[x->row]--;
    p->col.length[x->col]--;
    assert((p->row.length[x->row] == 0) == (p->row.head[x->row] < 0));
    assert((p->col.length[x->col] == 0) == (p->col.head[x->col] < 0));
    x->row_next = p->entries.free;
    p->entries.free = e;
}

void shrink_change(struct presolve *p, int row, int col, double add) {
    int e = shrink_find(p, row, col);
    shrink_touch_row(p, row);
    shrink_touch_column(p, col);
    shrink_forget_activity(p, row);
    if (e < 0) {
        shrink_add(p, row, col, add);
        return;
    }
    double old = p->entry[e].value, sum = old + add;
    if (fabs(sum) <= 1e-12 * fmax(fabs(old), fabs(add)))
        shrink_remove_entry(p, e);
    else
        p->entry[e].value = sum;
}

double shrink_slack(const struct presolve *p, double size) {
    return p->options.primal_tolerance + SHRINK_ROUNDING * size;
}

double shrink_doubt(const struct presolve *p, int row) {
    return SHRINK_ROUNDING * p->moved[row];
}

void shrink_shift(struct presolve *p, int row, double by) {
    assert(isfinite(by));
    p->row.lower[row] -= by;
    p->row.upper[row] -= by;
    p->moved[row] += fabs(by);
}

bool shrink_infeasible(struct presolve *p) {
    p->status = PRESOLVE_INFEASIBLE;
    return true;
}

bool shrink_tighten(struct presolve *p, int col, double lower, double upper, double doubt) {
    assert(doubt >= 0);
    if (p->integer[col]) {
        lower = ceil(lower - fmax(p->options.integrality, doubt));
        upper = floor(upper + fmax(p->options.integrality, doubt));
    }
    double low = fmax(p->col.lower[col], lower), high = fmin(p->col.upper[col], upper);
    if (low > high) {
        double size = fmax(fabs(low), fabs(high));
        if (!isfinite(size) || low - high > shrink_slack(p, size) + doubt) return !shrink_infeasible(p);
        if (low > p->col.lower[col]) low = high;
        high = low;
    }
    if (low == p->col.lower[col] && high == p->col.upper[col]) return true;
    assert(low >= p->col.lower[col] && high <= p->col.upper[col]); /* never looser */
    shrink_rebound(p, col, low, high);
    shrink_touch_column(p, col);
    shrink_touch_rows_of(p, col);
    return true;
}
