/* lpfile_write.c - LP files that every known reader understands in the same way: blanks between all parts, short lines,
 * no constant in the objective (glpsol refuses one), no row with two sides (glpsol refuses it, HiGHS and cbc misread
 * it). */
#include <assert.h>
#include <ctype.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "solver/base/check.h"
#include "solver/base/memory.h"
#include "solver/base/numbers.h"
#include "solver/base/text.h"
#include "solver/io/lpfile.h"
#include "solver/io/renames.h"

enum {
    LPFILE_WIDTH = 200 /* where the next term begins a line: CPLEX's lines have at most 560 characters, names 255 */
};

struct lpfile_write {
    const struct model *model;
    struct text_writer out;
    struct renames rows, cols;
    const char *constant; /* the column that carries the objective's constant, or NULL */
    size_t width;         /* of the line being written */
};

/* A name of the format: no blanks, operators or leading digit, not like a number's exponent, and no word of the
 * format. */
static bool lpfile_write_name_usable(const char *n) {
    if (!n[0] || isdigit((unsigned char)n[0]) || n[0] == '.' || strlen(n) > RENAMES_LONGEST) return false;
    if ((n[0] == 'e' || n[0] == 'E') && (n[1] == '\0' || isdigit((unsigned char)n[1]))) return false;
    for (const char *c = n; *c; c++)
        if (!isalnum((unsigned char)*c) && !strchr("!\"#$%&(),.;?@_`'{}~", *c)) return false;
    return !lpfile_is_section_word(n) && strcasecmp(n, "free") != 0 && strcasecmp(n, "inf") != 0 &&
           strcasecmp(n, "infinity") != 0;
}

/* A part of a row, on a new line where this one is long. */
static void lpfile_write_part(struct lpfile_write *w, const char *part) {
    size_t length = strlen(part);
    assert(length > 0 && length < RENAMES_LONGEST + 48 && w->width > 0); /* a label begins the line */
    bool full = w->width + length > LPFILE_WIDTH;
    text_write(&w->out, "%s %s", full ? "\n " : "", part);
    w->width = (full ? 1 : w->width) + 1 + length;
}

static void lpfile_write_label(struct lpfile_write *w, const char *name) {
    assert(lpfile_write_name_usable(name));
    text_write(&w->out, " %s:", name);
    w->width = strlen(name) + 2;
}

static void lpfile_write_term(struct lpfile_write *w, const char *name, double value) {
    char number[40], part[RENAMES_LONGEST + 48];
    const char *text = numbers_print(number, value);
    assert(name[0] && isfinite(value));
    snprintf(part, sizeof part, "%c %s %s", text[0] == '-' ? '-' : '+', text + (text[0] == '-'), name);
    lpfile_write_part(w, part);
}

/* Every column is in the objective, so that reading the file gives the columns in the same order. */
static void lpfile_write_objective(struct lpfile_write *w) {
    const struct model *m = w->model;
    text_write(&w->out, "%s\n", m->maximize ? "Maximize" : "Minimize");
    lpfile_write_label(w, renames_further(&w->rows, m->objective_name ? m->objective_name : "obj"));
    for (int j = 0; j < m->cols; j++) lpfile_write_term(w, w->cols.name[j], m->cost[j]);
    if (w->constant) lpfile_write_term(w, w->constant, m->offset);
    text_write(&w->out, "\nSubject To\n");
}

struct lpfile_rows { /* the matrix by rows */
    long *start;
    int *col;
    double *value;
};

static void lpfile_write_row(struct lpfile_write *w, const char *name, const struct lpfile_rows *a, int i,
                             const char *sense, double side) {
    char number[40], part[48];
    assert(i >= 0 && i < w->model->rows && a->start[i] <= a->start[i + 1]);
    lpfile_write_label(w, name);
    for (long k = a->start[i]; k < a->start[i + 1]; k++) lpfile_write_term(w, w->cols.name[a->col[k]], a->value[k]);
    if (a->start[i] == a->start[i + 1]) {
        if (w->model->cols > 0 || w->constant)
            lpfile_write_term(w, w->model->cols > 0 ? w->cols.name[0] : w->constant, 0);
        else
            lpfile_write_part(w, "0");
    }
    snprintf(part, sizeof part, "%s %s", sense, numbers_print(number, side));
    lpfile_write_part(w, part);
    text_write(&w->out, "\n");
}

/* A row with two sides is two rows of the file: NAME with the lower one and NAME_upper. A row without sides is one
 * above -1e30, because glpsol knows no infinite right-hand side. */
