#include <assert.h>
#include <math.h>

#include "solver/base/check.h"
#include "solver/base/memory.h"
#include "solver/lp/lu.h"

#define FT_TINY       1e-14
#define FT_MULTIPLIER 1e8 /* most: nothing is exchanged for stability here, so an eta passes rounding on as large */

/* Removes entry `other` from column or row `i` of a part. */
static void ft_remove(struct lu_part *p, int i, int other) {
    int k = p->start[i], last = p->start[i] + p->length[i] - 1;
    assert(p->length[i] > 0 && last < p->used);
    while (p->index[k] != other) k++;
    p->index[k] = p->index[last];
    p->value[k] = p->value[last];
    p->length[i]--;
}

static void ft_append_to_row(struct lu_part *rows, int i, int col, double value) {
    if (rows->length[i] == rows->room[i]) {
        int room = 2 * rows->length[i] + 4, from = rows->start[i];
        lu_part_reserve(rows, room);
        for (int k = 0; k < rows->length[i]; k++) {
            rows->index[rows->used + k] = rows->index[from + k];
            rows->value[rows->used + k] = rows->value[from + k];
        }
        rows->start[i] = rows->used;
        rows->room[i] = room;
        rows->used += room;
    }
    int at = rows->start[i] + rows->length[i]++;
    assert(rows->length[i] <= rows->room[i] && at < rows->used);
    rows->index[at] = col;
    rows->value[at] = value;
}

/* Row `r` of U, except for its pivot, is t U of the other rows with t = -y u_rr, y = U^-T e_r (kept by the last
 * btran). *largest: multiplier in t. */
static double ft_eliminate_row(struct lu *lu, int r, double *largest) {
    const struct vector *y = lu->row_eta, *spike = lu->spike;
    double old = lu->u.pivot[r], pivot = spike->value[r], most = 0;
    int at = lu->r.start[lu->updates];
    assert(lu->updates < LU_UPDATES && y->count >= 0 && spike->count >= 0);
    lu->r.index = memory_grow(lu->r.index, &lu->r.index_capacity, (size_t)at + (size_t)y->count, sizeof(int));
    lu->r.value = memory_grow(lu->r.value, &lu->r.value_capacity, (size_t)at + (size_t)y->count, sizeof(double));
    for (int k = 0; k < y->count; k++) {
        int i = y->index[k];
        double t = -y->value[i] * old;
        if (i == r || fabs(t) < FT_TINY) continue;
        most = fmax(most, fabs(t));
        lu->r.index[at] = i;
        lu->r.value[at++] = t;
        pivot -= t * spike->value[i];
    }
    assert((size_t)at <= lu->r.index_capacity && (size_t)at <= lu->r.value_capacity);
    lu->r.row[lu->updates] = r;
    lu->r.start[++lu->updates] = at;
    *largest = most;
    return pivot;
}

bool ft_update(struct lu *lu, int r, double alpha) {
    if (lu->updates >= LU_UPDATES) return false;
    if (lu->spike->count < 0) vector_list(lu->spike);
    if (lu->row_eta->count < 0) vector_list(lu->row_eta);
    double largest, expected = alpha * lu->u.pivot[r], pivot = ft_eliminate_row(lu, r, &largest);
    if (largest > FT_MULTIPLIER) return false;
    if (fabs(pivot) < 0.1 * lu->pivot_least || fabs(pivot - expected) > 1e-8 * fabs(pivot)) return false;
    struct lu_part *cols = &lu->u.cols, *rows = &lu->u.rows;
    assert(lu->row_eta->size == lu->size && lu->spike->size == lu->size && lu->u.order[lu->u.place[r]] == r);
    for (int k = 0; k < rows->length[r]; k++) ft_remove(cols, rows->index[rows->start[r] + k], r);
    for (int k = 0; k < cols->length[r]; k++) ft_remove(rows, cols->index[cols->start[r] + k], r);
    rows->length[r] = 0;
    lu_part_reserve(cols, lu->spike->count);
    cols->start[r] = cols->used;
    for (int k = 0; k < lu->spike->count; k++) {
        int i = lu->spike->index[k];
        double value = lu->spike->value[i];
        if (i == r || fabs(value) < FT_TINY) continue;
        cols->index[cols->used] = i;
        cols->value[cols->used++] = value;
        ft_append_to_row(rows, i, r, value);
    }
    cols->length[r] = cols->used - cols->start[r];
    lu->u.pivot[r] = pivot;
    lu->u.order[lu->u.place[r]] = -1;
    lu->u.place[r] = lu->u.count;
    assert(lu->u.count < lu->size + LU_UPDATES);
    lu->u.order[lu->u.count++] = r;
    CHECK(lu_check(lu));
    return true;
}
