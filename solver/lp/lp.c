#include "solver/lp/lp.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "solver/base/memory.h"
#include "solver/lp/lp_internal.h"
#include "solver/lp/scale.h"

static void lp_bounds(struct lp *lp, int j, double lower, double upper) {
    lp->lower[j] = lower;
    lp->upper[j] = upper;
    assert(!isnan(lower) && !isnan(upper));
    lp->s->lower[j] = model_unbounded(lower) / lp->scale[j];
    lp->s->upper[j] = model_unbounded(upper) / lp->scale[j];
}

static void lp_answers(struct lp *lp) {
    int rows = lp->s->rows, total = lp->s->total;
    free(lp->x);
    free(lp->y);
    free(lp->d);
    free(lp->ray);
    lp->x = MEMORY_NEW(double, total);
    lp->y = MEMORY_NEW(double, rows);
    lp->d = MEMORY_NEW(double, total);
    lp->ray = MEMORY_NEW(double, total);
}

static void lp_randomise(struct lp *lp) {
    struct random r = {(uint64_t)lp->options.seed};
    for (int j = 0; j < lp->s->total; j++) lp->s->costs.random[j] = random_unit(&r);
}

static void lp_make_basic(struct simplex *s, int i) {
    int j = s->cols + i;
    assert(i >= 0 && i < s->rows);
    s->basis.place[j] = PLACE_BASIC;
    s->basis.head[i] = j;
    s->basis.where[j] = i;
    s->pricing.weight[i] = 1;
}

struct lp *lp_new(const struct model *m, const struct options *o) {
    struct lp *lp = MEMORY_NEW(struct lp, 1);
    lp->options = *o;
    lp->negated = m->maximize;
    lp->cold = lp->slack = true;
    struct simplex *s = lp->s = simplex_new(&lp->options, m->rows, m->cols);
    assert(m->entries == m->start[m->cols]);
    lp->scale = MEMORY_NEW(double, s->total);
    lp->lower = MEMORY_NEW(double, s->total);
    lp->upper = MEMORY_NEW(double, s->total);
    matrix_init(&s->columns, m->rows, m->cols, (int)m->entries);
    for (int j = 0; j <= m->cols; j++) s->columns.start[j] = (int)m->start[j];
    memory_copy(s->columns.index, m->index, (size_t)m->entries * sizeof(int));
    memory_copy(s->columns.value, m->value, (size_t)m->entries * sizeof(double));
    double *row = MEMORY_NEW(double, m->rows);
    scale_choose(row, lp->scale, &s->columns, o->scaling);
    for (int j = 0; j < m->cols; j++) {
        for (int k = s->columns.start[j]; k < s->columns.start[j + 1]; k++)
            s->columns.value[k] *= row[s->columns.index[k]] * lp->scale[j];
        s->cost[j] = (m->maximize ? -m->cost[j] : m->cost[j]) * lp->scale[j];
        s->basis.where[j] = -1;
        s->basis.place[j] = PLACE_LOWER;
        lp_bounds(lp, j, m->lower[j], m->upper[j]);
    }
    for (int i = 0; i < m->rows; i++) {
        lp->scale[m->cols + i] = 1 / row[i];
        lp_bounds(lp, m->cols + i, m->row_lower[i], m->row_upper[i]);
        lp_make_basic(s, i);
    }
    matrix_transpose(&s->by_row, &s->columns);
    assert(s->by_row.cols == s->rows && s->columns.cols == s->cols);
    s->pricing.exact = s->costs.shifted = true;
    free(row);
    lp_randomise(lp);
    lp_answers(lp);
    return lp;
}

void lp_free(struct lp *lp) {
    if (!lp) return;
    simplex_free(lp->s);
    free(lp->scale);
    free(lp->lower);
    free(lp->upper);
    free(lp->x);
    free(lp->y);
    free(lp->d);
    free(lp->ray);
    free(lp);
}

enum lp_status lp_solve(struct lp *lp, const struct lp_control *control) {
    return drive_solve(lp, control);
}

void lp_set_bounds(struct lp *lp, int variable, double lower, double upper) {
    assert(variable >= 0 && variable < lp->s->total);
    lp_bounds(lp, variable, lower, upper);
    keep_note(lp->s, variable);
}

void lp_set_cost(struct lp *lp, int col, double cost) {
    assert(col >= 0 && col < lp->s->cols);
    lp->s->cost[col] = (lp->negated ? -cost : cost) * lp->scale[col];
    lp->s->costs.shifted = true; /* costs.work differs */
}

