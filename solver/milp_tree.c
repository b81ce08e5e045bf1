#include "solver/milp_internal.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>

#include "solver/base/memory.h"
#include "solver/base/numbers.h"
#include "solver/lattice/lattice.h"

#define MILP_VIOLATION 1e-6
#define MILP_TREE_WIDE 0.01 /* gap, relative to the best objective */

/* If only integer columns have costs, all multiples of one number, so are the differences of objectives. 0: no such
 * number. */
static double milp_tree_step(const struct model *m, const struct options *o) {
    if (o->objective_step > 0) return o->objective_step;
    for (double scale = 1; scale <= 1e4; scale *= 10) {
        double gcd = 0;
        bool whole = true;
        for (int j = 0; whole && j < m->cols; j++) {
            double c = m->cost[j] * scale;
            if (c == 0 || m->lower[j] == m->upper[j]) continue;
            whole = m->integer[j] && fabs(c) < 1e12 && fabs(c - nearbyint(c)) <= 1e-12 * fabs(c);
            if (whole) gcd = numbers_gcd(gcd, fabs(nearbyint(c)));
        }
        if (whole) return gcd / scale;
    }
    return 0;
}

/* A step is valid between solutions of one search and those found earlier, of which that search knows the best. */
static void milp_tree_note_step(struct milp *s, const struct model *m) {
    double step = milp_tree_step(m, s->options);
    s->step = s->known < MODEL_INFINITY ? fmin(s->step, step) : step;
}

static enum milp_status milp_tree_stop_status(enum limits_stop stop) {
    switch (stop) {
    case LIMITS_TIME: return MILP_TIME_LIMIT;
    case LIMITS_NODES: return MILP_NODE_LIMIT;
    case LIMITS_ITERATIONS: return MILP_ITERATION_LIMIT;
    case LIMITS_INTERRUPTED: return MILP_INTERRUPTED;
    case LIMITS_RUNNING: break;
    }
    return MILP_NUMERICAL;
}

/* Whether x, a solution of the reduced program, holds on the program as given. */
static bool milp_tree_accept(const void *context, const double *x) {
    const struct milp *s = context;
    if (s->stages.count == 0) return true; /* the tree has checked it on this very program */
    double *whole = MEMORY_NEW(double, s->model->cols);
    stages_restore(&s->stages, whole, x);
    bool holds = model_violation(s->model, whole) <= MILP_VIOLATION;
    free(whole);
    return holds;
}

static struct search_problem milp_tree_problem(struct milp *s, const struct model *m) {
    s->offset = m->maximize ? -m->offset : m->offset;
    struct limits left = s->limits;
    assert(s->result->nodes >= 0 && s->result->iterations >= 0);
    left.nodes -= s->result->nodes;
    left.iterations -= s->result->iterations;
    return (struct search_problem){.model = m,
                                   .options = s->options,
                                   .limits = left,
                                   .cutoff = s->known < MODEL_INFINITY ? s->known - s->offset : MODEL_INFINITY,
                                   .bound = s->bound > -MODEL_INFINITY ? s->bound - s->offset : -MODEL_INFINITY,
                                   .step = fmax(s->step, milp_tree_step(s->model, s->options)),
                                   .offset = s->offset,
                                   .strict = s->strict,
                                   .accept = milp_tree_accept,
                                   .progress = milp_report,
                                   .round = milp_round,
                                   .watch = &s->result->facts->watch,
                                   .context = s};
}

/* The relaxation has a ray; with rational data the program is unbounded if it has a solution at all (Meyer 1974). */
static void milp_tree_settle_unbounded(struct milp *s) {
    struct milp_result *r = s->result;
    const struct model *m = s->model;
    struct model *feasibility = model_copy(m);
    for (int j = 0; j < m->cols; j++) feasibility->cost[j] = 0;
    s->known = MODEL_INFINITY;
    s->bound = -MODEL_INFINITY;
    struct search_problem p = milp_tree_problem(s, feasibility);
    struct search_result found;
    double *x = MEMORY_NEW(double, m->cols);
    p.step = 0;
    tree_solve(&found, x, &p, s->control->start);
    r->nodes += found.counts.nodes;
    r->iterations += found.counts.iterations;
    if (found.incumbent.has) {
        r->x = x;
        struct lp *lp = lp_new(m, s->options);
        struct lp_control control = milp_lp_control(s);
        const enum lp_status status = lp_solve(lp, &control);
        if (status == LP_UNBOUNDED)
            r->status = MILP_UNBOUNDED, r->ray = milp_keep(lp_ray(lp), m->cols);
        else if (!milp_lp_stopped(s, status))
            r->status = MILP_NUMERICAL; /* without the ray it is not proven */
        lp_free(lp);
    } else {
        free(x);
        r->status = found.status == SEARCH_SOLVED    ? MILP_INFEASIBLE
                    : found.status == SEARCH_STOPPED ? milp_tree_stop_status(found.stop)
                                                     : MILP_NUMERICAL;
    }
    model_free(feasibility);
}

