/* The tables of the experiments: experiments/tables/ (awk) and experiments/tables/compare.sh, on tables small enough to
 * compute by hand. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "formulation/memory_model.h"
#include "tests/support/harness.h"

static struct harness_output o;
static char folder[512];

static void enter(void) {
    snprintf(folder, sizeof folder, "%s", harness_folder());
}

static void leave(void) {
    harness_remove_folder(folder);
}

static void put(const char *name, const char *text) {
    harness_put(folder, name, text);
}

/* Runs a script of experiments/tables over files of the folder. */
static void table(const char *script, const char *first, const char *second) {
    char line[4096];
    snprintf(
        line, sizeof line,
        "awk -f experiments/tables/columns.awk -f experiments/tables/points.awk -f experiments/tables/%s.awk %s/%s",
        script, folder, first);
    if (second) snprintf(line + strlen(line), sizeof line - strlen(line), " %s/%s", folder, second);
    harness_shell(&o, line);
}

static const char sweep[] = "# format: taso-sweep 1\n# date: today\n"
                            "network\tmethod\tbudget_bytes\toutcome\ttime_ns\tuncovered_layers\tseconds\n"
                            "a\ttaso\t1024\toptimal\t100\t3\t0.1\n"
                            "a\ttaso\t4096\toptimal\t50\t3\t0.2\n"
                            "a\ttaso\tnone\toptimal\t50\t3\t0.2\n"
                            "a\tgreedy-time\t1024\tinfeasible\tnan\t3\t0.1\n"
                            "a\tgreedy-time\t4096\tfeasible\t200\t3\t0.1\n"
                            "a\ttaso\t2048\toptimal\t60\t3\t0.1\n"
                            "a\tgreedy-time\t2048\tfeasible\t120\t3\t0.1\n"
                            "a\tgreedy-time\tnone\tfeasible\t50\t3\t0.1\n"
                            "a\tsum2d\t1024\tover-budget\t1\t3\t0.1\n";

START_TEST(speedup_compares_only_budgets_at_which_both_have_an_answer) {
    put("sweep.tsv", sweep);
    table("speedup", "sweep.tsv", NULL);
    ck_assert_int_eq(o.status, 0);
    ck_assert_str_eq(
        o.out, "# format: taso-table 1\n"
               "index\tnetwork\tbaseline\tbudgets\tleast\tgeomean\tmost\tmost_at_bytes\tno_budget\tuncovered_layers\n"
               "0\ta\tgreedy-time\t2\t2.000\t2.828\t4.000\t4096\t1.000\t3\n");
}
END_TEST

START_TEST(settled_leaves_out_what_differs_from_run_to_run) {
    put("sweep.tsv", sweep);
    table("settled", "sweep.tsv", NULL);
    ck_assert_int_eq(o.status, 0);
    ck_assert_ptr_null(strstr(o.out, "seconds"));
    ck_assert_ptr_null(strstr(o.out, "date"));
    ck_assert_ptr_nonnull(strstr(o.out, "a\ttaso\t1024\toptimal\t100\t3\n"));
}
END_TEST

START_TEST(saved_reads_the_least_memory_within_the_slack_off_the_frontier) {
    put("frontier.tsv", "network\tmemory_bytes\ttime_ns\n"
                        "a\t0\t1000\na\t100\t112\na\t200\t104\na\t1000\t100\n"
                        "b\t0\t50\n");
    table("saved", "frontier.tsv", NULL);
    ck_assert_int_eq(o.status, 0);
    ck_assert_ptr_nonnull(strstr(o.out, "\n0\ta\t0.05\t4\t100\t1000\t104\t200\t5.000\t4.00\n"));
    ck_assert_ptr_nonnull(strstr(o.out, "\n0\ta\t0.15\t4\t100\t1000\t112\t100\t10.000\t12.00\n"));
    ck_assert_ptr_nonnull(strstr(o.out, "\n1\tb\t0.15\t1\t50\t0\t50\t0\t1.000\t0.00\n"));
}
END_TEST

