#include "solver/tree/tree.h"

#include <assert.h>
#include <math.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "solver/base/clock.h"
#include "solver/base/memory.h"
#include "solver/cuts/cuts.h"
#include "solver/search/worker.h"
#include "solver/tree/plunge.h"
#include "solver/tree/tree_cuts.h"

enum {
    TREE_DEAL = 8,         /* open nodes that each of several workers is dealt at first, */
    TREE_DEAL_MOST = 256,  /* and at most */
    TREE_WORK = 500,       /* of a round at first, for each of several workers (plunge_work), */
    TREE_WORK_MOST = 3000, /* and at most; */
    TREE_WORK_SHARE = 400  /* between these, one part in so many of what has been done */
};

#define TREE_ROUNDING 1e-8 /* relative */

/* Bounds of pruned nodes less than this below the best value count as equal to it: less than a step, or rounding
 * errors. */
static double tree_doubt(const struct search *t, double best) {
    return fmax(t->p.step, TREE_ROUNDING * fmax(1, fabs(best)));
}

/* --- setting up --- */

static void tree_count_locks(struct search *t) {
    const struct model *m = t->p.model;
    for (int j = 0; j < m->cols; j++)
        for (long k = m->start[j]; k < m->start[j + 1]; k++) {
            bool above = m->row_upper[m->index[k]] < MODEL_INFINITY;
            bool below = m->row_lower[m->index[k]] > -MODEL_INFINITY;
            bool positive = m->value[k] > 0;
            t->locks.up[j] += positive ? above : below;
            t->locks.down[j] += positive ? below : above;
        }
}

static void tree_init(struct search *t, const struct search_problem *p) {
    const struct model *m = p->model;
    *t = (struct search){.p = *p, .workers = 1, .deal = TREE_DEAL, .clock = {clock_wall(), 0}};
    t->p.solve = tree_solve;
    if (p->level == 0 && p->options->threads > 1) t->workers = p->options->threads;
    rows_init(&t->rows, m);
    t->integers.col = MEMORY_NEW(int, m->cols);
    for (int j = 0; j < m->cols; j++)
        if (m->integer[j]) t->integers.col[t->integers.count++] = j;
    t->lower = MEMORY_NEW(double, m->cols);
    t->upper = MEMORY_NEW(double, m->cols);
    t->root.cost = MEMORY_NEW(double, m->cols);
    t->root.x = MEMORY_NEW(double, m->cols);
    t->root.objective = t->root.first = -MODEL_INFINITY;
    t->structure.one_hot = MEMORY_NEW(bool, m->cols);
    t->locks.up = MEMORY_NEW(int, m->cols);
    t->locks.down = MEMORY_NEW(int, m->cols);
    t->incumbent.x = MEMORY_NEW(double, m->cols);
    t->incumbent.objective = t->pruned.cut = t->pruned.lost = MODEL_INFINITY;
    t->incumbent.found_by = "";
    tree_count_locks(t);
    sets_find(&t->structure.sets, m, &t->rows);
    for (int k = 0; k < t->structure.sets.start[t->structure.sets.count]; k++)
        t->structure.one_hot[t->structure.sets.col[k]] = true;
    t->structure.group_row = -1;
    if (t->integers.count > 0 && p->options->group_branching) groups_find(&t->structure.groups, m, &t->rows);
    pseudo_init(&t->pseudo, search_branchables(t));
    if (t->workers > 1) pseudo_init(&t->before, search_branchables(t));
    t->worker = MEMORY_NEW(struct worker, t->workers);
    worker_init(&t->worker[0], t, 0);
    for (int j = 0; j < m->cols; j++) {
        t->lower[j] = t->worker[0].domain.lower[j];
        t->upper[j] = t->worker[0].domain.upper[j];
    }
    t->integers.free = search_count_free(t);
}

static void tree_free(struct search *t) {
    for (struct node *n; (n = node_pop(&t->open));) node_release(n);
    for (int k = 0; k < t->workers; k++)
        if (t->worker[k].lp) worker_free(&t->worker[k]);
    pseudo_free(&t->pseudo);
    if (t->workers > 1) pseudo_free(&t->before);
    rows_free(&t->rows);
    cut_set_free(&t->cuts.active);
    clique_table_free(&t->structure.cliques);
    products_free(&t->structure.products);
    free(t->structure.implied.item);
    groups_free(&t->structure.groups);
    sets_free(&t->structure.sets);
    symmetry_free(&t->structure.symmetry);
    free(t->worker);
    free(t->open.item);
    free(t->integers.col);
    free(t->lower);
    free(t->upper);
    free(t->root.cost);
    free(t->root.x);
    free(t->structure.one_hot);
    free(t->locks.up);
    free(t->locks.down);
    free(t->incumbent.x);
}

