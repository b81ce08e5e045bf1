/* Reductions that solve one row for one column and substitute it in the others: free and implied free columns,
 * doubleton equations. */
#include "solver/presolve/shrink.h"

static double presolve_absolute_max_of_row(struct presolve *p, int row) {
    double most = 0;
    SHRINK_ROW(p, e, row) most = fmax(most, fabs(p->entry[e].value));
    p->work.done += p->row.length[row];
    return most;
}

static bool presolve_is_whole(double value) {
    return fabs(value - nearbyint(value)) <= SHRINK_TOLERANCE && fabs(value) < 1e9;
}

/* An integer column may be replaced if the row makes it integer by itself. */
static bool presolve_integral_row(const struct presolve *p, int pivot, double rhs) {
    double v = p->entry[pivot].value;
    if (!presolve_is_whole(rhs / v)) return false;
    SHRINK_ROW(p, e, p->entry[pivot].row) {
        if (!p->integer[p->entry[e].col] || !presolve_is_whole(p->entry[e].value / v)) return false;
    }
    return true;
}

/* Records x_j = (rhs - sum of the rest of row i) / a_ij, which gives x_j its value. */
static struct shrink_record *presolve_solved(struct presolve *p, int pivot, double rhs) {
    const struct shrink_entry at = p->entry[pivot];
    struct shrink_record *r = shrink_push(p, SHRINK_SUBSTITUTE, at.row, at.col);
    r->value[0] = at.value;
    r->value[1] = rhs;
    SHRINK_ROW(p, e, at.row) {
        if (e != pivot) shrink_keep(p, p->entry[e].col, p->entry[e].value);
    }
    r->split = r->count;
    return r;
}

/* x_j = (rhs - sum of the rest of row i) / a_ij, in the costs and in every other row of j. The row's logical is
 * nonbasic at `side`. */
static struct shrink_record *presolve_substitute(struct presolve *p, int pivot, double rhs, enum place side) {
    const struct shrink_entry at = p->entry[pivot];
    double y = p->cost[at.col] / at.value;
    struct shrink_record *r = presolve_solved(p, pivot, rhs);
    r->side = (unsigned char)side;
    r->value[2] = p->cost[at.col];
    SHRINK_COLUMN(p, e, at.col) {
        if (e != pivot) shrink_keep(p, p->entry[e].row, p->entry[e].value);
    }
    p->offset += y * rhs;
    for (int k = r->first; k < r->first + r->split && y != 0; k++) {
        int col = p->arena.index[k];
        double change = y * p->arena.value[k], cost = p->cost[col] - change;
        p->cost[col] = fabs(cost) <= 1e-12 * fabs(change) ? 0 : cost;
    }
    shrink_erase_row(p, at.row);
    shrink_erase_column(p, at.col);
    for (int k = r->first + r->split; k < r->first + r->count; k++) {
        int row = p->arena.index[k];
        double factor = p->arena.value[k] / at.value;
        shrink_shift(p, row, factor * rhs);
        for (int l = r->first; l < r->first + r->split; l++)
            shrink_change(p, row, p->arena.index[l], -factor * p->arena.value[l]);
    }
    p->work.done += r->count;
    return r;
}

/* A continuous column with one entry whose bounds the row implies: its cost determines the row's dual y = c / a, and
 * the sign of y the side at which the row is. */
bool presolve_column_free(struct presolve *p, int col) {
    if (p->col.length[col] != 1 || p->integer[col]) return false;
    int e = p->col.head[col], row = p->entry[e].row;
    if (p->row.length[row] < 2) return false;
    struct shrink_activity a = shrink_activity(p, row);
    if (shrink_implied_bounds(p, &a, e) != (SHRINK_LOWER | SHRINK_UPPER)) return false;
    if (fabs(p->entry[e].value) < 1e-3 * presolve_absolute_max_of_row(p, row)) return false;
    double y = p->cost[col] / p->entry[e].value;
    bool at_lower = y > 0 || (y == 0 && p->row.lower[row] > -INFINITY);
    double rhs = at_lower ? p->row.lower[row] : p->row.upper[row];
    if (isfinite(rhs))
        presolve_substitute(p, e, rhs, at_lower ? PLACE_LOWER : PLACE_UPPER);
    else
        p->status = PRESOLVE_UNBOUNDED_OR_INFEASIBLE;
    return true;
}

/* A continuous column at no cost that makes an equation of an inequality: a slack, which some rows are given with and
 * others of the same form without. */
