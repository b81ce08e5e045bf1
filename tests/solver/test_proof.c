/* Proofs that solver/proof.h writes, checked by solver/exact/vipr.h and against enumeration: what is proven is true, and
 * nearly everything that is true is proven. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "solver/io/lpfile.h"
#include "tests/support/exact_lp.h"
#include "tests/support/proven.h"
#include "tests/support/random_programs.h"
#include "tests/support/small_milp.h"

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
    *v = verdict_of(path, m);
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

static struct model *model_of(const char *text) {
    const char *lp = harness_scratch("model.lp", text);
    struct error err;
    struct model *m = lpfile_read(lp, false, NULL, &err);
    ck_assert_msg(m != NULL, "%s", err.text);
    harness_forget(lp);
    return m;
}

static const struct {
    const char *what, *text;
    enum vipr_claim claim;
    double value;
} special[] = {
    {"bounds that cross", "Minimize\n obj: x\nSubject To\n c: x + y >= 1\nBounds\n 3 <= x <= 2\nEnd\n", VIPR_INFEASIBLE,
     0},
    {"no whole number between bounds",
     "Minimize\n obj: x\nSubject To\n c: x + y >= 1\nBounds\n 0.2 <= x <= 0.8\nGeneral\n x\nEnd\n", VIPR_INFEASIBLE, 0},
    {"bounds of integers that are rounded",
     "Maximize\n obj: x - y\nSubject To\n c: x + y >= 1\nBounds\n x <= 2.5\n 0.1 <= y <= 7.7\nGeneral\n x y\nEnd\n",
     VIPR_OPTIMAL, 1},
    {"a row without entries", "Minimize\n obj: x\nSubject To\n c: 0 x >= 1\nGeneral\n x\nEnd\n", VIPR_INFEASIBLE, 0},
    {"no objective", "Minimize\n obj:\nSubject To\n c: 2 x + 2 y >= 1\nBounds\n x <= 1\n y <= 1\nGeneral\n x y\nEnd\n",
     VIPR_OPTIMAL, 0},
    {"a constant", "Maximize\n obj: 0.5 x + 0.7\nSubject To\n c: 2 x <= 3\nGeneral\n x\nEnd\n", VIPR_OPTIMAL, 1.2},
    {"decimals that no double has",
     "Minimize\n obj: 0.1 x + 0.3 y\nSubject To\n c: 0.1 x + 0.2 y = 0.3\n d: x + 0.7 z >= 0.9\nGeneral\n x y\nEnd\n",
     VIPR_OPTIMAL, 0.3},
    {"steps of 0.2",
     "Minimize\n obj: 0.4 x + 0.6 y\nSubject To\n c: 3 x + 5 y >= 4\nBounds\n x <= 9\n y <= 9\nGeneral\n x y\nEnd\n",
     VIPR_OPTIMAL, 0.6},
    {"thirds",
     "Minimize\n obj: x + w\nSubject To\n c: 3 x + 3 w + y >= 1\n d: 7 y <= 2\nBounds\n x free\n w free\nGeneral\n y\nEnd\n",
     VIPR_OPTIMAL, 1.0 / 3},
    {"fractions beyond doubles",
     "Minimize\n obj: w + i\nSubject To\n p: 9973 a - 9931 i = 0\n q: 9967 b - 9929 a = 0\n r: 9949 c - 9923 b = 0\n"
     " s: 9941 w - 9907 c >= 0\n t: i >= 1\nGeneral\n i\nEnd\n",
     VIPR_OPTIMAL, 1.986015779116693},
    {"parity", "Minimize\n obj: x\nSubject To\n c: 2 x + 4 y = 3\nBounds\n x <= 8\n y <= 8\nGeneral\n x y\nEnd\n",
     VIPR_INFEASIBLE, 0},
};
enum { SPECIAL = sizeof special / sizeof special[0] };

START_TEST(corner_cases_are_proven) {
    for (int k = 0; k < SPECIAL; k++) {
        struct model *m = model_of(special[k].text);
        struct milp_result *r = answer_of(m);
        struct vipr_verdict v;
        struct error err;
        ck_assert_msg(prove(&v, m, r, &err), "%s: %s, %s", special[k].what, milp_status_names[r->status], err.text);
        ck_assert_msg(v.claim == special[k].claim, "%s: %s", special[k].what, vipr_claims[v.claim]);
        if (v.claim == VIPR_OPTIMAL)
            ck_assert_msg(fabs(v.lower - special[k].value) < 1e-12 && v.lower == v.upper, "%s: %.17g", special[k].what,
                          v.lower);
        milp_result_free(r);
        model_free(m);
    }
}
END_TEST

/* Nothing is written that is not a whole proof; a file that was there stays. */
START_TEST(without_a_proof_no_file_is_written) {
    const struct {
        const char *text, *part;
        struct limits limits;
    } cases[] = {
        {"Maximize\n obj: x\nSubject To\n c: x - y <= 1\nGeneral\n x y\nEnd\n",
         "no proof in this format for the answer 'unbounded'", *NEVER},
        {special[8].text, "a limit was reached", {.deadline = 0, .nodes = 100, .iterations = 100}},
        {special[10].text, "a limit was reached", {.deadline = LIMITS_NO_DEADLINE, .nodes = 1, .iterations = 100}}};
    for (int k = 0; k < 3; k++) {
        struct model *m = model_of(cases[k].text);
        struct milp_result *r = answer_of(m);
        struct error err;
        ck_assert(!write_proof(m, r, &cases[k].limits, &err));
        ck_assert_msg(strncmp(err.text, path, strlen(path)) == 0 && strstr(err.text, cases[k].part), "%s", err.text);
        ck_assert(access(path, F_OK) != 0);
        milp_result_free(r);
        model_free(m);
    }
}
END_TEST

