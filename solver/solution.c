#include "solver/solution.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "solver/base/memory.h"
#include "solver/base/names.h"
#include "solver/base/numbers.h"
#include "solver/base/text.h"
#include "solver/model/logic.h"

#define SOLUTION_RELAXATION "relaxation"
#define SOLUTION_PROGRAM    "program"
#define SOLUTION_SECTION    "# section: solution" /* of a certificate: what follows are values of columns */

static void solution_header(struct text_writer *out, const struct model *m, const struct milp_result *r) {
    text_write(out, "# format: milp solution 1\n# model: %s\n# status: %s\n", m->name ? m->name : "",
               milp_status_names[r->status]);
    if (r->x) text_write(out, "# objective: %.17g\n", r->objective);
    if (fabs(r->bound) < MODEL_INFINITY) text_write(out, "# bound: %.17g\n", r->bound);
}

static void solution_columns(struct text_writer *out, const struct model *m, const double *x, int cols) {
    char spare[24], number[40];
    assert(cols <= m->cols);
    for (int j = 0; j < cols; j++) text_write(out, "%s %s\n", model_col_name(m, j, spare), numbers_print(number, x[j]));
}

static void solution_rows(struct text_writer *out, const struct model *m, const double *y) {
    char spare[24], number[40];
    for (int i = 0; i < m->rows; i++)
        text_write(out, "%s %s\n", model_row_name(m, i, spare), numbers_print(number, y[i]));
}

static void solution_duals(struct text_writer *out, const struct model *m, const struct duals *d, int cols) {
    char spare[24], number[40], dual[40];
    for (int i = 0; i < m->rows; i++)
        text_write(out, "# row: %s %s %s\n", model_row_name(m, i, spare), numbers_print(number, d->activity[i]),
                   d->row ? numbers_print(dual, d->row[i]) : "-");
    for (int j = 0; j < cols && d->reduced; j++)
        text_write(out, "# reduced-cost: %s %s\n", model_col_name(m, j, spare), numbers_print(number, d->reduced[j]));
}

bool solution_write(const char *path, const struct model *m, const struct milp_result *r, const struct duals *d,
                    struct error *err) {
    struct text_writer out;
    int cols = m->logic ? m->logic->own_cols : m->cols; /* without helpers */
    if (!text_create(&out, path, err)) return false;
    solution_header(&out, m, r);
    if (d && d->activity) text_write(&out, "# duals: %s\n", duals_names[d->of]);
    if (r->x) solution_columns(&out, m, r->x, cols);
    if (d && d->activity) solution_duals(&out, m, d, cols);
    return text_close(&out, err);
}

bool solution_write_certificate(const char *path, const struct model *m, const struct milp_result *r, bool relaxed,
                                struct error *err) {
    struct text_writer out;
    const double *proof = r->status == MILP_OPTIMAL ? r->row_dual : r->ray;
    if (!proof)
        return error_at(
            err, path, 0,
            "no certificate for the answer '%s' of this program (expected one without integers, --relax, or a file name that ends in .vipr)",
            milp_status_names[r->status]);
    if (!text_create(&out, path, err)) return false;
    solution_header(&out, m, r);
    text_write(&out, "# of: %s\n# kind: %s\n", relaxed ? SOLUTION_RELAXATION : SOLUTION_PROGRAM,
               milp_status_names[r->status]);
    if (r->status == MILP_UNBOUNDED)
        solution_columns(&out, m, proof, m->cols);
    else
        solution_rows(&out, m, proof);
    if (r->x) {
        text_write(&out, SOLUTION_SECTION "\n");
        solution_columns(&out, m, r->x, m->cols);
    }
    return text_close(&out, err);
}

/* Values of columns, or of rows, with their names. */
struct solution_values {
    struct names names;
    char (*spare)[24]; /* [count] */
    double *x;         /* [count] */
    bool *seen;        /* [count] */
    const char *what;
};

static void solution_values_init(struct solution_values *v, const struct model *m, bool rows) {
    int count = rows ? m->rows : m->cols;
    *v = (struct solution_values){.what = rows ? "row" : "column"};
    v->spare = memory_new((size_t)count, sizeof *v->spare);
    v->x = MEMORY_NEW(double, count);
    v->seen = MEMORY_NEW(bool, count);
    for (int k = 0; k < count; k++)
        names_add(&v->names, rows ? model_row_name(m, k, v->spare[k]) : model_col_name(m, k, v->spare[k]), k);
}

/* Returns the values. */
static double *solution_values_free(struct solution_values *v) {
    names_free(&v->names);
    free(v->spare);
    free(v->seen);
    return v->x;
}

