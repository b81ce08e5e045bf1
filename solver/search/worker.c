#include "solver/search/worker.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "solver/base/check.h"
#include "solver/base/memory.h"
#include "solver/search/settle.h"

void worker_take_groups(struct worker *w) {
    int count = w->tree->structure.groups.count;
    free(w->group.lower);
    free(w->group.upper);
    free(w->scratch.x);
    w->group.lower = MEMORY_NEW(double, count);
    w->group.upper = MEMORY_NEW(double, count);
    w->scratch.x = MEMORY_NEW(double, search_branchables(w->tree));
    for (int g = 0; g < count; g++) w->group.lower[g] = -MODEL_INFINITY, w->group.upper[g] = MODEL_INFINITY;
}

void worker_init(struct worker *w, struct search *t, int number) {
    const struct model *m = t->p.model;
    *w = (struct worker){.tree = t, .number = number};
    w->lp = lp_new(m, t->p.options);
    assert(number >= 0 && number < t->workers);
    assert(lp_cols(w->lp) == m->cols && lp_rows(w->lp) == m->rows); /* cuts and groups come later */
    domain_init(&w->domain, m, &t->rows);
    for (int j = 0; j < m->cols; j++) /* bounds of integers are whole from the start */
        if (m->integer[j]) lp_set_bounds(w->lp, j, w->domain.lower[j], w->domain.upper[j]);
    if (t->p.options->clique_propagation && t->structure.cliques.member_start)
        w->domain.cliques = &t->structure.cliques;
    w->incumbent.x = MEMORY_NEW(double, m->cols);
    w->set_place = MEMORY_NEW(int, t->structure.sets.count);
    worker_take_groups(w);
    w->scratch.spare = MEMORY_NEW(double, m->cols);
    w->candidate = MEMORY_NEW(int, m->cols);
    w->incumbent.objective = w->heuristics.exchanged = MODEL_INFINITY;
    w->pruned.cut = w->pruned.lost = MODEL_INFINITY;
    w->round_bound = -MODEL_INFINITY;
    w->random.state = (uint64_t)t->p.options->seed * 1000003u + (uint64_t)number;
    w->pseudo = &t->pseudo;
    if (t->workers > 1) {
        pseudo_init(&w->own, search_branchables(t));
        w->pseudo = &w->own;
    }
}

void worker_free(struct worker *w) {
    lp_free(w->lp);
    domain_free(&w->domain);
    if (w->pseudo == &w->own) pseudo_free(&w->own);
    free(w->incumbent.x);
    free(w->scratch.x);
    free(w->set_place);
    free(w->scratch.spare);
    free(w->group.lower);
    free(w->group.upper);
    free(w->candidate);
    free(w->order);
    free(w->scratch.place);
    free(w->made.item);
    cut_set_free(&w->cuts.found);
}

bool worker_stopped(struct worker *w) {
    const struct search_problem *p = &w->tree->p;
    if (w->stop != LIMITS_RUNNING) return true;
    assert(w->counts.nodes >= 0 && w->counts.iterations >= 0);
    w->stop = limits_check(&p->limits, w->tree->counts.nodes + w->counts.nodes,
                           w->tree->counts.iterations + w->counts.iterations);
    return w->stop != LIMITS_RUNNING;
}

double worker_threshold(const struct worker *w) {
    return search_threshold(w->tree, w->incumbent.objective);
}

static struct limits worker_limits(const struct worker *w, int64_t iterations) {
    struct limits limits = w->tree->p.limits;
    int64_t left = limits.iterations - w->tree->counts.iterations - w->counts.iterations;
    limits.iterations = iterations < left ? iterations : left;
    return limits;
}

static enum lp_status worker_run(struct worker *w, double cutoff, int64_t iterations) {
    const struct search_problem *p = &w->tree->p;
    int64_t before = lp_iterations(w->lp);
    bool root = p->level == 0 && w->number == 0 && w->tree->root.first <= -MODEL_INFINITY;
    struct lp_control control = {cutoff, worker_limits(w, iterations), root ? p->watch : NULL};
    enum lp_status status = lp_solve(w->lp, &control);
    assert(lp_iterations(w->lp) >= before); /* the LP's count never restarts */
    w->counts.iterations += lp_iterations(w->lp) - before;
    return status;
}

