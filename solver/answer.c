#include <float.h>
#include <math.h>
#include <string.h>

#include "solver/certificate.h"
#include "solver/lp_state.h"

void answer_take(struct lp *lp) {
    const struct simplex *s = lp->s;
    lp->objective = 0;
    for (int j = 0; j < s->total; j++) {
        lp->x[j] = s->x[j] * lp->scale[j];
        if (s->where[j] < 0 && s->place[j] != LP_AT_ZERO)
            lp->x[j] = s->place[j] == LP_AT_LOWER ? lp->lower[j] : lp->upper[j];
        lp->d[j] = s->d[j] / lp->scale[j];
    }
    for (int j = 0; j < s->cols; j++) lp->objective += s->cost[j] * s->x[j];
    for (int i = 0; i < s->rows; i++) lp->y[i] = lp->d[s->cols + i];
}

/* No sum of doubles is known better than this, and no row of terms beyond 1e9 is met to 1e-7. */
static double answer_noise(const struct simplex *s, int row) {
    double size = 0;
    for (int k = s->by_row.start[row]; k < s->by_row.start[row + 1]; k++)
        size += fabs(s->by_row.value[k] * s->x[s->by_row.index[k]]);
    return 4 * DBL_EPSILON * size;
}

void answer_violation(const struct lp *lp, double *primal, double *dual) {
    const struct simplex *s = lp->s;
    *primal = *dual = 0;
    for (int j = 0; j < s->total; j++) {
        double off = fabs(simplex_violation(s, j));
        if (j >= s->cols && off * lp->scale[j] > lp->options.primal_tolerance)
            off = fmax(0, off - answer_noise(s, j - s->cols));
        *primal = fmax(*primal, off * lp->scale[j]);
        *dual = fmax(*dual, simplex_dual_violation(s, j) / lp->scale[j]);
    }
}

double answer_gap(const struct lp *lp) {
    const struct simplex *s = lp->s;
    double gap = 0, size = 1;
    for (int j = 0; j < s->total; j++) {
        size += fabs(s->cost[j] * s->x[j]);
        double off = simplex_dual_violation(s, j);
        if (off == 0 || s->where[j] >= 0) continue;
        double other = s->d[j] > 0 ? s->lower[j] : s->upper[j];
        gap += off * (isinf(other) ? fmax(1, fabs(s->x[j])) : fabs(other - s->x[j]));
    }
    return gap / size;
}

void answer_farkas(struct lp *lp) {
    const struct simplex *s = lp->s;
    for (int i = 0; i < s->rows; i++) lp->ray[i] = s->row->value[i] / lp->scale[s->cols + i];
    lp->s->ray_raw = true;
}

bool answer_mend_ray(const struct lp *lp) {
    struct simplex *s = lp->s;
    s->ray_raw = false;
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
