/* The part without singletons: Markowitz elimination with threshold pivoting on a copy that is held by columns (with
 * values) and by rows (without), lines in lists by their counts (Duff, Erisman & Reid 1986; Suhl & Suhl 1990). */
#include <assert.h>
#include <math.h>
#include <string.h>

#include "solver/base/check.h"
#include "solver/base/memory.h"
#include "solver/lp/lu.h"
#include "solver/lp/markowitz.h"

#define DROP       1e-14
#define CANDIDATES 4 /* lines looked at for one pivot (Suhl & Suhl 1990) */

static void list_insert(struct markowitz_list *list, int line) {
    int first = list->first[list->count[line]];
    assert(first != line);
    list->next[line] = first;
    list->before[line] = -1;
    if (first >= 0) list->before[first] = line;
    list->first[list->count[line]] = line;
}

static void list_remove(struct markowitz_list *list, int line) {
    int next = list->next[line], before = list->before[line];
    assert(before >= 0 || list->first[list->count[line]] == line);
    if (next >= 0) list->before[next] = before;
    if (before >= 0)
        list->next[before] = next;
    else
        list->first[list->count[line]] = next;
}

static void list_change(struct markowitz_list *list, int line, int count) {
    list_remove(list, line);
    list->count[line] = count;
    list_insert(list, line);
}

static void column_reserve(struct markowitz *w, int k, int room) {
    if (w->by_col.room[k] >= room) return;
    int from = w->by_col.start[k];
    room = room + room / 2 + 4;
    w->by_col.index =
        memory_grow(w->by_col.index, &w->by_col.capacity[0], (size_t)w->by_col.used + (size_t)room, sizeof(int));
    w->by_col.value =
        memory_grow(w->by_col.value, &w->by_col.capacity[1], (size_t)w->by_col.used + (size_t)room, sizeof(double));
    assert(w->cols.count[k] <= w->by_col.room[k] || w->by_col.room[k] == 0);
    memory_copy(w->by_col.index + w->by_col.used, w->by_col.index + from, (size_t)w->cols.count[k] * sizeof(int));
    memory_copy(w->by_col.value + w->by_col.used, w->by_col.value + from, (size_t)w->cols.count[k] * sizeof(double));
    w->by_col.start[k] = w->by_col.used;
    w->by_col.room[k] = room;
    w->by_col.used += room;
}

static void row_append(struct markowitz *w, int i, int k) {
    int length = w->rows.count[i];
    assert(length <= w->by_row.room[i] || w->by_row.room[i] == 0);
    if (length == w->by_row.room[i]) {
        int room = 2 * length + 4;
        w->by_row.index =
            memory_grow(w->by_row.index, &w->by_row.capacity, (size_t)w->by_row.used + (size_t)room, sizeof(int));
        memory_copy(w->by_row.index + w->by_row.used, w->by_row.index + w->by_row.start[i],
                    (size_t)length * sizeof(int));
        w->by_row.start[i] = w->by_row.used;
        w->by_row.room[i] = room;
        w->by_row.used += room;
    }
    w->by_row.index[w->by_row.start[i] + length] = k;
}

/* Removes column k from row i; the caller updates the row's count in the lists. */
static void row_take_out(struct markowitz *w, int i, int k) {
    int at = w->by_row.start[i], last = at + w->rows.count[i] - 1;
    assert(last >= at && last < w->by_row.used);
    while (w->by_row.index[at] != k) at++;
    w->by_row.index[at] = w->by_row.index[last];
}

