/* What the search costs: nodes, pivots and what presolve leaves, which no change may raise unnoticed, and how often each
 * of its parts acts. */
#include "tests/support/harness.h"

#include <stdio.h>
#include <string.h>

#include "solver/milp.h"
#include "tests/support/dag.h"
#include "tests/support/digits.h"
#include "tests/support/medium_programs.h"
#include "tests/support/random_programs.h"
#include "tests/support/sixty_columns.h"
#include "tests/support/small_milp.h"
#include "tests/support/structured_programs.h"

static struct options set(const char *assignments) {
    struct options o = options_default();
    struct error err;
    char copy[512];
    snprintf(copy, sizeof copy, "%s", assignments);
    for (char *at = strtok(copy, " "); at; at = strtok(NULL, " "))
        ck_assert_msg(options_set(&o, at, &err), "%s", err.text);
    return o;
}

static struct model *network(long seed) {
    const struct dag d = {14, 9, 3, 40, 0.15};
    return dag_program(&d, (uint64_t)seed);
}

static struct model *chain(long seed) {
    const struct dag d = {150, 20, 3, 0, 0.15};
    return dag_program(&d, (uint64_t)seed);
}

static struct model *graph(long seed) {
    const struct dag d = {40, 20, 4, 40, 0.15};
    return dag_program(&d, (uint64_t)seed);
}

