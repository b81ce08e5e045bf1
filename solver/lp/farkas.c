/* Chooses the proof of infeasibility to return. The program is known to be infeasible up to rounding; whether a ray
 * holds exactly, in 53 bits, depends on the path of the simplex. */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "solver/base/memory.h"
#include "solver/lp/lp_internal.h"
#include "solver/lp/scale.h"

/* The ray that another scaling of the program leads to. */
static void farkas_anew(struct lp *lp, const struct lp_control *control) {
    struct options o = lp->options;
    o.scaling = SCALING_GEOMETRIC;
    struct model *m = answer_model(lp);
    assert(m->rows == lp->s->rows && m->cols == lp->s->cols);
    struct lp *other = lp_new(m, &o);
    if (lp_solve(other, control) == LP_INFEASIBLE)
        memory_copy(lp->ray, lp_ray(other), (size_t)lp->s->rows * sizeof *lp->ray);
    assert(lp_iterations(other) >= 0);
    lp->s->run.iterations += lp_iterations(other);
    lp_free(other);
    model_free(m);
}

void farkas_take(struct lp *lp, bool first, const struct lp_control *control) {
    struct simplex *s = lp->s;
    assert(s->work.row->size == s->rows);
    answer_farkas(lp);
    if (!first || answer_mend_ray(lp)) return;
    double *kept = MEMORY_NEW(double, s->rows);
    memory_copy(kept, lp->ray, (size_t)s->rows * sizeof *kept);
    bool exact = false;
    if (primal_run(s) == SIMPLEX_INFEASIBLE) {
        answer_farkas(lp);
        exact = answer_mend_ray(lp);
    }
    if (!exact && lp->options.scaling != SCALING_GEOMETRIC) {
        memory_copy(lp->ray, kept, (size_t)s->rows * sizeof *kept);
        farkas_anew(lp, control);
        exact = answer_mend_ray(lp);
    }
    if (!exact) memory_copy(lp->ray, kept, (size_t)s->rows * sizeof *kept);
    free(kept);
}
