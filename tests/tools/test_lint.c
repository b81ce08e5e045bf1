/* make lint on small trees: each rule lets a clean tree pass and names the one file that breaks it. */
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tests/support/harness.h"

static struct harness_output o;
static char folder[512];

static void enter(void) {
    snprintf(folder, sizeof folder, "%s", harness_folder());
    harness_put(folder, "ARCHITECTURE.md",
                "## Who may include whom\n\n| folder | what | may include |\n|---|---|---|\n| `solver/base` | a | |\n"
                "| `solver/lp` | b | `solver/base` |\n| `solver/tree` | c | `solver/lp` |\n");
    harness_put(folder, "solver/base/clock.h",
                "#ifndef SOLVER_BASE_CLOCK_H\n#define SOLVER_BASE_CLOCK_H\nint clock_now(void);\n\n#endif\n");
    harness_put(folder, "solver/base/clock.c",
                "#include \"solver/base/clock.h\"\n\nint clock_now(void) {\n    assert(1);\n    return 0;\n}\n");
}

static void leave(void) {
    harness_remove_folder(folder);
}

static void lint(void) {
    char here[512], line[2048];
    ck_assert_ptr_nonnull(getcwd(here, sizeof here));
    snprintf(line, sizeof line,
             "cd %s && cp %s/.clang-format . && git init -q . && git add -A && sh %s/tests/tools/lint.sh", folder, here,
             here);
    harness_shell(&o, line);
}

static void refuses(const char *what) {
    lint();
    ck_assert_msg(o.status == 1, "accepted; it printed:\n%s%s", o.out, o.err);
    ck_assert_msg(strstr(o.out, what), "expected '%s', got:\n%s%s", what, o.out, o.err);
}

START_TEST(a_clean_tree_passes) {
    lint();
    ck_assert_msg(o.status == 0, "%s%s", o.out, o.err);
    ck_assert_ptr_nonnull(strstr(o.out, "lint: clean"));
}
END_TEST

START_TEST(a_folder_may_include_what_its_row_and_their_rows_name) {
    harness_put(folder, "solver/tree/tree.c", "#include \"solver/base/clock.h\"\n");
    lint();
    ck_assert_msg(o.status == 0, "%s%s", o.out, o.err);
}
END_TEST

START_TEST(an_include_against_the_table_is_refused) {
    harness_put(folder, "solver/lp/lp.c", "#include \"solver/tree/tree.h\"\n");
    refuses("solver/lp/lp.c:1: solver/lp may not include solver/tree");
}
END_TEST

START_TEST(an_include_that_is_not_from_the_root_is_refused) {
    harness_put(folder, "solver/lp/lp.c", "#include \"lu.h\"\n");
    refuses("solver/lp/lp.c:1: includes \"lu.h\"");
}
END_TEST

START_TEST(a_folder_that_is_missing_from_the_table_is_refused) {
    harness_put(folder, "solver/new/new.c", "int new_run(void);\n");
    refuses("solver/new is missing from the table");
}
END_TEST

START_TEST(a_circle_in_the_table_is_refused) {
    harness_put(folder, "ARCHITECTURE.md",
                "## Who may include whom\n| `solver/base` | a | `solver/lp` |\n| `solver/lp` | b | `solver/base` |\n");
    refuses("the table has a circle");
}
END_TEST

START_TEST(a_circle_of_four_files_is_refused_and_one_of_three_is_not) {
    const char *const name[] = {"a", "b", "c", "d"};
    for (int size = 3; size <= 4; size++) {
        for (int k = 0; k < size; k++) {
            char path[512], text[1024];
            snprintf(path, sizeof path, "solver/lp/%s.def", name[k]);
            snprintf(text, sizeof text, "#include \"solver/lp/%s.def\"\n", name[(k + 1) % size]);
            harness_put(folder, path, text);
        }
        if (size == 4) break;
        lint();
        ck_assert_msg(o.status == 0, "%s%s", o.out, o.err);
    }
    refuses("a circle of 4 files");
}
END_TEST

START_TEST(a_wrong_include_guard_is_refused) {
    harness_put(folder, "solver/lp/lp.h", "#ifndef LP_H\n#define LP_H\n\n#endif\n");
    refuses("solver/lp/lp.h: wrong include guard (expected SOLVER_LP_LP_H)");
}
END_TEST

START_TEST(a_comment_that_names_a_missing_file_is_refused) {
    harness_put(folder, "solver/lp/lp.c", "/* as solver/lp/gone.h says */\n");
    refuses("solver/lp/gone.h does not exist");
}
END_TEST

