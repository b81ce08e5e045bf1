#include "tests/support/harness.h"

#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
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

size_t harness_fill(char *to, size_t room, const char *text, char mark, const char *with) {
    size_t used = 0;
    for (const char *c = text; *c && used < room; c++)
        used += (size_t)snprintf(to + used, room - used, *c == mark ? "%s" : "%.1s", *c == mark ? with : c);
    return used;
}

static int harness_open_scratch(char *path) { /* a template of mkstemp */
    const int descriptor = mkstemp(path);
    ck_assert_int_ge(descriptor, 0);
    return descriptor;
}

static void harness_take(char *text, size_t room, int descriptor, const char *path) {
    FILE *in = fdopen(descriptor, "r");
    ck_assert_ptr_nonnull(in);
    text[fread(text, 1, room - 1, in)] = '\0';
    fclose(in);
    unlink(path);
}

/* Until the child has used that many seconds of the CPU, or has ended. */
static void harness_wait_cpu(pid_t child, double cpu_s) {
    clockid_t clock;
    struct timespec used = {0}, moment = {.tv_nsec = 1000000};
    ck_assert_int_eq(clock_getcpuclockid(child, &clock), 0);
    while (waitid(P_PID, (id_t)child, &(siginfo_t){0}, WEXITED | WNOHANG | WNOWAIT) == 0 &&
           clock_gettime(clock, &used) == 0 && (double)used.tv_sec + 1e-9 * (double)used.tv_nsec < cpu_s)
        nanosleep(&moment, NULL);
}

void harness_signalled(struct harness_output *o, const char *line, int signal, double cpu_s) {
    char out_path[] = "/tmp/harness.XXXXXX", err_path[] = "/tmp/harness.XXXXXX";
    const int out = harness_open_scratch(out_path), err = harness_open_scratch(err_path);
    int status = 0;
    fflush(NULL);
    const pid_t child = fork();
    ck_assert_int_ge(child, 0);
    if (child == 0) {
        dup2(out, 1);
        dup2(err, 2);
        close(out);
        close(err);
        execl("/bin/sh", "sh", "-c", line, (char *)NULL);
        _exit(127);
    }
    if (signal) {
        harness_wait_cpu(child, cpu_s);
        kill(child, signal);
    }
    ck_assert_int_eq(waitpid(child, &status, 0), child);
    o->status = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
    lseek(out, 0, SEEK_SET);
    lseek(err, 0, SEEK_SET);
    harness_take(o->out, sizeof o->out, out, out_path);
    harness_take(o->err, sizeof o->err, err, err_path);
}

void harness_shell(struct harness_output *o, const char *line) {
    harness_signalled(o, line, 0, 0);
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
