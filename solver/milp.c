#include "solver/milp_internal.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "solver/base/clock.h"
#include "solver/base/memory.h"
#include "solver/log.h"

const char *const milp_status_names[] = {"optimal",    "infeasible",      "unbounded",   "time-limit",
                                         "node-limit", "iteration-limit", "interrupted", "numerical-trouble"};
const int milp_exit_status[] = {0, 3, 4, 1, 1, 1, 1, 5};

#define MILP_ROUNDING 1e-8  /* relative: a bound this near to an optimum differs from it by rounding errors alone */
#define MILP_SUM      1e-12 /* of the objective, relative to its terms */
#define MILP_BELIEVED 1e-6  /* largest violation of an optimum without integers, relative to the terms of the row */

double milp_outwards(const struct milp *s, double objective) {
    assert(s->sign == 1 || s->sign == -1);
    if (fabs(objective) >= MODEL_INFINITY) return s->sign * objective;
    return s->sign * (objective + s->offset);
}

static void milp_log_relaxation(struct milp *s) {
    const struct lp_spent *spent = s->result->facts->watch.spent;
    bool solved = false;
    for (int k = 0; k < LP_PHASES; k++) solved |= spent[k].iterations > 0 || spent[k].seconds > 0;
    if (s->shown || !s->control->log || !solved) return;
    s->shown = true;
    log_relaxation(s->control->log, s->result->facts);
}

void milp_watch(void *context, const struct lp_progress *p) {
    const struct milp *s = context;
    struct lp_progress shown = *p;
    double seconds = clock_wall() - s->started;
    bool dual = p->phase == LP_DUAL || p->phase == LP_DUAL_ONE;
    shown.objective = milp_outwards(s, p->objective);
    assert(s->control->log || s->control->progress);
    if (s->control->log) log_relaxation_step(s->control->log, &shown, seconds);
    if (!s->control->progress) return;
    struct search_progress step = {.seconds = seconds,
                                   .objective = s->sign * MODEL_INFINITY,
                                   .bound = dual ? shown.objective : -s->sign * MODEL_INFINITY,
                                   .iterations = p->iterations,
                                   .found_by = ""};
    s->control->progress(s->control->context, &step);
}

void milp_round(void *context, const struct search_round *r) {
    struct milp *s = context;
    milp_log_relaxation(s);
    if (s->control->log) log_round(s->control->log, r, milp_outwards(s, r->objective));
}

/* Whether the incumbent is better than the last one reported. */
static bool milp_new_solution(const struct milp *s, double objective, const char *found_by) {
    const struct facts *f = s->result->facts;
    if (fabs(objective) >= MODEL_INFINITY || !found_by[0]) return false;
    return f->solutions == 0 || s->sign * objective < s->sign * f->solution[f->solutions - 1].objective;
}

void milp_report(void *context, const struct search_progress *p) {
    struct milp *s = context;
    struct search_progress shown = *p;
    shown.seconds = clock_wall() - s->started;
    shown.objective = milp_outwards(s, p->objective);
    shown.bound = milp_outwards(s, p->bound);
    bool better = milp_new_solution(s, shown.objective, p->found_by);
    if (better) facts_add_solution(s->result->facts, shown.seconds, shown.objective, p->found_by);
    if (s->control->progress) s->control->progress(s->control->context, &shown);
    milp_log_relaxation(s);
    if (s->control->log) log_search(s->control->log, &shown, better);
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

/* The bound of an optimum equals it up to rounding errors, and is accurate up to them. If polishing leaves a larger
 * difference, and one above the limits of the gap, nothing is proven, and false is returned. */
static bool milp_close(struct milp *s) {
    struct milp_result *r = s->result;
    if (!r->x) return true;
    double limit = fmax(s->options->gap_abs, s->options->gap_rel * fabs(r->objective));
    double noise = milp_noise(s->model, r->x), gap = s->sign * (r->objective - r->bound);
    bool pure = milp_integers(s->model) == 0, optimal = r->status == MILP_OPTIMAL;
    if ((optimal && pure) || gap <= noise) r->bound = r->objective;
    if (!optimal || pure || gap <= fmax(limit, noise)) return true;
    if (gap > limit + noise)
        r->status = MILP_NUMERICAL;
    else
        r->bound += s->sign * noise;
    return r->status == MILP_OPTIMAL;
}

/* Scaling, or what presolve takes from a row, can make a point feasible that is far from it in the model's own units: no
 * optimum is claimed for it. Searches check their solutions themselves. */
static void milp_disbelieve(struct milp *s) {
    struct milp_result *r = s->result;
    if (r->status != MILP_OPTIMAL || milp_integers(s->model) > 0) return;
    if (model_relative_violation(s->model, r->x) <= MILP_BELIEVED) return;
    r->status = MILP_NUMERICAL;
    free(r->x), free(r->row_dual);
    r->x = r->row_dual = NULL;
    r->found_by = "";
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
        double begun = clock_wall();
        polish_solution(s);
        r->facts->seconds[FACTS_polish] += clock_wall() - begun;
        milp_disbelieve(s);
    }
    if (r->x) {
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
    s->stages.seconds = &s->result->facts->seconds[FACTS_presolve];
}

static void milp_answer(struct milp *s) {
    struct facts *f = s->result->facts;
    lp_watch_init(&f->watch, LOG_EVERY, s->control->log || s->control->progress ? milp_watch : NULL, s);
    if (s->control->log) log_given(s->control->log, s->model, f);
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

/* What is known only at the end. */
static void milp_facts(struct milp *s) {
    struct facts *f = s->result->facts;
    const struct milp_result *r = s->result;
    f->watch.context = NULL; /* s ends with this run */
    f->answer = (struct facts_answer){.status = milp_status_names[r->status],
                                      .found_by = r->found_by,
                                      .has = r->x && r->status != MILP_UNBOUNDED,
                                      .objective = r->objective,
                                      .bound = r->bound,
                                      .gap = r->gap,
                                      .seconds = r->seconds,
                                      .nodes = r->nodes,
                                      .iterations = r->iterations};
    for (int k = 0; k < LP_PHASES; k++) f->seconds[FACTS_relaxation] += f->watch.spent[k].seconds;
    milp_log_relaxation(s);
    if (s->control->log) log_end(s->control->log, f);
    if (s->control->statistics) facts_lines(s->control->statistics, f);
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
    s.bound = -MODEL_INFINITY;
    s.result->facts = facts_new(m);
    milp_answer(&s);
    assert(s.stages.count == 0); /* every presolve of the run is freed */
    assert(s.result->nodes >= 0 && s.result->iterations >= 0);
    assert(s.result->status != MILP_OPTIMAL || s.result->x);
    milp_facts(&s);
    return s.result;
}

void milp_result_free(struct milp_result *r) {
    if (!r) return;
    free(r->x);
    free(r->row_dual);
    free(r->place);
    free(r->ray);
    facts_free(r->facts);
    free(r);
}