/* Returns the number of columns of the nucleus. */
static int nucleus_start(struct markowitz *w, const struct matrix *a, const int *variable, int count) {
    int active = 0;
    for (int i = 0; i <= w->size; i++) w->cols.first[i] = -1;
    for (int k = 0; k <= w->room; k++) w->rows.first[k] = -1;
    w->by_col.used = 0;
    for (int k = 0; k < count; k++) {
        if (w->pivot_row[k] >= 0 || variable[k] >= a->cols) continue;
        int from = a->start[variable[k]], to = a->start[variable[k] + 1], length = 0;
        w->by_col.start[k] = w->by_col.used;
        w->by_col.room[k] = 0;
        w->cols.count[k] = 0;
        column_reserve(w, k, to - from);
        w->by_col.largest[k] = 0;
        for (int e = from; e < to; e++) {
            if (w->row_pivot[a->index[e]] >= 0) {
                markowitz_u(w, a->index[e], k, a->value[e]);
                continue;
            }
            w->by_col.index[w->by_col.start[k] + length] = a->index[e];
            w->by_col.value[w->by_col.start[k] + length++] = a->value[e];
            w->by_col.largest[k] = fmax(w->by_col.largest[k], fabs(a->value[e]));
        }
        w->cols.count[k] = length;
        list_insert(&w->cols, k);
        active++;
    }
    for (int i = 0; i < w->size; i++) {
        if (w->row_pivot[i] >= 0) continue;
        int kept = 0, from = w->by_row.start[i];
        for (int t = 0; t < w->by_row.room[i]; t++) {
            int k = w->by_row.index[from + t];
            if (w->pivot_row[k] < 0) w->by_row.index[from + kept++] = k;
        }
        w->rows.count[i] = kept;
        list_insert(&w->rows, i);
    }
    return active;
}

static double column_value(const struct markowitz *w, int k, int i) {
    int at = w->by_col.start[k];
    assert(w->cols.count[k] > 0 && w->pivot_row[k] < 0);
    while (w->by_col.index[at] != i) at++;
    return w->by_col.value[at];
}

static void nucleus_reject(struct markowitz *w, int k) {
    for (int t = w->by_col.start[k], end = t + w->cols.count[k]; t < end; t++) {
        row_take_out(w, w->by_col.index[t], k);
        list_change(&w->rows, w->by_col.index[t], w->rows.count[w->by_col.index[t]] - 1);
    }
    list_remove(&w->cols, k);
    w->cols.count[k] = 0;
}

struct nucleus_choice {
    int row, col, looked;
    double merit; /* Markowitz count (r - 1)(c - 1) */
};

static void choose_in_column(const struct markowitz *w, double threshold, int k, struct nucleus_choice *best) {
    assert(threshold > 0 && threshold <= 1 && w->pivot_row[k] < 0);
    int count = w->cols.count[k];
    double least = threshold * w->by_col.largest[k];
    for (int t = w->by_col.start[k], end = t + count; t < end; t++) {
        double merit = (double)(w->rows.count[w->by_col.index[t]] - 1) * (count - 1);
        if (merit < best->merit && fabs(w->by_col.value[t]) >= least) {
            *best = (struct nucleus_choice){w->by_col.index[t], k, best->looked, merit};
        }
    }
    best->looked++;
}

static void choose_in_row(const struct markowitz *w, double threshold, int i, struct nucleus_choice *best) {
    assert(w->row_pivot[i] < 0);
    int count = w->rows.count[i];
    for (int t = w->by_row.start[i], end = t + count; t < end; t++) {
        int k = w->by_row.index[t];
        double merit = (double)(w->cols.count[k] - 1) * (count - 1);
        if (merit < best->merit && fabs(column_value(w, k, i)) >= threshold * w->by_col.largest[k]) {
            *best = (struct nucleus_choice){i, k, best->looked, merit};
        }
    }
    best->looked++;
}

/* Looks at the shortest lines first and stops after CANDIDATES of them, or when no longer line can be better. */
static bool nucleus_choose(struct markowitz *w, double least, double threshold, int most, struct nucleus_choice *best) {
    *best = (struct nucleus_choice){-1, -1, 0, 1e300};
    CHECK(nucleus_check_list(&w->cols, w->size));
    CHECK(nucleus_check_list(&w->rows, w->room));
    for (int count = 1; count <= most; count++) {
        if (count <= w->size) {
            for (int k = w->cols.first[count], next; k >= 0; k = next) {
                next = w->cols.next[k];
                if (w->by_col.largest[k] < least) {
                    nucleus_reject(w, k);
                    continue;
                }
                choose_in_column(w, threshold, k, best);
                if (best->looked >= CANDIDATES) return true;
            }
        }
        if (best->merit <= (double)(count - 1) * (count - 1)) return true;
        if (count <= w->room) {
            for (int i = w->rows.first[count]; i >= 0; i = w->rows.next[i]) {
                choose_in_row(w, threshold, i, best);
                if (best->row >= 0 && best->looked >= CANDIDATES) return true;
            }
        }
        if (best->merit <= (double)count * (count - 1)) return true;
    }
    return best->row >= 0;
}

