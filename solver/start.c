#include "solver/start.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>

#include "solver/base/memory.h"

#define START_TOLERANCE 1e-6 /* of rows and bounds, as for every answer */

/* x: the start as the search uses it, integers rounded. */
static bool start_round(double *x, const struct model *m, int *integers, struct error *why) {
    char spare[24];
    for (int j = 0; j < m->cols; j++) {
        if (!m->integer[j]) continue;
        double given = x[j];
        ++*integers;
        assert(*integers <= m->cols);
        x[j] = nearbyint(given);
        if (x[j] >= m->lower[j] && x[j] <= m->upper[j]) continue;
        return error_set(why, "the start is not used: integer column '%.100s' is %g (expected %g to %g)",
                         model_col_name(m, j, spare), given, m->lower[j], m->upper[j]);
    }
    return *integers > 0 || error_set(why, "the start is not used: the program has no integer columns");
}

/* Whether the continuous columns can be chosen so that all rows hold. */
static bool start_completes(const struct model *m, const double *x, const struct options *o) {
    struct model *fixed = model_copy(m);
    struct milp_control quiet = {0};
    for (int j = 0; j < m->cols; j++) {
        fixed->cost[j] = 0;
        if (m->integer[j]) fixed->lower[j] = fixed->upper[j] = x[j];
        fixed->integer[j] = false;
    }
    for (int j = 0; j < m->cols; j++) assert(!fixed->integer[j]); /* so that no start is needed */
    struct milp_result *r = milp_solve(fixed, o, &quiet);
    bool completes = r->status != MILP_INFEASIBLE;
    milp_result_free(r);
    model_free(fixed);
    return completes;
}

static bool start_worst_row(const struct model *m, const double *x, struct error *why) {
    double *activity = MEMORY_NEW(double, m->rows), worst = 0;
    char spare[24];
    int at = -1;
    for (int j = 0; j < m->cols; j++)
        for (long k = m->start[j]; k < m->start[j + 1]; k++) activity[m->index[k]] += m->value[k] * x[j];
    for (int i = 0; i < m->rows; i++) {
        double off = fmax(m->row_lower[i] - activity[i], activity[i] - m->row_upper[i]);
        if (off > worst) worst = off, at = i;
    }
    if (at < 0)
        error_set(why, "the start is not used: no values of the continuous columns go with its integers");
    else
        error_set(why, "the start is not used: row '%.100s' is %g (expected at %s %g)", model_row_name(m, at, spare),
                  activity[at], activity[at] < m->row_lower[at] ? "least" : "most",
                  activity[at] < m->row_lower[at] ? m->row_lower[at] : m->row_upper[at]);
    free(activity);
    return false;
}

bool start_usable(const struct model *m, const double *start, const struct options *o, struct error *why) {
    double *x = MEMORY_NEW(double, m->cols);
    int integers = 0;
    for (int j = 0; j < m->cols; j++) x[j] = start[j];
    bool usable = start_round(x, m, &integers, why) &&
                  (model_violation(m, x) <= START_TOLERANCE || (integers < m->cols && start_completes(m, x, o)) ||
                   start_worst_row(m, x, why));
    free(x);
    return usable;
}
