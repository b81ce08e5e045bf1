/* Plans by the methods that a user compares, at the ends and in the middle of the frontier, hold when they run; and
 * plans that cannot be run are refused. The whole matrix, of all networks, is `make check-plans`. */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "baselines/methods.h"
#include "formulation/frontier.h"
#include "kernels/isa.h"
#include "tests/support/invented_profile.h"
#include "tests/support/kept.h"

/* world.h's world, but with a profile in which times differ. */
static struct world invented_world(const char *network, uint64_t seed) {
    struct world w = world_new(network);
    struct error err = {""};
    const char *path = harness_scratch("plans.tsv", NULL);
    instance_free(w.g);
    profile_free(w.profile);
    w.profile = invented_profile(path, network, seed);
    harness_forget(path);
    w.g = instance_new(w.net, w.profile, 1, &err);
    ck_assert_msg(w.g != NULL, "%s", err.text);
    return w;
}

enum point { LEAST, MEDIAN, NONE };
static const struct {
    const char *method;
    enum point point;
} cases[] = {{"taso", LEAST},         {"taso", MEDIAN},          {"taso", NONE},          {"pbqp", NONE},
             {"greedy-memory", NONE}, {"greedy-time", NONE},     {"greedy-layout", NONE}, {"taso-layerwise", MEDIAN},
             {"family-im2col", NONE}, {"family-winograd", NONE}, {"sum2d", NONE}};

static int64_t budget(const struct world *w, enum point point) {
    struct request q = methods_request();
    struct frontier f;
    struct error err = {""};
    q.model = MEMORY_WORKSPACE;
    ck_assert_msg(frontier_sweep(&f, w->g, &q, methods_find("dynamic", &err), &err), "%s", err.text);
    int64_t bytes = point == NONE ? METHOD_NO_BUDGET : f.point[point == LEAST ? 0 : f.points / 2].memory_bytes;
    frontier_free(&f);
    return bytes;
}

static void select_plan(struct world *w, const char *network, const char *method, enum point point) {
    struct request q = methods_request();
    struct answer a;
    struct error err = {""};
    q.model = MEMORY_WORKSPACE;
    q.budget_bytes = budget(w, point);
    ck_assert_msg(methods_run(&a, methods_find(method, &err), w->g, &q, &err), "%s", err.text);
    ck_assert_msg(a.choice != NULL, "%s has no selection for %s", method, network);
    memcpy(w->choice, a.choice, (size_t)w->g->nodes * sizeof *w->choice);
    free(a.choice);
    plan_free(w->plan);
    /* peak, so that the plan says what the arena will be */
    w->plan = plan_new(w->g, w->choice, network, method, MEMORY_PEAK, CONVERSIONS_PER_EDGE, METHOD_NO_BUDGET);
}

static const struct {
    const char *network;
    int cases;
} worlds[] = {
    {"tests/data/tiny.net", 11}, {"tests/data/branches.net", 11}, {"tests/data/diamond.net", 11}, {"squeezenet1.1", 5}};

START_TEST(plans_of_every_method_are_kept) {
    const char *network = worlds[_i].network;
    struct world w = invented_world(network, (uint64_t)_i + 1);
    struct error err = {""};
    struct reference *f = reference_new(w.net, &w.weights, w.in, 1, &err);
    ck_assert_msg(f != NULL, "%s", err.text);
    for (int i = 0; i < worlds[_i].cases; i++) {
        select_plan(&w, network, cases[i].method, cases[i].point);
        plan_is_kept(&w, f, 1);
    }
    reference_free(f);
    world_free(&w);
}
END_TEST

/* --- as a user runs them --- */

#define TINY "tests/data/tiny.net"
static struct harness_output o;
static char folder[256], plan[300];

static void taso(const char *format, const char *name) {
    char line[1024];
    snprintf(line, sizeof line, format, folder, name);
    harness_command(&o, "taso", line);
}

static void enter(void) {
    char path[300];
    snprintf(folder, sizeof folder, "%s", harness_folder());
    snprintf(plan, sizeof plan, "%s/plan", folder);
    snprintf(path, sizeof path, "%s/profile", folder);
    profile_free(invented_profile(path, TINY, 4));
    char line[1024];
    snprintf(line, sizeof line, "select --network " TINY " --profile %s --method taso -o %s", path, plan);
    harness_command(&o, "taso", line);
    ck_assert_msg(o.status == 0, "%s", o.err);
}

