/* Presolve against an oracle that tries every basis, on thousands of small random programs made to hit each reduction. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "solver/exact.h"
#include "solver/lp.h"
#include "solver/memory.h"
#include "solver/presolve.h"
#include "solver/random.h"
#include "solver/shrink.h"
#include "tests/harness.h"
#include "tests/small_lp.h"

/* --- pure LPs ------------------------------------------------------------------------------------------------------------------ */

static long seen_kind[SHRINK_MERGE_COLS + 1];

/* NULL, or what is wrong with the restored basic solution. */
static const char *restored_fault(const struct model *m, const struct presolve *p, double expected) {
    struct oracle reduced;
    const struct model *small = presolve_model(p);
    if (oracle_run(&reduced, small) != ORACLE_OPTIMAL) return "the reduced program has no optimum";
    if (!near(model_objective(small, reduced.x), m->maximize ? -expected : expected))
        return "the optimum of the reduced program is another one";
    double x[ORACLE_SIZE], y[ORACLE_SIZE];
    unsigned char place[2 * ORACLE_SIZE];
    presolve_restore(p, x, y, place, reduced.x, reduced.y, reduced.place);
    if (!near(model_objective(m, x), expected)) return "the restored point has another value";
    if (model_violation(m, x) > 1e-7) return "the restored point is not feasible";
    struct exact_point at;
    struct error why;
    if (!exact_basis(&at, m, place, &why)) return "the restored basis is none";
    if (at.primal_violation > 1e-9) return "the restored basis is not feasible";
    if (at.dual_violation > 1e-9) return "the restored basis is not optimal";
    if (!near(at.objective, expected)) return "the restored basis has another value";
    double bound;
    if (!exact_bound(&bound, m, y, &why)) return "the restored duals prove nothing";
    if (!near(bound, m->maximize ? -expected : expected)) return "the restored duals prove another bound";
    return NULL;
}

static const char *lp_fault(const struct model *m, const struct options *options) {
    struct oracle whole;
    enum oracle_status truth = oracle_run(&whole, m);
    struct presolve *p = presolve_new(m, options);
    const char *fault = NULL;
    switch (presolve_run(p)) {
    case PRESOLVE_INFEASIBLE:
        if (truth != ORACLE_INFEASIBLE) fault = "called infeasible, which it is not";
        break;
    case PRESOLVE_UNBOUNDED_OR_INFEASIBLE:
        if (truth == ORACLE_OPTIMAL) fault = "called infeasible or unbounded, but it has an optimum";
        break;
    case PRESOLVE_REDUCED:
    case PRESOLVE_SOLVED:
        if (truth == ORACLE_OPTIMAL) {
            fault = restored_fault(m, p, model_objective(m, whole.x));
        } else {
            struct oracle reduced;
            if (oracle_run(&reduced, presolve_model(p)) == ORACLE_OPTIMAL) fault = "an optimum where there was none";
        }
        break;
    }
    for (size_t k = 0; k < p->records; k++) seen_kind[p->stack[k].kind]++;
    presolve_free(p);
    return fault;
}

START_TEST(restored_bases_of_random_lps_are_optimal_on_the_original) {
    struct options options = options_default();
    long optima = 0;
    for (long seed = 0; seed < fuzz(20000); seed++) {
        struct random r = {(uint64_t)seed};
        struct model *m = random_model(&r, 0, 4, 5);
        const char *fault = lp_fault(m, &options);
        if (fault) print_model(m);
        ck_assert_msg(!fault, "seed %ld: %s", seed, fault);
        optima++;
        model_free(m);
    }
    for (int kind = 0; kind <= SHRINK_MERGE_COLS; kind++)
        ck_assert_msg(seen_kind[kind] > 50, "reduction %d came up only %ld times", kind, seen_kind[kind]);
}
END_TEST

/* Rows without sides always go: out of the basis they stand at 0, which is another place once a column was taken out. */
START_TEST(each_reduction_alone_and_each_one_missing_keeps_the_optimum) {
    static const char *const names[] = {"singleton", "activity",       "doubleton",        "fixed",
                                        "dual",      "free",           "substitute",       "dominated",
                                        "pairs",     "duplicate_rows", "duplicate_columns"};
    enum { COUNT = sizeof names / sizeof *names };
    struct error err;
    char text[64];
    for (int which = 0; which < 2 * COUNT; which++) {
        struct options options = options_default();
        for (int k = 0; k < COUNT; k++) {
            snprintf(text, sizeof text, "presolve_%s=%s", names[k],
                     (which / 2 == k) == (which % 2 == 0) ? "on" : "off");
            ck_assert_msg(options_set(&options, text, &err), "%s", err.text);
        }
        for (long seed = 0; seed < fuzz(300); seed++) {
            struct random r = {(uint64_t)(seed + 1000000)};
            struct model *m = random_model(&r, 0, 4, 5);
            const char *fault = lp_fault(m, &options);
            if (fault) print_model(m);
            ck_assert_msg(!fault, "seed %ld, %s %s: %s", seed, which % 2 ? "without" : "only", names[which / 2], fault);
            model_free(m);
        }
    }
}
END_TEST

