/* Iterative refinement in long double (Wilkinson 1963), for programs on which the plain solves have failed: the
 * residual is computed with 64 bits, the correction with the present factors. */
#include "solver/lp/simplex.h"
#include <assert.h>

#define REFINE_PASSES 2

void refine_primal(struct simplex *s) {
    assert(s->basis.factored);
    struct vector *v = s->work.flips;
    for (int pass = 0; pass < REFINE_PASSES; pass++) {
        vector_clear(v);
        for (int i = 0; i < s->rows; i++) {
            long double sum = s->x[s->cols + i];
            for (int k = s->by_row.start[i]; k < s->by_row.start[i + 1]; k++)
                sum -= (long double)s->by_row.value[k] * s->x[s->by_row.index[k]];
            if (sum != 0) vector_set(v, i, (double)sum);
        }
        lu_ftran(s->lu, v, LU_DENSE);
        for (int t = 0; t < v->count; t++) s->x[s->basis.head[v->index[t]]] += v->value[v->index[t]];
    }
    vector_clear(v);
}

void refine_dual(struct simplex *s, struct vector *y) {
    assert(s->basis.factored && y->size == s->rows && y != s->work.flips);
    struct vector *v = s->work.flips;
    for (int pass = 0; pass < REFINE_PASSES; pass++) {
        vector_clear(v);
        for (int i = 0; i < s->rows; i++) {
            int j = s->basis.head[i];
            long double sum = s->costs.work[j];
            if (j >= s->cols) sum += y->value[j - s->cols];
            for (int k = j < s->cols ? s->columns.start[j] : 0; j < s->cols && k < s->columns.start[j + 1]; k++)
                sum -= (long double)s->columns.value[k] * y->value[s->columns.index[k]];
            if (sum != 0) vector_set(v, i, (double)sum);
        }
        lu_btran(s->lu, v, LU_DENSE);
        for (int t = 0; t < v->count; t++) vector_add(y, v->index[t], v->value[v->index[t]]);
    }
    vector_clear(v);
}
