#include "solver/search/groups.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "solver/base/check.h"
#include "solver/base/memory.h"

enum { GROUPS_LONG = 8 /* shortest row that counts as long */, GROUPS_MOST = 400, GROUPS_ROWS = 50 };

struct groups_key {
    const struct model *m;
    int col;
    const int *long_row; /* number of each long row, -1 for others */
};

static int groups_compare_doubles(double a, double b) {
    return a < b ? -1 : a > b;
}

static double groups_coefficient(const struct groups_key *k, long *at) {
    const struct model *m = k->m;
    while (*at < m->start[k->col + 1] && k->long_row[m->index[*at]] < 0) ++*at;
    return *at < m->start[k->col + 1] ? m->value[*at] : 0;
}

/* Equal exactly for equal columns, if their entries are in the same order; otherwise they count as different. */
static int groups_compare(const struct groups_key *p, const struct groups_key *q) {
    const struct model *m = p->m;
    int order = groups_compare_doubles(m->cost[p->col], m->cost[q->col]);
    if (!order) order = groups_compare_doubles(m->lower[p->col], m->lower[q->col]);
    if (!order) order = groups_compare_doubles(m->upper[p->col], m->upper[q->col]);
    long a = m->start[p->col], b = m->start[q->col];
    while (!order) {
        double left = groups_coefficient(p, &a), right = groups_coefficient(q, &b);
        bool left_ends = a == m->start[p->col + 1], right_ends = b == m->start[q->col + 1];
        if (left_ends || right_ends) return (int)left_ends - (int)right_ends;
        order = m->index[a] != m->index[b] ? (m->index[a] < m->index[b] ? -1 : 1) : groups_compare_doubles(left, right);
        a++, b++;
    }
    return order;
}

static int groups_by_key(const void *a, const void *b) {
    const struct groups_key *p = a, *q = b;
    int order = groups_compare(p, q);
    return order ? order : p->col - q->col;
}

/* No column is in two groups, and each group ascends. */
static bool check_partition(const struct groups *g, int cols) {
    bool *seen = MEMORY_NEW(bool, cols), good = true;
    for (int k = 0; k < g->count; k++)
        for (int e = g->start[k]; e < g->start[k + 1]; e++) {
            good &= g->col[e] >= 0 && g->col[e] < cols && !seen[g->col[e]];
            good &= e == g->start[k] || g->col[e - 1] < g->col[e];
            seen[g->col[e]] = true;
        }
    free(seen);
    return good;
}

/* Numbers the long rows by their length[rows]; returns how many there are. */
static int groups_long_rows(int *long_row, const long *length, int rows) {
    long longest = 0;
    int count = 0;
    for (int i = 0; i < rows; i++) longest = length[i] > longest ? length[i] : longest;
    long least = longest / 4 > GROUPS_LONG ? longest / 4 : GROUPS_LONG;
    for (int i = 0; i < rows; i++) long_row[i] = length[i] >= least ? count++ : -1;
    return count;
}

static void groups_find_long(struct groups *g, const struct model *m, const double *lower, const double *upper,
                             const long *length) {
    int *long_row = MEMORY_NEW(int, m->rows), count = 0, rows = groups_long_rows(long_row, length, m->rows);
    struct groups_key *key = MEMORY_NEW(struct groups_key, m->cols);
    for (int j = 0; j < m->cols && rows > 0 && rows <= GROUPS_ROWS; j++) {
        bool usable = m->integer[j] && lower[j] < upper[j] && upper[j] - lower[j] < 1e6;
        struct groups_key k = {m, j, long_row};
        long at = m->start[j];
        if (usable && groups_coefficient(&k, &at) != 0) key[count++] = k; /* in a long row, so a sum matters */
    }
    memory_sort(key, (size_t)count, sizeof *key, groups_by_key);
    g->start = MEMORY_NEW(int, count + 2);
    g->col = MEMORY_NEW(int, count);
    g->count = 0;
    for (int first = 0, next; first < count && g->count < GROUPS_MOST; first = next) {
        int used = g->start[g->count];
        for (next = first; next < count && groups_compare(&key[first], &key[next]) == 0; next++)
            g->col[used++] = key[next].col;
        if (next - first > 1) g->start[++g->count] = used;
    }
    for (int k = 0; k < g->count; k++) assert(g->start[k + 1] - g->start[k] >= 2); /* one column has no twin */
    assert(g->start[0] == 0 && g->start[g->count] <= count);
    CHECK(check_partition(g, m->cols));
    free(long_row);
    free(key);
}

void groups_find(struct groups *g, const struct model *m, const struct rows *r) {
    long *length = MEMORY_NEW(long, m->rows);
    for (int i = 0; i < m->rows; i++) length[i] = r->start[i + 1] - r->start[i];
    groups_find_long(g, m, m->lower, m->upper, length);
    free(length);
}

void groups_find_open(struct groups *g, const struct model *m, const struct rows *r, const double *lower,
                      const double *upper) {
    long *length = MEMORY_NEW(long, m->rows);
    for (int i = 0; i < m->rows; i++) {
        double first = 0;
        bool equal = true;
        for (long e = r->start[i]; e < r->start[i + 1]; e++) {
            if (!m->integer[r->col[e]]) continue;
            if (first == 0) first = r->value[e];
            equal = equal && r->value[e] == first;
            length[i] += lower[r->col[e]] < upper[r->col[e]];
        }
        if (equal) length[i] = 0; /* such as a choice of one: it tells nothing of its columns */
    }
    groups_find_long(g, m, lower, upper, length);
    free(length);
}

void groups_free(struct groups *g) {
    free(g->start);
    free(g->col);
    *g = (struct groups){0, NULL, NULL};
}

void groups_add(struct lp *lp, const struct groups *g) {
    if (g->count == 0) return;
    int entries = g->start[g->count];
    double *one = MEMORY_NEW(double, entries), *lower = MEMORY_NEW(double, g->count),
           *upper = MEMORY_NEW(double, g->count);
    for (int k = 0; k < entries; k++) one[k] = 1;
    for (int k = 0; k < g->count; k++) lower[k] = -MODEL_INFINITY, upper[k] = MODEL_INFINITY;
    int rows = lp_rows(lp);
    lp_add_rows(lp, g->count, g->start, g->col, one, lower, upper);
    assert(lp_rows(lp) == rows + g->count);
    free(one);
    free(lower);
    free(upper);
}

double groups_sum(const struct groups *g, int group, const double *x) {
    double sum = 0;
    assert(group >= 0 && group < g->count);
    for (int k = g->start[group]; k < g->start[group + 1]; k++) sum += x[g->col[k]];
    return sum;
}
