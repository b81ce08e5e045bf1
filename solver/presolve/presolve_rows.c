/* Reductions that look at one row: conclusions from its activity over the box, and rows with no or one entry. */
#include <assert.h>

#include "solver/presolve/shrink.h"

/* Rows without entries, and rows without sides. */
bool presolve_row_empty(struct presolve *p, int row) {
    if (p->row.lower[row] == -INFINITY && p->row.upper[row] == INFINITY) {
        shrink_drop_row(p, row);
        return true;
    }
    if (p->row.length[row] > 0) return false;
    double slack = shrink_slack(p, fmax(isfinite(p->row.lower[row]) ? fabs(p->row.lower[row]) : 0,
                                        isfinite(p->row.upper[row]) ? fabs(p->row.upper[row]) : 0)) +
                   shrink_doubt(p, row);
    if (p->row.lower[row] > slack || p->row.upper[row] < -slack) return shrink_infeasible(p);
    shrink_drop_row(p, row);
    return true;
}

bool presolve_row_singleton(struct presolve *p, int row) {
    if (p->row.length[row] != 1) return false;
    const struct shrink_entry e = p->entry[p->row.head[row]];
    double low = p->row.lower[row] / e.value, high = p->row.upper[row] / e.value;
    double old_lower = p->col.lower[e.col], old_upper = p->col.upper[e.col];
    double doubt = shrink_doubt(p, row) / fabs(e.value);
    if (!shrink_tighten(p, e.col, e.value > 0 ? low : high, e.value > 0 ? high : low, doubt)) return true;
    struct shrink_record *r = shrink_push(p, SHRINK_SINGLETON, row, e.col);
    r->value[0] = e.value;
    r->value[1] = p->col.lower[e.col];
    r->value[2] = p->col.upper[e.col];
    r->flag =
        (p->col.lower[e.col] > old_lower ? SHRINK_LOWER : 0) | (p->col.upper[e.col] < old_upper ? SHRINK_UPPER : 0);
    shrink_erase_row(p, row);
    return true;
}

/* The row can only just be satisfied, with every column at its better bound: they are fixed there. */
static bool presolve_row_force(struct presolve *p, int row, enum place side) {
    struct shrink_record *r = shrink_push(p, SHRINK_FORCING, row, -1);
    r->side = (unsigned char)side;
    int count = 0;
    SHRINK_ROW(p, e, row) {
        shrink_keep(p, p->entry[e].col, p->entry[e].value);
        p->scratch.list[count++] = p->entry[e].col;
    }
    int first = p->stack.record[p->stack.count - 1].first;
    shrink_erase_row(p, row);
    for (int k = 0; k < count; k++) {
        bool at_upper = (p->arena.value[first + k] > 0) == (side == PLACE_LOWER);
        int j = p->scratch.list[k];
        shrink_fix(p, j, at_upper ? p->col.upper[j] : p->col.lower[j], at_upper ? PLACE_UPPER : PLACE_LOWER);
    }
    return true;
}

/* Infeasible, redundant or forcing; a redundant side of an inequality is removed. */
bool presolve_row_activity(struct presolve *p, int row) {
    struct shrink_activity a = shrink_activity(p, row);
    double least = a.least_infinite ? -INFINITY : a.least, most = a.most_infinite ? INFINITY : a.most;
    double lower = p->row.lower[row], upper = p->row.upper[row];
    double size = a.size + (isfinite(lower) ? fabs(lower) : 0) + (isfinite(upper) ? fabs(upper) : 0);
    double slack = shrink_slack(p, size) + shrink_doubt(p, row), rounding = 1e-13 * size;
    if (least > upper + slack || most < lower - slack) return shrink_infeasible(p);
    if (least >= lower - rounding && most <= upper + rounding) {
        shrink_drop_row(p, row);
        return true;
    }
    if (least >= upper - rounding) return presolve_row_force(p, row, PLACE_UPPER);
    if (most <= lower + rounding) return presolve_row_force(p, row, PLACE_LOWER);
    if (lower == upper) return false;
    bool changed = false;
    if (isfinite(lower) && least >= lower - rounding) {
        p->row.lower[row] = -INFINITY;
        changed = true;
    }
    if (isfinite(upper) && most <= upper + rounding) {
        p->row.upper[row] = INFINITY;
        changed = true;
    }
    if (changed) shrink_touch_columns_of(p, row);
    return changed;
}