/* Integers stay as they are; continuous columns are made to fit, and then there is no tolerance. */
START_TEST(a_solution_has_to_hold_exactly) {
    struct model *m = model_of(special[6].text);
    double x[] = {1, 1, 0}, off[] = {1, 2, 0};
    struct milp_result r = {.status = MILP_OPTIMAL, .x = off, .objective = 0.4};
    struct error err;
    ck_assert(!write_proof(m, &r, NEVER, &err) && strstr(err.text, "the solution does not hold exactly in row c"));
    r.x = x;
    ck_assert(!write_proof(m, &r, NEVER, &err) && strstr(err.text, "too inaccurate")); /* not the optimum */
    model_free(m);
}
END_TEST

/* The integer has no bound: looking for a proof of what is false ends all the same. */
START_TEST(a_solution_that_is_not_the_best_is_not_proven) {
    struct model *m = model_of(special[9].text);
    double x[] = {1.972, 2, 1.992, 1.984, 1.979}; /* twice the optimum; the continuous ones are nearly right */
    struct milp_result r = {.status = MILP_OPTIMAL, .x = x, .objective = 3.97};
    struct error err;
    ck_assert(!write_proof(m, &r, NEVER, &err));
    ck_assert_msg(strstr(err.text, "too inaccurate"), "%s", err.text);
    model_free(m);
}
END_TEST

/* Twins in every row, so that sums of them are branched on. */
START_TEST(sums_of_twins_are_branched_on) {
    struct model *m =
        model_of("Maximize\n obj: 5 a + 5 b + 5 c + 5 d + 5 e + 5 f + 5 g + 5 h + y\nSubject To\n"
                 " r: 4 a + 4 b + 4 c + 4 d + 4 e + 4 f + 4 g + 4 h + 3 y <= 22\nBinary\n a b c d e f g h y\nEnd\n");
    struct milp_result *r = answer_of(m);
    struct vipr_verdict v;
    struct error err;
    static char text[1 << 16];
    ck_assert_msg(write_proof(m, r, NEVER, &err), "%s", err.text);
    harness_read(text, sizeof text, path);
    ck_assert_msg(strstr(text, " 8 0 1 1 1 2 1 3 1 4 1 5 1 6 1 7 1 { asm }") != NULL, "%.800s", strstr(text, "DER"));
    ck_assert_msg(prove(&v, m, r, &err) && v.lower == 25, "%s", err.text);
    milp_result_free(r);
    model_free(m);
}
END_TEST

