/* Proofs that bin/milp writes, checked by it in exact arithmetic, and files that are none. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/support/harness.h"

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
    snprintf(proof, sizeof proof, "%s",
             harness_scratch("proof.txt",
                             "# kind: optimal\nleast 0.3333333333333333\n# section: solution\nx 2.3333333333333335\n"));
    verify(model, proof);
    ck_assert_msg(said.status == 0 && strstr(said.out, "proven: yes\n"), "%s%s", said.out, said.err);
    snprintf(line, sizeof line, "%s --verify %s --time-limit 0", model, proof);
    harness_command(&said, "milp", line);
    ck_assert_msg(said.status == 1 && strstr(said.out, "reason: stopped by the time limit or an interrupt\n"), "%s",
                  said.out);
    harness_forget(proof);
    harness_forget(model);
}
END_TEST

START_TEST(a_file_that_is_no_certificate_is_reported_with_its_line) {
    const struct {
        const char *proof, *complaint;
    } cases[] = {
        {"least 1\n", "no '# kind:' (expected optimal, infeasible or unbounded)"},
        {"# kind: guess\nleast 1\n", ":1: '# kind: guess' (expected optimal, infeasible or unbounded)"},
        {"# kind: infeasible\nx 1\n", ":2: the model has no row 'x'"},
        {"# kind: unbounded\nleast 1\n", ":2: the model has no column 'least'"},
        {"# kind: infeasible\nleast nan\n", ":2: 'least nan' (expected a row's name and a number)"},
        {"# kind: infeasible\nleast 1\nleast\n", ":3: 'least' (expected a row's name and a number)"},
        {"# kind: infeasible\nleast 1\nleast 2\n", ":3: row 'least' has a value already"},
        {"# kind: infeasible\n# kind: optimal\nleast 1\n", ":2: '# kind:' is given twice"},
        {"# format: milp solution 2\n# kind: optimal\n", ":1: '# format: milp solution 2' (expected milp solution 1)"},
        {"# model: worst\n# kind: optimal\n", ":1: '# model: worst' (expected the name of the model)"},
        {"# status: guess\n# kind: optimal\n", ":1: '# status: guess' (expected optimal"},
        {"# status: infeasible\n# kind: optimal\n", "'# status: infeasible', but '# kind: optimal'"},
        {"# of: both\n# kind: optimal\n", ":1: '# of: both' (expected program or relaxation)"},
        {"# objective: much\n# kind: optimal\n", ":1: '# objective: much' (expected a number)"},
        {"# bound: inf\n# kind: optimal\n", ":1: '# bound: inf' (expected a number)"},
        {"# kind: optimal\n# section: solution\nleast 1\n", ":3: the model has no column 'least'"},
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

/* --- what has integers, and what has been edited --- */

/* 2x + 4y = 3 has no integers; the relaxation of `halves` has a half, that of `whole` none. */
static const char parity[] = "min\n c: x + y\nst\n r: 2 x + 4 y = 3\ngeneral\n x y\nend\n";
static const char halves[] = "min\n c: x + 3 y\nst\n r: 2 x + 4 y >= 3\ngeneral\n x y\nend\n";
static const char whole[] = "min\n c: x + 3 y\nst\n r: x + 2 y >= 3\ngeneral\n x y\nend\n";
static const char none[] = "min\n c: x\nst\n r: x + y >= 3\n q: x + y <= 2\ngeneral\n x y\nend\n";
static const char ever[] = "min\n c: - x\nst\n r: x - y <= 2\ngeneral\n x\nend\n";