/* The value is what follows the last blank, so that names may hold blanks. A line that begins with # is a comment
 * unless it is that of a column (or row), whose name may begin with #. */
static bool solution_line(struct text_reader *in, char *line, struct solution_values *v, struct error *err) {
    size_t length = strlen(line);
    while (length > 0 && strchr(" \t", line[length - 1])) line[--length] = '\0';
    bool comment = length == 0 || line[0] == '#';
    char *gap = strrchr(line, ' '), *tab = strrchr(line, '\t');
    if (tab && (!gap || tab > gap)) gap = tab;
    double value;
    if (!gap || !numbers_read(&value, gap + 1) || !isfinite(value))
        return comment ||
               error_at(err, in->path, in->line, "'%.100s' (expected a %s's name and a number)", line, v->what);
    while (gap > line && strchr(" \t", gap[-1])) gap--;
    *gap = '\0';
    int k = names_find(&v->names, line);
    if (k < 0) return comment || error_at(err, in->path, in->line, "the model has no %s '%.100s'", v->what, line);
    if (v->seen[k]) return error_at(err, in->path, in->line, "%s '%.100s' has a value already", v->what, line);
    v->seen[k] = true;
    v->x[k] = value;
    return true;
}

/* Which solver wrote the file, by its first line. */
enum solution_dialect { SOLUTION_OWN, SOLUTION_CBC, SOLUTION_HIGHS };

static enum solution_dialect solution_dialect(const char *first) {
    if (strcmp(first, "Model status") == 0) return SOLUTION_HIGHS;
    return strstr(first, " - objective value ") ? SOLUTION_CBC : SOLUTION_OWN;
}

/* `[**] number name value cost` without all but name and value; NULL: not such a line. */
static char *solution_cbc_line(char *line) {
    line += strspn(line, " *");
    if (!*line) return line;
    size_t number = strspn(line, "0123456789"), length = strlen(line);
    if (number == 0 || line[number] != ' ') return NULL;
    while (length > 0 && line[length - 1] == ' ') length--;
    while (length > number && line[length - 1] != ' ') length--;
    line[length] = '\0';
    return line + number + strspn(line + number, " ");
}

/* Lines that give no value of a column become empty. columns: within HiGHS' section of them. */
static bool solution_translate(enum solution_dialect dialect, const struct text_reader *in, char **line, bool *columns,
                               struct error *err) {
    static char none[] = "";
    bool head = in->line == 1, field = (*line)[0] == '#';
    if (dialect == SOLUTION_OWN) return true;
    if (dialect == SOLUTION_HIGHS && field) *columns = strncmp(*line, "# Columns ", 10) == 0;
    if (head || field || (dialect == SOLUTION_HIGHS && !*columns)) return *line = none, true;
    if (dialect == SOLUTION_CBC && !(*line = solution_cbc_line(*line)))
        return error_at(err, in->path, in->line,
                        "not a line of a cbc solution (expected number, name, value and cost)");
    return true;
}

bool solution_read(double *x, const char *path, const struct model *m, struct error *err) {
    struct text_reader in;
    if (!text_open(&in, path, err)) return false;
    struct solution_values v;
    solution_values_init(&v, m, false);
    enum solution_dialect dialect = SOLUTION_OWN;
    char *line;
    bool good, columns = false;
    while ((good = text_next(&in, &line, err)) && line) {
        if (in.line == 1) dialect = solution_dialect(line);
        good = solution_translate(dialect, &in, &line, &columns, err) && solution_line(&in, line, &v, err);
        if (!good) break;
    }
    text_free(&in);
    double *values = solution_values_free(&v);
    memory_copy(x, values, (size_t)m->cols * sizeof *x);
    if (good) logic_complete(m, x);
    free(values);
    return good;
}

/* --- certificates --- */

/* The value of `# key: value`, NULL of another line. */
static const char *solution_field(const char *line, const char *key) {
    size_t length = strlen(key);
    if (strncmp(line, "# ", 2) != 0 || strncmp(line + 2, key, length) != 0) return NULL;
    return strncmp(line + 2 + length, ": ", 2) == 0 ? line + 4 + length : NULL;
}

static bool solution_word(int *at, const char *word, const char *const *words, int count) {
    for (*at = 0; *at < count; ++*at)
        if (strcmp(word, words[*at]) == 0) return true;
    return false;
}

struct solution_head {
    struct certificate *c;
    const struct model *m;
    bool has[7]; /* of the fields, once they have been read */
};

