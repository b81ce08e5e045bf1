/* Flow path inequalities: every way to make lots satisfies them, and where lots have no limit they leave no gap. */
#include "tests/support/harness.h"

#include <math.h>
#include <string.h>

#include "solver/cuts/cuts.h"
#include "tests/support/one_worker.h"

/* Columns: made, in stock after a period, lost in it, set up. */
enum { PERIODS = 6, MOST = 4 * PERIODS };

struct lots {
    int periods, limit, demand[PERIODS];
    double make[PERIODS], keep[PERIODS], set_up[PERIODS];
};

static struct lots lots_random(struct random *r, int periods, int limit) {
    struct lots l = {.periods = periods, .limit = limit};
    for (int t = 0; t < periods; t++) {
        l.demand[t] = random_int(r, 0, 3);
        l.make[t] = random_int(r, 1, 3);
        l.keep[t] = random_int(r, 1, 2);
        l.set_up[t] = random_int(r, 2, 12);
    }
    return l;
}

static double lots_left(const struct lots *l, int t) {
    double sum = 0;
    for (; t < l->periods; t++) sum += l->demand[t];
    return sum;
}

static struct model *lots_model(const struct lots *l, struct random *r) {
    struct model *m = model_new();
    int n = l->periods;
    for (int t = 0; t < n; t++) model_add_column(m, NULL, l->make[t], 0, MODEL_INFINITY, false);
    for (int t = 0; t < n; t++) model_add_column(m, NULL, l->keep[t], 0, MODEL_INFINITY, false);
    for (int t = 0; t < n; t++) model_add_column(m, NULL, 0, 0, 1, false);
    for (int t = 0; t < n; t++) model_add_column(m, NULL, l->set_up[t], 0, 1, true);
    for (int t = 0; t < n; t++) {
        double value[MOST] = {0}, sign = random_int(r, 0, 1) ? 2 : -1; /* a row may be scaled, either way */
        value[t] = sign, value[n + t] = value[2 * n + t] = -sign;
        if (t > 0) value[n + t - 1] = sign;
        program_row(m, sign * l->demand[t], value, sign * l->demand[t]);
        memset(value, 0, sizeof value);
        value[t] = 1, value[3 * n + t] = l->limit > 0 ? -l->limit : -lots_left(l, t) - 1;
        program_row(m, -MODEL_INFINITY, value, 0);
    }
    return program_finish(m);
}

/* --- every solution --- */

struct checked {
    const struct lots *lots;
    const struct cut_set *found;
    double x[MOST];
    long points;
};

/* From period t on: all whole amounts, which the vertices have. */
static void lots_check(struct checked *v, int t, double stock) {
    const struct lots *l = v->lots;
    int n = l->periods;
    if (t == n) {
        for (size_t k = 0; k < v->found->count; k++)
            ck_assert(one_worker_activity(&v->found->item[k], v->x) <= v->found->item[k].rhs + 1e-9);
        v->points++;
        return;
    }
    for (int made = 0; made <= l->limit; made++)
        for (int lost = 0; lost < 2; lost++)
            for (int open = made > 0; open < 2; open++) {
                double left = stock + made - lost - l->demand[t];
                if (left < 0) continue;
                v->x[t] = made, v->x[n + t] = left, v->x[2 * n + t] = lost, v->x[3 * n + t] = open;
                lots_check(v, t + 1, left);
            }
}

/* Rounds with one separator alone; returns how many cuts there were. */
static size_t rounds(struct one_worker *s, int separator, struct checked *checked) {
    struct cuts c;
    int cols = s->tree.p.model->cols;
    size_t made = 0;
    cuts_init(&c, &s->worker, s->tree.lower, s->tree.upper);
    for (int round = 0; round < 20 && one_worker_solve(s); round++) {
        size_t variables = (size_t)cols + (size_t)lp_rows(s->worker.lp), from = s->tree.cuts.active.count;
        c.x = memory_resize(c.x, variables, sizeof *c.x);
        memcpy(c.x, lp_x(s->worker.lp), variables * sizeof *c.x);
        cuts_separate_with(&c, separator);
        made += c.found.count;
        if (checked && c.found.count > 0) checked->found = &c.found, lots_check(checked, 0, 0);
        if (cut_set_choose(&s->tree.cuts.active, &c.found, 100, cols) == 0) break;
        cut_set_add_rows(&s->tree.cuts.active, from, s->tree.cuts.active.count, s->worker.lp);
    }
    cuts_free(&c);
    ck_assert_int_eq(worker_solve(&s->worker, INT32_MAX), LP_OPTIMAL);
    return made;
}

START_TEST(every_way_to_make_lots_satisfies_flow_path_inequalities) {
    size_t made = 0;
    long points = 0;
    for (int seed = 1; seed <= 40; seed++) {
        struct random r = {(uint64_t)seed};
        struct lots lots = lots_random(&r, 4, random_int(&r, 3, 5));
        struct model *m = lots_model(&lots, &r);
        struct one_worker s;
        one_worker_open(&s, m);
        if (worker_solve(&s.worker, INT32_MAX) == LP_OPTIMAL) {
            struct checked v = {.lots = &lots};
            made += rounds(&s, CUTS_path, &v);
            points += v.points;
        }
        one_worker_close(&s);
        model_free(m);
    }
    ck_assert_msg(made >= 60 && points > 1000, "%zu cuts, %ld points", made, points);
}
END_TEST

/* --- no gap --- */

/* The least cost if lots are made in the periods of `open` only. */
static double lots_cost(const struct lots *l, unsigned open) {
    double sum = 0;
    for (int t = 0; t < l->periods; t++) {
        double best = INFINITY, kept = 0;
        if (open >> t & 1) sum += l->set_up[t];
        for (int from = t; from >= 0; from--) {
            if (from < t) kept += l->keep[from];
            if (open >> from & 1) best = fmin(best, l->make[from] + kept);
        }
        if (l->demand[t] > 0) sum += l->demand[t] * best;
    }
    return sum;
}

START_TEST(flow_path_inequalities_alone_leave_no_gap_of_lots_without_limits) {
    double gap = 0, left = 0;
    for (int seed = 1; seed <= 40; seed++) {
        struct random r = {(uint64_t)seed};
        struct lots lots = lots_random(&r, PERIODS, 0);
        double best = INFINITY;
        for (unsigned open = 0; open < 1u << PERIODS; open++) best = fmin(best, lots_cost(&lots, open));
        struct model *m = lots_model(&lots, &r);
        struct one_worker s;
        one_worker_open(&s, m);
        ck_assert_int_eq(worker_solve(&s.worker, INT32_MAX), LP_OPTIMAL);
        gap += best - lp_objective(s.worker.lp);
        rounds(&s, _i, NULL);
        ck_assert(lp_objective(s.worker.lp) <= best + 1e-6);
        left += best - lp_objective(s.worker.lp);
        one_worker_close(&s);
        model_free(m);
    }
    bool none = left < 1e-5 * gap;
    ck_assert_msg(none == (_i == CUTS_path), "%s leaves %g of %g", cuts_name(_i), left, gap);
}
END_TEST

int main(void) {
    Suite *s = suite_create("path");
    TCase *t = tcase_create("path");
    tcase_add_test(t, every_way_to_make_lots_satisfies_flow_path_inequalities);
    tcase_add_loop_test(t, flow_path_inequalities_alone_leave_no_gap_of_lots_without_limits, 0, CUTS_SEPARATORS);
    suite_add_tcase(s, t);
    return harness_run(s);
}
