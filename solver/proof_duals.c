/* proof_duals.c - the multipliers of a leaf as fractions that are simple, or exact. */
#include <math.h>
#include <stdio.h>

#include "solver/lp/lp.h"
#include "solver/proof_internal.h"

#define PROOF_NOISE 1e-11  /* relative to the greatest multiplier, both times the size of their rows: smaller are 0 */
#define PROOF_WHOLE 0x1p53 /* whole numbers below are exact in doubles */

/* The first convergent of the continued fraction within `error`. */
void proof_duals_simple(struct rational *r, double value, double error) {
    double rest = fabs(value), n[2] = {1, 0}, d[2] = {0, 1}; /* n[0] / d[0] is the last convergent */
    assert(isfinite(value) && error >= 0);
    for (int k = 0; k < 40; k++) {
        double whole = floor(rest), top = whole * n[0] + n[1], below = whole * d[0] + d[1];
        if (top >= PROOF_WHOLE || below >= PROOF_WHOLE) break;
        n[1] = n[0], n[0] = top;
        d[1] = d[0], d[0] = below;
        if (fabs(top / below - fabs(value)) <= error) {
            struct rational divisor = {0};
            rational_set(r, value < 0 ? -top : top);
            rational_set(&divisor, below);
            rational_divide(r, r, &divisor);
            rational_clear(&divisor);
            return;
        }
        rest = 1 / (rest - whole);
        if (!isfinite(rest)) break;
    }
    rational_set(r, value);
}

/* --- the sum at multipliers y --- */

static const struct proof_side *proof_duals_row(const struct proof *s, int row) {
    assert(row < s->program.m->rows && s->y[row].sign != 0);
    return s->y[row].sign > 0 ? &s->program.row_lower[row] : &s->program.row_upper[row];
}

/* The branching that bounds a group from the side of its multiplier; -1: none. */
static int proof_duals_group(const struct proof *s, int group, double sign) {
    int at = s->program.m->cols + group;
    return sign > 0 ? s->lower[at] : s->upper[at];
}

static void proof_duals_price_cuts(struct proof *s) {
    struct rational product = {0};
    for (int k = 0; k < s->cuts; k++) {
        const struct rational *y = &s->y[s->program.m->rows + k];
        for (int e = 0; e < s->cut[k].count && y->sign; e++) {
            rational_multiply(&product, y, &s->cut[k].value[e]);
            rational_subtract(&s->d[s->cut[k].col[e]], &s->d[s->cut[k].col[e]], &product);
        }
    }
    rational_clear(&product);
}

static void proof_duals_price_groups(struct proof *s) {
    const struct groups *g = &s->groups;
    for (int k = 0; k < g->count; k++) {
        const struct rational *y = &s->y[s->program.m->rows + s->cuts + k];
        if (y->sign == 0) continue;
        for (int e = g->start[k]; e < g->start[k + 1]; e++) rational_subtract(&s->d[g->col[e]], &s->d[g->col[e]], y);
    }
}

void proof_duals_price(struct proof *s, int scale) {
    const struct proof_program *p = &s->program;
    struct rational product = {0};
    for (int j = 0; j < p->m->cols; j++) {
        rational_set(&s->d[j], 0);
        if (scale) rational_copy(&s->d[j], &p->cost[j]);
        for (long k = p->m->start[j]; k < p->m->start[j + 1]; k++) {
            if (s->y[p->m->index[k]].sign == 0) continue;
            rational_multiply(&product, &s->y[p->m->index[k]], &p->value[k]);
            rational_subtract(&s->d[j], &s->d[j], &product);
        }
    }
    proof_duals_price_cuts(s);
    proof_duals_price_groups(s);
    rational_clear(&product);
}

/* The bound of column j that its d needs: of a fixing, a branching, or else of the program; NULL: there is none. */
static const struct rational *proof_duals_bound(const struct proof *s, int j, struct rational *spare) {
    bool up = s->fixings.of[j] ? s->fixings.of[j] > 0 : s->d[j].sign > 0;
    int record = up ? s->lower[j] : s->upper[j];
    const struct proof_side *side = up ? &s->program.lower[j] : &s->program.upper[j];
    if (record < 0) return side->row >= 0 ? &side->value : NULL;
    assert(s->record[record].col == j && s->record[record].up == up);
    rational_set(spare, s->record[record].bound);
    return spare;
}

/* The right side of (1); false: a bound is missing. */
static bool proof_duals_value(struct rational *value, const struct proof *s) {
    const struct model *m = s->program.m;
    struct rational product = {0}, spare = {0};
    bool good = true;
    rational_set(value, 0);
    for (int i = 0; i < m->rows; i++) {
        if (s->y[i].sign == 0) continue;
        rational_multiply(&product, &s->y[i], &proof_duals_row(s, i)->value);
        rational_add(value, value, &product);
    }
    for (int k = 0; k < s->cuts; k++) {
        if (s->y[m->rows + k].sign == 0) continue;
        rational_multiply(&product, &s->y[m->rows + k], &s->cut[k].right);
        rational_add(value, value, &product);
    }
    for (int k = 0; k < s->groups.count; k++) {
        const struct rational *y = &s->y[m->rows + s->cuts + k];
        if (y->sign == 0) continue;
        rational_set(&spare, s->record[proof_duals_group(s, k, y->sign)].bound);
        rational_multiply(&product, y, &spare);
        rational_add(value, value, &product);
    }
    for (int j = 0; j < m->cols && good; j++) {
        if (s->d[j].sign == 0) continue;
        const struct rational *bound = proof_duals_bound(s, j, &spare);
        good = bound != NULL;
        if (good) rational_multiply(&product, &s->d[j], bound);
        if (good) rational_add(value, value, &product);
    }
    rational_clear(&product);
    rational_clear(&spare);
    return good;
}

