/* The last resort for a program on which the simplex in doubles has failed, or whose basis does not verify: iterative
 * refinement of the whole program (Gleixner, Steffy and Wolter 2016). x and y are kept in long double, in the model's
 * units. The rest is a program in corrections z = up_primal (x* - x),
 *
 *     min up_dual d'z   s.t.  A z - z_s = 0,   up_primal (lower - x) <= z <= up_primal (upper - x)
 *     where d = c - [A | -I]'y
 *
 * with the same matrix and the same optimal basis. Its bounds and costs are small differences, found in long double and
 * scaled up by powers of 2, so that the tolerances of doubles shrink by the same factor. Logicals follow from x: rows
 * hold to 64 bits at any time. */
#include <assert.h>
#include <float.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "solver/base/memory.h"
#include "solver/lp/certificate.h"
#include "solver/lp/lp_internal.h"
#include "solver/lp/scale.h"

#define EXTREME_ROUNDS 8
#define EXTREME_GOOD   1e-14 /* largest violation, relative to its terms, that is not corrected further */
#define EXTREME_UP     0x1p40

struct extreme {
    const struct model *m; /* in the signs of minimisation */
    struct lp *lp, *other; /* the program; that of its corrections */
    long double *x, *d;    /* [total] */
    long double *y;        /* [rows] */
    long double *noise;    /* [total] sum of the terms of a row's activity (logicals) or a reduced cost (structurals) */
    unsigned char *place;  /* [total] of enum place */
    double primal, dual;   /* largest violations */
    double gap;            /* what wrong signs may cost the objective, relative to its terms and 1 */
};

static double extreme_lower(const struct extreme *e, int j) {
    assert(j >= 0 && j < e->lp->s->total);
    return model_unbounded(e->lp->lower[j]);
}

static double extreme_upper(const struct extreme *e, int j) {
    assert(j >= 0 && j < e->lp->s->total);
    return model_unbounded(e->lp->upper[j]);
}

/* Nonbasic variables are on their bounds; logicals and reduced costs follow from the rest. */
static void extreme_derive(struct extreme *e) {
    const struct model *m = e->m;
    for (int j = 0; j < m->cols; j++) {
        if (e->place[j] == PLACE_LOWER) e->x[j] = e->lp->lower[j];
        if (e->place[j] == PLACE_UPPER) e->x[j] = e->lp->upper[j];
    }
    for (int i = 0; i < m->rows; i++) {
        e->x[m->cols + i] = e->noise[m->cols + i] = 0;
        e->d[m->cols + i] = e->y[i];
    }
    for (int j = 0; j < m->cols; j++) {
        e->d[j] = m->cost[j];
        e->noise[j] = fabs(m->cost[j]);
        for (long k = m->start[j]; k < m->start[j + 1]; k++) {
            int i = m->index[k];
            long double activity = m->value[k] * e->x[j], price = m->value[k] * e->y[i];
            e->x[m->cols + i] += activity;
            e->noise[m->cols + i] += fabsl(activity);
            e->d[j] -= price;
            e->noise[j] += fabsl(price);
        }
    }
}

/* The accuracy of a sum of long doubles. */
static long double extreme_beyond(const struct extreme *e, int j, long double off) {
    assert(!(e->noise[j] < 0));
    return fmaxl(0, off - 4 * LDBL_EPSILON * e->noise[j]);
}

static long double extreme_wrong(const struct extreme *e, int j) {
    if (e->place[j] == PLACE_LOWER && e->d[j] >= 0) return 0;
    if (e->place[j] == PLACE_UPPER && e->d[j] <= 0) return 0;
    if (e->place[j] != PLACE_BASIC && e->lp->lower[j] == e->lp->upper[j]) return 0;
    return fabsl(e->d[j]);
}

static void extreme_measure(struct extreme *e) {
    long double gap = 0, size = 1;
    e->primal = e->dual = 0;
    for (int j = 0; j < e->lp->s->total; j++) {
        long double off = fmaxl(extreme_lower(e, j) - e->x[j], e->x[j] - extreme_upper(e, j)),
                    wrong = extreme_wrong(e, j);
        double other = e->d[j] > 0 ? extreme_lower(e, j) : extreme_upper(e, j);
        if (j >= e->m->cols)
            off = extreme_beyond(e, j, off);
        else
            wrong = extreme_beyond(e, j, wrong);
        gap += wrong * (isinf(other) ? fmaxl(1, fabsl(e->x[j])) : fabsl(other - e->x[j]));
        if (j < e->m->cols) size += fabsl(e->m->cost[j] * e->x[j]);
        e->primal = fmax(e->primal, (double)off);
        e->dual = fmax(e->dual, (double)wrong);
    }
    e->gap = (double)(gap / size);
}

