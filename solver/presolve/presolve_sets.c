/* Rows in which at most one column of each set counts: the sets are equations of binaries whose sum is 1.
 *
 * The activity of such a row is least if each set gives its least coefficient, which is more than what the columns'
 * bounds say: choices that leave no room for the others are fixed, and coefficients of choices that satisfy the row
 * whatever the others are grow until they just do (Savelsbergh 1994, by sets instead of columns). Two choices of a time
 * with a delay between them are an example: most of the relaxation's cheating ends here. */
#include <assert.h>
#include <stdlib.h>

#include "solver/base/memory.h"
#include "solver/presolve/shrink.h"

#define PRESOLVE_SETS_WORTH 1e-6 /* relative: less is rounding */
#define PRESOLVE_SETS_LEAST 1e-3 /* least share of a coefficient that may be left of it */

struct presolve_member { /* a binary of the row in hand */
    int set, entry;      /* set: the equation, or rows + column */
};

struct presolve_sets {
    struct presolve *p;
    bool *chooses; /* [rows] equations whose columns are sets */
    struct presolve_member *member;
    int row, members;
    double least, most, size; /* of the row's other columns */
};

/* A set's part of the row, in which terms are taken times `sign`. */
struct presolve_group {
    int from, to;
    double low, high; /* the least and the largest it can give */
    bool whole;       /* one of its members in the row is 1 */
};

static bool presolve_sets_binary(const struct presolve *p, int col) {
    return p->integer[col] && p->col.lower[col] == 0 && p->col.upper[col] == 1;
}

static bool presolve_sets_chooses(const struct presolve *p, int row) {
    if (p->row.gone[row] || p->row.length[row] < 2 || p->row.lower[row] != p->row.upper[row]) return false;
    SHRINK_ROW(p, e, row) {
        if (p->entry[e].value != p->row.upper[row] || !presolve_sets_binary(p, p->entry[e].col)) return false;
    }
    return true;
}

static int presolve_sets_order(const void *one, const void *two) {
    const struct presolve_member *a = one, *b = two;
    return a->set != b->set ? (a->set < b->set ? -1 : 1) : a->entry < b->entry ? -1 : a->entry > b->entry;
}

/* Of the column's sets, the one with most columns in the row; scratch.mark counts them. */
static int presolve_sets_of(const struct presolve_sets *s, int col) {
    const struct presolve *p = s->p;
    int best = p->row.count + col, most = 0;
    SHRINK_COLUMN(p, f, col) {
        int set = p->entry[f].row;
        if (!s->chooses[set] || set == s->row || p->scratch.mark[set] <= most) continue;
        most = p->scratch.mark[set];
        best = set;
    }
    return best;
}

/* How many columns of the row each set has, or -1 again. */
static void presolve_sets_count(struct presolve_sets *s, bool on) {
    struct presolve *p = s->p;
    SHRINK_ROW(p, e, s->row) {
        SHRINK_COLUMN(p, f, p->entry[e].col) {
            int *mark = &p->scratch.mark[p->entry[f].row];
            *mark = on ? *mark + (*mark < 0 ? 2 : 1) : -1;
        }
        p->work.done += p->col.length[p->entry[e].col];
    }
}

/* Lists the row's binaries by sets; false: no set has two of them. */
static bool presolve_sets_gather(struct presolve_sets *s, int row) {
    struct presolve *p = s->p;
    s->row = row;
    s->members = 0;
    s->least = s->most = s->size = 0;
    presolve_sets_count(s, true);
    SHRINK_ROW(p, e, row) {
        int col = p->entry[e].col;
        double v = p->entry[e].value, lower = p->col.lower[col], upper = p->col.upper[col];
        if (presolve_sets_binary(p, col)) {
            s->member[s->members++] = (struct presolve_member){presolve_sets_of(s, col), e};
            s->size += fabs(v);
            continue;
        }
        s->least += v > 0 ? v * lower : v * upper;
        s->most += v > 0 ? v * upper : v * lower;
        s->size += fabs(v) * fmax(fabs(lower), fabs(upper));
    }
    presolve_sets_count(s, false);
    memory_sort(s->member, (size_t)s->members, sizeof *s->member, presolve_sets_order);
    bool any = false;
    for (int k = 1; k < s->members; k++) any |= s->member[k].set == s->member[k - 1].set;
    return any && isfinite(s->size);
}

/* The group that begins at member `from`. */
static struct presolve_group presolve_sets_group(const struct presolve_sets *s, int from, double sign) {
    struct presolve_group g = {.from = from, .to = from, .low = INFINITY, .high = -INFINITY};
    int set = s->member[from].set;
    for (; g.to < s->members && s->member[g.to].set == set; g.to++) {
        double v = sign * s->p->entry[s->member[g.to].entry].value;
        g.low = fmin(g.low, v);
        g.high = fmax(g.high, v);
    }
    assert(g.to > from && g.low <= g.high); /* `from` is of the set itself */
    g.whole = set < s->p->row.count && g.to - g.from == s->p->row.length[set];
    if (!g.whole) g.low = fmin(g.low, 0), g.high = fmax(g.high, 0);
    return g;
}

