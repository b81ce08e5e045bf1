/* lpfile_bounds.c - sections Bounds, General and Binary. */
#include <assert.h>
#include <math.h>
#include <strings.h>

#include "solver/io/lpfile_internal.h"

static bool lpfile_bounds_column(struct lpfile_reader *r, int *j) {
    if (r->token.kind != LPFILE_NAME) return lpfile_unexpected(r, "the name of a column");
    *j = lpfile_column(r);
    return lpfile_scan(r);
}

/* Bounds that come after Binary count, as they do for HiGHS and cbc; glpsol refuses the order. */
static bool lpfile_bounds_given(struct lpfile_reader *r, int j, unsigned sides) {
    const struct model *m = r->model;
    assert(sides != 0);
    r->cols.given[j] |= (unsigned char)sides;
    if (!(r->cols.given[j] & LPFILE_DECLARED_BINARY) || (m->lower[j] >= 0 && m->upper[j] <= 1)) return true;
    return lpfile_warn(r, r->done,
                       "column '%.100s' was declared binary and gets the bounds [%g, %g] afterwards, on which readers "
                       "disagree; these bounds are used",
                       m->col_name[j], m->lower[j], m->upper[j]);
}

static bool lpfile_bounds_set(struct lpfile_reader *r, int j, char sense, double v) {
    struct model *m = r->model;
    assert(j >= 0 && j < m->cols && (sense == '<' || sense == '>' || sense == '='));
    if ((sense != '<' && v >= MODEL_INFINITY) || (sense != '>' && v <= -MODEL_INFINITY))
        return lpfile_fail_done(r, "column '%.100s': an infinite bound on the wrong side", m->col_name[j]);
    if (sense != '<') m->lower[j] = v <= -MODEL_INFINITY ? -MODEL_INFINITY : v;
    if (sense != '>') {
        m->upper[j] = v >= MODEL_INFINITY ? MODEL_INFINITY : v;
        r->cols.upper_line[j] = r->done;
    }
    return lpfile_bounds_given(r, j, (sense != '<' ? LPFILE_LOWER : 0u) | (sense != '>' ? LPFILE_UPPER : 0u));
}

/* number sense name [sense number] | name sense number | name free */
bool lpfile_bounds_one(struct lpfile_reader *r) {
    double value;
    int j = 0;
    if (r->token.kind != LPFILE_NAME || lpfile_scan_infinity(r)) {
        if (!lpfile_expression_number(r, &value)) return false;
        if (r->token.kind != LPFILE_SENSE) return lpfile_unexpected(r, "<=, >= or =");
        char sense = r->token.sense;
        if (!lpfile_scan(r) || !lpfile_bounds_column(r, &j)) return false;
        if (!lpfile_bounds_set(r, j, (char)(sense == '<' ? '>' : sense == '>' ? '<' : '='), value)) return false;
        if (r->token.kind != LPFILE_SENSE) return true;
        if (sense == '=' || r->token.sense != sense) return lpfile_unexpected(r, "the same sense on both sides");
    } else {
        if (!lpfile_bounds_column(r, &j)) return false;
        if (r->token.kind == LPFILE_NAME && strcasecmp(r->token.name, "free") == 0) {
            r->model->lower[j] = -MODEL_INFINITY;
            r->model->upper[j] = MODEL_INFINITY;
            return lpfile_scan(r) && lpfile_bounds_given(r, j, LPFILE_LOWER | LPFILE_UPPER);
        }
        if (r->token.kind != LPFILE_SENSE) return lpfile_unexpected(r, "<=, >=, = or free");
    }
    char sense = r->token.sense;
    if (!lpfile_scan(r) || !lpfile_expression_number(r, &value)) return false;
    if (lpfile_scan_runs_on(r))
        return lpfile_fail_done(r,
                                "bound of column '%.100s' with more than a number (expected one column and one number)",
                                r->model->col_name[j]);
    return lpfile_bounds_set(r, j, sense, value);
}

/* The intersection of the bounds with [0, 1]. Readers agree on it where the bounds lie within; else glpsol and HiGHS
 * keep the bounds, and cbc takes the intersection. */
static bool lpfile_bounds_narrow(struct lpfile_reader *r, int j) {
    struct model *m = r->model;
    double lower = m->lower[j], upper = m->upper[j];
    bool below = (r->cols.given[j] & LPFILE_LOWER) && (lower < 0 || lower > 1);
    bool above = (r->cols.given[j] & LPFILE_UPPER) && (upper > 1 || upper < 0);
    bool again = (r->cols.given[j] & LPFILE_DECLARED_BINARY) != 0;
    r->cols.given[j] |= LPFILE_DECLARED_BINARY;
    m->lower[j] = fmax(lower, 0);
    m->upper[j] = fmin(upper, 1);
    assert(m->integer[j] && m->lower[j] >= 0 && m->upper[j] <= 1);
    if (again || (!below && !above)) return true;
    return lpfile_warn(
        r, r->done,
        "column '%.100s' is declared binary after it got the bounds [%g, %g], on which readers disagree; "
        "what they have in common with [0, 1] is used",
        m->col_name[j], lower, upper);
}

static bool lpfile_bounds_integer(struct lpfile_reader *r, int *j) {
    if (!lpfile_bounds_column(r, j)) return false;
    assert(*j >= 0 && *j < r->model->cols);
    r->model->integer[*j] = true;
    return true;
}

bool lpfile_bounds_general(struct lpfile_reader *r) {
    int j = 0;
    return lpfile_bounds_integer(r, &j);
}

bool lpfile_bounds_binary(struct lpfile_reader *r) {
    int j = 0;
    return lpfile_bounds_integer(r, &j) && lpfile_bounds_narrow(r, j);
}
