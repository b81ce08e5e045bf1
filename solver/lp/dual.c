/* Bounded dual simplex (Koberstein 2005): steepest edge or Devex pricing, bound flipping, cost shifting. */
#include <assert.h>
#include <math.h>
#include <string.h>

#include "solver/base/check.h"
#include "solver/base/memory.h"
#include "solver/lp/simplex.h"

enum { PRICING_DSE, PRICING_DEVEX, PRICING_DANTZIG };

#define WEIGHT_LEAST  1e-4
#define TROUBLES_MOST 50 /* rebuilds for numerical reasons in one run before another method is tried */

static void dual_note(struct simplex *s, int i) {
    assert(i >= 0 && i < s->rows);
    int j = s->basis.head[i];
    double x = s->x[j], beyond = x > s->upper[j] ? x - s->upper[j] : x < s->lower[j] ? s->lower[j] - x : 0;
    s->pricing.infeasible[i] = beyond > s->tolerance.primal ? beyond * beyond : 0;
    if (s->pricing.infeasible[i] > 0 && !s->pricing.suspected[i]) {
        s->pricing.suspected[i] = 1;
        assert(s->pricing.suspect_count < s->rows);
        s->pricing.suspects[s->pricing.suspect_count++] = i;
    }
}

/* Nonbasic variables on the wrong side are moved to their other bound; if there is none, the cost is shifted. */
static void dual_correct(struct simplex *s, int j) {
    bool boxed = s->lower[j] > -MODEL_INFINITY && s->upper[j] < MODEL_INFINITY;
    assert(s->basis.where[j] < 0);
    if (boxed) {
        s->basis.place[j] = s->basis.place[j] == PLACE_LOWER ? PLACE_UPPER : PLACE_LOWER;
        simplex_settle(s, j);
    } else {
        s->costs.work[j] -= s->d[j];
        s->d[j] = 0;
        s->costs.shifted = true;
    }
}

void dual_values(struct simplex *s) {
    assert(s->basis.factored);
    bool slept = s->active.count < s->active.all;
    int wrong = 0;
    simplex_dual(s);
    simplex_narrow(s);
    s->objective = 0;
    for (int j = 0; j < s->total; j++) {
        double d = s->d[j];
        if (d == 0) continue; /* basic, or of no value */
        if (d * s->basis.move[j] < 0 || s->basis.move[j] == 2) {
            if (simplex_dual_violation(s, j) > s->tolerance.dual) dual_correct(s, j), wrong++;
        }
        s->objective += s->d[j] * s->x[j];
    }
    if (slept) simplex_slip(s, wrong);
    simplex_primal(s);
    s->pricing.suspect_count = 0;
    memory_clear(s->pricing.suspected, (size_t)s->rows);
    for (int i = 0; i < s->rows; i++) dual_note(s, i);
    CHECK(simplex_check_basis(s));
    CHECK(simplex_check_suspects(s));
    CHECK(simplex_check_values(s));
}

/* The values at the start of a trial: nearly all are those that were kept. */
static void dual_resume(struct simplex *s) {
    const int *changed;
    int count;
    if (!keep_resume(s, &changed, &count)) {
        dual_values(s);
        return;
    }
    for (int t = 0; t < s->pricing.suspect_count; t++) {
        s->pricing.infeasible[s->pricing.suspects[t]] = 0;
        s->pricing.suspected[s->pricing.suspects[t]] = 0;
    }
    s->pricing.suspect_count = 0;
    for (int t = 0; t < count; t++)
        if (s->basis.where[changed[t]] >= 0) dual_note(s, s->basis.where[changed[t]]);
    CHECK(simplex_check_suspects(s));
}

static void dual_rebuild(struct simplex *s) {
    if (!s->basis.factored || s->lu->updates > 0) simplex_factor(s);
    memory_clear(s->pricing.banned, (size_t)s->rows);
    dual_values(s);
}

/* Optimality is accepted only on freshly computed values, and with a factorisation that reproduces the rows. */
static void dual_refresh(struct simplex *s) {
    dual_values(s);
    if (s->lu->updates > 0 && simplex_residual(s) > 1e-10) dual_rebuild(s);
    memory_clear(s->pricing.banned, (size_t)s->rows);
}

