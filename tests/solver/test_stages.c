/* Programs reduced in stages, each with bounds proven since the previous one: points are restored through all of
 * them. */
#include "tests/support/harness.h"

#include <math.h>
#include <string.h>

#include "solver/base/memory.h"
#include "solver/presolve/stages.h"
#include "tests/support/program.h"

enum { COLS = 7 };

static struct model *program(struct random *r) {
    struct model *m = program_of(COLS, 0, 0, 2, true);
    m->maximize = random_int(r, 0, 1);
    m->offset = random_int(r, -5, 5);
    for (int j = 0; j < COLS; j++) m->cost[j] = random_int(r, -9, 9);
    for (int i = 0; i < 5; i++) {
        double value[COLS];
        for (int j = 0; j < COLS; j++) value[j] = random_int(r, 0, 1) ? random_int(r, -4, 6) : 0;
        program_row(m, i < 2 ? -MODEL_INFINITY : -2, value, random_int(r, 2, 9));
    }
    return program_finish(m);
}

/* The best objective over whole points of the bounds, of minimisation; INFINITY: none. `at` is such a point. */
static double best_point(double *at, const struct model *m) {
    double x[PROGRAM_WIDTH], best = INFINITY;
    for (int j = 0; j < m->cols; j++) x[j] = m->lower[j];
    do {
        double objective = m->maximize ? -model_objective(m, x) : model_objective(m, x);
        if (model_violation(m, x) > 1e-9 || objective >= best) continue;
        best = objective;
        memcpy(at, x, (size_t)m->cols * sizeof *x);
    } while (program_next_point(x, m->lower, m->upper, m->cols));
    return best;
}

/* Rows that the point satisfies: some as equations, as cuts are at the optimum of a relaxation. */
static void append_rows_through(struct random *r, struct model *m, const double *at) {
    int index[2 * PROGRAM_WIDTH], start[3] = {0};
    double value[2 * PROGRAM_WIDTH], lower[2] = {-MODEL_INFINITY, -MODEL_INFINITY}, upper[2] = {0, 0};
    for (int i = 0; i < 2; i++) {
        int k = start[i];
        for (int j = 0; j < m->cols; j++) {
            if (random_int(r, 0, 1)) continue;
            index[k] = j;
            value[k] = random_int(r, 1, 5);
            upper[i] += value[k++] * at[j];
        }
        start[i + 1] = k;
        upper[i] += random_int(r, 0, 1);
    }
    model_append_rows(m, 2, start, index, value, lower, upper);
}

START_TEST(without_a_stage_the_program_is_the_given_one) {
    struct random r = {1};
    struct model *m = program(&r);
    struct options o = options_default();
    struct stages s;
    double x[COLS], given[COLS] = {1, 0, 2, 0, 1, 1, 0};
    stages_init(&s, m, &o);
    ck_assert_ptr_eq(stages_model(&s), m);
    stages_restore(&s, x, given);
    ck_assert(memcmp(x, given, sizeof x) == 0);
    stages_free(&s);
    model_free(m);
}
END_TEST

/* A stage fixes some columns at its best point: it must keep that point's objective. */
START_TEST(the_optimum_comes_back_through_every_stage) {
    struct options o = options_default();
    int stages = 0, deep = 0;
    for (int seed = 1; seed <= 400; seed++) {
        struct random r = {(uint64_t)seed};
        struct model *m = program(&r);
        struct stages s;
        double at[PROGRAM_WIDTH], x[COLS], best = best_point(at, m);
        stages_init(&s, m, &o);
        enum presolve_status status = stages_add(&s, NULL);
        while (best < INFINITY) {
            ck_assert_msg(status == PRESOLVE_REDUCED || status == PRESOLVE_SOLVED, "seed %d: status %d", seed, status);
            const struct model *reduced = stages_model(&s);
            double found = reduced->cols ? best_point(at, reduced) : reduced->offset;
            ck_assert_msg(fabs(found - best) < 1e-9, "seed %d, stage %d: %g, expected %g", seed, s.count, found, best);
            stages_restore(&s, x, at);
            ck_assert_msg(model_violation(m, x) < 1e-9, "seed %d, stage %d: the point does not hold", seed, s.count);
            double objective = m->maximize ? -model_objective(m, x) : model_objective(m, x);
            ck_assert_double_eq_tol(objective, best, 1e-9);
            stages++;
            deep += s.count > 2;
            if (s.count == 4 || reduced->cols == 0) break;
            struct model *tighter = model_copy(reduced);
            int before = s.count;
            for (int j = 0; j < reduced->cols; j++) {
                bool fix = random_int(&r, 0, 3) == 0;
                if (fix) tighter->lower[j] = tighter->upper[j] = at[j];
            }
            append_rows_through(&r, tighter, at);
            status = stages_add(&s, tighter);
            ck_assert_int_eq(s.count, before + 1);
        }
        if (best == INFINITY && s.count > 0 && stages_model(&s)->cols > 0)
            ck_assert(best_point(at, stages_model(&s)) == INFINITY);
        stages_free(&s);
        ck_assert_int_eq(s.count, 0);
        model_free(m);
    }
    ck_assert_int_ge(stages, 933);
    ck_assert_int_ge(deep, 210);
}
END_TEST

START_TEST(a_stage_without_a_program_does_not_count) {
    struct options o = options_default();
    struct model *m = program_of(3, -1, 0, 4, true);
    program_row(m, -MODEL_INFINITY, (double[]){3, 5, 7}, 20);
    program_row(m, 2, (double[]){1, -1, 1}, MODEL_INFINITY);
    program_finish(m);
    struct stages s;
    stages_init(&s, m, &o);
    s.limits.deadline = 0;
    ck_assert_int_eq(stages_add(&s, NULL), PRESOLVE_STOPPED);
    ck_assert(s.count == 0 && stages_model(&s) == m);
    s.limits = limits_none();
    struct model *tighter = model_copy(m);
    tighter->lower[1] = 4, tighter->lower[2] = 1; /* 5 x1 + 7 x2 > 20 */
    ck_assert_int_eq(stages_add(&s, tighter), PRESOLVE_INFEASIBLE);
    ck_assert(s.count == 0 && stages_model(&s) == m);
    ck_assert(m->lower[1] == 0); /* the given program is unchanged */
    stages_free(&s);
    model_free(m);
}
END_TEST

int main(void) {
    Suite *s = suite_create("stages");
    TCase *t = tcase_create("stages");
    tcase_add_test(t, without_a_stage_the_program_is_the_given_one);
    tcase_add_test(t, the_optimum_comes_back_through_every_stage);
    tcase_add_test(t, a_stage_without_a_program_does_not_count);
    suite_add_tcase(s, t);
    return harness_run(s);
}
