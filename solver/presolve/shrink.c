#include "solver/presolve/shrink.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "solver/base/memory.h"

#define LOOK_EVERY 20000 /* entries: about a millisecond */

enum {
    SHRINK_AGE = 60
}; /* changes after which an activity is added up again, for the sake of rounding; more for long rows */

static double shrink_bound(double value) {
    if (value >= MODEL_INFINITY) return INFINITY;
    return value <= -MODEL_INFINITY ? -INFINITY : value;
}

static struct shrink_queue shrink_queue_new(int size) {
    return (struct shrink_queue){MEMORY_NEW(int, size), 0, 0, size, MEMORY_NEW(bool, size)};
}

static void shrink_queue_add(struct shrink_queue *q, int who) {
    if (q->queued[who]) return;
    q->queued[who] = true;
    int at = q->head + q->count++;
    q->item[at >= q->size ? at - q->size : at] = who;
}

int shrink_next(struct shrink_queue *q) {
    if (q->count == 0) return -1;
    int who = q->item[q->head];
    if (++q->head == q->size) q->head = 0;
    q->count--;
    q->queued[who] = false;
    return who;
}

static void shrink_link(struct presolve *p, int e) {
    struct shrink_entry *x = &p->entry[e];
    x->row_prev = x->col_prev = -1;
    x->row_next = p->row_head[x->row];
    x->col_next = p->col_head[x->col];
    if (x->row_next >= 0) p->entry[x->row_next].row_prev = e;
    if (x->col_next >= 0) p->entry[x->col_next].col_prev = e;
    p->row_head[x->row] = p->col_head[x->col] = e;
    p->row_count[x->row]++;
    p->col_count[x->col]++;
}

void shrink_add(struct presolve *p, int row, int col, double value) {
    int e = p->entry_free;
    if (e >= 0) {
        p->entry_free = p->entry[e].row_next;
    } else {
        p->entry = memory_grow(p->entry, &p->entry_room, p->entries + 1, sizeof *p->entry);
        e = (int)p->entries++;
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
        p->lower[j] = shrink_bound(m->lower[j]);
        p->upper[j] = shrink_bound(m->upper[j]);
        p->integer[j] = m->integer[j];
        p->integers = p->integers || m->integer[j];
        shrink_queue_add(&p->col_queue, j);
    }
    for (int i = 0; i < m->rows; i++) {
        p->row_lower[i] = shrink_bound(m->row_lower[i]);
        p->row_upper[i] = shrink_bound(m->row_upper[i]);
        shrink_queue_add(&p->row_queue, i);
    }
    for (int j = m->cols - 1; j >= 0; j--)
        for (long k = m->start[j + 1] - 1; k >= m->start[j]; k--) shrink_add(p, m->index[k], j, m->value[k]);
}

struct presolve *shrink_new(const struct model *m, const struct options *o) {
    struct presolve *p = MEMORY_NEW(struct presolve, 1);
    int rows = m->rows, cols = m->cols, most = rows > cols ? rows : cols;
    p->original = m;
    p->options = *o;
    p->rows = p->rows_left = rows;
    p->cols = p->cols_left = cols;
    p->cost = MEMORY_NEW(double, cols);
    p->lower = MEMORY_NEW(double, cols);
    p->upper = MEMORY_NEW(double, cols);
    p->integer = MEMORY_NEW(bool, cols);
    p->col_gone = MEMORY_NEW(bool, cols);
    p->col_count = MEMORY_NEW(int, cols);
    p->col_head = MEMORY_NEW(int, cols);
    p->row_lower = MEMORY_NEW(double, rows);
    p->row_upper = MEMORY_NEW(double, rows);
    p->row_gone = MEMORY_NEW(bool, rows);
    p->row_count = MEMORY_NEW(int, rows);
    p->row_head = MEMORY_NEW(int, rows);
    p->activity = MEMORY_NEW(struct shrink_activity, rows);
    p->row_work = MEMORY_NEW(int, most);
    p->row_mark = MEMORY_NEW(int, most);
    p->entry = memory_grow(NULL, &p->entry_room, (size_t)m->entries + 1, sizeof *p->entry);
    p->entry_free = -1;
    p->row_queue = shrink_queue_new(rows);
    p->col_queue = shrink_queue_new(cols);
    for (int j = 0; j < cols; j++) p->col_head[j] = -1;
    for (int i = 0; i < rows; i++) p->row_head[i] = -1;
    for (int i = 0; i < most; i++) p->row_mark[i] = -1;
    shrink_read(p, m);
    p->limits = limits_none();
    p->work_limit = 50 * (int64_t)m->entries + 20 * (int64_t)(rows + cols) + 10000;
    return p;
}