/* Changes the number of rows: the data of variable j move to new_number[j] (-1: dropped). Rows keep their order; the
 * caller makes the matrix. Basic variables stay basic; the factorisation repairs what does not fit. */
static void lp_renumber(struct lp *lp, int rows, const int *new_number) {
    struct simplex *old = lp->s, *s = simplex_new(&lp->options, rows, old->cols);
    double *scale = MEMORY_NEW(double, s->total), *lower = MEMORY_NEW(double, s->total),
           *upper = MEMORY_NEW(double, s->total);
    for (int j = 0; j < s->total; j++) s->basis.where[j] = -1;
    for (int j = 0; j < old->total; j++) {
        int to = new_number[j];
        if (to < 0) continue;
        scale[to] = lp->scale[j];
        lower[to] = lp->lower[j];
        upper[to] = lp->upper[j];
        s->lower[to] = old->lower[j];
        s->upper[to] = old->upper[j];
        s->cost[to] = old->cost[j];
        s->basis.place[to] = old->basis.place[j];
        s->x[to] = old->x[j];
    }
    int at = 0;
    for (int i = 0; i < old->rows && at < rows; i++) {
        int to = new_number[old->basis.head[i]];
        if (to < 0) continue;
        s->basis.head[at] = to;
        s->basis.where[to] = at;
        s->pricing.weight[at++] = old->pricing.weight[i];
    }
    assert(at <= rows);
    s->pricing.exact = old->pricing.exact;
    s->costs.shifted = true;
    s->run.iterations = old->run.iterations;
    free(lp->scale);
    free(lp->lower);
    free(lp->upper);
    lp->scale = scale;
    lp->lower = lower;
    lp->upper = upper;
    lp->s = s;
    simplex_free(old);
    lp_randomise(lp);
    lp_answers(lp);
}

static double lp_row_factor(const struct lp *lp, int count, const int *index, const double *value) {
    double largest = 0;
    int exponent = 0;
    for (int k = 0; k < count; k++) largest = fmax(largest, fabs(value[k]) * lp->scale[index[k]]);
    if (largest == 0) return 1;
    frexp(largest, &exponent);
    return ldexp(1, -exponent);
}

void lp_add_rows(struct lp *lp, int count, const int *start, const int *index, const double *value, const double *lower,
                 const double *upper) {
    struct simplex *s = lp->s;
    int before = s->rows, rows = before + count, old_entries = s->columns.start[s->cols];
    int *number = MEMORY_NEW(int, s->total);
    for (int j = 0; j < s->total; j++) number[j] = j;
    struct matrix by_row;
    matrix_init(&by_row, s->cols, rows, old_entries + start[count] - start[0]);
    memory_copy(by_row.start, s->by_row.start, (size_t)(before + 1) * sizeof(int));
    memory_copy(by_row.index, s->by_row.index, (size_t)old_entries * sizeof(int));
    memory_copy(by_row.value, s->by_row.value, (size_t)old_entries * sizeof(double));
    lp_renumber(lp, rows, number);
    s = lp->s;
    int at = old_entries;
    for (int r = 0; r < count; r++) {
        int entries = start[r + 1] - start[r], j = s->cols + before + r;
        double factor = lp_row_factor(lp, entries, index + start[r], value + start[r]);
        for (int k = start[r]; k < start[r + 1]; k++) {
            by_row.index[at] = index[k];
            by_row.value[at++] = value[k] * factor * lp->scale[index[k]];
        }
        by_row.start[before + r + 1] = at;
        lp->scale[j] = 1 / factor;
        lp_bounds(lp, j, lower[r], upper[r]);
        lp_make_basic(s, before + r);
    }
    assert(at == by_row.start[rows] && at == old_entries + start[count] - start[0]);
    s->by_row = by_row;
    matrix_transpose(&s->columns, &by_row);
    assert(s->columns.cols == s->cols && lp->s == s && s->lu->size == rows);
    free(number);
}

