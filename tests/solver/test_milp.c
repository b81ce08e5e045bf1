/* The solver against enumeration, on thousands of random small programs, with its ingredients on and off. */
#include "tests/support/small_milp.h"

#include "solver/base/memory.h"

static void set_all(struct options *o, const char *assignments) {
    char copy[256];
    struct error err;
    snprintf(copy, sizeof copy, "%s", assignments);
    for (char *at = strtok(copy, " "); at; at = strtok(NULL, " "))
        ck_assert_msg(options_set(o, at, &err), "%s", err.text);
}

static void compare(const struct milp_family *family, const char *assignments, long first, long count) {
    struct options o = options_default();
    set_all(&o, assignments);
    o.node_limit = 20000;
    long seen[8] = {0};
    for (long seed = first; seed < first + count; seed++) {
        struct random r = {(uint64_t)seed * 7919};
        struct model *m = family->make(&r);
        struct milp_result *result = milp_solve(m, &o, NULL);
        const char *fault = milp_fault(m, result);
        if (fault) {
            print_model(m);
            printf("status %s objective %.12g bound %.12g\n", milp_status_names[result->status], result->objective,
                   result->bound);
        }
        ck_assert_msg(!fault, "%s, seed %ld, options '%s': %s", family->name, seed, assignments, fault);
        seen[result->status]++;
        milp_result_free(result);
        model_free(m);
    }
    printf("%s, seeds %ld to %ld, options '%s': %ld optimal, %ld infeasible, %ld unbounded\n", family->name, first,
           first + count - 1, assignments, seen[MILP_OPTIMAL], seen[MILP_INFEASIBLE], seen[MILP_UNBOUNDED]);
    ck_assert_int_gt(seen[MILP_OPTIMAL], count / 10);
}

START_TEST(answers_are_those_of_enumeration) {
    compare(&milp_families[_i], "", 0, fuzz(600));
}
END_TEST

START_TEST(answers_without_presolve_are_those_of_enumeration) {
    compare(&milp_families[_i], "presolve=off", 100000, fuzz(400));
}
END_TEST

static const struct {
    int family;
    long seed;
    const char *options;
} once_wrong[] = {{0, 101553, "presolve=off"},
                  {1, 101294, "presolve=off"}}; /* the pump left costs of the other sign behind */

START_TEST(programs_that_once_went_wrong_do_not_again) {
    compare(&milp_families[once_wrong[_i].family], once_wrong[_i].options, once_wrong[_i].seed, 1);
}
END_TEST

static const char *const combinations[] = {"branching=pseudo",
                                           "rounding=off shifting=off diving=off presolve=off",
                                           "reduced_cost_fixing=off presolve=off",
                                           "reliability=0 presolve=off",
                                           "plunge_gap=0 presolve=off",
                                           "plunge_gap=1 presolve=off",
                                           "seed=7 dive_period=1 presolve=off",
                                           "threads=2 presolve=off",
                                           "cut_rounds=0 presolve=off",
                                           "cut_rounds=200 diving=off shifting=off presolve=off"};
enum { COMBINATIONS = sizeof combinations / sizeof combinations[0] };

static void compare_families(const char *assignments) {
    for (int k = 0; k < MILP_FAMILIES - 1; k++) compare(&milp_families[k], assignments, 200000, fuzz(60));
}

START_TEST(no_combination_of_ingredients_changes_an_answer) {
    compare_families(combinations[_i]);
}
END_TEST

/* Appends "OPTION=off" for each row of a table except row `alone`. */
static void all_but(char *assignments, size_t room, const char *const *options, int count, int alone) {
    assignments[0] = '\0';
    for (int k = 0; k < count; k++) {
        size_t used = strlen(assignments);
        if (k != alone) snprintf(assignments + used, room - used, "%s=off ", options[k]);
    }
    strncat(assignments, "presolve=off", room - strlen(assignments) - 1);
}

static const char *const separators[] = {
#define SEPARATOR(name, preset, help) #name "_cuts",
#include "solver/cuts/separators.def"
#undef SEPARATOR
};
static const char *const heuristics[] = {
#define HEURISTIC(name, option, preset, uses_lp, help) #option,
#include "solver/heuristics/heuristics.def"
#undef HEURISTIC
};
static const char *const rules[] = {
#define RULE(name, score, trials) #name,
    BRANCH_RULES(RULE)
#undef RULE
};
enum { SEPARATORS = sizeof separators / sizeof separators[0], HEURISTICS = sizeof heuristics / sizeof heuristics[0] };

