/* How times are measured: without the clock's own, and no more often than the effort says. */
#include <stdlib.h>

#include "experiments/runtime/measure.h"
#include "experiments/runtime/runtime.h"
#include "solver/base/memory.h"
#include "tests/support/harness.h"
#include "tests/support/world.h"

#define TINY "tests/data/tiny.net"

START_TEST(the_summary_is_median_minimum_and_quartiles) {
    int64_t odd[] = {5, 1, 9}, even[] = {8, 2, 4, 6, 1, 3, 5, 7}, one[] = {7};
    struct timing t = measure_summary(odd, 3);
    ck_assert_int_eq(t.median_ns, 5);
    ck_assert_int_eq(t.min_ns, 1);
    t = measure_summary(even, 8);
    ck_assert_int_eq(t.median_ns, 4); /* between 4 and 5, rounded down */
    ck_assert_int_eq(t.spread_ns, 3); /* 3 to 6 */
    t = measure_summary(one, 1);
    ck_assert_int_eq(t.median_ns, 7);
    ck_assert_int_eq(t.spread_ns, -1);
}
END_TEST

/* A clock whose readings take a microsecond each, so that work takes only the time that it adds. */
#define SLOW_READ_NS 1000
static int64_t slow_now_ns;
static int64_t slow_clock(void) {
    return slow_now_ns += SLOW_READ_NS;
}
static void takes(const void *task) {
    slow_now_ns += *(const int64_t *)task;
}

START_TEST(a_slow_clock_is_no_part_of_what_is_measured) {
    static const int64_t work[] = {0, 1, 300, 1000, 123456};
    struct measure m;
    float input[16] = {0};
    measure_init(&m, &efforts[EFFORT_QUICK], 1, 64);
    m.clock_ns = slow_clock;
    measure_clock_read(&m);
    ck_assert_int_eq(m.clock_read_ns, SLOW_READ_NS);
    for (size_t i = 0; i < sizeof work / sizeof work[0]; i++) {
        struct timing t = measure_run(&m, takes, &work[i], input, 16, 0);
        ck_assert_int_eq(t.median_ns, work[i] ? work[i] : 1); /* 1: below the resolution of the clock */
        ck_assert_int_eq(t.min_ns, t.median_ns);
    }
    measure_free(&m);
}
END_TEST

#define CLOCK_TICKS_NS 50

static void nothing(const void *task) {
    (void)task;
}

/* By the real clocks: an interval must not contain most of the time of a reading. A clock that is read within a few
 * ticks of its own (20 ns on some machines) cannot tell. */
START_TEST(an_empty_operation_takes_about_nothing) {
    struct measure m;
    float input[16] = {0};
    measure_init(&m, &efforts[EFFORT_QUICK], _i + 1, 64);
    struct timing t = measure_run(&m, nothing, NULL, input, 16, 0);
    ck_assert_int_gt(m.clock_read_ns, 0);
    const int64_t most = m.clock_read_ns * 9 / 10;
    ck_assert_msg(t.min_ns <= (most > CLOCK_TICKS_NS ? most : CLOCK_TICKS_NS), "%lld ns, one reading takes %lld",
                  (long long)t.min_ns, (long long)m.clock_read_ns);
    measure_free(&m);
}
END_TEST

/* Steps in a running network are read from the same clock: that of the observer. */
START_TEST(steps_of_a_network_are_measured_without_the_clock) {
    struct world w = world_new(TINY);
    struct random random = {1};
    struct error err = {""};
    struct measure clock = {.threads = 1, .clock_ns = slow_clock};
    measure_clock_read(&clock);
    world_plan(&w, TINY, &random, CONVERSIONS_PER_EDGE);
    struct runtime *r = runtime_new(w.plan, w.net, &w.weights, 1, &err);
    ck_assert_msg(r != NULL, "%s", err.text);
    int64_t *step_ns = MEMORY_NEW(int64_t, w.plan->steps);
    float *out = MEMORY_NEW(float, runtime_outputs(r));
    struct runtime_observer watch = {.step_ns = step_ns, .clock = &clock};
    runtime_run(r, out, w.in, &watch);
    for (int i = 0; i < w.plan->steps; i++) ck_assert_int_eq(step_ns[i], 1);
    free(step_ns);
    free(out);
    runtime_free(r);
    world_free(&w);
}
END_TEST

static int runs_seen;
static void counted(const void *task) {
    takes(task);
    runs_seen++;
}

/* Measures by the clock above, which no other process can disturb. */
static void measure_init_alone(struct measure *m) {
    measure_init(m, &efforts[EFFORT_QUICK], 1, 0);
    m->clock_ns = slow_clock;
    measure_clock_read(m);
    runs_seen = 0;
}

START_TEST(hopeless_kernels_run_once_and_others_as_often_as_the_effort_says) {
    struct measure m;
    float input[64] = {0};
    int64_t ns = 2000000;
    measure_init_alone(&m);
    struct timing t = measure_run(&m, counted, &ns, input, 64, ns / (2 * MEASURE_HOPELESS));
    ck_assert_int_eq(runs_seen, 1);
    ck_assert_int_eq(t.runs, 1);
    ck_assert_int_eq(t.median_ns, ns);
    runs_seen = 0;
    t = measure_run(&m, counted, &ns, input, 64, ns);
    ck_assert_int_eq(runs_seen, t.runs + 1); /* one to warm up */
    ck_assert_int_ge(t.runs, efforts[EFFORT_QUICK].least_runs);
    ck_assert_int_le(t.runs, efforts[EFFORT_QUICK].most_runs);
    ck_assert_int_eq(t.min_ns, ns);
    measure_free(&m);
}
END_TEST

/* Its code is read for the first time. */
static void counted_cold(const void *task) {
    const int64_t ns = *(const int64_t *)task * (runs_seen == 0 ? 10 : 1);
    counted(&ns);
}

START_TEST(brief_kernels_are_judged_once_they_are_warm) {
    struct measure m;
    float input[64] = {0};
    int64_t ns = MEASURE_BRIEF / 20;
    measure_init_alone(&m);
    struct timing t = measure_run(&m, counted_cold, &ns, input, 64, ns);
    ck_assert_int_ge(t.runs, 2);
    ck_assert_int_eq(runs_seen, t.runs + 1);
    ck_assert_int_eq(t.median_ns, ns);
    runs_seen = 0;
    t = measure_run(&m, counted_cold, &ns, input, 64, ns / (2 * MEASURE_HOPELESS));
    ck_assert_int_eq(runs_seen, 2); /* hopeless all the same */
    ck_assert_int_eq(t.runs, 1);
    measure_free(&m);
}
END_TEST

int main(void) {
    Suite *suite = suite_create("measure");
    TCase *times = tcase_create("times");
    tcase_add_test(times, a_slow_clock_is_no_part_of_what_is_measured);
    tcase_add_loop_test(times, an_empty_operation_takes_about_nothing, 0, 2);
    tcase_add_test(times, steps_of_a_network_are_measured_without_the_clock);
    tcase_add_test(times, the_summary_is_median_minimum_and_quartiles);
    tcase_add_test(times, hopeless_kernels_run_once_and_others_as_often_as_the_effort_says);
    tcase_add_test(times, brief_kernels_are_judged_once_they_are_warm);
    suite_add_tcase(suite, times);
    return harness_run(suite);
}
