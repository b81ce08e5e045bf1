/* Fractions against 128-bit integers and against laws of arithmetic; exact checks against an oracle: nothing false is
 * ever proven. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "solver/base/limits.h"
#include "solver/base/random.h"
#include "solver/exact/exact.h"
#include "solver/exact/exact_box.h"
#include "solver/exact/rational.h"
#include "tests/support/harness.h"
#include "tests/support/small_lp.h"

#define NEVER (&(const struct limits){.deadline = LIMITS_NO_DEADLINE})
#define LATE  (&(const struct limits){.deadline = 0})

__extension__ typedef __int128 wide;

static void set_fraction(struct rational *r, int64_t n, int64_t d) {
    struct rational below = {0};
    ck_assert(llabs(n) < (1LL << 53) && llabs(d) < (1LL << 53));
    rational_set(r, (double)n);
    rational_set(&below, (double)d);
    rational_divide(r, r, &below);
    rational_clear(&below);
}

static bool equals_fraction(const struct rational *r, wide n, wide d) {
    if (d < 0) n = -n, d = -d;
    wide a = n < 0 ? -n : n, b = d;
    while (b) {
        wide t = a % b;
        a = b;
        b = t;
    }
    if (a == 0) a = 1;
    n /= a, d /= a;
    wide top = n < 0 ? -n : n, rn = 0, rd = 0;
    for (int k = r->n.length; k-- > 0;) rn = (rn << WHOLE_BITS) + r->n.limb[k];
    for (int k = r->d.length; k-- > 0;) rd = (rd << WHOLE_BITS) + r->d.limb[k];
    return r->n.length <= 4 && r->d.length <= 4 && rn == top && (rd ? rd : 1) == d && r->sign == (n > 0) - (n < 0);
}

static int64_t random_span(struct random *r, int bits) { /* 0 .. 2^bits - 1 */
    return (int64_t)(random_bits(r) >> (64 - bits));
}

START_TEST(fractions_agree_with_wide_integers) {
    struct random r = {1};
    struct rational a = {0}, b = {0}, c = {0};
    for (int k = 0; k < 20000; k++) {
        int span = random_int(&r, 1, 52); /* in words, and beyond */
        int64_t an = random_span(&r, span) - random_span(&r, span), ad = 1 + random_span(&r, span);
        int64_t bn = random_span(&r, span) - random_span(&r, span), bd = 1 + random_span(&r, span);
        set_fraction(&a, an, ad);
        set_fraction(&b, bn, bd);
        rational_add(&c, &a, &b);
        ck_assert(equals_fraction(&c, (wide)an * bd + (wide)bn * ad, (wide)ad * bd));
        rational_subtract(&c, &a, &b);
        ck_assert(equals_fraction(&c, (wide)an * bd - (wide)bn * ad, (wide)ad * bd));
        rational_multiply(&c, &a, &b);
        ck_assert(equals_fraction(&c, (wide)an * bn, (wide)ad * bd));
        wide order = (wide)an * bd - (wide)bn * ad;
        ck_assert_int_eq(rational_compare(&a, &b), (order > 0) - (order < 0));
        if (bn == 0) continue;
        rational_divide(&c, &a, &b);
        ck_assert(equals_fraction(&c, (wide)an * bd, (wide)ad * bn));
    }
    rational_clear(&a);
    rational_clear(&b);
    rational_clear(&c);
}
END_TEST

/* Limbs of all zeros and all ones are where long division goes wrong. */
static void random_long(struct rational *to, struct random *r) {
    struct rational limb = {0}, base = {0};
    rational_set(&base, 4294967296.0);
    rational_set(to, 0);
    int style = 0;
    for (int k = random_int(r, 1, 24); k > 0; k--) { /* halves of limbs */
        if (random_int(r, 0, 2) > 0) style = random_int(r, 0, 3);
        double value = style == 0 ? 0 : style == 1 ? 4294967295.0 : style == 2 ? 1 : (double)(random_bits(r) >> 32);
        rational_set(&limb, value);
        rational_multiply(to, to, &base);
        rational_add(to, to, &limb);
    }
    if (random_int(r, 0, 1)) rational_negate(to);
    rational_clear(&limb);
    rational_clear(&base);
}