/* The largest violation relative to its weight. Suspects that are feasible again leave the list. */
static int dual_choose_row(struct simplex *s) {
    double best = 0;
    int row = -1, kept = 0;
    for (int t = 0; t < s->pricing.suspect_count; t++) {
        int i = s->pricing.suspects[t];
        assert(s->pricing.suspected[i]);
        if (s->pricing.infeasible[i] == 0) {
            s->pricing.suspected[i] = 0;
            continue;
        }
        s->pricing.suspects[kept++] = i;
        if (s->pricing.infeasible[i] > best * s->pricing.weight[i] && !s->pricing.banned[i]) {
            best = s->pricing.infeasible[i] / s->pricing.weight[i];
            row = i;
        }
    }
    s->pricing.suspect_count = kept;
    return row;
}

/* Chooses the leaving row and makes s->work.row; steepest-edge weights that turn out far too small are corrected on the
 * way. */
static int dual_leave(struct simplex *s) {
    for (;;) {
        int r = dual_choose_row(s);
        if (r < 0) return r;
        simplex_unit_row(s, r);
        CHECK(simplex_check_inverse(s, r));
        if (s->options->pricing != PRICING_DSE) return r;
        double stored = s->pricing.weight[r];
        s->pricing.weight[r] = vector_norm2(s->work.row);
        if (stored >= 0.25 * s->pricing.weight[r]) return r;
    }
}

static void dual_update_weights(struct simplex *s, int r) {
    const struct vector *column = s->work.column;
    double pivot = column->value[r], *w = s->pricing.weight, leaving = w[r];
    assert(!(leaving < 0)); /* a squared norm */
    if (s->options->pricing == PRICING_DANTZIG) return;
    bool exact = s->options->pricing == PRICING_DSE;
    if (exact) {
        vector_copy(s->work.tau, s->work.row);
        lu_ftran(s->lu, s->work.tau, LU_STEEPEST);
    }
    for (int t = 0; t < column->count; t++) {
        int i = column->index[t];
        if (i == r) continue;
        double ratio = column->value[i] / pivot;
        double now = exact ? w[i] + ratio * (ratio * leaving - 2 * s->work.tau->value[i]) : ratio * ratio * leaving;
        double least = exact ? WEIGHT_LEAST : w[i];
        w[i] = now > least ? now : least;
    }
    w[r] = fmax(leaving / (pivot * pivot), exact ? WEIGHT_LEAST : 1);
}

/* Flips the candidates passed by the ratio test and moves x_B along. */
static void dual_flip(struct simplex *s, int flips) {
    struct vector *v = s->work.flips;
    vector_clear(v);
    for (int k = 0; k < flips; k++) {
        int j = s->work.candidates[k].at;
        double before = s->x[j];
        assert(s->basis.where[j] < 0 && s->basis.move[j] != 0);
        s->basis.place[j] = s->basis.place[j] == PLACE_LOWER ? PLACE_UPPER : PLACE_LOWER;
        simplex_settle(s, j);
        s->objective += s->d[j] * (s->x[j] - before);
        simplex_load(s, v, j, s->x[j] - before);
    }
    lu_ftran(s->lu, v, LU_FLIPS);
    for (int t = 0; t < v->count; t++) {
        int i = v->index[t];
        s->x[s->basis.head[i]] -= v->value[i];
        dual_note(s, i);
    }
}

/* Moves d along the pivot row. The cost of an entering variable that is a little infeasible is shifted to d = 0
 * first. */
static void dual_step(struct simplex *s, int p, int q, double sign) {
    double alpha = s->work.alpha->value[q], theta = s->d[q] / alpha;
    assert(alpha != 0 && p != q && s->basis.where[q] < 0 && s->basis.where[p] >= 0);
    if (theta * sign < 0) {
        s->costs.work[q] -= s->d[q];
        s->d[q] = theta = 0;
        s->costs.shifted = true;
    }
    for (int t = 0; t < s->work.alpha->count; t++) {
        int j = s->work.alpha->index[t];
        s->d[j] -= theta * s->work.alpha->value[j];
    }
    s->d[q] = 0;
    s->d[p] = -theta;
}

static void dual_move(struct simplex *s, int r, int q, double bound) {
    struct vector *column = s->work.column;
    double theta = (s->x[s->basis.head[r]] - bound) / column->value[r];
    assert(isfinite(bound)); /* it leaves towards a bound that exists */
    for (int t = 0; t < column->count; t++) {
        int i = column->index[t];
        s->x[s->basis.head[i]] -= theta * column->value[i];
        if (i != r) dual_note(s, i);
    }
    s->x[s->basis.head[r]] = bound;
    s->x[q] += theta;
}

/* One iteration from row r, s->work.row being ready. Returns SIMPLEX_OPTIMAL if it succeeded (*rebuild: or needs a
 * rebuild), SIMPLEX_INFEASIBLE if row r proves that. */
