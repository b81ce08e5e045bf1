/* Methods compared on random instances: an answer that claims to be optimal is that of trying everything. */
#include <math.h>
#include <string.h>

#include "baselines/methods.h"
#include "tests/support/costed.h"
#include "tests/support/harness.h"
#include "tests/support/random_instance.h"

/* A random budget: some are too small, most bind and some do not. */
static int64_t any_budget(struct random *r, const struct instance *g, enum memory_model model) {
    int choice[16];
    random_selection(choice, r, g);
    int64_t bytes = selection_evaluate(g, choice, model, CONVERSIONS_PER_EDGE).memory_bytes;
    return random_unit(r) < 0.1 ? METHOD_NO_BUDGET : (int64_t)((double)bytes * (0.3 + random_unit(r)));
}

static struct instance *any_instance(struct random *r) {
    struct random_spec spec = {(enum random_graph)random_int(r, 0, RANDOM_GRAPHS - 1), random_int(r, 1, 6), 4,
                               random_unit(r) < 0.3 ? 0.4 : 0.05};
    return random_instance(r, &spec);
}

/* Where models are drawn at random, tallies are of four; a new row of the table changes the draws. */
static const bool tallied = (int)MEMORY_MODELS == 4;

struct tally {
    int compared, infeasible, declined, rn;
    int unknown; /* infeasible, and where it would be feasible was not found: a heuristic reduction on the way */
};

static void compare(struct tally *tally, const struct method *m, const struct instance *g, const struct request *q,
                    const struct answer *oracle) {
    struct answer a;
    struct error err = {""};
    if (!methods_run(&a, m, g, q, &err)) {
        ck_assert_msg(strstr(err.text, "can") != NULL, "%s", err.text);
        tally->declined++;
        return;
    }
    if (a.used_rn) {
        tally->rn++;
        free(a.choice);
        return;
    }
    tally->compared++;
    ck_assert_msg(a.outcome == oracle->outcome, "%s: %s, exhaustive: %s", m->name, outcome_names[a.outcome],
                  outcome_names[oracle->outcome]);
    if (a.outcome == OUTCOME_INFEASIBLE) {
        tally->infeasible++;
        ck_assert_ptr_null(a.choice);
        tally->unknown += a.least_bytes < oracle->least_bytes;
        if (a.least_bytes >= 0) ck_assert_int_eq(a.least_bytes, oracle->least_bytes);
        return;
    }
    struct evaluation e = selection_evaluate(g, a.choice, q->model, q->conversions);
    ck_assert(e.possible);
    ck_assert_int_le(e.memory_bytes, q->budget_bytes);
    ck_assert_int_eq(e.time_ns, oracle->bound_ns);
    ck_assert_int_eq(a.bound_ns, oracle->bound_ns);
    free(a.choice);
}

/* Tallies of one exact method under one model. */
static struct tally against_everything(const char *name, enum memory_model model, enum conversions conversions,
                                       uint64_t seed, int trials) {
    struct random r = {seed};
    struct tally tally = {0};
    struct request q = methods_request();
    q.model = model;
    q.conversions = conversions;
    for (int trial = 0; trial < trials; trial++) {
        struct instance *g = any_instance(&r);
        struct answer oracle;
        struct error err = {""};
        q.budget_bytes = any_budget(&r, g, model);
        ck_assert_msg(methods_run(&oracle, costed_method("exhaustive"), g, &q, &err), "%s", err.text);
        compare(&tally, costed_method(name), g, &q, &oracle);
        free(oracle.choice);
        instance_free(g);
    }
    return tally;
}

START_TEST(dynamic_finds_what_trying_everything_finds) {
    for (int conversions = 0; conversions < 2; conversions++) {
        struct tally t = against_everything("dynamic", MEMORY_WORKSPACE, (enum conversions)conversions, 21, 500);
        ck_assert_int_eq(t.compared, 500);
        ck_assert_int_eq(t.unknown, 0);
        ck_assert_int_ge(t.infeasible, 209);
    }
    struct tally t = against_everything("dynamic", MEMORY_PEAK, CONVERSIONS_PER_EDGE, 22, 800);
    ck_assert_int_eq(t.compared, 800);
    ck_assert_int_eq(t.unknown, 0);
    ck_assert_int_ge(t.infeasible, 430);
}
END_TEST

