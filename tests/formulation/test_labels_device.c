/* RAM and flash (21) against every selection there is: the three-way frontier, the fastest within two budgets, and what
 * would do where nothing fits.
 *
 * TASO_RANDOM=N tries N random instances of each kind, TASO_SEED=S from that seed on. */
#include <stdio.h>
#include <string.h>

#include "baselines/methods.h"
#include "formulation/labels/labels.h"
#include "formulation/labels/labels_device.h"
#include "tests/support/random_instance.h"
#include "tests/support/streamed.h"

static long from_environment(const char *name, long otherwise) {
    const char *text = getenv(name);
    return text ? atol(text) : otherwise;
}

/* --- the oracle: all (P, K, T), then those that none beats ------------------------------------------------------- */

#define MOST 400000

struct cost {
    int64_t p, k, t;
};
static struct cost all[MOST];
static int alls;

static void add(const struct evaluation *e) {
    if (!e->possible) return;
    ck_assert_int_lt(alls, MOST);
    all[alls++] = (struct cost){e->memory_bytes, e->weights_bytes, e->time_ns};
}

static int cost_order(const void *a, const void *b) {
    const struct cost *x = a, *y = b;
    if (x->p != y->p) return x->p < y->p ? -1 : 1;
    if (x->k != y->k) return x->k < y->k ? -1 : 1;
    return (x->t > y->t) - (x->t < y->t);
}

/* In this order only earlier ones beat, or are equal. */
static void unbeaten(void) {
    int n = 0;
    qsort(all, (size_t)alls, sizeof *all, cost_order);
    for (int i = 0; i < alls; i++) {
        bool beaten = false;
        for (int j = 0; j < n && !beaten; j++) beaten = all[j].k <= all[i].k && all[j].t <= all[i].t;
        if (!beaten) all[n++] = all[i];
    }
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
        add(&e);
    } while (next(choice, g));
    unbeaten();
}

/* With segments: layer by layer, whole or as the first of every segment. */
struct tries {
    const struct instance *g;
    const struct request *q;
    int choice[32];
    struct stream stream[32];
    int streams;
};

static void try_from(struct tries *t, int v);

static void try_strips(struct tries *t, int v) {
    const struct stream *s = &t->stream[t->streams - 1];
    const struct node *n = &t->g->node[v];
    if (v > s->last) {
        try_from(t, v);
        return;
    }
    for (int c = 0; c < n->strips; c++) {
        if (n->strip[c].in != s->layout || n->strip[c].rows != paces_rows(t->g->network, v, s->pace)) continue;
        t->choice[v] = c;
        try_strips(t, v + 1);
    }
}

static void try_from(struct tries *t, int v) {
    const struct instance *g = t->g;
    if (v == g->nodes) {
        const struct streams streams = {t->streams, t->stream};
        struct evaluation e = selection_evaluate_streamed(g, t->choice, &streams, t->q->model, t->q->conversions);
        add(&e);
        return;
    }
    for (t->choice[v] = 0; t->choice[v] < g->node[v].choices; t->choice[v]++) try_from(t, v + 1);
    for (int last = v; last < g->nodes && v > 0; last++)
        for (int i = 0; i < PACES * LAYOUTS && segment_possible(g->network, v, last); i++) {
            if (i % LAYOUTS == LAYOUT_CHW || !paces_differ(g->network, v, last, i / LAYOUTS)) continue;
            t->stream[t->streams++] =
                (struct stream){v, last, paces_one(i / LAYOUTS), (enum layout)(i % LAYOUTS), false};
            try_strips(t, v);
            t->streams--;
        }
}

static void try_streamed(const struct instance *g, const struct request *q) {
    struct tries t = {.g = g, .q = q};
    ck_assert_int_le(g->nodes, 32);
    alls = 0;
    try_from(&t, 0);
    unbeaten();
}

static int64_t best_within(int64_t ram, int64_t flash) {
    int64_t t = INT64_MAX;
    for (int i = 0; i < alls; i++)
        if (all[i].p <= ram && all[i].k <= flash && all[i].t < t) t = all[i].t;
    return t;
}

/* --- instances --------------------------------------------------------------------------------------------------- */

static const long seed = 4100;

static struct instance *any_instance(struct random *r) {
    struct random_spec spec = {(enum random_graph)random_int(r, 0, RANDOM_GRAPHS - 1), random_int(r, 1, 7), 3,
                               random_unit(r) < 0.2 ? 0.3 : 0.0};
    return random_instance(r, &spec);
}

static struct request any_request(long trial) {
    struct request q = methods_request();
    q.model = MEMORY_PEAK;
    q.conversions = (enum conversions)(trial % CONVERSIONS);
    return q;
}

