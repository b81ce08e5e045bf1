/* Shards, merged, are what one run gets; parts that do not belong together are refused. */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "formulation/profile.h"
#include "tests/support/profiling.h"

#define PARTS 3
static char part_path[PARTS][300], merged[300];

static void setup(void) {
    enter();
    for (int i = 0; i < PARTS; i++) snprintf(part_path[i], sizeof part_path[i], "%s/part%d.tsv", folder, i + 1);
    snprintf(merged, sizeof merged, "%s/merged.tsv", folder);
}

static void measure_parts(const char *more) {
    for (int i = 0; i < PARTS; i++) {
        char options[128];
        snprintf(options, sizeof options, "--shard %d/%d %s", i + 1, PARTS, more);
        profile("", part_path[i], options);
        ck_assert_msg(o.status == 0, "%s", o.err);
        ck_assert_str_eq(o.out, ""); /* no plan can be run yet */
    }
}

static void merge(const char *paths) {
    char line[2048];
    snprintf(line, sizeof line, "profile-merge %s -o %s", paths, merged);
    harness_command(&o, "taso", line);
}

static void merge_parts(void) {
    char paths[1024];
    snprintf(paths, sizeof paths, "%s %s %s", part_path[2], part_path[0], part_path[1]);
    merge(paths);
    ck_assert_msg(o.status == 0, "%s", o.err);
}

START_TEST(merged_shards_have_the_rows_of_one_run_and_are_finished_by_another) {
    measure_parts("");
    merge_parts();
    profile("", path, "");
    ck_assert_msg(o.status == 0, "%s", o.err);
    struct profile *whole = read_profile(path), *parts = read_profile(merged);
    ck_assert_int_eq(whole->rows, parts->rows);
    for (int i = 0; i < whole->rows; i++) {
        const struct profile_row *a = &whole->row[i], *b = &parts->row[i];
        ck_assert(a->kind == b->kind && a->from == b->from && a->to == b->to);
        ck_assert_str_eq(a->scenario, b->scenario);
        ck_assert_str_eq(a->name, b->name);
        ck_assert_int_eq(a->workspace_bytes, b->workspace_bytes);
        ck_assert_int_eq(a->weights_bytes, b->weights_bytes);
    }
    ck_assert_ptr_null(notes_get(&parts->notes, "rehearsed_rows"));
    ck_assert_str_eq(notes_get(&parts->notes, "shards"), "3");
    profile_free(whole);
    profile_free(parts);
    profile("", merged, "--resume");
    ck_assert_msg(o.status == 0 && strstr(o.err, " 0 scenarios measured"), "%s", o.err);
    parts = read_profile(merged);
    ck_assert_int_gt(atoi(notes_get(&parts->notes, "rehearsed_rows")), 0);
    profile_free(parts);
}
END_TEST

static void refused(const char *paths, const char *says) {
    merge(paths);
    ck_assert_int_eq(o.status, 2);
    ck_assert_msg(strstr(o.err, says), "`%s` lacks `%s`", o.err, says);
    ck_assert_ptr_eq(strchr(o.err, '\n'), o.err + strlen(o.err) - 1);
    ck_assert_int_ne(access(merged, F_OK), 0);
}

static void edit(const char *script) { /* of the second part */
    char line[2048];
    snprintf(line, sizeof line, "sed -i.bak '%s' %s", script, part_path[1]);
    harness_shell(&o, line);
    ck_assert_int_eq(o.status, 0);
}

static void undo(void) {
    char line[1024];
    snprintf(line, sizeof line, "mv %s.bak %s", part_path[1], part_path[1]);
    harness_shell(&o, line);
    ck_assert_int_eq(o.status, 0);
}

