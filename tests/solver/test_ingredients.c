/* Programs of some sixty columns, too many to enumerate: the same optimum with every ingredient of the search and
 * without them, whatever presolve, probing, cuts, restarts and heuristics make of the program on the way; and what the
 * search costs, which no change may raise unnoticed. */
#include "tests/support/harness.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "solver/base/memory.h"
#include "solver/base/random.h"
#include "solver/milp.h"
#include "tests/support/dag.h"
#include "tests/support/random_programs.h"
#include "tests/support/small_milp.h"
#include "tests/support/structured_programs.h"

enum { BINARIES = 48, FLOWS = 12, SAMPLE = 25 };

static void add(struct model *m, int row, int col, double value) {
    model_add_entry(m, row, col, value);
}

/* One-hot rows over blocks of binaries, knapsacks, covers, and flows that binaries switch on. */
static struct model *program(long seed) {
    struct random r = {(uint64_t)seed * 7919 + 13};
    struct model *m = model_new();
    int columns = BINARIES + FLOWS;
    for (int j = 0; j < columns; j++) {
        char name[16];
        snprintf(name, sizeof name, "x%d", j);
        bool binary = j < BINARIES;
        double cost = binary ? random_int(&r, -20, 30) : random_int(&r, -9, -1);
        model_add_column(m, name, cost, 0, binary ? 1 : random_int(&r, 3, 12), binary);
    }
    int rows = 0;
    char name[16];
    for (int first = 0; first + 6 <= BINARIES / 2; first += 6) {
        snprintf(name, sizeof name, "hot%d", rows);
        model_add_row(m, name, 1, 1);
        for (int k = 0; k < 6; k++) add(m, rows, first + k, 1);
        rows++;
    }
    for (int knapsack = 0; knapsack < 4; knapsack++, rows++) {
        double sum = 0;
        double weight[BINARIES];
        for (int j = 0; j < BINARIES; j++) {
            weight[j] = random_int(&r, 0, 2) ? random_int(&r, 1, 60) : 0;
            sum += weight[j];
        }
        snprintf(name, sizeof name, "sack%d", rows);
        model_add_row(m, name, -MODEL_INFINITY, floor(sum * (0.15 + 0.1 * random_unit(&r))));
        for (int j = 0; j < BINARIES; j++)
            if (weight[j] > 0) add(m, rows, j, weight[j]);
    }
    for (int cover = 0; cover < 8; cover++, rows++) {
        snprintf(name, sizeof name, "cover%d", rows);
        model_add_row(m, name, 1, MODEL_INFINITY);
        int at = random_int(&r, 0, BINARIES - 20);
        for (int k = 0; k < 5; k++) add(m, rows, at + 4 * k, 1);
    }
    for (int flow = 0; flow < FLOWS; flow++, rows++) {
        snprintf(name, sizeof name, "switch%d", rows);
        model_add_row(m, name, -MODEL_INFINITY, 0);
        add(m, rows, BINARIES + flow, 1);
        add(m, rows, BINARIES / 2 + flow, -(double)random_int(&r, 4, 15));
    }
    snprintf(name, sizeof name, "demand%d", rows);
    model_add_row(m, name, random_int(&r, 5, 20), random_int(&r, 25, 45));
    for (int flow = 0; flow < FLOWS; flow++) add(m, rows, BINARIES + flow, 1);
    struct error err;
    ck_assert_msg(model_finish(m, &err), "%s", err.text);
    return m;
}

static const char *const settings[] = {
    "restarts=0 presolve=off probing=off cut_rounds=0 rins=off diving=off exchange=off "
    "feasibility_pump=off reduced_cost_fixing=off group_branching=off branching=pseudo clique_propagation=off "
    "tree_cuts=off",
    "",
    "threads=2",
    "restarts=10 dive_period=1",
    "cut_worth=1",
    "cut_worth=0 threads=2",
    "restarts=0",
    "presolve=off",
    "probing=off exchange=off",
    "set_branching=on",
    "set_branching=on presolve=off cut_rounds=0 threads=2",
    "cut_rounds=200 seed=7",
    "clique_propagation=on tree_cuts=off restarts=0",
    "clique_propagation=on restarts=0 cut_rounds=0 rins=off threads=2"};
