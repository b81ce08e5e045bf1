/* A network and a method that are added appear in every table and plot of the experiments, without a change to any
 * list: in a scratch copy, from the measurement on. The network's name has a dot, as squeezenet1.1 has. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/support/harness.h"
#include "tests/support/scratch_tree.h"

static struct harness_output o;

/* More lines than `least` with both words. */
static void table_has(const struct scratch_tree *t, const char *file, const char *word, const char *other, int least) {
    char line[1024];
    snprintf(line, sizeof line, "grep -w '%s' '%s/out/%s' | grep -cw '%s'", word, t->folder, file, other);
    harness_shell(&o, line);
    ck_assert_msg(atoi(o.out) >= least, "%s: %s rows with %s and %s (expected at least %d)", file, o.out, word, other,
                  least);
}

/* Budgets come from the frontier, which may be a single point: times of so small a network are mostly noise. */
static const struct {
    const char *file, *word, *other;
    int least;
} rows[] = {
    {"sweep.tsv", "own.5", "mine", 1},
    {"frontier.tsv", "own", "own", 1},
    {"saved.md", "own", "own", 3},
    {"speedup.tex", "own", "mine", 1},
    {"gaps.md", "own", "mine", 1},
    {"memory.tsv", "own", "workspace", 3},
    {"memory-wide.md", "own", "own", 1},
    {"claims.md", "own", "mine", 1},
    {"mix.tsv", "own", "own", 1},
    {"layers.tsv", "own", "0.15", 2},
    {"effort.tsv", "own", "product", 1},
    {"peak.tsv", "own", "own", 2},
    {"along.tsv", "own", "streamed", 2},
    {"report.html", "own.5", "figcaption", 3}, /* frontiers, memory along the execution, workspace by layer */
    {"report.html", "own.5", "mine", 1},       /* claims */
    {"summary/gaps.md", "out", "mine", 1},
    {"summary/claims.md", "out", "mine", 1},
    {"local-published/sweep.tsv", "own", "mine", 1},
};

START_TEST(a_network_and_a_method_appear_in_every_table_and_plot) {
    harness_shell(&o, "command -v gnuplot");
    if (o.status != 0) {
        printf("SKIPPED: a network and a method of one's own in the experiments: gnuplot is not installed\n");
        return;
    }
    const struct scratch_tree t = scratch_tree_new();
    scratch_tree_run(&t,
                     "printf 'data input - c=3 h=9 w=9\\na conv data m=4 k=3 p=1\\nb conv a m=4 k=1\\n' "
                     ">formulation/networks/own.5.net && sed -i 's|^METHOD(\"sum2d\".*|METHOD(\"mine\", greedy_run, "
                     "\"time\", METHOD_USES_FLASH, METHOD_NO_PROOF, \"mine\")\\n&|' baselines/methods.def",
                     true, "");
    scratch_tree_make(&t, "bin/taso");
    scratch_tree_run(&t, "MAKEFLAGS= make -n experiments LOCAL=all | grep 'taso profile --network alexnet,.*,own.5 '",
                     true, ",own.5 "); /* by default, it is one of the networks */
    scratch_tree_run(&t,
                     "MAKEFLAGS= make -s -j2 -o bin/taso experiments LOCAL=out NETWORKS=own.5 MODELS='workspace peak' "
                     "DATA=nowhere >said 2>&1 || { tail said; false; }",
                     true, "");
    scratch_tree_run(&t, "grep -c SKIPPED said && tail -1 said", true, "out/summary/verdicts.md");
    for (int i = 0; i < (int)(sizeof rows / sizeof rows[0]); i++)
        table_has(&t, rows[i].file, rows[i].word, rows[i].other, rows[i].least);
    scratch_tree_run(
        &t,
        "ls out/plots/frontier-own.5.pdf out/plots/budget-own.5.png out/plots/mix-own.5.pdf out/plots/solver-effort.svg "
        "out/plots/workspace-by-layer-own.5.pdf out/plots/memory-along-own.5.png out/plots/peak-own.5.pdf out/plots/models-own.5.pdf",
        true, "mix-own.5");
    scratch_tree_free(&t);
}
END_TEST

int main(void) {
    Suite *suite = suite_create("own_experiment");
    TCase *tests = tcase_create("own");
    tcase_set_timeout(tests, 600);
    tcase_add_test(tests, a_network_and_a_method_appear_in_every_table_and_plot);
    suite_add_tcase(suite, tests);
    return harness_run(suite);
}
