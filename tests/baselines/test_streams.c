/* Heuristics that run segments by rows: never better than labels, within the budget where they say so, and by the bytes
 * that the judge counts; on random networks with random times, and on built-in ones. */
#include <stdio.h>
#include <stdlib.h>

#include "baselines/methods.h"
#include "formulation/labels/labels.h"
#include "tests/support/costed.h"
#include "tests/support/streamed.h"

#define NETWORKS 40
#define BUDGETS  6

static const char *const names[] = {"greedy-stream", "greedy-head", "greedy-weights"};
#define NAMES ((int)(sizeof names / sizeof names[0]))

/* Times of all choices, by rows and as a whole, and of conversions. */
static void random_times(struct instance *g, struct random *r) {
    for (int v = 0; v < g->nodes; v++) {
        for (int i = 0; i < g->node[v].choices; i++) g->node[v].choice[i].time_ns = random_int(r, v > 0, 1000);
        for (int i = 0; i < g->node[v].strips; i++) g->node[v].strip[i].time_ns = random_int(r, 1, 1500);
    }
}

static struct request request(enum memory_model model, int64_t budget_bytes) {
    struct request q = methods_request();
    q.model = model;
    q.budget_bytes = budget_bytes;
    q.streaming = STREAMING_ON;
    return q;
}

struct seen {
    int fit[NAMES], streamed[NAMES], optimal[NAMES], asked;
};

static void answers_are_honest(struct seen *seen, const struct instance *g, const struct request *q) {
    struct error err = {""};
    struct answer best, a;
    ck_assert_msg(methods_run(&best, costed_method("labels"), g, q, &err), "%s", err.text);
    ck_assert(best.outcome == OUTCOME_OPTIMAL || best.outcome == OUTCOME_INFEASIBLE);
    seen->asked++;
    for (int k = 0; k < NAMES; k++) {
        ck_assert_msg(methods_run(&a, costed_method(names[k]), g, q, &err), "%s", err.text);
        ck_assert_ptr_nonnull(a.choice);
        ck_assert(a.outcome == OUTCOME_FEASIBLE || a.outcome == OUTCOME_OVER_BUDGET);
        const struct evaluation e = selection_evaluate_streamed(g, a.choice, &a.streams, q->model, q->conversions);
        ck_assert(e.possible);
        ck_assert_int_eq(e.memory_bytes <= q->budget_bytes, a.outcome == OUTCOME_FEASIBLE);
        if (a.outcome == OUTCOME_FEASIBLE) {
            ck_assert_int_eq(best.outcome, OUTCOME_OPTIMAL);
            ck_assert_int_ge(e.time_ns, best.bound_ns);
            seen->optimal[k] += e.time_ns == best.bound_ns;
            seen->fit[k]++;
        }
        seen->streamed[k] += a.streams.count > 0;
        free(a.choice);
        selection_streams_free(&a.streams);
    }
    free(best.choice);
    selection_streams_free(&best.streams);
}

static int64_t ends(int64_t *most, const struct instance *g, enum memory_model model) {
    struct error err = {""};
    struct request q = request(model, METHOD_NO_BUDGET);
    struct frontier f;
    ck_assert_msg(labels_frontier(&f, g, &q, 0, &err), "%s", err.text);
    ck_assert(f.complete && f.points > 0);
    const int64_t least = f.point[0].memory_bytes;
    *most = f.point[f.points - 1].memory_bytes;
    frontier_free(&f);
    return least;
}

static void print_seen(const struct seen *seen) {
    for (int k = 0; k < NAMES; k++)
        printf("%s: of %d questions %d fit, %d optimal, %d with segments\n", names[k], seen->asked, seen->fit[k],
               seen->optimal[k], seen->streamed[k]);
}

START_TEST(heuristics_never_beat_labels_and_keep_the_budgets_that_they_say_they_keep) {
    static const enum memory_model models[] = {MEMORY_PEAK, MEMORY_FOOTPRINT, MEMORY_WORKSPACE};
    struct seen seen = {{0}, {0}, {0}, 0};
    for (int i = 0; i < NETWORKS; i++) {
        struct random r = {(uint64_t)i + 900};
        struct world w = world_new(streamed_network("streams.net", &r));
        const enum memory_model model = models[i % 3];
        int64_t most;
        world_stream(&w);
        random_times(w.g, &r);
        const int64_t least = ends(&most, w.g, model);
        for (int b = 0; b < BUDGETS; b++) {
            const struct request q = request(model, least + (most - least) * b / (BUDGETS - 1) - (b == 0 && least > 0));
            answers_are_honest(&seen, w.g, &q);
        }
        world_free(&w);
        harness_forget(harness_scratch("streams.net", NULL));
    }
    print_seen(&seen);
    for (int k = 0; k < 2; k++) ck_assert_int_gt(seen.streamed[k], NETWORKS / 4);
    for (int k = 0; k < NAMES; k++) ck_assert_int_gt(seen.fit[k], NETWORKS);
    ck_assert_int_eq(seen.streamed[2], 0);
}
END_TEST

START_TEST(without_streaming_nothing_runs_by_rows) {
    struct random r = {77};
    struct error err = {""};
    struct world w = world_new(streamed_network("streams.net", &r));
    struct answer a;
    world_stream(&w);
    for (int k = 0; k < NAMES; k++) {
        struct request q = request(MEMORY_PEAK, 1);
        q.streaming = STREAMING_OFF;
        ck_assert(methods_run(&a, costed_method(names[k]), w.g, &q, &err));
        ck_assert_int_eq(a.streams.count, 0);
        ck_assert_int_eq(a.outcome, OUTCOME_OVER_BUDGET);
        free(a.choice);
    }
    world_free(&w);
    harness_forget(harness_scratch("streams.net", NULL));
}
END_TEST

/* The first step of a deep network is its largest, so that a head is what helps; a segment around it, too. */
START_TEST(a_built_in_network_shrinks_by_either) {
    struct random r = {3};
    struct seen seen = {{0}, {0}, {0}, 0};
    struct world w = world_new("squeezenet1.1");
    int64_t most;
    world_stream(&w);
    random_times(w.g, &r);
    const int64_t least = ends(&most, w.g, MEMORY_PEAK);
    for (int b = 1; b < 4; b++) {
        const struct request q = request(MEMORY_PEAK, least + (most - least) * b / 4);
        answers_are_honest(&seen, w.g, &q);
    }
    print_seen(&seen);
    ck_assert_int_gt(seen.fit[0], 0);
    ck_assert_int_gt(seen.streamed[1], 0);
    world_free(&w);
}
END_TEST

int main(void) {
    Suite *suite = suite_create("streams");
    TCase *c = tcase_create("streams");
    tcase_set_timeout(c, 0);
    tcase_add_test(c, heuristics_never_beat_labels_and_keep_the_budgets_that_they_say_they_keep);
    tcase_add_test(c, without_streaming_nothing_runs_by_rows);
    tcase_add_test(c, a_built_in_network_shrinks_by_either);
    suite_add_tcase(suite, c);
    return harness_run(suite);
}
