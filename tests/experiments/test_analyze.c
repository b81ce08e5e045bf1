/* taso analyze as a user meets it: keys in order, exact figures of small networks, what fits, JSON, and the plan that
 * a profile adds. */
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/support/harness.h"
#include "tests/support/invented_profile.h"
#include "tests/support/json.h"

static struct harness_output o;

static int analyze(const char *format, ...) __attribute__((format(printf, 1, 2)));
static int analyze(const char *format, ...) {
    char arguments[1024] = "analyze ";
    va_list args;
    va_start(args, format);
    vsnprintf(arguments + 8, sizeof arguments - 8, format, args);
    va_end(args);
    harness_command(&o, "taso", arguments);
    return o.status;
}

static bool has(const char *key) {
    char line[64];
    snprintf(line, sizeof line, "\n%s: ", key);
    return strstr(o.out, line) != NULL;
}

static int64_t number(const char *key) {
    char line[64];
    snprintf(line, sizeof line, "\n%s: ", key);
    const char *at = strstr(o.out, line);
    ck_assert_msg(at != NULL, "no %s in:\n%s%s", key, o.out, o.err);
    return atoll(at + strlen(line));
}

/* By hand: a is 3 x 8 x 8, b 4 x 8 x 8, c 4 x 4 x 4, d 10. Whole: b's step, 768 + 1024 bytes. By rows (96, 128, 64
 * bytes): two rows of b are made for the first of c before a row of a can be given up, 768 + 2 x 128; later there is a
 * row of c more, 64, but two rows of a less. With the image by rows, the most is held for row 5 of b: three rows of
 * a, two of b and two of c. */
#define SMALL "a input - c=3 h=8 w=8\nb conv a m=4 k=3 p=1\nr relu b\nc maxpool r k=2 s=2\nd fc c m=10\n"

START_TEST(figures_of_a_small_network_are_those_computed_by_hand) {
    ck_assert_int_eq(analyze("%s", harness_scratch("small.net", SMALL)), 0);
    ck_assert_str_eq(o.err, "");
    ck_assert_str_eq(strstr(o.out, "convolutions"), "convolutions: 1\n"
                                                    "macs: 6912\n"      /* 8 8 4 x 3 3 3 */
                                                    "parameters: 762\n" /* 4 x 27 + 4, 10 x 64 + 10 */
                                                    "least-ram-whole-bytes: 1792\n"
                                                    "least-ram-in-place-bytes: 1792\n"
                                                    "least-ram-streamed-bytes: 1024\n"
                                                    "least-ram-image-by-rows-bytes: 672\n"
                                                    "floor: segment b..c by 1 row: a 768 b 256\n"
                                                    "floor-whole: step b: b 1024 a 768\n"
                                                    "flash-bytes: 3048\n"
                                                    "flash-largest: d 2600 b 448\n"
                                                    "fits: yes\n");
    ck_assert_int_eq(analyze("%s --element-bytes 1", harness_scratch("small.net", NULL)), 0);
    ck_assert_int_eq(number("least-ram-whole-bytes"), 448);
    ck_assert_int_eq(number("least-ram-streamed-bytes"), 256);
    ck_assert_int_eq(number("flash-bytes"), 762);
    ck_assert_int_eq(analyze("%s --stream-input", harness_scratch("small.net", NULL)), 0);
    ck_assert_ptr_nonnull(strstr(o.out, "\nfloor: segment b..c by 1 row: a 288 b 256 c 128\n"));
    harness_forget(harness_scratch("small.net", NULL));
}
END_TEST

static const struct {
    const char *limits;
    int status;
} limits[] = {
    {"--ram 1024 --flash 3048", 0},
    {"--ram 1023", 3},
    {"--ram 1024", 0},
    {"--flash 3047", 3},
    {"--flash 3048", 0},
    {"--ram 1G --flash 1", 3},
    {"--device rp2040", 0},
    {"--ram none", 0},
    {"--ram 0", 3},
    {"--ram 672 --stream-input", 0},
    {"--ram 671 --stream-input", 3},
};

START_TEST(a_network_fits_from_its_floor_on) {
    const char *path = harness_scratch("small.net", SMALL);
    ck_assert_int_eq(analyze("%s %s", path, limits[_i].limits), limits[_i].status);
    ck_assert_ptr_nonnull(strstr(o.out, limits[_i].status ? "fits: no\n" : "fits: yes\n"));
    ck_assert_str_eq(o.err, "");
    harness_forget(path);
}
END_TEST