START_TEST(long_fractions_obey_the_laws_of_arithmetic) {
    struct random r = {2};
    struct rational v[4] = {{0}}, s = {0}, t = {0};
    for (int round = 0; round < 3000; round++) {
        for (int k = 0; k < 4; k++) random_long(&v[k], &r);
        if (v[1].sign == 0 || v[3].sign == 0) continue;
        rational_divide(&s, &v[0], &v[1]);
        rational_divide(&t, &v[2], &v[3]);
        rational_add(&s, &s, &t); /* a/b + c/d = (ad + bc) / bd */
        rational_multiply(&t, &v[0], &v[3]);
        rational_multiply(&v[2], &v[2], &v[1]);
        rational_add(&t, &t, &v[2]);
        rational_multiply(&v[1], &v[1], &v[3]);
        rational_divide(&t, &t, &v[1]);
        ck_assert_int_eq(rational_compare(&s, &t), 0);
        rational_multiply(&t, &t, &v[1]);
        rational_divide(&t, &t, &v[1]);
        ck_assert_int_eq(rational_compare(&s, &t), 0);
        rational_subtract(&t, &t, &s);
        ck_assert_int_eq(t.sign, 0);
    }
    for (int k = 0; k < 4; k++) rational_clear(&v[k]);
    rational_clear(&s);
    rational_clear(&t);
}
END_TEST

START_TEST(doubles_come_back_bit_for_bit) {
    struct random r = {3};
    struct rational a = {0};
    for (int k = 0; k < 20000; k++) {
        double value = ldexp(random_unit(&r) - 0.5, random_int(&r, -300, 300));
        rational_set(&a, value);
        ck_assert(rational_double(&a) == value);
    }
    rational_clear(&a);
}
END_TEST

/* Multipliers near those of an optimal basis, or arbitrary ones: whatever is proven is true. */
START_TEST(nothing_false_is_proven_of_random_programs) {
    long bounds = 0, tight = 0, optimal = 0;
    for (uint64_t seed = 0; seed < (uint64_t)fuzz(2000); seed++) {
        struct random r = {seed};
        struct model *m = random_model(&r, 0, 4, 5);
        struct oracle o;
        struct error why;
        struct exact_point at;
        enum oracle_status truth = oracle_run(&o, m);
        double y[ORACLE_SIZE], bound, least = truth == ORACLE_OPTIMAL ? model_objective(m, o.x) : 0;
        if (m->maximize) least = -least;
        for (int turn = 0; turn < 4; turn++) {
            for (int i = 0; i < m->rows; i++)
                y[i] = turn == 0 ? o.y[i] : turn < 3 ? o.y[i] + 1e-9 * random_unit(&r) : random_int(&r, -2, 2);
            if (truth != ORACLE_INFEASIBLE) ck_assert_msg(!exact_farkas(m, y, NEVER, &why), "seed %ld", (long)seed);
            if (!exact_bound(&bound, m, y, NEVER, &why)) continue;
            bounds++;
            ck_assert_msg(truth != ORACLE_UNBOUNDED, "seed %ld: a bound of an unbounded program", (long)seed);
            if (truth != ORACLE_OPTIMAL) continue;
            ck_assert_msg(bound <= least + 1e-9 * (1 + fabs(least)), "seed %ld: %g > %g", (long)seed, bound, least);
            tight += bound >= least - 1e-6 * (1 + fabs(least));
        }
        if (truth == ORACLE_OPTIMAL) {
            ck_assert_msg(exact_basis(&at, m, o.place, NEVER, &why), "seed %ld: %s", (long)seed, why.text);
            ck_assert(fabs(at.objective - model_objective(m, o.x)) <= 1e-9 * (1 + fabs(at.objective)));
            optimal += at.primal_violation == 0 && at.dual_violation == 0;
        }
        for (int v = 0; v < o.all && truth == ORACLE_OPTIMAL; v++) { /* another basis proves no other value */
            unsigned char kept = o.place[v];
            o.place[v] = (unsigned char)random_int(&r, 0, 3);
            if (exact_basis(&at, m, o.place, NEVER, &why) && at.primal_violation == 0 && at.dual_violation == 0)
                ck_assert(fabs(at.objective - model_objective(m, o.x)) <= 1e-9 * (1 + fabs(at.objective)));
            o.place[v] = kept;
        }
        model_free(m);
    }
    ck_assert_int_gt(bounds, fuzz(1200));
    ck_assert_int_gt(tight, fuzz(800));
    ck_assert_int_gt(optimal, fuzz(400));
}
END_TEST

