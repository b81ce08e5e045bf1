/* Rows that a proof makes sparser by equations that count choices: each is exactly the given row less multiples of
 * equations, the file derives it, and what is not of whole numbers stays as it is. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "solver/base/random.h"
#include "solver/io/lpfile.h"
#include "solver/proof_internal.h"
#include "tests/support/exact_lp.h"
#include "tests/support/proven.h"

static struct model *model_of(const char *text) {
    struct error err = {""};
    const char *path = harness_scratch("sparse.lp", text);
    struct model *m = lpfile_read(path, true, NULL, &err);
    ck_assert_msg(m != NULL, "%s", err.text);
    harness_forget(path);
    return m;
}

/* Row `row` in full. */
static void row_of(double *out, const struct model *m, int row) {
    for (int j = 0; j < m->cols; j++) {
        out[j] = 0;
        for (long k = m->start[j]; k < m->start[j + 1]; k++)
            if (m->index[k] == row) out[j] = m->value[k];
    }
}

/* `sets` sets, of each of which one is chosen, `caps` limits on whole weights, most of them alike, and a free column. */
static struct model *choices(struct random *r, int sets, int caps) {
    struct model *m = model_new();
    const int first = 0, each = 4;
    int weights[4];
    for (int c = 0; c < caps; c++) model_add_row(m, NULL, c % 3 ? -MODEL_INFINITY : sets, 5.0 * sets);
    for (int s = 0; s < sets; s++) model_add_row(m, NULL, 1, 1);
    for (int s = 0; s < sets; s++) {
        for (int c = 0; c < caps && c < 4; c++) weights[c] = random_int(r, 1, 9);
        for (int k = 0; k < each; k++) {
            const int j = model_add_column(m, NULL, random_int(r, 1, 50), 0, 1, true);
            model_add_entry(m, caps + s, j, 1);
            for (int c = 0; c < caps; c++)
                model_add_entry(m, first + c, j, random_int(r, 0, 2) ? weights[c % 4] : random_int(r, 1, 9));
        }
    }
    struct error err = {""};
    ck_assert_msg(model_finish(m, &err), "%s", err.text);
    return m;
}

/* Each row of the program, plus what was taken from it, is that of the model; the sides likewise. */
static int expect_same_rows(const struct proof_program *p) {
    const struct model *m = p->read;
    double *row = MEMORY_NEW(double, m->cols), *part = MEMORY_NEW(double, m->cols);
    int fewer = 0;
    for (int i = 0; i < m->rows; i++) {
        double taken = 0;
        int before = 0, after = 0;
        row_of(row, p->m, i);
        for (int j = 0; j < m->cols; j++) after += row[j] != 0;
        for (int k = 0; k < p->takes; k++) {
            const struct proof_taken *t = &p->taken[k];
            if (t->row != i) continue;
            ck_assert(m->row_lower[t->equation] == m->row_upper[t->equation]);
            row_of(part, m, t->equation);
            for (int j = 0; j < m->cols; j++) row[j] += t->weight * part[j];
            taken += t->weight * m->row_lower[t->equation];
        }
        row_of(part, m, i);
        for (int j = 0; j < m->cols; j++) {
            before += part[j] != 0;
            ck_assert_double_eq(row[j], part[j]);
        }
        if (m->row_upper[i] < MODEL_INFINITY) ck_assert_double_eq(p->m->row_upper[i] + taken, m->row_upper[i]);
        if (m->row_lower[i] > -MODEL_INFINITY) ck_assert_double_eq(p->m->row_lower[i] + taken, m->row_lower[i]);
        ck_assert_int_le(after, before);
        fewer += after < before;
    }
    free(row);
    free(part);
    return fewer;
}

START_TEST(a_sparser_row_is_the_given_one_less_multiples_of_equations) {
    struct random r = {7};
    int fewer = 0;
    for (int round = 0; round < 100; round++) {
        struct model *m = choices(&r, random_int(&r, 1, 8), random_int(&r, 1, 4));
        struct proof_program p;
        proof_program_init(&p, m);
        ck_assert(p.m == m || model_check(p.m));
        fewer += expect_same_rows(&p);
        proof_program_free(&p);
        model_free(m);
    }
    ck_assert_int_gt(fewer, 50);
}
END_TEST

