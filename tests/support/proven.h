/* proven.h - proofs of answers written and checked, and what their files have. */
#ifndef TESTS_SUPPORT_PROVEN_H
#define TESTS_SUPPORT_PROVEN_H
#include <stdio.h>
#include <stdlib.h>

#include "solver/exact/vipr.h"
#include "solver/proof.h"
#include "tests/support/harness.h"

#define NEVER (&(const struct limits){.deadline = LIMITS_NO_DEADLINE, .nodes = 20000, .iterations = INT64_MAX})

/* Of a file that can be read. */
static inline struct vipr_verdict verdict_of(const char *path, const struct model *m) {
    struct vipr_verdict v;
    struct error err = {""};
    ck_assert_msg(vipr_check(&v, path, m, NEVER, &err), "%s", err.text);
    return v;
}

/* Solves m and writes a proof, which is accepted. */
static inline struct vipr_verdict proven_answer(const char *path, const struct model *m) {
    struct options o = options_default();
    struct error err = {""};
    struct milp_result *answer = milp_solve(m, &o, NULL);
    ck_assert_msg(proof_write(path, m, answer, &o, NEVER, &err), "%s", err.text);
    milp_result_free(answer);
    struct vipr_verdict v = verdict_of(path, m);
    ck_assert_msg(v.proven, "%s", v.why.text);
    return v;
}

/* How many lines of the file match the extended regular expression. */
static inline int proof_lines(const char *path, const char *expression) {
    struct harness_output out;
    char line[1024];
    snprintf(line, sizeof line, "grep -cE '%s' '%s'", expression, path);
    harness_shell(&out, line);
    return atoi(out.out);
}

#endif
