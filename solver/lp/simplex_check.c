/* The invariants of solver/lp/simplex.h in full: too slow for every run, called by CHECK(...) only (make sanitize). The
 * tolerances are those of a factorisation that has seen updates, so that what fails here is a mistake of ours and not
 * rounding. */
#include <math.h>
#include <stdlib.h>

#include "solver/base/memory.h"
#include "solver/lp/simplex.h"

#define CHECK_RESIDUAL 1e-4 /* of a solve, relative to its terms and 1 */

static bool simplex_check_nonbasic(const struct simplex *s, int j) {
    double lower = s->lower[j], upper = s->upper[j], x = s->x[j];
    switch ((enum place)s->basis.place[j]) {
    case PLACE_BASIC: return false;
    case PLACE_LOWER: return isfinite(lower) && x == lower;
    case PLACE_UPPER: return isfinite(upper) && x == upper;
    case PLACE_ZERO: return lower <= -MODEL_INFINITY && upper >= MODEL_INFINITY && x == 0;
    }
    return false;
}

bool simplex_check_basis(const struct simplex *s) {
    int basic = 0;
    for (int j = 0; j < s->total; j++) {
        int i = s->basis.where[j];
        if ((i >= 0) != (s->basis.place[j] == PLACE_BASIC)) return false;
        if (i >= 0 ? i >= s->rows || s->basis.head[i] != j : !simplex_check_nonbasic(s, j)) return false;
        basic += i >= 0;
    }
    return basic == s->rows;
}

/* v'B of one basic column; *size: the sum of the magnitudes of its terms. */
static double simplex_check_product(const struct simplex *s, const double *v, int j, double *size) {
    if (j >= s->cols) return *size = fabs(v[j - s->cols]), -v[j - s->cols];
    double sum = *size = 0;
    for (int k = s->columns.start[j]; k < s->columns.start[j + 1]; k++) {
        double term = s->columns.value[k] * v[s->columns.index[k]];
        sum += term;
        *size += fabs(term);
    }
    return sum;
}

bool simplex_check_inverse(const struct simplex *s, int r) {
    for (int i = 0; i < s->rows; i++) {
        double size, sum = simplex_check_product(s, s->work.row->value, s->basis.head[i], &size);
        if (fabs(sum - (i == r)) > CHECK_RESIDUAL * (1 + size)) return false;
    }
    return true;
}

bool simplex_check_column(const struct simplex *s, int q) {
    struct vector *rest = vector_new(s->rows), *size = vector_new(s->rows);
    simplex_load(s, rest, q, -1);
    for (int i = 0; i < s->rows; i++) {
        double alpha = s->work.column->value[i];
        int j = s->basis.head[i];
        if (alpha == 0) continue;
        simplex_load(s, rest, j, alpha);
        if (j >= s->cols) size->value[j - s->cols] += fabs(alpha);
        for (int k = j < s->cols ? s->columns.start[j] : 0; j < s->cols && k < s->columns.start[j + 1]; k++)
            size->value[s->columns.index[k]] += fabs(alpha * s->columns.value[k]);
    }
    bool good = true;
    for (int i = 0; i < s->rows; i++) good = good && fabs(rest->value[i]) <= CHECK_RESIDUAL * (1 + size->value[i]);
    vector_free(rest);
    vector_free(size);
    return good;
}

bool simplex_check_values(const struct simplex *s) {
    if (s->fresh.dual)
        for (int i = 0; i < s->rows; i++)
            if (s->d[s->basis.head[i]] != 0) return false;
    return !s->fresh.primal || simplex_residual(s) <= CHECK_RESIDUAL;
}

bool simplex_check_suspects(const struct simplex *s) {
    const struct simplex_pricing *p = &s->pricing;
    int listed = 0;
    for (int t = 0; t < p->suspect_count; t++)
        if (!p->suspected[p->suspects[t]]) return false;
    for (int i = 0; i < s->rows; i++) {
        if (p->infeasible[i] > 0 && !p->suspected[i]) return false;
        listed += p->suspected[i] != 0;
    }
    return listed == p->suspect_count;
}
