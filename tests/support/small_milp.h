/* small_milp.h - random small programs with integers, and an oracle that enumerates every integer point: simple and
 * slow. */
#ifndef TESTS_SUPPORT_SMALL_MILP_H
#define TESTS_SUPPORT_SMALL_MILP_H
#include "solver/milp.h"
#include "tests/support/lp_proof.h"
#include "tests/support/small_lp.h"

/* --- the oracle --- */

enum { POINTS_ROWS = 32 };

struct points {
    const struct model *m;
    double x[ORACLE_SIZE];
    bool feasible, unbounded;
    double best; /* of minimisation, with the offset of the model's sense */
};

static inline void points_weigh(struct points *p) {
    const struct model *m = p->m;
    double objective = m->offset, activity[POINTS_ROWS] = {0};
    for (int j = 0; j < m->cols; j++)
        for (long k = m->start[j]; k < m->start[j + 1]; k++) activity[m->index[k]] += m->value[k] * p->x[j];
    for (int i = 0; i < m->rows; i++)
        if (activity[i] < m->row_lower[i] || activity[i] > m->row_upper[i]) return; /* integers: exact */
    for (int j = 0; j < m->cols; j++) objective += m->cost[j] * p->x[j];
    if (m->maximize) objective = -objective;
    if (!p->feasible || objective < p->best) p->best = objective;
    p->feasible = true;
}

/* With continuous columns: the LP over them, its integers fixed, by the oracle that tries every basis. */
static inline void points_solve(struct points *p) {
    struct model fixed = *p->m;
    double lower[ORACLE_SIZE], upper[ORACLE_SIZE];
    for (int j = 0; j < fixed.cols; j++) {
        lower[j] = fixed.integer[j] ? p->x[j] : fixed.lower[j];
        upper[j] = fixed.integer[j] ? p->x[j] : fixed.upper[j];
    }
    fixed.lower = lower;
    fixed.upper = upper;
    struct oracle o;
    enum oracle_status status = oracle_run(&o, &fixed);
    if (status == ORACLE_INFEASIBLE) return;
    double objective = model_objective(&fixed, o.x) * (fixed.maximize ? -1 : 1);
    if (status == ORACLE_UNBOUNDED) p->unbounded = true;
    if (status == ORACLE_OPTIMAL && (!p->feasible || objective < p->best)) p->best = objective;
    p->feasible = true;
}

static inline void points_visit(struct points *p, int j, bool pure, const double *box_lower, const double *box_upper) {
    const struct model *m = p->m;
    while (j < m->cols && !m->integer[j]) j++;
    if (j == m->cols) {
        if (pure)
            points_weigh(p);
        else
            points_solve(p);
        return;
    }
    for (double v = ceil(fmax(m->lower[j], box_lower[j])); v <= fmin(m->upper[j], box_upper[j]); v++) {
        p->x[j] = v;
        points_visit(p, j + 1, pure, box_lower, box_upper);
    }
}

/* `box` bounds the integer columns whose own bounds are infinite; the generator guarantees that solutions lie
 * inside. */
static inline void points_run(struct points *p, const struct model *m, double box) {
    double low[ORACLE_SIZE], high[ORACLE_SIZE];
    bool pure = true;
    *p = (struct points){.m = m};
    ck_assert_int_le(m->rows, POINTS_ROWS);
    for (int j = 0; j < m->cols; j++) {
        low[j] = -box, high[j] = box;
        pure &= m->integer[j];
        if (m->lower[j] > m->upper[j]) return;
    }
    points_visit(p, 0, pure, low, high);
}

/* --- programs --- */

static inline struct model *milp_finished(struct model *m) {
    struct error err;
    ck_assert_msg(model_finish(m, &err), "%s", err.text);
    return m;
}

/* Binaries; packing, covering, knapsack and one-hot rows; whole costs, many equal. */
static inline struct model *milp_binary(struct random *r) {
    struct model *m = model_new();
    int cols = random_int(r, 3, 9), rows = random_int(r, 1, 6);
    m->maximize = random_int(r, 0, 1);
    for (int j = 0; j < cols; j++) model_add_column(m, NULL, random_int(r, -6, 9), 0, 1, true);
    for (int i = 0; i < rows; i++) {
        int kind = random_int(r, 0, 4), sum = 0, a[ORACLE_SIZE] = {0};
        for (int j = 0; j < cols; j++) {
            if (random_int(r, 0, 2) == 0) continue;
            a[j] = kind < 3 ? 1 : random_int(r, -2, 12);
            sum += a[j];
        }
        double side = kind < 3 ? 1 : sum / 2 + random_int(r, -1, 1);
        if (kind == 0) model_add_row(m, NULL, 1, 1);
        if (kind == 1) model_add_row(m, NULL, -MODEL_INFINITY, 1);
        if (kind == 2) model_add_row(m, NULL, 1, MODEL_INFINITY);
        if (kind == 3) model_add_row(m, NULL, -MODEL_INFINITY, side);
        if (kind == 4) model_add_row(m, NULL, side - random_int(r, 0, 3), side);
        for (int j = 0; j < cols; j++)
            if (a[j]) model_add_entry(m, i, j, a[j]);
    }
    return milp_finished(m);
}

