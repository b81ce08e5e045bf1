/* Reductions that compare rows with rows and columns with columns: multiples of one another, and columns dominated by
 * another. Candidates are found by hashes of the data that must agree; equal hashes are compared entry by entry. */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "solver/base/hash.h"
#include "solver/base/memory.h"
#include "solver/presolve/shrink.h"

struct presolve_key {
    uint64_t hash;
    double cost;
    int line; /* row or column */
};

static int presolve_key_order(const void *one, const void *two) {
    const struct presolve_key *a = one, *b = two;
    if (a->hash != b->hash) return a->hash < b->hash ? -1 : 1;
    if (a->cost != b->cost) return a->cost < b->cost ? -1 : 1;
    return a->line < b->line ? -1 : 1;
}

static bool presolve_same(double one, double two) {
    return fabs(one - two) <= 1e-13 * fmax(fabs(one), fabs(two));
}

/* --- rows, and columns: one code for both --- */

struct presolve_twins { /* a direction */
    struct shrink_lines *lines;
    bool rows;
    int shortest; /* fewest entries for which lines are compared */
    /* `other` = lambda times `into`; returns whether anything changed */
    bool (*merge)(struct presolve *p, int into, int other, double lambda);
};

static int presolve_twins_next(const struct presolve *p, const struct presolve_twins *t, int e) {
    return t->rows ? p->entry[e].row_next : p->entry[e].col_next;
}
/* The column of an entry of a row; the row of an entry of a column. */
static int presolve_twins_across(const struct presolve *p, const struct presolve_twins *t, int e) {
    return t->rows ? p->entry[e].col : p->entry[e].row;
}
#define TWINS_LINE(p, t, e, line) for (int e = (t)->lines->head[line]; e >= 0; e = presolve_twins_next(p, t, e))

static void presolve_twins_mark(struct presolve *p, const struct presolve_twins *t, int line, bool set) {
    TWINS_LINE(p, t, e, line) {
        int *mark = &p->scratch.mark[presolve_twins_across(p, t, e)];
        assert(set ? *mark < 0 : *mark == e); /* one line is marked at a time */
        *mark = set ? e : -1;
    }
}

/* lambda with line = lambda * (the marked line of as many entries), or 0. */
static double presolve_twins_multiple(const struct presolve *p, const struct presolve_twins *t, int line) {
    double lambda = 0;
    TWINS_LINE(p, t, e, line) {
        int f = p->scratch.mark[presolve_twins_across(p, t, e)];
        if (f < 0) return 0;
        if (lambda == 0) lambda = p->entry[e].value / p->entry[f].value;
        if (!presolve_same(p->entry[e].value, lambda * p->entry[f].value)) return 0;
    }
    return lambda;
}

/* A hash of the line divided by its first entry (that of the smallest index), so that multiples have the same hash. */
static uint64_t presolve_twins_hash(struct presolve *p, const struct presolve_twins *t, int line) {
    int first = t->lines->head[line];
    TWINS_LINE(p, t, e, line) {
        if (presolve_twins_across(p, t, e) < presolve_twins_across(p, t, first)) first = e;
    }
    uint64_t hash = (uint64_t)t->lines->length[line];
    TWINS_LINE(p, t, e, line)
    hash += hash_entry(presolve_twins_across(p, t, e), p->entry[e].value / p->entry[first].value);
    p->work.done += t->lines->length[line];
    return hash;
}

static bool presolve_twins(struct presolve *p, const struct presolve_twins *t) {
    const struct shrink_lines *l = t->lines;
    struct presolve_key *key = MEMORY_NEW(struct presolve_key, l->left);
    int count = 0;
    bool changed = false;
    for (int i = 0; i < l->count; i++)
        if (!l->gone[i] && l->length[i] >= t->shortest)
            key[count++] = (struct presolve_key){presolve_twins_hash(p, t, i), 0, i};
    assert(count <= l->left);
    memory_sort(key, (size_t)count, sizeof *key, presolve_key_order);
    for (int k = 0; k < count && shrink_going(p); k++) {
        int into = key[k].line;
        if (l->gone[into] || k + 1 == count || key[k + 1].hash != key[k].hash) continue;
        presolve_twins_mark(p, t, into, true);
        for (int n = k + 1; n < count && key[n].hash == key[k].hash && p->work.done < p->work.limit; n++) {
            int other = key[n].line;
            if (l->gone[other] || l->length[other] != l->length[into]) continue;
            p->work.done += l->length[other];
            double lambda = presolve_twins_multiple(p, t, other);
            if (lambda != 0) changed |= t->merge(p, into, other, lambda);
            if (p->status != PRESOLVE_REDUCED) break;
        }
        assert(!l->gone[into]); /* the marks are still those of its entries */
        presolve_twins_mark(p, t, into, false);
    }
    free(key);
    return changed;
}

