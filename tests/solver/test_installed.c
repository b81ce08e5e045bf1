/* The library as `make install` leaves it: each program of solver/README.md is built outside the tree, with what
 * pkg-config says and nothing else, and prints what is written there. Uninstalling leaves no file. */
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/support/harness.h"

enum { TASKS = 5, LONGEST = 1 << 14 };

static struct task { char title[64], program[LONGEST], output[LONGEST]; } tasks[TASKS];

static char folder[256];
static struct harness_output ran;

static int shell(const char *format, const char *text) {
    char line[2048];
    snprintf(line, sizeof line, format, text);
    harness_shell(&ran, line);
    return ran.status;
}

/* The lines of a fenced block, up to its end. */
static void take_block(char *to, FILE *in) {
    char line[512];
    size_t used = 0;
    while (fgets(line, sizeof line, in) && strncmp(line, "```", 3) != 0) {
        ck_assert_uint_lt(used + strlen(line), LONGEST);
        used += (size_t)snprintf(to + used, LONGEST - used, "%s", line);
    }
}

/* ### title, ```c program ``` and ``` output ```. */
static void read_tasks(void) {
    char line[512], title[64] = "";
    int count = 0;
    FILE *in = fopen("solver/README.md", "r");
    ck_assert_ptr_nonnull(in);
    while (fgets(line, sizeof line, in)) {
        if (strncmp(line, "### ", 4) == 0)
            snprintf(title, sizeof title, "%.*s", (int)strcspn(line + 4, "\n"), line + 4);
        if (strcmp(line, "```c\n") != 0) continue;
        ck_assert_int_lt(count, TASKS);
        snprintf(tasks[count].title, sizeof tasks[count].title, "%s", title);
        take_block(tasks[count].program, in);
        ck_assert(fgets(line, sizeof line, in) && strcmp(line, "```\n") == 0);
        take_block(tasks[count++].output, in);
    }
    fclose(in);
    ck_assert_int_eq(count, TASKS);
}

/* BIN and BUILD of this build: bin and build, or X/bin and X. */
static const char *build(void) {
    static char text[512];
    const char *given = getenv("TASO_BIN"), *bin = given ? given : "bin", *tail = strrchr(bin, '/');
    int length = tail ? (int)(tail - bin) : 5;
    snprintf(text, sizeof text, "BIN='%s' BUILD='%.*s'", bin, length, tail ? bin : "build");
    return text;
}

static void install(void) {
    char line[1024];
    snprintf(folder, sizeof folder, "%s", harness_folder());
    read_tasks();
    snprintf(line, sizeof line, "MAKEFLAGS= make -s install-files PREFIX='%s/usr' DESTDIR= %s", folder, build());
    harness_shell(&ran, line);
    ck_assert_msg(ran.status == 0, "%s%s", ran.err, ran.out);
}

static void remove_all(void) {
    harness_remove_folder(folder);
}

START_TEST(programs_of_the_readme_print_what_it_says) {
    const struct task *t = &tasks[_i];
    char line[2048];
    harness_put(folder, "outside/task.c", t->program);
    snprintf(line, sizeof line,
             "cd '%s/outside' && export PKG_CONFIG_PATH='%s/usr/lib/pkgconfig' && "
             "${CC:-cc} -std=c17 -Wall -Wextra -Werror task.c $(pkg-config --cflags --libs milp) -o task && ./task",
             folder, folder);
    harness_shell(&ran, line);
    ck_assert_msg(ran.status == 0, "%s: %s", t->title, ran.err);
    ck_assert_msg(strcmp(ran.out, t->output) == 0, "%s: prints\n%s", t->title, ran.out);
}
END_TEST

