/* Reductions for integer programs, row by row: bounds of integer columns, divisors of rows, coefficients (Savelsbergh
 * 1994). They do not preserve duals, so they leave a pure LP alone. */
#include <stdlib.h>

#include "solver/base/numbers.h"
#include "solver/presolve/shrink.h"

/* Bounds of integer columns that the row implies. A small improvement (less than a tenth of the range) is left to the
 * tree. */
bool presolve_row_bounds(struct presolve *p, int row) {
    if (!p->integers) return false;
    struct shrink_activity a = shrink_activity(p, row);
    if (a.size > 1e9) return false;
    bool changed = false;
    SHRINK_ROW(p, e, row) {
        int j = p->entry[e].col;
        if (!p->integer[j] || p->col.lower[j] == p->col.upper[j]) continue;
        double lower, upper, range = p->col.upper[j] - p->col.lower[j];
        double doubt = shrink_doubt(p, row) / fabs(p->entry[e].value), near = fmax(p->options.integrality, doubt);
        shrink_implied(&lower, &upper, p, &a, e);
        lower = fabs(lower) > 1e8 ? -INFINITY : ceil(lower - near);
        upper = fabs(upper) > 1e8 ? INFINITY : floor(upper + near);
        double now = fmin(upper, p->col.upper[j]) - fmax(lower, p->col.lower[j]);
        bool first = (lower > p->col.lower[j] && p->col.lower[j] == -INFINITY) ||
                     (upper < p->col.upper[j] && p->col.upper[j] == INFINITY);
        if (!first && now > 0.9 * range) continue;
        changed = true;
        if (!shrink_tighten(p, j, lower, upper, doubt)) return true;
        a = shrink_activity(p, row);
    }
    return changed;
}

/* Integer columns with integer coefficients: the activity is a multiple of their divisor, and the sides are rounded to
 * multiples. */
bool presolve_row_divisor(struct presolve *p, int row) {
    if (!p->integers) return false;
    double divisor = 0;
    SHRINK_ROW(p, e, row) {
        double v = fabs(p->entry[e].value);
        if (!p->integer[p->entry[e].col] || v > 1e9 || v != nearbyint(v)) return false;
        divisor = numbers_gcd(fmax(v, divisor), fmin(v, divisor));
    }
    p->work.done += p->row.length[row];
    if (divisor < 1) return false;
    double lower = p->row.lower[row], upper = p->row.upper[row];
    double slack = p->options.primal_tolerance + shrink_doubt(p, row);
    double low = isfinite(lower) && fabs(lower) < 1e9 ? divisor * ceil((lower - slack) / divisor) : lower;
    double high = isfinite(upper) && fabs(upper) < 1e9 ? divisor * floor((upper + slack) / divisor) : upper;
    if (low > high) return shrink_infeasible(p);
    if (low == lower && high == upper) return false;
    p->row.lower[row] = low;
    p->row.upper[row] = high;
    shrink_touch_row(p, row);
    shrink_touch_columns_of(p, row);
    return fabs(low - lower) > slack || fabs(high - upper) > slack;
}

/* If a row with one side can bind only when integer column j is at its worse bound, a_j and the side are reduced
 * together until it just can: the integer points stay, the relaxation loses a corner. In terms of s a'x <= s b, s = 1
 * or -1. */
bool presolve_row_coefficients(struct presolve *p, int row) {
    bool has_lower = p->row.lower[row] > -INFINITY, has_upper = p->row.upper[row] < INFINITY;
    if (!p->integers || has_lower == has_upper) return false;
    struct shrink_activity a = shrink_activity(p, row);
    if (has_upper ? a.most_infinite : a.least_infinite) return false;
    double s = has_upper ? 1 : -1, most = has_upper ? a.most : -a.least;
    double side = has_upper ? p->row.upper[row] : -p->row.lower[row];
    bool changed = false;
    SHRINK_ROW(p, e, row) {
        int j = p->entry[e].col;
        double v = s * p->entry[e].value, excess = most - side, cut = fabs(v) - excess;
        if (!p->integer[j] || p->col.upper[j] - p->col.lower[j] < 0.5) continue;
        if (excess < 1e-6 * (1 + a.size) || excess < 1e-3 * fabs(v) || cut < 1e-6 * fabs(v) || cut < 1e-7) continue;
        double at = v > 0 ? p->col.upper[j] : p->col.lower[j], take = v > 0 ? cut : -cut;
        p->entry[e].value = s * (v - take);
        side -= take * at;
        most -= take * at;
        shrink_touch_column(p, j);
        changed = true;
    }
    if (!changed) return false;
    shrink_forget_activity(p, row);
    *(has_upper ? &p->row.upper[row] : &p->row.lower[row]) = s * side;
    shrink_touch_row(p, row);
    return true;
}
