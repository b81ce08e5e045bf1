#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "experiments/measure.h"
#include "experiments/runtime.h"
#include "experiments/workload.h"
#include "solver/clock.h"
#include "solver/memory.h"
#include "solver/provenance.h"
#include "solver/text.h"
#include "tests/harness.h"
#include "tests/world.h"

#define TINY "tests/data/tiny.net"

static struct harness_output o;
static char folder[256], path[512], part[544], kept[544];

static void enter(void) {
    snprintf(folder, sizeof folder, "%s", harness_folder());
    snprintf(path, sizeof path, "%s/tiny.tsv", folder);
    snprintf(part, sizeof part, "%s.part", path);
    snprintf(kept, sizeof kept, "%s.samples", path);
}

static void leave(void) {
    harness_remove_folder(folder);
}

static void profile(const char *before, const char *out, const char *options) {
    char line[2048];
    snprintf(line, sizeof line, "profile --network " TINY " -o %s --quick %s", out, options);
    char whole[4096];
    snprintf(whole, sizeof whole, "%s%s %s", before, harness_program("taso"), line);
    harness_shell(&o, whole);
}

static struct profile *read_profile(const char *from) {
    struct error err = {""};
    struct profile *p = profile_read(from, &err);
    ck_assert_msg(p != NULL, "%s", err.text);
    return p;
}

static bool same_row(const struct profile_row *a, const struct profile_row *b) {
    return a->kind == b->kind && strcmp(a->scenario, b->scenario) == 0 && strcmp(a->name, b->name) == 0 &&
           a->from == b->from && a->to == b->to && a->workspace_bytes == b->workspace_bytes &&
           a->weights_bytes == b->weights_bytes;
}

START_TEST(every_scenario_primitive_conversion_and_layer_has_its_row) {
    struct workload w;
    struct error err = {""};
    profile("", path, "");
    ck_assert_msg(o.status == 0, "%s", o.err);
    ck_assert_int_ne(access(part, F_OK), 0);
    struct profile *p = read_profile(path);
    ck_assert(workload_open(&w, TINY, &err));
    int rows = 0, kinds[PROFILE_KINDS] = {0};
    for (int i = 0; i < w.units; i++) {
        ck_assert_msg(unit_complete(&w.unit[i], p), "%s", w.unit[i].text);
        rows += unit_rows(&w.unit[i]);
        kinds[w.unit[i].kind]++;
    }
    ck_assert_int_eq(rows, p->rows);
    ck_assert_int_eq(kinds[PROFILE_CONV], 2);    /* two of the three convolutions are one scenario */
    ck_assert_int_eq(kinds[PROFILE_CONVERT], 3); /* 3x12x12, 8x12x12 and 8x6x6; not 10x1x1 */
    ck_assert_int_eq(kinds[PROFILE_LAYER], 2);   /* pool, fc; ReLU is folded in */
    for (int i = 0; i < p->rows; i++) {
        const struct profile_row *r = &p->row[i];
        ck_assert_int_ge(r->median_ns, r->min_ns);
        ck_assert_int_gt(r->min_ns, 0);
        ck_assert_int_ge(r->runs, 1);
        ck_assert_int_eq(r->runs == 1, r->spread_ns == PROFILE_MISSING);
    }
    workload_free(&w);
    profile_free(p);
}
END_TEST

/* Starts profiling and kills it as soon as the file is there. false: it was done before that could be seen. */
static bool kill_when_there(const char *file) {
    char program[1024];
    snprintf(program, sizeof program, "%s", harness_program("taso"));
    pid_t child = fork();
    ck_assert_int_ge(child, 0);
    if (child == 0) {
        execl(program, program, "profile", "--network", TINY, "-o", path, "--quick", "--quiet", (char *)NULL);
        _exit(127);
    }
    int status = 0;
    struct timespec moment = {.tv_nsec = 500000};
    while (access(file, F_OK) != 0 && waitpid(child, &status, WNOHANG) == 0) nanosleep(&moment, NULL);
    kill(child, SIGKILL);
    waitpid(child, &status, 0);
    return access(file, F_OK) == 0;
}

