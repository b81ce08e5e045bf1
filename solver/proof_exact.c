/* proof_exact.c - multipliers that make the reduced costs of the basic columns 0, as fractions. */
#include "solver/proof_internal.h"

struct proof_entry {
    int row; /* of the relaxation */
    const struct rational *value;
};

/* The relaxation's basic columns: the program's entries, those of cuts, and the 1 of a group. */
struct proof_exact_columns {
    long *start; /* [cols + 1] */
    struct proof_entry *entry;
};

static bool proof_exact_wanted(const int *unknown, const unsigned char *place, int row, int col) {
    return unknown[row] >= 0 && place[col] == PLACE_BASIC;
}

/* Counts the entries, or, with c->entry, enters them from c->start on, which then becomes where they end. */
static void proof_exact_visit(struct proof_exact_columns *c, const struct proof *s, const int *unknown,
                              const unsigned char *place, const struct rational *one) {
    const struct model *m = s->program.m;
    struct proof_entry dummy = {0}, *to;
    for (int j = 0; j < m->cols; j++)
        for (long k = m->start[j]; k < m->start[j + 1]; k++) {
            if (!proof_exact_wanted(unknown, place, m->index[k], j)) continue;
            to = c->entry ? &c->entry[c->start[j]] : &dummy;
            *to = (struct proof_entry){m->index[k], &s->program.value[k]};
            c->start[j]++;
        }
    for (int k = 0; k < s->cuts; k++)
        for (int e = 0; e < s->cut[k].count; e++) {
            int j = s->cut[k].col[e];
            if (!proof_exact_wanted(unknown, place, m->rows + k, j)) continue;
            to = c->entry ? &c->entry[c->start[j]] : &dummy;
            *to = (struct proof_entry){m->rows + k, &s->cut[k].value[e]};
            c->start[j]++;
        }
    for (int k = 0; k < s->groups.count; k++)
        for (int e = s->groups.start[k]; e < s->groups.start[k + 1]; e++) {
            int j = s->groups.col[e], row = m->rows + s->cuts + k;
            if (!proof_exact_wanted(unknown, place, row, j)) continue;
            to = c->entry ? &c->entry[c->start[j]] : &dummy;
            *to = (struct proof_entry){row, one};
            c->start[j]++;
        }
}

static void proof_exact_columns(struct proof_exact_columns *c, const struct proof *s, const int *unknown,
                                const unsigned char *place, const struct rational *one) {
    int cols = s->program.m->cols;
    *c = (struct proof_exact_columns){.start = MEMORY_NEW(long, cols + 1)};
    proof_exact_visit(c, s, unknown, place, one);
    long total = 0;
    for (int j = 0; j <= cols; j++) {
        long count = c->start[j];
        c->start[j] = total;
        total += count;
    }
    c->entry = MEMORY_NEW(struct proof_entry, total);
    proof_exact_visit(c, s, unknown, place, one);
    for (int j = cols; j > 0; j--) c->start[j] = c->start[j - 1]; /* ends of columns are the next ones' beginnings */
    c->start[0] = 0;
    assert(c->start[cols] == total);
}

/* The digits behind the point of a column and its cost; -1: too many. */
static int proof_exact_digits(const struct proof *s, const struct proof_exact_columns *c, int col) {
    int most = proof_digits(&s->program.cost[col]);
    for (long k = c->start[col]; k < c->start[col + 1] && most >= 0; k++) {
        int digits = proof_digits(c->entry[k].value);
        most = digits < 0 || digits > most ? digits : most;
    }
    return most;
}

/* d = 0 of a column, in whole numbers. dense[e->unknowns] is all zero between calls that succeed. */
static bool proof_exact_equation(struct equations *e, int t, const struct proof *s, const struct proof_exact_columns *c,
                                 int col, const int *unknown, double *dense) {
    int digits = proof_exact_digits(s, c, col);
    double cost;
    bool good = digits >= 0 && proof_whole(&cost, &s->program.cost[col], digits);
    for (long k = c->start[col]; k < c->start[col + 1] && good; k++)
        good = proof_whole(&dense[unknown[c->entry[k].row]], c->entry[k].value, digits);
    for (int u = 0; u < e->unknowns && good; u++) {
        equations_add(e, t, u, dense[u]);
        dense[u] = 0;
    }
    if (good) rational_set(&e->row[t].right, cost);
    return good;
}

static struct equations *proof_exact_equations(const struct proof *s, const unsigned char *place, const int *unknown,
                                               int unknowns) {
    int cols = s->program.m->cols, count = 0;
    struct proof_exact_columns c;
    struct rational one = {0};
    rational_set(&one, 1);
    proof_exact_columns(&c, s, unknown, place, &one);
    for (int j = 0; j < cols; j++) count += place[j] == PLACE_BASIC;
    struct equations *e = equations_new(count, unknowns);
    double *dense = MEMORY_NEW(double, unknowns);
    bool good = true;
    for (int j = 0, t = 0; j < cols && good; j++)
        if (place[j] == PLACE_BASIC) good = proof_exact_equation(e, t++, s, &c, j, unknown, dense);
    free(dense);
    free(c.start);
    free(c.entry);
    rational_clear(&one);
    if (good) return e;
    equations_free(e);
    return NULL;
}

static void proof_exact_take(struct proof *s, const struct equations_solution *x, const int *unknown, int rows) {
    for (int i = 0; i < rows; i++) {
        rational_set(&s->y[i], 0);
        if (unknown[i] < 0) continue;
        rational_divide(&s->y[i], &x->x[unknown[i]], &x->common);
        if (s->y[i].sign && !proof_duals_sided(s, i, s->y[i].sign)) rational_set(&s->y[i], 0);
    }
}

bool proof_exact(struct proof *s, const double *y, const unsigned char *place) {
    const struct model *m = s->program.m;
    int rows = m->rows + s->cuts + s->groups.count, unknowns = 0, *unknown = MEMORY_NEW(int, rows);
    for (int i = 0; i < rows; i++) unknown[i] = place[m->cols + i] == PLACE_BASIC ? -1 : unknowns++;
    struct equations *e = proof_exact_equations(s, place, unknown, unknowns);
    double *given = MEMORY_NEW(double, unknowns);
    for (int i = 0; i < rows; i++)
        if (unknown[i] >= 0) given[unknown[i]] = y[i];
    struct equations_solution *x = e ? equations_solve(e, given, s->limits) : NULL;
    if (x) proof_exact_take(s, x, unknown, rows);
    bool good = x != NULL;
    equations_solution_free(x);
    equations_free(e);
    free(given);
    free(unknown);
    return good;
}
