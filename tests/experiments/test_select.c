/* The commands that select, as a user sees them: keys in order, exit status, files, one clear line for each mistake. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "baselines/methods.h"
#include "solver/base/text.h"
#include "solver/io/mps.h"
#include "solver/milp.h"
#include "tests/support/harness.h"
#include "tests/support/invented_profile.h"

static struct harness_output o;
static char profile_path[512];

static void setup(void) {
    snprintf(profile_path, sizeof profile_path, "%s", harness_scratch("profile.tsv", NULL));
    profile_free(invented_profile(profile_path, "squeezenet1.1", 81));
}

static void teardown(void) {
    harness_forget(profile_path);
}

/* Runs `taso COMMAND --profile P REST`. */
static int taso(const char *command, const char *rest) {
    char arguments[2048];
    snprintf(arguments, sizeof arguments, "%s --profile %s %s", command, profile_path, rest);
    harness_command(&o, "taso", arguments);
    return o.status;
}

/* The value of `key: value` in what was printed. */
static const char *value(const char *key) {
    static char text[128];
    char line[64];
    snprintf(line, sizeof line, "%s: ", key);
    const char *at = strncmp(o.out, line, strlen(line)) == 0 ? o.out : NULL;
    if (!at) {
        snprintf(line, sizeof line, "\n%s: ", key);
        at = strstr(o.out, line);
    }
    ck_assert_msg(at != NULL, "no %s in:\n%s%s", key, o.out, o.err);
    sscanf(at + strlen(line), "%127[^\n]", text);
    return text;
}

static int64_t number(const char *key) {
    return atoll(value(key));
}

#define NETWORK "--network squeezenet1.1 "

START_TEST(select_prints_its_keys_in_order) {
    static const char *const keys[] = {"network", "method",     "memory-model", "budget-bytes", "status",
                                       "time-ns", "bound-ns",   "memory-bytes", "conversions",  "uncovered-layers",
                                       "nodes",   "iterations", "seconds"};
    ck_assert_int_eq(taso("select", NETWORK "--method taso --budget 256K"), 0);
    const char *at = o.out;
    for (size_t i = 0; i < sizeof keys / sizeof keys[0]; i++) {
        ck_assert_msg(strncmp(at, keys[i], strlen(keys[i])) == 0 && at[strlen(keys[i])] == ':', "expected %s at: %s",
                      keys[i], at);
        at = strchr(at, '\n') + 1;
    }
    ck_assert_str_eq(at, "");
    ck_assert_str_eq(value("status"), "optimal");
    ck_assert_int_eq(number("budget-bytes"), 256 * 1024);
    ck_assert_int_le(number("memory-bytes"), 256 * 1024);
    ck_assert_int_eq(number("time-ns"), number("bound-ns"));
}
END_TEST

START_TEST(an_infeasible_budget_is_status_3_and_names_the_least_that_suffices) {
    for (int model = 0; model < MEMORY_MODELS; model++) {
        char rest[256];
        snprintf(rest, sizeof rest, NETWORK "--method taso --memory-model %s --budget 0", memory_model_names[model]);
        int status = taso("select", rest);
        if (status == 0) { /* a budget of 0 may suffice */
            ck_assert_int_eq(number("memory-bytes"), 0);
            continue;
        }
        ck_assert_int_eq(status, 3);
        ck_assert_str_eq(value("status"), "infeasible");
        const char *least = strstr(o.err, "the minimum is ");
        ck_assert_msg(least != NULL, "%s", o.err);
        int64_t bytes = atoll(least + strlen("the minimum is "));
        for (int less = 0; less < 2; less++) {
            snprintf(rest, sizeof rest, NETWORK "--method taso --memory-model %s --budget %" PRId64,
                     memory_model_names[model], bytes - less);
            ck_assert_int_eq(taso("select", rest), less ? 3 : 0);
        }
    }
}
END_TEST