static const struct {
    const char *arguments, *says;
} wrong[] = {
    {"", "MODEL is missing"},
    {"alexnet vgg16", "unexpected argument 'vgg16'"},
    {"alexnt", "(did you mean alexnet?)"},
    {"alexnet --ram 12X", "12X"},
    {"alexnet --device rp2041", "(did you mean rp2040?)"},
    {"alexnet --device rp2040 --ram 1M", "--ram"},
    {"alexnet --element-bytes 3", "expected 1, 2 or 4"},
    {"alexnet --element-bytes 8", "out of range"},
    {"alexnet --element-bytes 1 --profile x.tsv", "--element-bytes"},
    {"alexnet --profile /nonexistent/x.tsv", "/nonexistent/x.tsv"},
};

START_TEST(a_device_is_its_ram_and_flash) {
    ck_assert_int_eq(analyze("alexnet --device pi-zero"), 0);
    ck_assert_int_eq(analyze("alexnet --device rp2040"), 3); /* 264 KiB */
}
END_TEST

START_TEST(bad_usage_is_one_line_and_nothing_else) {
    ck_assert_int_eq(analyze("%s", wrong[_i].arguments), 2);
    ck_assert_str_eq(o.out, "");
    ck_assert_msg(strstr(o.err, wrong[_i].says), "no '%s' in: %s", wrong[_i].says, o.err);
    ck_assert_ptr_eq(strchr(o.err, '\n'), o.err + strlen(o.err) - 1);
}
END_TEST

/* --- JSON --- */

static void is_json(void) {
    struct json j = {.at = o.out};
    ck_assert_msg(json_read(&j), "not JSON at: %.40s", j.at);
}

START_TEST(json_says_the_same_of_every_network) {
    const char *name = network_builtin_name(_i);
    ck_assert_int_eq(analyze("%s", name), 0);
    const int64_t streamed = number("least-ram-streamed-bytes");
    char text[64];
    ck_assert_int_eq(analyze("%s --json", name), 0);
    is_json();
    snprintf(text, sizeof text, "\"least-ram-streamed-bytes\": %" PRId64 ",", streamed);
    ck_assert_ptr_nonnull(strstr(o.out, text));
    /* The bytes of the floor are those of its tensors. */
    int64_t sum = 0;
    const char *at = strstr(o.out, "\"floor\": "), *end = strstr(at, "\"floor-whole\": ");
    const char *state = strstr(at, "\"state-bytes\": ");
    sum += atoll(state + strlen("\"state-bytes\": "));
    for (at = strstr(at, "\"tensors\": "); (at = strstr(at, "\"bytes\": ")) && at < end;) {
        at += strlen("\"bytes\": ");
        sum += atoll(at);
    }
    ck_assert_int_eq(sum, streamed);
}
END_TEST

/* --- with a profile --- */

/* The points of `taso frontier` are made by the same search; what analyze takes from them is looked up here. */
START_TEST(the_plan_is_the_fastest_point_of_the_frontier_within_the_ram) {
    char profile[512], arguments[1024];
    static struct harness_output frontier;
    snprintf(profile, sizeof profile, "%s", harness_scratch("profile.tsv", NULL));
    profile_free(invented_profile(profile, "squeezenet1.1", 81));
    snprintf(arguments, sizeof arguments, "frontier --network squeezenet1.1 --memory-model peak --profile %s", profile);
    harness_command(&frontier, "taso", arguments);
    long long bytes[2], ns[2];
    const char *at = strstr(frontier.out, "time_ns\n") + strlen("time_ns\n");
    ck_assert_int_eq(sscanf(at, "%lld %lld %lld %lld", &bytes[0], &ns[0], &bytes[1], &ns[1]), 4);
    ck_assert_int_eq(analyze("squeezenet1.1 --profile %s --ram %lld", profile, bytes[1] - 1), 0);
    ck_assert_int_eq(number("plan-ram-bytes"), bytes[0]);
    ck_assert_int_eq(number("plan-time-ns"), ns[0]);
    ck_assert_int_eq(number("next-more-bytes"), bytes[1] - bytes[0]);
    ck_assert_int_eq(number("next-saves-ns"), ns[0] - ns[1]);
    ck_assert_int_eq(analyze("squeezenet1.1 --profile %s", profile), 0); /* the fastest of all */
    ck_assert(!has("next-more-bytes") && has("plan-weights-bytes"));
    ck_assert_int_eq(analyze("squeezenet1.1 --profile %s --ram %lld", profile, bytes[0] - 1), 3);
    ck_assert_int_eq(number("plan-least-ram-bytes"), bytes[0]);
    ck_assert(has("fits") && !has("plan-ram-bytes"));
    harness_forget(profile);
}
END_TEST

