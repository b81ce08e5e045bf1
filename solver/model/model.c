#include "solver/model/model.h"

#include <assert.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "solver/base/check.h"
#include "solver/base/memory.h"
#include "solver/model/logic.h"

struct model_triple {
    int row, col;
    double value;
};

struct model_builder {
    struct model_triple *triples; /* in the order of model_add_entry */
    size_t count, capacity;
    size_t col_room, row_room; /* allocated lengths of the model's arrays */
};

struct model *model_new(void) {
    struct model *m = MEMORY_NEW(struct model, 1);
    m->builder = MEMORY_NEW(struct model_builder, 1);
    return m;
}

static void model_builder_free(struct model *m) {
    if (m->builder) free(m->builder->triples);
    free(m->builder);
    m->builder = NULL;
}

void model_free(struct model *m) {
    if (!m) return;
    for (int j = 0; j < m->cols; j++) free(m->col_name[j]);
    for (int i = 0; i < m->rows; i++) free(m->row_name[i]);
    model_builder_free(m);
    logic_free(m->logic);
    free(m->name);
    free(m->objective_name);
    free(m->cost);
    free(m->lower);
    free(m->upper);
    free(m->integer);
    free(m->row_lower);
    free(m->row_upper);
    free(m->col_name);
    free(m->row_name);
    free(m->start);
    free(m->index);
    free(m->value);
    free(m);
}

static char **model_duplicate_names(char *const *from, int count) {
    char **to = MEMORY_NEW(char *, count);
    for (int k = 0; k < count; k++) to[k] = from[k] ? memory_string(from[k]) : NULL;
    return to;
}

struct model *model_copy(const struct model *m) {
    assert(!m->builder);
    struct model *c = MEMORY_NEW(struct model, 1);
    size_t cols = (size_t)m->cols, rows = (size_t)m->rows, entries = (size_t)m->entries;
    *c = *m;
    c->name = m->name ? memory_string(m->name) : NULL;
    c->objective_name = m->objective_name ? memory_string(m->objective_name) : NULL;
    c->cost = memory_duplicate(m->cost, cols * sizeof *m->cost);
    c->lower = memory_duplicate(m->lower, cols * sizeof *m->lower);
    c->upper = memory_duplicate(m->upper, cols * sizeof *m->upper);
    c->integer = memory_duplicate(m->integer, cols * sizeof *m->integer);
    c->row_lower = memory_duplicate(m->row_lower, rows * sizeof *m->row_lower);
    c->row_upper = memory_duplicate(m->row_upper, rows * sizeof *m->row_upper);
    c->start = memory_duplicate(m->start, (cols + 1) * sizeof *m->start);
    c->index = memory_duplicate(m->index, entries * sizeof *m->index);
    c->value = memory_duplicate(m->value, entries * sizeof *m->value);
    c->col_name = model_duplicate_names(m->col_name, m->cols);
    c->row_name = model_duplicate_names(m->row_name, m->rows);
    c->logic = m->logic ? logic_copy(m->logic) : NULL;
    CHECK(model_check(c));
    return c;
}

double model_bound(double value) {
    if (value >= MODEL_INFINITY) return MODEL_INFINITY;
    return value <= -MODEL_INFINITY ? -MODEL_INFINITY : value;
}

double model_unbounded(double value) {
    if (value >= MODEL_INFINITY) return INFINITY;
    return value <= -MODEL_INFINITY ? -INFINITY : value;
}

int model_add_row(struct model *m, const char *name, double lower, double upper) {
    assert(m->builder);
    struct model_builder *b = m->builder;
    if ((size_t)m->rows == b->row_room) {
        b->row_room = b->row_room ? 2 * b->row_room : 64;
        m->row_lower = memory_resize(m->row_lower, b->row_room, sizeof *m->row_lower);
        m->row_upper = memory_resize(m->row_upper, b->row_room, sizeof *m->row_upper);
        m->row_name = memory_resize(m->row_name, b->row_room, sizeof *m->row_name);
    }
    assert((size_t)m->rows < b->row_room);
    int i = m->rows++;
    m->row_lower[i] = model_bound(lower);
    m->row_upper[i] = model_bound(upper);
    m->row_name[i] = name ? memory_string(name) : NULL;
    return i;
}

