/* lpfile_expression.c - sums of columns and constants; each column once, its coefficients added up. */
#include <assert.h>
#include <math.h>
#include <string.h>

#include "solver/base/memory.h"
#include "solver/io/lpfile_internal.h"

int lpfile_column(struct lpfile_reader *r) {
    int j = names_find(&r->cols.names, r->token.name);
    if (j >= 0) return j;
    j = model_add_column(r->model, r->token.name, 0, 0, MODEL_INFINITY, false);
    names_add(&r->cols.names, r->model->col_name[j], j);
    assert(j == r->model->cols - 1 && r->cols.names.count == (size_t)r->model->cols);
    size_t need = (size_t)j + 1;
    r->cols.given = memory_grow(r->cols.given, &r->cols.given_room, need, sizeof *r->cols.given);
    r->cols.upper_line = memory_grow(r->cols.upper_line, &r->cols.upper_room, need, sizeof *r->cols.upper_line);
    r->sum.place = memory_grow(r->sum.place, &r->sum.place_room, need, sizeof *r->sum.place);
    r->cols.given[j] = 0;
    r->cols.upper_line[j] = 0;
    r->sum.place[j] = 0;
    return j;
}

static bool lpfile_expression_add(struct lpfile_reader *r, double coefficient) {
    int j = lpfile_column(r);
    assert(r->token.kind == LPFILE_NAME && r->sum.place[j] >= 0 && r->sum.place[j] <= r->sum.count);
    if (r->sum.place[j] != 0 && !lpfile_remark(r, LPFILE_REPEATED, r->token.name)) return false;
    if (r->sum.place[j] == 0) {
        size_t need = (size_t)r->sum.count + 1;
        r->sum.col = memory_grow(r->sum.col, &r->sum.room, need, sizeof *r->sum.col);
        r->sum.coefficient =
            memory_grow(r->sum.coefficient, &r->sum.coefficient_room, need, sizeof *r->sum.coefficient);
        r->sum.col[r->sum.count] = j;
        r->sum.coefficient[r->sum.count] = 0;
        r->sum.place[j] = ++r->sum.count;
    }
    double *sum = &r->sum.coefficient[r->sum.place[j] - 1];
    assert(r->sum.place[j] <= r->sum.count && r->sum.col[r->sum.place[j] - 1] == j);
    *sum += coefficient;
    if (fabs(*sum) < MODEL_INFINITY) return true;
    return lpfile_fail(r, "column '%.100s': coefficient %g (expected a finite number)", r->token.name, *sum);
}

void lpfile_expression_clear(struct lpfile_reader *r) {
    for (int k = 0; k < r->sum.count; k++) {
        assert(r->sum.place[r->sum.col[k]] == k + 1);
        r->sum.place[r->sum.col[k]] = 0;
    }
    r->sum.count = 0;
    r->sum.constant = 0;
}

/* [sign...] [number] [name], repeated while a sign, a number or a name without ':' follows. */
bool lpfile_expression(struct lpfile_reader *r) {
    for (bool first = true;; first = false) {
        double sign = 1, number = 1;
        bool signs = false, numbers = false;
        while (r->token.kind == LPFILE_SIGN) {
            sign *= r->token.number;
            signs = true;
            if (!lpfile_scan(r)) return false;
        }
        bool begins = r->token.kind == LPFILE_NUMBER || (r->token.kind == LPFILE_NAME && !lpfile_scan_label(r));
        if (begins && !signs && !first && !lpfile_remark(r, LPFILE_UNSIGNED, "")) return false;
        if (r->token.kind == LPFILE_NUMBER) {
            number = r->token.number;
            assert(!(number < 0)); /* signs are tokens */
            numbers = true;
            if (!lpfile_scan(r)) return false;
        }
        if (r->token.kind == LPFILE_NAME && !lpfile_scan_label(r) && !(signs && lpfile_scan_infinity(r))) {
            if (!lpfile_expression_add(r, sign * number) || !lpfile_scan(r)) return false;
        } else if (numbers)
            r->sum.constant += sign * number;
        else if (signs && lpfile_scan_infinity(r)) {
            r->sum.constant = sign * MODEL_INFINITY;
            if (!lpfile_scan(r)) return false;
        } else if (signs || first)
            return signs ? lpfile_unexpected(r, "a number or a name") : true;
        else
            return true;
    }
}

bool lpfile_expression_number(struct lpfile_reader *r, double *value) {
    double sign = 1;
    while (r->token.kind == LPFILE_SIGN) {
        sign *= r->token.number;
        if (!lpfile_scan(r)) return false;
    }
    if (lpfile_scan_infinity(r))
        *value = sign * MODEL_INFINITY;
    else if (r->token.kind == LPFILE_NUMBER)
        *value = sign * r->token.number;
    else
        return lpfile_unexpected(r, "a number");
    return lpfile_scan(r);
}