bool shrink_going(struct presolve *p) {
    if (p->work >= p->look && p->status == PRESOLVE_REDUCED) {
        p->look = p->work + LOOK_EVERY;
        if (limits_clock(&p->limits) != LIMITS_RUNNING) p->status = PRESOLVE_STOPPED;
    }
    return p->status == PRESOLVE_REDUCED && p->work < p->work_limit;
}

void shrink_free(struct presolve *p) {
    if (!p) return;
    void *const owned[] = {p->cost,      p->lower,          p->upper,          p->integer,          p->col_gone,
                           p->col_count, p->col_head,       p->row_lower,      p->row_upper,        p->row_gone,
                           p->row_count, p->row_head,       p->activity,       p->row_work,         p->row_mark,
                           p->entry,     p->row_queue.item, p->col_queue.item, p->row_queue.queued, p->col_queue.queued,
                           p->stack,     p->arena_index,    p->arena_value,    p->reduced_col,      p->reduced_row};
    for (size_t k = 0; k < sizeof owned / sizeof *owned; k++) free(owned[k]);
    model_free(p->reduced);
    free(p);
}

void shrink_touch_row(struct presolve *p, int row) {
    if (!p->row_gone[row]) shrink_queue_add(&p->row_queue, row);
}
void shrink_touch_column(struct presolve *p, int col) {
    if (!p->col_gone[col]) shrink_queue_add(&p->col_queue, col);
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
    if (sign > 0) a->size += (isfinite(low) ? fabs(v * low) : 0) + (isfinite(high) ? fabs(v * high) : 0);
}

struct shrink_activity shrink_activity(struct presolve *p, int row) {
    struct shrink_activity *a = &p->activity[row];
    p->work++;
    if (a->age > 0 && (a->age < SHRINK_AGE || a->age < p->row_count[row] / 8)) return *a;
    *a = (struct shrink_activity){.age = 1};
    SHRINK_ROW(p, e, row) {
        int j = p->entry[e].col;
        shrink_activity_add(a, p->entry[e].value, p->lower[j], p->upper[j], 1);
    }
    p->work += p->row_count[row];
    return *a;
}

void shrink_forget_activity(struct presolve *p, int row) {
    p->activity[row].age = 0;
}

void shrink_rebound(struct presolve *p, int col, double lower, double upper) {
    SHRINK_COLUMN(p, e, col) {
        struct shrink_activity *a = &p->activity[p->entry[e].row];
        if (a->age == 0) continue;
        shrink_activity_add(a, p->entry[e].value, p->lower[col], p->upper[col], -1);
        shrink_activity_add(a, p->entry[e].value, lower, upper, 1);
        a->age++;
    }
    p->lower[col] = lower;
    p->upper[col] = upper;
    p->work += p->col_count[col];
}

void shrink_rest(double *least, double *most, const struct presolve *p, const struct shrink_activity *a, int e) {
    double v = p->entry[e].value;
    int j = p->entry[e].col;
    double low = v * (v > 0 ? p->lower[j] : p->upper[j]), high = v * (v > 0 ? p->upper[j] : p->lower[j]);
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
    double low = (p->row_lower[row] - most) / v, high = (p->row_upper[row] - least) / v;
    *lower = v > 0 ? low : high;
    *upper = v > 0 ? high : low;
}

int shrink_implied_bounds(const struct presolve *p, const struct shrink_activity *a, int e) {
    double lower, upper, slack = SHRINK_TOLERANCE * (1 + 1e-3 * a->size / fabs(p->entry[e].value));
    int j = p->entry[e].col;
    shrink_implied(&lower, &upper, p, a, e);
    int implied = 0;
    if (p->lower[j] == -INFINITY || lower >= p->lower[j] - slack) implied |= SHRINK_LOWER;
    if (p->upper[j] == INFINITY || upper <= p->upper[j] + slack) implied |= SHRINK_UPPER;
    return implied;
}

int shrink_find(struct presolve *p, int row, int col) {
    int e;
    if (p->row_count[row] < p->col_count[col])
        for (e = p->row_head[row]; e >= 0 && p->entry[e].col != col; e = p->entry[e].row_next) p->work++;
    else
        for (e = p->col_head[col]; e >= 0 && p->entry[e].row != row; e = p->entry[e].col_next) p->work++;
    return e;
}

void shrink_mark_column(struct presolve *p, int col) {
    SHRINK_COLUMN(p, e, col) p->row_mark[p->entry[e].row] = e;
}

void shrink_unmark_column(struct presolve *p, int col) {
    SHRINK_COLUMN(p, e, col) p->row_mark[p->entry[e].row] = -1;
}

