/* mps_write.c - free MPS that every known reader understands in the same way: no OBJSENSE (glpsol refuses it, cbc and
 * clp ignore it), no constant as right-hand side of the objective (glpsol and lp_solve read it with the other sign). */
#include <assert.h>
#include <ctype.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "solver/base/check.h"
#include "solver/base/memory.h"
#include "solver/base/numbers.h"
#include "solver/base/text.h"
#include "solver/io/mps.h"
#include "solver/io/mps_internal.h"
#include "solver/io/renames.h"

struct mps_write {
    const struct model *model;
    struct text_writer out;
    struct renames rows, cols;
    const char *objective, *constant; /* constant: the column that carries the objective's, or NULL */
};

/* The cost as written: no sense of the objective is known to every reader, so a maximised one is negated. */
static double mps_write_cost(const struct model *m, double cost) {
    return m->maximize && cost != 0 ? -cost : cost;
}

/* The side in RHS: of a range the one of smaller magnitude, because then the other one can be written exactly. */
static char mps_write_kind(const struct model *m, int i, double *rhs) {
    double lower = m->row_lower[i], upper = m->row_upper[i];
    bool low = lower > -MODEL_INFINITY, up = upper < MODEL_INFINITY;
    assert(i < m->rows && lower <= upper); /* mps_write refuses sides that cross */
    *rhs = lower;
    if (low && up && lower == upper) return 'E';
    if (low && (!up || fabs(lower) <= fabs(upper))) return 'G';
    if (!low && !up) return *rhs = -1e30, 'G'; /* infinite for every reader, unlike -1e20 */
    *rhs = upper;
    return 'L';
}

static void mps_write_rows(struct mps_write *w) {
    double rhs;
    assert(mps_name_usable(w->objective));
    text_write(&w->out, "ROWS\n N  %s\n", w->objective);
    for (int i = 0; i < w->model->rows; i++)
        text_write(&w->out, " %c  %s\n", mps_write_kind(w->model, i, &rhs), w->rows.name[i]);
}

static void mps_write_columns(struct mps_write *w) {
    const struct model *m = w->model;
    char number[40];
    bool inside = false;
    text_write(&w->out, "COLUMNS\n");
    for (int j = 0; j < m->cols; j++) {
        assert(mps_name_usable(w->cols.name[j]) && m->start[j] <= m->start[j + 1]);
        if (m->integer[j] != inside)
            text_write(&w->out, "    MARKER    'MARKER'    '%s'\n", inside ? "INTEND" : "INTORG");
        inside = m->integer[j];
        if (m->cost[j] != 0 || m->start[j] == m->start[j + 1])
            text_write(&w->out, "    %s  %s  %s\n", w->cols.name[j], w->objective,
                       numbers_print(number, mps_write_cost(m, m->cost[j])));
        for (long k = m->start[j]; k < m->start[j + 1]; k++) {
            text_write(&w->out, "    %s", w->cols.name[j]);
            text_write(&w->out, "  %s  %s\n", w->rows.name[m->index[k]], numbers_print(number, m->value[k]));
        }
    }
    if (inside) text_write(&w->out, "    MARKER    'MARKER'    'INTEND'\n");
    if (w->constant)
        text_write(&w->out, "    %s  %s  %s\n", w->constant, w->objective,
                   numbers_print(number, mps_write_cost(m, m->offset)));
}

static void mps_write_sides(struct mps_write *w) {
    const struct model *m = w->model;
    char number[40];
    double rhs;
    bool ranges = false;
    text_write(&w->out, "RHS\n");
    for (int i = 0; i < m->rows; i++) {
        mps_write_kind(m, i, &rhs);
        assert(mps_name_usable(w->rows.name[i]));
        if (rhs != 0 || signbit(rhs))
            text_write(&w->out, "    RHS  %s  %s\n", w->rows.name[i], numbers_print(number, rhs));
    }
    for (int i = 0; i < m->rows; i++) {
        double lower = m->row_lower[i], upper = m->row_upper[i];
        if (lower <= -MODEL_INFINITY || upper >= MODEL_INFINITY || lower == upper) continue;
        if (!ranges) text_write(&w->out, "RANGES\n");
        ranges = true;
        text_write(&w->out, "    RANGE  %s  %.21Lg\n", w->rows.name[i], (long double)upper - lower);
    }
}

