#include "solver/proof_cut.h"

#include <math.h>
#include <stdio.h>

#include "solver/lp/lp.h"

enum {
    PROOF_CUT_ROUNDS = 12,
    PROOF_CUT_BATCH = 30,
    PROOF_CUT_PRODUCTS = 400,
    PROOF_CUT_TABLEAU = 60,
    PROOF_CUT_ROW_TRIES = 3
};
#define PROOF_CUT_EFFICACY 1e-3 /* least distance to the relaxation's optimum */
#define PROOF_CUT_DENSE    500  /* most entries */
#define PROOF_CUT_GRID     1e-6 /* of the tableau's multipliers, relative to the greatest */
#define PROOF_CUT_AWAY     0.02 /* of f from 0 and 1 */

/* A cut in the making: (1) of proof_cut.h. */
struct proof_cut_split {
    struct proof *s;
    const double *x;            /* [cols + rows of the LP] the relaxation's optimum */
    signed char *side, *bound;  /* [rows], [cols] 1: from below, -1: from above, 0: not needed */
    struct rational *row_g;     /* [rows] */
    struct rational *g, *whole; /* [cols] g, and p */
    struct rational b, f, rest; /* rest = 1 - f */
};

/* --- sides --- */

static int proof_cut_rows(const struct proof *s) { /* of the LP, while there are no groups */
    return s->program.m->rows + s->cuts;
}

/* The value of a row's side; NULL: there is none. */
static const struct rational *proof_cut_side(const struct proof *s, int row, int side) {
    int rows = s->program.m->rows;
    if (row >= rows) return side > 0 ? &s->cut[row - rows].right : NULL;
    const struct proof_side *at = side > 0 ? &s->program.row_lower[row] : &s->program.row_upper[row];
    return at->row >= 0 ? &at->value : NULL;
}

static const struct rational *proof_cut_bound(const struct proof *s, int col, int side) {
    const struct proof_side *at = side > 0 ? &s->program.lower[col] : &s->program.upper[col];
    return at->row >= 0 ? &at->value : NULL;
}

/* The nearer one of two; 0: neither exists. */
static int proof_cut_nearer(const struct rational *below, const struct rational *above, double x) {
    if (!below || !above) return below ? 1 : above ? -1 : 0;
    return x - rational_double(below) <= rational_double(above) - x ? 1 : -1;
}

/* --- the split --- */

static bool proof_cut_take_rows(struct proof_cut_split *c) {
    struct proof *s = c->s;
    for (int i = 0; i < proof_cut_rows(s); i++) {
        const struct rational *l = &s->y[i];
        c->side[i] = 0;
        rational_set(&c->row_g[i], 0);
        if (l->sign == 0) continue;
        c->side[i] = (signed char)proof_cut_nearer(proof_cut_side(s, i, 1), proof_cut_side(s, i, -1),
                                                   c->x[s->program.m->cols + i]);
        if (!c->side[i]) return false;
        rational_add_multiple(&c->b, l, proof_cut_side(s, i, c->side[i]));
        rational_copy(&c->row_g[i], l);
        if (c->side[i] < 0) rational_negate(&c->row_g[i]);
    }
    return true;
}

/* a = l'A is in -s->d. Whole parts, and what is left of a as -g (or g, from above). */
static bool proof_cut_take_columns(struct proof_cut_split *c) {
    struct proof *s = c->s;
    const struct model *m = s->program.m;
    for (int j = 0; j < m->cols; j++) {
        struct rational *left = &c->g[j];
        c->bound[j] = 0;
        rational_set(&c->whole[j], 0);
        rational_copy(left, &s->d[j]); /* -a */
        if (left->sign == 0) continue;
        if (m->integer[j]) {
            rational_negate(left);
            rational_floor(&c->whole[j], left);
            rational_negate(left);
            rational_add(left, left, &c->whole[j]); /* floor(a) - a */
        }
        if (left->sign == 0) continue;
        c->bound[j] = (signed char)proof_cut_nearer(proof_cut_bound(s, j, 1), proof_cut_bound(s, j, -1), c->x[j]);
        if (!c->bound[j]) return false;
        rational_add_multiple(&c->b, left, proof_cut_bound(s, j, c->bound[j]));
        if (c->bound[j] < 0) rational_negate(left);
    }
    return true;
}