START_TEST(one_separator_alone_changes_no_answer) {
    char assignments[256];
    all_but(assignments, sizeof assignments, separators, SEPARATORS, _i);
    compare_families(assignments);
}
END_TEST

START_TEST(one_heuristic_alone_changes_no_answer) {
    char assignments[256];
    all_but(assignments, sizeof assignments, heuristics, HEURISTICS, _i);
    compare_families(assignments);
}
END_TEST

START_TEST(one_branching_rule_or_another_changes_no_answer) {
    char assignments[256];
    snprintf(assignments, sizeof assignments, "branching=%s presolve=off diving=off", rules[_i]);
    compare_families(assignments);
}
END_TEST

/* n items of odd weight into an even half: no relaxation shows that this is impossible, so the tree is large. */
static struct model *hard_model(int n) {
    struct model *m = model_new();
    struct error err;
    int row = model_add_row(m, NULL, n / 2 * 2 + 1, n / 2 * 2 + 1);
    int other = model_add_row(m, NULL, -MODEL_INFINITY, 13 * n);
    for (int j = 0; j < n; j++) {
        model_add_column(m, NULL, -(20 + j % 7), 0, 1, true);
        model_add_entry(m, row, j, 2);
        model_add_entry(m, other, j, 10 + 3 * (j % 5));
    }
    int slack = model_add_column(m, NULL, 3, 0, 4, false);
    model_add_entry(m, row, slack, 1);
    ck_assert(model_finish(m, &err));
    return m;
}

/* Several knapsacks at once: a tree of some thousand nodes. */
static struct model *knapsacks(int n, int rows, uint64_t seed) {
    struct model *m = model_new();
    struct error err;
    struct random r = {seed};
    for (int j = 0; j < n; j++) model_add_column(m, NULL, -random_int(&r, 40, 99), 0, 1, true);
    for (int i = 0; i < rows; i++) {
        int sum = 0;
        model_add_row(m, NULL, -MODEL_INFINITY, 0);
        for (int j = 0; j < n; j++) {
            int a = random_int(&r, 20, 99);
            sum += a;
            model_add_entry(m, i, j, a);
        }
        m->row_upper[i] = sum / 2;
    }
    ck_assert(model_finish(m, &err));
    return m;
}

START_TEST(the_same_tree_on_every_run) {
    struct model *m = knapsacks(30, 4, 11);
    struct options o = options_default();
    o.threads = _i;
    struct milp_result *a = milp_solve(m, &o, NULL), *b = milp_solve(m, &o, NULL);
    ck_assert_int_eq(a->status, MILP_OPTIMAL);
    ck_assert_int_eq(b->status, MILP_OPTIMAL);
    ck_assert_int_eq(a->nodes, b->nodes);
    ck_assert_int_eq(a->iterations, b->iterations);
    ck_assert_int_gt(a->nodes, 10);
    ck_assert(memcmp(a->x, b->x, (size_t)m->cols * sizeof(double)) == 0);
    milp_result_free(a);
    milp_result_free(b);
    model_free(m);
}
END_TEST

/* A chain of layers, a choice for each, and a continuous y >= x + x' - 1 for each pair of choices that costs something:
 * all costs are whole, of many sizes, so the objective of whole choices is whole. */
static struct model *chain_of_products(int layers, uint64_t seed) {
    enum { CHOICES = 5 };
    struct model *m = model_new();
    struct error err;
    struct random r = {seed};
    int before[CHOICES] = {0}, now[CHOICES], budget = model_add_row(m, NULL, -MODEL_INFINITY, 0), sizes = 0;
    for (int l = 0; l < layers; l++) {
        int one = model_add_row(m, NULL, 1, 1);
        for (int k = 0; k < CHOICES; k++) {
            int size = random_int(&r, 1, 1000);
            now[k] = model_add_column(m, NULL, random_int(&r, 1, 9) * 10007.0 * (1100 - size), 0, 1, true);
            model_add_entry(m, one, now[k], 1);
            model_add_entry(m, budget, now[k], size);
            sizes += size;
        }
        for (int pair = 0; l > 0 && pair < CHOICES * CHOICES; pair++) {
            int row = model_add_row(m, NULL, -1, MODEL_INFINITY);
            int y = model_add_column(m, NULL, random_int(&r, 0, 3) * 10000019.0, 0, MODEL_INFINITY, false);
            model_add_entry(m, row, y, 1);
            model_add_entry(m, row, before[pair / CHOICES], -1);
            model_add_entry(m, row, now[pair % CHOICES], -1);
        }
        memcpy(before, now, sizeof now);
    }
    m->row_upper[budget] = sizes / CHOICES / 2;
    ck_assert(model_finish(m, &err));
    return m;
}

