#include "solver/milp_internal.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "solver/base/clock.h"
#include "solver/base/memory.h"
#include "solver/cuts/cuts.h"
#include "solver/heuristics/heuristics.h"

const char *const milp_status_names[] = {"optimal",    "infeasible",      "unbounded",   "time-limit",
                                         "node-limit", "iteration-limit", "interrupted", "numerical-trouble"};
const int milp_exit_status[] = {0, 3, 4, 1, 1, 1, 1, 5};

#define MILP_ROUNDING 1e-8  /* relative: a bound this near to an optimum differs from it by rounding errors alone */
#define MILP_SUM      1e-12 /* of the objective, relative to its terms */

double milp_outwards(const struct milp *s, double objective) {
    assert(s->sign == 1 || s->sign == -1);
    if (fabs(objective) >= MODEL_INFINITY) return s->sign * objective;
    return s->sign * (objective + s->offset);
}

void milp_report(const void *context, const struct search_progress *p) {
    const struct milp *s = context;
    struct search_progress shown = *p;
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

int milp_integers(const struct model *m) {
    int count = 0;
    for (int j = 0; j < m->cols; j++) count += m->integer[j];
    return count;
}

double *milp_keep(const double *x, int count) {
    double *kept = MEMORY_NEW(double, count);
    memory_copy(kept, x, (size_t)count * sizeof *x);
    return kept;
}

void milp_presolve_stopped(struct milp *s) {
    s->result->status = limits_interrupted(&s->limits) ? MILP_INTERRUPTED : MILP_TIME_LIMIT;
}

/* The accuracy of the objective and its bound. */
static double milp_noise(const struct model *m, const double *x) {
    double size = fabs(m->offset);
    for (int j = 0; j < m->cols; j++) size += fabs(m->cost[j] * x[j]);
    return fmax(MILP_ROUNDING * fmax(1, fabs(model_objective(m, x))), MILP_SUM * size);
}

/* The bound of an optimum equals it up to rounding errors. If polishing leaves a larger difference, and one above the
 * limits of the gap, nothing is proven, and false is returned. */
static bool milp_close(struct milp *s) {
    struct milp_result *r = s->result;
    if (!r->x) return true;
    double limit = fmax(s->options->gap_abs, s->options->gap_rel * fabs(r->objective));
    double noise = milp_noise(s->model, r->x), gap = s->sign * (r->objective - r->bound);
    bool pure = milp_integers(s->model) == 0, optimal = r->status == MILP_OPTIMAL;
    if ((optimal && pure) || gap <= noise) r->bound = r->objective;
    if (!optimal || pure || gap <= limit + noise) return true;
    r->status = MILP_NUMERICAL;
    return false;
}

/* The answer in the model's own terms; false: it does not hold. */
static bool milp_finish(struct milp *s) {
    struct milp_result *r = s->result;
    const struct model *m = s->model;
    double least = -s->sign * MODEL_INFINITY,
           most = s->sign * MODEL_INFINITY; /* of the objective, in the model's sense */
    r->bound = r->bound <= -MODEL_INFINITY ? least : milp_outwards(s, r->bound);
    r->objective = most;
    if (r->x) {
        polish_solution(s);
        r->objective = model_objective(m, r->x);
        r->violation = model_violation(m, r->x);
    }
    if (r->status == MILP_INFEASIBLE) r->bound = most;
    if (r->status == MILP_UNBOUNDED) r->bound = least;
    assert(!r->x || r->violation >= 0);
    bool closed = milp_close(s);
    r->gap = r->x && fabs(r->bound) < MODEL_INFINITY ? fabs(r->objective - r->bound) / fmax(fabs(r->objective), 1e-10)
                                                     : MODEL_INFINITY;
    r->seconds = clock_wall() - s->started;
    return closed;
}

static void milp_prepare(struct milp *s) {
    stages_init(&s->stages, s->model, s->options);
    s->stages.limits = s->limits;
    s->stages.log = s->control->log;
}

static void milp_answer(struct milp *s) {
    milp_prepare(s);
    if (milp_integers(s->model) == 0)
        milp_lp_solve(s);
    else
        milp_tree_solve(s);
    if (milp_finish(s)) return;
    milp_prepare(s);
    milp_tree_again(s);
    milp_finish(s);
}

/* The counts of each separator and heuristic, by the tables. */
static void milp_log_tallies(FILE *out, const struct search_tallies *t) {
    for (int k = 0; k < CUTS_SEPARATORS; k++) {
        const struct search_tally *s = &t->separator[k];
        fprintf(out, "separator_%s_calls\t%lld\nseparator_%s_cuts\t%lld\nseparator_%s_seconds\t%.3f\n", cuts_name(k),
                (long long)s->calls, cuts_name(k), (long long)s->found, cuts_name(k), s->seconds);
    }
    for (int k = 0; k < HEURISTICS; k++) {
        const struct search_tally *s = &t->heuristic[k];
        fprintf(out, "heuristic_%s_calls\t%lld\nheuristic_%s_solutions\t%lld\n", heuristics_name(k),
                (long long)s->calls, heuristics_name(k), (long long)s->found);
        fprintf(out, "heuristic_%s_iterations\t%lld\nheuristic_%s_seconds\t%.3f\n", heuristics_name(k),
                (long long)s->iterations, heuristics_name(k), s->seconds);
    }
}

/* One line per statistic: name, tab, value. */
static void milp_log_statistics(const struct milp *s) {
    FILE *out = s->control->log;
    const struct milp_result *r = s->result;
    fprintf(out, "status\t%s\nfound_by\t%s\n", milp_status_names[r->status], r->found_by);
    fprintf(out, "rows\t%d\ncols\t%d\nintegers\t%d\n", s->model->rows, s->model->cols, milp_integers(s->model));
    fprintf(out, "searched_rows\t%d\nsearched_cols\t%d\n", s->reduced_rows, s->reduced_cols);
    fprintf(out, "nodes\t%lld\niterations\t%lld\n", (long long)r->nodes, (long long)r->iterations);
    fprintf(out, "strong_iterations\t%lld\nheuristic_iterations\t%lld\nsolutions\t%lld\n",
            (long long)s->searched.counts.strong, (long long)s->searched.counts.heuristic,
            (long long)s->searched.counts.solutions);
    fprintf(out, "root_relaxation\t%.12g\nroot_bound\t%.12g\ncuts\t%d\n", s->searched.root.first, s->searched.root.last,
            s->searched.cuts);
    milp_log_tallies(out, &s->searched.tallies);
    fprintf(out, "seconds\t%.3f\n", r->seconds);
}

struct milp_result *milp_solve(const struct model *m, const struct options *o, const struct milp_control *control) {
    static const struct milp_control nothing = {0};
    struct milp s = {.model = m, .options = o, .control = control ? control : &nothing};
    assert(!m->builder);
    s.started = clock_wall();
    s.limits = (struct limits){s.started + o->time_limit, o->node_limit, o->iteration_limit, s.control->interrupt};
    s.sign = m->maximize ? -1 : 1;
    s.result = MEMORY_NEW(struct milp_result, 1);
    s.result->bound = -MODEL_INFINITY;
    s.result->found_by = "";
    s.known = MODEL_INFINITY;
    s.bound = s.searched.root.first = s.searched.root.last = -MODEL_INFINITY;
    milp_answer(&s);
    assert(s.stages.count == 0); /* every presolve of the run is freed */
    assert(s.result->nodes >= 0 && s.result->iterations >= 0);
    assert(s.result->status != MILP_OPTIMAL || s.result->x);
    if (s.control->log) milp_log_statistics(&s);
    return s.result;
}

void milp_result_free(struct milp_result *r) {
    if (!r) return;
    free(r->x);
    free(r->row_dual);
    free(r->place);
    free(r->ray);
    free(r);
}
