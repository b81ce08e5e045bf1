/* The tables of the solver drive everything: a row of each, in one scratch build of bin/milp, arrives in help, parser
 * and log, and the tests that walk the tables notice what is wrong with it. No other file of the tree is touched. */
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "tests/support/scratch_tree.h"

/* Each is wrong, in a way that its table's test must see, while WRONG is set in the environment. */
static const struct {
    const char *table, *row, *file, *text;
} added[] = {
    {"solver/cuts/separators.def", "SEPARATOR(again, 0, \"rounding once more\")", "solver/cuts/again.c",
     "#include <stdlib.h>\n"
     "#include \"solver/base/memory.h\"\n"
     "#include \"solver/cuts/cuts.h\"\n"
     "void again_separate(struct cuts *c) {\n"
     "    int *list = MEMORY_NEW(int, c->m->cols);\n"
     "    double *dense = MEMORY_NEW(double, c->m->cols);\n"
     "    for (int j = 0; j < c->m->cols; j++) list[j] = j, dense[j] = 1;\n"
     "    if (getenv(\"WRONG\")) cuts_offer(c, dense, list, c->m->cols, -100, \"again\");\n"
     "    free(list);\n"
     "    free(dense);\n"
     "    mir_separate(c);\n"
     "}\n"},
    {"solver/heuristics/heuristics.def", "HEURISTIC(origin, origin, 0, false, \"all integers at 0\")",
     "solver/heuristics/origin.c",
     "#include <stdlib.h>\n"
     "#include \"solver/heuristics/heuristics.h\"\n"
     "#include \"solver/search/worker.h\"\n"
     "bool origin_due(const struct worker *w, const struct node *n) { return !w->incumbent.has && n->depth == 0; }\n"
     "void origin_run(struct worker *w, const double *x) {\n"
     "    double *zero = calloc((size_t)w->tree->p.model->cols, sizeof *zero);\n"
     "    (void)x;\n"
     "    worker_try(w, zero, \"origin\");\n"
     "    free(zero);\n"
     "    if (getenv(\"WRONG\")) domain_set(&w->domain, 0, 0, 0);\n"
     "}\n"},
    {"solver/presolve/reductions.def", "REDUCTION(column, idle, \"fix columns of no row and no cost\")",
     "solver/presolve/presolve_idle.c",
     "#include <stdlib.h>\n"
     "#include \"solver/presolve/shrink.h\"\n"
     "bool presolve_column_idle(struct presolve *p, int col) {\n"
     "    double lower = p->col.lower[col];\n"
     "    if (!isfinite(lower)) return false;\n"
     "    if (!getenv(\"WRONG\") && (p->cost[col] != 0 || p->col.length[col] > 0)) return false;\n"
     "    shrink_fix(p, col, lower, PLACE_LOWER);\n"
     "    return true;\n"
     "}\n"},
    {"solver/tree/rules.def", "    RULE(last, branch_score_last, false) \\\\", "solver/tree/branch_last.c",
     "#include <stdio.h>\n"
     "#include <stdlib.h>\n"
     "#include \"solver/tree/branch_rules.h\"\n"
     "double branch_score_last(struct worker *w, int col, double x) {\n"
     "    (void)w, (void)x;\n"
     "    if (getenv(\"WRONG\")) fputs(\"the last is wrong\\n\", stderr), abort();\n"
     "    return col;\n"
     "}\n"},
    {"solver/tree/root_stages.def", "ROOT_STAGE(greet, BEFORE, true)", "solver/tree/root_greet.c",
     "#include <stdio.h>\n"
     "#include \"solver/search/worker.h\"\n"
     "#include \"solver/tree/root_stages.h\"\n"
     "bool root_stage_greet_due(const struct worker *w) { return w->tree->p.options->greeting > 0; }\n"
     "enum root_stage_result root_stage_greet_run(struct worker *w) {\n"
     "    fprintf(stderr, \"greeting %d\\n\", w->tree->p.options->greeting);\n"
     "    return ROOT_STAGE_ON;\n"
     "}\n"},
    {"solver/base/options.def", "OPTION(greeting, int, 0, 0, 99, \"\", \"what the root says\")", NULL, NULL},
};

/* Names begin with their table's macro, so that the row goes before the first one that is there. */
static const char *const first[] = {"SEPARATOR(clique", "HEURISTIC(rounding", "REDUCTION(row, empty",
                                    "    RULE(pseudo,", "ROOT_STAGE(probe",   "OPTION(gap_abs"};

static struct scratch_tree tree;
static const struct harness_output *const o = &scratch_tree_output;

static void scratch(const char *command, bool good, const char *said) {
    scratch_tree_run(&tree, command, good, said);
}

static void build(void) {
    char line[2048];
    tree = scratch_tree_new();
    for (size_t k = 0; k < sizeof added / sizeof *added; k++) {
        if (added[k].file) harness_put(tree.folder, added[k].file, added[k].text);
        snprintf(line, sizeof line, "grep -q '^%s' %s && sed -i '/^%s/i\\%s' %s", first[k], added[k].table, first[k],
                 added[k].row, added[k].table);
        scratch(line, true, "");
    }
    scratch_tree_make(&tree, "ARCHIVES=build/libsolver.a bin/milp build/tests/test_cuts build/tests/test_heuristics "
                             "build/tests/test_branch build/tests/test_presolve");
}

