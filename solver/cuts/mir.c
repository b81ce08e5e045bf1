#include "solver/cuts/mir.h"

#include <assert.h>
#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "solver/base/memory.h"
#include "solver/cuts/mir_internal.h"
#include "solver/search/worker.h"

#define MIR_FRACTION 0.02   /* least fraction of a side that is rounded down */
#define MIR_REST     1e-4   /* least distance of a side from the next integer */
#define MIR_TIGHT    1e-6   /* slack with which a row counts as tight */
#define MIR_ACCURATE 1e-7   /* largest error of a side, relative to that distance */
#define MIR_WHOLE    0x1p52 /* doubles from here on are integers */

enum { MIR_DIVISORS = 12, MIR_AGGREGATED = 5, MIR_LONGEST = 2000, MIR_COMPLEMENTS = 50, MIR_ROW_LONGEST = 200 };

void mir_init(struct mir *r, struct cuts *c) {
    size_t n = (size_t)lp_cols(c->w->lp) + (size_t)lp_rows(c->w->lp);
    *r = (struct mir){.c = c};
    r->coef = MEMORY_NEW(double, n);
    r->list = MEMORY_NEW(int, n);
    r->listed = MEMORY_NEW(bool, n);
    r->t = MEMORY_NEW(double, n);
    r->side = MEMORY_NEW(unsigned char, n);
    r->terms = MEMORY_NEW(struct mir_term, n);
    r->dense = MEMORY_NEW(double, c->m->cols);
    r->touched = MEMORY_NEW(int, c->m->cols);
    r->seen = MEMORY_NEW(bool, c->m->cols);
}

void mir_free(struct mir *r) {
    free(r->coef);
    free(r->list);
    free(r->listed);
    free(r->t);
    free(r->side);
    free(r->terms);
    free(r->dense);
    free(r->touched);
    free(r->seen);
}

void mir_clear(struct mir *r) {
    for (int k = 0; k < r->count; k++) {
        r->coef[r->list[k]] = 0;
        r->listed[r->list[k]] = false;
    }
    r->count = 0;
}

void mir_add(struct mir *r, int variable, double value) {
    assert(variable >= 0 && variable < r->c->m->cols + lp_rows(r->c->w->lp));
    if (!r->listed[variable]) {
        r->listed[variable] = true;
        r->list[r->count++] = variable;
    }
    r->coef[variable] += value;
}

void mir_add_row(struct mir *r, int row, double multiplier) {
    struct cuts_row entries = cuts_row(r->c, row);
    assert(cuts_combines(r->c, row)); /* a group's row has no entries of its own */
    for (long k = 0; k < entries.count; k++) mir_add(r, entries.col[k], multiplier * entries.value[k]);
    mir_add(r, r->c->m->cols + row, -multiplier);
}

bool mir_is_integer(const struct mir *r, int v) {
    const struct model *m = r->c->m;
    if (v < m->cols) return m->integer[v];
    return v - m->cols < m->rows && r->c->whole_row[v - m->cols];
}

/* --- rounding --- */

/* Accurate to relative precision for tiny coefficients too: they may belong to logicals of a large range. Without calls
 * of floor and ceil, which took longer than all else: this is done for every entry and divisor. */
static inline double mir_round(double c, double f) {
    assert(f >= 0 && f < 1);
    if (fabs(c) >= MIR_WHOLE) return c;
    const double toward_zero = (double)(int64_t)c, below = toward_zero > c ? toward_zero - 1 : toward_zero;
    return c - below <= f ? below : below + 1 - (below + 1 - c) / (1 - f);
}

/* A bound on the rounding errors of the side b. */
static double mir_error(const struct mir *r, double b, double divisor) {
    assert(r->scale >= 0 && divisor > 0);
    return 1e-14 * (r->scale / divisor + fabs(b) + 1);
}

/* The fraction of b, rounded up by the bound on the errors: the inequality holds for any f that is not too small. */
static double mir_fraction(const struct mir *r, double b, double divisor) {
    return b - floor(b) + mir_error(r, b, divisor);
}

/* Is the fraction accurate enough? Coefficients are divided by 1 - f, and so are errors. In a network with fixed charges
 * 1 - f is the share of an arc's capacity that a demand needs, which may be very small. */
static bool mir_fraction_serves(double f, double error) {
    return f >= MIR_FRACTION && 1 - f >= MIR_REST && error <= MIR_ACCURATE * (1 - f);
}

/* Violation over norm of the cut with this divisor, both in the space of distances; -INFINITY: the divisor is
 * unsuitable. */
static double mir_efficacy(const struct mir *r, double side, double divisor) {
    double b = side / divisor, f = mir_fraction(r, b, divisor), violation = -floor(b), square = 0;
    if (fabs(b) > 1e6 || !mir_fraction_serves(f, mir_error(r, b, divisor))) return -INFINITY;
    for (const struct mir_term *at = r->terms, *end = at + r->terms_count; at < end; at++) {
        if (!at->whole && at->value > 0) continue;
        double a = at->value / divisor, g = at->whole ? mir_round(a, f) : a / (1 - f);
        violation += g * at->distance;
        square += g * g;
    }
    return square > 0 ? violation / sqrt(square) : -INFINITY;
}

