#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "experiments/measure/workload.h"
#include "formulation/memory_model.h"
#include "solver/base/text.h"
#include "tests/support/profiling.h"

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
    ck_assert(workload_init(&w, TINY, false, &err));
    int rows = 0, kinds[PROFILE_KINDS] = {0};
    for (int i = 0; i < w.units; i++) {
        ck_assert_msg(workload_complete(&w.unit[i], p), "%s", w.unit[i].text);
        rows += workload_rows(&w.unit[i]);
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

/* Starts profiling, the whole or a shard ("1/1"), and signals it as soon as the file is there. Its status as waitpid has
 * it. */
static int signalled_when_there(const char *file, const char *shard, int signal) {
    char program[1024];
    snprintf(program, sizeof program, "%s", harness_program("taso"));
    pid_t child = fork();
    ck_assert_int_ge(child, 0);
    if (child == 0) {
        execl(program, program, "profile", "--network", TINY, "-o", path, "--quick", "--quiet",
              shard ? "--shard" : (char *)NULL, shard, (char *)NULL);
        _exit(127);
    }
    int status = 0;
    struct timespec moment = {.tv_nsec = 500000};
    while (access(file, F_OK) != 0 && waitpid(child, &status, WNOHANG) == 0) nanosleep(&moment, NULL);
    kill(child, signal);
    waitpid(child, &status, 0);
    return status;
}

/* false: it finished too early. */
static bool kill_when_there(const char *file) {
    signalled_when_there(file, NULL, SIGKILL);
    return access(file, F_OK) == 0;
}

static int rehearsed(const struct profile *p) {
    const char *rows = notes_get(&p->notes, "rehearsed_rows");
    return rows ? atoi(rows) : 0;
}

START_TEST(killed_in_the_middle_it_resumes_where_it_stopped) {
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
    int same = 0; /* rows measured before the kill are there to the nanosecond, or were measured again in the network */
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

/* A shard is measured without a rehearsal, which would notice the signal, too. */
START_TEST(interrupted_in_a_shard_it_says_so_and_keeps_what_is_whole) {
    int status = 0, tries = 0;
    do {
        unlink(path), unlink(part);
        status = signalled_when_there(part, "1/1", SIGINT);
    } while (access(path, F_OK) == 0 && ++tries < 20); /* finished before the signal came */
    ck_assert_msg(WIFEXITED(status) && WEXITSTATUS(status) == 1, "status %d", status);
    ck_assert_int_ne(access(path, F_OK), 0);
    struct profile *whole = read_profile(part);
    ck_assert_int_gt(whole->rows, 0);
    profile_free(whole);
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
    ck_assert_msg(o.status == 0 && strstr(o.err, " 0 scenarios measured, "), "%s", o.err);
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
    ck_assert_msg(strstr(o.err, "`no such` is not in the profile (expected one of its rows)"), "%s", o.err);
    ck_assert_int_eq(access(part, F_OK), 0);
}
END_TEST

START_TEST(resume_measures_nothing_twice_and_leaves_the_file_alone) {
    profile("", path, "");
    struct profile *first = read_profile(path);
    profile("", path, "--resume");
    ck_assert_msg(o.status == 0 && strstr(o.err, " 0 scenarios measured"), "%s", o.err);
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
    ck_assert_msg(strstr(o.err, "measured with threads '1' (this run has '2')"), "%s", o.err);
    ck_assert_int_eq(access(part, F_OK), 0);
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
               {"--cpu 1000", "--cpu: cannot pin to CPU 1000"},
               {"--cpu first", "--cpu: 'first' is not a CPU (expected a number from -1 to 1023, or auto)"},
               {"--shard 3/2", "--shard: '3/2' is not a shard (expected I/N"},
               {"--evict 12X", "--evict: '12X' is not a size (expected a size in bytes"}};
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

/* --plans: for each memory model the least, along the frontier of workspaces the fastest too; ratios as the times. */
START_TEST(plans_are_run_next_to_their_predictions) {
    struct text_reader in;
    struct error err = {""};
    char plans[600], *line;
    int fastest = 0, least = 0, rows = 0, layers;
    struct network *n = network_open(TINY, &err), *folded = network_fold(n);
    layers = folded->layers;
    network_free(n);
    network_free(folded);
    snprintf(plans, sizeof plans, "%s/plans.tsv", folder);
    char options[700];
    snprintf(options, sizeof options, "--cpu auto --plans %s", plans);
    profile("", path, options);
    ck_assert_msg(o.status == 0 && strstr(o.err, "--cpu auto: CPU "), "%s", o.err);
    ck_assert(text_open(&in, plans, &err) && text_next(&in, &line, &err));
    ck_assert_str_eq(line, "# format: taso-plans 1");
    while (text_next(&in, &line, &err) && line && (line[0] == '#' || strncmp(line, "network\t", 8) == 0)) continue;
    for (; line && line[0] != '#'; rows++) {
        char model[32], streaming[8], which[16];
        long long steps, memory, predicted, measured, min, spread, runs;
        double ratio;
        ck_assert_int_eq(sscanf(line, "tiny %31s %7s %15s %lld %lld %lld %lld %lld %lld %lld %lf", model, streaming,
                                which, &steps, &memory, &predicted, &measured, &min, &spread, &runs, &ratio),
                         11);
        ck_assert_str_eq(streaming, "off");
        ck_assert(steps >= layers && memory >= 0 && predicted > 0 && 0 < min && min <= measured && runs >= 3);
        ck_assert_double_eq_tol(ratio, (double)measured / (double)predicted, 0.001);
        fastest += strcmp(which, "fastest") == 0 && strcmp(model, "workspace") == 0;
        least += strcmp(which, "least") == 0;
        ck_assert(text_next(&in, &line, &err));
    }
    ck_assert_int_eq(fastest, 1);
    ck_assert_int_ge(least, MEMORY_MODELS - 1); /* a frontier of one point has no least besides the fastest */
    ck_assert(text_end(&in, line, rows, &err));
    text_free(&in);
}
END_TEST

START_TEST(the_head_says_what_machine_it_was_and_how_busy) {
    static const char *const keys[] = {"cpu",          "caches",     "clock_mhz",      "governor",
                                       "memory_bytes", "virtual",    "kernel",         "processors",
                                       "load_before",  "load_after", "cpu_share",      "seconds",
                                       "networks",     "streaming",  "rehearsed_rows", "judged_rows"};
    profile("", path, "");
    struct profile *p = read_profile(path);
    for (size_t i = 0; i < sizeof keys / sizeof keys[0]; i++)
        ck_assert_msg(notes_get(&p->notes, keys[i]) && notes_get(&p->notes, keys[i])[0], "%s", keys[i]);
    ck_assert_ptr_null(notes_get(&p->notes, "shard"));
    profile_free(p);
}
END_TEST

int main(void) {
    Suite *suite = suite_create("profiler");
    TCase *files = tcase_create("files");
    tcase_add_checked_fixture(files, enter, leave);
    tcase_add_test(files, every_scenario_primitive_conversion_and_layer_has_its_row);
    tcase_add_test(files, killed_in_the_middle_it_resumes_where_it_stopped);
    tcase_add_test(files, interrupted_in_a_shard_it_says_so_and_keeps_what_is_whole);
    tcase_add_test(files, killed_in_the_rehearsal_it_keeps_every_time_that_was_safe);
    tcase_add_test(files, samples_of_no_row_are_refused);
    tcase_add_test(files, resume_measures_nothing_twice_and_leaves_the_file_alone);
    tcase_add_test(files, rows_of_other_settings_are_not_mixed_in);
    tcase_add_test(files, a_full_disk_is_one_line_and_leaves_no_half_file);
    tcase_add_test(files, what_cannot_be_is_one_line_and_status_2);
    tcase_add_test(files, plans_are_run_next_to_their_predictions);
    tcase_add_test(files, the_head_says_what_machine_it_was_and_how_busy);
    suite_add_tcase(suite, files);
    return harness_run(suite);
}
