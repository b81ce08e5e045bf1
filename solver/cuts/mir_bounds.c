#include <assert.h>
#include <math.h>

#include "solver/base/memory.h"
#include "solver/cuts/mir_internal.h"

#define MIR_TIE 1e-9 /* bounds are as near as each other */

double mir_bounds_distance(const struct mir *r, int k) {
    const struct cuts *c = r->c;
    int v = r->list[k];
    switch ((enum mir_side)r->side[k]) {
    case MIR_LOWER: return c->x[v] - cuts_lower(c, v);
    case MIR_UPPER: return cuts_upper(c, v) - c->x[v];
    case MIR_VARIABLE_UPPER:
    case MIR_VARIABLE_LOWER: break;
    }
    struct cuts_bound b = cuts_variable_bound(r->c, v, r->side[k] == MIR_VARIABLE_UPPER);
    return fabs(b.slope * c->x[b.by] + b.constant - c->x[v]);
}

/* Takes the variable bound of a continuous column if it is nearer to the relaxation's value than `nearest`, or as near
 * and measured from it the column's coefficient a is positive: rounding drops that, and only the binary stays. Arcs
 * without flow enter the cuts of a network as binaries by this alone. */
static double mir_bounds_choose_variable(struct mir *r, int k, bool upper, double a, double nearest) {
    const struct cuts *c = r->c;
    int v = r->list[k];
    if ((upper ? c->upper_row[v] : c->lower_row[v]) < 0) return nearest;
    struct cuts_bound b = cuts_variable_bound(r->c, v, upper);
    double above = b.slope * c->x[b.by] + b.constant - c->x[v], distance = upper ? above : -above;
    bool tie = (upper ? a < 0 : a > 0) || (upper && nearest > MIR_TIE);
    if (!(distance < nearest - MIR_TIE || (tie && distance <= nearest + MIR_TIE))) return nearest;
    r->side[k] = upper ? MIR_VARIABLE_UPPER : MIR_VARIABLE_LOWER;
    return distance;
}

bool mir_bounds_choose(struct mir *r, int k, double a) {
    const struct cuts *c = r->c;
    int v = r->list[k];
    double below = c->x[v] - cuts_lower(c, v), above = cuts_upper(c, v) - c->x[v];
    if (cuts_lower(c, v) <= -MODEL_INFINITY) below = INFINITY;
    if (cuts_upper(c, v) >= MODEL_INFINITY) above = INFINITY;
    r->side[k] = above < below ? MIR_UPPER : MIR_LOWER;
    double nearest = fmin(below, above);
    if (v < c->m->cols && !c->m->integer[v]) {
        nearest = mir_bounds_choose_variable(r, k, true, a, nearest);
        nearest = mir_bounds_choose_variable(r, k, false, a, nearest);
    }
    return isfinite(nearest);
}

/* The variable becomes its distance from the bound chosen. */
static void mir_bounds_shift(struct mir *r, int k, double a, double *b) {
    bool lower = r->side[k] == MIR_LOWER;
    assert(r->side[k] == MIR_LOWER || r->side[k] == MIR_UPPER);
    double bound = lower ? cuts_lower(r->c, r->list[k]) : cuts_upper(r->c, r->list[k]);
    assert(fabs(bound) < MODEL_INFINITY); /* mir_bounds_choose takes finite bounds only */
    *b -= a * bound;
    r->scale += fabs(a * bound);
    r->t[k] = lower ? a : -a;
}

bool mir_bounds_substitute(struct mir *r, double sign, double *side) {
    double b = 0;
    r->scale = 0;
    int original = r->count;
    memory_clear(r->t, (size_t)r->count * sizeof *r->t);
    for (int k = 0; k < original; k++) { /* continuous ones first: their bounds add to coefficients of integers */
        int v = r->list[k];
        double a = sign * r->coef[v];
        r->t[k] = 0;
        if (a == 0 || mir_is_integer(r, v)) continue;
        if (!mir_bounds_choose(r, k, a)) return false;
        if (r->side[k] == MIR_LOWER || r->side[k] == MIR_UPPER) {
            mir_bounds_shift(r, k, a, &b);
            continue;
        }
        struct cuts_bound by = cuts_variable_bound(r->c, v, r->side[k] == MIR_VARIABLE_UPPER);
        mir_add(r, by.by, sign * a * by.slope); /* stays in the combination until the caller undoes it */
        b -= a * by.constant;
        r->scale += fabs(a * by.constant);
        r->t[k] = r->side[k] == MIR_VARIABLE_LOWER ? a : -a;
    }
    for (int k = 0; k < r->count; k++) {
        int v = r->list[k];
        double a = sign * r->coef[v];
        if (!mir_is_integer(r, v)) continue;
        r->t[k] = 0;
        if (a == 0) continue;
        if (!mir_bounds_choose(r, k, a)) return false;
        mir_bounds_shift(r, k, a, &b);
    }
    *side = b;
    return true;
}

void mir_bounds_restore(struct mir *r, double sign) {
    for (int k = 0; k < r->count; k++) {
        int v = r->list[k];
        if (mir_is_integer(r, v) || r->t[k] == 0 || r->side[k] < MIR_VARIABLE_UPPER) continue;
        struct cuts_bound by = cuts_variable_bound(r->c, v, r->side[k] == MIR_VARIABLE_UPPER);
        double a = r->side[k] == MIR_VARIABLE_LOWER ? r->t[k] : -r->t[k];
        r->coef[by.by] -= sign * a * by.slope;
    }
}
