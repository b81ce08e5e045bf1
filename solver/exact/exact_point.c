/* Exact checks on the primal side: rays and basic solutions. */
#include "solver/exact/exact_internal.h"
#include "solver/model/basis.h"
#include <assert.h>

/* --- rays --- */

struct exact_direction {
    const struct model *m;
    struct rational *d, *activity; /* [cols], [rows] */
    double *given;                 /* [cols] as given, without noise */
    const struct limits *limits;
    bool *zero; /* [rows] the activity is to be 0 */
};

static void exact_direction_multiply(const struct exact_direction *s) {
    const struct model *m = s->m;
    for (int i = 0; i < m->rows; i++) rational_set(&s->activity[i], 0);
    for (int j = 0; j < m->cols; j++)
        for (long k = m->start[j]; k < m->start[j + 1]; k++)
            rational_add_product(&s->activity[m->index[k]], &s->d[j], m->value[k]);
}

static bool exact_runs_into(int sign, double lower, double upper) {
    return (sign > 0 && exact_has_upper(upper)) || (sign < 0 && exact_has_lower(lower));
}

/* Adds the rows that the ray would violate to `zero`. */
static int exact_direction_mark(const struct exact_direction *s) {
    const struct model *m = s->m;
    int added = 0;
    for (int i = 0; i < m->rows; i++) {
        if (s->zero[i] || !exact_runs_into(s->activity[i].sign, m->row_lower[i], m->row_upper[i])) continue;
        assert(s->activity[i].sign != 0);
        s->zero[i] = true;
        added++;
    }
    return added;
}

/* Sets the activity of the marked rows to 0 exactly. Unknowns are the columns that move, and those without bounds. d
 * may be multiplied by a positive number, which a ray allows. false: a limit was reached. */
static bool exact_direction_repair(struct exact_direction *s) {
    const struct model *m = s->m;
    int count = 0, unknowns = 0, *equation = MEMORY_NEW(int, m->rows), *col = MEMORY_NEW(int, m->cols);
    for (int i = 0; i < m->rows; i++) equation[i] = s->zero[i] ? count++ : -1;
    for (int j = 0; j < m->cols; j++)
        if (s->given[j] != 0 || (!exact_has_lower(m->lower[j]) && !exact_has_upper(m->upper[j]))) col[unknowns++] = j;
    struct equations *e = equations_new(count, unknowns);
    double *given = MEMORY_NEW(double, unknowns);
    for (int u = 0; u < unknowns; u++) {
        given[u] = s->given[col[u]];
        for (long k = m->start[col[u]]; k < m->start[col[u] + 1]; k++)
            if (equation[m->index[k]] >= 0) equations_add(e, equation[m->index[k]], u, m->value[k]);
    }
    struct equations_solution *x = equations_solve(e, given, s->limits);
    for (int u = 0; u < unknowns && x; u++) rational_copy(&s->d[col[u]], &x->x[u]);
    bool solved = x != NULL;
    assert(!solved || x->common.sign > 0); /* so that d keeps its direction */
    if (solved) exact_direction_multiply(s);
    equations_solution_free(x);
    equations_free(e);
    free(given);
    free(equation);
    free(col);
    return solved;
}

static bool exact_direction_holds(const struct exact_direction *s, struct error *why) {
    const struct model *m = s->m;
    char spare[24];
    for (int j = 0; j < m->cols; j++)
        if (exact_runs_into(s->d[j].sign, m->lower[j], m->upper[j]))
            return error_set(why, "the ray runs into a bound of column %s", model_col_name(m, j, spare));
    for (int i = 0; i < m->rows; i++)
        if (exact_runs_into(s->activity[i].sign, m->row_lower[i], m->row_upper[i]))
            return error_set(why, "the ray runs into a side of row %s", model_row_name(m, i, spare));
    struct rational slope = {0};
    for (int j = 0; j < m->cols; j++) rational_add_product(&slope, &s->d[j], exact_cost(m, j));
    bool better = slope.sign < 0;
    rational_clear(&slope);
    return better || error_set(why, "the ray does not improve the objective");
}

bool exact_ray(const struct model *m, const double *d, const struct limits *limits, struct error *why) {
    struct exact_direction s = {m,      exact_vector(m->cols),    exact_vector(m->rows), MEMORY_NEW(double, m->cols),
                                limits, MEMORY_NEW(bool, m->rows)};
    double most = 0;
    bool proven = true;
    for (int j = 0; j < m->cols; j++) proven = proven && isfinite(d[j]);
    for (int j = 0; j < m->cols && proven; j++) most = fmax(most, fabs(d[j]));
    for (int j = 0; j < m->cols && proven; j++) {
        bool stray = exact_runs_into((d[j] > 0) - (d[j] < 0), m->lower[j], m->upper[j]);
        s.given[j] = exact_noise(d[j], most, stray) ? 0 : d[j];
        rational_set(&s.d[j], s.given[j]);
    }
    if (!proven) error_set(why, "the ray has a component that is not finite");
    exact_direction_multiply(&s);
    for (int round = 0; proven && round < EXACT_ROUNDS && exact_direction_mark(&s) > 0; round++)
        proven = exact_direction_repair(&s) || error_set(why, EXACT_LATE);
    proven = proven && exact_direction_holds(&s, why);
    exact_vector_free(s.d, m->cols);
    exact_vector_free(s.activity, m->rows);
    free(s.given);
    free(s.zero);
    return proven;
}

