#include "solver/milp.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "solver/clock.h"
#include "solver/memory.h"
#include "solver/presolve.h"
#include "solver/stages.h"
#include "solver/tree.h"

const char *const milp_status_names[] = {"optimal",    "infeasible",      "unbounded",   "time-limit",
                                         "node-limit", "iteration-limit", "interrupted", "numerical-trouble"};

#define MILP_VIOLATION 1e-6
#define MILP_ROUNDING  1e-7  /* relative: a bound this near to an optimum differs from it by rounding errors alone */
#define MILP_EXACT     1e-12 /* a solution that holds to this is not polished */

struct milp {
    const struct model *model; /* as given */
    const struct options *options;
    const struct milp_control *control;
    double started, deadline, sign; /* sign: -1 where the model maximises */
    double offset;                  /* objective as given = sign * (objective in the tree + offset) */
    struct stages stages;           /* none: the model is solved as it is */
    double known;                   /* objective of result->x in terms of minimisation; MODEL_INFINITY: none */
    double bound;                   /* no solution is below, likewise */
    struct options left;            /* options, less the nodes and pivots used by earlier stages */
    int reduced_rows, reduced_cols; /* of what was searched */
    struct tree_result searched;    /* the last tree's counts */
    struct milp_result *result;
};

/* --- small things ----------------------------------------------------------------------------------------------------- */

static double milp_outwards(const struct milp *s, double objective) {
    if (fabs(objective) >= MODEL_INFINITY) return s->sign * objective;
    return s->sign * (objective + s->offset);
}

static void milp_progress(const void *context, const struct milp_progress *p) {
    const struct milp *s = context;
    struct milp_progress shown = *p;
    shown.seconds = clock_wall() - s->started;
    shown.objective = milp_outwards(s, p->objective);
    shown.bound = milp_outwards(s, p->bound);
    if (s->control->progress) s->control->progress(s->control->context, &shown);
    if (!s->control->log) return;
    bool have = fabs(p->objective) < MODEL_INFINITY;
    fprintf(s->control->log, "%8.1f s %10lld nodes %8lld open %10lld pivots  bound %-16.10g ", shown.seconds,
            (long long)p->nodes, (long long)p->open_nodes, (long long)p->iterations, shown.bound);
    if (have)
        fprintf(s->control->log, "best %-16.10g gap %.2e  %s\n", shown.objective,
                fabs(shown.objective - shown.bound) / fmax(fabs(shown.objective), 1e-10), p->found_by);
    else
        fprintf(s->control->log, "best -\n");
}

static long long milp_gcd(long long a, long long b) {
    while (b) {
        long long rest = a % b;
        a = b;
        b = rest;
    }
    return a;
}

/* Costs on integer columns alone, all multiples of one number: so are the differences of objectives. 0: no such number. */
static double milp_objective_step(const struct model *m, const struct options *o) {
    if (o->objective_step > 0) return o->objective_step;
    for (double scale = 1; scale <= 1e4; scale *= 10) {
        long long gcd = 0;
        bool whole = true;
        for (int j = 0; whole && j < m->cols; j++) {
            double c = m->cost[j] * scale;
            if (c == 0 || m->lower[j] == m->upper[j]) continue;
            whole = m->integer[j] && fabs(c) < 1e12 && fabs(c - nearbyint(c)) <= 1e-12 * fabs(c);
            if (whole) gcd = milp_gcd(gcd, llabs((long long)nearbyint(c)));
        }
        if (whole) return (double)gcd / scale;
    }
    return 0;
}

static int milp_integers(const struct model *m) {
    int count = 0;
    for (int j = 0; j < m->cols; j++) count += m->integer[j];
    return count;
}

static enum milp_status milp_stop_status(enum tree_stop stop) {
    switch (stop) {
    case TREE_TIME: return MILP_TIME_LIMIT;
    case TREE_NODES: return MILP_NODE_LIMIT;
    case TREE_ITERATIONS: return MILP_ITERATION_LIMIT;
    case TREE_INTERRUPTED: return MILP_INTERRUPTED;
    case TREE_RESTART:
    case TREE_RUNNING: break;
    }
    return MILP_NUMERICAL;
}