START_TEST(the_commonest_weight_of_a_set_goes_to_the_side) {
    struct model *m = model_of("min\n x + 2 y + 3 z + w\nst\n cap: 5 x + 7 y + 5 z + 2 w <= 9\n one: x + y + z = 1\n"
                               "binary\n x y z w\nend\n");
    struct proof_program p;
    double row[4];
    proof_program_init(&p, m);
    ck_assert_int_eq(p.takes, 1);
    ck_assert(p.taken[0].row == 0 && p.taken[0].equation == 1 && p.taken[0].weight == 5);
    row_of(row, p.m, 0);
    ck_assert(row[0] == 0 && row[1] == 2 && row[2] == 0 && row[3] == 2);
    ck_assert_double_eq(p.m->row_upper[0], 4);
    ck_assert_int_eq(p.row_upper[0].row, p.given + p.derived - 1); /* a row of its own, behind bounds rounded */
    ck_assert_int_ne(p.row_upper[0].given, p.row_upper[0].row);
    ck_assert_int_eq(p.row_upper[1].given, p.row_upper[1].row);
    proof_program_free(&p);
    model_free(m);
}
END_TEST

/* Decimals, an equation of continuous columns, one with another coefficient, equations themselves, and where nothing
 * would be gained. */
static const char *const unchanged[] = {
    "min\n x + y\nst\n cap: 0.1 x + 0.1 y + z <= 1\n one: x + y = 1\nbinary\n x y z\nend\n",
    "min\n x + y\nst\n cap: 3 x + 3 y + z <= 4\n one: x + y = 1\nbounds\n x <= 1\n y <= 1\nbinary\n z\nend\n",
    "min\n x + y\nst\n cap: 3 x + 3 y + z <= 4\n one: 2 x + y = 2\nbinary\n x y z\nend\n",
    "min\n x + y\nst\n cap: 3 x + 3 y + z = 4\n one: x + y = 1\nbinary\n x y z\nend\n",
    "min\n x + y\nst\n cap: 3 x + 4 y + z <= 4\n one: x + y + v = 1\nbinary\n x y z v\nend\n"};

START_TEST(other_rows_stay_as_they_are) {
    struct model *m = model_of(unchanged[_i]);
    struct proof_program p;
    proof_program_init(&p, m);
    ck_assert_int_eq(p.takes, 0);
    ck_assert(p.m == m && !p.sparser);
    proof_program_free(&p);
    model_free(m);
}
END_TEST

/* The file begins with the rows as they were read, derives the sparser ones, and is accepted; the claim is that of a
 * simplex in fractions. */
START_TEST(proofs_that_use_sparser_rows_are_accepted) {
    struct random r = {11};
    char path[512];
    snprintf(path, sizeof path, "%s", harness_scratch("sparse.vipr", NULL));
    int derived = 0;
    for (int round = 0; round < 40; round++) {
        struct model *m = choices(&r, random_int(&r, 2, 5), random_int(&r, 1, 3));
        const struct exact_answer truth = exact_solve(m, 0);
        const struct vipr_verdict v = proven_answer(path, m);
        ck_assert_int_eq(v.claim == VIPR_INFEASIBLE, truth.status == EXACT_INFEASIBLE);
        if (v.claim != VIPR_INFEASIBLE) ck_assert_double_eq(v.lower, truth.objective);
        derived += proof_lines(path, "^d[0-9]+ [GL] .*lin [2-9] [0-9]+ 1 .* -[1-9][0-9]* } -1$");
        model_free(m);
        harness_forget(path);
    }
    ck_assert_int_gt(derived, 20);
}
END_TEST

int main(void) {
    Suite *suite = suite_create("proof_sparse");
    TCase *c = tcase_create("proof_sparse");
    tcase_add_test(c, a_sparser_row_is_the_given_one_less_multiples_of_equations);
    tcase_add_test(c, the_commonest_weight_of_a_set_goes_to_the_side);
    tcase_add_loop_test(c, other_rows_stay_as_they_are, 0, (int)(sizeof unchanged / sizeof unchanged[0]));
    tcase_add_test(c, proofs_that_use_sparser_rows_are_accepted);
    suite_add_tcase(suite, c);
    return harness_run(suite);
}