enum lp_status worker_solve(struct worker *w, int64_t iterations) {
    return worker_run(w, worker_threshold(w), iterations);
}

enum lp_status worker_try_solve(double *objective, struct worker *w, int64_t iterations) {
    struct lp_control control = {worker_threshold(w), worker_limits(w, iterations), NULL};
    int64_t before = lp_iterations(w->lp);
    enum lp_status status = lp_try(objective, w->lp, &control);
    w->counts.iterations += lp_iterations(w->lp) - before;
    w->counts.strong += lp_iterations(w->lp) - before;
    return status;
}

enum lp_status worker_solve_fully(struct worker *w) {
    return worker_run(w, MODEL_INFINITY, INT64_MAX);
}

/* Bounds of continuous columns that rows imply are left out: the relaxation has the rows, and is better conditioned
 * without them. */
void worker_push_bounds(struct worker *w) {
    struct domain *d = &w->domain;
    for (int k = 0; k < d->changes; k++) {
        int j = d->changed[k];
        if (d->model->integer[j]) lp_set_bounds(w->lp, j, d->lower[j], d->upper[j]);
    }
    assert(d->changes >= 0 && d->changes <= d->model->cols && lp_cols(w->lp) == d->model->cols);
    domain_forget_changes(d);
}

static int worker_variable(const struct worker *w, int col) {
    assert(col >= 0 &&
           (col < w->tree->p.model->cols || w->tree->structure.group_row >= 0)); /* groups are rows by now */
    assert(worker_set(w, col) < 0);                                              /* a set is not a variable */
    int cols = w->tree->p.model->cols;
    return col < cols ? col : cols + w->tree->structure.group_row + (col - cols);
}

int worker_set(const struct worker *w, int col) {
    return col - w->tree->p.model->cols - w->tree->structure.groups.count;
}

/* Members in the head may be 1 where upper is, the others where lower is 0. */
static void worker_try_set(struct worker *w, int set, double lower, double upper) {
    const struct sets *s = &w->tree->structure.sets;
    const struct domain *d = &w->domain;
    for (int k = s->start[set]; k < s->start[set + 1]; k++) {
        int j = s->col[k];
        bool zero = k < w->set_place[set] ? upper < 1 : lower > 0;
        lp_set_bounds(w->lp, j, d->lower[j], zero ? d->lower[j] : d->upper[j]);
    }
}

static void worker_tighten_set(struct worker *w, int set, double lower, double upper) {
    const struct sets *s = &w->tree->structure.sets;
    assert(set >= 0 && set < s->count);
    assert(w->set_place[set] > s->start[set] && w->set_place[set] <= s->start[set + 1]); /* the head is known */
    for (int k = s->start[set]; k < s->start[set + 1]; k++)
        if (k < w->set_place[set] ? upper < 1 : lower > 0) domain_reduce_upper(&w->domain, s->col[k], 0);
}

void worker_try_bounds(struct worker *w, int col, double lower, double upper) {
    int set = worker_set(w, col);
    if (set >= 0)
        worker_try_set(w, set, lower, upper);
    else
        lp_set_bounds(w->lp, worker_variable(w, col), lower, upper);
}

double worker_lower(const struct worker *w, int col) {
    if (worker_set(w, col) >= 0) return 0;
    int cols = w->tree->p.model->cols;
    return col < cols ? w->domain.lower[col] : w->group.lower[col - cols];
}

double worker_upper(const struct worker *w, int col) {
    if (worker_set(w, col) >= 0) return 1;
    int cols = w->tree->p.model->cols;
    return col < cols ? w->domain.upper[col] : w->group.upper[col - cols];
}

