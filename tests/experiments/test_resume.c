/* Measurements are not lost: not to a second run, not to another command, not to a part of other sources. */
#include <stdlib.h>
#include <string.h>

#include "solver/base/provenance.h"
#include "tests/support/profiling.h"

#define DIAMOND "tests/data/diamond.net"

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

/* Measured once for all tests below. */
START_TEST(an_existing_profile_is_replaced_by_force_only) {
    char before[64], after[64];
    profile("", path, "");
    ck_assert_msg(o.status == 0, "%s", o.err);
    fingerprint(before, path);
    profile("", path, "");
    refused(path, "exists and is kept (expected a new name, --resume to add to it, or --force to replace it)");
    profile("", path, "--resume --force");
    refused("--resume and --force", "expected one of them, got both");
    fingerprint(after, path);
    ck_assert_str_eq(before, after);
    profile("", path, "--force");
    ck_assert_msg(o.status == 0 && strstr(o.err, " 0 kept"), "%s", o.err);
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
            refused(file, k == 0 && !other[i].name[0] ? "exists and is kept" : "");
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
    ck_assert_msg(o.status == 0 && strstr(o.err, " 0 scenarios measured"), "%s", o.err);
    shell("sed -i 's/^# measured_by: .*/# measured_by: 1-2/' %s%s", path, "");
    profile("", path, "--resume");
    snprintf(said, sizeof said, "was measured with measured_by '1-2' (this run has '%s'); --force replaces it",
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
    ck_assert_msg(o.status == 0 && strstr(o.err, " 0 kept"), "%s", o.err);
}
END_TEST

/* The first or the last row of every scenario becomes the fastest: the second pass would time it again, if it might. */
static void favour(struct profile *p, bool last) {
    struct error err = {""};
    for (int first = 0, next; first < p->rows; first = next) {
        for (next = first + 1; next < p->rows; next++)
            if (p->row[next].kind != p->row[first].kind || strcmp(p->row[next].scenario, p->row[first].scenario) != 0)
                break;
        struct profile_row *r = &p->row[last ? next - 1 : first];
        r->median_ns = r->min_ns = 10;
    }
    ck_assert_msg(profile_write(p, path, &err), "%s", err.text);
}

START_TEST(rows_of_a_finished_profile_keep_their_times_when_a_network_is_added) {
    profile("", path, "");
    struct profile *p = read_profile(path);
    favour(p, _i == 1);
    ck_assert_msg(harness_taso(&o, "profile --network " TINY "," DIAMOND " -o %s --quick --resume", path) == 0, "%s",
                  o.err);
    struct profile *grown = read_profile(path);
    ck_assert_int_gt(grown->rows, p->rows);
    for (int i = 0; i < p->rows; i++) {
        const struct profile_row *r = &p->row[i],
                                 *now = profile_find(grown, r->kind, r->scenario, r->name, r->from, r->to);
        ck_assert(now != NULL);
        ck_assert_msg(now->median_ns == r->median_ns && now->min_ns == r->min_ns && now->runs == r->runs,
                      "%s %s: %ld of %ld runs instead of %ld of %ld", r->scenario, r->name, (long)now->median_ns,
                      (long)now->runs, (long)r->median_ns, (long)r->runs);
    }
    profile_free(p);
    profile_free(grown);
}
END_TEST

START_TEST(a_truncated_profile_is_not_resumed) {
    profile("", path, "");
    shell("sed -i '$d' %s%s", path, "");
    profile("", path, "--resume");
    refused(path, "cut off after");
}
END_TEST

START_TEST(no_command_writes_over_what_was_measured) {
    static const char *const commands[] = {
        "select --network " TINY " --profile %1$s.copy --method taso -o %1$s",
        "sweep --network " TINY " --profile %1$s.copy --methods taso -o %1$s",
        "frontier --network " TINY " --profile %1$s.copy -o %1$s",
        "export --network " TINY " --profile %1$s.copy -o %1$s",
        "weights --network " TINY " -o %1$s",
        "run %2$s --repeat 1 --steps %1$s",
        "run %2$s --repeat 1 --trace %1$s",
        "profile-import %1$s.copy -o %1$s",
    };
    char line[2048], plan[600], before[64], after[64];
    profile("", path, "");
    shell("cp %s %s.copy", path, path); /* the same file for input and output is refused for another reason */
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
        refused(path, " (expected "); /* another name, or two files */
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
                 {"echo >>experiments/commands/cmd_mix.c", false},
                 {"echo >>solver/lp/lu.c", false},
                 {"mkdir kernels/deep && mv kernels/conv/fft.c kernels/deep", false},
                 {"echo '/* why' >>kernels/gemm/gemm.c && echo ' */ // so' >>kernels/gemm/gemm.c", false},
                 {"echo >>kernels/gemm/gemm.c", false},
                 {"sed -i 's/^    return /\treturn  /' kernels/gemm/gemm.c", false},
                 {"echo 'int one;' >>kernels/gemm/gemm.c", true},
                 {"echo 'char *two = \"/* */\"; int three;' >>kernels/gemm/gemm.c", true},
                 {"sed -i 's|three|3|' kernels/gemm/gemm.c", true},
                 {"echo 'ROW(1)' >>kernels/primitives.def", true},
                 {"echo 'int one;' >>kernels/gemm/micro.inc", true},
                 {"echo 'int one;' >>kernels/deep/fft.c", true},
                 {"echo 'int one;' >>experiments/runtime/measure.c", true},
                 {"echo 'int one;' >>experiments/measure/pooled.c", true},
                 {"echo 'int one;' >>experiments/measure/rehearsal.c", true},
                 {"echo 'int one;' >>experiments/runtime/runtime.c", true},
                 {"echo 'int one;' >>experiments/measure/workload.h", true}};
    char was[64] = "", line[1024];
    shell("cp -r kernels experiments solver README.md %s%s", folder, "");
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        snprintf(line, sizeof line, "cd %s && %s && experiments/measure/measured_by.sh -O3", folder, cases[i].change);
        harness_shell(&o, line);
        ck_assert_msg(o.status == 0 && strlen(o.out) > 3, "%s%s", o.out, o.err);
        if (i > 0) ck_assert_msg((strcmp(was, o.out) != 0) == cases[i].other, "%s", cases[i].change);
        snprintf(was, sizeof was, "%.60s", o.out);
    }
    snprintf(line, sizeof line, "cd %s && experiments/measure/measured_by.sh -O2", folder);
    harness_shell(&o, line);
    ck_assert_str_ne(was, o.out);
}
END_TEST

