/* Each separator by itself: every feasible whole point satisfies its cuts, the relaxation's solution does not. And the
 * rows, bounds and combinations of rows (mir.h) that separators see. */
#include "solver/tree/probing.h"
#include "tests/support/harness.h"

#include <math.h>
#include <string.h>

#include "solver/cuts/cuts.h"
#include "solver/cuts/mir.h"
#include "tests/support/hold.h"
#include "tests/support/one_worker.h"

enum { COLS = 8, CONTINUOUS = COLS - 1 };

/* Knapsacks of both signs, a packing row, and a continuous column that a binary switches. */
static struct model *program(struct random *r) {
    struct model *m = program_of(COLS, 0, 0, 1, true);
    for (int j = 0; j < COLS; j++) m->cost[j] = -random_int(r, 1, 20);
    m->upper[0] = 3;
    m->integer[CONTINUOUS] = false;
    m->upper[CONTINUOUS] = 6;
    for (int i = 0; i < 4; i++) {
        double value[COLS] = {0}, sum = 0;
        for (int j = 0; j < COLS; j++) {
            if (random_int(r, 0, 3) == 0) continue;
            value[j] = i == 0 ? (j > 0 && j < CONTINUOUS) : random_int(r, i == 3 ? -5 : 1, 12);
            sum += fmax(value[j], 0);
        }
        program_row(m, -MODEL_INFINITY, value, i == 0 ? 1 : floor(sum * 0.6));
    }
    double limit[COLS] = {0};
    limit[CONTINUOUS] = 1;
    limit[1] = -6;
    program_row(m, -MODEL_INFINITY, limit, 0); /* y <= 6 x1 */
    return program_finish(m);
}

/* Least number of cuts of these programs, and least sum of their distances from the relaxations' solutions: the present
 * values, since runs repeat exactly. The last row is for all separators together. A separator without numbers here only
 * has to make valid cuts. */
static const struct {
    int cuts;
    double distance;
} least[CUTS_SEPARATORS + 1] = {
    [CUTS_gomory] = {540, 183.561788},     [CUTS_mir] = {540, 160.169561}, [CUTS_cover] = {10, 3.130149},
    [CUTS_pair] = {28, 4.709978},          [CUTS_clique] = {3, 0.940362},  [CUTS_implied] = {89, 22.561341},
    [CUTS_SEPARATORS] = {1182, 370.363202}};

static const char *name_of(int separator) {
    return separator < CUTS_SEPARATORS ? cuts_name(separator) : "all separators";
}

/* The continuous column's interval with the integer ones fixed; false: empty. */
static bool interval(const struct model *m, const double *x, double *low, double *high) {
    *low = m->lower[CONTINUOUS];
    *high = m->upper[CONTINUOUS];
    for (int i = 0; i < m->rows; i++) {
        double slope = program_entry(m, i, CONTINUOUS), rest = m->row_upper[i];
        for (int j = 0; j < CONTINUOUS; j++) rest -= program_entry(m, i, j) * x[j];
        if (slope == 0 && rest < 0) return false;
        if (slope > 0) *high = fmin(*high, rest / slope);
        if (slope < 0) *low = fmax(*low, rest / slope);
    }
    return *low <= *high;
}

static void check_cuts(const struct cut_set *found, const struct model *m, const char *name, int seed) {
    double x[COLS] = {0}, low, high;
    do {
        if (!interval(m, x, &low, &high)) continue;
        for (int end = 0; end < 2; end++) {
            x[CONTINUOUS] = end ? high : low;
            for (size_t k = 0; k < found->count; k++)
                if (one_worker_activity(&found->item[k], x) > found->item[k].rhs + 1e-9)
                    ck_abort_msg("seed %d: a point breaks a cut of %s", seed, name);
        }
    } while (program_next_point(x, m->lower, m->upper, CONTINUOUS));
}