bool presolve_column_slack(struct presolve *p, int col) {
    if (!p->integers || p->integer[col] || p->cost[col] != 0 || p->col.length[col] != 1) return false;
    int at = p->col.head[col], row = p->entry[at].row;
    double v = p->entry[at].value, rhs = p->row.lower[row];
    if (rhs != p->row.upper[row] || p->row.length[row] < 2) return false;
    if (fabs(v) < 1e-3 * presolve_absolute_max_of_row(p, row)) return false;
    double one = v * p->col.lower[col], two = v * p->col.upper[col];
    presolve_solved(p, at, rhs);
    p->row.lower[row] = rhs - fmax(one, two);
    p->row.upper[row] = rhs - fmin(one, two);
    if (isfinite(one)) p->moved[row] += fabs(one);
    if (isfinite(two)) p->moved[row] += fabs(two);
    shrink_touch_columns_of(p, row);
    shrink_erase_column(p, col);
    return true;
}

/* An implied free column of an equation, if there is little fill and the pivot is not small compared with its row and
 * column. */
bool presolve_column_substitute(struct presolve *p, int col) {
    int count = p->col.length[col], best = -1;
    if (count < 2 || count > 8) return false;
    double most_of_column = 0;
    SHRINK_COLUMN(p, e, col) most_of_column = fmax(most_of_column, fabs(p->entry[e].value));
    SHRINK_COLUMN(p, e, col) {
        int row = p->entry[e].row, length = p->row.length[row];
        double v = fabs(p->entry[e].value);
        if (p->row.lower[row] != p->row.upper[row] || length < 2 || v < 0.01 * most_of_column) continue;
        if ((length - 1) * (count - 1) - (length + count - 1) > 3) continue;
        if (best >= 0 && p->row.length[p->entry[best].row] <= length) continue;
        if (p->integer[col] && !presolve_integral_row(p, e, p->row.lower[row])) continue;
        struct shrink_activity a = shrink_activity(p, row);
        if (shrink_implied_bounds(p, &a, e) != (SHRINK_LOWER | SHRINK_UPPER)) continue;
        if (v >= 0.01 * presolve_absolute_max_of_row(p, row)) best = e;
    }
    p->work.done += count;
    if (best < 0) return false;
    presolve_substitute(p, best, p->row.lower[p->entry[best].row], PLACE_LOWER);
    return true;
}

/* a x_j + b x_k = rhs: x_j goes, and its bounds become bounds of x_k. */
bool presolve_row_doubleton(struct presolve *p, int row) {
    if (p->row.length[row] != 2 || p->row.lower[row] != p->row.upper[row]) return false;
    double rhs = p->row.lower[row];
    int first = p->row.head[row], second = p->entry[first].row_next, pivot = -1;
    for (int turn = 0; turn < 2; turn++) {
        int e = turn ? second : first, f = turn ? first : second;
        int j = p->entry[e].col, k = p->entry[f].col;
        if (fabs(p->entry[e].value) < 1e-3 * fabs(p->entry[f].value)) continue;
        if (p->integer[j] && !presolve_integral_row(p, e, rhs)) continue;
        if (!p->integer[j] && p->integer[k] && fabs(p->entry[e].value) < 1e-2 * fabs(p->entry[f].value)) continue;
        if (pivot < 0 || p->col.length[j] < p->col.length[p->entry[pivot].col]) pivot = e;
    }
    if (pivot < 0) return false;
    const struct shrink_entry at = p->entry[pivot], beside = p->entry[pivot == first ? second : first];
    int j = at.col, k = beside.col;
    double one = (rhs - at.value * p->col.lower[j]) / beside.value,
           two = (rhs - at.value * p->col.upper[j]) / beside.value;
    double old_lower = p->col.lower[k], old_upper = p->col.upper[k];
    double doubt = shrink_doubt(p, row) / fabs(beside.value);
    if (!shrink_tighten(p, k, fmin(one, two), fmax(one, two), doubt)) return true;
    struct shrink_record *r = presolve_substitute(p, pivot, rhs, PLACE_LOWER);
    r->other = k;
    r->value[3] = p->col.lower[k];
    r->value[4] = p->col.upper[k];
    r->flag = (p->col.lower[k] > old_lower ? SHRINK_LOWER : 0) | (p->col.upper[k] < old_upper ? SHRINK_UPPER : 0);
    return true;
}
