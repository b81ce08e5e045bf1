#include "solver/lp/simplex.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>

#include "solver/base/memory.h"

/* Columns per row: from which some may be dormant, and how many are not, about. After too many slips in one solve none
 * is: each may cost what pivots have won. */
enum { ACTIVE_WIDE = 16, ACTIVE_LEAST = 7, ACTIVE_MOST = 14, ACTIVE_ROUNDS = 30, ACTIVE_SLIPS = 12 };

struct simplex *simplex_new(const struct options *o, int rows, int cols) {
    assert(rows >= 0 && cols >= 0);
    struct simplex *s = MEMORY_NEW(struct simplex, 1);
    int total = rows + cols;
    s->options = o;
    s->rows = rows;
    s->cols = cols;
    s->total = total;
    double **by_variable[] = {&s->lower,        &s->upper, &s->cost, &s->costs.work,
                              &s->costs.random, &s->x,     &s->d,    &s->pricing.devex};
    for (size_t k = 0; k < sizeof by_variable / sizeof *by_variable; k++) *by_variable[k] = MEMORY_NEW(double, total);
    s->basis.place = MEMORY_NEW(unsigned char, total);
    s->basis.move = MEMORY_NEW(signed char, total);
    s->active.list = MEMORY_NEW(int, cols);
    s->active.reach = 1;
    s->basis.where = MEMORY_NEW(int, total);
    s->basis.head = MEMORY_NEW(int, rows);
    s->pricing.weight = MEMORY_NEW(double, rows);
    s->pricing.infeasible = MEMORY_NEW(double, rows);
    s->pricing.suspects = MEMORY_NEW(int, rows);
    s->pricing.suspected = MEMORY_NEW(unsigned char, rows);
    s->work.candidates = MEMORY_NEW(struct candidate, 2 * total);
    s->work.group_end = MEMORY_NEW(int, total + 1);
    s->pricing.banned = MEMORY_NEW(unsigned char, rows);
    s->work.column = vector_new(rows);
    s->work.row = vector_new(rows);
    s->work.tau = vector_new(rows);
    s->work.flips = vector_new(rows);
    s->work.alpha = vector_new(total);
    s->lu = lu_new(rows);
    return s;
}

void simplex_free(struct simplex *s) {
    if (!s) return;
    matrix_free(&s->columns);
    matrix_free(&s->by_row);
    double *by_variable[] = {s->lower, s->upper, s->cost, s->costs.work, s->costs.random, s->x, s->d, s->pricing.devex};
    for (size_t k = 0; k < sizeof by_variable / sizeof *by_variable; k++) free(by_variable[k]);
    free(s->basis.place);
    free(s->basis.move);
    free(s->active.list);
    free(s->basis.where);
    free(s->basis.head);
    free(s->pricing.weight);
    free(s->pricing.infeasible);
    free(s->pricing.suspects);
    free(s->pricing.suspected);
    free(s->work.candidates);
    free(s->work.group_end);
    free(s->pricing.banned);
    vector_free(s->work.column);
    vector_free(s->work.row);
    vector_free(s->work.tau);
    vector_free(s->work.flips);
    vector_free(s->work.alpha);
    lu_free(s->lu);
    keep_free(s->kept);
    free(s);
}

void simplex_settle(struct simplex *s, int j) {
    assert(s->basis.where[j] < 0);
    double before = s->x[j];
    bool has_lower = s->lower[j] > -MODEL_INFINITY, has_upper = s->upper[j] < MODEL_INFINITY;
    if (!has_lower && !has_upper)
        s->basis.place[j] = PLACE_ZERO;
    else if (!has_upper || (has_lower && s->basis.place[j] != PLACE_UPPER))
        s->basis.place[j] = PLACE_LOWER;
    else
        s->basis.place[j] = PLACE_UPPER;
    s->x[j] = s->basis.place[j] == PLACE_LOWER ? s->lower[j] : s->basis.place[j] == PLACE_UPPER ? s->upper[j] : 0;
    if (s->x[j] != before) s->fresh.primal = false;
    s->basis.move[j] = s->lower[j] == s->upper[j]         ? 0
                       : s->basis.place[j] == PLACE_LOWER ? 1
                       : s->basis.place[j] == PLACE_UPPER ? -1
                                                          : 2;
}

int simplex_factor(struct simplex *s) {
    int *basic = MEMORY_NEW(int, s->total);
    double *weight = MEMORY_NEW(double, s->total);
    int count = 0;
    for (int i = 0; i < s->rows; i++) {
        if (s->basis.where[s->basis.head[i]] == i) weight[s->basis.head[i]] = s->pricing.weight[i];
    }
    for (int j = 0; j < s->total; j++) {
        if (s->basis.place[j] == PLACE_BASIC) basic[count++] = j;
    }
    assert(s->lu->size == s->rows && s->columns.cols == s->cols && s->by_row.cols == s->rows);
    int replaced = lu_factor(s->lu, &s->columns, basic, count, s->basis.head);
    for (int j = 0; j < s->total; j++) s->basis.where[j] = -1;
    for (int i = 0; i < s->rows; i++) {
        int j = s->basis.head[i];
        s->basis.where[j] = i;
        s->basis.place[j] = PLACE_BASIC;
        s->pricing.weight[i] = weight[j] > 0 ? weight[j] : 1;
    }
    for (int k = 0; k < count; k++) {
        int j = basic[k];
        if (s->basis.where[j] >= 0) continue;
        s->basis.place[j] = s->x[j] > 0.5 * (s->lower[j] + s->upper[j]) ? PLACE_UPPER : PLACE_LOWER;
        simplex_settle(s, j);
    }
    assert(replaced >= 0 && replaced <= s->rows);
    if (replaced > 0) s->pricing.exact = false;
    s->basis.factored = true;
    s->fresh.primal = s->fresh.dual = false;
    free(basic);
    free(weight);
    return replaced;
}

