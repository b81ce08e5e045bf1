#include "solver/sensitivity.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>

#include "solver/base/memory.h"

#define SENSITIVITY_TINY  1e-9  /* of entries of the tableau */
#define SENSITIVITY_NOISE 1e-12 /* steps that are rounding errors, relative to the number and 1 */

static double sensitivity_lower(const struct model *m, int k) {
    return model_unbounded(k < m->cols ? m->lower[k] : m->row_lower[k - m->cols]);
}
static double sensitivity_upper(const struct model *m, int k) {
    return model_unbounded(k < m->cols ? m->upper[k] : m->row_upper[k - m->cols]);
}

/* t <= most, or t >= -most if `below`; most < 0 is a rounding error. */
static void sensitivity_limit(struct sensitivity_range *t, bool below, double most, int by) {
    most = fmax(0, most);
    if (isinf(most)) return;
    if (below && -most > t->from) t->from = -most, t->from_by = by;
    if (!below && most < t->to) t->to = most, t->to_by = by;
}

/* (1): t of column i's cost that keeps the sign of d_k - t alpha. */
static void sensitivity_limit_cost(struct sensitivity *s, int i, int k, double alpha, double d) {
    struct sensitivity_range *t = &s->cost[i];
    if (sensitivity_lower(s->m, k) == sensitivity_upper(s->m, k)) return;              /* any sign will do */
    bool at_lower = s->place[k] != PLACE_UPPER, at_upper = s->place[k] != PLACE_LOWER; /* both: d stays 0 */
    if (at_lower) sensitivity_limit(t, alpha < 0, d / fabs(alpha), k);
    if (at_upper) sensitivity_limit(t, alpha > 0, -d / fabs(alpha), k);
}

/* (3): t of x_k's bound that keeps x_i - t alpha within bounds. */
static void sensitivity_limit_side(struct sensitivity *s, int k, int i, double alpha) {
    struct sensitivity_range *t = &s->side[k];
    double fall = s->x[i] - sensitivity_lower(s->m, i), rise = sensitivity_upper(s->m, i) - s->x[i];
    sensitivity_limit(t, alpha < 0, fall / fabs(alpha), i);
    sensitivity_limit(t, alpha > 0, rise / fabs(alpha), i);
}

/* One row of the tableau: that of basic variable i. d: [cols + rows], of minimisation. */
static void sensitivity_row(struct sensitivity *s, int i, const double *alpha, const double *d) {
    int all = s->m->cols + s->m->rows;
    assert(s->place[i] == PLACE_BASIC);
    for (int k = 0; k < all; k++) {
        if (s->place[k] == PLACE_BASIC || fabs(alpha[k]) <= SENSITIVITY_TINY) continue;
        if (i < s->m->cols) sensitivity_limit_cost(s, i, k, alpha[k], d[k]);
        sensitivity_limit_side(s, k, i, alpha[k]);
    }
}

/* (2), and bounds that would cross. */
static void sensitivity_nonbasic(struct sensitivity *s, int k, double d) {
    double lower = sensitivity_lower(s->m, k), upper = sensitivity_upper(s->m, k);
    if (s->place[k] == PLACE_BASIC || lower == upper) return;
    bool at_lower = s->place[k] != PLACE_UPPER, at_upper = s->place[k] != PLACE_LOWER;
    if (k < s->m->cols && at_lower) sensitivity_limit(&s->cost[k], true, d, k);
    if (k < s->m->cols && at_upper) sensitivity_limit(&s->cost[k], false, -d, k);
    if (s->place[k] == PLACE_LOWER) sensitivity_limit(&s->side[k], false, upper - lower, k);
    if (s->place[k] == PLACE_UPPER) sensitivity_limit(&s->side[k], true, upper - lower, k);
}

static double sensitivity_at(const struct sensitivity *s, int k) { /* the bound at which x_k is */
    if (s->place[k] == PLACE_ZERO) return 0;
    return s->place[k] == PLACE_LOWER ? sensitivity_lower(s->m, k) : sensitivity_upper(s->m, k);
}