/* Moves the solution of a tree to the result, in terms of the model as given. */
static void milp_tree_take_solution(struct milp *s, const struct search_result *found, const double *x) {
    struct milp_result *r = s->result;
    if (!found->incumbent.has) return;
    assert(found->incumbent.objective + s->offset <=
           s->known); /* a search returns only solutions better than its cutoff */
    if (!r->x) r->x = MEMORY_NEW(double, s->model->cols);
    stages_restore(&s->stages, r->x, x);
    s->known = found->incumbent.objective + s->offset;
    r->found_by = found->incumbent.found_by;
}

static void milp_tree_take(struct milp *s, const struct search_result *found, const double *x) {
    struct milp_result *r = s->result;
    milp_tree_take_solution(s, found, x);
    r->bound = found->bound;
    switch (found->status) {
    case SEARCH_SOLVED: r->status = r->x ? MILP_OPTIMAL : MILP_INFEASIBLE; break;
    case SEARCH_UNBOUNDED: milp_tree_settle_unbounded(s); break;
    case SEARCH_STOPPED: r->status = milp_tree_stop_status(found->stop); break;
    case SEARCH_RESTARTED: break; /* the next tree decides */
    case SEARCH_NUMERICAL: r->status = MILP_NUMERICAL; break;
    }
}

static void milp_tree_facts(struct milp *s, const struct search_result *found) {
    struct facts *f = s->result->facts;
    search_add_counts(&f->counts, &found->counts);
    search_add_tallies(&f->tallies, &found->tallies);
    f->cuts = found->cuts;
    if (fabs(f->root_first) < MODEL_INFINITY) return; /* of an earlier search */
    f->root_first = milp_outwards(s, found->root.first);
    f->root_last = milp_outwards(s, found->root.last);
}

/* After a restart, a first-order method is no alternative unless it has answered the larger program before. */
static struct options milp_tree_options(const struct milp *s) {
    struct options o = *s->options;
    bool crossed = s->result->facts->watch.spent[LP_FIRST_ORDER].iterations > 0;
    if (s->stages.count > 1 && !crossed) o.first_order = false;
    return o;
}

static void milp_tree_search(struct milp *s, const double *start, struct search_result *found) {
    const struct model *m = stages_model(&s->stages);
    struct options o = milp_tree_options(s);
    s->result->facts->presolved = facts_size(m);
    s->result->facts->searched_rows = m->rows;
    s->result->facts->searched_cols = m->cols;
    milp_tree_note_step(s, m);
    struct search_problem p = milp_tree_problem(s, m);
    p.options = &o;
    p.may_restart = s->stages.count > 0 && s->stages.count <= s->options->restarts;
    double *x = MEMORY_NEW(double, m->cols);
    tree_solve(found, x, &p, start);
    assert(found->status != SEARCH_RESTARTED || (p.may_restart && found->lower && found->upper));
    milp_tree_facts(s, found);
    s->result->nodes += found->counts.nodes;
    s->result->iterations += found->counts.iterations;
    bool doubtful = s->stages.count > 0 && (found->incumbent.rejected || found->status == SEARCH_NUMERICAL ||
                                            found->status == SEARCH_UNBOUNDED);
    if (!doubtful || found->status == SEARCH_STOPPED) milp_tree_take(s, found, x);
    if (found->bound > -MODEL_INFINITY) s->bound = fmax(s->bound, found->bound + s->offset);
    free(x);
}

/* What is left of a program after a search that ended early, which is taken over: its bounds are tighter, and its cuts
 * are rows where the gap is wide. Where it is narrow, new cuts of the smaller program close more of it alone. */
static struct model *milp_tree_left(const struct milp *s, struct search_result *found) {
    struct model *m = model_copy(stages_model(&s->stages));
    free(m->lower);
    free(m->upper);
    m->lower = found->lower;
    m->upper = found->upper;
    double gap = s->known - s->offset - found->bound;
    if (gap > MILP_TREE_WIDE * fmax(1, fabs(s->known))) cut_set_append_rows(&found->tight, m);
    cut_set_free(&found->tight);
    return m;
}

