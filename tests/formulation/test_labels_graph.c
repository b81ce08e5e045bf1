/* The search over labels by itself, on random graphs with arcs that jump over stages, against every path there is; and
 * its arithmetic. */
#include <string.h>

#include "formulation/labels/labels.h"
#include "formulation/labels/labels_bands.h"
#include "formulation/labels/labels_graph.h"
#include "formulation/labels/labels_search.h"
#include "formulation/labels/labels_wide.h"
#include "solver/base/random.h"
#include "tests/support/unbeaten.h"

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
    if (g->stage[state] == g->stages - 1) unbeaten_add(c.p + c.k, c.t);
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
    struct random r = {161};
    struct error err = {""};
    int several = 0, jumps = 0;
    for (int trial = 0; trial < 2000; trial++) {
        struct labels_graph *g = any_graph(&r, 18);
        unbeaten.count = 0;
        walk(g, 0, (struct labels_cost){0, 0, 0});
        unbeaten_keep();
        for (int a = 0; a < g->arcs; a++) jumps += g->stage[g->arc[a].to] > g->stage[g->arc[a].from] + 1;
        ck_assert_msg(labels_graph_finish(g, &err), "%s", err.text);
        ck_assert_int_eq(g->least_peak[0] == LABELS_NONE, unbeaten.count == 0);
        if (unbeaten.count > 0) {
            struct labels_question q = {.most = LABELS_MOST, .limits = limits_none(), .memory = LABELS_MEMORY};
            if (trial % 2) labels_graph_cut(g, q.most = unbeaten.pair[unbeaten.count - 1].m);
            struct labels_search *s = labels_search_new(g, &q);
            ck_assert_int_eq(s->stairs.corners, unbeaten.count);
            for (int i = 0; i < unbeaten.count; i++) {
                ck_assert_int_eq(s->stairs.corner[i].m, unbeaten.pair[i].m);
                ck_assert_int_eq(s->stairs.corner[i].t, unbeaten.pair[i].t);
                path_is_one(s, i);
            }
            labels_search_free(s);
        }
        several += unbeaten.count > 2;
        labels_graph_free(g);
    }
    ck_assert_int_gt(several, 150);
    ck_assert_int_gt(jumps, 1000);
}
END_TEST

/* Each band begins with what the others found; a path that is known comes back without a label. The costs found must be
 * those of paths in the band's graph, and together they are unbeaten.pair. */
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
    ck_assert_int_eq(knowns, unbeaten.count);
    for (int i = 0; i < unbeaten.count; i++)
        ck_assert(known[i].m == unbeaten.pair[i].m && known[i].t == unbeaten.pair[i].t);
    return bands;
}

START_TEST(bands_of_the_largest_step_find_the_same_paths_together) {
    struct random r = {181};
    struct error err = {""};
    int bands = 0;
    for (int trial = 0; trial < 1000; trial++) {
        struct labels_graph *g = any_graph(&r, 18);
        unbeaten.count = 0;
        walk(g, 0, (struct labels_cost){0, 0, 0});
        unbeaten_keep();
        ck_assert_msg(labels_graph_finish(g, &err), "%s", err.text);
        if (unbeaten.count > 0) bands += bands_are_searched(g);
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
    struct random r = {171};
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
    Suite *suite = suite_create("labels_graph");
    TCase *tests = tcase_create("labels_graph");
    tcase_set_timeout(tests, 60);
    tcase_add_test(tests, of_any_graph_the_paths_that_none_beats_are_found);
    tcase_add_test(tests, bands_of_the_largest_step_find_the_same_paths_together);
    tcase_add_test(tests, costs_that_may_add_up_beyond_the_range_are_refused);
#ifdef __SIZEOF_INT128__
    tcase_add_test(tests, products_are_those_of_128_bits);
#endif
    suite_add_tcase(suite, tests);
    return harness_run(suite);
}
