/* Elimination modulo a prime (modular.h) and the lifting of its solutions (dixon.h), put back into the equations; ranks
 * against dense elimination. tests/solver/test_equations.c compares the residues with 128-bit integers. */
#include "tests/support/harness.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "solver/base/limits.h"
#include "solver/base/memory.h"
#include "solver/base/random.h"
#include "solver/exact/dixon.h"
#include "solver/exact/modular.h"

#define NEVER (&(const struct limits){.deadline = LIMITS_NO_DEADLINE})
#define LATE  (&(const struct limits){.deadline = 0})

enum { MOST = 10 };

START_TEST(a_shift_is_repeated_doubling_or_halving) {
    struct random r = {1};
    const uint64_t half = (MODULAR_PRIME + 1) / 2;
    for (int round = 0; round < 200; round++) {
        uint64_t a = random_bits(&r) % MODULAR_PRIME, up = a, down = a;
        for (long bits = 0; bits < 140; bits++) {
            if (modular_shift(a, bits) != up || modular_shift(a, -bits) != down) ck_abort_msg("by %ld bits", bits);
            up = modular_add(up, up);
            down = modular_multiply(down, half);
        }
    }
}
END_TEST

START_TEST(a_wide_product_has_both_halves) {
    struct random r = {2};
    for (int round = 0; round < 20000; round++) {
        uint64_t a = random_bits(&r) >> random_int(&r, 0, 63), b = random_bits(&r) >> random_int(&r, 0, 63), high;
        if (round < 4) a = round & 1 ? UINT64_MAX : 1, b = round & 2 ? UINT64_MAX : 1;
        uint64_t low = modular_wide_product(&high, a, b);
        /* shift and add, bit by bit */
        uint64_t sum_low = 0, sum_high = 0;
        for (int bit = 63; bit >= 0; bit--) {
            sum_high = sum_high << 1 | sum_low >> 63;
            sum_low <<= 1;
            if (!(b >> bit & 1)) continue;
            sum_low += a;
            sum_high += sum_low < a;
        }
        if (low != sum_low || high != sum_high) ck_abort_msg("round %d", round);
    }
}
END_TEST

/* --- systems --- */

struct system {
    int equations, unknowns;
    double a[MOST][MOST];
    struct equations *e;
    struct modular *s;
};

/* Whole numbers, or with `binary` also fractions of powers of 2; some rows are sums of others. */
static void system_random(struct system *y, struct random *r, bool square, bool binary) {
    *y = (struct system){.equations = random_int(r, 1, MOST), .unknowns = random_int(r, 1, MOST)};
    if (square) y->unknowns = y->equations;
    y->e = equations_new(y->equations, y->unknowns);
    y->s = modular_new(y->equations, y->unknowns);
    for (int i = 0; i < y->equations; i++) {
        bool sum = i > 1 && random_int(r, 0, 4) == 0;
        for (int j = 0; j < y->unknowns; j++) {
            y->a[i][j] = random_int(r, 0, 2) ? 0 : random_int(r, -9, 9);
            if (binary) y->a[i][j] = ldexp(y->a[i][j], random_int(r, -70, 70));
            if (sum) y->a[i][j] = y->a[i - 1][j] - 2 * y->a[i - 2][j];
        }
    }
    for (int i = 0; i < y->equations; i++)
        for (int j = 0; j < y->unknowns; j++) {
            if (y->a[i][j] == 0) continue;
            equations_add(y->e, i, j, y->a[i][j]);
            modular_append(y->s, i, j, y->a[i][j]);
        }
}

static void system_free(struct system *y) {
    equations_free(y->e);
    modular_free(y->s);
}