START_TEST(graph_reduction_finds_what_trying_everything_finds_unless_it_used_rn) {
    struct tally t = against_everything("pbqp-budget", MEMORY_WORKSPACE, CONVERSIONS_PER_EDGE, 23, 800);
    ck_assert_int_ge(t.compared, 795);
    ck_assert_int_ge(t.rn, 5);
    ck_assert_int_eq(t.declined, 0);
    ck_assert_int_eq(t.unknown, 0);
    t = against_everything("pbqp-budget", MEMORY_PEAK, CONVERSIONS_PER_EDGE, 24, 800);
    ck_assert_int_le(t.unknown, 1);
    ck_assert_int_ge(t.compared, 775);
    ck_assert_int_ge(t.declined, 18);
}
END_TEST

START_TEST(the_integer_program_finds_what_trying_everything_finds_under_every_model) {
    for (int model = 0; model < MEMORY_MODELS; model++) {
        struct tally t =
            against_everything("taso", (enum memory_model)model, CONVERSIONS_PER_EDGE, 30 + (uint64_t)model, 200);
        ck_assert_int_eq(t.compared, 200);
        ck_assert_int_eq(t.unknown, 0);
        ck_assert_int_ge(t.infeasible, 70);
    }
}
END_TEST

START_TEST(the_integer_program_converts_once_per_tensor_when_asked_to) {
    for (int model = 0; model < MEMORY_MODELS; model++) {
        struct tally t =
            against_everything("taso", (enum memory_model)model, CONVERSIONS_PER_TENSOR, 40 + (uint64_t)model, 200);
        ck_assert_int_eq(t.compared, 200);
        ck_assert_int_eq(t.unknown, 0);
    }
}
END_TEST

/* Every row of the table that claims a proof of (8), under every model: its answers are those of trying everything. */
START_TEST(methods_that_claim_a_proof_find_what_trying_everything_finds) {
    for (int i = 0; i < methods_count(); i++) {
        const struct method *m = methods_get(i);
        if (m->proof != METHOD_PROVES || m->uses & (METHOD_USES_SLACK | METHOD_USES_WEIGHT)) continue;
        for (int model = 0; model < MEMORY_MODELS; model++) {
            struct tally t = against_everything(m->name, (enum memory_model)model, CONVERSIONS_PER_EDGE, 54, 60);
            ck_assert_msg(t.compared > 5, "%s, %s: %d compared, %d declined", m->name, memory_model_names[model],
                          t.compared, t.declined);
        }
    }
}
END_TEST

/* The answers to (9) and (10), by trying everything. */
struct wanted {
    int64_t fastest_ns, fastest_bytes; /* T*, M* */
    int64_t memory_bytes, memory_ns;   /* (9) */
    double weighted;                   /* (10), -1: nothing fits */
};

static bool next(int *choice, const struct instance *g) {
    for (int v = g->nodes - 1; v >= 0; v--) {
        if (++choice[v] < g->node[v].choices) return true;
        choice[v] = 0;
    }
    return false;
}

static double weighted(const struct wanted *w, const struct evaluation *e, double a) {
    double memory = w->fastest_bytes ? (double)e->memory_bytes / (double)w->fastest_bytes : 0;
    return (1 - a) * (double)e->time_ns / (double)(w->fastest_ns ? w->fastest_ns : 1) + a * memory;
}

