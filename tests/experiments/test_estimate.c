/* The time left, by cost and kind of work; and what is known of the machine. */
#define _GNU_SOURCE /* sched_getaffinity */
#include <math.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "experiments/measure/estimate.h"
#include "experiments/measure/foreseen.h"
#include "experiments/measure/host.h"
#include "experiments/measure/shard.h"
#include "tests/support/harness.h"

static const struct effort brief = {"brief", 3, 9, 12000000, 3, .act_bytes = INT64_MAX};

/* Machines that are k times as fast as the made-up one: the rest takes 1 / k of what was planned. */
START_TEST(what_is_left_follows_the_speed_so_far) {
    static const double speeds[] = {0.1, 0.5, 1, 4};
    for (int i = 0; i < 4; i++) {
        struct estimate e = {.planned_s = {0}};
        estimate_plan(&e, WORK_CONV, 1000);
        ck_assert_double_eq_tol(estimate_left(&e, WORK_CONV, 0), 1000, 1e-9); /* nothing is known */
        for (int done = 0; done < 250; done++) estimate_did(&e, WORK_CONV, 1, 1 / speeds[i]);
        const double left = estimate_left(&e, WORK_CONV, 0), exact = 750 / speeds[i];
        ck_assert_msg(fabs(left - exact) < 0.05 * exact, "speed %g: %g s left, not %g", speeds[i], left, exact);
        ck_assert_double_lt(estimate_left(&e, WORK_CONV, 250), left * 0.7);
    }
}
END_TEST

/* One kind was planned too low by 3, the other too high by 2: each is corrected by its own. */
START_TEST(kinds_of_work_are_corrected_apart) {
    struct estimate e = {.planned_s = {0}};
    estimate_plan(&e, WORK_CONV, 400);
    estimate_plan(&e, WORK_STRIP, 400);
    estimate_did(&e, WORK_CONV, 200, 600);
    estimate_did(&e, WORK_STRIP, 200, 100);
    ck_assert_double_eq_tol(estimate_left(&e, WORK_CONV, 0), 600 + 100, 20);
    ck_assert_double_eq_tol(estimate_spent(&e), 700, 1e-9);
    estimate_replan(&e, WORK_CONV, 0);
    ck_assert_double_eq_tol(estimate_left(&e, WORK_CONV, 0), 100, 10);
}
END_TEST

START_TEST(a_machine_that_tells_nothing_is_unknown) {
    static const char *const keys[] = {"cpu",          "caches",     "clock_mhz", "governor",
                                       "memory_bytes", "processors", "virtual"};
    struct notes n = {0};
    host_note(&n, "/no/such/root");
    for (size_t i = 0; i < sizeof keys / sizeof keys[0]; i++) {
        ck_assert_msg(notes_get(&n, keys[i]) != NULL, "%s", keys[i]);
        ck_assert_str_eq(notes_get(&n, keys[i]), "unknown");
    }
    ck_assert_ptr_nonnull(notes_get(&n, "kernel"));
    notes_free(&n);
}
END_TEST

static void put(const char *folder, const char *path, const char *text) {
    struct harness_output o;
    char line[2048];
    snprintf(line, sizeof line, "mkdir -p %s$(dirname %s) && printf '%s' >%s%s", folder, path, text, folder, path);
    harness_shell(&o, line);
    ck_assert_msg(o.status == 0, "%s", o.err);
}

START_TEST(a_machine_is_described_by_what_it_tells) {
    static const char *const expected[][2] = {{"cpu", "family 25, model 97, stepping 2"},
                                              {"caches", "L1d 32K, L2 1024K"},
                                              {"clock_mhz", "4200.000"},
                                              {"governor", "performance"},
                                              {"memory_bytes", "2097152"},
                                              {"processors", "2"},
                                              {"virtual", "yes"}};
    char folder[256];
    struct notes n = {0};
    snprintf(folder, sizeof folder, "%s", harness_folder());
    put(folder, "/proc/cpuinfo",
        "processor\\t: 0\\nmodel\\t\\t: 97\\nmodel name\\t: X\\ncpu family\\t: 25\\nstepping\\t: 2\\ncpu MHz\\t\\t: 4200.000\\n"
        "flags\\t\\t: fpu hypervisor sse\\nprocessor\\t: 1\\n");
    put(folder, "/proc/meminfo", "MemTotal:           2048 kB\\n");
    put(folder, "/sys/devices/system/cpu/cpu0/cpufreq/scaling_governor", "performance\\n");
    for (int i = 0; i < 2; i++) {
        static const char *const level[] = {"1", "2"}, *const type[] = {"Data", "Unified"},
                                 *const size[] = {"32K", "1024K"};
        char path[512];
        snprintf(path, sizeof path, "/sys/devices/system/cpu/cpu0/cache/index%d/level", i);
        put(folder, path, level[i]);
        snprintf(path, sizeof path, "/sys/devices/system/cpu/cpu0/cache/index%d/type", i);
        put(folder, path, type[i]);
        snprintf(path, sizeof path, "/sys/devices/system/cpu/cpu0/cache/index%d/size", i);
        put(folder, path, size[i]);
    }
    host_note(&n, folder);
    for (size_t i = 0; i < sizeof expected / sizeof expected[0]; i++)
        ck_assert_str_eq(notes_get(&n, expected[i][0]), expected[i][1]);
    notes_free(&n);
    harness_remove_folder(folder);
}
END_TEST

