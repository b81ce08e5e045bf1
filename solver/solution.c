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

/* `# kind: word` of a header line, cut to the room; other lines leave it as it is. */
static void solution_kind(char kind[24], const char *line) {
    if (strncmp(line, "# kind: ", 8) == 0) snprintf(kind, 24, "%.23s", line + 8);
}

/* The value is what follows the last blank, so that names may hold blanks. A line that begins with # is a comment unless it is a column's
 * (or row's) own: names may begin so, too. */
static bool solution_line(struct text_reader *in, char *line, double *x, const struct names *names, const char *what,
                          struct error *err) {
    size_t length = strlen(line);
    while (length > 0 && strchr(" \t", line[length - 1])) line[--length] = '\0';
    bool comment = length == 0 || line[0] == '#';
    char *gap = strrchr(line, ' '), *tab = strrchr(line, '\t');
    if (tab && (!gap || tab > gap)) gap = tab;
    double value;
    if (!gap || !numbers_read(&value, gap + 1) || !isfinite(value))
        return comment ||
               error_at(err, in->path, in->line, "'%.100s', a %s's name and a number were expected", line, what);
    while (gap > line && strchr(" \t", gap[-1])) gap--;
    *gap = '\0';
    int k = names_find(names, line);
    if (k < 0) return comment || error_at(err, in->path, in->line, "'%.100s' is no %s of the model", line, what);
    x[k] = value;
    return true;
}

/* x of the columns, or of the rows. */
static bool solution_values(double *x, const char *path, const struct model *m, bool rows, struct error *err) {
    struct text_reader in;
    struct names names = {NULL, 0, 0};
    if (!text_open(&in, path, err)) return false;
    int count = rows ? m->rows : m->cols;
    char(*spare)[24] = memory_new((size_t)count, sizeof *spare);
    for (int k = 0; k < count; k++) {
        names_add(&names, rows ? model_row_name(m, k, spare[k]) : model_col_name(m, k, spare[k]), k);
        x[k] = 0;
    }
    char *line;
    bool good;
    while ((good = text_next(&in, &line, err)) && line)
        if (!(good = solution_line(&in, line, x, &names, rows ? "row" : "column", err))) break;
    text_free(&in);
    names_free(&names);
    free(spare);
    return good;
}

bool solution_read(double *x, const char *path, const struct model *m, struct error *err) {
    return solution_values(x, path, m, false, err);
}

/* The kind says what the lines after it are: it is read first by itself. */
static bool solution_read_kind(enum milp_status *kind, const char *path, struct error *err) {
    struct text_reader in;
    char word[24] = "", *line;
    if (!text_open(&in, path, err)) return false;
    bool good;
    while ((good = text_next(&in, &line, err)) && line && line[0] == '#') solution_kind(word, line);
    text_free(&in);
    if (!good) return false;
    for (int k = MILP_OPTIMAL; k <= MILP_UNBOUNDED; k++) {
        *kind = (enum milp_status)k;
        if (strcmp(word, milp_status_names[k]) == 0) return true;
    }
    return error_at(err, path, 0, "'# kind: %s', optimal, infeasible or unbounded was expected", word);
}

double *solution_read_certificate(enum milp_status *kind, const char *path, const struct model *m, struct error *err) {
    if (!solution_read_kind(kind, path, err)) return NULL;
    bool rows = *kind != MILP_UNBOUNDED;
    double *proof = MEMORY_NEW(double, rows ? m->rows : m->cols);
    if (solution_values(proof, path, m, rows, err)) return proof;
    free(proof);
    return NULL;
}
