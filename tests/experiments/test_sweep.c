/* taso sweep with devices, segments and spread budgets: each row is what taso select says, budgets lie where they are
 * said to, and one clear line for each mistake. */
#include <inttypes.h>

#include "baselines/methods.h"
#include "formulation/device.h"
#include "solver/base/text.h"
#include "tests/support/invented_profile.h"
#include "tests/support/streamed.h"

static struct harness_output o, other;
static char profile_path[512], net[512], rows_path[512];

static const char small[] = "d input - c=3 h=24 w=24\n"
                            "a conv d m=16 k=3 p=1\n"
                            "b relu a\n"
                            "c conv b m=8 k=3 p=1 s=2\n"
                            "e conv c m=8 k=1\n"
                            "f avgpool e global=1\n";

static void setup(void) {
    struct error err = {""};
    snprintf(profile_path, sizeof profile_path, "%s", harness_scratch("profile.tsv", NULL));
    profile_free(invented_profile(profile_path, "squeezenet1.1", 82));
    snprintf(net, sizeof net, "%s", harness_scratch("small.net", small));
    snprintf(rows_path, sizeof rows_path, "%s", harness_scratch("rows.tsv", NULL));
    struct world w = world_new(net);
    world_stream(&w);
    ck_assert_msg(profile_write(w.profile, rows_path, &err), "%s", err.text);
    world_free(&w);
}

static void teardown(void) {
    harness_forget(profile_path);
    harness_forget(net);
    harness_forget(rows_path);
}

static int taso(struct harness_output *out, const char *format, ...) __attribute__((format(printf, 2, 3)));
static int taso(struct harness_output *out, const char *format, ...) {
    char arguments[2048];
    va_list args;
    va_start(args, format);
    vsnprintf(arguments, sizeof arguments, format, args);
    va_end(args);
    harness_command(out, "taso", arguments);
    return out->status;
}

/* --- rows of the table by column --- */

static const char *line_of(int row) { /* 0: the head */
    const char *at = o.out;
    while (row-- > 0 && *at) at = strchr(at, '\n') + 1;
    return at;
}

static const char *field(int row, const char *name) {
    static char text[4][128];
    static int turn;
    char head[1024];
    int column = 0;
    snprintf(head, sizeof head, "%.*s", (int)strcspn(line_of(0), "\n"), line_of(0));
    char *rest = head, *word;
    while ((word = text_field(&rest, '\t')) && strcmp(word, name) != 0) column++;
    ck_assert_msg(word != NULL, "no column %s", name);
    const char *at = line_of(row);
    ck_assert_msg(*at, "no row %d in %s%s", row, o.out, o.err);
    while (column-- > 0) at = strchr(at, '\t') + 1;
    turn = (turn + 1) % 4;
    sscanf(at, "%127[^\t\n]", text[turn]);
    return text[turn];
}

static int64_t number(int row, const char *name) {
    return atoll(field(row, name));
}

static int count_rows(void) {
    int rows = 0;
    while (*line_of(rows)) rows++;
    return rows - 1;
}

static const char *said(const char *key) {
    static char text[128];
    char line[64];
    snprintf(line, sizeof line, "\n%s: ", key);
    const char *at = strstr(other.out, line);
    ck_assert_msg(at != NULL, "no %s in:\n%s%s", key, other.out, other.err);
    sscanf(at + strlen(line), "%127[^\n]", text);
    return text;
}

static void is_what_select_says(int row, const char *network, const char *profile, const char *more) {
    const int status =
        taso(&other, "select --network %s --profile %s --method %s --ram %s --flash %s %s", network, profile,
             field(row, "method"), field(row, "budget_bytes"), field(row, "flash_budget_bytes"), more);
    ck_assert_msg(status == 0 || status == 3, "%s", other.err);
    ck_assert_str_eq(field(row, "outcome"), said("status"));
    ck_assert_str_eq(field(row, "time_ns"), said("time-ns"));
    ck_assert_str_eq(field(row, "memory_bytes"), said("ram-bytes"));
    ck_assert_str_eq(field(row, "flash_bytes"), said("flash-bytes"));
    ck_assert_str_eq(field(row, "segments"), said("segments"));
    ck_assert_str_eq(field(row, "memory_model"), "peak");
}

START_TEST(every_ram_goes_with_every_flash_as_select_would_answer) {
    ck_assert_msg(taso(&o,
                       "sweep --network squeezenet1.1 --profile %s --methods labels,greedy-weights,taso-layerwise "
                       "--ram 4400000,16M --flash 5300000,none,8M",
                       profile_path) == 0,
                  "%s", o.err);
    ck_assert_int_eq(count_rows(), 3 * 6);
    for (int row = 1; row <= 18; row++) {
        ck_assert_int_eq(number(row, "budget_bytes"), (row - 1) % 6 < 3 ? 16 << 20 : 4400000);
        is_what_select_says(row, "squeezenet1.1", profile_path, "");
    }
    ck_assert_str_eq(field(1, "flash_budget_bytes"), "none"); /* descending */
    ck_assert_int_eq(number(2, "flash_budget_bytes"), 8 << 20);
}
END_TEST