/* The oracle's extremes of each column and row are inside. */
START_TEST(bounds_that_follow_hold_for_every_feasible_point) {
    int followed = 0, ends = 0;
    for (uint64_t seed = 0; seed < 1500; seed++) {
        struct random r = {seed};
        struct model *m = random_model(&r, 0, 4, 4);
        struct exact_box *own = exact_box_new(m), *box = exact_box_new(m);
        exact_box_imply(box, m);
        m->maximize = false;
        for (int j = 0; j < m->cols; j++) followed += box->lower[j] != own->lower[j] || box->upper[j] != own->upper[j];
        for (int end = 0; end < 2 * m->cols; end++) {
            struct oracle o;
            for (int j = 0; j < m->cols; j++) m->cost[j] = j != end / 2 ? 0 : end % 2 ? -1 : 1;
            enum oracle_status status = oracle_run(&o, m);
            bool finite = isfinite(end % 2 ? box->upper[end / 2] : box->lower[end / 2]);
            ck_assert_msg(status != ORACLE_UNBOUNDED || !finite, "seed %ld", (long)seed);
            if (status != ORACLE_OPTIMAL) continue;
            ends++;
            for (int j = 0; j < m->cols; j++)
                ck_assert_msg(o.x[j] >= box->lower[j] - 1e-7 && o.x[j] <= box->upper[j] + 1e-7, "seed %ld", (long)seed);
            for (int i = 0; i < m->rows; i++)
                ck_assert_msg(o.x[m->cols + i] >= box->row_lower[i] - 1e-7 &&
                                  o.x[m->cols + i] <= box->row_upper[i] + 1e-7,
                              "seed %ld", (long)seed);
        }
        exact_box_free(own);
        exact_box_free(box);
        model_free(m);
    }
    ck_assert_int_gt(followed, 300);
    ck_assert_int_gt(ends, 2000);
}
END_TEST

static struct model *two_rows(double second_lower) {
    struct model *m = model_new();
    struct error err;
    model_add_column(m, "x", -1, 0, MODEL_INFINITY, false);
    model_add_column(m, "y", 0, -MODEL_INFINITY, MODEL_INFINITY, false);
    model_add_row(m, "most", -MODEL_INFINITY, 1);
    model_add_row(m, "least", second_lower, MODEL_INFINITY);
    for (int i = 0; i < 2; i++) {
        model_add_entry(m, i, 0, 0.1);
        model_add_entry(m, i, 1, 0.3);
    }
    ck_assert(model_finish(m, &err));
    return m;
}

START_TEST(a_ray_that_is_right_up_to_rounding_is_repaired) {
    struct model *m = two_rows(2);
    struct error why;
    double good[] = {-1, 1}, rounded[] = {-1 - 1e-12, 1}, wrong[] = {1, 0};
    ck_assert_msg(exact_farkas(m, good, NEVER, &why), "%s", why.text);
    ck_assert_msg(exact_farkas(m, rounded, NEVER, &why), "%s", why.text);
    ck_assert(!exact_farkas(m, wrong, NEVER, &why));
    ck_assert(strlen(why.text) > 0);
    model_free(m);
}
END_TEST

START_TEST(a_direction_must_stay_in_every_row) {
    struct model *m = two_rows(0.5);
    struct error why;
    double good[] = {3, -1}, rounded[] = {3, -1 + 1e-13}, out[] = {-3, 1}, back[] = {0, 0};
    ck_assert_msg(exact_ray(m, good, NEVER, &why), "%s", why.text);
    ck_assert_msg(exact_ray(m, rounded, NEVER, &why), "%s", why.text);
    ck_assert(!exact_ray(m, out, NEVER, &why));
    ck_assert(!exact_ray(m, back, NEVER, &why));
    model_free(m);
}
END_TEST

/* x may grow without end; y has the bound that `second` runs into. Within 1e-7 of the largest it is noise. */
static const struct {
    double lower, upper, second;
    bool holds;
} strays[] = {{0, 5, 1e-9, true},  {-5, MODEL_INFINITY, -1e-9, true},  {-5, 5, 1e-9, true},
              {0, 5, 1e-5, false}, {-5, MODEL_INFINITY, -1e-5, false}, {-5, MODEL_INFINITY, 1e-5, true}};

START_TEST(a_direction_may_run_into_a_bound_by_noise_alone) {
    struct model *m = model_new();
    struct error err, why;
    const double d[] = {1, strays[_i].second};
    model_add_column(m, "x", -1, 0, MODEL_INFINITY, false);
    model_add_column(m, "y", 0, strays[_i].lower, strays[_i].upper, false);
    ck_assert(model_finish(m, &err));
    ck_assert_int_eq(exact_ray(m, d, NEVER, &why), strays[_i].holds);
    if (!strays[_i].holds) ck_assert_str_eq(why.text, "the ray runs into a bound of column y");
    model_free(m);
}
END_TEST