START_TEST(every_solution_satisfies_a_cut_and_the_relaxation_violates_it) {
    int made = 0;
    double sum = 0;
    for (int seed = 1; seed <= 150; seed++) {
        struct random r = {(uint64_t)seed};
        struct model *m = program(&r);
        struct one_worker s;
        struct cuts c;
        one_worker_open(&s, m);
        if (one_worker_solve(&s)) {
            const struct search *t = &s.tree;
            probing_run(&s.worker);
            clique_table_init(&s.tree.structure.cliques, m, &t->rows, &t->structure.implied, t->lower, t->upper);
            if (!s.worker.domain.infeasible && one_worker_solve(&s)) {
                double x[COLS];
                memcpy(x, lp_x(s.worker.lp), sizeof x);
                cuts_init(&c, &s.worker, t->lower, t->upper);
                int variables = COLS + lp_rows(s.worker.lp);
                c.x = MEMORY_NEW(double, variables);
                memcpy(c.x, lp_x(s.worker.lp), (size_t)variables * sizeof *c.x);
                _i < CUTS_SEPARATORS ? cuts_separate_with(&c, _i) : cuts_separate(&c);
                for (size_t k = 0; k < c.found.count; k++) {
                    const struct cut *cut = &c.found.item[k];
                    double square = 0, distance = one_worker_activity(cut, x) - cut->rhs;
                    for (int e = 0; e < cut->count; e++) square += cut->value[e] * cut->value[e];
                    HOLDS(fabs(square - 1) < 1e-9);
                    HOLDS(distance > 1e-5 && fabs(distance - cut->efficacy) < 1e-6);
                    HOLDS(cut->made_by && cut->made_by[0]);
                    sum += distance;
                }
                check_cuts(&c.found, m, name_of(_i), seed);
                made += (int)c.found.count;
                cuts_free(&c);
            }
        }
        one_worker_close(&s);
        model_free(m);
    }
    ck_assert_msg(made >= least[_i].cuts && sum > least[_i].distance - 1e-5, "%s makes %d cuts at %.6f", name_of(_i),
                  made, sum);
}
END_TEST

START_TEST(rounds_at_the_root_raise_the_bound_but_never_beyond_the_optimum) {
    int raised = 0;
    for (int seed = 1; seed <= 100; seed++) {
        struct random r = {(uint64_t)seed * 3};
        struct model *m = program(&r);
        struct one_worker s;
        one_worker_open(&s, m);
        if (one_worker_solve(&s)) {
            double before = lp_objective(s.worker.lp), best = INFINITY, x[COLS] = {0}, low, high;
            cuts_run(&s.worker, NULL);
            check_cuts(&s.tree.cuts.active, m, "rounds", seed);
            ck_assert_int_eq(lp_rows(s.worker.lp), m->rows + (int)s.tree.cuts.active.count);
            do {
                if (!interval(m, x, &low, &high)) continue;
                x[CONTINUOUS] = high; /* whose cost is negative */
                best = fmin(best, search_objective(m, x));
            } while (program_next_point(x, m->lower, m->upper, CONTINUOUS));
            ck_assert_int_eq(worker_solve(&s.worker, INT32_MAX), LP_OPTIMAL);
            double after = lp_objective(s.worker.lp);
            ck_assert(after >= before - 1e-7 && after <= best + 1e-6);
            raised += after > before + 1e-6;
        }
        one_worker_close(&s);
        model_free(m);
    }
    ck_assert_int_ge(raised, 91);
}
END_TEST

/* What the rounds of one program did: how many, the last two objectives, how often they asked whether that is enough. */
static struct {
    int rounds, asked;
    double last, now, cutoff;
    bool enough;
} seen;

static void see_round(void *context, const struct search_round *r) {
    (void)context;
    seen.rounds++;
    seen.last = seen.now;
    seen.now = r->objective;
}

static bool ask(struct worker *w) {
    (void)w;
    seen.asked++;
    HOLDS(seen.now - seen.last <= 0.05 * (seen.cutoff - seen.now) + 1e-9); /* a round that closes more is not slow */
    return seen.enough;
}

/* The program of a seed with solutions wanted that cost less than 20 more than the relaxation. */
static void run_rounds(int seed, bool (*enough)(struct worker *w), bool answer) {
    struct random r = {(uint64_t)seed * 3};
    struct model *m = program(&r);
    struct one_worker s;
    one_worker_open(&s, m);
    s.tree.p.round = see_round;
    memset(&seen, 0, sizeof seen);
    if (one_worker_solve(&s)) {
        seen.now = lp_objective(s.worker.lp);
        seen.cutoff = s.tree.p.cutoff = seen.now + 20;
        seen.enough = answer;
        cuts_run(&s.worker, enough);
    }
    one_worker_close(&s);
    model_free(m);
}

