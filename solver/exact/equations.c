#include "solver/exact/equations.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>

#include "solver/base/limits.h"
#include "solver/base/memory.h"
#include "solver/exact/dixon.h"
#include "solver/exact/modular.h"

struct equations *equations_new(int count, int unknowns) {
    assert(count >= 0 && unknowns >= 0);
    struct equations *s = MEMORY_NEW(struct equations, 1);
    *s = (struct equations){count, unknowns, MEMORY_NEW(struct equations_row, count)};
    return s;
}

void equations_free(struct equations *s) {
    if (!s) return;
    for (int i = 0; i < s->count; i++) {
        free(s->row[i].index);
        free(s->row[i].value);
        rational_clear(&s->row[i].right);
    }
    free(s->row);
    free(s);
}

void equations_add(struct equations *s, int equation, int unknown, double value) {
    struct equations_row *r = &s->row[equation];
    assert(r->count == 0 || r->index[r->count - 1] < unknown);
    assert(unknown >= 0 && unknown < s->unknowns && isfinite(value));
    if (value == 0) return;
    if (r->count == r->room) {
        r->room = r->room ? 2 * r->room : 8;
        r->index = memory_resize(r->index, (size_t)r->room, sizeof *r->index);
        r->value = memory_resize(r->value, (size_t)r->room, sizeof *r->value);
    }
    r->index[r->count] = unknown;
    r->value[r->count++] = value;
}

void equations_solution_free(struct equations_solution *x) {
    if (!x) return;
    for (int k = 0; k < x->unknowns; k++) rational_clear(&x->x[k]);
    free(x->x);
    rational_clear(&x->common);
    free(x);
}

/* --- reading back --- */

struct equations_work {
    const struct equations *s;
    const struct modular *factors;
    const struct dixon *lifting;
    struct equations_solution *solution;
    struct whole modulus;
    int bits; /* most bits of numerators and denominator for which the fraction is unique */
    const struct limits *limits;
};

/* The denominator of the fraction that is `residue` modulo the modulus (Euclid, stopped halfway). false: none exists,
 * or a limit was reached. */
static bool equations_denominator(struct whole *denominator, const struct equations_work *w,
                                  const struct whole *residue) {
    struct whole above = {0}, rest = {0}, before = {0}, quotient = {0}, product = {0};
    assert(whole_compare(residue, &w->modulus) < 0);
    whole_copy(&above, &w->modulus);
    whole_copy(&rest, residue);
    whole_set(denominator, 1);
    bool late = false;
    for (int turn = 1; whole_bits(&rest) > w->bits && whole_bits(denominator) <= w->bits && !late; turn++) {
        whole_divide(&quotient, &above, &rest);
        whole_swap(&above, &rest);
        whole_multiply(&product, &quotient, denominator);
        whole_add(&before, &before, &product);
        whole_swap(&before, denominator);
        if (turn % 256 == 0) late = limits_clock(w->limits) != LIMITS_RUNNING;
    }
    bool found = whole_bits(&rest) <= w->bits && whole_bits(denominator) <= w->bits;
    whole_clear(&above);
    whole_clear(&rest);
    whole_clear(&before);
    whole_clear(&quotient);
    whole_clear(&product);
    return found;
}

/* r = residue, or residue - modulus if that is nearer to 0 */
static void equations_symmetric(struct rational *r, const struct equations_work *w, const struct whole *residue) {
    struct whole rest = {0};
    assert(whole_compare(residue, &w->modulus) < 0);
    whole_subtract(&rest, &w->modulus, residue);
    bool below = whole_compare(&rest, residue) < 0;
    whole_copy(&r->n, below ? &rest : residue);
    r->d.length = 0;
    r->sign = r->n.length == 0 ? 0 : below ? -1 : 1;
    whole_clear(&rest);
}

/* scaled = residue * common modulo the modulus */
static void equations_scale(struct whole *scaled, const struct equations_work *w, const struct whole *residue) {
    whole_multiply(scaled, residue, &w->solution->common.n);
    assert(w->modulus.length > 0);
    whole_divide(NULL, scaled, &w->modulus);
}

/* common *= factor, with the unknowns of the first `pivots` pivots */
static void equations_extend(const struct equations_work *w, const struct rational *factor, int pivots) {
    struct equations_solution *x = w->solution;
    assert(factor->sign > 0 && pivots >= 0 && pivots < w->factors->rank);
    rational_multiply(&x->common, &x->common, factor);
    for (int t = 0; t < pivots; t++)
        rational_multiply(&x->x[w->factors->unknown[t]], &x->x[w->factors->unknown[t]], factor);
}

/* Pivot unknown t from its digits, `common` extended so that it is whole. false: that takes more digits. */
static bool equations_read_unknown(const struct equations_work *w, int t) {
    struct equations_solution *x = w->solution;
    struct rational *to = &x->x[w->factors->unknown[t]], factor = {.sign = 1};
    struct whole residue = {0}, scaled = {0};
    dixon_value(&residue, w->lifting, t);
    equations_scale(&scaled, w, &residue);
    equations_symmetric(to, w, &scaled);
    if (whole_bits(&to->n) > w->bits && equations_denominator(&factor.n, w, &scaled)) {
        equations_extend(w, &factor, t);
        equations_scale(&scaled, w, &residue);
        equations_symmetric(to, w, &scaled);
    }
    rational_clear(&factor);
    whole_clear(&residue);
    whole_clear(&scaled);
    return whole_bits(&to->n) <= w->bits && whole_bits(&x->common.n) <= w->bits;
}