static struct wanted wanted_of(const struct instance *g, const struct request *q) {
    struct wanted w = {INT64_MAX, INT64_MAX, INT64_MAX, INT64_MAX, -1};
    for (int pass = 0; pass < 2; pass++) {
        int choice[16] = {0};
        do {
            struct evaluation e = selection_evaluate(g, choice, q->model, q->conversions);
            if (!e.possible) continue;
            bool less = e.time_ns < w.fastest_ns || (e.time_ns == w.fastest_ns && e.memory_bytes < w.fastest_bytes);
            if (pass == 0 && less) w.fastest_ns = e.time_ns, w.fastest_bytes = e.memory_bytes;
            if (pass == 0) continue;
            bool enough = (double)e.time_ns <= (double)w.fastest_ns * (1 + q->slack);
            less = e.memory_bytes < w.memory_bytes || (e.memory_bytes == w.memory_bytes && e.time_ns < w.memory_ns);
            if (enough && less) w.memory_bytes = e.memory_bytes, w.memory_ns = e.time_ns;
            if (e.memory_bytes > q->budget_bytes) continue;
            double value = weighted(&w, &e, q->weight);
            if (w.weighted < 0 || value < w.weighted) w.weighted = value;
        } while (next(choice, g));
    }
    return w;
}

START_TEST(least_memory_within_a_slack_is_exact_under_every_model) {
    struct random r = {51};
    int traded = 0;
    for (int trial = 0; trial < 400; trial++) {
        struct instance *g = any_instance(&r);
        struct request q = methods_request();
        struct answer a;
        struct error err = {""};
        q.model = (enum memory_model)(trial % MEMORY_MODELS);
        q.slack = 0.25 * random_int(&r, 0, 4); /* products with it are exact */
        struct wanted w = wanted_of(g, &q);
        ck_assert_msg(methods_run(&a, costed_method("taso-memory"), g, &q, &err), "%s", err.text);
        if (w.fastest_ns == INT64_MAX) {
            ck_assert_int_eq(a.outcome, OUTCOME_INFEASIBLE);
        } else {
            struct evaluation e = selection_evaluate(g, a.choice, q.model, q.conversions);
            ck_assert_int_eq(a.outcome, OUTCOME_OPTIMAL);
            ck_assert_int_eq(e.memory_bytes, w.memory_bytes);
            ck_assert_int_eq(e.time_ns, w.memory_ns);
            traded += e.memory_bytes < w.fastest_bytes;
        }
        free(a.choice);
        instance_free(g);
    }
    ck_assert_int_ge(traded, tallied ? 128 : 41);
}
END_TEST

START_TEST(one_knob_between_time_and_memory_is_exact_under_every_model) {
    struct random r = {52};
    for (int trial = 0; trial < 400; trial++) {
        struct instance *g = any_instance(&r);
        struct request q = methods_request();
        struct answer a;
        struct error err = {""};
        q.model = (enum memory_model)(trial % MEMORY_MODELS);
        q.weight = 0.1 * random_int(&r, 0, 10);
        if (random_unit(&r) < 0.5) q.budget_bytes = any_budget(&r, g, q.model);
        struct wanted w = wanted_of(g, &q);
        ck_assert_msg(methods_run(&a, costed_method("taso-weighted"), g, &q, &err), "%s", err.text);
        ck_assert_int_eq(a.outcome, w.weighted < 0 ? OUTCOME_INFEASIBLE : OUTCOME_OPTIMAL);
        if (a.choice) {
            struct evaluation e = selection_evaluate(g, a.choice, q.model, q.conversions);
            ck_assert_int_le(e.memory_bytes, q.budget_bytes);
            if (w.fastest_ns > 0) ck_assert_double_eq_tol(weighted(&w, &e, q.weight), w.weighted, 1e-9);
        }
        free(a.choice);
        instance_free(g);
    }
}
END_TEST

START_TEST(methods_without_sums_decline_them_unless_the_budget_does_not_bind) {
    for (int model = 0; model < MEMORY_MODELS; model++) {
        if (!memory_model_adds_up((enum memory_model)model)) continue;
        struct tally t = against_everything("dynamic", (enum memory_model)model, CONVERSIONS_PER_EDGE, 25, 300);
        ck_assert_int_ge(t.declined, 101);
        ck_assert_int_ge(t.compared, 171);
    }
}
END_TEST