/* Keeps a few choices and strips of each layer, with random times and weights, so that all selections can be tried. */
static int thin(struct choice *c, int count, int most, struct random *r) {
    for (int i = 0; i < count && i < most; i++) {
        const int j = random_int(r, i, count - 1);
        const struct choice swap = c[i];
        c[i] = c[j];
        c[j] = swap;
        c[i].time_ns = random_int(r, 1, 60);
    }
    return count < most ? count : most;
}

static void thin_strips(struct node *n, struct random *r) {
    int kept = 0;
    thin(n->strip, n->strips, n->strips, r);
    for (int i = 0; i < n->strips; i++) {
        int same = 0;
        for (int k = 0; k < kept; k++) same += n->strip[k].rows == n->strip[i].rows && n->strip[k].in == n->strip[i].in;
        if (same < (n->strip[i].rows <= 2 ? 2 : 1) && n->strip[i].rows <= 4) n->strip[kept++] = n->strip[i];
    }
    n->strips = kept;
}

static void world_thin(struct world *w, struct random *r) {
    for (int v = 0; v < w->g->nodes; v++) {
        struct node *n = &w->g->node[v];
        if (n->layer->kind == LAYER_CONV) n->choices = thin(n->choice, n->choices, 2, r);
        thin_strips(n, r);
    }
}

/* The more workspace a strip needs, the less it needs with its weights, and the faster it is: what has less of the sum is
 * better under footprint, but not where RAM and flash are bounded separately. */
static void world_trade(struct world *w, struct random *r) {
    for (int v = 0; v < w->g->nodes; v++)
        for (int c = 0; c < w->g->node[v].strips; c++) {
            struct choice *strip = &w->g->node[v].strip[c];
            const int workspace = random_int(r, 0, 10);
            strip->workspace_bytes = 4 * workspace;
            strip->weights_bytes = 4 * (30 - 2 * workspace);
            strip->time_ns = 30 - 2 * workspace;
        }
}

/* --- tests ------------------------------------------------------------------------------------------------------- */

static void same_points(const struct frontier *f, const struct instance *g, const struct request *q, long trial) {
    ck_assert(f->complete && !f->stopped);
    ck_assert_int_eq(f->missed_ns, 0);
    ck_assert_msg(f->points == alls, "trial %ld: %d points (expected %d)", trial, f->points, alls);
    for (int i = 0; i < alls; i++) {
        const struct frontier_point *p = &f->point[i];
        struct evaluation e = selection_evaluate_streamed(g, p->choice, &p->streams, q->model, q->conversions);
        ck_assert(e.possible);
        ck_assert_int_eq(e.memory_bytes, all[i].p);
        ck_assert_int_eq(e.weights_bytes, all[i].k);
        ck_assert_int_eq(e.time_ns, all[i].t);
        ck_assert_int_eq(p->memory_bytes, all[i].p);
        ck_assert_int_eq(p->flash_bytes, all[i].k);
        ck_assert_int_eq(p->time_ns, all[i].t);
    }
}

START_TEST(every_point_in_ram_flash_and_time_is_found_and_no_other) {
    const long count = from_environment("TASO_RANDOM", 300), first = from_environment("TASO_SEED", seed);
    struct error err = {""};
    long several = 0;
    for (long trial = first; trial < first + count; trial++) {
        struct random r = {(uint64_t)trial};
        struct request q = any_request(trial);
        struct instance *g = any_instance(&r);
        struct frontier f;
        try_everything(g, &q);
        ck_assert_msg(labels_device_frontier(&f, g, &q, &err), "%s", err.text);
        same_points(&f, g, &q, trial);
        several += alls > 3;
        frontier_free(&f);
        instance_free(g);
    }
    printf("%ld instances from seed %ld, %ld with more than three points\n", count, first, several);
    if (count >= 300) ck_assert_int_gt(several, count / 10);
}
END_TEST

START_TEST(budgets_end_the_frontier_and_strike_out_nothing_else) {
    const long count = from_environment("TASO_RANDOM", 200), first = from_environment("TASO_SEED", seed);
    struct error err = {""};
    for (long trial = first; trial < first + count; trial++) {
        struct random r = {(uint64_t)trial};
        struct request q = any_request(trial);
        struct instance *g = any_instance(&r);
        struct frontier f;
        int within = 0;
        try_everything(g, &q);
        q.budget_bytes = alls ? all[random_int(&r, 0, alls - 1)].p : 64;
        q.flash_bytes = alls ? all[random_int(&r, 0, alls - 1)].k : 64;
        for (int i = 0; i < alls; i++)
            if (all[i].p <= q.budget_bytes && all[i].k <= q.flash_bytes) all[within++] = all[i];
        alls = within;
        ck_assert_msg(labels_device_frontier(&f, g, &q, &err), "%s", err.text);
        same_points(&f, g, &q, trial);
        frontier_free(&f);
        instance_free(g);
    }
}
END_TEST

