#include <assert.h>
#include <limits.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "solver/base/memory.h"
#include "solver/lp/crossover.h"
#include "solver/lp/first_order.h"
#include "solver/lp/lp_internal.h"
#include "solver/lp/sift.h"

#define ROUNDS_MOST 12
#define TIGHTEST    1e-11 /* of tolerances */
#define PROBE       100   /* passes of the first-order method, as cheap as a few dozen pivots */

/* Whether some nonbasic d has the wrong sign; boxed variables may still be flipped to make it right. */
static bool drive_dual_infeasible(const struct simplex *s) {
    for (int j = 0; j < s->total; j++)
        if (simplex_dual_violation(s, j) > s->tolerance.dual) return true;
    return false;
}

/* Phase 1 of the dual as a program of its own (Koberstein 2005, section 4.3.2): costs as they are, a box of 1 on the
 * side of each missing bound (1000 where both are missing), nothing elsewhere. Its optimal basis is dual feasible if
 * any is. */
static enum simplex_result drive_phase_one(struct simplex *s) {
    double *lower = s->lower, *upper = s->upper;
    const struct lp_control *control = s->run.control;
    struct lp_control without = *control;
    without.cutoff = MODEL_INFINITY;
    assert(s->tolerance.dual > 0);
    s->lower = MEMORY_NEW(double, s->total);
    s->upper = MEMORY_NEW(double, s->total);
    s->run.control = &without;
    for (int j = 0; j < s->total; j++) {
        bool no_lower = isinf(lower[j]), no_upper = isinf(upper[j]);
        s->lower[j] = no_lower ? (no_upper ? -1000 : -1) : 0;
        s->upper[j] = no_upper ? (no_lower ? 1000 : 1) : 0;
        if (s->basis.where[j] < 0) simplex_settle(s, j);
    }
    simplex_activate(s);
    watch_enter(s, LP_DUAL_ONE);
    enum simplex_result result = dual_run(s);
    watch_enter(s, LP_PHASES);
    free(s->lower);
    free(s->upper);
    s->lower = lower;
    s->upper = upper;
    s->run.control = control;
    simplex_activate(s);
    for (int j = 0; j < s->total; j++)
        if (s->basis.where[j] < 0) simplex_settle(s, j);
    return result;
}

/* Whether a variable without the bound it would have to go to has a reduced cost of the wrong sign. */
static bool drive_needs_phase_one(struct simplex *s) {
    if (!s->basis.factored) simplex_factor(s);
    simplex_dual(s);
    for (int j = 0; j < s->total; j++) {
        bool boxed = !isinf(s->lower[j]) && !isinf(s->upper[j]);
        if (!boxed && simplex_dual_violation(s, j) > s->tolerance.dual) return true;
    }
    return false;
}

/* The perturbed objective passed the cutoff. With the true costs: d_N'x_N, where wrong signs at boxed variables are
 * taken at their other bound, or as far as they may move, is a lower bound on the optimum; beyond the tolerance there
 * is no such bound. */
static bool drive_cutoff_holds(struct simplex *s) {
    cost_restore(s);
    simplex_dual(s);
    assert(s->fresh.dual && !s->costs.perturbed && !s->costs.shifted);
    double bound = 0;
    for (int j = 0; j < s->total; j++) {
        if (s->basis.where[j] >= 0 || s->d[j] == 0) continue;
        double at = s->d[j] > 0 ? s->lower[j] : s->upper[j];
        if (isinf(at)) {
            if (fabs(s->d[j]) > s->tolerance.dual) return false;
            at = s->d[j] > 0 ? s->x[j] - answer_reach(s, j) : s->x[j] + answer_reach(s, j);
        }
        bound += s->d[j] * at;
    }
    return bound >= s->run.control->cutoff;
}

/* More caution after trouble: larger pivots, a fresh factorisation, refined values; finally even tiny pivots rather
 * than no answer. */
static void drive_caution(struct simplex *s, int round) {
    assert(round >= 0 && round < ROUNDS_MOST);
    s->lu->threshold = round < 2 ? 0.5 : 0.9;
    s->careful = round >= 2;
    if (round >= 4) {
        s->tolerance.pivot = 1e-12;
        s->lu->pivot_least = 1e-13;
    }
    cost_restore(s);
    simplex_factor(s);
}

static enum simplex_result drive_primal_clean_up(struct simplex *s) {
    cost_restore(s);
    simplex_dual(s);
    assert(!s->costs.perturbed && !s->costs.shifted); /* optimality is a claim about the true costs */
    if (!drive_dual_infeasible(s)) return SIMPLEX_OPTIMAL;
    watch_enter(s, LP_PRIMAL);
    return primal_run(s);
}

static bool drive_crossing(const struct lp *lp) {
    for (int j = 0; j < lp->s->total; j++)
        if (lp->lower[j] > lp->upper[j]) return true;
    return false;
}

static void drive_tolerances(struct lp *lp) {
    lp->s->tolerance.primal = lp->options.primal_tolerance;
    lp->s->tolerance.dual = lp->options.dual_tolerance;
}

