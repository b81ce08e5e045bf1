/* lpfile_rows.c - the objective, and Subject To. */
#include <assert.h>
#include <math.h>
#include <string.h>

#include "solver/base/memory.h"
#include "solver/io/lpfile_internal.h"
#include "solver/model/logic.h"

struct lpfile_row {
    char label[512]; /* as long as a token's name */
    double lower, upper;
};

bool lpfile_rows_objective(struct lpfile_reader *r) {
    if (lpfile_scan_label(r)) {
        r->model->objective_name = memory_string(r->token.name);
        if (!lpfile_scan(r) || !lpfile_scan(r)) return false;
    }
    if (!lpfile_expression(r)) return false;
    if (fabs(r->sum.constant) >= MODEL_INFINITY)
        return lpfile_fail_done(r, "%s has an infinite constant (expected a finite one)", "the objective");
    for (int k = 0; k < r->sum.count; k++) r->model->cost[r->sum.col[k]] = r->sum.coefficient[k];
    r->model->offset = r->sum.constant;
    lpfile_expression_clear(r);
    return r->token.kind == LPFILE_SECTION || lpfile_unexpected(r, lpfile_parts[LPFILE_ROWS].title);
}

static void lpfile_rows_narrow(double *lower, double *upper, char sense, double value) {
    assert(sense == '<' || sense == '>' || sense == '=');
    if (sense != '<') *lower = value;
    if (sense != '>') *upper = value;
}

/* The number behind a row's sense; nothing but the next row may follow it on its line. */
static bool lpfile_rows_side(struct lpfile_reader *r, double *value, const char *label) {
    if (!lpfile_expression_number(r, value)) return false;
    if (!lpfile_scan_runs_on(r)) return true;
    return lpfile_fail_done(r,
                            "row '%.100s' has more than a number on its right-hand side (expected columns on the "
                            "left only)",
                            label);
}

/* What stood before the sense is a side: number sense sum [sense number]. If no column follows either, it was the sum
 * and what follows is the side. */
static bool lpfile_rows_range(struct lpfile_reader *r, struct lpfile_row *row, char sense) {
    double side = r->sum.constant, value;
    assert(r->sum.count == 0);
    r->sum.constant = 0;
    if (!lpfile_expression(r)) return false;
    bool empty = r->sum.count == 0 && r->token.kind != LPFILE_SENSE;
    char mirrored = (char)(sense == '<' ? '>' : sense == '>' ? '<' : '=');
    if (empty) {
        lpfile_rows_narrow(&row->lower, &row->upper, sense, r->sum.constant);
        r->sum.constant = side;
    } else
        lpfile_rows_narrow(&row->lower, &row->upper, mirrored, side);
    if (r->token.kind != LPFILE_SENSE) return true;
    if (sense == '=' || r->token.sense != sense) return lpfile_unexpected(r, "the same sense on both sides of a range");
    if (!lpfile_scan(r) || !lpfile_rows_side(r, &value, row->label)) return false;
    lpfile_rows_narrow(&row->lower, &row->upper, sense, value);
    return true;
}

/* Moves the constant of the sum to the other side, and the row into the model. */
static bool lpfile_rows_add(struct lpfile_reader *r, struct lpfile_row *row) {
    const char *label = row->label;
    if (fabs(r->sum.constant) >= MODEL_INFINITY)
        return lpfile_fail_done(r, "row '%.100s' has an infinite constant (expected a finite one)", label);
    if (r->sum.constant != 0 && !lpfile_remark(r, LPFILE_CONSTANT, "")) return false;
    if (row->lower > -MODEL_INFINITY) row->lower -= r->sum.constant;
    if (row->upper < MODEL_INFINITY) row->upper -= r->sum.constant;
    if (row->lower >= MODEL_INFINITY || row->upper <= -MODEL_INFINITY)
        return lpfile_fail_done(r, "row '%.100s': an infinite side on the wrong side", label);
    int i = model_add_row(r->model, label[0] ? label : NULL, row->lower, row->upper);
    assert(i == r->model->rows - 1);
    if (label[0] && names_add(&r->rows, r->model->row_name[i], i) >= 0)
        return lpfile_fail_done(r, "row '%.100s' is given twice", label);
    for (int k = 0; k < r->sum.count; k++) model_add_entry(r->model, i, r->sum.col[k], r->sum.coefficient[k]);
    lpfile_expression_clear(r);
    return true;
}

/* [column = 0 or 1 ->] [number sense] sum sense number */
static bool lpfile_rows_body(struct lpfile_reader *r, struct lpfile_row *row, bool conditional) {
    double value;
    int col;
    if (!lpfile_expression(r)) return false;
    if (r->token.kind != LPFILE_SENSE) return lpfile_unexpected(r, "<=, >= or =");
    char sense = r->token.sense;
    if (!lpfile_scan(r)) return false;
    if (r->sum.count == 0 &&
        (r->token.kind == LPFILE_NAME || r->token.kind == LPFILE_SIGN || r->token.kind == LPFILE_NUMBER))
        return lpfile_rows_range(r, row, sense) && lpfile_rows_add(r, row);
    if (!lpfile_rows_side(r, &value, row->label)) return false;
    if (r->token.kind == LPFILE_ARROW && !conditional) {
        if (!lpfile_logic_condition(r, sense, value, &col) || !lpfile_rows_body(r, row, true)) return false;
        return logic_add_indicator(r->logic, r->model->rows - 1, col, value == 1), true;
    }
    lpfile_rows_narrow(&row->lower, &row->upper, sense, value);
    return lpfile_rows_add(r, row);
}

/* [label:] body */
bool lpfile_rows_one(struct lpfile_reader *r) {
    struct lpfile_row row = {"", -MODEL_INFINITY, MODEL_INFINITY};
    if (lpfile_scan_label(r)) {
        static_assert(sizeof row.label == sizeof r->token.name, "a label is a token");
        memcpy(row.label, r->token.name, sizeof row.label);
        if (!lpfile_scan(r) || !lpfile_scan(r)) return false;
    }
    return lpfile_rows_body(r, &row, false);
}