/* --- basic solutions --- */

struct exact_basic {
    const struct model *m;
    const unsigned char *place;
    const struct limits *limits;
    int size, *basic_of, *tight_of; /* basic columns and rows with a nonbasic logical: number among their kind, or -1 */
    struct rational x_common, *x, *activity; /* [cols], [rows], multiplied by x_common */
    struct rational y_common, *y;            /* [rows], multiplied by y_common */
};

static double exact_resting(unsigned char place, double lower, double upper) {
    return place == PLACE_LOWER ? lower : place == PLACE_UPPER ? upper : 0;
}

static bool exact_basic_count(struct exact_basic *s, struct error *why) {
    const struct model *m = s->m;
    int basic = 0, tight = 0;
    char spare[24];
    for (int j = 0; j < m->cols; j++) {
        s->basic_of[j] = s->place[j] == PLACE_BASIC ? basic++ : -1;
        if (s->basic_of[j] < 0 && fabs(exact_resting(s->place[j], m->lower[j], m->upper[j])) >= MODEL_INFINITY)
            return error_set(why, "column %s is placed at a bound that it does not have", model_col_name(m, j, spare));
    }
    for (int i = 0; i < m->rows; i++) {
        unsigned char place = s->place[m->cols + i];
        s->tight_of[i] = place == PLACE_BASIC ? -1 : tight++;
        if (s->tight_of[i] >= 0 && fabs(exact_resting(place, m->row_lower[i], m->row_upper[i])) >= MODEL_INFINITY)
            return error_set(why, "row %s is placed at a side that it does not have", model_row_name(m, i, spare));
    }
    assert(basic <= m->cols && tight <= m->rows);
    s->size = basic;
    return basic == tight || error_set(why, "the basis holds %d of %d variables", m->rows + basic - tight, m->rows);
}

/* NULL: the basis is singular, or a limit was reached. */
static struct equations_solution *exact_basic_solve(const struct exact_basic *s, struct equations *e,
                                                    struct error *why) {
    double *given = MEMORY_NEW(double, s->size);
    struct equations_solution *x = equations_solve(e, given, s->limits);
    free(given);
    equations_free(e);
    if (!x) error_set(why, EXACT_LATE);
    assert(!x || x->rank <= s->size);
    if (!x || x->rank == s->size) return x;
    error_set(why, "the basis is singular");
    equations_solution_free(x);
    return NULL;
}

/* B x_B = the sides of the tight rows less the terms of nonbasic columns. */
static bool exact_basic_primal(struct exact_basic *s, struct error *why) {
    const struct model *m = s->m;
    struct equations *e = equations_new(s->size, s->size);
    struct rational rest = {0};
    for (int i = 0; i < m->rows; i++) {
        double side = exact_resting(s->place[m->cols + i], m->row_lower[i], m->row_upper[i]);
        if (s->tight_of[i] >= 0) rational_set(&e->row[s->tight_of[i]].right, side);
    }
    for (int j = 0; j < m->cols; j++) {
        if (s->basic_of[j] < 0) rational_set(&rest, exact_resting(s->place[j], m->lower[j], m->upper[j]));
        for (long k = m->start[j]; k < m->start[j + 1]; k++) {
            int t = s->tight_of[m->index[k]];
            if (t < 0) continue;
            if (s->basic_of[j] >= 0)
                equations_add(e, t, s->basic_of[j], m->value[k]);
            else
                rational_add_product(&e->row[t].right, &rest, -m->value[k]);
        }
    }
    rational_clear(&rest);
    struct equations_solution *x = exact_basic_solve(s, e, why);
    if (!x) return false;
    assert(x->unknowns == s->size && x->common.sign > 0);
    rational_copy(&s->x_common, &x->common);
    for (int j = 0; j < m->cols; j++) {
        if (s->basic_of[j] >= 0)
            rational_copy(&s->x[j], &x->x[s->basic_of[j]]);
        else
            rational_add_product(&s->x[j], &x->common, exact_resting(s->place[j], m->lower[j], m->upper[j]));
        for (long k = m->start[j]; k < m->start[j + 1]; k++)
            rational_add_product(&s->activity[m->index[k]], &s->x[j], m->value[k]);
    }
    equations_solution_free(x);
    return true;
}