/* General integers, some without bounds that rows keep in a box, equations with few solutions. */
static inline struct model *milp_integer(struct random *r) {
    struct model *m = model_new();
    int cols = random_int(r, 1, 4), rows = random_int(r, 1, 4);
    m->maximize = random_int(r, 0, 1);
    for (int j = 0; j < cols; j++) {
        double lower = random_int(r, -6, 0), upper = lower + random_int(r, 0, 9);
        bool open = random_int(r, 0, 3) == 0;
        model_add_column(m, NULL, random_int(r, -9, 9), open ? -MODEL_INFINITY : lower, open ? MODEL_INFINITY : upper,
                         true);
    }
    for (int i = 0; i < rows; i++) {
        double side = random_int(r, -12, 20);
        model_add_row(m, NULL, random_int(r, 0, 2) ? -MODEL_INFINITY : side, side);
        for (int j = 0; j < cols; j++)
            if (random_int(r, 0, 3)) model_add_entry(m, i, j, random_int(r, -7, 9));
    }
    for (int j = 0; j < cols; j++) { /* the box, as rows; an entry of 0 is none */
        int row = model_add_row(m, NULL, -12, 12);
        model_add_entry(m, row, j, 1);
        if (j > 0) model_add_entry(m, row, j - 1, random_int(r, 0, 1) ? 1 : 0);
    }
    return milp_finished(m);
}

/* Magnitudes from 1 to 10^8 in rows and columns, by powers of 2 and of 10 that keep the data whole. */
static inline struct model *milp_scaled(struct random *r) {
    static const double scales[] = {1, 2, 10, 1024, 1e4, 1e6, 1e8};
    struct model *m = model_new();
    int cols = random_int(r, 2, 6), rows = random_int(r, 1, 4);
    for (int j = 0; j < cols; j++)
        model_add_column(m, NULL, random_int(r, -9, 9) * pick(r, scales, 5), 0, random_int(r, 1, 3), true);
    for (int i = 0; i < rows; i++) {
        double scale = pick(r, scales, 7), side = random_int(r, -3, 12);
        double lower = random_int(r, 0, 2) ? -MODEL_INFINITY : (side - random_int(r, 0, 2)) * scale;
        model_add_row(m, NULL, lower, side * scale);
        for (int j = 0; j < cols; j++)
            if (random_int(r, 0, 3)) model_add_entry(m, i, j, random_int(r, -4, 6) * scale);
    }
    return milp_finished(m);
}

/* Fixed charges: x <= u y with y binary, demands as equations, sometimes a continuous column without bounds. */
static inline struct model *milp_mixed(struct random *r) {
    struct model *m = model_new();
    int pairs = random_int(r, 1, 4), demand;
    for (int k = 0; k < pairs; k++) {
        model_add_column(m, NULL, random_int(r, -2, 5), 0, random_int(r, 0, 3) ? MODEL_INFINITY : random_int(r, 1, 9),
                         false);
        model_add_column(m, NULL, random_int(r, 0, 12), 0, 1, true);
    }
    for (int k = 0; k < pairs; k++) {
        int row = model_add_row(m, NULL, -MODEL_INFINITY, 0);
        model_add_entry(m, row, 2 * k, 1);
        model_add_entry(m, row, 2 * k + 1, -random_int(r, 2, 9));
    }
    double need = random_int(r, 1, 14);
    demand = model_add_row(m, NULL, need, random_int(r, 0, 1) ? need : MODEL_INFINITY);
    for (int k = 0; k < pairs; k++) model_add_entry(m, demand, 2 * k, random_int(r, 1, 2));
    if (random_int(r, 0, 3) == 0) {
        int free = model_add_column(m, NULL, random_int(r, -1, 1), random_int(r, 0, 1) ? 0 : -MODEL_INFINITY,
                                    MODEL_INFINITY, false);
        if (random_int(r, 0, 1)) model_add_entry(m, demand, free, random_int(r, 0, 1) ? 1 : -1);
    }
    return milp_finished(m);
}

static inline struct model *milp_small(struct random *r) {
    return random_model(r, random_int(r, 1, 3), 4, 5);
}
static inline struct model *milp_pure_lp(struct random *r) {
    return random_model(r, 0, 4, 5);
}

static const struct milp_family {
    const char *name;
    struct model *(*make)(struct random *r);
} milp_families[] = {{"binary", milp_binary}, {"integer", milp_integer}, {"scaled", milp_scaled},
                     {"mixed", milp_mixed},   {"small", milp_small},     {"pure LP", milp_pure_lp}};
enum { MILP_FAMILIES = sizeof milp_families / sizeof milp_families[0] };

/* --- the comparison --- */

/* NULL, or why the answer of milp_solve is wrong. */
static inline const char *milp_fault(const struct model *m, const struct milp_result *r) {
    struct points p;
    points_run(&p, m, 40);
    double sign = m->maximize ? -1 : 1, optimum = sign * p.best;
    if (r->x && model_violation(m, r->x) > 1e-6) return "the solution does not hold";
    if (r->x && fabs(r->objective - model_objective(m, r->x)) > 1e-9 * (1 + fabs(r->objective)))
        return "the objective is another one";
    switch (r->status) {
    case MILP_OPTIMAL:
        if (!p.feasible) return "an optimum where nothing is feasible";
        if (p.unbounded) return "an optimum of what is unbounded";
        if (!(fabs(r->objective - optimum) <= 1e-6 * (1 + fabs(optimum)))) return "another optimum";
        if (!(sign * r->bound <= p.best + 1e-6 * (1 + fabs(optimum)))) return "a bound beyond the optimum";
        return NULL;
    case MILP_INFEASIBLE: return p.feasible ? "called infeasible, which it is not" : NULL;
    case MILP_UNBOUNDED:
        if (!p.feasible) return "called unbounded, but nothing is feasible";
        if (!p.unbounded) return "called unbounded, which it is not";
        if (!r->x) return "called unbounded without a feasible point";
        return r->ray && proof_ray(m, r->ray) ? NULL : "called unbounded without a direction that proves it";
    case MILP_TIME_LIMIT:
    case MILP_NODE_LIMIT:
    case MILP_ITERATION_LIMIT:
    case MILP_INTERRUPTED:
    case MILP_NUMERICAL: break;
    }
    return "no answer";
}

#endif