/* --- the sum as text --- */

void proof_sum_add(struct proof_sum *w, const char *mark, int number, const struct rational *multiplier) {
    char *text = rational_text_new(multiplier);
    size_t need = strlen(mark) + strlen(text) + 16; /* a number has at most 11 characters */
    w->text = memory_grow(w->text, &w->room, w->length + need, 1);
    w->length += (size_t)snprintf(w->text + w->length, need, " %s%d %s", mark, number, text);
    assert(w->length < w->room);
    w->terms++;
    free(text);
}

/* One term of a leaf's sum. */
static void proof_duals_print(struct proof_sum *w, const char *mark, int number, const struct rational *multiplier,
                              const struct rational *factor) {
    struct rational scaled = {0};
    rational_multiply(&scaled, multiplier, factor);
    proof_sum_add(w, mark, number, &scaled);
    rational_clear(&scaled);
}

/* The multipliers of a maximum are negated, and all are divided by the step if the sum is to be rounded. */
static void proof_duals_factor(const struct proof *s, const struct proof_record *r, struct rational *factor) {
    rational_set(factor, s->program.m->maximize && !s->infeasible ? -1 : 1);
    if (r->rounds) rational_divide(factor, factor, &s->program.step);
}

void proof_duals_sum(struct proof_sum *w, struct proof *s, const struct rational *factor) {
    const struct model *m = s->program.m;
    proof_fix_shift(s);
    for (int i = 0; i < m->rows; i++)
        if (s->y[i].sign) proof_duals_print(w, "", proof_duals_row(s, i)->row, &s->y[i], factor);
    for (int k = 0; k < s->cuts; k++)
        if (s->y[m->rows + k].sign) proof_duals_print(w, "#", k, &s->y[m->rows + k], factor);
    for (int k = 0; k < s->fixings.count; k++)
        if (s->fixings.fix[k].weight.sign) proof_duals_print(w, "~", k, &s->fixings.fix[k].weight, factor);
    for (int k = 0; k < s->groups.count; k++) {
        const struct rational *y = &s->y[m->rows + s->cuts + k];
        if (y->sign) proof_duals_print(w, "@", proof_duals_group(s, k, y->sign), y, factor);
    }
    for (int j = 0; j < m->cols; j++) {
        if (s->d[j].sign == 0) continue;
        bool up = s->d[j].sign > 0;
        int record = up ? s->lower[j] : s->upper[j];
        const struct proof_side *side = up ? &s->program.lower[j] : &s->program.upper[j];
        proof_duals_print(w, record >= 0 ? "@" : "", record >= 0 ? record : side->row, &s->d[j], factor);
    }
}

static void proof_duals_keep(struct proof *s, struct proof_record *r) {
    struct proof_sum w = {.text = memory_string("")};
    struct rational factor = {0};
    proof_duals_factor(s, r, &factor);
    proof_duals_sum(&w, s, &factor);
    for (int k = 0; k < s->cuts; k++) s->cut[k].used |= s->y[s->program.m->rows + k].sign != 0;
    for (int k = 0; k < s->fixings.count; k++) s->fixings.fix[k].used |= s->fixings.fix[k].weight.sign != 0;
    r->terms = w.terms;
    r->sum = w.text;
    rational_clear(&factor);
}

/* --- whether it closes the leaf --- */

/* Whether the value reaches the target, rounded up to the next multiple of the step if need be. */
static bool proof_duals_reaches(const struct proof *s, const struct rational *value, bool *rounds) {
    *rounds = false;
    if (rational_compare(value, &s->target) >= 0) return true;
    if (s->program.step.sign == 0) return false;
    struct rational gap = {0};
    rational_subtract(&gap, &s->target, value);
    *rounds = rational_compare(&gap, &s->program.step) < 0;
    rational_clear(&gap);
    return *rounds;
}

static bool proof_duals_accept(struct proof *s, struct proof_record *r, bool infeasible) {
    struct rational value = {0};
    proof_duals_price(s, !infeasible);
    bool good = proof_duals_value(&value, s);
    if (good && !infeasible) s->reached = fmax(s->reached, rational_double(&value));
    good = good && (infeasible ? value.sign > 0 : proof_duals_reaches(s, &value, &r->rounds));
    if (good) proof_duals_keep(s, r);
    rational_clear(&value);
    return good;
}

/* --- simple fractions --- */

/* Ways to make a multiplier a fraction, in the order in which they are tried. On a grid they have one denominator, a
 * power of 10, so that their sums stay short; but then a sum that should be 0 may not be. */
