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
#include "solver/proof_cut.h"

#define PROOF_PRODUCT_LEAST 1e-9 /* of a term of (1) that is worth taking */
#define PROOF_PRODUCT_WORTH 1e-3 /* distance of the relaxation's optimum */

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

static void proof_product_number(struct rational *out, const struct rational *by, double value) {
    rational_text_decimal(out, value);
    rational_multiply(out, out, by);
}

/* Lists the columns of a row that are not listed yet. */
static void proof_product_list(struct proof_product *v, int row) {
    for (long e = v->rows.start[row]; e < v->rows.start[row + 1]; e++) {
        const int j = v->rows.col[e];
        if (!v->listed[j]) v->list[v->count++] = j;
        v->listed[j] = true;
    }
}

static int proof_product_ascending(const void *one, const void *two) {
    const int a = *(const int *)one, b = *(const int *)two;
    return (a > b) - (a < b);
}

static void proof_product_clear(struct proof_product *v) {
    for (int k = 0; k < v->count; k++) {
        const int j = v->list[k];
        v->listed[j] = false;
        rational_set(&v->cut[j], 0);
        rational_set(&v->whole[j], 0);
        rational_set(&v->left[j], 0);
    }
    v->count = 0;
}

/* v->cut and v->whole, with *choice = a; false: C / a is not whole. */
static bool proof_product_sum(struct proof_product *v, const struct product_family *f, struct rational *choice) {
    const struct model *m = v->s->program.m;
    struct rational number = {0};
    assert(v->members <= f->count);
    for (int k = 0; k < v->members; k++) {
        const struct product_member *at = &v->all.member[v->member[k]];
        for (long e = v->rows.start[at->row]; e < v->rows.start[at->row + 1]; e++) {
            const int j = v->rows.col[e];
            const enum product_part part = products_part(&v->all, f->group, j, at->sign * v->rows.value[e]);
            rational_text_decimal(&number, at->sign * v->rows.value[e]);
            if (part != PRODUCT_COMMON || k == 0) rational_subtract(&v->cut[j], &v->cut[j], &number);
            if (part == PRODUCT_COMMON && k == 0) rational_copy(&v->whole[j], &number);
            if (part == PRODUCT_CHOICE && choice->sign == 0) rational_copy(choice, &number);
        }
    }
    rational_clear(&number);
    bool good = choice->sign > 0, any = false;
    for (int k = 0; k < v->count && good; k++) {
        const int j = v->list[k];
        if (v->whole[j].sign == 0) continue;
        rational_divide(&v->whole[j], &v->whole[j], choice);
        any = true;
        good = m->integer[j] && rational_is_whole(&v->whole[j]);
    }
    return good && any;
}

/* --- its two cases --- */

struct proof_product_case { /* a sum in the making: right side, and what is left of the cut in v->left */
    struct proof_product *v;
    struct proof_sum sum;
    struct rational right;
    bool good;
};

/* Takes `by` times the side that it needs; it has to exist. */
static void proof_product_take(struct proof_product_case *c, const struct rational *by, const struct proof_side *lower,
                               const struct proof_side *upper) {
    const struct proof_side *at = by->sign > 0 ? lower : upper;
    if (by->sign == 0) return;
    if (at->row < 0) {
        c->good = false;
        return;
    }
    rational_add_multiple(&c->right, by, &at->value);
    proof_sum_add(&c->sum, "", at->row, by);
}

static void proof_product_take_row(struct proof_product_case *c, int row, const struct rational *by) {
    struct proof_product *v = c->v;
    const struct proof_program *p = &v->s->program;
    struct rational product = {0};
    proof_product_take(c, by, &p->row_lower[row], &p->row_upper[row]);
    for (long e = v->rows.start[row]; e < v->rows.start[row + 1]; e++) {
        struct rational *left = &v->left[v->rows.col[e]];
        proof_product_number(&product, by, v->rows.value[e]);
        rational_subtract(left, left, &product);
    }
    rational_clear(&product);
}

/* The rows of (1), or of (2), and the weight of the assumption. */
static void proof_product_take_rows(struct proof_product_case *c, const struct product_family *f, int side,
                                    const struct rational *choice, struct rational *weight) {
    const struct proof_product *v = c->v;
    struct rational by = {0};
    assert(choice->sign > 0 && f->group >= 0 && f->group < v->s->program.m->rows);
    if (side == 0) {
        rational_copy(weight, choice);
        rational_negate(weight);
        proof_product_take_row(c, f->group, weight);
        return;
    }
    for (int k = 0; k < v->members; k++) {
        const struct product_member *at = &v->all.member[v->member[k]];
        rational_set(&by, -at->sign);
        proof_product_take_row(c, at->row, &by);
    }
    rational_set(weight, v->members - 1);
    rational_multiply(weight, weight, choice);
    rational_clear(&by);
}