/* Members that take more than `room` beyond the group's least become 0. */
static bool presolve_sets_fix(struct presolve_sets *s, const struct presolve_group *g, double sign, double room) {
    struct presolve *p = s->p;
    bool changed = false;
    for (int k = g->from; k < g->to; k++) {
        const struct shrink_entry *e = &p->entry[s->member[k].entry];
        if (sign * e->value - g->low <= room) continue;
        shrink_fix(p, e->col, 0, PLACE_LOWER);
        changed = true;
    }
    return changed;
}

/* Coefficients below `cap`, with which the row holds whatever the others are, become `cap`. If no member has to be 1,
 * that goes for "none of them", too: all and the side move by `shift`. */
static bool presolve_sets_raise(struct presolve_sets *s, const struct presolve_group *g, double sign, double cap) {
    struct presolve *p = s->p;
    bool changed = false;
    assert(cap < g->high); /* a row that can be violated */
    double worth = PRESOLVE_SETS_WORTH * (1 + s->size), shift = !g->whole && cap > worth ? cap : 0;
    if (cap < 0 && cap > -worth) return false; /* it would make coefficients that are next to nothing */
    if (cap < worth && cap > 0) cap = 0;
    for (int k = g->from; k < g->to; k++) {
        struct shrink_entry *e = &p->entry[s->member[k].entry];
        double v = sign * e->value, raised = v < cap + worth ? cap : v;
        if (shift == 0 && raised - v <= worth) continue;
        e->value = sign * (raised - shift);
        shrink_touch_column(p, e->col);
        if (e->value == 0) shrink_remove_entry(p, s->member[k].entry);
        changed = true;
    }
    if (shift != 0) shrink_shift(p, s->row, sign * shift);
    return changed;
}

/* Forgets members that have been fixed. */
static void presolve_sets_compact(struct presolve_sets *s) {
    int kept = 0;
    for (int k = 0; k < s->members; k++)
        if (!s->p->col.gone[s->p->entry[s->member[k].entry].col]) s->member[kept++] = s->member[k];
    s->members = kept;
}

/* From sign * row <= side. */
static bool presolve_sets_side(struct presolve_sets *s, double sign, double side, bool alone) {
    struct presolve *p = s->p;
    double least = sign > 0 ? s->least : -s->most, most = sign > 0 ? s->most : -s->least;
    bool changed = false;
    if (!isfinite(side)) return false;
    presolve_sets_compact(s);
    for (int k = 0; k < s->members;) {
        struct presolve_group g = presolve_sets_group(s, k, sign);
        least += g.low;
        most += g.high;
        k = g.to;
    }
    double worth = PRESOLVE_SETS_WORTH * (1 + s->size) + shrink_doubt(p, s->row), excess = most - side;
    for (int k = 0; k < s->members && p->status == PRESOLVE_REDUCED;) {
        struct presolve_group g = presolve_sets_group(s, k, sign);
        k = g.to;
        changed |= presolve_sets_fix(s, &g, sign, side - least + worth);
        if (!alone || excess <= worth || excess < PRESOLVE_SETS_LEAST * fmax(fabs(g.high), fabs(g.low))) continue;
        changed |= presolve_sets_raise(s, &g, sign, g.high - excess);
    }
    return changed;
}

static bool presolve_sets_row(struct presolve_sets *s, int row) {
    struct presolve *p = s->p;
    if (p->row.gone[row] || p->row.length[row] < 2 || s->chooses[row] || !presolve_sets_gather(s, row)) return false;
    double lower = p->row.lower[row], upper = p->row.upper[row];
    bool alone = !isfinite(lower) || !isfinite(upper);
    bool changed = presolve_sets_side(s, 1, upper, alone);
    if (p->status == PRESOLVE_REDUCED) changed |= presolve_sets_side(s, -1, -lower, alone);
    if (!changed) return false;
    shrink_forget_activity(p, row);
    shrink_touch_row(p, row);
    return true;
}

bool presolve_all_sets(struct presolve *p) {
    struct presolve_sets s = {.p = p};
    bool any = false, changed = false;
    if (!p->integers) return false;
    s.chooses = MEMORY_NEW(bool, p->row.count);
    for (int i = 0; i < p->row.count; i++) any |= s.chooses[i] = presolve_sets_chooses(p, i);
    s.member = MEMORY_NEW(struct presolve_member, p->col.count);
    for (int i = 0; i < p->row.count && any && shrink_going(p); i++) changed |= presolve_sets_row(&s, i);
    free(s.chooses);
    free(s.member);
    return changed;
}