static int mir_divisors(const struct mir *r, double *divisor) {
    int count = 0;
    for (int k = 0; k < r->terms_count && count < MIR_DIVISORS; k++) {
        const struct mir_term *at = &r->terms[k];
        double a = fabs(at->value);
        if (!at->whole || a < 1e-7 || a > 1e9 || at->distance < 1e-6) continue;
        int v = r->list[at->entry];
        if (at->distance > cuts_upper(r->c, v) - cuts_lower(r->c, v) - 1e-6) continue;
        bool known = false;
        for (int other = 0; other < count; other++) known |= fabs(divisor[other] - a) < 1e-9 * a;
        if (!known) divisor[count++] = a;
    }
    assert(count <= MIR_DIVISORS);
    return count;
}

static void mir_put(struct mir *r, int col, double value) {
    assert(col >= 0 && col < r->c->m->cols);
    if (!r->seen[col]) {
        r->seen[col] = true;
        r->touched[r->touches++] = col;
    }
    r->dense[col] += value;
}

/* The cut over columns: distances and logicals written out. */
static void mir_emit(struct mir *r, double side, double divisor, const char *made_by) {
    struct cuts *c = r->c;
    const struct model *m = c->m;
    double b = side / divisor, f = mir_fraction(r, b, divisor), rhs = floor(b);
    assert(r->touches == 0 && divisor > 0);
    for (int k = 0; k < r->count; k++) {
        int v = r->list[k];
        double a = r->t[k] / divisor, g = mir_is_integer(r, v) ? mir_round(a, f) : fmin(0, a) / (1 - f);
        if (a == 0 || g == 0) continue;
        bool from_below = r->side[k] == MIR_LOWER || r->side[k] == MIR_VARIABLE_LOWER;
        double on_variable = from_below ? g : -g;
        if (r->side[k] == MIR_LOWER) rhs += g * cuts_lower(c, v);
        if (r->side[k] == MIR_UPPER) rhs -= g * cuts_upper(c, v);
        if (r->side[k] >= MIR_VARIABLE_UPPER) {
            struct cuts_bound by = cuts_variable_bound(c, v, !from_below);
            mir_put(r, by.by, -on_variable * by.slope);
            rhs += on_variable * by.constant;
        }
        if (v < m->cols) {
            mir_put(r, v, on_variable);
            continue;
        }
        struct cuts_row row = cuts_row(c, v - m->cols);
        for (long e = 0; e < row.count; e++) mir_put(r, row.col[e], on_variable * row.value[e]);
    }
    cuts_offer(c, r->dense, r->touched, r->touches, rhs, made_by);
    for (int k = 0; k < r->touches; k++) {
        r->dense[r->touched[k]] = 0;
        r->seen[r->touched[k]] = false;
    }
    r->touches = 0;
}

/* The term's integer measured from its other bound. */
static void mir_turn(struct mir_term *at, double range) {
    at->value = -at->value;
    at->distance = range - at->distance;
}

/* Measures integers from their farther bound instead, if that makes a better cut; first those in the middle. */
static void mir_complement(struct mir *r, double *side, double divisor, double *best) {
    int tries = MIR_COMPLEMENTS;
    for (int i = 0; i < r->terms_count && tries > 0; i++) {
        struct mir_term *at = &r->terms[i];
        if (!at->whole || at->distance < 1e-6) continue;
        int k = at->entry, v = r->list[k];
        double range = cuts_upper(r->c, v) - cuts_lower(r->c, v), moved = at->value * range, b = *side;
        if (range > 1e6) continue;
        tries--;
        mir_turn(at, range);
        double efficacy = mir_efficacy(r, b - moved, divisor);
        if (efficacy > *best + 1e-9) {
            *best = efficacy;
            *side = b - moved;
            r->scale += fabs(moved);
            r->t[k] = at->value;
            r->side[k] = r->side[k] == MIR_LOWER ? MIR_UPPER : MIR_LOWER;
        } else {
            mir_turn(at, range);
        }
    }
}

/* The terms of what mir_bounds_substitute left. */
static void mir_collect(struct mir *r) {
    r->terms_count = 0;
    for (int k = 0; k < r->count; k++)
        if (r->t[k] != 0)
            r->terms[r->terms_count++] =
                (struct mir_term){r->t[k], fmax(0, mir_bounds_distance(r, k)), k, mir_is_integer(r, r->list[k])};
}

