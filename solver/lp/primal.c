/* Bounded primal simplex with Devex pricing and a composite phase 1: while a basic variable is outside its bounds the
 * sum of the violations is minimised, and a step may pass breakpoints as long as that sum falls. */
#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "solver/base/check.h"
#include "solver/base/memory.h"
#include "solver/lp/simplex.h"

#define TROUBLES_MOST 50
#define STALL         1e-9 /* least fall of an objective, or of a sum of violations in shares of it */

static double primal_beyond(const struct simplex *s, int j) {
    double v = simplex_violation(s, j);
    return fabs(v) > s->tolerance.primal ? v : 0;
}

/* d of the sum of violations; returns that sum. s->work.tau keeps y. */
static double primal_phase_one_costs(struct simplex *s) {
    double sum = 0;
    s->fresh.dual = false;
    vector_clear(s->work.tau);
    for (int i = 0; i < s->rows; i++) {
        double v = primal_beyond(s, s->basis.head[i]);
        if (v == 0) continue;
        assert(s->basis.where[s->basis.head[i]] == i);
        vector_set(s->work.tau, i, v > 0 ? 1 : -1);
        sum += fabs(v);
    }
    lu_btran(s->lu, s->work.tau, LU_DENSE);
    simplex_price(s, s->work.tau, s->work.alpha);
    memory_clear(s->d, (size_t)s->total * sizeof *s->d);
    for (int t = 0; t < s->work.alpha->count; t++)
        s->d[s->work.alpha->index[t]] = -s->work.alpha->value[s->work.alpha->index[t]];
    return sum;
}

static bool primal_feasible(const struct simplex *s) {
    for (int i = 0; i < s->rows; i++)
        if (primal_beyond(s, s->basis.head[i]) != 0) return false;
    return true;
}

static int primal_choose_column(const struct simplex *s) {
    assert(s->tolerance.dual > 0);
    double best = 0;
    int column = -1;
    for (int j = 0; j < s->total; j++) {
        if (s->d[j] == 0) continue;
        double v = simplex_dual_violation(s, j);
        if (v <= s->tolerance.dual) continue;
        double merit = v * v / s->pricing.devex[j];
        if (merit > best) {
            best = merit;
            column = j;
        }
    }
    return column;
}

static struct candidate *primal_add(const struct simplex *s, struct candidate *c, int row, double alpha, double slack,
                                    bool upper) {
    assert(alpha > 0 && row >= 0 && row < s->rows);
    *c = (struct candidate){row, alpha, slack, (slack + s->tolerance.primal) / alpha, upper};
    return c + 1;
}

/* Breakpoints of x_B when the entering variable moves by sign: where a feasible variable reaches a bound, and where an
 * infeasible one becomes feasible and reaches its other bound. */
static int primal_breakpoints(struct simplex *s, double sign) {
    assert(sign == 1 || sign == -1);
    double least = s->lu->updates < 10 ? s->tolerance.pivot : 10 * s->tolerance.pivot;
    struct candidate *c = s->work.candidates;
    for (int t = 0; t < s->work.column->count; t++) {
        int i = s->work.column->index[t], j = s->basis.head[i];
        double rate = -sign * s->work.column->value[i], alpha = fabs(rate), x = s->x[j], v = primal_beyond(s, j);
        if (alpha <= least) continue;
        if (rate < 0) {
            if (v > 0) c = primal_add(s, c, i, alpha, x - s->upper[j], true);
            if (v >= 0 && s->lower[j] > -INFINITY) c = primal_add(s, c, i, alpha, x - s->lower[j], false);
        } else {
            if (v < 0) c = primal_add(s, c, i, alpha, s->lower[j] - x, false);
            if (v <= 0 && s->upper[j] < INFINITY) c = primal_add(s, c, i, alpha, s->upper[j] - x, true);
        }
    }
    assert(c - s->work.candidates <= 2 * s->total); /* a row has two bounds at most */
    return (int)(c - s->work.candidates);
}

