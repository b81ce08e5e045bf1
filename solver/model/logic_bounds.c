/* logic_bounds.c - finite bounds that rows imply for columns without their own. */
#include <assert.h>
#include <math.h>

#include "solver/model/logic.h"
#include "solver/model/rows.h"

enum { LOGIC_ROUNDS = 10 };

struct logic_pass { /* over the rows, each as sign * row <= side */
    const struct model *m;
    struct rows rows;
    double *lower, *upper; /* [cols] */
};

/* Least value of sign * entry k over its column's bounds; -INFINITY: none. */
static double logic_least(const struct logic_pass *p, long k, double sign) {
    double value = sign * p->rows.value[k];
    assert(value != 0);
    return value * model_unbounded(value > 0 ? p->lower[p->rows.col[k]] : p->upper[p->rows.col[k]]);
}

/* sign * row <= side, where the other columns take at least `rest`, bounds the column of entry k. */
static bool logic_imply(struct logic_pass *p, long k, double sign, double side, double rest) {
    int j = p->rows.col[k];
    double value = sign * p->rows.value[k], *bound = value > 0 ? &p->upper[j] : &p->lower[j];
    double implied = (side - rest) / value, margin = 1e-9 * fmax(1, fabs(implied)); /* rounding cuts nothing off */
    if (fabs(*bound) < MODEL_INFINITY || !(fabs(implied) < MODEL_INFINITY)) return false;
    *bound = value > 0 ? implied + margin : implied - margin;
    if (p->m->integer[j]) *bound = value > 0 ? floor(*bound) : ceil(*bound);
    return true;
}

/* True: a column got a bound. */
static bool logic_row(struct logic_pass *p, int i, double sign) {
    double side = sign > 0 ? p->m->row_upper[i] : -p->m->row_lower[i], sum = 0;
    long begin = p->rows.start[i], end = p->rows.start[i + 1], open = 0, at = begin;
    if (side >= MODEL_INFINITY) return false;
    for (long k = begin; k < end; k++) {
        double least = logic_least(p, k, sign);
        if (isfinite(least)) sum += least;
        if (!isfinite(least)) open++, at = k;
    }
    if (open == 1) return logic_imply(p, at, sign, side, sum);
    bool any = false;
    for (long k = begin; open == 0 && k < end; k++) any |= logic_imply(p, k, sign, side, sum - logic_least(p, k, sign));
    return any;
}

void logic_bounds(const struct model *m, const bool *skip, double *lower, double *upper) {
    struct logic_pass p = {.m = m, .lower = lower, .upper = upper};
    rows_init(&p.rows, m);
    bool any = true;
    for (int round = 0; any && round < LOGIC_ROUNDS; round++) {
        any = false;
        for (int i = 0; i < m->rows; i++)
            for (int sign = -1; !skip[i] && sign <= 1; sign += 2) any |= logic_row(&p, i, sign);
    }
    rows_free(&p.rows);
}
