/* Heuristics under two budgets (21), RAM and flash: never better than the best of all selections, over a budget exactly
 * where they say so, and within the flash where their rule promises it. */
#include <stdio.h>
#include <stdlib.h>

#include "baselines/methods.h"
#include "tests/support/harness.h"
#include "tests/support/random_instance.h"
#include "tests/support/streamed.h"

#define METHODS_MOST 64

/* What every selection of an instance needs, and how long the fastest within two budgets takes. */
struct everything {
    int64_t ram_least, ram_most, flash_least, flash_most;
    int64_t fastest_ns; /* -1: nothing fits */
};

static bool next(int *choice, const struct instance *g) {
    for (int v = g->nodes - 1; v >= 0; v--) {
        if (++choice[v] < g->node[v].choices) return true;
        choice[v] = 0;
    }
    return false;
}

static struct everything try_everything(const struct instance *g, int64_t ram, int64_t flash) {
    struct everything out = {INT64_MAX, 0, INT64_MAX, 0, -1};
    int choice[16] = {0};
    do {
        const struct evaluation e = selection_evaluate(g, choice, MEMORY_PEAK, CONVERSIONS_PER_EDGE);
        if (!e.possible) continue;
        out.ram_least = e.memory_bytes < out.ram_least ? e.memory_bytes : out.ram_least;
        out.ram_most = e.memory_bytes > out.ram_most ? e.memory_bytes : out.ram_most;
        out.flash_least = e.weights_bytes < out.flash_least ? e.weights_bytes : out.flash_least;
        out.flash_most = e.weights_bytes > out.flash_most ? e.weights_bytes : out.flash_most;
        if (e.memory_bytes > ram || e.weights_bytes > flash) continue;
        if (out.fastest_ns < 0 || e.time_ns < out.fastest_ns) out.fastest_ns = e.time_ns;
    } while (next(choice, g));
    return out;
}

static struct instance *any_instance(struct random *r, double no_way) {
    const struct random_spec spec = {(enum random_graph)random_int(r, 0, RANDOM_GRAPHS - 1), random_int(r, 1, 6), 4,
                                     no_way};
    return random_instance(r, &spec);
}

static struct request request(int64_t ram, int64_t flash) {
    struct request q = methods_request();
    q.model = MEMORY_PEAK;
    q.budget_bytes = ram;
    q.flash_bytes = flash;
    return q;
}

struct seen {
    int fit[METHODS_MOST], optimal[METHODS_MOST], over[METHODS_MOST];
};

static void one_method(struct seen *seen, int i, const struct instance *g, const struct request *q,
                       const struct everything *all) {
    struct error err = {""};
    struct answer a;
    ck_assert_msg(methods_run(&a, methods_get(i), g, q, &err), "%s", err.text);
    if (a.choice) {
        const struct evaluation e = selection_evaluate(g, a.choice, q->model, q->conversions);
        const bool fits = e.memory_bytes <= q->budget_bytes && e.weights_bytes <= q->flash_bytes;
        ck_assert(e.possible);
        ck_assert_msg(fits == (a.outcome != OUTCOME_OVER_BUDGET), "%s: %s", methods_get(i)->name,
                      outcome_names[a.outcome]);
        if (fits) ck_assert_int_ge(e.time_ns, all->fastest_ns);
        seen->fit[i] += fits;
        seen->over[i] += !fits;
        seen->optimal[i] += fits && e.time_ns == all->fastest_ns;
    }
    free(a.choice);
    selection_streams_free(&a.streams);
}