/* Methods without a proof are rules that say exactly what is selected: so many of their selections fit the budget, and
 * this is their time beyond the optimum, in optima. (Those that stream do so in tests/baselines/test_streams.c.) */
static const struct {
    const char *name;
    int fit;
    double excess;
} heuristics[] = {{"taso-layerwise", 155, 13.902331}, {"pbqp", 61, 0.000000},
                  {"greedy-time", 145, 6.806626},     {"greedy-memory", 158, 61.216291},
                  {"greedy-layout", 135, 69.967449},  {"sum2d", 18, 15.192275},
                  {"greedy-stream", 154, 1.178373},   {"greedy-head", 154, 1.178373},
                  {"greedy-weights", 140, 2.555292}};
enum { HEURISTICS = sizeof heuristics / sizeof heuristics[0] };

static void check_heuristic(const char *name, int fit, double excess) {
    for (int k = 0; k < HEURISTICS; k++)
        if (strcmp(heuristics[k].name, name) == 0)
            ck_assert_msg(fit == heuristics[k].fit && fabs(excess - heuristics[k].excess) < 1e-6,
                          "%s: %d fit, %.6f above", name, fit, excess);
}

START_TEST(no_method_beats_the_optimum_and_each_grades_itself_as_the_judge_does) {
    struct random r = {26};
    int fit[64] = {0};
    double excess[64] = {0};
    ck_assert_int_le(methods_count(), 64);
    for (int trial = 0; trial < 300; trial++) {
        struct instance *g = any_instance(&r);
        struct request q = methods_request();
        struct answer oracle, a;
        struct error err = {""};
        q.model = (enum memory_model)random_int(&r, 0, MEMORY_MODELS - 1);
        q.conversions = (enum conversions)random_int(&r, 0, 1);
        q.budget_bytes = any_budget(&r, g, q.model);
        ck_assert(methods_run(&oracle, costed_method("exhaustive"), g, &q, &err));
        for (int i = 0; i < methods_count(); i++) {
            if (!methods_run(&a, methods_get(i), g, &q, &err)) continue;
            ck_assert_int_eq(a.choice != NULL, a.outcome != OUTCOME_INFEASIBLE && a.outcome != OUTCOME_STUCK);
            if (a.choice) {
                struct evaluation e = selection_evaluate(g, a.choice, q.model, q.conversions);
                ck_assert(e.possible);
                ck_assert_int_eq(e.memory_bytes > q.budget_bytes, a.outcome == OUTCOME_OVER_BUDGET);
                if (e.memory_bytes <= q.budget_bytes) {
                    ck_assert_int_ge(e.time_ns, oracle.bound_ns);
                    fit[i]++;
                    excess[i] += (double)(e.time_ns - oracle.bound_ns) / (double)(oracle.bound_ns + 1);
                }
                if (a.bound_ns >= 0) ck_assert_int_le(a.bound_ns, e.time_ns);
            }
            free(a.choice);
        }
        free(oracle.choice);
        instance_free(g);
    }
    for (int i = 0; i < methods_count() && tallied; i++) check_heuristic(methods_get(i)->name, fit[i], excess[i]);
}
END_TEST

/* Conversions may be missing; if a selection exists, a heuristic finds one, except for those restricted to little
 * memory. */
