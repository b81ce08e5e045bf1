/* Programs of many more columns than rows: sifting and dormant columns against the plain path, and every claim proven on
 * the model (tests/support/lp_proof.h). */
#include <stdlib.h>

#include "solver/base/random.h"
#include "solver/lp/lp_internal.h"
#include "tests/support/harness.h"
#include "tests/support/lp_proof.h"

enum kind { COVER, PACK, SPLIT, MIXED, KINDS };

/* Of `rows` rows and 40 columns for each. COVER: rows >= 1; PACK: <= capacities, costs below 0; SPLIT: equations; MIXED:
 * ranges, and bounds of every kind, some away from 0. */
static struct model *wide(struct random *r, enum kind kind, int rows) {
    struct model *m = model_new();
    struct error err;
    double *activity = MEMORY_NEW(double, rows);
    for (int i = 0; i < rows; i++) model_add_row(m, NULL, -MODEL_INFINITY, MODEL_INFINITY);
    for (int j = 0; j < 40 * rows; j++) {
        bool boxed = random_int(r, 0, 2) > 0;
        int cost = random_int(r, 1, 20), lower = kind == MIXED ? random_int(r, -2, 2) : 0,
            entries = random_int(r, 1, 5);
        double upper = boxed ? lower + random_int(r, 1, 3) : MODEL_INFINITY;
        model_add_column(m, NULL,
                         kind == PACK             ? -cost
                         : kind == MIXED && boxed ? cost - 10
                                                  : cost,
                         lower, upper, false);
        for (int k = 0, i = random_int(r, 0, rows - 1); k < entries && i < rows; k++, i += random_int(r, 1, 3)) {
            double value = kind == MIXED ? random_int(r, 1, 4) * (random_int(r, 0, 3) ? 1 : -1) : 1;
            model_add_entry(m, i, j, value);
            activity[i] += value * (lower + (j % 7 == 0));
        }
    }
    for (int i = 0; i < rows; i++) {
        double side = kind == MIXED ? activity[i] : random_int(r, 1, 6);
        m->row_lower[i] = kind == PACK ? -MODEL_INFINITY : side;
        m->row_upper[i] = kind == COVER ? MODEL_INFINITY : kind == MIXED ? side + random_int(r, 0, 5) : side;
    }
    free(activity);
    ck_assert_msg(model_finish(m, &err), "%s", err.text);
    return m;
}

struct outcome {
    enum lp_status status;
    double objective;
    int64_t sifted; /* pivots */
};

static struct outcome solve(const struct model *m, bool sifting, const char *what, unsigned seed) {
    struct options o = options_default();
    struct lp_watch watch;
    struct lp_control control = proof_no_limits;
    char why[200] = "";
    o.sifting = sifting;
    lp_watch_init(&watch, 0, NULL, NULL);
    control.watch = &watch;
    struct lp *lp = lp_new(m, &o);
    struct outcome out = {.status = lp_solve(lp, &control)};
    ck_assert_msg(proof_of(m, lp, out.status, 0, why), "%s, seed %u, sifting %d: status %d: %s", what, seed, sifting,
                  (int)out.status, why);
    out.objective = lp_objective(lp);
    out.sifted = watch.spent[LP_SIFTING].iterations;
    if (out.status == LP_OPTIMAL) { /* the basis alone gives the same answer */
        unsigned char *place = MEMORY_NEW(unsigned char, m->cols + m->rows);
        int basic = 0;
        lp_get_basis(lp, place);
        for (int j = 0; j < m->cols + m->rows; j++) basic += place[j] == PLACE_BASIC;
        ck_assert_int_eq(basic, m->rows);
        struct lp *again = lp_new(m, &o);
        ck_assert_int_eq(lp_set_basis(again, place), 0);
        ck_assert_int_eq(lp_solve(again, &proof_no_limits), LP_OPTIMAL);
        ck_assert_int_eq(lp_iterations(again), 0);
        ck_assert_double_eq_tol(lp_objective(again), out.objective, 1e-9 * (1 + fabs(out.objective)));
        lp_free(again);
        free(place);
    }
    lp_free(lp);
    return out;
}

/* Returns the pivots of sifting. */
static int64_t check_both(const struct model *m, enum lp_status expected, const char *what, unsigned seed) {
    struct outcome with = solve(m, true, what, seed), without = solve(m, false, what, seed);
    ck_assert_msg(with.status == expected && without.status == expected, "%s, seed %u: status %d and %d", what, seed,
                  (int)with.status, (int)without.status);
    ck_assert_int_eq(without.sifted, 0);
    if (expected == LP_OPTIMAL)
        ck_assert_double_eq_tol(with.objective, without.objective, 1e-8 * (1 + fabs(without.objective)));
    return with.sifted;
}

static const char *const kind_names[KINDS] = {"cover", "pack", "split", "mixed"};

START_TEST(sifting_finds_the_optimum_of_the_plain_path) {
    int sifted = 0;
    for (unsigned seed = 1; seed <= 60; seed++) {
        struct random r = {seed};
        struct model *m = wide(&r, (enum kind)_i, 3 + (int)seed % 15);
        struct outcome plain = solve(m, false, kind_names[_i], seed);
        sifted += check_both(m, plain.status, kind_names[_i], seed) > 0;
        model_free(m);
    }
    ck_assert_int_gt(sifted, 30);
}
END_TEST

