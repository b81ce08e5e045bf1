/* --ram, --flash and --device as a user sees them: fastest within both, what would do, the three-way frontier, plans
 * that keep both budgets, and one clear line for each mistake. */
#include <inttypes.h>

#include "formulation/device.h"
#include "tests/support/invented_profile.h"
#include "tests/support/streamed.h"

static struct harness_output o;
static char profile_path[512];

static void setup(void) {
    snprintf(profile_path, sizeof profile_path, "%s", harness_scratch("profile.tsv", NULL));
    profile_free(invented_profile(profile_path, "squeezenet1.1", 82));
}

static void teardown(void) {
    harness_forget(profile_path);
}

#define taso(...) harness_taso(&o, __VA_ARGS__)

static const char *value(const char *key) {
    static char text[128];
    char line[64];
    snprintf(line, sizeof line, "\n%s: ", key);
    const char *at = strstr(o.out, line);
    ck_assert_msg(at != NULL, "no %s in:\n%s%s", key, o.out, o.err);
    sscanf(at + strlen(line), "%127[^\n]", text);
    return text;
}

static int64_t number(const char *key) {
    return atoll(value(key));
}

/* The number after `words` on standard error. */
static int64_t said(const char *words) {
    const char *at = strstr(o.err, words);
    ck_assert_msg(at != NULL, "no `%s` in: %s", words, o.err);
    return atoll(at + strlen(words));
}

#define SELECT "select --network squeezenet1.1 --profile %s "

START_TEST(one_budget_alone_is_the_peak_and_all_exact_methods_agree) {
    static const char *const ram[] = {"none", "5M", "4400000"};
    for (int i = 0; i < 3; i++) {
        ck_assert_msg(taso(SELECT "--ram %s", profile_path, ram[i]) == 0, "%s", o.err);
        const int64_t time = number("time-ns");
        ck_assert_str_eq(value("method"), "labels");
        ck_assert_str_eq(value("flash-budget-bytes"), "none");
        ck_assert_int_eq(number("ram-bytes"), number("memory-bytes"));
        ck_assert_int_eq(number("segments"), 0);
        ck_assert_int_eq(taso(SELECT "--memory-model peak --budget %s --method taso", profile_path, ram[i]), 0);
        ck_assert_int_eq(number("time-ns"), time);
        ck_assert_ptr_null(strstr(o.out, "flash"));
        ck_assert_int_eq(taso(SELECT "--ram %s --method dynamic", profile_path, ram[i]), 0);
        ck_assert_int_eq(number("time-ns"), time);
    }
}
END_TEST

START_TEST(more_of_either_is_never_slower_and_both_are_kept) {
    static const int64_t ram[] = {4200000, 4400000, 5000000, 9000000},
                         flash[] = {5000000, 5300000, 6000000, 8000000, 20000000};
    int64_t time[4][5];
    for (int i = 0; i < 4; i++)
        for (int j = 0; j < 5; j++) {
            const int status = taso(SELECT "--ram %" PRId64 " --flash %" PRId64, profile_path, ram[i], flash[j]);
            time[i][j] = status == 3 ? INT64_MAX : number("time-ns");
            if (status == 0) {
                ck_assert_str_eq(value("status"), "optimal");
                ck_assert_int_le(number("ram-bytes"), ram[i]);
                ck_assert_int_le(number("flash-bytes"), flash[j]);
            }
            if (j % 2 == 0) { /* the integer program says the same */
                ck_assert_int_eq(
                    taso(SELECT "--ram %" PRId64 " --flash %" PRId64 " --method taso", profile_path, ram[i], flash[j]),
                    status);
                if (status == 0) ck_assert_int_eq(number("time-ns"), time[i][j]);
            }
            ck_assert(i == 0 || time[i][j] <= time[i - 1][j]);
            ck_assert(j == 0 || time[i][j] <= time[i][j - 1]);
        }
    ck_assert_int_lt(time[3][4], time[0][1]); /* both matter */
    ck_assert_int_lt(time[3][4], time[3][0]);
}
END_TEST

