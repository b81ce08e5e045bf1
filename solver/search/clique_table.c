#include "solver/search/clique_table.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "solver/base/check.h"
#include "solver/base/memory.h"
#include "solver/search/domain.h"

#define CLIQUE_MARGIN 1e-6 /* relative: two items of a clique must violate their row by at least this */

enum { CLIQUE_ROW = 5000 /* longest row considered */ };

struct clique_item {
    int literal;
    double weight;
};

struct clique_maker {
    struct clique_table *t;
    const struct model *m;
    const struct rows *rows;
    const double *lower, *upper;
    struct clique_item *item; /* [cols] of the row in hand */
    size_t clique_room, literal_room;
};

static bool clique_free_binary(const struct clique_maker *k, int j) {
    return k->m->integer[j] && k->lower[j] == 0 && k->upper[j] == 1;
}

/* One more clique, of `size` literals that the caller fills in. */
static int *clique_append(struct clique_maker *k, int size) {
    struct clique_table *t = k->t;
    assert(size >= 2); /* one literal excludes nothing */
    long first = t->start ? t->start[t->cliques] : 0;
    bool begun = t->start != NULL;
    t->start = memory_grow(t->start, &k->clique_room, (size_t)t->cliques + 2, sizeof *t->start);
    t->literal = memory_grow(t->literal, &k->literal_room, (size_t)(first + size), sizeof *t->literal);
    if (!begun) t->start[0] = 0;
    t->start[++t->cliques] = first + size;
    return t->literal + first;
}

/* --- cliques of rows --- */

static int clique_by_weight(const void *a, const void *b) {
    const struct clique_item *p = a, *q = b;
    if (p->weight != q->weight) return p->weight > q->weight ? -1 : 1;
    return p->literal - q->literal;
}

/* Literals of sign * row <= side of which any two together violate it: the heaviest ones. */
static void clique_of_row(struct clique_maker *k, int i, double sign, double side) {
    const struct rows *r = k->rows;
    int count = 0, size = 1;
    if (fabs(side) >= MODEL_INFINITY || r->start[i + 1] - r->start[i] > CLIQUE_ROW) return;
    for (long e = r->start[i]; e < r->start[i + 1]; e++) {
        int j = r->col[e];
        double a = sign * r->value[e], least = a > 0 ? k->lower[j] : k->upper[j];
        if (fabs(least) >= MODEL_INFINITY) return;
        side -= a * least;
        if (clique_free_binary(k, j)) k->item[count++] = (struct clique_item){2 * j + (a < 0), fabs(a)};
    }
    memory_sort(k->item, (size_t)count, sizeof *k->item, clique_by_weight);
    double margin = CLIQUE_MARGIN * fmax(1, fabs(side));
    while (size < count && k->item[size - 1].weight + k->item[size].weight > side + margin) size++;
    if (size < 2) return;
    int *literal = clique_append(k, size);
    for (int s = 0; s < size; s++) literal[s] = k->item[s].literal;
}

/* --- what probing found --- */

struct clique_edge {
    int a, b; /* a < b */
};

static int clique_by_ends(const void *a, const void *b) {
    const struct clique_edge *p = a, *q = b;
    return p->a != q->a ? p->a - q->a : p->b - q->b;
}

static void clique_of_edges(struct clique_maker *k, const struct implications *implied) {
    struct clique_edge *edge = MEMORY_NEW(struct clique_edge, implied->count);
    size_t count = 0;
    for (size_t e = 0; e < implied->count; e++) {
        const struct implication *i = &implied->item[e];
        if (!clique_free_binary(k, i->col) || !clique_free_binary(k, i->other)) continue;
        /* other <= 0: it is excluded; other >= 1: its complement is */
        int a = 2 * i->col + !i->value, b = 2 * i->other + !i->upper;
        if (clique_table_exclusive(k->t, a, b)) continue;
        assert(a != b); /* no implication of a binary on itself */
        edge[count++] = a < b ? (struct clique_edge){a, b} : (struct clique_edge){b, a};
    }
    memory_sort(edge, count, sizeof *edge, clique_by_ends);
    for (size_t e = 0; e < count; e++) {
        if (e > 0 && clique_by_ends(&edge[e - 1], &edge[e]) == 0) continue;
        int *literal = clique_append(k, 2);
        literal[0] = edge[e].a;
        literal[1] = edge[e].b;
    }
    free(edge);
}