/* Demands that no columns meet, of a program whose restricted ones look like those above. */
START_TEST(without_a_solution_the_proof_is_of_the_whole_program) {
    for (unsigned seed = 1; seed <= 40; seed++) {
        struct random r = {seed};
        struct model *m = wide(&r, COVER, 4 + (int)seed % 9);
        for (int j = 0; j < m->cols; j++) m->upper[j] = 1;
        m->row_lower[seed % 4] = m->cols;
        check_both(m, LP_INFEASIBLE, "infeasible", seed);
        model_free(m);
    }
}
END_TEST

/* Only dear columns fill the first row: the cheap ones of the first restricted program do not. */
START_TEST(a_restricted_program_without_a_solution_says_nothing) {
    for (unsigned seed = 1; seed <= 40; seed++) {
        struct random r = {seed};
        struct model *m = wide(&r, COVER, 4 + (int)seed % 9);
        for (int j = 0; j < m->cols; j++) m->upper[j] = 1;
        m->row_lower[0] = 20;
        check_both(m, LP_OPTIMAL, "demand", seed);
        model_free(m);
    }
}
END_TEST

START_TEST(an_unbounded_program_has_its_ray) {
    for (unsigned seed = 1; seed <= 40; seed++) {
        struct random r = {seed};
        struct model *m = wide(&r, COVER, 4 + (int)seed % 9);
        int j = random_int(&r, 0, m->cols - 1);
        m->cost[j] = -1;
        m->upper[j] = MODEL_INFINITY;
        check_both(m, LP_UNBOUNDED, "unbounded", seed);
        model_free(m);
    }
}
END_TEST

START_TEST(a_limit_stops_it_and_the_next_solve_finishes) {
    for (unsigned seed = 1; seed <= 20; seed++) {
        struct random r = {seed};
        struct model *m = wide(&r, COVER, 12);
        struct options o = options_default();
        struct lp *lp = lp_new(m, &o);
        struct lp_control few = proof_no_limits;
        char why[200] = "";
        few.limits.iterations = seed % 7;
        ck_assert_int_eq(lp_solve(lp, &few), LP_ITERATION_LIMIT);
        ck_assert_int_eq(lp_iterations(lp), few.limits.iterations);
        enum lp_status status = lp_solve(lp, &proof_no_limits);
        ck_assert_msg(status == LP_OPTIMAL && proof_of(m, lp, status, 0, why), "seed %u: %s", seed, why);
        lp_free(lp);
        model_free(m);
    }
}
END_TEST

/* Bounds change at random; dormant columns change sides. */
START_TEST(warm_starts_with_dormant_columns_end_where_cold_ones_do) {
    int dormant = 0;
    for (unsigned seed = 1; seed <= 30; seed++) {
        struct random r = {seed};
        struct model *m = wide(&r, seed % 2 ? COVER : MIXED, 10);
        for (int j = 0; j < m->cols; j++) m->upper[j] = fmin(m->upper[j], m->lower[j] + 2);
        struct options o = options_default();
        struct lp *lp = lp_new(m, &o);
        for (int step = 0; step < 12; step++) {
            enum lp_status status = lp_solve(lp, &proof_no_limits);
            char why[200] = "";
            ck_assert_msg(proof_of(m, lp, status, 0, why), "seed %u, step %d: status %d: %s", seed, step, (int)status,
                          why);
            dormant += lp->s->active.count < lp->s->active.all;
            struct lp *cold = lp_new(m, &o);
            ck_assert_int_eq(lp_solve(cold, &proof_no_limits), status);
            if (status == LP_OPTIMAL)
                ck_assert_double_eq_tol(lp_objective(cold), lp_objective(lp), 1e-7 * (1 + fabs(lp_objective(lp))));
            for (int k = 0; k < 8; k++) {
                int j = random_int(&r, 0, m->cols - 1);
                bool full = lp_x(lp)[j] > m->lower[j];
                m->upper[j] = full ? m->lower[j] : m->lower[j] + random_int(&r, 1, 3);
                lp_set_bounds(lp, j, m->lower[j], m->upper[j]);
            }
            lp_free(cold);
        }
        lp_free(lp);
        model_free(m);
    }
    ck_assert_int_gt(dormant, 100);
}
END_TEST

int main(void) {
    Suite *suite = suite_create("sift");
    TCase *c = tcase_create("all");
    tcase_set_timeout(c, 60);
    tcase_add_loop_test(c, sifting_finds_the_optimum_of_the_plain_path, 0, KINDS);
    tcase_add_test(c, without_a_solution_the_proof_is_of_the_whole_program);
    tcase_add_test(c, a_restricted_program_without_a_solution_says_nothing);
    tcase_add_test(c, an_unbounded_program_has_its_ray);
    tcase_add_test(c, a_limit_stops_it_and_the_next_solve_finishes);
    tcase_add_test(c, warm_starts_with_dormant_columns_end_where_cold_ones_do);
    suite_add_tcase(suite, c);
    return harness_run(suite);
}
