/* Graphs that are too wide for labels: frontiers and what would do come from integer programs then, and are the same as
 * all sums of the layers' choices give. */
#include <stdio.h>
#include <string.h>

#include "baselines/methods.h"
#include "formulation/labels/labels.h"
#include "formulation/labels/labels_beyond.h"
#include "formulation/labels/labels_device.h"
#include "solver/base/memory.h"
#include "tests/support/random_instance.h"
#include "tests/support/unbeaten.h"

/* --- layers side by side, all read by one layer at the end -------------------------------------------------------- */

#define WIDE      30 /* 3^11 states are too many already */
#define OUT_BYTES 4

/* The layouts are the same bytes, so that a layer's choice does not depend on the others'. Only every `rich`th layer
 * has choices that differ, so that the oracle's lists stay short. */
static struct instance *side_by_side(int nodes, int rich, struct random *r) {
    struct instance *g = MEMORY_NEW(struct instance, 1);
    g->threads = 1;
    g->nodes = nodes + 1;
    g->node = MEMORY_NEW(struct node, g->nodes);
    g->edge = MEMORY_NEW(struct edge, g->nodes);
    for (int v = 0; v < g->nodes; v++) {
        struct node *n = &g->node[v];
        *n = (struct node){.choices = LAYOUTS, .choice = MEMORY_NEW(struct choice, LAYOUTS), .out_bytes = OUT_BYTES};
        for (int l = 0; l < LAYOUTS; l++) {
            n->choice[l] = (struct choice){.in = (enum layout)l, .out = (enum layout)l, .time_ns = 5};
            if (v % rich != 0) continue;
            n->choice[l].time_ns = random_int(r, 1, 9);
            n->choice[l].workspace_bytes = 8 * random_int(r, 0, 30);
            n->choice[l].weights_bytes = 8 * random_int(r, 1, 9);
        }
        if (v < nodes) g->edge[g->edges++] = (struct edge){.from = v, .to = nodes, .slot = v, .bytes = OUT_BYTES};
    }
    for (int e = 0; e < g->edges; e++)
        for (int l = 0; l < LAYOUTS * LAYOUTS; l++) g->edge[e].alike[l / LAYOUTS][l % LAYOUTS] = true;
    instance_close(g);
    return g;
}

/* --- the oracle: layer by layer, all costs that none beats -------------------------------------------------------- */

struct cost {
    int64_t p, k, t; /* the largest step so far, what adds up, ns */
};

#define COSTS 200000
static struct cost cost[COSTS];
static int costs;

static int cost_order(const void *a, const void *b) {
    const struct cost *x = a, *y = b;
    if (x->p != y->p) return x->p < y->p ? -1 : 1;
    if (x->k != y->k) return x->k < y->k ? -1 : 1;
    return (x->t > y->t) - (x->t < y->t);
}

/* In this order only earlier ones beat, or are equal. */
static void costs_unbeaten(void) {
    int n = 0;
    qsort(cost, (size_t)costs, sizeof *cost, cost_order);
    for (int i = 0; i < costs; i++) {
        bool beaten = false;
        for (int j = 0; j < n && !beaten; j++) beaten = cost[j].k <= cost[i].k && cost[j].t <= cost[i].t;
        if (!beaten) cost[n++] = cost[i];
    }
    costs = n;
}

/* All tensors stay to the end: step v has v + 1 of them. */
static void costs_layer(const struct node *n, int v, const struct memory_model_row *m) {
    const int before = costs;
    ck_assert_int_le(before * (n->choices + 1), COSTS);
    for (int c = 0; c < n->choices; c++)
        for (int i = 0; i < before; i++) {
            const struct choice *choice = &n->choice[c];
            const int64_t w = choice->workspace_bytes;
            const int64_t step =
                (m->live ? (v + 1) * OUT_BYTES : 0) + (m->workspaces == MEMORY_WORKSPACES_LARGEST ? w : 0);
            const int64_t added =
                (m->workspaces == MEMORY_WORKSPACES_SUM ? w : 0) + (m->weights ? choice->weights_bytes : 0);
            cost[before + c * before + i] =
                (struct cost){step > cost[i].p ? step : cost[i].p, cost[i].k + added, cost[i].t + choice->time_ns};
        }
    costs = before * n->choices;
    memmove(cost, cost + before, (size_t)costs * sizeof *cost);
    costs_unbeaten();
}

static void costs_of(const struct instance *g, const struct memory_model_row *m) {
    cost[0] = (struct cost){0, 0, 0};
    costs = 1;
    for (int v = 0; v < g->nodes; v++) costs_layer(&g->node[v], v, m);
}

