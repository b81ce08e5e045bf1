#include "solver/milp_internal.h"

#include <assert.h>
#include <stdlib.h>

#include "solver/base/clock.h"
#include "solver/base/memory.h"

struct lp_control milp_lp_control(const struct milp *s) {
    return (struct lp_control){MODEL_INFINITY, s->limits, NULL};
}

bool milp_lp_stopped(struct milp *s, enum lp_status status) {
    static const struct {
        enum lp_status lp;
        enum milp_status milp;
    } limits[] = {{LP_TIME_LIMIT, MILP_TIME_LIMIT},
                  {LP_ITERATION_LIMIT, MILP_ITERATION_LIMIT},
                  {LP_INTERRUPTED, MILP_INTERRUPTED}};
    for (size_t k = 0; k < sizeof limits / sizeof *limits; k++) {
        if (limits[k].lp != status) continue;
        s->result->status = limits[k].milp;
        return true;
    }
    return false;
}

/* Solves the model as given, from `place` if that is not NULL: the answer and its proof. */
static void milp_lp_given(struct milp *s, const unsigned char *place) {
    struct milp_result *r = s->result;
    const struct model *m = s->model;
    struct lp *lp = lp_new(m, s->options);
    struct lp_control control = milp_lp_control(s);
    control.watch = &r->facts->watch;
    int repaired = place ? lp_set_basis(lp, place) : 0;
    if (s->control->basis && place == s->control->basis) r->repaired = repaired;
    assert(!r->x && !r->ray && !r->row_dual); /* the answer is written once */
    enum lp_status status = lp_solve(lp, &control);
    r->iterations += lp_iterations(lp);
    assert(!r->place);
    r->place = MEMORY_NEW(unsigned char, m->cols + m->rows);
    lp_get_basis(lp, r->place);
    switch (status) {
    case LP_OPTIMAL:
        r->status = MILP_OPTIMAL;
        r->x = milp_keep(lp_x(lp), m->cols);
        r->row_dual = milp_keep(lp_row_duals(lp), m->rows);
        r->found_by = "relaxation";
        break;
    case LP_INFEASIBLE:
        r->status = MILP_INFEASIBLE;
        r->ray = milp_keep(lp_ray(lp), m->rows);
        break;
    case LP_UNBOUNDED:
        r->status = MILP_UNBOUNDED;
        r->x = milp_keep(lp_x(lp), m->cols);
        r->ray = milp_keep(lp_ray(lp), m->cols);
        break;
    case LP_TIME_LIMIT:
    case LP_ITERATION_LIMIT:
    case LP_INTERRUPTED: milp_lp_stopped(s, status); break;
    case LP_CUTOFF:
    case LP_NUMERICAL: r->status = MILP_NUMERICAL; break;
    }
    lp_free(lp);
}

/* Solves the reduced program, then the model as given from the basis of the former, usually without any pivots. So the
 * answer never depends on presolve. */
static void milp_lp_reduced(struct milp *s, const struct presolve *p) {
    const struct model *m = s->model, *reduced = presolve_model(p);
    assert(reduced->cols <= m->cols && reduced->rows <= m->rows);
    unsigned char *place = MEMORY_NEW(unsigned char, m->cols + m->rows);
    unsigned char *reduced_place = MEMORY_NEW(unsigned char, reduced->cols + reduced->rows);
    double *x = MEMORY_NEW(double, m->cols), *y = MEMORY_NEW(double, m->rows);
    struct lp *lp = lp_new(reduced, s->options);
    struct lp_control control = milp_lp_control(s);
    control.watch = &s->result->facts->watch;
    enum lp_status status = lp_solve(lp, &control);
    bool solved = status == LP_OPTIMAL;
    s->result->iterations += lp_iterations(lp);
    if (solved) {
        lp_get_basis(lp, reduced_place);
        presolve_restore(p, x, y, place, lp_x(lp), lp_row_duals(lp), reduced_place);
    }
    lp_free(lp);
    if (!milp_lp_stopped(s, status)) milp_lp_given(s, solved ? place : NULL);
    free(place);
    free(reduced_place);
    free(x);
    free(y);
}

/* From a basis of the caller's presolve can win nothing. False: the simplex got into numerical trouble. */
static bool milp_lp_warm(struct milp *s) {
    struct milp_result *r = s->result;
    milp_lp_given(s, s->control->basis);
    if (r->status != MILP_NUMERICAL) return true;
    assert(!r->x && !r->ray);
    free(r->place);
    r->place = NULL;
    return false;
}

void milp_lp_solve(struct milp *s) {
    if (s->control->basis && milp_lp_warm(s)) return;
    if (!s->options->presolve) {
        milp_lp_given(s, NULL);
        return;
    }
    assert(milp_integers(s->model) == 0);
    struct presolve *p = presolve_new(s->model, s->options);
    presolve_limit(p, &s->limits);
    double begun = clock_wall();
    enum presolve_status status = presolve_run(p);
    s->result->facts->seconds[FACTS_presolve] += clock_wall() - begun;
    if (s->control->log) presolve_log(p, s->control->log);
    bool reduced = status == PRESOLVE_REDUCED || status == PRESOLVE_SOLVED;
    if (reduced) s->result->facts->presolved = facts_size(presolve_model(p));
    if (reduced)
        milp_lp_reduced(s, p);
    else if (status == PRESOLVE_STOPPED)
        milp_presolve_stopped(s);
    else
        milp_lp_given(s, NULL);
    presolve_free(p);
}