/* Lines of `taso frontier` below its header. */
static void frontier_point(const char *rows, int at, long long *bytes, long long *ns) {
    for (int i = 0; i < at; i++) rows = strchr(rows, '\n') + 1;
    ck_assert_int_eq(sscanf(rows, "%lld %lld", bytes, ns), 2);
}

START_TEST(with_times_by_rows_plans_stream_and_the_layers_that_change_are_named) {
    char profile[512], arguments[1024];
    static struct harness_output other;
    long long bytes[2], ns[2];
    snprintf(profile, sizeof profile, "%s", harness_scratch("profile.tsv", NULL));
    profile_free(invented_streamed_profile(profile, "squeezenet1.1", 82));
    snprintf(arguments, sizeof arguments,
             "frontier --network squeezenet1.1 --memory-model peak --streaming on --profile %s", profile);
    harness_command(&other, "taso", arguments);
    ck_assert_int_eq(other.status, 0);
    const char *rows = strstr(other.out, "time_ns\n") + strlen("time_ns\n");
    frontier_point(rows, 1, &bytes[0], &ns[0]);
    frontier_point(rows, 2, &bytes[1], &ns[1]);
    ck_assert_int_eq(analyze("squeezenet1.1 --profile %s --ram %lld", profile, bytes[0]), 0);
    ck_assert_int_eq(number("plan-ram-bytes"), bytes[0]);
    ck_assert_int_eq(number("next-more-bytes"), bytes[1] - bytes[0]);
    ck_assert_int_eq(number("next-saves-ns"), ns[0] - ns[1]);
    ck_assert_int_gt(number("plan-segments"), 0);
    ck_assert(has("next-changes"));
    ck_assert_int_eq(analyze("squeezenet1.1 --json --profile %s --ram %lld", profile, bytes[0]), 0);
    is_json();
    /* What the heuristics find within the same bytes is no faster. */
    static const char *const greedy[] = {"greedy-stream", "greedy-head"};
    for (int i = 0; i < 2; i++) {
        snprintf(
            arguments, sizeof arguments,
            "select --network squeezenet1.1 --memory-model peak --streaming on --method %s --budget %lld --profile %s",
            greedy[i], 2 * bytes[0], profile);
        harness_command(&other, "taso", arguments);
        ck_assert_int_eq(other.status, 0);
        const char *at = strstr(other.out, "\ntime-ns: ");
        ck_assert_ptr_nonnull(at);
        ck_assert_int_eq(analyze("squeezenet1.1 --profile %s --ram %lld", profile, 2 * bytes[0]), 0);
        if (strstr(other.out, "status: feasible")) ck_assert_int_ge(atoll(at + 10), number("plan-time-ns"));
    }
    harness_forget(profile);
}
END_TEST

int main(void) {
    Suite *suite = suite_create("analyze");
    TCase *c = tcase_create("analyze");
    tcase_add_test(c, figures_of_a_small_network_are_those_computed_by_hand);
    tcase_add_loop_test(c, a_network_fits_from_its_floor_on, 0, (int)(sizeof limits / sizeof limits[0]));
    tcase_add_test(c, a_device_is_its_ram_and_flash);
    tcase_add_loop_test(c, bad_usage_is_one_line_and_nothing_else, 0, (int)(sizeof wrong / sizeof wrong[0]));
    tcase_add_loop_test(c, json_says_the_same_of_every_network, 0, network_builtin_count());
    tcase_add_test(c, with_times_by_rows_plans_stream_and_the_layers_that_change_are_named);
    tcase_add_test(c, the_plan_is_the_fastest_point_of_the_frontier_within_the_ram);
    suite_add_tcase(suite, c);
    return harness_run(suite);
}