START_TEST(parts_that_do_not_belong_together_are_refused) {
    static const struct {
        const char *edit, *says;
    } wrong[] = {{"s/^# host: .*/# host: Another/", "was measured with host 'Another' (expected '"},
                 {"s/^# effort: .*/# effort: thorough/", "was measured with effort 'thorough' (expected 'quick'"},
                 {"s/^# measured_by: .*/# measured_by: 1-2/", "was measured with measured_by '1-2'"},
                 {"s/^# networks: .*/# networks: alexnet/", "was measured with networks 'alexnet'"},
                 {"s/^# streaming: .*/# streaming: yes/", "was measured with streaming 'yes' (expected 'no'"},
                 {"s/^# caches: .*/# caches: none/", "was measured with caches 'none'"},
                 {"s/^# shard: .*/# shard: 2\\/4/", "is shard 2/4 (expected one of 3, as the first)"},
                 {"s/^# shard: .*/# shard: 1\\/3/", "is shard 1/3, and so is "},
                 {"/^# shard: /d", "is not a shard (expected a profile measured with --shard)"},
                 {"s/^# shard: .*/# shard: 5\\/3/", "is not a shard"},
                 {"$d", "cut off after"}};
    char all[1400], two[700], twice[2000];
    measure_parts("");
    snprintf(two, sizeof two, "%s %s", part_path[0], part_path[1]);
    snprintf(all, sizeof all, "%s %s", two, part_path[2]);
    snprintf(twice, sizeof twice, "%s %s", all, part_path[2]);
    refused(two, "1 of 3 shards missing: 3/3 (expected all)");
    refused(twice, "is shard 3/3, and so is ");
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        edit(wrong[i].edit);
        refused(all, wrong[i].says);
        undo();
    }
    merge(all);
    ck_assert_msg(o.status == 0, "%s", o.err);
    merge(all);
    ck_assert_int_eq(o.status, 2); /* measured times are kept */
    ck_assert_msg(strstr(o.err, "exists and is kept (expected a new name, or --force to replace it)"), "%s", o.err);
}
END_TEST

START_TEST(a_shard_is_resumed_by_the_same_shard_only) {
    measure_parts("");
    profile("", part_path[0], "--shard 1/3 --resume");
    ck_assert_msg(o.status == 0 && strstr(o.err, " 0 scenarios measured"), "%s", o.err);
    profile("", part_path[0], "--shard 2/3 --resume");
    ck_assert_int_eq(o.status, 2);
    ck_assert_msg(strstr(o.err, "is shard 1/3 (this run measures shard 2/3); --force replaces it"), "%s", o.err);
    profile("", part_path[0], "--resume");
    ck_assert_int_eq(o.status, 2);
    ck_assert_msg(strstr(o.err, "is shard 1/3 (this run measures no shard)"), "%s", o.err);
}
END_TEST

/* --- sweeps ------------------------------------------------------------------------------------------------------ */

#define SWEEP                                                                                                          \
    "sweep --quiet --network " TINY " --profile %s --methods taso,labels,heuristics --budgets auto:4 -o %s/%s %s"

static void sweep(const char *name, const char *more) {
    char line[2048];
    snprintf(line, sizeof line, SWEEP, path, folder, name, more);
    harness_command(&o, "taso", line);
    ck_assert_msg(o.status == 0, "%s", o.err);
}

/* Without the head, and without the last column, seconds. */
static void table_of(char *out, size_t room, const char *name) {
    char line[1024];
    snprintf(line, sizeof line, "grep -v '^#' %s/%s | sed 's/\t[^\t]*$//'", folder, name);
    harness_shell(&o, line);
    ck_assert_int_eq(o.status, 0);
    ck_assert_uint_lt(strlen(o.out), room);
    strcpy(out, o.out);
}

/* What a table is, and of which profile, is said in its head as by one run. */
static void head_of(char *out, size_t room, const char *name) {
    char line[1024];
    snprintf(line, sizeof line, "grep -E '^# (format|profile|digest): .' %s/%s", folder, name);
    harness_shell(&o, line);
    ck_assert_int_eq(o.status, 0);
    ck_assert_uint_lt(strlen(o.out), room);
    strcpy(out, o.out);
}

