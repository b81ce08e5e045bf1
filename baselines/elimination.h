/* elimination.h - minimise a sum of tables over small variables, exactly, by bucket elimination (Bertele & Brioschi
 * 1972; Dechter 1999).
 *
 *     min over x   sum over factors f   table_f[x_i : i in scope of f]            x_i in 0 .. size[i] - 1
 *
 * Variables are minimised out one after another, the one with the fewest neighbours first (min-degree): along a tree
 * decomposition with the width of that order. elimination_estimate gives the size of the largest table beforehand. */
#ifndef BASELINES_ELIMINATION_H
#define BASELINES_ELIMINATION_H
#include <stddef.h>
#include <stdint.h>

#define ELIMINATION_NONE (INT64_MAX / 4) /* impossible; sums saturate here */

struct factor {
    int count;      /* variables in its scope, ascending, each once */
    int *scope;     /* [count] */
    int64_t *table; /* [product of sizes], the last variable runs fastest */
};

struct elimination {
    int variables, factors;
    int *size; /* [variables] >= 1 */
    struct factor *factor;
    size_t room;
};

struct elimination *elimination_new(int variables); /* sizes are the caller's to fill in */
/* A factor over scope[count] (ascending) with all entries `value`; the caller fills the table in. */
struct factor *elimination_add(struct elimination *p, int count, const int *scope, int64_t value);
double elimination_estimate(const struct elimination *p); /* entries of the largest table */
/* The least sum and x[variables] that has it; ELIMINATION_NONE: impossible (x undefined). The factors are used up. */
int64_t elimination_run(int *x, struct elimination *p);
void elimination_free(struct elimination *p);

#endif