static bool equations_hold(const struct equations *s, int equation, const struct equations_solution *x) {
    const struct equations_row *r = &s->row[equation];
    assert(equation >= 0 && equation < s->count && x->common.sign > 0);
    struct rational sum = {0};
    rational_multiply(&sum, &r->right, &x->common);
    for (int k = 0; k < r->count; k++) rational_add_product(&sum, &x->x[r->index[k]], -r->value[k]);
    bool hold = sum.sign == 0;
    rational_clear(&sum);
    return hold;
}

static void equations_keep(struct equations_work *w, const double *given) {
    struct equations_solution *x = w->solution;
    for (int u = 0; u < x->unknowns; u++) rational_set(&x->x[u], given[u]);
    for (int t = 0; t < w->factors->rank; t++) rational_set(&x->x[w->factors->unknown[t]], 0);
    rational_set(&x->common, 1);
}

/* Whether the digits so far give a solution of the pivot equations. */
static bool equations_read(struct equations_work *w, const double *given) {
    struct equations_solution *x = w->solution;
    const struct modular *f = w->factors;
    dixon_modulus(&w->modulus, w->lifting);
    w->bits = whole_bits(&w->modulus) / 2 - 1;
    assert(w->bits > 0);
    equations_keep(w, given);
    for (int t = 0; t < f->rank; t++)
        if (limits_clock(w->limits) != LIMITS_RUNNING || !equations_read_unknown(w, t)) return false;
    bool *pivot = MEMORY_NEW(bool, x->unknowns), hold = true;
    for (int t = 0; t < f->rank; t++) pivot[f->unknown[t]] = true;
    for (int u = 0; u < x->unknowns; u++)
        if (!pivot[u]) rational_multiply(&x->x[u], &x->x[u], &x->common);
    for (int t = 0; t < f->rank && hold; t++) hold = equations_hold(w->s, f->equation[t], x);
    free(pivot);
    return hold;
}

/* --- solving --- */

static struct modular *equations_factor(const struct equations *s, const double *given, const struct limits *limits) {
    struct modular *factors = modular_new(s->count, s->unknowns);
    double *weight = MEMORY_NEW(double, s->unknowns);
    for (int u = 0; u < s->unknowns; u++) weight[u] = fabs(given[u]);
    for (int i = 0; i < s->count; i++) factors->row[i].urgency = s->row[i].urgency;
    for (int i = 0; i < s->count; i++)
        for (int k = 0; k < s->row[i].count; k++) modular_append(factors, i, s->row[i].index[k], s->row[i].value[k]);
    bool good = modular_eliminate(factors, weight, limits);
    free(weight);
    assert(!good || factors->rank <= s->count);
    if (good) return factors;
    modular_free(factors);
    return NULL;
}

/* The right-hand sides of the pivot equations less the terms of the kept unknowns; x as of equations_keep. */
static struct dixon *equations_lift(const struct equations_work *w) {
    const struct modular *f = w->factors;
    assert(w->solution->common.sign > 0 && w->solution->unknowns == w->s->unknowns);
    struct rational *right = MEMORY_NEW(struct rational, f->rank);
    for (int t = 0; t < f->rank; t++) {
        const struct equations_row *r = &w->s->row[f->equation[t]];
        rational_copy(&right[t], &r->right);
        for (int k = 0; k < r->count; k++) rational_add_product(&right[t], &w->solution->x[r->index[k]], -r->value[k]);
    }
    struct dixon *l = dixon_new(w->s, f, right);
    for (int t = 0; t < f->rank; t++) rational_clear(&right[t]);
    free(right);
    return l;
}

struct equations_solution *equations_solve(const struct equations *s, const double *given,
                                           const struct limits *limits) {
    struct modular *factors = equations_factor(s, given, limits);
    if (!factors) return NULL;
    struct equations_solution *x = MEMORY_NEW(struct equations_solution, 1);
    *x = (struct equations_solution){
        .unknowns = s->unknowns, .rank = factors->rank, .x = MEMORY_NEW(struct rational, s->unknowns)};
    struct equations_work w = {.s = s, .factors = factors, .solution = x, .limits = limits};
    equations_keep(&w, given);
    struct dixon *l = equations_lift(&w);
    w.lifting = l;
    bool solved = false, late = false;
    for (int next = 4; !solved && !late; late = limits_clock(limits) != LIMITS_RUNNING) {
        dixon_step(l);
        if (dixon_digits(l) < next) continue;
        solved = equations_read(&w, given);
        next += next / 2;
    }
    for (int i = 0; i < s->count && solved; i++) x->broken += !equations_hold(s, i, x);
    assert(!solved || (x->common.sign > 0 && x->common.d.length == 0 && x->rank <= s->unknowns));
    whole_clear(&w.modulus);
    dixon_free(l);
    modular_free(factors);
    if (solved) return x;
    equations_solution_free(x);
    return NULL;
}
