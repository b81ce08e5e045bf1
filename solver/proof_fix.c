/* proof_fix.c - columns fixed by reduced costs, as one row. With (1) of proof.h at the root, v = its right side, and the
 * cut-off c'x <= z,
 *
 *     sum_j d_j (x_j - bound j) <= z - v        and        x_j <= bound j + (z - v) / d_j  where d_j > 0          (2)
 *
 * follow. Let q (z - v) < 1, and S the integer columns with q |d_j| >= 1. (2) times q, less multiples of the other
 * columns' bounds and of what q |d_j| has more than 1, and rounded down, is
 *
 *     sum over S, d_j > 0, of (x_j - lower j) + sum over S, d_j < 0, of (upper j - x_j) <= 0 ,                     (3)
 *
 * which fixes all of S by one row: in a leaf that needs an upper bound of x_j, j in S at its lower bound, (3) times the
 * most that any of S needs is added, and the lower bounds make up for the others. So a leaf has hardly more terms than
 * without. */
#include <math.h>

#include "solver/lp/lp.h"
#include "solver/proof_internal.h"

#define PROOF_FIX_SHORT 1e6  /* the most digits of q, and what they cost of it */
#define PROOF_FIX_LOSS  1e-3 /* of z - v, by making the multipliers simple */
#define PROOF_FIX_LEAST 1e-6 /* least 1 / q, relative to the greatest d */

int proof_fix_cutoff(const struct proof *s) {
    return s->program.given + s->program.derived;
}

/* *q, short and with q room < 1; false: none */
static bool proof_fix_scale(struct rational *q, const struct proof *s, const struct rational *room) {
    double most = 0, grid = 1;
    struct rational product = {0}, one = {0};
    for (int j = 0; j < s->program.m->cols; j++) most = fmax(most, fabs(rational_double(&s->d[j])));
    double value = (1 - 10 / PROOF_FIX_SHORT) / fmax(rational_double(room), PROOF_FIX_LEAST * most);
    if (!isfinite(value)) return false;
    while (value * grid < PROOF_FIX_SHORT / 10 && grid < 1e20) grid *= 10;
    proof_duals_on_grid(q, value, grid);
    rational_multiply(&product, q, room);
    rational_set(&one, 1);
    bool good = q->sign > 0 && rational_compare(&product, &one) < 0;
    rational_clear(&product);
    rational_clear(&one);
    return good;
}

/* Whether q |d_j| >= 1. */
static bool proof_fix_enough(const struct proof *s, int j, const struct rational *q) {
    struct rational product = {0}, one = {0};
    rational_set(&one, 1);
    rational_multiply(&product, &s->d[j], q);
    if (product.sign < 0) rational_negate(&product);
    bool enough = rational_compare(&product, &one) >= 0;
    rational_clear(&product);
    rational_clear(&one);
    return enough;
}

/* The columns of S, whose 1 / q leaves s->d. */
static void proof_fix_take(struct proof *s, struct proof_fix *f, const struct rational *q, signed char *side) {
    const struct model *m = s->program.m;
    struct rational whole = {0}, part = {0};
    for (int j = 0; j < m->cols; j++) {
        side[j] = 0;
        if (!m->integer[j] || s->fixings.of[j] || !(m->lower[j] < m->upper[j]) || !proof_fix_enough(s, j, q)) continue;
        side[j] = (signed char)s->d[j].sign;
        s->fixings.of[j] = side[j] * s->fixings.count;
        f->columns++;
        rational_set(&whole, side[j]);
        rational_divide(&part, &whole, q);
        rational_subtract(&s->d[j], &s->d[j], &part);
        rational_add_multiple(&f->side, &whole, side[j] > 0 ? &s->program.lower[j].value : &s->program.upper[j].value);
    }
    rational_clear(&whole);
    rational_clear(&part);
}