static int rehearsed(const struct profile *p) {
    for (int i = 0; i < p->notes; i++)
        if (strcmp(p->note_key[i], "rehearsed_rows") == 0) return atoi(p->note[i]);
    return 0;
}

START_TEST(killed_in_the_middle_it_goes_on_where_it_was) {
    char whole[600];
    snprintf(whole, sizeof whole, "%s/whole.tsv", folder);
    profile("", whole, "");
    ck_assert_msg(o.status == 0, "%s", o.err);
    ck_assert(kill_when_there(part));
    ck_assert_int_ne(access(path, F_OK), 0);
    struct profile *before = read_profile(part);
    ck_assert_int_gt(before->rows, 0);
    profile("", path, "");
    ck_assert_msg(o.status == 0, "%s", o.err);
    ck_assert_int_ne(access(part, F_OK), 0);
    struct profile *after = read_profile(path), *straight = read_profile(whole);
    ck_assert_int_lt(before->rows, after->rows);
    ck_assert_int_eq(after->rows, straight->rows);
    for (int i = 0; i < after->rows; i++) ck_assert(same_row(&after->row[i], &straight->row[i]));
    int same =
        0; /* what was measured before the kill stands there to the nanosecond, or was measured again in the network */
    for (int i = 0; i < before->rows; i++)
        for (int j = 0; j < after->rows; j++)
            same += same_row(&before->row[i], &after->row[j]) && before->row[i].median_ns == after->row[j].median_ns &&
                    before->row[i].min_ns == after->row[j].min_ns;
    ck_assert_int_gt(rehearsed(after), 0);
    ck_assert_int_lt(rehearsed(after), after->rows);
    ck_assert_int_ge(same + rehearsed(after), before->rows);
    profile_free(before);
    profile_free(after);
    profile_free(straight);
}
END_TEST

/* A row of the samples' file, read by the test itself: how many times, and the least. */
static void sampled(char *line, char *field[5], int *count, long long *least) {
    for (int i = 0; i < 5; i++) ck_assert_ptr_nonnull(field[i] = text_field(&line, '\t'));
    ck_assert_ptr_nonnull(text_field(&line, '\t')); /* round */
    *count = 0, *least = INT64_MAX;
    for (char *one; (one = text_field(&line, ','));) {
        long long ns = atoll(one);
        ck_assert_int_gt(ns, 0);
        ++*count;
        if (ns < *least) *least = ns;
    }
}

START_TEST(killed_in_the_rehearsal_it_keeps_every_time_that_was_safe) {
    struct text_reader in;
    struct error err = {""};
    char copy[600], command[1300], *line, *field[5];
    int tries = 0, rows = 0, count;
    long long least;
    while (!kill_when_there(kept)) ck_assert_int_lt(++tries, 20);
    ck_assert_int_eq(access(part, F_OK), 0);
    snprintf(copy, sizeof copy, "%s/copy", folder);
    snprintf(command, sizeof command, "cp %s %s", kept, copy);
    harness_shell(&o, command);
    profile("", path, "");
    ck_assert_msg(o.status == 0 && strstr(o.err, " 0 measured, "), "%s", o.err);
    ck_assert_int_ne(access(part, F_OK), 0);
    ck_assert_int_ne(access(kept, F_OK), 0);
    struct profile *p = read_profile(path);
    ck_assert(text_open(&in, copy, &err));
    while (text_next(&in, &line, &err) && line) {
        if (line[0] == '#' || strncmp(line, "kind\t", 5) == 0) continue;
        sampled(line, field, &count, &least);
        for (int i = 0; i < p->rows; i++) {
            const struct profile_row *r = &p->row[i];
            if (strcmp(r->scenario, field[1]) != 0 || strcmp(r->name, field[2]) != 0 ||
                strcmp(layout_names[r->from], field[3]) != 0 || strcmp(layout_names[r->to], field[4]) != 0)
                continue;
            ck_assert_int_ge(r->runs, count);
            ck_assert_int_le(r->min_ns, least);
            rows++;
        }
    }
    ck_assert_int_gt(rows, 0);
    text_free(&in);
    profile_free(p);
}
END_TEST