static const struct proof_way {
    bool grid;
    double error; /* relative: on a grid to the greatest multiplier, else to each one */
} proof_ways[] = {{true, 1e-6}, {true, 1e-9}, {false, 1e-6}, {false, 1e-9}, {false, 1e-12}, {false, 0}};
enum { PROOF_WAYS = sizeof proof_ways / sizeof proof_ways[0] };

double proof_duals_grid(double most, double error) {
    double grid = 1;
    while (grid * most * error < 1 && grid < 1e15) grid *= 10;
    return grid;
}

void proof_duals_on_grid(struct rational *r, double value, double grid) {
    struct rational divisor = {0};
    rational_set(&divisor, grid);
    rational_set(r, nearbyint(value * grid));
    rational_divide(r, r, &divisor);
    rational_clear(&divisor);
}

static double proof_duals_size(const struct proof_program *p, int row) { /* cuts and groups are near 1 */
    return row < p->m->rows ? p->size[row] : 1;
}

bool proof_duals_sided(const struct proof *s, int row, double sign) {
    const struct proof_program *p = &s->program;
    if (row >= p->m->rows + s->cuts) return proof_duals_group(s, row - p->m->rows - s->cuts, sign) >= 0;
    if (row >= p->m->rows) return sign > 0;
    return (sign > 0 ? &p->row_lower[row] : &p->row_upper[row])->row >= 0;
}

static void proof_duals_near(struct proof *s, const double *y, double sign, const struct proof_way *way) {
    const struct proof_program *p = &s->program;
    double most = 0, sized = 0;
    int rows = p->m->rows + s->cuts + s->groups.count;
    for (int i = 0; i < rows; i++) {
        most = fmax(most, fabs(y[i] * sign));
        sized = fmax(sized, fabs(y[i] * sign) * proof_duals_size(p, i));
    }
    double grid = proof_duals_grid(most, way->error);
    for (int i = 0; i < rows; i++) {
        double value = sign * y[i];
        rational_set(&s->y[i], 0);
        if (fabs(value) * proof_duals_size(p, i) <= PROOF_NOISE * sized || !proof_duals_sided(s, i, value)) continue;
        if (way->grid)
            proof_duals_on_grid(&s->y[i], value, grid);
        else
            proof_duals_simple(&s->y[i], value, way->error * fabs(value));
    }
}

/* --- all of it --- */

/* s->lower and s->upper: the branchings that bound columns at the record; the nearest count. */
static void proof_duals_bounds(struct proof *s, int record, bool set) {
    for (int r = record; r > 0; r = s->record[r].parent) {
        int *by = s->record[r].up ? s->lower : s->upper, j = s->record[r].col;
        if (!set)
            by[j] = -1;
        else if (by[j] < 0)
            by[j] = r;
    }
}

static bool proof_duals_optimum(struct proof *s, struct proof_record *r, struct lp *lp) {
    const double *y = lp_row_duals(lp);
    if (s->infeasible || lp_objective(lp) < s->goal) return false;
    for (int k = 0; k < PROOF_WAYS; k++) {
        proof_duals_near(s, y, 1, &proof_ways[k]);
        if (proof_duals_accept(s, r, false)) return true;
    }
    unsigned char *place = MEMORY_NEW(unsigned char, lp_cols(lp) + lp_rows(lp));
    lp_get_basis(lp, place);
    bool good = proof_exact(s, y, place) && proof_duals_accept(s, r, false);
    free(place);
    return good;
}

static bool proof_duals_empty(struct proof *s, struct proof_record *r, struct lp *lp) {
    const double *ray = lp_ray(lp);
    double most = 0; /* a ray has no scale: with a multiplier of 1 the others tend to be simple, too */
    for (int i = 0; i < s->program.m->rows + s->cuts + s->groups.count; i++) most = fmax(most, fabs(ray[i]));
    if (!(most > 0)) return false;
    for (int k = 0; k < 2 * PROOF_WAYS; k++) {
        proof_duals_near(s, ray, (k % 2 ? -1 : 1) / most, &proof_ways[k / 2]);
        if (proof_duals_accept(s, r, true)) return true;
    }
    return false;
}

bool proof_duals_worth(struct rational *value, struct proof *s, const double *y, double least) {
    for (int k = 0; k < PROOF_WAYS; k++) {
        proof_duals_near(s, y, 1, &proof_ways[k]);
        proof_duals_price(s, 1);
        if (proof_duals_value(value, s) && rational_double(value) >= least) return true;
    }
    return false;
}

bool proof_duals_close(struct proof *s, int record, struct lp *lp, bool infeasible) {
    struct proof_record *r = &s->record[record];
    assert(lp_rows(lp) == s->program.m->rows + s->cuts + s->groups.count && lp_cols(lp) == s->program.m->cols);
    proof_duals_bounds(s, record, true);
    s->reached = -MODEL_INFINITY;
    bool closed = infeasible ? proof_duals_empty(s, r, lp) : proof_duals_optimum(s, r, lp);
    proof_duals_bounds(s, record, false);
    r->reached = s->reached;
    return closed;
}