/* Three files, so not by table(). Streamed memory is compared with the fastest plan of whole layers. */
static void memory_of_two_models(void) {
    char line[4096];
    put("sweep.tsv", "network\tuncovered_layers\na.b\t2\n");
    put("a.b.peak.frontier.tsv", "memory_bytes\ttime_ns\n400\t110\n800\t100\n");
    put("a.b.streamed.frontier.tsv", "memory_bytes\ttime_ns\n0\t130\n100\t114\n500\t90\n");
    snprintf(line, sizeof line,
             "cd %s && awk -f $OLDPWD/experiments/tables/columns.awk -f $OLDPWD/experiments/tables/points.awk -f "
             "$OLDPWD/experiments/tables/memory.awk sweep.tsv a.b.peak.frontier.tsv a.b.streamed.frontier.tsv",
             folder);
    harness_shell(&o, line);
    ck_assert_msg(o.status == 0, "%s", o.err);
}

START_TEST(memory_is_read_off_the_frontier_of_each_model) {
    memory_of_two_models();
    ck_assert_str_eq(o.out, "# format: taso-table 1\n"
                            "index\tnetwork\tmemory_model\tslack\tpoints\tfastest_ns\tfastest_bytes\ttime_ns\t"
                            "memory_bytes\tsaved\tslower_percent\tuncovered_layers\n"
                            "0\ta.b\tpeak\t0.05\t2\t100\t800\t100\t800\t1.000\t0.00\t2\n"
                            "0\ta.b\tpeak\t0.15\t2\t100\t800\t110\t400\t2.000\t10.00\t2\n"
                            "0\ta.b\tpeak\t0.30\t2\t100\t800\t110\t400\t2.000\t10.00\t2\n"
                            "0\ta.b\tstreamed\t0.05\t3\t100\t800\t90\t500\t1.600\t-10.00\t2\n"
                            "0\ta.b\tstreamed\t0.15\t3\t100\t800\t114\t100\t8.000\t14.00\t2\n"
                            "0\ta.b\tstreamed\t0.30\t3\t100\t800\t130\t0\tinf\t30.00\t2\n");
    put("memory.tsv", o.out);
    table("memory_wide", "memory.tsv", NULL);
    ck_assert_str_eq(o.out,
                     "# format: taso-table 1\nnetwork\tpeak +5 %\tpeak +15 %\tpeak +30 %\tstreamed +5 %\tstreamed "
                     "+15 %\tstreamed +30 %\na.b\t1.00\t2.00\t2.00\t1.60\t8.00\tinf\n");
}
END_TEST

START_TEST(memory_is_averaged_over_the_networks_a_table_has_all_of) {
    put("memory.tsv", "network\tmemory_model\tslack\tsaved\tuncovered_layers\n"
                      "a\tpeak\t0.15\t2.000\t0\nb\tpeak\t0.15\t8.000\t0\nc\tpeak\t0.15\t99.000\t1\n"
                      "d\tpeak\t0.15\tinf\t0\na\tpeak\t0.30\tinf\t0\n");
    table("memory_summary", "memory.tsv", NULL);
    ck_assert_msg(o.status == 0, "%s", o.err);
    ck_assert_ptr_nonnull(strstr(o.out, "\tpeak\t0.15\t3\t2.00\t4.00\t8.00\t1\t1\n"));
    ck_assert_ptr_nonnull(strstr(o.out, "\tpeak\t0.30\t1\tnan\tnan\tnan\t1\t0\n"));
}
END_TEST

