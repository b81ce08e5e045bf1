/* small_lp.h - random small programs for tests, and an oracle that tries every basis: simple, slow, independent of the
 * solver. */
#ifndef TESTS_SUPPORT_SMALL_LP_H
#define TESTS_SUPPORT_SMALL_LP_H
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "solver/base/random.h"
#include "solver/lp/lp.h"
#include "solver/model/model.h"
#include "tests/support/harness.h"

/* --- the oracle: every basis, every placement --- */

enum { ORACLE_SIZE = 12 };
enum oracle_status { ORACLE_OPTIMAL, ORACLE_INFEASIBLE, ORACLE_UNBOUNDED };

struct oracle {
    const struct model *m;
    double cost_scale;
    int rows, all; /* all: columns and logicals */
    double column[2 * ORACLE_SIZE][ORACLE_SIZE], cost[2 * ORACLE_SIZE], lower[2 * ORACLE_SIZE], upper[2 * ORACLE_SIZE];
    unsigned char place[2 * ORACLE_SIZE];
    double x[2 * ORACLE_SIZE], y[ORACLE_SIZE], d[2 * ORACLE_SIZE];
};

static inline void oracle_read(struct oracle *o, const struct model *m, double cost_scale) {
    ck_assert(m->rows <= ORACLE_SIZE && m->cols <= ORACLE_SIZE);
    memset(o, 0, sizeof *o);
    o->m = m;
    o->cost_scale = cost_scale * (m->maximize ? -1 : 1);
    o->rows = m->rows;
    o->all = m->rows + m->cols;
    for (int j = 0; j < m->cols; j++) {
        o->cost[j] = m->cost[j] * o->cost_scale;
        o->lower[j] = m->lower[j];
        o->upper[j] = m->upper[j];
        for (long k = m->start[j]; k < m->start[j + 1]; k++) o->column[j][m->index[k]] = m->value[k];
    }
    for (int i = 0; i < m->rows; i++) {
        o->column[m->cols + i][i] = -1;
        o->lower[m->cols + i] = m->row_lower[i];
        o->upper[m->cols + i] = m->row_upper[i];
    }
}

/* a x = b of size n by elimination with row exchanges; false if singular. */
static inline bool oracle_solve(double a[ORACLE_SIZE][ORACLE_SIZE + 1], int n, double *x) {
    for (int k = 0; k < n; k++) {
        int best = k;
        for (int i = k; i < n; i++)
            if (fabs(a[i][k]) > fabs(a[best][k])) best = i;
        if (fabs(a[best][k]) < 1e-9) return false;
        for (int j = 0; j <= n; j++) {
            double t = a[k][j];
            a[k][j] = a[best][j];
            a[best][j] = t;
        }
        for (int i = 0; i < n; i++) {
            double f = i == k ? 0 : a[i][k] / a[k][k];
            for (int j = k; f != 0 && j <= n; j++) a[i][j] -= f * a[k][j];
        }
    }
    for (int k = 0; k < n; k++) x[k] = a[k][n] / a[k][k];
    return true;
}

static inline bool oracle_primal_fits(struct oracle *o, const int *basic) {
    double a[ORACLE_SIZE][ORACLE_SIZE + 1] = {{0}}, x[ORACLE_SIZE];
    for (int v = 0; v < o->all; v++) {
        if (o->place[v] == PLACE_BASIC) continue;
        o->x[v] = o->place[v] == PLACE_LOWER ? o->lower[v] : o->place[v] == PLACE_UPPER ? o->upper[v] : 0;
        for (int i = 0; i < o->rows; i++) a[i][o->rows] -= o->column[v][i] * o->x[v];
    }
    for (int k = 0; k < o->rows; k++)
        for (int i = 0; i < o->rows; i++) a[i][k] = o->column[basic[k]][i];
    if (!oracle_solve(a, o->rows, x)) return false;
    for (int k = 0; k < o->rows; k++) {
        int v = basic[k];
        o->x[v] = x[k];
        if (x[k] < o->lower[v] - 1e-8 || x[k] > o->upper[v] + 1e-8) return false;
    }
    return true;
}