static bool mir_try_sign(struct mir *r, double sign, double only, const char *made_by) {
    double side, divisor[MIR_DIVISORS + 1], best = -INFINITY, best_divisor = 0;
    bool usable = mir_bounds_substitute(r, sign, &side);
    if (usable) {
        mir_collect(r);
        int count = only > 0 ? 1 : mir_divisors(r, divisor);
        if (only > 0) divisor[0] = only;
        for (int k = 0; k < count; k++) {
            double efficacy = mir_efficacy(r, side, divisor[k]);
            if (efficacy > best) best = efficacy, best_divisor = divisor[k];
        }
        for (int part = 2; only <= 0 && best_divisor > 0 && part <= 8; part *= 2) {
            double efficacy = mir_efficacy(r, side, best_divisor / part);
            if (efficacy > best + 1e-9) best = efficacy, best_divisor /= part, part = 1;
        }
        if (only <= 0 && best_divisor > 0) mir_complement(r, &side, best_divisor, &best);
        if (best <= 1e-5) best_divisor = 0;
        if (best_divisor > 0) mir_emit(r, side, best_divisor, made_by);
    }
    assert(best_divisor >= 0 && (usable || best_divisor == 0));
    mir_bounds_restore(r, sign);
    return best_divisor > 0;
}

bool mir_try(struct mir *r, double divisor, const char *made_by) {
    if (r->count > MIR_LONGEST) return false;
    bool plus = mir_try_sign(r, 1, divisor, made_by);
    return mir_try_sign(r, -1, divisor, made_by) || plus;
}

/* --- aggregation --- */

static long mir_row_length(const struct cuts *c, int i) {
    return c->rows->start[i + 1] - c->rows->start[i];
}

bool mir_eliminates(const struct mir *r, int i, int j, const bool *used) {
    const struct cuts *c = r->c;
    double s = c->x[c->m->cols + i];
    if (used[i] || mir_row_length(c, i) >= MIR_ROW_LONGEST) return false;
    if (i == c->upper_row[j] || i == c->lower_row[j]) return false; /* used for the distance already */
    return s - c->m->row_lower[i] < MIR_TIGHT || c->m->row_upper[i] - s < MIR_TIGHT;
}

/* The shortest row that may eliminate the continuous column j; -1: none. */
static int mir_next_row(const struct mir *r, int j, const bool *used) {
    const struct model *m = r->c->m;
    int best = -1;
    for (long k = m->start[j]; k < m->start[j + 1]; k++) {
        int i = m->index[k];
        bool shorter = best < 0 || mir_row_length(r->c, i) < mir_row_length(r->c, best);
        if (shorter && mir_eliminates(r, i, j, used)) best = i;
    }
    return best;
}

static double mir_entry(const struct model *m, int row, int col) {
    for (long k = m->start[col]; k < m->start[col + 1]; k++)
        if (m->index[k] == row) return m->value[k];
    return 0;
}

bool mir_choose_elimination(struct mir *r, const bool *used, int *col, int *row) {
    const struct model *m = r->c->m;
    double farthest = 1e-6;
    *col = *row = -1;
    for (int k = 0; k < r->count; k++) {
        int v = r->list[k];
        if (v >= m->cols || m->integer[v] || fabs(r->coef[v]) < 1e-9) continue;
        double distance = mir_bounds_choose(r, k, 0) ? mir_bounds_distance(r, k) : INFINITY;
        if (!(distance > farthest)) continue;
        int next = mir_next_row(r, v, used);
        if (next < 0) continue;
        farthest = distance;
        *col = v;
        *row = next;
    }
    return *col >= 0;
}

void mir_eliminate(struct mir *r, int col, int row) {
    double entry = mir_entry(r->c->m, row, col);
    assert(entry != 0 && r->listed[col]);
    mir_add_row(r, row, -r->coef[col] / entry);
    r->coef[col] = 0;
}

/* Row i of the LP alone, then together with one row of the model after the other. */
static void mir_path(struct mir *r, int i, bool *used, long *effort) {
    int col, row;
    mir_clear(r);
    mir_add_row(r, i, 1);
    if (i < r->c->m->rows) used[i] = true;
    for (int length = 0;; length++) {
        *effort -= 10L * r->count;
        if (mir_try(r, 0, "mir") || length >= MIR_AGGREGATED || r->count > MIR_LONGEST) break;
        if (!mir_choose_elimination(r, used, &col, &row)) break;
        used[row] = true;
        mir_eliminate(r, col, row);
    }
    memory_clear(used, (size_t)r->c->m->rows * sizeof *used);
}

/* Any row of the model may begin a path. Of the cuts those do that hold the relaxation's solution: they are sums of rows
 * rounded already, and what a path adds to them no path of rows alone finds. */
static bool mir_begins(const struct cuts *c, int i) {
    if (i < c->m->rows) return true;
    return cuts_combines(c, i) && cuts_upper(c, c->m->cols + i) - c->x[c->m->cols + i] < MIR_TIGHT;
}

void mir_separate(struct cuts *c) {
    struct mir r;
    int rows = lp_rows(c->w->lp);
    bool *used = MEMORY_NEW(bool, c->m->rows);
    long effort = 20 * c->m->entries + 100000;
    mir_init(&r, c);
    for (int i = 0; i < rows && effort > 0 && !worker_stopped(c->w); i++)
        if (mir_begins(c, i)) mir_path(&r, i, used, &effort);
    mir_free(&r);
    free(used);
}