/* What `taso sweep --budgets auto:N` finds by searching. */
START_TEST(budgets_are_spread_over_a_frontier_as_taso_spreads_them) {
    static const struct {
        const char *model;
        int count;
    } spread[] = {{"workspace", 40}, {"peak", 20}, {"footprint", 2}};
    char line[4096];
    for (int i = 0; i < 3; i++) {
        const char *const of = "--network squeezenet1.1 --profile results/reference/profile.tsv.gz --memory-model";
        ck_assert_int_eq(harness_taso(&o, "frontier %s %s -o %s/f.tsv", of, spread[i].model, folder), 0);
        ck_assert_int_eq(harness_taso(&o, "sweep %s %s --methods pbqp --budgets auto:%d -o %s/s.tsv", of,
                                      spread[i].model, spread[i].count, folder),
                         0);
        snprintf(
            line, sizeof line,
            "a=$(awk -v count=%1$d -f experiments/tables/columns.awk -f experiments/tables/points.awk -f "
            "experiments/tables/spread.awk %2$s/f.tsv); b=$(awk -F'\t' '!/^#/ && ++n > 1 { l = l s $5; s = \",\" } "
            "END { print l }' %2$s/s.tsv); [ \"$a\" = \"$b\" ] || echo \"$a, not $b\"",
            spread[i].count, folder);
        harness_shell(&o, line);
        ck_assert_msg(o.status == 0 && o.out[0] == '\0', "%s%s", o.out, o.err);
    }
}
END_TEST

START_TEST(frontiers_of_whole_layers_and_of_segments_become_one_table) {
    put("a.peak.frontier.tsv", "# format: taso-frontier 1\nmemory_bytes\ttime_ns\n4000\t100\n");
    put("a.streamed.frontier.tsv", "# format: taso-frontier 1\nmemory_bytes\ttime_ns\n700\t120\n900\t104\n");
    table("peak", "a.peak.frontier.tsv", "a.streamed.frontier.tsv");
    ck_assert_int_eq(o.status, 0);
    ck_assert_str_eq(o.out, "# format: taso-table 1\nnetwork\texecution\tmemory_bytes\ttime_ns\n"
                            "a\twhole\t4000\t100\na\tstreamed\t700\t120\na\tstreamed\t900\t104\n");
}
END_TEST

START_TEST(streamed_compares_with_the_fastest_plan_of_whole_layers) {
    put("peak.tsv", "network\texecution\tmemory_bytes\ttime_ns\na\twhole\t3000\t130\na\twhole\t4000\t100\n"
                    "a\tstreamed\t500\t160\na\tstreamed\t800\t110\na\tstreamed\t1000\t98\n");
    table("streamed", "peak.tsv", NULL);
    ck_assert_int_eq(o.status, 0);
    ck_assert_ptr_nonnull(strstr(o.out, "\n0\ta\t0\t100\t4000\t3000\t98\t1000\t4.000\t-2.00\n"));
    ck_assert_ptr_nonnull(strstr(o.out, "\n0\ta\t0.10\t100\t4000\t3000\t110\t800\t5.000\t10.00\n"));
    ck_assert_ptr_nonnull(strstr(o.out, "\n0\ta\tany\t100\t4000\t3000\t160\t500\t8.000\t60.00\n"));
}
END_TEST

/* Budgets 5 and 20 of one network: the optimum is 100 and 50 ns. `lazy` fits at 20 only, `proof` proves. */
static const char frontier_a[] = "memory_bytes\ttime_ns\n4\t100\n10\t50\n";
static const char gaps_a[] = "method\tbudget_bytes\toutcome\ttime_ns\tuncovered_layers\n"
                             "lazy\t20\tfeasible\t75\t0\nlazy\t5\tover-budget\t10\t0\nlazy\t3\tstuck\tnan\t0\n"
                             "good\t20\tfeasible\t80\t0\ngood\t5\tfeasible\t110\t0\ngood\t3\tover-budget\t1\t0\n"
                             "proof\t20\toptimal\t50\t0\nproof\t5\tdeclined\tnan\t0\nproof\t3\tinfeasible\tnan\t0\n";
#define GAPS_HEAD                                                                                                      \
    "# format: taso-table 1\nindex\tnetwork\tmemory_model\tmethod\tbudgets\tnone\tmedian_percent\tlargest_percent\t"   \
    "at_bytes\tat_flash_bytes\tuncovered_layers\n"

static const char whole_frontier[] = "memory_bytes\ttime_ns\n400\t110\n800\t100\n";

