/* The command milp as scripts see it: lines and their order, exit statuses, files, signals. */
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "solver/milp.h"
#include "tests/support/harness.h"
#include "tests/support/json.h"
#include "tests/support/milp_says.h"

/* The keys of the lines printed, in their order. */
static void keys(char *list, size_t room) {
    list[0] = '\0';
    for (const char *line = milp_says_last.out; *line; line = strchr(line, '\n') + 1) {
        size_t used = strlen(list), length = strcspn(line, ":");
        snprintf(list + used, room - used, "%.*s ", (int)length, line);
    }
}

START_TEST(an_optimum_prints_every_line_in_order) {
    char list[256];
    const char *path = harness_scratch("k.lp", MILP_SAYS_KNAPSACK);
    ck_assert_int_eq(milp_says_run("%s", path), 0);
    keys(list, sizeof list);
    ck_assert_str_eq(list, "status objective bound gap nodes iterations seconds max-violation ");
    ck_assert(milp_says("status: optimal\nobjective: 15\nbound: 15\ngap: 0.000e+00\n"));
    ck_assert_str_eq(milp_says_last.err, "");
    harness_forget(path);
}
END_TEST

START_TEST(infeasible_ends_with_3_unbounded_with_4_and_neither_prints_an_objective) {
    char list[256];
    const char *path = harness_scratch("e.lp", MILP_SAYS_EMPTY);
    ck_assert_int_eq(milp_says_run("%s", path), 3);
    keys(list, sizeof list);
    ck_assert_str_eq(list, "status nodes iterations seconds ");
    ck_assert(milp_says("status: infeasible\n"));
    harness_forget(path);
    path = harness_scratch("o.lp", MILP_SAYS_OPEN);
    ck_assert_int_eq(milp_says_run("%s", path), 4);
    ck_assert(milp_says("status: unbounded\n") && !milp_says("objective:"));
    harness_forget(path);
}
END_TEST

/* The table of exit statuses, written out again; in the last program, which is infeasible, 1e-15 and 1e18 meet. */
static const struct {
    const char *word;
    int status;
} exits[] = {{"optimal", 0},    {"infeasible", 3},      {"unbounded", 4},   {"time-limit", 1},
             {"node-limit", 1}, {"iteration-limit", 1}, {"interrupted", 1}, {"numerical-trouble", 5}};
static const struct {
    const char *program;
    int status;
} answered[] = {
    {MILP_SAYS_KNAPSACK, MILP_OPTIMAL},
    {MILP_SAYS_EMPTY, MILP_INFEASIBLE},
    {MILP_SAYS_OPEN, MILP_UNBOUNDED},
    {"max\n x\nst\n 1e15 x + 1e-15 y >= 1\n 1e-15 x + 1e15 y <= 1e-15\n x - 1e18 y = 3.3e17\nend\n", MILP_NUMERICAL}};

START_TEST(the_exit_status_goes_with_the_status_printed) {
    for (int k = MILP_OPTIMAL; k <= MILP_NUMERICAL; k++) {
        ck_assert_str_eq(milp_status_names[k], exits[k].word);
        ck_assert_int_eq(milp_exit_status[k], exits[k].status);
    }
    for (size_t m = 0; m < sizeof answered / sizeof answered[0]; m++) {
        char line[64];
        const char *path = harness_scratch("exit.lp", answered[m].program);
        int status = milp_says_run("%s", path), k = 0;
        for (; k < MILP_NUMERICAL; k++) {
            snprintf(line, sizeof line, "status: %s\n", exits[k].word);
            if (milp_says(line)) break;
        }
        ck_assert_msg(k == answered[m].status && status == exits[k].status, "%d: %s", status, milp_says_last.out);
        harness_forget(path);
    }
}
END_TEST

/* The values as in the text form; `seconds` differs from run to run. */
static void same_as_text(void *context, const char *key, bool string, const char *value) {
    char line[512];
    (void)string;
    snprintf(line, sizeof line, "%s: %s\n", key, value);
    (*(int *)context)++;
    if (strcmp(key, "seconds") != 0) ck_assert_msg(milp_says(line), "no '%s' in: %s", line, milp_says_last.out);
}

