/* Children of a node: together they have every solution of it, the relaxation's solution is in neither, and bounds
 * proven by trials hold. */
#include "tests/support/harness.h"

#include <math.h>
#include <string.h>

#include "solver/milp.h"
#include "solver/tree/branch.h"
#include "solver/tree/branch_rules.h"
#include "tests/support/hold.h"
#include "tests/support/one_worker.h"

enum { COLS = 6 };

static struct model *integer_program(struct random *r) {
    struct model *m = program_of(COLS, 0, 0, 2, true);
    for (int j = 0; j < COLS; j++) m->cost[j] = random_int(r, -9, 9);
    for (int i = 0; i < 3; i++) {
        double value[COLS];
        for (int j = 0; j < COLS; j++) value[j] = random_int(r, 0, 1) ? random_int(r, -3, 7) : 0;
        program_row(m, i == 2 ? -4 : -MODEL_INFINITY, value, random_int(r, 3, 9));
    }
    return program_finish(m);
}

static void apply(const struct node_change *change, int count, double *lower, double *upper) {
    for (int k = 0; k < count; k++) {
        lower[change[k].col] = fmax(lower[change[k].col], change[k].lower);
        upper[change[k].col] = fmin(upper[change[k].col], change[k].upper);
    }
}

/* The better of the children's best points is the node's best point, unless that is no better than the incumbent. */
static void check_children(struct one_worker *s, const struct branch *b, double best, const double *x) {
    const struct model *m = s->tree.p.model;
    double least = INFINITY;
    for (int side = 0; side < 2; side++) {
        double lower[COLS], upper[COLS];
        memcpy(lower, m->lower, sizeof lower);
        memcpy(upper, m->upper, sizeof upper);
        apply(b->change[side], b->count[side], lower, upper);
        apply(b->learned, b->learned_count, lower, upper);
        least = fmin(least, one_worker_best_point(m, lower, upper));
        bool inside = true;
        for (int j = 0; j < COLS; j++) inside = inside && x[j] >= lower[j] && x[j] <= upper[j];
        ck_assert(!inside);
        if (b->col >= 0 && b->col < COLS) ck_assert_double_eq_tol(b->distance[0] + b->distance[1], 1, 1e-12);
    }
    ck_assert_double_eq(least, best);
}

START_TEST(children_have_every_solution_and_not_the_relaxations) {
    int made[BRANCH_RULES_COUNT] = {0}, tightened = 0;
    for (int seed = 1; seed <= 800; seed++) {
        struct random r = {(uint64_t)seed};
        struct model *m = integer_program(&r);
        double best = one_worker_best_point(m, m->lower, m->upper);
        for (int rule = 0; rule < BRANCH_RULES_COUNT; rule++) {
            struct one_worker s;
            struct branch b = {.col = -1};
            one_worker_open(&s, m);
            s.options.branching = rule;
            if (one_worker_solve(&s)) {
                double x[COLS];
                memcpy(x, lp_x(s.worker.lp), sizeof x);
                enum branch_result result = branch_choose(&s.worker, &b);
                if (result == BRANCH_MADE) {
                    made[rule]++;
                    ck_assert(fabs(x[b.col] - nearbyint(x[b.col])) > 1e-6);
                    ck_assert_double_eq_tol(b.distance[0], x[b.col] - floor(x[b.col]), 1e-9);
                    check_children(&s, &b, best, x);
                } else if (result == BRANCH_TIGHTENED) {
                    tightened++;
                    double now = one_worker_best_point(m, s.worker.domain.lower, s.worker.domain.upper);
                    ck_assert_double_eq(now, best);
                } else {
                    ck_assert(result == BRANCH_CUT && best == INFINITY);
                }
            }
            branch_free(&b);
            one_worker_close(&s);
        }
        model_free(m);
    }
    for (int rule = 0; rule < BRANCH_RULES_COUNT; rule++) ck_assert_int_ge(made[rule], rule == 0 ? 175 : 517);
    ck_assert_int_ge(tightened, 342);
}
END_TEST