/* --- integer programs ---------------------------------------------------------------------------------------------------------- */

/* Best value over all assignments of the integer columns from `col` on, by the LP oracle in the leaves; m's bounds come back. */
static double brute_force(struct model *m, int col, double best, double *best_x) {
    while (col < m->cols && !m->integer[col]) col++;
    if (col < m->cols) {
        double lower = m->lower[col], upper = m->upper[col];
        for (double v = ceil(lower); v <= upper; v++) {
            m->lower[col] = m->upper[col] = v;
            best = brute_force(m, col + 1, best, best_x);
        }
        m->lower[col] = lower;
        m->upper[col] = upper;
        return best;
    }
    struct oracle leaf;
    double x[ORACLE_SIZE], value;
    bool continuous = false;
    for (int j = 0; j < m->cols; j++) {
        continuous = continuous || !m->integer[j];
        x[j] = m->lower[j];
    }
    if (continuous) {
        if (oracle_run(&leaf, m) != ORACLE_OPTIMAL) return best;
        memcpy(x, leaf.x, sizeof(double) * (size_t)m->cols);
    } else if (model_violation(m, x) > 1e-9) {
        return best;
    }
    value = model_objective(m, x) * (m->maximize ? -1 : 1);
    if (value >= best - 1e-9) return best;
    memcpy(best_x, x, sizeof(double) * (size_t)m->cols);
    return value;
}

static const char *mip_fault(struct model *m, const struct options *options) {
    double best_x[ORACLE_SIZE], small_x[ORACLE_SIZE], x[ORACLE_SIZE];
    double truth = brute_force(m, 0, INFINITY, best_x);
    struct presolve *p = presolve_new(m, options);
    enum presolve_status status = presolve_run(p);
    const char *fault = NULL;
    if (status == PRESOLVE_INFEASIBLE || status == PRESOLVE_UNBOUNDED_OR_INFEASIBLE) {
        if (truth < INFINITY) fault = "called infeasible, which it is not";
        presolve_free(p);
        return fault;
    }
    struct model *small = model_copy(presolve_model(p));
    double found = brute_force(small, 0, INFINITY, small_x);
    if (truth == INFINITY ? found < INFINITY : !near(truth, found)) fault = "the reduced program has another optimum";
    if (!fault && truth < INFINITY) {
        presolve_restore(p, x, NULL, NULL, small_x, NULL, NULL);
        if (model_violation(m, x) > 1e-7) fault = "the restored point is not feasible";
        if (!near(model_objective(m, x) * (m->maximize ? -1 : 1), truth))
            fault = "the restored point has another value";
        if (presolve_apply(p, small_x, best_x)) {
            if (model_violation(small, small_x) > 1e-7) fault = "the start is not feasible after presolve";
            if (!near(model_objective(small, small_x), truth)) fault = "the start has another value after presolve";
        }
    }
    model_free(small);
    presolve_free(p);
    return fault;
}

START_TEST(optima_of_random_integer_programs_survive_presolve) {
    struct options options = options_default();
    for (long seed = 0; seed < fuzz(6000); seed++) {
        struct random r = {(uint64_t)seed + 77000000};
        struct model *m = random_model(&r, 1000, 4, 5);
        const char *fault = mip_fault(m, &options);
        if (fault) print_model(m);
        ck_assert_msg(!fault, "seed %ld: %s", seed, fault);
        model_free(m);
    }
}
END_TEST

START_TEST(optima_of_random_mixed_programs_survive_presolve) {
    struct options options = options_default();
    for (long seed = 0; seed < fuzz(1000); seed++) {
        struct random r = {(uint64_t)seed + 99000000};
        struct model *m = random_model(&r, 2, 4, 5);
        const char *fault = mip_fault(m, &options);
        if (fault) print_model(m);
        ck_assert_msg(!fault, "seed %ld: %s", seed, fault);
        model_free(m);
    }
}
END_TEST

int main(void) {
    Suite *suite = suite_create("presolve");
    TCase *lp = tcase_create("pure"), *mip = tcase_create("integer");
    tcase_add_test(lp, restored_bases_of_random_lps_are_optimal_on_the_original);
    tcase_add_test(lp, each_reduction_alone_and_each_one_missing_keeps_the_optimum);
    tcase_add_test(mip, optima_of_random_integer_programs_survive_presolve);
    tcase_add_test(mip, optima_of_random_mixed_programs_survive_presolve);
    suite_add_tcase(suite, lp);
    suite_add_tcase(suite, mip);
    return harness_run(suite);
}
