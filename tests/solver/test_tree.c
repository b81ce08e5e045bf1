/* The tree search as a whole against enumeration, its thresholds, and one plunge: solutions that it did not find are in
 * nodes that it left open. */
#include "solver/tree/tree.h"
#include "tests/support/harness.h"

#include <math.h>
#include <string.h>

#include "solver/tree/plunge.h"
#include "tests/support/one_worker.h"

enum { COLS = 7 };

static struct model *program(struct random *r) {
    struct model *m = program_of(COLS, 0, 0, random_int(r, 1, 2), true);
    m->maximize = random_int(r, 0, 1);
    m->offset = random_int(r, -20, 20);
    for (int j = 0; j < COLS; j++) m->cost[j] = random_int(r, -9, 9);
    for (int i = 0; i < 4; i++) {
        double value[COLS];
        for (int j = 0; j < COLS; j++) value[j] = random_int(r, 0, 2) ? random_int(r, -3, 8) : 0;
        program_row(m, i == 3 ? random_int(r, -3, 3) : -MODEL_INFINITY, value, random_int(r, 4, 12));
    }
    return program_finish(m);
}

static double without_offset(const struct model *m, const double *x) {
    double sum = 0;
    for (int j = 0; j < m->cols; j++) sum += m->cost[j] * x[j];
    return m->maximize ? -sum : sum;
}

START_TEST(the_objective_is_that_of_minimisation_without_offset) {
    struct random r = {1};
    for (int round = 0; round < 200; round++) {
        struct model *m = program(&r);
        double x[COLS];
        for (int j = 0; j < COLS; j++) x[j] = random_int(&r, -3, 3);
        ck_assert_double_eq(search_objective(m, x), without_offset(m, x));
        model_free(m);
    }
}
END_TEST

START_TEST(the_search_finds_what_enumeration_finds) {
    int solved = 0, empty = 0;
    for (int seed = 1; seed <= 300; seed++) {
        struct random r = {(uint64_t)seed};
        struct model *m = program(&r);
        struct options o = options_default();
        double best = one_worker_best_point(m, m->lower, m->upper), x[COLS];
        bool start = seed % 5 == 0 && best < INFINITY, cut = seed % 3 == 0 && best < INFINITY;
        if (start) memset(x, 0, sizeof x);
        struct search_problem p = {.model = m,
                                   .options = &o,
                                   .limits = {LIMITS_NO_DEADLINE, INT64_MAX, INT64_MAX, NULL},
                                   .bound = -MODEL_INFINITY};
        p.cutoff = cut ? best + (seed % 2 ? 1 : 0) : MODEL_INFINITY;
        p.step = seed % 2;
        struct search_result result;
        double given[COLS] = {0};
        tree_solve(&result, x, &p, start ? given : NULL);
        ck_assert_int_eq(result.status, SEARCH_SOLVED);
        bool wanted = best < p.cutoff;
        ck_assert_msg(result.incumbent.has == wanted, "seed %d: found %d, wanted %d", seed, result.incumbent.has,
                      wanted);
        if (wanted) {
            ck_assert(model_violation(m, x) <= 1e-6 && fabs(without_offset(m, x) - best) <= 1e-6);
            ck_assert_double_eq_tol(result.incumbent.objective, best, 1e-6);
            ck_assert(result.bound <= best + 1e-6 && result.bound >= best - 1e-6);
        } else {
            ck_assert(result.bound >= fmin(p.cutoff, MODEL_INFINITY) - 1e-6);
        }
        solved += wanted;
        empty += best == INFINITY;
        model_free(m);
    }
    ck_assert_int_ge(solved, 234);
    ck_assert_int_ge(empty, 18);
}
END_TEST

START_TEST(a_limit_of_nodes_stops_the_search_with_a_bound_that_holds) {
    int stopped = 0;
    for (int seed = 1; seed <= 200; seed++) {
        struct random r = {(uint64_t)seed * 3};
        struct model *m = program(&r);
        struct options o = options_default();
        double best = one_worker_best_point(m, m->lower, m->upper), x[COLS];
        o.cut_rounds = o.probing = o.rounding = o.shifting = o.diving = o.rins = 0;
        struct search_problem p = {.model = m,
                                   .options = &o,
                                   .limits = {LIMITS_NO_DEADLINE, 1, INT64_MAX, NULL},
                                   .cutoff = MODEL_INFINITY,
                                   .bound = -MODEL_INFINITY};
        struct search_result result;
        tree_solve(&result, x, &p, NULL);
        ck_assert(result.bound <= best + 1e-6);
        if (result.incumbent.has) ck_assert(result.incumbent.objective >= best - 1e-6 && model_violation(m, x) <= 1e-6);
        ck_assert_int_le((int)result.counts.nodes, 1);
        if (result.status == SEARCH_STOPPED) ck_assert_int_eq(result.stop, LIMITS_NODES);
        stopped += result.status == SEARCH_STOPPED;
        model_free(m);
    }
    ck_assert_int_ge(stopped, 109);
}
END_TEST

