/* proof_point.c - the solution in fractions: integers rounded, continuous columns as simple as possible or, with the
 * integers fixed, the exact basic solution. */
#include <math.h>

#include "solver/lp/lp.h"
#include "solver/proof_internal.h"

static bool proof_point_within(const struct rational *x, const struct proof_side *lower,
                               const struct proof_side *upper) {
    return (lower->row < 0 || rational_compare(x, &lower->value) >= 0) &&
           (upper->row < 0 || rational_compare(x, &upper->value) <= 0);
}

/* activity = A x */
static void proof_point_activity(struct rational *activity, const struct proof *s) {
    const struct proof_program *p = &s->program;
    struct rational product = {0};
    for (int j = 0; j < p->m->cols; j++) {
        if (s->x[j].sign == 0) continue;
        for (long k = p->m->start[j]; k < p->m->start[j + 1]; k++) {
            rational_multiply(&product, &p->value[k], &s->x[j]);
            rational_add(&activity[p->m->index[k]], &activity[p->m->index[k]], &product);
        }
    }
    rational_clear(&product);
}

/* Whether x holds in every bound and row. */
static bool proof_point_holds(const struct proof *s, struct error *err) {
    const struct proof_program *p = &s->program;
    struct rational *activity = proof_vector_new(p->m->rows);
    char spare[24];
    bool good = true;
    proof_point_activity(activity, s);
    for (int j = 0; j < p->m->cols && good; j++)
        if (!proof_point_within(&s->x[j], &p->lower[j], &p->upper[j]))
            good = error_set(err, "column %s", model_col_name(p->m, j, spare));
    for (int i = 0; i < p->m->rows && good; i++)
        if (!proof_point_within(&activity[i], &p->row_lower[i], &p->row_upper[i]))
            good = error_set(err, "row %s", model_row_name(p->m, i, spare));
    proof_vector_free(activity, p->m->rows);
    return good;
}

static void proof_point_near(struct proof *s, const double *x, double error) {
    const struct model *m = s->program.m;
    for (int j = 0; j < m->cols; j++) {
        if (m->integer[j])
            rational_set(&s->x[j], nearbyint(x[j]));
        else
            proof_duals_simple(&s->x[j], x[j], error * fmax(1, fabs(x[j])));
    }
}

/* --- the exact basic solution, with the integers fixed --- */

struct proof_basis {
    const struct proof *s;
    const unsigned char *place; /* [cols + rows] */
    int *unknown, *equation;    /* [cols], [rows] numbers; -1: none */
    int unknowns, equations;
    struct rational *right; /* [rows] */
    int *digits;            /* [rows] behind the point, of what is left of the row */
};

static const struct rational *proof_point_at(const struct proof_side *lower, const struct proof_side *upper,
                                             unsigned char place) {
    static const struct rational zero = {0};
    const struct proof_side *side = place == PLACE_LOWER ? lower : upper;
    return place == PLACE_ZERO || side->row < 0 ? &zero : &side->value;
}

/* Nonbasic columns get their values; what they leave of the rows is to the right. */
static void proof_point_nonbasic(struct proof_basis *b, struct rational *x) {
    const struct proof_program *p = &b->s->program;
    struct rational product = {0};
    for (int j = 0; j < p->m->cols; j++) {
        if (b->unknown[j] >= 0) continue;
        if (!p->m->integer[j]) rational_copy(&x[j], proof_point_at(&p->lower[j], &p->upper[j], b->place[j]));
        for (long k = p->m->start[j]; k < p->m->start[j + 1] && x[j].sign; k++) {
            int i = p->m->index[k];
            rational_multiply(&product, &p->value[k], &x[j]);
            rational_subtract(&b->right[i], &b->right[i], &product);
        }
    }
    rational_clear(&product);
}

static void proof_point_number(struct proof_basis *b) {
    const struct proof_program *p = &b->s->program;
    for (int j = 0; j < p->m->cols; j++)
        b->unknown[j] = b->place[j] == PLACE_BASIC && !p->m->integer[j] ? b->unknowns++ : -1;
    for (int i = 0; i < p->m->rows; i++) {
        unsigned char place = b->place[p->m->cols + i];
        b->equation[i] = place == PLACE_BASIC ? -1 : b->equations++;
        if (place != PLACE_BASIC)
            rational_copy(&b->right[i], proof_point_at(&p->row_lower[i], &p->row_upper[i], place));
    }
}

static void proof_point_widen(int *most, const struct rational *r) {
    int digits = proof_digits(r);
    if (*most >= 0 && (digits < 0 || digits > *most)) *most = digits;
}