START_TEST(slow_rounds_end_where_that_is_enough) {
    int ended = 0;
    for (int seed = 1; seed <= 100; seed++) {
        run_rounds(seed, NULL, false);
        int rounds = seen.rounds;
        run_rounds(seed, ask, false);
        ck_assert_int_eq(seen.rounds, rounds);
        bool slow = seen.asked > 0;
        run_rounds(seed, ask, true);
        ck_assert_int_eq(seen.asked, slow);
        ck_assert_int_le(seen.rounds, rounds);
        ended += seen.rounds < rounds;
    }
    ck_assert_int_ge(ended, 10);
}
END_TEST

static struct cuts opened(struct one_worker *s) {
    struct cuts c;
    cuts_init(&c, &s->worker, s->tree.lower, s->tree.upper);
    int variables = COLS + lp_rows(s->worker.lp);
    c.x = MEMORY_NEW(double, variables);
    memcpy(c.x, lp_x(s->worker.lp), (size_t)variables * sizeof *c.x);
    return c;
}

START_TEST(rows_of_the_relaxation_are_the_programs_then_cuts) {
    struct random r = {4};
    struct model *m = program(&r);
    struct one_worker s;
    one_worker_open(&s, m);
    ck_assert(worker_solve(&s.worker, INT32_MAX) == LP_OPTIMAL);
    struct cut cut = {.count = 2, .rhs = 1.25, .efficacy = 1};
    cut.index = MEMORY_NEW(int, 2);
    cut.value = MEMORY_NEW(double, 2);
    cut.index[1] = 2;
    cut.value[0] = 0.8;
    cut.value[1] = 0.6;
    cut_set_append(&s.tree.cuts.active, cut);
    cut_set_add_rows(&s.tree.cuts.active, 0, 1, s.worker.lp);
    ck_assert(worker_solve(&s.worker, INT32_MAX) == LP_OPTIMAL);
    struct cuts c = opened(&s);
    for (int i = 0; i < m->rows; i++) {
        struct cuts_row row = cuts_row(&c, i);
        ck_assert(cuts_combines(&c, i));
        ck_assert_int_eq(row.count, s.tree.rows.start[i + 1] - s.tree.rows.start[i]);
        for (long k = 0; k < row.count; k++) ck_assert(row.value[k] == program_entry(m, i, row.col[k]));
        ck_assert(cuts_upper(&c, COLS + i) == m->row_upper[i] && cuts_lower(&c, COLS + i) <= -MODEL_INFINITY);
    }
    struct cuts_row row = cuts_row(&c, m->rows);
    ck_assert(cuts_combines(&c, m->rows) && row.count == 2 && row.col[1] == 2 && row.value[0] == 0.8);
    ck_assert(cuts_upper(&c, COLS + m->rows) == 1.25 && cuts_lower(&c, COLS + m->rows) <= -MODEL_INFINITY);
    ck_assert(cuts_upper(&c, 0) == 3 && cuts_lower(&c, 0) == 0);
    ck_assert_int_eq(c.upper_row[CONTINUOUS], 4);
    ck_assert(c.whole_row[0] && !c.whole_row[4]);
    cuts_free(&c);
    one_worker_close(&s);
    model_free(m);
}
END_TEST

/* Offers a cut that is violated, one that is satisfied, and one with a negligible coefficient. */
START_TEST(an_offered_cut_is_kept_if_it_is_violated_enough) {
    struct random r = {4};
    struct model *m = program(&r);
    struct one_worker s;
    one_worker_open(&s, m);
    ck_assert(one_worker_solve(&s));
    struct cuts c = opened(&s);
    for (int j = 0; j < COLS; j++) c.x[j] = j == 0 ? 1.5 : 0.5;
    double dense[COLS] = {3, 4};
    int list[] = {0, 1, 2};
    cuts_offer(&c, dense, list, 3, 6.5, "kept"); /* 4.5 + 2 = 6.5 */
    ck_assert_uint_eq(c.found.count, 0);
    cuts_offer(&c, dense, list, 3, 5, "broken");
    ck_assert_uint_eq(c.found.count, 1);
    ck_assert_int_eq(c.found.item[0].count, 2);
    ck_assert_double_eq_tol(c.found.item[0].rhs, 1, 1e-6);
    ck_assert_double_eq_tol(c.found.item[0].efficacy, 0.3, 1e-6);
    dense[CONTINUOUS] = -3.5e-9; /* moved to the side, with its bound of 6 */
    list[2] = CONTINUOUS;
    cuts_offer(&c, dense, list, 3, 5, "tiny");
    ck_assert_uint_eq(c.found.count, 2);
    ck_assert_int_eq(c.found.item[1].count, 2);
    ck_assert(c.found.item[1].rhs >= (5 + 6 * 3.5e-9) / 5);
    cuts_offer(&c, dense, list, 3, NAN, "no number");
    cuts_offer(&c, dense, list, 0, -1, "nothing");
    ck_assert_uint_eq(c.found.count, 2);
    cuts_free(&c);
    one_worker_close(&s);
    model_free(m);
}
END_TEST

