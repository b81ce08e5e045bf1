#include "tests/harness.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

int harness_run(Suite *suite) {
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
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
    printf("SKIPPED: %s is not here\n", path);
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