/* Places the nonbasic variables from `v` on, in all ways that the reduced cost allows. */
static inline bool oracle_place(struct oracle *o, const int *basic, int v) {
    if (v == o->all) return oracle_primal_fits(o, basic);
    if (o->place[v] == PLACE_BASIC) return oracle_place(o, basic, v + 1);
    bool low = o->lower[v] > -MODEL_INFINITY, high = o->upper[v] < MODEL_INFINITY;
    if (low && (o->d[v] >= -1e-8 || o->lower[v] == o->upper[v])) {
        o->place[v] = PLACE_LOWER;
        if (oracle_place(o, basic, v + 1)) return true;
    }
    if (high && o->d[v] <= 1e-8 && !(low && o->lower[v] == o->upper[v])) {
        o->place[v] = PLACE_UPPER;
        if (oracle_place(o, basic, v + 1)) return true;
    }
    if (!low && !high && fabs(o->d[v]) <= 1e-8) {
        o->place[v] = PLACE_ZERO;
        if (oracle_place(o, basic, v + 1)) return true;
    }
    return false;
}

static inline bool oracle_try(struct oracle *o, const int *basic) {
    double a[ORACLE_SIZE][ORACLE_SIZE + 1] = {{0}};
    for (int k = 0; k < o->rows; k++) {
        for (int i = 0; i < o->rows; i++) a[k][i] = o->column[basic[k]][i];
        a[k][o->rows] = o->cost[basic[k]];
    }
    if (!oracle_solve(a, o->rows, o->y)) return false;
    for (int v = 0; v < o->all; v++) {
        o->d[v] = o->cost[v];
        for (int i = 0; i < o->rows; i++) o->d[v] -= o->y[i] * o->column[v][i];
        o->place[v] = PLACE_LOWER;
    }
    for (int k = 0; k < o->rows; k++) o->place[basic[k]] = PLACE_BASIC;
    return oracle_place(o, basic, 0);
}

static inline bool oracle_search(struct oracle *o, int *basic, int count, int from) {
    if (count == o->rows) return oracle_try(o, basic);
    for (int v = from; v <= o->all - (o->rows - count); v++) {
        basic[count] = v;
        if (oracle_search(o, basic, count + 1, v + 1)) return true;
    }
    return false;
}

static inline enum oracle_status oracle_run(struct oracle *o, const struct model *m) {
    int basic[ORACLE_SIZE];
    oracle_read(o, m, 1);
    for (int v = 0; v < o->all; v++)
        if (o->lower[v] > o->upper[v]) return ORACLE_INFEASIBLE;
    if (oracle_search(o, basic, 0, 0)) return ORACLE_OPTIMAL;
    oracle_read(o, m, 0);
    return oracle_search(o, basic, 0, 0) ? ORACLE_UNBOUNDED : ORACLE_INFEASIBLE;
}

/* --- random programs --- */

static inline double pick(struct random *r, const double *from, int count) {
    return from[random_int(r, 0, count - 1)];
}

static inline void random_bounds(struct random *r, double *lower, double *upper, int style) {
    double a = random_int(r, -4, 4), b = a + random_int(r, 0, 6);
    switch (style) {
    case 0: *lower = 0, *upper = MODEL_INFINITY; break;
    case 1: *lower = -MODEL_INFINITY, *upper = MODEL_INFINITY; break;
    case 2: *lower = a, *upper = b; break;
    case 3: *lower = *upper = a; break;
    case 4: *lower = -MODEL_INFINITY, *upper = b; break;
    case 5: *lower = a, *upper = MODEL_INFINITY; break;
    default: *lower = 0, *upper = 1; break;
    }
}

/* Rows and columns are often multiples of earlier ones, have few entries, are tight or free, so that presolve has
 * work. */