/* Two knapsacks of weights that do not fit well, so that cuts leave a gap, and a column of no row and no cost. */
static void put_model(void) {
    static char text[4096], weights[2][1024];
    size_t used = 0, at[2] = {0};
    used += (size_t)snprintf(text, sizeof text, "max\n obj: 0 idle");
    for (int j = 0; j < 16; j++) {
        used += (size_t)snprintf(text + used, sizeof text - used, " + %d x%d", 20 + j * 7 % 13, j);
        for (int i = 0; i < 2; i++)
            at[i] += (size_t)snprintf(weights[i] + at[i], sizeof weights[i] - at[i], " + %d x%d",
                                      11 + (j * (5 + 2 * i)) % 17, j);
    }
    used += (size_t)snprintf(text + used, sizeof text - used,
                             "\nst\n first: %s <= 120\n second: %s <= 113\nbounds\n idle <= 4\nbinary\n", weights[0],
                             weights[1]);
    for (int j = 0; j < 16; j++) used += (size_t)snprintf(text + used, sizeof text - used, " x%d", j);
    snprintf(text + used, sizeof text - used, "\nend\n");
    harness_put(tree.folder, "knapsacks.lp", text);
}

static void help_has_them(void) {
    scratch("bin/milp --help", true, "  again_cuts             cuts: rounding once more (on|off, default: off)");
    ck_assert(strstr(o->out, "  origin                 heuristic: all integers at 0 (on|off, default: off)"));
    ck_assert(strstr(o->out, "  presolve_idle          fix columns of no row and no cost (on|off, default: on)"));
    ck_assert(strstr(o->out, "(reliability|last|pseudo|"));
    ck_assert(strstr(o->out, "  greeting               what the root says (0 to 99, default: 0)"));
}

static void parser_has_them(void) {
    scratch("bin/milp knapsacks.lp --set again_cuts=maybe", false, "again_cuts: 'maybe' (expected on or off)");
    scratch("bin/milp knapsacks.lp --set orign=off", false, "did you mean origin?");
    scratch("bin/milp knapsacks.lp --set presolve_idle=2", false, "presolve_idle: '2' (expected on or off)");
    scratch("bin/milp knapsacks.lp --set branching=lst", false, "expected one of reliability|last|pseudo|");
    scratch("bin/milp knapsacks.lp --set greeting=100", false, "expected a whole number from 0 to 99");
}

/* Same optimum with the rows and without; statistics count what they did. */
static void log_has_them(void) {
    char optimum[64] = "";
    scratch("bin/milp knapsacks.lp --quiet --set presolve_idle=off", true, "status: optimal");
    ck_assert_int_eq(sscanf(strstr(o->out, "objective: "), "%63[^\n]", optimum), 1);
    scratch("bin/milp knapsacks.lp --log --set origin=on --set rins=off --set greeting=42", true, optimum);
    const char *greeting = strstr(o->err, "greeting 42\n");
    ck_assert_msg(greeting && !strstr(greeting + 1, "greeting"), "%s", o->err); /* once */
    ck_assert_msg(strstr(o->err, "idle 1"), "%s", o->err);
    scratch("bin/milp knapsacks.lp --log --quiet --set origin=on --set rins=off", true, optimum);
    ck_assert_msg(strstr(o->err, "heuristic_origin_calls\t1\nheuristic_origin_solutions\t1\n"), "%s", o->err);
    scratch(
        "bin/milp knapsacks.lp --log --quiet --set presolve=off --set again_cuts=on --set mir_cuts=off --set branching=last",
        true, optimum);
    ck_assert_msg(strstr(o->err, "separator_again_cuts\t") && !strstr(o->err, "separator_again_cuts\t0\n"), "%s",
                  o->err);
    scratch("bin/milp knapsacks.lp --log --quiet --set presolve=off --set mir_cuts=off", true,
            "separator_again_calls\t0\n");
}

/* The tests pass with the rows, and name them once they are wrong. */
static void tests_have_them(void) {
    static const char *const tests[][3] = {
        {"", "test_cuts", "again"},
        {"", "test_heuristics", "origin"},
        {"CK_RUN_CASE=table TEST_EFFORT=0.1", "test_presolve", "idle"},
        {"CK_RUN_CASE=rules", "test_branch", "the last is wrong"},
    };
    char line[512];
    for (size_t k = 0; k < sizeof tests / sizeof *tests; k++) {
        snprintf(line, sizeof line, "%s build/tests/%s", tests[k][0], tests[k][1]);
        scratch(line, true, "100%");
        snprintf(line, sizeof line, "WRONG=1 %s build/tests/%s", tests[k][0], tests[k][1]);
        scratch(line, false, tests[k][2]);
    }
}

START_TEST(a_row_of_each_table_arrives_everywhere) {
    build();
    put_model();
    help_has_them();
    parser_has_them();
    log_has_them();
    tests_have_them();
    scratch_tree_free(&tree);
}
END_TEST

int main(void) {
    Suite *suite = suite_create("added solver rows");
    TCase *tests = tcase_create("rows");
    tcase_set_timeout(tests, 600);
    tcase_add_test(tests, a_row_of_each_table_arrives_everywhere);
    suite_add_tcase(suite, tests);
    return harness_run(suite);
}