START_TEST(budgets_within_a_slack_are_the_last_frontiers_to_the_first_ones_fastest) {
    char line[4096];
    put("a.peak.frontier.tsv", whole_frontier);
    put("a.streamed.frontier.tsv", "memory_bytes\ttime_ns\n50\t130\n100\t114\n500\t90\n");
    for (int both = 0; both < 2; both++) {
        snprintf(
            line, sizeof line,
            "awk -f experiments/tables/columns.awk -f experiments/tables/points.awk -f experiments/tables/within.awk "
            "-v slacks='0 0.10 0.15' %s/a.peak.frontier.tsv %s%s",
            folder, both ? folder : "", both ? "/a.streamed.frontier.tsv" : "");
        harness_shell(&o, line);
        ck_assert_msg(o.status == 0, "%s", o.err);
        ck_assert_str_eq(o.out, both ? "500,500,100\n" : "800,400,400\n");
    }
}
END_TEST

#define STEPS                                                                                                          \
    "step\tkind\tlayer\tname\ttime_ns\tactivations_bytes\tconversions_bytes\tworkspace_bytes\tblock_bytes\t"           \
    "weights_bytes\n"

START_TEST(steps_of_plans_become_one_table_by_network_and_execution) {
    put("n.1.whole.steps.tsv", STEPS "0\tlayer\tdata\tinput\t0\t8\t0\t0\t0\t0\n1\tconv\tc\tdirect\t7\t9\t2\t3\t0\t5\n");
    put("n.1.streamed.steps.tsv", STEPS "0\tstrip\tc\tdirect\t8\t0\t0\t3\t4\t5\n");
    table("along", "n.1.whole.steps.tsv", "n.1.streamed.steps.tsv");
    ck_assert_msg(o.status == 0, "%s", o.err);
    ck_assert_str_eq(o.out, "# format: taso-table 1\n"
                            "network\texecution\tstep\tkind\tlayer\ttime_ns\tactivations_bytes\tconversions_bytes\t"
                            "block_bytes\tworkspace_bytes\tweights_bytes\n"
                            "n.1\twhole\t0\tlayer\tdata\t0\t8\t0\t0\t0\t0\n"
                            "n.1\twhole\t1\tconv\tc\t7\t9\t2\t0\t3\t5\n"
                            "n.1\tstreamed\t0\tstrip\tc\t8\t0\t0\t4\t3\t5\n");
}
END_TEST

START_TEST(convolutions_are_counted_and_the_budget_is_the_largest_workspace) {
    put("n.1.slack-0.steps.tsv", STEPS "0\tconv\tc\tdirect\t7\t9\t2\t3\t0\t5\n1\tlayer\tp\tmaxpool\t1\t1\t1\t4\t0\t0\n"
                                       "2\tconv\td\tmec\t8\t9\t2\t2\t0\t5\n");
    put("n.1.slack-0.15.steps.tsv", STEPS "0\tconv\tc\tdirect\t7\t9\t2\t0\t0\t5\n");
    table("layers", "n.1.slack-0.steps.tsv", "n.1.slack-0.15.steps.tsv");
    ck_assert_msg(o.status == 0, "%s", o.err);
    ck_assert_str_eq(o.out,
                     "# format: taso-table 1\n"
                     "network\tslack\tbudget_bytes\tconvolution\tlayer\tprimitive\tworkspace_bytes\ttime_ns\n"
                     "n.1\t0\t4\t1\tc\tdirect\t3\t7\nn.1\t0\t4\t2\td\tmec\t2\t8\nn.1\t0.15\t0\t1\tc\tdirect\t0\t7\n");
}
END_TEST

START_TEST(the_efforts_of_several_networks_have_one_header) {
    put("a.effort.tsv", "network\tnodes\na\t1\na\t2\n");
    put("b.effort.tsv", "network\tnodes\nb\t3\n");
    table("effort", "a.effort.tsv", "b.effort.tsv");
    ck_assert_msg(o.status == 0, "%s", o.err);
    ck_assert_str_eq(o.out, "# format: taso-table 1\n# date: \n# host: \n# load: \n# commit: \n"
                            "network\tnodes\na\t1\na\t2\nb\t3\n");
}
END_TEST

