/* mps_rows.c - section ROWS, and the sides that follow from a row's type, right-hand side and range. */
#include <assert.h>
#include <math.h>
#include <string.h>

#include "solver/base/memory.h"
#include "solver/io/mps_internal.h"

bool mps_rows_line(struct mps_reader *r, char **field, int count) {
    if (count != 2) {
        r->layout_trouble = true;
        return mps_fail(r, "%d fields (expected a row's type and name)", count);
    }
    char kind = field[0][0] >= 'a' ? (char)(field[0][0] - 32) : field[0][0];
    if (field[0][1] || !strchr("NLGE", kind)) return mps_layout_fail(r, "one of N, L, G, E", field[0]);
    int number = MPS_FREE_ROW;
    bool objective = kind == 'N' && !r->objective.found;
    if (objective && r->objective.wanted) objective = strcmp(r->objective.wanted, field[1]) == 0;
    if (objective) {
        number = MPS_OBJECTIVE;
        r->objective.found = true;
        r->model->objective_name = memory_string(field[1]);
    } else if (kind != 'N')
        number = model_add_row(r->model, field[1], 0, 0);
    r->rows.row = memory_grow(r->rows.row, &r->rows.room, r->rows.count + 1, sizeof *r->rows.row);
    r->rows.name = memory_grow(r->rows.name, &r->rows.name_room, r->rows.count + 1, sizeof *r->rows.name);
    r->rows.row[r->rows.count] = (struct mps_row){.kind = kind, .number = number, .entry_column = -1};
    r->rows.name[r->rows.count] = memory_string(field[1]);
    int old = names_add(&r->rows.names, r->rows.name[r->rows.count], (int)r->rows.count);
    r->rows.count++;
    assert(number < r->model->rows && (kind == 'N') == (number < 0));
    assert(r->rows.names.count <= r->rows.count);
    return old < 0 || mps_fail(r, "row '%.100s' is given twice", field[1]);
}

static bool mps_rows_settle_one(struct mps_reader *r, size_t k) {
    const struct mps_row *at = &r->rows.row[k];
    if (at->number < 0) return true;
    assert(at->number < r->model->rows && strchr("LGE", at->kind) && (at->range_line || at->range == 0));
    double *lower = &r->model->row_lower[at->number], *upper = &r->model->row_upper[at->number], rhs = at->rhs;
    double other_up = (double)(rhs + fabsl(at->range)), other_down = (double)(rhs - fabsl(at->range));
    r->line = at->rhs_line;
    if (fabs(rhs) >= MODEL_INFINITY && !((at->kind == 'L' && rhs > 0) || (at->kind == 'G' && rhs < 0)))
        return mps_fail(r, "row '%.100s' of type %c cannot have an infinite right-hand side", r->rows.name[k],
                        at->kind);
    *lower = at->kind == 'L' ? -MODEL_INFINITY : rhs;
    *upper = at->kind == 'G' ? MODEL_INFINITY : rhs;
    if (at->range_line) {
        if (at->kind == 'L') *lower = other_down;
        if (at->kind == 'G') *upper = other_up;
        if (at->kind == 'E' && at->range > 0) *upper = other_up;
        if (at->kind == 'E' && at->range < 0) *lower = other_down;
    }
    if (*lower <= -MODEL_INFINITY) *lower = -MODEL_INFINITY;
    if (*upper >= MODEL_INFINITY) *upper = MODEL_INFINITY;
    return true;
}

bool mps_rows_settle(struct mps_reader *r) {
    int rows = 0;
    for (size_t k = 0; k < r->rows.count; k++) rows += r->rows.row[k].number >= 0;
    assert(rows == r->model->rows); /* each is settled once */
    for (size_t k = 0; k < r->rows.count; k++)
        if (!mps_rows_settle_one(r, k)) return false;
    return true;
}
