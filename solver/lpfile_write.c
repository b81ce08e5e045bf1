#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "solver/lpfile.h"
#include "solver/memory.h"
#include "solver/names.h"
#include "solver/numbers.h"
#include "solver/text.h"

enum { LPFILE_WRITE_TERMS = 6 /* on a line */ };

struct lpfile_write {
    const struct model *model;
    struct text_writer out;
    bool rows_named, cols_named; /* false: r1, r2, ... or x1, x2, ... because a name cannot stand in the file */
    char spare[24];
};

/* A name of the format: no blanks, operators or leading digit, not like a number's exponent, and no word of the format. */
static bool lpfile_write_name_usable(const char *n) {
    if (!n[0] || isdigit((unsigned char)n[0]) || n[0] == '.' || strlen(n) > 255) return false;
    if ((n[0] == 'e' || n[0] == 'E') && (n[1] == '\0' || isdigit((unsigned char)n[1]))) return false;
    for (const char *c = n; *c; c++)
        if (!isalnum((unsigned char)*c) && !strchr("!\"#$%&(),.;?@_`'{}~", *c)) return false;
    return !lpfile_is_section_word(n) && strcasecmp(n, "free") != 0 && strcasecmp(n, "inf") != 0 &&
           strcasecmp(n, "infinity") != 0;
}

static bool lpfile_write_usable(char *const *name, int count, char letter) {
    struct names seen = {NULL, 0, 0};
    bool usable = true;
    for (int k = 0; usable && k < count; k++)
        usable = !name[k] || (lpfile_write_name_usable(name[k]) && names_add(&seen, name[k], k) < 0);
    for (int k = 0; usable && k < count; k++) {
        char spare[24];
        snprintf(spare, sizeof spare, "%c%d", letter, k + 1);
        usable = name[k] || names_find(&seen, spare) < 0;
    }
    names_free(&seen);
    return usable;
}

static const char *lpfile_write_col(struct lpfile_write *w, int j) {
    if (w->cols_named) return model_col_name(w->model, j, w->spare);
    snprintf(w->spare, sizeof w->spare, "x%d", j + 1);
    return w->spare;
}

static void lpfile_write_term(struct lpfile_write *w, int *terms, int j, double value) {
    char number[40];
    const char *text = numbers_print(number, value);
    text_write(&w->out, "%s %s %s", (*terms)++ % LPFILE_WRITE_TERMS || *terms == 1 ? "" : "\n  ",
               text[0] == '-' ? "-" : "+", text + (text[0] == '-'));
    text_write(&w->out, " %s", lpfile_write_col(w, j));
}

/* Every column stands in the objective, so that reading the file gives the columns in the same order. */
static void lpfile_write_objective(struct lpfile_write *w) {
    const struct model *m = w->model;
    const char *name = m->objective_name && lpfile_write_name_usable(m->objective_name) ? m->objective_name : "obj";
    char number[40];
    int terms = 0;
    text_write(&w->out, "%s\n %s:", m->maximize ? "Maximize" : "Minimize", name);
    for (int j = 0; j < m->cols; j++) lpfile_write_term(w, &terms, j, m->cost[j]);
    if (m->offset != 0) text_write(&w->out, "%s%s", m->offset < 0 ? " " : " + ", numbers_print(number, m->offset));
    text_write(&w->out, "\nSubject To\n");
}

static void lpfile_write_row(struct lpfile_write *w, int i, const long *start, const int *col, const double *value) {
    const struct model *m = w->model;
    double lower = m->row_lower[i], upper = m->row_upper[i];
    bool low = lower > -MODEL_INFINITY, up = upper < MODEL_INFINITY, range = low && up && lower != upper;
    char spare[24], number[40];
    int terms = 0;
    snprintf(spare, sizeof spare, "r%d", i + 1);
    text_write(&w->out, " %s:", w->rows_named ? model_row_name(m, i, spare) : spare);
    if (range) text_write(&w->out, " %s <=", numbers_print(number, lower));
    for (long k = start[i]; k < start[i + 1]; k++) lpfile_write_term(w, &terms, col[k], value[k]);
    if (terms == 0 && m->cols > 0) lpfile_write_term(w, &terms, 0, 0);
    if (terms == 0) text_write(&w->out, " 0");
    if (!low && !up)
        text_write(&w->out, " >= -inf\n");
    else
        text_write(&w->out, " %s %s\n",
                   range || !low    ? "<="
                   : lower == upper ? "="
                                    : ">=",
                   numbers_print(number, up ? upper : lower));
}

