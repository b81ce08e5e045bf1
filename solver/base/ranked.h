/* ranked.h - columns, or whatever else has a number, in the order of a key. */
#ifndef SOLVER_BASE_RANKED_H
#define SOLVER_BASE_RANKED_H
#include "solver/base/memory.h"

struct ranked {
    int col;
    double key;
};

static inline int ranked_order(const void *a, const void *b) {
    const struct ranked *p = a, *q = b;
    if (p->key != q->key) return p->key < q->key ? -1 : 1;
    return (p->col > q->col) - (p->col < q->col);
}

/* The least key first; of equal ones, the first column. */
static inline void ranked_sort(struct ranked *item, int count) {
    memory_sort(item, (size_t)count, sizeof *item, ranked_order);
}

#endif