START_TEST(gaps_are_to_the_frontier_and_what_finds_nothing_is_counted_apart) {
    put("a.peak.frontier.tsv", frontier_a);
    put("a.peak.gaps.tsv", gaps_a);
    table("gaps", "a.peak.frontier.tsv", "a.peak.gaps.tsv");
    ck_assert_msg(o.status == 0, "%s", o.err);
    ck_assert_str_eq(o.out, GAPS_HEAD "0\ta\tpeak\tlazy\t2\t1\t50.000\t50.000\t20\tnone\t0\n"
                                      "0\ta\tpeak\tgood\t2\t0\t35.000\t60.000\t20\tnone\t0\n"
                                      "0\ta\tpeak\tproof\t2\t1\t0.000\t0.000\t20\tnone\t0\n"
                                      "0\ta\tpeak\tbest\t2\t0\t30.000\t50.000\t20\tnone\t0\n");
}
END_TEST

START_TEST(gaps_of_a_device_are_to_the_fastest_within_both_budgets) {
    put("b-2.1.device.frontier.tsv", "ram_bytes\tflash_bytes\ttime_ns\n1\t9\t40\n2\t5\t60\n2\t8\t30\n3\t4\t80\n");
    put("b-2.1.device.gaps.tsv", "method\tbudget_bytes\tflash_budget_bytes\toutcome\ttime_ns\tuncovered_layers\n"
                                 "m\tnone\tnone\tfeasible\t33\t2\nm\t3\t7\tfeasible\t90\t2\nm\t1\t8\tstuck\tnan\t2\n");
    table("gaps", "b-2.1.device.frontier.tsv", "b-2.1.device.gaps.tsv");
    ck_assert_msg(o.status == 0, "%s", o.err);
    ck_assert_ptr_nonnull(strstr(o.out, "\n0\tb-2.1\tdevice\tm\t2\t0\t30.000\t50.000\t3\t7\t2\n"));
}
END_TEST

START_TEST(a_sweep_that_beats_its_frontier_or_has_none_is_refused) {
    put("a.peak.frontier.tsv", frontier_a);
    put("a.peak.gaps.tsv", "method\tbudget_bytes\toutcome\ttime_ns\tuncovered_layers\nm\t5\tfeasible\t99\t0\n");
    table("gaps", "a.peak.frontier.tsv", "a.peak.gaps.tsv");
    ck_assert_int_eq(o.status, 2);
    ck_assert_ptr_nonnull(strstr(o.err, "a.peak.gaps.tsv:2: faster than the optimum (expected at least 100 ns)"));
    table("gaps", "a.peak.gaps.tsv", NULL);
    ck_assert_int_eq(o.status, 2);
    ck_assert_ptr_nonnull(strstr(o.err, "expected a.peak.frontier.tsv before it"));
    put("a.peak.gaps.tsv", "method\tbudget_bytes\toutcome\ttime_ns\tuncovered_layers\nm\t3\tfeasible\t99\t0\n");
    table("gaps", "a.peak.frontier.tsv", "a.peak.gaps.tsv");
    ck_assert_int_eq(o.status, 2); /* nothing fits into 3 bytes */
}
END_TEST

