#include "solver/solution.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "solver/memory.h"
#include "solver/names.h"
#include "solver/numbers.h"
#include "solver/text.h"

static void solution_header(struct text_writer *out, const struct model *m, const struct milp_result *r) {
    text_write(out, "# format: milp solution 1\n# model: %s\n# status: %s\n", m->name ? m->name : "",
               milp_status_names[r->status]);
    if (r->x) text_write(out, "# objective: %.17g\n", r->objective);
    if (fabs(r->bound) < MODEL_INFINITY) text_write(out, "# bound: %.17g\n", r->bound);
}

static void solution_columns(struct text_writer *out, const struct model *m, const double *x) {
    char spare[24], number[40];
    for (int j = 0; j < m->cols; j++)
        text_write(out, "%s %s\n", model_col_name(m, j, spare), numbers_print(number, x[j]));
}

static void solution_rows(struct text_writer *out, const struct model *m, const double *y) {
    char spare[24], number[40];
    for (int i = 0; i < m->rows; i++)
        text_write(out, "%s %s\n", model_row_name(m, i, spare), numbers_print(number, y[i]));
}

bool solution_write(const char *path, const struct model *m, const struct milp_result *r, struct error *err) {
    struct text_writer out;
    if (!text_create(&out, path, err)) return false;
    solution_header(&out, m, r);
    if (r->x) solution_columns(&out, m, r->x);
    return text_close(&out, err);
}

bool solution_write_certificate(const char *path, const struct model *m, const struct milp_result *r,
                                struct error *err) {
    struct text_writer out;
    const double *proof = r->status == MILP_OPTIMAL ? r->row_dual : r->ray;
    if (!proof)
        return error_at(err, path, 0,
                        "the answer '%s' of this program has no certificate; one of a program without integers has",
                        milp_status_names[r->status]);
    if (!text_create(&out, path, err)) return false;
    solution_header(&out, m, r);
    text_write(&out, "# kind: %s\n", milp_status_names[r->status]);
    if (r->status == MILP_UNBOUNDED)
        solution_columns(&out, m, proof);
    else
        solution_rows(&out, m, proof);
    return text_close(&out, err);
}

/* The value is what follows the last blank, so that names may hold blanks. */
static bool solution_line(struct text_reader *in, char *line, double *x, const struct names *cols, struct error *err) {
    size_t length = strlen(line);
    while (length > 0 && strchr(" \t", line[length - 1])) line[--length] = '\0';
    if (length == 0 || line[0] == '#') return true;
    char *gap = strrchr(line, ' '), *tab = strrchr(line, '\t');
    if (tab && (!gap || tab > gap)) gap = tab;
    double value;
    if (!gap || !numbers_read(&value, gap + 1) || !isfinite(value))
        return error_at(err, in->path, in->line, "'%.100s', a column's name and a number were expected", line);
    while (gap > line && strchr(" \t", gap[-1])) gap--;
    *gap = '\0';
    int j = names_find(cols, line);
    if (j < 0) return error_at(err, in->path, in->line, "'%.100s' is no column of the model", line);
    x[j] = value;
    return true;
}

bool solution_read(double *x, const char *path, const struct model *m, struct error *err) {
    struct text_reader in;
    struct names cols = {NULL, 0, 0};
    if (!text_open(&in, path, err)) return false;
    char(*spare)[24] = memory_new((size_t)m->cols, sizeof *spare);
    for (int j = 0; j < m->cols; j++) {
        names_add(&cols, model_col_name(m, j, spare[j]), j);
        x[j] = 0;
    }
    char *line;
    bool good;
    while ((good = text_next(&in, &line, err)) && line)
        if (!(good = solution_line(&in, line, x, &cols, err))) break;
    text_free(&in);
    names_free(&cols);
    free(spare);
    return good;
}