START_TEST(no_method_beats_everything_and_each_is_over_a_budget_only_where_it_says_so) {
    struct random r = {41};
    struct seen seen = {{0}, {0}, {0}};
    int possible = 0, over = 0;
    ck_assert_int_le(methods_count(), METHODS_MOST);
    for (int trial = 0; trial < 300; trial++) {
        struct instance *g = any_instance(&r, 0.05);
        struct everything all = try_everything(g, 0, 0);
        if (all.ram_most > 0 || all.flash_most > 0) {
            const struct request q =
                request(all.ram_least + random_int(&r, 0, (int)(all.ram_most - all.ram_least)),
                        all.flash_least + random_int(&r, 0, (int)(all.flash_most - all.flash_least)));
            all = try_everything(g, q.budget_bytes, q.flash_bytes);
            possible += all.fastest_ns >= 0;
            for (int i = 0; i < methods_count(); i++)
                if (methods_get(i)->uses & METHOD_USES_FLASH) one_method(&seen, i, g, &q, &all);
        }
        instance_free(g);
    }
    for (int i = 0; i < methods_count(); i++)
        if (methods_get(i)->uses & METHOD_USES_FLASH)
            printf("%s: %d fit, %d optimal, %d over\n", methods_get(i)->name, seen.fit[i], seen.optimal[i],
                   seen.over[i]);
    ck_assert_int_gt(possible, 150);
    for (int i = 0; i < methods_count(); i++) {
        const struct method *m = methods_get(i);
        if (!(m->uses & METHOD_USES_FLASH)) continue;
        ck_assert_msg(seen.fit[i] > 0, "%s", m->name);
        if (m->proof == METHOD_PROVES) ck_assert_int_eq(seen.optimal[i], possible);
        over += seen.over[i];
        if (m->proof == METHOD_PROVES) ck_assert_int_eq(seen.over[i], 0);
    }
    ck_assert_int_gt(over, 300);
}
END_TEST

/* Where every conversion exists and RAM is no budget, each of these fits as soon as anything does. */
START_TEST(what_leaves_the_least_to_the_layers_to_come_always_fits_the_flash) {
    static const char *const names[] = {"greedy-time", "greedy-memory", "taso-layerwise"};
    struct random r = {42};
    struct error err = {""};
    int tight = 0;
    for (int trial = 0; trial < 200; trial++) {
        struct instance *g = any_instance(&r, 0);
        const struct everything all = try_everything(g, METHOD_NO_BUDGET, METHOD_NO_BUDGET);
        const struct request q = request(METHOD_NO_BUDGET, all.flash_least + random_int(&r, 0, 20));
        tight += q.flash_bytes < all.flash_most;
        for (int k = 0; k < 3; k++) {
            struct answer a;
            ck_assert(methods_run(&a, methods_find(names[k], &err), g, &q, &err));
            ck_assert_msg(a.outcome == OUTCOME_FEASIBLE, "%s: %s", names[k], outcome_names[a.outcome]);
            free(a.choice);
        }
        instance_free(g);
    }
    ck_assert_int_gt(tight, 100);
}
END_TEST

static int64_t largest_weights(const struct instance *g) {
    int64_t sum = 0;
    for (int v = 0; v < g->nodes; v++) {
        int64_t most = 0;
        for (int i = 0; i < g->node[v].choices; i++)
            if (g->node[v].choice[i].weights_bytes > most) most = g->node[v].choice[i].weights_bytes;
        sum += most;
    }
    return sum;
}

START_TEST(a_flash_that_does_not_bind_changes_nothing) {
    struct random r = {43};
    struct error err = {""};
    for (int trial = 0; trial < 60; trial++) {
        struct instance *g = any_instance(&r, 0.1);
        const struct everything all = try_everything(g, METHOD_NO_BUDGET, METHOD_NO_BUDGET);
        const struct request none = request(all.ram_most / 2, METHOD_NO_BUDGET),
                             much = request(all.ram_most / 2, largest_weights(g));
        for (int i = 0; i < methods_count(); i++) {
            struct answer a, b;
            if (!(methods_get(i)->uses & METHOD_USES_FLASH)) continue;
            ck_assert(methods_run(&a, methods_get(i), g, &none, &err));
            ck_assert(methods_run(&b, methods_get(i), g, &much, &err));
            ck_assert_int_eq(a.outcome, b.outcome);
            if (a.choice)
                ck_assert_int_eq(selection_evaluate(g, a.choice, MEMORY_PEAK, 0).time_ns,
                                 selection_evaluate(g, b.choice, MEMORY_PEAK, 0).time_ns);
            free(a.choice);
            free(b.choice);
        }
        instance_free(g);
    }
}
END_TEST

