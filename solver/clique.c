/* Clique cuts: literals (binaries or their complements) of which any two exclude each other; at most one is 1. Rows give cliques;
 * larger ones are grown greedily over the literals that are positive in the relaxation (Atamturk, Nemhauser & Savelsbergh 2000). */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "solver/cuts.h"
#include "solver/memory.h"
#include "solver/worker.h"

enum { CLIQUE_LITERALS = 2000, CLIQUE_ROW = 5000 };

struct clique_literal {
    int col;
    bool flipped;
    double weight, value;
};

struct clique {
    struct cuts *c;
    struct clique_literal *row;     /* of the row in hand */
    struct clique_literal *literal; /* positive ones; `count` */
    int *number;                    /* [2 cols] place of a literal + 1 */
    int count;
    int **member; /* [count] cliques, ascending, that the literal is in */
    size_t *members, *room;
    int cliques;
};

static int clique_by_weight(const void *a, const void *b) {
    const struct clique_literal *p = a, *q = b;
    if (p->weight != q->weight) return p->weight > q->weight ? -1 : 1;
    return p->col - q->col;
}

static int clique_by_value(const void *a, const void *b) {
    const struct clique_literal *p = a, *q = b;
    if (p->value != q->value) return p->value > q->value ? -1 : 1;
    return 2 * p->col + p->flipped - 2 * q->col - q->flipped;
}

/* Literals of sign * row <= side of which any two together break it; returns how many, the heaviest first. */
static int clique_of_row(struct clique *v, int i, double sign, double side) {
    const struct cuts *c = v->c;
    struct cuts_row row = cuts_row(c, i);
    int count = 0;
    if (fabs(side) >= MODEL_INFINITY || row.count > CLIQUE_ROW) return 0;
    for (long k = 0; k < row.count; k++) {
        int j = row.col[k];
        double a = sign * row.value[k];
        if (c->m->integer[j] && c->lower[j] == 0 && c->upper[j] == 1) {
            v->row[count++] = (struct clique_literal){j, a < 0, fabs(a), a < 0 ? 1 - c->x[j] : c->x[j]};
            if (a < 0) side -= a;
            continue;
        }
        double least = a > 0 ? c->lower[j] : c->upper[j];
        if (fabs(least) >= MODEL_INFINITY) return 0;
        side -= a * least;
    }
    qsort(v->row, (size_t)count, sizeof *v->row, clique_by_weight);
    int size = 1;
    double margin = 1e-6 * fmax(1, fabs(side));
    while (size < count && v->row[size - 1].weight + v->row[size].weight > side + margin) size++;
    return size < 2 ? 0 : size;
}

static void clique_note(struct clique *v, int size, bool record) {
    for (int k = 0; k < size; k++) {
        const struct clique_literal *l = &v->row[k];
        int key = 2 * l->col + l->flipped;
        if (l->value < 1e-6) continue;
        if (!record) {
            if (v->number[key] || v->count == CLIQUE_LITERALS) continue;
            v->literal[v->count++] = *l;
            v->number[key] = 1;
        } else if (v->number[key] > 0) {
            int at = v->number[key] - 1;
            v->member[at] = memory_grow(v->member[at], &v->room[at], v->members[at] + 1, sizeof(int));
            v->member[at][v->members[at]++] = v->cliques;
        }
    }
    v->cliques++;
}

/* Pairs that exclude each other by what probing has found. */
static void clique_each_edge(struct clique *v, bool record) {
    const struct cuts *c = v->c;
    const struct implications *all = &c->w->tree->implied;
    for (size_t k = 0; k < all->count; k++) {
        const struct implication *e = &all->item[k];
        if (!c->m->integer[e->other] || c->lower[e->other] != 0 || c->upper[e->other] != 1) continue;
        if (c->lower[e->col] != 0 || c->upper[e->col] != 1) continue;
        bool flip = !e->value, other_flip = !e->upper; /* other <= 0: other excludes; other >= 1: its complement does */
        v->row[0] = (struct clique_literal){e->col, flip, 1, flip ? 1 - c->x[e->col] : c->x[e->col]};
        v->row[1] = (struct clique_literal){e->other, other_flip, 1, other_flip ? 1 - c->x[e->other] : c->x[e->other]};
        clique_note(v, 2, record);
    }
}

static void clique_each_row(struct clique *v, bool record) {
    const struct model *m = v->c->m;
    v->cliques = 0;
    for (int i = 0; i < m->rows; i++) {
        int size = clique_of_row(v, i, 1, m->row_upper[i]);
        if (size) clique_note(v, size, record);
        size = clique_of_row(v, i, -1, -m->row_lower[i]);
        if (size) clique_note(v, size, record);
    }
    clique_each_edge(v, record);
}

static bool clique_adjacent(const struct clique *v, int a, int b) {
    size_t p = 0, q = 0;
    while (p < v->members[a] && q < v->members[b]) {
        int left = v->member[a][p], right = v->member[b][q];
        if (left == right) return true;
        if (left < right)
            p++;
        else
            q++;
    }
    return false;
}

static void clique_grow(struct clique *v, int first, int *chosen, double *dense, int *list) {
    int size = 0;
    double sum = v->literal[first].value, rhs = 1;
    chosen[size++] = first;
    for (int k = 0; k < v->count; k++) {
        bool fits = k != first;
        for (int s = 0; fits && s < size; s++) fits = clique_adjacent(v, k, chosen[s]);
        if (!fits) continue;
        chosen[size++] = k;
        sum += v->literal[k].value;
    }
    if (size < 3 || sum < 1 + 1e-4) return;
    for (int s = 0; s < size; s++) {
        const struct clique_literal *l = &v->literal[chosen[s]];
        dense[l->col] += l->flipped ? -1 : 1;
        if (l->flipped) rhs -= 1;
        list[s] = l->col;
    }
    cuts_offer(v->c, dense, list, size, rhs, "clique");
    for (int s = 0; s < size; s++) dense[list[s]] = 0;
}

void clique_separate(struct cuts *c) {
    size_t cols = (size_t)c->m->cols;
    struct clique v = {.c = c};
    v.row = MEMORY_NEW(struct clique_literal, cols + 2);
    v.literal = MEMORY_NEW(struct clique_literal, CLIQUE_LITERALS);
    v.number = MEMORY_NEW(int, 2 * cols);
    clique_each_row(&v, false);
    qsort(v.literal, (size_t)v.count, sizeof *v.literal, clique_by_value);
    memset(v.number, 0, 2 * cols * sizeof(int));
    for (int k = 0; k < v.count; k++) v.number[2 * v.literal[k].col + v.literal[k].flipped] = k + 1;
    v.member = MEMORY_NEW(int *, v.count);
    v.members = MEMORY_NEW(size_t, v.count);
    v.room = MEMORY_NEW(size_t, v.count);
    clique_each_row(&v, true);
    int *chosen = MEMORY_NEW(int, v.count), *list = MEMORY_NEW(int, v.count);
    double *dense = MEMORY_NEW(double, cols);
    for (int k = 0; k < v.count && k < 300 && !worker_stopped(c->w); k++) clique_grow(&v, k, chosen, dense, list);
    for (int k = 0; k < v.count; k++) free(v.member[k]);
    free(v.row);
    free(v.literal);
    free(v.number);
    free(v.member);
    free(v.members);
    free(v.room);
    free(chosen);
    free(list);
    free(dense);
}
