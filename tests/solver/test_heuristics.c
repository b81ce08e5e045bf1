/* Each heuristic by itself: it offers only solutions that hold, and leaves bounds and basis as they were. */
#include "tests/support/harness.h"

#include <math.h>
#include <string.h>

#include "solver/heuristics/heuristics.h"
#include "tests/support/hold.h"
#include "tests/support/one_worker.h"

enum { COLS = 8 };

/* Covering and packing rows with a few of mixed signs; one column may be continuous. */
static struct model *program(struct random *r, bool mixed) {
    struct model *m = program_of(COLS, 0, 0, random_int(r, 1, 3), true);
    for (int j = 0; j < COLS; j++) m->cost[j] = random_int(r, -9, 9);
    m->integer[COLS - 1] = !mixed;
    for (int i = 0; i < 5; i++) {
        double value[COLS];
        for (int j = 0; j < COLS; j++) value[j] = random_int(r, 0, 2) ? 0 : random_int(r, i < 3 ? 1 : -4, 7);
        bool above = i % 2;
        program_row(m, above ? random_int(r, 1, 5) : -MODEL_INFINITY, value,
                    above ? MODEL_INFINITY : random_int(r, 5, 14));
    }
    return program_finish(m);
}

/* Row `row` of the table, or all of them as at the root. */
static void run(struct worker *w, int row, const double *x) {
    if (row < HEURISTICS) {
        heuristics_run_one(w, row, x);
        return;
    }
    struct node *n = node_new(NULL, lp_objective(w->lp), 0);
    heuristics_run(w, n);
    node_release(n);
}

static const char *name_of(int row) {
    return row < HEURISTICS ? heuristics_name(row) : "all of them";
}

/* Least number of solutions that each finds of these programs, and the most that they lose to the relaxations in all,
 * with a loss of 50 for no solution: the present values, since runs repeat exactly. The last row is for all together. A
 * heuristic without numbers here only has to restore bounds and basis. */
static const struct {
    bool wants_incumbent;
    int least;
    double loss;
} expected_of[HEURISTICS + 1] = {
    [HEURISTICS_rounding] = {false, 37, 10757.663061}, [HEURISTICS_shifting] = {false, 120, 7039.322235},
    [HEURISTICS_dive] = {false, 121, 7032.988902},     [HEURISTICS_pump] = {false, 47, 10446.803958},
    [HEURISTICS_exchange] = {true, 108, 7679.223165},  [HEURISTICS_rins] = {true, 48, 10285.574150},
    [HEURISTICS] = {false, 121, 6934.988902}};

/* A feasible point, for heuristics that begin with one. */
static bool give_incumbent(struct one_worker *s, struct random *r) {
    for (int trial = 0; trial < 500 && !s->worker.incumbent.has; trial++) {
        double x[COLS];
        for (int j = 0; j < COLS; j++) x[j] = random_int(r, 0, (int)s->tree.p.model->upper[j]);
        worker_offer(&s->worker, x, "given");
    }
    struct search *t = &s->tree;
    if (!s->worker.incumbent.has) return false;
    t->incumbent.has = true;
    t->incumbent.objective = s->worker.incumbent.objective;
    memcpy(t->incumbent.x, s->worker.incumbent.x, COLS * sizeof *t->incumbent.x);
    return true;
}

static void check_left_alone(const struct one_worker *s, const unsigned char *before, const char *name) {
    unsigned char after[COLS + 5];
    const struct worker *w = &s->worker;
    lp_get_basis(w->lp, after);
    ck_assert_msg(lp_rows(w->lp) == 5 && memcmp(before, after, sizeof after) == 0, "%s: another basis", name);
    for (int j = 0; j < COLS; j++) {
        bool same = w->domain.lower[j] == s->tree.lower[j] && w->domain.upper[j] == s->tree.upper[j] &&
                    lp_lower(w->lp, j) == s->tree.lower[j] && lp_upper(w->lp, j) == s->tree.upper[j];
        if (!same) ck_abort_msg("%s: other bounds of column %d", name, j);
    }
    ck_assert(!w->domain.infeasible);
}