static double sensitivity_step(double now, double step) {
    return fabs(step) <= SENSITIVITY_NOISE * (1 + fabs(now)) ? now : now + step;
}

/* From steps t, of minimisation, to values in the model's sense. */
static void sensitivity_values(struct sensitivity *s) {
    const struct model *m = s->m;
    for (int j = 0; j < m->cols; j++) {
        struct sensitivity_range *t = &s->cost[j], step = *t;
        if (m->maximize) *t = (struct sensitivity_range){-step.to, -step.from, step.to_by, step.from_by};
        t->from = sensitivity_step(m->cost[j], t->from);
        t->to = sensitivity_step(m->cost[j], t->to);
        assert(t->from <= m->cost[j] && m->cost[j] <= t->to);
    }
    for (int k = 0; k < m->cols + m->rows; k++) {
        if (s->place[k] == PLACE_BASIC) continue;
        s->side[k].from = sensitivity_step(sensitivity_at(s, k), s->side[k].from);
        s->side[k].to = sensitivity_step(sensitivity_at(s, k), s->side[k].to);
    }
}

static void sensitivity_take(struct sensitivity *s, const struct milp_result *r, const struct lp *lp) {
    int all = s->m->cols + s->m->rows;
    static const struct sensitivity_range any = {-INFINITY, INFINITY, -1, -1};
    s->objective = r->objective;
    s->place = MEMORY_NEW(unsigned char, all);
    lp_get_basis(lp, s->place);
    s->x = MEMORY_NEW(double, all);
    s->dual = MEMORY_NEW(double, all);
    s->cost = MEMORY_NEW(struct sensitivity_range, s->m->cols);
    s->side = MEMORY_NEW(struct sensitivity_range, all);
    for (int k = 0; k < all; k++) {
        double d = lp_reduced_costs(lp)[k];
        s->x[k] = lp_x(lp)[k];
        s->dual[k] = d == 0 || s->place[k] == PLACE_BASIC ? 0 : s->m->maximize ? -d : d;
        s->side[k] = any;
        if (k < s->m->cols) s->cost[k] = any;
    }
}

static bool sensitivity_rows(struct sensitivity *s, struct lp *lp, const struct limits *limits, struct error *err) {
    int all = s->m->cols + s->m->rows;
    double *alpha = MEMORY_NEW(double, all);
    bool good = true;
    for (int i = 0; i < all && good; i++) {
        if (s->place[i] != PLACE_BASIC) {
            sensitivity_nonbasic(s, i, lp_reduced_costs(lp)[i]);
            continue;
        }
        good = limits_clock(limits) == LIMITS_RUNNING;
        if (!good) break;
        lp_tableau_row(lp, i, alpha);
        sensitivity_row(s, i, alpha, lp_reduced_costs(lp));
    }
    free(alpha);
    return good || error_set(err, "--sensitivity: stopped at a limit, after the optimum was found");
}

bool sensitivity_init(struct sensitivity *s, const struct model *m, const struct milp_result *r,
                      const struct options *o, const struct limits *limits, struct error *err) {
    *s = (struct sensitivity){.m = m};
    assert(r->status == MILP_OPTIMAL && r->place);
    struct lp *lp = lp_new(m, o);
    struct lp_control control = {MODEL_INFINITY, *limits, NULL};
    lp_set_basis(lp, r->place);
    bool good = lp_solve(lp, &control) == LP_OPTIMAL; /* no pivot, as the basis is optimal */
    if (!good) error_set(err, "--sensitivity: stopped at a limit, after the optimum was found");
    if (good) {
        sensitivity_take(s, r, lp);
        good = sensitivity_rows(s, lp, limits, err);
        sensitivity_values(s);
    }
    lp_free(lp);
    return good;
}

void sensitivity_free(struct sensitivity *s) {
    free(s->place);
    free(s->x);
    free(s->dual);
    free(s->cost);
    free(s->side);
}

/* --- tables --- */

static const char *sensitivity_name(const struct model *m, int k, char spare[24]) {
    if (k < 0) return "-";
    return k < m->cols ? model_col_name(m, k, spare) : model_row_name(m, k - m->cols, spare);
}

