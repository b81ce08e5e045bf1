/* reductions.h - presolve with one of its reductions alone, whatever the table holds. */
#ifndef TESTS_SUPPORT_REDUCTIONS_H
#define TESTS_SUPPORT_REDUCTIONS_H
#include <string.h>

#include "solver/base/options.h"
#include "tests/support/harness.h"

/* The default options with every reduction but `name` switched off. */
static inline struct options reductions_only(const char *name) {
    struct options o = options_default();
    int found = 0;
#define REDUCTION(scope, reduction, help)                                                                              \
    o.presolve_##reduction = strcmp(name, #reduction) == 0;                                                            \
    found += o.presolve_##reduction;
#include "solver/presolve/reductions.def"
#undef REDUCTION
    ck_assert_msg(found == 1, "%s is no reduction", name);
    return o;
}

#endif