/* f and 1 - f; false: too near to a whole number. */
static bool proof_cut_fraction(struct proof_cut_split *c) {
    struct rational one = {0};
    rational_set(&one, 1);
    rational_floor(&c->f, &c->b);
    rational_subtract(&c->f, &c->b, &c->f);
    rational_subtract(&c->rest, &one, &c->f);
    rational_clear(&one);
    double f = rational_double(&c->f);
    return f > PROOF_CUT_AWAY && f < 1 - PROOF_CUT_AWAY;
}

/* An integer column may be rounded up instead: g becomes g + 1 from below, g - 1 from above, whichever weighs less. */
static void proof_cut_choose(struct proof_cut_split *c) {
    const struct model *m = c->s->program.m;
    double f = rational_double(&c->f);
    struct rational one = {0};
    for (int j = 0; j < m->cols; j++) {
        if (!m->integer[j] || c->g[j].sign == 0) continue;
        double g = rational_double(&c->g[j]), other = g + c->bound[j];
        double now = g > 0 ? f * g : (f - 1) * g, then = other > 0 ? f * other : (f - 1) * other;
        if (now <= then) continue;
        rational_set(&one, c->bound[j]);
        rational_add(&c->g[j], &c->g[j], &one);
        rational_set(&one, 1);
        rational_add(&c->whole[j], &c->whole[j], &one);
        rational_add_multiple(&c->b, &one, proof_cut_bound(c->s, j, c->bound[j]));
    }
    rational_clear(&one);
}

/* --- the cut --- */

/* w = weight of a distance with g, as a multiplier of its row: negative from above */
static void proof_cut_weight(struct rational *w, const struct proof_cut_split *c, const struct rational *g, int side) {
    rational_multiply(w, g, g->sign > 0 ? &c->f : &c->rest);
    if (g->sign * side < 0) rational_negate(w);
}

/* s->y = the weights of the rows; s->d = minus the cut's coefficients; *right its side. */
static void proof_cut_sum(struct rational *right, struct proof_cut_split *c) {
    struct proof *s = c->s;
    struct rational w = {0};
    rational_multiply(right, &c->f, &c->rest);
    for (int i = 0; i < proof_cut_rows(s); i++) {
        rational_set(&s->y[i], 0);
        if (!c->side[i]) continue;
        proof_cut_weight(&s->y[i], c, &c->row_g[i], c->side[i]);
        rational_add_multiple(right, &s->y[i], proof_cut_side(s, i, c->side[i]));
    }
    proof_duals_price(s, 0);
    for (int j = 0; j < s->program.m->cols; j++) {
        if (c->g[j].sign == 0) continue;
        proof_cut_weight(&w, c, &c->g[j], c->bound[j]);
        rational_subtract(&s->d[j], &s->d[j], &w);
        rational_add_multiple(right, &w, proof_cut_bound(s, j, c->bound[j]));
    }
    rational_clear(&w);
}

/* Coefficients and side with few digits: the difference is a multiple of a bound, and goes into `more`. */
static void proof_cut_round_off(struct rational *right, struct proof *s, struct rational *more) {
    const struct model *m = s->program.m;
    double most = 0, power = 1;
    struct rational grid = {0}, scaled = {0};
    for (int j = 0; j < m->cols; j++) most = fmax(most, fabs(rational_double(&s->d[j])));
    while (most * power < 1e5 && power < 1e12) power *= 10;
    rational_set(&grid, power);
    for (int j = 0; j < m->cols; j++) {
        int side = proof_cut_bound(s, j, 1) ? 1 : proof_cut_bound(s, j, -1) ? -1 : 0;
        rational_set(&more[j], 0);
        if (!side) continue;
        rational_multiply(&scaled, &s->d[j], &grid); /* minus the coefficient: down from below, up from above */
        (side > 0 ? rational_floor : rational_ceiling)(&scaled, &scaled);
        rational_divide(&scaled, &scaled, &grid);
        rational_subtract(&more[j], &s->d[j], &scaled);
        rational_copy(&s->d[j], &scaled);
        rational_add_multiple(right, &more[j], proof_cut_bound(s, j, side));
    }
    rational_multiply(&scaled, right, &grid);
    rational_floor(&scaled, &scaled);
    rational_divide(right, &scaled, &grid);
    rational_clear(&grid);
    rational_clear(&scaled);
}