/* --- what is known --- */

/* No solution is better than this. */
static double tree_bound(const struct search *t) {
    if (!t->begun) return t->p.bound;
    double bound = fmin(t->pruned.cut, t->pruned.lost);
    assert(t->open.count == 0 || t->open.item[0]->bound >= t->p.bound);
    if (t->open.count > 0) bound = fmin(bound, t->open.item[0]->bound);
    bound = fmin(bound, t->p.cutoff); /* the caller already has a solution of that value, or does not need one */
    return t->incumbent.has ? fmin(bound, t->incumbent.objective) : bound;
}

static void tree_report(struct search *t, bool always) {
    double now = clock_wall();
    if (!t->p.progress || (!always && now - t->clock.reported < 0.5)) return;
    t->clock.reported = now;
    struct search_progress p = {.seconds = now - t->clock.started,
                                .objective = t->incumbent.has ? t->incumbent.objective : t->p.cutoff,
                                .bound = tree_bound(t),
                                .nodes = t->counts.nodes,
                                .open_nodes = (int64_t)t->open.count,
                                .iterations = t->counts.iterations,
                                .found_by = t->incumbent.found_by};
    t->p.progress(t->p.context, &p);
}

/* The root's reduced costs hold everywhere: with a better incumbent they fix more. */
static void tree_fix_by_root_cost(struct search *t) {
    double room = search_threshold(t, t->incumbent.objective) - t->root.objective;
    if (t->root.objective <= -MODEL_INFINITY || room >= MODEL_INFINITY / 2 || !t->p.options->reduced_cost_fixing)
        return;
    for (int k = 0; k < t->integers.count; k++) {
        int j = t->integers.col[k];
        double cost = t->root.cost[j], reach = search_reach(cost, room), range = t->upper[j] - t->lower[j];
        assert(range >= 0);
        if (reach >= range || reach < 0) continue;
        if (cost > 0 && t->root.x[j] <= t->lower[j] + 1e-9) t->upper[j] = t->lower[j] + reach;
        if (cost < 0 && t->root.x[j] >= t->upper[j] - 1e-9) t->lower[j] = t->upper[j] - reach;
    }
}

/* True if there is a better solution. */
static bool tree_merge(struct search *t, struct worker *w) {
    bool better = w->incumbent.has && w->incumbent.objective < t->incumbent.objective;
    if (better) {
        memory_copy(t->incumbent.x, w->incumbent.x, (size_t)t->p.model->cols * sizeof(double));
        t->incumbent.objective = w->incumbent.objective;
        t->incumbent.found_by = w->incumbent.found_by;
        t->incumbent.has = true;
        t->counts.solutions++;
        worker_represent(t, t->incumbent.x);
    }
    assert(!better || t->incumbent.objective < t->p.cutoff);
    w->incumbent.has = false;
    t->incumbent.rejected |= w->incumbent.rejected;
    for (size_t k = 0; k < w->made.count; k++) {
        struct node *n = w->made.item[k];
        n->id = t->made++;
        assert(n->depth == (n->parent ? n->parent->depth + 1 : 0));
        node_push(&t->open, n);
    }
    w->made.count = 0;
    t->pruned.cut = fmin(t->pruned.cut, w->pruned.cut);
    t->pruned.lost = fmin(t->pruned.lost, w->pruned.lost);
    search_add_counts(&t->counts, &w->counts);
    search_add_tallies(&t->tallies, &w->tallies);
    w->counts = (struct search_counts){0};
    w->tallies = (struct search_tallies){0};
    if (w->pseudo != &t->pseudo) pseudo_merge(&t->pseudo, w->pseudo, &t->before);
    if (t->stop == LIMITS_RUNNING) t->stop = w->stop;
    t->restart |= w->restart;
    if (better) tree_fix_by_root_cost(t);
    return better;
}

/* --- rounds --- */

struct tree_task {
    struct worker *worker;
    int64_t work; /* after which no plunge begins; 0: one plunge to its end, the only worker's */
    pthread_t thread;
    bool started;
};

/* The best node of those that the worker was dealt or has made. */
static struct node *tree_take(struct worker *w) {
    size_t best = 0;
    for (size_t k = 1; k < w->made.count; k++)
        if (w->made.item[k]->bound < w->made.item[best]->bound) best = k;
    struct node *n = w->made.item[best];
    assert(w->made.count > 0);
    w->made.item[best] = w->made.item[--w->made.count];
    return n;
}