START_TEST(gaps_are_summed_up_over_the_networks_a_table_has_all_of) {
    put("gaps.tsv", GAPS_HEAD "0\ta\tpeak\tm\t20\t1\t1.000\t3.000\t9\tnone\t0\n"
                              "1\tb\tpeak\tm\t20\t20\tnan\tnan\tnan\tnan\t0\n"
                              "2\tc\tpeak\tm\t20\t0\t2.000\t2.500\t9\tnone\t0\n"
                              "3\td\tpeak\tm\t20\t0\t90.000\t99.000\t9\tnone\t7\n"
                              "0\ta\tpeak\tbest\t20\t0\t0.000\t0.500\t9\tnone\t0\n"
                              "0\ta\tfootprint\tbest\t20\t0\t1.000\t7.000\t9\tnone\t0\n");
    table("gaps_summary", "gaps.tsv", NULL);
    ck_assert_msg(o.status == 0, "%s", o.err);
    ck_assert_ptr_nonnull(strstr(o.out, "\tpeak\tm\t3\t60\t21\t1.50\t3.00\ta\t1\n"));
    put("summary.tsv", o.out);
    table("exact", "summary.tsv", NULL);
    ck_assert_msg(o.status == 0, "%s", o.err);
    ck_assert_ptr_nonnull(strstr(o.out, "\n- `peak`: not needed. "));
    ck_assert_ptr_nonnull(strstr(o.out, "\n- `footprint`: needed. "));
    ck_assert_ptr_nonnull(strstr(o.out, "up to 7.00 % slower (a, "));
}
END_TEST

START_TEST(gaps_are_measured_under_every_memory_model_of_the_table) {
    char line[1024] = "env -u MAKEFLAGS -u MAKELEVEL make -n -B", want[64];
    for (int m = 0; m < MEMORY_MODELS; m++) {
        const size_t used = strlen(line);
        snprintf(line + used, sizeof line - used, " build/replay/reference/raw/alexnet.%s.gaps.tsv",
                 memory_model_names[m]);
    }
    strcat(line, " | grep 'taso sweep'");
    harness_shell(&o, line);
    for (int m = 0; m < MEMORY_MODELS; m++) {
        snprintf(want, sizeof want, "--memory-model %s --methods heuristics", memory_model_names[m]);
        ck_assert_msg(o.status == 0 && strstr(o.out, want) != NULL, "%s", o.err);
    }
}
END_TEST

/* results/README.md says so in words. */
START_TEST(what_the_results_say_of_exact_solvers_is_what_their_table_says) {
    static const char *const verdicts[] = {"`workspace`: not needed", "`peak`: not needed", "`footprint`: needed",
                                           "`unshared`: needed",      "`device`: needed",   "`streamed`: needed"};
    harness_shell(&o, "cat results/summary/exact.md");
    ck_assert_int_eq(o.status, 0);
    for (size_t i = 0; i < sizeof verdicts / sizeof verdicts[0]; i++)
        ck_assert_msg(strstr(o.out, verdicts[i]) != NULL, "%s: see results/README.md", verdicts[i]);
}
END_TEST

START_TEST(claims_name_the_baseline_next_to_each_figure) {
    put("saved.tsv", "index\tnetwork\tslack\tsaved\tslower_percent\n0\ta\t0.05\t1.1\t2\n0\ta\t0.15\t2.5\t14.2\n");
    put("speedup.tsv", "index\tnetwork\tbaseline\tmost\tmost_at_bytes\tno_budget\tuncovered_layers\n0\ta\tgreedy-"
                       "memory\t9.5\t4096\tnan\t3\n");
    table("claims", "saved.tsv", "speedup.tsv");
    ck_assert_int_eq(o.status, 0);
    ck_assert_ptr_nonnull(strstr(o.out, "a\tmemory saved at 15 % more time\t2.2\t2.5\t"));
    ck_assert_ptr_nonnull(strstr(o.out, "a\ttime given up for it, %\t15\t14.2\t"));
    ck_assert_ptr_nonnull(strstr(o.out, "a\tspeed-up over a greedy selection\t8\t9.5\tgreedy-memory, largest"));
    ck_assert_ptr_null(strstr(o.out, "without a budget"));
}
END_TEST

