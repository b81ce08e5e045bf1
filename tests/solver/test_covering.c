/* The local search for set covering: covers are valid and, on small programs, the cheapest; other programs are left
 * alone. */
#include <math.h>

#include "solver/heuristics/heuristics.h"
#include "tests/support/harness.h"
#include "tests/support/hold.h"
#include "tests/support/one_worker.h"

enum { COLS = 12, ROWS = 9 };

/* Coefficients may be above the demand; with `mirrored`, rows are negated. Some columns are in no row that is left. */
static struct model *cover(struct random *r, bool mirrored) {
    struct model *m = program_of(COLS, 0, 0, 1, true);
    for (int j = 0; j < COLS; j++) m->cost[j] = random_int(r, 1, 9);
    if (random_int(r, 0, 1)) m->lower[random_int(r, 0, COLS - 1)] = 1;
    for (int i = 0; i < ROWS; i++) {
        double value[COLS] = {0}, sign = mirrored ? -1 : 1;
        int demand = random_int(r, 1, 2);
        for (int j = 0; j < COLS; j++)
            if (random_int(r, 0, 3) == 0 || j == i) value[j] = sign * random_int(r, 2, 3);
        program_row(m, mirrored ? -MODEL_INFINITY : demand, value, mirrored ? -demand : MODEL_INFINITY);
    }
    return program_finish(m);
}

static double cheapest(const struct model *m) {
    double best = INFINITY;
    for (int set = 0; set < 1 << COLS; set++) {
        double x[COLS];
        for (int j = 0; j < COLS; j++) x[j] = set >> j & 1;
        if (model_violation(m, x) <= 1e-9) best = fmin(best, model_objective(m, x));
    }
    return best;
}

/* The worker after the heuristic alone. */
static void search(struct one_worker *s, const struct model *m) {
    one_worker_open(s, m);
    if (one_worker_solve(s)) heuristics_run_one(&s->worker, HEURISTICS_covering, lp_x(s->worker.lp));
}

START_TEST(small_covers_are_the_cheapest) {
    int searched = 0;
    for (int seed = 1; seed <= 200; seed++) {
        struct random r = {(uint64_t)seed};
        struct model *m = cover(&r, seed % 2);
        struct one_worker s;
        search(&s, m);
        if (s.worker.candidates > 0) { /* else the relaxation is a cover by itself */
            searched++;
            ck_assert_msg(s.worker.incumbent.has, "seed %d: no cover", seed);
            HOLDS(model_violation(m, s.worker.incumbent.x) <= 1e-9);
            ck_assert_msg(fabs(s.worker.incumbent.objective - cheapest(m)) < 1e-9, "seed %d: %g, not %g", seed,
                          s.worker.incumbent.objective, cheapest(m));
        }
        one_worker_close(&s);
        model_free(m);
    }
    ck_assert_int_gt(searched, 100);
}
END_TEST

START_TEST(other_programs_are_left_alone) {
    for (int seed = 1; seed <= 60; seed++) {
        struct random r = {(uint64_t)seed};
        struct model *m = cover(&r, false);
        struct one_worker s;
        int other = seed % 4, j = random_int(&r, 0, COLS - 1);
        m->lower[j] = 0;
        if (other == 0) m->cost[j] = -1;
        if (other == 1) m->integer[j] = false;
        if (other == 2) m->row_upper[0] = 4;
        if (other == 3) m->row_lower[0] = 5; /* more than one column */
        search(&s, m);
        HOLDS(!s.worker.incumbent.has);
        one_worker_close(&s);
        model_free(m);
    }
}
END_TEST

START_TEST(only_covers_cheaper_than_the_incumbent_are_offered) {
    for (int seed = 1; seed <= 60; seed++) {
        struct random r = {(uint64_t)seed};
        struct model *m = cover(&r, false);
        struct one_worker s;
        one_worker_open(&s, m);
        double least = cheapest(m), all[COLS];
        ck_assert(one_worker_solve(&s));
        for (int j = 0; j < COLS; j++) all[j] = 1;
        ck_assert(worker_offer(&s.worker, all, "given"));
        for (int run = 0; run < 2; run++) { /* the second finds nothing */
            heuristics_run_one(&s.worker, HEURISTICS_covering, lp_x(s.worker.lp));
            ck_assert_double_eq_tol(s.worker.incumbent.objective, least, 1e-9);
        }
        one_worker_close(&s);
        model_free(m);
    }
}
END_TEST

int main(void) {
    Suite *suite = suite_create("covering");
    TCase *c = tcase_create("all");
    tcase_set_timeout(c, 60);
    tcase_add_test(c, small_covers_are_the_cheapest);
    tcase_add_test(c, other_programs_are_left_alone);
    tcase_add_test(c, only_covers_cheaper_than_the_incumbent_are_offered);
    suite_add_tcase(suite, c);
    return harness_run(suite);
}