void lp_delete_rows(struct lp *lp, const bool *remove) {
    struct simplex *s = lp->s;
    int *number = MEMORY_NEW(int, s->total), rows = 0, at = 0;
    for (int j = 0; j < s->cols; j++) number[j] = j;
    struct matrix by_row;
    matrix_init(&by_row, s->cols, s->rows, s->by_row.start[s->rows]);
    for (int i = 0; i < s->rows; i++) {
        number[s->cols + i] = remove[i] ? -1 : s->cols + rows;
        if (remove[i]) continue;
        for (int k = s->by_row.start[i]; k < s->by_row.start[i + 1]; k++) {
            by_row.index[at] = s->by_row.index[k];
            by_row.value[at++] = s->by_row.value[k];
        }
        by_row.start[++rows] = at;
    }
    assert(rows <= s->rows && at <= s->by_row.start[s->rows]);
    by_row.cols = rows;
    lp_renumber(lp, rows, number);
    lp->s->by_row = by_row;
    matrix_transpose(&lp->s->columns, &by_row);
    simplex_factor(lp->s);
    free(number);
}

int lp_rows(const struct lp *lp) {
    return lp->s->rows;
}
int lp_cols(const struct lp *lp) {
    return lp->s->cols;
}
double lp_lower(const struct lp *lp, int variable) {
    assert(variable >= 0 && variable < lp->s->total);
    return lp->lower[variable];
}
double lp_upper(const struct lp *lp, int variable) {
    assert(variable >= 0 && variable < lp->s->total);
    return lp->upper[variable];
}
double lp_objective(const struct lp *lp) {
    return lp->objective;
}
const double *lp_x(const struct lp *lp) {
    return lp->x;
}
const double *lp_row_duals(const struct lp *lp) {
    return lp->y;
}
const double *lp_reduced_costs(const struct lp *lp) {
    return lp->d;
}
const double *lp_ray(const struct lp *lp) {
    if (lp->s->ray.raw) answer_mend_ray(lp);
    return lp->ray;
}
int64_t lp_iterations(const struct lp *lp) {
    return lp->s->run.iterations;
}

void lp_get_basis(const struct lp *lp, unsigned char *place) {
    memory_copy(place, lp->s->basis.place, (size_t)lp->s->total);
}

int lp_set_basis(struct lp *lp, const unsigned char *place) {
    struct simplex *s = lp->s;
    bool same = true;
    assert(s->basis.where && place != s->basis.place);
    lp->slack = false;
    for (int j = 0; j < s->total; j++) same = same && (s->basis.place[j] == PLACE_BASIC) == (place[j] == PLACE_BASIC);
    memory_copy(s->basis.place, place, (size_t)s->total);
    int repaired = same ? 0 : simplex_factor(s);
    for (int j = 0; j < s->total; j++)
        if (s->basis.where[j] < 0) simplex_settle(s, j);
    assert(repaired >= 0 && repaired <= s->rows);
    return repaired;
}

void lp_keep(struct lp *lp) {
    drive_keep(lp);
}

enum lp_status lp_try(double *objective, struct lp *lp, const struct lp_control *control) {
    return drive_try(objective, lp, control);
}

void lp_recall(struct lp *lp) {
    keep_recall(lp->s);
}

void lp_tableau_row(struct lp *lp, int variable, double *alpha) {
    struct simplex *s = lp->s;
    assert(s->basis.where[variable] >= 0);
    if (!s->basis.factored) simplex_factor(s);
    simplex_unit_row(s, s->basis.where[variable]);
    assert(s->basis.head[s->basis.where[variable]] == variable);
    const double *y = s->work.row->value;
    for (int j = 0; j < s->total; j++) {
        double sum = j < s->cols ? 0 : -y[j - s->cols];
        for (int k = j < s->cols ? s->columns.start[j] : 0; j < s->cols && k < s->columns.start[j + 1]; k++)
            sum += s->columns.value[k] * y[s->columns.index[k]];
        alpha[j] = s->basis.where[j] >= 0 || fabs(sum) <= VECTOR_TINY ? 0 : sum * lp->scale[variable] / lp->scale[j];
    }
}

int lp_multipliers(struct lp *lp, int variable, int *row, double *multiplier) {
    struct simplex *s = lp->s;
    int count = 0;
    assert(s->basis.where[variable] >= 0);
    if (!s->basis.factored) simplex_factor(s);
    simplex_unit_row(s, s->basis.where[variable]);
    for (int t = 0; t < s->work.row->count; t++) {
        int i = s->work.row->index[t];
        double y = s->work.row->value[i];
        if (fabs(y) <= VECTOR_TINY) continue;
        row[count] = i;
        multiplier[count++] = y * lp->scale[variable] / lp->scale[s->cols + i];
    }
    assert(count <= s->rows);
    return count;
}