static void json_agrees(const char *arguments, const char *path) {
    static struct harness_output as_json;
    char line[2048];
    int lines = 0, values = 0;
    milp_says_run(arguments, path);
    snprintf(line, sizeof line, arguments, path);
    strcat(line, " --json");
    harness_command(&as_json, "milp", line);
    ck_assert_int_eq(as_json.status, milp_says_last.status);
    struct json j = {as_json.out, same_as_text, &values};
    ck_assert_msg(json_read(&j), "not JSON at: %.60s", j.at);
    for (const char *c = milp_says_last.out; *c; c++) lines += *c == '\n';
    ck_assert_int_eq(values, lines);
}

START_TEST(json_has_the_same_keys_and_values) {
    for (size_t i = 0; i < sizeof answered / sizeof answered[0]; i++) {
        const char *path = harness_scratch("j.lp", answered[i].program);
        json_agrees("%s", path);
        harness_forget(path);
    }
    char arguments[512];
    const char *path = harness_scratch("j.lp", MILP_SAYS_KNAPSACK);
    snprintf(arguments, sizeof arguments, "%%s --certificate %s", harness_scratch("j.vipr", NULL));
    ck_assert_int_eq(milp_says_run(arguments, path), 0);
    snprintf(arguments, sizeof arguments, "%%s --verify %s", harness_scratch("j.vipr", NULL));
    json_agrees(arguments, path);
    ck_assert_int_eq(milp_says_run("%s --json --write x.mps", path), 2);
    ck_assert_ptr_nonnull(strstr(milp_says_last.err, "--json does nothing with --write"));
    harness_forget(harness_scratch("j.vipr", NULL));
    harness_forget(path);
}
END_TEST

START_TEST(relax_leaves_integrality_out) {
    const char *path = harness_scratch("k.lp", "Maximize\n x\nSubject To\n 2 x <= 5\nGeneral\n x\nEnd\n");
    ck_assert_int_eq(milp_says_run("%s", path), 0);
    ck_assert(milp_says("objective: 2\n"));
    ck_assert_int_eq(milp_says_run("%s --relax", path), 0);
    ck_assert(milp_says("objective: 2.5\n"));
    harness_forget(path);
}
END_TEST

static const struct {
    const char *arguments, *says;
} wrong[] = {{"", "MODEL"},
             {"--colour", "unknown"},
             {"a.lp b.lp", "unexpected argument 'b.lp' (expected one MODEL"},
             {"/nowhere/model.mps", "/nowhere/model.mps"},
             {"/", "directory"},
             {"%s --time-limit", "S is missing"},
             {"%s --time-limit soon", "number of at least 0"},
             {"%s --time-limit -1", "number of at least 0"},
             {"%s --threads 0", "from 1 to 64"},
             {"%s --threds 2", "unknown option --threds (did you mean --threads?)"},
             {"%s --set sede=3", "'sede' is unknown (did you mean seed?)"},
             {"''", "an empty file name"},
             {"%s --gap-rel 5", "a number from 0 to 1"},
             {"%s --relax --relax", "--relax is given twice"},
             {"%s --quiet --quiet", "--quiet is given twice"},
             {"%s --threads 2 --threads 2", "--threads is given twice"},
             {"%s --set seed=1 --set seed=2", "'seed=2' is given twice"},
             {"%s --threads 2 --set threads=2", "'threads=2' is given twice"},
             {"%s --write /tmp/never.lp --solution /tmp/never", "--solution does nothing with --write"},
             {"%s --write /tmp/never.lp --threads 2", "--threads does nothing with --write"},
             {"%s --verify /tmp/never --start /tmp/never", "--start does nothing with --verify"},
             {"%s --solution=", "--solution is empty"},
             {"%s --solution /", "directory"},
             {"%s --start /", "directory"},
             {"%s --options /", "directory"},
             {"%s --node-limit 1.5", "whole number"},
             {"%s --set presolve=maybe", "on or off"},
             {"%s --set speed=9", "unknown"},
             {"%s --options /nowhere", "/nowhere"},
             {"%s --relax=yes", "no value"},
             {"%s --relax --relax", "--relax is given twice"},
             {"%s --time-limit 3 --time-limit=4", "--time-limit is given twice"},
             {"%s --solution /nowhere/a --solution /nowhere/b", "--solution is given twice"},
             {"%s --set seed=3 --set seed=4", "'seed=4' is given twice"},
             {"%s --start /nowhere", "/nowhere"},
             {"%s --solution /nowhere/at/all", "/nowhere"},
             {"%s --write /nowhere/m.mps", "/nowhere"},
             {"%s --certificate /tmp/never", "no certificate"}};

