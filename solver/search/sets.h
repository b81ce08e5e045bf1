/* sets.h - one-hot rows (binaries that sum to 1), as ordered sets to branch on (Beale & Tomlin 1970).
 *
 * Setting one of fifty columns to 0 restricts almost nothing, setting it to 1 almost everything. Splitting the fifty,
 * so that the 1 is among the first or among the others, restricts both sides about equally. Members are ordered by
 * cost, then by column; the *head* of a set is its members before a place, and the sum of the head is 0 or 1 in every
 * solution. */
#ifndef SOLVER_SEARCH_SETS_H
#define SOLVER_SEARCH_SETS_H
#include "solver/model/rows.h"

struct sets {
    int count;
    int *start; /* [count + 1] */
    int *col;   /* [start[count]] in order within a set */
};

void sets_find(struct sets *s, const struct model *m, const struct rows *r);
void sets_free(struct sets *s);
/* The place in s->col where the head's sum over x is nearest to 1/2, and that sum; -1 if fewer than three members are
 * fractional by more than `tolerance`: then branching on a column does the same. */
int sets_place(double *sum, const struct sets *s, int set, const double *x, double tolerance);

#endif