/* Rank of a dense matrix modulo p. */
static int rank_dense(const struct system *y) {
    uint64_t a[MOST][MOST];
    int rank = 0;
    for (int i = 0; i < y->equations; i++)
        for (int j = 0; j < y->unknowns; j++) a[i][j] = modular_of_double(y->a[i][j]);
    for (int j = 0; j < y->unknowns && rank < y->equations; j++) {
        int pivot = rank;
        while (pivot < y->equations && a[pivot][j] == 0) pivot++;
        if (pivot == y->equations) continue;
        for (int k = 0; k < y->unknowns; k++) {
            uint64_t t = a[rank][k];
            a[rank][k] = a[pivot][k];
            a[pivot][k] = t;
        }
        for (int i = rank + 1; i < y->equations; i++) {
            uint64_t factor = modular_multiply(a[i][j], modular_inverse(a[rank][j]));
            for (int k = 0; k < y->unknowns; k++)
                a[i][k] = modular_subtract(a[i][k], modular_multiply(factor, a[rank][k]));
        }
        rank++;
    }
    return rank;
}

START_TEST(elimination_finds_the_rank_and_its_pivots_solve_their_equations) {
    int short_ones = 0;
    for (int seed = 1; seed <= 1500; seed++) {
        struct random r = {(uint64_t)seed};
        struct system y;
        system_random(&y, &r, false, false);
        double weight[MOST];
        uint64_t given[MOST], right[MOST], x[MOST] = {0};
        bool seen[2][MOST] = {{false}};
        for (int j = 0; j < MOST; j++) weight[j] = random_int(&r, 1, 9), given[j] = random_bits(&r) % MODULAR_PRIME;
        memcpy(right, given, sizeof right);
        ck_assert(modular_eliminate(y.s, weight, NEVER));
        ck_assert_int_eq(y.s->rank, rank_dense(&y));
        short_ones += y.s->rank < y.equations;
        for (int t = 0; t < y.s->rank; t++) {
            ck_assert(!seen[0][y.s->equation[t]] && !seen[1][y.s->unknown[t]]);
            seen[0][y.s->equation[t]] = seen[1][y.s->unknown[t]] = true;
        }
        modular_solve(x, y.s, right);
        for (int j = 0; j < y.unknowns; j++) ck_assert(seen[1][j] || x[j] == 0);
        for (int t = 0; t < y.s->rank; t++) {
            int i = y.s->equation[t];
            uint64_t sum = 0;
            for (int j = 0; j < y.unknowns; j++)
                sum = modular_add(sum, modular_multiply(modular_of_double(y.a[i][j]), x[j]));
            ck_assert_msg(sum == given[i], "seed %d: equation %d does not hold", seed, i);
        }
        system_free(&y);
    }
    ck_assert_int_ge(short_ones, 1137);
}
END_TEST

START_TEST(a_time_that_is_over_ends_the_elimination) {
    struct random r = {5};
    struct system y;
    double weight[MOST];
    for (int j = 0; j < MOST; j++) weight[j] = 1;
    do system_random(&y, &r, true, false);
    while (rank_dense(&y) < 3 && (system_free(&y), true));
    ck_assert(!modular_eliminate(y.s, weight, LATE));
    system_free(&y);
}
END_TEST

/* sum of a_j x_j - right, times a power of 2 that makes it whole, must be 0 modulo p^digits. All in whole numbers. */
static bool holds(const struct system *y, int i, const struct dixon *l, double right) {
    struct whole plus = {0}, minus = {0}, part = {0}, value = {0}, modulus = {0};
    dixon_modulus(&modulus, l);
    for (int t = -1; t < y->s->rank; t++) {
        int exponent;
        double a = t < 0 ? -right : y->a[i][y->s->unknown[t]];
        int64_t mantissa = rational_split(&exponent, a);
        if (mantissa == 0) continue;
        struct whole *sum = mantissa > 0 ? &plus : &minus;
        if (t < 0)
            whole_set(&value, 1);
        else
            dixon_value(&value, l, t);
        ck_assert(t < 0 || whole_compare(&value, &modulus) < 0);
        struct whole size = {0};
        whole_set(&size, (uint64_t)llabs(mantissa));
        whole_multiply(&part, &value, &size);
        whole_shift_left(&part, &part, exponent + 200); /* exponents are above -200 */
        whole_add(sum, sum, &part);
        whole_clear(&size);
    }
    whole_divide(NULL, &plus, &modulus);
    whole_divide(NULL, &minus, &modulus);
    bool equal = whole_compare(&plus, &minus) == 0;
    whole_clear(&plus);
    whole_clear(&minus);
    whole_clear(&part);
    whole_clear(&value);
    whole_clear(&modulus);
    return equal;
}

