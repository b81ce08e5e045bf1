/* Exact checks on the primal side: rays and basic solutions. */
#include "solver/eliminate.h"
#include "solver/exact_parts.h"
#include "solver/lp.h"

/* --- rays ----------------------------------------------------------------------------------------------------------------------- */

struct exact_direction {
    const struct model *m;
    struct rational *d, *activity; /* [cols], [rows] */
    double *weight;                /* [cols] |d| as given */
    bool *zero;                    /* [rows] the activity is to be 0 */
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

/* Adds the rows that the ray runs into to `zero`. */
static int exact_direction_mark(const struct exact_direction *s) {
    const struct model *m = s->m;
    int added = 0;
    for (int i = 0; i < m->rows; i++) {
        if (s->zero[i] || !exact_runs_into(s->activity[i].sign, m->row_lower[i], m->row_upper[i])) continue;
        s->zero[i] = true;
        added++;
    }
    return added;
}

/* Sets the activity of the marked rows to 0 exactly. Unknowns are the columns that move, and those without bounds. */
static bool exact_direction_repair(struct exact_direction *s) {
    const struct model *m = s->m;
    int equations = 0, unknowns = 0, *equation = MEMORY_NEW(int, m->rows), *col = MEMORY_NEW(int, m->cols);
    for (int i = 0; i < m->rows; i++) equation[i] = s->zero[i] ? equations++ : -1;
    for (int j = 0; j < m->cols; j++)
        if (s->d[j].sign || (!exact_has_lower(m->lower[j]) && !exact_has_upper(m->upper[j]))) col[unknowns++] = j;
    struct eliminate *system = eliminate_new(equations, unknowns);
    struct rational *x = exact_vector(unknowns);
    double *weight = MEMORY_NEW(double, unknowns);
    for (int u = 0; u < unknowns; u++) {
        weight[u] = s->weight[col[u]];
        rational_copy(&x[u], &s->d[col[u]]);
        for (long k = m->start[col[u]]; k < m->start[col[u] + 1]; k++)
            if (equation[m->index[k]] >= 0) eliminate_add(system, equation[m->index[k]], u, m->value[k]);
    }
    bool solved = eliminate_solve(x, system, weight);
    for (int u = 0; u < unknowns && solved; u++) rational_copy(&s->d[col[u]], &x[u]);
    eliminate_free(system);
    exact_vector_free(x, unknowns);
    free(equation);
    free(col);
    free(weight);
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
    return better || error_set(why, "the ray does not better the objective");
}

bool exact_ray(const struct model *m, const double *d, struct error *why) {
    struct exact_direction s = {m, exact_vector(m->cols), exact_vector(m->rows), MEMORY_NEW(double, m->cols),
                                MEMORY_NEW(bool, m->rows)};
    double most = 0;
    bool proven = true;
    for (int j = 0; j < m->cols; j++) proven = proven && isfinite(d[j]);
    for (int j = 0; j < m->cols && proven; j++) most = fmax(most, fabs(d[j]));
    for (int j = 0; j < m->cols && proven; j++) {
        bool stray = exact_runs_into((d[j] > 0) - (d[j] < 0), m->lower[j], m->upper[j]);
        double value = fabs(d[j]) <= 1e-12 * most || (stray && fabs(d[j]) <= EXACT_STRAY * most) ? 0 : d[j];
        s.weight[j] = fabs(value);
        rational_set(&s.d[j], value);
    }
    if (!proven) error_set(why, "the ray holds a number that is not finite");
    exact_direction_multiply(&s);
    for (int round = 0; proven && round < EXACT_ROUNDS && exact_direction_mark(&s) > 0; round++) {
        proven = exact_direction_repair(&s) || error_set(why, "the rows cannot all keep their activity");
        exact_direction_multiply(&s);
    }
    proven = proven && exact_direction_holds(&s, why);
    exact_vector_free(s.d, m->cols);
    exact_vector_free(s.activity, m->rows);
    free(s.weight);
    free(s.zero);
    return proven;
}

/* --- basic solutions ------------------------------------------------------------------------------------------------------------- */

struct exact_basic {
    const struct model *m;
    const unsigned char *place;
    int size, *basic_of, *tight_of; /* basic columns and rows with a nonbasic logical: number among their kind, or -1 */
    struct rational *x, *y, *activity; /* [cols], [rows], [rows] */
};

static double exact_resting(unsigned char place, double lower, double upper) {
    return place == LP_AT_LOWER ? lower : place == LP_AT_UPPER ? upper : 0;
}

static bool exact_basic_count(struct exact_basic *s, struct error *why) {
    const struct model *m = s->m;
    int basic = 0, tight = 0;
    char spare[24];
    for (int j = 0; j < m->cols; j++) {
        s->basic_of[j] = s->place[j] == LP_BASIC ? basic++ : -1;
        if (s->basic_of[j] < 0 && fabs(exact_resting(s->place[j], m->lower[j], m->upper[j])) >= MODEL_INFINITY)
            return error_set(why, "column %s stands at a bound that it has not", model_col_name(m, j, spare));
    }
    for (int i = 0; i < m->rows; i++) {
        unsigned char place = s->place[m->cols + i];
        s->tight_of[i] = place == LP_BASIC ? -1 : tight++;
        if (s->tight_of[i] >= 0 && fabs(exact_resting(place, m->row_lower[i], m->row_upper[i])) >= MODEL_INFINITY)
            return error_set(why, "row %s stands at a side that it has not", model_row_name(m, i, spare));
    }
    s->size = basic;
    return basic == tight || error_set(why, "the basis holds %d of %d variables", m->rows + basic - tight, m->rows);
}

/* B x_B = what is left of the tight rows' sides. */
static bool exact_basic_primal(struct exact_basic *s) {
    const struct model *m = s->m;
    struct eliminate *system = eliminate_new(s->size, s->size);
    struct rational *x = exact_vector(s->size);
    for (int i = 0; i < m->rows; i++) {
        double side = exact_resting(s->place[m->cols + i], m->row_lower[i], m->row_upper[i]);
        if (s->tight_of[i] >= 0) rational_set(&system->row[s->tight_of[i]].right, side);
    }
    for (int j = 0; j < m->cols; j++) {
        if (s->basic_of[j] < 0) rational_set(&s->x[j], exact_resting(s->place[j], m->lower[j], m->upper[j]));
        for (long k = m->start[j]; k < m->start[j + 1]; k++) {
            int e = s->tight_of[m->index[k]];
            if (e < 0) continue;
            if (s->basic_of[j] >= 0)
                eliminate_add(system, e, s->basic_of[j], m->value[k]);
            else
                rational_add_product(&system->row[e].right, &s->x[j], -m->value[k]);
        }
    }
    bool solved = eliminate_solve(x, system, NULL) && system->rank == s->size;
    for (int j = 0; j < m->cols && solved; j++)
        if (s->basic_of[j] >= 0) rational_copy(&s->x[j], &x[s->basic_of[j]]);
    for (int j = 0; j < m->cols && solved; j++)
        for (long k = m->start[j]; k < m->start[j + 1]; k++)
            rational_add_product(&s->activity[m->index[k]], &s->x[j], m->value[k]);
    eliminate_free(system);
    exact_vector_free(x, s->size);
    return solved;
}

/* B'y = c_B; y is 0 on the rows whose logical is basic. */
static bool exact_basic_dual(struct exact_basic *s) {
    const struct model *m = s->m;
    struct eliminate *system = eliminate_new(s->size, s->size);
    struct rational *y = exact_vector(s->size);
    double *dense = MEMORY_NEW(double, s->size);
    for (int j = 0; j < m->cols; j++) {
        if (s->basic_of[j] < 0) continue;
        for (long k = m->start[j]; k < m->start[j + 1]; k++)
            if (s->tight_of[m->index[k]] >= 0) dense[s->tight_of[m->index[k]]] = m->value[k];
        for (int e = 0; e < s->size; e++) {
            if (dense[e] != 0) eliminate_add(system, s->basic_of[j], e, dense[e]);
            dense[e] = 0;
        }
        rational_set(&system->row[s->basic_of[j]].right, exact_cost(m, j));
    }
    bool solved = eliminate_solve(y, system, NULL) && system->rank == s->size;
    for (int i = 0; i < m->rows && solved; i++)
        if (s->tight_of[i] >= 0) rational_copy(&s->y[i], &y[s->tight_of[i]]);
    eliminate_free(system);
    exact_vector_free(y, s->size);
    free(dense);
    return solved;
}

/* How far `value` is outside its bounds; 0 only if it is not. */
static double exact_outside(const struct rational *value, double lower, double upper) {
    struct rational gap = {0}, bound = {0};
    double most = 0;
    for (int side = 0; side < 2; side++) {
        if (side ? !exact_has_upper(upper) : !exact_has_lower(lower)) continue;
        rational_set(&bound, side ? upper : lower);
        rational_subtract(&gap, side ? value : &bound, side ? &bound : value);
        if (gap.sign > 0) most = fmax(most, fmax(rational_double(&gap), 0x1p-1074));
    }
    rational_clear(&gap);
    rational_clear(&bound);
    return most;
}

/* A reduced cost that could be used: the variable may go up and d < 0, or down and d > 0. */
static double exact_wrong_sign(const struct rational *d, unsigned char place, double lower, double upper) {
    bool may_rise = place != LP_AT_UPPER && lower != upper, may_fall = place != LP_AT_LOWER && lower != upper;
    if (place == LP_BASIC || (d->sign >= 0 && !may_fall) || (d->sign <= 0 && !may_rise)) return 0;
    return d->sign == 0 ? 0 : fmax(fabs(rational_double(d)), 0x1p-1074);
}

static void exact_basic_judge(struct exact_point *at, const struct exact_basic *s) {
    const struct model *m = s->m;
    struct rational d = {0}, objective = {0};
    *at = (struct exact_point){0};
    rational_set(&objective, m->offset);
    for (int j = 0; j < m->cols; j++) {
        rational_set(&d, exact_cost(m, j));
        for (long k = m->start[j]; k < m->start[j + 1]; k++) rational_add_product(&d, &s->y[m->index[k]], -m->value[k]);
        at->dual_violation = fmax(at->dual_violation, exact_wrong_sign(&d, s->place[j], m->lower[j], m->upper[j]));
        at->primal_violation = fmax(at->primal_violation, exact_outside(&s->x[j], m->lower[j], m->upper[j]));
        rational_add_product(&objective, &s->x[j], m->cost[j]);
    }
    for (int i = 0; i < m->rows; i++) {
        double lower = m->row_lower[i], upper = m->row_upper[i];
        at->dual_violation = fmax(at->dual_violation, exact_wrong_sign(&s->y[i], s->place[m->cols + i], lower, upper));
        at->primal_violation = fmax(at->primal_violation, exact_outside(&s->activity[i], lower, upper));
    }
    at->objective = rational_double(&objective);
    rational_clear(&d);
    rational_clear(&objective);
}

bool exact_basis(struct exact_point *at, const struct model *m, const unsigned char *place, struct error *why) {
    struct exact_basic s = {m,
                            place,
                            0,
                            MEMORY_NEW(int, m->cols),
                            MEMORY_NEW(int, m->rows),
                            exact_vector(m->cols),
                            exact_vector(m->rows),
                            exact_vector(m->rows)};
    bool good = exact_basic_count(&s, why);
    if (good && !(exact_basic_primal(&s) && exact_basic_dual(&s))) good = error_set(why, "the basis is singular");
    if (good) exact_basic_judge(at, &s);
    exact_vector_free(s.x, m->cols);
    exact_vector_free(s.y, m->rows);
    exact_vector_free(s.activity, m->rows);
    free(s.basic_of);
    free(s.tight_of);
    return good;
}
