/* Reductions that compare rows with rows and columns with columns: multiples of one another, and columns that are never
 * worth using beside another. Candidates are found by hashes of what must agree; equal hashes are compared entry by
 * entry. */
#include <stdlib.h>
#include <string.h>

#include "solver/base/hash.h"
#include "solver/base/memory.h"
#include "solver/presolve/shrink.h"

struct presolve_key {
    uint64_t hash;
    double cost;
    int who;
};

static int presolve_key_order(const void *one, const void *two) {
    const struct presolve_key *a = one, *b = two;
    if (a->hash != b->hash) return a->hash < b->hash ? -1 : 1;
    if (a->cost != b->cost) return a->cost < b->cost ? -1 : 1;
    return a->who < b->who ? -1 : 1;
}

static bool presolve_same(double one, double two) {
    return fabs(one - two) <= 1e-13 * fmax(fabs(one), fabs(two));
}

/* --- rows
 * ----------------------------------------------------------------------------------------------------------------- */

/* Marks the columns of `row` with their entries; presolve_unmark_row takes the marks off. */
static void presolve_mark_row(struct presolve *p, int row) {
    SHRINK_ROW(p, e, row) p->row_mark[p->entry[e].col] = e;
}
static void presolve_unmark_row(struct presolve *p, int row) {
    SHRINK_ROW(p, e, row) p->row_mark[p->entry[e].col] = -1;
}

/* lambda with row = lambda * (the marked row of as many entries), or 0. */
static double presolve_row_multiple(const struct presolve *p, int row) {
    double lambda = 0;
    SHRINK_ROW(p, e, row) {
        int f = p->row_mark[p->entry[e].col];
        if (f < 0) return 0;
        if (lambda == 0) lambda = p->entry[e].value / p->entry[f].value;
        if (!presolve_same(p->entry[e].value, lambda * p->entry[f].value)) return 0;
    }
    return lambda;
}

static bool presolve_merge_rows(struct presolve *p, int row, int into, double lambda) {
    double one = p->row_lower[row] / lambda, two = p->row_upper[row] / lambda;
    double lower = fmax(p->row_lower[into], fmin(one, two)), upper = fmin(p->row_upper[into], fmax(one, two));
    if (lower > upper) {
        double size = fmax(fabs(lower), fabs(upper));
        if (!isfinite(size) || lower - upper > shrink_slack(p, size)) return !shrink_infeasible(p);
        if (lower > p->row_lower[into]) lower = upper;
        upper = lower;
    }
    struct shrink_record *r = shrink_push(p, SHRINK_MERGE_ROWS, row, -1);
    r->other = into;
    r->value[0] = lambda;
    r->value[1] = lower;
    r->value[2] = upper;
    r->flag = (lower > p->row_lower[into] ? SHRINK_LOWER : 0) | (upper < p->row_upper[into] ? SHRINK_UPPER : 0);
    p->row_lower[into] = lower;
    p->row_upper[into] = upper;
    shrink_touch_row(p, into);
    shrink_touch_columns_of(p, into);
    shrink_erase_row(p, row);
    return true;
}

bool presolve_all_duplicate_rows(struct presolve *p) {
    struct presolve_key *key = MEMORY_NEW(struct presolve_key, p->rows_left);
    int count = 0;
    bool changed = false;
    for (int i = 0; i < p->rows; i++) {
        if (p->row_gone[i] || p->row_count[i] < 2) continue;
        int first = p->row_head[i];
        SHRINK_ROW(p, e, i) {
            if (p->entry[e].col < p->entry[first].col) first = e;
        }
        uint64_t hash = (uint64_t)p->row_count[i];
        SHRINK_ROW(p, e, i) hash += hash_entry(p->entry[e].col, p->entry[e].value / p->entry[first].value);
        key[count++] = (struct presolve_key){hash, 0, i};
        p->work += p->row_count[i];
    }
    qsort(key, (size_t)count, sizeof *key, presolve_key_order);
    for (int k = 0; k < count && shrink_going(p); k++) {
        int into = key[k].who;
        if (p->row_gone[into] || k + 1 == count || key[k + 1].hash != key[k].hash) continue;
        presolve_mark_row(p, into);
        for (int l = k + 1; l < count && key[l].hash == key[k].hash && p->work < p->work_limit; l++) {
            int row = key[l].who;
            if (p->row_gone[row] || p->row_count[row] != p->row_count[into]) continue;
            p->work += p->row_count[row];
            double lambda = presolve_row_multiple(p, row);
            if (lambda == 0) continue;
            changed = true;
            if (!presolve_merge_rows(p, row, into, lambda)) break;
        }
        presolve_unmark_row(p, into);
    }
    free(key);
    return changed;
}

