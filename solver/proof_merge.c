/* proof_merge.c - rows of products merged (solver/model/products.h), as presolve_products.c does, for the search of a
 * proof: far more columns are equal then, and the search branches on their sums. The file derives each merged row by a
 * split from those that it replaces (proof_product.c). Without these the program has more solutions, but no better
 * ones: a merged column costs the same in each of its rows, at most one row asks for it, and it can give what is asked.
 * Rows that bounds imply are dropped first, since they keep columns apart that are equal otherwise. */
#include <math.h>

#include "solver/base/hash.h"
#include "solver/proof_cut.h"

struct proof_merge_row { /* a member of the family at hand */
    int member;          /* its number */
    int row, col;        /* col: the first of its switched columns: all are alike */
    uint64_t hash;       /* of what has to agree */
};

struct proof_merge {
    struct proof *s;
    struct proof_product product;
    bool *taken;   /* [rows] made sparser: they stay, since the file states them as they are */
    bool *changed; /* [rows] in this pass */
    int *merged;   /* [rows] k + 1: the row is merge k now; 0: as it was or, if changed, empty */
    bool *twin;    /* [cols] equal to one that stands for both: together they are at most as great */
    int *mark;     /* [rows] entry of the column that is compared + 1; 0: none */
    struct proof_merge_row *in_hand;
    size_t room, merge_room;
};

/* --- what may be merged --- */

/* Whether only `row` keeps the column from falling to 0, where it costs least. */
static bool proof_merge_held(const struct proof_merge *g, int col, int row) {
    const struct model *m = g->s->program.m;
    if (m->lower[col] != 0 || g->s->program.cost[col].sign < 0) return false;
    for (long k = m->start[col]; k < m->start[col + 1]; k++) {
        const int i = m->index[k];
        const bool blocks = m->value[k] > 0 ? m->row_lower[i] > -MODEL_INFINITY : m->row_upper[i] < MODEL_INFINITY;
        if (blocks != (i == row)) return false;
    }
    return true;
}

/* Whether columns are equal but for the rows that hold them, and have the same coefficient in those. */
static bool proof_merge_alike(struct proof_merge *g, int one, int row_one, int two, int row_two) {
    const struct model *m = g->s->program.m;
    const long first = m->start[one], end = m->start[one + 1];
    if (m->cost[one] != m->cost[two] || m->upper[one] != m->upper[two] || m->integer[one] != m->integer[two] ||
        end - first != m->start[two + 1] - m->start[two])
        return false;
    bool alike = true;
    for (long k = first; k < end; k++) g->mark[m->index[k] == row_one ? row_two : m->index[k]] = (int)(k - first) + 1;
    for (long k = m->start[two]; k < m->start[two + 1] && alike; k++) {
        const int at = g->mark[m->index[k]];
        alike = at > 0 && m->value[first + at - 1] == m->value[k];
    }
    for (long k = first; k < end; k++) g->mark[m->index[k] == row_one ? row_two : m->index[k]] = 0;
    return alike;
}

/* The most that the row asks of its switched columns: they have to be able to give it, each alone. */
static double proof_merge_need(const struct proof_merge *g, const struct product_family *f,
                               const struct product_member *at) {
    const struct product_source *p = &g->product.all.source;
    double choice = 0;
    for (long e = p->rows->start[at->row]; e < p->rows->start[at->row + 1]; e++) {
        const double v = at->sign * p->rows->value[e];
        if (products_part(&g->product.all, f->group, p->rows->col[e], v) == PRODUCT_CHOICE) choice = v;
    }
    return choice; /* C <= b: no more than S_k adds to it */
}

static bool proof_merge_one_sided(const struct proof_merge *g, int row) {
    const struct model *m = g->s->program.m;
    return m->row_lower[row] <= -MODEL_INFINITY || m->row_upper[row] >= MODEL_INFINITY;
}

static bool proof_merge_find(struct proof_merge_row *found, struct proof_merge *g, const struct product_family *f,
                             int member) {
    const struct product_source *p = &g->product.all.source;
    const struct product_member *at = &g->product.all.member[member];
    const struct model *m = g->s->program.m;
    double value = 0;
    *found = (struct proof_merge_row){member, at->row, -1, 0};
    if (g->taken[at->row] || g->changed[at->row] || !proof_merge_one_sided(g, at->row)) return false;
    for (long e = p->rows->start[at->row]; e < p->rows->start[at->row + 1]; e++) {
        const int j = p->rows->col[e];
        const double v = at->sign * p->rows->value[e];
        if (products_part(&g->product.all, f->group, j, v) != PRODUCT_SWITCHED) continue;
        if (found->col >= 0 && !proof_merge_alike(g, found->col, at->row, j, at->row)) return false;
        if (found->col >= 0) continue;
        if (!proof_merge_held(g, j, at->row) || -v * m->upper[j] < proof_merge_need(g, f, at)) return false;
        found->col = j, value = v;
    }
    if (found->col < 0) return false;
    found->hash = hash_entry(m->integer[found->col], value) + hash_entry(-3, m->cost[found->col]);
    for (long k = m->start[found->col]; k < m->start[found->col + 1]; k++)
        if (m->index[k] != at->row) found->hash += hash_entry(m->index[k], m->value[k]);
    return true;
}