static const struct {
    const char *command, *rest, *says;
} wrong[] = {
    {"select", NETWORK "--method taso --budget 12X",
     "--budget: '12X' is not a size (expected a size in bytes, with K, M or G"},
    {"select", NETWORK "--method tasso", "unknown method 'tasso' (did you mean taso?) (expected one of taso, "},
    {"select", NETWORK "--method taso --memory-model all", "--memory-model: unknown word 'all' (expected workspace, "},
    {"select", "--network alexnet --method taso", "a profile for another network"},
    {"select", NETWORK, "--method METHOD is missing"},
    {"select", NETWORK "--method dynamic --memory-model unshared --budget 1M", "taso and exhaustive can"},
    {"select", NETWORK "--method exhaustive", "combinations are too many"},
    {"select", NETWORK "--method taso --slack -1", "--slack: -1 is out of range"},
    {"select", NETWORK "--method taso -o /nonexistent/a.plan", "/nonexistent/a.plan"},
    {"sweep", NETWORK "--budgets 1M,2Q", "--budgets: '2Q'"},
    {"sweep", NETWORK "--methods taso,best", "unknown method 'best'"},
    {"sweep", "--network alexnet,squeezenet1.1", "a profile for another network"},
    {"export", NETWORK "-o a.txt", "a.txt: unknown format (expected a name that ends in .mps, .mps.gz, .lp or .lp.gz)"},
    {"export", NETWORK "-o a.mps --method pbqp", "pbqp is not an integer program"},
    {"frontier", NETWORK "--memory-model footprint --method sweep --budget 1", "unknown option --budget"},
    {"explain", "/nonexistent/a.plan", "/nonexistent/a.plan"},
};

START_TEST(every_mistake_is_reported_in_one_line_with_status_2) {
    ck_assert_int_eq(taso(wrong[_i].command, wrong[_i].rest), 2);
    ck_assert_str_eq(o.out, "");
    ck_assert_ptr_eq(strstr(o.err, "taso: "), o.err);
    ck_assert_msg(strstr(o.err, wrong[_i].says) != NULL, "expected '%s' in: %s", wrong[_i].says, o.err);
    ck_assert_ptr_eq(strchr(o.err, '\n'), o.err + strlen(o.err) - 1);
}
END_TEST

START_TEST(the_frontier_starts_at_the_least_and_ends_at_the_fastest_by_either_way) {
    static char points[sizeof o.out];
    ck_assert_int_eq(taso("frontier", NETWORK "--method ilp"), 0);
    ck_assert_str_eq(value("complete"), "yes");
    int64_t count = number("points");
    strcpy(points, strstr(o.out, "memory_bytes\ttime_ns\n"));
    ck_assert_int_eq(taso("frontier", NETWORK "--method sweep"), 0);
    ck_assert_str_eq(strstr(o.out, "memory_bytes\ttime_ns\n"), points);
    int64_t memory = -1, time = INT64_MAX, m, t, rows = 0;
    for (const char *line = strchr(points, '\n') + 1; sscanf(line, "%" SCNd64 " %" SCNd64, &m, &t) == 2;
         line = strchr(line, '\n') + 1) {
        ck_assert(m > memory && t < time);
        memory = m;
        time = t;
        rows++;
    }
    ck_assert_int_eq(rows, count);
    ck_assert_int_gt(count, 3);
    ck_assert_int_eq(taso("select", NETWORK "--method taso"), 0);
    ck_assert_int_eq(number("time-ns"), time);
    ck_assert_int_ge(number("memory-bytes"), memory);
}
END_TEST

/* Field `column` of a TSV line. */
static const char *field(const char *line, int column) {
    static char text[128];
    while (column-- > 0) line = strchr(line, '\t') + 1;
    sscanf(line, "%127[^\t\n]", text);
    return text;
}

START_TEST(a_sweep_has_a_row_for_each_and_times_only_in_its_last_column) {
    static char first[sizeof o.out];
    const char *rest = NETWORK "--methods taso,dynamic,pbqp-budget,greedy-time --budgets none,1M,64K";
    ck_assert_int_eq(taso("sweep", rest), 0);
    strcpy(first, o.out);
    ck_assert_int_eq(taso("sweep", rest), 0);
    const char *a = strchr(first, '\n') + 1, *b = strchr(o.out, '\n') + 1;
    ck_assert_msg(
        strncmp(first,
                "network\tprofile\tmethod\tmemory_model\tbudget_bytes\toutcome\ttime_ns\tmemory_bytes\tconversions\t"
                "conversion_ns\tuncovered_layers\tused_rn\tnodes\titerations\tseconds\n",
                (size_t)(a - first)) == 0,
        "%s", first);
    char time[3][32];
    for (int row = 0; row < 12; row++, a = strchr(a, '\n') + 1, b = strchr(b, '\n') + 1) {
        char one[128];
        for (int column = 0; column < 14; column++) {
            strcpy(one, field(a, column));
            ck_assert_str_eq(one, field(b, column));
        }
        if (row < 3) strcpy(time[row], field(a, 6)); /* taso's rows come first */
        if (row >= 3 && row < 9) ck_assert_str_eq(field(a, 6), time[row % 3]);
        if (row >= 9 && strcmp(field(a, 5), "over-budget") != 0)
            ck_assert_int_ge(atoll(field(a, 6)), atoll(time[row % 3]));
    }
    ck_assert_str_eq(a, "");
}
END_TEST

