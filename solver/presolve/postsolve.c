/* The way back: the records of presolve, undone from the last to the first. Each function takes an optimal basic
 * solution of the program after its reduction to one of the program before it. d holds the reduced costs of the columns
 * at that point. */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "solver/base/memory.h"
#include "solver/presolve/shrink.h"

struct postsolve {
    const struct presolve *p;
    double *x, *y, *d; /* y, d and place are NULL if only x is asked for */
    unsigned char *place;
};

/* The bound at which a nonbasic variable is; if its bounds are equal, the one that fits the sign of its reduced
 * cost. */
static enum place postsolve_side(unsigned char *place, double d, bool meet) {
    if (*place != PLACE_BASIC && meet) *place = d >= 0 ? PLACE_LOWER : PLACE_UPPER;
    return (enum place) * place;
}

static bool postsolve_flagged(const struct shrink_record *r, enum place side) {
    return (side == PLACE_LOWER && (r->flag & SHRINK_LOWER)) || (side == PLACE_UPPER && (r->flag & SHRINK_UPPER));
}

static void postsolve_row_is_slack(struct postsolve *s, int row) {
    if (!s->y) return;
    s->y[row] = 0;
    s->place[s->p->col.count + row] = PLACE_BASIC;
}

static void postsolve_fix(struct postsolve *s, const struct shrink_record *r) {
    s->x[r->col] = r->value[0];
    if (!s->y) return;
    double d = r->value[1];
    for (int k = r->first; k < r->first + r->count; k++) d -= s->p->arena.value[k] * s->y[s->p->arena.index[k]];
    s->d[r->col] = d;
    s->place[r->col] = r->side != PLACE_BASIC ? r->side : d >= 0 ? PLACE_LOWER : PLACE_UPPER;
}

static void postsolve_drop(struct postsolve *s, const struct shrink_record *r) {
    postsolve_row_is_slack(s, r->row);
}

static void postsolve_singleton(struct postsolve *s, const struct shrink_record *r) {
    postsolve_row_is_slack(s, r->row);
    if (!s->y) return;
    enum place side = postsolve_side(&s->place[r->col], s->d[r->col], r->value[1] == r->value[2]);
    if (!postsolve_flagged(r, side)) return;
    s->y[r->row] = s->d[r->col] / r->value[0];
    s->d[r->col] = 0;
    s->place[r->col] = PLACE_BASIC;
    s->place[s->p->col.count + r->row] = (side == PLACE_LOWER) == (r->value[0] > 0) ? PLACE_LOWER : PLACE_UPPER;
}

/* y of the row is the smallest in magnitude with which the reduced cost of every column fits the bound that the row
 * forced it to. */
static void postsolve_forcing(struct postsolve *s, const struct shrink_record *r) {
    postsolve_row_is_slack(s, r->row);
    if (!s->y) return;
    const int *index = s->p->arena.index + r->first;
    const double *value = s->p->arena.value + r->first;
    double y = 0, sign = r->side == PLACE_LOWER ? 1 : -1;
    int best = -1;
    for (int k = 0; k < r->count; k++) {
        double need = s->d[index[k]] / value[k];
        if (sign * need <= sign * y) continue;
        y = need;
        best = index[k];
    }
    if (best < 0) return;
    for (int k = 0; k < r->count; k++) s->d[index[k]] -= value[k] * y;
    s->y[r->row] = y;
    s->d[best] = 0;
    s->place[best] = PLACE_BASIC;
    s->place[s->p->col.count + r->row] = r->side;
}

/* The bound of `other` in a x_j + b x_k = rhs that holds it is really one of x_j: x_j takes its place outside the
 * basis. */
static void postsolve_exchange(struct postsolve *s, const struct shrink_record *r) {
    int j = r->col, k = r->other;
    double a = r->value[0], b = s->p->arena.value[r->first];
    enum place side = postsolve_side(&s->place[k], s->d[k], r->value[3] == r->value[4]);
    if (!postsolve_flagged(r, side)) return;
    s->y[r->row] += s->d[k] / b;
    s->d[j] = -a * s->d[k] / b;
    s->d[k] = 0;
    s->place[k] = PLACE_BASIC;
    s->place[j] = (side == PLACE_LOWER) == (b / a > 0) ? PLACE_UPPER : PLACE_LOWER;
}

