#include "solver/exact/modular.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>

#include "solver/base/check.h"
#include "solver/base/limits.h"
#include "solver/base/memory.h"
#include "solver/exact/rational.h"

#define MODULAR_NOISE 1e-11

/* --- numbers --- */

static uint64_t modular_reduce(uint64_t a) {
    assert(a <= 2 * MODULAR_PRIME);
    return a >= MODULAR_PRIME ? a - MODULAR_PRIME : a;
}

uint64_t modular_add(uint64_t a, uint64_t b) {
    return modular_reduce(a + b);
}

uint64_t modular_subtract(uint64_t a, uint64_t b) {
    return modular_reduce(a + MODULAR_PRIME - b);
}

uint64_t modular_multiply(uint64_t a, uint64_t b) {
    assert(a < MODULAR_PRIME && b < MODULAR_PRIME);
    uint64_t high, low = modular_wide_product(&high, a, b);
    return modular_reduce((low & MODULAR_PRIME) + (high << (64 - MODULAR_BITS) | low >> MODULAR_BITS));
}

/* a^(p - 2) (Fermat) */
uint64_t modular_inverse(uint64_t a) {
    assert(a % MODULAR_PRIME != 0);
    uint64_t power = 1;
    for (int bit = MODULAR_BITS - 1; bit >= 0; bit--) {
        power = modular_multiply(power, power);
        if ((MODULAR_PRIME - 2) >> bit & 1) power = modular_multiply(power, a);
    }
    return power;
}

uint64_t modular_shift(uint64_t a, long bits) {
    long left = bits % MODULAR_BITS;
    if (left < 0) left += MODULAR_BITS;
    assert(left >= 0 && left < MODULAR_BITS);
    return modular_multiply(a, UINT64_C(1) << left);
}

uint64_t modular_of_double(double value) {
    int exponent;
    int64_t mantissa = rational_split(&exponent, value);
    if (mantissa == 0) return 0;
    uint64_t size = modular_shift((uint64_t)llabs(mantissa), exponent);
    return mantissa < 0 ? modular_subtract(0, size) : size;
}

/* --- elimination --- */

struct modular *modular_new(int equations, int unknowns) {
    assert(equations >= 0 && unknowns >= 0);
    struct modular *s = MEMORY_NEW(struct modular, 1);
    *s = (struct modular){.equations = equations,
                          .unknowns = unknowns,
                          .row = MEMORY_NEW(struct modular_row, equations),
                          .equation = MEMORY_NEW(int, equations),
                          .unknown = MEMORY_NEW(int, equations)};
    return s;
}

static void modular_row_free(struct modular_row *r) {
    free(r->index);
    free(r->value);
    free(r->near);
    *r = (struct modular_row){0};
}

void modular_free(struct modular *s) {
    if (!s) return;
    for (int i = 0; i < s->equations; i++) modular_row_free(&s->row[i]);
    free(s->row);
    free(s->equation);
    free(s->unknown);
    free(s->step);
    free(s);
}

static void modular_row_append(struct modular_row *r, int unknown, uint64_t value, double near) {
    if (value == 0) return;
    assert(value < MODULAR_PRIME && r->count <= r->room);
    if (r->count == r->room) {
        r->room = r->room ? 2 * r->room : 8;
        r->index = memory_resize(r->index, (size_t)r->room, sizeof *r->index);
        r->value = memory_resize(r->value, (size_t)r->room, sizeof *r->value);
        r->near = memory_resize(r->near, (size_t)r->room, sizeof *r->near);
    }
    r->index[r->count] = unknown;
    r->near[r->count] = near;
    r->value[r->count++] = value;
}

void modular_append(struct modular *s, int equation, int unknown, double value) {
    struct modular_row *r = &s->row[equation];
    assert(r->count == 0 || r->index[r->count - 1] < unknown);
    assert(equation >= 0 && equation < s->equations && unknown >= 0 && unknown < s->unknowns && s->rank == 0);
    modular_row_append(r, unknown, modular_of_double(value), value);
}

/* Which rows hold an unknown: all that do, and some in which it has cancelled. */
struct modular_column {
    int count, *row;
    size_t room;
};

static void modular_column_append(struct modular_column *c, int row) {
    c->row = memory_grow(c->row, &c->room, (size_t)c->count + 1, sizeof *c->row);
    c->row[c->count++] = row;
}

