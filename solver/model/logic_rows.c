/* logic_rows.c - the logic of a program as rows over binaries. */
#include <assert.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "solver/base/memory.h"
#include "solver/model/logic.h"
#include "solver/model/rows.h"

struct logic_writer {
    const struct model *from;
    struct logic *l;
    struct model *to;
    struct rows rows;
    double *lower, *upper; /* [from->cols] for the coefficients of helpers */
    int *of_row;           /* [from->rows] its indicator, or -1 */
    struct error *err;
};

static const char *logic_col(const struct logic_writer *w, int j, char spare[24]) {
    return model_col_name(w->from, j, spare);
}

/* --- is it well-formed? --- */

static bool logic_check_semis(struct logic_writer *w) {
    char spare[24];
    bool *seen = MEMORY_NEW(bool, w->from->cols), good = true;
    for (size_t k = 0; good && k < w->l->semis; k++) {
        struct logic_semi *s = &w->l->semi[k];
        s->lower = w->from->lower[s->col];
        s->upper = w->from->upper[s->col];
        if (seen[s->col])
            good = error_set(w->err, "column '%.100s' is declared semi-continuous twice (expected once)",
                             logic_col(w, s->col, spare));
        else if (s->lower < 0)
            good = error_set(w->err, "semi-continuous column '%.100s' has the lower bound %g (expected at least 0)",
                             logic_col(w, s->col, spare), s->lower);
        seen[s->col] = true;
    }
    free(seen);
    return good;
}

static int logic_by_weight(const void *a, const void *b) {
    const struct logic_member *p = a, *q = b;
    if (p->weight != q->weight) return p->weight < q->weight ? -1 : 1;
    return p->col - q->col;
}

static bool logic_check_sets(struct logic_writer *w) {
    char spare[24], other[24];
    int *seen = MEMORY_NEW(int, w->from->cols); /* number of the last set with it, plus 1 */
    bool good = true;
    for (int s = 0; good && s < (int)w->l->sets; s++) {
        const struct logic_set *set = &w->l->set[s];
        struct logic_member *member = w->l->member + set->first;
        const char *name = set->name ? set->name : "";
        memory_sort(member, (size_t)set->count, sizeof *member, logic_by_weight);
        for (int k = 0; good && k < set->count; k++) {
            const char *col = logic_col(w, member[k].col, spare);
            if (seen[member[k].col] == s + 1)
                good = error_set(w->err, "set '%.100s' has column '%.100s' twice (expected once)", name, col);
            else if (set->type == 2 && k > 0 && member[k].weight == member[k - 1].weight)
                good = error_set(w->err,
                                 "set '%.100s': columns '%.100s' and '%.100s' have the same weight (expected different "
                                 "ones, since they order a set of type 2)",
                                 name, logic_col(w, member[k - 1].col, other), col);
            seen[member[k].col] = s + 1;
        }
    }
    free(seen);
    return good;
}

static bool logic_check_indicators(struct logic_writer *w) {
    char row[24], col[24];
    const struct model *m = w->from;
    for (size_t k = 0; k < w->l->indicators; k++) {
        struct logic_indicator *d = &w->l->indicator[k];
        const char *name = model_row_name(m, d->row, row);
        if (w->of_row[d->row] >= 0)
            return error_set(w->err, "row '%.100s' depends on two binaries (expected one)", name);
        if (!m->integer[d->col] || m->lower[d->col] < 0 || m->upper[d->col] > 1)
            return error_set(w->err, "row '%.100s' depends on column '%.100s', which is not binary", name,
                             logic_col(w, d->col, col));
        w->of_row[d->row] = (int)k;
        d->lower = m->row_lower[d->row];
        d->upper = m->row_upper[d->row];
    }
    return true;
}

/* --- helpers --- */

static int logic_helper(struct logic_writer *w, const char *of, const char *suffix) {
    char name[600];
    snprintf(name, sizeof name, "%.500s%s", of, suffix);
    int j = model_add_column(w->to, name, 0, 0, 1, true);
    assert(j >= w->l->own_cols);
    return j;
}

static bool logic_unbounded(struct logic_writer *w, int j, const char *what, const char *side) {
    char spare[24];
    return error_set(w->err,
                     "%s '%.100s' has no %s bound, and the rows imply none (expected a finite one, or the condition as "
                     "rows with binaries)",
                     what, logic_col(w, j, spare), side);
}

