/* Programs of some sixty columns, too many to enumerate: the same optimum with every ingredient of the search
 * (presolve, probing, cuts, restarts, heuristics) and without. */
#include "tests/support/harness.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "solver/milp.h"
#include "tests/support/sixty_columns.h"

enum { SAMPLE = 15 };

static const char *const settings[] = {
    "restarts=0 presolve=off probing=off cut_rounds=0 rins=off diving=off exchange=off "
    "feasibility_pump=off reduced_cost_fixing=off group_branching=off branching=pseudo clique_propagation=off "
    "tree_cuts=off",
    "",
    "threads=2",
    "restarts=10 dive_period=1",
    "cut_worth=1",
    "cut_worth=0 threads=2",
    "restarts=0",
    "presolve=off",
    "probing=off exchange=off",
    "set_branching=on",
    "set_branching=on presolve=off cut_rounds=0 threads=2",
    "cut_rounds=200 seed=7",
    "clique_propagation=on tree_cuts=off restarts=0",
    "clique_propagation=on restarts=0 cut_rounds=0 rins=off threads=2"};
enum { SETTINGS = sizeof settings / sizeof settings[0] };

static struct options set(const char *assignments) {
    struct options o = options_default();
    struct error err;
    char copy[512];
    snprintf(copy, sizeof copy, "%s", assignments);
    for (char *at = strtok(copy, " "); at; at = strtok(NULL, " "))
        ck_assert_msg(options_set(&o, at, &err), "%s", err.text);
    return o;
}

static struct milp_result *solve(const struct model *m, const char *assignments) {
    struct options o = set(assignments);
    return milp_solve(m, &o, NULL);
}

/* What every setting is compared with, solved once for all of them. */
static struct {
    struct model *model;
    struct milp_result *bare;
} sample[SAMPLE];

static void enter(void) {
    for (int k = 0; k < SAMPLE; k++) {
        sample[k].model = sixty_columns_program(k + 1);
        sample[k].bare = solve(sample[k].model, settings[0]);
    }
}

static void leave(void) {
    for (int k = 0; k < SAMPLE; k++) {
        milp_result_free(sample[k].bare);
        model_free(sample[k].model);
    }
}

START_TEST(every_ingredient_leaves_the_optimum) {
    int optimal = 0;
    for (int k = 0; k < SAMPLE; k++) {
        const struct model *m = sample[k].model;
        const struct milp_result *bare = sample[k].bare;
        struct milp_result *full = solve(m, settings[_i]);
        ck_assert_msg(bare->status == full->status, "seed %d, '%s': %s, not %s", k + 1, settings[_i],
                      milp_status_names[full->status], milp_status_names[bare->status]);
        if (bare->status == MILP_OPTIMAL) {
            optimal++;
            double room = 1e-7 * fmax(1, fabs(bare->objective));
            ck_assert_msg(fabs(bare->objective - full->objective) <= room, "seed %d, '%s': %.12g, not %.12g", k + 1,
                          settings[_i], full->objective, bare->objective);
            ck_assert_double_le(model_violation(m, full->x), 1e-6);
            ck_assert_double_le(fabs(full->bound - full->objective), room);
        }
        milp_result_free(full);
    }
    ck_assert_int_gt(optimal, SAMPLE / 4);
}
END_TEST

START_TEST(the_same_run_gives_the_same_tree) {
    static const char *const same[] = {"", "threads=2", "threads=3 restarts=10",
                                       "threads=2 restarts=0 tree_cuts=on clique_propagation=on"};
    for (long seed = 1; seed <= 8; seed++) {
        struct model *m = sixty_columns_program(seed);
        struct milp_result *a = solve(m, same[_i]), *b = solve(m, same[_i]);
        ck_assert_int_eq(a->nodes, b->nodes);
        ck_assert_int_eq(a->iterations, b->iterations);
        milp_result_free(a);
        milp_result_free(b);
        model_free(m);
    }
}
END_TEST

int main(void) {
    Suite *s = suite_create("ingredients");
    TCase *t = tcase_create("ingredients");
    tcase_add_unchecked_fixture(t, enter, leave);
    tcase_set_timeout(t, 120);
    tcase_add_loop_test(t, every_ingredient_leaves_the_optimum, 1, SETTINGS);
    tcase_add_loop_test(t, the_same_run_gives_the_same_tree, 0, 4);
    suite_add_tcase(s, t);
    return harness_run(s);
}