/* --- columns
 * -------------------------------------------------------------------------------------------------------------- */

static double presolve_column_multiple(const struct presolve *p, int col) {
    double lambda = 0;
    SHRINK_COLUMN(p, e, col) {
        int f = p->row_mark[p->entry[e].row];
        if (f < 0) return 0;
        if (lambda == 0) lambda = p->entry[e].value / p->entry[f].value;
        if (!presolve_same(p->entry[e].value, lambda * p->entry[f].value)) return 0;
    }
    return lambda;
}

/* Whether the upper (or lower) bound of a column can be taken off because a row implies it. With duals to keep, it is
 * taken off. */
static bool presolve_unbounded_side(struct presolve *p, int col, int side) {
    bool up = side == SHRINK_UPPER;
    if (!isfinite(up ? p->upper[col] : p->lower[col])) return true;
    SHRINK_COLUMN(p, e, col) {
        struct shrink_activity a = shrink_activity(p, p->entry[e].row);
        if (!(shrink_implied_bounds(p, &a, e) & side)) continue;
        if (!p->integers) {
            shrink_rebound(p, col, up ? p->lower[col] : -INFINITY, up ? INFINITY : p->upper[col]);
            shrink_touch_rows_of(p, col);
            shrink_touch_column(p, col);
        }
        return true;
    }
    return false;
}

/* Column k is lambda times column j: c_k - lambda c_j decides which end k is at, if j can make up for it. */
static bool presolve_cheaper_multiple(struct presolve *p, int j, int k, double lambda) {
    double gain = p->cost[k] - lambda * p->cost[j];
    if (p->integer[j] && (!p->integer[k] || lambda != nearbyint(lambda))) return false;
    if (fabs(gain) <= SHRINK_TOLERANCE * (fabs(p->cost[k]) + fabs(lambda * p->cost[j]))) return false;
    double bound = gain > 0 ? p->lower[k] : p->upper[k];
    if (!isfinite(bound)) return false;
    if (!presolve_unbounded_side(p, j, (gain > 0) == (lambda > 0) ? SHRINK_UPPER : SHRINK_LOWER)) return false;
    shrink_fix(p, k, bound, gain > 0 ? PLACE_LOWER : PLACE_UPPER);
    return true;
}

static bool presolve_rests_at_zero(const struct presolve *p, int col) {
    return p->lower[col] == 0 || p->upper[col] == 0 || (p->lower[col] == -INFINITY && p->upper[col] == INFINITY);
}

/* x_j + lambda x_k as one column in the place of j. If that has no bounds, it can be nonbasic at 0: then both must be
 * able to. */
static bool presolve_merge_columns(struct presolve *p, int j, int k, double lambda) {
    if (p->integer[j] != p->integer[k] || (p->integer[j] && fabs(lambda) != 1)) return false;
    if (!presolve_same(p->cost[k], lambda * p->cost[j]) || fabs(lambda) < 1e-3 || fabs(lambda) > 1e3) return false;
    double lower = p->lower[j] + lambda * (lambda > 0 ? p->lower[k] : p->upper[k]);
    double upper = p->upper[j] + lambda * (lambda > 0 ? p->upper[k] : p->lower[k]);
    if (lower == -INFINITY && upper == INFINITY && !(presolve_rests_at_zero(p, j) && presolve_rests_at_zero(p, k)))
        return false;
    struct shrink_record *r = shrink_push(p, SHRINK_MERGE_COLS, -1, j);
    r->other = k;
    const double values[] = {lambda, p->lower[j], p->upper[j], p->lower[k], p->upper[k]};
    memcpy(r->value, values, sizeof values);
    shrink_rebound(p, j, lower, upper);
    shrink_touch_column(p, j);
    shrink_erase_column(p, k);
    return true;
}

