/* mps_bounds.c - section BOUNDS: each type, and what readers disagree on. */
#include <assert.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "solver/io/mps_internal.h"
#include "solver/model/logic.h"

static bool mps_bounds_twice(struct mps_reader *r, int j, enum mps_given sides) {
    assert(j >= 0 && j < r->model->cols && r->model->col_name[j]);
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
    assert(m->lower[j] >= 0 && m->upper[j] <= 1);
    return !again || mps_warn(r, r->line,
                              "column '%.100s' gets bound BV after bounds [%g, %g], given again; what they have in "
                              "common with [0, 1] is used",
                              m->col_name[j], lower, upper);
}

/* What a type does to a side. */
enum mps_side { MPS_KEEP, MPS_VALUE, MPS_NONE, MPS_UNIT /* 0 below, 1 above */ };

/* Every type of bound: the parser and its messages know no other list. */
static const struct mps_type {
    const char *name;
    enum mps_side lower, upper;
    bool integer, semi; /* semi: the column may be 0, too */
} mps_types[] = {{"UP", MPS_KEEP, MPS_VALUE, false, false},  {"LO", MPS_VALUE, MPS_KEEP, false, false},
                 {"FX", MPS_VALUE, MPS_VALUE, false, false}, {"FR", MPS_NONE, MPS_NONE, false, false},
                 {"MI", MPS_NONE, MPS_KEEP, false, false},   {"PL", MPS_KEEP, MPS_NONE, false, false},
                 {"BV", MPS_UNIT, MPS_UNIT, true, false},    {"LI", MPS_VALUE, MPS_KEEP, true, false},
                 {"UI", MPS_KEEP, MPS_VALUE, true, false},   {"SC", MPS_KEEP, MPS_VALUE, false, true},
                 {"SI", MPS_KEEP, MPS_VALUE, true, true}};
enum { MPS_TYPES = sizeof mps_types / sizeof mps_types[0] };

static bool mps_bounds_valued(const struct mps_type *t) {
    return t->lower == MPS_VALUE || t->upper == MPS_VALUE;
}

static const struct mps_type *mps_bounds_type(const char *name) {
    for (int k = 0; k < MPS_TYPES; k++)
        if (strcmp(mps_types[k].name, name) == 0) return &mps_types[k];
    return NULL;
}

static bool mps_bounds_unknown(struct mps_reader *r, const char *name) {
    char list[80] = "one of ";
    for (int k = 0; k < MPS_TYPES; k++) {
        size_t used = strlen(list);
        int length = snprintf(list + used, sizeof list - used, "%s%s", k ? ", " : "", mps_types[k].name);
        assert(length > 0 && used + (size_t)length < sizeof list);
    }
    return mps_layout_fail(r, list, name);
}

static bool mps_bounds_finite(struct mps_reader *r, const struct mps_type *t, double v) {
    bool low = t->lower == MPS_VALUE, up = t->upper == MPS_VALUE;
    if (low && up && fabs(v) >= MODEL_INFINITY)
        return mps_fail(r, "column fixed at infinity (expected a finite number)");
    if (low && v >= MODEL_INFINITY) return mps_fail(r, "lower bound +infinity (expected a number or -infinity)");
    if (up && v <= -MODEL_INFINITY) return mps_fail(r, "upper bound -infinity (expected a number or +infinity)");
    return true;
}

/* The upper bound of a semi-continuous column; 0 means none, as in CPLEX. */
static bool mps_bounds_semi(struct mps_reader *r, int j, double *v) {
    if (r->cols.given[j] & MPS_SEMI)
        return mps_fail(r, "column '%.100s' is declared semi-continuous twice (expected once)", r->model->col_name[j]);
    r->cols.given[j] |= MPS_SEMI;
    if (*v == 0) *v = MODEL_INFINITY;
    if (*v < 0) return mps_fail(r, "semi-continuous column with the upper bound %g (expected at least 0)", *v);
    logic_add_semi(r->logic, j);
    return true;
}

