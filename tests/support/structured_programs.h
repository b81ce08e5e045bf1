/* structured_programs.h - small programs of the types that people write, with numbers that test tolerances. */
#ifndef TESTS_SUPPORT_STRUCTURED_PROGRAMS_H
#define TESTS_SUPPORT_STRUCTURED_PROGRAMS_H
#include "solver/base/random.h"
#include "solver/model/logic.h"
#include "tests/support/exact_lp.h"
#include "tests/support/harness.h"

static inline struct model *structured_finished(struct model *m) {
    struct error err;
    ck_assert_msg(model_finish(m, &err), "%s", err.text);
    return m;
}

/* --- an equation of integers with coefficients to 1000, and a continuous slack of small range --- */

static inline struct model *structured_knapsack(struct random *r) {
    struct model *m = model_new();
    int integers = random_int(r, 2, 6), range = integers < 5 ? 7 : 4, side = 0;
    m->maximize = random_int(r, 0, 1);
    model_add_row(m, NULL, 0, 0);
    for (int j = 0; j < integers; j++) {
        int a = random_int(r, 1, 1000), upper = random_int(r, 1, range);
        model_add_column(m, NULL, random_int(r, -9, 9), 0, upper, true);
        model_add_entry(m, 0, j, random_int(r, 0, 7) ? a : -a);
        side += a * random_int(r, 0, upper);
    }
    int least = random_int(r, 0, 2) ? 0 : -random_int(r, 1, 3);
    model_add_column(m, NULL, random_int(r, -60, 60), least, least + random_int(r, 1, 4), false);
    model_add_entry(m, 0, integers, random_int(r, 0, 3) ? 1 : 0.5);
    m->row_lower[0] = m->row_upper[0] = side + random_int(r, -2, 2);
    return structured_finished(m);
}

struct structured_point {
    const struct model *m;
    double slack, *x;
    struct exact_answer best;
};

/* With the integers given, the last column takes the rest of the equation, in multiples of a half: no rounding
 * anywhere. */
static inline void structured_weigh(struct structured_point *p) {
    const struct model *m = p->m;
    int last = m->cols - 1;
    double left = m->row_upper[0], a = m->value[m->start[last]], objective = 0, sign = m->maximize ? -1 : 1;
    for (int j = 0; j < last; j++) {
        left -= m->value[m->start[j]] * p->x[j];
        objective += sign * m->cost[j] * p->x[j];
    }
    double low = fmax(m->lower[last] - p->slack, (left - p->slack) / a);
    double high = fmin(m->upper[last] + p->slack, (left + p->slack) / a);
    if (low > high) return;
    objective += fmin(sign * m->cost[last] * low, sign * m->cost[last] * high);
    if (p->best.status == EXACT_OPTIMAL && objective >= p->best.objective) return;
    p->best = (struct exact_answer){EXACT_OPTIMAL, objective};
}

static inline void structured_visit(struct structured_point *p, int j) {
    if (j == p->m->cols - 1) {
        structured_weigh(p);
        return;
    }
    for (p->x[j] = p->m->lower[j]; p->x[j] <= p->m->upper[j]; p->x[j]++) structured_visit(p, j + 1);
}

static inline struct exact_answer structured_enumerate(const struct model *m, double slack) {
    struct structured_point p = {m, slack, MEMORY_NEW(double, m->cols), {EXACT_INFEASIBLE, 0}};
    structured_visit(&p, 0);
    free(p.x);
    return p.best;
}

/* --- lot sizing: stock[t - 1] + made[t] - stock[t] = demand[t], made[t] <= capacity setup[t] --- */

static inline struct model *structured_lots(struct random *r) {
    struct model *m = model_new();
    int periods = random_int(r, 2, 4), capacity = random_int(r, 40, 300);
    for (int t = 0; t < periods; t++) {
        double demand = random_int(r, 0, 100) / 4.0;
        int balance = model_add_row(m, NULL, demand, demand), link = model_add_row(m, NULL, -MODEL_INFINITY, 0);
        int made = model_add_column(m, NULL, random_int(r, 1, 9) / 8.0, 0, MODEL_INFINITY, false);
        model_add_column(m, NULL, random_int(r, 10, 2000), 0, random_int(r, 0, 3) ? 1 : 3, true);
        model_add_column(m, NULL, random_int(r, 0, 5), 0, random_int(r, 0, 2) ? MODEL_INFINITY : 40, false);
        model_add_entry(m, balance, made, 1);
        model_add_entry(m, balance, made + 2, -1);
        if (t > 0) model_add_entry(m, balance, made - 1, 1);
        model_add_entry(m, link, made, 1);
        model_add_entry(m, link, made + 1, -capacity);
    }
    return structured_finished(m);
}

/* --- semi-assignment: each job to one machine, machines have capacities, overtime costs --- */

static inline struct model *structured_assignment(struct random *r) {
    struct model *m = model_new();
    int jobs = random_int(r, 2, 4), machines = random_int(r, 2, 3);
    for (int j = 0; j < jobs; j++) model_add_row(m, NULL, 1, 1);
    for (int k = 0; k < machines; k++) {
        int row = model_add_row(m, NULL, -MODEL_INFINITY, random_int(r, 20, 120));
        for (int j = 0; j < jobs; j++) {
            int x = model_add_column(m, NULL, random_int(r, 1, 99) / 10.0, 0, 1, true);
            model_add_entry(m, j, x, 1);
            model_add_entry(m, row, x, random_int(r, 100, 999) / 10.0);
        }
        if (random_int(r, 0, 2) == 0) continue;
        int overtime = model_add_column(m, NULL, random_int(r, 1, 30), 0, random_int(r, 1, 20), false);
        model_add_entry(m, row, overtime, -1);
    }
    return structured_finished(m);
}