START_TEST(lifted_digits_solve_the_equations_modulo_powers_of_the_prime) {
    int solved = 0;
    for (int seed = 1; seed <= 200; seed++) {
        struct random r = {(uint64_t)seed * 3};
        struct system y;
        double weight[MOST], given[MOST];
        system_random(&y, &r, true, seed % 2);
        for (int j = 0; j < MOST; j++) {
            weight[j] = 1;
            given[j] =
                random_int(&r, 0, 4) ? ldexp(random_int(&r, -99, 99), seed % 2 ? random_int(&r, -90, 90) : 0) : 0;
        }
        ck_assert(modular_eliminate(y.s, weight, NEVER));
        struct rational right[MOST] = {{0}};
        for (int t = 0; t < y.s->rank; t++) rational_set(&right[t], given[y.s->equation[t]]);
        struct dixon *l = dixon_new(y.e, y.s, right);
        ck_assert_int_eq(dixon_digits(l), 0);
        for (int digits = 1; digits <= 6; digits++) {
            dixon_step(l);
            ck_assert_int_eq(dixon_digits(l), digits);
            for (int t = 0; t < y.s->rank; t++)
                ck_assert_msg(holds(&y, y.s->equation[t], l, given[y.s->equation[t]]), "seed %d: %d digits", seed,
                              digits);
        }
        solved += y.s->rank;
        for (int t = 0; t < MOST; t++) rational_clear(&right[t]);
        dixon_free(l);
        system_free(&y);
    }
    dixon_free(NULL);
    modular_free(NULL);
    ck_assert_int_ge(solved, 692);
}
END_TEST

START_TEST(the_modulus_is_a_power_of_the_prime) {
    struct system y = {.equations = 1, .unknowns = 1, .a = {{1}}};
    y.e = equations_new(1, 1);
    y.s = modular_new(1, 1);
    equations_add(y.e, 0, 0, 1);
    modular_append(y.s, 0, 0, 1);
    struct rational right = {0};
    struct whole expected = {0}, prime = {0}, product = {0}, modulus = {0};
    rational_set(&right, 0x1p200);
    ck_assert(modular_eliminate(y.s, (double[]){1}, NEVER));
    struct dixon *l = dixon_new(y.e, y.s, &right);
    whole_set(&prime, MODULAR_PRIME);
    whole_set(&expected, 1);
    for (int digits = 0; digits < 8; digits++) {
        dixon_modulus(&modulus, l);
        ck_assert_int_eq(whole_compare(&modulus, &expected), 0);
        whole_multiply(&product, &expected, &prime);
        whole_copy(&expected, &product);
        dixon_step(l);
    }
    dixon_value(&modulus, l, 0); /* x = 2^200 is below p^8, and so is itself */
    ck_assert_int_eq(whole_compare(&modulus, &right.n), 0);
    dixon_free(l);
    rational_clear(&right);
    whole_clear(&expected);
    whole_clear(&prime);
    whole_clear(&product);
    whole_clear(&modulus);
    system_free(&y);
}
END_TEST

int main(void) {
    Suite *s = suite_create("modular");
    TCase *t = tcase_create("modular");
    tcase_add_test(t, a_shift_is_repeated_doubling_or_halving);
    tcase_add_test(t, a_wide_product_has_both_halves);
    tcase_add_test(t, elimination_finds_the_rank_and_its_pivots_solve_their_equations);
    tcase_add_test(t, a_time_that_is_over_ends_the_elimination);
    tcase_add_test(t, lifted_digits_solve_the_equations_modulo_powers_of_the_prime);
    tcase_add_test(t, the_modulus_is_a_power_of_the_prime);
    suite_add_tcase(s, t);
    return harness_run(s);
}