START_TEST(heuristics_look_ahead_where_conversions_are_missing) {
    static const char *const names[] = {"taso-layerwise", "greedy-time", "greedy-memory"};
    struct random r = {53};
    int possible = 0, impossible = 0;
    for (int trial = 0; trial < 400; trial++) {
        struct random_spec spec = {trial % 2 ? RANDOM_CHAIN : RANDOM_DIAMOND, random_int(&r, 1, 7), 4, 0.4};
        struct instance *g = random_instance(&r, &spec);
        struct request q = methods_request();
        struct answer any, a;
        struct error err = {""};
        ck_assert(methods_run(&any, costed_method("dynamic"), g, &q, &err));
        possible += any.choice != NULL;
        impossible += any.choice == NULL;
        q.budget_bytes = any_budget(&r, g, MEMORY_WORKSPACE);
        for (int i = 0; i < 3; i++) {
            ck_assert_msg(methods_run(&a, costed_method(names[i]), g, &q, &err), "%s", err.text);
            ck_assert_msg((a.choice != NULL) == (any.choice != NULL), "%s: %s", names[i], outcome_names[a.outcome]);
            free(a.choice);
        }
        free(any.choice);
        instance_free(g);
    }
    ck_assert_int_ge(possible, 373);
    ck_assert_int_ge(impossible, 27);
}
END_TEST

/* --- at the edges --- */

START_TEST(a_graph_that_is_too_wide_is_declined_with_the_size_of_the_table) {
    struct random r = {29};
    struct random_spec spec = {RANDOM_CHAIN, 30, 9, 0};
    struct instance *g = random_instance(&r, &spec);
    struct answer a;
    struct error err = {""};
    struct request q = methods_request();
    free(g->edge);
    g->edge = MEMORY_NEW(struct edge, 30 * 29 / 2); /* every node reads all before it */
    g->edges = 0;
    for (int v = 1; v < 30; v++)
        for (int u = 0; u < v; u++)
            g->edge[g->edges++] =
                (struct edge){.from = u, .to = v, .slot = u, .time_ns = {{0, 1, 1}, {1, 0, 1}, {1, 1, 0}}};
    instance_close(g);
    ck_assert(!methods_run(&a, costed_method("dynamic"), g, &q, &err));
    ck_assert_msg(strstr(err.text, "too wide") != NULL, "%s", err.text);
    ck_assert(!methods_run(&a, costed_method("exhaustive"), g, &q, &err));
    ck_assert_msg(strstr(err.text, "combinations are too many") != NULL, "%s", err.text);
    instance_free(g);
}
END_TEST

START_TEST(methods_are_found_by_name_and_families_are_among_them) {
    struct error err = {""};
    for (int i = 0; i < methods_count(); i++)
        ck_assert_ptr_eq(methods_find(methods_get(i)->name, &err), methods_get(i));
    ck_assert_ptr_nonnull(methods_find("family-sum2d", &err));
    ck_assert_ptr_null(methods_find("tasso", &err));
    ck_assert_msg(strstr(err.text, "tasso") && strstr(err.text, "pbqp-budget"), "%s", err.text);
}
END_TEST

int main(void) {
    Suite *suite = suite_create("methods");
    TCase *tests = tcase_create("methods");
    tcase_add_test(tests, dynamic_finds_what_trying_everything_finds);
    tcase_add_test(tests, graph_reduction_finds_what_trying_everything_finds_unless_it_used_rn);
    tcase_add_test(tests, the_integer_program_finds_what_trying_everything_finds_under_every_model);
    tcase_add_test(tests, the_integer_program_converts_once_per_tensor_when_asked_to);
    tcase_add_test(tests, methods_that_claim_a_proof_find_what_trying_everything_finds);
    tcase_add_test(tests, least_memory_within_a_slack_is_exact_under_every_model);
    tcase_add_test(tests, one_knob_between_time_and_memory_is_exact_under_every_model);
    tcase_add_test(tests, methods_without_sums_decline_them_unless_the_budget_does_not_bind);
    tcase_add_test(tests, no_method_beats_the_optimum_and_each_grades_itself_as_the_judge_does);
    tcase_add_test(tests, heuristics_look_ahead_where_conversions_are_missing);
    tcase_add_test(tests, a_graph_that_is_too_wide_is_declined_with_the_size_of_the_table);
    tcase_add_test(tests, methods_are_found_by_name_and_families_are_among_them);
    suite_add_tcase(suite, tests);
    return harness_run(suite);
}
