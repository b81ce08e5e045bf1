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

void answer_violation(const struct lp *lp, double *primal, double *dual) {
    const struct simplex *s = lp->s;
    *primal = *dual = 0;
    for (int j = 0; j < s->total; j++) {
        *primal = fmax(*primal, fabs(simplex_violation(s, j)) * lp->scale[j]);
        *dual = fmax(*dual, simplex_dual_violation(s, j) / lp->scale[j]);
    }
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
