#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "solver/memory.h"
#include "solver/mps.h"
#include "solver/names.h"
#include "solver/numbers.h"
#include "solver/text.h"

/* Whether the names can stand in free MPS: none is empty, begins with '$', holds a blank, or stands twice. */
static bool mps_write_usable(char *const *name, int count, const char *taken) {
    struct names seen = {NULL, 0, 0};
    bool usable = true;
    if (taken) names_add(&seen, taken, 0);
    for (int k = 0; usable && k < count; k++) {
        const char *n = name[k];
        if (!n) continue; /* x<k+1>, r<k+1>: clashes are found by the loop of the others */
        usable =
            n[0] && n[0] != '$' && !strpbrk(n, " \t\r\n") && strcmp(n, "'MARKER'") != 0 && names_add(&seen, n, k) < 0;
    }
    for (int k = 0; usable && k < count; k++) {
        char spare[24];
        snprintf(spare, sizeof spare, "%c%d", taken ? 'r' : 'x', k + 1);
        usable = name[k] || names_find(&seen, spare) < 0;
    }
    names_free(&seen);
    return usable;
}

struct mps_write {
    const struct model *model;
    struct text_writer out;
    const char *objective;
    bool rows_named, cols_named; /* false: x1, x2, ..., r1, r2, ... because a name cannot stand in the file */
    char spare[24];
};

static const char *mps_write_row(struct mps_write *w, int i) {
    if (w->rows_named) return model_row_name(w->model, i, w->spare);
    snprintf(w->spare, sizeof w->spare, "r%d", i + 1);
    return w->spare;
}

static const char *mps_write_col(struct mps_write *w, int j) {
    if (w->cols_named) return model_col_name(w->model, j, w->spare);
    snprintf(w->spare, sizeof w->spare, "x%d", j + 1);
    return w->spare;
}

/* The side that stands in RHS: of a range the one of smaller magnitude, because then the other one can be written exactly. */
static char mps_write_kind(const struct model *m, int i, double *rhs) {
    double lower = m->row_lower[i], upper = m->row_upper[i];
    bool low = lower > -MODEL_INFINITY, up = upper < MODEL_INFINITY;
    *rhs = lower;
    if (low && up && lower == upper) return 'E';
    if (low && (!up || fabs(lower) <= fabs(upper))) return 'G';
    if (!low && !up) return 'G';
    *rhs = upper;
    return 'L';
}

static void mps_write_rows(struct mps_write *w) {
    double rhs;
    text_write(&w->out, "ROWS\n N  %s\n", w->objective);
    for (int i = 0; i < w->model->rows; i++)
        text_write(&w->out, " %c  %s\n", mps_write_kind(w->model, i, &rhs), mps_write_row(w, i));
}

static void mps_write_columns(struct mps_write *w) {
    const struct model *m = w->model;
    char number[40];
    bool inside = false;
    text_write(&w->out, "COLUMNS\n");
    for (int j = 0; j < m->cols; j++) {
        if (m->integer[j] != inside)
            text_write(&w->out, "    MARKER    'MARKER'    '%s'\n", inside ? "INTEND" : "INTORG");
        inside = m->integer[j];
        if (m->cost[j] != 0 || m->start[j] == m->start[j + 1])
            text_write(&w->out, "    %s  %s  %s\n", mps_write_col(w, j), w->objective,
                       numbers_print(number, m->cost[j]));
        for (long k = m->start[j]; k < m->start[j + 1]; k++) {
            text_write(&w->out, "    %s", mps_write_col(w, j));
            text_write(&w->out, "  %s  %s\n", mps_write_row(w, m->index[k]), numbers_print(number, m->value[k]));
        }
    }
    if (inside) text_write(&w->out, "    MARKER    'MARKER'    'INTEND'\n");
}

static void mps_write_sides(struct mps_write *w) {
    const struct model *m = w->model;
    char number[40];
    double rhs;
    bool ranges = false;
    text_write(&w->out, "RHS\n");
    if (m->offset != 0) text_write(&w->out, "    RHS  %s  %s\n", w->objective, numbers_print(number, -m->offset));
    for (int i = 0; i < m->rows; i++) {
        mps_write_kind(m, i, &rhs);
        if (rhs != 0 || signbit(rhs))
            text_write(&w->out, "    RHS  %s  %s\n", mps_write_row(w, i), numbers_print(number, rhs));
    }
    for (int i = 0; i < m->rows; i++) {
        double lower = m->row_lower[i], upper = m->row_upper[i];
        if (lower <= -MODEL_INFINITY || upper >= MODEL_INFINITY || lower == upper) continue;
        if (!ranges) text_write(&w->out, "RANGES\n");
        ranges = true;
        text_write(&w->out, "    RANGE  %s  %.21Lg\n", mps_write_row(w, i), (long double)upper - lower);
    }
}

static void mps_write_bound(struct mps_write *w, const char *type, int j, double value) {
    char number[40];
    text_write(&w->out, " %s BOUND  %s  %s\n", type, mps_write_col(w, j), numbers_print(number, value));
}

static void mps_write_bounds(struct mps_write *w) {
    const struct model *m = w->model;
    text_write(&w->out, "BOUNDS\n");
    for (int j = 0; j < m->cols; j++) {
        double lower = m->lower[j], upper = m->upper[j];
        bool low = lower > -MODEL_INFINITY, up = upper < MODEL_INFINITY;
        bool usual = lower == 0 && !signbit(lower);
        if (!low && !up)
            text_write(&w->out, " FR BOUND  %s\n", mps_write_col(w, j));
        else if (low && lower == upper && signbit(lower) == signbit(upper))
            mps_write_bound(w, "FX", j, lower);
        else {
            if (!low) text_write(&w->out, " MI BOUND  %s\n", mps_write_col(w, j));
            if (low && (!usual || upper <= 0)) mps_write_bound(w, "LO", j, lower);
            if (up) mps_write_bound(w, "UP", j, upper);
            if (!up && m->integer[j] && low && usual) text_write(&w->out, " PL BOUND  %s\n", mps_write_col(w, j));
        }
    }
    text_write(&w->out, "ENDATA\n");
}

bool mps_write(const char *path, const struct model *m, struct error *err) {
    struct mps_write w = {.model = m};
    for (int i = 0; i < m->rows; i++)
        if (m->row_lower[i] > m->row_upper[i])
            return error_at(err, path, 0, "row %s: its sides cross, which MPS cannot say; LP can",
                            model_row_name(m, i, w.spare));
    if (!text_create(&w.out, path, err)) return false;
    w.objective =
        m->objective_name && !strpbrk(m->objective_name, " \t$") && m->objective_name[0] ? m->objective_name : "COST";
    w.rows_named = mps_write_usable(m->row_name, m->rows, w.objective);
    w.cols_named = mps_write_usable(m->col_name, m->cols, NULL);
    if (!w.rows_named)
        text_write(&w.out, "* some names of rows cannot stand in this format: r1, r2, ... in their order\n");
    if (!w.cols_named)
        text_write(&w.out, "* some names of columns cannot stand in this format: x1, x2, ... in their order\n");
    if (!w.rows_named) w.objective = "COST";
    text_write(&w.out, "NAME %s\n", m->name && !strpbrk(m->name, "\r\n") ? m->name : "");
    if (m->maximize) text_write(&w.out, "OBJSENSE\n    MAX\n");
    mps_write_rows(&w);
    mps_write_columns(&w);
    mps_write_sides(&w);
    mps_write_bounds(&w);
    return text_close(&w.out, err);
}