static void lpfile_write_rows(struct lpfile_write *w) {
    const struct model *m = w->model;
    long *start = MEMORY_NEW(long, m->rows + 2), *next = start + 1; /* next[i] runs from start[i] to start[i + 1] */
    int *col = MEMORY_NEW(int, m->entries);
    double *value = MEMORY_NEW(double, m->entries);
    for (long k = 0; k < m->entries; k++) start[m->index[k] + 2]++;
    for (int i = 0; i < m->rows; i++) start[i + 2] += start[i + 1];
    for (int j = 0; j < m->cols; j++)
        for (long k = m->start[j]; k < m->start[j + 1]; k++) {
            long at = next[m->index[k]]++;
            col[at] = j;
            value[at] = m->value[k];
        }
    for (int i = 0; i < m->rows; i++) lpfile_write_row(w, i, start, col, value);
    free(start);
    free(col);
    free(value);
}

static bool lpfile_write_binary(const struct model *m, int j) {
    return m->integer[j] && m->lower[j] == 0 && m->upper[j] == 1;
}

static void lpfile_write_bounds(struct lpfile_write *w) {
    const struct model *m = w->model;
    char number[40];
    text_write(&w->out, "Bounds\n");
    for (int j = 0; j < m->cols; j++) {
        double lower = m->lower[j], upper = m->upper[j];
        bool low = lower > -MODEL_INFINITY, up = upper < MODEL_INFINITY;
        if (lpfile_write_binary(m, j) || (lower == 0 && !up)) continue;
        if (!low && !up)
            text_write(&w->out, " %s free\n", lpfile_write_col(w, j));
        else if (lower == upper)
            text_write(&w->out, " %s = %s\n", lpfile_write_col(w, j), numbers_print(number, lower));
        else {
            text_write(&w->out, " %s <= %s", low ? numbers_print(number, lower) : "-inf", lpfile_write_col(w, j));
            if (up) text_write(&w->out, " <= %s", numbers_print(number, upper));
            text_write(&w->out, "\n");
        }
    }
}

static void lpfile_write_integers(struct lpfile_write *w, bool binary) {
    bool any = false;
    for (int j = 0; j < w->model->cols; j++) {
        if (!w->model->integer[j] || lpfile_write_binary(w->model, j) != binary) continue;
        text_write(&w->out, "%s %s\n", any ? "" : binary ? "Binary\n" : "General\n", lpfile_write_col(w, j));
        any = true;
    }
}

bool lpfile_write(const char *path, const struct model *m, struct error *err) {
    struct lpfile_write w = {.model = m};
    if (!text_create(&w.out, path, err)) return false;
    w.rows_named = lpfile_write_usable(m->row_name, m->rows, 'r');
    w.cols_named = lpfile_write_usable(m->col_name, m->cols, 'x');
    if (!w.rows_named)
        text_write(&w.out, "\\ some names of rows cannot stand in this format: r1, r2, ... in their order\n");
    if (!w.cols_named)
        text_write(&w.out, "\\ some names of columns cannot stand in this format: x1, x2, ... in their order\n");
    lpfile_write_objective(&w);
    lpfile_write_rows(&w);
    lpfile_write_bounds(&w);
    lpfile_write_integers(&w, false);
    lpfile_write_integers(&w, true);
    text_write(&w.out, "End\n");
    return text_close(&w.out, err);
}
