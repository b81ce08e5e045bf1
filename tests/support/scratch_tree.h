/* scratch_tree.h - a copy of the sources with what has been built from them, for tests that add a row to a table and
 * watch it arrive. Objects keep their dates, so that only what the new row changes is compiled again, without
 * optimisation; the rest stays as `make` built it. Without a plain build to start from, everything is compiled.
 * scratch_tree_free removes the copy. */
#ifndef TESTS_SUPPORT_SCRATCH_TREE_H
#define TESTS_SUPPORT_SCRATCH_TREE_H
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "tests/support/harness.h"

struct scratch_tree {
    char folder[512];
};

static struct harness_output scratch_tree_output; /* of the last scratch_tree_run */

/* A shell command at the top of the copy. It must succeed, or fail if not `good`, and print `said` to either stream. */
static inline void scratch_tree_run(const struct scratch_tree *t, const char *command, bool good, const char *said) {
    struct harness_output *o = &scratch_tree_output;
    char line[4096];
    snprintf(line, sizeof line, "cd '%s' && { %s; }", t->folder, command);
    harness_shell(o, line);
    ck_assert_msg((o->status == 0) == good, "%s: status %d: %.2000s%.4000s", command, o->status, o->err, o->out);
    ck_assert_msg(strstr(o->out, said) || strstr(o->err, said), "%s: no `%s` in: %.2000s%.4000s", command, said, o->err,
                  o->out);
}

static inline struct scratch_tree scratch_tree_new(void) {
    static struct harness_output o;
    struct scratch_tree t;
    char line[2048];
    snprintf(t.folder, sizeof t.folder, "%s", harness_folder());
    snprintf(line, sizeof line,
             "cp -a Makefile ARCHITECTURE.md solver kernels formulation baselines experiments tests '%s' && "
             "mkdir '%s/build' && { [ ! -f build/libsolver.a ] || cp -a build/solver build/kernels build/formulation "
             "build/baselines build/experiments build/*.[acdo] build/*.list '%s/build'; }",
             t.folder, t.folder, t.folder);
    harness_shell(&o, line);
    ck_assert_msg(o.status == 0, "%s", o.err);
    return t;
}

/* -o: other flags than those of the objects that are there do not make these out of date. */
static inline void scratch_tree_make(const struct scratch_tree *t, const char *targets) {
    char line[1024];
    snprintf(line, sizeof line,
             "MAKEFLAGS= make -s -j2 -o build/flags.list BUILD=build BIN=bin EXTRA= CFLAGS=-O0 "
             "KERNEL_FLAGS='-ffp-contract=fast -fopenmp' %s >log 2>&1 || { tail log; false; }",
             targets);
    scratch_tree_run(t, line, true, "");
}

static inline void scratch_tree_free(const struct scratch_tree *t) {
    harness_remove_folder(t->folder);
}

#endif
