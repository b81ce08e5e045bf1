/* The operations on a worker: bounds go into the relaxation, a mark is a state to return to, and only better solutions
 * that hold are accepted. */
#include "tests/support/harness.h"

#include <math.h>
#include <string.h>

#include "tests/support/one_worker.h"

enum { COLS = 6 };

static struct model *integer_program(struct random *r, bool mixed) {
    struct model *m = program_of(COLS, 0, 0, 3, true);
    for (int j = 0; j < COLS; j++) m->cost[j] = random_int(r, -9, 9);
    if (mixed) m->integer[COLS - 1] = false;
    program_random_rows(m, r, 4, 60, 5);
    return program_finish(m);
}

START_TEST(a_solution_is_accepted_if_it_holds_and_is_better) {
    int taken = 0, refused = 0;
    for (int seed = 1; seed <= 300; seed++) {
        struct random r = {(uint64_t)seed};
        struct model *m = integer_program(&r, false);
        struct one_worker s;
        one_worker_open(&s, m);
        double best = MODEL_INFINITY;
        for (int trial = 0; trial < 200; trial++) {
            double x[COLS], rounded[COLS];
            for (int j = 0; j < COLS; j++) {
                rounded[j] = random_int(&r, 0, trial % 7 ? 3 : 4);
                x[j] = rounded[j] + random_int(&r, -4, 4) / 10.0;
            }
            double objective = search_objective(m, rounded);
            bool good = model_violation(m, rounded) == 0 && objective < best;
            ck_assert_int_eq(worker_offer(&s.worker, x, "test"), good);
            taken += good;
            refused += !good;
            if (good) best = objective;
            ck_assert(s.worker.incumbent.has == (best < MODEL_INFINITY) && s.worker.incumbent.objective == best);
            if (good) ck_assert(memcmp(s.worker.incumbent.x, rounded, sizeof rounded) == 0);
            if (good) ck_assert_str_eq(s.worker.incumbent.found_by, "test");
        }
        one_worker_close(&s);
        model_free(m);
    }
    ck_assert_int_ge(taken, 102);
    ck_assert_int_ge(refused, 59898);
}
END_TEST

static int asked;

static bool takes_one(const void *context, const double *x) {
    ck_assert_ptr_eq(context, &asked);
    asked++;
    return x[0] == 1;
}

START_TEST(the_caller_may_refuse_a_solution) {
    struct model *m = program_finish(program_of(2, -1, 0, 2, true));
    struct one_worker s;
    asked = 0;
    one_worker_open(&s, m);
    s.tree.p.accept = takes_one;
    s.tree.p.context = &asked;
    ck_assert(!worker_offer(&s.worker, (double[]){2, 2}, "a"));
    ck_assert(s.worker.incumbent.rejected && !s.worker.incumbent.has && asked == 1);
    ck_assert(worker_offer(&s.worker, (double[]){1, 0}, "b"));
    ck_assert(!worker_offer(&s.worker, (double[]){1, 0}, "c")); /* no better: not even checked */
    ck_assert_int_eq(asked, 2);
    s.tree.p.cutoff = -3;
    ck_assert(!worker_offer(&s.worker, (double[]){1, 1}, "d"));
    one_worker_close(&s);
    model_free(m);
}
END_TEST

START_TEST(integers_that_are_given_are_completed_by_the_relaxation) {
    struct model *m = program_of(2, 1, 0, 10, true);
    m->integer[1] = false;
    program_row(m, 4.5, (double[]){1, 1}, MODEL_INFINITY);
    program_finish(m);
    struct one_worker s;
    one_worker_open(&s, m);
    ck_assert(worker_solve(&s.worker, INT32_MAX) == LP_OPTIMAL);
    ck_assert(!worker_offer(&s.worker, (double[]){2, 0}, "offer"));
    ck_assert(worker_try(&s.worker, (double[]){2.2, 0}, "try"));
    ck_assert(s.worker.incumbent.x[0] == 2 && fabs(s.worker.incumbent.x[1] - 2.5) < 1e-9);
    ck_assert(s.worker.domain.lower[0] == 0 && s.worker.domain.upper[0] == 10);
    ck_assert(lp_lower(s.worker.lp, 0) == 0 && lp_upper(s.worker.lp, 0) == 10);
    ck_assert(!worker_try(&s.worker, (double[]){11, 0}, "beyond its bounds"));
    one_worker_close(&s);
    model_free(m);
}
END_TEST