START_TEST(a_device_sets_both_and_either_can_be_given) {
    struct error err;
    const struct device *d = device_find("stm32h743", &err);
    taso(SELECT "--device stm32h743", profile_path);
    ck_assert_int_eq(number("budget-bytes"), d->ram_bytes);
    ck_assert_int_eq(number("flash-budget-bytes"), d->flash_bytes);
    taso(SELECT "--device stm32h743 --ram 16M", profile_path);
    ck_assert_int_eq(number("budget-bytes"), 16 << 20);
    ck_assert_int_eq(number("flash-budget-bytes"), d->flash_bytes);
    taso(SELECT "--flash none --device stm32h743", profile_path);
    ck_assert_int_eq(number("budget-bytes"), d->ram_bytes);
    ck_assert_str_eq(value("flash-budget-bytes"), "none");
    ck_assert_int_eq(taso(SELECT "--device pi-zero", profile_path), 0);
    ck_assert_str_eq(value("flash-budget-bytes"), "none");
}
END_TEST

START_TEST(what_would_do_does_and_a_byte_less_does_not) {
    ck_assert_int_eq(taso(SELECT "--ram 1M --flash 2M", profile_path), 3);
    const int64_t ram = said("the least RAM, at any flash, is "), flash = said("the least flash, at any RAM, is ");
    ck_assert_int_eq(taso(SELECT "--ram %" PRId64, profile_path, ram), 0);
    ck_assert_int_eq(taso(SELECT "--ram %" PRId64, profile_path, ram - 1), 3);
    ck_assert_int_eq(said("the least RAM, at any flash, is "), ram);
    ck_assert_int_eq(said("with that flash the least RAM is "), ram);
    ck_assert_int_eq(taso(SELECT "--flash %" PRId64, profile_path, flash), 0);
    ck_assert_int_eq(taso(SELECT "--flash %" PRId64, profile_path, flash - 1), 3);
    ck_assert_int_eq(said("with that RAM the least flash is "), flash);
    ck_assert_int_eq(taso(SELECT "--ram %" PRId64 " --flash %" PRId64, profile_path, ram, flash - 1), 3);
    const int64_t within = said("with that RAM the least flash is ");
    ck_assert_int_eq(taso(SELECT "--ram %" PRId64 " --flash %" PRId64, profile_path, ram, within), 0);
    ck_assert_int_eq(taso(SELECT "--ram %" PRId64 " --flash %" PRId64, profile_path, ram, within - 1), 3);
    ck_assert_ptr_eq(strchr(o.err, '\n'), o.err + strlen(o.err) - 1);
}
END_TEST

#define ROWS 4096

static int frontier_rows(int64_t row[ROWS][3]) {
    int rows = 0;
    const char *at = strstr(o.out, "\nram_bytes\tflash_bytes\ttime_ns\n");
    ck_assert_ptr_nonnull(at);
    for (at = strchr(at + 1, '\n') + 1; *at; at = strchr(at, '\n') + 1, rows++) {
        ck_assert_int_lt(rows, ROWS);
        ck_assert_int_eq(sscanf(at, "%" SCNd64 "\t%" SCNd64 "\t%" SCNd64, &row[rows][0], &row[rows][1], &row[rows][2]),
                         3);
    }
    return rows;
}

/* Slower, or nothing at all. */
static void is_worse(int64_t ram, int64_t flash, int64_t time) {
    const int status = taso(SELECT "--ram %" PRId64 " --flash %" PRId64, profile_path, ram, flash);
    ck_assert(status == 3 || (status == 0 && number("time-ns") > time));
}

START_TEST(every_row_of_the_frontier_is_what_select_finds_and_a_byte_less_is_slower) {
    static int64_t row[ROWS][3];
    ck_assert_int_eq(taso("frontier --network squeezenet1.1 --profile %s --flash none", profile_path), 0);
    ck_assert_str_eq(value("complete"), "yes");
    const int rows = frontier_rows(row), points = (int)atoi(o.out + strlen("points: "));
    ck_assert_int_eq(rows, points);
    ck_assert_int_gt(rows, 5);
    for (int i = 1; i < rows; i++)
        ck_assert(row[i][0] > row[i - 1][0] || (row[i][0] == row[i - 1][0] && row[i][1] > row[i - 1][1]));
    for (int i = 0; i < rows; i += 1 + rows / 12) {
        ck_assert_int_eq(taso(SELECT "--ram %" PRId64 " --flash %" PRId64, profile_path, row[i][0], row[i][1]), 0);
        ck_assert_int_eq(number("time-ns"), row[i][2]);
        is_worse(row[i][0] - 1, row[i][1], row[i][2]);
        is_worse(row[i][0], row[i][1] - 1, row[i][2]);
    }
}
END_TEST

