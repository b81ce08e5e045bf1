/* profiling.h - `taso profile` of a tiny network into a scratch folder, run as a command: shared by its tests. */
#ifndef TESTS_SUPPORT_PROFILING_H
#define TESTS_SUPPORT_PROFILING_H
#include <stdio.h>

#include "formulation/profile.h"
#include "tests/support/harness.h"

#define TINY "tests/data/tiny.net"

static struct harness_output o;
static char folder[256], path[512], part[544], kept[544];

static inline void enter(void) {
    snprintf(folder, sizeof folder, "%s", harness_folder());
    snprintf(path, sizeof path, "%s/tiny.tsv", folder);
    snprintf(part, sizeof part, "%s.part", path);
    snprintf(kept, sizeof kept, "%s.samples", path);
}

static inline void leave(void) {
    harness_remove_folder(folder);
}

static inline void profile(const char *before, const char *out, const char *options) {
    char line[2048];
    snprintf(line, sizeof line, "profile --network " TINY " -o %s --quick %s", out, options);
    char whole[4096];
    snprintf(whole, sizeof whole, "%s%s %s", before, harness_program("taso"), line);
    harness_shell(&o, whole);
}

static inline struct profile *read_profile(const char *from) {
    struct error err = {""};
    struct profile *p = profile_read(from, &err);
    ck_assert_msg(p != NULL, "%s", err.text);
    return p;
}

#endif
