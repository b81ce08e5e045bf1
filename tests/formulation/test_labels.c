/* Labels against every selection: frontiers, budgets, what is missed on purpose or at a
 * limit. */
#include <stdio.h>
#include <string.h>

#include "baselines/methods.h"
#include "formulation/labels/labels.h"
#include "formulation/labels/labels_search.h"
#include "formulation/labels/labels_states.h"
#include "tests/support/harness.h"
#include "tests/support/random_instance.h"
#include "tests/support/unbeaten.h"

/* --- the oracle --- */

static bool next(int *choice, const struct instance *g) {
    for (int v = g->nodes - 1; v >= 0; v--) {
        if (++choice[v] < g->node[v].choices) return true;
        choice[v] = 0;
    }
    return false;
}

static void try_everything(const struct instance *g, const struct request *q) {
    int choice[16] = {0};
    unbeaten.count = 0;
    do {
        struct evaluation e = selection_evaluate(g, choice, q->model, q->conversions);
        if (e.possible) unbeaten_add(e.memory_bytes, e.time_ns);
    } while (next(choice, g));
    unbeaten_keep();
}

/* The least time within `m` bytes; INT64_MAX: none. */
static int64_t best_within(int64_t m) {
    int64_t t = INT64_MAX;
    for (int i = 0; i < unbeaten.count && unbeaten.pair[i].m <= m; i++) t = unbeaten.pair[i].t;
    return t;
}

static struct instance *any_instance(struct random *r) {
    struct random_spec spec = {(enum random_graph)random_int(r, 0, RANDOM_GRAPHS - 1), random_int(r, 1, 7), 3,
                               random_unit(r) < 0.2 ? 0.3 : 0.0};
    return random_instance(r, &spec);
}

/* Each model with conversions of each kind, on the same instances. */
#define VARIANTS (MEMORY_MODELS * CONVERSIONS)
#define TRIALS   400

static struct request variant_request(int variant) {
    struct request q = methods_request();
    q.model = (enum memory_model)(variant / CONVERSIONS);
    q.conversions = (enum conversions)(variant % CONVERSIONS);
    return q;
}

static void judged(const struct frontier *f, const struct instance *g, const struct request *q) {
    for (int i = 0; i < f->points; i++) {
        struct evaluation e = selection_evaluate(g, f->point[i].choice, q->model, q->conversions);
        ck_assert(e.possible);
        ck_assert_int_eq(e.memory_bytes, f->point[i].memory_bytes);
        ck_assert_int_eq(e.time_ns, f->point[i].time_ns);
        ck_assert(i == 0 || f->point[i].memory_bytes > f->point[i - 1].memory_bytes);
        ck_assert(i == 0 || f->point[i].time_ns < f->point[i - 1].time_ns);
    }
}

static const uint64_t seed = 61;

START_TEST(every_point_is_found_and_no_other) {
    struct random r = {seed + (uint64_t)_i};
    struct request q = variant_request(_i);
    struct error err = {""};
    int several = 0;
    for (int trial = 0; trial < TRIALS; trial++) {
        struct instance *g = any_instance(&r);
        struct frontier f;
        try_everything(g, &q);
        ck_assert_msg(labels_frontier(&f, g, &q, 0, &err), "%s", err.text);
        ck_assert(f.complete && !f.stopped);
        ck_assert_msg(f.points == unbeaten.count, "%s, %s, seed %d, trial %d: %d points (expected %d)",
                      memory_model_names[q.model], conversion_names[q.conversions], (int)seed + _i, trial, f.points,
                      unbeaten.count);
        for (int i = 0; i < unbeaten.count; i++) {
            ck_assert_int_eq(f.point[i].memory_bytes, unbeaten.pair[i].m);
            ck_assert_int_eq(f.point[i].time_ns, unbeaten.pair[i].t);
        }
        judged(&f, g, &q);
        several += unbeaten.count > 2;
        frontier_free(&f);
        instance_free(g);
    }
    printf("%s, %s: %d instances from seed %d, %d with more than two points\n", memory_model_names[q.model],
           conversion_names[q.conversions], TRIALS, (int)seed + _i, several);
    ck_assert_int_gt(several, TRIALS / 20);
}
END_TEST

