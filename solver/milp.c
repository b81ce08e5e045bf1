#include "solver/milp.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "solver/clock.h"
#include "solver/memory.h"
#include "solver/tree.h"

const char *const milp_status_names[] = {"optimal",    "infeasible",      "unbounded",   "time-limit",
                                         "node-limit", "iteration-limit", "interrupted", "numerical-trouble"};

#define MILP_VIOLATION 1e-6

struct milp {
    const struct model *model; /* as given */
    const struct options *options;
    const struct milp_control *control;
    double started, deadline, sign; /* sign: -1 where the model maximises */
    struct milp_result *result;
};

/* --- small things ----------------------------------------------------------------------------------------------------- */

static double milp_outwards(const struct milp *s, double objective) {
    if (fabs(objective) >= MODEL_INFINITY) return s->sign * objective;
    return s->sign * objective + s->model->offset;
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

static void milp_solve_lp(struct milp *s, const struct model *m) {
    struct milp_result *r = s->result;
    struct lp *lp = lp_new(m, s->options);
    struct lp_control control = {MODEL_INFINITY, s->options->iteration_limit, s->deadline, s->control->interrupted};
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
    case LP_TIME_LIMIT: r->status = MILP_TIME_LIMIT; break;
    case LP_ITERATION_LIMIT: r->status = MILP_ITERATION_LIMIT; break;
    case LP_INTERRUPTED: r->status = MILP_INTERRUPTED; break;
    case LP_CUTOFF:
    case LP_NUMERICAL: r->status = MILP_NUMERICAL; break;
    }
    lp_free(lp);
}

/* --- with integers ---------------------------------------------------------------------------------------------------- */

static struct tree_problem milp_tree_problem(const struct milp *s, const struct model *m) {
    return (struct tree_problem){.model = m,
                                 .options = s->options,
                                 .interrupted = s->control->interrupted,
                                 .deadline = s->deadline,
                                 .cutoff = MODEL_INFINITY,
                                 .step = milp_objective_step(m, s->options),
                                 .offset = s->sign * s->model->offset,
                                 .progress = milp_progress,
                                 .context = s};
}

/* The relaxation has a ray; with rational data the program is unbounded if it has a solution at all (Meyer 1974). */
static void milp_settle_unbounded(struct milp *s, const struct model *m) {
    struct milp_result *r = s->result;
    struct model *feasibility = model_copy(m);
    for (int j = 0; j < m->cols; j++) feasibility->cost[j] = 0;
    struct tree_problem p = milp_tree_problem(s, feasibility);
    struct tree_result found;
    double *x = MEMORY_NEW(double, m->cols);
    tree_solve(&found, x, &p, s->control->start);
    r->nodes += found.nodes;
    r->iterations += found.iterations;
    if (found.has_best) {
        r->status = MILP_UNBOUNDED;
        r->x = x;
        struct lp *lp = lp_new(m, s->options);
        struct lp_control control = {MODEL_INFINITY, s->options->iteration_limit, s->deadline, s->control->interrupted};
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

static void milp_solve_tree(struct milp *s, const struct model *m) {
    struct milp_result *r = s->result;
    struct tree_problem p = milp_tree_problem(s, m);
    struct tree_result found;
    double *x = MEMORY_NEW(double, m->cols);
    tree_solve(&found, x, &p, s->control->start);
    r->nodes += found.nodes;
    r->iterations += found.iterations;
    r->found_by = found.found_by;
    r->bound = found.bound;
    if (found.has_best)
        r->x = x;
    else
        free(x);
    switch (found.status) {
    case TREE_SOLVED: r->status = found.has_best ? MILP_OPTIMAL : MILP_INFEASIBLE; break;
    case TREE_UNBOUNDED: milp_settle_unbounded(s, m); break;
    case TREE_STOPPED: r->status = milp_stop_status(found.stop); break;
    case TREE_NUMERICAL: r->status = MILP_NUMERICAL; break;
    }
}

/* --- the whole -------------------------------------------------------------------------------------------------------- */

static void milp_finish(struct milp *s) {
    struct milp_result *r = s->result;
    const struct model *m = s->model;
    double least = -s->sign * MODEL_INFINITY,
           most = s->sign * MODEL_INFINITY; /* of the objective, in the model's sense */
    r->seconds = clock_wall() - s->started;
    r->bound = r->bound <= -MODEL_INFINITY ? least : milp_outwards(s, r->bound);
    r->objective = most;
    if (r->x) {
        r->objective = model_objective(m, r->x);
        r->violation = model_violation(m, r->x);
    }
    if (r->status == MILP_INFEASIBLE) r->bound = most;
    if (r->status == MILP_UNBOUNDED) r->bound = least;
    bool pure = milp_integers(m) == 0;
    if (r->status == MILP_OPTIMAL && (pure || fabs(r->bound - r->objective) <= 1e-8 * fmax(1, fabs(r->objective))))
        r->bound = r->objective;
    r->gap = r->x && fabs(r->bound) < MODEL_INFINITY ? fabs(r->objective - r->bound) / fmax(fabs(r->objective), 1e-10)
                                                     : MODEL_INFINITY;
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
    if (milp_integers(m) == 0)
        milp_solve_lp(&s, m);
    else
        milp_solve_tree(&s, m);
    milp_finish(&s);
    return s.result;
}

void milp_result_free(struct milp_result *r) {
    if (!r) return;
    free(r->x);
    free(r->row_dual);
    free(r->ray);
    free(r);
}