static bool proof_fix_row(struct proof *s, const struct rational *q, signed char *side) {
    struct proof_sum w = {.text = memory_string("")};
    struct rational factor = {0};
    s->fixings.fix =
        memory_grow(s->fixings.fix, &s->fixings.room, (size_t)s->fixings.count + 1, sizeof *s->fixings.fix);
    struct proof_fix f = {0};
    s->fixings.count++;
    proof_fix_take(s, &f, q, side);
    s->fixings.count--;
    if (f.columns > 0) {
        proof_sum_add(&w, "", proof_fix_cutoff(s), q);
        rational_copy(&factor, q);
        rational_negate(&factor);
        proof_duals_sum(&w, s, &factor);
        f.sum = w.text;
        f.terms = w.terms;
        s->fixings.fix[s->fixings.count++] = f;
    } else {
        free(w.text);
        rational_clear(&f.side);
    }
    rational_clear(&factor);
    return f.columns > 0;
}

bool proof_fix_columns(struct proof *s, struct lp *lp, signed char *side) {
    struct rational room = {0}, q = {0};
    if (s->program.m->maximize) return false; /* the format has a cut-off for minima alone */
    assert(!s->infeasible && s->groups.count == 0 && lp_rows(lp) == s->program.m->rows + s->cuts);
    proof_open(s);
    double objective = lp_objective(lp), gap = rational_double(&s->objective) - objective;
    bool good = proof_duals_worth(&room, s, lp_row_duals(lp), objective - PROOF_FIX_LOSS * gap);
    rational_subtract(&room, &s->objective, &room);
    good = good && room.sign >= 0 && proof_fix_scale(&q, s, &room) && proof_fix_row(s, &q, side);
    proof_close(s);
    rational_clear(&room);
    rational_clear(&q);
    return good;
}

void proof_fix_shift(struct proof *s) {
    struct rational size = {0};
    for (int k = 0; k < s->fixings.count; k++) rational_set(&s->fixings.fix[k].weight, 0);
    for (int j = 0; j < s->program.m->cols && s->fixings.count; j++) {
        int k = abs(s->fixings.of[j]) - 1;
        if (k < 0 || k >= s->fixings.count || (s->fixings.of[j] > 0) == (s->d[j].sign >= 0)) continue;
        rational_copy(&size, &s->d[j]);
        if (size.sign < 0) rational_negate(&size);
        if (rational_compare(&size, &s->fixings.fix[k].weight) > 0) rational_copy(&s->fixings.fix[k].weight, &size);
    }
    for (int j = 0; j < s->program.m->cols && s->fixings.count; j++) {
        int k = abs(s->fixings.of[j]) - 1;
        if (k < 0 || k >= s->fixings.count) continue;
        if (s->fixings.of[j] > 0)
            rational_add(&s->d[j], &s->d[j], &s->fixings.fix[k].weight);
        else
            rational_subtract(&s->d[j], &s->d[j], &s->fixings.fix[k].weight);
    }
    for (int k = 0; k < s->fixings.count; k++)
        if (s->fixings.fix[k].weight.sign) rational_negate(&s->fixings.fix[k].weight);
    rational_clear(&size);
}

/* --- for the file --- */

static void proof_fix_mark_needed(struct proof *s, int fix) {
    for (const char *at = s->fixings.fix[fix].sum; (at = strpbrk(at, "#~")); at++) {
        long needed = strtol(at + 1, NULL, 10);
        assert(needed < (*at == '#' ? s->cuts : fix)); /* a fixing needs earlier ones only */
        if (*at == '#')
            s->cut[needed].used = true;
        else
            s->fixings.fix[needed].used = true;
    }
}

int proof_fix_mark(struct proof *s) {
    int used = 0;
    for (int k = s->fixings.count - 1; k >= 0; k--) {
        if (!s->fixings.fix[k].used) continue;
        proof_fix_mark_needed(s, k);
        used++;
    }
    return used;
}

void proof_fix_number(struct proof *s, int first) {
    for (int k = 0; k < s->fixings.count; k++)
        if (s->fixings.fix[k].used) s->fixings.fix[k].row = first++;
}

void proof_fix_clear(struct proof *s) {
    for (int k = 0; k < s->fixings.count; k++) {
        free(s->fixings.fix[k].sum);
        rational_clear(&s->fixings.fix[k].side);
        rational_clear(&s->fixings.fix[k].weight);
    }
    s->fixings.count = 0;
    memset(s->fixings.of, 0, (size_t)s->program.m->cols * sizeof *s->fixings.of);
}
