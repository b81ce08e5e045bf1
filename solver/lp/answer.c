#include <assert.h>
#include <float.h>
#include <math.h>
#include <string.h>

#include "solver/lp/certificate.h"
#include "solver/lp/lp_internal.h"

void answer_take(struct lp *lp) {
    const struct simplex *s = lp->s;
    lp->objective = 0;
    for (int j = 0; j < s->total; j++) {
        lp->x[j] = s->x[j] * lp->scale[j];
        if (s->basis.where[j] < 0 && s->basis.place[j] != PLACE_ZERO)
            lp->x[j] = s->basis.place[j] == PLACE_LOWER ? lp->lower[j] : lp->upper[j];
        lp->d[j] = s->d[j] / lp->scale[j];
    }
    for (int j = 0; j < s->cols; j++) lp->objective += s->cost[j] * s->x[j];
    for (int i = 0; i < s->rows; i++) lp->y[i] = lp->d[s->cols + i];
}

/* The accuracy of a sum of doubles: a row with terms beyond 1e9 cannot hold to 1e-7. */
static double answer_noise(const struct simplex *s, int row) {
    assert(row >= 0 && row < s->rows);
    double size = 0;
    for (int k = s->by_row.start[row]; k < s->by_row.start[row + 1]; k++)
        size += fabs(s->by_row.value[k] * s->x[s->by_row.index[k]]);
    return 4 * DBL_EPSILON * size;
}

void answer_violation(const struct lp *lp, double *primal, double *dual) {
    const struct simplex *s = lp->s;
    assert(s->fresh.primal); /* violations of updated values prove nothing */
    *primal = *dual = 0;
    for (int j = 0; j < s->total; j++) {
        double off = fabs(simplex_violation(s, j));
        if (j >= s->cols && off * lp->scale[j] > lp->options.primal_tolerance)
            off = fmax(0, off - answer_noise(s, j - s->cols));
        double primal_off = off * lp->scale[j], dual_off = simplex_dual_violation(s, j) / lp->scale[j];
        if (primal_off > *primal) *primal = primal_off;
        if (dual_off > *dual) *dual = dual_off;
    }
}

double answer_reach(const struct simplex *s, int j) {
    double reach = fmax(1, fabs(s->x[j])), sum = 0;
    if (j < s->cols) return reach;
    for (int k = s->by_row.start[j - s->cols]; k < s->by_row.start[j - s->cols + 1]; k++) {
        int col = s->by_row.index[k];
        double range = s->upper[col] - s->lower[col];
        assert(range >= 0);
        sum += fabs(s->by_row.value[k]) * (isinf(range) ? fmax(1, fabs(s->x[col])) : range);
    }
    return fmax(reach, sum);
}

double answer_gap(const struct lp *lp) {
    const struct simplex *s = lp->s;
    double gap = 0, size = 1;
    for (int j = 0; j < s->total; j++) {
        size += fabs(s->cost[j] * s->x[j]);
        double off = simplex_dual_violation(s, j);
        if (off == 0 || s->basis.where[j] >= 0) continue;
        double other = s->d[j] > 0 ? s->lower[j] : s->upper[j];
        gap += off * (isinf(other) ? answer_reach(s, j) : fabs(other - s->x[j]));
    }
    return gap / size;
}

static bool answer_rows_hold(const struct lp *lp) {
    const struct simplex *s = lp->s;
    for (int i = 0; i < s->rows; i++) {
        long double sum = 0, size = 0, unit = lp->scale[s->cols + i];
        for (int k = s->by_row.start[i]; k < s->by_row.start[i + 1]; k++) {
            int j = s->by_row.index[k];
            long double term = s->by_row.value[k] * unit / lp->scale[j] * lp->x[j];
            sum += term;
            size += fabsl(term);
        }
        long double off = fmaxl(lp->lower[s->cols + i] - sum, sum - lp->upper[s->cols + i]);
        if (off > lp->options.primal_tolerance + 4 * DBL_EPSILON * size) return false;
    }
    return true;
}

/* A reduced cost that is a small sum of large terms may really have the other sign: counts what that would cost. */
static bool answer_signs_hold(const struct lp *lp) {
    const struct simplex *s = lp->s;
    long double doubt = 0, objective = 1;
    for (int j = 0; j < s->cols; j++) {
        long double d = s->cost[j] / lp->scale[j], size = fabsl(d), range = lp->upper[j] - lp->lower[j];
        bool fixed = s->basis.where[j] < 0 && range == 0, low = s->basis.place[j] != PLACE_LOWER,
             high = s->basis.place[j] != PLACE_UPPER;
        objective += fabsl(d * lp->x[j]);
        if (fixed) continue;
        for (int k = s->columns.start[j]; k < s->columns.start[j + 1]; k++) {
            int i = s->columns.index[k];
            long double term = s->columns.value[k] * lp->scale[s->cols + i] / lp->scale[j];
            term *= lp->y[i];
            d -= term;
            size += fabsl(term);
        }
        long double off = fmaxl(low ? d : 0, high ? -d : 0); /* PLACE_BASIC and PLACE_ZERO: d = 0 */
        if (off > lp->options.dual_tolerance + 4 * DBL_EPSILON * size) return false;
        if (s->basis.where[j] >= 0) continue;
        doubt += DBL_EPSILON * size * (range < MODEL_INFINITY ? range : fmax(1, fabs(lp->x[j])));
    }
    return doubt <= DRIVE_GAP * objective;
}

bool answer_verified(const struct lp *lp) {
    return answer_rows_hold(lp) && answer_signs_hold(lp);
}

void answer_farkas(struct lp *lp) {
    const struct simplex *s = lp->s;
    for (int i = 0; i < s->rows; i++) lp->ray[i] = s->work.row->value[i] / lp->scale[s->cols + i];
    assert(s->work.row->size == s->rows);
    lp->s->ray.raw = true;
}

bool answer_mend_ray(const struct lp *lp) {
    struct simplex *s = lp->s;
    s->ray.raw = false;
    for (int i = 0; i < s->rows; i++) lp->ray[i] *= lp->scale[s->cols + i];
    bool exact = certificate_mend(s, lp->ray);
    for (int i = 0; i < s->rows; i++) lp->ray[i] /= lp->scale[s->cols + i];
    return exact;
}

bool answer_ray(struct lp *lp) {
    const struct simplex *s = lp->s;
    if (!certificate_ray(s, lp->ray)) return false;
    for (int j = 0; j < s->total; j++) lp->ray[j] *= lp->scale[j];
    return true;
}

struct model *answer_model(const struct lp *lp) {
    const struct simplex *s = lp->s;
    struct model *m = model_new();
    struct error err;
    for (int j = 0; j < s->cols; j++)
        model_add_column(m, NULL, s->cost[j] / lp->scale[j], lp->lower[j], lp->upper[j], false);
    for (int i = 0; i < s->rows; i++) model_add_row(m, NULL, lp->lower[s->cols + i], lp->upper[s->cols + i]);
    for (int j = 0; j < s->cols; j++) {
        for (int k = s->columns.start[j]; k < s->columns.start[j + 1]; k++) {
            int i = s->columns.index[k];
            model_add_entry(m, i, j, s->columns.value[k] * lp->scale[s->cols + i] / lp->scale[j]);
        }
    }
    assert(m->rows == s->rows && m->cols == s->cols);
    bool finished = model_finish(m, &err);
    assert(finished);
    (void)finished;
    return m;
}