/* --- a merged row --- */

static int proof_merge_order(const void *one, const void *two) {
    const struct proof_merge_row *a = one, *b = two;
    if (a->hash != b->hash) return a->hash < b->hash ? -1 : 1;
    return a->row - b->row;
}

static void proof_merge_twins(struct proof_merge *g, const struct product_family *f, int col) {
    const struct product_source *p = &g->product.all.source;
    for (int k = 0; k < g->product.members; k++) {
        const struct product_member *at = &g->product.all.member[g->product.member[k]];
        for (long e = p->rows->start[at->row]; e < p->rows->start[at->row + 1]; e++) {
            const int j = p->rows->col[e];
            const enum product_part part = products_part(&g->product.all, f->group, j, at->sign * p->rows->value[e]);
            g->twin[j] |= part == PRODUCT_SWITCHED && j != col;
        }
    }
}

/* The rows of K become that of the first; the others are empty. False: no split derives it. */
static bool proof_merge_rows(struct proof_merge *g, const struct product_family *f, int col) {
    struct proof_program *p = &g->s->program;
    const struct proof_product *v = &g->product;
    struct proof_cut cut;
    if (!proof_product_cut(&cut, &g->product, f)) return false;
    cut.row = p->given + p->derived + PROOF_CUT_ROWS - 1;
    p->derived += PROOF_CUT_ROWS;
    p->merge = memory_grow(p->merge, &g->merge_room, (size_t)p->merges + 1, sizeof *p->merge);
    p->merge[p->merges++] = cut;
    for (int k = 0; k < v->members; k++) {
        const int row = v->all.member[v->member[k]].row;
        g->changed[row] = true;
        if (k == 0) g->merged[row] = p->merges;
    }
    proof_merge_twins(g, f, col);
    return true;
}

static bool proof_merge_family(struct proof_merge *g, const struct product_family *f) {
    int count = 0;
    bool any = false;
    g->in_hand = memory_grow(g->in_hand, &g->room, (size_t)f->count, sizeof *g->in_hand);
    for (int k = 0; k < f->count; k++) count += proof_merge_find(&g->in_hand[count], g, f, f->first + k);
    memory_sort(g->in_hand, (size_t)count, sizeof *g->in_hand, proof_merge_order);
    for (int k = 0, next; k < count; k = next) {
        const struct proof_merge_row *first = &g->in_hand[k];
        g->product.members = 0;
        g->product.member[g->product.members++] = first->member;
        for (next = k + 1; next < count && g->in_hand[next].hash == first->hash; next++) {
            const struct proof_merge_row *other = &g->in_hand[next];
            if (proof_merge_alike(g, first->col, first->row, other->col, other->row))
                g->product.member[g->product.members++] = other->member;
        }
        any |= g->product.members > 1 && proof_merge_rows(g, f, first->col);
    }
    return any;
}

/* --- the program with them --- */

static void proof_merge_side(struct proof_side *side, double *of_model, const struct proof_cut *cut, double none) {
    side->row = cut ? cut->row : -1;
    *of_model = cut ? rational_double(&cut->right) : none;
    if (cut) rational_copy(&side->value, &cut->right);
}

static void proof_merge_apply(struct proof_merge *g) {
    struct proof_program *p = &g->s->program;
    const struct model *m = p->m;
    long entries = 0, count = 0;
    for (int i = 0; i < m->rows; i++) entries += g->merged[i] ? p->merge[g->merged[i] - 1].count : 0;
    struct rows by = {MEMORY_NEW(long, m->rows + 1), MEMORY_NEW(int, entries), MEMORY_NEW(double, entries)};
    double *lower = memory_duplicate(m->row_lower, (size_t)m->rows * sizeof *lower);
    double *upper = memory_duplicate(m->row_upper, (size_t)m->rows * sizeof *upper);
    for (int i = 0; i < m->rows; i++) {
        const struct proof_cut *cut = g->merged[i] ? &p->merge[g->merged[i] - 1] : NULL;
        for (int e = 0; cut && e < cut->count; e++) {
            by.col[count] = cut->col[e];
            by.value[count++] = rational_double(&cut->value[e]);
        }
        by.start[i + 1] = count;
        if (!g->changed[i]) continue;
        proof_merge_side(&p->row_lower[i], &lower[i], cut, -MODEL_INFINITY);
        proof_merge_side(&p->row_upper[i], &upper[i], NULL, MODEL_INFINITY);
    }
    struct model *merged = proof_program_replace(m, g->changed, &by, lower, upper);
    model_free(p->merged);
    p->m = p->merged = merged;
    proof_program_entries(p);
    rows_free(&by);
    free(lower);
    free(upper);
}