/* Segments that a method adds keep the flash, unless it was exceeded before. */
START_TEST(segments_keep_within_the_flash) {
    static const char *const names[] = {"greedy-stream", "greedy-head"};
    struct error err = {""};
    int fit = 0, streamed = 0;
    for (int i = 0; i < 30; i++) {
        struct random r = {(uint64_t)i + 500};
        struct world w = world_new(streamed_network("two.net", &r));
        world_stream(&w);
        for (int v = 0; v < w.g->nodes; v++) {
            for (int c = 0; c < w.g->node[v].choices; c++) w.g->node[v].choice[c].time_ns = random_int(&r, v > 0, 1000);
            for (int c = 0; c < w.g->node[v].strips; c++) w.g->node[v].strip[c].time_ns = random_int(&r, 1, 1500);
        }
        struct request q = request(METHOD_NO_BUDGET, METHOD_NO_BUDGET);
        struct answer fastest, a, best;
        ck_assert(methods_run(&fastest, methods_find("labels", &err), w.g, &q, &err));
        const struct evaluation e = selection_evaluate(w.g, fastest.choice, q.model, q.conversions);
        q = request(e.memory_bytes * random_int(&r, 40, 90) / 100, e.weights_bytes * random_int(&r, 80, 110) / 100);
        q.streaming = STREAMING_ON;
        ck_assert(methods_run(&best, methods_find("labels", &err), w.g, &q, &err));
        for (int k = 0; k < 2; k++) {
            ck_assert(methods_run(&a, methods_find(names[k], &err), w.g, &q, &err));
            const struct evaluation f = selection_evaluate_streamed(w.g, a.choice, &a.streams, q.model, q.conversions);
            const bool fits = f.memory_bytes <= q.budget_bytes && f.weights_bytes <= q.flash_bytes;
            ck_assert_int_eq(fits, a.outcome == OUTCOME_FEASIBLE);
            if (fits) ck_assert_int_ge(f.time_ns, best.bound_ns);
            fit += fits;
            streamed += fits && a.streams.count > 0;
            free(a.choice);
            selection_streams_free(&a.streams);
        }
        free(fastest.choice);
        free(best.choice);
        selection_streams_free(&best.streams);
        world_free(&w);
        harness_forget(harness_scratch("two.net", NULL));
    }
    printf("%d fit, %d of them with segments\n", fit, streamed);
    ck_assert_int_gt(streamed, 5);
}
END_TEST

START_TEST(a_method_without_a_rule_for_flash_names_those_that_have_one) {
    struct random r = {44};
    struct instance *g = any_instance(&r, 0);
    const struct request q = request(1000, 1000);
    struct error err = {""};
    struct answer a;
    char names[METHODS_NAMES], want[METHODS_NAMES + 64];
    ck_assert(!methods_run(&a, methods_find("family-sum2d", &err), g, &q, &err));
    snprintf(want, sizeof want, "family-sum2d: takes no flash budget (expected one of %s)",
             methods_names(names, METHOD_USES_FLASH));
    ck_assert_str_eq(err.text, want);
    ck_assert(strstr(names, "labels") && strstr(names, "greedy-weights") && !strstr(names, "dynamic"));
    instance_free(g);
}
END_TEST

int main(void) {
    Suite *suite = suite_create("two_budgets");
    TCase *c = tcase_create("two_budgets");
    tcase_add_test(c, no_method_beats_everything_and_each_is_over_a_budget_only_where_it_says_so);
    tcase_add_test(c, what_leaves_the_least_to_the_layers_to_come_always_fits_the_flash);
    tcase_add_test(c, a_flash_that_does_not_bind_changes_nothing);
    tcase_add_test(c, segments_keep_within_the_flash);
    tcase_add_test(c, a_method_without_a_rule_for_flash_names_those_that_have_one);
    suite_add_tcase(suite, c);
    return harness_run(suite);
}
