/* MIPLIB 3: no wrong claim, ever. A quick sample is solved to the published optimum; the harder ones are stopped after
 * a few nodes, and bounds and solutions must then be on their sides of the optimum. TEST_EFFORT=N searches N times as
 * many nodes. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "solver/io/mps.h"
#include "solver/milp.h"
#include "tests/support/harness.h"

static struct model *read_program(const char *name) {
    char file[128];
    struct error err;
    snprintf(file, sizeof file, "lp/miplib3/%s.mps.gz", name);
    const char *path = harness_data(file);
    if (!path) return NULL;
    struct model *m = mps_read(path, false, NULL, &err);
    ck_assert_msg(m != NULL, "%s", err.text);
    return m;
}

static double tolerance(double optimum) {
    return 1e-6 * fmax(1, fabs(optimum));
}

static const struct {
    const char *name;
    double optimum;
} quick[] = {{"p0033", 3089},       {"flugpl", 1201500}, {"vpm1", 20},  {"gt2", 21166},
             {"p0548", 8691},       {"mod008", 307},     {"rgn", 82.2}, {"khb05250", 106940226},
             {"bell5", 8966406.49}, {"misc03", 3360}};

START_TEST(easy_programs_are_solved_to_the_published_optimum) {
    struct model *m = read_program(quick[_i].name);
    if (!m) return;
    struct options o = options_default();
    o.node_limit = 20000;
    struct milp_result *r = milp_solve(m, &o, NULL);
    printf("%s: %s %.12g, %lld nodes, %.2f s\n", quick[_i].name, milp_status_names[r->status], r->objective,
           (long long)r->nodes, r->seconds);
    ck_assert_int_eq(r->status, MILP_OPTIMAL);
    ck_assert_double_eq_tol(r->objective, quick[_i].optimum, tolerance(quick[_i].optimum));
    ck_assert_double_le(r->violation, 1e-6);
    milp_result_free(r);
    model_free(m);
}
END_TEST

static const struct {
    const char *name;
    double optimum;
} hard[] = {{"pp08a", 7350},        {"modglob", 20740508.09}, {"noswot", -41.00000885}, {"mas76", 40005.05399},
            {"bell3a", 878430.316}, {"markshare1", 1},        {"p2756", 3124}};

START_TEST(a_search_that_is_stopped_claims_nothing_false) {
    struct model *m = read_program(hard[_i].name);
    if (!m) return;
    const char *effort = getenv("TEST_EFFORT");
    struct options o = options_default();
    o.node_limit = 30 * (effort ? atoi(effort) : 1);
    struct milp_result *r = milp_solve(m, &o, NULL);
    double optimum = hard[_i].optimum;
    printf("%s: %s, bound %.12g, objective %.12g, %.2f s\n", hard[_i].name, milp_status_names[r->status], r->bound,
           r->objective, r->seconds);
    ck_assert(r->status == MILP_OPTIMAL || r->status == MILP_NODE_LIMIT);
    ck_assert_double_le(r->bound, optimum + tolerance(optimum));
    if (r->x) ck_assert_double_ge(r->objective, optimum - tolerance(optimum));
    if (r->x) ck_assert_double_le(r->violation, 1e-6);
    if (r->status == MILP_OPTIMAL) ck_assert_double_eq_tol(r->objective, optimum, tolerance(optimum));
    milp_result_free(r);
    model_free(m);
}
END_TEST

int main(void) {
    Suite *s = suite_create("miplib");
    TCase *t = tcase_create("miplib");
    tcase_add_loop_test(t, easy_programs_are_solved_to_the_published_optimum, 0, sizeof quick / sizeof quick[0]);
    tcase_add_loop_test(t, a_search_that_is_stopped_claims_nothing_false, 0, sizeof hard / sizeof hard[0]);
    suite_add_tcase(s, t);
    return harness_run(s);
}
