/* Cuts of a node hold at every solution of the program, even outside the node; and they are the last rows of the LP. */
#include "tests/support/harness.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "solver/base/memory.h"
#include "solver/search/worker.h"
#include "solver/tree/tree.h"
#include "solver/tree/tree_cuts.h"

enum { BINARIES = 10, COLS = BINARIES + 1, ROWS = 4, PROGRAMS = 120 };

/* Knapsacks over binaries, twins among them, and a continuous column that binaries limit. */
static struct model *program(long seed) {
    struct random r = {(uint64_t)seed * 104729 + 3};
    struct model *m = model_new();
    char name[16];
    for (int j = 0; j < BINARIES; j++) {
        snprintf(name, sizeof name, "x%d", j);
        model_add_column(m, name, -(double)(j % 2 ? 12 : random_int(&r, 5, 25)), 0, 1, true);
    }
    model_add_column(m, "y", -2, 0, 9, false);
    for (int i = 0; i < ROWS; i++) {
        double sum = 0;
        int twin = random_int(&r, 4, 30);
        snprintf(name, sizeof name, "r%d", i);
        model_add_row(m, name, -MODEL_INFINITY, 0);
        for (int j = 0; j < BINARIES; j++) {
            double weight = j % 2 ? twin : random_int(&r, 3, 40);
            model_add_entry(m, i, j, weight);
            sum += weight;
        }
        model_add_entry(m, i, BINARIES, random_int(&r, 1, 6));
        m->row_upper[i] = floor(sum * (0.3 + 0.3 * random_unit(&r)));
    }
    struct error err;
    ck_assert_msg(model_finish(m, &err), "%s", err.text);
    return m;
}

struct one_worker { /* a tree with one worker at its root */
    struct options options;
    struct search tree;
    struct worker worker;
};

static void open_search(struct one_worker *s, const struct model *m) {
    struct search *t = &s->tree;
    s->options = options_default();
    s->options.tree_cuts = true;
    *t = (struct search){.p = {.model = m,
                               .options = &s->options,
                               .limits = {LIMITS_NO_DEADLINE, INT64_MAX, INT64_MAX, NULL},
                               .cutoff = MODEL_INFINITY},
                         .workers = 1,
                         .worker = &s->worker,
                         .integers.col = MEMORY_NEW(int, m->cols),
                         .lower = MEMORY_NEW(double, m->cols),
                         .upper = MEMORY_NEW(double, m->cols),
                         .incumbent.objective = MODEL_INFINITY};
    for (int j = 0; j < m->cols; j++) {
        if (m->integer[j]) t->integers.col[t->integers.count++] = j;
        t->lower[j] = m->lower[j];
        t->upper[j] = m->upper[j];
    }
    rows_init(&t->rows, m);
    groups_find(&t->structure.groups, m, &t->rows);
    pseudo_init(&t->pseudo, m->cols + t->structure.groups.count);
    clique_table_init(&t->structure.cliques, m, &t->rows, &t->structure.implied, t->lower, t->upper);
    t->structure.group_row = -1;
    worker_init(&s->worker, t, 0);
    s->worker.incumbent.objective = MODEL_INFINITY;
    t->structure.group_row = m->rows;
    groups_add(s->worker.lp, &t->structure.groups);
}

static void close_search(struct one_worker *s) {
    struct search *t = &s->tree;
    worker_free(&s->worker);
    cut_set_free(&t->cuts.active);
    clique_table_free(&t->structure.cliques);
    groups_free(&t->structure.groups);
    pseudo_free(&t->pseudo);
    rows_free(&t->rows);
    free(t->integers.col);
    free(t->lower);
    free(t->upper);
}

/* Cuts of the node where x[a] and x[b] have these values. */
static void cut_node(struct one_worker *s, int a, int a_value, int b, int b_value) {
    struct worker *w = &s->worker;
    w->domain.infeasible = false;
    for (int j = 0; j < COLS; j++) domain_set(&w->domain, j, s->tree.lower[j], s->tree.upper[j]);
    worker_tighten(w, a, a_value, a_value);
    worker_tighten(w, b, b_value, b_value);
    if (!domain_propagate(&w->domain, 100000)) return;
    worker_push_bounds(w);
    if (worker_solve(w, INT32_MAX) != LP_OPTIMAL || worker_fractional(w) == 0) return;
    tree_cuts_find(w);
    tree_cuts_merge(&s->tree);
}

/* With the binaries fixed, the rows leave y an interval: a cut that holds at both ends holds in between. */
static void check_point(const struct search *t, int point) {
    const struct model *m = t->p.model;
    double x[COLS], room = m->upper[BINARIES];
    for (int j = 0; j < BINARIES; j++) x[j] = point >> j & 1;
    for (int i = 0; i < m->rows; i++) {
        double activity = 0, slope = 0;
        for (long k = t->rows.start[i]; k < t->rows.start[i + 1]; k++)
            if (t->rows.col[k] < BINARIES)
                activity += t->rows.value[k] * x[t->rows.col[k]];
            else
                slope = t->rows.value[k];
        room = fmin(room, (m->row_upper[i] - activity) / slope);
    }
    if (room < 0) return;
    for (int end = 0; end < 2; end++) {
        x[BINARIES] = end ? room : 0;
        for (size_t k = 0; k < t->cuts.active.count; k++) {
            const struct cut *cut = &t->cuts.active.item[k];
            double activity = 0;
            for (int e = 0; e < cut->count; e++) activity += cut->value[e] * x[cut->index[e]];
            ck_assert_msg(activity <= cut->rhs + 1e-9 * fmax(1, fabs(cut->rhs)), "point %d breaks a cut of %s", point,
                          cut->made_by);
        }
    }
}

