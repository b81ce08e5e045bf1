#include "solver/lp/markowitz.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "solver/base/check.h"
#include "solver/base/memory.h"
#include "solver/lp/lu.h"

struct markowitz *markowitz_new(int size) {
    struct markowitz *w = MEMORY_NEW(struct markowitz, 1);
    w->size = size;
    w->room = -1;
    w->row_pivot = MEMORY_NEW(int, size);
    w->by_row.start = MEMORY_NEW(int, size);
    w->by_row.room = MEMORY_NEW(int, size);
    w->rows.next = MEMORY_NEW(int, size);
    w->rows.before = MEMORY_NEW(int, size);
    w->rows.count = MEMORY_NEW(int, size);
    w->cols.first = MEMORY_NEW(int, size + 1);
    w->work = MEMORY_NEW(double, size);
    w->seen = MEMORY_NEW(unsigned char, size);
    return w;
}

static void markowitz_resize(struct markowitz *w, int columns) {
    if (columns <= w->room) return;
    w->room = columns;
    size_t n = (size_t)columns;
    w->pivot_row = memory_resize(w->pivot_row, n, sizeof(int));
    w->by_col.start = memory_resize(w->by_col.start, n, sizeof(int));
    w->by_col.room = memory_resize(w->by_col.room, n, sizeof(int));
    w->cols.next = memory_resize(w->cols.next, n, sizeof(int));
    w->cols.before = memory_resize(w->cols.before, n, sizeof(int));
    w->cols.count = memory_resize(w->cols.count, n, sizeof(int));
    w->rows.first = memory_resize(w->rows.first, n + 1, sizeof(int));
    w->by_col.largest = memory_resize(w->by_col.largest, n, sizeof(double));
    w->queue = memory_resize(w->queue, n + (size_t)w->size, sizeof(int));
}

void markowitz_free(struct markowitz *w) {
    if (!w) return;
    struct markowitz_list *lists[] = {&w->rows, &w->cols};
    for (int k = 0; k < 2; k++) {
        free(lists[k]->first);
        free(lists[k]->next);
        free(lists[k]->before);
        free(lists[k]->count);
    }
    free(w->pivot_row);
    free(w->row_pivot);
    free(w->u.row);
    free(w->u.col);
    free(w->u.value);
    free(w->queue);
    free(w->by_row.start);
    free(w->by_row.room);
    free(w->by_row.index);
    free(w->by_col.start);
    free(w->by_col.room);
    free(w->by_col.index);
    free(w->by_col.value);
    free(w->by_col.largest);
    free(w->work);
    free(w->seen);
    free(w);
}

void markowitz_u(struct markowitz *w, int row, int col, double value) {
    size_t need = (size_t)w->u.count + 1;
    if (need > w->u.capacity[0] || need > w->u.capacity[1] || need > w->u.capacity[2]) {
        w->u.row = memory_grow(w->u.row, &w->u.capacity[0], need, sizeof(int));
        w->u.col = memory_grow(w->u.col, &w->u.capacity[1], need, sizeof(int));
        w->u.value = memory_grow(w->u.value, &w->u.capacity[2], need, sizeof(double));
    }
    assert(row >= 0 && row < w->size && col >= 0 && col < w->room);
    w->u.row[w->u.count] = row;
    w->u.col[w->u.count] = col;
    w->u.value[w->u.count++] = value;
}

void markowitz_l(struct lu *lu, int row, double value) {
    struct lu_part *l = &lu->l.cols;
    lu_part_reserve(l, 1);
    l->index[l->used] = row;
    l->value[l->used++] = value;
}

void markowitz_pivot(struct lu *lu, int row, int col, double value) {
    assert(value != 0 && lu->work->row_pivot[row] < 0 && (col < 0 || lu->work->pivot_row[col] < 0));
    lu->u.pivot[row] = value;
    lu->u.place[row] = lu->u.count;
    lu->u.order[lu->u.count++] = row;
    lu->work->row_pivot[row] = col;
    if (col >= 0) lu->work->pivot_row[col] = row;
    struct lu_part *l = &lu->l.cols;
    int begun = lu->l.count > 0 ? l->start[lu->l.order[lu->l.count - 1]] + l->length[lu->l.order[lu->l.count - 1]] : 0;
    l->start[row] = begun;
    l->length[row] = l->used - begun;
    if (l->length[row] > 0) lu->l.order[lu->l.count++] = row;
}

/* --- logicals and singletons: no value changes, so the columns are read where they stand in A --- */