/* B'y = c_B; y is 0 on the rows whose logical is basic. */
static bool exact_basic_dual(struct exact_basic *s, struct error *why) {
    const struct model *m = s->m;
    struct equations *e = equations_new(s->size, s->size);
    double *dense = MEMORY_NEW(double, s->size);
    for (int j = 0; j < m->cols; j++) {
        if (s->basic_of[j] >= 0) exact_add_column(e, s->basic_of[j], m, j, 1, s->tight_of, dense);
    }
    free(dense);
    struct equations_solution *y = exact_basic_solve(s, e, why);
    if (!y) return false;
    assert(y->unknowns == s->size && y->common.sign > 0);
    rational_copy(&s->y_common, &y->common);
    for (int i = 0; i < m->rows; i++)
        if (s->tight_of[i] >= 0) rational_copy(&s->y[i], &y->x[s->tight_of[i]]);
    equations_solution_free(y);
    return true;
}

/* How far value / common is outside its bounds; 0 exactly if it is within. */
static double exact_outside(const struct rational *value, const struct rational *common, double lower, double upper) {
    struct rational gap = {0}, bound = {0};
    double most = 0;
    for (int side = 0; side < 2; side++) {
        if (side ? !exact_has_upper(upper) : !exact_has_lower(lower)) continue;
        rational_set(&bound, 0);
        rational_add_product(&bound, common, side ? upper : lower);
        rational_subtract(&gap, side ? value : &bound, side ? &bound : value);
        if (gap.sign > 0) most = fmax(most, fmax(rational_ratio(&gap, common), 0x1p-1074));
    }
    rational_clear(&gap);
    rational_clear(&bound);
    return most;
}

/* A reduced cost d / common of the wrong sign: the variable may rise and d < 0, or fall and d > 0. */
static double exact_wrong_sign(const struct rational *d, const struct rational *common, unsigned char place,
                               double lower, double upper) {
    bool may_rise = place != PLACE_UPPER && lower != upper, may_fall = place != PLACE_LOWER && lower != upper;
    assert(common->sign > 0);
    if (place == PLACE_BASIC || (d->sign >= 0 && !may_fall) || (d->sign <= 0 && !may_rise)) return 0;
    return d->sign == 0 ? 0 : fmax(fabs(rational_ratio(d, common)), 0x1p-1074);
}

static void exact_basic_judge(struct exact_point *at, const struct exact_basic *s) {
    const struct model *m = s->m;
    struct rational d = {0}, objective = {0};
    assert(s->x_common.sign > 0 && s->y_common.sign > 0);
    *at = (struct exact_point){0};
    rational_add_product(&objective, &s->x_common, m->offset);
    for (int j = 0; j < m->cols; j++) {
        rational_set(&d, 0);
        rational_add_product(&d, &s->y_common, exact_cost(m, j));
        for (long k = m->start[j]; k < m->start[j + 1]; k++) rational_add_product(&d, &s->y[m->index[k]], -m->value[k]);
        at->dual_violation =
            fmax(at->dual_violation, exact_wrong_sign(&d, &s->y_common, s->place[j], m->lower[j], m->upper[j]));
        at->primal_violation =
            fmax(at->primal_violation, exact_outside(&s->x[j], &s->x_common, m->lower[j], m->upper[j]));
        rational_add_product(&objective, &s->x[j], m->cost[j]);
    }
    for (int i = 0; i < m->rows; i++) {
        double lower = m->row_lower[i], upper = m->row_upper[i];
        at->dual_violation =
            fmax(at->dual_violation, exact_wrong_sign(&s->y[i], &s->y_common, s->place[m->cols + i], lower, upper));
        at->primal_violation = fmax(at->primal_violation, exact_outside(&s->activity[i], &s->x_common, lower, upper));
    }
    at->objective = rational_ratio(&objective, &s->x_common);
    rational_clear(&d);
    rational_clear(&objective);
}

bool exact_basis(struct exact_point *at, const struct model *m, const unsigned char *place, const struct limits *limits,
                 struct error *why) {
    struct exact_basic s = {.m = m,
                            .place = place,
                            .limits = limits,
                            .basic_of = MEMORY_NEW(int, m->cols),
                            .tight_of = MEMORY_NEW(int, m->rows),
                            .x = exact_vector(m->cols),
                            .activity = exact_vector(m->rows),
                            .y = exact_vector(m->rows)};
    bool good = exact_basic_count(&s, why) && exact_basic_primal(&s, why) && exact_basic_dual(&s, why);
    if (good) exact_basic_judge(at, &s);
    exact_vector_free(s.x, m->cols);
    exact_vector_free(s.y, m->rows);
    exact_vector_free(s.activity, m->rows);
    rational_clear(&s.x_common);
    rational_clear(&s.y_common);
    free(s.basic_of);
    free(s.tight_of);
    return good;
}