START_TEST(automatic_budgets_run_from_what_the_fastest_needs_to_the_least) {
    ck_assert_int_eq(taso("frontier", NETWORK), 0);
    char least[32], most[32], *line = strstr(o.out, "time_ns\n") + 8;
    strcpy(least, field(line, 0));
    line[strlen(line) - 1] = '\0';
    strcpy(most, field(strrchr(line, '\n') + 1, 0));
    ck_assert_int_eq(taso("sweep", NETWORK "--methods dynamic"), 0);
    line = strchr(o.out, '\n') + 1;
    ck_assert_str_eq(field(line, 4), most);
    int rows = 0;
    for (char *next = line; *next; next = strchr(next, '\n') + 1, rows++) line = next;
    ck_assert_str_eq(field(line, 4), least);
    ck_assert_int_eq(rows, 40);
}
END_TEST

START_TEST(a_program_exported_has_the_optimum_that_select_prints) {
    static const char *const options[] = {"--budget 128K", "--budget 128K --formulation product",
                                          "--budget 5M --memory-model peak", "--budget 4M --memory-model unshared",
                                          "--budget 128K --conversions per-tensor"};
    for (size_t i = 0; i < sizeof options / sizeof options[0]; i++) {
        char path[512], rest[1024];
        struct error err = {""};
        struct options solver = options_default();
        snprintf(path, sizeof path, "%s", harness_scratch("model.mps.gz", NULL));
        snprintf(rest, sizeof rest, NETWORK "-o %s %s", path, options[i]);
        ck_assert_msg(taso("export", rest) == 0, "%s", o.err);
        struct model *m = mps_read(path, true, NULL, &err);
        ck_assert_msg(m != NULL, "%s", err.text);
        ck_assert_int_eq(m->rows, number("rows"));
        struct milp_result *r = milp_solve(m, &solver, NULL);
        ck_assert_int_eq(r->status, MILP_OPTIMAL);
        snprintf(rest, sizeof rest, NETWORK "--method taso %s", options[i]);
        ck_assert_msg(taso("select", rest) == 0, "%s", o.err);
        ck_assert_double_eq_tol(r->objective, (double)number("time-ns"), 0.5);
        milp_result_free(r);
        model_free(m);
        harness_forget(path);
    }
}
END_TEST

/* The most is alive at conv1, 64 x 113 x 113: with the image, 3 x 227 x 227; and then with its pool, 64 x 56 x 56, which
 * lies over it if it may. */
START_TEST(in_place_off_gives_every_output_a_block_of_its_own) {
    const int64_t conv1 = 4 * 64 * 113 * 113, with_image = conv1 + 4 * 3 * 227 * 227;
    const int64_t least[] = {with_image, conv1 + 4 * 64 * 56 * 56};
    char rest[256];
    for (int off = 0; off < 2; off++) {
        const char *word = off ? "off" : "on";
        snprintf(rest, sizeof rest, NETWORK "--memory-model peak --in-place %s", word);
        ck_assert_int_eq(taso("frontier", rest), 0);
        ck_assert_int_eq(atoll(strstr(o.out, "time_ns\n") + 8), least[off]);
        snprintf(rest, sizeof rest, NETWORK "--memory-model peak --in-place %s --budgets %" PRId64 " --methods labels",
                 word, least[0]);
        ck_assert_int_eq(taso("sweep", rest), 0);
        ck_assert_int_eq(strstr(o.out, "\tinfeasible\t") != NULL, off);
        snprintf(rest, sizeof rest, NETWORK "--memory-model peak --in-place %s --budget %" PRId64 " --method taso",
                 word, least[0]);
        ck_assert_int_eq(taso("select", rest), off ? 3 : 0);
        ck_assert_int_eq(strstr(o.out, "\nin-place: off\n") != NULL, off);
        snprintf(rest, sizeof rest, NETWORK "--memory-model peak --in-place %s --budget %" PRId64 " -o %s", word,
                 least[0], harness_scratch("in-place.lp", NULL));
        ck_assert_int_eq(taso("export", rest), off ? 3 : 0);
        harness_forget(harness_scratch("in-place.lp", NULL));
    }
    ck_assert_int_eq(taso("select", NETWORK "--method labels --in-place yes"), 2);
}
END_TEST

