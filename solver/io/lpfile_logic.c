/* lpfile_logic.c - sections Semi-continuous and SOS, and the condition in front of a row. */
#include <assert.h>
#include <math.h>
#include <string.h>
#include <strings.h>

#include "solver/io/lpfile_internal.h"
#include "solver/model/logic.h"

bool lpfile_logic_semi(struct lpfile_reader *r) {
    if (r->token.kind != LPFILE_NAME) return lpfile_unexpected(r, "the name of a column");
    int j = lpfile_column(r);
    if (r->cols.given[j] & LPFILE_DECLARED_SEMI)
        return lpfile_fail(r, "column '%.100s' is declared semi-continuous twice (expected once)", r->token.name);
    r->cols.given[j] |= LPFILE_DECLARED_SEMI;
    logic_add_semi(r->logic, j);
    return lpfile_scan(r);
}

/* S1:: or S2::, of the token in hand and what follows it; 0: neither. */
static int lpfile_logic_type(const struct lpfile_reader *r) {
    if (r->token.kind != LPFILE_NAME || !r->at) return 0;
    const char *at = r->at + strspn(r->at, " \t");
    if (*at != ':' || at[1 + strspn(at + 1, " \t")] != ':') return 0;
    return strcasecmp(r->token.name, "S1") == 0 ? 1 : strcasecmp(r->token.name, "S2") == 0 ? 2 : 0;
}

/* NAME : NUMBER; then the next token. */
static bool lpfile_logic_member(struct lpfile_reader *r) {
    double weight;
    if (r->token.kind != LPFILE_NAME) return lpfile_unexpected(r, "the name of a column");
    int j = lpfile_column(r);
    if (!lpfile_scan(r)) return false;
    if (r->token.kind != LPFILE_COLON) return lpfile_unexpected(r, "':' and a weight");
    if (!lpfile_scan(r) || !lpfile_expression_number(r, &weight)) return false;
    if (fabs(weight) >= MODEL_INFINITY)
        return lpfile_fail_done(r, "column '%.100s' has an infinite weight (expected a finite one)",
                                r->model->col_name[j]);
    logic_add_member(r->logic, j, weight);
    return true;
}

/* Whether the token in hand begins a set: a name, ':', and S1 or S2 or another label behind it. */
static bool lpfile_logic_begins(const struct lpfile_reader *r) {
    if (r->token.kind != LPFILE_NAME || !r->at) return true;
    const char *at = r->at + strspn(r->at, " \t");
    if (*at != ':') return false;
    at += 1 + strspn(at + 1, " \t");
    return *at == ':' || ((*at == 'S' || *at == 's') && (at[1] == '1' || at[1] == '2'));
}

/* [NAME:] S1:: {NAME:NUMBER}, likewise S2. */
bool lpfile_logic_set(struct lpfile_reader *r) {
    char name[sizeof r->token.name] = "";
    if (r->token.kind != LPFILE_NAME) return lpfile_unexpected(r, "the name of a set");
    int type = lpfile_logic_type(r);
    if (!type) {
        memcpy(name, r->token.name, sizeof name);
        if (!lpfile_scan(r)) return false;
        if (r->token.kind != LPFILE_COLON) return lpfile_unexpected(r, "':' and S1:: or S2::");
        if (!lpfile_scan(r)) return false;
        type = lpfile_logic_type(r);
    }
    if (!type) return lpfile_unexpected(r, "S1:: or S2::");
    for (int k = 0; k < 2; k++) {
        if (!lpfile_scan(r)) return false;
        if (r->token.kind != LPFILE_COLON) return lpfile_unexpected(r, "'::'");
    }
    if (!lpfile_scan(r)) return false;
    logic_add_set(r->logic, name[0] ? name : NULL, type);
    while (!lpfile_logic_begins(r))
        if (!lpfile_logic_member(r)) return false;
    return true;
}

bool lpfile_logic_condition(struct lpfile_reader *r, char sense, double side, int *col) {
    assert(r->token.kind == LPFILE_ARROW);
    bool good = r->sum.count == 1 && r->sum.coefficient[0] == 1 && r->sum.constant == 0 && sense == '=';
    if (!good || (side != 0 && side != 1)) return lpfile_fail(r, "expected a binary column = 0 or 1 before '->'");
    *col = r->sum.col[0];
    lpfile_expression_clear(r);
    return lpfile_scan(r);
}