START_TEST(wrong_usage_ends_with_2_and_one_line) {
    const char *path = harness_scratch("k.lp", MILP_SAYS_KNAPSACK);
    ck_assert_int_eq(milp_says_run(wrong[_i].arguments, path), 2);
    ck_assert_msg(strncmp(milp_says_last.err, "milp: ", 6) == 0, "%s", milp_says_last.err);
    ck_assert_msg(strstr(milp_says_last.err, wrong[_i].says) != NULL, "%s", milp_says_last.err);
    ck_assert_msg(strchr(milp_says_last.err, '\n') == milp_says_last.err + strlen(milp_says_last.err) - 1,
                  "more than one line: %s", milp_says_last.err);
    harness_forget(path);
}
END_TEST

START_TEST(bad_models_end_with_2_and_name_the_line) {
    const char *path = harness_scratch("bad.lp", "Minimize\n x\nSubject To\n x >= banana\nEnd\n");
    ck_assert_int_eq(milp_says_run("%s", path), 2);
    ck_assert_msg(strstr(milp_says_last.err, "bad.lp:4: ") != NULL, "%s", milp_says_last.err);
    ck_assert_str_eq(milp_says_last.out, "");
    harness_forget(path);
}
END_TEST

START_TEST(warnings_go_to_standard_error_and_are_errors_when_strict) {
    const char *path = harness_scratch(
        "w.mps", "NAME\nROWS\n N o\n L r\nCOLUMNS\n    x o 1 r 1\nBOUNDS\n UP B x -1\n LO C x -5\nENDATA\n");
    ck_assert_int_eq(milp_says_run("%s", path), 4);
    ck_assert_msg(strstr(milp_says_last.err, "warning") != NULL, "%s", milp_says_last.err);
    ck_assert_int_eq(milp_says_run("%s --quiet", path), 4);
    ck_assert_str_eq(milp_says_last.err, "");
    ck_assert_int_eq(milp_says_run("%s --strict", path), 2);
    harness_forget(path);
}
END_TEST

START_TEST(help_lists_every_flag_and_option_and_version_is_one_line) {
    ck_assert_int_eq(milp_says_run("--help%s", ""), 0);
    ck_assert(milp_says("--time-limit S") && milp_says("--certificate FILE") && milp_says("presolve_doubleton") &&
              milp_says("branching"));
    ck_assert(milp_says("  3  infeasible\n") && milp_says("  4  unbounded\n") && milp_says("  5  numerical trouble\n"));
    ck_assert(!milp_says("1e+20") && !milp_says("default: 2147483647") && milp_says("(at least 0, default: none)"));
    ck_assert_int_eq(milp_says_run("--version%s", ""), 0);
    ck_assert(strncmp(milp_says_last.out, "milp ", 5) == 0 &&
              strchr(milp_says_last.out, '\n') == milp_says_last.out + strlen(milp_says_last.out) - 1);
}
END_TEST

/* A market split program (Cornuejols & Dawande 1998): hopeless for branch and bound, with solutions from the start. */
static const char *hard_model(void) {
    static char text[1 << 16];
    size_t used = (size_t)snprintf(text, sizeof text, "Minimize\n s0 + t0 + s1 + t1 + s2 + t2 + s3 + t3\nSubject To\n");
    for (int i = 0; i < 4; i++) {
        int sum = 0;
        used += (size_t)snprintf(text + used, sizeof text - used, " r%d: s%d - t%d", i, i, i);
        for (int j = 0; j < 40; j++) {
            int a = (int)((unsigned)(i * 40 + j + 1) * 2654435761u >> 8) % 100;
            sum += a;
            used += (size_t)snprintf(text + used, sizeof text - used, " + %d x%d", a, j);
        }
        used += (size_t)snprintf(text + used, sizeof text - used, " = %d\n", sum / 2);
    }
    used += (size_t)snprintf(text + used, sizeof text - used, "Binary\n");
    for (int j = 0; j < 40; j++) used += (size_t)snprintf(text + used, sizeof text - used, " x%d\n", j);
    snprintf(text + used, sizeof text - used, "End\n");
    return harness_scratch("hard.lp", text);
}

