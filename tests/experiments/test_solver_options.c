/* taso --set NAME=VALUE: options of the solver reach the integer programs, change how they are solved and not what is
 * found; what would change that is refused. */
#include <stdlib.h>
#include <string.h>

#include "tests/support/harness.h"

#define QUESTION                                                                                                       \
    "select --network squeezenet1.1 --profile results/reference/profile.tsv.gz --memory-model footprint --budget 9M "

static struct harness_output o;

static long long key(const char *name) {
    const char *at = strstr(o.out, name);
    ck_assert_msg(at != NULL, "%s in %s%s", name, o.out, o.err);
    return atoll(at + strlen(name));
}

START_TEST(options_change_the_way_and_not_the_optimum) {
    ck_assert_int_eq(harness_taso(&o, QUESTION "--method taso"), 0);
    const long long time = key("time-ns: "), iterations = key("iterations: ");
    ck_assert_int_eq(harness_taso(&o, QUESTION "--method taso --set presolve=0 --set cut_rounds=0"), 0);
    ck_assert_int_eq(key("time-ns: "), time);
    ck_assert_int_ne(key("iterations: "), iterations);
}
END_TEST

START_TEST(what_is_not_the_users_is_refused) {
    static const char *const bad[][2] = {
        {"--method taso --set gap_rel=1", "--set: 'gap_rel=1' (expected another option: this one is the method's)"},
        {"--method taso --set node_limit=1", "this one is the method's"},
        {"--method taso --set nonsense=1", "'nonsense' is unknown"},
        {"--method taso --set presolve=maybe", "presolve"},
        {"--method pbqp --set presolve=0", "--set: not used by pbqp (only by taso"}};
    for (int i = 0; i < (int)(sizeof bad / sizeof bad[0]); i++) {
        ck_assert_int_eq(harness_taso(&o, QUESTION "%s", bad[i][0]), 2);
        ck_assert_msg(strstr(o.err, bad[i][1]) != NULL, "%s", o.err);
    }
}
END_TEST

int main(void) {
    Suite *suite = suite_create("solver_options");
    TCase *tests = tcase_create("set");
    tcase_set_timeout(tests, 60);
    tcase_add_test(tests, options_change_the_way_and_not_the_optimum);
    tcase_add_test(tests, what_is_not_the_users_is_refused);
    suite_add_tcase(suite, tests);
    return harness_run(suite);
}