START_TEST(an_objective_that_must_be_whole_is_exactly_whole) {
    for (uint64_t seed = 0; seed < 10; seed++) {
        struct model *m = chain_of_products(10, seed);
        struct options o = options_default();
        o.presolve = _i;
        struct milp_result *r = milp_solve(m, &o, NULL);
        ck_assert_int_eq(r->status, MILP_OPTIMAL);
        for (int j = 0; j < m->cols; j++)
            if (m->integer[j]) ck_assert(r->x[j] == nearbyint(r->x[j]));
        ck_assert_msg(r->objective == nearbyint(r->objective), "seed %d: %.17g", (int)seed, r->objective);
        ck_assert(r->bound <= r->objective);
        milp_result_free(r);
        model_free(m);
    }
}
END_TEST

START_TEST(threads_do_not_change_the_optimum) {
    struct model *m = knapsacks(28, 4, 12);
    struct options o = options_default();
    struct milp_result *one = milp_solve(m, &o, NULL);
    o.threads = 3;
    struct milp_result *three = milp_solve(m, &o, NULL);
    ck_assert_int_eq(one->status, MILP_OPTIMAL);
    ck_assert_int_eq(three->status, MILP_OPTIMAL);
    ck_assert(one->objective == three->objective);
    milp_result_free(one);
    milp_result_free(three);
    model_free(m);
}
END_TEST

START_TEST(limits_stop_with_the_best_found_and_a_bound_that_holds) {
    struct model *m = knapsacks(40, 5, 13);
    struct options o = options_default();
    struct milp_result *whole = milp_solve(m, &o, NULL);
    ck_assert_int_eq(whole->status, MILP_OPTIMAL);
    o.node_limit = 5;
    struct milp_result *nodes = milp_solve(m, &o, NULL);
    ck_assert_int_eq(nodes->status, MILP_NODE_LIMIT);
    ck_assert_int_le(nodes->nodes, 6);
    ck_assert(nodes->bound <= whole->objective + 1e-6);
    if (nodes->x) ck_assert(nodes->objective >= whole->objective - 1e-6);
    o = options_default();
    o.iteration_limit = 20;
    struct milp_result *pivots = milp_solve(m, &o, NULL);
    ck_assert_int_eq(pivots->status, MILP_ITERATION_LIMIT);
    ck_assert(pivots->bound <= whole->objective + 1e-6);
    o = options_default();
    o.time_limit = 0;
    struct milp_result *none = milp_solve(m, &o, NULL);
    ck_assert_int_eq(none->status, MILP_TIME_LIMIT);
    milp_result_free(whole);
    milp_result_free(nodes);
    milp_result_free(pivots);
    milp_result_free(none);
    model_free(m);
}
END_TEST

START_TEST(a_start_is_the_first_incumbent_and_a_wrong_one_is_ignored) {
    struct model *m = knapsacks(40, 5, 13);
    struct options o = options_default();
    struct milp_result *whole = milp_solve(m, &o, NULL);
    set_all(&o, "rounding=off shifting=off diving=off node_limit=1");
    struct milp_control control = {.start = whole->x};
    struct milp_result *started = milp_solve(m, &o, &control);
    ck_assert_ptr_nonnull(started->x);
    ck_assert(started->objective == whole->objective);
    ck_assert_str_eq(started->found_by, "start");
    double *wrong = MEMORY_NEW(double, m->cols);
    for (int j = 0; j < m->cols; j++) wrong[j] = 1;
    control.start = wrong;
    struct milp_result *ignored = milp_solve(m, &o, &control);
    ck_assert(!ignored->x || ignored->violation <= 1e-6);
    free(wrong);
    milp_result_free(whole);
    milp_result_free(started);
    milp_result_free(ignored);
    model_free(m);
}
END_TEST