void simplex_exchange(struct simplex *s, int r, int q, enum place to) {
    int p = s->basis.head[r];
    assert(p != q && s->basis.where[p] == r && s->basis.where[q] < 0 && to != PLACE_BASIC);
    s->fresh.primal = s->fresh.dual = false;
    s->basis.factored = ft_update(s->lu, r, s->work.column->value[r]);
    s->basis.head[r] = q;
    s->basis.where[q] = r;
    s->basis.place[q] = PLACE_BASIC;
    s->basis.where[p] = -1;
    s->basis.place[p] = (unsigned char)to;
    assert(!s->basis.factored || s->lu->updates > 0);
    simplex_settle(s, p);
}

void simplex_load(const struct simplex *s, struct vector *v, int j, double factor) {
    assert(j >= 0 && j < s->total && v->size == s->rows);
    if (j >= s->cols) {
        vector_add(v, j - s->cols, -factor);
        return;
    }
    for (int k = s->columns.start[j]; k < s->columns.start[j + 1]; k++)
        vector_add(v, s->columns.index[k], factor * s->columns.value[k]);
}

void simplex_primal(struct simplex *s) {
    if (s->fresh.primal) return;
    assert(s->basis.factored);
    struct vector *v = s->work.flips;
    vector_clear(v);
    for (int j = 0; j < s->total; j++) {
        if (s->basis.where[j] < 0 && s->x[j] != 0) simplex_load(s, v, j, -s->x[j]);
    }
    assert(v != s->work.column && v->size == s->rows);
    lu_ftran(s->lu, v, LU_DENSE);
    for (int i = 0; i < s->rows; i++) s->x[s->basis.head[i]] = v->value[i];
    vector_clear(v);
    if (s->careful) refine_primal(s);
    s->fresh.primal = true;
}

void simplex_dual(struct simplex *s) {
    if (s->fresh.dual) return;
    assert(s->basis.factored && s->work.tau->size == s->rows);
    struct vector *y = s->work.tau;
    vector_clear(y);
    for (int i = 0; i < s->rows; i++) {
        if (s->costs.work[s->basis.head[i]] != 0) vector_set(y, i, s->costs.work[s->basis.head[i]]);
    }
    lu_btran(s->lu, y, LU_DENSE);
    if (s->careful) refine_dual(s, y);
    for (int j = 0; j < s->cols; j++) {
        double sum = s->costs.work[j];
        for (int k = s->columns.start[j]; k < s->columns.start[j + 1]; k++)
            sum -= s->columns.value[k] * y->value[s->columns.index[k]];
        s->d[j] = s->basis.where[j] < 0 ? sum : 0;
    }
    for (int i = 0; i < s->rows; i++) {
        int j = s->cols + i;
        s->d[j] = s->basis.where[j] < 0 ? s->costs.work[j] + y->value[i] : 0;
    }
    vector_clear(y);
    s->fresh.dual = true;
}

void simplex_unit_row(struct simplex *s, int r) {
    assert(r >= 0 && r < s->rows && s->basis.factored);
    vector_clear(s->work.row);
    vector_set(s->work.row, r, 1);
    lu_btran(s->lu, s->work.row, LU_ROW);
}

static void simplex_add_active(struct simplex *s, int j) {
    s->active.list[s->active.count++] = j;
    s->active.entries += s->columns.start[j + 1] - s->columns.start[j];
}

void simplex_activate(struct simplex *s) {
    s->active.count = s->active.entries = 0;
    for (int j = 0; j < s->cols; j++) {
        if (s->lower[j] == s->upper[j]) continue;
        assert(s->lower[j] < s->upper[j]); /* programs with crossing bounds are answered earlier */
        simplex_add_active(s, j);
    }
    s->active.all = s->active.count;
}

/* Only boxed columns are dormant: if the sign changes after all, they are flipped (dual_values). */
static void simplex_narrow_to(struct simplex *s, double reach) {
    s->active.count = s->active.entries = 0;
    for (int j = 0; j < s->cols; j++) {
        if (s->lower[j] == s->upper[j]) continue;
        bool boxed = s->lower[j] > -MODEL_INFINITY && s->upper[j] < MODEL_INFINITY;
        bool dormant = boxed && s->basis.where[j] < 0 && s->d[j] * s->basis.move[j] > reach;
        if (!dormant) simplex_add_active(s, j);
    }
}

