/* Proofs that solver/proof.h writes, checked by solver/exact/vipr.h and against enumeration: what is proven is true, and
 * nearly everything that is true is proven. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "solver/exact/vipr.h"
#include "solver/io/lpfile.h"
#include "solver/proof.h"
#include "tests/support/exact_lp.h"
#include "tests/support/harness.h"
#include "tests/support/random_programs.h"
#include "tests/support/small_milp.h"

#define NEVER (&(const struct limits){.deadline = LIMITS_NO_DEADLINE, .nodes = 20000, .iterations = INT64_MAX})

static char path[512];

static void setup(void) {
    snprintf(path, sizeof path, "%s", harness_scratch("proof.vipr", NULL));
}

static struct milp_result *answer_of(const struct model *m) {
    struct options o = options_default();
    return milp_solve(m, &o, NULL);
}

static bool write_proof(const struct model *m, const struct milp_result *r, const struct limits *limits,
                        struct error *err) {
    struct options o = options_default();
    err->text[0] = '\0';
    return proof_write(path, m, r, &o, limits, err);
}

/* Writes the proof and has it checked: false if none could be written. */
static bool prove(struct vipr_verdict *v, const struct model *m, const struct milp_result *r, struct error *err) {
    if (!write_proof(m, r, NEVER, err)) return false;
    ck_assert_msg(vipr_check(v, path, m, NEVER, err), "%s", err->text);
    ck_assert_msg(v->proven, "%s", v->why.text);
    harness_forget(path);
    return true;
}

/* The claim against the answer of a simplex in fractions, with plain branch and bound. */
static void compare(const struct vipr_verdict *v, const struct model *m, const char *about, int round) {
    struct exact_answer truth = exact_solve(m, 0);
    double optimum = (m->maximize ? -1 : 1) * truth.objective + m->offset, near = 1e-9 * fmax(1, fabs(optimum));
    enum exact_status expected = v->claim == VIPR_INFEASIBLE ? EXACT_INFEASIBLE : EXACT_OPTIMAL;
    ck_assert_msg(truth.status == expected, "%s %d: %s, but it is %s", about, round, vipr_claims[v->claim],
                  exact_status_names[truth.status]);
    if (v->claim == VIPR_INFEASIBLE) return;
    ck_assert_msg(v->lower <= optimum + near && v->upper >= optimum - near, "%s %d: %.17g is not in [%.17g, %.17g]",
                  about, round, optimum, v->lower, v->upper);
    ck_assert_msg(v->upper - v->lower <= 1e-5 * fmax(1, fabs(optimum)), "%s %d: [%.17g, %.17g]", about, round, v->lower,
                  v->upper);
}

struct tally {
    int answers, proven, ranges;
};

static void prove_one(struct tally *t, const struct model *m, const char *about, int round) {
    struct milp_result *r = answer_of(m);
    struct vipr_verdict v;
    struct error err;
    if (r->status == MILP_OPTIMAL || r->status == MILP_INFEASIBLE) {
        t->answers++;
        if (prove(&v, m, r, &err)) {
            t->proven++;
            t->ranges += v.claim == VIPR_RANGE;
            compare(&v, m, about, round);
        } else if (getenv("VERBOSE")) {
            printf("%s %d: %s\n", about, round, err.text);
        }
    }
    milp_result_free(r);
}

START_TEST(random_programs_are_proven) {
    struct tally t = {0};
    for (int family = 0; family < MILP_FAMILIES; family++) {
        struct random r = {(uint64_t)family + 1};
        for (int round = 0; round < 150; round++) {
            struct model *m = milp_families[family].make(&r);
            prove_one(&t, m, milp_families[family].name, round);
            model_free(m);
        }
    }
    printf("%d of %d answers proven, %d as ranges\n", t.proven, t.answers, t.ranges);
    ck_assert_msg(t.answers > 600, "%d answers", t.answers);
    ck_assert_msg(t.proven == t.answers && t.ranges == 0, "%d of %d answers proven, %d as ranges", t.proven, t.answers,
                  t.ranges);
}
END_TEST

START_TEST(programs_of_difficult_classes_are_proven) {
    struct tally t = {0};
    for (int class = 0; class < PROGRAM_CLASSES; class ++) {
        for (int seed = 1; seed <= 60; seed++) {
            struct model *m = program_random((uint64_t)seed, &program_classes[class]);
            prove_one(&t, m, program_classes[class].name, seed);
            model_free(m);
        }
    }
    printf("%d of %d answers proven, %d as ranges\n", t.proven, t.answers, t.ranges);
    ck_assert_msg(t.answers > 500, "%d answers", t.answers);
    ck_assert_msg(t.proven == t.answers, "%d of %d answers proven, %d as ranges", t.proven, t.answers, t.ranges);
}
END_TEST

int main(void) {
    Suite *s = suite_create("proof");
    TCase *t = tcase_create("proof");
    tcase_set_timeout(t, 120);
    tcase_add_checked_fixture(t, setup, NULL);
    tcase_add_test(t, random_programs_are_proven);
    tcase_add_test(t, programs_of_difficult_classes_are_proven);
    suite_add_tcase(s, t);
    return harness_run(s);
}