static bool presolve_merge_rows(struct presolve *p, int into, int row, double lambda) {
    assert(row != into && lambda != 0);
    double one = p->row.lower[row] / lambda, two = p->row.upper[row] / lambda;
    double lower = fmax(p->row.lower[into], fmin(one, two)), upper = fmin(p->row.upper[into], fmax(one, two));
    p->moved[into] += p->moved[row] / fabs(lambda);
    if (lower > upper) {
        double size = fmax(fabs(lower), fabs(upper));
        if (!isfinite(size) || lower - upper > shrink_slack(p, size) + shrink_doubt(p, into))
            return shrink_infeasible(p);
        if (lower > p->row.lower[into]) lower = upper;
        upper = lower;
    }
    struct shrink_record *r = shrink_push(p, SHRINK_MERGE_ROWS, row, -1);
    r->other = into;
    r->value[0] = lambda;
    r->value[1] = lower;
    r->value[2] = upper;
    r->flag = (lower > p->row.lower[into] ? SHRINK_LOWER : 0) | (upper < p->row.upper[into] ? SHRINK_UPPER : 0);
    p->row.lower[into] = lower;
    p->row.upper[into] = upper;
    shrink_touch_row(p, into);
    shrink_touch_columns_of(p, into);
    shrink_erase_row(p, row);
    return true;
}

/* Whether the upper (or lower) bound of a column is superfluous because a row implies it. Where duals are kept, the
 * bound is removed. */
static bool presolve_unbounded_side(struct presolve *p, int col, int side) {
    bool up = side == SHRINK_UPPER;
    if (!isfinite(up ? p->col.upper[col] : p->col.lower[col])) return true;
    SHRINK_COLUMN(p, e, col) {
        struct shrink_activity a = shrink_activity(p, p->entry[e].row);
        if (!(shrink_implied_bounds(p, &a, e) & side)) continue;
        if (!p->integers) {
            shrink_rebound(p, col, up ? p->col.lower[col] : -INFINITY, up ? INFINITY : p->col.upper[col]);
            shrink_touch_rows_of(p, col);
            shrink_touch_column(p, col);
        }
        return true;
    }
    return false;
}

/* Column k is lambda times column j: the sign of c_k - lambda c_j says at which bound k is, if j can compensate. */
static bool presolve_cheaper_multiple(struct presolve *p, int j, int k, double lambda) {
    double gain = p->cost[k] - lambda * p->cost[j];
    if (p->integer[j] && (!p->integer[k] || lambda != nearbyint(lambda))) return false;
    if (fabs(gain) <= SHRINK_TOLERANCE * (fabs(p->cost[k]) + fabs(lambda * p->cost[j]))) return false;
    double bound = gain > 0 ? p->col.lower[k] : p->col.upper[k];
    if (!isfinite(bound)) return false;
    if (!presolve_unbounded_side(p, j, (gain > 0) == (lambda > 0) ? SHRINK_UPPER : SHRINK_LOWER)) return false;
    shrink_fix(p, k, bound, gain > 0 ? PLACE_LOWER : PLACE_UPPER);
    return true;
}

static bool presolve_rests_at_zero(const struct presolve *p, int col) {
    return p->col.lower[col] == 0 || p->col.upper[col] == 0 ||
           (p->col.lower[col] == -INFINITY && p->col.upper[col] == INFINITY);
}

/* x_j + lambda x_k as one column in place of j. If that is free, it may be nonbasic at 0: then 0 must be within the
 * bounds of both. */
static bool presolve_merge_columns(struct presolve *p, int j, int k, double lambda) {
    if (p->integer[j] != p->integer[k] || (p->integer[j] && fabs(lambda) != 1)) return false;
    if (!presolve_same(p->cost[k], lambda * p->cost[j]) || fabs(lambda) < 1e-3 || fabs(lambda) > 1e3) return false;
    double lower = p->col.lower[j] + lambda * (lambda > 0 ? p->col.lower[k] : p->col.upper[k]);
    double upper = p->col.upper[j] + lambda * (lambda > 0 ? p->col.upper[k] : p->col.lower[k]);
    if (lower == -INFINITY && upper == INFINITY && !(presolve_rests_at_zero(p, j) && presolve_rests_at_zero(p, k)))
        return false;
    struct shrink_record *r = shrink_push(p, SHRINK_MERGE_COLS, -1, j);
    r->other = k;
    const double values[] = {lambda, p->col.lower[j], p->col.upper[j], p->col.lower[k], p->col.upper[k]};
    memcpy(r->value, values, sizeof values);
    shrink_rebound(p, j, lower, upper);
    shrink_touch_column(p, j);
    shrink_erase_column(p, k);
    return true;
}