/* --- one machine --- */

/* By big M: begin[i] + time[i] <= begin[j] + M (1 - before), and the other way round; the last one ends early. */

static inline struct model *structured_disjunctions(struct random *r) {
    static const double sizes[] = {50, 1000, 1e5};
    struct model *m = model_new();
    int jobs = random_int(r, 2, 3), time[3], end;
    double big = sizes[random_int(r, 0, 2)];
    for (int i = 0; i < jobs; i++) {
        time[i] = random_int(r, 1, 12);
        model_add_column(m, NULL, random_int(r, 0, 4), random_int(r, 0, 8), 40, false);
    }
    end = model_add_column(m, NULL, random_int(r, 0, 3), 0, MODEL_INFINITY, false);
    for (int i = 0; i < jobs; i++) {
        int row = model_add_row(m, NULL, time[i], MODEL_INFINITY);
        model_add_entry(m, row, end, 1);
        model_add_entry(m, row, i, -1);
        for (int j = 0; j < i; j++) {
            int before = model_add_column(m, NULL, 0, 0, 1, true);
            int first = model_add_row(m, NULL, time[i] - big, MODEL_INFINITY);
            int second = model_add_row(m, NULL, time[j], MODEL_INFINITY);
            model_add_entry(m, first, j, 1);
            model_add_entry(m, first, i, -1);
            model_add_entry(m, first, before, -big);
            model_add_entry(m, second, i, 1);
            model_add_entry(m, second, j, -1);
            model_add_entry(m, second, before, big);
        }
    }
    return structured_finished(m);
}

/* --- semi-continuous: a product is not made, or made within its range; demands are met, some shortfall costs --- */

static inline struct model *structured_batches(struct random *r) {
    struct model *m = model_new();
    struct logic *l = logic_new();
    struct error err;
    int products = random_int(r, 2, 5), demands = random_int(r, 1, 3);
    m->maximize = random_int(r, 0, 2) == 0;
    for (int i = 0; i < demands; i++) {
        double demand = random_int(r, 10, 400) / 8.0;
        bool cap = random_int(r, 0, 3) == 0;
        model_add_row(m, NULL, m->maximize ? -MODEL_INFINITY : demand,
                      m->maximize || cap ? 1.5 * demand : MODEL_INFINITY);
    }
    for (int j = 0; j < products; j++) {
        double lower = random_int(r, 1, 100) / 4.0, cost = random_int(r, 1, 300) / 16.0;
        bool whole = random_int(r, 0, 4) == 0;
        if (whole) lower = ceil(lower);
        model_add_column(m, NULL, cost, lower, lower + random_int(r, 0, 60) / (whole ? 6 : 4.0), whole);
        logic_add_semi(l, j);
        for (int i = 0; i < demands; i++)
            if (random_int(r, 0, 3)) model_add_entry(m, i, j, random_int(r, 1, 64) / 16.0);
    }
    for (int i = 0; i < demands && !m->maximize; i++) {
        if (random_int(r, 0, 2) == 0) continue;
        int short_of = model_add_column(m, NULL, random_int(r, 1, 40), 0, random_int(r, 1, 30), false);
        model_add_entry(m, i, short_of, 1);
    }
    m = logic_expand(structured_finished(m), l, &err);
    ck_assert_msg(m, "%s", err.text);
    return m;
}

/* The columns and rows of before, without what logic_expand has added: each row with a helper is one of its own. */
static inline struct model *structured_plain(const struct model *m) {
    int own = m->logic->own_cols, rows = m->rows;
    struct model *plain = model_new();
    for (long k = m->start[own]; k < m->start[m->cols]; k++)
        if (m->index[k] < rows) rows = m->index[k];
    for (int i = 0; i < rows; i++) model_add_row(plain, NULL, m->row_lower[i], m->row_upper[i]);
    plain->maximize = m->maximize;
    for (int j = 0; j < own; j++) {
        model_add_column(plain, NULL, m->cost[j], m->lower[j], m->upper[j], m->integer[j]);
        for (long k = m->start[j]; k < m->start[j + 1]; k++)
            if (m->index[k] < rows) model_add_entry(plain, m->index[k], j, m->value[k]);
    }
    return structured_finished(plain);
}

/* Every choice of the columns that are 0. */
static inline struct exact_answer structured_choose(const struct model *m, double slack) {
    const struct logic *l = m->logic;
    struct exact_answer best = {EXACT_INFEASIBLE, 0};
    struct model *plain = structured_plain(m);
    for (int made = 0; made < 1 << l->semis; made++) {
        for (size_t k = 0; k < l->semis; k++) {
            bool on = made >> k & 1;
            plain->lower[l->semi[k].col] = on ? l->semi[k].lower : 0;
            plain->upper[l->semi[k].col] = on ? l->semi[k].upper : 0;
        }
        struct exact_answer a = exact_solve(plain, slack);
        ck_assert_int_ne(a.status, EXACT_UNBOUNDED);
        if (a.status == EXACT_OPTIMAL && (best.status != EXACT_OPTIMAL || a.objective < best.objective)) best = a;
    }
    model_free(plain);
    return best;
}

static const struct structured_family {
    const char *name;
    struct model *(*make)(struct random *r);
    struct exact_answer (*truth)(const struct model *m, double slack); /* as exact_solve */
} structured_families[] = {
    {"equation of integers with a small slack", structured_knapsack, structured_enumerate},
    {"lot sizing", structured_lots, exact_solve},
    {"semi-assignment", structured_assignment, exact_solve},
    {"disjunctions by big M", structured_disjunctions, exact_solve},
    {"semi-continuous", structured_batches, structured_choose},
};
enum { STRUCTURED_FAMILIES = sizeof structured_families / sizeof structured_families[0] };

#endif