/* Subtracts multiplier times the pivot column, which is in w->work with its rows in l_cols from `from` on, from column
 * k. */
static void nucleus_subtract(struct lu *lu, int k, double multiplier, int from) {
    struct markowitz *w = lu->work;
    const int *l_index = lu->l.cols.index;
    int l_end = lu->l.cols.used, kept = 0;
    assert(from <= l_end && w->pivot_row[k] < 0);
    double largest = 0;
    column_reserve(w, k, w->cols.count[k] + l_end - from);
    int start = w->by_col.start[k], length = w->cols.count[k];
    for (int t = start; t < start + length; t++) {
        int i = w->by_col.index[t];
        double value = w->by_col.value[t];
        if (w->work[i] != 0) {
            w->seen[i] = 1;
            value -= multiplier * w->work[i];
            if (fabs(value) < DROP) {
                row_take_out(w, i, k);
                list_change(&w->rows, i, w->rows.count[i] - 1);
                continue;
            }
        }
        largest = fmax(largest, fabs(value));
        w->by_col.index[start + kept] = i;
        w->by_col.value[start + kept++] = value;
    }
    for (int t = from; t < l_end; t++) {
        int i = l_index[t];
        if (w->seen[i]) {
            w->seen[i] = 0;
            continue;
        }
        double value = -multiplier * w->work[i];
        if (fabs(value) < DROP) continue;
        largest = fmax(largest, fabs(value));
        w->by_col.index[start + kept] = i;
        w->by_col.value[start + kept++] = value;
        row_append(w, i, k);
        list_change(&w->rows, i, w->rows.count[i] + 1);
    }
    assert(kept <= w->by_col.room[k]);
    w->by_col.largest[k] = largest;
    list_change(&w->cols, k, kept);
}

static void nucleus_eliminate(struct lu *lu, int row, int col) {
    struct markowitz *w = lu->work;
    struct lu_part *l = &lu->l.cols;
    double pivot = column_value(w, col, row);
    assert(w->row_pivot[row] < 0 && fabs(pivot) >= lu->threshold * w->by_col.largest[col]);
    int from = l->used;
    list_remove(&w->cols, col);
    list_remove(&w->rows, row);
    lu_part_reserve(l, w->cols.count[col]);
    for (int t = w->by_col.start[col], end = t + w->cols.count[col]; t < end; t++) {
        int i = w->by_col.index[t];
        if (i == row) continue;
        double value = w->by_col.value[t] / pivot;
        w->work[i] = value;
        markowitz_l(lu, i, value);
        row_take_out(w, i, col);
        list_change(&w->rows, i, w->rows.count[i] - 1);
    }
    for (int t = w->by_row.start[row], end = t + w->rows.count[row]; t < end; t++) {
        int k = w->by_row.index[t];
        if (k == col) continue;
        int at = w->by_col.start[k], last = at + w->cols.count[k] - 1;
        while (w->by_col.index[at] != row) at++;
        double multiplier = w->by_col.value[at];
        w->by_col.index[at] = w->by_col.index[last];
        w->by_col.value[at] = w->by_col.value[last];
        list_change(&w->cols, k, w->cols.count[k] - 1);
        markowitz_u(w, row, k, multiplier);
        nucleus_subtract(lu, k, multiplier, from);
    }
    for (int t = from; t < l->used; t++) w->work[l->index[t]] = 0;
    markowitz_pivot(lu, row, col, pivot);
}

void nucleus_run(struct lu *lu, const struct matrix *a, const int *variable, int count) {
    struct markowitz *w = lu->work;
    int active = nucleus_start(w, a, variable, count), most = w->size > count ? w->size : count;
    struct nucleus_choice choice;
    assert(active >= 0 && active <= count);
    CHECK(markowitz_check_clean(w));
    while (active-- > 0 && nucleus_choose(w, lu->pivot_least, lu->threshold, most, &choice))
        nucleus_eliminate(lu, choice.row, choice.col);
}

bool nucleus_check_list(const struct markowitz_list *list, int most) {
    for (int count = 0; count <= most; count++)
        for (int line = list->first[count], before = -1; line >= 0; before = line, line = list->next[line])
            if (list->count[line] != count || list->before[line] != before) return false;
    return true;
}
