/* Clique cuts: literals (binaries or their complements) of which any two exclude each other; at most one is 1. The
 * table's cliques are grown greedily over the literals that are positive in the relaxation (Atamturk, Nemhauser &
 * Savelsbergh 2000). */
#include <assert.h>
#include <stdlib.h>

#include "solver/base/memory.h"
#include "solver/cuts/cuts.h"
#include "solver/search/clique_table.h"
#include "solver/search/worker.h"

enum { CLIQUE_LITERALS = 2000, CLIQUE_SEEDS = 300 };

struct clique_literal {
    int number;
    double value;
};

struct clique {
    struct cuts *c;
    const struct clique_table *table;
    struct clique_literal *literal; /* positive ones in some clique, the largest first */
    int count;
    int *chosen, *list; /* [count] */
    double *dense;      /* [cols] zero between calls */
};

static int clique_by_value(const void *a, const void *b) {
    const struct clique_literal *p = a, *q = b;
    if (p->value != q->value) return p->value > q->value ? -1 : 1;
    return p->number - q->number;
}

static void clique_find_literals(struct clique *v) {
    const struct clique_table *t = v->table;
    for (int l = 0; l < t->literals; l++) {
        double x = v->c->x[l / 2], value = l % 2 ? 1 - x : x;
        if (t->member_start[l] == t->member_start[l + 1] || value < 1e-6) continue;
        v->literal[v->count++] = (struct clique_literal){l, value};
    }
    memory_sort(v->literal, (size_t)v->count, sizeof *v->literal, clique_by_value);
    if (v->count > CLIQUE_LITERALS) v->count = CLIQUE_LITERALS;
}

static void clique_grow(struct clique *v, int first) {
    int size = 0;
    assert(first >= 0 && first < v->count);
    double sum = v->literal[first].value, rhs = 1;
    v->chosen[size++] = v->literal[first].number;
    for (int k = 0; k < v->count; k++) {
        bool fits = k != first;
        for (int s = 0; fits && s < size; s++)
            fits = clique_table_exclusive(v->table, v->literal[k].number, v->chosen[s]);
        if (!fits) continue;
        assert(size < v->count); /* chosen[] has room */
        v->chosen[size++] = v->literal[k].number;
        sum += v->literal[k].value;
    }
    if (size < 3 || sum < 1 + 1e-4) return;
    for (int s = 0; s < size; s++) {
        bool flipped = v->chosen[s] % 2;
        v->list[s] = v->chosen[s] / 2;
        v->dense[v->list[s]] += flipped ? -1 : 1;
        if (flipped) rhs -= 1;
    }
    cuts_offer(v->c, v->dense, v->list, size, rhs, "clique");
    for (int s = 0; s < size; s++) v->dense[v->list[s]] = 0;
}

void clique_separate(struct cuts *c) {
    struct clique v = {.c = c, .table = &c->w->tree->structure.cliques};
    v.literal = MEMORY_NEW(struct clique_literal, v.table->literals);
    assert(v.table->literals == 2 * c->m->cols || v.table->literals == 0); /* 0: the root has not been probed */
    clique_find_literals(&v);
    v.chosen = MEMORY_NEW(int, v.count);
    v.list = MEMORY_NEW(int, v.count);
    v.dense = MEMORY_NEW(double, c->m->cols);
    for (int k = 0; k < v.count && k < CLIQUE_SEEDS && !worker_stopped(c->w); k++) clique_grow(&v, k);
    free(v.literal);
    free(v.chosen);
    free(v.list);
    free(v.dense);
}
