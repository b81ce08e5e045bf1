/* The program itself: two formulations with one optimum, the flow form's relaxation is the tighter, and the objective
 * is that of the judge. */
#include <math.h>

#include "baselines/methods.h"
#include "formulation/ilp.h"
#include "solver/lp/lp.h"
#include "solver/milp.h"
#include "tests/support/harness.h"
#include "tests/support/random_instance.h"

static struct instance *any_instance(struct random *r, int nodes, double no_way) {
    struct random_spec spec = {(enum random_graph)random_int(r, 0, RANDOM_GRAPHS - 1), random_int(r, 1, nodes), 5,
                               no_way};
    return random_instance(r, &spec);
}

static int64_t some_budget(struct random *r, const struct instance *g, enum memory_model model) {
    int choice[32];
    random_selection(choice, r, g);
    return (int64_t)(0.9 * (double)selection_evaluate(g, choice, model, CONVERSIONS_PER_EDGE).memory_bytes);
}

static struct ilp *program(const struct core *core, enum formulation formulation) {
    struct error err = {""};
    struct ilp_goal goal = {.aim = core->weigh_memory ? ILP_MEMORY : ILP_TIME, .most_ns = INT64_MAX};
    struct ilp *p = ilp_new(core, &goal, formulation, true, &err);
    ck_assert_msg(p != NULL, "%s", err.text);
    return p;
}

/* Least objective of the relaxation or, with `whole`, of the program; INFINITY: infeasible. */
static double optimum(const struct ilp *p, bool whole) {
    struct options o = options_default();
    double value = INFINITY;
    if (whole) {
        struct milp_result *r = milp_solve(p->model, &o, NULL);
        ck_assert(r->status == MILP_OPTIMAL || r->status == MILP_INFEASIBLE);
        if (r->status == MILP_OPTIMAL) value = r->objective;
        milp_result_free(r);
        return value;
    }
    struct lp *lp = lp_new(p->model, &o);
    struct lp_control c = {MODEL_INFINITY, limits_none()};
    enum lp_status status = lp_solve(lp, &c);
    ck_assert(status == LP_OPTIMAL || status == LP_INFEASIBLE);
    if (status == LP_OPTIMAL) value = lp_objective(lp) + p->model->offset;
    lp_free(lp);
    return value;
}

START_TEST(flow_and_product_have_one_optimum_and_flow_the_tighter_relaxation) {
    struct random r = {61};
    int tighter = 0, compared = 0;
    for (int trial = 0; trial < 250; trial++) {
        struct instance *g = any_instance(&r, 7, 0.05);
        struct request q = methods_request();
        q.model = (enum memory_model)(trial % MEMORY_MODELS);
        q.budget_bytes = trial % 3 ? some_budget(&r, g, q.model) : METHOD_NO_BUDGET;
        q.conversions = trial % 5 || memory_model_by_step(q.model) ? CONVERSIONS_PER_EDGE : CONVERSIONS_PER_TENSOR;
        struct core *core = core_new(g, &q, false);
        if (core->feasible) {
            struct ilp *flow = program(core, FORMULATION_FLOW), *product = program(core, FORMULATION_PRODUCT);
            double a = optimum(flow, true), b = optimum(product, true);
            ck_assert_msg(a == b || fabs(a - b) < 1e-4, "flow %.12g product %.12g", a, b);
            double bound_a = optimum(flow, false), bound_b = optimum(product, false);
            ck_assert(bound_a <= a + 1e-4 && bound_b <= b + 1e-4);
            ck_assert_double_ge(bound_a, bound_b - 1e-4);
            tighter += bound_a > bound_b + 1e-3;
            compared += isfinite(a);
            ilp_free(flow);
            ilp_free(product);
        }
        core_free(core);
        instance_free(g);
    }
    ck_assert_int_ge(compared, 198);
    ck_assert_int_ge(tighter, 65);
}
END_TEST

START_TEST(without_a_sum_the_relaxation_of_a_tree_is_whole) {
    struct random r = {62};
    for (int trial = 0; trial < 100; trial++) {
        struct random_spec spec = {RANDOM_CHAIN, random_int(&r, 2, 20), 6, 0};
        struct instance *g = random_instance(&r, &spec);
        struct request q = methods_request();
        struct core *core = core_new(g, &q, false);
        struct ilp *p = program(core, FORMULATION_FLOW);
        ck_assert_double_eq_tol(optimum(p, false), optimum(p, true), 1e-5);
        ilp_free(p);
        core_free(core);
        instance_free(g);
    }
}
END_TEST

/* Any selection, written into the program's columns, has the judge's cost, and satisfies the rows iff it fits. */
START_TEST(least_memory_by_program_is_least_memory_by_trying_everything) {
    struct random r = {63};
    for (int trial = 0; trial < 120; trial++) {
        struct instance *g = any_instance(&r, 6, 0.05);
        struct request q = methods_request();
        struct answer oracle;
        struct error err = {""};
        q.model = (enum memory_model)(trial % MEMORY_MODELS);
        q.budget_bytes = -1; /* nothing fits: exhaustive reports the least */
        ck_assert(methods_run(&oracle, methods_find("exhaustive", &err), g, &q, &err));
        q.budget_bytes = METHOD_NO_BUDGET;
        struct core *core = core_new(g, &q, true);
        ck_assert_int_eq(core->feasible || oracle.least_bytes < 0, true);
        if (core->feasible)
            for (int f = 0; f < 2; f++) {
                struct ilp *p = program(core, f ? FORMULATION_PRODUCT : FORMULATION_FLOW);
                double least = optimum(p, true);
                if (oracle.least_bytes < 0)
                    ck_assert(isinf(least));
                else
                    ck_assert_double_eq_tol(least * (double)p->unit, (double)oracle.least_bytes, 1e-3);
                ilp_free(p);
            }
        core_free(core);
        instance_free(g);
    }
}
END_TEST

START_TEST(the_flow_form_stays_small) {
    struct random r = {64};
    struct random_spec spec = {RANDOM_CHAIN, 30, 60, 0};
    struct instance *g = random_instance(&r, &spec);
    struct request q = methods_request();
    struct core *core = core_new(g, &q, false);
    struct ilp *flow = program(core, FORMULATION_FLOW), *product = program(core, FORMULATION_PRODUCT);
    for (int v = 0; v < g->nodes; v++) ck_assert_int_le(core_count(core, v), LAYOUTS * LAYOUTS);
    ck_assert_int_le(flow->model->cols, core->first[g->nodes] + LAYOUTS * LAYOUTS * g->edges);
    ck_assert_int_gt(product->model->rows, 3 * flow->model->rows);
    ilp_free(flow);
    ilp_free(product);
    core_free(core);
    instance_free(g);
}
END_TEST

int main(void) {
    Suite *suite = suite_create("ilp");
    TCase *tests = tcase_create("ilp");
    tcase_add_test(tests, flow_and_product_have_one_optimum_and_flow_the_tighter_relaxation);
    tcase_add_test(tests, without_a_sum_the_relaxation_of_a_tree_is_whole);
    tcase_add_test(tests, least_memory_by_program_is_least_memory_by_trying_everything);
    tcase_add_test(tests, the_flow_form_stays_small);
    suite_add_tcase(suite, tests);
    return harness_run(suite);
}