void worker_tighten(struct worker *w, int col, double lower, double upper) {
    assert(col >= 0 && col < search_branchables(w->tree));
    int g = col - w->tree->p.model->cols, set = worker_set(w, col);
    if (set >= 0) {
        worker_tighten_set(w, set, lower, upper);
        return;
    }
    if (g < 0) {
        domain_raise_lower(&w->domain, col, lower);
        domain_reduce_upper(&w->domain, col, upper);
        return;
    }
    if (lower > w->group.lower[g]) w->group.lower[g] = lower;
    if (upper < w->group.upper[g]) w->group.upper[g] = upper;
    if (w->group.lower[g] > w->group.upper[g])
        w->domain.infeasible = true;
    else
        worker_try_bounds(w, col, w->group.lower[g], w->group.upper[g]);
}

void worker_open_groups(struct worker *w) {
    for (int g = 0; g < w->tree->structure.groups.count; g++) {
        if (w->group.lower[g] <= -MODEL_INFINITY && w->group.upper[g] >= MODEL_INFINITY) continue;
        w->group.lower[g] = -MODEL_INFINITY;
        w->group.upper[g] = MODEL_INFINITY;
        worker_try_bounds(w, w->tree->p.model->cols + g, -MODEL_INFINITY, MODEL_INFINITY);
    }
}

void worker_get_basis(struct worker *w) {
    size_t need = (size_t)lp_cols(w->lp) + (size_t)lp_rows(w->lp);
    w->scratch.place = memory_grow(w->scratch.place, &w->scratch.place_room, need, 1);
    assert(w->scratch.place_room >= need);
    lp_get_basis(w->lp, w->scratch.place);
}

int worker_fractional(struct worker *w) {
    const struct search *t = w->tree;
    const double *x = lp_x(w->lp);
    w->candidates = 0;
    for (int k = 0; k < t->integers.count; k++) {
        int j = t->integers.col[k];
        if (w->domain.lower[j] < w->domain.upper[j] && fabs(x[j] - nearbyint(x[j])) > t->p.options->integrality)
            w->candidate[w->candidates++] = j;
    }
    assert(w->candidates <= t->integers.count);
    return w->candidates;
}

struct worker_mark worker_mark(struct worker *w) {
    size_t cols = (size_t)lp_cols(w->lp);
    struct worker_mark mark = {MEMORY_NEW(double, cols), MEMORY_NEW(double, cols), NULL};
    memory_copy(mark.lower, w->domain.lower, cols * sizeof(double));
    memory_copy(mark.upper, w->domain.upper, cols * sizeof(double));
    mark.place = MEMORY_NEW(unsigned char, cols + (size_t)lp_rows(w->lp));
    lp_get_basis(w->lp, mark.place);
    return mark;
}

void worker_return(struct worker *w, struct worker_mark *mark) {
    w->domain.infeasible = false;
    for (int j = 0; j < lp_cols(w->lp); j++) domain_set(&w->domain, j, mark->lower[j], mark->upper[j]);
    worker_push_bounds(w);
    assert(!w->domain.infeasible && w->domain.changes == 0); /* domain and LP agree again */
    lp_set_basis(w->lp, mark->place);
    free(mark->lower);
    free(mark->upper);
    free(mark->place);
}

static bool worker_better(const struct worker *w, const double *x) {
    double least = fmin(w->incumbent.objective, w->tree->p.cutoff);
    return search_objective(w->tree->p.model, x) < least - 1e-12 * fabs(least);
}

/* The incumbent holds on the model as given, and has the objective claimed. */
static bool check_incumbent(const struct worker *w) {
    const struct model *m = w->tree->p.model;
    double objective = search_objective(m, w->incumbent.x), off = fabs(objective - w->incumbent.objective);
    return model_violation(m, w->incumbent.x) <= WORKER_VIOLATION && off <= 1e-9 * fmax(1, fabs(objective));
}

/* `x` has integral integers; true if it satisfies everything and is better than the incumbent. */
static bool worker_take_as_is(struct worker *w, const double *x, const char *found_by) {
    const struct search_problem *p = &w->tree->p;
    if (!worker_better(w, x) || model_violation(p->model, x) > WORKER_VIOLATION) return false;
    if (p->accept && !p->accept(p->context, x)) {
        w->incumbent.rejected = true;
        return false;
    }
    memory_copy(w->incumbent.x, x, (size_t)p->model->cols * sizeof *x);
    w->incumbent.objective = search_objective(p->model, x);
    w->incumbent.has = true;
    w->incumbent.found_by = found_by;
    assert(w->incumbent.objective < w->tree->p.cutoff); /* solutions above the cutoff are never accepted */
    CHECK(check_incumbent(w));
    return true;
}

