/* Every invariant of struct presolve, recomputed; for CHECK, since it costs as much as reading the program. */
#include <stdlib.h>
#include <string.h>

#include "solver/base/memory.h"
#include "solver/presolve/shrink.h"

static bool shrink_check_row(const struct presolve *p, int row) {
    int length = 0, before = -1;
    SHRINK_ROW(p, e, row) {
        const struct shrink_entry *x = &p->entry[e];
        if (x->row != row || x->row_prev != before || x->value == 0 || p->col.gone[x->col]) return false;
        before = e;
        length++;
    }
    return length == p->row.length[row] && (!p->row.gone[row] || length == 0);
}

static bool shrink_check_column(const struct presolve *p, int col) {
    int length = 0, before = -1;
    SHRINK_COLUMN(p, e, col) {
        const struct shrink_entry *x = &p->entry[e];
        if (x->col != col || x->col_prev != before || p->row.gone[x->row]) return false;
        before = e;
        length++;
    }
    return length == p->col.length[col] && (!p->col.gone[col] || length == 0);
}

/* The stored activity is that of the present bounds, up to the rounding errors of as many changes as its age. */
static bool shrink_check_activity(const struct presolve *p, int row) {
    const struct shrink_activity *a = &p->activity[row];
    if (p->row.gone[row] || a->age == 0) return true;
    double least = 0, most = 0, size = a->size;
    int least_infinite = 0, most_infinite = 0;
    SHRINK_ROW(p, e, row) {
        double v = p->entry[e].value, lower = p->col.lower[p->entry[e].col], upper = p->col.upper[p->entry[e].col];
        double low = v > 0 ? lower : upper, high = v > 0 ? upper : lower;
        least += isfinite(low) ? v * low : 0;
        most += isfinite(high) ? v * high : 0;
        least_infinite += !isfinite(low);
        most_infinite += !isfinite(high);
        size += (isfinite(low) ? fabs(v * low) : 0) + (isfinite(high) ? fabs(v * high) : 0);
    }
    double slack = 1e-9 * (1 + size);
    return least_infinite == a->least_infinite && most_infinite == a->most_infinite &&
           fabs(least - a->least) <= slack && fabs(most - a->most) <= slack;
}

static bool shrink_check_lines(const struct shrink_lines *l) {
    int left = 0, waiting = 0;
    for (int k = 0; k < l->count; k++) {
        left += !l->gone[k];
        waiting += l->queue.queued[k];
        if (isnan(l->lower[k]) || isnan(l->upper[k])) return false;
    }
    for (int k = 0; k < l->queue.count; k++)
        if (!l->queue.queued[l->queue.item[(l->queue.head + k) % l->queue.size]]) return false;
    return left == l->left && waiting == l->queue.count;
}

/* Slices of the arena follow one another and fill it. */
static bool shrink_check_stack(const struct presolve *p) {
    size_t used = 0;
    for (size_t k = 0; k < p->stack.count; k++) {
        const struct shrink_record *r = &p->stack.record[k];
        if (r->kind >= SHRINK_KINDS || (size_t)r->first != used || r->split > r->count) return false;
        used += (size_t)r->count;
    }
    return used == p->arena.used;
}

bool shrink_check(const struct presolve *p) {
    bool good = shrink_check_stack(p);
    good = good && shrink_check_lines(&p->row) && shrink_check_lines(&p->col);
    for (int j = 0; good && j < p->col.count && p->status == PRESOLVE_REDUCED; j++)
        good = p->col.gone[j] || p->col.lower[j] <= p->col.upper[j];
    for (int i = 0; good && i < p->row.count; i++) good = shrink_check_row(p, i) && shrink_check_activity(p, i);
    for (int j = 0; good && j < p->col.count; j++) good = shrink_check_column(p, j);
    for (int k = 0; good && (k < p->row.count || k < p->col.count); k++) good = p->scratch.mark[k] == -1;
    return good;
}