/* Knapsacks over the same columns, some of them continuous: hundreds of nodes. */
static struct model *knapsacks(uint64_t seed, int cols, int rows, int continuous) {
    struct random r = {seed};
    struct model *m = model_new();
    m->maximize = true;
    for (int j = 0; j < cols; j++) {
        bool integer = j >= continuous;
        model_add_column(m, NULL, random_int(&r, 20, 60) / 4.0, 0, integer ? random_int(&r, 1, 2) : 0.5, integer);
    }
    for (int i = 0; i < rows; i++) {
        int sum = 0, a[40];
        for (int j = 0; j < cols; j++) sum += a[j] = random_int(&r, 5, 60);
        model_add_row(m, NULL, i == 0 ? sum / 4 : -MODEL_INFINITY, sum / 2);
        for (int j = 0; j < cols; j++) model_add_entry(m, i, j, a[j]);
    }
    return milp_finished(m);
}

/* Whether the first derivations are a cut: two assumptions, two sums, and their union. */
static bool begins_with_a_cut(void) {
    FILE *in = fopen(path, "r");
    char *line = NULL;
    size_t room = 0;
    int since = -1;
    bool cut = false;
    ck_assert(in != NULL);
    while (getline(&line, &room, in) > 0 && since <= 5) {
        if (strncmp(line, "DER ", 4) == 0) since = 0;
        if (since > 0) cut = since == 5 && strstr(line, "{ uns ");
        since += since >= 0;
    }
    free(line);
    fclose(in);
    return cut;
}

START_TEST(large_trees_are_proven_with_cuts) {
    int with = 0;
    struct limits few = *NEVER;
    few.nodes = 10000; /* without cuts up to a tenth of them */
    for (int k = 0; k < 4; k++) {
        struct model *m = knapsacks((uint64_t)k + 1, 33, 8, k < 2 ? 0 : 6);
        struct milp_result *r = answer_of(m);
        struct vipr_verdict v;
        struct error err;
        ck_assert_msg(write_proof(m, r, &few, &err), "%d: %s", k, err.text);
        with += begins_with_a_cut();
        ck_assert_msg(vipr_check(&v, path, m, NEVER, &err) && v.proven, "%d: %s%s", k, err.text, v.why.text);
        harness_forget(path);
        ck_assert_msg(v.lower == v.upper && fabs(v.lower - r->objective) <= 1e-9 * fabs(v.lower),
                      "%d: %.17g, %.17g, %.17g", k, v.lower, v.upper, r->objective);
        milp_result_free(r);
        model_free(m);
    }
    ck_assert_int_ge(with, 1);
}
END_TEST

/* --- products: rows y >= x_p + x_q - 1 of the choices of neighbouring layers --- */

enum { LAYERS = 12, CHOICES = 6 };
struct chain {
    double choice[LAYERS][CHOICES], pair[LAYERS][CHOICES][CHOICES]; /* costs; pair: with a choice of the next layer */
};

static void chain_costs(struct chain *c, uint64_t seed) {
    struct random r = {seed};
    for (int l = 0; l < LAYERS; l++)
        for (int i = 0; i < CHOICES; i++) {
            c->choice[l][i] = random_int(&r, 0, 30);
            for (int j = 0; j < CHOICES; j++) c->pair[l][i][j] = i == j ? 0 : random_int(&r, 5, 60);
        }
}

static struct model *chain_model(const struct chain *c) {
    struct model *m = model_new();
    for (int l = 0; l < LAYERS; l++) {
        int row = model_add_row(m, NULL, 1, 1);
        for (int i = 0; i < CHOICES; i++)
            model_add_entry(m, row, model_add_column(m, NULL, c->choice[l][i], 0, 1, true), 1);
    }
    for (int l = 0; l + 1 < LAYERS; l++)
        for (int i = 0; i < CHOICES; i++)
            for (int j = 0; j < CHOICES; j++) {
                if (c->pair[l][i][j] == 0) continue;
                int row = model_add_row(m, NULL, -MODEL_INFINITY, 1);
                model_add_entry(m, row, l * CHOICES + i, 1);
                model_add_entry(m, row, (l + 1) * CHOICES + j, 1);
                model_add_entry(m, row, model_add_column(m, NULL, c->pair[l][i][j], 0, MODEL_INFINITY, false), -1);
            }
    return milp_finished(m);
}