START_TEST(the_summary_averages_factors_also_of_percentages) {
    put("claims.tsv", "network\tclaim\tpublished\tours\twhich\tuncovered_layers\n"
                      "a\tsaved\t2.2\t2\tx\t0\na\tgiven up, %\t15\t0.00\tx\t0\n"
                      "b\tsaved\t2.2\t8\tx\t0\nb\tgiven up, %\t15\t21.00\tx\t0\n"
                      "c\tsaved\t2.2\t99\tx\t1\nd\tsaved\t2.2\tinf\tx\t0\n");
    table("summary", "claims.tsv", NULL);
    ck_assert_int_eq(o.status, 0);
    ck_assert_ptr_nonnull(strstr(o.out, "\tsaved\t2.2\tx\t2\t2.00\t4.00\t8.00\t2\n")); /* without c and d */
    ck_assert_ptr_nonnull(strstr(o.out, "\tgiven up, %\t15\tx\t2\t0.00\t10.00\t21.00\t0\n"));
}
END_TEST

START_TEST(bands_of_a_mix_fill_the_whole_and_families_without_a_place_follow) {
    put("mix.tsv", "network\tbudget_bytes\twhat\tname\tconvolutions\ttime_ns\n"
                   "a\t64\tlayout\tchw\t1\t25\na\t64\tlayout\thwc\t3\t75\n"
                   "a\t64\tfamily\tkn2row\t3\t60\na\t64\tfamily\tkn2col\t1\t40\na\t64\tconversion\tconversion\t1\t9\n");
    table("mix", "mix.tsv", NULL);
    ck_assert_int_eq(o.status, 0);
    ck_assert_ptr_nonnull(strstr(
        o.out, "a\t0\t64\tlayout\tchw\t0.0000\t0.2500\t100\t9\na\t0\t64\tlayout\thwc\t0.2500\t1.0000\t100\t9\n"));
    ck_assert_ptr_nonnull(strstr(o.out, "a\t0\t64\tfamily\tkn2\t0.0000\t1.0000\t100\t9\n"));
    put("mix.tsv", "network\tbudget_bytes\twhat\tname\tconvolutions\ttime_ns\na\t64\tlayout\tchw\t2\t50\n"
                   "a\t64\tfamily\tmagic\t1\t20\na\t64\tfamily\tdepthwise\t1\t30\n");
    table("mix", "mix.tsv", NULL);
    ck_assert_int_eq(o.status, 0);
    ck_assert_ptr_nonnull(
        strstr(o.out, "\tdepthwise\t0.0000\t0.6000\t50\t0\na\t0\t64\tfamily\tmagic\t0.6000\t1.0000\t50\t0\n"));
    put("mix.tsv", "network\tbudget_bytes\twhat\tname\tconvolutions\ttime_ns\na\t64\tlayout\tmagic\t1\t25\n");
    table("mix", "mix.tsv", NULL);
    ck_assert_int_eq(o.status, 2);
    ck_assert_ptr_nonnull(strstr(o.err, "mix.tsv:2: "));
}
END_TEST

START_TEST(every_family_of_the_primitive_table_has_its_band) {
    harness_command(&o, "taso",
                    "primitives | awk -F '\\t' 'NR == 1 {print "
                    "\"network\\tbudget_bytes\\twhat\\tname\\tconvolutions\\ttime_ns\"; next}"
                    " {print \"a\\t64\\tfamily\\t\" $2 \"\\t1\\t1\\na\\t64\\tlayout\\t\" $3 \"\\t1\\t1\"}'"
                    " | awk -f experiments/tables/columns.awk -f experiments/tables/mix.awk");
    ck_assert_msg(o.status == 0, "%s", o.err);
    ck_assert_ptr_nonnull(strstr(o.out, "\tfamily\t"));
}
END_TEST

START_TEST(a_short_line_is_named_by_file_and_line) {
    put("frontier.tsv", "network\tmemory_bytes\ttime_ns\na\t0\t10\na\t1\n");
    table("saved", "frontier.tsv", NULL);
    ck_assert_int_eq(o.status, 2);
    ck_assert_ptr_nonnull(strstr(o.err, "frontier.tsv:3: wrong number of fields (expected 3, got 2)"));
    ck_assert_str_eq(o.out, "");
}
END_TEST

