/* Each heuristic by itself: it offers only solutions that hold, and leaves bounds and basis as they were. */
#include "tests/support/harness.h"

#include <math.h>
#include <string.h>

#include "solver/heuristics/heuristics.h"
#include "tests/support/hold.h"
#include "tests/support/search.h"

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

static bool run_all(struct worker *w, const double *x) {
    (void)x;
    struct node *n = node_new(NULL, lp_objective(w->lp), 0);
    heuristics_run(w, n);
    node_release(n);
    return true;
}
#define SOLE(name)                                                                                                     \
    static bool sole_##name(struct worker *w, const double *x) {                                                       \
        name##_run(w, x);                                                                                              \
        return w->has_best;                                                                                            \
    }
SOLE(rounding)
SOLE(shifting)
SOLE(dive)
SOLE(pump)
SOLE(exchange)
SOLE(rins)

static const struct {
    const char *name;
    bool (*run)(struct worker *w, const double *x);
    bool wants_incumbent;
    int least; /* solutions that it finds of these programs, at least */
} heuristics[] = {{"rounding", sole_rounding, false, 5}, {"shifting", sole_shifting, false, 50},
                  {"dive", sole_dive, false, 100},       {"pump", sole_pump, false, 20},
                  {"exchange", sole_exchange, true, 30}, {"rins", sole_rins, true, 20},
                  {"all of them", run_all, false, 100}};

/* A point that holds, for heuristics that begin with one. */
static bool give_incumbent(struct one_worker *s, struct random *r) {
    for (int trial = 0; trial < 500 && !s->worker.has_best; trial++) {
        double x[COLS];
        for (int j = 0; j < COLS; j++) x[j] = random_int(r, 0, (int)s->tree.p.model->upper[j]);
        worker_offer(&s->worker, x, "given");
    }
    struct search *t = &s->tree;
    if (!s->worker.has_best) return false;
    t->has_best = true;
    t->best_objective = s->worker.best_objective;
    memcpy(t->best, s->worker.best, COLS * sizeof *t->best);
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
    for (int seed = 1; seed <= 250; seed++) {
        struct random r = {(uint64_t)seed};
        struct model *m = program(&r, seed % 3 == 0);
        struct one_worker s;
        search_open(&s, m);
        unsigned char before[COLS + 5];
        if (search_solve(&s) && (!heuristics[_i].wants_incumbent || give_incumbent(&s, &r))) {
            double x[COLS], given = s.worker.best_objective, relaxed = lp_objective(s.worker.lp);
            memcpy(x, lp_x(s.worker.lp), sizeof x);
            memcpy(s.tree.root_x, x, sizeof x);
            lp_get_basis(s.worker.lp, before);
            heuristics[_i].run(&s.worker, x);
            if (s.worker.has_best && s.worker.best_objective < given) {
                found++;
                HOLDS(model_violation(m, s.worker.best) <= 1e-6);
                HOLDS(fabs(search_objective(m, s.worker.best) - s.worker.best_objective) < 1e-9);
                HOLDS(s.worker.best_objective >= relaxed - 1e-6);
                for (int j = 0; j < COLS; j++) HOLDS(!m->integer[j] || s.worker.best[j] == floor(s.worker.best[j]));
                HOLDS(s.worker.found_by && s.worker.found_by[0]);
            }
            check_left_alone(&s, before, heuristics[_i].name);
        }
        search_close(&s);
        model_free(m);
    }
    ck_assert_msg(found >= heuristics[_i].least, "%s finds %d solutions", heuristics[_i].name, found);
}
END_TEST

/* Down where no row minds that, else up; nothing where both directions are locked for some column. */
START_TEST(rounding_goes_where_no_row_minds) {
    int rounded = 0;
    for (int seed = 1; seed <= 400; seed++) {
        struct random r = {(uint64_t)seed * 3};
        struct model *m = program(&r, false);
        struct one_worker s;
        search_open(&s, m);
        if (search_solve(&s)) {
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
            ck_assert(w->has_best == !locked);
            for (int j = 0; j < COLS && w->has_best; j++) HOLDS(w->best[j] == expected[j]);
            rounded += w->has_best;
        }
        search_close(&s);
        model_free(m);
    }
    ck_assert_int_gt(rounded, 10);
}
END_TEST

int main(void) {
    Suite *s = suite_create("heuristics");
    TCase *t = tcase_create("heuristics");
    tcase_add_loop_test(t, heuristics_offer_what_holds_and_leave_bounds_and_basis_alone, 0,
                        (int)(sizeof heuristics / sizeof *heuristics));
    tcase_add_test(t, rounding_goes_where_no_row_minds);
    suite_add_tcase(s, t);
    return harness_run(s);
}
