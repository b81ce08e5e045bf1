/* mps_bounds.c - section BOUNDS: each type, and what readers disagree on. */
#include <math.h>
#include <string.h>

#include "solver/io/mps_internal.h"

static bool mps_bounds_twice(struct mps_reader *r, int j, enum mps_given sides) {
    bool twice = (r->cols.given[j] & sides) != 0;
    r->cols.given[j] |= (unsigned char)(sides | MPS_ANY);
    return !twice || mps_warn(r, r->line, "a bound of column '%.100s' is given again; the last one is used",
                              r->model->col_name[j]);
}

/* BV narrows the bounds given so far to what they have in common with [0, 1]; readers disagree: cbc, clp and glpsol
 * refuse a second bound, lp_solve takes [0, 1]. */
static bool mps_bounds_binary(struct mps_reader *r, int j) {
    struct model *m = r->model;
    bool again = (r->cols.given[j] & (MPS_LOWER | MPS_UPPER)) != 0;
    double lower = m->lower[j], upper = m->upper[j];
    m->integer[j] = true;
    m->lower[j] = fmax(lower, 0);
    m->upper[j] = fmin(upper, 1);
    r->cols.upper_line[j] = r->line;
    r->cols.given[j] |= MPS_LOWER | MPS_UPPER | MPS_ANY;
    return !again || mps_warn(r, r->line,
                              "column '%.100s' gets bound BV after bounds [%g, %g], given again; what they have in "
                              "common with [0, 1] is used",
                              m->col_name[j], lower, upper);
}

static bool mps_bounds_one(struct mps_reader *r, const char *type, int j, double v) {
    struct model *m = r->model;
    if (!(r->cols.given[j] & MPS_ANY) && m->integer[j]) m->upper[j] = MODEL_INFINITY;
    double *lower = &m->lower[j], *upper = &m->upper[j];
    bool up = strcmp(type, "UP") == 0 || strcmp(type, "UI") == 0;
    bool low = strcmp(type, "LO") == 0 || strcmp(type, "LI") == 0;
    if (type[1] == 'I' && type[0] != 'M') m->integer[j] = true;
    if (up) {
        r->cols.upper_line[j] = r->line;
        *upper = v >= MODEL_INFINITY ? MODEL_INFINITY : v;
        if (v <= -MODEL_INFINITY) return mps_fail(r, "upper bound -infinity (expected a number or +infinity)");
        return mps_bounds_twice(r, j, MPS_UPPER);
    }
    if (low) {
        *lower = v <= -MODEL_INFINITY ? -MODEL_INFINITY : v;
        if (v >= MODEL_INFINITY) return mps_fail(r, "lower bound +infinity (expected a number or -infinity)");
        return mps_bounds_twice(r, j, MPS_LOWER);
    }
    if (strcmp(type, "FX") == 0) {
        if (fabs(v) >= MODEL_INFINITY) return mps_fail(r, "column fixed at infinity (expected a finite number)");
        *lower = *upper = v;
        return mps_bounds_twice(r, j, MPS_LOWER | MPS_UPPER);
    }
    if (strcmp(type, "FR") == 0) {
        *lower = -MODEL_INFINITY, *upper = MODEL_INFINITY;
        return mps_bounds_twice(r, j, MPS_LOWER | MPS_UPPER);
    }
    if (strcmp(type, "BV") == 0) {
        return mps_bounds_binary(r, j);
    }
    if (strcmp(type, "MI") == 0) {
        *lower = -MODEL_INFINITY;
        return mps_bounds_twice(r, j, MPS_LOWER);
    }
    if (strcmp(type, "PL") == 0) {
        *upper = MODEL_INFINITY;
        return mps_bounds_twice(r, j, MPS_UPPER);
    }
    if (strcmp(type, "SC") == 0) return mps_fail(r, "semi-continuous columns (bound SC) are not supported");
    return mps_layout_fail(r, "one of UP, LO, FX, FR, MI, PL, BV, LI, UI", type);
}

bool mps_bounds_line(struct mps_reader *r, char **field, int count) {
    const char *type = field[0], *set = "", *column;
    bool valued =
        strcmp(type, "FR") != 0 && strcmp(type, "MI") != 0 && strcmp(type, "PL") != 0 && strcmp(type, "BV") != 0;
    double value = 0;
    for (int k = valued ? 3 : 2; k < count; k++) /* a note ends the line; a column may be called $x */
        if (field[k][0] == '$' && (k > 2 || names_find(&r->cols.names, field[2]) < 0)) count = k;
    bool named = count == 4 || (count == 3 && !valued && names_find(&r->cols.names, field[2]) >= 0);
    if (count < (valued ? 3 : 2) || count > 4) {
        r->layout_trouble = true;
        return mps_fail(r, "%d fields (expected bound type, set, column and value)", count);
    }
    if (named) set = field[1];
    column = field[named ? 2 : 1];
    bool good;
    if (!mps_sides_first_set(r, 2, set, &good)) return good;
    int j = names_find(&r->cols.names, column);
    if (j < 0) return mps_layout_fail(r, "the name of a column", column);
    if (valued && !mps_fields_number(r, &value, field[named ? 3 : 2])) return false;
    return mps_bounds_one(r, type, j, value);
}

bool mps_bounds_settle(struct mps_reader *r) {
    struct model *m = r->model;
    long unbounded = 0;
    int first = -1;
    for (int j = 0; j < m->cols; j++) {
        if (m->upper[j] < 0 && !(r->cols.given[j] & MPS_LOWER)) {
            m->lower[j] = -MODEL_INFINITY;
            if (!mps_warn(
                    r, r->cols.upper_line[j],
                    "column '%.100s' has a negative upper bound and no lower one; the lower one is taken as -infinity",
                    m->col_name[j]))
                return false;
        }
        if (m->integer[j] && !(r->cols.given[j] & MPS_ANY) && unbounded++ == 0) first = j;
    }
    if (unbounded == 0) return true;
    return mps_warn(r, r->cols.line[first], "%ld integer columns without bounds, '%.100s' the first; [0, 1] is taken",
                    unbounded, m->col_name[first]);
}