static int primal_compare(const void *a, const void *b) {
    const struct candidate *p = a, *q = b;
    if (p->ratio != q->ratio) return p->ratio < q->ratio ? -1 : 1;
    if (p->at != q->at) return p->at < q->at ? -1 : 1;
    return (int)p->upper - (int)q->upper;
}

/* Phase 2: among the rows that block before the first bound is violated by more than the tolerance, the largest
 * alpha. */
static int primal_ratio(const struct candidate *c, int count) {
    assert(count >= 0);
    double step = INFINITY;
    int best = -1;
    for (int k = 0; k < count; k++) step = fmin(step, c[k].ratio);
    for (int k = 0; k < count; k++) {
        if (c[k].slack > step * c[k].alpha) continue;
        if (best < 0 || c[k].alpha > c[best].alpha) best = k;
    }
    return best;
}

/* Phase 1: breakpoints are passed while the sum of violations falls (`slope`); of those, the last with an acceptable
 * alpha. */
static int primal_ratio_one(struct candidate *c, int count, double slope) {
    assert(count >= 0 && slope >= 0);
    memory_sort(c, (size_t)count, sizeof *c, primal_compare);
    double largest = 0;
    int end = 0;
    while (end < count && slope > 0) {
        slope -= c[end].alpha;
        largest = fmax(largest, c[end++].alpha);
    }
    for (int k = end - 1; k >= 0; k--)
        if (c[k].alpha >= 0.1 * largest) return k;
    return -1;
}

static void primal_update_devex(struct simplex *s, int q, int p) {
    double pivot = s->work.alpha->value[q], entering = s->pricing.devex[q];
    assert(entering >= 1); /* reference weights only grow */
    for (int t = 0; t < s->work.alpha->count; t++) {
        int j = s->work.alpha->index[t];
        double ratio = s->work.alpha->value[j] / pivot;
        s->pricing.devex[j] = fmax(s->pricing.devex[j], ratio * ratio * entering);
    }
    s->pricing.devex[p] = fmax(entering / (pivot * pivot), 1);
    s->pricing.devex[q] = 1;
}

static void primal_update_dual(struct simplex *s, int q, int p) {
    double theta = s->d[q] / s->work.alpha->value[q];
    assert(s->basis.where[q] < 0 && s->basis.where[p] >= 0);
    for (int t = 0; t < s->work.alpha->count; t++) {
        int j = s->work.alpha->index[t];
        s->d[j] -= theta * s->work.alpha->value[j];
    }
    s->d[q] = 0;
    s->d[p] = -theta;
}

static void primal_advance(struct simplex *s, int q, double step) {
    assert(s->basis.where[q] < 0); /* the exchange comes after the step */
    s->fresh.primal = false;
    for (int t = 0; t < s->work.column->count; t++) {
        int i = s->work.column->index[t];
        s->x[s->basis.head[i]] -= step * s->work.column->value[i];
    }
    s->x[q] += step;
}

static double primal_rebuild(struct simplex *s, bool *one) {
    if (!s->basis.factored || s->lu->updates > 0) simplex_factor(s);
    simplex_primal(s);
    CHECK(simplex_check_basis(s));
    CHECK(simplex_check_values(s));
    *one = !primal_feasible(s);
    if (*one) return primal_phase_one_costs(s);
    simplex_dual(s);
    return 0;
}