static inline struct model *random_model(struct random *r, int integers, int most_rows, int most_cols) {
    static const double values[] = {1, 1, 1, -1, -1, 2, -2, 3, -3, 0.5}, scales[] = {1, -1, 2, -0.5};
    struct model *m = model_new();
    struct error err;
    int rows = random_int(r, 1, most_rows), cols = random_int(r, 1, most_cols);
    double a[ORACLE_SIZE][ORACLE_SIZE] = {{0}}, density = 0.2 + 0.7 * random_unit(r), cost[ORACLE_SIZE];
    m->maximize = random_int(r, 0, 3) == 0;
    m->offset = random_int(r, 0, 3);
    for (int i = 0; i < rows; i++)
        for (int j = 0; j < cols; j++) a[i][j] = random_unit(r) < density ? pick(r, values, 10) : 0;
    for (int j = 0; j < cols; j++) cost[j] = random_int(r, 0, 2) ? random_int(r, -5, 5) : 0;
    if (rows > 1 && random_int(r, 0, 2) == 0) {
        double scale = pick(r, scales, 4);
        for (int j = 0; j < cols; j++) a[rows - 1][j] = scale * a[0][j];
    }
    if (cols > 1 && random_int(r, 0, 2) == 0) {
        double scale = pick(r, scales, 4);
        for (int i = 0; i < rows; i++) a[i][cols - 1] = scale * a[i][0];
        if (random_int(r, 0, 1)) cost[cols - 1] = scale * cost[0];
    }
    for (int j = 0; j < cols; j++) {
        double lower, upper;
        bool integer = integers && random_int(r, 0, integers) > 0;
        random_bounds(r, &lower, &upper, integers ? (random_int(r, 0, 1) ? 2 : 6) : random_int(r, 0, 6));
        if (integer) upper = fmin(upper, lower + 3);
        model_add_column(m, NULL, cost[j], lower, upper, integer);
    }
    for (int i = 0; i < rows; i++) {
        double lower, upper, most = 0;
        random_bounds(r, &lower, &upper, random_int(r, 0, 2) ? random_int(r, 2, 5) : random_int(r, 0, 5));
        for (int j = 0; j < cols; j++) {
            double v = a[i][j], at = v > 0 ? m->upper[j] : m->lower[j];
            most += v == 0 || fabs(at) >= MODEL_INFINITY ? 0 : v * at;
        }
        if (random_int(r, 0, 5) == 0 && lower > -MODEL_INFINITY) { /* forcing, if nothing is infinite */
            lower = most;
            upper = fmax(upper, lower);
        }
        model_add_row(m, NULL, lower, upper);
        for (int j = 0; j < cols; j++)
            if (a[i][j] != 0) model_add_entry(m, i, j, a[i][j]);
    }
    ck_assert_msg(model_finish(m, &err), "%s", err.text);
    return m;
}

static inline void print_model(const struct model *m) {
    printf("%s offset %g\n", m->maximize ? "max" : "min", m->offset);
    for (int j = 0; j < m->cols; j++) {
        printf("  x%d%s cost %g [%g, %g]:", j, m->integer[j] ? " integer" : "", m->cost[j], m->lower[j], m->upper[j]);
        for (long k = m->start[j]; k < m->start[j + 1]; k++) printf(" r%d %g", m->index[k], m->value[k]);
        printf("\n");
    }
    for (int i = 0; i < m->rows; i++) printf("  r%d [%g, %g]\n", i, m->row_lower[i], m->row_upper[i]);
}

static inline bool near(double a, double b) {
    return fabs(a - b) <= 1e-7 * (1 + fabs(a));
}

static inline long fuzz(long count) { /* TEST_EFFORT multiplies the sample; below 1 it leaves at least one */
    const char *effort = getenv("TEST_EFFORT");
    return effort ? (long)ceil((double)count * atof(effort)) : count;
}

#endif
