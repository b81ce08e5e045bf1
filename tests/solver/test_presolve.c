/* Presolve against an oracle that tries every basis, on thousands of small random programs made to hit each
 * reduction. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "solver/base/limits.h"
#include "solver/base/memory.h"
#include "solver/base/random.h"
#include "solver/exact/exact.h"
#include "solver/io/mps.h"
#include "solver/lp/lp.h"
#include "solver/milp.h"
#include "solver/presolve/presolve.h"
#include "solver/presolve/shrink.h"
#include "tests/support/harness.h"
#include "tests/support/small_lp.h"

#define NEVER (&(const struct limits){.deadline = LIMITS_NO_DEADLINE})

/* --- pure LPs --- */

static long seen_kind[SHRINK_KINDS];

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
    if (!exact_basis(&at, m, place, NEVER, &why)) return "the restored basis is none";
    if (at.primal_violation > 1e-9) return "the restored basis is not feasible";
    if (at.dual_violation > 1e-9) return "the restored basis is not optimal";
    if (!near(at.objective, expected)) return "the restored basis has another value";
    double bound;
    if (!exact_bound(&bound, m, y, NEVER, &why)) return "the restored duals prove nothing";
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
    case PRESOLVE_STOPPED: fault = "stopped without a limit"; break;
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
    for (size_t k = 0; k < p->stack.count; k++) seen_kind[p->stack.record[k].kind]++;
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
    for (int kind = 0; kind < SHRINK_KINDS; kind++) {
        if (kind == SHRINK_PRODUCT) continue; /* of integer programs only: test_products.c */
        ck_assert_msg(seen_kind[kind] > 50, "reduction %d came up only %ld times", kind, seen_kind[kind]);
    }
}
END_TEST

/* --- integer programs --- */

/* Best value over all assignments of the integer columns from `col` on, by the LP oracle in the leaves; m's bounds come
 * back. */
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