START_TEST(heuristics_offer_what_holds_and_leave_bounds_and_basis_alone) {
    int found = 0;
    double loss = 250 * 50;
    for (int seed = 1; seed <= 250; seed++) {
        struct random r = {(uint64_t)seed};
        struct model *m = program(&r, seed % 3 == 0);
        struct one_worker s;
        one_worker_open(&s, m);
        unsigned char before[COLS + 5];
        if (one_worker_solve(&s) && (!expected_of[_i].wants_incumbent || give_incumbent(&s, &r))) {
            double x[COLS], given = s.worker.incumbent.objective, relaxed = lp_objective(s.worker.lp);
            memcpy(x, lp_x(s.worker.lp), sizeof x);
            memcpy(s.tree.root.x, x, sizeof x);
            lp_get_basis(s.worker.lp, before);
            run(&s.worker, _i, x);
            if (s.worker.incumbent.has && s.worker.incumbent.objective < given) {
                found++;
                loss += s.worker.incumbent.objective - relaxed - 50;
                HOLDS(model_violation(m, s.worker.incumbent.x) <= 1e-6);
                HOLDS(fabs(search_objective(m, s.worker.incumbent.x) - s.worker.incumbent.objective) < 1e-9);
                HOLDS(s.worker.incumbent.objective >= relaxed - 1e-6);
                for (int j = 0; j < COLS; j++)
                    HOLDS(!m->integer[j] || s.worker.incumbent.x[j] == floor(s.worker.incumbent.x[j]));
                HOLDS(s.worker.incumbent.found_by && s.worker.incumbent.found_by[0]);
            }
            check_left_alone(&s, before, name_of(_i));
        }
        one_worker_close(&s);
        model_free(m);
    }
    bool good = found >= expected_of[_i].least && (loss < expected_of[_i].loss + 1e-5 || expected_of[_i].least == 0);
    ck_assert_msg(good, "%s finds %d solutions, %.6f too high in all", name_of(_i), found, loss);
}
END_TEST

/* Down where that violates no row, else up; false if both directions are locked for some column. */
START_TEST(rounding_goes_where_no_row_is_violated) {
    int rounded = 0;
    for (int seed = 1; seed <= 400; seed++) {
        struct random r = {(uint64_t)seed * 3};
        struct model *m = program(&r, false);
        struct one_worker s;
        one_worker_open(&s, m);
        if (one_worker_solve(&s)) {
            const struct worker *w = &s.worker;
            double x[COLS], expected[COLS];
            bool locked = false;
            memcpy(x, lp_x(w->lp), sizeof x);
            for (int j = 0; j < COLS; j++) {
                bool up = true, down = true;
                for (int i = 0; i < m->rows; i++) {
                    double a = program_entry(m, i, j);
                    bool above = m->row_upper[i]<MODEL_INFINITY, below = m->row_lower[i]> - MODEL_INFINITY;
                    if (a != 0 && (a > 0 ? above : below)) up = false;
                    if (a != 0 && (a > 0 ? below : above)) down = false;
                }
                bool fractional = fabs(x[j] - nearbyint(x[j])) > 1e-6;
                expected[j] = !fractional ? nearbyint(x[j]) : down ? floor(x[j]) : ceil(x[j]);
                locked |= fractional && !up && !down;
            }
            rounding_run(&s.worker, x);
            ck_assert(w->incumbent.has == !locked);
            for (int j = 0; j < COLS && w->incumbent.has; j++) HOLDS(w->incumbent.x[j] == expected[j]);
            rounded += w->incumbent.has;
        }
        one_worker_close(&s);
        model_free(m);
    }
    ck_assert_int_ge(rounded, 67);
}
END_TEST

/* Of a knapsack's relaxation one column is fractional: rounding it down is all that its two values would give. */
START_TEST(the_neighbourhood_takes_in_a_core_where_it_would_be_empty) {
    enum { ITEMS = 60 };
    int better = 0;
    for (int seed = 1; seed <= 20; seed++) {
        struct random r = {(uint64_t)seed};
        struct model *m = model_new();
        struct error err;
        int row = model_add_row(m, NULL, 0, 799.5), whole = 0;
        double down = 0;
        for (int j = 0; j < ITEMS; j++) {
            int weight = random_int(&r, 20, 60);
            model_add_column(m, NULL, -weight - random_int(&r, -6, 6), 0, 1, true);
            model_add_entry(m, row, j, weight);
        }
        ck_assert_msg(model_finish(m, &err), "%s", err.text);
        struct one_worker s;
        one_worker_open(&s, m);
        ck_assert(one_worker_solve(&s));
        double x[ITEMS];
        memcpy(x, lp_x(s.worker.lp), sizeof x);
        for (int j = 0; j < ITEMS; j++) {
            whole += x[j] == floor(x[j]);
            down += m->cost[j] * floor(x[j]);
        }
        ck_assert_int_eq(whole, ITEMS - 1);
        heuristics_run_one(&s.worker, HEURISTICS_rins, x);
        ck_assert(s.worker.incumbent.has && s.worker.incumbent.objective <= down);
        better += s.worker.incumbent.objective < down;
        one_worker_close(&s);
        model_free(m);
    }
    ck_assert_int_ge(better, 19);
}
END_TEST

int main(void) {
    Suite *s = suite_create("heuristics");
    TCase *t = tcase_create("heuristics");
    tcase_add_loop_test(t, heuristics_offer_what_holds_and_leave_bounds_and_basis_alone, 0, HEURISTICS + 1);
    tcase_add_test(t, rounding_goes_where_no_row_is_violated);
    tcase_add_test(t, the_neighbourhood_takes_in_a_core_where_it_would_be_empty);
    suite_add_tcase(s, t);
    return harness_run(s);
}
