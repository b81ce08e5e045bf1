/* fail_each.h - a reader or writer in which call 1, 2, 3, ... fails (tests/support/failing.h), each time in a process of its
 * own: what comes out is one clear line and nothing else, no file, no leak. fail_each_init first, once per program. */
#ifndef TESTS_FUZZ_FAIL_EACH_H
#define TESTS_FUZZ_FAIL_EACH_H
#include <dirent.h>
#include <stdarg.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/fuzz/fuzz_seeds.h"
#include "tests/support/failing.h"

#define FAIL_EACH_OLD "what was there before\n"

/* Writers get a path in a separate folder; readers (ending NULL) a valid file. */
struct fail_each_subject {
    const char *name, *ending;
    bool (*run)(const char *path, struct error *err);
    const char *input;
};

static inline void fail_each_expect(bool holds, const char *format, ...) __attribute__((format(printf, 2, 3)));
static inline void fail_each_expect(bool holds, const char *format, ...) {
    char text[2048];
    va_list args;
    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    if (!holds) ck_abort_msg("%s", text);
}

static struct fail_each_result { /* shared with the child */
    bool done, good;
    struct error err;
    struct failing_seen seen;
    int status; /* of the child, from here on the parent's */
    char told[512];
} * fail_each_result;

static inline void fail_each_child(const struct fail_each_subject *s, const char *path, enum failing_kind kind,
                                   long nth, const char *told) {
    if (!freopen("/dev/null", "w", stdout) || !freopen(told, "w", stderr)) _exit(9);
    alarm(60);
    failing_arm(kind, nth);
    bool good = s->run(path, &fail_each_result->err);
    failing_disarm(&fail_each_result->seen);
    fail_each_result->good = good;
    fail_each_result->done = true;
    _exit(0);
}

static inline void fail_each_once(const struct fail_each_subject *s, const char *path, enum failing_kind kind,
                                  long nth) {
    char told[640];
    snprintf(told, sizeof told, "%s/told", folder);
    memset(fail_each_result, 0, sizeof *fail_each_result);
    fflush(NULL);
    pid_t child = fork();
    if (child == 0) fail_each_child(s, path, kind, nth, told);
    waitpid(child, &fail_each_result->status, 0);
    size_t length;
    char *text = load(told, &length);
    snprintf(fail_each_result->told, sizeof fail_each_result->told, "%.*s", (int)length, text);
    free(text);
}

static inline int fail_each_files(const char *path, bool removed) {
    DIR *all = opendir(path);
    int count = 0;
    fail_each_expect(all != NULL, "%s: cannot be listed", path);
    for (struct dirent *e; (e = readdir(all));) {
        count += e->d_name[0] != '.';
        if (removed) unlinkat(dirfd(all), e->d_name, 0);
    }
    closedir(all);
    return count;
}

static inline bool fail_each_holds(const char *path, const char *bytes, size_t length) {
    size_t had;
    char *text = load(path, &had);
    bool same = had == length && memcmp(text, bytes, length) == 0;
    free(text);
    return same;
}

/* Of an output only the old file remains, and no other file. */
static inline void fail_each_outputs(const char *about, const char *out, const char *path, bool old) {
    fail_each_expect(fail_each_files(out, false) == old, "%s: %d files were left, not %d", about,
                     fail_each_files(out, false), old);
    if (old)
        fail_each_expect(fail_each_holds(path, FAIL_EACH_OLD, strlen(FAIL_EACH_OLD)), "%s: the old file was changed",
                         about);
}

/* Lack of memory ends the program in one line, or is an error like any other. */
static inline void fail_each_failure(const char *about, enum failing_kind kind) {
    const char *newline = strchr(fail_each_result->told, '\n');
    fail_each_expect(WIFEXITED(fail_each_result->status), "%s: ended by signal %d", about,
                     WTERMSIG(fail_each_result->status));
    if (kind == FAILING_MEMORY && !fail_each_result->done) {
        fail_each_expect(WEXITSTATUS(fail_each_result->status) == 2, "%s: exit status %d", about,
                         WEXITSTATUS(fail_each_result->status));
        fail_each_expect(strncmp(fail_each_result->told, "out of memory: ", 15) == 0 && newline && !newline[1],
                         "%s: said '%s'", about, fail_each_result->told);
        return;
    }
    fail_each_expect(fail_each_result->done, "%s: exit status %d", about, WEXITSTATUS(fail_each_result->status));
    fail_each_expect(!fail_each_result->good, "%s: success in spite of %s", about, fail_each_result->seen.name);
    fail_each_expect(fail_each_result->err.text[0] && !strchr(fail_each_result->err.text, '\n'),
                     "%s: %s failed, and the error is '%s'", about, fail_each_result->seen.name,
                     fail_each_result->err.text);
    fail_each_expect(fail_each_result->seen.blocks_left == 0, "%s: %s failed, and %ld blocks were left", about,
                     fail_each_result->seen.name, fail_each_result->seen.blocks_left);
    fail_each_expect(fail_each_result->seen.files_left == 0, "%s: %s failed, and %ld files were left open", about,
                     fail_each_result->seen.name, fail_each_result->seen.files_left);
}

static inline void fail_each_success(const char *about) {
    fail_each_expect(fail_each_result->done && fail_each_result->good, "%s: fails where no call does: %s%s", about,
                     fail_each_result->err.text, fail_each_result->told);
    fail_each_expect(fail_each_result->err.text[0] == '\0', "%s: success with an error: %s", about,
                     fail_each_result->err.text);
    fail_each_expect(fail_each_result->seen.blocks_left == 0 && fail_each_result->seen.files_left == 0,
                     "%s: %ld blocks, %ld files were left", about, fail_each_result->seen.blocks_left,
                     fail_each_result->seen.files_left);
}

/* Call 1, 2, 3, ... fails until no call has that number; later in steps of 1/8. Returns how many runs failed. */
static inline long fail_each(const struct fail_each_subject *s, enum failing_kind kind, bool old) {
    char out[512], path[640], about[256];
    snprintf(out, sizeof out, "%s/out", folder);
    snprintf(path, sizeof path, "%s/written.%s", out, s->ending ? s->ending : "none");
    long runs = 0;
    mkdir(out, 0777);
    for (long nth = 1;; nth += 1 + nth / 8, runs++) {
        snprintf(about, sizeof about, "%s, call %ld of kind %d fails", s->name, nth, (int)kind);
        fail_each_files(out, true);
        if (old) store(path, FAIL_EACH_OLD, strlen(FAIL_EACH_OLD));
        fail_each_once(s, s->ending ? path : s->input, kind, nth);
        bool last = fail_each_result->done && !fail_each_result->seen.failed;
        if (last) break;
        fail_each_failure(about, kind);
        fail_each_outputs(about, out, path, old);
    }
    fail_each_success(about);
    fail_each_expect(fail_each_files(out, false) == (s->ending ? 1 : old), "%s: files next to the output", about);
    if (s->ending)
        fail_each_expect(!fail_each_holds(path, FAIL_EACH_OLD, strlen(FAIL_EACH_OLD)), "%s: nothing was written",
                         about);
    return runs;
}

static inline void fail_each_init(void) {
    fail_each_result = mmap(NULL, sizeof *fail_each_result, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (fail_each_result == MAP_FAILED) perror("fail_each"), exit(EXIT_FAILURE);
}

#endif