/* Rows without sides are always removed: nonbasic they are at 0, which is another point after a column was removed. */
START_TEST(each_reduction_alone_and_each_one_missing_keeps_the_optimum) {
    static const char *const names[] = {
#define REDUCTION(scope, name, help) #name,
#include "solver/presolve/reductions.def"
#undef REDUCTION
    };
    enum { COUNT = sizeof names / sizeof *names };
    ck_assert_int_eq(COUNT, PRESOLVE_REDUCTIONS);
    struct error err;
    char text[64];
    for (int which = 0; which < 2 * COUNT; which++) {
        struct options options = options_default();
        for (int k = 0; k < COUNT; k++) {
            bool on = (which / 2 == k) == (which % 2 == 0) || strcmp(names[k], "empty") == 0;
            snprintf(text, sizeof text, "presolve_%s=%s", names[k], on ? "on" : "off");
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
        for (long seed = 0; seed < fuzz(100); seed++) {
            struct random r = {(uint64_t)(seed + 2000000)};
            struct model *m = random_model(&r, 1000, 4, 5);
            const char *fault = mip_fault(m, &options);
            if (fault) print_model(m);
            ck_assert_msg(!fault, "integer seed %ld, %s %s: %s", seed, which % 2 ? "without" : "only", names[which / 2],
                          fault);
            model_free(m);
        }
    }
}
END_TEST

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

/* --- limits --- */

START_TEST(presolve_stops_at_its_deadline_and_when_interrupted) {
    struct options options = options_default();
    for (int how = 0; how < 3; how++) { /* 0: no limit, 1: interrupted, 2: late */
        struct random r = {(uint64_t)5000000};
        struct model *m = random_model(&r, 0, ORACLE_SIZE, ORACLE_SIZE);
        struct presolve *p = presolve_new(m, &options);
        const atomic_int interrupt = how == 1;
        struct limits limits = {how == 2 ? 0 : LIMITS_NO_DEADLINE, INT64_MAX, INT64_MAX, &interrupt};
        presolve_limit(p, &limits);
        enum presolve_status status = presolve_run(p);
        ck_assert_msg((status == PRESOLVE_STOPPED) == (how > 0), "case %d: status %d", how, (int)status);
        ck_assert(how == 0 || presolve_model(p) == NULL);
        presolve_free(p);
        model_free(m);
    }
}
END_TEST

/* --- with the simplex in between --- */

/* Reduces, solves, restores; the restored basis is checked on the original program, in exact arithmetic. */
static const char *solved_fault(const struct model *m, double *objective, enum lp_status *status, double tolerance) {
    struct options options = options_default();
    struct lp_control control = {MODEL_INFINITY, limits_none()};
    struct presolve *p = presolve_new(m, &options);
    const char *fault = NULL;
    *status = LP_INFEASIBLE; /* or unbounded */
    enum presolve_status reduced = presolve_run(p);
    if (reduced == PRESOLVE_REDUCED || reduced == PRESOLVE_SOLVED) {
        const struct model *small = presolve_model(p);
        struct lp *lp = lp_new(small, &options);
        *status = lp_solve(lp, &control);
        if (*status == LP_OPTIMAL) {
            double *x = MEMORY_NEW(double, m->cols), *y = MEMORY_NEW(double, m->rows);
            unsigned char *place = MEMORY_NEW(unsigned char, m->rows + m->cols);
            unsigned char *small_place = MEMORY_NEW(unsigned char, small->rows + small->cols);
            struct exact_point at = {0};
            struct error why;
            lp_get_basis(lp, small_place);
            presolve_restore(p, x, y, place, lp_x(lp), lp_row_duals(lp), small_place);
            *objective = model_objective(m, x);
            if (!exact_basis(&at, m, place, NEVER, &why))
                fault = "the restored basis is none";
            else if (at.primal_violation > tolerance || at.dual_violation > tolerance)
                fault = "the restored basis is not optimal";
            else if (fabs(at.objective - *objective) > 1e-9 * (1 + fabs(*objective)))
                fault = "the restored point is not that of the basis";
            free(x);
            free(y);
            free(place);
            free(small_place);
        }
        lp_free(lp);
    }
    presolve_free(p);
    return fault;
}

START_TEST(larger_random_lps_give_the_same_answer_with_and_without_presolve) {
    struct options options = options_default();
    struct lp_control control = {MODEL_INFINITY, limits_none()};
    long optima = 0;
    for (long seed = 0; seed < fuzz(3000); seed++) {
        struct random r = {(uint64_t)seed + 5000000};
        struct model *m = random_model(&r, 0, ORACLE_SIZE, ORACLE_SIZE);
        struct lp *lp = lp_new(m, &options);
        enum lp_status plain = lp_solve(lp, &control), reduced;
        double expected = lp_objective(lp) * (m->maximize ? -1 : 1) + m->offset, objective = 0;
        const char *fault = solved_fault(m, &objective, &reduced, 1e-7);
        lp_free(lp);
        if ((plain == LP_OPTIMAL) != (reduced == LP_OPTIMAL)) fault = "only one of the two has an optimum";
        if (plain == LP_OPTIMAL && !fault && !near(expected, objective)) fault = "the two have different optima";
        if (fault) print_model(m);
        ck_assert_msg(!fault, "seed %ld: %s (statuses %d, %d)", seed, fault, plain, reduced);
        optima += plain == LP_OPTIMAL;
        model_free(m);
    }
    ck_assert_int_ge(optima, 438);
}
END_TEST

START_TEST(small_netlib_problems_come_back_with_exactly_optimal_bases) {
    static const struct {
        const char *name;
        double optimum;
    } cases[] = {{"afiro", -464.753142857143},    {"sc50a", -64.5750770585645},   {"kb2", -1749.90012990621},
                 {"adlittle", 225494.96316238},   {"share2b", -415.732240741416}, {"recipe", -266.616},
                 {"vtpbase", 129831.462461361},   {"lotfi", -25.264706061880},    {"sc205", -52.2020612117073},
                 {"stocfor1", -41131.9762194364}, {"scagr7", -2331389.82433099},  {"bore3d", 1373.08039420849},
                 {"beaconfd", 33592.4858072},     {"e226", -11.6389290663705}};
    for (size_t k = 0; k < sizeof cases / sizeof *cases; k++) {
        char relative[64];
        struct error err;
        snprintf(relative, sizeof relative, "lp/netlib/%s.mps.gz", cases[k].name);
        const char *path = harness_data(relative);
        if (!path) continue;
        struct model *m = mps_read(path, false, NULL, &err);
        ck_assert_msg(m, "%s", err.text);
        double objective = 0;
        enum lp_status status;
        const char *fault = solved_fault(m, &objective, &status, 1e-9);
        ck_assert_msg(!fault && status == LP_OPTIMAL, "%s: %s (status %d)", cases[k].name, fault ? fault : "", status);
        ck_assert_msg(fabs(objective - cases[k].optimum) <= 1e-9 * fabs(cases[k].optimum), "%s: %.15g, expected %.15g",
                      cases[k].name, objective, cases[k].optimum);
        model_free(m);
    }
}
END_TEST

/* The tree finds the same optimum with presolve and without. */
START_TEST(optima_of_miplib_problems_are_still_there_after_presolve) {
    static const char *const names[] = {"p0033", "flugpl", "misc03", "rgn", "mod010"};
    for (size_t k = 0; k < sizeof names / sizeof *names; k++) {
        char relative[64];
        struct error err;
        snprintf(relative, sizeof relative, "lp/miplib3/%s.mps.gz", names[k]);
        const char *path = harness_data(relative);
        if (!path) continue;
        struct model *m = mps_read(path, false, NULL, &err);
        ck_assert_msg(m, "%s", err.text);
        struct options options = options_default();
        double value[2];
        for (int on = 0; on < 2; on++) {
            options.presolve = on;
            struct milp_result *r = milp_solve(m, &options, NULL);
            ck_assert_msg(r->status == MILP_OPTIMAL, "%s: %s", names[k], milp_status_names[r->status]);
            value[on] = r->objective;
            milp_result_free(r);
        }
        ck_assert_msg(fabs(value[0] - value[1]) <= 1e-6 * fabs(value[0]), "%s: %.12g and %.12g", names[k], value[0],
                      value[1]);
        model_free(m);
    }
}
END_TEST

int main(void) {
    Suite *suite = suite_create("presolve");
    TCase *lp = tcase_create("pure"), *mip = tcase_create("integer"), *table = tcase_create("table");
    tcase_add_test(lp, presolve_stops_at_its_deadline_and_when_interrupted);
    tcase_add_test(lp, restored_bases_of_random_lps_are_optimal_on_the_original);
    tcase_add_test(table, each_reduction_alone_and_each_one_missing_keeps_the_optimum);
    tcase_add_test(mip, optima_of_random_integer_programs_survive_presolve);
    tcase_add_test(mip, optima_of_random_mixed_programs_survive_presolve);
    tcase_add_test(lp, larger_random_lps_give_the_same_answer_with_and_without_presolve);
    tcase_add_test(lp, small_netlib_problems_come_back_with_exactly_optimal_bases);
    tcase_add_test(mip, optima_of_miplib_problems_are_still_there_after_presolve);
    suite_add_tcase(suite, lp);
    suite_add_tcase(suite, table);
    suite_add_tcase(suite, mip);
    return harness_run(suite);
}