START_TEST(cuts_of_nodes_hold_everywhere) {
    int first = 0, later = 0, groups = 0;
    for (long seed = 1; seed <= PROGRAMS; seed++) {
        struct model *m = program(seed);
        struct one_worker s;
        open_search(&s, m);
        cut_node(&s, (int)(seed % BINARIES), 1, (int)((seed + 3) % BINARIES), 0);
        size_t one = s.tree.cuts.active.count;
        for (int k = 0; k < 6; k++)
            cut_node(&s, (int)((seed + k) % BINARIES), k % 2, (int)((seed + k + 4) % BINARIES), 1);
        first += (int)one;
        later += (int)(s.tree.cuts.active.count - one);
        groups += s.tree.structure.groups.count;
        for (int point = 0; point < 1 << BINARIES; point++) check_point(&s.tree, point);
        int rows = m->rows + s.tree.structure.groups.count;
        ck_assert_int_eq(lp_rows(s.worker.lp), rows + (int)s.tree.cuts.active.count);
        for (size_t k = 0; k < s.tree.cuts.active.count; k++)
            ck_assert_double_eq(lp_upper(s.worker.lp, COLS + rows + (int)k), s.tree.cuts.active.item[k].rhs);
        close_search(&s);
        model_free(m);
    }
    ck_assert_int_ge(first, 139);
    ck_assert_int_ge(later, 563);
    ck_assert_int_ge(groups, 120);
}
END_TEST

/* The root makes none here, so that all cuts come from nodes of the tree; few solutions are found early, and equal
 * columns are not exchanged, so that the tree is deep. */
static struct search_result search_without_root_cuts(const struct model *m, bool on, int threads) {
    struct options o = options_default();
    o.cut_rounds = 0;
    o.symmetry = false;
    o.diving = o.rins = o.exchange = o.shifting = o.rounding = o.probing = o.reduced_cost_fixing = false;
    struct error err;
    ck_assert_msg(options_set(&o, "branching=first", &err), "%s", err.text);
    o.tree_cuts = on;
    o.threads = threads;
    struct search_problem p = {.model = m,
                               .options = &o,
                               .limits = {LIMITS_NO_DEADLINE, INT64_MAX, INT64_MAX, NULL},
                               .cutoff = MODEL_INFINITY,
                               .bound = -MODEL_INFINITY};
    double x[COLS];
    struct search_result found;
    tree_solve(&found, x, &p, NULL);
    ck_assert_int_eq(found.status, SEARCH_SOLVED);
    return found;
}

START_TEST(the_cuts_of_nodes_are_the_same_on_every_run) {
    int cuts[3] = {0, 0, 0};
    for (long seed = 1; seed <= PROGRAMS / 2; seed++) {
        struct model *m = program(seed);
        struct search_result off = search_without_root_cuts(m, false, 1);
        ck_assert_int_eq(off.cuts, 0);
        for (int threads = 1; threads <= 3; threads++) {
            struct search_result a = search_without_root_cuts(m, true, threads),
                                 b = search_without_root_cuts(m, true, threads);
            ck_assert_double_eq_tol(a.incumbent.objective, off.incumbent.objective,
                                    1e-7 * fabs(off.incumbent.objective));
            ck_assert_int_eq(a.counts.nodes, b.counts.nodes);
            ck_assert_int_eq(a.counts.iterations, b.counts.iterations);
            ck_assert_int_eq(a.cuts, b.cuts);
            cuts[threads - 1] += a.cuts;
        }
        model_free(m);
    }
    ck_assert_int_ge(cuts[0], 167);
    for (int k = 1; k < 3; k++)
        ck_assert_int_ge(cuts[k], 77); /* shared when a round ends, and the first is long: fewer in small trees */
}
END_TEST

/* No cuts close the whole gap to a cutoff above every solution: with cut_worth=1 the root keeps none when it is left,
 * and none are made below. */
START_TEST(cuts_that_close_too_little_are_given_up) {
    int kept = 0, split = 0;
    for (long seed = 1; seed <= PROGRAMS / 2; seed++) {
        struct model *m = program(seed);
        struct options o = options_default();
        struct search_problem p = {.model = m,
                                   .options = &o,
                                   .limits = {LIMITS_NO_DEADLINE, INT64_MAX, INT64_MAX, NULL},
                                   .cutoff = 0,
                                   .bound = -MODEL_INFINITY};
        double x[COLS];
        struct search_result stay, go;
        o.diving = o.rins = o.exchange = o.shifting = o.rounding = o.probing = o.reduced_cost_fixing = false;
        o.cut_worth = 0;
        tree_solve(&stay, x, &p, NULL);
        for (int threads = 1; threads <= 3; threads++) {
            o.cut_worth = 1;
            o.threads = threads;
            tree_solve(&go, x, &p, NULL);
            ck_assert_int_eq(go.status, SEARCH_SOLVED);
            ck_assert_double_eq_tol(go.incumbent.objective, stay.incumbent.objective,
                                    1e-7 * fabs(stay.incumbent.objective));
            if (go.counts.nodes > 1) ck_assert_int_eq(go.cuts, 0);
            split += go.counts.nodes > 1;
        }
        kept += stay.counts.nodes > 1 && stay.cuts > 0;
        model_free(m);
    }
    ck_assert_int_ge(kept, 11);
    ck_assert_int_ge(split, 39);
}
END_TEST

int main(void) {
    Suite *s = suite_create("tree_cuts");
    TCase *t = tcase_create("tree_cuts");
    tcase_set_timeout(t, 60);
    tcase_add_test(t, cuts_of_nodes_hold_everywhere);
    tcase_add_test(t, the_cuts_of_nodes_are_the_same_on_every_run);
    tcase_add_test(t, cuts_that_close_too_little_are_given_up);
    suite_add_tcase(s, t);
    return harness_run(s);
}
