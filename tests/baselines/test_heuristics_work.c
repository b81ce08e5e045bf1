/* What heuristics choose, number by number: a worse choice is still a valid one, so only these digests show that a rule has
 * changed. They are those of today: a failure prints what to put here after a deliberate change. */
#include <stdio.h>
#include <stdlib.h>

#include "baselines/methods.h"
#include "tests/support/costed.h"
#include "tests/support/digits.h"
#include "tests/support/random_instance.h"
#include "tests/support/streamed.h"

static const enum memory_model models[] = {MEMORY_PEAK, MEMORY_FOOTPRINT, MEMORY_WORKSPACE};

/* An answer and its figures. */
static uint32_t answer_digits(uint32_t digits, const char *name, const struct instance *g, const struct request *q) {
    char text[256];
    struct answer a;
    struct error err = {""};
    ck_assert_msg(methods_run(&a, costed_method(name), g, q, &err), "%s: %s", name, err.text);
    snprintf(text, sizeof text, "%d", (int)a.outcome);
    digits = digits_text(digits, text, "-", DIGITS_ALL);
    if (a.choice) {
        const struct evaluation e = selection_evaluate_streamed(g, a.choice, &a.streams, q->model, q->conversions);
        snprintf(text, sizeof text, "%lld %lld %lld %d", (long long)e.time_ns, (long long)e.memory_bytes,
                 (long long)e.weights_bytes, a.streams.count);
        digits = digits_text(digits, text, "-", DIGITS_ALL);
    }
    for (int v = 0; a.choice && v < g->nodes; v++) {
        snprintf(text, sizeof text, "%d", a.choice[v]);
        digits = digits_text(digits, text, "-", DIGITS_ALL);
    }
    free(a.choice);
    selection_streams_free(&a.streams);
    return digits;
}

/* A budget that some selection needs, or a part of that. */
static int64_t some_budget(struct random *r, const struct instance *g, enum memory_model model, bool flash) {
    int choice[64];
    random_selection(choice, r, g);
    const struct evaluation e = selection_evaluate(g, choice, model, CONVERSIONS_PER_EDGE);
    return (int64_t)((double)(flash ? e.weights_bytes : e.memory_bytes) * (0.4 + random_unit(r)));
}

/* --- whole tensors ----------------------------------------------------------------------------------------------- */

static const struct {
    const char *method;
    uint32_t budget, flash; /* digests with a budget of RAM, and with one of flash too */
} whole[] = {
    {"taso-layerwise", 0x7723da00, 0xc37eef9a}, {"pbqp", 0xde4d395f, 0x67a55707},
    {"greedy-time", 0x3d0eb2a8, 0xa2f874ed},    {"greedy-memory", 0xdc20f1c0, 0xa1817d64},
    {"greedy-layout", 0xd6abc04b, 0x2b0b2fb7},  {"greedy-weights", 0xf04a1be4, 0x222f5761},
    {"sum2d", 0x7f385a8d, 0x7f385a8d},
};

static uint32_t whole_digits(const char *method, bool flash) {
    uint32_t digits = DIGITS_BEGIN;
    for (int trial = 0; trial < 60; trial++) {
        struct random r = {(uint64_t)trial + 71};
        const struct random_spec spec = {(enum random_graph)(trial % RANDOM_GRAPHS), 12, 5, trial % 2 ? 0.2 : 0.05};
        struct instance *g = random_instance(&r, &spec);
        struct request q = methods_request();
        q.model = models[trial % 3];
        q.budget_bytes = some_budget(&r, g, q.model, false);
        if (flash) q.flash_bytes = some_budget(&r, g, q.model, true);
        digits = answer_digits(digits, method, g, &q);
        instance_free(g);
    }
    return digits;
}

START_TEST(in_whole_tensors_heuristics_choose_what_they_chose) {
    const uint32_t budget = whole_digits(whole[_i].method, false), flash = whole_digits(whole[_i].method, true);
    ck_assert_msg(budget == whole[_i].budget && flash == whole[_i].flash, "{\"%s\", 0x%08x, 0x%08x},", whole[_i].method,
                  (unsigned)budget, (unsigned)flash);
}
END_TEST

/* --- by rows ----------------------------------------------------------------------------------------------------- */

static const struct {
    const char *method;
    uint32_t digits;
} by_rows[] = {{"greedy-stream", 0xdc805f83}, {"greedy-head", 0xae43f78f}};

/* Times of all choices by rows, which tests/support/world.h has alike. */
static void random_strips(struct instance *g, struct random *r) {
    for (int v = 0; v < g->nodes; v++)
        for (int i = 0; i < g->node[v].strips; i++) g->node[v].strip[i].time_ns = random_int(r, 1, 1500);
}

START_TEST(by_rows_heuristics_choose_what_they_chose) {
    uint32_t digits = DIGITS_BEGIN;
    isa_assume(ISA_PORTABLE); /* workspaces are the same on every machine */
    for (int trial = 0; trial < 24; trial++) {
        struct random r = {(uint64_t)trial + 300};
        struct world w = world_timed(streamed_network("work.net", &r), &r);
        struct request q = methods_request();
        world_stream(&w);
        random_strips(w.g, &r);
        q.model = models[trial % 2];
        q.streaming = STREAMING_ON;
        q.budget_bytes = some_budget(&r, w.g, q.model, false) / 2;
        digits = answer_digits(digits, by_rows[_i].method, w.g, &q);
        q.flash_bytes = some_budget(&r, w.g, q.model, true);
        digits = answer_digits(digits, by_rows[_i].method, w.g, &q);
        world_free(&w);
        harness_forget(harness_scratch("work.net", NULL));
    }
    ck_assert_msg(digits == by_rows[_i].digits, "{\"%s\", 0x%08x},", by_rows[_i].method, (unsigned)digits);
}
END_TEST

int main(void) {
    Suite *suite = suite_create("heuristics work");
    TCase *c = tcase_create("heuristics work");
    tcase_add_loop_test(c, in_whole_tensors_heuristics_choose_what_they_chose, 0,
                        (int)(sizeof whole / sizeof whole[0]));
    tcase_add_loop_test(c, by_rows_heuristics_choose_what_they_chose, 0, (int)(sizeof by_rows / sizeof by_rows[0]));
    suite_add_tcase(suite, c);
    return harness_run(suite);
}