START_TEST(a_frontier_within_a_device_is_the_part_that_fits) {
    static int64_t row[ROWS][3], part[ROWS][3];
    char path[512], line[1200];
    ck_assert_int_eq(taso("frontier --network squeezenet1.1 --profile %s --ram none", profile_path), 0);
    const int rows = frontier_rows(row);
    const int64_t ram = row[rows / 2][0], flash = row[rows / 3][1];
    snprintf(path, sizeof path, "%s", harness_scratch("part.tsv", NULL));
    ck_assert_int_eq(taso("frontier --network squeezenet1.1 --profile %s --ram %" PRId64 " --flash %" PRId64 " -o %s",
                          profile_path, ram, flash, path),
                     0);
    snprintf(line, sizeof line, "head -1 %s; grep -v '^#' %s", path, path);
    harness_shell(&o, line);
    ck_assert_ptr_eq(strstr(o.out, "# format: taso-frontier-device 1\n"), o.out);
    const int parts = frontier_rows(part);
    int same = 0;
    for (int i = 0; i < rows; i++) {
        if (row[i][0] > ram || row[i][1] > flash) continue;
        ck_assert_int_lt(same, parts);
        ck_assert_int_eq(memcmp(row[i], part[same++], sizeof row[i]), 0);
    }
    ck_assert_int_eq(same, parts);
    ck_assert(parts > 0 && parts < rows);
    harness_forget(path);
}
END_TEST

START_TEST(a_plan_for_a_device_is_explained_and_refused_if_its_flash_is_edited) {
    char plan[512], line[1200];
    snprintf(plan, sizeof plan, "%s", harness_scratch("device.plan", NULL));
    ck_assert_msg(taso(SELECT "--ram 6M --flash 8M -o %s", profile_path, plan) == 0, "%s", o.err);
    const int64_t flash = number("flash-bytes");
    ck_assert_msg(taso("explain %s", plan) == 0, "%s", o.err);
    ck_assert_ptr_nonnull(strstr(o.out, "\n# flash-budget-bytes: 8388608\n"));
    snprintf(line, sizeof line, "\n# flash-bytes: %" PRId64 "\n", flash);
    ck_assert_ptr_nonnull(strstr(o.out, line));
    snprintf(line, sizeof line, "sed -i 's/^# flash-bytes: .*/# flash-bytes: %" PRId64 "/' %s", flash + 4, plan);
    harness_shell(&o, line);
    ck_assert_int_eq(taso("explain %s", plan), 2);
    ck_assert_ptr_nonnull(strstr(o.err, ": flash-bytes: not what the steps come to (expected "));
    ck_assert_int_eq(taso("run %s --repeat 1", plan), 2);
    ck_assert_ptr_nonnull(strstr(o.err, ": flash-bytes: not what the steps come to (expected "));
    harness_forget(plan);
}
END_TEST

static const struct {
    const char *arguments, *says;
} wrong[] = {
    {SELECT "--ram 1M --budget 1M", "--ram does nothing with --budget"},
    {SELECT "--flash 1M --memory-model peak", "--flash does nothing with --memory-model"},
    {SELECT "--device rp2040 --budget 1M", "--device does nothing with --budget"},
    {SELECT "--device rp2040 --ram 1M --flash 1M", "--device does nothing with both --ram and --flash"},
    {SELECT "--device rp240", "unknown device `rp240` (did you mean rp2040?)"},
    {SELECT "--flash 1M --method dynamic", "--flash: not used by dynamic (only by "},
    {SELECT "--device rp2040 --method dynamic", "dynamic: takes no flash budget"},
    {SELECT "--ram 1X", "--ram: '1X' is not a size"},
    {SELECT "--device rp2040 --streaming on", "has no times of layers by rows"},
    {SELECT "", "--method METHOD is missing"},
    {"frontier --network squeezenet1.1 --profile %s --ram 9M --method ilp",
     "--ram: not used by --method ilp (only by labels)"},
    {"frontier --network squeezenet1.1 --profile %s --device rp2040 --method sweep",
     "--device: not used by --method sweep (only by labels)"},
    {"frontier --network squeezenet1.1 --profile %s --flash 9M --epsilon 1%", "--flash does nothing with --epsilon"},
    {"frontier --network squeezenet1.1 --profile %s --flash 9M --memory-model peak",
     "--flash does nothing with --memory-model"},
};

