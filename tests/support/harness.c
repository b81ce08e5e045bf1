#include "tests/support/harness.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

int harness_run(Suite *suite) {
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner), run = srunner_ntests_run(runner);
    srunner_free(runner);
    if (run == 0) printf("no test ran: CK_RUN_SUITE or CK_RUN_CASE matches none of this program\n");
    return failed == 0 && run > 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}

static const char *harness_join(char *path, size_t room, const char *variable, const char *otherwise,
                                const char *name) {
    const char *folder = getenv(variable);
    snprintf(path, room, "%s/%s", folder && folder[0] ? folder : otherwise, name);
    return path;
}

const char *harness_data(const char *relative) {
    static char path[4096];
    harness_join(path, sizeof path, "TASO_DATA", "../shared/data", relative);
    if (access(path, R_OK) == 0) return path;
    printf("SKIPPED: %s is missing\n", path);
    fflush(stdout);
    return NULL;
}

const char *harness_program(const char *name) {
    static char path[4096];
    return harness_join(path, sizeof path, "TASO_BIN", "bin", name);
}

const char *harness_scratch(const char *name, const char *text) {
    static char paths[8][512];
    static int next;
    char *path = paths[next++ % 8], file[256];
    snprintf(file, sizeof file, "taso-%ld-%s", (long)getpid(), name);
    harness_join(path, sizeof paths[0], "TMPDIR", "/tmp", file);
    if (!text) return path;
    FILE *out = fopen(path, "wb");
    ck_assert_ptr_nonnull(out);
    ck_assert_int_ge(fputs(text, out), 0);
    ck_assert_int_eq(fclose(out), 0);
    return path;
}

void harness_forget(const char *path) {
    unlink(path);
}

void harness_read(char *text, size_t room, const char *path) {
    FILE *in = fopen(path, "rb");
    ck_assert_msg(in != NULL, "%s is missing", path);
    const size_t length = fread(text, 1, room, in);
    ck_assert_msg(length < room, "%s has %zu bytes or more", path, room);
    text[length] = '\0';
    fclose(in);
}

const char *harness_after(const char *text, const char *what) {
    const char *found = strstr(text, what);
    ck_assert_msg(found != NULL, "no %s after: %.60s", what, text);
    return found + strlen(what);
}

static void harness_slurp(char *text, size_t room, FILE *in) {
    size_t used = fread(text, 1, room - 1, in);
    text[used] = '\0';
    while (fgetc(in) != EOF) continue; /* read the rest, so that the program does not end with SIGPIPE */
}

void harness_shell(struct harness_output *o, const char *line) {
    char whole[8192], errors[] = "/tmp/harness.XXXXXX";
    int descriptor = mkstemp(errors);
    ck_assert_int_ge(descriptor, 0);
    snprintf(whole, sizeof whole, "{ %s\n} 2>%s", line, errors);
    FILE *out = popen(whole, "r");
    ck_assert_ptr_nonnull(out);
    harness_slurp(o->out, sizeof o->out, out);
    int status = pclose(out);
    o->status = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
    FILE *err = fdopen(descriptor, "r");
    ck_assert_ptr_nonnull(err);
    harness_slurp(o->err, sizeof o->err, err);
    fclose(err);
    unlink(errors);
}

void harness_command(struct harness_output *o, const char *program, const char *arguments) {
    char line[8000];
    snprintf(line, sizeof line, "%s %s", harness_program(program), arguments);
    harness_shell(o, line);
}

int harness_taso(struct harness_output *o, const char *format, ...) {
    char arguments[2048];
    va_list values;
    va_start(values, format);
    vsnprintf(arguments, sizeof arguments, format, values);
    va_end(values);
    harness_command(o, "taso", arguments);
    return o->status;
}

const char *harness_folder(void) {
    static char folder[4096];
    const char *top = getenv("TMPDIR");
    snprintf(folder, sizeof folder, "%s/taso-test.XXXXXX", top && top[0] ? top : "/tmp");
    ck_assert_msg(strlen(folder) < HARNESS_FOLDER, "TMPDIR is too long (expected at most %zu characters)",
                  HARNESS_FOLDER - sizeof "/taso-test.XXXXXX");
    ck_assert_ptr_nonnull(mkdtemp(folder));
    return folder;
}

void harness_remove_folder(const char *folder) {
    char line[8192];
    ck_assert(strstr(folder, "taso-test."));
    snprintf(line, sizeof line, "rm -rf '%s'", folder);
    ck_assert_int_eq(system(line), 0);
}

void harness_put(const char *folder, const char *name, const char *text) {
    char path[1024];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    for (char *c = path + strlen(folder) + 1; (c = strchr(c, '/')); c++) {
        *c = '\0';
        mkdir(path, 0777);
        *c = '/';
    }
    FILE *out = fopen(path, "w");
    ck_assert_msg(out != NULL, "cannot write %s", path);
    ck_assert_int_ge(fputs(text, out), 0);
    ck_assert_int_eq(fclose(out), 0);
}