START_TEST(merged_sweeps_are_the_table_of_one_run) {
    static char whole[1 << 16], parts[1 << 16], head[1024], merged_head[1024];
    char line[2048];
    profile("", path, "");
    sweep("whole", "");
    table_of(whole, sizeof whole, "whole");
    head_of(head, sizeof head, "whole");
    ck_assert_ptr_eq(strstr(head, "# format: "), head);
    for (int n = 1; n <= 4; n += 3) {
        char list[1024] = "";
        for (int i = n; i >= 1; i--) {
            char name[16], shard[32];
            snprintf(name, sizeof name, "s%d", i);
            snprintf(shard, sizeof shard, "--shard %d/%d", i, n);
            sweep(name, shard);
            snprintf(list + strlen(list), sizeof list - strlen(list), "%s/%s ", folder, name);
        }
        snprintf(line, sizeof line, "profile-merge %s -o %s/merged", list, folder);
        harness_command(&o, "taso", line);
        ck_assert_msg(o.status == 0, "%s", o.err);
        table_of(parts, sizeof parts, "merged");
        head_of(merged_head, sizeof merged_head, "merged");
        ck_assert_str_eq(whole, parts);
        ck_assert_str_eq(head, merged_head);
    }
    snprintf(line, sizeof line, "profile-merge %s/s1 %s/s2 %s/s4 -o %s/x", folder, folder, folder, folder);
    harness_command(&o, "taso", line);
    ck_assert_int_eq(o.status, 2);
    ck_assert_msg(strstr(o.err, "1 of 4 shards missing, first 3/4 (expected all)"), "%s", o.err);
    snprintf(line, sizeof line, "profile-merge %s/s1 %s/whole -o %s/x", folder, folder, folder);
    harness_command(&o, "taso", line);
    ck_assert_int_eq(o.status, 2);
    ck_assert_msg(strstr(o.err, "not the end of the table") || strstr(o.err, "cut off") || strstr(o.err, "# rows"),
                  "%s", o.err);
}
END_TEST

/* Of two shards, one edited: the error names it, and no line of it. */
START_TEST(sweeps_that_do_not_belong_together_are_refused) {
    static const struct {
        const char *edit, *says;
    } wrong[] = {{"s/^# digest: .*/# digest: 0/", "/bad: has digest '0' (expected '"},
                 {"/^# sweep: /d", "/bad: has sweep 'nothing' (expected '"},
                 {"s/^network\t/net\t/", "/bad: has other columns (expected those of "},
                 {"s|^# shard: 2/2|# shard: 2/3|", "/bad: is one of 3 shards (expected one of 2, as "},
                 {"s|^# shard: 2/2|# shard: 1/2|", "/bad: is shard 1/2, and so is "},
                 {"/^# shard: /d", "/bad: is not a shard (expected a table of `taso sweep --shard`)"}};
    char line[2048];
    profile("", path, "");
    sweep("s1", "--shard 1/2");
    sweep("s2", "--shard 2/2");
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        snprintf(line, sizeof line, "cd %s && sed '%s' s2 >bad && ! cmp -s s2 bad", folder, wrong[i].edit);
        harness_shell(&o, line);
        ck_assert_msg(o.status == 0, "%s changes nothing", wrong[i].edit);
        snprintf(line, sizeof line, "profile-merge %s/s1 %s/bad -o %s/x", folder, folder, folder);
        harness_command(&o, "taso", line);
        ck_assert_int_eq(o.status, 2);
        ck_assert_msg(strstr(o.err, wrong[i].says), "`%s` lacks `%s`", o.err, wrong[i].says);
    }
}
END_TEST

int main(void) {
    Suite *suite = suite_create("shards");
    TCase *c = tcase_create("shards");
    tcase_add_checked_fixture(c, setup, leave);
    tcase_add_test(c, merged_shards_have_the_rows_of_one_run_and_are_finished_by_another);
    tcase_add_test(c, parts_that_do_not_belong_together_are_refused);
    tcase_add_test(c, a_shard_is_resumed_by_the_same_shard_only);
    tcase_add_test(c, merged_sweeps_are_the_table_of_one_run);
    tcase_add_test(c, sweeps_that_do_not_belong_together_are_refused);
    suite_add_tcase(suite, c);
    return harness_run(suite);
}