START_TEST(samples_of_no_row_are_refused) {
    int tries = 0;
    while (!kill_when_there(kept)) ck_assert_int_lt(++tries, 20);
    char edit[1300];
    snprintf(edit, sizeof edit, "sed -i '/^# rows/i conv\tno such\tdirect-sum2d\tchw\tchw\t1\t5' %s", kept);
    harness_shell(&o, edit);
    profile("", path, "");
    ck_assert_int_eq(o.status, 2);
    ck_assert_msg(strstr(o.err, "a row of the profile was expected, `no such` is none"), "%s", o.err);
    ck_assert_int_eq(access(part, F_OK), 0);
}
END_TEST

START_TEST(resume_measures_nothing_twice_and_leaves_the_file_alone) {
    profile("", path, "");
    struct profile *first = read_profile(path);
    profile("", path, "--resume");
    ck_assert_msg(o.status == 0 && strstr(o.err, " 0 measured"), "%s", o.err);
    struct profile *second = read_profile(path);
    ck_assert_str_eq(first->digest, second->digest);
    profile_free(first);
    profile_free(second);
}
END_TEST

START_TEST(rows_of_other_settings_are_not_mixed_in) {
    ck_assert(kill_when_there(part));
    profile("", path, "--threads 2");
    ck_assert_int_eq(o.status, 2);
    ck_assert_msg(strstr(o.err, "measured with threads '1', this run has '2'"), "%s", o.err);
    ck_assert_int_eq(access(part, F_OK), 0);
}
END_TEST

/* --- what is measured is not lost -------------------------------------------------------------------------------------------- */

static void shell(const char *format, const char *a, const char *b) {
    char line[2048];
    snprintf(line, sizeof line, format, a, b);
    harness_shell(&o, line);
    ck_assert_msg(o.status == 0, "%s: %s", line, o.err);
}

static void fingerprint(char sum[64], const char *file) {
    shell("cksum <%s%s", file, "");
    snprintf(sum, 64, "%.60s", o.out);
}

static void refused(const char *file, const char *says) {
    ck_assert_int_eq(o.status, 2);
    ck_assert_msg(strstr(o.err, file) && strstr(o.err, says), "`%s` lacks `%s` or `%s`", o.err, file, says);
    ck_assert_ptr_eq(strchr(o.err, '\n'), o.err + strlen(o.err) - 1);
}

/* Steps of a scenario that has been measured once, for all that follows. */
START_TEST(a_profile_that_stands_is_replaced_by_force_only) {
    char before[64], after[64];
    profile("", path, "");
    ck_assert_msg(o.status == 0, "%s", o.err);
    fingerprint(before, path);
    profile("", path, "");
    refused(path, "exists, and stays (expected a new name, --resume to add to it, or --force to measure afresh)");
    profile("", path, "--resume --force");
    refused("--resume and --force", "expected one of them, got both");
    fingerprint(after, path);
    ck_assert_str_eq(before, after);
    profile("", path, "--force");
    ck_assert_msg(o.status == 0 && strstr(o.err, " 0 taken over"), "%s", o.err);
    fingerprint(after, path);
    ck_assert_str_ne(before, after);
}
END_TEST

