/* Equations over the integers, together: exact elimination of the columns without bounds, for all values of the
 * others. */
#include <assert.h>
#include <math.h>
#include <stdlib.h>

#include "solver/base/limits.h"
#include "solver/base/memory.h"
#include "solver/lattice/echelon.h"
#include "solver/lattice/lattice_internal.h"

#define LATTICE_EXACT 1e-9 /* rows with decimal data hold to no better */

enum {
    LATTICE_ROWS = 60,       /* of a system of equations at most, */
    LATTICE_COLS = 200,      /* and its columns */
    LATTICE_CHOICES = 20000, /* values of boxed columns that are enumerated */
    LATTICE_PASSES = 20
};

/* An equation can always be satisfied if a column without bounds, in no other equation, has coefficient 1 or -1. */
static bool lattice_row_is_met(const struct lattice *l, const struct lattice_row *r) {
    for (int k = 0; k < r->count; k++)
        if (fabs(r->value[k]) == 1 && l->uses[r->col[k]] == 1 && !l->boxed[r->col[k]]) return true;
    return false;
}

static void lattice_count(struct lattice *l, const struct lattice_row *r, int by) {
    assert(by == 1 || by == -1);
    for (int k = 0; k < r->count; k++) l->uses[r->col[k]] += by;
}

/* Keeps the equations that restrict integers. */
static void lattice_keep_equations(struct lattice *l) {
    int kept = 0;
    for (int i = 0; i < l->rows; i++) {
        if (l->row[i].low == l->row[i].high)
            l->row[kept++] = l->row[i];
        else
            lattice_row_free(&l->row[i]);
    }
    l->rows = kept;
    for (int i = 0; i < l->rows; i++) lattice_count(l, &l->row[i], 1);
    for (int pass = 0; pass < LATTICE_PASSES; pass++) {
        kept = 0;
        for (int i = 0; i < l->rows; i++) {
            bool met = lattice_row_is_met(l, &l->row[i]);
            assert(l->row[i].low == l->row[i].high);
            if (met) lattice_count(l, &l->row[i], -1);
            if (met)
                lattice_row_free(&l->row[i]);
            else
                l->row[kept++] = l->row[i];
        }
        if (kept == l->rows) break;
        l->rows = kept;
    }
}

struct lattice_system {
    struct lattice *l;
    struct echelon *e;
    int open, boxed, *col; /* [open + boxed] columns: those without bounds first */
    int *number;           /* [cols] place in col */
    struct rational *right, *x;
    double *value; /* [boxed] now */
};

static void lattice_system_init(struct lattice_system *s, struct lattice *l) {
    *s = (struct lattice_system){.l = l, .col = MEMORY_NEW(int, l->m->cols), .number = MEMORY_NEW(int, l->m->cols)};
    for (int boxed = 0; boxed < 2; boxed++)
        for (int j = 0; j < l->m->cols; j++) {
            if (l->uses[j] == 0 || l->boxed[j] != boxed) continue;
            assert(boxed || s->boxed == 0); /* those without bounds are numbered first */
            s->number[j] = s->open + s->boxed;
            s->col[s->open + s->boxed] = j;
            *(boxed ? &s->boxed : &s->open) += 1;
        }
    s->e = echelon_new(l->rows, s->open);
    s->right = MEMORY_NEW(struct rational, l->rows);
    s->x = MEMORY_NEW(struct rational, s->open);
    s->value = MEMORY_NEW(double, s->boxed);
    for (int i = 0; i < l->rows; i++)
        for (int k = 0; k < l->row[i].count; k++)
            if (s->number[l->row[i].col[k]] < s->open)
                echelon_set(s->e, i, s->number[l->row[i].col[k]], l->row[i].value[k]);
}

static void lattice_system_free(struct lattice_system *s) {
    for (int i = 0; i < s->l->rows; i++) rational_clear(&s->right[i]);
    for (int k = 0; k < s->open; k++) rational_clear(&s->x[k]);
    free(s->right);
    free(s->x);
    free(s->value);
    free(s->col);
    free(s->number);
    echelon_free(s->e);
}