/* Of a file of steps: the largest sum of what is in memory in one step, all times, and all stored weights. */
struct stepped {
    int64_t most_bytes, time_ns, weights_bytes, block_bytes;
    int steps, conversions;
};

static struct stepped stepped(const char *path) {
    struct stepped s = {0};
    char line[512], kind[16];
    FILE *file = fopen(path, "r");
    ck_assert_ptr_nonnull(file);
    ck_assert_ptr_nonnull(fgets(line, sizeof line, file));
    ck_assert_str_eq(line, "step\tkind\tlayer\tname\ttime_ns\tactivations_bytes\tconversions_bytes\tworkspace_bytes\t"
                           "block_bytes\tweights_bytes\n");
    for (int64_t number[6]; fgets(line, sizeof line, file); s.steps++) {
        ck_assert_int_eq(atoi(field(line, 0)), s.steps);
        strcpy(kind, field(line, 1));
        for (int i = 0; i < 6; i++) number[i] = atoll(field(line, 4 + i));
        const int64_t bytes = number[1] + number[2] + number[3] + number[4];
        if (bytes > s.most_bytes) s.most_bytes = bytes;
        s.time_ns += number[0];
        s.block_bytes += number[4];
        s.weights_bytes += number[5];
        s.conversions += strcmp(kind, "convert") == 0;
        ck_assert(number[4] == 0 || number[1] + number[2] == 0); /* in a segment nothing else is alive */
    }
    fclose(file);
    return s;
}

/* The judge's figures, which know of no steps. */
static void steps_are_judged(const char *rest, bool segments) {
    char path[512], line[1024];
    snprintf(path, sizeof path, "%s", harness_scratch("steps.tsv", NULL));
    snprintf(line, sizeof line, NETWORK "--memory-model peak %s --steps %s", rest, path);
    ck_assert_msg(taso("select", line) == 0, "%s", o.err);
    const struct stepped s = stepped(path);
    ck_assert_int_eq(s.most_bytes, number("memory-bytes"));
    ck_assert_int_eq(s.time_ns, number("time-ns"));
    ck_assert_int_eq(s.conversions, number("conversions"));
    ck_assert_int_eq(s.block_bytes > 0, segments);
    harness_forget(path);
    if (segments) return;
    snprintf(line, sizeof line, NETWORK "--memory-model footprint %s", rest);
    ck_assert_int_eq(taso("select", line), 0);
    ck_assert_int_eq(number("memory-bytes"), s.most_bytes + s.weights_bytes);
}

START_TEST(the_parts_of_the_steps_add_up_to_time_peak_and_footprint) {
    static const char *const ways[] = {"greedy-time", "greedy-layout", "greedy-memory", "sum2d", "pbqp"};
    char rest[256];
    for (int i = 0; i < 5; i++)
        for (int off = 0; off < 2; off++) {
            snprintf(rest, sizeof rest, "--method %s --in-place %s", ways[i], off ? "off" : "on");
            steps_are_judged(rest, false);
        }
    profile_free(invented_streamed_profile(profile_path, "squeezenet1.1", 81));
    steps_are_judged("--method labels --streaming on --budget 1500K", true);
    ck_assert_int_eq(taso("select", NETWORK "--method labels --steps /nonexistent/steps.tsv"), 2);
    ck_assert_ptr_nonnull(strstr(o.err, "/nonexistent/steps.tsv"));
}
END_TEST