void simplex_narrow(struct simplex *s) {
    assert(s->fresh.dual && s->active.reach > 0);
    if (s->active.whole || s->active.all / ACTIVE_WIDE < s->rows) return;
    simplex_narrow_to(s, s->active.reach);
    for (int round = 0; round < ACTIVE_ROUNDS && s->active.count / ACTIVE_LEAST < s->rows; round++)
        simplex_narrow_to(s, s->active.reach *= 2);
    if (s->active.slips == 0 && s->active.count / ACTIVE_MOST > s->rows) s->active.reach *= 0.8;
}

void simplex_slip(struct simplex *s, int wrong) {
    assert(wrong >= 0);
    if (wrong == 0) return;
    if (wrong > s->rows / 20) s->active.reach *= 1.5;
    if (++s->active.slips > ACTIVE_SLIPS) simplex_wake(s);
}

void simplex_wake(struct simplex *s) {
    s->active.whole = true;
    simplex_activate(s);
}

static void price_by_columns(struct simplex *s, const double *y, struct vector *alpha) {
    const int *start = s->columns.start, *index = s->columns.index;
    const double *value = s->columns.value;
    for (int t = 0; t < s->active.count; t++) {
        int j = s->active.list[t];
        if (s->basis.where[j] >= 0 || s->basis.move[j] == 0) continue; /* a trial may have fixed it */
        double sum = 0;
        for (int k = start[j]; k < start[j + 1]; k++) sum += value[k] * y[index[k]];
        if (fabs(sum) > VECTOR_TINY) vector_set(alpha, j, sum);
    }
}

static void price_by_rows(struct simplex *s, const struct vector *y, struct vector *alpha) {
    const int *start = s->by_row.start, *index = s->by_row.index;
    const double *value = s->by_row.value;
    double *out = alpha->value;
    int *list = alpha->index, count = 0, kept = 0; /* the list has room for one more: total > cols if there are rows */
    for (int t = 0; t < y->count; t++) {
        int i = y->index[t];
        double factor = y->value[i];
        for (int k = start[i]; k < start[i + 1]; k++) {
            int j = index[k];
            double old = out[j], sum = old + factor * value[k];
            list[count] = j;
            count += old == 0;
            out[j] = sum == 0 ? 1e-50 : sum;
        }
    }
    for (int t = 0; t < count; t++) {
        int j = list[t];
        bool is = s->basis.where[j] < 0 && s->basis.move[j] != 0 && fabs(out[j]) > VECTOR_TINY;
        list[kept] = j;
        out[j] = is ? out[j] : 0;
        kept += is;
    }
    assert(kept <= count && count < alpha->size);
    alpha->count = kept;
}

/* By rows costs scattered accesses to the rows of y; by columns one pass over all columns that may enter, and only
 * those. */
void simplex_price(struct simplex *s, const struct vector *y, struct vector *alpha) {
    int64_t touched = 0;
    assert(y->size == s->rows && alpha->size == s->total && y->count >= 0);
    vector_clear(alpha);
    for (int t = 0; t < y->count; t++) touched += s->by_row.start[y->index[t] + 1] - s->by_row.start[y->index[t]];
    if (2 * touched > s->active.entries || s->active.count < s->active.all)
        price_by_columns(s, y->value, alpha);
    else
        price_by_rows(s, y, alpha);
    for (int t = 0; t < y->count; t++) {
        int i = y->index[t], j = s->cols + i;
        if (s->basis.where[j] < 0 && s->basis.move[j] != 0) vector_set(alpha, j, -y->value[i]);
    }
}

double simplex_row_residual(const struct simplex *s, int row, double *size) {
    double sum = -s->x[s->cols + row];
    *size = 1 + fabs(sum);
    for (int k = s->by_row.start[row]; k < s->by_row.start[row + 1]; k++) {
        double term = s->by_row.value[k] * s->x[s->by_row.index[k]];
        sum += term;
        *size += fabs(term);
    }
    return fabs(sum);
}

double simplex_residual(const struct simplex *s) {
    double worst = 0;
    for (int i = 0; i < s->rows; i++) {
        double size, residual = simplex_row_residual(s, i, &size);
        if (residual > worst * size) worst = residual / size;
    }
    return worst;
}

bool simplex_interrupted(struct simplex *s) {
    enum limits_stop stop = limits_clock(&s->run.control->limits);
    watch_report(s);
    assert(stop == LIMITS_RUNNING || stop == LIMITS_TIME || stop == LIMITS_INTERRUPTED);
    if (stop == LIMITS_RUNNING) return false;
    s->run.stopped = stop == LIMITS_INTERRUPTED ? LP_INTERRUPTED : LP_TIME_LIMIT;
    return true;
}

bool simplex_stop(struct simplex *s) {
    assert(s->run.iterations >= 0 && s->run.control);
    if (s->run.iterations >= s->run.end) {
        s->run.stopped = LP_ITERATION_LIMIT;
        return true;
    }
    return s->run.iterations % 16 == 0 && simplex_interrupted(s);
}
