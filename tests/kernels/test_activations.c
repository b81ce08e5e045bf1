/* Activations against their definitions in double: digits, places, not-a-numbers, and the table's contract. */
#include <float.h>
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "kernels/curve.h"
#include "kernels/isa.h"
#include "solver/base/memory.h"
#include "tests/support/activated.h"
#include "tests/support/harness.h"

#define ULPS 4.0 /* kernels/curve.h */

/* Both signs, 0, and 31 mantissas in every binade from 2^-40 to 2^8: the exponential vanishes at 2^6.5. */
#define SWEEP (2 * 48 * 31 + 1)
static float sweep[SWEEP];

static void make_sweep(void) {
    int n = 0;
    for (int sign = -1; sign <= 1; sign += 2)
        for (int binade = -40; binade < 8; binade++)
            for (int k = 0; k < 31; k++) sweep[n++] = (float)sign * ldexpf(1 + (float)k / 31, binade);
    ck_assert_int_eq(n, SWEEP - 1); /* the last is 0 */
}

/* What the error is to be small of: y or, where digits cancel, the terms of a sum. */
static double magnitude(struct activation f, double x, double y) {
    const bool sum = f.kind == ACTIVATION_HARD_SIGMOID && y > 0 && y < 1;
    return sum ? fmax(fabs((double)f.a * x), fabs((double)f.b)) : fabs(y);
}

/* In units of the last place of `size`. Where the exponential is smaller than the smallest normal float, it may vanish. */
static double ulps(double size, double y, float got, double x) {
    int exponent;
    if (x < -126.5 * log(2) && size < 100 * (double)FLT_MIN && fpclassify(got) == FP_ZERO) return 0;
    frexp(fmax(size, (double)FLT_MIN), &exponent);
    return fabs(y - (double)got) / ldexp(1, exponent - FLT_MANT_DIG);
}

static void check_sweep(struct activation f, const float *out, const char *how) {
    for (int i = 0; i < SWEEP; i++) {
        const double x = (double)sweep[i], y = activated(f, x);
        const double error = ulps(magnitude(f, x, y), y, out[i], x);
        ck_assert_msg(error <= ULPS, "%s of %.9g, %s: %.9g, not %.9g: %.2f ulps", activation_names[f.kind], x, how,
                      (double)out[i], y, error);
    }
}

START_TEST(an_activation_is_right_to_four_units_in_the_last_place) {
    float out[SWEEP];
    make_sweep();
    for (int other = 0; other < 2; other++) {
        const struct activation f = activated_sample((enum activation_kind)_i, other);
        activation_run(f, out, sweep, SWEEP);
        check_sweep(f, out, "run");
        for (int isa = 0; isa < ISAS; isa++) {
            if (!isa_force((enum isa)isa)) continue;
            memcpy(out, sweep, sizeof out);
            curve_block(f, out, 0, 1, SWEEP);
            check_sweep(f, out, isa_names[isa]);
        }
    }
}
END_TEST

static uint32_t bits(float x) {
    uint32_t u;
    memcpy(&u, &x, sizeof u);
    return u;
}

/* Blocks of every width, between columns that are not theirs: kept, and the same bits as element by element. */
static void check_places(struct activation f, int rows, int columns, int ldc) {
    float *c = MEMORY_NEW(float, rows *ldc), *before = MEMORY_NEW(float, rows *ldc);
    for (int i = 0; i < rows * ldc; i++) before[i] = c[i] = 8 * sinf((float)(i * i + 1));
    curve_block(f, c, (size_t)ldc, rows, columns);
    for (int i = 0; i < rows * ldc; i++) {
        float alone = before[i];
        if (i % ldc < columns) curve_block(f, &alone, 0, 1, 1);
        ck_assert_msg(bits(c[i]) == bits(alone), "%s, %d x %d of %d: element %d", activation_names[f.kind], rows,
                      columns, ldc, i);
    }
    free(c), free(before);
}

START_TEST(a_result_does_not_depend_on_its_place) {
    static const int widths[] = {1, 2, 7, 15, 16, 17, 31, 33, 64, 70};
    const struct activation f = activated_sample((enum activation_kind)_i, true);
    for (int isa = 0; isa < ISAS; isa++) {
        if (!isa_force((enum isa)isa)) continue;
        for (int rows = 1; rows <= 7; rows += 3)
            for (int k = 0; k < 10; k++)
                for (int more = 0; more < 3; more += 2) check_places(f, rows, widths[k], widths[k] + more);
    }
    for (int n = 0; n < 50; n++) {
        float in[50], out[51], alone;
        for (int i = 0; i < n; i++) in[i] = 8 * sinf((float)(i * i + 1));
        memset(out, 0x5a, sizeof out);
        activation_run(f, out, in, (size_t)n);
        for (int i = 0; i < n; i++) {
            activation_run(f, &alone, &in[i], 1);
            ck_assert_uint_eq(bits(alone), bits(out[i]));
        }
        ck_assert_uint_eq(bits(out[n]), 0x5a5a5a5au);
        activation_run(f, in, in, (size_t)n);
        ck_assert_int_eq(memcmp(in, out, (size_t)n * sizeof *in), 0);
    }
}
END_TEST

