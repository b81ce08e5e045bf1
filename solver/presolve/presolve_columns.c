/* Reductions that look at one column: fixed ones, those unrestricted in one direction, and those that the duals
 * decide. */
#include <stdlib.h>

#include "solver/base/memory.h"
#include "solver/presolve/shrink.h"

bool presolve_column_fixed(struct presolve *p, int col) {
    if (p->col.lower[col] != p->col.upper[col]) return false;
    shrink_fix(p, col, p->col.lower[col], PLACE_BASIC);
    return true;
}

/* Whether every row of the column lets it fall (`sign` 1) or rise (-1) without limit. */
static bool presolve_column_unlocked(const struct presolve *p, int col, double sign) {
    SHRINK_COLUMN(p, e, col) {
        int row = p->entry[e].row;
        if (sign * p->entry[e].value > 0 ? p->row.lower[row] > -INFINITY : p->row.upper[row] < INFINITY) return false;
    }
    return true;
}

/* To infinity at no cost: every row it is in can be satisfied, whatever the values of the others. */
static void presolve_column_slide(struct presolve *p, int col, enum place side) {
    struct shrink_record *r = shrink_push(p, SHRINK_SLIDE, -1, col);
    r->side = (unsigned char)side;
    r->value[0] = p->col.lower[col];
    r->value[1] = p->col.upper[col];
    SHRINK_COLUMN(p, e, col) shrink_keep_row(p, e, side);
    while (p->col.head[col] >= 0) shrink_erase_row(p, p->entry[p->col.head[col]].row);
    shrink_erase_column(p, col);
}

bool presolve_column_dual(struct presolve *p, int col) {
    for (double sign = 1; sign >= -1; sign -= 2) {
        if (sign * p->cost[col] < 0 || !presolve_column_unlocked(p, col, sign)) continue;
        double near = sign > 0 ? p->col.lower[col] : p->col.upper[col],
               far = sign > 0 ? p->col.upper[col] : p->col.lower[col];
        enum place here = sign > 0 ? PLACE_LOWER : PLACE_UPPER, there = sign > 0 ? PLACE_UPPER : PLACE_LOWER;
        if (isfinite(near)) {
            shrink_fix(p, col, near, here);
        } else if (p->cost[col] != 0) {
            p->status = PRESOLVE_UNBOUNDED_OR_INFEASIBLE;
        } else if (p->col.length[col] > 0) {
            presolve_column_slide(p, col, here);
        } else {
            shrink_fix(p, col, isfinite(far) ? far : 0, isfinite(far) ? there : PLACE_ZERO);
        }
        return true;
    }
    return false;
}

/* Bounds on the row duals: by the sides a row has, and by columns with one entry that are bounded on one side only,
 * for whose reduced costs c - a y one sign is known. */
static void presolve_dual_bounds(double *y_lower, double *y_upper, const struct presolve *p) {
    for (int i = 0; i < p->row.count; i++) {
        y_lower[i] = p->row.upper[i] == INFINITY ? 0 : -INFINITY;
        y_upper[i] = p->row.lower[i] == -INFINITY ? 0 : INFINITY;
    }
    for (int j = 0; j < p->col.count; j++) {
        if (p->col.gone[j] || p->col.length[j] != 1) continue;
        const struct shrink_entry *e = &p->entry[p->col.head[j]];
        double y = p->cost[j] / e->value;
        if (p->col.upper[j] == INFINITY) { /* c - a y >= 0 */
            if (e->value > 0)
                y_upper[e->row] = fmin(y_upper[e->row], y);
            else
                y_lower[e->row] = fmax(y_lower[e->row], y);
        }
        if (p->col.lower[j] == -INFINITY) { /* c - a y <= 0 */
            if (e->value > 0)
                y_lower[e->row] = fmax(y_lower[e->row], y);
            else
                y_upper[e->row] = fmin(y_upper[e->row], y);
        }
    }
}

/* A column whose reduced cost has one sign for all duals is at a bound (Andersen & Andersen 1995, section 3.3). The
 * column that gave a tightest dual bound is never among them, since its own reduced cost can be 0. */
bool presolve_all_dominated(struct presolve *p) {
    if (p->integers) return false;
    double *y_lower = MEMORY_NEW(double, p->row.count), *y_upper = MEMORY_NEW(double, p->row.count);
    presolve_dual_bounds(y_lower, y_upper, p);
    bool sound = true, changed = false;
    for (int i = 0; i < p->row.count; i++) sound = sound && (p->row.gone[i] || y_lower[i] <= y_upper[i]);
    for (int j = 0; sound && j < p->col.count && shrink_going(p); j++) {
        if (p->col.gone[j] || p->col.length[j] == 0) continue;
        double least = p->cost[j], most = p->cost[j], size = fabs(p->cost[j]);
        SHRINK_COLUMN(p, e, j) {
            double v = p->entry[e].value, low = y_lower[p->entry[e].row], high = y_upper[p->entry[e].row];
            least -= v > 0 ? v * high : v * low;
            most -= v > 0 ? v * low : v * high;
            size += (isfinite(low) ? fabs(v * low) : 0) + (isfinite(high) ? fabs(v * high) : 0);
        }
        p->work.done += p->col.length[j];
        double tolerance = p->options.dual_tolerance + SHRINK_TOLERANCE * size;
        bool down = least > tolerance, up = most < -tolerance;
        if (!down && !up) continue;
        double bound = down ? p->col.lower[j] : p->col.upper[j];
        if (isfinite(bound))
            shrink_fix(p, j, bound, down ? PLACE_LOWER : PLACE_UPPER);
        else
            p->status = PRESOLVE_UNBOUNDED_OR_INFEASIBLE;
        changed = true;
    }
    free(y_lower);
    free(y_upper);
    return changed;
}