static double extreme_up(double violation) {
    int exponent;
    if (violation < 1 / EXTREME_UP) return EXTREME_UP;
    frexp(violation, &exponent);
    return fmax(1, ldexp(1, -exponent));
}

static double extreme_bound(double bound, long double x, double up) {
    if (fabs(bound) >= MODEL_INFINITY) return bound;
    assert(up >= 1);
    double moved = (double)((bound - x) * up);
    return fmax(-MODEL_INFINITY, fmin(MODEL_INFINITY, moved));
}

/* False: x has left its bounds so far that no finite correction leads back. */
static bool extreme_pose(struct extreme *e, double up_primal, double up_dual) {
    struct lp *lp = e->lp, *other = e->other;
    assert(other->s->total == lp->s->total && up_primal >= 1 && up_dual >= 1);
    for (int j = 0; j < lp->s->total; j++) {
        double lower = extreme_bound(lp->lower[j], e->x[j], up_primal),
               upper = extreme_bound(lp->upper[j], e->x[j], up_primal);
        if (lower >= MODEL_INFINITY || upper <= -MODEL_INFINITY) return false;
        lp_set_bounds(other, j, lower, upper);
        other->s->cost[j] = (double)(e->d[j] * up_dual) * other->scale[j];
    }
    other->s->costs.shifted = true;
    return true;
}

/* Adds the correction to x and y. Its multipliers are computed from its costs alone, since a difference of reduced
 * costs would cancel. */
static void extreme_correct(struct extreme *e, double up_primal, double up_dual) {
    struct simplex *s = e->other->s;
    const double *z = lp_x(e->other);
    lp_get_basis(e->other, e->place);
    for (int j = 0; j < s->cols; j++) e->x[j] += (long double)z[j] / up_primal;
    assert(s->rows == e->m->rows && s->cols == e->m->cols);
    if (!s->basis.factored) simplex_factor(s);
    vector_clear(s->work.tau);
    for (int i = 0; i < s->rows; i++)
        if (s->cost[s->basis.head[i]] != 0) vector_set(s->work.tau, i, s->cost[s->basis.head[i]]);
    lu_btran(s->lu, s->work.tau, LU_DENSE);
    refine_dual(s, s->work.tau);
    for (int i = 0; i < s->rows; i++)
        e->y[i] += (long double)s->work.tau->value[i] / e->other->scale[s->cols + i] / up_dual;
    vector_clear(s->work.tau);
    extreme_derive(e);
    extreme_measure(e);
}

/* --- what comes of it: claims are made about the program itself, never about its corrections --- */

static void extreme_take(struct extreme *e) {
    struct lp *lp = e->lp;
    assert(e->m->rows == lp->s->rows);
    lp_set_basis(lp, e->place);
    lp->objective = 0;
    for (int j = 0; j < lp->s->total; j++) {
        lp->x[j] = (double)e->x[j];
        lp->d[j] = e->place[j] == PLACE_BASIC ? 0 : (double)e->d[j];
        if (j < e->m->cols) lp->objective += (double)(e->m->cost[j] * e->x[j]);
    }
    for (int i = 0; i < e->m->rows; i++) lp->y[i] = (double)e->y[i];
}

static bool extreme_infeasible(struct extreme *e) {
    struct lp *lp = e->lp;
    struct simplex *s = lp->s;
    const double *ray = lp_ray(e->other);
    vector_clear(s->work.row);
    for (int i = 0; i < s->rows; i++)
        if (ray[i] != 0) vector_set(s->work.row, i, ray[i] * lp->scale[s->cols + i]);
    if (!certificate_farkas(s, s->work.row)) return false;
    answer_farkas(lp);
    return true;
}