/* --- tests -------------------------------------------------------------------------------------------------------- */

static void same_frontier(const struct frontier *f, const struct instance *g, const struct request *q) {
    ck_assert(f->complete && !f->stopped);
    ck_assert_int_eq(f->missed_ns, 0);
    ck_assert_msg(f->points == unbeaten.count, "%s: %d points (expected %d)", memory_model_names[q->model], f->points,
                  unbeaten.count);
    for (int i = 0; i < f->points; i++) {
        struct evaluation e = selection_evaluate(g, f->point[i].choice, q->model, q->conversions);
        ck_assert(e.possible);
        ck_assert_int_eq(e.memory_bytes, f->point[i].memory_bytes);
        ck_assert_int_eq(e.time_ns, f->point[i].time_ns);
        ck_assert_int_eq(f->point[i].memory_bytes, unbeaten.pair[i].m);
        ck_assert_int_eq(f->point[i].time_ns, unbeaten.pair[i].t);
    }
}

START_TEST(thirty_layers_side_by_side_have_their_frontier) {
    struct random r = {17};
    struct instance *g = side_by_side(WIDE, 4, &r);
    struct request q = methods_request();
    struct error err = {""};
    struct frontier f;
    q.model = (enum memory_model)_i;
    unbeaten.count = 0;
    costs_of(g, &memory_models[_i]);
    for (int i = 0; i < costs; i++) unbeaten_add(cost[i].p + cost[i].k, cost[i].t);
    unbeaten_keep();
    ck_assert_msg(labels_frontier(&f, g, &q, 0, &err), "%s", err.text);
    ck_assert(f.by_program);
    same_frontier(&f, g, &q);
    ck_assert_int_gt(f.points, 2);
    frontier_free(&f);
    ck_assert_msg(frontier_walk(&f, g, &q, methods_find("taso", &err), &err), "%s", err.text);
    same_frontier(&f, g, &q);
    frontier_free(&f);
    if (!memory_model_adds_up(q.model)) {
        ck_assert_msg(frontier_sweep(&f, g, &q, methods_find("dynamic", &err), &err), "%s", err.text);
        same_frontier(&f, g, &q);
        frontier_free(&f);
    }
    instance_free(g);
}
END_TEST

static const char *const programs[] = {"taso", "taso-memory", "taso-weighted"};

START_TEST(the_programs_select_where_labels_decline) {
    struct random r = {18};
    struct instance *g = side_by_side(WIDE, 4, &r);
    struct error err = {""};
    struct request q = methods_request();
    struct answer a;
    for (int m = 0; m < MEMORY_MODELS; m++)
        for (int c = 0; c < CONVERSIONS; c++)
            for (int i = 0; i < 3; i++) {
                q.model = (enum memory_model)m;
                q.conversions = (enum conversions)c;
                ck_assert_msg(methods_run(&a, methods_find(programs[i], &err), g, &q, &err), "%s", err.text);
                ck_assert_int_eq(a.outcome, OUTCOME_OPTIMAL);
                free(a.choice);
            }
    ck_assert(!methods_run(&a, methods_find("labels", &err), g, &q, &err));
    ck_assert_ptr_nonnull(strstr(err.text, "the graph is too wide"));
    ck_assert_ptr_nonnull(strstr(err.text, "method taso can"));
    instance_free(g);
}
END_TEST

START_TEST(ram_and_flash_of_a_wide_graph_are_traded_too) {
    struct random r = {19};
    struct instance *g = side_by_side(12, 3, &r);
    struct request q = methods_request();
    struct error err = {""};
    struct frontier f;
    const struct memory_model_row both = {.live = true, .workspaces = MEMORY_WORKSPACES_LARGEST, .weights = true};
    q.model = MEMORY_PEAK;
    costs_of(g, &both);
    ck_assert_int_gt(costs, 10);
    ck_assert_msg(labels_device_frontier(&f, g, &q, &err), "%s", err.text);
    ck_assert(f.by_program && f.complete);
    ck_assert_int_eq(f.points, costs);
    for (int i = 0; i < costs; i++) {
        struct evaluation e = selection_evaluate(g, f.point[i].choice, q.model, q.conversions);
        ck_assert(e.memory_bytes == cost[i].p && e.weights_bytes == cost[i].k && e.time_ns == cost[i].t);
    }
    frontier_free(&f);
    for (int i = 0; i < costs; i++) { /* of those within both budgets, then just below */
        struct labels_least least, want = {-1, -1, -1, -1};
        q.budget_bytes = cost[i].p - i % 2;
        q.flash_bytes = cost[(5 * i) % costs].k - i % 2;
        for (int j = 0; j < costs; j++) {
            if (want.ram_bytes < 0 || cost[j].p < want.ram_bytes) want.ram_bytes = cost[j].p;
            if (want.flash_bytes < 0 || cost[j].k < want.flash_bytes) want.flash_bytes = cost[j].k;
            if (cost[j].k <= q.flash_bytes && (want.ram_within < 0 || cost[j].p < want.ram_within))
                want.ram_within = cost[j].p;
            if (cost[j].p <= q.budget_bytes && (want.flash_within < 0 || cost[j].k < want.flash_within))
                want.flash_within = cost[j].k;
        }
        ck_assert_msg(labels_device_least(&least, g, &q, &err), "%s", err.text);
        ck_assert(least.ram_bytes == want.ram_bytes && least.flash_bytes == want.flash_bytes);
        ck_assert(least.ram_within == want.ram_within && least.flash_within == want.flash_within);
    }
    instance_free(g);
}
END_TEST

