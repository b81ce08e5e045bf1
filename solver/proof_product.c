/* proof_product.c - cuts of families of products (solver/model/products.h) as splits. The rows C + a S_k + D_k <= b of
 * the family and the group's row, sum of all S_k <= 1, give for every set K
 *
 *     C / a <= b / a - 1  and the group's row  imply  C + sum_K (a S_k + D_k) <= b ,                           (1)
 *     C / a >= b / a      and the rows of K    imply the same: their sum less |K| - 1 times the assumption,    (2)
 *
 * if C / a has whole coefficients on integer columns and b / a is whole. What a case leaves of a coefficient is made up
 * for by the column's bound; so a cut is never taken for granted, but summed up in both cases. */
#include <math.h>

#include "solver/lp/lp.h"
#include "solver/model/products.h"
#include "solver/proof_cut.h"

#define PROOF_PRODUCT_LEAST 1e-9 /* of a term of (1) that is worth taking */
#define PROOF_PRODUCT_WORTH 1e-3 /* distance of the relaxation's optimum */

struct proof_product {
    struct proof *s;
    const double *x; /* [cols] the relaxation's optimum */
    struct products all;
    struct rational *whole, *cut; /* [cols] C / a, and minus the left side of the cut; 0 between families */
    int *member, members;         /* [most in a family] K */
};

/* --- the cut --- */

/* C (common) or a S_k + D_k of a member at x. */
static double proof_product_value(const struct proof_product *v, const struct product_family *f,
                                  const struct product_member *m, bool common) {
    const struct rows *r = v->all.source.rows;
    double sum = 0;
    for (long e = r->start[m->row]; e < r->start[m->row + 1]; e++) {
        double a = m->sign * r->value[e];
        if ((products_part(&v->all, f->group, r->col[e], a) == PRODUCT_COMMON) == common) sum += a * v->x[r->col[e]];
    }
    return sum;
}

/* K, and whether its cut is violated. */
static bool proof_product_choose(struct proof_product *v, const struct product_family *f) {
    const struct product_member *member = v->all.member + f->first;
    double excess = proof_product_value(v, f, member, true) - products_side(&v->all.source, member->row, member->sign);
    v->members = 0;
    for (int k = 0; k < f->count; k++) {
        double value = proof_product_value(v, f, &member[k], false);
        if (value < PROOF_PRODUCT_LEAST) continue;
        excess += value;
        v->member[v->members++] = f->first + k;
    }
    return v->members > 1 && excess > PROOF_PRODUCT_WORTH;
}

static void proof_product_subtract(struct rational *from, double value) {
    struct rational number = {0};
    rational_text_decimal(&number, value);
    rational_subtract(from, from, &number);
    rational_clear(&number);
}

/* v->cut and v->whole, with *choice = a; false: C / a is not whole. */
static bool proof_product_sum(struct proof_product *v, const struct product_family *f, struct rational *choice) {
    const struct rows *r = v->all.source.rows;
    const struct model *m = v->s->program.m;
    rational_set(choice, 0);
    assert(v->members <= f->count);
    for (int k = 0; k < v->members; k++) {
        const struct product_member *at = &v->all.member[v->member[k]];
        for (long e = r->start[at->row]; e < r->start[at->row + 1]; e++) {
            double a = at->sign * r->value[e];
            enum product_part part = products_part(&v->all, f->group, r->col[e], a);
            if (part != PRODUCT_COMMON || k == 0) proof_product_subtract(&v->cut[r->col[e]], a);
            if (part == PRODUCT_COMMON && k == 0) rational_text_decimal(&v->whole[r->col[e]], a);
            if (part == PRODUCT_CHOICE && choice->sign == 0) rational_text_decimal(choice, a);
        }
    }
    bool good = choice->sign > 0, any = false;
    for (int j = 0; j < m->cols && good; j++) {
        if (v->whole[j].sign == 0) continue;
        rational_divide(&v->whole[j], &v->whole[j], choice);
        any = true;
        good = m->integer[j] && rational_is_whole(&v->whole[j]);
    }
    return good && any;
}

/* --- its two cases --- */

/* Multipliers of (1), or of (2): in s->y, and of the assumption. */
static void proof_product_multipliers(struct proof_product *v, const struct product_family *f, int side,
                                      const struct rational *choice, struct rational *weight) {
    struct proof *s = v->s;
    assert(choice->sign > 0 && f->group >= 0 && f->group < s->program.m->rows);
    for (int i = 0; i < s->program.m->rows + s->cuts; i++) rational_set(&s->y[i], 0);
    if (side == 0) {
        rational_copy(weight, choice);
        rational_negate(weight);
        rational_copy(&s->y[f->group], weight);
        return;
    }
    for (int k = 0; k < v->members; k++) {
        const struct product_member *at = &v->all.member[v->member[k]];
        rational_set(&s->y[at->row], -at->sign);
    }
    rational_set(weight, v->members - 1);
    rational_multiply(weight, weight, choice);
}