static void postsolve_substitute(struct postsolve *s, const struct shrink_record *r) {
    const int *index = s->p->arena.index + r->first;
    const double *value = s->p->arena.value + r->first;
    double x = r->value[1];
    for (int k = 0; k < r->split; k++) x -= value[k] * s->x[index[k]];
    x /= r->value[0];
    s->x[r->col] = s->p->integer[r->col] ? nearbyint(x) : x;
    if (!s->y) return;
    double y = r->value[2];
    for (int k = r->split; k < r->count; k++) y -= value[k] * s->y[index[k]];
    s->y[r->row] = y / r->value[0];
    s->d[r->col] = 0;
    s->place[r->col] = PLACE_BASIC;
    s->place[s->p->col.count + r->row] = r->side;
    if (r->other >= 0) postsolve_exchange(s, r);
}

/* The column moves just as far as its rows require; the row that requires most is tight, the others are slack. */
static void postsolve_slide(struct postsolve *s, const struct shrink_record *r) {
    const struct presolve *p = s->p;
    bool down = r->side == PLACE_LOWER;
    double x = down ? r->value[1] : r->value[0];
    int tight = -1;
    enum place tight_side = PLACE_BASIC;
    for (int k = r->first; k < r->first + r->count;) {
        int row = p->arena.index[k], others = p->arena.index[k + 1];
        double v = p->arena.value[k], rest = p->arena.value[k + 1];
        k += 2;
        for (int end = k + others; k < end; k++) rest -= p->arena.value[k] * s->x[p->arena.index[k]];
        postsolve_row_is_slack(s, row);
        if (down ? rest / v >= x : rest / v <= x) continue;
        x = rest / v;
        tight = row;
        tight_side = (v > 0) == down ? PLACE_UPPER : PLACE_LOWER;
    }
    bool free = !isfinite(x);
    if (p->integer[r->col]) x = down ? floor(x + p->options.integrality) : ceil(x - p->options.integrality);
    s->x[r->col] = free ? 0 : x;
    if (!s->y) return;
    s->d[r->col] = 0;
    s->place[r->col] = tight >= 0 ? PLACE_BASIC : free ? PLACE_ZERO : down ? PLACE_UPPER : PLACE_LOWER;
    if (tight >= 0) s->place[p->col.count + tight] = (unsigned char)tight_side;
}

/* If the bound at which `other` is came from `row`, the dual is the row's. */
static void postsolve_merge_rows(struct postsolve *s, const struct shrink_record *r) {
    postsolve_row_is_slack(s, r->row);
    if (!s->y) return;
    int logical = s->p->col.count + r->other;
    double lambda = r->value[0];
    enum place side = postsolve_side(&s->place[logical], s->y[r->other], r->value[1] == r->value[2]);
    if (!postsolve_flagged(r, side)) return;
    s->y[r->row] = s->y[r->other] / lambda;
    s->y[r->other] = 0;
    s->place[s->p->col.count + r->row] = (side == PLACE_LOWER) == (lambda > 0) ? PLACE_LOWER : PLACE_UPPER;
    s->place[logical] = PLACE_BASIC;
}

static double postsolve_outside(double x, double lower, double upper) {
    return fmax(fmax(lower - x, x - upper), 0);
}

/* X = x_j + lambda x_k: one of the two at a bound (0 if it has none) such that the other is within its own. */
static void postsolve_merge_cols(struct postsolve *s, const struct shrink_record *r) {
    double lambda = r->value[0], lower[2] = {r->value[1], r->value[3]}, upper[2] = {r->value[2], r->value[4]};
    int who[2] = {r->col, r->other}, rest = 0;
    double total = s->x[r->col], least = INFINITY, x[2] = {0, 0};
    unsigned char merged = s->place ? s->place[r->col] : PLACE_BASIC, side = PLACE_BASIC;
    if (merged == PLACE_LOWER || merged == PLACE_UPPER) {
        bool low = merged == PLACE_LOWER, low_k = low == (lambda > 0);
        s->x[who[0]] = low ? lower[0] : upper[0];
        s->x[who[1]] = low_k ? lower[1] : upper[1];
        s->place[who[1]] = low_k ? PLACE_LOWER : PLACE_UPPER;
        s->d[who[1]] = lambda * s->d[who[0]];
        return;
    }
    for (int turn = 0; turn < 6 && least > 0; turn++) { /* k at lower, upper, zero, then j */
        int at = turn < 3 ? 1 : 0;
        bool bounded = isfinite(lower[at]) || isfinite(upper[at]);
        double bound = turn % 3 == 0 ? lower[at] : turn % 3 == 1 ? upper[at] : bounded ? INFINITY : 0;
        if (!isfinite(bound)) continue;
        double other = at ? total - lambda * bound : (total - bound) / lambda;
        double outside = postsolve_outside(other, lower[!at], upper[!at]);
        if (outside >= least) continue;
        least = outside;
        x[at] = bound;
        x[!at] = other;
        rest = !at;
        side = turn % 3 == 0 ? PLACE_LOWER : turn % 3 == 1 ? PLACE_UPPER : PLACE_ZERO;
    }
    s->x[who[0]] = x[0];
    s->x[who[1]] = x[1];
    if (!s->y) return;
    s->d[who[0]] = s->d[who[1]] = 0;
    s->place[who[!rest]] = side;
    s->place[who[rest]] = merged;
    if (merged == PLACE_ZERO && lower[rest] == 0) s->place[who[rest]] = PLACE_LOWER;
    if (merged == PLACE_ZERO && upper[rest] == 0) s->place[who[rest]] = PLACE_UPPER;
}