static void leave(void) {
    harness_remove_folder(folder);
}

static long long said(const char *key) {
    const char *at = strstr(o.out, key);
    ck_assert_msg(at != NULL, "%s is not said: %s%s", key, o.out, o.err);
    return atoll(at + strlen(key));
}

static void refused(const char *what) {
    ck_assert_int_eq(o.status, 2);
    ck_assert_str_eq(o.out, "");
    ck_assert_msg(strstr(o.err, what) != NULL, "`%s` lacks `%s`", o.err, what);
    ck_assert_ptr_eq(strchr(o.err, '\n'), o.err + strlen(o.err) - 1);
}

START_TEST(an_arena_one_byte_short_is_refused_and_one_that_fits_is_not) {
    char line[64];
    taso("run %s/plan%s", "");
    ck_assert_msg(o.status == 0, "%s", o.err);
    long long bytes = said("arena-bytes: ");
    ck_assert_int_eq(said("used-bytes: "), bytes);
    snprintf(line, sizeof line, "%lld", bytes);
    taso("run %s/plan --arena %s", line);
    ck_assert_msg(o.status == 0, "%s", o.err);
    snprintf(line, sizeof line, "%lld", bytes - 1);
    taso("run %s/plan --arena %s", line);
    refused("needs an arena of ");
}
END_TEST

START_TEST(a_plan_that_names_another_network_is_refused) {
    char line[1024];
    snprintf(line, sizeof line, "sed 's/^# network: .*/# network: squeezenet1.1/' %s > %s/other", plan, folder);
    harness_shell(&o, line);
    taso("run %s/other%s", "");
    refused("squeezenet1.1");
}
END_TEST

START_TEST(weights_cut_short_are_refused) {
    harness_put(folder, "short.bin", "");
    taso("run %1$s/plan --weights %1$s/short.bin%2$s", "");
    refused("wrong length (expected ");
    taso("run %s/plan --weights %s", "/dev/null");
    refused("(expected a regular file");
}
END_TEST

START_TEST(a_reference_is_written_read_again_and_refused_for_anything_else) {
    char path[300];
    snprintf(path, sizeof path, "%s/reference", folder);
    for (int i = 0; i < 2; i++) {
        taso("run %1$s/plan --check --reference %1$s/reference%2$s", "");
        ck_assert_msg(o.status == 0, "%s", o.err);
        ck_assert_ptr_nonnull(strstr(o.out, "max-relative-error: "));
        ck_assert_int_eq(access(path, F_OK), 0);
    }
    taso("run %1$s/plan --check --seed 2 --reference %1$s/reference%2$s", "");
    refused("(expected tiny with weights seeded, input noise, seed 2)");
    FILE *out = fopen(path, "ab");
    fputc(0, out);
    fclose(out);
    taso("run %1$s/plan --check --reference %1$s/reference%2$s", "");
    refused("wrong length (expected that of the outputs of tiny)");
    ck_assert_int_eq(truncate(path, 5000), 0);
    taso("run %1$s/plan --check --reference %1$s/reference%2$s", "");
    refused("wrong length (expected that of the outputs of tiny)");
}
END_TEST

/* A wrong output is found: the reference's file is changed in one place. */
START_TEST(an_error_is_seen) {
    char path[300];
    const float wrong = 1e6f;
    snprintf(path, sizeof path, "%s/reference", folder);
    taso("run %1$s/plan --check --reference %1$s/reference%2$s", "");
    FILE *file = fopen(path, "r+b");
    ck_assert_int_eq(fseek(file, -4, SEEK_END), 0);
    fwrite(&wrong, sizeof wrong, 1, file);
    fclose(file);
    taso("run %1$s/plan --check --reference %1$s/reference%2$s", "");
    ck_assert_int_eq(o.status, 2);
    ck_assert_msg(strstr(o.err, "is off by 1.00e+00 of its largest value") != NULL, "%s", o.err);
}
END_TEST

