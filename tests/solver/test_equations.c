/* Equations in exact arithmetic: residues against 128-bit integers, solutions put back into the equations, and which of
 * dependent equations are dropped. */
#include <math.h>
#include <stdlib.h>

#include "solver/base/clock.h"
#include "solver/base/limits.h"
#include "solver/base/random.h"
#include "solver/exact/equations.h"
#include "solver/exact/modular.h"
#include "tests/support/harness.h"

#define NEVER (&(const struct limits){.deadline = LIMITS_NO_DEADLINE})
#define LATE  (&(const struct limits){.deadline = 0})

__extension__ typedef unsigned __int128 wide;

static uint64_t random_residue(struct random *r) {
    static const uint64_t corners[] = {0, 1, 2, MODULAR_PRIME - 1, MODULAR_PRIME - 2, UINT64_C(1) << 60};
    int k = random_int(r, 0, 11);
    return k < 6 ? corners[k] : random_bits(r) % MODULAR_PRIME;
}

START_TEST(residues_agree_with_wide_integers) {
    struct random r = {1};
    for (int round = 0; round < 200000; round++) {
        uint64_t a = random_residue(&r), b = random_residue(&r);
        ck_assert(modular_add(a, b) == (uint64_t)(((wide)a + b) % MODULAR_PRIME));
        ck_assert(modular_multiply(a, b) == (uint64_t)((wide)a * b % MODULAR_PRIME));
        ck_assert(modular_add(modular_subtract(a, b), b) == a);
        if (a != 0 && round < 20000) ck_assert(modular_multiply(a, modular_inverse(a)) == 1);
    }
}
END_TEST

START_TEST(doubles_keep_their_products_and_sums_modulo_the_prime) {
    struct random r = {2};
    for (int round = 0; round < 100000; round++) {
        double a = ldexp(random_int(&r, -1000000, 1000000), random_int(&r, -300, 300));
        double b = ldexp(random_int(&r, -1000000, 1000000), random_int(&r, -300, 300));
        uint64_t product = modular_multiply(modular_of_double(a), modular_of_double(b));
        ck_assert(product == modular_of_double(a * b));
        ck_assert(modular_add(modular_of_double(a), modular_of_double(-a)) == 0);
        ck_assert(modular_add(modular_of_double(a), modular_of_double(a)) == modular_of_double(2 * a));
    }
}
END_TEST

/* How many equations do not hold, counted independently. */
static int count_broken(const struct equations *s, const struct equations_solution *x) {
    struct rational left = {0}, right = {0}, part = {0};
    int broken = 0;
    for (int i = 0; i < s->count; i++) {
        rational_set(&left, 0);
        for (int k = 0; k < s->row[i].count; k++) {
            rational_set(&part, s->row[i].value[k]);
            rational_multiply(&part, &part, &x->x[s->row[i].index[k]]);
            rational_add(&left, &left, &part);
        }
        rational_multiply(&right, &s->row[i].right, &x->common);
        broken += rational_compare(&left, &right) != 0;
    }
    rational_clear(&left);
    rational_clear(&right);
    rational_clear(&part);
    return broken;
}

START_TEST(solved_equations_hold_and_contradictions_are_seen) {
    struct random r = {4};
    int solved = 0, contradictions = 0;
    for (int round = 0; round < 2000; round++) {
        int equations = random_int(&r, 1, 6), unknowns = random_int(&r, 1, 6);
        double a[6][6] = {{0}}, given[6];
        struct equations *s = equations_new(equations, unknowns);
        for (int i = 0; i < equations; i++) {
            for (int j = 0; j < unknowns; j++) {
                a[i][j] = random_int(&r, 0, 1) ? random_int(&r, -3, 3) * 0.1 : 0;
                if (i > 0 && random_int(&r, 0, 3) == 0) a[i][j] = a[i - 1][j];
                equations_add(s, i, j, a[i][j]);
            }
            rational_set(&s->row[i].right, random_int(&r, -3, 3));
        }
        for (int j = 0; j < unknowns; j++) given[j] = random_int(&r, -2, 2);
        struct equations_solution *x = equations_solve(s, given, NEVER);
        ck_assert_int_eq(count_broken(s, x), x->broken);
        ck_assert_int_le(x->rank + x->broken, equations);
        solved += x->broken == 0;
        contradictions += x->broken > 0;
        equations_solution_free(x);
        equations_free(s);
    }
    ck_assert_int_ge(solved, 832);
    ck_assert_int_ge(contradictions, 1168);
}
END_TEST