/* One-hot rows with a knapsack over them: branching is on the sum of a set's head, if three of its members are
 * fractional. */
START_TEST(children_of_a_set_have_every_solution_too) {
    int sets = 0;
    for (int seed = 1; seed <= 1500; seed++) {
        struct random r = {(uint64_t)seed * 5};
        struct model *m = program_of(COLS, 0, 0, 1, true);
        double one[COLS], weight[2][COLS];
        for (int j = 0; j < COLS; j++) {
            m->cost[j] = random_int(&r, -9, 9);
            one[j] = 1;
            for (int i = 0; i < 2; i++) weight[i][j] = random_int(&r, 1, 20);
        }
        program_row(m, 1, one, 1);
        for (int i = 0; i < 2; i++) program_row(m, random_int(&r, 3, 8), weight[i], random_int(&r, 8, 12));
        program_finish(m);
        struct one_worker s;
        struct branch b = {.col = -1};
        one_worker_open(&s, m);
        s.options.set_branching = true;
        s.options.branching = BRANCH_RULE_fractional; /* the sum nearest to a half */
        if (one_worker_solve(&s)) {
            double x[COLS];
            memcpy(x, lp_x(s.worker.lp), sizeof x);
            if (branch_choose(&s.worker, &b) == BRANCH_MADE && worker_set(&s.worker, b.col) >= 0) {
                check_children(&s, &b, one_worker_best_point(m, m->lower, m->upper), x);
                for (int side = 0; side < 2; side++) HOLDS(b.count[side] > 0);
                HOLDS(b.count[0] + b.count[1] == COLS);
                sets++;
            }
        }
        branch_free(&b);
        one_worker_close(&s);
        model_free(m);
    }
    ck_assert_int_ge(sets, 39);
}
END_TEST

START_TEST(rules_choose_what_they_say) {
    static const int rules[] = {BRANCH_RULE_fractional, BRANCH_RULE_first};
    int chosen = 0;
    for (int seed = 1; seed <= 400; seed++) {
        struct random r = {(uint64_t)seed * 3};
        struct model *m = integer_program(&r);
        for (int turn = 0; turn < 2; turn++) {
            struct one_worker s;
            struct branch b = {.col = -1};
            one_worker_open(&s, m);
            s.options.branching = rules[turn];
            if (one_worker_solve(&s) && branch_choose(&s.worker, &b) == BRANCH_MADE) {
                const double *x = lp_x(s.worker.lp);
                int expected = s.worker.candidate[0];
                for (int k = 1; rules[turn] == BRANCH_RULE_fractional && k < s.worker.candidates; k++) {
                    int j = s.worker.candidate[k];
                    if (fabs(x[j] - floor(x[j]) - 0.5) < fabs(x[expected] - floor(x[expected]) - 0.5)) expected = j;
                }
                ck_assert_int_eq(b.col, expected);
                chosen += s.worker.candidates > 1;
            }
            branch_free(&b);
            one_worker_close(&s);
        }
        model_free(m);
    }
    ck_assert_int_ge(chosen, 182);
}
END_TEST

START_TEST(the_column_that_moves_the_bound_is_branched_on) {
    struct model *m = program_of(2, -1, 0, 3, true);
    m->cost[1] = -100;
    program_row(m, -MODEL_INFINITY, (double[]){2, 0}, 3); /* x0 = 1.5 either way: worth half a unit */
    program_row(m, -MODEL_INFINITY, (double[]){0, 2}, 3); /* x1 = 1.5: worth fifty */
    program_row(m, -MODEL_INFINITY, (double[]){1, 1}, 20);
    program_finish(m);
    static const int rules[] = {BRANCH_RULE_reliability, BRANCH_RULE_pseudo};
    for (int turn = 0; turn < 2; turn++) {
        struct one_worker s;
        struct branch b = {.col = -1};
        one_worker_open(&s, m);
        s.options.branching = rules[turn];
        if (rules[turn] == BRANCH_RULE_pseudo) /* by pseudo-costs alone */
            for (int up = 0; up < 2; up++) {
                pseudo_learn(&s.tree.pseudo, 0, up, 1, 1);
                pseudo_learn(&s.tree.pseudo, 1, up, 1, 100);
            }
        ck_assert(one_worker_solve(&s));
        enum branch_result result = branch_choose(&s.worker, &b);
        ck_assert(result == BRANCH_MADE || result == BRANCH_TIGHTENED);
        if (result == BRANCH_MADE) ck_assert_int_eq(b.col, 1);
        branch_free(&b);
        one_worker_close(&s);
    }
    model_free(m);
}
END_TEST