/* Two programs of one question: as large as taso writes them, and solved. */
START_TEST(the_effort_of_solving_has_a_row_for_each_formulation) {
    char frontier[512], line[2048], rest[1024];
    snprintf(frontier, sizeof frontier, "%s", harness_scratch("effort.workspace.frontier.tsv", NULL));
    snprintf(rest, sizeof rest, NETWORK "-o %s", frontier);
    ck_assert_int_eq(taso("frontier", rest), 0);
    const int stem = (int)(strstr(frontier, ".workspace") - frontier);
    const char *bin = getenv("TASO_BIN");
    snprintf(line, sizeof line, "experiments/bench/effort.sh %s squeezenet1.1 %s %.*s workspace", bin ? bin : "bin",
             profile_path, stem, frontier);
    harness_shell(&o, line);
    ck_assert_msg(o.status == 0, "%s", o.err);
    static char table[sizeof o.out];
    strcpy(table, o.out);
    const char *row = table;
    for (int i = 0; i < 2; i++) {
        char word[32], budget[32], file[512];
        row = strchr(row, '\n') + 1;
        strcpy(word, i ? "product" : "flow");
        ck_assert_str_eq(field(row, 2), word);
        strcpy(budget, field(row, 3));
        snprintf(file, sizeof file, "%s", harness_scratch("effort.mps", NULL));
        snprintf(rest, sizeof rest, NETWORK "--budget %s --formulation %s -o %s", budget, word, file);
        ck_assert_int_eq(taso("export", rest), 0);
        ck_assert_int_eq(atoll(field(row, 4)), number("columns"));
        ck_assert_int_eq(atoll(field(row, 5)), number("rows"));
        ck_assert_int_eq(atoll(field(row, 6)), number("entries"));
        const double gap = atof(field(row, 7));
        ck_assert(gap >= -1e-4 && gap < 100);
        ck_assert_str_eq(field(row, 8), "optimal");
        ck_assert_int_ge(atoll(field(row, 10)), 1);
        harness_forget(file);
    }
    ck_assert_str_eq(strchr(row, '\n') + 1, "");
    harness_forget(frontier);
}
END_TEST

START_TEST(explain_reports_what_the_budget_cost_at_every_convolution) {
    char path[512], rest[1024];
    snprintf(path, sizeof path, "%s", harness_scratch("a.plan", NULL));
    snprintf(rest, sizeof rest, NETWORK "--method taso --budget 64K -o %s", path);
    ck_assert_int_eq(taso("select", rest), 0);
    int64_t time = number("time-ns");
    ck_assert_msg(taso("explain", path) == 0, "%s", o.err);
    int64_t unbounded = atoll(strstr(o.out, "# unbounded-time-ns: ") + 21);
    ck_assert_int_eq(atoll(strstr(o.out, "# time-ns: ") + 11), time);
    ck_assert_int_lt(unbounded, time);
    int rows = 0;
    for (const char *line = strstr(o.out, "\nlayer\t") + 1; *(line = strchr(line, '\n') + 1); rows++) {
        char chosen[128];
        strcpy(chosen, field(line, 1));
        ck_assert_str_ne(field(line, 6), chosen);
        if (strcmp(field(line, 7), "nan") != 0) ck_assert_int_ge(atoll(field(line, 7)), 0); /* the plan is optimal */
    }
    ck_assert_int_eq(rows, 26); /* SqueezeNet's convolutions */
    harness_forget(path);
}
END_TEST

int main(void) {
    Suite *suite = suite_create("select");
    TCase *tests = tcase_create("select");
    tcase_add_unchecked_fixture(tests, setup, teardown);
    tcase_add_test(tests, select_prints_its_keys_in_order);
    tcase_add_test(tests, an_infeasible_budget_is_status_3_and_names_the_least_that_suffices);
    tcase_add_loop_test(tests, every_mistake_is_reported_in_one_line_with_status_2, 0,
                        (int)(sizeof wrong / sizeof wrong[0]));
    tcase_add_test(tests, the_frontier_starts_at_the_least_and_ends_at_the_fastest_by_either_way);
    tcase_add_test(tests, a_sweep_has_a_row_for_each_and_times_only_in_its_last_column);
    tcase_add_test(tests, automatic_budgets_run_from_what_the_fastest_needs_to_the_least);
    tcase_add_test(tests, the_effort_of_solving_has_a_row_for_each_formulation);
    tcase_add_test(tests, the_parts_of_the_steps_add_up_to_time_peak_and_footprint);
    tcase_add_test(tests, a_program_exported_has_the_optimum_that_select_prints);
    tcase_add_test(tests, in_place_off_gives_every_output_a_block_of_its_own);
    tcase_add_test(tests, explain_reports_what_the_budget_cost_at_every_convolution);
    suite_add_tcase(suite, tests);
    return harness_run(suite);
}