START_TEST(the_head_states_the_time_of_reading_the_clock) {
    profile("", path, "");
    struct profile *p = read_profile(path);
    const char *read = notes_get(&p->notes, "clock_read_ns");
    ck_assert(read && atoi(read) > 0 && strstr(read, " (subtracted)"));
    ck_assert_str_eq(notes_get(&p->notes, "measured_by"), build_measured_by);
    profile_free(p);
}
END_TEST

int main(void) {
    Suite *suite = suite_create("resume");
    TCase *files = tcase_create("files");
    tcase_add_checked_fixture(files, enter, leave);
    tcase_add_test(files, an_existing_profile_is_replaced_by_force_only);
    tcase_add_test(files, a_file_of_another_kind_is_never_measured_into);
    tcase_add_test(files, rows_are_resumed_after_a_commit_but_not_of_other_sources);
    tcase_add_loop_test(files, rows_of_a_finished_profile_keep_their_times_when_a_network_is_added, 0, 2);
    tcase_add_test(files, a_truncated_profile_is_not_resumed);
    tcase_add_test(files, no_command_writes_over_what_was_measured);
    tcase_add_test(files, the_digest_is_that_of_the_sources_that_are_measured_wherever_they_lie);
    tcase_add_test(files, the_head_states_the_time_of_reading_the_clock);
    suite_add_tcase(suite, files);
    return harness_run(suite);
}