START_TEST(a_profile_of_none_of_all_networks_is_refused) {
    ck_assert_int_eq(taso(&o, "sweep --network all --profile %s --methods taso", rows_path), 2);
    ck_assert_ptr_nonnull(strstr(o.err, "has rows for none of the "));
    ck_assert_str_eq(o.out, "");
}
END_TEST

START_TEST(devices_are_those_of_the_table_and_one_figure_can_be_given) {
    struct error err;
    const struct device *a = device_find("stm32h743", &err), *b = device_find("rp2040", &err);
    ck_assert_int_eq(
        taso(&o, "sweep --network %s --profile %s --methods labels --device rp2040,stm32h743", net, rows_path), 0);
    ck_assert_int_eq(count_rows(), 2);
    ck_assert_int_eq(number(1, "budget_bytes"), a->ram_bytes);
    ck_assert_int_eq(number(2, "budget_bytes"), b->ram_bytes);
    ck_assert_int_eq(number(1, "flash_budget_bytes"), a->flash_bytes);
    ck_assert_int_eq(number(2, "flash_budget_bytes"), b->flash_bytes);
    ck_assert_int_eq(
        taso(&o, "sweep --network %s --profile %s --methods labels --device rp2040 --flash 1M,2M", net, rows_path), 0);
    ck_assert_int_eq(count_rows(), 2);
    ck_assert_int_eq(number(2, "budget_bytes"), b->ram_bytes);
    ck_assert_int_eq(number(2, "flash_budget_bytes"), 1 << 20);
}
END_TEST

START_TEST(layers_run_by_rows_for_methods_that_can_and_as_a_whole_for_the_others) {
    ck_assert_int_eq(taso(&o, "sweep --network %s --profile %s --methods labels,greedy-stream,greedy-time --ram auto:6",
                          net, rows_path),
                     0);
    const int each = count_rows() / 3; /* budgets; some coincide */
    int streamed[3] = {0};
    ck_assert_int_gt(each, 2);
    for (int row = 1; row <= 3 * each; row++) {
        is_what_select_says(row, net, rows_path, "");
        streamed[(row - 1) / each] += number(row, "segments") > 0;
    }
    ck_assert_int_gt(streamed[0], 0);
    ck_assert_int_gt(streamed[1], 0);
    ck_assert_int_eq(streamed[2], 0);
    ck_assert_int_eq(
        taso(&o, "sweep --network %s --profile %s --methods labels --ram auto:3 --streaming off", net, rows_path), 0);
    for (int row = 1; row <= count_rows(); row++) is_what_select_says(row, net, rows_path, "--streaming off");
    ck_assert_int_eq(number(count_rows(), "segments"), 0);
}
END_TEST

START_TEST(spread_budgets_end_at_the_least_that_does_and_begin_at_what_the_fastest_needs) {
    ck_assert_int_eq(taso(&o,
                          "sweep --network %s --profile %s --methods labels --memory-model peak --streaming on "
                          "--budgets auto:7",
                          net, rows_path),
                     0);
    const int rows = count_rows();
    const int64_t least = number(rows, "budget_bytes"), most = number(1, "budget_bytes");
    ck_assert(rows >= 2 && rows <= 7 && least < most);
    for (int row = 1; row <= rows; row++) ck_assert_str_eq(field(row, "outcome"), "optimal");
    ck_assert_int_eq(number(1, "memory_bytes"), most);
    ck_assert_int_eq(number(rows, "memory_bytes"), least);
    ck_assert_int_eq(taso(&other, "select --network %s --profile %s --ram %" PRId64, net, rows_path, least - 1), 3);
    ck_assert_int_eq(taso(&other, "select --network %s --profile %s --ram none", net, rows_path), 0);
    ck_assert_int_eq(atoll(said("time-ns")), number(1, "time_ns"));

    ck_assert_int_eq(
        taso(&o, "sweep --network squeezenet1.1 --profile %s --methods labels --flash auto:4 --ram none", profile_path),
        0);
    const int last = count_rows();
    ck_assert_str_eq(field(last, "outcome"), "optimal");
    ck_assert_int_eq(taso(&other, "select --network squeezenet1.1 --profile %s --flash %" PRId64, profile_path,
                          number(last, "flash_budget_bytes") - 1),
                     3);
    ck_assert_int_eq(number(1, "flash_bytes"), number(1, "flash_budget_bytes"));
}
END_TEST

START_TEST(the_word_heuristics_stands_for_every_method_without_a_proof) {
    for (int streaming = 0; streaming < 2; streaming++) {
        ck_assert_int_eq(taso(&o,
                              "sweep --network %s --profile %s --methods labels,heuristics --memory-model peak "
                              "--budgets none --streaming %s",
                              net, rows_path, streaming ? "on" : "off"),
                         0);
        int want = 1;
        for (int i = 0; i < methods_count(); i++) {
            const struct method *m = methods_get(i);
            if (m->proof == METHOD_PROVES || m->run == family_run) continue;
            if (!streaming && m->uses & METHOD_USES_STREAMING) continue;
            ck_assert_str_eq(field(++want, "method"), m->name);
        }
        ck_assert_int_eq(count_rows(), want);
    }
}
END_TEST