/* --- the table --- */

/* The cliques of each literal, by counting. */
static void clique_transpose(struct clique_table *t) {
    long entries = t->cliques ? t->start[t->cliques] : 0;
    free(t->member_start);
    free(t->member);
    t->member_start = MEMORY_NEW(long, t->literals + 2);
    t->member = MEMORY_NEW(int, entries);
    for (long e = 0; e < entries; e++) t->member_start[t->literal[e] + 2]++;
    for (int l = 0; l < t->literals; l++) t->member_start[l + 2] += t->member_start[l + 1];
    for (int c = 0; c < t->cliques; c++)
        for (long e = t->start[c]; e < t->start[c + 1]; e++) t->member[t->member_start[t->literal[e] + 1]++] = c;
}

/* Each literal of a clique has that clique among its own, ascending, and no literal is in a clique twice. */
static bool check_symmetric(const struct clique_table *t) {
    for (int l = 0; l < t->literals; l++)
        for (long p = t->member_start[l]; p < t->member_start[l + 1]; p++) {
            int c = t->member[p], times = 0;
            if (c < 0 || c >= t->cliques || (p > t->member_start[l] && t->member[p - 1] >= c)) return false;
            for (long e = t->start[c]; e < t->start[c + 1]; e++) times += t->literal[e] == l;
            if (times != 1) return false;
        }
    return t->member_start[t->literals] == (t->cliques ? t->start[t->cliques] : 0);
}

void clique_table_init(struct clique_table *t, const struct model *m, const struct rows *r,
                       const struct implications *implied, const double *lower, const double *upper) {
    *t = (struct clique_table){.literals = 2 * m->cols};
    struct clique_maker k = {.t = t, .m = m, .rows = r, .lower = lower, .upper = upper};
    k.item = MEMORY_NEW(struct clique_item, m->cols);
    for (int i = 0; i < m->rows; i++) {
        clique_of_row(&k, i, 1, m->row_upper[i]);
        clique_of_row(&k, i, -1, -m->row_lower[i]);
    }
    clique_transpose(t);
    if (implied->count > 0) {
        clique_of_edges(&k, implied);
        clique_transpose(t);
    }
    free(k.item);
    assert(t->member_start[0] == 0 && (t->cliques == 0 || t->start[0] == 0));
    CHECK(check_symmetric(t));
}

void clique_table_free(struct clique_table *t) {
    free(t->start);
    free(t->literal);
    free(t->member_start);
    free(t->member);
    *t = (struct clique_table){0};
}

bool clique_table_exclusive(const struct clique_table *t, int a, int b) {
    assert(a >= 0 && a < t->literals && b >= 0 && b < t->literals);
    long p = t->member_start[a], q = t->member_start[b];
    while (p < t->member_start[a + 1] && q < t->member_start[b + 1]) {
        if (t->member[p] == t->member[q]) return true;
        if (t->member[p] < t->member[q])
            p++;
        else
            q++;
    }
    return false;
}

long clique_table_propagate(const struct clique_table *t, struct domain *d, int literal) {
    long read = 1;
    assert(t->literals == 2 * d->model->cols && literal >= 0 && literal < t->literals);
    assert(literal % 2 ? d->upper[literal / 2] <= 0
                       : d->lower[literal / 2] >= 1 || d->infeasible); /* the literal is 1 */
    for (long p = t->member_start[literal]; p < t->member_start[literal + 1] && !d->infeasible; p++) {
        int c = t->member[p];
        read += t->start[c + 1] - t->start[c];
        for (long e = t->start[c]; e < t->start[c + 1]; e++) {
            int other = t->literal[e];
            if (other == literal) continue;
            if (other % 2)
                domain_raise_lower(d, other / 2, 1);
            else
                domain_reduce_upper(d, other / 2, 0);
        }
    }
    return read;
}
