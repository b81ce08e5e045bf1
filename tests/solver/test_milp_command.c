/* The command milp as scripts see it: lines and their order, exit statuses, files, signals. */
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "solver/milp.h"
#include "tests/support/harness.h"
#include "tests/support/json.h"

static const char knapsack[] =
    "Maximize\n obj: 5 a + 4 b + 3 c\nSubject To\n r: 2 a + 3 b + c <= 5\n s: 4 a + b + 2 c <= 11\n"
    "Bounds\n a <= 9\nGeneral\n a b c\nEnd\n";
static const char empty[] = "Minimize\n x\nSubject To\n r: x >= 3\n s: x <= 2\nEnd\n";
static const char open[] = "Maximize\n x\nSubject To\n r: x - y <= 3\nEnd\n";

static struct harness_output ran;

static int run(const char *format, const char *path) {
    char arguments[2048];
    snprintf(arguments, sizeof arguments, format, path);
    harness_command(&ran, "milp", arguments);
    return ran.status;
}

static bool says(const char *text) {
    return strstr(ran.out, text) != NULL;
}

/* The keys of the lines printed, in their order. */
static void keys(char *list, size_t room) {
    list[0] = '\0';
    for (const char *line = ran.out; *line; line = strchr(line, '\n') + 1) {
        size_t used = strlen(list), length = strcspn(line, ":");
        snprintf(list + used, room - used, "%.*s ", (int)length, line);
    }
}

START_TEST(an_optimum_prints_every_line_in_order) {
    char list[256];
    const char *path = harness_scratch("k.lp", knapsack);
    ck_assert_int_eq(run("%s", path), 0);
    keys(list, sizeof list);
    ck_assert_str_eq(list, "status objective bound gap nodes iterations seconds max-violation ");
    ck_assert(says("status: optimal\nobjective: 15\nbound: 15\ngap: 0.000e+00\n"));
    ck_assert_str_eq(ran.err, "");
    harness_forget(path);
}
END_TEST

START_TEST(infeasible_ends_with_3_unbounded_with_4_and_neither_prints_an_objective) {
    char list[256];
    const char *path = harness_scratch("e.lp", empty);
    ck_assert_int_eq(run("%s", path), 3);
    keys(list, sizeof list);
    ck_assert_str_eq(list, "status nodes iterations seconds ");
    ck_assert(says("status: infeasible\n"));
    harness_forget(path);
    path = harness_scratch("o.lp", open);
    ck_assert_int_eq(run("%s", path), 4);
    ck_assert(says("status: unbounded\n") && !says("objective:"));
    harness_forget(path);
}
END_TEST

/* The table of exit statuses, written out again; the last program exceeds the range of doubles. */
static const struct {
    const char *word;
    int status;
} exits[] = {{"optimal", 0},    {"infeasible", 3},      {"unbounded", 4},   {"time-limit", 1},
             {"node-limit", 1}, {"iteration-limit", 1}, {"interrupted", 1}, {"numerical-trouble", 5}};
static const char *const answered[] = {
    knapsack, empty, open,
    "max\n x\nst\n 1e15 x + 1e-15 y >= 1\n 1e-15 x + 1e15 y <= 1e-15\n x - 1e18 y = 3.3e17\nend\n"};

