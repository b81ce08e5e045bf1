/* Thirty convolutions side by side, as a user has them: every command that selects takes the network, and
 * where labels decline it, the integer program answers. */
#include "tests/support/invented_profile.h"
#include "tests/support/streamed.h"

static struct harness_output o;
static char net[512], profile[512], plan[512];

#define taso(...) harness_taso(&o, __VA_ARGS__)

#define CONV(i)   "c" #i " conv data m=4 k=3 p=1\n"
#define EIGHT(X)  X(1) X(2) X(3) X(4) X(5) X(6) X(7) X(8)
#define TWELVE(X) EIGHT(X) X(9) X(10) X(11) X(12)
#define THIRTY(X)                                                                                                      \
    TWELVE(X)                                                                                                          \
    X(13) X(14) X(15) X(16) X(17) X(18) X(19) X(20) X(21) X(22) X(23) X(24) X(25) X(26) X(27) X(28) X(29) X(30)
#define INPUT "data input - c=4 h=6 w=6\n"

/* Concatenations take eight inputs: some of them, and one that joins these. Twelve are too wide already. */
static const char thirty[] =
    INPUT THIRTY(CONV) "a concat c1,c2,c3,c4,c5,c6,c7,c8\nb concat c9,c10,c11,c12,c13,c14,c15,c16\n"
                       "c concat c17,c18,c19,c20,c21,c22,c23,c24\nd concat c25,c26,c27,c28,c29,c30\n"
                       "all concat a,b,c,d\nlast conv all m=4 k=1\n";
static const char twelve[] = INPUT TWELVE(CONV) "a concat c1,c2,c3,c4,c5,c6\nb concat c7,c8,c9,c10,c11,c12\n"
                                                "all concat a,b\nlast conv all m=4 k=1\n";

static void setup_of(const char *network) {
    snprintf(net, sizeof net, "%s", harness_scratch("wide.net", network));
    snprintf(profile, sizeof profile, "%s", harness_scratch("profile.tsv", NULL));
    snprintf(plan, sizeof plan, "%s", harness_scratch("wide.plan", NULL));
    profile_free(invented_streamed_profile(profile, net, 7));
}

static void setup_thirty(void) {
    setup_of(thirty);
}

static void setup_twelve(void) {
    setup_of(twelve);
}

static void teardown(void) {
    harness_forget(net);
    harness_forget(profile);
}

static int64_t number(const char *key) {
    char line[64];
    snprintf(line, sizeof line, "\n%s: ", key);
    return atoll(harness_after(o.out, line));
}

#define WITH "--network %s --profile %s "

static const char *const more[] = {"", "--conversions per-tensor", "--in-place off"};

START_TEST(taso_selects_under_every_memory_model) {
    for (int m = 0; m < MEMORY_MODELS; m++)
        for (int i = 0; i < 3; i++) {
            const int status =
                taso("select " WITH "--method taso --memory-model %s %s", net, profile, memory_model_names[m], more[i]);
            ck_assert_msg(status == 0, "%s", o.err);
            ck_assert_ptr_nonnull(strstr(o.out, "\nstatus: optimal\n"));
        }
    ck_assert_int_eq(taso("select " WITH "--method labels", net, profile), 2);
    ck_assert_ptr_nonnull(strstr(o.err, "method taso can"));
}
END_TEST

/* The rows of the table that follows the keys. */
static const char *points(void) {
    return harness_after(o.out, "\nmemory_bytes\ttime_ns\n");
}