/* All workers do the same work, counted rather than timed, so that none waits long for another and the tree depends on
 * their number alone. */
static void *tree_work(void *argument) {
    const struct tree_task *task = argument;
    struct worker *w = task->worker;
    do {
        struct node *n = tree_take(w);
        if (n->bound < worker_threshold(w)) {
            plunge_run(w, n, task->work);
        } else {
            w->pruned.cut = fmin(w->pruned.cut, n->bound);
            node_release(n);
        }
    } while (w->made.count > 0 && plunge_work(w) < task->work && !worker_stopped(w) && !w->restart);
    return NULL;
}

/* The next node that is not cut off. */
static struct node *tree_next(struct search *t) {
    for (struct node *n; (n = node_pop(&t->open));) {
        if (n->bound < search_threshold(t, t->incumbent.objective)) return n;
        t->pruned.cut = fmin(t->pruned.cut, n->bound);
        node_release(n);
    }
    return NULL;
}

static void tree_prepare_worker(struct search *t, int k) {
    struct worker *w = &t->worker[k];
    if (!w->lp) {
        worker_init(w, t, k);
        size_t first =
            t->structure.group_row >= 0 ? (size_t)(t->structure.group_row - t->p.model->rows) : t->cuts.active.count;
        cut_set_add_rows(&t->cuts.active, 0, first, w->lp);
        if (t->structure.group_row >= 0) groups_add(w->lp, &t->structure.groups);
        cut_set_add_rows(&t->cuts.active, first, t->cuts.active.count, w->lp);
    }
    w->incumbent.objective = t->incumbent.objective;
    assert(t->p.recorder ||
           (size_t)lp_rows(w->lp) == (size_t)t->p.model->rows + t->cuts.active.count +
                                         (size_t)(t->structure.group_row >= 0 ? t->structure.groups.count : 0));
    w->round_bound = t->open.count > 0 ? t->open.item[0]->bound : MODEL_INFINITY;
    if (w->pseudo != &t->pseudo) pseudo_copy(w->pseudo, &t->pseudo);
}

/* The best open nodes to the workers, in turn; returns how many workers have one. */
static int tree_deal(struct search *t) {
    int most = t->workers > 1 ? t->deal * t->workers : 1, nodes = 0;
    double least = MODEL_INFINITY;
    for (struct node *n; nodes < most && (n = tree_next(t)); nodes++) {
        if (nodes < t->workers) tree_prepare_worker(t, nodes);
        node_append(&t->worker[nodes % t->workers].made, n);
        least = fmin(least, n->bound);
    }
    int busy = nodes < t->workers ? nodes : t->workers;
    for (int k = 0; k < busy; k++) t->worker[k].round_bound = least;
    return busy;
}

static void tree_run_workers(struct search *t, int busy, int64_t work) {
    struct tree_task *task = MEMORY_NEW(struct tree_task, t->workers);
    for (int k = 0; k < busy; k++) task[k] = (struct tree_task){.worker = &t->worker[k], .work = work};
    for (int k = 1; k < busy; k++) {
        task[k].started = pthread_create(&task[k].thread, NULL, tree_work, &task[k]) == 0;
        if (!task[k].started) tree_work(&task[k]); /* no thread: the same work, here */
    }
    if (busy > 0) tree_work(&task[0]);
    for (int k = 1; k < busy; k++)
        if (task[k].started) pthread_join(task[k].thread, NULL);
    free(task);
}

/* Work of each worker in a round, such that all together pass a limit of nodes by little. Rounds are short while each
 * relaxation says much about where to branch; later they are longer, so that they are worth the start of their
 * threads. */
static int64_t tree_round_work(const struct search *t) {
    if (t->workers == 1) return 0;
    int64_t each = (t->p.limits.nodes - t->counts.nodes) / t->workers;
    int64_t work = (t->counts.iterations + PLUNGE_NODE * t->counts.nodes) / TREE_WORK_SHARE;
    work = work < TREE_WORK ? TREE_WORK : work > TREE_WORK_MOST ? TREE_WORK_MOST : work;
    assert(work >= PLUNGE_NODE);
    return each > work / PLUNGE_NODE ? work : each > 0 ? each * PLUNGE_NODE : 1;
}

