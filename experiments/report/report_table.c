#include "experiments/report/report_table.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "experiments/report/report_page.h"
#include "solver/base/memory.h"
#include "solver/base/text.h"

static int table_fields(const char *line) {
    int fields = 1;
    for (; *line; line++) fields += *line == '\t';
    return fields;
}

static void table_split(char **cell, char *line) {
    for (char *rest = line, *field; (field = text_field(&rest, '\t'));) *cell++ = memory_string(field);
}

static void table_names(struct report_table *t, char *line) {
    t->columns = table_fields(line);
    t->name = MEMORY_NEW(char *, t->columns);
    table_split(t->name, line);
}

static bool table_row(struct report_table *t, char *line, long number, struct error *err) {
    const int fields = table_fields(line);
    if (fields != t->columns)
        return error_at(err, t->path, number, "wrong number of fields (expected %d, got %d)", t->columns, fields);
    const size_t used = (size_t)t->rows * (size_t)t->columns;
    t->cell = memory_grow(t->cell, &t->room, used + (size_t)t->columns, sizeof *t->cell);
    t->line = memory_grow(t->line, &t->longer, (size_t)t->rows + 1, sizeof *t->line);
    table_split(t->cell + used, line);
    t->line[t->rows++] = number;
    return true;
}

static bool table_lines(struct report_table *t, struct text_reader *in, struct error *err) {
    char *line;
    bool good;
    while ((good = text_next(in, &line, err)) && line) {
        if (line[0] == '#') continue;
        if (!t->name)
            table_names(t, line);
        else if (!table_row(t, line, in->line, err))
            return false;
    }
    if (good && !t->name) good = error_at(err, t->path, in->line, "has no rows (expected a table of results)");
    return good;
}

bool report_table_read(struct report_table *t, const char *path, struct error *err) {
    struct text_reader in;
    *t = (struct report_table){.path = memory_string(path)};
    bool good = text_open(&in, path, err);
    if (good) {
        good = table_lines(t, &in, err);
        text_free(&in);
    }
    if (!good) report_table_free(t);
    return good;
}

void report_table_free(struct report_table *t) {
    for (int i = 0; i < t->columns; i++) free(t->name[i]);
    for (int i = 0; i < t->rows * t->columns; i++) free(t->cell[i]);
    free(t->name);
    free(t->cell);
    free(t->line);
    free(t->path);
    *t = (struct report_table){0};
}

bool report_table_column(int *column, const struct report_table *t, const char *name, struct error *err) {
    for (*column = 0; *column < t->columns; ++*column)
        if (strcmp(t->name[*column], name) == 0) return true;
    return error_at(err, t->path, 0, "has no column `%s`", name);
}

const char *report_table_cell(const struct report_table *t, int row, int column) {
    assert(row >= 0 && row < t->rows && column >= 0 && column < t->columns);
    return t->cell[row * t->columns + column];
}

bool report_table_number(double *value, const struct report_table *t, int row, int column, struct error *err) {
    const char *text = report_table_cell(t, row, column);
    if (text_double(value, text)) return true;
    return error_at(err, t->path, t->line[row], "column %s: `%s` is wrong (expected a number)", t->name[column], text);
}

/* Some cell of the column is neither a number nor missing. */
static bool table_has_words(const struct report_table *t, int column) {
    double value;
    for (int i = 0; i < t->rows; i++) {
        const char *text = report_table_cell(t, i, column);
        if (!text_double(&value, text) && strcmp(text, "nan") != 0 && strcmp(text, "inf") != 0) return true;
    }
    return false;
}

static void table_put_row(struct report_text *to, char *const *cell, const bool *words, int columns, const char *tag) {
    report_text_put(to, "<tr>");
    for (int i = 0; i < columns; i++) {
        report_text_add(to, "<%s%s>", tag, words[i] ? " class=\"words\"" : "");
        report_page_text(to, cell[i]);
        report_text_add(to, "</%s>", tag);
    }
    report_text_put(to, "</tr>\n");
}

void report_table_put(struct report_text *to, const struct report_table *t) {
    bool *words = MEMORY_NEW(bool, t->columns);
    for (int i = 0; i < t->columns; i++) words[i] = table_has_words(t, i);
    report_text_put(to, "<div class=\"tall\" tabindex=\"0\" role=\"region\" aria-label=\"");
    report_page_text(to, t->path);
    report_text_put(to, "\"><table>\n");
    table_put_row(to, t->name, words, t->columns, "th");
    for (int i = 0; i < t->rows; i++) table_put_row(to, t->cell + i * t->columns, words, t->columns, "td");
    report_text_put(to, "</table></div>\n");
    free(words);
}
