/* mps_columns.c - section COLUMNS: entries by column, and the markers around integer columns. */
#include <math.h>
#include <string.h>

#include "solver/base/memory.h"
#include "solver/io/mps_parts.h"

static bool mps_columns_marker(struct mps_reader *r, const char *kind) {
    if (strstr(kind, "SOS"))
        return mps_fail(r, "special ordered sets (marker %.40s) are not supported; model them with binaries", kind);
    if (strcmp(kind, "'INTORG'") == 0) r->integers = true;
    if (strcmp(kind, "'INTEND'") == 0) r->integers = false;
    return true; /* GUBORG and others tell a solver about structure and change nothing */
}

static bool mps_columns_begin(struct mps_reader *r, const char *name) {
    struct model *m = r->model;
    int old = names_find(&r->cols, name);
    if (old >= 0)
        return mps_fail(r, "column '%.100s' began on line %ld; its entries were expected to stand together", name,
                        r->col_line[old]);
    int j = model_add_column(m, name, 0, 0, r->integers ? 1 : MODEL_INFINITY, r->integers);
    names_add(&r->cols, m->col_name[j], j);
    r->col_line = memory_grow(r->col_line, &r->col_room, (size_t)j + 1, sizeof *r->col_line);
    r->given = memory_grow(r->given, &r->given_room, (size_t)j + 1, sizeof *r->given);
    r->upper_line = memory_grow(r->upper_line, &r->upper_room, (size_t)j + 1, sizeof *r->upper_line);
    r->col_line[j] = r->line;
    r->given[j] = 0;
    r->upper_line[j] = 0;
    r->column = j;
    return true;
}

static bool mps_columns_entry(struct mps_reader *r, const char *row, const char *text) {
    double value;
    int k = names_find(&r->rows, row);
    if (k < 0) return mps_layout_fail(r, "the name of a row", row);
    if (!mps_fields_number(r, &value, text)) return false;
    if (fabs(value) >= MODEL_INFINITY) return mps_fail(r, "coefficient %.40s, a finite number was expected", text);
    struct mps_row *at = &r->row[k];
    if (at->entry_column == r->column)
        return mps_fail(r, "row '%.100s' of column '%.100s' is given twice, first on line %ld", row,
                        r->model->col_name[r->column], at->entry_line);
    at->entry_column = r->column;
    at->entry_line = r->line;
    if (at->number == MPS_OBJECTIVE) r->model->cost[r->column] = value;
    if (at->number >= 0) model_add_entry(r->model, at->number, r->column, value);
    return true;
}

bool mps_columns_line(struct mps_reader *r, char **field, int count) {
    if (count >= 3 && strcmp(field[1], "'MARKER'") == 0) return mps_columns_marker(r, field[count - 1]);
    count = mps_fields_comment(r, field, count, 1);
    if (count != 3 && count != 5) {
        r->layout_trouble = true;
        return mps_fail(r, "%d fields, a column and one or two pairs of row and number were expected", count);
    }
    bool same = r->column >= 0 && strcmp(field[0], r->model->col_name[r->column]) == 0;
    if (!same && !mps_columns_begin(r, field[0])) return false;
    return mps_columns_entry(r, field[1], field[2]) && (count == 3 || mps_columns_entry(r, field[3], field[4]));
}