void shrink_remove_entry(struct presolve *p, int e) {
    struct shrink_entry *x = &p->entry[e];
    if (x->row_prev >= 0)
        p->entry[x->row_prev].row_next = x->row_next;
    else
        p->row_head[x->row] = x->row_next;
    if (x->row_next >= 0) p->entry[x->row_next].row_prev = x->row_prev;
    if (x->col_prev >= 0)
        p->entry[x->col_prev].col_next = x->col_next;
    else
        p->col_head[x->col] = x->col_next;
    if (x->col_next >= 0) p->entry[x->col_next].col_prev = x->col_prev;
    p->row_count[x->row]--;
    p->col_count[x->col]--;
    x->row_next = p->entry_free;
    p->entry_free = e;
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
    return p->options.primal_tolerance + 1e-12 * size;
}

bool shrink_infeasible(struct presolve *p) {
    p->status = PRESOLVE_INFEASIBLE;
    return true;
}

bool shrink_tighten(struct presolve *p, int col, double lower, double upper) {
    if (p->integer[col]) {
        lower = ceil(lower - p->options.integrality);
        upper = floor(upper + p->options.integrality);
    }
    double low = fmax(p->lower[col], lower), high = fmin(p->upper[col], upper);
    if (low > high) {
        double size = fmax(fabs(low), fabs(high));
        if (!isfinite(size) || low - high > shrink_slack(p, size)) return !shrink_infeasible(p);
        if (low > p->lower[col]) low = high;
        high = low;
    }
    if (low == p->lower[col] && high == p->upper[col]) return true;
    shrink_rebound(p, col, low, high);
    shrink_touch_column(p, col);
    shrink_touch_rows_of(p, col);
    return true;
}

struct shrink_record *shrink_push(struct presolve *p, enum shrink_kind kind, int row, int col) {
    p->stack = memory_grow(p->stack, &p->record_room, p->records + 1, sizeof *p->stack);
    struct shrink_record *r = &p->stack[p->records++];
    *r = (struct shrink_record){.kind = kind, .row = row, .col = col, .other = -1, .first = (int)p->arena_used};
    return r;
}

void shrink_keep(struct presolve *p, int index, double value) {
    p->arena_index = memory_grow(p->arena_index, &p->arena_room, p->arena_used + 1, sizeof *p->arena_index);
    p->arena_value = memory_grow(p->arena_value, &p->arena_value_room, p->arena_used + 1, sizeof *p->arena_value);
    p->arena_index[p->arena_used] = index;
    p->arena_value[p->arena_used++] = value;
    p->stack[p->records - 1].count++;
}

void shrink_keep_row(struct presolve *p, int e, enum place side) {
    int row = p->entry[e].row;
    double v = p->entry[e].value;
    shrink_keep(p, row, v);
    shrink_keep(p, p->row_count[row] - 1, (v > 0) == (side == PLACE_LOWER) ? p->row_upper[row] : p->row_lower[row]);
    SHRINK_ROW(p, f, row) {
        if (f != e) shrink_keep(p, p->entry[f].col, p->entry[f].value);
    }
}

void shrink_erase_column(struct presolve *p, int col) {
    assert(!p->col_gone[col]);
    shrink_touch_rows_of(p, col);
    while (p->col_head[col] >= 0) {
        const struct shrink_entry *e = &p->entry[p->col_head[col]];
        struct shrink_activity *a = &p->activity[e->row];
        if (a->age > 0) shrink_activity_add(a, e->value, p->lower[col], p->upper[col], -1);
        if (a->age > 0) a->age++;
        shrink_remove_entry(p, p->col_head[col]);
    }
    p->col_gone[col] = true;
    p->cols_left--;
}

void shrink_erase_row(struct presolve *p, int row) {
    assert(!p->row_gone[row]);
    shrink_touch_columns_of(p, row);
    while (p->row_head[row] >= 0) shrink_remove_entry(p, p->row_head[row]);
    p->row_gone[row] = true;
    p->rows_left--;
}

void shrink_fix(struct presolve *p, int col, double value, enum place side) {
    assert(isfinite(value));
    struct shrink_record *r = shrink_push(p, SHRINK_FIX, -1, col);
    r->side = (unsigned char)side;
    r->value[0] = value;
    r->value[1] = p->cost[col];
    p->offset += p->cost[col] * value;
    SHRINK_COLUMN(p, e, col) {
        int row = p->entry[e].row;
        double shift = p->entry[e].value * value;
        if (!p->integers) shrink_keep(p, row, p->entry[e].value);
        p->row_lower[row] -= shift;
        p->row_upper[row] -= shift;
    }
    p->work += p->col_count[col];
    shrink_erase_column(p, col);
}

void shrink_drop_row(struct presolve *p, int row) {
    shrink_push(p, SHRINK_DROP, row, -1);
    shrink_erase_row(p, row);
}