struct modular_work {
    struct modular *s;
    struct modular_column *column; /* [unknowns] */
    bool *done;                    /* [equations] */
    struct modular_row sum;
};

/* a - b, or 0 if that is a rounding error */
static double modular_near(double a, double b) {
    double rest = a - b;
    return fabs(rest) > MODULAR_NOISE * (fabs(a) + fabs(b)) ? rest : 0;
}

/* row -= factor * pivot */
static void modular_combine(struct modular_work *w, int row, int pivot, uint64_t factor, double near_factor) {
    struct modular_row *r = &w->s->row[row], *sum = &w->sum;
    const struct modular_row *p = &w->s->row[pivot];
    assert(row != pivot && !w->done[row] && factor != 0);
    sum->count = 0;
    for (int a = 0, b = 0; a < r->count || b < p->count;) {
        int left = a < r->count ? r->index[a] : INT32_MAX, right = b < p->count ? p->index[b] : INT32_MAX;
        int unknown = left < right ? left : right;
        uint64_t value = left == unknown ? r->value[a] : 0;
        double near = left == unknown ? r->near[a] : 0;
        if (right == unknown) {
            value = modular_subtract(value, modular_multiply(factor, p->value[b]));
            near = modular_near(near, near_factor * p->near[b]);
        }
        a += left == unknown;
        b += right == unknown;
        if (left > unknown) modular_column_append(&w->column[unknown], row);
        modular_row_append(sum, unknown, value, near);
    }
    struct modular_row spare = *r;
    *r = *sum;
    r->urgency = spare.urgency;
    *sum = spare;
}

static int modular_search(const struct modular_row *r, int unknown) {
    assert(unknown >= 0);
    int low = 0, high = r->count - 1;
    while (low <= high) {
        int middle = (low + high) / 2;
        if (r->index[middle] == unknown) return middle;
        if (r->index[middle] < unknown)
            low = middle + 1;
        else
            high = middle - 1;
    }
    return -1;
}

/* The pivot unknown of a row, -1 if it has none. */
static int modular_choose_unknown(const struct modular_work *w, const struct modular_row *r, const double *weight) {
    double largest = 0, most = 0;
    int best = -1;
    for (int k = 0; k < r->count; k++) largest = fmax(largest, fabs(r->near[k]));
    for (int k = 0; k < r->count; k++)
        if (fabs(r->near[k]) >= 1e-3 * largest) most = fmax(most, weight[r->index[k]]);
    for (int k = 0; k < r->count && largest > 0; k++) {
        int u = r->index[k];
        if (fabs(r->near[k]) < 1e-3 * largest || weight[u] < 1e-6 * most) continue;
        if (best < 0 || w->column[u].count < w->column[best].count) best = u;
    }
    return best;
}

static bool modular_before(const struct modular_row *a, const struct modular_row *b) {
    return a->urgency != b->urgency ? a->urgency > b->urgency : a->count < b->count;
}

/* The next pivot row, -1 if there is none. */
static int modular_choose(const struct modular_work *w, const double *weight, int *unknown) {
    const struct modular *s = w->s;
    for (;;) {
        int best = -1;
        for (int i = 0; i < s->equations; i++)
            if (!w->done[i] && s->row[i].count > 0 && (best < 0 || modular_before(&s->row[i], &s->row[best]))) best = i;
        if (best < 0) return best;
        *unknown = modular_choose_unknown(w, &s->row[best], weight);
        if (*unknown >= 0) return best;
        w->done[best] = true;
    }
}

static void modular_record(struct modular *s, struct modular_step step) {
    assert(step.row != step.pivot && step.factor != 0 && step.factor < MODULAR_PRIME);
    s->step = memory_grow(s->step, &s->room, (size_t)s->steps + 1, sizeof *s->step);
    s->step[s->steps++] = step;
}

