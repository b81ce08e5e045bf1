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
    if (!good)
        return error_set(err, "the solution does not hold exactly in %s, and the format allows no tolerance", why.text);
    proof_point_value(s);
    return true;
}