/* Children that are closed count as if they had risen over the gap, or by much where there is none. */
START_TEST(a_closed_child_is_an_observation) {
    for (int seed = 1; seed <= 50; seed++) {
        struct random r = {(uint64_t)seed};
        struct model *m = integer_program(&r);
        struct one_worker s;
        double sum[COLS][2] = {{0}};
        int count[COLS][2] = {{0}};
        one_worker_open(&s, m);
        for (int k = 0; k < 40; k++) {
            struct node n = {.branch_col = random_int(&r, -1, COLS - 1),
                             .branch_up = random_int(&r, 0, 1),
                             .branch_distance = random_int(&r, 1, 3) / 4.0};
            double before = random_int(&r, -20, 20), gap = random_int(&r, 0, 9), rise = 10 * fmax(1, fabs(before));
            bool known = random_int(&r, 0, 1);
            s.worker.incumbent.objective = known ? before + gap : MODEL_INFINITY;
            if (known) rise = fmax(0, worker_threshold(&s.worker) - before);
            branch_learn_closed(&s.worker, &n, before);
            if (n.branch_col < 0) continue; /* several columns were changed to make it */
            sum[n.branch_col][n.branch_up] += rise / n.branch_distance;
            count[n.branch_col][n.branch_up]++;
        }
        for (int j = 0; j < COLS; j++)
            for (int up = 0; up < 2; up++) {
                if (count[j][up] == 0) continue;
                double mean = sum[j][up] / count[j][up];
                ck_assert_double_eq_tol(pseudo_rise(s.worker.pseudo, j, up, 1), mean, 1e-9 * (1 + mean));
            }
        one_worker_close(&s);
        model_free(m);
    }
}
END_TEST

enum { PAIRS = 14, REACH = 6 };

/* The least sum of |u_k| that is not 0, where u_k = -(some of u_k+1, ...) for all but the last, by trying the last one's
 * values; INFINITY: none. */
static double differences_least(int entry[PAIRS][PAIRS]) {
    double least = INFINITY;
    for (int last = 1; last <= REACH; last++) {
        int u[PAIRS] = {0}, sum = 0;
        u[PAIRS - 1] = last;
        for (int k = PAIRS - 2; k >= 0; k--)
            for (int l = k + 1; l < PAIRS; l++) u[k] -= entry[k][l] * u[l];
        for (int k = 0; k < PAIRS; k++) sum = abs(u[k]) > REACH ? 10000 : sum + abs(u[k]);
        if (sum < 10000) least = fmin(least, sum);
    }
    return least;
}