/* A worker without nodes waits for the others: the next round deals more, if there are more. */
static void tree_deal_more(struct search *t, int busy, int64_t work) {
    assert(t->deal >= TREE_DEAL && t->deal <= TREE_DEAL_MOST);
    for (int k = 0; k < busy && t->open.count > 0; k++) {
        const struct worker *w = &t->worker[k];
        if (w->made.count > 0 || plunge_work(w) >= work || t->deal == TREE_DEAL_MOST) continue;
        t->deal *= 2;
        return;
    }
}

static bool tree_round(struct search *t) {
    int busy = tree_deal(t);
    int64_t work = tree_round_work(t);
    assert(busy <= t->workers);
    if (t->workers > 1) pseudo_copy(&t->before, &t->pseudo);
    tree_run_workers(t, busy, work);
    tree_deal_more(t, busy, work);
    bool better = false;
    for (int k = 0; k < busy; k++) better |= tree_merge(t, &t->worker[k]);
    tree_cuts_merge(t);
    tree_report(t, better);
    return busy > 0;
}

/* --- root and result --- */

static void tree_start_from(struct search *t, const double *start) {
    struct worker *w = &t->worker[0];
    tree_prepare_worker(t, 0);
    if (start) worker_try(w, start, "start");
    tree_report(t, tree_merge(t, w));
}

/* A relaxation without a bound: the search cannot begin. */
static bool tree_root_unbounded(struct search *t) {
    struct worker *w = &t->worker[0];
    tree_prepare_worker(t, 0);
    domain_queue_all(&w->domain);
    if (!domain_propagate(&w->domain, 50 * t->p.model->entries + 10000)) return false;
    for (int j = 0; j < t->p.model->cols; j++) {
        if (!t->p.model->integer[j]) continue;
        t->lower[j] = w->domain.lower[j];
        t->upper[j] = w->domain.upper[j];
    }
    t->integers.free = search_count_free(t);
    worker_push_bounds(w);
    enum lp_status status = worker_solve(w, INT64_MAX);
    tree_merge(t, w);
    return status == LP_UNBOUNDED;
}

static void tree_search(struct search *t) {
    struct node *root = node_new(NULL, t->p.bound, 0);
    assert(t->open.count == 0 && t->made == 0 && !t->begun);
    node_push(&t->open, root);
    t->begun = true;
    while (t->stop == LIMITS_RUNNING && !t->restart && tree_round(t))
        t->restart |= t->open.count > 0 && t->stop == LIMITS_RUNNING && search_restart_due(t);
}

static void tree_report_result(struct search_result *result, double *x, const struct search *t) {
    result->incumbent = t->incumbent;
    result->incumbent.x = x;
    result->counts = t->counts;
    result->tallies = t->tallies;
    result->root.first = t->root.first;
    result->root.last = t->root.objective;
    result->cuts = (int)t->cuts.active.count - t->structure.symmetry.rows;
    result->bound = tree_bound(t);
    if (t->incumbent.has) memory_copy(x, t->incumbent.x, (size_t)t->p.model->cols * sizeof *x);
}

void tree_solve(struct search_result *result, double *x, const struct search_problem *p, const double *start) {
    struct search t;
    tree_init(&t, p);
    *result = (struct search_result){.status = SEARCH_SOLVED, .bound = MODEL_INFINITY};
    tree_start_from(&t, start);
    if (t.worker[0].domain.infeasible) {
        result->status = SEARCH_SOLVED;
        t.begun = true;
    } else if (!p->recorder && tree_root_unbounded(&t))
        result->status = SEARCH_UNBOUNDED;
    else
        tree_search(&t);
    result->stop = t.stop;
    assert(!t.restart || p->may_restart);
    if (t.stop != LIMITS_RUNNING) result->status = SEARCH_STOPPED;
    if (t.restart) {
        result->status = SEARCH_RESTARTED;
        result->lower = t.lower;
        result->upper = t.upper;
        t.lower = t.upper = NULL;
    }
    tree_report_result(result, x, &t);
    if (t.restart) {
        result->tight = t.cuts.active;
        t.cuts.active = (struct cut_set){NULL, 0, 0};
    }
    bool lost = t.pruned.lost < search_threshold(&t, t.incumbent.objective);
    if (result->status == SEARCH_SOLVED && lost) result->status = SEARCH_NUMERICAL;
    double best = fmin(t.incumbent.objective, p->cutoff);
    if (result->status == SEARCH_SOLVED && best < MODEL_INFINITY && result->bound >= best - tree_doubt(&t, best))
        result->bound = best;
    assert(!result->incumbent.has || result->incumbent.objective < p->cutoff);
    assert(result->counts.nodes >= 0 && result->counts.iterations >= result->counts.strong);
    tree_free(&t);
}