static void drive_settings(struct lp *lp, const struct lp_control *control) {
    struct simplex *s = lp->s;
    s->run.control = control;
    int64_t most = control->limits.iterations;
    s->run.end = most < INT64_MAX - s->run.iterations ? s->run.iterations + most : INT64_MAX;
    drive_tolerances(lp);
    s->lu->hypersparse = lp->options.hypersparse;
    s->lu->threshold = 0.1;
    s->lu->pivot_least = 1e-10;
    s->tolerance.pivot = 1e-9;
    s->careful = false;
}

static void drive_begin(struct lp *lp, const struct lp_control *control) {
    struct simplex *s = lp->s;
    drive_settings(lp, control);
    keep_end(s);
    for (int j = 0; j < s->total; j++)
        if (s->basis.where[j] < 0) simplex_settle(s, j);
    s->active.whole = false;
    s->active.slips = 0;
    simplex_activate(s);
    cost_restore(s);
    if (lp->slack && lp->options.perturb) cost_perturb(s);
    lp->cold = lp->slack = false;
}

static double drive_tighter(double tolerance) {
    assert(tolerance > 0);
    return fmax(0.1 * tolerance, TIGHTEST);
}

/* An unbounded program: ray and point must hold in the model's units; else *again with tighter tolerances. */
static bool drive_unbounded(struct lp *lp, bool *again) {
    struct simplex *s = lp->s;
    double primal_off, dual_off;
    bool proven = answer_ray(lp);
    simplex_primal(s);
    answer_violation(lp, &primal_off, &dual_off);
    answer_take(lp);
    *again = proven && primal_off > lp->options.primal_tolerance;
    if (*again) s->tolerance.primal = drive_tighter(s->tolerance.primal);
    return proven && !*again;
}

/* An optimal basis: is it within tolerances in the model's units too? If not, the tolerance that failed gets tighter,
 * and *primal says which method continues. */
static bool drive_accept(struct lp *lp, bool *primal) {
    struct simplex *s = lp->s;
    double primal_off, dual_off;
    simplex_primal(s);
    simplex_dual(s);
    answer_violation(lp, &primal_off, &dual_off);
    assert(s->fresh.primal && s->fresh.dual);
    bool primal_good = primal_off <= lp->options.primal_tolerance, dual_good = dual_off <= lp->options.dual_tolerance;
    if (dual_good && s->tolerance.dual > TIGHTEST) dual_good = answer_gap(lp) <= DRIVE_GAP;
    if (!primal_good || !dual_good) s->careful = true;
    if (!primal_good) s->tolerance.primal = drive_tighter(s->tolerance.primal);
    if (!dual_good) s->tolerance.dual = drive_tighter(s->tolerance.dual);
    *primal = primal_good;
    return primal_good && dual_good;
}

/* The answer to a whole program is refined to tolerances of 1e-9: with 1e-7 the objective may be off by more than 1e-8
 * of itself. */
static bool drive_polish(struct simplex *s, bool *primal) {
    assert(s->fresh.primal && s->fresh.dual);
    bool primal_good = true, dual_good = true;
    s->tolerance.primal = fmin(s->tolerance.primal, 1e-9);
    s->tolerance.dual = fmin(s->tolerance.dual, 1e-9);
    for (int j = 0; j < s->total; j++) {
        primal_good = primal_good && fabs(simplex_violation(s, j)) <= s->tolerance.primal;
        dual_good = dual_good && simplex_dual_violation(s, j) <= s->tolerance.dual;
    }
    *primal = primal_good;
    return !primal_good || !dual_good;
}

/* The dual simplex, which from a slack basis pauses to test whether a first-order method would be faster; the primal
 * then continues from the resulting basis. It pauses at iterations in powers of 2, for passes that cost a few per cent
 * of them. */
struct halts {
    int64_t next, end; /* of s->run.iterations */
    int probe;         /* passes of the next one */
};

static bool drive_halt(struct simplex *s, struct halts *h) {
    double *x = MEMORY_NEW(double, s->cols), *y = MEMORY_NEW(double, s->rows);
    s->run.end = h->end;
    assert(h->probe > 0 && h->next <= h->end);
    watch_enter(s, LP_FIRST_ORDER);
    bool reached = first_order_run(s, h->probe, x, y);
    if (reached) {
        cost_restore(s);
        crossover_run(s, x, y);
    }
    if (h->probe < INT_MAX / 2) h->probe *= 2;
    h->next += h->next;
    free(x);
    free(y);
    return reached;
}

static enum simplex_result drive_simplex(struct simplex *s, struct halts *h, bool *primal) {
    while (!*primal && h->next < h->end) {
        s->run.end = h->next;
        watch_enter(s, LP_DUAL);
        enum simplex_result result = dual_run(s);
        s->run.end = h->end;
        if (result != SIMPLEX_LIMIT || s->run.stopped != LP_ITERATION_LIMIT) return result;
        *primal = drive_halt(s, h);
    }
    watch_enter(s, *primal ? LP_PRIMAL : LP_DUAL);
    return *primal ? primal_run(s) : dual_run(s);
}

/* From the slack basis of a wide program: *primal becomes true if the primal simplex can confirm the result. False: a
 * limit. */