/* The tree ended early because much is fixed: the rest is presolved again and searched for better solutions. */
static void milp_tree_restart(struct milp *s, struct search_result *found) {
    while (found->status == SEARCH_RESTARTED && !found->incumbent.rejected) {
        enum presolve_status status = stages_add(&s->stages, milp_tree_left(s, found));
        *found = (struct search_result){.status = SEARCH_UNBOUNDED, .bound = MODEL_INFINITY};
        if (status == PRESOLVE_INFEASIBLE) { /* no better solution exists */
            found->status = SEARCH_SOLVED;
            found->bound = s->known < MODEL_INFINITY ? s->known - s->offset : MODEL_INFINITY;
            milp_tree_take(s, found, NULL);
        } else if (status == PRESOLVE_REDUCED || status == PRESOLVE_SOLVED) {
            milp_tree_search(s, NULL, found);
        } else if (status == PRESOLVE_STOPPED) {
            milp_presolve_stopped(s);
            found->status = SEARCH_STOPPED;
        }
    }
    if (found->status != SEARCH_RESTARTED) return;
    free(found->lower);
    free(found->upper);
    cut_set_free(&found->tight);
}

/* False: presolve, or its result, is unreliable. */
static bool milp_tree_reduced(struct milp *s) {
    enum presolve_status status = stages_add(&s->stages, NULL);
    struct search_result found = {.status = SEARCH_UNBOUNDED};
    if (status == PRESOLVE_INFEASIBLE) {
        s->result->status = MILP_INFEASIBLE;
        found.status = SEARCH_SOLVED;
    }
    if (status == PRESOLVE_STOPPED) {
        milp_presolve_stopped(s);
        found.status = SEARCH_STOPPED;
    }
    if (status == PRESOLVE_REDUCED || status == PRESOLVE_SOLVED) {
        double *start = NULL;
        if (s->control->start) {
            start = MEMORY_NEW(double, stages_model(&s->stages)->cols);
            if (!presolve_apply(s->stages.presolve[0], start, s->control->start)) free(start), start = NULL;
        }
        milp_tree_search(s, start, &found);
        free(start);
        milp_tree_restart(s, &found);
    }
    assert(found.status != SEARCH_RESTARTED || found.incumbent.rejected);
    bool good = found.status == SEARCH_STOPPED || (found.status == SEARCH_SOLVED && !found.incumbent.rejected);
    stages_free(&s->stages);
    if (!good) { /* the model as given is searched again from the beginning */
        free(s->result->x);
        s->result->x = NULL;
        s->known = MODEL_INFINITY;
        s->bound = -MODEL_INFINITY;
    }
    return good;
}

static void milp_tree_from(struct milp *s) {
    if (s->options->presolve && milp_tree_reduced(s)) return;
    struct search_result found;
    milp_tree_search(s, s->control->start, &found);
}

static void milp_tree_from_point(struct milp *s, const double *point) {
    const struct milp_control *given = s->control;
    struct milp_control control = *given;
    control.start = point;
    s->control = &control;
    milp_tree_from(s);
    s->control = given;
}

/* First the parts that branching would not settle (solver/lattice/lattice.h). */
void milp_tree_solve(struct milp *s) {
    double *point = MEMORY_NEW(double, s->model->cols);
    assert(milp_integers(s->model) > 0);
    enum lattice_answer answer = lattice_search(point, s->model, &s->limits);
    if (answer == LATTICE_EMPTY)
        s->result->status = MILP_INFEASIBLE;
    else
        milp_tree_from_point(s, answer == LATTICE_POINT && !s->control->start ? point : s->control->start);
    free(point);
}

void milp_tree_again(struct milp *s) {
    struct milp_result *r = s->result;
    double *point = r->x;
    assert(point && !s->strict); /* at most once, and from a solution */
    r->x = NULL;
    r->bound = s->bound = -MODEL_INFINITY;
    s->known = MODEL_INFINITY;
    s->strict = true;
    milp_tree_from_point(s, point);
    if (r->x) {
        free(point);
    } else { /* a limit was reached, or the numbers are unreliable */
        r->x = point;
        if (r->status == MILP_INFEASIBLE) r->status = MILP_NUMERICAL;
    }
}
