/* What probing learns of small binary programs against enumeration: no solution is lost, every implication holds in
 * every solution. */
#include "tests/support/harness.h"

#include "solver/tree/probing.h"
#include "tests/support/one_worker.h"

enum { COLS = 8 };

static struct model *binary_program(struct random *r, bool with_integer) {
    struct model *m = program_of(COLS - 1, 0, 0, 1, true);
    model_add_column(m, NULL, 0, 0, with_integer ? 4 : 1, true);
    for (int j = 0; j < COLS; j++) m->cost[j] = random_int(r, -9, 9);
    program_random_rows(m, r, random_int(r, 2, 5), 45, 4);
    return program_finish(m);
}

static bool keeps(const struct implication *i, const double *x) {
    if (x[i->col] != i->value) return true;
    return i->upper ? x[i->other] <= i->bound + 1e-9 : x[i->other] >= i->bound - 1e-9;
}

START_TEST(no_solution_is_lost_and_every_implication_holds_in_each) {
    long learned = 0, tightened = 0, empty = 0;
    for (int seed = 1; seed <= 1500; seed++) {
        struct random r = {(uint64_t)seed};
        struct model *m = binary_program(&r, seed % 2);
        struct one_worker s;
        one_worker_open(&s, m);
        const struct domain *d = &s.worker.domain;
        double x[COLS] = {0};
        if (worker_solve(&s.worker, INT32_MAX) == LP_OPTIMAL) {
            probing_run(&s.worker);
            empty += d->infeasible;
            do {
                if (model_violation(m, x) > 0) continue;
                ck_assert_msg(!d->infeasible, "seed %d: called infeasible", seed);
                for (int j = 0; j < COLS; j++)
                    if (x[j] < d->lower[j] || x[j] > d->upper[j])
                        ck_abort_msg("seed %d: x%d = %g is lost", seed, j, x[j]);
                for (size_t k = 0; k < s.tree.structure.implied.count; k++)
                    if (!keeps(&s.tree.structure.implied.item[k], x))
                        ck_abort_msg("seed %d: implication %zu is false", seed, k);
            } while (program_next_point(x, m->lower, m->upper, COLS));
            learned += (long)s.tree.structure.implied.count;
            for (int j = 0; j < COLS && !d->infeasible; j++) {
                tightened += d->lower[j] > m->lower[j] || d->upper[j] < m->upper[j];
                ck_assert(lp_lower(s.worker.lp, j) == d->lower[j] && lp_upper(s.worker.lp, j) == d->upper[j]);
            }
        }
        one_worker_close(&s);
        model_free(m);
    }
    ck_assert_int_ge(learned, 1222);
    ck_assert_int_ge(tightened, 868);
    ck_assert_int_ge(empty, 81);
}
END_TEST

static bool finds(const struct implications *all, int col, int value, int other, int upper, double bound) {
    for (size_t k = 0; k < all->count; k++) {
        const struct implication *i = &all->item[k];
        if (i->col == col && i->value == value && i->other == other && i->upper == upper && i->bound == bound)
            return true;
    }
    return false;
}

START_TEST(implications_through_other_columns_are_found) {
    struct model *m = program_of(4, -1, 0, 1, true);
    m->upper[3] = 6;
    program_row(m, 0, (double[]){-1, 1, 0, 0}, MODEL_INFINITY);  /* x0 = 1: x1 = 1 */
    program_row(m, -MODEL_INFINITY, (double[]){0, 1, 1, 0}, 1);  /* then x2 = 0 */
    program_row(m, -MODEL_INFINITY, (double[]){0, 0, -4, 1}, 2); /* then x3 <= 2 */
    program_finish(m);
    struct one_worker s;
    one_worker_open(&s, m);
    ck_assert(worker_solve(&s.worker, INT32_MAX) == LP_OPTIMAL);
    probing_run(&s.worker);
    ck_assert(!s.worker.domain.infeasible);
    ck_assert(finds(&s.tree.structure.implied, 0, 1, 1, 0, 1));
    ck_assert(finds(&s.tree.structure.implied, 0, 1, 2, 1, 0));
    ck_assert(finds(&s.tree.structure.implied, 0, 1, 3, 1, 2));
    ck_assert(finds(&s.tree.structure.implied, 1, 0, 0, 1, 0));
    ck_assert(!finds(&s.tree.structure.implied, 0, 0, 1, 1, 0));
    one_worker_close(&s);
    model_free(m);
}
END_TEST

START_TEST(a_value_that_is_impossible_fixes_the_other_and_what_both_imply_holds) {
    struct model *m = program_of(4, 1, 0, 1, true);
    m->upper[3] = 9;
    program_row(m, -MODEL_INFINITY, (double[]){1, 1, 0, 0}, 1); /* x0 = 1 makes x1 = 0, */
    program_row(m, 0, (double[]){-1, 1, 0, 0}, MODEL_INFINITY); /* and x1 = 1: it is impossible */
    program_row(m, 2, (double[]){0, 0, -3, 1}, MODEL_INFINITY); /* x3 >= 2 + 3 x2 */
    program_row(m, 3, (double[]){0, 0, 3, 1}, MODEL_INFINITY);  /* x3 >= 3 - 3 x2: either way x3 >= 3 */
    program_finish(m);
    struct one_worker s;
    one_worker_open(&s, m);
    ck_assert(worker_solve(&s.worker, INT32_MAX) == LP_OPTIMAL);
    probing_run(&s.worker);
    ck_assert_double_eq(s.worker.domain.upper[0], 0);
    ck_assert_double_eq(s.worker.domain.lower[3], 3);
    ck_assert_double_eq(s.worker.domain.upper[3], 9);
    ck_assert_double_eq(lp_lower(s.worker.lp, 3), 3);
    one_worker_close(&s);
    model_free(m);
}
END_TEST

int main(void) {
    Suite *s = suite_create("probing");
    TCase *t = tcase_create("probing");
    tcase_add_test(t, no_solution_is_lost_and_every_implication_holds_in_each);
    tcase_add_test(t, implications_through_other_columns_are_found);
    tcase_add_test(t, a_value_that_is_impossible_fixes_the_other_and_what_both_imply_holds);
    suite_add_tcase(s, t);
    return harness_run(s);
}