START_TEST(the_exit_status_goes_with_the_status_printed) {
    for (int k = MILP_OPTIMAL; k <= MILP_NUMERICAL; k++) {
        ck_assert_str_eq(milp_status_names[k], exits[k].word);
        ck_assert_int_eq(milp_exit_status[k], exits[k].status);
    }
    for (size_t m = 0; m < sizeof answered / sizeof answered[0]; m++) {
        char line[64];
        const char *path = harness_scratch("exit.lp", answered[m]);
        int status = run("%s", path), k = 0;
        for (; k < MILP_NUMERICAL; k++) {
            snprintf(line, sizeof line, "status: %s\n", exits[k].word);
            if (says(line)) break;
        }
        ck_assert_msg(status == exits[k].status, "%d: %s", status, ran.out);
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
    if (strcmp(key, "seconds") != 0) ck_assert_msg(says(line), "no '%s' in: %s", line, ran.out);
}

static void json_agrees(const char *arguments, const char *path) {
    static struct harness_output as_json;
    char line[2048];
    int lines = 0, values = 0;
    run(arguments, path);
    snprintf(line, sizeof line, arguments, path);
    strcat(line, " --json");
    harness_command(&as_json, "milp", line);
    ck_assert_int_eq(as_json.status, ran.status);
    struct json j = {as_json.out, same_as_text, &values};
    ck_assert_msg(json_read(&j), "not JSON at: %.60s", j.at);
    for (const char *c = ran.out; *c; c++) lines += *c == '\n';
    ck_assert_int_eq(values, lines);
}

START_TEST(json_has_the_same_keys_and_values) {
    for (size_t i = 0; i < sizeof answered / sizeof answered[0]; i++) {
        const char *path = harness_scratch("j.lp", answered[i]);
        json_agrees("%s", path);
        harness_forget(path);
    }
    char arguments[512];
    const char *path = harness_scratch("j.lp", knapsack);
    snprintf(arguments, sizeof arguments, "%%s --certificate %s", harness_scratch("j.vipr", NULL));
    ck_assert_int_eq(run(arguments, path), 0);
    snprintf(arguments, sizeof arguments, "%%s --verify %s", harness_scratch("j.vipr", NULL));
    json_agrees(arguments, path);
    ck_assert_int_eq(run("%s --json --write x.mps", path), 2);
    ck_assert_ptr_nonnull(strstr(ran.err, "--json does nothing with --write"));
    harness_forget(harness_scratch("j.vipr", NULL));
    harness_forget(path);
}
END_TEST

START_TEST(relax_leaves_integrality_out) {
    const char *path = harness_scratch("k.lp", "Maximize\n x\nSubject To\n 2 x <= 5\nGeneral\n x\nEnd\n");
    ck_assert_int_eq(run("%s", path), 0);
    ck_assert(says("objective: 2\n"));
    ck_assert_int_eq(run("%s --relax", path), 0);
    ck_assert(says("objective: 2.5\n"));
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
    const char *path = harness_scratch("k.lp", knapsack);
    ck_assert_int_eq(run(wrong[_i].arguments, path), 2);
    ck_assert_msg(strncmp(ran.err, "milp: ", 6) == 0, "%s", ran.err);
    ck_assert_msg(strstr(ran.err, wrong[_i].says) != NULL, "%s", ran.err);
    ck_assert_msg(strchr(ran.err, '\n') == ran.err + strlen(ran.err) - 1, "more than one line: %s", ran.err);
    harness_forget(path);
}
END_TEST

START_TEST(bad_models_end_with_2_and_name_the_line) {
    const char *path = harness_scratch("bad.lp", "Minimize\n x\nSubject To\n x >= banana\nEnd\n");
    ck_assert_int_eq(run("%s", path), 2);
    ck_assert_msg(strstr(ran.err, "bad.lp:4: ") != NULL, "%s", ran.err);
    ck_assert_str_eq(ran.out, "");
    harness_forget(path);
}
END_TEST

START_TEST(warnings_go_to_standard_error_and_are_errors_when_strict) {
    const char *path = harness_scratch(
        "w.mps", "NAME\nROWS\n N o\n L r\nCOLUMNS\n    x o 1 r 1\nBOUNDS\n UP B x -1\n LO C x -5\nENDATA\n");
    ck_assert_int_eq(run("%s", path), 4);
    ck_assert_msg(strstr(ran.err, "warning") != NULL, "%s", ran.err);
    ck_assert_int_eq(run("%s --quiet", path), 4);
    ck_assert_str_eq(ran.err, "");
    ck_assert_int_eq(run("%s --strict", path), 2);
    harness_forget(path);
}
END_TEST

START_TEST(help_lists_every_flag_and_option_and_version_is_one_line) {
    ck_assert_int_eq(run("--help%s", ""), 0);
    ck_assert(says("--time-limit S") && says("--certificate FILE") && says("presolve_doubleton") && says("branching"));
    ck_assert(says("  3  infeasible\n") && says("  4  unbounded\n") && says("  5  numerical trouble\n"));
    ck_assert(!says("1e+20") && !says("default: 2147483647") && says("(at least 0, default: none)"));
    ck_assert_int_eq(run("--version%s", ""), 0);
    ck_assert(strncmp(ran.out, "milp ", 5) == 0 && strchr(ran.out, '\n') == ran.out + strlen(ran.out) - 1);
}
END_TEST

static void read_whole(char *text, size_t room, const char *path) {
    FILE *in = fopen(path, "r");
    ck_assert_ptr_nonnull(in);
    size_t length = fread(text, 1, room - 1, in);
    text[length] = '\0';
    fclose(in);
}

START_TEST(solutions_are_written_and_start_another_run) {
    char text[4096], arguments[1024], model[300], solution[300];
    snprintf(model, sizeof model, "%s", harness_scratch("k.lp", knapsack));
    snprintf(solution, sizeof solution, "%s", harness_scratch("k.sol", NULL));
    snprintf(arguments, sizeof arguments, "%s --solution %s", model, solution);
    ck_assert_int_eq(run(arguments, ""), 0);
    read_whole(text, sizeof text, solution);
    ck_assert_ptr_nonnull(strstr(text, "# status: optimal\n"));
    ck_assert_ptr_nonnull(strstr(text, "# objective: 15\n"));
    ck_assert_ptr_nonnull(strstr(text, "\na "));
    snprintf(arguments, sizeof arguments, "%s --start %s --node-limit 0", model, solution);
    run(arguments, "");
    ck_assert(says("objective: 15\n"));
    unlink(solution);
    const char *bad = harness_scratch("bad.sol", "# status: mine\na 1\nq 2\n");
    snprintf(arguments, sizeof arguments, "%s --start %s", model, bad);
    ck_assert_int_eq(run(arguments, ""), 2);
    ck_assert_msg(strstr(ran.err, "bad.sol:3: ") != NULL, "%s", ran.err);
    harness_forget(bad);
    unlink(model);
}
END_TEST

/* Integers x, y and continuous s of: r: x + y + s <= 4, t: x - y >= 0. */
static const struct {
    const char *start, *warning;
} starts[] = {
    {"x 2\ny 1\ns 1\n", NULL},
    {"x 2.9999\ny 1\n", NULL},
    {"x 2\ny 1\ns 40\n", NULL}, /* the continuous column is recomputed */
    {"x 9\ny 0\n", "integer column 'x' is 9 (expected 0 to 3)"},
    {"x 1\ny 2\n", "row 't' is -1"},
    {"x 3\ny 3\n", "row 'r' is 6"},
};

START_TEST(a_start_that_cannot_be_used_is_reported_and_an_error_when_strict) {
    char model[300], start[300], arguments[700];
    snprintf(model, sizeof model, "%s",
             harness_scratch("s.lp", "max\n x + 2 y + s\nst\n r: x + y + s <= 4\n t: x - y >= 0\nbounds\n x <= 3\n "
                                     "y <= 3\ngeneral\n x y\nend\n"));
    snprintf(start, sizeof start, "%s", harness_scratch("s.sol", starts[_i].start));
    snprintf(arguments, sizeof arguments, "%s --start %s", model, start);
    ck_assert_int_eq(run("%s", arguments), 0);
    ck_assert(says("objective: 6\n"));
    const char *warning = starts[_i].warning;
    ck_assert_msg(warning ? strstr(ran.err, warning) && strstr(ran.err, "s.sol: warning: the start is not used")
                          : ran.err[0] == '\0',
                  "%s", ran.err);
    ck_assert_int_eq(run("%s --strict", arguments), warning ? 2 : 0);
    ck_assert_int_eq(run("%s --quiet", arguments), 0);
    ck_assert_str_eq(ran.err, "");
    ck_assert_int_eq(run("%s --relax", arguments), 0);
    ck_assert_msg(strstr(ran.err, "no integer columns") != NULL, "%s", ran.err);
    harness_forget(start);
    harness_forget(model);
}
END_TEST

START_TEST(models_are_written_in_both_formats) {
    static const char *const tails[] = {"mps", "mps.gz", "lp", "lp.gz"};
    char arguments[1024], model[300], written[300];
    snprintf(model, sizeof model, "%s", harness_scratch("k.lp", knapsack));
    for (int k = 0; k < 4; k++) {
        char name[32];
        snprintf(name, sizeof name, "written.%s", tails[k]);
        snprintf(written, sizeof written, "%s", harness_scratch(name, NULL));
        snprintf(arguments, sizeof arguments, "%s --write %s", model, written);
        ck_assert_int_eq(run(arguments, ""), 0);
        ck_assert_int_eq(run("%s", written), 0);
        ck_assert(says("objective: 15\n"));
        unlink(written);
    }
    unlink(model);
}
END_TEST

START_TEST(names_that_only_resemble_lp_are_those_of_mps_files) {
    static const char *const names[] = {"k.lx", "k.plp", "k.lp.x", "k.ip"};
    char model[300], renamed[300];
    snprintf(model, sizeof model, "%s", harness_scratch("k.lp", knapsack));
    for (int k = 0; k < 4; k++) {
        char arguments[700], written[300];
        snprintf(written, sizeof written, "%s", harness_scratch("w.mps", NULL));
        snprintf(arguments, sizeof arguments, "%s --write %s", model, written);
        ck_assert_int_eq(run(arguments, ""), 0);
        snprintf(renamed, sizeof renamed, "%s", harness_scratch(names[k], NULL));
        ck_assert_int_eq(rename(written, renamed), 0);
        ck_assert_msg(run("%s", renamed) == 0 && says("objective: 15\n"), "%s: %s", names[k], ran.err);
        unlink(renamed);
    }
    unlink(model);
}
END_TEST

START_TEST(certificates_are_rays_and_duals) {
    char text[2048], arguments[1024], model[300], proof[300];
    snprintf(proof, sizeof proof, "%s", harness_scratch("proof", NULL));
    static const struct {
        const char *model, *kind, *line;
    } cases[] = {{empty, "# kind: infeasible\n", "\nr "}, {open, "# kind: unbounded\n", "\nx "}};
    for (int k = 0; k < 2; k++) {
        snprintf(model, sizeof model, "%s", harness_scratch("c.lp", cases[k].model));
        snprintf(arguments, sizeof arguments, "%s --certificate %s", model, proof);
        ck_assert_int_eq(run(arguments, ""), k == 0 ? 3 : 4);
        read_whole(text, sizeof text, proof);
        ck_assert_msg(strstr(text, cases[k].kind) && strstr(text, cases[k].line), "%s", text);
        unlink(model);
        unlink(proof);
    }
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
    ck_assert_int_eq(run("%s --node-limit 50", path), 1);
    ck_assert(says("status: node-limit\nobjective: ") && says("\nbound: ") && says("\ngap: "));
    ck_assert_int_eq(run("%s --time-limit 0.3", path), 1);
    ck_assert(says("status: time-limit\n"));
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
    ck_assert_int_eq(run("%s --time-limit 60", path), 0);
    harness_forget(path);
}
END_TEST

START_TEST(an_interrupt_ends_with_1_and_prints_the_best_found) {
    const char *path = hard_model(), *program = harness_program("milp");
    int pipes[2], status;
    ck_assert_int_eq(pipe(pipes), 0);
    pid_t child = fork();
    if (child == 0) {
        dup2(pipes[1], 1);
        close(pipes[0]);
        close(pipes[1]);
        execl(program, program, path, (char *)NULL);
        _exit(99);
    }
    close(pipes[1]);
    sleep(1);
    kill(child, SIGINT);
    size_t length = 0;
    for (ssize_t got; (got = read(pipes[0], ran.out + length, sizeof ran.out - length - 1)) > 0;) length += (size_t)got;
    ran.out[length] = '\0';
    close(pipes[0]);
    ck_assert_int_eq(waitpid(child, &status, 0), child);
    ck_assert(WIFEXITED(status));
    ck_assert_int_eq(WEXITSTATUS(status), 1);
    ck_assert_msg(says("status: interrupted\nobjective: "), "%s", ran.out);
    harness_forget(path);
}
END_TEST

START_TEST(the_log_names_the_source_of_each_solution_and_ends_with_statistics) {
    const char *path = hard_model();
    ck_assert_int_eq(run("%s --log --node-limit 100", path), 1);
    ck_assert_msg(strstr(ran.err, " nodes ") && strstr(ran.err, "bound ") && strstr(ran.err, "gap "), "%s", ran.err);
    ck_assert_int_eq(run("%s --log --quiet --node-limit 100", path), 1);
    ck_assert_msg(strstr(ran.err, "\nnodes\t") && strstr(ran.err, "\niterations\t"), "%s", ran.err);
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
    tcase_add_test(t, solutions_are_written_and_start_another_run);
    tcase_add_loop_test(t, a_start_that_cannot_be_used_is_reported_and_an_error_when_strict, 0,
                        sizeof starts / sizeof starts[0]);
    tcase_add_test(t, models_are_written_in_both_formats);
    tcase_add_test(t, names_that_only_resemble_lp_are_those_of_mps_files);
    tcase_add_test(t, certificates_are_rays_and_duals);
    tcase_add_test(t, limits_end_with_1_and_print_the_best_found);
    tcase_add_test(t, reading_counts_towards_the_time_limit);
    tcase_add_test(t, an_interrupt_ends_with_1_and_prints_the_best_found);
    tcase_add_test(t, the_log_names_the_source_of_each_solution_and_ends_with_statistics);
    suite_add_tcase(s, t);
    return harness_run(s);
}