static void least_is_right(const struct instance *g, const struct request *q) {
    struct labels_least least, want = {-1, -1, -1, -1};
    struct error err = {""};
    for (int i = 0; i < alls; i++) {
        const int64_t p = all[i].p, k = all[i].k;
        if (want.ram_bytes < 0 || p < want.ram_bytes) want.ram_bytes = p;
        if (want.flash_bytes < 0 || k < want.flash_bytes) want.flash_bytes = k;
        if (k <= q->flash_bytes && (want.ram_within < 0 || p < want.ram_within)) want.ram_within = p;
        if (p <= q->budget_bytes && (want.flash_within < 0 || k < want.flash_within)) want.flash_within = k;
    }
    ck_assert_msg(labels_device_least(&least, g, q, &err), "%s", err.text);
    ck_assert_int_eq(least.ram_bytes, want.ram_bytes);
    ck_assert_int_eq(least.flash_bytes, want.flash_bytes);
    ck_assert_int_eq(least.ram_within, want.ram_within);
    ck_assert_int_eq(least.flash_within, want.flash_within);
}

/* false: nothing fits. */
static bool method_is_right(const char *name, const struct instance *g, const struct request *q) {
    const int64_t best = best_within(q->budget_bytes, q->flash_bytes);
    struct error err = {""};
    struct answer a;
    int64_t least = -1;
    ck_assert_msg(methods_run(&a, methods_find(name, &err), g, q, &err), "%s", err.text);
    ck_assert_int_eq(a.outcome, best == INT64_MAX ? OUTCOME_INFEASIBLE : OUTCOME_OPTIMAL);
    for (int i = 0; i < alls; i++)
        if (all[i].k <= q->flash_bytes && (least < 0 || all[i].p < least)) least = all[i].p;
    ck_assert_int_eq(a.least_bytes, best == INT64_MAX ? least : -1);
    if (best != INT64_MAX) {
        struct evaluation e = selection_evaluate_streamed(g, a.choice, &a.streams, q->model, q->conversions);
        ck_assert(e.possible);
        ck_assert_int_eq(e.time_ns, best);
        ck_assert_int_eq(a.bound_ns, best);
        ck_assert_int_le(e.memory_bytes, q->budget_bytes);
        ck_assert_int_le(e.weights_bytes, q->flash_bytes);
    }
    free(a.choice);
    selection_streams_free(&a.streams);
    return best != INT64_MAX;
}

START_TEST(methods_find_the_fastest_within_both_or_what_would_do) {
    const long count = from_environment("TASO_RANDOM", 300), first = from_environment("TASO_SEED", seed);
    long none = 0;
    for (long trial = first; trial < first + count; trial++) {
        struct random r = {(uint64_t)trial};
        struct request q = any_request(trial);
        struct instance *g = any_instance(&r);
        try_everything(g, &q);
        q.budget_bytes = alls ? all[random_int(&r, 0, alls - 1)].p - random_int(&r, 0, 1) : 64;
        q.flash_bytes = alls ? all[random_int(&r, 0, alls - 1)].k - random_int(&r, 0, 1) : 64;
        if (q.budget_bytes < 0) q.budget_bytes = 0;
        if (q.flash_bytes < 0) q.flash_bytes = 0;
        if (trial % 10 == 0) q.budget_bytes = METHOD_NO_BUDGET;
        none += !method_is_right("labels", g, &q);
        method_is_right("exhaustive", g, &q);
        least_is_right(g, &q);
        instance_free(g);
    }
    if (count >= 300) ck_assert_int_gt(none, count / 20);
}
END_TEST

START_TEST(with_segments_every_point_is_found_too) {
    const long count = from_environment("TASO_RANDOM", 40), first = from_environment("TASO_SEED", seed);
    struct error err = {""};
    long streamed = 0, several = 0;
    for (long trial = first; trial < first + count; trial++) {
        struct random r = {(uint64_t)trial};
        const char *path = streamed_network("device.net", &r);
        struct world w = world_new(path);
        struct frontier f;
        struct request q = any_request(trial);
        q.streaming = STREAMING_ON;
        harness_forget(path);
        if (w.g->nodes > 5) {
            world_free(&w);
            continue;
        }
        world_stream(&w);
        world_thin(&w, &r);
        if (trial % 2 == 0) world_trade(&w, &r);
        try_streamed(w.g, &q);
        ck_assert_msg(labels_device_frontier(&f, w.g, &q, &err), "%s", err.text);
        same_points(&f, w.g, &q, trial);
        for (int i = 0; i < f.points; i++) streamed += f.point[i].streams.count > 0;
        several += f.points > 3;
        q.budget_bytes = all[random_int(&r, 0, alls - 1)].p - random_int(&r, 0, 1);
        q.flash_bytes = all[random_int(&r, 0, alls - 1)].k - random_int(&r, 0, 1);
        method_is_right("labels", w.g, &q);
        least_is_right(w.g, &q);
        frontier_free(&f);
        world_free(&w);
    }
    printf("%ld networks from seed %ld: %ld with more than three points, %ld points with segments\n", count, first,
           several, streamed);
    if (count >= 40) {
        ck_assert_int_gt(several, 3);
        ck_assert_int_gt(streamed, 20);
    }
}
END_TEST

