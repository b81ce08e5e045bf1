/* unbeaten.h - the frontier as an oracle finds it: all pairs of memory and time are listed, then those that another one
 * beats in both, or equals, are struck out. unbeaten.count = 0 begins a new list. */
#ifndef TESTS_SUPPORT_UNBEATEN_H
#define TESTS_SUPPORT_UNBEATEN_H
#include <stdint.h>
#include <stdlib.h>

#include "tests/support/harness.h"

#define UNBEATEN_MOST 32768

struct unbeaten_pair {
    int64_t m, t; /* bytes, ns */
};

static struct {
    struct unbeaten_pair pair[UNBEATEN_MOST];
    int count;
} unbeaten;

static inline void unbeaten_add(int64_t m, int64_t t) {
    ck_assert_int_lt(unbeaten.count, UNBEATEN_MOST);
    unbeaten.pair[unbeaten.count++] = (struct unbeaten_pair){m, t};
}

static inline int unbeaten_order(const void *a, const void *b) {
    const struct unbeaten_pair *x = a, *y = b;
    if (x->m != y->m) return x->m < y->m ? -1 : 1;
    return (x->t > y->t) - (x->t < y->t);
}

static inline void unbeaten_keep(void) {
    int n = 0;
    qsort(unbeaten.pair, (size_t)unbeaten.count, sizeof *unbeaten.pair, unbeaten_order);
    for (int i = 0; i < unbeaten.count; i++)
        if (n == 0 || unbeaten.pair[i].t < unbeaten.pair[n - 1].t) unbeaten.pair[n++] = unbeaten.pair[i];
    unbeaten.count = n;
}

#endif
