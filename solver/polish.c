#include "solver/milp_state.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "solver/memory.h"

#define POLISH_EXACT 1e-12 /* a solution that holds to this is not polished */

/* Solutions of the search satisfy its rows, cuts among them, to a tolerance. With the integers fixed, what is left is a small
 * program: its basic solution is as exact as can be had. Taken if it holds better and costs no more. */
void polish_solution(struct milp *s) {
    struct milp_result *r = s->result;
    const struct model *m = s->model;
    if (milp_integers(m) == 0) return; /* lp_solve has checked and polished it */
    if (r->status == MILP_UNBOUNDED || milp_integers(m) == m->cols || model_violation(m, r->x) <= POLISH_EXACT) return;
    struct model *fixed = model_copy(m);
    for (int j = 0; j < m->cols; j++) {
        if (!m->integer[j]) continue;
        fixed->lower[j] = fixed->upper[j] = nearbyint(r->x[j]);
        fixed->integer[j] = false;
    }
    struct presolve *p = presolve_new(fixed, s->options);
    presolve_limit(p, s->deadline, s->control->interrupted);
    enum presolve_status status = presolve_run(p);
    if (status == PRESOLVE_REDUCED || status == PRESOLVE_SOLVED) {
        struct lp *lp = lp_new(presolve_model(p), s->options);
        struct lp_control control = milp_lp_control(s);
        double *x = MEMORY_NEW(double, m->cols), violation = model_violation(m, r->x);
        if (lp_solve(lp, &control) == LP_OPTIMAL) {
            presolve_restore(p, x, NULL, NULL, lp_x(lp), NULL, NULL);
            double worse = s->sign * (model_objective(m, x) - model_objective(m, r->x));
            if (model_violation(m, x) < violation && worse <= 1e-6 * fmax(1, fabs(model_objective(m, x))))
                memcpy(r->x, x, (size_t)m->cols * sizeof *x);
        }
        r->iterations += lp_iterations(lp);
        lp_free(lp);
        free(x);
    }
    presolve_free(p);
    model_free(fixed);
}