/* (6) is P + K: the least T within M bytes of footprint is the least over all points with P + K <= M. */
START_TEST(the_sum_of_ram_and_flash_is_the_footprint) {
    struct error err = {""};
    for (long trial = seed; trial < seed + 100; trial++) {
        struct random r = {(uint64_t)trial};
        struct request q = any_request(trial);
        struct instance *g = any_instance(&r);
        struct frontier f, both;
        ck_assert_msg(labels_device_frontier(&f, g, &q, &err), "%s", err.text);
        q.model = MEMORY_FOOTPRINT;
        ck_assert_msg(labels_frontier(&both, g, &q, 0, &err), "%s", err.text);
        for (int b = 0; b < both.points; b++) {
            int64_t best = INT64_MAX;
            for (int i = 0; i < f.points; i++)
                if (f.point[i].memory_bytes + f.point[i].flash_bytes <= both.point[b].memory_bytes &&
                    f.point[i].time_ns < best)
                    best = f.point[i].time_ns;
            ck_assert_int_eq(best, both.point[b].time_ns);
        }
        frontier_free(&both);
        frontier_free(&f);
        instance_free(g);
    }
}
END_TEST

START_TEST(a_limit_leaves_selections_that_there_are) {
    struct random r = {(uint64_t)seed};
    struct random_spec spec = {RANDOM_DIAMOND, 9, 3, 0};
    struct instance *g = random_instance(&r, &spec);
    struct request q = any_request(0);
    struct error err = {""};
    struct frontier f;
    struct answer a;
    atomic_int interrupt = 1;
    q.interrupt = &interrupt;
    ck_assert(labels_device_frontier(&f, g, &q, &err));
    ck_assert(!f.complete && f.stopped);
    ck_assert_int_eq(f.missed_ns, FRONTIER_UNKNOWN);
    for (int i = 0; i < f.points; i++) {
        struct evaluation e = selection_evaluate(g, f.point[i].choice, q.model, q.conversions);
        ck_assert_int_eq(e.time_ns, f.point[i].time_ns);
    }
    frontier_free(&f);
    q.flash_bytes = 1 << 20;
    ck_assert(methods_run(&a, methods_find("labels", &err), g, &q, &err));
    ck_assert_int_eq(a.outcome, OUTCOME_INTERRUPTED);
    free(a.choice);
    instance_free(g);
}
END_TEST

START_TEST(methods_and_models_without_flash_decline) {
    struct random r = {(uint64_t)seed};
    struct instance *g = any_instance(&r);
    for (int i = 0; i < methods_count(); i++) {
        const struct method *m = methods_get(i);
        struct request q = any_request(0);
        struct error err = {""};
        struct answer a;
        q.flash_bytes = 64;
        if (m->uses & METHOD_USES_FLASH) continue;
        ck_assert(!methods_run(&a, m, g, &q, &err));
        ck_assert_ptr_nonnull(strstr(err.text, "takes no flash budget (expected"));
    }
    struct request q = any_request(0);
    struct error err = {""};
    struct answer a;
    q.flash_bytes = 64;
    for (int model = 0; model < MEMORY_MODELS; model++) {
        q.model = (enum memory_model)model;
        if (q.model == MEMORY_PEAK) continue;
        ck_assert(!methods_run(&a, methods_find("labels", &err), g, &q, &err));
        ck_assert_ptr_nonnull(strstr(err.text, "(expected peak)"));
        ck_assert_ptr_nonnull(strstr(err.text, memory_model_names[model]));
    }
    instance_free(g);
}
END_TEST

int main(void) {
    Suite *suite = suite_create("labels_device");
    TCase *tests = tcase_create("labels_device");
    tcase_set_timeout(tests, getenv("TASO_RANDOM") ? 0 : 60);
    tcase_add_test(tests, every_point_in_ram_flash_and_time_is_found_and_no_other);
    tcase_add_test(tests, budgets_end_the_frontier_and_strike_out_nothing_else);
    tcase_add_test(tests, methods_find_the_fastest_within_both_or_what_would_do);
    tcase_add_test(tests, with_segments_every_point_is_found_too);
    tcase_add_test(tests, the_sum_of_ram_and_flash_is_the_footprint);
    tcase_add_test(tests, a_limit_leaves_selections_that_there_are);
    tcase_add_test(tests, methods_and_models_without_flash_decline);
    suite_add_tcase(suite, tests);
    return harness_run(suite);
}