START_TEST(what_is_no_number_becomes_the_lower_bound_or_stays) {
    const struct activation f = activation_of((enum activation_kind)_i);
    float y[2] = {NAN, NAN};
    activation_run(f, &y[0], &y[0], 1);
    curve_block(f, &y[1], 0, 1, 1);
    for (int i = 0; i < 2; i++)
        if (activation_bounds(f) || f.kind == ACTIVATION_HARD_SIGMOID)
            ck_assert_msg(y[i] == (activation_bounds(f) ? f.a : 0), "%s of NaN: %g", activation_names[_i],
                          (double)y[i]);
        else
            ck_assert_msg(isnan(y[i]), "%s of NaN: %g", activation_names[_i], (double)y[i]);
}
END_TEST

START_TEST(infinities_are_limits) {
    const struct activation f = activation_of((enum activation_kind)_i);
    float y[2] = {INFINITY, -INFINITY};
    const bool opposed = f.kind == ACTIVATION_SILU || f.kind == ACTIVATION_HARD_SWISH; /* -infinity times 0 */
    activation_run(f, y, y, 2);
    ck_assert_msg((double)y[0] == activated(f, INFINITY), "%s: %g", activation_names[_i], (double)y[0]);
    ck_assert_msg(opposed ? isnan(y[1]) : fabs((double)y[1]) == fabs(activated(f, -INFINITY)), "%s: %g",
                  activation_names[_i], (double)y[1]);
}
END_TEST

START_TEST(a_row_keeps_the_contract) {
    const enum activation_kind kind = (enum activation_kind)_i;
    const struct activation f = activation_of(kind), other = activated_sample(kind, true);
    ck_assert(f.kind == kind && activation_equal(f, f));
    ck_assert(kind != ACTIVATION_NONE || activation_equal(f, (struct activation){ACTIVATION_NONE, 0, 0}));
    ck_assert(kind == ACTIVATION_NONE || activation_bounds(f) != activation_curves(f));
    ck_assert(!activation_bounds(f) || f.a <= f.b);
    ck_assert(activation_equal(f, other) == (activation_keys(kind) == 0));
    for (int i = 0; i < _i; i++) ck_assert_str_ne(activation_names[i], activation_names[_i]);
    for (int i = 0; i < SWEEP && activation_repeats(f); i++) {
        const double once = activated(f, (double)sweep[i]);
        ck_assert(activated(f, once) == once);
    }
}
END_TEST

static const struct {
    struct activation f;
    const char *text;
} printed[] = {
    {{ACTIVATION_NONE, 0, 0}, "none"},
    {{ACTIVATION_RELU, 0, INFINITY}, "relu"},
    {{ACTIVATION_CLIP, -1, 2.5f}, "clip(-1,2.5)"},
    {{ACTIVATION_LEAKY_RELU, 0.2f, 0}, "leakyrelu(0.2)"},
    {{ACTIVATION_SILU, 0, 0}, "silu"},
};

START_TEST(an_activation_prints_its_name_and_parameters) {
    char text[ACTIVATION_TEXT];
    activation_print(text, printed[_i].f);
    ck_assert_str_eq(text, printed[_i].text);
}
END_TEST

int main(void) {
    Suite *suite = suite_create("activations");
    TCase *tests = tcase_create("activations");
    tcase_add_loop_test(tests, an_activation_is_right_to_four_units_in_the_last_place, 0, ACTIVATIONS);
    tcase_add_loop_test(tests, a_result_does_not_depend_on_its_place, 0, ACTIVATIONS);
    tcase_add_loop_test(tests, what_is_no_number_becomes_the_lower_bound_or_stays, 1, ACTIVATIONS);
    tcase_add_loop_test(tests, infinities_are_limits, 0, ACTIVATIONS);
    tcase_add_loop_test(tests, a_row_keeps_the_contract, 0, ACTIVATIONS);
    tcase_add_loop_test(tests, an_activation_prints_its_name_and_parameters, 0,
                        (int)(sizeof printed / sizeof printed[0]));
    suite_add_tcase(suite, tests);
    return harness_run(suite);
}