static double *milp_keep(const double *x, int count) {
    double *kept = MEMORY_NEW(double, count);
    if (count > 0) memcpy(kept, x, (size_t)count * sizeof *x);
    return kept;
}

/* --- without integers ------------------------------------------------------------------------------------------------- */

static struct lp_control milp_lp_control(const struct milp *s) {
    return (struct lp_control){MODEL_INFINITY, s->options->iteration_limit, s->deadline, s->control->interrupted};
}

/* Whether a limit ended the solve; the result's status then says which. */
static bool milp_lp_stopped(struct milp *s, enum lp_status status) {
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

static void milp_presolve_stopped(struct milp *s) {
    bool interrupted = s->control->interrupted && *s->control->interrupted;
    s->result->status = interrupted ? MILP_INTERRUPTED : MILP_TIME_LIMIT;
}

/* Solves the model as given, from `place` if that is not NULL: the answer, and what proves it. */
static void milp_solve_lp(struct milp *s, const unsigned char *place) {
    struct milp_result *r = s->result;
    const struct model *m = s->model;
    struct lp *lp = lp_new(m, s->options);
    struct lp_control control = milp_lp_control(s);
    if (place) lp_set_basis(lp, place);
    enum lp_status status = lp_solve(lp, &control);
    r->iterations += lp_iterations(lp);
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

/* Solves the reduced program and takes its basis back to the model as given, from which that is solved: most often in no pivots.
 * So the answer never rests on presolve. */
static void milp_solve_lp_reduced(struct milp *s, const struct presolve *p) {
    const struct model *m = s->model, *reduced = presolve_model(p);
    unsigned char *place = MEMORY_NEW(unsigned char, m->cols + m->rows);
    unsigned char *reduced_place = MEMORY_NEW(unsigned char, reduced->cols + reduced->rows);
    double *x = MEMORY_NEW(double, m->cols), *y = MEMORY_NEW(double, m->rows);
    struct lp *lp = lp_new(reduced, s->options);
    struct lp_control control = milp_lp_control(s);
    enum lp_status status = lp_solve(lp, &control);
    bool solved = status == LP_OPTIMAL;
    s->result->iterations += lp_iterations(lp);
    if (solved) {
        lp_get_basis(lp, reduced_place);
        presolve_restore(p, x, y, place, lp_x(lp), lp_row_duals(lp), reduced_place);
    }
    lp_free(lp);
    if (!milp_lp_stopped(s, status)) milp_solve_lp(s, solved ? place : NULL);
    free(place);
    free(reduced_place);
    free(x);
    free(y);
}

static void milp_solve_continuous(struct milp *s) {
    if (!s->options->presolve) {
        milp_solve_lp(s, NULL);
        return;
    }
    struct presolve *p = presolve_new(s->model, s->options);
    presolve_limit(p, s->deadline, s->control->interrupted);
    enum presolve_status status = presolve_run(p);
    if (status == PRESOLVE_REDUCED || status == PRESOLVE_SOLVED)
        milp_solve_lp_reduced(s, p);
    else if (status == PRESOLVE_STOPPED)
        milp_presolve_stopped(s);
    else
        milp_solve_lp(s, NULL);
    presolve_free(p);
}

/* --- with integers ---------------------------------------------------------------------------------------------------- */

/* Whether x, a solution of the reduced program, holds on the program as given. */
static bool milp_accept(const void *context, const double *x) {
    const struct milp *s = context;
    if (s->stages.count == 0) return true; /* the tree has checked it on this very program */
    double *whole = MEMORY_NEW(double, s->model->cols);
    stages_restore(&s->stages, whole, x);
    bool holds = model_violation(s->model, whole) <= MILP_VIOLATION;
    free(whole);
    return holds;
}

static struct tree_problem milp_tree_problem(struct milp *s, const struct model *m) {
    s->offset = m->maximize ? -m->offset : m->offset;
    double step = milp_objective_step(m, s->options), step_given = milp_objective_step(s->model, s->options);
    s->left = *s->options;
    s->left.node_limit -= (int)s->result->nodes;
    s->left.iteration_limit -= (int)s->result->iterations;
    return (struct tree_problem){.model = m,
                                 .options = &s->left,
                                 .interrupted = s->control->interrupted,
                                 .deadline = s->deadline,
                                 .cutoff = s->known < MODEL_INFINITY ? s->known - s->offset : MODEL_INFINITY,
                                 .bound = s->bound > -MODEL_INFINITY ? s->bound - s->offset : -MODEL_INFINITY,
                                 .step = fmax(step, step_given),
                                 .offset = s->offset,
                                 .accept = milp_accept,
                                 .progress = milp_progress,
                                 .context = s};
}

/* The relaxation has a ray; with rational data the program is unbounded if it has a solution at all (Meyer 1974). */
static void milp_settle_unbounded(struct milp *s) {
    struct milp_result *r = s->result;
    const struct model *m = s->model;
    struct model *feasibility = model_copy(m);
    for (int j = 0; j < m->cols; j++) feasibility->cost[j] = 0;
    s->known = MODEL_INFINITY;
    s->bound = -MODEL_INFINITY;
    struct tree_problem p = milp_tree_problem(s, feasibility);
    struct tree_result found;
    double *x = MEMORY_NEW(double, m->cols);
    p.step = 0;
    tree_solve(&found, x, &p, s->control->start);
    r->nodes += found.nodes;
    r->iterations += found.iterations;
    if (found.has_best) {
        r->status = MILP_UNBOUNDED;
        r->x = x;
        struct lp *lp = lp_new(m, s->options);
        struct lp_control control = milp_lp_control(s);
        if (lp_solve(lp, &control) == LP_UNBOUNDED) r->ray = milp_keep(lp_ray(lp), m->cols);
        lp_free(lp);
    } else {
        free(x);
        r->status = found.status == TREE_SOLVED    ? MILP_INFEASIBLE
                    : found.status == TREE_STOPPED ? milp_stop_status(found.stop)
                                                   : MILP_NUMERICAL;
    }
    model_free(feasibility);
}

/* What a tree has found goes to the result, in terms of the model as given. */
static void milp_take_solution(struct milp *s, const struct tree_result *found, const double *x) {
    struct milp_result *r = s->result;
    if (!found->has_best) return;
    if (!r->x) r->x = MEMORY_NEW(double, s->model->cols);
    stages_restore(&s->stages, r->x, x);
    s->known = found->objective + s->offset;
    r->found_by = found->found_by;
}

static void milp_take_tree(struct milp *s, const struct tree_result *found, const double *x) {
    struct milp_result *r = s->result;
    milp_take_solution(s, found, x);
    r->bound = found->bound;
    switch (found->status) {
    case TREE_SOLVED: r->status = r->x ? MILP_OPTIMAL : MILP_INFEASIBLE; break;
    case TREE_UNBOUNDED: milp_settle_unbounded(s); break;
    case TREE_STOPPED: r->status = milp_stop_status(found->stop); break;
    case TREE_RESTARTED: break; /* the next tree will tell */
    case TREE_NUMERICAL: r->status = MILP_NUMERICAL; break;
    }
}

static void milp_solve_tree(struct milp *s, const double *start, struct tree_result *found) {
    const struct model *m = stages_model(&s->stages);
    struct tree_problem p = milp_tree_problem(s, m);
    p.may_restart = s->stages.count > 0 && s->stages.count <= s->options->restarts;
    double *x = MEMORY_NEW(double, m->cols);
    tree_solve(found, x, &p, start);
    s->reduced_rows = m->rows;
    s->reduced_cols = m->cols;
    s->searched.strong_iterations += found->strong_iterations;
    s->searched.heuristic_iterations += found->heuristic_iterations;
    s->searched.solutions += found->solutions;
    s->searched.cuts = found->cuts;
    if (s->searched.root_first <= -MODEL_INFINITY) { /* of the first search */
        s->searched.root_first = milp_outwards(s, found->root_first);
        s->searched.root_last = milp_outwards(s, found->root_last);
    }
    s->result->nodes += found->nodes;
    s->result->iterations += found->iterations;
    bool doubtful =
        s->stages.count > 0 && (found->rejected || found->status == TREE_NUMERICAL || found->status == TREE_UNBOUNDED);
    if (!doubtful || found->status == TREE_STOPPED) milp_take_tree(s, found, x);
    if (found->bound > -MODEL_INFINITY) s->bound = fmax(s->bound, found->bound + s->offset);
    free(x);
}

/* The tree ended early because much is fixed: what is left is presolved again and searched, for solutions better than those known. */
static void milp_restart(struct milp *s, struct tree_result *found) {
    while (found->status == TREE_RESTARTED && !found->rejected) {
        double *lower = found->lower, *upper = found->upper;
        enum presolve_status status = stages_add(&s->stages, lower, upper);
        free(lower);
        free(upper);
        *found = (struct tree_result){.status = TREE_UNBOUNDED, .bound = MODEL_INFINITY};
        if (status == PRESOLVE_INFEASIBLE) { /* nothing better is there */
            found->status = TREE_SOLVED;
            found->bound = s->known < MODEL_INFINITY ? s->known - s->offset : MODEL_INFINITY;
            milp_take_tree(s, found, NULL);
        } else if (status == PRESOLVE_REDUCED || status == PRESOLVE_SOLVED) {
            milp_solve_tree(s, NULL, found);
        } else if (status == PRESOLVE_STOPPED) {
            milp_presolve_stopped(s);
            found->status = TREE_STOPPED;
        }
    }
    if (found->status != TREE_RESTARTED) return;
    free(found->lower);
    free(found->upper);
}

/* False: presolve, or what came of it, cannot be relied upon. */
static bool milp_solve_tree_reduced(struct milp *s) {
    enum presolve_status status = stages_add(&s->stages, NULL, NULL);
    struct tree_result found = {.status = TREE_UNBOUNDED};
    if (status == PRESOLVE_INFEASIBLE) {
        s->result->status = MILP_INFEASIBLE;
        found.status = TREE_SOLVED;
    }
    if (status == PRESOLVE_STOPPED) {
        milp_presolve_stopped(s);
        found.status = TREE_STOPPED;
    }
    if (status == PRESOLVE_REDUCED || status == PRESOLVE_SOLVED) {
        double *start = NULL;
        if (s->control->start) {
            start = MEMORY_NEW(double, stages_model(&s->stages)->cols);
            if (!presolve_apply(s->stages.presolve[0], start, s->control->start)) free(start), start = NULL;
        }
        milp_solve_tree(s, start, &found);
        free(start);
        milp_restart(s, &found);
    }
    bool good = found.status == TREE_STOPPED || (found.status == TREE_SOLVED && !found.rejected);
    stages_free(&s->stages);
    if (!good) { /* the model as given is searched anew, with nothing taken for granted */
        free(s->result->x);
        s->result->x = NULL;
        s->known = MODEL_INFINITY;
        s->bound = -MODEL_INFINITY;
    }
    return good;
}

/* Solutions of the search satisfy its rows, cuts among them, to a tolerance. With the integers fixed, what is left is a small
 * program: its basic solution is as exact as can be had. Taken if it holds better and costs no more. */
static void milp_polish(struct milp *s) {
    struct milp_result *r = s->result;
    const struct model *m = s->model;
    if (milp_integers(m) == 0) return; /* lp_solve has checked and polished it */
    if (r->status == MILP_UNBOUNDED || milp_integers(m) == m->cols || model_violation(m, r->x) <= MILP_EXACT) return;
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

/* --- the whole -------------------------------------------------------------------------------------------------------- */

static void milp_finish(struct milp *s) {
    struct milp_result *r = s->result;
    const struct model *m = s->model;
    double least = -s->sign * MODEL_INFINITY,
           most = s->sign * MODEL_INFINITY; /* of the objective, in the model's sense */
    r->bound = r->bound <= -MODEL_INFINITY ? least : milp_outwards(s, r->bound);
    r->objective = most;
    if (r->x) {
        milp_polish(s);
        r->objective = model_objective(m, r->x);
        r->violation = model_violation(m, r->x);
    }
    if (r->status == MILP_INFEASIBLE) r->bound = most;
    if (r->status == MILP_UNBOUNDED) r->bound = least;
    bool pure = milp_integers(m) == 0;
    if (r->status == MILP_OPTIMAL &&
        (pure || fabs(r->bound - r->objective) <= MILP_ROUNDING * fmax(1, fabs(r->objective))))
        r->bound = r->objective;
    r->gap = r->x && fabs(r->bound) < MODEL_INFINITY ? fabs(r->objective - r->bound) / fmax(fabs(r->objective), 1e-10)
                                                     : MODEL_INFINITY;
    r->seconds = clock_wall() - s->started;
}

/* A name, a tab and a number a line. */
static void milp_log_statistics(const struct milp *s) {
    FILE *out = s->control->log;
    const struct milp_result *r = s->result;
    fprintf(out, "status\t%s\nfound_by\t%s\n", milp_status_names[r->status], r->found_by);
    fprintf(out, "rows\t%d\ncols\t%d\nintegers\t%d\n", s->model->rows, s->model->cols, milp_integers(s->model));
    fprintf(out, "searched_rows\t%d\nsearched_cols\t%d\n", s->reduced_rows, s->reduced_cols);
    fprintf(out, "nodes\t%lld\niterations\t%lld\n", (long long)r->nodes, (long long)r->iterations);
    fprintf(out, "strong_iterations\t%lld\nheuristic_iterations\t%lld\nsolutions\t%lld\n",
            (long long)s->searched.strong_iterations, (long long)s->searched.heuristic_iterations,
            (long long)s->searched.solutions);
    fprintf(out, "root_relaxation\t%.12g\nroot_bound\t%.12g\ncuts\t%d\n", s->searched.root_first, s->searched.root_last,
            s->searched.cuts);
    fprintf(out, "seconds\t%.3f\n", r->seconds);
}

struct milp_result *milp_solve(const struct model *m, const struct options *o, const struct milp_control *control) {
    static const struct milp_control nothing = {0};
    struct milp s = {.model = m, .options = o, .control = control ? control : &nothing};
    assert(!m->builder);
    s.started = clock_wall();
    s.deadline = s.started + o->time_limit;
    s.sign = m->maximize ? -1 : 1;
    s.result = MEMORY_NEW(struct milp_result, 1);
    s.result->bound = -MODEL_INFINITY;
    s.result->found_by = "";
    s.known = MODEL_INFINITY;
    s.bound = s.searched.root_first = s.searched.root_last = -MODEL_INFINITY;
    stages_init(&s.stages, m, o);
    s.stages.deadline = s.deadline;
    s.stages.interrupted = s.control->interrupted;
    if (milp_integers(m) == 0)
        milp_solve_continuous(&s);
    else if (!o->presolve || !milp_solve_tree_reduced(&s)) {
        struct tree_result found;
        milp_solve_tree(&s, s.control->start, &found);
    }
    milp_finish(&s);
    if (s.control->log) milp_log_statistics(&s);
    return s.result;
}

void milp_result_free(struct milp_result *r) {
    if (!r) return;
    free(r->x);
    free(r->row_dual);
    free(r->ray);
    free(r);
}
