/* one_worker.h - a tree with one worker at its root, for tests of parts of the search: set up as in tree.c, but nothing
 * is solved, probed or cut until the test does so. */
#ifndef TESTS_SUPPORT_ONE_WORKER_H
#define TESTS_SUPPORT_ONE_WORKER_H
#include <math.h>
#include <stdlib.h>

#include "solver/base/memory.h"
#include "solver/search/worker.h"
#include "solver/tree/tree.h"
#include "tests/support/program.h"

struct one_worker {
    struct options options;
    struct search tree;
    struct worker worker;
};

static inline void one_worker_count_locks(struct search *t) {
    const struct model *m = t->p.model;
    for (int i = 0; i < m->rows; i++)
        for (long k = t->rows.start[i]; k < t->rows.start[i + 1]; k++) {
            int j = t->rows.col[k];
            if (m->row_upper[i] < MODEL_INFINITY) t->rows.value[k] > 0 ? t->locks.up[j]++ : t->locks.down[j]++;
            if (m->row_lower[i] > -MODEL_INFINITY) t->rows.value[k] > 0 ? t->locks.down[j]++ : t->locks.up[j]++;
        }
}

static inline void one_worker_open(struct one_worker *s, const struct model *m) {
    struct search *t = &s->tree;
    s->options = options_default();
    *t = (struct search){.p = {.model = m,
                               .options = &s->options,
                               .limits = {LIMITS_NO_DEADLINE, INT64_MAX, INT64_MAX, NULL},
                               .cutoff = MODEL_INFINITY,
                               .bound = -MODEL_INFINITY,
                               .solve = tree_solve},
                         .workers = 1,
                         .worker = &s->worker,
                         .integers.col = MEMORY_NEW(int, m->cols),
                         .lower = MEMORY_NEW(double, m->cols),
                         .upper = MEMORY_NEW(double, m->cols),
                         .root.cost = MEMORY_NEW(double, m->cols),
                         .root.x = MEMORY_NEW(double, m->cols),
                         .structure.one_hot = MEMORY_NEW(bool, m->cols),
                         .locks.up = MEMORY_NEW(int, m->cols),
                         .locks.down = MEMORY_NEW(int, m->cols),
                         .incumbent.x = MEMORY_NEW(double, m->cols),
                         .incumbent.objective = MODEL_INFINITY,
                         .pruned.cut = MODEL_INFINITY,
                         .pruned.lost = MODEL_INFINITY,
                         .root.objective = -MODEL_INFINITY,
                         .root.first = -MODEL_INFINITY,
                         .structure.group_row = -1};
    for (int j = 0; j < m->cols; j++)
        if (m->integer[j]) t->integers.col[t->integers.count++] = j;
    rows_init(&t->rows, m);
    one_worker_count_locks(t);
    sets_find(&t->structure.sets, m, &t->rows);
    for (int k = 0; k < t->structure.sets.start[t->structure.sets.count]; k++)
        t->structure.one_hot[t->structure.sets.col[k]] = true;
    groups_find(&t->structure.groups, m, &t->rows);
    pseudo_init(&t->pseudo, search_branchables(t));
    worker_init(&s->worker, t, 0);
    for (int j = 0; j < m->cols; j++) {
        t->lower[j] = s->worker.domain.lower[j];
        t->upper[j] = s->worker.domain.upper[j];
    }
}

static inline void one_worker_close(struct one_worker *s) {
    struct search *t = &s->tree;
    for (size_t k = 0; k < s->worker.made.count; k++) node_release(s->worker.made.item[k]);
    worker_free(&s->worker);
    cut_set_free(&t->cuts.active);
    clique_table_free(&t->structure.cliques);
    products_free(&t->structure.products);
    free(t->structure.implied.item);
    groups_free(&t->structure.groups);
    sets_free(&t->structure.sets);
    symmetry_free(&t->structure.symmetry);
    pseudo_free(&t->pseudo);
    rows_free(&t->rows);
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

/* Solves the relaxation; true if its solution is fractional. */
static inline bool one_worker_solve(struct one_worker *s) {
    return worker_solve(&s->worker, INT32_MAX) == LP_OPTIMAL && worker_fractional(&s->worker) > 0;
}

/* The least objective of minimisation, without offset, over feasible whole points between lower and upper; INFINITY:
 * none. All columns are integer. */
static inline double one_worker_best_point(const struct model *m, const double *lower, const double *upper) {
    double x[PROGRAM_WIDTH], best = INFINITY;
    for (int j = 0; j < m->cols; j++) x[j] = lower[j];
    for (int j = 0; j < m->cols; j++)
        if (lower[j] > upper[j]) return INFINITY;
    do {
        bool holds = model_violation(m, x) == 0;
        for (int j = 0; j < m->cols && holds; j++) holds = x[j] >= lower[j] && x[j] <= upper[j];
        double objective = 0;
        for (int j = 0; j < m->cols; j++) objective += m->cost[j] * x[j];
        if (m->maximize) objective = -objective;
        if (holds && objective < best) best = objective;
    } while (program_next_point(x, lower, upper, m->cols));
    return best;
}

/* The left side of a cut at x[cols]. */
static inline double one_worker_activity(const struct cut *cut, const double *x) {
    double sum = 0;
    for (int k = 0; k < cut->count; k++) sum += cut->value[k] * x[cut->index[k]];
    return sum;
}

#endif