START_TEST(markdown_and_latex_say_the_same_as_the_table) {
    put("t.tsv", "# format: taso-table 1\nname\tshare_%\tns\na|b\t5 %\t12\n");
    table("markdown", "t.tsv", NULL);
    ck_assert_str_eq(o.out, "| name | share_% | ns |\n|---|---|---:|\n| a\\|b | 5 % | 12 |\n");
    table("latex", "t.tsv", NULL);
    ck_assert_str_eq(o.out, "% name & share_% & ns\na|b & 5 \\% & 12 \\\\\n");
}
END_TEST

START_TEST(replay_sees_a_changed_a_missing_and_an_extra_file) {
    static const char *const changes[] = {"true", "echo 2 >made/x/t.tsv", "rm made/x/t.tsv", "echo 1 >made/x/u.tsv"};
    char line[4096], here[2048];
    ck_assert_ptr_nonnull(getcwd(here, sizeof here));
    for (size_t i = 0; i < sizeof changes / sizeof changes[0]; i++) {
        snprintf(
            line, sizeof line,
            "cd %s && rm -rf made kept && mkdir -p made/x kept/x && echo 1 >made/x/t.tsv && echo 1 >kept/x/t.tsv && "
            "%s && %s/experiments/tables/compare.sh made kept x",
            folder, changes[i], here);
        harness_shell(&o, line);
        ck_assert_msg((o.status == 0) == (i == 0), "%s: %s%s", changes[i], o.out, o.err);
        ck_assert_ptr_nonnull(strstr(o.out, i == 0 ? "1 files compared, 0 differ" : "1 differ"));
    }
}
END_TEST

int main(void) {
    Suite *suite = suite_create("tables");
    TCase *t = tcase_create("tables");
    tcase_set_timeout(t, 60);
    tcase_add_checked_fixture(t, enter, leave);
    tcase_add_test(t, speedup_compares_only_budgets_at_which_both_have_an_answer);
    tcase_add_test(t, settled_leaves_out_what_differs_from_run_to_run);
    tcase_add_test(t, saved_reads_the_least_memory_within_the_slack_off_the_frontier);
    tcase_add_test(t, memory_is_read_off_the_frontier_of_each_model);
    tcase_add_test(t, memory_is_averaged_over_the_networks_a_table_has_all_of);
    tcase_add_test(t, budgets_are_spread_over_a_frontier_as_taso_spreads_them);
    tcase_add_test(t, frontiers_of_whole_layers_and_of_segments_become_one_table);
    tcase_add_test(t, streamed_compares_with_the_fastest_plan_of_whole_layers);
    tcase_add_test(t, budgets_within_a_slack_are_the_last_frontiers_to_the_first_ones_fastest);
    tcase_add_test(t, steps_of_plans_become_one_table_by_network_and_execution);
    tcase_add_test(t, convolutions_are_counted_and_the_budget_is_the_largest_workspace);
    tcase_add_test(t, the_efforts_of_several_networks_have_one_header);
    tcase_add_test(t, gaps_are_to_the_frontier_and_what_finds_nothing_is_counted_apart);
    tcase_add_test(t, gaps_of_a_device_are_to_the_fastest_within_both_budgets);
    tcase_add_test(t, a_sweep_that_beats_its_frontier_or_has_none_is_refused);
    tcase_add_test(t, gaps_are_summed_up_over_the_networks_a_table_has_all_of);
    tcase_add_test(t, gaps_are_measured_under_every_memory_model_of_the_table);
    tcase_add_test(t, what_the_results_say_of_exact_solvers_is_what_their_table_says);
    tcase_add_test(t, claims_name_the_baseline_next_to_each_figure);
    tcase_add_test(t, the_summary_averages_factors_also_of_percentages);
    tcase_add_test(t, bands_of_a_mix_fill_the_whole_and_families_without_a_place_follow);
    tcase_add_test(t, every_family_of_the_primitive_table_has_its_band);
    tcase_add_test(t, a_short_line_is_named_by_file_and_line);
    tcase_add_test(t, markdown_and_latex_say_the_same_as_the_table);
    tcase_add_test(t, replay_sees_a_changed_a_missing_and_an_extra_file);
    suite_add_tcase(suite, t);
    return harness_run(suite);
}
