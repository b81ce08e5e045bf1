/* Netlib: optima right to 1e-8 and proven to 1e-9 by their duals in exact arithmetic, infeasible programs proven so in
 * exact arithmetic. A sample runs by default; TASO_NETLIB=all runs every problem of the folder. Names and optima come
 * from optima.tsv. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "solver/base/clock.h"
#include "solver/base/limits.h"
#include "solver/exact/exact.h"
#include "solver/io/mps.h"
#include "solver/lp/lp.h"
#include "tests/support/harness.h"
#include "tests/support/lp_proof.h"

#define NEVER (&(const struct limits){.deadline = LIMITS_NO_DEADLINE})

/* Left to TASO_NETLIB=all: seconds each. */
static const char *const slow[] = {"dfl001", "greenbea", "greenbeb", "maros-r7", "pilot", "qap12", "stocfor3", "truss"};

static const char *const infeasible[] = {"bgdbg1",  "bgindy",  "bgprtr", "ceria3d",  "chemcom", "cplex2", "ex72a",
                                         "forest6", "galenet", "gran",   "greenbea", "itest6",  "klein1", "klein3",
                                         "mondou2", "pilot4i", "qual",   "refinery", "vol1"};

static bool everything(void) {
    const char *which = getenv("TASO_NETLIB");
    return which && strcmp(which, "all") == 0;
}

static bool is_slow(const char *name) {
    for (size_t k = 0; k < sizeof slow / sizeof *slow; k++)
        if (strcmp(slow[k], name) == 0) return true;
    return false;
}

static void check_optimum(const char *name, double optimum) {
    char relative[256];
    struct error err;
    snprintf(relative, sizeof relative, "lp/netlib/%s.mps.gz", name);
    const char *path = harness_data(relative);
    if (!path) return;
    struct model *m = mps_read(path, false, NULL, &err);
    ck_assert_msg(m != NULL, "%s", err.text);
    struct options o = options_default();
    int64_t begun = clock_thread_ns();
    struct lp *lp = lp_new(m, &o);
    enum lp_status status = lp_solve(lp, &proof_no_limits);
    double seconds = (double)(clock_thread_ns() - begun) * 1e-9;
    double value = (m->maximize ? -1 : 1) * lp_objective(lp) + m->offset, violation = proof_primal(m, lp_x(lp));
    printf("%-10s %8.3f s %7lld iterations  %.12g\n", name, seconds, (long long)lp_iterations(lp), value);
    ck_assert_msg(status == LP_OPTIMAL, "%s: status %d", name, (int)status);
    ck_assert_msg(fabs(value - optimum) <= 1e-8 * fmax(1, fabs(optimum)), "%s: %.14g, not %.14g", name, value, optimum);
    ck_assert_msg(violation <= 1e-6, "%s: rows or bounds are off by %.3g", name, violation);
    double bound;
    ck_assert_msg(exact_bound(&bound, m, lp_row_duals(lp), NEVER, &err), "%s: %s", name, err.text);
    bound = (m->maximize ? -bound : bound);
    ck_assert_msg(fabs(value - bound) <= 1e-9 * fmax(1, fabs(value)), "%s: %.14g proven of %.14g", name, bound, value);
    lp_free(lp);
    model_free(m);
}

START_TEST(optima_are_those_of_the_table) {
    const char *path = harness_data("lp/netlib/optima.tsv");
    if (!path) return;
    FILE *table = fopen(path, "r");
    ck_assert_ptr_nonnull(table);
    char line[1024], name[64];
    double optimum;
    int solved = 0;
    ck_assert_ptr_nonnull(fgets(line, sizeof line, table));
    while (fgets(line, sizeof line, table)) {
        ck_assert_int_eq(sscanf(line, "%63s %lf", name, &optimum), 2);
        if (is_slow(name) && !everything()) continue;
        check_optimum(name, optimum);
        solved++;
    }
    fclose(table);
    ck_assert_int_ge(solved, 50);
}
END_TEST

START_TEST(infeasible_programs_are_proven_exactly) {
    char relative[256], why[200];
    struct error err;
    snprintf(relative, sizeof relative, "lp/infeasible/%s.mps.gz", infeasible[_i]);
    const char *path = harness_data(relative);
    if (!path) return;
    struct model *m = mps_read(path, false, NULL, &err);
    ck_assert_msg(m != NULL, "%s", err.text);
    struct options o = options_default();
    struct lp *lp = lp_new(m, &o);
    ck_assert_int_eq(lp_solve(lp, &proof_no_limits), LP_INFEASIBLE);
    ck_assert_msg(proof_farkas(m, lp_ray(lp), 0, why), "%s: %s", infeasible[_i], why);
    lp_free(lp);
    model_free(m);
}
END_TEST

START_TEST(the_primal_simplex_does_not_cycle) {
    struct error err;
    const char *path = harness_data("lp/infeasible/greenbea.mps.gz");
    if (!path) return;
    struct model *m = mps_read(path, false, NULL, &err);
    ck_assert_msg(m != NULL, "%s", err.text);
    struct options o = options_default();
    ck_assert(options_set(&o, "method=primal", &err) && options_set(&o, "scaling=off", &err));
    struct lp_control control = proof_no_limits;
    control.limits.iterations = 30000;
    struct lp *lp = lp_new(m, &o);
    ck_assert_int_eq(lp_solve(lp, &control), LP_INFEASIBLE);
    lp_free(lp);
    model_free(m);
}
END_TEST

int main(void) {
    Suite *suite = suite_create("netlib");
    TCase *tests = tcase_create("netlib");
    tcase_set_timeout(tests, 280);
    tcase_add_test(tests, optima_are_those_of_the_table);
    tcase_add_loop_test(tests, infeasible_programs_are_proven_exactly, 0, sizeof infeasible / sizeof *infeasible);
    tcase_add_test(tests, the_primal_simplex_does_not_cycle);
    suite_add_tcase(suite, tests);
    return harness_run(suite);
}