START_TEST(a_mark_is_a_state_to_come_back_to) {
    int moved = 0;
    for (int seed = 1; seed <= 200; seed++) {
        struct random r = {(uint64_t)seed * 3};
        struct model *m = integer_program(&r, seed % 2);
        struct one_worker s;
        unsigned char before[COLS + 4], after[COLS + 4];
        one_worker_open(&s, m);
        struct worker *w = &s.worker;
        if (worker_solve(w, INT32_MAX) == LP_OPTIMAL) {
            double objective = lp_objective(w->lp);
            lp_get_basis(w->lp, before);
            struct worker_mark mark = worker_mark(w);
            for (int step = 0; step < 3; step++) {
                int j = random_int(&r, 0, COLS - 1);
                worker_tighten(w, j, step, 3 - (random_int(&r, 0, 1) ? 1 : 0));
                (void)domain_propagate(&w->domain, 1000);
                worker_push_bounds(w);
                (void)worker_solve(w, INT32_MAX);
            }
            worker_return(w, &mark);
            lp_get_basis(w->lp, after);
            ck_assert(memcmp(before, after, sizeof before) == 0);
            ck_assert(!w->domain.infeasible && w->domain.changes == 0);
            for (int j = 0; j < COLS; j++) {
                ck_assert(w->domain.lower[j] == 0 && w->domain.upper[j] == 3);
                ck_assert(lp_lower(w->lp, j) == 0 && lp_upper(w->lp, j) == 3);
            }
            ck_assert(worker_solve(w, INT32_MAX) == LP_OPTIMAL);
            ck_assert_double_eq_tol(lp_objective(w->lp), objective, 1e-9 * (1 + fabs(objective)));
            moved++;
        }
        one_worker_close(&s);
        model_free(m);
    }
    ck_assert_int_ge(moved, 81);
}
END_TEST

START_TEST(only_integer_bounds_of_the_domain_go_into_the_relaxation) {
    struct model *m = program_of(2, 1, 0, 10, true);
    m->integer[1] = false;
    program_finish(m);
    struct one_worker s;
    one_worker_open(&s, m);
    worker_tighten(&s.worker, 0, 2, 7);
    worker_tighten(&s.worker, 1, 3, 6);
    ck_assert(lp_lower(s.worker.lp, 0) == 0);
    worker_push_bounds(&s.worker);
    ck_assert_int_eq(s.worker.domain.changes, 0);
    ck_assert(lp_lower(s.worker.lp, 0) == 2 && lp_upper(s.worker.lp, 0) == 7);
    ck_assert(lp_lower(s.worker.lp, 1) == 0 && lp_upper(s.worker.lp, 1) == 10);
    ck_assert(worker_lower(&s.worker, 1) == 3 && worker_upper(&s.worker, 1) == 6);
    worker_try_bounds(&s.worker, 0, 4, 4); /* in the LP alone */
    ck_assert(lp_lower(s.worker.lp, 0) == 4 && worker_lower(&s.worker, 0) == 2);
    one_worker_close(&s);
    model_free(m);
}
END_TEST

START_TEST(fractional_columns_are_the_integers_off_a_whole_number) {
    int some = 0;
    for (int seed = 1; seed <= 300; seed++) {
        struct random r = {(uint64_t)seed * 5};
        struct model *m = integer_program(&r, true);
        struct one_worker s;
        one_worker_open(&s, m);
        if (worker_solve(&s.worker, INT32_MAX) == LP_OPTIMAL) {
            const double *x = lp_x(s.worker.lp);
            int count = worker_fractional(&s.worker), expected = 0;
            ck_assert_int_eq(count, s.worker.candidates);
            for (int j = 0; j < COLS; j++) {
                if (!m->integer[j] || (x[j] - floor(x[j]) < 1e-6) || (ceil(x[j]) - x[j] < 1e-6)) continue;
                ck_assert_int_lt(expected, count);
                ck_assert_int_eq(s.worker.candidate[expected++], j);
            }
            ck_assert_int_eq(count, expected);
            some += count > 0;
        }
        one_worker_close(&s);
        model_free(m);
    }
    ck_assert_int_ge(some, 83);
}
END_TEST

START_TEST(limits_stop_a_worker_and_say_which) {
    struct model *m = program_finish(program_of(1, 1, 0, 1, true));
    atomic_int interrupt = 0;
    struct one_worker s;
    one_worker_open(&s, m);
    s.tree.p.limits.interrupt = &interrupt;
    ck_assert(!worker_stopped(&s.worker) && s.worker.stop == LIMITS_RUNNING);
    s.tree.counts.nodes = 3;
    s.worker.counts.nodes = 2;
    s.tree.p.limits.nodes = 6;
    ck_assert(!worker_stopped(&s.worker));
    s.tree.p.limits.nodes = 5; /* those of the tree and of the worker */
    ck_assert(worker_stopped(&s.worker) && s.worker.stop == LIMITS_NODES);
    s.tree.p.limits.nodes = 100;
    s.worker.stop = LIMITS_RUNNING;
    s.tree.p.limits.iterations = 7;
    s.tree.counts.iterations = 4;
    s.worker.counts.iterations = 3;
    ck_assert(worker_stopped(&s.worker) && s.worker.stop == LIMITS_ITERATIONS);
    s.tree.p.limits.iterations = 1000;
    s.worker.stop = LIMITS_RUNNING;
    s.tree.p.limits.deadline = 0;
    ck_assert(worker_stopped(&s.worker) && s.worker.stop == LIMITS_TIME);
    s.tree.p.limits.deadline = LIMITS_NO_DEADLINE;
    s.worker.stop = LIMITS_RUNNING;
    interrupt = 1;
    ck_assert(worker_stopped(&s.worker) && s.worker.stop == LIMITS_INTERRUPTED);
    interrupt = 0;
    ck_assert(worker_stopped(&s.worker)); /* once stopped it stays stopped */
    one_worker_close(&s);
    model_free(m);
}
END_TEST

