/* lpfile_rows.c - the objective, and Subject To. */
#include <math.h>
#include <string.h>

#include "solver/base/memory.h"
#include "solver/io/lpfile_internal.h"

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
    return r->token.kind == LPFILE_SECTION || lpfile_unexpected(r, "Subject To");
}

static void lpfile_rows_narrow(double *lower, double *upper, char sense, double value) {
    if (sense != '<') *lower = value;
    if (sense != '>') *upper = value;
}

/* [label:] [number sense] expression sense number: the expression's constant is taken to the other side. */
bool lpfile_rows_one(struct lpfile_reader *r) {
    char label[sizeof r->token.name] = "";
    double lower = -MODEL_INFINITY, upper = MODEL_INFINITY, value;
    if (lpfile_scan_label(r)) {
        memcpy(label, r->token.name, sizeof label);
        if (!lpfile_scan(r) || !lpfile_scan(r)) return false;
    }
    if (!lpfile_expression(r)) return false;
    if (r->token.kind != LPFILE_SENSE) return lpfile_unexpected(r, "<=, >= or =");
    char sense = r->token.sense;
    if (!lpfile_scan(r)) return false;
    bool range = r->sum.count == 0 &&
                 (r->token.kind == LPFILE_NAME || r->token.kind == LPFILE_SIGN || r->token.kind == LPFILE_NUMBER);
    if (range) { /* what stood before the sense is a side, unless no column follows either */
        double side = r->sum.constant;
        r->sum.constant = 0;
        if (!lpfile_expression(r)) return false;
        bool empty =
            r->sum.count == 0 && r->token.kind != LPFILE_SENSE; /* no column at all: the expression was the first */
        char mirrored = (char)(sense == '<' ? '>' : sense == '>' ? '<' : '=');
        if (empty) {
            lpfile_rows_narrow(&lower, &upper, sense, r->sum.constant);
            r->sum.constant = side;
        } else
            lpfile_rows_narrow(&lower, &upper, mirrored, side);
        if (r->token.kind == LPFILE_SENSE) {
            if (sense == '=' || r->token.sense != sense)
                return lpfile_unexpected(r, "the same sense on both sides of a range");
            if (!lpfile_scan(r) || !lpfile_expression_number(r, &value)) return false;
            lpfile_rows_narrow(&lower, &upper, sense, value);
        }
    } else {
        if (!lpfile_expression_number(r, &value)) return false;
        lpfile_rows_narrow(&lower, &upper, sense, value);
    }
    if (fabs(r->sum.constant) >= MODEL_INFINITY)
        return lpfile_fail_done(r, "row '%.100s' has an infinite constant (expected a finite one)", label);
    if (r->sum.constant != 0 && !lpfile_remark(r, LPFILE_CONSTANT, "")) return false;
    if (lower > -MODEL_INFINITY) lower -= r->sum.constant;
    if (upper < MODEL_INFINITY) upper -= r->sum.constant;
    if (lower >= MODEL_INFINITY || upper <= -MODEL_INFINITY)
        return lpfile_fail_done(r, "row '%.100s': an infinite side on the wrong side", label);
    int i = model_add_row(r->model, label[0] ? label : NULL, lower, upper);
    if (label[0] && names_add(&r->rows, r->model->row_name[i], i) >= 0)
        return lpfile_fail_done(r, "row '%.100s' is given twice", label);
    for (int k = 0; k < r->sum.count; k++) model_add_entry(r->model, i, r->sum.col[k], r->sum.coefficient[k]);
    lpfile_expression_clear(r);
    return true;
}