static void lpfile_write_sides(struct lpfile_write *w, const struct lpfile_rows *a, int i) {
    const struct model *m = w->model;
    double lower = m->row_lower[i], upper = m->row_upper[i];
    bool low = lower > -MODEL_INFINITY, up = upper < MODEL_INFINITY;
    const char *name = w->rows.name[i];
    if (low && lower == upper) {
        lpfile_write_row(w, name, a, i, "=", lower);
        return;
    }
    if (low || !up) lpfile_write_row(w, name, a, i, ">=", low ? lower : -1e30);
    if (!up) return;
    char wish[RENAMES_LONGEST + 8];
    snprintf(wish, sizeof wish, low ? "%s_upper" : "%s", name);
    lpfile_write_row(w, low ? renames_further(&w->rows, wish) : name, a, i, "<=", upper);
}

static void lpfile_write_rows(struct lpfile_write *w) {
    const struct model *m = w->model;
    long *start = MEMORY_NEW(long, m->rows + 2), *next = start + 1; /* next[i] runs from start[i] to start[i + 1] */
    struct lpfile_rows a = {start, MEMORY_NEW(int, m->entries), MEMORY_NEW(double, m->entries)};
    for (long k = 0; k < m->entries; k++) start[m->index[k] + 2]++;
    for (int i = 0; i < m->rows; i++) start[i + 2] += start[i + 1];
    for (int j = 0; j < m->cols; j++)
        for (long k = m->start[j]; k < m->start[j + 1]; k++) {
            long at = next[m->index[k]]++;
            a.col[at] = j;
            a.value[at] = m->value[k];
        }
    assert(m->rows == 0 || (start[m->rows] == m->entries && start[0] == 0));
    for (int i = 0; i < m->rows; i++) lpfile_write_sides(w, &a, i);
    free(a.start);
    free(a.col);
    free(a.value);
}

static bool lpfile_write_binary(const struct model *m, int j) {
    return m->integer[j] && m->lower[j] == 0 && m->upper[j] == 1;
}

static void lpfile_write_bound(struct lpfile_write *w, int j) {
    const char *name = w->cols.name[j];
    double lower = w->model->lower[j], upper = w->model->upper[j];
    bool low = lower > -MODEL_INFINITY, up = upper < MODEL_INFINITY;
    char number[40];
    assert(lpfile_write_name_usable(name));
    if (lpfile_write_binary(w->model, j) || (lower == 0 && !up)) return;
    if (!low && !up)
        text_write(&w->out, " %s free\n", name);
    else if (lower == upper)
        text_write(&w->out, " %s = %s\n", name, numbers_print(number, lower));
    else {
        text_write(&w->out, " %s <= %s", low ? numbers_print(number, lower) : "-inf", name);
        if (up) text_write(&w->out, " <= %s", numbers_print(number, upper));
        text_write(&w->out, "\n");
    }
}

static void lpfile_write_bounds(struct lpfile_write *w) {
    text_write(&w->out, "Bounds\n");
    for (int j = 0; j < w->model->cols; j++) lpfile_write_bound(w, j);
    if (w->constant) text_write(&w->out, " %s = 1\n", w->constant);
}

static void lpfile_write_integers(struct lpfile_write *w, bool binary) {
    bool any = false;
    for (int j = 0; j < w->model->cols; j++) {
        if (!w->model->integer[j] || lpfile_write_binary(w->model, j) != binary) continue;
        assert(!binary || (w->model->lower[j] == 0 && w->model->upper[j] == 1));
        text_write(&w->out, "%s %s\n", any ? "" : binary ? "Binary\n" : "General\n", w->cols.name[j]);
        any = true;
    }
}

bool lpfile_write(const char *path, const struct model *m, struct error *err) {
    struct lpfile_write w = {.model = m};
    CHECK(model_check(m));
    if (!text_create(&w.out, path, err)) return false;
    renames_make(&w.rows, m->row_name, m->rows, 'r', lpfile_write_name_usable);
    renames_make(&w.cols, m->col_name, m->cols, 'x', lpfile_write_name_usable);
    renames_comment(&w.rows, &w.out, m->row_name, '\\', "row");
    renames_comment(&w.cols, &w.out, m->col_name, '\\', "column");
    if (m->offset != 0) {
        w.constant = renames_further(&w.cols, MODEL_CONSTANT);
        text_write(&w.out, "\\ " MODEL_CONSTANT_MARK "%s\n", w.constant);
    }
    lpfile_write_objective(&w);
    lpfile_write_rows(&w);
    lpfile_write_bounds(&w);
    lpfile_write_integers(&w, false);
    lpfile_write_integers(&w, true);
    text_write(&w.out, "End\n");
    renames_free(&w.rows);
    renames_free(&w.cols);
    return text_close(&w.out, err);
}