static bool presolve_replace_column(struct presolve *p, int j, int k, double lambda) {
    assert(j != k && lambda != 0);
    return presolve_cheaper_multiple(p, j, k, lambda) || presolve_merge_columns(p, j, k, lambda);
}

bool presolve_all_duplicate_rows(struct presolve *p) {
    return presolve_twins(p, &(struct presolve_twins){&p->row, true, 2, presolve_merge_rows});
}

bool presolve_all_duplicate_columns(struct presolve *p) {
    return presolve_twins(p, &(struct presolve_twins){&p->col, false, 1, presolve_replace_column});
}

/* --- dominated columns --- */

static bool presolve_two_sided(const struct presolve *p, int row) {
    return p->row.lower[row] > -INFINITY && p->row.upper[row] < INFINITY;
}

/* Whether moving weight from column b to column a (b down, a up by as much) keeps the row feasible, with entries vb and
 * va. */
static bool presolve_step_keeps(const struct presolve *p, int row, double va, double vb) {
    if (va == vb) return true;
    return va < vb ? p->row.lower[row] == -INFINITY : p->row.upper[row] == INFINITY;
}

/* The number of rows of column a in which a column without an entry would be better. */
static int presolve_needs(const struct presolve *p, int a) {
    int needs = 0;
    SHRINK_COLUMN(p, e, a) needs += !presolve_step_keeps(p, p->entry[e].row, p->entry[e].value, 0);
    return needs;
}

/* Whether the marked column a, with `needs` as above, is no worse than b in every row. */
static bool presolve_beats(const struct presolve *p, int b, int needs) {
    SHRINK_COLUMN(p, e, b) {
        int row = p->entry[e].row, f = p->scratch.mark[row];
        double va = f >= 0 ? p->entry[f].value : 0;
        if (!presolve_step_keeps(p, row, va, p->entry[e].value)) return false;
        needs -= f >= 0 && !presolve_step_keeps(p, row, va, 0);
    }
    return needs == 0;
}

/* Columns with the same entries in the rows with two sides (such as the choices of a one-hot row), in order of cost:
 * each is compared with the remaining cheaper ones. If one of those is no worse in every row and its upper bound is
 * implied, the dearer one stays at its lower bound (its reduced cost is at least the other's). */
bool presolve_all_pairs(struct presolve *p) {
    enum { RIVALS = 40 };
    struct presolve_key *key = MEMORY_NEW(struct presolve_key, p->col.left);
    int count = 0;
    bool changed = false;
    for (int j = 0; j < p->col.count; j++) {
        if (p->col.gone[j] || !isfinite(p->col.lower[j])) continue;
        uint64_t hash = 0;
        SHRINK_COLUMN(p, e, j) {
            if (presolve_two_sided(p, p->entry[e].row)) hash += hash_entry(p->entry[e].row, p->entry[e].value);
        }
        if (hash) key[count++] = (struct presolve_key){hash, p->cost[j], j};
        p->work.done += p->col.length[j];
    }
    memory_sort(key, (size_t)count, sizeof *key, presolve_key_order);
    for (int k = 0; k < count && shrink_going(p); k++) {
        int a = key[k].line;
        if (p->col.gone[a] || k + 1 == count || key[k + 1].hash != key[k].hash) continue;
        shrink_mark_column(p, a);
        int needs = presolve_needs(p, a), open = -1; /* whether a's upper bound is implied; -1: not known yet */
        for (int l = k + 1; l < count && l <= k + RIVALS && key[l].hash == key[k].hash && open != 0; l++) {
            int b = key[l].line;
            if (p->col.gone[b] || p->work.done > p->work.limit || (p->integer[a] && !p->integer[b])) continue;
            p->work.done += p->col.length[b];
            if (!presolve_beats(p, b, needs)) continue;
            if (open < 0) open = presolve_unbounded_side(p, a, SHRINK_UPPER);
            if (open) shrink_fix(p, b, p->col.lower[b], PLACE_LOWER);
            changed |= open;
        }
        shrink_unmark_column(p, a);
    }
    free(key);
    return changed;
}