START_TEST(a_start_with_wrong_continuous_values_is_repaired) {
    struct model *m = hard_model(9);
    struct options o = options_default();
    o.node_limit = 1;
    set_all(&o, "presolve=off rounding=off shifting=off diving=off");
    double x[ORACLE_SIZE] = {1, 1, 1}; /* 2 + 2 + 2 = 6, and the slack, 0 here, must be 3 */
    struct milp_control control = {.start = x};
    struct milp_result *r = milp_solve(m, &o, &control);
    ck_assert_ptr_nonnull(r->x);
    ck_assert(r->violation <= 1e-6);
    milp_result_free(r);
    model_free(m);
}
END_TEST

static atomic_int flag;

static void raise_flag(void *context, const struct search_progress *p) {
    (void)context;
    if (p->nodes > 0 && fabs(p->objective) < MODEL_INFINITY) flag = 1;
}

START_TEST(an_interrupt_gives_the_best_found) {
    struct model *m = knapsacks(60, 8, 14);
    struct options o = options_default();
    flag = 0;
    struct milp_control control = {.interrupt = &flag, .progress = raise_flag};
    struct milp_result *r = milp_solve(m, &o, &control);
    ck_assert_int_eq(r->status, MILP_INTERRUPTED);
    ck_assert_ptr_nonnull(r->x);
    ck_assert(r->violation <= 1e-6);
    ck_assert(r->bound <= r->objective);
    milp_result_free(r);
    model_free(m);
}
END_TEST

START_TEST(a_known_step_of_the_objective_saves_nodes_and_keeps_the_optimum) {
    struct model *m = knapsacks(30, 4, 15);
    struct options o = options_default();
    for (int j = 0; j < m->cols; j++) m->cost[j] = 7 * (m->cost[j] > -70 ? -60 : -90); /* multiples of 210 */
    o.presolve = false;
    struct milp_result *found = milp_solve(m, &o, NULL);
    int continuous = 0;
    m->integer[continuous] = false; /* then the step is unknown unless given: column 0 is whole in an optimum */
    m->upper[continuous] = 0;
    m->lower[continuous] = 0;
    struct milp_result *plain = milp_solve(m, &o, NULL);
    ck_assert_int_eq(found->status, MILP_OPTIMAL);
    ck_assert_int_eq(plain->status, MILP_OPTIMAL);
    ck_assert(found->objective <= plain->objective + 1e-9);
    ck_assert(fabs(fmod(found->objective, 210)) < 1e-6);
    milp_result_free(found);
    milp_result_free(plain);
    model_free(m);
}
END_TEST

int main(void) {
    Suite *s = suite_create("milp");
    TCase *t = tcase_create("milp");
    tcase_add_loop_test(t, answers_are_those_of_enumeration, 0, MILP_FAMILIES);
    tcase_add_loop_test(t, answers_without_presolve_are_those_of_enumeration, 0, MILP_FAMILIES);
    tcase_add_loop_test(t, programs_that_once_went_wrong_do_not_again, 0, sizeof once_wrong / sizeof once_wrong[0]);
    tcase_add_loop_test(t, no_combination_of_ingredients_changes_an_answer, 0, COMBINATIONS);
    tcase_add_loop_test(t, one_separator_alone_changes_no_answer, 0, SEPARATORS);
    tcase_add_loop_test(t, one_heuristic_alone_changes_no_answer, 0, HEURISTICS);
    tcase_add_loop_test(t, one_branching_rule_or_another_changes_no_answer, 0, BRANCH_RULES_COUNT);
    tcase_add_loop_test(t, the_same_tree_on_every_run, 1, 3);
    tcase_add_test(t, threads_do_not_change_the_optimum);
    tcase_add_test(t, limits_stop_with_the_best_found_and_a_bound_that_holds);
    tcase_add_test(t, a_start_is_the_first_incumbent_and_a_wrong_one_is_ignored);
    tcase_add_test(t, a_start_with_wrong_continuous_values_is_repaired);
    tcase_add_test(t, an_interrupt_gives_the_best_found);
    tcase_add_test(t, a_known_step_of_the_objective_saves_nodes_and_keeps_the_optimum);
    suite_add_tcase(s, t);
    TCase *exact = tcase_create("exact");
    tcase_add_loop_test(exact, an_objective_that_must_be_whole_is_exactly_whole, 0, 2);
    suite_add_tcase(s, exact);
    return harness_run(s);
}