START_TEST(a_sweep_of_devices_names_its_format_and_columns) {
    char path[512], line[1200];
    snprintf(path, sizeof path, "%s", harness_scratch("sweep.tsv", NULL));
    ck_assert_int_eq(
        taso(&o, "sweep --network %s --profile %s --methods labels --ram 1M,0 -o %s", net, rows_path, path), 0);
    snprintf(line, sizeof line, "head -1 %s; grep -v '^#' %s", path, path);
    harness_shell(&other, line);
    ck_assert_ptr_eq(strstr(other.out,
                            "# format: taso-sweep-device 1\nnetwork\tprofile\tmethod\tmemory_model\tbudget_bytes\t"
                            "outcome\ttime_ns\tmemory_bytes\tconversions\tconversion_ns\tsegments\t"
                            "flash_budget_bytes\tflash_bytes\tuncovered_layers\tused_rn\tnodes\titerations\t"
                            "seconds\n"),
                     other.out);
    ck_assert_ptr_nonnull(strstr(other.out, "\tlabels\tpeak\t0\tinfeasible\tnan\tnan\tnan\tnan\tnan\tnone\tnan\t"));
    harness_forget(path);
}
END_TEST

#define SWEEP "sweep --network squeezenet1.1 --profile %s "
static const struct {
    const char *arguments, *says;
} wrong[] = {
    {SWEEP "--ram 1M --budgets 1M", "--ram does nothing with --budgets"},
    {SWEEP "--flash 1M --memory-model peak", "--flash does nothing with --memory-model"},
    {SWEEP "--methods labels --ram 1M,2Q", "--ram: '2Q' is not a size"},
    {SWEEP "--methods labels --flash 2Q --ram auto", "--flash: '2Q' is not a size"},
    {SWEEP "--methods labels --budgets auto:1", "--budgets: 'auto:1' (expected auto:N with N from 2 to 1000)"},
    {SWEEP "--methods labels --ram auto:x", "--ram: 'auto:x' (expected auto:N"},
    {SWEEP "--methods labels --budgets auto4", "--budgets: 'auto4' is not a size"},
    {SWEEP "--methods labels --device rp2040,rp240", "unknown device `rp240` (did you mean rp2040?)"},
    {SWEEP "--methods labels --device rp2040 --ram 1M --flash 1M", "--device does nothing with both"},
    {SWEEP "--methods dynamic --flash 1M", "--flash: not used by dynamic (only by "},
    {SWEEP "--methods dynamic,sum2d --streaming on", "--streaming: not used by all of these methods (only by "},
    {SWEEP "--methods heuristics,greedy-time", "--methods: 'greedy-time' is given twice"},
    {SWEEP "--methods labels --memory-model peak --streaming on", "has no times of layers by rows"},
};

START_TEST(every_mistake_is_reported_in_one_line_before_anything_is_printed) {
    char arguments[1200];
    const char *at = strstr(wrong[_i].arguments, "%s");
    snprintf(arguments, sizeof arguments, "%.*s%s%s", (int)(at - wrong[_i].arguments), wrong[_i].arguments,
             profile_path, at + 2);
    harness_command(&o, "taso", arguments);
    ck_assert_int_eq(o.status, 2);
    ck_assert_str_eq(o.out, "");
    ck_assert_msg(strstr(o.err, wrong[_i].says) != NULL, "expected '%s' in: %s", wrong[_i].says, o.err);
    ck_assert_ptr_eq(strchr(o.err, '\n'), o.err + strlen(o.err) - 1);
}
END_TEST

int main(void) {
    Suite *suite = suite_create("sweep");
    TCase *tests = tcase_create("sweep");
    tcase_set_timeout(tests, 60);
    tcase_add_unchecked_fixture(tests, setup, teardown);
    tcase_add_test(tests, every_ram_goes_with_every_flash_as_select_would_answer);
    tcase_add_test(tests, a_profile_of_none_of_all_networks_is_refused);
    tcase_add_test(tests, devices_are_those_of_the_table_and_one_figure_can_be_given);
    tcase_add_test(tests, layers_run_by_rows_for_methods_that_can_and_as_a_whole_for_the_others);
    tcase_add_test(tests, spread_budgets_end_at_the_least_that_does_and_begin_at_what_the_fastest_needs);
    tcase_add_test(tests, the_word_heuristics_stands_for_every_method_without_a_proof);
    tcase_add_test(tests, a_sweep_of_devices_names_its_format_and_columns);
    tcase_add_loop_test(tests, every_mistake_is_reported_in_one_line_before_anything_is_printed, 0,
                        (int)(sizeof wrong / sizeof wrong[0]));
    suite_add_tcase(suite, tests);
    return harness_run(suite);
}
