/* The runners-up of `taso explain` against everything that could be selected without a primitive. */
#include "experiments/commands/runner_up.h"
#include "formulation/labels/labels.h"
#include "tests/support/everything.h"

#define NETWORKS 16

struct seen {
    int layers, none;
};

static void answer_done(struct answer *a) {
    free(a->choice);
    selection_streams_free(&a->streams);
}

/* The least time of what is left within the budget; -1: nothing is. */
static int64_t fastest_left(struct trial *t, const struct instance *g, const struct request *q) {
    int left;
    ck_assert(everything_run(t, g, true, false));
    const struct pair *want = everything_unbeaten(&left, t, (int)q->model, (int)q->conversions);
    while (left > 0 && want[left - 1].m > q->budget_bytes) left--;
    return left > 0 ? want[left - 1].t : -1;
}

static void layers_have_runners_up(struct seen *seen, struct trial *t, const struct instance *g,
                                   const struct request *q, const struct answer *best) {
    for (int v = 1; v < g->nodes; v++) {
        struct error err = {""};
        const struct choice *runner;
        int64_t time = 0;
        bool streams = false;
        if (g->node[v].layer->kind != LAYER_CONV) continue;
        for (int i = 0; i < best->streams.count; i++)
            streams = streams || (best->streams.stream[i].first <= v && v <= best->streams.stream[i].last);
        t->without = (streams ? g->node[v].strip : g->node[v].choice)[best->choice[v]].primitive;
        t->without_node = v;
        ck_assert_msg(runner_up_layer(&runner, &time, g, q, v, t->without, &err), "%s", err.text);
        const bool others = g->node[v].choices > 1 || g->node[v].choice[0].primitive != t->without;
        const int64_t want = others ? fastest_left(t, g, q) : -1;
        ck_assert_int_eq(runner ? time : -1, want);
        ck_assert(!runner || runner->primitive != t->without);
        seen->layers++;
        seen->none += !runner;
    }
    t->without = NULL;
}

START_TEST(a_runner_up_is_the_best_of_all_that_is_left) {
    struct trial t = everything_new(), less = everything_new();
    struct seen seen = {0};
    int seed = 1;
    for (int done = 0; done < NETWORKS; done++) {
        struct random r;
        struct problem b;
        struct request q = methods_request();
        struct error err = {""};
        struct answer best;
        int count;
        seed = everything_next(&b, &t, &r, seed, false);
        q.model = MEMORY_PEAK;
        q.conversions = (enum conversions)(done % CONVERSIONS);
        q.streaming = STREAMING_ON;
        const struct pair *all = everything_unbeaten(&count, &t, MEMORY_PEAK, (int)q.conversions);
        if (count > 0) q.budget_bytes = all[random_int(&r, 0, count / 2)].m;
        ck_assert_msg(runner_up_fastest(&best, b.g, &q, &err), "%s", err.text);
        if (best.choice) layers_have_runners_up(&seen, &less, b.g, &q, &best);
        answer_done(&best);
        everything_problem_free(&b);
    }
    printf("%d layers, %d of them without a runner-up\n", seen.layers, seen.none);
    ck_assert_int_gt(seen.layers, NETWORKS);
    everything_free(&t);
    everything_free(&less);
}
END_TEST

int main(void) {
    Suite *suite = suite_create("runner_up");
    TCase *c = tcase_create("runner_up");
    tcase_set_timeout(c, 120);
    tcase_add_test(c, a_runner_up_is_the_best_of_all_that_is_left);
    suite_add_tcase(suite, c);
    return harness_run(suite);
}