enum { SETTINGS = sizeof settings / sizeof settings[0] };

static struct options set(const char *assignments) {
    struct options o = options_default();
    struct error err;
    char copy[512];
    snprintf(copy, sizeof copy, "%s", assignments);
    for (char *at = strtok(copy, " "); at; at = strtok(NULL, " "))
        ck_assert_msg(options_set(&o, at, &err), "%s", err.text);
    return o;
}

static struct milp_result *solve(const struct model *m, const char *assignments) {
    struct options o = set(assignments);
    return milp_solve(m, &o, NULL);
}

START_TEST(every_ingredient_leaves_the_optimum) {
    int optimal = 0;
    for (long seed = 1; seed <= SAMPLE; seed++) {
        struct model *m = program(seed);
        struct milp_result *bare = solve(m, settings[0]), *full = solve(m, settings[_i]);
        ck_assert_msg(bare->status == full->status, "seed %ld, '%s': %s, not %s", seed, settings[_i],
                      milp_status_names[full->status], milp_status_names[bare->status]);
        if (bare->status == MILP_OPTIMAL) {
            optimal++;
            double room = 1e-7 * fmax(1, fabs(bare->objective));
            ck_assert_msg(fabs(bare->objective - full->objective) <= room, "seed %ld, '%s': %.12g, not %.12g", seed,
                          settings[_i], full->objective, bare->objective);
            ck_assert_double_le(model_violation(m, full->x), 1e-6);
            ck_assert_double_le(fabs(full->bound - full->objective), room);
        }
        milp_result_free(bare);
        milp_result_free(full);
        model_free(m);
    }
    ck_assert_int_gt(optimal, SAMPLE / 4);
}
END_TEST

START_TEST(the_same_run_gives_the_same_tree) {
    static const char *const same[] = {"", "threads=2", "threads=3 restarts=10",
                                       "threads=2 restarts=0 tree_cuts=on clique_propagation=on"};
    for (long seed = 1; seed <= 8; seed++) {
        struct model *m = program(seed);
        struct milp_result *a = solve(m, same[_i]), *b = solve(m, same[_i]);
        ck_assert_int_eq(a->nodes, b->nodes);
        ck_assert_int_eq(a->iterations, b->iterations);
        milp_result_free(a);
        milp_result_free(b);
        model_free(m);
    }
}
END_TEST

/* --- what the search costs --- */

static struct model *network(long seed) {
    const struct dag d = {14, 9, 3, 40, 0.15};
    return dag_program(&d, (uint64_t)seed);
}

static struct model *relaxation(long seed) {
    struct model *m = program(seed);
    memset(m->integer, 0, (size_t)m->cols * sizeof *m->integer);
    return m;
}

static struct model *of_any_class(long seed) {
    return program_random((uint64_t)seed, &program_classes[seed % PROGRAM_CLASSES]);
}

static struct model *small(long seed) {
    struct random r = {(uint64_t)seed * 17 + 3};
    return milp_families[seed % MILP_FAMILIES].make(&r);
}

static struct model *structured(long seed) {
    struct random r = {(uint64_t)seed * 31 + 5};
    return structured_families[seed % STRUCTURED_FAMILIES].make(&r);
}

/* Work summed over a family's programs: what is searched of the presolved programs, nodes, and pivots in all, in strong
 * branching and in heuristics. Runs repeat to the pivot, so the numbers are those of today. A change of the solver that
 * needs less is welcome; one that needs more states so here, by the numbers that a failure prints. */
enum { ROWS, COLUMNS, NODES, PIVOTS, STRONG, HEURISTIC, WORK };
static const char *const work_names[WORK] = {"searched_rows", "searched_cols",     "nodes",
                                             "iterations",    "strong_iterations", "heuristic_iterations"};