static bool extreme_unbounded(struct extreme *e, double up_primal) {
    struct lp *lp = e->lp;
    const double *z = lp_x(e->other), *ray = lp_ray(e->other);
    long double gain = 0, size = 0;
    lp_get_basis(e->other, e->place);
    for (int j = 0; j < lp->s->total; j++) {
        if (ray[j] > 0 ? extreme_upper(e, j) < INFINITY : ray[j] < 0 && extreme_lower(e, j) > -INFINITY) return false;
        if (j >= e->m->cols) continue;
        e->x[j] += (long double)z[j] / up_primal;
        gain += (long double)e->m->cost[j] * ray[j];
        size += fabsl((long double)e->m->cost[j] * ray[j]);
    }
    extreme_derive(e);
    extreme_measure(e);
    if (e->primal > lp->options.primal_tolerance || gain >= -1e-12L * size) return false;
    extreme_take(e);
    memory_copy(lp->ray, ray, (size_t)lp->s->total * sizeof *ray);
    return true;
}

static enum lp_status extreme_refine(struct extreme *e, const struct lp_control *control) {
    const struct options *o = &e->lp->options;
    double up_primal = 1, up_dual = 1, worst = INFINITY;
    for (int round = 0; round < EXTREME_ROUNDS; round++) {
        if (!extreme_pose(e, up_primal, up_dual)) return LP_NUMERICAL;
        enum lp_status status = lp_solve(e->other, control);
        if (status == LP_INFEASIBLE) return extreme_infeasible(e) ? LP_INFEASIBLE : LP_NUMERICAL;
        if (status == LP_UNBOUNDED) return extreme_unbounded(e, up_primal) ? LP_UNBOUNDED : LP_NUMERICAL;
        if (status != LP_OPTIMAL) return status;
        extreme_correct(e, up_primal, up_dual);
        double off = fmax(e->primal, fmax(e->dual, e->gap));
        if (off <= EXTREME_GOOD || (round > 1 && off > 0.5 * worst)) break;
        worst = off;
        up_primal = fmin(extreme_up(e->primal), up_primal * 0x1p20);
        up_dual = fmin(extreme_up(fmax(e->dual, e->gap)), up_dual * 0x1p20);
    }
    if (e->primal > o->primal_tolerance || e->dual > o->dual_tolerance || e->gap > DRIVE_GAP) return LP_NUMERICAL;
    extreme_take(e);
    return LP_OPTIMAL;
}

/* From the basis at which the simplex gave up, or from the beginning. */
static enum lp_status extreme_attempt(struct extreme *e, const struct options *o, bool anew,
                                      const struct lp_control *control) {
    struct lp *lp = e->lp;
    struct simplex *s = lp->s;
    e->other = lp_new(e->m, o);
    if (!anew) lp_set_basis(e->other, lp->s->basis.place);
    lp_get_basis(e->other, e->place);
    for (int i = 0; i < s->rows; i++) e->y[i] = 0;
    for (int j = 0; j < s->cols; j++) {
        double x = anew ? 0 : s->x[j] * lp->scale[j];
        e->x[j] = fabs(x) < MODEL_INFINITY ? x : 0;
    }
    extreme_derive(e);
    enum lp_status status = extreme_refine(e, control);
    s->run.iterations += lp_iterations(e->other);
    lp_free(e->other);
    return status;
}

/* Whether an entry is a pivot or noise depends on the units, so every scaling is tried. */
enum lp_status extreme_solve(struct lp *lp, const struct lp_control *control) {
    static const int scalings[] = {SCALING_MIXED, SCALING_GEOMETRIC, SCALING_OFF, SCALING_EQUILIBRATE};
    struct options o = lp->options;
    struct lp_control without = *control;
    struct model *m = answer_model(lp);
    struct extreme e = {.m = m, .lp = lp};
    enum lp_status status = LP_NUMERICAL;
    without.cutoff = MODEL_INFINITY;
    o.long_double = false;
    o.primal_tolerance = o.dual_tolerance = 1e-9; /* of the corrections */
    e.x = MEMORY_NEW(long double, lp->s->total);
    e.d = MEMORY_NEW(long double, lp->s->total);
    e.y = MEMORY_NEW(long double, lp->s->rows);
    e.noise = MEMORY_NEW(long double, lp->s->total);
    e.place = MEMORY_NEW(unsigned char, lp->s->total);
    for (size_t k = 0; status == LP_NUMERICAL && k < sizeof scalings / sizeof *scalings; k++) {
        o.scaling = scalings[k];
        status = extreme_attempt(&e, &o, k > 0, &without);
    }
    model_free(m);
    free(e.x);
    free(e.d);
    free(e.y);
    free(e.noise);
    free(e.place);
    return status == LP_OPTIMAL && lp->objective >= control->cutoff ? LP_CUTOFF : status;
}