/* Counts of entries in rows without a pivot, and the columns of each row. */
static void singletons_count(struct markowitz *w, const struct matrix *a, const int *variable, int count) {
    memory_clear(w->rows.count, (size_t)w->size * sizeof(int));
    for (int k = 0; k < count; k++) {
        w->cols.count[k] = 0;
        if (w->pivot_row[k] >= 0 || variable[k] >= a->cols) continue;
        for (int e = a->start[variable[k]]; e < a->start[variable[k] + 1]; e++) {
            if (w->row_pivot[a->index[e]] >= 0) continue;
            w->rows.count[a->index[e]]++;
            w->cols.count[k]++;
        }
    }
    int at = 0;
    for (int i = 0; i < w->size; i++) {
        w->by_row.start[i] = at;
        at += w->rows.count[i];
        w->by_row.room[i] = 0; /* filled so far */
    }
    w->by_row.index = memory_grow(w->by_row.index, &w->by_row.capacity, (size_t)at, sizeof(int));
    assert((size_t)at <= w->by_row.capacity);
    w->by_row.used = at;
    for (int k = 0; k < count; k++) {
        if (w->pivot_row[k] >= 0 || variable[k] >= a->cols) continue;
        for (int e = a->start[variable[k]]; e < a->start[variable[k] + 1]; e++) {
            int i = a->index[e];
            if (w->row_pivot[i] < 0) w->by_row.index[w->by_row.start[i] + w->by_row.room[i]++] = k;
        }
    }
}

/* Column k is pivoted in row i: its entries in pivoted rows are U's, those in the others L's. Returns false if the
 * pivot is too small, with nothing changed. New singletons join the queue (columns as k, rows as -1 - i). */
static bool singletons_pivot(struct lu *lu, const struct matrix *a, int var, int k, int i, int *queue, int *tail) {
    struct markowitz *w = lu->work;
    double pivot = 0;
    for (int e = a->start[var]; e < a->start[var + 1]; e++)
        if (a->index[e] == i) pivot = a->value[e];
    assert(w->pivot_row[k] < 0 && w->row_pivot[i] < 0);
    if (fabs(pivot) < lu->pivot_least) return false;
    for (int e = a->start[var]; e < a->start[var + 1]; e++) {
        int other = a->index[e];
        if (other == i) continue;
        if (w->row_pivot[other] >= 0) {
            markowitz_u(w, other, k, a->value[e]);
        } else {
            markowitz_l(lu, other, a->value[e] / pivot);
            if (--w->rows.count[other] == 1) queue[(*tail)++] = -1 - other;
        }
    }
    markowitz_pivot(lu, i, k, pivot);
    for (int t = 0; t < w->by_row.room[i]; t++) {
        int other = w->by_row.index[w->by_row.start[i] + t];
        if (w->pivot_row[other] < 0 && --w->cols.count[other] == 1) queue[(*tail)++] = other;
    }
    return true;
}

static void singletons_run(struct lu *lu, const struct matrix *a, const int *variable, int count) {
    struct markowitz *w = lu->work;
    int tail = 0;
    for (int k = 0; k < count; k++)
        if (w->pivot_row[k] < 0 && w->cols.count[k] == 1) w->queue[tail++] = k;
    for (int i = 0; i < w->size; i++)
        if (w->row_pivot[i] < 0 && w->rows.count[i] == 1) w->queue[tail++] = -1 - i;
    for (int at = 0; at < tail; at++) {
        int k = w->queue[at], i = -1;
        if (k >= 0) {
            if (w->pivot_row[k] >= 0 || w->cols.count[k] != 1) continue;
            for (int e = a->start[variable[k]]; e < a->start[variable[k] + 1]; e++)
                if (w->row_pivot[a->index[e]] < 0) i = a->index[e];
        } else {
            i = -1 - k;
            if (w->row_pivot[i] >= 0 || w->rows.count[i] != 1) continue;
            for (int t = 0; t < w->by_row.room[i]; t++)
                if (w->pivot_row[w->by_row.index[w->by_row.start[i] + t]] < 0)
                    k = w->by_row.index[w->by_row.start[i] + t];
        }
        assert(i >= 0 && k >= 0 && tail <= w->size + w->room);
        singletons_pivot(lu, a, variable[k], k, i, w->queue, &tail);
    }
}

int markowitz_factor(struct lu *lu, const struct matrix *a, const int *variable, int count, int *head) {
    struct markowitz *w = lu->work;
    assert(w->size == lu->size && lu->u.count == 0 && lu->l.count == 0);
    markowitz_resize(w, count > w->size ? count : w->size);
    w->u.count = 0;
    for (int i = 0; i < w->size; i++) w->row_pivot[i] = -1;
    for (int k = 0; k < count; k++) {
        w->pivot_row[k] = -1;
        int i = variable[k] - a->cols;
        if (i >= 0 && w->row_pivot[i] < 0) markowitz_pivot(lu, i, k, -1);
    }
    singletons_count(w, a, variable, count);
    singletons_run(lu, a, variable, count);
    nucleus_run(lu, a, variable, count);
    CHECK(markowitz_check_clean(w));
    int replaced = 0;
    for (int i = 0; i < w->size; i++) {
        if (w->row_pivot[i] >= 0) {
            head[i] = variable[w->row_pivot[i]];
            continue;
        }
        markowitz_pivot(lu, i, -1, -1);
        head[i] = a->cols + i;
        replaced++;
    }
    assert(lu->u.count == lu->size);
    return replaced;
}

bool markowitz_check_clean(const struct markowitz *w) {
    for (int i = 0; i < w->size; i++)
        if (w->work[i] != 0 || w->seen[i]) return false;
    return true;
}