static const struct {
    const char *name, *settings;
    struct model *(*make)(long seed);
    int programs;
    double most[WORK];
} works[] = {
    {"of any class", "node_limit=500", of_any_class, 20 * PROGRAM_CLASSES, {38, 83, 123, 125, 0, 0}},
    {"of any class, unpresolved",
     "node_limit=500 presolve=off",
     of_any_class,
     20 * PROGRAM_CLASSES,
     {342, 588, 163, 199, 0, 0}},
    {"small", "", small, 300, {178, 308, 141, 193, 0, 0}},
    {"small, unpresolved", "presolve=off probing=off", small, 300, {783, 1019, 236, 293, 0, 0}},
    {"sixty columns", "", program, SAMPLE, {566, 954, 157, 28602, 10999, 12072}},
    {"sixty columns, branching only",
     "cut_rounds=0 diving=off rins=off restarts=0",
     program,
     SAMPLE,
     {694, 1317, 494, 17041, 13729, 0}},
    {"networks with a budget", "", network, 12, {1215, 2347, 15, 2889, 13, 1107}},
    {"networks with a budget, unpresolved",
     "presolve=off cut_rounds=0",
     network,
     12,
     {1446, 3123, 26, 4575, 813, 2621}},
    {"relaxations", "presolve=off", relaxation, 2 * SAMPLE, {0, 0, 0, 1148, 0, 0}},
    {"relaxations by the primal simplex", "presolve=off method=primal", relaxation, 2 * SAMPLE, {0, 0, 0, 2680, 0, 0}},
    {"relaxations by other prices",
     "presolve=off pricing=devex scaling=geometric",
     relaxation,
     2 * SAMPLE,
     {0, 0, 0, 1218, 0, 0}},
    {"structured", "", structured, 80, {207, 338, 161, 1093, 248, 256}},
    {"structured, one pass", "presolve=off restarts=0 tree_cuts=off", structured, 80, {393, 576, 175, 1279, 255, 323}},
};
enum { WORKS = sizeof works / sizeof works[0] };

static double statistic(const char *log, const char *name) {
    char line[64];
    snprintf(line, sizeof line, "\n%s\t", name);
    const char *at = strstr(log, line);
    ck_assert_msg(at != NULL, "no statistic '%s'", name);
    return strtod(at + strlen(line), NULL);
}

static void add_work(double work[WORK], const struct model *m, const char *assignments) {
    char *log = NULL;
    size_t length;
    struct milp_control control = {.log = open_memstream(&log, &length)};
    struct options o = set(assignments);
    ck_assert_ptr_nonnull(control.log);
    milp_result_free(milp_solve(m, &o, &control));
    ck_assert_int_eq(fclose(control.log), 0);
    for (int k = 0; k < WORK; k++) work[k] += statistic(log, work_names[k]);
    free(log);
}

START_TEST(the_search_costs_no_more_than_it_did) {
    double work[WORK] = {0};
    char text[512] = "";
    bool more = false;
    for (long seed = 1; seed <= works[_i].programs; seed++) {
        struct model *m = works[_i].make(seed);
        add_work(work, m, works[_i].settings);
        model_free(m);
    }
    for (int k = 0; k < WORK; k++) {
        size_t used = strlen(text);
        snprintf(text + used, sizeof text - used, "%s%.0f", k ? ", " : "", work[k]);
        more = more || work[k] > works[_i].most[k];
    }
    ck_assert_msg(!more, "%s: {%s}", works[_i].name, text);
}
END_TEST

int main(void) {
    Suite *s = suite_create("ingredients");
    TCase *t = tcase_create("ingredients");
    tcase_set_timeout(t, 120);
    tcase_add_loop_test(t, every_ingredient_leaves_the_optimum, 1, SETTINGS);
    tcase_add_loop_test(t, the_same_run_gives_the_same_tree, 0, 4);
    TCase *cost = tcase_create("work");
    tcase_add_loop_test(cost, the_search_costs_no_more_than_it_did, 0, WORKS);
    tcase_set_timeout(cost, 120);
    suite_add_tcase(s, cost);
    suite_add_tcase(s, t);
    return harness_run(s);
}