START_TEST(a_budget_ends_the_frontier) {
    struct random r = {seed + 20 + (uint64_t)_i};
    struct request q = variant_request(_i);
    struct error err = {""};
    int cut = 0;
    for (int trial = 0; trial < TRIALS / 4; trial++) {
        struct instance *g = any_instance(&r);
        struct frontier f;
        int within = 0;
        try_everything(g, &q);
        q.budget_bytes =
            unbeaten.count ? unbeaten.pair[random_int(&r, 0, unbeaten.count - 1)].m - random_int(&r, 0, 1) : 64;
        if (q.budget_bytes < 0) q.budget_bytes = 0;
        while (within < unbeaten.count && unbeaten.pair[within].m <= q.budget_bytes) within++;
        ck_assert_msg(labels_frontier(&f, g, &q, 0, &err), "%s", err.text);
        ck_assert(f.complete);
        ck_assert_int_eq(f.points, within);
        for (int i = 0; i < within; i++) ck_assert_int_eq(f.point[i].time_ns, unbeaten.pair[i].t);
        cut += within < unbeaten.count;
        frontier_free(&f);
        instance_free(g);
    }
    ck_assert_int_gt(cut, TRIALS / 40);
}
END_TEST

START_TEST(the_method_finds_the_fastest_within_a_budget_or_the_least_that_would_do) {
    struct random r = {seed + 40 + (uint64_t)_i};
    struct request q = variant_request(_i);
    struct error err = {""};
    const struct method *m = methods_find("labels", &err);
    int infeasible = 0;
    for (int trial = 0; trial < TRIALS; trial++) {
        struct instance *g = any_instance(&r);
        struct answer a;
        try_everything(g, &q);
        q.budget_bytes =
            unbeaten.count ? unbeaten.pair[random_int(&r, 0, unbeaten.count - 1)].m - random_int(&r, 0, 1) : 64;
        if (q.budget_bytes < 0) q.budget_bytes = 0;
        if (trial % 10 == 0) q.budget_bytes = METHOD_NO_BUDGET;
        int64_t best = best_within(q.budget_bytes);
        ck_assert_msg(methods_run(&a, m, g, &q, &err), "%s", err.text);
        ck_assert_int_eq(a.outcome, best == INT64_MAX ? OUTCOME_INFEASIBLE : OUTCOME_OPTIMAL);
        if (best == INT64_MAX) {
            infeasible++;
            ck_assert_int_eq(a.least_bytes, unbeaten.count ? unbeaten.pair[0].m : -1);
        } else {
            struct evaluation e = selection_evaluate(g, a.choice, q.model, q.conversions);
            ck_assert_int_eq(e.time_ns, best);
            ck_assert_int_eq(a.bound_ns, best);
            ck_assert_int_le(e.memory_bytes, q.budget_bytes);
        }
        free(a.choice);
        instance_free(g);
    }
    ck_assert_int_gt(infeasible, TRIALS / 40);
}
END_TEST

/* Wherever the exact frontier lies below the points, it does so by at most `missed`. */
static void kept_promise(const struct frontier *f, int64_t missed) {
    int at = -1;
    for (int i = 0; i < unbeaten.count; i++) {
        while (at + 1 < f->points && f->point[at + 1].memory_bytes <= unbeaten.pair[i].m) at++;
        ck_assert_int_ge(at, 0);
        ck_assert_int_le(f->point[at].time_ns - unbeaten.pair[i].t, missed);
    }
    for (int i = 0; i < f->points; i++) ck_assert_int_ge(f->point[i].time_ns, best_within(f->point[i].memory_bytes));
}

START_TEST(with_epsilon_no_point_is_missed_by_more_than_was_promised) {
    struct random r = {seed + 60 + (uint64_t)_i};
    struct request q = variant_request(_i);
    struct error err = {""};
    int fewer = 0;
    for (int trial = 0; trial < TRIALS; trial++) {
        static const double shares[] = {0, 0.01, 0.1, 0.5, 1};
        double epsilon = shares[random_int(&r, 0, 4)];
        struct instance *g = any_instance(&r);
        struct frontier f;
        try_everything(g, &q);
        ck_assert_msg(labels_frontier(&f, g, &q, epsilon, &err), "%s", err.text);
        ck_assert(!f.stopped);
        ck_assert_int_ge(f.missed_ns, 0);
        if (unbeaten.count)
            ck_assert_double_le((double)f.missed_ns, epsilon * (double)unbeaten.pair[unbeaten.count - 1].t);
        ck_assert_int_eq(f.complete, f.missed_ns == 0);
        if (f.complete) ck_assert_int_eq(f.points, unbeaten.count);
        kept_promise(&f, f.missed_ns);
        judged(&f, g, &q);
        fewer += f.points < unbeaten.count;
        frontier_free(&f);
        instance_free(g);
    }
    if (memory_model_adds_up(q.model)) ck_assert_int_gt(fewer, TRIALS / 100);
}
END_TEST

/* --- limits --- */