/* The same integers on the program's own rows: if a cut that is nearly parallel to a row took its place in the basis,
 * the rounding of the cut, times its coefficients, violates the row. */
static bool worker_take_settled(struct worker *w, const double *x, const char *found_by) {
    double objective;
    memory_move(w->scratch.spare, x, (size_t)w->tree->p.model->cols * sizeof *x);
    return settle_integers(w, w->scratch.spare, &objective) == SETTLE_SOLVED &&
           worker_take_as_is(w, w->scratch.spare, found_by);
}

/* A solution that violates rows slightly may seem much better, however slight that is: what it gains is the violation
 * times the price of the row. A strict search uses its objective after repair. */
static bool worker_take(struct worker *w, const double *x, const char *found_by) {
    const struct search *t = w->tree;
    if (!worker_better(w, x)) return false;
    double off = model_violation(t->p.model, x);
    if (!t->p.strict || off > WORKER_VIOLATION || t->integers.count == t->p.model->cols)
        return worker_take_as_is(w, x, found_by);
    return worker_take_settled(w, x, found_by);
}

static bool worker_repair(struct worker *w, const char *found_by) {
    const struct search *t = w->tree;
    struct worker_mark mark = worker_mark(w);
    bool taken = false;
    for (int k = 0; k < t->integers.count; k++)
        domain_set(&w->domain, t->integers.col[k], w->scratch.x[t->integers.col[k]], w->scratch.x[t->integers.col[k]]);
    worker_push_bounds(w);
    if (worker_solve(w, 1000 + lp_iterations(w->lp)) == LP_OPTIMAL) {
        memory_copy(w->scratch.spare, lp_x(w->lp), (size_t)t->p.model->cols * sizeof(double));
        for (int k = 0; k < t->integers.count; k++)
            w->scratch.spare[t->integers.col[k]] = w->scratch.x[t->integers.col[k]];
        taken = worker_take(w, w->scratch.spare, found_by);
        if (!taken && t->cuts.active.count > 0 && worker_better(w, w->scratch.spare))
            taken = worker_take_settled(w, w->scratch.spare, found_by);
    }
    worker_return(w, &mark);
    return taken;
}

/* w->scratch.x becomes x with its integers rounded; false where that leaves the bounds. */
static bool worker_round(struct worker *w, const double *x) {
    const struct search *t = w->tree;
    memory_move(w->scratch.x, x, (size_t)t->p.model->cols * sizeof *x);
    for (int k = 0; k < t->integers.count; k++) {
        int j = t->integers.col[k];
        w->scratch.x[j] = nearbyint(w->scratch.x[j]) + 0.0; /* no negative zero */
        if (w->scratch.x[j] < t->lower[j] || w->scratch.x[j] > t->upper[j]) return false;
    }
    return true;
}

bool worker_offer(struct worker *w, const double *x, const char *found_by) {
    return worker_round(w, x) && worker_take(w, w->scratch.x, found_by);
}

bool worker_try(struct worker *w, const double *x, const char *found_by) {
    if (!worker_round(w, x)) return false;
    if (worker_take(w, w->scratch.x, found_by)) return true;
    if (w->tree->integers.count == w->tree->p.model->cols) return false;
    return worker_repair(w, found_by);
}

void worker_represent(const struct search *t, double *x) {
    const struct search_problem *p = &t->p;
    size_t bytes = (size_t)p->model->cols * sizeof *x;
    if (t->structure.symmetry.leaders == 0) return;
    double *image = memory_duplicate(x, bytes);
    if (symmetry_represent(&t->structure.symmetry, image) && model_violation(p->model, image) <= WORKER_VIOLATION &&
        (!p->accept || p->accept(p->context, image)))
        memory_copy(x, image, bytes);
    free(image);
}
