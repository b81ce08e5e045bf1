/* README.md promises command lines and a build: the commands and their flags exist, the quick ones run, and what is
 * missing for a build is named. */
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/support/harness.h"

static struct harness_output o;

/* Every flag of a line `bin/PROGRAM COMMAND ...` is one that the command's help has. */
static void readme_line(const char *line) {
    char words[512], ask[128], *rest = words, *word, help[sizeof o.out];
    snprintf(words, sizeof words, "%s", line);
    words[strcspn(words, "#")] = '\0';
    char *program = strtok_r(rest, " \n", &rest), *command = strtok_r(rest, " \n", &rest);
    bool solver = strstr(program, "milp") != NULL;
    snprintf(ask, sizeof ask, "%s%s --help", harness_program(solver ? "milp " : "taso "), solver ? "" : command);
    harness_shell(&o, ask);
    ck_assert_msg(o.status == 0, "README.md: %s: %s", line, o.err);
    strcpy(help, o.out);
    while ((word = strtok_r(rest, " \n", &rest))) {
        if (word[0] != '-') continue;
        char flag[64];
        snprintf(flag, sizeof flag, "%s%s", word, word[1] == '-' ? " " : ", --output ");
        ck_assert_msg(strstr(help, flag), "README.md: %s: no %s", line, word);
    }
}

START_TEST(the_command_lines_of_the_readme_exist) {
    FILE *in = fopen("README.md", "r");
    char line[512];
    int lines = 0, quick = 0;
    ck_assert_ptr_nonnull(in);
    while (fgets(line, sizeof line, in)) {
        const char *text = line + strspn(line, " ");
        if (text - line != 4) continue;
        if (strncmp(text, "bin/", 4) != 0 && strncmp(text, "taso ", 5) != 0) continue;
        readme_line(text);
        lines++;
        if (strncmp(text, "bin/taso networks", 17) != 0 && strncmp(text, "bin/taso primitives", 19) != 0) continue;
        harness_command(&o, "taso", text + strlen("bin/taso"));
        ck_assert_msg(o.status == 0 && strchr(o.out, '\n'), "README.md: %s: %s", text, o.err);
        quick++;
    }
    fclose(in);
    ck_assert_msg(lines >= 9 && quick == 2, "%d command lines of README.md, %d quick ones", lines, quick);
}
END_TEST

START_TEST(step_by_step_begins_by_building_both_programs) {
    harness_shell(&o, "sed -n '/^## Step by step/,/^## How/p' README.md | grep -m1 '^    '");
    ck_assert_msg(strstr(o.out, "    make ") == o.out, "%s", o.out);
    harness_shell(&o, "grep -c '^all: $(BIN)/milp $(BIN)/taso' Makefile");
    ck_assert_str_eq(o.out, "1\n");
}
END_TEST

/* By name, or by a pattern such as `lint_*.awk`; X_internal.h belongs to the files of X. */
START_TEST(every_table_of_files_is_complete) {
    harness_shell(&o,
                  "for readme in $(find solver kernels formulation baselines experiments tests -name README.md); do\n"
                  "    folder=${readme%/README.md}\n"
                  "    for file in $folder/*.h $folder/*.def $folder/*.sh $folder/*.awk $folder/*.gp; do\n"
                  "        [ -e \"$file\" ] || continue\n"
                  "        name=${file##*/} stem=${file##*/}\n"
                  "        stem=${stem%.*}\n"
                  "        case $stem in *_internal) continue ;; esac\n"
                  "        grep -qwF -e \"$stem\" -e \"${stem%%_*}*\" -e \"${stem%%_*}_*\" \"$readme\" ||\n"
                  "            echo \"$readme: $name is missing\"\n"
                  "    done\n"
                  "done; find solver kernels formulation baselines experiments tests -name README.md | wc -l >&2\n");
    ck_assert_msg(o.status == 0 && o.out[0] == '\0', "%s", o.out);
    ck_assert_int_gt(atoi(o.err), 30);
}
END_TEST

START_TEST(every_link_of_the_pages_leads_somewhere) {
    harness_shell(
        &o,
        "for page in *.md $(find solver kernels formulation baselines experiments tests results paper -name '*.md'); do\n"
        "    for link in $(sed -n 's/](\\([^)#]*\\)[^)]*)/\\n@\\1\\n/gp' \"$page\" | sed -n 's/^@//p' | grep -v '^http'); do\n"
        "        [ -e \"$(dirname \"$page\")/$link\" ] || echo \"$page: $link\"\n"
        "    done\n"
        "done; cat *.md | wc -l >&2\n");
    ck_assert_msg(o.status == 0 && o.out[0] == '\0', "%s", o.out);
    ck_assert_int_gt(atoi(o.err), 100);
}
END_TEST

START_TEST(a_compiler_that_is_not_there_is_named_and_nothing_is_installed) {
    static const char *const names[] = {"nocc", "nocc -m32", "/nowhere/cc"};
    char line[256], want[128];
    for (int i = 0; i < 3; i++) {
        snprintf(line, sizeof line, "CC='%s' tests/tools/setup.sh compiler", names[i]);
        harness_shell(&o, line);
        snprintf(want, sizeof want, "setup: CC='%s': ", names[i]);
        ck_assert_int_eq(o.status, 1);
        ck_assert_msg(strstr(o.err, want) == o.err && !strstr(o.err, "install"), "%s", o.err);
    }
}
END_TEST

int main(void) {
    Suite *suite = suite_create("readme");
    TCase *t = tcase_create("readme");
    tcase_add_test(t, the_command_lines_of_the_readme_exist);
    tcase_add_test(t, step_by_step_begins_by_building_both_programs);
    tcase_add_test(t, every_table_of_files_is_complete);
    tcase_add_test(t, every_link_of_the_pages_leads_somewhere);
    tcase_add_test(t, a_compiler_that_is_not_there_is_named_and_nothing_is_installed);
    suite_add_tcase(suite, t);
    return harness_run(suite);
}
