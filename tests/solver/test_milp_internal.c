/* The last steps of one solve: objectives turned back into the model's sense, and solutions polished until they are as
 * exact as possible. */
#include "tests/support/harness.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "solver/milp_internal.h"
#include "tests/support/program.h"

enum { COLS = 6 };

static const struct milp_control no_control = {NULL};

START_TEST(objectives_of_the_tree_come_back_in_the_models_sense) {
    struct milp s = {.sign = -1, .offset = 3};
    ck_assert_double_eq(milp_outwards(&s, 4), -7);
    ck_assert_double_eq(milp_outwards(&s, MODEL_INFINITY), -MODEL_INFINITY); /* nothing: no offset to add */
    ck_assert_double_eq(milp_outwards(&s, -MODEL_INFINITY), MODEL_INFINITY);
    s.sign = 1;
    ck_assert_double_eq(milp_outwards(&s, 4), 7);
    ck_assert_double_eq(milp_outwards(&s, MODEL_INFINITY), MODEL_INFINITY);
}
END_TEST

START_TEST(integers_are_counted_and_points_copied) {
    struct model *m = program_of(COLS, 1, 0, 1, true);
    m->integer[2] = m->integer[4] = false;
    program_finish(m);
    ck_assert_int_eq(milp_integers(m), COLS - 2);
    double x[] = {1, 2, 3}, *kept = milp_keep(x, 3), *none = milp_keep(NULL, 0);
    x[0] = 9;
    ck_assert(kept[0] == 1 && kept[2] == 3);
    free(kept);
    free(none);
    model_free(m);
}
END_TEST

START_TEST(a_presolve_that_stopped_names_the_limit) {
    atomic_int interrupt = 0;
    struct milp_control control = {.interrupt = &interrupt};
    struct milp_result result = {.status = MILP_OPTIMAL};
    struct milp s = {.control = &control, .result = &result, .limits = limits_none()};
    s.limits.interrupt = &interrupt;
    milp_presolve_stopped(&s);
    ck_assert_int_eq(result.status, MILP_TIME_LIMIT);
    interrupt = 1;
    milp_presolve_stopped(&s);
    ck_assert_int_eq(result.status, MILP_INTERRUPTED);
}
END_TEST

/* Rows through a point of whole numbers and halves, which is then moved by less than tolerances. */
static struct model *program_through(struct random *r, const double *point) {
    struct model *m = model_new();
    m->maximize = random_int(r, 0, 1);
    for (int j = 0; j < COLS; j++) {
        bool low = random_int(r, 0, 1);
        model_add_column(m, NULL, random_int(r, -5, 5), low ? point[j] : point[j] - 2, point[j] + 3, j % 2 == 0);
    }
    for (int i = 0; i < 3; i++) {
        double value[COLS], at = 0;
        for (int j = 0; j < COLS; j++) value[j] = random_int(r, -4, 4), at += value[j] * point[j];
        program_row(m, i == 0 ? at : at - 1, value, at);
    }
    return program_finish(m);
}

START_TEST(a_polished_solution_is_whole_violates_less_and_costs_no_more) {
    int exact = 0, off = 0;
    for (int seed = 1; seed <= 300; seed++) {
        struct random r = {(uint64_t)seed};
        double point[COLS], x[COLS], before[COLS];
        for (int j = 0; j < COLS; j++) point[j] = random_int(&r, -6, 6) / (j % 2 ? 2.0 : 1);
        struct model *m = program_through(&r, point);
        struct options o = options_default();
        for (int j = 0; j < COLS; j++) x[j] = before[j] = point[j] + random_int(&r, -9, 9) * 1e-8;
        struct milp_result result = {.status = MILP_OPTIMAL, .x = x};
        struct milp s = {.model = m,
                         .options = &o,
                         .control = &no_control,
                         .result = &result,
                         .limits = {LIMITS_NO_DEADLINE, INT64_MAX, INT64_MAX, NULL},
                         .sign = m->maximize ? -1 : 1};
        polish_solution(&s);
        double sense = m->maximize ? -1 : 1, was = model_violation(m, before), is = model_violation(m, x);
        for (int j = 0; j < COLS; j += 2) ck_assert_msg(x[j] == nearbyint(x[j]), "seed %d: column %d", seed, j);
        ck_assert_msg(is <= fmax(was, 1e-9), "seed %d: %g is more than %g", seed, is, was);
        ck_assert(sense * (model_objective(m, x) - model_objective(m, before)) <= 1e-5);
        off += was > 1e-9;
        exact += is <= 1e-12;
        model_free(m);
    }
    ck_assert_int_ge(off, 300);
    ck_assert_int_ge(exact, 300);
}
END_TEST

int main(void) {
    Suite *s = suite_create("milp_internal");
    TCase *t = tcase_create("milp_internal");
    tcase_add_test(t, objectives_of_the_tree_come_back_in_the_models_sense);
    tcase_add_test(t, integers_are_counted_and_points_copied);
    tcase_add_test(t, a_presolve_that_stopped_names_the_limit);
    tcase_add_test(t, a_polished_solution_is_whole_violates_less_and_costs_no_more);
    suite_add_tcase(s, t);
    return harness_run(s);
}