int model_add_column(struct model *m, const char *name, double cost, double lower, double upper, bool integer) {
    assert(m->builder);
    struct model_builder *b = m->builder;
    if ((size_t)m->cols == b->col_room) {
        b->col_room = b->col_room ? 2 * b->col_room : 64;
        m->cost = memory_resize(m->cost, b->col_room, sizeof *m->cost);
        m->lower = memory_resize(m->lower, b->col_room, sizeof *m->lower);
        m->upper = memory_resize(m->upper, b->col_room, sizeof *m->upper);
        m->integer = memory_resize(m->integer, b->col_room, sizeof *m->integer);
        m->col_name = memory_resize(m->col_name, b->col_room, sizeof *m->col_name);
    }
    assert((size_t)m->cols < b->col_room);
    int j = m->cols++;
    m->cost[j] = cost;
    m->lower[j] = model_bound(lower);
    m->upper[j] = model_bound(upper);
    m->integer[j] = integer;
    m->col_name[j] = name ? memory_string(name) : NULL;
    return j;
}

void model_add_entry(struct model *m, int row, int col, double value) {
    assert(m->builder && row >= 0 && col >= 0); /* beyond the last row or column: an error of model_finish */
    struct model_builder *b = m->builder;
    b->triples = memory_grow(b->triples, &b->capacity, b->count + 1, sizeof *b->triples);
    b->triples[b->count++] = (struct model_triple){row, col, value};
}

static bool model_check_columns(const struct model *m, struct error *err) {
    char spare[24];
    for (int j = 0; j < m->cols; j++) {
        const char *name = model_col_name(m, j, spare);
        if (!isfinite(m->cost[j]))
            return error_set(err, "column %s: cost %g (expected a finite number)", name, m->cost[j]);
        if (isnan(m->lower[j]) || isnan(m->upper[j]))
            return error_set(err, "column %s: a bound is not a number (expected a number or infinity)", name);
        if (m->lower[j] >= MODEL_INFINITY)
            return error_set(err, "column %s: lower bound +infinity (expected a number or -infinity)", name);
        if (m->upper[j] <= -MODEL_INFINITY)
            return error_set(err, "column %s: upper bound -infinity (expected a number or +infinity)", name);
    }
    return true;
}

static bool model_check_rows(const struct model *m, struct error *err) {
    char spare[24];
    for (int i = 0; i < m->rows; i++) {
        const char *name = model_row_name(m, i, spare);
        if (isnan(m->row_lower[i]) || isnan(m->row_upper[i]))
            return error_set(err, "row %s: a side is not a number (expected a number or infinity)", name);
        if (m->row_lower[i] >= MODEL_INFINITY)
            return error_set(err, "row %s: lower side +infinity (expected a number or -infinity)", name);
        if (m->row_upper[i] <= -MODEL_INFINITY)
            return error_set(err, "row %s: upper side -infinity (expected a number or +infinity)", name);
    }
    return true;
}

static bool model_check_entries(const struct model *m, struct error *err) {
    char row[24], col[24];
    for (size_t k = 0; k < m->builder->count; k++) {
        const struct model_triple *t = &m->builder->triples[k];
        if (t->row >= m->rows || t->col >= m->cols)
            return error_set(err, "entry in row %d, column %d (expected at most %d rows and %d columns)", t->row + 1,
                             t->col + 1, m->rows, m->cols);
        if (!isfinite(t->value))
            return error_set(err, "row %s, column %s: coefficient %g (expected a finite number)",
                             model_row_name(m, t->row, row), model_col_name(m, t->col, col), t->value);
    }
    return true;
}

/* Counting sort by column; stable, so that a column keeps the order of model_add_entry. */
static void model_sort_entries(struct model *m) {
    const struct model_builder *b = m->builder;
    m->start = MEMORY_NEW(long, m->cols + 1);
    m->index = MEMORY_NEW(int, b->count);
    m->value = MEMORY_NEW(double, b->count);
    for (size_t k = 0; k < b->count; k++) m->start[b->triples[k].col]++;
    long sum = 0;
    for (int j = 0; j <= m->cols; j++) {
        long count = m->start[j];
        m->start[j] = sum;
        sum += count;
    }
    for (size_t k = 0; k < b->count; k++) {
        long at = m->start[b->triples[k].col]++;
        m->index[at] = b->triples[k].row;
        m->value[at] = b->triples[k].value;
    }
    assert(sum == (long)b->count && m->start[m->cols] == sum);
    for (int j = m->cols; j > 0; j--) m->start[j] = m->start[j - 1];
    m->start[0] = 0;
    m->entries = (long)b->count;
}