START_TEST(the_least_busy_processor_is_one_that_may_be_used) {
    cpu_set_t may;
    ck_assert_int_eq(sched_getaffinity(0, sizeof may, &may), 0);
    const int cpu = host_idle_cpu(1, 0.02);
    ck_assert(cpu >= 0 && CPU_ISSET((unsigned)cpu, &may));
    ck_assert_int_eq(host_idle_cpu(1025, 0), -1); /* nothing has so many */
}
END_TEST

/* --- shards ------------------------------------------------------------------------------------------------------ */

/* Every unit in exactly one shard, strips with their layer, costs even up to the most expensive group. */
START_TEST(shards_divide_the_work) {
    static const int counts[] = {1, 2, 3, 7, 400};
    struct workload whole;
    struct error err = {""};
    ck_assert_msg(workload_init(&whole, "squeezenet1.1", true, &err), "%s", err.text);
    for (int c = 0; c < 5; c++) {
        int *seen = calloc((size_t)whole.units, sizeof *seen);
        double least = INFINITY, most = 0;
        for (int i = 1; i <= counts[c]; i++) {
            struct workload w;
            double sum = 0;
            ck_assert_msg(workload_init(&w, "squeezenet1.1", true, &err), "%s", err.text);
            shard_workload(&w, &(struct shard){i, counts[c]}, &brief);
            for (int k = 0; k < w.units; k++) {
                int at = 0;
                while (at < whole.units &&
                       (whole.unit[at].kind != w.unit[k].kind || strcmp(whole.unit[at].text, w.unit[k].text) != 0))
                    at++;
                ck_assert_int_lt(at, whole.units);
                seen[at]++;
                sum += workload_seconds(&w.unit[k], &brief);
                const char *cut = strrchr(w.unit[k].text, '@');
                bool there = !cut;
                for (int j = 0; j < w.units && !there; j++)
                    there = strlen(w.unit[j].text) == (size_t)(cut - w.unit[k].text) &&
                            strncmp(w.unit[j].text, w.unit[k].text, (size_t)(cut - w.unit[k].text)) == 0;
                ck_assert_msg(there, "%s is not where its layer is", w.unit[k].text);
            }
            least = fmin(least, sum), most = fmax(most, sum);
            workload_free(&w);
        }
        for (int at = 0; at < whole.units; at++) ck_assert_int_eq(seen[at], 1);
        if (counts[c] == 2) ck_assert_double_lt(most, 1.05 * least);
        free(seen);
    }
    workload_free(&whole);
}
END_TEST

START_TEST(what_is_no_shard_is_refused) {
    static const char *const wrong[] = {"", "1", "0/2", "3/2", "1/0", "-1/2", "1/2/3", "a/b", "1/20000", "1/ 2"};
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        struct shard s;
        struct error err = {""};
        ck_assert_msg(!shard_parse(&s, "shard", wrong[i], &err), "%s", wrong[i]);
        ck_assert_msg(strstr(err.text, "is not a shard (expected I/N"), "%s", err.text);
    }
}
END_TEST

/* Networks are planned by what is new in them; later rounds by the first. */
START_TEST(a_network_whose_convolutions_are_known_is_planned_shorter) {
    struct error err = {""};
    struct workload both, alone;
    ck_assert_msg(workload_init(&both, "resnet18,resnet34,ds-cnn", false, &err), "%s", err.text);
    ck_assert_msg(workload_init(&alone, "resnet34", false, &err), "%s", err.text);
    struct effort effort = efforts[EFFORT_QUICK];
    double *visit_s = foreseen_visits(&both, &effort), *alone_s = foreseen_visits(&alone, &effort);
    ck_assert(visit_s[0] > 0 && visit_s[2] > 0);
    ck_assert(visit_s[1] > 0 && visit_s[1] < 0.6 * alone_s[0]);
    const double sum = visit_s[0] + visit_s[1] + visit_s[2];
    effort.rounds = 1;
    ck_assert_double_eq_tol(foreseen_rehearsal(&both, &effort), sum, 1e-9 * sum);
    effort.rounds = 3;
    ck_assert_double_eq_tol(foreseen_rehearsal(&both, &effort), sum * (1 + 2 * foreseen_later(&effort)), 1e-9 * sum);
    free(visit_s);
    free(alone_s);
    workload_free(&both);
    workload_free(&alone);
}
END_TEST

int main(void) {
    Suite *suite = suite_create("estimate");
    TCase *c = tcase_create("estimate");
    tcase_add_test(c, what_is_left_follows_the_speed_so_far);
    tcase_add_test(c, kinds_of_work_are_corrected_apart);
    tcase_add_test(c, a_network_whose_convolutions_are_known_is_planned_shorter);
    tcase_add_test(c, a_machine_that_tells_nothing_is_unknown);
    tcase_add_test(c, a_machine_is_described_by_what_it_tells);
    tcase_add_test(c, the_least_busy_processor_is_one_that_may_be_used);
    tcase_add_test(c, shards_divide_the_work);
    tcase_add_test(c, what_is_no_shard_is_refused);
    suite_add_tcase(suite, c);
    return harness_run(suite);
}