/* The distance of the relaxation's optimum from the cut, which is in -s->d; 0 where it is too dense. */
static double proof_cut_efficacy(const struct proof_cut_split *c, const struct rational *right) {
    double norm = 0, off = rational_double(right);
    int count = 0;
    for (int j = 0; j < c->s->program.m->cols; j++) {
        if (c->s->d[j].sign == 0) continue;
        double value = -rational_double(&c->s->d[j]);
        off -= value * c->x[j];
        norm += value * value;
        count++;
    }
    return norm > 0 && count <= PROOF_CUT_DENSE ? off / sqrt(norm) : 0;
}

/* --- as text --- */

/* The multipliers of one side of the split: of distances with g > 0 (side 0) or g < 0, and what was rounded off. */
static void proof_cut_print(struct proof_cut *cut, int side, const struct proof_cut_split *c,
                            const struct rational *more) {
    const struct proof *s = c->s;
    const struct proof_program *p = &s->program;
    struct proof_sum w = {.text = memory_string("")};
    struct rational value = {0};
    for (int i = 0; i < proof_cut_rows(s); i++) {
        if (!c->side[i] || (c->row_g[i].sign > 0) != (side == 0)) continue;
        rational_copy(&value, &c->row_g[i]);
        value.sign = c->side[i];
        bool own = i < p->m->rows;
        int number = !own ? i - p->m->rows : c->side[i] > 0 ? p->row_lower[i].row : p->row_upper[i].row;
        proof_sum_add(&w, own ? "" : "#", number, &value);
    }
    for (int j = 0; j < p->m->cols; j++) { /* a bound may have both */
        int rounded = proof_cut_bound(s, j, 1) ? 1 : -1;
        for (int way = 1; way >= -1; way -= 2) {
            rational_set(&value, 0);
            if (c->g[j].sign && c->bound[j] == way && (c->g[j].sign > 0) == (side == 0)) {
                rational_copy(&value, &c->g[j]);
                value.sign = way;
            }
            if (way == rounded) rational_add(&value, &value, &more[j]);
            if (value.sign) proof_sum_add(&w, "", way > 0 ? p->lower[j].row : p->upper[j].row, &value);
        }
    }
    cut->sum[side] = w.text;
    cut->terms[side] = w.terms;
    rational_clear(&value);
}

void proof_cut_terms(struct proof_cut *cut, const int *list, int count, const struct rational *whole,
                     const struct rational *value) {
    struct proof_sum w = {.text = memory_string("")};
    int terms = 0;
    for (int k = 0; k < count; k++) terms += value[list ? list[k] : k].sign != 0;
    cut->col = MEMORY_NEW(int, terms);
    cut->value = proof_vector_new(terms);
    for (int k = 0; k < count; k++) {
        const int j = list ? list[k] : k;
        if (whole[j].sign) proof_sum_add(&w, "", j, &whole[j]);
        if (value[j].sign == 0) continue;
        rational_copy(&cut->value[cut->count], &value[j]);
        cut->col[cut->count++] = j;
    }
    cut->split = w.text;
    cut->split_terms = w.terms;
}

void proof_cut_free(struct proof_cut *cut) {
    proof_vector_free(cut->value, cut->count);
    free(cut->col);
    rational_clear(&cut->right);
    rational_clear(&cut->below);
    for (int side = 0; side < 2; side++) {
        rational_clear(&cut->weight[side]);
        free(cut->sum[side]);
    }
    free(cut->split);
}

void proof_cut_offer(struct proof *s, const struct proof_cut *cut) {
    assert(cut->count > 0 && cut->efficacy > 0 && cut->sum[0] && cut->sum[1]);
    s->found.cut = memory_grow(s->found.cut, &s->found.room, (size_t)s->found.count + 1, sizeof *s->found.cut);
    s->found.cut[s->found.count++] = *cut;
}