START_TEST(all_ways_to_the_frontier_agree) {
    static char first[1 << 16];
    ck_assert_int_eq(taso("frontier " WITH "--memory-model %s", net, profile, memory_model_names[_i]), 0);
    ck_assert_ptr_nonnull(strstr(o.out, "\ncomplete: yes\n"));
    ck_assert_ptr_nonnull(strstr(o.err, "too large for labels"));
    snprintf(first, sizeof first, "%s", points());
    ck_assert_int_eq(taso("frontier " WITH "--memory-model %s --method ilp", net, profile, memory_model_names[_i]), 0);
    ck_assert_str_eq(points(), first);
    ck_assert_ptr_null(strstr(o.err, "too large"));
    if (memory_model_adds_up((enum memory_model)_i)) return;
    ck_assert_int_eq(taso("frontier " WITH "--memory-model %s --method sweep", net, profile, memory_model_names[_i]),
                     0);
    ck_assert_str_eq(points(), first);
    if (_i != MEMORY_PEAK) return;
    ck_assert_int_eq(taso("frontier " WITH "--memory-model peak --streaming on --quiet", net, profile), 0);
    ck_assert_ptr_nonnull(strstr(o.out, "\ncomplete: yes\n"));
    ck_assert_str_eq(o.err, "");
}
END_TEST

START_TEST(what_would_fit_a_device_is_reported) {
    ck_assert_int_eq(taso("select " WITH "--method taso --ram 1K --flash 1K", net, profile), 3);
    const int64_t ram = atoll(harness_after(o.err, "the least RAM, at any flash, is ")),
                  flash = atoll(harness_after(o.err, "the least flash, at any RAM, is "));
    for (int less = 0; less < 2; less++) {
        ck_assert_int_eq(taso("select " WITH "--method taso --ram %d", net, profile, (int)ram - less), 3 * less);
        ck_assert_int_eq(taso("select " WITH "--method taso --flash %d", net, profile, (int)flash - less), 3 * less);
    }
}
END_TEST

START_TEST(sweep_explain_and_analyze_take_it) {
    ck_assert_int_eq(
        taso("sweep " WITH "--methods taso,labels --memory-model peak --streaming on --budgets auto:3", net, profile),
        0);
    ck_assert_ptr_nonnull(strstr(o.out, "\ttaso\tpeak\t"));
    ck_assert_int_eq(taso("sweep " WITH "--methods taso --ram auto:2 --flash auto:2", net, profile), 0);
    ck_assert_int_eq(taso("select " WITH "--method taso --ram 1", net, profile), 3);
    const int ram = atoi(harness_after(o.err, "the least RAM, at any flash, is "));
    ck_assert_int_eq(taso("select " WITH "--method taso --ram %d -o %s", net, profile, ram, plan), 0);
    ck_assert_int_ge(number("segments"), 1);
    ck_assert_int_eq(taso("explain %s", plan), 0);
    ck_assert_ptr_nonnull(strstr(o.out, "\trunner_up_costs_bytes\n"));
    ck_assert_int_eq(taso("analyze %s --profile %s --ram %d", net, profile, ram), 0);
    ck_assert_ptr_nonnull(strstr(o.out, "\nplan-proven: yes\n"));
    harness_forget(plan);
}
END_TEST

int main(void) {
    Suite *suite = suite_create("wide");
    TCase *of_thirty = tcase_create("thirty"), *of_twelve = tcase_create("twelve");
    tcase_add_checked_fixture(of_thirty, setup_thirty, teardown);
    tcase_add_checked_fixture(of_twelve, setup_twelve, teardown);
    tcase_add_test(of_thirty, taso_selects_under_every_memory_model);
    tcase_add_loop_test(of_thirty, all_ways_to_the_frontier_agree, MEMORY_WORKSPACE, MEMORY_PEAK + 1);
    tcase_add_loop_test(of_twelve, all_ways_to_the_frontier_agree, MEMORY_FOOTPRINT, MEMORY_FOOTPRINT + 1);
    tcase_add_test(of_twelve, what_would_fit_a_device_is_reported);
    tcase_add_test(of_twelve, sweep_explain_and_analyze_take_it);
    suite_add_tcase(suite, of_thirty);
    suite_add_tcase(suite, of_twelve);
    return harness_run(suite);
}
