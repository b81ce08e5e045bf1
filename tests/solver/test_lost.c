/* Relaxations that cannot be solved: whichever calls of lp_solve fail, no node is forgotten, and what the search claims is
 * true. (A search that forgets them calls the best solution that it has optimal.) */
#include <stdio.h>

#include "tests/support/harness.h"
#include "tests/support/small_milp.h"

static int calls, fails_from, fails_every; /* from this call on, each so many */

enum lp_status __real_lp_solve(struct lp *lp, const struct lp_control *control);
enum lp_status __wrap_lp_solve(struct lp *lp, const struct lp_control *control);
enum lp_status __wrap_lp_solve(struct lp *lp, const struct lp_control *control) {
    calls++;
    if (calls >= fails_from && (calls - fails_from) % fails_every == 0) return LP_NUMERICAL;
    return __real_lp_solve(lp, control);
}

enum { SEEDS = 60, CALLS_MOST = 12 };

/* Leaves of programs whose columns are all integers need no relaxation: these answers are certain. */
static const int families[] = {0, 3, 4, 5};

/* Without presolve and heuristics, small programs need a tree. */
static struct options bare(void) {
    static const char *const settings[] = {"presolve=off", "diving=off", "rins=off", "cut_rounds=0"};
    struct options o = options_default();
    struct error err;
    for (size_t k = 0; k < sizeof settings / sizeof settings[0]; k++)
        ck_assert_msg(options_set(&o, settings[k], &err), "%s", err.text);
    return o;
}

START_TEST(a_relaxation_that_fails_is_never_a_claim) {
    const struct options o = bare();
    const struct milp_family *family = &milp_families[families[_i]];
    int uncertain = 0, certain = 0;
    for (uint64_t seed = 1; seed <= SEEDS; seed++) {
        struct random r = {seed * 977 + (uint64_t)_i};
        struct model *m = family->make(&r);
        for (fails_from = 1; fails_from <= CALLS_MOST; fails_from++)
            for (fails_every = 1; fails_every <= 3; fails_every++) {
                calls = 0;
                struct milp_result *result = milp_solve(m, &o, NULL);
                if (result->status == MILP_NUMERICAL) {
                    uncertain++;
                } else {
                    const char *fault = milp_fault(m, result);
                    ck_assert_msg(!fault, "%s, seed %d, fails from call %d, each %d: %s", family->name, (int)seed,
                                  fails_from, fails_every, fault);
                    certain++;
                }
                milp_result_free(result);
            }
        model_free(m);
    }
    ck_assert_int_eq(uncertain > 0, families[_i] > 0);
    ck_assert_int_gt(certain, 0);
    printf("%s: %d certain answers, %d uncertain ones\n", family->name, certain, uncertain);
}
END_TEST

int main(void) {
    Suite *suite = suite_create("lost");
    TCase *tc = tcase_create("relaxations");
    tcase_add_loop_test(tc, a_relaxation_that_fails_is_never_a_claim, 0, sizeof families / sizeof families[0]);
    suite_add_tcase(suite, tc);
    return harness_run(suite);
}
