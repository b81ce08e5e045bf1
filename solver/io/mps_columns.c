/* mps_columns.c - section COLUMNS: entries by column, and markers around integer columns. */
#include <assert.h>
#include <math.h>
#include <string.h>

#include "solver/base/memory.h"
#include "solver/io/mps_internal.h"

static bool mps_columns_marker(struct mps_reader *r, const char *kind) {
    if (strstr(kind, "SOS"))
        return mps_fail(r, "special ordered sets by marker (%.40s) are not supported (expected a section SOS)", kind);
    if (strcmp(kind, "'INTORG'") == 0) r->cols.integers = true;
    if (strcmp(kind, "'INTEND'") == 0) r->cols.integers = false;
    return true; /* GUBORG and others mark structure and change nothing */
}

static bool mps_columns_begin(struct mps_reader *r, const char *name) {
    struct model *m = r->model;
    int old = names_find(&r->cols.names, name);
    if (old >= 0)
        return mps_fail(r, "column '%.100s' began on line %ld (expected its entries together)", name,
                        r->cols.line[old]);
    int j = model_add_column(m, name, 0, 0, r->cols.integers ? 1 : MODEL_INFINITY, r->cols.integers);
    names_add(&r->cols.names, m->col_name[j], j);
    assert(j == m->cols - 1 && r->cols.names.count == (size_t)m->cols); /* no name twice */
    r->cols.line = memory_grow(r->cols.line, &r->cols.line_room, (size_t)j + 1, sizeof *r->cols.line);
    r->cols.given = memory_grow(r->cols.given, &r->cols.given_room, (size_t)j + 1, sizeof *r->cols.given);
    r->cols.upper_line =
        memory_grow(r->cols.upper_line, &r->cols.upper_room, (size_t)j + 1, sizeof *r->cols.upper_line);
    r->cols.line[j] = r->line;
    r->cols.given[j] = r->cols.integers ? MPS_MARKED : 0;
    r->cols.upper_line[j] = 0;
    r->cols.current = j;
    assert(m->integer[j] == r->cols.integers);
    return true;
}

static bool mps_columns_entry(struct mps_reader *r, const char *row, const char *text) {
    double value;
    int k = names_find(&r->rows.names, row);
    if (k < 0) return mps_layout_fail(r, "the name of a row", row);
    assert((size_t)k < r->rows.count && r->cols.current >= 0 && r->cols.current < r->model->cols);
    if (!mps_fields_number(r, &value, text)) return false;
    if (fabs(value) >= MODEL_INFINITY) return mps_fail(r, "coefficient %.40s (expected a finite number)", text);
    struct mps_row *at = &r->rows.row[k];
    if (at->entry_column == r->cols.current)
        return mps_fail(r, "row '%.100s' of column '%.100s' is given twice, first on line %ld", row,
                        r->model->col_name[r->cols.current], at->entry_line);
    at->entry_column = r->cols.current;
    at->entry_line = r->line;
    assert(at->number >= MPS_FREE_ROW && at->number < r->model->rows);
    if (at->number == MPS_OBJECTIVE) r->model->cost[r->cols.current] = value;
    if (at->number >= 0) model_add_entry(r->model, at->number, r->cols.current, value);
    return true;
}

bool mps_columns_line(struct mps_reader *r, char **field, int count) {
    if (count >= 3 && strcmp(field[1], "'MARKER'") == 0) return mps_columns_marker(r, field[count - 1]);
    count = mps_fields_comment(r, field, count, 1);
    if (count != 3 && count != 5) {
        r->layout_trouble = true;
        return mps_fail(r, "%d fields (expected a column and one or two pairs of row and number)", count);
    }
    bool same = r->cols.current >= 0 && strcmp(field[0], r->model->col_name[r->cols.current]) == 0;
    if (!same && !mps_columns_begin(r, field[0])) return false;
    return mps_columns_entry(r, field[1], field[2]) && (count == 3 || mps_columns_entry(r, field[3], field[4]));
}
