/* Bound-flipping ratio test of the dual simplex (Maros 2003; Koberstein 2005, section 6.2.2), with Harris' tolerance.
 *
 * Along the step t the reduced cost of candidate k is slack - t alpha. The dual objective rises with `slope` at first;
 * where a boxed candidate's sign changes it flips to its other bound, and the slope falls by alpha times its range.
 * Groups of candidates are passed while the slope stays above the tolerance (within which flips alone may make the row
 * feasible); in the last group the largest alpha enters. */
#include <assert.h>
#include <float.h>
#include <math.h>

#include "solver/lp/simplex.h"

static double ratio_pivot_tolerance(const struct simplex *s) {
    return s->tolerance.pivot * (s->lu->updates < 10 ? 1 : s->lu->updates < 20 ? 30 : 100);
}

static int ratio_collect(struct simplex *s, double sign) {
    double least = ratio_pivot_tolerance(s);
    assert(sign == 1 || sign == -1);
    int count = 0;
    for (int t = 0; t < s->work.alpha->count; t++) {
        int j = s->work.alpha->index[t];
        int move = s->basis.move[j];
        double alpha = sign * s->work.alpha->value[j] * move, d = s->d[j] * move;
        assert(s->basis.where[j] < 0 && move != 0); /* fixed and basic variables never enter */
        if (move == 2) {
            d = 0;
            alpha = fabs(s->work.alpha->value[j]);
        }
        if (alpha <= least) continue;
        s->work.candidates[count++] = (struct candidate){.at = j, .alpha = alpha, .slack = fmax(d, -s->tolerance.dual)};
    }
    assert(count <= s->total);
    return count;
}

static double ratio_range(const struct simplex *s, const struct candidate *c) {
    return s->upper[c->at] - s->lower[c->at];
}

/* Moves those of the candidates from..to-1 whose ratio is at most t to the front; returns where they end. */
static int ratio_partition(struct candidate *c, int from, int to, double t) {
    int end = from;
    assert(from >= 0 && from <= to);
    for (int k = from; k < to; k++) {
        if (c[k].slack > t * c[k].alpha) continue;
        struct candidate swap = c[end];
        c[end++] = c[k];
        c[k] = swap;
    }
    return end;
}

/* Only candidates up to ten times the step at which the slope changes sign can matter; returns their number. */
static int ratio_narrow(struct simplex *s, int count, double slope) {
    assert(count > 0 && count <= s->total);
    struct candidate *c = s->work.candidates;
    double t = 0;
    int end = 0;
    for (int k = 0; k < count; k++) {
        double harris = (c[k].slack + s->tolerance.dual) / c[k].alpha;
        if (k == 0 || harris < t) t = harris;
    }
    while (end < count) {
        int from = end;
        end = ratio_partition(c, from, count, t);
        for (int k = from; k < end; k++) slope -= c[k].alpha * ratio_range(s, &c[k]);
        if (slope <= s->tolerance.primal) break;
        t = 10 * t + 1e-7;
        if (t > 1e25) return count;
    }
    return end;
}

int ratio_dual(struct simplex *s, double sign, double slope, int *flips) {
    struct candidate *c = s->work.candidates;
    int count = ratio_collect(s, sign), groups = 0, end = 0;
    assert(s->tolerance.dual > 0 && s->tolerance.pivot > 0);
    *flips = 0;
    if (count == 0) return -1;
    count = ratio_narrow(s, count, slope);
    double largest = 0;
    for (;;) { /* one group per turn */
        double t = INFINITY;
        int from = end;
        for (int k = from; k < count; k++) {
            double harris = (c[k].slack + s->tolerance.dual) / c[k].alpha;
            t = harris < t ? harris : t;
        }
        end = ratio_partition(c, from, count, t);
        if (end == from) /* the tolerance was lost in the rounding of a large reduced cost */
            end = ratio_partition(c, from, count, t * (1 + 4 * DBL_EPSILON));
        assert(end > from);
        for (int k = from; k < end; k++) {
            slope -= c[k].alpha * ratio_range(s, &c[k]);
            largest = c[k].alpha > largest ? c[k].alpha : largest;
        }
        assert(groups < s->total);
        s->work.group_end[groups++] = end;
        if (slope <= s->tolerance.primal || !s->options->bound_flipping) break; /* the infeasibility is used up */
        if (end == count) return -1;
    }
    /* The last group whose largest alpha is an acceptable pivot; earlier ones are passed. */
    double decent = fmin(0.1 * largest, 1);
    for (int g = groups - 1; g >= 0; g--) {
        int from = g > 0 ? s->work.group_end[g - 1] : 0, best = from;
        for (int k = from; k < s->work.group_end[g]; k++) {
            if (c[k].alpha > c[best].alpha || (c[k].alpha == c[best].alpha && c[k].at < c[best].at)) best = k;
        }
        if (c[best].alpha < decent) continue;
        assert(best >= from && s->basis.where[c[best].at] < 0);
        assert(c[best].alpha > 0);
        *flips = from;
        return c[best].at;
    }
    return -1;
}
