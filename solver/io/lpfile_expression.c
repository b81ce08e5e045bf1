/* lpfile_expression.c - sums of columns and constants; each column once, its coefficients added up. */
#include <string.h>

#include "solver/base/memory.h"
#include "solver/io/lpfile_parts.h"

int lpfile_column(struct lpfile_reader *r) {
    int j = names_find(&r->cols, r->name);
    if (j >= 0) return j;
    j = model_add_column(r->model, r->name, 0, 0, MODEL_INFINITY, false);
    names_add(&r->cols, r->model->col_name[j], j);
    size_t need = (size_t)j + 1;
    r->given = memory_grow(r->given, &r->given_room, need, sizeof *r->given);
    r->upper_line = memory_grow(r->upper_line, &r->upper_room, need, sizeof *r->upper_line);
    r->term_of = memory_grow(r->term_of, &r->term_of_room, need, sizeof *r->term_of);
    r->given[j] = 0;
    r->upper_line[j] = 0;
    r->term_of[j] = 0;
    return j;
}

static bool lpfile_expression_add(struct lpfile_reader *r, double coefficient) {
    int j = lpfile_column(r);
    if (r->term_of[j] != 0 && !lpfile_remark(r, LPFILE_REPEATED, r->name)) return false;
    if (r->term_of[j] == 0) {
        size_t need = (size_t)r->terms + 1;
        r->term = memory_grow(r->term, &r->term_room, need, sizeof *r->term);
        r->coefficient = memory_grow(r->coefficient, &r->coefficient_room, need, sizeof *r->coefficient);
        r->term[r->terms] = j;
        r->coefficient[r->terms] = 0;
        r->term_of[j] = ++r->terms;
    }
    r->coefficient[r->term_of[j] - 1] += coefficient;
    return true;
}

void lpfile_expression_clear(struct lpfile_reader *r) {
    for (int k = 0; k < r->terms; k++) r->term_of[r->term[k]] = 0;
    r->terms = 0;
    r->constant = 0;
}

/* [sign...] [number] [name], repeated as long as a sign, a number or a name that is no label follows. */
bool lpfile_expression(struct lpfile_reader *r) {
    for (bool first = true;; first = false) {
        double sign = 1, number = 1;
        bool signs = false, numbers = false;
        while (r->token == LPFILE_SIGN) {
            sign *= r->number;
            signs = true;
            if (!lpfile_scan(r)) return false;
        }
        bool begins = r->token == LPFILE_NUMBER || (r->token == LPFILE_NAME && !lpfile_scan_label(r));
        if (begins && !signs && !first && !lpfile_remark(r, LPFILE_UNSIGNED, "")) return false;
        if (r->token == LPFILE_NUMBER) {
            number = r->number;
            numbers = true;
            if (!lpfile_scan(r)) return false;
        }
        if (r->token == LPFILE_NAME && !lpfile_scan_label(r) && !(signs && lpfile_scan_infinity(r))) {
            if (!lpfile_expression_add(r, sign * number) || !lpfile_scan(r)) return false;
        } else if (numbers)
            r->constant += sign * number;
        else if (signs && lpfile_scan_infinity(r)) {
            r->constant = sign * MODEL_INFINITY;
            if (!lpfile_scan(r)) return false;
        } else if (signs || first)
            return signs ? lpfile_unexpected(r, "a number or a name") : true;
        else
            return true;
    }
}

bool lpfile_expression_number(struct lpfile_reader *r, double *value) {
    double sign = 1;
    while (r->token == LPFILE_SIGN) {
        sign *= r->number;
        if (!lpfile_scan(r)) return false;
    }
    if (lpfile_scan_infinity(r))
        *value = sign * MODEL_INFINITY;
    else if (r->token == LPFILE_NUMBER)
        *value = sign * r->number;
    else
        return lpfile_unexpected(r, "a number");
    return lpfile_scan(r);
}
