/* Labels against every selection and every path there is: frontiers, budgets, what is missed on purpose or at a
 * limit. */
#include <stdio.h>
#include <string.h>

#include "baselines/methods.h"
#include "formulation/labels/labels.h"
#include "formulation/labels/labels_bands.h"
#include "formulation/labels/labels_search.h"
#include "formulation/labels/labels_states.h"
#include "formulation/labels/labels_wide.h"
#include "tests/support/harness.h"
#include "tests/support/random_instance.h"

/* --- the oracle: all (M, T), then those that none beats --- */

#define MOST 32768

struct pair {
    int64_t m, t;
};
static struct pair all[MOST];
static int alls;

static void add(int64_t m, int64_t t) {
    ck_assert_int_lt(alls, MOST);
    all[alls++] = (struct pair){m, t};
}

static int pair_order(const void *a, const void *b) {
    const struct pair *x = a, *y = b;
    if (x->m != y->m) return x->m < y->m ? -1 : 1;
    return (x->t > y->t) - (x->t < y->t);
}

static void unbeaten(void) {
    int n = 0;
    qsort(all, (size_t)alls, sizeof *all, pair_order);
    for (int i = 0; i < alls; i++)
        if (n == 0 || all[i].t < all[n - 1].t) all[n++] = all[i];
    alls = n;
}

static bool next(int *choice, const struct instance *g) {
    for (int v = g->nodes - 1; v >= 0; v--) {
        if (++choice[v] < g->node[v].choices) return true;
        choice[v] = 0;
    }
    return false;
}

static void try_everything(const struct instance *g, const struct request *q) {
    int choice[16] = {0};
    alls = 0;
    do {
        struct evaluation e = selection_evaluate(g, choice, q->model, q->conversions);
        if (e.possible) add(e.memory_bytes, e.time_ns);
    } while (next(choice, g));
    unbeaten();
}