static bool next(int *choice, const struct instance *g) {
    for (int v = g->nodes - 1; v >= 0; v--) {
        if (++choice[v] < g->node[v].choices) return true;
        choice[v] = 0;
    }
    return false;
}

/* With conversions, and memory that layers reuse: small enough to try every selection. */
START_TEST(on_small_graphs_programs_find_every_point_too) {
    struct random r = {71 + (uint64_t)_i};
    struct request q = methods_request();
    struct error err = {""};
    q.model = (enum memory_model)(_i / CONVERSIONS);
    q.conversions = (enum conversions)(_i % CONVERSIONS);
    for (int trial = 0; trial < 30; trial++) {
        struct random_spec spec = {(enum random_graph)(trial % RANDOM_GRAPHS), random_int(&r, 1, 6), 3,
                                   trial % 5 == 0 ? 0.3 : 0.0};
        struct instance *g = random_instance(&r, &spec);
        struct frontier f;
        int choice[16] = {0};
        unbeaten.count = 0;
        do {
            struct evaluation e = selection_evaluate(g, choice, q.model, q.conversions);
            if (e.possible) unbeaten_add(e.memory_bytes, e.time_ns);
        } while (next(choice, g));
        unbeaten_keep();
        ck_assert_msg(labels_beyond_frontier(&f, g, &q, &err), "%s", err.text);
        same_frontier(&f, g, &q);
        frontier_free(&f);
        instance_free(g);
    }
}
END_TEST

START_TEST(no_time_leaves_it_incomplete_and_an_image_by_rows_is_declined) {
    struct random r = {20};
    struct instance *g = side_by_side(WIDE, 4, &r);
    struct request q = methods_request();
    struct error err = {""};
    struct frontier f;
    struct labels_least least;
    q.model = MEMORY_PEAK;
    q.time_limit_s = 0;
    ck_assert_msg(labels_frontier(&f, g, &q, 0, &err), "%s", err.text);
    ck_assert(!f.complete && f.stopped);
    ck_assert_int_eq(f.missed_ns, FRONTIER_UNKNOWN);
    frontier_free(&f);
    ck_assert_msg(labels_device_frontier(&f, g, &q, &err), "%s", err.text);
    ck_assert(!f.complete && f.stopped);
    frontier_free(&f);
    ck_assert(!labels_device_least(&least, g, &q, &err));
    ck_assert_ptr_nonnull(strstr(err.text, "a limit came before"));
    q.stream_input = true;
    ck_assert(!labels_frontier(&f, g, &q, 0, &err));
    ck_assert_ptr_nonnull(strstr(err.text, "the graph is too wide"));
    ck_assert(!labels_device_frontier(&f, g, &q, &err));
    ck_assert_ptr_nonnull(strstr(err.text, "the graph is too wide"));
    instance_free(g);
}
END_TEST

int main(void) {
    Suite *suite = suite_create("labels_beyond");
    TCase *tests = tcase_create("labels_beyond");
    tcase_set_timeout(tests, 60);
    tcase_add_loop_test(tests, thirty_layers_side_by_side_have_their_frontier, 0, MEMORY_MODELS);
    tcase_add_test(tests, the_programs_select_where_labels_decline);
    tcase_add_test(tests, ram_and_flash_of_a_wide_graph_are_traded_too);
    tcase_add_loop_test(tests, on_small_graphs_programs_find_every_point_too, 0, MEMORY_MODELS * CONVERSIONS);
    tcase_add_test(tests, no_time_leaves_it_incomplete_and_an_image_by_rows_is_declined);
    suite_add_tcase(suite, tests);
    return harness_run(suite);
}