/* The tight rows in the basic columns, whole; NULL if their numbers are no short decimals. */
static struct equations *proof_point_equations(struct proof_basis *b) {
    const struct proof_program *p = &b->s->program;
    struct equations *e = equations_new(b->equations, b->unknowns);
    bool good = true;
    for (int i = 0; i < p->m->rows; i++) proof_point_widen(&b->digits[i], &b->right[i]);
    for (int j = 0; j < p->m->cols; j++)
        for (long k = p->m->start[j]; k < p->m->start[j + 1] && b->unknown[j] >= 0; k++)
            proof_point_widen(&b->digits[p->m->index[k]], &p->value[k]);
    for (int i = 0; i < p->m->rows && good; i++) {
        double right;
        if (b->equation[i] < 0) continue;
        good = b->digits[i] >= 0 && proof_whole(&right, &b->right[i], b->digits[i]);
        if (good) rational_set(&e->row[b->equation[i]].right, right);
    }
    for (int j = 0; j < p->m->cols && good; j++)
        for (long k = p->m->start[j]; k < p->m->start[j + 1] && b->unknown[j] >= 0 && good; k++) {
            int i = p->m->index[k];
            double value;
            if (b->equation[i] < 0) continue;
            good = proof_whole(&value, &p->value[k], b->digits[i]);
            if (good) equations_add(e, b->equation[i], b->unknown[j], value);
        }
    if (good) return e;
    equations_free(e);
    return NULL;
}

static bool proof_point_solve(struct proof *s, const double *x, const unsigned char *place) {
    const struct model *m = s->program.m;
    struct proof_basis b = {.s = s,
                            .place = place,
                            .unknown = MEMORY_NEW(int, m->cols),
                            .equation = MEMORY_NEW(int, m->rows),
                            .right = proof_vector_new(m->rows),
                            .digits = MEMORY_NEW(int, m->rows)};
    proof_point_number(&b);
    proof_point_nonbasic(&b, s->x);
    struct equations *e = proof_point_equations(&b);
    double *given = MEMORY_NEW(double, b.unknowns);
    for (int j = 0; j < m->cols; j++)
        if (b.unknown[j] >= 0) given[b.unknown[j]] = x[j];
    struct equations_solution *found = e ? equations_solve(e, given, s->limits) : NULL;
    for (int j = 0; j < m->cols && found; j++)
        if (b.unknown[j] >= 0) rational_divide(&s->x[j], &found->x[b.unknown[j]], &found->common);
    bool good = found != NULL;
    equations_solution_free(found);
    equations_free(e);
    proof_vector_free(b.right, m->rows);
    free(given);
    free(b.unknown);
    free(b.equation);
    free(b.digits);
    return good;
}

/* Integers are those of x already. */
static bool proof_point_basic(struct proof *s) {
    const struct model *m = s->program.m;
    struct model *fixed = model_copy(m);
    for (int j = 0; j < m->cols; j++)
        if (m->integer[j]) fixed->lower[j] = fixed->upper[j] = rational_double(&s->x[j]);
    struct lp *lp = lp_new(fixed, s->options);
    const struct lp_control control = {MODEL_INFINITY, *s->limits};
    bool good = lp_solve(lp, &control) == LP_OPTIMAL;
    if (good) {
        unsigned char *place = MEMORY_NEW(unsigned char, m->cols + m->rows);
        lp_get_basis(lp, place);
        good = proof_point_solve(s, lp_x(lp), place);
        free(place);
    }
    lp_free(lp);
    model_free(fixed);
    return good;
}

static void proof_point_value(struct proof *s) {
    struct rational product = {0};
    rational_set(&s->objective, 0);
    for (int j = 0; j < s->program.m->cols; j++) {
        rational_multiply(&product, &s->program.cost[j], &s->x[j]);
        rational_add(&s->objective, &s->objective, &product);
    }
    rational_clear(&product);
}

bool proof_point(struct proof *s, const double *x, struct error *err) {
    static const double errors[] = {1e-6, 1e-9, 1e-12, 0};
    struct error why = {{0}};
    bool good = false;
    for (int k = 0; k < (int)(sizeof errors / sizeof *errors) && !good; k++) {
        proof_point_near(s, x, errors[k]);
        good = proof_point_holds(s, &why);
    }
    if (!good && proof_point_basic(s)) good = proof_point_holds(s, &why);
    if (!good)
        return error_set(err, "the solution does not hold exactly in %s, and the format allows no tolerance", why.text);
    proof_point_value(s);
    return true;
}