START_TEST(limits_end_with_1_and_print_the_best_found) {
    const char *path = hard_model();
    ck_assert_int_eq(milp_says_run("%s --node-limit 50", path), 1);
    ck_assert(milp_says("status: node-limit\nobjective: ") && milp_says("\nbound: ") && milp_says("\ngap: "));
    ck_assert_int_eq(milp_says_run("%s --time-limit 0.3", path), 1);
    ck_assert(milp_says("status: time-limit\n"));
    harness_forget(path);
}
END_TEST

START_TEST(reading_counts_towards_the_time_limit) {
    const char *path = harness_scratch("slow.mps", "ROWS\n N c\n L r\nCOLUMNS\n x c -3 r 2\nRHS\n b r 5\nENDATA\n");
    char line[512];
    struct harness_output slow;
    snprintf(line, sizeof line, "(sleep 0.6; cat %s) | %s - --time-limit 0.5", path, harness_program("milp"));
    harness_shell(&slow, line);
    ck_assert_int_eq(slow.status, 1);
    ck_assert_msg(strstr(slow.out, "status: time-limit\n") != NULL, "%s", slow.out);
    ck_assert_int_eq(milp_says_run("%s --time-limit 60", path), 0);
    harness_forget(path);
}
END_TEST

START_TEST(an_interrupt_ends_with_1_and_prints_the_best_found) {
    const char *path = hard_model();
    char line[1024];
    snprintf(line, sizeof line, "exec %s %s", harness_program("milp"), path);
    harness_signalled(&milp_says_last, line, SIGINT, 0.5);
    ck_assert_int_eq(milp_says_last.status, 1);
    ck_assert_msg(milp_says("status: interrupted\nobjective: "), "%s", milp_says_last.out);
    harness_forget(path);
}
END_TEST

START_TEST(the_log_names_the_source_of_each_solution_and_ends_with_statistics) {
    const char *path = hard_model();
    ck_assert_int_eq(milp_says_run("%s --log --node-limit 100", path), 1);
    ck_assert_msg(strstr(milp_says_last.err, " nodes ") && strstr(milp_says_last.err, "bound ") &&
                      strstr(milp_says_last.err, "gap "),
                  "%s", milp_says_last.err);
    ck_assert_int_eq(milp_says_run("%s --log --quiet --node-limit 100", path), 1);
    ck_assert_msg(strstr(milp_says_last.err, "\nnodes\t") && strstr(milp_says_last.err, "\niterations\t"), "%s",
                  milp_says_last.err);
    harness_forget(path);
}
END_TEST

int main(void) {
    Suite *s = suite_create("milp_command");
    TCase *t = tcase_create("milp_command");
    tcase_add_test(t, an_optimum_prints_every_line_in_order);
    tcase_add_test(t, infeasible_ends_with_3_unbounded_with_4_and_neither_prints_an_objective);
    tcase_add_test(t, the_exit_status_goes_with_the_status_printed);
    tcase_add_test(t, json_has_the_same_keys_and_values);
    tcase_add_test(t, relax_leaves_integrality_out);
    tcase_add_loop_test(t, wrong_usage_ends_with_2_and_one_line, 0, sizeof wrong / sizeof wrong[0]);
    tcase_add_test(t, bad_models_end_with_2_and_name_the_line);
    tcase_add_test(t, warnings_go_to_standard_error_and_are_errors_when_strict);
    tcase_add_test(t, help_lists_every_flag_and_option_and_version_is_one_line);
    tcase_add_test(t, limits_end_with_1_and_print_the_best_found);
    tcase_add_test(t, reading_counts_towards_the_time_limit);
    tcase_add_test(t, an_interrupt_ends_with_1_and_prints_the_best_found);
    tcase_add_test(t, the_log_names_the_source_of_each_solution_and_ends_with_statistics);
    suite_add_tcase(s, t);
    return harness_run(s);
}
