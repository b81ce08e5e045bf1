/* The first pass of one scenario: every primitive has its row; slow ones are judged from a part, about right; none needs
 * prepared weights. */
#include <stdlib.h>
#include <string.h>

#include "experiments/measure/units.h"
#include "tests/support/harness.h"

static const struct effort brief = {"brief", 1, 2, 1000000, 1, .act_bytes = INT64_MAX};
static const atomic_int never = 0;

struct bench {
    struct workload workload;
    struct profiler profiler;
    struct pooled pooled;
    struct ranking ranking;
};

static void bench_open(struct bench *b, struct effort const *effort) {
    memset(b, 0, sizeof *b);
    b->profiler.workload = &b->workload;
    b->profiler.interrupt = &never;
    b->profiler.profile = profile_new();
    measure_init(&b->profiler.measure, effort, 1, 1 << 16);
    units_ranking_init(&b->ranking);
}

static void bench_close(struct bench *b) {
    profile_free(b->profiler.profile);
    measure_free(&b->profiler.measure);
    pooled_free(&b->pooled);
    units_ranking_free(&b->ranking);
}

/* Rows of the scenario, in the order of the table, [primitives]; NULL: it does not apply. Freed with the bench. */
static void bench_rows(const struct profile_row **row, struct bench *b, const char *scenario) {
    struct unit u = {.kind = PROFILE_CONV};
    struct error err = {""};
    char text[SCENARIO_TEXT];
    ck_assert_ptr_null(scenario_parse(&u.scenario, scenario));
    scenario_print(text, &u.scenario);
    u.text = text;
    profile_free(b->profiler.profile);
    b->profiler.profile = profile_new();
    ck_assert(units_measure(&b->profiler, &b->pooled, &b->ranking, &u));
    ck_assert_msg(profile_sort(b->profiler.profile, &err), "%s", err.text);
    for (int i = 0; i < primitive_count; i++) {
        const struct primitive *q = &primitives[i];
        row[i] = profile_find(b->profiler.profile, PROFILE_CONV, text, q->name, q->in, q->out);
        ck_assert_msg(!row[i] == !primitive_applies(q, &u.scenario), "%s %s", scenario, q->name);
    }
}

static const char *const shapes[] = {"16,14,14,20,3,1,1",    "3,30,30,8,5,2,2",     "32,9,9,32,1,1,0",
                                     "24,12,12,24,3,1,1,24", "16,13,13,24,3,1,1,4", "8,20,20,8,3,1,2,1,2"};

/* On random weights, which none of them has prepared, and in a scenario with no rank every row is timed as a whole. */
START_TEST(every_primitive_that_applies_is_timed_on_any_weights) {
    struct bench b;
    const struct profile_row **row = calloc((size_t)primitive_count, sizeof *row);
    bench_open(&b, &brief);
    bench_rows(row, &b, shapes[_i]);
    for (int i = 0; i < primitive_count; i++)
        if (row[i]) ck_assert(row[i]->min_ns >= 1 && row[i]->min_ns <= row[i]->median_ns);
    ck_assert_int_eq(units_judged(b.profiler.profile), 0);
    free(row);
    bench_close(&b);
}
END_TEST

#define TRIES 2

/* least_ns[primitives]: of some tries; judged[primitives]: how many of them from a part. */
static void bench_least(int64_t *least_ns, int *judged, struct bench *b, bool ranked) {
    const struct profile_row **row = calloc((size_t)primitive_count, sizeof *row);
    for (int t = 0; t < TRIES; t++) {
        for (int i = 0; i < primitive_count && !ranked; i++) b->ranking.rank[i] = 0;
        bench_rows(row, b, "32,56,56,32,3,1,1");
        for (int i = 0; i < primitive_count; i++) {
            if (!row[i]) continue;
            if (least_ns[i] == 0 || row[i]->median_ns < least_ns[i]) least_ns[i] = row[i]->median_ns;
            judged[i] += row[i]->min_ns == PROFILE_MISSING;
            if (row[i]->min_ns == PROFILE_MISSING) ck_assert(row[i]->runs == 1 && row[i]->spread_ns == PROFILE_MISSING);
        }
    }
    free(row);
}

/* The same scenario again: what was slow is judged from a part then. A part that was taken for the whole would be off by
 * more than the factor allowed. */
START_TEST(slow_primitives_are_judged_from_a_part_and_about_right) {
    struct bench b;
    int64_t *whole_ns = calloc((size_t)primitive_count, sizeof *whole_ns);
    int64_t *part_ns = calloc((size_t)primitive_count, sizeof *part_ns);
    int *judged = calloc((size_t)primitive_count, sizeof *judged), count = 0;
    bench_open(&b, &brief);
    bench_least(whole_ns, judged, &b, false);
    for (int i = 0; i < primitive_count; i++) ck_assert_int_eq(judged[i], 0);
    bench_least(part_ns, judged, &b, true);
    for (int i = 0; i < primitive_count; i++) {
        if (judged[i] < TRIES) continue;
        const double ratio = (double)part_ns[i] / (double)whole_ns[i];
        ck_assert_msg(ratio > 0.25 && ratio < 4, "%s: %.2f", primitives[i].name, ratio);
        count++;
    }
    ck_assert_int_gt(count, 0);
    free(whole_ns);
    free(part_ns);
    free(judged);
    bench_close(&b);
}
END_TEST

/* A rank that a scenario does not confirm: the row is timed as a whole after all. */
START_TEST(what_turns_out_fast_is_not_judged_from_a_part) {
    struct bench b;
    const struct profile_row **row = calloc((size_t)primitive_count, sizeof *row);
    bench_open(&b, &brief);
    bench_rows(row, &b, "32,56,56,32,3,1,1");
    int best = -1, kept = 0;
    for (int i = 0; i < primitive_count; i++)
        if (row[i] && (best < 0 || row[i]->median_ns < row[best]->median_ns)) best = i;
    for (int i = 0; i < primitive_count; i++) kept += row[i] && row[i]->median_ns < 1.5 * (double)row[best]->median_ns;
    ck_assert_int_gt(kept, 0);
    bool whole = false; /* one try may be disturbed */
    for (int t = 0; t < 4 && !whole; t++) {
        for (int i = 0; i < primitive_count; i++) b.ranking.rank[i] = i == best ? 4 : 1; /* the best comes last */
        bench_rows(row, &b, "32,56,56,32,3,1,1");
        whole = row[best]->min_ns >= 1;
    }
    ck_assert(whole);
    free(row);
    bench_close(&b);
}
END_TEST

int main(void) {
    Suite *suite = suite_create("units");
    TCase *c = tcase_create("units");
    tcase_add_loop_test(c, every_primitive_that_applies_is_timed_on_any_weights, 0,
                        (int)(sizeof shapes / sizeof *shapes));
    tcase_add_test(c, slow_primitives_are_judged_from_a_part_and_about_right);
    tcase_add_test(c, what_turns_out_fast_is_not_judged_from_a_part);
    suite_add_tcase(suite, c);
    return harness_run(suite);
}
