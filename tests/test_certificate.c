/* Proofs that bin/milp writes, checked by it in exact arithmetic, and files that are none. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/harness.h"

static const char infeasible[] =
    "NAME none\nROWS\n N cost\n G least\n L most\nCOLUMNS\n x cost 1 least 0.1\n x most 0.1\n"
    " y least 0.3 most 0.3\nRHS\n RHS least 2 most 1\nBOUNDS\n FR BND y\nENDATA\n";
static const char unbounded[] = "NAME free\nROWS\n N cost\n L most\nCOLUMNS\n x cost -1 most 0.1\n y most -0.7\n"
                                "RHS\n RHS most 1\nENDATA\n";
static const char optimal[] = "NAME best\nROWS\n N cost\n G least\nCOLUMNS\n x cost 1 least 0.1\n y cost 2 least 0.3\n"
                              "RHS\n RHS least 1\nENDATA\n";
/* The multiplier is 0.1 / 0.3, which is no double, and two such columns give each other no bounds. */
static const char thirds[] = "NAME thirds\nROWS\n N cost\n G least\nCOLUMNS\n x cost 0.1 least 0.3\n"
                             " w cost 0.1 least 0.3\nRHS\n RHS least 0.7\nBOUNDS\n FR BND x\n FR BND w\nENDATA\n";

static struct harness_output said;

static void verify(const char *model, const char *proof) {
    char line[4096];
    snprintf(line, sizeof line, "%s --quiet --verify %s", model, proof);
    harness_command(&said, "milp", line);
}

static void prove(const char *model, const char *claim) {
    char line[4096], proof[512], expected[100];
    snprintf(proof, sizeof proof, "%s", harness_scratch("proof.txt", NULL));
    snprintf(line, sizeof line, "%s --quiet --certificate %s", model, proof);
    harness_command(&said, "milp", line);
    ck_assert_msg(said.status == 0 || said.status == 3 || said.status == 4, "%s: %d %s", model, said.status, said.err);
    verify(model, proof);
    snprintf(expected, sizeof expected, "claim: %s\nproven: yes\n", claim);
    ck_assert_msg(said.status == 0 && strstr(said.out, expected), "%s: %s%s", model, said.out, said.err);
    harness_forget(proof);
}

START_TEST(answers_without_integers_come_with_proofs) {
    const struct {
        const char *text, *claim;
    } cases[] = {{infeasible, "infeasible"}, {unbounded, "unbounded"}, {optimal, "optimal"}};
    for (int k = 0; k < 3; k++) {
        char model[512];
        snprintf(model, sizeof model, "%s", harness_scratch("model.mps", cases[k].text));
        prove(model, cases[k].claim);
        if (k == 2) {
            const char *bound = strstr(said.out, "bound: ");
            ck_assert(bound && strtod(bound + 7, NULL) > 6.6666666 && strtod(bound + 7, NULL) <= 20.0 / 3);
        }
        harness_forget(model);
    }
}
END_TEST

START_TEST(a_false_claim_is_not_proven) {
    const char *const proofs[] = {"# kind: infeasible\nleast 1\n", "# kind: optimal\nleast -1\n",
                                  "# kind: unbounded\nx 1\n"};
    char model[512];
    snprintf(model, sizeof model, "%s", harness_scratch("model.mps", optimal));
    for (int k = 0; k < 3; k++) {
        const char *proof = harness_scratch("proof.txt", proofs[k]);
        verify(model, proof);
        ck_assert_msg(said.status == 1 && strstr(said.out, "proven: no\nreason: "), "%s%s", said.out, said.err);
        harness_forget(proof);
    }
    harness_forget(model);
}
END_TEST

START_TEST(a_proof_that_takes_too_long_is_given_up) {
    char model[512], proof[512], line[2048];
    snprintf(model, sizeof model, "%s", harness_scratch("model.mps", thirds));
    snprintf(proof, sizeof proof, "%s", harness_scratch("proof.txt", "# kind: optimal\nleast 0.3333333333333333\n"));
    verify(model, proof);
    ck_assert_msg(said.status == 0 && strstr(said.out, "proven: yes\n"), "%s%s", said.out, said.err);
    snprintf(line, sizeof line, "%s --verify %s --time-limit 0", model, proof);
    harness_command(&said, "milp", line);
    ck_assert_msg(said.status == 1 && strstr(said.out, "reason: the time limit came first\n"), "%s", said.out);
    harness_forget(proof);
    harness_forget(model);
}
END_TEST

START_TEST(a_file_that_is_no_certificate_is_told_by_line) {
    const struct {
        const char *proof, *complaint;
    } cases[] = {
        {"least 1\n", "optimal, infeasible or unbounded was expected"},
        {"# kind: guess\nleast 1\n", "'# kind: guess', optimal"},
        {"# kind: infeasible\nx 1\n", ":2: 'x' is no row of the model"},
        {"# kind: unbounded\nleast 1\n", ":2: 'least' is no column of the model"},
        {"# kind: infeasible\nleast nan\n", ":2: 'least nan', a row's name and a number were expected"},
        {"# kind: infeasible\nleast 1\nleast\n", ":3: 'least', a row's name and a number were expected"},
    };
    char model[512];
    snprintf(model, sizeof model, "%s", harness_scratch("model.mps", optimal));
    for (size_t k = 0; k < sizeof cases / sizeof *cases; k++) {
        const char *proof = harness_scratch("proof.txt", cases[k].proof);
        verify(model, proof);
        ck_assert_msg(said.status == 2 && strstr(said.err, cases[k].complaint), "case %zu: %d %s", k, said.status,
                      said.err);
        harness_forget(proof);
    }
    harness_forget(model);
}
END_TEST

static void prove_each(const char *folder, const char *const *names, size_t count, const char *claim) {
    for (size_t k = 0; k < count; k++) {
        char relative[100];
        snprintf(relative, sizeof relative, "lp/%s/%s.mps.gz", folder, names[k]);
        const char *path = harness_data(relative);
        if (path) prove(path, claim);
    }
}

START_TEST(every_infeasible_netlib_problem_is_proven_infeasible) {
    static const char *const names[] = {"bgdbg1",  "bgindy",  "bgprtr", "ceria3d",  "chemcom", "cplex2", "ex72a",
                                        "forest6", "galenet", "gran",   "greenbea", "itest6",  "klein1", "klein3",
                                        "mondou2", "pilot4i", "qual",   "refinery", "vol1"};
    prove_each("infeasible", names, sizeof names / sizeof *names, "infeasible");
}
END_TEST

/* The first has thousands of digits in each multiplier, the second sums that depend on one another up to rounding. */
START_TEST(optima_that_want_long_numbers_are_proven) {
    static const char *const names[] = {"stair", "25fv47", "fit1p", "perold"};
    prove_each("netlib", names, sizeof names / sizeof *names, "optimal");
}
END_TEST

int main(void) {
    Suite *suite = suite_create("certificate");
    TCase *proofs = tcase_create("proofs");
    tcase_add_test(proofs, answers_without_integers_come_with_proofs);
    tcase_add_test(proofs, a_false_claim_is_not_proven);
    tcase_add_test(proofs, a_proof_that_takes_too_long_is_given_up);
    tcase_add_test(proofs, a_file_that_is_no_certificate_is_told_by_line);
    tcase_add_test(proofs, every_infeasible_netlib_problem_is_proven_infeasible);
    tcase_add_test(proofs, optima_that_want_long_numbers_are_proven);
    suite_add_tcase(suite, proofs);
    return harness_run(suite);
}
