/* Bounded primal simplex with Devex pricing and a composite phase 1: while a basic variable is outside its bounds the
 * sum of the violations is minimised, and a step may pass breakpoints as long as that sum falls. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "solver/lp/simplex.h"

#define TROUBLES_MOST 50
#define STALL         1e-9 /* an objective that falls by less, or a sum of violations by less of itself, has not moved */

static double primal_beyond(const struct simplex *s, int j) {
    double v = simplex_violation(s, j);
    return fabs(v) > s->primal_tolerance ? v : 0;
}

/* d of the sum of violations; returns that sum. s->tau keeps y. */
static double primal_phase_one_costs(struct simplex *s) {
    double sum = 0;
    s->dual_fresh = false;
    vector_clear(s->tau);
    for (int i = 0; i < s->rows; i++) {
        double v = primal_beyond(s, s->head[i]);
        if (v == 0) continue;
        vector_set(s->tau, i, v > 0 ? 1 : -1);
        sum += fabs(v);
    }
    lu_btran(s->lu, s->tau, LU_DENSE);
    simplex_price(s, s->tau, s->alpha);
    memset(s->d, 0, (size_t)s->total * sizeof *s->d);
    for (int t = 0; t < s->alpha->count; t++) s->d[s->alpha->index[t]] = -s->alpha->value[s->alpha->index[t]];
    return sum;
}

static bool primal_feasible(const struct simplex *s) {
    for (int i = 0; i < s->rows; i++)
        if (primal_beyond(s, s->head[i]) != 0) return false;
    return true;
}

static int primal_choose_column(const struct simplex *s) {
    double best = 0;
    int column = -1;
    for (int j = 0; j < s->total; j++) {
        if (s->d[j] == 0) continue;
        double v = simplex_dual_violation(s, j);
        if (v <= s->dual_tolerance) continue;
        double merit = v * v / s->devex[j];
        if (merit > best) {
            best = merit;
            column = j;
        }
    }
    return column;
}

static struct candidate *primal_add(const struct simplex *s, struct candidate *c, int row, double alpha, double slack,
                                    bool upper) {
    *c = (struct candidate){row, alpha, slack, (slack + s->primal_tolerance) / alpha, upper};
    return c + 1;
}

/* Breakpoints of x_B when the entering variable moves by sign: where a feasible variable meets a bound, and where an
 * infeasible one gets feasible, and meets its other bound. */
static int primal_breakpoints(struct simplex *s, double sign) {
    double least = s->lu->updates < 10 ? s->pivot_least : 10 * s->pivot_least;
    struct candidate *c = s->candidates;
    for (int t = 0; t < s->column->count; t++) {
        int i = s->column->index[t], j = s->head[i];
        double rate = -sign * s->column->value[i], alpha = fabs(rate), x = s->x[j], v = primal_beyond(s, j);
        if (alpha <= least) continue;
        if (rate < 0) {
            if (v > 0) c = primal_add(s, c, i, alpha, x - s->upper[j], true);
            if (v >= 0 && s->lower[j] > -INFINITY) c = primal_add(s, c, i, alpha, x - s->lower[j], false);
        } else {
            if (v < 0) c = primal_add(s, c, i, alpha, s->lower[j] - x, false);
            if (v <= 0 && s->upper[j] < INFINITY) c = primal_add(s, c, i, alpha, s->upper[j] - x, true);
        }
    }
    return (int)(c - s->candidates);
}

static int primal_compare(const void *a, const void *b) {
    const struct candidate *p = a, *q = b;
    if (p->ratio != q->ratio) return p->ratio < q->ratio ? -1 : 1;
    if (p->at != q->at) return p->at < q->at ? -1 : 1;
    return (int)p->upper - (int)q->upper;
}

/* Phase 2: among what blocks before the first bound is violated by more than the tolerance, the largest alpha. */
static int primal_ratio(const struct candidate *c, int count) {
    double step = INFINITY;
    int best = -1;
    for (int k = 0; k < count; k++) step = fmin(step, c[k].ratio);
    for (int k = 0; k < count; k++) {
        if (c[k].slack > step * c[k].alpha) continue;
        if (best < 0 || c[k].alpha > c[best].alpha) best = k;
    }
    return best;
}

/* Phase 1: breakpoints are passed while the sum of violations falls (`slope`); of those, the last with a decent alpha.
 */
