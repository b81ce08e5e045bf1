/* proof_sparse.c - rows made sparser by equations that count choices, as presolve_choices.c does, for the search of a
 * proof: the relaxation is the same, but cuts see smaller knapsacks. Each is a sum of given rows, which the file states
 * before everything else. Only of whole numbers, where nothing is rounded. */
#include <math.h>

#include "solver/base/check.h"
#include "solver/proof_internal.h"

#define SPARSE_MOST 0x1p40 /* no number is greater: sums of a thousand products are still exact */

struct sparser {
    const struct model *m;
    struct rows rows;
    bool *counts;          /* [rows] an equation of integers with coefficients 1 */
    int *seen;             /* [rows] equations tried on the row at hand have its number + 1 */
    double *at;            /* [cols] coefficients of the row at hand */
    double *weights;       /* [cols] of one equation's columns in it, sorted */
    double *lower, *upper; /* [rows] */
    struct proof_program *p;
    size_t room;
    long *start; /* [rows + 1] of the sparser ones: the rest is empty */
    int *col;
    double *value;
    size_t col_room, value_room;
};

static bool sparse_whole(double value) {
    return fabs(value) >= MODEL_INFINITY || (value == floor(value) && fabs(value) <= SPARSE_MOST);
}

static bool sparse_counts(const struct sparser *s, int row) {
    const struct model *m = s->m;
    if (m->row_lower[row] != m->row_upper[row] || !sparse_whole(m->row_lower[row])) return false;
    for (long k = s->rows.start[row]; k < s->rows.start[row + 1]; k++)
        if (s->rows.value[k] != 1 || !m->integer[s->rows.col[k]]) return false;
    return s->rows.start[row + 1] - s->rows.start[row] >= 2;
}

static bool sparse_may(const struct sparser *s, int row) {
    const struct model *m = s->m;
    if (m->row_lower[row] == m->row_upper[row]) return false;
    for (long k = s->rows.start[row]; k < s->rows.start[row + 1]; k++)
        if (!sparse_whole(s->rows.value[k])) return false;
    return sparse_whole(m->row_lower[row]) && sparse_whole(m->row_upper[row]);
}

static int sparse_order(const void *one, const void *two) {
    const double a = *(const double *)one, b = *(const double *)two;
    return (a > b) - (a < b);
}

/* The commonest of the sorted weights; of several, the least. */
static double sparse_commonest(const double *weight, int count, int *times) {
    double best = 0;
    *times = 0;
    for (int k = 0, next; k < count; k = next) {
        for (next = k; next < count && weight[next] == weight[k];) next++;
        if (next - k > *times) *times = next - k, best = weight[k];
    }
    return best;
}

static double sparse_less(double side, double amount) {
    return fabs(side) >= MODEL_INFINITY ? side : side - amount;
}

/* Takes a multiple of the equation from the row at hand, if that has fewer coefficients then. */
static void sparse_take(struct sparser *s, int row, int equation) {
    const long first = s->rows.start[equation], end = s->rows.start[equation + 1];
    int count = 0, times;
    for (long k = first; k < end; k++)
        if (s->at[s->rows.col[k]] != 0) s->weights[count++] = s->at[s->rows.col[k]];
    memory_sort(s->weights, (size_t)count, sizeof *s->weights, sparse_order);
    const double weight = sparse_commonest(s->weights, count, &times), sum = weight * s->m->row_lower[equation];
    const double lower = sparse_less(s->lower[row], sum), upper = sparse_less(s->upper[row], sum);
    if (end - first - times >= count || !sparse_whole(sum) || !sparse_whole(lower) || !sparse_whole(upper)) return;
    for (long k = first; k < end; k++) s->at[s->rows.col[k]] -= weight;
    s->lower[row] = lower, s->upper[row] = upper;
    struct proof_program *p = s->p;
    p->taken = memory_grow(p->taken, &s->room, (size_t)p->takes + 1, sizeof *p->taken);
    p->taken[p->takes++] = (struct proof_taken){row, equation, weight};
}

/* The row at hand, if it is another one than before; leaves nothing at hand. */
static void sparse_keep(struct sparser *s, int row, bool changed) {
    long count = s->start[row];
    for (int j = 0; changed && j < s->m->cols; j++) {
        if (s->at[j] == 0) continue;
        s->col = memory_grow(s->col, &s->col_room, (size_t)count + 1, sizeof *s->col);
        s->value = memory_grow(s->value, &s->value_room, (size_t)count + 1, sizeof *s->value);
        s->col[count] = j, s->value[count++] = s->at[j];
        s->at[j] = 0;
    }
    for (long k = s->rows.start[row]; k < s->rows.start[row + 1]; k++) s->at[s->rows.col[k]] = 0;
    s->start[row + 1] = count;
}

static void sparse_row(struct sparser *s, int row) {
    const struct model *m = s->m;
    const int before = s->p->takes;
    const long first = s->rows.start[row], end = sparse_may(s, row) ? s->rows.start[row + 1] : first;
    for (long k = first; k < end; k++) s->at[s->rows.col[k]] = s->rows.value[k];
    for (long k = first; k < end; k++) {
        const int j = s->rows.col[k];
        for (long e = m->start[j]; e < m->start[j + 1]; e++) {
            const int equation = m->index[e];
            if (!s->counts[equation] || s->seen[equation] == row + 1) continue;
            s->seen[equation] = row + 1;
            sparse_take(s, row, equation);
        }
    }
    sparse_keep(s, row, s->p->takes > before);
}

/* The model with the sparser rows in place of the given ones. */
static struct model *sparse_model(const struct sparser *s) {
    bool *changed = MEMORY_NEW(bool, s->m->rows);
    const struct rows by = {s->start, s->col, s->value};
    for (int k = 0; k < s->p->takes; k++) changed[s->p->taken[k].row] = true;
    struct model *out = proof_program_replace(s->m, changed, &by, s->lower, s->upper);
    free(changed);
    return out;
}

struct model *proof_sparse(struct proof_program *p, const struct model *m) {
    struct sparser s = {.m = m,
                        .counts = MEMORY_NEW(bool, m->rows),
                        .seen = MEMORY_NEW(int, m->rows),
                        .at = MEMORY_NEW(double, m->cols),
                        .weights = MEMORY_NEW(double, m->cols),
                        .lower = memory_duplicate(m->row_lower, (size_t)m->rows * sizeof(double)),
                        .upper = memory_duplicate(m->row_upper, (size_t)m->rows * sizeof(double)),
                        .p = p,
                        .start = MEMORY_NEW(long, m->rows + 1)};
    rows_init(&s.rows, m);
    for (int i = 0; i < m->rows; i++) s.counts[i] = sparse_counts(&s, i);
    for (int i = 0; i < m->rows; i++) sparse_row(&s, i);
    struct model *out = p->takes > 0 ? sparse_model(&s) : NULL;
    assert(!out || (out->rows == m->rows && out->cols == m->cols));
    rows_free(&s.rows);
    free(s.counts), free(s.seen), free(s.at), free(s.weights), free(s.lower), free(s.upper);
    free(s.start), free(s.col), free(s.value);
    return out;
}