/* One iteration with entering q, by which the objective falls by about *fall. SIMPLEX_OPTIMAL: succeeded. */
static enum simplex_result primal_iterate(struct simplex *s, int q, bool one, bool *rebuild, double *fall) {
    double sign = s->d[q] < 0 ? 1 : -1;
    assert(s->basis.where[q] < 0 && s->lower[q] != s->upper[q]);
    vector_clear(s->work.column);
    simplex_load(s, s->work.column, q, 1);
    lu_ftran(s->lu, s->work.column, LU_COLUMN);
    CHECK(simplex_check_column(s, q));
    int count = primal_breakpoints(s, sign);
    const struct candidate *c = s->work.candidates;
    int k = one ? primal_ratio_one(s->work.candidates, count, fabs(s->d[q])) : primal_ratio(c, count);
    double range = s->upper[q] - s->lower[q];
    double step = k < 0 ? INFINITY : c[k].slack / c[k].alpha;
    *fall = fmin(step, range) * fabs(s->d[q]);
    if (range <= step && range < INFINITY) {
        primal_advance(s, q, sign * range);
        s->basis.place[q] = s->basis.place[q] == PLACE_LOWER ? PLACE_UPPER : PLACE_LOWER;
        simplex_settle(s, q);
        s->run.iterations++;
        return SIMPLEX_OPTIMAL;
    }
    if (k < 0) {
        if (one || s->lu->updates > 0) {
            *rebuild = true;
            return SIMPLEX_TROUBLE;
        }
        s->ray.entering = q;
        s->ray.direction = sign;
        return SIMPLEX_UNBOUNDED;
    }
    int r = c[k].at, p = s->basis.head[r];
    bool upper = c[k].upper;
    simplex_unit_row(s, r);
    simplex_price(s, s->work.row, s->work.alpha);
    double by_row = s->work.alpha->value[q], by_column = s->work.column->value[r];
    if (fabs(by_row - by_column) > 1e-6 * fabs(by_column) && s->lu->updates > 0) {
        *rebuild = true;
        return SIMPLEX_TROUBLE;
    }
    if (fabs(by_row - by_column) > 1e-3 * fabs(by_column)) {
        s->d[q] = 0; /* not chosen again until d is recomputed */
        return SIMPLEX_TROUBLE;
    }
    primal_advance(s, q, sign * step);
    if (!one) primal_update_dual(s, q, p);
    primal_update_devex(s, q, p);
    simplex_exchange(s, r, q, upper ? PLACE_UPPER : PLACE_LOWER);
    s->run.iterations++;
    *rebuild = !s->basis.factored || lu_worn(s->lu);
    return SIMPLEX_OPTIMAL;
}

enum simplex_result primal_run(struct simplex *s) {
    int troubles = 0, rounds = 0, stalled = 0;
    bool one, skipped = false;
    assert(s->run.control && s->tolerance.primal > 0 && s->tolerance.pivot > 0);
    s->pricing.exact = false;
    if (s->active.count < s->active.all) simplex_activate(s);
    for (int j = 0; j < s->total; j++) s->pricing.devex[j] = 1;
    double sum = primal_rebuild(s, &one), least = INFINITY; /* of the sums of violations so far */
    for (;;) {
        if (simplex_stop(s)) return SIMPLEX_LIMIT;
        bool rebuild = false;
        int q = primal_choose_column(s);
        if (q < 0) {
            if ((s->lu->updates > 0 || skipped) && rounds++ < 5) {
                skipped = false;
                sum = primal_rebuild(s, &one);
                continue;
            }
            if (!one) return skipped ? SIMPLEX_TROUBLE : SIMPLEX_OPTIMAL;
            vector_copy(s->work.row, s->work.tau);
            return certificate_farkas(s, s->work.row) ? SIMPLEX_INFEASIBLE : SIMPLEX_TROUBLE;
        }
        double fall = 0;
        enum simplex_result result = primal_iterate(s, q, one, &rebuild, &fall);
        assert(result != SIMPLEX_UNBOUNDED || (!one && s->ray.entering == q));
        if (result == SIMPLEX_UNBOUNDED) return result;
        if (result == SIMPLEX_TROUBLE) {
            skipped = true;
            if (++troubles > TROUBLES_MOST) return result;
            if (s->lu->threshold < 0.5 && s->lu->updates < 10) s->lu->threshold = 0.5;
        }
        if (rebuild) {
            sum = primal_rebuild(s, &one);
        } else if (one) {
            sum = primal_phase_one_costs(s);
            if (sum == 0) {
                one = false;
                simplex_dual(s);
            }
        }
        bool moved = one ? sum < least * (1 - STALL) : fall > STALL;
        least = one ? fmin(sum, least) : INFINITY;
        stalled = moved ? 0 : stalled + 1;
        if (stalled > 2000 + 2 * s->rows) return SIMPLEX_TROUBLE; /* cycling, or nearly so: the dual takes over */
    }
}