static void modular_pivot(struct modular_work *w, int pivot, int unknown) {
    struct modular *s = w->s;
    const struct modular_row *p = &s->row[pivot];
    struct modular_column *c = &w->column[unknown];
    int own = modular_search(p, unknown);
    assert(own >= 0 && p->value[own] != 0 && !w->done[pivot]);
    assert(s->rank < s->equations && s->rank < s->unknowns);
    uint64_t inverse = modular_inverse(p->value[own]);
    double near = p->near[own];
    w->done[pivot] = true;
    s->equation[s->rank] = pivot;
    s->unknown[s->rank++] = unknown;
    for (int k = 0; k < c->count; k++) {
        int row = c->row[k], at = w->done[row] ? -1 : modular_search(&s->row[row], unknown);
        if (at < 0) continue;
        uint64_t factor = modular_multiply(s->row[row].value[at], inverse);
        modular_combine(w, row, pivot, factor, s->row[row].near[at] / near);
        modular_record(s, (struct modular_step){row, pivot, factor});
    }
}

/* Leaves the pivots' unknowns in the rows, the pivot first and with its value inverted, as modular_solve reads them. */
static void modular_compact(struct modular *s) {
    bool *kept = MEMORY_NEW(bool, s->unknowns);
    for (int t = 0; t < s->rank; t++) kept[s->unknown[t]] = true;
    for (int t = 0; t < s->rank; t++) {
        struct modular_row *r = &s->row[s->equation[t]];
        int count = 0;
        for (int k = 0; k < r->count; k++) {
            if (!kept[r->index[k]]) continue;
            r->index[count] = r->index[k];
            r->value[count++] = r->value[k];
        }
        r->count = count;
        int at = modular_search(r, s->unknown[t]);
        assert(at >= 0 && r->value[at] != 0); /* of a pivot */
        uint64_t value = r->value[at];
        r->index[at] = r->index[0];
        r->value[at] = r->value[0];
        r->index[0] = s->unknown[t];
        r->value[0] = modular_inverse(value);
    }
    free(kept);
}

bool modular_eliminate(struct modular *s, const double *weight, const struct limits *limits) {
    struct modular_work w = {
        .s = s, .column = MEMORY_NEW(struct modular_column, s->unknowns), .done = MEMORY_NEW(bool, s->equations)};
    for (int i = 0; i < s->equations; i++)
        for (int k = 0; k < s->row[i].count; k++) modular_column_append(&w.column[s->row[i].index[k]], i);
    assert(s->rank == 0 && s->steps == 0);
    int unknown, pivot;
    bool late = false;
    while (!late && (pivot = modular_choose(&w, weight, &unknown)) >= 0) {
        modular_pivot(&w, pivot, unknown);
        late = limits_clock(limits) != LIMITS_RUNNING;
    }
    if (!late) modular_compact(s);
    CHECK(late || modular_check(s));
    for (int u = 0; u < s->unknowns; u++) free(w.column[u].row);
    free(w.column);
    free(w.done);
    modular_row_free(&w.sum);
    return !late;
}

void modular_solve(uint64_t *x, const struct modular *s, uint64_t *right) {
    for (long k = 0; k < s->steps; k++) {
        const struct modular_step *step = &s->step[k];
        if (right[step->pivot] == 0) continue;
        right[step->row] = modular_subtract(right[step->row], modular_multiply(step->factor, right[step->pivot]));
    }
    for (int t = s->rank; t-- > 0;) {
        const struct modular_row *r = &s->row[s->equation[t]];
        assert(r->count > 0 && r->index[0] == s->unknown[t]);
        uint64_t sum = right[s->equation[t]];
        for (int k = 1; k < r->count; k++) sum = modular_subtract(sum, modular_multiply(r->value[k], x[r->index[k]]));
        x[s->unknown[t]] = modular_multiply(sum, r->value[0]);
    }
}

bool modular_check(const struct modular *s) {
    int *order = MEMORY_NEW(int, s->unknowns); /* 1 + place among the pivots; 0: not a pivot's */
    bool good = s->rank <= s->equations && s->rank <= s->unknowns;
    for (int t = 0; t < s->rank; t++) order[s->unknown[t]] = t + 1;
    for (int t = 0; t < s->rank && good; t++) {
        const struct modular_row *r = &s->row[s->equation[t]];
        good = r->count > 0 && r->index[0] == s->unknown[t];
        for (int k = 0; k < r->count && good; k++)
            good = r->value[k] > 0 && r->value[k] < MODULAR_PRIME && order[r->index[k]] > (k > 0 ? t + 1 : t);
    }
    free(order);
    return good;
}