/* The least time within `m` bytes; INT64_MAX: none. */
static int64_t best_within(int64_t m) {
    int64_t t = INT64_MAX;
    for (int i = 0; i < alls && all[i].m <= m; i++) t = all[i].t;
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
        ck_assert_msg(f.points == alls, "%s, %s, seed %d, trial %d: %d points (expected %d)",
                      memory_model_names[q.model], conversion_names[q.conversions], (int)seed + _i, trial, f.points,
                      alls);
        for (int i = 0; i < alls; i++) {
            ck_assert_int_eq(f.point[i].memory_bytes, all[i].m);
            ck_assert_int_eq(f.point[i].time_ns, all[i].t);
        }
        judged(&f, g, &q);
        several += alls > 2;
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
        q.budget_bytes = alls ? all[random_int(&r, 0, alls - 1)].m - random_int(&r, 0, 1) : 64;
        if (q.budget_bytes < 0) q.budget_bytes = 0;
        while (within < alls && all[within].m <= q.budget_bytes) within++;
        ck_assert_msg(labels_frontier(&f, g, &q, 0, &err), "%s", err.text);
        ck_assert(f.complete);
        ck_assert_int_eq(f.points, within);
        for (int i = 0; i < within; i++) ck_assert_int_eq(f.point[i].time_ns, all[i].t);
        cut += within < alls;
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
        q.budget_bytes = alls ? all[random_int(&r, 0, alls - 1)].m - random_int(&r, 0, 1) : 64;
        if (q.budget_bytes < 0) q.budget_bytes = 0;
        if (trial % 10 == 0) q.budget_bytes = METHOD_NO_BUDGET;
        int64_t best = best_within(q.budget_bytes);
        ck_assert_msg(methods_run(&a, m, g, &q, &err), "%s", err.text);
        ck_assert_int_eq(a.outcome, best == INT64_MAX ? OUTCOME_INFEASIBLE : OUTCOME_OPTIMAL);
        if (best == INT64_MAX) {
            infeasible++;
            ck_assert_int_eq(a.least_bytes, alls ? all[0].m : -1);
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
    for (int i = 0; i < alls; i++) {
        while (at + 1 < f->points && f->point[at + 1].memory_bytes <= all[i].m) at++;
        ck_assert_int_ge(at, 0);
        ck_assert_int_le(f->point[at].time_ns - all[i].t, missed);
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
        if (alls) ck_assert_double_le((double)f.missed_ns, epsilon * (double)all[alls - 1].t);
        ck_assert_int_eq(f.complete, f.missed_ns == 0);
        if (f.complete) ck_assert_int_eq(f.points, alls);
        kept_promise(&f, f.missed_ns);
        judged(&f, g, &q);
        fewer += f.points < alls;
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
            if (s->stop == LABELS_FINISHED) ck_assert_int_eq(s->stairs.corners, alls);
            for (int i = 0; i < s->stairs.corners; i++)
                ck_assert_int_ge(s->stairs.corner[i].t, best_within(s->stairs.corner[i].m));
            for (int i = 0, at = -1; i < alls && s->missed != LABELS_GAP_UNKNOWN; i++) {
                while (at + 1 < s->stairs.corners && s->stairs.corner[at + 1].m <= all[i].m) at++;
                ck_assert_int_ge(at, 0);
                ck_assert_int_le(s->stairs.corner[at].t - all[i].t, s->missed);
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

static struct instance *side_by_side(int nodes) {
    struct instance *g = MEMORY_NEW(struct instance, 1);
    g->nodes = nodes + 1;
    g->node = MEMORY_NEW(struct node, g->nodes);
    g->edge = MEMORY_NEW(struct edge, g->nodes);
    for (int v = 0; v < g->nodes; v++) {
        g->node[v] = (struct node){.choices = LAYOUTS, .choice = MEMORY_NEW(struct choice, LAYOUTS), .out_bytes = 4};
        for (int l = 0; l < LAYOUTS; l++) g->node[v].choice[l].in = g->node[v].choice[l].out = (enum layout)l;
        if (v < nodes) g->edge[g->edges++] = (struct edge){.from = v, .to = nodes, .slot = v, .bytes = 4};
    }
    for (int e = 0; e < g->edges; e++)
        for (int l = 0; l < LAYOUTS; l++) g->edge[e].alike[l][l] = true;
    instance_close(g);
    return g;
}

START_TEST(too_many_tensors_side_by_side_are_declined) {
    struct request q = methods_request();
    struct error err = {""};
    struct frontier f;
    struct answer a;
    struct instance *g = side_by_side(9);
    ck_assert(labels_frontier(&f, g, &q, 0, &err));
    frontier_free(&f);
    instance_free(g);
    g = side_by_side(14);
    ck_assert(!labels_frontier(&f, g, &q, 0, &err));
    ck_assert_ptr_nonnull(strstr(err.text, "the graph is too wide"));
    ck_assert_ptr_nonnull(strstr(err.text, "taso can"));
    ck_assert(!methods_run(&a, methods_find("labels", &err), g, &q, &err));
    instance_free(g);
}
END_TEST

/* --- the engine by itself: arcs that jump over stages --- */

static struct labels_graph *any_graph(struct random *r, int arcs) {
    int stages = random_int(r, 2, 7);
    struct labels_graph *g = labels_graph_new(stages);
    labels_graph_state(g, 0);
    for (int s = 1; s < stages; s++)
        for (int n = random_int(r, 1, 3); n > 0; n--) labels_graph_state(g, s);
    for (int i = 0; i < arcs; i++) {
        int from = random_int(r, 0, g->states - 1), to = random_int(r, 0, g->states - 1);
        if (g->stage[from] >= g->stage[to]) continue;
        labels_graph_arc(g, from, to);
        for (int n = random_int(r, 0, 3); n > 0; n--) {
            struct labels_cost c = {random_int(r, 0, 9), random_int(r, 0, 9), random_int(r, 0, 9)};
            labels_graph_way(g, &c, i);
        }
    }
    return g;
}

/* Before labels_graph_finish, which may drop ways. */
static void walk(const struct labels_graph *g, int state, struct labels_cost c) {
    if (g->stage[state] == g->stages - 1) add(c.p + c.k, c.t);
    for (int w = 0; w < g->ways; w++) {
        const struct labels_way *way = &g->way[w];
        if (g->arc[way->arc].from != state) continue;
        struct labels_cost sum = {labels_larger(c.p, way->cost.p), c.k + way->cost.k, c.t + way->cost.t};
        walk(g, g->arc[way->arc].to, sum);
    }
}

static int64_t largest_step(const struct labels_graph *g) {
    int64_t most = 0;
    for (int w = 0; w < g->ways; w++) most = labels_larger(most, g->way[w].cost.p);
    return most;
}

static void path_is_one(const struct labels_search *s, int corner) {
    int way[16], ways = labels_search_path(way, s, corner), state = 0;
    struct labels_cost c = {0, 0, 0};
    for (int i = 0; i < ways; i++) {
        const struct labels_way *w = &s->g->way[way[i]];
        ck_assert_int_eq(s->g->arc[w->arc].from, state);
        state = s->g->arc[w->arc].to;
        c = (struct labels_cost){labels_larger(c.p, w->cost.p), c.k + w->cost.k, c.t + w->cost.t};
    }
    ck_assert_int_eq(s->g->stage[state], s->g->stages - 1);
    ck_assert_int_eq(c.p + c.k, s->stairs.corner[corner].m);
    ck_assert_int_eq(c.t, s->stairs.corner[corner].t);
}

START_TEST(of_any_graph_the_paths_that_none_beats_are_found) {
    struct random r = {seed + 100};
    struct error err = {""};
    int several = 0, jumps = 0;
    for (int trial = 0; trial < 2000; trial++) {
        struct labels_graph *g = any_graph(&r, 18);
        alls = 0;
        walk(g, 0, (struct labels_cost){0, 0, 0});
        unbeaten();
        for (int a = 0; a < g->arcs; a++) jumps += g->stage[g->arc[a].to] > g->stage[g->arc[a].from] + 1;
        ck_assert_msg(labels_graph_finish(g, &err), "%s", err.text);
        ck_assert_int_eq(g->least_peak[0] == LABELS_NONE, alls == 0);
        if (alls > 0) {
            struct labels_question q = {.most = LABELS_MOST, .limits = limits_none(), .memory = LABELS_MEMORY};
            if (trial % 2) labels_graph_cut(g, q.most = all[alls - 1].m);
            struct labels_search *s = labels_search_new(g, &q);
            ck_assert_int_eq(s->stairs.corners, alls);
            for (int i = 0; i < alls; i++) {
                ck_assert_int_eq(s->stairs.corner[i].m, all[i].m);
                ck_assert_int_eq(s->stairs.corner[i].t, all[i].t);
                path_is_one(s, i);
            }
            labels_search_free(s);
        }
        several += alls > 2;
        labels_graph_free(g);
    }
    ck_assert_int_gt(several, 150);
    ck_assert_int_gt(jumps, 1000);
}
END_TEST

/* Each band begins with what the others found; a path that is known comes back without a label. The costs found must be
 * those of paths in the band's graph, and together they are `all`. */
static int bands_are_searched(const struct labels_graph *g) {
    struct error err = {""};
    struct labels_corner known[64];
    int64_t end[LABELS_BANDS];
    const int bands = labels_bands_ends(end, g);
    int knowns = 0;
    for (int b = 0; b < bands; b++) {
        ck_assert(b == 0 || end[b - 1] < end[b]);
        struct labels_graph *band = labels_bands_graph(g, b ? end[b - 1] : -1, end[b], &err);
        ck_assert_msg(band != NULL, "%s", err.text);
        if (band->least_peak[0] != LABELS_NONE) {
            struct labels_question q = {.most = LABELS_MOST, .limits = limits_none(), .memory = LABELS_MEMORY};
            q.known = known, q.knowns = knowns;
            struct labels_search *s = labels_search_new(band, &q);
            ck_assert_int_eq(s->missed, 0);
            for (int i = 0; i < s->stairs.corners; i++)
                if (s->stairs.corner[i].label >= 0) path_is_one(s, i);
            ck_assert_int_le(knowns = s->stairs.corners, 64);
            memcpy(known, s->stairs.corner, sizeof *known * (size_t)knowns);
            for (int i = 0; i < knowns; i++) known[i].label = -1, known[i].vertex = i;
            labels_search_free(s);
        }
        labels_graph_free(band);
    }
    ck_assert_int_eq(end[bands - 1], largest_step(g));
    ck_assert_int_eq(knowns, alls);
    for (int i = 0; i < alls; i++) ck_assert(known[i].m == all[i].m && known[i].t == all[i].t);
    return bands;
}

START_TEST(bands_of_the_largest_step_find_the_same_paths_together) {
    struct random r = {seed + 120};
    struct error err = {""};
    int bands = 0;
    for (int trial = 0; trial < 1000; trial++) {
        struct labels_graph *g = any_graph(&r, 18);
        alls = 0;
        walk(g, 0, (struct labels_cost){0, 0, 0});
        unbeaten();
        ck_assert_msg(labels_graph_finish(g, &err), "%s", err.text);
        if (alls > 0) bands += bands_are_searched(g);
        labels_graph_free(g);
    }
    ck_assert_int_gt(bands, 1500);
}
END_TEST

START_TEST(costs_that_may_add_up_beyond_the_range_are_refused) {
    const struct labels_cost fits = {LABELS_MOST / 4, LABELS_MOST / 4, LABELS_MOST / 2};
    const struct labels_cost over[] = {{0, LABELS_MOST, 0}, {LABELS_MOST, 0, 0}, {0, 0, LABELS_MOST / 2 + 1}};
    for (int i = -1; i < 3; i++) {
        struct labels_graph *g = labels_graph_new(3);
        struct error err = {""};
        for (int s = 0; s < 3; s++) labels_graph_state(g, s);
        for (int s = 0; s < 2; s++) {
            labels_graph_arc(g, s, s + 1);
            labels_graph_way(g, s == 0 || i < 0 ? &fits : &over[i], 0);
        }
        ck_assert_int_eq(labels_graph_finish(g, &err), i < 0);
        if (i >= 0) ck_assert_ptr_nonnull(strstr(err.text, "add up to more than"));
        labels_graph_free(g);
    }
}
END_TEST

#ifdef __SIZEOF_INT128__
__extension__ typedef __int128 wide;

static int64_t any_number(struct random *r) { /* of any length */
    return (int64_t)(random_bits(r) >> random_int(r, 1, 63));
}

START_TEST(products_are_those_of_128_bits) {
    struct random r = {seed + 110};
    int large = 0;
    for (int trial = 0; trial < 200000; trial++) {
        int64_t a = any_number(&r), b = any_number(&r), c = any_number(&r), d = any_number(&r);
        if (trial % 4 == 0) c = b, d = a; /* equal */
        if (trial % 4 == 1 && a > 0) c = b, d = a - 1;
        ck_assert_int_eq(labels_wide_at_least(a, b, c, d), (wide)a * b >= (wide)c * d);
        if (b < c) ck_assert_int_eq(labels_wide_share(a, b, c), (int64_t)((wide)a * b / c));
        large += b < c && (wide)a * b > INT64_MAX;
    }
    ck_assert_int_gt(large, 10000);
}
END_TEST
#endif

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
    tcase_add_test(tests, too_many_tensors_side_by_side_are_declined);
    tcase_add_test(tests, of_any_graph_the_paths_that_none_beats_are_found);
    tcase_add_test(tests, bands_of_the_largest_step_find_the_same_paths_together);
    tcase_add_test(tests, costs_that_may_add_up_beyond_the_range_are_refused);
#ifdef __SIZEOF_INT128__
    tcase_add_test(tests, products_are_those_of_128_bits);
#endif
    suite_add_tcase(suite, tests);
    return harness_run(suite);
}