/* x_j <= limit (sum of helpers), or >= (`above`); helper: two columns, -1 for none. */
static void logic_limit(struct logic_writer *w, int j, bool above, double limit, const int helper[2]) {
    int i = model_add_row(w->to, NULL, above ? 0 : -MODEL_INFINITY, above ? MODEL_INFINITY : 0);
    assert(fabs(limit) < MODEL_INFINITY);
    model_add_entry(w->to, i, j, 1);
    for (int h = 0; h < 2; h++)
        if (helper[h] >= 0) model_add_entry(w->to, i, helper[h], -limit);
}

static bool logic_write_semi(struct logic_writer *w, struct logic_semi *s) {
    char spare[24];
    if (s->lower <= 0) return true; /* 0 is in the range */
    if (w->upper[s->col] >= MODEL_INFINITY) return logic_unbounded(w, s->col, "semi-continuous column", "upper");
    s->helper = logic_helper(w, logic_col(w, s->col, spare), ".on");
    logic_limit(w, s->col, true, s->lower, (int[]){s->helper, -1});
    logic_limit(w, s->col, false, w->upper[s->col], (int[]){s->helper, -1});
    return true;
}

/* x_j is 0 where the helpers are. */
static bool logic_write_member(struct logic_writer *w, int j, const int helper[2]) {
    if (w->upper[j] >= MODEL_INFINITY) return logic_unbounded(w, j, "column of a set", "upper");
    if (w->lower[j] <= -MODEL_INFINITY) return logic_unbounded(w, j, "column of a set", "lower");
    if (w->upper[j] > 0) logic_limit(w, j, false, w->upper[j], helper);
    if (w->lower[j] < 0) logic_limit(w, j, true, w->lower[j], helper);
    return true;
}

static bool logic_is_binary(const struct logic_writer *w, int j) {
    return w->from->integer[j] && w->from->lower[j] >= 0 && w->from->upper[j] <= 1;
}

/* Helpers of a set that allows at most `type` columns, if it has more; their sum is at most 1. */
static bool logic_write_set(struct logic_writer *w, const struct logic_set *set) {
    struct logic_member *a = w->l->member + set->first;
    char number[24];
    if (set->count <= set->type) return true;
    int sum = model_add_row(w->to, set->name, -MODEL_INFINITY, 1), helpers = set->count - (set->type == 2);
    for (int k = 0; k < helpers; k++) {
        bool own = set->type == 1 && logic_is_binary(w, a[k].col);
        snprintf(number, sizeof number, ".%d", k + 1);
        if (!own) a[k].helper = logic_helper(w, set->name ? set->name : "set", number);
        model_add_entry(w->to, sum, own ? a[k].col : a[k].helper, 1);
    }
    for (int k = 0; k < set->count; k++) {
        int around[2] = {a[k].helper, set->type == 2 && k > 0 ? a[k - 1].helper : -1};
        if (around[0] < 0 && around[1] < 0) continue; /* its own helper */
        if (!logic_write_member(w, a[k].col, around)) return false;
    }
    return true;
}

/* --- implied rows --- */

/* Largest value of sign * row i while the binary has the other value; an error names a column that keeps it open. */
static bool logic_most(struct logic_writer *w, const struct logic_indicator *d, double sign, double *most) {
    *most = 0;
    for (long k = w->rows.start[d->row]; k < w->rows.start[d->row + 1]; k++) {
        int j = w->rows.col[k];
        double value = sign * w->rows.value[k], bound = value > 0 ? w->upper[j] : w->lower[j];
        if (j == d->col) bound = !d->value;
        if (fabs(bound) >= MODEL_INFINITY)
            return logic_unbounded(w, j, "column of a conditional row", value > 0 ? "upper" : "lower");
        *most += value * bound;
    }
    return true;
}

/* Row `to` of the program written: sign * row <= side wherever the binary has its value, else <= the row's most. */
static bool logic_condition(struct logic_writer *w, struct logic_indicator *d, int to, double sign, double side,
                            double *shift) {
    double most;
    if (!logic_most(w, d, sign, &most)) return false;
    double slack = fmax(0, most - side), *lower = &w->to->row_lower[to], *upper = &w->to->row_upper[to];
    *shift = sign * (d->value ? slack : -slack); /* of the binary's coefficient */
    if (sign > 0) *upper = d->value ? side + slack : side;
    if (sign < 0) *lower = d->value ? -side - slack : -side;
    return true;
}