START_TEST(a_file_is_read_solved_and_its_basis_kept) {
    static const char program[] =
        "#include <stdio.h>\n#include \"solver/io/bas.h\"\n#include \"solver/io/mps.h\"\n#include \"solver/milp.h\"\n"
        "int main(void) {\n    struct error err;\n    struct options o = options_default();\n"
        "    struct model *m = mps_read(\"m.mps\", true, stderr, &err);\n"
        "    struct milp_result *r = m ? milp_solve(m, &o, NULL) : NULL;\n"
        "    if (!r || !options_set(&o, \"threads=2\", &err) || !bas_write(\"m.bas\", m, r->place, &err)) return 2;\n"
        "    printf(\"%g\\n\", r->objective);\n    milp_result_free(r);\n    model_free(m);\n    return 0;\n}\n";
    harness_put(folder, "outside/file.c", program);
    harness_put(folder, "outside/m.mps", "NAME m\nROWS\n N c\n L r\nCOLUMNS\n x c -3 r 2\nRHS\n b r 5\nENDATA\n");
    ck_assert_msg(
        shell("cd '%s/outside' && export PKG_CONFIG_PATH=../usr/lib/pkgconfig && cc file.c $(pkg-config --cflags "
              "--libs milp) -o file && ./file && cat m.bas",
              folder) == 0,
        "%s", ran.err);
    ck_assert_str_eq(ran.out, "-7.5\nNAME m\n XU x r\nENDATA\n");
}
END_TEST

START_TEST(headers_stand_alone_and_the_package_says_its_version) {
    ck_assert_msg(shell("cd '%s/usr/include/milp' && for h in $(find . -name '*.h'); do echo \"#include \\\"$h\\\"\" | "
                        "cc -std=c17 -Wall -Wextra -Werror -fsyntax-only -I. -x c - || exit 1; done",
                        folder) == 0,
                  "%s", ran.err);
    ck_assert_int_eq(shell("PKG_CONFIG_PATH='%s/usr/lib/pkgconfig' pkg-config --modversion milp", folder), 0);
    char version[64], line[80];
    snprintf(version, sizeof version, "%.60s", ran.out);
    harness_command(&ran, "milp", "--version");
    snprintf(line, sizeof line, "milp %s", version);
    ck_assert_str_eq(ran.out, line);
}
END_TEST

START_TEST(uninstalling_leaves_no_file_and_destdir_is_not_in_the_package) {
    char line[2048];
    snprintf(line, sizeof line,
             "cd . && export MAKEFLAGS= && make -s install-files PREFIX=/opt/milp DESTDIR='%s/stage' %s && "
             "grep '^prefix=/opt/milp$' '%s/stage/opt/milp/lib/pkgconfig/milp.pc' && "
             "make -s uninstall PREFIX=/opt/milp DESTDIR='%s/stage' && find '%s/stage' -type f",
             folder, build(), folder, folder, folder);
    harness_shell(&ran, line);
    ck_assert_msg(ran.status == 0, "%s", ran.err);
    ck_assert_str_eq(ran.out, "prefix=/opt/milp\n");
}
END_TEST

int main(void) {
    Suite *s = suite_create("installed");
    TCase *t = tcase_create("installed");
    bool possible = system("command -v pkg-config >/dev/null") == 0;
#ifdef __SANITIZE_ADDRESS__
    possible = false; /* the archive links with the sanitizers only */
#endif
    if (!possible) {
        printf("SKIPPED: the installed library: pkg-config is not installed, or this build has sanitizers\n");
        return 0;
    }
    tcase_set_timeout(t, 120);
    tcase_add_unchecked_fixture(t, install, remove_all);
    tcase_add_loop_test(t, programs_of_the_readme_print_what_it_says, 0, TASKS);
    tcase_add_test(t, a_file_is_read_solved_and_its_basis_kept);
    tcase_add_test(t, headers_stand_alone_and_the_package_says_its_version);
    tcase_add_test(t, uninstalling_leaves_no_file_and_destdir_is_not_in_the_package);
    suite_add_tcase(s, t);
    return harness_run(s);
}