/* A bound of any type takes away the upper bound 1 of an integer column that had none. */
static bool mps_bounds_one(struct mps_reader *r, const struct mps_type *t, int j, double v) {
    struct model *m = r->model;
    assert(j >= 0 && j < m->cols && !isnan(v));
    if (!(r->cols.given[j] & MPS_ANY) && m->integer[j]) m->upper[j] = MODEL_INFINITY;
    if (t->lower == MPS_UNIT) return mps_bounds_binary(r, j);
    if (!mps_bounds_finite(r, t, v)) return false;
    m->integer[j] |= t->integer;
    if (t->semi && !mps_bounds_semi(r, j, &v)) return false;
    if (t->integer) r->cols.given[j] &= (unsigned char)~MPS_MARKED; /* declared here as well: no doubt about UP */
    if (t->lower != MPS_KEEP) m->lower[j] = t->lower == MPS_NONE ? -MODEL_INFINITY : model_bound(v);
    if (t->upper != MPS_KEEP) m->upper[j] = t->upper == MPS_NONE ? MODEL_INFINITY : model_bound(v);
    if (t->upper == MPS_VALUE) r->cols.upper_line[j] = r->line;
    unsigned sides = (t->lower != MPS_KEEP ? MPS_LOWER : 0u) | (t->upper != MPS_KEEP ? MPS_UPPER : 0u);
    assert(sides != 0);
    return mps_bounds_twice(r, j, (enum mps_given)sides);
}

/* TYPE [SET] COLUMN [VALUE]: without a value the column may stand second or third, and a comment may follow. */
bool mps_bounds_line(struct mps_reader *r, char **field, int count) {
    assert(count > 0);
    const struct mps_type *type = mps_bounds_type(field[0]);
    bool valued = !type || mps_bounds_valued(type), good;
    double value = 0;
    for (int k = valued ? 3 : 2; k < count; k++) /* a note ends the line; a column may be called $x */
        if (field[k][0] == '$' && (k > 2 || names_find(&r->cols.names, field[2]) < 0)) count = k;
    bool named = count == 4 || (count == 3 && !valued && names_find(&r->cols.names, field[2]) >= 0);
    if (count < (valued ? 3 : 2) || count > 4) {
        r->layout_trouble = true;
        return mps_fail(r, "%d fields (expected bound type, set, column and value)", count);
    }
    const char *set = named ? field[1] : "", *column = field[named ? 2 : 1];
    if (!mps_sides_first_set(r, MPS_SET_BOUNDS, set, &good)) return good;
    int j = names_find(&r->cols.names, column);
    if (j < 0) return mps_layout_fail(r, "the name of a column", column);
    if (valued && !mps_fields_number(r, &value, field[named ? 3 : 2])) return false;
    return type ? mps_bounds_one(r, type, j, value) : mps_bounds_unknown(r, field[0]);
}

static bool mps_bounds_negative(struct mps_reader *r, int j) {
    struct model *m = r->model;
    if (m->upper[j] >= 0 || (r->cols.given[j] & MPS_LOWER)) return true;
    assert(r->cols.given[j] & MPS_UPPER);
    m->lower[j] = -MODEL_INFINITY;
    return mps_warn(r, r->cols.upper_line[j],
                    "column '%.100s' has a negative upper bound and no lower one; the lower one is taken as -infinity",
                    m->col_name[j]);
}

/* Integer columns between markers: without any bound CPLEX, Gurobi, HiGHS and glpsol agree on [0, 1]. With a lower one
 * alone glpsol keeps the 1; for the others, cbc and lp_solve the default is gone. */
bool mps_bounds_settle(struct mps_reader *r) {
    struct model *m = r->model;
    long bare = 0, open = 0;
    int first_bare = -1, first_open = -1;
    for (int j = 0; j < m->cols; j++) {
        int given = r->cols.given[j];
        assert(!(given & (MPS_LOWER | MPS_UPPER)) || (given & MPS_ANY));
        if (!mps_bounds_negative(r, j)) return false;
        if (m->integer[j] && !(given & MPS_ANY) && bare++ == 0) first_bare = j;
        if ((given & MPS_MARKED) && (given & MPS_LOWER) && !(given & MPS_UPPER) && open++ == 0) first_open = j;
    }
    if (bare > 0 && !mps_warn(r, r->cols.line[first_bare],
                              "%ld integer columns without bounds, '%.100s' the first; [0, 1] is taken", bare,
                              m->col_name[first_bare]))
        return false;
    return open == 0 || mps_warn(r, r->cols.line[first_open],
                                 "%ld integer columns with a lower bound alone, '%.100s' the first; the upper one is "
                                 "taken as infinity, where glpsol takes 1",
                                 open, m->col_name[first_open]);
}