START_TEST(a_file_of_another_kind_is_never_measured_into) {
    static const struct {
        const char *name, *holds;
    } other[] = {{"", "# format: taso-plan 2\\n"},
                 {"", "dear diary\\n"},
                 {"", ""},
                 {"", "# format: taso-profiles\\n"},
                 {".part", "# format: taso-plan 2\\n"},
                 {".samples", "dear diary\\n"}};
    static const char *const options[] = {"", "--resume", "--force"};
    for (size_t i = 0; i < sizeof other / sizeof other[0]; i++) {
        char file[600], before[64], after[64];
        snprintf(file, sizeof file, "%s%s", path, other[i].name);
        shell("printf '%s' >%s", other[i].holds, file);
        fingerprint(before, file);
        for (size_t k = 0; k < 3; k++) {
            profile("", path, options[k]);
            refused(file, k == 0 && !other[i].name[0] ? "exists, and stays" : "");
            fingerprint(after, file);
            ck_assert_str_eq(before, after);
        }
        shell("rm %s%s", file, "");
    }
}
END_TEST

/* A commit that changes nothing that is measured changes nothing here; other kernels do. */
START_TEST(rows_are_resumed_after_a_commit_but_not_of_other_sources) {
    char said[600];
    profile("", path, "");
    ck_assert_msg(o.status == 0, "%s", o.err);
    shell("sed -i 's/^# commit: .*/# commit: 0123456789ab with changes/' %s%s", path, "");
    profile("", path, "--resume");
    ck_assert_msg(o.status == 0 && strstr(o.err, " 0 measured"), "%s", o.err);
    shell("sed -i 's/^# measured_by: .*/# measured_by: 1-2/' %s%s", path, "");
    profile("", path, "--resume");
    snprintf(said, sizeof said, "was measured with measured_by '1-2', this run has '%s'; --force measures afresh",
             build_measured_by);
    refused(path, said);
    shell("sed -i '/^# measured_by: .*/d' %s%s", path, "");
    profile("", path, "--resume");
    refused(path, "was measured with measured_by 'nothing'");
    shell("mv %s %s", path, part); /* a part of other sources: dropped by force, else refused */
    profile("", path, "");
    refused(part, "was measured with measured_by 'nothing'");
    shell("echo '# format: taso-samples 2 of those rows' >%s%s", kept, ""); /* goes with them */
    profile("", path, "--force");
    ck_assert_msg(o.status == 0 && strstr(o.err, " 0 taken over"), "%s", o.err);
}
END_TEST

START_TEST(a_profile_cut_off_is_not_resumed) {
    profile("", path, "");
    shell("sed -i '$d' %s%s", path, "");
    profile("", path, "--resume");
    refused(path, "cut off after");
}
END_TEST

START_TEST(no_command_writes_over_what_was_measured) {
    static const char *const commands[] = {
        "select --network " TINY " --profile %1$s --method taso -o %1$s",
        "sweep --network " TINY " --profile %1$s --methods taso -o %1$s",
        "frontier --network " TINY " --profile %1$s -o %1$s",
        "export --network " TINY " --profile %1$s -o %1$s",
        "weights --network " TINY " -o %1$s",
        "run %2$s --repeat 1 --steps %1$s",
        "run %2$s --repeat 1 --trace %1$s",
        "profile-import %1$s -o %1$s",
    };
    char line[2048], plan[600], before[64], after[64];
    profile("", path, "");
    snprintf(plan, sizeof plan, "%s/plan", folder);
    snprintf(line, sizeof line, commands[0], path);
    line[strlen(line) - strlen(path)] = '\0';
    strcat(line, plan);
    for (int i = 0; i < 2; i++) { /* a plan is computed, and written over */
        harness_command(&o, "taso", line);
        ck_assert_msg(o.status == 0, "%s", o.err);
    }
    fingerprint(before, path);
    for (size_t i = 0; i < sizeof commands / sizeof commands[0]; i++) {
        snprintf(line, sizeof line, commands[i], path, plan);
        harness_command(&o, "taso", line);
        refused(path, "holds measured times, and stays (expected another name for --");
        fingerprint(after, path);
        ck_assert_str_eq(before, after);
    }
}
END_TEST