START_TEST(every_available_instruction_set_is_right_and_others_are_refused) {
    for (int i = 0; i < ISAS; i++) {
        taso("run %s/plan --check --isa %s", isa_names[i]);
        if (isa_available((enum isa)i))
            ck_assert_msg(o.status == 0, "%s", o.err);
        else
            refused("this CPU does not have ");
    }
    taso("run %s/plan --isa %s", "mmx");
    refused("unknown word 'mmx' (expected portable, sse2, avx2 or avx512)");
    taso("run %s/plan --check --threads %s", "2");
    ck_assert_msg(o.status == 0, "%s", o.err);
    ck_assert_int_eq(said("threads: "), 2);
}
END_TEST

START_TEST(a_profile_of_another_instruction_set_and_two_threads_is_selected_from_and_run) {
    taso("profile --network " TINY " -o %s/portable --quick --isa %s", "portable");
    ck_assert_msg(o.status == 0, "%s", o.err);
    taso("select --network " TINY " --profile %1$s/portable --method taso -o %1$s/portable.plan%2$s", "");
    ck_assert_msg(o.status == 0, "%s", o.err);
    taso("run %s/portable.plan --check%s", "");
    ck_assert_msg(o.status == 0, "%s", o.err);
    ck_assert_int_eq(said("used-bytes: "), said("planned-bytes: "));
    ck_assert_ptr_nonnull(strstr(o.out, "drift-compute: "));
    taso("profile --network " TINY " -o %s/two --quick --threads %s", "2");
    ck_assert_msg(o.status == 0, "%s", o.err);
    taso("select --network " TINY " --profile %1$s/two --method taso -o %1$s/two.plan%2$s", "");
    ck_assert_msg(o.status == 0, "%s", o.err);
    taso("run %s/two.plan --check --threads %s", "2");
    ck_assert_msg(o.status == 0, "%s", o.err);
    ck_assert_int_eq(said("used-bytes: "), said("planned-bytes: "));
}
END_TEST

/* Figures edited by hand, for every command that reads a plan. LAST: the last row. */
static const struct {
    const char *edit, *says; /* for sed; in the line */
} edits[] = {{"s/^# memory-bytes: .*/# memory-bytes: 1/", "memory-bytes: not what the steps come to (expected "},
             {"s/^# budget-bytes: .*/# budget-bytes: 0/", "budget-bytes: less than the plan needs (expected "},
             {"s/^# time-ns: .*/# time-ns: 1/", "time-ns: not the sum of the steps' times (expected "},
             {"s/^# threads: .*/# threads: 2/", ""},
             {"s/^# threads: .*/# threads: many/", "a number from 1 to 256"},
             {"/^# threads: /d", "missing provenance (expected a line `# threads: ...`"},
             {"/^# isa: /d", "missing provenance (expected a line `# isa: ...`"},
             {"s/^\\(1\\t.*\\)\\t[0-9]*\\t[0-9]*$/\\1\\t77\\t0/", "column 9, workspace_bytes"},
             {"/\\tconv\\t/s/\\t[0-9]*$/\\t4/", "column 10, weights_bytes"},
             {"/\\tconv\\t/s/\\t\\([0-9]*\\)\\t\\([0-9]*\\)\\t\\([0-9]*\\)$/\\t1\\2\\t\\2\\t\\3/", ""},
             {"s/^1\\t/2\\t/", "column 1, step"},
             {"$d", "cut off after "},
             {"/^[0-9]/d", ""},
             {"/^3\\t/,$d", "cut off after 3 rows"},
             {"$a # rows: 1", "a line after the last one"}};

START_TEST(a_plan_edited_by_hand_is_refused_by_every_command) {
    static const char *const commands[] = {"run %s/edited --repeat 1%s", "explain %s/edited%s",
                                           "emit %1$s/edited -o %1$s/out%2$s"};
    char line[2048];
    for (size_t i = 0; i < sizeof edits / sizeof edits[0]; i++) {
        snprintf(line, sizeof line, "sed '%1$s' %2$s >%3$s/edited && ! cmp -s %2$s %3$s/edited", edits[i].edit, plan,
                 folder);
        harness_shell(&o, line);
        ck_assert_msg(o.status == 0, "%s changes nothing", line);
        for (size_t k = 0; k < sizeof commands / sizeof commands[0]; k++) {
            taso(commands[k], "");
            refused(edits[i].says);
            ck_assert_msg(strstr(o.err, "/edited:") != NULL || strstr(o.err, "/edited: ") != NULL, "%s", o.err);
        }
    }
}
END_TEST

