/* Whole searches, of programs and of methods, keep to their memory, without a sanitizer: no block outlives them, and nothing is read or written
 * beyond the end of one, since each ends at an inaccessible page (tests/support/failing.h). */
#include <stdio.h>
#include <stdlib.h>

#include "baselines/methods.h"
#include "solver/milp.h"
#include "tests/support/failing.h"
#include "tests/support/harness.h"
#include "tests/support/random_instance.h"
#include "tests/support/sixty_columns.h"
#include "tests/support/structured_programs.h"

enum { SEEDS = 3, NODES = 20 };

static struct model *sixty_columns(struct random *r) {
    return sixty_columns_program(random_int(r, 1, 1000));
}

static struct model *(*const makers[])(struct random *r) = {structured_knapsack, structured_lots, structured_assignment,
                                                            structured_disjunctions, sixty_columns};
enum { MAKERS = sizeof makers / sizeof makers[0] };

START_TEST(a_search_frees_its_blocks_and_stays_within_them) {
    struct random r = {(uint64_t)(_i / 2 % SEEDS) + 1};
    struct model *m = makers[_i / 2 / SEEDS](&r);
    struct options o = options_default();
    o.node_limit = NODES;
    o.presolve = _i % 2;
    struct failing_seen seen;
    failing_arm(FAILING_FENCED, 0);
    struct milp_result *result = milp_solve(m, &o, NULL);
    const enum milp_status status = result->status;
    milp_result_free(result);
    failing_disarm(&seen);
    ck_assert(status == MILP_OPTIMAL || status == MILP_INFEASIBLE || status == MILP_NODE_LIMIT);
    ck_assert_msg(seen.blocks_left == 0, "%ld blocks were left", seen.blocks_left);
    model_free(m);
}
END_TEST

/* Every row of the table on small instances, with a budget that may be too small. */
START_TEST(a_method_frees_its_blocks_and_stays_within_them) {
    for (int seed = 1; seed <= 12; seed++) {
        struct random r = {(uint64_t)seed};
        struct random_spec spec = {(enum random_graph)(seed % RANDOM_GRAPHS), 5, 3, 0.05};
        struct request q = methods_request();
        struct answer a = {.choice = NULL};
        struct failing_seen seen;
        struct error err = {""};
        struct instance *g = random_instance(&r, &spec);
        q.model = (enum memory_model)(seed % MEMORY_MODELS);
        q.conversions = seed % 2 ? CONVERSIONS_PER_EDGE : CONVERSIONS_PER_TENSOR;
        q.budget_bytes = 40 * seed;
        failing_arm(FAILING_FENCED, 0);
        const bool good = methods_run(&a, methods_get(_i), g, &q, &err);
        if (good) free(a.choice);
        failing_disarm(&seen);
        ck_assert_msg(good == (err.text[0] == '\0'), "%s: '%s'", methods_get(_i)->name, err.text);
        ck_assert_msg(seen.blocks_left == 0, "%s, seed %d: %ld blocks were left", methods_get(_i)->name, seed,
                      seen.blocks_left);
        instance_free(g);
    }
}
END_TEST

int main(void) {
    Suite *suite = suite_create("blocks");
    TCase *tests = tcase_create("blocks");
    tcase_add_loop_test(tests, a_search_frees_its_blocks_and_stays_within_them, 0, 2 * SEEDS * MAKERS);
    tcase_add_loop_test(tests, a_method_frees_its_blocks_and_stays_within_them, 0, methods_count());
    suite_add_tcase(suite, tests);
    return harness_run(suite);
}
