#include <assert.h>
#include <math.h>
#include <string.h>

#include "solver/base/memory.h"
#include "solver/lp/simplex.h"

/* Koberstein 2005, section 6.2.3, with the constants of HiGHS: each cost of a variable that has a bound to rest on goes
 * up (at a lower bound) or down (at an upper one), so that the basis stays dual feasible, by an amount that differs by
 * variable. */
void cost_perturb(struct simplex *s) {
    assert(!s->costs.perturbed); /* twice would drift away from the true costs */
    double largest = 0;
    int boxed = 0;
    for (int j = 0; j < s->total; j++) {
        largest = fmax(largest, fabs(s->costs.work[j]));
        boxed += s->lower[j] > -MODEL_INFINITY && s->upper[j] < MODEL_INFINITY;
    }
    if (largest > 100) largest = sqrt(sqrt(largest));
    if (boxed < 0.01 * s->total && largest > 1) largest = 1;
    double base = 5e-7 * largest;
    for (int j = 0; j < s->total; j++) {
        double lower = s->lower[j], upper = s->upper[j];
        if (j >= s->cols) {
            s->costs.work[j] += 1e-12 * s->costs.random[j];
            continue;
        }
        double by = (1 + fabs(s->costs.work[j])) * base * (1 + s->costs.random[j]);
        if (lower == upper || (lower <= -MODEL_INFINITY && upper >= MODEL_INFINITY)) continue;
        if (upper >= MODEL_INFINITY)
            s->costs.work[j] += by;
        else if (lower <= -MODEL_INFINITY)
            s->costs.work[j] -= by;
        else
            s->costs.work[j] += s->costs.work[j] >= 0 ? by : -by;
    }
    assert(base >= 0); /* costs only ever move away from zero reduced cost */
    s->costs.perturbed = true;
    s->fresh.dual = false;
}

void cost_restore(struct simplex *s) {
    if (!s->costs.perturbed && !s->costs.shifted) return;
    memory_copy(s->costs.work, s->cost, (size_t)s->total * sizeof *s->cost);
    s->costs.perturbed = s->costs.shifted = s->fresh.dual = false;
}