START_TEST(a_certificate_of_the_relaxation_says_so_and_proves_no_more) {
    static const struct {
        const char *model, *with_relax, *without;
    } cases[] = {
        {parity, "claim: optimal (relaxation)\nproven: yes\n", "claim: optimal (relaxation)\nproven: bound only\n"},
        {halves, "claim: optimal (relaxation)\nproven: yes\n", "claim: optimal (relaxation)\nproven: bound only\n"},
        {whole, "claim: optimal (relaxation)\nproven: yes\n", "claim: optimal (relaxation)\nproven: bound only\n"},
        {none, "claim: infeasible (relaxation)\nproven: yes\n", "claim: infeasible (relaxation)\nproven: yes\n"},
        {ever, "claim: unbounded (relaxation)\nproven: yes\n",
         "claim: unbounded (relaxation)\nproven: direction only\n"}};
    for (size_t k = 0; k < sizeof cases / sizeof *cases; k++) {
        char model[512], proof[512], line[2048];
        snprintf(model, sizeof model, "%s", harness_scratch("model.lp", cases[k].model));
        snprintf(proof, sizeof proof, "%s", harness_scratch("proof.txt", NULL));
        snprintf(line, sizeof line, "%s --quiet --relax --certificate %s", model, proof);
        harness_command(&said, "milp", line);
        snprintf(line, sizeof line, "%s --relax --verify %s", model, proof);
        harness_command(&said, "milp", line);
        ck_assert_msg(said.status == 0 && strstr(said.out, cases[k].with_relax), "%zu: %s%s", k, said.out, said.err);
        verify(model, proof);
        ck_assert_msg(said.status == !strstr(cases[k].without, "yes") && strstr(said.out, cases[k].without),
                      "%zu: %s%s", k, said.out, said.err);
        harness_forget(proof);
        harness_forget(model);
    }
}
END_TEST

START_TEST(answers_with_integers_have_no_certificate_and_a_line_says_so) {
    static const char *const models[] = {parity, halves};
    for (size_t k = 0; k < sizeof models / sizeof *models; k++) {
        char model[512], proof[512], line[2048];
        FILE *written;
        snprintf(model, sizeof model, "%s", harness_scratch("model.lp", models[k]));
        snprintf(proof, sizeof proof, "%s", harness_scratch("proof.txt", NULL));
        snprintf(line, sizeof line, "%s --quiet --certificate %s", model, proof);
        harness_command(&said, "milp", line);
        ck_assert_msg(said.status == 2 && strstr(said.err, "no certificate") && strstr(said.err, "--relax"), "%s",
                      said.err);
        written = fopen(proof, "r");
        ck_assert_ptr_null(written);
        harness_forget(model);
    }
}
END_TEST