static enum simplex_result dual_iterate(struct simplex *s, int r, bool *rebuild) {
    int p = s->basis.head[r], flips;
    double sign = s->x[p] > s->upper[p] ? 1 : -1, bound = sign > 0 ? s->upper[p] : s->lower[p];
    assert(simplex_violation(s, p) != 0 && isfinite(bound));
    simplex_price(s, s->work.row, s->work.alpha);
    int q = ratio_dual(s, sign, fabs(s->x[p] - bound), &flips);
    if (q < 0) {
        if (certificate_farkas(s, s->work.row)) return SIMPLEX_INFEASIBLE;
        bool dormant = s->active.count < s->active.all; /* one of them may enter */
        if (dormant) simplex_wake(s);
        if (dormant || s->lu->updates > 0) {
            *rebuild = true;
            return SIMPLEX_OPTIMAL;
        }
        s->pricing.banned[r] = 1;
        return SIMPLEX_OPTIMAL;
    }
    vector_clear(s->work.column);
    simplex_load(s, s->work.column, q, 1);
    lu_ftran(s->lu, s->work.column, LU_COLUMN);
    double by_row = s->work.alpha->value[q], by_column = s->work.column->value[r];
    if (fabs(by_row - by_column) > 1e-7 * fmin(fabs(by_row), fabs(by_column)) && s->lu->updates > 0) {
        *rebuild = true;
        return SIMPLEX_TROUBLE;
    }
    if (fabs(by_row - by_column) > 1e-4 * fabs(by_row) || fabs(by_column) < s->tolerance.pivot) {
        s->pricing.banned[r] = 1;
        return SIMPLEX_TROUBLE;
    }
    CHECK(simplex_check_column(s, q));
    assert(s->basis.move[q] != 0);
    if (flips > 0) dual_flip(s, flips);
    s->objective += s->d[q] / by_row * sign < 0 ? 0 : s->d[q] / by_row * (s->x[p] - bound);
    dual_step(s, p, q, sign);
    dual_move(s, r, q, bound);
    dual_update_weights(s, r);
    simplex_exchange(s, r, q, sign > 0 ? PLACE_UPPER : PLACE_LOWER);
    dual_note(s, r);
    s->run.iterations++;
    *rebuild = !s->basis.factored || lu_worn(s->lu);
    return SIMPLEX_OPTIMAL;
}

static bool dual_any_banned(const struct simplex *s) {
    return s->rows > 0 && memchr(s->pricing.banned, 1, (size_t)s->rows) != NULL;
}

/* Whether an optimum may be claimed, or no claim is wanted and no row was passed over. */
static bool dual_settled(const struct simplex *s) {
    return (s->fresh.primal && s->fresh.dual) || (s->run.brief && !dual_any_banned(s));
}

enum simplex_result dual_run(struct simplex *s) {
    int troubles = 0, rounds = 0;
    int64_t begun = s->run.iterations;
    if (!s->basis.factored) simplex_factor(s);
    assert(s->run.control && s->tolerance.primal > 0 && s->tolerance.dual > 0);
    if (s->options->pricing != PRICING_DSE || !s->pricing.exact)
        for (int i = 0; i < s->rows; i++) s->pricing.weight[i] = 1;
    s->pricing.exact = s->options->pricing == PRICING_DSE;
    memory_clear(s->pricing.banned, (size_t)s->rows);
    if (s->run.brief)
        dual_resume(s);
    else
        dual_values(s);
    for (;;) {
        if (simplex_stop(s)) return SIMPLEX_LIMIT;
        if (s->objective >= s->run.control->cutoff) return SIMPLEX_CUTOFF;
        bool rebuild = false;
        int r = dual_leave(s);
        if (r >= 0) {
            enum simplex_result result = dual_iterate(s, r, &rebuild);
            if (result == SIMPLEX_INFEASIBLE) return result;
            if (result == SIMPLEX_TROUBLE) {
                if (s->lu->threshold < 0.5 && s->lu->updates < 10) s->lu->threshold = 0.5;
                if (++troubles > TROUBLES_MOST) return result;
            }
        } else if (!dual_settled(s) && rounds < 5) {
            rounds++;
            dual_refresh(s);
            continue;
        } else {
            return dual_any_banned(s) ? SIMPLEX_TROUBLE : SIMPLEX_OPTIMAL;
        }
        if (rebuild) dual_rebuild(s);
        if (s->options->perturb && !s->costs.perturbed && s->run.iterations - begun > 300 + s->rows / 5) {
            cost_perturb(s);
            dual_values(s);
        }
    }
}