static int primal_ratio_one(struct candidate *c, int count, double slope) {
    qsort(c, (size_t)count, sizeof *c, primal_compare);
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
    double pivot = s->alpha->value[q], entering = s->devex[q];
    for (int t = 0; t < s->alpha->count; t++) {
        int j = s->alpha->index[t];
        double ratio = s->alpha->value[j] / pivot;
        s->devex[j] = fmax(s->devex[j], ratio * ratio * entering);
    }
    s->devex[p] = fmax(entering / (pivot * pivot), 1);
    s->devex[q] = 1;
}

static void primal_update_dual(struct simplex *s, int q, int p) {
    double theta = s->d[q] / s->alpha->value[q];
    for (int t = 0; t < s->alpha->count; t++) {
        int j = s->alpha->index[t];
        s->d[j] -= theta * s->alpha->value[j];
    }
    s->d[q] = 0;
    s->d[p] = -theta;
}

static void primal_advance(struct simplex *s, int q, double step) {
    s->primal_fresh = false;
    for (int t = 0; t < s->column->count; t++) {
        int i = s->column->index[t];
        s->x[s->head[i]] -= step * s->column->value[i];
    }
    s->x[q] += step;
}

static double primal_rebuild(struct simplex *s, bool *one) {
    if (!s->factored || s->lu->updates > 0) simplex_factor(s);
    simplex_primal(s);
    *one = !primal_feasible(s);
    if (*one) return primal_phase_one_costs(s);
    simplex_dual(s);
    return 0;
}

/* One iteration with entering q, by which the objective falls by about *fall. SIMPLEX_OPTIMAL: went through. */
static enum simplex_result primal_iterate(struct simplex *s, int q, bool one, bool *rebuild, double *fall) {
    double sign = s->d[q] < 0 ? 1 : -1;
    vector_clear(s->column);
    simplex_load(s, s->column, q, 1);
    lu_ftran(s->lu, s->column, LU_COLUMN);
    int count = primal_breakpoints(s, sign);
    const struct candidate *c = s->candidates;
    int k = one ? primal_ratio_one(s->candidates, count, fabs(s->d[q])) : primal_ratio(c, count);
    double range = s->upper[q] - s->lower[q];
    double step = k < 0 ? INFINITY : c[k].slack / c[k].alpha;
    *fall = fmin(step, range) * fabs(s->d[q]);
    if (range <= step && range < INFINITY) {
        primal_advance(s, q, sign * range);
        s->place[q] = s->place[q] == PLACE_LOWER ? PLACE_UPPER : PLACE_LOWER;
        simplex_settle(s, q);
        s->iterations++;
        return SIMPLEX_OPTIMAL;
    }
    if (k < 0) {
        if (one || s->lu->updates > 0) {
            *rebuild = true;
            return SIMPLEX_TROUBLE;
        }
        s->entering = q;
        s->direction = sign;
        return SIMPLEX_UNBOUNDED;
    }
    int r = c[k].at, p = s->head[r];
    bool upper = c[k].upper;
    simplex_unit_row(s, r);
    simplex_price(s, s->row, s->alpha);
    double by_row = s->alpha->value[q], by_column = s->column->value[r];
    if (fabs(by_row - by_column) > 1e-6 * fabs(by_column) && s->lu->updates > 0) {
        *rebuild = true;
        return SIMPLEX_TROUBLE;
    }
    if (fabs(by_row - by_column) > 1e-3 * fabs(by_column)) {
        s->d[q] = 0; /* left alone until d is computed afresh */
        return SIMPLEX_TROUBLE;
    }
    primal_advance(s, q, sign * step);
    if (!one) primal_update_dual(s, q, p);
    primal_update_devex(s, q, p);
    simplex_exchange(s, r, q, upper ? PLACE_UPPER : PLACE_LOWER);
    s->iterations++;
    *rebuild = !s->factored || lu_worn(s->lu);
    return SIMPLEX_OPTIMAL;
}

enum simplex_result primal_run(struct simplex *s) {
    int troubles = 0, rounds = 0, stalled = 0;
    bool one, skipped = false;
    s->weights_exact = false;
    for (int j = 0; j < s->total; j++) s->devex[j] = 1;
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
            vector_copy(s->row, s->tau);
            return certificate_farkas(s, s->row) ? SIMPLEX_INFEASIBLE : SIMPLEX_TROUBLE;
        }
        double fall = 0;
        enum simplex_result result = primal_iterate(s, q, one, &rebuild, &fall);
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
        if (stalled > 2000 + 2 * s->rows) return SIMPLEX_TROUBLE; /* a cycle, or as good as one: the dual's turn */
    }
}
