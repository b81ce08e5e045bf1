/* lpfile_bounds.c - Bounds, General and Binary: what is said of columns by name. */
#include <strings.h>

#include "solver/lpfile_parts.h"

static bool lpfile_bounds_column(struct lpfile_reader *r, int *j) {
    if (r->token != LPFILE_NAME) return lpfile_unexpected(r, "the name of a column");
    *j = names_find(&r->cols, r->name);
    if (*j < 0) return lpfile_unexpected(r, "the name of a column that stands in the objective or a row");
    return lpfile_scan(r);
}

static bool lpfile_bounds_set(struct lpfile_reader *r, int j, char sense, double v) {
    struct model *m = r->model;
    if ((sense != '<' && v >= MODEL_INFINITY) || (sense != '>' && v <= -MODEL_INFINITY))
        return lpfile_fail_done(r, "column '%.100s': an infinite bound on the wrong side", m->col_name[j]);
    if (sense != '<') {
        m->lower[j] = v <= -MODEL_INFINITY ? -MODEL_INFINITY : v;
        r->given[j] |= LPFILE_LOWER;
    }
    if (sense != '>') {
        m->upper[j] = v >= MODEL_INFINITY ? MODEL_INFINITY : v;
        if (v < 0) r->given[j] |= LPFILE_NEGATIVE_UPPER;
        r->negative_line[j] = r->done;
    }
    return true;
}

/* number sense name [sense number] | name sense number | name free */
bool lpfile_bounds_one(struct lpfile_reader *r) {
    double value;
    int j;
    if (r->token != LPFILE_NAME || lpfile_scan_infinity(r)) {
        if (!lpfile_expression_number(r, &value)) return false;
        if (r->token != LPFILE_SENSE) return lpfile_unexpected(r, "<=, >= or =");
        char sense = r->sense;
        if (!lpfile_scan(r) || !lpfile_bounds_column(r, &j)) return false;
        if (!lpfile_bounds_set(r, j, (char)(sense == '<' ? '>' : sense == '>' ? '<' : '='), value)) return false;
        if (r->token != LPFILE_SENSE) return true;
        if (sense == '=' || r->sense != sense) return lpfile_unexpected(r, "the same sense on both sides");
    } else {
        if (!lpfile_bounds_column(r, &j)) return false;
        if (r->token == LPFILE_NAME && strcasecmp(r->name, "free") == 0) {
            r->model->lower[j] = -MODEL_INFINITY;
            r->model->upper[j] = MODEL_INFINITY;
            r->given[j] |= LPFILE_LOWER;
            return lpfile_scan(r);
        }
        if (r->token != LPFILE_SENSE) return lpfile_unexpected(r, "<=, >=, = or free");
    }
    char sense = r->sense;
    return lpfile_scan(r) && lpfile_expression_number(r, &value) && lpfile_bounds_set(r, j, sense, value);
}

bool lpfile_bounds_integer(struct lpfile_reader *r, bool binary) {
    int j = 0;
    if (!lpfile_bounds_column(r, &j)) return false;
    r->model->integer[j] = true;
    if (binary) {
        r->model->lower[j] = 0;
        r->model->upper[j] = 1;
    }
    return true;
}