/* The digest of a copy of the sources, changed in one place each. */
START_TEST(the_digest_is_that_of_the_sources_that_are_measured_wherever_they_lie) {
    static const struct {
        const char *change;
        bool other;
    } cases[] = {{"true", false},
                 {"echo >>README.md", false},
                 {"echo >>experiments/cmd_mix.c", false},
                 {"echo >>solver/lu.c", false},
                 {"mkdir kernels/deep && mv kernels/fft.c kernels/deep", false},
                 {"echo >>kernels/gemm.c", true},
                 {"echo >>kernels/primitives.def", true},
                 {"echo >>kernels/micro.inc", true},
                 {"echo >>kernels/deep/fft.c", true},
                 {"echo >>experiments/measure.c", true},
                 {"echo >>experiments/pool.c", true},
                 {"echo >>experiments/rehearsal.c", true},
                 {"echo >>experiments/runtime.c", true},
                 {"echo >>experiments/workload.h", true}};
    char was[64] = "", line[1024];
    shell("cp -r kernels experiments solver README.md %s%s", folder, "");
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        snprintf(line, sizeof line, "cd %s && %s && experiments/measured_by.sh -O3", folder, cases[i].change);
        harness_shell(&o, line);
        ck_assert_msg(o.status == 0 && strlen(o.out) > 3, "%s%s", o.out, o.err);
        if (i > 0) ck_assert_msg((strcmp(was, o.out) != 0) == cases[i].other, "%s", cases[i].change);
        snprintf(was, sizeof was, "%.60s", o.out);
    }
    snprintf(line, sizeof line, "cd %s && experiments/measured_by.sh -O2", folder);
    harness_shell(&o, line);
    ck_assert_str_ne(was, o.out);
}
END_TEST

START_TEST(the_head_says_what_reading_the_clock_takes) {
    profile("", path, "");
    struct profile *p = read_profile(path);
    const char *read = profile_noted(p, "clock_read_ns");
    ck_assert(read && atoi(read) > 0 && strstr(read, " (subtracted)"));
    ck_assert_str_eq(profile_noted(p, "measured_by"), build_measured_by);
    profile_free(p);
}
END_TEST

START_TEST(a_full_disk_is_one_line_and_leaves_no_half_file) {
    char count[600];
    profile("", "/dev/full", "");
    ck_assert_int_eq(o.status, 2);
    ck_assert_msg(strstr(o.err, "taso: /dev/full: cannot be written: No space left on device"), "%s", o.err);
    ck_assert_int_eq(access("/dev/full", W_OK), 0);
    profile("trap '' XFSZ; ulimit -f 1; ", path, "");
    ck_assert_int_eq(o.status, 2);
    ck_assert_msg(strstr(o.err, "cannot be written: "), "%s", o.err);
    snprintf(count, sizeof count, "ls -A %s", folder);
    harness_shell(&o, count);
    ck_assert_str_eq(o.out, "");
}
END_TEST

START_TEST(what_cannot_be_is_one_line_and_status_2) {
    static const struct {
        const char *options, *says;
    } bad[] = {{"--threads 0", "--threads: 0 is out of range"},
               {"--thorough", "--quick and --thorough"},
               {"--cpu 1000", "--cpu: cannot be pinned to CPU 1000"},
               {"--evict 12X", "--evict: '12X': a size in bytes"}};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        profile("", path, bad[i].options);
        ck_assert_int_eq(o.status, 2);
        ck_assert_msg(strstr(o.err, bad[i].says), "%s", o.err);
    }
    harness_command(&o, "taso", "profile --network alexnet,nosuchnet -o /dev/null");
    ck_assert_int_eq(o.status, 2);
    ck_assert_msg(strstr(o.err, "nosuchnet"), "%s", o.err);
}
END_TEST

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

/* A clock of which each reading takes a microsecond, so that work takes nothing but what it adds. */
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
        ck_assert_int_eq(t.median_ns, work[i] ? work[i] : 1); /* 1: less than the clock can tell */
        ck_assert_int_eq(t.min_ns, t.median_ns);
    }
    measure_free(&m);
}
END_TEST