/* Whether the case's sum, with bounds, is the cut; it becomes text. */
static bool proof_product_case(struct proof_product *v, struct proof_cut *cut, const struct product_family *f, int side,
                               const struct rational *choice) {
    const struct proof_program *p = &v->s->program;
    struct proof_product_case c = {v, {.text = memory_string("")}, {0}, true};
    struct rational part = {0};
    for (int k = 0; k < v->count; k++) rational_copy(&v->left[v->list[k]], &v->cut[v->list[k]]);
    proof_product_take_rows(&c, f, side, choice, &cut->weight[side]);
    rational_set(&part, side);
    rational_add(&part, &cut->below, &part);
    rational_add_multiple(&c.right, &cut->weight[side], &part);
    for (int k = 0; k < v->count && c.good; k++) {
        const int j = v->list[k];
        rational_multiply(&part, &cut->weight[side], &v->whole[j]);
        rational_subtract(&v->left[j], &v->left[j], &part);
        proof_product_take(&c, &v->left[j], &p->lower[j], &p->upper[j]);
    }
    c.good = c.good && rational_compare(&c.right, &cut->right) >= 0;
    assert(!c.good || c.sum.terms > 0); /* an assumption alone is no cut */
    cut->sum[side] = c.sum.text;
    cut->terms[side] = c.sum.terms;
    rational_clear(&c.right);
    rational_clear(&part);
    return c.good;
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

bool proof_product_cut(struct proof_cut *cut, struct proof_product *v, const struct product_family *f) {
    struct rational choice = {0}, one = {0};
    const struct product_member *first = &v->all.member[v->member[0]];
    assert(v->members > 1 && v->count == 0);
    *cut = (struct proof_cut){0};
    for (int k = 0; k < v->members; k++) proof_product_list(v, v->all.member[v->member[k]].row);
    proof_product_list(v, f->group);
    memory_sort(v->list, (size_t)v->count, sizeof *v->list, proof_product_ascending);
    rational_set(&one, 1);
    bool good = proof_product_sum(v, f, &choice);
    if (good) {
        rational_text_decimal(&cut->right, -products_side(&v->all.source, first->row, first->sign));
        rational_divide(&cut->below, &cut->right, &choice);
        rational_negate(&cut->below);
        rational_subtract(&cut->below, &cut->below, &one);
        good = rational_is_whole(&cut->below);
    }
    for (int side = 0; side < 2 && good; side++) good = proof_product_case(v, cut, f, side, &choice);
    if (good)
        proof_cut_terms(cut, v->list, v->count, v->whole, v->cut);
    else
        proof_cut_free(cut);
    proof_product_clear(v);
    rational_clear(&choice);
    rational_clear(&one);
    return good;
}

/* --- all families --- */

void proof_product_init(struct proof_product *v, struct proof *s) {
    const struct model *m = s->program.m;
    *v = (struct proof_product){.s = s,
                                .whole = proof_vector_new(m->cols),
                                .cut = proof_vector_new(m->cols),
                                .left = proof_vector_new(m->cols),
                                .list = MEMORY_NEW(int, m->cols),
                                .listed = MEMORY_NEW(bool, m->cols),
                                .member = MEMORY_NEW(int, m->rows)};
    rows_init(&v->rows, m);
    const struct product_source source = {.row_count = m->rows,
                                          .cols = m->cols,
                                          .rows = &v->rows,
                                          .row_lower = m->row_lower,
                                          .row_upper = m->row_upper,
                                          .lower = m->lower,
                                          .upper = m->upper,
                                          .integer = m->integer};
    products_init(&v->all, &source);
}

void proof_product_free(struct proof_product *v) {
    products_free(&v->all);
    rows_free(&v->rows);
    proof_vector_free(v->whole, v->s->program.m->cols);
    proof_vector_free(v->cut, v->s->program.m->cols);
    proof_vector_free(v->left, v->s->program.m->cols);
    free(v->list), free(v->listed), free(v->member);
}

static void proof_product_offer(struct proof_product *v, const struct product_family *f) {
    struct proof_cut cut;
    if (!proof_product_cut(&cut, v, f)) return;
    cut.efficacy = proof_product_efficacy(v, &cut);
    if (cut.efficacy > PROOF_PRODUCT_WORTH)
        proof_cut_offer(v->s, &cut);
    else
        proof_cut_free(&cut);
}

void proof_product_find(struct proof *s, const double *x) {
    struct proof_product v;
    proof_product_init(&v, s);
    v.x = x;
    for (int k = 0; k < v.all.families && limits_clock(s->limits) == LIMITS_RUNNING; k++)
        if (proof_product_choose(&v, &v.all.family[k])) proof_product_offer(&v, &v.all.family[k]);
    proof_product_free(&v);
}