/* Takes the side that a multiplier needs into the sum and its right side; false: it has none. */
static bool proof_product_take(struct proof_sum *w, struct rational *right, const struct rational *by,
                               const struct proof_side *lower, const struct proof_side *upper) {
    const struct proof_side *at = by->sign > 0 ? lower : upper;
    if (by->sign == 0) return true;
    if (at->row < 0) return false;
    rational_add_multiple(right, by, &at->value);
    proof_sum_add(w, "", at->row, by);
    return true;
}

/* Whether the case's sum, with bounds, is the cut; it becomes text. */
static bool proof_product_case(struct proof_product *v, struct proof_cut *cut, int side) {
    struct proof *s = v->s;
    const struct proof_program *p = &s->program;
    struct proof_sum w = {.text = memory_string("")};
    struct rational right = {0}, part = {0};
    bool good = true;
    rational_set(&part, side);
    rational_add(&right, &cut->below, &part);
    rational_multiply(&right, &right, &cut->weight[side]);
    proof_duals_price(s, 0);
    for (int i = 0; i < p->m->rows && good; i++)
        good = proof_product_take(&w, &right, &s->y[i], &p->row_lower[i], &p->row_upper[i]);
    for (int j = 0; j < p->m->cols && good; j++) {
        rational_multiply(&part, &cut->weight[side], &v->whole[j]);
        rational_subtract(&s->d[j], &s->d[j], &part);
        rational_add(&s->d[j], &s->d[j], &v->cut[j]);
        good = proof_product_take(&w, &right, &s->d[j], &p->lower[j], &p->upper[j]);
    }
    good = good && rational_compare(&right, &cut->right) >= 0;
    assert(!good || w.terms > 0); /* an assumption alone is no cut */
    cut->sum[side] = w.text;
    cut->terms[side] = w.terms;
    rational_clear(&right);
    rational_clear(&part);
    return good;
}

static double proof_product_efficacy(const struct proof_product *v, const struct proof_cut *cut) {
    double norm = 0, off = rational_double(&cut->right);
    for (int e = 0; e < cut->count; e++) {
        double value = rational_double(&cut->value[e]);
        off -= value * v->x[cut->col[e]];
        norm += value * value;
    }
    assert(norm > 0);
    return off / sqrt(norm);
}

/* --- all families --- */

static void proof_product_make(struct proof_product *v, const struct product_family *f) {
    struct rational choice = {0}, one = {0};
    struct proof_cut cut = {0};
    const struct product_member *first = &v->all.member[v->member[0]];
    assert(v->members > 1 && v->s->groups.count == 0);
    rational_set(&one, 1);
    bool good = proof_product_sum(v, f, &choice);
    if (good) {
        proof_product_subtract(&cut.right, products_side(&v->all.source, first->row, first->sign));
        rational_divide(&cut.below, &cut.right, &choice);
        rational_negate(&cut.below);
        rational_subtract(&cut.below, &cut.below, &one);
        good = rational_is_whole(&cut.below);
    }
    for (int side = 0; side < 2 && good; side++) {
        proof_product_multipliers(v, f, side, &choice, &cut.weight[side]);
        good = proof_product_case(v, &cut, side);
    }
    if (good) {
        proof_cut_terms(&cut, v->s->program.m->cols, v->whole, v->cut);
        cut.efficacy = proof_product_efficacy(v, &cut);
    }
    if (cut.efficacy > PROOF_PRODUCT_WORTH)
        proof_cut_offer(v->s, &cut);
    else
        proof_cut_free(&cut);
    for (int j = 0; j < v->s->program.m->cols; j++) {
        rational_set(&v->cut[j], 0);
        rational_set(&v->whole[j], 0);
    }
    rational_clear(&choice);
    rational_clear(&one);
}

void proof_product_find(struct proof *s, const double *x) {
    const struct model *m = s->program.m;
    struct rows rows;
    rows_init(&rows, m);
    struct proof_product v = {.s = s,
                              .x = x,
                              .whole = proof_vector_new(m->cols),
                              .cut = proof_vector_new(m->cols),
                              .member = MEMORY_NEW(int, m->rows)};
    const struct product_source source = {.row_count = m->rows,
                                          .cols = m->cols,
                                          .rows = &rows,
                                          .row_lower = m->row_lower,
                                          .row_upper = m->row_upper,
                                          .lower = m->lower,
                                          .upper = m->upper,
                                          .integer = m->integer};
    products_init(&v.all, &source);
    for (int k = 0; k < v.all.families && limits_clock(s->limits) == LIMITS_RUNNING; k++)
        if (proof_product_choose(&v, &v.all.family[k])) proof_product_make(&v, &v.all.family[k]);
    products_free(&v.all);
    rows_free(&rows);
    proof_vector_free(v.whole, m->cols);
    proof_vector_free(v.cut, m->cols);
    free(v.member);
}