static void mps_write_bound(struct mps_write *w, const char *type, const char *name, double value) {
    char number[40];
    assert(fabs(value) < MODEL_INFINITY);
    text_write(&w->out, " %s BOUND  %s  %s\n", type, name, numbers_print(number, value));
}

/* An integer column without an upper bound gets PL, whatever its lower one: glpsol would take 1. */
static void mps_write_bounds_of(struct mps_write *w, int j) {
    const struct model *m = w->model;
    const char *name = w->cols.name[j];
    double lower = m->lower[j], upper = m->upper[j];
    bool low = lower > -MODEL_INFINITY, up = upper < MODEL_INFINITY;
    bool usual = lower == 0 && !signbit(lower);
    if (!low && !up) {
        text_write(&w->out, " FR BOUND  %s\n", name);
        return;
    }
    if (low && lower == upper && signbit(lower) == signbit(upper)) {
        mps_write_bound(w, "FX", name, lower);
        return;
    }
    if (!low) text_write(&w->out, " MI BOUND  %s\n", name);
    if (low && (!usual || upper <= 0)) mps_write_bound(w, "LO", name, lower);
    if (up) mps_write_bound(w, "UP", name, upper);
    if (!up && m->integer[j]) text_write(&w->out, " PL BOUND  %s\n", name);
}

static void mps_write_bounds(struct mps_write *w) {
    text_write(&w->out, "BOUNDS\n");
    for (int j = 0; j < w->model->cols; j++) mps_write_bounds_of(w, j);
    if (w->constant) mps_write_bound(w, "FX", w->constant, 1);
    text_write(&w->out, "ENDATA\n");
}

/* FREE behind the name: without it cbc and clp look for the columns of fixed form. They take the name as one word. */
static void mps_write_head(struct mps_write *w) {
    const struct model *m = w->model;
    renames_comment(&w->rows, &w->out, m->row_name, '*', "row");
    renames_comment(&w->cols, &w->out, m->col_name, '*', "column");
    if (m->maximize) text_write(&w->out, "* " MPS_NEGATED "\n");
    if (w->constant) text_write(&w->out, "* " MODEL_CONSTANT_MARK "%s\n", w->constant);
    text_write(&w->out, "NAME ");
    for (const char *c = m->name && m->name[0] ? m->name : "unnamed"; *c; c++)
        text_write(&w->out, "%c", *c == ' ' || iscntrl((unsigned char)*c) ? '_' : *c);
    text_write(&w->out, " FREE\n");
}

bool mps_write(const char *path, const struct model *m, struct error *err) {
    struct mps_write w = {.model = m};
    char spare[24];
    CHECK(model_check(m));
    for (int i = 0; i < m->rows; i++)
        if (m->row_lower[i] > m->row_upper[i])
            return error_at(err, path, 0, "row %s: its sides cross, which MPS cannot say; LP can",
                            model_row_name(m, i, spare));
    if (!text_create(&w.out, path, err)) return false;
    renames_init(&w.rows, m->row_name, m->rows, 'r', mps_name_usable);
    renames_init(&w.cols, m->col_name, m->cols, 'x', mps_name_usable);
    w.objective = renames_further(&w.rows, m->objective_name ? m->objective_name : "COST");
    if (m->offset != 0) w.constant = renames_further(&w.cols, MODEL_CONSTANT);
    assert(w.objective && (w.constant != NULL) == (m->offset != 0));
    mps_write_head(&w);
    mps_write_rows(&w);
    mps_write_columns(&w);
    mps_write_sides(&w);
    mps_write_bounds(&w);
    renames_free(&w.rows);
    renames_free(&w.cols);
    return text_close(&w.out, err);
}