/* 2 x0 + 2 x1 + ... <= 3 rounds to x0 + x1 + ... <= 1. */
START_TEST(rounding_a_combination_gives_the_cut_of_the_book) {
    struct model *m = program_of(COLS, -1, 0, 1, true);
    program_row(m, -MODEL_INFINITY, (double[]){1, 3, 0, 0, 0, 0, 0, 0}, 2.5);
    program_row(m, -MODEL_INFINITY, (double[]){1, -1, 0, 0, 0, 0, 0, 0}, 0.5); /* their sum: 2 x0 + 2 x1 <= 3 */
    program_finish(m);
    struct one_worker s;
    one_worker_open(&s, m);
    ck_assert(one_worker_solve(&s));
    struct cuts c = opened(&s);
    c.x[0] = 1, c.x[1] = 0.5, c.x[COLS] = 2.5, c.x[COLS + 1] = 0.5;
    struct mir mir;
    mir_init(&mir, &c);
    mir_add_row(&mir, 0, 1);
    mir_add_row(&mir, 1, 1);
    for (int j = 0; j < 2; j++) ck_assert(mir.coef[j] == 2 && mir.coef[COLS + j] == -1);
    ck_assert(mir_try(&mir, 2, "test"));
    bool found = false; /* both the combination and its negative may give one */
    for (size_t k = 0; k < c.found.count; k++) {
        const struct cut *cut = &c.found.item[k];
        found |= cut->count == 2 && fabs(cut->value[0] - sqrt(0.5)) < 1e-6 && fabs(cut->value[1] - sqrt(0.5)) < 1e-6 &&
                 fabs(cut->rhs - sqrt(0.5)) < 1e-6;
    }
    ck_assert(found);
    mir_clear(&mir);
    ck_assert_int_eq(mir.count, 0);
    for (int j = 0; j < COLS + 2; j++) ck_assert(mir.coef[j] == 0 && !mir.listed[j]);
    mir_free(&mir);
    cuts_free(&c);
    one_worker_close(&s);
    model_free(m);
}
END_TEST

/* Never less for a root that took more, at least ten times its pivots, and never out of proportion. */
START_TEST(rounds_may_take_pivots_in_proportion_to_the_root) {
    for (int64_t root = 0; root < 5000; root++) {
        int64_t most = cuts_patience(root);
        ck_assert_int_ge(most, 10 * root + 5000);
        ck_assert_int_le(most, 50 * root + 5000);
        ck_assert_int_ge(cuts_patience(root + 1), most);
    }
    ck_assert_int_ge(cuts_patience(800), 40000);
    ck_assert_int_lt(cuts_patience(1000000), 11000000);
}
END_TEST

int main(void) {
    Suite *s = suite_create("cuts");
    TCase *t = tcase_create("cuts");
    tcase_add_loop_test(t, every_solution_satisfies_a_cut_and_the_relaxation_violates_it, 0, CUTS_SEPARATORS + 1);
    tcase_add_test(t, rounds_at_the_root_raise_the_bound_but_never_beyond_the_optimum);
    tcase_add_test(t, slow_rounds_end_where_that_is_enough);
    tcase_add_test(t, rows_of_the_relaxation_are_the_programs_then_cuts);
    tcase_add_test(t, an_offered_cut_is_kept_if_it_is_violated_enough);
    tcase_add_test(t, rounds_may_take_pivots_in_proportion_to_the_root);
    tcase_add_test(t, rounding_a_combination_gives_the_cut_of_the_book);
    suite_add_tcase(s, t);
    return harness_run(s);
}