/* The multiplier of the first row is 0.1 / 0.3, which is no double: any is wrong in the last bit, and x has no bound to
 * compensate. */
START_TEST(a_bound_is_found_though_no_double_gives_a_free_column_its_zero) {
    struct model *m = model_new();
    struct error err, why;
    double y[] = {1.0 / 3, 0.1}, bound, least = 0.7 / 3 + 0.05;
    model_add_column(m, "x", 0.1, -MODEL_INFINITY, MODEL_INFINITY, false);
    model_add_column(m, "y", 0.1, 0, MODEL_INFINITY, false);
    model_add_column(m, "z", 0.24, 0, MODEL_INFINITY, false);
    model_add_row(m, "first", 0.7, MODEL_INFINITY);
    model_add_row(m, "second", 0.5, MODEL_INFINITY);
    model_add_entry(m, 0, 0, 0.3);
    model_add_entry(m, 1, 1, 1);
    model_add_entry(m, 0, 2, 0.7);
    ck_assert(model_finish(m, &err));
    ck_assert_msg(exact_bound(&bound, m, y, NEVER, &why), "%s", why.text);
    ck_assert(bound <= least && bound >= least - 1e-14);
    ck_assert(!exact_bound(&bound, m, y, LATE, &why));
    ck_assert_str_eq(why.text, "stopped by the time limit or an interrupt");
    model_free(m);
}
END_TEST

START_TEST(a_basis_is_refused_with_the_reason_when_time_is_up_or_it_is_singular) {
    const struct {
        unsigned char place[4];
        const struct limits *limits;
        const char *says;
    } cases[] = {
        {{PLACE_BASIC, PLACE_BASIC, PLACE_LOWER, PLACE_LOWER}, LATE, "stopped by the time limit or an interrupt"},
        {{PLACE_BASIC, PLACE_BASIC, PLACE_LOWER, PLACE_LOWER}, NEVER, "the basis is singular"},
        {{PLACE_BASIC, PLACE_LOWER, PLACE_LOWER, PLACE_LOWER}, NEVER, "the basis holds 1 of 2 variables"},
    };
    struct model *m = model_new();
    struct error err;
    for (int j = 0; j < 2; j++) model_add_column(m, j ? "y" : "x", 1, 0, MODEL_INFINITY, false);
    for (int i = 0; i < 2; i++) model_add_row(m, i ? "twice" : "once", 1 + i, MODEL_INFINITY);
    for (int k = 0; k < 4; k++) model_add_entry(m, k / 2, k % 2, 1 + k / 2);
    ck_assert(model_finish(m, &err));
    for (size_t k = 0; k < sizeof cases / sizeof cases[0]; k++) {
        struct exact_point at;
        struct error why = {""};
        ck_assert(!exact_basis(&at, m, cases[k].place, cases[k].limits, &why));
        ck_assert_str_eq(why.text, cases[k].says);
    }
    model_free(m);
}
END_TEST

int main(void) {
    Suite *suite = suite_create("exact");
    TCase *numbers = tcase_create("numbers"), *proofs = tcase_create("proofs");
    tcase_add_test(numbers, fractions_agree_with_wide_integers);
    tcase_add_test(numbers, long_fractions_obey_the_laws_of_arithmetic);
    tcase_add_test(numbers, doubles_come_back_bit_for_bit);
    tcase_add_test(proofs, nothing_false_is_proven_of_random_programs);
    tcase_add_test(proofs, bounds_that_follow_hold_for_every_feasible_point);
    tcase_add_test(proofs, a_bound_is_found_though_no_double_gives_a_free_column_its_zero);
    tcase_add_test(proofs, a_ray_that_is_right_up_to_rounding_is_repaired);
    tcase_add_test(proofs, a_direction_must_stay_in_every_row);
    tcase_add_test(proofs, a_basis_is_refused_with_the_reason_when_time_is_up_or_it_is_singular);
    tcase_add_loop_test(proofs, a_direction_may_run_into_a_bound_by_noise_alone, 0,
                        (int)(sizeof strays / sizeof strays[0]));
    suite_add_tcase(suite, numbers);
    suite_add_tcase(suite, proofs);
    return harness_run(suite);
}