/* The certificate of `optimal` is least 20/3, x 0, y 10/3; for each edit, what it still proves. */
START_TEST(edited_certificates_prove_what_they_still_prove) {
    static const struct {
        const char *model, *proof;
        const char *said[2];
    } cases[] = {
        {optimal,
         "# kind: optimal\nleast 6.6666666\n# section: solution\ny 3.3333333333333335\n",
         {"proven: yes\nbound: 6.6666"}},
        {optimal,
         "# objective: 6.6666666\n# kind: optimal\nleast 6.6666666\n",
         {"proven: bound only\n", "no solution"}},
        {optimal,
         "# kind: optimal\nleast 6\n# section: solution\ny 3.3333333333333335\n",
         {"proven: bound only\nbound: 5.99999", "the solution's objective is 6.66666666667, but the bound is 6"}},
        {optimal,
         "# kind: optimal\nleast 6.6666666\n# section: solution\ny 3.2\n",
         {"proven: bound only\n", "violates rows"}},
        {optimal,
         "# kind: optimal\nleast 6.6666666\n# section: solution\ny 4\n",
         {"proven: bound only\n", "objective is 8"}},
        {optimal,
         "# objective: 5\n# kind: optimal\nleast 6.6666666\n# section: solution\ny 3.3333333333333335\n",
         {"proven: bound only\n", "claimed to be 5,"}},
        {optimal,
         "# bound: 5\n# kind: optimal\nleast 6.6666666\n# section: solution\ny 3.3333333333333335\n",
         {"proven: bound only\n", "claimed to be 5,"}},
        {optimal, "# kind: optimal\nleast -1\n", {"proven: no\n", "reason: "}},
        {infeasible, "# kind: optimal\n", {"proven: bound only\n", "no solution"}},
        {infeasible,
         "# bound: 3\n# kind: infeasible\nleast 1\nmost -1\n",
         {"proven: no\n", "has no solution, objective or bound"}},
        {unbounded, "# kind: unbounded\nx 7\ny 1\n", {"proven: direction only\n", "no solution"}},
        {unbounded, "# kind: unbounded\nx 7\ny 1\n# section: solution\nx 1\n", {"proven: yes\n"}},
        {unbounded,
         "# kind: unbounded\nx 7\ny 1\n# section: solution\nx 11\n",
         {"proven: direction only\n", "violates rows"}},
        {unbounded,
         "# objective: 4\n# kind: unbounded\nx 7\ny 1\n# section: solution\nx 1\n",
         {"proven: direction only\n", "claimed to be 4,"}},
        {unbounded, "# bound: 4\n# kind: unbounded\nx 7\ny 1\n", {"proven: no\n", "has no bound"}},
    };
    for (size_t k = 0; k < sizeof cases / sizeof *cases; k++) {
        char model[512];
        snprintf(model, sizeof model, "%s", harness_scratch("model.mps", cases[k].model));
        const char *proof = harness_scratch("proof.txt", cases[k].proof);
        verify(model, proof);
        for (int i = 0; i < 2; i++)
            ck_assert_msg(!cases[k].said[i] || strstr(said.out, cases[k].said[i]), "case %zu: %s%s", k, said.out,
                          said.err);
        ck_assert_int_eq(said.status, strstr(cases[k].said[0], "yes") ? 0 : 1);
        harness_forget(proof);
        harness_forget(model);
    }
}
END_TEST

/* The same in a hand-made file that claims to be of the program: a whole solution proves it, another one does not. */
START_TEST(integrality_counts_whatever_the_file_claims_to_be_about) {
    static const struct {
        const char *model, *proof, *said;
        int status;
    } cases[] = {
        {whole, "# of: program\n# kind: optimal\nr 1\n# section: solution\nx 3\n", "proven: yes\nbound: 2.99999", 0},
        {halves, "# of: program\n# kind: optimal\nr 0.5\n# section: solution\nx 1.5\n",
         "proven: bound only\nbound: 1.49999", 1},
        {parity, "# of: program\n# kind: optimal\nr 0.25\n# section: solution\ny 0.75\n",
         "proven: bound only\nbound: 0.74999", 1},
        {parity, "# kind: optimal\nr 0.25\n", "proven: bound only\nbound: 0.74999", 1}};
    for (size_t k = 0; k < sizeof cases / sizeof *cases; k++) {
        char model[512];
        snprintf(model, sizeof model, "%s", harness_scratch("model.lp", cases[k].model));
        const char *proof = harness_scratch("proof.txt", cases[k].proof);
        verify(model, proof);
        ck_assert_msg(said.status == cases[k].status && strstr(said.out, cases[k].said), "case %zu: %s%s", k, said.out,
                      said.err);
        harness_forget(proof);
        harness_forget(model);
    }
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
START_TEST(optima_that_need_long_numbers_are_proven) {
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
    tcase_add_test(proofs, a_file_that_is_no_certificate_is_reported_with_its_line);
    tcase_add_test(proofs, a_certificate_of_the_relaxation_says_so_and_proves_no_more);
    tcase_add_test(proofs, answers_with_integers_have_no_certificate_and_a_line_says_so);
    tcase_add_test(proofs, edited_certificates_prove_what_they_still_prove);
    tcase_add_test(proofs, integrality_counts_whatever_the_file_claims_to_be_about);
    tcase_add_test(proofs, every_infeasible_netlib_problem_is_proven_infeasible);
    tcase_add_test(proofs, optima_that_need_long_numbers_are_proven);
    suite_add_tcase(suite, proofs);
    return harness_run(suite);
}