/* The same as a program: u_k = p_k - q_k, a binary each for p_k and q_k, of which one is 0. */
static struct model *differences(struct random *r, int entry[PAIRS][PAIRS]) {
    struct model *m = model_new();
    for (int j = 0; j < 2 * PAIRS; j++) model_add_column(m, NULL, 1, 0, REACH, true);
    for (int j = 0; j < 2 * PAIRS; j++) model_add_column(m, NULL, 0, 0, 1, true);
    int some = model_add_row(m, NULL, 1, MODEL_INFINITY);
    for (int j = 0; j < 2 * PAIRS; j++) {
        int row = model_add_row(m, NULL, -MODEL_INFINITY, 0);
        model_add_entry(m, some, j, 1);
        model_add_entry(m, row, j, 1);
        model_add_entry(m, row, 2 * PAIRS + j, -REACH);
    }
    for (int k = 0; k < PAIRS; k++) {
        int one = model_add_row(m, NULL, -MODEL_INFINITY, 1);
        for (int side = 0; side < 2; side++) model_add_entry(m, one, (2 + side) * PAIRS + k, 1);
        if (k == PAIRS - 1) break;
        int row = model_add_row(m, NULL, 0, 0);
        for (int l = k; l < PAIRS; l++) {
            entry[k][l] = l == k || random_int(r, 0, 1);
            if (!entry[k][l]) continue;
            model_add_entry(m, row, l, 1);
            model_add_entry(m, row, PAIRS + l, -1);
        }
    }
    return program_finish(m);
}

/* Most children are empty, and hardly any relaxation rises: the pseudo-costs are of closed children alone. */
START_TEST(differences_are_as_substitution_says) {
    int empty = 0;
    for (int seed = 1; seed <= 30; seed++) {
        struct random r = {(uint64_t)seed};
        int entry[PAIRS][PAIRS] = {{0}};
        struct model *m = differences(&r, entry);
        double least = differences_least(entry);
        struct options o = options_default();
        struct milp_result *result = milp_solve(m, &o, NULL);
        ck_assert_int_eq(result->status, least < INFINITY ? MILP_OPTIMAL : MILP_INFEASIBLE);
        if (least < INFINITY) ck_assert_double_eq_tol(result->objective, least, 1e-6);
        empty += least == INFINITY;
        milp_result_free(result);
        model_free(m);
    }
    ck_assert_int_ge(empty, 3);
}
END_TEST

START_TEST(a_blind_split_halves_the_range_of_a_free_integer) {
    static const double ranges[][2] = {{0, 1},    {0, 7},    {-5, 20},   {-8, -7},
                                       {0, 1e12}, {3, 1e20}, {-1e20, 4}, {-1e20, 1e20}};
    for (size_t k = 0; k < sizeof ranges / sizeof *ranges; k++) {
        struct model *m = program_of(2, 1, 0, 0, true); /* the first is fixed */
        model_add_column(m, NULL, 1, ranges[k][0], ranges[k][1], true);
        program_finish(m);
        struct one_worker s;
        struct branch b = {.col = -1};
        one_worker_open(&s, m);
        ck_assert_int_eq(branch_blind(&s.worker, &b), BRANCH_MADE);
        ck_assert_int_eq(b.col, -1);
        ck_assert(b.count[0] == 1 && b.count[1] == 1);
        const struct node_change *down = b.change[0], *up = b.change[1];
        ck_assert(down->col == 2 && up->col == 2);
        ck_assert(down->lower == ranges[k][0] && up->upper == ranges[k][1]);
        ck_assert(up->lower == down->upper + 1 && down->upper == floor(down->upper));
        ck_assert(down->lower <= down->upper && up->lower <= up->upper);
        domain_set(&s.worker.domain, 2, 0, 0);
        ck_assert_int_eq(branch_blind(&s.worker, &b), BRANCH_NONE);
        branch_free(&b);
        one_worker_close(&s);
        model_free(m);
    }
}
END_TEST

int main(void) {
    Suite *s = suite_create("branch");
    TCase *t = tcase_create("branch"), *rules = tcase_create("rules");
    tcase_add_test(rules, children_have_every_solution_and_not_the_relaxations);
    tcase_add_test(t, children_of_a_set_have_every_solution_too);
    tcase_add_test(t, rules_choose_what_they_say);
    tcase_add_test(t, the_column_that_moves_the_bound_is_branched_on);
    tcase_add_test(t, a_closed_child_is_an_observation);
    tcase_add_test(t, differences_are_as_substitution_says);
    tcase_add_test(t, a_blind_split_halves_the_range_of_a_free_integer);
    suite_add_tcase(s, rules);
    suite_add_tcase(s, t);
    return harness_run(s);
}