/* --- rows that others imply --- */

/* Bounds of columns, with those of rows of one entry. */
static void proof_merge_bounds(const struct proof_merge *g, double *lower, double *upper, const int *entries) {
    const struct model *m = g->s->program.m;
    for (int j = 0; j < m->cols; j++) {
        lower[j] = m->lower[j], upper[j] = m->upper[j];
        for (long k = m->start[j]; k < m->start[j + 1]; k++) {
            const int i = m->index[k];
            const double a = m->value[k], from = a > 0 ? m->row_lower[i] : m->row_upper[i];
            const double to = a > 0 ? m->row_upper[i] : m->row_lower[i];
            if (entries[i] > 1) continue;
            if (fabs(from) < MODEL_INFINITY) lower[j] = fmax(lower[j], from / a);
            if (fabs(to) < MODEL_INFINITY) upper[j] = fmin(upper[j], to / a);
        }
    }
}

/* Drops rows of several entries that the bounds alone imply: they keep columns apart that are equal otherwise. */
static bool proof_merge_drop(struct proof_merge *g) {
    const struct model *m = g->s->program.m;
    double *lower = MEMORY_NEW(double, m->cols), *upper = MEMORY_NEW(double, m->cols);
    double *least = MEMORY_NEW(double, m->rows), *most = MEMORY_NEW(double, m->rows);
    int *entries = MEMORY_NEW(int, m->rows);
    bool any = false;
    for (long k = 0; k < m->entries; k++) entries[m->index[k]]++;
    proof_merge_bounds(g, lower, upper, entries);
    for (int j = 0; j < m->cols; j++)
        for (long k = m->start[j]; k < m->start[j + 1] && !g->twin[j]; k++) {
            const double a = m->value[k];
            least[m->index[k]] += a * model_unbounded(a > 0 ? lower[j] : upper[j]);
            most[m->index[k]] += a * model_unbounded(a > 0 ? upper[j] : lower[j]);
        }
    for (int i = 0; i < m->rows; i++) {
        if (entries[i] < 2 || g->taken[i]) continue;
        g->changed[i] = (m->row_lower[i] <= -MODEL_INFINITY || least[i] >= m->row_lower[i]) &&
                        (m->row_upper[i] >= MODEL_INFINITY || most[i] <= m->row_upper[i]);
        any |= g->changed[i];
    }
    free(lower), free(upper), free(least), free(most), free(entries);
    return any;
}

static void proof_merge_clear(struct proof_merge *g) {
    memset(g->changed, 0, (size_t)g->s->program.m->rows * sizeof *g->changed);
    memset(g->merged, 0, (size_t)g->s->program.m->rows * sizeof *g->merged);
}

/* Families by the last of their groups first, so that whole lines of a rectangle of pairs are merged; then lines. */
static bool proof_merge_pass(struct proof_merge *g) {
    struct proof *s = g->s;
    bool any = false;
    proof_merge_clear(g);
    if (proof_merge_drop(g)) proof_merge_apply(g);
    proof_merge_clear(g);
    proof_product_init(&g->product, s);
    for (int k = 0; k < g->product.all.families && limits_clock(s->limits) == LIMITS_RUNNING; k++)
        any |= proof_merge_family(g, &g->product.all.family[k]);
    proof_product_free(&g->product);
    if (any) proof_merge_apply(g);
    return any;
}

void proof_merge(struct proof *s) {
    const int rows = s->program.m->rows;
    struct proof_merge g = {.s = s,
                            .taken = MEMORY_NEW(bool, rows),
                            .changed = MEMORY_NEW(bool, rows),
                            .merged = MEMORY_NEW(int, rows),
                            .twin = MEMORY_NEW(bool, s->program.m->cols),
                            .mark = MEMORY_NEW(int, rows)};
    assert(!s->y && s->cuts == 0 && s->records == 0);
    for (int k = 0; k < s->program.takes; k++) g.taken[s->program.taken[k].row] = true;
    while (proof_merge_pass(&g)) continue;
    free(g.taken), free(g.changed), free(g.merged), free(g.twin), free(g.mark), free(g.in_hand);
}