static bool model_check_twice(const struct model *m, struct error *err) {
    int *seen = MEMORY_NEW(int, m->rows); /* seen[i] = j + 1: row i has an entry in column j */
    bool good = true;
    for (int j = 0; good && j < m->cols; j++)
        for (long k = m->start[j]; good && k < m->start[j + 1]; k++) {
            char row[24], col[24];
            if (seen[m->index[k]] == j + 1)
                good = error_set(err, "row %s, column %s: the entry is given twice (expected once)",
                                 model_row_name(m, m->index[k], row), model_col_name(m, j, col));
            seen[m->index[k]] = j + 1;
        }
    free(seen);
    return good;
}

static void model_drop_zeros(struct model *m) {
    long kept = 0, from = 0;
    for (int j = 0; j < m->cols; j++) {
        for (; from < m->start[j + 1]; from++)
            if (m->value[from] != 0) {
                m->index[kept] = m->index[from];
                m->value[kept++] = m->value[from];
            }
        m->start[j + 1] = kept;
    }
    assert(kept <= m->entries && from == m->entries); /* every entry was read */
    m->entries = kept;
}

bool model_finish(struct model *m, struct error *err) {
    assert(m->builder);
    if (!m->cost) model_add_column(m, NULL, 0, 0, 0, false), m->cols = 0; /* arrays exist even when empty */
    if (!m->row_lower) model_add_row(m, NULL, 0, 0), m->rows = 0;
    if (!isfinite(m->offset)) return error_set(err, "objective constant %g (expected a finite number)", m->offset);
    if (!model_check_columns(m, err) || !model_check_rows(m, err) || !model_check_entries(m, err)) return false;
    model_sort_entries(m);
    if (!model_check_twice(m, err)) {
        free(m->start);
        free(m->index);
        free(m->value);
        m->start = NULL, m->index = NULL, m->value = NULL, m->entries = 0;
        return false;
    }
    model_drop_zeros(m);
    model_builder_free(m);
    CHECK(model_check(m));
    return true;
}

/* The new entries of a column come after its old ones. */
static void model_append_entries(struct model *m, int count, const int *start, const int *index, const double *value) {
    long *first = MEMORY_NEW(long, m->cols + 1), entries = m->entries + start[count];
    for (int k = 0; k < start[count]; k++) first[index[k] + 1]++;
    for (int j = 0; j < m->cols; j++) first[j + 1] += first[j]; /* new entries of earlier columns */
    int *row = MEMORY_NEW(int, entries);
    double *entry = MEMORY_NEW(double, entries);
    for (int j = 0; j < m->cols; j++)
        for (long k = m->start[j]; k < m->start[j + 1]; k++) {
            row[k + first[j]] = m->index[k];
            entry[k + first[j]] = m->value[k];
        }
    for (int j = m->cols; j > 0; j--) m->start[j] += first[j];
    for (int j = 0; j < m->cols; j++) first[j] = m->start[j + 1] - (first[j + 1] - first[j]); /* where they begin */
    for (int i = 0; i < count; i++)
        for (int k = start[i]; k < start[i + 1]; k++) {
            row[first[index[k]]] = m->rows + i;
            entry[first[index[k]]++] = value[k];
        }
    free(first);
    free(m->index);
    free(m->value);
    m->index = row;
    m->value = entry;
    m->entries = entries;
}

void model_append_rows(struct model *m, int count, const int *start, const int *index, const double *value,
                       const double *lower, const double *upper) {
    assert(!m->builder && count >= 0 && start[0] == 0);
    model_append_entries(m, count, start, index, value);
    size_t rows = (size_t)m->rows + (size_t)count;
    m->row_lower = memory_resize(m->row_lower, rows, sizeof *m->row_lower);
    m->row_upper = memory_resize(m->row_upper, rows, sizeof *m->row_upper);
    m->row_name = memory_resize(m->row_name, rows, sizeof *m->row_name);
    for (int i = 0; i < count; i++) {
        m->row_lower[m->rows + i] = model_bound(lower[i]);
        m->row_upper[m->rows + i] = model_bound(upper[i]);
        m->row_name[m->rows + i] = NULL;
    }
    m->rows += count;
    CHECK(model_check(m));
}

static bool model_check_bounds(const double *lower, const double *upper, int count) {
    for (int k = 0; k < count; k++)
        if (lower[k] != model_bound(lower[k]) || upper[k] != model_bound(upper[k])) return false; /* NaN, too */
    return true;
}