static bool drive_sift(struct lp *lp, bool *primal) {
    struct simplex *s = lp->s;
    if (*primal || !lp->options.sifting || !sift_applies(s)) return true;
    bool perturbed = s->costs.perturbed;
    cost_restore(s);
    watch_enter(s, LP_SIFTING);
    enum simplex_result result = sift_run(s);
    watch_enter(s, LP_PHASES);
    assert(!*primal && s->basis.head);
    if (result == SIMPLEX_LIMIT) return false;
    *primal = result != SIMPLEX_TROUBLE;
    if (!*primal && perturbed) cost_perturb(s);
    return true;
}

static enum lp_status drive_finish(struct lp *lp, const struct lp_control *control) {
    answer_take(lp);
    return lp->objective >= control->cutoff ? LP_CUTOFF : LP_OPTIMAL;
}

static enum lp_status drive_rounds(struct lp *lp, const struct lp_control *control) {
    struct simplex *s = lp->s;
    struct lp_control without = *control;
    without.cutoff = MODEL_INFINITY;
    bool first = lp->cold, polish = lp->cold, slack = lp->slack, primal = lp->options.method == 1, again = false;
    s->ray.raw = false;
    if (drive_crossing(lp)) {
        for (int i = 0; i < s->rows; i++) lp->ray[i] = 0;
        return LP_INFEASIBLE;
    }
    drive_begin(lp, control);
    if (slack && !drive_sift(lp, &primal)) return s->run.stopped;
    if (!primal && drive_needs_phase_one(s) && drive_phase_one(s) == SIMPLEX_LIMIT) return s->run.stopped;
    struct halts halts = {INT64_MAX, s->run.end, PROBE};
    if (slack && lp->options.first_order) halts.next = s->run.iterations + 1000 + s->rows / 2;
    for (int round = 0; round < ROUNDS_MOST; round++) {
        enum simplex_result result = drive_simplex(s, &halts, &primal);
        if (result == SIMPLEX_OPTIMAL) result = drive_primal_clean_up(s);
        switch (result) {
        case SIMPLEX_LIMIT:
            if (!primal) lp->objective = s->objective;
            return s->run.stopped;
        case SIMPLEX_CUTOFF:
            if (drive_cutoff_holds(s)) return LP_CUTOFF;
            s->run.control = &without;
            break;
        case SIMPLEX_INFEASIBLE: farkas_take(lp, first, control); return LP_INFEASIBLE;
        case SIMPLEX_OPTIMAL:
            if (!drive_accept(lp, &primal)) break;
            if (!polish || !drive_polish(s, &primal)) return drive_finish(lp, control);
            polish = false;
            break;
        case SIMPLEX_UNBOUNDED:
            if (drive_unbounded(lp, &again)) return LP_UNBOUNDED;
            primal = true;
            if (again) break;
            drive_caution(s, round);
            primal = false;
            break;
        case SIMPLEX_TROUBLE:
            drive_caution(s, round);
            if (first && !polish) drive_tolerances(lp);
            primal = !primal;
            break;
        }
    }
    return LP_NUMERICAL;
}

/* If the first answer to a program does not verify, the last resort is tried; if that finds nothing better, an answer
 * within tolerances is kept. */
enum lp_status drive_solve(struct lp *lp, const struct lp_control *control) {
    bool first = lp->cold;
    enum lp_status status = drive_rounds(lp, control);
    lp->s->run.control = control;
    watch_enter(lp->s, LP_PHASES);
    if (!lp->options.long_double) return status;
    if (status == LP_NUMERICAL) return extreme_solve(lp, control);
    if (status != LP_OPTIMAL || !first || (answer_gap(lp) <= DRIVE_GAP && answer_verified(lp))) return status;
    enum lp_status extreme = extreme_solve(lp, control);
    assert(first && status == LP_OPTIMAL);
    bool claim = extreme == LP_OPTIMAL || extreme == LP_CUTOFF || extreme == LP_INFEASIBLE || extreme == LP_UNBOUNDED;
    return claim ? extreme : status;
}

void drive_keep(struct lp *lp) {
    assert(!lp->slack);
    drive_tolerances(lp);
    keep_take(lp->s);
}

enum lp_status drive_try(double *objective, struct lp *lp, const struct lp_control *control) {
    struct simplex *s = lp->s;
    drive_settings(lp, control);
    assert(s->kept && !s->costs.perturbed && !s->costs.shifted);
    s->run.brief = true;
    enum simplex_result result = dual_run(s);
    s->run.brief = false;
    *objective = s->objective;
    switch (result) {
    case SIMPLEX_OPTIMAL: return LP_OPTIMAL;
    case SIMPLEX_LIMIT: return s->run.stopped;
    case SIMPLEX_INFEASIBLE: return LP_INFEASIBLE;
    case SIMPLEX_CUTOFF: return drive_cutoff_holds(s) ? LP_CUTOFF : LP_ITERATION_LIMIT;
    case SIMPLEX_UNBOUNDED:
    case SIMPLEX_TROUBLE: break;
    }
    return LP_NUMERICAL;
}