static void (*const postsolve_undo[SHRINK_KINDS])(struct postsolve *s, const struct shrink_record *r) = {
#define RECORD(kind, restore) [SHRINK_##kind] = postsolve_##restore,
#include "solver/presolve/records.def"
#undef RECORD
};

static void postsolve_reduced_duals(struct postsolve *s, const double *reduced_y, const unsigned char *reduced_place) {
    const struct presolve *p = s->p;
    const struct model *m = p->reduced.model;
    for (int i = 0; i < p->row.count; i++) s->y[i] = 0;
    for (int i = 0; i < m->rows; i++) {
        s->y[p->reduced.row[i]] = reduced_y[i];
        s->place[p->col.count + p->reduced.row[i]] = reduced_place[m->cols + i];
    }
    for (int j = 0; j < m->cols; j++) {
        double d = m->cost[j];
        for (long k = m->start[j]; k < m->start[j + 1]; k++) d -= m->value[k] * reduced_y[m->index[k]];
        s->d[p->reduced.col[j]] = d;
        s->place[p->reduced.col[j]] = reduced_place[j];
    }
}

/* A nonbasic variable is at a bound of the model as read and, if two bounds are equal, at the one that fits its
 * dual. */
static unsigned char postsolve_settle(unsigned char place, double lower, double upper, double d) {
    bool low = lower > -MODEL_INFINITY, high = upper < MODEL_INFINITY;
    if (place == PLACE_BASIC) return place;
    if (!low && !high) return PLACE_ZERO;
    if (low && high && lower == upper) return d >= 0 ? PLACE_LOWER : PLACE_UPPER;
    if (low && high) return place == PLACE_ZERO ? PLACE_LOWER : place;
    return low ? PLACE_LOWER : PLACE_UPPER;
}

void presolve_restore(const struct presolve *p, double *x, double *y, unsigned char *place, const double *reduced_x,
                      const double *reduced_y, const unsigned char *reduced_place) {
    assert(p->reduced.model && (!y || !p->integers) && !y == !place);
    const struct model *m = p->original;
    struct postsolve s = {p, x, y, y ? MEMORY_NEW(double, p->col.count) : NULL, place};
    for (int j = 0; j < p->reduced.model->cols; j++) x[p->reduced.col[j]] = reduced_x[j];
    if (y) postsolve_reduced_duals(&s, reduced_y, reduced_place);
    for (size_t k = p->stack.count; k-- > 0;) postsolve_undo[p->stack.record[k].kind](&s, &p->stack.record[k]);
    for (int j = 0; y && j < p->col.count; j++) place[j] = postsolve_settle(place[j], m->lower[j], m->upper[j], s.d[j]);
    for (int i = 0; y && i < p->row.count; i++)
        place[p->col.count + i] = postsolve_settle(place[p->col.count + i], m->row_lower[i], m->row_upper[i], y[i]);
    free(s.d);
}

bool presolve_apply(const struct presolve *p, double *reduced_x, const double *x) {
    const struct model *m = p->reduced.model;
    double *full = MEMORY_NEW(double, p->col.count);
    bool good = true;
    memory_copy(full, x, (size_t)p->col.count * sizeof *x);
    for (size_t k = 0; k < p->stack.count; k++) {
        const struct shrink_record *r = &p->stack.record[k];
        if (r->kind == SHRINK_FIX && r->other >= 0)
            full[r->other] = fmax(full[r->other], full[r->col]);
        else if (r->kind == SHRINK_FIX)
            good = good && fabs(full[r->col] - r->value[0]) <= p->options.integrality * (1 + fabs(r->value[0]));
        else if (r->kind == SHRINK_PRODUCT)
            full[r->other] = fmax(full[r->other], full[r->col]);
        else if (r->kind == SHRINK_MERGE_COLS)
            full[r->col] += r->value[0] * full[r->other];
    }
    for (int j = 0; j < m->cols; j++) {
        reduced_x[j] = full[p->reduced.col[j]];
        double slack = p->options.integrality * (1 + fabs(reduced_x[j]));
        good = good && reduced_x[j] >= m->lower[j] - slack && reduced_x[j] <= m->upper[j] + slack;
    }
    free(full);
    return good;
}