/* A solution counts only below the threshold: better than the best by the gap, or by a whole step. */
START_TEST(the_threshold_is_what_a_wanted_solution_must_be_below) {
    struct model *m = program_finish(program_of(1, 1, 0, 1, true));
    struct one_worker s;
    one_worker_open(&s, m);
    struct search *t = &s.tree;
    s.options.gap_abs = 0.25;
    s.options.gap_rel = 0;
    ck_assert(search_threshold(t, MODEL_INFINITY) >= MODEL_INFINITY);
    ck_assert_double_eq(search_threshold(t, 8), 7.75);
    t->p.cutoff = 5;
    ck_assert_double_eq(search_threshold(t, 8), 4.75);
    ck_assert_double_eq(search_threshold(t, MODEL_INFINITY), 4.75);
    t->p.cutoff = MODEL_INFINITY;
    s.options.gap_rel = 0.1;
    t->p.offset = 2; /* the gap is relative to the objective as reported */
    ck_assert_double_eq_tol(search_threshold(t, 8), 7, 1e-12);
    t->p.step = 3;
    double threshold = search_threshold(t, 8);
    ck_assert(threshold >= 5 && threshold < 5 + 1e-4);
    one_worker_close(&s);
    model_free(m);
}
END_TEST

START_TEST(a_restart_is_due_where_many_integers_have_been_fixed) {
    enum { MANY = 40 };
    struct model *m = program_finish(program_of(MANY, 1, 0, 1, true));
    struct one_worker s;
    one_worker_open(&s, m);
    struct search *t = &s.tree;
    t->integers.free = MANY;
    ck_assert(!search_restart_due(t)); /* not allowed */
    t->p.may_restart = true;
    ck_assert(!search_restart_due(t));
    for (int j = 0; j < MANY; j++) t->upper[j] = 0;
    ck_assert(search_restart_due(t));
    t->integers.free = 10;
    ck_assert(!search_restart_due(t)); /* too few integers */
    one_worker_close(&s);
    model_free(m);
}
END_TEST

/* Bounds of an open node: the root's, changed along its path. */
static void path_bounds(const struct node *n, const struct model *m, double *lower, double *upper) {
    if (!n) {
        memcpy(lower, m->lower, COLS * sizeof *lower);
        memcpy(upper, m->upper, COLS * sizeof *upper);
        return;
    }
    path_bounds(n->parent, m, lower, upper);
    for (int k = 0; k < n->changes; k++) {
        if (n->change[k].col >= COLS) continue; /* a group's sides: looser without them */
        lower[n->change[k].col] = fmax(lower[n->change[k].col], n->change[k].lower);
        upper[n->change[k].col] = fmin(upper[n->change[k].col], n->change[k].upper);
    }
}

START_TEST(what_a_plunge_does_not_find_is_in_a_node_that_it_leaves_open) {
    int open = 0, found = 0;
    for (int seed = 1; seed <= 300; seed++) {
        struct random r = {(uint64_t)seed * 7};
        struct model *m = program(&r);
        struct one_worker s;
        one_worker_open(&s, m);
        struct worker *w = &s.worker;
        s.options.cut_rounds = 0;
        s.options.rounding = s.options.shifting = s.options.diving = s.options.rins = s.options.exchange = 0;
        s.options.probing = seed % 2;
        s.options.plunge_gap = 0;
        s.options.node_limit = seed % 4 + 2;
        double best = one_worker_best_point(m, m->lower, m->upper), left = INFINITY;
        plunge_run(w, node_new(NULL, -MODEL_INFINITY, 0), 0);
        for (size_t k = 0; k < w->made.count; k++) {
            const struct node *n = w->made.item[k];
            double lower[COLS], upper[COLS];
            path_bounds(n, m, lower, upper);
            double least = one_worker_best_point(m, lower, upper);
            ck_assert_msg(n->bound <= least + 1e-6, "seed %d: bound %g, but a point of %g", seed, n->bound, least);
            left = fmin(left, least);
        }
        double mine = w->incumbent.has ? w->incumbent.objective : INFINITY;
        ck_assert(!w->incumbent.has || (mine >= best - 1e-6 && model_violation(m, w->incumbent.x) <= 1e-6));
        ck_assert_msg(fmin(left, mine) <= best + 1e-6, "seed %d: the best point, %g, is lost", seed, best);
        open += w->made.count > 0;
        found += w->incumbent.has;
        one_worker_close(&s);
        model_free(m);
    }
    ck_assert_int_ge(open, 107);
    ck_assert_int_ge(found, 290);
}
END_TEST

int main(void) {
    Suite *s = suite_create("tree");
    TCase *t = tcase_create("tree");
    tcase_add_test(t, the_objective_is_that_of_minimisation_without_offset);
    tcase_add_test(t, the_search_finds_what_enumeration_finds);
    tcase_add_test(t, a_limit_of_nodes_stops_the_search_with_a_bound_that_holds);
    tcase_add_test(t, the_threshold_is_what_a_wanted_solution_must_be_below);
    tcase_add_test(t, a_restart_is_due_where_many_integers_have_been_fixed);
    tcase_add_test(t, what_a_plunge_does_not_find_is_in_a_node_that_it_leaves_open);
    suite_add_tcase(s, t);
    return harness_run(s);
}