bool presolve_all_duplicate_columns(struct presolve *p) {
    struct presolve_key *key = MEMORY_NEW(struct presolve_key, p->cols_left);
    int count = 0;
    bool changed = false;
    for (int j = 0; j < p->cols; j++) {
        if (p->col_gone[j] || p->col_count[j] == 0) continue;
        int first = p->col_head[j];
        SHRINK_COLUMN(p, e, j) {
            if (p->entry[e].row < p->entry[first].row) first = e;
        }
        uint64_t hash = (uint64_t)p->col_count[j];
        SHRINK_COLUMN(p, e, j) hash += hash_entry(p->entry[e].row, p->entry[e].value / p->entry[first].value);
        key[count++] = (struct presolve_key){hash, 0, j};
        p->work += p->col_count[j];
    }
    qsort(key, (size_t)count, sizeof *key, presolve_key_order);
    for (int k = 0; k < count && shrink_going(p); k++) {
        int j = key[k].who;
        if (p->col_gone[j] || k + 1 == count || key[k + 1].hash != key[k].hash) continue;
        shrink_mark_column(p, j);
        for (int l = k + 1; l < count && key[l].hash == key[k].hash && p->work < p->work_limit; l++) {
            int other = key[l].who;
            if (p->col_gone[other] || p->col_count[other] != p->col_count[j]) continue;
            p->work += p->col_count[other];
            double lambda = presolve_column_multiple(p, other);
            if (lambda == 0) continue;
            changed |= presolve_cheaper_multiple(p, j, other, lambda) || presolve_merge_columns(p, j, other, lambda);
        }
        shrink_unmark_column(p, j);
    }
    free(key);
    return changed;
}

/* --- one column beside another
 * --------------------------------------------------------------------------------------------- */

static bool presolve_two_sided(const struct presolve *p, int row) {
    return p->row_lower[row] > -INFINITY && p->row_upper[row] < INFINITY;
}

/* Whether a step from column b (down) to column a (up) keeps row i, where b has entry vb and a has va. */
static bool presolve_step_keeps(const struct presolve *p, int row, double va, double vb) {
    if (va == vb) return true;
    return va < vb ? p->row_lower[row] == -INFINITY : p->row_upper[row] == INFINITY;
}

/* Entries of column a that a column without that row does not make up for. */
static int presolve_needs(const struct presolve *p, int a) {
    int needs = 0;
    SHRINK_COLUMN(p, e, a) needs += !presolve_step_keeps(p, p->entry[e].row, p->entry[e].value, 0);
    return needs;
}

/* The marked column a, with `needs` as above, is in every row no worse than b. */
static bool presolve_beats(const struct presolve *p, int b, int needs) {
    SHRINK_COLUMN(p, e, b) {
        int row = p->entry[e].row, f = p->row_mark[row];
        double va = f >= 0 ? p->entry[f].value : 0;
        if (!presolve_step_keeps(p, row, va, p->entry[e].value)) return false;
        needs -= f >= 0 && !presolve_step_keeps(p, row, va, 0);
    }
    return needs == 0;
}

/* Columns with the same entries in the rows that hold from both sides (one choice of a one-hot row beside another), in
 * order of cost: each is held against the cheaper ones that are left. If one of those is no worse in every row and its
 * upper bound is implied, the dearer one stays at its lower bound (in LP terms: its reduced cost is at least the
 * other's). */
bool presolve_all_pairs(struct presolve *p) {
    enum { RIVALS = 40 };
    struct presolve_key *key = MEMORY_NEW(struct presolve_key, p->cols_left);
    int count = 0;
    bool changed = false;
    for (int j = 0; j < p->cols; j++) {
        if (p->col_gone[j] || !isfinite(p->lower[j])) continue;
        uint64_t hash = 0;
        SHRINK_COLUMN(p, e, j) {
            if (presolve_two_sided(p, p->entry[e].row)) hash += hash_entry(p->entry[e].row, p->entry[e].value);
        }
        if (hash) key[count++] = (struct presolve_key){hash, p->cost[j], j};
        p->work += p->col_count[j];
    }
    qsort(key, (size_t)count, sizeof *key, presolve_key_order);
    for (int k = 0; k < count && shrink_going(p); k++) {
        int a = key[k].who;
        if (p->col_gone[a] || k + 1 == count || key[k + 1].hash != key[k].hash) continue;
        shrink_mark_column(p, a);
        int needs = presolve_needs(p, a), open = -1; /* whether a can go up without end: not known yet */
        for (int l = k + 1; l < count && l <= k + RIVALS && key[l].hash == key[k].hash && open != 0; l++) {
            int b = key[l].who;
            if (p->col_gone[b] || p->work > p->work_limit || (p->integer[a] && !p->integer[b])) continue;
            p->work += p->col_count[b];
            if (!presolve_beats(p, b, needs)) continue;
            if (open < 0) open = presolve_unbounded_side(p, a, SHRINK_UPPER);
            if (open) shrink_fix(p, b, p->lower[b], PLACE_LOWER);
            changed |= open;
        }
        shrink_unmark_column(p, a);
    }
    free(key);
    return changed;
}