static bool solution_read_format(struct solution_head *h, const char *value) {
    (void)h;
    return strcmp(value, "milp solution 1") == 0;
}
static bool solution_read_model(struct solution_head *h, const char *value) {
    return strcmp(value, h->m->name ? h->m->name : "") == 0;
}
static bool solution_read_status(struct solution_head *h, const char *value) {
    return solution_word(&h->c->status, value, milp_status_names, MILP_UNBOUNDED + 1);
}
static bool solution_read_kind(struct solution_head *h, const char *value) {
    int kind;
    bool known = solution_word(&kind, value, milp_status_names, MILP_UNBOUNDED + 1);
    if (known) h->c->kind = (enum milp_status)kind;
    return known;
}
static bool solution_read_of(struct solution_head *h, const char *value) {
    h->c->relaxation = strcmp(value, SOLUTION_RELAXATION) == 0;
    return h->c->relaxation || strcmp(value, SOLUTION_PROGRAM) == 0;
}
static bool solution_read_objective(struct solution_head *h, const char *value) {
    h->c->has_objective = true;
    return numbers_read(&h->c->objective, value) && isfinite(h->c->objective);
}
static bool solution_read_bound(struct solution_head *h, const char *value) {
    h->c->has_bound = true;
    return numbers_read(&h->c->bound, value) && isfinite(h->c->bound);
}

static const struct {
    const char *key, *expected;
    bool (*read)(struct solution_head *h, const char *value);
} solution_fields[] = {{"format", "milp solution 1", solution_read_format},
                       {"model", "the name of the model", solution_read_model},
                       {"status", "optimal, infeasible or unbounded", solution_read_status},
                       {"kind", "optimal, infeasible or unbounded", solution_read_kind},
                       {"of", SOLUTION_PROGRAM " or " SOLUTION_RELAXATION, solution_read_of},
                       {"objective", "a number", solution_read_objective},
                       {"bound", "a number", solution_read_bound}};
enum { SOLUTION_FIELDS = sizeof solution_fields / sizeof solution_fields[0], SOLUTION_KIND = 3 };

static bool solution_head_line(struct solution_head *h, const struct text_reader *in, const char *line,
                               struct error *err) {
    for (int k = 0; k < SOLUTION_FIELDS; k++) {
        const char *value = solution_field(line, solution_fields[k].key);
        if (!value) continue;
        if (h->has[k]) return error_at(err, in->path, in->line, "'# %s:' is given twice", solution_fields[k].key);
        h->has[k] = true;
        if (solution_fields[k].read(h, value)) return true;
        return error_at(err, in->path, in->line, "'# %s: %.100s' (expected %s)", solution_fields[k].key, value,
                        solution_fields[k].expected);
    }
    return true;
}

/* The fields, which say what the other lines are, are read first, in a pass over the whole file. */
static bool solution_read_head(struct certificate *c, const char *path, const struct model *m, struct error *err) {
    struct solution_head h = {.c = c, .m = m};
    struct text_reader in;
    char *line;
    bool good;
    if (!text_open(&in, path, err)) return false;
    while ((good = text_next(&in, &line, err)) && line)
        if (!(good = solution_head_line(&h, &in, line, err))) break;
    text_free(&in);
    if (!good) return false;
    assert(!good || line == NULL); /* the whole file was read */
    if (!h.has[SOLUTION_KIND])
        return error_at(err, path, 0, "no '# kind:' (expected optimal, infeasible or unbounded)");
    if (c->status >= 0 && c->status != (int)c->kind)
        return error_at(err, path, 0, "'# status: %s', but '# kind: %s'", milp_status_names[c->status],
                        milp_status_names[c->kind]);
    return true;
}

bool solution_certificate(struct certificate *c, const char *path, const struct model *m, struct error *err) {
    *c = (struct certificate){.status = -1};
    if (!solution_read_head(c, path, m, err)) return false;
    struct text_reader in;
    if (!text_open(&in, path, err)) return false;
    struct solution_values proof, solution;
    solution_values_init(&proof, m, c->kind != MILP_UNBOUNDED);
    solution_values_init(&solution, m, false);
    char *line;
    bool good, has_solution = false;
    while ((good = text_next(&in, &line, err)) && line) {
        has_solution |= strcmp(line, SOLUTION_SECTION) == 0;
        if (!(good = solution_line(&in, line, has_solution ? &solution : &proof, err))) break;
    }
    text_free(&in);
    c->proof = solution_values_free(&proof);
    c->x = solution_values_free(&solution);
    if (!has_solution || !good) free(c->x), c->x = NULL;
    if (!good) solution_certificate_clear(c);
    return good;
}

void solution_certificate_clear(struct certificate *c) {
    free(c->proof);
    free(c->x);
    *c = (struct certificate){0};
}