/* The cut of the multipliers s->y, appended as a candidate if it cuts deep enough. */
static void proof_cut_make(struct proof_cut_split *c) {
    struct proof *s = c->s;
    struct rational right = {0}, *more = NULL;
    rational_set(&c->b, 0);
    proof_duals_price(s, 0);
    if (proof_cut_take_rows(c) && proof_cut_take_columns(c) && proof_cut_fraction(c)) {
        proof_cut_choose(c);
        proof_cut_sum(&right, c);
        more = proof_vector_new(s->program.m->cols);
        proof_cut_round_off(&right, s, more);
        double efficacy = proof_cut_efficacy(c, &right);
        if (efficacy > PROOF_CUT_EFFICACY) {
            struct proof_cut cut = {.efficacy = efficacy};
            rational_copy(&cut.right, &right);
            rational_floor(&cut.below, &c->b);
            rational_copy(&cut.weight[0], &c->rest);
            rational_negate(&cut.weight[0]);
            rational_copy(&cut.weight[1], &c->f);
            proof_cut_terms(&cut, NULL, s->program.m->cols, c->whole, s->d);
            for (int e = 0; e < cut.count; e++) rational_negate(&cut.value[e]);
            for (int side = 0; side < 2; side++) proof_cut_print(&cut, side, c, more);
            proof_cut_offer(s, &cut);
        }
    }
    proof_vector_free(more, s->program.m->cols);
    rational_clear(&right);
}

/* --- multipliers to try --- */

static void proof_cut_none(struct proof *s) {
    for (int i = 0; i < proof_cut_rows(s); i++) rational_set(&s->y[i], 0);
}

/* Gomory's: of the tableau's rows of fractional integers. */
static void proof_cut_tableau(struct proof_cut_split *c, struct lp *lp) {
    struct proof *s = c->s;
    const struct model *m = s->program.m;
    int rows = proof_cut_rows(s), tried = 0, *row = MEMORY_NEW(int, rows);
    double *l = MEMORY_NEW(double, rows);
    unsigned char *place = MEMORY_NEW(unsigned char, m->cols + rows);
    lp_get_basis(lp, place);
    for (int j = 0; j < m->cols && tried < PROOF_CUT_TABLEAU; j++) {
        double f = c->x[j] - floor(c->x[j]);
        if (!m->integer[j] || place[j] != PLACE_BASIC || f < PROOF_CUT_AWAY || f > 1 - PROOF_CUT_AWAY) continue;
        int count = lp_multipliers(lp, j, row, l);
        proof_cut_none(s);
        double most = 0;
        for (int k = 0; k < count; k++) most = fmax(most, fabs(l[k]));
        for (int k = 0; k < count; k++)
            proof_duals_on_grid(&s->y[row[k]], l[k], proof_duals_grid(most, PROOF_CUT_GRID));
        proof_cut_make(c);
        tried++;
    }
    free(row);
    free(l);
    free(place);
}

/* Mixed-integer rounding of single rows, divided by the entries of fractional integers, both ways. */
static void proof_cut_single(struct proof_cut_split *c) {
    struct proof *s = c->s;
    const struct model *m = s->program.m;
    int *tries = MEMORY_NEW(int, m->rows);
    struct rational one = {0};
    rational_set(&one, 1);
    for (int j = 0; j < m->cols; j++) {
        double f = c->x[j] - floor(c->x[j]);
        if (!m->integer[j] || f < PROOF_CUT_AWAY || f > 1 - PROOF_CUT_AWAY) continue;
        for (long k = m->start[j]; k < m->start[j + 1]; k++) {
            int i = m->index[k];
            if (tries[i]++ >= PROOF_CUT_ROW_TRIES) continue;
            proof_cut_none(s);
            rational_divide(&s->y[i], &one, &s->program.value[k]);
            proof_cut_make(c);
        }
    }
    rational_clear(&one);
    free(tries);
}

/* --- a round --- */

static int proof_cut_by_efficacy(const void *a, const void *b) {
    const struct proof_cut *p = a, *q = b;
    return p->efficacy != q->efficacy ? (p->efficacy > q->efficacy ? -1 : 1) : p->count - q->count;
}