static void logic_copy_row(struct logic_writer *w, int from, int to, int but, double shift) {
    bool met = false;
    for (long k = w->rows.start[from]; k < w->rows.start[from + 1]; k++) {
        bool here = w->rows.col[k] == but;
        met |= here;
        model_add_entry(w->to, to, w->rows.col[k], w->rows.value[k] + (here ? shift : 0));
    }
    if (!met && but >= 0 && shift != 0) model_add_entry(w->to, to, but, shift);
}

/* Row i, in the place that it had; of one with two sides the lower is a new row. */
static bool logic_write_row(struct logic_writer *w, int i) {
    struct logic_indicator *d = w->of_row[i] >= 0 ? &w->l->indicator[w->of_row[i]] : NULL;
    if (!d) return logic_copy_row(w, i, i, -1, 0), true;
    bool low = d->lower > -MODEL_INFINITY, up = d->upper < MODEL_INFINITY;
    w->to->row_lower[i] = -MODEL_INFINITY;
    w->to->row_upper[i] = MODEL_INFINITY;
    if (up && !logic_condition(w, d, i, 1, d->upper, &d->shift)) return false;
    if (low && !up && !logic_condition(w, d, i, -1, -d->lower, &d->shift)) return false;
    logic_copy_row(w, i, i, d->col, d->shift);
    if (!low || !up) return true;
    double shift;
    int lower = model_add_row(w->to, w->from->row_name[i], -MODEL_INFINITY, MODEL_INFINITY);
    if (!logic_condition(w, d, lower, -1, -d->lower, &shift)) return false;
    logic_copy_row(w, i, lower, d->col, shift);
    return true;
}

/* --- all --- */

static void logic_write_columns(struct logic_writer *w) {
    const struct model *m = w->from;
    w->to->name = m->name ? memory_string(m->name) : NULL;
    w->to->objective_name = m->objective_name ? memory_string(m->objective_name) : NULL;
    w->to->maximize = m->maximize;
    w->to->offset = m->offset;
    for (int j = 0; j < m->cols; j++)
        model_add_column(w->to, m->col_name[j], m->cost[j], m->lower[j], m->upper[j], m->integer[j]);
    for (size_t k = 0; k < w->l->semis; k++) w->to->lower[w->l->semi[k].col] = 0;
    for (int i = 0; i < m->rows; i++) model_add_row(w->to, m->row_name[i], m->row_lower[i], m->row_upper[i]);
}

static void logic_find_bounds(struct logic_writer *w) {
    const struct model *m = w->from;
    bool *skip = MEMORY_NEW(bool, m->rows);
    for (int i = 0; i < m->rows; i++) skip[i] = w->of_row[i] >= 0;
    memory_copy(w->lower, w->to->lower, (size_t)m->cols * sizeof *w->lower);
    memory_copy(w->upper, w->to->upper, (size_t)m->cols * sizeof *w->upper);
    logic_bounds(m, skip, w->lower, w->upper);
    free(skip);
}

static bool logic_write(struct logic_writer *w) {
    if (!logic_check_semis(w) || !logic_check_sets(w) || !logic_check_indicators(w)) return false;
    logic_write_columns(w);
    logic_find_bounds(w);
    bool good = true;
    for (int i = 0; good && i < w->from->rows; i++) good = logic_write_row(w, i);
    for (size_t k = 0; good && k < w->l->semis; k++) good = logic_write_semi(w, &w->l->semi[k]);
    for (size_t k = 0; good && k < w->l->sets; k++) good = logic_write_set(w, &w->l->set[k]);
    return good && model_finish(w->to, w->err);
}

struct model *logic_expand(struct model *m, struct logic *l, struct error *err) {
    assert(!m->builder && !m->logic);
    struct logic_writer w = {.from = m, .l = l, .to = model_new(), .err = err};
    l->own_cols = m->cols;
    w.lower = MEMORY_NEW(double, m->cols);
    w.upper = MEMORY_NEW(double, m->cols);
    w.of_row = MEMORY_NEW(int, m->rows);
    for (int i = 0; i < m->rows; i++) w.of_row[i] = -1;
    rows_init(&w.rows, m);
    bool good = logic_write(&w);
    w.to->logic = l; /* and freed with it */
    if (!good) model_free(w.to);
    rows_free(&w.rows);
    free(w.lower);
    free(w.upper);
    free(w.of_row);
    model_free(m);
    return good ? w.to : NULL;
}