/* Whether the equations can be satisfied with the boxed columns at their values. */
static bool lattice_system_holds(struct lattice_system *s) {
    struct rational term = {0};
    for (int i = 0; i < s->l->rows; i++) {
        const struct lattice_row *r = &s->l->row[i];
        rational_set(&s->right[i], r->low);
        for (int k = 0; k < r->count; k++) {
            int at = s->number[r->col[k]] - s->open;
            assert(at < s->boxed);
            if (at < 0) continue;
            rational_set(&term, -r->value[k]);
            rational_add_product(&s->right[i], &term, s->value[at]);
        }
    }
    rational_clear(&term);
    return echelon_solve(s->x, s->e, s->right);
}

/* All values of the boxed columns from `at` on; true if some may satisfy the equations. */
static bool lattice_system_visit(struct lattice_system *s, int at, const struct limits *limits) {
    if (at == s->boxed) return limits_clock(limits) != LIMITS_RUNNING || lattice_system_holds(s);
    assert(at >= 0 && at < s->boxed);
    int j = s->col[s->open + at];
    double upper = lattice_upper(s->l->m, j);
    for (double v = lattice_lower(s->l->m, j); v <= upper; v++) {
        s->value[at] = v;
        if (lattice_system_visit(s, at + 1, limits)) return true;
    }
    return false;
}

/* x from the system, if the program consists of it; other columns as near to 0 as their bounds allow. */
static void lattice_point(double *x, const struct lattice_system *s) {
    const struct model *m = s->l->m;
    assert(s->open + s->boxed <= m->cols);
    for (int j = 0; j < m->cols; j++) x[j] = fmin(fmax(0, m->lower[j]), m->upper[j]);
    for (int k = 0; k < s->open; k++) x[s->col[k]] = rational_double(&s->x[k]);
    for (int k = 0; k < s->boxed; k++) x[s->col[s->open + k]] = s->value[k];
}

/* The boxed columns of the remaining equations: those of least range, while their combinations are few; true if some
 * stay open. */
static bool lattice_choose_boxed(struct lattice *l) {
    double choices = 1;
    bool open = false;
    for (int j = 0; j < l->m->cols; j++) {
        if (l->uses[j] == 0) continue;
        if (l->boxed[j]) choices *= lattice_upper(l->m, j) - lattice_lower(l->m, j) + 1;
        open |= !l->boxed[j];
    }
    while (choices > LATTICE_CHOICES) {
        int widest = -1;
        double most = 0;
        for (int j = 0; j < l->m->cols; j++) {
            double count = lattice_upper(l->m, j) - lattice_lower(l->m, j) + 1;
            if (l->uses[j] == 0 || !l->boxed[j] || count <= most) continue;
            most = count;
            widest = j;
        }
        assert(widest >= 0 && most >= 1);
        l->boxed[widest] = false;
        choices /= most;
    }
    return open;
}

static int lattice_used(const struct lattice *l) {
    int used = 0;
    for (int j = 0; j < l->m->cols; j++) used += l->uses[j] > 0;
    return used;
}

enum lattice_answer lattice_system_search(double *x, struct lattice *l, const struct limits *limits) {
    struct lattice_system s;
    enum lattice_answer answer = LATTICE_OPEN;
    lattice_keep_equations(l);
    if (l->rows == 0 || l->rows > LATTICE_ROWS || lattice_used(l) > LATTICE_COLS || !lattice_choose_boxed(l))
        return answer;
    lattice_system_init(&s, l);
    assert(s.open > 0 && s.open + s.boxed <= LATTICE_COLS && l->rows <= LATTICE_ROWS);
    if (echelon_reduce(s.e, limits)) {
        if (!lattice_system_visit(&s, 0, limits)) {
            answer = LATTICE_EMPTY;
        } else {
            echelon_shorten(s.x, s.e);
            lattice_point(x, &s);
            if (model_violation(l->m, x) <= LATTICE_EXACT) answer = LATTICE_POINT;
        }
    }
    lattice_system_free(&s);
    return answer;
}