static void nothing(const void *task) {
    (void)task;
}

/* By the clocks that there are; nine in ten of its own reading would be the old fault. */
START_TEST(an_empty_operation_takes_about_nothing) {
    struct measure m;
    float input[16] = {0};
    measure_init(&m, &efforts[EFFORT_QUICK], _i + 1, 64);
    struct timing t = measure_run(&m, nothing, NULL, input, 16, 0);
    ck_assert_int_gt(m.clock_read_ns, 0);
    ck_assert_msg(t.min_ns <= m.clock_read_ns * 9 / 10, "%lld ns, one reading takes %lld", (long long)t.min_ns,
                  (long long)m.clock_read_ns);
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
static void spin(const void *task) {
    int64_t until = clock_thread_ns() + *(const int64_t *)task;
    while (clock_thread_ns() < until) continue;
    runs_seen++;
}

START_TEST(the_hopeless_run_once_and_others_as_often_as_the_effort_says) {
    struct measure m;
    float input[64] = {0};
    int64_t ns = 2000000;
    measure_init(&m, &efforts[EFFORT_QUICK], 1, 0);
    runs_seen = 0;
    struct timing t = measure_run(&m, spin, &ns, input, 64, ns / (2 * MEASURE_HOPELESS));
    ck_assert_int_eq(runs_seen, 1);
    ck_assert_int_eq(t.runs, 1);
    ck_assert_int_ge(t.median_ns, ns);
    runs_seen = 0;
    t = measure_run(&m, spin, &ns, input, 64, ns);
    ck_assert_int_eq(runs_seen, t.runs + 1); /* one to warm up */
    ck_assert_int_ge(t.runs, efforts[EFFORT_QUICK].least_runs);
    ck_assert_int_le(t.runs, efforts[EFFORT_QUICK].most_runs);
    ck_assert_int_ge(t.min_ns, ns);
    measure_free(&m);
}
END_TEST

int main(void) {
    Suite *suite = suite_create("profiler");
    TCase *files = tcase_create("files"), *times = tcase_create("times");
    tcase_add_checked_fixture(files, enter, leave);
    tcase_add_test(files, every_scenario_primitive_conversion_and_layer_has_its_row);
    tcase_add_test(files, killed_in_the_middle_it_goes_on_where_it_was);
    tcase_add_test(files, killed_in_the_rehearsal_it_keeps_every_time_that_was_safe);
    tcase_add_test(files, samples_of_no_row_are_refused);
    tcase_add_test(files, resume_measures_nothing_twice_and_leaves_the_file_alone);
    tcase_add_test(files, rows_of_other_settings_are_not_mixed_in);
    tcase_add_test(files, a_profile_that_stands_is_replaced_by_force_only);
    tcase_add_test(files, a_file_of_another_kind_is_never_measured_into);
    tcase_add_test(files, rows_are_resumed_after_a_commit_but_not_of_other_sources);
    tcase_add_test(files, a_profile_cut_off_is_not_resumed);
    tcase_add_test(files, no_command_writes_over_what_was_measured);
    tcase_add_test(files, the_digest_is_that_of_the_sources_that_are_measured_wherever_they_lie);
    tcase_add_test(files, the_head_says_what_reading_the_clock_takes);
    tcase_add_test(files, a_full_disk_is_one_line_and_leaves_no_half_file);
    tcase_add_test(files, what_cannot_be_is_one_line_and_status_2);
    tcase_add_test(times, a_slow_clock_is_no_part_of_what_is_measured);
    tcase_add_loop_test(times, an_empty_operation_takes_about_nothing, 0, 2);
    tcase_add_test(times, steps_of_a_network_are_measured_without_the_clock);
    tcase_add_test(times, the_summary_is_median_minimum_and_quartiles);
    tcase_add_test(times, the_hopeless_run_once_and_others_as_often_as_the_effort_says);
    suite_add_tcase(suite, files);
    suite_add_tcase(suite, times);
    return harness_run(suite);
}