static void proof_cut_add_row(struct proof *s, struct lp *lp, struct proof_cut cut) {
    int start[2] = {0, cut.count};
    double *value = MEMORY_NEW(double, cut.count), right = rational_double(&cut.right), none = MODEL_INFINITY;
    for (int k = 0; k < cut.count; k++) value[k] = rational_double(&cut.value[k]);
    lp_add_rows(lp, 1, start, cut.col, value, &right, &none);
    free(value);
    s->cut = memory_grow(s->cut, &s->cut_room, (size_t)s->cuts + 1, sizeof *s->cut);
    s->cut[s->cuts++] = cut;
}

static bool proof_cut_same(const struct proof_cut *a, const struct proof_cut *b) {
    return a->efficacy == b->efficacy && a->count == b->count &&
           memcmp(a->col, b->col, (size_t)a->count * sizeof *a->col) == 0;
}

static bool proof_cut_take_best(struct proof *s, struct lp *lp, int most) {
    memory_sort(s->found.cut, (size_t)s->found.count, sizeof *s->found.cut, proof_cut_by_efficacy);
    for (int k = 0, last = -1; k < s->found.count; k++) {
        if (k < most && !(last >= 0 && proof_cut_same(&s->found.cut[k], &s->found.cut[last]))) {
            proof_cut_add_row(s, lp, s->found.cut[k]);
            last = k;
        } else {
            proof_cut_free(&s->found.cut[k]);
        }
    }
    bool any = s->found.count > 0;
    s->found.count = 0;
    return any;
}

/* Those of combined rows. */
static void proof_cut_combined(struct proof *s, struct lp *lp) {
    const struct model *m = s->program.m;
    int rows = proof_cut_rows(s);
    struct proof_cut_split c = {.s = s,
                                .x = lp_x(lp),
                                .side = MEMORY_NEW(signed char, rows),
                                .bound = MEMORY_NEW(signed char, m->cols),
                                .row_g = proof_vector_new(rows),
                                .g = proof_vector_new(m->cols),
                                .whole = proof_vector_new(m->cols)};
    proof_cut_single(&c);
    proof_cut_tableau(&c, lp);
    proof_vector_free(c.row_g, rows);
    proof_vector_free(c.g, m->cols);
    proof_vector_free(c.whole, m->cols);
    rational_clear(&c.b);
    rational_clear(&c.f);
    rational_clear(&c.rest);
    free(c.side);
    free(c.bound);
}

bool proof_cut_round(struct proof *s, struct lp *lp) {
    int rows = proof_cut_rows(s);
    if (s->cut_rounds >= PROOF_CUT_ROUNDS || limits_clock(s->limits) != LIMITS_RUNNING) return false;
    s->cut_rounds++;
    assert(!s->y && s->groups.count == 0 && lp_rows(lp) == rows);
    s->y = proof_vector_new(rows);
    proof_product_find(s, lp_x(lp));
    bool products = s->found.count > 0;
    if (!products && s->cutting) proof_cut_combined(s, lp);
    proof_vector_free(s->y, rows);
    s->y = NULL;
    return proof_cut_take_best(s, lp, products ? PROOF_CUT_PRODUCTS : PROOF_CUT_BATCH);
}

void proof_cut_clear(struct proof *s) {
    for (int k = 0; k < s->cuts; k++) proof_cut_free(&s->cut[k]);
    s->cuts = s->cut_rounds = 0;
}

int proof_cut_number(struct proof *s, int first) {
    int used = 0;
    for (int k = s->cuts - 1; k >= 0; k--)
        for (int side = 0; s->cut[k].used && side < 2; side++)
            for (const char *at = s->cut[k].sum[side]; (at = strchr(at, '#')); at++) {
                long needed = strtol(at + 1, NULL, 10);
                assert(needed < k); /* a cut needs earlier ones only */
                s->cut[needed].used = true;
            }
    for (int k = 0; k < s->cuts; k++)
        if (s->cut[k].used) s->cut[k].row = first + PROOF_CUT_ROWS * used++ + PROOF_CUT_ROWS - 1;
    return used;
}