bool model_check(const struct model *m) {
    int *seen = MEMORY_NEW(int, m->rows); /* seen[i] = j + 1: row i has an entry in column j */
    bool good = !m->builder && m->start[0] == 0 && m->start[m->cols] == m->entries && isfinite(m->offset) &&
                model_check_bounds(m->lower, m->upper, m->cols) &&
                model_check_bounds(m->row_lower, m->row_upper, m->rows);
    for (int j = 0; good && j < m->cols; j++) {
        good = m->start[j] <= m->start[j + 1] && isfinite(m->cost[j]);
        for (long k = m->start[j]; good && k < m->start[j + 1]; k++) {
            good = m->index[k] >= 0 && m->index[k] < m->rows && m->value[k] != 0 && isfinite(m->value[k]) &&
                   seen[m->index[k]] != j + 1;
            if (good) seen[m->index[k]] = j + 1;
        }
    }
    free(seen);
    return good;
}

void model_fold_constant(struct model *m, const char *name) {
    int j = m->cols - 1;
    assert(!m->builder);
    if (j < 0 || !m->col_name[j] || strcmp(m->col_name[j], name) != 0) return;
    if (m->lower[j] != 1 || m->upper[j] != 1 || m->start[j] != m->start[j + 1]) return;
    m->offset += m->cost[j];
    free(m->col_name[j]);
    m->cols--;
}

double model_objective(const struct model *m, const double *x) {
    long double sum = m->offset; /* so that the order of columns does not affect the printed digits */
    for (int j = 0; j < m->cols; j++) sum += (long double)m->cost[j] * x[j];
    return (double)sum;
}

static double model_outside(double value, double lower, double upper) {
    if (isnan(value)) return INFINITY;
    double below = lower > -MODEL_INFINITY ? lower - value : 0, above = upper < MODEL_INFINITY ? value - upper : 0;
    return fmax(0, fmax(below, above));
}

/* [rows], to be freed: the sums of the rows' terms, and of their magnitudes if `size` is not NULL. */
static long double *model_activity(const struct model *m, const double *x, double *size) {
    assert(!m->builder); /* the matrix is held by columns */
    long double *activity = MEMORY_NEW(long double, m->rows);
    for (int j = 0; j < m->cols; j++) {
        if (x[j] == 0) continue;
        for (long k = m->start[j]; k < m->start[j + 1]; k++) {
            const long double term = (long double)m->value[k] * x[j];
            activity[m->index[k]] += term;
            if (size) size[m->index[k]] += (double)fabsl(term);
        }
    }
    return activity;
}

double model_violation(const struct model *m, const double *x) {
    long double *activity = model_activity(m, x, NULL);
    double worst = 0;
    for (int j = 0; j < m->cols; j++) {
        worst = fmax(worst, model_outside(x[j], m->lower[j], m->upper[j]));
        if (m->integer[j]) worst = fmax(worst, fabs(x[j] - nearbyint(x[j])));
    }
    for (int i = 0; i < m->rows; i++)
        worst = fmax(worst, model_outside((double)activity[i], m->row_lower[i], m->row_upper[i]));
    worst = fmax(worst, logic_violation(m, x, activity));
    free(activity);
    return worst;
}

double model_relative_violation(const struct model *m, const double *x) {
    double *size = MEMORY_NEW(double, m->rows), worst = 0;
    long double *activity = model_activity(m, x, size);
    for (int j = 0; j < m->cols; j++)
        worst = fmax(worst, model_outside(x[j], m->lower[j], m->upper[j]) / fmax(1, fabs(x[j])));
    for (int i = 0; i < m->rows; i++) {
        const double outside = model_outside((double)activity[i], m->row_lower[i], m->row_upper[i]);
        worst = fmax(worst, outside / fmax(1, size[i]));
    }
    free(activity);
    free(size);
    return worst;
}

const char *model_col_name(const struct model *m, int col, char spare[24]) {
    assert(col >= 0 && col < m->cols);
    if (m->col_name[col]) return m->col_name[col];
    snprintf(spare, 24, "x%d", col + 1);
    return spare;
}

const char *model_row_name(const struct model *m, int row, char spare[24]) {
    assert(row >= 0 && row < m->rows);
    if (m->row_name[row]) return m->row_name[row];
    snprintf(spare, 24, "r%d", row + 1);
    return spare;
}