START_TEST(every_mistake_is_reported_in_one_line_with_status_2) {
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

/* --- layers by rows ---------------------------------------------------------------------------------------------- */

static const char small[] = "d input - c=3 h=24 w=24\n"
                            "a conv d m=16 k=3 p=1\n"
                            "b relu a\n"
                            "c conv b m=8 k=3 p=1 s=2\n"
                            "e conv c m=8 k=1\n"
                            "f avgpool e global=1\n";

START_TEST(layers_run_by_rows_where_the_profile_has_times_and_the_plan_is_kept) {
    char net[512], rows[512], plan[512];
    struct error err = {""};
    snprintf(net, sizeof net, "%s", harness_scratch("small.net", small));
    snprintf(rows, sizeof rows, "%s", harness_scratch("rows.tsv", NULL));
    snprintf(plan, sizeof plan, "%s", harness_scratch("rows.plan", NULL));
    struct world w = world_new(net);
    world_stream(&w);
    ck_assert_msg(profile_write(w.profile, rows, &err), "%s", err.text);
    world_free(&w);
    ck_assert_int_eq(taso("select --network %s --profile %s --ram 0 --streaming off", net, rows), 3);
    const int64_t whole = said("the least RAM, at any flash, is ");
    ck_assert_msg(taso("select --network %s --profile %s --ram 0", net, rows) == 3, "%s", o.err);
    const int64_t least = said("the least RAM, at any flash, is ");
    ck_assert_int_lt(least, whole);
    ck_assert_msg(taso("select --network %s --profile %s --ram %" PRId64 " --flash 1M -o %s", net, rows, least, plan) ==
                      0,
                  "%s", o.err);
    const int64_t time = number("time-ns");
    ck_assert_int_gt(number("segments"), 0);
    ck_assert_int_eq(number("ram-bytes"), least);
    ck_assert_msg(
        taso("select --network %s --profile %s --ram %" PRId64 " --flash 1M --method taso", net, rows, least) == 0,
        "%s", o.err);
    ck_assert_int_gt(number("segments"), 0);
    ck_assert_int_eq(number("time-ns"), time);
    ck_assert_int_eq(number("bound-ns"), time);
    ck_assert_msg(taso("run %s --repeat 1 --check", plan) == 0, "%s", o.err);
    ck_assert_int_eq(number("planned-bytes"), least);
    ck_assert_int_eq(number("used-bytes"), least);
    ck_assert_msg(taso("explain %s", plan) == 0, "%s", o.err);
    ck_assert_msg(strstr(o.out, "@1\thwc\thwc") || strstr(o.out, "@1\thcw\thcw"), "%s", o.out); /* a layer by rows */
    const char *segments = strstr(o.out, "\n\nfirst\tlast\trows\tslow\tlayout\t");
    ck_assert_msg(segments && strstr(segments, "\t1\tnone\th"), "%s", o.out);
    const char *none = strstr(o.out, "\tnone\t"); /* every layer has a runner-up; a segment may be needed */
    ck_assert_msg(!none || none > segments, "%s", o.out);
    static int64_t row[ROWS][3];
    ck_assert_int_eq(taso("frontier --network %s --profile %s --flash none", net, rows), 0);
    ck_assert_int_gt(frontier_rows(row), 1);
    ck_assert_int_eq(row[0][0], least);
    const char *const files[] = {net, rows, plan};
    for (int i = 0; i < 3; i++) harness_forget(files[i]);
}
END_TEST

int main(void) {
    Suite *suite = suite_create("device_budgets");
    TCase *tests = tcase_create("device_budgets");
    tcase_set_timeout(tests, 60);
    tcase_add_checked_fixture(tests, setup, teardown);
    tcase_add_test(tests, one_budget_alone_is_the_peak_and_all_exact_methods_agree);
    tcase_add_test(tests, more_of_either_is_never_slower_and_both_are_kept);
    tcase_add_test(tests, a_device_sets_both_and_either_can_be_given);
    tcase_add_test(tests, what_would_do_does_and_a_byte_less_does_not);
    tcase_add_test(tests, every_row_of_the_frontier_is_what_select_finds_and_a_byte_less_is_slower);
    tcase_add_test(tests, a_frontier_within_a_device_is_the_part_that_fits);
    tcase_add_test(tests, a_plan_for_a_device_is_explained_and_refused_if_its_flash_is_edited);
    tcase_add_loop_test(tests, every_mistake_is_reported_in_one_line_with_status_2, 0,
                        (int)(sizeof wrong / sizeof wrong[0]));
    tcase_add_test(tests, layers_run_by_rows_where_the_profile_has_times_and_the_plan_is_kept);
    suite_add_tcase(suite, tests);
    return harness_run(suite);
}