START_TEST(an_equation_that_is_not_defined_is_refused_wherever_it_is_cited) {
    static const struct {
        const char *file, *text, *complaint;
    } cases[] = {
        {"formulation/ilp.h", "/* equations (1) to (2). */\n", "formulation/ilp.h:1: equation (2)"},
        {"experiments/arena.h", "/* as (1) says, and\n * equation (5). */\n", "experiments/arena.h:2: equation (5)"},
        {"baselines/greedy.c", "/* the budget\n * of (1), and (2') */\n", "baselines/greedy.c:2: equation (2')"},
        {"baselines/methods.def", "METHOD(\"x\", \"least time (8)\")\n", "baselines/methods.def:1: equation (8)"},
        {"experiments/cmd.c", "\"solves equation (13)\"\n", "experiments/cmd.c:1: equation (13)"},
        {"experiments/t.awk", "x = f(3) # as (4)\n", "experiments/t.awk:1: equation (4)"}};
    for (size_t k = 0; k < sizeof cases / sizeof cases[0]; k++) {
        leave(), enter();
        harness_put(folder, "formulation/README.md", "Text.\n\n    sum_p x[v,p] = 1  for every v       (1)\n");
        harness_put(folder, cases[k].file, cases[k].text);
        refuses(cases[k].complaint);
    }
}
END_TEST

/* Calls, powers, years and sizes in parentheses are not citations; a header may define equations of its folder. */
START_TEST(numbers_in_parentheses_that_are_no_citations_pass) {
    harness_put(folder, "ARCHITECTURE.md",
                "## Who may include whom\n\n| folder | what | may include |\n|---|---|---|\n| `solver/base` | a | |\n"
                "| `formulation` | b | |\n");
    harness_put(folder, "formulation/README.md", "    min T subject to M <= B            (1)\n\nAs (1) says.\n");
    harness_put(
        folder, "formulation/arena.h",
        "/* A bound:\n *\n *     floor + rest <= capacity      (31)\n *\n * (31) holds. */\n#ifndef FORMULATION_ARENA_H\n"
        "#define FORMULATION_ARENA_H\n\n#endif\n");
    harness_put(folder, "formulation/arena.h",
                "/* A bound:\n *\n *     floor + rest <= capacity      (31)\n *\n * (31) holds. */\n"
                "#ifndef FORMULATION_ARENA_H\n#define FORMULATION_ARENA_H\n\n#endif\n");
    harness_put(folder, "formulation/ilp.c",
                "/* F(4), x[3](5), in 2014 (2015) and (1); O(9). */\nint ilp_x(int (2)) {\n    assert(1);\n}\n");
    lint();
    ck_assert_msg(!strstr(o.out, "equation"), "%s%s", o.out, o.err);
}
END_TEST

START_TEST(a_new_top_level_folder_is_refused) {
    harness_put(folder, "misc/notes.md", "x\n");
    refuses("unexpected at the top level: misc");
}
END_TEST

static bool has_ctags(void) {
    harness_shell(&o, "ctags --version");
    if (strstr(o.out, "Universal")) return true;
    printf("SKIPPED: Universal Ctags is not installed\n");
    return false;
}

START_TEST(a_function_named_after_another_file_is_refused) {
    if (!has_ctags()) return;
    harness_put(folder, "solver/lp/lp.c", "int other_run(void) {\n    return 0;\n}\n");
    refuses("other_run is named neither after its file nor after a header");
}
END_TEST

START_TEST(a_struct_of_26_members_is_refused) {
    if (!has_ctags()) return;
    char text[1024] = "#ifndef SOLVER_LP_LP_H\n#define SOLVER_LP_LP_H\nstruct lp {\n";
    for (int k = 0; k < 26; k++) snprintf(text + strlen(text), sizeof text - strlen(text), "    int m%d;\n", k);
    snprintf(text + strlen(text), sizeof text - strlen(text), "};\n\n#endif\n");
    harness_put(folder, "solver/lp/lp.h", text);
    refuses("a struct of 26 members");
}
END_TEST

START_TEST(a_folder_without_asserts_is_refused) {
    harness_put(folder, "solver/base/clock.c", "int clock_now(void) {\n    return 0;\n}\n");
    refuses("solver: too few asserts");
}
END_TEST

int main(void) {
    Suite *s = suite_create("lint");
    TCase *t = tcase_create("rules");
    tcase_add_checked_fixture(t, enter, leave);
    tcase_add_test(t, a_clean_tree_passes);
    tcase_add_test(t, a_folder_may_include_what_its_row_and_their_rows_name);
    tcase_add_test(t, an_include_against_the_table_is_refused);
    tcase_add_test(t, an_include_that_is_not_from_the_root_is_refused);
    tcase_add_test(t, a_folder_that_is_missing_from_the_table_is_refused);
    tcase_add_test(t, a_circle_in_the_table_is_refused);
    tcase_add_test(t, a_circle_of_four_files_is_refused_and_one_of_three_is_not);
    tcase_add_test(t, a_wrong_include_guard_is_refused);
    tcase_add_test(t, a_comment_that_names_a_missing_file_is_refused);
    tcase_add_test(t, an_equation_that_is_not_defined_is_refused_wherever_it_is_cited);
    tcase_add_test(t, numbers_in_parentheses_that_are_no_citations_pass);
    tcase_add_test(t, a_new_top_level_folder_is_refused);
    tcase_add_test(t, a_function_named_after_another_file_is_refused);
    tcase_add_test(t, a_struct_of_26_members_is_refused);
    tcase_add_test(t, a_folder_without_asserts_is_refused);
    suite_add_tcase(s, t);
    return harness_run(s);
}