/* A plan from a published table has its times, and this program's bytes: it runs, and must keep to them all the
 * same. */
START_TEST(a_plan_from_a_table_is_held_to_this_programs_bytes) {
    char line[2048];
    snprintf(line, sizeof line,
             "printf 'c,k,im,f,s,direct-sum2d,im2row-copy-short-ab-ik,chw-to-hwc,hwc-to-chw\\n"
             "3,8,12,3,1,900,100,1,1\\n8,8,12,3,1,900,100,1,1\\n' >%s/table.csv",
             folder);
    harness_shell(&o, line);
    taso("profile-import %1$s/table.csv -o %1$s/table.tsv%2$s", "");
    ck_assert_msg(o.status == 0, "%s", o.err);
    taso("select --quiet --network " TINY " --profile %1$s/table.tsv --method taso -o %1$s/table.plan%2$s", "");
    ck_assert_msg(o.status == 0, "%s", o.err);
    taso("explain %s/table.plan%s", "");
    ck_assert_msg(o.status == 0, "%s", o.err);
    snprintf(line, sizeof line, "sed 's/^# memory-bytes: .*/# memory-bytes: 1/' %1$s/table.plan >%1$s/edited", folder);
    harness_shell(&o, line);
    taso("explain %s/edited%s", "");
    refused("memory-bytes: not what the steps come to");
}
END_TEST

START_TEST(two_threads_that_need_more_than_the_budget_are_refused) {
    char line[2048];
    snprintf(line, sizeof line,
             "select --quiet --network " TINY " --profile %1$s/profile --method family-im2row --memory-model peak "
             "-o %1$s/plan",
             folder);
    harness_command(&o, "taso", line);
    ck_assert_msg(o.status == 0, "%s", o.err);
    const long long needs = said("memory-bytes: ");
    char edit[2048];
    snprintf(edit, sizeof edit, "sed -i 's/^# budget-bytes: .*/# budget-bytes: %lld/' %s", needs, plan);
    harness_shell(&o, edit);
    taso("run %s/plan --repeat 1%s", "");
    ck_assert_msg(o.status == 0, "%s", o.err);
    taso("run %s/plan --repeat 1 --threads %s", "2");
    refused("made for 1 thread on ");
    ck_assert_ptr_nonnull(strstr(o.err, ": with 2 on "));
    snprintf(edit, sizeof edit, "sed -i 's/^# budget-bytes: .*/# budget-bytes: %lld/' %s", 10 * needs, plan);
    harness_shell(&o, edit);
    taso("run %s/plan --repeat 1 --threads %s", "2");
    ck_assert_msg(o.status == 0, "%s", o.err);
}
END_TEST

int main(void) {
    Suite *suite = suite_create("plans");
    TCase *kept = tcase_create("kept"), *run = tcase_create("run");
    tcase_add_loop_test(kept, plans_of_every_method_are_kept, 0, (int)(sizeof worlds / sizeof worlds[0]));
    tcase_add_checked_fixture(run, enter, leave);
    tcase_add_test(run, a_plan_edited_by_hand_is_refused_by_every_command);
    tcase_add_test(run, a_plan_from_a_table_is_held_to_this_programs_bytes);
    tcase_add_test(run, two_threads_that_need_more_than_the_budget_are_refused);
    tcase_add_test(run, an_arena_one_byte_short_is_refused_and_one_that_fits_is_not);
    tcase_add_test(run, a_plan_that_names_another_network_is_refused);
    tcase_add_test(run, weights_cut_short_are_refused);
    tcase_add_test(run, a_reference_is_written_read_again_and_refused_for_anything_else);
    tcase_add_test(run, an_error_is_seen);
    tcase_add_test(run, every_available_instruction_set_is_right_and_others_are_refused);
    tcase_add_test(run, a_profile_of_another_instruction_set_and_two_threads_is_selected_from_and_run);
    suite_add_tcase(suite, kept);
    suite_add_tcase(suite, run);
    return harness_run(suite);
}