/* Doubles of very different sizes, as in large programs; the determinants have thousands of bits. */
START_TEST(long_solutions_hold_to_the_last_bit) {
    struct random r = {5};
    for (int round = 0; round < 20; round++) {
        int size = random_int(&r, 20, 60);
        double *given = calloc((size_t)size, sizeof *given);
        struct equations *s = equations_new(size, size);
        for (int i = 0; i < size; i++) {
            for (int j = 0; j < size; j++)
                if (i == j || random_int(&r, 0, 9) == 0)
                    equations_add(s, i, j, ldexp(random_unit(&r) - 0.5, random_int(&r, -40, 40)));
            rational_set(&s->row[i].right, random_unit(&r) - 0.5);
        }
        struct equations_solution *x = equations_solve(s, given, NEVER);
        ck_assert_int_eq(x->rank, size);
        ck_assert_int_eq(x->broken, 0);
        ck_assert_int_eq(count_broken(s, x), 0);
        ck_assert_int_gt(whole_bits(&x->common.n), 500);
        equations_solution_free(x);
        equations_free(s);
        free(given);
    }
}
END_TEST

/* 0.1 x + 0.2 y = 0.4 and three times that: in decimals the same, in doubles a point far off. */
static struct equations *twice_told(int first_urgency, int second_urgency) {
    struct equations *s = equations_new(2, 2);
    equations_add(s, 0, 0, 0.1);
    equations_add(s, 0, 1, 0.2);
    rational_set(&s->row[0].right, 0.4);
    equations_add(s, 1, 0, 0.3);
    equations_add(s, 1, 1, 0.6);
    rational_set(&s->row[1].right, 1.2);
    s->row[0].urgency = first_urgency;
    s->row[1].urgency = second_urgency;
    return s;
}

START_TEST(rounding_does_not_make_equations_independent) {
    const double given[] = {1, 1.5};
    for (int urgent = 0; urgent < 2; urgent++) {
        struct equations *s = twice_told(urgent == 0, urgent == 1);
        struct equations_solution *x = equations_solve(s, given, NEVER);
        ck_assert_int_eq(x->rank, 1);
        ck_assert(fabs(rational_ratio(&x->x[0], &x->common) - 1) < 1e-9);
        ck_assert(fabs(rational_ratio(&x->x[1], &x->common) - 1.5) < 1e-9);
        s->count = 1; /* the urgent one alone */
        struct equations_row kept = s->row[0];
        if (urgent) s->row[0] = s->row[1];
        ck_assert_int_eq(count_broken(s, x), 0);
        s->row[0] = kept;
        s->count = 2;
        equations_solution_free(x);
        equations_free(s);
    }
}
END_TEST

START_TEST(an_unknown_that_no_equation_needs_to_move_keeps_its_value) {
    const double given[] = {0.25, 1e-9, 7};
    struct equations *s = equations_new(1, 3);
    equations_add(s, 0, 0, 1);
    equations_add(s, 0, 1, 1);
    rational_set(&s->row[0].right, 1);
    struct equations_solution *x = equations_solve(s, given, NEVER);
    ck_assert(rational_ratio(&x->x[0], &x->common) == 1 - 1e-9);
    ck_assert(rational_ratio(&x->x[1], &x->common) == 1e-9);
    ck_assert(rational_ratio(&x->x[2], &x->common) == 7);
    equations_solution_free(x);
    equations_free(s);
}
END_TEST

START_TEST(a_time_that_is_over_ends_the_work) {
    const double given[] = {1, 1};
    struct equations *s = twice_told(0, 0);
    ck_assert(equations_solve(s, given, LATE) == NULL);
    equations_free(s);
}
END_TEST

int main(void) {
    Suite *suite = suite_create("equations");
    TCase *residues = tcase_create("residues"), *solutions = tcase_create("solutions");
    tcase_add_test(residues, residues_agree_with_wide_integers);
    tcase_add_test(residues, doubles_keep_their_products_and_sums_modulo_the_prime);
    tcase_add_test(solutions, solved_equations_hold_and_contradictions_are_seen);
    tcase_add_test(solutions, long_solutions_hold_to_the_last_bit);
    tcase_add_test(solutions, rounding_does_not_make_equations_independent);
    tcase_add_test(solutions, an_unknown_that_no_equation_needs_to_move_keeps_its_value);
    tcase_add_test(solutions, a_time_that_is_over_ends_the_work);
    suite_add_tcase(suite, residues);
    suite_add_tcase(suite, solutions);
    return harness_run(suite);
}