static struct instance *large_instance(struct random *r) {
    struct random_spec spec = {RANDOM_DIAMOND, 9, 3, 0};
    return random_instance(r, &spec);
}

START_TEST(an_interrupt_or_no_time_leave_it_incomplete) {
    struct random r = {seed + 80};
    struct request q = variant_request(_i);
    struct instance *g = large_instance(&r);
    struct error err = {""};
    struct frontier f;
    struct answer a;
    atomic_int interrupt = 1;
    q.interrupt = &interrupt;
    ck_assert(labels_frontier(&f, g, &q, 0, &err));
    ck_assert(!f.complete && f.stopped);
    ck_assert_int_eq(f.missed_ns, FRONTIER_UNKNOWN);
    frontier_free(&f);
    ck_assert(methods_run(&a, methods_find("labels", &err), g, &q, &err));
    ck_assert_int_eq(a.outcome, OUTCOME_INTERRUPTED);
    try_everything(g, &q);
    ck_assert_int_ge(a.bound_ns, 0);
    ck_assert_int_le(a.bound_ns, best_within(q.budget_bytes));
    free(a.choice);
    q.interrupt = NULL;
    q.time_limit_s = 0;
    ck_assert(labels_frontier(&f, g, &q, 0, &err));
    ck_assert(!f.complete && f.stopped);
    frontier_free(&f);
    ck_assert(methods_run(&a, methods_find("labels", &err), g, &q, &err));
    ck_assert_int_eq(a.outcome, OUTCOME_TIME_LIMIT);
    free(a.choice);
    instance_free(g);
}
END_TEST

/* The search is given less and less memory: what it then calls proven is. */
START_TEST(what_is_proven_when_memory_ran_out_is_true) {
    struct random r = {seed + 90 + (uint64_t)_i};
    struct request q = variant_request(_i);
    struct error err = {""};
    int partial = 0, bounded = 0;
    for (int trial = 0; trial < TRIALS / 20; trial++) {
        struct instance *g = large_instance(&r);
        try_everything(g, &q);
        for (size_t memory = 1 << 16; memory > 256; memory -= memory / 8) {
            struct labels_graph *graph = labels_states_graph(g, q.model, q.conversions, NULL, &err);
            struct labels_question question = {.most = LABELS_MOST, .limits = limits_none(), .memory = memory};
            struct labels_search *s = labels_search_new(graph, &question);
            ck_assert(s->stop == LABELS_FINISHED || s->stop == LABELS_STOP_MEMORY);
            if (s->stop == LABELS_FINISHED) ck_assert_int_eq(s->stairs.corners, unbeaten.count);
            for (int i = 0; i < s->stairs.corners; i++)
                ck_assert_int_ge(s->stairs.corner[i].t, best_within(s->stairs.corner[i].m));
            for (int i = 0, at = -1; i < unbeaten.count && s->missed != LABELS_GAP_UNKNOWN; i++) {
                while (at + 1 < s->stairs.corners && s->stairs.corner[at + 1].m <= unbeaten.pair[i].m) at++;
                ck_assert_int_ge(at, 0);
                ck_assert_int_le(s->stairs.corner[at].t - unbeaten.pair[i].t, s->missed);
            }
            partial += s->stop == LABELS_STOP_MEMORY && s->stairs.corners > 0;
            bounded += s->stop == LABELS_STOP_MEMORY && s->missed != LABELS_GAP_UNKNOWN;
            labels_search_free(s);
            labels_graph_free(graph);
        }
        instance_free(g);
    }
    ck_assert_int_gt(partial, 0);
    if (!memory_model_has_step(q.model)) ck_assert_int_gt(bounded, 0);
}
END_TEST

int main(void) {
    Suite *suite = suite_create("labels");
    TCase *tests = tcase_create("labels");
    tcase_set_timeout(tests, 60);
    tcase_add_loop_test(tests, every_point_is_found_and_no_other, 0, VARIANTS);
    tcase_add_loop_test(tests, a_budget_ends_the_frontier, 0, VARIANTS);
    tcase_add_loop_test(tests, the_method_finds_the_fastest_within_a_budget_or_the_least_that_would_do, 0, VARIANTS);
    tcase_add_loop_test(tests, with_epsilon_no_point_is_missed_by_more_than_was_promised, 0, VARIANTS);
    tcase_add_loop_test(tests, an_interrupt_or_no_time_leave_it_incomplete, 0, VARIANTS);
    tcase_add_loop_test(tests, what_is_proven_when_memory_ran_out_is_true, 0, VARIANTS);
    suite_add_tcase(suite, tests);
    return harness_run(suite);
}