/* Ten twins in one long row are a group: a row of the LP whose sides branching sets. */
START_TEST(a_group_is_branched_on_as_a_row_of_the_relaxation) {
    struct model *m = program_of(10, -1, 0, 1, true);
    program_row(m, -MODEL_INFINITY, (double[]){3, 3, 3, 3, 3, 3, 3, 3, 3, 3}, 14);
    program_finish(m);
    struct one_worker s;
    one_worker_open(&s, m);
    struct worker *w = &s.worker;
    ck_assert_int_eq(s.tree.structure.groups.count, 1);
    s.tree.structure.group_row = lp_rows(w->lp);
    groups_add(w->lp, &s.tree.structure.groups);
    int group = m->cols, variable = m->cols + s.tree.structure.group_row;
    ck_assert_int_lt(worker_set(w, group), 0);
    ck_assert(worker_solve(w, INT32_MAX) == LP_OPTIMAL);
    ck_assert_double_eq_tol(groups_sum(&s.tree.structure.groups, 0, lp_x(w->lp)), 14.0 / 3, 1e-9);
    worker_tighten(w, group, -MODEL_INFINITY, 4);
    ck_assert(worker_upper(w, group) == 4 && lp_upper(w->lp, variable) == 4);
    ck_assert(worker_solve(w, INT32_MAX) == LP_OPTIMAL);
    ck_assert_double_eq_tol(lp_objective(w->lp), -4, 1e-9);
    worker_tighten(w, group, 2, 6);
    ck_assert(worker_lower(w, group) == 2 && worker_upper(w, group) == 4);
    worker_tighten(w, group, 5, 6);
    ck_assert(w->domain.infeasible);
    w->domain.infeasible = false;
    worker_open_groups(w);
    ck_assert(lp_upper(w->lp, variable) >= MODEL_INFINITY && lp_lower(w->lp, variable) <= -MODEL_INFINITY);
    ck_assert(worker_upper(w, group) >= MODEL_INFINITY);
    one_worker_close(&s);
    model_free(m);
}
END_TEST

START_TEST(a_set_is_branched_on_as_the_sum_of_its_head) {
    struct model *m = program_of(5, 1, 0, 1, true);
    for (int j = 0; j < 5; j++) m->cost[j] = j;
    program_row(m, 1, (double[]){1, 1, 1, 1, 1}, 1);
    program_finish(m);
    struct one_worker s;
    one_worker_open(&s, m);
    struct worker *w = &s.worker;
    int set = m->cols + s.tree.structure.groups.count;
    ck_assert_int_eq(s.tree.structure.sets.count, 1);
    ck_assert_int_eq(worker_set(w, set), 0);
    ck_assert(worker_lower(w, set) == 0 && worker_upper(w, set) == 1);
    w->set_place[0] = 2;
    worker_try_bounds(w, set, 0, 0); /* no 1 in the head, in the LP alone */
    for (int j = 0; j < 5; j++) ck_assert(lp_upper(w->lp, j) == (j < 2 ? 0 : 1) && w->domain.upper[j] == 1);
    worker_try_bounds(w, set, 1, 1);
    for (int j = 0; j < 5; j++) ck_assert(lp_upper(w->lp, j) == (j < 2 ? 1 : 0) && w->domain.upper[j] == 1);
    worker_tighten(w, set, 1, 1);
    for (int j = 0; j < 5; j++) ck_assert(w->domain.upper[j] == (j < 2 ? 1 : 0));
    one_worker_close(&s);
    model_free(m);
}
END_TEST

int main(void) {
    Suite *s = suite_create("worker");
    TCase *t = tcase_create("worker");
    tcase_add_test(t, a_solution_is_accepted_if_it_holds_and_is_better);
    tcase_add_test(t, the_caller_may_refuse_a_solution);
    tcase_add_test(t, integers_that_are_given_are_completed_by_the_relaxation);
    tcase_add_test(t, a_mark_is_a_state_to_come_back_to);
    tcase_add_test(t, only_integer_bounds_of_the_domain_go_into_the_relaxation);
    tcase_add_test(t, fractional_columns_are_the_integers_off_a_whole_number);
    tcase_add_test(t, limits_stop_a_worker_and_say_which);
    tcase_add_test(t, a_group_is_branched_on_as_a_row_of_the_relaxation);
    tcase_add_test(t, a_set_is_branched_on_as_the_sum_of_its_head);
    suite_add_tcase(s, t);
    return harness_run(s);
}