/* From, to, the objective there (slope per unit from the present value) and what limits them: six cells. */
static void sensitivity_cells(struct keys *k, const struct sensitivity *s, const struct sensitivity_range *range,
                              double now, double slope) {
    char spare[24];
    double end[2] = {range->from, range->to};
    for (int e = 0; e < 2; e++) keys_real(k, NULL, end[e], 'g', 12);
    for (int e = 0; e < 2; e++)
        keys_real(k, NULL, s->objective + (slope == 0 || end[e] == now ? 0 : slope * (end[e] - now)), 'g', 12);
    keys_text(k, NULL, sensitivity_name(s->m, range->from_by, spare));
    keys_text(k, NULL, sensitivity_name(s->m, range->to_by, spare));
    keys_row_end(k);
}
#define SENSITIVITY_CELLS "\tfrom\tto\tobjective_from\tobjective_to\tlimit_from\tlimit_to"

static void sensitivity_costs(struct keys *k, const struct sensitivity *s) {
    static const char *const status[] = {"basic", "lower", "upper", "zero"}; /* by enum place */
    char spare[24];
    keys_table(k, "costs", "column\tstatus\tvalue\tcost\treduced_cost" SENSITIVITY_CELLS);
    for (int j = 0; j < s->m->cols; j++) {
        keys_row(k);
        keys_text(k, NULL, sensitivity_name(s->m, j, spare));
        keys_text(k, NULL, status[s->place[j]]);
        keys_real(k, NULL, s->x[j], 'g', 12);
        keys_real(k, NULL, s->m->cost[j], 'g', 12);
        keys_real(k, NULL, s->dual[j], 'g', 12);
        sensitivity_cells(k, s, &s->cost[j], s->m->cost[j], s->x[j]);
    }
    keys_table_end(k);
}

/* One side of variable v; `held`: it is at that side. A side that is not met may move up to the activity. */
static void sensitivity_side(struct keys *k, const struct sensitivity *s, int v, const char *side, bool lower,
                             bool held) {
    char spare[24];
    double value = lower ? sensitivity_lower(s->m, v) : sensitivity_upper(s->m, v), slope = held ? s->dual[v] : 0;
    struct sensitivity_range idle = {lower ? -INFINITY : s->x[v], lower ? s->x[v] : INFINITY, lower ? -1 : v,
                                     lower ? v : -1};
    keys_row(k);
    keys_text(k, NULL, sensitivity_name(s->m, v, spare));
    keys_text(k, NULL, side);
    keys_real(k, NULL, s->x[v], 'g', 12);
    keys_real(k, NULL, value, 'g', 12);
    keys_real(k, NULL, slope, 'g', 12);
    sensitivity_cells(k, s, held ? &s->side[v] : &idle, value, slope);
}

/* All finite sides of variable v; with `held_only` those at which it is. */
static void sensitivity_sides(struct keys *k, const struct sensitivity *s, int v, bool held_only) {
    double lower = sensitivity_lower(s->m, v), upper = sensitivity_upper(s->m, v);
    bool low = s->place[v] == PLACE_LOWER, high = s->place[v] == PLACE_UPPER;
    if (lower == upper && (low || high)) {
        sensitivity_side(k, s, v, "both", low, true);
        return;
    }
    if (isfinite(lower) && (low || !held_only)) sensitivity_side(k, s, v, "lower", true, low);
    if (isfinite(upper) && (high || !held_only)) sensitivity_side(k, s, v, "upper", false, high);
}

void sensitivity_print(struct keys *k, const struct sensitivity *s) {
    const struct model *m = s->m;
    sensitivity_costs(k, s);
    keys_table(k, "sides", "row\tside\tactivity\tvalue\tdual" SENSITIVITY_CELLS);
    for (int i = 0; i < m->rows; i++) sensitivity_sides(k, s, m->cols + i, false);
    keys_table_end(k);
    keys_table(k, "bounds", "column\tside\tactivity\tvalue\tdual" SENSITIVITY_CELLS);
    for (int j = 0; j < m->cols; j++) sensitivity_sides(k, s, j, true);
    keys_table_end(k);
}