static struct model *relaxation(long seed) {
    struct model *m = sixty_columns_program(seed);
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

static struct model *medium(long seed) {
    struct random r = {(uint64_t)seed * 101 + 7};
    return medium_families[seed % MEDIUM_FAMILIES](&r);
}

/* Work summed over a family's programs: what is searched of the presolved programs, nodes, and pivots in all, in strong
 * branching and in heuristics. Runs repeat to the pivot, so the numbers are those of today. A change of the solver that
 * needs less is welcome; one that needs more states so here, by the numbers that a failure prints. facts: a digest of
 * all whole numbers among the statistics, so that every call, cut and solution of a separator or a heuristic counts. */
enum { ROWS, COLUMNS, NODES, PIVOTS, STRONG, HEURISTIC, WORK };
static const char *const work_names[WORK] = {"searched_rows", "searched_cols",     "nodes",
                                             "iterations",    "strong_iterations", "heuristic_iterations"};
static const struct {
    const char *name, *settings;
    struct model *(*make)(long seed);
    int programs;
    double most[WORK];
    uint32_t facts;
} works[] = {
    {"of any class", "node_limit=500", of_any_class, 20 * PROGRAM_CLASSES, {38, 83, 123, 125, 0, 0}, 0x99390eaf},
    {"of any class, unpresolved",
     "node_limit=500 presolve=off",
     of_any_class,
     20 * PROGRAM_CLASSES,
     {342, 588, 163, 199, 0, 0},
     0x777e781e},
    {"small", "", small, 300, {169, 297, 140, 183, 0, 0}, 0x691f2506},
    {"small, unpresolved", "presolve=off probing=off", small, 300, {783, 1019, 236, 288, 0, 0}, 0x51022d1c},
    {"sixty columns", "", sixty_columns_program, 25, {581, 834, 197, 28444, 11384, 10182}, 0x54872f00},
    {"sixty columns, branching only",
     "cut_rounds=0 diving=off rins=off restarts=0",
     sixty_columns_program,
     25,
     {694, 1317, 491, 17086, 13829, 0},
     0xddf5b4b0},
    {"networks with a budget", "", network, 12, {510, 838, 23, 1884, 0, 387}, 0x95904a68},
    {"networks with a budget, unpresolved",
     "presolve=off cut_rounds=0",
     network,
     12,
     {1446, 3123, 28, 3829, 845, 1828},
     0x311f05cb},
    {"long chains with a budget", "", chain, 3, {179, 311, 9, 5517, 0, 2988}, 0x55a0e3d9},
    {"graphs with a budget", "", graph, 3, {416, 732, 8, 3381, 0, 1453}, 0x15ebc4a8},
    {"relaxations", "presolve=off", relaxation, 50, {0, 0, 0, 1148, 0, 0}, 0xfc4e3d8b},
    {"relaxations by the primal simplex",
     "presolve=off method=primal",
     relaxation,
     50,
     {0, 0, 0, 2680, 0, 0},
     0xc1f9aa51},
    {"relaxations by other prices",
     "presolve=off pricing=devex scaling=geometric",
     relaxation,
     50,
     {0, 0, 0, 1218, 0, 0},
     0x92a42a7b},
    {"structured", "", structured, 20 * STRUCTURED_FAMILIES, {394, 507, 301, 1867, 486, 378}, 0x6a248c6e},
    {"structured, one pass",
     "presolve=off restarts=0 tree_cuts=off",
     structured,
     20 * STRUCTURED_FAMILIES,
     {576, 732, 336, 2017, 491, 377},
     0x4a8a4155},
    {"medium", "node_limit=150", medium, 10 * MEDIUM_FAMILIES, {2251, 2885, 1393, 69902, 39423, 15870}, 0x2c050be7},
    {"medium, unpresolved",
     "node_limit=60 presolve=off restarts=0",
     medium,
     6 * MEDIUM_FAMILIES,
     {1602, 1968, 381, 34610, 18455, 8750},
     0xb2aeed73},
    {"medium, on two threads",
     "node_limit=100 threads=2",
     medium,
     5 * MEDIUM_FAMILIES,
     {1180, 1504, 499, 39274, 24933, 7376},
     0x538a8fdd},
    {"medium, by the primal simplex",
     "node_limit=20 presolve=off method=primal",
     medium,
     4 * MEDIUM_FAMILIES,
     {1068, 1312, 101, 33519, 11985, 11637},
     0x403836d8},
};
enum { WORKS = sizeof works / sizeof works[0] };

static double statistic(const char *log, const char *name) {
    char line[64];
    snprintf(line, sizeof line, "\n%s\t", name);
    const char *at = strstr(log, line);
    ck_assert_msg(at != NULL, "no statistic '%s'", name);
    return strtod(at + strlen(line), NULL);
}

static void add_work(double work[WORK], uint32_t *facts, const struct model *m, const char *assignments) {
    char *log = NULL;
    size_t length;
    struct milp_control control = {.statistics = open_memstream(&log, &length)};
    struct options o = set(assignments);
    ck_assert_ptr_nonnull(control.statistics);
    milp_result_free(milp_solve(m, &o, &control));
    ck_assert_int_eq(fclose(control.statistics), 0);
    for (int k = 0; k < WORK; k++) work[k] += statistic(log, work_names[k]);
    *facts = digits_text(*facts, log, "-", DIGITS_WHOLE); /* others are seconds */
    free(log);
}

START_TEST(the_search_costs_no_more_than_it_did) {
    double work[WORK] = {0};
    uint32_t facts = DIGITS_BEGIN;
    char text[512] = "";
    bool more = false;
    for (long seed = 1; seed <= works[_i].programs; seed++) {
        struct model *m = works[_i].make(seed);
        add_work(work, &facts, m, works[_i].settings);
        model_free(m);
    }
    for (int k = 0; k < WORK; k++) {
        size_t used = strlen(text);
        snprintf(text + used, sizeof text - used, "%s%.0f", k ? ", " : "", work[k]);
        more = more || work[k] > works[_i].most[k];
    }
    ck_assert_msg(!more && facts == works[_i].facts, "%s: {%s}, 0x%08x", works[_i].name, text, (unsigned)facts);
}
END_TEST

int main(void) {
    Suite *s = suite_create("work");
    TCase *t = tcase_create("work");
    tcase_set_timeout(t, 120);
    tcase_add_loop_test(t, the_search_costs_no_more_than_it_did, 0, WORKS);
    suite_add_tcase(s, t);
    return harness_run(s);
}