/* Layer by layer from the end. */
static double chain_optimum(const struct chain *c) {
    double best[CHOICES] = {0};
    for (int l = LAYERS - 1; l >= 0; l--) {
        double here[CHOICES];
        for (int i = 0; i < CHOICES; i++) {
            here[i] = l + 1 < LAYERS ? INFINITY : c->choice[l][i];
            for (int j = 0; j < CHOICES && l + 1 < LAYERS; j++)
                here[i] = fmin(here[i], c->choice[l][i] + c->pair[l][i][j] + best[j]);
        }
        memcpy(best, here, sizeof best);
    }
    double least = best[0];
    for (int i = 1; i < CHOICES; i++) least = fmin(least, best[i]);
    return least;
}

/* The relaxation of such rows is weak: without cuts of products the trees are large. */
START_TEST(products_are_proven_with_few_nodes) {
    struct limits few = *NEVER;
    few.nodes = 3;
    for (int k = 0; k < 10; k++) {
        struct chain c;
        struct vipr_verdict v;
        struct error err;
        chain_costs(&c, (uint64_t)k + 1);
        struct model *m = chain_model(&c);
        struct milp_result *r = answer_of(m);
        ck_assert_msg(write_proof(m, r, &few, &err), "%d: %s", k, err.text);
        ck_assert(begins_with_a_cut());
        ck_assert_msg(vipr_check(&v, path, m, NEVER, &err) && v.proven, "%d: %s%s", k, err.text, v.why.text);
        ck_assert_msg(v.lower == v.upper && v.lower == chain_optimum(&c), "%d: %g, not %g", k, v.lower,
                      chain_optimum(&c));
        harness_forget(path);
        milp_result_free(r);
        model_free(m);
    }
}
END_TEST

START_TEST(the_command_writes_and_checks) {
    static struct harness_output said;
    char lp[512], line[2048];
    snprintf(lp, sizeof lp, "%s", harness_scratch("model.lp", special[2].text));
    for (int packed = 0; packed < 2; packed++) {
        const char *ending = packed ? ".gz" : "";
        snprintf(line, sizeof line, "%s --certificate %s%s", lp, path, ending);
        harness_command(&said, "milp", line);
        ck_assert_msg(said.status == 0, "%s", said.err);
        snprintf(line, sizeof line, "%s --verify %s%s", lp, path, ending);
        harness_command(&said, "milp", line);
        ck_assert_msg(said.status == 0 && strstr(said.out, "claim: optimal\nproven: yes\nleast: 1\nmost: 1\n"), "%s%s",
                      said.out, said.err);
        snprintf(line, sizeof line, "%s --relax --verify %s%s", lp, path, ending);
        harness_command(&said, "milp", line);
        ck_assert_msg(said.status == 2 && strstr(said.err, "2 integers (expected 0"), "%s%s", said.out, said.err);
        snprintf(line, sizeof line, "%s%s", path, ending);
        harness_forget(line);
    }
    harness_forget(lp);
}
END_TEST

int main(void) {
    Suite *s = suite_create("proof");
    TCase *t = tcase_create("proof");
    tcase_set_timeout(t, 300);
    tcase_add_checked_fixture(t, setup, NULL);
    tcase_add_test(t, random_programs_are_proven);
    tcase_add_test(t, programs_of_difficult_classes_are_proven);
    tcase_add_test(t, corner_cases_are_proven);
    tcase_add_test(t, without_a_proof_no_file_is_written);
    tcase_add_test(t, a_solution_has_to_hold_exactly);
    tcase_add_test(t, a_solution_that_is_not_the_best_is_not_proven);
    tcase_add_test(t, sums_of_twins_are_branched_on);
    tcase_add_test(t, large_trees_are_proven_with_cuts);
    tcase_add_test(t, products_are_proven_with_few_nodes);
    tcase_add_test(t, the_command_writes_and_checks);
    suite_add_tcase(s, t);
    return harness_run(s);
}
